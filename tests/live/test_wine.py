"""The Windows half under Wine: a real Windows Python, the COM server, and clients whose lines are the VBA's lines."""

import ast
import contextlib
import math
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

import stand_ins
from desk import Answer, Desk, ask_line, needs_chinese, needs_wine

from selfeval_xl.excel import functions

pytestmark = pytest.mark.wine

RATE = 'Ask "{}", "SE_EXECUTION_RATE", Array(506745.04, 626500)'
RIGHT = 0.8089

_CALLS = {title: (name, arguments) for title, name, arguments in stand_ins.calls()}
_FUNCTIONS = tuple(function.name for function in functions.FUNCTIONS)

# The keys of a desk that are ours, as 64-bit and as 32-bit programs see them.
_KEYS = """
import winreg
from selfeval_xl.excel.server import CLSID, PROG_ID

def tree(root, view, path):
    try:
        key = winreg.OpenKey(root, path, 0, winreg.KEY_READ | view)
    except FileNotFoundError:
        return
    with key:
        names = [winreg.EnumKey(key, i) for i in range(winreg.QueryInfoKey(key)[0])]
    yield path
    for name in names:
        yield from tree(root, view, path + chr(92) + name)

def keys():
    roots = (winreg.HKEY_CURRENT_USER, winreg.HKEY_LOCAL_MACHINE)
    views = (winreg.KEY_WOW64_64KEY, winreg.KEY_WOW64_32KEY)
    ours = ("Software/Classes/" + PROG_ID, "Software/Classes/CLSID/" + CLSID)
    return [path for root in roots for view in views for our in ours
            for path in tree(root, view, our.replace("/", chr(92)))]
"""

_HANG = "import ctypes\nctypes.PyDLL('kernel32').Sleep(100_000)  # milliseconds; holds the GIL all the while\n"

_SERVER_ALONE = """
import subprocess, sys
print(subprocess.run([sys.executable, "-E", "-P", "-m", "selfeval_xl.excel.server"]).returncode)
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk where the server is registered. (Wine looks for classes in the machine's part of the registry only.)"""
    needs_wine()
    with _a_desk(tmp_path_factory.mktemp("desk"), "C.UTF-8") as made:
        yield made


@contextlib.contextmanager
def _a_desk(folder: Path, locale: str) -> Iterator[Desk]:
    made = Desk(folder, locale)
    try:
        _register(made)
        yield made
    finally:
        made.close()


@pytest.fixture(autouse=True)
def _nothing_left_running(request: pytest.FixtureRequest) -> Iterator[None]:
    """Each test begins without a server, so that none serves the next test by chance."""
    yield
    if "desk" in request.fixturenames:
        made: Desk = request.getfixturevalue("desk")
        try:
            made.wait_until_no_server("clearing up")
        except pytest.fail.Exception:
            made.kill_servers()
            raise


def _register(desk: Desk) -> None:
    desk.run_python("registering", "from selfeval_xl.excel import install; install.register(machine_wide=True)")


@contextlib.contextmanager
def _unregistered(desk: Desk) -> Iterator[None]:
    desk.run_python("unregistering", "from selfeval_xl.excel import install; install.unregister(machine_wide=True)")
    try:
        yield
    finally:
        _register(desk)


# Installing


@pytest.mark.parametrize("machine_wide", [False, True])
def test_the_windows_python_registers_itself_and_takes_everything_away_again(desk: Desk, machine_wide: bool) -> None:
    with _unregistered(desk):
        said = desk.run_python(
            "registering and unregistering",
            f"{_KEYS}\nfrom selfeval_xl.excel import install\n"
            f"print(install.registered_command(), len(keys()))\n"
            f"print(ascii(install.register({machine_wide})))\n"
            f"print(ascii(install.registered_command()), len(keys()))\n"
            f"install.unregister({machine_wide}); install.unregister({machine_wide})\n"
            f"print(install.registered_command(), len(keys()))\n",
        )
    before, command, read_back, after = said.splitlines()

    pythonw = desk.windows_path(desk.python.with_name("pythonw.exe"))
    assert "None 0" == before
    assert ascii(f'"{pythonw}" -E -P -m selfeval_xl.excel.server') == command
    assert f"{command} 10" == read_back  # five keys, seen twice
    assert "None 0" == after


