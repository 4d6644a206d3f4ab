"""Puts what was handed in into one summary: the folder is read, the book is made, and nothing is there by halves."""

import os
import re
from collections.abc import Iterator, Sequence, Set
from concurrent.futures import Executor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from selfeval_xl import errors, files, workbook
from selfeval_xl.cells import short
from selfeval_xl.checks import ERROR, LEVELS
from selfeval_xl.collect import returning
from selfeval_xl.collect.asked import Asked, asked
from selfeval_xl.collect.gathering import Gathered, Handed, NotRead, Progress, gather
from selfeval_xl.collect.hands import Hands
from selfeval_xl.collect.known import Known
from selfeval_xl.collect.remarks import Earlier, earlier
from selfeval_xl.patterns import expression
from selfeval_xl.profiles import Profile

SLIPS = "退回单"  # the folder beside the summary
_OLD = "（旧）"  # behind the name of a summary that is kept
_MOST_NAMED = 3
_ADDRESS = expression(r"(?:(?:tcp|tls|wss?)://)?\S+:\d+")


@dataclass(frozen=True)
class Wanted:
    """What is asked for besides the summary itself.

    `expected` is a list of those who are to hand in, `notes` an earlier summary whose remarks are carried over (that
    which is replaced, where it is not named), `store` where judged files are kept until the next time.
    """

    profile: Profile | None = None
    expected: Path | None = None
    notes: Path | None = None
    slips: bool = False
    drafts: bool = False
    overwrite: bool = False
    store: Path | None = None


@dataclass(frozen=True)
class Collected:
    """What lay there, and the files that were written: the summary first.

    `kept` is where the replaced summary lies where not all that people wrote into it (`left`) has a place in the new.
    """

    gathered: Gathered
    written: tuple[Path, ...]
    missing: int | None = None
    outdated: tuple[str, ...] = ()
    kept: Path | None = None
    left: tuple[str, ...] = ()

    @property
    def has_errors(self) -> bool:
        """Whether a form that counts holds an error."""
        return any(one.level == ERROR for handed in self.gathered.handed for one in handed.form.findings)

    @property
    def lines(self) -> list[str]:
        """What was done, in the words of a terminal."""
        gathered = self.gathered
        found = [one.level for handed in gathered.handed for one in handed.form.findings]
        counts = "，".join(f"{words} {found.count(level)} 条" for level, words in LEVELS.items())
        lines = [
            f"共 {gathered.files} 个文件（新读 {gathered.fresh} 个），计入 {len(gathered.handed)} 个项目。",
            f"核对意见：{counts}。",
        ]
        if gathered.repeated:
            lines.append(f"重复或更正前的 {len(gathered.repeated)} 份没有计入，见“重复与更正”。")
        if gathered.not_read:
            lines.append(f"{len(gathered.not_read)} 处未能读取，见“未能读取”。")
        if self.missing is not None:
            lines.append(
                f"名单上还有 {self.missing} 项没有报送，见“未报送”。" if self.missing else "名单上的都已报送。"
            )
        lines.append(f"已写入“{self.written[0]}”。")
        if self.kept is not None:
            named = "、".join(self.left[:_MOST_NAMED]) + ("等" if len(self.left) > _MOST_NAMED else "")
            lines.append(f"旧的汇总中有没有带过来的内容（{named}），旧文件另存为“{self.kept}”。")
        if len(self.written) > 1:
            lines.append(f"退回单等 {len(self.written) - 1} 个文件在“{self.written[1].parent}”。")
        if self.outdated:
            named = "、".join(self.outdated[:_MOST_NAMED]) + ("等" if len(self.outdated) > _MOST_NAMED else "")
            lines.append(f"“{SLIPS}”文件夹中有以前写的 {len(self.outdated)} 个文件（{named}），请勿再发，可以删除。")
        return lines

    @property
    def document(self) -> dict[str, Any]:
        """The same as the JSON document of `collect`."""
        gathered = self.gathered
        return {
            "written": [str(path) for path in self.written],
            "files": gathered.files,
            "fresh": gathered.fresh,
            "forms": [_form_document(one) for one in gathered.handed],
            "repeated": [
                {
                    "file": one.handed.place.shown,
                    "counted": one.counted.place.shown,
                    "differences": list(one.differences),
                }
                for one in gathered.repeated
            ],
            "not_read": [
                {"file": one.place.shown, "sheet": one.sheet, "message": one.message} for one in gathered.not_read
            ],
            **({} if self.missing is None else {"missing": self.missing}),
            **({"outdated": list(self.outdated)} if self.outdated else {}),
            **({"kept": str(self.kept), "left": list(self.left)} if self.kept else {}),
        }


