"""A workbook of plain cells that carries plans out as the add-in does, for what buttons do without a spreadsheet."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from selfeval_xl import actions, profiles
from selfeval_xl.cells import CellError, column_letters
from selfeval_xl.excel import buttons, ribbon
from selfeval_xl.excel.plan import OUTSIDE
from selfeval_xl.sheet.page import Formula, Page

_FIELDS = 6
_AREA = re.compile(r"([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?")


@dataclass
class Sheet:
    """Cells by row and column: what is shown and what is typed; merged areas as corners."""

    cells: dict[tuple[int, int], tuple[Any, Any]] = field(default_factory=dict)
    merges: set[tuple[int, int, int, int]] = field(default_factory=set)
    is_protected: bool = False
    is_visible: bool = True
    unlocked: set[str] = field(default_factory=set)

    def protect(self, what: str, where: str) -> None:
        if what == "unlock":
            self.unlocked.add(where)
        else:
            self.is_protected = what == "protect"

    def shown(self, address: str) -> Any:
        return self.cells.get(_corners(address)[:2], (None, None))[0]

    def typed(self, address: str) -> Any:
        return self.cells.get(_corners(address)[:2], (None, None))[1]

    def type_in(self, address: str, content: Any) -> None:
        """What a person types: a value, or a formula with the value it shows."""
        self._put(_corners(address)[:2], content)

    def _put(self, place: tuple[int, int], content: Any) -> None:
        if content in (None, ""):
            self.cells.pop(place, None)
        elif isinstance(content, Formula):
            self.cells[place] = (_raw(content.value), content.text)
        else:
            raw = _raw(content)
            self.cells[place] = (raw, str(float(raw)) if isinstance(raw, int | float) else raw)

    def move(self, first: int, by: int) -> None:
        """Rows from the first one on go down, or up over those above them."""
        gone = range(first, first - by) if by < 0 else range(0)
        moved = {}
        for (row, column), content in self.cells.items():
            if row not in gone:
                moved[(row + by if row >= first else row), column] = content
        self.cells = moved
        merges = set()
        for top, left, bottom, right in self.merges:
            if by > 0:
                grown = (top + by if top >= first else top, left, bottom + by if bottom >= first else bottom, right)
                merges.add(grown)
                continue
            inside = sum(row in gone for row in range(top, bottom + 1))
            above = sum(row < top for row in gone)
            if inside <= bottom - top:
                merges.add((top - above, left, bottom - above - inside, right))
        self.merges = merges

    def handed_over(self, name: str, *, is_whole: bool = True) -> tuple[Any, ...]:
        """As the add-in hands a sheet over: only the active one, or all that are visible."""
        if not (is_whole and self.is_visible):
            return (name, self.is_visible, self.is_protected, None, None, None)
        rows = max((row for row, _ in self.cells), default=2)
        columns = max((column for _, column in self.cells), default=2)
        table = [
            [self.cells.get((row, column), (None, "")) for column in range(1, columns + 1)]
            for row in range(1, rows + 1)
        ]
        merges = " ".join(f"${column_letters(a[1])}${a[0]}:${column_letters(a[3])}${a[2]}" for a in sorted(self.merges))
        shown, typed = ([[cell[part] for cell in row] for row in table] for part in (0, 1))
        return (name, self.is_visible, self.is_protected, shown, typed, merges)


def _raw(content: Any) -> Any:
    """What Excel hands over for it."""
    if isinstance(content, Decimal):
        return float(content)
    return str(content) if isinstance(content, CellError) else content


class Book:
    """An open workbook."""

    def __init__(self, pages: list[Page]) -> None:
        self.sheets = {page.name: _sheet(page) for page in pages}
        self.active = ["", *self.sheets][min(2, len(self.sheets))]
        self.answer: tuple[Any, ...] = ()
        self.selected: str | None = None

    @classmethod
    def of(cls, *forms: Any, profile: profiles.Profile = profiles.NATIONAL) -> Book:
        """A workbook with a sheet for each form, and those around them."""
        return cls(actions.book_pages(forms, [profile] * len(forms), [[]] * len(forms)))

    def press(self, button: str, choice: Any = "", *, agreed: bool = False, target: str = "") -> str:
        """The sentence that is shown, after the plan was carried out."""
        tags = {one.id: one.tag for one in ribbon.BUTTONS} | {"summary_is_due": "sheet"}
        is_book = tags.get(button, "none") in ("book", "files")
        handed = [
            sheet.handed_over(name, is_whole=is_book or name == self.active) for name, sheet in self.sheets.items()
        ]
        given = (choice, agreed, "自评.xlsm", self.active, 0.0, 0.0, handed, target)
        self.answer = buttons.press(button, given)
        self._carry_out(4, int(self.answer[2]))
        return str(self.answer[0])

    def undo(self) -> None:
        """Takes back what the last button did."""
        self._carry_out(4 + int(self.answer[2]) * _FIELDS, int(self.answer[3]))

    def state(self) -> dict[str, Any]:
        """What is typed into the sheets, their merged areas and their protection, to be compared."""
        return {
            name: ({place: typed for place, (_, typed) in sheet.cells.items()}, set(sheet.merges), sheet.is_protected)
            for name, sheet in self.sheets.items()
        }

    @property
    def steps(self) -> list[tuple[Any, ...]]:
        """The steps of the last plan: what, sheet, where, two values."""
        return [tuple(self.answer[4 + at * _FIELDS + 1 : 4 + (at + 1) * _FIELDS]) for at in range(int(self.answer[2]))]

    def _carry_out(self, first: int, count: int) -> None:
        for at in range(first, first + count * _FIELDS, _FIELDS):
            _, what, sheet, where, a, b = self.answer[at : at + _FIELDS]
            self._step(what, sheet, where, a, b)

    def _step(self, what: str, name: str, where: str, a: Any, b: Any) -> None:
        if what == "addsheet":
            assert name not in self.sheets
            self.sheets[name] = Sheet()
            return
        if what in OUTSIDE:
            self.opened = a
            return
        sheet = self.sheets[name]
        top, left, bottom, right = _corners(where) if where else (0, 0, 0, 0)
        if what == "show":
            assert sheet.is_visible, f"{name} is hidden"
        if what not in ("unprotect", "protect", "show", "copysheet", "dropsheet", "unhide"):
            assert not sheet.is_protected, f"{name} is protected: {what}"
        match what:
            case "number" | "text":
                sheet._put((top, left), a)
            case "formula":
                sheet._put((top, left), Formula(a, ""))
            case "clear":
                sheet._put((top, left), None)
            case "insert":
                sheet.move(top, bottom - top + 1)
            case "delete":
                sheet.move(top, top - bottom - 1)
            case "copy":
                self._copy(sheet, (top, left, bottom, right), _corners(a)[:2])
            case "merge":
                for row in range(top, bottom + 1):
                    for column in range(left, right + 1):
                        if (row, column) != (top, left):
                            sheet.cells.pop((row, column), None)
                assert not any(_overlap(area, (top, left, bottom, right)) for area in sheet.merges)
                sheet.merges.add((top, left, bottom, right))
            case "unmerge":
                sheet.merges = {area for area in sheet.merges if not _overlap(area, (top, left, bottom, right))}
            case "wipe":
                sheet.cells, sheet.merges = {}, set()
            case "unhide":
                sheet.is_visible = True
            case "copysheet":
                assert a not in self.sheets
                self.sheets[a] = copy.deepcopy(sheet)
            case "dropsheet":
                del self.sheets[name]
            case "rename":
                self.sheets = {a if key == name else key: value for key, value in self.sheets.items()}
            case "show":
                self.active, self.selected = name, where
            case "protect" | "unprotect" | "unlock":
                sheet.protect(what, where)
            case "height" | "width" | "look" | "paper":
                pass
            case _:
                raise AssertionError(what)

    def _copy(self, sheet: Sheet, area: tuple[int, int, int, int], to: tuple[int, int]) -> None:
        top, left, bottom, right = area
        assert not any(_overlap(merged, area) and merged[2] > merged[0] for merged in sheet.merges), "merged down"
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                place = (to[0] + row - top, to[1] + column - left)
                if (row, column) in sheet.cells:
                    sheet.cells[place] = sheet.cells[row, column]
                else:
                    sheet.cells.pop(place, None)
        for merged in [one for one in sheet.merges if _overlap(one, area)]:
            down = to[0] - top
            sheet.merges.add((merged[0] + down, merged[1], merged[2] + down, merged[3]))


def _sheet(page: Page) -> Sheet:
    sheet = Sheet()
    for cell in page.cells:
        sheet._put((cell.row, cell.column), cell.content)
        if cell.area is not None:
            sheet.merges.add((cell.area.top, cell.area.left, cell.area.bottom, cell.area.right))
    return sheet


def _corners(address: str) -> tuple[int, int, int, int]:
    match = _AREA.fullmatch(address)
    assert match, address
    left, top, right, bottom = match.groups()
    return int(top), _number(left), int(bottom or top), _number(right or left)


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _overlap(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]
