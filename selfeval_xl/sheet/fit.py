"""How high a row has to be for its words, how large its type may be, and how rows fill a page."""

import math
import unicodedata
from collections.abc import Sequence

from selfeval_xl.cells import Entry

HIGHEST_ROW = 409.0  # Excel's own limit, in points
SIZES = (10, 9, 8, 7, 6, 5)  # of type, in points
LINE = 15.0  # points a line of 10 point type needs, whichever Chinese font stands in for 宋体
STRUT_LINE = 1.2  # a row is this many times as high as the Latin type in it, or a little more
_CHARACTER = 7  # pixels of a character of 10 point type

_A4 = (595.3, 841.9)  # points
MARGINS = (0.5, 0.55)  # inches at the sides, and above and below
_POINT_OF_INCH = 72
_FULL = 1.1  # of the page: programs draw columns wider or narrower, and each shrinks what is too much to one page


def needed(least: float, *texts: tuple[Entry, float]) -> float:
    """The height in points at which none of the texts, each with its width, is cut; at least `least`."""
    lines = max(lines_of(entry.written, width) for entry, width in texts)
    return max(least, lines * LINE + 6)


def fit(entry: Entry, width: float, largest: int = SIZES[0]) -> tuple[int, float]:
    """The largest type in which a text is not cut, and the height that it needs."""
    sizes = [size for size in SIZES if size <= largest]
    size = next((size for size in sizes if high(entry.written, width, size) <= HIGHEST_ROW), sizes[-1])
    return size, high(entry.written, width, size)


def high(text: str, width: float, size: int) -> float:
    """The height in points that a text needs in type of this size."""
    part = size / SIZES[0]
    return lines_of(text, (width - 1) / part) * LINE * part + 6


def lines_of(text: str, width: float) -> int:
    """In how many lines a text stands in a column so many characters wide."""
    usable = max(2.0, width - 2)
    return sum(max(1, math.ceil(length(part) / usable)) for part in text.split("\n"))


def length(text: str) -> int:
    """The width of a text in characters; a Chinese one counts as two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


def room_for(height: float, width: float) -> int:
    """How many Chinese characters of 10 point type stand in a cell this high and wide."""
    return math.floor((height - 6) / LINE) * math.floor((width - 3) / 2)


def strut_size(height: float) -> int:
    """The size of the type that keeps a row this high."""
    return max(1, math.ceil(height / STRUT_LINE))


def characters(pixels: float) -> float:
    """How many characters of 10 point type stand in so many pixels; a Chinese one counts as two."""
    return pixels / _CHARACTER


def page_height(width: float) -> float:
    """The height in points of the rows that fill A4 where columns of so many pixels fill its width."""
    wide = width * 0.75
    free_width, free_height = (size - 2 * margin * _POINT_OF_INCH for size, margin in zip(_A4, MARGINS, strict=True))
    return _FULL * free_height * max(1.0, wide / free_width)


def shared(free: float, heights: Sequence[float], most: Sequence[float]) -> list[float]:
    """What each row gets of the free height: lower rows first, none beyond its most."""
    grown = list(heights)
    while free > 0.5:
        growing = [index for index, limit in enumerate(most) if grown[index] + 0.1 < limit]
        if not growing:
            break
        lowest = min(grown[index] for index in growing)
        low = [index for index in growing if grown[index] <= lowest + 0.1]
        above = [grown[index] for index in growing if grown[index] > lowest + 0.1]
        room = [most[index] - grown[index] for index in low] + ([min(above) - lowest] if above else [])
        step = min(free / len(low), *room)
        for index in low:
            grown[index] += step
        free -= step * len(low)
    return [after - before for before, after in zip(heights, grown, strict=True)]
