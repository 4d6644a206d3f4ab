"""The copy that leaves the office, of workbooks with pictures, charts and formats of many kinds."""

import re
import zipfile
from pathlib import Path

import dressed
import pytest
from lxml import etree

from selfeval_xl import actions
from selfeval_xl.send import drawings
from selfeval_xl.send.parts import relations_of
from selfeval_xl.send.places import Line, sizes

SHEET, DRAWING, CHART = "xl/worksheets/sheet1.xml", "xl/drawings/drawing1.xml", "xl/charts/chart1.xml"
POINTERS = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'


def parts_of(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name).decode("utf-8", "replace") for name in package.namelist()}


def frozen(book: Path, valid_package) -> tuple[dict[str, str], str]:
    """The parts of the copy, in which nothing is only for her, and what was said."""
    done = actions.freeze(book, book.parent / "out", force=True)
    (copy,) = done.written
    valid_package(copy)
    parts = parts_of(copy)
    assert [] == [name for name, content in parts.items() if dressed.SECRET in content]
    for name, content in parts.items():
        if name.endswith((".xml", ".vml")):
            beside = relations_of(name)
            known = set(re.findall(r' Id="([^"]*)"', parts.get(beside, "")))
            assert set(re.findall(r' r:(?:id|embed|link|href)="([^"]*)"', content)) <= known, name
    return parts, "".join(done.notes)


def text_box(book: Path) -> str:
    return re.search("<xdr:sp .*?</xdr:sp>", parts_of(book)[DRAWING], re.DOTALL)[0]


# ---- pictures ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "folder",
    [
        r"C:\Users\只给自己看\Desktop" + "\\",
        r"\\server\只给自己看" + "\\",
        "/home/只给自己看/",
        "file:///D:/只给自己看/",
    ],
)
def test_the_folder_of_a_picture_does_not_leave_and_its_name_stays(tmp_path, folder, valid_package):
    option = {"image_data": dressed.png(41), "description": f"{folder}公章.png"}
    book = dressed.drawn(tmp_path / "book.xlsx", lambda book, sheet: sheet.insert_image("D8", "x", option))

    parts, _ = frozen(book, valid_package)

    assert 'descr="公章.png"' in parts[DRAWING]


@pytest.mark.parametrize("words", ["公章", "年度：2022/12/31", "比例 1:2/3", "见 https://example.com/a"])
def test_words_about_a_picture_stay(words):
    root = etree.fromstring('<xdr:cNvPr xmlns:xdr="x" id="1" name="图片 1"/>')
    root.set("descr", words)

    assert not drawings.without_ways_out(root, set())
    assert words == root.get("descr")


def test_a_picture_that_is_only_a_link_is_said_to_be_lost(tmp_path, valid_package):
    option = {"image_data": dressed.png(41)}
    book = dressed.drawn(tmp_path / "book.xlsx", lambda book, sheet: sheet.insert_image("D8", "x", option))
    dressed.changed(book, DRAWING, ('r:embed="rId1"', 'r:link="rId9"'))
    dressed.with_way_out(book, DRAWING, "rId9", "image", f"file:///C:/{dressed.SECRET}.png")

    parts, said = frozen(book, valid_package)

    assert DRAWING not in parts
    assert "链接到文件以外的图片没有带入" in said


def test_a_picture_that_leads_to_another_sheet_leads_nowhere(tmp_path, valid_package):
    def draw(book, sheet):
        sheet.insert_image("D8", "x", {"image_data": dressed.png(41), "url": "internal:'词典'!A1"})
        sheet.insert_image("E8", "y", {"image_data": dressed.png(42), "url": "https://example.com/a"})
        book.add_worksheet("词典").write("A1", dressed.SECRET)

    parts, _ = frozen(dressed.drawn(tmp_path / "book.xlsx", draw), valid_package)

    assert 2 == parts[DRAWING].count("<xdr:pic>")
    assert "hlinkClick" not in parts[DRAWING]


def test_of_a_group_only_what_is_hidden_goes(tmp_path, valid_package):
    book = dressed.drawn(tmp_path / "book.xlsx", lambda book, sheet: sheet.insert_textbox("F8", "以审计数为准"))
    shown = text_box(book)
    hidden = shown.replace("以审计数为准", dressed.SECRET).replace('cNvPr id="2"', 'cNvPr id="9" hidden="1"')
    about = '<xdr:nvGrpSpPr><xdr:cNvPr id="20" name="组"/><xdr:cNvGrpSpPr/></xdr:nvGrpSpPr><xdr:grpSpPr/>'
    dressed.changed(book, DRAWING, (shown, f"<xdr:grpSp>{about}{shown}{hidden}</xdr:grpSp>"))

    parts, _ = frozen(book, valid_package)

    assert "以审计数为准" in parts[DRAWING]


