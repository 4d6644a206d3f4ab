from dataclasses import replace
from decimal import Decimal

from conftest import FORMS_TEXT

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


def test_a_rate_is_shown_with_two_decimals_or_as_many_as_it_has():
    assert ["80.88%", "100.00%", "80.885%", "0.00%"] == [
        percent(Decimal(r)) for r in ("0.8088", "1.0000", "0.80885", "0")
    ]
