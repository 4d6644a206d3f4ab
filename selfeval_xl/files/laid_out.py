"""Rows of values from a workbook, whatever its kind, laid out as a grid."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from selfeval_xl import errors
from selfeval_xl.cells import NOTHING, Entry, Spot, Value, column_letters, read_value
from selfeval_xl.files import formats, formulas, unseen
from selfeval_xl.files.bounds import LONGEST, MOST_CELLS, WIDEST
from selfeval_xl.grid import Area, Grid, entry, without
from selfeval_xl.patterns import expression

Corners = tuple[tuple[int, int], tuple[int, int]]  # of a merged area, counted from 0
_BOTH = "\ue0ff"  # stands before the number and before what is displayed
_NUMBER_AND_DISPLAY = expression(
    rf"{_BOTH}(-?[0-9]{{1,400}}(?:\.[0-9]{{1,400}})?(?:E[-+]?[0-9]{{1,3}})?){_BOTH}([^{_BOTH}]+)"
)
_FEW_MERGES = 500
_LONG = 40
_MOST_KNOWN = 8_192


def grid_beside(
    name: str, rows: list[list[Any]], merges: Sequence[Corners], beside: unseen.Beside, *, marked: bool = False
) -> Grid:
    """One sheet, with formulas calculated that have no result, and without what is not seen."""
    if beside.formulas:
        _calculate(rows, beside)
    struck = unseen.without_struck(rows, name) if marked or beside.marked else []
    found = grid(name, rows, merges)
    if struck:  # words that are not, beside those that are, are shown whatever the cell's own font is
        found = replace(found, hidden=(*found.hidden, *struck))
        beside = replace(beside, struck=beside.struck - {(one.spot.row, one.spot.column) for one in struck if one.spot})
    return unseen.seen(found, beside) if beside else found


def calculator(
    cells: Mapping[tuple[int, int], Any], written: Mapping[tuple[int, int], tuple[str, str, date]]
) -> formulas.Sheet:
    """What calculates the formulas of a sheet; also those of other sheets may ask it for a cell."""
    return formulas.Sheet(cells, {place: words for place, (words, _, _) in written.items()})


def _calculate(rows: list[list[Any]], beside: unseen.Beside) -> None:
    """Puts the results of plain formulas into the rows, and a sentence where the others stand."""
    written = beside.formulas
    height, width = max(row for row, _ in written), max(column for _, column in written)
    if height > LONGEST or width > WIDEST:
        raise errors.TooLarge(f"{column_letters(width)}{height} 还有公式")
    rows += [[] for _ in range(height - len(rows))]
    width = max(width, *map(len, rows))
    for cells in rows:
        cells.extend([""] * (width - len(cells)))
    sheet = beside.calculator or calculator(
        {(r, c): _amount(raw) for r, cells in enumerate(rows, 1) for c, raw in enumerate(cells, 1) if raw != ""},
        written,
    )
    results = {place: sheet.result(place) for place in written}
    for (row, column), (words, number_format, epoch) in written.items():
        result = results[row, column]
        shown = with_display(result, number_format, epoch) if isinstance(result, float) else result
        rows[row - 1][column - 1] = f"{formulas.NO_RESULT}（={words}）" if shown is None else shown


def _amount(raw: Any) -> Any:
    """The number behind what a cell displays."""
    found = _NUMBER_AND_DISPLAY.fullmatch(raw) if isinstance(raw, str) else None
    return raw if found is None else float(found[1])


def grid(name: str, rows: Iterable[Sequence[Any]], merges: Sequence[Corners]) -> Grid:
    """One sheet from the values a library gives, blanks as empty text."""
    known = _known_in(name)
    entries = tuple(
        [
            tuple(
                [
                    NOTHING
                    if raw == ""
                    else known[raw, r, c]
                    if raw.__class__ is str or raw.__class__ is float
                    else _made(_read(raw), name, r, c)
                    for c, raw in enumerate(row, 1)
                ]
            )
            for r, row in enumerate(rows, 1)
        ]
    )
    return _without_covered(name, entries, max(map(len, entries), default=0), merges)


def grid_of_cells(
    name: str, cells: dict[tuple[int, int], Any], height: int, width: int, merges: Sequence[Corners]
) -> Grid:
    """One sheet of this size from the values of its cells by row and column, counted from 1."""
    known = _known_in(name)
    rows = [[NOTHING] * width for _ in range(height)]
    for (row, column), raw in cells.items():
        is_usual = raw.__class__ is str or raw.__class__ is float
        rows[row - 1][column - 1] = known[raw, row, column] if is_usual else _made(_read(raw), name, row, column)
    return _without_covered(name, tuple(map(tuple, rows)), width, merges)


def _without_covered(name: str, entries: tuple[tuple[Entry, ...], ...], width: int, merges: Sequence[Corners]) -> Grid:
    """The sheet without what stands beneath merged areas, which show their first cell only."""
    height = len(entries)
    if len(merges) < _FEW_MERGES:
        areas, beneath = _sensible(tuple(merges), height, width)
    elif sum(min(bottom, height) - top for (top, _), (bottom, _) in merges if top < height) > MOST_CELLS:
        raise errors.TooLarge("合并单元格过多")
    else:
        areas, beneath = _sensible.__wrapped__(tuple(merges), height, width)
    found = Grid(name, entries, areas)
    covered = [e for e in found.entries() if e.spot is not None and beneath[e.spot.row - 1] >> e.spot.column - 1 & 1]
    return without(found, covered) if covered else found


def _made(said: tuple[Value, str], sheet: str, row: int, column: int) -> Entry:
    return Entry(*said, Spot(sheet, row, column))


class _Known(dict[tuple[Any, int, int], Entry]):
    """The cells met on sheets of one name: in a season's forms most stand at the same place."""

    def __init__(self, sheet: str) -> None:
        super().__init__()
        self.sheet = sheet

    def __missing__(self, key: tuple[Any, int, int]) -> Entry:
        """The cell, kept for the next sheet unless it holds a long text."""
        raw, row, column = key
        if isinstance(raw, str) and len(raw) > _LONG:
            return _made(_read(raw), self.sheet, row, column)
        if len(self) >= _MOST_KNOWN:
            self.clear()
        found = self[key] = _made(_read_before(raw), self.sheet, row, column)
        return found


