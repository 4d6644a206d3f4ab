"""Workbooks .xlsx and .xlsm: values as they were last computed, macros and links untouched.

Each part is parsed once. Of a sheet every cell that holds something is met once, with what its format displays,
whether it is struck through, and whether its formula has a result.
"""

import contextlib
import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar

from selfeval_xl import errors
from selfeval_xl.cells import column_letters, visible
from selfeval_xl.files import formats, formulas, laid_out, unseen
from selfeval_xl.files.bounds import LONGEST, MB, MOST_CELLS, WIDEST, check_size
from selfeval_xl.files.package import Package, opened
from selfeval_xl.grid import Grid
from selfeval_xl.patterns import expression

_MOST_SHEETS = 3_000
_MOST_MERGES = 50_000
_MOST_LINES = 200  # in the text boxes of a sheet
_LARGEST_BOX = 2_000_000  # cells between A1 and the last one filled: blanks in between take room too
_MOST_TAGS = 2_000_000  # of a sheet
_LARGEST_SHEET = 128 * MB
_LARGEST_PART = 32 * MB
_LARGEST_TEXT = 64 * MB  # letters in the cells of a sheet: one text may stand in many
_SMALL = MB
_FEW = 100  # letters

_BOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_DRAWINGS = "xl/drawings/"
_ANY_BOOK = expression(r"xl/[^/]+\.xml")
_STYLES, _TEXTS = "styles", "sharedStrings"
_ON = ("1", "true", "on")
_REFERENCE = expression(r"\$?([A-Za-z]{1,5})\$?0*([1-9][0-9]{0,14})")  # there is no row 0
_ESCAPED = expression("_x([dD][89abAB][0-9A-Fa-f]{2})__x([dD][c-fC-F][0-9A-Fa-f]{2})_|_x([0-9A-Fa-f]{4})_")
_NO_LETTER = expression(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|&#(?:x0*(?:[0-8bcefBCEF]|1[0-9a-fA-F])|0*(?:[0-8]|1[124-9]|2\d|3[01]));"
)
_LARGEST_MENDED = 8 * MB
_TAG = expression(rb"<(?P<name>[\w.:-]+)(?P<attributes>(?:\s+[\w.:-]+\s*=\s*(?:\"[^<\"]*\"|'[^<']*'))+)(?P<end>\s*/?)>")
_ATTRIBUTE = expression(rb"([\w.:-]+)\s*=\s*(\"[^<\"]*\"|'[^<']*')")
_AMPERSAND = expression(rb"&(?!(?:amp|lt|gt|quot|apos|#[0-9]+|#x[0-9a-fA-F]+);)")
_MAY_BE_OURS = (b"\xee\x83", b"57598", b"57599", b"E0F", b"e0f", b"e0F", b"E0f")
_OURS = expression(rb"\xee\x83[\xbe\xbf]|&#(?:x0*[eE]0[fF][eEfF]|0*5759[89]);")
_BLANK_CELL = expression(rb"<(?:\w+:)?c r=[^<>]*/>")
_NAMELESS_CELL = expression(rb"""<(?:\w+:)?c(?=[\s/>])(?![^<>]*\sr\s*=)""")
# =100% and =3000元/人, which a program wrote as formulas and never calculated: people meant the sign and the number.
_WRITTEN_AS_FORMULA = expression(r"\d+(?:\.\d+)?(?:%|[^\x00-\x7f].*)", re.DOTALL)
_DAYS = {*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)}  # Excel's own formats of days and hours
_DURATION = 46
_SIXTIETH = 60  # for Excel the 29th of February 1900, which never was
_HOURS_IN_ALL = expression(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_DAY = expression(r"[dmyhse]", re.IGNORECASE)
_DIGIT = expression(r"[0#?]")
# Words, blanks as wide as a sign, signs that fill a cell, colours, and parts of a second.
_NOT_DAY = expression(r'"[^"]*(?:"|$)|\\.|_.|\*.|\[[^\]]*\]|General|(?<=s)\.0+', re.IGNORECASE)
_Read = TypeVar("_Read")


def read(content: bytes) -> tuple[Grid, ...]:
    """Every worksheet as a grid; what is hidden on it is kept apart, a hidden sheet as a whole.

    Raises `TooLarge` where a sheet goes beyond what a form can reach, and `OnlyPictures` where
    there is nothing but pictures.
    """
    package = opened(content)
    named, relations = (_BOOK, _RELATIONS) if _BOOK in package else _main_part(package)
    book = _book(package.xml(named, _LARGEST_PART, usual=True), package.xml(relations, _LARGEST_PART, usual=True))
    if not book.sheets or not all(sheet.part in package for sheet in book.sheets):
        raise errors.Damaged
    styles = _styles(package.xml(book.styles, _LARGEST_PART, usual=True)) if book.styles in package else {}
    texts = _mended(package.xml(book.texts, _LARGEST_PART, usual=True), _texts) if book.texts in package else []
    grids: list[Grid] = []
    sheets: list[_Sheet] = []
    cells = 0
    for about in book.sheets:
        content = _lighter(package.xml(about.part, _LARGEST_SHEET))
        sheet = _mended(content, lambda part: _Sheet(texts, styles, book.epoch, part))
        cells += sheet.height * sheet.width
        if cells > 5 * _LARGEST_BOX:
            raise errors.TooLarge(f"超过 {5 * _LARGEST_BOX} 个单元格")
        sheets.append(sheet)
    calculators = _calculators(book, sheets)
    are_drawn = any(name.startswith(_DRAWINGS) for name in package.names)
    drawn: dict[str, tuple[str, ...]] = {}
    for about, sheet, calculator in zip(book.sheets, sheets, calculators, strict=True):
        found = sheet.grid(about.name, calculator)
        if are_drawn and (words := _in_boxes(package, about.part, drawn)):
            found = unseen.with_margins(found, (*(one.written for one in found.margins), *words))
        grids.append(found if about.is_shown else unseen.hidden_sheet(found))
    if not any(one.rows or one.hidden for one in grids) and any(name.startswith("xl/media/") for name in package.names):
        raise errors.OnlyPictures
    return tuple(grids)


def is_book(package: Package) -> bool:
    """Whether the package is such a workbook."""
    return _BOOK in package or _main_part(package)[1] in package


def _main_part(package: Package) -> tuple[str, str]:
    """The part that names the sheets, where a program calls it otherwise, and the one with its relations."""
    names = (name for name in package.names if _ANY_BOOK.fullmatch(name) and _relations(name) in package)
    name = next(names, _BOOK)
    return name, _relations(name)


def _relations(name: str) -> str:
    folder, _, file = name.rpartition("/")
    return f"{folder}/_rels/{file}.rels"


def _in_boxes(package: Package, part: str, drawn: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The lines in the text boxes of a sheet, where a year or a title may stand as in the margins of its page.

    `drawn` are the lines of the drawings that were read before.
    """
    relations = _relations(part)
    targets = _parsed(package.xml(relations, _LARGEST_PART)) if relations in package else ()
    lines: list[str] = []
    for one in targets:
        drawing = posixpath.normpath(posixpath.join("/", posixpath.dirname(part), one.get("Target", ""))).lstrip("/")
        if one.get("Type", "").endswith("/drawing") and one.get("TargetMode") != "External" and drawing in package:
            if drawing not in drawn:
                paragraphs = _parsed(package.xml(drawing, _LARGEST_PART)).iterfind(".//{*}txBody/{*}p")
                said = ("".join(words.text or "" for words in one.iterfind(".//{*}t")).strip() for one in paragraphs)
                drawn[drawing] = tuple(unseen.without_marks(line) for line in said if line)[:_MOST_LINES]
            lines += drawn[drawing]
    return tuple(lines[:_MOST_LINES])


def _calculators(book: "_Book", sheets: "list[_Sheet]") -> list[Any]:
    """For each sheet what calculates formulas without results, where any has one.

    Each may ask the others by their names; of sheets with the same name the first is meant.
    """
    if not any(sheet.formulas for sheet in sheets):
        return [None] * len(sheets)
    found = [laid_out.calculator({**sheet.cells, **_amounts(sheet.amounts)}, sheet.formulas) for sheet in sheets]
    named: dict[str, Any] = {}
    for about, one in zip(book.sheets, found, strict=True):
        named.setdefault(about.name, one)
        one.others = named
    return found


def _amounts(stated: dict[tuple[int, int], str]) -> dict[tuple[int, int], float]:
    amounts = {}
    for place, words in stated.items():
        with contextlib.suppress(ValueError):
            amounts[place] = float(words)
    return amounts


# ---- the book ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _About:
    """One worksheet as the book names it."""

    name: str
    part: str
    is_shown: bool


@dataclass(frozen=True)
class _Book:
    """The worksheets in their order, the other parts that concern them, and from when days are counted."""

    sheets: tuple[_About, ...]
    styles: str
    texts: str
    epoch: date


@dataclass(frozen=True)
class _Style:
    """What the style of a cell does to its number: a format that displays more or nothing, a day, a line through it."""

    displays: str | None
    is_day: bool
    is_duration: bool
    is_unseen: bool
    around: tuple[str, str] = ("", "")  # words of the cell


@lru_cache(64)  # the same in most files of a season
def _book(book: bytes, relations: bytes) -> _Book:
    targets: dict[str, tuple[str, str]] = {}
    for one in _parsed(relations):
        kind, target = one.get("Type", "").rpartition("/")[2], one.get("Target", "")
        if one.get("TargetMode") != "External":
            place = posixpath.normpath(posixpath.join("/xl", target.replace("\\", "/")))
            targets[one.get("Id", "")] = kind, place.lstrip("/")
    root = _parsed(book)
    named = root.findall("{*}sheets/{*}sheet")
    if len(named) > _MOST_SHEETS:
        raise errors.TooLarge(f"{len(named)} 个工作表")
    sheets = []
    for one in named:
        reference = next((value for name, value in one.items() if name.endswith("}id")), "")
        kind, part = targets.pop(reference, ("", ""))  # each part once, however often it is named
        if kind == "worksheet":
            sheets.append(_About(one.get("name", ""), part, one.get("state", "visible") == "visible"))
    about = root.find("{*}workbookPr")
    since_1904 = about is not None and about.get("date1904") in _ON
    others = dict(targets.values())
    return _Book(
        tuple(sheets),
        others.get(_STYLES, f"xl/{_STYLES}.xml"),
        others.get(_TEXTS, f"xl/{_TEXTS}.xml"),
        formats.EPOCH_1904 if since_1904 else formats.EPOCH,
    )


@lru_cache(64)
def _styles(part: bytes) -> dict[str, _Style]:
    """The styles that do anything to a number, by what their cells call them."""
    root = _parsed(part)
    codes = dict(formats.BUILT_IN)
    days, durations = set(_DAYS), {_DURATION}
    unseen_formats = set()
    around: dict[int, tuple[str, str]] = {}
    for one in root.iterfind("{*}numFmts/{*}numFmt"):
        code, number = one.get("formatCode") or "", _number(one.get("numFmtId"))
        if any(formats.shown(Decimal(one), code) is not None for one in (1, 0)):
            codes[number] = code
        else:
            codes.pop(number, None)
        if "@" in code and (words := formats.around_words(code)) != _PLAIN.around:
            around[number] = words
        if formats.hides(code):
            unseen_formats.add(number)
        (durations.add if _HOURS_IN_ALL.search(_WORDS.sub("", code)) else durations.discard)(number)
        (days.add if _is_day(code) else days.discard)(number)
    struck = {at for at, font in enumerate(root.iterfind("{*}fonts/{*}font")) if _is_on(font.find("{*}strike"))}
    found = {}
    for at, one in enumerate(root.iterfind("{*}cellXfs/{*}xf")):
        number = _number(one.get("numFmtId"))
        is_unseen = number in unseen_formats or _number(one.get("fontId")) in struck
        style = _Style(
            codes.get(number), number in days, number in durations, is_unseen, around.get(number, _PLAIN.around)
        )
        if style != _PLAIN:
            found[str(at)] = style
    return found


_PLAIN = _Style(None, is_day=False, is_duration=False, is_unseen=False)
_WORDS = expression(r'"[^"]*(?:"|$)|\\.')


def _is_day(code: str) -> bool:
    """Whether a format shows a day or an hour; 0.00E+00 and 0.00_d show a number."""
    first = _NOT_DAY.sub("", code).partition(";")[0]
    return _DAY.search(first) is not None and _DIGIT.search(first) is None


def _is_on(mark: Any) -> bool:
    return mark is not None and mark.get("val", "1") in _ON


def _number(words: str | None) -> int:
    return int(words) if words and words.isdecimal() and len(words) < 10 else 0


# ---- texts and sheets ----------------------------------------------------------------------------------------


class _Words:
    """Goes once over a part and gathers the words of a text, without the readings above them.

    Words that are struck through stand between marks.
    """

    def __init__(self) -> None:
        self.said: list[str] = []
        self.run: int | None = None  # where the words of a run begin
        self.is_reading = self.is_struck = False

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """An element that is no `t`."""
        if name == "r":
            self.run, self.is_struck = len(self.said), False
        elif name == "rPh":
            self.is_reading = True
        elif name == "strike":
            self.is_struck = _is_on(attributes)

    def end(self, name: str) -> None:
        if name == "rPh":
            self.is_reading = False
        elif name == "r" and self.run is not None:
            if self.is_struck and len(self.said) > self.run:
                self.said[self.run :] = [unseen.STRUCK, *self.said[self.run :], unseen.STRUCK]
            self.run, self.is_struck = None, False

    def text(self) -> str:
        """What was said since the last time."""
        words = "".join(self.said)
        self.said.clear()
        return _ESCAPED.sub(_letter, words) if "_x" in words else words


def _texts(part: bytes) -> list[str]:
    """The texts to which cells refer by their number."""
    found: list[str] = []
    text = _Words()
    name = ""

    def begin(tag: str, attributes: dict[str, str]) -> None:
        nonlocal name
        name = _LOCAL[tag]
        if name != "t":
            text.begin(name, attributes)

    def words(said: str) -> None:
        if name == "t" and not text.is_reading:
            text.said.append(said)

    def end(tag: str) -> None:
        nonlocal name
        name = ""
        ended = _LOCAL[tag]
        if ended == "si":
            found.append(text.text())
        elif ended != "t":
            text.end(ended)

    _gone_over(part, begin, words, end)
    return found


class _Sheet(_Words):
    """One worksheet, cell by cell."""

    def __init__(self, texts: list[str], styles: dict[str, _Style], epoch: date, part: bytes) -> None:
        super().__init__()
        self.texts, self.styles, self.epoch = texts, styles, epoch
        self.cells: dict[tuple[int, int], Any] = {}
        self.merged: list[str] = []
        self.amounts: dict[tuple[int, int], str] = {}  # behind what formats show
        self.formulas: dict[tuple[int, int], tuple[str, str, date]] = {}
        self.hidden_rows: set[int] = set()
        self.hidden_columns: list[range] = []
        self.struck: set[tuple[int, int]] = set()
        self.filters: list[range] = []
        self.margins: dict[str, str] = {}
        self.is_filtered = self.is_marked = self.is_of_another_view = False
        self.row = self.height = self.width = self.letters = 0
        self.formula: str | None = None
        self.shared: str | None = None
        self.sharing: dict[str, tuple[str, int, int]] = {}  # formulas that others repeat, and where they stand
        self._take(part)
        self.merges = _corners(tuple(self.merged))

    def _take(self, part: bytes) -> None:
        """Goes over the part. What happens for each of its elements is kept short."""
        local, said, merged = _LOCAL, self.said, self.merged
        name = stated = ""
        cell: dict[str, str] = {}

        def begin(tag: str, attributes: dict[str, str]) -> None:
            nonlocal name, cell
            name = local[tag]
            if name == "c":
                if "r" not in attributes:
                    attributes["r"] = self._next(cell)
                cell = attributes
            elif name == "mergeCell":
                merged.append(attributes.get("ref", ""))
            elif name not in _CONTENT:
                if name == "row":
                    cell = {}
                self.begin(name, attributes)

        def words(found: str) -> None:
            nonlocal stated
            if name == "v":
                stated += found
            elif name == "t":
                if not self.is_reading:
                    said.append(found)
            elif name == "f":
                self.formula = f"{self.formula}{found}"
            elif name in _MARGINS and not self.is_of_another_view:
                self.margins[name] = self.margins.get(name, "") + found

        def end(tag: str) -> None:
            nonlocal name, stated
            name = ""
            ended = local[tag]
            if ended == "c":
                if stated or said or self.formula is not None:
                    self._cell(cell, stated)
                    stated = ""
                    said.clear()
                    self.formula = None
            elif ended in _ENDING:
                self.end(ended)

        _gone_over(part, begin, words, end)

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """An element that is neither a cell nor what it holds."""
        if name == "f":
            self.formula = ""
            self.shared = attributes.get("si") if attributes.get("t") == "shared" else None
        elif name == "row":
            self.row = _place(f"A{attributes['r']}")[0] if "r" in attributes else self.row + 1
            if attributes.get("hidden") in _ON or _is_nothing(attributes.get("ht")):
                self.hidden_rows.add(self.row)
        elif name in _IN_TEXT:
            super().begin(name, attributes)
        elif name in _ABOUT:
            if not self.is_of_another_view:
                self._about(name, attributes)
        elif name == _OTHER_VIEWS:
            self.is_of_another_view = True

    def end(self, name: str) -> None:
        """One of the elements whose end counts."""
        if name == _OTHER_VIEWS:
            self.is_of_another_view = False
        else:
            super().end(name)

    def _next(self, cell: dict[str, str]) -> str:
        """Where a cell stands that does not say so: behind the one before it."""
        return f"{column_letters(_place(cell['r'])[1] + 1 if cell else 1)}{self.row}"

    def _cell(self, cell: dict[str, str], stated: str) -> None:
        """Puts down a cell that holds something."""
        if "r" not in cell:  # a row within the cell
            raise errors.Damaged
        place = row, column = _place(cell["r"])
        if self.shared is not None and self.formula:
            self.sharing[self.shared] = self.formula, row, column
        kind, style = cell.get("t"), self.styles.get(cell.get("s", "0"))
        value: Any
        if stated:
            value = self._value(stated, kind, style)
        elif self.said:
            value = self.text()
        elif self.formula is None or kind == "str":
            return
        elif _WRITTEN_AS_FORMULA.fullmatch(visible(self.formula)):
            value = f"={self.formula}"
        else:
            self._reach(row, column)
            if self.shared is not None and not self.formula and self.shared in self.sharing:
                words, above, left = self.sharing[self.shared]
                self.formula = formulas.moved(words, row - above, column - left)
            self.formulas[place] = self.formula, (style and style.displays) or "General", self.epoch
            return
        if value.__class__ is str:
            if not value or value.isspace():
                return
            if style is not None and style.around != _PLAIN.around and kind not in (None, "n"):
                value = value.join(style.around)
            self.letters += len(value)
            if unseen.STRUCK in value:
                self.is_marked = True
        if row > self.height or column > self.width:
            if value.__class__ is str and len(value) < _FEW and not visible(value).strip():
                return  # signs that nobody sees
            self._reach(row, column)
        self.cells[place] = value
        if kind in (None, "n") and value.__class__ is not float:
            self.amounts[place] = stated
        if style is not None and style.is_unseen:
            self.struck.add(place)

    def _value(self, stated: str, kind: str | None, style: _Style | None) -> Any:
        """What a cell holds that states this; with a style that displays more than a number, words that carry both."""
        if kind == "s":
            if stated.isdecimal() and len(stated) < 10 and int(stated) < len(self.texts):
                return self.texts[int(stated)]
            found = _INDEX.fullmatch(stated.strip())
            if found is None or int(found[1]) >= len(self.texts):
                raise errors.Damaged
            return self.texts[int(found[1])]
        if kind == "b":
            return stated.strip() in _ON
        if kind == "d":
            try:
                return datetime.fromisoformat(stated.strip())
            except ValueError:
                return stated
        if kind not in (None, "n"):
            return _ESCAPED.sub(_letter, stated)
        try:
            amount = float("" if "_" in stated else stated)  # which Python allows between digits
        except ValueError:
            return stated
        return amount if style is None else _displayed(amount, style, self.epoch)

    def _reach(self, row: int, column: int) -> None:
        """Notes how far the sheet is filled; refuses what goes beyond a form."""
        if row > LONGEST or column > WIDEST:
            raise errors.TooLarge(f"{column_letters(column)}{row} 还有内容")
        self.height, self.width = max(self.height, row), max(self.width, column)

    def _about(self, name: str, attributes: dict[str, str]) -> None:
        """What stands before and behind the rows."""
        if name == "col":
            if attributes.get("hidden") in _ON or _is_nothing(attributes.get("width")):
                columns = range(_number(attributes.get("min")), _number(attributes.get("max")) + 1)
                self.hidden_columns.append(columns)
        elif name == "autoFilter":
            first, _, last = attributes.get("ref", "").partition(":")
            if _REFERENCE.fullmatch(first) and _REFERENCE.fullmatch(last or first):
                self.filters.append(range(_place(first)[0], _place(last or first)[0] + 1))
        elif name == "filterColumn" or attributes.get("filterMode") in _ON:
            self.is_filtered = True

    def grid(self, name: str, calculator: Any = None) -> Grid:
        """The sheet as it is seen; the calculator knows the results of formulas that have none."""
        if self.height * self.width > _LARGEST_BOX:
            raise errors.TooLarge(f"一个工作表有 {self.height} 行 {self.width} 列")
        check_size(self.letters, _LARGEST_TEXT, "文字")
        beside = unseen.Beside(
            frozenset(number for number in self.hidden_rows if not self._is_chosen_among(number)),
            tuple(self.hidden_columns),
            frozenset(self.struck),
            tuple(dict.fromkeys(line for text in self.margins.values() for line in unseen.lines_of(text, name))),
            self.formulas,
            self.is_marked,
            calculator,
        )
        if not self.formulas and not self.is_marked:
            found = laid_out.grid_of_cells(name, self.cells, self.height, self.width, self.merges)
            return unseen.seen(found, beside) if beside else found
        rows: list[list[Any]] = [[""] * self.width for _ in range(self.height)]
        for (row, column), value in self.cells.items():
            rows[row - 1][column - 1] = value
        return laid_out.grid_beside(name, rows, self.merges, beside)

    def _is_chosen_among(self, row: int) -> bool:
        """Whether a filter may have hidden the row: that is no wish to hide it."""
        return self.is_filtered and (not self.filters or any(row in rows for rows in self.filters))


_MARGINS = ("oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter")
_ABOUT = ("col", "sheetPr", "autoFilter", "filterColumn")
_IN_TEXT = ("r", "rPh", "strike")
_CONTENT = frozenset({"v", "t", "is"})
_OTHER_VIEWS = "customSheetViews"
_ENDING = frozenset({*_IN_TEXT, _OTHER_VIEWS})
_INDEX = expression(r"([0-9]{1,9})(?:\.0*)?")


def _is_nothing(size: str | None) -> bool:
    """Whether a height or width is 0."""
    return size is not None and size.strip("0.") == "" and size.startswith("0")


@lru_cache(16_384)  # forms are small: the same places in all of them
def _place(reference: str) -> tuple[int, int]:
    """Row and column of A1."""
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        raise errors.Damaged
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column


@lru_cache(64)  # a season's forms are merged alike
def _corners(references: tuple[str, ...]) -> tuple[laid_out.Corners, ...]:
    """The merged areas of A1:B2 and so on."""
    if len(references) > _MOST_MERGES:
        raise errors.TooLarge(f"超过 {_MOST_MERGES} 处合并单元格")
    corners = []
    for reference in references:
        first, _, last = reference.partition(":")
        (top, left), (bottom, right) = _place(first), _place(last or first)
        corners.append(((top - 1, left - 1), (bottom - 1, right - 1)))
    return tuple(corners)


@lru_cache(4_096)
def _displayed(number: float, style: _Style, epoch: date) -> Any:
    if style.displays is not None and isinstance(words := laid_out.with_display(number, style.displays, epoch), str):
        return words
    if not (style.is_day or style.is_duration):
        return number
    try:
        since = timedelta(milliseconds=round(number * 86_400_000))
        if style.is_duration:
            return since
        if epoch == formats.EPOCH and 1 <= number < _SIXTIETH:
            since += timedelta(days=1)
        moment = datetime(epoch.year, epoch.month, epoch.day) + since
    except (OverflowError, ValueError):  # no day
        return number
    return moment.time() if 0 <= number < 1 else moment


def _lighter(part: bytes) -> bytes:
    """A large sheet without its blank cells; refused where it holds more than a form can."""
    if len(part) <= _SMALL:
        return part
    filled = part.count(b"<v") + part.count(b":v") + part.count(b"<is") + part.count(b":is")
    if filled > MOST_CELLS:
        raise errors.TooLarge(f"超过 {MOST_CELLS} 个单元格")
    if part.count(b"mergeCell") > 2 * _MOST_MERGES + 2:
        raise errors.TooLarge(f"超过 {_MOST_MERGES} 处合并单元格")
    part = _without_blank_end(part)
    lighter = _BLANK_CELL.sub(b"", part)
    if not _NAMELESS_CELL.search(lighter):  # it would count those before it
        part = lighter
    if part.count(b"<") > _MOST_TAGS:
        raise errors.TooLarge(f"超过 {_MOST_TAGS} 个标签")
    return part


def _without_blank_end(part: bytes) -> bytes:
    """The sheet without the rows below the last that holds anything: somebody formatted them all."""
    if b":row" in part:  # elements with a prefix
        return part
    last = max(part.rfind(mark) for mark in (b"</v>", b"</is>", b"</f>", b"</t>", b"<f "))
    begin, end = part.find(b"</row>", last) + 6 if last >= 0 else part.find(b"<row"), part.rfind(b"</sheetData>")
    return part[:begin] + part[end:] if max(last, 5) < begin < end else part


# ---- XML -----------------------------------------------------------------------------------------------------


class _LocalNames(dict[str, str]):
    """The names of elements without their namespaces."""

    def __missing__(self, tag: str) -> str:
        name = tag.rpartition("}")[2].rpartition(":")[2]
        if len(self) < _MOST_NAMES:
            self[tag] = name
        return name


_MOST_NAMES = 1_000
_LOCAL = _LocalNames()


def _mended(part: bytes, read_part: Callable[[bytes], _Read]) -> _Read:
    """What a reader finds; of what no XML may hold, what programs write all the same is mended.

    The signs with which our readers mark what they found are left out.
    """
    if any(sign in part for sign in _MAY_BE_OURS):
        part = _OURS.sub(b"", part)
    try:
        return read_part(part)
    except errors.Damaged:
        if len(part) > _LARGEST_MENDED:
            raise
    return read_part(_AMPERSAND.sub(b"&amp;", _TAG.sub(_each_attribute_once, _NO_LETTER.sub(b"", part))))


def _each_attribute_once(tag: re.Match[bytes]) -> bytes:
    """The tag with the first of attributes of the same name."""
    attributes = _ATTRIBUTE.findall(tag["attributes"])
    if len(attributes) == len({name for name, _ in attributes}):
        return tag.group()
    first = dict(reversed(attributes))
    return b"<%b%b%b>" % (tag["name"], b"".join(b" %b=%b" % one for one in first.items()), tag["end"])


def _gone_over(
    part: bytes,
    begin: Callable[[str, dict[str, str]], None],
    words: Callable[[str], None],
    end: Callable[[str], None],
) -> None:
    """Tells of each element and of the words between them, without keeping any."""
    from xml.parsers import expat

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.CharacterDataHandler, parser.EndElementHandler = begin, words, end
    try:
        parser.Parse(part, True)
    except expat.ExpatError:
        raise errors.Damaged from None


def _parsed(part: bytes) -> Any:
    """The root of a small part."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(part, parser)
    except etree.XMLSyntaxError:
        raise errors.Damaged from None


def _letter(escaped: re.Match[str]) -> str:
    """The letter that stands in a text as _x000D_, or as two halves; half of one stands as it is written."""
    if escaped[1]:
        return (bytes.fromhex(escaped[1]) + bytes.fromhex(escaped[2])).decode("utf-16-be")
    letter = chr(int(escaped[3], 16))
    return escaped[0] if "\ud800" <= letter <= "\udfff" else unseen.without_marks(letter)
