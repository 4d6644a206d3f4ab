"""A sheet of its own for a list that a button makes; pressed again, the button replaces it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TypeGuard

from selfeval_xl.excel.given import Given, GivenSheet
from selfeval_xl.excel.plan import Draft, Step, area_address, cell, written
from selfeval_xl.grid import Area
from selfeval_xl.sheet.fit import LINE, high
from selfeval_xl.sheet.names import sheet_names
from selfeval_xl.sheet.page import Content, Formula

_HEADING_ROW = 4
_HEADING_GROUND = 0xEDEDED


@dataclass(frozen=True)
class Group:
    """Rows below a line that says what they have in common."""

    title: str
    rows: tuple[tuple[Content, ...], ...]


def put_table(
    draft: Draft,
    given: Given,
    name: str,
    title: str,
    note: str,
    columns: Sequence[tuple[str, float]],
    groups: Sequence[Group],
) -> None:
    """Adds the steps that write the sheet; `columns` are headings with their widths in characters.

    Somebody's own sheet of that name is left alone.
    """
    old = given.named(name)
    if old is not None and not is_own_list(old, title):
        (name,) = sheet_names([name], taken=[sheet.name for sheet in given.sheets])
        old = None
    if old is None:
        draft.step(Step("addsheet", name), Step("dropsheet", name))
    else:
        draft.step(Step("unhide", name))
        draft.step(Step("wipe", name), *_as_before(old))
    for number, (heading, width) in enumerate(columns, 1):
        draft.step(Step("width", name, cell(1, number), width))
        draft.put_anew(name, _HEADING_ROW, number, heading)
    draft.put_anew(name, 1, 1, title)
    draft.put_anew(name, 2, 1, note)
    row, links = _HEADING_ROW, set()
    for group in groups:
        row += 1
        draft.put_anew(name, row, 1, group.title)
        draft.step(Step("look", name, cell(row, 1), "bold"))
        draft.step(Step("height", name, cell(row, 1), LINE + 3))
        if group.rows:  # the titles run over into the next columns, the rows do not
            draft.step(Step("look", name, area_address(Area(row + 1, 1, row + len(group.rows), 1)), "wrap"))
        for contents in group.rows:
            row += 1
            for number, content in enumerate(contents, 1):
                if content is not None:
                    draft.put_anew(name, row, number, content)
                if isinstance(content, Formula):
                    links.add(number)
            texts = (
                high(content, columns[number][1], 10) for number, content in enumerate(contents) if _is_text(content)
            )
            draft.step(Step("height", name, cell(row, 1), max(texts, default=LINE) - 3))
    first, last = _HEADING_ROW + 1, max(row, _HEADING_ROW + 1)
    looks = [
        (Area(1, 1, 1, 1), "bold"),
        (Area(_HEADING_ROW, 1, _HEADING_ROW, len(columns)), "bold"),
        (Area(_HEADING_ROW, 1, _HEADING_ROW, len(columns)), str(_HEADING_GROUND)),
        (Area(first, 1, last, len(columns)), "top"),
        (Area(first, 2, last, len(columns)), "wrap"),
        *((Area(first, number, last, number), "link") for number in sorted(links)),
    ]
    for area, look in looks:
        draft.step(Step("look", name, area_address(area), look))
    draft.step(Step("paper", name))
    draft.step(Step("show", name, cell(1, 1)))


def link(sheet: str, place: str | None) -> Formula | None:
    """A cell that leads to another one; None without a place."""
    if not place:
        return None
    address = f"#'{sheet.replace(chr(39), chr(39) * 2)}'!{place}".replace('"', '""')
    return Formula(f'=HYPERLINK("{address}","{place}")', place)


def _is_text(content: Content) -> TypeGuard[str]:
    return isinstance(content, str)


def is_own_list(sheet: GivenSheet, title: str) -> bool:
    """Whether a button has made this list; nobody sees what stands on a hidden sheet, so that is taken for one."""
    return not sheet.values or sheet.shown(1, 1) == title


def _as_before(sheet: GivenSheet) -> Iterator[Step]:
    """Writes again what a sheet held before it was wiped."""
    for row, column in product(range(1, len(sheet.values) + 1), range(1, sheet.last_column + 1)):
        held = sheet.held(row, column)
        if held is not None:
            yield written(sheet.name, cell(row, column), held)
