"""What was read before, by content: files that have not changed are not read again."""

import contextlib
import dataclasses
import hashlib
import json
import sqlite3
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import selfeval_xl
from selfeval_xl.checks import Finding
from selfeval_xl.collect.judged import Contents, Judged
from selfeval_xl.profiles import Profile, own

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
        try:
            found = self._store.execute("select said from judged where key = ?", (key,)).fetchone()
            return None if found is None else unpacked(found[0])
        except (sqlite3.Error, ValueError, TypeError, LookupError, zlib.error):
            return None

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
    """The contents of a file as they are kept and handed over."""
    return zlib.compress(json.dumps(_plain(contents), ensure_ascii=False, separators=(",", ":")).encode(), 1)


def unpacked(said: bytes) -> Contents:
    """The contents again."""
    forms, passed_over, trouble = json.loads(zlib.decompress(said))
    return Contents(tuple(map(_form, forms)), tuple((sheet, found) for sheet, found in passed_over), trouble)


def _plain(contents: Contents) -> list[Any]:
    forms = []
    for form in contents.forms:
        values = {name: getattr(form, name) for name in _JUDGED}
        values["findings"] = [[getattr(one, field) for field in _FINDING] for one in form.findings]
        forms.append(list(values.values()))
    return [forms, contents.passed_over, contents.trouble]


_JUDGED = [field.name for field in dataclasses.fields(Judged)]  # the last two are the findings and what it says
_FINDING = [field.name for field in dataclasses.fields(Finding)]


def _form(values: list[Any]) -> Judged:
    *head, findings, said = values
    named = dict(zip(_JUDGED, head, strict=False))
    kept = tuple(Finding(*one) for one in findings)
    return Judged(**named, findings=kept, said=tuple((name, words) for name, words in said))
