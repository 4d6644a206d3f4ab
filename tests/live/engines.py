"""Other spreadsheet programs compute a workbook of ours; what Python says its official cells hold is the measure.

Two were tried and left out: `formulas` needs more than 100 seconds for the four forms of 2022, and IronCalc has no
value for the sum over a range that ends in INDEX, for which it also takes more than 100 MB a sheet.
"""

import math
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
from conftest import missing
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.utils.cell import coordinate_from_string

from selfeval_xl.cells import CellError, read_value
from selfeval_xl.excel import functions

Answer = float | str | CellError | None
Reader = Callable[[str, str], Answer]  # what a cell of a sheet shows
Sheet = dict[str, Any]  # cells by their address

TRUE = "TRUE"  # a text of our workbooks that becomes the logical value in the bare copy
_MACROS = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_NO_MACROS = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def bare(book: Path, path: Path) -> Path:
    """A copy without macros and without one cached value, so that an engine has to compute."""
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        strings = old.read("xl/sharedStrings.xml")
        texts = re.findall(rb"<si>(.*?)</si>", strings, re.DOTALL)
        logical = next((number for number, text in enumerate(texts) if TRUE == re.sub("<.*?>", "", text.decode())), -1)
        for name in old.namelist():
            part = old.read(name)
            if "vba" in name.lower() or "customui" in name.lower():
                continue
            if name == "[Content_Types].xml":
                part = re.sub(rb"<(Default|Override)[^>]*vba[^>]*/>", b"", part.replace(_MACROS, _NO_MACROS))
            elif name.endswith(".rels"):
                part = re.sub(rb"<Relationship [^>]*(vbaProject|customUI|ui/extensibility)[^>]*/>", b"", part)
            elif name.startswith("xl/worksheets/sheet"):
                part = re.sub(rb"</f><v>[^<]*</v>|</f><v */>", b"</f>", part)
                part = re.sub(rb'(<c [^>]*?) t="\w+"([^>]*><f)', rb"\1\2", part)
                part = re.sub(rb' t="s"><v>%d</v>' % logical, rb' t="b"><v>1</v>', part)
            new.writestr(name, part)
    return path


# ---- what Python says ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Expected:
    """What an official cell is to show; `only_python` where its native formula may be blank or an error instead.

    Blank and error are alike unless it is `exactly` so.
    """

    cell: str
    answer: Answer
    only_python: bool
    exactly: bool = False


@cache
def read_sheets(path: Path) -> dict[str, Sheet]:
    """The sheets of a workbook, with the values that are in the file."""
    book = openpyxl.load_workbook(path, data_only=True, read_only=True)
    return {
        sheet.title: {
            f"{get_column_letter(column)}{row}": value
            for row, cells in enumerate(sheet.iter_rows(values_only=True), 1)
            for column, value in enumerate(cells, 1)
            if value is not None
        }
        for sheet in book.worksheets
    }


def expected(sheet: Sheet, *, only_python: bool = False) -> list[Expected]:
    """What Python's functions answer for the raw cells of a sheet: rate, score, both totals and grade."""
    row_of = {value: _place(cell)[0] + 1 for cell, value in sheet.items() if isinstance(value, str)}
    money, first, last = row_of["年度资金总额"], row_of["一级指标"], row_of["总分"]
    budget, executed, weight = (sheet.get(f"{column}{money}") for column in "EFG")
    weights, scores = ([[sheet.get(f"{column}{row}")] for row in range(first, last)] for column in "GH")
    profile = sheet.get(f"L{row_of['评分规则']}")
    rate = functions.SE_EXECUTION_RATE(executed, budget, profile)
    score = functions.SE_EXECUTION_SCORE(executed, budget, weight, profile)
    total = functions.SE_TOTAL(score, scores)
    grade = functions.SE_GRADE(total, profile) if isinstance(total, float) else ""
    amounts = [budget, executed, profile]
    everything = [*amounts, weight, *(cell for (cell,) in scores)]
    return [
        Expected(cell, shown(answer), only_python or needs_python(cells))
        for cell, answer, cells in (
            (f"H{money}", rate, amounts),
            (f"I{money}", score, [*amounts, weight]),
            (f"H{last}", total, everything),
            (f"L{row_of['评价等级']}", grade, everything),
        )
    ] + [
        Expected(
            f"G{last}",
            shown(functions.SE_TOTAL(weight, weights)),
            needs_python([weight, *(cell for (cell,) in weights)]),
        )
    ]


