"""Each kind of file becomes grids with the same rows, columns and merged areas."""

import io
import subprocess
import sys
import zipfile
from decimal import Decimal

import hostile
import openpyxl
import pytest
from drawing import PROJECT, Style, workbook

import selfeval_xl
from selfeval_xl import errors, files
from selfeval_xl.cells import NOTHING, CellError, read_value
from selfeval_xl.files.package import Package, opened
from selfeval_xl.grid import Area


def written(grid) -> list[list[str]]:
    return [[entry.written for entry in row] for row in grid.rows]


def read(tmp_path, content: bytes | str, name: str = "文件.bin"):
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return files.read_grids(path)


# ---- .xlsx and .xls ---------------------------------------------------------------------------------------------


def test_what_a_program_took_for_a_formula_is_the_sign_and_the_number(tmp_path):
    """
    | =100% | =3000元/人 | =A1*2 |, of which nothing was ever calculated; the last cannot be, A1 is no number
    """
    book = openpyxl.Workbook()
    book.active.append(["=100%", "=3000元/人", "=A1*2", "完"])
    book.save(tmp_path / "文件.xlsx")

    assert [["=100%", "=3000元/人", "公式没有保存结果（=A1*2）", "完"]] == written(
        files.read_grids(tmp_path / "文件.xlsx")[0]
    )


def test_percentages_errors_and_blanks_of_a_workbook_stay_apart(tmp_path):
    """
    | 80.89% | #REF! |  | 0.5 |
    """
    book = openpyxl.Workbook()
    book.active["A1"], book.active["B1"], book.active["D1"] = 0.808851, "#REF!", 0.5
    book.active["A1"].number_format = "0.00%"
    book.active["B1"].data_type = "e"
    book.save(tmp_path / "表.xlsx")

    (grid,) = files.read_grids(tmp_path / "表.xlsx")

    rate, error, blank, number = grid.rows[0]
    assert (Decimal("0.808851"), "80.89%") == (rate.value, rate.written)
    assert (CellError("#REF!"), "#REF!", "Sheet!B1") == (error.value, error.written, str(error.spot))
    assert blank is NOTHING
    assert (Decimal("0.5"), "0.5") == (number.value, number.written)


def test_an_old_workbook_says_the_same_as_a_new_one(tmp_path):
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("自评")
    sheet.write_merge(0, 0, 0, 3, "项目支出绩效自评表")
    sheet.write(1, 0, 0.8089, xlwt.easyxf(num_format_str="0.00%"))
    sheet.write(1, 1, True)
    sheet.write(1, 3, 12.5)
    book.save(tmp_path / "旧.xls")

    (grid,) = files.read_grids(tmp_path / "旧.xls")

    assert [["项目支出绩效自评表", "", "", ""], ["80.89%", "TRUE", "", "12.5"]] == written(grid)
    assert Decimal("0.8089") == grid.rows[1][0].value
    assert (Area(1, 1, 1, 4),) == grid.merges
    assert "自评" == grid.sheet


def test_hidden_sheets_are_kept_as_hidden_and_charts_are_not_read(tmp_path):
    book = openpyxl.Workbook()
    book.active["B2"] = "甲"
    book.create_sheet("藏").sheet_state = "hidden"
    book["藏"]["A1"] = "乙"
    book.create_chartsheet("图")
    book.save(tmp_path / "表.xlsx")

    first, second = files.read_grids(tmp_path / "表.xlsx")

    assert [["", ""], ["", "甲"]] == written(first)
    assert ("藏", [], ["乙"]) == (second.sheet, written(second), [entry.written for entry in second.hidden])


