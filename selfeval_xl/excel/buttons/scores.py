"""采用建议得分: blank scores are filled with what follows from target and result; nothing typed is changed."""

from collections.abc import Iterator

from selfeval_xl import actions
from selfeval_xl.cells import column_letters, plain
from selfeval_xl.checks.base import Row, name_of
from selfeval_xl.excel.given import Given, entries
from selfeval_xl.excel.plan import Draft, Plan, listed, said
from selfeval_xl.form import Form, Indicator


def adopt(given: Given) -> Plan:
    """Fills 得分 where it is blank and a number follows; says what was filled and what was not, and why."""
    sheet, form = given.sheet, given.sheet.form
    if form is None:
        return said("当前工作表里没有认出自评表（或有多张），请切换到要填得分的项目表。")
    column = (form.columns or {}).get("score")
    if column is None:
        return said("这张表没有“得分”一栏。")
    draft, profile = Draft(sheet), actions.own_profile(form)[0]
    filled: list[str] = []
    left: list[str] = []
    for row, indicator in _unscored(form):
        if sheet.held(row, column) is not None:  # a dash, or a formula that shows nothing yet
            continue
        suggested = Row(indicator, profile).suggested
        place = f"{column_letters(column)}{row} {name_of(indicator)}"
        if suggested is None:
            left.append(f"{place}没有填完指标值、完成值或分值")
        elif suggested.score is not None:
            draft.put(sheet, row, column, suggested.score)
            filled.append(f"{place}{plain(suggested.score)} 分")
        else:
            left.append(f"{place}{suggested.why}")
    if not (filled or left):
        return said("没有空白的得分。已填的得分不会被改动。")
    parts = []
    if filled:
        parts.append(f"已填入 {len(filled)} 项建议得分：\n{listed(filled)}")
    if left:
        parts.append(f"以下 {len(left)} 项没有填：\n{listed(left)}")
    return draft.plan("\n\n".join(parts), "撤销采用建议得分")


def _unscored(form: Form) -> Iterator[tuple[int, Indicator]]:
    """The rows that are begun and have no score."""
    for indicator in form.indicators:
        rows = [entry.spot.row for entry in entries(indicator)[2:] if entry.spot is not None and entry.text]
        if rows and indicator.score.value is None:
            yield rows[0], indicator
