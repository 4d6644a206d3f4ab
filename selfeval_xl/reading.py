"""From a sheet to the forms on it, by the words of the headings, never by addresses."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from selfeval_xl import labels
from selfeval_xl.cells import NOTHING, Entry, Spot, half_width, read_number
from selfeval_xl.form import Form, FundsRow, Indicator
from selfeval_xl.grid import Grid


@dataclass(frozen=True)
class Reading:
    """A form and the cells that found no place in it."""

    form: Form
    leftovers: tuple[Entry, ...]


def read_forms(grid: Grid, source: str | None = None) -> tuple[Reading, ...]:
    """Every form on a sheet, in the order of the sheet; none where no form stands on it."""
    readings: list[Reading] = []
    unread: list[Entry] = []
    for part, rows in [(side, rows) for side in _side_by_side(grid) for rows in _regions(side)]:
        reader = _Reader(part, rows)
        reading = reader.read(source)
        if reading is not None:
            if reading.form.year is None and readings and not reader.has_own_title():
                reading = replace(reading, form=replace(reading.form, year=readings[-1].form.year))
            readings.append(reading)
        else:
            unread += [e for row in rows for e in part.filled(row)]
    if readings and unread:
        readings[-1] = replace(readings[-1], leftovers=(*readings[-1].leftovers, *unread))
    return tuple(readings)


# ---- where each form stands ----------------------------------------------------------------------------------

_YEAR_ALONE = re.compile(r"年\s*度|^\W*\d{4}\s*年\W*$")
_YEAR_BLANK = re.compile(r"[（(]\s*_*\s*年\s*度?\s*[）)]")
_LONGEST_TITLE = 60
_NARROWEST = 3  # columns of a form
_HIGHEST_HEAD = 8  # rows between a title and 项目名称


def _side_by_side(grid: Grid) -> list[Grid]:
    """The sheet, cut between forms that stand beside each other."""
    for row in _rows(grid):
        named = [e.spot.column for e in grid.filled(row) if e.spot and _head_field(e) == "project"]
        later = [column for column in named if column > named[0] + _NARROWEST]
        gap = _blank_column(grid, named[0], later[0]) if later else None
        if gap is not None:
            return [_cut(grid, range(1, gap)), *_side_by_side(_cut(grid, range(gap, len(grid.rows[row - 1]) + 1)))]
    return [grid]


def _rows(grid: Grid) -> range:
    return range(1, len(grid.rows) + 1)


def _blank_column(grid: Grid, left: int, right: int) -> int | None:
    """The last column between these two that holds nothing and that no merged area crosses."""
    crossed = {column for area in grid.merges for column in range(area.left, area.right + 1)}
    for column in range(right - 1, left, -1):
        if column not in crossed and not any(grid.at(row, column).written for row in _rows(grid)):
            return column
    return None


def _cut(grid: Grid, columns: range) -> Grid:
    """Some columns only; every cell stays where it is, and a sheet is as wide as before."""
    rows = tuple(tuple(e if c in columns else NOTHING for c, e in enumerate(row, 1)) for row in grid.rows)
    return replace(grid, rows=rows, merges=tuple(m for m in grid.merges if m.left in columns))


def _regions(grid: Grid) -> Iterator[range]:
    """The rows of each form: from its title to the row before the next title.

    A form is announced by 项目名称; the titles and the year above belong to it. Where nothing on the sheet names a
    project, the title of a 项目支出绩效自评表 announces it.
    """
    if not any(_head_field(e) == "project" for e in grid.entries()):
        yield from _regions_by_title(grid)
        return
    starts: list[int] = []
    floor = 1
    for row in range(1, len(grid.rows) + 1):
        cells = grid.filled(row)
        if not any(_head_field(e) == "project" for e in cells) or not _begins_a_form(grid, row):
            continue
        if starts and row - floor < 2 and not _has_indicators(grid, range(starts[-1], row)):
            continue  # the label again, of a merged area whose value was repeated
        starts.append(_title_above(grid, row, floor))
        floor = row + 1
    for number, start in enumerate(starts):
        end = starts[number + 1] - 1 if number + 1 < len(starts) else len(grid.rows)
        yield range(1 if number == 0 else start, end + 1)


def _regions_by_title(grid: Grid) -> Iterator[range]:
    """The rows of each form below its title; none where another title stands, or a list with a column 主管部门."""
    if any(_is_title_of_another_form(e) for e in grid.entries()):
        return
    if any(_head_field(e) and not _begins_a_form(grid, row) for row in _rows(grid) for e in grid.filled(row)):
        return
    titles = [row for row in _rows(grid) if any(_is_title_of_project(e) for e in grid.filled(row))]
    edges = [1, *titles[1:], len(grid.rows) + 1] if titles else []
    yield from (range(start, end) for start, end in pairwise(edges))


def _is_title_of_project(entry: Entry) -> bool:
    return _is_title(entry) and labels.PROJECT_TITLE.search(labels.key(entry.written)) is not None


def _is_title_of_another_form(entry: Entry) -> bool:
    title = labels.key(entry.written) if len(entry.written) < _LONGEST_TITLE else ""
    return labels.OTHER_TITLE.search(title) is not None and "项目支出" not in title


def _has_indicators(grid: Grid, rows: range) -> bool:
    return any(labels.field_of(e.written, labels.INDICATORS) == "level3" for row in rows for e in grid.filled(row))


def _title_above(grid: Grid, row: int, floor: int) -> int:
    start = row
    for above in range(row - 1, max(floor, row - _HIGHEST_HEAD) - 1, -1):
        words = grid.filled(above)
        if any(_is_total(e) or labels.field_of(e.written, labels.INDICATORS) for e in words):
            break
        if any(_is_title(e) or (_year_of(e) and len(e.written) < 20) for e in words):
            start = above
    return start


def _begins_a_form(grid: Grid, row: int) -> bool:
    """Whether 项目名称 in this row heads a form, and not the column of a list."""
    money = {"initial_budget", "annual_budget", "executed"}
    return not any(labels.field_of(e.written, labels.FUNDS) in money for e in grid.filled(row))


def _is_indicators_block(entry: Entry) -> bool:
    return labels.INDICATORS_BLOCK.fullmatch(labels.key(entry.written)) is not None


def _is_goals_block(entry: Entry) -> bool:
    return labels.GOALS_BLOCK.fullmatch(labels.key(entry.written)) is not None


def _is_title(entry: Entry) -> bool:
    return len(entry.written) < _LONGEST_TITLE and labels.TITLE.search(labels.key(entry.written)) is not None


def _is_total(entry: Entry) -> bool:
    return labels.TOTAL.fullmatch(labels.key(entry.written)) is not None


_NEXT_LABEL = re.compile(r"[\s\u3000]+(?=[^\s:：]{2,10}[:：])")
_YEAR_MARKS = re.compile(r"[\s()\[\]【】〔〕]+")
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")


def _year_of(entry: Entry) -> int | None:
    found = labels.YEAR.search(_YEAR_MARKS.sub("", half_width(entry.written.translate(_DIGITS))))
    return int(found.group(1)) if found else None


def _label_of(entry: Entry) -> str:
    """The words before a colon: the label of 项目名称：X."""
    return half_width(entry.written).partition(":")[0] if isinstance(entry.value, str) else ""


def _after_colon(text: str) -> str:
    """The words after the first colon, as they are written."""
    found = re.search("[:：]", text)
    return text[found.end() :].strip() if found is not None else ""


def _bracketed(entry: Entry) -> tuple[str, str]:
    """The label and the words of （自评等级）优."""
    found = re.fullmatch(r"[（(]([^（()）]+)[）)]\s*[:：]?(.+)", entry.written.strip())
    return (labels.key(found[1]), found[2].strip()) if found is not None else ("", "")


def _head_field(entry: Entry) -> str | None:
    return labels.field_of(_label_of(entry), labels.HEAD)


def _is_head_label(entry: Entry) -> bool:
    label = labels.key(_label_of(entry))
    return _head_field(entry) is not None or labels.OTHER_HEAD.fullmatch(label) is not None


# ---- columns below a row of headings -------------------------------------------------------------------------


@dataclass(frozen=True)
class _Column:
    """A heading with the columns it reaches over; the field of an unknown heading is None."""

    field: str | None
    heading: Entry
    left: int
    right: int


@dataclass(frozen=True)
class _Header:
    """Headings over one or more rows, and the columns below them."""

    rows: range
    columns: tuple[_Column, ...]

    @property
    def first(self) -> int:
        return min(column.left for column in self.columns if column.field is not None)

    @property
    def last(self) -> int:
        return max(column.right for column in self.columns)

    @property
    def headings(self) -> tuple[Entry, ...]:
        return tuple(column.heading for column in self.columns)

    def has(self, field: str) -> bool:
        return any(column.field == field for column in self.columns)

    def heading(self, field: str) -> Entry:
        return next((column.heading for column in self.columns if column.field == field), NOTHING)

    def renamed(self, old: str, new: str) -> "_Header":
        return replace(self, columns=tuple(replace(c, field=new) if c.field == old else c for c in self.columns))

    def places(self) -> dict[str, int]:
        """The column in which each field begins."""
        return {column.field: column.left for column in self.columns if column.field is not None}

    def known(self) -> list[_Column]:
        return [column for column in self.columns if column.field is not None]

    def column_at(self, left: int, right: int) -> _Column | None:
        """The column that holds these cells: where they begin, else where they reach."""
        beginning = next((c for c in self.columns if c.left <= left <= c.right), None)
        return beginning or next((c for c in self.columns if left <= c.left <= right), None)

    def place(
        self, entries: Iterable[Entry], grid: Grid, shift: int = 0
    ) -> tuple[dict[str, Entry], list[Entry], list[Entry]]:
        """Each entry under its heading; those that only repeat it; those that found none or found it taken."""
        placed: dict[str, Entry] = {}
        again: list[Entry] = []
        rest: list[Entry] = []
        for found in entries:
            spot = found.spot or Spot(None, 0, 0)
            column = self.column_at(spot.column - shift, grid.last_column_of(spot) - shift)
            if column is None or column.field is None:
                rest.append(found)
            elif column.field not in placed:
                placed[column.field] = found
            elif placed[column.field].written == found.written:
                again.append(found)
            else:
                rest.append(found)
        return placed, again, rest

    def in_order(self, entries: list[Entry]) -> dict[str, Entry] | None:
        """The entries from left to right, where there are as many as headings."""
        fields = [column.field for column in self.known() if column.field is not None]
        return dict(zip(fields, entries, strict=True)) if len(entries) == len(fields) else None


@dataclass(frozen=True)
class _Crossed:
    """Money with rows and columns exchanged: the label of each row, and over each column the name of a source."""

    rows: range
    labels: dict[str, Entry]  # by field
    names: tuple[_Column, ...]

    @property
    def headings(self) -> tuple[Entry, ...]:
        return (*self.labels.values(), *(name.heading for name in self.names))


# What stands before and behind a needed heading.
_NEIGHBOURS = {
    "level3": ({"level1", "level2"}, {"target", "weight", "nature"}),
    "target": ({"level3", "weight"}, {"actual"}),
    "actual": ({"target", "target_unit"}, {"score", "weight"}),
    "executed": ({"annual_budget", "initial_budget"}, {"rate", "score", "weight"}),
}
_LONGEST_PART = 12  # characters of a heading that another one is divided into
_NOT_THIS_YEAR = re.compile(r"上年|去年|上一年|历史|以前|半年|中期")
_WHOLE = re.compile(r"合计|小计|总|全年|本年|年度|当年")
_GOAL_NUMBER = re.compile(r"(?:目标)?[\d一二三四五六七八九十]+[、.．:：]?$")
_GOALS_ALIKE = (
    re.compile(r"\D*(?:目标|计划|任务)(?:内容|情况|申报)?"),
    re.compile(r"\D*(?:完成|实现|达成|落实|执行|自评|实际)(?:的)?(?:工作|目标|任务)?(?:情况|结果|绩效|成效|效果)"),
)
_DEEPEST_HEADER = 3  # rows of headings
_NO_FIRST_HEADINGS = {"target", "actual", "reason"}  # 年初目标, 实际完成情况 and 未完成原因 also stand elsewhere


class _Reader:
    """Reads the rows of one form and remembers which cells it has used."""

    def __init__(self, grid: Grid, rows: range) -> None:
        self.grid = grid
        self.rows = rows
        self.used: set[tuple[int, int]] = set()
        self.cut: list[Entry] = []  # parts of cells that found no place
        self.inferred: dict[tuple[int, int], str] = {}  # what a heading of unknown words means by its neighbours
        # Pasted text, and sheets into which such text was pasted.
        self.may_have_shifted = grid.flattened or not grid.merges

    def read(self, source: str | None) -> Reading | None:
        if self._has_title_of_another_form():
            return None
        needed = {"level3", "actual", "target"}
        indicators = self._header(self.rows, labels.INDICATORS, needed) or self._header_by_place(
            self.rows, labels.INDICATORS, needed
        )
        if indicators is None:
            return None
        above, below = range(self.rows.start, indicators.rows.start), range(indicators.rows.stop, self.rows.stop)
        funds: _Header | _Crossed | None = (
            self._crossed_funds(above)
            or self._header(above, labels.FUNDS, {"executed"})
            or self._header_by_place(above, labels.FUNDS, {"executed"})
        )
        money = funds.rows.start if funds is not None else self._first_pair(above)
        if money is None:
            funds = self._crossed_funds(below) or self._header(below, labels.FUNDS, {"executed"})
            money = funds.rows.start if funds is not None else None
        if money is None:
            return None
        goals = self._first_goal(above, funds.rows if funds is not None else range(money, money + 1))
        ends = [indicators.rows.start, *(start for start in (money, goals) if start is not None), self.rows.stop]
        form = self._read_side(Form(source=source), indicators.last)  # first: nothing there is a value of the form
        form = self._read_head(form, range(self.rows.start, min(ends)))
        below_money = range(money, min(end for end in ends if end > money))
        if isinstance(funds, _Crossed):
            form = self._read_crossed_funds(form, funds)
        elif funds is not None:
            form = self._read_funds(form, funds, below_money.stop)
        else:
            form = self._read_pairs(form, below_money)
        if goals is not None:
            form = self._read_goals(form, range(goals, min(end for end in ends if end > goals)))
        form = self._read_indicators(form, indicators, min(end for end in ends if end > indicators.rows.start))
        if any(labels.key(row.level1.written) in labels.OTHER_LEVELS for row in form.indicators):
            return None
        form = self._read_total_elsewhere(form)
        if not form.grade.text:
            form = replace(form, grade=self._grade_below())
        layout = _layout(funds.headings if funds is not None else (), indicators)
        form = replace(form, sheet=self.grid.sheet or form.project.text, layout=layout)
        leftovers = (*(e for row in self.rows for e in self._unused(row)), *self.cut)
        return Reading(form, leftovers)

    def _has_title_of_another_form(self) -> bool:
        """Whether the title next above 项目名称 is one of a form with other rules."""
        announced = (row for row in self.rows if any(_head_field(e) == "project" for e in self.grid.filled(row)))
        titled = (row for row in self.rows if any(_is_title_of_project(e) for e in self.grid.filled(row)))
        head = next(announced, None) or next(titled, self.rows.start)
        for row in range(head, max(self.rows.start, head - _HIGHEST_HEAD) - 1, -1):
            entries = self.grid.filled(row)
            others = any(_is_title_of_another_form(e) for e in entries)
            if others or (row < head and any(_is_title(e) for e in entries)):
                return others
        return False

    # ---- small steps -------------------------------------------------------------------------------------

    @staticmethod
    def _place(entry: Entry) -> tuple[int, int]:
        return (entry.spot.row, entry.spot.column) if entry.spot is not None else (0, 0)

    def _use(self, *entries: Entry) -> None:
        self.used.update(self._place(e) for e in entries)

    def _unused(self, row: int) -> list[Entry]:
        return [e for e in self.grid.filled(row) if self._place(e) not in self.used]

    def _groups(self, row: int) -> list[list[Entry]]:
        """The unused entries of a row; the same words in neighbouring cells are one merged area, undone."""
        groups: list[list[Entry]] = []
        for found in self._unused(row):
            last = groups[-1][-1] if groups else None
            beside = last is not None and self._place(last)[1] + 1 == self._place(found)[1]
            if last is not None and beside and last.written == found.written and isinstance(found.value, str):
                groups[-1].append(found)
            else:
                groups.append([found])
        return groups

    # ---- headings ------------------------------------------------------------------------------------------

    def _header(self, rows: range, fields: labels.Headings, needed: set[str]) -> _Header | None:
        """The first rows, one to three, that together hold the needed headings and little else."""
        for top in rows:
            found: set[str | None] = set()
            together = 0  # needed headings in one row: below each other they are no header
            for bottom in range(top, min(top + _DEEPEST_HEADER, rows.stop)):
                known = [labels.field_of(e.written, fields) for e in self.grid.filled(bottom)]
                plain = [e for e in self.grid.filled(bottom) if not self._is_block(e)]
                named = {field for e in plain if (field := labels.field_of(e.written, fields))}
                if bottom == top and not named - _NO_FIRST_HEADINGS:
                    break
                if any(e.number is not None for e in self.grid.filled(bottom)):
                    break  # values beside their labels
                if not named or len(plain) > 2 * sum(1 for field in known if field) + 1:
                    break
                found |= named
                together = max(together, len(needed & named))
                if needed <= found and len(found) >= max(2, len(needed)) and together >= min(2, len(needed)):
                    return self._taken(self._with_second_row(top, bottom, fields, rows), fields)
        return None

    def _header_by_place(self, rows: range, fields: labels.Headings, needed: set[str]) -> _Header | None:
        """A header of one row with one needed heading in words that we do not know: its neighbours tell it."""
        if not self.has_own_title():
            return None
        for row in rows:
            cells = [group[0] for group in self._groups(row)]
            corner = cells[0] if cells else NOTHING
            if cells and self._is_block(corner):
                cells = cells[1:]
            found = [labels.field_of(e.written, fields) for e in cells]
            missing = needed - set(found)
            if len(missing) > 1 or "score" not in found or any(e.number is not None for e in cells):
                continue
            if not missing:  # one of them is, elsewhere, the name of a block
                return self._taken(self._with_second_row(row, row, fields, rows), fields)
            (field,) = missing
            before, after = _NEIGHBOURS[field]
            if field == "level3" and found[0] in after and self._is_one_row_high(corner):
                self.inferred[self._place(corner)] = field  # 绩效指标 over the names, which have no columns of levels
                header = self._taken(self._with_second_row(row, row, fields, rows), fields)
                self._use(corner)
                return header
            for index in range(1, len(cells) - 1):
                if found[index] is None and found[index - 1] in before and found[index + 1] in after:
                    self.inferred[self._place(cells[index])] = field
                    return self._taken(self._with_second_row(row, row, fields, rows), fields)
        return None

    def _is_one_row_high(self, entry: Entry) -> bool:
        row, column = self._place(entry)
        return not any((m.top, m.left) == (row, column) and m.bottom > row for m in self.grid.merges)

    def has_own_title(self) -> bool:
        """Whether a title stands above 项目名称."""
        titled = False
        for row in self.rows:
            titled = titled or any(_is_title(e) for e in self.grid.filled(row))
            if any(_head_field(e) == "project" for e in self.grid.filled(row)):
                return titled
        return False

    @staticmethod
    def _is_block(entry: Entry) -> bool:
        words = labels.key(entry.written)
        blocks = (labels.FUNDS_BLOCK, labels.GOALS_BLOCK, labels.INDICATORS_BLOCK)
        return any(block.fullmatch(words) for block in blocks)

    def _with_second_row(self, top: int, bottom: int, fields: labels.Headings, rows: range) -> range:
        """The rows of the header, with a next row that says nothing but what a heading is divided into."""
        below = self.grid.filled(bottom + 1) if bottom + 1 < rows.stop else ()
        above = {self._place(e)[1]: e.written for row in range(top, bottom + 1) for e in self.grid.filled(row)}
        new = [e for e in below if above.get(self._place(e)[1]) != e.written and not self._is_block(e)]
        parts = [labels.field_of(e.written, fields) for e in new]
        divided = bool(new) and (all(part is not None for part in parts) or self._are_parts(new, top, bottom))
        repeated = bool(below) and not new
        return range(top, bottom + (2 if divided or repeated else 1))

    def _are_parts(self, cells: list[Entry], top: int, bottom: int) -> bool:
        """Whether all these words stand, two or more, under headings that reach over several columns."""
        wide = [
            range(self._place(e)[1], self.grid.last_column_of(e.spot) + 1)
            for row in range(top, bottom + 1)
            for e in self.grid.filled(row)
            if e.spot is not None and self.grid.last_column_of(e.spot) > e.spot.column
        ]
        counts = [sum(self._place(e)[1] in columns for e in cells) for columns in wide]
        short = all(isinstance(e.value, str) and len(e.written) <= _LONGEST_PART for e in cells)
        return short and sum(counts) == len(cells) and all(count != 1 for count in counts)

    def _taken(self, rows: range, fields: labels.Headings) -> _Header:
        """The columns below these headings; a heading with others below it leaves its columns to them."""
        columns: list[_Column] = []
        divided: list[_Column] = []
        for row in rows:
            for found in self._heading_cells(row):
                field = self.inferred.get(self._place(found)) or labels.field_of(found.written, fields)
                left_of_all = self._place(found)[1] < self._leftmost(rows, fields)
                if self._is_block(found) and left_of_all and self._place(found) not in self.inferred:
                    self._use(found)
                    continue
                left = self._place(found)[1]
                right = self.grid.last_column_of(found.spot) if found.spot else left
                right = max(right, self._repeated_until(found))
                over = next((c for c in columns if c.left <= left <= c.right), None)
                if over is not None:
                    if over.heading.written == found.written:
                        self._use(found)
                        continue
                    columns.remove(over)
                    columns += _around(over, left, right)
                    if over.right > over.left and over.field is not None:
                        divided.append(over)
                columns.append(_Column(field, found, left, right))
        for whole in divided:
            columns = _with_the_part_that_counts(columns, whole)
        columns = self._each_field_once(_with_score_of_another_name(columns))
        for column in columns:
            words = column.heading.written
            known = labels.field_of(words, fields) is not None or labels.SCORE_ELSE.fullmatch(labels.key(words))
            if column.field is not None and known:
                self._use(column.heading)
        self._use_parents(rows, fields, columns)
        return _Header(rows, tuple(_stretched(columns)))

    def _heading_cells(self, row: int) -> list[Entry]:
        cells: list[Entry] = []
        for group in self._groups(row):
            if labels.key(group[0].written) in labels.SIDE_COLUMNS:
                continue
            self._use(*group[1:])
            cells.append(group[0])
        return cells

    def _repeated_until(self, found: Entry) -> int:
        row, column = self._place(found)
        while self.grid.at(row, column + 1).written == found.written:
            column += 1
        return column

    def _leftmost(self, rows: range, fields: labels.Headings) -> int:
        cells = [e for row in rows for e in self.grid.filled(row) if labels.field_of(e.written, fields)]
        return min(self._place(e)[1] for e in cells if not self._is_block(e))

    def _each_field_once(self, columns: list[_Column]) -> list[_Column]:
        """Of several headings of the same meaning the first counts.

        Behind the others come the name of the block, the corner, and 备注 where another column names the reason.
        """
        corner = min(columns, key=lambda column: column.left)
        seen: set[str | None] = set()
        kept = []
        name = max((c.left for c in columns if c.field == "level3"), default=0)
        order = {
            id(c): (self._is_block(c.heading), c is corner, self._is_aside(c, name), _is_weak(c), c.left)
            for c in columns
        }
        for column in sorted(columns, key=lambda c: order[id(c)]):
            if column.field is not None and column.field in seen and column is corner:
                self._use(column.heading)
            kept.append(replace(column, field=None) if column.field in seen else column)
            seen.add(column.field)
        return kept

    @staticmethod
    def _is_aside(column: _Column, name: int) -> bool:
        """The points of a 一级指标 beside it, and a 三级指标 that is divided into 四级指标."""
        return column.field in ("weight", "score", "level3") and column.left < name

    def _use_parents(self, rows: range, fields: labels.Headings, columns: list[_Column]) -> None:
        """年度指标值 over 指标性质, 指标值 and 度量单位 is understood with them."""
        heads = {self._place(column.heading) for column in columns}
        for row in rows:
            for found in self._unused(row):
                if self._place(found) not in heads and labels.field_of(found.written, fields) is not None:
                    self._use(found)

    # ---- head ----------------------------------------------------------------------------------------------

    def _read_head(self, form: Form, rows: range) -> Form:
        values: dict[str, list[Entry]] = {}
        places: dict[str, list[Entry]] = {}
        year = None
        for row in rows:
            groups = self._pairs_apart(self._groups(row))
            for index, group in enumerate(groups):
                label = group[0]
                value = self._value_beside(groups, index)
                field = _head_field(label)
                if field is None and labels.YEAR_LABEL.fullmatch(labels.key(_label_of(label))):
                    year = year or self._take_year(group, value)
                elif field is None:
                    continue
                elif (known := values.get(field)) and value and value[0].written == known[0].written:
                    self._use(*group, *value)  # a merged area, undone over two rows
                elif not known:
                    values[field], places[field] = value, [*group, *value]
        for field in ("project", "department", "unit"):
            name = field if values.get(field) or f"{field}_else" not in values else f"{field}_else"
            self._use(*places.get(field, []), *places.get(name, []))
            values[field] = values.get(name) or [NOTHING]
        return replace(
            form,
            year=self._read_titles(rows) or year,
            project=values["project"][0],
            department=values["department"][0],
            unit=values["unit"][0],
        )

    def _pairs_apart(self, groups: list[list[Entry]]) -> list[list[Entry]]:
        """项目名称：X　主管部门：Y in one cell as two; what is not known of it is left over."""
        apart: list[list[Entry]] = []
        for group in groups:
            words = _NEXT_LABEL.split(group[0].written)
            if len(words) < 2 or not any(_head_field(replace(group[0], written=part)) for part in words):
                apart.append(group)
                continue
            self._use(*group)
            parts = [replace(group[0], value=part.strip(), written=part.strip()) for part in words]
            apart += [[part] for part in parts if _head_field(part)]
            self.cut += [part for part in parts if not _head_field(part) and part.written]
        return apart

    @staticmethod
    def _value_beside(groups: Sequence[list[Entry]], index: int) -> list[Entry]:
        """What follows a label: after its colon, or in the next cell that is no label itself."""
        label = groups[index][0]
        glued = _after_colon(label.written)
        if glued:
            return [replace(label, value=glued, written=glued)]
        follower = groups[index + 1] if index + 1 < len(groups) else []
        return [] if not follower or _is_head_label(follower[0]) else follower

    def _take_year(self, label: list[Entry], value: list[Entry]) -> int | None:
        found = re.fullmatch(r"((?:19|20)\d{2})(?:\.0)?年?度?", half_width(value[0].written).strip()) if value else None
        if found is None:
            return None
        self._use(*label, *value)
        return int(found.group(1))

    def _read_titles(self, rows: range) -> int | None:
        year = None
        for row in rows:
            entries = self._unused(row)
            if any(_head_field(e) in ("project", "project_else") for e in self.grid.filled(row)):
                break
            for found in entries:
                stated_year = _year_of(found) if len(found.written) < _LONGEST_TITLE else None
                if (
                    _is_title(found)
                    or _YEAR_BLANK.fullmatch(found.written)
                    or (stated_year and _YEAR_ALONE.search(_YEAR_MARKS.sub("", half_width(found.written))))
                ):
                    year = stated_year or year
                    self._use(found)
        return year

    # ---- money ---------------------------------------------------------------------------------------------

    def _read_funds(self, form: Form, header: _Header, end: int) -> Form:
        unit = self._money_unit(range(self.rows.start, end), header.headings)
        if not header.has("annual_budget") and not _OF_THE_BEGINNING.search(header.heading("initial_budget").written):
            header = header.renamed("initial_budget", "annual_budget")  # 预算批复数 alone is the budget of the year
        points = _points_in_heading(header.heading("score").written)
        if points is None:
            blocks = (
                e.written for row in header.rows for e in self.grid.filled(row) if self._place(e)[1] < header.first
            )
            points = next((found for name in blocks if (found := _points_in_heading(name)) is not None), None)
        rows = []
        for row in range(header.rows.stop, end):
            self._use(*(e for e in self._unused(row) if labels.FUNDS_BLOCK.fullmatch(labels.key(e.written))))
            groups = self._groups(row)
            if groups and _is_total(groups[0][0]) and "分" in groups[0][0].written:
                break  # 总分, where the money stands below the indicators
            left = [g for g in groups if self._place(g[0])[1] < header.first and isinstance(g[0].value, str)]
            names = left if left and labels.key(left[0][0].written).startswith("其中") else left[-1:]
            values = [e for e in self._unused(row) if self._place(e)[1] >= header.first]
            placed, again, rest = header.place(values, self.grid)
            if self.grid.flattened and rest and (ordered := header.in_order(values)) is not None:
                placed = ordered
            words = any(_is_said_of_no_amount(e) for f, e in placed.items() if f in _AMOUNTS)
            numbers = any(e.number is not None or _amount(e) for e in placed.values())
            named = names and labels.FUNDS_ROW.search(labels.key(names[-1][0].written))
            if not names or (words and not (named and numbers)):
                continue
            if not (numbers or (named and len(left) == len(names))):
                continue
            for group in names:
                self._use(*group)
            self._use(*placed.values(), *again)
            rows.append(_funds_row(_joined_name([g[0] for g in names]), placed))
        if points is not None and rows and not header.has("weight"):
            rows = _with_weight_of_the_heading(rows, header.heading("score"), points)
        unit = unit or _unit_of_amounts(rows)
        in_unit = tuple(_in_unit(row, unit) for row in rows)
        return replace(form, funds=in_unit, money_unit=unit, money_columns=header.places())

    def _crossed_funds(self, rows: range) -> _Crossed | None:
        """合计, 财政拨款 and 其他资金 beside each other, and below them rows of 全年预算数, 全年执行数 and so on."""
        for row in rows:
            named: dict[str, Entry] = {}
            bottom = row
            while bottom < rows.stop and (label := self._label_of_money(bottom, named)) is not None:
                named[labels.field_of(label.written, labels.FUNDS) or ""] = label
                bottom += 1
            if len(named) < _FEWEST_CROSSED or "executed" not in named or not named.keys() & _BUDGETS:
                continue
            names = self._names_over(row, max(self._place(label)[1] for label in named.values()), rows.start)
            if len(names) > 1:
                top = min(self._place(name.heading)[0] for name in names)
                return _Crossed(range(top, bottom), named, names)
        return None

    def _label_of_money(self, row: int, above: dict[str, Entry]) -> Entry | None:
        """年初预算数 before its values, where no other row above says it and the labels stand below each other."""
        cells = [group[0] for group in self._groups(row)]
        fields = [None if self._is_block(e) else labels.field_of(e.written, labels.FUNDS) for e in cells]
        known = [index for index, field in enumerate(fields) if field is not None]
        if len(known) != 1 or known[0] > 1 or fields[known[0]] in above:
            return None
        label = cells[known[0]]
        column = next((self._place(other)[1] for other in above.values()), self._place(label)[1])
        return label if self._place(label)[1] == column else None

    def _names_over(self, row: int, column: int, first: int) -> tuple[_Column, ...]:
        """The sources of money named in the row above, and in the one above that where they are merged down."""
        names: list[_Column] = []
        for above in range(row - 1, max(first, row - 2) - 1, -1):
            for group in self._groups(above):
                left, right = self._place(group[0])[1], self._right_edge(group)
                words = labels.key(group[0].written)
                is_name = isinstance(group[0].value, str) and labels.FUNDS_ROW.search(words) is not None
                free = not any(name.left <= right and left <= name.right for name in names)
                if left > column and is_name and free and words != "其中":
                    names.append(_Column(None, group[0], left, right))
        return tuple(sorted(names, key=lambda name: name.left))

    def _read_crossed_funds(self, form: Form, crossed: _Crossed) -> Form:
        unit = self._money_unit(range(self.rows.start, crossed.rows.stop), crossed.headings)
        fields = dict(crossed.labels)
        if "annual_budget" not in fields and not _OF_THE_BEGINNING.search(fields["initial_budget"].written):
            fields["annual_budget"] = fields.pop("initial_budget")
        first = min(self._place(label)[1] for label in fields.values())
        blocks = [e for row in crossed.rows for e in self._unused(row) if self._is_block(e)]
        points = [_points_in_heading(e.written) for e in (fields.get("score", NOTHING), *blocks)]
        self._use(*(e for e in blocks if self._place(e)[1] <= first))
        rows = []
        for name in crossed.names:
            placed: dict[str, Entry] = {}
            for field, label in fields.items():
                cells = self._unused(self._place(label)[0])
                value = next((e for e in cells if name.left <= self._place(e)[1] <= name.right), NOTHING)
                if field not in _AMOUNTS or not _is_said_of_no_amount(value):
                    placed[field] = value
            self._use(*(value for value in placed.values() if value is not NOTHING))
            rows.append(_funds_row(name.heading, placed))
        for row in crossed.rows:  # labels and names, and repeated where a merged area was undone; 其中 over some
            for group in self._groups(row):
                if group[0] in crossed.headings or labels.key(group[0].written) == "其中":
                    self._use(*group)
        stated = next((found for found in points if found is not None), None)
        if stated is not None and "weight" not in fields:
            rows = _with_weight_of_the_heading(rows, fields.get("score", blocks[0] if blocks else NOTHING), stated)
        return replace(form, funds=tuple(rows), money_unit=unit or _unit_of_amounts(rows))

    def _money_unit(self, rows: range, headings: Sequence[Entry]) -> str | None:
        """What a note, the block's name, a heading or the name of a row states: 单位：万元, 项目资金(元)."""
        stated = []
        for row in rows:
            cells = self.grid.filled(row)
            for found, beside in zip(cells, (*cells[1:], NOTHING), strict=False):
                words = re.sub(r"\s+", "", half_width(found.written))
                if words in _UNIT_LABELS and labels.MONEY_UNIT.fullmatch(beside.written.strip()):
                    self._use(found, beside)
                    stated.append((1, beside.written.strip()))
                if len(words) >= _LONGEST_UNIT_NOTE:
                    continue
                note = _UNIT_NOTE.fullmatch(words)
                is_block = labels.FUNDS_BLOCK.fullmatch(labels.key(found.written)) is not None
                if note:
                    self._use(found)
                names_money = is_block or found in headings or labels.FUNDS_ROW.search(words)
                pattern = _UNIT_IN_HEADING if names_money else _UNIT_IN_TITLE
                if match := pattern.search(words):
                    stated.append((0 if names_money else 1, match[1]))
                elif note:
                    stated.append((1, note[1]))
        units = [unit for _, unit in sorted(stated, key=lambda one: one[0])]
        return units[0] if units else None

    def _first_pair(self, rows: range) -> int | None:
        """The first row where 预算数 or 执行数 stands beside its value, the other one not far below."""
        for row in rows:
            near = range(row, min(row + _PAIR_ROWS, rows.stop))
            fields = [{labels.field_of(_pair_label(e), labels.FUNDS) for e in self.grid.filled(r)} for r in near]
            if fields[0] & _BUDGETS | fields[0] & {"executed"}:
                there = set().union(*fields)
                if "executed" in there and there & _BUDGETS:
                    return row
        return None

    def _read_pairs(self, form: Form, rows: range) -> Form:
        """预算数： 100 执行数： 95, in one row or more, and below the same names twice, once for each."""
        unit = self._money_unit(range(self.rows.start, rows.stop), ())
        total: dict[str, Entry] = {}
        others: list[FundsRow] = []
        for row in rows:
            self._use(*(e for e in self._unused(row) if labels.FUNDS_BLOCK.fullmatch(labels.key(e.written))))
            pairs = self._pairs(self._unused(row))
            fields = [labels.field_of(label.written, labels.FUNDS) for label, _ in pairs]
            if any(fields) and not set(fields) & set(total):
                for field, (label, value) in zip(fields, pairs, strict=True):
                    if field is not None and field not in total:
                        total[field] = _as_amount(value) if field in _AMOUNTS else _as_points(value)
                        self._use(label, value)
            elif len(pairs) == 2 and _same_name(pairs[0][0], pairs[1][0]):
                (name, budget), (_, executed) = pairs
                others.append(FundsRow(name, annual_budget=_as_amount(budget), executed=_as_amount(executed)))
                self._use(*(e for pair in pairs for e in pair))
        return replace(form, funds=(_with_rate_as_fraction(FundsRow(**total)), *others), money_unit=unit)

    @staticmethod
    def _pairs(entries: list[Entry]) -> list[tuple[Entry, Entry]]:
        pairs: list[tuple[Entry, Entry]] = []
        for found in entries:
            glued = _GLUED_PAIR.fullmatch(re.sub(r"\s+", "", half_width(found.written)))
            name = re.sub(r"^[(](.*)[)]$", r"\1", glued[1]) if glued is not None else ""
            if glued is not None and labels.field_of(name, labels.FUNDS) is not None:
                label = replace(found, value=name, written=name)
                words = glued[2] + (glued[3] or "")
                pairs.append((label, replace(found, value=read_number(words) or words, written=words)))
                continue
            is_value = found.value is None or found.number is not None or _amount(found) is not None
            if is_value and pairs and pairs[-1][1] is NOTHING:
                pairs[-1] = (pairs[-1][0], found)
            elif not is_value:
                pairs.append((found, NOTHING))
        return pairs

    # ---- goals ---------------------------------------------------------------------------------------------

    def _first_goal(self, rows: range, money: range) -> int | None:
        """The first row that names a goal; 目标 in the money's headings is none."""
        for row in rows:
            cells = [] if row in money else self.grid.filled(row)
            if any(labels.field_of(_label_of(e), labels.GOALS) or _is_goals_block(e) for e in cells):
                return row
        return None

    def _read_goals(self, form: Form, rows: range) -> Form:
        header = next((found for row in rows if (found := self._goals_header(row)) is not None), None)
        texts: dict[str, Entry] = {}
        if header is not None:
            self._read_goals_below(range(header.rows.start, rows.stop), header, texts)
        else:
            self._read_goals_beside(rows, texts)
        return replace(
            form,
            expected_goal=texts.get("expected", NOTHING),
            achieved_goal=texts.get("achieved", NOTHING),
        )

    def _goals_header(self, row: int) -> _Header | None:
        """The headings of both goals beside each other, the last such pair of a row; between them an adjusted goal."""
        groups = self._groups(row)
        fields = [labels.field_of(group[0].written, labels.GOALS) for group in groups]
        pairs = [i for i in range(1, len(groups)) if fields[i - 1 : i + 1] == ["expected", "achieved"]]
        first = pairs[-1] - 1 if pairs else 0
        last = first + 1
        if not pairs and (partners := self._partners(row, groups, fields)) is not None:
            first, last = partners, partners + 1
            fields = [*fields[:first], "expected", "achieved", *fields[last + 1 :]]
        elif not pairs or (_is_goals_block(groups[first][0]) and first + 2 < len(groups)):
            return None  # without headings, or the name of the block before a label and its text
        elif "调" in groups[first][0].written:
            while first and fields[first - 1] == "expected" and self._has_text_below(row, groups[first - 1]):
                first -= 1
        columns = []
        for index, group in enumerate(groups):
            field = fields[index] if index in (first, last) else None
            if labels.field_of(group[0].written, labels.GOALS) == field is not None or _is_goals_block(group[0]):
                self._use(*group)
            if index >= first:
                columns.append(_Column(field, group[0], self._place(group[0])[1], self._right_edge(group)))
        if self.grid.flattened:  # text without merged areas may have slipped to the right of the last heading
            columns[-1] = replace(columns[-1], right=max(len(r) for r in self.grid.rows))
        return _Header(range(row, row + 1), tuple(_stretched(columns)))

    def _has_text_below(self, row: int, heading: list[Entry]) -> bool:
        """Whether a text begins below this heading, which then is no name of the block at its left."""
        columns = range(self._place(heading[0])[1], self._right_edge(heading) + 1)
        below = [e for e in self._unused(row + 1) if row + 1 in self.rows and self._place(e)[1] in columns]
        return any(e.written != heading[0].written and not _GOAL_NUMBER.match(e.written) for e in below)

    def _partners(self, row: int, groups: list[list[Entry]], fields: list[str | None]) -> int | None:
        """Two headings over two texts, of which one is known: the other is its partner. Answers where the first is.

        Neither need be known where one speaks of a goal and the other of what came of it.
        """
        names = [i for i, group in enumerate(groups) if not _is_goals_block(group[0])]
        if len(names) != 2 or names[1] != names[0] + 1 or row + 1 >= self.rows.stop:
            return None
        texts = [group[0] for group in self._groups(row + 1) if not _is_goals_block(group[0])]
        below = [self._place(text)[1] for text in texts]
        over = [self._place(groups[i][0])[1] for i in names]
        alike = [
            field.fullmatch(labels.key(groups[i][0].written)) for field, i in zip(_GOALS_ALIKE, names, strict=True)
        ]
        known = {fields[names[0]] == "expected", fields[names[1]] == "achieved", all(alike)}
        short = all(len(groups[i][0].written) <= labels.LONGEST_GOAL_HEADING for i in names)
        labelled = any(labels.field_of(_label_of(text), labels.GOALS) for text in texts)
        return names[0] if True in known and short and below == over and not labelled else None

    def _right_edge(self, group: list[Entry]) -> int:
        spot = group[-1].spot
        return self.grid.last_column_of(spot) if spot is not None else 0

    def _read_goals_below(self, rows: range, header: _Header, texts: dict[str, Entry]) -> None:
        for row in rows:
            self._use(*(e for e in self._unused(row) if _is_goals_block(e)))
            values = [e for e in self._unused(row) if e not in header.headings]
            if row > rows.start and self._begins_another_block(values, header):
                return
            placed, again, rest = header.place(values, self.grid)
            if self.grid.flattened and rest and (ordered := header.in_order(values)) is not None:
                placed, rest = ordered, []
            if row > rows.start and any(
                self._place(e)[1] < header.first and not _GOAL_NUMBER.match(e.written) for e in rest
            ):
                return  # another block of the form
            self._use(*placed.values(), *again)
            _add_texts(texts, placed)

    def _begins_another_block(self, values: list[Entry], header: _Header) -> bool:
        """A line over the columns of both goals, or one that names the indicators or the total."""
        if not values:
            return False
        first = values[0]
        if _is_total(first) or _is_indicators_block(first):
            return True
        spot = first.spot or Spot(None, 0, 0)
        achieved = next(column for column in header.columns if column.field == "achieved")
        whole = spot.column < achieved.left <= max(self.grid.last_column_of(spot), self._repeated_until(first))
        return whole or (len(values) == 1 and spot.column < header.first)

    def _read_goals_beside(self, rows: range, texts: dict[str, Entry]) -> None:
        """Label and text beside each other, in one row or in two."""
        field: str | None = None
        for row in rows:
            groups = self._groups(row)
            for index, group in enumerate(groups):
                found = group[0]
                glued = _after_colon(found.written)
                named = labels.field_of(_label_of(found), labels.GOALS)
                follower = groups[index + 1][0] if index + 1 < len(groups) else NOTHING
                is_block = _is_goals_block(found) and labels.field_of(follower.written, labels.GOALS) is not None
                if is_block or (named is not None and not glued):
                    field = field if is_block else named
                    self._use(*group)
                elif named is not None and named not in texts:
                    self._use(*group)
                    _add_texts(texts, {named: replace(found, value=glued, written=glued)})
                elif field is not None:
                    self._use(*group)
                    _add_texts(texts, {field: found})

    # ---- indicators ----------------------------------------------------------------------------------------

    def _read_indicators(self, form: Form, header: _Header, end: int) -> Form:
        rows: list[Indicator] = []
        blocks: list[Indicator] = []
        above: Indicator | None = None
        closing = False  # words below a remark are no names of indicators
        headings = self._block_headings(range(header.rows.stop, end), header)
        for row in range(header.rows.stop, end):
            self._use(*(e for e in self._unused(row) if _is_indicators_block(e)))
            entries = self._unused(row)
            if not entries:
                continue
            if row in headings:
                self._use(*(e for group in headings[row].values() for e in group))
                names = _with_levels_in_place(
                    {level: g[0] for level, g in headings[row].items()}, may_have_shifted=False
                )
                above = _under(None if "level1" in names else above, Indicator(**names))
                blocks.append(above)
                continue
            if _is_total(entries[0]):
                form = self._read_total(form, self._last_total(row, entries, end), header)
                break
            if any(labels.SUBTOTAL.fullmatch(labels.key(e.written)) for e in entries):
                continue
            if again := self._headings_again(entries, header):
                self._use(*again)
                continue
            if labels.FOOTER.search(_NUMBERINGS.sub("", half_width(entries[0].written).strip(), count=1)):
                closing = True
                continue
            cells = _indicator_cells(entries, header, self.grid, may_have_shifted=self.may_have_shifted)
            if cells is None or (closing and not set(cells[0]) - set(_LEVELS)):
                continue
            placed, again = cells
            if _is_left_open(placed):
                above = _under(above, Indicator(**{level: placed[level] for level in _BLOCKS if level in placed}))
                continue
            closing = False
            self._use(*placed.values(), *again)
            above = _under(above, _indicator(placed))
            rows.append(above)
        for row in range(end, self.rows.stop):  # the total below another block
            if form.total_score is NOTHING and (entries := self._unused(row)) and _is_total(entries[0]):
                form = self._read_total(form, entries, header)
        if any(row.level3.text for row in rows):  # else the form is blank, and its blocks are all that it says
            rows = [row for row in rows if not _is_empty(row)]
        rows = self._with_merged_reasons(rows)
        self._use(*(name for row in rows for name in (row.level1, row.level2)))  # also those of rows left open
        return replace(form, indicators=tuple(_with_first_block(rows or blocks)), columns=header.places())

    def _with_merged_reasons(self, rows: list[Indicator]) -> list[Indicator]:
        """A reason that is merged down over several indicators belongs to each of them."""
        stated = {self._place(row.reason): row.reason for row in rows if row.reason is not NOTHING}
        merged = [area for area in self.grid.merges if (area.top, area.left) in stated]
        shared = {row: stated[area.top, area.left] for area in merged for row in range(area.top, area.bottom + 1)}
        return [
            row if row.reason is not NOTHING else replace(row, reason=shared.get(_row_of(row), NOTHING)) for row in rows
        ]

    def _block_headings(self, rows: range, header: _Header) -> dict[int, dict[str, list[Entry]]]:
        """The rows that only name the block of the rows below them, as 一、产出指标 over the whole table does.

        成本指标 and 满意度指标 are names of both levels: their numbers tell, or what stands below them.
        """
        found = {row: groups for row in rows if (groups := self._block_names(row, header))}
        numbered = dict(_LEVEL_OF_NUMBERING)
        for *_, name in found.values():
            if (sure := _sure_level(name[0])) is not None and (numbering := _numbering(name[0])):
                numbered[numbering] = sure
        divided = any(_sure_level(name[0]) == "level2" for *_, name in found.values())
        headings: dict[int, dict[str, list[Entry]]] = {}
        for row, (*before, name) in found.items():
            level = _sure_level(name[0]) or numbered.get(_numbering(name[0]))
            if level is None:
                (*_, above) = found.get(row - 1, [[NOTHING]])
                again = labels.key(above[0].written) == labels.key(name[0].written)
                last = divided and row + 1 not in found and "成本" in name[0].written
                level = "level2" if again or last else "level1"
            if _is_block_name(name[0]) or self._says_values(row + 1, header):
                headings[row] = ({"level1": before[0]} if before else {}) | {level: name}
        return headings

    def _block_names(self, row: int, header: _Header) -> list[list[Entry]]:
        """The names in a row that holds nothing else but points, the last of them reaching over the levels."""
        named: list[list[Entry]] = []
        points: list[list[Entry]] = []
        for group in self._groups(row):
            if _is_indicators_block(group[0]):
                continue
            (named if isinstance(group[0].value, str) and _as_points(group[0]).number is None else points).append(group)
        lefts = {column.field: column.left for column in header.columns}
        fields = {self._field_at(group[0], header) for group in points}
        if not 1 <= len(named) <= 2 or not fields <= {"weight", "score"} or "level3" not in lefts:
            return []
        *before, name = named
        left, right = self._place(name[0])[1], self._right_edge(name)
        if any(self._field_at(group[0], header) != "level1" for group in before) or left > lefts["level3"]:
            return []
        if not _is_block_name(name[0]):
            whole = not before and right > next(c.right for c in header.columns if c.field == "level3")
            return named if whole and _numbering(name[0]) in _LEVEL_OF_NUMBERING else []
        without = ("level2" if before or _sure_level(name[0]) == "level2" else "level1") not in lefts
        alone = not before and left < lefts["level3"] and not (points and self._is_beside_values(name[0], header))
        return named if right >= lefts["level3"] > left or without or alone else []

    def _field_at(self, entry: Entry, header: _Header) -> str | None:
        spot = entry.spot or Spot(None, 0, 0)
        column = header.column_at(spot.column, self.grid.last_column_of(spot))
        return column.field if column is not None else None

    def _says_values(self, row: int, header: _Header) -> bool:
        """Whether a row holds an indicator: words that name it, and beside them a target or a result."""
        fields = {self._field_at(e, header) for e in self._unused(row)} if row in self.rows else set()
        return bool(fields & {"target", "actual"}) and bool(fields & set(_LEVELS))

    def _is_beside_values(self, name: Entry, header: _Header) -> bool:
        """Whether points beside 产出指标 are those of an unnamed indicator, and not the sum of the rows below."""
        row, _ = self._place(name)
        below = {self._field_at(e, header) for e in self._unused(row + 1)}
        return not self._is_one_row_high(name) or "level1" in below or not self._says_values(row + 1, header)

    def _last_total(self, row: int, entries: list[Entry], end: int) -> list[Entry]:
        """The row 总分 where it follows a 合计 of the indicators alone."""
        for below in range(row + 1, min(row + 3, end)):
            others = self._unused(below)
            if others and _is_total(others[0]) and "分" in others[0].written:
                return others
        return entries

    @staticmethod
    def _headings_again(entries: list[Entry], header: _Header) -> list[Entry]:
        """The headings where they stand again, at the top of a new page or beside the name of another block."""
        headings = {labels.key(column.heading.written) for column in header.columns}
        below = [e for e in entries if e.spot is not None and e.spot.column >= header.first]
        same = sum(labels.key(e.written) in headings for e in below)
        again = same >= 2 and all(
            labels.key(e.written) in headings or labels.field_of(e.written, labels.INDICATORS) for e in below
        )
        return [e for e in entries if e in below or labels.key(e.written) in headings] if again else []

    def _read_total(self, form: Form, entries: list[Entry], header: _Header) -> Form:
        label, *values = entries
        while values and values[0].written == label.written:
            self._use(values.pop(0))
        self._use(label)
        placed, _, _ = header.place(values, self.grid)
        found = {field: _as_points(e) for field, e in placed.items() if field in ("weight", "score")}
        numbers = [_as_points(e) for e in values if _as_points(e).number is not None]
        if len(numbers) == 2 and set(found) != {"weight", "score"}:
            found = dict(zip(("weight", "score"), numbers, strict=True))
        elif len(numbers) == 1 and (not found or self._reaches(numbers[0], header, "score")):
            found = {"score": numbers[0]}
        self._use(*found.values())
        return replace(form, total_weight=found.get("weight", NOTHING), total_score=found.get("score", NOTHING))

    def _reaches(self, entry: Entry, header: _Header, field: str) -> bool:
        """Whether a merged area that begins before this column covers it."""
        spot = entry.spot
        left = next((column.left for column in header.columns if column.field == field), None)
        return spot is not None and left is not None and spot.column < left <= self.grid.last_column_of(spot)

    def _read_total_elsewhere(self, form: Form) -> Form:
        """自评总分 | 98.2 in the head or below, where the indicators end without a total."""
        if form.total_score is not NOTHING or form.total_weight is not NOTHING:
            return form
        for row in self.rows:
            groups = self._groups(row)
            for index, group in enumerate(groups):
                value = self._value_beside(groups, index)
                points = (
                    _as_points(value[0])
                    if value and labels.TOTAL.fullmatch(labels.key(_label_of(group[0])))
                    else NOTHING
                )
                number = points.number if points.number is not None else read_number(points.written)
                if number is not None:
                    self._use(*group, *value)
                    return replace(form, total_score=replace(points, value=number))
        return form

    # ---- beside the form -----------------------------------------------------------------------------------

    def _read_side(self, form: Form, last_column: int) -> Form:
        values: dict[str, Entry] = {}
        for row in self.rows:
            entries = [e for e in self._unused(row) if self._place(e)[1] > last_column]
            for index, found in enumerate(entries):
                if labels.key(found.written) in labels.SIDE_COLUMNS and found.spot is not None:
                    self._use_below(found.spot)
                field = labels.field_of(found.written, labels.SIDE)
                if field is None or field in values:
                    continue
                self._use(found)
                if index + 1 < len(entries):
                    values[field] = entries[index + 1]
                    self._use(entries[index + 1])
        return replace(form, profile=values.get("profile", NOTHING), grade=values.get("grade", NOTHING))

    def _grade_below(self) -> Entry:
        """The grade in a line of its own below or above the form, or behind the total: 自评等级：优, （自评等级）优."""
        for row in self.rows:
            groups = self._groups(row)
            for index, group in enumerate(groups):
                label, said = _bracketed(group[0])
                if labels.GRADE_LABEL.fullmatch(label) and labels.GRADE.fullmatch(labels.key(said)):
                    self._use(*group)
                    return replace(group[0], value=said, written=said)
                if not labels.GRADE_LABEL.fullmatch(labels.key(_label_of(group[0]))):
                    continue
                value = self._value_beside(groups, index)
                if value and labels.GRADE.fullmatch(labels.key(value[0].written)):
                    self._use(*group, *value)
                    return value[0]
        return NOTHING

    def _use_below(self, heading: Spot) -> None:
        """Our own notes beside the form are neither form nor leftovers."""
        self.used.update((row, heading.column) for row in range(heading.row, self.rows.stop))


