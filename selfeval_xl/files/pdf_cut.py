"""Where words of a PDF are missing, because rows were too low to print all of their lines."""

from collections.abc import Sequence
from itertools import pairwise

from selfeval_xl.files.pdf_lines import (
    AT_THE_BOTTOM,
    AT_THE_TOP,
    IN_THE_MIDDLE,
    Line,
    begins_above,
    ends_below,
    is_full,
    is_plain,
    stands_beyond,
)
from selfeval_xl.files.pdf_page import Box
from selfeval_xl.patterns import expression

_SEVERAL = 3  # cells with words that were cut, which show that others were, too
# In heights of a letter:
_WIDE = 20  # a cell of whole paragraphs
_ONE_MORE = 1.3  # what a full line has no room for
_TWO_MORE = 1.9  # one that takes what cannot begin a line along
_NUMBERED = expression(r"\d{1,2}[.、．](?!\d)|[（(]?[一二三四五六七八九十\d]{1,2}[)）、]")
_COMPARED = expression(r"[≥≤>＞<＜=＝]")


def cut(runs: Sequence[tuple[Box, Sequence[Line]]], usual: int | None) -> dict[Box, tuple[bool, bool]]:
    """The cells where words are missing, and whether before and behind those that are shown.

    `runs` are the lines of each cell that a program drew when it went through the rows once more, for all that are
    no plain words of one line. One line of plain words among these has been cut, and shows that others may be.
    """
    proven = {box for box, lines in runs if len(lines) == 1 and _is_low(lines, box) and is_plain(lines[0].words)}
    if usual is None:
        lasts = sum(not is_filled(lines[0], box) for box, lines in runs if box in proven)
        usual = AT_THE_BOTTOM if 3 * lasts > len(proven) else IN_THE_MIDDLE
    # Words of several colours, too, are drawn so: short ones show nothing, but the last line of others may be short.
    shows = any(
        stands_beyond(lines, box) or (box in proven and is_filled(lines[0], box))
        for box, lines in runs
        if lines[0].home is None
    )
    if not shows and usual != AT_THE_BOTTOM:
        return {}
    spreads = shows or len(proven) >= _SEVERAL
    found = {}
    for box, lines in runs:
        before = usual != AT_THE_TOP and begins_above(lines[0], box)
        behind = usual != AT_THE_BOTTOM and ends_below(lines[-1], box)
        may_begin = usual == AT_THE_BOTTOM and before and not _COMPARED.match(lines[0].words)
        if box in proven or (spreads and (may_begin or (behind and _may_go_on(lines, box)))):
            found[box] = before, behind
    return found


def _is_low(lines: Sequence[Line], box: Box) -> bool:
    return ends_below(lines[-1], box) or begins_above(lines[0], box)


def _may_go_on(lines: Sequence[Line], box: Box) -> bool:
    """Whether words may not have come to their end: the last line is full, or they are a list, or paragraphs."""
    words = "".join(line.words for line in lines)
    is_list = _NUMBERED.match(words) and box[2] - box[0] > _WIDE * lines[0].size
    parts = any(not is_full(above, below, box) for above, below in pairwise(lines))
    return bool(is_list) or parts or is_filled(lines[-1], box) or _is_open(words)


def _is_open(words: str) -> bool:
    """Whether a bracket is not closed."""
    return sum(map(words.count, "（(《“【〔")) > sum(map(words.count, "）)》”】〕"))


def is_filled(line: Line, box: Box) -> bool:
    """Whether a line has no room for one more sign; behind a bracket there is seldom one that cannot begin a line."""
    more = _ONE_MORE if line.words.endswith("）") else _TWO_MORE
    return box[2] - box[0] - (line.right - line.left) < more * line.size
