"""Hostile files end in a sentence or in a small grid, with little memory, and write nothing."""

import json
import os
import subprocess
import sys

import hostile
import pytest
from conftest import ROOT

from selfeval_xl import errors, files

ACCEPTED = {
    "links.xlsx", "merge.xlsx", "rows.xlsx", "blank-cells.xlsx", "columns.xlsx", "lying-types.xlsx", "texts.xlsx",
    "runs.xlsx", "texts-overflowing.xlsx", "texts-prefixed.xlsx", "texts-quoted.xlsx", "size.xlsx", "size-far.xlsx",
    "day.xlsx", "day-endless.xlsx", "hours.xlsx", "far-empty.xlsx", "lying-root.xlsx", "far-twice.xlsx",
    "texts-twice.xlsx",
    "rows-negative.ods", "merge.ods", "blanks.ods", "styles.ods", "filters.ods",
    "hidden-rows.xml", "hidden-columns.xml", "sections.docx",
}  # fmt: skip
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


@pytest.mark.parametrize("number_format", [14, 46])
def test_a_number_that_is_no_day_stays_a_number_and_the_rest_is_read(tmp_path, capfd, number_format):
    path = tmp_path / "日期.xlsx"
    path.write_bytes(hostile.days("-2E11", "9E9", "-1E300", "43831", "2958466", number_format=number_format))

    (grid,) = files.read_grids(path)

    words = [entry.written for entry in grid.entries()]
    assert ["字", "-200000000000", "9000000000"] == words[:3]
    assert ("2020-01-01" if number_format == 14 else "43831 days, 0:00:00") == words[4]
    assert ("2958466" if number_format == 14 else "2958466 days, 0:00:00") == words[5]  # begins the year 10000
    assert ("", "") == capfd.readouterr()


def test_what_a_library_prints_on_its_own_goes_nowhere(tmp_path, monkeypatch, capfd):
    """Also past Python, where a library in another language prints."""
    path = tmp_path / "字.txt"
    path.write_text("甲")

    def panic(_):
        os.write(2, b"thread panicked at lib.rs")
        raise type("PanicException", (BaseException,), {})

    monkeypatch.setattr(files, "_reader", lambda _: panic)
    with pytest.raises(errors.Damaged):
        files.read_grids(path)
    os.write(2, b"afterwards")

    assert ("", "afterwards") == capfd.readouterr()


def test_a_count_in_somebodys_words_stays(tmp_path):
    """Only what stands before the first text is a count."""
    path = tmp_path / "字.xlsx"
    path.write_bytes(
        hostile.book(f'<row r="1">{hostile.cell("A1", "0", "s")}</row>', shared='<si><t>uniqueCount="5"</t></si>')
    )

    assert ['uniqueCount="5"'] == [entry.written for entry in files.read_grids(path)[0].entries()]


@pytest.mark.parametrize("content", [b",,,\r\n,,,\r\n", b";;;", b'"","",""', b"\t\t\n"])
def test_a_table_without_a_word_is_empty(tmp_path, content):
    path = tmp_path / "空.csv"
    path.write_bytes(content)

    with pytest.raises(errors.EmptyFile, match="是空的"):
        files.read_grids(path)


def test_a_text_of_bars_is_too_large_before_it_is_split(tmp_path):
    bars = tmp_path / "bars.txt"
    bars.write_text(("|" * 100 + "\n") * 15_000, encoding="utf-8")

    with pytest.raises(errors.TooLarge):
        files.read_grids(bars)