_known_in = lru_cache(4)(_Known)


def _read(raw: Any) -> tuple[Value, str]:
    if isinstance(raw, str) and (both := _NUMBER_AND_DISPLAY.fullmatch(raw)):
        return Decimal(both.group(1)), both.group(2)
    if isinstance(raw, str):
        raw = raw.replace("\r\n", "\n")
    found = entry(raw or 0.0 if isinstance(raw, float) else raw, _NOWHERE)  # -0.0 is 0 on paper
    return found.value, found.written


_NOWHERE = Spot(None, 0, 0)
_read_before = lru_cache(16_384)(_read)  # the same words stand in every form


@lru_cache(64)  # a season's forms are merged alike
def _sensible(merges: tuple[Corners, ...], height: int, width: int) -> tuple[tuple[Area, ...], list[int]]:
    """The merged areas as far as the sheet is filled, of two that overlap the first; and what is beneath them.

    That is, for each row, the columns as bits whose cells are not shown.
    """
    kept: list[Area] = []
    taken, beneath = [0] * height, [0] * height
    for (top, left), (lowest, widest) in merges:
        bottom, right = min(lowest, height - 1), min(widest, width - 1)
        if top > bottom or left > right or (top, left) == (bottom, right):
            continue
        columns = (1 << right + 1) - (1 << left)
        if any(row & columns for row in taken[top : bottom + 1]):
            continue
        for row in range(top, bottom + 1):
            taken[row] |= columns
            beneath[row] |= columns
        beneath[top] -= 1 << left
        kept.append(Area(top + 1, left + 1, bottom + 1, right + 1))
    return tuple(kept), beneath


def with_display(number: float, number_format: str, epoch: date = formats.EPOCH) -> float | str:
    """The number; with a format that displays more, words that carry what it says and what Excel displays."""
    value = read_value(number)
    found = formats.shown(value, number_format, epoch) if isinstance(value, Decimal) else None
    if found is None:
        return number
    said, words = found
    return both(said, words) if isinstance(said, Decimal) else words


def both(said: Decimal, words: str) -> str:
    """Words that carry the number that a cell says and what it displays."""
    return f"{_BOTH}{said}{_BOTH}{words}"
