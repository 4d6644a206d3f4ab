"""One worksheet, ready for any writer."""

from dataclasses import dataclass, field
from decimal import Decimal

from selfeval_xl.cells import CellError
from selfeval_xl.grid import Area
from selfeval_xl.sheet.fit import HIGHEST_ROW, LINE, SENTENCE, SENTENCE_SIZE, SIZES, length, lines_of


@dataclass(frozen=True)
class Formula:
    """A formula and the value it has, so that the file shows it before anything is calculated."""

    text: str
    value: Decimal | str


Held = str | Decimal | CellError | None
Content = Held | Formula


def held_of(content: Content) -> Held:
    return content.value if isinstance(content, Formula) else content


@dataclass(frozen=True)
class Cell:
    """One cell to be written; a merged area is written through its first cell."""

    row: int
    column: int
    content: Content
    style: str
    area: Area | None = None


@dataclass(frozen=True)
class Height:
    """A row's height in points; a firm one stays, the others grow with their text."""

    points: float
    firm: bool = True


@dataclass(frozen=True)
class Choice:
    """A cell that offers a list."""

    row: int
    column: int
    options: tuple[str, ...]


@dataclass(frozen=True)
class Highlight:
    """Cells that are coloured while a formula, written for the first of them, holds."""

    area: Area
    formula: str
    style: str


@dataclass(frozen=True)
class Page:
    """One worksheet, ready for any writer."""

    name: str
    cells: tuple[Cell, ...]
    widths: tuple[float, ...]
    heights: dict[int, Height]
    printed: Area
    pages_high: int = 1
    choices: tuple[Choice, ...] = ()
    highlights: tuple[Highlight, ...] = ()
    total_row: int = 0
    landscape: bool = False
    repeated_rows: tuple[int, int] | None = None
    breaks: tuple[int, ...] = ()  # the last row of each page, where the page does not simply run on
    typed: tuple[str, ...] = ()  # cells whose numbers are text, and meant to be


@dataclass
class Draft:
    """Collects the cells of a page."""

    cells: list[Cell] = field(default_factory=list)
    heights: dict[int, Height] = field(default_factory=dict)
    breaks: tuple[int, ...] = ()

    def put(self, row: int, column: int, content: Content, style: str, right: int = 0, bottom: int = 0) -> None:
        area = None
        if max(right, column) > column or max(bottom, row) > row:
            area = Area(row, column, max(bottom, row), max(right, column))
        self.cells.append(Cell(row, column, content, style, area))

    def answer(self, row: int, column: int, content: Formula, style: str, width: float) -> None:
        """A number that is calculated; a sentence in its place gets room, as far as it is there when the page is made.

        The row's height is to be known already.
        """
        words = content.value if isinstance(content.value, str) else ""
        is_sentence = length(words) > width - 1
        self.put(row, column, content, style + SENTENCE if is_sentence else style)
        if is_sentence:
            part = SENTENCE_SIZE / SIZES[0]
            high = lines_of(words, width / part + 1) * LINE * part + 6
            self.height(row, max(self.heights[row].points, high))

    def held(self) -> dict[tuple[int, int], Held]:
        """What each filled cell holds once it is calculated, as plain values."""
        return {(cell.row, cell.column): held_of(cell.content) for cell in self.cells}

    def table(self, rows: int, columns: int) -> list[list[Held]]:
        """The upper left corner of the page, row by row."""
        held = self.held()
        return [[held.get((row, column)) for column in range(1, columns + 1)] for row in range(1, rows + 1)]

    def height(self, row: int, points: float, *, firm: bool = True) -> None:
        self.heights[row] = Height(min(HIGHEST_ROW, points), firm)

    def high(self) -> float:
        """The height of all rows so far, in points."""
        return sum(height.points for height in self.heights.values())