def _with_score_of_another_name(columns: list[_Column]) -> list[_Column]:
    """分数 and 自评结果 are the score where no heading is 得分; beside it the first is the weight."""
    if any(column.field == "score" for column in columns):
        return columns
    named = [c for c in columns if labels.SCORE_ELSE.fullmatch(labels.key(c.heading.written))]
    return [replace(c, field="score") if c in named[-1:] else c for c in columns]


def _is_weak(column: _Column) -> bool:
    """备注 and 评分说明 are the column of reasons only where no heading says so."""
    return column.field == "reason" and not labels.SURE_REASON.search(column.heading.written)


def _around(over: _Column, left: int, right: int) -> list[_Column]:
    """What a heading keeps of its columns beside another one below it; the heading itself is understood."""
    kept = []
    if over.left < left:
        kept.append(replace(over, right=left - 1))
    if right < over.right:
        kept.append(replace(over, left=right + 1))
    return kept


def _with_the_part_that_counts(columns: list[_Column], whole: _Column) -> list[_Column]:
    """指标值 over 上年 and 本年: where no part says the same as the whole, the part of this year stands for it."""
    parts = [c for c in columns if whole.left <= c.left <= whole.right and c.heading is not whole.heading]
    if any(part.field == whole.field for part in parts):
        return columns
    free = [p for p in parts if p.field is None and not _NOT_THIS_YEAR.search(p.heading.written)]
    chosen = next((p for p in free if _WHOLE.search(p.heading.written)), free[0] if free else None)
    return [replace(c, field=whole.field) if c is chosen else c for c in columns]


