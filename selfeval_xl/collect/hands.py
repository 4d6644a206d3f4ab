"""Many hands: files are handed out to processes, and none is lost where one of those ends in the middle."""

import contextlib
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from multiprocessing import active_children, get_context, parent_process
from multiprocessing.process import BaseProcess
from typing import Any, NamedTuple

from selfeval_xl.collect.judged import NAMELESS, Contents, judged
from selfeval_xl.collect.known import packed
from selfeval_xl.files.bounds import MB
from selfeval_xl.profiles import Profile

_MOST_AT_ONCE = 16  # files handed out together
_HEAVIEST = 4 * MB  # bytes of them, unless one alone has more
_AHEAD = 3  # lots for each process: enough to keep it at work, and no more in memory
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


def processes(count: int | None = None) -> Executor:
    """One process for each core, or so many; they end when this one ends, however it ends."""
    return ProcessPoolExecutor(count or os.cpu_count(), get_context("spawn"), _begin)


def _begin() -> None:
    """Ctrl-C is for the one who handed the work out; whoever is left alone goes, too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()

    def leave_with_it() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=leave_with_it, daemon=True).start()


def read(lot: list[bytes], profile: Profile | None) -> list[bytes]:
    """What a process does: judges each content of a lot."""
    return [packed(judged(content, profile)) for content in lot]


def _unblock(executor: Executor | None) -> None:
    """Lets go of what is still to be handed to processes that are gone.

    Before 3.11.7 Python's own pool waits for ever where one ends while a large piece of work is on its way to it.
    """
    queue = getattr(executor, "_call_queue", None)
    with contextlib.suppress(AttributeError, OSError):
        queue._reader.close()  # type: ignore[union-attr]


@contextlib.contextmanager
def _deaf() -> Iterator[None]:
    """Ctrl-C waits for a moment; a process that begins in it does not hear it at all."""
    if not hasattr(signal, "pthread_sigmask"):  # on Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Hands:
    """Hands work out to an executor of anybody's, or to processes of our own, and brings the answers back.

    Where a process dies with a lot, its files are handed out again one by one; the one with which it dies again is
    said to be the cause, and the others are read.
    """

    def __init__(
        self, profile: Profile | None, executor: Executor | None = None, make: Callable[[], Executor] = processes
    ) -> None:
        self._profile, self._make = profile, make
        self._given, self._executor = executor, executor
        self._running: dict[Future[list[bytes]], list[Work]] = {}
        self._suspects: deque[Work] = deque()
        self._others: set[BaseProcess] = set(active_children())  # processes that are not ours

    def read(self, work: Iterable[Work]) -> Iterator[Done]:
        """Every file with what was read of it, in the order in which they are done."""
        try:
            for lot in _lots(work):
                self._hand_out(lot)
                if len(self._running) >= _AHEAD * (os.cpu_count() or 1):
                    yield from self._answers()
            while self._running or self._suspects:
                yield from self._answers()
        except BaseException:
            for process in set(active_children()) - self._others:
                process.terminate()
            _unblock(self._executor)
            raise
        finally:
            self._let_go()

    def _hand_out(self, lot: list[Work]) -> None:
        with contextlib.suppress(BrokenExecutor):
            self._running[self._submitted(lot)] = lot
            return
        self._suspects += lot  # it broke before this lot was taken
        self._renew()

    def _submitted(self, lot: list[Work]) -> Future[list[bytes]]:
        if self._executor is None:
            self._others = set(active_children())
            self._executor = self._make()
        with _deaf():
            return self._executor.submit(read, [one.content for one in lot], self._profile)

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
        """A new pool for a broken one of ours; somebody else's mends itself, or not."""
        if self._executor is None or self._given is not None:
            return
        _unblock(self._executor)
        self._executor.shutdown(wait=False, cancel_futures=True)
        self._executor = self._make()
        try:
            self._executor.submit(os.getpid).result()
        except BrokenExecutor:  # it was no file's fault
            self._executor = _Here()

    def _let_go(self) -> None:
        for future in self._running:
            future.cancel()
        if self._executor is not None and self._given is None:
            self._executor.shutdown(wait=True, cancel_futures=True)
            self._executor = None


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
