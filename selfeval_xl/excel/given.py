"""The open workbook as a button hands it over: the sheets as arrays, and what was selected."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from functools import cached_property
from typing import Any

from selfeval_xl.cells import CellError, Entry, read_value
from selfeval_xl.form import Form, Funds, Indicator
from selfeval_xl.grid import Area, Grid
from selfeval_xl.labels import SIDE_LABELS, key
from selfeval_xl.patterns import expression
from selfeval_xl.reading import Reading, read_forms
from selfeval_xl.sheet.layout import LEVEL1, PROFILE_ROW, SUGGESTED, TOTAL
from selfeval_xl.sheet.page import Content, Formula

_AREA = expression(r"\$?([A-Z]+)\$?(\d+)(?::\$?([A-Z]+)\$?(\d+))?")


@dataclass(frozen=True)
class GivenSheet:
    """One sheet from A1 on; without rows where it was not handed over.

    `values` are what its cells show, `formulas` what is typed into them.
    """

    name: str
    is_visible: bool = True
    is_protected: bool = False
    values: tuple[tuple[Any, ...], ...] = ()
    formulas: tuple[tuple[Any, ...], ...] = ()
    merges: tuple[Area, ...] = ()

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        """The forms on the sheet; none on one that nobody sees."""
        if not (self.is_visible and self.values):
            return ()
        return read_forms(Grid.of(self.values, self.name, self.merges))

    @property
    def form(self) -> Form | None:
        """The form on the sheet, where it holds exactly one."""
        return self.readings[0].form if len(self.readings) == 1 else None

    @property
    def is_ours(self) -> bool:
        """Whether it is a project's sheet in our own layout, with what stands beside it."""
        label = self.shown(PROFILE_ROW, SUGGESTED.number)
        return isinstance(label, str) and key(label) == SIDE_LABELS["profile"] and self.form is not None

    @cached_property
    def indicator_rows(self) -> range:
        """The rows of the indicators, from their headings to the total in our own layout; empty without a form."""
        if self.form is None:
            return range(0)
        if self.is_ours:
            heading, total = self._row_of(LEVEL1.number, LEVEL1.heading), self._row_of(1, TOTAL)
            if heading and total:
                return range(heading + 1, total)
        rows = [entry.spot.row for row in self.form.indicators for entry in entries(row) if entry.spot is not None]
        return range(min(rows), max(rows) + 1) if rows else range(0)

    def _row_of(self, column: int, words: str) -> int:
        found = (row for row in range(1, len(self.values) + 1) if key(str(self.shown(row, column) or "")) == words)
        return next(found, 0)

    @property
    def last_column(self) -> int:
        """The last column in use."""
        return max(map(len, self.values), default=0)

    def shown(self, row: int, column: int) -> Any:
        """What a cell shows; None outside the sheet."""
        return _cell(self.values, row, column)

    def held(self, row: int, column: int) -> Content:
        """What is typed into a cell: a formula, a number, words or nothing."""
        value, typed = self.shown(row, column), _cell(self.formulas, row, column)
        if isinstance(typed, str) and typed.startswith("=") and value != typed:
            return Formula(typed, "")
        if value is None or value == "":
            return None
        if isinstance(value, bool):
            return Formula(f"={value}".upper(), "")
        if isinstance(value, int | float):
            said = read_value(value)
            return said if isinstance(said, Decimal | CellError) else str(value)
        return str(value)

    def across(self, row: int) -> Iterator[Area]:
        """The merged areas that run down over this row."""
        return (area for area in self.merges if area.top <= row <= area.bottom and area.top < area.bottom)


@dataclass(frozen=True)
class Given:
    """What a button was pressed on.

    `choice` is what was picked in a dialog, `rows` the first and last selected row (0 for none), `is_agreed` says that
    the question was answered with yes, and `target` where a new workbook is to be saved.
    """

    book: str
    sheets: tuple[GivenSheet, ...]
    active: str = ""
    rows: tuple[int, int] = (0, 0)
    choice: tuple[str, ...] = ()
    is_agreed: bool = False
    target: str = ""

    @property
    def sheet(self) -> GivenSheet:
        """The active sheet; an empty one where that is no worksheet."""
        return self.named(self.active) or GivenSheet(self.active)

    def named(self, name: str) -> GivenSheet | None:
        """The sheet with this name, as Excel compares names."""
        return next((sheet for sheet in self.sheets if sheet.name.casefold() == name.casefold()), None)

    @property
    def projects(self) -> tuple[GivenSheet, ...]:
        """The project sheets in our own layout."""
        return tuple(sheet for sheet in self.sheets if sheet.is_ours)


def entries(record: Funds | Indicator) -> tuple[Entry, ...]:
    """What one row of a form says, cell by cell."""
    return tuple(getattr(record, place.name) for place in fields(record))


def handed_over(raw: Sequence[Any]) -> Given:
    """The workbook, from what the add-in hands over."""
    choice, is_agreed, book, active, first, last, sheets, target = raw
    return Given(
        str(book or ""),
        tuple(map(_sheet, sheets or ())),
        str(active or ""),
        _rows(first, last, choice),
        _choice(choice),
        bool(is_agreed),
        str(target or ""),
    )


def _choice(raw: Any) -> tuple[str, ...]:
    if isinstance(raw, list | tuple):
        return tuple(str(one) for one in raw)
    return (str(raw),) if raw else ()


def _rows(first: Any, last: Any, choice: Any) -> tuple[int, int]:
    """The selected rows; where nothing can be selected, the choice names cells instead."""
    if isinstance(choice, str) and (named := _AREA.fullmatch(choice)):
        return int(named.group(2)), int(named.group(4) or named.group(2))
    return int(first or 0), int(last or 0)


def _sheet(raw: Sequence[Any]) -> GivenSheet:
    name, is_visible, is_protected, values, formulas, merges = raw
    return GivenSheet(
        str(name), bool(is_visible), bool(is_protected), _table(values), _table(formulas), tuple(_areas(merges or ""))
    )


def _table(raw: Any) -> tuple[tuple[Any, ...], ...]:
    return tuple(tuple(row) for row in raw) if raw else ()


def _areas(addresses: str) -> Iterator[Area]:
    for left, top, right, bottom in _AREA.findall(addresses):
        yield Area(int(top), _number(left), int(bottom or top), _number(right or left))


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _cell(table: tuple[tuple[Any, ...], ...], row: int, column: int) -> Any:
    if not (1 <= row <= len(table) and 1 <= column <= len(table[row - 1])):
        return None
    return table[row - 1][column - 1]
