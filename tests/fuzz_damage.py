"""Damage to files, at every level at which they can be wrong: bytes, parts of a package, XML, words, drawings.

Every change follows from the `random.Random` that is handed in, so that a number repeats it.
"""

import io
import random
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from copy import deepcopy

import fuzz_seeds
from lxml import etree

NASTY = (
    "", "0", "-1", "1", "2", "9", "30", "512", "513", "20001", "65535", "65536", "1048576", "1048577", "2147483648",
    "99999999999999999999", "9" * 5_000, "1e309", "-1E+308", "1E-400", "NaN", "inf", "0.1.2", "1,2", " 7 ", "1_0", "٣",
    "²", "①", "０．５", "0x1F", "50%", "A1", "A0", "a1", "A1:XFD1048576", "B2:A1", "XFD1048576", "XFE1", "ZZZZZZZ1",
    "#REF!", "Err:502", "#", "true", "e", "s", "d", "str", "inlineStr", "rId1", "rId99", "../../x", "/", "restart",
    "continue", "none", "false", "collapse", "begin", "separate", "end", "string", "date", "time", "error", "Number",
    "DateTime", "Boolean", "9999-12-31", "0000-00-00", "2023-02-30T25:61:61", "99999-01-01",
    "2023-01-01T00:00:00+25:00", "2023-01-01T00:00:00Z", "PT99999999H99M", "0.00%", "yyyy", 'e"年"m', "[h]:mm:ss",
    "#,##0.00_);[Red]", "0" * 300, ",,,", "0.00E+00", "\\", "@", "?" * 50, "%" * 40, "项目名称", "一级指标",
    "年度指标值", "实际完成值", "全年预算数", "合计", "分值", "得分", "2024", "2024年度", "—", '"', "'", "&", "<", ">",
    "=1+1", "=SUM(A1:ZZZ9999999)", "=ROUND(1,99999999)", "=9^9^9^9", "=" + "(" * 100, "=-" * 300, "+86", "@x", "≥",
    "≥≤≥90%", "90%-" * 60, "≥" * 400, "1" * 40 + "个", "0." + "0" * 400 + "1", "1E+999999", "9E9999999个", "1." * 300,
    "1/" * 200, "20231301", "2023.13", "2024-2023年", "万元", "（" * 300, "（万元）" * 50, "：" * 300, "、" * 500,
    "\u200b", "\u202e甲", "\ufeff", "\u00a0", "\ue0ff1\ue0ff", "\ue0ff1\ue0ff1\ue0ff", "\ue0ff1.2.3\ue0ff甲",
    "\ue0ff٣\ue0ff甲", "\ue0fe", "\ufffd", "\u0301" * 50, "𠮷", "\U000f0000", "\r",
    "\n\n", "\t", "a\nb", "长" * 3_000, "甲 " * 2_000, "\x85", "\u2028",
)  # fmt: skip
LONG = (
    "9", "1.", "1,", "（", "）", "(", ")", " ", "\u3000 ", "一", "年", "2024", "2024年", "≥", "-", "—", "/", "、", "。",
    "；1", "甲 ", "项目名称", "：", "%", "1%", "元", "个", "=", "'", "[", "①", "第", "a", "A1", "a-", "十", "百",
    "目标", "指标", "分", "（1分", "1)", "\u200b", "12月", "2023.1-", "《", "×", "*", "+", "是", "提高",
)  # fmt: skip
LONGEST = 32_767  # characters that Excel lets into a cell
NOT_XML = (
    "\x00",
    "&#0;",
    "&x;",
    "&#xD800;",
    "&#65;",
    "]]>",
    "<!--",
    "<![CDATA[",
    "<?",
    "<!DOCTYPE x [<!ENTITY a 'b'>]>",
    "\x0b",
    "\x1f",
)
DEEP = (3, 20, 60, 90, 120, 200, 250, 1_000)
LARGEST = 3_000_000  # bytes; a damaged file that grew beyond is cut off

