"""What lies in folders, archives and mails: each file that was handed in, with where it lay and since when.

Nothing is unpacked to the disk; names inside archives are labels and never paths.
"""

import io
import os
import stat
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from selfeval_xl import errors, files
from selfeval_xl.cells import on_screen
from selfeval_xl.collect import packed

_NOT_HANDED_IN = ("~$", ".")  # what office programs and systems lay beside people's files
_OF_SYSTEMS = {"thumbs.db", "desktop.ini", "ehthumbs.db", "__macosx"}
_DEEPEST = 5  # archives and mails inside one another


@dataclass(frozen=True)
class Place:
    """Where a file lay: the file on the disk, and the names to it from the folder that was asked for.

    What lies in an archive or a mail has a name more; `sender` is whose mail it was, `moment` when it was sent or last
    saved.
    """

    path: Path
    names: tuple[str, ...]
    moment: datetime | None = None
    sender: str | None = None

    @property
    def shown(self) -> str:
        """As people read it: 三月/报送.zip › 甲单位.xlsx."""
        return " › ".join(map(on_screen, self.names))


@dataclass(frozen=True)
class Piece:
    """One file with its content. `is_words` marks the words of a mail, which need not be a form."""

    place: Place
    content: bytes = field(repr=False)
    is_words: bool = False


@dataclass(frozen=True)
class Obstacle:
    """What could not be looked into, and a sentence that says why and what would settle it."""

    place: Place
    message: str


Lying = Iterator[Piece | Obstacle]


def lying(paths: Sequence[Path], without: Set[Path] = frozenset()) -> Lying:
    """Everything that was handed in below these paths, in the order of names; each file on the disk once.

    `without` are files and folders, as real paths, that are ours and nobody's form. No trouble with one stops the rest.
    """
    met: set[str] = set()
    for path in paths:
        in_folder = path.is_dir()
        for found in _in_folder(path, without) if in_folder else [(Place(path, (path.name,)), os.path.realpath(path))]:
            if isinstance(found, Obstacle):
                yield found
                continue
            place, real = found
            if (name := os.path.normcase(real)) not in met:
                met.add(name)
                yield from _looked_into(place)


def _in_folder(root: Path, without: Set[Path]) -> Iterator[tuple[Place, str] | Obstacle]:
    """The files below a folder, and where they really lie; links to elsewhere are named and not followed."""
    real_root, ours = Path(os.path.realpath(root)), set(map(os.path.normcase, without))
    waiting = [(root, "")]
    while waiting:
        folder, above = waiting.pop()
        real_folder = os.path.realpath(folder)
        try:
            with os.scandir(folder) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as problem:
            place = Place(folder, (above.rstrip("/") or root.name,))
            yield Obstacle(place, _refusal(place, problem))
            continue
        deeper = []
        for entry in entries:
            if _is_of_systems(entry.name):
                continue
            straight = os.path.join(real_folder, entry.name)  # noqa: PTH118 (paths as words: there are thousands)
            is_folder = _is_folder(entry)
            real = os.path.realpath(entry) if is_folder or entry.is_symlink() else straight
            if os.path.normcase(real) in ours:
                continue
            place = Place(folder / entry.name, (above + entry.name,))
            if real != straight and not _is_within(Path(real), real_root):
                yield Obstacle(place, f"“{place.shown}”是指向文件夹以外的链接，没有读取。请把文件本身放进文件夹。")
            elif not is_folder:
                yield place, real
            elif real == straight:  # and no link to a folder that is walked anyway
                deeper.append((place.path, f"{above}{entry.name}/"))
        waiting += reversed(deeper)


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    """Whether it is a folder; what cannot be looked at is met, and named, as a file."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def _is_of_systems(name: str) -> bool:
    return (name.startswith(_NOT_HANDED_IN) and name.strip(".") != "") or name.lower() in _OF_SYSTEMS


def _is_within(path: Path, folder: Path) -> bool:
    return path == folder or folder in path.parents


def _refusal(place: Place, problem: OSError) -> str:
    return str(errors.CannotRead(errors.why(problem)).about(place.shown))


def _looked_into(place: Place) -> Lying:
    """A file on the disk: itself, or what is packed in it."""
    try:
        about = place.path.stat()
        place = replace(place, moment=_moment(about.st_mtime))
        if stat.S_ISREG(about.st_mode):
            with place.path.open("rb") as file:
                bounds = packed.Bounds()
                members = packed.inside(file, bounds)
                if members is not None:
                    yield from _unpacked(place, members, bounds, 1)
                    return
        yield Piece(place, files.content_of(place.path))
    except errors.SelfEvalError as problem:
        yield Obstacle(place, str(problem.about(place.shown)))
    except OSError as problem:
        yield Obstacle(place, _refusal(place, problem))


def _unpacked(place: Place, members: packed.Unpacking, bounds: packed.Bounds, depth: int) -> Lying:
    """What lies in an archive or a mail, and in those that lie in it."""
    for member in members:
        if isinstance(member, packed.NotTaken):
            within = replace(place, names=(*place.names, member.name)) if member.name else place
            yield Obstacle(within, f"“{within.shown}”{member.why}")
            continue
        if any(map(_is_of_systems, member.name.replace("\\", "/").split("/"))):
            continue
        within = replace(
            place,
            names=(*place.names, member.name),
            moment=member.moment or place.moment,
            sender=member.sender or place.sender,
        )
        inner = packed.inside(io.BytesIO(member.content), bounds)
        if inner is None:
            yield Piece(within, member.content, member.is_words)
        elif depth >= _DEEPEST:
            yield Obstacle(within, f"“{within.shown}”在 {depth} 层压缩包或邮件之内，没有再打开。请解压后放进文件夹。")
        else:
            yield from _unpacked(within, inner, bounds, depth + 1)


def _moment(seconds: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds)
    except (OverflowError, OSError, ValueError):
        return None
