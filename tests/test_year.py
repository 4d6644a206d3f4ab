import re
from dataclasses import replace
from decimal import Decimal

import pytest
import wild
from conftest import FORMS_TEXT, ROOT
from drawing import PROJECT, Style, workbook
from hypothesis import given, settings
from hypothesis import strategies as st

from selfeval_xl import actions, files, sheet
from selfeval_xl.cells import Entry, Spot, read_value
from selfeval_xl.form import Form, Funds, Indicator, document
from selfeval_xl.grid import Area, Grid
from selfeval_xl.grid import entry as read_cell
from selfeval_xl.profiles import NATIONAL
from selfeval_xl.reading import read_forms
from selfeval_xl.sheet.page import held_of
from selfeval_xl.year import CLEARED, DOUBTFUL, RAISED, roll
from selfeval_xl.year.raising import raised


def entry(text, spot=None):
    return Entry(read_value(text), text, spot)


def of_2022(text, **options):
    made = raised(entry(text), 2022, **options)
    return made.entry.written, made.doubtful


# ---- one text --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "next_text"),
    [
        ("2022年12月底前", "2023年12月底前"),
        ("2022年6月30日前", "2023年6月30日前"),
        ("2022-12-31", "2023-12-31"),
        ("2022/12/31", "2023/12/31"),
        ("2022.12.31", "2023.12.31"),
        ("2022.1-2022.12", "2023.1-2023.12"),
        ("2022年1月1日—12月31日", "2023年1月1日—12月31日"),
        ("２０２２年１２月底前", "２０２３年１２月底前"),
        ("二〇二二年十二月底前", "二〇二三年十二月底前"),
        ("22年12月底前", "23年12月底前"),
        ("2022年前完成", "2023年前完成"),
        ("≥2000户，2022年12月底前", "≥2000户，2023年12月底前"),
        ("一、2022年养护100公里；二、2022年底前竣工。", "一、2023年养护100公里；二、2023年底前竣工。"),
    ],
)
def test_the_year_of_the_form_is_raised_in_a_date(text, next_text):
    assert (next_text, ()) == of_2022(text)


@pytest.mark.parametrize(
    "text",
    [
        "较2021年增长10%", "较2022年增长", "按财预〔2022〕10号执行", "2020-2022年", "2022—2024年", "≥2022个", "2022元",
        "XM2022001", "2022届毕业生", "2021年建成一期，2022年建成二期", "2022年结转资金", "2025年建成",
    ],
)  # fmt: skip
def test_what_may_mean_anything_else_stays_and_is_named(text):
    after, doubtful = of_2022(text)

    assert text == after
    assert doubtful
    assert all(words in text for words in doubtful)


def test_every_example_of_the_page_is_so():
    page = (ROOT / "docs" / "roll.md").read_text(encoding="utf-8")
    examples = re.findall(r"(?m)^\| (.+) \| (.+) \|$", page.partition("| 原文 | 结转后 |")[2])

    assert len(examples) > 15
    for text, following in examples:
        after, doubtful = of_2022(text)
        assert (text, True) == (after, bool(doubtful)) if following == "存疑" else following == after


@pytest.mark.parametrize("text", ["≥95%", "每年12月底前", "上年结转", "12.31", "2000户", "财预〔2020〕10号", "十四五"])
def test_what_names_no_year_is_neither_raised_nor_doubtful(text):
    assert (text, ()) == of_2022(text)


def test_a_sentence_with_another_year_keeps_all_of_its_years_and_the_next_one_does_not():
    after, doubtful = of_2022("2021年建成一期，2022年建成二期；2022年12月底前验收")

    assert "2021年建成一期，2022年建成二期；2023年12月底前验收" == after
    assert ("2021年建成一期", "2022年建成二期") == doubtful


@pytest.mark.parametrize(
    ("text", "next_text"),
    [("20221231", "20231231"), ("202212", "202312"), ("2022.12", "2023.12"), ("221231", "231231"), ("44926", "45291")],
)
def test_a_bare_number_is_a_day_where_time_is_the_target(text, next_text):
    assert next_text == of_2022(text, is_day=True)[0]
    assert text == of_2022(text)[0]


