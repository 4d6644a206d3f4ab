"""One slip is one finding: which figure was mistyped, and which findings only follow from it.

A wrong amount makes the rate, its score, the total and the grade wrong too, a wrong weight the scores and the sums.
What is sent back is the figure itself.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from selfeval_xl import scoring
from selfeval_xl.cells import Entry, plain, round_half_up
from selfeval_xl.checks import funds, totals
from selfeval_xl.checks.advice import Raised
from selfeval_xl.checks.base import AMOUNTS, Row, Whole
from selfeval_xl.checks.printed import points_agree, rate_agrees
from selfeval_xl.checks.scored import expected_weight, full_weights, sum_of_weights
from selfeval_xl.form import Form, Funds, Indicator
from selfeval_xl.profiles import Profile

# ---- the figure that was mistyped ----------------------------------------------------------------------------


def without_slip(form: Form, profile: Profile) -> Form:
    """The form as it is without an amount or a weight that the others show to be mistyped."""
    return _with_right_weight(_with_right_amounts(form, profile), profile)


def _with_right_amounts(form: Form, profile: Profile) -> Form:
    """A total of money that is not the sum of its parts, where the printed rate is that of the sum."""
    total = form.total_funds
    if total is None or total.rate.number is None or _rate_is_right(total, profile):
        return form
    sums = funds.sums_of_parts(form, total)
    of_parts = funds.total_funds_match_parts.of_form
    sent_back = [found.entry for found in of_parts(Whole(form, profile))] if of_parts is not None else []
    for field in ("executed", "annual_budget"):
        stated: Entry = getattr(total, field)
        if field not in sums or not any(stated is entry for entry in sent_back):
            continue  # a slip of which nothing would be said
        mended = replace(total, **{field: Entry(sums[field], plain(sums[field]), stated.spot)})
        if _rate_is_right(mended, profile):
            return replace(form, funds=tuple(mended if row is total else row for row in form.funds))
    return form


def _rate_is_right(row: Funds, profile: Profile) -> bool:
    executed, budget = row.executed.number, row.annual_budget.number
    if executed is None or not budget:
        return False
    rate = scoring.execution_rate(executed, budget, profile)
    exact = scoring.exact_rate(executed, budget, profile)
    return rate is not None and rate_agrees(row.rate, rate, profile.rate_places, exact)


def _with_right_weight(form: Form, profile: Profile) -> Form:
    """One weight without which the sum would be right, where the score beside it is that of another weight."""
    weights = [row.weight for row in form.indicators if row.weight.written]
    if not weights or any(entry.number is None for entry in weights):
        return form
    if sum_of_weights(form, form.indicators) in full_weights(form, profile):
        return form
    gap = _gap(form, profile)
    total = form.total_funds
    if total is not None and total.weight.number is not None:
        right = total.weight.number - gap
        if right > 0 and _is_mistyped_for_execution(total, right, profile):
            mended = replace(total, weight=_weight(total.weight, right))
            return replace(form, funds=tuple(mended if row is total else row for row in form.funds))
    found = [row for row in form.indicators if _is_mistyped(form, row, gap, profile)]
    if len(found) != 1:
        return form
    (wrong,) = found
    mended_row = replace(wrong, weight=_weight(wrong.weight, (wrong.weight.number or Decimal(0)) - gap))
    return replace(form, indicators=tuple(mended_row if row is wrong else row for row in form.indicators))


def _gap(form: Form, profile: Profile) -> Decimal:
    """By how much the weights are above their right sum; negative below it."""
    return sum_of_weights(form, form.indicators) - expected_weight(form, profile)


def _weight(entry: Entry, right: Decimal) -> Entry:
    return replace(entry, value=right, written=plain(right))


def _is_mistyped_for_execution(total: Funds, right: Decimal, profile: Profile) -> bool:
    score, executed, budget = total.score.number, total.executed.number, total.annual_budget.number
    if score is None or executed is None or not budget:
        return right == profile.execution_points and score is None
    points = [
        scoring.execution_score(executed, budget, weight, profile) for weight in (right, total.weight.number or right)
    ]
    agree = [point is not None and points_agree(total.score, point, profile.score_places, right) for point in points]
    return agree == [True, False]


def _is_mistyped(form: Form, row: Indicator, gap: Decimal, profile: Profile) -> bool:
    """Whether the score of the row is that of its weight without the gap, and not that of the printed weight."""
    weight, score = row.weight.number, row.score.number
    if weight is None or score is None or weight <= gap or not 0 <= score <= weight - gap:
        return False
    if score == weight - gap and row.reason.text is None:
        return True
    right = Row(replace(row, weight=_weight(row.weight, weight - gap)), profile).suggested
    if right is None or right.score is None:
        return False
    return points_agree(row.score, right.score, profile.score_places, weight)


# ---- what follows from it ------------------------------------------------------------------------------------


def causes(raised: Sequence[Raised], whole: Whole) -> Iterator[Raised]:
    """The findings without those that only follow from another one."""
    by_rule = {one.check.name: one for one in raised}
    for one in raised:
        follows = _FOLLOWS.get(one.check.name)
        if follows is None or not follows(one, by_rule, raised, whole):
            yield one


def _rate_explains_score(_: Raised, by_rule: dict[str, Raised], __: Sequence[Raised], whole: Whole) -> bool:
    """The score follows from the printed rate, which is wrong."""
    row = whole.form.total_funds
    if row is None or row.rate.number is None or row.weight.number is None:
        return False
    if not _RATES & by_rule.keys():
        return False
    places = whole.profile.score_places
    printed = round_half_up(min(row.rate.number, Decimal(1)) * row.weight.number, places)
    return points_agree(row.score, printed, places, row.weight.number)


def _budget_explains_rate(_: Raised, by_rule: dict[str, Raised], __: Sequence[Raised], whole: Whole) -> bool:
    """The rate cannot be that of an execution above the budget."""
    row = whole.form.total_funds
    above = (by_rule.get(name) for name in ("execution_is_within_budget", "no_execution_without_budget"))
    return row is not None and any(one is not None and one.found.entry is row.executed for one in above)


def _amounts_explain_rates(_: Raised, by_rule: dict[str, Raised], __: Sequence[Raised], ___: Whole) -> bool:
    """The amounts of the parts are in doubt themselves."""
    return not {"total_funds_match_parts", "amounts_are_numbers"}.isdisjoint(by_rule)


def _part_explains_sum(one: Raised, _: dict[str, Raised], raised: Sequence[Raised], whole: Whole) -> bool:
    """The sum is wrong by what a part without a budget has spent, or by what a part differs from its own parts."""
    stated, expected = one.found.entry.number, one.found.expected
    gap = expected - stated if isinstance(expected, Decimal) and stated is not None else None
    spent = (other.found.entry.number for other in raised if other.check.name == "no_execution_without_budget")
    if gap is not None and any(number == gap for number in spent):
        return True
    total = whole.form.total_funds
    is_of_total = total is not None and any(one.found.entry is getattr(total, field) for field in AMOUNTS)
    return is_of_total and any(_excess_over_parts(other) == gap for other in raised if other.check is one.check)


def _excess_over_parts(one: Raised) -> Decimal | None:
    """By how much an amount is more than its parts."""
    stated, expected = one.found.entry.number, one.found.expected
    return stated - expected if isinstance(expected, Decimal) and stated is not None else None


def _sum_explains_part(one: Raised, by_rule: dict[str, Raised], _: Sequence[Raised], whole: Whole) -> bool:
    """A part is above its budget where the parts do not add up either."""
    total = whole.form.total_funds
    return "total_funds_match_parts" in by_rule and total is not None and one.found.entry is not total.executed


def _weights_explain_total(one: Raised, by_rule: dict[str, Raised], raised: Sequence[Raised], whole: Whole) -> bool:
    """The total is right but for the weights, or but for one score that is wrong itself."""
    stated, expected = one.found.entry.number, one.found.expected
    if stated is None or not isinstance(expected, Decimal):
        return False
    if "execution_is_scored" in by_rule and stated == _sum_of_scores(whole.form):
        return True  # the score for execution is blank in it, too
    weights = by_rule.get("weights_sum_to_100") or by_rule.get("weights_match_heading")
    if weights is not None:
        gap = _gap(whole.form, whole.profile)
        if expected > whole.profile.total_points or expected - stated == gap:
            return True
    for other in raised:
        score = other.found.entry.number
        if other.check.name not in _SCORES or not isinstance(other.found.row, Indicator) or score is None:
            continue
        if _may_score(Row(other.found.row, whole.profile), score - (expected - stated)):
            return True
    return False


def _sum_of_scores(form: Form) -> Decimal:
    return sum((row.score.number for row in form.indicators if row.score.number is not None), Decimal(0))


def _may_score(row: Row, score: Decimal) -> bool:
    """Whether an indicator may have these points by its own target and actual value."""
    suggested, weight = row.suggested, row.indicator.weight.number
    if weight is None or not 0 <= score <= weight:
        return False
    if suggested is not None and suggested.score is not None:
        return points_agree(Entry(score, plain(score)), suggested.score, row.profile.score_places, weight)
    if suggested is not None and suggested.band is not None:
        return suggested.band[0] <= score <= suggested.band[1]
    return True


_SCORES = {
    "score_is_within_weight", "score_is_a_number", "score_follows_from_result", "words_score_is_within_band",
    "unfulfilled_words_lose_points",
}  # fmt: skip


_RATES = {"execution_rate_matches_amounts", "execution_is_within_budget", "no_execution_without_budget"}
_AMOUNTS = {"amounts_are_numbers", "total_funds_match_parts"}
_WEIGHTS = {"weights_sum_to_100", "weights_match_heading", "weight_is_a_number"}

# By the printed figure, what may be wrong in its place.
SLIPS_BEHIND = {
    "execution_rate_matches_amounts": _RATES | _AMOUNTS,
    "execution_score_matches_amounts": _RATES | _AMOUNTS | _WEIGHTS | {"execution_is_scored"},
    "total_weight_matches_sum": _WEIGHTS,
    "total_score_matches_sum": _SCORES | _WEIGHTS | {"execution_is_scored"},
}


def _total_explains_grade(_: Raised, by_rule: dict[str, Raised], __: Sequence[Raised], whole: Whole) -> bool:
    """The grade is that of the total as it should be, or a score is missing in the total."""
    if not whole.is_scored or {"score_is_a_number", "weight_is_a_number"} & by_rule.keys():
        return True
    total = by_rule.get("total_score_matches_sum")
    if total is None or not isinstance(total.found.expected, Decimal):
        return False
    return totals.stated_grade(whole) == scoring.grade(total.found.expected, whole.profile)


def _heading_explains_weights(_: Raised, __: dict[str, Raised], raised: Sequence[Raised], whole: Whole) -> bool:
    """The weights of one block are wrong by what the sum is wrong by."""
    gap = _gap(whole.form, whole.profile)
    return (
        any(
            other.check.name == "weights_match_heading" and totals.gap_of_heading(other.found) == gap
            for other in raised
        )
        and whole.right is whole.form
    )


_FOLLOWS = {
    "total_funds_match_parts": _part_explains_sum,
    "execution_is_within_budget": _sum_explains_part,
    "execution_rate_matches_amounts": _budget_explains_rate,
    "rates_of_parts_match_amounts": _amounts_explain_rates,
    "execution_score_matches_amounts": _rate_explains_score,
    "total_score_matches_sum": _weights_explain_total,
    "grade_matches_total": _total_explains_grade,
    "weights_sum_to_100": _heading_explains_weights,
}
