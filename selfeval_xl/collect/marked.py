"""A copy of a workbook that was handed in, with a note (批注) at each cell in question and without macros.

The parts of the package are edited, so that all else is as its author made it: formulas with their values, pictures,
notes that were there before.
"""

import math
import re
from collections.abc import Mapping
from typing import NamedTuple
from xml.sax.saxutils import escape

from selfeval_xl import errors
from selfeval_xl.cells import column_letters
from selfeval_xl.files.package import Package, opened
from selfeval_xl.patterns import expression
from selfeval_xl.send.area import parsed
from selfeval_xl.send.parts import (
    Element,
    content_types,
    drop,
    id_of,
    local,
    part,
    pointers,
    relations_of,
    remaining_pointers,
    written,
    xml,
    zipped,
)

_AUTHOR = "绩效自评核对"
_GONE_WITH_MACROS = {"vbaProject", "extensibility", "origin"}  # a signature would no longer be true
_STRICT = "http://purl.oclc.org/"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_DRAWING_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_AFTER_NOTES = (
    "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst",
)  # fmt: skip
_LARGEST_MERGE = 10_000  # cells
_NOT_IN_XML = expression(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_CHARACTERS, _LINE = 22, 15  # Chinese characters in a line of a note, and its height in points
_WIDTH = 260  # points

Notes = Mapping[str, Mapping[str, str]]  # by sheet and cell


def marked(content: bytes, notes: Notes) -> bytes:
    """The copy. Raises `NotAWorkbook` for any other kind of file and for the strict edition of the standard."""
    if not content.startswith(b"PK"):
        raise errors.NotAWorkbook
    package = opened(content)
    book = next((one.target for one in pointers(package, "") if one.kind == "officeDocument"), "")
    if book not in package or not book.startswith("xl/") or book.endswith(".bin"):
        raise errors.NotAWorkbook
    root = xml(package, book)
    if root.tag.startswith("{" + _STRICT):
        raise errors.NotAWorkbook
    parts = {name: part(package, name) for name in package.names if not name.endswith("/")}
    sheets = {one.id: one.target for one in pointers(package, book) if one.kind == "worksheet"}
    added: dict[str, str] = {}
    for found in root.iterfind("{*}sheets/{*}sheet"):
        wanted = notes.get(found.get("name", ""))
        name = sheets.get(id_of(found) or "")
        if wanted and name is not None and name in package:
            _add_notes(package, parts, name, wanted, added)
    _drop_macros(package, parts, book)
    parts["[Content_Types].xml"] = _types(package, parts, book, added)
    return zipped({"[Content_Types].xml": parts.pop("[Content_Types].xml"), **parts})


class _Beside(NamedTuple):
    """A part that a sheet has for its notes, and whether it is new."""

    name: str
    id: str
    is_new: bool


def _add_notes(
    package: Package, parts: dict[str, bytes], name: str, notes: Mapping[str, str], added: dict[str, str]
) -> None:
    sheet = xml(package, name)
    starts = _starts_of_merges(sheet)
    placed: dict[str, str] = {}
    for cell, words in notes.items():
        at = starts.get(cell, cell)
        placed[at] = f"{placed[at]}\n{words}" if at in placed else words
    comments = _beside(package, parts, name, "comments", "xl/comments{}.xml")
    drawn = id_of(sheet.find("{*}legacyDrawing")) if sheet.find("{*}legacyDrawing") is not None else None
    drawing = _beside(package, parts, name, "vmlDrawing", "xl/drawings/vmlDrawing{}.vml", drawn)
    fresh = _comments(parts, comments, placed, added)
    _shapes(parts, drawing, fresh, added)
    if drawing.is_new:
        _point_at(sheet, drawing.id)
        parts[name] = written(sheet)
    _relate(parts, name, [("comments", comments), ("vmlDrawing", drawing)])


def _starts_of_merges(sheet: Element) -> dict[str, str]:
    """Every cell of a merged area with the first one, where alone a note can be seen."""
    starts: dict[str, str] = {}
    for found in sheet.iterfind("{*}mergeCells/{*}mergeCell"):
        area = parsed(found.get("ref", ""))
        if area is None or (area.bottom - area.top + 1) * (area.right - area.left + 1) > _LARGEST_MERGE:
            continue
        cells = (
            f"{column_letters(column)}{row}"
            for row in range(area.top, area.bottom + 1)
            for column in range(area.left, area.right + 1)
        )
        starts |= dict.fromkeys(cells, f"{column_letters(area.left)}{area.top}")
    return starts


def _beside(
    package: Package, parts: dict[str, bytes], sheet: str, kind: str, pattern: str, wanted: str | None = None
) -> _Beside:
    """The part of this kind that the sheet has, or a name for a new one."""
    for one in pointers(package, sheet):
        if one.kind == kind and one.target in parts and (kind == "comments" or one.id == wanted):
            return _Beside(one.target, one.id, is_new=False)
    number = next(number for number in range(901, 100_000) if pattern.format(number) not in parts)
    name = pattern.format(number)
    parts[name] = b""
    return _Beside(name, f"rIdSelfEval{kind}", is_new=True)


def _comments(
    parts: dict[str, bytes], beside: _Beside, placed: Mapping[str, str], added: dict[str, str]
) -> dict[str, str]:
    """Writes the words; answers those cells that had no note before."""
    from lxml import etree

    if beside.is_new:
        space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        root = etree.fromstring(f'<comments xmlns="{space}"><authors/><commentList/></comments>')
        added[beside.name] = _COMMENTS_TYPE
    else:
        root = etree.fromstring(parts[beside.name], etree.XMLParser(resolve_entities=False, no_network=True))
    space = etree.QName(root).namespace
    authors, listed = root.find("{*}authors"), root.find("{*}commentList")
    if authors is None or listed is None:
        raise errors.Damaged
    etree.SubElement(authors, f"{{{space}}}author").text = _AUTHOR
    number, before = len(authors) - 1, {found.get("ref"): found for found in listed}
    fresh = {}
    for cell, words in placed.items():
        note = before.get(cell)
        if note is None:
            note = etree.SubElement(listed, f"{{{space}}}comment", ref=cell, authorId=str(number))
            etree.SubElement(note, f"{{{space}}}text")
            fresh[cell] = words
        text = note.find("{*}text")
        run = etree.SubElement(etree.SubElement(text, f"{{{space}}}r"), f"{{{space}}}t")
        run.text = _NOT_IN_XML.sub("", words if cell in fresh else f"\n{words}")
        run.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    parts[beside.name] = written(root)
    return fresh


_SHAPES = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/>'
    "</o:shapelayout></xml>"
)
_SHAPE_TYPE = (
    '<v:shapetype xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPE = (
    '<v:shape xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel" id="_x0000_s{number}" type="#_x0000_t202" '
    'style="position:absolute;margin-left:60pt;margin-top:2pt;width:{width}pt;height:{height}pt;z-index:{number};'
    'visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
    '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>'
    "<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)


def _shapes(parts: dict[str, bytes], beside: _Beside, fresh: Mapping[str, str], added: dict[str, str]) -> None:
    """Writes the boxes of the notes; those that were there stay as they are, byte for byte."""
    drawn = _SHAPES.encode() if beside.is_new else parts[beside.name]
    if beside.is_new:
        added[beside.name] = _DRAWING_TYPE
    end = drawn.rfind(b"</xml>")
    if end < 0:
        raise errors.Damaged
    used = [int(number) for number in re.findall(rb"_x0000_s(\d{1,9})\b", drawn)]
    shapes = [] if b'"_x0000_t202"' in drawn.replace(b"#_x0000_t202", b"") else [_SHAPE_TYPE]
    for number, (cell, words) in enumerate(fresh.items(), max(used, default=1024) + 1):
        place = parsed(cell)
        if place is None:
            continue
        column, row = place.left, place.top
        lines = sum(max(1, math.ceil(len(line) / _CHARACTERS)) for line in words.split("\n")) + 1
        height = lines * _LINE
        rows = math.ceil(height / 20)
        anchor = f"{column}, 15, {max(0, row - 2)}, 4, {column + 4}, 15, {max(0, row - 2) + rows}, 4"
        shape = _SHAPE.format(number=number, width=_WIDTH, height=height, anchor=anchor, row=row - 1, column=column - 1)
        shapes.append(shape)
    parts[beside.name] = drawn[:end] + "".join(shapes).encode() + drawn[end:]


def _point_at(sheet: Element, pointer: str) -> None:
    """Names the drawing of the notes where the standard wants it."""
    from lxml import etree

    space = etree.QName(sheet).namespace
    named = etree.Element(f"{{{space}}}legacyDrawing", {f"{{{_RELATIONS}}}id": pointer})
    following = next((found for found in sheet if local(found) in _AFTER_NOTES), None)
    if following is None:
        sheet.append(named)
    else:
        following.addprevious(named)


def _relate(parts: dict[str, bytes], name: str, pairs: list[tuple[str, _Beside]]) -> None:
    """Adds the relationships of new parts."""
    beside = relations_of(name)
    lines = "".join(
        f'<Relationship Id="{escape(one.id)}" Type="{_RELATIONS}/{kind}" Target="/{escape(one.name)}"/>'
        for kind, one in pairs
        if one.is_new
    ).encode()
    if not lines:
        return
    before = parts.get(beside) or f'<Relationships xmlns="{_PACKAGE}"></Relationships>'.encode()
    end = before.rfind(b"</")
    if end < 0:  # no relationship yet, written in short
        before = re.sub(rb"/>\s*$", b"></Relationships>", before)
        end = before.rfind(b"</")
    parts[beside] = before[:end] + lines + before[end:]


def _drop_macros(package: Package, parts: dict[str, bytes], book: str) -> None:
    for name in ("", book):
        gone = {one.id: one.target for one in pointers(package, name) if one.kind in _GONE_WITH_MACROS}
        if not gone:
            continue
        kept = {one.id for one in pointers(package, name)} - set(gone)
        remaining = remaining_pointers(package, name, kept.__contains__)
        beside = relations_of(name) if name else "_rels/.rels"
        if remaining is None:
            parts.pop(beside, None)
        else:
            parts[beside] = remaining
        for target in gone.values():
            parts.pop(target, None)
            parts.pop(relations_of(target), None)
    for name in [name for name in parts if name.endswith(("vbaData.xml", "vbaProjectSignature.bin"))]:
        del parts[name]


def _types(package: Package, parts: Mapping[str, bytes], book: str, added: Mapping[str, str]) -> bytes:
    """The kinds of all parts, the new ones among them."""
    from lxml import etree

    root = etree.fromstring(content_types(package, set(parts), book))
    for found in list(root):
        if found.get("PartName", "").lstrip("/") in added:
            drop(found)
    for name, kind in added.items():
        override = etree.SubElement(root, f"{{{etree.QName(root).namespace}}}Override")
        override.set("PartName", f"/{name}")
        override.set("ContentType", kind)
    return written(root)
