"""Damaged files by the thousand, read the whole way from the file to the findings, within time and memory.

    .venv/bin/python tests/fuzzing.py --count 100000 --seed 7 [--kind xlsx] [--workers 1]

A file may be read, or refused with a sentence. Everything else is a fault: another exception, more than 5 seconds
of the processor or 500 MB, a process that ends or hangs, a grid that contradicts itself. What a reader stumbles over
in its own code is a fault too, although the person sees only that the file is damaged: a rule is missing there.
A fault is told with its kind, seed and number, and the file is saved. Ctrl-C ends a run early, with what it counted.
"""

import argparse
import json
import os
import random
import resource
import select
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

MB = 1024 * 1024
SECONDS = 5.0  # of the processor
MEMORY = 500  # MB above what the process has before
HANGS = 60.0  # seconds on the clock, after which the process is ended
_ADDRESSES = 1_500 * MB  # so that a process asking for more ends before the computer does
_PDF_MEMORY = 400 * MB  # the bound that a PDF has in the process of its own
_SAVED = 3  # files of each fault
_PYTHON = ("builtins", "datetime", "decimal", "re", "struct")  # whose errors no library means as an answer


def file_of(kind: str, seed: int, number: int) -> bytes:
    """The damaged file that these three name."""
    import fuzz_damage

    return fuzz_damage.damaged(kind, random.Random(f"{seed} {kind} {number}"))  # noqa: S311  # repeatable on purpose


# ---- in the process that reads --------------------------------------------------------------------------------------


@dataclass
class Judged:
    """What became of one file: what it is called in the count, what it took, and the fault if it is one."""

    outcome: str
    seconds: float = 0.0
    memory: float = 0.0  # MB
    fault: str | None = None
    details: str = ""


def judge(path: Path) -> Judged:
    """Reads and checks one file, as `check` and `show` do."""
    before, started = _resident("VmRSS"), _spent()
    _forget_the_most()
    try:
        judged = _read_and_checked(path)
    except BaseException as surprise:
        judged = Judged("exception", fault=_place_of(surprise), details=traceback.format_exc())
    judged.seconds = _spent() - started
    judged.memory = max(0.0, _resident("VmHWM") - before)
    if judged.fault is None and judged.seconds > SECONDS:
        judged.fault = "more than 5 seconds"
    if judged.fault is None and judged.memory > MEMORY:
        judged.fault = "more than 500 MB"
    return judged


def _read_and_checked(path: Path) -> Judged:
    from unittest import mock

    from selfeval_xl import actions, errors, files

    try:
        grids = files.read_grids(path)
    except errors.SelfEvalError as problem:
        return _refused(problem, path)
    if broken := _contradiction(grids):
        return Judged("read", fault=f"the grid contradicts itself: {broken}")
    with mock.patch.object(files, "read_grids", lambda _: grids):  # once is enough
        checked = actions.check([path])
    # As the command line prints it.
    printed = [actions.check_document(checked), actions.show_document(checked)]
    json.dumps(printed, ensure_ascii=False).encode()
    if not checked.forms:
        message = checked.unread[0].message
        return Judged("no form", fault=None if _is_sentence(message, path) else f"no sentence: {message}")
    return Judged("read")


def _refused(problem: Exception, path: Path) -> Judged:
    name = type(problem).__name__
    if not _is_sentence(str(problem), path):
        return Judged(name, fault=f"no sentence: {str(problem)!r}")
    last = traceback.extract_tb(problem.__traceback__)[-1]
    behind = problem.__context__
    if name == "TooLarge" and "内存不足" in str(problem) and not _is_pdf(path):
        return Judged(name, fault="memory was not to be had")
    if name == "Damaged" and last.name == "grids_of" and behind is not None:
        frames = traceback.extract_tb(behind.__traceback__)
        in_ours = str(ROOT / "selfeval_xl") in frames[-1].filename and type(behind).__module__ in _PYTHON
        if in_ours or isinstance(behind, RecursionError):
            details = "".join(traceback.format_exception(behind))
            return Judged(name, fault=f"stumbled: {_place_of(behind)}", details=details)
    return Judged(name)


def _is_sentence(message: str, path: Path) -> bool:
    return path.name in message and message.endswith("。") and len(message.splitlines()) == 1


def _is_pdf(path: Path) -> bool:
    return b"%PDF-" in path.read_bytes()[:1024] or path.suffix == ".eml"


