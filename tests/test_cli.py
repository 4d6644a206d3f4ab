import errno
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from unicodedata import east_asian_width

import dressed
import openpyxl
import pytest
import wild
from conftest import FORMS_TEXT, ROOT
from drawing import PROJECT, Style, workbook
from wild import papers

from selfeval_xl import __version__
from selfeval_xl.cli import main
from selfeval_xl.errors import why


def run(capsys, *args) -> tuple[int, str, str]:
    try:
        status = main([str(arg) for arg in args])
    except SystemExit as stop:
        status = stop.code
    out, err = capsys.readouterr()
    return status, out, err


# ---- bad input ----------------------------------------------------------------------------------------------------


def _encrypted(path):
    from msoffcrypto.format.ooxml import OOXMLFile

    plain = workbook(path.with_name("plain.xlsx"), ("自评", PROJECT, Style()))
    with plain.open("rb") as source, path.open("wb") as target:
        OOXMLFile(source).encrypt("secret", target)
    plain.unlink()


def _list(path):
    book = openpyxl.Workbook()
    for row in (("序号", "项目名称", "全年预算数", "全年执行数"), (1, "甲", 10, 9), (2, "乙", 20, 18)):
        book.active.append(row)
    book.save(path)


def _whole_department(path):
    book = openpyxl.Workbook()
    for row in (
        ("部门整体支出绩效自评表",),
        ("一级指标", "二级指标", "三级指标", "分值", "得分"),
        ("投入", "目标设定", "依据充分", 5, 5),
    ):
        book.active.append(row)
    book.save(path)


def _truncated(path):
    workbook(path, ("自评", PROJECT, Style()))
    path.write_bytes(path.read_bytes()[:-2000])


def _without_a_part(path):
    whole = workbook(path.with_name("whole.xlsx"), ("自评", PROJECT, Style()))
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            if "sheet1" not in name:
                target.writestr(name, source.read(name))
    whole.unlink()


def _huge(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("xl/workbook.xml", b" " * 300_000_000)


BAD = {
    "没有的文件.xlsx": (None, "找不到文件"),
    "空.xlsx": (lambda p: p.write_bytes(b""), "是空的"),
    "空白.txt": (lambda p: p.write_text(" \n\t\n", encoding="utf-8"), "是空的"),
    "图片.xlsx": (lambda p: p.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200)), "是图片"),
    "照片.txt": (lambda p: p.write_bytes(b"\xff\xd8\xff\xe0" + bytes(200)), "是图片"),
    "文件夹": (lambda p: p.mkdir(), "是文件夹"),
    "加密.xlsx": (_encrypted, "打开密码"),
    "截断.xlsx": (_truncated, "已损坏"),
    "缺部件.xlsx": (_without_a_part, "已损坏"),
    "炸弹.xlsx": (_huge, "过大"),
    "清单.xlsx": (_list, "没有找到项目支出绩效自评表"),
    "部门整体.xlsx": (_whole_department, "部门整体支出"),
    "文章.txt": (lambda p: p.write_text("今天天气很好。", encoding="utf-8"), "没有找到项目支出绩效自评表"),
    "旧.xls": (lambda p: p.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)), "已损坏"),
    "文档.docx": (lambda p: _zip_with(p, "word/document.xml"), "已损坏"),
    "压缩包.zip": (lambda p: _zip_with(p, "a.txt"), "压缩包"),
    "乱码.txt": (lambda p: p.write_bytes(bytes(range(256)) * 4), "无法识别"),
}


def _zip_with(path, name):
    with zipfile.ZipFile(path, "w") as target:
        target.writestr(name, "x")


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("command", ["show", "show --json", "import", "roll"])
def test_bad_input_gets_one_sentence_and_leaves_nothing_behind(capsys, tmp_path, name, command):
    make, words = BAD[name]
    bad, target = tmp_path / name, tmp_path / "结果.xlsm"
    if make:
        make(bad)
    before = set(tmp_path.iterdir())

    verb, *flags = command.split()
    status, out, err = run(capsys, verb, bad, *flags, *(["-o", target] if verb in ("import", "roll") else []))

    assert 2 == status
    assert "" == out
    assert words in err
    assert name in err
    assert 1 == len(err.strip().splitlines())
    assert err.strip().endswith("。")
    assert "Traceback" not in err
    assert before == set(tmp_path.iterdir())


@pytest.mark.parametrize("command", ["show", "import", "roll", "check"])
def test_a_bad_file_among_good_ones_is_told_and_the_others_are_done(capsys, tmp_path, command):
    (tmp_path / "空.txt").write_bytes(b"")
    files = [tmp_path / "没有.txt", FORMS_TEXT, tmp_path / "空.txt"]
    book = ["-o", tmp_path / "x.xlsm"] if command in ("import", "roll") else []

    status, out, err = run(capsys, command, *files, *book)

    assert 2 == status
    assert "驻外办驻外工作经费" in out
    assert ["没有.txt", "空.txt"] == [
        name for line in err.splitlines() for name in ("没有.txt", "空.txt") if name in line
    ]
    if command == "import":
        assert 6 == len(openpyxl.load_workbook(tmp_path / "x.xlsm").sheetnames)


