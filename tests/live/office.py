"""A running LibreOffice whose Basic reaches Python where Excel's VBA reaches the COM server.

LibreOffice runs the workbook's own VBA unchanged. Its CreateObject asks a service that exists on
Windows only; here that service is this module, and the object it hands out calls the functions.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import uno
import unohelper
from com.sun.star.beans import PropertyValue
from com.sun.star.lang import XServiceInfo, XSingleComponentFactory
from com.sun.star.script import XInvocation

from selfeval_xl.excel import vba

NO_MACROS, ALL_MACROS = 0, 4
_TEXT_RESULT = 2  # com.sun.star.sheet.FormulaResult.STRING
_START_LIMIT = 90  # seconds
_OLE_FACTORY = "com.sun.star.bridge.OleObjectFactory"


class Server(unohelper.Base, XInvocation):
    """Stands where the COM server stands on Windows; `call` answers CallUDF."""

    def __init__(self, call: Callable[[str, str, tuple[Any, ...]], Any]) -> None:
        self.call = call

    def getIntrospection(self):
        return None

    def invoke(self, name, params, out_index, out_params):
        if name != "CallUDF":
            raise AssertionError(f"the workbook called {name}")
        module, function, args = params
        return (self.call(module, function, tuple(args or ())), (), ())

    def setValue(self, name, value):
        raise AssertionError(name)

    def getValue(self, name):
        raise AssertionError(name)

    def hasMethod(self, name):
        return name == "CallUDF"

    def hasProperty(self, name):
        return False


class Registry(unohelper.Base, XSingleComponentFactory, XServiceInfo):
    """Answers CreateObject("SelfEval.Server"); without a `call` the class is not registered."""

    def __init__(self) -> None:
        self.call: Callable[[str, str, tuple[Any, ...]], Any] | None = None
        self.asked = 0
        self.servers: list[Server] = []

    def createInstanceWithContext(self, context):
        return self.createInstanceWithArgumentsAndContext((), context)

    def createInstanceWithArgumentsAndContext(self, arguments, context):
        return _Classes(self)

    def getImplementationName(self):
        return "selfeval.Registry"

    def supportsService(self, name):
        return name == _OLE_FACTORY

    def getSupportedServiceNames(self):
        return (_OLE_FACTORY,)


from com.sun.star.lang import XMultiServiceFactory  # noqa: E402


class _Classes(unohelper.Base, XMultiServiceFactory):
    """The list of registered classes, with one entry."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry

    def createInstance(self, name):
        self.registry.asked += 1
        if name != "SelfEval.Server" or self.registry.call is None:
            return None
        self.registry.servers.append(Server(self.registry.call))
        return self.registry.servers[-1]

    def createInstanceWithArguments(self, name, arguments):
        return self.createInstance(name)

    def getAvailableServiceNames(self):
        return ("SelfEval.Server",)