def _stretched(columns: list[_Column]) -> list[_Column]:
    """Each column reaches to the next heading, where columns without a heading lie between."""
    ordered = sorted(columns, key=lambda column: column.left)
    following = [column.left for column in ordered[1:]]
    reached = [
        replace(column, right=max(column.right, edge - 1)) for column, edge in zip(ordered, following, strict=False)
    ]
    return [*reached, *ordered[-1:]]


def _same_name(first: Entry, second: Entry) -> bool:
    name = labels.key(first.written)
    return name == labels.key(second.written) and labels.FUNDS_ROW.search(name) is not None


def _add_texts(texts: dict[str, Entry], placed: dict[str, Entry]) -> None:
    for field, found in placed.items():
        if field not in texts:
            texts[field] = found
        elif found.written not in texts[field].written.split("\n"):
            words = f"{texts[field].written}\n{found.written}"
            texts[field] = replace(texts[field], value=words, written=words)


def _joined_name(names: list[Entry]) -> Entry:
    """其中： beside 财政拨款 is one name."""
    first, *others = names
    words = "".join(e.written for e in names)
    return replace(first, value=words, written=words) if others else first


# ---- what a value says ---------------------------------------------------------------------------------------

_OF_THE_BEGINNING = re.compile(r"年\s*初|期初|初始|原")
_AMOUNTS = ("initial_budget", "annual_budget", "executed")
_LONGEST_UNIT_NOTE = 40
_UNIT_LABELS = ("单位:", "金额单位:", "单位", "金额单位")
_UNIT_NOTE = re.compile(r"(?:[(]?(?:金额)?单位:?|[(])(?:人民币)?(亿元|万元|千元|元)[)]?")
_UNIT_IN_HEADING = re.compile(r"(?:[(:]|单位:?|^项目资金|^资金)(?:人民币)?(亿元|万元|千元|元)(?:[)]|$)")
_UNIT_IN_TITLE = re.compile(r"单位:?(?:人民币)?(亿元|万元|千元|元)")
_GLUED = re.compile(r"(¥?)([+-]?[\d,]*\.?\d*)(亿元|万元|千元|元)?")
_PAIR_ROWS = 3
_FEWEST_CROSSED = 3  # rows of money whose columns are its sources
_BUDGETS = {"annual_budget", "initial_budget"}
_GLUED_PAIR = re.compile(r"(\D+?):?(-?[\d.,]+%?)(亿元|万元|千元|元)?")
_POINTS = re.compile(r"([+-]?\d+(?:\.\d+)?)分|[(](?:单位)?自评得分[)]:?(\d+(?:\.\d+)?)分?")


