"""The familiar layout: which column and row holds what.

The columns are records: headings, formulas, validation and the places of findings all come from them.
"""

from dataclasses import dataclass

from selfeval_xl.cells import column_letters
from selfeval_xl.sheet.fit import characters

TITLE = "财政项目支出绩效自评表"
TOTAL = "总分"  # the label of the last row
FIRST_FUNDS_ROW = 6
GOAL_ROWS = 2  # above the headings of the indicators: the headings of the goals, and their texts
GOAL_COLUMNS = ((2, 5), (6, 9))  # 预期目标 and 实际完成情况
FUNDS_NAMES = ("年度资金总额", "其中：当年财政拨款", "上年结转资金", "其他资金")
LEVELS = {
    "产出指标": ("数量指标", "数量指标", "质量指标", "质量指标", "时效指标", "成本指标"),
    "效益指标": ("经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标"),
    "满意度指标": ("服务对象满意度指标",),
}


@dataclass(frozen=True)
class Column:
    """One column of a table on the sheet: where it stands, its heading and the field of the form below it."""

    number: int
    heading: str
    field: str

    @property
    def letter(self) -> str:
        """The letter over the column."""
        return column_letters(self.number)

    def at(self, row: int, *, fixed: bool = False) -> str:
        """The cell of this column in a row: G13, or $G13 where the column is not to move."""
        return f"{'$' if fixed else ''}{self.letter}{row}"


FUNDS_NAME = Column(2, "", "name")
INITIAL_BUDGET = Column(4, "年初预算数", "initial_budget")
ANNUAL_BUDGET = Column(5, "全年预算数", "annual_budget")
EXECUTED = Column(6, "全年执行数", "executed")
FUNDS_WEIGHT = Column(7, "分值", "weight")
RATE = Column(8, "执行率", "rate")
FUNDS_SCORE = Column(9, "得分", "score")
AMOUNTS = (INITIAL_BUDGET, ANNUAL_BUDGET, EXECUTED)
FUNDS = (*AMOUNTS, FUNDS_WEIGHT, RATE, FUNDS_SCORE)

LEVEL1 = Column(2, "一级指标", "level1")
LEVEL2 = Column(3, "二级指标", "level2")
LEVEL3 = Column(4, "三级指标", "level3")
TARGET = Column(5, "年度指标值", "target")
ACTUAL = Column(6, "实际完成值", "actual")
WEIGHT = Column(7, "分值", "weight")
SCORE = Column(8, "得分", "score")
REASON = Column(9, "偏差原因分析及改进措施", "reason")
INDICATORS = (LEVEL1, LEVEL2, LEVEL3, TARGET, ACTUAL, WEIGHT, SCORE, REASON)
WORDS = (LEVEL3, TARGET, ACTUAL, REASON)

LAST_COLUMN = REASON.number
STRUT = 10  # J, narrow and blank: its type keeps a row as high as it was made when something is typed into it
SUGGESTED = Column(11, "建议得分", "suggested")
FINDING = Column(12, "核对意见", "finding")
LAST_YEAR = Column(13, "上年完成值", "last_year")  # only on a sheet that was carried over from the year before
SIDE = SUGGESTED.number

# Pixels: one page wide on A4 in type of nine points, and all of it on a screen of 1366 pixels.
WIDTHS = (36, 70, 70, 112, 108, 108, 52, 64, 122, 10, 84, 298)
WIDTHS_WITH_LAST_YEAR = (*WIDTHS[:-1], 206, 92)  # no wider together

# What stands beside the head: a label in K and its value in L.
PROFILE_ROW, GRADE_ROW, CHECKED_ROW, FORMULAS_ROW, ADVICE_ROW, FUNDS_FINDING_ROW = range(1, 7)
PROJECT_PLACE = CHECKED_ROW, 3  # row and column of the project's name
FROZEN_ROWS = 4
ZOOM = 90  # per cent, at which the whole width is on a small screen whatever font stands in for 宋体
ADVICE_CHOICES = ("显示", "不显示")


def width_of(first: int, last: int | None = None) -> float:
    """The width of these columns together, in characters."""
    return characters(sum(WIDTHS[first - 1 : last or first]))


def side_cell(row: int) -> str:
    """The value beside the head in this row, as formulas name it: $L$1."""
    return f"${FINDING.letter}${row}"