_CELLS = (
    '<c r="XFD1048576"><v>1</v></c>', '<c r="A0"><v>1</v></c>', '<c r="ZZZ99"/>', '<c><v>1</v></c>',
    '<c r="B2" s="99"><v>-1E+308</v></c>', '<row r="1048576"><c r="A1048576" t="str"><v>甲</v></c></row>',
    '<row r="0"><c r="A1"><v>1</v></c></row>', "<row><c><v>1</v></c></row>",
    '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>', '<mergeCell ref="A1:C9"/><mergeCell ref="B2:D12"/>',
    "<mergeCells><mergeCell/></mergeCells>", '<mergeCell ref="A1"/>', '<dimension ref="XFD1:A1048576"/>',
    '<dimension ref="A0"/>', '<c r="C3" t="s"><v>999999</v></c>', '<c r="C3" t="s"><v>-1</v></c>', '<c r="C3" t="s"/>',
    '<c r="C3" t="e"><v>#谁!</v></c>', '<c r="C3" t="d"><v>2023-13-45</v></c>', '<c r="C3" s="4"><v>-700000</v></c>',
    '<c r="C3" s="4"><v>1e20</v></c>', '<c r="C3" t="b"><v>7</v></c>', '<c r="C3" t="inlineStr"><is/></c>',
    '<c r="C3" s="3"><v>2958466</v></c>', '<c r="D4" s="1"><v>1e308</v></c>',
    '<c r="Z1"><f>Z2</f></c><c r="Z2"><f>Z1</f></c>', '<c r="Z1"><f>SUM(A1:ZZZ9999999)</f></c>',
    '<c r="Z1"><f>ROUND(1E300,9999999)</f></c>', '<c r="Z1"><f>ROUND(1.5,-9999999)</f></c>',
    '<c r="Z1"><f>9^9^9^9^9</f></c>', '<c r="Z1"><f>ABS()</f></c>', '<c r="Z1"><f>ROUND(1)</f></c>',
    '<c r="Z1"><f>' + "(" * 900 + "</f></c>", '<c r="Z1"><f>' + "-" * 900 + "1</f></c>",
    '<c r="Z1"><f t="shared" si="0"/></c>', '<c r="Z1"><f>A0+A00000+XFD9999999</f></c>',
    '<c r="Z1"><f>AVERAGE(Z9:Z10)/0</f></c>', '<c r="XFD1"><f>1</f></c>', '<c r="A1048576"><f>1</f></c>',
    "".join(f'<c r="Z{n}"><f>SUM(A1:M{n + 1})+Z{n + 1}</f></c>' for n in range(1, 90)),
    '<col min="1" max="16384" hidden="1"/>', '<col min="9" max="2" width="0"/>', '<row r="3" hidden="1" ht="0"/>',
    '<row r="999999999" hidden="1"/>', '<numFmt numFmtId="176" formatCode="0.0000000000000000000000000%"/>',
    '<numFmt numFmtId="x" formatCode="0%"/>', '<xf numFmtId="-5" fontId="x"/>',
    '<autoFilter ref="A1:B99999999999"><filterColumn/></autoFilter>', "<si/>", "<si><t/></si>",
    "<si><r><rPr><strike/></rPr><t>删</t></r></si>", '<sheet name="" sheetId="0" r:id="rId1"/>',
    '<sheet name="自评表" sheetId="1" r:id="rId1"/>', '<sheet name="无" r:id="rId77"/>',
    '<Relationship Id="rId1" Type="x/worksheet" Target="../../../etc/x.xml"/>',
    '<Relationship Id="rId9" Type="x/worksheet" Target=""/>', '<oddHeader>&amp;C&amp;"</oddHeader>',
    "<x:c xmlns:x='urn:x'><x:v>1</x:v></x:c>",
)  # fmt: skip
_TABLE = "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>甲</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
_WORDS = (
    '<w:gridSpan w:val="99999999"/>', '<w:gridSpan w:val="-3"/>', '<w:gridSpan w:val="600"/>', "<w:gridSpan/>",
    '<w:gridBefore w:val="511"/>', '<w:gridBefore w:val="99999"/>', "<w:vMerge/>", '<w:vMerge w:val="restart"/>',
    '<w:vMerge w:val="x"/>', "<w:vmerge/>", '<w:vmerge w:val="restart"/>', "<w:tr/>", "<w:tc/>", "<w:tbl/>", _TABLE,
    _TABLE * 40, "<w:p/>" * 200, '<w:sym w:font="Symbol" w:char="FFFF"/>', '<w:sym w:char="D800"/>',
    '<w:sym w:font="Wingdings" w:char="0"/>', "<w:sym/>", '<w:fldChar w:fldCharType="begin"/>',
    '<w:fldChar w:fldCharType="end"/>', "<w:fldChar/>",
    "<w:txbxContent><w:p><w:r><w:t>框</w:t></w:r></w:p></w:txbxContent>", f"<w:txbxContent>{_TABLE}</w:txbxContent>",
    "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr></w:sdt>", '<w:headerReference w:type="default" r:id="rId99"/>',
    "<w:headerReference/>", "<w:sectPr><w:titlePg/></w:sectPr>", "<w:pPr><w:sectPr/></w:pPr>",
    "<w:trPr><w:hidden/></w:trPr>", "<w:trPr><w:del/></w:trPr>", "<w:rPr><w:vanish/></w:rPr>",
    "<w:pPr><w:pStyle w:val='a'/></w:pPr>", "<!-- x -->", "<?x y?>",
)  # fmt: skip
_CELL = "<table:table-cell><text:p>甲</text:p></table:table-cell>"
_ROW = f"<table:table-row>{_CELL}</table:table-row>"
_OFFICE = (
    _CELL, _ROW, f"<table:table>{_ROW}</table:table>", "<table:table-row/>", "<table:table/>", "<text:p/>" * 200,
    "<!-- x -->", "<?x y?>", _CELL.replace("cell>", 'cell table:number-columns-repeated="16384">', 1),
    _CELL.replace("cell>", 'cell table:number-columns-repeated="500">', 1),
    _ROW.replace("row>", 'row table:number-rows-repeated="1048576">', 1),
    _ROW.replace("row>", 'row table:number-rows-repeated="19000">', 1),
    '<table:table-row table:number-rows-repeated="1048576"/>',
    '<table:table-column table:number-columns-repeated="16384" table:visibility="collapse"/>',
    _CELL.replace("cell>", 'cell table:number-columns-spanned="16384" table:number-rows-spanned="1048576">', 1),
    _CELL.replace("cell>", 'cell table:number-columns-spanned="3" table:number-rows-spanned="3">', 1) * 3,
    '<table:table-cell office:value-type="float" office:value="1e309"/>',
    '<table:table-cell office:value-type="percentage" office:value="x"><text:p>1%</text:p></table:table-cell>',
    '<table:table-cell office:value-type="float" office:value="1e300"><text:p>1.5万</text:p></table:table-cell>',
    '<table:table-cell office:value-type="float" office:value="1"><text:p>1' + "0" * 400
    + "</text:p></table:table-cell>",
    '<table:table-cell office:value-type="date" office:date-value="99999-13-45"/>',
    '<table:table-cell office:value-type="time" office:time-value="PT99999999999999999999H1M"/>',
    '<table:table-cell office:value-type="date" office:date-value="0001-01-01T00:00:00+14:00"/>',
    '<table:table-cell table:formula="of:=[.A1:.XFD1048576]"/>',
    '<table:table-cell table:formula="of:=SUM([.A1:.ZZZ9999999])"/>',
    '<table:table-cell table:formula="of:=ROUND(1;99999999)"/>', '<table:table-cell table:formula="of:=[.A1"/>',
    '<table:covered-table-cell table:number-columns-repeated="600"/>', '<text:s text:c="99999999999"/>',
    '<text:s text:c="-1"/>', '<text:s text:c="²"/>', '<text:span text:style-name="t1">甲</text:span>',
    '<style:style style:name="t1" style:family="text" style:parent-style-name="t1"/>',
    "<draw:frame><draw:text-box><text:p>框</text:p></draw:text-box></draw:frame>",
    '<table:table-row-group table:display="false"><table:table-row/></table:table-row-group>',
    "<text:tracked-changes><text:p>改</text:p></text:tracked-changes>",
    '<table:database-range table:target-range-address="自评表.A1:自评表.B9999999"><table:filter/>'
    "</table:database-range>",
)  # fmt: skip
_OLD_SHEETS = (
    '<Cell ss:Index="99999999"><Data ss:Type="Number">1</Data></Cell>',
    '<Cell ss:Index="0"><Data ss:Type="String">甲</Data></Cell>', '<Cell ss:Index="1"/>',
    '<Row ss:Index="1048577"><Cell><Data ss:Type="String">甲</Data></Cell></Row>',
    '<Row ss:Index="0"><Cell><Data ss:Type="String">甲</Data></Cell></Row>', '<Row ss:Span="99999999" ss:Hidden="1"/>',
    '<Cell ss:MergeAcross="99999999" ss:MergeDown="99999999"><Data ss:Type="String">甲</Data></Cell>', "<Row/>",
    "<Cell/>", "<Data/>", '<Cell><Data ss:Type="Number">x</Data></Cell>', '<Cell><Data ss:Type="Number"/></Cell>',
    '<Cell><Data ss:Type="DateTime">x</Data></Cell>',
    '<Cell><Data ss:Type="DateTime">2023-01-01T00:00:00Z</Data></Cell>', '<Cell><Data ss:Type="Error">x</Data></Cell>',
    '<Cell><Data ss:Type="Number">1e309</Data></Cell>', '<Cell><Data ss:Type="Number">NaN</Data></Cell>',
    '<Column ss:Index="99999999" ss:Span="99999999" ss:Hidden="1"/>', '<Cell ss:Formula="=R[-1]C"/>', "<Table/>",
    "<Worksheet/>", '<Style ss:ID="s1"><NumberFormat ss:Format="0.00%"/></Style>',
    '<Style ss:ID="s1"><NumberFormat/></Style>', '<AutoFilter x:Range="R1C1:R99999999C2"/>',
)  # fmt: skip
_PAGES = (
    "<td rowspan=65534 colspan=1000>甲", "<td rowspan=0 colspan=0>乙", "<td rowspan=-1>丙", "<td colspan=²>丁",
    "<td colspan=300><td colspan=300>", "<table>", "</table>", "<tr>", "<td>", "<table><tr><td>" * 30, "<div>" * 150,
    "<div>" * 300, "<p>" * 1_000, "<br>" * 1_000, "<select><option>甲", "<script>", "<style>", "<!--", "<textarea>",
    "<plaintext>", "<svg><td>", "<input value>", "<input type=text value='" + "长" * 999 + "'>", "<td sdval=1e309>1",
    "<td x:num='1" + "0" * 400 + "'>1", "<caption>题", "<template><td>", "<frameset>", "<base href=x>",
    "<font " + "a=b " * 500 + ">", "&#x110000;", "&#0;", "&nbsp" * 200, "\x00", "<meta charset=utf-16>",
    "<meta charset=x>",
)  # fmt: skip
SNIPPETS = {
    "xlsx": _CELLS, "xlsm": _CELLS, "strict.xlsx": _CELLS, "docx": _WORDS, "strict.docx": _WORDS, "word.xml": _WORDS,
    "2003.xml": _OLD_SHEETS,
    "ods": _OFFICE, "odt": _OFFICE, "fods": _OFFICE, "fodt": _OFFICE, "html": _PAGES, "mhtml": _PAGES,
}  # fmt: skip


