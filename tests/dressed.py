"""An accountant's own workbook, dressed with what our writer does not know."""

import io
import re
import struct
import zipfile
import zlib
from pathlib import Path

import xlsxwriter


def _png(size: int) -> bytes:
    """A red square."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    rows = (b"\0" + b"\xc0\0\0" * size) * size
    head = struct.pack(">2I5B", size, size, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def png(size: int) -> io.BytesIO:
    """A red square of another size, so that it is another picture."""
    return io.BytesIO(_png(size))


PNG = _png(40)
SECRET = "只给自己看"  # noqa: S105 (words for one reader, no password)
HEAD = [
    ["项目支出绩效自评表"],
    ["（2022年度）"],
    ["项目名称", "", "农村公路养护"],
    ["主管部门", "", "交通局", "", "实施单位", "公路段"],
    ["项目资金（元）", "", "", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"],
    ["", "年度资金总额", "", 1000, 1000, 900, 10, "=F6/E6", "=ROUND(G6*H6,2)"],
    ["年度总体目标", "预期目标", "", "", "", "实际完成情况"],
    ["", "养护公路60公里", "", "", "", "养护公路60公里"],
    ["绩效指标", "一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析"],
    ["", "产出指标", "数量指标", "养护里程", "≥60公里", "60公里", 30, 30, ""],
    ["", "产出指标", "质量指标", "验收合格率", "≥95%", "98%", 20, 20, ""],
    ["", "效益指标", "社会效益指标", "受益村数", "≥12个", "12个", 30, 30, ""],
    ["", "满意度指标", "服务对象满意度指标", "群众满意度", "≥90%", "92%", 10, 10, ""],
    ["总分", "", "", "", "", "", "=SUM(G6,G10:G13)", "=I6+SUM(H10:H13)"],
]  # fmt: skip
VALUES = {"=F6/E6": 0.9, "=ROUND(G6*H6,2)": 9, "=SUM(G6,G10:G13)": 100, "=I6+SUM(H10:H13)": 99}
MERGED = ("A1:I1", "A2:I2", "A3:B3", "C3:I3", "A4:B4", "C4:D4", "F4:I4", "B6:C6", "B7:E7", "F7:I7", "B8:E8", "F8:I8")
NAME = "养护 2022"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NO_RELATIONS = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'


def plain(path: Path, *, values=VALUES, printed: str | None = "A1:I15", rows=HEAD, chart_of: str | None = None) -> Path:
    """The form with her formulas, a hint below it, and calculations beside it."""
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"author": SECRET, "company": SECRET, "title": "自评"})
        book.set_custom_property("路径", SECRET)
        sheet = book.add_worksheet(NAME)
        song = _draw(book, sheet, rows, values)
        sheet.write("K3", SECRET)
        sheet.write_formula("L6", "=E6*2", None, 2000)
        sheet.write("A30", SECRET)
        sheet.set_row(9, 41.25)
        sheet.set_column("D:D", 19.25)
        sheet.set_column("L:L", 5, None, {"hidden": True})
        sheet.set_row(30, None, None, {"hidden": True})
        sheet.write("A31", SECRET)
        if printed:
            sheet.print_area(printed)
        sheet.set_paper(8)
        sheet.set_landscape()
        sheet.set_footer("&C公路段 &P")
        sheet.repeat_rows(0, 1)
        sheet.insert_image("D8", "seal.png", {"image_data": io.BytesIO(PNG), "description": "章"})
        sheet.insert_textbox("F8", "以审计数为准", {"textlink": "=$K$3"})
        sheet.insert_textbox("K8", SECRET)
        sheet.write_comment("C3", SECRET, {"author": SECRET})
        sheet.add_sparkline("I12", {"range": f"'{NAME}'!G10:H10"})
        sheet.add_sparkline("I13", {"range": f"'{NAME}'!K1:L6"})
        sheet.conditional_format("H10:H13", {"type": "data_bar", "data_bar_2010": True, "bar_solid": True})
        sheet.conditional_format("G10:G13", {"type": "formula", "criteria": "=G10>H10", "format": song})
        sheet.conditional_format("F10:F13", {"type": "formula", "criteria": "=$L$6>0", "format": song})
        sheet.conditional_format("K1:L3", {"type": "data_bar", "data_bar_2010": True})
        sheet.data_validation("H10:H13", {"validate": "list", "source": "=词典!$A$1:$A$3"})
        sheet.ignore_errors({"number_stored_as_text": "E10:F13 K1:K9"})
        sheet.write_url("I10", "https://example.com/a", None, "网址")
        sheet.write_url("I11", r"external:C:\机密\底稿.xlsx", None, "底稿")
        if chart_of:
            chart = book.add_chart({"type": "bar"})
            chart.add_series({"values": f"='{NAME}'!{chart_of}"})
            sheet.insert_chart("B8", chart)
        hidden = book.add_worksheet("词典")
        hidden.write("A1", SECRET)
        hidden.hide()
        book.define_name("税率", "=0.13")
        book.define_name(f"'{NAME}'!底稿", "='词典'!$A$1")
    return path


def drawn(path: Path, draw=lambda book, sheet: None) -> Path:
    """The form alone, with what a test draws beside it or adds to the workbook."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet(NAME)
        _draw(book, sheet, HEAD, VALUES)
        sheet.print_area("A1:I15")
        draw(book, sheet)
    return path