def test_an_ordinary_python_installs_for_the_current_user_without_the_data_libraries(desk: Desk) -> None:
    """This desk's Python has neither openpyxl nor pandas."""
    said = desk.run_python(
        "selfeval-xl install and uninstall",
        "import subprocess, sys\n"
        "from selfeval_xl.excel import install\n"
        "def run(step):\n"
        "    command = [sys.executable, '-P', '-m', 'selfeval_xl', step]\n"
        "    done = subprocess.run(command, capture_output=True)\n"
        "    print(done.returncode, ascii((done.stdout + done.stderr).decode().strip()))\n"
        "install.unregister(True)\n"
        "run('install'); print(install.registered_command() is not None)\n"
        "run('uninstall'); print(install.registered_command())\n"
        "install.register(True)\n",
    )
    installed, found, removed, nothing = said.splitlines()

    assert installed.startswith("0 ") and "安装完成" in ast.literal_eval(installed[2:])
    assert removed.startswith("0 ") and "已卸载" in ast.literal_eval(removed[2:])
    assert ("True", "None") == (found, nothing)


def test_without_pythonw_the_other_python_is_registered(desk: Desk) -> None:
    with desk.moved_away(desk.python.with_name("pythonw.exe")):
        said = desk.run_python(
            "asking", "from selfeval_xl.excel import install; print(ascii(install.server_command()))"
        )

    assert ascii(f'"{desk.windows_path(desk.python)}" -E -P -m selfeval_xl.excel.server') == said


# Answers


@pytest.fixture(scope="module")
def answers(desk: Desk) -> dict[str, Answer]:
    """What one client was answered, every function having been asked with every kind of argument."""
    lines = [ask_line(title, name, arguments) for title, (name, arguments) in _CALLS.items()]
    return desk.ask("every kind of argument", *lines)


@pytest.mark.parametrize("name", _FUNCTIONS)
def test_each_kind_of_argument_is_answered_as_by_the_plain_function(answers: dict[str, Answer], name: str) -> None:
    wrong = []
    for title, (function, arguments) in _CALLS.items():
        if function != name:
            continue
        expected = getattr(functions, name)(*stand_ins.plainly(arguments))
        if not _same(expected, answers[title]):
            wrong.append(f"expected {expected!r}, got {answers[title]}")

    assert [] == wrong


def _same(expected: float | str, answer: Answer) -> bool:
    """VBScript shows 15 digits."""
    if isinstance(expected, str) or isinstance(answer.value, str):
        return expected == answer.value and answer.type == "String"
    return math.isclose(expected, answer.value, rel_tol=1e-13)


def _chinese(desk: Desk) -> None:
    words = "完成情况良好（𠮷），达标①②"
    row = ("≥60次", "45次", 10.0, words, None)
    answer = desk.ask("Chinese text", ask_line("words", "SE_CHECK_ROW", row), ask_line("grade", "SE_GRADE", (95.0,)))

    assert f"错误：得分应为数字，现为“{words}”。请改填数字。" == answer["words"].value
    assert "优" == answer["grade"].value


def test_chinese_text_is_whole_both_ways(desk: Desk) -> None:
    _chinese(desk)


def test_chinese_text_is_whole_on_a_chinese_windows(tmp_path_factory: pytest.TempPathFactory) -> None:
    needs_wine()
    needs_chinese()
    with _a_desk(tmp_path_factory.mktemp("chinese"), "zh_CN.UTF-8") as made:
        page = made.run_python("asking for the code page", "import ctypes; print(ctypes.windll.kernel32.GetACP())")

        assert "936" == page
        _chinese(made)


# What is refused


def test_other_methods_are_not_offered(desk: Desk) -> None:
    calls = [
        'server.Eval "1 + 1"',
        "server.Exec \"open('eval.txt', 'w')\"",
        'server.Module "os"',
        'server.Builtin "x"',
        "server.ShowConsole",
        'server.GetAttr server, "x"',
        'server.Call server, "x"',
        "server.Tuple 1, 2",
        'server.Str "x"',
        "answer = server.CLSID",
        "answer = server.obj",
    ]
    answers = desk.ask(
        "calling other methods",
        'Set server = CreateObject("SelfEval.Server")',
        "Dim answer",
        "began = Timer",
        "On Error Resume Next",
        *(line for i, call in enumerate(calls) for line in (call, f'TellError "{i}"')),
    )

    # 438: the object does not support this property or method
    assert dict.fromkeys(calls, "error 438") == {call: answers[str(i)].value for i, call in enumerate(calls)}


