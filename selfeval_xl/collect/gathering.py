"""All that was handed in, read and put in order: one form counts for each project, the others are named."""

import re
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from selfeval_xl.cells import half_width, on_screen, read_number, short
from selfeval_xl.collect.hands import Done, Hands, Work
from selfeval_xl.collect.judged import NAMELESS, Contents, Judged
from selfeval_xl.collect.known import Known, unpacked
from selfeval_xl.collect.lying import Obstacle, Piece, Place, lying
from selfeval_xl.patterns import expression

Progress = Callable[[int, int], None]  # files done, and files met so far
_WORKBOOKS = {".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"}
_MOST_DIFFERENCES = 12
_BETWEEN = expression(r"[\s·•,，.。、:：;；\"'“”‘’()（）\[\]【】《》<>〈〉_\-—–]+")


@dataclass(frozen=True)
class Handed:
    """One form that was handed in: where it lay, and what it says; `content` is the key of its file."""

    place: Place
    content: bytes
    form: Judged

    @property
    def year(self) -> int | None:
        return self.form.year

    @property
    def unit(self) -> str | None:
        """实施单位, or 主管部门 where only that is filled in."""
        return self.form.unit or self.form.department

    @property
    def is_workbook(self) -> bool:
        return PurePosixPath(self.place.names[-1]).suffix.lower() in _WORKBOOKS


@dataclass(frozen=True)
class Repeated:
    """A form that does not count, the one that counts for its project, and in what they differ."""

    handed: Handed
    counted: Handed
    differences: tuple[str, ...]


@dataclass(frozen=True)
class NotRead:
    """A file, or a sheet of one, that gave no form; a sentence says why and what would settle it."""

    place: Place
    sheet: str | None
    message: str


@dataclass(frozen=True)
class Gathered:
    """Everything that lay there. `fresh` files were read now, of `files` in all."""

    handed: tuple[Handed, ...]
    repeated: tuple[Repeated, ...] = ()
    not_read: tuple[NotRead, ...] = ()
    files: int = 0
    fresh: int = 0


def same_words(words: str | None) -> str:
    """Words as they are compared: without blanks, brackets and signs, whatever their width."""
    return _BETWEEN.sub("", half_width(words or "")).casefold()


def project_key(unit: str | None, project: str | None, year: int | None) -> tuple[str, str, int | None]:
    """By which two forms are of the same project."""
    return same_words(unit), same_words(project), year


def gather(
    paths: Sequence[Path],
    known: Known,
    hands: Hands,
    without: Set[Path] = frozenset(),
    progress: Progress = lambda done, met: None,
    meanwhile: Callable[[], object] = lambda: None,
) -> Gathered:
    """Reads what lies below the paths. Only what `known` does not hold is read; no trouble with one stops the rest.

    `meanwhile` is called once, while others read.
    """
    reading = _Reading(known, progress)
    for done in hands.read(reading.new_work(lying(paths, without)), meanwhile):
        reading.take(done)
    reading.keep()
    handed, repeated = _each_project_once(reading.handed(), known)
    return Gathered(tuple(handed), tuple(repeated), tuple(reading.not_read()), reading.files, reading.fresh)


