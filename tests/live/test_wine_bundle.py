"""The bundle under Wine: no Python, a double click on install.bat, cells that calculate, and no trace afterwards.

The tests go on from each other's desk, since copying a bundle takes its time; each installs where nothing is installed.
"""

import itertools
import os
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

import stand_ins
import windows_python
from conftest import FORMS_TEXT
from desk import Desk, ask_line, needs_chinese, needs_wine
from plan_desk import Book

from selfeval_xl import actions
from selfeval_xl.excel import buttons, functions
from selfeval_xl.excel.desk import ADD_IN, SUMS, TITLE, workbook_file

pytestmark = pytest.mark.wine

RATE = 'Ask "{}", "SE_EXECUTION_RATE", Array(506745.04, 626500)'
RIGHT = 0.8089

_CALLS = {
    function.name: tuple(stand_ins.USUAL.get(argument.name) for argument in function.arguments)
    for function in functions.FUNCTIONS
}

# What lies about in folders of mail, and must not be taken for a part of the program.
_MODULES = ("selfeval_xl", "xlwings", "pandas", "pythoncom", "encodings", "sitecustomize")
_PROGRAMS = ("python311.dll", "python3.dll", "pywintypes311.dll", "pythoncom311.dll", "python.exe", "chcp.com")


_LARGE = {"pandas", "numpy", "numpy.libs", "pandas.libs", "openpyxl", "tzdata", "cryptography", "docx", "PIL",
          "pdfminer", "pypdfium2_raw"}  # fmt: skip

_READ_SHORTCUT = """
import pythoncom
from win32com.shell import shell
link = pythoncom.CoCreateInstance(shell.CLSID_ShellLink, None, 1, shell.IID_IShellLink)
link.QueryInterface(pythoncom.IID_IPersistFile).Load({})
print(ascii(link.GetPath(0)[0]))
"""


class AccountantsDesk(Desk):
    """A Windows without Python, and a bundle unpacked in a folder of the kind people have."""

    def __init__(self, folder: Path) -> None:
        (folder / "Desktop").mkdir()
        super().__init__(folder, "zh_CN.UTF-8", with_python=False)
        self.bundle = windows_python.bundle_folder(self.home / "自评表 安装包 (1)")
        self.user = next(path for path in (self.prefix / "drive_c/users").iterdir() if path.name != "Public")
        self.programs = self.user / "AppData/Local/selfeval-xl"
        self.traps = folder / "traps"
        self.caught = folder / "caught"
        _set_traps(self.traps, self.windows_path(self.caught))
        # Keys that every Windows has; Wine makes them when they are first needed.
        for key in ("Classes\\CLSID", "Microsoft\\Windows\\CurrentVersion\\Uninstall"):
            self.run("making a key", "wine", "reg", "add", f"HKCU\\Software\\{key}", "/f")
        self.own_templates = self.user / "Documents" / "自定义 Office 模板"
        self.own_templates.mkdir(parents=True)
        value = ("/v", "PersonalTemplates", "/t", "REG_EXPAND_SZ", "/d", "%USERPROFILE%\\Documents\\自定义 Office 模板")
        options = "HKCU\\Software\\Microsoft\\Office\\16.0\\Excel\\Options"
        self.run("a place for templates", "wine", "reg", "add", options, *value, "/f")
        self.before = self.state()

    def install(self) -> None:
        if not self.installed():
            self.double_click(_other_version(self, "26.7") / "install.bat")
        self.for_the_machine("i.register(True, i.own_command())")

    def installed(self) -> list[Path]:
        """The programs that are whole, the latest last."""
        return sorted((path.parent for path in self.programs.glob(f"*/{SUMS}")), key=lambda path: path.stat().st_mtime)

    def for_the_machine(self, code: str) -> None:
        """Wine looks for classes in the machine's part of the registry only."""
        self.python = self.installed()[-1] / "python.exe"
        self.package = self.python.parent / "Lib/site-packages/selfeval_xl"
        self.run_python("registering for Wine", f"from selfeval_xl.excel import install as i; {code}")

    def command(self) -> str:
        """The server's command line, as registered for the user."""
        lines = [line for line in self.registry("HKCU") if "LocalServer32]" in line and " @=" in line]
        return lines[0].split(" @=")[1][1:-1].replace('\\"', '"').replace("\\\\", "\\") if lines else ""

    def registry(self, root: str) -> set[str]:
        """Every line of the registry, with its key before it."""
        exported = self.folder / "export.reg"
        self.run(f"exporting {root}", "wine", "reg", "export", root, self.windows_path(exported), "/y")
        key, lines = "", set()
        for line in exported.read_text("utf-16").splitlines():
            key = line if line.startswith("[") else key
            lines.add(f"{key} {line}")
        return lines

    def state(self) -> set[str]:
        """The registry, and this user's files and folders."""
        files = {str(path) for folder in (self.user, self.folder / "Desktop") for path in folder.rglob("*")}
        keys = self.registry("HKCU") | self.registry("HKLM\\Software\\Classes\\CLSID")
        return files | {key for key in keys if "\\Software\\Wine\\" not in key}


