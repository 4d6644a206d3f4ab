"""What goes into a cell for what a form says."""

from decimal import Decimal

from selfeval_xl.cells import NOTHING, CellError, Entry, plain
from selfeval_xl.profiles import Profile
from selfeval_xl.scoring.in_cells import Answer
from selfeval_xl.sheet.page import Content


def words(text: str) -> Entry:
    """A text of our own as an entry."""
    return Entry(text, text)


def content_of(entry: Entry) -> Content:
    """What goes back into a cell: the number, or the words as written; never a formula."""
    if entry is NOTHING:
        return None
    if isinstance(entry.value, Decimal):
        return entry.value
    return entry.value if isinstance(entry.value, CellError) else entry.written or None


def number_of(entry: Entry) -> Content:
    """What goes back into a cell for a number; a printed dash is nothing there."""
    return None if entry.value is None else content_of(entry)


def typed_of(entry: Entry) -> Content:
    """What stands in a cell of text: a number as it is written, too."""
    return entry.value if isinstance(entry.value, CellError) else entry.written or None


def as_written(entry: Entry) -> Content:
    """Words or a bare number; 98% stays as the person wrote it."""
    if entry.number is not None and plain(entry.number) != entry.written:
        return entry.written
    return content_of(entry)


def cached(answer: Answer) -> Decimal | str:
    """An answer as the file keeps it."""
    if answer is None:
        return ""
    return answer if isinstance(answer, Decimal) else str(answer)


def rate_style(profile: Profile) -> str:
    """A rate is shown with the decimals to which the profile rounds it."""
    return f"rate{profile.rate_places - 2}"
