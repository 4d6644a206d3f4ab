"""Regular expressions that are compiled when they are first used.

There are hundreds of them, most of a file needs few, and each takes longer than reading a cell.
"""

import re
from typing import Any, AnyStr, cast


class _Expression:
    """Stands for a compiled expression; what it was asked for once is at hand the next time."""

    def __init__(self, words: str | bytes, flags: int) -> None:
        self._said = words, flags

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name == "_said":  # what copying asks of an object that is not filled yet
            raise AttributeError(name)
        if name == "_compiled":
            words, flags = self._said
            found: Any = re.compile(words, flags)
        else:
            found = getattr(self._compiled, name)
        setattr(self, name, found)
        return found

    def __repr__(self) -> str:
        return repr(self._compiled)


def expression(words: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """The expression, which may be used as if it were compiled."""
    return cast("re.Pattern[AnyStr]", _Expression(words, flags))
