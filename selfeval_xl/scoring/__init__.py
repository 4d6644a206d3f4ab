"""The arithmetic of the form: rates, scores, totals and the grade, on plain numbers.

Live cells, cached values in files and frozen copies all come from these functions.
"""

from collections.abc import Iterable
from decimal import Decimal

from selfeval_xl.cells import round_half_up
from selfeval_xl.profiles import Profile


def execution_rate(executed: Decimal, budget: Decimal, profile: Profile) -> Decimal:
    """Share of the full-year budget that was spent, as a fraction; what the profile says without a budget.

    Source: form notes, 执行率 = 全年执行数 ÷ 全年预算数, in per cent with two decimals.
    """
    return round_half_up(exact_rate(executed, budget, profile), profile.rate_places)


def execution_score(executed: Decimal, budget: Decimal, weight: Decimal, profile: Profile) -> Decimal:
    """Points for execution: rate × weight, not above the weight and not below zero.

    The exact rate is used, and only the score is rounded, so that nothing is rounded twice.
    Source: form notes; a negative result counts as 0 (provincial system).
    """
    return round_half_up(exact_score(executed, budget, weight, profile), profile.score_places)


def exact_rate(executed: Decimal, budget: Decimal, profile: Profile) -> Decimal:
    """The rate before it is rounded."""
    if budget == 0:
        return profile.rate_without_budget
    return executed / budget


def exact_score(executed: Decimal, budget: Decimal, weight: Decimal, profile: Profile) -> Decimal:
    """The points for execution before they are rounded."""
    return min(max(exact_rate(executed, budget, profile), Decimal(0)), Decimal(1)) * weight


def total(values: Iterable[Decimal], profile: Profile) -> Decimal:
    """Sum of points, rounded once at the end."""
    return round_half_up(sum(values, Decimal(0)), profile.score_places)


def grade(points: Decimal, profile: Profile) -> str | None:
    """优, 良, 中 or 差; exactly on a threshold counts upwards. None for points outside 0 to 100."""
    if points > profile.total_points:
        return None
    return next((name for threshold, name in profile.grades if points >= threshold), None)
