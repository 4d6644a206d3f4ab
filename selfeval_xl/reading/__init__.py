"""From a sheet to the forms on it, by the words of the headings, never by addresses."""

from dataclasses import dataclass, replace

from selfeval_xl import labels
from selfeval_xl.cells import Entry
from selfeval_xl.form import Form
from selfeval_xl.grid import Grid
from selfeval_xl.reading.beside import grade_below, read_side, read_total_elsewhere
from selfeval_xl.reading.funds import Crossed, crossed_funds, first_pair, read_crossed_funds, read_funds, read_pairs
from selfeval_xl.reading.goals import first_goal, read_goals
from selfeval_xl.reading.head import read_head
from selfeval_xl.reading.headers import Header, find_header, find_header_by_place, find_header_of_totals, layout_of
from selfeval_xl.reading.indicators import read_indicators
from selfeval_xl.reading.paper import Paper
from selfeval_xl.reading.regions import (
    has_own_title,
    has_title_of_another_form,
    has_title_of_project,
    regions_of,
    rows_naming_a_project,
    rows_of,
    side_by_side,
    without_numbering,
)
from selfeval_xl.reading.words import is_title, is_title_of_another_form, year_of


@dataclass(frozen=True)
class Reading:
    """A form and the cells that found no place in it."""

    form: Form
    leftovers: tuple[Entry, ...]


def read_forms(grid: Grid, source: str | None = None) -> tuple[Reading, ...]:
    """Every form on a sheet, in the order of the sheet; none where no form stands on it."""
    if any(is_title_of_another_form(e) for e in grid.margins) and not any(is_title(e) for e in grid.entries()):
        return ()
    hidden = grid.hidden
    grid, numbers = without_numbering(grid)
    readings: list[Reading] = []
    unread: list[Entry] = [*numbers]
    named = rows_naming_a_project(grid)
    for part in side_by_side(grid, named):
        understood: set[int] = set()
        for rows in regions_of(part, named if part is grid else rows_naming_a_project(part)):
            reading = _read_form(Paper(part, rows), source)
            if reading is not None:
                if reading.form.year is None and readings and not has_own_title(part, rows):
                    reading = replace(reading, form=replace(reading.form, year=readings[-1].form.year))
                readings.append(reading)
                understood.update(rows)
        unread += [e for row in rows_of(part) if row not in understood for e in part.filled(row)]
    year = next((year for e in grid.margins if (year := year_of(e)) is not None), None)
    readings = [
        replace(one, form=replace(one.form, year=year)) if year and one.form.year is None else one for one in readings
    ]
    unread += hidden
    if readings and unread:
        readings[-1] = replace(readings[-1], leftovers=(*readings[-1].leftovers, *unread))
    return tuple(readings)


def _read_form(paper: Paper, source: str | None) -> Reading | None:
    """The form in these cells; None where they hold no money, no indicators, or another form."""
    if has_title_of_another_form(paper.grid, paper.rows):
        return None
    needed = {"level3", "actual", "target"}
    indicators = find_header(paper, paper.rows, labels.INDICATORS, needed) or find_header_by_place(
        paper, paper.rows, labels.INDICATORS, needed
    )
    if indicators is None:
        return None
    above, below = range(paper.rows.start, indicators.rows.start), range(indicators.rows.stop, paper.rows.stop)
    funds: Header | Crossed | None = (
        crossed_funds(paper, above)
        or find_header(paper, above, labels.FUNDS, {"executed"})
        or find_header_by_place(paper, above, labels.FUNDS, {"executed"})
        or find_header_of_totals(paper, above, labels.FUNDS)
    )
    funds_start = funds.rows.start if funds is not None else first_pair(paper, above)
    if funds_start is None:
        funds = crossed_funds(paper, below) or find_header(paper, below, labels.FUNDS, {"executed"})
        funds_start = funds.rows.start if funds is not None else None
    if funds_start is None:
        return None
    goals = first_goal(paper, above, funds.rows if funds is not None else range(funds_start, funds_start + 1))
    ends = [indicators.rows.start, *(start for start in (funds_start, goals) if start is not None), paper.rows.stop]
    form = read_side(paper, Form(source=source), indicators.last)  # first: nothing there is a value of the form
    form = read_head(paper, form, range(paper.rows.start, min(ends)))
    below_funds = range(funds_start, min(end for end in ends if end > funds_start))
    if isinstance(funds, Crossed):
        form = read_crossed_funds(paper, form, funds)
    elif funds is not None:
        form = read_funds(paper, form, funds, below_funds.stop)
    else:
        form = read_pairs(paper, form, below_funds)
    if goals is not None:
        form = read_goals(paper, form, range(goals, min(end for end in ends if end > goals)))
    form = read_indicators(paper, form, indicators, min(end for end in ends if end > indicators.rows.start))
    others = {labels.key(row.level1.written) for row in form.indicators} & labels.OTHER_LEVELS
    if others & labels.SURE_OTHER_LEVELS or (others and not has_title_of_project(paper.grid, paper.rows)):
        return None
    form = read_total_elsewhere(paper, form)
    form = replace(
        form,
        sheet=paper.grid.sheet or form.project.text,
        layout=layout_of(funds.headings if funds is not None else (), indicators),
        grade=form.grade if form.grade.text else grade_below(paper),
    )
    leftovers = (*(e for row in paper.rows for e in paper.unused(row)), *paper.cut)
    return Reading(form, leftovers)
