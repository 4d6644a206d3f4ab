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


def sides(page: Any) -> list[dict[str, Any]]:
    """Lines down between the words of each row, where a page has many lines across and none down."""
    from pdfplumber.utils.text import extract_words

    if any(edge["bottom"] - edge["top"] > _THICKEST for edge in page.vertical_edges):
        return []
    across = page.horizontal_edges
    levels: list[float] = []
    for top in sorted(edge["top"] for edge in across):
        if not levels or top - levels[-1] > _SAME_LINE:
            levels.append(top)
    if len(levels) < _FEWEST_RULES:
        return []
    words = extract_words(page.chars, x_tolerance=_BETWEEN_CELLS)
    rows = []
    for top, bottom in pairwise(levels):
        inside = [word for word in words if top < (word["top"] + word["bottom"]) / 2 < bottom]
        has_numbers = any(any(map(str.isdigit, word["text"])) for word in inside)
        rows.append((top, bottom, _together([(word["x0"], word["x1"]) for word in inside]), has_numbers))
    blocks = _blocks([(parts, has_numbers) for _, _, parts, has_numbers in rows])
    all_begins = sorted({x for begins in blocks.values() for x in begins})
    ends = min(edge["x0"] for edge in across), max(edge["x1"] for edge in across)
    found = [_line(x, levels[0], levels[-1]) for x in ends] if all_begins else []
    for number, (top, bottom, parts, _) in enumerate(rows):
        begins = blocks.get(number, all_begins)
        found += [_line(x, top, bottom) for x in begins if not any(first - 1 < x < last + 1 for first, last in parts)]
    return found


def _blocks(rows: Sequence[tuple[list[Span], bool]]) -> dict[int, list[float]]:
    """For each row of many parts where its columns begin.

    A row of headings, without numbers, begins a block with columns of its own.
    """
    blocks: list[list[int]] = []
    for number, (parts, has_numbers) in enumerate(rows):
        if len(parts) >= _FEWEST_PARTS:
            if not has_numbers or not blocks:
                blocks.append([])
            blocks[-1].append(number)
    found: dict[int, list[float]] = {}
    for block in blocks:
        columns = _together([part for number in block for part in rows[number][0]])[1:]
        begins = [round(first - _BEFORE_WORDS, 1) for first, _ in columns]
        found.update((number, begins) for number in block)
    return found


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
