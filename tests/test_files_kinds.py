"""Spreadsheets and texts as people make them: one quirk each, drawn here with invented contents."""

import base64
import quopri
import re
import struct
import zipfile
from datetime import datetime
from decimal import Decimal
from email.message import EmailMessage
from xml.sax.saxutils import escape

import openpyxl
import pytest
import xlsxwriter
import xlwt
from drawing import PROJECT, Style, workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from selfeval_xl import actions, errors
from selfeval_xl.files import read_grids
from selfeval_xl.grid import Area
from selfeval_xl.reading import read_forms


@pytest.fixture
def drawn(tmp_path):
    """A form on a sheet, changed by a function before it is saved and read."""

    def draw(change, **style):
        path = workbook(tmp_path / "form.xlsx", ("自评表", PROJECT, Style(**style)))
        book = openpyxl.load_workbook(path)
        change(book.active)
        book.save(path)
        return read(path)

    return draw


def read(path):
    """The one form of a file, with what found no place in it."""
    (reading,) = [reading for grid in read_grids(path) for reading in read_forms(grid, path.name)]
    return reading


def left(reading):
    return [entry.written for entry in reading.leftovers]


def whole(form):
    """The form says what was drawn."""
    assert form.project.written == "乡村道路养护"
    assert form.year == 2024
    assert [row.executed.number for row in form.funds][:2] == [Decimal("1003000.43")] * 2
    assert [row.level3.written for row in form.indicators] == [row[2] for row in PROJECT["indicators"]]
    assert [row.score.number for row in form.indicators] == [Decimal(str(row[6])) for row in PROJECT["indicators"]]
    assert form.total_score.number == Decimal("98.2")


def test_old_words_beneath_a_merged_area_are_left_over(drawn):
    """项目名称 is merged over two columns; a program left an old name beneath it."""

    def change(sheet):
        sheet._cells.pop((3, 2), None)
        sheet._cells[(3, 2)] = openpyxl.cell.cell.Cell(sheet, row=3, column=2, value="旧的项目名称")

    reading = drawn(change)
    whole(reading.form)
    assert left(reading) == ["旧的项目名称"]


@pytest.mark.parametrize(
    "sign",
    [
        "\u200b",
        "\ufeff",
        "\u200e",
        "\u202a",
        "\xad",
        "\xa0",
        "\u2009",
        "\u2060",
        "\u3164",
        "\ue5e5",
        "\ufe00",
        "\U000e0100",
    ],
)
def test_signs_that_nobody_sees_change_nothing(drawn, sign):
    def change(sheet):
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str):
                    cell.value = f"{sign}{cell.value[:2]}{sign}{cell.value[2:]}{sign}"

    reading = drawn(change)
    bare = [row.level3.written.replace(" ", "") for row in reading.form.indicators]
    assert bare == [row[2] for row in PROJECT["indicators"]]
    assert reading.form.unit.written.replace(" ", "") == "某县公路段"
    assert reading.form.indicators[0].target.written.replace(" ", "") == "≥120公里"


@pytest.mark.parametrize(
    "words",
    [
        "'1180000.50",
        '="1180000.50"',
        "￥1,180,000.50",
        "1180000.5\t",
        "118.00005 万",
        "1180000.5元",
        "人民币1,180,000.50元",
        "RMB 1180000.5",
    ],
)
def test_an_amount_in_a_guard_is_that_amount(drawn, words):
    def change(sheet):
        sheet.cell(6, 5).value = words
        sheet.cell(6, 5).data_type = "s"

    assert drawn(change).form.funds[0].annual_budget.number == Decimal("1180000.5")


def test_type_and_kind_and_name_are_the_three_levels(drawn):
    def change(sheet):
        for column, words in ((2, "指标类型"), (3, "指标类别"), (4, "指标名称")):
            sheet.cell(12, column).value = words

    form = drawn(change).form
    whole(form)
    assert form.indicators[0].level1.written == "产出指标"
    assert form.indicators[0].level2.written == "数量指标"


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("E5", "调整后的预算"),
        ("E5", "调整后的预算数"),
        ("E5", "调剂后预算数"),
        ("E5", "预算核定数"),
        ("F5", "年终执行数"),
        ("E4", "承担处室"),
        ("E4", "负责处室"),
        ("A3", "填报项目名称"),
        ("A4", "行业主管部门"),
        ("H5", "实际执行率"),
        ("B12", "第一级指标"),
        ("C12", "指标二级"),
        ("D12", "细化指标"),
        ("E12", "目标指标值"),
        ("F12", "实际指标值"),
        ("F12", "实际达到值"),
        ("H12", "自评评分"),
    ],
)
def test_other_words_for_headings(drawn, at, words):
    def change(sheet):
        sheet[at] = words

    form = drawn(change).form
    whole(form)
    assert form.funds[0].annual_budget.number == Decimal("1180000.5")
    assert form.unit.written == "某县公路段"
    assert form.department.written == "某县交通运输局"
    assert form.indicators[0].level1.written == "产出指标"
    assert form.indicators[0].level2.written == "数量指标"
    assert form.indicators[0].target.written == "≥120公里"
    assert form.indicators[0].actual.written == "128公里"


