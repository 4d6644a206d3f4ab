"""Writes the generated page docs/checks.md from the checks and their examples; a test keeps it current.

Every example is a change of one correct form. The tests run each of them.
"""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from selfeval_xl import checks
from selfeval_xl.cells import Entry, Spot, read_value, round_half_up
from selfeval_xl.checks import Check
from selfeval_xl.form import Form, Funds, Indicator
from selfeval_xl.profiles import GUANGXI, NATIONAL, SICHUAN, Profile

PAGE = Path(__file__).resolve().parent.parent / "docs" / "checks.md"

Changes = dict[str, str]  # place and what is written there: "row1.score": "9.5"

_HEAD = {
    "project": "乡村道路养护",
    "department": "云岭县交通运输局",
    "unit": "云岭县公路段",
    "expected_goal": "完成县乡道路养护，保障群众出行。",
    "achieved_goal": "全年养护 128 公里，道路通行正常。",
}
_FUNDS = {
    "total": ("年度资金总额", "1200000", "1180000", "1156400", "10", "98%", "9.8"),
    "fiscal": ("其中：当年财政拨款", "1200000", "1180000", "1156400", "-", "-", "-"),
    "carried": ("上年结转资金", "0", "0", "0", "-", "-", "-"),
    "other": ("其他资金", "0", "0", "0", "-", "-", "-"),
}
_ROWS = (
    ("产出指标(50分)", "数量指标", "养护里程", "≥120公里", "128公里", "15", "15", ""),
    ("产出指标(50分)", "质量指标", "验收合格率", "100%", "98%", "15", "14.7", "两处路段返工，已整改。"),
    ("产出指标(50分)", "时效指标", "完成时间", "2025年10月底前", "2025年9月28日", "10", "10", ""),
    ("产出指标(50分)", "成本指标", "每公里养护成本", "≤0.98万元", "0.95万元", "10", "10", ""),
    ("效益指标(30分)", "社会效益指标", "受益群众", "≥2000户", "2100户", "20", "20", ""),
    ("效益指标(30分)", "可持续影响指标", "管护制度", "建立", "已建立", "10", "10", ""),
    ("满意度指标(10分)", "服务对象满意度指标", "沿线群众问卷满意度", "≥90%", "93.5%", "10", "10", ""),
)
_FUNDS_FIELDS = ("name", "initial_budget", "annual_budget", "executed", "weight", "rate", "score")
_ROW_FIELDS = ("level1", "level2", "level3", "target", "actual", "weight", "score", "reason")
_WORDS = {
    "project": "项目名称",
    "department": "主管部门",
    "unit": "实施单位",
    "year": "年度",
    "expected_goal": "预期目标",
    "achieved_goal": "实际完成情况",
    "total_weight": "总分的分值",
    "total_score": "总分的得分",
    "grade": "评价等级",
    "initial_budget": "年初预算数",
    "annual_budget": "全年预算数",
    "executed": "全年执行数",
    "weight": "分值",
    "rate": "执行率",
    "score": "得分",
    "level1": "一级指标",
    "level2": "二级指标",
    "level3": "三级指标",
    "target": "年度指标值",
    "actual": "实际完成值",
    "reason": "偏差原因",
}
_PROFILES = {"low_execution_needs_a_reason": SICHUAN, "far_above_target_needs_a_reason": GUANGXI}

