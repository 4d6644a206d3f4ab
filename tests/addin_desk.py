"""A desk on which the add-in's VBA runs, in pyOpenVBA's interpreter: clicks, dialogs, the clock, Outlook.

The stand-ins note what they are asked and do as they are told; what Excel itself makes of it is not shown here.
"""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from pyopenvba.interpreter import (
    MISSING,
    NOTHING,
    HostBridge,
    Interpreter,
    VBAArray,
    VBAObject,
    VBARuntimeError,
    member,
    method,
    setter,
)
from vba_desk import Objects, _python

from selfeval_xl.excel import buttons, ribbon, vba


class Control(VBAObject):
    """The button that was clicked."""

    vba_type_name = "IRibbonControl"

    def __init__(self, button: str) -> None:
        self.id = button
        self.tag = next(one.tag for one in ribbon.BUTTONS if one.id == button)

    @member
    def ID(self) -> object:
        return self.id

    @member
    def Tag(self) -> object:
        return self.tag


class Server(VBAObject):
    """The COM object, with the buttons of this very program behind it."""

    vba_type_name = "SelfEvalServer"

    @method
    def CallUDF(self, module: object, function: object, args: object) -> object:
        assert module == "selfeval_xl.excel.buttons"
        assert isinstance(args, VBAArray)
        answer = buttons.press(str(function), [_python(item) for item in args.items])
        return VBAArray([(0, len(answer) - 1)], items=list(answer))


class Dialog(VBAObject):
    """The dialog that picks a folder."""

    vba_type_name = "FileDialog"

    def __init__(self, picked: str | None) -> None:
        self.picked = picked

    @method
    def Show(self) -> object:
        return -1 if self.picked else 0

    @member
    def SelectedItems(self) -> object:
        return Objects(self.picked)


class Pages(VBAObject):
    """The pages of a sheet on paper."""

    vba_type_name = "Pages"

    def __init__(self, count: int) -> None:
        self.count = count

    @member
    def Count(self) -> object:
        return self.count


class PageSetup(VBAObject):
    """How a sheet is put on paper: what a test has set, else as Excel begins."""

    vba_type_name = "PageSetup"
    begins: ClassVar[dict[str, object]] = {
        "papersize": 1,
        "zoom": 100,
        "fittopageswide": 1,
        "fittopagestall": 1,
        "leftheader": "",
        "centerheader": "",
        "rightheader": "",
        "leftfooter": "",
        "centerfooter": "",
        "rightfooter": "",
    }

    def __init__(self, desk: "Desk") -> None:
        self.desk, self.settings = desk, self.begins | desk.paper

    def vba_get(self, name: str, *_: object) -> object:
        return Pages(self.desk.pages) if name.lower() == "pages" else self.settings[name.lower()]

    def vba_set(self, name: str, value: object, *_: object, **__: object) -> None:
        if name.lower() in self.desk.refused:
            raise VBARuntimeError(1004, "the printer does not know that")
        self.settings[name.lower()] = value


class Worksheet(VBAObject):
    """A sheet of a workbook that was opened."""

    vba_type_name = "Worksheet"

    def __init__(self, desk: "Desk") -> None:
        self.paper = PageSetup(desk)

    @member(name="PageSetup")
    def page_setup(self) -> object:
        return self.paper


class Files(VBAObject):
    """The files of the computer."""

    vba_type_name = "FileSystemObject"

    def __init__(self, desk: "Desk") -> None:
        self.desk = desk

    @method
    def FileExists(self, path: object) -> object:
        return Path(str(path)).exists()

    @method
    def DeleteFile(self, path: object) -> None:
        if not Path(str(path)).exists():
            raise VBARuntimeError(53, "File not found")
        Path(str(path)).unlink()


