"""The sheets of an OpenDocument workbook: values as they were last computed, with what the program displays."""

import re
from collections.abc import Iterator
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from selfeval_xl import errors
from selfeval_xl.cells import CellError, read_value, round_half_up, visible
from selfeval_xl.files import formats, laid_out, unseen
from selfeval_xl.files.bounds import LONGEST, MB, MOST_CELLS, WIDEST, check_size
from selfeval_xl.files.opendocument_words import OFFICE, PARAGRAPHS, STYLE, TABLE, Styles, number, words_of
from selfeval_xl.grid import Grid
from selfeval_xl.patterns import expression

_MORE = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_LAST_ROW = 1 << 21
_LAST_COLUMN = 1 << 14
_MOST_SHEETS = 3_000
_MOST_MERGES = 50_000
_LARGEST_TEXT = 16 * MB  # letters
_NO_HEIGHT = expression(r"0(?:\.0*)?(?:cm|mm|in|pt|pc|px)")
_TARGET = expression(r"(?:(?P<sheet>.*)\.)?\$?[A-Z]+\$?(?P<first>\d{1,7}):(?:.*\.)?\$?[A-Z]+\$?(?P<last>\d{1,7})")
_OWN_ERROR = expression(r"Err:\d{3}")
_HOURS = expression(r"PT(\d+)H(\d+)M(\d+)")
_NUMBER = expression(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_DIGITS = expression(r"\d[\d,]*(?:\.\d+)?|\.\d+")
_EXPONENT = expression(r"\d[eE][-+]?\d")
_LANGUAGE = expression(r"^\w*:?=")
_SHEET_IN_REFERENCE = expression(r"\[\.?([^\[\]]*)\]")
_MOST_PLACES_SHIFTED = 9
_LONGEST_DISPLAY = 250  # characters of a number with the words of its format
_ROWS = ("table-row-group", "table-header-rows", "table-rows")
_COLUMNS = ("table-column-group", "table-header-columns", "table-columns")
_NUMBERS = ("float", "currency", "percentage")


def read(book: Any, styles: Styles, masters: dict[str, Any]) -> tuple[Grid, ...]:
    """Every sheet as a grid; what is hidden on it is kept apart, a hidden sheet as a whole."""
    filtered = list(_filters(book))
    tables = [table for table in book.iterfind(f"{TABLE}table") if table.find(f"{TABLE}table-source") is None]
    if len(tables) > _MOST_SHEETS:
        raise errors.TooLarge(f"{len(tables)} 个工作表")
    cells = 0
    grids = []
    for table in tables:
        sheet = _Sheet(table, styles, masters, filtered)
        cells += sheet.cells
        if cells > 4 * MOST_CELLS:
            raise errors.TooLarge(f"超过 {4 * MOST_CELLS} 个单元格")
        grids.append(sheet.grid())
    return tuple(grids)


def _filters(book: Any) -> Iterator[tuple[str, range]]:
    """The rows among which a filter chooses, by sheet."""
    for one in book.iterfind(f"{TABLE}database-ranges/{TABLE}database-range"):
        target = _TARGET.fullmatch(one.get(f"{TABLE}target-range-address", "")[:_LONGEST_DISPLAY])
        if target is not None and one.find(f"{TABLE}filter") is not None:
            name = (target["sheet"] or "").lstrip("$").strip("'").replace("''", "'")
            yield name, range(int(target["first"]), int(target["last"]) + 1)


class _Sheet:
    """One sheet, laid out as it is read."""

    def __init__(self, table: Any, styles: Styles, masters: dict[str, Any], filtered: list[tuple[str, range]]) -> None:
        self._table, self._styles = table, styles
        self._name = table.get(f"{TABLE}name", "") or "Sheet1"
        self._filtered = unseen.covered((rows for name, rows in filtered if name == self._name), LONGEST)
        self._rows: list[list[Any]] = []
        self._merges: list[laid_out.Corners] = []
        self._hidden_rows: set[int] = set()
        self._hidden_columns: list[range] = []
        self._struck_columns: dict[int, str] = {}
        self._struck: set[tuple[int, int]] = set()
        self._formulas: dict[tuple[int, int], tuple[str, str, Any]] = {}
        self._at = self._column = self._letters = self.cells = 0
        self._look_at_columns(table, hidden=False)
        self._read_rows(table, hidden=False)
        style = styles.get("table", table.get(f"{TABLE}style-name"))
        properties = None if style is None else style.find(f"{STYLE}table-properties")
        self._shown = properties is None or properties.get(f"{TABLE}display") != "false"
        self._margins = self._margins_of(None if style is None else masters.get(style.get(f"{STYLE}master-page-name")))

    def grid(self) -> Grid:
        width = max(map(len, self._rows), default=0)
        if width * len(self._rows) > 4 * MOST_CELLS:
            raise errors.TooLarge(f"工作表“{self._name}”有 {len(self._rows)} 行 {width} 列")
        rows = [row + [""] * (width - len(row)) for row in self._rows]
        beside = unseen.Beside(
            frozenset(self._hidden_rows),
            tuple(self._hidden_columns),
            frozenset(self._struck),
            self._margins,
            self._formulas,
            any(isinstance(raw, str) and unseen.STRUCK in raw for row in rows for raw in row),
        )
        found = laid_out.grid_beside(self._name, rows, self._merges, beside)
        return found if self._shown else unseen.hidden_sheet(found)

    def _margins_of(self, page: Any) -> tuple[str, ...]:
        """The lines in header and footer of the printed page."""
        parts = [] if page is None else [part for part in page if part.get(f"{STYLE}display") != "false"]
        lines = [
            words_of(one, self._styles, changing=False).strip()
            for part in parts
            if part.tag.startswith((f"{STYLE}header", f"{STYLE}footer"))
            for one in part.iter(*PARAGRAPHS)
        ]
        return tuple(dict.fromkeys(line for line in lines if line))

    def _look_at_columns(self, block: Any, *, hidden: bool) -> None:
        for child in block:
            name = child.tag.removeprefix(TABLE)
            if name in _COLUMNS:
                self._look_at_columns(child, hidden=hidden or child.get(f"{TABLE}display") == "false")
            elif name == "table-column":
                count = number(child, f"{TABLE}number-columns-repeated", _LAST_COLUMN)
                columns = range(self._column + 1, self._column + count + 1)
                self._column += count
                if columns.start > WIDEST:
                    continue
                if hidden or self._is_hidden(child, "column", "width"):
                    self._hidden_columns.append(columns)
                style = child.get(f"{TABLE}default-cell-style-name", "")
                if self._is_struck(style):
                    self._struck_columns |= dict.fromkeys(range(columns.start, min(columns.stop, WIDEST + 1)), style)

    def _is_hidden(self, element: Any, kind: str, size: str) -> bool:
        if element.get(f"{TABLE}visibility", "visible") not in ("visible", "filter"):
            return True
        style = self._styles.get(f"table-{kind}", element.get(f"{TABLE}style-name"))
        properties = None if style is None else style.find(f"{STYLE}table-{kind}-properties")
        return properties is not None and bool(_NO_HEIGHT.fullmatch(properties.get(f"{STYLE}{kind}-{size}", "")))

    def _is_struck(self, style: str | None) -> bool:
        return bool(self._styles.look("table-cell", style).struck)

    def _read_rows(self, block: Any, *, hidden: bool) -> None:
        for child in block:
            name = child.tag.removeprefix(TABLE)
            if name in _ROWS:
                self._read_rows(child, hidden=hidden or child.get(f"{TABLE}display") == "false")
            elif name == "table-row":
                self._read_row(child, hidden)

    def _read_row(self, row: Any, hidden: bool) -> None:
        count = number(row, f"{TABLE}number-rows-repeated", _LAST_ROW)
        first = self._at + 1
        self._at += count
        if (hidden and row.get(f"{TABLE}visibility") != "filter") or self._is_hidden(row, "row", "height"):
            rows = range(first, min(self._at, LONGEST) + 1)
            self._hidden_rows.update(one for one in rows if one not in self._filtered)
        for number_of_row in range(first, first + count):
            values = self._values(row, number_of_row)
            if not values:
                break  # and so are the others that are the same
            if number_of_row > LONGEST:
                raise errors.TooLarge(f"第 {number_of_row} 行还有内容")
            self._count(len(row) + len(values), sum(len(raw) for raw in values if isinstance(raw, str)))
            self._rows += [[] for _ in range(number_of_row - len(self._rows))]
            self._rows[number_of_row - 1] = values

    def _count(self, cells: int, letters: int) -> None:
        """A short text may stand for many rows and columns that are the same."""
        self.cells += cells
        self._letters += letters
        if self.cells > 4 * MOST_CELLS:
            raise errors.TooLarge(f"超过 {4 * MOST_CELLS} 个单元格")
        if len(self._merges) > _MOST_MERGES:
            raise errors.TooLarge(f"超过 {_MOST_MERGES} 处合并单元格")
        check_size(self._letters, _LARGEST_TEXT, "文字")

    def _values(self, row: Any, at: int) -> list[Any]:
        """The values of a row, without the blanks at its end."""
        values: list[Any] = []
        column = 0
        for cell in row:
            if cell.tag not in (f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
                continue
            count = number(cell, f"{TABLE}number-columns-repeated", _LAST_COLUMN)
            high = number(cell, f"{TABLE}number-rows-spanned", _LAST_ROW)
            wide = number(cell, f"{TABLE}number-columns-spanned", _LAST_COLUMN)
            if (high, wide) != (1, 1):
                self._merges.append(((at - 1, column), (at + high - 2, column + wide - 1)))
            style = self._style(cell, row, column + 1)
            value = self._value(cell, style)
            formula = _formula(cell) if value == "" else None
            if value != "" or formula is not None:
                if column + count > WIDEST:
                    raise errors.TooLarge(f"第 {column + count} 列还有内容")
                values += [""] * (column - len(values)) + [value] * count
                for one in range(column + 1, column + count + 1):
                    if formula is not None:
                        self._formulas[at, one] = (formula, "General", formats.EPOCH)
                    if self._is_struck(style) and not isinstance(value, str):
                        self._struck.add((at, one))
            column += count
        return values

    def _style(self, cell: Any, row: Any, column: int) -> str | None:
        """The style of a cell, else that of its row or column."""
        own: str | None = cell.get(f"{TABLE}style-name") or row.get(f"{TABLE}default-cell-style-name")
        return own or self._struck_columns.get(column)

    def _value(self, cell: Any, style: str | None) -> Any:
        """What a cell holds: a number with what it displays, a day, words, an error."""
        kind = cell.get(f"{OFFICE}value-type")
        paragraphs = [words_of(one, self._styles, unseen.STRUCK, cell=style) for one in cell if one.tag in PARAGRAPHS]
        words = "\n".join(paragraphs)
        stated = cell.get(f"{OFFICE}value", "")
        if cell.get(f"{_MORE}value-type") == "error" or (
            cell.get(f"{TABLE}formula") and _OWN_ERROR.fullmatch(words.strip())
        ):
            return CellError(words.strip() or "#VALUE!")
        if kind in _NUMBERS and _NUMBER.fullmatch(stated):
            return _displayed(float(stated), visible(words.replace(unseen.STRUCK, "")), kind)
        if kind == "date":
            return _day(cell.get(f"{OFFICE}date-value", ""), words)
        if kind == "time":
            return _hour(cell.get(f"{OFFICE}time-value", ""), words)
        if kind == "boolean":
            return cell.get(f"{OFFICE}boolean-value") == "true"
        return words if paragraphs else unseen.without_marks(cell.get(f"{OFFICE}string-value", ""))


def _formula(cell: Any) -> str | None:
    """The formula of a cell that states no result, as Excel writes it."""
    formula = cell.get(f"{TABLE}formula")
    if not formula or cell.get(f"{OFFICE}value-type"):
        return None
    plain = _SHEET_IN_REFERENCE.sub(lambda found: found[1].replace(":.", ":").replace(".", "!"), formula)
    return _LANGUAGE.sub("", plain).replace(";", ",")


def _displayed(stated: float, words: str, kind: str) -> Any:
    """The number; where the cell displays more than it, words that carry both."""
    value = read_value(stated)
    if not isinstance(value, Decimal):
        return stated
    if len(words) > _LONGEST_DISPLAY:
        return stated
    if not words.strip():
        return laid_out.with_display(stated, "0.00%") if kind == "percentage" else stated
    for digits in () if _EXPONENT.search(words) else _DIGITS.finditer(words):
        before, after = words[: digits.start()], words[digits.end() :]
        said = _said(value, Decimal(digits[0].replace(",", "")), after.strip())
        if said is not None:
            alone = said == value and not (before + after).translate(formats.MONEY_SIGNS)
            return stated if alone else laid_out.both(said, words.strip())
    return stated  # words instead of the number, or one too wide for its column


def _said(value: Decimal, painted: Decimal, after: str) -> Decimal | None:
    """What digits on the screen say of the number behind them; None where they are not that number."""
    size, places = abs(value), -int(painted.as_tuple().exponent)
    share = formats.SHARES.get(after[:1], 1)
    if share > 1 and round_half_up(size * share, places) == painted:
        return value
    for shifted in range(_MOST_PLACES_SHIFTED):
        if round_half_up(size.scaleb(-shifted), places) == painted and (painted or not size or not shifted):
            return value.scaleb(-shifted) / share
    return None


def _day(stated: str, words: str) -> Any:
    """A day as such, or the part of it that is displayed: 2023年, 5月1日."""
    try:
        day = datetime.fromisoformat(stated)
    except ValueError:
        return words or stated
    shown = re.findall(r"\d+", words)
    in_part = 0 < len(shown) < 3 and not re.search("[A-Za-z]", words)
    return words.strip() if in_part else day


def _hour(stated: str, words: str) -> Any:
    found = _HOURS.match(stated)
    hour, minute, second = map(int, found.groups()) if found else (24, 0, 0)
    return time(hour, minute, second) if hour < 24 and minute < 60 and second < 60 else words or stated
