"""What cells call.

Every input has an answer: a number, a blank (""), a short Chinese sentence, or the name of an
Excel error, which the workbook's bridge turns into that error. Nothing is ever raised.
Names, arguments and descriptions here are the source of the VBA wrappers.
"""

import functools
from collections.abc import Callable, Iterator
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

from selfeval_xl import profiles
from selfeval_xl.cells import CellError, Value, plain, read_value, short, shorter
from selfeval_xl.errors import BadProfile, UnknownProfile
from selfeval_xl.excel import log
from selfeval_xl.excel.xl import xw
from selfeval_xl.profiles import own
from selfeval_xl.scoring import in_cells, suggestion
from selfeval_xl.scoring.in_cells import Unanswerable

CATEGORY = "绩效自评"


def _answering(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, with an answer for every input; a bug is logged and shown as #VALUE!."""

    @functools.wraps(function)
    def answer(*args: Any) -> Any:
        try:
            return _for_excel(in_cells.answered(lambda: function(*args)))
        except Exception:
            import traceback

            log.note(f"{function.__name__}{args!r:.2000}\n{traceback.format_exc()}")
            return "#VALUE!"

    return answer


def _for_excel(answer: in_cells.Answer) -> float | str:
    """Excel takes a Decimal for currency and shows an empty answer as 0, so: float and blank text."""
    if answer is None:
        return ""
    return float(answer) if isinstance(answer, Decimal) else str(answer)


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
        raise Unanswerable(error)
    if len(filled) > 1:
        raise Unanswerable(f"{name}请只选一个单元格")
    return filled[0] if filled else None


def _written(name: str, raw: Any) -> str | None:
    """What one argument says, in the words of the cell; None for a blank or a dash."""
    value = _value(name, raw)
    if value is None:
        return None
    words = next((part for part in _flat(raw) if isinstance(part, str) and read_value(part) is not None), None)
    return words or (plain(value) if isinstance(value, Decimal) else str(value))


def _profile(raw: Any) -> profiles.Profile:
    value = _value("评分规则", raw)
    try:
        return own.named(None if value is None else str(value))
    except UnknownProfile:
        raise Unanswerable(f"没有名为“{short(str(value))}”的评分规则") from None
    except BadProfile as problem:
        # Without the folder, which is long; with the last words other cells know it for a sentence of ours.
        said = problem.about(short(Path(problem.file).name, 40))
        raise Unanswerable(f"{shorter(str(said), 220, '…')}改正前不能使用其中的评分规则") from None


def _first_error(*raw: Any) -> None:
    """An error among the arguments is the answer, whatever the others say."""
    for value in map(read_value, _flat(raw)):
        if isinstance(value, CellError):
            raise Unanswerable(value)


@xw.func(category=CATEGORY)
@xw.arg("executed", err_to_str=True)
@xw.arg("budget", err_to_str=True)
@xw.arg("profile", err_to_str=True)
@_answering
def SE_EXECUTION_RATE(executed: Any, budget: Any, profile: Any = None) -> Any:
    """预算执行率 = 全年执行数 ÷ 全年预算数，按评分规则保留小数（80.89%）；没有预算时由规则规定；未填时留空。"""
    _first_error(executed, budget, profile)
    return in_cells.rate_answer(_value("全年执行数", executed), _value("全年预算数", budget), _profile(profile))


@xw.func(category=CATEGORY)
@xw.arg("executed", err_to_str=True)
@xw.arg("budget", err_to_str=True)
@xw.arg("weight", err_to_str=True)
@xw.arg("profile", err_to_str=True)
@_answering
def SE_EXECUTION_SCORE(executed: Any, budget: Any, weight: Any, profile: Any = None) -> Any:
    """预算执行率得分 = 执行率 × 分值，不超过分值、不低于 0，保留两位小数；没有预算时由评分规则规定；未填时留空。"""
    _first_error(executed, budget, weight, profile)
    return in_cells.score_answer(
        _value("全年执行数", executed), _value("全年预算数", budget), _value("分值", weight), _profile(profile)
    )


@xw.func(category=CATEGORY)
@xw.arg("target", err_to_str=True)
@xw.arg("actual", err_to_str=True)
@xw.arg("weight", err_to_str=True)
@xw.arg("profile", err_to_str=True)
@_answering
def SE_INDICATOR_SCORE(target: Any, actual: Any, weight: Any, profile: Any = None) -> Any:
    """建议得分：按年度指标值的符号（≥、=、≤）与实际完成值推算，保留两位小数；文字指标给出得分区间；不能推算时说明原因。未填时留空。"""
    _first_error(target, actual, weight, profile)
    return suggestion.suggestion_answer(
        _written("年度指标值", target), _written("实际完成值", actual), _value("分值", weight), _profile(profile)
    )


@xw.func(category=CATEGORY)
@xw.arg("target", err_to_str=True)
@xw.arg("actual", err_to_str=True)
@xw.arg("weight", err_to_str=True)
@xw.arg("score", err_to_str=True)
@xw.arg("reason", err_to_str=True)
@xw.arg("profile", err_to_str=True)
@xw.arg("advice", err_to_str=True)
@_answering
def SE_CHECK_ROW(
    target: Any, actual: Any, weight: Any, score: Any, reason: Any, profile: Any = None, advice: Any = None
) -> Any:
    """核对一个指标：完成值、得分、偏差原因是否齐全，得分是否按规则推算，说明复核时会退回的问题。没有问题或未填时留空。"""
    _first_error(target, actual, weight, score, reason, profile, advice)
    review = _review()
    return review.row_answer(
        _written("年度指标值", target),
        _written("实际完成值", actual),
        _value("分值", weight),
        _value("得分", score),
        _written("偏差原因", reason),
        _profile(profile),
        advice=_wants_advice(advice),
    )


@xw.func(category=CATEGORY)
@xw.arg("form", err_to_str=True)
@xw.arg("profile", err_to_str=True)
@xw.arg("advice", err_to_str=True)
@_answering
def SE_CHECK(form: Any, profile: Any = None, advice: Any = None) -> Any:
    """核对整张自评表：待处理问题和建议的数量，以及最要紧的一项。没有问题时显示“没有发现问题”。"""
    _first_error(profile, advice)
    return _review().form_answer(_rows(form), _profile(profile), advice=_wants_advice(advice))


def _review() -> Any:
    """The checks, imported at the first call: whoever only computes does not wait for them."""
    return import_module("selfeval_xl.checks.in_cells")


def _rows(raw: Any) -> list[list[Any]]:
    """A range as xlwings hands it over: one cell, a row or a table."""
    if not isinstance(raw, list | tuple):
        return [[raw]]
    return [list(row) if isinstance(row, list | tuple) else [row] for row in raw]


def _wants_advice(raw: Any) -> bool:
    """Advice is given unless it is switched off: 不显示, 否, FALSE or 0."""
    value = _value("是否显示建议", raw)
    return not (value == 0 or (isinstance(value, str) and (value.startswith("不") or value in ("否", "FALSE"))))


@xw.func(category=CATEGORY)
@xw.arg("values", err_to_str=True)
@_answering
def SE_TOTAL(*values: Any) -> Any:
    """合计：各单元格或区域中的数字相加，保留两位小数，文本形式的数字也计入。全部未填时留空。"""
    # Any number of values leaves no place for a profile: no profile changes the decimals of points.
    return in_cells.total_answer(map(read_value, _flat(values)), profiles.NATIONAL)


@xw.func(category=CATEGORY)
@xw.arg("total", err_to_str=True)
@xw.arg("profile", err_to_str=True)
@_answering
def SE_GRADE(total: Any, profile: Any = None) -> Any:
    """评价等级：通常 90 分及以上为优，80 分及以上为良，60 分及以上为中，其余为差，以评分规则为准。总分未填时留空。"""
    _first_error(total, profile)
    return in_cells.grade_answer(_value("总分", total), _profile(profile))
