"""Files that would take a reader's time, memory or trust; each is made small and unpacks, or means, much more."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
OLD_SHEET = "urn:schemas-microsoft-com:office:spreadsheet"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9)
) + "]>"  # fmt: skip


def package(parts: dict[str, str | bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return target.getvalue()


def book(
    data: str = "",
    after: str = "",
    *,
    shared: str = "",
    before: str = "",
    sheets: int = 1,
    texts: str = "",
    styles: str = "",
    size: str = "",
) -> bytes:
    """A workbook whose only sheet holds these rows; `texts` replaces the whole part of shared texts."""
    tags = "".join(f'<sheet name="表{n}" sheetId="{n}" r:id="rId1"/>' for n in range(1, sheets + 1))
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{RELATIONS}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{tags}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" '
        f'Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" '
        f'Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>',
        "xl/worksheets/sheet1.xml": f'{before}<worksheet xmlns="{MAIN}">{size}<sheetData>{data}</sheetData>{after}'
        "</worksheet>",
    }
    if shared or texts:
        parts["xl/sharedStrings.xml"] = texts or f'<sst xmlns="{MAIN}">{shared}</sst>'
    return package(parts)


def cell(place: str, value: str = "1", kind: str = "n") -> str:
    return f'<c r="{place}" t="{kind}"><v>{value}</v></c>'


def counted(prefix: str = "", attributes: str = 'uniqueCount="2147483648"', after: str = "") -> bytes:
    """A workbook with one text, whose list of texts promises two milliards of them."""
    colon = f"{prefix}:" if prefix else ""
    declared = f"xmlns{':' if prefix else ''}{prefix}"
    one = f"<{colon}si><{colon}t>字</{colon}t></{colon}si>{after}"
    texts = f'<{colon}sst {declared}="{MAIN}" {attributes}>{one}</{colon}sst>'
    return book(f'<row r="1">{cell("A1", "0", "s")}</row>', texts=texts)


def far(attributes: str = f'r="XFD{1_048_576}"', inside: str = "<v>1</v>", tag: str = "c") -> bytes:
    """A workbook with one cell near and one far away, which does not look like one."""
    return book(f'<row r="1">{cell("A1")}<{tag} {attributes}>{inside}</{tag}></row>')


def days(*numbers: str, number_format: int = 14) -> bytes:
    """A workbook whose first row holds a text and numbers shown as days, or as hours with format 46."""
    styles = f'<cellXfs count="99999999999"><xf numFmtId="0"/><xf numFmtId="{number_format}"/></cellXfs>'
    cells = "".join(f'<c r="{chr(66 + n)}1" s="1"><v>{number}</v></c>' for n, number in enumerate(numbers))
    return book(f'<row r="1">{cell("A1", "字", "str")}{cells}</row>', styles=styles)


def document(body: str, before: str = "") -> bytes:
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override '
        'PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'wordprocessingml.document.main+xml"/></Types>'
    )
    return package(
        {
            "[Content_Types].xml": types,
            "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" '
            f'Type="{RELATIONS}/officeDocument" Target="word/document.xml"/></Relationships>',
            "word/document.xml": f'{before}<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>',
        }
    )


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def lying_sizes() -> bytes:
    """A bomb whose directory promises a few bytes."""
    whole = bytearray(package({"xl/workbook.xml": b" " * 200_000_000}))
    for at, offset in ((whole.find(b"PK\x01\x02"), 24), (whole.find(b"PK\x03\x04"), 22)):
        whole[at + offset : at + offset + 4] = struct.pack("<I", 100)
    return bytes(whole)


def lying_part(name: str) -> bytes:
    """A whole workbook but for one part, whose size in the directory is far too small."""
    content = f'<Relationships xmlns="{PACKAGE}">' + " " * 200_000_000
    with zipfile.ZipFile(io.BytesIO(book(f'<row r="1">{cell("A1")}</row>'))) as source:
        parts: dict[str, str | bytes] = {one: source.read(one) for one in source.namelist()}
    whole = bytearray(package({name: content, **{n: p for n, p in parts.items() if n != name}}))
    for at, offset in ((whole.find(b"PK\x01\x02"), 24), (whole.find(b"PK\x03\x04"), 22)):
        whole[at + offset : at + offset + 4] = struct.pack("<I", 100)
    return bytes(whole)


def pdf(streams: list[bytes], pages: int = 1, filters: str = "/FlateDecode") -> bytes:
    """A PDF of pages that all draw the same packed streams."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>"]
    kids = " ".join(f"{3 + n} 0 R" for n in range(pages))
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>")
    contents = " ".join(f"{3 + pages + n} 0 R" for n in range(len(streams)))
    page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents [{contents}] /Resources << >> >>"
    objects += [page] * pages
    parts = [text.encode() for text in objects]
    parts += [
        f"<< /Length {len(s)} /Filter {filters} >>\nstream\n".encode() + s + b"\nendstream" for s in streams
    ]  # fmt: skip
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + part + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    out += f"trailer << /Size {len(parts) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF".encode()
    return bytes(out)


