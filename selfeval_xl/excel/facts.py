"""What a Windows desk looks like: the facts that `doctor` judges, gathered without changing anything."""

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PureWindowsPath
from time import perf_counter
from typing import Any

from selfeval_xl import __version__
from selfeval_xl.excel import desk, install, log, windows
from selfeval_xl.excel.server import CELLS, PROG_ID
from selfeval_xl.patterns import expression
from selfeval_xl.profiles import own

if sys.platform == "win32":
    import winreg
else:
    winreg: Any = None

PACKAGES = ("xlwings", "pywin32", "lxml", "openpyxl", "pandas", "pdfplumber", "python-docx", "xlrd",
            "XlsxWriter")  # fmt: skip
SERVER_CALL = ("SE_EXECUTION_RATE", (506745.04, 626500.0), 0.8089)

USER, MACHINE = "HKEY_CURRENT_USER", "HKEY_LOCAL_MACHINE"
_OFFICE = "Software\\Microsoft\\Office\\16.0\\Excel\\"
_POLICY = "Software\\Policies\\Microsoft\\Office\\16.0\\Excel\\"
_APP_PATH = "Software\\Microsoft\\Windows\\CurrentVersion\\App Paths\\excel.exe"
_CLICK_TO_RUN = "Software\\Microsoft\\Office\\ClickToRun\\Configuration"
_WINDOWS = "Software\\Microsoft\\Windows NT\\CurrentVersion"
_PROGRAM = expression(r'"([^"]+)"|(\S+)')
_BITS = {b"d\x86": 64, b"\x4c\x01": 32, b"d\xaa": 64}


@dataclass(frozen=True)
class Facts:
    """One desk. None is what could not be found; a text in `…_trouble` is what went wrong."""

    windows: str | None = None
    code_page: int | None = None
    python: str = ""
    packages: tuple[tuple[str, str | None], ...] = ()
    excel: str | None = None  # the program's file
    excel_version: str | None = None
    excel_bits: int | None = None
    click_to_run: str | None = None
    excel_class: str | None = None  # what Windows starts for Excel.Application
    command: str | None = None
    program: str | None = None  # the file that the command starts
    program_is_there: bool = False
    is_asked_through_it: bool = False
    answer: Any = None
    answer_seconds: float = 0.0
    answer_trouble: str | None = None
    add_in: bool = False
    add_in_zone: int | None = None
    disabled: tuple[str, ...] = ()
    template: bool = False
    shortcut: bool = False
    settings: dict[str, int] = field(default_factory=dict)  # the user's settings for macros
    policies: dict[str, int] = field(default_factory=dict)  # the same, as the administrator has fixed them
    trusted: tuple[str, ...] = ()
    workbook: bool = False  # whether one was looked at
    workbook_zone: int | None = None
    workbook_trouble: str | None = None
    profiles: tuple[str, ...] = ()
    log_bytes: int = 0
    persons: tuple[tuple[str, str], ...] = ()  # what tells who sits here, and what is written instead


class Registry:
    """The registry, read only."""

    _VIEWS = (0x0100, 0x0200)  # of 64-bit and of 32-bit programs

    def value(self, root: str, key: str, name: str = "") -> Any:
        return next((value for found, value in self.values(root, key) if found.lower() == name.lower()), None)

    def values(self, root: str, key: str) -> Iterator[tuple[str, Any]]:
        for view in self._VIEWS:
            with suppress(OSError), winreg.OpenKey(getattr(winreg, root), key, 0, winreg.KEY_READ | view) as opened:
                for number in range(winreg.QueryInfoKey(opened)[1]):
                    name, value, _ = winreg.EnumValue(opened, number)
                    yield name, value

    def keys(self, root: str, key: str) -> list[str]:
        with suppress(OSError), winreg.OpenKey(getattr(winreg, root), key) as opened:
            return [winreg.EnumKey(opened, number) for number in range(winreg.QueryInfoKey(opened)[0])]
        return []