def test_other_functions_are_answered_with_a_name_error(desk: Desk) -> None:
    calls = {
        '"os", "system", Array("exit")',
        '"selfeval_xl.excel.server", "main", Array()',
        '"selfeval_xl.excel.install", "unregister", Array(True)',
        '"selfeval_xl.excel.functions", "log", Array()',
        '"selfeval_xl.excel.functions", "_value", Array("x", 1)',
        '"selfeval_xl.excel.functions", "SE_OF_NEXT_YEAR", Array(1)',
        '"builtins", "eval", Array("1")',
        '7, "SE_TOTAL", Array(1)',
        '"selfeval_xl.excel.buttons.desk", "diagnose", Array(1)',
    }
    answers = desk.ask(
        "calling other functions",
        'Set server = CreateObject("SelfEval.Server")',
        "began = Timer",
        *(f'Tell "{i}", server.CallUDF({call})' for i, call in enumerate(sorted(calls))),
        'Tell "right", server.CallUDF("selfeval_xl.excel.functions", "SE_TOTAL", Array(1, 2))',
    )

    assert ["#NAME?"] * len(calls) == [answers[str(i)].value for i in range(len(calls))]
    assert 3.0 == answers["right"].value


def test_python_code_beside_the_workbook_or_on_another_pythons_path_is_not_imported(desk: Desk, tmp_path: Path) -> None:
    trap = f"open({str(tmp_path / 'caught')!r}, 'w').close()\nraise SystemExit(1)\n"
    for name in ("selfeval_xl", "pandas", "xlwings", "pythoncom", "win32api", "faulthandler", "sitecustomize"):
        (tmp_path / f"{name}.py").write_text(trap)
    (tmp_path / "python311._pth").write_text(".\n")

    traps = desk.windows_path(tmp_path)
    answers = desk.ask("a folder with traps", RATE.format("rate"), cwd=tmp_path, PYTHONPATH=traps, PYTHONHOME=traps)

    assert RIGHT == answers["rate"].value
    assert not (tmp_path / "caught").exists()


# Living and ending


def test_two_clients_are_served_by_one_process_that_ends_after_the_second(desk: Desk) -> None:
    done = desk.folder / "both-asked"
    done.unlink(missing_ok=True)
    wait = f'Await "{desk.windows_path(done)}"'
    clients = []
    for name, more in (("one", []), ("two", ["Pause 2", RATE.format("third")])):
        client = desk.client(f"client {name}", RATE.format("first"), wait, RATE.format("second"), *more)
        _until(lambda client=client: "first" in client.so_far(), f"{client.step}: its first answer")
        clients.append(client)
    running = desk.servers()
    done.touch()
    one, two = (client.answers() for client in clients)

    assert 1 == len(running)
    assert [RIGHT] * 5 == [answer.value for answer in [*one.values(), *two.values()]]
    desk.wait_until_no_server("after both clients")


def _until(true: object, what: str, limit: float = 150) -> None:
    began = time.monotonic()
    while not true():  # type: ignore[operator]
        assert time.monotonic() - began < limit, f"{what}: not there after {limit} s"
        time.sleep(0.05)


def test_the_server_outlives_the_limit_for_its_start_and_ends_with_its_client(desk: Desk) -> None:
    limit = 10
    with desk.changed("excel/server.py", _with_limit(desk, limit)):
        answers = desk.ask(
            "a client that stays",
            RATE.format("first"),
            f"Pause {limit + 2}",
            RATE.format("second"),
        )

        assert [RIGHT, RIGHT] == [answer.value for answer in answers.values()]
        assert [1, 1] == [answer.starts for answer in answers.values()]
        assert "Timeout" not in desk.log()
        desk.wait_until_no_server("after its client")


def test_a_server_that_nobody_asks_for_ends_by_itself(desk: Desk) -> None:
    """The client may be gone before the start is over; nobody would ever end the server."""
    limit = 4
    with desk.changed("excel/server.py", _with_limit(desk, limit)):
        said = desk.run_python("a server without client", _SERVER_ALONE)

    assert "1" == said
    assert [] == desk.servers()


def _with_limit(desk: Desk, seconds: int) -> str:
    text = (desk.package / "excel/server.py").read_text("utf-8")
    changed = re.sub(r"^START_LIMIT = \d+", f"START_LIMIT = {seconds}", text, flags=re.MULTILINE)
    assert changed != text
    return changed


