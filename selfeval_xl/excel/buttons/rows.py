"""插入指标行 and 删除指标行: the merged blocks grow and shrink with them."""

from collections.abc import Iterator

from selfeval_xl.cells import short
from selfeval_xl.excel.given import Given, GivenSheet
from selfeval_xl.excel.plan import Draft, Plan, Step, area_address, cell, listed, question, said, written
from selfeval_xl.grid import Area
from selfeval_xl.sheet.formulas import row_check_formula, suggestion_formula
from selfeval_xl.sheet.layout import FINDING, LEVEL2, SUGGESTED
from selfeval_xl.sheet.page import Formula

_MOST = 20  # rows at once
_NO_FORM = "当前工作表里没有认出自评表（或有多张），请切换到要修改的项目表。"


def insert_rows(given: Given) -> Plan:
    """As many blank rows as are selected, below the selected indicator and in its block."""
    sheet, rows = given.sheet, given.sheet.indicator_rows
    first, last = given.rows
    if not rows:
        return said(_NO_FORM)
    if first not in rows or last not in rows:
        return said(f"请先选中绩效指标中的一行（第 {rows[0]} 行到第 {rows[-1]} 行），新行插在它的下面。")
    count = min(last - first + 1, _MOST)
    draft = Draft(sheet)
    mend_beside(draft, sheet)
    blocks = list(_blocks_at(sheet, last))
    for area in blocks:
        _unmerge(draft, sheet, area)
    where = f"{cell(last + 1, 1)}:{cell(last + count, 1)}"
    draft.step(Step("insert", sheet.name, where), Step("delete", sheet.name, where))
    for row in range(last + 1, last + count + 1):
        _blank_row_like(draft, sheet, last, row)
    for area in [*blocks, *_block_of_one(sheet, last)]:
        _merge(draft, sheet, Area(area.top, area.left, area.bottom + count, area.right))
    draft.step(Step("show", sheet.name, cell(last + 1, _first_blank(sheet))))
    return draft.plan("", f"撤销插入 {count} 行指标")


def delete_rows(given: Given) -> Plan:
    """The selected indicators, after a question where they say something."""
    sheet, rows = given.sheet, given.sheet.indicator_rows
    first, last = given.rows
    if not rows:
        return said(_NO_FORM)
    if first not in rows or last not in rows:
        return said(f"请先选中要删除的指标行（第 {rows[0]} 行到第 {rows[-1]} 行）。")
    count = last - first + 1
    if count == len(rows):
        return said("至少要留下一行指标。")
    if not given.is_agreed and (named := [name for row in range(first, last + 1) if (name := _name(sheet, row))]):
        return question(f"将删除第 {first} 行到第 {last} 行的指标：\n" + listed(named, 10) + "\n\n是否删除？")
    draft = Draft(sheet)
    like = first - 1 if first - 1 in rows else last + 1  # what comes back will look like this row
    blocks = [
        area
        for area in sheet.merges
        if area.top < area.bottom and ((area.top <= last and area.bottom >= first) or area.top <= like <= area.bottom)
    ]
    for area in blocks:
        _unmerge(draft, sheet, area)
        if area.top in range(first, last + 1) and area.bottom > last:  # the block's name moves to what is left of it
            content = sheet.held(area.top, area.left)
            where = cell(last + 1, area.left)
            draft.step(written(sheet.name, where, content), Step("clear", sheet.name, where))
    where = f"{cell(first, 1)}:{cell(last, 1)}"
    draft.step(
        Step("delete", sheet.name, where), Step("insert", sheet.name, where), *_as_before(sheet, first, last, like)
    )
    for area in blocks:
        left = [
            row - count if row > last else row for row in range(area.top, area.bottom + 1) if not first <= row <= last
        ]
        if left:
            _merge(draft, sheet, Area(left[0], area.left, left[-1], area.right))
    return draft.plan("", f"撤销删除 {count} 行指标")


def mend_beside(draft: Draft, sheet: GivenSheet) -> None:
    """What stands beside each indicator, also on rows that were inserted by hand."""
    if not sheet.is_ours:
        return
    heading = sheet.indicator_rows[0] - 1
    for row in sheet.indicator_rows:
        for column, content in _beside(row, heading):
            if sheet.held(row, column) is None:
                draft.put(sheet, row, column, content)


