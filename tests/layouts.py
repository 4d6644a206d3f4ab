"""Forms drawn by chance and laid out as the families of real life do; everything that varies is drawn, too."""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

FAMILIES = ("national", "yunnan", "sichuan", "twenty-points", "cohesion", "review")

SPELLINGS = {
    "project": ["项目名称", "项 目 名 称", "项目名称：", "项目支出名称", "部门预算项目名称"],
    "department": ["主管部门", "主管部门及代码", "预算主管部门", "主管\n部门", "上级主管部门"],
    "unit": ["实施单位", "项目实施单位", "项目单位", "实施（使用）单位", "实施单位（盖章）", "牵头单位"],
    "initial_budget": ["年初预算数", "年初预算", "年初\n预算数", "年初预算数（A）", "年初部门预算", "预算安排"],
    "annual_budget": ["全年预算数", "全年预算数(A)", "预算数（A）", "全年（调整）预算数", "预算控制数"],
    "executed": [
        "全年执行数",
        "全年执行数（B）",
        "执行数(B)",
        "预算执行数",
        "全 年 执 行 数",
        "支出决算数",
        "截至12月底执行数",
        "已支付",
    ],
    "rate": ["执行率", "执行率（B/A）", "预算执行率", "执行率(%)", "预算支出率", "支出占预算比例"],
    "money_weight": ["分值", "权重"],
    "money_score": ["得分", "自评得分"],
    "expected": ["预期目标", "年初设定目标", "年初目标", "年度预期目标", "预 期 目 标"],
    "achieved": ["实际完成情况", "全年完成情况", "目标实际完成情况", "年度总体目标完成情况综述", "自评完成情况"],
    "level1": ["一级指标", "一级\n指标", "一 级 指 标"],
    "level2": ["二级指标", "二级\n指标"],
    "level3": ["三级指标", "三级指标名称", "指标名称", "指标内容"],
    "nature": ["指标性质", "运算符号"],
    "target": ["年度指标值", "年度指标值（A）", "年初目标值(A)", "预期指标值", "目标值", "指 标 值", "年初设定值"],
    "target_unit": ["度量单位", "计量单位"],
    "actual": [
        "实际完成值",
        "实际完成值（B）",
        "全年完成值",
        "完成值",
        "全年实际值",
        "年终完成值",
        "实际\n完成值",
        "截至年底完成值",
        "指标执行情况",
    ],
    "weight": ["分值", "权重", "分 值", "分值（100分）", "权重值", "规定分值"],
    "score": ["得分", "自评得分", "自评分", "单项得分", "自评打分"],
    "reason": [
        "偏差原因分析及改进措施",
        "未完成原因分析",
        "得失分依据及原因",
        "偏差原因\n分析及改进措施",
        "备注",
        "未完成情况说明",
        "扣分理由",
    ],
    "funds_block": ["项目资金", "预算执行情况", "项目资金情况", "预算执行情况（10分）"],
    "goals_block": ["年度总体目标", "年度目标", "总体目标", "年度绩效目标"],
    "indicators_block": ["绩效指标", "年度绩效指标", "绩效指标（90分）", "年度绩效指标完成情况"],
    "total": ["总分", "合计", "总 分", "总计", "自评总分"],
    "title": [
        "项目支出绩效自评表",
        "财政项目支出绩效自评表",
        "市级预算项目支出绩效自评表",
        "项 目 支 出 绩 效 自 评 表",
    ],
}
BLOCKS = {
    "产出指标": ["数量指标", "质量指标", "时效指标", "成本指标"],
    "效益指标": ["经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标"],
    "满意度指标": ["服务对象满意度指标"],
}
TARGETS = [
    "≥60次",
    "100%",
    "2023年10月底",
    "及时",
    "≤3.5万元",
    "=12处",
    "18—54周岁",
    "持续改善",
    "0起",
    "不低于95%",
    "60",
]
ACTUALS = ["62次", "98.5%", "2023年9月20日", "达成预期指标", "3.42万元", "—", "", "有所提升", "60", "-", "0.9‰"]
NAMES = "修建道路桥梁农田水渠学校设备培训巡查维护宣传服务"
FUNDS_NAMES = ["其中：财政拨款", "上年结转资金", "其他资金", "单位资金", "省级财政资金"]
DASHES = ["-", "—", "/", "——", "", "－"]

names = st.text(NAMES, min_size=2, max_size=8)
points = st.integers(1, 300).map(lambda tenths: str(tenths / 10).removesuffix(".0"))


