"""Who was asked to hand in: a list of units and projects, in a table of any layout."""

import csv
from dataclasses import dataclass
from pathlib import Path

from selfeval_xl import errors, files
from selfeval_xl.cells import Entry
from selfeval_xl.grid import Grid
from selfeval_xl.labels import key
from selfeval_xl.patterns import expression

_WHOSE = "(?:预算|项目|实施|报送|应报送|填报|申报|主管|所属|责任|使用|基层|[一二三]级)?"
_UNIT = expression(_WHOSE + r"单位(?:名称|全称)?")
_OFFICE = expression(_WHOSE + r"部门(?:名称|全称)?|科室|处室")  # of whom the list asks, where it has no units
_PROJECT = expression(r"(?:预算|绩效)?项目(?:名称|支出名称)?")
_MAIL = expression(r"(?:联系|电子|单位)?(?:邮箱|邮件|信箱)(?:地址)?|[Ee]-?[Mm]ail")
_YEAR = expression(r"(?:预算|自评|评价)?年度")
_FOUR = expression(r"(?:19|20)\d\d")
_TOTALS = {"合计", "总计", "小计", "共计"}
_HEADING_ROWS = 30
_SEPARATORS = ",;，；"


@dataclass(frozen=True)
class Asked:
    """One line of the list; without a project the unit is to hand in at least one form, without a year of any year."""

    unit: str
    project: str | None = None
    year: int | None = None
    address: str | None = None


def asked(path: Path) -> tuple[Asked, ...]:
    """The lines of a list, by its headings 单位, 项目名称, 年度 and 邮箱.

    A unit that stands once for several lines counts for all of them.

    Raises a `SelfEvalError` that names the file where it holds no such list.
    """
    found = tuple(one for grid in files.read_grids(path) for one in _of_sheet(grid))
    if not found:
        raise errors.NoList().about(path)
    return found


def _of_sheet(grid: Grid) -> list[Asked]:
    for row in range(1, min(len(grid.rows), _HEADING_ROWS) + 1):
        cells = grid.filled(row)
        columns = _columns(cells)
        if "unit" in columns:
            return _lines(grid, row + 1, columns)
        for separator in _SEPARATORS if len(cells) == 1 else ():
            if "unit" in _columns(_in_columns(grid, row, row, separator).filled(1)):
                return _of_sheet(_in_columns(grid, row, len(grid.rows), separator))
    return []


def _in_columns(grid: Grid, first: int, last: int, separator: str) -> Grid:
    """Lines of words as a table: a file of two columns is read as prose, and only its headings tell that it is none."""
    lines = ["".join(cell.written for cell in grid.filled(row)) for row in range(first, last + 1)]
    return Grid.of([part or None for part in next(csv.reader([line], delimiter=separator), [])] for line in lines)


def _columns(cells: tuple[Entry, ...]) -> dict[str, int]:
    found: dict[str, int] = {}
    for cell in cells:
        words = key(cell.written)
        for name, pattern in _HEADINGS:
            if name not in found and cell.spot and pattern.fullmatch(words):
                found[name] = cell.spot.column
                break
    office = found.pop("office", None)
    return found if office is None else {"unit": office} | found


_HEADINGS = (("project", _PROJECT), ("mail", _MAIL), ("year", _YEAR), ("unit", _UNIT), ("office", _OFFICE))


def _lines(grid: Grid, first: int, columns: dict[str, int]) -> list[Asked]:
    lines: list[Asked] = []
    unit = address = None
    for row in range(first, len(grid.rows) + 1):
        said = {name: grid.at(row, column).text for name, column in columns.items()}
        if (said["unit"] or "").strip() in _TOTALS or not any(said.values()):
            continue
        if said["unit"]:
            unit, address = said["unit"], None
        address = said.get("mail") or address
        if unit and (said["unit"] or said.get("project")):
            year = _FOUR.search(said.get("year") or "")
            lines.append(Asked(unit, said.get("project"), int(year[0]) if year else None, address))
    return lines
