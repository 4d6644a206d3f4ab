"""Where unexpected trouble is written down, so that a cell never shows a traceback."""

import os
import sys
from pathlib import Path

_LARGEST = 1024 * 1024  # bytes; then the file begins anew


def log_path() -> Path:
    """The log file of this user; its folder need not exist yet."""
    if folder := os.environ.get("SELFEVAL_XL_LOG_DIR"):
        return Path(folder) / "selfeval-xl.log"
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
    else:
        base = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(base) / "selfeval-xl" / "selfeval-xl.log"


def trouble(text: str) -> None:
    """Adds what was asked for, and the exception that is being handled."""
    import traceback  # only then: nobody waits for it at the start

    note(f"{text}\n{traceback.format_exc()}")


def note(text: str) -> None:
    """Adds a line with the time; trouble with the log itself is swallowed, nobody could act on it."""
    from datetime import datetime

    try:
        path = log_path()
        for folder in reversed(path.parents):
            folder.mkdir(mode=0o700, exist_ok=True)
        fresh = path.exists() and path.stat().st_size > _LARGEST
        how = "w" if fresh else "a"
        with open(path, how, encoding="utf-8", errors="backslashreplace", opener=_private) as log:
            path.chmod(0o600)  # also one made by an earlier version
            log.write(f"{datetime.now():%Y-%m-%d %H:%M:%S} {text}\n")
    except OSError:
        pass


def _private(path: str, flags: int) -> int:
    """Opens a file that nobody else may read: it holds arguments of functions, and so what forms say."""
    return os.open(path, flags, 0o600)
