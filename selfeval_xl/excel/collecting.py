"""The summary of what was handed in, made by a process of its own: a button starts it and asks how far it has come.

A call of Excel to Python keeps Excel waiting, so no call may take minutes. The process ends with this one, however
that comes about, and leaves the old file or the new one.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, takewhile
from pathlib import Path
from typing import Any
from uuid import uuid4

from selfeval_xl.excel import log

NAME = "汇总"
_FINISHED = (0, 1)  # the second where a form holds an error
_TOLD = "collecting-"  # how the names of its files begin
_GRACE = 5  # seconds to end by itself
_LOST = "汇总中断了，没有生成新的汇总文件。请重新单击“汇总来表”。"
_BROKEN = "汇总没有完成，没有生成文件。请重试；仍不行的，单击“诊断”，把报告发给维护人员。"


@dataclass(frozen=True)
class State:
    """How far a summary has come: files done of those met; once it is over, what is to be said and opened."""

    done: int = 0
    total: int = 0
    is_over: bool = False
    said: str = ""
    written: Path | None = None


class _Run:
    """A process that makes one summary, with files for what it tells.

    They lie beside the log: what a killed server leaves there goes at the next start, or with the program.
    """

    def __init__(self, token: str, folder: Path, target: Path, before: Path | None) -> None:
        self.target, self.was_stopped, self.state = target, False, State()
        home = log.log_path().parent
        home.mkdir(parents=True, exist_ok=True)
        self._told = home / f"{_TOLD}{token}"
        self._progress, self._out, self._complaint = (
            self._told.with_suffix(ending) for ending in (".progress", ".out", ".complaint")
        )
        command = [*_program(), "collect", str(folder), "-o", str(target), "--progress", str(self._progress)]
        command += ["--notes", str(before)] if before else []
        with self._out.open("wb") as out, self._complaint.open("wb") as complaint:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=complaint,
                cwd=sys.exec_prefix,  # nothing is loaded from where the forms lie
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        self._job = _bound(self.process)

    def look(self) -> State:
        """The state as it is now."""
        if self.state.is_over:
            return self.state
        status = self.process.poll()
        if status is None:
            self.state = self._on_the_way()
        else:
            self.state = self._ended(status)
            _drop(self._told.parent, self._told.name)
        return self.state

    def stop(self) -> None:
        """Ends the process and those that it has started."""
        self.was_stopped = True
        _end(self.process, self._job)

    def _on_the_way(self) -> State:
        # The file may be just replaced; then the old numbers are good for another second.
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            told = json.loads(self._progress.read_text(encoding="utf-8"))
            return State(int(told["done"]), int(told["total"]))
        return self.state

    def _ended(self, status: int) -> State:
        if status in _FINISHED and self.target.is_file():
            return State(is_over=True, said=_text(self._out), written=self.target)
        if self.was_stopped:
            return State(is_over=True)
        return State(is_over=True, said=_text(self._complaint) or _BROKEN)


_runs: dict[str, _Run] = {}


def start(folder: Path) -> str:
    """Begins a summary of the folder, to be written beside it; the token names it from now on.

    What people wrote into the newest summary there is carried over.
    """
    folder = folder.absolute()
    token = uuid4().hex
    if not running():
        _drop(log.log_path().parent, _TOLD)
    _runs[token] = _Run(token, folder, new_name(folder.parent), _before(folder.parent))
    return token


def state(token: str) -> State:
    """How far it has come."""
    run = _runs.get(token)
    return run.look() if run else State(is_over=True, said=_LOST)


def stop(token: str) -> bool:
    """Ends it in the middle; whether there was something left to end."""
    if state(token).is_over:
        return False
    _runs[token].stop()
    return state(token).written is None


def running() -> str | None:
    """The one that is being made, if any."""
    return next((token for token in _runs if not state(token).is_over), None)


def new_name(folder: Path) -> Path:
    """A summary that is not there yet: 汇总.xlsx, 汇总(2).xlsx."""
    return next(path for path in _names(folder) if not os.path.lexists(path))


def _before(folder: Path) -> Path | None:
    """The summary that was written last, by its number."""
    from selfeval_xl.collect.remarks import is_summary

    there = list(takewhile(os.path.lexists, _names(folder)))
    return next(filter(is_summary, reversed(there)), None)


def _names(folder: Path) -> Iterator[Path]:
    yield folder / f"{NAME}.xlsx"
    yield from (folder / f"{NAME}({number}).xlsx" for number in count(2))


def _drop(folder: Path, beginning: str) -> None:
    """Takes away what was told; a file that somebody still holds stays until the next time."""
    for file in folder.glob(f"{beginning}*"):
        with contextlib.suppress(OSError):
            file.unlink()


def _program() -> list[str]:
    """This program with its own Python, without a window where that is possible."""
    python = Path(sys.executable)
    windowless = python.with_name("pythonw.exe")
    return [str(windowless if windowless.exists() else python), "-E", "-P", "-m", "selfeval_xl"]


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace").strip()


def _bound(process: "subprocess.Popen[bytes]") -> Any:
    """Has Windows end the process, and those it starts, as soon as this one is gone; what is returned is to be kept."""
    if sys.platform != "win32":
        return None
    import pywintypes
    import win32job

    job = win32job.CreateJobObject(None, "")
    kind = win32job.JobObjectExtendedLimitInformation
    limits = win32job.QueryInformationJobObject(job, kind)
    limits["BasicLimitInformation"]["LimitFlags"] |= win32job.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
    win32job.SetInformationJobObject(job, kind, limits)
    try:
        win32job.AssignProcessToJobObject(job, int(process._handle))
    except pywintypes.error:  # it has ended already
        return None
    return job


def _end(process: "subprocess.Popen[bytes]", job: Any) -> None:
    if sys.platform == "win32":
        if job is not None:
            import win32job

            win32job.TerminateJobObject(job, 2)
        else:
            process.kill()
        process.wait()
        return
    for signaled in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signaled)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE)
            return