def packed_blanks() -> bytes:
    """A gigabyte of blanks, packed, which never stands in memory."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(b" " * 10_000_000) for _ in range(100)) + packer.flush()


ROWS = 1_048_576


def opendocument(body: str, before: str = "", kind: str = "spreadsheet") -> bytes:
    """A workbook or document of LibreOffice."""
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = f"<office:document-content {names}><office:body><office:{kind}>{body}</office:{kind}></office:body>"
    return package({"mimetype": "x", "content.xml": f"{before}{content}</office:document-content>"})


def ods(words: str, in_row: str = "", in_cell: str = "", after: str = "") -> bytes:
    """A workbook with one row of one cell."""
    cell_of_it = f"<table:table-cell {in_cell}><text:p>{words}</text:p></table:table-cell>{after}"
    return opendocument(f"<table:table><table:table-row {in_row}>{cell_of_it}</table:table-row></table:table>")


def old_sheet(table: str) -> bytes:
    """A workbook that Office 2003 saved as one XML file."""
    names = f'xmlns="{OLD_SHEET}" xmlns:ss="{OLD_SHEET}"'
    return f'<?xml version="1.0"?><Workbook {names}><Worksheet><Table>{table}</Table></Worksheet></Workbook>'.encode()


def sections() -> bytes:
    """A document whose every page has a header of its own, all of them in one large list."""
    page = '<w:p><w:pPr><w:sectPr><w:headerReference r:id="r1"/></w:sectPr></w:pPr></w:p>'
    relations = "".join(f'<Relationship Id="r{n}" Target="x.xml"/>' for n in range(3_000))
    return package(
        {
            "word/document.xml": f'<w:document xmlns:w="{WORD}" xmlns:r="{RELATIONS}"><w:body>{page * 5_000}</w:body>'
            "</w:document>",
            "word/_rels/document.xml.rels": f'<Relationships xmlns="{PACKAGE}">{relations}</Relationships>',
        }
    )


def styles(count: int) -> bytes:
    """A workbook whose cell has a style that follows from another, and so on."""
    names = 'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
    each = "".join(
        f'<style:style {names} style:name="s{n}" style:family="table-cell" style:parent-style-name="s{n - 1}"/>'
        for n in range(count)
    )
    return ods("字", in_cell=f'table:style-name="s{count - 1}"', after=f"<table:x>{each}</table:x>")


def parts_in_parts(depth: int) -> bytes:
    """A mail in a mail, and so on, with many lines in the innermost."""
    heads = (f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(depth))
    return ("".join(heads) + "\r\n" + "x\r\n" * 300_000).encode()


FILES: dict[str, Callable[[], bytes]] = {
    # packages
    "bomb.xlsx": lambda: package({"xl/workbook.xml": b" " * 300_000_000}),
    "steep.xlsx": lambda: package({"xl/workbook.xml": b" " * 100_000_000}),
    "lying.xlsx": lying_sizes,
    "lying-root.xlsx": lambda: lying_part("_rels/.rels"),
    "lying-types.xlsx": lambda: lying_part("[Content_Types].xml"),
    "lying-strings.xlsx": lambda: lying_part("xl/sharedStrings.xml"),
    "members.xlsx": lambda: package({f"xl/{n}.xml": "" for n in range(20_000)}),
    "broken.xlsx": lambda: book(cell("A1"))[:-100],
    "twice.xlsx": lambda: package({"xl/workbook.xml": "x", "XL/workbook.xml": "y"}),
    "upwards.xlsx": lambda: package({"../../etc/passwd": "x", "xl/workbook.xml": "x"}),
    # OpenDocument
    "entities.ods": lambda: opendocument("<text:p>&j;</text:p>", LAUGHS),
    "entities.fods": f"{LAUGHS}<office:document>&j;</office:document>".encode,
    "rows.ods": lambda: ods("字", 'table:number-rows-repeated="1048576"'),
    "rows-negative.ods": lambda: ods("字", 'table:number-rows-repeated="-5"'),
    "columns.ods": lambda: ods("字", in_cell='table:number-columns-repeated="16384"'),
    "box.ods": lambda: ods("字", 'table:number-rows-repeated="20000"', 'table:number-columns-repeated="512"'),
    "long-text.ods": lambda: ods("长" * 400_000, 'table:number-rows-repeated="9000"'),
    "merge.ods": lambda: ods("字", in_cell='table:number-columns-spanned="16384" table:number-rows-spanned="1048576"'),
    "merges.ods": lambda: ods(
        "字",
        'table:number-rows-repeated="20000"',
        after='<table:table-cell table:number-rows-spanned="9"/>' * 20_000,
    ),
    "blanks.ods": lambda: ods('<text:s text:c="999999999"/>' * 100_000),
    "deep.odt": lambda: opendocument("<text:section>" * 5_000 + "</text:section>" * 5_000, kind="text"),
    "nested.odt": lambda: opendocument(
        "<table:table><table:table-row table:number-rows-repeated='9'><table:table-cell>" * 60
        + "</table:table-cell></table:table-row></table:table>" * 60,
        kind="text",
    ),
    "rows.odt": lambda: opendocument(
        "<table:table><table:table-row table:number-rows-repeated='1048576'><table:table-cell><text:p>字</text:p>"
        "</table:table-cell></table:table-row></table:table>",
        kind="text",
    ),
    "filters.ods": lambda: opendocument(
        '<table:table table:name="表"><table:table-row table:number-rows-repeated="20000" table:visibility="collapse">'
        "<table:table-cell><text:p>字</text:p></table:table-cell></table:table-row></table:table><table:database-ranges>"
        + '<table:database-range table:target-range-address="表.A1:表.B2"><table:filter/></table:database-range>'
        * 50_000
        + "</table:database-ranges>"
    ),
    "styles.ods": lambda: styles(10_000),
    # workbooks of Office 2003
    "hidden-rows.xml": lambda: old_sheet('<Row ss:Index="1" ss:Span="99999" ss:Hidden="1"/>' * 200_000),
    "hidden-columns.xml": lambda: old_sheet(
        '<Column ss:Index="1" ss:Hidden="1"/>' * 50_000 + f"<Row>{'<Cell><Data>字</Data></Cell>' * 20}</Row>" * 1_000
    ),
    # workbooks
    "entities.xlsx": lambda: book(before=LAUGHS, data='<row r="1"><c r="A1" t="str"><v>&j;</v></c></row>'),
    "rows.xlsx": lambda: book("".join(f'<row r="{n}" ht="15" customHeight="1"/>' for n in range(1, ROWS + 1))),
    "blank-cells.xlsx": lambda: book(
        "".join(f'<row r="{n}"><c r="A{n}" s="1"/><c r="B{n}" s="1"/></row>' for n in range(1, ROWS + 1))
    ),
    "columns.xlsx": lambda: book("<row>" + '<c t="n"><v>1</v></c>' * 16_384 + "</row>"),
    "corner.xlsx": lambda: book(f'<row r="1">{cell("A1")}</row><row r="{ROWS}">{cell(f"XFD{ROWS}")}</row>'),
    "corner-quoted.xlsx": lambda: book(f"<row r='1'>{cell('A1')}</row><row><c r='XFD{ROWS}'><v>1</v></c></row>"),
    "far-row.xlsx": lambda: book(f'<row r="1">{cell("A1")}</row><row r="{ROWS}"><c><v>1</v></c></row>'),
    "prefixed.xlsx": lambda: book(f'<x:row xmlns:x="{MAIN}" r="1"><x:c r="XFD{ROWS}"><x:v>1</x:v></x:c></x:row>'),
    "many-cells.xlsx": lambda: book(
        "".join(f'<row r="{n}">' + "<c><v>1</v></c>" * 500 + "</row>" for n in range(1, 4_001))
    ),
    "merges.xlsx": lambda: book(
        f'<row r="1">{cell("A1")}</row>',
        "<mergeCells>" + f'<mergeCell ref="A1:XFD{ROWS}"/>' * 200_000 + "</mergeCells>",
    ),
    "merge.xlsx": lambda: book(
        f'<row r="1">{cell("A1")}</row>',
        f'<mergeCells><mergeCell ref="A1:XFD{ROWS}"/><mergeCell ref="B2:A1"/></mergeCells>',
    ),
    "long-text.xlsx": lambda: book(
        "".join(f'<row r="{n}">{cell(f"A{n}", "0", "s")}</row>' for n in range(1, 9_000)),
        shared=f"<si><t>{'长' * 400_000}</t></si>",
    ),
    "long-text-prefixed.xlsx": lambda: book(
        "".join(f'<row r="{n}"><c r="A{n}" t="s"><v ><!-- -->0</v ></c></row>' for n in range(1, 9_000)),
        texts=f'<中:sst xmlns:中="{MAIN}"><中:si><中:t>{"长" * 400_000}</中:t></中:si></中:sst>',
    ),
    "merges-spaced.xlsx": lambda: book(
        f'<row r="1">{cell("A1")}</row>',
        "<mergeCells>" + f'<mergeCell\nref="A1:XFD{ROWS}"/>' * 200_000 + "</mergeCells>",
    ),
    "sheets.xlsx": lambda: book(f'<row r="1">{cell("A1")}</row>', sheets=50_000),
    # counts and places for which a library would make room
    "texts.xlsx": counted,
    "texts-overflowing.xlsx": lambda: counted(attributes="uniqueCount = '18446744073709551615' count='99999999999'"),
    "texts-prefixed.xlsx": lambda: counted("中-x"),
    "texts-twice.xlsx": lambda: counted(after='<sst uniqueCount="2147483648"/>'),
    "texts-quoted.xlsx": lambda: counted(attributes='x=">" uniqueCount="0002147483648"'),
    "far-hidden.xlsx": lambda: far('x=">" r="XFD1048576"'),
    "far-twice.xlsx": lambda: far('r="B1" r="XFD1048576"'),
    "far-zeros.xlsx": lambda: far('r="A0000000000099999999"'),
    "far-letters.xlsx": lambda: far('r="ZZZZZZZ1"'),
    "far-empty.xlsx": lambda: far('r="XFD1048576" t="str"', "<v></v>"),
    "far-prefixed.xlsx": lambda: far('r="XFD1048576"', "<a-b:v>1</a-b:v>", "a-b:c"),
    "far-commented.xlsx": lambda: far('r="XFD1048576"', '<!-- </c><c x=" --><v>1</v>'),
    "size.xlsx": lambda: book(f'<row r="1">{cell("A1")}</row>', size='<dimension ref=""/>'),
    "size-far.xlsx": lambda: book(f'<row r="1">{cell("A1")}</row>', size='<dimension ref="A1:XFD4294967295"/>'),
    "day.xlsx": lambda: days("-2E11"),
    "day-endless.xlsx": lambda: days("-inf"),
    "hours.xlsx": lambda: days("9E9", number_format=46),
    "links.xlsx": lambda: book(
        '<row r="1"><c r="A1"><f>[1]Sheet1!A1</f><v>7</v></c></row>',
        '<hyperlinks><hyperlink ref="A1" r:id="rId9"/></hyperlinks>',
    ),
    "runs.xlsx": lambda: book(
        f'<row r="1">{cell("A1", "0", "s")}</row>', shared="<si><r><strike/>" + "<r>x" * 200_000 + "</si>"
    ),
    # documents
    "entities.docx": lambda: document(paragraph("&j;"), LAUGHS),
    "outside.docx": lambda: document(paragraph("&a;"), '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
    "deep.docx": lambda: document("<w:tbl><w:tr><w:tc>" * 5_000 + paragraph("x") + "</w:tc></w:tr></w:tbl>" * 5_000),
    "wide.docx": lambda: document(
        '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="99999999"/></w:tcPr>' + paragraph("x") + "</w:tc></w:tr></w:tbl>"
    ),
    "restarts.docx": lambda: document(
        "<w:tbl>" + '<w:tr><w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr></w:tc></w:tr>' * 160_000 + "</w:tbl>"
    ),
    "sections.docx": sections,
    "long.docx": lambda: document(paragraph("x") * 700_000),
    "deep.html": lambda: bytes("<html><body>" + "<div>" * 100_000 + "x", "utf-8"),
    "deep-tables.html": lambda: bytes("<html>" + "<table><tr><td>" * 20_000 + "x", "utf-8"),
    "spans.html": lambda: bytes("<table>" + "<tr><td rowspan=65534 colspan=1000>x" * 1_000 + "</table>", "utf-8"),
    "tags.html": lambda: bytes("<table>" + "<tr><td>x" * 400_000 + "</table>", "utf-8"),
    "wide.html": lambda: bytes("<table>" + "<tr><td colspan=500>x" * 140_000 + "</table>", "utf-8"),
    "parts.eml": lambda: parts_in_parts(150),
    "entities.html": lambda: bytes(LAUGHS.replace("DOCTYPE x", "DOCTYPE html") + "<html><p>&j;</html>", "utf-8"),
    # text
    "tabs.txt": lambda: b"\t" * 10_000_000 + b"x",
    "lines.txt": lambda: b"x\n" * 5_000_000,
    "quotes.txt": lambda: b'"\t' * 500_000 + b'"' * 1_000_000,
    "blank.csv": lambda: b",,,\r\n,,,\r\n",
    "commas.csv": lambda: b",;" * 5_000_000 + b"x",
    # PDF
    "bomb.pdf": lambda: pdf([packed_blanks()]),
    "double-bomb.pdf": lambda: pdf([zlib.compress(packed_blanks(), 9)], filters="[/FlateDecode /FlateDecode]"),
    "pages.pdf": lambda: pdf([zlib.compress(b"0 0 m 9 9 l S")], pages=5_000),
    "lines.pdf": lambda: pdf(
        [
            zlib.compress(
                "".join(
                    f"{n % 595} 0 m {n % 595} 842 l S 0 {n % 842} m 595 {n % 842} l S\n" for n in range(60_000)
                ).encode()
            )
        ]
    ),
    "cycle.pdf": lambda: pdf([b""]).replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]"),
    "broken.pdf": lambda: pdf([zlib.compress(b"BT ET")])[:200],
    # containers of old programs
    "ole.xls": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 4_000,
}


def locked_workbook(path: Path) -> None:
    """A workbook that asks for a password."""
    import openpyxl
    from msoffcrypto.format.ooxml import OOXMLFile

    saved = io.BytesIO()
    openpyxl.Workbook().save(saved)
    plain = saved.getvalue()
    with path.open("wb") as target:
        OOXMLFile(io.BytesIO(plain)).encrypt("secret", target)