@pytest.mark.parametrize("command", ["show", "import", "check"])
def test_json_names_the_files_that_could_not_be_read(capsys, tmp_path, command):
    (tmp_path / "空.txt").write_bytes(b"")
    book = ["-o", tmp_path / "x.xlsm"] if command in ("import", "roll") else []

    status, out, err = run(capsys, command, "--json", tmp_path / "空.txt", FORMS_TEXT, *book)

    (unread,) = json.loads(out)["unread"]
    assert (2, 4) == (status, len(json.loads(out)["forms"]))
    assert {"file": str(tmp_path / "空.txt"), "message": err.strip()} == unread


def test_where_no_file_can_be_read_each_is_told_and_nothing_is_written(capsys, tmp_path):
    bad = [tmp_path / "没有.txt", tmp_path / "也没有.txt"]

    status, out, err = run(capsys, "import", *bad, "-o", tmp_path / "x.xlsm")

    assert (2, "", 2) == (status, out, len(err.strip().splitlines()))
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("target", "words"),
    [("结果.xlsx", "扩展名应为 .xlsm"), ("没有的文件夹/结果.xlsm", "文件夹不存在"), ("已有.xlsm", "已经存在")],
)
def test_a_target_that_cannot_be_is_refused(capsys, tmp_path, target, words):
    (tmp_path / "已有.xlsm").write_bytes(b"mine")

    status, _, err = run(capsys, "import", FORMS_TEXT, "-o", tmp_path / target)

    assert 2 == status
    assert words in err
    assert b"mine" == (tmp_path / "已有.xlsm").read_bytes()
    assert 1 == len(list(tmp_path.iterdir()))


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ((), "缺少参数：命令"),
        (("fly",), "没有 'fly' 这个命令，可用的有"),
        (("show",), "缺少参数：文件"),
        (("new",), "缺少参数：-o"),
        (("new", "-o"), "参数 -o 后面缺少内容"),
        (("import", "-o", "x.xlsm"), "缺少参数：文件"),
        (("new", "-o", "x.xlsm", "--year", "去年"), "参数 --year：年度应为四位数字，现为“去年”"),
        (("new", "-o", "x.xlsm", "--year"), "参数 --year 后面缺少内容"),
        (("new", "-o", "x.xlsm", "--overwrite=yes"), "参数 --overwrite 后面不应有 'yes'"),
        (("new", "-o", "x.xlsm", "又一个"), "多出了不认识的参数：又一个"),
        (("new", "-o", "x.xlsm", "--over"), "多出了不认识的参数：--over"),
    ],
)
def test_a_command_written_wrong_is_told_in_chinese(capsys, args, words):
    status, out, err = run(capsys, *args)

    assert 2 == status
    assert "" == out
    assert "命令没有写对" in err
    assert words in err
    assert 1 == len(err.strip().splitlines())
    assert not re.search(r"required|invalid|choose|expected|argument|unrecognized|ignored", err)


@pytest.mark.parametrize("args", [("--help",), ("show", "--help"), ("demo", "-h")])
def test_the_help_page_is_chinese(capsys, args):
    status, out, _ = run(capsys, *args)

    assert 0 == status
    assert out.startswith("用法：selfeval-xl")
    assert not re.search(r"usage|options|positional|show (this|program)", out)


@pytest.mark.parametrize("command", ["import", "new"])
@pytest.mark.parametrize(("name", "words"), [("长" * 200 + ".xlsm", "文件名太长"), ("文件/下.xlsm", "文件夹")])
def test_a_target_the_system_refuses_is_told_in_one_sentence(capsys, tmp_path, command, name, words):
    (tmp_path / "文件").write_text("")
    files = [FORMS_TEXT] if command == "import" else []

    status, out, err = run(capsys, command, *files, "-o", tmp_path / name)

    assert (2, "", 1) == (status, out, len(err.strip().splitlines()))
    assert words in err
    assert [tmp_path / "文件"] == list(tmp_path.iterdir())


@pytest.mark.parametrize("method", ["exists", "is_dir"])
@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM, errno.EIO])
def test_a_folder_nobody_may_look_into_is_told_in_one_sentence(capsys, tmp_path, monkeypatch, method, number):
    def refused(path, **options):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("pathlib.Path." + method, refused)

    status, _, err = run(capsys, "new", "-o", tmp_path / "x.xlsm")

    assert 2 == status
    assert 1 == len(err.strip().splitlines())
    assert "没有权限" in err or "磁盘读写出错" in err


def test_a_folder_that_has_the_targets_name_is_told(capsys, tmp_path):
    (tmp_path / "x.xlsm").mkdir()

    status, _, err = run(capsys, "new", "-o", tmp_path / "x.xlsm", "--overwrite")

    assert (2, True) == (status, "同名的文件夹已存在" in err)


