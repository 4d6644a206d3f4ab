"""刷新汇总: one line for each project sheet, whatever was copied, renamed or deleted meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass

from selfeval_xl import actions
from selfeval_xl.excel.given import Given, GivenSheet
from selfeval_xl.excel.plan import Draft, Plan, Step, cell, listed, question, said, written
from selfeval_xl.labels import FINDINGS_SHEET, IMPORTED_SHEET, YEAR_SHEET
from selfeval_xl.patterns import expression
from selfeval_xl.profiles import NATIONAL, Profile
from selfeval_xl.sheet.guide import GUIDE
from selfeval_xl.sheet.page import Formula
from selfeval_xl.sheet.summary import FIRST_LINE, HEADINGS, PROJECT_COLUMN, SUMMARY, TOTAL, line_of

WHOLE_BOOK = question("book")  # the add-in comes again with all sheets
LISTS = (FINDINGS_SHEET, IMPORTED_SHEET, YEAR_SHEET)
_SHEET = expression(r"'((?:[^']|'')+)'!|([^\s'!(,=]+)!")


def is_due(given: Given) -> Plan:
    """Asks for the whole workbook where the names of its sheets say that 汇总 may be out of date."""
    summary = given.named(SUMMARY)
    if summary is None or not _is_ours(summary):
        return said("")
    drawn = {(name or "").casefold() for _, name in _lines(summary)}
    there = {sheet.name.casefold() for sheet in given.sheets}
    others = {name.casefold() for name in (SUMMARY, GUIDE, *LISTS)}
    seen = {sheet.name.casefold() for sheet in given.sheets if sheet.is_visible} - others
    return WHOLE_BOOK if drawn - there or seen - drawn else said("")


def refresh(given: Given) -> Plan:
    """Lines of sheets that are gone are deleted, lines of new ones of the same year added above the last row."""
    summary = given.named(SUMMARY)
    if summary is None or not _is_ours(summary):
        return said(f"当前工作簿里没有本模板的工作表“{SUMMARY}”。")
    draft = Draft(summary)
    followed = follow(draft, given, summary, {sheet.name: _year(sheet) for sheet in given.projects})
    if not draft.steps and not followed.other_years:
        return said("")
    parts = [f"加入 {len(followed.added)} 个项目：{listed(followed.added)}"] if followed.added else []
    parts += [f"去掉 {followed.gone} 行（工作表已删除）"] if followed.gone else []
    told = [f"“{SUMMARY}”已{'；'.join(parts)}。"] if parts else []
    told += [f"年度不同，没有加入：{listed(followed.other_years)}"] if followed.other_years else []
    return draft.plan("\n".join(told), "撤销刷新汇总") if parts else said("\n".join(told))


@dataclass(frozen=True)
class Followed:
    """The sheets that got a line, how many lines went, and the sheets of another year, which would spoil the sums."""

    added: tuple[str, ...] = ()
    gone: int = 0
    other_years: tuple[str, ...] = ()


def follow(draft: Draft, given: Given, summary: GivenSheet, wanted: Mapping[str, int | None]) -> Followed:
    """Adds the steps that give 汇总 a line for each of these sheets, named with their years."""
    last = _last_row(summary)
    if not last:
        return Followed()
    lines = _lines(summary)
    gone = [row for row, name in lines if name is not None and given.named(name) is None]
    known = {name.casefold() for _, name in lines if name}
    years = {year for name, year in wanted.items() if name.casefold() in known and year is not None}
    new = [name for name in wanted if name.casefold() not in known]
    others = tuple(name for name in new if years and wanted[name] is not None and wanted[name] not in years)
    added = tuple(name for name in new if name not in others)
    for number, name in enumerate(added):
        row = last + number
        where = cell(row, 1)
        draft.step(Step("insert", summary.name, where), Step("delete", summary.name, where))
        draft.step(Step("copy", summary.name, f"{cell(row - 1, 1)}:{cell(row - 1, summary.last_column)}", where))
        draft.step(Step("height", summary.name, where, cell(row - 1, 1)))
        line = dict(line_of(name, _profile(given, name)))
        for column in range(1, summary.last_column + 1):
            draft.put_anew(summary.name, row, column, line.get(column))
    if len(gone) == last - FIRST_LINE and not added:
        gone = gone[1:]  # one line stays, so that the sums keep their form
    for row in reversed(gone):
        where = cell(row, 1)
        held = ((column, summary.held(row, column)) for column in range(1, summary.last_column + 1))
        back = [written(summary.name, cell(row, column), content) for column, content in held if content is not None]
        draft.step(Step("delete", summary.name, where), Step("insert", summary.name, where), *back)
    return Followed(added, len(gone), others)


def _is_ours(summary: GivenSheet) -> bool:
    """Whether it is the sheet of our template, and not somebody's own of the same name."""
    return tuple(summary.shown(FIRST_LINE - 1, column) for column in range(1, len(HEADINGS) + 1)) == HEADINGS


def _last_row(summary: GivenSheet) -> int:
    return next((row for row in range(FIRST_LINE, len(summary.values) + 1) if summary.shown(row, 1) == TOTAL), 0)


def _lines(summary: GivenSheet) -> list[tuple[int, str | None]]:
    return [(row, _sheet_of(summary, row)) for row in range(FIRST_LINE, _last_row(summary))]


def _year(sheet: GivenSheet) -> int | None:
    return sheet.form.year if sheet.form else None


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
