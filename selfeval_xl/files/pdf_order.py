"""Which cell of a PDF each line belongs to, where rows are too low: told by the order in which cells are drawn.

Programs draw a sheet cell by cell, row after row, some of them once for plain words and once more for those of
several lines. The lines of a cell keep an even distance and stand at its top, at its bottom or in its middle.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from itertools import pairwise
from math import inf
from typing import Any

from selfeval_xl.files.pdf_beyond import ACROSS, groups
from selfeval_xl.files.pdf_cut import cut, is_filled
from selfeval_xl.files.pdf_lines import (
    AT_THE_BOTTOM,
    AT_THE_TOP,
    HIGH,
    IN_THE_MIDDLE,
    NOWHERE,
    Line,
    begins_above,
    cell_of,
    drawn_lines,
    ends_below,
    goes_on,
    is_full,
    is_plain,
    off,
    stands_beyond,
)
from selfeval_xl.files.pdf_page import SAME_ROW, Box

_OVER = 0.3  # that a line may reach over the sides of its cell
_PARAGRAPH_ENDS = "。；;！？:："
_MOST_OFF = 0.6
_WITHIN = 1.0  # at most, for words that reach over no border
_BACKWARD = 1.0  # a cell drawn after one that stands below it
_NOT_FULL = 0.4
_BEYOND = 0.8  # for a line wholly beyond the cell, which many programs leave out
_AS_SURE = 0.3
_MOST_NOWHERE = 0.1
_MOST = 300_000  # lines times cells
_MOST_RUNS = 4_000  # a page of a form has some hundreds
_MOST_STEPS = 50_000
_LONGEST = 60  # lines of a cell
_FEWEST = 5  # lines from which an order can be told


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
    lines = drawn_lines(page, inside, chars, own)
    boxes = list(inside)
    if len(lines) * len(boxes) > _MOST or not any(_has_no_room(line, inside) for line in lines):
        return None  # each cell has room for its words, or it is too much to ask
    tops = groups((box[1] for box in boxes), SAME_ROW)
    places = {box: (bisect_left(tops, box[1] + 0.001), box[0]) for box in boxes}
    ways: list[list[_Run]] = []
    for usual in (IN_THE_MIDDLE, AT_THE_TOP, AT_THE_BOTTOM):
        ways.append(_runs(lines, places, usual))
        if len(ways[-1]) > _MOST_RUNS or _steps(ways[-1]) > _MOST_STEPS:
            return None
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
            else:  # they stay where they stand
                at = next(box for box, kept in inside.items() if any(lines[number].chars[0] is char for char in kept))
                found[at] += lines[number].chars
                touched |= {at} if stands_beyond([lines[number]], at) else set()
            touched |= sure[number]
        if len(touched) > 1 or _is_off(lines[run.first : run.last + 1], run.box, usual):
            doubtful |= touched
    others = path[_second_going(path, lines) :]
    missing = cut([(r.box, lines[r.first : r.last + 1]) for r in others if r.box], usual if is_sure else None)
    for one, other in pairwise(run.box for run in path):
        if one and other and one[0] == other[0] and one in missing and other in missing:
            (_, behind), (before, _) = missing[one], missing[other]
            doubtful |= {one, other} if behind and before else set()  # they may be the words of one cell
    reaches = any(run.box and stands_beyond(lines[run.first : run.last + 1], run.box) for run in path)
    return Told(found, doubtful, missing) if missing or doubtful or reaches else None


def _has_no_room(line: Line, inside: dict[Box, list[Any]]) -> bool:
    """Whether a line reaches over its cell, or fills one without room for another line."""
    box = cell_of(line, inside)
    if box is None:
        return False
    return stands_beyond([line], box) or (is_filled(line, box) and (ends_below(line, box) or begins_above(line, box)))


def _second_going(path: Sequence[_Run], lines: Sequence[Line]) -> int:
    """Where a program begins to go through the rows once more, after one line of plain words for each cell."""
    found = len(path)
    plain = 0
    for number, (run, after) in enumerate(pairwise(path), 1):
        plain += run.first == run.last and is_plain(lines[run.first].words)
        if _step(run, after) and number >= _FEWEST and plain > (1 - _MOST_NOWHERE) * number:
            found = number
    return found


def _runs(lines: Sequence[Line], places: dict[Box, tuple[int, float]], usual: int) -> list[_Run]:
    """Each group of lines drawn one after the other that may stand in a cell, with each cell where it may stand.

    `usual` is where words mostly stand in their cells.
    """
    runs: list[_Run] = []
    for first in range(len(lines)):
        if len(runs) > _MOST_RUNS:
            break
        runs.append(_Run(first, first, None, (-1, 0.0), NOWHERE))
        boxes = list(places)
        for last in range(first, min(first + _LONGEST, len(lines))):
            if last > first and not goes_on(lines[first : last + 1]):
                break
            line = lines[last]
            over = _OVER * line.size
            boxes = [
                box
                for box in boxes
                if box[0] - over < line.left and line.right < box[2] + over and box[3] - box[1] > HIGH * line.size
            ]
            if line.home is not None:
                boxes = [line.home] if last == first or line.home in boxes else []
            if not boxes:
                break
            after = lines[last + 1] if last + 1 < len(lines) else None
            for box in boxes:
                if line.home is not None or (lines[first].top < box[3] and line.bottom > box[1]):
                    cost = _against(lines[first : last + 1], after, box, usual)
                    cost = min(cost, _WITHIN) if line.home is not None else cost
                    runs.append(_Run(first, last, box, places[box], cost))
    return runs


def _against(lines: Sequence[Line], after: Line | None, box: Box, usual: int) -> float:
    """What speaks against lines being the words of a cell: their place, and where they are broken."""
    cost = off(lines, box, usual)
    if not stands_beyond(lines, box):
        cost = min(cost, _WITHIN)
    near = ACROSS * lines[0].size
    cost += _BEYOND * sum(line.top > box[3] - near / 2 or line.bottom < box[1] + near / 2 for line in lines)
    for above, below in pairwise(lines):
        if not is_full(above, below, box):
            cost += _NOT_FULL / (4 if above.words[-1:] in _PARAGRAPH_ENDS else 1)
    if after is not None and is_full(lines[-1], after, box) and goes_on([*lines, after]):
        cost += _NOT_FULL
    return cost


def _is_off(lines: Sequence[Line], box: Box | None, usual: int) -> bool:
    """Whether words stand at no place where those of a cell do."""
    return box is None or (stands_beyond(lines, box) and off(lines, box, usual) > _MOST_OFF)


def _steps(runs: Sequence[_Run]) -> int:
    """How many ways there are from one run to the next."""
    ends = Counter(run.last for run in runs)
    return sum(ends[run.first - 1] for run in runs)


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
    """What speaks against one cell being drawn after another: that it stands before it."""
    return _BACKWARD if one.box and other.box and other.place <= one.place else 0.0


def _unsure(runs: Sequence[_Run], lines: Sequence[Line], least: float) -> list[set[Box]]:
    """For each line the cells where it may stand about as well as where it stands best."""
    found: list[set[Box]] = [set() for _ in lines]
    for run in runs:
        if run.box is not None and run.before + run.after < least + _AS_SURE:
            for number in range(run.first, run.last + 1):
                found[number].add(run.box)
    return found
