"""Where the columns of a table in a PDF are that is ruled across only: between its words."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

_FEWEST_RULES = 6  # lines across a page that rule the rows of a form
_FEWEST_PARTS = 5  # of a row that shows where columns are
_SAME_LINE = 2.0  # points
_THICKEST = 3.0  # line, some of which are drawn as boxes
_BETWEEN_CELLS = 1.0  # the least space
_BEFORE_WORDS = 2.0

Span = tuple[float, float]


def is_ruled_across(page: Any) -> bool:
    """Whether a page has lines across and none down."""
    return bool(page.horizontal_edges) and not any(
        edge["bottom"] - edge["top"] > _THICKEST for edge in page.vertical_edges
    )


def sides(page: Any, before: list[list[Span]]) -> list[dict[str, Any]] | None:
    """Lines down between the words of each row, where a page has many lines across and none down.

    None where the words do not show to which heading a column belongs. `before` are the last rows below headings on
    the page before; those of this page take their place.
    """
    from pdfplumber.utils.text import extract_words

    across = page.horizontal_edges
    levels: list[float] = []
    for top in sorted(edge["top"] for edge in across):
        if not levels or top - levels[-1] > _SAME_LINE:
            levels.append(top)
    if len(levels) < (2 if before else _FEWEST_RULES) or not is_ruled_across(page):
        return []
    words = extract_words(page.chars, x_tolerance=_BETWEEN_CELLS)
    rows = []
    for top, bottom in pairwise(levels):
        inside = [word for word in words if top < (word["top"] + word["bottom"]) / 2 < bottom]
        has_numbers = any(any(map(str.isdigit, word["text"])) for word in inside)
        rows.append((top, bottom, _together([(word["x0"], word["x1"]) for word in inside]), has_numbers))
    blocks = _blocks([(parts, has_numbers) for _, _, parts, has_numbers in rows], before)
    if blocks is None:
        return None
    all_begins = sorted({x for begins in blocks.values() for x in begins})
    ends = min(edge["x0"] for edge in across), max(edge["x1"] for edge in across)
    found = [_line(x, levels[0], levels[-1]) for x in ends] if all_begins else []
    for number, (top, bottom, parts, _) in enumerate(rows):
        begins = (_between(parts, x) for x in blocks.get(number, all_begins))
        found += [_line(x, top, bottom) for x in begins if not any(first < x < last for first, last in parts)]
    return found


def _between(parts: Sequence[Span], begin: float) -> float:
    """Where a line stands before words: not too near to those on its left."""
    before = max((last for first, last in parts if first < begin), default=0.0)
    return min(begin - _BETWEEN_CELLS / 2, max(begin - _BEFORE_WORDS, (before + begin) / 2))


def _blocks(rows: Sequence[tuple[list[Span], bool]], before: list[list[Span]]) -> dict[int, list[float]] | None:
    """For each row of many parts where its columns begin; None where that cannot be told.

    A row of headings, without numbers, begins a block with columns of its own.
    """
    blocks: list[list[int]] = [[]]
    for number, (parts, has_numbers) in enumerate(rows):
        if len(parts) >= _FEWEST_PARTS:
            if not has_numbers:
                blocks.append([])
            blocks[-1].append(number)
    found: dict[int, list[float]] = {}
    for block in blocks:
        under = [*(before if block is blocks[0] else []), *(rows[number][0] for number in block)]
        columns = _headed(under) if under else []
        if columns is None or (block and block is blocks[0] and not before):
            return None
        found.update((number, [first for first, _ in columns][1:]) for number in block)
        before[:] = under if block else before
    return found


def _headed(rows: Sequence[list[Span]]) -> list[Span] | None:
    """The columns of rows below their headings; None where it cannot be told to which of two a column belongs.

    Numbers at the right of a column, or words at its left, may stand beside its heading: all of them alike.
    """
    ways = [found for to_the_left in (True, False) if (found := _joined(rows, to_the_left)) is not None]
    return ways[0] if ways and ways[0] == ways[-1] else None


def _joined(rows: Sequence[list[Span]], to_the_left: bool) -> list[Span] | None:
    """The columns, where those without a heading belong to the one on this side, if it has no words in their rows."""
    heads, *below = rows
    columns = _together([part for row in rows for part in row])
    first = next((number for number, column in enumerate(columns) if _has(heads, column)), 0)
    groups: list[list[Span]] = []  # with one heading each, and those before the first
    open_ = False  # whether what stands last waits for its heading
    for number, column in enumerate(columns):
        is_headed = number <= first or _has(heads, column)
        if not is_headed and _stands_at(column, below, 0 if to_the_left else 1):
            return None  # words at the left of a column do not stand to the right of its heading
        if open_ or not (is_headed or not to_the_left):
            groups[-1].append(column)
        else:
            groups.append([column])
        open_ = not is_headed and not to_the_left
    clash = any(
        _has(row, one) and _has(row, other) for row in below for group in groups for one, other in pairwise(group)
    )
    return None if clash or open_ else [(group[0][0], group[-1][1]) for group in groups]


def _stands_at(column: Span, rows: Sequence[list[Span]], side: int) -> bool:
    """Whether the words of a column begin (0) or end (1) at one place, and end or begin at several."""
    parts = [part for row in rows for part in row if _has([part], column)]
    same, other = ([part[at] for part in parts] for at in (side, 1 - side))
    return max(same) - min(same) < _BETWEEN_CELLS < max(other) - min(other)


def _has(row: Sequence[Span], column: Span) -> bool:
    """Whether a row has words in a column."""
    return any(first <= column[1] and column[0] <= last for first, last in row)


def _together(spans: Sequence[Span]) -> list[Span]:
    """Spans that overlap as one, from left to right."""
    found: list[Span] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def _line(x: float, top: float, bottom: float) -> dict[str, Any]:
    return {"object_type": "line", "x0": x, "x1": x, "top": top, "bottom": bottom, "height": bottom - top}
