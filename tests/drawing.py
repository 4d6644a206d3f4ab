"""Draws forms as other offices lay them out, for the readers to find their way."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import openpyxl
from openpyxl.utils import get_column_letter

HEADINGS = ("一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施")
FUNDS = ("年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分")


@dataclass(frozen=True)
class Style:
    """How an office draws the form: where, how wide, merged or repeated, with which words."""

    top: int = 0
    left: int = 0
    span: int = 1  # sheet columns that one column of the form takes
    levels: str = "merged"  # merged, repeated or blank below the first
    title: str = "财政项目支出绩效自评表"
    year: str = "（ 2024 年度）"
    spaced: bool = False
    gap: int = 0  # blank rows between the blocks
    numbers_as_text: bool = False


PROJECT = {
    "project": "乡村道路养护",
    "department": "某县交通运输局",
    "unit": "某县公路段",
    "funds": [
        ("年度资金总额", 1200000, 1180000.5, 1003000.43, 10, 0.85, 8.5),
        ("其中：当年财政拨款", 1200000, 1180000.5, 1003000.43, "-", "-", "-"),
        ("上年结转资金", 0, 0, 0, "-", "-", "-"),
        ("其他资金", None, None, None, "-", "-", "-"),
    ],
    "expected": "完成县乡道路养护，保障群众出行。",
    "achieved": "全年养护 128 公里，道路通行正常。",
    "indicators": [
        ("产出指标", "数量指标", "养护里程", "≥120公里", "128公里", 15, 15, None),
        ("产出指标", "数量指标", "巡查次数", "≥48次", "50", 10, 10, None),
        ("产出指标", "质量指标", "验收合格率", "100%", "98%", 15, 14.7, "两处路段返工，已整改。"),
        ("产出指标", "时效指标", "完成时间", "2024年10月底前", "2024年9月28日", 10, 10, None),
        ("效益指标", "社会效益指标", "群众出行条件", "明显改善", "明显改善", 30, 30, None),
        ("满意度指标", "服务对象满意度指标", "沿线群众满意度", "≥90%", "93.5%", 10, 10, None),
    ],
    "weight": 100,
    "score": 98.2,
}


def draw(sheet, project: dict, style: Style) -> None:
    """One form on an openpyxl sheet."""
    pen = _Pen(sheet, style)
    pen.line([(0, style.title, 9)])
    pen.line([(0, style.year, 9)])
    pen.line([(0, "项目名称", 2), (2, project["project"], 7)])
    pen.line([(0, "主管部门", 2), (2, project["department"], 2), (4, "实施单位", 1), (5, project["unit"], 4)])
    pen.row += style.gap
    pen.line([(0, "项目资金(元)", 1), (1, None, 2), *((3 + i, name, 1) for i, name in enumerate(FUNDS))])
    for name, *amounts in project["funds"]:
        pen.line([(1, name, 2), *((3 + i, amount, 1) for i, amount in enumerate(amounts))], percent=3 + 4)
    pen.row += style.gap
    pen.line([(0, "年度总体目标", 1), (1, "预期目标", 4), (5, "实际完成情况", 4)])
    pen.line([(1, project["expected"], 4), (5, project["achieved"], 4)])
    pen.row += style.gap
    pen.line([(0, "绩效指标", 1), *((1 + i, name, 1) for i, name in enumerate(HEADINGS))])
    above: Sequence = (None, None)
    for indicator in project["indicators"]:
        levels = list(indicator[:2])
        if style.levels != "repeated":
            if indicator[:2] == above:
                levels[1] = None
            if indicator[0] == above[0]:
                levels[0] = None
        pen.line([*enumerate(levels, 1), *enumerate(indicator[2:], 3)])
        if style.levels == "merged":
            pen.merge_down(levels)
        above = indicator[:2]
    pen.line([(0, "总分", 6), (6, project["weight"], 1), (7, project["score"], 1), (8, None, 1)])


class _Pen:
    def __init__(self, sheet, style: Style) -> None:
        self.sheet, self.style, self.row = sheet, style, style.top + 1
        self.began = {}

    def line(self, cells, percent: int | None = None) -> None:
        for at, content, *width in cells:
            column = self.style.left + 1 + at * self.style.span
            if content is not None:
                cell = self.sheet.cell(self.row, column, self._written(content, at == percent))
                if at == percent and isinstance(cell.value, float):
                    cell.number_format = "0.00%"
            wide = (width[0] if width else 1) * self.style.span
            if wide > 1:
                letters = [get_column_letter(c) for c in (column, column + wide - 1)]
                self.sheet.merge_cells(f"{letters[0]}{self.row}:{letters[1]}{self.row}")
        self.row += 1

    def _written(self, content, rate: bool):
        if isinstance(content, str):
            return " ".join(content) if self.style.spaced and len(content) <= 6 and content.isalpha() else content
        if self.style.numbers_as_text:
            return f"{content:.2%}" if rate else f"{content:,}"
        return float(content) if rate else content

    def merge_down(self, levels) -> None:
        if self.style.span > 1:
            return  # the rows are merged sideways already
        row = self.row - 1
        for at, name in enumerate(levels, 1):
            if name is not None:
                self.began[at] = row
            elif row > self.began[at]:
                column = get_column_letter(self.style.left + 1 + at)
                for area in list(self.sheet.merged_cells.ranges):
                    if area.min_row == self.began[at] and area.min_col == self.style.left + 1 + at:
                        self.sheet.unmerge_cells(str(area))
                self.sheet.merge_cells(f"{column}{self.began[at]}:{column}{row}")


def workbook(path: Path, *drawings: tuple[str, dict, Style]) -> Path:
    """A workbook with one sheet for each drawing."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, project, style in drawings:
        draw(book.create_sheet(name), project, style)
    book.save(path)
    return path


def document(project: dict, source: str, sheet: str) -> dict:
    """What `show --json` is to say of the project."""

    def number(value):
        return None if value in (None, "-") else repr(value).removesuffix(".0")

    fields = ("initial_budget", "annual_budget", "executed", "weight", "rate", "score")
    names = ("level1", "level2", "level3", "target", "actual")
    return {
        "source": source,
        "sheet": sheet,
        "layout": "national",
        "year": 2024,
        "project": project["project"],
        "department": project["department"],
        "unit": project["unit"],
        "money_unit": "元",
        "funds": [
            {"name": name, **dict(zip(fields, map(number, rest), strict=True))} for name, *rest in project["funds"]
        ],
        "goals": {"expected": project["expected"], "achieved": project["achieved"]},
        "indicators": [
            {
                **dict(zip(names, i[:5], strict=True)),
                "weight": number(i[5]),
                "score": number(i[6]),
                "reason": i[7],
            }
            for i in project["indicators"]
        ],
        "total_weight": number(project["weight"]),
        "total_score": number(project["score"]),
    }
