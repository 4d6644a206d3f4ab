"""What cells call: each function with its description and its arguments, on values that are already read.

A function's name, the names of its arguments and its docstring are what Excel shows.
"""

from selfeval_xl.excel.arguments import (
    Actual,
    Advice,
    Budget,
    Executed,
    Name,
    NamedProfile,
    Part,
    Points,
    Reason,
    Score,
    Target,
    Total,
    Weight,
    WholeForm,
)
from selfeval_xl.excel.cell_function import CellFunction, cell_function
from selfeval_xl.profiles import NATIONAL
from selfeval_xl.scoring import in_cells
from selfeval_xl.scoring.direction import UNNAMED
from selfeval_xl.scoring.in_cells import Answer


@cell_function
def SE_EXECUTION_RATE(executed: Executed, budget: Budget, profile: NamedProfile = NATIONAL) -> Answer:
    """预算执行率 = 全年执行数 ÷ 全年预算数，按评分规则保留小数（80.89%）；没有预算时由规则规定；未填时留空。"""
    return in_cells.rate_answer(executed, budget, profile)


@cell_function
def SE_EXECUTION_SCORE(executed: Executed, budget: Budget, weight: Weight, profile: NamedProfile = NATIONAL) -> Answer:
    """预算执行率得分 = 执行率 × 分值，不超过分值、不低于 0，保留两位小数；没有预算时由评分规则规定；未填时留空。"""
    return in_cells.score_answer(executed, budget, weight, profile)


@cell_function
def SE_INDICATOR_SCORE(
    target: Target,
    actual: Actual,
    weight: Weight,
    profile: NamedProfile = NATIONAL,
    indicator: Name = UNNAMED,
) -> Answer:
    """建议得分：按年度指标值的符号（≥、=、≤；没有写的看指标名称）与实际完成值推算，保留两位小数；文字指标给出得分区间；不能推算的写“人工判断”。未填时留空。"""
    return in_cells.suggestion_answer(target, actual, weight, profile, indicator)


@cell_function(in_words=True)
def SE_CHECK_ROW(
    target: Target,
    actual: Actual,
    weight: Weight,
    score: Score,
    reason: Reason,
    profile: NamedProfile = NATIONAL,
    advice: Advice = True,
    indicator: Name = UNNAMED,
) -> Answer:
    """核对一个指标：完成值、得分、偏差原因是否齐全，得分是否按规则推算，说明复核时会退回的问题。没有问题或未填时留空。"""
    from selfeval_xl.checks.in_cells import row_answer  # whoever only computes does not wait for the checks

    return row_answer(target, actual, weight, score, reason, profile, advice=advice, named=indicator)


@cell_function(in_words=True)
def SE_CHECK(form: WholeForm, profile: NamedProfile = NATIONAL, advice: Advice = True, part: Part = None) -> Answer:
    """核对整张自评表：待处理问题和建议的数量，以及最要紧的一项。指定“资金”“总分”等部分的，只说这一部分最要紧的一项。"""
    from selfeval_xl.checks.in_cells import form_answer  # as above

    return form_answer(form, profile, advice=advice, part=part)


@cell_function
def SE_TOTAL(*values: Points) -> Answer:
    """合计：各单元格或区域中的数字相加，保留两位小数，文本形式的数字也计入。区域可以从标题“分值”“得分”开始；其下没有数字时留空。"""
    # Any number of values leaves no place for a profile: no profile changes the decimals of points.
    cells = (value for area in values if not area.is_headed for value in area.values)
    return in_cells.total_answer(cells, NATIONAL, [area.values for area in values if area.is_headed])


@cell_function
def SE_GRADE(total: Total, profile: NamedProfile = NATIONAL) -> Answer:
    """评价等级：通常 90 分及以上为优，80 分及以上为良，60 分及以上为中，其余为差，以评分规则为准。总分未填时留空。"""
    return in_cells.grade_answer(total, profile)


FUNCTIONS = tuple(found for found in list(vars().values()) if isinstance(found, CellFunction))
