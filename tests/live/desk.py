"""A Windows desk under Wine: its own prefix, its own Python, and VBScript clients in place of Excel.

A client's lines are the lines of the workbook's VBA. Each step has its own time limit, and everything that
was started is ended in any case.
"""

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import windows_python

_STARTING = 120  # seconds; making a prefix is slow on a busy machine
_STEP = 60

# The bridge's logic: keep the server, replace a dead one once, then answer at once for a while.
# (VBScript knows no GoTo, hence the loop.)
_CLIENT = """
Option Explicit
Dim server, isPaused, failedAt, files, out, began
isPaused = False
failedAt = 0
Set server = Nothing
Set files = CreateObject("Scripting.FileSystemObject")
Set out = files.CreateTextFile("{out}", True)

Function SelfEvalCall(functionName, args)
    Dim isFresh
    SelfEvalCall = "#N/A"
    If isPaused Then
        If Timer - failedAt <= {pause} Then Exit Function
        isPaused = False
    End If
    On Error Resume Next
    Do
        Err.Clear
        isFresh = (server Is Nothing)
        If isFresh Then Set server = CreateObject("SelfEval.Server")
        If Err.Number = 0 Then SelfEvalCall = server.CallUDF("selfeval_xl.udfs", functionName, args)
        If Err.Number = 0 Then Exit Function
        Set server = Nothing
    Loop Until isFresh
    isPaused = True
    failedAt = Timer
    SelfEvalCall = "#N/A"
End Function

Sub Ask(title, functionName, args)
    Dim answer
    began = Timer
    answer = SelfEvalCall(functionName, args)
    Tell title, answer
End Sub

Sub Tell(title, answer)
    out.WriteLine Escaped(title) & "|" & TypeName(answer) & "|" & Escaped(answer) & "|" & (Timer - began)
End Sub

Sub TellError(title)
    Tell title, "error " & Err.Number
    Err.Clear
End Sub

Function Escaped(value)
    Dim i, code, text
    text = ""
    If Not IsNull(value) Then
        For i = 1 To Len(CStr(value))
            code = AscW(Mid(CStr(value), i, 1)) And 65535
            If code = 124 Or code = 92 Or code < 32 Or code > 126 Then
                text = text & "\\u" & Right("000" & Hex(code), 4)
            Else
                text = text & Mid(CStr(value), i, 1)
            End If
        Next
    End If
    Escaped = text
End Function

Function Cells(rows, columns, values)
    Dim area, i
    ReDim area(rows - 1, columns - 1)
    For i = 0 To rows * columns - 1
        area(i \\ columns, i Mod columns) = values(i)
    Next
    Cells = area
End Function

Sub Await(path)
    Do Until files.FileExists(path)
        WScript.Sleep 20
    Loop
End Sub
"""


class Answer:
    """One line of a client: what was answered, of which type, and how long it took."""

    def __init__(self, line: str) -> None:
        title, self.type, value, seconds = line.split("|")
        self.title, self.text = _unescaped(title), _unescaped(value)
        self.seconds = float(seconds.replace(",", "."))

    @property
    def value(self) -> float | str:
        return float(self.text.replace(",", ".")) if self.type == "Double" else self.text

    def __repr__(self) -> str:
        return f"{self.title}: {self.type} {self.text!r} in {self.seconds:.2f} s"


def _unescaped(text: str) -> str:
    halves = text.encode("ascii").decode("unicode_escape")
    return halves.encode("utf-16-le", "surrogatepass").decode("utf-16-le")


class Client:
    """A running script; `answers` waits for its end."""

    def __init__(self, process: "subprocess.Popen[bytes]", out: Path, step: str, errors: Path) -> None:
        self.process, self.out, self.step, self.errors = process, out, step, errors

    def answers(self, limit: float = _STEP) -> dict[str, Answer]:
        try:
            self.process.wait(limit)
        except subprocess.TimeoutExpired:
            self.process.kill()
            pytest.fail(f"{self.step}: not done within {limit} s; so far: {self.so_far()}")
        trouble = self.errors.read_text(errors="replace").strip()
        assert not trouble, f"{self.step}: {trouble}"
        answers = self.so_far()
        print(f"\n{self.step}: {list(answers.values())[:8]}")
        return answers

    def so_far(self) -> dict[str, Answer]:
        lines = self.out.read_text("ascii").splitlines() if self.out.exists() else []
        return {answer.title: answer for answer in map(Answer, lines)}