class _Reading:
    """What was met, in the order in which it lay, and what is known of it by now."""

    def __init__(self, known: Known, progress: Progress) -> None:
        self._known, self._progress = known, progress
        self._met: list[tuple[Place, bytes, bool] | Obstacle] = []
        self._contents: dict[bytes, Contents | None] = {}
        self._unsaved: list[tuple[bytes, bytes]] = []
        self._done = 0
        self.files = self.fresh = 0

    def new_work(self, found: Iterator[Piece | Obstacle]) -> Iterator[Work]:
        """The files that were never read, each content once."""
        for one in found:
            if isinstance(one, Obstacle):
                self._met.append(one)
                continue
            self.files += 1
            key = self._known.key(one.content)
            self._met.append((one.place, key, one.is_words))
            if key in self._contents:
                self._said()
                continue
            before = self._known.get(key)
            if before is None:
                self._contents[key] = None
                self.fresh += 1
                yield Work(key, one.content)
            else:
                self._contents[key] = before
                self._said()

    def take(self, done: Done) -> None:
        """Puts down what was read."""
        self._contents[done.key] = unpacked(done.said)
        if done.is_sure:
            self._unsaved.append((done.key, done.said))
        if len(self._unsaved) >= 200:
            self.keep()
        self._said()

    def keep(self) -> None:
        """Puts what was read where the next time finds it."""
        self._known.put(self._unsaved)
        self._unsaved = []

    def _said(self) -> None:
        self._done += 1
        self._progress(self._done, self.files)

    def handed(self) -> Iterator[Handed]:
        for place, key, _ in self._files():
            found = self._contents[key]
            if found is not None:
                yield from (Handed(place, key, form) for form in found.forms)

    def not_read(self) -> Iterator[NotRead]:
        """What gave no form; not the words of a mail, unless nothing else came with it."""
        useful = {place.names[:-1] for place, key, _ in self._files() if self._is_useful(key)}
        for one in self._met:
            if isinstance(one, Obstacle):
                yield NotRead(one.place, None, one.message)
                continue
            place, key, is_words = one
            found = self._contents[key]
            if found is None or (is_words and place.names[:-1] in useful):
                continue
            if found.trouble:
                yield NotRead(place, None, found.trouble.replace(NAMELESS, place.shown))
            for sheet, instead in found.passed_over:
                yield NotRead(place, sheet, f"工作表“{sheet}”{instead}。如果它不是自评表，不必处理。")

    def _files(self) -> Iterator[tuple[Place, bytes, bool]]:
        return (one for one in self._met if not isinstance(one, Obstacle))

    def _is_useful(self, key: bytes) -> bool:
        found = self._contents[key]
        return found is not None and bool(found.forms)


def _each_project_once(handed: Iterator[Handed], known: Known) -> tuple[list[Handed], list[Repeated]]:
    """The form that counts for each project, in the order in which they lay, and the others."""
    groups: dict[object, list[Handed]] = {}
    for number, one in enumerate(handed):
        key = project_key(one.unit, one.form.project, one.year) if one.form.project else number
        groups.setdefault(key, []).append(one)
    counted: list[Handed] = []
    repeated: list[Repeated] = []
    for group in groups.values():
        first = group[0] if len(group) == 1 else _that_counts(group)
        counted.append(first)
        repeated += (Repeated(one, first, _differences(one, first, known)) for one in group if one is not first)
    return counted, repeated


def _that_counts(group: Sequence[Handed]) -> Handed:
    """The newest; of copies that say the same, and of a workbook and its own printout, the workbook."""
    newest = max(group, key=lambda one: (one.place.moment or datetime.min, _natural(one.place.shown)))
    if newest.is_workbook:
        return newest
    stems = _stem(newest)
    instead = [
        one for one in group if one.is_workbook and (one.form.saying == newest.form.saying or _stem(one) == stems)
    ]
    return max(instead, key=lambda one: one.place.moment or datetime.min, default=newest)


def _stem(one: Handed) -> tuple[str, ...]:
    return (*one.place.names[:-1], str(PurePosixPath(one.place.names[-1]).with_suffix("")))


def _natural(words: str) -> list[tuple[int, str]]:
    """The name so that 第10次 stands after 第9次."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", words) if part]


def _differences(one: Handed, counted: Handed, known: Known) -> tuple[str, ...]:
    """In what a form differs from the one that counts: field: here → there."""
    if one.form.saying == counted.form.saying:
        return ()
    here, there = (known.words(each.content, each.form.saying) for each in (one, counted))
    found = [
        f"{name}：{short(here.get(name, '空'), 40)} → {short(there.get(name, '空'), 40)}"
        for name in dict.fromkeys((*here, *there))
        if _value(here.get(name)) != _value(there.get(name))
    ]
    more = [f"……共 {len(found)} 处"] if len(found) > _MOST_DIFFERENCES else []
    return tuple(map(on_screen, [*found[:_MOST_DIFFERENCES], *more]))


def _value(words: str | None) -> object:
    """60 and 60.00 are the same."""
    number = read_number(words or "")
    return words if number is None else number
