"""Word documents .docx: page headers, paragraphs, tables in their order, with text boxes and tables inside tables."""

import posixpath
import re
from collections.abc import Iterable, Iterator
from typing import Any

from selfeval_xl import errors
from selfeval_xl.files.bounds import MB, MOST_CELLS
from selfeval_xl.files.package import Package, opened
from selfeval_xl.files.paper import PAGE_NUMBER, Cell, Paper, Table, place
from selfeval_xl.grid import Grid
from selfeval_xl.patterns import expression

_LARGEST_PART = 16 * MB
_MOST_TAGS = 3 * MOST_CELLS

# Strict files name by another address what is the same.
_STRICT = expression(rb"http://purl\.oclc\.org/ooxml/(\w+)/")
_USUAL = rb"http://schemas.openxmlformats.org/\1/2006/"

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_BREAKS = {f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}tab": "  ", f"{_W}ptab": "  ", f"{_W}noBreakHyphen": "-"}
# Letters of fonts of signs: those of Symbol that forms use, and the ticked and blank boxes of Wingdings.
_SIGNS = {
    "Symbol": dict(zip("\xa3\xb3\xb4\xb1\xb0\xb9\xbb\xb8\xb7-", "≤≥×±°≠≈÷·−", strict=True)),
    "Wingdings": dict(zip("\xfe\xfd\xa8o\xfc\xfb", "☑☒□□√×", strict=True)),
    "Wingdings 2": dict(zip("RST\xa3*PO", "☑☒☒□□√×", strict=True)),
}
_PLAIN_IN_SYMBOL = "0123456789 %()+,./<=>[]"
_PRIVATE = expression("[\uf000-\uf0ff]")
_HEXADECIMAL = expression("[0-9A-Fa-f]{1,4}")
_NOT_SHOWN = ("vanish", "strike", "dstrike")
_DELETED = {f"{_W}del", f"{_W}moveFrom", f"{_W}pPr", f"{_W}rPr"}
_NO_TEXT = _DELETED | {f"{_W}{name}" for name in ("txbxContent", "tblPr", "tcPr", "trPr", "sectPr", "sdtPr", "rt")}
_WRAPPERS = {f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml", f"{_W}ins", f"{_W}moveTo"}

_Row = dict[int, tuple[Cell, str | None]]  # by first column: a cell, and how it is merged with the one above


def read(content: bytes) -> tuple[Grid, ...]:
    """The document as one sheet: each paragraph and each row of a table is a row.

    Raises `OnlyPictures` where there is nothing but pictures.
    """
    package = opened(content)
    name = main_part(package)
    body = _parsed(package, name).find(f"{_W}body")
    if body is None:
        raise errors.Damaged
    hidden = _hidden_styles(package, name)
    _take_away_the_hidden(body, hidden)
    paper = Paper()
    headers: set[str] = set()
    targets = _targets(package, name)
    for section, blocks in _sections(body):
        for part in _headers(section, targets):
            if part not in headers:  # else it goes on from the section before
                headers.add(part)
                header = _parsed(package, part)
                _take_away_the_hidden(header, hidden)
                _flow((block for block in header if not PAGE_NUMBER.fullmatch(_text(block))), paper)
        _flow(blocks, paper)
    if not paper.rows and any("/media/" in part for part in package.names):
        raise errors.OnlyPictures
    return (paper.grid(),)


def main_part(package: Package) -> str:
    """The part that holds the text; some programs give it a number."""
    usual = "word/document.xml"
    named = (part for part in package.names if re.fullmatch(r"word/document\d+\.xml", part))
    return usual if usual in package else next(named, usual)


def _parsed(package: Package, name: str) -> Any:
    from lxml import etree

    content = package.xml(name, _LARGEST_PART)
    if content.count(b"<") > _MOST_TAGS:
        raise errors.TooLarge(f"{content.count(b'<')} 个标签")
    content = _STRICT.sub(_USUAL, content)
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))


def _sections(body: Any) -> Iterator[tuple[Any, list[Any]]]:
    """What stands between two changes of the page, with what is said of those pages."""
    blocks: list[Any] = []
    for block in body:
        if block.tag == f"{_W}sectPr":
            yield block, blocks
            return
        blocks.append(block)
        section = block.find(f"{_W}pPr/{_W}sectPr")
        if section is not None:
            yield section, blocks
            blocks = []
    yield None, blocks