@pytest.mark.parametrize(
    ("written_as", "said"),
    [
        ('<c r="A1" t="n" t="inlineStr"><is><t>甲</t></is></c>', "甲"),
        ('<c r="A1" t="inlineStr" t="inlineStr"><is><t>甲&乙</t></is></c>', "甲&乙"),
        ('<c r="A1" t="inlineStr"><is><t>甲&nbsp;</t></is></c>', "甲&nbsp;"),
        ('<c r="A1" t="inlineStr"><is><t>甲\x0b&#x1;乙</t></is></c>', "甲乙"),
        ('<c r="A1" t="str"><v>甲&amp;乙 &lt;3</v></c>', "甲&乙 <3"),
        ('<c r="A1" t="inlineStr"><is><t>甲_x000D_\n乙</t></is></c>', "甲\n乙"),
        ('<c r="A1" t="inlineStr"><is><t>甲_xD800_乙</t></is></c>', "甲_xD800_乙"),
        ('<c r="A1" t="inlineStr"><is><t>_xD83D__xDE00_</t></is></c>', "😀"),
        ('<c r="A1" t="inlineStr"><is><t>_x005F_xE0FE_甲_xE0FE_</t></is></c>', "_xE0FE_甲"),
        ('<c r="A1"><v>1_000</v></c>', "1_000"),
        ('<c r="A1" t="inlineStr"><is><r><t>甲</t></r><rPh><t>jia</t></rPh><r><t>乙</t></r></is></c>', "甲乙"),
    ],
)
def test_a_cell_is_read_whatever_a_program_wrote_that_xml_does_not_allow(tmp_path, written_as, said):
    path = tmp_path / "表.xlsx"
    path.write_bytes(hostile.book(f'<row r="1">{written_as}</row>'))

    (grid,) = files.read_grids(path)

    assert [[said]] == written(grid)


NUMBERS = (1234567.89, 45000, 45000.75, 0.5, 1, 59, 61, 1.25)


@pytest.mark.parametrize(
    "number_format",
    [
        "0.00E+00", "##0.0E+0", "_-* #,##0.00\\ _d_-", "0.00_e", '0 "d"', '"a;h"0', "#,##0.00_);[Red]-#,##0.00",
        "0.0000", "yyyy-mm-dd", "d/m/yyyy", "yyyy-mm-dd hh:mm", "hh:mm:ss", "mm:ss.0", "[h]:mm", "[mm]:ss",
        "[Red]yyyy/m/d;@", "[$-804]d mmm",
    ],
)  # fmt: skip
def test_a_format_makes_a_day_of_a_number_where_another_reader_does(tmp_path, number_format):
    """What we say more of a day, 2023-03-15 for the number, apart: where that one gives a number, so do we."""
    from python_calamine import CalamineWorkbook

    book = openpyxl.Workbook()
    for at, number in enumerate(NUMBERS, 1):
        book.active.cell(1, at, number).number_format = number_format
    book.save(tmp_path / "数.xlsx")
    (theirs,) = CalamineWorkbook.from_path(tmp_path / "数.xlsx").get_sheet_by_index(0).to_python()

    (grid,) = files.read_grids(tmp_path / "数.xlsx")

    for number, their, ours in zip(NUMBERS, theirs, grid.rows[0], strict=True):
        if isinstance(their, float):
            assert read_value(number) == ours.value
        else:
            assert not isinstance(ours.value, Decimal)
            assert str(read_value(their)) == str(ours.value) or not {"h", "s"} & set(number_format)


@pytest.mark.parametrize("stated", ["x", "-1", "7", "9999999999", "1.5"])
def test_a_text_that_is_not_there_is_no_other_one(tmp_path, stated):
    path = tmp_path / "表.xlsx"
    path.write_bytes(hostile.book(f'<row r="1">{hostile.cell("A1", stated, "s")}</row>', shared="<si><t>甲</t></si>"))

    with pytest.raises(errors.Damaged):
        files.read_grids(path)


def test_a_cell_stands_where_it_says_whatever_its_row_says(tmp_path):
    path = tmp_path / "表.xlsx"
    rows = f'<row r="5">{hostile.cell("A3")}</row><row>{hostile.cell("B2")}</row>'
    path.write_bytes(hostile.book(rows))

    (grid,) = files.read_grids(path)

    assert ["B2", "A3"] == [entry.spot.address for entry in grid.entries()]


def test_what_another_view_of_the_sheet_shows_is_not_of_the_sheet(tmp_path):
    path = tmp_path / "表.xlsx"
    view = (
        "<customSheetViews><customSheetView><headerFooter><oddHeader>自评表</oddHeader></headerFooter>"
        '<autoFilter ref="A1:A9"><filterColumn/></autoFilter></customSheetView></customSheetViews>'
        "<headerFooter><oddHeader>自评表</oddHeader></headerFooter>"
    )
    rows = f'<row r="1">{hostile.cell("A1")}</row><row r="2" hidden="1">{hostile.cell("A2", "2")}</row>'
    path.write_bytes(hostile.book(rows, view))

    (grid,) = files.read_grids(path)

    assert ["自评表"] == [entry.written for entry in grid.margins]
    assert (["1"], ["2"]) == ([e.written for e in grid.entries()], [e.written for e in grid.hidden])