@dataclass
class Laid:
    """A sheet and what its form says."""

    family: str
    rows: list[list[Any]]
    merges: list[tuple[int, int, int, int]]
    expected: dict[str, Any]
    leftovers: set[str] = field(default_factory=set)


def _spelled(draw, name: str) -> str:
    return draw(st.sampled_from(SPELLINGS[name]))


def _amounts(draw) -> tuple[str | None, str]:
    """An amount as the JSON states it and as the form writes it."""
    cents = draw(st.integers(0, 10**10))
    exact = f"{cents // 100}.{cents % 100:02}" if cents % 100 else str(cents // 100)
    grouped = f"{cents // 100:,}" + (f".{cents % 100:02}" if cents % 100 else "")
    full_width = exact.translate(str.maketrans("0123456789.", "０１２３４５６７８９．"))
    return exact, draw(st.sampled_from([exact, grouped, full_width]))


class _Paper:
    """Cells by place, counted from 1, and merged areas."""

    def __init__(self) -> None:
        self.cells: dict[tuple[int, int], str] = {}
        self.areas: list[tuple[int, int, int, int]] = []

    def put(self, row: int, left: int, text: str, right: int | None = None, bottom: int | None = None) -> None:
        self.cells[row, left] = text
        area = (row, left, bottom or row, right or left)
        if area[:2] != area[2:]:
            self.areas.append(area)

    def laid(self, merging: str, top: int, left: int) -> tuple[list[list[Any]], list[tuple[int, int, int, int]]]:
        cells = {(r + top, c + left): text for (r, c), text in self.cells.items()}
        areas = [(t + top, lft + left, b + top, r + left) for t, lft, b, r in self.areas]
        if merging == "repeated":
            for t, lft, b, r in areas:
                cells |= {(row, column): cells[t, lft] for row in range(t, b + 1) for column in range(lft, r + 1)}
        height, width = (max(place[axis] for place in [*cells, *((a[2], a[3]) for a in areas)]) for axis in (0, 1))
        rows = [[cells.get((r, c)) or None for c in range(1, width + 1)] for r in range(1, height + 1)]
        return rows, areas if merging == "merged" else []


@st.composite
def sheets(draw, families=FAMILIES) -> Laid:
    family = draw(st.sampled_from(families))
    paper = _Paper()
    block = family == "sichuan" or draw(st.booleans())  # a first column that names the blocks
    gap = draw(st.booleans())  # a blank column before the last
    fields = {
        "national": "level1 level2 level3 target actual weight score reason",
        "yunnan": "level1 level2 level3 nature target target_unit actual weight score reason",
        "sichuan": "level1 level2 level3 nature target target_unit actual weight score reason",
        "twenty-points": "level1 level2 level3 target actual score reason",
        "cohesion": "level1 level2 level3 weight target actual score reason",
        "review": "level1 level2 level3 target actual weight score reason ?复核完成值 ?复核得分 ?偏离度",
    }[family].split()
    headed = draw(st.sampled_from(["", "", "level1", "level1 level2"]))  # levels that are rows of their own
    kept = headed == "level1" and draw(st.booleans())  # with their column left blank
    fields = [name for name in fields if kept or name not in headed.split()]
    first = 2 if block else 1
    columns = {name: first + number for number, name in enumerate(fields)}
    if gap:
        columns[fields[-1]] += 1
    width = max(columns.values())
    row = 1
    year = draw(st.integers(2018, 2026))
    in_title = draw(st.booleans())
    paper.put(row, 1, f"{year}年度{_spelled(draw, 'title')}" if in_title else _spelled(draw, "title"), right=width)
    row += 1
    if not in_title:
        paper.put(row, 1, draw(st.sampled_from([f"（{year}年度）", f"({year} 年度)", f"{year}年度"])), right=width)
        row += 1
    money = draw(st.sampled_from(["元", "万元", None]))
    in_note = money is not None and draw(st.booleans())
    if in_note:
        paper.put(row, width, f"单位：{money}")
        row += 1
    row += draw(st.integers(0, 1))

    said: dict[str, Any] = {"layout": family, "year": year, "money_unit": money}
    middle = width // 2 + 1
    said["project"] = f"{draw(names)}项目"
    _pair(draw, paper, row, 1, "project", said["project"], width)
    row += 1
    for left, name in ((1, "department"), (middle, "unit")):
        said[name] = draw(names) + draw(st.sampled_from(["局", "管理中心", "委员会"]))
        _pair(draw, paper, row, left, name, said[name], middle - 1 if left == 1 else width)
    row += 1 + draw(st.integers(0, 1))

    row = _funds(draw, paper, row, family, None if in_note else money, said)
    row += draw(st.integers(0, 1))
    row = _goals(draw, paper, row, block, width, said)
    row = _indicators(draw, paper, row, columns, block, said, headed)
    leftovers = {heading.removeprefix("?") for heading in columns if heading.startswith("?")}
    if draw(st.booleans()):
        foot = draw(st.sampled_from(["填表人：林一", "注：本表一式两份", "联系电话：0100-000000", "评价结论：良好"]))
        paper.put(row + draw(st.integers(0, 1)), 1, foot, right=width)
        label, _, grade = foot.partition("：")
        if label == "评价结论":
            said["grade"] = grade
        else:
            leftovers.add(foot)
    merging = draw(st.sampled_from(["merged", "merged", "repeated", "blank"]))
    rows, merges = paper.laid(merging, draw(st.integers(0, 3)), draw(st.integers(0, 2)))
    return Laid(family, rows, merges, said, leftovers)


def _pair(draw, paper: _Paper, row: int, left: int, name: str, value: str, right: int) -> None:
    label = _spelled(draw, name)
    if draw(st.integers(0, 4)) == 0:
        paper.put(row, left, f"{label.rstrip('：')}：{value}", right=right)
    else:
        paper.put(row, left, label)
        paper.put(row, left + 1, value, right=right)


def _funds(draw, paper: _Paper, row: int, family: str, money: str | None, said: dict[str, Any]) -> int:
    names_of_columns = ["initial_budget", "annual_budget", "executed", "weight", "rate", "score"]
    if family == "twenty-points":
        names_of_columns = ["annual_budget", "executed", "rate", "score"]
    elif family == "cohesion":
        names_of_columns = ["annual_budget", "executed", "weight", "rate", "score"]
    elif draw(st.booleans()):
        names_of_columns[3:5] = ["rate", "weight"]
    block = _spelled(draw, "funds_block")
    mark = f"（{money}）" if money else ""
    in_block = draw(st.booleans())
    names = ["年度资金总额", *draw(st.lists(st.sampled_from(FUNDS_NAMES), unique=True, max_size=3))]
    crossed = len(names) > 1 and draw(st.integers(0, 2)) == 0  # rows and columns exchanged

    def put(down: int, right: int, text: str) -> None:
        paper.put(top + (right if crossed else down), 2 + (down if crossed else right), text)

    top = row
    for number, name in enumerate(names_of_columns):
        heading = _spelled(draw, {"weight": "money_weight", "score": "money_score"}.get(name, name))
        if name == "annual_budget" and family == "sichuan":
            heading = "调整后预算数"
        if name == "score" and family == "twenty-points":
            heading = "得分（20分*执行率）"
        if name == "executed" and not in_block:
            heading += mark
        put(0, 1 + number, heading)
    said["funds"] = []
    for number, name in enumerate(names):
        put(number + 1, 0, name)
        stated: dict[str, str | None] = {"name": name, **dict.fromkeys(names_of_columns)}
        for place, column in enumerate(names_of_columns):
            text = draw(st.sampled_from(DASHES))
            if column in ("initial_budget", "annual_budget", "executed") and draw(st.integers(0, 9)):
                stated[column], text = _amounts(draw)
            elif column in ("weight", "score") and number == 0 and draw(st.integers(0, 9)):
                stated[column] = text = draw(points)
            elif column == "rate" and draw(st.booleans()):
                hundredths = draw(st.integers(1, 10000))
                stated[column], text = f"{hundredths / 10000:.4f}", f"{hundredths / 100:.2f}%"
            put(number + 1, 1 + place, text)
        if family == "twenty-points" and number == 0:
            stated["weight"] = "20"
        said["funds"].append(stated)
    bottom = top + len(names_of_columns if crossed else names)
    paper.put(top, 1, block + (mark if in_block else ""), bottom=bottom)
    return bottom + 1


def _goals(draw, paper: _Paper, row: int, block: bool, width: int, said: dict[str, Any]) -> int:
    said["goals"] = {"expected": f"完成{draw(names)}。", "achieved": f"已{draw(names)}，效果良好。"}
    first, middle = 2, width // 2 + 2
    label = _spelled(draw, "goals_block")
    if draw(st.booleans()):
        for left, right, name in ((first, middle - 1, "expected"), (middle, width, "achieved")):
            paper.put(row, left, _spelled(draw, name), right=right)
            paper.put(row + 1, left, said["goals"][name], right=right)
        paper.put(row, 1, label, bottom=row + 1)
        return row + 2
    for name in ("expected", "achieved"):
        paper.put(row, 2, _spelled(draw, name))
        paper.put(row, 3, said["goals"][name], right=width)
        row += 1
    paper.put(row - 2, 1, label, bottom=row - 1)
    return row


def _indicators(
    draw, paper: _Paper, row: int, columns: dict[str, int], block: bool, said: dict[str, Any], headed: str
) -> int:
    top = row
    deep = said["layout"] == "yunnan"
    parts = {"nature", "target", "target_unit"}
    for name, column in columns.items():
        heading = name[1:] if name.startswith("?") else _spelled(draw, name)
        if deep and name in parts:
            paper.put(row + 1, column, heading if name != "target" else "指标值")
        else:
            paper.put(row, column, heading, bottom=row + 1 if deep else None)
    if deep:
        paper.put(row, columns["nature"], "年度指标值", right=columns["target_unit"])
        row += 1
    said["indicators"] = []
    weighted = draw(st.booleans())  # weights inside the names of the blocks
    numbered = draw(st.booleans())
    serial = 0
    for number, (level1, of_second) in enumerate(BLOCKS.items()):
        seconds = draw(st.lists(st.sampled_from(of_second), unique=True, min_size=1, max_size=3))
        called = f"{level1}（50分）" if weighted else level1
        if headed:
            row += 1
            called = f"{'一二三'[number]}、{called}" if numbered else called
            paper.put(row, min(columns.values()), called, right=max(columns.values()))
        began = row + 1
        for place, second in enumerate(seconds):
            level2 = f"（{'一二三'[place]}）{second}" if "level2" in headed and numbered else second
            if "level2" in headed:
                row += 1
                paper.put(row, min(columns.values()), level2, right=max(columns.values()))
            start = row + 1
            for _ in range(draw(st.integers(1, 3))):
                serial += 1
                row += 1
                cells, stated = _indicator(draw, columns, serial)
                for name, text in cells.items():
                    paper.put(row, columns[name], text)
                said["indicators"].append({"level1": called, "level2": level2, **stated})
            if "level2" not in headed:
                paper.put(start, columns["level2"], level2, bottom=row)
        if not headed:
            paper.put(began, columns["level1"], called, bottom=row)
    if block:
        paper.put(top, 1, _spelled(draw, "indicators_block"), bottom=row)
    row += 1
    paper.put(row, 1, _spelled(draw, "total"), right=columns["level3"])
    said["total_weight"] = said["total_score"] = None
    for name in ("weight", "score"):
        if name in columns:
            said[f"total_{name}"] = draw(points)
            paper.put(row, columns[name], said[f"total_{name}"])
    return row + 1


def _indicator(draw, columns: dict[str, int], serial: int) -> tuple[dict[str, str], dict[str, str | None]]:
    """The cells of one row, and what they say."""
    cells = {"level3": f"{draw(names)}{serial}", "actual": draw(st.sampled_from(ACTUALS)), "score": draw(points)}
    cells["reason"] = draw(st.sampled_from(["", "", "—", "材料进场晚，已整改", "无"]))
    if "weight" in columns:
        cells["weight"] = draw(points)
    stated: dict[str, str | None] = {}
    if "nature" in columns:
        nature = draw(st.sampled_from(["≥", "=", "≤", "定性", "＝"]))
        value, unit = (
            (draw(st.sampled_from(["良好", "明显提升"])), "/") if nature == "定性" else (str(serial * 7), "次")
        )
        cells |= {"nature": nature, "target": value, "target_unit": unit}
        stated |= (
            {"target": value, "nature": nature}
            if nature == "定性"
            else {"target": f"{nature}{value}{unit}", "unit": unit}
        )
    else:
        cells["target"] = draw(st.sampled_from(TARGETS))
    for name in ("level3", "target", "actual", "weight", "score", "reason"):
        if name in cells and name not in stated:
            stated[name] = None if cells[name] in ("", "—", "-") else cells[name]
    for name in columns:
        if name.startswith("?"):
            cells[name] = draw(st.sampled_from(["", "95%", "9.5"]))
    return cells, stated