def _targets(package: Package, name: str) -> dict[str, str]:
    """The parts to which the document refers, by the names under which it does."""
    folder, file = posixpath.split(name)
    relations = f"{folder}/_rels/{file}.rels"
    if relations not in package:
        return {}
    parts = {
        one.get("Id", ""): posixpath.normpath(posixpath.join(folder, one.get("Target", "")))
        for one in _parsed(package, relations)
    }
    return {key: part for key, part in parts.items() if part in package}


def _headers(section: Any, targets: dict[str, str]) -> Iterator[str]:
    """The parts with the page headers that a section brings: those of its first page, and of the others."""
    asked = [] if section is None else section.findall(f"{_W}headerReference")
    kinds = {"default"} if section is None or not _is_on(section, "titlePg") else {"first", "default"}
    wanted = [header.get(f"{_R}id", "") for header in asked if header.get(f"{_W}type", "default") in kinds]
    yield from dict.fromkeys(targets[key] for key in wanted if key in targets)


def _hidden_styles(package: Package, name: str) -> frozenset[str]:
    """The styles that hide or strike through their text."""
    part = f"{posixpath.dirname(name)}/styles.xml"
    styles = _parsed(package, part).findall(f"{_W}style") if part in package else []
    return frozenset(
        style.get(f"{_W}styleId", "")
        for style in styles
        if (properties := style.find(f"{_W}rPr")) is not None and any(_is_on(properties, way) for way in _NOT_SHOWN)
    )


def _take_away_the_hidden(root: Any, styles: frozenset[str]) -> None:
    """What is not on paper: hidden and struck-through text, rows hidden or deleted, what a control asks to enter."""
    away = [row for row in root.iter(f"{_W}tr") if _is_away(row.find(f"{_W}trPr"))]
    for control in root.iter(f"{_W}sdt"):
        if control.find(f"{_W}sdtPr/{_W}showingPlcHdr") is not None:
            away += control.iter(f"{_W}r")
    for paragraph in root.iter(f"{_W}p"):
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        inherited = style is not None and style.get(f"{_W}val") in styles
        away += [run for run in paragraph.iter(f"{_W}r") if _is_hidden(run.find(f"{_W}rPr"), styles, inherited)]
    for element in away:
        if element.getparent() is not None:
            element.getparent().remove(element)


def _is_away(properties: Any) -> bool:
    return properties is not None and (_is_on(properties, "hidden") or properties.find(f"{_W}del") is not None)


def _is_hidden(properties: Any, styles: frozenset[str], inherited: bool) -> bool:
    """Whether a run is not shown: as it says itself, else as its style or that of its paragraph says."""
    if properties is None:
        return inherited
    own = [way for way in _NOT_SHOWN if properties.find(f"{_W}{way}") is not None]
    style = properties.find(f"{_W}rStyle")
    named = style is not None and style.get(f"{_W}val") in styles
    return any(_is_on(properties, way) for way in own) or (not own and (named or inherited))


def _is_on(properties: Any, name: str) -> bool:
    found = properties.find(f"{_W}{name}")
    return found is not None and found.get(f"{_W}val", "1") not in ("0", "false", "off")


def _flow(blocks: Iterable[Any], paper: Paper) -> None:
    """Paragraphs and tables, also those in content controls and the like."""
    for child in blocks:
        if child.tag == f"{_W}p":
            for line in _text(child).split("\n"):
                paper.line(line)
            for box in _boxes(child):
                _flow(box, paper)
        elif child.tag == f"{_W}tbl":
            place(_table(child), paper)
        elif child.tag not in _NO_TEXT:
            _flow(child, paper)


def _table(table: Any) -> Table:
    """A table whose columns are those of its own grid."""
    rows = [_row(row) for row in _parts(table, f"{_W}tr")]
    for index, cells in enumerate(rows):
        for column, (cell, merged) in cells.items():
            if merged == "restart":
                cell.rows += _continued(rows, index, column)
    return Table([[cell for cell, merged in cells.values() if merged != "swallowed"] for cells in rows])


def _continued(rows: list[_Row], index: int, column: int) -> int:
    """In how many rows below a merged cell goes on; what Word does not show there is left out."""
    for below in range(index + 1, len(rows)):
        cell, merged = rows[below].get(column, (None, None))
        if cell is None or merged != "continue":
            return below - index - 1
        rows[below][column] = (cell, "swallowed")
    return len(rows) - index - 1


