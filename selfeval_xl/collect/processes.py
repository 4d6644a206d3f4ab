"""The processes among which files are handed out: how they begin, and that none outlives this one."""

import contextlib
import os
import shutil
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from multiprocessing import get_context, parent_process


def processes(folder: str, number: int | None = None) -> Executor:
    """One process for each core, or so many; they end when this one ends, however it ends, and the folder with them."""
    return ProcessPoolExecutor(number or os.cpu_count(), get_context("spawn"), _begin, (folder,))


def _begin(folder: str) -> None:
    """Ctrl-C is for the one who handed the work out; whoever is left alone goes, too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()

    def leave_with_it() -> None:
        if parent is not None:
            parent.join()
            shutil.rmtree(folder, ignore_errors=True)
            os._exit(1)

    threading.Thread(target=leave_with_it, daemon=True).start()


@contextlib.contextmanager
def deaf() -> Iterator[None]:
    """Ctrl-C waits for a moment; a process that begins in it does not hear it at all."""
    if not hasattr(signal, "pthread_sigmask"):  # on Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
