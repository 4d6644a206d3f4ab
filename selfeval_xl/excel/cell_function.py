"""What makes a Python function one that cells call: its arguments are read for it, and it always has an answer.

The VBA wrappers, the guide inside the workbook, Excel's function dialog, docs/functions.md and what xlwings has
to know are made from the `CellFunction`, so a function is written down once.
"""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from itertools import chain, repeat
from typing import Any, overload

from selfeval_xl.cells import CellError
from selfeval_xl.excel import log
from selfeval_xl.scoring.in_cells import NOT_AVAILABLE, Answer, Unanswerable, answered

A_BUG = "#VALUE!"


@dataclass(frozen=True)
class Term:
    """What an argument stands for: its name in Chinese, and how the cells handed over for it are read.

    `read` gets that name, for its sentences, and the cells. It returns None where they say nothing and raises
    `Unanswerable` where they cannot be used. `omitted` says what an optional argument means when it is left out.
    """

    title: str
    read: Callable[[str, Any], Any]
    note: str = ""
    omitted: str = ""


@dataclass(frozen=True)
class Argument:
    """One argument of a cell function: its name in a formula, and what it stands for.

    Many are the cells and areas, as many as one likes, that take the last place.
    """

    name: str
    term: Term
    optional: bool = False
    default: Any = None
    many: bool = False

    @property
    def meaning(self) -> str:
        """What is said of it wherever the function is described."""
        note = f"（{self.term.note}）" if self.term.note else ""
        left_out = f"省略时为“{self.term.omitted}”" if self.term.omitted else ""
        return "，".join(filter(None, [f"{self.term.title}{note}", "可省略" if self.optional else "", left_out]))

    def read(self, cells: Any) -> Any:
        """What the function is given; a blank counts as left out."""
        value = self.term.read(self.term.title, cells)
        return self.default if value is None else value


@dataclass(frozen=True)
class CellFunction:
    """A function that cells call; `in_words` where the cell is one for sentences and not for a number.

    Every call has an answer: a number, a blank (""), a short Chinese sentence, or the name of an Excel error, which
    the workbook's bridge turns into that error. Nothing is ever raised; a bug is logged and shown as #VALUE!.
    """

    name: str
    description: str
    arguments: tuple[Argument, ...]
    body: Callable[..., Answer]
    in_words: bool = False

    def __call__(self, *cells: Any) -> float | str:
        """The answer for Excel, given the cells of each argument as xlwings hands them over."""
        try:
            return _for_excel(answered(lambda: self.body(*self._read(cells))))
        except Exception:
            log.trouble(f"{self.name}{cells!r:.2000}")
            return A_BUG

    def _read(self, cells: tuple[Any, ...]) -> list[Any]:
        """Each argument read; an error among them is the answer, whatever the others say."""
        values: list[Any] = []
        refused: list[Unanswerable] = []
        for argument, handed_over in zip(self._places(), cells, strict=False):
            try:
                values.append(argument.read(handed_over))
            except Unanswerable as instead:
                refused.append(instead)
        if refused:
            first = next((instead for instead in refused if isinstance(instead.shown, CellError)), refused[0])
            raise first if self.in_words or isinstance(first.shown, CellError) else Unanswerable(NOT_AVAILABLE)
        return [*values, *cells[len(values) :]]  # one too many: Python itself complains

    def _places(self) -> Iterable[Argument]:
        last = self.arguments[-1]
        return chain(self.arguments, repeat(last)) if last.many else self.arguments


@overload
def cell_function(body: Callable[..., Answer]) -> CellFunction: ...
@overload
def cell_function(*, in_words: bool) -> Callable[[Callable[..., Answer]], CellFunction]: ...
def cell_function(body: Callable[..., Answer] | None = None, *, in_words: bool = False) -> Any:
    """The function as cells call it; each of its arguments is annotated with a type that holds a `Term`.

    An argument that cannot be read is an error, in a cell for words a sentence.
    """
    if body is None:
        return partial(cell_function, in_words=in_words)
    places = inspect.signature(body).parameters.values()
    return CellFunction(body.__name__, body.__doc__ or "", tuple(map(_argument, places)), body, in_words)


def _argument(place: inspect.Parameter) -> Argument:
    (term,) = place.annotation.__metadata__
    many = place.kind is place.VAR_POSITIONAL
    if place.default is place.empty:
        return Argument(place.name, term, many=many)
    return Argument(place.name, term, optional=True, default=place.default)


def _for_excel(answer: Answer) -> float | str:
    """Excel takes a Decimal for currency and shows an empty answer as 0, so: float and blank text."""
    if answer is None:
        return ""
    return float(answer) if isinstance(answer, Decimal) else str(answer)