def _amount(entry: Entry) -> tuple[Decimal | None, str] | None:
    """The number and the unit of 620.82万元 or ¥620.82; None where nothing is glued to it."""
    words = re.sub(r"\s+", "", half_width(entry.written))
    match = _GLUED.fullmatch(words)
    if match is None or not (match[1] or match[3]):
        return None
    return read_number(match[2]), match[3] or ""


def _as_amount(entry: Entry) -> Entry:
    amount = _amount(entry)
    return entry if amount is None else replace(entry, value=amount[0])


def _is_said_of_no_amount(entry: Entry) -> bool:
    """Words where an amount should stand."""
    return isinstance(entry.value, str) and not _amount(entry) and entry.written != "无"


def _funds_row(name: Entry, placed: dict[str, Entry]) -> FundsRow:
    amounts = {f: _as_amount(e) if f in _AMOUNTS else _as_points(e) for f, e in placed.items()}
    return _with_rate_as_fraction(FundsRow(name, **amounts))


def _unit_of_amounts(rows: Iterable[FundsRow]) -> str | None:
    """The unit that stands with an amount: 620.82万元."""
    return next((unit for row in rows for f in _AMOUNTS if (unit := _glued_unit(getattr(row, f)))), None)


_TIMES_YUAN = {"元": 1, "千元": 10**3, "万元": 10**4, "亿元": 10**8}


