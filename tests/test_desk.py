"""Installing on a desk and taking away, with a stand-in for Windows; the real one is tried under Wine."""

import errno
import hashlib
import json
import sys
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from subprocess import CompletedProcess
from types import SimpleNamespace

import pytest
from conftest import ROOT

from selfeval_xl import cli, errors
from selfeval_xl.excel import desk
from selfeval_xl.excel.template import as_template


class Windows:
    """What desk.py asks of Windows, on a desk below one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.command: str | None = None
        self.app: Path | None = None
        self.running: set[str] = set()
        self.personal: Path | None = None
        self.removed_later: list[Path] = []
        for folder in ("Local", "Roaming", "桌面"):
            (root / folder).mkdir(parents=True)

    def needed(self, step: str) -> None:
        pass

    def is_running(self, program: str) -> bool:
        return program in self.running

    def local_data(self) -> Path:
        return self.root / "Local"

    def roaming_data(self) -> Path:
        return self.root / "Roaming"

    def desktop(self) -> Path:
        return self.root / "桌面"

    def personal_templates(self) -> Path | None:
        return self.personal

    def make_shortcut(self, shortcut: Path, target: Path, words: str) -> None:
        shortcut.write_text(f"{words} -> {target}", "utf-8")

    def server_command(self, python: Path) -> str:
        return f'"{python}" serves'

    def register(self, command: str) -> None:
        self.command = command

    def own_command(self) -> str | None:
        return self.command

    def unregister(self) -> None:
        self.command = None

    def list_as_app(self, title: str, version: str, python: Path) -> None:
        self.app = python

    def unlist_as_app(self) -> None:
        self.app = None

    def remove_later(self, program: Path, home: Path) -> None:
        self.removed_later += [program, home]

    # what a test looks at

    def state(self) -> tuple[dict[str, bytes], str | None, Path | None]:
        files = {str(path.relative_to(self.root)): path.read_bytes() for path in self.root.rglob("*") if path.is_file()}
        return files, self.command, self.app

    def folders(self) -> set[Path]:
        return {path.relative_to(self.root) for path in self.root.rglob("*") if path.is_dir()}


@pytest.fixture
def windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Windows:
    made = Windows(tmp_path / "电脑 desk")
    monkeypatch.setattr(desk, "windows", made)
    monkeypatch.setattr(desk, "workbook_file", lambda name: _workbook() if name == desk.TEMPLATE else b"add-in 1")
    monkeypatch.setattr(desk.subprocess, "run", lambda *_, **__: CompletedProcess((), 0, b"", b""))
    return made


def _workbook() -> bytes:
    return (ROOT / "workbook" / desk.TEMPLATE).read_bytes()


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Makes a bundle's program and runs from it, as install.bat does."""

    def make(name: str = "安装包", **changed: bytes) -> Path:
        program = tmp_path / name / "selfeval-xl"
        files = {"python.exe": b"python", "Lib/site-packages/a.py": b"one"} | changed
        for file, content in files.items():
            (program / file).parent.mkdir(parents=True, exist_ok=True)
            (program / file).write_bytes(content)
        lines = [f"{hashlib.sha256(content).hexdigest()}  {file}\n" for file, content in files.items()]
        (program / desk.SUMS).write_text("".join(["0" * 64 + "  ../install.bat\n", *lines]), "utf-8")
        monkeypatch.setattr(sys, "executable", str(program / "python.exe"))
        return program

    return make


def _programs(windows: Windows) -> list[str]:
    return sorted(path.name for path in (windows.root / "Local" / "selfeval-xl").iterdir() if path.is_dir())


# Installing


def test_a_bundle_is_copied_and_the_desk_leads_to_the_copy(windows: Windows, bundle: Callable[..., Path]) -> None:
    source = bundle()
    desk.install()
    home = windows.root / "Local" / "selfeval-xl"
    copy = home / _programs(windows)[0]
    template = windows.root / "Roaming/Microsoft/Templates" / f"{desk.TITLE}.xltm"

    assert f'"{copy / "python.exe"}" serves' == windows.command
    assert copy / "python.exe" == windows.app
    assert {path.name: path.read_bytes() for path in source.rglob("*") if path.is_file()} == {
        path.name: path.read_bytes() for path in copy.rglob("*") if path.is_file()
    }
    assert b"add-in 1" == (windows.root / "Roaming/Microsoft/Excel/XLSTART/selfeval.xlam").read_bytes()
    assert as_template(_workbook()) == template.read_bytes()
    assert f"{desk.TITLE} -> {template}" == (windows.desktop() / f"{desk.TITLE}.lnk").read_text("utf-8")


