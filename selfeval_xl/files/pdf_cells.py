"""From the lines and letters of a page to the cells of its tables and the lines outside them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from selfeval_xl import labels
from selfeval_xl.cells import UNKNOWN
from selfeval_xl.files import pdf_order
from selfeval_xl.files.paper import PAGE_NUMBER, joined
from selfeval_xl.files.pdf_beyond import cells_shown, gather_written_together, give_back_cut_lines, groups, printed_over
from selfeval_xl.files.pdf_page import (
    SAME_ROW,
    THINNEST,
    Box,
    on_page,
    open_sides,
    part_shown,
    turn,
    typed_in,
)
from selfeval_xl.patterns import expression

_WIDE_GAP = 10.0
_UPWARD = 90  # degrees by which a page must be turned for words that run from bottom to top
_FEW = 3  # letters that say how far they stand apart
_EVEN = 0.25  # of their size that gaps between letters spaced out alike may differ


_HEADINGS = [
    labels.Headings({field: words for field, words in headings.items() if field != "reason"})
    for headings in (labels.HEAD, labels.FUNDS, labels.GOALS, labels.INDICATORS)
]
_LEVEL = expression(r".{0,6}(?:数量|质量|时效|成本|效益|满意度|影响)指标")
_REASON = expression(r"(?:偏差|未完成)原因[^：:，,。]{0,9}")


@dataclass
class Piece:
    """Words on a page, in a cell of a table or outside any."""

    page: int
    box: Box
    words: str
    in_table: bool
    is_cut: bool = False  # a page break cuts through the words
    last: Box | None = None  # where the last line of words in a cell stands
    begins: float = 0.0  # the width of what a line break would not divide at their beginning
    lines: int = 0
    doubt: str = ""  # words of which it is not certain that they are the cell's
    cut: str = ""  # words of which a part is not shown
    margin: float = 0.0  # between the side of a cell and its words


def pieces(page: Any, number: int, between: Sequence[dict[str, Any]] = ()) -> list[Piece]:
    """The cells and the lines of a page; `between` are the lines down where it is ruled across only."""
    letters = [*page.chars, *typed_in(page)]
    # An area that a page break cuts has no line there; the ends of the vertical lines show where it was.
    ends = [edge[side] for edge in [*page.vertical_edges, *between] for side in ("top", "bottom")]
    ruled = (
        {
            "explicit_horizontal_lines": [min(ends), max(ends)],
            "explicit_vertical_lines": list(between) or open_sides(page, ends),
        }
        if ends
        else {}
    )
    boxes = sorted({box for table in page.find_tables(ruled) for box in table.cells}, key=_size)
    inside: dict[Box, list[Any]] = {box: [] for box in boxes}
    outside: list[Any] = []
    # The cells to which drawing was restricted, and whether to one of them only.
    restricted: dict[Box | None, Sequence[tuple[Box, bool]]] = {None: ()}
    own: set[int] = set()  # the letters whose cell is certain
    for char in letters:
        part = part_shown(char)
        if part is not None and part not in restricted:
            restricted[part] = cells_shown(boxes, on_page(page, part))
        x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
        only = next((b for b, is_only in restricted[part] if is_only or b[0] <= x <= b[2]), None)
        box = only or next((b for b in boxes if b[0] <= x <= b[2] and b[1] <= y <= b[3]), None)
        if only is not None:
            own.add(id(char))
        (outside if box is None else inside[box]).append(char)
    told = _in_their_cells(page, inside, letters, own)
    found = []
    for box, chars in told.inside.items():
        words = _words(chars)
        if box in told.doubtful:
            found.append(Piece(number, box, UNKNOWN, in_table=True, doubt=words))
        elif box in told.cut:
            found.append(_with_lines(_marked(Piece(number, box, words, in_table=True), *told.cut[box]), chars))
        elif words or min(box[2] - box[0], box[3] - box[1]) > THINNEST:
            found.append(_with_lines(Piece(number, box, words, in_table=True), chars))
    lines = _lines(outside)
    for index, parts in enumerate(lines):
        at_the_edge = index in (0, len(lines) - 1)
        if not (at_the_edge and PAGE_NUMBER.fullmatch("  ".join(words for _, words in parts))):
            found += [Piece(number, box, words, in_table=False) for box, words in parts]
    return found


def _in_their_cells(page: Any, inside: dict[Box, list[Any]], letters: Sequence[Any], own: set[int]) -> pdf_order.Told:
    """The letters of each cell, where those that stand beyond it are its own, too.

    Where drawing was restricted to cells, and no doubt is left, the order of drawing is not asked.
    """
    in_order = pdf_order.told(page, inside, page.chars, own)
    if in_order is not None and not own:
        return in_order
    doubtful = gather_written_together(inside, letters, own)
    give_back_cut_lines(inside, own)
    doubtful |= printed_over(inside, own)
    if in_order is not None and doubtful:
        return in_order
    return pdf_order.Told(inside, doubtful, in_order.cut if in_order is not None else {})


def _marked(piece: Piece, before: bool, behind: bool) -> Piece:
    """The cell, with a sign where words are missing; a heading means the same without its end."""
    heading = labels.key(piece.words)
    if _LEVEL.fullmatch(heading) or _REASON.fullmatch(heading) or any(one.first(heading) for one in _HEADINGS):
        return piece
    words = f"{UNKNOWN if before else ''}{piece.words}{UNKNOWN if behind else ''}"
    return replace(piece, words=words, cut=piece.words)


def _words(chars: Sequence[Any]) -> str:
    """What the letters of a cell say, upright or set from bottom to top or from top to bottom."""
    from pdfplumber.utils.text import extract_text

    if not chars:
        return ""
    turned = Counter(map(turn, chars)).most_common(1)[0][0]
    ways: dict[str, Any] = {"line_dir_rotated": "ltr", "char_dir_rotated": "btt"} if turned == _UPWARD else {}
    if apart := _spaced_out(chars):
        ways["x_tolerance"] = apart
    else:
        ways["x_tolerance_ratio"] = 0.5
    return joined(extract_text(list(chars), **ways).split("\n"))


def _spaced_out(chars: Sequence[Any]) -> float | None:
    """How far the letters of a cell stand apart, where all do alike: that divides no words."""
    if len(chars) < _FEW or any(char["text"].isspace() or turn(char) != 0 for char in chars):
        return None
    line = sorted(chars, key=lambda char: char["x0"])
    if line[-1]["bottom"] - line[0]["top"] > _FEW * line[0]["height"] or len({round(c["bottom"]) for c in line}) > 1:
        return None
    gaps = [after["x0"] - before["x1"] for before, after in pairwise(line)]
    even = max(gaps) - min(gaps) < _EVEN * line[0]["size"]
    return max(gaps) + 1 if even and min(gaps) > 0 else None


def _with_lines(piece: Piece, chars: Sequence[Any]) -> Piece:
    """The cell, with where its words end and how much of them stays together at their beginning."""
    shown = [char for char in chars if not char["text"].isspace()]
    if not shown:
        return piece
    lowest, first = max(shown, key=lambda char: char["bottom"]), min(shown, key=lambda char: char["top"])
    # Letters of a sheet made small to fit may be lower than what tells two rows apart.
    low, high = (min(SAME_ROW, (char["bottom"] - char["top"]) / 2) for char in (lowest, first))
    last = [char for char in shown if char["bottom"] > lowest["top"] + low] or [lowest]
    begin = sorted((c for c in shown if c["top"] < first["bottom"] - high), key=lambda char: char["x0"]) or [first]
    together = next(
        (at for at in range(1, len(begin)) if not _stay_together(begin[at - 1]["text"], begin[at]["text"])), len(begin)
    )
    sides = [(char["x0"], char["top"], char["x1"], char["bottom"]) for char in last]
    piece.last = (
        min(side[0] for side in sides), min(side[1] for side in sides),
        max(side[2] for side in sides), max(side[3] for side in sides),
    )  # fmt: skip
    piece.lines = len(groups((char["top"] for char in shown), low))
    piece.begins = begin[together - 1]["x1"] - begin[0]["x0"]
    piece.margin = max(0.0, min(char["x0"] for char in shown) - piece.box[0])
    return piece


def _stay_together(one: str, other: str) -> bool:
    """Whether no line breaks between these signs: within numbers and Latin words, behind ( and before )."""
    return one in "（(《“‘【〔" or other in "）)》”’】〕，。；：、！？％%,.;:!?" or (one.isascii() and other.isascii())


def _size(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _lines(chars: list[Any]) -> list[list[tuple[Box, str]]]:
    """Words outside tables, line by line, in parts where a wide gap divides them."""
    from pdfplumber.utils.clustering import cluster_objects
    from pdfplumber.utils.text import extract_words

    words = extract_words(chars, x_tolerance_ratio=0.5) if chars else []
    lines = []
    for together in cluster_objects(words, lambda word: (word["top"] + word["bottom"]) / 2, 4):
        line = sorted(together, key=lambda word: word["x0"])
        top, bottom = min(word["top"] for word in line), max(word["bottom"] for word in line)
        parts: list[tuple[Box, str]] = []
        for word in line:
            if parts and word["x0"] - parts[-1][0][2] <= _WIDE_GAP:
                (left, *_), text = parts.pop()
                parts.append(((left, top, word["x1"], bottom), f"{text} {word['text']}"))
            else:
                parts.append(((word["x0"], top, word["x1"], bottom), word["text"]))
        lines.append(parts)
    return sorted(lines, key=lambda parts: parts[0][0][1])
