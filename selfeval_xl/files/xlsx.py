"""Workbooks .xlsx and .xlsm: values as Excel last computed them, macros and links untouched."""

import re
import warnings
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl

from selfeval_xl import errors
from selfeval_xl.cells import Spot, read_value
from selfeval_xl.grid import Area, Grid, entry

_MOST_CELLS = 500_000
_WIDEST = 512
_LONGEST = 20_000
_PER_CENT = re.compile(r"^[#0,]*0(?:\.(0+))?%$")


def read(path: Path) -> tuple[Grid, ...]:
    """Every worksheet as a grid, as far as a form can reach."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(path, data_only=True, keep_links=False)
        return tuple(_grid(sheet, path) for sheet in book.worksheets)
    except errors.SelfEvalError:
        raise
    except Exception:  # whatever the library trips over in a file from outside
        raise errors.Damaged(path) from None


def _grid(sheet: Any, path: Path) -> Grid:
    cells = sheet._cells  # the cells that exist; walking all rows would create those that do not
    if len(cells) > _MOST_CELLS:
        raise errors.TooLarge(path, f"{len(cells)} 个单元格")
    filled = {
        (row, column): cell
        for (row, column), cell in cells.items()
        if cell.value is not None and row <= _LONGEST and column <= _WIDEST
    }
    height = max((row for row, _ in filled), default=0)
    width = max((column for _, column in filled), default=0)
    rows = tuple(
        tuple(_entry(filled.get((row, column)), Spot(sheet.title, row, column)) for column in range(1, width + 1))
        for row in range(1, height + 1)
    )
    merges = tuple(Area(m.min_row, m.min_col, m.max_row, m.max_col) for m in sheet.merged_cells.ranges)
    return Grid(sheet.title, rows, merges)


def _entry(cell: Any, spot: Spot) -> Any:
    if cell is None:
        return entry(None, spot)
    return entry(cell.value, spot, _shown(cell))


def _shown(cell: Any) -> str | None:
    """What Excel displays, where that differs from the plain value: percentages."""
    per_cent = _PER_CENT.match(cell.number_format or "")
    value = read_value(cell.value)
    if per_cent is None or isinstance(cell.value, str) or not isinstance(value, Decimal):
        return None
    places = len(per_cent.group(1) or "")
    return f"{value * 100:.{places}f}%"