def test_a_percent_sign_of_another_width_is_one(drawn):
    def change(sheet):
        sheet["H6"] = "85﹪"

    assert drawn(change).form.funds[0].rate.number == Decimal("0.85")


def test_an_office_beside_who_carries_the_project_out_answers_for_it(drawn):
    form = drawn(lambda sheet: sheet.__setitem__("A4", "承担处室")).form
    assert form.department.written == "某县交通运输局"
    assert form.unit.written == "某县公路段"


def test_headings_may_begin_with_the_year_and_the_last_one_counts(drawn):
    def change(sheet):
        for at, words in (("D5", "2024年年初预算数"), ("E5", "2024年全年预算数"), ("F5", "2024年全年执行数")):
            sheet[at] = words
        sheet["E12"], sheet["F12"], sheet["J12"] = "2024年指标值", "2023年完成值", "2024年完成值"
        for row in range(13, 19):
            sheet.cell(row, 10).value = sheet.cell(row, 6).value
            sheet.cell(row, 6).value = "不同"

    form = drawn(change).form
    whole(form)
    assert form.indicators[0].actual.written == "128公里"


def test_the_column_of_next_year_is_not_that_of_the_form(drawn):
    def change(sheet):
        sheet["E12"], sheet["F12"], sheet["J12"] = "2024年指标值", "2024年完成值", "2025年指标值"
        for row in range(13, 19):
            sheet.cell(row, 10).value = "≥1公里"

    form = drawn(change).form
    whole(form)
    assert form.indicators[0].target.written == "≥120公里"


def test_headings_may_be_counted(drawn):
    headings = ("①年初预算数", "全年预算数②", "全年执行数 ③", "分值④", "执行率⑤=③/②", "得分⑥＝⑤×④")

    def change(sheet):
        for column, words in enumerate(headings, 4):
            sheet.cell(5, column).value = words

    form = drawn(change).form
    whole(form)
    assert form.funds[0].annual_budget.number == Decimal("1180000.5")
    assert form.funds[0].rate.number == Decimal("0.85")


def test_a_heading_may_reach_down_beside_groups_of_others(drawn):
    """
    | 指标体系         | 完成情况        | 评分      | 偏差原因 |
    | 一级 二级 三级   | 指标值 | 完成值 | 分值 得分 |          |
    """

    def change(sheet):
        sheet.insert_rows(12)
        for area in sheet.merged_cells.ranges:  # which do not move with the rows
            if area.min_row >= 12:
                area.shift(row_shift=1)
        for at, words in (("B12", "指标体系"), ("E12", "完成情况"), ("G12", "评分情况"), ("I12", "偏差原因")):
            sheet[at] = words
        sheet["I13"] = None
        for area in ("B12:D12", "E12:F12", "G12:H12", "I12:I13"):
            sheet.merge_cells(area)

    form = drawn(change).form
    whole(form)
    assert form.indicators[2].reason.written == "两处路段返工，已整改。"


@pytest.mark.parametrize(
    ("number", "number_format", "value", "written"),
    [
        (85.0, '0.00"%"', "0.85", "85.00%"),
        (85.0, "0\\%", "0.85", "85%"),
        (1180000.5, "0!.0000", "118.00005", "118.0001"),
        (1180000.5, "0!.0,", "118.00005", "118.0"),
        (1180000.5, "#,##0.00,", "1180.0005", "1,180.00"),
        (1180000.5, "#,##0.00", "1180000.5", "1180000.5"),
        (1180000.5, '0.00;-0.00;"—"', "1180000.5", "1180000.5"),
    ],
)
def test_a_number_says_what_its_format_shows(drawn, number, number_format, value, written):
    def change(sheet):
        sheet["E6"] = number
        sheet["E6"].number_format = number_format

    entry = drawn(change).form.funds[0].annual_budget
    assert entry.number == Decimal(value)
    assert entry.written == written


@pytest.mark.parametrize("epoch", [openpyxl.utils.datetime.WINDOWS_EPOCH, openpyxl.utils.datetime.MAC_EPOCH])
@pytest.mark.parametrize("number_format", ['yyyy"年度"', "yyyy年", '"（"yyyy"年度）"'])
def test_a_day_shown_as_its_year_is_that_year(drawn, epoch, number_format):
    def change(sheet):
        sheet.parent.epoch = epoch
        sheet["A2"] = datetime(2024, 12, 31)
        sheet["A2"].number_format = number_format
        sheet["F16"] = datetime(2024, 9, 28)

    form = drawn(change).form
    whole(form)
    assert form.indicators[3].actual.written == "2024-09-28"


def test_a_hidden_row_is_left_over(drawn):
    def change(sheet):
        sheet["C21"] = "旧行"
        sheet.row_dimensions[21].hidden = True

    reading = drawn(change)
    whole(reading.form)
    assert left(reading) == ["旧行"]


