"""The built workbook in a running LibreOffice: its own VBA calls the real functions."""

import re
from decimal import Decimal

import pytest
from conftest import FORMS_TEXT

from selfeval_xl import actions, profiles, scoring
from selfeval_xl.excel import functions, vba
from selfeval_xl.profiles import own
from selfeval_xl.scoring import suggestion
from selfeval_xl.sheet.formulas import TO_AIM, TO_FUND, TO_MEASURE, TO_NAME
from selfeval_xl.sheet.layout import FIRST_FUNDS_ROW

pytestmark = pytest.mark.libreoffice
NATIONAL = profiles.NATIONAL
FIRST = "合作交流工作业务费"
OFFICIAL = ("H6", "I6", "G23", "H23", "L2")  # of the first form


class Calls(list):
    """Answers CallUDF with the real functions and remembers what was asked."""

    def __call__(self, module, function, args):
        assert module == "selfeval_xl.excel.functions"
        self.append((function, args))
        return getattr(functions, function)(*args)


@pytest.fixture
def calls(office):
    office.registry.call = Calls()
    office.registry.asked = 0
    yield office.registry.call
    office.registry.call = None


@pytest.fixture
def no_python(office):
    office.registry.call = None
    office.registry.asked = 0
    return office.registry


@pytest.fixture
def opened(office):
    """Opens workbooks and closes them after the test."""
    from live.office import ALL_MACROS

    books = []

    def open_book(path, macros=ALL_MACROS):
        books.append(office.open(path, macros))
        return books[-1]

    yield open_book
    for book in books:
        book.close()


def values(sheet, addresses=OFFICIAL):
    return [sheet.value(address) for address in addresses]


def expected(executed, budget, scores, weight=10):
    """Rate, execution score, total and grade as scoring.py has them."""
    executed, budget, weight = Decimal(executed), Decimal(budget), Decimal(weight)
    score = scoring.execution_score(executed, budget, weight, NATIONAL)
    total = scoring.total([score, *map(Decimal, scores)], NATIONAL)
    return [
        float(scoring.execution_rate(executed, budget, NATIONAL)),
        float(score),
        float(total),
        scoring.grade(total, NATIONAL) or "总分应在 0 到 100 之间",
    ]


SCORES = (10, 10, 10, 10, 10, 10, 10, 5, 5, 10)  # typed scores of the first form
LIVE = ("H6", "I6", "H23", "L2")


def test_opening_recalculates_nothing_and_shows_the_cached_numbers(calls, opened, demo_book):
    book = opened(demo_book)

    shown = {form: book.sheet(form).shown(total) for form, total in TOTALS.items()}

    assert {
        FIRST: "98.09",
        "合作交流专项工作经费": "97.99",
        "机关服务费": "98.86",
        "驻外办驻外工作经费": "98.00",
    } == shown
    assert ["80.89%", "8.09", "100", "98.09", "优"] == [book.sheet(FIRST).shown(a) for a in OFFICIAL]
    assert [] == calls


TOTALS = {FIRST: "H23", "合作交流专项工作经费": "H24", "机关服务费": "H23", "驻外办驻外工作经费": "H23"}


@pytest.mark.parametrize("executed", ["626500", "506745.04", "0", "1", "313250", "626499.99", "700000", "563850"])
def test_an_edited_amount_changes_rate_score_total_and_grade_at_once(calls, opened, demo_book, executed):
    sheet = opened(demo_book).sheet(FIRST)

    sheet.type_in("F6", float(executed))

    assert expected(executed, "626500", SCORES) == values(sheet, LIVE)
    assert {"SE_EXECUTION_RATE", "SE_EXECUTION_SCORE", "SE_TOTAL", "SE_GRADE"} == {name for name, _ in calls}


def test_a_full_recalculation_by_python_gives_the_cached_numbers(calls, opened, demo_book):
    book = opened(demo_book)
    before = {form: values(book.sheet(form), ("H6", "I6", total, "L2")) for form, total in TOTALS.items()}

    book.recalculate()

    assert before == {form: values(book.sheet(form), ("H6", "I6", total, "L2")) for form, total in TOTALS.items()}
    assert 4 * 5 <= len(calls)


@pytest.mark.parametrize("typed", ["506,745.04", "５０６７４５．０４", " 506745.04 ", "506 745.04", "506，745.04"])
@pytest.mark.parametrize("macros", ["live", "blocked"])
def test_amounts_typed_as_text_count_with_python_and_are_errors_without(request, opened, demo_book, typed, macros):
    sheet = _opened(request, opened, demo_book, macros).sheet(FIRST)
    sheet.type_in("F6", 1.0)

    sheet.type_in("F6", typed)

    if macros == "live":
        assert expected("506745.04", "626500", SCORES) == values(sheet, LIVE)
    else:
        assert ["error", "error", "error", ""] == [_native(shown) for shown in values(sheet, LIVE)]


@pytest.mark.parametrize("macros", ["live", "blocked"])
@pytest.mark.parametrize(("typed", "counts"), [("9.5", "9.5"), ("９．５", "9.5"), ("-", "0"), ("—", "0"), (None, "0")])
def test_scores_typed_as_text_count_and_dashes_do_not(request, opened, demo_book, macros, typed, counts):
    sheet = _opened(request, opened, demo_book, macros).sheet(FIRST)

    sheet.type_in("H13", typed)

    if macros == "live" or typed is None:
        assert expected("506745.04", "626500", (counts, *SCORES[1:]))[2:] == values(sheet, ("H23", "L2"))
    else:
        assert ["error", ""] == [_native(shown) for shown in values(sheet, ("H23", "L2"))]