def _in_unit(row: FundsRow, unit: str | None) -> FundsRow:
    """The row with amounts that state a unit of their own in that of the form: 95.88万元 is 958800 元."""
    changed = {}
    for field in _AMOUNTS:
        entry: Entry = getattr(row, field)
        own = _glued_unit(entry)
        if entry.number is not None and own in _TIMES_YUAN and unit in _TIMES_YUAN and own != unit:
            changed[field] = replace(entry, value=entry.number * _TIMES_YUAN[own] / _TIMES_YUAN[unit])
    return replace(row, **changed)


def _glued_unit(entry: Entry) -> str | None:
    amount = _amount(entry)
    return amount[1] or None if amount is not None else None


def _pair_label(entry: Entry) -> str:
    """The label of 执行数：, of 执行率97.5% and of a cell that holds nothing else."""
    glued = _GLUED_PAIR.fullmatch(re.sub(r"\s+", "", half_width(entry.written)))
    return glued[1] if glued is not None else _label_of(entry)


def _as_points(entry: Entry) -> Entry:
    """10分 is 10, （自评得分）9.5 is 9.5."""
    match = _POINTS.fullmatch(re.sub(r"\s+", "", half_width(entry.written)))
    return replace(entry, value=Decimal(match[1] or match[2])) if match is not None else entry


