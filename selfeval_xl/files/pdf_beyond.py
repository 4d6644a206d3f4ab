"""Words of a PDF that stand beyond the cell they belong to, or are printed over those of another."""

from collections.abc import Iterable, Mapping, Sequence, Set
from itertools import pairwise
from typing import Any

from selfeval_xl.files.pdf_page import SAME_EDGE, SAME_ROW, THINNEST, Box, overlap

ACROSS = 0.25  # of its height that a letter reaches over a border which cuts it
_UNEVEN = 0.1  # of the height of its letters that a line may stand off from where the lines above it lead


def gather_written_together(inside: dict[Box, list[Any]], chars: Sequence[Any], own: set[int]) -> set[Box]:
    """Lines drawn one after the other at the same distance belong to one cell, also where it is too low for them.

    Its words stand in its middle, at its top or at its bottom. Answers the cells where it cannot be told.
    """
    home = {id(char): box for box, kept in inside.items() for char in kept}
    lines: list[list[Any]] = []
    for char in chars:
        if id(char) not in home or id(char) in own or char["text"].isspace():
            continue
        last = lines[-1][-1] if lines else None
        beside = last is not None and home[id(last)] == home[id(char)]
        if last and beside and abs(last["top"] - char["top"]) < SAME_ROW and last["x1"] - SAME_EDGE < char["x0"]:
            lines[-1].append(char)
        else:
            lines.append([char])
    runs: list[list[list[Any]]] = []
    for line in lines:
        if runs and _goes_on(runs[-1], line, home):
            runs[-1].append(line)
        else:
            runs.append([line])
    doubtful: set[Box] = set()
    for run in runs:
        touched = list(dict.fromkeys(home[id(char)] for line in run for char in line))
        crosses = any(
            max(home[id(line[0])][1] - line[0]["top"], line[0]["bottom"] - home[id(line[0])][3])
            > ACROSS * line[0]["height"]
            for line in run
        )
        if len(touched) == 1 or not crosses:
            continue
        left, right = touched[0][0], touched[0][2]
        letters = [char for line in run for char in line]
        gone = {id(char) for char in letters}
        box = _home_of(run, [box for box in inside if (box[0], box[2]) == (left, right)])
        if box is None and all(id(char) in gone for other in touched[1:] for char in inside[other]):
            box = touched[0] if _starts_in(touched[0], run, home) else None
        if box is None:
            doubtful.update(touched)
            continue
        own |= gone
        for other in touched:
            inside[other] = [char for char in inside[other] if id(char) not in gone]
        inside[box] += letters
    return doubtful


def _goes_on(run: Sequence[Sequence[Any]], line: Sequence[Any], home: Mapping[int, Box]) -> bool:
    """Whether a line is the next of those drawn before it: below them in their column, as far apart as they are."""
    first, last = line[0], run[-1][0]
    one, other = home[id(last)], home[id(first)]
    apart = first["top"] - last["top"]
    if (one[0], one[2]) != (other[0], other[2]) or not 0.9 * last["height"] < apart < 2 * last["height"]:
        return False
    return len(run) == 1 or abs(apart - (last["top"] - run[-2][0]["top"])) < last["height"] * _UNEVEN


def _home_of(run: Sequence[Sequence[Any]], boxes: Sequence[Box]) -> Box | None:
    """The cell in whose middle, or else at whose top or bottom lines stand; None where it could be another, too."""
    top, bottom, height = run[0][0]["top"], run[-1][0]["bottom"], run[0][0]["height"]
    near = height * ACROSS
    middle = [box for box in boxes if abs((box[1] + box[3]) - (top + bottom)) < near]
    ends = [
        box
        for box in boxes
        if min(abs(top - box[1]), abs(box[3] - bottom)) < near and bottom - top < 2 * (box[3] - box[1]) + near
    ]
    found = middle or ends
    return found[0] if len(found) == 1 else None


