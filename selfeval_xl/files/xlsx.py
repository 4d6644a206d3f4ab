"""Workbooks .xlsx and .xlsm: values as Excel last computed them, macros and links untouched.

The library gives error cells and blanks both as empty, and a percentage as a bare number.
So before it sees a sheet, cells marked `t="e"` are marked as words (`#REF!` then arrives as it
stands), and cells whose format displays more than a number, 80.89% or 60 次, become words that carry both.
"""

import mmap
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from html import unescape
from typing import Any
from xml.sax.saxutils import escape

from selfeval_xl import errors
from selfeval_xl.cells import NOTHING, Entry, Spot, Value, column_letters, read_value
from selfeval_xl.files import formats, formulas, unseen
from selfeval_xl.files.bounds import LONGEST, MB, MOST_CELLS, WIDEST, check_size
from selfeval_xl.files.package import Package, opened, repacked
from selfeval_xl.grid import Area, Grid, entry, seen

_MOST_SHEETS = 3_000
_MOST_MERGES = 50_000
_LARGEST_BOX = 2_000_000  # cells between A1 and the last one filled: the library keeps them all
_LARGEST_SHEET = 128 * MB
_LARGEST_PART = 32 * MB
_LARGEST_TEXT = 64 * MB
_SHORT = 100_000  # bytes of shared texts that may stand in any number of cells

_ROOT = "_rels/.rels"
_TO_BOOK = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    b'Target="xl/workbook.xml"/></Relationships>'
)
_BOOK, _SHARED = "xl/workbook.xml", "xl/sharedStrings.xml"
_STRUCK = unseen.STRUCK.encode()
_SINCE_1904 = re.compile(rb"""date1904\s*=\s*["'](?:1|true|on)["']""")
_BOOK_PARTS = (_ROOT, _BOOK, "xl/_rels/workbook.xml.rels", "xl/styles.xml", _SHARED)
_RELATIONS = "xl/_rels/workbook.xml.rels"
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b[^>]*>")
_WORKSHEET = re.compile(r"""Type\s*=\s*["'][^"']*/worksheet["']""")
_TARGET = re.compile(r"""Target\s*=\s*["']([^"']*)["']""")

_ERROR_CELL = re.compile(rb"""(<(?:\w+:)?c\b[^>]*\bt\s*=\s*)["']e["']""")
_NUMBER_CELL = re.compile(
    rb"""<(?P<prefix>\w+:)?c\b(?P<attributes>[^>]*\bs="(?P<style>\d+)"[^>]*)>"""
    rb"""(?:<(?:\w+:)?f\b[^>]*/>|<(?:\w+:)?f\b[^>]*>[^<]*</(?:\w+:)?f>)?<(?:\w+:)?v>(?P<number>[^<]*)</(?:\w+:)?v>"""
)
_TYPE = re.compile(rb"""\bt\s*=\s*["'](\w+)["']""")
# =100% and =3000元/人, which a program wrote as formulas and never calculated: people meant the sign and the number.
_WRITTEN_AS_FORMULA = re.compile(
    rb"""<(?P<prefix>(?:\w+:)?)c\b(?P<attributes>[^>]*)><(?:\w+:)?f>(?P<words>\d+(?:\.\d+)?(?:%|(?:&#\d+;|[^\x00-\x7f])[^<]*))"""
    rb"""</(?:\w+:)?f>(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?</(?:\w+:)?c>"""
)
_MAY_DISPLAY_WORDS = re.compile(rb"""numFmtId\s*=\s*["'](?:9|10|2[7-9]|3[16]|5[0-8])["']|<(?:\w+:)?numFmt\b""")
_BOTH = "\ue0ff"  # stands before the number and before what is displayed
Corners = tuple[tuple[int, int], tuple[int, int]]  # of a merged area, counted from 0
_Placed = dict[tuple[int, int], str]  # by row and column
_FEW_MERGES = 500
_MERGES_END = b"</mergeCells>"
_NUMBER_AND_DISPLAY = re.compile(rf"{_BOTH}(-?[\d.]+(?:E[-+]\d+)?){_BOTH}([^{_BOTH}]+)")