def test_the_29th_of_february_has_no_next_year():
    for text in ("2024年2月29日", "2024-02-29", "20240229", "45351"):
        made = raised(entry(text), 2024, is_day=True)
        assert (text, True) == (made.entry.written, bool(made.doubtful))


def test_without_a_year_of_the_form_nothing_is_raised_and_every_year_is_named():
    made = raised(entry("2022年12月底前"), None)

    assert ("2022年12月底前", ("2022年12月底前",)) == (made.entry.written, made.doubtful)


# ---- one form --------------------------------------------------------------------------------------------------

MONEY = ("initial_budget", "annual_budget", "executed", "rate", "score", "reason")
RESULTS = ("actual", "score", "reason")


def results(form):
    """What the year brought, in every field that is to be cleared."""
    for funds in form.funds:
        yield from (getattr(funds, field) for field in MONEY)
    for row in form.indicators:
        yield from (getattr(row, field) for field in RESULTS)
    yield from (form.achieved_goal, form.total_score, form.grade)


def plan(form):
    """What is kept, but for its years."""
    yield from (form.project, form.department, form.unit, form.expected_goal)
    for funds in form.funds:
        yield from (funds.name, funds.weight)
    for row in form.indicators:
        yield from (row.level1, row.level2, row.level3, row.target, row.weight)


def first_of_2022():
    return actions.read([FORMS_TEXT])[0].form


def test_the_plan_is_kept_and_what_the_year_brought_is_cleared():
    form = first_of_2022()

    following = roll(form).form

    assert 2023 == following.year
    assert [e.written for e in plan(form)] == [e.written for e in plan(following)]
    assert [] == [e.written for e in results(following) if e.value is not None]
    assert [form.total_weight, form.money_unit] == [following.total_weight, following.money_unit]


def test_every_change_names_its_cell_what_stood_there_and_what_stands_there_now():
    changes = {str(change.spot): change for change in roll(first_of_2022()).changes}

    title, amount, actual = changes["A5"], changes["E10"], changes["F17"]
    assert (RAISED, "年度", "（ 2022 年度）", "（ 2023 年度）") == (
        title.kind, title.field, title.before, title.after.written,
    )  # fmt: skip
    assert (CLEARED, "年度资金总额", "全年执行数", "506,745.04", "") == (
        amount.kind, amount.of, amount.field, amount.before, amount.after.written,
    )  # fmt: skip
    assert ("赴对口支援地区工作次数", "实际完成值", "70 次") == (actual.of, actual.field, actual.before)


def test_what_our_sheet_calculates_is_marked():
    calculated = [change for change in roll(first_of_2022()).changes if change.is_calculated]

    assert ["G10", "H10", "H27"] == [str(change.spot) for change in calculated]


def small(**changes):
    row = Indicator(
        Entry("产出指标", "产出指标", Spot("2022 道路", 13, 2)),
        Entry("时效指标", "时效指标", Spot("2022 道路", 13, 3)),
        entry("完成时间", Spot("2022 道路", 13, 4)),
        entry(changes.pop("target", "2022年12月底前"), Spot("2022 道路", 13, 5)),
        entry("2022年11月", Spot("2022 道路", 13, 6)),
        entry("10", Spot("2022 道路", 13, 7)),
        entry("10", Spot("2022 道路", 13, 8)),
    )
    funds = Funds(entry("年度资金总额"), *map(entry, ("10", "10", "9", "10", "90%", "9")))
    return Form(
        **{
            "sheet": "2022 道路",
            "year": 2022,
            "project": entry("2022年度农村道路项目", Spot("2022 道路", 3, 3)),
            "funds": (funds,),
            "expected_goal": entry("2022年底前完成，较2021年多养护10公里。", Spot("2022 道路", 11, 2)),
            "achieved_goal": entry("2022年全部完成。", Spot("2022 道路", 11, 6)),
            "indicators": (row, row),
            **changes,
        }
    )


