"""What cells call.

Every input has an answer: a number, a blank (""), a short Chinese sentence, or the name of an
Excel error, which the workbook's bridge turns into that error. Nothing is ever raised.
Names, arguments and descriptions here are the source of the VBA wrappers.
"""

import functools
import math
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from selfeval_xl import logbook, rules, scoring
from selfeval_xl.cells import CellError, Value, read_value
from selfeval_xl.errors import UnknownProfile
from selfeval_xl.xl import xw

CATEGORY = "绩效自评"
_SHOWN = 20  # characters of a wrong input that a sentence repeats


class _Answer(Exception):
    """Ends a function early with what the cell is to show."""

    def __init__(self, shown: str) -> None:
        super().__init__(shown)
        self.shown = shown


def _answering(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, with an answer for every input; a bug is logged and shown as #VALUE!."""

    @functools.wraps(function)
    def answer(*args: Any) -> Any:
        try:
            return _for_excel(function(*args))
        except _Answer as early:
            return early.shown
        except Exception:
            import traceback

            logbook.note(f"{function.__name__}{args!r:.2000}\n{traceback.format_exc()}")
            return "#VALUE!"

    return answer


def _for_excel(result: Any) -> Any:
    """Excel takes a Decimal for currency and shows an empty answer as 0, so: float and blank text."""
    if result is None:
        return ""
    if isinstance(result, Decimal):
        number = float(result)
        return number if math.isfinite(number) else "#NUM!"
    return result


def _flat(raw: Any) -> Iterator[Any]:
    if isinstance(raw, list | tuple):
        for part in raw:
            yield from _flat(part)
    else:
        yield raw


def _value(name: str, raw: Any) -> Value:
    """What one argument says; of several cells, the only filled one (a merged area)."""
    filled = [value for value in map(read_value, _flat(raw)) if value is not None]
    error = next((value for value in filled if isinstance(value, CellError)), None)
    if error is not None:
        raise _Answer(error.name)
    if len(filled) > 1:
        raise _Answer(f"{name}请只选一个单元格")
    return filled[0] if filled else None


def _number(name: str, raw: Any) -> Decimal:
    """The argument as a number that is not negative; a blank makes the answer blank."""
    value = _value(name, raw)
    if value is None:
        raise _Answer("")
    if not isinstance(value, Decimal):
        raise _Answer(f"{name}应为数字，现为“{_shortened(str(value))}”")
    return value


def _not_negative(name: str, raw: Any) -> Decimal:
    number = _number(name, raw)
    if number < 0:
        raise _Answer(f"{name}不能为负数")
    return number


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def _rules(raw: Any) -> rules.Rules:
    value = _value("评分规则", raw)
    try:
        return rules.profile(None if value is None else str(value))
    except UnknownProfile:
        raise _Answer(f"没有名为“{_shortened(str(value))}”的评分规则") from None


def _first_error(*raw: Any) -> None:
    """An error among the arguments is the answer, whatever the others say."""
    for value in map(read_value, _flat(raw)):
        if isinstance(value, CellError):
            raise _Answer(value.name)


@xw.func(category=CATEGORY)
@xw.arg("executed", err_to_str=True)
@xw.arg("budget", err_to_str=True)
@_answering
def SE_EXECUTION_RATE(executed: Any, budget: Any) -> Any:
    """预算执行率 = 全年执行数 ÷ 全年预算数，保留到万分之一（80.89%）。预算为 0 时执行率为 0；有一项未填时留空。"""
    _first_error(executed, budget)
    return scoring.execution_rate(_number("全年执行数", executed), _not_negative("全年预算数", budget), rules.NATIONAL)


@xw.func(category=CATEGORY)
@xw.arg("executed", err_to_str=True)
@xw.arg("budget", err_to_str=True)
@xw.arg("weight", err_to_str=True)
@xw.arg("profile", err_to_str=True)
@_answering
def SE_EXECUTION_SCORE(executed: Any, budget: Any, weight: Any, profile: Any = None) -> Any:
    """预算执行率得分 = 执行率 × 分值，不超过分值、不低于 0，保留两位小数。预算为 0 时得 0 分；有一项未填时留空。"""
    _first_error(executed, budget, weight, profile)
    return scoring.execution_score(
        _number("全年执行数", executed),
        _not_negative("全年预算数", budget),
        _not_negative("分值", weight),
        _rules(profile),
    )


@xw.func(category=CATEGORY)
@xw.arg("values", err_to_str=True)
@_answering
def SE_TOTAL(*values: Any) -> Any:
    """合计：各单元格或区域中的数字相加，保留两位小数，文本形式的数字也计入。全部未填时留空。"""
    _first_error(*values)
    filled = [value for value in map(read_value, _flat(values)) if value is not None]
    wrong = next((value for value in filled if not isinstance(value, Decimal)), None)
    if wrong is not None:
        raise _Answer(f"“{_shortened(str(wrong))}”不是数字，无法合计")
    numbers = [value for value in filled if isinstance(value, Decimal)]
    return scoring.total(numbers, rules.NATIONAL) if numbers else None


@xw.func(category=CATEGORY)
@xw.arg("total", err_to_str=True)
@xw.arg("profile", err_to_str=True)
@_answering
def SE_GRADE(total: Any, profile: Any = None) -> Any:
    """评价等级：90 分及以上为优，80 分及以上为良，60 分及以上为中，其余为差。总分未填时留空。"""
    _first_error(total, profile)
    points = _number("总分", total)
    grade = scoring.grade(points, _rules(profile))
    if grade is None:
        raise _Answer("总分应在 0 到 100 之间")
    return grade
