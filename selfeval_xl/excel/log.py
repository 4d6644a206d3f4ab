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
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.exists() and path.stat().st_size > _LARGEST
        with path.open("w" if fresh else "a", encoding="utf-8", errors="backslashreplace") as log:
            log.write(f"{datetime.now():%Y-%m-%d %H:%M:%S} {text}\n")
    except OSError:
        pass
