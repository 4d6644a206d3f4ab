"""The headings that forms use and the field each one means, as data.

Headings are compared without blanks, colons and a bracketed remark: 全年预算数(A) is 全年预算数.
"""

import re

from selfeval_xl.cells import half_width

Headings = dict[str, tuple[str, ...]]

TITLE = re.compile(r"绩效.{0,6}自评(?:价)?(?:表|情况表)")
OTHER_FORM = re.compile(r"部门(?:\(单位\))?整体(?:支出)?绩效|整体支出绩效")
YEAR = re.compile(r"((?:19|20)\d{2})年")

HEAD: Headings = {
    "project": ("项目名称",),
    "department": ("主管部门", "主管部门及代码", "预算主管部门", "项目主管部门"),
    "unit": ("实施单位", "项目单位", "项目实施单位", "预算单位", "单位名称", "资金使用单位"),
}

FUNDS_BLOCK = ("项目资金", "项目资金情况", "预算执行情况", "项目预算执行情况", "资金情况")
FUNDS: Headings = {
    "initial_budget": ("年初预算数", "年初预算", "年初预算金额"),
    "annual_budget": ("全年预算数", "全年预算", "调整后预算数", "调整预算数", "预算数"),
    "executed": ("全年执行数", "全年执行", "预算执行数", "执行数", "实际执行数"),
    "weight": ("分值", "权重"),
    "rate": ("执行率", "预算执行率"),
    "score": ("得分", "自评得分"),
}
TOTAL_FUNDS = ("年度资金总额", "资金总额", "总额", "合计", "年度总金额")

GOALS_BLOCK = ("年度总体目标", "总体目标", "年度目标", "绩效目标", "年度绩效目标", "年度总体目标完成情况")
GOALS: Headings = {
    "expected": ("预期目标", "年初设定目标", "年度预期目标", "预期总体目标", "年初目标"),
    "achieved": ("实际完成情况", "目标实际完成情况", "全年实际完成情况", "年度目标实际完成情况", "全年完成情况"),
}

INDICATORS_BLOCK = ("绩效指标", "年度绩效指标", "绩效指标完成情况", "年度绩效指标完成情况")
INDICATORS: Headings = {
    "level1": ("一级指标",),
    "level2": ("二级指标",),
    "level3": ("三级指标", "指标名称"),
    "target": ("年度指标值", "指标值", "年初目标值", "年度目标值", "目标值", "年初指标值"),
    "actual": ("实际完成值", "完成值", "全年实际值", "年终完成值", "全年完成值", "实际值", "年度完成值"),
    "weight": ("分值", "权重"),
    "score": ("得分", "自评得分"),
    "reason": (
        "偏差原因分析及改进措施",
        "偏差原因及改进措施",
        "偏差原因分析与改进措施",
        "未完成原因分析",
        "未完成原因及改进措施",
        "未完成原因和改进措施",
        "得失分依据及原因",
        "原因分析",
        "偏差原因分析",
        "偏差原因",
        "原因",
        "备注",
    ),
}
LEVEL1 = {"产出指标", "效益指标", "满意度指标", "成本指标", "产出", "效益", "满意度", "成本"}
ONLY_LEVEL1 = LEVEL1 - {"成本指标", "满意度指标", "满意度"}
LEVEL2 = {"数量", "质量", "时效", "成本", "经济效益", "社会效益", "生态效益", "可持续影响", "服务对象满意度", "满意度"}

TOTAL = ("总分", "合计", "总计", "总得分", "合计得分")
SIDE_NOTES = "导入核对"  # heads the notes beside our own sheet
SIDE: Headings = {"profile": ("评分规则",), "grade": ("评价等级",)}
MONEY_UNIT = re.compile(r"(万元|元)")

_REMARK = re.compile(r"\([^()]*\)$")


def key(text: str) -> str:
    """The heading as it is compared: no blanks, no colon at the end, no bracketed remark."""
    bare = re.sub(r"\s+", "", half_width(text)).rstrip(":")
    return _REMARK.sub("", bare).rstrip(":") or bare


def field_of(text: str, fields: Headings) -> str | None:
    """The field that a heading means, or None."""
    wanted = key(text)
    return next((field for field, names in fields.items() if wanted in names), None)


def is_level2(text: str) -> bool:
    """Whether the words name a block of the second level: 数量指标, 服务对象满意度."""
    wanted = key(text)
    return wanted not in ONLY_LEVEL1 and wanted.removesuffix("指标") in LEVEL2


def is_level1(text: str) -> bool:
    """Whether the words name a block of the first level."""
    return key(text) in LEVEL1