def test_an_indicator_in_a_hidden_row_is_not_the_forms(drawn):
    reading = drawn(lambda sheet: setattr(sheet.row_dimensions[14], "hidden", True))
    assert [row.level3.written for row in reading.form.indicators][:2] == ["养护里程", "验收合格率"]
    assert left(reading) == ["巡查次数", "≥48次", "50", "10", "10"]


def test_the_first_cell_of_a_merged_area_is_seen_though_its_row_is_hidden(drawn):
    """产出指标 is merged down over rows 13 to 16."""
    reading = drawn(lambda sheet: setattr(sheet.row_dimensions[13], "hidden", True))
    assert reading.form.indicators[0].level3.written == "巡查次数"
    assert reading.form.indicators[0].level1.written == "产出指标"


def test_rows_that_a_filter_hides_are_the_form(drawn):
    def change(sheet):
        sheet.auto_filter.ref = "B12:I18"
        sheet.auto_filter.add_filter_column(1, ["质量指标"])
        for row in (13, 14, 16, 17, 18):
            sheet.row_dimensions[row].hidden = True

    whole(drawn(change).form)


@pytest.mark.parametrize(
    ("number_format", "written"),
    [
        ('0.00;-0.00;"—"', "0"),
        ("0;-0;;@", "0"),
        ('_ ¥* #,##0.00_ ;_ ¥* -#,##0.00_ ;_ ¥* "-"??_ ;_ @_ ', "0"),
        ('0.00_);(0.00);"无"', "无"),
        ("0.00;-0.00", "0"),
        ("0.0;-0.0;0.00", "0"),
        ('[>=1]0;[<0]-0;"少"', "0"),
        ('0";"0;-0', "0"),
    ],
)
def test_zero_is_what_its_format_shows(drawn, number_format, written):
    def change(sheet):
        sheet["D8"].number_format = number_format

    entry = drawn(change).form.funds[2].initial_budget
    assert entry.written.replace("0;0", "0") == written
    assert (entry.number is None) == (written != "0")


@pytest.mark.parametrize(
    ("number_format", "value", "written"),
    [
        ('@"公里"', "128", "128公里"),
        ('0;-0;0;"约"@', "128", "约128"),
        ("@\\次", "128", "128次"),
        ('0.0"公里"', "128", "128"),
        ("@", "128", "128"),
        ('G/通用格式"公里"', 128, "128公里"),
        ('@"公里"', 128, "128"),
    ],
)
def test_words_are_what_their_format_shows(drawn, number_format, value, written):
    def change(sheet):
        sheet["F13"] = value
        sheet["F13"].number_format = number_format

    assert drawn(change).form.indicators[0].actual.written == written


def test_what_a_format_does_not_show_is_left_over(drawn):
    def change(sheet):
        sheet["K3"], sheet["K4"] = "内部备注", 97
        sheet["K3"].number_format = sheet["K4"].number_format = ";;;"

    reading = drawn(change)
    whole(reading.form)
    assert left(reading) == ["内部备注", "97"]


def test_a_hidden_column_is_left_over(drawn):
    def change(sheet):
        sheet["K6"] = "1180000（旧）"
        sheet.column_dimensions["K"].hidden = True

    reading = drawn(change)
    whole(reading.form)
    assert left(reading) == ["1180000（旧）"]


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_passed_over_by_its_name(tmp_path, state):
    path = workbook(tmp_path / "two.xlsx", ("自评表", PROJECT, Style()), ("去年", PROJECT, Style()))
    book = openpyxl.load_workbook(path)
    book["去年"].sheet_state = state
    book.save(path)
    contents = actions.read_contents([path])
    assert [one.form.sheet for one in contents.forms] == ["自评表"]
    assert [(one.sheet, one.found[:7]) for one in contents.passed_over] == [("去年", "是隐藏的工作表")]


def test_struck_words_are_left_over(drawn):
    def change(sheet):
        struck = TextBlock(InlineFont(strike=True), "旧路")
        sheet["C3"] = CellRichText("乡村", struck, TextBlock(InlineFont(b=True), "道路养护"))
        sheet["K3"] = "全部作废"
        sheet["K3"].font = Font(strike=True)

    reading = drawn(change)
    whole(reading.form)
    assert left(reading) == ["旧路", "全部作废"]


def test_the_year_may_stand_in_the_header_of_the_page(drawn):
    def change(sheet):
        sheet["A1"] = sheet["A2"] = None
        sheet.oddHeader.center.text = "财政项目支出绩效自评表\n（2024年度）"
        sheet.oddHeader.center.size = 16

    whole(drawn(change).form)


