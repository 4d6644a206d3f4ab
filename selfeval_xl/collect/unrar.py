"""Programs of this computer that take a packed file out of a .rar, for which Python has nothing.

The library `rarfile` reads the archive, hands one member to a program and compares its checksum; it is told here which
program and in which words.
"""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from selfeval_xl.patterns import expression
from selfeval_xl.send.pdf import program

_BSDTAR = ("-xOf",)
_SEVEN_ZIP = ("e", "-so", "-bb0", "-bd", "-p")
_UNRAR = ("p", "-inul", "-p-")
_UNAR = ("-q", "-o", "-", "-p", "")
_COMMANDS = {"bsdtar": _BSDTAR, "7zz": _SEVEN_ZIP, "7z": _SEVEN_ZIP, "unrar": _UNRAR, "unar": _UNAR}
_TARS = ("win32", "darwin")  # where tar is bsdtar
_ON_WINDOWS = (("7-Zip/7z.exe", _SEVEN_ZIP), ("WinRAR/UnRAR.exe", _UNRAR))  # which nobody puts on the path
_NO_UNRAR = "unrar-free"  # goes by the name of the other one, and does not understand it


_PATTERN = expression(r"[*?\[\]]")  # signs with which bsdtar means any name


class NoProgram(Exception):
    """Nothing on this computer takes a packed file out of a .rar."""


class _Setup:
    """A program as `rarfile` asks for one."""

    def __init__(self, path: str, words: tuple[str, ...]) -> None:
        self._path, self._words = path, words

    def open_cmdline(self, _password: str | None, archive: str, name: str | None = None) -> list[str]:
        """The command that writes a member, or the only one, to its output."""
        names = [] if name is None else [name]
        if self._words == _BSDTAR:  # takes the word behind -f for the file, whatever it is
            return [self._path, *self._words, archive, "--", *map(_literal, names)]
        return [self._path, *self._words, "--", archive, *names]

    def get_errmap(self) -> list[None]:
        """What exit statuses mean is not asked: the checksum decides."""
        return [None]


def _literal(name: str) -> str:
    """The name as bsdtar takes it for no other one, with the slashes of archives."""
    return _PATTERN.sub(r"\\\g<0>", name.replace("\\", "/"))


def _setups() -> Iterator[_Setup]:
    commands = dict(_COMMANDS)
    if sys.platform in _TARS:
        commands["tar"] = _BSDTAR
    for name, words in commands.items():
        path = program(name)
        if path is not None and Path(os.path.realpath(path)).name != _NO_UNRAR:
            yield _Setup(path, words)
    for below, words in _ON_WINDOWS if sys.platform == "win32" else ():
        for home in filter(None, map(os.environ.get, ("ProgramFiles", "ProgramW6432", "ProgramFiles(x86)"))):
            path = str(Path(home, below))
            if Path(path).is_file():
                yield _Setup(path, words)


def without_comments(rarfile: Any) -> None:
    """Remarks on the archive, which the library would have unpacked by a program of its own choice, stay unread."""
    rarfile.rar3_decompress = lambda *_, **__: b""


class Programs:
    """The programs that are there; the one that did it last is asked first.

    What they are to unpack goes to them as a file in the folder, where the library leaves it if something fails.
    """

    def __init__(self, rarfile: Any, folder: str) -> None:
        self._rarfile, self._folder = rarfile, folder
        self._setups: list[_Setup] | None = None

    def unpacked(self, read: Callable[[], bytes]) -> bytes:
        """What `read` gives with the first program with which it gives anything.

        Raises `NoProgram` where there is none, and what the last one made of the archive where none can.
        """
        if self._setups is None:
            self._setups = list(_setups())
        trouble: Exception = NoProgram()
        for setup in tuple(self._setups):
            self._rarfile.CURRENT_SETUP, self._rarfile.HACK_TMP_DIR = setup, self._folder
            try:
                content = read()
            except Exception as problem:  # whatever a program says of an archive
                trouble = problem
            else:
                self._setups.remove(setup)
                self._setups.insert(0, setup)
                return content
        raise trouble