def _draw(book, sheet, rows, values):
    """The form in her own type, which is answered."""
    song = book.add_format({"font_name": "仿宋_GB2312", "font_size": 13, "border": 1, "text_wrap": True})
    percent = book.add_format({"num_format": "0.00%", "border": 1, "font_color": "#C00000"})
    text = book.add_format({"quote_prefix": True, "border": 1})
    for merged in MERGED:
        sheet.merge_range(merged, "", song)
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            if str(cell).startswith("="):
                style = percent if column == 7 and row == 5 else song
                sheet.write_formula(row, column, cell, style, values.get(cell, ""))
            elif cell != "":
                sheet.write(row, column, cell, song)
    sheet.write_string("A15", "=填表人：张三", text)
    return song


def dressed(path: Path, **options) -> Path:
    """The same, with parts that only Excel and other programs write."""
    plain(path, **options)
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    office = OFFICE
    _point(parts, "xl/_rels/workbook.xml.rels", f"{office}/externalLink", "externalLinks/externalLink1.xml")
    _point(parts, "xl/_rels/workbook.xml.rels", f"{office}/calcChain", "calcChain.xml")
    _point(parts, "xl/worksheets/_rels/sheet1.xml.rels", f"{office}/printerSettings", "../printerSettings/p1.bin")
    _point(parts, "_rels/.rels", f"{office}/customXml", "customXml/item1.xml")
    book = parts["xl/workbook.xml"].decode()
    book = re.sub(
        "<bookViews>",
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice '
        'Requires="x15" xmlns:x15="http://schemas.microsoft.com/office/spreadsheetml/2010/11/main"><x15ac:absPath '
        f'xmlns:x15ac="http://schemas.microsoft.com/office/spreadsheetml/2010/11/ac" url="C:\\{SECRET}\\"/>'
        "</mc:Choice></mc:AlternateContent><bookViews>",
        book,
    )
    parts["xl/workbook.xml"] = book.encode()
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    sheet = sheet.replace("<pageSetup ", '<pageSetup r:id="rId99" ')
    parts["xl/worksheets/sheet1.xml"] = sheet.encode()
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts["xl/externalLinks/externalLink1.xml"] = f'<externalLink xmlns="{main}"/>'.encode()
    parts["xl/calcChain.xml"] = f'<calcChain xmlns="{main}"><c r="H6" i="1"/></calcChain>'.encode()
    parts["xl/printerSettings/p1.bin"] = SECRET.encode("utf-16-le")
    parts["customXml/item1.xml"] = f"<a>{SECRET}</a>".encode()
    types = parts["[Content_Types].xml"].decode()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    types = types.replace(
        "</Types>",
        f'<Override PartName="/xl/externalLinks/externalLink1.xml" ContentType="{kind}.externalLink+xml"/>'
        f'<Override PartName="/xl/calcChain.xml" ContentType="{kind}.calcChain+xml"/>'
        f'<Default Extension="bin" ContentType="{kind}.printerSettings"/></Types>',
    )
    parts["[Content_Types].xml"] = types.encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return path


def changed(path: Path, part: str, *changes: tuple[str, str]) -> Path:
    """The workbook with some words of a part replaced; each is there."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    words = parts[part].decode()
    for before, after in changes:
        assert before in words, before
        words = words.replace(before, after)
    parts[part] = words.encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return path


def with_chart(path: Path, cell: str) -> Path:
    """The form with a chart of one cell."""
    column, row = cell[0], cell[1:]
    return plain(path, chart_of=f"${column}${row}:${column}${row}")


def with_way_out(path: Path, owner: str, name: str, kind: str, target: str) -> Path:
    """The workbook with a pointer from one of its parts to the world outside."""
    with zipfile.ZipFile(path) as package:
        parts = {one: package.read(one) for one in package.namelist()}
    folder, _, file = owner.rpartition("/")
    relations = f"{folder}/_rels/{file}.rels"
    parts.setdefault(relations, NO_RELATIONS)
    link = f'<Relationship Id="{name}" Type="{OFFICE}/{kind}" Target="{target}" TargetMode="External"/></Relationships>'
    parts[relations] = parts[relations].decode().replace("</Relationships>", link).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for one, part in parts.items():
            package.writestr(one, part)
    return path


def with_part(path: Path, owner: str, kind: str, name: str, content: bytes) -> Path:
    """The workbook with one more part, to which another one points."""
    with zipfile.ZipFile(path) as package:
        parts = {one: package.read(one) for one in package.namelist()}
    folder, _, file = owner.rpartition("/")
    relations = f"{folder}/_rels/{file}.rels"
    parts.setdefault(relations, NO_RELATIONS)
    _point(parts, relations, f"{OFFICE}/{kind}", f"/{name}")
    parts[name] = content
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for one, part in parts.items():
            package.writestr(one, part)
    return path


def _point(parts: dict[str, bytes], name: str, kind: str, target: str) -> None:
    number = 99 if "printer" in target else 100 + len(parts[name])
    end = f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/></Relationships>'
    parts[name] = parts[name].decode().replace("</Relationships>", end).encode()