@pytest.mark.parametrize("target", ["./styles.xml", "../xl/styles.xml", "/xl/styles.xml", "styles.xml"])
def test_the_styles_are_found_however_the_way_to_them_is_written(tmp_path, target):
    book = openpyxl.Workbook()
    book.active["A1"], book.active["A1"].number_format = 0.8089, "0.00%"
    book.save(tmp_path / "表.xlsx")
    path = tmp_path / "路.xlsx"
    with zipfile.ZipFile(tmp_path / "表.xlsx") as source, zipfile.ZipFile(path, "w") as made:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/_rels/workbook.xml.rels":
                assert b'Target="styles.xml"' in content
                content = content.replace(b'Target="styles.xml"', f'Target="{target}"'.encode())
            made.writestr(name, content)

    (grid,) = files.read_grids(path)

    assert "80.89%" == grid.at(1, 1).written


def test_merged_areas_end_where_the_sheet_ends_and_do_not_overlap(tmp_path):
    book = openpyxl.Workbook()
    book.active["A1"], book.active["C3"] = "甲", "乙"
    for area in ("A1:XFD1", "A1:B2", "A2:B1048576"):
        book.active.merged_cells.add(area)
    book.save(tmp_path / "表.xlsx")

    (grid,) = files.read_grids(tmp_path / "表.xlsx")

    cells = [(r, c) for m in grid.merges for r in range(m.top, m.bottom + 1) for c in range(m.left, m.right + 1)]
    assert len(set(cells)) == len(cells)
    assert (3, 3) >= max(cells)
    assert 3 == len(grid.rows)


def test_the_name_of_a_file_does_not_matter(tmp_path):
    whole = workbook(tmp_path / "表.xlsx", ("自评", PROJECT, Style()))
    page = "<table><tr><td>项目名称<td>甲</table>"

    assert files.read_grids(whole) == read(tmp_path, whole.read_bytes(), "表.xls")
    assert [["项目名称", "甲"]] == written(read(tmp_path, page, "页.xls")[0])
    assert [["项目名称", "甲"]] == written(read(tmp_path, "项目名称\t甲", "字.xls")[0])


def test_pictures_alone_are_named(tmp_path):
    book = openpyxl.Workbook()
    book.save(tmp_path / "空.xlsx")
    with zipfile.ZipFile(tmp_path / "空.xlsx", "a") as package:
        package.writestr("xl/media/image1.png", b"\x89PNG")

    with pytest.raises(errors.OnlyPictures, match="只有图片"):
        files.read_grids(tmp_path / "空.xlsx")


@pytest.mark.parametrize("comment", [b"", b"x"])
def test_the_parts_of_a_package_are_those_that_zipfile_finds(tmp_path, comment):
    """A comment or a name beyond ASCII makes the directory unusual; the parts are the same."""
    parts = {"a.xml": b"<a/>" * 500, "b/c.xml": b"", "d.bin": bytes(range(256))}
    for names in (list(parts), ["甲.xml", *list(parts)[1:]]):
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
            for name, content in zip(names, parts.values(), strict=True):
                made.writestr(name, content)
            made.comment = comment
        for usual in (False, True, True):
            package = Package(target.getvalue())
            found = {name: package.part(name, 9_999, usual=usual) for name in package.names}
            assert dict(zip(names, parts.values(), strict=True)) == found


