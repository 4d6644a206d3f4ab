"""The proof that `doctor` lets Excel give, given by LibreOffice: the workbooks' own VBA calls the real functions.

What stands between the proof and LibreOffice are the few words of Excel's object model that the proof uses.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from selfeval_xl.excel import buttons, functions, proof
from selfeval_xl.excel.doctor import BAD, GOOD

pytestmark = pytest.mark.libreoffice


class AsExcel:
    """LibreOffice as an Excel application."""

    def __init__(self, office: Any) -> None:
        self.office, self.books = office, []
        self.Workbooks = self

    def Open(self, path: str, _links: int = 0) -> Any:
        if path.endswith(".xlam"):
            return AsAddIn()
        self.books.append(AsBook(self.office.open(Path(path))))
        return self.books[-1]

    Add = Open

    def Run(self, name: str, *arguments: Any) -> str:
        """A Sub of the add-in, which finds here only its own document: it is put into the workbook itself."""
        book = self.books[-1].book
        if name.endswith("!SelfEvalUndo"):
            return book.undo()
        button, tag, choice, agreed, target = arguments
        return book.press(button, tag, choice, agreed=agreed, target=target)

    def CalculateFull(self) -> None:
        for book in self.books:
            book.book.recalculate()

    CalculateFullRebuild = CalculateFull


class AsAddIn:
    Name = "selfeval.xlam"

    def Close(self, _save: bool) -> None:
        pass


class AsBook:
    def __init__(self, book: Any) -> None:
        self.book, self.closed = book, False
        self.Worksheets = self

    @property
    def Count(self) -> int:
        return self.book.sheets.Count

    def __call__(self, number: int) -> "AsSheet":
        return AsSheet(self.book, self.book.sheets.getByIndex(number - 1).Name)

    def Add(self) -> "AsSheet":
        self.book.sheets.insertNewByName("proof", self.Count)
        return AsSheet(self.book, "proof")

    def Close(self, _save: bool) -> None:
        self.book.close()


class AsSheet:
    def __init__(self, book: Any, name: str) -> None:
        self.book, self.sheet, self.Name = book, book.sheet(name), name

    def Activate(self) -> None:
        self.book.activate(self.Name)

    def Range(self, address: str) -> "AsCell":
        return AsCell(self.sheet, address)

    @property
    def ProtectContents(self) -> bool:
        return self.sheet.is_protected()

    def Cells(self, row: int, column: int) -> "AsCell":
        return AsCell(self.sheet, f"{chr(ord('A') + column - 1)}{row}")

    @property
    def UsedRange(self) -> "AsArea":
        return AsArea(self.sheet.sheet)


class AsCell:
    NumberFormat = ""

    def __init__(self, sheet: Any, address: str) -> None:
        self.sheet, self.address = sheet, address

    @property
    def Value2(self) -> Any:
        return self.sheet.value(self.address)

    @Value2.setter
    def Value2(self, value: Any) -> None:
        self.sheet.type_in(self.address, value)

    def ClearContents(self) -> None:
        self.sheet.type_in(self.address, None)

    @property
    def Formula(self) -> str:
        return self.sheet.formula(self.address)

    @Formula.setter
    def Formula(self, formula: str) -> None:
        self.sheet.set_formula(self.address, formula.replace(",", ";"))


class AsArea:
    Row = Column = 1

    def __init__(self, sheet: Any) -> None:
        cursor = sheet.createCursor()
        cursor.gotoEndOfUsedArea(False)
        used = sheet.getCellRangeByPosition(0, 0, 25, cursor.RangeAddress.EndRow)
        self.Formula, self.Value2 = used.getFormulaArray(), used.getDataArray()


class Answers:
    """Answers CallUDF with the real functions, or with a wrong total."""

    def __init__(self) -> None:
        self.asked: set[str] = set()
        self.total_is_wrong = False

    def __call__(self, module: str, function: str, args: tuple[Any, ...]) -> Any:
        if module == "selfeval_xl.excel.buttons":
            return buttons.press(function, args)
        self.asked.add(function)
        answer = getattr(functions, function)(*args)
        return answer + 1 if self.total_is_wrong and function == "SE_TOTAL" and answer else answer


@pytest.fixture
def answers(office: Any) -> Iterator[Answers]:
    office.registry.call = Answers()
    yield office.registry.call
    office.registry.call = None


@pytest.mark.parametrize("left_out", ["new_sheet", "roll_sheet"])
def test_every_function_every_formula_of_four_forms_and_every_button_agree(
    office: Any, answers: Answers, monkeypatch: pytest.MonkeyPatch, left_out: str
) -> None:
    """LibreOffice takes one sheet for another after a copy was deleted, so only one button in a run makes a copy."""
    monkeypatch.setattr(proof, "PRESSED", [pressed for pressed in proof.PRESSED if pressed[0] != left_out])

    lines = proof.prove(AsExcel(office))

    assert [GOOD, GOOD, GOOD] == [line.state for line in lines], lines
    assert {function.name for function in functions.FUNCTIONS} == answers.asked


def test_a_wrong_answer_is_found_in_both(office: Any, answers: Answers) -> None:
    answers.total_is_wrong = True
    in_cells, in_forms, _ = proof.prove(AsExcel(office))

    assert [BAD, BAD] == [in_cells.state, in_forms.state]
    assert "=SE_TOTAL(" in in_cells.found and "应为 19.5，Excel 算出 20.5" in in_cells.found
    assert "应为 98.09，Excel 算出 99.09" in in_forms.found


def test_a_button_that_cannot_be_taken_back_is_found(
    office: Any, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forgets(given: Any) -> Any:
        return replace(buttons.scores.adopt(given), back=(), undo="")

    monkeypatch.setitem(buttons.PLANS, "adopt", forgets)
    *_, pressed = proof.prove(AsExcel(office))

    assert BAD == pressed.state
    assert "adopt 撤销后与原来不同" in pressed.found
