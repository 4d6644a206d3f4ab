"""What people wrote beside the projects of an earlier summary, in its column 备注 and in columns of their own."""

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from selfeval_xl import errors
from selfeval_xl.cells import column_letters
from selfeval_xl.collect.gathering import project_key
from selfeval_xl.collect.sheets import (
    FILLS,
    HEADINGS,
    MAIN,
    NO_PROJECT,
    NO_UNIT,
    NONE,
    REMARK,
    SHEETS,
    SUM,
    TITLE,
    UNPLACED,
)
from selfeval_xl.labels import key as heading_key
from selfeval_xl.patterns import expression

_NAMES = {"单位": "unit", "项目名称": "project", "年度": "year", REMARK: "remark"}
_ALSO = {"单位名称": "单位", "实施单位": "单位", "预算单位": "单位", "项目": "项目名称", "年份": "年度"}
_NAMELESS = "（无列名）"
_HEADING_ROWS = 30
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # begins a workbook with a password, too
_FILL = expression(rb'<patternFill patternType="solid">\s*<fgColor ([^>]*)/>')
_COLOUR = expression(rb'rgb="[0-9A-Fa-f]{2}([0-9A-Fa-f]{6})"')

Key = tuple[str, str, int | None]
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Remark:
    """A remark, and the project beside which it stood; `more` is what people wrote in columns of their own."""

    unit: str | None
    project: str | None
    year: int | None
    words: str | None
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Earlier:
    """The remarks of a summary by project, people's own columns, and what else of theirs has no place in the next."""

    remarks: Mapping[Key, Remark] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def earlier(content: bytes) -> Earlier | None:
    """What people wrote into a summary; None where the content is no summary of ours.

    Raises `NotesHidden` for a workbook that does not open, and `NotesMoved` where it is a summary and a column without
    which the remarks cannot be told apart is not found.
    """
    import openpyxl

    if not content.startswith((b"PK", _OLE)):
        return None
    try:
        with warnings.catch_warnings(action="ignore"):
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            sheets = {sheet.title: _Sheet(sheet.title, _rows(sheet)) for sheet in book.worksheets}
            is_ours = book.properties.title == TITLE
    except Exception:  # whatever openpyxl trips over
        raise errors.NotesHidden from None
    main = sheets.get(MAIN) or _most_like(sheets.values())
    is_ours |= main is not None and any(TITLE in map(str, row) for row in main.rows[:_HEADING_ROWS])
    if main is None or main.missing:
        if is_ours:
            raise errors.NotesMoved("、".join(f"“{name}”" for name in (main.missing if main else _NAMES)))
        return None
    before = sheets.get(UNPLACED)
    found = [one for one in (before, main) if one is not None and not one.missing]  # the second counts where both do
    columns = dict.fromkeys(name for one in reversed(found) for name in one.own)
    left = [f"工作表“{name}”" for name in sheets if name not in (*SHEETS, main.name)]
    left += [said for one in found for said in one.left()]
    for name, sheet in sheets.items():
        if sheet in found:
            continue
        if name == UNPLACED:
            left.append(f"工作表“{name}”")
        elif name in HEADINGS and sheet.has_more():
            left.append(f"工作表“{name}”中自己加的列")
    remarks: dict[Key, Remark] = {}
    for one in found:
        remarks |= one.remarks()
    return Earlier(remarks, tuple(columns), (*left, *_drawn(content)))


def is_summary(path: Path) -> bool:
    """Whether a file calls itself a summary of ours; the rest of it is not read."""
    try:
        with zipfile.ZipFile(path) as package:
            return TITLE.encode() in package.read("docProps/core.xml")
    except (OSError, KeyError, ValueError, RuntimeError, zipfile.BadZipFile, zlib.error):
        return False


def _rows(sheet: Any) -> list[Row]:
    """What the cells show; of the sheets into which nobody has to write anything their heads only."""
    most = None if sheet.title not in HEADINGS or sheet.title in (MAIN, UNPLACED) else _HEADING_ROWS
    sheet.reset_dimensions()  # what a file says of its own size may be wrong
    return list(sheet.iter_rows(values_only=True, max_row=most))


def _most_like(sheets: Iterable["_Sheet"]) -> "_Sheet | None":
    """The sheet with most of the headings, where 汇总 was given another name."""
    others = [sheet for sheet in sheets if sheet.name not in SHEETS and len(sheet.missing) < len(_NAMES)]
    return min(others, key=lambda sheet: len(sheet.missing), default=None)


