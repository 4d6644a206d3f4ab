"""A desk on which the workbook's VBA runs, in pyOpenVBA's interpreter, with a clock that is set by hand."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from pyopenvba.interpreter import (
    EMPTY,
    MISSING,
    HostBridge,
    Interpreter,
    VBAArray,
    VBACollection,
    VBAErrorValue,
    VBAObject,
    VBARuntimeError,
    member,
    method,
    setter,
)

from selfeval_xl.excel import vba


class Objects(VBACollection):
    """A collection of Excel."""

    def __init__(self, *items: object) -> None:
        self.items = list(items)

    def vba_items(self) -> list[object]:
        return self.items


class Range(VBAObject):
    """Cells handed over as an argument."""

    vba_type_name = "Range"

    def __init__(self, *values: object) -> None:
        self.contents = values  # of each of its areas

    @member
    def Value2(self) -> object:
        return self.contents[0]

    @member
    def Areas(self) -> VBACollection:
        return Objects(*map(Range, self.contents))


class Server(VBAObject):
    """The COM object; it answers as it is told to, or fails as a dead one does."""

    vba_type_name = "SelfEvalServer"

    def __init__(self, desk: "Desk") -> None:
        self.desk = desk

    @method
    def CallUDF(self, module: object, function: object, args: object) -> object:
        assert isinstance(args, VBAArray)
        self.desk.calls.append((str(module), str(function), [_python(item) for item in args.items]))
        answer = self.desk.answer(str(function), self.desk.calls[-1][2])
        if isinstance(answer, Exception):
            raise answer
        return answer


class Sheet(VBAObject):
    """A sheet that notes what it is asked."""

    vba_type_name = "Worksheet"

    def __init__(self) -> None:
        self.asked: list[object] = []

    @setter("EnableCalculation")
    def allow(self, value: object) -> None:
        self.asked.append(bool(value))

    @method
    def Calculate(self) -> None:
        self.asked.append("calculate")


class Workbook(VBAObject):
    """The workbook that holds the VBA."""

    vba_type_name = "Workbook"

    def __init__(self) -> None:
        self.sheets = [Sheet(), Sheet()]

    @member
    def Worksheets(self) -> VBACollection:
        return Objects(*self.sheets)


def _python(value: object) -> Any:
    if value is EMPTY:
        return None
    if isinstance(value, VBAArray):
        return [_python(item) for item in value.items]
    return str(value) if isinstance(value, str) else value


DEAD = VBARuntimeError(-2147023174, "The RPC server is unavailable.")
__all__ = ("DEAD", "EMPTY", "MISSING", "Desk", "Range", "column", "error")
NOT_REGISTERED = VBARuntimeError(429, "ActiveX component can't create object")


class Desk(HostBridge):
    """Runs functions of the workbook and counts how often Python is sought."""

    def __init__(self) -> None:
        self.registered = True
        self.seconds = 0.0  # that the search for Python takes
        self.sought = 0
        self.calls: list[tuple[str, str, list[Any]]] = []
        self.answer: Callable[[str, list[Any]], object] = lambda function, args: 0.5
        self.book = Workbook()
        self.vba = Interpreter(host=self)
        self.set_clock("09:00:00")
        for name, source in vba.modules().items():
            self.vba.add_module(source, name=name)

    def create(self, type_name_: str) -> object:
        assert type_name_ == "SelfEval.Server"
        self.sought += 1
        self.wait(self.seconds)
        if not self.registered:
            raise NOT_REGISTERED
        return Server(self)

    def global_object(self, name: str) -> object:
        return self.book if name.lower() == "thisworkbook" else super().global_object(name)

    def run(self, function: str, *args: object) -> object:
        return self.vba.run(function, list(args))

    def set_clock(self, time: str) -> None:
        self.now = datetime.fromisoformat(f"2026-03-02T{time}")
        self.vba.freeze(self.now)

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.vba.freeze(self.now)


def error(number: int) -> VBAErrorValue:
    return VBAErrorValue(number)


def column(*values: object) -> VBAArray:
    """What Value2 of a column of cells is."""
    return VBAArray([(1, len(values)), (1, 1)], items=list(values))