def _set_traps(folder: Path, caught: str) -> None:
    """Whoever takes one of these files is caught, or does not start."""
    folder.mkdir(exist_ok=True)
    for name in _MODULES:
        (folder / f"{name}.py").write_text(f"open({caught!r}, 'w').close()\nraise SystemExit(1)\n", "utf-8")
    for name in _PROGRAMS:
        (folder / name).write_bytes(b"MZ no program")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AccountantsDesk]:
    needs_wine()
    needs_chinese()
    made = AccountantsDesk(tmp_path_factory.mktemp("accountant"))
    try:
        yield made
    finally:
        made.close()


def _other_version(desk: AccountantsDesk, version: str) -> Path:
    """The same bundle with another number, and without the large packages, for the sake of the time of the tests."""
    folder = desk.home / f"安装包 {version}"
    if not folder.exists():
        shutil.copytree(desk.bundle, folder, copy_function=os.link, ignore=shutil.ignore_patterns(*_LARGE))
        program = folder / "selfeval-xl"
        changed = program / "Lib/site-packages/selfeval_xl/__init__.py"
        before = changed.read_bytes()
        after = re.sub(rb'__version__ = ".*"', f'__version__ = "{version}"'.encode(), before)
        lines = (program / SUMS).read_text("utf-8").replace(sha256(before).hexdigest(), sha256(after).hexdigest())
        kept = [line for line in lines.splitlines() if not _LARGE & set(re.split(r"[ /]+", line))]
        for file, content in ((changed, after), (program / SUMS, "\n".join(kept).encode())):
            file.unlink()
            file.write_bytes(content)
    return folder


def _until(true: Callable[[], object], what: str, limit: float = 150) -> None:
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < limit, f"{what}: not there after {limit} s"
        time.sleep(0.02)


# Installing


def test_after_a_double_click_every_function_answers(desk: AccountantsDesk) -> None:
    _set_traps(desk.bundle, desk.windows_path(desk.caught))
    said = desk.double_click(desk.bundle / "install.bat")
    (program,) = desk.installed()
    command = desk.command()
    desk.install()
    asked = [ask_line(name, name, arguments) for name, arguments in _CALLS.items()]
    answers = desk.ask("every function", *asked, cwd=desk.traps)

    assert "安装完成。请双击桌面上的" in said
    folder = f"C:\\users\\{desk.user.name}\\AppData\\Local\\selfeval-xl\\{program.name}"
    assert f'"{folder}\\pythonw.exe" -E -P -m selfeval_xl.excel.server' == command
    expected = {name: _shown(getattr(functions, name)(*arguments)) for name, arguments in _CALLS.items()}
    assert expected == {name: answer.value for name, answer in answers.items()}
    assert not desk.caught.exists()


def _shown(answer: float | str) -> float | str:
    """VBScript shows 15 digits."""
    return answer if isinstance(answer, str) else float(f"{answer:.15g}")


def _given(book: Book) -> Iterator[str]:
    """Lines that hand the active sheet of a workbook over, as the add-in does."""
    name, *_, shown, typed, merges = book.sheets[book.active].handed_over(book.active)
    yield "Dim given(7), sheet(5), shown, typed, plan, i, told"
    for table, cells in (("shown", shown), ("typed", typed)):
        yield f"ReDim {table}({len(cells) - 1}, {len(cells[0]) - 1})"
        for row, column in itertools.product(range(len(cells)), range(len(cells[0]))):
            value = cells[row][column]
            if value not in (None, ""):
                literal = repr(value) if isinstance(value, float) else '"' + str(value).replace('"', '""') + '"'
                yield f"{table}({row}, {column}) = {literal}"
    yield from (f'sheet(0) = "{name}"', "sheet(1) = True", "sheet(2) = False", "sheet(3) = shown", "sheet(4) = typed")
    yield from (f'sheet(5) = "{merges}"', 'given(0) = "D14"', "given(1) = True", 'given(2) = "book"')
    yield from (f'given(3) = "{name}"', "given(4) = 14", "given(5) = 14", "given(6) = Array(sheet)", 'given(7) = ""')