@pytest.mark.parametrize("macros", ["live", "blocked"])
@pytest.mark.parametrize(
    ("cell", "typed", "rate", "score"),
    [("F6", None, "", ""), ("E6", None, "", ""), ("E6", 0.0, 0.0, 0.0), ("G6", None, 0.8089, "")],
)
def test_blank_and_zero_are_told_apart(request, opened, demo_book, macros, cell, typed, rate, score):
    sheet = _opened(request, opened, demo_book, macros).sheet(FIRST)

    sheet.type_in(cell, typed)

    assert [rate, score, 90.0, "优"] == values(sheet, LIVE)


def test_a_dash_where_an_amount_is_missing_is_missing_and_said_to_be(calls, opened, demo_book):
    sheet = opened(demo_book).sheet(FIRST)

    sheet.type_in("F6", "-")

    assert ["", ""] == values(sheet, ("H6", "I6"))
    missing_amount = "错误（F6）：年度资金总额的全年执行数未填写，无法计算执行率。请补填。"
    assert missing_amount == sheet.value("L6")
    assert missing_amount in sheet.value("L3")


def _opened(request, opened, book, macros):
    from live.office import ALL_MACROS, NO_MACROS

    if macros == "live":
        request.getfixturevalue("calls")
    return opened(book, ALL_MACROS if macros == "live" else NO_MACROS)


@pytest.mark.parametrize("macros", ["live", "blocked"])
def test_a_copied_sheet_computes_by_itself(request, opened, demo_book, macros):
    book = _opened(request, opened, demo_book, macros)

    copy = book.copy_sheet(FIRST, "复制的项目")
    copy.type_in("F6", 313250.0)

    assert expected("313250", "626500", SCORES) == values(copy, LIVE)
    assert expected("506745.04", "626500", SCORES) == values(book.sheet(FIRST), LIVE)


@pytest.mark.parametrize("macros", ["live", "blocked"])
@pytest.mark.parametrize("before", [13, 18, 23], ids=["below the headings", "in the middle", "above the total"])
def test_an_inserted_indicator_row_is_counted(request, opened, demo_book, macros, before):
    sheet = _opened(request, opened, demo_book, macros).sheet(FIRST)

    sheet.insert_rows(before)
    sheet.type_in(f"G{before}", 5.0)
    sheet.type_in(f"H{before}", 1.5)

    assert [105.0, *expected("506745.04", "626500", (*SCORES, "1.5"))[2:3]] == values(sheet, ("G24", "H24"))


def test_inserted_funds_and_heading_rows_move_everything_along(calls, opened, demo_book):
    sheet = opened(demo_book).sheet(FIRST)

    sheet.insert_rows(FIRST_FUNDS_ROW + 1, 2)
    sheet.insert_rows(3)
    sheet.type_in("F7", 626500.0)

    assert expected("626500", "626500", SCORES) == values(sheet, ("H7", "I7", "H26", "L2"))


def test_with_macros_blocked_native_formulas_give_the_same_official_numbers(opened, demo_book):
    from live.office import NO_MACROS

    book = opened(demo_book, NO_MACROS)
    cached = {form: values(book.sheet(form), ("H6", "I6", total, "L2")) for form, total in TOTALS.items()}

    book.recalculate()

    assert cached == {form: values(book.sheet(form), ("H6", "I6", total, "L2")) for form, total in TOTALS.items()}
    for executed in ("0", "0.01", "313250", "626500", "9999999"):
        book.sheet(FIRST).type_in("F6", float(executed))
        assert expected(executed, "626500", SCORES) == values(book.sheet(FIRST), LIVE)


@pytest.mark.parametrize(
    ("total", "grade"), [("90", "优"), ("89.99", "良"), ("80", "良"), ("79.99", "中"), ("60", "中"), ("59.99", "差")]
)
@pytest.mark.parametrize("macros", ["live", "blocked"])
def test_grades_begin_exactly_on_their_threshold(request, opened, demo_book, macros, total, grade):
    sheet = _opened(request, opened, demo_book, macros).sheet(FIRST)
    sheet.type_in("F6", 0.0)
    for row in range(13, 23):
        sheet.type_in(f"H{row}", None)

    sheet.type_in("H13", float(total))

    assert [float(total), grade] == values(sheet, ("H23", "L2"))


def test_without_python_the_numbers_stay_right_and_python_is_sought_once(no_python, opened, demo_book):
    book = opened(demo_book)
    sheet = book.sheet(FIRST)

    sheet.type_in("F6", 313250.0)
    book.recalculate()

    assert expected("313250", "626500", SCORES) == values(sheet, LIVE)
    assert 1 == no_python.asked


def test_a_server_that_died_is_replaced_once_and_goes_on(office, calls, opened, demo_book):
    sheet = opened(demo_book).sheet(FIRST)
    sheet.type_in("F6", 1.0)
    values(sheet)
    alive = office.registry.call
    deaths = iter((True,))

    def dying(module, function, args):
        if next(deaths, False):
            raise RuntimeError("the server is gone")
        return alive(module, function, args)

    book_server_calls = len(calls)
    office.registry.asked = 0
    _replace_running_server(office, dying)

    sheet.type_in("F6", 313250.0)

    assert expected("313250", "626500", SCORES) == values(sheet, LIVE)
    assert 1 == office.registry.asked
    assert book_server_calls < len(calls)