@pytest.mark.parametrize("name", ["ENOSPC", "EROFS", "ENOTDIR", "EISDIR", "ENOENT", "EMFILE"])
def test_what_the_system_says_is_said_in_chinese(name):
    problem = OSError(getattr(errno, name), os.strerror(getattr(errno, name)))

    assert any("\u4e00" <= char <= "\u9fff" for char in why(problem))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
@pytest.mark.parametrize("command", ["show", "show --json", "--help"])
def test_a_full_device_is_told_without_a_traceback(command):
    files = [] if command == "--help" else [str(FORMS_TEXT)]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "selfeval_xl", *command.split(), *files],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
        )

    assert 2 == done.returncode
    assert "结果没有全部输出（磁盘已满）。请腾出空间，或换一个输出位置后重试。\n" == done.stderr


def shell(command: str, **options) -> subprocess.CompletedProcess:
    """A command line as a shell runs it; `selfeval` is the program, `FORMS` a file with four forms."""
    command = command.replace("selfeval ", f"{sys.executable} -m selfeval_xl ").replace("FORMS", str(FORMS_TEXT))
    return subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=100, cwd=ROOT, **options)


CLOSED, FULL = "结果没有全部输出（输出已关闭）", "结果没有全部输出（磁盘已满）"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("selfeval show FORMS >&-", CLOSED),
        ("selfeval show --json FORMS >&-", CLOSED),
        ("selfeval --help >&-", CLOSED),
        ("selfeval new -o TARGET >&-", "已写入“TARGET”。但" + CLOSED),
        ("selfeval import FORMS -o TARGET >/dev/full", "已写入“TARGET”。但" + FULL),
        ("selfeval import --json FORMS -o TARGET >&-", "已写入“TARGET”。但" + CLOSED),
        (
            "selfeval new -o TARGET | true; exit ${PIPESTATUS[0]}",
            "已写入“TARGET”。但结果没有全部输出（接收输出的程序已结束）",
        ),
        ("selfeval show 没有.txt >&-", "找不到文件“没有.txt”"),
        ("selfeval show 没有.txt 2>&-", ""),
        ("selfeval show 没有.txt 2>/dev/full", ""),
        ("selfeval fly 2>/dev/full", ""),
        ("selfeval show FORMS >&- 2>&-", ""),
        ("selfeval new -o TARGET <&- >&- 2>&-", ""),
    ],
)
def test_where_nothing_can_be_printed_the_status_and_one_sentence_tell_what_was_done(tmp_path, command, sentence):
    """A file that was written is named; a file that was not is not said to be."""
    target = tmp_path / "表.xlsm"

    done = shell(command.replace("TARGET", str(target)))

    assert (2, "") == (done.returncode, done.stdout)
    assert done.stderr.startswith(sentence.replace("TARGET", str(target)))
    assert (1 if sentence else 0) == len(done.stderr.splitlines())
    assert ("TARGET" in command) == target.exists()
    if target.exists():
        assert zipfile.is_zipfile(target), "what is printed goes nowhere near it"


def test_a_written_file_is_told_where_only_errors_cannot_be(tmp_path):
    done = shell(f"selfeval new -o {tmp_path}/x.xlsm 2>&-")

    assert (0, f"已写入空白自评表“{tmp_path}/x.xlsm”。\n", "") == (done.returncode, done.stdout, done.stderr)


@pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")
@pytest.mark.parametrize("kilobytes", [50_000, 90_000, 130_000, 170_000, 400_000])
@pytest.mark.parametrize("command", ["show FORMS", "check FORMS", "import FORMS -o TARGET"])
def test_with_little_memory_it_is_done_or_told(tmp_path, command, kilobytes):
    target = tmp_path / "x.xlsm"
    done = shell(f"ulimit -v {kilobytes}; selfeval {command.replace('TARGET', str(target))}")

    assert done.returncode in (0, 1, 2)
    assert "" == done.stderr if done.returncode < 2 else 1 == len(done.stderr.splitlines())
    assert not re.search("Traceback|Error|中断", done.stderr)
    assert ("已写入" in done.stdout + done.stderr) == target.exists()


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX systems")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_ended_by_a_signal_it_leaves_no_temporary_file_and_says_so(tmp_path, name):
    code = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from selfeval_xl import cli\n"
        f"Path.replace = os.link = lambda *_: os.kill(os.getpid(), signal.{name})\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        f"sys.exit(cli.main(['new', '-o', {str(tmp_path / 'x.xlsm')!r}]))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, cwd=ROOT)

    assert (2, "", "已中断，未完成。\n") == (done.returncode, done.stdout, done.stderr)
    assert [] == list(tmp_path.iterdir())


