"""The arithmetic of the form: rates, scores and totals, on plain numbers, then on a form.

Live cells, cached values in files and frozen copies all come from these functions.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from selfeval_xl.cells import round_half_up
from selfeval_xl.rules import Rules

if TYPE_CHECKING:  # cells wait for this module and never need a form
    from selfeval_xl.form import Form


def execution_rate(executed: Decimal, budget: Decimal, rules: Rules) -> Decimal:
    """Share of the full-year budget that was spent, as a fraction; what `rules` says without a budget.

    Source: form notes, 执行率 = 全年执行数 ÷ 全年预算数, in per cent with two decimals.
    """
    return round_half_up(_exact_rate(executed, budget, rules), rules.rate_places)


def execution_score(executed: Decimal, budget: Decimal, weight: Decimal, rules: Rules) -> Decimal:
    """Points for execution: rate × weight, not above the weight and not below zero.

    The exact rate is used, and only the score is rounded, so that nothing is rounded twice.
    Source: form notes; a negative result counts as 0 (provincial system).
    """
    rate = min(max(_exact_rate(executed, budget, rules), Decimal(0)), Decimal(1))
    return round_half_up(rate * weight, rules.score_places)


def _exact_rate(executed: Decimal, budget: Decimal, rules: Rules) -> Decimal:
    if budget == 0:
        return rules.rate_without_budget
    return executed / budget


def total(values: Iterable[Decimal], rules: Rules) -> Decimal:
    """Sum of points, rounded once at the end."""
    return round_half_up(sum(values, Decimal(0)), rules.score_places)


def grade(points: Decimal, rules: Rules) -> str | None:
    """优, 良, 中 or 差; exactly on a threshold counts upwards. None for points outside 0 to 100."""
    if points > rules.total_points:
        return None
    return next((name for threshold, name in rules.grades if points >= threshold), None)


@dataclass(frozen=True)
class Computed:
    """What follows from the form's own amounts and scores; None where it does not say enough."""

    rate: Decimal | None
    execution_score: Decimal | None
    total_weight: Decimal | None
    total_score: Decimal | None
    grade: str | None


def compute(form: "Form", rules: Rules) -> Computed:
    """Rates, scores and totals of one form, from its amounts, weights and indicator scores."""
    funds = form.total_funds
    executed = budget = weight = None
    if funds is not None:
        executed, budget, weight = funds.executed.number, funds.annual_budget.number, funds.weight.number
    rate = score = None
    if executed is not None and budget is not None and budget >= 0:
        rate = execution_rate(executed, budget, rules)
        if weight is not None and weight >= 0:
            score = execution_score(executed, budget, weight, rules)
    total_weight = _total_of((weight, *(i.weight.number for i in form.indicators)), rules)
    total_score = _total_of((score, *(i.score.number for i in form.indicators)), rules)
    return Computed(
        rate,
        score,
        total_weight,
        total_score,
        None if total_score is None else grade(total_score, rules),
    )


def _total_of(values: Iterable[Decimal | None], rules: Rules) -> Decimal | None:
    numbers = [value for value in values if value is not None]
    return total(numbers, rules) if numbers else None