def test_a_part_that_is_not_what_the_directory_promised_is_refused(tmp_path):
    for at, length in ((16, 4), (24, 4), (42, 4)):  # checksum, size and place
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as made:
            made.writestr("a.xml", "<a/>")
            made.writestr("b.xml", "<b/>")
        target = bytearray(packed.getvalue())
        begin = target.rfind(b"PK\x01\x02") + at
        target[begin : begin + length] = b"\x01\x00\x00\x00"
        for usual in (False, True):
            with pytest.raises(errors.Damaged):
                Package(bytes(target)).part("b.xml", 9_999, usual=usual)


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ('<?xml version="1.0" encoding="UTF-16"?><a/>', '<?xml version="1.0"?><a/>'),
        (
            "<?xml version='1.0' encoding = 'utf-16' standalone='yes'?><a/>",
            "<?xml version='1.0' standalone='yes'?><a/>",
        ),
        ('<?xml version="1.0"?><a b=" encoding="/>', '<?xml version="1.0"?><a b=" encoding="/>'),
        ('<?xml version="1.0"?><?a encoding="x"?><a/>', '<?xml version="1.0"?><?a encoding="x"?><a/>'),
        ("<a encoding='x'/>", "<a encoding='x'/>"),
        ("<?xml" + " " * 200_000 + "?><a/>", "<?xml" + " " * 200_000 + "?><a/>"),
    ],
)
def test_xml_in_utf_16_does_not_say_so_any_more_and_blanks_take_no_time(stated, said):
    package = Package(hostile.package({"a.xml": stated.encode("utf-16")}))

    assert said == package.xml("a.xml", 9_999_999).decode()


def test_a_package_is_opened_once_for_the_choice_of_a_reader_and_for_the_reader(tmp_path):
    path = workbook(tmp_path / "表.xlsx", ("自评", PROJECT, Style()))
    opened.cache_clear()

    files.read_grids(path)

    assert (1, 1) == opened.cache_info()[:2]


def test_the_same_words_at_the_same_place_know_their_own_sheet(tmp_path):
    """What was read before is not read again, but stands where it stands; TRUE, 1 and "1" stay apart."""
    for name in ("一", "二", "一"):
        book = openpyxl.Workbook()
        book.active.title = name
        book.active.append([True, 1, "1", -0.0, 0, "甲" * 50])
        book.active.append([1, True, "1", 0, -0.0, "甲" * 50])
        book.save(tmp_path / "表.xlsx")

        (grid,) = files.read_grids(tmp_path / "表.xlsx")

        assert [["TRUE", "1", "1", "0", "0", "甲" * 50], ["1", "TRUE", "1", "0", "0", "甲" * 50]] == written(grid)
        assert [f"{name}!A1", f"{name}!F2"] == [str(grid.rows[0][0].spot), str(grid.rows[1][5].spot)]


def test_formulas_of_sheets_with_the_same_name_ask_their_own_sheet(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "表一"
    book.active.append([3, "=A1*2"])
    book.create_sheet("表二").append([5, "=A1*2", "=表一!A1"])
    book.save(tmp_path / "表.xlsx")
    with zipfile.ZipFile(tmp_path / "表.xlsx") as package:
        parts = {name: package.read(name) for name in package.namelist()}
    named = parts["xl/workbook.xml"].decode().replace("表二", "表一").replace("&#34920;&#20108;", "&#34920;&#19968;")
    (tmp_path / "表.xlsx").write_bytes(hostile.package(parts | {"xl/workbook.xml": named}))

    first, second = files.read_grids(tmp_path / "表.xlsx")

    assert ("表一", [["3", "6"]]) == (first.sheet, written(first))
    assert ("表一", [["5", "10", "3"]]) == (second.sheet, written(second))


# ---- text and web pages -----------------------------------------------------------------------------------------


def test_cells_of_several_lines_come_through_the_clipboard(tmp_path):
    """
    | 甲 | 一 ⏎ 二“三” | 乙 |
    | "丁" | 1,200 |
    """
    (grid,) = read(tmp_path, '甲\t"一\n二""三"""\t乙\r\n"丁"\t"1,200"\n')

    assert ["甲", '一\n二"三"', "乙"] == written(grid)[0]
    assert ['"丁"', "1,200"] == written(grid)[1]
    assert grid.flattened


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";"])
def test_csv_keeps_its_columns(tmp_path, encoding, separator):
    lines = ["自评表,,", '项目名称,,"甲,乙;丙"', '目标,,"一\n二"']
    words = "\r\n".join(lines) if separator == "," else "\r\n".join(line.replace(",", ";", 2) for line in lines)

    (grid,) = read(tmp_path, words.encode(encoding))

    assert [["自评表", "", ""], ["项目名称", "", "甲,乙;丙"], ["目标", "", "一\n二"]] == written(grid)
    assert not grid.flattened


def test_prose_with_commas_is_no_csv(tmp_path):
    (grid,) = read(tmp_path, "今天,天气很好。\n明天也好。\n")

    assert ["今天,天气很好。"] == written(grid)[0]