def _form_document(one: Handed) -> dict[str, Any]:
    form = one.form
    said = {name: getattr(form, name) for name in _SHOWN}
    counts = {level: sum(found.level == level for found in form.findings) for level in LEVELS}
    return {"file": one.place.shown, **said, "findings": counts}


_SHOWN = (
    "sheet", "unit", "department", "project", "year", "money_unit", "initial_budget", "annual_budget", "executed",
    "rate", "score", "total", "grade", "profile",
)  # fmt: skip


@contextmanager
def cluster(address: str | None) -> Iterator[Executor | None]:
    """The executor of a Dask cluster at this address; none without an address.

    Raises `ToolMissing` where dask is not installed, and `NoCluster` where nobody answers.
    """
    if address is None:
        yield None
        return
    try:
        from distributed import Client
    except ImportError:
        raise errors.ToolMissing("dask", "请安装 selfeval-xl[dask] 后再试，或不加 --scheduler。") from None
    if not _ADDRESS.fullmatch(address):  # which distributed would look for, and complain about in its own words
        raise errors.NoCluster(address)
    try:
        client: Any = Client(  # type: ignore[no-untyped-call]
            address, timeout="10s", set_as_default=False
        )
    except (OSError, TimeoutError, ValueError):
        raise errors.NoCluster(address) from None
    with client:
        yield client.get_executor()


def collect(
    paths: Sequence[Path],
    target: Path,
    wanted: Wanted = Wanted(),
    progress: Progress = lambda done, met: None,
    executor: Executor | None = None,
) -> Collected:
    """Reads every form below the paths and writes the summary; without an executor on all cores of this computer.

    Raises `NothingHandedIn` where no form is found, and what `workbook.save` raises; then nothing was written.
    """
    for path in paths:
        if not os.path.lexists(path):
            raise errors.FileMissing().about(path)
    _refuse(target, wanted)
    names = asked(wanted.expected) if wanted.expected is not None else None
    ours = {_real(one) for one in (target, target.parent / SLIPS, wanted.expected, wanted.notes) if one is not None}
    ours |= {_real(one) for one in _kept_before(target)}
    with closing(Known(wanted.store, wanted.profile)) as known:
        prepared = cache(partial(_prepared, target, wanted, known))
        gathered = gather(paths, known, Hands(wanted.profile, executor), ours, progress, prepared)
        if not gathered.handed:
            raise errors.NothingHandedIn(_why(gathered.not_read))
        from selfeval_xl.collect.book import summary_book
        from selfeval_xl.collect.tables import tables

        before, replaced = prepared()
        moment = datetime.now().replace(microsecond=0)
        made = tables(gathered, names, before)
        back = _Back(gathered, made.lacking, target.parent / SLIPS, wanted) if wanted.slips or wanted.drafts else None
        whole = summary_book(made, _real(target).parent, _remark(gathered, moment), moment)
        kept = _kept(target) if replaced.left else None
        workbook.save(target, lambda: whole, overwrite=wanted.overwrite)
        if not before.remarks and not before.columns:
            known.put_without_remarks(whole)
        written = [target, *(back.write(paths, ours, known, names or ()) if back is not None else ())]
    missing = None if names is None else len(made.lacking)
    old = returning.outdated(target.parent / SLIPS, set(written)) if back is not None else ()
    return Collected(gathered, tuple(written), missing, tuple(old), kept, replaced.left)


