from decimal import Decimal

import pytest
from conftest import FORMS_TEXT
from hypothesis import given
from hypothesis import strategies as st

from selfeval_xl import actions, scoring
from selfeval_xl.rules import NATIONAL, profile

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


def test_a_total_is_rounded_once_at_the_end():
    assert D("0.02") == scoring.total([D("0.004")] * 4, NATIONAL)


def test_every_number_of_a_profile_has_its_source():
    named = dict(NATIONAL.sources)
    assert {"execution_points", "rate_without_budget", "rate_places", "score_places", "total_points", "grades"} == set(
        named
    )
    assert all(source.notice and source.region for source in named.values())


@pytest.mark.parametrize("name", [None, "", " ", "national", "National", "全国通用", " 全国通用 "])
def test_a_profile_is_found_by_name_or_title(name):
    assert profile(name) is NATIONAL