def test_a_web_page_is_laid_out_with_its_spans(tmp_path):
    """
    | 标题 |
    | 甲 |    | 乙 |
    |    |    | 丙 |
    | 页脚 |
    """
    page = """<html><head><style>td {}</style></head><body><p>标题</p>
    <table><tr><td rowspan=2 colspan=2>甲</td><td>乙</td></tr><tr><td>丙<br>丁&nbsp;</td></tr></table>
    页<b>脚</b><script>x</script></body></html>"""

    (grid,) = read(tmp_path, page.encode("gb18030"))

    assert [["标题", "", ""], ["甲", "", "乙"], ["", "", "丙\n丁"], ["页脚", "", ""]] == written(grid)
    assert (Area(2, 1, 3, 2),) == grid.merges
    assert grid.sheet is None


def test_a_page_of_a_spreadsheet_program_says_the_numbers_behind_those_displayed(tmp_path):
    """
    | 12.35 of 12.3456 | - of 0 | 80.89% | 甲 | 9.87 | ; a comment is none of the words
    """
    page = (
        '<table><tr><td sdval="12.3456">12.35<td sdval="0" sdnum="1033;">-<td x:num="0.8088">80.89%<td sdval="1">甲'
        '<td x:num="9.869">9.87<td><comment>批注</comment>乙</table>'
    )

    (grid,) = read(tmp_path, page)

    assert [["12.3456", "0", "80.89%", "甲", "9.869", "乙"]] == written(grid)


def test_tables_used_for_layout_leave_the_inner_ones_whole(tmp_path):
    page = "<table><tr><td colspan=3><p>页眉</p><table><tr><td>甲<td>乙<tr><td>丙<td>丁</table></td></tr></table>"

    (grid,) = read(tmp_path, page)

    assert [["页眉", "", ""], ["甲", "乙", ""], ["丙", "丁", ""]] == written(grid)


def test_tags_left_over_in_a_text_do_not_make_it_a_page(tmp_path):
    (grid,) = read(tmp_path, "项目名称\t甲\n目标\t<p>一</p>")

    assert [["项目名称", "甲"], ["目标", "一"]] == written(grid)


# ---- Word ------------------------------------------------------------------------------------------------------------


def test_a_word_document_is_read_in_its_order(tmp_path):
    """
    | 自评表 |
    | 甲 |    | 乙 |
    |    |    | 丙 |
    | 填表人：张三 |
    """
    import docx

    document = docx.Document()
    document.add_paragraph("自评表")
    table = document.add_table(2, 3)
    table.cell(0, 0).merge(table.cell(1, 1)).text = "甲"
    table.cell(0, 2).text, table.cell(1, 2).text = "乙", "丙"
    document.add_paragraph("填表人：张三")
    document.save(tmp_path / "文.docx")

    (grid,) = files.read_grids(tmp_path / "文.docx")

    assert [["自评表", "", ""], ["甲", "", "乙"], ["", "", "丙"], ["填表人：张三", "", ""]] == written(grid)
    assert (Area(2, 1, 3, 2),) == grid.merges


def test_nested_tables_text_boxes_and_symbols_of_word_are_not_lost(tmp_path):
    import docx
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    document = docx.Document()
    outer = document.add_table(1, 2)
    outer.cell(0, 0).text = "外"
    inner = outer.cell(0, 1).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "甲", "乙"
    box = "<w:r><w:pict><v:shape><v:textbox><w:txbxContent><w:p><w:r><w:t>框中</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"  # noqa: E501
    paragraph = document.add_paragraph("框外")
    paragraph._p.append(
        parse_xml(box.replace("<w:r>", f'<w:r {nsdecls("w", "wp")} xmlns:v="urn:schemas-microsoft-com:vml">', 1))
    )
    sign = document.add_paragraph()
    sign._p.append(parse_xml(f'<w:r {nsdecls("w")}><w:sym w:font="Symbol" w:char="F0B3"/><w:t>95%</w:t></w:r>'))
    document.save(tmp_path / "文.docx")

    (grid,) = files.read_grids(tmp_path / "文.docx")

    assert [["外", ""], ["甲", "乙"], ["框外", ""], ["框中", ""], ["≥95%", ""]] == written(grid)


# ---- PDF -------------------------------------------------------------------------------------------------------------


