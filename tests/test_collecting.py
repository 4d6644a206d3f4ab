"""汇总来表: a process of its own makes the summary, the button starts it, asks after it and stops it."""

import json
import os
import shutil
import sys
import time

import openpyxl
import pytest
from conftest import FORMS_TEXT
from plan_desk import Book

from selfeval_xl import files
from selfeval_xl.excel import buttons, collecting

_LIMIT = 90  # seconds after which a process counts as hanging

# Tells how far it is, then waits for the file that names what it is to do.
_FAKE = """
import json, pathlib, sys, time
here = pathlib.Path(__file__).parent
assert sys.argv[1] == "collect"
target, progress = (pathlib.Path(sys.argv[sys.argv.index(name) + 1]) for name in ("-o", "--progress"))
progress.write_text(json.dumps({"done": 120, "total": 1000}))
while not (here / "end").exists():
    time.sleep(0.02)
status = int((here / "end").read_text())
if status < 2:
    target.write_bytes(b"new")
    sys.stdout.buffer.write("共 1000 个文件。".encode())
else:
    sys.stderr.buffer.write("内存不足。".encode())
sys.exit(status)
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder that was picked, and nothing left running."""
    monkeypatch.setenv("SELFEVAL_XL_LOG_DIR", str(tmp_path / "log"))
    made = tmp_path / "来表 2022"
    made.mkdir()
    yield made
    for token in list(collecting._runs):
        collecting.stop(token)
    collecting._runs.clear()


@pytest.fixture
def fake(tmp_path, monkeypatch):
    """A program that does what it is told, in the place of this one; `end` tells it how."""
    script = tmp_path / "fake" / "program.py"
    script.parent.mkdir()
    script.write_text(_FAKE, encoding="utf-8")
    monkeypatch.setattr(collecting, "_program", lambda: [sys.executable, str(script)])
    end = script.with_name("end")

    def told(status):
        end.with_suffix(".new").write_text(str(status))
        end.with_suffix(".new").replace(end)

    return told


def until(condition):
    deadline = time.monotonic() + _LIMIT
    while not (said := condition()):
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.05)
    return said


def over(token):
    return until(lambda: state if (state := collecting.state(token)).is_over else None)


def begun(book, folder):
    """The token after the button was pressed and the folder picked."""
    assert "?folder" == book.press("collect")
    assert "" == book.press("collect", agreed=True, target=str(folder))
    ((what, _, _, token, _),) = book.steps
    assert what == "wait"
    return token


def test_a_real_folder_becomes_a_summary_beside_it(folder):
    shutil.copy(FORMS_TEXT, folder)
    book = Book([])

    token = begun(book, folder)
    state = over(token)

    assert folder.parent / "汇总.xlsx" == state.written
    assert "计入 4 个项目" in state.said
    assert "合作交流工作业务费" in str(files.grids_of(state.written.read_bytes(), state.written))
    assert state.said == book.press("collect_state", token)
    assert [("open", "", "", str(state.written), "")] == book.steps


def test_remarks_of_the_newest_summary_are_carried_over(folder):
    """The one with the highest number counts, a workbook of somebody's own with such a name does not."""
    shutil.copy(FORMS_TEXT, folder)
    for number in ("", "(2)"):
        written = over(collecting.start(folder)).written
        book = openpyxl.load_workbook(written)
        heads = {cell.value: cell.column for cell in book["汇总"][3]}
        book["汇总"].cell(4, heads["备注"], f"写在“汇总{number}”")
        book.save(written)
    openpyxl.Workbook().save(folder.parent / "汇总(3).xlsx")

    state = over(collecting.start(folder))

    assert folder.parent / "汇总(4).xlsx" == state.written
    assert "写在“汇总(2)”" == openpyxl.load_workbook(state.written)["汇总"].cell(4, heads["备注"]).value


def test_a_folder_without_a_form_is_a_sentence(folder):
    token = collecting.start(folder)

    state = over(token)

    assert state.written is None
    assert "没有" in state.said
    assert not (folder.parent / "汇总.xlsx").exists()


def test_nothing_is_replaced(folder, fake):
    old = folder.parent / "汇总.xlsx"
    old.write_bytes(b"old")
    fake(0)

    assert folder.parent / "汇总(2).xlsx" == over(collecting.start(folder)).written
    assert b"old" == old.read_bytes()
    assert folder.parent / "汇总(3).xlsx" == over(collecting.start(folder)).written


