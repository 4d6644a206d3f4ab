"""Small whole files of every kind that the readers know, the same bytes every time; fuzzing begins with them."""

import base64
import csv
import io
import quopri
import zipfile
from collections.abc import Callable
from functools import cache
from html import escape as escaped
from typing import NamedTuple

import opendocument
from conftest import FORMS_TEXT, ROOT
from wild import read_form

WILD = (
    "01-indicator-completion-words", "33-pairs-in-one-cell", "42-two-goals-with-their-own-headings-twice",
    "34-goal-items-in-rows-with-progress", "central-2022-ministry",
)  # fmt: skip
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_STRICT = (
    (f"{RELATIONS}", "http://purl.oclc.org/ooxml/officeDocument/relationships"),
    (MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main"),
    (WORD, "http://purl.oclc.org/ooxml/wordprocessingml/main"),
)


class Form(NamedTuple):
    """The words of a form, row by row, and its merged areas: top, left, bottom, right, counted from 0."""

    rows: list[list[str]]
    merges: list[tuple[int, int, int, int]]

    def spans(self) -> dict[tuple[int, int], tuple[int, int]]:
        return {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in self.merges}

    def covered(self) -> set[tuple[int, int]]:
        return {
            (row, column)
            for top, left, bottom, right in self.merges
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
            if (row, column) != (top, left)
        }


@cache
def forms() -> tuple[Form, ...]:
    """A few forms of different layouts, the first of the published ones among them."""
    found = []
    for name in WILD:
        wild = read_form(ROOT / "tests" / "wild" / "forms" / f"{name}.txt")
        width = max(map(len, wild.rows))
        rows = [["" if cell is None else str(cell) for cell in row] + [""] * (width - len(row)) for row in wild.rows]
        merges = [(top - 1, left - 1, bottom - 1, right - 1) for top, left, bottom, right in wild.merges]
        found.append(Form(rows, merges))
    published = FORMS_TEXT.read_text(encoding="utf-8").split("\f")[0].splitlines()
    lines = [line.split("\t") for line in published[:45]]
    width = max(map(len, lines))
    return (*found, Form([line + [""] * (width - len(line)) for line in lines], []))


def packed(parts: dict[str, str | bytes]) -> bytes:
    """A zip without the hour in which it was made."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        for name, content in parts.items():
            made.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def letters(column: int) -> str:
    return (chr(64 + column // 26) if column // 26 else "") + chr(65 + column % 26)


def _is_number(words: str) -> bool:
    return words.replace(".", "", 1).isdecimal() and words.isascii()


# ---- workbooks ------------------------------------------------------------------------------------------------------

_STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="2"><numFmt numFmtId="176" formatCode="0.00&quot;次&quot;"/>'
    '<numFmt numFmtId="177" formatCode="yyyy&quot;年度&quot;"/></numFmts><fonts count="2"><font><sz val="11"/></font>'
    '<font><strike/><sz val="11"/></font></fonts><cellXfs count="6"><xf numFmtId="0" fontId="0"/>'
    '<xf numFmtId="10" fontId="0"/><xf numFmtId="176" fontId="0"/><xf numFmtId="177" fontId="0"/>'
    '<xf numFmtId="14" fontId="0"/><xf numFmtId="0" fontId="1"/></cellXfs></styleSheet>'
)


def _sheet(form: Form, shared: list[str]) -> str:
    """A sheet of words, some of them shared, with everything beside them that the reader looks at."""
    rows = []
    for r, row in enumerate(form.rows):
        cells = []
        for c, words in enumerate(row):
            place = f"{letters(c)}{r + 1}"
            if not words:
                cells.append(f'<c r="{place}" s="0"/>' if (r + c) % 3 == 0 else "")
            elif _is_number(words):
                cells.append(f'<c r="{place}" s="{(r + c) % 3}"><v>{words}</v></c>')
            elif (r + c) % 4 == 0:
                cells.append(f'<c r="{place}" t="inlineStr"><is><t>{escaped(words)}</t></is></c>')
            else:
                cells.append(f'<c r="{place}" t="s"><v>{len(shared)}</v></c>')
                shared.append(f"<si><t>{escaped(words)}</t></si>")
        rows.append(f'<row r="{r + 1}" spans="1:{len(row)}" ht="20">{"".join(cells)}</row>')
    end = len(form.rows)
    rows.append(
        f'<row r="{end + 2}" hidden="1"><c r="A{end + 2}" t="str"><v>隐藏</v></c><c r="B{end + 2}" s="5"><v>7</v></c>'
        f'</row><row r="{end + 3}"><c r="A{end + 3}"><f>SUM(B1:B9)*2%</f></c><c r="B{end + 3}" t="e"><v>#REF!</v></c>'
        f'<c r="C{end + 3}" s="4"><v>44927</v></c><c r="D{end + 3}" t="b"><v>1</v></c><c r="E{end + 3}" s="1">'
        f'<f>1/3</f><v>0.33333333333333331</v></c><c r="F{end + 3}"><f>3000元</f><v></v></c></row>'
    )
    merges = "".join(f'<mergeCell ref="{letters(a)}{t + 1}:{letters(z)}{b + 1}"/>' for t, a, b, z in form.merges)
    return (
        f'<worksheet xmlns="{MAIN}" xmlns:r="{RELATIONS}"><dimension ref="A1:{letters(len(form.rows[0]) - 1)}{end}"/>'
        f'<cols><col min="1" max="1" width="9"/><col min="30" max="31" width="0" hidden="1"/></cols><sheetData>'
        f"{''.join(rows)}</sheetData>"
        f'<autoFilter ref="A{end + 1}:B{end + 2}"><filterColumn colId="0"/></autoFilter>'
        f'{f"<mergeCells>{merges}</mergeCells>" if merges else ""}<hyperlinks><hyperlink ref="A1" r:id="rId9"/>'
        '</hyperlinks><headerFooter><oddHeader>&amp;C&amp;"宋体"&amp;16附件2</oddHeader><oddFooter>&amp;P</oddFooter>'
        "</headerFooter></worksheet>"
    )


def _book(form: Form, *, macros: bool = False) -> dict[str, str | bytes]:
    shared: list[str] = ["<si><r><rPr><strike/></rPr><t>旧</t></r><r><t>新</t></r></si>"]
    sheet = _sheet(form, shared)
    second = (
        f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row></sheetData></worksheet>'
    )
    kind = "vnd.ms-excel.sheet.macroEnabled" if macros else "vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/xl/workbook.xml" ContentType="application/{kind}.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{RELATIONS}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><workbookPr date1904="0"/><sheets>'
        '<sheet name="自评表" sheetId="1" r:id="rId1"/><sheet name="附表" sheetId="2" state="hidden" r:id="rId2"/>'
        '</sheets><definedNames><definedName name="_xlnm.Print_Area" localSheetId="0">自评表!$A$1:$H$30</definedName>'
        "</definedNames></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">'
        + "".join(
            f'<Relationship Id="rId{n}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
            for n, (kind, target) in enumerate(
                (
                    ("worksheet", "worksheets/sheet1.xml"), ("worksheet", "/xl/worksheets/sheet2.xml"),
                    ("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml"),
                ), 1,
            )
        ) + "</Relationships>",
        "xl/styles.xml": _STYLES,
        "xl/worksheets/sheet1.xml": sheet,
        "xl/worksheets/sheet2.xml": second,
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}" count="{len(shared)}" uniqueCount="{len(shared)}">'
        f"{''.join(shared)}</sst>",
    }  # fmt: skip
    if macros:
        parts["xl/vbaProject.bin"] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64)
    return parts


def _strict(parts: dict[str, str | bytes]) -> dict[str, str | bytes]:
    changed = {}
    for name, part in parts.items():
        for usual, strict in _STRICT:
            part = part.replace(usual, strict) if isinstance(part, str) else part  # noqa: PLW2901
        changed[name] = part
    return changed


def xlsx(form: Form) -> bytes:
    return packed(_book(form))


def xlsm(form: Form) -> bytes:
    return packed(_book(form, macros=True))


def strict_xlsx(form: Form) -> bytes:
    return packed(_strict(_book(form)))


def xls(form: Form) -> bytes:
    import xlwt

    book, target = xlwt.Workbook(), io.BytesIO()
    sheet = book.add_sheet("自评表")
    percent, day = xlwt.easyxf(num_format_str="0.00%"), xlwt.easyxf(num_format_str="yyyy-m-d")
    covered, spans = form.covered(), form.spans()
    for r, row in enumerate(form.rows):
        for c, words in enumerate(row):
            value = float(words) if _is_number(words) else words
            if (r, c) in spans:
                high, wide = spans[r, c]
                sheet.write_merge(r, r + high - 1, c, c + wide - 1, value)
            elif words and (r, c) not in covered:
                sheet.write(r, c, value)
    end = len(form.rows) + 1
    for column, (value, look) in enumerate(((0.5, percent), (44927, day), (xlwt.Formula("1/3"), percent))):
        sheet.write(end, column, value, look)
    sheet.row(end + 1).hidden = True
    sheet.write(end + 1, 0, "隐藏")
    sheet.col(20).hidden = True
    book.add_sheet("附表").write(0, 0, True)
    book.save(target)
    return target.getvalue()


def spreadsheetml(form: Form) -> bytes:
    """A workbook that Office 2003 saved as one XML file."""
    covered, spans = form.covered(), form.spans()
    rows = []
    for r, row in enumerate(form.rows):
        cells = []
        for c, words in enumerate(row):
            high, wide = spans.get((r, c), (1, 1))
            more = (f' ss:MergeAcross="{wide - 1}"' if wide > 1 else "") + (
                f' ss:MergeDown="{high - 1}"' if high > 1 else ""
            )
            kind = "Number" if _is_number(words) else "String"
            style = ' ss:StyleID="s1"' if kind == "Number" and c % 2 else ""
            if words and (r, c) not in covered:
                data = f'<Data ss:Type="{kind}">{escaped(words)}</Data>'
                cells.append(f'<Cell ss:Index="{c + 1}"{more}{style}>{data}</Cell>')
        rows.append(f"<Row>{''.join(cells)}</Row>")
    rows.append(
        '<Row ss:Index="60" ss:Hidden="1" ss:Span="2"><Cell><Data ss:Type="DateTime">2023-01-01T00:00:00.000</Data>'
        '</Cell><Cell ss:StyleID="s2"><Data ss:Type="DateTime">2023-01-01T00:00:00.000</Data></Cell><Cell><Data '
        'ss:Type="Error">#REF!</Data></Cell><Cell><Data ss:Type="Boolean">1</Data></Cell><Cell ss:Formula="=RC[-1]"/>'
        "</Row>"
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<?mso-application progid="Excel.Sheet"?>\n'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:x="urn:schemas-microsoft-com:office:excel" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Styles><Style ss:ID="s1"><NumberFormat '
        'ss:Format="0.00"/></Style><Style ss:ID="s2"><NumberFormat ss:Format="Short Date"/></Style></Styles>'
        '<Worksheet ss:Name="自评表"><Table><Column ss:Index="20" ss:Hidden="1" ss:Span="2"/>'
        f'{"".join(rows)}</Table><WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel"><PageSetup><Header '
        'x:Data="&amp;C附件2"/></PageSetup></WorksheetOptions><AutoFilter x:Range="R60C1:R61C2" '
        'xmlns="urn:schemas-microsoft-com:office:excel"><AutoFilterColumn/></AutoFilter></Worksheet></Workbook>'
    ).encode()


# ---- OpenDocument ---------------------------------------------------------------------------------------------------

_OFFICE_STYLES = (
    '<style:style style:name="ro0" style:family="table-row"><style:table-row-properties style:row-height="0cm"/>'
    '</style:style><style:style style:name="struck" style:family="table-cell" style:parent-style-name="struck2">'
    '<style:text-properties style:text-line-through-style="solid"/></style:style><style:style style:name="t1" '
    'style:family="text" style:parent-style-name="t1"><style:text-properties text:display="none"/></style:style>'
    '<style:style style:name="ta1" style:family="table" style:master-page-name="Default"><style:table-properties '
    'table:display="true"/></style:style>'
)
_MASTERS = (
    '<style:master-page style:name="Default"><style:header><text:p>附件2</text:p></style:header><style:footer>'
    "<text:p>第<text:page-number>1</text:page-number>页</text:p></style:footer></style:master-page>"
)


def _office_rows(form: Form, *, sheet: bool) -> str:
    covered, spans = form.covered(), form.spans()
    rows = []
    for r, row in enumerate(form.rows):
        cells = []
        for c, words in enumerate(row):
            high, wide = spans.get((r, c), (1, 1))
            more = (
                f'table:number-columns-spanned="{wide}" table:number-rows-spanned="{high}"' if high * wide > 1 else ""
            )
            said = escaped(words, quote=False).replace("\n", "<text:line-break/>")
            if (r, c) in covered:
                cells.append(opendocument.cell(tag="covered-table-cell"))
            elif sheet and _is_number(words):
                cells.append(opendocument.cell(said, f'office:value-type="float" office:value="{words}" {more}'))
            else:
                cells.append(opendocument.cell(said, more))
        rows.append(opendocument.row(*cells))
    return "".join(rows)


def _office_sheets(form: Form) -> str:
    last = opendocument.row(
        opendocument.number("0.5", "50.00%", "percentage"),
        opendocument.cell("2023年1月1日", 'office:value-type="date" office:date-value="2023-01-01"'),
        opendocument.cell("8:30", 'office:value-type="time" office:time-value="PT08H30M00S"'),
        opendocument.cell("", 'table:formula="of:=SUM([.A1:.B2])"'),
        opendocument.cell("Err:502", 'table:formula="of:=1/0"'),
        opendocument.cell(
            '甲<text:s text:c="3"/><text:span text:style-name="t1">乙</text:span>', 'table:style-name="struck"'
        ),
        more='table:number-rows-repeated="2"',
    )  # fmt: skip
    hidden = opendocument.row(opendocument.cell("隐藏"), more='table:style-name="ro0" table:visibility="collapse"')
    columns = '<table:table-column table:number-columns-repeated="9"/><table:table-column table:visibility="collapse"/>'
    return opendocument.sheet(_office_rows(form, sheet=True) + last + hidden, columns=columns, style="ta1") + (
        opendocument.sheet(opendocument.row(opendocument.cell("附")), name="附表")
    )


def _office_text(form: Form) -> str:
    return (
        f"<text:p>项目支出绩效自评表</text:p><table:table>{_office_rows(form, sheet=False)}</table:table><text:p>注："
        "<draw:frame><draw:text-box><text:p>框内</text:p></draw:text-box></draw:frame></text:p><text:section>"
        "<text:p>完</text:p></text:section>"
    )


_FILTERS = (
    '<table:database-ranges><table:database-range table:target-range-address="自评表.A1:自评表.B2"><table:filter/>'
    "</table:database-range></table:database-ranges>"
)


def _again(package: bytes) -> bytes:
    """The same package by our own hand, whose bytes do not depend on the hour."""
    with zipfile.ZipFile(io.BytesIO(package)) as source:
        return packed({name: source.read(name) for name in source.namelist()})


def ods(form: Form) -> bytes:
    return _again(opendocument.book(_office_sheets(form), styles=_OFFICE_STYLES, after=_FILTERS, masters=_MASTERS))


def odt(form: Form) -> bytes:
    return _again(opendocument.document(_office_text(form), styles=_OFFICE_STYLES, masters=_MASTERS))


def fods(form: Form) -> bytes:
    sheets = f"<office:spreadsheet>{_office_sheets(form)}{_FILTERS}</office:spreadsheet>"
    return opendocument.flat(sheets, _OFFICE_STYLES)


def fodt(form: Form) -> bytes:
    return opendocument.flat(f"<office:text>{_office_text(form)}</office:text>", _OFFICE_STYLES)


# ---- documents ------------------------------------------------------------------------------------------------------


def _word_rows(form: Form, merge: str) -> str:
    """The rows of a table of Word: wide cells by gridSpan, high ones cell by cell."""
    heads = {spot: span for spot, span in form.spans().items() if span != (1, 1)}
    below: dict[tuple[int, int], int] = {
        (row, left): wide for (top, left), (high, wide) in heads.items() for row in range(top + 1, top + high)
    }
    rows = []
    for r, row in enumerate(form.rows):
        cells, c = [], 0
        while c < len(row):
            high, wide = heads.get((r, c), (1, below.get((r, c), 1)))
            about = f'<w:gridSpan w:val="{wide}"/>' if wide > 1 else ""
            if high > 1:
                about += f'<w:{merge} w:val="restart"/>'
            elif (r, c) in below:
                about += f"<w:{merge}/>"
            words = "<w:br/>".join(f"<w:t>{escaped(part)}</w:t>" for part in row[c].split("\n"))
            cells.append(f"<w:tc><w:tcPr>{about}</w:tcPr><w:p><w:r>{words}</w:r></w:p></w:tc>")
            c += wide
        rows.append(f"<w:tr>{''.join(cells)}</w:tr>")
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


def _document(form: Form) -> dict[str, str | bytes]:
    run = "<w:r><w:t>{}</w:t></w:r>".format
    more = (
        f"<w:p>{run('注：')}<w:r><w:sym w:font='Wingdings' w:char='F0FE'/></w:r><w:r><w:fldChar w:fldCharType='begin'/>"
        f"</w:r>{run('PAGE')}<w:r><w:fldChar w:fldCharType='separate'/></w:r>{run('1')}<w:r><w:fldChar "
        f"w:fldCharType='end'/></w:r><w:r><w:rPr><w:strike/></w:rPr><w:t>删去</w:t></w:r><w:del><w:r><w:t>旧</w:t></w:r>"
        f"</w:del><w:r><mc:AlternateContent><mc:Choice><w:txbxContent><w:p>{run('框内')}</w:p></w:txbxContent></mc:Choice>"
        f"<mc:Fallback><w:txbxContent><w:p>{run('框内')}</w:p></w:txbxContent></mc:Fallback></mc:AlternateContent></w:r>"
        f"</w:p><w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:p>{run('请输入')}</w:p></w:sdtContent></w:sdt>"
        f"<w:tbl><w:tr><w:trPr><w:gridBefore w:val='1'/></w:trPr><w:tc><w:tbl><w:tr><w:tc><w:p>{run('内')}</w:p></w:tc>"
        "</w:tr></w:tbl><w:p/></w:tc></w:tr></w:tbl>"
    )
    return {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{RELATIONS}/officeDocument" '
        'Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" '
        f'Type="{RELATIONS}/header" Target="header1.xml"/></Relationships>',
        "word/header1.xml": f'<w:hdr xmlns:w="{WORD}"><w:p>{run("附件2")}</w:p></w:hdr>',
        "word/styles.xml": f'<w:styles xmlns:w="{WORD}"><w:style w:styleId="a"><w:rPr><w:vanish/></w:rPr></w:style>'
        "</w:styles>",
        "word/document.xml": f'<w:document xmlns:w="{WORD}" xmlns:r="{RELATIONS}" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><w:body>'
        f"<w:p>{run('项目支出绩效自评表')}</w:p>{_word_rows(form, 'vMerge')}{more}<w:sectPr><w:headerReference "
        'w:type="default" r:id="rId1"/></w:sectPr></w:body></w:document>',
    }


def docx(form: Form) -> bytes:
    return packed(_document(form))


def strict_docx(form: Form) -> bytes:
    return packed(_strict(_document(form)))


def wordml(form: Form) -> bytes:
    """A document that Word 2003 saved as one XML file."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><?mso-application progid="Word.Document"?><w:wordDocument '
        'xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"><w:body><w:sect><w:p><w:r><w:t>'
        f"项目支出绩效自评表</w:t></w:r></w:p>{_word_rows(form, 'vmerge')}<w:p><w:r><w:rPr><w:strike w:val='off'/>"
        "</w:rPr><w:t>注</w:t></w:r></w:p></w:sect></w:body></w:wordDocument>"
    ).encode()


