"""The ribbon of the add-in: its buttons as data, and the XML that Excel reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

_NAMESPACE = "http://schemas.microsoft.com/office/2009/07/customui"


@dataclass(frozen=True)
class Button:
    """One button; `action` is the Sub of the add-in that a click runs, `image` the name of a picture of Office.

    `tag` says what the plan is given: the active `sheet`, the whole `book`, nothing (`none`), the
    whole book and the `files` picked in a dialog, or a saved `copy` and the folder picked for what is made of it.

    Buttons of one group stand beside each other in the list.
    """

    id: str
    label: str
    screentip: str
    supertip: str
    image: str
    group: str
    tag: str = "sheet"
    size: str = "normal"
    action: str = "SelfEvalClicked"


BUTTONS = (
    Button(
        "new_sheet",
        label="新建项目表",
        screentip="新建一张空白项目表",
        supertip="在当前工作簿里加一张空白自评表，年度、部门、单位和评分规则与现有项目表相同，并加入“汇总”。"
        "当前没有打开自评工作簿的，先选择保存位置，新建一个。",
        image="FileNew",
        group="项目表",
        tag="book",
        size="large",
    ),
    Button(
        "import_files",
        label="导入去年的表…",
        screentip="从 Excel、Word、PDF 或网页文件导入自评表",
        supertip="可一次选择多个文件；每张自评表导入为一张项目表，没有放进去的内容列在“导入情况”中。原文件不会被改动。",
        image="FileOpen",
        group="项目表",
        tag="files",
        size="large",
    ),
    Button(
        "roll_sheet",
        label="结转本表",
        screentip="把当前项目表结转到下一年",
        supertip="复制当前项目表：年份加一，保留名称、指标、分值和指标值，清空金额、完成值、得分和原因，上年完成值列在右侧。"
        "清空了什么、哪些需要确认，列在“结转清单”中。",
        image="Copy",
        group="项目表",
        tag="book",
    ),
    Button(
        "roll_book",
        label="结转整个工作簿",
        screentip="把所有项目表结转到一个新工作簿",
        supertip="先把当前工作簿另存一份，再在新工作簿里把所有项目表结转到下一年。当前工作簿不会被改动。",
        image="FileSaveAs",
        group="项目表",
        tag="book",
    ),
    Button(
        "insert_rows",
        label="插入指标行",
        screentip="在所选指标下面插入空白行",
        supertip="选中几行就插入几行，合并的一级、二级指标随之扩大，右侧的建议得分和核对意见也会补上。",
        image="SheetRowsInsert",
        group="指标",
    ),
    Button(
        "delete_rows",
        label="删除指标行",
        screentip="删除所选的指标行",
        supertip="删除前列出要删的指标；合并的一级、二级指标随之缩小。可以撤销（批注和数据有效性除外）。",
        image="SheetRowsDelete",
        group="指标",
    ),
    Button(
        "adopt",
        label="采用建议得分",
        screentip="把建议得分填入空白的得分",
        supertip="只填空白的得分，已填的不改；列出填了哪些、哪些需要人工判断。可以撤销。",
        image="FillDown",
        group="指标",
    ),
    Button(
        "report",
        label="核对",
        screentip="核对工作簿里的所有自评表",
        supertip="把所有问题列在工作表“核对结果”中，最严重的在前，单击单元格地址可转到该处。再次核对会替换这张表。",
        image="ErrorChecking",
        group="核对",
        tag="book",
        size="large",
    ),
    Button(
        "next_finding",
        label="下一条",
        screentip="转到下一处问题",
        supertip="从所选单元格往下，转到当前项目表里的下一处问题，并说明怎么处理。",
        image="ReviewNextComment",
        group="核对",
    ),
    Button(
        "refresh_summary",
        label="刷新汇总",
        screentip="让“汇总”与项目表一致",
        supertip="复制、改名、删除项目表之后，为每张项目表保留一行。打开“汇总”时也会自动刷新。",
        image="Refresh",
        group="核对",
        tag="book",
    ),
    Button(
        "freeze",
        label="生成报送版",
        screentip="生成只有数值的报送文件",
        supertip="在所选文件夹里为每个项目生成一个 .xlsx：只有表内的数值和格式，没有宏、公式、批注和隐藏内容。"
        "旁边各有一份 PDF。还有错误的先问。当前工作簿不会被改动。",
        image="FileSave",
        group="报送",
        tag="copy",
        size="large",
    ),
    Button(
        "mail",
        label="邮件草稿",
        screentip="生成附有报送版的邮件草稿",
        supertip="在所选文件夹里新建“报送邮件”文件夹，放入每个项目的报送版、PDF 和附上它们的邮件草稿，并打开草稿。"
        "收件人由本人填写，看过再发送；本程序从不自动发送。",
        image="FileSendAsAttachment",
        group="报送",
        tag="copy",
    ),
    Button(
        "collect",
        label="汇总来表…",
        screentip="把收到的自评表汇总成一个工作簿",
        supertip="选择一个文件夹：其中的表格、压缩包和邮件里的自评表都读入一个新工作簿“汇总”，写在该文件夹旁边，不覆盖已有文件。"
        "在后台进行，状态栏显示进度，Excel 可以照常使用；按 Esc 或再次单击可以停止。",
        image="Consolidate",
        group="来表",
        tag="none",
        size="large",
    ),
    Button(
        "lock",
        label="锁定",
        screentip="锁定标签和公式",
        supertip="锁定当前工作簿所有项目表的标签和公式，防止误改；填写的格不受影响。没有密码。",
        image="Lock",
        group="工具",
        tag="book",
    ),
    Button(
        "unlock",
        label="解锁",
        screentip="解除锁定",
        supertip="解除所有项目表的锁定。",
        image="SheetProtect",
        group="工具",
        tag="book",
    ),
    Button(
        "selfEvalReconnect",
        label="重新连接",
        screentip="重新连接 Python 并计算",
        supertip="刚装好或修好 Python 之后单击这里：立即重新连接，并重新计算当前工作簿。其他打开的工作簿不受影响。",
        image="RefreshAll",
        group="工具",
        action="SelfEvalReconnectClicked",
    ),
    Button(
        "guide",
        label="使用说明",
        screentip="打开使用说明",
        supertip="打开随安装包装好的使用说明，每一步都有图；没有的，打开当前工作簿的“说明”工作表。",
        image="Help",
        group="工具",
    ),
    Button(
        "diagnose",
        label="诊断",
        screentip="检查这台电脑上的安装和设置",
        supertip="逐项检查 Excel、Python、登记、加载项和宏设置，说明问题和解决办法；报告里没有姓名，可发给维护人员。",
        image="MacroSecurity",
        group="工具",
        tag="none",
    ),
)


def customui(buttons: Sequence[Button] = BUTTONS) -> str:
    """The part customUI14.xml of the add-in."""
    groups = "".join(
        _element("group", id=f"selfEvalGroup{number}", label=name, content="".join(map(_button, members)))
        for number, (name, members) in enumerate(groupby(buttons, key=lambda button: button.group), 1)
    )
    tab = _element("tab", id="selfEvalTab", label="绩效自评", content=groups)
    ribbon = _element("ribbon", content=_element("tabs", content=tab))
    return '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + _element(
        "customUI", xmlns=_NAMESPACE, content=ribbon
    )


def _button(button: Button) -> str:
    return _element(
        "button",
        id=button.id,
        label=button.label,
        size=button.size,
        tag=button.tag,
        imageMso=button.image,
        onAction=button.action,
        screentip=button.screentip,
        supertip=button.supertip,
    )


def _element(name: str, *, content: str = "", **attributes: str) -> str:
    from xml.sax.saxutils import quoteattr  # takes long to load, and only who builds the add-in needs it

    head = " ".join([name, *(f"{attribute}={quoteattr(value)}" for attribute, value in attributes.items())])
    return f"<{head}>{content}</{name}>"