# ---- bytes ----------------------------------------------------------------------------------------------------------


def of_bytes(content: bytes, draw: random.Random) -> bytes:
    """Some bytes flipped, cut out, put in, repeated, turned round or set to nothing."""
    damaged = bytearray(content)
    for _ in range(draw.choice((1, 1, 1, 3, 10, 50))):
        at = draw.randrange(len(damaged) + 1)
        length = draw.choice((1, 1, 2, 4, 16, 200))
        piece = bytes(damaged[at : at + length])
        damaged[at : at + length] = draw.choice(
            (b"", draw.randbytes(length), piece * 2, piece * draw.choice((2, 9, 1_000)), b"\x00" * length,
             b"\xff" * length, piece[::-1], bytes(byte ^ (1 << draw.randrange(8)) for byte in piece))
        )  # fmt: skip
        if len(damaged) > LARGEST:
            break
    if damaged and draw.random() < 0.05:
        del damaged[draw.randrange(1, len(damaged) + 1) :]
    return bytes(damaged)


# ---- words ----------------------------------------------------------------------------------------------------------

_PLACES = re.compile(
    r'"[^"<>]*"|(?<=>)[^<>]+(?=<)|(?<=\t)[^\t\n]*(?=\t)|(?<=\|)[^|\n]*(?=\|)|(?<=,)[^,\n]*(?=,)|\d+|[\u4e00-\u9fff]+'
)
_ENCODINGS = ("gb18030", "gbk", "utf-16", "utf-8-sig", "utf-16-be", "big5", "latin-1", "utf-32", "cp437")