def gather(workbook: Path | None = None, registry: Registry | None = None) -> Facts:
    """This desk's facts; a workbook that is named, or the one that is open in Excel, is looked at, too."""
    windows.needed("诊断")
    registry = registry or Registry()
    excel = registry.value(MACHINE, _APP_PATH) or registry.value(USER, _APP_PATH)
    excel = str(excel).strip('"') if excel else None
    command = _look(None, install.registered_command)
    program = _program(command)
    through_it = _is_the_server()
    asked = (None, 0.0, None) if through_it or command is None else _look((None, 0.0, "出错"), _ask_the_server)
    to = _look(None, desk.places)
    looked_at = _look((False, None, None), _workbook, workbook)
    return Facts(
        windows=_windows(registry),
        code_page=_look(None, _code_page),
        python=f"{sys.version.split()[0]}（{64 if sys.maxsize > 2**32 else 32} 位）",
        packages=(("selfeval-xl", __version__), *((name, _version(name)) for name in PACKAGES)),
        excel=excel,
        excel_version=_look(None, _file_version, excel),
        excel_bits=_bits(excel),
        click_to_run=_click_to_run(registry),
        excel_class=_excel_class(registry),
        command=command,
        program=program,
        program_is_there=program is not None and Path(program).is_file(),
        is_asked_through_it=through_it,
        answer=asked[0],
        answer_seconds=asked[1],
        answer_trouble=asked[2],
        add_in=to is not None and to.add_in.is_file(),
        add_in_zone=zone_of(to.add_in) if to else None,
        disabled=tuple(_disabled(registry)),
        template=to is not None and to.templates[0].is_file(),
        shortcut=to is not None and to.shortcut.is_file(),
        settings=_numbers(registry, (USER, _OFFICE)),
        policies=_numbers(registry, (MACHINE, _POLICY), (USER, _POLICY)),
        trusted=tuple(_trusted(registry)),
        workbook=looked_at[0],
        workbook_zone=looked_at[1],
        workbook_trouble=looked_at[2],
        profiles=_look((), lambda: tuple(map(str, own.bad_profiles()))),
        log_bytes=_size(log.log_path()),
        persons=persons(),
    )


def _look(otherwise: Any, look: Callable[..., Any], *at: Any) -> Any:
    """What is found, or what to assume where the look fails: the rest of the desk is looked at all the same."""
    try:
        return look(*at)
    except Exception:
        log.trouble(f"doctor {getattr(look, '__name__', '')}")
        return otherwise


def persons() -> tuple[tuple[str, str], ...]:
    """The names that a report does not tell: the user's folder and the user."""
    found = ((os.environ.get(name), f"%{name}%") for name in ("USERPROFILE", "USERNAME"))
    return tuple((value, instead) for value, instead in found if value)


def zone_of(file: Path) -> int | None:
    """The zone that a file came from (3 is the internet); None without the mark that mail and browsers leave."""
    try:
        with open(f"{file}:Zone.Identifier", encoding="utf-8", errors="replace") as mark:  # noqa: PTH123 (a stream)
            found = re.search(r"ZoneId\s*=\s*(\d+)", mark.read(4096))
    except OSError:
        return None
    return int(found[1]) if found else None


# ---- programs ------------------------------------------------------------------------------------------------


def _program(command: str | None) -> str | None:
    found = _PROGRAM.match(command or "")
    return (found[1] or found[2]) if found else None


def _is_the_server() -> bool:
    """Whether this very process serves the cells; to ask for another one would be to ask oneself."""
    spec = getattr(sys.modules["__main__"], "__spec__", None)
    return getattr(spec, "name", None) == "selfeval_xl.excel.server"


def _ask_the_server() -> tuple[Any, float, str | None]:
    import pywintypes
    from win32com.client import dynamic

    name, arguments, _ = SERVER_CALL
    began = perf_counter()
    try:
        answer = dynamic.Dispatch(PROG_ID).CallUDF(CELLS, name, arguments)
    except pywintypes.com_error as problem:
        return None, perf_counter() - began, f"{problem.hresult & 0xFFFFFFFF:#x} {problem.strerror}"
    return answer, perf_counter() - began, None


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _file_version(file: str | None) -> str | None:
    import pywintypes
    import win32api

    try:
        told = win32api.GetFileVersionInfo(file, "\\") if file else None
    except pywintypes.error:
        return None
    if not told:
        return None
    high, low = told["FileVersionMS"], told["FileVersionLS"]
    return f"{high >> 16}.{high & 0xFFFF}.{low >> 16}.{low & 0xFFFF}"


