"""One project's sheet: the form as everybody knows it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from selfeval_xl.cells import Entry
from selfeval_xl.form import Form, Funds, Indicator
from selfeval_xl.grid import Area
from selfeval_xl.profiles import PROFILES, Profile
from selfeval_xl.scoring.of_form import Answers, answers
from selfeval_xl.sheet.beside import highlights, offered_titles, put_beside
from selfeval_xl.sheet.contents import as_written, cached, content_of, typed_of, words
from selfeval_xl.sheet.fit import TOTAL_HEIGHT, fit, high, length, needed
from selfeval_xl.sheet.formulas import (
    rate_formula,
    score_formula,
    total_formula,
)
from selfeval_xl.sheet.layout import (
    ADVICE_CHOICES,
    FIRST_FUNDS_ROW,
    FUNDS_NAMES,
    LAST_COLUMN,
    SIDE,
    SKELETON,
    TITLE,
    WIDTHS,
    rate_style,
)
from selfeval_xl.sheet.page import Choice, Draft, Formula, Page


def form_page(
    form: Form, profile: Profile, name: str, notes: Sequence[str] = (), profiles: Sequence[Profile] = PROFILES
) -> Page:
    """One project's sheet; `notes` are shown beside the form, and `profiles` are offered there."""
    shown = answers(form, profile)
    draft = Draft()
    _head(draft, form)
    goals_row = _funds(draft, form, shown, profile)
    heading_row = _goals(draft, form, goals_row)
    total_row = _indicators(draft, form, heading_row)
    _total(draft, shown, heading_row, total_row, profile)
    put_beside(draft, shown, heading_row, total_row, profile, notes)
    printed = Area(1, 1, total_row, LAST_COLUMN)
    return Page(
        name,
        tuple(draft.cells),
        WIDTHS,
        draft.heights,
        printed,
        pages_high=0 if draft.breaks else 1,
        repeated_rows=(heading_row, heading_row) if draft.breaks else None,
        breaks=draft.breaks,
        choices=(
            Choice(1, SIDE + 1, offered_titles([profile, *profiles])),
            Choice(4, SIDE + 1, ADVICE_CHOICES),
        ),
        highlights=tuple(highlights(heading_row, total_row)),
        total_row=total_row,
        typed=tuple(f"{first}{heading_row + 1}:{last}{total_row - 1}" for first, last in (("D", "F"), ("I", "I"))),
    )


_MOST_ON_ONE_PAGE = 1200.0  # points; beyond it one page would be too small to read
_ON_EACH_PAGE = 880.0  # points of each of several pages; rows may still grow a little


def _head(draft: Draft, form: Form) -> None:
    draft.put(1, 1, TITLE, "title", right=LAST_COLUMN)
    draft.height(1, 32)
    draft.put(2, 1, f"（ {form.year} 年度）" if form.year else "（      年度）", "year", right=LAST_COLUMN)
    draft.height(2, 20)
    draft.put(3, 1, "项目名称", "label", right=2)
    draft.put(3, 3, as_written(form.project), "text", right=LAST_COLUMN)
    draft.put(4, 1, "主管部门", "label", right=2)
    draft.put(4, 3, as_written(form.department), "text", right=4)
    draft.put(4, 5, "实施单位", "label")
    draft.put(4, 6, as_written(form.unit), "text", right=LAST_COLUMN)
    draft.height(3, needed(24, (form.project, WIDTHS[2:9])))
    draft.height(4, needed(24, (form.department, WIDTHS[2:4]), (form.unit, WIDTHS[5:9])))


def _funds(draft: Draft, form: Form, shown: Answers, profile: Profile) -> int:
    rows = _with_usual_rows(form)
    last = FIRST_FUNDS_ROW + len(rows) - 1
    heading = f"项目资金({form.money_unit})" if form.money_unit else "项目资金"
    draft.put(5, 1, heading, "label", bottom=last)
    draft.put(5, 2, None, "label", right=3)
    for column, heading in enumerate(("年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"), 4):
        draft.put(5, column, heading, "label")
    draft.height(5, 24)
    for row, funds in enumerate(rows, FIRST_FUNDS_ROW):
        draft.put(row, 2, content_of(funds.name), "text", right=3)
        for column, amount in enumerate((funds.initial_budget, funds.annual_budget, funds.executed), 4):
            draft.put(row, column, content_of(amount), "amount")
        draft.height(row, needed(26, (funds.name, WIDTHS[1:3])))
        if row > FIRST_FUNDS_ROW:
            for column, unscored in enumerate((funds.weight, funds.rate, funds.score), 7):
                style = rate_style(profile) if column == 8 else "points"
                draft.put(row, column, content_of(unscored) if unscored.written else "-", style)
    first = rows[0]
    weight = content_of(first.weight)
    draft.put(FIRST_FUNDS_ROW, 7, weight, "points")
    rate = Formula(rate_formula(FIRST_FUNDS_ROW, profile), cached(shown.rate))
    draft.answer(FIRST_FUNDS_ROW, 8, rate, rate_style(profile), WIDTHS[7])
    score = Formula(score_formula(FIRST_FUNDS_ROW, profile), cached(shown.execution_score))
    draft.answer(FIRST_FUNDS_ROW, 9, score, "answer", WIDTHS[8])
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
    draft.put(row, 2, "预期目标", "label", right=5)
    draft.put(row, 6, "实际完成情况", "label", right=LAST_COLUMN)
    draft.height(row, 22)
    goals = ((2, form.expected_goal, 5), (6, form.achieved_goal, LAST_COLUMN))
    fits = [fit(goal, sum(WIDTHS[left - 1 : right])) for left, goal, right in goals]
    size = min(size for size, _ in fits)
    for left, goal, right in goals:
        draft.put(row + 1, left, typed_of(goal), f"goal{size}", right=right)
    draft.height(row + 1, max(72, *(high(goal, sum(WIDTHS[left - 1 : right]), size) for left, goal, right in goals)))
    return row + 2


