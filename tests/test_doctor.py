"""What `doctor` says of a desk; the facts of a real Windows are gathered under Wine."""

import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from selfeval_xl import cli
from selfeval_xl.excel import doctor, facts, functions, proof
from selfeval_xl.excel.doctor import BAD, GOOD, LOOK
from selfeval_xl.excel.facts import MACHINE, USER, Facts

EXCEL = "C:\\Program Files\\Microsoft Office\\root\\Office16\\EXCEL.EXE"
WELL = Facts(
    windows="Windows 11 专业版 23H2 （22631）",
    code_page=936,
    python="3.11.9（64 位）",
    packages=(("selfeval-xl", "26.1"), ("xlwings", "0.37.8")),
    excel=EXCEL,
    excel_version="16.0.17328.20162",
    excel_bits=64,
    click_to_run="16.0.17328.20162 x64",
    excel_class=f"{EXCEL} /automation",
    command='"C:\\Users\\zhang\\AppData\\Local\\selfeval-xl\\26.1-1\\pythonw.exe" -E -P -m selfeval_xl.excel.server',
    program="C:\\Users\\zhang\\AppData\\Local\\selfeval-xl\\26.1-1\\pythonw.exe",
    program_is_there=True,
    answer=0.8089,
    answer_seconds=1.2,
    add_in=True,
    template=True,
    shortcut=True,
    persons=(("C:\\Users\\zhang", "%USERPROFILE%"), ("zhang", "%USERNAME%")),
)


def _not_good(**changed: Any) -> list[doctor.Line]:
    return [line for line in doctor.lines(replace(WELL, **changed)) if line.state != GOOD]


def test_a_desk_in_order_has_nothing_but_good_lines() -> None:
    assert [] == _not_good()
    assert re.fullmatch(r"共 \d+ 项，都正常。", doctor.text(doctor.lines(WELL))[-1])


@pytest.mark.parametrize(
    ("changed", "state", "found"),
    [
        ({"windows": "Windows 7 专业版 （7601）"}, LOOK, "Windows 7"),
        ({"excel": None, "excel_class": None}, BAD, "没有找到"),
        ({"excel_version": "15.0.5000.1000"}, LOOK, "15.0"),
        ({"excel_class": None}, LOOK, "没有登记"),
        ({"excel_class": "C:\\Users\\x\\AppData\\Local\\Kingsoft\\WPS Office\\et.exe"}, BAD, "被 WPS 接管"),
        ({"packages": (("selfeval-xl", "26.1"), ("lxml", None))}, BAD, "缺少 lxml"),
        ({"command": None}, BAD, "没有登记 SelfEval.Server"),
        ({"program_is_there": False}, BAD, "所登记的程序不在了"),
        ({"answer": None, "answer_trouble": "0x80080005 服务器运行失败"}, BAD, "没有回答（0x80080005 服务器运行失败"),
        ({"answer": "#NAME?"}, BAD, "应为 0.8089，回答是 '#NAME?'"),
        ({"answer_seconds": 12.5}, LOOK, "等了 12.5 秒"),
        ({"add_in": False}, BAD, "没有 selfeval.xlam"),
        ({"add_in_zone": 3}, BAD, "来自网络"),
        ({"disabled": ("selfeval.xlam",)}, BAD, "被 Excel 禁用：selfeval.xlam"),
        ({"template": False}, LOOK, "没有找到模板"),
        ({"shortcut": False}, LOOK, "没有找到桌面快捷方式"),
        ({"policies": {"vbawarnings": 4}, "settings": {"vbawarnings": 1}}, BAD, "单位的策略禁用所有宏"),
        ({"policies": {"vbawarnings": 3}}, BAD, "单位的策略只运行有数字签名的宏"),
        ({"settings": {"vbawarnings": 4}}, BAD, "Excel 的设置禁用所有宏"),
        ({"settings": {"vbawarnings": 1}}, LOOK, "所有文件的宏都会运行"),
        ({"settings": {"disablealladdins": 1}}, BAD, "Excel 的设置禁用所有加载项"),
        ({"policies": {"requireaddinsig": 1}}, BAD, "单位的策略只允许有签名的加载项"),
        ({"policies": {"blockcontentexecutionfrominternet": 1}}, LOOK, "单位的策略禁用其中的宏"),
        ({"settings": {"alllocationsdisabled": 1}}, LOOK, "全部停用"),
        ({"workbook": True, "workbook_zone": 3}, BAD, "其中的宏不会运行"),
        ({"workbook": True, "workbook_trouble": "找不到这个文件"}, BAD, "找不到这个文件"),
        ({"profiles": ("评分规则“云岭市.toml”第 3 行写错了。",)}, LOOK, "云岭市.toml"),
        ({"log_bytes": 77}, LOOK, "77 字节"),
    ],
)
def test_each_trouble_is_one_line_with_its_remedy(changed: dict[str, Any], state: str, found: str) -> None:
    (line,) = _not_good(**changed)

    assert state == line.state
    assert found in line.found
    assert line.remedy and str(line).endswith(f"{line.remedy}。")


