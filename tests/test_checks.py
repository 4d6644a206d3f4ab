import re
from dataclasses import replace
from decimal import Decimal

import pytest
from conftest import FORMS_TEXT
from hypothesis import given
from hypothesis import strategies as st

from selfeval_xl import actions, checks
from selfeval_xl.cells import Entry
from selfeval_xl.checks import percent
from selfeval_xl.rules import NATIONAL


def test_the_printed_rate_of_the_first_form_is_reported_and_no_other():
    """打印的 80.88% 与按金额计算的 80.89% 不一致。"""
    found = [finding for one in actions.read([FORMS_TEXT]) for finding in one.findings]

    assert ["execution_rate_matches_amounts"] == [f.rule for f in found]
    assert ("合作交流工作业务费", "G10", "error", "0.8088", "0.8089") == (
        found[0].sheet, found[0].cell, found[0].level, found[0].stated, found[0].expected,
    )  # fmt: skip
    assert "80.88%" in found[0].message
    assert "80.89%" in found[0].message
    assert "0.01 个百分点" in found[0].message


def _first():
    return actions.read([FORMS_TEXT])[1].form  # the second form has no differences


def _entry(number):
    return Entry(Decimal(number), number)


def test_a_form_whose_figures_agree_has_no_findings():
    assert () == checks.arithmetic(_first(), NATIONAL)


def test_a_wrong_total_is_named_with_both_numbers_and_the_gap():
    form = replace(_first(), total_score=_entry("98.49"))

    (found,) = checks.arithmetic(form, NATIONAL)

    assert "total_score_matches_sum" == found.rule
    assert "总分填 98.49，各项得分之和应为 97.99，多 0.50。请改为 97.99 或核对各项。" == found.message


def test_a_wrong_execution_score_and_a_wrong_weight_sum_are_found():
    form = _first()
    funds = (replace(form.funds[0], score=_entry("8.5")), *form.funds[1:])
    form = replace(form, funds=funds, total_weight=_entry("99"))

    found = [f.rule for f in checks.arithmetic(form, NATIONAL)]

    assert ["execution_score_matches_amounts", "total_weight_matches_sum"] == found


def test_a_rate_is_shown_with_two_decimals():
    assert ["80.88%", "100.00%", "80.89%", "0.00%", "80.89%"] == [
        percent(Decimal(r)) for r in ("0.8088", "1.0000", "0.80885", "0", "0.80885070")
    ]


def _with(rate=None, score=None):
    """The second form: 151881.2 ÷ 190000 = 79.9374…%, 7.99 points."""
    form = _first()
    funds = form.funds[0]
    if rate is not None:
        funds = replace(funds, rate=Entry(Decimal(rate[0]), rate[1]))
    if score is not None:
        funds = replace(funds, score=Entry(Decimal(score[0]), score[1]))
    return replace(form, funds=(funds, *form.funds[1:]))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("0.7994", "79.94%"),
        ("0.799374736842105", "79.94%"),
        ("0.799374736842105", "0.799374736842105"),
        ("0.799", "79.9%"),
        ("0.80", "80%"),
        ("0.8", "80"),
        ("0.8", "0.8"),
        ("0.799374736842105", "80%"),
        ("0.7994", "０.７９９４"),
        ("0.799", "79. 9％"),
    ],
)
def test_a_rate_printed_shorter_than_usual_is_no_mistake(value, written):
    assert () == checks.arithmetic(_with(rate=(value, written)), NATIONAL)


@pytest.mark.parametrize(
    ("value", "written"),
    [("0.7993", "79.93%"), ("0.79", "79%"), ("0.798", "79.8%"), ("1", "1"), ("1", "100%"), ("0", "0"), ("0.9", "0.9")],
)
def test_a_rate_that_is_wrong_at_its_own_precision_is_reported(value, written):
    (found,) = checks.arithmetic(_with(rate=(value, written)), NATIONAL)

    assert "execution_rate_matches_amounts" == found.rule


@pytest.mark.parametrize(
    ("value", "written"), [("7.99", "7.99"), ("7.99374736842105", "7.99"), ("8.0", "8.0"), ("8", "8")]
)
def test_a_score_printed_shorter_than_usual_is_no_mistake(value, written):
    assert () == checks.arithmetic(_with(score=(value, written)), NATIONAL)


@pytest.mark.parametrize(("value", "written"), [("7.98", "7.98"), ("7.9", "7.9"), ("7", "7"), ("10", "10")])
def test_a_score_that_is_wrong_at_its_own_precision_is_reported(value, written):
    (found,) = checks.arithmetic(_with(score=(value, written)), NATIONAL)

    assert "execution_score_matches_amounts" == found.rule


@given(st.decimals(min_value=0, max_value=2, places=12), st.decimals(min_value=0, max_value=100, places=9))
def test_a_message_never_shows_more_than_two_decimals(rate, score):
    form = replace(_with((rate, str(rate)), (score, str(score))), total_score=Entry(score, str(score)))

    for found in checks.arithmetic(form, NATIONAL):
        assert max(map(len, re.findall(r"\d+\.(\d+)", found.message)), default=0) <= 2