def test_a_server_that_fails_for_good_is_asked_twice_and_then_left_alone(office, calls, opened, demo_book):
    sheet = opened(demo_book).sheet(FIRST)
    sheet.type_in("F6", 1.0)
    values(sheet)
    asked = []

    def failing(module, function, args):
        asked.append(function)
        raise RuntimeError("broken")

    office.registry.asked = 0
    _replace_running_server(office, failing)
    sheet.type_in("F6", 313250.0)

    assert expected("313250", "626500", SCORES) == values(sheet, LIVE)
    assert 2 == len(asked)
    assert 1 == office.registry.asked


def _replace_running_server(office, call):
    """Both the object that the workbook keeps and the next one answer by `call`."""
    office.registry.call = call
    for server in office.registry.servers:
        server.call = call


def test_what_is_typed_in_words_is_quoted_beside_its_row_and_makes_errors_of_numbers(calls, opened, demo_book):
    """50万元 in F6 is quoted with its cell, and never our own answer in H6."""
    sheet = opened(demo_book).sheet(FIRST)

    sheet.type_in("F6", "50万元")
    sheet.type_in("H13", "九点五")

    assert ["error", "error", "error", ""] == [_native(shown) for shown in values(sheet, LIVE)]
    of_money = "错误（F6）：年度资金总额的全年执行数应为数字，现为“50万元”。请改填数字 500000。"
    assert of_money == sheet.value("L6")
    assert of_money in sheet.value("L3")
    assert "错误：得分应为数字，现为“九点五”。请改填数字。" == sheet.value("L13")
    assert "" == sheet.value("L23")


@pytest.mark.parametrize("macros", ["live", "blocked"])
def test_without_any_indicator_there_is_no_total_and_that_is_said(request, opened, demo_book, macros):
    sheet = _opened(request, opened, demo_book, macros).sheet(FIRST)

    sheet.delete_rows(13, 10)

    assert ["", "", ""] == values(sheet, ("G13", "H13", "L2"))
    assert "没有填写" in sheet.value("L13")


def test_a_row_grows_with_what_is_typed_and_keeps_its_height(opened, demo_book):
    sheet = opened(demo_book).sheet(FIRST)
    made = {row: sheet.row_height(row) for row in (11, 13, 14)}

    sheet.enter("F13", "71 次")
    sheet.enter("I14", "项目实施中遇到困难，" * 20)
    sheet.enter("B11", "完成对口支援工作。" * 60)

    assert made[13] <= sheet.row_height(13) <= made[13] * 1.05
    assert made[14] * 2 < sheet.row_height(14)
    assert made[11] * 2 < sheet.row_height(11)
    sheet.enter("I14", "无")
    assert made[14] <= sheet.row_height(14) <= made[14] * 1.05


# What people type, and what nobody should: one list for amounts and points.
TEXTS = (
    "506745.04", "1,234.5", "12,345", "1,2,3", "12,34", "1234,567", "1,234,56", ",", "5,", "0,123", "１，２３４",
    "-", "--", "—", "——", "–", "―", "‐", "─", "－", "−", "/", "／", "//", "- -", "\u3000", "\xa0", " ", "\n",
    "\u3000—\xa0",
    "−5", "﹣50", "－5", "-5", "—5", "/5", "5-", "5/", "--5", "+5", "+-5", "+", "1-2", "1/2", "5/6/2022", "2022-1-5",
    "5‰", "5%", "５％", "5 %", "50%%", "5%0", "%5", "5‰%", "‰", "5.%", ".5", "5.", ".", ".5%", "1.2.3", "9.5\n",
    "9\xa0.5",
    "TRUE", "FALSE", "1e3", "1E3", "1E+3", "|", "|5|", "(5)", "¥5", "￥5", "$5", "5元", "10分", "10:30", "5 AM",
    "Jan 5",
    "2022年1月5日", "5月", "abc", "优", "*", "?", "~", '"', "'5", "=1", "{5}", "0x5", "①", "10²", "٣", "5 1/2", "#REF!",
    "#N/A", "１２．５", "9.5", "0", "0.00", "98%",
)  # fmt: skip


def _native(shown):
    """A native answer as Python's: an error stands for an error and for a sentence."""
    return "error" if isinstance(shown, str) and shown.startswith(("Err:", "#")) else shown


def _python(answer):
    if isinstance(answer, str) and answer not in ("", "优", "良", "中", "差"):
        return "error"
    return answer


def _same(expected, shown):
    """The same, or nothing: what only Python reads as a number is an error or a blank here, never another number."""
    return (
        expected == shown
        or shown in ("error", "")
        or (isinstance(expected, float) and isinstance(shown, float) and abs(expected - shown) < 1e-9)
    )


def _differences(sheet, cell, texts, shown_in, ask):
    different = []
    before = sheet.value(cell)
    for text in texts:
        sheet.type_in(cell, text)
        for address, expected in zip(shown_in, ask(text), strict=True):
            shown = sheet.value(address)
            if not _same(_python(expected), _native(shown)):
                different.append((text, address, expected, shown))
    sheet.type_in(cell, before)
    return different


