"""How high a row has to be for its words, and how large its type may be."""

import math
import unicodedata
from collections.abc import Sequence

from selfeval_xl.cells import Entry

HIGHEST_ROW = 409.0  # Excel's own limit, in points
TOTAL_HEIGHT = 26.0
SIZES = (10, 9, 8, 7, 6, 5)  # of type, in points
SENTENCE, SENTENCE_SIZE = "_sentence", 8  # of a sentence where a number belongs
LINE = 15.0  # points a line of 10 point type needs, whichever Chinese font stands in for 宋体


def needed(least: float, *texts: tuple[Entry, Sequence[float]]) -> float:
    """The height in points at which none of the texts is cut, at least `least`."""
    lines = max(lines_of(entry.written, sum(widths)) for entry, widths in texts)
    return max(least, lines * LINE + 6)


def fit(entry: Entry, width: float, largest: int = SIZES[0]) -> tuple[int, float]:
    """The largest type in which a text is not cut, and the height that it needs."""
    sizes = [size for size in SIZES if size <= largest]
    size = next((size for size in sizes if high(entry, width, size) <= HIGHEST_ROW), sizes[-1])
    return size, high(entry, width, size)


def high(entry: Entry, width: float, size: int) -> float:
    part = size / SIZES[0]
    return lines_of(entry.written, (width - 1) / part) * LINE * part + 6


def lines_of(text: str, width: float) -> int:
    usable = max(2.0, width - 2)
    return sum(max(1, math.ceil(length(part) / usable)) for part in text.split("\n"))


def length(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)