def test_a_thing_that_stands_at_a_fixed_place_is_of_the_area_where_it_lies_there(tmp_path, valid_package):
    def draw(book, sheet):
        sheet.insert_textbox("F8", "以审计数为准")
        sheet.insert_textbox("P40", dressed.SECRET)

    book = dressed.drawn(tmp_path / "book.xlsx", draw)
    for there, (across, down) in (("以审计数为准", (3_000_000, 1_500_000)), (dressed.SECRET, (30_000_000, 1_500_000))):
        every = re.findall("<xdr:twoCellAnchor.*?</xdr:twoCellAnchor>", parts_of(book)[DRAWING], re.DOTALL)
        (anchor,) = (one for one in every if there in one)
        instead = f'<xdr:absoluteAnchor><xdr:pos x="{across}" y="{down}"/><xdr:ext cx="500000" cy="300000"/>'
        fixed = re.sub("<xdr:twoCellAnchor.*</xdr:to>", instead, anchor, flags=re.DOTALL)
        dressed.changed(book, DRAWING, (anchor, fixed.replace("twoCellAnchor", "absoluteAnchor")))

    parts, _ = frozen(book, valid_package)

    assert 1 == parts[DRAWING].count("<xdr:absoluteAnchor>")
    assert "以审计数为准" in parts[DRAWING]


def test_a_seal_across_the_edge_of_the_area_keeps_its_size(tmp_path, valid_package):
    """The columns beside it and the rows below it are as wide and high again as in any new workbook."""

    def draw(book, sheet):
        sheet.set_column_pixels("J:J", 200)
        sheet.set_column("K:K", 20, None, {"hidden": True})
        sheet.set_row_pixels(15, 80)
        sheet.insert_image("I14", "x", {"image_data": dressed.png(300), "x_offset": 20, "y_offset": 5})
        sheet.insert_image("J14", "y", {"image_data": dressed.png(30), "description": dressed.SECRET})

    book = dressed.drawn(tmp_path / "book.xlsx", draw)
    parts, _ = frozen(book, valid_package)

    (end,) = re.findall("<xdr:to>(.*?)</xdr:to>", parts[DRAWING])
    column, across, row, down = map(int, re.findall(r">(\d+)<", end))
    a_column, a_row, first, second = 64 * 9525, 20 * 9525, 20 * 9525, 5 * 9525
    assert 300 * 9525 == (column - 8) * a_column + across - first
    assert 300 * 9525 == (row - 13) * a_row + down - second


def test_columns_and_rows_are_found_by_their_distance():
    line = Line({2: 30, 3: 0, 7: 5}, 10, 16)

    assert [0, 10, 40, 40, 50] == [line.start(number) for number in range(1, 6)]
    assert [(1, 0), (1, 9), (2, 0), (2, 29), (4, 0), (6, 9), (7, 4), (8, 0), (16, 5)] == [
        line.at(distance) for distance in (0, 9, 10, 39, 40, 69, 74, 75, 10_000_000)
    ]


def sizes_of(inside: str):
    return sizes(etree.fromstring(f"<worksheet>{inside}</worksheet>"))


@pytest.mark.parametrize("size", ["x", "nan", "1e999", "1e308", "-5", ""])
def test_what_can_be_no_size_is_the_usual_one(size):
    usual = sizes_of("")
    said = sizes_of(
        f'<sheetFormatPr defaultColWidth="{size}" defaultRowHeight="{size}"/>'
        f'<cols><col min="2" max="2" width="{size}"/></cols><sheetData><row r="3" ht="{size}"/></sheetData>'
    )

    assert [usual.columns.start(9), usual.rows.start(9)] == [said.columns.start(9), said.rows.start(9)]


def test_the_last_width_of_a_column_counts_however_many_there_are():
    many = '<col min="1" max="16384" width="3"/><col min="1" max="16383" width="4"/>' * 5_000
    columns = sizes_of(
        f'<cols>{many}<col min="0" max="4" width="1"/><col min="3" max="99999" hidden="1"/>'
        '<col min="4" max="4" width="2"/><col min="6" max="5" width="9"/></cols>'
    ).columns

    assert 16_384 == len(columns.sizes)
    assert [7 * 9525, 7 * 9525, 0, 14 * 9525, 0, 0] == [columns.sizes[number] for number in range(1, 7)]