_HEADINGS = (
    "一级指标",
    "二级指标",
    "三级指标",
    "年度指标值",
    "实际完成值",
    "分值",
    "得分",
    "偏差原因分析及改进措施",
)


def _indicators(draft: Draft, form: Form, heading_row: int) -> int:
    indicators = form.indicators or tuple(skeleton())
    for column, heading in enumerate(_HEADINGS, 2):
        draft.put(heading_row, column, heading, "label")
    draft.height(heading_row, 30)
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
    for top, bottom in _blocks((page, level1) for page, level1, _ in levels):
        draft.put(first + top, 2, content_of(indicators[top].level1), "label", bottom=first + bottom)
    for top, bottom in _blocks(levels):
        draft.put(first + top, 3, content_of(indicators[top].level2), "label", bottom=first + bottom)
    return total_row


def _indicator(draft: Draft, indicator: Indicator, row: int) -> None:
    height = 30.0
    texts = (
        (4, "text", indicator.level3),
        (5, "value", indicator.target),
        (6, "value", indicator.actual),
        (9, "text", indicator.reason),
    )
    for column, style, entry in texts:
        width = WIDTHS[column - 1]
        size, high = fit(entry, width, largest=9 if column == 9 else 10)
        fills_the_cell = length(entry.written) > width - 3  # and is set in from the border
        draft.put(row, column, typed_of(entry), f"{'text' if fills_the_cell else style}{size}")
        height = max(height, high)
    draft.put(row, 7, content_of(indicator.weight), "points")
    draft.put(row, 8, content_of(indicator.score), "points")
    draft.height(row, height, firm=False)


def _breaks(draft: Draft, heading_row: int, total_row: int) -> tuple[int, ...]:
    """The last rows of the pages before the last one; none where one page is enough."""
    total = TOTAL_HEIGHT
    if draft.high() + total <= _MOST_ON_ONE_PAGE:
        return ()
    breaks = []
    used = sum(height.points for row, height in draft.heights.items() if row <= heading_row)
    for row in range(heading_row + 1, total_row):
        needed = draft.heights[row].points + (total if row == total_row - 1 else 0)
        if used + needed > _ON_EACH_PAGE and row > heading_row + 1:
            breaks.append(row - 1)
            used = draft.heights[heading_row].points
        used += needed
    return tuple(breaks)


def _stretch_for_blocks(draft: Draft, indicators: Sequence[Indicator], first: int) -> None:
    """Makes the rows of a merged block high enough together for the block's name."""
    columns = ((2, WIDTHS[1], ("level1",)), (3, WIDTHS[2], ("level1", "level2")))
    for _, width, levels in columns:
        for top, bottom in _blocks(tuple(getattr(i, level).text for level in levels) for i in indicators):
            name = getattr(indicators[top], levels[-1])
            rows = range(first + top, first + bottom + 1)
            missing = needed(0, (name, (width,))) - sum(draft.heights[row].points for row in rows)
            if missing > 0:
                merged = bottom > top  # a merged name does not make its rows grow by itself
                draft.height(rows[0], draft.heights[rows[0]].points + missing, firm=merged)


def _blocks(names: Iterable[tuple[object, ...]]) -> Iterator[tuple[int, int]]:
    """First and last index of each run of equal names."""
    at = 0
    for _, run in groupby(names):
        length = len(list(run))
        yield at, at + length - 1
        at += length


def _total(draft: Draft, shown: Answers, heading_row: int, row: int, profile: Profile) -> None:
    funds = FIRST_FUNDS_ROW
    draft.put(row, 1, "总分", "label", right=6)
    weight = Formula(total_formula("G", f"G{funds}", heading_row, profile), cached(shown.total_weight))
    score = Formula(total_formula("H", f"I{funds}", heading_row, profile), cached(shown.total_score))
    draft.height(row, TOTAL_HEIGHT)
    draft.answer(row, 7, weight, "answer", WIDTHS[6])
    draft.answer(row, 8, score, "total", WIDTHS[7])
    draft.put(row, 9, None, "text")


def skeleton() -> Iterator[Indicator]:
    """The rows of a blank form: the usual blocks, their indicators still to be named."""
    for level1, blocks in SKELETON:
        for level2 in blocks:
            yield Indicator(level1=words(level1), level2=words(level2))


def blank_form(year: int | None, profile: Profile) -> Form:
    """The form as it is handed out."""
    weight = Entry(profile.execution_points, str(profile.execution_points))
    total = Funds(words(FUNDS_NAMES[0]), weight=weight)
    return Form(year=year, money_unit="元", funds=(total,), indicators=tuple(skeleton()))
