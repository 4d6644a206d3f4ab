"""The rows of headings, and the columns below them."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate

from selfeval_xl import labels
from selfeval_xl.cells import NOTHING, Entry
from selfeval_xl.grid import Grid
from selfeval_xl.once import once
from selfeval_xl.patterns import expression
from selfeval_xl.reading.paper import Paper
from selfeval_xl.reading.regions import has_own_title
from selfeval_xl.reading.words import LONGEST_TITLE, names_a_block, year_of

# What stands before and behind a needed heading.
_NEIGHBOURS = {
    "level3": ({"level1", "level2"}, {"target", "weight", "nature"}),
    "target": ({"level3", "weight", "nature"}, {"actual", "target_unit"}),
    "actual": ({"target", "target_unit"}, {"score", "weight"}),
    "executed": ({"annual_budget", "initial_budget"}, {"rate", "score", "weight"}),
}
_LONGEST_PART = 12  # characters of a heading that another one is divided into
_DEGREE = expression(r"[率度]$|比例$")  # 完成率 beside the result says nothing of its neighbours
_NOT_THIS_YEAR = expression(r"上年|去年|上一年|历史|以前|半年|中期")
_DATED, _NO_YEAR = expression(r"((?:19|20)\d{2})年"), 9999
_WHOLE = expression(r"合计|小计|总|全年|本年|年度|当年")
_ADJUSTED_BUDGET = expression(r"调整后|[合总]计")
_TOTAL_OF_MONEY = expression(r"(?:年度|项目|预算)?(?:资金|预算)?总[额计]")
_DEEPEST_HEADER = 3  # rows of headings
_WIDEST_HEADER = 256  # cells of such a row
_NO_FIRST_HEADINGS = {"target", "actual", "reason"}  # 年初目标, 实际完成情况 and 未完成原因 also stand elsewhere


@dataclass(frozen=True)
class Column:
    """A heading with the columns it reaches over; the field of an unknown heading is None."""

    field: str | None
    heading: Entry
    left: int
    right: int


@dataclass(frozen=True)
class Header:
    """Headings over one or more rows, and from left to right the columns below them."""

    rows: range
    columns: tuple[Column, ...]

    @once
    def first(self) -> int:
        return min(column.left for column in self.columns if column.field is not None)

    @once
    def last(self) -> int:
        return max(column.right for column in self.columns)

    @once
    def headings(self) -> tuple[Entry, ...]:
        return tuple(column.heading for column in self.columns)

    @once
    def keys(self) -> frozenset[str]:
        """The headings as they are compared."""
        return frozenset(labels.key(heading.written) for heading in self.headings)

    def has(self, field: str) -> bool:
        return any(column.field == field for column in self.columns)

    def heading(self, field: str) -> Entry:
        return next((column.heading for column in self.columns if column.field == field), NOTHING)

    def renamed(self, old: str, new: str) -> "Header":
        return replace(self, columns=tuple(replace(c, field=new) if c.field == old else c for c in self.columns))

    @once
    def places(self) -> dict[str, int]:
        """The column in which each field begins."""
        return {column.field: column.left for column in self.columns if column.field is not None}

    def known(self) -> list[Column]:
        return [column for column in self.columns if column.field is not None]

    def column_of(self, entry: Entry, grid: Grid, shift: int = 0) -> Column | None:
        """The column that holds a cell, where it begins or else reaches; a row may stand so far to the right."""
        spot = entry.spot
        if spot is None:
            return None
        cells = spot.column - shift, grid.last_column_of(spot) - shift
        at = self._at
        if cells not in at:
            at[cells] = self._column_at(*cells)
        return at[cells]

    def _column_at(self, left: int, right: int) -> Column | None:
        lefts, reached = self._edges
        index = bisect_left(reached, left)  # the first column that reaches so far
        if index == len(lefts) or lefts[index] > left:
            index = bisect_left(lefts, left)  # between two columns: the next one
        elif lefts[index] < left and reached[index] < right and index + 1 < len(lefts):
            following = self.columns[index + 1]  # a row of slightly other widths: where most of the cell stands
            if min(right, following.right) - following.left > reached[index] - left:
                return following
        return self.columns[index] if index < len(lefts) and lefts[index] <= right else None

    def _next_reached(self, column: Column | None, entry: Entry, grid: Grid, shift: int) -> Column | None:
        """The column behind this one, where the cell reaches into it."""
        right = grid.last_column_of(entry.spot) - shift if entry.spot is not None else 0
        if column is None or right <= column.right:
            return None
        following = self.columns[self.columns.index(column) + 1 :]
        return next((other for other in following if column.right < other.left <= right), None)

    @once
    def _at(self) -> dict[tuple[int, int], Column | None]:
        """What was asked for: most cells stand at the same few places."""
        return {}

    @once
    def _edges(self) -> tuple[list[int], list[int]]:
        """Where each column begins, in their order, and how far it and those before it reach."""
        return [c.left for c in self.columns], list(accumulate((c.right for c in self.columns), max))

    def place(
        self, entries: Iterable[Entry], grid: Grid, shift: int = 0
    ) -> tuple[dict[str, Entry], list[Entry], list[Entry]]:
        """Each entry under its heading; those that only repeat it; those that found none or found it taken."""
        placed: dict[str, Entry] = {}
        again: list[Entry] = []
        rest: list[Entry] = []
        for found in entries:
            column = self.column_of(found, grid, shift)
            field = None if column is None else column.field
            if field is None:
                rest.append(found)
            elif field not in placed:
                placed[field] = found
            elif placed[field].written == found.written:
                again.append(found)
            else:
                following = self._next_reached(column, found, grid, shift)
                if following is not None and following.field is not None and following.field not in placed:
                    placed[following.field] = found
                else:
                    rest.append(found)
        return placed, again, rest

    def in_order(self, entries: list[Entry]) -> dict[str, Entry] | None:
        """The entries from left to right, where there are as many as headings."""
        fields = [column.field for column in self.known() if column.field is not None]
        return dict(zip(fields, entries, strict=True)) if len(entries) == len(fields) else None


def find_header(paper: Paper, rows: range, fields: labels.Headings, needed: set[str]) -> Header | None:
    """The first rows, one to three, that together hold the needed headings and little else."""
    for top in rows:
        found: set[str | None] = set()
        together = 0  # needed headings in one row: below each other they are no header
        for bottom in range(top, min(top + _DEEPEST_HEADER, rows.stop)):
            cells = paper.grid.filled(bottom)
            if len(cells) > _WIDEST_HEADER:
                break
            known = [(e, field) for e in cells if (field := labels.field_of(e.written, fields))]
            if not known:
                break
            named = {field for e, field in known if not _names_the_block(paper, e)}
            if not named or (bottom == top and named <= _NO_FIRST_HEADINGS):
                break
            if any(e.number is not None for e in cells):
                break  # values beside their labels
            if sum(not names_a_block(e) for e in cells) > 2 * len(known) + 1:
                break
            found |= named
            together = max(together, len(needed & named))
            if needed <= found and len(found) >= max(2, len(needed)) and together >= min(2, len(needed)):
                headings = _with_second_row(paper, top, bottom, fields, rows)
                return _taken(paper, _with_row_above(paper, headings, fields, rows), fields)
    return None


def _with_row_above(paper: Paper, headings: range, fields: labels.Headings, rows: range) -> range:
    """The rows of the header, with the one above where a heading, and not the name of a block, reaches down from it."""
    above = headings.start - 1
    if above not in rows or len(headings) >= _DEEPEST_HEADER:
        return headings
    cells = paper.grid.filled(above)
    reaching = any(
        labels.field_of(e.written, fields) and not names_a_block(e) and not paper.is_one_row_high(e) for e in cells
    )
    is_header = len(cells) <= _WIDEST_HEADER and all(isinstance(e.value, str) for e in cells)
    return range(above, headings.stop) if reaching and is_header else headings


def find_header_by_place(paper: Paper, rows: range, fields: labels.Headings, needed: set[str]) -> Header | None:
    """A header of one row with one needed heading in words that we do not know: its neighbours tell it."""
    if not has_own_title(paper.grid, paper.rows):
        return None
    for row in rows:
        if not any(labels.field_of(e.written, fields) == "score" for e in paper.grid.filled(row)):
            continue
        cells = [group[0] for group in paper.groups(row)]
        corner = cells[0] if cells else NOTHING
        if len(cells) > _WIDEST_HEADER:
            continue
        if cells and names_a_block(corner):
            cells = cells[1:]
        found = [labels.field_of(e.written, fields) for e in cells]
        missing = needed - set(found)
        if len(missing) > 1 or "score" not in found or any(e.number is not None for e in cells):
            continue
        if not missing:  # one of them is, elsewhere, the name of a block
            return _taken(paper, _with_second_row(paper, row, row, fields, rows), fields)
        (field,) = missing
        before, after = _NEIGHBOURS[field]
        if field == "level3" and found[0] in after and paper.is_one_row_high(corner):
            paper.inferred[paper.place(corner)] = field  # 绩效指标 over the names, which have no columns of levels
            header = _taken(paper, _with_second_row(paper, row, row, fields, rows), fields)
            paper.use(corner)
            return header
        told = [i for i, e in enumerate(cells) if found[i] is not None or not _DEGREE.search(labels.key(e.written))]
        for previous, index, following in zip(told, told[1:], told[2:], strict=False):
            is_free = found[index] is None or found[index] in found[:index]  # 指标内容 behind 三级指标
            if is_free and found[previous] in before and found[following] in after:
                paper.inferred[paper.place(cells[index])] = field
                return _taken(paper, _with_second_row(paper, row, row, fields, rows), fields)
    return None


def find_header_of_totals(paper: Paper, rows: range, fields: labels.Headings) -> Header | None:
    """资金总额 before 实际支出 in one row, each followed by its sources: the first of them is the budget."""
    if not has_own_title(paper.grid, paper.rows):
        return None
    for row in rows:
        cells = paper.grid.filled(row)
        found = [labels.field_of(e.written, fields) for e in cells]
        if "executed" not in found or len(cells) > _WIDEST_HEADER or any(e.number is not None for e in cells):
            continue
        before = cells[: found.index("executed")]
        total = next((e for e in before if _TOTAL_OF_MONEY.fullmatch(labels.key(e.written))), None)
        if total is not None and any(e.number is not None for e in paper.grid.filled(row + 1)):
            paper.inferred[paper.place(total)] = "annual_budget"
            header = _taken(paper, range(row, row + 1), fields)
            paper.use(total)
            return header
    return None


def _with_second_row(paper: Paper, top: int, bottom: int, fields: labels.Headings, rows: range) -> range:
    """The rows of the header, with a next row that says nothing but what a heading is divided into."""
    below = paper.grid.filled(bottom + 1) if bottom + 1 < rows.stop else ()
    above = {paper.place(e)[1]: e.written for row in range(top, bottom + 1) for e in paper.grid.filled(row)}
    new = [e for e in below if above.get(paper.place(e)[1]) != e.written and not names_a_block(e)]
    parts = [labels.field_of(e.written, fields) for e in new]
    divided = bool(new) and (all(part is not None for part in parts) or _are_parts(paper, new, top, bottom))
    repeated = bool(below) and not new
    return range(top, bottom + (2 if divided or repeated else 1))


def _are_parts(paper: Paper, cells: list[Entry], top: int, bottom: int) -> bool:
    """Whether all these words stand, two or more, under headings that reach over several columns."""
    if any(not isinstance(e.value, str) or len(e.written) > _LONGEST_PART for e in cells):
        return False
    wide = [
        range(paper.place(e)[1], paper.grid.last_column_of(e.spot) + 1)
        for row in range(top, bottom + 1)
        for e in paper.grid.filled(row)
        if e.spot is not None and paper.grid.last_column_of(e.spot) > e.spot.column
    ]
    counts = [sum(paper.place(e)[1] in columns for e in cells) for columns in wide]
    return sum(counts) == len(cells) and all(count != 1 for count in counts)


def _taken(paper: Paper, rows: range, fields: labels.Headings) -> Header:
    """The columns below these headings; a heading with others below it leaves its columns to them."""
    columns: list[Column] = []
    divided: list[Column] = []
    leftmost, reached = _leftmost(paper, rows, fields), 0
    for row in rows:
        for found in _heading_cells(paper, row):
            place = _, left = paper.place(found)
            field = paper.inferred.get(place) or labels.field_of(found.written, fields)
            if left < leftmost and _names_the_block(paper, found) and place not in paper.inferred:
                paper.use(found)
                continue
            right = paper.grid.last_column_of(found.spot) if found.spot else left
            right = max(right, paper.repeated_until(found))
            over = next((c for c in columns if c.left <= left <= c.right), None) if left <= reached else None
            if over is not None:
                if over.heading.written == found.written:
                    paper.use(found)
                    continue
                columns.remove(over)
                columns += _around(over, left, right)
                if over.right > over.left and over.field is not None:
                    divided.append(over)
            columns.append(Column(field, found, left, right))
            reached = max(reached, right)
    for whole in divided:
        columns = _with_the_part_that_counts(columns, whole)
    columns = _with_adjusted_apart(_with_levels_of_another_name(paper, rows, columns))
    columns = _each_field_once(paper, _with_second_level(_with_score_of_another_name(columns)), rows.stop)
    for column in columns:
        words = column.heading.written
        known = labels.field_of(words, fields) is not None or labels.SCORE_ELSE.fullmatch(labels.key(words))
        if column.field is not None and known:
            paper.use(column.heading)
    _use_parents(paper, rows, fields, columns)
    return Header(rows, tuple(stretched(columns)))


def _heading_cells(paper: Paper, row: int) -> list[Entry]:
    cells: list[Entry] = []
    side: list[str] = []
    for group in paper.groups(row):
        words = labels.key(group[0].written)
        if words in labels.SIDE_COLUMNS[: None if side else 2]:  # 上年完成值 by itself may be a column of the form
            side.append(words)
            continue
        paper.use(*group[1:])
        cells.append(group[0])
    return cells


def _leftmost(paper: Paper, rows: range, fields: labels.Headings) -> int:
    cells = [e for row in rows for e in paper.grid.filled(row) if labels.field_of(e.written, fields)]
    return min(paper.place(e)[1] for e in cells if not _names_the_block(paper, e))


def _names_the_block(paper: Paper, found: Entry) -> bool:
    """Whether the words name a block; 预算安排 with other words at its left is a heading."""
    if not names_a_block(found):
        return False
    row, column = paper.place(found)
    is_first = paper.place(paper.grid.filled(row)[0])[1] == column
    return is_first or labels.SHORT_BUDGET.fullmatch(labels.key(found.written)) is None


def _each_field_once(paper: Paper, columns: list[Column], first: int) -> list[Column]:
    """Of several headings of the same meaning the first counts.

    Behind the others come the name of the block, the corner, 备注 where another column names the reason, and the
    columns of years before the last one named; a year after that of the form has none.
    """
    year = _stated_year(paper, columns)
    columns = [replace(c, field=None) if year and _NO_YEAR > -_age(c) > year else c for c in columns]
    corner = min(columns, key=lambda column: column.left)
    seen: set[str | None] = set()
    kept = []
    name = max((c.left for c in columns if c.field == "level3"), default=0)
    order = {
        id(c): (
            _names_the_block(paper, c.heading),
            c is corner and _may_name_rows(paper, c, first),
            _is_aside(c, name),
            _is_weak(c),
            _age(c),
            c.left,
        )
        for c in columns
    }
    for column in sorted(columns, key=lambda c: order[id(c)]):
        if column.field is not None and column.field in seen and column is corner:
            paper.use(column.heading)
        kept.append(replace(column, field=None) if column.field in seen and column.field is not None else column)
        seen.add(column.field)
    return kept


def _may_name_rows(paper: Paper, corner: Column, first: int) -> bool:
    """Whether the first heading may be over the names of the rows: no number stands in the first row below it."""
    return paper.grid.at(first, corner.left).number is None


def _is_aside(column: Column, name: int) -> bool:
    """The points of a 一级指标 beside it, and a 三级指标 that is divided into 四级指标."""
    return column.field in ("weight", "score", "level3") and column.left < name


def _use_parents(paper: Paper, rows: range, fields: labels.Headings, columns: list[Column]) -> None:
    """年度指标值 over 指标性质, 指标值 and 度量单位 is understood with them."""
    heads = {paper.place(column.heading) for column in columns}
    for row in rows:
        for found in paper.unused(row):
            if paper.place(found) not in heads and labels.field_of(found.written, fields) is not None:
                paper.use(found)


def _with_score_of_another_name(columns: list[Column]) -> list[Column]:
    """分数 and 自评结果 are the score where no heading is 得分; beside it the first is the weight."""
    if any(column.field == "score" for column in columns):
        return columns
    named = [c for c in columns if labels.SCORE_ELSE.fullmatch(labels.key(c.heading.written))]
    return [replace(c, field="score") if c in named[-1:] else c for c in columns]


def _with_levels_of_another_name(paper: Paper, rows: range, columns: list[Column]) -> list[Column]:
    """绩效指标 or 指标 over 产出指标 and beside the next level is the first level, and over both levels it is both."""
    if any(column.field == "level1" for column in columns):
        return columns
    second = next((column for column in columns if column.field == "level2"), None)
    following = second or next((column for column in columns if column.field == "level3"), None)
    if following is None:
        return columns
    for row in rows:
        for found in paper.grid.filled(row):
            right = paper.grid.last_column_of(found.spot) if found.spot else 0
            left = paper.place(found)[1]
            is_over_both = second is None and right > left
            if right + 1 != following.left:
                continue
            if not labels.is_level1(paper.grid.at(rows.stop, left).written):
                continue
            paper.use(*[found] if names_a_block(found) else [])
            rest = [c for c in columns if c.heading != found]
            levels = [Column("level1", found, left, left if is_over_both else right)]
            return levels + [Column("level2", found, left + 1, right)] * is_over_both + rest
    return columns


def _with_second_level(columns: list[Column]) -> list[Column]:
    """指标类型 beside 指标类别, or the other way round: the second of them is the second level."""
    first = sorted((c for c in columns if c.field == "level1"), key=lambda c: c.left)
    if len(first) != 2 or any(column.field == "level2" for column in columns):
        return columns
    return [replace(c, field="level2") if c is first[1] else c for c in columns]


def _with_adjusted_apart(columns: list[Column]) -> list[Column]:
    """调整后指标值 beside 年初指标值 is a field of its own; 年度预算 beside 调整后预算 is that of the beginning."""
    targets, budgets = ([c for c in columns if c.field == field] for field in ("target", "annual_budget"))
    adjusted = [c for c in targets if labels.ADJUSTED.search(c.heading.written)]
    if adjusted and len(adjusted) < len(targets):
        columns = [replace(c, field="adjusted") if c is adjusted[0] else c for c in columns]
    after = next((c for c in budgets if _ADJUSTED_BUDGET.search(c.heading.written)), None)
    if after is not None and not any(c.field == "initial_budget" for c in columns):
        before = next((c for c in budgets if c.left < after.left and "到位" not in c.heading.written), None)
        columns = [replace(c, field="initial_budget") if c is before else c for c in columns]
    return columns


def _is_weak(column: Column) -> bool:
    """备注 and 评分说明 are the column of reasons only where no heading says so."""
    return column.field == "reason" and not labels.SURE_REASON.search(column.heading.written)


def _stated_year(paper: Paper, columns: list[Column]) -> int | None:
    """The first year that stands above headings of which one names a year."""
    if all(_age(column) == -_NO_YEAR for column in columns):
        return None
    above = range(paper.rows.start, min(paper.place(column.heading)[0] for column in columns))
    short = (e for row in above for e in paper.grid.filled(row) if len(e.written) < LONGEST_TITLE)
    return next((year for e in short if (year := year_of(e)) is not None), None)


def _age(column: Column) -> int:
    """2022年完成值 comes behind 2023年完成值, and both behind 完成值."""
    return _age_of(column.heading.written)


@lru_cache(maxsize=1024)
def _age_of(heading: str) -> int:
    found = _DATED.match(labels.key(heading))
    return -int(found[1]) if found is not None else -_NO_YEAR


def _around(over: Column, left: int, right: int) -> list[Column]:
    """What a heading keeps of its columns beside another one below it; the heading itself is understood."""
    kept = []
    if over.left < left:
        kept.append(replace(over, right=left - 1))
    if right < over.right:
        kept.append(replace(over, left=right + 1))
    return kept


def _with_the_part_that_counts(columns: list[Column], whole: Column) -> list[Column]:
    """指标值 over 上年 and 本年: where no part says the same as the whole, the part of this year stands for it."""
    parts = [c for c in columns if whole.left <= c.left <= whole.right and c.heading is not whole.heading]
    free = [p for p in parts if p.field is None and not _NOT_THIS_YEAR.search(p.heading.written)]
    chosen = [p for p in free if whole.field == "target" and labels.ADJUSTED.search(p.heading.written)][:1]
    if not any(part.field == whole.field for part in parts):
        others = [p for p in free if p not in chosen] or free
        chosen += sorted(others, key=lambda p: _WHOLE.search(p.heading.written) is None)[:1]
    return [replace(c, field=whole.field) if c in chosen else c for c in columns]


def stretched(columns: list[Column]) -> list[Column]:
    """Each column reaches to the next heading, where columns without a heading lie between."""
    ordered = sorted(columns, key=lambda column: column.left)
    following = [column.left for column in ordered[1:]]
    reached = [
        replace(column, right=edge - 1) if edge - 1 > column.right else column
        for column, edge in zip(ordered, following, strict=False)
    ]
    return [*reached, *ordered[-1:]]


def layout_of(funds: Sequence[Entry], indicators: Header) -> str:
    """The family of layouts that the headings show."""
    unknown = [labels.key(column.heading.written) for column in indicators.columns if column.field is None]
    if any(word.startswith("复核") for word in unknown):
        return "review"
    if indicators.has("score") and not indicators.has("weight"):
        return "twenty-points"
    divided = indicators.has("nature") or indicators.has("target_unit")
    if divided and any("调整后" in heading.written for heading in funds):
        return "sichuan"
    lefts = {column.field: column.left for column in indicators.columns}
    if {"weight", "target"} <= set(lefts) and lefts["weight"] < lefts["target"]:
        return "cohesion"
    if divided and len(indicators.rows) > 1:
        return "yunnan"
    return "national"
