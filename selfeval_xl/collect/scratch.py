"""A folder among the temporary ones for files on their way to another program; the next one clears what was left.

Who is killed takes nothing away. Each folder has a file that is locked for as long as its process lives, so that those
of the dead can be told from those of the living.
"""

import contextlib
import os
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_NAME = "selfeval-work-"  # how the folders begin
_LOCK = "lock"
_OURS = b"selfeval-xl"  # what stands in the lock: nobody else writes it
_YOUNG = 60  # seconds in which a folder may still be without its lock


class Scratch:
    """A new folder, for as long as it is needed."""

    def __init__(self) -> None:
        _clear()
        self.path = Path(tempfile.mkdtemp(prefix=_NAME))
        self._lock = (self.path / _LOCK).open("xb")
        self._lock.write(_OURS)
        self._lock.flush()
        _locked(self._lock)

    def end(self) -> None:
        """Takes the folder away with all that is in it."""
        self._lock.close()
        shutil.rmtree(self.path, ignore_errors=True)


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """A new folder which lasts no longer than the block."""
    made = Scratch()
    try:
        yield made.path
    finally:
        made.end()


def _clear() -> None:
    """Takes away the folders whose process is gone; what the system refuses stays."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_NAME}*"):
        with contextlib.suppress(OSError):
            about = folder.lstat()
            is_old = stat.S_ISDIR(about.st_mode) and time.time() - about.st_mtime >= _YOUNG
            if not is_old or (hasattr(os, "getuid") and about.st_uid != os.getuid()):
                continue
            if not (folder / _LOCK).exists():
                folder.rmdir()  # it is empty, or somebody else's
            elif _is_free(folder / _LOCK):
                shutil.rmtree(folder, ignore_errors=True)


def _is_free(lock: Path) -> bool:
    """Whether the lock is one of ours, and its process is gone."""
    with lock.open("r+b") as file:
        return _locked(file) and file.read(len(_OURS) + 1) == _OURS


def _locked(file: BinaryIO) -> bool:
    """Locks a file until it is closed or the process ends; whether nobody else had it locked."""
    file.seek(0)  # Windows locks the byte that comes next
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