# A cell beyond AZ9999, or one that does not say at once where it stands: its sheet is looked at more closely.
_UNUSUAL = re.compile(rb'<c(?! r="A?[A-Z][0-9]{1,4}"(?: [a-qs-z]\w*="[^"<>]*")*/?>)[\s/>]')
_FAR, _FAR_COLUMN = 2_000, 100  # beyond this a blank text is looked at
_CONTENT = {"v", "is", "t"}
_TEXT_COUNT = b"uniqueCount"
_TEXT = re.compile(rb"<(?:[^\s<>/:]+:)?si[\s/>]")
_TEXTS = re.compile(rb"<(?:[^\s<>/:]+:)?sst[\s/>]")
_SIZE = re.compile(rb"<(?:\w+:)?dimension\b[^<>]*(?:/>|></(?:\w+:)?dimension>)")
# Beyond ±99,999,999 nothing is a day, and the library stumbles over it.
_MOST_DAYS = 100_000_000
_MAY_BE_NO_DAY = re.compile(rb"v>[-+]?(?:\d{9}|[\d.]*[EeIiNn])")
_FORMULA = re.compile(
    rb"""<(?P<prefix>\w+:)?c\b(?P<attributes>[^<>]*)><(?:\w+:)?f\b[^<>]*(?:/>|>(?P<formula>[^<]*)</(?:\w+:)?f>)"""
    rb"""(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?</(?:\w+:)?c>"""
)
_STYLE = re.compile(rb"""\bs\s*=\s*["'](\d+)["']""")
_STRICT = (
    (b"http://purl.oclc.org/ooxml/spreadsheetml/main", b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
)
_FEW_BYTES = 64 * 1024
_SMALL = MB
_LARGEST_BARE = 16 * MB
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]+)(\d+)["']""")
_REFERENCE = re.compile(r"([A-Za-z]{1,5})0*([0-9]{1,15})")


def read(content: bytes) -> tuple[Grid, ...]:
    """Every worksheet as a grid; what is hidden on it is kept apart, a hidden sheet as a whole.

    Raises `TooLarge` where a sheet goes beyond what a form can reach, and `OnlyPictures` where
    there is nothing but pictures.
    """
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    package = opened(content)
    parts, placed, besides = _checked(package)
    parts_by_name = _parts_by_name(parts[_BOOK], parts[_RELATIONS]) if besides else {}
    _check_memory(4 * sum(map(len, parts.values())) + _LARGEST_TEXT)
    with CalamineWorkbook.from_filelike(repacked(parts)) as book:
        sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        if len(sheets) > _MOST_SHEETS:
            raise errors.TooLarge(f"{len(sheets)} 个工作表")
        grids, cells = [], 0
        for name, state in [(sheet.name, sheet.visible) for sheet in sheets]:
            sheet = book.get_sheet_by_name(name)
            rows: list[list[Any]] = sheet.to_python(skip_empty_area=False)
            cells += len(rows) * len(rows[0]) if rows else 1
            if cells > 5 * _LARGEST_BOX:
                raise errors.TooLarge(f"超过 {5 * _LARGEST_BOX} 个单元格")
            for (row, column), words in placed.items():
                if row <= len(rows) and column <= len(rows[0]) and not isinstance(rows[row - 1][column - 1], str):
                    rows[row - 1][column - 1] = words
            beside = besides.get(parts_by_name.get(name, ""), _NOTHING_BESIDE)
            marked = _STRUCK in parts.get(_SHARED, b"")
            read_sheet = grid_beside(name, rows, sheet.merged_cell_ranges or (), beside, marked=marked)
            grids.append(read_sheet if state == SheetVisibleEnum.Visible else unseen.hidden_sheet(read_sheet))
    if not any(one.rows or one.hidden for one in grids) and any(name.startswith("xl/media/") for name in package.names):
        raise errors.OnlyPictures
    return tuple(grids)


def _check_memory(size: int) -> None:
    """Raises a `MemoryError` where so much is not to be had: the library would end the process. None of it is used."""
    try:
        mmap.mmap(-1, size).close()
    except OSError:
        raise MemoryError from None


_NOTHING_BESIDE = unseen.Beside()


def grid_beside(
    name: str, rows: list[list[Any]], merges: Sequence[Corners], beside: unseen.Beside, *, marked: bool = False
) -> Grid:
    """One sheet, with formulas calculated that have no result, and without what is not seen."""
    if beside.formulas:
        _calculate(rows, beside.formulas)
    struck = unseen.without_struck(rows, name) if marked or beside.marked else []
    found = grid(name, rows, merges)
    if struck:  # words that are not, beside those that are, are shown whatever the cell's own font is
        found = replace(found, hidden=(*found.hidden, *struck))
        beside = replace(beside, struck=beside.struck - {(one.spot.row, one.spot.column) for one in struck if one.spot})
    return unseen.seen(found, beside) if beside else found


