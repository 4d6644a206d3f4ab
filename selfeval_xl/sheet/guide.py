"""说明: how the workbook is used."""

from collections.abc import Iterable

from selfeval_xl.grid import Area
from selfeval_xl.labels import OWN_SHEETS
from selfeval_xl.profiles import Profile
from selfeval_xl.sheet.contents import words
from selfeval_xl.sheet.fit import needed
from selfeval_xl.sheet.page import Draft, Page

GUIDE = "说明"
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
    draft = Draft()
    draft.put(1, 1, OWN_SHEETS[0], "title", right=2)
    draft.height(1, 32)
    row = 2
    for number, step in enumerate(_STEPS, 1):
        draft.put(row, 1, f"{number}", "points")
        draft.put(row, 2, step, "text")
        draft.height(row, needed(22, (words(step), (76,))))
        row += 1
    draft.put(row, 1, "单元格函数", "label", right=2)
    draft.height(row, 24)
    for name, description in functions:
        row += 1
        draft.put(row, 1, name, "text")
        draft.put(row, 2, description, "text")
        draft.height(row, needed(22, (words(description), (76,))))
    row += 1
    draft.put(row, 1, "评分规则", "text")
    basis = "、".join(dict.fromkeys(source.notice for _, source in profile.sources))
    draft.put(row, 2, f"{profile.title}：依据{basis}", "text")
    draft.height(row, needed(22, (words(basis), (70,))))
    return Page(GUIDE, tuple(draft.cells), (24.0, 78.0), draft.heights, Area(1, 1, row, 2), pages_high=0)
