"""What was read before, by content: files that have not changed are not read again."""

import contextlib
import dataclasses
import hashlib
import json
import sqlite3
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path
from sys import intern
from typing import Any, TypeVar

import selfeval_xl
from selfeval_xl.checks import Finding
from selfeval_xl.collect.judged import Contents, Judged
from selfeval_xl.profiles import Profile, own

_Unpacked = TypeVar("_Unpacked")
_OLDEST = "-400 days"
_MOST = 200_000  # files


class Known:
    """A store of judged files; one in memory where the disk has no place for it.

    What it holds is valid for one version of the program and one set of rules; several may use the file at once.
    """

    def __init__(self, path: Path | None, profile: Profile | None) -> None:
        self._rules = _rules(profile)
        self._store = _opened(path) or _opened(None)

    def close(self) -> None:
        """Keeps what was read."""
        with contextlib.suppress(sqlite3.Error):
            self._commit()
        with contextlib.suppress(sqlite3.Error):
            self._store.close()

    def key(self, content: bytes) -> bytes:
        """By which this content is found again."""
        return hashlib.sha256(self._rules + hashlib.sha256(content).digest()).digest()

    def get(self, key: bytes) -> Contents | None:
        """What was read of this content; None where it is new, or the store is damaged."""
        return self._found(key, unpacked)

    def words(self, key: bytes, saying: str) -> dict[str, str]:
        """Every field of a form of this content in words; nothing where the store is damaged."""
        return (self._found(key, _words_by_saying) or {}).get(saying, {})

    def _found(self, key: bytes, unpack: Callable[[bytes], _Unpacked]) -> _Unpacked | None:
        try:
            found = self._store.execute("select said from judged where key = ?", (key,)).fetchone()
            return None if found is None else unpack(found[0])
        except (sqlite3.Error, ValueError, TypeError, LookupError, zlib.error):
            return None

    def without_remarks(self, summary: bytes) -> bool:
        """Whether this is, byte for byte, a summary that was written with nothing in it that people wrote."""
        return self._found(self._of_summary(summary), bytes) is not None

    def put_without_remarks(self, summary: bytes) -> None:
        """Keeps that this one is; whoever writes into it makes it another."""
        self.put([(self._of_summary(summary), b"")])

    def _of_summary(self, content: bytes) -> bytes:
        return hashlib.sha256(self._rules + b"summary" + content).digest()

    def put(self, found: Iterable[tuple[bytes, bytes]]) -> None:
        """Keeps what was read; a store that takes no more is no reason to stop."""
        rows = [(key, said) for key, said in found]
        try:
            with self._store:
                self._store.executemany("insert or replace into judged values (?, ?, datetime('now'))", rows)
        except sqlite3.Error:
            with contextlib.suppress(sqlite3.Error):
                self._store.close()
            self._store = _opened(None)
            self.put(rows)

    def _commit(self) -> None:
        with self._store:
            self._store.execute("delete from judged where kept < datetime('now', ?)", (_OLDEST,))
            self._store.execute(
                "delete from judged where key in (select key from judged order by kept desc limit -1 offset ?)",
                (_MOST,),
            )


def _opened(path: Path | None) -> Any:
    """The store in this file, or one in memory; None where the file is no store and cannot be made one."""
    if path is None:
        return _with_table(sqlite3.connect(":memory:"))
    for attempt in range(2):
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            store = sqlite3.connect(path, timeout=10)
            store.execute("pragma journal_mode = wal")
            store.execute("pragma synchronous = normal")
            made = _with_table(store)
            path.chmod(0o600)
            return made
        except sqlite3.DatabaseError as problem:  # not a database: begun anew; locked or full: done without
            if attempt or isinstance(problem, sqlite3.OperationalError):
                return None
            with contextlib.suppress(OSError):
                path.unlink()
        except OSError:
            return None
    return None


def _with_table(store: sqlite3.Connection) -> sqlite3.Connection:
    with store:
        store.execute("create table if not exists judged (key blob primary key, said blob, kept text) without rowid")
    return store


def _rules(profile: Profile | None) -> bytes:
    """What the answers depend on besides the content: the program and the rules."""
    said = [selfeval_xl.__version__, repr(profile), repr(own.all_profiles())]
    home = Path(selfeval_xl.__file__).parent
    for module in sorted(home.rglob("*.py")):
        with contextlib.suppress(OSError):
            about = module.stat()
            said.append(f"{module.relative_to(home)} {about.st_size} {about.st_mtime_ns}")
    return hashlib.sha256("\n".join(said).encode()).digest()


# ---- as bytes --------------------------------------------------------------------------------------------------


def packed(contents: Contents) -> bytes:
    """The contents of a file as they are kept and handed over; what the forms say in words comes last."""
    first = _bytes_of([[*map(_plain, contents.forms)], contents.passed_over, contents.trouble])
    return len(first).to_bytes(_LENGTH) + first + _bytes_of([[form.saying, form.said] for form in contents.forms])


def unpacked(said: bytes) -> Contents:
    """The contents again, but for the words."""
    forms, passed_over, trouble = json.loads(zlib.decompress(said[_LENGTH : _LENGTH + _length(said)]))
    return Contents(tuple(map(_form, forms)), tuple((sheet, found) for sheet, found in passed_over), trouble)


def _words_by_saying(said: bytes) -> dict[str, dict[str, str]]:
    return {saying: dict(words) for saying, words in json.loads(zlib.decompress(said[_LENGTH + _length(said) :]))}


def _length(said: bytes) -> int:
    return int.from_bytes(said[:_LENGTH])


def _bytes_of(plain: object) -> bytes:
    return zlib.compress(json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode(), 1)


_LENGTH = 4  # bytes that say where the words begin
_HEAD = [field.name for field in dataclasses.fields(Judged) if field.name not in ("findings", "said")]
_FINDING = [field.name for field in dataclasses.fields(Finding)]
_THE_SAME_IN_MANY = ("sheet", "rule", "level", "basis")


def _plain(form: Judged) -> list[Any]:
    findings = [[getattr(one, name) for name in _FINDING] for one in form.findings]
    return [*(getattr(form, name) for name in _HEAD), findings]


def _form(values: list[Any]) -> Judged:
    *head, findings = values
    return Judged(**dict(zip(_HEAD, head, strict=True)), findings=tuple(map(_finding, findings)))


def _finding(values: list[Any]) -> Finding:
    named = dict(zip(_FINDING, values, strict=True))
    named |= {name: intern(named[name]) for name in _THE_SAME_IN_MANY if named[name]}  # in one place in memory
    return Finding(**named)
