"""The years of a text, raised by one where that is certain."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from selfeval_xl.cells import Entry, half_width, read_value, short
from selfeval_xl.dates import day_like_number, excel_day, read_deadline
from selfeval_xl.years import Year, clause_around, sentences, written_like

_LONGEST_DAY = 40  # characters, with what is to be done by then


@dataclass(frozen=True)
class Raised:
    """An entry for the next year, and the words in it of which nobody can be sure."""

    entry: Entry
    doubtful: tuple[str, ...] = ()


def raised(entry: Entry, year: int | None, *, is_name: bool = False, is_day: bool = False) -> Raised:
    """The entry with its year, where it is surely that of the form, one higher; without a year of the form as it is.

    A sentence that names another year, too, is left alone: who compares or counts years has to be asked.
    `is_day` says that a bare number is a day, as in a target of time.
    """
    text = entry.text
    if text is None:
        return Raised(entry)
    if is_day and year is not None and (day := _as_day(entry, year)) is not None:
        return day
    is_deadline = _is_deadline_of(text, year)
    sure: list[Year] = []
    doubtful: list[str] = []
    for sentence in sentences(text, is_name=is_name):
        is_mixed = any(one.is_year and one.year != year for one in sentence.years)
        for one in sentence.years:
            is_sure = is_deadline or (one.is_year and one.is_own)
            if one.year == year and is_sure and not is_mixed:
                sure.append(one)
            elif one.is_year or one.year == year:
                doubtful.append(short(clause_around(text, one)))
    if year is not None:
        doubtful += re.findall(rf"(?<!\d)[A-Za-z-]*{year}\d{{2,}}", half_width(text))
    return Raised(_with_text(entry, _raised_text(text, sure)), tuple(dict.fromkeys(doubtful)))


def parts_of(entry: Entry, whole: Raised) -> Iterator[tuple[Entry, Raised]]:
    """Each cell of an entry with what becomes of it; a text is as long as before, so its parts keep their places."""
    if not entry.parts:
        yield entry, whole
    at = 0
    for part in entry.parts:
        at = entry.written.index(part.written, at)
        text = whole.entry.written[at : at + len(part.written)]
        doubtful = tuple(words for words in whole.doubtful if len(entry.parts) == 1 or words in part.written)
        yield part, Raised(_with_text(part, text), doubtful)


def _is_deadline_of(text: str, year: int | None) -> bool:
    """Whether the whole text is a day of this year."""
    words = re.sub(r"\s+", "", half_width(text))
    deadline = read_deadline(words) if len(words) <= _LONGEST_DAY else None
    return deadline is not None and year is not None and deadline.year == year and not _is_leap_day(deadline.day)


def _is_leap_day(day: date) -> bool:
    return (day.month, day.day) == (2, 29)


def _raised_text(text: str, years: Iterable[Year]) -> str:
    for one in sorted(years, key=lambda one: one.start, reverse=True):
        text = text[: one.start] + written_like(text[one.start : one.end], one.year + 1) + text[one.end :]
    return text


def _with_text(entry: Entry, text: str) -> Entry:
    return entry if text == entry.written else Entry(read_value(text), text, entry.spot)


def _as_day(entry: Entry, year: int) -> Raised | None:
    """A bare number that is a day of the year, one year later: 20221231, 202212, or as Excel counts days."""
    written = entry.written.strip()
    if entry.number is not None and (day := excel_day(entry.number)) is not None and day.year == year:
        if _is_leap_day(day):
            return Raised(entry, (written,))
        days = entry.number + (day.replace(year=year + 1) - day).days
        return Raised(Entry(days, str(days), entry.spot))
    deadline = day_like_number(half_width(written))
    if deadline is None or deadline.year != year:
        return None
    if _is_leap_day(deadline.day):
        return Raised(entry, (written,))
    digits = 4 if half_width(written).startswith(str(year)) else 2
    return Raised(_with_text(entry, written_like(written[:digits], year + 1) + written[digits:]))
