"""What a reviewer sends back of the head, the goals and the words people write."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from selfeval_xl.cells import NOTHING, UNKNOWN, CellError, Entry, half_width
from selfeval_xl.checks.base import (
    ADVICE,
    AMOUNTS,
    ERROR,
    REVIEW,
    SAVE_CHECKS,
    WARNING,
    Found,
    Whole,
    earlier_year,
    form_check,
    name_of,
    name_of_funds,
    quoted,
)
from selfeval_xl.form import Form, Indicator
from selfeval_xl.labels import key
from selfeval_xl.patterns import expression
from selfeval_xl.years import sentences


@form_check(ERROR, SAVE_CHECKS)
def cells_hold_no_errors(whole: Whole) -> Iterator[Found]:
    """单元格中不能有 #REF!、#N/A 等错误值。"""
    form = whole.form
    rows = (*form.funds, *form.indicators)
    heads = (form.project, form.department, form.unit, form.expected_goal, form.achieved_goal)
    entries = (*heads, *(entry for row in rows for entry in vars(row).values()), form.total_weight, form.total_score)
    if not any(map(_is_error, entries)):
        return  # nearly always, and then no cell needs its name
    for name, entry, sources in sorted(_everything(form), key=lambda cell: _row_of(cell[1])):
        if _is_error(entry) and not any(map(_is_error, sources)):  # else it goes with the error that it comes from
            yield Found(entry, f"{name}显示错误值 {entry.value}。请改正其中的公式，或直接填写内容。")


def _row_of(entry: Entry) -> int:
    return entry.spot.row if entry.spot is not None else 0


def _is_error(entry: Entry) -> bool:
    return isinstance(entry.value, CellError)


def _everything(form: Form) -> Iterator[tuple[str, Entry, tuple[Entry, ...]]]:
    """Every cell of the form with what it is called, and the cells that it is calculated from."""
    yield from ((_called(row, name), entry, ()) for row, name, entry in _texts(form))
    for funds in form.funds:
        amounts = (funds.annual_budget, funds.executed)
        sources = {"rate": amounts, "score": (*amounts, funds.weight, funds.rate)}
        for field, name in (*AMOUNTS.items(), ("weight", "分值"), ("rate", "执行率"), ("score", "得分")):
            yield f"{name_of_funds(funds)}的{name}", getattr(funds, field), sources.get(field, ())
    for row in form.indicators:
        yield f"{name_of(row)}分值", row.weight, ()
        yield f"{name_of(row)}得分", row.score, (row.target, row.actual, row.weight)
    money = (form.total_funds,) if form.total_funds else ()
    yield "总分的分值", form.total_weight, tuple(row.weight for row in (*money, *form.indicators))
    scores = (*(row.score for row in (*money, *form.indicators)), *(row.rate for row in money))
    yield "总分的得分", form.total_score, scores


@form_check(WARNING, SAVE_CHECKS)
def names_and_year_are_filled(whole: Whole) -> Iterator[Found]:
    """项目名称、主管部门、实施单位和年度都要填写。"""
    form = whole.form
    heads = {"项目名称": form.project, "主管部门": form.department, "实施单位": form.unit}
    for name, entry in heads.items():
        if entry.text is None and entry.spot is None and form.source is not None:
            yield Found(entry, f"表中没有“{name}”一栏。请核对是否需要补上。", level=ADVICE)
        elif entry.text is None:
            yield Found(entry, f"{name}未填写。请补填。")
    if form.year is None:
        yield Found(NOTHING, "年度未填写。请在标题下写明年度。")


_ASKED = r"(?:填写|填入|填报|输入|选择|说明|概述|描述)(?!问卷|调查)"
_HINT = expression(
    "|".join(
        (
            rf"^请.{{0,20}}?{_ASKED}",  # 请对照年初目标填写
            rf"[(]请[^()]{{0,20}}?{_ASKED}",
            rf"^[(][^()]*请[^()]*{_ASKED}[^()]*[)]$",  # （未完成指标值的，请说明原因）
            r"[(](?:填写|示例)[^()]{0,20}[)]",
            r"此处(?:填写|填入|输入)",
            r"^示例|^例如:",
            r"(?<![A-Za-z0-9])[Xx×]{2,}(?![A-Za-z0-9])",  # ××单位, but not XXL
            r"_{3,}",
            r"^(?:指标|目标)\d{1,2}:?$",
            r"^[….]{2,}$",
        )
    )
)


