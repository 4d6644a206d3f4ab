"""Word documents and PDF files as people really make them, each kind drawn here."""

import io
import re
import zipfile
from pathlib import Path
from types import SimpleNamespace

import docx
import pytest

from selfeval_xl import errors, files
from selfeval_xl.files.pdf_page import open_sides
from selfeval_xl.form import document
from selfeval_xl.grid import Grid
from selfeval_xl.reading import read_forms
from selfeval_xl.reading.refusal import found_instead

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def written(grid: Grid) -> list[list[str]]:
    return [[e.written for e in grid.filled(row)] for row in range(1, len(grid.rows) + 1)]


def rows_of(path: Path) -> list[list[str]]:
    (grid,) = files.read_grids(path)
    return written(grid)


# ---- Word: what is on paper and what is not --------------------------------------------------------------------------


def run(words: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{words}</w:t></w:r>"


def word_file(path: Path, *inside: str) -> Path:
    """A document with one paragraph for each of these."""
    document = docx.Document()
    for content in inside:
        paragraph = document.add_paragraph()._p
        paragraph.extend(docx.oxml.parse_xml(f"<w:p {W}>{content}</w:p>"))
    document.save(path)
    return path


@pytest.mark.parametrize(
    ("inside", "shown"),
    [
        (f"<w:r><w:ruby><w:rubyPr/><w:rt>{run('lin')}</w:rt><w:rubyBase>{run('林')}</w:rubyBase></w:ruby></w:r>", "林"),
        (run("80", "<w:strike/>") + run("90"), "90"),
        (run("80", "<w:dstrike/>") + run("90", '<w:strike w:val="0"/>'), "90"),
        (run("（旧）", "<w:vanish/>") + run("苗木"), "苗木"),
        ("<w:del><w:r><w:delText>80</w:delText></w:r></w:del><w:ins>" + run("90") + "</w:ins>", "90"),
        ("<w:moveFrom>" + run("80") + "</w:moveFrom><w:moveTo>" + run("90") + "</w:moveTo>", "90"),
        ('<w:hyperlink w:anchor="a">' + run("林场") + "</w:hyperlink>" + run("抚育"), "林场抚育"),
        ('<w:smartTag w:uri="x" w:element="y">' + run("林场") + "</w:smartTag>", "林场"),
        ("<w:sdt><w:sdtPr/><w:sdtContent>" + run("林场") + "</w:sdtContent></w:sdt>", "林场"),
        ('<w:fldSimple w:instr="DATE">' + run("2023年") + "</w:fldSimple>", "2023年"),
        ('<w:r><w:sym w:font="Symbol" w:char="F0A3"/></w:r>' + run("5%"), "≤5%"),
        ('<w:r><w:sym w:font="Wingdings 2" w:char="F0A3"/></w:r>' + run("良"), "□良"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>' + run("优"), "☑优"),
        ('<w:r><w:sym w:font="宋体" w:char="2265"/></w:r>' + run("5%"), "≥5%"),
        (run("\uf0b3", '<w:rFonts w:ascii="Symbol"/>') + run("5%"), "≥5%"),
        ("<w:r><w:t>30</w:t><w:softHyphen/><w:t>天</w:t><w:noBreakHyphen/></w:r>", "30天-"),
        (run("96%") + '<w:r><w:footnoteReference w:id="2"/></w:r>', "96%"),
    ],
)
def test_word_text_is_read_as_it_is_printed(tmp_path, inside, shown):
    assert [[shown]] == rows_of(word_file(tmp_path / "文.docx", inside))


def test_of_a_field_the_result_is_read_and_not_what_it_asks(tmp_path):
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'.format
    asks = "<w:r><w:instrText>IF </w:instrText></w:r>" + mark("begin") + mark("separate") + run("1") + mark("end")
    field = mark("begin") + asks + run("=1") + mark("separate") + run("98.50") + mark("end")

    assert [["得98.50分"]] == rows_of(word_file(tmp_path / "文.docx", run("得") + field + run("分")))


def test_a_style_may_hide_text_and_a_run_may_show_it_again(tmp_path):
    document = docx.Document()
    hidden = document.styles.add_style("隐藏", docx.enum.style.WD_STYLE_TYPE.CHARACTER)
    hidden.font.hidden = True
    paragraph = document.add_paragraph("造林")
    paragraph.add_run("（内部）", style=hidden)
    paragraph.add_run("补助", style=hidden).font.hidden = False
    document.save(tmp_path / "文.docx")

    assert [["造林补助"]] == rows_of(tmp_path / "文.docx")


def test_deleted_and_hidden_rows_and_prompts_of_controls_are_not_read(tmp_path):
    cell = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>".format
    asked = "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>".format
    document = docx.Document()
    table = docx.oxml.parse_xml(
        f"<w:tbl {W}><w:tr><w:trPr><w:del/></w:trPr>{cell('旧')}</w:tr>"
        f"<w:tr><w:trPr><w:hidden/></w:trPr>{cell('藏')}</w:tr>"
        f"<w:tr>{cell('单位')}{asked(cell('单击此处输入文字'))}{cell('林场')}</w:tr></w:tbl>"
    )
    document.element.body.insert(0, table)
    document.save(tmp_path / "文.docx")

    (grid,) = files.read_grids(tmp_path / "文.docx")

    assert [["单位", "林场"]] == written(grid)
    assert "林场" == grid.at(1, 3).written


# ---- Word: the package -----------------------------------------------------------------------------------------------


def changed(path: Path, change) -> Path:
    """The same package with other names and contents of parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(*change(name, old.read(name)))
    path.write_bytes(target.getvalue())
    return path


def strict(name: str, content: bytes) -> tuple[str, bytes]:
    return name, re.sub(
        rb"http://schemas\.openxmlformats\.org/(wordprocessingml|officeDocument|drawingml)/2006/",
        rb"http://purl.oclc.org/ooxml/\1/",
        content,
    )


def test_a_strict_document_is_read_with_its_page_header(tmp_path):
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "2023年度"
    document.add_table(1, 2).cell(0, 1).text = "林场"
    document.save(tmp_path / "文.docx")
    changed(tmp_path / "文.docx", strict)

    assert b"purl.oclc.org" in zipfile.ZipFile(tmp_path / "文.docx").read("word/document.xml")
    assert [["2023年度"], ["林场"]] == rows_of(tmp_path / "文.docx")


def test_a_document_of_another_name_and_with_links_to_nothing_is_read(tmp_path):
    def numbered(name: str, content: bytes) -> tuple[str, bytes]:
        broken = content.replace(b"styles.xml", b"NULL") if name.endswith(".rels") else content
        return name.replace("word/document.xml", "word/document2.xml"), broken

    path = changed(word_file(tmp_path / "文.docx", run("林场")), numbered)

    assert [["林场"]] == rows_of(path)


def test_page_headers_stand_above_their_sections_without_page_numbers(tmp_path):
    document = docx.Document()
    first = document.sections[0]
    first.different_first_page_header_footer = True
    first.first_page_header.paragraphs[0].text = "项目支出绩效自评表"
    first.header.paragraphs[0].text = "（2023年度）"
    first.header.add_paragraph("第 1 页 共 2 页")
    first.even_page_header.paragraphs[0].text = "双页"
    document.add_paragraph("甲")
    document.add_section()
    document.add_paragraph("乙")
    other = document.add_section()
    other.header.is_linked_to_previous = False
    other.header.paragraphs[0].text = "（2024年度）"
    document.add_paragraph("丙")
    document.save(tmp_path / "文.docx")

    assert [["项目支出绩效自评表"], ["（2023年度）"], ["甲"], ["乙"], ["（2024年度）"], ["丙"]] == rows_of(
        tmp_path / "文.docx"
    )


# ---- another table in the same document ------------------------------------------------------------------------------

LIST = [
    ["项目支出绩效自评结果汇总表"],
    ["序号", "项目名称", "预算数", "执行数", "执行率", "自评得分"],
    ["1", "林区防火道维护", "88.00", "80.00", "90.91%", "99"],
    ["合计", "", "88.00", "80.00", "90.91%", ""],
]
ACCOUNTS = [
    ["收入支出决算总表"],
    ["项目", "决算数", "项目", "决算数"],
    ["一、财政拨款收入", "920.10", "一、支出", "918.40"],
]
OVERALL = [
    ["部门整体支出绩效自评表（2022年度）"],
    ["部门名称", "云麓县林业局"],
    ["年度预算执行情况（万元）", "", "年初预算数", "全年预算数", "全年执行数", "执行率"],
    ["", "部门支出总额", "920.00", "921.00", "918.40", "99.72%"],
    ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "得分"],
    ["投入", "预算配置", "在职人员控制率", "≤100%", "97%", "5"],
]
MONITORED = [
    ["项目支出绩效运行监控表"],
    ["项目名称", "林区苗圃建设"],
    ["一级指标", "二级指标", "三级指标", "年度指标值", "1-7月执行情况", "全年预计完成情况"],
    ["产出指标", "数量指标", "新建苗圃", "2处", "1处", "2处"],
]
FORM = [
    ["项目名称", "林区防火道维护"],
    ["主管部门", "云麓县林业局", "", "实施单位", "云麓县林场"],
    ["项目资金（万元）", "", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"],
    ["", "年度资金总额", "88.00", "88.00", "80.00", "10", "90.91%", "9.09"],
    ["年度总体目标", "预期目标", "", "", "实际完成情况"],
    ["", "清理防火道。", "", "", "清理防火道 60 公里。"],
    ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施"],
    ["产出指标", "数量指标", "清理里程", "≥60公里", "60公里", "50", "50", ""],
    ["效益指标", "社会效益指标", "森林火灾次数", "≤1次", "0次", "40", "40", ""],
]
TITLES = [["项目支出绩效自评表"], ["（2023年度）"]]
TOTAL = [["总分", "", "", "", "", "100", "99.09"]]
WHOLE = [*TITLES, *FORM, *TOTAL]
OTHERS = {"list": LIST, "accounts": ACCOUNTS, "overall": OVERALL, "monitored": MONITORED}


def said(grid: Grid) -> list[dict]:
    forms = [document(reading.form) for reading in read_forms(grid)]
    return [{name: part for name, part in form.items() if name not in ("sheet", "source")} for form in forms]


@pytest.mark.parametrize("others", [*OTHERS, "all"])
def test_another_table_in_the_document_is_no_part_of_the_form(others):
    rows = [row for rows in OTHERS.values() for row in rows] if others == "all" else OTHERS[others]
    (alone,) = said(Grid.of(WHOLE))

    assert ("林区防火道维护", 2023, "99.09") == (alone["project"], alone["year"], alone["total_score"])
    assert [alone] == said(Grid.of([*rows, *WHOLE]))
    assert [alone] == said(Grid.of([*WHOLE, *rows]))
    assert [alone, alone] == said(Grid.of([*WHOLE, *rows, *WHOLE]))


@pytest.mark.parametrize("others", OTHERS)
def test_another_table_beside_a_form_without_total_or_title_is_no_part_of_it(others):
    (alone,) = said(Grid.of(FORM))

    assert [alone] == said(Grid.of([*OTHERS[others], *FORM]))
    assert [alone] == said(Grid.of([*FORM, *OTHERS[others]]))


def test_what_stands_in_other_tables_is_left_over():
    (reading,) = read_forms(Grid.of([*LIST, *WHOLE, *OVERALL]))

    assert {"项目支出绩效自评结果汇总表", "部门支出总额"} <= {entry.written for entry in reading.leftovers}


@pytest.mark.parametrize("form", [WHOLE, [*TITLES, *FORM]])
def test_a_title_printed_again_on_each_page_ends_no_form(form):
    again = [*form[:-1], *TITLES, form[-1]]

    assert said(Grid.of(form)) == said(Grid.of(again))


@pytest.mark.parametrize("words", ["续表", "（续上表）", "续表1"])
def test_a_table_that_goes_on_is_no_other_table(words):
    *above, last, total = WHOLE

    assert said(Grid.of(WHOLE)) == said(Grid.of([*above, [words], FORM[6], last, total]))


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("2023年度部门整体支出绩效自评表", "部门整体支出绩效自评表"),
        ("中央对地方转移支付区域绩效自评表", "转移支付绩效自评表"),
        ("项目支出绩效目标申报表", "绩效目标申报表"),
        ("项目支出绩效运行监控表", "绩效运行监控表"),
        ("收入支出决算总表", "决算表"),
        ("绩效自评结果汇总表", "汇总表"),
    ],
)
def test_where_there_is_no_form_the_other_table_is_named(title, said):
    rows = [[title], ["单位", "云麓县林场", "联系人", "林小满"], ["内容", "数额", "内容", "数额"]]

    assert f"是{said}" in found_instead([Grid.of(rows)])


def test_several_other_tables_of_a_document_are_named():
    said = found_instead([Grid.of([*ACCOUNTS, *OVERALL, *LIST])])

    assert "其中是部门整体支出绩效自评表（评分规则不同）、决算表、汇总表（请改选各项目自己的自评表）" == said


# ---- PDF: how pages are drawn ----------------------------------------------------------------------------------------

WIDTH, HEIGHT, COLUMNS = 66, 20, 8


def pdf_file(
    path: Path,
    rows,
    *,
    sides="ilr",
    across=True,
    boxes=False,
    turned=0,
    behind=None,
    cells=False,
    ground=0.0,
    aslant=0.0,
) -> Path:
    """A ruled table on one page, a title over all columns; `behind` draws something else on the page.

    `cells` draws, as a web page does, white cells on a black or gray ground instead of lines; `aslant` is by how much a
    turned page is off, as numbers are rounded.
    """
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen import canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    size = (600, 400) if turned % 180 == 0 else (400, 600)
    page = canvas.Canvas(str(path), pagesize=size)
    page.translate(*{0: (0, 0), 90: (400, 0), 180: (600, 400), 270: (0, 600)}[turned])
    page.transform(1, aslant, -aslant, 1, 0, 0)
    page.rotate(turned)
    if behind is not None:
        behind(page)
    page.setFillGray(0)
    page.setStrokeGray(0)
    page.setFont("STSong-Light", 5)
    right = 30 + COLUMNS * WIDTH
    if cells:
        page.setFillGray(ground)
        page.rect(29, 369 - len(rows) * HEIGHT, COLUMNS * WIDTH + 2, len(rows) * HEIGHT + 2, stroke=0, fill=1)
    for number, row in enumerate(rows):
        top = 370 - number * HEIGHT
        if cells:
            wide = COLUMNS if len(row) == 1 else 1
            page.setFillGray(1)
            for column in range(COLUMNS // wide):
                page.rect(30.5 + column * WIDTH, top - HEIGHT + 0.5, wide * WIDTH - 1, HEIGHT - 1, stroke=0, fill=1)
            page.setFillGray(0)
            for column, words in enumerate(row):
                page.drawString(32 + column * WIDTH, top - 12, words)
            continue
        if across:
            page.line(30, top, right, top)
            page.line(30, top - HEIGHT, right, top - HEIGHT)
        ends = [0, COLUMNS] if len(row) == 1 else range(COLUMNS + 1)
        for column in ends:
            inner = 0 < column < COLUMNS
            if (inner and "i" in sides) or (column == 0 and "l" in sides) or (column == COLUMNS and "r" in sides):
                page.line(30 + column * WIDTH, top, 30 + column * WIDTH, top - HEIGHT)
        for column, words in enumerate(row):
            if words and boxes:
                page.setFillGray(1)
                page.rect(31 + column * WIDTH, top - 14, 60, 9, stroke=0, fill=1)
                page.setFillGray(0)
            page.drawString(32 + column * WIDTH, top - 12, words)
    page.showPage()
    page.save()
    return path


def stamp(words: str, size: float, angle: float, gray: float, at=(120, 60), solid: float = 1):
    def draw(page):
        page.saveState()
        page.setFillAlpha(solid)
        page.setFont("STSong-Light", size)
        page.setFillGray(gray)
        page.translate(*at)
        page.rotate(angle)
        page.drawString(0, 0, words)
        page.restoreState()

    return draw


def white_words(page):
    """Where nothing dark lies behind them, nobody sees them."""
    page.setFillGray(1)
    page.setFont("STSong-Light", 5)
    for row in range(3, 12):
        page.drawString(60, 357 - row * HEIGHT, "旧 99.9")


def invisible_words(page):
    """As a program lays them for searching."""
    words = page.beginText(60, 340)
    words.setTextRenderMode(3)
    words.setFont("STSong-Light", 5)
    words.textLines(["旧项目 2021年 12345"] * 12)
    page.saveState()
    page.drawText(words)
    page.restoreState()


def colours(page):
    """Boxes that colour parts of cells."""
    for row in range(4, 14):
        page.setFillColorRGB(1, 0.95, 0.8)
        page.rect(50, 363 - row * HEIGHT, 3.3 * WIDTH, HEIGHT - 3, stroke=0, fill=1)


def marker(page):
    """What colours words, sign by sign."""
    page.setFillColorRGB(1, 1, 0)
    for row in range(2, len(WHOLE)):
        for column in range(COLUMNS):
            for at in (2, 12, 14.2):
                page.rect(30 + column * WIDTH + at, 357 - row * HEIGHT, 9 if at == 2 else 2.2, 7, stroke=0, fill=1)


def dashes(page):
    """The lines of the table, each of many small boxes."""
    page.setFillGray(0)
    for row in range(len(WHOLE) + 1):
        for at in range(0, COLUMNS * WIDTH, 4):
            page.rect(30 + at, 370 - row * HEIGHT, 2, 0.5, stroke=0, fill=1)
    for row, words in enumerate(WHOLE):
        for column in [0, COLUMNS] if len(words) == 1 else range(COLUMNS + 1):
            for at in range(0, HEIGHT, 4):
                page.rect(30 + column * WIDTH, 370 - (row + 1) * HEIGHT + at, 0.5, 2, stroke=0, fill=1)


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"behind": white_words},
        {"behind": invisible_words},
        {"behind": colours},
        {"behind": marker},
        {"behind": dashes, "sides": "", "across": False},
        {"cells": True, "ground": 0.6},
        {"sides": "i"},
        {"sides": "il"},
        {"sides": "ir"},
        {"sides": ""},
        {"boxes": True},
        {"cells": True},
        {"turned": 90, "aslant": 0.00001},
        {"turned": 90},
        {"turned": 180},
        {"turned": 270},
        {"turned": 90, "sides": "i", "boxes": True, "behind": stamp("内部资料", 50, 45, 0.8)},
        {"behind": stamp("仅供内部使用", 48, 45, 0.8)},
        {"behind": stamp("仅供内部使用", 12, 30, 0)},
        {"behind": stamp("仅供内部使用", 48, 0, 0.85)},
        {"behind": stamp("仅供内部使用仅供内部使用", 40, 0, 0, (60, 230))},  # and who made it made it transparent
        {"behind": stamp("内部资料", 60, 0, 0, (100, 60), solid=0.5)},  # beside the table, and seen through
        {"behind": stamp("内", 60, 0, 0, (500, 345), solid=0.5)},
        {"behind": stamp("仅供内部使用 仅供内部使用", 6, 0, 0, (60, 218), solid=0.3)},
        {"behind": stamp("王五 仅供内部使用 2024-03-11 仅供内部使用 2024-03-11", 7, 0, 0.8, (60, 218))},
    ],
)
def test_a_form_in_a_pdf_is_read_however_its_page_is_drawn(tmp_path, how):
    (form,) = said(Grid.of(WHOLE))
    (grid,) = files.read_grids(pdf_file(tmp_path / "表.pdf", WHOLE, **how))

    assert [form] == said(grid)
    assert () == read_forms(grid)[0].leftovers


def test_a_side_is_open_beside_rows_that_a_name_reaches_down_along():
    """
    The lines between these rows begin at the second column, the first and the last at the first.

    ────────────
    绩效 │ 三级指标
         ├───────
    指标 │ 巡查次数
    ────────────
    """
    across = [{"x0": left, "x1": 90, "top": top} for left, top in ((10, 0), (30, 20), (10, 40))]
    page = SimpleNamespace(
        horizontal_edges=across, vertical_edges=[{"x0": x, "top": 0, "bottom": 40} for x in (30, 60)]
    )

    sides = open_sides(page, [0, 40])

    assert {(10, 0, 40), (90, 0, 20), (90, 20, 40)} == {(side["x0"], side["top"], side["bottom"]) for side in sides}


def test_a_form_without_any_line_is_refused_with_a_way_out(tmp_path):
    with pytest.raises(errors.NoRules, match=r"没有表格线.*另存"):
        files.read_grids(pdf_file(tmp_path / "表.pdf", WHOLE, sides="", across=False))


def test_a_form_whose_rows_are_only_coloured_is_refused_with_a_way_out(tmp_path):
    """Where boxes are all that is drawn, each cell must have one."""

    def stripes(page):
        page.setFillColorRGB(0.8, 0.9, 1)
        for row in range(2, len(WHOLE), 2):
            for column in range(COLUMNS):
                page.rect(30.5 + column * WIDTH, 350 - row * HEIGHT, WIDTH - 1, HEIGHT, stroke=0, fill=1)

    with pytest.raises(errors.NoRules, match=r"没有表格线，只有底色.*另存"):
        files.read_grids(pdf_file(tmp_path / "表.pdf", WHOLE, sides="", across=False, behind=stripes))


def across_only(path: Path, *blocks) -> Path:
    """Rows ruled across only; a cell is words at the left of its column, or with > before them at its right."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen import canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    page = canvas.Canvas(str(path), pagesize=(600, 400))
    for rows in blocks:
        page.setFont("STSong-Light", 5)
        for number, row in enumerate(rows):
            top = 370 - number * HEIGHT
            page.line(30, top, 30 + COLUMNS * WIDTH, top)
            page.line(30, top - HEIGHT, 30 + COLUMNS * WIDTH, top - HEIGHT)
            for column, words in enumerate(row):
                if words.startswith(">"):
                    page.drawRightString(29.5 + (column + 1) * WIDTH, top - 12, words[1:])
                else:
                    page.drawString(31 + column * WIDTH, top - 12, words)
        page.showPage()
    page.save()
    return path


HEADS_ACROSS = ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析"]
ROWS_ACROSS = [
    ["产出指标", "数量指标", "清理里程", "≥60公里", "60公里", ">50", ">50", ""],
    ["效益指标", "社会效益指标", "森林火灾次数", "≤1次", "0次", ">40", ">38.5", ""],
    ["满意度指标", "满意度指标", "群众满意度", "≥90%", "95%", ">10", ">10", ""],
]
TOP_ACROSS = [["项目支出绩效自评表"], ["项目名称", "", "林区防火道维护"], ["主管部门", "", "云麓县林业局"]]


def test_numbers_at_the_right_of_their_columns_belong_to_the_headings_at_the_left(tmp_path):
    path = across_only(tmp_path / "表.pdf", [*TOP_ACROSS, HEADS_ACROSS, *ROWS_ACROSS])

    (grid,) = files.read_grids(path)

    heads = next(row for row in grid.rows if row[0].written == "一级指标")
    columns = {entry.written: number for number, entry in enumerate(heads) if entry.written}
    below = [[row[number].written for number in columns.values()] for row in grid.rows[-3:]]
    assert [[words.removeprefix(">") for words in row] for row in ROWS_ACROSS] == below


def test_columns_go_on_below_a_page_break_without_headings(tmp_path):
    path = across_only(tmp_path / "表.pdf", [*TOP_ACROSS, HEADS_ACROSS, *ROWS_ACROSS[:2]], [ROWS_ACROSS[2]])

    assert [words.removeprefix(">") for words in ROWS_ACROSS[2] if words] == rows_of(path)[-1]


def test_numbers_that_may_belong_to_either_of_two_headings_are_not_read(tmp_path):
    """Each stands in a column of its own between two headings that have nothing below them."""
    apart = [[*row[:5], f">{row[5][1:]}", "", "晴"] for row in ROWS_ACROSS]
    path = across_only(tmp_path / "表.pdf", [*TOP_ACROSS, HEADS_ACROSS, *apart])

    with pytest.raises(errors.NoRules, match=r"只有横线、没有竖线.*另存"):
        files.read_grids(path)


def test_what_stands_in_a_layer_that_is_switched_off_is_not_read(tmp_path):
    drawing = (
        b"BT /F 9 Tf 20 90 Td (now) Tj ET /OC /L BDC BT /F 9 Tf 20 60 Td (old) Tj ET EMC "
        b"BT /F 9 Tf 20 30 Td (too) Tj ET"
    )
    parts = [
        b"<</Type/Catalog/Pages 2 0 R/OCProperties<</OCGs[6 0 R]/D<</OFF[6 0 R]>>>>>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R"
        b"/Resources<</Font<</F 5 0 R>>/Properties<</L 6 0 R>>>>>>",
        b"<</Length %d>>stream\n%b\nendstream" % (len(drawing), drawing),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Type/OCG/Name(L)>>",
    ]
    body = b"".join(b"%d 0 obj%b endobj\n" % one for one in enumerate(parts, 1))
    path = tmp_path / "表.pdf"
    path.write_bytes(b"%PDF-1.5\n" + body + b"trailer<</Size 7/Root 1 0 R>>\nstartxref\n0\n%%EOF")

    assert [["now"], ["too"]] == rows_of(path)


@pytest.mark.parametrize("angle", [90, -90], ids=["upwards", "downwards"])
def test_words_of_a_cell_set_sideways_are_read_in_their_order(tmp_path, angle):
    def behind(page):
        page.setFont("STSong-Light", 5)
        page.saveState()
        page.translate(40, 360)
        page.rotate(angle)
        page.drawCentredString(0, 0, "产出")
        page.restoreState()

    rows = [["", "数量指标", "养护里程", "≥20公里"], ["项目名称", "乡村道路"]]

    assert ["产出", "数量指标", "养护里程", "≥20公里"] == rows_of(pdf_file(tmp_path / "表.pdf", rows, behind=behind))[0]


def without_letters(path: Path, content: bytes) -> Path:
    """The same drawing in a font that says of no glyph which letter it is."""
    changed = content.replace(b"/UniGB-UCS2-H", b"/Identity-H  ").replace(b"(GB1)", b"(XX1)")
    assert changed != content
    path.write_bytes(changed)
    return path


def test_a_pdf_that_does_not_say_its_letters_is_refused(tmp_path):
    drawn = pdf_file(tmp_path / "字.pdf", [["项目名称", "乡村道路"], ["主管部门", "交通局"]])

    with pytest.raises(errors.NoLetters, match="乱码"):
        files.read_grids(without_letters(tmp_path / "形.pdf", drawn.read_bytes()))


def test_a_drawing_of_no_known_letter_is_shown_as_such(tmp_path):
    def behind(page):
        page.setFont("Courier", 5)
        page.drawString(118, 358, "€")

    path = pdf_file(tmp_path / "字.pdf", [["项目名称", "乡村道路"]] * 6, behind=behind)
    content = path.read_bytes()
    before = re.search(rb"(?<=/BaseFont /Courier )/Encoding /WinAnsiEncoding /Name /F\d", content)[0]
    path.write_bytes(content.replace(before, b"/Encoding /StandardEncoding".ljust(len(before))))
    (grid,) = files.read_grids(path)

    assert ["项目名称", "乡村道路\ufffd"] == written(grid)[0][:2]


def test_another_table_on_the_page_of_a_pdf_is_no_part_of_the_form(tmp_path):
    (form,) = said(Grid.of(WHOLE))
    (grid,) = files.read_grids(pdf_file(tmp_path / "表.pdf", [*ACCOUNTS, *WHOLE]))

    assert [form] == said(grid)


# ---- PDF: what a page break cuts -------------------------------------------------------------------------------------

HEADS = ["三级指标", "年度指标值", "偏差原因分析"]
LINE = 6.0  # points


def pages_file(path: Path, *pages, size: float = 5) -> Path:
    """Ruled tables, one on each page: rows of (height, columns with lines, drawn so far down in their cells)."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen import canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    sheet = canvas.Canvas(str(path), pagesize=(400, 300))
    for rows in pages:
        sheet.setFont("STSong-Light", size)
        top = 280.0
        for height, *cells in rows:
            for column, lines in enumerate(cells):
                sheet.rect(30 + column * 54, top - height, 54, height)
                for number, words in enumerate(lines.split("|")):
                    sheet.drawString(32 + column * 54, top - LINE * (number + 1), words)
            top -= height
        sheet.showPage()
    sheet.save()
    return path


HEADING = (10, *HEADS)
FULL = "甲乙丙丁戊己庚辛壬癸"  # fills a line


def test_a_row_cut_by_a_page_break_is_one_row_again(tmp_path):
    above = (13, "清理里程", "≥60公里", f"{FULL}|{FULL}")
    rest = (13, "", "", "子丑寅卯，次年补齐。")
    path = pages_file(tmp_path / "表.pdf", [HEADING, above], [rest, (10, "防火道", "2条", "")])

    assert [
        HEADS, ["清理里程", "≥60公里", f"{FULL}{FULL}子丑寅卯，次年补齐。"], [], ["防火道", "2条"],
    ] == rows_of(path)  # fmt: skip


def test_a_row_higher_than_a_page_is_one_row_again(tmp_path):
    above = (13, "清理里程", "≥60公里", f"{FULL}|{FULL}")
    whole = (13, "", "", f"{FULL}|{FULL}")
    path = pages_file(
        tmp_path / "表.pdf", [HEADING, above], [whole], [(13, "", "", "子丑。"), (10, "防火道", "2条", "")]
    )

    assert ["清理里程", "≥60公里", f"{FULL * 4}子丑。"] == rows_of(path)[1]
    assert ["防火道", "2条"] == rows_of(path)[-1]


def test_rows_of_their_own_at_a_page_break_stay_apart(tmp_path):
    above = (13, "清理里程", "≥60公里", "雨水多。")
    for below in [(13, "防火道", "2条", "已补齐。"), (13, "", "", "另记。")]:
        path = pages_file(tmp_path / "表.pdf", [HEADING, above], [below])

        assert ["清理里程", "≥60公里", "雨水多。"] == rows_of(path)[1]
        assert [words for words in below[1:] if words] == rows_of(path)[2]


def test_titles_printed_again_are_no_rows(tmp_path):
    rows = [(10, name, "2条", "") for name in ("林道", "防火道", "苗圃")]
    path = pages_file(tmp_path / "表.pdf", [HEADING, *rows[:2]], [HEADING, rows[2]])

    assert [HEADS, ["林道", "2条"], ["防火道", "2条"], [], ["苗圃", "2条"]] == rows_of(path)


def test_titles_are_known_again_below_words_of_a_cut_cell(tmp_path):
    """Some programs draw the words of a merged cell on both pages, across the titles of the second."""
    rows = [(10, name, "2条", "") for name in ("林道", "防火道", "苗圃")]
    across = (10, "三级指标防火道", *HEADS[1:])
    path = pages_file(tmp_path / "表.pdf", [HEADING, *rows[:2]], [across, rows[2]])

    assert [HEADS, ["林道", "2条"], ["防火道", "2条"], [], ["苗圃", "2条"]] == rows_of(path)


def test_words_of_several_cut_cells_beside_each_other_go_each_into_its_own(tmp_path):
    """Words in the middle of merged cells that a page break cuts may all be drawn on one line above the table."""
    from reportlab.pdfgen import canvas

    path = pages_file(tmp_path / "表.pdf", [HEADING])
    sheet = canvas.Canvas(str(path), pagesize=(400, 300))
    sheet.setFont("STSong-Light", 5)
    for left, high, words in ((30, 40, ""), (84, 40, ""), (138, 20, "林道"), (138, 20, "苗圃")):
        top = 240 if words != "苗圃" else 220
        sheet.rect(left, top - high, 54, high)
        sheet.drawString(left + 2, top - 8, words)
    sheet.drawString(32, 243, "产出指标")
    sheet.drawString(100, 243, "成本指标")
    sheet.showPage()
    sheet.setFont("STSong-Light", 5)
    sheet.rect(30, 260, 162, 20)
    sheet.drawString(32, 270, "总分")
    sheet.save()

    assert [["产出指标", "成本指标", "林道"], ["苗圃"], ["总分"]] == rows_of(path)


def test_other_words_in_a_title_are_no_title_again(tmp_path):
    rows = [(10, name, "2条", "") for name in ("林道", "防火道", "苗圃")]
    for other in ("三级指标（续表）", "三级指标2条", "二级指标"):
        path = pages_file(tmp_path / "表.pdf", [HEADING, *rows[:2]], [(10, other, "", "完成值"), rows[2]])

        assert [other, "完成值"] == rows_of(path)[3]


def test_pale_words_that_lie_over_nothing_stay_beside_a_watermark_that_looks_alike(tmp_path):
    from reportlab.pdfgen import canvas

    path = pages_file(tmp_path / "表.pdf", [HEADING, (20, "清理里程", "≥60公里", ""), (20, "防火道", "≥2条", "")])
    drawn = canvas.Canvas(str(path), pagesize=(400, 300))
    drawn.setFont("STSong-Light", 5)
    for number, (height, *cells) in enumerate([HEADING, (20, "清理里程", "≥60公里"), (20, "防火道", "≥2条")]):
        top = 280 - (0, 10, 30)[number]
        for column in range(3):
            drawn.rect(30 + column * 54, top - height, 54, height)
            drawn.setFillGray(0)
            drawn.drawString(32 + column * 54, top - LINE, cells[column] if column < len(cells) else "")
        drawn.setFillGray(0.75)
        drawn.drawString(140, top - LINE, ("", "60公里", "3条")[number])
    drawn.drawString(32, 270 - LINE, "内部资料不得外传内部资料")
    drawn.save()

    found = rows_of(path)
    assert ["清理里程", "≥60公里", "60公里"] == found[1]
    assert ["防火道", "≥2条", "3条"] == found[2]


def test_a_line_across_the_lower_border_of_its_cell_stays_in_it(tmp_path):
    """In a cell too low for its words the last line is drawn half above and half below its border."""
    low = (16.4, "清理里程", "≥60公里", "甲乙丙|丁戊己|庚辛壬")
    path = pages_file(tmp_path / "表.pdf", [HEADING, low, (20, "防火道", "2条", "")])

    assert ["清理里程", "≥60公里", "甲乙丙丁戊己庚辛壬"] == rows_of(path)[1]
    assert ["防火道", "2条"] == rows_of(path)[2]


def test_low_rows_keep_their_own_words(tmp_path):
    rows = [(LINE, name, "2条", "无") for name in ("林道", "防火道", "苗圃", "界桩")]

    assert [[name, "2条", "无"] for _, name, *_ in rows] == rows_of(pages_file(tmp_path / "表.pdf", rows))


def test_letters_lower_than_the_space_between_rows_are_read(tmp_path):
    path = pages_file(tmp_path / "表.pdf", [HEADING, (10, "清理里程", "≥60公里", "雨水多。")], size=1.5)

    assert [HEADS, ["清理里程", "≥60公里", "雨水多。"]] == rows_of(path)


def test_words_that_are_drawn_on_both_sides_of_a_page_break_stand_once(tmp_path):
    """In the middle of an area that the break cuts, through their lower half on one page and above the next table."""
    from reportlab.pdfgen import canvas

    path = pages_file(tmp_path / "表.pdf", [HEADING])
    sheet = canvas.Canvas(str(path), pagesize=(400, 300))
    for words, other in ((("产出", "30"), "林道"), (("", ""), "苗圃")):
        sheet.setFont("STSong-Light", 5)
        for left in (30, 84, 138):
            sheet.rect(left, 250, 54, 20)
        sheet.drawString(140, 258, other)
        across = 249 if words[0] else 269.5
        sheet.drawString(32, across, "产出")
        sheet.drawString(86, across, "30")
        sheet.showPage()
    sheet.save()

    assert [["产出", "30", "林道"], ["苗圃"]] == rows_of(path)


def test_letters_spaced_out_alike_are_no_words_of_their_own(tmp_path):
    def behind(page):
        page.setFont("STSong-Light", 5)
        page.drawString(32, 358, "≥60公里", charSpace=6)
        page.drawString(98, 358, "优  良 中")

    rows = [["", "", "养护里程"], ["项目名称", "乡村道路"]]

    assert ["≥60公里", "优 良 中", "养护里程"] == rows_of(pdf_file(tmp_path / "表.pdf", rows, behind=behind))[0]


def test_what_is_typed_into_the_fields_of_a_pdf_is_read(tmp_path):
    def behind(page):
        page.acroForm.textfield(name="a", value="96.50", x=98, y=352, width=60, height=16)

    path = pdf_file(tmp_path / "表.pdf", [["自评得分", ""], ["项目名称", "乡村道路"]], behind=behind)

    assert ["自评得分", "96.50"] == rows_of(path)[0]