def test_the_mark_of_the_web_does_not_come_along(windows: Windows, bundle: Callable[..., Path]) -> None:
    """On Windows it is a stream of the file; here it stands beside it under the same name."""
    source = bundle()
    (source / "python.exe:Zone.Identifier").write_bytes(b"[ZoneTransfer]\r\nZoneId=3")
    desk.install()

    assert [] == [name for name in windows.state()[0] if "Zone.Identifier" in name]


def test_an_ordinary_python_stays_where_it_is(windows: Windows) -> None:
    desk.install()

    assert f'"{sys.executable}" serves' == windows.command
    assert windows.app is None
    assert [] == _programs(windows)


def test_a_personal_folder_of_templates_gets_the_template_too(windows: Windows) -> None:
    windows.personal = windows.root / "自定义 Office 模板"
    windows.personal.mkdir()
    desk.install()

    assert as_template(_workbook()) == (windows.personal / f"{desk.TITLE}.xltm").read_bytes()
    assert "Templates" in (windows.desktop() / f"{desk.TITLE}.lnk").read_text("utf-8")


def test_the_template_differs_from_the_workbook_in_its_kind_only() -> None:
    with zipfile.ZipFile(BytesIO(_workbook())) as before, zipfile.ZipFile(BytesIO(as_template(_workbook()))) as after:
        parts = {name: (before.read(name), after.read(name)) for name in before.namelist()}
        assert before.namelist() == after.namelist()
    kinds = parts.pop("[Content_Types].xml")

    assert all(one == other for one, other in parts.values())
    assert kinds[0].replace(b"sheet.macroEnabled.main", b"template.macroEnabled.main") == kinds[1] != kinds[0]


def test_the_template_is_a_valid_package(tmp_path: Path, valid_package: Callable[[Path], None]) -> None:
    path = tmp_path / "template.xltm"
    path.write_bytes(as_template(_workbook()))

    valid_package(path)


def test_a_second_run_changes_nothing(windows: Windows, bundle: Callable[..., Path]) -> None:
    bundle()
    desk.install()
    once = windows.state()
    desk.install()

    assert once == windows.state()


def test_an_upgrade_takes_the_place_of_the_old_one(windows: Windows, bundle: Callable[..., Path]) -> None:
    bundle("old")
    desk.install()
    old = _programs(windows)
    bundle("new", **{"Lib/site-packages/a.py": b"two"})
    desk.install()
    (new,) = _programs(windows)

    assert old != [new]
    assert new in (windows.command or "")
    assert b"two" == (windows.root / "Local/selfeval-xl" / new / "Lib/site-packages/a.py").read_bytes()


