"""What a sheet of an .xlsx holds beside its cells: what is hidden or struck through, and the margins of its page."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import accumulate
from typing import Any

from selfeval_xl.cells import Entry, Spot
from selfeval_xl.files.bounds import WIDEST
from selfeval_xl.grid import Grid, without
from selfeval_xl.patterns import expression

_CODE = expression(r'&"[^"]*"|&K(?:[0-9A-Fa-f]{6}|\d\d[+-]\d{3})|&\d+|&[PNDTFZGBIUESXYOH]')
_SECTION = expression(r"&[LCR]|[\r\n]+")

STRUCK = "\ue0fe"  # stands before and after words that are struck through
_MARKS = str.maketrans("", "", f"{STRUCK}\ue0ff")
_STRUCK_WORDS = expression(rf"{STRUCK}([^{STRUCK}]*){STRUCK}")


@dataclass(frozen=True)
class Beside:
    """What is hidden on a sheet by its rows, columns and struck cells, and the words of the page's margins."""

    rows: frozenset[int] = frozenset()
    columns: tuple[range, ...] = ()
    struck: frozenset[tuple[int, int]] = frozenset()
    margins: tuple[str, ...] = ()
    # Without a result: the words, the format of the cell, and the day from which days are counted.
    formulas: dict[tuple[int, int], tuple[str, str, date]] = field(default_factory=dict)
    marked: bool = False  # words inside cells are struck through
    calculator: Any = None  # of those formulas, where it knows the other sheets too

    def __bool__(self) -> bool:
        return bool(self.rows or self.columns or self.struck or self.margins or self.formulas or self.marked)


def lines_of(text: str, name: str = "") -> Iterator[str]:
    """The lines of one header: &C&"宋体"&16自评表&R2024年度 has two."""
    bare = _CODE.sub("", text.replace("&&", "\0")).replace("&A", name)
    yield from (line for part in _SECTION.split(bare) if (line := part.replace("\0", "&").strip()))


def without_marks(words: str) -> str:
    """Words of a file without the signs with which a reader marks what it found: they would say what is not there."""
    return words if words.isascii() else words.translate(_MARKS)


def without_struck(rows: list[list[object]], sheet: str) -> list[Entry]:
    """Takes marked words out of the rows; answers them, each with its cell."""
    found = []
    for number, row in enumerate(rows, 1):
        for column, raw in enumerate(row, 1):
            if isinstance(raw, str) and STRUCK in raw:
                words = "".join(_STRUCK_WORDS.findall(raw)).strip()
                found.append(Entry(words, words, Spot(sheet, number, column)))
                row[column - 1] = _STRUCK_WORDS.sub("", raw).strip()
    return found


def seen(grid: Grid, beside: Beside) -> Grid:
    """The grid without the cells that are hidden or struck through, and with the margins of its page.

    What begins in a hidden row and reaches out of it is shown there.
    """
    columns = covered(beside.columns, WIDEST)
    reaching = {
        (area.top, area.left)
        for area in grid.merges
        if any(row not in beside.rows for row in range(area.top, area.bottom + 1))
        and any(column not in columns for column in range(area.left, area.right + 1))
    }
    hidden = [
        entry
        for number, row in enumerate(grid.rows, 1)
        for entry in row
        if entry.spot is not None
        and (
            (entry.spot.row, entry.spot.column) in beside.struck
            or (
                (number in beside.rows or entry.spot.column in columns)
                and (entry.spot.row, entry.spot.column) not in reaching
            )
        )
    ]
    shown = without(grid, hidden)
    return shown if not beside.margins else with_margins(shown, beside.margins)


def hidden_sheet(grid: Grid) -> Grid:
    """A sheet that is not shown: it holds nothing but what is hidden."""
    return replace(grid, rows=(), merges=(), hidden=(*grid.entries(), *grid.hidden))


def with_margins(grid: Grid, words: tuple[str, ...]) -> Grid:
    """The grid with the words in the header and footer of its page."""
    return replace(grid, margins=tuple(Entry(one, one, None) for one in words))


def covered(ranges: Iterable[range], last: int) -> frozenset[int]:
    """The numbers from 1 to the last that lie in any of the ranges, however many these are."""
    changes = [0] * (last + 2)  # by how many ranges more a number is covered than the one before it
    for one in ranges:
        first, end = max(1, one.start), min(one.stop, last + 1)
        if first < end:
            changes[first] += 1
            changes[end] -= 1
    return frozenset(number for number, depth in enumerate(accumulate(changes)) if depth)
