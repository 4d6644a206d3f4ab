"""OpenDocument files of LibreOffice, WPS and Gnumeric: workbooks .ods and .fods, documents .odt and .fodt."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from selfeval_xl import errors
from selfeval_xl.files import opendocument_sheet
from selfeval_xl.files.bounds import MB, MOST_CELLS, WIDEST, check_size
from selfeval_xl.files.opendocument_words import (
    DRAW,
    OFFICE,
    PARAGRAPHS,
    STYLE,
    TABLE,
    TEXT,
    Styles,
    boxes_of,
    is_unread,
    number,
    words_of,
)
from selfeval_xl.files.package import Package, opened
from selfeval_xl.files.paper import PAGE_NUMBER, Cell, Paper, Table, place
from selfeval_xl.files.text import decoded
from selfeval_xl.grid import Grid
from selfeval_xl.patterns import expression

_LARGEST_PART = 32 * MB
_LARGEST_FLAT = 16 * MB
_FLAT = expression(
    r"\s*(?:<\?[^>]*\?>\s*|<!--(?:[^-]|-(?!->))*-->\s*|<!DOCTYPE[^\[>]*(?:\[[^\]]*\]\s*)?>\s*)*<office:document\b"
)
_ENTITIES = expression(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_DECLARED = expression(r"^\s*<\?xml[^>]*\?>")
_OTHERS = {
    "presentation": "演示文稿",
    "drawing": "图画",
    "chart": "图表",
    "image": "图片",
    "database": "数据库文件",
}


def is_package(package: Package) -> bool:
    """Whether the package is an OpenDocument file, also one that is locked."""
    return "content.xml" in package or ("mimetype" in package and "META-INF/manifest.xml" in package)


def is_flat(content: bytes) -> bool:
    """Whether the text is an OpenDocument file without a package."""
    return b"office:document" in content and _FLAT.match(decoded(content)) is not None


def read(content: bytes) -> tuple[Grid, ...]:
    """Every sheet of a workbook as a grid; a document is one sheet.

    Raises `OnlyPictures` where there is nothing but pictures.
    """
    package = opened(content)
    if _is_locked(package):
        raise errors.Encrypted
    roots = [_parsed(package.xml(name, _LARGEST_PART)) for name in ("content.xml", "styles.xml") if name in package]
    if not roots:
        raise errors.Damaged
    grids = _read(roots)
    pictures = any(name.startswith(("Pictures/", "media/")) for name in package.names)
    if pictures and not any(one.rows or one.hidden for one in grids):
        raise errors.OnlyPictures
    return grids


def read_flat(content: bytes) -> tuple[Grid, ...]:
    """The same of a file that is one text."""
    words = decoded(content)
    check_size(len(words), _LARGEST_FLAT)
    if _ENTITIES.search(words):
        raise errors.Unsafe
    return _read([_parsed(_DECLARED.sub("", words.lstrip("\ufeff"), count=1).encode())])


def _is_locked(package: Package) -> bool:
    if "encrypted-package" in package:
        return True
    manifest = "META-INF/manifest.xml"
    return manifest in package and b"encryption-data" in package.xml(manifest, _LARGEST_PART)


def _parsed(content: bytes) -> Any:
    from lxml import etree

    if content.count(b"<") > 8 * MOST_CELLS:
        raise errors.TooLarge(f"{content.count(b'<')} 个标签")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    return etree.fromstring(content, parser)


def _read(roots: list[Any]) -> tuple[Grid, ...]:
    body = roots[0].find(f"{OFFICE}body")
    kinds = [] if body is None else [block for block in body if block.tag.startswith(OFFICE)]
    if not kinds:
        raise errors.Damaged
    kind = kinds[0].tag.removeprefix(OFFICE)
    styles = Styles(roots)
    masters = {page.get(f"{STYLE}name", ""): page for root in roots for page in root.iter(f"{STYLE}master-page")}
    if kind == "spreadsheet":
        return opendocument_sheet.read(kinds[0], styles, masters)
    if kind == "text":
        return (_document(kinds[0], styles, masters),)
    raise errors.UnknownKind(_OTHERS.get(kind, "OpenDocument 文件，但不是表格或文档"))


# ---- documents -----------------------------------------------------------------------------------------------


def _document(body: Any, styles: Styles, masters: dict[str, Any]) -> Grid:
    """The headers of the pages, paragraphs and tables in their order."""
    paper = Paper()
    used = dict.fromkeys((*list(masters)[:1], *styles.masters()))
    for page in (masters[name] for name in used if name in masters):
        for header in page:
            if header.tag in (f"{STYLE}header", f"{STYLE}header-first") and header.get(f"{STYLE}display") != "false":
                words = (block for block in header if not PAGE_NUMBER.fullmatch(words_of(block, styles)))
                _flow(words, styles, paper)
    _flow(body, styles, paper)
    return paper.grid()


def _flow(blocks: Iterable[Any], styles: Styles, paper: Paper) -> None:
    for block in blocks:
        if block.tag in PARAGRAPHS:
            for line in words_of(block, styles).split("\n"):
                paper.line(line)
            for box in boxes_of(block):
                _flow(box, styles, paper)
        elif block.tag == f"{TABLE}table":
            place(_table(block, styles), paper)
        elif block.tag.startswith((TEXT, DRAW)) and not is_unread(block):
            _flow(block, styles, paper)


def _table(table: Any, styles: Styles) -> Table:
    rows: list[list[Cell]] = []
    count = 0
    # Pandoc leaves out what a merged area covers, as a web page does.
    covers = any(cell.tag == f"{TABLE}covered-table-cell" for row in _rows(table) for cell in row)
    for row in _rows(table):
        cells = [one if covers else replace(one, column=None) for one in _cells(row, styles)]
        repeated = number(row, f"{TABLE}number-rows-repeated", MOST_CELLS + 1)
        count += repeated * (len(cells) + 1)
        if count > MOST_CELLS:
            raise errors.TooLarge(f"超过 {MOST_CELLS} 个单元格")
        rows += [cells] * repeated
    return Table(rows)


def _rows(table: Any) -> Iterator[Any]:
    """The rows of a table, also those that stand together in a group or are repeated on every page."""
    for child in table:
        if child.tag == f"{TABLE}table-row":
            yield child
        elif child.tag in (f"{TABLE}table-header-rows", f"{TABLE}table-rows", f"{TABLE}table-row-group"):
            yield from _rows(child)


def _cells(row: Any, styles: Styles) -> Iterator[Cell]:
    """The cells of a row; what a merged area covers is none."""
    column = 1
    for cell in row:
        if cell.tag not in (f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
            continue
        lines: list[str] = []
        inner: list[Table] = []
        if cell.tag == f"{TABLE}table-cell":
            _inside(cell, styles, lines, inner)
        for _ in range(number(cell, f"{TABLE}number-columns-repeated", WIDEST + 1)):
            if cell.tag == f"{TABLE}table-cell":
                high = number(cell, f"{TABLE}number-rows-spanned", MOST_CELLS)
                wide = number(cell, f"{TABLE}number-columns-spanned", WIDEST + 1)
                yield Cell("\n".join(lines), high, wide, inner, column)
            column += 1


def _inside(block: Any, styles: Styles, lines: list[str], inner: list[Table]) -> None:
    """The paragraphs and the tables of a cell, and of the text boxes in it."""
    for child in block:
        if child.tag in PARAGRAPHS:
            lines.append(words_of(child, styles))
            for box in boxes_of(child):
                _inside(box, styles, lines, inner)
        elif child.tag == f"{TABLE}table":
            inner.append(_table(child, styles))
        elif child.tag.startswith((TEXT, DRAW)) and not is_unread(child):
            _inside(child, styles, lines, inner)
