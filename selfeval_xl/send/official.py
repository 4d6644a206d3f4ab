"""Which cells of a sheet are official, and which of them have to be calculated anew."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any

from selfeval_xl.cells import NOTHING, CellError, Entry, Spot, Value, column_letters
from selfeval_xl.form import Form
from selfeval_xl.grid import Area, Grid
from selfeval_xl.profiles import Profile
from selfeval_xl.scoring.of_form import answers
from selfeval_xl.send.area import areas_named, around, common, within
from selfeval_xl.send.sheet import Cut, FormulaCell

_UNCALCULATED = CellError("#N/A")
_OURS = "SE_"  # begins the names of our functions
_MOST_BLANK = 1  # rows between the form and what belongs to it below: signatures, remarks
_A_HAIR = Decimal("1e-9")  # less is how a file writes a number


@dataclass(frozen=True)
class Anew:
    """A cell that was calculated anew: what it was, as far as the file says, and is now."""

    address: str
    before: Value
    after: Value


@dataclass(frozen=True)
class Official:
    """The official part of one sheet with its form, as the copy is to show it.

    `computed` names the cells whose value the file did not have or had wrong, `uncalculated` those that stay without
    one, `notes` what else people should know.
    """

    cut: Cut
    computed: tuple[Anew, ...]
    uncalculated: tuple[str, ...]
    notes: tuple[str, ...]


def with_uncalculated(grid: Grid, formulas: Iterable[FormulaCell]) -> Grid:
    """The sheet with an error wherever a formula was never calculated, so that its cell is seen."""
    missing = {(one.row, one.column) for one in formulas if not one.is_calculated}
    if not missing:
        return grid
    height = max(len(grid.rows), *(row for row, _ in missing))
    width = max(grid.width, *(column for _, column in missing))
    rows = [
        [
            Entry(_UNCALCULATED, str(_UNCALCULATED), Spot(grid.sheet, row, column))
            if (row, column) in missing
            else grid.at(row, column)
            for column in range(1, width + 1)
        ]
        for row in range(1, height + 1)
    ]
    return replace(grid, rows=tuple(map(tuple, rows)))


def official(
    grid: Grid, form: Form, profile: Profile, formulas: Iterable[FormulaCell], printed: str | None
) -> Official:
    """What of a sheet leaves the office; `printed` is the area to be printed, in the workbook's words."""
    by_place = {(one.row, one.column): one for one in formulas}
    computed = []
    for entry, answer in _scored_cells(form, profile):
        formula = by_place.get((entry.spot.row, entry.spot.column)) if entry.spot else None
        if formula is None or entry.spot is None or (isinstance(answer, CellError) and not formula.is_calculated):
            continue
        if not formula.is_calculated or (_OURS in formula.text and not _same(entry.value, answer)):
            computed.append(Anew(entry.spot.address, entry.value if formula.is_calculated else None, answer))
    values = {one.address: one.after for one in computed}
    box = _box(grid, form)
    area, notes = _area(grid, box, printed)
    uncalculated = [
        address
        for one in by_place.values()
        if not one.is_calculated
        and within(Area(one.row, one.column, one.row, one.column), area)
        and (address := f"{column_letters(one.column)}{one.row}") not in values
    ]
    is_ours = any(_OURS in one.text for one in by_place.values())
    cut = Cut(grid.sheet or "", area, values, is_ours)
    return Official(cut, tuple(computed), tuple(uncalculated), tuple(notes))


def _scored_cells(form: Form, profile: Profile) -> Iterator[tuple[Entry, Value]]:
    """The cells that follow from others, and what they show."""
    shown = answers(form, profile)
    if form.total_funds is not None:
        yield form.total_funds.rate, shown.rate
        yield form.total_funds.score, shown.execution_score
    yield form.total_weight, shown.total_weight
    yield form.total_score, shown.total_score


def _same(value: Value, answer: Value) -> bool:
    if isinstance(value, Decimal) and isinstance(answer, Decimal):
        return abs(value - answer) < _A_HAIR
    return (value or None) == (answer or None) and type(value or None) is type(answer or None)


def _box(grid: Grid, form: Form) -> Area:
    """Where the form itself stands, without what is written beside it."""
    entries = [form.project, form.department, form.unit, form.expected_goal, form.achieved_goal, *form.titles]
    entries += [form.total_weight, form.total_score]
    rows: tuple[Any, ...] = (*form.funds, *form.indicators)
    entries += [getattr(row, field.name) for row in rows for field in fields(row)]
    spots = [entry.spot for entry in entries if entry is not NOTHING and entry.spot is not None]
    areas = [grid.area_from(spot) or Area(spot.row, spot.column, spot.row, spot.column) for spot in spots]
    held = around(areas)
    columns = {*(form.columns or {}).values(), *(form.funds_columns or {}).values()}
    return replace(held, left=min(held.left, *columns), right=max(held.right, *columns))


def _area(grid: Grid, box: Area, printed: str | None) -> tuple[Area, list[str]]:
    """The area that is printed; where that is not known or cuts the form, the form's own."""
    used = around([Area(1, 1, max(len(grid.rows), box.bottom), max(grid.width, box.right)), *grid.merges])
    if printed is not None:
        for area in areas_named(printed):
            shared = common(area, used)
            if shared is not None and within(box, area):
                return shared, []
        return _own_area(grid, box), ["打印区域不是整张自评表，已按自评表本身的范围取"]
    return _own_area(grid, box), []


def _own_area(grid: Grid, box: Area) -> Area:
    """The form with its headings, and what stands close below it in its columns."""
    bottom, blank, row = box.bottom, 0, box.bottom
    while blank <= _MOST_BLANK and row < len(grid.rows):
        row += 1
        if any(entry.spot and entry.spot.column <= box.right for entry in grid.filled(row)):
            bottom, blank = row, 0
        else:
            blank += 1
    heads = [area for area in grid.merges if area.top <= bottom and area.left <= box.right]
    return Area(1, 1, max([bottom, *(area.bottom for area in heads if area.bottom > bottom)]), box.right)