@pytest.mark.parametrize(("words", "year"), [("（2022年度）", 2022), ("附件\n2021年", 2021), ("仅供参考", None)])
def test_the_year_may_stand_in_a_text_box(tmp_path, words, year):
    book = xlsxwriter.Workbook(str(tmp_path / "form.xlsx"))
    sheet = book.add_worksheet("自评表")
    drawn_once = openpyxl.load_workbook(workbook(tmp_path / "plain.xlsx", ("自评表", PROJECT, Style(year="")))).active
    for row in drawn_once:
        for cell in row:
            sheet.write(cell.row - 1, cell.column - 1, cell.value)
    sheet.insert_textbox("M2", words)
    book.close()

    reading = read(tmp_path / "form.xlsx")

    assert (year, "乡村道路养护") == (reading.form.year, reading.form.project.written)
    assert [] == left(reading)


def test_the_title_of_another_form_may_stand_there_too(tmp_path):
    path = workbook(tmp_path / "form.xlsx", ("表", PROJECT, Style(title="", year="")))
    book = openpyxl.load_workbook(path)
    book.active.oddHeader.center.text = "2024年度部门整体支出绩效自评表"
    book.save(path)
    assert [reading for grid in read_grids(path) for reading in read_forms(grid)] == []


@pytest.mark.parametrize("at", ["A60000", "AD20001", "XFD1048576", "XFD1", "A1048576"])
@pytest.mark.parametrize("words", [" ", None, "\u200b"])
def test_one_blank_cell_far_away_is_nothing(drawn, at, words):
    def change(sheet):
        sheet[at] = words
        sheet[at].number_format = "0.00"

    reading = drawn(change)
    whole(reading.form)
    assert left(reading) == []


def test_many_formatted_rows_without_content_are_nothing(drawn):
    def change(sheet):
        for row in range(30, 22_000):
            sheet.cell(row, 1).number_format = "0.00"

    whole(drawn(change).form)


def test_formulas_without_results_are_calculated(drawn):
    def change(sheet):
        sheet["H6"], sheet["I6"] = "=F6/E6", "=ROUND(H6*G6,1)"
        sheet["H6"].number_format = "0.00%"
        sheet["G19"], sheet["H19"] = "=SUM(G13:G18)+G6", "=ROUND(SUM($H$13:H18)+I6,2)"

    form = drawn(change).form
    assert form.funds[0].rate.written == "85.00%"
    assert form.funds[0].score.number == Decimal("8.5")
    assert form.total_weight.number == 100
    assert form.total_score.number == Decimal("98.2")


def test_formulas_may_ask_other_sheets_and_what_formats_show_otherwise(drawn):
    def change(sheet):
        data = sheet.parent.create_sheet("基础 数据")
        data["B1"], data["B2"], data["B3"] = 1000000, "=B1+3000.43", 118.00005
        sheet["E6"], sheet["F6"] = 1180000.5, "='基础 数据'!$B$2"
        sheet["E6"].number_format = "0!.0000"
        sheet["H6"] = '=TEXT(F6/E6,"0.00%")'
        sheet["H13"].number_format = '0"分"'
        sheet["H19"] = "=SUM(H13:H18)+I6"

    form = drawn(change).form
    assert form.funds[0].executed.number == Decimal("1003000.43")
    assert form.funds[0].rate.written == "85.00%"
    assert form.total_score.number == Decimal("98.2")


@pytest.mark.parametrize("formula", ["=VLOOKUP(A1,B1:C9,2)", "=H19", "=其他表!B3", "=A1*2", "=SUM(H13:H18", "=1/0"])
def test_a_formula_that_is_not_plain_says_that_it_has_no_result(drawn, formula):
    form = drawn(lambda sheet: sheet.__setitem__("H19", formula)).form
    assert form.total_score.written == f"公式没有保存结果（{formula}）"


def test_a_formula_that_others_share_moves_to_their_places(tmp_path, drawn):
    drawn(lambda sheet: (sheet.__setitem__("H6", 1), sheet.__setitem__("H7", 1)))

    def share(part):
        first = rb'<c r="H6"><f t="shared" ref="H6:H7" si="0">F6/E6*$G$6/10</f></c>'
        part = re.sub(rb'<c r="H6"[^>]*>.*?</c>', first, part)
        return re.sub(rb'<c r="H7"[^>]*>.*?</c>', rb'<c r="H7"><f t="shared" si="0"/></c>', part)

    form = read(rewritten(tmp_path / "form.xlsx", share)).form
    assert [row.rate.number.quantize(Decimal("0.0001")) for row in form.funds[:2]] == [Decimal("0.8500")] * 2


def test_a_formula_whose_result_is_blank_is_blank(tmp_path, drawn):
    drawn(lambda sheet: sheet.__setitem__("I13", '=IF(H13<G13,"要写原因","")'))
    path = rewritten(
        tmp_path / "form.xlsx",
        lambda part: re.sub(rb'(<c r="I13"[^>]*)>(<f>.*?</f>)<v(?: ?/>|></v>)', rb'\1 t="str">\2<v></v>', part),
    )
    assert read(path).form.indicators[0].reason.written == ""