class Workbook(VBAObject):
    """A workbook that is opened from a file."""

    vba_type_name = "Workbook"

    def __init__(self, desk: "Desk", path: str) -> None:
        self.desk, self.path, self.sheet = desk, path, Worksheet(desk)

    @member
    def Worksheets(self) -> object:
        return Objects(self.sheet)

    @member
    def Name(self) -> object:
        return self.path.rpartition("/")[2]

    @method
    def ExportAsFixedFormat(self, kind: object, target: object) -> None:
        if self.desk.is_half_written:
            Path(str(target)).write_bytes(b"%PDF")
        if self.desk.printer_trouble:
            raise VBARuntimeError(1004, self.desk.printer_trouble)
        self.desk.set_up.append(self.sheet.paper.settings)
        self.desk.printed.append((self.path, str(target), self.desk.application.settings.copy()))

    @method
    def Close(self, saves: object) -> None:
        assert not saves
        self.desk.open_books.remove(self.path)


class Workbooks(VBAObject):
    """All open workbooks."""

    vba_type_name = "Workbooks"

    def __init__(self, desk: "Desk") -> None:
        self.desk = desk

    @method
    def Open(self, path: object, links: object = None, read_only: object = None) -> object:
        if self.desk.cannot_open:
            raise VBARuntimeError(1004, "cannot open")
        self.desk.open_books.append(str(path))
        return Workbook(self.desk, str(path))


class Application(VBAObject):
    """Excel itself, as far as buttons use it."""

    vba_type_name = "Application"

    def __init__(self, desk: "Desk") -> None:
        self.desk = desk
        self.shown: list[object] = []  # in the status bar
        self.due: list[tuple[datetime, str]] = []
        self.keys: dict[str, str] = {}
        self.settings: dict[str, object] = {
            "ScreenUpdating": True,
            "EnableEvents": True,
            "DisplayAlerts": True,
            "AutomationSecurity": 2,
        }

    @setter("StatusBar")
    def show(self, value: object) -> None:
        self.shown.append(value)

    @method
    def FileDialog(self, kind: object) -> object:
        assert kind == 4
        return Dialog(self.desk.picked)

    @method
    def OnTime(self, when: Any, procedure: object) -> None:
        self.due.append((self.desk.now + timedelta(seconds=1), str(procedure)))

    @method
    def OnKey(self, key: object, procedure: object = MISSING) -> None:
        if procedure is MISSING:
            self.keys.pop(str(key), None)
        else:
            self.keys[str(key)] = str(procedure)

    @member(name="ScreenUpdating")
    def get_screenupdating(self) -> object:
        return self.settings["ScreenUpdating"]

    @setter("ScreenUpdating")
    def set_screenupdating(self, value: object) -> None:
        self.settings["ScreenUpdating"] = value

    @member(name="EnableEvents")
    def get_enableevents(self) -> object:
        return self.settings["EnableEvents"]

    @setter("EnableEvents")
    def set_enableevents(self, value: object) -> None:
        self.settings["EnableEvents"] = value

    @member(name="DisplayAlerts")
    def get_displayalerts(self) -> object:
        return self.settings["DisplayAlerts"]

    @setter("DisplayAlerts")
    def set_displayalerts(self, value: object) -> None:
        self.settings["DisplayAlerts"] = value

    @member(name="AutomationSecurity")
    def get_automationsecurity(self) -> object:
        return self.settings["AutomationSecurity"]

    @setter("AutomationSecurity")
    def set_automationsecurity(self, value: object) -> None:
        self.settings["AutomationSecurity"] = value


class Attachments(VBAObject):
    """The files of a mail."""

    vba_type_name = "Attachments"

    def __init__(self, mail: "Mail") -> None:
        self.mail = mail

    @method
    def Add(self, path: object) -> None:
        self.mail.told["files"].append(str(path))


