"""Workbooks and documents that Office 2003 saved as one XML file; budget systems still write them."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from selfeval_xl import errors
from selfeval_xl.cells import CellError
from selfeval_xl.files import formats, formulas, laid_out, unseen
from selfeval_xl.files.bounds import LONGEST, MB, MOST_CELLS, WIDEST
from selfeval_xl.files.paper import Cell, Paper, Table, place
from selfeval_xl.files.text import decoded
from selfeval_xl.grid import Grid
from selfeval_xl.patterns import expression

_SHEETS = "urn:schemas-microsoft-com:office:spreadsheet"
_WORDS = "http://schemas.microsoft.com/office/word/2003/wordml"
_START = expression(
    r"\s*(?:<\?[^>]*\?>\s*|<!--(?:[^-]|-(?!->))*-->\s*|<!DOCTYPE[^\[>]*(?:\[[^\]]*\]\s*)?>\s*)*"
    r"<(?:\w+:)?(?:Workbook|wordDocument|package)\b"
)
_DECLARED = expression(r"^\s*<\?xml[^>]*\?>")
_ENTITIES = expression(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_LARGEST = 16 * MB
_DEEPEST = 100
_NAMED_FORMATS = {
    "Percent": "0.00%",
    "Short Date": "yyyy-m-d",
    "Long Date": 'yyyy"年"m"月"d"日"',
    "Medium Date": "yyyy-m-d",
}
# Word fills every row up to the last column; LibreOffice leaves out what an area covers, and the area as well.
_MERGES_LOST = "没有保存纵向合并单元格的 Word 2003 XML 文档（LibreOffice 另存的就是这样），各列已经错位"
_FROM_BEFORE = "打开转换之前的文件，另存为 .docx"
_FILTER = expression(r"R(\d+)C\d+:R(\d+)C\d+")


def is_office_xml(content: bytes) -> bool:
    """Whether the text is such a file."""
    return _START.match(decoded(content)) is not None


def read(content: bytes) -> tuple[Grid, ...]:
    """Every sheet of a workbook as a grid; a document is one sheet."""
    from lxml import etree

    words = decoded(content)
    if len(words) > _LARGEST or words.count("<") > 8 * MOST_CELLS:
        raise errors.TooLarge(f"{words.count('<')} 个标签")
    if _ENTITIES.search(words):
        raise errors.Unsafe
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root = etree.fromstring(_DECLARED.sub("", words).lstrip("\ufeff").encode(), parser)
    except etree.XMLSyntaxError:
        raise errors.Damaged from None
    if root.tag == f"{{{_SHEETS}}}Workbook":
        about = _formats(root), _struck_styles(root)
        return tuple(_Sheet(sheet, *about).grid() for sheet in root.iterfind(f"{{{_SHEETS}}}Worksheet"))
    if root.tag == f"{{{_WORDS}}}wordDocument":
        return (_document(root),)
    raise errors.OldKind("单个 XML 文件形式的 Office 文档")


def _of(element: Any, name: str) -> str:
    found: str | None = element.get(f"{{{_SHEETS}}}{name}")
    return found or ""


def _number(words: str, default: int) -> int:
    return min(int(words[:7]), 10_000_000) if words.isdecimal() else default


def _formats(root: Any) -> dict[str, str]:
    """The number formats of the styles."""
    found = {}
    for style in root.iterfind(f"{{{_SHEETS}}}Styles/{{{_SHEETS}}}Style"):
        one = style.find(f"{{{_SHEETS}}}NumberFormat")
        if one is not None:
            found[_of(style, "ID")] = _NAMED_FORMATS.get(_of(one, "Format"), _of(one, "Format"))
    return found


def _struck_styles(root: Any) -> set[str]:
    """The styles that strike through what a cell says."""
    styles = root.iterfind(f"{{{_SHEETS}}}Styles/{{{_SHEETS}}}Style")
    return {
        _of(style, "ID")
        for style in styles
        if any(_of(font, "StrikeThrough") == "1" for font in style.iterfind(f"{{{_SHEETS}}}Font"))
    }


class _Sheet:
    """One worksheet, laid out as it is read."""

    def __init__(self, sheet: Any, number_formats: dict[str, str], struck_styles: set[str]) -> None:
        self._sheet, self._formats, self._struck_styles = sheet, number_formats, struck_styles
        self._rows: list[list[Any]] = []
        self._merges: list[laid_out.Corners] = []
        self._hidden: set[int] = set()
        self._struck: set[tuple[int, int]] = set()
        self._formulas: dict[tuple[int, int], tuple[str, str, Any]] = {}

    def grid(self) -> Grid:
        name = _of(self._sheet, "Name") or "Sheet1"
        columns: list[range] = []
        for table in self._sheet.iterfind(f"{{{_SHEETS}}}Table"):
            columns += self._columns(table)
            self._table(table)
        width = max(map(len, self._rows), default=0)
        if width > WIDEST or width * len(self._rows) > 4 * MOST_CELLS:
            raise errors.TooLarge(f"工作表“{name}”有 {len(self._rows)} 行 {width} 列")
        rows = [row + [""] * (width - len(row)) for row in self._rows]
        lines = tuple(line for text in self._margins() for line in unseen.lines_of(text, name))
        rows_hidden = frozenset(self._hidden - self._filtered())
        beside = unseen.Beside(rows_hidden, tuple(columns), frozenset(self._struck), lines, self._formulas, marked=True)
        found = laid_out.grid_beside(name, rows, self._merges, beside)
        visible = self._sheet.find("{*}WorksheetOptions/{*}Visible")
        return found if visible is None else unseen.hidden_sheet(found)

    def _margins(self) -> Iterator[str]:
        for tag in ("Header", "Footer"):
            for one in self._sheet.iterfind(f"{{*}}WorksheetOptions/{{*}}PageSetup/{{*}}{tag}"):
                yield next((value for key, value in one.attrib.items() if key.endswith("Data")), "")

    def _filtered(self) -> set[int]:
        """The rows among which a filter chooses."""
        found: set[int] = set()
        for one in self._sheet.iterfind("{*}AutoFilter"):
            reach = next((_FILTER.fullmatch(value) for key, value in one.attrib.items() if key.endswith("Range")), None)
            if reach is not None and one.find("{*}AutoFilterColumn") is not None:
                found |= self._hidden & set(range(int(reach[1][:7]), min(int(reach[2][:7]), LONGEST) + 1))
        return found

    def _columns(self, table: Any) -> Iterator[range]:
        at = 0
        for column in table.iterfind(f"{{{_SHEETS}}}Column"):
            at = max(at + 1, _number(_of(column, "Index"), at + 1))
            last = at + _number(_of(column, "Span"), 0)
            if _of(column, "Hidden") == "1":
                yield range(at, last + 1)
            at = last

    def _table(self, table: Any) -> None:
        at = 0
        for row in table.iterfind(f"{{{_SHEETS}}}Row"):
            at = max(at + 1, _number(_of(row, "Index"), at + 1))
            span = _number(_of(row, "Span"), 0)
            if _of(row, "Hidden") == "1":
                self._hidden.update(range(at, min(at + span, LONGEST) + 1))
            cells = self._cells(row, at)
            if cells:
                if at > LONGEST:
                    raise errors.TooLarge(f"第 {at} 行还有内容")
                self._rows += [[] for _ in range(at - len(self._rows))]
                self._rows[at - 1] = cells
            at += span

    def _cells(self, row: Any, number: int) -> list[Any]:
        """The values of a row, without the blanks at its end."""
        values: list[Any] = []
        at = 0
        for cell in row.iterfind(f"{{{_SHEETS}}}Cell"):
            at = max(at + 1, _number(_of(cell, "Index"), at + 1))
            across, down = _number(_of(cell, "MergeAcross"), 0), _number(_of(cell, "MergeDown"), 0)
            if across or down:
                self._merges.append(((number - 1, at - 1), (number - 1 + down, at - 1 + across)))
            style = _of(cell, "StyleID") or _of(row, "StyleID")
            value = self._value(cell, self._formats.get(style, ""))
            formula = _of(cell, "Formula")
            if value == "" and formula and at <= WIDEST and cell.find(f"{{{_SHEETS}}}Data") is None:
                words = formulas.in_letters(formula.removeprefix("="), (number, at))
                self._formulas[number, at] = words, self._formats.get(style, "General"), formats.EPOCH
            if value != "":
                if at > WIDEST:
                    raise errors.TooLarge(f"第 {at} 列还有内容")
                values += [""] * (at - len(values))
                values[at - 1] = value
                if style in self._struck_styles:
                    self._struck.add((number, at))
            at += across
        return values

    def _value(self, cell: Any, number_format: str) -> Any:
        data = cell.find(f"{{{_SHEETS}}}Data")
        if data is None:
            return ""
        words = _with_struck_marked(data)
        kind = _of(data, "Type")
        try:
            if kind == "Number":
                return laid_out.with_display(float(words), number_format)
            if kind == "DateTime":
                return _day(words, number_format)
        except ValueError:  # neither a number nor a day, whatever the cell calls it
            return words.strip(" ")
        if kind == "Boolean":
            return words == "1"
        return CellError(words) if kind == "Error" else words.strip(" ")


def _with_struck_marked(data: Any) -> str:
    """The words of a cell; those that are struck through stand between marks."""
    words = unseen.without_marks(data.text or "")
    for part in data:
        inside = _with_struck_marked(part)
        is_struck = isinstance(part.tag, str) and part.tag.rpartition("}")[2] == "S" and inside
        words += f"{unseen.STRUCK}{inside.replace(unseen.STRUCK, '')}{unseen.STRUCK}" if is_struck else inside
        words += unseen.without_marks(part.tail or "")
    return words


def _day(words: str, number_format: str) -> Any:
    found = datetime.fromisoformat(words).replace(tzinfo=None)  # Excel's days have no zone
    days = (found - datetime(1899, 12, 30)).total_seconds() / 86400
    shown = laid_out.with_display(days, number_format)
    return shown if isinstance(shown, str) else found


# ---- documents -----------------------------------------------------------------------------------------------


def _document(root: Any) -> Grid:
    """The lines and tables of a Word document."""
    paper = Paper()
    body = root.find(f"{{{_WORDS}}}body")
    _blocks([] if body is None else body, paper, 0)
    return paper.grid()


def _blocks(parent: Any, paper: Paper, depth: int) -> None:
    if depth > _DEEPEST:
        raise errors.TooLarge("嵌套过深")
    for element in parent:
        if element.tag == f"{{{_WORDS}}}p":
            paper.line(_text(element))
        elif element.tag == f"{{{_WORDS}}}tbl":
            place(_table(element, depth), paper)
        elif isinstance(element.tag, str) and element.tag != f"{{{_WORDS}}}sectPr":
            _blocks(element, paper, depth + 1)  # sections


def _table(element: Any, depth: int) -> Table:
    if depth > _DEEPEST:
        raise errors.TooLarge("嵌套过深")
    rows: list[list[Cell]] = []
    above: dict[int, Cell] = {}  # merged cells that go on below, by column
    widths: list[tuple[int, int]] = []  # columns and cells of each row
    for row in element.iterfind(f"{{{_WORDS}}}tr"):
        cells = []
        column = 1 + _value_of(row.find(f"{{{_WORDS}}}trPr/{{{_WORDS}}}gridBefore"), 0)
        for cell in row.iterfind(f"{{{_WORDS}}}tc"):
            wide = _value_of(cell.find(f"{{{_WORDS}}}tcPr/{{{_WORDS}}}gridSpan"), 1)
            merged = cell.find(f"{{{_WORDS}}}tcPr/{{{_WORDS}}}vmerge")
            if merged is not None and merged.get(f"{{{_WORDS}}}val") != "restart" and column in above:
                above[column].rows += 1
            else:
                words = "\n".join(_text(p) for p in cell.iterfind(f"{{{_WORDS}}}p"))
                inner = [_table(one, depth + 1) for one in cell.iterfind(f"{{{_WORDS}}}tbl")]
                cells.append(Cell(words, 1, wide, inner, column))
                above.pop(column, None)
                if merged is not None:
                    above[column] = cells[-1]
            column += wide
        rows.append(cells)
        widths.append((column - 1 + _value_of(row.find(f"{{{_WORDS}}}trPr/{{{_WORDS}}}gridAfter"), 0), len(cells)))
    merges = next(element.iter(f"{{{_WORDS}}}vmerge"), None)
    stated = len(element.findall(f"{{{_WORDS}}}tblGrid/{{{_WORDS}}}gridCol"))
    if merges is None and any(width < stated and count > 1 for width, count in widths):
        raise errors.OtherKind(_MERGES_LOST, _FROM_BEFORE)
    return Table(rows)


def _value_of(element: Any, default: int) -> int:
    return default if element is None else max(1, _number(element.get(f"{{{_WORDS}}}val") or "", default))


def _text(paragraph: Any) -> str:
    """The words of a paragraph that are shown."""
    words = []
    for run in paragraph.iter(f"{{{_WORDS}}}r"):
        about = run.find(f"{{{_WORDS}}}rPr")
        if about is not None and any(
            _is_on(about.find(f"{{{_WORDS}}}{mark}")) for mark in ("vanish", "strike", "dstrike")
        ):
            continue
        for part in run:
            if part.tag == f"{{{_WORDS}}}t":
                words.append(part.text or "")
            elif part.tag in (f"{{{_WORDS}}}br", f"{{{_WORDS}}}tab"):
                words.append(" " if part.tag.endswith("tab") else "\n")
    return "".join(words).strip()


def _is_on(mark: Any) -> bool:
    return mark is not None and mark.get(f"{{{_WORDS}}}val") not in ("off", "0", "false")
