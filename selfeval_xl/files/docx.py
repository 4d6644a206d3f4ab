"""Word documents .docx: paragraphs and tables in their order, with text boxes and tables inside tables."""

from collections.abc import Iterator
from typing import Any

from selfeval_xl import errors
from selfeval_xl.files.bounds import MB
from selfeval_xl.files.package import Package, opened, repacked
from selfeval_xl.files.paper import Cell, Paper, Table, place
from selfeval_xl.grid import Grid

_LARGEST_PART = 16 * MB
_LARGEST_PICTURE = 64 * MB

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_BREAKS = {f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}tab": "  ", f"{_W}ptab": "  ", f"{_W}noBreakHyphen": "-"}
_SYMBOLS = {"F0B3": "≥", "F0A3": "≤", "F0B4": "×", "F0B1": "±", "F0B0": "°", "F02D": "−", "F025": "%"}
_DELETED = {f"{_W}del", f"{_W}moveFrom", f"{_W}pPr", f"{_W}rPr"}
_NO_TEXT = _DELETED | {f"{_W}txbxContent", f"{_W}tblPr", f"{_W}tcPr", f"{_W}trPr", f"{_W}sectPr"}
_WRAPPERS = {f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml", f"{_W}ins", f"{_W}moveTo"}

_Row = dict[int, tuple[Cell, str | None]]  # by first column: a cell, and how it is merged with the one above


def read(content: bytes) -> tuple[Grid, ...]:
    """The document as one sheet: each paragraph and each row of a table is a row.

    Raises `OnlyPictures` where there is nothing but pictures.
    """
    package = opened(content)
    paper = Paper()
    _flow(_body(package), paper)
    if not paper.rows and any(name.startswith("word/media/") for name in package.names):
        raise errors.OnlyPictures
    return (paper.grid(),)


def _body(package: Package) -> Any:
    import docx

    parts = {
        name: package.xml(name, _LARGEST_PART)
        if name.endswith((".xml", ".rels"))
        else package.part(name, _LARGEST_PICTURE)
        for name in package.names
        if not name.endswith("/")
    }
    return docx.Document(repacked(parts)).element.body


def _flow(block: Any, paper: Paper) -> None:
    """Paragraphs and tables, also those in content controls and the like."""
    for child in block:
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
    for count, cells in enumerate(rows[index + 1 :]):
        cell, merged = cells.get(column, (None, None))
        if cell is None or merged != "continue":
            return count
        cells[column] = (cell, "swallowed")
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
    """A paragraph's words as Word shows them; deleted ones and text boxes are not among them."""
    words: list[str] = []
    waiting = list(reversed(paragraph))
    while waiting:
        child = waiting.pop()
        if child.tag in (f"{_W}t", f"{_M}t"):
            words.append(child.text or "")
        elif child.tag in _BREAKS:
            words.append(_BREAKS[child.tag])
        elif child.tag == f"{_W}sym":
            words.append(_SYMBOLS.get(child.get(f"{_W}char", "").upper(), ""))
        elif child.tag not in _NO_TEXT:
            waiting += reversed(child)
    return "".join(words)


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