def test_pictures_in_cells_of_other_sheets_do_not_leave(tmp_path, valid_package):
    def draw(book, sheet):
        other = book.add_worksheet("词典")
        other.embed_image("A1", "x", {"image_data": dressed.png(41), "description": dressed.SECRET})
        sheet.embed_image("I13", "y", {"image_data": dressed.png(42), "description": "签名"})

    book = dressed.drawn(tmp_path / "book.xlsx", draw)
    parts, _ = frozen(book, valid_package)

    assert "签名" in parts["xl/richData/rdrichvalue.xml"]
    assert 1 == len([name for name in parts if name.startswith("xl/media/")])
    with zipfile.ZipFile(book) as before, zipfile.ZipFile(next((tmp_path / "out").iterdir())) as after:
        (picture,) = (name for name in parts if name.startswith("xl/media/"))
        assert dressed.png(42).getvalue() == before.read(picture) == after.read(picture)


def test_a_picture_in_a_cell_that_is_not_in_the_file_is_said_to_be_lost(tmp_path, valid_package):
    option = {"image_data": dressed.png(41)}
    book = dressed.drawn(tmp_path / "book.xlsx", lambda book, sheet: sheet.embed_image("I13", "x", option))
    dressed.changed(book, "xl/richData/rdrichvaluestructure.xml", ("_localImage", "_webimage"))

    parts, said = frozen(book, valid_package)

    assert not [name for name in parts if "richData" in name]
    assert "I13 中嵌入单元格的图片没有带入" in said


# ---- charts --------------------------------------------------------------------------------------------------------


def charted(path: Path) -> Path:
    def draw(book, sheet):
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": f"='{dressed.NAME}'!$G$10:$G$13"})
        chart.set_title({"name": "分值"})
        sheet.insert_chart("F8", chart)

    return dressed.drawn(path, draw)


def test_a_chart_and_what_is_drawn_upon_it_have_no_way_out(tmp_path, valid_package):
    book = charted(tmp_path / "book.xlsx")
    clicked = f'<a:rPr lang="en-US"><a:hlinkClick {POINTERS} r:id="rId5"/></a:rPr>'
    end = f'<c:userShapes {POINTERS} r:id="rId9"/></c:chartSpace>'
    dressed.changed(book, CHART, ('<a:rPr lang="en-US"/>', clicked), ("</c:chartSpace>", end))
    dressed.with_way_out(book, CHART, "rId5", "hyperlink", f"file:///C:/{dressed.SECRET}.xlsx")
    upon = (
        '<c:userShapes xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><cdr:relSizeAnchor '
        'xmlns:cdr="http://schemas.openxmlformats.org/drawingml/2006/chartDrawing"><cdr:from><cdr:x>0.1</cdr:x>'
        "<cdr:y>0.1</cdr:y></cdr:from><cdr:to><cdr:x>0.3</cdr:x><cdr:y>0.3</cdr:y></cdr:to>"
        f'<cdr:sp macro="{dressed.SECRET}" textlink="词典!$A$1"><cdr:nvSpPr><cdr:cNvPr id="2" name="注"/>'
        "<cdr:cNvSpPr/></cdr:nvSpPr><cdr:spPr/></cdr:sp></cdr:relSizeAnchor></c:userShapes>"
    )
    dressed.with_part(book, CHART, "chartUserShapes", "xl/drawings/drawing9.xml", upon.encode())
    relations = "xl/charts/_rels/chart1.xml.rels"
    number = re.search(r'Id="([^"]*)"[^>]*chartUserShapes', parts_of(book)[relations])[1]
    dressed.changed(book, CHART, ('r:id="rId9"', f'r:id="{number}"'))
    kind = "application/vnd.openxmlformats-officedocument.drawingml.chartshapes+xml"
    also = f'<Override PartName="/xl/drawings/drawing9.xml" ContentType="{kind}"/></Types>'
    dressed.changed(book, "[Content_Types].xml", ("</Types>", also))

    parts, _ = frozen(book, valid_package)

    assert "分值" in parts[CHART]
    assert 'name="注"' in parts["xl/drawings/drawing9.xml"]
    assert "textlink" not in parts["xl/drawings/drawing9.xml"]