def _calculate(rows: list[list[Any]], written: dict[tuple[int, int], tuple[str, str, date]]) -> None:
    """Puts the results of plain formulas into the rows, and a sentence where the others stand."""
    height, width = max(row for row, _ in written), max(column for _, column in written)
    if height > LONGEST or width > WIDEST:
        raise errors.TooLarge(f"{column_letters(width)}{height} 还有公式")
    rows += [[] for _ in range(height - len(rows))]
    width = max(width, *map(len, rows))
    for cells in rows:
        cells.extend([""] * (width - len(cells)))
    sheet = formulas.Sheet(rows, {place: words for place, (words, _, _) in written.items()})
    results = {place: sheet.result(place) for place in written}
    for (row, column), (words, number_format, epoch) in written.items():
        result = results[row, column]
        shown = with_display(result, number_format, epoch) if result is not None else None
        rows[row - 1][column - 1] = f"{formulas.NO_RESULT}（={words}）" if shown is None else shown


def grid(name: str, rows: Iterable[Sequence[Any]], merges: Sequence[Corners]) -> Grid:
    """One sheet from the values a library gives, blanks as empty text."""
    known = _known_in(name)
    entries = tuple(
        [
            tuple(
                [
                    NOTHING
                    if raw == ""
                    else known[raw, r, c]
                    if raw.__class__ is str or raw.__class__ is float
                    else _made(_read(raw), name, r, c)
                    for c, raw in enumerate(row, 1)
                ]
            )
            for r, row in enumerate(rows, 1)
        ]
    )
    height, width = len(entries), max(map(len, entries), default=0)
    if len(merges) < _FEW_MERGES:
        return seen(Grid(name, entries, _sensible(tuple(merges), height, width)))
    if sum(min(bottom, height) - top for (top, _), (bottom, _) in merges if top < height) > MOST_CELLS:
        raise errors.TooLarge("合并单元格过多")
    return seen(Grid(name, entries, _sensible.__wrapped__(tuple(merges), height, width)))


def _made(said: tuple[Value, str], sheet: str, row: int, column: int) -> Entry:
    return Entry(*said, Spot(sheet, row, column))


class _Known(dict[tuple[Any, int, int], Entry]):
    """The cells met on sheets of one name: in a season's forms most stand at the same place."""

    def __init__(self, sheet: str) -> None:
        super().__init__()
        self.sheet = sheet

    def __missing__(self, key: tuple[Any, int, int]) -> Entry:
        """The cell, kept for the next sheet unless it holds a long text."""
        raw, row, column = key
        if isinstance(raw, str) and len(raw) > _LONG:
            return _made(_read(raw), self.sheet, row, column)
        if len(self) >= _MOST_KNOWN:
            self.clear()
        found = self[key] = _made(_read_before(raw), self.sheet, row, column)
        return found


_LONG = 40
_MOST_KNOWN = 8_192
_known_in = lru_cache(4)(_Known)


def _read(raw: Any) -> tuple[Value, str]:
    if isinstance(raw, str) and (both := _NUMBER_AND_DISPLAY.fullmatch(raw)):
        return Decimal(both.group(1)), both.group(2)
    if isinstance(raw, str):
        raw = raw.replace("\r\n", "\n")
    found = entry(raw or 0.0 if isinstance(raw, float) else raw, _NOWHERE)  # -0.0 is 0 on paper
    return found.value, found.written


_NOWHERE = Spot(None, 0, 0)
_read_before = lru_cache(16_384)(_read)  # the same words stand in every form


@lru_cache(64)  # a season's forms are merged alike
def _sensible(merges: tuple[Corners, ...], height: int, width: int) -> tuple[Area, ...]:
    """The merged areas as far as the sheet is filled; of two that overlap, the first."""
    kept: list[Area] = []
    taken = [0] * height  # for each row its covered columns, as bits
    for (top, left), (lowest, widest) in merges:
        bottom, right = min(lowest, height - 1), min(widest, width - 1)
        if top > bottom or left > right or (top, left) == (bottom, right):
            continue
        columns = (1 << right + 1) - (1 << left)
        if any(row & columns for row in taken[top : bottom + 1]):
            continue
        for row in range(top, bottom + 1):
            taken[row] |= columns
        kept.append(Area(top + 1, left + 1, bottom + 1, right + 1))
    return tuple(kept)


