"""Where each form on a sheet stands, and which title is above it."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise, takewhile

from selfeval_xl import labels
from selfeval_xl.cells import NOTHING, Entry
from selfeval_xl.grid import Grid
from selfeval_xl.patterns import expression
from selfeval_xl.reading.words import (
    head_field,
    is_head_label,
    is_title,
    is_title_of_another_form,
    is_title_of_another_table,
    is_title_of_project,
    is_total,
    year_of,
)

_ID = expression(
    r"[A-Za-z]{0,8}[-_.]?\d{1,30}(?:[-_.]\d{1,8})*|[0-9A-Fa-f-]{8,36}|第?\d+行?"
    r"|[（(]?(?:\d{1,4}|[一二三四五六七八九十百]{1,5})[）)]?[.．、]?|[\u2460-\u249b\u3220-\u3229\u3280-\u3289]"
)
_ID_HEADING = expression(r"序号|行次|行号|编号|代码|编码|ID|id|No\.?|NO\.?|#")
_CODE = expression(r"[A-Za-z]{0,8}[-_]?\d{6,30}")
_FEWEST_NUMBERED = 8
_NARROWEST = 3  # columns of a form
_HIGHEST_HEAD = 8  # rows between a title and 项目名称


def rows_naming_a_project(grid: Grid) -> list[int]:
    """The rows in which 项目名称 stands."""
    return [row for row in rows_of(grid) if _names_a_project(grid, row)]


def side_by_side(grid: Grid, named: list[int]) -> list[Grid]:
    """The sheet, cut between forms that stand beside each other, by the rows that name a project."""
    parts: list[Grid] = []
    left, right = 1, grid.width
    heads = [(row, columns) for row in named if len(columns := _heads(grid, row)) > 1]
    while (found := _first_gap(grid, heads, left, right)) is not None:
        row, gap = found
        parts.append(_cut(grid, left, gap - 1))
        left, right = gap, min(right, len(grid.rows[row - 1]))
    return [*parts, _cut(grid, left, right)] if parts else [grid]


def without_numbering(grid: Grid) -> tuple[Grid, tuple[Entry, ...]]:
    """The sheet without columns of numbers or ids left of everything else, and what stood in them.

    Titles and notes that stand over the numbers stay.
    """
    taken: list[Entry] = []
    while (column := _leftmost(grid)) and (numbers := _numbering(grid, column)):
        taken += numbers
        filled = sum(bool(grid.at(row, column).written) for row in rows_of(grid))
        grid = _without(grid, numbers) if filled > len(numbers) else _cut(grid, column + 1, grid.width)
    return grid, tuple(taken)


def _without(grid: Grid, numbers: list[Entry]) -> Grid:
    """The sheet with some cells of one column blank."""
    places = {(e.spot.row, e.spot.column) for e in numbers if e.spot is not None}
    taken = {row for row, _ in places}
    rows = tuple(
        tuple(NOTHING if (at, column) in places else e for column, e in enumerate(row, 1)) if at in taken else row
        for at, row in enumerate(grid.rows, 1)
    )
    return replace(grid, rows=rows, merges=tuple(m for m in grid.merges if (m.top, m.left) not in places))


def _leftmost(grid: Grid) -> int:
    """The first column that holds something."""
    return min(
        (cells[0].spot.column for row in rows_of(grid) if (cells := grid.filled(row)) and cells[0].spot), default=0
    )


def _numbering(grid: Grid, column: int) -> list[Entry]:
    """The cells of a column where all of them, in most rows of the sheet, are different numbers or ids.

    The code of the project may stand on each row too.
    """
    cells: list[Entry] = []
    filled = 0
    for row in rows_of(grid):
        filled += bool(grid.filled(row))
        cell = grid.at(row, column)
        if not cell.written or _is_over_numbers(grid, cell):
            continue
        if not (_ID.fullmatch(cell.written) or (not cells and _ID_HEADING.fullmatch(labels.key(cell.written)))):
            return []
        cells.append(cell)
    kinds = {cell.written for cell in cells}
    different = len(kinds) > len(cells) // 2 or (len(kinds) == 1 and _CODE.fullmatch(cells[0].written) is not None)
    return cells if len(cells) >= _FEWEST_NUMBERED and 2 * len(cells) >= filled and different else []


def _is_over_numbers(grid: Grid, cell: Entry) -> bool:
    """Whether a cell is a title or a note, which reaches over the columns at its right or stands alone in its row."""
    if cell.spot is None or _ID.fullmatch(cell.written):
        return False
    is_wide = grid.last_column_of(cell.spot) > cell.spot.column + _NARROWEST
    return is_wide or ((is_title(cell) or year_of(cell) is not None) and len(grid.filled(cell.spot.row)) == 1)


def rows_of(grid: Grid) -> range:
    """Every row of the sheet, counted from 1."""
    return range(1, len(grid.rows) + 1)


def _heads(grid: Grid, row: int) -> list[int]:
    """The columns of 项目名称 in a row."""
    return [e.spot.column for e in grid.filled(row) if e.spot and head_field(e) == "project"]


def _first_gap(grid: Grid, heads: list[tuple[int, list[int]]], left: int, right: int) -> tuple[int, int] | None:
    """The first row that heads two forms between these columns, and the last blank column between the two."""
    for row, columns in heads:
        first = bisect_left(columns, left)
        second = bisect_right(columns, columns[first] + _NARROWEST) if first < len(columns) else first
        if second < len(columns) and columns[second] <= right:
            between = range(columns[second] - 1, columns[first], -1)
            gap = next((column for column in between if column in grid.blank_columns), None)
            if gap is not None:
                return row, gap
    return None


def _cut(grid: Grid, left: int, right: int) -> Grid:
    """Some columns only; every cell stays where it is, and a sheet is as wide as before."""
    blank = (NOTHING,) * grid.width
    rows = (
        blank[: min(left - 1, len(row))] + row[left - 1 : right] + blank[: max(0, len(row) - right)]
        for row in grid.rows
    )
    return replace(grid, rows=tuple(rows), merges=tuple(m for m in grid.merges if left <= m.left <= right))


def regions_of(grid: Grid, named: list[int]) -> Iterator[range]:
    """The rows of each form: from its title to the row before the next title.

    A form is announced by 项目名称; the titles and the year above belong to it, and what stands below the title of
    another table does not. Where nothing on the sheet names a project, the title of a 项目支出绩效自评表
    announces it.
    """
    if not named:
        yield from _regions_by_title(grid)
        return
    starts: list[int] = []
    floor = 1
    for row in named:
        if not _begins_a_form(grid, row):
            continue
        if starts and row - floor < 2 and not _has_indicators(grid, range(starts[-1], row)):
            continue  # the label again, of a merged area whose value was repeated
        starts.append(_title_above(grid, row, floor))
        floor = row + 1
    for start, end in pairwise([*starts, len(grid.rows) + 1]):
        yield _until_another_table(grid, range(start, end), named)


def _regions_by_title(grid: Grid) -> Iterator[range]:
    """The rows of each form below its title; none where another title stands, or a list with a column 主管部门."""
    if any(is_title_of_another_form(e) for e in grid.entries()):
        return
    if any(head_field(e) and not _begins_a_form(grid, row) for row in rows_of(grid) for e in grid.filled(row)):
        return
    titles = [row for row in rows_of(grid) if any(is_title_of_project(e) for e in grid.filled(row))]
    edges = [1, *titles[1:], len(grid.rows) + 1] if titles else []
    yield from (range(start, end) for start, end in pairwise(edges))


def _has_indicators(grid: Grid, rows: range) -> bool:
    return any(labels.field_of(e.written, labels.INDICATORS) == "level3" for row in rows for e in grid.filled(row))


def _title_above(grid: Grid, row: int, floor: int) -> int:
    """The first row of a form: that of its title, or where another table above it ends."""
    start = row
    for above in range(row - 1, floor - 1, -1):
        words = grid.filled(above)
        if _is_of_another_table(grid, above) or (any(map(_is_score, words)) and (start < row or floor > 1)):
            if start == row and _is_titled_above(grid, above, floor):
                continue  # 自评总分 between the title of a further form and its project
            return start if start < row or floor > 1 else above + 1
        if row - above <= _HIGHEST_HEAD and any(is_title(e) or (year_of(e) and len(e.written) < 20) for e in words):
            start = above
    return start if floor > 1 else 1


def _is_titled_above(grid: Grid, row: int, floor: int) -> bool:
    """Whether one of the two rows above is the title of a form."""
    return any(is_title(e) for above in range(max(floor, row - 2), row) for e in grid.filled(above))


def _is_of_another_table(grid: Grid, row: int) -> bool:
    """Whether a row above 项目名称 is the title of another table, its headings, or names with amounts."""
    cells = grid.filled(row)
    if any(
        labels.field_of(e.written, labels.INDICATORS) not in (None, "target_unit") and not _is_score(e) for e in cells
    ):
        return True  # 单位（万元） and 自评得分 also stand above a form
    ours = any(is_title(e) or labels.field_of(e.written, labels.SIDE) for e in cells)
    if ours or (any(is_head_label(e) for e in cells) and _begins_a_form(grid, row)):
        return False
    listed = len({e.written for e in cells}) > 2 or (len(cells) > 1 and cells[-1].number is not None)
    ends = any(is_total(e) and not _is_score(e) for e in cells)
    return ends or _is_title_of_another_table(grid, row) or (listed and not any(map(_is_score, cells)))


def _is_score(entry: Entry) -> bool:
    """总分 and 自评得分 also stand above a form, 合计 only below a list."""
    return is_total(entry) and "分" in entry.written


def _is_title_of_another_table(grid: Grid, row: int) -> bool:
    """Whether a row says nothing but the title of a table that is no self-evaluation of a project."""
    words = {e.written for e in grid.filled(row)}
    return len(words) == 1 and any(is_title_of_another_table(e) for e in grid.filled(row))


def _until_another_table(grid: Grid, rows: range, named: list[int]) -> range:
    """The rows down to the title of another table; the form's own title may be printed again on each page."""
    first = bisect_left(named, rows.start)
    head = min(named[first], rows.stop) if first < len(named) else rows.stop
    titles, counted, ended = set[str](), rows.start, False
    for row in range(head, rows.stop):
        words = grid.filled(row)
        if row > head and words and words[0].written == words[-1].written:
            if is_title(words[0]) and len({e.written for e in words}) == 1:
                titles |= {e.written for above in range(counted, row) for e in grid.filled(above) if is_title(e)}
                counted = row
                if ended or words[0].written not in titles:
                    return range(rows.start, row)
            if _is_title_of_another_table(grid, row):
                return range(rows.start, row)
        ended = ended or (bool(words) and is_total(words[0]))
    return rows