@pytest.mark.parametrize(
    "changed",
    [
        {"policies": {"vbawarnings": 2}, "settings": {"vbawarnings": 4}},
        {"workbook": True, "workbook_zone": None},
        {"workbook": True, "workbook_zone": 1},
        {"is_asked_through_it": True, "answer": None},
    ],
    ids=["the policy allows macros", "no mark", "the mark of the intranet", "asked by a button"],
)
def test_what_is_in_order_is_not_complained_of(changed: dict[str, Any]) -> None:
    assert [] == _not_good(**changed)


def test_the_report_names_no_person() -> None:
    told = replace(
        WELL,
        profiles=("评分规则“c:\\users\\ZHANG\\own\\云岭市.toml”写错了。", "评分规则“D:\\zhang\\x.toml”写错了。"),
        trusted=("D:\\zhangjiajie\\",),
    )
    report = "\n".join(doctor.text(doctor.lines(told), told.persons))

    assert "%USERPROFILE%\\AppData\\Local\\selfeval-xl" in report
    assert "“%USERPROFILE%\\own\\云岭市.toml”" in report and "“D:\\%USERNAME%\\x.toml”" in report
    assert not re.search(r"(?i)\bzhang\b", report)
    assert "D:\\zhangjiajie" in report  # another word


def test_a_chinese_name_is_found_within_a_text() -> None:
    assert "D:\\%USERNAME%的文件" == doctor.without_persons("D:\\张三的文件", (("张三", "%USERNAME%"),))


def test_a_mailed_report_is_read_by_notepad() -> None:
    assert b"\xef\xbb\xbf" + "正常\r\n注意\r\n".encode() == doctor.as_file(["正常", "注意"])