def test_the_plans_of_buttons_come_whole_through_com(desk: AccountantsDesk) -> None:
    book = Book.of(*(one.form for one in actions.read([FORMS_TEXT])))
    # Among those left out are the ones that open something: the report, and the guide with pictures.
    pressed = sorted(
        set(buttons.PLANS) - {"diagnose", "freeze", "guide", "import_files", "may_save", "roll_book", "summary_is_due"}
    )
    asked = [
        line
        for button in pressed
        for line in (
            f'plan = server.CallUDF("selfeval_xl.excel.buttons", "{button}", given)',
            'told = ""',
            "For i = 0 To UBound(plan)",
            'told = told & plan(i) & "|"',
            "Next",
            f'Tell "{button}", Replace(told, Chr(10), "/")',
        )
    ]
    answers = desk.ask(
        "pressing buttons", *_given(book), 'Set server = CreateObject("SelfEval.Server")', "began = Timer", *asked
    )

    book.sheets = {book.active: book.sheets[book.active]}
    for button in pressed:
        sheet = book.sheets[book.active].handed_over(book.active)
        plan = buttons.press(button, ("D14", True, "book", book.active, 14.0, 14.0, (sheet,), ""))
        told = [part if isinstance(part, str) else f"{part:.15g}" for part in plan]
        assert "|".join([*told, ""]).replace("\n", "/") == answers[button].text


# Work of minutes, done by a process of its own. (What makes a real summary does not run here: numpy calls functions of
# Windows that Wine does not have.)

# In the place of the command line: tells how far it is, and ends when it is told to.
_COLLECTS = """
import json, pathlib, sys, time
target, progress = (pathlib.Path(sys.argv[sys.argv.index(name) + 1]) for name in ("-o", "--progress"))
progress.write_text(json.dumps({"done": 120, "total": 1000}))
while not target.with_name("end").exists():
    time.sleep(0.05)
target.write_bytes(b"new")
sys.stdout.buffer.write("共 1000 个文件。".encode())
"""
_PRESS = (
    'Set server = CreateObject("SelfEval.Server")',
    "Dim plan, token",
    "Function Press(button, choice, isAgreed, target)",
    "    Dim given",
    '    given = Array(choice, isAgreed, "", "", 0, 0, Empty, target)',
    '    Press = server.CallUDF("selfeval_xl.excel.buttons", button, given)',
    "End Function",
    "Function HowFar(words)",
    "    Do",
    "        Pause 0.1",
    '        plan = Press("collect_state", token, False, "")',
    "    Loop Until InStr(plan(0), words) > 0",
    "    HowFar = plan(0)",
    "End Function",
)


def _picked(desk: AccountantsDesk, name: str) -> tuple[Path, str]:
    folder = desk.home / name / "来表 2022"
    folder.mkdir(parents=True)
    return folder, desk.windows_path(folder)


def test_a_summary_is_made_while_the_server_answers_and_its_client_is_told(desk: AccountantsDesk) -> None:
    desk.install()
    folder, picked = _picked(desk, "made")
    with desk.changed("__main__.py", _COLLECTS):
        client = desk.client(
            "collecting",
            *_PRESS,
            "began = Timer",
            f'plan = Press("collect", "", True, "{picked}")',
            "token = plan(8)",
            'Tell "begun", plan(5)',
            'Tell "on the way", HowFar("120/1000")',
            'plan = Press("collect", "", False, "")',
            'Tell "a second press", Replace(plan(0), Chr(10), "/")',
            'Tell "cells", server.CallUDF("selfeval_xl.excel.functions", "SE_TOTAL", Array(1, 2))',
            f'files.CreateTextFile "{desk.windows_path(folder.parent)}\\end"',
            'Tell "done", HowFar("1000 ")',
            'Tell "then", plan(5) & plan(8)',
        )
        answers = {title: answer.value for title, answer in client.answers().items()}

    assert ("wait", "正在汇总：已读 120/1000") == (answers["begun"], answers["on the way"])
    assert str(answers["a second press"]).startswith("?正在汇总：已读 120/1000")
    assert 3 == answers["cells"]
    assert ("共 1000 个文件。", f"open{desk.windows_path(folder.parent)}\\汇总.xlsx") == (
        answers["done"],
        answers["then"],
    )
    assert b"new" == (folder.parent / "汇总.xlsx").read_bytes()