def _contradiction(grids: tuple) -> str | None:
    """What is wrong with grids that every later step relies on."""
    for grid in grids:
        width = max(map(len, grid.rows), default=0)
        if width > 512 or len(grid.rows) > 200_001:
            return f"{len(grid.rows)} rows, {width} columns"
        for area in grid.merges:
            if not (1 <= area.top <= area.bottom <= len(grid.rows) and 1 <= area.left <= area.right <= width):
                return "a merged area reaches out of the sheet"
    return None


def _place_of(problem: BaseException) -> str:
    """Where in our own code it happened; else where at all. Equal places are one fault."""
    frames = traceback.extract_tb(problem.__traceback__)
    ours = [frame for frame in frames if str(ROOT / "selfeval_xl") in frame.filename] or list(frames)
    place = f"{Path(ours[-1].filename).name}:{ours[-1].lineno} {ours[-1].name}" if ours else "nowhere"
    return f"{type(problem).__name__} in {place}"


def _spent() -> float:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def _resident(what: str) -> float:
    """MB that the process has now (VmRSS), or had at most (VmHWM)."""
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    return int(status.partition(f"{what}:")[2].split()[0]) / 1024


def _forget_the_most() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def _read_pdf_here() -> None:
    """PDFs are read in the process that judges: to start one takes longer than to read. Its bound stays."""
    from selfeval_xl import errors
    from selfeval_xl.files import pdf

    def read_here(content: bytes) -> dict:
        soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (int(_resident("VmData") * MB) + _PDF_MEMORY, hard))
        try:
            found = pdf._extracted(content)
        except MemoryError:
            found = pdf._refused(errors.TooLarge("内存不足"))
        except errors.SelfEvalError as problem:
            found = pdf._refused(problem)
        finally:
            resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))
        return json.loads(json.dumps(found))

    pdf._read_apart = read_here


def _work() -> None:
    """Answers one line for each line of standard input: what became of the file that it names."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    from selfeval_xl import actions  # noqa: F401  # not in the time of the first file

    _read_pdf_here()
    with tempfile.TemporaryDirectory() as folder:
        _warm(Path(folder))
        resource.setrlimit(resource.RLIMIT_AS, (int(_resident("VmSize") * MB) + _ADDRESSES, resource.RLIM_INFINITY))
        for line in sys.stdin:
            kind, seed, number = line.split()
            path = Path(folder) / f"坏.{kind}"
            path.write_bytes(file_of(kind, int(seed), int(number)))
            print(json.dumps(vars(judge(path))), file=answers, flush=True)


def _warm(folder: Path) -> None:
    """Every kind once, so that what is imported late counts to no file."""
    import fuzz_seeds

    for kind in fuzz_seeds.KINDS:
        path = folder / f"好.{kind}"
        path.write_bytes(fuzz_seeds.seed(kind, 0))
        judged = judge(path)
        assert (judged.outcome, judged.fault) == ("read", None), (kind, judged)


# ---- in the process that counts -------------------------------------------------------------------------------------


@dataclass
class Fault:
    """One thing that went wrong, with every file it was seen in."""

    kind: str
    what: str
    details: str
    numbers: list[int] = field(default_factory=list)


@dataclass
class Report:
    """What became of all the files, by kind."""

    seed: int
    outcomes: dict[str, Counter] = field(default_factory=dict)
    seconds: dict[str, tuple[float, int]] = field(default_factory=dict)
    memory: dict[str, tuple[float, int]] = field(default_factory=dict)
    faults: dict[tuple[str, str], Fault] = field(default_factory=dict)

    def add(self, kind: str, number: int, judged: Judged) -> Fault | None:
        """Counts one file; the fault, where there is one."""
        self.outcomes.setdefault(kind, Counter())[judged.outcome] += 1
        self.seconds[kind] = max(self.seconds.get(kind, (0.0, 0)), (judged.seconds, number))
        self.memory[kind] = max(self.memory.get(kind, (0.0, 0)), (judged.memory, number))
        if judged.fault is None:
            return None
        fault = self.faults.setdefault((kind, judged.fault), Fault(kind, judged.fault, judged.details))
        fault.numbers.append(number)
        return fault

    def table(self) -> str:
        """One line for each kind: how many, how they ended, the worst time and memory with the file's number."""
        lines = []
        for kind, outcomes in sorted(self.outcomes.items()):
            (seconds, slowest), (memory, largest) = self.seconds[kind], self.memory[kind]
            ends = ", ".join(f"{name} {count}" for name, count in outcomes.most_common())
            lines.append(
                f"{kind:12} {outcomes.total():7}  {seconds:5.2f} s ({slowest})  {memory:4.0f} MB ({largest})  {ends}"
            )
        return "\n".join(lines)

    def told(self) -> str:
        """Every fault, with how to see it again."""
        return "\n".join(
            f"{fault.kind}: {fault.what}; {len(fault.numbers)} times. Again: .venv/bin/python tests/fuzzing.py "
            f"--kind {fault.kind} --seed {self.seed} --only {fault.numbers[0]}\n{fault.details}"
            for fault in self.faults.values()
        )


