"""A document as one grid: its lines and the rows of its tables, in the order in which they are read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from selfeval_xl import errors
from selfeval_xl.cells import NOTHING, Spot
from selfeval_xl.files.bounds import MOST_CELLS, WIDEST
from selfeval_xl.grid import Area, Grid, entry
from selfeval_xl.patterns import expression

_LATIN = expression(r"[A-Za-z]")
_ENDS = ("。", "；", ";", "！", "？")
_POINT = expression(
    r"目标\s*[\d一二三四五六七八九十]|[\d一二三四五六七八九十]{1,2}[.、．]|[（(][\d一二三四五六七八九十]{1,2}[)）]|[①-⑳]"
)
_MOST_COVERED = 20 * MOST_CELLS
PAGE_NUMBER = expression(  # goes once over a long run of blanks
    r"[-—–―·.\s]*+(?:(?:第\s*+)?\d{1,4}\s*+页?|\d{1,4}\s*/\s*\d{1,4}|第\s*\d+\s*页\s*+(?:[,，/]\s*+)?共\s*\d+\s*页)[-—–―·.\s]*+"
)


@dataclass
class Paper:
    """Rows as they come; a merged area has words in its first cell only."""

    rows: list[dict[int, str]] = field(default_factory=list)
    merges: list[Area] = field(default_factory=list)
    cells: int = 0
    covered: int = 0

    def row(self, words: dict[int, str]) -> int:
        """Adds a row of words by column; answers its number."""
        self.cells += len(words) + 1
        if self.cells > MOST_CELLS:
            raise errors.TooLarge(f"超过 {MOST_CELLS} 个单元格")
        self.rows.append(words)
        return len(self.rows)

    def cover(self, columns: int) -> None:
        """Counts the columns that a cell covers; together they are no more than those of the largest grid."""
        self.covered += columns
        if self.covered > _MOST_COVERED:
            raise errors.TooLarge(f"超过 {_MOST_COVERED} 格的表格")

    def line(self, text: str) -> None:
        """Words outside any table: a row with one cell."""
        if text.strip():
            self.row({1: text.strip()})

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Notes a merged area; a single cell is none."""
        if (top, left) < (bottom, right) and top <= bottom and left <= right:
            self.merges.append(Area(top, left, bottom, right))

    def grid(self) -> Grid:
        """What came together."""
        width = max((column for row in self.rows for column in row), default=0)
        width = max(width, max((area.right for area in self.merges), default=0))
        if width > WIDEST or width * len(self.rows) > _MOST_COVERED:
            raise errors.TooLarge(f"{len(self.rows)} 行 {width} 列")
        rows = []
        for number, row in enumerate(self.rows, 1):
            entries = [NOTHING] * width
            for column, text in row.items():
                entries[column - 1] = entry(text, Spot(None, number, column))
            rows.append(tuple(entries))
        return Grid(None, tuple(rows), tuple(self.merges))


@dataclass
class Cell:
    """A cell of a table with the rows and columns it covers, and the tables that stand inside it."""

    text: str
    rows: int = 1
    columns: int = 1
    inner: Sequence["Table"] = ()
    column: int | None = None  # the first free one, as in a web page


@dataclass
class Table:
    """Rows of cells; what stands inside a table is laid out below the row that holds it."""

    rows: list[list[Cell]]


def place(table: Table, paper: Paper) -> None:
    """Lays a table out on the paper; tables inside its cells follow the row that holds them."""
    taken: dict[int, int] = {}  # column: first row that is free again
    areas = []
    numbers: list[int | None] = []  # of the rows on the paper; a row that only holds tables is none
    lowest: list[int] = []  # of the rows so far
    for index, cells in enumerate(table.rows):
        words, column = {}, 1
        inner: list[Table] = []
        for cell in cells:
            column = cell.column or column
            while cell.column is None and taken.get(column, 0) > index:
                column += 1
            last = column + max(1, cell.columns) - 1
            if last > WIDEST:
                raise errors.TooLarge(f"超过 {WIDEST} 列的表格")
            below = min(index + max(1, cell.rows), len(table.rows))
            paper.cover(last - column + 1)
            for covered in range(column, last + 1):
                taken[covered] = below
            if cell.text.strip():
                words[column] = cell.text.strip()
            areas.append((index, column, below - 1, last))
            inner += cell.inner
            column = last + 1
        numbers.append(paper.row(words) if words or not inner else None)
        lowest.append(numbers[-1] or (lowest[-1] if lowest else 0))
        for nested in inner:
            place(nested, paper)
    for first, left, last, right in areas:
        top = numbers[first]
        if top is not None:
            paper.merge(top, left, lowest[last], right)


def joined(lines: Iterable[str]) -> str:
    """Lines that were wrapped inside a cell as one; only Latin words and numbered points are kept apart."""
    text = ""
    for line in map(str.strip, lines):
        between = ""
        if text and line and _LATIN.match(text[-1]) and _LATIN.match(line[0]):
            between = " "
        elif text.endswith(_ENDS) and _POINT.match(line):
            between = "\n"
        text += between + line
    return text
