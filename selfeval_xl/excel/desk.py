"""Puts selfeval-xl on this user's Windows desk, brings it up to date, and takes it away again.

A bundle brings its own Python: it is copied beside an older one and tried, and only then are the few things exchanged
that lead to it. What stops an installation leaves the desk as it was. An ordinary Python keeps its package where it is.
"""

import contextlib
import errno
import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from itertools import count
from pathlib import Path

from selfeval_xl import __version__, errors
from selfeval_xl.excel import windows
from selfeval_xl.excel.template import as_template
from selfeval_xl.profiles import own

PACKAGE = Path(__file__).resolve().parents[1]
ADD_IN, TEMPLATE, GUIDE = "selfeval.xlam", "template.xlsm", "guide.pdf"

TITLE = "绩效自评"  # of the template, the shortcut and the ribbon
FOLDER = "selfeval-xl"  # in the user's local data, beside the log
SUMS = own.BUNDLED  # the files of a bundle's Python and what they have to be

_RECORD = "installed.json"
_GONE = ".gone"  # the end of the name of a folder that is being removed
_TRIED = (
    "from selfeval_xl.excel import buttons, functions, server; server._import_xlwings(); "
    "import selfeval_xl.actions, pythoncom, win32api, win32com.server.policy"
)
_SPACE = 400 << 20  # bytes that a program takes, also compiled, and some more
_LONGEST_TRY = 300  # seconds; the first start of so many files, with a virus scanner at work


@dataclass(frozen=True)
class Places:
    """Where things go on this user's desk."""

    home: Path
    add_in: Path
    templates: tuple[Path, ...]
    shortcut: Path

    @property
    def files(self) -> tuple[Path, ...]:
        return (self.add_in, *self.templates, self.shortcut)


def places() -> Places:
    """This desk's places. Excel trusts the macros of the first template; in the other's folder 文件 - 新建 looks."""
    roaming = windows.roaming_data() / "Microsoft"
    folders = dict.fromkeys(filter(None, (roaming / "Templates", windows.personal_templates())))
    return Places(
        home=windows.local_data() / FOLDER,
        add_in=roaming / "Excel" / "XLSTART" / ADD_IN,
        templates=tuple(folder / f"{TITLE}.xltm" for folder in folders),
        shortcut=windows.desktop() / f"{TITLE}.lnk",
    )


def workbook_file(name: str) -> bytes:
    """A file that Excel opens, as it came with the package or lies beside it in the repository."""
    for folder in (PACKAGE / "data", PACKAGE.parent / "workbook"):
        with contextlib.suppress(FileNotFoundError):
            return (folder / name).read_bytes()
    raise errors.BadBundle("不见了").about(name)


def guide_file() -> Path | None:
    """The guide with pictures, as it came with the package or lies in the repository; None where it did not."""
    places = (folder / GUIDE for folder in (PACKAGE / "data", PACKAGE.parent / "docs" / "guide"))
    return next((place for place in places if place.is_file()), None)


# ---- installing ----------------------------------------------------------------------------------------------


def install(tell: Callable[[str], None] = lambda _: None) -> None:
    """Installs for this user, or brings an installation up to date; `tell` is told what takes its time."""
    windows.needed("安装")
    with _all_or_nothing("安装") as undo:
        to = places()
        before = _Record.of(to.home)
        made = before.with_files(to.files).with_folders(missing for file in to.files for missing in _missing(file))
        for folder in (to.home, *map(Path, made.folders)):
            _make(folder, undo)
        _put(to.home / _RECORD, made.written, undo)
        source = _bundle()
        python = _copied(source, to.home, undo, tell) / "python.exe" if source else Path(sys.executable)
        _put(to.add_in, workbook_file(ADD_IN), undo)
        for template in to.templates:
            _put(template, as_template(workbook_file(TEMPLATE)), undo)
        _put(to.shortcut, _shortcut_to(to.templates[0], to.home), undo)
        _register(windows.server_command(python), undo)
        if source:
            windows.list_as_app(f"{TITLE}（selfeval-xl）", __version__, python)
        else:
            windows.unlist_as_app()
    _remove_programs(to.home, but=python.parent)
    for strayed in set(before.files) - set(map(str, to.files)):
        Path(strayed).unlink(missing_ok=True)


@contextlib.contextmanager
def _all_or_nothing(step: str) -> Iterator[contextlib.ExitStack]:
    """What the block has done is undone where it does not come to its end."""
    try:
        if windows.is_running("excel.exe"):
            raise errors.ExcelIsRunning(step)
        with contextlib.ExitStack() as undo:
            yield undo
            undo.pop_all()
    except errors.SelfEvalError as problem:
        raise errors.NothingChanged(step, problem) from None
    except OSError as problem:
        raise errors.NothingChanged(step, errors.Refused(errors.why(problem))) from None


