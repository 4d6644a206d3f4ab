"""What a reviewer sends back of a form that was made from last year's: its amounts, words and results left standing.

Asked only where last year's form of the same project is among the files. What may well be the same in two years,
a budget, a plan, a full score, says nothing.
"""

import re
from collections.abc import Iterator

from selfeval_xl.cells import Entry, half_width, plain
from selfeval_xl.checks.base import ADVICE, AMOUNTS, REVIEW, WARNING, Found, Whole, form_check, name_of
from selfeval_xl.form import Form, Indicator
from selfeval_xl.labels import key
from selfeval_xl.patterns import expression

_YEAR = expression(r"(?:19|20)\d\d年?度?")
_NUMBER = expression(r"\d+(?:\.\d+)?")
_DATED = expression(r"[年月日]|\d[./-]\d+[./-]\d")
_FEWEST_DIGITS = 4  # of an amount that is hardly the same twice
_FEWEST_RESULTS = 3
_SHORTEST_GOAL, _SHORTEST_REASON = 15, 8  # characters


@form_check(WARNING, REVIEW)
def amounts_are_not_last_years(whole: Whole) -> Iterator[Found]:
    """同一项目的预算数和执行数不会与上年度分文不差，全年执行数不能沿用上年的。"""
    last = _last_year(whole)
    funds, before = whole.form.total_funds, last.total_funds if last else None
    if last is None or funds is None or before is None or last.money_unit != whole.form.money_unit:
        return
    pairs = [(getattr(funds, field).number, getattr(before, field).number) for field in AMOUNTS]
    stated = [(now, then) for now, then in pairs if now is not None or then is not None]
    executed = funds.executed.number
    if executed is None or executed == funds.annual_budget.number or any(now != then for now, then in stated):
        return
    digits = plain(executed).replace(".", "").strip("0")
    if len(stated) > 1 and len(digits) >= _FEWEST_DIGITS:
        message = f"年度资金总额的 {len(stated)} 项金额与 {last.year} 年度的表分文不差。请核对是否沿用了上年的数字。"
        yield Found(funds.executed, message)


@form_check(ADVICE, REVIEW)
def words_are_not_last_years(whole: Whole) -> Iterator[Found]:
    """实际完成情况和偏差原因要按本年的情况写，不逐字照抄上年度的表。"""
    last = _last_year(whole)
    if last is None:
        return
    written = [("实际完成情况", whole.form.achieved_goal, last.achieved_goal, _SHORTEST_GOAL)]
    for row, before in _same_rows(whole.form, last):
        written.append((f"{name_of(row)}的偏差原因", row.reason, before.reason, _SHORTEST_REASON))
    for name, now, then, shortest in written:
        if len(_bare(now)) >= shortest and _bare(now) == _bare(then):
            yield Found(now, f"{name}与 {last.year} 年度的表逐字相同。请核对是否沿用了上年的内容。")


@form_check(ADVICE, REVIEW)
def results_are_not_last_years(whole: Whole) -> Iterator[Found]:
    """各项指标的实际完成值不会都与上年度相同。"""
    last = _last_year(whole)
    telling = [(row, before) for row, before in _same_rows(whole.form, last) if _is_telling(row)] if last else []
    if last is None or len(telling) < _FEWEST_RESULTS:
        return
    if all(_bare(row.actual) == _bare(before.actual) for row, before in telling):
        first = telling[0][0]
        message = f"等 {len(telling)} 项指标的实际完成值都与 {last.year} 年度的表相同。请核对是否沿用了上年的结果。"
        yield Found(first.actual, name_of(first) + message)


def _last_year(whole: Whole) -> Form | None:
    """The form of the same project and unit, of the year before."""
    form = whole.form
    if form.year is None or not _name(form.project):
        return None
    same = (other for other in whole.others if other.year == form.year - 1 and not other.is_blank)
    return next((other for other in same if _names(other) == _names(form)), None)


def _names(form: Form) -> tuple[str, str]:
    return _name(form.project), _name(form.unit)


def _name(entry: Entry) -> str:
    return _YEAR.sub("", key(entry.text or ""))


def _same_rows(form: Form, last: Form) -> Iterator[tuple[Indicator, Indicator]]:
    """The indicators that both years have, with those of last year."""
    before = {_name(row.level3): row for row in last.indicators}
    for row in form.indicators:
        name = _name(row.level3)
        if name and name in before:
            yield row, before[name]


def _is_telling(row: Indicator) -> bool:
    """Whether the result is a number of its own: not the target's, not all of it, and no day."""
    actual, target = _bare(row.actual), _bare(row.target)
    numbers = set(_NUMBER.findall(actual)) - set(_NUMBER.findall(target)) - {"100", "0"}
    return bool(numbers) and not _DATED.search(actual)


def _bare(entry: Entry) -> str:
    return re.sub(r"\s+", "", half_width(entry.text or ""))