def test_the_year_is_raised_in_names_and_in_the_name_of_the_sheet():
    following = roll(small()).form

    assert ("2023 道路", "2023年度农村道路项目") == (following.sheet, following.project.text)


def test_a_cell_that_rows_share_is_changed_once():
    changes = roll(small()).changes

    assert len({(change.spot, change.kind) for change in changes if change.spot}) == len(
        [change for change in changes if change.spot]
    )


def test_doubtful_words_stay_and_are_listed_with_their_cell():
    (doubtful,) = roll(small()).of_kind(DOUBTFUL)

    assert ("B11", "预期目标", ("2022年底前完成", "较2021年多养护10公里")) == (
        doubtful.spot.address, doubtful.field, doubtful.words,
    )  # fmt: skip


def test_a_text_from_several_cells_is_changed_in_each_of_them():
    """目标一 and 目标二 in rows of their own; ≥, 2022 and 年 beside each other."""
    goals = [entry(f"{n}、2022年{n}", Spot("表", 10 + n, 2)) for n in (1, 2)]
    words = "\n".join(goal.written for goal in goals)
    year = entry("2022", Spot("表", 20, 5))
    target = replace(small().indicators[0], target=Entry("2022年", "2022年", year.spot, (year,)))
    form = small(
        expected_goal=Entry(words, words, goals[0].spot, tuple(goals)),
        achieved_goal=Entry(words, words, goals[0].spot, tuple(goals)),
        indicators=(target,),
    )

    rolled = roll(form)

    assert "1、2023年1\n2、2023年2" == rolled.form.expected_goal.text
    raised_cells = {change.spot.address: change.after.written for change in rolled.of_kind(RAISED) if change.spot}
    assert {"B11": "1、2023年1", "B12": "2、2023年2", "E20": "2023"}.items() <= raised_cells.items()
    assert ["B11", "B12"] == [c.spot.address for c in rolled.of_kind(CLEARED) if c.field == "实际完成情况"]


def test_a_label_that_stands_in_the_same_cell_stays():
    change = next(c for c in roll(small(achieved_goal=entry("完成", Spot("表", 9, 1)))).changes if c.before == "完成")

    assert "实际完成情况：" == change.content("实际完成情况：完成")
    assert change.content("完成") is None
    assert change.content(Decimal(9)) is None


def test_without_a_year_only_the_results_are_cleared():
    rolled = roll(small(year=None))

    assert rolled.form.year is None
    assert () == rolled.of_kind(RAISED)
    assert "2022年12月底前" in [change.before for change in rolled.of_kind(DOUBTFUL)]
    assert "" == rolled.form.indicators[0].actual.written


def test_the_day_of_filling_is_cleared_and_what_else_stands_beside_the_form_is_listed():
    spots = [Spot("表", 30, column) for column in range(1, 6)]
    leftovers = [
        Entry(text, text, spot)
        for text, spot in zip(
            ("填报人：马川", "填报日期：2023年3月15日", "填表日期", "2023-03-15", "97.5"), spots, strict=True
        )
    ]

    changes = [change for change in roll(small(), leftovers).changes if change.spot in spots]

    assert [DOUBTFUL, CLEARED, DOUBTFUL, CLEARED, DOUBTFUL] == [change.kind for change in changes]
    assert "填报日期：" == changes[1].content("填报日期：2023年3月15日")
    assert changes[3].content("2023-03-15") is None


def test_a_dash_that_stands_for_no_points_stays_and_one_for_a_result_goes():
    unscored = Funds(entry("其他资金"), *map(entry, ("-", "-", "-", "-", "-", "-")))
    undone = Indicator(
        entry("产出指标"), entry("数量指标"), entry("次数"), entry("≥3次"), entry("-"), entry("5"), entry("-")
    )

    following = roll(small(funds=(unscored,), indicators=(undone,))).form

    assert ["-", "-", ""] == [
        following.funds[0].rate.written,
        following.funds[0].score.written,
        following.funds[0].executed.written,
    ]
    assert ["", ""] == [following.indicators[0].actual.written, following.indicators[0].score.written]


