"""Tells Windows which program serves SelfEval.Server, for the current user or for everybody.

Only Python's own winreg is used, so that installing works where nothing else does yet.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from selfeval_xl.errors import OnlyOnWindows
from selfeval_xl.excel.server import CLSID, PROG_ID

if sys.platform == "win32":
    import winreg
else:
    winreg: Any = None

_CLASSES = "Software\\Classes\\"
_TITLE = "SelfEval"
_VIEWS = (0x0100, 0x0200)  # the registry as 64-bit and as 32-bit Office see it; either runs the same server

# No Python file in the current folder is mistaken for a module (-P), and no variable of another Python, such as
# PYTHONPATH or PYTHONHOME, leads elsewhere (-E). Not -I: without administrator pip installs into the folder of the
# user, which -I would hide.
_OPTIONS = "-E -P"


def server_command(python: Path | None = None) -> str:
    """The command line that starts the server: this or another Python, without a window where that is possible."""
    python = python or Path(sys.executable)
    windowless = python.with_name("pythonw.exe")
    return f'"{windowless if windowless.exists() else python}" {_OPTIONS} -m selfeval_xl.excel.server'


def register(machine_wide: bool = False, command: str | None = None) -> str:
    """Registers the server for this user, or for everybody (as administrator); returns its command line."""
    if sys.platform != "win32":
        raise OnlyOnWindows("安装")
    root = winreg.HKEY_LOCAL_MACHINE if machine_wide else winreg.HKEY_CURRENT_USER
    command = command or server_command()
    for access in _VIEWS:
        for path, value in _values(command):
            with winreg.CreateKeyEx(root, path, 0, winreg.KEY_WRITE | access) as key:
                winreg.SetValueEx(key, None, 0, winreg.REG_SZ, value)
    return command


def unregister(machine_wide: bool = False) -> None:
    """Takes away every key that `register` makes; keys that are not there are passed over."""
    if sys.platform != "win32":
        raise OnlyOnWindows("卸载")
    root = winreg.HKEY_LOCAL_MACHINE if machine_wide else winreg.HKEY_CURRENT_USER
    for access in _VIEWS:
        for path in sorted(_keys(), reverse=True):  # a key before the one that holds it
            try:
                winreg.DeleteKeyEx(root, path, access)
            except FileNotFoundError:
                continue


def registered_command() -> str | None:
    """The registered command line, that of the current user first; None where there is none."""
    if sys.platform != "win32":
        raise OnlyOnWindows("查看安装")
    return own_command() or _command_in(winreg.HKEY_LOCAL_MACHINE)


def own_command() -> str | None:
    """The command line registered for the current user."""
    return _command_in(winreg.HKEY_CURRENT_USER)


def _command_in(root: Any) -> str | None:
    for access in _VIEWS:
        try:
            with winreg.OpenKey(root, _server_key(), 0, winreg.KEY_READ | access) as key:
                return str(winreg.QueryValueEx(key, "")[0])
        except FileNotFoundError:
            continue
    return None


def _values(command: str) -> Iterator[tuple[str, str]]:
    """Each key with its unnamed value."""
    yield f"{_CLASSES}{PROG_ID}", _TITLE
    yield f"{_CLASSES}{PROG_ID}\\CLSID", CLSID
    yield f"{_CLASSES}CLSID\\{CLSID}", _TITLE
    yield f"{_CLASSES}CLSID\\{CLSID}\\ProgID", PROG_ID
    yield _server_key(), command


def _keys() -> list[str]:
    return [path for path, _ in _values("")]


def _server_key() -> str:
    return f"{_CLASSES}CLSID\\{CLSID}\\LocalServer32"