def _points_in_heading(heading: str) -> Decimal | None:
    """得分(20分*执行率) is worth 20."""
    match = re.search(r"(\d+(?:\.\d+)?)分?[*×xX]|[(](\d+(?:\.\d+)?)分", half_width(heading))
    return Decimal(match[1] or match[2]) if match is not None else None


def _with_weight_of_the_heading(rows: list[FundsRow], heading: Entry, points: Decimal) -> list[FundsRow]:
    total = Form(funds=tuple(rows)).total_funds
    weight = replace(heading, value=points, written=format(points, "f"))
    return [replace(row, weight=weight) if row is total else row for row in rows]


def _with_rate_as_fraction(row: FundsRow) -> FundsRow:
    """The row with 80.88, written without %, understood as 0.8088."""
    stated = row.rate.number
    if stated is None or "%" in half_width(row.rate.written):
        return row
    executed, budget = row.executed.number, row.annual_budget.number
    if executed is not None and budget:
        rate = executed / budget
        fraction = min((stated, stated / 100), key=lambda candidate: abs(candidate - rate))
    else:
        fraction = stated / 100 if stated > 2 else stated
    return replace(row, rate=replace(row.rate, value=fraction))


def _layout(money: Sequence[Entry], indicators: _Header) -> str:
    """The family of DOMAIN's layouts that the headings show."""
    unknown = [labels.key(column.heading.written) for column in indicators.columns if column.field is None]
    if any(word.startswith("复核") for word in unknown):
        return "review"
    if indicators.has("score") and not indicators.has("weight"):
        return "twenty-points"
    divided = indicators.has("nature") or indicators.has("target_unit")
    if divided and any("调整后" in heading.written for heading in money):
        return "sichuan"
    lefts = {column.field: column.left for column in indicators.columns}
    if {"weight", "target"} <= set(lefts) and lefts["weight"] < lefts["target"]:
        return "cohesion"
    if divided and len(indicators.rows) > 1:
        return "yunnan"
    return "national"


