"""Many hands: files are handed out to processes, and none is lost where one of those ends in the middle."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from itertools import count, islice
from multiprocessing import active_children
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, NamedTuple

from selfeval_xl.collect.judged import NAMELESS, Contents, judged
from selfeval_xl.collect.known import packed
from selfeval_xl.collect.processes import deaf, processes
from selfeval_xl.collect.scratch import Scratch
from selfeval_xl.files.bounds import MB
from selfeval_xl.profiles import Profile

_MOST_AT_ONCE = 16  # files handed out together
_HEAVIEST = 4 * MB  # bytes of them, unless one alone has more
_AHEAD = 3  # lots for each process: enough to keep it at work, and no more in memory
_SAID = "-said"
_FATAL = f"“{NAMELESS}”使读取它的程序中断，没有读出。请用 Excel、Word 或 WPS 打开，另存一份后再试。"


class Work(NamedTuple):
    """The content of a file under its key."""

    key: bytes
    content: bytes


class Done(NamedTuple):
    """What was read of the file with this key; `is_sure` unless only an accident is told of."""

    key: bytes
    said: bytes
    is_sure: bool = True


class _Here(Executor):
    """Work done on the spot, where the system lets no process begin."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as problem:
            done.set_exception(problem)
        return done


Reader = Callable[[list[bytes], Profile | None], list[bytes]]


def read(lot: list[bytes], profile: Profile | None) -> list[bytes]:
    """What a process does: judges each content of a lot."""
    return [packed(judged(content, profile)) for content in lot]


def read_file(reader: Reader, path: str, lengths: list[int], profile: Profile | None) -> list[int]:
    """The same of contents that lie one after the other in a file; what is said of them lies in another one.

    The lengths of it are all that goes through the pipe: whoever listens there waits for ever where a process ends in
    the middle of an answer.
    """
    with open(path, "rb") as file:  # noqa: PTH123 (a path that travels as words)
        said = reader([file.read(length) for length in lengths], profile)
    with open(path + _SAID, "wb") as file:  # noqa: PTH123
        file.write(b"".join(said))
    return list(map(len, said))


def _told(done: Future[list[int]], path: Path) -> Future[list[bytes]]:
    """What a process says of a lot, once it has written it down."""
    told: Future[list[bytes]] = Future()
    told.set_running_or_notify_cancel()
    answer = Path(f"{path}{_SAID}")

    def hear(done: Future[list[int]]) -> None:
        try:
            lengths = done.result()
            with answer.open("rb") as file:
                said = [file.read(length) for length in lengths]
        except BaseException as problem:
            told.set_exception(problem)
        else:
            told.set_result(said)
        for used in (path, answer):
            used.unlink(missing_ok=True)

    done.add_done_callback(hear)
    return told


class _Processes:
    """Processes of our own, which get their work as files.

    What is handed to Python's own pool must be small: before 3.11.7 it waits for ever where a process dies while a
    larger piece is on its way to it.
    """

    def __init__(self, make: Callable[[str], Executor]) -> None:
        self._make = make
        self._folder = Scratch()
        self._others: set[BaseProcess] = set(active_children())
        self._pool = make(str(self._folder.path))
        self._names = count()

    def submit(self, contents: list[bytes], profile: Profile | None) -> Future[list[bytes]]:
        if isinstance(self._pool, _Here):
            return self._pool.submit(read, contents, profile)
        path = self._folder.path / str(next(self._names))
        path.write_bytes(b"".join(contents))
        with deaf():
            done = self._pool.submit(read_file, read, str(path), list(map(len, contents)), profile)
        return _told(done, path)

    def renew(self) -> None:
        """A new pool for a broken one; where none can live, the work is done on the spot."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._pool = self._make(str(self._folder.path))
        try:
            with deaf():
                alive = self._pool.submit(os.getpid)
            alive.result()
        except BrokenExecutor:  # it was no file's fault
            self._pool = _Here()

    def end(self, *, at_once: bool) -> None:
        if at_once:
            for process in set(active_children()) - self._others:
                process.terminate()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._folder.end()


class _Given:
    """Somebody else's executor, which mends itself, or not."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    def submit(self, contents: list[bytes], profile: Profile | None) -> Future[list[bytes]]:
        return self._executor.submit(read, contents, profile)

    def renew(self) -> None:
        pass

    def end(self, *, at_once: bool) -> None:
        pass


