"""What a reviewer would send back; yields findings, mends nothing.

`CHECKS` lists the rules in the order in which the form is read. An error is wrong whatever anybody thinks, a
warning would come back unless it is explained, advice is worth a thought and can be left out as a whole.
"""

from collections.abc import Iterator, Sequence

from selfeval_xl.checks import funds, head, indicators, last_year, totals
from selfeval_xl.checks.advice import Raised, listed
from selfeval_xl.checks.base import ADVICE, ERROR, LEVELS, WARNING, Check, Finding, Row, Whole, around, percent, quoted
from selfeval_xl.checks.scored import only_scored
from selfeval_xl.checks.slips import SLIPS_BEHIND, causes, without_slip
from selfeval_xl.checks.typed import as_typed
from selfeval_xl.form import Form, Indicator
from selfeval_xl.profiles import Profile

__all__ = (
    "ADVICE", "ARITHMETIC", "CHECKS", "ERROR", "LEVELS", "WARNING", "Check", "Finding", "arithmetic",
    "differences", "findings", "percent", "quoted", "row_findings",
)  # fmt: skip

_ABOVE: tuple[Check, ...] = (
    head.cells_hold_no_errors,
    head.names_and_year_are_filled,
    head.template_hints_are_replaced,
    head.words_are_whole,
    funds.amounts_are_numbers,
    funds.execution_rate_matches_amounts,
    funds.rates_of_parts_match_amounts,
    funds.execution_score_matches_amounts,
    funds.execution_is_scored,
    funds.no_execution_without_budget,
    funds.execution_is_within_budget,
    funds.amounts_are_in_the_unit_of_the_form,
    funds.total_funds_match_parts,
    funds.low_execution_needs_a_reason,
    funds.execution_weight_is_that_of_the_rules,
    head.goal_differs_from_result,
    head.years_are_this_year,
    head.words_are_of_this_project,
    last_year.amounts_are_not_last_years,
    last_year.words_are_not_last_years,
    last_year.results_are_not_last_years,
)
_ROWS: tuple[Check, ...] = (
    indicators.payment_progress_is_no_output,
    indicators.indicator_has_a_name,
    indicators.target_is_given,
    indicators.target_is_due_in_this_year,
    indicators.cost_is_limited_from_above,
    indicators.effects_can_be_measured,
    indicators.result_is_given,
    indicators.units_agree,
    indicators.units_are_written_alike,
    indicators.result_states_a_number,
    indicators.result_does_not_repeat_target,
    indicators.shares_are_within_100,
    indicators.far_above_target_needs_a_reason,
    indicators.far_above_target_is_noted,
    indicators.satisfaction_has_evidence,
    indicators.weight_is_a_number,
    indicators.score_is_a_number,
    indicators.score_is_within_weight,
    indicators.score_follows_from_result,
    indicators.words_score_is_within_band,
    indicators.unfulfilled_words_lose_points,
    indicators.delays_need_a_reason,
    indicators.missed_ranges_need_a_reason,
    indicators.points_lost_need_a_reason,
    indicators.reasons_have_content,
)
_BELOW: tuple[Check, ...] = (
    totals.rows_with_points_are_filled,
    totals.weights_match_heading,
    totals.indicators_are_not_repeated,
    totals.first_level_blocks_are_complete,
    totals.weights_sum_to_100,
    totals.total_weight_matches_sum,
    totals.total_score_matches_sum,
    totals.totals_are_numbers,
    totals.grade_matches_total,
    totals.not_everything_has_full_marks,
)
CHECKS = (*_ABOVE, *_ROWS, *_BELOW)
_ROW_RULES = tuple((check, check.of_row) for check in _ROWS if check.of_row is not None)
ARITHMETIC = (
    funds.execution_rate_matches_amounts,
    funds.execution_score_matches_amounts,
    totals.total_weight_matches_sum,
    totals.total_score_matches_sum,
)


def findings(form: Form, profile: Profile, others: Sequence[Form] = (), *, advice: bool = True) -> tuple[Finding, ...]:
    """Everything that would come back, in the order in which the form is read; nothing of a blank form.

    `others` are the forms handed in together with this one, for what was taken from another project or from last year.
    """
    if form.is_blank:
        return ()
    typed = as_typed(only_scored(form, profile))
    one = Whole(typed, profile, tuple(others), without_slip(typed, profile))
    raised = (one for one in causes(tuple(_all(one)), one) if advice or one.level != ADVICE)
    return tuple(each.finding(typed, profile) for each in listed(raised, typed))


def _all(one: Whole) -> Iterator[Raised]:
    yield from _of_form(_ABOVE, one)
    for row in one.rows:
        yield from _of_row(row)
    yield from _of_form(_BELOW, one)


def _of_form(checks: Sequence[Check], one: Whole) -> Iterator[Raised]:
    for check in checks:
        if check.of_form is not None:
            for found in check.of_form(one):
                yield Raised(check, found)


# What rows said in which nothing was found: after a change all others are as they were.
_BLAMELESS: set[tuple[object, ...]] = set()
_MOST_BLAMELESS = 4096


def _of_row(row: Row) -> Iterator[Raised]:
    everything = row.everything
    if everything in _BLAMELESS or row.has_error:
        return
    is_blameless = True
    for check, broken in _ROW_RULES:
        for found in broken(row):
            is_blameless = False
            yield Raised(check, found)
    if is_blameless:
        if len(_BLAMELESS) >= _MOST_BLAMELESS:
            _BLAMELESS.clear()
        _BLAMELESS.add(everything)


def row_findings(indicator: Indicator, profile: Profile, *, advice: bool = True) -> tuple[Finding, ...]:
    """What would come back of one indicator by itself, without its form."""
    form = Form(indicators=(indicator,))
    row = Row(indicator, profile, around(form))
    if not row.is_begun:
        return ()
    return tuple(each.finding(form, profile) for each in _of_row(row) if advice or each.level != ADVICE)


def arithmetic(form: Form, profile: Profile) -> tuple[Finding, ...]:
    """Where the form's printed rate, score and totals differ from what its own figures give."""
    return tuple(each.finding(form, profile) for each in _of_form(ARITHMETIC, Whole(form, profile)))


def differences(form: Form, profile: Profile) -> tuple[Finding, ...]:
    """The same as `findings` says it: in place of a total that only follows from a wrong score stands that score."""
    if not (printed := arithmetic(form, profile)):
        return ()
    found, names = findings(form, profile, advice=False), {check.name for check in ARITHMETIC}
    follow = {one.rule for one in printed} - {one.rule for one in found}
    behind = {name for rule in follow for name in SLIPS_BEHIND[rule]}
    return tuple(one for one in found if one.rule in names | behind)
