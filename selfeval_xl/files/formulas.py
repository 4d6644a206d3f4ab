"""Formulas that a program wrote without calculating them: those usual in forms are calculated, others are named."""

import math
import operator
import re
from collections.abc import Callable, Iterator, Mapping

from selfeval_xl.cells import CellError, column_letters
from selfeval_xl.files.formula_functions import (
    CHOOSING,
    COMPARISONS,
    FUNCTIONS,
    Answer,
    NotPlain,
    Term,
    Values,
    Wrong,
    blank,
    calculated,
    compared,
    joined,
    number_in,
)
from selfeval_xl.once import once
from selfeval_xl.patterns import expression

NO_RESULT = "公式没有保存结果"
_REFERENCE = r"\$?[A-Z]{1,3}\$?\d{1,7}"
_COLUMNS = r"\$?[A-Z]{1,3}:\$?[A-Z]{1,3}"
_SHEET = r"(?:'(?P<quoted>(?:[^'\[\]]|'')+)'|(?P<sheet>[^\W\d][\w.]*))!"
_TOKEN = expression(
    rf"\s*(?:(?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)|\"(?P<words>(?:[^\"]|\"\")*)\""
    rf"|(?P<top>{_REFERENCE}):(?=INDEX\()|(?:{_SHEET})?(?:(?P<area>{_REFERENCE}:{_REFERENCE}|{_COLUMNS})|(?P<cell>{_REFERENCE}))(?![\w(!:])"
    r"|(?P<name>[A-Z][A-Z_]*)\(|(?P<truth>TRUE|FALSE)(?![\w(])|(?P<error>#(?:N/A|DIV/0!|VALUE!|REF!|NUM!|NULL!|NAME\?))|(?P<sign><=|>=|<>|[-+*/^%(),&=<>{};]))",
    re.IGNORECASE,
)
_CELL = expression(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_OURS = "SE_"  # functions that only answer where Python is
_NEWER = "_xlfn."  # before functions that came after the format
_LONGEST = 1_000  # characters
_MOST_STEPS = 200_000  # of one sheet
_DEEPEST = 60
_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "^": math.pow,
}
Place = tuple[int, int]


class _Circle(NotPlain):
    """A formula that needs its own result."""


# What a formula runs into that is more than it can be: arguments of other kinds or numbers, or terms in long chains.
_PROBLEMS = (NotPlain, ArithmeticError, AttributeError, IndexError, RecursionError, TypeError, ValueError)


class Sheet:
    """The cells of a sheet, and the formulas among them that have no result yet."""

    def __init__(self, cells: Mapping[Place, object], formulas: Mapping[Place, str]) -> None:
        self._cells, self._formulas = cells, formulas
        self.others: Mapping[str, Sheet] = {}  # the sheets of the book by their names
        self._known: dict[Place, Answer | Exception] = {}
        self._steps = 0
        self._depth = 0

    def result(self, place: Place) -> Answer:
        """What a formula answers; None where that is no number and no words, or more than it can be."""
        try:
            found = self._result(place)
        except _PROBLEMS:
            return None
        return "" if found is None else found

    def _result(self, place: Place) -> Answer:
        if place not in self._known:
            self._known[place] = _Circle()  # until it is known
            self._depth += 1
            try:
                if self._depth > _DEEPEST:
                    raise NotPlain
                answer = _Reader(self._formulas[place], self, place).answer()
                if isinstance(answer, float) and not math.isfinite(answer):
                    raise Wrong
                self._known[place] = answer
            except _PROBLEMS as problem:
                self._known[place] = problem
            finally:
                self._depth -= 1
        known = self._known[place]
        if isinstance(known, Exception):
            raise known
        return known

    def area(self, first: Place, last: Place) -> Values:
        """What stands in the cells of an area, row by row."""
        return Values(self._cells_of(first, last), last[1] - first[1] + 1)

    @once
    def last_row(self) -> int:
        """The last row that holds anything, to which whole columns reach."""
        return max((row for row, _ in (*self._cells, *self._formulas)), default=1)

    def _cells_of(self, first: Place, last: Place) -> Iterator[Answer]:
        for row in range(first[0], last[0] + 1):
            for column in range(first[1], last[1] + 1):
                yield self.value((row, column))

    def value(self, place: Place) -> Answer:
        """What a cell says: a number, words, or nothing."""
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise NotPlain
        if place in self._formulas:
            return self._result(place)
        raw = self._cells.get(place, "")
        if isinstance(raw, bool):
            return raw
        if isinstance(raw, int | float):
            return float(raw)
        if isinstance(raw, CellError):
            raise Wrong
        if not isinstance(raw, str):
            raise NotPlain  # a day
        return raw or None