def test_the_status_bar_tells_how_far_it_is_and_a_second_press_asks(folder, fake):
    book = Book([])
    token = begun(book, folder)

    said = until(lambda: said if "/" in (said := book.press("collect_state", token)) else None)

    assert "正在汇总：已读 120/1000" == said
    assert [("wait", "", "", token, "")] == book.steps
    assert book.press("collect").startswith("?正在汇总：已读 120/1000")
    assert "另一次汇总" in book.press("collect", agreed=True, target=str(folder))
    fake(1)
    assert "共 1000 个文件。" == over(token).said
    assert "?folder" == book.press("collect")
    assert "已经结束" in book.press("collect", agreed=True)


def test_stopped_in_the_middle_it_ends_and_leaves_the_old_file(folder, fake):
    old = folder.parent / "汇总.xlsx"
    old.write_bytes(b"old")
    book = Book([])
    token = begun(book, folder)
    process = collecting._runs[token].process

    assert "已停止" in book.press("collect", agreed=True)

    assert process.poll() is not None
    assert "" == book.press("collect_state", token), "what was stopped says nothing more"
    assert [] == book.steps
    assert ["汇总.xlsx"] == [path.name for path in folder.parent.glob("汇总*")]
    assert b"old" == old.read_bytes()


@pytest.mark.skipif(sys.platform == "win32", reason="ends by a job of Windows there")
def test_those_that_the_process_has_started_end_with_it(folder, tmp_path, monkeypatch):
    script, born = tmp_path / "parent.py", tmp_path / "born"
    script.write_text(
        "import os, pathlib, subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"pathlib.Path({str(born)!r}).write_text(str(child.pid) + ' ')\n"
        "time.sleep(600)\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(collecting, "_program", lambda: [sys.executable, str(script)])
    token = collecting.start(folder)
    child = int(until(lambda: born.read_text() if born.exists() and born.read_text().endswith(" ") else None))

    assert collecting.stop(token)

    until(lambda: not _lives(child))


def _lives(process):
    try:
        with open(f"/proc/{process}/stat") as stat:  # noqa: PTH123
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_process_that_fails_tells_why_in_its_own_words(folder, fake):
    fake(2)

    state = over(collecting.start(folder))

    assert (None, "内存不足。") == (state.written, state.said)


def test_a_process_that_dies_without_a_word_is_a_sentence(folder, fake):
    token = collecting.start(folder)
    collecting._runs[token].process.kill()

    assert "没有完成" in over(token).said


@pytest.mark.parametrize("told", ["", "{", "[]", '{"done": null, "total": 3}'])
def test_a_file_that_is_just_replaced_does_no_harm(folder, fake, told):
    token = collecting.start(folder)
    until(lambda: collecting.state(token).total)

    collecting._runs[token]._progress.write_text(told)

    assert (120, 1000) == (collecting.state(token).done, collecting.state(token).total)


def test_when_all_is_read_the_summary_is_being_written(folder, fake):
    book = Book([])
    token = begun(book, folder)
    until(lambda: collecting.state(token).total)

    collecting._runs[token]._progress.write_text(json.dumps({"done": 1000, "total": 1000}))

    assert "正在汇总：已读 1000/1000，正在写入" == book.press("collect_state", token)


def test_a_server_that_was_replaced_knows_nothing_of_it():
    assert "汇总中断了" in buttons.press("collect_state", ("of another", False, "", "", 0, 0, None, ""))[0]


def test_nothing_is_left_of_what_it_told(folder, fake):
    fake(0)
    home = folder.parent / "log"
    home.mkdir()
    (home / "collecting-of-a-killed-server.out").write_bytes(b"old")

    over(collecting.start(folder))

    assert [] == list(home.glob("collecting-*"))


def test_a_folder_that_is_gone_is_a_sentence(folder):
    book = Book([])

    assert "没有找到所选的文件夹" in book.press("collect", agreed=True, target=str(folder / "weg"))
    assert [] == book.steps
    assert collecting.running() is None


def test_the_process_reads_no_code_that_lies_among_the_forms(folder, monkeypatch):
    seen = {}

    class Process:
        def __init__(self, command, **options):
            seen.update(options, command=command)

        def poll(self):
            return 2

    monkeypatch.setattr(collecting.subprocess, "Popen", Process)
    monkeypatch.setattr(collecting, "_bound", lambda process: None)
    collecting.start(folder)

    assert ["-E", "-P", "-m", "selfeval_xl", "collect", str(folder)] == seen["command"][1:7]
    assert os.fspath(sys.exec_prefix) == seen["cwd"]