@pytest.mark.skipif(os.name == "nt", reason="devices of POSIX systems")
@pytest.mark.parametrize("kind", ["pipe", "device", "folder"])
@pytest.mark.parametrize("place", ["file", "profile", "profiles", "target"])
def test_what_is_no_file_is_told_and_not_waited_for(capsys, tmp_path, monkeypatch, kind, place):
    there = tmp_path / ("甲.toml" if place == "profile" else "x.xlsm")
    if kind == "pipe":
        os.mkfifo(there)
    elif kind == "device":
        there.symlink_to("/dev/zero")
    else:
        there.mkdir()
    monkeypatch.setenv("SELFEVAL_XL_PROFILES", str(there if place == "profiles" else tmp_path))

    status, out, err = run(capsys, *{
        "file": ("show", there),
        "profile": ("show", FORMS_TEXT, "--profile", "甲"),
        "profiles": ("show", FORMS_TEXT, "--profile", "甲"),
        "target": ("new", "-o", there, "--overwrite"),
    }[place])  # fmt: skip

    assert (2, "", 1) == (status, out, len(err.strip().splitlines()))
    if (kind, place) == ("folder", "profiles"):
        assert "没有名为“甲”的评分规则" in err
    else:
        assert str(there) in err
        assert ("文件夹" if kind == "folder" or place == "profiles" else "设备或管道") in err