class _Sheet:
    """A sheet of an earlier summary: its headings, those of ours that are not found, and people's own."""

    def __init__(self, name: str, rows: Sequence[Row]) -> None:
        self.name, self.rows = name, rows
        best = max(range(min(len(rows), _HEADING_ROWS)), key=lambda at: len(_ours(rows[at])), default=0)
        heads = _ours(rows[best]) if rows else {}
        self._row = rows[best] if rows else ()
        self.missing = [name for name in _NAMES if name not in heads]
        self._heads, self._first = heads, best + 1
        self.own: dict[str, int] = {}
        self._doubtful: dict[str, int] = {}
        if not self.missing:
            self._sort_out(self._row)

    def has_more(self) -> bool:
        """Whether there are columns of people's own in one of the other sheets."""
        known = {heading_key(name) for name in HEADINGS[self.name]}
        named = [place for place, cell in enumerate(self._row) if _cell(self._row, place) is not None]
        return any(heading_key(str(self._row[place])) not in known for place in named) or any(
            _cell(row, place) is not None for row in self.rows for place in range(max(named, default=0) + 1, len(row))
        )

    def _sort_out(self, row: Row) -> None:
        """Columns of people's own; where one of ours is not found beside 备注, theirs there may be that one renamed."""
        wanted = HEADINGS[UNPLACED if self.name == UNPLACED else MAIN]
        middle, at = self._heads[REMARK], wanted.index(REMARK)
        are_whole = [all(name in self._heads for name in side) for side in (wanted[:at], wanted[at:])]
        taken = set(self._heads.values())
        width = max(map(len, self.rows[self._first - 1 :]))
        for place in range(width):
            heading = _cell(row, place)
            if place in taken or (heading is None and not self._is_used(place)):
                continue
            name = _NAMELESS if heading is None else str(heading).strip()
            while name in HEADINGS[MAIN] or name in self.own or name in self._doubtful:
                name += "（2）"
            (self.own if are_whole[place > middle] else self._doubtful)[name] = place

    def _is_used(self, place: int) -> bool:
        return any(_cell(row, place) is not None for row in self._lines())

    def _lines(self) -> Iterator[Row]:
        """The rows of projects."""
        return (row for row in self.rows[self._first :] if self._is_line(row))

    def _is_line(self, row: Row) -> bool:
        """Not what is written below in one of these columns; of a gone project one of the two may be blank."""
        filled = [_cell(row, self._heads[name]) is not None for name in ("单位", "项目名称", REMARK)]
        return all(filled[:2]) or (any(filled[:2]) and (filled[2] or self.name == UNPLACED))

    def remarks(self) -> dict[Key, Remark]:
        found: dict[Key, Remark] = {}
        for row in self._lines():
            said = {name: _cell(row, self._heads[heading]) for heading, name in _NAMES.items()}
            more = {name: _kept(_cell(row, place)) for name, place in self.own.items()}
            more = {name: value for name, value in more.items() if value is not None}
            if said["remark"] is None and not more:
                continue
            unit, project, year = _words(said["unit"]), _words(said["project"]), _year(said["year"])
            one = Remark(unit, project, year, None if said["remark"] is None else str(said["remark"]), more)
            place = project_key(unit, project, year)
            found[place] = _both(found[place], one) if place in found else one  # projects without a name share one
        return found

    def left(self) -> Iterator[str]:
        """What stands beside, above or below the lines of projects, and in columns that may be anything."""
        for name, place in self._doubtful.items():
            if self._is_used(place):
                yield f"“{name}”一列"
        ours = {*self._heads.values(), *self._doubtful.values()} - {self._heads[REMARK]}
        left = min(self._heads.values())  # where titles and 合计 stand
        for number, row in enumerate(self.rows, 1):
            if number == self._first or (number > self._first and self._is_line(row)):
                continue
            is_sum = number > self._first and _cell(row, left) in (SUM, NONE)
            for place, value in enumerate(row):
                is_head = number < self._first and place == left
                if value is not None and not is_head and not (is_sum and place in ours):
                    yield f"{self.name}!{column_letters(place + 1)}{number}"


def _ours(row: Row) -> dict[str, int]:
    """Where our headings stand in a row, however they are spaced and bracketed."""
    found: dict[str, int] = {}
    for place, cell in enumerate(row):
        if isinstance(cell, str):
            name = heading_key(cell)
            if name in HEADINGS[MAIN]:
                found.setdefault(name, place)
    for place, cell in enumerate(row):
        if isinstance(cell, str) and heading_key(cell) in _ALSO:
            found.setdefault(_ALSO[heading_key(cell)], place)
    return found


def _drawn(content: bytes) -> list[str]:
    """Notes at cells, and colours that are none of ours."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = package.namelist()
        styles = package.read("xl/styles.xml") if "xl/styles.xml" in names else b""
    left = ["单元格的批注"] if any("comment" in name.lower() for name in names) else []
    fills = styles.partition(b"<fills")[2].partition(b"</fills>")[0]
    colours = [_COLOUR.search(fill) for fill in _FILL.findall(fills)]
    if any(colour is None or colour[1].decode().upper() not in FILLS for colour in colours):
        left.append("单元格的填充颜色")
    return left


def _both(one: Remark, other: Remark) -> Remark:
    words = "；".join(said for said in (one.words, other.words) if said is not None) or None
    more = dict(one.more)
    for name, value in other.more.items():
        more[name] = f"{more[name]}；{value}" if name in more else value
    return Remark(one.unit, one.project, one.year, words, more)


def _cell(row: Row, place: int) -> Any:
    """What a cell holds; nothing where that is blanks."""
    value = row[place] if place < len(row) else None
    return None if isinstance(value, str) and not value.strip() else value


def _kept(value: Any) -> float | str | None:
    """A number or words."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time() == datetime.min.time() else f"{value:%Y-%m-%d %H:%M}"
    return value if value is None or (isinstance(value, int | float) and not isinstance(value, bool)) else str(value)


def _words(value: Any) -> str | None:
    return None if value is None or value in (NO_UNIT, NO_PROJECT) else str(value)


def _year(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None