def test_native_formulas_give_pythons_number_for_an_amount_or_none(opened, demo_book):
    from live.office import NO_MACROS

    sheet = opened(demo_book, NO_MACROS).sheet(FIRST)

    def executed(text):
        return functions.SE_EXECUTION_RATE(text, 626500.0), functions.SE_EXECUTION_SCORE(text, 626500.0, 10.0)

    def budget(text):
        return functions.SE_EXECUTION_RATE(506745.04, text), functions.SE_EXECUTION_SCORE(506745.04, text, 10.0)

    def weight(text):
        return (functions.SE_EXECUTION_SCORE(506745.04, 626500.0, text),)

    numbers = (-5.0, 0.0, 1e15, 0.005)
    assert [] == _differences(sheet, "F6", (*TEXTS, *numbers, None), ("H6", "I6"), executed)
    assert [] == _differences(sheet, "E6", (*TEXTS, *numbers, None), ("H6", "I6"), budget)
    assert [] == _differences(sheet, "G6", (*TEXTS, *numbers, None), ("I6",), weight)


def test_native_formulas_give_pythons_number_for_a_score_or_none(opened, demo_book):
    from live.office import NO_MACROS

    sheet = opened(demo_book, NO_MACROS).sheet(FIRST)

    def total(text):
        answer = functions.SE_TOTAL(8.09, [[text], *([float(score)] for score in SCORES[1:])])
        return answer, functions.SE_GRADE(answer)

    assert [] == _differences(sheet, "H13", (*TEXTS, -5.0, 0.0, 200.0, -200.0, None), ("H23", "L2"), total)


@pytest.mark.parametrize("macros", ["live", "blocked"])
def test_a_total_of_nothing_is_blank_and_an_error_makes_errors(request, opened, demo_book, macros):
    sheet = _opened(request, opened, demo_book, macros).sheet(FIRST)
    sheet.type_in("F6", None)
    for row in range(13, 23):
        sheet.type_in(f"H{row}", None)
    assert ["", "", "", ""] == values(sheet, LIVE)

    sheet.set_formula("H14", "=1/0")
    sheet.set_formula("H15", "=5")
    sheet.set_formula("E6", "=NA()")
    assert ["error", "error", "error", ""] == [_native(shown) for shown in values(sheet, LIVE)]


def test_an_unknown_profile_is_no_number_either(opened, demo_book):
    from live.office import NO_MACROS

    sheet = opened(demo_book, NO_MACROS).sheet(FIRST)
    sheet.type_in("L1", "火星")
    assert ["error"] * 3 == [_native(shown) for shown in values(sheet, ("H6", "I6", "L2"))]
    assert "否，须由 Python 计算" == sheet.value("L4")

    sheet.type_in("L1", None)
    assert [0.8089, 8.09, "优"] == values(sheet, ("H6", "I6", "L2"))


@pytest.fixture
def own_book(tmp_path, monkeypatch):
    """The four forms by a profile of one's own."""
    monkeypatch.setenv("SELFEVAL_XL_PROFILES", str(tmp_path))
    (tmp_path / "云岭.toml").write_text(
        '名称 = "云岭市"\n依据 = "通知"\n无预算时执行率 = 0.12345\n执行率百分比小数位 = 1\n'
        '评价等级 = [[95, "好"], [0, "差"]]\n',
        encoding="utf-8",
    )
    actions.import_forms([FORMS_TEXT], tmp_path / "own.xlsm", profile=own.named("云岭市"))
    return tmp_path / "own.xlsm"


@pytest.mark.parametrize("macros", ["live", "blocked"])
def test_a_profile_of_ones_own_gives_the_same_cached_live_and_native(request, opened, own_book, macros):
    book = _opened(request, opened, own_book, macros)
    sheet = book.sheet(FIRST)
    cached = values(sheet)
    assert [0.809, 8.09, 100, 98.09, "好"] == cached

    book.recalculate()
    assert cached == values(sheet)

    for executed, budget, shown in (
        (313250.0, 626500.0, [0.5, 5.0, 100, 95.0, "好"]),
        (1.0, 3.0, [0.333, 3.33, 100, 93.33, "差"]),
        (0.0, 0.0, [0.123, 1.23, 100, 91.23, "差"]),
    ):
        sheet.type_in("F6", executed)
        sheet.type_in("E6", budget)
        assert shown == values(sheet)


def test_another_profile_chosen_on_the_sheet_decides_the_rate(calls, opened, own_book):
    sheet = opened(own_book).sheet(FIRST)

    sheet.type_in("L1", "全国通用")
    sheet.type_in("F6", 506745.04)

    assert [0.8089, "优"] == values(sheet, ("H6", "L2"))


def test_the_template_opens_blank_and_computes_when_filled(calls, opened, tmp_path):
    blank = tmp_path / "new.xlsm"
    actions.new(blank, year=2026)
    sheet = opened(blank).sheet("项目1")
    total = "H24"

    assert ["", "", "", ""] == values(sheet, ("H6", "I6", total, "L2"))
    sheet.type_in("E6", 200000.0)
    sheet.type_in("F6", "150,000")
    for row in range(13, 22):
        sheet.type_in(f"H{row}", 10.0)

    assert expected("150000", "200000", [10] * 9) == values(sheet, ("H6", "I6", total, "L2"))


@pytest.mark.parametrize("macros", ["live", "blocked"])
def test_a_blank_form_says_the_next_step_until_each_part_is_begun(request, opened, tmp_path, macros):
    path = tmp_path / "空白.xlsm"
    actions.new(path, year=2026)
    book = _opened(request, opened, path, macros)
    sheet = book.sheet("项目1")
    steps = [
        ({}, TO_NAME),
        ({"C3": "城区道路保洁"}, TO_FUND),
        ({"D6": 1.0, "E6": 1.0, "F6": 0.0}, TO_AIM),
        ({"B11": "按标准完成"}, TO_MEASURE),
        ({"D13": "保洁长度", "E13": "≥1 公里"}, ""),
    ]

    for typed, said in steps:
        for cell, content in typed.items():
            sheet.type_in(cell, content)
        assert [said, "下一步" if said else ""] == [sheet.shown("L10"), sheet.shown("K10")]