class _Back:
    """What goes back to the units, in a folder beside the summary.

    Raises `AlreadyThere` for a file that would be replaced unasked, before anything is written.
    """

    def __init__(self, gathered: Gathered, missing: list[tuple[str, str]], folder: Path, wanted: Wanted) -> None:
        self._going = returning.going_back(gathered.handed)
        self._missing, self._folder, self._wanted = missing, folder, wanted
        self._written: list[Path] = []
        mails = returning.draft_names(returning.units_of(self._going, missing)) if wanted.drafts else []
        for name in returning.file_names(self._going, mails):
            if os.path.lexists(folder / name) and not wanted.overwrite:
                raise errors.AlreadyThere().about(folder / name)
            workbook.refuse_what_is_open(folder / name)

    def write(self, paths: Sequence[Path], without: Set[Path], known: Known, names: Sequence[Asked]) -> list[Path]:
        """Writes everything, one file after the other; the files that were written."""
        if not self._going and not (self._wanted.drafts and self._missing):
            return []
        with workbook.refusals(self._folder):
            self._folder.mkdir(exist_ok=True)
        slips = returning.written_slips(self._going, paths, without, known, self._save)
        if self._wanted.drafts:
            for name, content in returning.drafts(self._going, slips, self._missing, names, self._content):
                self._save(name, content)
        return self._written

    def _content(self, name: str) -> bytes:
        return files.content_of(self._folder / name)

    def _save(self, name: str, content: bytes) -> None:
        target = self._folder / name
        workbook.save(target, lambda: content, overwrite=self._wanted.overwrite)
        self._written.append(target)


def _refuse(target: Path, wanted: Wanted) -> None:
    """Says at once what would fail in the end."""
    with workbook.refusals(target):
        if target.suffix.lower() != ".xlsx":
            raise errors.WrongSuffix(".xlsx")
        if target.is_dir():
            raise errors.CannotWrite("同名的文件夹已存在")
        if os.path.lexists(target) and not wanted.overwrite:
            raise errors.AlreadyThere
        if not target.parent.is_dir():
            raise errors.CannotWrite("文件夹不存在")
        workbook.refuse_what_is_open(target)


def _prepared(target: Path, wanted: Wanted, known: Known) -> tuple[Earlier, Earlier]:
    """What is carried over, and what people wrote in what is replaced.

    pandas and XlsxWriter, which take their time to load, are loaded here as well: others read the forms meanwhile.
    """
    from selfeval_xl.collect import book, tables  # noqa: F401

    if wanted.notes is None or (target.exists() and target.samefile(wanted.notes)):
        replaced = (_earlier(target, known) if _has_content(target) else None) or Earlier()
        return replaced, replaced
    found = _earlier(wanted.notes, known)
    if found is None:
        raise errors.NoNotes().about(wanted.notes)
    return found, _not_asked_for(target) if _has_content(target) else Earlier()


def _has_content(target: Path) -> bool:
    return target.is_file() and target.stat().st_size > 0


def _earlier(path: Path, known: Known) -> Earlier | None:
    try:
        content = files.content_of(path)
        return Earlier() if known.without_remarks(content) else earlier(content)
    except errors.SelfEvalError as problem:
        problem.about(path)
        raise


def _not_asked_for(target: Path) -> Earlier:
    """What people wrote into the summary that is replaced, where the remarks of another one are wanted."""
    try:
        replaced = earlier(files.content_of(target)) or Earlier()
    except (errors.NotesHidden, errors.NotesMoved):
        return Earlier(left=("备注",))
    return Earlier(left=(*(("备注",) if replaced.remarks else ()), *replaced.left))


def _kept(target: Path) -> Path:
    """The summary that is replaced, under a name of its own beside the new one."""
    path, number = target.with_name(f"{target.stem}{_OLD}{target.suffix}"), 1
    while os.path.lexists(path):
        number += 1
        path = target.with_name(f"{target.stem}{_OLD}({number}){target.suffix}")
    workbook.save(path, partial(files.content_of, target))
    return path


def _kept_before(target: Path) -> Iterator[Path]:
    """What was kept so at earlier times, which is nobody's form."""
    kept = re.compile(rf"{re.escape(target.stem + _OLD)}(?:[(（]?\d+[)）]?)?\.xlsx", re.IGNORECASE)
    if target.parent.is_dir():
        yield from (path for path in target.parent.iterdir() if kept.fullmatch(path.name))


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _why(not_read: Sequence[NotRead]) -> str:
    if not not_read:
        return "所选的位置没有文件"
    named = "；".join(short(one.message.partition("。")[0], 80) for one in not_read[:_MOST_NAMED])
    return named + (f"；另有 {len(not_read) - _MOST_NAMED} 个" if len(not_read) > _MOST_NAMED else "")


def _remark(gathered: Gathered, moment: datetime) -> str:
    repeated = f"，另有 {len(gathered.repeated)} 份重复或更正前的没有计入" if gathered.repeated else ""
    unread = f"，{len(gathered.not_read)} 处未能读取" if gathered.not_read else ""
    return f"{moment:%Y-%m-%d %H:%M} 汇总：{gathered.files} 个文件，{len(gathered.handed)} 个项目{repeated}{unread}"