class Hands:
    """Hands work out to an executor of anybody's, or to processes of our own, and brings the answers back.

    Where a process dies with a lot, its files are handed out again one by one; the one with which it dies again is
    said to be the cause, and the others are read.
    """

    def __init__(
        self, profile: Profile | None, executor: Executor | None = None, make: Callable[[str], Executor] = processes
    ) -> None:
        self._profile, self._make = profile, make
        self._at_work: _Given | _Processes | None = None if executor is None else _Given(executor)
        self._running: dict[Future[list[bytes]], list[Work]] = {}
        self._suspects: deque[Work] = deque()

    def read(self, work: Iterable[Work], meanwhile: Callable[[], object] = lambda: None) -> Iterator[Done]:
        """Every file with what was read of it, in the order in which they are done.

        `meanwhile` is called once, after the first files were handed out: it takes some time until they come back.
        """
        lots, most = _lots(work), _AHEAD * (os.cpu_count() or 1)
        try:
            for lot in islice(lots, most):
                self._hand_out(lot)
            meanwhile()
            for lot in lots:
                if len(self._running) >= most:
                    yield from self._answers()
                self._hand_out(lot)
            while self._running or self._suspects:
                yield from self._answers()
        except BaseException:
            self._let_go(at_once=True)
            raise
        self._let_go(at_once=False)

    def _hand_out(self, lot: list[Work]) -> None:
        try:
            self._running[self._submitted(lot)] = lot
        except BrokenExecutor:  # before this lot was taken
            self._suspects += lot
            self._renew()

    def _submitted(self, lot: list[Work]) -> Future[list[bytes]]:
        if self._at_work is None:  # nobody is asked to come where nothing is to be done
            self._at_work = _Processes(self._make)
        return self._at_work.submit([one.content for one in lot], self._profile)

    def _answers(self) -> Iterator[Done]:
        """What is done by now, at least one lot; then whatever lots a dying process has left, one file at a time."""
        is_broken = False
        for future in wait(self._running, return_when=FIRST_COMPLETED).done if self._running else ():
            lot = self._running.pop(future)
            if future.exception() is None:
                yield from (Done(one.key, said) for one, said in zip(lot, future.result(), strict=True))
            else:
                self._suspects += lot
                is_broken |= isinstance(future.exception(), BrokenExecutor)
        if is_broken:
            for lot in self._running.values():
                self._suspects += lot
            self._running.clear()
            self._renew()
        while self._suspects and not self._running:
            yield self._alone(self._suspects.popleft())

    def _alone(self, one: Work) -> Done:
        try:
            return Done(one.key, self._submitted([one]).result()[0])
        except BrokenExecutor:
            self._renew()
        except Exception:  # noqa: S110 (whatever an executor says of a worker that died)
            pass
        return Done(one.key, packed(Contents(trouble=_FATAL)), is_sure=False)

    def _renew(self) -> None:
        if self._at_work is not None:
            self._at_work.renew()

    def _let_go(self, *, at_once: bool) -> None:
        for future in self._running:
            future.cancel()
        if self._at_work is not None:
            self._at_work.end(at_once=at_once)


def _lots(work: Iterable[Work]) -> Iterator[list[Work]]:
    lot: list[Work] = []
    weight = 0
    for one in work:
        if lot and (len(lot) == _MOST_AT_ONCE or weight + len(one.content) > _HEAVIEST):
            yield lot
            lot, weight = [], 0
        lot.append(one)
        weight += len(one.content)
    if lot:
        yield lot
