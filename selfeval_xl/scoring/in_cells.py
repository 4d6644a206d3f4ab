"""What the official cells answer for whatever their cells hold: a number, words, an error, or nothing."""

import math
import re
from collections.abc import Callable, Iterable
from decimal import Decimal

from selfeval_xl.cells import CellError, Value, short
from selfeval_xl.profiles import Profile
from selfeval_xl.scoring import execution_rate, execution_score, grade, total

# An answer is what a cell shows: a number, a sentence that says what is wrong, an Excel error, or nothing.
Answer = Decimal | str | CellError | None

_EXECUTED, _BUDGET, _WEIGHT = "全年执行数", "全年预算数", "分值"
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
            raise Unanswerable(_not_yet("其中一项") if foreign is None else f"“{short(foreign)}”不是数字，无法合计")
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


def _numbers(values: dict[str, Value]) -> list[Decimal]:
    """The values as numbers. An error is the answer before words are, and words before a blank."""
    _no_error(values.values())
    for name, value in values.items():
        if isinstance(value, str):
            raise Unanswerable(
                _not_yet(name) if _SENTENCE.fullmatch(value) else f"{name}应为数字，现为“{short(value)}”"
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