def test_an_unknown_profile_among_thousands_is_told_in_a_short_sentence(capsys, tmp_path, monkeypatch):
    for number in range(3_000):
        text = f'名称 = "规则{number}号"\n依据 = "通知"\n' if number % 2 else "坏"
        (tmp_path / f"p{number}.toml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("SELFEVAL_XL_PROFILES", str(tmp_path))

    status, out, err = run(capsys, "show", FORMS_TEXT, "--profile", "没有")

    assert (2, "", 1) == (status, out, len(err.splitlines()))
    assert "等 1505 个" in err
    assert "等 1500 个" in err
    assert len(err) < 600


def test_what_nobody_foresaw_is_one_sentence_and_an_entry_in_the_log(capsys, tmp_path, monkeypatch):
    def bug(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setenv("SELFEVAL_XL_LOG_DIR", str(tmp_path))
    monkeypatch.setattr("selfeval_xl.actions.judging.read_contents", bug)

    status, out, err = run(capsys, "show", FORMS_TEXT)

    assert (2, "", f"程序出错，没有完成。详情见日志“{tmp_path}/selfeval-xl.log”，请把它交给维护人员。\n") == (
        status,
        out,
        err,
    )
    assert "ZeroDivisionError" in (tmp_path / "selfeval-xl.log").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "problem", [MemoryError(), ImportError("no", name="numpy"), PermissionError(errno.EACCES, "no")]
)
def test_what_the_computer_refuses_is_one_sentence(capsys, monkeypatch, problem):
    def refuse(*_, **__):
        raise problem

    monkeypatch.setattr("selfeval_xl.actions.judging.read_contents", refuse)

    status, out, err = run(capsys, "show", FORMS_TEXT)

    assert (2, "", 1) == (status, out, len(err.splitlines()))
    assert re.search("内存不足|“numpy”无法载入|没有权限", err)
    assert "输出" not in err


STEERING = "甲\x1b[2K\x9b31m\x07\r乙\u202e丙\u2066丁\u200f戊\x85己\u2028庚\n错误 0 项"


@pytest.mark.parametrize("command", ["show", "check", "import"])
def test_no_word_of_a_file_or_of_its_name_steers_the_terminal(capsys, tmp_path, command):
    """Signs that colour, move or turn what follows are shown as �, in tables, sentences and complaints alike."""
    book = openpyxl.load_workbook(workbook(tmp_path / "甲.xlsx", ("自评\u202e", PROJECT, Style())))
    path = tmp_path / f"{STEERING.replace('/', '')}.xlsx"
    for row in book.active.iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and cell.value not in ("项目名称",):
                cell.value = cell.value.replace("乡村道路养护", "\u202e乡村\u2066道路\n养护\x85")
    book.create_sheet("别的\u202e").append(["2024年部门预算表"])
    book.save(path)
    target = ["-o", tmp_path / f"{STEERING}.xlsm"] if command == "import" else []

    _, out, err = run(capsys, command, path, tmp_path / f"没有{STEERING}.txt", *target)

    assert "乡村" in out
    assert "�" in out
    assert "�" in err
    assert 1 == len(err.splitlines())
    for said in (out, err):
        assert said.replace("\n", "").replace("\u3000", "").isprintable()
    assert not [line for line in out.splitlines() if line.strip().startswith("错误 0 项")]


@pytest.mark.parametrize("command", ["show", "check"])
def test_json_has_such_signs_as_their_numbers(capsys, tmp_path, command):
    path = tmp_path / f"{STEERING}.txt"
    path.write_text(FORMS_TEXT.read_text(encoding="utf-8"), encoding="utf-8")

    _, out, _ = run(capsys, command, "--json", path)

    assert out.replace("\n", "").isprintable()
    assert path.name == json.loads(out)["forms"][0]["source"]


def test_a_command_written_wrong_does_not_steer_the_terminal_either(capsys):
    _, _, err = run(capsys, "show", "x", "--甲\x1b[2K\u202e乙")

    assert err.rstrip("\n").isprintable()


def test_findings_do_not_change_the_exit_status(capsys):
    status, out, _ = run(capsys, "show", FORMS_TEXT)

    assert "80.88%" in out
    assert 0 == status


# ---- good input ---------------------------------------------------------------------------------------------------


def test_show_json_is_one_document_and_nothing_else(capsys):
    status, out, err = run(capsys, "show", "--json", FORMS_TEXT)

    forms = json.loads(out)["forms"]
    assert (0, "", 4) == (status, err, len(forms))
    assert {"rate": "0.8089", "execution_score": "8.09", "total_score": "98.09", "grade": "优"} == forms[0]["computed"]
    assert "0.8088" == forms[0]["funds"][0]["rate"]
    assert [] == forms[0]["leftovers"]
    assert list(forms[0]) == [
        "source", "sheet", "layout", "year", "project", "department", "unit", "money_unit", "funds", "goals",
        "indicators", "total_weight", "total_score", "computed", "leftovers",
    ]  # fmt: skip


def test_show_says_everything_and_where_the_form_misprints(capsys):
    status, out, _ = run(capsys, "show", FORMS_TEXT)

    assert 0 == status
    for words in (
        "合作交流工作业务费",
        "506,745.04",
        "赴对口支援地区工作次数",
        "≥60 次",
        "工作精细化程度还有待提高",
        "98.09",
    ):
        assert words in out
    assert "执行率填 80.88%，按全年执行数÷全年预算数应为 80.89%" in out


def test_show_blames_the_figure_that_check_blames(capsys, tmp_path):
    """得分 12 超过分值 10：总分没有错，错的是这一项得分。"""
    words = FORMS_TEXT.read_text(encoding="utf-8")
    row = next(line for line in words.splitlines() if "赴对口支援地区工作次数" in line)
    cells = row.split("\t")
    last = max(at for at, cell in enumerate(cells) if cell.strip() == "10")
    wrong = tmp_path / "表.txt"
    wrong.write_text(words.replace(row, "\t".join([*cells[:last], "12", *cells[last + 1 :]])), encoding="utf-8")

    _, shown, _ = run(capsys, "show", wrong)
    _, checked, _ = run(capsys, "check", "--no-advice", wrong)

    assert "得分 12 超过分值 10" in shown
    assert "得分 12 超过分值 10" in checked
    assert "总分填 98.09" not in shown
    assert "总分填 98.09" not in checked


def test_show_blames_what_check_blames(capsys, tmp_path):
    """The total is that of the scores once the score above its weight is mended."""
    rows = [list(row) for row in dressed.HEAD]
    rows[9][7], rows[13][7] = 303, 99
    book = dressed.plain(tmp_path / "book.xlsx", rows=rows)

    shown, checked = (run(capsys, command, book)[1] for command in ("show", "check"))

    assert "H10" in re.findall("  核对：.*", shown)[0]
    assert 1 == shown.count("  核对：") == checked.count("    H10 ")


def test_import_says_that_the_total_was_another(capsys, tmp_path):
    rows = [list(row) for row in dressed.HEAD]
    rows[13][7] = 96.5
    book = dressed.plain(tmp_path / "book.xlsx", rows=rows)

    said = run(capsys, "import", book, "-o", tmp_path / "next.xlsm")[1]

    assert "H14：原表总分填 96.5，已按各项得分算为 99.00。" in said


def test_import_writes_a_live_workbook_and_shows_leftovers(capsys, tmp_path, valid_package):
    source, target = tmp_path / "有备注.txt", tmp_path / "book.xlsm"
    source.write_text(FORMS_TEXT.read_text(encoding="utf-8") + "\n备注：另附说明\n", encoding="utf-8")

    status, out, _ = run(capsys, "import", source, "-o", target)

    assert 0 == status
    assert "共 4 张自评表" in out
    assert "备注：另附说明" in out
    assert "80.88%" in out
    valid_package(target)


def test_import_takes_several_files_and_tells_equal_projects_apart(capsys, tmp_path):
    first = workbook(tmp_path / "一.xlsx", ("自评", PROJECT, Style()))
    status, _, _ = run(capsys, "import", first, first, FORMS_TEXT, "-o", tmp_path / "book.xlsm")

    assert 0 == status
    names = openpyxl.load_workbook(tmp_path / "book.xlsm").sheetnames
    assert ["说明", "乡村道路养护", "乡村道路养护(2)", "合作交流工作业务费"] == names[:4]


def test_new_writes_a_blank_form_of_the_year(capsys, tmp_path):
    status, _, _ = run(capsys, "new", "-o", tmp_path / "new.xlsm", "--year", "２０２６年度")

    sheet = openpyxl.load_workbook(tmp_path / "new.xlsm")["项目1"]
    assert (0, "（ 2026 年度）") == (status, sheet["A2"].value)


def test_a_new_workbook_without_year_is_read_back_without_leftovers(capsys, tmp_path):
    assert 0 == run(capsys, "new", "-o", tmp_path / "new.xlsm")[0]

    (form,) = json.loads(run(capsys, "show", "--json", tmp_path / "new.xlsm")[1])["forms"]

    assert (None, []) == (form["year"], form["leftovers"])
    assert {"rate": None, "execution_score": None, "total_score": None, "grade": None} == form["computed"]


def test_demo_ends_with_the_totals(capsys, tmp_path, valid_package):
    status, out, _ = run(capsys, "demo", "-o", tmp_path / "demo")

    assert 0 == status
    last = out.strip().splitlines()[-4:]
    assert ["98.09", "97.99", "98.86", "98.00"] == [re.findall(r"\d+\.\d\d", line)[-1] for line in last]
    assert "80.88%" in out
    valid_package(tmp_path / "demo" / "2022年绩效自评.xlsm")


@pytest.mark.parametrize(
    "name", ["2022年绩效自评.xlsm", "2022年绩效自评.pdf", "2022年绩效自评-1.png", "kunming-office-2022.txt"]
)
def test_demo_replaces_nobody_elses_file_without_being_asked(capsys, tmp_path, monkeypatch, name):
    monkeypatch.setattr("selfeval_xl.actions.demonstration.draw", lambda book, folder, *, overwrite: ())
    (tmp_path / name).write_bytes(b"mine")

    status, _, err = run(capsys, "demo", "-o", tmp_path)

    assert (2, b"mine") == (status, (tmp_path / name).read_bytes())
    assert name in err
    assert "--overwrite" in err
    assert [tmp_path / name] == list(tmp_path.iterdir())
    assert 0 == run(capsys, "demo", "-o", tmp_path, "--overwrite")[0]
    assert 0 == run(capsys, "demo", "-o", tmp_path, "--overwrite")[0]


def test_demo_draws_the_pages(capsys, tmp_path):
    from shutil import which

    from conftest import missing

    if not (which("soffice") and which("pdftoppm")):
        missing("LibreOffice or pdftoppm", "apt-get install libreoffice-calc poppler-utils")

    _, out, _ = run(capsys, "demo", "-o", tmp_path)

    pictures = sorted(tmp_path.glob("*.png"))
    assert 6 == len(pictures), "each sheet is one page: guide, four forms, summary"
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in pictures)
    assert str(pictures[0]) in out


