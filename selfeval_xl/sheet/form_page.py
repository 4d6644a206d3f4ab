"""One project's sheet: the form as everybody knows it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from selfeval_xl.cells import Entry
from selfeval_xl.form import Form, Funds, Indicator
from selfeval_xl.grid import Area
from selfeval_xl.profiles import PROFILES, Profile
from selfeval_xl.scoring.of_form import Answers, answers
from selfeval_xl.sheet.beside import highlights_beside, put_beside
from selfeval_xl.sheet.contents import as_written, cached, content_of, number_of, rate_style, typed_of, words
from selfeval_xl.sheet.entering import entering, goals_entering, goals_highlights, highlights
from selfeval_xl.sheet.fit import fit, high, length, needed, page_height, room_for, shared, strut_size
from selfeval_xl.sheet.formulas import rate_formula, score_formula, total_score_formula, total_weight_formula
from selfeval_xl.sheet.layout import (
    ACTUAL,
    AMOUNTS,
    CHECKED_ROW,
    FIRST_FUNDS_ROW,
    FROZEN_ROWS,
    FUNDS,
    FUNDS_NAME,
    FUNDS_NAMES,
    FUNDS_SCORE,
    FUNDS_WEIGHT,
    GOAL_COLUMNS,
    INDICATORS,
    LAST_COLUMN,
    LEVEL1,
    LEVEL2,
    LEVEL3,
    LEVELS,
    RATE,
    REASON,
    SCORE,
    STRUT,
    TARGET,
    TITLE,
    TOTAL,
    WEIGHT,
    WIDTHS,
    WIDTHS_WITH_LAST_YEAR,
    WORDS,
    ZOOM,
    width_of,
)
from selfeval_xl.sheet.page import Draft, Formula, Page

_MOST_ON_ONE_PAGE = 1200.0  # points; beyond it one page would be too small to read
_ON_EACH_PAGE = 780.0  # points of each of several pages; rows may still grow a little
_SHRINKS_TO = 1.2  # of the width: type a little smaller
_GOALS, _GOALS_MOST = 66.0, 170.0
_INDICATOR, _INDICATOR_MOST = 34.0, 66.0
_TOTAL = 36.0
_CHECKED = 44.0  # room for what is found of the whole form
_FUNDS, _FUNDS_FOUND, _FUNDS_MOST = 24.0, 38.0, 38.0


def form_page(
    form: Form,
    profile: Profile,
    name: str,
    notes: Sequence[str] = (),
    profiles: Sequence[Profile] = PROFILES,
    last: Form | None = None,
) -> Page:
    """One project's sheet; `notes` are shown beside the form, and `profiles` are offered there.

    `last` is the form of the year before, whose results then stand beside this year's indicators.
    """
    shown = answers(form, profile)
    draft = Draft()
    _head(draft, form)
    goals_row = _funds(draft, form, shown, profile)
    heading_row = _goals(draft, form, goals_row)
    total_row = _indicators(draft, form, heading_row)
    _total(draft, shown, heading_row, total_row, profile)
    put_beside(draft, shown, heading_row, total_row, profile, notes, last)
    if not draft.breaks:
        _fill_the_page(draft, goals_row + 1, heading_row, total_row)
    room = _room_for_goals(draft, form, goals_row + 1)
    for row in (goals_row + 1, *range(heading_row + 1, total_row)):
        draft.put(row, STRUT, None, f"strut{strut_size(draft.heights[row].points)}")
    return Page(
        name,
        tuple(draft.cells),
        WIDTHS if last is None else WIDTHS_WITH_LAST_YEAR,
        draft.heights,
        Area(1, 1, total_row, LAST_COLUMN),
        pages_high=0 if draft.breaks else 1,
        repeated_rows=(heading_row, heading_row) if draft.breaks else None,
        breaks=draft.breaks,
        entering=(*entering(heading_row, total_row, [profile, *profiles]), *goals_entering(heading_row - 1, room)),
        highlights=(
            *highlights(heading_row, total_row),
            *goals_highlights(heading_row - 1, room),
            *highlights_beside(heading_row, total_row),
        ),
        heading_row=heading_row,
        total_row=total_row,
        typed=tuple(
            f"{first.at(heading_row + 1)}:{last.at(total_row - 1)}"
            for first, last in ((LEVEL3, ACTUAL), (REASON, REASON))
        ),
        frozen_rows=FROZEN_ROWS,
        zoom=ZOOM,
    )


def _room_for_goals(draft: Draft, form: Form, row: int) -> int:
    """How many characters of a goal are whole on paper: those there are, and as many as stand in the row."""
    rooms = (room_for(draft.heights[row].points, width_of(*columns)) for columns in GOAL_COLUMNS)
    return max(min(rooms), len(form.expected_goal.written), len(form.achieved_goal.written))


def _head(draft: Draft, form: Form) -> None:
    draft.put(1, 1, TITLE, "title", right=LAST_COLUMN)
    draft.height(1, 32)
    draft.put(2, 1, f"（ {form.year} 年度）" if form.year else "（      年度）", "year", right=LAST_COLUMN)
    draft.height(2, 20)
    draft.put(3, 1, "项目名称", "label", right=2)
    draft.put(4, 1, "主管部门", "label", right=2)
    draft.put(4, 5, "实施单位", "label")
    for row, column, right, entry in (
        (CHECKED_ROW, 3, LAST_COLUMN, form.project),
        (4, 3, 4, form.department),
        (4, 6, LAST_COLUMN, form.unit),
    ):
        _in_merged_cells(draft, row, column, right, entry, _CHECKED if row == CHECKED_ROW else 24)


def _in_merged_cells(draft: Draft, row: int, column: int, right: int, entry: Entry, least: float) -> None:
    """A name in merged cells, which do not grow with what is typed: in one line it shrinks, a longer one gets lines."""
    width = width_of(column, right)
    in_one_line = length(entry.written) <= width * _SHRINKS_TO and "\n" not in entry.written
    draft.put(row, column, as_written(entry), "head_in_one_line" if in_one_line else "head", right=right)
    height = least if in_one_line else needed(least, (entry, width))
    draft.height(row, max(height, draft.heights[row].points if row in draft.heights else 0))


def _funds(draft: Draft, form: Form, shown: Answers, profile: Profile) -> int:
    rows = _with_usual_rows(form)
    last = FIRST_FUNDS_ROW + len(rows) - 1
    heading = f"项目资金({form.money_unit})" if form.money_unit else "项目资金"
    draft.put(5, 1, heading, "unit", bottom=last)
    draft.put(5, FUNDS_NAME.number, None, "label", right=3)
    for column in FUNDS:
        draft.put(5, column.number, column.heading, "label")
    draft.height(5, 24)
    for row, funds in enumerate(rows, FIRST_FUNDS_ROW):
        for column in AMOUNTS:
            draft.put(row, column.number, number_of(getattr(funds, column.field)), "amount")
        least = _FUNDS if row > FIRST_FUNDS_ROW else _FUNDS_FOUND  # room for what is found of the money
        _in_merged_cells(draft, row, FUNDS_NAME.number, 3, funds.name, least)
        if row > FIRST_FUNDS_ROW:
            styles = {FUNDS_WEIGHT: "points", RATE: f"shown_{rate_style(profile)}", FUNDS_SCORE: "shown_score"}
            for column, style in styles.items():
                unscored: Entry = getattr(funds, column.field)
                draft.put(row, column.number, "-" if unscored.value is None else content_of(unscored), style)
    draft.put(FIRST_FUNDS_ROW, FUNDS_WEIGHT.number, number_of(rows[0].weight), "points")
    rate = Formula(rate_formula(FIRST_FUNDS_ROW, profile), cached(shown.rate))
    draft.put(FIRST_FUNDS_ROW, RATE.number, rate, rate_style(profile))
    score = Formula(score_formula(FIRST_FUNDS_ROW, profile), cached(shown.execution_score))
    draft.put(FIRST_FUNDS_ROW, FUNDS_SCORE.number, score, "total_score")
    return last + 1


def _with_usual_rows(form: Form) -> list[Funds]:
    """The form's rows with the scored one first and named; the usual ones where it has no others."""
    total = form.total_funds or Funds()
    others = [row for row in form.funds if row is not total]
    named = total if total.name.text else replace(total, name=words(FUNDS_NAMES[0]))
    usual = [Funds(words(name)) for name in FUNDS_NAMES[1:]]
    return [named, *(others or usual)]