def test_elsewhere_one_sentence_says_what_can_be_done(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    status = cli.main(["doctor", "-o", str(tmp_path / "报告.txt")])

    assert 0 == status
    assert capsys.readouterr().out.startswith(doctor.ELSEWHERE + "\n")
    assert doctor.ELSEWHERE == (tmp_path / "报告.txt").read_text("utf-8-sig").strip()


@pytest.mark.parametrize(
    ("arguments", "said"), [(["-o", "自评.xlsm"], "扩展名应为 .txt"), (["没有.xlsm"], "找不到文件")]
)
def test_the_doctor_replaces_no_workbook_and_asks_after_none_that_is_not_there(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    book = tmp_path / "自评.xlsm"
    book.write_bytes(b"a workbook")

    assert 2 == cli.main(["doctor", *arguments])
    assert said in capsys.readouterr().err
    assert b"a workbook" == book.read_bytes()


# Facts


class FakeRegistry(facts.Registry):
    """A registry of these values: (root, key) to names and values."""

    def __init__(self, **_: Any) -> None:
        self.kept: dict[tuple[str, str], dict[str, Any]] = {}

    def put(self, root: str, key: str, **values: Any) -> "FakeRegistry":
        self.kept.setdefault((root, key.lower()), {}).update({name.strip("_"): value for name, value in values.items()})
        return self

    def values(self, root: str, key: str) -> Iterator[tuple[str, Any]]:
        yield from self.kept.get((root, key.lower()), {}).items()

    def keys(self, root: str, key: str) -> list[str]:
        start = key.lower() + "\\"
        return [path[len(start) :] for place, path in self.kept if place == root and path.startswith(start)]


_OFFICE = "Software\\Microsoft\\Office\\16.0\\Excel\\"
_POLICY = "Software\\Policies\\Microsoft\\Office\\16.0\\Excel\\"


def test_macro_settings_are_read_and_the_machines_policy_comes_first() -> None:
    registry = FakeRegistry()
    registry.put(USER, _OFFICE + "Security", VBAWarnings=2)
    registry.put(USER, _POLICY + "Security", VBAWarnings=3, BlockContentExecutionFromInternet=1)
    registry.put(MACHINE, _POLICY + "Security", VBAWarnings=4)
    registry.put(USER, _OFFICE + "Security\\Trusted Locations", AllLocationsDisabled=1)

    assert {"vbawarnings": 2, "alllocationsdisabled": 1} == facts._numbers(registry, (USER, _OFFICE))
    assert {"vbawarnings": 4, "blockcontentexecutionfrominternet": 1} == facts._numbers(
        registry, (MACHINE, _POLICY), (USER, _POLICY)
    )


def test_trusted_locations_are_listed() -> None:
    registry = FakeRegistry().put(USER, _OFFICE + "Security\\Trusted Locations\\Location3", Path="D:\\自评\\")

    assert ["D:\\自评\\"] == list(facts._trusted(registry))


def test_disabled_items_of_ours_are_found_in_excels_binary_list() -> None:
    item = b"\x01\0\0\0\x40\0\0\0" + "c:\\users\\x\\xlstart\\selfeval.xlam\0Sheet\0".encode("utf-16-le")
    other = b"\x01\0\0\0\x40\0\0\0" + "c:\\other.xlam\0".encode("utf-16-le")
    registry = FakeRegistry().put(USER, _OFFICE + "Resiliency\\DisabledItems", A1=item, B2=other)

    assert ["selfeval.xlam"] == list(facts._disabled(registry))


def test_the_users_class_of_excel_counts_before_the_machines() -> None:
    registry = FakeRegistry()
    registry.put(MACHINE, "Software\\Classes\\Excel.Application\\CLSID", _="{1}")
    registry.put(MACHINE, "Software\\Classes\\CLSID\\{1}\\LocalServer32", _=EXCEL)
    assert EXCEL == facts._excel_class(registry)
    registry.put(USER, "Software\\Classes\\CLSID\\{1}\\LocalServer32", _="C:\\WPS Office\\et.exe")

    assert "C:\\WPS Office\\et.exe" == facts._excel_class(registry)


def test_windows_11_is_told_from_10() -> None:
    key = "Software\\Microsoft\\Windows NT\\CurrentVersion"
    registry = FakeRegistry()
    registry.put(MACHINE, key, ProductName="Windows 10 Pro", DisplayVersion="23H2", CurrentBuild="22631")

    assert "Windows 11 Pro 23H2 （22631）" == facts._windows(registry)


@pytest.mark.parametrize(
    ("mark", "zone"), [("[ZoneTransfer]\r\nZoneId=3\r\nHostUrl=x", 3), ("[ZoneTransfer]\nZoneId = 0\n", 0), ("", None)]
)
def test_the_mark_of_the_web_is_read(tmp_path: Path, mark: str, zone: int | None) -> None:
    (tmp_path / "a.xlsm:Zone.Identifier").write_text(mark)

    assert zone == facts.zone_of(tmp_path / "a.xlsm")
    assert facts.zone_of(tmp_path / "b.xlsm") is None


@pytest.mark.parametrize(("machine", "bits"), [(b"d\x86", 64), (b"\x4c\x01", 32), (b"??", None)])
def test_a_program_tells_its_bits(tmp_path: Path, machine: bytes, bits: int | None) -> None:
    file = tmp_path / "EXCEL.EXE"
    file.write_bytes(b"MZ".ljust(0x3C, b"\0") + (0x80).to_bytes(4, "little") + bytes(0x40) + b"PE\0\0" + machine)

    assert bits == facts._bits(str(file))
    assert facts._bits(None) is None


@pytest.mark.parametrize(
    ("command", "program"),
    [
        ('"C:\\a b\\pythonw.exe" -E', "C:\\a b\\pythonw.exe"),
        ("C:\\a\\pythonw.exe -E", "C:\\a\\pythonw.exe"),
        (None, None),
    ],
)
def test_the_program_of_a_command_line(command: str | None, program: str | None) -> None:
    assert program == facts._program(command)


def test_what_cannot_be_looked_at_does_not_keep_the_rest_from_being_looked_at(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Here nothing of Windows answers at all."""
    monkeypatch.setenv("SELFEVAL_XL_LOG_DIR", str(tmp_path))
    monkeypatch.setattr(facts.windows, "needed", lambda _: None)
    registry = FakeRegistry().put(USER, _OFFICE + "Security", VBAWarnings=4)
    found = facts.gather(registry=registry)
    told = doctor.text(doctor.lines(found), found.persons)

    assert {"vbawarnings": 4} == found.settings
    assert any(line.startswith("问题  宏：Excel 的设置禁用所有宏") for line in told)
    assert "doctor _code_page" in (tmp_path / "selfeval-xl.log").read_text("utf-8")


# The proof in Excel


class Cell:
    """A cell of the stand-in for Excel."""

    def __init__(self) -> None:
        self.Value2: Any = None
        self.Formula: Any = ""
        self.NumberFormat = "General"


class Sheet:
    def __init__(self, name: str) -> None:
        self.Name, self.cells = name, {}

    def Cells(self, row: int, column: int) -> Cell:
        return self.cells.setdefault((row, column), Cell())


class Excel:
    """As much of Excel as the proof needs: it calculates formulas of one function by asking Python, or spoils them."""

    def __init__(self, spoilt: str = "") -> None:
        self.spoilt, self.sheet = spoilt, Sheet("新")
        self.Worksheets = self

    def Add(self, template: str = "") -> Any:
        return self.sheet if not template else self

    @property
    def Workbooks(self) -> "Excel":
        return self

    def CalculateFull(self) -> None:
        for cell in self.sheet.cells.values():
            if found := re.fullmatch(r"=(\w+)\((.*)\)", cell.Formula):
                arguments = [self._value(place) for place in found[2].split(",")]
                answer = getattr(functions, found[1])(*arguments)
                cell.Value2 = -2146826246 if found[1] == self.spoilt else answer

    def _value(self, place: str) -> Any:
        (left, top), *end = [(ord(letter) - 64, int(row)) for letter, row in re.findall(r"([A-Z])(\d+)", place)]
        if not end:
            return self.sheet.Cells(top, left).Value2
        ((right, bottom),) = end
        return tuple(
            tuple(self.sheet.Cells(row, column).Value2 for column in range(left, right + 1))
            for row in range(top, bottom + 1)
        )


def test_every_function_is_proven() -> None:
    assert {function.name for function in functions.FUNCTIONS} == {name for name, _ in proof.CASES}


def test_functions_that_excel_calculates_as_python_does_are_good() -> None:
    excel = Excel()
    line = proof._functions(excel, excel)

    assert (GOOD, f"{len(proof.CASES)} 个单元格与 Python 直接计算的结果一致") == (line.state, line.found)


def test_a_function_that_excel_calculates_otherwise_is_named_with_both_values() -> None:
    excel = Excel(spoilt="SE_GRADE")
    line = proof._functions(excel, excel)

    assert BAD == line.state
    assert re.search(r"A\d+ =SE_GRADE\(B\d+\) 应为 '优'，Excel 算出 -2146826246", line.found)


def test_an_excel_that_cannot_be_started_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SELFEVAL_XL_LOG_DIR", str(tmp_path))
    (line,) = proof.in_an_excel_of_its_own()  # here there is not even a way to ask for one

    assert BAD == line.state and "ModuleNotFoundError" in line.found
    assert "doctor: Excel" in (tmp_path / "selfeval-xl.log").read_text("utf-8")


class Area:
    """A used range of formulas and values that begins at B3."""

    Row, Column = 3, 2

    def __init__(self, formulas: tuple[tuple[str, ...], ...], values: tuple[tuple[Any, ...], ...]) -> None:
        self.Formula, self.Value2 = formulas, values


class Book:
    """A workbook of one sheet whose value in B3 changes when it is calculated."""

    def __init__(self, then: Any, now: Any) -> None:
        self.then, self.now, self.calculated, self.closed = then, now, False, False
        self.Count, self.Name = 1, "自评表"
        self.Workbooks = self.Worksheets = self

    def __call__(self, number: int) -> "Book":
        assert 1 == number
        return self

    def Open(self, path: str, links: int) -> "Book":
        return self

    @property
    def UsedRange(self) -> Area:
        return Area((("=SE_TOTAL(C3)", "7"),), ((self.now if self.calculated else self.then, 7.0),))

    def CalculateFullRebuild(self) -> None:
        self.calculated = True

    def Close(self, save: bool) -> None:
        self.closed = True


@pytest.mark.parametrize(("now", "state"), [(98.09, GOOD), (98.08, BAD), (-2146826246, BAD), ("98.09", BAD)])
def test_what_python_wrote_into_a_file_is_compared_with_what_excel_calculates(now: Any, state: str) -> None:
    book = Book(98.09, now)
    line = proof._forms(book, Path("forms.xlsm"))

    assert state == line.state
    assert book.closed
    assert state == GOOD or f"自评表!B3 =SE_TOTAL(C3) 应为 98.09，Excel 算出 {now!r}" in line.found


def test_the_doctor_is_no_server() -> None:
    assert not facts._is_the_server()
    assert "selfeval_xl.excel.server" not in str(sys.modules["__main__"].__spec__)
