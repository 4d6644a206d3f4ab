"""The desk that receives: the summary of many files."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path

from selfeval_xl.collect import summary
from selfeval_xl.collect.summary import Collected, Wanted
from selfeval_xl.excel import log


def collect(
    paths: Sequence[Path],
    target: Path,
    wanted: Wanted | None = None,
    progress: Callable[[int, int], None] = lambda done, met: None,
    executor: Executor | None = None,
) -> Collected:
    """Every form below these paths in one summary; what was read is kept for the next time."""
    wanted = wanted or Wanted()
    store = wanted.store or log.log_path().with_name("collected.sqlite")
    return summary.collect(paths, target, replace(wanted, store=store), progress, executor)