@form_check(WARNING, SAVE_CHECKS)
def template_hints_are_replaced(whole: Whole) -> Iterator[Found]:
    """模板中的提示语、示例和 ×× 等占位文字要换成本项目的内容。"""
    for row, name, entry in _texts(whole.form):
        hint = _hint_in(entry.text) if entry.text else None
        if hint is not None:
            yield Found(entry, f"{_called(row, name)}中还有模板的提示{quoted(hint)}。请换成本项目的内容。")


@form_check(WARNING, SAVE_CHECKS)
def words_are_whole(whole: Whole) -> Iterator[Found]:
    """读不出的字显示为“�”，要按原件补全。"""
    for row, name, entry in _texts(whole.form):
        if entry.text and UNKNOWN in entry.text:
            yield Found(entry, f"{_called(row, name)}中有没有读出的字（{UNKNOWN}）。请按原件补全。")


@lru_cache(maxsize=4096)  # the same texts after every change
def _hint_in(text: str) -> str | None:
    hint = _HINT.search(half_width(text).strip())
    return hint[0] if hint is not None else None


def _texts(form: Form) -> Iterator[tuple[Indicator | None, str, Entry]]:
    """Every text that people write, with what it is called and the indicator that it is called after."""
    yield None, "项目名称", form.project
    yield None, "主管部门", form.department
    yield None, "实施单位", form.unit
    yield None, "预期目标", form.expected_goal
    yield None, "实际完成情况", form.achieved_goal
    for row in form.indicators:
        yield None, "三级指标", row.level3
        yield row, "年度指标值", row.target
        yield row, "实际完成值", row.actual
        yield row, "偏差原因分析及改进措施", row.reason


def _called(row: Indicator | None, name: str) -> str:
    return name if row is None or _is_error(row.level3) else name_of(row) + name


@form_check(ADVICE, REVIEW)
def goal_differs_from_result(whole: Whole) -> Iterator[Found]:
    """实际完成情况要写做成了什么，不照抄预期目标。"""
    expected, achieved = (
        re.sub(r"\W+", "", entry.text or "") for entry in (whole.form.expected_goal, whole.form.achieved_goal)
    )
    if expected and expected == achieved:
        yield Found(whole.form.achieved_goal, "实际完成情况与预期目标文字相同。请写明实际做了什么、取得什么结果。")


_YEAR = expression(r"(?<!\d)(20\d{2})(?=年|\.\d|-\d)")
_IN_NUMERALS = r"[〇○零OＯ一二三四五六七八九]\s*年"  # 二〇二三年
_TO_FULL_WIDTH = 0xFEE0
_LOOKS_BACK = expression(r"较|比|同比|以来|上年|结转|基数|基础|跨年|续建|合同|文件|号|至|—|-|~|规划")


@lru_cache(8)
def _may_state(year: int) -> Callable[[str], re.Match[str] | None]:
    """Finds the last two digits of a year, in whatever width, or a year in numerals."""
    first, second = (f"[{digit}{chr(ord(digit) + _TO_FULL_WIDTH)}]" for digit in str(year)[-2:])
    return re.compile(rf"{first}\s*{second}|{_IN_NUMERALS}").search


@form_check(ADVICE, REVIEW)
def years_are_this_year(whole: Whole) -> Iterator[Found]:
    """沿用上年的表时，文字中的上年年份要改为本年。"""
    year = whole.form.year
    if year is None:
        return
    targets = [row.target for row in whole.form.indicators]
    may_state = _may_state(year - 1)
    for row, name, entry in _texts(whole.form):
        if entry.value is None or may_state(entry.written) is None:
            continue  # nearly all of them
        text = half_width(entry.written)
        day = earlier_year(entry, year)
        if day is not None and entry in targets:
            continue  # a check of its own
        stated = {one.year for sentence in sentences(text) for one in sentence.years if one.is_year}
        years = stated | {int(found) for found in _YEAR.findall(text)}
        if day == year - 1 or (years == {year - 1} and not _LOOKS_BACK.search(text)):
            message = f"{_called(row, name)}中写的是 {year - 1} 年，本表为 {year} 年度。请核对是否为上年的内容。"
            yield Found(entry, message, str(year))


@form_check(ADVICE, REVIEW)
def words_are_of_this_project(whole: Whole) -> Iterator[Found]:
    """目标和完成情况不应写着别的项目的内容。"""
    form = whole.form
    own = key(form.project.text or "")
    names = {key(other.project.text or "") for other in whole.others if other is not form} - {own}
    if not names:
        return
    for row, name, entry in _texts(form):
        text = key(entry.text or "")
        foreign = next((n for n in sorted(names) if len(n) >= 4 and n in text and n not in own and own not in n), None)
        if foreign is not None and own not in text:
            yield Found(
                entry, f"{_called(row, name)}中写的是另一个项目{quoted(foreign)}。请核对是否误用了该项目的内容。"
            )
