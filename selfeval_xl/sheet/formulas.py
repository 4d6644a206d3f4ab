"""The cells that calculate: Python first, and where it does not answer the same arithmetic in plain functions of Excel.

A formula is short enough to be read in the cell and defended before a reviewer. Its native part gives the same number
as Python, a blank or #N/A, and never another number: what only Python reads as a number (`60 分`, full-width digits)
is found by counting what is filled in (COUNTA) against what is a number (COUNT).
"""

from selfeval_xl.cells import column_letters, plain, round_half_up
from selfeval_xl.labels import SIDE_LABELS
from selfeval_xl.profiles import NATIONAL, PROFILES, Profile
from selfeval_xl.sheet.layout import (
    ACTUAL,
    ADVICE_ROW,
    ANNUAL_BUDGET,
    EXECUTED,
    FIRST_FUNDS_ROW,
    FORMULAS_ROW,
    FUNDS_SCORE,
    FUNDS_WEIGHT,
    INITIAL_BUDGET,
    LEVEL1,
    LEVEL3,
    PROFILE_ROW,
    PROJECT_PLACE,
    REASON,
    SCORE,
    TARGET,
    WEIGHT,
    Column,
    side_cell,
)

LONGEST = 200  # characters of an official formula
PROFILE, ADVICE, KNOWN = side_cell(PROFILE_ROW), side_cell(ADVICE_ROW), side_cell(FORMULAS_ROW)
YES, NO = "是", "否，须由 Python 计算"
FUNDS_PART, TOTAL_PART = "资金", "总分"  # of the form, as SE_CHECK takes them
WRONG = "#N/A"
ABOVE_WEIGHT = "错误：得分超过分值。"
NO_REASON = "错误：得分低于分值，未填偏差原因。"
NO_POINTS = "错误：分值、得分只填数字。"
NO_AMOUNTS = "错误：全年预算数、全年执行数和分值要填不小于 0 的数字，不写单位和文字。"
NO_SCORES = "没有填写指标得分，总分不能计算。"
NOT_CHECKED = "未连接 Python，暂未核对"
TO_NAME = "填年度、项目名称、主管部门和实施单位。单击浅黄色的格，旁边有提示。"
TO_FUND = "填“年度资金总额”一行的三个金额：只填数字，执行率和得分自动算出。"
TO_AIM = "填预期目标；“实际完成情况”年末再填。"
TO_MEASURE = "一行填一个指标：三级指标写名称，年度指标值写“≥60 次”“100%”这样的数，分值合计 100。完成值和得分年末再填。"


def rate_formula(row: int, profile: Profile) -> str:
    """执行率 of the funds in this row."""
    budget, executed = ANNUAL_BUDGET.at(row), EXECUTED.at(row)
    filled = f"{budget}:{executed}"
    without = plain(round_half_up(profile.rate_without_budget, profile.rate_places).normalize())
    rate = f"ROUND({executed}/{budget},{profile.rate_places})"
    native = f"IF({budget}>0,{rate},IF({budget}=0,{without},{WRONG}))"
    return _official(f"SE_EXECUTION_RATE({executed},{budget},{PROFILE})", _if_numbers(filled, 2, native))


def score_formula(row: int, profile: Profile) -> str:
    """得分 of execution."""
    budget, executed, weight = ANNUAL_BUDGET.at(row), EXECUTED.at(row), FUNDS_WEIGHT.at(row)
    share = f"IF({budget}=0,{profile.rate_without_budget},MIN(MAX({executed}/{budget},0),1))"
    native = f"IF(MIN({budget},{weight})<0,{WRONG},ROUND({share}*{weight},{profile.score_places}))"
    asked = f"SE_EXECUTION_SCORE({executed},{budget},{weight},{PROFILE})"
    return _official(asked, _if_numbers(f"{budget}:{weight}", 3, native))


def total_weight_formula(heading_row: int, profile: Profile) -> str:
    """分值 of the whole form: that of execution, which people type, and those of the indicators."""
    execution, block = FUNDS_WEIGHT.at(FIRST_FUNDS_ROW), _block(WEIGHT, heading_row)
    total = f"ROUND(SUM({execution},{block}),{profile.score_places})"
    return _total(execution, block, f"IF(COUNTA({execution},{block})=COUNT({execution},{block})+1,{total},{WRONG})")


def total_score_formula(heading_row: int, profile: Profile) -> str:
    """得分 of the whole form: that of execution, which is calculated, and those of the indicators.

    Words among the points divide by zero, and words in the place of the calculated score are no summand.
    """
    execution, block = FUNDS_SCORE.at(FIRST_FUNDS_ROW), _block(SCORE, heading_row)
    total = f'ROUND(SUM({block})+IF({execution}="",0,{execution}),{profile.score_places})'
    return _total(execution, block, f"{total}/(COUNTA({block})-COUNT({block})=1)")


def _block(column: Column, heading_row: int) -> str:
    """The cells of the indicators from their heading, which is text, to the row above the formula.

    Rows inserted right below the heading or right above the total stay inside.
    """
    letter = column.letter
    return f"{column.at(heading_row)}:INDEX({letter}:{letter},ROW()-1)"


def _total(execution: str, block: str, native: str) -> str:
    return _short_enough(f"SE_TOTAL({execution},{block})", f'IF(COUNT({block}),{native},"")')


def grade_formula(total: str, profile: Profile) -> str:
    """评价等级 from the total."""
    grade = WRONG
    for threshold, name in reversed(profile.grades):
        grade = f'IF({total}>={threshold},"{name}",{grade})'
    native = f'IF(COUNT({total})=0,"",IF({total}>{profile.total_points},{WRONG},{grade}))'
    return _official(f"SE_GRADE({total},{PROFILE})", native)


