"""The familiar layout: which cell holds what, with formulas, formats and print set-up.

One definition for every writer. Columns A to I are the form on paper; what stands beside it
in K and L is never printed.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import accumulate, groupby

from selfeval_xl.cells import NOTHING, CellError, Entry, column_letters, plain, read_value, shorter
from selfeval_xl.checks.in_cells import form_answer, row_answer
from selfeval_xl.form import Form, Funds, Indicator
from selfeval_xl.grid import Area
from selfeval_xl.labels import OWN_SHEETS, SIDE_NOTES
from selfeval_xl.profiles import PROFILES, Profile
from selfeval_xl.scoring import Answer, Answers, answers
from selfeval_xl.scoring.suggestion import suggestion_answer
from selfeval_xl.sheet.formulas import (
    form_check_formula,
    grade_formula,
    rate_formula,
    row_check_formula,
    score_formula,
    suggestion_formula,
    total_formula,
)

TITLE = "财政项目支出绩效自评表"
FIRST_FUNDS_ROW = 6
LAST_COLUMN = 9  # I
SIDE = 11  # K
WIDTHS = (6.5, 9.5, 11, 19, 19, 19, 7, 8.5, 19, 2, 24, 60)
ADVICE_CHOICES = ("显示", "不显示")
FUNDS_NAMES = ("年度资金总额", "其中：当年财政拨款", "上年结转资金", "其他资金")
SKELETON = (
    ("产出指标", ("数量指标", "数量指标", "质量指标", "质量指标", "时效指标", "成本指标")),
    ("效益指标", ("经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标")),
    ("满意度指标", ("服务对象满意度指标",)),
)


@dataclass(frozen=True)
class Formula:
    """A formula and the value it has, so that the file shows it before anything is calculated."""

    text: str
    value: Decimal | str


Held = str | Decimal | CellError | None
Content = Held | Formula


def _held(content: Content) -> Held:
    return content.value if isinstance(content, Formula) else content


@dataclass(frozen=True)
class Cell:
    """One cell to be written; a merged area is written through its first cell."""

    row: int
    column: int
    content: Content
    style: str
    area: Area | None = None


@dataclass(frozen=True)
class Height:
    """A row's height in points; a firm one stays, the others grow with their text."""

    points: float
    firm: bool = True


@dataclass(frozen=True)
class Choice:
    """A cell that offers a list."""

    row: int
    column: int
    options: tuple[str, ...]


@dataclass(frozen=True)
class Highlight:
    """Cells that are coloured while a formula, written for the first of them, holds."""

    area: Area
    formula: str
    style: str


@dataclass(frozen=True)
class Page:
    """One worksheet, ready for any writer."""

    name: str
    cells: tuple[Cell, ...]
    widths: tuple[float, ...]
    heights: dict[int, Height]
    printed: Area
    pages_high: int = 1
    choices: tuple[Choice, ...] = ()
    highlights: tuple[Highlight, ...] = ()
    total_row: int = 0
    landscape: bool = False
    repeated_rows: tuple[int, int] | None = None
    breaks: tuple[int, ...] = ()  # the last row of each page, where the page does not simply run on
    typed: tuple[str, ...] = ()  # cells whose numbers are text, and meant to be


