"""Names of files that Windows takes, none twice."""

import re
import unicodedata
from collections.abc import Iterable
from itertools import count

from selfeval_xl.cells import shorter
from selfeval_xl.patterns import expression

_NOT_IN_A_NAME = expression(
    r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+'
)
_RESERVED = expression(r"(?:con|prn|aux|nul|conin\$|conout\$|clock\$|(?:com|lpt)[0-9¹²³])\s*(?=\.|$)", re.IGNORECASE)
_LONGEST_PART = 32  # characters of a unit's or a project's name
FORM = "年度绩效自评表"


def file_name(unit: str | None, project: str | None, year: int | None) -> str:
    """单位-项目名称-2022年度绩效自评表, as far as they are known, without an ending."""
    parts = (_part(unit), _part(project), f"{year or ''}{FORM}")
    return "-".join(part for part in parts if part)


def distinct(names: Iterable[str]) -> list[str]:
    """The names, the second of two that are the same on Windows with (2) behind it."""
    used: set[str] = set()
    found = []
    for name in names:
        numbered = (name if copy == 1 else f"{name}({copy})" for copy in count(1))
        free = next(one for one in numbered if _folded(one) not in used)
        used.add(_folded(free))
        found.append(free)
    return found


def _part(words: str | None) -> str:
    clean = " ".join(_NOT_IN_A_NAME.sub(" ", words or "").split())
    clean = shorter(clean, _LONGEST_PART).strip(" .")
    return _RESERVED.sub(lambda found: f"_{found[0]}", clean, count=1) if _RESERVED.match(clean) else clean


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()