def _goals(draft: Draft, form: Form, row: int) -> int:
    draft.put(row, 1, "年度总体目标", "label", bottom=row + 1)
    goals = (form.expected_goal, form.achieved_goal)
    for heading, (left, right) in zip(("预期目标", "实际完成情况"), GOAL_COLUMNS, strict=True):
        draft.put(row, left, heading, "label", right=right)
    draft.height(row, 22)
    placed = list(zip(goals, GOAL_COLUMNS, strict=True))
    size = min(fit(goal, width_of(*columns))[0] for goal, columns in placed)
    for goal, (left, right) in placed:
        draft.put(row + 1, left, typed_of(goal), f"goal{size}", right=right)
    highest = max(high(goal.written, width_of(*columns), size) for goal, columns in placed)
    draft.height(row + 1, max(_GOALS, highest), firm=False)
    return row + 2


def _indicators(draft: Draft, form: Form, heading_row: int) -> int:
    indicators = form.indicators or tuple(skeleton())
    for column in INDICATORS:
        draft.put(heading_row, column.number, column.heading, "label")
    draft.height(heading_row, 36)
    first, total_row = heading_row + 1, heading_row + 1 + len(indicators)
    for row, indicator in enumerate(indicators, first):
        _indicator(draft, indicator, row)
    _stretch_for_blocks(draft, indicators, first)
    draft.breaks = _breaks(draft, heading_row, total_row)
    on_page = [sum(last < row for last in draft.breaks) for row in range(first, total_row)]
    draft.put(heading_row, 1, "绩效指标", "label", bottom=min((*draft.breaks, total_row - 1)))
    for top, bottom in _blocks((page,) for page in on_page):
        if first + top > heading_row + 1:
            draft.put(first + top, 1, None, "label", bottom=first + bottom)
    levels = [(page, i.level1.text, i.level2.text) for page, i in zip(on_page, indicators, strict=True)]
    for column, names in ((LEVEL1, [level[:2] for level in levels]), (LEVEL2, levels)):
        for top, bottom in _blocks(names):
            name = content_of(getattr(indicators[top], column.field))
            draft.put(first + top, column.number, name, "level", bottom=first + bottom)
    return total_row