@dataclass(frozen=True)
class _Record:
    """What an installation has put on the desk, written down for the day it is taken away."""

    files: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()  # that were not there before, the outer ones first

    @classmethod
    def of(cls, home: Path) -> "_Record":
        try:
            said = json.loads((home / _RECORD).read_text("utf-8"))
            return cls(tuple(map(str, said["files"])), tuple(map(str, said["folders"])))
        except (OSError, ValueError, KeyError, TypeError):
            return cls()

    def with_files(self, files: tuple[Path, ...]) -> "_Record":
        return replace(self, files=tuple(dict.fromkeys((*self.files, *map(str, files)))))

    def with_folders(self, folders: Iterable[Path]) -> "_Record":
        return replace(self, folders=tuple(dict.fromkeys((*self.folders, *map(str, folders)))))

    @property
    def written(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()


def _missing(file: Path) -> list[Path]:
    """The folders above a file that are not there yet, the outer ones first."""
    return [folder for folder in reversed(file.parents) if not folder.is_dir()]


def _make(folder: Path, undo: contextlib.ExitStack) -> None:
    with _naming(folder):
        if not folder.is_dir():
            folder.mkdir(parents=True)
            undo.callback(_quietly, folder.rmdir)


def _put(file: Path, content: bytes, undo: contextlib.ExitStack) -> None:
    """Gives a file this content, whole or not at all."""
    with _naming(file):
        before = file.read_bytes() if file.exists() else None
        if content == before:
            return
        undo.callback(_quietly, lambda: _restore(file, before))
        _write(file, content)


def _write(file: Path, content: bytes) -> None:
    # Not beside the target: what lies in XLSTART for a moment, Excel might open.
    draft = windows.local_data() / FOLDER / f"{file.name}.part"
    try:
        draft.write_bytes(content)
        draft.replace(file)
    except OSError as problem:
        if problem.errno != errno.EXDEV:
            raise
        file.write_bytes(content)  # a folder on another disk
    finally:
        draft.unlink(missing_ok=True)


def _restore(file: Path, before: bytes | None) -> None:
    if before is None:
        file.unlink(missing_ok=True)
    else:
        _write(file, before)


def _quietly(step: Callable[[], object]) -> None:
    """What cannot be undone does not keep the rest from being undone."""
    with contextlib.suppress(OSError):
        step()


@contextlib.contextmanager
def _naming(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        raise errors.CannotWrite(errors.why(problem)).about(file) from None


def _shortcut_to(target: Path, scratch: Path) -> bytes:
    draft = scratch / "shortcut.lnk"
    with _naming(draft):
        try:
            windows.make_shortcut(draft, target, TITLE)
            return draft.read_bytes()
        finally:
            draft.unlink(missing_ok=True)


def _register(command: str, undo: contextlib.ExitStack) -> None:
    before = windows.own_command()
    undo.callback(_quietly, lambda: windows.register(command=before) if before else windows.unregister())
    windows.register(command=command)


# ---- the program of a bundle -----------------------------------------------------------------------------------


def _bundle() -> Path | None:
    """The folder of this Python where it came in a bundle."""
    folder = Path(sys.executable).parent
    return folder if (folder / SUMS).is_file() else None


def sums(listed: bytes) -> dict[str, str]:
    """The files of a program and what they have to be; what lies beside the program in a bundle is left out."""
    pairs = (line.split("  ", 1) for line in listed.decode().splitlines())
    return {name: digest for digest, name in pairs if not name.startswith("../")}


def _copied(source: Path, home: Path, undo: contextlib.ExitStack, tell: Callable[[str], None]) -> Path:
    """A folder of the home with a whole copy of the program that runs; one that is there already is taken."""
    listed = (source / SUMS).read_bytes()
    name = f"{__version__}-{hashlib.sha256(listed).hexdigest()[:8]}"
    for number in count(1):
        folder = home / (name if number == 1 else f"{name}-{number}")
        if not folder.exists():
            break
        if _is_whole(folder, listed):
            return folder
    if shutil.disk_usage(home).free < _SPACE:
        raise errors.CannotWrite(f"磁盘空间不足，需要 {_SPACE >> 20} MB").about(home)
    tell("正在复制和检查文件，大约需要一分钟，请稍候……")
    undo.callback(shutil.rmtree, folder, ignore_errors=True)
    for inner in sorted({(folder / file).parent for file in sums(listed)}):
        with _naming(inner):
            inner.mkdir(parents=True, exist_ok=True)
    for file, digest in sums(listed).items():
        content = _content(source / file)
        if hashlib.sha256(content).hexdigest() != digest:
            raise errors.BadBundle("不完整或被改动过").about(file)
        with _naming(folder / file):
            (folder / file).write_bytes(content)  # the bytes alone: no mark of the web comes along
    _try(folder)
    with _naming(folder / SUMS):
        (folder / SUMS).write_bytes(listed)  # at the end: a copy without it was broken off
    return folder


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        raise errors.BadBundle("不见了").about(file.name) from None
    except OSError as problem:
        raise errors.CannotRead(errors.why(problem)).about(file) from None


def _is_whole(folder: Path, listed: bytes) -> bool:
    try:
        return (folder / SUMS).read_bytes() == listed and all(
            hashlib.sha256((folder / file).read_bytes()).hexdigest() == digest for file, digest in sums(listed).items()
        )
    except OSError:
        return False


def _try(folder: Path) -> None:
    """Starts the copied program with all that a cell needs; this also leaves it compiled for the first cell."""
    command = [str(folder / "python.exe"), "-E", "-s", "-P", "-c", _TRIED]
    nothing = subprocess.DEVNULL
    try:
        done = subprocess.run(
            command, check=False, cwd=folder, capture_output=True, stdin=nothing, timeout=_LONGEST_TRY
        )
    except subprocess.TimeoutExpired:
        raise errors.CannotStart("没有反应").about(folder) from None
    except OSError as problem:
        raise errors.CannotStart(errors.why(problem)).about(folder) from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise errors.CannotStart(said[-1] if said else f"{done.returncode:#x}").about(folder)


def _programs(home: Path) -> list[Path]:
    """The folders of the home but that of people's own profiles."""
    return [folder for folder in home.glob("*") if folder.is_dir() and folder.name != own.FOLDER]


def _remove_programs(home: Path, but: Path) -> None:
    """Removes every other program of the home; one that a server still runs from stays until the next time."""
    for folder in _programs(home):
        if folder != but:
            with contextlib.suppress(OSError):
                shutil.rmtree(_moved_aside(folder), ignore_errors=True)


def _moved_aside(folder: Path) -> Path:
    """Renamed, which Windows refuses where a program runs from it; so nothing in use is removed by halves."""
    if folder.name.endswith(_GONE):
        return folder
    aside = folder.with_name(folder.name + _GONE)
    shutil.rmtree(aside, ignore_errors=True)  # what a removal that was broken off has left
    return folder.rename(aside)


# ---- taking away -----------------------------------------------------------------------------------------------


def uninstall() -> Path | None:
    """Takes away everything that `install` has put on the desk, and the log.

    What people have written themselves stays: the folder of their own profiles, which is returned where it holds any.
    """
    windows.needed("卸载")
    to = places()
    record = _Record.of(to.home)
    program = Path(sys.executable).parent
    with _all_or_nothing("卸载") as undo:
        for folder in _programs(to.home):
            if folder != program:
                _move_aside(folder, undo)
        for file in dict.fromkeys((*map(Path, record.files), *to.files)):
            _take(file, undo)
        if before := windows.own_command():
            undo.callback(_quietly, lambda: windows.register(command=before))
            windows.unregister()
        windows.unlist_as_app()
    for made in reversed(record.folders):
        _quietly(Path(made).rmdir)  # only an empty one goes
    for folder in _programs(to.home):
        if folder != program:
            shutil.rmtree(folder, ignore_errors=True)
    for file in to.home.glob("*"):  # the record, the log, reports
        if file.is_file():
            _quietly(file.unlink)
    _quietly((to.home / own.FOLDER).rmdir)
    if program.is_relative_to(to.home):
        windows.remove_later(program, to.home)
    else:
        _quietly(to.home.rmdir)
        if left := _programs(to.home):
            raise errors.StillInUse().about(left[0])
    kept = to.home / own.FOLDER
    return kept if kept.exists() else None


def _move_aside(folder: Path, undo: contextlib.ExitStack) -> None:
    try:
        aside = _moved_aside(folder)
    except OSError:
        raise errors.StillInUse().about(folder) from None
    undo.callback(_quietly, lambda: aside.rename(folder))


def _take(file: Path, undo: contextlib.ExitStack) -> None:
    with _naming(file):
        if file.is_file():
            before = file.read_bytes()
            undo.callback(_quietly, lambda: _restore(file, before))
            file.unlink()