# ---- promises --------------------------------------------------------------------------------------------------

TARGETS = st.sampled_from(
    [
        "≥120公里",
        "2022年12月底前",
        "2022-12-31",
        "较2021年增长5%",
        "=2022年第四季度",
        "二〇二二年底前",
        "及时",
        "≥2022个",
        "100%",
    ]
)
ACTUALS = st.sampled_from(["甲成果一百二十公里", "2022年11月完成", "98.7%", "已完成乙事项", "-", ""])
POINTS = st.integers(1, 30).map(str)
GOALS = st.sampled_from(
    [
        "2022年完成养护。",
        "按财预〔2022〕10号完成",
        "2020-2022年建成；2022年底前验收",
        "保障群众出行",
        "2022年养护，较2021年多。",
        "",
    ]
)
AMOUNTS = st.decimals(1, 10**7, places=2).map(str)


@st.composite
def forms(draw):
    def cell(strategy):
        text = draw(strategy)
        return Entry(read_value(text), text)

    rows = tuple(
        Indicator(
            entry(draw(st.sampled_from(["产出指标", "效益指标"]))),
            entry(draw(st.sampled_from(["时效指标", "数量指标"]))),
            entry(f"指标名{number}"),
            cell(TARGETS), cell(ACTUALS), cell(POINTS), cell(POINTS), cell(st.sampled_from(["", "因雨停工丙天"])),
        )
        for number in range(draw(st.integers(1, 4)))
    )  # fmt: skip
    names = ("年度资金总额", "其中：当年财政拨款", "其他资金")
    funds = tuple(Funds(entry(name), cell(AMOUNTS), cell(AMOUNTS), cell(AMOUNTS)) for name in names)
    weighted = Funds(**vars(funds[0]) | {"weight": entry("10")})
    return Form(
        year=draw(st.sampled_from([2022, 2022, 2022, 2029, None])),
        project=cell(st.sampled_from(["2022年度道路项目", "道路养护", "道路（2022）", "2020-2022年规划编制项目"])),
        department=entry("云岭县交通局"),
        unit=entry("云岭县公路段"),
        money_unit="元",
        funds=(weighted, *funds[1:]),
        expected_goal=cell(GOALS),
        achieved_goal=cell(st.sampled_from(["全年养护一百二十八公里。", ""])),
        indicators=rows,
    )


def drawn(form):
    """The form on our own sheet, as a grid."""
    page = sheet.form_page(form, NATIONAL, "2022 表")
    highest, widest = max(cell.row for cell in page.cells), max(cell.column for cell in page.cells)
    rows = [[None] * widest for _ in range(highest)]
    for cell in page.cells:
        rows[cell.row - 1][cell.column - 1] = held_of(cell.content)
    return Grid.of(rows, page.name, [cell.area for cell in page.cells if cell.area])


def with_changes(grid, changes):
    """The sheet with every change in its cell."""
    rows = [list(row) for row in grid.rows]
    for change in changes:
        if change.spot is not None:
            row, column = change.spot.row - 1, change.spot.column - 1
            held = rows[row][column]
            raw = change.content(held.written if isinstance(held.value, str) else held.value)
            rows[row][column] = Entry() if raw is None else read_cell(raw, change.spot)
    return replace(grid, rows=tuple(map(tuple, rows)))


def said(form):
    """What the form says, without the name of its sheet, which no cell holds; a dash is nothing."""
    return document(form) | {"sheet": None}


@settings(max_examples=60)
@given(forms())
def test_no_result_of_last_year_is_left_in_any_field(form):
    following = roll(form).form

    assert [] == [e.written for e in results(following) if e.value is not None]
    left = {e.written for e in plan(following)}
    assert not left & {e.written for e in results(form) if len(e.written) > 5}


