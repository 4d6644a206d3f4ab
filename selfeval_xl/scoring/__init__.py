"""The arithmetic of the form: rates, scores and totals, on plain numbers, then on cells, then on a form.

Live cells, cached values in files and frozen copies all come from these functions.
"""

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from selfeval_xl.cells import CellError, Entry, Value, read_value, round_half_up
from selfeval_xl.profiles import Profile

if TYPE_CHECKING:  # cells wait for this module and never need a form
    from selfeval_xl.form import Form


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


# ---- on cells ------------------------------------------------------------------------------------------------

# An answer is what a cell shows: a number, a sentence that says what is wrong, an Excel error, or nothing.
Answer = Decimal | str | CellError | None

_EXECUTED, _BUDGET, _WEIGHT = "全年执行数", "全年预算数", "分值"
_SHOWN = 20  # characters of a wrong input that a sentence repeats
_SENTENCE = re.compile(
    ".*(?:应为数字，现为“.*”|不能为负数|请只选一个单元格|不是数字，无法合计|应在 0 到 100 之间|的评分规则"
    "|尚未算出，请先按其提示改正)",
    re.DOTALL,
)


class Unanswerable(Exception):
    """Ends an answer early with what the cell is to show instead."""

    def __init__(self, shown: str | CellError | None) -> None:
        super().__init__(shown)
        self.shown = shown


def answered(question: Callable[[], Answer]) -> Answer:
    """The answer of a question, also where it ended early; beyond Excel's numbers it is #NUM!."""
    try:
        answer = question()
    except Unanswerable as early:
        return early.shown
    if isinstance(answer, Decimal) and not math.isfinite(float(answer)):
        return CellError("#NUM!")
    return answer


def rate_answer(executed: Value, budget: Value, profile: Profile) -> Answer:
    """What the cell 执行率 shows."""

    def question() -> Answer:
        spent, planned = _numbers({_EXECUTED: executed, _BUDGET: budget})
        return execution_rate(spent, _not_negative(_BUDGET, planned), profile)

    return answered(question)


def score_answer(executed: Value, budget: Value, weight: Value, profile: Profile) -> Answer:
    """What the cell 得分 of execution shows."""

    def question() -> Answer:
        spent, planned, points = _numbers({_EXECUTED: executed, _BUDGET: budget, _WEIGHT: weight})
        return execution_score(spent, _not_negative(_BUDGET, planned), _not_negative(_WEIGHT, points), profile)

    return answered(question)


def weight_of(weight: Value) -> Decimal:
    """The points of an indicator; ends the answer early where they are blank, negative or no number."""
    (points,) = _numbers({_WEIGHT: weight})
    return _not_negative(_WEIGHT, points)


def total_answer(values: Iterable[Value], profile: Profile) -> Answer:
    """What a cell 总分 shows; cells that say nothing do not count, and nothing at all stays nothing."""

    def question() -> Answer:
        filled = [value for value in values if value is not None]
        _no_error(filled)
        wrong = [value for value in filled if isinstance(value, str)]
        if wrong:
            foreign = next((value for value in wrong if not _SENTENCE.fullmatch(value)), None)
            raise Unanswerable(_not_yet("其中一项") if foreign is None else f"“{shortened(foreign)}”不是数字，无法合计")
        return total((value for value in filled if isinstance(value, Decimal)), profile) if filled else None

    return answered(question)


def grade_answer(points: Value, profile: Profile) -> Answer:
    """What the cell 评价等级 shows."""

    def question() -> Answer:
        (number,) = _numbers({"总分": points})
        found = grade(number, profile)
        if found is None:
            raise Unanswerable("总分应在 0 到 100 之间")
        return found

    return answered(question)


def shortened(text: str) -> str:
    """As much of a wrong input as a sentence repeats."""
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def _numbers(values: dict[str, Value]) -> list[Decimal]:
    """The values as numbers. An error is the answer before words are, and words before a blank."""
    _no_error(values.values())
    for name, value in values.items():
        if isinstance(value, str):
            raise Unanswerable(
                _not_yet(name) if _SENTENCE.fullmatch(value) else f"{name}应为数字，现为“{shortened(value)}”"
            )
    numbers = [value for value in values.values() if isinstance(value, Decimal)]
    if len(numbers) < len(values):
        raise Unanswerable(None)
    return numbers


def _no_error(values: Iterable[Value]) -> None:
    error = next((value for value in values if isinstance(value, CellError)), None)
    if error is not None:
        raise Unanswerable(error)


def _not_negative(name: str, number: Decimal) -> Decimal:
    if number < 0:
        raise Unanswerable(f"{name}不能为负数")
    return number


def _not_yet(name: str) -> str:
    """A pointer to a sentence of ours in another cell, instead of the sentence once more."""
    return f"{name}尚未算出，请先按其提示改正"


# ---- on a form -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answers:
    """What the official cells of one form show."""

    rate: Answer
    execution_score: Answer
    total_weight: Answer
    total_score: Answer
    grade: Answer


@dataclass(frozen=True)
class Computed:
    """The numbers that follow from the form's own amounts and scores; None where a cell shows anything else."""

    rate: Decimal | None
    execution_score: Decimal | None
    total_weight: Decimal | None
    total_score: Decimal | None
    grade: str | None


def answers(form: "Form", profile: Profile) -> Answers:
    """What the official cells show, from the cells that the form fills."""
    funds = form.total_funds
    executed = budget = weight = None
    if funds is not None:
        executed, budget, weight = said(funds.executed), said(funds.annual_budget), said(funds.weight)
    score = score_answer(executed, budget, weight, profile)
    total_score = total_answer((score, *(said(i.score) for i in form.indicators)), profile)
    return Answers(
        rate_answer(executed, budget, profile),
        score,
        total_answer((weight, *(said(i.weight) for i in form.indicators)), profile),
        total_score,
        grade_answer(total_score, profile),
    )


_MOST_FOR_EXECUTION = Decimal(30)  # points; more is left over only where an indicator is missing


def with_execution_weight(form: "Form", profile: Profile) -> "Form":
    """The form with the points for execution that the other weights leave of 100, where only their score is printed."""
    funds = form.total_funds
    weights = [row.weight.number for row in form.indicators if row.weight.number is not None]
    if funds is None or funds.weight.written or funds.score.number is None or len(weights) < len(form.indicators):
        return form
    weight = profile.total_points - sum(weights, Decimal(0))
    if not weights or not max(funds.score.number, Decimal(1)) <= weight <= _MOST_FOR_EXECUTION:
        return form
    weighted = replace(funds, weight=Entry(weight, str(weight)))
    return replace(form, funds=tuple(weighted if row is funds else row for row in form.funds))


def compute(form: "Form", profile: Profile) -> Computed:
    """Rates, scores and totals of one form, as far as they are numbers."""
    shown = answers(form, profile)
    return Computed(
        _number_or_none(shown.rate),
        _number_or_none(shown.execution_score),
        _number_or_none(shown.total_weight),
        _number_or_none(shown.total_score),
        next((name for _, name in profile.grades if name == shown.grade), None),
    )


def _number_or_none(answer: Answer) -> Decimal | None:
    return answer if isinstance(answer, Decimal) else None


def said(entry: Entry) -> Value:
    """What a function hears from the cell into which this entry is written."""
    return entry.value if isinstance(entry.value, Decimal | CellError) else read_value(entry.written)