@dataclass
class _Draft:
    """Collects the cells of a page."""

    cells: list[Cell] = field(default_factory=list)
    heights: dict[int, Height] = field(default_factory=dict)
    breaks: tuple[int, ...] = ()

    def put(self, row: int, column: int, content: Content, style: str, right: int = 0, bottom: int = 0) -> None:
        area = None
        if max(right, column) > column or max(bottom, row) > row:
            area = Area(row, column, max(bottom, row), max(right, column))
        self.cells.append(Cell(row, column, content, style, area))

    def answer(self, row: int, column: int, content: Formula, style: str, width: float) -> None:
        """A number that is calculated; a sentence in its place gets room, as far as it is there when the page is made.

        The row's height is to be known already.
        """
        words = content.value if isinstance(content.value, str) else ""
        is_sentence = _length(words) > width - 1
        self.put(row, column, content, style + SENTENCE if is_sentence else style)
        if is_sentence:
            part = SENTENCE_SIZE / SIZES[0]
            high = _lines(words, width / part + 1) * _LINE * part + 6
            self.height(row, max(self.heights[row].points, high))

    def held(self) -> dict[tuple[int, int], Held]:
        """What each filled cell holds once it is calculated, as plain values."""
        return {(cell.row, cell.column): _held(cell.content) for cell in self.cells}

    def table(self, rows: int, columns: int) -> list[list[Held]]:
        """The upper left corner of the page, row by row."""
        held = self.held()
        return [[held.get((row, column)) for column in range(1, columns + 1)] for row in range(1, rows + 1)]

    def height(self, row: int, points: float, *, firm: bool = True) -> None:
        self.heights[row] = Height(min(_HIGHEST_ROW, points), firm)

    def high(self) -> float:
        """The height of all rows so far, in points."""
        return sum(height.points for height in self.heights.values())


# ---- the form ------------------------------------------------------------------------------------------------


def form_page(
    form: Form, profile: Profile, name: str, notes: Sequence[str] = (), profiles: Sequence[Profile] = PROFILES
) -> Page:
    """One project's sheet; `notes` are shown beside the form, and `profiles` are offered there."""
    shown = answers(form, profile)
    draft = _Draft()
    _head(draft, form)
    goals_row = _funds(draft, form, shown, profile)
    heading_row = _goals(draft, form, goals_row)
    total_row = _indicators(draft, form, heading_row)
    _total(draft, shown, heading_row, total_row, profile)
    _side(draft, shown, heading_row, total_row, profile, notes)
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
            Choice(1, SIDE + 1, _offered([profile, *profiles])),
            Choice(4, SIDE + 1, ADVICE_CHOICES),
        ),
        highlights=tuple(_highlights(heading_row, total_row)),
        total_row=total_row,
        typed=tuple(f"{first}{heading_row + 1}:{last}{total_row - 1}" for first, last in (("D", "F"), ("I", "I"))),
    )


_LONGEST_LIST = 255  # characters of all options together, as Excel counts