def _row(row: Any) -> _Row:
    column = 1 + _number(row, f"{_W}trPr/{_W}gridBefore", 0)
    cells: _Row = {}
    for cell in _parts(row, f"{_W}tc"):
        span = max(1, _number(cell, f"{_W}tcPr/{_W}gridSpan", 1))
        merge = cell.find(f"{_W}tcPr/{_W}vMerge")
        merged = None if merge is None else merge.get(f"{_W}val", "continue")
        lines: list[str] = []
        inner: list[Table] = []
        _inside(cell, lines, inner)
        cells[column] = (Cell("\n".join(lines), columns=span, inner=inner, column=column), merged)
        column += span
    return cells


def _inside(block: Any, lines: list[str], inner: list[Table]) -> None:
    """The paragraphs and the tables of a cell, and of the text boxes in it."""
    for child in block:
        if child.tag == f"{_W}p":
            lines.append(_text(child))
            for box in _boxes(child):
                _inside(box, lines, inner)
        elif child.tag == f"{_W}tbl":
            inner.append(_table(child))
        elif child.tag not in _NO_TEXT:
            _inside(child, lines, inner)


def _parts(block: Any, tag: str) -> Iterator[Any]:
    """The rows of a table or the cells of a row, also those in content controls."""
    for child in block:
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _parts(child, tag)


def _number(block: Any, place: str, otherwise: int) -> int:
    found = block.find(place)
    words = "" if found is None else found.get(f"{_W}val", "")
    return min(int(words[:6]), 100_000) if words.isdecimal() else otherwise


def _text(paragraph: Any) -> str:
    """A paragraph's words as Word shows them: of a field its result; text boxes are not among them."""
    words: list[str] = []
    fields: list[bool] = []  # those that are open, and whether their results have begun
    waiting = list(reversed(paragraph))
    while waiting:
        child = waiting.pop()
        if child.tag == f"{_W}fldChar":
            _open_or_close(fields, child.get(f"{_W}fldCharType"))
        elif child.tag == f"{_MC}AlternateContent":
            waiting += [branch for branch in child if next(branch.iter(f"{_W}t"), None) is not None][:1]
        elif child.tag in _NO_TEXT or not all(fields):
            waiting += [inner for inner in reversed(child) if inner.tag == f"{_W}fldChar"]
        elif child.tag in (f"{_W}t", f"{_M}t"):
            words.append(_PRIVATE.sub(lambda sign: _sign(ord(sign[0]), _font(child)), child.text or ""))  # noqa: B023
        elif child.tag in _BREAKS:
            words.append(_BREAKS[child.tag])
        elif child.tag == f"{_W}sym":
            code = child.get(f"{_W}char", "")
            words.append(_sign(int(code, 16), child.get(f"{_W}font", "")) if _HEXADECIMAL.fullmatch(code) else "")
        else:
            waiting += reversed(child)
    return "".join(words)


def _open_or_close(fields: list[bool], mark: str | None) -> None:
    if mark == "begin":
        fields.append(False)
    elif mark == "separate" and fields:
        fields[-1] = True
    elif mark == "end" and fields:
        fields.pop()


def _font(text: Any) -> str:
    fonts = text.getparent().find(f"{_W}rPr/{_W}rFonts")
    return "" if fonts is None else fonts.get(f"{_W}ascii") or fonts.get(f"{_W}hAnsi") or ""


def _sign(code: int, font: str) -> str:
    """A letter of a font of signs; without a font of that kind it is one of Symbol."""
    if 0xD800 <= code <= 0xDFFF:
        return ""  # half of a letter
    if 0xFF < code < 0xF000 or code > 0xF0FF:
        return chr(code)
    letter = chr(code & 0xFF)
    plain = letter if letter in _PLAIN_IN_SYMBOL and "dings" not in font else ""
    return _SIGNS.get(font, _SIGNS["Symbol"]).get(letter, plain)


def _boxes(paragraph: Any) -> Iterator[Any]:
    """The text boxes of a paragraph; of a box stored twice, for old and new programs, one."""
    waiting = list(reversed(paragraph))
    while waiting:
        child = waiting.pop()
        if child.tag == f"{_MC}AlternateContent":
            branches = [b for b in child if next(b.iter(f"{_W}txbxContent"), None) is not None]
            waiting += branches[:1]
        elif child.tag == f"{_W}txbxContent":
            yield child
        elif child.tag not in _DELETED:
            waiting += reversed(child)