class _Reader:
    """A process that reads one file after the other; another one takes its place when it ends."""

    def __init__(self) -> None:
        self._process: subprocess.Popen | None = None

    def judged(self, kind: str, seed: int, number: int) -> Judged:
        process = self._process = self._process or self._started()
        try:
            process.stdin.write(f"{kind} {seed} {number}\n".encode())
            process.stdin.flush()
            hangs = not select.select([process.stdout], [], [], HANGS)[0]
            line = b"" if hangs else process.stdout.readline()
        except OSError:
            hangs, line = False, b""
        if line:
            return Judged(**json.loads(line))
        self.end()
        what = f"hangs for {HANGS:.0f} seconds" if hangs else f"the process ended: {process.returncode}"
        return Judged("ended", HANGS if hangs else 0.0, fault=what)

    def end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _started(self) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, str(Path(__file__).resolve()), "--work"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            start_new_session=True,  # so that Ctrl-C reaches the one that counts only
            env=os.environ | {"PYTHONHASHSEED": "0"},
        )


def run(
    work: Iterator[tuple[str, int]],
    seed: int,
    *,
    workers: int,
    saved_in: Path,
    say: Callable[[str], None] = lambda _: None,
) -> Report:
    """Reads every file that `work` names by kind and number, in so many processes; Ctrl-C ends it early."""
    report, lock, trouble = Report(seed), threading.Lock(), []
    enough = threading.Event()

    def read_some() -> None:
        reader = _Reader()
        try:
            while True:
                with lock:
                    one = next(work, None)
                if one is None or trouble or enough.is_set():
                    return
                judged = reader.judged(one[0], seed, one[1])
                with lock:
                    fault = report.add(*one, judged)
                if fault is not None and len(fault.numbers) <= _SAVED:
                    path = saved_in / f"{seed}-{one[1]}.{one[0]}"
                    path.write_bytes(file_of(one[0], seed, one[1]))
                    say(f"{path}: {fault.what}")
        except BaseException as problem:
            trouble.append(problem)
        finally:
            reader.end()

    threads = [threading.Thread(target=read_some) for _ in range(workers)]
    for thread in threads:
        thread.start()
    try:
        for thread in threads:
            thread.join()
    except KeyboardInterrupt:
        enough.set()
        for thread in threads:
            thread.join()
    if trouble:
        raise trouble[0]
    return report


def spread(count: int, kinds: list[str]) -> Iterator[tuple[str, int]]:
    """So many files, of every kind in turn."""
    return ((kinds[index % len(kinds)], index // len(kinds)) for index in range(count))


def main() -> int:
    import fuzz_seeds

    parser = argparse.ArgumentParser(description="Reads damaged files and tells what goes wrong.")
    parser.add_argument("--count", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=2022)
    parser.add_argument("--kind", choices=sorted(fuzz_seeds.KINDS), action="append")
    parser.add_argument("--only", type=int, help="the number of one file of one kind")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "selfeval-fuzzing")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    kinds = asked.kind or list(fuzz_seeds.KINDS)
    work = spread(asked.count, kinds) if asked.only is None else ((kind, asked.only) for kind in kinds)
    started = time.monotonic()
    report = run(
        iter(work), asked.seed, workers=asked.workers, saved_in=asked.folder, say=lambda s: print(s, flush=True)
    )
    print(report.table())
    print(report.told())
    total = sum(outcomes.total() for outcomes in report.outcomes.values())
    print(f"{total} files in {time.monotonic() - started:.0f} seconds, {len(report.faults)} faults")
    return 1 if report.faults else 0


if __name__ == "__main__":
    if sys.argv[1:] == ["--work"]:
        _work()
    else:
        sys.exit(main())