def pdf(form: Form) -> bytes:
    """A ruled table over as many pages as it needs; the drawing is not packed, so that it can be changed."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen import canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    target = io.BytesIO()
    page = canvas.Canvas(target, pagesize=(595, 420), pageCompression=0, invariant=1)
    page.setFont("STSong-Light", 9)
    page.drawString(200, 400, "项目支出绩效自评表")
    covered, spans = form.covered(), form.spans()
    wide = 540 / len(form.rows[0])
    for r, row in enumerate(form.rows[:16]):
        y = 380 - r * 22
        for c, words in enumerate(row):
            if (r, c) not in covered:
                high, across = spans.get((r, c), (1, 1))
                page.rect(25 + c * wide, y - 22 * high, across * wide, 22 * high)
                page.drawString(27 + c * wide, y - 14, words.replace("\n", " ")[:20])
    page.drawString(290, 10, "- 1 -")
    page.showPage()
    page.save()
    return target.getvalue()


# ---- text -----------------------------------------------------------------------------------------------------------


def html(form: Form) -> bytes:
    covered, spans = form.covered(), form.spans()
    rows = []
    for r, row in enumerate(form.rows):
        cells = ""
        for c, words in enumerate(row):
            high, wide = spans.get((r, c), (1, 1))
            if (r, c) not in covered:
                cells += f"<td rowspan={high} colspan='{wide}' x:num>{escaped(words)}</td>"
        rows.append(f"<tr>{cells}</tr>")
    return (
        '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset=utf-8><title>表</title></head>'
        f'<body><h1>自评</h1><table border=1>{"".join(rows)}</table><p>注：<input value="甲"><br>完<table><tr>'
        '<td sdval="0.5">50%<table><tr><td>内</table></table></body></html>'
    ).encode()


def csv_text(form: Form) -> bytes:
    target = io.StringIO()
    csv.writer(target).writerows(form.rows)
    return target.getvalue().encode("gb18030")


def txt(form: Form) -> bytes:
    return "\n".join("\t".join(f'"{c}"' if "\n" in c else c for c in row) for row in form.rows).encode()


def markdown(form: Form) -> bytes:
    lines = ["| " + " | ".join(c.replace("|", "\\|").replace("\n", "<br>") for c in row) + " |" for row in form.rows]
    return "\n".join(("# 项目支出绩效自评表", "", lines[0], "|" + "---|" * len(form.rows[0]), *lines[1:])).encode()


# ---- mails ----------------------------------------------------------------------------------------------------------


def mht(form: Form) -> bytes:
    return mht_of(html(form))


def mht_of(page: bytes) -> bytes:
    """A web page saved as one file."""
    return b"\r\n".join(
        (
            b"MIME-Version: 1.0", b'Content-Type: multipart/related; boundary="----=_x"', b"", b"------=_x",
            b"Content-Location: file:///C:/x.htm", b"Content-Transfer-Encoding: quoted-printable",
            b'Content-Type: text/html; charset="utf-8"', b"", quopri.encodestring(page), b"------=_x",
            b"Content-Type: text/css", b"", b"td { }", b"------=_x--", b"",
        )
    )  # fmt: skip


def eml(form: Form) -> bytes:
    return eml_of(xlsx(form))


def eml_of(attached: bytes) -> bytes:
    """A mail in two forms with a file attached."""
    return b"\r\n".join(
        (
            b"Subject: =?utf-8?B?6Ieq6K+E6KGo?=", b"From: a@example.com", b"MIME-Version: 1.0",
            b'Content-Type: multipart/mixed; boundary="b1"', b"", b"--b1",
            b'Content-Type: multipart/alternative; boundary="b2"', b"", b"--b2",
            b"Content-Type: text/plain; charset=gb2312", b"", "见附件".encode("gb18030"), b"--b2",
            b"Content-Type: text/html; charset=utf-8", b"",
            "<html><p>见附件</p></html>".encode(), b"--b2--", b"--b1",
            b'Content-Type: application/octet-stream; name="x.xlsx"', b"Content-Transfer-Encoding: base64",
            b'Content-Disposition: attachment; filename="x.xlsx"', b"", base64.encodebytes(attached), b"--b1--", b"",
        )
    )  # fmt: skip


KINDS: dict[str, Callable[[Form], bytes]] = {
    "xlsx": xlsx, "xlsm": xlsm, "strict.xlsx": strict_xlsx, "xls": xls, "2003.xml": spreadsheetml, "ods": ods,
    "fods": fods, "docx": docx, "strict.docx": strict_docx, "word.xml": wordml, "odt": odt, "fodt": fodt, "pdf": pdf,
    "html": html, "mhtml": mht, "eml": eml, "csv": csv_text, "txt": txt, "md": markdown,
}  # fmt: skip


@cache
def seed(kind: str, number: int) -> bytes:
    """One whole file of a kind."""
    return KINDS[kind](forms()[number])