class Office:
    """One LibreOffice process with a profile of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        pipe = f"selfeval{os.getpid()}{folder.name}"
        self.process = subprocess.Popen(
            [
                shutil.which("soffice") or "soffice",
                f"-env:UserInstallation={(folder / 'profile').as_uri()}",
                "--headless",
                "--norestore",
                "--nologo",
                "--nodefault",
                f"--accept=pipe,name={pipe};urp;",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
        deadline = time.monotonic() + _START_LIMIT
        while True:
            try:
                self.context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
                break
            except Exception:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    self.end()
                    raise TimeoutError("LibreOffice did not start") from None
                time.sleep(0.2)
        self.registry = Registry()
        self.context.ServiceManager.insert(self.registry)
        self.desktop = self.context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", self.context)

    def end(self) -> None:
        """Ends the process, whatever state it is in."""
        with contextlib.suppress(Exception):
            self.desktop.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)

    def open(self, path: Path, macros: int = ALL_MACROS) -> "Book":
        """Opens a copy, so that no lock or change of one test meets another."""
        copy = self.folder / f"{time.monotonic_ns()}{path.suffix}"
        shutil.copy(path, copy)
        document = self.desktop.loadComponentFromURL(
            copy.as_uri(), "_blank", 0, (_property("Hidden", True), _property("MacroExecutionMode", macros))
        )
        if document is None:
            raise AssertionError(f"LibreOffice did not open {path.name}")
        return Book(document)


class Book:
    """An open workbook."""

    def __init__(self, document: Any) -> None:
        self.document = document

    @property
    def sheets(self) -> Any:
        return self.document.Sheets

    def sheet(self, name: str) -> "Sheet":
        return Sheet(self.sheets.getByName(name))

    def copy_sheet(self, name: str, new_name: str) -> "Sheet":
        self.sheets.copyByName(name, new_name, self.sheets.Count)
        return self.sheet(new_name)

    def recalculate(self) -> None:
        self.document.calculateAll()

    def save_as(self, path: Path) -> None:
        self.document.storeToURL(path.as_uri(), (_property("FilterName", "Calc MS Excel 2007 VBA XML"),))

    def reconnect(self) -> None:
        """What 重新连接 does in Excel: the bridge forgets that Python did not answer, and all is calculated.

        A Sub started from outside has variables of its own here, so the bridge is compiled anew instead.
        """
        modules = self.document.BasicLibraries.getByName("VBAProject")
        modules.replaceByName("SelfEvalBridge", modules.getByName("SelfEvalBridge"))
        self.recalculate()

    def press(
        self, button: str, tag: str = "sheet", choice: Any = "", *, agreed: bool = False, target: str = ""
    ) -> str:
        """Runs what a button of the add-in runs, on this workbook; answers the sentence that is shown.

        The modules of the add-in are put into the workbook's own project, because a Sub finds here only its own
        document. A hidden window has no selection, so the choice names the selected rows.
        """
        return self._run("SelfEvalPlan.SelfEvalDo", button, tag, choice, agreed, target)

    def undo(self) -> str:
        """Takes back what the last button did."""
        return self._run("SelfEvalPlan.SelfEvalUndo")

    def _run(self, name: str, *arguments: Any) -> Any:
        modules = self.document.BasicLibraries.getByName("VBAProject")
        for module, source in vba.addin_modules().items():
            if module != "ThisWorkbook" and not modules.hasByName(module):
                modules.insertByName(module, "Option VBASupport 1\n" + source)
        script = f"vnd.sun.star.script:VBAProject.{name}?language=Basic&location=document"
        return self.document.getScriptProvider().getScript(script).invoke(arguments, (), ())[0]

    def drive(self, *lines: str) -> list[str]:
        """Runs lines of VBA beside the add-in's modules, in one run; answers what they `Note`."""
        source = [
            "Public noted As String",
            "Public Sub Note(words As String)",
            "    noted = noted & words & ChrW(0)",
            "End Sub",
            "Public Function Driven() As String",
            *(f"    {line}" for line in lines),
            "    Driven = noted",
            "End Function",
        ]
        self.put_module("SelfEvalDrive", "\n".join(source))
        return self._run("SelfEvalDrive.Driven").split("\0")[:-1]

    def activate(self, name: str) -> None:
        """Makes a sheet the active one."""
        self.document.CurrentController.setActiveSheet(self.sheets.getByName(name))

    def trouble_of(self, line: str) -> str:
        """Runs a line of VBA in the workbook; what goes wrong, in LibreOffice's words, or nothing."""
        lines = (
            "Function SelfEvalTrouble() As String",
            "    On Error GoTo failed",
            f"    {line}",
            "    Exit Function",
            "failed:",
            "    SelfEvalTrouble = Err.Number & Err.Description",
            "End Function",
        )
        self.put_module("SelfEvalTry", "\n".join(lines))
        url = "vnd.sun.star.script:VBAProject.SelfEvalTry.SelfEvalTrouble?language=Basic&location=document"
        return self.document.getScriptProvider().getScript(url).invoke((), (), ())[0]

    def put_module(self, name: str, source: str) -> None:
        """Adds a module to the workbook's VBA, or replaces it."""
        modules = self.document.BasicLibraries.getByName("VBAProject")
        put = modules.replaceByName if modules.hasByName(name) else modules.insertByName
        put(name, "Option VBASupport 1\n" + source.replace("\r\n", "\n"))

    def close(self) -> None:
        self.document.close(True)