def test_the_version_and_help_are_there(capsys):
    assert f"selfeval-xl {__version__}" in run(capsys, "--version")[1]
    assert "show" in run(capsys, "--help")[1]


def test_as_a_program_it_speaks_utf8_whatever_the_locale(tmp_path):
    environment = os.environ | {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": ""}
    command = [sys.executable, "-m", "selfeval_xl", "show", "--json", str(FORMS_TEXT)]

    done = subprocess.run(command, capture_output=True, env=environment, timeout=60)

    assert 0 == done.returncode
    assert "合作交流工作业务费" == json.loads(done.stdout.decode("utf-8"))["forms"][0]["project"]


def test_a_reader_that_leaves_early_causes_no_traceback():
    command = f"{sys.executable} -m selfeval_xl show --json {FORMS_TEXT} | head -1"

    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60)

    assert "" == done.stderr
    assert io.StringIO(done.stdout).readline() == "{\n"


def test_sheets_without_a_form_are_named_and_those_of_our_own_are_not(capsys, tmp_path, demo_book):
    path = workbook(tmp_path / "多表.xlsx", ("自评", PROJECT, Style()))
    book = openpyxl.load_workbook(path)
    for row in (("2024年部门预算表",), ("科目", "金额"), ("办公费", 12)):
        book.create_sheet("预算").append(row) if "预算" not in book.sheetnames else book["预算"].append(row)
    book.create_sheet("空白")
    book.save(path)

    said = run(capsys, "show", path)[1]
    assert "未读取：多表.xlsx 的工作表“预算”是预算表。" in said
    assert 1 == said.count("未读取")
    passed_over = json.loads(run(capsys, "show", "--json", path)[1])["passed_over"]
    assert [{"source": "多表.xlsx", "sheet": "预算", "found": "是预算表"}] == passed_over
    assert "工作表“预算”是预算表" in run(capsys, "import", path, "-o", tmp_path / "新.xlsm")[1]
    assert "未读取：多表.xlsx 的工作表“预算”是预算表。" in run(capsys, "check", path)[1]
    assert passed_over == json.loads(run(capsys, "check", "--json", path)[1])["passed_over"]
    for command in ("show", "check"):
        assert "未读取" not in run(capsys, command, demo_book)[1]


@pytest.fixture
def own_profile(monkeypatch, tmp_path):
    """A workbook whose sheet names 云岭市, and the file in which that profile is written."""
    monkeypatch.setenv("SELFEVAL_XL_PROFILES", str(tmp_path))
    profile = tmp_path / "yunling.toml"
    profile.write_text('名称 = "云岭市"\n依据 = "通知"\n', encoding="utf-8")
    assert 0 == main(["import", str(FORMS_TEXT), "-o", str(tmp_path / "book.xlsm"), "--profile", "云岭市"])
    return tmp_path / "book.xlsm", profile