# One change that the check finds, and one that it rightly lets pass.
EXAMPLES: dict[str, tuple[Changes, Changes]] = {
    "cells_hold_no_errors": ({"row0.target": "#REF!"}, {"row0.target": "≥120公里"}),
    "execution_weight_is_that_of_the_rules": (
        {"total.weight": "20", "total.score": "19.6", "row4.weight": "10", "row4.score": "10",
         "row4.level1": "效益指标", "row5.level1": "效益指标"},
        {"total.weight": "10.0"},
    ),
    "indicator_has_a_name": ({"row0.level3": ""}, {"row0.level3": "养护公里数"}),
    "missed_ranges_need_a_reason": (
        {"row0.target": "100-120公里", "row0.actual": "128公里"},
        {"row0.target": "100-130公里", "row0.actual": "128公里"},
    ),
    "rows_with_points_are_filled": (
        {f"row0.{field}": "" for field in ("level3", "target", "actual", "score")},
        {"row0.target": "不低于120公里"},
    ),
    "totals_are_numbers": ({"total_score": "九十九点五"}, {"total_score": "99.5"}),
    "names_and_year_are_filled": ({"unit": ""}, {"unit": "云岭县公路段养护站"}),
    "words_are_whole": ({"row0.level3": "养护里\ufffd"}, {"row0.level3": "养护里程数"}),
    "template_hints_are_replaced": ({"row0.level3": "指标1："}, {"row0.level3": "指标1：养护里程"}),
    "amounts_are_numbers": ({"total.executed": "约116万"}, {"total.executed": "1,156,400.00"}),
    "rates_of_parts_match_amounts": ({"fiscal.rate": "89%"}, {"fiscal.rate": "98.00%"}),
    "amounts_are_in_the_unit_of_the_form": (
        {"total.initial_budget": "120", "fiscal.initial_budget": "120"},
        {"total.initial_budget": "900000", "fiscal.initial_budget": "900000"},
    ),
    "execution_rate_matches_amounts": ({"total.rate": "97.99%"}, {"total.rate": "98.00%"}),
    "execution_score_matches_amounts": ({"total.score": "9.9"}, {"total.score": "9.80"}),
    "execution_is_scored": ({"total.score": "满分"}, {"total.score": "9.80"}),
    "no_execution_without_budget": ({"other.executed": "5000"}, {"other.executed": "0"}),
    "execution_is_within_budget": (
        {"total.executed": "1190000", "fiscal.executed": "1190000", "total.rate": "100%", "total.score": "10"},
        {"total.executed": "1180000", "fiscal.executed": "1180000", "total.rate": "100%", "total.score": "10"},
    ),
    "total_funds_match_parts": ({"fiscal.annual_budget": "1150000"}, {"fiscal.annual_budget": "1180000.00"}),
    "low_execution_needs_a_reason": (
        {"total.executed": "944000", "fiscal.executed": "944000", "total.rate": "80%", "total.score": "8"},
        {"total.executed": "1062000", "fiscal.executed": "1062000", "total.rate": "90%", "total.score": "9"},
    ),
    "goal_differs_from_result": (
        {"achieved_goal": "完成县乡道路养护，保障群众出行！"},
        {"achieved_goal": "完成县乡道路养护 128 公里，群众出行有保障。"},
    ),
    "years_are_this_year": (
        {"achieved_goal": "2024年养护 128 公里，通行正常。"},
        {"achieved_goal": "2025年养护 128 公里，比2024年多 6 公里。"},
    ),
    "amounts_are_not_last_years": (
        {"total.executed": "1093271.5", "fiscal.executed": "1093271.5", "total.rate": "92.65%", "total.score": "9.27"},
        {"total.executed": "1100271.5", "fiscal.executed": "1100271.5", "total.rate": "93.24%", "total.score": "9.32"},
    ),
    "words_are_not_last_years": (
        {"achieved_goal": "全年养护 126 公里，路面平整，群众出行方便。"},
        {"achieved_goal": "全年养护 128 公里，路面平整，群众出行方便。"},
    ),
    "results_are_not_last_years": (
        {"row0.actual": "126公里", "row1.actual": "99%", "row1.score": "14.85", "row3.actual": "0.93万元",
         "row4.actual": "2050户", "row6.actual": "92.8%"},
        {"row0.actual": "126公里", "row3.actual": "0.93万元"},
    ),
    "target_is_due_in_this_year": ({"row2.target": "2024年10月底前"}, {"row2.target": "2025年9月底前"}),
    "words_are_of_this_project": (
        {"achieved_goal": "农村饮水安全工程按期完工。"},
        {"achieved_goal": "乡村道路养护与农村饮水安全工程同步实施。"},
    ),
    "payment_progress_is_no_output": ({"row2.level3": "资金支付进度"}, {"row2.level3": "养护完成时间"}),
    "target_is_given": ({"row0.target": ""}, {"row0.target": "不少于120公里"}),
    "cost_is_limited_from_above": ({"row3.target": "≥0.90万元"}, {"row3.target": "不超过0.98万元"}),
    "effects_can_be_measured": (
        {"row4.target": "出行条件明显改善", "row4.actual": "出行条件明显改善"},
        {"row4.target": "≥2000户"},
    ),
    "result_is_given": ({"row0.actual": "*"}, {"row0.actual": "128"}),
    "units_agree": ({"row0.actual": "128天"}, {"row0.actual": "128 公里"}),
    "units_are_written_alike": ({"row3.actual": "9500元"}, {"row3.actual": "0.95 万元"}),
    "result_states_a_number": ({"row0.actual": "达成预期指标"}, {"row0.actual": "125公里"}),
    "result_does_not_repeat_target": ({"row0.actual": "≥120公里"}, {"row0.actual": "120公里"}),
    "shares_are_within_100": ({"row6.actual": "101%"}, {"row6.actual": "100%"}),
    "far_above_target_needs_a_reason": (
        {"row0.actual": "300公里"},
        {"row0.actual": "300公里", "row0.reason": "年中新增上级下达的水毁修复任务 172 公里。"},
    ),
    "far_above_target_is_noted": ({"row0.actual": "150公里"}, {"row0.actual": "144公里"}),
    "satisfaction_has_evidence": (
        {"row6.level3": "沿线群众满意度", "row6.actual": "100%"},
        {"row6.level3": "沿线群众满意度（问卷 200 份）", "row6.actual": "100%"},
    ),
    "weight_is_a_number": ({"row0.weight": "十五"}, {"row0.weight": "15.0"}),
    "score_is_a_number": ({"row0.score": ""}, {"row0.score": "15.00"}),
    "score_is_within_weight": ({"row0.score": "16"}, {"row0.score": "15"}),
    "score_follows_from_result": (
        {"row3.actual": "1.10万元", "row3.score": "8", "row3.reason": "材料涨价。"},
        {"row3.actual": "1.10万元", "row3.score": "8.91", "row3.reason": "材料涨价。"},
    ),
    "words_score_is_within_band": (
        {"row5.actual": "未建立", "row5.score": "8", "row5.reason": "制度尚在起草。"},
        {"row5.actual": "未建立", "row5.score": "3", "row5.reason": "制度尚在起草。"},
    ),
    "unfulfilled_words_lose_points": ({"row5.actual": "制度尚未出台"}, {"row5.actual": "制度已于3月建立"}),
    "delays_need_a_reason": (
        {"row2.actual": "2025年12月5日"},
        {"row2.actual": "2025年12月5日", "row2.score": "8", "row2.reason": "雨季停工两周。"},
    ),
    "points_lost_need_a_reason": ({"row1.reason": ""}, {"row1.reason": "两处路段返工。"}),
    "reasons_have_content": ({"row1.reason": "无"}, {"row1.reason": "暴雨冲毁路基，已返工。"}),
    "weights_match_heading": ({"row6.level1": "满意度指标(20分)"}, {"row6.level1": "满意度指标（10分）"}),
    "indicators_are_not_repeated": (
        {"row4.level3": "养护里程", "row4.target": "≥120公里", "row4.actual": "128公里"},
        {"row4.level3": "养护乡道里程"},
    ),
    "first_level_blocks_are_complete": (
        {"row6.level1": "其他指标(10分)", "row6.level2": "其他", "row6.level3": "管护人员培训", "row6.target": "100%",
         "row6.actual": "100%"},
        {"row6.level1": "满意度指标（10分）"},
    ),
    "weights_sum_to_100": (
        {"row5.weight": "5", "row5.score": "5", "row5.level1": "效益指标", "row4.level1": "效益指标",
         "total_weight": "95"},
        {"row5.weight": "12", "row4.weight": "18", "row5.score": "12", "row4.score": "18"},
    ),
    "total_weight_matches_sum": ({"total_weight": "95"}, {"total_weight": "100.00"}),
    "total_score_matches_sum": ({"total_score": "99.9"}, {"total_score": "99.50"}),
    "grade_matches_total": ({"grade": "良"}, {"grade": "优秀"}),
    "not_everything_has_full_marks": (
        {"row1.actual": "100%", "row1.score": "15", "row1.reason": "", "total.executed": "1180000",
         "fiscal.executed": "1180000", "total.rate": "100%", "total.score": "10"},
        {"row1.actual": "100%", "row1.score": "15", "row1.reason": ""},
    ),
}  # fmt: skip