def _beside(row: int, heading: int) -> Iterator[tuple[int, Formula]]:
    yield SUGGESTED.number, Formula(suggestion_formula(row, heading), "")
    yield FINDING.number, Formula(row_check_formula(row, heading), "")


def _blank_row_like(draft: Draft, sheet: GivenSheet, like: int, row: int) -> None:
    """A new row that looks like another one and says nothing but its block."""
    draft.step(Step("copy", sheet.name, f"{cell(like, 1)}:{cell(like, sheet.last_column)}", cell(row, 1)))
    draft.step(Step("height", sheet.name, cell(row, 1), cell(like, 1)))
    for column in range(1, sheet.last_column + 1):
        held = sheet.held(like, column)
        if held is not None and not isinstance(held, Formula) and column not in _repeated_levels(sheet):
            draft.put_anew(sheet.name, row, column, None)
    if sheet.is_ours:
        for column, content in _beside(row, sheet.indicator_rows[0] - 1):
            draft.put_anew(sheet.name, row, column, content)


def _repeated_levels(sheet: GivenSheet) -> set[int]:
    """The columns of the blocks where their names are repeated in each row instead of merged."""
    if sheet.is_ours or sheet.form is None or sheet.form.columns is None:
        return set()
    columns = {sheet.form.columns[level] for level in ("level1", "level2") if level in sheet.form.columns}
    return {column for column in columns if not any(area.left == column for area in _tall(sheet))}


def _tall(sheet: GivenSheet) -> Iterator[Area]:
    rows = sheet.indicator_rows
    return (area for area in sheet.merges if area.top < area.bottom and area.bottom >= rows[0] and area.top <= rows[-1])


def _blocks_at(sheet: GivenSheet, row: int) -> Iterator[Area]:
    return (area for area in sheet.merges if area.top <= row <= area.bottom and area.top < area.bottom)


def _block_of_one(sheet: GivenSheet, row: int) -> Iterator[Area]:
    """A block of our layout that has had one row so far."""
    if not sheet.is_ours:
        return
    for column in range(1, LEVEL2.number + 1):
        is_free = not any(area.left <= column <= area.right for area in _blocks_at(sheet, row))
        if is_free and sheet.held(row, column) is not None:
            yield Area(row, column, row, column)


def _first_blank(sheet: GivenSheet) -> int:
    """Where one goes on typing: the name of the new indicator."""
    columns = (sheet.form.columns or {}) if sheet.form else {}
    return columns.get("level3", columns.get("target", 1))


def _name(sheet: GivenSheet, row: int) -> str:
    """The indicator as the question names it; blank where the row says nothing."""
    columns = (sheet.form.columns or {}) if sheet.form else {}
    fields = [name for name in columns if name not in ("level1", "level2", "weight")]
    shown = [str(sheet.shown(row, columns[name])) for name in fields if sheet.shown(row, columns[name]) is not None]
    return short("，".join(shown), 40) if shown else ""


def _unmerge(draft: Draft, sheet: GivenSheet, area: Area) -> None:
    where = area_address(area)
    draft.step(Step("unmerge", sheet.name, where), Step("merge", sheet.name, where))


def _merge(draft: Draft, sheet: GivenSheet, area: Area) -> None:
    if (area.top, area.left) != (area.bottom, area.right):
        where = area_address(area)
        draft.step(Step("merge", sheet.name, where), Step("unmerge", sheet.name, where))


def _as_before(sheet: GivenSheet, first: int, last: int, like: int) -> Iterator[Step]:
    """Fills rows that come back: they look like a neighbour and hold what they held."""
    for row in range(first, last + 1):
        yield Step("copy", sheet.name, f"{cell(like, 1)}:{cell(like, sheet.last_column)}", cell(row, 1))
        yield Step("height", sheet.name, cell(row, 1), cell(like, 1))
        for column in range(1, sheet.last_column + 1):
            yield written(sheet.name, cell(row, column), sheet.held(row, column))