@pytest.mark.parametrize("command", ["show", "check", "import"])
def test_a_sheet_that_names_a_profile_of_another_desk_is_said_to_be_judged_by_the_usual_one(
    capsys, tmp_path, own_profile, command
):
    book, profile = own_profile
    again = ["-o", tmp_path / "again.xlsm", "--overwrite"] if command == "import" else []
    assert "已按全国通用核对" not in run(capsys, command, book, *again)[1]

    profile.write_text("名称 = 云岭市", encoding="utf-8")
    broken = run(capsys, command, book, *again)[1]
    assert "评分规则：全国通用（表中写的“云岭市”的规则文件有误，不能使用，已按全国通用核对）" in broken

    profile.unlink()
    missing = run(capsys, command, book, *again)[1]
    assert "评分规则：全国通用（表中写的“云岭市”在本机找不到，已按全国通用核对）" in missing
    (first, *_) = json.loads(run(capsys, command, "--json", book, *again)[1])["forms"]
    assert ["全国通用", "表中写的“云岭市”在本机找不到，已按全国通用核对"] == [
        first["profile"],
        first["profile_instead"],
    ]
    if command == "import":
        note = openpyxl.load_workbook(tmp_path / "again.xlsm").worksheets[1]["L10"].value
        assert "评分规则：全国通用（表中写的“云岭市”在本机找不到，已按全国通用核对）" == note
    chosen = run(capsys, command, "--profile", "四川", book, *again)[1]
    assert "已按" not in chosen


def test_an_imported_sheet_says_what_the_old_one_printed(capsys, tmp_path):
    run(capsys, "import", FORMS_TEXT, "-o", tmp_path / "book.xlsm")

    sheet = openpyxl.load_workbook(tmp_path / "book.xlsm").worksheets[1]

    assert "98.09，等级 优\n" in run(capsys, "show", FORMS_TEXT)[1]
    assert (
        "原表执行率填 80.88%，已按金额算为 80.89%。"
        in run(capsys, "import", FORMS_TEXT, "-o", tmp_path / "again.xlsm")[1]
    )
    assert ["导入核对", "原表执行率填 80.88%，已按金额算为 80.89%。"] == [sheet["K10"].value, sheet["L10"].value]


def test_a_long_name_is_shortened_in_headings_and_tables(capsys, tmp_path):
    text = FORMS_TEXT.read_text(encoding="utf-8").replace("合作交流工作业务费", "合作交流" * 30)
    (tmp_path / "长.txt").write_text(text, encoding="utf-8")

    shown, checked = (run(capsys, command, tmp_path / "长.txt")[1] for command in ("show", "check"))

    for said in (shown, checked):
        assert said.startswith("【" + "合作交流" * 9 + "合作交…】2022年度  ")
    imported = run(capsys, "import", tmp_path / "长.txt", "-o", tmp_path / "x.xlsm")[1]
    assert "合作交流" * 14 in imported
    assert "合作交流" * 15 not in imported


def test_a_long_table_below_the_form_is_not_shown_cell_by_cell(capsys, tmp_path):
    """表下另有长表时，只列出前面几处，并说明共有多少。"""
    path = tmp_path / "长表.txt"
    path.write_text(FORMS_TEXT.read_text("utf-8") + "甲\t乙\t丙\n" * 500, "utf-8")
    _, out, _ = run(capsys, "show", path)

    assert re.search(r"等 \d{4} 处（加 --json 可全部列出）", out)
    assert max(map(len, out.split("\n"))) < 1000


def test_show_says_that_a_table_is_empty_in_words_of_its_own(capsys, tmp_path):
    """没有指标、没有资金的表也用中文说明。"""
    path = papers.workbook(
        next(one for one in [*wild.MORE_FORMS, *wild.FORMS] if "blank-template" in one.name), tmp_path / "空.xlsx"
    )
    status, out, _ = run(capsys, "show", path)

    assert 0 == status
    assert "（没有填写）" in out
    assert "年度未填" in out
    assert "不属于自评表栏目的内容：" in out
    assert not re.search("DataFrame|Index|NaN|None", out)


def test_columns_of_chinese_are_aligned_by_their_width(capsys):
    _, out, _ = run(capsys, "show", FORMS_TEXT)
    header, first, second, *_ = (line for line in out.split("\n") if re.match("  (一级指标|产出指标)", line))

    def left_of(line, word):
        return sum(2 if east_asian_width(one) in "WF" else 1 for one in line[: line.index(word)])

    assert left_of(header, "年度指标值") == left_of(first, "≥60 次") == left_of(second, "≥50 次")


def test_the_template_and_the_add_in_are_built_together(capsys, tmp_path):
    status, said, _ = run(capsys, "build-template", "-o", tmp_path)

    assert 0 == status
    assert ["selfeval.xlam", "template.xlsm"] == sorted(path.name for path in tmp_path.iterdir())
    assert all(name in said for name in ("template.xlsm", "selfeval.xlam"))