def test_saved_by_libreoffice_the_forms_and_formulas_are_whole(calls, opened, demo_book, tmp_path):
    book = opened(demo_book)
    saved = tmp_path / "saved.xlsm"

    book.save_as(saved)

    assert [one.form.total_score.number for one in actions.read([demo_book])] == [
        one.form.total_score.number for one in actions.read([saved])
    ]
    assert [_plain_document(one) for one in actions.read([demo_book])] == [
        _plain_document(one) for one in actions.read([saved])
    ]
    again = opened(saved).sheet(FIRST)
    assert "SE_EXECUTION_RATE" in again.formula("H6")
    again.type_in("F6", 313250.0)
    assert expected("313250", "626500", SCORES) == values(again, LIVE)


def _plain_document(one):
    from selfeval_xl.form import document

    return document(one.form) | {"source": None}


def test_every_wrapper_is_compiled(calls, opened, demo_book):
    """A module that does not compile makes every function answer a blank in silence."""
    sheet = opened(demo_book).sheet("说明")
    asked = {
        "=SE_EXECUTION_RATE(1;4)": 0.25,
        "=SE_EXECUTION_SCORE(1;4;10)": 2.5,
        '=SE_EXECUTION_RATE(1;4;"全国通用")': 0.25,
        '=SE_EXECUTION_SCORE(1;4;10;"全国通用")': 2.5,
        "=SE_TOTAL(1;2;3.5)": 6.5,
        "=SE_TOTAL()": "",
        '=SE_INDICATOR_SCORE("≥60次";"45次";10)': 7.5,
        '=SE_INDICATOR_SCORE("及时";"及时";10)': "达成 8–10",
        '=SE_CHECK_ROW("≥60次";"45次";10;7.5;"")': "错误：得分 7.5，分值 10，未填偏差原因。请写明原因和改进措施。",
        '=SE_CHECK_ROW("≥60次";"45次";10;7.5;"雨季停工";"全国通用";"不显示")': "",
        "=SE_CHECK(A1:B2)": "没有认出自评表，请选择从标题到总分的整张表",
        "=SE_GRADE(90)": "优",
        '=SE_GRADE(85;"national")': "良",
        '=SE_CHECK(A1:B2;"火星")': "没有名为“火星”的评分规则。",
        '=IFERROR(SE_GRADE(85;"火星");"错误")': "错误",
        '=IFERROR(SE_CHECK(A1:B2;"";"显示";"资金");"另有说明")': "另有说明",
    }
    for formula, answer in asked.items():
        sheet.set_formula("P1", formula)
        assert answer == sheet.value("P1"), formula
    assert {function.name for function in functions.FUNCTIONS} == {name for name, _ in calls}


def test_the_summary_follows_the_projects(calls, opened, demo_book):
    book = opened(demo_book)

    book.sheet(FIRST).type_in("F6", 313250.0)

    summary = book.sheet("汇总")
    assert [FIRST, "元", 626500.0, 313250.0, 0.5, 95.0, "优"] == values(
        summary, ("B3", "C3", "D3", "E3", "F3", "G3", "H3")
    )


def test_a_line_of_the_summary_copied_as_the_guide_says_gives_the_numbers_of_the_other_sheet(calls, opened, demo_book):
    """The total of the other sheet stands in another row."""
    book = opened(demo_book)
    other = book.copy_sheet("合作交流专项工作经费", "复制的项目")
    other.type_in("C3", "复制的项目")
    other.type_in("F6", 95000.0)
    summary = book.sheet("汇总")

    summary.insert_rows(7)
    summary.copy_row(3, 7)
    for column in "BCDEFGHI":
        formula = summary.formula(f"{column}7")
        summary.set_formula(f"{column}7", formula.replace(FIRST, "复制的项目"))

    total = other.value("H24")
    assert 95.0 == total
    assert [5.0, "复制的项目", "元", 190000.0, 95000.0, 0.5, total, "优"] == values(
        summary, [f"{c}7" for c in "ABCDEFGH"]
    )
    assert ["元", 1488100.0, 1232718.95] == values(summary, ("C8", "D8", "E8"))


def test_a_deleted_sheet_is_said_to_be_deleted_and_breaks_no_sum(calls, opened, demo_book):
    book = opened(demo_book)
    summary = book.sheet("汇总")
    assert ["元", 1298100.0, 1137718.95, 0.8764] == values(summary, ("C7", "D7", "E7", "F7"))

    book.sheets.removeByName("合作交流专项工作经费")
    book.recalculate()

    assert ["（工作表已删除）", "", "", ""] == values(summary, ("B4", "C4", "D4", "G4"))
    assert ["元", 1108100.0, 985837.75] == values(summary, ("C7", "D7", "E7"))
    shown = [summary.shown(f"{column}{row}") for column in "ABCDEFGHI" for row in range(3, 8)]
    assert not [words for words in shown if words.startswith(("#", "Err"))]


def test_amounts_of_different_units_are_not_added_up(calls, opened, demo_book):
    book = opened(demo_book)

    book.sheet(FIRST).type_in("A5", "项目资金(万元)")

    assert ["单位不同", "", "", ""] == values(book.sheet("汇总"), ("C7", "D7", "E7", "F7"))