def test_a_program_in_use_stays_until_the_next_time(
    windows: Windows, bundle: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle("old")
    desk.install()
    (old,) = _programs(windows)
    bundle("new", **{"Lib/site-packages/a.py": b"two"})
    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", _refusing(old))
        desk.install()
    both = _programs(windows)
    desk.install()

    assert 2 == len(both) and old in both
    assert [name for name in both if name != old] == _programs(windows)


def _refusing(name: str) -> Callable[[Path, Path], Path]:
    rename = Path.rename

    def refuse(self: Path, target: Path) -> Path:
        if self.name == name:
            raise PermissionError(errno.EACCES, "in use")
        return rename(self, target)

    return refuse


def test_a_copy_that_was_broken_off_or_spoilt_is_not_used(windows: Windows, bundle: Callable[..., Path]) -> None:
    bundle()
    desk.install()
    (first,) = _programs(windows)
    home = windows.root / "Local" / "selfeval-xl"
    (home / first / "Lib/site-packages/a.py").write_bytes(b"spoilt")
    desk.install()

    assert [f"{first}-2"] == _programs(windows)
    assert f"{first}-2" in (windows.command or "")


def test_a_template_that_was_put_elsewhere_before_is_taken_away(windows: Windows) -> None:
    windows.personal = windows.root / "one"
    windows.personal.mkdir()
    desk.install()
    windows.personal = None
    desk.install()

    assert [] == list((windows.root / "one").iterdir())


# What stops an installation


def _out_of_space(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """The disk is full when a file of this name is written."""
    write = Path.write_bytes

    def refuse(self: Path, content: bytes) -> int:
        if name in self.name:
            write(self, content[: len(content) // 2])
            raise OSError(errno.ENOSPC, "full")
        return write(self, content)

    monkeypatch.setattr(Path, "write_bytes", refuse)


@pytest.mark.parametrize("earlier", [False, True], ids=["first time", "over an older one"])
@pytest.mark.parametrize("name", ["installed.json", "a.py", desk.SUMS, "selfeval.xlam", ".xltm", ".lnk"])
def test_a_full_disk_leaves_the_desk_as_it_was(
    windows: Windows, bundle: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, name: str, earlier: bool
) -> None:
    if earlier:
        bundle("old", **{"Lib/site-packages/a.py": b"zero"})
        with monkeypatch.context() as patch:
            patch.setattr(desk, "workbook_file", lambda _: b"older")
            patch.setattr(desk, "as_template", lambda _: b"older")
            patch.setattr(Windows, "make_shortcut", lambda _, shortcut, *__: shortcut.write_bytes(b"older"))
            desk.install()
        windows.personal = windows.root / "elsewhere"  # so that the record would change, too
        windows.personal.mkdir()
    before, folders = windows.state(), windows.folders()
    bundle("new")
    with monkeypatch.context() as patch, pytest.raises(errors.NothingChanged, match=r"^没有安装.*磁盘已满"):
        _out_of_space(patch, name)
        desk.install()

    assert before == windows.state()
    assert folders == windows.folders()


def test_a_disk_without_the_room_is_not_begun_to_be_filled(
    windows: Windows, bundle: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = windows.state()
    bundle()
    monkeypatch.setattr(desk.shutil, "disk_usage", lambda _: SimpleNamespace(free=399 << 20))
    with pytest.raises(errors.NothingChanged, match="磁盘空间不足，需要 400 MB"):
        desk.install()

    assert before == windows.state()


def test_a_folder_that_may_not_be_written_is_named(windows: Windows, monkeypatch: pytest.MonkeyPatch) -> None:
    before = windows.state()
    make = Path.mkdir

    def refuse(self: Path, *more: object, **options: object) -> None:
        if self.name == "XLSTART":
            raise PermissionError(errno.EACCES, "denied")
        make(self, *more, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(errors.NothingChanged, match=r"无法写入“.*XLSTART”（没有权限）"):
        desk.install()

    assert before == windows.state()


def test_a_running_excel_is_to_be_closed_first(windows: Windows) -> None:
    desk.install()
    windows.running = {"excel.exe"}
    before = windows.state()
    for step in (desk.install, desk.uninstall):
        with pytest.raises(errors.NothingChanged, match="Excel 正在运行"):
            step()

    assert before == windows.state()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda program: (program / "python.exe").write_bytes(b"other"), "“python.exe”不完整或被改动过"),
        (lambda program: (program / "Lib/site-packages/a.py").unlink(), "“a.py”不见了"),
    ],
    ids=["changed", "missing"],
)
def test_a_bundle_that_is_not_whole_is_not_installed(
    windows: Windows, bundle: Callable[..., Path], spoil: Callable[[Path], object], said: str
) -> None:
    before = windows.state()
    spoil(bundle())
    with pytest.raises(errors.NothingChanged, match=said):
        desk.install()

    assert before == windows.state()


def test_a_program_that_does_not_run_is_not_switched_to(
    windows: Windows, bundle: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle("old")
    desk.install()
    before = windows.state()
    bundle("new", **{"Lib/site-packages/a.py": b"two"})
    failed = CompletedProcess((), 1, b"", b"Traceback\nImportError: DLL load failed\n")
    monkeypatch.setattr(desk.subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(errors.NothingChanged, match="ImportError: DLL load failed"):
        desk.install()

    assert before == windows.state()


# Taking away


@pytest.mark.parametrize("with_bundle", [False, True], ids=["ordinary Python", "bundle"])
def test_nothing_is_left(windows: Windows, bundle: Callable[..., Path], with_bundle: bool) -> None:
    """Neither where something was there before, nor where it was not."""
    (windows.root / "Roaming/Microsoft/Templates").mkdir(parents=True)
    (windows.root / "Roaming/Microsoft/Templates/其他.xltx").write_bytes(b"mine")
    before, folders = windows.state(), windows.folders()
    if with_bundle:
        bundle()
    desk.install()
    for name in ("selfeval-xl.log", "诊断报告.txt"):
        (windows.root / "Local/selfeval-xl" / name).write_bytes(b"trouble")
    desk.uninstall()

    assert before == windows.state()
    assert folders == windows.folders()


def test_a_program_that_takes_itself_away_has_its_folder_removed_afterwards(
    windows: Windows, bundle: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle()
    desk.install()
    home = windows.root / "Local" / "selfeval-xl"
    (program,) = (home / name for name in _programs(windows))
    monkeypatch.setattr(sys, "executable", str(program / "python.exe"))
    desk.uninstall()

    assert [program, home] == windows.removed_later
    assert [program] == list(home.iterdir())
    assert windows.command is None and windows.app is None
    assert not (windows.desktop() / f"{desk.TITLE}.lnk").exists()


def test_a_removal_that_was_broken_off_is_finished(windows: Windows, bundle: Callable[..., Path]) -> None:
    before, folders = windows.state(), windows.folders()
    bundle()
    desk.install()
    (program,) = _programs(windows)
    left = windows.root / "Local/selfeval-xl" / f"{program}.gone"
    left.mkdir()
    (left / "a.py").write_bytes(b"left")
    desk.uninstall()

    assert (before, folders) == (windows.state(), windows.folders())


def test_profiles_that_people_wrote_stay_through_upgrades_and_afterwards(
    windows: Windows, bundle: Callable[..., Path]
) -> None:
    bundle("old")
    desk.install()
    mine = windows.root / "Local/selfeval-xl/selfeval-xl-profiles/云岭市.toml"
    mine.parent.mkdir()
    mine.write_bytes(b"mine")
    bundle("new", **{"Lib/site-packages/a.py": b"two"})
    desk.install()

    assert mine.parent == desk.uninstall()
    assert {"Local/selfeval-xl/selfeval-xl-profiles/云岭市.toml": b"mine"} == windows.state()[0]


def test_files_are_found_again_where_they_were_put(windows: Windows) -> None:
    windows.personal = windows.root / "elsewhere"
    windows.personal.mkdir()
    desk.install()
    windows.personal = None
    desk.uninstall()

    assert [] == list((windows.root / "elsewhere").iterdir())


def test_a_program_in_use_is_not_taken_away_by_halves(
    windows: Windows, bundle: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle()
    desk.install()
    before = windows.state()
    monkeypatch.setattr(Path, "rename", _refusing(_programs(windows)[0]))
    with pytest.raises(errors.NothingChanged, match="正被其他程序使用"):
        desk.uninstall()

    assert before == windows.state()


def test_a_file_in_use_leaves_everything_as_it_was(
    windows: Windows, bundle: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle()
    desk.install()
    before = windows.state()
    unlink = Path.unlink

    def refuse(self: Path, missing_ok: bool = False) -> None:
        if self.suffix == ".xltm":
            raise PermissionError(errno.EACCES, "in use")
        unlink(self, missing_ok)

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(errors.NothingChanged, match=r"没有卸载.*xltm"):
        desk.uninstall()

    assert before == windows.state()


def test_a_record_that_nobody_can_read_does_not_matter(windows: Windows) -> None:
    desk.install()
    (windows.root / "Local/selfeval-xl/installed.json").write_text(json.dumps({"files": 7}), "utf-8")
    desk.uninstall()

    assert {} == windows.state()[0]


@pytest.mark.parametrize("step", ["install", "uninstall"])
def test_elsewhere_it_is_said_that_this_belongs_to_windows(step: str, capsys: pytest.CaptureFixture[str]) -> None:
    status = cli.main([step])

    assert (2, "") == (status, capsys.readouterr().out)


def test_a_file_that_another_program_holds_is_called_in_use() -> None:
    held = PermissionError(errno.EACCES, "held")
    held.winerror = 32

    assert "正被其他程序使用" == errors.why(held)
