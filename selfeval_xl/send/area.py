"""Where the official part of a sheet lies, and which formulas look only into it."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from selfeval_xl.cells import column_letters
from selfeval_xl.grid import Area
from selfeval_xl.patterns import expression

_ENDS = Area(1, 1, 1_048_576, 16_384)  # of a sheet
_CORNER = r"(\$?)([A-Za-z]{1,3})(\$?)([0-9]{1,7})"
_CELLS = expression(rf"{_CORNER}(?::{_CORNER})?")
_COLUMNS = expression(r"\$?([A-Za-z]{1,3}):\$?([A-Za-z]{1,3})")
_ROWS = expression(r"\$?([0-9]{1,7}):\$?([0-9]{1,7})")
_SHEET = expression(r"(?:'((?:[^']|'')+)'|([^\s'!,:;()+*/&<>=-]+))!")
_WORDS = expression(r'"(?:[^"]|"")*"')
_TOKEN = expression(
    rf"(?P<cells>(?<![\w.$])(?:{_CORNER}:)?{_CORNER}(?![\w.(!:]))|(?P<function>[A-Za-z][A-Za-z.]*)(?=\()"
    r"|(?P<truth>\b(?:TRUE|FALSE)\b)|(?P<number>\b\d+(?:\.\d+)?(?:[Ee][-+]?\d+)?\b(?![:.(]))|(?P<sign>[\s()+*/^&<>=,;%-])",
    re.IGNORECASE,
)


class Corner(NamedTuple):
    """One end of a reference, and which of its parts stay where they are."""

    column: int
    row: int
    column_stays: bool
    row_stays: bool


def column_number(letters: str) -> int:
    """1 for A."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def reference(area: Area, *, fixed: bool = False) -> str:
    """A1:I23, or A1 where it is one cell; $A$1:$I$23."""
    sign = "$" if fixed else ""
    first, last = (
        f"{sign}{column_letters(column)}{sign}{row}"
        for column, row in ((area.left, area.top), (area.right, area.bottom))
    )
    return first if first == last else f"{first}:{last}"


def parsed(words: str) -> Area | None:
    """The area that A1, $A$1:$I$23, A:I or 1:23 names; None for anything else."""
    if found := _CELLS.fullmatch(words):
        first, last = _corners(found.groups())
        rows, columns = sorted((first.row, last.row)), sorted((first.column, last.column))
        return Area(rows[0], columns[0], rows[1], columns[1])
    if found := _COLUMNS.fullmatch(words):
        left, right = sorted(map(column_number, found.groups()))
        return Area(1, left, _ENDS.bottom, right)
    if found := _ROWS.fullmatch(words):
        top, bottom = sorted(map(int, found.groups()))
        return Area(top, 1, bottom, _ENDS.right)
    return None


def areas_named(words: str) -> list[Area]:
    """The areas of a name for printing, 'sheet'!$A$1:$I$23,'sheet'!$1:$2; none where it is a formula."""
    found = [parsed(part) for part in _SHEET.sub("", words).split(",")]
    return [] if None in found else [area for area in found if area is not None]


def ranges(words: str) -> list[Area]:
    """The areas of an attribute sqref."""
    return [area for area in map(parsed, words.split()) if area is not None]


def common(one: Area, other: Area) -> Area | None:
    """What two areas share."""
    shared = Area(
        max(one.top, other.top), max(one.left, other.left), min(one.bottom, other.bottom), min(one.right, other.right)
    )
    return shared if shared.top <= shared.bottom and shared.left <= shared.right else None


def within(inner: Area, outer: Area) -> bool:
    """Whether the first lies in the second."""
    return common(inner, outer) == inner


def around(areas: Iterable[Area]) -> Area:
    """The smallest area that holds them all."""
    every = list(areas)
    return Area(
        min(one.top for one in every),
        min(one.left for one in every),
        max(one.bottom for one in every),
        max(one.right for one in every),
    )


def looks_only_into(formula: str, area: Area, sheet: str, used_in: Area | None = None) -> bool:
    """Whether a formula needs nothing but cells of this area, wherever it is used.

    `used_in` is the area over which its relative references move, written for the first cell of it.
    """
    words = _of_this_sheet(_WORDS.sub(" ", formula.removeprefix("=")), sheet)
    at = 0
    while at < len(words):
        token = _TOKEN.match(words, at)
        if token is None or (token["function"] or "").upper().startswith(("SE_", "INDIRECT", "OFFSET")):
            return False
        if token["cells"] and not all(within(one, area) for one in _reached(token["cells"], used_in)):
            return False
        at = token.end()
    return True


def _of_this_sheet(formula: str, sheet: str) -> str:
    """The formula without the name of its own sheet; that of another one stays, and no token fits it."""

    def own(found: re.Match[str]) -> str:
        name = found[1].replace("''", "'") if found[1] else found[2]
        return "" if name == sheet else found[0]

    return _SHEET.sub(own, formula)


def _reached(cells: str, used_in: Area | None) -> Iterator[Area]:
    """The areas that a reference names in the first and in the last cell of where it is used."""
    found = _CELLS.fullmatch(cells)
    corners = _corners(found.groups()) if found else ()
    down, across = (used_in.bottom - used_in.top, used_in.right - used_in.left) if used_in else (0, 0)
    for corner in corners:
        yield Area(corner.row, corner.column, corner.row, corner.column)
        row = corner.row if corner.row_stays else corner.row + down
        column = corner.column if corner.column_stays else corner.column + across
        yield Area(row, column, row, column)


def _corners(groups: tuple[str | None, ...]) -> tuple[Corner, Corner]:
    first, last = groups[:4], groups[4:]
    return _corner(first), _corner(last if last[1] else first)


def _corner(groups: tuple[str | None, ...]) -> Corner:
    across, letters, down, row = groups
    return Corner(column_number(letters or ""), int(row or 0), bool(across), bool(down))