def test_a_chart_of_a_pivot_table_is_said_to_be_lost(tmp_path, valid_package):
    book = charted(tmp_path / "book.xlsx")
    source = f'<c:pivotSource><c:name>[{dressed.SECRET}.xlsx]透视!表1</c:name><c:fmtId val="0"/></c:pivotSource>'
    dressed.changed(book, CHART, ("<c:chart>", f"{source}<c:chart>"))

    parts, said = frozen(book, valid_package)

    assert CHART not in parts
    assert "图表没有带入" in said


# ---- what is said and what is not ----------------------------------------------------------------------------------


def test_a_picture_of_the_head_of_the_page_has_no_folder_and_no_link(tmp_path, valid_package):
    option = {"image_left": "x.png", "image_data_left": dressed.png(44)}
    book = dressed.drawn(tmp_path / "book.xlsx", lambda book, sheet: sheet.set_header("&L&G", option))
    (drawing,) = (name for name in parts_of(book) if name.endswith(".vml"))
    title = re.search('o:title="[^"]*"', parts_of(book)[drawing])[0]
    dressed.changed(book, drawing, (title, rf'o:title="C:\Users\{dressed.SECRET}\标志" r:href="rId7" {POINTERS}'))
    dressed.with_way_out(book, drawing, "rId7", "image", f"file:///C:/{dressed.SECRET}.png")

    parts, _ = frozen(book, valid_package)

    assert 'o:title="标志"' in parts[drawing]


def test_what_looks_beyond_the_area_is_said_to_be_lost(tmp_path, valid_package):
    def draw(book, sheet):
        red = book.add_format({"bg_color": "red"})
        book.add_worksheet("词典").write("A1", dressed.SECRET)
        sheet.conditional_format("H10:H13", {"type": "formula", "criteria": "=H10>词典!$A$1", "format": red})
        sheet.conditional_format("K1:K3", {"type": "formula", "criteria": "=K1>词典!$A$1", "format": red})
        sheet.conditional_format("G10:G13", {"type": "cell", "criteria": ">", "value": 25, "format": red})
        sheet.add_sparkline("I13", {"range": "词典!A1:B1"})

    parts, said = frozen(dressed.drawn(tmp_path / "book.xlsx", draw), valid_package)

    assert ["G10:G13"] == re.findall('<conditionalFormatting sqref="([^"]*)"', parts[SHEET])
    assert "用到区域外数据的条件格式、I13 中用到区域外数据的迷你图没有带入" in said


def test_our_own_sheet_loses_nothing_that_is_worth_a_word(demo_book, tmp_path):
    assert () == actions.freeze(demo_book, tmp_path / "out").notes


def test_a_button_is_said_to_be_lost(tmp_path, valid_package):
    book = dressed.drawn(tmp_path / "book.xlsx")
    compatible = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    control = (
        f'<mc:AlternateContent xmlns:mc="{compatible}"><mc:Choice Requires="x14" '
        'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"><controls>'
        '<control shapeId="1025" name="核对"/></controls></mc:Choice></mc:AlternateContent>'
    )
    dressed.changed(book, SHEET, ("</worksheet>", f"{control}</worksheet>"))

    parts, said = frozen(book, valid_package)

    assert "controls" not in parts[SHEET]
    assert "按钮等控件没有带入" in said


def test_a_hidden_column_is_said_once(tmp_path):
    book = dressed.drawn(tmp_path / "book.xlsx", lambda book, sheet: sheet.set_column("I:I", 9, None, {"hidden": True}))

    (note,) = actions.freeze(book, tmp_path / "out", force=True).notes

    assert "I 列中看不见的内容没有带入" in note
    assert "行中看不见" not in note


def test_remarks_in_the_parts_do_not_leave(tmp_path, valid_package):
    book = dressed.drawn(tmp_path / "book.xlsx")
    remark = f"<!-- {dressed.SECRET} -->"
    for part, before in (
        (SHEET, '<row r="3"'), ("xl/sharedStrings.xml", "<si>"), ("xl/styles.xml", "<fonts"),
        ("xl/theme/theme1.xml", "<a:themeElements>"), ("xl/workbook.xml", "<sheets>"),
    ):  # fmt: skip
        dressed.changed(book, part, (before, remark + before))

    frozen(book, valid_package)


def test_cells_with_a_box_to_tick_keep_what_their_style_needs(tmp_path, valid_package):
    book = dressed.drawn(tmp_path / "book.xlsx", lambda book, sheet: sheet.insert_checkbox("I12", True))

    parts, _ = frozen(book, valid_package)

    assert "xl/featurePropertyBag/featurePropertyBag.xml" in parts
