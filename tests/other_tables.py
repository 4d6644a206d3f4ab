"""Tables that are no self-evaluation of a project, as offices draw them, and the same in every container."""

import csv
import io
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from html import escape

import docx
import opendocument as od
import openpyxl
import xlwt

Rows = Sequence[Sequence[str]]

_MONEY = ["年度资金总额", "100", "100", "98", "10", "98%", "9.8"]
_INDICATOR = ["产出指标", "数量指标", "巡查次数", "≥12次", "12次", "20", "20", ""]
_HEAD = [["项目名称", "河道巡查"], ["主管部门", "某县水利局", "实施单位", "某县河道所"]]
_FUNDS = ["", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"]
_INDICATORS = ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施"]

# By what the refusal is to call it.
TABLES: dict[str, tuple[str, Rows]] = {
    "整体支出": ("部门整体支出绩效自评表", [
        ["2024年度部门整体支出绩效自评表"],
        ["部门名称", "某县水利局"],
        ["年度预算执行情况", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"], _MONEY,
        _INDICATORS, _INDICATOR, ["总分", "", "", "", "", "100", "98"],
    ]),
    "整体支出含项目": ("部门整体支出绩效自评表", [
        ["单位整体支出绩效自评价表"], *_HEAD, _FUNDS, _MONEY, _INDICATORS,
        ["投入", "预算配置", "在职人员控制率", "≤100%", "98%", "5", "5", ""],
        ["总分", "", "", "", "", "100", "98"],
    ]),
    "转移支付": ("转移支付绩效自评表", [
        ["2024年度中央对地方转移支付区域绩效自评表"],
        ["转移支付（项目）名称", "水利发展资金"],
        ["中央主管部门", "某部", "地方主管部门", "某省水利厅"],
        ["", "全年预算数（A）", "全年执行数（B）", "预算执行率（B/A）"],
        ["年度资金总额", "100", "98", "98%"],
        ["一级指标", "二级指标", "三级指标", "指标值", "未完成原因和改进措施"],
        ["产出指标", "数量指标", "巡查次数", "≥12次", ""],
    ]),
    "目标申报": ("绩效目标申报表", [
        ["2025年度项目支出绩效目标申报表"], *_HEAD, ["项目资金（万元）", "年度资金总额", "100"],
        ["年度总体目标", "全年巡查不少于12次。"],
        ["一级指标", "二级指标", "三级指标", "指标值"],
        ["产出指标", "数量指标", "巡查次数", "≥12次"],
    ]),
    "运行监控": ("绩效运行监控表", [
        ["2024年度项目支出绩效目标运行监控表"], *_HEAD,
        ["", "年初预算数", "1-7月执行数", "1-7月执行率", "全年预计执行数"],
        ["年度资金总额", "100", "60", "60%", "100"],
        ["一级指标", "二级指标", "三级指标", "年度指标值", "1-7月执行情况", "全年预计完成情况", "完成目标可能性"],
        ["产出指标", "数量指标", "巡查次数", "≥12次", "7次", "12次", "确定能"],
    ]),
    "决算": ("决算表", [
        ["收入支出决算总表"],
        ["公开01表"],
        ["部门：某县水利局", "", "", "金额单位：万元"],
        ["收入", "", "支出", ""],
        ["项目", "决算数", "项目", "决算数"],
        ["一、一般公共预算财政拨款收入", "900", "一、农林水支出", "880"],
        ["本年收入合计", "900", "本年支出合计", "880"],
    ]),
    "决算明细": ("决算表", [
        ["一般公共预算财政拨款支出决算表"],
        ["科目编码", "科目名称", "小计", "基本支出", "项目支出"],
        ["2130305", "水利工程建设", "904", "500", "404"],
    ]),
    "预算": ("预算表", [
        ["2025年部门预算支出总表"],
        ["科目编码", "科目名称", "合计", "基本支出", "项目支出"],
        ["2130301", "行政运行", "300", "300", "0"],
        ["2130305", "水利工程建设", "600", "0", "600"],
    ]),
    "汇总": ("汇总表", [
        ["2024年度项目支出绩效自评结果汇总表"],
        ["序号", "项目名称", "全年预算数", "全年执行数", "执行率", "自评得分", "等级"],
        ["1", "河道巡查", "100", "98", "98%", "96", "优"],
        ["2", "水库维修", "50", "50", "100%", "95", "优"],
    ]),
    "指标体系": ("指标体系", [
        ["项目支出绩效评价指标体系"],
        ["一级指标", "二级指标", "三级指标", "分值", "指标解释", "评分标准"],
        ["决策", "项目立项", "立项依据充分性", "4", "是否符合法规", "符合得满分"],
        ["过程", "资金管理", "资金到位率", "4", "实际到位", "按比例得分"],
    ]),
    "评分细则": ("评分细则", [
        ["绩效自评评分细则"],
        ["指标", "分值", "评分标准", "得分"],
        ["预算执行率", "10", "按比例得分", "9.8"],
        ["产出", "50", "逐项评分", "50"],
    ]),
    "问卷": ("调查问卷", [
        ["群众满意度调查问卷"],
        ["1. 您对河道环境是否满意？", "A 很满意", "B 满意", "C 不满意"],
        ["2. 您的年龄", "A 18-40", "B 41-60", "C 60以上"],
    ]),
    "采购": ("采购表", [
        ["政府采购申请表"],
        ["品目", "数量", "单价", "金额"],
        ["台式电脑", "3", "5000", "15000"],
    ]),
    "请假条": ("题为“职工请假审批表”", [
        ["职工请假审批表"],
        ["姓名", "", "所在科室", ""],
        ["请假事由", "", "", ""],
        ["领导意见", "", "", ""],
    ]),
    "登录页": ("登录页", [
        ["统一身份认证平台"],
        ["会话已超时，请重新登录"],
        ["用户名"],
        ["密码"],
    ]),
    "出错页": ("出错页", [
        ["404 Not Found"],
        ["nginx"],
    ]),
    "自评报告": ("文字报告", [
        ["2024年度项目支出绩效自评报告"],
        ["一、项目基本情况"],
        ["河道巡查项目由某县河道所实施，年初预算100万元，全年执行98万元。"],
        ["二、绩效目标完成情况"],
        ["全年巡查12次，目标已经完成。"],
    ]),
}  # fmt: skip


def xlsx(rows: Rows) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    return _saved(book.save)


def xls(rows: Rows) -> bytes:
    book = xlwt.Workbook()
    page = book.add_sheet("Sheet1")
    for at, row in enumerate(rows):
        for column, words in enumerate(row):
            page.write(at, column, words)
    return _saved(book.save)


def word(rows: Rows) -> bytes:
    """The title as a line, the rest as a table."""
    document = docx.Document()
    document.add_paragraph(rows[0][0])
    table = document.add_table(len(rows) - 1, max(map(len, rows)))
    for at, row in enumerate(rows[1:]):
        for column, words in enumerate(row):
            table.cell(at, column).text = words
    return _saved(document.save)


def ods(rows: Rows) -> bytes:
    return od.book(od.sheet("".join(od.row(*(od.cell(escape(words)) for words in row)) for row in rows)))


def odt(rows: Rows) -> bytes:
    table = od.sheet("".join(od.row(*(od.cell(escape(words)) for words in row)) for row in rows[1:]))
    return od.document(f"<text:p>{rows[0][0]}</text:p>{table}")


def fods(rows: Rows) -> bytes:
    table = od.sheet("".join(od.row(*(od.cell(escape(words)) for words in row)) for row in rows))
    return od.flat(f"<office:spreadsheet>{table}</office:spreadsheet>")


def html(rows: Rows) -> bytes:
    lines = "".join("<tr>" + "".join(f"<td>{escape(words)}</td>" for words in row) + "</tr>" for row in rows[1:])
    return f"<html><body><h3>{rows[0][0]}</h3><table>{lines}</table></body></html>".encode()


def txt(rows: Rows) -> bytes:
    return "\n".join("\t".join(row) for row in rows).encode("gb18030")


def comma(rows: Rows) -> bytes:
    target = io.StringIO()
    width = max(map(len, rows))
    csv.writer(target).writerows([*row, *[""] * (width - len(row))] for row in rows)
    return target.getvalue().encode("utf-8-sig")


def spreadsheetml(rows: Rows) -> bytes:
    lines = "".join(
        "<Row>" + "".join(f'<Cell><Data ss:Type="String">{escape(words)}</Data></Cell>' for words in row) + "</Row>"
        for row in rows
    )
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    return (
        f'<?xml version="1.0"?><Workbook xmlns="{space}" xmlns:ss="{space}"><Worksheet ss:Name="Sheet1"><Table>'
        f"{lines}</Table></Worksheet></Workbook>"
    ).encode()


def eml(rows: Rows) -> bytes:
    """A mail with the workbook attached."""
    mail = EmailMessage()
    mail["Subject"] = "table"
    mail.add_attachment(xlsx(rows), maintype="application", subtype="octet-stream", filename="a.xlsx")
    return bytes(mail)


def mht(rows: Rows) -> bytes:
    """A web page saved as one file."""
    page = EmailMessage()
    page["Subject"] = "page"
    page.set_content(html(rows).decode(), subtype="html")
    page.make_related()
    page.add_related(b"\x89PNG", maintype="image", subtype="png")
    return bytes(page)


def _saved(save: Callable[[io.BytesIO], object]) -> bytes:
    target = io.BytesIO()
    save(target)
    return target.getvalue()


CONTAINERS = (xlsx, xls, word, ods, odt, fods, html, txt, comma, spreadsheetml, eml, mht)

_TITLE = "项目支出绩效自评表"


def right(
    *,
    title: str = f"2024年度{_TITLE}",
    above: Sequence[str] = (),
    project: str = "河道巡查",
    unit: str = "某县河道所",
    level1: Sequence[str] = ("产出指标", "产出指标", "效益指标", "满意度指标"),
    level3: str = "巡查次数",
    achieved: str = "全年巡查12次。",
    below: Sequence[str] = (),
) -> Rows:
    """A form that is one, whose words can be exchanged."""
    blocks = ("数量指标", "质量指标", "社会效益指标", "服务对象满意度指标")
    names = (level3, "巡查合格率", "河道环境", "群众满意度")
    values = (("≥12次", "12次"), ("≥95%", "96%"), ("明显改善", "明显改善"), ("≥90%", "93%"))
    return [
        *([words] for words in above),
        [title],
        ["项目名称", project, "", "", "", "", "", ""],
        ["主管部门", "某县水利局", "", "", "实施单位", unit, "", ""],
        ["项目资金（万元）", *_FUNDS[1:]],
        _MONEY,
        ["年度总体目标", "预期目标", "", "", "实际完成情况", "", "", ""],
        ["", "全年巡查不少于12次。", "", "", achieved, "", "", ""],
        _INDICATORS,
        *(
            [first, second, third, *both, "20" if at < 3 else "30", "20" if at < 3 else "30", ""]
            for at, (first, second, third, both) in enumerate(zip(level1, blocks, names, values, strict=True))
        ),
        ["总分", "", "", "", "", "100", "99.8", ""],
        *([words] for words in below),
    ]


RIGHT: dict[str, Rows] = {
    "a project about 整体支出": right(project="部门整体支出绩效评价服务"),
    "a project about 决算 and 汇总": right(project="部门决算公开及汇总系统维护"),
    "a project about 运行监控": right(project="预算绩效运行监控平台建设", achieved="完成绩效运行监控表12份。"),
    "a project about a 问卷": right(project="群众满意度调查问卷", level3="调查问卷份数"),
    "a project of 转移支付": right(project="中央转移支付水利发展资金", level3="转移支付资金拨付率"),
    "a project about 采购": right(project="政府采购评审专家费"),
    "a unit that evaluates": right(unit="某县财政局整体支出绩效评价中心"),
    "a goal that is its own row": right(below=["完成部门整体支出绩效评价，质量良好。"]),
    "an entry of a list above": right(above=["附件2：项目支出绩效自评表", "部门决算公开材料"]),
    "a name above the title": right(above=["部门整体支出绩效评价工作经费"]),
    "a title with 决算": right(title="某县水利局2024年度部门决算项目支出绩效自评表"),
    "a title with 整体支出": right(title="2024年部门整体支出绩效评价服务项目支出绩效自评表"),
    "a title with 汇总": right(title="2024年度项目支出绩效自评表（汇总）"),
    "levels of an evaluation": right(level1=("项目决策", "项目过程", "项目产出", "项目效益")),
    "levels of an evaluation, short": right(level1=("决策", "过程", "产出", "效益")),
    "a guide below": right(below=["填报说明：评分细则见指标体系。", "本表与部门整体支出绩效自评表一并报送。"]),
    "an indicator named as a table": right(level3="决算表编报"),
    "a goal about targets": right(achieved="完成绩效目标申报表、运行监控表和自评汇总表的审核。"),
}