# ---- before the library sees it ------------------------------------------------------------------------------


def _checked(package: Package) -> tuple[dict[str, bytes], _Placed, dict[str, unseen.Beside]]:
    """The parts that hold values, with errors and percentages made visible.

    Numbers displayed with words come, on a single sheet, by their place, which is faster.
    """
    parts = {
        name: _transitional(_without_counts(package.xml(name, _LARGEST_PART, usual=True)))
        for name in _BOOK_PARTS
        if name in package
    }
    parts[_ROOT] = _TO_BOOK
    placed = None
    sheets = _sheets_named(parts.get(_RELATIONS, b""))
    if not sheets or not all(name in package for name in sheets):
        raise errors.Damaged
    epoch = formats.EPOCH_1904 if _SINCE_1904.search(parts.get(_BOOK, b"")) else formats.EPOCH
    styles = _styles_with_words(parts.get("xl/styles.xml", b""))
    struck = _struck_styles(parts.get("xl/styles.xml", b""))
    if b"strike" in parts.get(_SHARED, b""):
        parts[_SHARED] = unseen.with_struck_marked(parts[_SHARED])
    shared = parts.get(_SHARED, b"")
    besides: dict[str, unseen.Beside] = {}
    lengths = _text_lengths(shared) if len(shared) > _SHORT else []
    filled = text = 0
    for name in sorted(sheets):
        content = _without_blank_end(_transitional(_without_counts(package.xml(name, _LARGEST_SHEET))))
        content = _SIZE.sub(b"", content, 1)
        if len(content) <= _SMALL:
            content = _merges_first(content)
        else:
            filled += content.count(b"<v") + content.count(b":v") + content.count(b"<is") + content.count(b":is")
            if filled > MOST_CELLS:
                raise errors.TooLarge(f"超过 {MOST_CELLS} 个单元格")
            if content.count(b"mergeCell") > 2 * _MOST_MERGES + 2:
                raise errors.TooLarge(f"超过 {_MOST_MERGES} 处合并单元格")
        if _UNUSUAL.search(content) or b":c" in content:
            content = _within_reach(content, shared)
        if lengths:
            text += _shared_text(content, lengths)
            check_size(text, _LARGEST_TEXT, "文字")
        if b"f>" in content:
            content = _WRITTEN_AS_FORMULA.sub(_as_words, content)
        marked = b"strike" in content
        if marked:
            content = unseen.with_struck_marked(content)
        beside = unseen.Beside(
            unseen.hidden_rows(content),
            unseen.hidden_columns(content),
            _with_styles(content, struck) if struck else frozenset(),
            unseen.margins(content),
            _uncalculated(content, styles, epoch) if b"<f" in content or b":f>" in content else {},
            marked,
        )
        if beside:
            besides[name] = beside
        displays = _displays(content, styles, epoch) if styles else []
        if displays:
            placed = _placed(displays) if len(sheets) == 1 else None
            content = content if placed else _with_displays(content, displays)
        if _MAY_BE_NO_DAY.search(content):
            content = _NUMBER_CELL.sub(_without_day, content)
        if b'"e"' in content or b"'e'" in content:
            content = _ERROR_CELL.sub(rb'\1"str"', content)
        parts[name] = content
    return parts, placed or {}, besides


def _transitional(part: bytes) -> bytes:
    """The part with the namespaces that every library knows, where it was saved as Strict Open XML."""
    if b"http://purl.oclc.org/ooxml/" in part:
        for strict, usual in _STRICT:
            part = part.replace(strict, usual)
    return part


def _without_blank_end(sheet: bytes) -> bytes:
    """The sheet without the rows of blank cells below the last that holds anything."""
    if len(sheet) < _FEW_BYTES:
        return sheet
    last = max(sheet.rfind(mark) for mark in (b"</v>", b"</is>", b"</f>", b"</t>", b"<f "))
    row, end = sheet.find(b"</row>", last), sheet.rfind(b"</sheetData>")
    return sheet[: row + 6] + sheet[end:] if 0 <= last < row < end else sheet


