"""A Windows desk under Wine: its own prefix, its own Python, and VBScript clients in place of Excel.

A client's lines are the lines of the workbook's VBA. Each step has its own time limit, and everything that
was started is ended in any case.
"""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

import pytest
import windows_python

# Seconds after which a step counts as hanging; Wine itself waits 30 for a server that does not come.
_STARTING = 240
_STEP = 150
_ATTEMPTS = 3

# The bridge's logic: keep the server, replace a dead one once, then answer at once for a while, or for good
# where the failure took long.
# (VBScript knows no GoTo, hence the loop. That of Wine 8 knows neither ChrW nor AscW nor WScript.Sleep
# and says nothing of an error, hence the files in UTF-16, the busy Pause and the last line.)
_CLIENT = """
Option Explicit
Dim server, isPaused, isGivenUp, failedAt, lastError, starts, files, out, began, written, texts(999)
isPaused = False
isGivenUp = False
failedAt = 0
starts = 0
Set server = Nothing
Set files = CreateObject("Scripting.FileSystemObject")
Set out = files.CreateTextFile("{out}", True, True)
Set written = files.OpenTextFile("{texts}", 1, False, -1)
Do Until written.AtEndOfStream
    texts(began) = written.ReadLine
    began = began + 1
Loop

Function SelfEvalCall(functionName, args)
    Dim isFresh, callBegan
    SelfEvalCall = "#N/A"
    If isGivenUp Then Exit Function
    If isPaused Then
        If Timer - failedAt <= {pause} Then Exit Function
        isPaused = False
    End If
    callBegan = Timer
    On Error Resume Next
    Do
        Err.Clear
        isFresh = (server Is Nothing)
        If isFresh Then
            starts = starts + 1
            Set server = CreateObject("SelfEval.Server")
        End If
        If Err.Number = 0 Then SelfEvalCall = server.CallUDF("selfeval_xl.excel.functions", functionName, args)
        If Err.Number = 0 Then Exit Function
        Set server = Nothing
        lastError = Hex(Err.Number)
    Loop Until isFresh
    isPaused = True
    failedAt = Timer
    isGivenUp = (failedAt - callBegan > {slow})
    SelfEvalCall = "#N/A"
End Function

Sub Ask(title, functionName, args)
    Dim answer
    began = Timer
    answer = SelfEvalCall(functionName, args)
    Tell title, answer
End Sub

Sub Tell(title, answer)
    Dim waited, line
    waited = Timer - began
    line = title & Chr(9) & TypeName(answer) & Chr(9) & CStr(answer) & Chr(9) & waited
    out.Write line & Chr(9) & starts & Chr(9) & lastError & Chr(10)
End Sub

Sub TellError(title)
    Tell title, "error " & Err.Number
    Err.Clear
End Sub

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
        Pause 0.02
    Loop
End Sub

Sub Pause(seconds)
    Dim start
    start = Timer
    Do While Timer - start < seconds
    Loop
End Sub
"""


_DONE = "done"
_TEXT = re.compile(r'"(?:[^"]|"")*"')


class Answer:
    """One line of a client: what was answered, of which type, and how often a server was asked for by then.

    The seconds are there to be read by people; how long a start takes, Wine decides.
    """

    def __init__(self, line: str) -> None:
        self.title, self.type, self.text, seconds, starts, self.error = line.split("\t")
        self.seconds = float(seconds)
        self.starts = int(starts)

    @property
    def value(self) -> float | str:
        return float(self.text) if self.type in ("Double", "Integer", "Long") else self.text

    def __repr__(self) -> str:
        told = f"{self.title}: {self.type} {self.text!r} in {self.seconds:.2f} s"
        return f"{told}, {self.starts} starts, last error {self.error}"


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
        assert self._lines()[-1:] == [_DONE], f"{self.step}: the script broke off after {list(answers)[-1:]}"
        print(f"\n{self.step}: {list(answers.values())[:8]}")
        return answers

    def so_far(self) -> dict[str, Answer]:
        lines = [line for line in self._lines() if line != _DONE]
        return {answer.title: answer for answer in map(Answer, lines)}

    def _lines(self) -> list[str]:
        if not self.out.exists():
            return []
        *whole, _ = self.out.read_bytes().decode("utf-16", "replace").split("\n")
        return whole