def _names_a_project(grid: Grid, row: int) -> bool:
    return "project" in map(head_field, grid.filled(row))


def _begins_a_form(grid: Grid, row: int) -> bool:
    """Whether 项目名称 in this row heads a form, and not the column of a list."""
    amounts = {"initial_budget", "annual_budget", "executed"}
    return not any(labels.field_of(e.written, labels.FUNDS) in amounts for e in grid.filled(row))


def has_own_title(grid: Grid, rows: range) -> bool:
    """Whether a title stands above 项目名称."""
    titled = False
    for row in rows:
        titled = titled or any(is_title(e) for e in grid.filled(row))
        if _names_a_project(grid, row):
            return titled
    return False


def has_title_of_another_form(grid: Grid, rows: range) -> bool:
    """Whether the title next above 项目名称 is one of a form with other rules."""
    announced = (row for row in rows if _names_a_project(grid, row))
    titled = (row for row in rows if any(is_title_of_project(e) for e in grid.filled(row)))
    head = next(announced, None) or next(titled, rows.start)
    for row in range(head, max(1, head - _HIGHEST_HEAD) - 1, -1):
        entries = _before_labels(grid, row)
        others = any(is_title_of_another_form(e) for e in entries)
        if others or (row < head and any(is_title(e) for e in entries)):
            return others
        if row < rows.start and (_has_indicators(grid, range(row, row + 1)) or any(map(is_total, entries))):
            break  # the end of another table
    return False


def _before_labels(grid: Grid, row: int) -> tuple[Entry, ...]:
    """What may be a title in a row: a project or a unit may be called as another form is."""
    return tuple(takewhile(lambda entry: not is_head_label(entry), grid.filled(row)))


def has_title_of_project(grid: Grid, rows: range) -> bool:
    """Whether a title of 项目支出绩效自评表 stands above 项目名称, whatever its levels are called."""
    head = next((row for row in rows if _names_a_project(grid, row)), rows.start)
    above = range(max(rows.start, head - _HIGHEST_HEAD), head + 1)
    return any(is_title_of_project(e) for row in above for e in grid.filled(row))