def rewritten(path, change):
    """The workbook with its XML parts changed."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    with zipfile.ZipFile(path, "w") as package:
        for name, part in parts.items():
            package.writestr(name, change(part) if name.startswith("xl/") else part)
    return path


def test_strict_open_xml_is_read(tmp_path):
    path = workbook(tmp_path / "form.xlsx", ("自评表", PROJECT, Style()))
    usual = b"http://schemas.openxmlformats.org/"

    def strict(part):
        part = part.replace(usual + b"spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/spreadsheetml/main")
        return part.replace(usual + b"officeDocument/2006/", b"http://purl.oclc.org/ooxml/officeDocument/")

    whole(read(rewritten(path, strict)).form)


def test_parts_in_utf16_are_read_and_hide_no_entities(tmp_path):
    path = workbook(tmp_path / "form.xlsx", ("自评表", PROJECT, Style()))
    head = re.compile(rb"^<\?xml[^>]*\?>")

    def wide(part, more=""):
        return f'<?xml version="1.0" encoding="UTF-16"?>{more}{head.sub(b"", part).decode()}'.encode("utf-16")

    whole(read(rewritten(path, lambda part: wide(part) if b"<worksheet" in part[:200] else part)).form)
    path = workbook(tmp_path / "other.xlsx", ("自评表", PROJECT, Style()))
    rewritten(path, lambda part: wide(part, '<!DOCTYPE a [<!ENTITY b "c">]>') if b"<worksheet" in part[:200] else part)
    with pytest.raises(errors.Unsafe):
        read_grids(path)


def test_the_part_that_names_the_sheets_may_be_called_otherwise(tmp_path):
    path = workbook(tmp_path / "form.xlsx", ("自评表", PROJECT, Style()))
    parts = zipfile.ZipFile(path)
    with zipfile.ZipFile(tmp_path / "other.xlsx", "w") as other:
        for name in parts.namelist():
            other.writestr(
                name.replace("workbook.xml", "book.xml"), parts.read(name).replace(b"workbook.xml", b"book.xml")
            )

    whole(read(tmp_path / "other.xlsx").form)


@pytest.mark.parametrize("reach", [b"A0:J21", b"A1", b"XFD1:A99999999", b""])
def test_what_a_sheet_says_about_its_size_is_not_believed(tmp_path, reach):
    path = workbook(tmp_path / "form.xlsx", ("自评表", PROJECT, Style()))
    size = re.compile(rb'<dimension ref="[^"]*" ?/>')
    whole(read(rewritten(path, lambda part: size.sub(b'<dimension ref="%b"></dimension>' % reach, part))).form)


@pytest.mark.parametrize(
    "words",
    [
        lambda row: row,
        lambda row: f"GC{row:05}",
        lambda row: f"第{row}行",
        lambda row: "序号" if row == 1 else row,
        lambda row: "530102240000000012345",
        lambda row: f"（{row}）",
        lambda row: f"{row}、",
        lambda row: chr(0x245F + row),
        lambda row: "序号" if row == 1 else "一二三四五六七八九十"[row % 10] + "十" * (row > 10),
    ],
)
@pytest.mark.parametrize("beside", [0, 1])
def test_a_column_of_numbers_left_of_the_form_is_left_over(drawn, words, beside):
    def change(sheet):
        for row in range(1, 20):
            sheet.cell(row, 1, words(row))

    reading = drawn(change, left=1 + beside)
    whole(reading.form)
    assert left(reading) == [str(words(row)) for row in range(1, 20)]


def test_the_title_may_stand_over_numbers_without_reaching_over_the_form(drawn):
    """As lines above the table of a PDF do."""

    def change(sheet):
        for area in ("B1:J1", "B2:J2"):
            sheet.unmerge_cells(area)
            first = sheet[area.partition(":")[0]]
            sheet.cell(first.row, 1, first.value)
            first.value = None
        for row in range(3, 20):
            sheet.cell(row, 1, row - 2)

    reading = drawn(change, left=1)
    whole(reading.form)
    assert left(reading) == [str(row - 2) for row in range(3, 20)]


def page(project=PROJECT):
    """The form as a web page, without merged areas."""
    lines = [("财政项目支出绩效自评表",), ("（2024年度）",), ("项目名称", project["project"])]
    lines.append(("主管部门", project["department"], "实施单位", project["unit"]))
    lines.append(("项目资金(元)", "", "", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"))
    lines += [("", row[0], "", *row[1:]) for row in project["funds"]]
    lines.append(("年度总体目标", "预期目标", "", "", "", "实际完成情况"))
    lines.append(("", project["expected"], "", "", "", project["achieved"]))
    lines.append(
        ("绩效指标", "一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因")
    )
    lines += [("", *row) for row in project["indicators"]]
    lines.append(("总分", "", "", "", "", "", project["weight"], project["score"]))
    return [["" if cell is None else str(cell) for cell in line] for line in lines]


def html(lines):
    cells = ("".join(f"<td>{cell}</td>" for cell in line) for line in lines)
    return f"<html><body><table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table></body></html>"


@pytest.mark.parametrize("encoding", ["quoted-printable", "base64"])
@pytest.mark.parametrize("charset", ["utf-8", "gb2312"])
def test_a_web_page_saved_as_one_file_is_read(tmp_path, encoding, charset):
    words = html(page()).encode("gb18030" if charset == "gb2312" else charset)
    body = base64.encodebytes(words) if encoding == "base64" else quopri.encodestring(words)
    head = 'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="--x"\n\n----x\n'
    head += f'Content-Type: text/html; charset="{charset}"\n'
    path = tmp_path / "form.xls"
    path.write_bytes(f"{head}Content-Transfer-Encoding: {encoding}\n\n".encode() + body + b"\n----x--\n")
    whole(read(path).form)


def mail(**parts):
    """A mail with these files and a text in two forms."""
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "自评表", "a@example.org", "b@example.org"
    message.set_content("请查收")
    message.add_alternative(parts.pop("page", "<html><body><p>请查收</p></body></html>"), subtype="html")
    for name, content in parts.items():
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=f"{name}.xlsx")
    return message


def test_the_form_in_a_mail_is_read(tmp_path):
    path = tmp_path / "mail.eml"
    path.write_bytes(mail(page=html(page())).as_bytes())
    whole(read(path).form)


def test_the_form_attached_to_a_mail_is_read_beside_other_files(tmp_path):
    form = workbook(tmp_path / "form.xlsx", ("自评表", PROJECT, Style())).read_bytes()
    path = tmp_path / "mail.eml"
    path.write_bytes(mail(photo=b"\x89PNG..", form=form).as_bytes())
    whole(read(path).form)


def test_a_mail_within_a_mail_is_read_and_not_without_end(tmp_path):
    form = workbook(tmp_path / "form.xlsx", ("自评表", PROJECT, Style())).read_bytes()
    message = mail(form=form)
    for depth in range(9):
        outer = mail()
        outer.add_attachment(message)
        message = outer
        if depth == 0:
            (tmp_path / "once.eml").write_bytes(message.as_bytes())
    (tmp_path / "often.eml").write_bytes(message.as_bytes())
    whole(read(tmp_path / "once.eml").form)
    with pytest.raises(errors.TooLarge):
        read_grids(tmp_path / "often.eml")


def spreadsheetml(rows, more="", styles=""):
    return (
        '<?xml version="1.0" encoding="GB2312"?>\n<?mso-application progid="Excel.Sheet"?>\n'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:x="urn:schemas-microsoft-com:office:excel" '
        f'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Styles>{styles}</Styles>'
        f'<Worksheet ss:Name="自评表"><Table>{rows}</Table>{more}</Worksheet></Workbook>'
    )


def _type_of(cell):
    return "Number" if cell.replace(".", "").isdigit() else "String"


def cells(line):
    said = enumerate(line, 1)
    return "".join(
        f'<Cell ss:Index="{at}"><Data ss:Type="{_type_of(cell)}">{escape(cell)}</Data></Cell>'
        for at, cell in said
        if cell
    )


def test_a_workbook_of_office_2003_in_xml_is_read(tmp_path):
    """With a hidden row, a merged area, a comment, a number format and a header of the page."""
    lines = page()
    rows = [f"<Row>{cells(line)}</Row>" for line in lines]
    rows[1] = ""
    rows[5] = rows[5].replace(
        '<Cell ss:Index="8"><Data ss:Type="Number">0.85</Data></Cell>',
        '<Cell ss:Index="8" ss:StyleID="p"><Data ss:Type="Number">0.85</Data>'
        "<Comment><Data>批注</Data></Comment></Cell>",
    )
    rows.insert(13, f'<Row ss:Hidden="1">{cells(["", "产出指标", "数量指标", "旧指标", "1次", "1次", "5", "5"])}</Row>')
    text = spreadsheetml(
        "".join(rows),
        '<WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel"><PageSetup>'
        '<Header x:Data="&amp;C（2024年度）"/></PageSetup></WorksheetOptions>',
        '<Style ss:ID="p"><NumberFormat ss:Format="Percent"/></Style>',
    )
    path = tmp_path / "form.xls"
    path.write_bytes(text.encode("gb18030"))
    reading = read(path)
    whole(reading.form)
    assert reading.form.funds[0].rate.written == "85.00%"
    assert left(reading) == ["产出指标", "数量指标", "旧指标", "1次", "1次", "5", "5"]


def test_formulas_without_results_in_such_a_workbook_are_calculated(tmp_path):
    rows = [f"<Row>{cells(line)}</Row>" for line in page()]
    rate = '<Cell ss:Index="8"><Data ss:Type="Number">0.85</Data></Cell>'
    assert rate in rows[5]
    rows[5] = rows[5].replace(rate, '<Cell ss:Index="8" ss:Formula="=ROUND(RC[-2]/R6C5,2)"/>')
    path = tmp_path / "form.xml"
    path.write_bytes(spreadsheetml("".join(rows)).encode("gb18030"))
    reading = read(path)
    whole(reading.form)
    assert reading.form.funds[0].rate.number == Decimal("0.85")


def test_words_struck_through_in_such_a_workbook_are_left_over(tmp_path):
    rows = [f"<Row>{cells(line)}</Row>" for line in page()]
    project = '<Data ss:Type="String">乡村道路养护</Data>'
    html = 'xmlns="http://www.w3.org/TR/REC-html40"'
    rows[2] = rows[2].replace(project, f'<ss:Data ss:Type="String" {html}><S>旧路</S><B>乡村</B>道路养护</ss:Data>')
    rows[3] = rows[3].replace(
        "</Row>", f'<Cell ss:Index="12" ss:StyleID="s">{project.replace("乡村", "作废")}</Cell></Row>'
    )
    path = tmp_path / "form.xml"
    path.write_bytes(
        spreadsheetml("".join(rows), styles='<Style ss:ID="s"><Font ss:StrikeThrough="1"/></Style>').encode("gb18030")
    )
    reading = read(path)
    whole(reading.form)
    assert left(reading) == ["旧路", "作废道路养护"]


@pytest.mark.parametrize(
    ("inside", "shown"),
    [
        ("<s>旧路</s>乡村道路养护", "乡村道路养护"),
        ("<del>旧路</del><ins>乡村</ins>道路养护", "乡村道路养护"),
        ("乡村<span style='color:red; text-decoration: line-through'>旧</span>道路养护", "乡村道路养护"),
        ("乡村<ruby>道<rp>(</rp><rt>dao</rt><rp>)</rp></ruby>路养护", "乡村道路养护"),
        ("乡村道路养护<span style='display:none;mso-hide:all'>内部</span><b hidden>7</b>", "乡村道路养护"),
        ("乡村道路养护<span class='b old'>旧</span><i id=x>旧</i>", "乡村道路养护"),
        ("乡村<b class=other>道路</b><i class=old>养护</i>", "乡村道路养护"),  # only span.old is hidden
        (
            "<i class='tab'>旧</i>乡村<i class='tab now'>道路</i>养护",
            "旧乡村道路养护",
        ),  # .tab.now is shown: so may be .tab
        ("<i class=paper>乡村</i>道路养护", "乡村道路养护"),  # hidden where it is printed
        ("<i id=x style='display:inline'>乡村</i>道路养护", "乡村道路养护"),
    ],
)
def test_of_a_web_page_only_what_is_shown_is_read(tmp_path, inside, shown):
    path = tmp_path / "form.html"
    hidden = "<tr style='display:none'><td rowspan='2'>单位</td><td>旧单位</td></tr><tr><td>公路段</td></tr>"
    path.write_text(
        "<html><style>/* .other{display:none} */ td.a, span.old, #x { display : none }"
        "@import url(a.css); .tab{display:none} .tab.now{display: inline}"
        "@media print { .paper{display:none} } /* </style>"
        f"<body><table><tr><td>名称</td><td>{inside}</td></tr>{hidden}</table></body></html>",
        "utf-8",
    )
    (grid,) = read_grids(path)
    assert [[e.written for e in grid.filled(row)] for row in (1, 2, 3)] == [["名称", shown], ["单位"], ["公路段"]]


def test_such_a_workbook_with_entities_is_no_form(tmp_path):
    text = spreadsheetml("<Row/>").replace("<Workbook", '<!DOCTYPE a [<!ENTITY b "c">]><Workbook', 1)
    path = tmp_path / "form.xml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(errors.SelfEvalError):
        actions.read([path])


def test_a_document_of_word_2003_in_xml_is_read(tmp_path):
    rows = []
    for line in page()[2:]:
        inside = "".join(f"<w:tc><w:p><w:r><w:t>{escape(cell)}</w:t></w:r></w:p></w:tc>" for cell in line)
        rows.append(f"<w:tr>{inside}</w:tr>")
    struck = "<w:r><w:rPr><w:strike/></w:rPr><w:t>2023年度</w:t></w:r>"
    path = tmp_path / "form.doc"
    path.write_text(
        '<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument '
        'xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"><w:body><w:sect><w:p><w:r><w:t>财政项目支出绩效自评表</w:t></w:r></w:p>'
        f"<w:p>{struck}<w:r><w:t>（2024年度）</w:t></w:r></w:p><w:tbl>{''.join(rows)}</w:tbl></w:sect></w:body></w:wordDocument>",
        encoding="utf-8",
    )
    whole(read(path).form)


def test_merged_cells_of_word_2003_reach_down(tmp_path):
    cell = "<w:tc><w:tcPr>{}</w:tcPr><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    first = cell.format('<w:vmerge w:val="restart"/>', "甲") + cell.format('<w:gridSpan w:val="2"/>', "乙")
    second = cell.format("<w:vmerge/>", "旧") + cell.format("", "丙") + cell.format("", "丁")
    path = tmp_path / "form.xml"
    path.write_text(
        '<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"><w:body><w:tbl>'
        f"<w:tr>{first}</w:tr><w:tr>{second}</w:tr></w:tbl></w:body></w:wordDocument>",
        encoding="utf-8",
    )
    (grid,) = read_grids(path)
    assert [[entry.written for entry in row] for row in grid.rows] == [["甲", "乙", ""], ["", "丙", "丁"]]
    assert grid.merges == (Area(1, 1, 2, 1), Area(1, 2, 1, 3))


@pytest.mark.parametrize("after", ["", '<w:trPr><w:gridAfter w:val="1"/></w:trPr>'])
def test_a_document_of_word_2003_that_lost_what_was_merged_is_refused(tmp_path, after):
    """LibreOffice leaves out both the mark of a merged area and the cells that it covers.

    | 字 | 字 | 字 |
    |    | 字 | 字 |
    """
    cell = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    rows = "".join(f"<w:tr>{part}</w:tr>" for part in (cell * 3, after + cell * 2)).replace("{}", "字")
    path = tmp_path / "form.xml"
    path.write_text(
        '<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"><w:body><w:tbl>'
        f"<w:tblGrid>{'<w:gridCol/>' * 3}</w:tblGrid>{rows}</w:tbl></w:body></w:wordDocument>",
        encoding="utf-8",
    )
    if after:  # the row ends early, and says so
        assert [["字", "字", "字"], ["字", "字", ""]] == [[e.written for e in row] for row in read_grids(path)[0].rows]
    else:
        with pytest.raises(errors.OtherKind, match="纵向合并"):
            read_grids(path)


def test_a_table_in_markdown_is_read(tmp_path):
    lines = page()
    table = [f"| {' | '.join([*line, *[''] * (9 - len(line))])} |" for line in lines[2:]]
    table.insert(1, "|" + " :---: |" * 9)
    path = tmp_path / "form.md"
    path.write_text("\n".join(["# 财政项目支出绩效自评表", "", "**（2024年度）**", "", *table]), encoding="utf-8")
    whole(read(path).form)


def test_rows_between_bars_need_no_line_below_the_headings(tmp_path):
    """As Org has them."""
    path = tmp_path / "表.org"
    path.write_text(
        "* 项目支出绩效自评表\n" + "\n".join(f"| {' | '.join(line)} |" for line in page()), encoding="utf-8"
    )

    whole(read(path).form)


def test_a_csv_whose_numbers_are_guarded_by_tabs_is_read(tmp_path):
    lines = [",".join(f'"\t{cell}"' if _type_of(cell) == "Number" else cell for cell in line) for line in page()]
    width = max(line.count(",") for line in lines)
    (tmp_path / "form.csv").write_text("\n".join(line + "," * (width - line.count(",")) for line in lines), "gb18030")
    whole(read(tmp_path / "form.csv").form)


def old_workbook(path, change):
    """The words of a sheet of an .xls."""
    book = xlwt.Workbook(encoding="utf-8")
    change(book.add_sheet("表", cell_overwrite_ok=True))
    book.save(str(path))
    (grid,) = read_grids(path)
    return grid


@pytest.mark.parametrize("to", ["its beginning", "itself"])
def test_sectors_of_an_old_workbook_that_go_in_a_circle_end_where_its_size_says(tmp_path, to):
    path = workbook(tmp_path / "form.xlsx", ("自评表", PROJECT, Style()))
    book = xlwt.Workbook()
    sheet = book.add_sheet("自评表")
    for row in openpyxl.load_workbook(path).active:
        for cell in row:
            sheet.write(cell.row - 1, cell.column - 1, cell.value)
    book.save(str(tmp_path / "form.xls"))
    content = bytearray((tmp_path / "form.xls").read_bytes())
    table = 512 * (1 + struct.unpack_from("<L", content, 76)[0])
    last = struct.unpack_from("<128l", content, table).index(-2)
    struct.pack_into("<L", content, table + 4 * last, 0 if to == "its beginning" else last)
    (tmp_path / "form.xls").write_bytes(content)

    whole(read(tmp_path / "form.xls").form)


def test_struck_words_of_an_old_workbook_are_hidden(tmp_path):
    struck = xlwt.easyxf("font: struck_out on")

    def change(sheet):
        sheet.write(0, 0, "作废", struck)
        sheet.write_rich_text(0, 1, [("旧路", struck.font), "乡村道路养护"])
        sheet.write(0, 2, 97, struck)

    grid = old_workbook(tmp_path / "old.xls", change)
    assert [entry.written for entry in grid.filled(1)] == ["乡村道路养护"]
    assert sorted(entry.written for entry in grid.hidden) == ["97", "作废", "旧路"]


def test_an_old_workbook_is_read_with_its_page_header_and_without_blanks_far_away(tmp_path):
    def change(sheet):
        sheet.write(0, 0, "项目名称")
        sheet.write(65535, 255, " ")
        sheet._Worksheet__header_str = '&C&"宋体"&14项目支出绩效自评表&R2023年度'  # the library takes bytes alone

    grid = old_workbook(tmp_path / "old.xls", change)
    assert [entry.written for entry in grid.margins][:2] == ["项目支出绩效自评表", "2023年度"]
    assert (len(grid.rows), grid.width) == (1, 1)