# ---- next year ---------------------------------------------------------------------------------------------------


def _of_2024(path, **changes):
    rows = [list(row) for row in PROJECT["indicators"]]
    rows[0][3] = "较2023年增长5%"
    return workbook(
        path, ("2024 道路", PROJECT | {"project": "2024年度乡村道路养护", "indicators": rows} | changes, Style())
    )


def test_roll_says_what_was_cleared_raised_and_left_in_doubt(capsys, tmp_path):
    path = _of_2024(tmp_path / "上年.xlsx")

    status, out, err = run(capsys, "roll", path, "-o", tmp_path / "下年.xlsm")

    assert (0, "") == (status, err)
    assert "【2024年度乡村道路养护】2024年度  来源：上年.xlsx  工作表：2024 道路\n  结转为 2025年度。" in out
    assert "实际完成值 6" in out
    assert "A2    年度“（ 2024 年度）”改为“（ 2025 年度）”" in out
    assert "E16   “完成时间”年度指标值“2024年10月底前”改为“2025年10月底前”" in out
    assert "存疑 1 处，没有改，请在新表中核对\n    E13   “养护里程”年度指标值“较2023年增长5%”" in out


def test_a_rolled_workbook_holds_the_plan_and_last_years_results_beside_it(capsys, tmp_path, valid_package):
    run(capsys, "roll", _of_2024(tmp_path / "上年.xlsx"), "-o", tmp_path / "下年.xlsm")

    valid_package(tmp_path / "下年.xlsm")
    book = openpyxl.load_workbook(tmp_path / "下年.xlsm")
    sheet = book["2025年度乡村道路养护"]
    assert ["（ 2025 年度）", "2025年10月底前", None, "2024年9月28日"] == [
        sheet[cell].value for cell in ("A2", "E16", "F16", "M16")
    ]
    assert sheet.print_area.endswith("$A$1:$I$19")
    assert ["结转核对", "下列 1 处年份没有改，请核对：\n“养护里程”年度指标值：较2023年增长5%"] == [
        sheet["K10"].value, sheet["L10"].value,
    ]  # fmt: skip
    assert "M 列是上年完成值" in " ".join(str(row[1].value) for row in book["说明"].iter_rows())


def test_rolling_a_rolled_workbook_that_was_filled_in_shows_the_newer_results(capsys, tmp_path):
    first, second = tmp_path / "一.xlsm", tmp_path / "二.xlsm"
    run(capsys, "roll", _of_2024(tmp_path / "上年.xlsx"), "-o", first)
    book = openpyxl.load_workbook(first)
    book["2025年度乡村道路养护"]["F13"] = "131公里"
    book.save(tmp_path / "填.xlsx")

    run(capsys, "roll", tmp_path / "填.xlsx", "-o", second)

    sheet = openpyxl.load_workbook(second)["2026年度乡村道路养护"]
    assert ["131公里", None, "2026年10月底前"] == [sheet[cell].value for cell in ("M13", "M14", "E16")]


def test_without_a_year_roll_says_that_no_year_was_raised(capsys, tmp_path):
    path = workbook(tmp_path / "无年度.xlsx", ("自评", PROJECT, Style(year="（      年度）")))

    _, out, _ = run(capsys, "roll", path, "-o", tmp_path / "x.xlsm")

    assert "原表没有写年度，年份都没有改。请在新表的标题下写明年度。" in out
    assert "年份加一" not in out
    assert "E16   “完成时间”年度指标值“2024年10月底前”" in out
    note = openpyxl.load_workbook(tmp_path / "x.xlsm").worksheets[1]["L10"].value
    assert note.startswith("原表没有写年度，年份都没有改。请写明年度。\n下列 1 处年份没有改，请核对：")


def test_roll_as_json_lists_every_change_with_its_cell(capsys, tmp_path):
    path = _of_2024(tmp_path / "上年.xlsx")

    status, out, _ = run(capsys, "roll", path, "-o", tmp_path / "下年.xlsm", "--json")

    (form,) = json.loads(out)["forms"]
    changes = {(change["cell"], change["kind"]): change for change in form["changes"]}
    assert (0, 2024, 2025) == (status, form["year"], form["next_year"])
    assert {
        "cell": "F13", "kind": "cleared", "field": "实际完成值", "of": "养护里程", "before": "128公里", "after": None,
    } == changes["F13", "cleared"]  # fmt: skip
    assert ["较2023年增长5%"] == changes["E13", "doubtful"]["doubtful"]


def test_notes_on_last_years_figures_are_not_carried_over(capsys, tmp_path):
    """原表执行率填 80.88% is of no concern to the next year."""
    run(capsys, "roll", FORMS_TEXT, "-o", tmp_path / "x.xlsm")

    assert openpyxl.load_workbook(tmp_path / "x.xlsm").worksheets[1]["L10"].value is None