# ---- rows of indicators, whose cells may have shifted --------------------------------------------------------

_LEVELS = ("level1", "level2", "level3")
_BLOCKS = ("level1", "level2")
_BESIDE_BLOCKS = ("level3", "nature", "target", "target_unit", "actual", "weight", "score", "reason")
_SHIFTS = (0, -1, 1, -2, 2, -3, 3)
_NUMBERINGS = re.compile(r"([一二三四五六七八九十]{1,2}、)|([(][一二三四五六七八九十]{1,2}[)]、?)|(\d{1,2}[.、])(?!\d)")
_LEVEL_OF_NUMBERING: dict[str | None, str] = {"、": "level1", "()": "level2"}
_LONGEST_BLOCK = 25  # characters of its name
_COMPARED = re.compile(r"[≥≤><=＝≧≦]|不低于|不少于|不超过|不高于")
_EMPTY_SLOT = re.compile(r"(?:三级)?指标\s*[\d一二三四五六七八九]*\s*[:：]?|[.…·。]+|[*×xX]+")
_NATURE_SIGN = re.compile(r"[≥≤><=＝≧≦﹦═]+")


def _indicator(placed: dict[str, Entry]) -> Indicator:
    """The indicator of one row; a target divided over several cells is put together."""
    cells = dict(placed)
    nature, target, unit = (cells.get(field, NOTHING) for field in labels.INDICATOR_PARTS)
    sign = nature.written if _NATURE_SIGN.fullmatch(half_width(nature.written)) else ""
    if target.text is not None and (sign or unit.text):
        ending = "" if unit.text is None or target.written.endswith(unit.text) else unit.text
        beginning = "" if target.written.startswith(sign) else sign
        words = f"{beginning}{target.written}{ending}"
        cells["target"] = replace(target, value=words, written=words)
        if sign:
            del cells["nature"]
    for points in ("weight", "score"):
        if points in cells:
            cells[points] = _as_points(cells[points])
    return Indicator(**cells)


