"""What a reviewer would send back; yields findings, mends nothing.

`CHECKS` lists the rules in the order in which the form is read. An error is wrong whatever anybody thinks, a
warning would come back unless it is explained, advice is worth a thought and can be left out as a whole.
"""

from collections.abc import Iterator, Sequence

from selfeval_xl.checks import rows, whole
from selfeval_xl.checks.base import ADVICE, ERROR, LEVELS, WARNING, Check, Finding, Row, Whole, percent
from selfeval_xl.form import Form, Indicator
from selfeval_xl.rules import Rules

__all__ = (
    "ADVICE", "ARITHMETIC", "CHECKS", "ERROR", "LEVELS", "WARNING", "Check", "Finding", "arithmetic", "findings",
    "percent", "row_findings",
)  # fmt: skip

_ABOVE: tuple[Check, ...] = (
    whole.cells_hold_no_errors,
    whole.names_and_year_are_filled,
    whole.template_hints_are_replaced,
    whole.amounts_are_numbers,
    whole.execution_rate_matches_amounts,
    whole.execution_score_matches_amounts,
    whole.execution_is_scored,
    whole.no_execution_without_budget,
    whole.execution_is_within_budget,
    whole.total_funds_match_parts,
    whole.low_execution_needs_a_reason,
    whole.execution_weight_is_that_of_the_rules,
    whole.goal_differs_from_result,
    whole.years_are_this_year,
    whole.words_are_of_this_project,
)
_ROWS: tuple[Check, ...] = (
    rows.payment_progress_is_no_output,
    rows.indicator_has_a_name,
    rows.target_is_given,
    rows.cost_is_limited_from_above,
    rows.effects_can_be_measured,
    rows.result_is_given,
    rows.units_agree,
    rows.units_are_written_alike,
    rows.result_states_a_number,
    rows.result_does_not_repeat_target,
    rows.shares_are_within_100,
    rows.far_above_target_needs_a_reason,
    rows.far_above_target_is_noted,
    rows.satisfaction_has_evidence,
    rows.weight_is_a_number,
    rows.score_is_a_number,
    rows.score_is_within_weight,
    rows.score_follows_from_result,
    rows.words_score_is_within_band,
    rows.unfulfilled_words_lose_points,
    rows.delays_need_a_reason,
    rows.missed_ranges_need_a_reason,
    rows.points_lost_need_a_reason,
    rows.reasons_have_content,
)
_BELOW: tuple[Check, ...] = (
    rows.rows_with_points_are_filled,
    rows.weights_match_heading,
    rows.indicators_are_not_repeated,
    whole.first_level_blocks_are_complete,
    whole.weights_sum_to_100,
    whole.total_weight_matches_sum,
    whole.total_score_matches_sum,
    whole.totals_are_numbers,
    whole.grade_matches_total,
    whole.not_everything_has_full_marks,
)
CHECKS = (*_ABOVE, *_ROWS, *_BELOW)
ARITHMETIC = (
    whole.execution_rate_matches_amounts,
    whole.execution_score_matches_amounts,
    whole.total_weight_matches_sum,
    whole.total_score_matches_sum,
)


def findings(form: Form, rules: Rules, others: Sequence[Form] = (), *, advice: bool = True) -> tuple[Finding, ...]:
    """Everything that would come back, in the order in which the form is read; nothing of a blank form.

    `others` are the forms handed in together with this one, for words taken from another project.
    """
    if form.is_blank:
        return ()
    one = Whole(form, rules, tuple(others))
    return tuple(finding for finding in _all(one) if advice or finding.level != ADVICE)


def _all(one: Whole) -> Iterator[Finding]:
    yield from _of_form(_ABOVE, one)
    for row in one.rows:
        yield from _of_row(row)
    yield from _of_form(_BELOW, one)


def _of_form(checks: Sequence[Check], one: Whole) -> Iterator[Finding]:
    for check in checks:
        if check.of_form is not None:
            yield from (check.finding(found, one.form, one.rules) for found in check.of_form(one))


def _of_row(row: Row) -> Iterator[Finding]:
    if row.has_error:
        return
    for check in _ROWS:
        if check.of_row is not None:
            yield from (check.finding(found, row.form, row.rules) for found in check.of_row(row))


def row_findings(indicator: Indicator, rules: Rules, *, advice: bool = True) -> tuple[Finding, ...]:
    """What would come back of one indicator by itself, without its form."""
    row = Row(Form(indicators=(indicator,)), indicator, rules)
    if not row.is_begun:
        return ()
    return tuple(finding for finding in _of_row(row) if advice or finding.level != ADVICE)


def arithmetic(form: Form, rules: Rules) -> tuple[Finding, ...]:
    """Where the form's printed rate, score and totals differ from what its own figures give."""
    return tuple(_of_form(ARITHMETIC, Whole(form, rules)))