def form(changes: Changes | None = None) -> Form:
    """The correct form with some changes; its totals are added up unless they are changed."""
    changed = dict(changes or {})
    head = {field: changed.pop(field, text) for field, text in _HEAD.items()}
    funds = tuple(
        _record(Funds, _FUNDS_FIELDS, row, name, 6 + n, changed) for n, (name, row) in enumerate(_FUNDS.items())
    )
    rows = tuple(_record(Indicator, _ROW_FIELDS, row, f"row{n}", 13 + n, changed) for n, row in enumerate(_ROWS))
    total = sum((row.score.number for row in (funds[0], *rows) if row.score.number is not None), Decimal(0))
    weight = sum((row.weight.number for row in (funds[0], *rows) if row.weight.number is not None), Decimal(0))
    made = Form(
        source="示例.xlsx",
        sheet="乡村道路养护",
        year=int(changed.pop("year", "2025")),
        money_unit="元",
        funds=funds,
        indicators=rows,
        total_weight=_entry(changed.pop("total_weight", str(weight)), Spot(None, 20, 7)),
        total_score=_entry(changed.pop("total_score", str(round_half_up(total, 2))), Spot(None, 20, 8)),
        columns={field: column for column, field in enumerate(_ROW_FIELDS, 2)},
        funds_columns={field: column for column, field in enumerate(_FUNDS_FIELDS, 2) if field != "name"},
        grade=_entry(changed.pop("grade", "优"), Spot(None, 2, 12)),
        **{
            field: _entry(text, Spot(None, 3, 3)) if text else Entry(spot=Spot(None, 3, 3))
            for field, text in head.items()
        },
    )
    if changed:
        raise KeyError(*changed)
    return made