def _indicator(draft: Draft, indicator: Indicator, row: int) -> None:
    height = _INDICATOR
    for column in WORDS:
        entry: Entry = getattr(indicator, column.field)
        width = width_of(column.number)
        size, needed_height = fit(entry, width, largest=9 if column is REASON else 10)
        # A short target or result stands in the middle; one that fills its cell is set in from the border.
        is_centred = column in (TARGET, ACTUAL) and length(entry.written) <= width - 3
        draft.put(row, column.number, typed_of(entry), f"{'value' if is_centred else 'text'}{size}")
        height = max(height, needed_height)
    draft.put(row, WEIGHT.number, number_of(indicator.weight), "points")
    draft.put(row, SCORE.number, number_of(indicator.score), "score")
    draft.height(row, height, firm=False)


def _breaks(draft: Draft, heading_row: int, total_row: int) -> tuple[int, ...]:
    """The last rows of the pages before the last one; none where one page is enough."""
    if draft.high() + _TOTAL <= _MOST_ON_ONE_PAGE:
        return ()
    breaks = []
    used = sum(height.points for row, height in draft.heights.items() if row <= heading_row)
    for row in range(heading_row + 1, total_row):
        wanted = draft.heights[row].points + (_TOTAL if row == total_row - 1 else 0)
        if used + wanted > _ON_EACH_PAGE and row > heading_row + 1:
            breaks.append(row - 1)
            used = draft.heights[heading_row].points
        used += wanted
    return tuple(breaks)


def _fill_the_page(draft: Draft, goals_row: int, heading_row: int, total_row: int) -> None:
    """Rows share the height that is free on the page: indicators first, then the goals, then the money."""
    full = page_height(sum(WIDTHS[:LAST_COLUMN]))
    indicators = range(heading_row + 1, total_row)
    for rows, most in (
        (range(goals_row, goals_row + 1), _GOALS),
        (indicators, _INDICATOR_MOST),
        (range(FIRST_FUNDS_ROW, goals_row - 1), _FUNDS_MOST),
        (range(goals_row, goals_row + 1), _GOALS_MOST),
    ):
        heights = [draft.heights[row].points for row in rows]
        free = full - draft.high()
        if free > 0:
            for row, more in zip(rows, shared(free, heights, [max(most, height) for height in heights]), strict=True):
                draft.grow(row, more)


def _stretch_for_blocks(draft: Draft, indicators: Sequence[Indicator], first: int) -> None:
    """Makes the rows of a merged block high enough together for the block's name."""
    for column, fields in ((LEVEL1, ("level1",)), (LEVEL2, ("level1", "level2"))):
        for top, bottom in _blocks(tuple(getattr(i, field).text for field in fields) for i in indicators):
            name: Entry = getattr(indicators[top], column.field)
            rows = range(first + top, first + bottom + 1)
            missing = needed(0, (name, width_of(column.number))) - sum(draft.heights[row].points for row in rows)
            if missing > 0:
                draft.grow(rows[0], missing)


def _blocks(names: Iterable[tuple[object, ...]]) -> Iterator[tuple[int, int]]:
    """First and last index of each run of equal names."""
    at = 0
    for _, run in groupby(names):
        count = len(list(run))
        yield at, at + count - 1
        at += count


def _total(draft: Draft, shown: Answers, heading_row: int, row: int, profile: Profile) -> None:
    draft.put(row, 1, TOTAL, "label", right=ACTUAL.number)
    weight = Formula(total_weight_formula(heading_row, profile), cached(shown.total_weight))
    score = Formula(total_score_formula(heading_row, profile), cached(shown.total_score))
    draft.height(row, _TOTAL)
    draft.put(row, WEIGHT.number, weight, "total_points")
    draft.put(row, SCORE.number, score, "total_score")
    draft.put(row, REASON.number, None, "blank")


def skeleton() -> Iterator[Indicator]:
    """The rows of a blank form: the usual blocks, their indicators still to be named."""
    for level1, blocks in LEVELS.items():
        for level2 in blocks:
            yield Indicator(level1=words(level1), level2=words(level2))


def blank_form(year: int | None, profile: Profile) -> Form:
    """The form as it is handed out."""
    weight = Entry(profile.execution_points, str(profile.execution_points))
    total = Funds(words(FUNDS_NAMES[0]), weight=weight)
    return Form(year=year, money_unit="元", funds=(total,), indicators=tuple(skeleton()))