def _indicator_cells(
    entries: list[Entry], header: _Header, grid: Grid, *, may_have_shifted: bool
) -> tuple[dict[str, Entry], list[Entry]] | None:
    """The cells of one indicator row by field, put right where the row has shifted; None for other rows."""
    best: tuple[dict[str, Entry], list[Entry]] | None = None
    best_worth = Decimal(0)
    for shift in _SHIFTS if may_have_shifted else (0,):
        placed, again, rest = header.place(entries, grid, shift)
        if not any(level in placed for level in _LEVELS):
            continue
        if shift == 0 and not grid.flattened and not _words_for_points(placed):
            best = placed, again
            break
        worth = _worth(placed, rest) + (1 if shift == 0 else Decimal("-0.5") * abs(shift))
        if best is None or worth > best_worth:
            best, best_worth = (placed, again), worth
    if best is None:
        return None
    placed, again = best
    if not set(placed) - set(_LEVELS) and "level3" not in placed and not _only_levels_filled(placed):
        return None
    if "level3" not in placed and not may_have_shifted and not _only_levels_filled(placed):
        return None
    return _with_levels_in_place(placed, may_have_shifted=may_have_shifted), again


def _is_left_open(placed: dict[str, Entry]) -> bool:
    """Whether a row holds no more than 指标1： or ……, and the blocks of the rows below it."""
    return not set(placed) - set(_LEVELS) and _EMPTY_SLOT.fullmatch(placed.get("level3", NOTHING).written) is not None


def _is_block_name(entry: Entry) -> bool:
    known = labels.is_level1(entry.written) or labels.is_level2(entry.written)
    return known or labels.key(entry.written) in labels.OTHER_LEVELS


def _sure_level(entry: Entry) -> str | None:
    """The level whose name these words are, and of no other."""
    first, second = labels.is_level1(entry.written), labels.is_level2(entry.written)
    return None if first == second else "level1" if first else "level2"


def _numbering(entry: Entry) -> str | None:
    """How a short name is numbered: 一、 or （一） or 1."""
    match = _NUMBERINGS.match(half_width(entry.written).strip()) if len(entry.written) <= _LONGEST_BLOCK else None
    return None if match is None else "、" if match[1] else "()" if match[2] else "1."


def _is_empty(row: Indicator) -> bool:
    """Whether the row says nothing but the names of blocks that every form has."""
    names = [name.written for name in (row.level1, row.level2) if name.text]
    if not all(labels.is_level1(name) or labels.is_level2(name) for name in names):
        return False
    return not any(getattr(row, field).text for field in _BESIDE_BLOCKS)


def _row_of(row: Indicator) -> int:
    """The row of the sheet on which an indicator stands; its blocks may stand above."""
    spots = (getattr(row, field).spot for field in _BESIDE_BLOCKS)
    return next((spot.row for spot in spots if spot is not None), 0)


def _words_for_points(placed: dict[str, Entry]) -> bool:
    return any(isinstance(placed.get(field, NOTHING).value, str) for field in ("weight", "score"))


def _only_levels_filled(placed: dict[str, Entry]) -> bool:
    """Whether a row without values is still a row of the blank form: its blocks are named."""
    return any(labels.is_level1(e.written) or labels.is_level2(e.written) for e in placed.values())


def _worth(placed: dict[str, Entry], rest: list[Entry]) -> Decimal:
    """How well the cells fit the headings they stand under."""
    worth = Decimal(-2 * len(rest))
    weight, score = (placed.get(field, NOTHING) for field in ("weight", "score"))
    for points in (weight, score):
        if isinstance(points.value, str) or "%" in half_width(points.written):
            worth -= 4
        elif points.number is not None:
            worth += 2
    if weight.number is not None and score.number is not None and score.number > weight.number:
        worth -= 3
    level1, level2, level3 = (placed.get(level) for level in _LEVELS)
    if level1 is not None:
        worth += 1 if labels.is_level1(level1.written) else -1
    if level2 is not None:
        worth += 1 if labels.is_level2(level2.written) else -3 if labels.is_level1(level2.written) else -1
    if level3 is not None and level3.written.endswith("指标"):
        worth -= 3
    target, actual = placed.get("target", NOTHING), placed.get("actual", NOTHING)
    if _COMPARED.search(half_width(actual.written)) and not _COMPARED.search(half_width(target.written)):
        worth -= 3
    reason = placed.get("reason")
    if reason is not None and read_number(reason.written) is not None:
        worth -= 3
    return worth


def _with_levels_in_place(placed: dict[str, Entry], *, may_have_shifted: bool) -> dict[str, Entry]:
    """The names of a row on their own level: a lone name is the indicator, a known block word is its block."""
    names = [placed[level] for level in _LEVELS if level in placed]
    others = {field: e for field, e in placed.items() if field not in _LEVELS}
    levels = {level: placed[level] for level in _LEVELS if level in placed}
    if not may_have_shifted:
        pass
    elif "level3" in placed or not names:
        first = levels.get("level1")
        if first is not None and "level2" not in levels and not labels.is_level1(first.written):
            levels["level2"] = levels.pop("level1")
    elif not (labels.is_level1(names[-1].written) or labels.is_level2(names[-1].written)):
        *blocks, name = names
        levels = {"level3": name}
        for block in blocks:
            levels["level2" if labels.is_level2(block.written) else "level1"] = block
    for level in ("level1", "level2"):
        if level in levels:
            bare = re.sub(r"\s+", "", levels[level].written)
            levels[level] = replace(levels[level], value=bare, written=bare)
    return levels | others


def _with_first_block(rows: list[Indicator]) -> list[Indicator]:
    """The first block names the rows above its name, which may stand in the middle of them."""
    name = next((row.level1 for row in rows if row.level1 is not NOTHING), NOTHING)
    return [replace(row, level1=name) if row.level1 is NOTHING else row for row in rows]


def _under(above: Indicator | None, row: Indicator) -> Indicator:
    """The row with the block names that the paper merges down from above."""
    if above is None:
        return row
    if row.level1 is NOTHING:
        row = replace(row, level1=above.level1, level2=row.level2 if row.level2 is not NOTHING else above.level2)
    elif row.level2 is NOTHING and row.level1.text == above.level1.text:
        row = replace(row, level2=above.level2)
    return row