def _official(asked: str, native: str) -> str:
    """Python's answer, and the native one where the formulas hold the numbers of the sheet's profile."""
    return _short_enough(asked, f'IF({KNOWN}="{YES}",{native},{WRONG})')


def _short_enough(asked: str, native: str) -> str:
    """Python's answer and the way out; what nobody could read any more is left to Python alone."""
    formula = f"=IFERROR({asked},{native})"
    return formula if len(formula) <= LONGEST else f"=IFERROR({asked},{WRONG})"


def _if_numbers(area: str, count: int, native: str) -> str:
    """The calculation where all cells of an area hold numbers; blank where one holds nothing, else an error."""
    return f'IF(COUNT({area})={count},{native},IF(COUNTA({area})=COUNT({area}),"",{WRONG}))'


# ---- beside the form -----------------------------------------------------------------------------------------


def known_formula(profile: Profile) -> str:
    """Whether the native formulas of this sheet hold the numbers of the profile that is chosen on it."""
    alike = [profile, *(other for other in PROFILES if other != profile and _numbers(other) == _numbers(profile))]
    titles = [one.title for one in alike] + ([""] if _numbers(NATIONAL) == _numbers(profile) else [])
    named = ",".join(f'{PROFILE}="{title}"' for title in titles)
    return f'=IF(OR({named}),"{YES}","{NO}")'


def _numbers(profile: Profile) -> tuple[object, ...]:
    return (
        profile.rate_without_budget,
        profile.rate_places,
        profile.score_places,
        profile.total_points,
        profile.grades,
    )


def suggestion_formula(row: int, heading_row: int) -> str:
    """建议得分 of the indicator in this row; blank without Python."""
    said = f"{TARGET.at(row)},{ACTUAL.at(row)},{WEIGHT.at(row)}"
    asked = f"SE_INDICATOR_SCORE({said},{PROFILE},{_names(row, heading_row)})"
    return f'=IFERROR({asked},"")'


def _names(row: int, heading_row: int) -> str:
    """一级 to 三级 from their heading to this row: a merged block fills only its first cell."""
    return f"{LEVEL1.letter}${heading_row}:{LEVEL3.at(row)}"


def row_check_formula(row: int, heading_row: int) -> str:
    """核对意见 of the indicator in this row; without Python two slips that need no reading, else that nobody looked."""
    actual, weight, score, reason = ACTUAL.at(row), WEIGHT.at(row), SCORE.at(row), REASON.at(row)
    said = f"{TARGET.at(row)},{actual},{weight},{score},{reason}"
    asked = f"SE_CHECK_ROW({said},{PROFILE},{ADVICE},{_names(row, heading_row)})"
    slips = f'IF(({score}<{weight})*({score}<>"")*({reason}=""),"{NO_REASON}","{NOT_CHECKED}")'
    points = f"{weight}:{score}"
    native = f'IF(COUNTA({points})>COUNT({points}),"{NO_POINTS}",IF({score}>{weight},"{ABOVE_WEIGHT}",{slips}))'
    return f'=IFERROR({asked},IF(COUNTA({actual},{score})=0,"",{native}))'


def form_check_formula(area: str) -> str:
    """核对结果 of the form in this area."""
    return f'=IFERROR(SE_CHECK({area},{PROFILE},{ADVICE}),"{NOT_CHECKED}")'


def funds_check_formula(area: str, row: int) -> str:
    """核对意见 of the money; without Python whether its cells hold numbers, once one is filled in."""
    amounts = f"{ANNUAL_BUDGET.at(row)}:{EXECUTED.at(row)}"
    filled = f"{ANNUAL_BUDGET.at(row)}:{FUNDS_WEIGHT.at(row)}"
    native = f'IF(COUNTA({amounts})=0,"",IF((COUNT({filled})=3)*(MIN({filled})>=0),"","{NO_AMOUNTS}"))'
    return f'=IFERROR(SE_CHECK({area},{PROFILE},{ADVICE},"{FUNDS_PART}"),{native})'


def total_check_formula(area: str, heading_row: int) -> str:
    """核对意见 of the totals; without Python whether there is anything to add up, once the money is filled in."""
    block, amounts = _block(SCORE, heading_row), f"{ANNUAL_BUDGET.at(FIRST_FUNDS_ROW)}:{EXECUTED.at(FIRST_FUNDS_ROW)}"
    native = f'IF(COUNT({block})+(COUNT({amounts})=0),"","{NO_SCORES}")'
    return f'=IFERROR(SE_CHECK({area},{PROFILE},{ADVICE},"{TOTAL_PART}"),{native})'


def next_step_formula(heading_row: int, total_row: int) -> str:
    """What belongs where is still blank, from the top of the form down; nothing once each part is begun."""
    row, column = PROJECT_PLACE
    project = f"{column_letters(column)}{row}"
    amounts = f"{INITIAL_BUDGET.at(FIRST_FUNDS_ROW)}:{EXECUTED.at(FIRST_FUNDS_ROW)}"
    goal = f"{LEVEL1.letter}{heading_row - 1}"
    named = f"{LEVEL3.at(heading_row + 1)}:{TARGET.at(total_row - 1)}"
    steps = (
        (f'{project}=""', TO_NAME),
        (f"COUNTA({amounts})<3", TO_FUND),
        (f'{goal}=""', TO_AIM),
        (f"COUNTA({named})<2", TO_MEASURE),
    )
    formula = '""'
    for is_blank, words in reversed(steps):
        formula = f'IF({is_blank},"{words}",{formula})'
    return f"={formula}"


def next_step_label_formula(cell: str) -> str:
    """The label of what is to be done next, as long as there is something."""
    return f'=IF({cell}="","","{SIDE_LABELS["next_step"]}")'
