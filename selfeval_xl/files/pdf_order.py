"""Which cell of a PDF each line belongs to, where rows are too low: told by the order in which cells are drawn.

Programs draw a sheet cell by cell, row after row, some of them once for plain words and once more for those of
several lines. The lines of a cell keep an even distance and stand at its top, at its bottom or in its middle.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from itertools import pairwise
from math import inf
from typing import Any

from selfeval_xl.files.pdf_beyond import ACROSS, groups
from selfeval_xl.files.pdf_page import SAME_ROW, Box, on_page, turn

# Sizes in heights of a letter, above the line on which it stands.
_MIDDLE = 0.4
_HIGH = 0.88
_LOW = 0.12
_AT_THE_TOP = (0.8, 1.45)  # from the upper border to the line
_AT_THE_BOTTOM = (0.05, 0.6)
_BESIDE = 0.15  # the widest gap within a line
_OVER = 0.3  # that a line may reach over the sides of its cell
_NEXT_LINE = (0.9, 2.2)
_UNEVEN = 0.12
_EXACT = 0.15
# Where words stand in their cells.
_MIDDLE_OF_CELL, _TOP, _BOTTOM = range(3)
_NO_ROOM_BELOW = 0.6
_NO_ROOM_ABOVE = 1.35
_WIDE = 20  # a cell of whole paragraphs
_ONE_MORE = 1.3
_TWO_MORE = 1.9  # one that takes what cannot begin a line along
_CHINESE = re.compile(r"[\u3000-\u9fff\uff00-\uffef]+")
_NUMBERED = re.compile(r"\d{1,2}[.、．](?!\d)|[（(]?[一二三四五六七八九十\d]{1,2}[)）、]")
_COMPARED = re.compile(r"[≥≤>＞<＜=＝]")
_PARAGRAPH_ENDS = "。；;！？:："

# What speaks against a place, in points of a scale of our own.
_OFF = 3.0  # for each height of a letter beside the place where words stand
_UNUSUAL = 0.5
_MOST_OFF = 0.6
_WITHIN = 1.0  # at most, for words that reach over no border
_NOWHERE = 3.0
_BACKWARD = 1.0  # a cell drawn after one that stands below it
_NOT_FULL = 0.4
_BEYOND = 0.8  # for a line wholly beyond the cell, which many programs leave out
_AS_SURE = 0.3
_MOST_NOWHERE = 0.1
_FEWEST = 10  # lines from which an order can be told


@dataclass(frozen=True)
class _Line:
    """A line of letters as it was drawn."""

    chars: tuple[Any, ...]
    left: float
    right: float
    base: float
    size: float
    begins: float  # the width of its first letter
    home: Box | None  # where it is certain

    @property
    def top(self) -> float:
        return self.base - _HIGH * self.size

    @property
    def bottom(self) -> float:
        return self.base + _LOW * self.size

    @property
    def words(self) -> str:
        return "".join(char["text"] for char in self.chars).strip()


@dataclass
class _Run:
    """Lines that may be the words of a cell, and what speaks against it; without a cell they belong nowhere."""

    first: int
    last: int
    box: Box | None
    place: tuple[int, float]
    cost: float
    before: float = inf
    after: float = inf
    previous: "_Run | None" = field(default=None, repr=False)


@dataclass
class Told:
    """The letters of each cell, the cells whose words may be those of another, and those where words are missing.

    Of these it says whether they are missing before and behind what is shown.
    """

    inside: dict[Box, list[Any]]
    doubtful: set[Box]
    cut: dict[Box, tuple[bool, bool]]


def told(page: Any, inside: dict[Box, list[Any]], chars: Sequence[Any], own: Set[int]) -> Told | None:
    """The words of each cell by the order of drawing; None where they need not be told so, or cannot.

    The cell of letters that are `own` is certain.
    """
    lines = _lines(page, inside, chars, own)
    boxes = list(inside)
    if not lines or not any(_is_low(line, inside) for line in lines):
        return None  # each cell has room for its words
    tops = groups((box[1] for box in boxes), SAME_ROW)
    places = {box: (bisect_left(tops, box[1] + 0.001), box[0]) for box in boxes}
    ways = [_runs(lines, places, usual) for usual in (_MIDDLE_OF_CELL, _TOP, _BOTTOM)]
    paths = [_cheapest(runs, len(lines)) for runs in ways]
    least, usual = min((path[-1].before, usual) for usual, path in enumerate(paths))
    is_sure = all(path[-1].before > least + _AS_SURE for path in paths if path is not paths[usual])
    runs, path = ways[usual], paths[usual]
    nowhere = sum(run.last - run.first + 1 for run in path if run.box is None)
    if nowhere > _MOST_NOWHERE * len(lines):
        return None
    sure = _unsure(runs, lines, least)
    placed = {id(char) for line in lines for char in line.chars}
    found = {box: [char for char in kept if id(char) not in placed] for box, kept in inside.items()}
    doubtful: set[Box] = set()
    for run in path:
        touched = {run.box} if run.box else set()
        for number in range(run.first, run.last + 1):
            if run.box is not None:
                found[run.box] += lines[number].chars
            touched |= sure[number]
        if len(touched) > 1 or _is_off(lines[run.first : run.last + 1], run.box, usual):
            doubtful |= touched
    cut = _cut(path, lines, usual if is_sure else None)
    reaches = any(run.box and _stands_beyond(lines[run.first : run.last + 1], run.box) for run in path)
    return Told(found, doubtful, cut) if cut or doubtful or reaches else None


def _cut(path: Sequence[_Run], lines: Sequence[_Line], usual: int | None) -> dict[Box, tuple[bool, bool]]:
    """The cells of whose words lines were left out, because they would have stood beyond the cell.

    Known of programs that draw plain words of one line first, and then, row by row once more, all others: a line of
    plain words that is drawn among these has been cut, and shows that others may be.
    """
    others = _second_going(path, lines)
    runs = [(run.box, lines[run.first : run.last + 1]) for run in path[others:] if run.box is not None]
    proven = {
        box
        for box, said in runs
        if len(said) == 1 and _is_plain(said[0].words) and (_ends_below(said[0], box) or _begins_above(said[0], box))
    }
    if not proven and not any(_stands_beyond(said, box) for box, said in runs):
        return {}
    if usual is None:
        lasts = sum(not _is_filled(said[-1], box) for box, said in runs if box in proven)
        usual = _BOTTOM if 3 * lasts > len(proven) else _MIDDLE_OF_CELL
    found = {}
    for box, said in runs:
        before = usual != _TOP and _begins_above(said[0], box)
        behind = usual != _BOTTOM and _ends_below(said[-1], box)
        may = before and not _COMPARED.match(said[0].words) if usual == _BOTTOM else behind and _may_go_on(said, box)
        if box in proven or may:
            found[box] = before, behind
    return found


def _second_going(path: Sequence[_Run], lines: Sequence[_Line]) -> int:
    """Where a program begins to go through the rows once more, after one line of plain words for each cell."""
    found = len(path)
    plain = 0
    for number, (run, after) in enumerate(pairwise(path), 1):
        plain += run.first == run.last and _is_plain(lines[run.first].words)
        if _step(run, after) and number >= _FEWEST and plain > (1 - _MOST_NOWHERE) * number:
            found = number
    return found


def _stands_beyond(lines: Sequence[_Line], box: Box) -> bool:
    near = ACROSS * lines[0].size
    return lines[0].top < box[1] - near or lines[-1].bottom > box[3] + near


def _may_go_on(lines: Sequence[_Line], box: Box) -> bool:
    """Whether words may not have come to their end: the last line is full, or they are a list, or paragraphs."""
    words = "".join(line.words for line in lines)
    is_list = _NUMBERED.match(words) and box[2] - box[0] > _WIDE * lines[0].size
    parts = any(not _is_full(above, below, box) for above, below in pairwise(lines))
    return bool(is_list) or parts or _is_filled(lines[-1], box) or _is_open(words)


def _is_open(words: str) -> bool:
    """Whether a bracket is not closed."""
    return sum(map(words.count, "（(《“【〔")) > sum(map(words.count, "）)》”】〕"))


def _is_plain(words: str) -> bool:
    """Whether words are of one kind of letters: lines of several are drawn as those that are too long."""
    return _CHINESE.fullmatch(words) is not None or _CHINESE.search(words) is None


def _is_filled(line: _Line, box: Box) -> bool:
    more = _ONE_MORE if line.words.endswith("）") else _TWO_MORE
    return box[2] - box[0] - (line.right - line.left) < more * line.size


def _lines(page: Any, inside: dict[Box, list[Any]], chars: Sequence[Any], own: Set[int]) -> list[_Line]:
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
        shown = [char for char in line if not char["text"].isspace()]
        if shown:
            found.append(
                _Line(
                    tuple(line), shown[0]["x0"], shown[-1]["x1"], _base(page, shown[0]),
                    max(char["size"] for char in shown), shown[0]["x1"] - shown[0]["x0"],
                    home[id(shown[0])] if id(shown[0]) in own else None,
                )
            )  # fmt: skip
    return found


def _base(page: Any, char: Any) -> float:
    x, y = char["matrix"][4:]
    return on_page(page, (x, y, x, y))[1]


def _is_low(line: _Line, inside: dict[Box, list[Any]]) -> bool:
    """Whether the cell in whose middle letters stand has no room for another line above or below them."""
    middle, x = line.base - _MIDDLE * line.size, (line.left + line.right) / 2
    box = next((b for b in inside if b[0] <= x <= b[2] and b[1] <= middle <= b[3]), None)
    return box is not None and (_ends_below(line, box) or _begins_above(line, box))


def _ends_below(line: _Line, box: Box) -> bool:
    """Whether a line below this one would stand beyond the cell: some programs leave it out."""
    return box[3] - line.base < _NO_ROOM_BELOW * line.size


def _begins_above(line: _Line, box: Box) -> bool:
    return line.base - box[1] < _NO_ROOM_ABOVE * line.size


def _runs(lines: Sequence[_Line], places: dict[Box, tuple[int, float]], usual: int) -> list[_Run]:
    """Each group of lines drawn one after the other that may stand in a cell, with each cell where it may stand.

    `usual` is where words mostly stand in their cells.
    """
    runs = []
    for first in range(len(lines)):
        runs.append(_Run(first, first, None, (-1, 0.0), _NOWHERE))
        boxes = list(places)
        for last in range(first, len(lines)):
            if last > first and not _goes_on(lines[first : last + 1]):
                break
            line = lines[last]
            over = _OVER * line.size
            boxes = [
                box
                for box in boxes
                if box[0] - over < line.left and line.right < box[2] + over and box[3] - box[1] > _HIGH * line.size
            ]
            if line.home is not None:
                boxes = [line.home] if last == first or line.home in boxes else []
            if not boxes:
                break
            after = lines[last + 1] if last + 1 < len(lines) else None
            for box in boxes:
                if line.home is not None or (lines[first].top < box[3] and line.bottom > box[1]):
                    cost = _against(lines[first : last + 1], after, box, usual)
                    runs.append(_Run(first, last, box, places[box], cost))
    return runs


def _goes_on(lines: Sequence[_Line]) -> bool:
    """Whether the last of these lines stands below the others, as far as they are apart."""
    *_, above, line = lines
    apart = line.base - above.base
    if not _NEXT_LINE[0] * above.size < apart < _NEXT_LINE[1] * above.size:
        return False
    return len(lines) == 2 or abs(apart - (above.base - lines[-3].base)) < _UNEVEN * above.size


def _against(lines: Sequence[_Line], after: _Line | None, box: Box, usual: int) -> float:
    """What speaks against lines being the words of a cell: their place, and where they are broken."""
    cost = _off(lines, box, usual)
    if not _stands_beyond(lines, box):
        cost = min(cost, _WITHIN)
    near = ACROSS * lines[0].size
    cost += _BEYOND * sum(line.top > box[3] - near / 2 or line.bottom < box[1] + near / 2 for line in lines)
    for above, below in pairwise(lines):
        if not _is_full(above, below, box):
            cost += _NOT_FULL / (4 if above.words[-1:] in _PARAGRAPH_ENDS else 1)
    if after is not None and _is_full(lines[-1], after, box) and _goes_on([*lines, after]):
        cost += _NOT_FULL
    return cost


def _off(lines: Sequence[_Line], box: Box, usual: int) -> float:
    """What speaks against the place where lines stand in a cell: how far off its middle, its top or its bottom."""
    first, last, size = lines[0], lines[-1], lines[0].size
    off = (
        abs((box[1] + box[3]) - (first.base + last.base - 2 * _MIDDLE * size)) / 2,
        _outside(first.base - box[1], _AT_THE_TOP, size),
        _outside(box[3] - last.base, _AT_THE_BOTTOM, size),
    )
    cost = min(max(0.0, far / size - _EXACT) * _OFF + _UNUSUAL * (kind != usual) for kind, far in enumerate(off))
    return min(cost, _NOWHERE)


def _is_off(lines: Sequence[_Line], box: Box | None, usual: int) -> bool:
    return box is None or (_stands_beyond(lines, box) and _off(lines, box, usual) > _MOST_OFF)


def _outside(far: float, range_: tuple[float, float], size: float) -> float:
    return max(range_[0] * size - far, far - range_[1] * size, 0.0)


def _is_full(line: _Line, below: _Line, box: Box) -> bool:
    return box[2] - box[0] - (line.right - line.left) < below.begins + 0.6 * line.size


def _cheapest(runs: Sequence[_Run], count: int) -> list[_Run]:
    """The runs that hold every line once and against which least speaks, each with what speaks against the rest."""
    starting: list[list[_Run]] = [[] for _ in range(count)]
    ending: list[list[_Run]] = [[] for _ in range(count)]
    for run in runs:
        starting[run.first].append(run)
        ending[run.last].append(run)
    for number in range(count):
        for run in starting[number]:
            if number == 0:
                run.before = run.cost
                continue
            for other in ending[number - 1]:
                cost = other.before + run.cost + _step(other, run)
                if cost < run.before:
                    run.before, run.previous = cost, other
    for number in range(count - 1, -1, -1):
        for run in ending[number]:
            if number == count - 1:
                run.after = 0.0
            else:
                run.after = min(other.after + other.cost + _step(run, other) for other in starting[number + 1])
    path = [min(ending[-1], key=lambda run: run.before)]
    while path[-1].previous is not None:
        path.append(path[-1].previous)
    return path[::-1]


def _step(one: _Run, other: _Run) -> float:
    return _BACKWARD if one.box and other.box and other.place <= one.place else 0.0


def _unsure(runs: Sequence[_Run], lines: Sequence[_Line], least: float) -> list[set[Box]]:
    """For each line the cells where it may stand about as well as where it stands best."""
    found: list[set[Box]] = [set() for _ in lines]
    for run in runs:
        if run.box is not None and run.before + run.after < least + _AS_SURE:
            for number in range(run.first, run.last + 1):
                found[number].add(run.box)
    return found