class Sheet:
    """One sheet, cells by address."""

    def __init__(self, sheet: Any) -> None:
        self.sheet = sheet

    def _cell(self, address: str) -> Any:
        return self.sheet.getCellRangeByName(address)

    def shown(self, address: str) -> str:
        return self._cell(address).getString()

    def value(self, address: str) -> float | str:
        cell = self._cell(address)
        if cell.getError():
            return f"Err:{cell.getError()}"
        is_text = cell.Type.value == "TEXT" or (
            cell.Type.value == "FORMULA" and cell.FormulaResultType2 == _TEXT_RESULT
        )
        return cell.getString() if is_text else cell.Value

    def type_in(self, address: str, content: float | str | None) -> None:
        """What a person types; text goes in as text."""
        cell = self._cell(address)
        if isinstance(content, str) or content is None:
            cell.setString(content or "")
        else:
            cell.setValue(content)

    def enter(self, address: str, keys: str) -> None:
        """What a person types; the program decides whether that is a number, a date or text."""
        self._cell(address).FormulaLocal = keys

    def formula(self, address: str) -> str:
        return self._cell(address).getFormula()

    def set_formula(self, address: str, formula: str) -> None:
        self._cell(address).setFormula(formula)

    def conditions(self, address: str) -> list[str]:
        """The formulas that colour a cell, in their order."""
        formats = self._cell(address).ConditionalFormat
        return ["=" + formats.getByIndex(index).getFormula1().lstrip("=") for index in range(formats.getCount())]

    def copy_row(self, row: int, to: int) -> None:
        """Copies a row over another, counted from 1."""
        source = self.sheet.getCellRangeByName(f"A{row}:AMJ{row}").RangeAddress
        self.sheet.copyRange(self._cell(f"A{to}").CellAddress, source)

    def delete_rows(self, first: int, count: int = 1) -> None:
        """Deletes rows from row `first` on, counted from 1."""
        self.sheet.Rows.removeByIndex(first - 1, count)

    def formulas(self) -> list[tuple[str, ...]]:
        """What is typed into the cells in use, row by row, without blank rows at the end."""
        cursor = self.sheet.createCursor()
        cursor.gotoEndOfUsedArea(False)
        end = cursor.RangeAddress
        rows = [*self.sheet.getCellRangeByPosition(0, 0, end.EndColumn, end.EndRow).getFormulaArray()]
        while rows and not any(rows[-1]):
            rows.pop()
        return [
            tuple(row[: max(index + 1 for index, cell in enumerate(row) if cell)] if any(row) else ()) for row in rows
        ]

    def merges(self) -> set[tuple[int, int, int, int]]:
        """The merged areas of the form and what stands beside it: first and last row and column, counted from 1."""
        found = set()
        for row in range(len(self.formulas())):
            for column in range(13):
                cell = self.sheet.getCellByPosition(column, row)
                if cell.IsMerged:
                    cursor = self.sheet.createCursorByRange(cell)
                    cursor.collapseToMergedArea()
                    area = cursor.RangeAddress
                    corners = (area.StartRow, area.StartColumn, area.EndRow, area.EndColumn)
                    found.add(tuple(corner + 1 for corner in corners))
        return found

    def is_protected(self) -> bool:
        return self.sheet.isProtected()

    def is_locked(self, address: str) -> bool:
        """Whether the cell can be changed on a protected sheet."""
        return self._cell(address).CellProtection.IsLocked

    def row_height(self, row: int) -> int:
        """In hundredths of a millimetre."""
        return self.sheet.Rows.getByIndex(row - 1).Height

    def insert_rows(self, before: int, count: int = 1) -> None:
        """Inserts rows above row `before`, counted from 1."""
        self.sheet.Rows.insertByIndex(before - 1, count)


def _property(name: str, value: Any) -> PropertyValue:
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


def running(folder: Path) -> Iterator[Office]:
    """LibreOffice for the length of a test session."""
    office = Office(folder)
    try:
        yield office
    finally:
        office.end()