@lru_cache(64)
def _parts_by_name(book: bytes, relations: bytes) -> dict[str, str]:
    """The part of each sheet by the sheet's name."""
    targets: dict[str, str] = {}
    names: list[tuple[str, str]] = []

    def begin(tag: str, attributes: dict[str, str], _: int) -> None:
        if tag == "Relationship":
            target = attributes.get("Target", "")
            place = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            targets[attributes.get("Id", "")] = place
        elif tag == "sheet":
            reference = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
            names.append((attributes.get("name", ""), reference))

    _walk(relations, begin)
    _walk(book, begin)
    return {name: targets[reference] for name, reference in names if reference in targets}


@lru_cache(64)
def _struck_styles(styles: bytes) -> frozenset[bytes]:
    """The cell styles whose whole words are struck through."""
    if b"strike" not in styles:
        return frozenset()
    from lxml import etree

    root = etree.fromstring(styles, etree.XMLParser(resolve_entities=False, no_network=True))
    fonts = root.findall("{*}fonts/{*}font")
    struck = {
        index
        for index, font in enumerate(fonts)
        if (strike := font.find("{*}strike")) is not None and strike.get("val", "1") in ("1", "true", "on")
    }
    used = root.findall("{*}cellXfs/{*}xf")
    return frozenset(str(at).encode() for at, one in enumerate(used) if int(one.get("fontId") or 0) in struck)


def _with_styles(sheet: bytes, styles: frozenset[bytes]) -> frozenset[tuple[int, int]]:
    """The places of the cells that have one of these styles."""
    places = set()
    for cell in re.finditer(rb"<(?:\w+:)?c\b([^<>]*)", sheet):
        style, place = _STYLE.search(cell[1]), _PLACE.search(cell[1])
        if style and place and style[1] in styles:
            places.add((int(place[2][:9]), _column(place[1])))
    return frozenset(places)


def _uncalculated(sheet: bytes, styles: dict[bytes, str], epoch: date) -> dict[tuple[int, int], tuple[str, str, date]]:
    """The formulas that have no stored result, with the format of their cells; an empty text is a result."""
    found = {}
    for cell in _FORMULA.finditer(sheet):
        kind, place, style = (pattern.search(cell["attributes"]) for pattern in (_TYPE, _PLACE, _STYLE))
        if place and (kind is None or kind[1] != b"str"):
            words = unescape((cell["formula"] or b"").decode("utf-8", "replace"))
            number_format = styles.get(style[1], "General") if style else "General"
            found[int(place[2][:9]), _column(place[1])] = (words, number_format, epoch)
    return found


def _as_words(cell: re.Match[bytes]) -> bytes:
    attributes = _TYPE.sub(b"", cell["attributes"])
    return b'<%bc%b t="str"><%bv>=%b</%bv></%bc>' % (
        cell["prefix"], attributes, cell["prefix"], cell["words"], cell["prefix"], cell["prefix"],
    )  # fmt: skip


def _merges_first(sheet: bytes) -> bytes:
    """The sheet with its merged areas before its cells: the library looks for them from the beginning."""
    cells, begin, end = sheet.find(b"<sheetData"), sheet.rfind(b"<mergeCells"), sheet.rfind(_MERGES_END)
    if not 0 < cells < begin < end:
        return sheet
    end += len(_MERGES_END)
    return b"".join((sheet[:cells], sheet[begin:end], sheet[cells:begin], sheet[end:]))


@lru_cache(64)
def _sheets_named(relations: bytes) -> frozenset[str]:
    """The parts that the workbook names as its worksheets."""
    sheets = [tag for tag in _RELATION.findall(relations.decode("utf-8", "replace")) if _WORKSHEET.search(tag)]
    targets = {match.group(1) for tag in sheets if (match := _TARGET.search(tag))}
    return frozenset(target.lstrip("/") if target.startswith("/") else f"xl/{target}" for target in targets)


def _without_counts(part: bytes) -> bytes:
    """The part without a number of texts for which the library would make room unseen, and end the program."""
    if _TEXT_COUNT not in part:
        return part
    text = _TEXT.search(part)
    before, after = (part[: text.start()], part[text.start() :]) if text else (part, b"")
    if _TEXTS.search(after):
        raise errors.Damaged
    return before.replace(_TEXT_COUNT, b"count") + after