class Desk:
    """One Windows desk; `close` ends whatever still runs on it."""

    def __init__(self, folder: Path, locale: str = "C.UTF-8") -> None:
        self.folder = folder
        self.prefix = folder / "prefix"
        self.home = folder / "电脑 desk"  # Chinese characters and a blank, as at many desks
        self.logs = folder / "log"
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "WINEPREFIX": str(self.prefix),
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": "mscoree,mshtml=",  # no questions about Mono and Gecko
            "LC_ALL": locale,
            "SELFEVAL_XL_LOG_DIR": self.windows_path(self.logs),
        }
        self.scripts = 0
        self.home.mkdir(parents=True)
        self.python = windows_python.copy_with_package(self.home / "Python 3.11")
        self.package = windows_python.site_packages(self.python.parent) / "selfeval_xl"
        self.run("making a Wine prefix", "wineboot", "--init", limit=_STARTING)

    @staticmethod
    def windows_path(path: Path) -> str:
        return "Z:" + str(path).replace("/", "\\")

    def run(self, step: str, *command: str, limit: float = _STEP) -> None:
        """Runs a program of Wine's own, which has to succeed within the limit."""
        # Output to a file, never a pipe: what the program starts inherits a pipe and would keep it open.
        with (self.folder / "step.txt").open("w+b") as said:
            self._finish(step, self._start(command, stdout=said, stderr=said), limit)

    def run_python(self, step: str, code: str) -> str:
        """What a piece of Python prints on this desk (ASCII only)."""
        # To pipes: under Wine, python.exe refuses files.
        command = ("wine", str(self.python), "-P", "-c", code)
        process = self._start(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        return self._finish(step, process, _STEP).replace("\r\n", "\n").strip()

    def _start(self, command: tuple[str, ...], **options: Any) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            command, env=self.environment, stdin=subprocess.DEVNULL, start_new_session=True, **options
        )

    def _finish(self, step: str, process: "subprocess.Popen[bytes]", limit: float) -> str:
        try:
            said, complaint = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            process.kill()
            self.close()
            pytest.fail(f"{step}: not done within {limit} s")
        assert process.returncode == 0, f"{step}: status {process.returncode}, {complaint!r:.2000}"
        return (said or b"").decode("ascii", "backslashreplace")

    def client(self, step: str, *lines: str, pause: float = 60, cwd: Path | None = None) -> Client:
        """Starts a script of these lines; its current folder is its own unless one is given."""
        self.scripts += 1
        folder = self.folder / f"client{self.scripts}"
        folder.mkdir()
        out, script, errors = folder / "out.txt", folder / "client.vbs", folder / "errors.txt"
        head = _CLIENT.replace("{out}", self.windows_path(out)).replace("{pause}", str(pause))
        script.write_text("\r\n".join([*head.splitlines(), *lines, ""]), "ascii")
        # To a file, never a pipe: a server that the script starts inherits it and would keep it open.
        with errors.open("wb") as said:
            command = ("wine", "cscript", "//nologo", self.windows_path(script))
            process = self._start(command, stdout=said, stderr=said, cwd=cwd or folder)
        return Client(process, out, step, errors)

    def ask(self, step: str, *lines: str, limit: float = _STEP, **options: Any) -> dict[str, Answer]:
        return self.client(step, *lines, **options).answers(limit)

    def servers(self) -> list[int]:
        """The processes of SelfEval.Server on this desk, and on no other."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                ours = f"WINEPREFIX={self.prefix}".encode() in (entry / "environ").read_bytes().split(b"\0")
                if ours and b"selfeval_xl.server" in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
        return found

    def wait_until_no_server(self, step: str, limit: float = 20) -> float:
        """Seconds until the last server has ended by itself."""
        began = time.monotonic()
        while self.servers():
            if time.monotonic() - began > limit:
                pytest.fail(f"{step}: a server still runs after {limit} s")
            time.sleep(0.05)
        waited = time.monotonic() - began
        print(f"\n{step}: no server after {waited:.2f} s")
        return waited

    def log(self) -> str:
        path = self.logs / "selfeval-xl.log"
        return path.read_text("utf-8", errors="replace") if path.exists() else ""

    @contextlib.contextmanager
    def changed(self, name: str, content: str) -> Iterator[None]:
        """One file of the package with other content, for a while."""
        path = self.package / name
        before = path.read_bytes()
        path.write_text(content, "utf-8")
        try:
            yield
        finally:
            path.write_bytes(before)

    @contextlib.contextmanager
    def moved_away(self, path: Path) -> Iterator[None]:
        away = path.with_name(path.name + ".away")
        path.rename(away)
        try:
            yield
        finally:
            away.rename(path)

    def close(self) -> None:
        """Ends every process of this desk."""
        for command in (["wineserver", "-k"], ["wineserver", "-w"]):
            with contextlib.suppress(subprocess.TimeoutExpired, FileNotFoundError):
                subprocess.run([_wineserver(), *command[1:]], env=self.environment, timeout=20, capture_output=True)


def _wineserver() -> str:
    """Debian keeps it out of PATH."""
    return shutil.which("wineserver") or next(
        (str(path) for path in Path("/usr/lib/wine").glob("wineserver*") if os.access(path, os.X_OK)), "wineserver"
    )


def needs_wine() -> None:
    """Skips without Wine, except where nothing may be skipped."""
    if shutil.which("wine"):
        return
    reason = "Wine is not installed (apt packages wine, wine64)"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def literal(value: Any) -> str:
    """A Python value as a VBScript expression, ASCII only."""
    if value is None:
        return "Empty"
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int):
        return f"CLng({value})"
    if isinstance(value, float):
        return f"CDbl({value!r})"
    if isinstance(value, datetime):
        day = f"DateSerial({value.year}, {value.month}, {value.day})"
        return f"CDate({day} + TimeSerial({value.hour}, {value.minute}, {value.second}))"
    if isinstance(value, tuple):
        flat = [literal(cell) for row in value for cell in row]
        return f"Cells({len(value)}, {len(value[0])}, Array({', '.join(flat)}))"
    units = str(value).encode("utf-16-le")
    codes = [int.from_bytes(units[i : i + 2], "little") for i in range(0, len(units), 2)]
    return " & ".join(['""', *(f"ChrW({code if code < 32768 else code - 65536})" for code in codes)])


def ask_line(title: str, name: str, arguments: tuple[Any, ...]) -> str:
    """The client's line for one cell."""
    return f'Ask "{title}", "{name}", Array({", ".join(map(literal, arguments))})'