def needs_python(cells: Iterable[Any]) -> bool:
    """Whether one of the cells is a text in which Python reads a number or a blank."""
    return any(isinstance(cell, str) and not isinstance(read_value(cell), str | CellError) for cell in cells)


def shown(value: Any) -> Answer:
    """A cell's value, whoever handed it over: a number, words, an error or nothing."""
    if isinstance(value, str) and (value.startswith("Err:") or (value.startswith("#") and len(value) > 1)):
        return CellError(value)
    if value is None or value == "":
        return None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def is_same(one: Answer, other: Answer) -> bool:
    """Whether two cells show the same; errors are alike, and numbers up to what a double holds."""
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-13, abs_tol=1e-9)
    if isinstance(one, CellError) and isinstance(other, CellError):
        return True
    return one == other


def says_nothing(answer: Answer) -> bool:
    return answer is None or isinstance(answer, CellError)


def differences(engine: str, case: str, read: Callable[[str], Answer], wanted: Iterable[Expected]) -> list[str]:
    """A line for each cell in which an engine shows anything but what Python answers."""
    return [
        f"{engine}, {case}, {one.cell}: expected {one.answer!r}{' or nothing' * one.only_python}, came {came!r}"
        for one in wanted
        if not is_right(came := read(one.cell), one)
    ]


def is_right(came: Answer, wanted: Expected) -> bool:
    """Whether an engine shows what Python answers, or a blank or an error where that is all it can."""
    if says_nothing(came) and (wanted.only_python or (says_nothing(wanted.answer) and not wanted.exactly)):
        return True
    return is_same(came, wanted.answer)


# ---- the engines ---------------------------------------------------------------------------------------------


def libreoffice(path: Path, office: Any) -> Reader:
    """LibreOffice with macros blocked."""
    from live.office import NO_MACROS

    book = office.open(path, NO_MACROS)
    book.recalculate()
    return lambda sheet, cell: shown(book.sheet(sheet).value(cell))


def gnumeric(path: Path, _: Any = None) -> Reader:
    if shutil.which("ssconvert") is None:
        missing("Gnumeric", "apt-get install gnumeric")
    computed = path.with_name(f"{path.stem}-gnumeric.xlsx")
    subprocess.run(["ssconvert", "--recalc", path, computed], check=True, capture_output=True, timeout=300)
    sheets = read_sheets(computed)
    return lambda sheet, cell: shown(sheets[sheet].get(cell))


def formulon(path: Path, _: Any = None) -> Reader:
    return of_formulon(opened_in_formulon(path))


def opened_in_formulon(path: Path) -> Any:
    """A workbook in formulon, as Excel 365 for Windows in Chinese would take it."""
    formulon = _module("formulon")
    book = formulon.Workbook.load(path.read_bytes())
    book.set_excel_profile_id("win-365-zh_CN")
    return book


def of_formulon(book: Any) -> Reader:
    book.recalc()
    numbers = {book.sheet_name(number): number for number in range(book.sheet_count())}

    def read(sheet: str, cell: str) -> Answer:
        value = book.get_value(numbers[sheet], *_place(cell))
        return CellError(f"#{value.error_code}") if value.error_code is not None else shown(value.to_python())

    return read


class InFormulon:
    """One sheet open in formulon, changed with the words of `office.Sheet`."""

    def __init__(self, book: Any, number: int) -> None:
        self.book, self.number = book, number

    def insert_rows(self, before: int, count: int = 1) -> None:
        self.book.insert_rows(self.number, before - 1, count)

    def delete_rows(self, first: int, count: int = 1) -> None:
        self.book.delete_rows(self.number, first - 1, count)

    def type_in(self, address: str, content: float | str) -> None:
        put = self.book.set_text if isinstance(content, str) else self.book.set_number
        put(self.number, *_place(address), content)


def _place(address: str) -> tuple[int, int]:
    """Row and column, counted from 0."""
    column, row = coordinate_from_string(address)
    return row - 1, column_index_from_string(column) - 1


def betteroffice(path: Path, _: Any = None) -> Reader:
    module = _module("betteroffice_xlsx")
    book = module.Workbook.open_recalculated(path.read_bytes())

    def read(sheet: str, cell: str) -> Answer:
        value = book.value(sheet, cell)
        return CellError(str(value)) if isinstance(value, module.CellError) else shown(value)

    return read


def _module(name: str) -> Any:
    try:
        return __import__(name)
    except ImportError:
        return missing(name, "install the locked versions (tools/setup.sh tests)")


ENGINES = {engine.__name__: engine for engine in (libreoffice, gnumeric, formulon, betteroffice)}
