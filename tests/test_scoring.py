from dataclasses import replace
from decimal import Decimal

import pytest
from conftest import FORMS_TEXT
from hypothesis import given
from hypothesis import strategies as st

from selfeval_xl import actions, scoring, sheet
from selfeval_xl.cells import Entry, read_value
from selfeval_xl.excel import functions
from selfeval_xl.profiles import NATIONAL, PROFILES
from selfeval_xl.scoring import of_form
from selfeval_xl.sheet.page import Formula

D = Decimal
amounts = st.decimals(min_value=0, max_value=10**10, places=2)
weights = st.decimals(min_value=0, max_value=100, places=1)


@pytest.mark.parametrize(
    ("executed", "budget", "rate", "score"),
    [
        ("506745.04", "626500", "0.8089", "8.09"),
        ("151881.2", "190000", "0.7994", "7.99"),
        ("172492.71", "175000", "0.9857", "9.86"),
        ("306600", "306600", "1", "10"),
        ("0", "1000", "0", "0"),
        ("1200", "1000", "1.2", "10"),
        ("-50", "1000", "-0.05", "0"),
        ("0", "0", "0", "0"),
        ("500", "0", "0", "0"),
        ("0.80845", "1", "0.8085", "8.08"),
    ],
)
def test_execution(executed, budget, rate, score):
    """执行率 = 全年执行数 ÷ 全年预算数；得分 = 执行率 × 分值，不超过分值。"""
    assert D(rate) == scoring.execution_rate(D(executed), D(budget), NATIONAL)
    assert D(score) == scoring.execution_score(D(executed), D(budget), D(10), NATIONAL)


@given(amounts, amounts, weights)
def test_the_score_is_never_above_the_weight_nor_below_zero(executed, budget, weight):
    """得分不超过分值。"""
    score = scoring.execution_score(executed, budget, weight, NATIONAL)
    assert 0 <= score <= weight


@given(amounts, amounts.filter(bool), weights)
def test_spending_more_never_scores_less(executed, budget, weight):
    more = scoring.execution_score(executed + 1, budget, weight, NATIONAL)
    assert more >= scoring.execution_score(executed, budget, weight, NATIONAL)


@pytest.mark.parametrize(
    ("points", "grade"),
    [
        ("100", "优"),
        ("90", "优"),
        ("89.99", "良"),
        ("80", "良"),
        ("79.99", "中"),
        ("60", "中"),
        ("59.99", "差"),
        ("0", "差"),
    ],
)
def test_a_grade_begins_exactly_on_its_threshold(points, grade):
    """90 分（含）以上为优。"""
    assert grade == scoring.grade(D(points), NATIONAL)


@pytest.mark.parametrize("points", ["100.01", "-0.01", "1000"])
def test_points_outside_the_scale_have_no_grade(points):
    assert scoring.grade(D(points), NATIONAL) is None


def test_the_totals_of_2022():
    computed = [one.computed for one in actions.read([FORMS_TEXT])]

    assert ["98.09", "97.99", "98.86", "98.00"] == [str(c.total_score) for c in computed]
    assert ["0.8089", "0.7994", "0.9857", "1.0000"] == [str(c.rate) for c in computed]
    assert ["100.00"] * 4 == [str(c.total_weight) for c in computed]
    assert ["优"] * 4 == [c.grade for c in computed]


def entry(written):
    return Entry(read_value(written), written)


@pytest.mark.parametrize("place", ["executed", "annual_budget", "weight", "score", "indicator weight"])
@pytest.mark.parametrize(
    "written",
    ["10分", "#REF!", "#DIV/0!", "-3", "abc", "五十万", "", "-", "——", "0", "9.5", "９．５", "1,200", "TRUE", "9" * 9],
)
def test_a_value_in_the_file_is_what_the_live_function_shows(place, written):
    """单元格里缓存的数值与 Python 实时计算的相同；Python 不能计算的，与公式一样是 #N/A，没有总分就没有等级。"""
    form = actions.read([FORMS_TEXT])[0].form
    funds, first = form.funds[0], form.indicators[0]
    if place == "score":
        first = replace(first, score=entry(written))
    elif place == "indicator weight":
        first = replace(first, weight=entry(written))
    else:
        funds = replace(funds, **{place: entry(written)})
    form = replace(form, funds=(funds, *form.funds[1:]), indicators=(first, *form.indicators[1:]))
    page = sheet.form_page(form, NATIONAL, "表")
    cells = {(cell.row, cell.column): cell.content for cell in page.cells}

    def live(content):
        content = content.value if isinstance(content, Formula) else content
        return float(content) if isinstance(content, Decimal) else None if content is None else str(content)

    executed, budget, weight = (live(cells[6, column]) for column in (6, 5, 7))
    score = functions.SE_EXECUTION_SCORE(executed, budget, weight, "全国通用")
    total = functions.SE_TOTAL(score, [["得分"], *([live(cells[row, 8])] for row in range(13, 23))])
    numbers = [
        functions.SE_EXECUTION_RATE(executed, budget),
        score,
        functions.SE_TOTAL(weight, [["分值"], *([live(cells[row, 7])] for row in range(13, 23))]),
        total,
    ]
    grade = functions.SE_GRADE(total, "全国通用") if isinstance(total, float) else ""
    shown = [*("#N/A" if isinstance(number, str) and number else number for number in numbers), grade]
    assert shown == [live(cells[place]) for place in ((6, 8), (6, 9), (23, 7), (23, 8), (2, 12))]


def test_what_is_no_number_is_not_computed():
    form = actions.read([FORMS_TEXT])[0].form
    first = replace(form.indicators[0], score=entry("10分"))

    computed = of_form.compute(replace(form, indicators=(first, *form.indicators[1:])), NATIONAL)

    assert (D("8.09"), None, None) == (computed.execution_score, computed.total_score, computed.grade)


def test_a_total_is_rounded_once_at_the_end():
    assert D("0.02") == scoring.total([D("0.004")] * 4, NATIONAL)


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_every_number_of_a_profile_has_its_source(profile):
    named = dict(profile.sources)
    numbers = {name for name in profile.__dataclass_fields__ if getattr(profile, name) is not None}
    assert numbers - {"name", "title", "sources"} == set(named)
    assert all(source.notice and source.region for source in named.values())
