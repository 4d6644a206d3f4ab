"""说明: how the workbook is used, in three steps on one screen; below them what is looked up now and then."""

from collections.abc import Iterable

from selfeval_xl.grid import Area
from selfeval_xl.labels import OWN_SHEETS
from selfeval_xl.profiles import Profile
from selfeval_xl.sheet.contents import words
from selfeval_xl.sheet.fit import characters, needed
from selfeval_xl.sheet.page import Draft, Formula, Page

GUIDE = "说明"
_WIDTHS = (150, 720)  # pixels
_STEPS = (
    (
        "1. 填",
        "每个项目一张工作表，版式与纸质表一致。从上到下填浅黄色的格，选中一格，旁边有提示；灰色的格（执行率、执行率得分、两个总分）"
        "由公式计算，请勿改写。金额、分值、得分只填数字，不写单位：填成文字的格会变红，总分显示 #N/A。",
    ),
    (
        "2. 看右边",
        "K、L 列只在屏幕上显示，不打印：右上方选择评分规则，查看评价等级和核对结果；每项指标右侧是建议得分和核对意见，"
        "随填随变。得分由人填写，不会被自动改动：与建议得分不同的标橙色，超过分值的标红色，低于分值又没写原因的标黄色。",
    ),
    (
        "3. 交出去",
        "功能区“绩效自评”中单击“核对”，列出整个工作簿的问题；改好后单击“生成报送版”，得到只有数值的文件，发送或打印。"
        "没有这一栏的，直接打印项目表：不带颜色，也不带右边两列。",
    ),
)
_LINKS_HEADING = "转到"
_PICTURED = "功能区“绩效自评”中的“使用说明”：装有安装包的电脑打开带图片的使用说明，其他电脑回到本页。"
_ROLLED = (
    "结转来的表",
    "本工作簿由上年度的自评表结转：年度、项目名称、指标名称、指标值和分值沿用上年，确定的年份已改为本年度；金额、完成值、"
    "得分、偏差原因和完成情况已清空。各表 M 列是上年完成值，只在屏幕上供对照，不打印，也不参与核对；"
    "各表“结转核对”列出没有改动、要由人确认的年份。",
)
_BY_HAND = "没有“绩效自评”这一栏时怎么做"
_MORE = (
    (
        "增加项目",
        "右键单击项目表的标签，选择“移动或复制”，勾选“建立副本”，再把副本改名（不带空格和括号）。",
    ),
    (
        "增加指标",
        "在绩效指标第二行及以下的一行上右键“插入”，总分会自动包含新行；再把上一行的 K、L 两格向下复制，"
        "没有复制的，L 格标黄色。",
    ),
    (
        "加入“汇总”",
        "先给副本改好名，在“汇总”中复制最后一个项目的整行，在“合计”行上右键选“插入复制的单元格”，再选中新行，"
        "按 Ctrl+H 把公式中的旧表名全部替换为新表名。",
    ),
    (
        "金额单位",
        "写在“项目资金(元)”的括号里，可改为万元；导入的表没有注明单位的，请在“项目资金”后补写括号和单位。",
    ),
    (
        "建议得分",
        "写“人工判断”的，右侧说明为什么不能推算。不需要“建议”一类意见时，把“复核建议”改为“不显示”。",
    ),
    (
        "没有 Python 时",
        "没有安装 Python、宏被禁用，或用 WPS、手机打开时，数字仍由普通公式计算；"
        "核对意见显示“未连接 Python，暂未核对”的，没有核对过。",
    ),
    (
        "第一次慢",
        "打开后第一次改动时要启动 Python，慢的电脑可能要等一分多钟，只等这一次。"
        "刚装好或修好 Python 之后，单击功能区“绩效自评”中的“重新连接”"
        "（没有这一栏的，按 Alt+F8 运行 SelfEvalReconnect），本工作簿全部重新计算和核对。",
    ),
)


def guide_page(
    functions: Iterable[tuple[str, str]],
    profile: Profile,
    *,
    places: Iterable[tuple[str, str]] = (),
    is_rolled: bool = False,
) -> Page:
    """How the workbook is used, and its functions with their descriptions.

    `places` are the sheets to go to from here, each with what is said of it.
    """
    draft = Draft()
    draft.put(1, 1, OWN_SHEETS[0], "title", right=2)
    draft.height(1, 32)
    row = 1

    def line(name: str, text: str) -> None:
        nonlocal row
        row += 1
        draft.put(row, 1, name, "text")
        draft.put(row, 2, text, "text")
        draft.height(row, needed(22, (words(text), characters(_WIDTHS[1]) - 4)))

    def heading(name: str) -> None:
        nonlocal row
        row += 1
        draft.put(row, 1, name, "label", right=2)
        draft.height(row, 24)

    def link(target: str, name: str, text: str) -> None:
        nonlocal row
        row += 1
        draft.put(row, 1, Formula(link_formula(target, name), name), "link")
        draft.put(row, 2, text, "text")
        draft.height(row, needed(22, (words(text), characters(_WIDTHS[1]) - 4)))

    for step in (*_STEPS, *((_ROLLED,) if is_rolled else ())):
        line(*step)
    heading(_LINKS_HEADING)
    for name, text in places:
        quoted = name.replace("'", "''")
        link(f"'{quoted}'!A1", name, text)
    by_hand = row + 3
    link(f"A{by_hand}", "更多", f"本页下半部分：{_BY_HAND}；单元格函数；评分规则的依据。")
    line("使用说明", _PICTURED)
    heading(_BY_HAND)
    for more in _MORE:
        line(*more)
    heading("单元格函数")
    for name, description in functions:
        line(name, description)
    basis = "、".join(dict.fromkeys(source.notice for _, source in profile.sources))
    line("评分规则", f"{profile.title}：依据{basis}")
    return Page(GUIDE, tuple(draft.cells), _WIDTHS, draft.heights, Area(1, 1, row, 2), pages_high=0)


def link_formula(target: str, shown: str) -> str:
    """A link that follows its sheet when that is renamed."""
    quoted = shown.replace('"', '""')
    return f'=HYPERLINK("#"&CELL("address",{target}),"{quoted}")'
