"""刷新汇总: one line for each project sheet, whatever was copied, renamed or deleted meanwhile."""

import re
from collections.abc import Sequence

from selfeval_xl import actions
from selfeval_xl.excel.given import Given, GivenSheet
from selfeval_xl.excel.plan import Draft, Plan, Step, cell, said
from selfeval_xl.profiles import NATIONAL, Profile
from selfeval_xl.sheet.page import Formula
from selfeval_xl.sheet.summary import FIRST_LINE, PROJECT_COLUMN, SUMMARY, TOTAL, line_of

_SHEET = re.compile(r"'((?:[^']|'')+)'!|([^\s'!(,=]+)!")


def refresh(given: Given) -> Plan:
    """Lines of sheets that are gone are deleted, lines of new ones added above the last row."""
    summary = given.named(SUMMARY)
    if summary is None:
        return said(f"当前工作簿里没有工作表“{SUMMARY}”。")
    draft = Draft(summary)
    added, gone = follow(draft, given, summary, [sheet.name for sheet in given.projects])
    if not (added or gone):
        return said("")
    parts = [f"加入 {len(added)} 个项目：{'、'.join(added)}"] if added else []
    parts += [f"去掉 {gone} 行（工作表已删除）"] if gone else []
    return draft.plan(f"“{SUMMARY}”已{'；'.join(parts)}。", "撤销刷新汇总")


def follow(draft: Draft, given: Given, summary: GivenSheet, wanted: Sequence[str]) -> tuple[list[str], int]:
    """Adds the steps that give 汇总 a line for each of these sheets; answers the added ones and how many went."""
    last = next((row for row in range(FIRST_LINE, len(summary.values) + 1) if summary.shown(row, 1) == TOTAL), 0)
    if not last:
        return [], 0
    lines = {row: _sheet_of(summary, row) for row in range(FIRST_LINE, last)}
    gone = [row for row, name in lines.items() if name is not None and given.named(name) is None]
    known = {name.casefold() for name in lines.values() if name}
    added = [name for name in wanted if name.casefold() not in known]
    kept = last - FIRST_LINE - len(gone)
    for number, name in enumerate(added):
        row = last + number
        where = cell(row, 1)
        draft.step(Step("insert", summary.name, where), Step("delete", summary.name, where))
        draft.step(Step("copy", summary.name, f"{cell(row - 1, 1)}:{cell(row - 1, summary.last_column)}", where))
        draft.step(Step("height", summary.name, where, cell(row - 1, 1)))
        line = dict(line_of(name, _profile(given, name)))
        for column in range(1, summary.last_column + 1):
            draft.put_anew(summary.name, row, column, line.get(column))
    if kept + len(added) == 0:
        gone = gone[1:]  # one line stays, so that the sums keep their form
    for row in reversed(gone):
        where = cell(row, 1)
        held = ((column, summary.held(row, column)) for column in range(1, summary.last_column + 1))
        back = [Step("formula", summary.name, cell(row, column), content.text) for column, content in held
                if isinstance(content, Formula)]  # fmt: skip
        draft.step(Step("delete", summary.name, where), Step("insert", summary.name, where), *back)
    return added, len(gone)


def _profile(given: Given, name: str) -> Profile:
    sheet = given.named(name)
    return actions.own_profile(sheet.form)[0] if sheet and sheet.form else NATIONAL


def _sheet_of(summary: GivenSheet, row: int) -> str | None:
    """The sheet from which a line is drawn; blank where that is gone, None for a row that is drawn from none."""
    content = summary.held(row, PROJECT_COLUMN)
    if not isinstance(content, Formula):
        return None
    if "#REF!" in content.text:
        return ""
    found = _SHEET.search(content.text)
    return (found.group(1) or found.group(2)).replace("''", "'") if found else None