def _record(record: type, fields: tuple[str, ...], texts: tuple[str, ...], name: str, row: int, changed: Changes):
    entries = {}
    for column, (field, text) in enumerate(zip(fields, texts, strict=True), 2):
        entries[field] = _entry(changed.pop(f"{name}.{field}", text), Spot(None, row, column))
    return record(**entries)


def _entry(text: str, spot: Spot) -> Entry:
    return Entry(read_value(text), text, spot) if text else Entry()


OTHER_PROJECT = replace(form(), project=Entry("农村饮水安全工程", "农村饮水安全工程"))
LAST_YEAR = form(
    {
        "year": "2024",
        "achieved_goal": "全年养护 126 公里，路面平整，群众出行方便。",
        "total.executed": "1093271.5",
        "row0.actual": "126公里",
        "row1.actual": "99%",
        "row1.reason": "一处路段返工，已整改。",
        "row2.target": "2024年10月底前",
        "row2.actual": "2024年10月8日",
        "row3.actual": "0.93万元",
        "row4.actual": "2050户",
        "row6.actual": "92.8%",
    }
)
OTHERS = (OTHER_PROJECT, LAST_YEAR)  # handed in together with the form


def rules_for(check: Check) -> Profile:
    """The profile by which the examples of a check are tried."""
    return _PROFILES.get(check.name, NATIONAL)


