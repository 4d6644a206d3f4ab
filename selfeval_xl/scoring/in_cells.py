"""What the official cells answer for whatever their cells hold: a number, an error, or nothing.

A cell for a number never holds a sentence: what is wrong is said beside the row, by the checks.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from selfeval_xl.cells import CellError, Value
from selfeval_xl.profiles import Profile
from selfeval_xl.scoring import execution_rate, execution_score, grade, total
from selfeval_xl.scoring.direction import UNNAMED, Named
from selfeval_xl.scoring.suggestion import suggest

# An answer is what a cell shows: a number, words, an Excel error, or nothing.
Answer = Decimal | str | CellError | None

BY_PEOPLE = "人工判断"
NOT_AVAILABLE = CellError("#N/A")  # words or a negative number where an amount or points belong
LONGEST = 250  # characters that every spreadsheet program takes from a function


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
        spent, planned = _numbers(executed, budget)
        return execution_rate(spent, _not_negative(planned), profile)

    return answered(question)


def score_answer(executed: Value, budget: Value, weight: Value, profile: Profile) -> Answer:
    """What the cell 得分 of execution shows."""

    def question() -> Answer:
        spent, planned, points = _numbers(executed, budget, weight)
        return execution_score(spent, _not_negative(planned), _not_negative(points), profile)

    return answered(question)


def suggestion_answer(
    target: str | None, actual: str | None, weight: Value, profile: Profile, named: Named = UNNAMED
) -> Answer:
    """What the cell of the suggested score shows: points, the band of a target in words, or that people judge.

    Target and actual value are taken as written: 50% is not the bare number 0.5. Why people have to judge is said
    beside it, by the checks.
    """

    def question() -> Answer:
        if target is None or actual is None:
            return None
        (points,) = _numbers(weight)
        suggested = suggest(target, actual, _not_negative(points), profile, named)
        if suggested is None or suggested.score is not None:
            return suggested.score if suggested is not None else None
        return BY_PEOPLE if suggested.undecided else suggested.why

    return answered(question)


def total_answer(values: Iterable[Value], profile: Profile, blocks: Iterable[Sequence[Value]] = ()) -> Answer:
    """What a cell 总分 shows; cells that say nothing do not count, and nothing at all stays nothing.

    `blocks` are the points of indicators: without any number there is no total, whatever the execution scores.
    """

    def question() -> Answer:
        listed = [list(block) for block in blocks]
        if any(not any(isinstance(value, Decimal) for value in block) for block in listed):
            return None
        filled = [value for value in (*values, *(cell for block in listed for cell in block)) if value is not None]
        _no_error(filled)
        if any(isinstance(value, str) for value in filled):
            raise Unanswerable(NOT_AVAILABLE)
        if not filled:
            return None
        return total((value for value in filled if isinstance(value, Decimal)), profile)

    return answered(question)


def grade_answer(points: Value, profile: Profile) -> Answer:
    """What the cell 评价等级 shows; an error for points outside 0 to 100."""

    def question() -> Answer:
        (number,) = _numbers(points)
        return grade(number, profile) or NOT_AVAILABLE

    return answered(question)


def _numbers(*values: Value) -> list[Decimal]:
    """The values as numbers. An error is the answer before words are, and words before a blank."""
    _no_error(values)
    if any(isinstance(value, str) for value in values):
        raise Unanswerable(NOT_AVAILABLE)
    numbers = [value for value in values if isinstance(value, Decimal)]
    if len(numbers) < len(values):
        raise Unanswerable(None)
    return numbers


def _no_error(values: Iterable[Value]) -> None:
    error = next((value for value in values if isinstance(value, CellError)), None)
    if error is not None:
        raise Unanswerable(error)


def _not_negative(number: Decimal) -> Decimal:
    if number < 0:
        raise Unanswerable(NOT_AVAILABLE)
    return number