@pytest.mark.parametrize("how", ["stopped", "Excel closed", "server killed"])
def test_a_summary_that_is_broken_off_leaves_no_process_and_the_old_file(desk: AccountantsDesk, how: str) -> None:
    desk.install()
    folder, picked = _picked(desk, how)
    old = folder.parent / "汇总.xlsx"
    old.write_bytes(b"old")
    go_on = desk.home / how / "go"
    waits = [f'Await "{desk.windows_path(go_on)}"'] if how != "stopped" else ['plan = Press("collect", "", True, "")']
    with desk.changed("__main__.py", _COLLECTS):
        client = desk.client(
            f"collecting, {how}",
            *_PRESS,
            "began = Timer",
            f'plan = Press("collect", "", True, "{picked}")',
            "token = plan(8)",
            'Tell "on the way", HowFar("120/1000")',
            *waits,
            'Tell "stopped", plan(0)',
        )
        _until(lambda: "on the way" in client.so_far(), "the first numbers")
        if how != "stopped":
            assert desk.processes(b"--progress")
        if how == "server killed":
            desk.kill_servers()
            _until(lambda: not desk.processes(b"--progress"), "the end of the process")
        go_on.touch()
        answers = client.answers()
        desk.wait_until_no_server(how)
        _until(lambda: not desk.processes(b"--progress"), "the end of the process")

    if how == "stopped":
        assert str(answers["stopped"].value).startswith("已停止汇总")
    assert ["汇总.xlsx"] == [path.name for path in folder.parent.glob("汇总*")]
    assert b"old" == old.read_bytes()


def test_add_in_template_and_shortcut_lie_where_excel_and_people_look(desk: AccountantsDesk) -> None:
    desk.install()
    microsoft = desk.user / "AppData/Roaming/Microsoft"
    shortcut = desk.windows_path(desk.folder / "Desktop" / f"{TITLE}.lnk")
    leads_to = desk.run_python("reading the shortcut", _READ_SHORTCUT.format(ascii(shortcut)))

    assert workbook_file(ADD_IN) == (microsoft / "Excel/XLSTART" / ADD_IN).read_bytes()
    for folder in (microsoft / "Templates", desk.own_templates):
        assert b"template.macroEnabled.main+xml" in (folder / f"{TITLE}.xltm").read_bytes()
    assert leads_to.endswith(ascii(f"\\Microsoft\\Templates\\{TITLE}.xltm")[1:])


def test_an_upgrade_beside_a_running_server_serves_the_next_client(desk: AccountantsDesk) -> None:
    desk.install()
    upgraded = desk.folder / "upgraded"
    wait = f'Await "{desk.windows_path(upgraded)}"'
    client = desk.client("a client of the old version", RATE.format("before"), wait, RATE.format("after"))
    _until(lambda: "before" in client.so_far(), "the first answer")
    desk.double_click(_other_version(desk, "26.8") / "install.bat")
    upgraded.touch()
    old = client.answers()
    desk.wait_until_no_server("after the client of the old version")
    desk.install()
    new = desk.ask("a client of the new version", RATE.format("new"))

    assert [RIGHT] * 3 == [answer.value for answer in (*old.values(), *new.values())]
    assert "\\selfeval-xl\\26.8-" in desk.command()


def test_an_installation_that_is_killed_leaves_the_old_one(desk: AccountantsDesk) -> None:
    desk.install()
    before = desk.command()
    process = desk.start_click(_other_version(desk, "26.9") / "install.bat")
    _until(lambda: list(desk.programs.glob("26.9-*/Lib/site-packages/selfeval_xl/*.py")), "the middle of the copy")
    desk.kill(*desk.processes(b"install"))
    process.communicate(timeout=60)
    (broken_off,) = desk.programs.glob("26.9-*")
    answers = desk.ask("after the kill", RATE.format("rate"))

    assert not (broken_off / SUMS).exists()
    assert before == desk.command()
    assert RIGHT == answers["rate"].value