class _Reader:
    """Goes once over a formula from left to right; what a part answers is found out when it is asked."""

    def __init__(self, formula: str, sheet: Sheet, place: Place) -> None:
        if len(formula) > _LONGEST:
            raise NotPlain
        self._row, _ = place
        self._sheet, self._formula, self._at, self._open = sheet, formula.strip().replace(_NEWER, ""), 0, 0
        self._token = self._next()

    def answer(self) -> Answer:
        found = self._comparison()
        if self._token is not None:
            raise NotPlain
        return found()

    def _next(self) -> re.Match[str] | None:
        if self._at == len(self._formula):
            return None
        token = _TOKEN.match(self._formula, self._at)
        if token is None:
            raise NotPlain
        self._at = token.end()
        return token

    def _takes(self, *signs: str) -> str | None:
        sign = self._token["sign"] if self._token else None
        if sign is None or sign not in signs:
            return None
        self._token = self._next()
        return sign

    def _comparison(self) -> Term:
        self._open += 1
        if self._open > _DEEPEST:
            raise NotPlain
        found = self._words()
        while sign := self._takes(*COMPARISONS):
            found = compared(COMPARISONS[sign], found, self._words())
        self._open -= 1
        return found

    def _words(self) -> Term:
        found = self._sum()
        while self._takes("&"):
            found = joined(found, self._sum())
        return found

    def _sum(self) -> Term:
        found = self._product()
        while sign := self._takes("+", "-"):
            found = calculated(_ARITHMETIC[sign], found, self._product())
        return found

    def _product(self) -> Term:
        found = self._power()
        while sign := self._takes("*", "/"):
            found = calculated(_ARITHMETIC[sign], found, self._power())
        return found

    def _power(self) -> Term:
        found = self._signed()
        while self._takes("^"):
            found = calculated(math.pow, found, self._signed())
        return found

    def _signed(self) -> Term:
        negative = changed = False
        while sign := self._takes("+", "-"):
            negative ^= sign == "-"
            changed |= sign == "-"
        found = self._value()
        while self._takes("%"):
            found = calculated(operator.truediv, found, lambda: 100.0)
        return calculated(operator.mul, found, lambda: -1.0 if negative else 1.0) if changed else found

    def _value(self) -> Term:
        token = self._token
        if token is None:
            raise NotPlain
        if self._takes("("):
            found = self._comparison()
            self._close()
            return found
        self._token = self._next()
        if token["number"]:
            number = float(token["number"])
            return lambda: number
        if token["words"] is not None:
            words = token["words"].replace('""', '"')
            return lambda: words
        if token["truth"]:
            truth = token["truth"].upper() == "TRUE"
            return lambda: truth
        if token["cell"]:
            sheet, place = self._sheet_of(token), _place(token["cell"])
            return lambda: sheet.value(place)
        if token["error"]:
            return _wrong
        name = (token["name"] or "").upper()
        if name == "ROW" and self._takes(")"):
            return lambda: float(self._row)
        if name.startswith(_OURS):
            return self._call(_wrong)
        if name in CHOOSING:
            return self._choice(CHOOSING[name])
        if name in FUNCTIONS:
            return self._call(FUNCTIONS[name])
        raise NotPlain

    def _sheet_of(self, token: re.Match[str]) -> Sheet:
        name = token["sheet"] or (token["quoted"] or "").replace("''", "'")
        if name and name not in self._sheet.others:
            raise NotPlain
        return self._sheet.others[name] if name else self._sheet

    def _close(self) -> None:
        if not self._takes(")"):
            raise NotPlain

    def _choice(self, choose: Callable[[list[Term]], Answer]) -> Term:
        """A function that need not ask all of its arguments."""
        terms: list[Term] = [self._comparison()]
        while self._takes(","):
            terms.append(blank if self._is_left_out() else self._comparison())
        self._close()
        return lambda: choose(terms)

    def _is_left_out(self) -> bool:
        return self._token is not None and self._token["sign"] in (",", ")")

    def _call(self, function: Callable[[list[Values]], Answer]) -> Term:
        arguments = [self._argument()]
        while self._takes(","):
            arguments.append(self._argument())
        self._close()
        return lambda: function([argument() for argument in arguments])

    def _argument(self) -> Callable[[], Values]:
        """The values of one argument: an area, a list in braces, or a value that may be calculated."""
        token = self._token
        if token is not None and token["area"]:
            sheet = self._sheet_of(token)
            first, last = _area(token["area"], sheet)
            self._token = self._next()
            return lambda: sheet.area(first, last)
        if token is not None and token["top"]:
            return self._from(_place(token["top"]))
        if self._takes("{"):
            values = self._list()
            return lambda: values
        if self._is_left_out():
            return lambda: Values([None])
        term = self._comparison()
        return lambda: Values([term()])

    def _from(self, top: Place) -> Callable[[], Values]:
        """G12:INDEX(G:G,ROW()-1): down to a row that is calculated."""
        self._token = self._next()  # INDEX
        self._token = token = self._next()
        if token is None or not token["area"] or self._sheet_of(token) is not self._sheet:
            raise NotPlain
        (first, column), (_, last) = _area(token["area"], self._sheet)
        self._token = self._next()
        if column != last or not self._takes(","):
            raise NotPlain
        row = self._comparison()
        self._close()
        return lambda: self._sheet.area(*_corners(top, (first + int(number_in(row())) - 1, column)))

    def _list(self) -> Values:
        """{0,60;1,2}: rows of numbers and words."""
        found, width = [self._signed()()], 1
        while sign := self._takes(",", ";"):
            width += sign == "," and len(found) == width
            found.append(self._signed()())
        if not self._takes("}") or len(found) % width:
            raise NotPlain
        return Values(found, width)


