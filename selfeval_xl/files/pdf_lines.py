"""A line of words in a PDF as it was drawn, and where it stands in a cell."""

from bisect import bisect_left
from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Any

from selfeval_xl.files.pdf_beyond import ACROSS
from selfeval_xl.files.pdf_page import Box, on_page, turn
from selfeval_xl.patterns import expression

IN_THE_MIDDLE, AT_THE_TOP, AT_THE_BOTTOM = range(3)  # where words stand in their cells
_CHINESE = expression(r"[\u3000-\u9fff\uff00-\uffef]+")

# In heights of a letter, from the line on which it stands:
_MIDDLE = 0.4
HIGH = 0.88
_LOW = 0.12
_UNDER_THE_TOP = (0.8, 1.45)  # how far the first line is from the upper border
_OVER_THE_BOTTOM = (0.05, 0.6)
_NO_ROOM_BELOW = 0.6
_NO_ROOM_ABOVE = 1.35
_BESIDE = 0.15  # the widest gap within a line
_NEXT_LINE = (0.9, 2.2)
_UNEVEN = 0.12
_EXACT = 0.15

# What speaks against a place, in points of a scale of our own:
_OFF = 3.0  # for each height of a letter beside the place where words stand
_UNUSUAL = 0.5  # for a place where the other words of the page do not stand
NOWHERE = 3.0


@dataclass(frozen=True)
class Line:
    """A line of letters as it was drawn."""

    chars: tuple[Any, ...]
    left: float
    right: float
    base: float  # on which its letters stand
    size: float
    begins: float  # the width of its first letter
    home: Box | None  # where it is certain

    @property
    def top(self) -> float:
        """Where its letters begin."""
        return self.base - HIGH * self.size

    @property
    def bottom(self) -> float:
        """Where they end."""
        return self.base + _LOW * self.size

    @property
    def words(self) -> str:
        """What it says."""
        return "".join(char["text"] for char in self.chars).strip()


def stands_beyond(lines: Sequence[Line], box: Box) -> bool:
    """Whether lines reach over the upper or the lower border of a cell."""
    near = ACROSS * lines[0].size
    return lines[0].top < box[1] - near or lines[-1].bottom > box[3] + near


def is_plain(words: str) -> bool:
    """Whether words are of one kind of letters: lines of several are drawn as those that are too long."""
    return _CHINESE.fullmatch(words) is not None or _CHINESE.search(words) is None


def drawn_lines(page: Any, inside: dict[Box, list[Any]], chars: Sequence[Any], own: Set[int]) -> list[Line]:
    """The lines of the cells in the order in which they were drawn."""
    home = {id(char): box for box, kept in inside.items() for char in kept}
    edges = sorted({x for box in inside for x in (box[0], box[2])})
    lines: list[list[Any]] = []
    last_base = 0.0
    for char in chars:
        if id(char) not in home or turn(char) != 0:
            continue
        base = _base(page, char)
        last = lines[-1][-1] if lines else None
        if last is not None and abs(base - last_base) < _UNEVEN * char["size"]:
            gap, far = char["x0"] - last["x1"], char["size"] * _BESIDE
            at = bisect_left(edges, last["x1"] - far)
            parted = gap > far / 3 and at < len(edges) and edges[at] < char["x0"] + far
            if -char["size"] < gap < char["size"] and not parted:
                lines[-1].append(char)
                continue
        lines.append([char])
        last_base = base
    found = []
    for line in lines:
        shown = [char for char in line if not char["text"].isspace() and char["size"] > 0]
        if shown:
            found.append(
                Line(
                    tuple(line), shown[0]["x0"], shown[-1]["x1"], _base(page, shown[0]),
                    max(char["size"] for char in shown), shown[0]["x1"] - shown[0]["x0"],
                    home[id(shown[0])] if id(shown[0]) in own else None,
                )
            )  # fmt: skip
    return found


def _base(page: Any, char: Any) -> float:
    """The height on the page of the line on which a letter stands, whatever its font is."""
    x, y = char["matrix"][4:]
    return on_page(page, (x, y, x, y))[1]


def cell_of(line: Line, inside: dict[Box, list[Any]]) -> Box | None:
    """The cell in which the middle of a line stands."""
    middle, x = line.base - _MIDDLE * line.size, (line.left + line.right) / 2
    return next((b for b in inside if b[0] <= x <= b[2] and b[1] <= middle <= b[3]), None)


def ends_below(line: Line, box: Box) -> bool:
    """Whether a line below this one would stand beyond the cell: some programs leave it out."""
    return box[3] - line.base < _NO_ROOM_BELOW * line.size


def begins_above(line: Line, box: Box) -> bool:
    """Whether a line above this one would stand beyond the cell."""
    return line.base - box[1] < _NO_ROOM_ABOVE * line.size


def goes_on(lines: Sequence[Line]) -> bool:
    """Whether the last of these lines stands below the others, as far as they are apart."""
    *_, above, line = lines
    apart = line.base - above.base
    if not _NEXT_LINE[0] * above.size < apart < _NEXT_LINE[1] * above.size:
        return False
    return len(lines) == 2 or abs(apart - (above.base - lines[-3].base)) < _UNEVEN * above.size


def off(lines: Sequence[Line], box: Box, usual: int) -> float:
    """What speaks against the place where lines stand in a cell: how far off its middle, its top or its bottom."""
    first, last, size = lines[0], lines[-1], lines[0].size
    off = (
        abs((box[1] + box[3]) - (first.base + last.base - 2 * _MIDDLE * size)) / 2,
        _outside(first.base - box[1], _UNDER_THE_TOP, size),
        _outside(box[3] - last.base, _OVER_THE_BOTTOM, size),
    )
    cost = min(max(0.0, far / size - _EXACT) * _OFF + _UNUSUAL * (kind != usual) for kind, far in enumerate(off))
    return min(cost, NOWHERE)


def _outside(far: float, range_: tuple[float, float], size: float) -> float:
    return max(range_[0] * size - far, far - range_[1] * size, 0.0)


def is_full(line: Line, below: Line, box: Box) -> bool:
    """Whether a line has no room for what begins the one below."""
    return box[2] - box[0] - (line.right - line.left) < below.begins + 0.6 * line.size
