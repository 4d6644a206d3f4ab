"""From a sheet to the forms on it, by the words of the headings, never by addresses."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

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
    regions = tuple(_regions(grid))
    readings = (_Reader(grid, rows).read(source) for rows in regions)
    return tuple(reading for reading in readings if reading is not None)


def _regions(grid: Grid) -> Iterator[range]:
    """The rows of each form: from its title to the row before the next title.

    A form is announced by 项目名称; the titles and the year directly above belong to it.
    """
    starts = []
    floor = 1
    for row in range(1, len(grid.rows) + 1):
        cells = grid.filled(row)
        if any(_head_field(e) == "project" for e in cells) and _begins_a_form(grid, row):
            start = row
            for above in range(row - 1, floor - 1, -1):
                words = grid.filled(above)
                if any(_is_title(e) or _year_of(e) for e in words):
                    start = above
                elif len(words) > 2 or any(labels.key(e.written) in labels.TOTAL for e in words):
                    break
            starts.append(start)
            floor = row + 1
    for number, start in enumerate(starts):
        end = starts[number + 1] - 1 if number + 1 < len(starts) else len(grid.rows)
        yield range(1 if number == 0 else start, end + 1)


def _begins_a_form(grid: Grid, row: int) -> bool:
    """Whether 项目名称 in this row heads a form, and not the column of a list."""
    return not any(labels.field_of(e.written, labels.FUNDS) for e in grid.filled(row))


def _is_title(entry: Entry) -> bool:
    return labels.TITLE.search(labels.key(entry.written)) is not None


def _year_of(entry: Entry) -> int | None:
    found = labels.YEAR.search(re.sub(r"\s+", "", half_width(entry.written)))
    return int(found.group(1)) if found else None


def _head_field(entry: Entry) -> str | None:
    label, _, _ = half_width(entry.written).partition(":")
    return labels.field_of(label, labels.HEAD) if isinstance(entry.value, str) else None


@dataclass(frozen=True)
class _Columns:
    """The columns below a row of headings; each reaches to the next heading."""

    starts: dict[str, int]
    edges: dict[str, int]

    @classmethod
    def of(cls, headings: dict[str, Entry], grid: Grid) -> "_Columns":
        ordered = sorted((e.spot.column, field) for field, e in headings.items() if e.spot is not None)
        starts = {field: column for column, field in ordered}
        edges = {}
        for index, (column, field) in enumerate(ordered):
            spot = headings[field].spot
            right = grid.last_column_of(spot) if spot is not None else column
            edges[field] = ordered[index + 1][0] - 1 if index + 1 < len(ordered) else max(right, column)
        return cls(starts, edges)

    @property
    def first(self) -> int:
        return min(self.starts.values())

    def field(self, column: int) -> str | None:
        for name, start in self.starts.items():
            if start <= column <= self.edges[name]:
                return name
        return None

    def place(self, entries: Iterable[Entry], shift: int = 0) -> tuple[dict[str, Entry], list[Entry]]:
        """Each entry under its heading, and those that found none or found it taken."""
        placed: dict[str, Entry] = {}
        rest = []
        for found in entries:
            field = self.field(found.spot.column - shift) if found.spot is not None else None
            if field is None or field in placed:
                rest.append(found)
            else:
                placed[field] = found
        return placed, rest

    def in_order(self, entries: list[Entry]) -> dict[str, Entry] | None:
        """The entries from left to right, where there are as many as headings."""
        names = sorted(self.starts, key=self.starts.__getitem__)
        return dict(zip(names, entries, strict=True)) if len(entries) == len(names) else None


class _Reader:
    """Reads the rows of one form and remembers which cells it has used."""

    def __init__(self, grid: Grid, rows: range) -> None:
        self.grid = grid
        self.rows = rows
        self.used: set[tuple[int, int]] = set()

    def read(self, source: str | None) -> Reading | None:
        funds_row = self._heading_row(labels.FUNDS, {"executed"}, 2)
        indicators_row = self._heading_row(labels.INDICATORS, {"level3"}, 3)
        if funds_row is None or indicators_row is None:
            return None
        form = Form(source=source)
        form = self._read_head(form)
        form = replace(form, year=self._read_titles())
        goals_row = self._heading_row(labels.GOALS, set(GOAL_FIELDS), 2)
        form = self._read_funds(form, funds_row, goals_row or indicators_row)
        if goals_row is not None:
            form = self._read_goals(form, goals_row, indicators_row)
        form = self._read_indicators(form, indicators_row)
        form = self._read_side(form)
        form = replace(form, sheet=self.grid.sheet or form.project.text)
        leftovers = tuple(
            e for row in self.rows for e in self.grid.filled(row) if e.spot and self._place(e) not in self.used
        )
        return Reading(form, leftovers)

    # ---- small steps -------------------------------------------------------------------------------------

    @staticmethod
    def _place(entry: Entry) -> tuple[int, int]:
        return (entry.spot.row, entry.spot.column) if entry.spot is not None else (0, 0)

    def _use(self, *entries: Entry) -> None:
        self.used.update(self._place(e) for e in entries)

    def _unused(self, row: int) -> list[Entry]:
        return [e for e in self.grid.filled(row) if self._place(e) not in self.used]

    def _heading_row(self, fields: labels.Headings, needed: set[str], least: int) -> int | None:
        """The first row that holds these headings."""
        for row in self.rows:
            found = {labels.field_of(e.written, fields) for e in self.grid.filled(row)} - {None}
            if needed <= found and len(found) >= least:
                return row
        return None

    def _take_headings(self, row: int, fields: labels.Headings) -> dict[str, Entry]:
        headings: dict[str, Entry] = {}
        for found in self.grid.filled(row):
            field = labels.field_of(found.written, fields)
            if field is not None and field not in headings:
                headings[field] = found
                self._use(found)
        return headings

    # ---- head ----------------------------------------------------------------------------------------------

    def _read_titles(self) -> int | None:
        year = None
        for row in self.rows:
            entries = self._unused(row)
            if any(_head_field(e) == "project" for e in self.grid.filled(row)):
                break
            for found in entries:
                if _is_title(found) or _year_of(found):
                    year = _year_of(found) or year
                    self._use(found)
        return year

    def _read_head(self, form: Form) -> Form:
        values: dict[str, Entry] = {}
        for row in self.rows:
            entries = self.grid.filled(row)
            if any(labels.field_of(e.written, labels.FUNDS) for e in entries):
                break
            for index, found in enumerate(entries):
                field = _head_field(found)
                if field is None or field in values:
                    continue
                self._use(found)
                _, colon, glued = found.written.replace("：", ":").partition(":")
                if colon and glued.strip():
                    values[field] = replace(found, value=glued.strip(), written=glued.strip())
                    continue
                follower = entries[index + 1] if index + 1 < len(entries) else None
                if follower is not None and _head_field(follower) is None:
                    values[field] = follower
                    self._use(follower)
        return replace(
            form,
            project=values.get("project", NOTHING),
            department=values.get("department", NOTHING),
            unit=values.get("unit", NOTHING),
        )

    # ---- money ---------------------------------------------------------------------------------------------

    def _read_funds(self, form: Form, heading_row: int, end: int) -> Form:
        headings = self._take_headings(heading_row, labels.FUNDS)
        columns = _Columns.of(headings, self.grid)
        unit = self._money_unit(heading_row, headings)
        rows = []
        for row in range(heading_row + 1, end):
            entries = self._unused(row)
            name = next((e for e in entries if e.spot and e.spot.column < columns.first and e.text), None)
            if name is None:
                continue
            self._use(name)
            values = [e for e in entries if e is not name]
            placed, rest = columns.place(values)
            if rest and (ordered := columns.in_order(values)) is not None:
                placed = ordered
            self._use(*placed.values())
            rows.append(_with_rate_as_fraction(FundsRow(name, **placed)))
        return replace(form, funds=tuple(rows), money_unit=unit)

    def _money_unit(self, heading_row: int, headings: dict[str, Entry]) -> str | None:
        unit = None
        for row in range(max(self.rows.start, heading_row - 2), heading_row + 2):
            for found in self.grid.filled(row):
                key = labels.key(found.written)
                words = re.sub(r"\s+", "", half_width(found.written))
                names_unit = key in labels.FUNDS_BLOCK or words.startswith("单位:") or found in headings.values()
                if not names_unit:
                    continue
                match = labels.MONEY_UNIT.search(words)
                if key in labels.FUNDS_BLOCK or words.startswith("单位:"):
                    self._use(found)
                unit = unit or (match.group(1) if match else None)
        return unit

    # ---- goals ---------------------------------------------------------------------------------------------

    def _read_goals(self, form: Form, heading_row: int, end: int) -> Form:
        headings = self._take_headings(heading_row, labels.GOALS)
        columns = _Columns.of(headings, self.grid)
        last = max(columns.starts, key=columns.starts.__getitem__)
        columns.edges[last] = max(len(r) for r in self.grid.rows) if self.grid.flattened else columns.edges[last]
        texts: dict[str, Entry] = {}
        for row in range(heading_row, end):
            for found in self._unused(row):
                if labels.key(found.written) in labels.GOALS_BLOCK:
                    self._use(found)
            values = self._unused(row)
            placed, rest = columns.place(values)
            if rest and (ordered := columns.in_order(values)) is not None:
                placed = ordered
            self._use(*placed.values())
            for field, found in placed.items():
                texts[field] = _joined(texts[field], found) if field in texts else found
        return replace(
            form,
            expected_goal=texts.get("expected", NOTHING),
            achieved_goal=texts.get("achieved", NOTHING),
        )

    # ---- indicators ----------------------------------------------------------------------------------------

    def _read_indicators(self, form: Form, heading_row: int) -> Form:
        headings = self._take_headings(heading_row, labels.INDICATORS)
        columns = _Columns.of(headings, self.grid)
        for found in self._unused(heading_row):
            if labels.key(found.written) in labels.INDICATORS_BLOCK:
                self._use(found)
        rows: list[Indicator] = []
        for row in range(heading_row + 1, self.rows.stop):
            entries = self._unused(row)
            for found in entries:
                if labels.key(found.written) in labels.INDICATORS_BLOCK:
                    self._use(found)
            entries = self._unused(row)
            if not entries:
                continue
            if labels.key(entries[0].written) in labels.TOTAL:
                form = self._read_total(form, entries, columns)
                break
            placed = _indicator_cells(entries, columns, flattened=self.grid.flattened)
            if placed is None:
                continue
            self._use(*placed.values())
            rows.append(_under(rows[-1] if rows else None, Indicator(**placed)))
        return replace(form, indicators=tuple(rows))

    def _read_total(self, form: Form, entries: list[Entry], columns: _Columns) -> Form:
        label, *values = entries
        self._use(label)
        placed, _ = columns.place(values)
        found = {field: e for field, e in placed.items() if field in ("weight", "score")}
        numbers = [e for e in values if e.number is not None]
        if len(numbers) == 2 and set(found) != {"weight", "score"}:
            found = dict(zip(("weight", "score"), numbers, strict=True))
        self._use(*found.values())
        return replace(form, total_weight=found.get("weight", NOTHING), total_score=found.get("score", NOTHING))

    # ---- beside the form -----------------------------------------------------------------------------------

    def _read_side(self, form: Form) -> Form:
        values: dict[str, Entry] = {}
        for row in self.rows:
            entries = self._unused(row)
            for index, found in enumerate(entries):
                if labels.key(found.written) == labels.SIDE_NOTES and found.spot is not None:
                    self._use_below(found.spot)
                field = labels.field_of(found.written, labels.SIDE)
                if field is None or field in values:
                    continue
                self._use(found)
                if index + 1 < len(entries):
                    values[field] = entries[index + 1]
                    self._use(entries[index + 1])
        return replace(form, profile=values.get("profile", NOTHING), grade=values.get("grade", NOTHING))

    def _use_below(self, heading: Spot) -> None:
        """Our own notes beside the form are neither form nor leftovers."""
        self.used.update((row, heading.column) for row in range(heading.row, self.rows.stop))


GOAL_FIELDS = ("expected", "achieved")


def _joined(first: Entry, second: Entry) -> Entry:
    words = f"{first.written}\n{second.written}"
    return replace(first, value=words, written=words)


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


# ---- rows whose cells have shifted ---------------------------------------------------------------------------

_LEVELS = ("level1", "level2", "level3")
_SHIFTS = (0, -1, 1, -2, 2, -3, 3)
_COMPARED = re.compile(r"[≥≤><=＝≧≦]|不低于|不少于|不超过|不高于")


def _indicator_cells(entries: list[Entry], columns: _Columns, *, flattened: bool) -> dict[str, Entry] | None:
    """The cells of one indicator row by field, put right where the row has shifted; None for other rows."""
    best: dict[str, Entry] | None = None
    best_worth = Decimal(0)
    for shift in _SHIFTS if flattened else (0,):
        placed, rest = columns.place(entries, shift)
        if not any(level in placed for level in _LEVELS):
            continue
        worth = _worth(placed, rest) + (1 if shift == 0 else Decimal("-0.5") * abs(shift))
        if best is None or worth > best_worth:
            best, best_worth = placed, worth
    if best is None or (not set(best) - set(_LEVELS) and not _only_levels_filled(best)):
        return None
    return _with_levels_in_place(best)


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


def _with_levels_in_place(placed: dict[str, Entry]) -> dict[str, Entry]:
    """The names of a row on their own level: a lone name is the indicator, a known block word is its block."""
    names = [placed[level] for level in _LEVELS if level in placed]
    others = {field: e for field, e in placed.items() if field not in _LEVELS}
    if "level3" in placed or not names:
        levels = {level: placed[level] for level in _LEVELS if level in placed}
        first = levels.get("level1")
        if first is not None and "level2" not in levels and labels.key(first.written) not in labels.LEVEL1:
            levels["level2"] = levels.pop("level1")
    elif labels.is_level1(names[-1].written) or labels.is_level2(names[-1].written):
        levels = {level: placed[level] for level in _LEVELS if level in placed}
    else:
        *blocks, name = names
        levels = {"level3": name}
        for block in blocks:
            levels["level2" if labels.is_level2(block.written) else "level1"] = block
    for level in ("level1", "level2"):
        if level in levels:
            bare = re.sub(r"\s+", "", levels[level].written)
            levels[level] = replace(levels[level], value=bare, written=bare)
    return levels | others


def _under(above: Indicator | None, row: Indicator) -> Indicator:
    """The row with the block names that the paper merges down from above."""
    if above is None:
        return row
    if row.level1 is NOTHING:
        row = replace(row, level1=above.level1, level2=row.level2 if row.level2 is not NOTHING else above.level2)
    elif row.level2 is NOTHING and row.level1.text == above.level1.text:
        row = replace(row, level2=above.level2)
    return row