def test_a_killed_server_is_replaced_once_and_the_next_answer_is_right(desk: Desk) -> None:
    go_on = desk.folder / "killed"
    go_on.unlink(missing_ok=True)
    client = desk.client(
        "a client whose server is killed",
        RATE.format("before"),
        f'Await "{desk.windows_path(go_on)}"',
        RATE.format("after"),
        RATE.format("later"),
    )
    _until(lambda: "before" in client.so_far(), "the answer before")
    desk.kill_servers()
    go_on.touch()
    answers = client.answers()

    assert [RIGHT] * 3 == [answer.value for answer in answers.values()]
    assert [1, 2, 2] == [answer.starts for answer in answers.values()]


FIVE = [RATE.format(f"call {i}") for i in range(1, 6)]


def test_a_slow_start_is_waited_for_once_and_then_works(desk: Desk) -> None:
    """Slower than any failure after which Python would be given up."""
    slowly = "import time\ntime.sleep(3)\n" + (desk.package / "excel/functions.py").read_text("utf-8")
    with desk.changed("excel/functions.py", slowly):
        answers = desk.ask("a slow start", *FIVE, slow=1)

    assert [RIGHT] * 5 == [answer.value for answer in answers.values()]
    assert [1] * 5 == [answer.starts for answer in answers.values()]


# Sad cases: the client waits once, and is answered at once from then on


def _was_told_once(answers: dict[str, Answer]) -> None:
    """Nothing is answered; only the first call asked for a server, the others did not wait again."""
    assert ["#N/A"] * 5 == [answer.value for answer in answers.values()]
    assert [1] * 5 == [answer.starts for answer in answers.values()]


def test_an_unregistered_class_is_asked_for_once(desk: Desk) -> None:
    with _unregistered(desk):
        _was_told_once(desk.ask("not registered", *FIVE))


def test_a_python_that_was_moved_away_is_asked_for_once(desk: Desk) -> None:
    with desk.moved_away(desk.python.with_name("pythonw.exe")):
        _was_told_once(desk.ask("Python moved away", *FIVE))


@pytest.mark.parametrize(
    ("file", "content", "logged"),
    [
        ("excel/functions.py", "def SE_TOTAL(:\n", "SyntaxError"),
        ("excel/xl.py", "raise ImportError('a broken upgrade')\n", "a broken upgrade"),
        ("excel/log.py", "raise ImportError('nothing can be logged')\n", None),
        ("excel/server.py", "raise SystemExit(3)\n", None),
    ],
)
def test_a_broken_package_is_started_once(desk: Desk, file: str, content: str, logged: str | None) -> None:
    with desk.changed(file, content):
        _was_told_once(desk.ask(f"broken {file}", *FIVE))

    assert logged is None or logged in desk.log()
    assert [] == desk.servers()


def test_a_start_that_hangs_is_ended_by_its_watchdog(desk: Desk) -> None:
    """The client's own wait is Wine's, though the server has ended long before."""
    limit = 5
    with desk.changed("excel/server.py", _with_limit(desk, limit)), desk.changed("excel/functions.py", _HANG):
        client = desk.client("hanging functions.py", *FIVE)
        _until(desk.servers, "the start of the server")
        desk.wait_until_no_server("hanging functions.py")
        _was_told_once(client.answers())

    assert re.search(r'Timeout \(0:00:05\)!(.|\n)*functions\.py"', desk.log())


def test_a_start_that_hangs_at_its_first_import_is_ended_too(desk: Desk) -> None:
    with desk.changed("excel/server.py", _with_limit(desk, 4)), desk.changed("excel/log.py", _HANG):
        assert "1" == desk.run_python("hanging log.py", _SERVER_ALONE)


@pytest.mark.parametrize(("slow", "after"), [(3600, RIGHT), (-1, "#N/A")], ids=["quick failure", "slow failure"])
def test_a_mended_python_is_used_after_the_pause_unless_the_failure_took_long(
    desk: Desk, slow: int, after: float | str
) -> None:
    pythonw = desk.python.with_name("pythonw.exe")
    mended = desk.folder / "mended"
    mended.unlink(missing_ok=True)
    with desk.moved_away(pythonw):
        client = desk.client(
            "Python mended",
            RATE.format("broken"),
            f'Await "{desk.windows_path(mended)}"',
            "Pause 1.5",
            RATE.format("mended"),
            pause=1,
            slow=slow,
        )
        _until(lambda: "broken" in client.so_far(), "the first answer")
    mended.touch()
    answers = client.answers()

    assert "#N/A" == answers["broken"].value
    assert after == answers["mended"].value
