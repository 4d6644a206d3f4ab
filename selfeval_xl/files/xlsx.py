"""Workbooks .xlsx and .xlsm: values as Excel last computed them, macros and links untouched.

The library gives error cells and blanks both as empty, and a percentage as a bare number.
So before it sees a sheet, cells marked `t="e"` are marked as words (`#REF!` then arrives as it
stands), and cells whose format displays more than a number, 80.89% or 60 次, become words that carry both.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

from selfeval_xl import errors
from selfeval_xl.cells import NOTHING, Entry, Spot, Value, column_letters, read_value
from selfeval_xl.files import formats
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
_BOOK = "xl/workbook.xml"
_SINCE_1904 = re.compile(rb"""date1904\s*=\s*["'](?:1|true|on)["']""")
_BOOK_PARTS = (_ROOT, _BOOK, "xl/_rels/workbook.xml.rels", "xl/styles.xml", "xl/sharedStrings.xml")
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
_CONTENT = {"v", "is", "t"}
_TEXT_COUNT = b"uniqueCount"
_TEXT = re.compile(rb"<(?:[^\s<>/:]+:)?si[\s/>]")
_TEXTS = re.compile(rb"<(?:[^\s<>/:]+:)?sst[\s/>]")
_SIZE = re.compile(rb"<(?:\w+:)?dimension\b[^<>]*/>")
# Beyond ±99,999,999 nothing is a day, and the library stumbles over it.
_MOST_DAYS = 100_000_000
_MAY_BE_NO_DAY = re.compile(rb"v>[-+]?(?:\d{9}|[\d.]*[EeIiNn])")
_SMALL = MB
_LARGEST_BARE = 16 * MB
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]+)(\d+)["']""")
_REFERENCE = re.compile(r"([A-Za-z]{1,5})0*([0-9]{1,15})")


def read(content: bytes) -> tuple[Grid, ...]:
    """Every worksheet as a grid, hidden ones too.

    Raises `TooLarge` where a sheet goes beyond what a form can reach, and `OnlyPictures` where
    there is nothing but pictures.
    """
    from python_calamine import CalamineWorkbook, SheetTypeEnum

    package = opened(content)
    parts, placed = _checked(package)
    bytearray(4 * sum(map(len, parts.values())) + _LARGEST_TEXT)  # or a MemoryError: the library would end the process
    with CalamineWorkbook.from_filelike(repacked(parts)) as book:
        sheets = [sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        if len(sheets) > _MOST_SHEETS:
            raise errors.TooLarge(f"{len(sheets)} 个工作表")
        grids, cells = [], 0
        for name in sheets:
            sheet = book.get_sheet_by_name(name)
            rows: list[list[Any]] = sheet.to_python(skip_empty_area=False)
            cells += len(rows) * len(rows[0]) if rows else 1
            if cells > 5 * _LARGEST_BOX:
                raise errors.TooLarge(f"超过 {5 * _LARGEST_BOX} 个单元格")
            for (row, column), words in placed.items():
                if row <= len(rows) and column <= len(rows[0]) and not isinstance(rows[row - 1][column - 1], str):
                    rows[row - 1][column - 1] = words
            grids.append(grid(name, rows, sheet.merged_cell_ranges or ()))
    if not any(one.rows for one in grids) and any(name.startswith("xl/media/") for name in package.names):
        raise errors.OnlyPictures
    return tuple(grids)


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


def _checked(package: Package) -> tuple[dict[str, bytes], _Placed]:
    """The parts that hold values, with errors and percentages made visible.

    Numbers displayed with words come, on a single sheet, by their place, which is faster.
    """
    parts = {
        name: _without_counts(package.xml(name, _LARGEST_PART, usual=True)) for name in _BOOK_PARTS if name in package
    }
    parts[_ROOT] = _TO_BOOK
    placed = None
    sheets = _sheets_named(parts.get(_RELATIONS, b""))
    if not sheets or not all(name in package for name in sheets):
        raise errors.Damaged
    epoch = formats.EPOCH_1904 if _SINCE_1904.search(parts.get(_BOOK, b"")) else formats.EPOCH
    styles = _styles_with_words(parts.get("xl/styles.xml", b""))
    shared = parts.get("xl/sharedStrings.xml", b"")
    lengths = _text_lengths(shared) if len(shared) > _SHORT else []
    filled = text = 0
    for name in sorted(sheets):
        content = _SIZE.sub(b"", _without_counts(package.xml(name, _LARGEST_SHEET)), 1)
        if len(content) <= _SMALL:
            content = _merges_first(content)
        else:
            filled += content.count(b"<v") + content.count(b":v") + content.count(b"<is") + content.count(b":is")
            if filled > MOST_CELLS:
                raise errors.TooLarge(f"超过 {MOST_CELLS} 个单元格")
            if content.count(b"mergeCell") > 2 * _MOST_MERGES + 2:
                raise errors.TooLarge(f"超过 {_MOST_MERGES} 处合并单元格")
        if _UNUSUAL.search(content) or b":c" in content:
            _check_reach(content)
        if lengths:
            text += _shared_text(content, lengths)
            check_size(text, _LARGEST_TEXT, "文字")
        if b"f>" in content:
            content = _WRITTEN_AS_FORMULA.sub(_as_words, content)
        displays = _displays(content, styles, epoch) if styles else []
        if displays:
            placed = _placed(displays) if len(sheets) == 1 else None
            content = content if placed else _with_displays(content, displays)
        if _MAY_BE_NO_DAY.search(content):
            content = _NUMBER_CELL.sub(_without_day, content)
        if b'"e"' in content or b"'e'" in content:
            content = _ERROR_CELL.sub(rb'\1"str"', content)
        parts[name] = content
    return parts, placed or {}


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


def _check_reach(sheet: bytes) -> None:
    """Refuses filled cells beyond the reach of a form: the library would keep all the blanks before them."""
    row = column = lowest = height = width = 0

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, lowest, height, width
        if name == "row":
            row, column = _row_number(attributes["r"]) if "r" in attributes else row + 1, 0
        elif name == "c" and "r" in attributes:
            letters, number = _place(attributes["r"])
            lowest, column = max(row, number), _column(letters.encode())
        elif name == "c":
            check_size(len(sheet), _LARGEST_BARE, "一个工作表")
            lowest, column = row, column + 1
        elif name in _CONTENT:
            if lowest > LONGEST or column > WIDEST:
                raise errors.TooLarge(f"{column_letters(column)}{lowest} 还有内容")
            height, width = max(height, lowest), max(width, column)

    _walk(sheet, begin)
    if height * width > _LARGEST_BOX:
        raise errors.TooLarge(f"一个工作表有 {height} 行 {width} 列")


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

    def begin(name: str, attributes: dict[str, str]) -> None:
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

    def begin(name: str, _: dict[str, str]) -> None:
        if name == "si":
            lengths.append(0)

    def words(text: str) -> None:
        if lengths:
            lengths[-1] += len(text.encode())

    _walk(shared, begin, words)
    return lengths


def _walk(
    part: bytes, begin: Callable[[str, dict[str, str]], None], words: Callable[[str], None] = lambda _: None
) -> None:
    """Tells of each element by its name without a prefix, and of the words between them."""
    from xml.parsers import expat

    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = lambda tag, attributes: begin(tag.rpartition(":")[2], attributes)
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
    return f"{_BOTH}{said}{_BOTH}{words}" if isinstance(said, Decimal) else words