@pytest.mark.parametrize(
    ("heading", "unit"), [("项目资金（万元）", "万元"), ("项目资金(千元)", "千元"), ("项目资金", "未注明")]
)
def test_the_summary_names_the_unit_that_each_form_states(opened, demo_book, heading, unit):
    book = opened(demo_book)

    book.sheet(FIRST).type_in("A5", heading)

    assert [unit, "元"] == values(book.sheet("汇总"), ("C3", "C4"))


# ---- beside the form ---------------------------------------------------------------------------------------------

BESIDE = [f"{column}{row}" for row in range(13, 23) for column in "KL"] + ["L3"]


def test_what_stands_beside_the_form_is_the_same_live_as_cached(calls, opened, demo_book):
    book = opened(demo_book)
    names = [actions.read([demo_book])[number].form.sheet for number in range(4)]
    cached = [values(book.sheet(name), BESIDE) for name in names]
    book.recalculate()

    assert cached == [values(book.sheet(name), BESIDE) for name in names]
    assert {"SE_INDICATOR_SCORE", "SE_CHECK_ROW", "SE_CHECK"} <= {name for name, _ in calls}


def test_changing_target_result_score_or_reason_updates_suggestion_and_findings(calls, opened, demo_book):
    sheet = opened(demo_book).sheet(FIRST)
    assert (10, "") == (sheet.value("K13"), sheet.value("L13"))

    sheet.type_in("F13", "45 次")
    assert 7.5 == sheet.value("K13")
    assert sheet.value("L13").startswith("错误：得分填 10，按指标值 ≥60 次、完成值 45 次 推算为 7.50，多 2.50。")
    assert sheet.value("L3").startswith("2 项待处理，1 条建议。错误（H13）：“赴对口支援地区工作次数”得分填 10，")

    sheet.type_in("H13", 7.5)
    assert "错误：得分 7.5，分值 10，未填偏差原因。请写明原因和改进措施。" == sheet.value("L13")

    sheet.type_in("I13", "受疫情影响，部分行程取消。")
    assert "" == sheet.value("L13")

    sheet.type_in("E13", "≥40 次")
    assert 10 == sheet.value("K13")


DAYS = ["11/20", "2025-11-20", "11-20", "20.11.2025", "98%", "1/2"]


@pytest.mark.parametrize("keys", DAYS)
@pytest.mark.parametrize("cell", ["D13", "E13", "F13", "I13", "B11", "F11"])
def test_what_looks_like_a_day_stays_as_typed_where_words_belong(calls, opened, demo_book, cell, keys):
    sheet = opened(demo_book).sheet(FIRST)

    sheet.enter(cell, keys)

    assert keys == sheet.value(cell)


def test_the_program_makes_a_day_of_it_elsewhere(opened, demo_book):
    sheet = opened(demo_book).sheet(FIRST)

    sheet.enter("P1", "2025-11-20")

    assert 45981.0 == sheet.value("P1")


@pytest.mark.parametrize("macros", ["live", "blocked"])
def test_a_number_typed_where_words_belong_is_text_and_counts(request, opened, demo_book, macros):
    sheet = _opened(request, opened, demo_book, macros).sheet(FIRST)

    sheet.enter("E13", "60")
    sheet.enter("F13", "45")
    sheet.enter("H13", "7.5")

    assert ["60", "45", 7.5] == values(sheet, ("E13", "F13", "H13"))
    assert [95.59] == values(sheet, ("H23",))
    if macros == "live":
        assert "人工判断" == sheet.value("K13"), "without a sign 工作次数 does not say which way is good"
        assert "错误：得分 7.5，分值 10，未填偏差原因。请写明原因和改进措施。" == sheet.value("L13")


def test_an_inserted_row_takes_days_as_typed_too(calls, opened, demo_book):
    sheet = opened(demo_book).sheet(FIRST)
    sheet.insert_rows(15)

    sheet.enter("F15", "2025-11-20")

    assert "2025-11-20" == sheet.value("F15")


def test_a_day_in_a_cell_of_an_older_workbook_is_understood(calls, opened, demo_book):
    """There, Excel has made 45981 of 2025-11-20."""
    sheet = opened(demo_book).sheet(FIRST)
    sheet.type_in("E13", "2025年10月底前")
    sheet.type_in("F13", 45981.0)

    assert "人工判断" == sheet.value("K13")
    assert "2025年11月20日" in sheet.value("L13")


def test_advice_is_switched_off_as_a_whole(calls, opened, demo_book):
    sheet = opened(demo_book).sheet("合作交流专项工作经费")
    assert sheet.value("L3").startswith("没有发现问题，1 条建议。")

    sheet.type_in("L5", "不显示")

    assert "没有发现问题" == sheet.value("L3")


def test_the_profile_chosen_on_the_sheet_decides_the_suggestion(calls, opened, demo_book):
    sheet = opened(demo_book).sheet(FIRST)
    sheet.type_in("E13", "≤10 次")
    sheet.type_in("F13", "15 次")
    assert 6.67 == sheet.value("K13")

    sheet.type_in("L1", "省级系统")

    assert 5 == sheet.value("K13")