def page() -> str:
    """The reference of checks, in Chinese."""
    counted = {level: sum(check.level == level for check in checks.CHECKS) for level in checks.LEVELS}
    lines = [
        "# 核对规则",
        "",
        "<!-- 本页由 tools/checks_table.py 根据 selfeval_xl/checks 生成，请勿手工修改。 -->",
        "",
        f"共 {len(checks.CHECKS)} 条："
        + "，".join(f"{checks.LEVELS[level]} {n} 条" for level, n in counted.items())
        + "。",
        "错误是怎么看都不对的；提醒是不说明就会被退回的；建议只供参考，从不改动得分，可以整体关闭"
        "（工作表右上方的“复核建议”，命令行的 `--no-advice`）。",
        "每条规则的两个例子都以同一张正确的表为底稿，只改动所列的内容；测试会逐一运行，也写成 .xlsx 文件再运行一遍。",
        "与上年度的表比对的规则，要把上年度的表一并交给 `check`；例子里上年度的表见页末。",
        "“规定比例”“远超”“明显超过”的具体数字，以及“不超过”类指标的算法，由评分规则决定，"
        "见 [profiles.md](profiles.md)；依据随所用的规则而定，表中写的是“全国通用”等规则的依据。",
        "得分和总分按两位小数核对；只印一位小数的按一位小数核对；整数不视为四舍五入，满分更不是。执行率可印到整数百分点。",
        "",
        "| 规则 | 级别 | 要求 | 会提示的例子 | 不会提示的例子 | 依据 |",
        "|---|---|---|---|---|---|",
    ]
    for check in checks.CHECKS:
        source = check.source(rules_for(check))
        words = check.words.replace("\n", "").replace(" ", "") if "\n" in check.words else check.words
        bad, good = (_told(changes) for changes in EXAMPLES[check.name])
        basis = f"{source.notice}（{source.region}）"
        lines.append(f"| `{check.name}` | {checks.LEVELS[check.level]} | {words} | {bad} | {good} | {basis} |")
    return "\n".join([*lines, "", "## 底稿", "", *_original(), "", "## 上年度的表", "", *_last_year(), ""])


def _told(changes: Changes) -> str:
    """The changes as a person would say them."""
    return "；".join(f"{_place(place)}{_quoted(text)}" for place, text in changes.items())


def _place(place: str) -> str:
    name, _, field = place.partition(".")
    if not field:
        return _WORDS[name]
    of = _FUNDS[name][0] if name in _FUNDS else _ROWS[int(name.removeprefix("row"))][2]
    return f"“{of}”的{_WORDS[field]}"


def _quoted(text: str) -> str:
    return f"填“{text}”" if text else "空着"


def _original() -> list[str]:
    head = "；".join(f"{_WORDS[field]}：{text}" for field, text in _HEAD.items())
    lines = [f"年度：2025；{head}；评价等级：优", ""]
    lines += [
        "| 项目资金 | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分 |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [f"| {' | '.join(row)} |" for row in _FUNDS.values()]
    lines += ["", "| 一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因 |"]
    lines += ["|---|---|---|---|---|---|---|---|", *(f"| {' | '.join(row)} |" for row in _ROWS)]
    return lines


def _last_year() -> list[str]:
    executed = LAST_YEAR.funds[0].executed.written
    actuals = "；".join(f"{row.level3.written} {row.actual.written}" for row in LAST_YEAR.indicators)
    return [
        f"年度：2024；全年执行数：{executed}；实际完成情况：{LAST_YEAR.achieved_goal.written}",
        "",
        f"实际完成值：{actuals}。其余同底稿。",
    ]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
