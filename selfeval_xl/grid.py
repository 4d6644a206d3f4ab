"""One sheet as rows of entries, with its merged areas; finds a spot by its label."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from itertools import chain
from typing import Any

from selfeval_xl.cells import NOTHING, Entry, Spot, Value, plain, read_value, visible
from selfeval_xl.labels import key
from selfeval_xl.once import once
from selfeval_xl.patterns import expression

# Tags left over from a web form; "<50%" and the address in "张三 <a@x.cn>" are none.
_BREAK = expression(r"</p>\s*<p(?=[\s/>])[^<>]*>|<br\s*/?>|</div>\s*<div(?=[\s/>])[^<>]*>", re.IGNORECASE)
_TAG = expression(r"</?(?:p|br|div|span|b|strong|i|em|u|font|a|li|ul|ol)(?=[\s/>])[^<>]*>", re.IGNORECASE)


@dataclass(frozen=True)
class Area:
    """A merged area, first and last row and column counted from 1."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Grid:
    """What one sheet holds.

    `flattened` marks text copied out of a document, whose merged cells are gone and whose
    columns may have shifted. `hidden` is what the sheet holds but does not show, `margins` what stands
    in the header or footer of its printed page.
    """

    sheet: str | None
    rows: tuple[tuple[Entry, ...], ...]
    merges: tuple[Area, ...] = ()
    flattened: bool = False
    hidden: tuple[Entry, ...] = ()
    margins: tuple[Entry, ...] = ()

    @classmethod
    def of(
        cls,
        rows: Iterable[Sequence[Any]],
        sheet: str | None = None,
        merges: Iterable[Area] = (),
        *,
        flattened: bool = False,
    ) -> "Grid":
        """A grid from plain values, first cell A1."""
        entries = tuple(
            tuple(NOTHING if raw is None else entry(raw, Spot(sheet, r, c)) for c, raw in enumerate(row, 1))
            for r, row in enumerate(rows, 1)
        )
        return cls(sheet, entries, tuple(merges), flattened)

    def at(self, row: int, column: int) -> Entry:
        """The entry in a cell; nothing outside the sheet."""
        if not (1 <= row <= len(self.rows) and 1 <= column <= len(self.rows[row - 1])):
            return NOTHING
        return self.rows[row - 1][column - 1]

    def filled(self, row: int) -> tuple[Entry, ...]:
        """The entries of a row that hold something on paper, a printed dash included."""
        return self._filled[row - 1] if 1 <= row <= len(self.rows) else ()

    def entries(self) -> Iterator[Entry]:
        """Everything that holds something, row by row."""
        return chain.from_iterable(self._filled)

    def find(self, label: str) -> Spot | None:
        """The first cell with this heading, blanks and a colon disregarded."""
        return self.find_where(lambda text: key(text) == label)

    def find_where(self, wanted: Callable[[str], bool]) -> Spot | None:
        """The first cell whose words fulfil the condition."""
        return next((e.spot for e in self.entries() if isinstance(e.value, str) and wanted(e.written)), None)

    def last_column_of(self, spot: Spot) -> int:
        """The right edge of the merged area that begins here; the cell's own column without one."""
        area = self._areas.get((spot.row, spot.column))
        return spot.column if area is None else area.right

    def area_from(self, spot: Spot) -> Area | None:
        """The merged area that begins in this cell."""
        return self._areas.get((spot.row, spot.column))

    @once
    def width(self) -> int:
        """The columns of the longest row."""
        return max(map(len, self.rows), default=0)

    @once
    def blank_columns(self) -> frozenset[int]:
        """The columns that hold nothing and that no merged area crosses."""
        columns = set(range(1, self.width + 1))
        columns.difference_update(e.spot.column for e in self.entries() if e.spot is not None)
        for area in self.merges:
            columns.difference_update(range(area.left, area.right + 1))
        return frozenset(columns)

    @once
    def _filled(self) -> tuple[tuple[Entry, ...], ...]:
        return tuple([tuple([e for e in row if e.written]) for row in self.rows])

    @once
    def _areas(self) -> dict[tuple[int, int], Area]:
        """The merged areas by their first cell; of several the first."""
        return {(area.top, area.left): area for area in reversed(self.merges)}


def without(grid: Grid, unseen: Iterable[Entry]) -> Grid:
    """The grid with these cells blank, and kept as hidden."""
    gone = {(e.spot.row, e.spot.column): e for e in unseen if e.spot is not None and e.written}
    rows = list(grid.rows)
    for number in {row for row, _ in gone}:
        rows[number - 1] = tuple(NOTHING if (number, c) in gone else e for c, e in enumerate(rows[number - 1], 1))
    return replace(grid, rows=tuple(rows), hidden=(*grid.hidden, *gone.values()))


def entry(raw: Any, spot: Spot, shown: str | None = None) -> Entry:
    """A cell's content with its meaning; `shown` is what the program displays, where it is known."""
    value, written = _text(raw) if isinstance(raw, str) else _other(raw)
    return Entry(value, written if shown is None else shown, spot)


@lru_cache(maxsize=8192)  # the same words stand in every form, and after every change
def _text(raw: str) -> tuple[Value, str]:
    words = visible(without_tags(raw))
    return read_value(words), words.strip()


def _other(raw: Any) -> tuple[Value, str]:
    value = read_value(raw)
    return value, _displayed(value)


def _displayed(value: Value) -> str:
    if value is None:
        return ""
    return plain(value) if isinstance(value, Decimal) else str(value)


def without_tags(text: str) -> str:
    """The words of a text that was copied with its web tags; paragraphs become lines."""
    if "<" not in text:
        return text
    return _TAG.sub("", _BREAK.sub("\n", text)).strip()
