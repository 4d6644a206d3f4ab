"""新建项目表 and 导入去年的表: new project sheets, in the open workbook where it is one of ours."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from selfeval_xl import actions, sheet
from selfeval_xl.actions import Read
from selfeval_xl.cells import shorter
from selfeval_xl.excel.buttons.overview import follow
from selfeval_xl.excel.buttons.tables import Group, put_table
from selfeval_xl.excel.given import Given, GivenSheet
from selfeval_xl.excel.plan import Draft, Plan, Step, area_address, cell, listed, question, said
from selfeval_xl.form import Form
from selfeval_xl.grid import Area
from selfeval_xl.labels import IMPORTED_SHEET
from selfeval_xl.sheet.layout import FINDING, FIRST_FUNDS_ROW, GOAL_ROWS, SUGGESTED
from selfeval_xl.sheet.page import Page

WHERE_TO_SAVE = question("save")  # the add-in asks for the name of a new workbook and comes again
_NOTE = "自评表里没有这些内容的位置，请看是否需要补填；看过后可删除本表。"
_COLUMNS = (("文件", 34.0), ("工作表", 28.0), ("单元格", 9.0), ("原表中没有放进自评表的内容", 78.0))


def new_sheet(given: Given) -> Plan:
    """A blank project sheet of the same year, unit and profile; in a workbook of its own where none is open."""
    if not given.projects:
        if not given.target:
            return WHERE_TO_SAVE
        actions.new(Path(given.target))
        return _opened(Path(given.target), "")
    like = given.sheet if given.sheet.is_ours else given.projects[-1]
    form = like.form or Form()
    profile = actions.own_profile(form)[0]
    blank = replace(
        sheet.blank_form(form.year, profile),
        department=form.department, unit=form.unit, money_unit=form.money_unit or "元",
    )  # fmt: skip
    (name,) = sheet.sheet_names([None], taken=[one.name for one in given.sheets])
    draft = Draft()
    put_page(draft, like, sheet.form_page(blank, profile, name), place_of_new(given))
    _follow(draft, given, {name: form.year})
    draft.step(Step("show", name, "C3"))
    return draft.plan("", "撤销新建项目表")


def import_files(given: Given) -> Plan:
    """A sheet for each form in the chosen files; what found no place is listed on a sheet of its own."""
    if not given.projects and not given.target:
        return WHERE_TO_SAVE
    paths = list(map(Path, given.choice))
    if not given.projects:
        contents = actions.import_forms(paths, Path(given.target))
        return _opened(Path(given.target), _told(contents)) if contents.forms else said(_told(contents))
    contents = actions.read_contents(paths)
    if not contents.forms:
        return said(_told(contents))
    found = tuple(map(actions.with_leftovers, contents.forms))
    pages = actions.form_pages(found, taken=[one.name for one in given.sheets])
    draft = Draft()
    for page in pages:
        put_page(draft, given.projects[-1], page, place_of_new(given))
    others = _follow(draft, given, {page.name: one.form.year for page, one in zip(pages, found, strict=True)})
    if any(one.leftovers for one in found):
        put_table(
            draft, given, IMPORTED_SHEET, IMPORTED_SHEET, _NOTE, _COLUMNS, list(_leftovers(found)),
        )  # fmt: skip
    draft.step(Step("show", pages[0].name, "C3"))
    told = _told(replace(contents, forms=found))
    told += f"\n\n年度不同，没有加入“{sheet.SUMMARY}”：{listed(others, 4)}" if others else ""
    return draft.plan(told, "撤销导入")


def put_page(draft: Draft, like: GivenSheet, page: Page, before: str = "") -> None:
    """Adds the steps that write the page on a copy of `like`, a sheet of our own layout.

    The new sheet stands before the one that is named, else behind its pattern.
    """
    name = page.name
    draft.step(Step("copysheet", like.name, a=name, b=before), Step("dropsheet", name))
    if like.is_protected:
        draft.step(Step("unprotect", name))
    for area in like.merges:
        draft.step(Step("unmerge", name, area_address(area)))
    heading, rows = like.indicator_rows[0] - 1, len(like.indicator_rows)
    page_heading = page.heading_row
    _fit_rows(draft, name, like, FIRST_FUNDS_ROW + 1, heading - GOAL_ROWS - 1, page_heading - heading)
    wanted = page.total_row - page_heading - 1
    _fit_rows(draft, name, like, page_heading + 1, page_heading + rows, wanted - rows)
    filled = {(one.row, one.column): one.content for one in page.cells}
    for row in range(1, max(page.total_row, len(like.values)) + 1):
        for column in range(1, max(like.last_column, len(page.widths)) + 1):
            draft.put_anew(name, row, column, filled.get((row, column)))
    for one in page.cells:
        if one.area is not None:
            draft.step(Step("merge", name, area_address(one.area)))
            if one.column in (SUGGESTED.number, FINDING.number):  # the pattern may have nothing there
                draft.step(Step("look", name, area_address(one.area), "aside"))
    for row, height in page.heights.items():
        draft.step(Step("height", name, cell(row, 1), height.points))
    if like.is_protected:
        draft.step(Step("protect", name))


def _fit_rows(draft: Draft, name: str, like: GivenSheet, first: int, last: int, more: int) -> None:
    """Inserts rows that look like the first of these, or deletes the last of them."""
    if more > 0:
        draft.step(Step("insert", name, area_address(Area(first + 1, 1, first + more, 1))))
        for row in range(first + 1, first + more + 1):
            draft.step(Step("copy", name, area_address(Area(first, 1, first, like.last_column)), cell(row, 1)))
    elif more < 0:
        draft.step(Step("delete", name, area_address(Area(last + more + 1, 1, last, 1))))


def _follow(draft: Draft, given: Given, years: dict[str, int | None]) -> tuple[str, ...]:
    """Lines in 汇总 for the new sheets, where there is one; answers those of another year, which get none."""
    summary = given.named(sheet.SUMMARY)
    if summary is None or summary.is_protected:
        return ()
    known = {one.name: one.form.year if one.form else None for one in given.projects}
    return follow(draft, given, summary, known | years).other_years


def _opened(target: Path, message: str) -> Plan:
    """A workbook that was written meanwhile, to be opened."""
    return Plan(message, (Step("open", "", a=str(target)),))


def place_of_new(given: Given) -> str:
    """New sheets stand before 汇总, where there is one."""
    summary = given.named(sheet.SUMMARY)
    return summary.name if summary else ""


def _leftovers(found: Sequence[Read]) -> Iterator[Group]:
    for one in found:
        if one.leftovers:
            rows = tuple(
                (one.form.source, one.form.sheet, entry.spot.address if entry.spot else None, entry.written)
                for entry in one.leftovers
            )
            yield Group(f"{one.form.project.text or '未命名项目'}（{len(rows)} 处）", rows)


def _told(contents: actions.Contents) -> str:
    """What was read and what not, for a message box."""
    named = [f"{one.form.project.text or '未命名项目'}（{one.form.source}）" for one in contents.forms]
    parts = [f"导入了 {len(named)} 张自评表：\n{listed(named)}"] if named else []
    left = sum(len(one.leftovers) for one in contents.forms)
    parts += [f"有 {left} 处内容没有放进自评表，列在工作表“{IMPORTED_SHEET}”中。"] if left else []
    parts += (
        [listed((shorter(f"{Path(one.file).name}：{one.message}", 150, "…") for one in contents.unread), 4)]
        if contents.unread
        else []
    )
    return "\n\n".join(parts)