def of_words(content: bytes, draw: random.Random) -> bytes:
    """Other words in some cells, texts or attributes; now and then another encoding."""
    try:
        words, encoding = content.decode(), "utf-8"
    except UnicodeDecodeError:
        words, encoding = content.decode("gb18030", "replace"), "gb18030"
    places = list(_PLACES.finditer(words))
    for place in sorted(draw.sample(places, min(len(places), draw.choice((1, 1, 2, 5)))), key=lambda m: -m.start()):
        instead = _nasty(draw, (*NASTY, *NOT_XML), place.group())
        quoted = f'"{instead}"' if place.group().startswith('"') else instead
        words = words[: place.start()] + quoted + words[place.end() :]
    if draw.random() < 0.2:
        words = _of_lines(words, draw)
    if draw.random() < 0.1:
        encoding = draw.choice(_ENCODINGS)
    return words.encode(encoding, draw.choice(("ignore", "replace", "xmlcharrefreplace")))


def _nasty(draw: random.Random, choice: tuple[str, ...], instead_of: str) -> str:
    """A nasty value; or the one that stands there, with something in it."""
    value = draw.choice(choice) if draw.random() < 0.97 else (draw.choice(LONG) * LONGEST)[:LONGEST]
    if draw.random() < 0.3:
        at = draw.randrange(len(instead_of) + 1)
        return instead_of[:at] + value + instead_of[at:]
    return value


def _of_lines(words: str, draw: random.Random) -> str:
    """Lines out, doubled, exchanged or joined; other ends of lines."""
    lines = words.split("\n")
    at, to = draw.randrange(len(lines)), draw.randrange(len(lines))
    change = draw.randrange(7)
    if change == 0:
        del lines[at]
    elif change == 1:
        lines[at] = "\n".join([lines[at]] * draw.choice((2, 9, 500)))
    elif change == 2:
        lines[at], lines[to] = lines[to], lines[at]
    elif change == 3:
        lines[at] += lines[at]
    elif change == 4:
        lines[at] = lines[at][draw.randrange(len(lines[at]) + 1) :]
    elif change == 5:
        lines[at] += draw.choice(("\t", ",", "|", '"')) * draw.choice((1, 5, 600))
    return draw.choice(("\r\n", "\r", "\u2028", "\n\n")).join(lines) if change == 6 else "\n".join(lines)


# ---- XML ------------------------------------------------------------------------------------------------------------