def drawn_pdf(pages: int = 2) -> bytes:
    """A ruled table over several pages with page numbers below."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen import canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    target = io.BytesIO()
    page = canvas.Canvas(target, pagesize=A4)
    for number in range(1, pages + 1):
        page.setFont("STSong-Light", 10)
        if number == 1:
            page.drawString(200, 800, "项目支出绩效自评表")
        # 甲 covers two rows; 丙 covers two columns
        for box in ((50, 700, 60, 40), (110, 720, 80, 20), (190, 720, 80, 20), (110, 700, 160, 20)):
            page.rect(*box)
        page.drawString(55, 715, f"甲{number}")
        page.drawString(115, 726, "很长的指标")
        page.drawString(195, 726, "98.00")
        page.drawString(115, 706, "丙")
        page.drawString(290, 30, f"- {number} -")
        page.showPage()
    page.save()
    return target.getvalue()


def test_a_table_over_several_pages_keeps_its_columns(tmp_path):
    (grid,) = read(tmp_path, drawn_pdf(), "公开.pdf")

    assert [
        ["项目支出绩效自评表", "", ""],
        ["甲1", "很长的指标", "98.00"],
        ["", "丙", ""],
        ["甲2", "很长的指标", "98.00"],
        ["", "丙", ""],
    ] == written(grid)
    assert {Area(2, 1, 3, 1), Area(3, 2, 3, 3), Area(4, 1, 5, 1), Area(5, 2, 5, 3)} == set(grid.merges)


def test_a_scanned_pdf_and_a_locked_one_are_named(tmp_path):
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen import canvas

    canvas_ = canvas.Canvas(str(tmp_path / "扫描.pdf"))
    canvas_.rect(10, 10, 50, 50)
    canvas_.save()
    with pytest.raises(errors.Scanned, match="扫描件"):
        files.read_grids(tmp_path / "扫描.pdf")

    canvas_ = canvas.Canvas(str(tmp_path / "锁.pdf"), encrypt=StandardEncryption("secret"))
    canvas_.drawString(10, 10, "x")
    canvas_.save()
    with pytest.raises(errors.Encrypted, match="打开密码"):
        files.read_grids(tmp_path / "锁.pdf")


# ---- refusals --------------------------------------------------------------------------------------------------------


def packed(*names: str) -> bytes:
    """A zip file with these blank members."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        for name in names:
            made.writestr(name, b"")
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "kind", "words"),
    [
        (b" \n", errors.EmptyFile, "是空的"),
        (b"\x89PNG", errors.UnknownKind, "是图片，"),
        (b"\x00\x01\x02", errors.UnknownKind, "无法识别的文件"),
        (packed("甲.txt"), errors.Packed, "是压缩包，内有“甲.txt”，"),
        (packed("OFD.xml"), errors.OtherKind, "OFD 版式文件"),
        (packed("xl/workbook.bin"), errors.OldKind, "（.xlsb）"),
        (packed("mimetype", "content.xml"), errors.Damaged, "已损坏"),
        (packed("[Content_Types].xml"), errors.Damaged, "已损坏"),
        (packed("xl/workbook.xml"), errors.Damaged, "已损坏"),
        (packed("word/document.xml"), errors.Damaged, "已损坏"),
        (b"PK\x03\x04", errors.Damaged, "已损坏"),
        (b"%PDF-1.7", errors.Damaged, "已损坏"),
        (b"<html><!ENTITY a 'b'>", errors.Unsafe, "实体声明"),
        (b"x\n" * 200_002, errors.TooLarge, "200003 行"),
    ],
)
def test_a_refusal_names_the_file_and_what_was_found(tmp_path, content, kind, words):
    with pytest.raises(kind, match=words) as told:
        read(tmp_path, content, "甲.xlsx")

    assert f"“{tmp_path / '甲.xlsx'}”" in str(told.value)


def test_a_file_that_cannot_be_opened_is_named(tmp_path):
    for path, kind in ((tmp_path, errors.NotAFile), (tmp_path / "没有.xlsx", errors.FileMissing)):
        with pytest.raises(kind) as told:
            files.read_grids(path)
        assert f"“{path}”" in str(told.value)