def _offered(profiles: Sequence[Profile]) -> tuple[str, ...]:
    """The titles of profiles, each once and as many as a list takes, the built-in ones first."""
    titles = dict.fromkeys(one.title for one in sorted(profiles, key=lambda one: one not in PROFILES))
    used = tuple(accumulate(len(title.encode("utf-16-le")) // 2 + 1 for title in titles))
    return tuple(title for title, length in zip(titles, used, strict=True) if length <= _LONGEST_LIST)


_MOST_ON_ONE_PAGE = 1200.0  # points; beyond it one page would be too small to read
_ON_EACH_PAGE = 880.0  # points of each of several pages; rows may still grow a little


def _head(draft: _Draft, form: Form) -> None:
    draft.put(1, 1, TITLE, "title", right=LAST_COLUMN)
    draft.height(1, 32)
    draft.put(2, 1, f"（ {form.year} 年度）" if form.year else "（      年度）", "year", right=LAST_COLUMN)
    draft.height(2, 20)
    draft.put(3, 1, "项目名称", "label", right=2)
    draft.put(3, 3, _as_written(form.project), "text", right=LAST_COLUMN)
    draft.put(4, 1, "主管部门", "label", right=2)
    draft.put(4, 3, _as_written(form.department), "text", right=4)
    draft.put(4, 5, "实施单位", "label")
    draft.put(4, 6, _as_written(form.unit), "text", right=LAST_COLUMN)
    draft.height(3, _needed(24, (form.project, WIDTHS[2:9])))
    draft.height(4, _needed(24, (form.department, WIDTHS[2:4]), (form.unit, WIDTHS[5:9])))


def _funds(draft: _Draft, form: Form, shown: Answers, profile: Profile) -> int:
    rows = _with_usual_rows(form)
    last = FIRST_FUNDS_ROW + len(rows) - 1
    heading = f"项目资金({form.money_unit})" if form.money_unit else "项目资金"
    draft.put(5, 1, heading, "label", bottom=last)
    draft.put(5, 2, None, "label", right=3)
    for column, heading in enumerate(("年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"), 4):
        draft.put(5, column, heading, "label")
    draft.height(5, 24)
    for row, funds in enumerate(rows, FIRST_FUNDS_ROW):
        draft.put(row, 2, _content(funds.name), "text", right=3)
        for column, amount in enumerate((funds.initial_budget, funds.annual_budget, funds.executed), 4):
            draft.put(row, column, _content(amount), "amount")
        draft.height(row, _needed(26, (funds.name, WIDTHS[1:3])))
        if row > FIRST_FUNDS_ROW:
            for column, unscored in enumerate((funds.weight, funds.rate, funds.score), 7):
                style = _rate_style(profile) if column == 8 else "points"
                draft.put(row, column, _content(unscored) if unscored.written else "-", style)
    first = rows[0]
    weight = _content(first.weight)
    draft.put(FIRST_FUNDS_ROW, 7, weight, "points")
    rate = Formula(rate_formula(FIRST_FUNDS_ROW, profile), _cached(shown.rate))
    draft.answer(FIRST_FUNDS_ROW, 8, rate, _rate_style(profile), WIDTHS[7])
    score = Formula(score_formula(FIRST_FUNDS_ROW, profile), _cached(shown.execution_score))
    draft.answer(FIRST_FUNDS_ROW, 9, score, "answer", WIDTHS[8])
    return last + 1


RATE_PLACES = range(5)  # decimals of a rate in per cent


def _rate_style(profile: Profile) -> str:
    """A rate is shown with the decimals to which the profile rounds it."""
    return f"rate{profile.rate_places - 2}"


def _with_usual_rows(form: Form) -> list[Funds]:
    """The form's rows with the scored one first and named; the usual ones where it has no others."""
    total = form.total_funds or Funds()
    others = [row for row in form.funds if row is not total]
    named = total if total.name.text else replace(total, name=_words(FUNDS_NAMES[0]))
    usual = [Funds(_words(name)) for name in FUNDS_NAMES[1:]]
    return [named, *(others or usual)]


def _goals(draft: _Draft, form: Form, row: int) -> int:
    draft.put(row, 1, "年度总体目标", "label", bottom=row + 1)
    draft.put(row, 2, "预期目标", "label", right=5)
    draft.put(row, 6, "实际完成情况", "label", right=LAST_COLUMN)
    draft.height(row, 22)
    goals = ((2, form.expected_goal, 5), (6, form.achieved_goal, LAST_COLUMN))
    fits = [_fit(goal, sum(WIDTHS[left - 1 : right])) for left, goal, right in goals]
    size = min(size for size, _ in fits)
    for left, goal, right in goals:
        draft.put(row + 1, left, _typed(goal), f"goal{size}", right=right)
    draft.height(row + 1, max(72, *(_high(goal, sum(WIDTHS[left - 1 : right]), size) for left, goal, right in goals)))
    return row + 2


_HIGHEST_ROW = 409.0  # Excel's own limit, in points
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


def _indicators(draft: _Draft, form: Form, heading_row: int) -> int:
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
        draft.put(first + top, 2, _content(indicators[top].level1), "label", bottom=first + bottom)
    for top, bottom in _blocks(levels):
        draft.put(first + top, 3, _content(indicators[top].level2), "label", bottom=first + bottom)
    return total_row


def _indicator(draft: _Draft, indicator: Indicator, row: int) -> None:
    height = 30.0
    texts = (
        (4, "text", indicator.level3),
        (5, "value", indicator.target),
        (6, "value", indicator.actual),
        (9, "text", indicator.reason),
    )
    for column, style, entry in texts:
        width = WIDTHS[column - 1]
        size, high = _fit(entry, width, largest=9 if column == 9 else 10)
        fills_the_cell = _length(entry.written) > width - 3  # and is set in from the border
        draft.put(row, column, _typed(entry), f"{'text' if fills_the_cell else style}{size}")
        height = max(height, high)
    draft.put(row, 7, _content(indicator.weight), "points")
    draft.put(row, 8, _content(indicator.score), "points")
    draft.height(row, height, firm=False)


def _breaks(draft: _Draft, heading_row: int, total_row: int) -> tuple[int, ...]:
    """The last rows of the pages before the last one; none where one page is enough."""
    total = _TOTAL_HEIGHT
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


def _stretch_for_blocks(draft: _Draft, indicators: Sequence[Indicator], first: int) -> None:
    """Makes the rows of a merged block high enough together for the block's name."""
    columns = ((2, WIDTHS[1], ("level1",)), (3, WIDTHS[2], ("level1", "level2")))
    for _, width, levels in columns:
        for top, bottom in _blocks(tuple(getattr(i, level).text for level in levels) for i in indicators):
            name = getattr(indicators[top], levels[-1])
            rows = range(first + top, first + bottom + 1)
            missing = _needed(0, (name, (width,))) - sum(draft.heights[row].points for row in rows)
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


def _total(draft: _Draft, shown: Answers, heading_row: int, row: int, profile: Profile) -> None:
    funds = FIRST_FUNDS_ROW
    draft.put(row, 1, "总分", "label", right=6)
    weight = Formula(total_formula("G", f"G{funds}", heading_row, profile), _cached(shown.total_weight))
    score = Formula(total_formula("H", f"I{funds}", heading_row, profile), _cached(shown.total_score))
    draft.height(row, _TOTAL_HEIGHT)
    draft.answer(row, 7, weight, "answer", WIDTHS[6])
    draft.answer(row, 8, score, "total", WIDTHS[7])
    draft.put(row, 9, None, "text")


def _side(
    draft: _Draft, shown: Answers, heading_row: int, total_row: int, profile: Profile, notes: Sequence[str]
) -> None:
    draft.put(1, SIDE, "评分规则", "side_label")
    draft.put(1, SIDE + 1, profile.title, "side")
    draft.put(2, SIDE, "评价等级", "side_label")
    grade = Formula(grade_formula(f"H{total_row}", profile), _cached(shown.grade))
    draft.put(2, SIDE + 1, grade, "side")
    draft.put(3, SIDE, "核对结果", "side_label")
    table = draft.table(total_row, LAST_COLUMN)
    checked = Formula(form_check_formula(f"A1:I{total_row}"), _cached(form_answer(table, profile)))
    draft.put(3, SIDE + 1, checked, "side_note")
    draft.put(4, SIDE, "复核建议", "side_label")
    draft.put(4, SIDE + 1, ADVICE_CHOICES[0], "side")
    _beside_the_rows(draft, heading_row, total_row, profile)
    if notes:
        draft.put(5, SIDE, SIDE_NOTES, "side_label")
        for row, note in enumerate(notes, 6):
            draft.put(row, SIDE, note, "side_note")


def _beside_the_rows(draft: _Draft, heading_row: int, total_row: int, profile: Profile) -> None:
    """The suggested score and what would come back, beside each indicator."""
    draft.put(heading_row, SIDE, "建议得分", "side_label")
    draft.put(heading_row, SIDE + 1, "核对意见", "side_label")
    held = draft.held()
    for row in range(heading_row + 1, total_row):
        target, actual, weight, score, reason = (held.get((row, column)) for column in range(5, 10))
        suggested = suggestion_answer(_said(target), _said(actual), read_value(weight), profile)
        draft.put(row, SIDE, Formula(suggestion_formula(row), _cached(suggested)), "suggested")
        answer = row_answer(_said(target), _said(actual), read_value(weight), read_value(score), _said(reason), profile)
        draft.put(row, SIDE + 1, Formula(row_check_formula(row), _cached(answer)), "side_note")


def _said(content: Held) -> str | None:
    """The words of a cell as a function hears them; None for a blank or a dash."""
    if read_value(content) is None:
        return None
    return plain(content) if isinstance(content, Decimal) else str(content)


def _highlights(heading_row: int, total_row: int) -> Iterator[Highlight]:
    """Suggested scores are coloured by what is typed beside them, with or without Python; the printed form never is."""
    first = heading_row + 1
    suggested = Area(first, SIDE, total_row - 1, SIDE)
    weight, score, reason, column = f"$G{first}", f"$H{first}", f"$I{first}", f"${column_letters(SIDE)}{first}"
    typed = f"COUNT({weight}:{score})=2"
    yield Highlight(suggested, f"=AND({typed},{score}>{weight})", "wrong")
    yield Highlight(suggested, f"=AND(ISNUMBER({column}),ISNUMBER({score}),ABS({score}-{column})>0.004)", "differs")
    yield Highlight(suggested, f'=AND({typed},{score}<{weight},LEN(TRIM({reason}&""))=0)', "unexplained")
    said = column_letters(SIDE + 1)
    yield Highlight(Area(3, SIDE + 1, 3, SIDE + 1), f'=LEFT(${said}$3,6)="没有发现问题"', "fine")
    yield Highlight(Area(first, SIDE + 1, total_row - 1, SIDE + 1), f'=LEFT(${said}{first},2)="建议"', "advice")


def skeleton() -> Iterator[Indicator]:
    """The rows of a blank form: the usual blocks, their indicators still to be named."""
    for level1, blocks in SKELETON:
        for level2 in blocks:
            yield Indicator(level1=_words(level1), level2=_words(level2))


def blank_form(year: int | None, profile: Profile) -> Form:
    """The form as it is handed out."""
    weight = Entry(profile.execution_points, str(profile.execution_points))
    total = Funds(_words(FUNDS_NAMES[0]), weight=weight)
    return Form(year=year, money_unit="元", funds=(total,), indicators=tuple(skeleton()))


def _words(text: str) -> Entry:
    return Entry(text, text)


def _content(entry: Entry) -> Content:
    """What goes back into a cell: the number, or the words as written; never a formula."""
    if entry is NOTHING:
        return None
    if isinstance(entry.value, Decimal):
        return entry.value
    return entry.value if isinstance(entry.value, CellError) else entry.written or None


def _typed(entry: Entry) -> Content:
    """What stands in a cell of text: a number as it is written, too."""
    return entry.value if isinstance(entry.value, CellError) else entry.written or None


def _as_written(entry: Entry) -> Content:
    """Words or a bare number; 98% stays as the person wrote it."""
    if entry.number is not None and plain(entry.number) != entry.written:
        return entry.written
    return _content(entry)


def _cached(answer: Answer) -> Decimal | str:
    """An answer as the file keeps it."""
    if answer is None:
        return ""
    return answer if isinstance(answer, Decimal) else str(answer)


# ---- heights ---------------------------------------------------------------------------------------------------

_TOTAL_HEIGHT = 26.0
SIZES = (10, 9, 8, 7, 6, 5)  # of type, in points
SENTENCE, SENTENCE_SIZE = "_sentence", 8  # of a sentence where a number belongs
_LINE = 15.0  # points a line of 10 point type needs, whichever Chinese font stands in for 宋体


def _needed(least: float, *texts: tuple[Entry, Sequence[float]]) -> float:
    """The height in points at which none of the texts is cut, at least `least`."""
    lines = max(_lines(entry.written, sum(widths)) for entry, widths in texts)
    return max(least, lines * _LINE + 6)


def _fit(entry: Entry, width: float, largest: int = SIZES[0]) -> tuple[int, float]:
    """The largest type in which a text is not cut, and the height that it needs."""
    sizes = [size for size in SIZES if size <= largest]
    size = next((size for size in sizes if _high(entry, width, size) <= _HIGHEST_ROW), sizes[-1])
    return size, _high(entry, width, size)


def _high(entry: Entry, width: float, size: int) -> float:
    part = size / SIZES[0]
    return _lines(entry.written, (width - 1) / part) * _LINE * part + 6


def _lines(text: str, width: float) -> int:
    usable = max(2.0, width - 2)
    return sum(max(1, math.ceil(_length(part) / usable)) for part in text.split("\n"))


def _length(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


# ---- names -----------------------------------------------------------------------------------------------------

_LONGEST_NAME = 31  # as Excel counts, where a rare character is two
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_RESERVED_NAMES = ("history",)


def sheet_names(wanted: Iterable[str | None], taken: Iterable[str] = ()) -> list[str]:
    """Names that Excel takes for sheets: allowed characters, 31 at most, none twice."""
    used = {*map(_folded, taken), *_RESERVED_NAMES}
    names = []
    for number, title in enumerate(wanted, 1):
        base = _NOT_IN_A_NAME.sub(" ", title or "")
        name, copy = _cut_name(base, "") or f"项目{number}", 1
        while _folded(name) in used:
            copy += 1
            name = _cut_name(base, f"({copy})") or f"项目{number}({copy})"
        used.add(_folded(name))
        names.append(name)
    return names


def _cut_name(base: str, ending: str) -> str:
    """The name with its ending, both within the limit; no apostrophe at either end. Blank without a name."""
    cut = shorter(base.strip(" '\u3000"), _LONGEST_NAME - len(ending)).strip(" '\u3000")
    return cut and cut + ending


def _folded(name: str) -> str:
    """The name as Excel compares it: case and width of letters do not tell sheets apart."""
    return unicodedata.normalize("NFKC", name).casefold()


# ---- the sheets around the forms -------------------------------------------------------------------------------

SUMMARY = "汇总"
GUIDE = "说明"
_SUMMARY_HEADINGS = (
    "序号",
    "项目名称",
    "金额单位",
    "全年预算数",
    "全年执行数",
    "执行率",
    "总分",
    "评价等级",
    "评分规则",
)
_SUMMARY_WIDTHS = (6.0, 36.0, 9.0, 18.0, 18.0, 11.0, 11.0, 11.0, 14.0)
_SUMMARY_ANSWERS = (6, 7, 8)  # 执行率, 总分, 评价等级
_NO_UNIT = "未注明"


def summary_page(pages: Sequence[Page], forms: Sequence[Form], profiles: Sequence[Profile]) -> Page:
    """One line for each project sheet, drawn from it by formulas; `profiles` are those of the forms."""
    draft = _Draft()
    draft.put(1, 1, OWN_SHEETS[1], "title", right=len(_SUMMARY_HEADINGS))
    draft.height(1, 32)
    for column, heading in enumerate(_SUMMARY_HEADINGS, 1):
        draft.put(2, column, heading, "label")
    draft.height(2, 26)
    for row, (page, form, profile) in enumerate(zip(pages, forms, profiles, strict=True), 3):
        shown = answers(form, profile)
        funds = form.total_funds or Funds(NOTHING)
        quoted = "'" + page.name.replace("'", "''") + "'"
        draft.put(row, 1, Decimal(row - 2), "points")
        unit = Formula(_unit_formula(f"{quoted}!A5"), form.money_unit or _NO_UNIT)
        draft.put(row, 3, unit, "points")
        draft.height(row, min(_HIGHEST_ROW, _needed(24, (form.project, (34,)))))
        drawn: tuple[tuple[int, str, Content, str], ...] = (
            (2, "C3", _as_written(form.project), "text"),
            (4, f"E{FIRST_FUNDS_ROW}", _content(funds.annual_budget), "amount"),
            (5, f"F{FIRST_FUNDS_ROW}", _content(funds.executed), "amount"),
            (6, f"H{FIRST_FUNDS_ROW}", _cached(shown.rate), _rate_style(profile)),
            (7, f"H{page.total_row}", _cached(shown.total_score), "total"),
            (8, f"{column_letters(SIDE + 1)}2", _cached(shown.grade), "answer"),
            (9, f"{column_letters(SIDE + 1)}1", profile.title, "points"),
        )
        for column, address, content, style in drawn:
            reference = f"{quoted}!{address}"
            cached = content if isinstance(content, Decimal) else str(content or "")
            formula = Formula(f'=IF({reference}="","",{reference})', cached)
            if column in _SUMMARY_ANSWERS:
                draft.answer(row, column, formula, style, _SUMMARY_WIDTHS[column - 1])
            else:
                draft.put(row, column, formula, style)
    printed = Area(1, 1, max(3, 2 + len(pages)), len(_SUMMARY_HEADINGS))
    return Page(
        SUMMARY,
        tuple(draft.cells),
        _SUMMARY_WIDTHS,
        draft.heights,
        printed,
        pages_high=0,
        landscape=True,
        repeated_rows=(1, 2),
    )


def _unit_formula(heading: str) -> str:
    """What stands in the brackets of 项目资金(元), so that 元 and 万元 are told apart."""
    bare = f'SUBSTITUTE(SUBSTITUTE({heading},"（","("),"）",")")'
    opened, closed = f'FIND("(",{bare})', f'FIND(")",{bare})'
    return f'=IFERROR(MID({bare},{opened}+1,{closed}-{opened}-1),"{_NO_UNIT}")'


_STEPS = (
    "每个项目一张工作表，版式与纸质《财政项目支出绩效自评表》一致。",
    "填写项目名称、预算金额、年度目标和各项指标；执行率、执行率得分和两个总分由公式计算，请勿改写。",
    "金额单位写在“项目资金(元)”的括号里，可改为万元等；导入的表没有注明单位的，请在“项目资金”后补写括号和单位。",
    "增加项目：右键单击项目表的标签，选择“移动或复制”，勾选“建立副本”。",
    "增加指标：在绩效指标任意一行上右键“插入”，总分会自动包含新行。",
    "K、L 列只在屏幕上显示，不打印：右上方选择评分规则，查看评价等级和核对结果；"
    "每项指标右侧是建议得分和核对意见，随填随变。"
    "插入的新行，把上一行的 K、L 两格向下复制即可。",
    "建议得分与填写的得分不同时标橙色，得分超过分值标红色，得分低于分值又没写原因标黄色。得分由人填写，不会被自动改动；"
    "不需要“建议”一类意见时，把“复核建议”改为“不显示”。",
    "没有安装 Python、宏被禁用，或用 WPS、手机打开时，上述数字仍由普通公式计算；填写有误时普通公式显示 #N/A 等错误值。",
    "刚装好或修好 Python 之后，单击功能区“绩效自评”中的“重新连接”，即可恢复实时计算。",
    "复制出的项目表不会自动进入“汇总”：请在“汇总”中复制一行，再把公式中的表名改为新表名。",
)


def guide_page(functions: Iterable[tuple[str, str]], profile: Profile) -> Page:
    """How the workbook is used, and its functions with their descriptions."""
    draft = _Draft()
    draft.put(1, 1, OWN_SHEETS[0], "title", right=2)
    draft.height(1, 32)
    row = 2
    for number, step in enumerate(_STEPS, 1):
        draft.put(row, 1, f"{number}", "points")
        draft.put(row, 2, step, "text")
        draft.height(row, _needed(22, (_words(step), (76,))))
        row += 1
    draft.put(row, 1, "单元格函数", "label", right=2)
    draft.height(row, 24)
    for name, description in functions:
        row += 1
        draft.put(row, 1, name, "text")
        draft.put(row, 2, description, "text")
        draft.height(row, _needed(22, (_words(description), (76,))))
    row += 1
    draft.put(row, 1, "评分规则", "text")
    basis = "、".join(dict.fromkeys(source.notice for _, source in profile.sources))
    draft.put(row, 2, f"{profile.title}：依据{basis}", "text")
    draft.height(row, _needed(22, (_words(basis), (70,))))
    return Page(GUIDE, tuple(draft.cells), (24.0, 78.0), draft.heights, Area(1, 1, row, 2), pages_high=0)
