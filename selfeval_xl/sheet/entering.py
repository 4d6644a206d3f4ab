"""What may be entered where, what is said there, and which entries are coloured at once."""

from collections.abc import Iterator, Sequence
from itertools import accumulate

from selfeval_xl.cells import DASHES, column_letters
from selfeval_xl.grid import Area
from selfeval_xl.labels import SIDE_LABELS
from selfeval_xl.profiles import PROFILES, Profile
from selfeval_xl.sheet.layout import (
    ACTUAL,
    ADVICE_CHOICES,
    ADVICE_ROW,
    AMOUNTS,
    FINDING,
    FIRST_FUNDS_ROW,
    FUNDS_WEIGHT,
    GOAL_COLUMNS,
    GOAL_ROWS,
    INITIAL_BUDGET,
    LAST_COLUMN,
    LEVEL1,
    LEVEL2,
    LEVEL3,
    LEVELS,
    PROFILE_ROW,
    RATE,
    REASON,
    SCORE,
    SUGGESTED,
    TARGET,
    WEIGHT,
    Column,
)
from selfeval_xl.sheet.page import Entering, Highlight

_LONGEST_LIST = 255  # characters of all options together, as Excel counts
_UNITS = tuple(f"项目资金({unit})" for unit in ("元", "万元", "千元", "亿元"))
_LEVELS1 = (*LEVELS, "成本指标")
_LEVELS2 = (*dict.fromkeys(name for names in LEVELS.values() for name in names), "经济成本指标", "社会成本指标")
_ONLY_NUMBERS = "这里只填数字，不写单位、文字和标点；确要填写其他内容的，选“是”。"

_HEAD = (
    (Area(3, 3, 3, LAST_COLUMN), "项目名称", "与预算批复中的名称一致。"),
    (Area(4, 3, 4, 4), "主管部门", "一级预算单位的全称。"),
    (Area(4, 6, 4, LAST_COLUMN), "实施单位", "实际使用资金的单位的全称。"),
)
_IN_WORDS = (
    (LEVEL3, "写指标名称，例如“养护里程”。"),
    (TARGET, "符号、数和单位写在一起：≥60 次、=100%、≤30 天；没有数的写文字，例如“有效提升”。"),
    (ACTUAL, "与指标值同一单位：70 次、98.5%；文字指标写实际情况。"),
    (REASON, "得分低于分值、或完成值远超指标值的，写明原因和改进措施。"),
)


def entering(heading_row: int, total_row: int, profiles: Sequence[Profile]) -> Iterator[Entering]:
    """The lists, bounds and hints of one project's sheet; `profiles` are offered, the sheet's own first."""
    last_funds = heading_row - GOAL_ROWS - 1
    yield Entering(
        Area(2, 1, 2, LAST_COLUMN),
        "年度",
        "写成（ 2026 年度）。",
        condition='=ISNUMBER(MID($A$2,FIND("20",$A$2),4)*FIND("年",$A$2))',
        complaint="请写明四位数的年度，例如（ 2026 年度）。",
    )
    yield Entering(Area(5, 1, 5, 1), "金额单位", "本表金额的单位写在括号里：元或万元。", options=_UNITS, warns=False)
    yield Entering(
        Area(FIRST_FUNDS_ROW, INITIAL_BUDGET.number, last_funds, AMOUNTS[-1].number),
        "金额",
        "只填数字，单位以“项目资金”后括号里的为准。",
        least=0,
        complaint=_ONLY_NUMBERS,
    )
    yield Entering(
        _cells(FUNDS_WEIGHT, FIRST_FUNDS_ROW, FIRST_FUNDS_ROW),
        "预算执行率的分值",
        "只填数字，一般为 10。",
        least=0,
        most=100,
        complaint=_ONLY_NUMBERS,
    )
    if last_funds > FIRST_FUNDS_ROW:
        yield Entering(
            _cells(RATE, FIRST_FUNDS_ROW + 1, last_funds),
            "执行率",
            "不计分，可不填；要填的写百分数，例如 98.5%。",
            least=0,
            most=10,
            complaint="执行率写成百分数，例如 98.5%；不填的写“-”，选“是”。",
        )
    for area, title, message in _HEAD:
        yield Entering(area, title, message, warns=False)
    first, last = heading_row + 1, total_row - 1
    for column, message in _IN_WORDS:
        yield Entering(_cells(column, first, last), column.heading, message, warns=False)
    yield Entering(_cells(LEVEL1, first, last), "一级指标", "从列表选择，也可自行填写。", options=_LEVELS1, warns=False)
    yield Entering(_cells(LEVEL2, first, last), "二级指标", "从列表选择，也可自行填写。", options=_LEVELS2, warns=False)
    yield Entering(
        _cells(WEIGHT, first, last),
        "分值",
        "只填数字。各项分值与预算执行率的分值合计 100。",
        least=0,
        most=100,
        complaint=_ONLY_NUMBERS,
    )
    yield Entering(
        _cells(SCORE, first, last),
        "得分",
        "0 到分值之间的数字。",
        least=0,
        most=f"={WEIGHT.at(first, fixed=True)}",
        complaint="得分应为 0 到分值之间的数字。确要这样填写的，选“是”。",
    )
    yield Entering(
        _cells(FINDING, PROFILE_ROW, PROFILE_ROW),
        SIDE_LABELS["profile"],
        "从列表选择本地区的评分规则。",
        options=offered_titles(profiles),
        complaint="列表中没有这一项。请确认名称无误。",
    )
    yield Entering(
        _cells(FINDING, ADVICE_ROW, ADVICE_ROW),
        SIDE_LABELS["advice"],
        "不需要“建议”一类意见时，选“不显示”。",
        options=ADVICE_CHOICES,
        complaint="请选“显示”或“不显示”。",
    )