class _Reach:
    """Walks over a sheet for how far it is filled; blank texts far away are remembered with their bytes."""

    def __init__(self, sheet: bytes, shared: bytes) -> None:
        self.height = self.width = 0
        self.blank: list[tuple[int, int, int, int]] = []  # row, column, first and last byte
        self._size, self._shared = len(sheet), shared
        self._texts: list[str] | None = None
        self._row = self._column = self._lowest = self._began = 0
        self._kind = self._inside = self._words = ""
        self._filled = False
        _walk(sheet, self._begin, self._text, self._end)

    def _begin(self, name: str, attributes: dict[str, str], at: int) -> None:
        self._inside = name
        if name == "row":
            self._row, self._column = _row_number(attributes["r"]) if "r" in attributes else self._row + 1, 0
        elif name == "c":
            if "r" in attributes:
                letters, number = _place(attributes["r"])
                self._lowest, self._column = max(self._row, number), _column(letters.encode())
            else:
                check_size(self._size, _LARGEST_BARE, "一个工作表")
                self._lowest, self._column = self._row, self._column + 1
            self._kind, self._words, self._filled, self._began = attributes.get("t", ""), "", False, at
        elif name in _CONTENT:
            self._filled = True

    def _text(self, found: str) -> None:
        if self._inside in ("v", "t"):
            self._words += found

    def _end(self, name: str, at: int) -> None:
        self._inside = ""
        if name != "c" or not self._filled:
            return
        if not self._said().strip():
            self.blank.append((self._lowest, self._column, self._began, at))
            return
        if self._lowest > LONGEST or self._column > WIDEST:
            raise errors.TooLarge(f"{column_letters(self._column)}{self._lowest} 还有内容")
        self.height, self.width = max(self.height, self._lowest), max(self.width, self._column)

    def _said(self) -> str:
        """What the cell says, its shared text looked up where it stands far away."""
        far = self._lowest > _FAR or self._column > _FAR_COLUMN
        if self._kind != "s" or not far or not self._words[:9].isdecimal():
            return self._words
        self._texts = _short_texts(self._shared) if self._texts is None else self._texts
        number = int(self._words[:9])
        return self._texts[number] if number < len(self._texts) else self._words


def _within_reach(sheet: bytes, shared: bytes) -> bytes:
    """The sheet without blank cells far away; filled ones are refused.

    The library would keep all the blanks before them.
    """
    reach = _Reach(sheet, shared)
    if reach.height * reach.width > _LARGEST_BOX:
        raise errors.TooLarge(f"一个工作表有 {reach.height} 行 {reach.width} 列")
    pieces, done = [], 0
    for row, column, first, last in reach.blank:
        if row > reach.height or column > reach.width:
            pieces.append(sheet[done:first])
            done = sheet.index(b">", last) + 1
    return b"".join((*pieces, sheet[done:]))


def _short_texts(shared: bytes) -> list[str]:
    """The beginning of each shared text, enough to see whether it is blank."""
    texts: list[str] = []

    def begin(name: str, _: dict[str, str], __: int) -> None:
        if name == "si":
            texts.append("")

    def words(found: str) -> None:
        if texts:
            texts[-1] = (texts[-1] + found.strip())[:8]

    _walk(shared, begin, words)
    return texts


def _place(reference: str) -> tuple[str, int]:
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        raise errors.Damaged
    return found[1], int(found[2])


def _row_number(words: str) -> int:
    return _place(f"A{words}")[1]


def _column(letters: bytes) -> int:
    column = 0
    for letter in letters[:5].upper():
        column = column * 26 + letter - 64
    return column


def _shared_text(sheet: bytes, lengths: Sequence[int]) -> int:
    """Bytes of text that the sheet's cells come to: one long text may stand in many cells."""
    uses: list[str] = []
    kind = inside = ""

    def begin(name: str, attributes: dict[str, str], _: int) -> None:
        nonlocal kind, inside
        kind, inside = (attributes.get("t", "") if name == "c" else kind), name
        if inside == "v" and kind == "s":
            uses.append("")

    def words(text: str) -> None:
        if inside == "v" and kind == "s":
            uses[-1] += text

    _walk(sheet, begin, words)
    numbers = [int(use) for use in uses if use[:9].isdecimal() and len(use) < 10]
    return sum(lengths[number] for number in numbers if number < len(lengths))


def _text_lengths(shared: bytes) -> list[int]:
    """Bytes of each shared text."""
    lengths: list[int] = []

    def begin(name: str, _: dict[str, str], __: int) -> None:
        if name == "si":
            lengths.append(0)

    def words(text: str) -> None:
        if lengths:
            lengths[-1] += len(text.encode())

    _walk(shared, begin, words)
    return lengths