class Mail(VBAObject):
    """A mail in Outlook; it cannot be sent, since it knows no such word."""

    vba_type_name = "MailItem"

    def __init__(self) -> None:
        self.told: dict[str, Any] = {"files": [], "shown": False}
        self.files = Attachments(self)

    @setter("Subject")
    def subject(self, words: object) -> None:
        self.told["subject"] = str(words)

    @setter("Body")
    def body(self, words: object) -> None:
        self.told["body"] = str(words)

    @member(name="Attachments")
    def attachments(self) -> object:
        return self.files

    @method
    def Display(self) -> None:
        self.told["shown"] = True


class Outlook(VBAObject):
    """Outlook."""

    vba_type_name = "Outlook"

    def __init__(self, desk: "Desk") -> None:
        self.desk = desk

    @method
    def CreateItem(self, kind: object) -> object:
        assert kind == 0
        self.desk.mails.append(Mail())
        return self.desk.mails[-1]


class Shell(VBAObject):
    """The shell of Windows."""

    vba_type_name = "Shell"

    def __init__(self, desk: "Desk") -> None:
        self.desk = desk

    @method
    def ShellExecute(self, path: object) -> None:
        self.desk.started.append(str(path))


class ThisWorkbook(VBAObject):
    """The add-in."""

    vba_type_name = "Workbook"

    @member
    def Name(self) -> object:
        return "selfeval.xlam"


class Desk(HostBridge):
    """Excel without a workbook, and with the add-in."""

    def __init__(self) -> None:
        self.picked: str | None = None
        self.printer_trouble = ""
        self.is_half_written = False  # before the printer's trouble
        self.cannot_open = False
        self.programs = {"SelfEval.Server", "Outlook.Application", "Shell.Application", "Scripting.FileSystemObject"}
        self.paper: dict[str, object] = {}  # what the sheets say of it
        self.pages = 1
        self.refused: set[str] = set()  # what the printer does not know
        self.set_up: list[dict[str, object]] = []
        self.printed: list[tuple[str, str, dict[str, object]]] = []
        self.open_books: list[str] = []
        self.mails: list[Mail] = []
        self.started: list[str] = []
        self.now = datetime(2026, 3, 2, 9)
        self.application = Application(self)
        self.vba = Interpreter(host=self)
        self.vba.freeze(self.now)
        for name, source in vba.addin_modules().items():
            if name != "ThisWorkbook":
                self.vba.add_module(source, name=name)

    def create(self, type_name_: str) -> object:
        if type_name_ not in self.programs:
            raise VBARuntimeError(429, "ActiveX component can't create object")
        made = {
            "SelfEval.Server": Server,
            "Outlook.Application": Outlook,
            "Shell.Application": Shell,
            "Scripting.FileSystemObject": Files,
        }[type_name_]
        return made() if made is Server else made(self)  # type: ignore[call-arg]

    def global_object(self, name: str) -> object:
        known = {
            "application": self.application,
            "activeworkbook": NOTHING,
            "thisworkbook": ThisWorkbook(),
            "workbooks": Workbooks(self),
        }
        return known[name.lower()] if name.lower() in known else super().global_object(name)

    def click(self, button: str, *answers: int) -> None:
        """Clicks a button and answers the questions that come."""
        self.vba.answers = list(answers)
        self.vba.run("SelfEvalClicked", [Control(button)])

    def press_escape(self, *answers: int) -> None:
        self.vba.answers = list(answers)
        if "{ESC}" in self.application.keys:
            self.vba.run(_bare(self.application.keys["{ESC}"]))

    def second(self) -> bool:
        """Lets a second pass; whether something was due."""
        self.now += timedelta(seconds=1)
        self.vba.freeze(self.now)
        due, self.application.due = self.application.due, []
        for _, procedure in due:
            self.vba.run(_bare(procedure))
        return bool(due)

    @property
    def said(self) -> list[str]:
        """The messages so far."""
        return [dialog[1] for dialog in self.vba.dialogs]


def _bare(procedure: str) -> str:
    book, _, name = procedure.rpartition("!")
    assert book == "'selfeval.xlam'"
    return name