@pytest.mark.parametrize("module", ["selfeval_xl", "pdfplumber", "json", "sitecustomize"])
def test_a_module_that_lies_beside_a_pdf_is_not_run(tmp_path, monkeypatch, module):
    """Not in the current folder, nor where the path of the calling process or a variable leads."""
    (tmp_path / f"{module}.py").write_text("raise SystemExit('the wrong one')\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    for variable in ("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "LD_LIBRARY_PATH"):
        monkeypatch.setenv(variable, str(tmp_path))

    assert read(tmp_path, drawn_pdf(), "公开.pdf")[0].rows


def test_a_pdf_is_read_elsewhere_by_this_package_and_with_the_users_own_packages(tmp_path, monkeypatch):
    child = """
import json, os, selfeval_xl, sys
said = [os.getcwd(), selfeval_xl.__file__, sys.flags.no_user_site, os.environ.get("HOME"), os.environ.get("SECRET")]
print(json.dumps({"rows": [{n: str(one) for n, one in enumerate(said, 1)}], "merges": []}))
"""
    monkeypatch.setattr(files.pdf, "_CHILD", files.pdf._CHILD.replace("pdf.main()", child))
    monkeypatch.setenv("SECRET", "x")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)

    (row,) = written(read(tmp_path, b"%PDF-", "字.pdf")[0])

    assert [sys.exec_prefix, selfeval_xl.__file__, "0", str(tmp_path), "None"] == row


def test_a_pdf_for_which_memory_is_short_is_not_called_damaged(tmp_path, monkeypatch):
    monkeypatch.setattr(files.pdf, "_CHILD", "raise MemoryError")

    with pytest.raises(errors.TooLarge, match="内存不足"):
        read(tmp_path, b"%PDF-", "字.pdf")


def test_the_process_that_reads_a_pdf_answers_with_the_error_and_its_details(tmp_path):
    with pytest.raises(errors.TooLarge, match="（301 页）"):
        read(tmp_path, drawn_pdf(301), "长.pdf")


# ---- all of them -----------------------------------------------------------------------------------------------------


def test_libraries_are_loaded_only_where_they_are_needed():
    code = "import sys, selfeval_xl.cli, selfeval_xl.excel.functions, selfeval_xl.files; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    assert [] == [n for n in ("lxml", "docx", "pdfplumber", "pdfminer", "xlrd") if n in loaded]


@pytest.mark.parametrize(
    ("number", "number_format", "written"),
    [
        (0.8089, "0.00%", "80.89%"),
        (0.98, "0.00%_ ", "98.00%"),
        (0.5, "0%;[Red]-0%", "50%"),
        (60, '"≥"0" 次"', "≥60 次"),
        (60, "≥0次", "≥60次"),
        (1234.5, '#,##0.00"元"', "1,234.50元"),
        (12, 'General"天"', "12天"),
        (3, '"<"0"&"', "<3&"),
    ],
)
def test_a_number_is_written_as_it_is_displayed(tmp_path, number, number_format, written):
    book = openpyxl.Workbook()
    book.active["B2"] = number
    book.active["B2"].number_format = number_format
    for sheets in (1, 2):
        path = tmp_path / f"{sheets}.xlsx"
        book.save(path)
        found = files.read_grids(path)[0].at(2, 2)
        assert (Decimal(str(number)), written) == (found.value, found.written)
        book.create_sheet("又一张")


@pytest.mark.parametrize(
    "number_format", ["#,##0.00", "0.00_);(0.00)", "￥#,##0.00", "yyyy-mm-dd", "0.00E+00", "# ?/?", "@"]
)
def test_formats_without_words_leave_the_number_alone(tmp_path, number_format):
    book = openpyxl.Workbook()
    book.active["A1"] = 1234.5
    book.active["A1"].number_format = number_format
    book.save(tmp_path / "数.xlsx")
    found = files.read_grids(tmp_path / "数.xlsx")[0].at(1, 1)

    assert "1234.5" == found.written or number_format == "yyyy-mm-dd"


def test_a_workbook_for_which_memory_is_short_is_refused(tmp_path, monkeypatch):
    workbook(tmp_path / "表.xlsx", ("自评", PROJECT, Style()))

    def no_memory(*_):
        raise MemoryError

    monkeypatch.setattr(files.xlsx.laid_out, "grid_of_cells", no_memory)

    with pytest.raises(errors.TooLarge, match="内存不足"):
        files.read_grids(tmp_path / "表.xlsx")
