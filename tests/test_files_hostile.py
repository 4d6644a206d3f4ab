"""Hostile files end in a sentence or in a small grid, with little memory, and write nothing."""

import json
import subprocess
import sys

import hostile
import pytest
from conftest import ROOT

from selfeval_xl import errors, files

ACCEPTED = {"links.xlsx", "merge.xlsx", "rows.xlsx", "blank-cells.xlsx", "columns.xlsx", "lying-types.xlsx"}
MEMORY = 500  # MB
READ = """
import json, resource, sys
from pathlib import Path
from selfeval_xl import errors, files
try:
    grids = files.read_grids(Path(sys.argv[1]))
    said = [sum(1 for _ in grid.entries()) for grid in grids]
except errors.SelfEvalError as problem:
    said = str(problem)
# The usage of the process itself would begin with that of its parent.
own = int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
most = max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
print(json.dumps([said, most / 1024]))
"""


@pytest.mark.parametrize("name", hostile.FILES)
def test_a_hostile_file_ends_in_a_sentence_within_bounded_memory(tmp_path, name):
    """The sentence names the file and what would settle it; the time is bounded by the test's own limit."""
    path = tmp_path / name
    path.write_bytes(hostile.FILES[name]())

    done = subprocess.run([sys.executable, "-c", READ, str(path)], capture_output=True, text=True, timeout=60, cwd=ROOT)

    assert "" == done.stderr
    said, most = json.loads(done.stdout)
    assert most < MEMORY
    if isinstance(said, str):
        assert name in said
        assert said.endswith("。")
        assert 1 == len(said.splitlines())
    else:
        assert name in ACCEPTED
        assert sum(said) <= 2
    assert {path} == set(tmp_path.iterdir())


def test_locked_files_are_named(tmp_path):
    hostile.locked_workbook(tmp_path / "锁.xlsx")

    with pytest.raises(errors.Encrypted, match="打开密码"):
        files.read_grids(tmp_path / "锁.xlsx")


def test_entities_are_refused_and_never_filled_in(tmp_path):
    for name in ("entities.xlsx", "entities.docx", "outside.docx", "entities.html"):
        path = tmp_path / name
        path.write_bytes(hostile.FILES[name]())
        with pytest.raises(errors.Unsafe, match="实体声明"):
            files.read_grids(path)


@pytest.mark.parametrize("panic", [MemoryError(), RecursionError(), type("PanicException", (BaseException,), {})()])
def test_what_a_library_trips_over_becomes_a_sentence(tmp_path, monkeypatch, panic):
    path = tmp_path / "字.txt"
    path.write_text("甲")

    def trip(*_):
        raise panic

    monkeypatch.setattr(files, "_reader", trip)
    with pytest.raises(errors.SelfEvalError, match="字"):
        files.read_grids(path)


@pytest.mark.parametrize("name", ["a\0b", "x" * 5_000, "../没有/../文件"])
def test_a_name_that_no_file_can_have_is_not_found(tmp_path, name):
    with pytest.raises(errors.SelfEvalError):
        files.read_grids(tmp_path / name)
