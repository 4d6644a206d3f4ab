"""The few things that installing asks of Windows itself: folders, programs that run, shortcuts, the list of apps."""

import os
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from selfeval_xl.errors import OnlyOnWindows
from selfeval_xl.excel import install

if sys.platform == "win32":
    import winreg
else:
    winreg: Any = None

_APPS = "Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\selfeval-xl"
_EXCEL_OPTIONS = "Software\\Microsoft\\Office\\{}\\Excel\\Options"
_OFFICES = ("16.0", "15.0", "14.0")

register, unregister, own_command, server_command = (
    install.register,
    install.unregister,
    install.own_command,
    install.server_command,
)


def needed(step: str) -> None:
    """Raises `OnlyOnWindows` anywhere else."""
    if sys.platform != "win32":
        raise OnlyOnWindows(step)


def shown(file: Path) -> bool:
    """Opens a file with the program that it belongs to; False where there is none."""
    if sys.platform != "win32":
        return False
    try:
        os.startfile(file)  # noqa: S606 (a file of our own)
    except OSError:
        return False
    return True


# ---- folders -------------------------------------------------------------------------------------------------


def local_data() -> Path:
    return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")


def roaming_data() -> Path:
    return Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming")


def desktop() -> Path:
    """The desktop as this user has it; it may lie in a cloud's folder."""
    from win32com.shell import shell

    return Path(shell.SHGetKnownFolderPath(shell.FOLDERID_Desktop, 0, None))


def personal_templates() -> Path | None:
    """Where the user keeps templates for 文件 - 新建 - 个人, if a place of the user's own was chosen."""
    for version in _OFFICES:
        with (
            suppress(OSError),
            winreg.OpenKey(winreg.HKEY_CURRENT_USER, _EXCEL_OPTIONS.format(version)) as key,
        ):
            folder = Path(winreg.ExpandEnvironmentStrings(str(winreg.QueryValueEx(key, "PersonalTemplates")[0])))
            if folder.is_absolute() and folder.is_dir():
                return folder
    return None


# ---- programs ------------------------------------------------------------------------------------------------


def is_running(program: str) -> bool:
    """Whether a program of this file name runs for this user."""
    import win32process

    return any(path.name.lower() == program.lower() for path in map(_program_of, win32process.EnumProcesses()) if path)


def _program_of(process: int) -> Path | None:
    """The file that a process runs; None where Windows does not tell, as for processes of others."""
    import pywintypes
    import win32api
    import win32con
    import win32process

    try:
        handle = win32api.OpenProcess(win32con.PROCESS_QUERY_INFORMATION | win32con.PROCESS_VM_READ, False, process)
        return Path(win32process.GetModuleFileNameEx(handle, 0))
    except pywintypes.error:
        return None


_PROGRAM, _HOME = '"%SELFEVAL_XL_PROGRAM%"', '"%SELFEVAL_XL_HOME%"'
_REMOVE = (
    f"for /l %i in (1,1,60) do (rmdir /s /q {_PROGRAM} & if not exist {_PROGRAM} (rmdir {_HOME} & exit) else "
    '"%SYSTEMROOT%\\System32\\ping.exe" -n 2 127.0.0.1)'
)


def remove_later(program: Path, home: Path) -> None:
    """Has the folder removed that this very program runs from: by Windows' own cmd, as soon as the program has ended.

    It tries for a minute; then the folder above is removed where it is empty. The names reach it as variables, so that
    no character in them means anything.
    """
    subprocess.Popen(
        f'"{_system("cmd.exe")}" /d /v:off /c {_REMOVE}',
        env={**os.environ, "SELFEVAL_XL_PROGRAM": str(program), "SELFEVAL_XL_HOME": str(home)},
        cwd=tempfile.gettempdir(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _system(program: str) -> Path:
    """A program of Windows itself, never one that lies in the current folder."""
    return Path(os.environ["SYSTEMROOT"]) / "System32" / program


# ---- what the user sees --------------------------------------------------------------------------------------


def make_shortcut(shortcut: Path, target: Path, words: str) -> None:
    """A shortcut file that opens another file."""
    import pythoncom
    from win32com.shell import shell

    try:
        link = pythoncom.CoCreateInstance(
            shell.CLSID_ShellLink, None, pythoncom.CLSCTX_INPROC_SERVER, shell.IID_IShellLink
        )
        link.SetPath(str(target))
        link.SetDescription(words)
        link.QueryInterface(pythoncom.IID_IPersistFile).Save(str(shortcut), 0)
    except pythoncom.com_error as problem:
        raise OSError(None, problem.strerror) from None


def list_as_app(title: str, version: str, python: Path) -> None:
    """Names the installation in Windows' list of apps, whence it can be taken away without the bundle."""
    command = f'"{_system("cmd.exe")}" /d /c ""{python}" -E -s -P -m selfeval_xl uninstall & pause"'
    values = {
        "DisplayName": title,
        "DisplayVersion": version,
        "Publisher": "selfeval-xl",
        "InstallLocation": str(python.parent),
        "UninstallString": command,
    }
    with winreg.CreateKeyEx(winreg.HKEY_CURRENT_USER, _APPS) as key:
        for name, value in values.items():
            winreg.SetValueEx(key, name, 0, winreg.REG_SZ, value)
        for name in ("NoModify", "NoRepair"):
            winreg.SetValueEx(key, name, 0, winreg.REG_DWORD, 1)


def unlist_as_app() -> None:
    with suppress(FileNotFoundError):
        winreg.DeleteKey(winreg.HKEY_CURRENT_USER, _APPS)
