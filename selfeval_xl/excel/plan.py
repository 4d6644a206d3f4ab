"""What a button does, as a list of steps: the add-in carries them out, or takes them back.

A plan says with each step how it is undone, knows what may be written, and is checked before it leaves Python.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from selfeval_xl.cells import CellError, column_letters, shorter
from selfeval_xl.excel.functions import FUNCTIONS
from selfeval_xl.excel.given import GivenSheet
from selfeval_xl.grid import Area
from selfeval_xl.patterns import expression
from selfeval_xl.sheet.page import Content, Formula

# Steps that concern no cell: a file is opened, asked after, put on paper, or attached to a mail, which is shown.
OUTSIDE = ("open", "wait", "pdf", "attach", "mail")
LONGEST_MESSAGE = 1000  # characters that a message box shows whole
_NAME = expression(r"[^\[\]:*?/\\\x00-\x1f]{1,31}")
_CELL = expression(r"[A-Z]{1,3}[1-9]\d{0,6}(:[A-Z]{1,3}[1-9]\d{0,6})?")

# What formulas of ours are made of.
_QUOTED = expression(r'"[^"]*"|\'(?:[^\']|\'\')*\'')
_FUNCTION = expression(r"([A-Z_][A-Z0-9_.]*)\(")
_OUTSIDE = expression(r"[\[\]|{}]")
_FUNCTIONS = {function.name for function in FUNCTIONS} | {
    "COUNT", "COUNTA", "COUNTIF", "HYPERLINK", "IF", "IFERROR", "INDEX", "ISERROR", "MATCH", "MAX", "MIN", "OR",
    "ROUND", "ROW", "SUM",
}  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One step: what is done, on which sheet, where, and with what."""

    what: str
    sheet: str
    where: str = ""
    a: float | str = ""
    b: float | str = ""


@dataclass(frozen=True)
class Plan:
    """The steps of a button with the steps that take each of them back, and the sentence that is shown.

    A `question` is a plan that has not begun: it is asked again with yes. `undo` names what people can take back
    afterwards; without a name only a step that fails is taken back.
    """

    message: str = ""
    steps: tuple[Step, ...] = ()
    back: tuple[tuple[int, Step], ...] = ()
    undo: str = ""
    is_question: bool = False

    def as_array(self) -> tuple[float | str, ...]:
        """The plan as the add-in reads it: message, name of the undo, both counts, then six fields for each step."""
        return (
            ("?" if self.is_question else "") + shorter(self.message, LONGEST_MESSAGE, "……"),
            self.undo,
            float(len(self.steps)),
            float(len(self.back)),
            *(part for number, step in enumerate(self.steps, 1) for part in _fields(number, step)),
            *(part for number, step in self.back for part in _fields(number, step)),
        )


def _fields(number: int, step: Step) -> tuple[float | str, ...]:
    return (float(number), step.what, step.sheet, step.where, step.a, step.b)


class Draft:
    """Collects the steps of a plan, each with the steps that take it back.

    A protected sheet among `sheets` is opened first and closed in the end.
    """

    def __init__(self, *sheets: GivenSheet) -> None:
        self.steps: list[Step] = []
        self.back: list[tuple[int, Step]] = []
        self._protected = [sheet.name for sheet in sheets if sheet.is_protected]
        for name in self._protected:
            self.step(Step("unprotect", name), Step("protect", name))

    def step(self, step: Step, *back: Step) -> None:
        """Adds a step and what takes it back."""
        self.steps.append(step)
        self.back += ((len(self.steps), one) for one in reversed(back))

    def put(self, sheet: GivenSheet, row: int, column: int, content: Content) -> None:
        """Writes into a cell, unless that is in it already. Words stay words, whatever they begin with."""
        before = sheet.held(row, column)
        if not _same(before, content):
            where = cell(row, column)
            self.step(written(sheet.name, where, content), written(sheet.name, where, before))

    def put_anew(self, sheet: str, row: int, column: int, content: Content) -> None:
        """Writes into a cell that goes away when the plan is taken back."""
        self.step(written(sheet, cell(row, column), content))

    def plan(self, message: str, undo: str = "") -> Plan:
        """All of it; `ValueError` for a step that the add-in must not be given."""
        for name in self._protected:
            self.step(Step("protect", name), Step("unprotect", name))
        for step in self.steps:
            _check(step)
        return Plan(message, tuple(self.steps), tuple(reversed(self.back)), undo if self.back else "")


def cell(row: int, column: int) -> str:
    """The address of a cell: C2."""
    return f"{column_letters(column)}{row}"


def area_address(area: Area) -> str:
    """The address of an area: B13:B18."""
    return f"{cell(area.top, area.left)}:{cell(area.bottom, area.right)}"


def question(text: str) -> Plan:
    """What is asked before anything is done."""
    return Plan(text, is_question=True)


def said(text: str) -> Plan:
    """A sentence, and nothing is done."""
    return Plan(text)


def listed(lines: Iterable[str], most: int = 12) -> str:
    """Lines for a message box: as many as can be read there."""
    every = list(lines)
    more = [f"……共 {len(every)} 项"] if len(every) > most else []
    return "\n".join([*every[:most], *more])


def written(sheet: str, where: str, content: Content) -> Step:
    """The step that puts this into a cell."""
    if content is None or content == "":
        return Step("clear", sheet, where)
    if isinstance(content, Formula):
        return Step("formula", sheet, where, content.text)
    if isinstance(content, Decimal):
        return Step("number", sheet, where, float(content))
    if isinstance(content, CellError):
        return Step("formula", sheet, where, f"={content.name}")
    return Step("text", sheet, where, content)


def _same(one: Content, other: Content) -> bool:
    if isinstance(one, Formula) and isinstance(other, Formula):
        return one.text.replace(" ", "") == other.text.replace(" ", "")
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return float(one) == float(other)
    return (one or None) == (other or None) if type(one) is type(other) or not (one and other) else False


def _check(step: Step) -> None:
    """Only our own formulas, only cells and sheets that Excel can have."""
    if step.what in OUTSIDE:
        return
    if not _NAME.fullmatch(step.sheet) or (step.where and not _CELL.fullmatch(step.where)):
        raise ValueError(f"no such place: {step}")
    if step.what == "formula" and not _is_our_own(str(step.a)):
        raise ValueError(f"no formula of ours: {step}")
    if step.what in ("copysheet", "rename") and not _NAME.fullmatch(str(step.a)):
        raise ValueError(f"no name for a sheet: {step}")


def _is_our_own(formula: str) -> bool:
    """A formula as our sheets have them: their functions, and nothing outside the workbook."""
    bare = _QUOTED.sub("", formula)
    reaches_out = _OUTSIDE.search(bare) or any("[" in quoted for quoted in _QUOTED.findall(formula) if quoted[0] == "'")
    return formula.startswith("=") and set(_FUNCTION.findall(bare)) <= _FUNCTIONS and not reaches_out
