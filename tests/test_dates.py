from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfeval_xl.dates import Deadline, day_like_number, excel_day, read_deadline


@pytest.mark.parametrize(
    ("text", "first", "day"),
    [
        ("2022年12月30日", date(2022, 12, 30), date(2022, 12, 30)),
        ("2022.12.30", date(2022, 12, 30), date(2022, 12, 30)),
        ("2022-12-30前完成验收", date(2022, 12, 30), date(2022, 12, 30)),
        ("于2022年11月30日前完成", date(2022, 11, 30), date(2022, 11, 30)),
        ("2022年2月", date(2022, 2, 1), date(2022, 2, 28)),
        ("2024年2月底", date(2024, 2, 1), date(2024, 2, 29)),
        ("2022年8月上旬", date(2022, 8, 1), date(2022, 8, 10)),
        ("2022年8月中旬", date(2022, 8, 1), date(2022, 8, 20)),
        ("22年12月", date(2022, 12, 1), date(2022, 12, 31)),
        ("2022.12前", date(2022, 12, 1), date(2022, 12, 31)),
        ("2022年第二季度", date(2022, 4, 1), date(2022, 6, 30)),
        ("2022年三季度末", date(2022, 7, 1), date(2022, 9, 30)),
        ("2022年上半年", date(2022, 1, 1), date(2022, 6, 30)),
        ("2022年", date(2022, 1, 1), date(2022, 12, 31)),
        ("2022年底前", date(2022, 1, 1), date(2022, 12, 31)),
        ("2021.1.1-12.31", date(2021, 12, 31), date(2021, 12, 31)),
        ("2021年3月至2021年12月", date(2021, 12, 1), date(2021, 12, 31)),
    ],
)
def test_a_date_has_a_first_and_a_last_day_it_can_mean(text, first, day):
    deadline = read_deadline(text)

    assert (first, day, day.year) == (deadline.first, deadline.day, deadline.year)


@pytest.mark.parametrize(
    ("text", "surely"),
    [
        ("2022年9月前", date(2022, 8, 31)),
        ("2022年9月底前", date(2022, 9, 30)),
        ("2022年9月30日前", date(2022, 9, 30)),
        ("2022年第三季度前", date(2022, 6, 30)),
        ("2022年底前", date(2022, 12, 31)),
    ],
)
def test_before_a_month_may_mean_before_it_begins(text, surely):
    assert surely == read_deadline(text).surely


@pytest.mark.parametrize("text", ["6月30日", "9月前", "年底", "上半年", "2月", "1月前"])
def test_without_a_year_the_days_are_of_year_1(text):
    deadline = read_deadline(text)

    assert (None, 1) == (deadline.year, deadline.day.year)


@pytest.mark.parametrize(
    "text",
    [
        "2022.12",
        "12.31",
        "13月底",
        "2月30日",
        "2月29日",
        "预计12月底",
        "2022年6月开工",
        "未到12月",
        "季度",
        "12个月",
        "5月前后",
        "",
    ],
)
def test_what_is_no_date_is_not_read(text):
    assert read_deadline(text) is None


def test_excel_counts_the_days_of_this_century():
    assert date(2025, 11, 20) == excel_day(Decimal(45981))
    assert date(2000, 1, 1) == excel_day(Decimal(36526))
    assert date(2099, 12, 31) == excel_day(Decimal(73050))
    assert excel_day(Decimal(36525)) is excel_day(Decimal(73051)) is excel_day(Decimal("45981.5")) is None


@given(st.dates(date(2000, 1, 1), date(2099, 12, 30)))
def test_the_day_after_is_the_next_number(day):
    number = Decimal((day - date(1899, 12, 30)).days)

    assert (day, day + timedelta(days=1)) == (excel_day(number), excel_day(number + 1))


@pytest.mark.parametrize(
    ("text", "day"),
    [("20221231", date(2022, 12, 31)), ("2022.12", date(2022, 12, 31)), ("12.31", date(1, 12, 31))],
)
def test_a_number_may_be_written_like_a_day(text, day):
    assert day == day_like_number(text).day


@pytest.mark.parametrize("text", ["20221331", "2022.13", "12.32", "2.30", "13.01", "1.5", "2022", "0.95"])
def test_other_numbers_are_like_no_day(text):
    assert day_like_number(text) is None


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_a_written_day_is_that_day(day):
    texts = (f"{day.year}年{day.month}月{day.day}日", f"{day:%Y-%m-%d}", f"{day.year}.{day.month}.{day.day}")

    assert {Deadline.of_day(day)} == {read_deadline(text) for text in texts}