def _wrong(*_: object) -> Answer:
    raise Wrong


def _area(written: str, sheet: Sheet) -> tuple[Place, Place]:
    """The corners of A1:B2, and of whole columns as far as the sheet is filled."""
    one, other = written.split(":")
    if not one[-1].isdigit():
        one, other = f"{one}1", f"{other}{sheet.last_row}"
    return _corners(_place(one), _place(other))


def _place(reference: str) -> Place:
    letters, row = _CELL.fullmatch(reference.upper()).groups()  # type: ignore[union-attr]  # the tokens have this form
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(row), column


def _corners(one: Place, other: Place) -> tuple[Place, Place]:
    """The first and the last cell of an area, whichever of its corners it was written with."""
    (top, bottom), (left, right) = map(sorted, zip(one, other, strict=True))
    return (top, left), (bottom, right)


def moved(formula: str, rows: int, columns: int) -> str:
    """The formula as it stands so far below and to the right: what has no $ before it moves along."""

    def move(found: re.Match[str]) -> str:
        if found["quoted"]:
            return found[0]
        row, column = _place(f"{found['letters']}{found['digits']}")
        column, row = column + (0 if found["fixed"] else columns), row + (0 if found["firm"] else rows)
        if row < 1 or column < 1:
            return "#REF!"
        return f"{found['fixed']}{column_letters(column)}{found['firm']}{row}"

    return _MOVING.sub(move, formula if not columns else _MOVING_COLUMNS.sub("#REF!", formula))


def in_letters(formula: str, place: Place) -> str:
    """A formula with R[-1]C and R6C9 as one with A1; it stands at that place."""

    def name(found: re.Match[str]) -> str:
        if found["quoted"]:
            return found[0]
        words = ""
        for fixed, moving, own in (("column", "columns", place[1]), ("row", "rows", place[0])):
            at = int(found[fixed]) if found[fixed] else own + int(found[moving] or 0)
            if at < 1:
                return "#REF!"
            words += ("$" if found[fixed] else "") + (column_letters(at) if fixed == "column" else str(at))
        return words

    return _ROW_AND_COLUMN.sub(name, formula)


_MOVING_COLUMNS = expression(r"(?<![\w.$:])(?:[A-Z]{1,3}:\$?[A-Z]{1,3}|\$[A-Z]{1,3}:[A-Z]{1,3})(?![\w(!])")
_MOVING = expression(
    r"""(?P<quoted>"[^"]*"|'[^']*')|(?<![\w.$])(?P<fixed>\$?)(?P<letters>[A-Z]{1,3})(?P<firm>\$?)(?P<digits>\d{1,7})(?![\w(!])"""
)
_ROW_AND_COLUMN = expression(
    r"""(?P<quoted>"[^"]*"|'[^']*')|(?<![\w.$])R(?:\[(?P<rows>-?\d{1,6})\]|(?P<row>\d{1,6}))?"""
    r"""C(?:\[(?P<columns>-?\d{1,6})\]|(?P<column>\d{1,5}))?(?![\w(!])"""
)
