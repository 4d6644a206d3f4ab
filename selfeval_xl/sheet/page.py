"""One worksheet, ready for any writer."""

from dataclasses import dataclass, field
from decimal import Decimal

from selfeval_xl.cells import CellError
from selfeval_xl.grid import Area
from selfeval_xl.sheet.fit import HIGHEST_ROW


@dataclass(frozen=True)
class Formula:
    """A formula and the value it has, so that the file shows it before anything is calculated."""

    text: str
    value: Decimal | str


Held = str | Decimal | CellError | None
Content = Held | Formula


def held_of(content: Content) -> Held:
    """What a cell with this content shows."""
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
class Entering:
    """What may be entered in cells, and what is said there: a list, a number between bounds, or a condition.

    Whoever insists may enter something else, unless `warns` is off, where nothing is said of it at all.
    """

    area: Area
    title: str
    message: str
    options: tuple[str, ...] = ()
    least: int | None = None
    most: int | str | None = None
    condition: str = ""
    complaint: str = ""
    warns: bool = True


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
    widths: tuple[int, ...]  # pixels
    heights: dict[int, Height]
    printed: Area
    pages_high: int = 1
    entering: tuple[Entering, ...] = ()
    highlights: tuple[Highlight, ...] = ()
    heading_row: int = 0  # of the indicators
    total_row: int = 0
    landscape: bool = False
    repeated_rows: tuple[int, int] | None = None
    breaks: tuple[int, ...] = ()  # the last row of each page, where the page does not simply run on
    typed: tuple[str, ...] = ()  # cells whose numbers are text, and meant to be
    frozen_rows: int = 0
    zoom: int = 100  # per cent


@dataclass
class Draft:
    """Collects the cells of a page."""

    cells: list[Cell] = field(default_factory=list)
    heights: dict[int, Height] = field(default_factory=dict)
    breaks: tuple[int, ...] = ()

    def put(self, row: int, column: int, content: Content, style: str, right: int = 0, bottom: int = 0) -> None:
        """Adds a cell, merged to the right and down where an end is given."""
        area = None
        if max(right, column) > column or max(bottom, row) > row:
            area = Area(row, column, max(bottom, row), max(right, column))
        self.cells.append(Cell(row, column, content, style, area))

    def held(self) -> dict[tuple[int, int], Held]:
        """What each filled cell holds once it is calculated, as plain values."""
        return {(cell.row, cell.column): held_of(cell.content) for cell in self.cells}

    def table(self, rows: int, columns: int) -> list[list[Held]]:
        """The upper left corner of the page, row by row."""
        held = self.held()
        return [[held.get((row, column)) for column in range(1, columns + 1)] for row in range(1, rows + 1)]

    def height(self, row: int, points: float, *, firm: bool = True) -> None:
        """Sets a row's height, within Excel's own limit."""
        self.heights[row] = Height(min(HIGHEST_ROW, points), firm)

    def grow(self, row: int, points: float) -> None:
        """Adds to a row's height."""
        self.height(row, self.heights[row].points + points, firm=self.heights[row].firm)

    def high(self) -> float:
        """The height of all rows so far, in points."""
        return sum(height.points for height in self.heights.values())