@settings(max_examples=60)
@given(forms())
def test_a_form_that_is_cleared_changes_only_its_years(form):
    """清空后的表再结转, 只有年度变化."""
    once = roll(form).form

    again = roll(once)

    assert {RAISED, DOUBTFUL} >= {change.kind for change in again.changes}
    without_years = [re.sub(r"20\d\d|二〇\S{2}", "Y", str(document(one))) for one in (once, again.form)]
    assert without_years[0].replace(str(once.year), "Y") == without_years[1].replace(str(again.form.year), "Y")


@settings(max_examples=60)
@given(forms())
def test_rolling_twice_raises_by_two(form):
    twice = roll(roll(form).form).form

    assert (None if form.year is None else form.year + 2) == twice.year
    for before, after in zip(plan(form), plan(twice), strict=True):
        numbers = [[int(year) for year in re.findall(r"20\d\d", one.written)] for one in (before, after)]
        assert all(b - a in (0, 2) for a, b in zip(*numbers, strict=True))


@settings(max_examples=40)
@given(forms())
def test_the_changes_in_the_cells_of_our_own_sheet_give_the_same_form(form):
    grid = drawn(form)
    (reading,) = read_forms(grid)
    rolled = roll(reading.form)

    (again,) = read_forms(with_changes(grid, rolled.changes))

    assert said(rolled.form) == said(again.form)
    assert len(rolled.changes) == len({(change.spot, change.kind) for change in rolled.changes})


@pytest.mark.parametrize(
    "style", [Style(), Style(top=2, left=1), Style(levels="repeated"), Style(gap=1), Style(span=2)]
)
def test_the_changes_in_the_cells_of_a_drawn_form_give_the_same_form(tmp_path, style):
    project = PROJECT | {"project": "2024年度乡村道路养护"}
    (grid,) = files.read_grids(workbook(tmp_path / "x.xlsx", ("2024 道路", project, style)))
    (reading,) = read_forms(grid)
    rolled = roll(reading.form, reading.leftovers)

    (again,) = read_forms(with_changes(grid, rolled.changes))

    assert (2025, "2025年度乡村道路养护", "2025 道路") == (again.form.year, again.form.project.text, rolled.form.sheet)
    assert said(rolled.form) == said(again.form)


WILD = [*wild.FORMS, *wild.MORE_FORMS]
# Sheets on which a cleared value comes back from elsewhere or a blank form is read otherwise.
NOT_THE_SAME_BLANK = {
    "headings-2023-own-names-repeated-values", "shaanxi-2020-all-repeated",
    "yunnan-2021-two-row-header-repeated-values",  # the value stands in several cells
    "central-2019-money-as-label-and-value", "central-2020-money-as-label-and-value-with-rate",
    "21-percent-total-row-first-money-vertical", "25-goal-rows-numbered-with-scores",
    "40-transposed-funds-simple-amount-lines",  # money without amounts is not known as money
    "review-2022-sichuan-13-columns", "12-web-copy-all-text", "31-jiangsu-like-execution-columns",  # another total
    "zhejiang-2022-amounts-with-units",  # the unit stood with the amounts
}  # fmt: skip


@pytest.mark.parametrize("one", WILD, ids=lambda one: one.name)
def test_a_form_from_the_wild_keeps_its_plan_and_loses_its_results(one):
    found = read_forms(Grid.of(one.rows, "表", [Area(*merge) for merge in one.merges]))

    assert found
    for reading in found:
        following = roll(reading.form).form

        assert [] == [e.written for e in results(following) if e.value is not None]
        before, after = (
            [re.sub(r"20\d\d|二〇\S\S", "", e.written) for e in plan(form)] for form in (reading.form, following)
        )
        assert before == after


@pytest.mark.parametrize("one", [one for one in WILD if one.name not in NOT_THE_SAME_BLANK], ids=lambda one: one.name)
def test_the_changes_in_the_cells_of_a_form_from_the_wild_give_the_same_form(one):
    grid = Grid.of(one.rows, "表", [Area(*merge) for merge in one.merges])
    rolled = [roll(reading.form) for reading in read_forms(grid)]

    again = read_forms(with_changes(grid, [change for each in rolled for change in each.changes]))

    assert [said(each.form) for each in rolled] == [said(reading.form) for reading in again]
