"""Tells how far the work has come: a bar on a terminal, a small file for whoever waits elsewhere."""

import contextlib
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from selfeval_xl.collect.gathering import Progress

_EVERY = 0.2  # seconds


@contextlib.contextmanager
def told(file: Path | None) -> Iterator[Progress]:
    """A function to be called with the files that are done and those met so far."""
    if file is not None:
        yield _in_file(file)
    elif sys.stderr is not None and sys.stderr.isatty():
        from tqdm import tqdm

        with tqdm(unit="个", desc="读取", file=sys.stderr, leave=False, dynamic_ncols=True) as bar:

            def show(done: int, met: int) -> None:
                bar.total = met
                bar.update(done - bar.n)

            yield show
    else:
        yield lambda done, met: None


def _in_file(file: Path) -> Progress:
    """Replaces the file now and then; trouble with it is nobody's concern."""
    last = 0.0

    def write(done: int, met: int) -> None:
        nonlocal last
        now = time.monotonic()
        if done < met and now - last < _EVERY:
            return
        last = now
        draft = file.with_name(file.name + ".new")
        with contextlib.suppress(OSError):
            draft.write_text(json.dumps({"done": done, "total": met}), encoding="utf-8")
            draft.replace(file)

    return write
