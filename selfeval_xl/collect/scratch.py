"""A folder among the temporary ones for files on their way to another program; the next one clears what was left.

Who is killed takes nothing away. Each folder has a file that is locked for as long as its process lives, so that those
of the dead can be told from those of the living.
"""

import contextlib
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_NAME = "selfeval-work-"  # how the folders begin
_LOCK = "lock"
_YOUNG = 60  # seconds in which a folder may still be without its lock


class Scratch:
    """A new folder, for as long as it is needed."""

    def __init__(self) -> None:
        _clear()
        self.path = Path(tempfile.mkdtemp(prefix=_NAME))
        self._lock = (self.path / _LOCK).open("xb")
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
            if time.time() - folder.stat().st_mtime < _YOUNG:
                continue
            if not (folder / _LOCK).exists():
                folder.rmdir()  # it is empty, or somebody else's
            elif _is_free(folder / _LOCK):
                shutil.rmtree(folder, ignore_errors=True)


def _is_free(lock: Path) -> bool:
    with lock.open("r+b") as file:
        return _locked(file)


def _locked(file: BinaryIO) -> bool:
    """Locks a file until it is closed or the process ends; whether nobody else had it locked."""
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