def _bits(file: str | None) -> int | None:
    """For how many bits a program was made, which its file tells."""
    with suppress(OSError, TypeError), open(str(file), "rb") as program:  # noqa: PTH123
        head = program.read(4096)
        where = int.from_bytes(head[0x3C:0x40], "little")
        return _BITS.get(head[where + 4 : where + 6])
    return None


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


# ---- the registry --------------------------------------------------------------------------------------------


def _windows(registry: Registry) -> str | None:
    name, shown, build = (
        registry.value(MACHINE, _WINDOWS, key) for key in ("ProductName", "DisplayVersion", "CurrentBuild")
    )
    if not build:
        return None
    if str(build).isdecimal() and int(build) >= 22000:  # Windows 11 goes on calling itself 10 there
        name = str(name).replace("Windows 10", "Windows 11")
    return " ".join(str(part) for part in (name, shown, f"（{build}）") if part)


def _code_page() -> int:
    import ctypes

    return int(ctypes.windll.kernel32.GetACP())  # type: ignore[attr-defined]


def _click_to_run(registry: Registry) -> str | None:
    told = [registry.value(MACHINE, _CLICK_TO_RUN, name) for name in ("VersionToReport", "Platform")]
    return " ".join(str(part) for part in told if part) or None


def _excel_class(registry: Registry) -> str | None:
    """As Windows looks: first at the user's classes, then at the machine's."""
    for root in (USER, MACHINE):
        if clsid := registry.value(root, "Software\\Classes\\Excel.Application\\CLSID"):
            for place in (USER, MACHINE):
                if server := registry.value(place, f"Software\\Classes\\CLSID\\{clsid}\\LocalServer32"):
                    return str(server)
            return str(clsid)
    return None


def _disabled(registry: Registry) -> Iterator[str]:
    """The files that Excel has put on its list of disabled items; their paths stand in binary values."""
    for _, value in registry.values(USER, _OFFICE + "Resiliency\\DisabledItems"):
        if isinstance(value, bytes):
            for path in re.findall(r"[\w ()\\:./%-]{4,}", value.decode("utf-16-le", "ignore")):
                if "selfeval" in path.lower() or f"{desk.TITLE}.xltm" in path:
                    yield PureWindowsPath(path).name


def _numbers(registry: Registry, *places: tuple[str, str]) -> dict[str, int]:
    """The settings for macros and add-ins; what stands first counts."""
    found: dict[str, int] = {}
    for root, key in places:
        for part in ("Security", "Security\\Trusted Locations"):
            for name, value in registry.values(root, key + part):
                if isinstance(value, int):
                    found.setdefault(name.lower(), value)
    return found


def _trusted(registry: Registry) -> Iterator[str]:
    places = "Security\\Trusted Locations"
    for root, key in ((MACHINE, _POLICY), (USER, _POLICY), (USER, _OFFICE)):
        for name in registry.keys(root, key + places):
            if path := registry.value(root, f"{key}{places}\\{name}", "Path"):
                yield str(path)


# ---- the workbook --------------------------------------------------------------------------------------------


def _workbook(named: Path | None) -> tuple[bool, int | None, str | None]:
    """Whether a workbook was looked at, the zone of its mark, and what stood in the way."""
    if named is not None:
        return (True, zone_of(named), None) if named.is_file() else (True, None, "找不到这个文件")
    path = _open_workbook()
    return (True, zone_of(path), None) if path and path.is_file() else (False, None, None)


def _open_workbook() -> Path | None:
    """The workbook that lies in front in Excel, if Excel runs and has one."""
    import pythoncom
    import pywintypes
    from win32com.client import dynamic

    with suppress(pywintypes.com_error, AttributeError):
        excel = dynamic.Dispatch(pythoncom.GetActiveObject("Excel.Application").QueryInterface(pythoncom.IID_IDispatch))
        return Path(str(excel.ActiveWorkbook.FullName))
    return None