class Desk:
    """One Windows desk; `close` ends whatever still runs on it."""

    def __init__(self, folder: Path, locale: str = "C.UTF-8", *, with_python: bool = True) -> None:
        self.folder = folder
        self.prefix = folder / "prefix"
        self.home = folder / "电脑 desk"  # Chinese characters and a blank, as at many desks
        self.logs = folder / "log"
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "WINEPREFIX": str(self.prefix),
            "WINEDEBUG": "-all",
            # No questions about Mono and Gecko, and shortcuts stay among the files of this desk.
            "WINEDLLOVERRIDES": "mscoree,mshtml=;winemenubuilder.exe=d",
            "LC_ALL": locale,
            "SELFEVAL_XL_LOG_DIR": self.windows_path(self.logs),
        }
        self.scripts = 0
        self.home.mkdir(parents=True)
        self.prefix.mkdir()
        if with_python:
            self.python = windows_python.copy_with_package(self.home / "Python 3.11")
            self.package = windows_python.site_packages(self.python.parent) / "selfeval_xl"
        self._make_prefix()
        self.run("ending the session that made it", "wineserver", "-w", limit=_STARTING)
        # -p: from now on one session. While a session ends, Wine refuses a client or keeps it waiting.
        self.run("starting a session", "wineserver", "-p")
        self.run("starting its services", "wine", "cmd", "/c", "net start RpcSs & exit 0")

    def _make_prefix(self) -> None:
        """Makes the prefix, another one where that fails: seldom, Wine does not find its own libraries at once."""
        for attempt in range(1, _ATTEMPTS + 1):
            self.environment["WINEDEBUG"] = "err+all"
            try:
                self.run(f"making a Wine prefix, attempt {attempt}", "wineboot", "--init", limit=_STARTING)
                return
            except AssertionError as failure:
                if attempt == _ATTEMPTS:
                    raise
                print(f"\n{failure}")
                self.close()
                self.prefix = self.folder / f"prefix{attempt + 1}"
                self.prefix.mkdir()
                self.environment["WINEPREFIX"] = str(self.prefix)
            finally:
                self.environment["WINEDEBUG"] = "-all"

    @staticmethod
    def windows_path(path: Path) -> str:
        return "Z:" + str(path).replace("/", "\\")

    def run(self, step: str, *command: str, limit: float = _STEP) -> None:
        """Runs a program of Wine's own, which has to succeed within the limit."""
        # Output to a file, never a pipe: what the program starts inherits a pipe and would keep it open.
        told = self.folder / "step.txt"
        with told.open("wb") as said:
            process = self._start(command, stdout=said, stderr=said)
        try:
            self._finish(step, process, limit)
        except AssertionError as failure:
            raise AssertionError(f"{failure}\n{told.read_text(errors='replace')[-2_000:]}") from None

    def run_python(self, step: str, code: str) -> str:
        """What a piece of Python prints on this desk (ASCII only)."""
        # To pipes: under Wine, python.exe refuses files.
        command = ("wine", str(self.python), "-P", "-c", code)
        process = self._start(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        return self._finish(step, process, _STEP).replace("\r\n", "\n").strip()

    def double_click(self, program: Path, *, status: int = 0) -> str:
        """What a .bat says that was double-clicked; its end has to be this."""
        return self._finish(program.name, self.start_click(program), _STEP, status=status, encoding="utf-8")

    def start_click(self, program: Path, *more: str) -> "subprocess.Popen[bytes]":
        """Starts a program from its own folder, as Windows' Explorer does."""
        command = ("wine", "cmd", "/c", program.name, *more)
        return self._start(command, cwd=program.parent, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def _start(
        self, command: tuple[str, ...], variables: dict[str, str] | None = None, **options: Any
    ) -> "subprocess.Popen[bytes]":
        environment = {**self.environment, **(variables or {})}
        return subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, start_new_session=True, **options)

    def _finish(
        self, step: str, process: "subprocess.Popen[bytes]", limit: float, *, status: int = 0, encoding: str = "ascii"
    ) -> str:
        try:
            said, complaint = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            process.kill()
            self.close()
            pytest.fail(f"{step}: not done within {limit} s")
        told = (said or b"").decode(encoding, "backslashreplace")
        assert process.returncode == status, f"{step}: status {process.returncode}, {told} {complaint!r:.2000}"
        return told

    def client(
        self, step: str, *lines: str, pause: float = 60, slow: float = 5, cwd: Path | None = None, **variables: str
    ) -> Client:
        """Starts a script of these lines, with more variables of the environment where they are given.

        Its current folder is its own unless one is given.
        """
        self.scripts += 1
        folder = self.folder / f"client{self.scripts}"
        folder.mkdir()
        out, script, errors = folder / "out.txt", folder / "client.vbs", folder / "errors.txt"
        texts: list[str] = []
        body = [_TEXT.sub(lambda match: _moved(match[0], texts), line) for line in lines]
        (folder / "texts.txt").write_bytes("\r\n".join(texts).encode("utf-16"))
        head = _CLIENT.replace("{pause}", str(pause)).replace("{slow}", str(slow))
        for name in ("out", "texts"):
            head = head.replace(f"{{{name}}}", self.windows_path(folder / f"{name}.txt"))
        end = f'out.Write "{_DONE}" & Chr(10)'
        script.write_text("\r\n".join([*head.splitlines(), *body, end, ""]), "ascii")
        # To a file, never a pipe: a server that the script starts inherits it and would keep it open.
        with errors.open("wb") as said:
            command = ("wine", "cscript", "//nologo", self.windows_path(script))
            process = self._start(command, variables, stdout=said, stderr=said, cwd=cwd or folder)
        return Client(process, out, step, errors)

    def ask(self, step: str, *lines: str, limit: float = _STEP, **options: Any) -> dict[str, Answer]:
        return self.client(step, *lines, **options).answers(limit)

    def servers(self) -> list[int]:
        """The processes of SelfEval.Server on this desk, and on no other."""
        return self.processes(b"selfeval_xl.excel.server")

    def processes(self, name: bytes) -> list[int]:
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                ours = f"WINEPREFIX={self.prefix}".encode() in (entry / "environ").read_bytes().split(b"\0")
                if ours and name in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
        return found

    def kill_servers(self) -> None:
        """As by the task manager. Wine's RpcSs, unlike that of Windows, goes on offering a dead server;
        so it is ended as well, and starts again for the next client that needs it."""
        self.kill(*self.processes(b"rpcss.exe"), *self.servers())
        self.wait_until_no_server("killing")

    @staticmethod
    def kill(*processes: int) -> None:
        for process in processes:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    def wait_until_no_server(self, step: str, limit: float = _STEP) -> float:
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
        for option in ("-k", "-w"):
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._start(("wineserver", option), stdout=subprocess.DEVNULL).wait(20)


def needs_wine() -> None:
    """Skips without Wine, except where nothing may be skipped."""
    if not (shutil.which("wine") and shutil.which("wineserver")):
        missing("Wine is not installed (tools/setup.sh tests)")


def needs_chinese() -> None:
    """Skips where a Windows of code page 936 cannot be had."""
    if "zh_CN.utf8" not in subprocess.run(["locale", "-a"], capture_output=True, text=True).stdout.split():
        missing("the locale zh_CN.UTF-8 is not installed (tools/setup.sh tests)")


def missing(what: str) -> NoReturn:
    """Ends a test for which something is missing on this machine."""
    if os.environ.get("CI") == "true":
        pytest.fail(what)
    pytest.skip(what)


def literal(value: Any) -> str:
    """A Python value as a VBScript expression."""
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
    return '"' + str(value).replace('"', '""') + '"'


def _moved(text: str, texts: list[str]) -> str:
    """A text that is not ASCII goes to the file of texts, and the script names its place there."""
    if text.isascii():
        return text
    words = text[1:-1].replace('""', '"')
    if words not in texts:
        texts.append(words)
    return f"texts({texts.index(words)})"


def ask_line(title: str, name: str, arguments: tuple[Any, ...]) -> str:
    """The client's line for one cell."""
    return f'Ask "{title}", "{name}", Array({", ".join(map(literal, arguments))})'