def of_xml(content: bytes, draw: random.Random, snippets: tuple[str, ...]) -> bytes:
    """Attributes, texts and elements other than they were; the part stays well-formed, mostly."""
    try:
        root = etree.fromstring(content)
    except etree.XMLSyntaxError:
        return of_bytes(content, draw)
    for _ in range(draw.choice((1, 1, 2, 4))):
        draw.choice(_XML_CHANGES)(root, draw)
    changed = etree.tostring(root, encoding="UTF-8", xml_declaration=draw.random() < 0.7)
    if snippets and draw.random() < 0.4:
        changed = _with_snippet(changed, draw, snippets)
    return changed


def _with_snippet(content: bytes, draw: random.Random, snippets: tuple[str, ...]) -> bytes:
    ends = [found.end() for found in re.finditer(rb"(?<![?-])>", content)]
    at = draw.choice(ends) if ends else 0
    return content[:at] + draw.choice(snippets).encode() + content[at:]


def _elements(root: etree._Element) -> list[etree._Element]:
    return [element for element in root.iter() if isinstance(element.tag, str)]


def _change_attribute(root: etree._Element, draw: random.Random) -> None:
    having = [element for element in _elements(root) if element.attrib]
    if having:
        element = draw.choice(having)
        name = draw.choice(sorted(element.attrib))
        _set(element, name, _nasty(draw, NASTY, element.attrib[name]))


def _exchange_attribute(root: etree._Element, draw: random.Random) -> None:
    """The value that the same attribute has elsewhere, or an attribute where there was none."""
    having = [element for element in _elements(root) if element.attrib]
    if having:
        source, target = draw.choice(having), draw.choice(_elements(root))
        name = draw.choice(sorted(source.attrib))
        _set(target, name, draw.choice((source.attrib[name], draw.choice(NASTY))))


def _remove_attribute(root: etree._Element, draw: random.Random) -> None:
    having = [element for element in _elements(root) if element.attrib]
    if having:
        element = draw.choice(having)
        del element.attrib[draw.choice(sorted(element.attrib))]


def _change_text(root: etree._Element, draw: random.Random) -> None:
    having = [element for element in _elements(root) if element.text] or [root]
    element = draw.choice(having)
    words = _nasty(draw, NASTY, element.text or "")
    try:
        if draw.random() < 0.8:
            element.text = words
        else:
            element.tail = words
    except ValueError:  # what XML cannot hold
        element.text = ""


def _set(element: etree._Element, name: str, value: str) -> None:
    try:
        element.set(name, value)
    except ValueError:
        element.set(name, "")


def _some_element(root: etree._Element, draw: random.Random) -> etree._Element | None:
    inner = [element for element in _elements(root) if element.getparent() is not None]
    return draw.choice(inner) if inner else None


def _remove_element(root: etree._Element, draw: random.Random) -> None:
    element = _some_element(root, draw)
    if element is not None:
        element.getparent().remove(element)