def test_a_row_inserted_by_hand_is_checked_with_the_form(calls, opened, demo_book):
    sheet = opened(demo_book).sheet(FIRST)
    sheet.insert_rows(15)
    for address, content in {"D15": "新增的指标", "E15": "≥8 次", "F15": "4 次", "G15": 0, "H15": 0}.items():
        sheet.type_in(address, content)
    sheet.type_in("G15", 10)

    assert "“新增的指标”得分 0，分值 10，未填偏差原因" in sheet.value("L3")


def test_a_copied_sheet_is_checked_by_itself(calls, opened, demo_book):
    book = opened(demo_book)
    copy = book.copy_sheet(FIRST, "复制")
    copy.type_in("F13", "")

    assert "错误：实际完成值未填。请填写实际完成情况。" == copy.value("L13")
    assert copy.value("L3").startswith("2 项待处理，1 条建议。错误（F13）：“赴对口支援地区工作次数”实际完成值未填。")
    assert "" == book.sheet(FIRST).value("L13")


def test_without_python_the_findings_stay_and_plain_slips_are_still_named(no_python, opened, demo_book):
    sheet = opened(demo_book).sheet(FIRST)
    assert sheet.value("L14").startswith("提醒：完成值 139 次 为指标值 ≥50 次 的 2.78 倍")
    assert sheet.value("L3").startswith("1 项待处理，1 条建议。")

    sheet.type_in("H13", 11)
    assert "错误：得分超过分值。" == sheet.value("L13")
    sheet.type_in("H13", 9)
    assert "错误：得分低于分值，未填偏差原因。" == sheet.value("L13")
    sheet.type_in("I13", "雨季停工。")
    assert "未连接 Python，暂未核对" == sheet.value("L13")
    assert "未连接 Python，暂未核对" == sheet.value("L3")


def test_after_python_comes_back_what_was_not_checked_says_so_until_it_is(office, opened, demo_book):
    """Nothing that is stale looks as if it were checked; 重新连接 calculates all of it."""
    office.registry.call = None
    book = opened(demo_book)
    sheet = book.sheet(FIRST)
    sheet.type_in("F13", "45 次")
    assert ["", "未连接 Python，暂未核对", "未连接 Python，暂未核对"] == values(sheet, ("K13", "L13", "L3"))

    office.registry.call = Calls()
    book.reconnect()

    assert 7.5 == sheet.value("K13")
    assert sheet.value("L13").startswith("错误：得分填 10，")
    assert sheet.value("L3").startswith("2 项待处理")
    office.registry.call = None


def test_the_macro_that_reconnects_runs_through(calls, opened, demo_book):
    """Each of its lines is understood here; what they make Excel calculate is not seen here."""
    book = opened(demo_book)

    assert "" == book.trouble_of("SelfEvalReconnect")
    assert "423" == book.trouble_of("ThisWorkbook.Worksheets(1).UsedRange.Dirty")[:3]  # where one is not


@pytest.mark.parametrize(("more", "shown"), [("", 0.5), ("Sub SelfEvalWrong()\nIf x Then\nEnd Sub\n", "")])
def test_the_modules_of_the_add_in_compile_here_too(calls, opened, demo_book, more, shown):
    """Among them one that does not compile would silence all functions of the workbook."""
    book = opened(demo_book)
    for name, source in vba.addin_modules().items():
        book.put_module(f"{name}Tried", source + more)

    book.sheet(FIRST).type_in("F6", 313250.0)

    assert shown == book.sheet(FIRST).value("H6")


def test_where_the_program_takes_no_descriptions_the_workbook_opens_and_calculates(calls, opened, demo_book):
    """LibreOffice has no MacroOptions: what the add-in runs as a workbook opens is left out in silence."""
    book = opened(demo_book)
    for name in ("SelfEvalHelp", vba.TEXTS):
        book.put_module(name, vba.addin_modules()[name])

    assert book.trouble_of('Application.MacroOptions Macro:="SE_TOTAL"')
    assert "" == book.trouble_of("SelfEvalDescribe ThisWorkbook")
    assert "" == book.trouble_of("SelfEvalDescribe Nothing")
    book.sheet(FIRST).type_in("F6", 313250.0)
    assert 0.5 == book.sheet(FIRST).value("H6")


def test_several_areas_are_an_error_and_one_in_brackets_is_not(calls, opened, demo_book):
    """Here the program itself refuses them; in Excel the bridge does."""
    sheet = opened(demo_book).sheet(FIRST)
    sheet.set_formula("P1", '=IFERROR(SE_TOTAL((H13:H14~H16:H17));"refused")')
    sheet.set_formula("P2", "=SE_TOTAL((H13:H14))")

    assert ["refused", 20.0] == values(sheet, ("P1", "P2"))


def test_two_open_books_do_not_answer_for_each_other(office, calls, opened, demo_book):
    office.registry.call = None
    one, other = opened(demo_book), opened(demo_book)
    for book in (one, other):
        book.sheet(FIRST).type_in("F13", "45 次")
        assert "" == book.sheet(FIRST).value("K13")

    office.registry.call = calls
    one.reconnect()
    other.recalculate()

    assert [7.5, ""] == [book.sheet(FIRST).value("K13") for book in (one, other)]