def test_a_running_excel_is_named_and_nothing_is_changed(desk: AccountantsDesk) -> None:
    desk.install()
    excel = desk.bundle / "selfeval-xl" / "EXCEL.EXE"
    shutil.copy(excel.with_name("python.exe"), excel)
    before = desk.state()
    running = desk.start_click(excel, "-c", "import time; time.sleep(100)")
    try:
        _until(lambda: desk.processes(b"sleep"), "the start of EXCEL.EXE")
        said = [desk.double_click(desk.bundle / name, status=2) for name in ("install.bat", "uninstall.bat")]
    finally:
        desk.kill(*desk.processes(b"sleep"))
        running.communicate(timeout=60)

    assert all("Excel 正在运行。请保存并关闭所有 Excel 窗口" in one for one in said)
    assert before == desk.state()


def test_a_file_that_another_program_holds_is_named_and_nothing_is_changed(desk: AccountantsDesk) -> None:
    desk.install()
    add_in = desk.user / "AppData/Roaming/Microsoft/Excel/XLSTART" / ADD_IN
    before = desk.state()
    code = f"import time; held = open({desk.windows_path(add_in)!r}); open('held', 'w'); time.sleep(100)"
    shutil.copy(desk.bundle / "selfeval-xl" / "python.exe", desk.bundle / "selfeval-xl" / "holder.exe")
    holder = desk.start_click(desk.bundle / "selfeval-xl" / "holder.exe", "-c", code)
    try:
        _until((desk.bundle / "selfeval-xl" / "held").exists, "the start of the holder")
        said = desk.double_click(desk.bundle / "uninstall.bat", status=2)
    finally:
        desk.kill(*desk.processes(b"sleep"))
        holder.communicate(timeout=60)

    assert f"{ADD_IN}”（正被其他程序使用）" in said
    assert before == desk.state()


def test_the_doctor_finds_all_in_order_but_excel(desk: AccountantsDesk) -> None:
    """Wine has no Office."""
    desk.install()
    desk.double_click(desk.bundle / "selfeval-xl" / "doctor.bat", status=1)
    lines = (desk.bundle / "selfeval-xl" / "doctor.txt").read_text("utf-8-sig").splitlines()
    states = {line.split("：")[0]: line for line in lines}

    assert ["问题  Excel"] == [start for start in states if start.startswith("问题")]
    assert {"正常  登记", "正常  服务", "正常  加载项", "正常  模板", "正常  软件包"} <= set(states)
    assert "%USERPROFILE%\\AppData\\Local\\selfeval-xl" in states["正常  登记"]
    assert not [line for line in lines if f"\\{desk.user.name}\\" in line]


def test_a_bundle_that_was_not_unpacked_says_what_to_do(desk: AccountantsDesk) -> None:
    """A double click inside an archive unpacks this one file."""
    alone = desk.home / "临时"
    alone.mkdir()
    shutil.copy(desk.bundle / "install.bat", alone)

    assert "请先把压缩包整个解压" in desk.double_click(alone / "install.bat", status=2)


# Taking away


def test_nothing_is_left_by_the_installed_program_that_takes_itself_away(desk: AccountantsDesk) -> None:
    """As from Windows' list of apps, where no bundle is at hand any more."""
    desk.install()
    desk.for_the_machine("i.unregister(True)")
    desk.run_python("uninstalling", "from selfeval_xl.excel import desk; desk.uninstall()")
    _until(lambda: not desk.programs.exists(), "the end of the folder")

    assert set() == desk.before ^ desk.state()


def test_a_folder_that_cannot_be_made_is_named_and_nothing_is_left(desk: AccountantsDesk) -> None:
    in_the_way = desk.user / "AppData/Roaming/Microsoft/Excel/XLSTART"
    in_the_way.parent.mkdir()
    in_the_way.touch()
    said = desk.double_click(_other_version(desk, "26.7") / "install.bat", status=2)
    in_the_way.unlink()
    in_the_way.parent.rmdir()

    assert "没有安装，电脑上原有的状态没有改变：无法写入“C:" in said
    assert set() == desk.before ^ desk.state()


def test_nothing_is_left_by_the_bundle(desk: AccountantsDesk) -> None:
    desk.install()
    desk.for_the_machine("i.unregister(True)")
    said = desk.double_click(desk.bundle / "uninstall.bat")

    assert "已卸载，没有留下文件和登记。" in said
    assert set() == desk.before ^ desk.state()