def _double_element(root: etree._Element, draw: random.Random) -> None:
    element = _some_element(root, draw)
    times = draw.choice((1, 1, 2, 30, 600))
    if element is not None:
        size = sum(1 for _ in element.iter())
        for _ in range(min(times, 6_000 // size)):
            element.addnext(deepcopy(element))


def _move_element(root: etree._Element, draw: random.Random) -> None:
    element, target = _some_element(root, draw), draw.choice(_elements(root))
    if element is not None and element is not target and element not in target.iterancestors():
        target.insert(draw.randrange(len(target) + 1), element)


def _nest_element(root: etree._Element, draw: random.Random) -> None:
    """An element inside others of its own kind, or what surrounds it, very deep."""
    element = _some_element(root, draw)
    if element is None:
        return
    chain = [element, *element.iterancestors()][: draw.choice((1, 2, 3))]
    names = [one.tag for one in chain if one.getparent() is not None]
    for _ in range(draw.choice(DEEP)):
        for name in names:
            outer = etree.Element(name)
            element.addprevious(outer)
            outer.append(element)
            element = outer


def _rename_element(root: etree._Element, draw: random.Random) -> None:
    draw.choice(_elements(root)).tag = draw.choice(_elements(root)).tag


def _comment(root: etree._Element, draw: random.Random) -> None:
    """A comment or an instruction where nobody expects one."""
    element = draw.choice(_elements(root))
    element.insert(
        draw.randrange(len(element) + 1), draw.choice((etree.Comment("x"), etree.ProcessingInstruction("x", "y")))
    )


_XML_CHANGES: tuple[Callable[[etree._Element, random.Random], None], ...] = (
    _change_attribute, _change_attribute, _change_attribute, _exchange_attribute, _exchange_attribute,
    _remove_attribute, _change_text, _change_text, _change_text, _remove_element, _double_element, _move_element,
    _nest_element, _rename_element, _comment,
)  # fmt: skip


# ---- packages -------------------------------------------------------------------------------------------------------


def of_package(content: bytes, draw: random.Random, snippets: tuple[str, ...]) -> bytes:
    """Damage inside a package whose checksums are right."""
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        parts: dict[str, str | bytes] = {name: source.read(name) for name in source.namelist()}
    names = sorted(parts)
    largest = max(names, key=lambda name: len(parts[name]))
    for _ in range(draw.choice((1, 1, 1, 2))):
        chosen = draw.choice(names) if draw.random() < 0.4 else largest
        part = parts.get(chosen, b"")
        change = draw.random()
        if change < 0.04:
            parts.pop(chosen, None)
        elif change < 0.08:
            parts[chosen] = parts.get(draw.choice(names), b"")
        elif change < 0.1:
            parts[
                draw.choice(
                    (
                        "../x.xml",
                        chosen.upper(),
                        chosen.replace("/", "\\"),
                        f"{chosen}/",
                        "x\n坏.xml",
                        "甲" * 99,
                        "encrypted-package",
                    )
                )
            ] = part
        elif change < 0.2:
            parts[chosen] = of_bytes(part, draw)
        elif change < 0.3:
            parts[chosen] = of_words(part, draw)
        else:
            parts[chosen] = of_xml(part, draw, snippets)
    made = fuzz_seeds.packed(parts)
    return _of_directory(made, draw) if draw.random() < 0.05 else made


def _of_directory(content: bytes, draw: random.Random) -> bytes:
    """A number in the directory or in front of a part other than it should be."""
    damaged = bytearray(content)
    mark, fields = draw.choice(
        ((b"PK\x01\x02", range(6, 46)), (b"PK\x03\x04", range(4, 30)), (b"PK\x05\x06", range(4, 22)))
    )
    places = [found.start() for found in re.finditer(re.escape(mark), content)]
    if places:
        at = draw.choice(places) + draw.choice(fields)
        damaged[at : at + 4] = draw.choice((b"\xff\xff\xff\xff", bytes(4), draw.randbytes(4), b"\x01\x00\x00\x00"))[
            : len(damaged[at : at + 4])
        ]
    return bytes(damaged)


# ---- workbooks .xls -------------------------------------------------------------------------------------------------

_BIFF_START = 512  # where the library that makes the seeds begins the workbook


def of_records(content: bytes, draw: random.Random) -> bytes:
    """Numbers inside the records of an .xls, or a record of another kind; all stay as long as they are."""
    damaged = bytearray(content)
    records, at = [], _BIFF_START
    while at + 4 <= len(damaged):
        kind, length = struct.unpack_from("<HH", damaged, at)
        if not kind:
            break
        records.append((at, length))
        at += 4 + length
    for _ in range(draw.choice((1, 1, 2, 6))):
        at, length = draw.choice(records)
        change = draw.random()
        if change < 0.1:
            damaged[at : at + 2] = damaged[(other := draw.choice(records)[0]) : other + 2]
        elif change < 0.2:
            struct.pack_into(
                "<H", damaged, at, draw.choice((0x0A, 0x3C, 0x809, 0xE5, 0xFC, 0x203, 0x27E, 0x06, 0x7FFF, 0x2F))
            )
        elif change < 0.25:
            struct.pack_into("<H", damaged, at + 2, draw.choice((0, 1, length + 4, 0x2020, 0xFFFF)))
        elif length:
            place = at + 4 + draw.randrange(length)
            value = draw.choice(
                (
                    b"\xff\xff",
                    b"\x00\x00",
                    b"\x00\x80",
                    b"\xff\x7f",
                    b"\x01\x00",
                    draw.randbytes(2),
                    b"\xff" * 8,
                    bytes(8),
                )
            )
            damaged[place : place + len(value)] = value[: max(0, len(damaged) - place)]
    return bytes(damaged)


# ---- PDF ------------------------------------------------------------------------------------------------------------

_OBJECT = re.compile(rb"(\d+) 0 obj\s*(.*?)\s*endobj", re.DOTALL)
_STREAM = re.compile(rb"(.*?)stream\r?\n(.*?)\r?\n?endstream", re.DOTALL)
_TOKEN = re.compile(rb"\((?:\\.|[^()\\])*\)|<[0-9A-Fa-f]*>|/?[^\s()<>\[\]/]+|[\[\]]")
_PDF_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?(?! 0 R)")
_NUMBERS = (
    b"0",
    b"-1",
    b"1e9",
    b"99999999999999999999",
    b"-0.00001",
    b"1000000",
    b"0.1.2",
    b"--5",
    b"NaN",
    b"(x)",
    b"/X",
    b"[]",
    b"<<>>",
    b"null",
    b"true",
)
_DRAWN = (
    b"q " * 3_000, b"Q " * 100, b"1e9 0 0 1e9 0 0 cm", b"0 0 0 0 0 0 cm", b"0 1 -1 0 0 0 cm",
    b"0.7 0.7 -0.7 0.7 0 0 cm", b"0 0 1e10 1e10 re S", b"0 0 m 1e30 1e30 l S", b"cm", b"re", b"Tj", b"Tf",
    b"BT /F9 9 Tf (x) Tj ET", b"BT /F1 0 Tf (x) Tj ET", b"BT /F1 1e9 Tf (x) Tj ET", b"BT /F1 -9 Tf (x) Tj ET",
    b"BT [(x) -99999999 (y)] TJ ET", b"BT 0 Tz 9 Tr (x) ' ET", b"BI /W 1 /H 1 ID x EI",
    b"BI /W 9999999 /H 9999999 /CS /RGB ID EI", b"/X0 Do", b"/GS9 gs", b"/Cs9 cs 1 2 3 sc", b"/P1 scn", b"1 1 1 rg",
    b"2 -1 x RG", b"/T << /MCID 0 >> BDC", b"EMC EMC", b"W n", b"[[[[" * 50, b"<<" * 99,
    b"".join(b"%d 0 m %d 420 l S " % (x, x) for x in range(0, 595, 2)),
    b"".join(b"0 %d m 595 %d l S " % (y, y) for y in range(0, 420, 2)),
    b"".join(b"%d 0 m %d 420 l S 0 %d m 595 %d l S " % (x, x, x, x) for x in range(0, 400, 3)),
    b"25 25 9 9 re f " * 500, b"0 0 m 9 9 9 9 9 9 c S " * 200, b"BT /F1 9 Tf 30 30 Td (x) Tj ET " * 300,
)  # fmt: skip
_PDF_ENTRIES = (
    b"/Kids [2 0 R]", b"/Kids [3 0 R 3 0 R 3 0 R]", b"/Parent 3 0 R", b"/Count 99999999", b"/Count -1",
    b"/MediaBox [0 0 1e9 1e9]", b"/MediaBox [9 9 0 0]", b"/MediaBox [0 0 0 0]", b"/MediaBox []", b"/MediaBox 7",
    b"/Rotate 45", b"/Rotate -90", b"/Rotate 90", b"/Rotate /x", b"/Contents []", b"/Contents [9 0 R 9 0 R]",
    b"/Contents 99 0 R", b"/CropBox [1 1 2 2]", b"/UserUnit 1e9", b"/Filter /LZWDecode", b"/Filter /FlateDecode",
    b"/Filter [/FlateDecode /FlateDecode]", b"/Filter /ASCII85Decode", b"/Filter /ASCIIHexDecode",
    b"/Filter /RunLengthDecode", b"/Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns 99999 >>",
    b"/Filter /DCTDecode", b"/Filter /JBIG2Decode", b"/Filter /x", b"/Filter []",
    b"/DecodeParms << /Predictor 15 /Columns 99999999 >>", b"/DecodeParms << /Predictor 2 /Colors 0 >>",
    b"/Length 99999999", b"/Length -1", b"/Length 8 0 R", b"/Type /Pages", b"/Type /Page", b"/Type /Font",
    b"/Subtype /Type3", b"/Subtype /Type0", b"/Subtype /TrueType", b"/Encoding /Identity-H", b"/Encoding /x",
    b"/Encoding /UniGB-UCS2-V", b"/ToUnicode 9 0 R", b"/DescendantFonts []", b"/DescendantFonts [1 0 R]", b"/W [0 [1 2",
    b"/W [1 99999999 5]", b"/DW x", b"/FontMatrix [0 0 0 0 0 0]", b"/FontBBox [0 0 0 0]", b"/Widths 7",
    b"/FirstChar 99999", b"/Resources 4 0 R", b"/Resources << /XObject << /X0 9 0 R >> >>", b"/Annots [3 0 R]",
    b"/Root 1 0 R", b"/Prev 9", b"/Encrypt << /Filter /Standard /V 9 >>",
    b"/Encrypt << /Filter /Standard /V 1 /R 2 /O (x) /U (x) /P -4 >>", b"[" * 500, b"<<" * 500, b"/A " * 99,
)  # fmt: skip


def of_pdf(content: bytes, draw: random.Random) -> bytes:
    """Objects and drawings other than they were, with places that are right again, mostly."""
    objects = {int(number): body for number, body in _OBJECT.findall(content)}
    numbers = sorted(objects)
    drawn = [number for number in numbers if b"stream" in objects[number]]
    for _ in range(draw.choice((1, 1, 2, 4))):
        in_drawing = drawn and draw.random() < 0.5
        chosen = draw.choice(drawn if in_drawing else numbers)
        stream = _STREAM.match(objects[chosen])
        if in_drawing and stream is not None:
            about, drawing = stream[1], _of_drawing(stream[2], draw)
            packed = draw.random() < 0.2
            filters = b"/Filter /FlateDecode " if packed else b""
            drawing = zlib.compress(drawing) if packed else drawing
            about = re.sub(rb"/Filter \[[^\]]*\]|/Length \d+", b"", about).replace(
                b"<<", b"<< /Length %d %b" % (len(drawing), filters), 1
            )
            objects[chosen] = about + b"stream\n" + drawing + b"\nendstream"
        else:
            objects[chosen] = _of_object(objects[chosen], draw, numbers)
    if draw.random() < 0.05:
        del objects[draw.choice(numbers)]
    return _pdf_of(objects, content, draw)


def _of_drawing(drawing: bytes, draw: random.Random) -> bytes:
    tokens = list(_TOKEN.finditer(drawing))
    for token in sorted(draw.sample(tokens, min(len(tokens), draw.choice((1, 2, 9)))), key=lambda m: -m.start()):
        instead = draw.choice(
            (
                b"",
                token.group() * 2,
                draw.choice(_NUMBERS),
                draw.choice(tokens).group(),
                draw.choice(_DRAWN),
                draw.choice(_DRAWN),
            )
        )
        drawing = drawing[: token.start()] + b" " + instead + b" " + drawing[token.end() :]
    if draw.random() < 0.05:
        drawing *= draw.choice((2, 5, 20))
    return drawing


def _of_object(body: bytes, draw: random.Random, numbers: list[int]) -> bytes:
    change = draw.random()
    if change < 0.4:
        places = list(_PDF_NUMBER.finditer(body[:3_000]))
        if places:
            place = draw.choice(places)
            return body[: place.start()] + draw.choice(_NUMBERS) + body[place.end() :]
    if change < 0.6:
        return re.sub(
            rb"(\d+) 0 R",
            lambda found: b"%d 0 R" % draw.choice((*numbers, 0, 99)) if draw.random() < 0.5 else found[0],
            body,
        )
    if change < 0.7:
        names = re.findall(rb"/[A-Za-z][\w-]*", body) or [b"/X"]
        return body.replace(draw.choice(names), draw.choice((*names, b"/X", b"")), 1)
    entry = draw.choice(_PDF_ENTRIES)
    known = re.sub(re.escape(entry.split()[0]) + rb"\s*(?:\[[^\]]*\]|\d+ 0 R|[^\s/>]+|/\w+)", b"", body, count=1)
    return known.replace(b"<<", b"<< " + entry + b" ", 1)


def _pdf_of(objects: dict[int, bytes], before: bytes, draw: random.Random) -> bytes:
    out, places = bytearray(b"%PDF-1.4\n"), {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start, broken = len(out), draw.random()
    trailer = before[before.rfind(b"trailer") : before.rfind(b"startxref")]
    size = max(objects, default=0) + 1
    lines = [
        b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 65535 f \n" for number in range(size)
    ]
    if broken < 0.05:
        draw.shuffle(lines)
    out += b"xref\n0 %d\n" % (draw.choice((size, 0, 99_999_999, 2)) if 0.05 < broken < 0.1 else size) + b"".join(lines)
    trailer = _of_object(trailer, draw, sorted(objects)) if 0.1 < broken < 0.15 else trailer
    out += trailer + b"startxref\n%d\n%%%%EOF\n" % (draw.randrange(len(out)) if 0.15 < broken < 0.2 else start)
    return bytes(out)


# ---- the kinds ------------------------------------------------------------------------------------------------------

_PACKAGES = ("xlsx", "xlsm", "strict.xlsx", "docx", "strict.docx", "ods", "odt")
_XML = ("2003.xml", "word.xml", "fods", "fodt")


def damaged(kind: str, draw: random.Random) -> bytes:
    """A file of this kind that is no longer whole."""
    content = fuzz_seeds.seed(kind, draw.randrange(len(fuzz_seeds.forms())))
    return (_damaged(kind, content, draw) or b"x")[:LARGEST]


def _damaged(kind: str, content: bytes, draw: random.Random) -> bytes:
    snippets = SNIPPETS.get(kind, ())
    level = draw.random()
    if kind == "eml" and level < 0.6:
        inner = draw.choice(("xlsx", "docx", "xls", "html", "pdf"))
        return fuzz_seeds.eml_of(_damaged(inner, fuzz_seeds.seed(inner, draw.randrange(5)), draw))
    if kind == "mhtml" and level < 0.6:
        return fuzz_seeds.mht_of(_damaged("html", fuzz_seeds.seed("html", draw.randrange(5)), draw))
    if level < 0.08:
        return of_bytes(content, draw)
    if kind in _PACKAGES:
        return of_package(content, draw, snippets)
    if kind in _XML and level < 0.75:
        return of_xml(content, draw, snippets)
    if kind == "xls":
        return of_records(content, draw)
    if kind == "pdf":
        return of_pdf(content, draw)
    if snippets and level < 0.5:
        for _ in range(draw.choice((1, 1, 3))):
            content = _with_snippet(content, draw, snippets)
        return content if draw.random() < 0.7 else of_words(content, draw)
    return of_words(content, draw)
