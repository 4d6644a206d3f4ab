"""Names that Excel takes for sheets."""

import unicodedata
from collections.abc import Iterable

from selfeval_xl.cells import shorter
from selfeval_xl.patterns import expression

_LONGEST_NAME = 31  # as Excel counts, where a rare character is two
_NOT_IN_A_NAME = expression(r"[\[\]:*?/\\\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_RESERVED_NAMES = ("history",)


def sheet_names(wanted: Iterable[str | None], taken: Iterable[str] = ()) -> list[str]:
    """Names that Excel takes for sheets: allowed characters, 31 at most, none twice."""
    used = {*map(_folded, taken), *_RESERVED_NAMES}
    names = []
    for number, title in enumerate(wanted, 1):
        base = _NOT_IN_A_NAME.sub(" ", title or "")
        name, copy = _cut_name(base, "") or f"项目{number}", 1
        while _folded(name) in used:
            copy += 1
            name = _cut_name(base, f"({copy})") or f"项目{number}({copy})"
        used.add(_folded(name))
        names.append(name)
    return names


def _cut_name(base: str, ending: str) -> str:
    """The name with its ending, both within the limit; no apostrophe at either end. Blank without a name."""
    cut = shorter(base.strip(" '\u3000"), _LONGEST_NAME - len(ending)).strip(" '\u3000")
    return cut and cut + ending


def _folded(name: str) -> str:
    """The name as Excel compares it: case and width of letters do not tell sheets apart."""
    return unicodedata.normalize("NFKC", name).casefold()