def _amounts(first: int, last: int) -> Area:
    return Area(first, INITIAL_BUDGET.number, last, FUNDS_WEIGHT.number)


def goals_entering(row: int, room: int) -> Iterator[Entering]:
    """What is said at a goal, whose cell is merged and so does not grow with its text in Excel."""
    for title, (left, right) in zip(("预期目标", "实际完成情况"), GOAL_COLUMNS, strict=True):
        yield Entering(
            Area(row, left, row, right),
            title,
            f"约 {room} 字以内；更长的请把这一行调高，打印时才不会被截断。",
            condition=f"=LEN({column_letters(left)}{row})<={room}",
            complaint=f"超过约 {room} 字。选“是”留下文字，再把这一行调高，打印时才不会被截断。",
        )


def goals_highlights(row: int, room: int) -> Iterator[Highlight]:
    """A goal that may be cut on paper is coloured."""
    for left, right in GOAL_COLUMNS:
        yield Highlight(Area(row, left, row, right), f"=LEN(${column_letters(left)}${row})>{room}", "unexplained")


def _cells(column: Column, first: int, last: int) -> Area:
    return Area(first, column.number, max(first, last), column.number)


def offered_titles(profiles: Sequence[Profile]) -> tuple[str, ...]:
    """The titles of profiles, each once and as many as a list takes, the built-in ones first."""
    titles = dict.fromkeys(one.title for one in sorted(profiles, key=lambda one: one not in PROFILES))
    used = tuple(accumulate(len(title.encode("utf-16-le")) // 2 + 1 for title in titles))
    return tuple(title for title, length in zip(titles, used, strict=True) if length <= _LONGEST_LIST)


def highlights(heading_row: int, total_row: int) -> Iterator[Highlight]:
    """Doubtful entries are coloured themselves, with or without Python; the printed form never is.

    A text where a number belongs is wrong; a score is wrong above its weight, differs from the suggestion, or is
    below its weight without a reason.
    """
    last_funds = heading_row - GOAL_ROWS - 1
    total, part = INITIAL_BUDGET.at(FIRST_FUNDS_ROW), INITIAL_BUDGET.at(FIRST_FUNDS_ROW + 1)
    yield Highlight(_amounts(FIRST_FUNDS_ROW, FIRST_FUNDS_ROW), f"=ISTEXT({total})", "wrong")
    if last_funds > FIRST_FUNDS_ROW:
        yield Highlight(
            _amounts(FIRST_FUNDS_ROW + 1, last_funds), f'=AND(ISTEXT({part}),ISERROR(FIND({part},"{DASHES}")))', "wrong"
        )
    # From the headings on, so that a row inserted right below them is among them; the headings are words themselves.
    first, last = heading_row, total_row - 1
    for column in (WEIGHT, SCORE):
        cell = column.at(first)
        yield Highlight(
            _cells(column, first, last), f"=AND(ISTEXT({cell}),ROW({cell})>ROW({column.letter}${first}))", "wrong"
        )
    weight, score, reason, suggested = (column.at(first, fixed=True) for column in (WEIGHT, SCORE, REASON, SUGGESTED))
    scores = _cells(SCORE, first, last)
    are_numbers = f"COUNT({weight}:{score})=2"
    yield Highlight(scores, f"=AND({are_numbers},{score}>{weight})", "wrong")
    yield Highlight(scores, f"=AND(ISNUMBER({suggested}),ISNUMBER({score}),ABS({score}-{suggested})>0.004)", "differs")
    yield Highlight(scores, f'=AND({are_numbers},{score}<{weight},LEN(TRIM({reason}&""))=0)', "unexplained")
    unchecked = f'=AND({LEVEL3.at(first, fixed=True)}<>"",ISBLANK({FINDING.at(first, fixed=True)}))'
    yield Highlight(_cells(FINDING, first, last), unchecked, "unexplained")
