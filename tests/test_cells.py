from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfeval_xl.cells import (
    CellError,
    Spot,
    column_letters,
    on_screen,
    plain,
    read_number,
    read_value,
    round_half_up,
    short,
    shorter,
)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("1,200.50", "1200.50"),
        ("１，２００．５０", "1200.50"),
        ("636,500", "636500"),
        ("3577. 95", "3577.95"),
        (" 98.00 ", "98.00"),
        ("98%", "0.98"),
        ("80.88％", "0.8088"),
        ("0.9‰", "0.0009"),
        ("100 %", "1"),
        ("+5", "5"),
        ("-5", "-5"),
        ("－5", "-5"),
        ("−5", "-5"),
        ("﹣50", "-50"),
        ("5‰", "0.005"),
        (".5", "0.5"),
        ("5.", "5"),
        (506745.04, "506745.04"),
        (10.0, "10"),
        (0.1 + 0.2, "0.3"),
        (7, "7"),
        (0, "0"),
        (Decimal("98.00"), "98.00"),
    ],
)
def test_a_number_is_read_however_it_is_written(raw, value):
    assert Decimal(value) == read_value(raw)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("年度资⾦总额", "年度资金总额"),
        ("主管部⻔", "主管部门"),
        ("⽩⽔镇⻘杠坪村⼈⺠政府", "白水镇青杠坪村人民政府"),
        ("⽤⼾", "用户"),
        ("⺮器", "⺮器"),  # a part of a sign is no sign
        ("⸺", None),
        ("⼀", "一"),
        ("\uf98e度\uf90a額", "年度金額"),
    ],
)
def test_a_radical_is_read_as_the_sign_that_looks_like_it(raw, value):
    """Browsers write so when they print to PDF, and it is copied from there into any file."""
    assert value == read_value(raw)


@pytest.mark.parametrize(
    "raw", [None, "", "  ", "\u3000", "-", "—", "——", "－", "/", "／", " - ", "- -", "------", "\xa0—"]
)
def test_a_blank_and_a_printed_dash_say_nothing(raw):
    assert read_value(raw) is None


@pytest.mark.parametrize(
    "raw",
    [
        "≥50个",
        "60 次",
        "及时",
        "1,5",
        "1.2.3",
        "12,34",
        "5亿元",
        "一",
        "%",
        ".",
        "1e5",
        "2022.1.1",
        "①",
        "10²",
        "٣",
        "—5",
        "/5",
    ],
)
def test_words_stay_words(raw):
    assert raw == read_value(raw)


@pytest.mark.parametrize("raw", ["#REF!", "#DIV/0!", "#N/A", "#VALUE!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!"])
def test_an_excel_error_is_neither_nothing_nor_words(raw):
    assert CellError(raw) == read_value(raw)


@pytest.mark.parametrize(
    ("code", "name"),
    [(-2146826281, "#DIV/0!"), (-2146826265, "#REF!"), (-2146826246, "#N/A"), (-2146826245, "#VALUE!")],
)
def test_an_error_handed_over_as_its_com_code_is_an_error(code, name):
    assert CellError(name) == read_value(code)


@pytest.mark.parametrize("raw", [float("nan"), float("inf"), Decimal("NaN"), Decimal("Infinity")])
def test_what_is_not_finite_is_an_error(raw):
    assert CellError("#NUM!") == read_value(raw)


def test_booleans_and_dates_are_words_and_never_numbers():
    assert "TRUE" == read_value(True)
    assert "FALSE" == read_value(False)
    assert "2022-12-30" == read_value(date(2022, 12, 30))
    assert "2022-12-30" == read_value(datetime(2022, 12, 30))
    assert "2022-12-30 08:30:00" == read_value(datetime(2022, 12, 30, 8, 30))


@pytest.mark.parametrize(
    ("number", "places", "rounded"),
    [
        ("0.5", 0, "1"),
        ("-0.5", 0, "-1"),
        ("2.5", 0, "3"),
        ("8.085", 2, "8.09"),
        ("1.005", 2, "1.01"),
        ("98", 2, "98.00"),
        ("1E+400", 2, None),
    ],
)
def test_the_half_is_rounded_away_from_zero_as_in_excel(number, places, rounded):
    result = round_half_up(Decimal(number), places)
    assert result == Decimal(rounded or number)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=6))
def test_rounding_moves_a_number_by_half_a_step_at_most(number):
    rounded = round_half_up(number, 2)
    assert abs(rounded - number) <= Decimal("0.005")
    assert rounded == number.quantize(Decimal("0.01"), ROUND_HALF_UP)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("8.300000000000001", "8.3"),
        ("9.869999999999999", "9.87"),
        ("626500.0000000000000", "626500"),
        ("10000000000000.01", "10000000000000.01"),
        ("0.123456789012345", "0.123456789012345"),
    ],
)
def test_a_number_printed_with_more_digits_than_excel_keeps_is_the_one_excel_keeps(written, number):
    assert str(read_value(written)) == number


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**14), max_value=10**14, places=2))
def test_a_printed_number_reads_back_as_itself(number):
    assert number == read_number(plain(number))
    assert number == read_number(f"{number:,}")


@given(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.dates(), st.datetimes()))
def test_anything_is_read_without_complaint(raw):
    value = read_value(raw)
    assert value is None or isinstance(value, Decimal | str | CellError)


def test_a_very_long_row_of_digits_is_not_an_amount():
    assert read_number("9" * 5000) is None


@pytest.mark.parametrize(("column", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (16384, "XFD")])
def test_columns_have_excels_letters(column, letters):
    assert letters == column_letters(column)
    assert f"表!{letters}7" == str(Spot("表", 7, column))


@pytest.mark.parametrize(
    ("text", "most", "ending", "cut"),
    [
        ("养护里程", 4, "…", "养护里程"),
        ("养护里程", 3, "…", "养护…"),
        ("养护里程", 3, "", "养护里"),
        ("𠮷𠮷", 4, "…", "𠮷𠮷"),
        ("𠮷𠮷", 3, "", "𠮷"),
        ("𠮷𠮷", 2, "…", "…"),
        ("", 0, "", ""),
    ],
)
def test_a_text_is_cut_as_excel_counts_and_leaves_room_for_its_ending(text, most, ending, cut):
    assert cut == shorter(text, most, ending)


@given(st.text(), st.integers(1, 40))
def test_repeated_words_stay_on_one_line_within_their_room(text, most):
    said = short(text, most)

    assert len(said.encode("utf-16-le")) <= 2 * most
    assert 1 >= len(said.splitlines())
    assert said.endswith("…") or said == " ".join(text.split())


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("乡村道路　养护 “甲”①—", "乡村道路　养护 “甲”①—"),
        ("甲\r\n乙\t丙\x85丁\u2028戊", "甲  乙 丙 丁 戊"),
        ("\x1b[31m甲\x9b0m\x07", "�[31m甲�0m�"),
        ("甲\u202e乙\u2069丙\u200f丁\u061c", "甲�乙�丙�丁�"),
        ("甲\udc80", "甲�"),
        ("\ue5e5\U00020000", "\ue5e5\U00020000"),
    ],
)
def test_words_on_a_screen_do_not_steer_it(words, shown):
    assert shown == on_screen(words)


@given(st.text())
def test_on_a_screen_any_words_are_one_line(words):
    assert len(on_screen(words)) == len(words)
    assert not any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 for char in on_screen(words))