def _walk(
    part: bytes,
    begin: Callable[[str, dict[str, str], int], None],
    words: Callable[[str], None] = lambda _: None,
    end: Callable[[str, int], None] | None = None,
) -> None:
    """Tells of each element by its name without a prefix and its first byte, and of the words between them."""
    from xml.parsers import expat

    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = lambda tag, attributes: begin(
        tag.rpartition(":")[2], attributes, parser.CurrentByteIndex
    )
    if end is not None:
        parser.EndElementHandler = lambda tag: end(tag.rpartition(":")[2], parser.CurrentByteIndex)
    parser.CharacterDataHandler = words
    parser.Parse(part, True)


@lru_cache(64)
def _styles_with_words(styles: bytes) -> dict[bytes, str]:
    """The cell styles that display more than a number, with their formats: 0.00%, 0"次"."""
    if not _MAY_DISPLAY_WORDS.search(styles):
        return {}
    from lxml import etree

    root = etree.fromstring(styles, etree.XMLParser(resolve_entities=False, no_network=True))
    codes = dict(formats.BUILT_IN)
    for one in root.iter("{*}numFmt"):
        code = one.get("formatCode") or ""
        if formats.shown(Decimal(1), code) is not None:
            codes[int(one.get("numFmtId", "-1"))] = code
    cells = root.find("{*}cellXfs")
    used = [] if cells is None else [int(one.get("numFmtId") or 0) for one in cells.iterfind("{*}xf")]
    return {str(index).encode(): codes[number] for index, number in enumerate(used) if number in codes}


def _displays(sheet: bytes, styles: dict[bytes, str], epoch: date) -> list[tuple[re.Match[bytes], str]]:
    """The cells that display more than a number, with the words that carry both."""
    found = []
    for style in re.finditer(rb' s="(?:%b)"' % b"|".join(styles), sheet):
        cell = _NUMBER_CELL.match(sheet, sheet.rfind(b"<", 0, style.start()))
        if cell and cell["style"] in styles:
            kind = _TYPE.search(cell["attributes"])
            words = _number_and_words(cell["number"], styles[cell["style"]], epoch)
            if words and (kind is None or kind.group(1) == b"n"):
                found.append((cell, words))
    return found


def _without_day(cell: re.Match[bytes]) -> bytes:
    """The cell, without its style where its number is too large for a day."""
    try:
        too_large = not abs(float(cell["number"])) < _MOST_DAYS
    except ValueError:
        return cell.group()
    return cell.group().replace(b' s="%b"' % cell["style"], b"", 1) if too_large else cell.group()


@lru_cache(4096)
def _number_and_words(number: bytes, number_format: str, epoch: date) -> str | None:
    try:
        words = with_display(float(number), number_format, epoch)
    except ValueError:
        return None
    return words if isinstance(words, str) else None


def _with_displays(sheet: bytes, displays: Iterable[tuple[re.Match[bytes], str]]) -> bytes:
    """The sheet with its numbers as words that carry both."""
    pieces: list[bytes] = []
    done = 0
    for cell, words in displays:
        prefix = (cell["prefix"] or b"").decode()
        attributes = _TYPE.sub(b"", cell["attributes"]).decode("utf-8", "replace")
        shown = f'<{prefix}c{attributes} t="str"><{prefix}v>{escape(words)}</{prefix}v>'
        pieces += (sheet[done : cell.start()], shown.encode())
        done = cell.end()
    return b"".join((*pieces, sheet[done:]))


def _placed(displays: Iterable[tuple[re.Match[bytes], str]]) -> _Placed | None:
    """The same by row and column, where every cell says where it stands."""
    places = {}
    for cell, words in displays:
        place = _PLACE.search(cell["attributes"])
        if place is None:
            return None
        places[int(place.group(2)[:9]), _column(place.group(1))] = words
    return places


def with_display(number: float, number_format: str, epoch: date = formats.EPOCH) -> float | str:
    """The number; with a format that displays more, words that carry what it says and what Excel displays."""
    value = read_value(number)
    found = formats.shown(value, number_format, epoch) if isinstance(value, Decimal) else None
    if found is None:
        return number
    said, words = found
    return both(said, words) if isinstance(said, Decimal) else words


def both(said: Decimal, words: str) -> str:
    """Words that carry the number that a cell says and what it displays."""
    return f"{_BOTH}{said}{_BOTH}{words}"