def _starts_in(box: Box, run: Sequence[Sequence[Any]], home: Mapping[int, Box]) -> bool:
    """Whether lines begin within a cell, and most of them stand in it."""
    within = sum(home[id(line[0])] == box for line in run)
    return bool(run[0][0]["top"] >= box[1] and 2 * within > len(run))


def printed_over(inside: dict[Box, list[Any]], own: Set[int]) -> set[Box]:
    """The cells whose words cannot be told from those of the cells above and below: lines printed over one another."""
    doubtful = set()
    for box, chars in inside.items():
        shown = [char for char in chars if not char["text"].isspace()]
        across = [
            char
            for char in shown
            if id(char) not in own and max(box[1] - char["top"], char["bottom"] - box[3]) > ACROSS * char["height"]
        ]
        over = sorted(across, key=lambda char: char["top"])
        if any(_are_over_another(one, other) for one in over for other in shown if other is not one):
            doubtful.add(box)
    return doubtful


def _are_over_another(one: Any, other: Any) -> bool:
    """Whether two letters cover each other for the most part."""
    wide = min(one["x1"], other["x1"]) - max(one["x0"], other["x0"])
    high = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
    return bool(wide > one["width"] * ACROSS and high > one["height"] * ACROSS and one["top"] != other["top"])


def cells_shown(boxes: Sequence[Box], shown: Box) -> Sequence[tuple[Box, bool]]:
    """The cells to which drawing is restricted: words too long for one are cut off at its borders, and are its own.

    It may be restricted to the height of a row: then not to this cell only. An area that a page break cuts reaches over
    the end of the table.
    """
    if not boxes:
        return ()
    ends = (
        min(box[0] for box in boxes), min(box[1] for box in boxes),
        max(box[2] for box in boxes), max(box[3] for box in boxes),
    )  # fmt: skip
    left, top, right, bottom = overlap(shown, ends)
    if min(right - left, bottom - top) < THINNEST:
        return ()
    x, y = (left + right) / 2, (top + bottom) / 2
    rows = [b for b in boxes if b[1] - SAME_EDGE < top and bottom < b[3] + SAME_EDGE and b[1] < y < b[3]]
    inside = [b for b in rows if b[0] - SAME_EDGE < left and right < b[2] + SAME_EDGE and b[0] < x < b[2]]
    if inside or shown[1] < ends[1] - SAME_EDGE or shown[3] > ends[3] + SAME_EDGE:  # the page is no row
        return [(box, True) for box in inside]
    return [(box, False) for box in rows]


def give_back_cut_lines(inside: dict[Box, list[Any]], own: Set[int]) -> None:
    """The last line of a cell too low for its words is drawn across its lower border, and belongs to it all the same.

    Seen by letters that reach far over the border and keep the distance of the lines above them.
    """
    for box, chars in inside.items():
        over = [char for char in chars if id(char) not in own]
        cut = [char for char in over if box[1] - char["top"] > ACROSS * char["height"] > 0]
        above = next((other for other in inside if cut and _stands_on(other, box)), None)
        if above is None:
            continue
        tops = groups((char["top"] for char in [*inside[above], *cut]), cut[0]["height"] / 2)
        apart = [lower - upper for upper, lower in pairwise(tops)]
        if len(apart) > 1 and abs(apart[-1] - apart[-2]) < cut[0]["height"] * _UNEVEN:
            inside[above] += cut
            inside[box] = [char for char in chars if char not in cut]


def _stands_on(upper: Box, lower: Box) -> bool:
    """Whether a cell ends where the other begins, and is as wide."""
    pairs = ((upper[0], lower[0]), (upper[2], lower[2]), (upper[3], lower[1]))
    return all(abs(one - other) < SAME_EDGE for one, other in pairs)


def groups(values: Iterable[float], tolerance: float) -> list[float]:
    """The first value of each group of values that lie close together."""
    firsts: list[float] = []
    for value in sorted(values):
        if not firsts or value - firsts[-1] > tolerance:
            firsts.append(value)
    return firsts
