"""Where on a sheet a drawn thing lies: in which cells, and how large."""

from bisect import bisect_left, bisect_right
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple

from selfeval_xl.grid import Area
from selfeval_xl.send.parts import Element

_A_POINT = 12_700  # units of a drawing
_A_DOT = 9_525  # of the screen, to which widths of columns are rounded
_DOTS_OF_A_DIGIT = 7  # of which widths of columns are multiples
_USUAL_WIDTH, _USUAL_HEIGHT = 64 / _DOTS_OF_A_DIGIT, 15.0
_LARGEST = 1_000_000  # digits or points; Excel knows no width and no height beyond hundreds
_LAST = {"col": 16_384, "row": 1_048_576}


@dataclass(frozen=True)
class Line:
    """The columns or the rows of a sheet one after the other, by their numbers, in units of a drawing."""

    sizes: dict[int, int]  # in the order of their numbers
    usual: int
    last: int

    def start(self, number: int) -> int:
        """How far from the edge of the sheet one begins."""
        return (number - 1) * self.usual + sum(size - self.usual for one, size in self.sizes.items() if one < number)

    def at(self, distance: int) -> tuple[int, int]:
        """Which one is so far from the edge of the sheet, and how far within it."""
        number = 1
        for known, size in self.sizes.items():
            between = (known - number) * self.usual
            if distance < between:
                break
            distance -= between
            if distance < size:
                return known, distance
            distance -= size
            number = known + 1
        return min(number + distance // max(self.usual, 1), self.last), distance % max(self.usual, 1)


class Sizes(NamedTuple):
    """How wide the columns and how high the rows of a sheet are."""

    columns: Line
    rows: Line


def sizes(root: Element) -> Sizes:
    """Those of a worksheet. What is hidden has none."""
    usual = root.find("{*}sheetFormatPr")
    width, height = (usual.get(name) if usual is not None else None for name in ("defaultColWidth", "defaultRowHeight"))
    widths: dict[int, int] = {}
    heights: dict[int, int] = {}
    unknown = list(range(1, _LAST["col"] + 1))
    row = 0
    for found in reversed(root.findall("{*}cols/{*}col")):  # of several for a column the last one counts
        first, end = bisect_left(unknown, int(found.get("min"))), bisect_right(unknown, int(found.get("max")))
        wide = 0 if _is_hidden(found) else _wide(found.get("width"))
        widths |= dict.fromkeys(unknown[first:end], wide)
        del unknown[first:end]
    for line in root.iterfind("{*}sheetData/{*}row"):
        row = int(line.get("r") or row + 1)
        if line.get("ht") or _is_hidden(line):
            heights[row] = 0 if _is_hidden(line) else _high(line.get("ht"))
    return Sizes(
        Line(
            dict(sorted(widths.items())),
            _wide(width),
            _LAST["col"],
        ),
        Line(dict(sorted(heights.items())), _high(height), _LAST["row"]),
    )


def place(anchor: Element, known: Sizes) -> Area | None:
    """The cells that an anchored thing covers; None where its anchor does not say."""
    start, end, position = (next(anchor.iter(f"{{*}}{name}"), None) for name in ("from", "to", "pos"))
    if start is not None:
        left, top = _point(start, "col", known.columns), _point(start, "row", known.rows)
    elif position is not None:
        left, top = int(position.get("x") or 0), int(position.get("y") or 0)
    else:
        return None
    if end is not None:
        right, bottom = _point(end, "col", known.columns), _point(end, "row", known.rows)
    else:
        extent = next((found for found in anchor.iter("{*}ext") if "spreadsheetDrawing" in found.tag), None)
        across, down = (int(extent.get(name) or 0) if extent is not None else 0 for name in ("cx", "cy"))
        right, bottom = left + across, top + down
    # What ends at the very edge of a cell does not lie in it.
    return Area(
        known.rows.at(top)[0],
        known.columns.at(left)[0],
        known.rows.at(max(top, bottom - 1))[0],
        known.columns.at(max(left, right - 1))[0],
    )


def settle(anchor: Element, area: Area, before: Sizes, after: Sizes) -> bool:
    """Moves the corners that lie outside the area, where cells have another size now; whether any had to be moved."""
    changed = False
    for corner in (*anchor.iter("{*}from"), *anchor.iter("{*}to")):
        changed |= _settle(corner, "col", (area.left, area.right), before.columns, after.columns)
        changed |= _settle(corner, "row", (area.top, area.bottom), before.rows, after.rows)
    for position in anchor.iter("{*}pos"):
        for name, first, old, new in (
            ("x", area.left, before.columns, after.columns),
            ("y", area.top, before.rows, after.rows),
        ):
            moved = new.start(first) - old.start(first)
            if moved:
                position.set(name, str(max(0, int(position.get(name) or 0) + moved)))
                changed = True
    return changed


def _settle(corner: Element, name: str, inside: tuple[int, int], before: Line, after: Line) -> bool:
    number, offset = _number(corner, name) + 1, _number(corner, f"{name}Off")
    first, last = inside
    if first <= number <= last or (number == last + 1 and offset == 0):
        return False
    distance = before.start(number) + offset - before.start(first)
    found = after.at(max(0, after.start(first) + distance))
    if found == (number, offset):
        return False
    for part, value in ((name, found[0] - 1), (f"{name}Off", found[1])):
        for written in corner.iterfind(f"{{*}}{part}"):
            written.text = str(value)
    return True


def _point(corner: Element, name: str, line: Line) -> int:
    return line.start(_number(corner, name) + 1) + _number(corner, f"{name}Off")


def _number(found: Element, name: str) -> int:
    return int(found.findtext(f"{{*}}{name}") or 0)


def _wide(digits: str | None) -> int:
    return round(_size(digits, _USUAL_WIDTH) * _DOTS_OF_A_DIGIT) * _A_DOT


def _high(points: str | None) -> int:
    return round(_size(points, _USUAL_HEIGHT) * _A_POINT)


def _size(written: str | None, usual: float) -> float:
    """What a width or height says, or the usual one where that can be none."""
    with suppress(ValueError):
        size = float(written or usual)
        if 0 <= size < _LARGEST:
            return size
    return usual


def _is_hidden(found: Element) -> bool:
    return found.get("hidden") in ("1", "true")