def test_the_colours_of_a_score_follow_what_is_typed(opened, demo_book):
    """The conditions are formulas of the spreadsheet itself; here each is asked in a cell of its own."""
    from live.office import NO_MACROS

    sheet = opened(demo_book, NO_MACROS).sheet(FIRST)
    conditions = sheet.conditions("H13")
    assert 4 == len(conditions)
    for number, formula in enumerate(conditions, 1):  # written for the heading, where the colours begin
        sheet.set_formula(f"P{number}", re.sub(r"(?<=[A-Z])12\b", "13", formula))

    def colours():
        return [1 == sheet.value(f"P{number}") for number in range(1, 5)]

    assert [False, False, False, False] == colours()
    sheet.type_in("H13", "九分")
    assert [True, False, False, False] == colours()
    sheet.type_in("H13", 11)  # above the weight, and not the suggested 10
    assert [False, True, True, False] == colours()
    sheet.type_in("H13", 9)
    assert [False, False, True, True] == colours()
    sheet.type_in("I13", "雨季停工。")
    assert [False, False, True, False] == colours()


@pytest.mark.parametrize(
    ("said", "coloured"),
    [
        ("错误：实际完成值未填。请填写实际完成情况。", 0),
        ("错误（另有 1 项）：得分超过分值。", 0),
        ("提醒（F13）：“数据错误率”的完成值为指标值的 3 倍。", 1),
        ("1 条建议。建议（F13）：“提醒短信错误率”的单位不同。", 2),
        ("没有发现问题", 3),
        ("未连接 Python，暂未核对", None),
    ],
)
def test_a_finding_has_the_colour_of_its_level_whatever_words_it_quotes(opened, demo_book, said, coloured):
    from live.office import NO_MACROS

    sheet = opened(demo_book, NO_MACROS).sheet(FIRST)
    conditions = sheet.conditions("L3")
    sheet.type_in("L3", said)
    for number, formula in enumerate(conditions, 1):
        sheet.set_formula(f"P{number}", formula)

    holds = [1 == sheet.value(f"P{number}") for number in range(1, 5)]
    assert [number == coloured for number in range(4)] == holds


def test_the_live_cell_suggests_for_every_row_what_a_reviewer_works_out(calls, opened, demo_book):
    """The rows of test_rows.py, typed into the sheet."""
    from test_rows import ROWS, follows, named, written

    sheet = opened(demo_book).sheet(FIRST)
    wrong = []
    for row in ROWS:
        names = ("", "", *row.named)[-3:] if row.named else ("", "", "")
        typed = [*names, row.target, row.actual, Decimal(row.weight)]
        for address, content in zip(("B13", "C13", "D13", "E13", "F13", "G13"), typed, strict=True):
            sheet.type_in(address, float(content) if isinstance(content, Decimal) else content)
        said, expected = sheet.value("K13"), follows(row, NATIONAL)
        words = (
            ""
            if not isinstance(expected, tuple)
            else suggestion.suggest(
                written(row.target), written(row.actual), Decimal(row.weight), NATIONAL, named(row)
            ).why
        )
        shown = f"{said:.2f}" if isinstance(said, float) else said if words else "open"
        if shown != (words or expected):
            wrong.append((row, said))

    assert [] == wrong


# ---- carried over from the year before ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rolled_book(tmp_path_factory):
    path = tmp_path_factory.mktemp("rolled") / "2023.xlsm"
    actions.roll_forms([FORMS_TEXT], path)
    return path


def test_a_rolled_workbook_calculates_as_amounts_and_results_are_typed(calls, opened, rolled_book):
    sheet = opened(rolled_book).sheet(FIRST)
    assert ["", "", 100.0, "", ""] == values(sheet)
    assert ["70 次", "尚未填写"] == values(sheet, ("M13", "L13"))

    sheet.type_in("E6", 626500.0)
    sheet.type_in("F6", 506745.04)
    for row, score in enumerate(SCORES, 13):
        sheet.type_in(f"F{row}", sheet.value(f"M{row}"))
        sheet.type_in(f"H{row}", float(score))

    assert expected("506745.04", "626500", SCORES) == values(sheet, LIVE)
    assert [10.0, ""] == values(sheet, ("K13", "L13"))
    assert sheet.value("L3").startswith("1 项待处理")


def test_a_rolled_form_is_calm_until_something_of_its_year_is_typed(calls, opened, rolled_book):
    sheet = opened(rolled_book).sheet(FIRST)
    sheet.set_formula("L3", sheet.formula("L3"))  # asks Python anew
    assert ["尚未填写完成情况", "", ""] == values(sheet, ("L3", "L6", "L23"))

    sheet.type_in("F13", "66 次")

    assert ["错误：得分未填。请填写。", "尚未填写"] == values(sheet, ("L13", "L14"))
    assert "项待处理" in sheet.value("L3")


def test_last_years_results_are_heard_by_no_function(calls, opened, rolled_book):
    sheet = opened(rolled_book).sheet(FIRST)
    sheet.type_in("F6", 1.0)
    before = values(sheet, (*OFFICIAL, "L3", "L13"))

    sheet.type_in("M13", "999999 次")
    calls.clear()
    sheet.type_in("F6", 1.0)

    assert before == values(sheet, (*OFFICIAL, "L3", "L13"))
    assert calls
    assert "999999" not in str(calls)


@pytest.mark.parametrize("macros", ["live", "blocked"])
def test_a_row_inserted_into_a_rolled_form_is_counted(request, opened, rolled_book, macros):
    sheet = _opened(request, opened, rolled_book, macros).sheet(FIRST)

    sheet.insert_rows(14)
    sheet.type_in("G14", 5.0)
    sheet.type_in("H14", 4.0)
    sheet.type_in("H13", 9.0)

    assert [105.0, 13.0] == values(sheet, ("G24", "H24"))
    assert ["70 次", "", "139 次"] == [sheet.shown(cell) for cell in ("M13", "M14", "M15")]
