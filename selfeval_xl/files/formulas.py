"""Formulas that a program wrote without calculating them: the plain ones are calculated, the others are named."""

import math
import operator
import re
from collections.abc import Callable, Iterator
from decimal import Decimal

from selfeval_xl.cells import read_value, round_half_up

NO_RESULT = "公式没有保存结果"
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)|(?P<area>\$?[A-Z]{1,3}\$?\d{1,7}:\$?[A-Z]{1,3}\$?\d{1,7})(?![\w(])"
    r"|(?P<cell>\$?[A-Z]{1,3}\$?\d{1,7})(?![\w(!])|(?P<name>[A-Z]+)\(|(?P<sign>[-+*/^%(),]))"
)
_CELL = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_LONGEST = 1_000  # characters
_MOST_STEPS = 200_000  # of one sheet
_DEEPEST = 60
_SIGNS: dict[str, Callable[[float, float], float]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}
Place = tuple[int, int]


class _NotPlain(Exception):
    """More than a plain formula, or one without a number as its answer."""


class Sheet:
    """The cells of a sheet, and the formulas among them that have no result yet."""

    def __init__(self, rows: list[list[object]], formulas: dict[Place, str]) -> None:
        self._rows, self._formulas = rows, formulas
        self._known: dict[Place, float | None] = {}
        self._steps = 0
        self._depth = 0

    def result(self, place: Place) -> float | None:
        """The number of a formula; None where it is not plain, refers to itself or to words."""
        if place not in self._known:
            self._known[place] = None  # until it is known: a circle has no result
            self._depth += 1
            try:
                if self._depth > _DEEPEST:
                    raise _NotPlain
                answer = _Reader(self._formulas[place], self).answer()
                self._known[place] = answer if math.isfinite(answer) else None
            except (_NotPlain, ArithmeticError, ValueError):
                pass
            finally:
                self._depth -= 1
        return self._known[place]

    def values(self, first: Place, last: Place) -> Iterator[float | None]:
        """The numbers of an area; None for words and blanks, as SUM passes over them."""
        for row in range(first[0], last[0] + 1):
            for column in range(first[1], last[1] + 1):
                yield self.value((row, column))

    def value(self, place: Place) -> float | None:
        """The number in a cell; None where it holds words or nothing."""
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise _NotPlain
        if place in self._formulas:
            if (result := self.result(place)) is None:
                raise _NotPlain
            return result
        row, column = place
        raw = self._rows[row - 1][column - 1] if row <= len(self._rows) and column <= len(self._rows[row - 1]) else ""
        return float(raw) if isinstance(raw, int | float) and not isinstance(raw, bool) else None

    def text_at(self, place: Place) -> object:
        """What stands in a cell that is no number."""
        row, column = place
        return self._rows[row - 1][column - 1] if row <= len(self._rows) and column <= len(self._rows[row - 1]) else ""


class _Reader:
    """Goes once over a formula from left to right: sums of products of powers of signed values."""

    def __init__(self, formula: str, sheet: Sheet) -> None:
        if len(formula) > _LONGEST:
            raise _NotPlain
        self._sheet, self._formula, self._at, self._open = sheet, formula.strip(), 0, 0
        self._token = self._next()

    def answer(self) -> float:
        found = self._sum()
        if self._token is not None:
            raise _NotPlain
        return found

    def _next(self) -> re.Match[str] | None:
        if self._at == len(self._formula):
            return None
        token = _TOKEN.match(self._formula, self._at)
        if token is None:
            raise _NotPlain
        self._at = token.end()
        return token

    def _takes(self, signs: str) -> str | None:
        sign = self._token["sign"] if self._token else None
        if sign is None or sign not in signs:
            return None
        self._token = self._next()
        return sign

    def _sum(self) -> float:
        self._open += 1
        if self._open > _DEEPEST:
            raise _NotPlain
        found = self._product()
        while sign := self._takes("+-"):
            found = _SIGNS[sign](found, self._product())
        self._open -= 1
        return found

    def _product(self) -> float:
        found = self._power()
        while sign := self._takes("*/"):
            other = self._power()
            found = found * other if sign == "*" else found / other
        return found

    def _power(self) -> float:
        found = self._signed()
        while self._takes("^"):
            found = math.pow(found, self._signed())
        return found

    def _signed(self) -> float:
        negative = False
        while sign := self._takes("+-"):
            negative ^= sign == "-"
        found = self._value()
        while self._takes("%"):
            found /= 100
        return -found if negative else found

    def _value(self) -> float:
        token = self._token
        if token is None:
            raise _NotPlain
        if self._takes("("):
            found = self._sum()
            self._close()
            return found
        self._token = self._next()
        if token["number"]:
            return float(token["number"])
        if token["cell"]:
            return self._cell(_place(token["cell"]))
        if token["name"] in _FUNCTIONS:
            return self._call(token["name"])
        raise _NotPlain

    def _close(self) -> None:
        if not self._takes(")"):
            raise _NotPlain

    def _cell(self, place: Place) -> float:
        """A blank is 0, a number written as words is that number; other words make an error in Excel."""
        found = self._sheet.value(place)
        if found is not None:
            return found
        raw = self._sheet.text_at(place)
        said = read_value(raw)
        if raw == "" or isinstance(said, Decimal):
            return float(said or 0) if isinstance(said, Decimal) else 0.0
        raise _NotPlain

    def _call(self, name: str) -> float:
        values = [*self._argument()]
        while self._takes(","):
            values += self._argument()
        self._close()
        return _FUNCTIONS[name]([value for value in values if value is not None])

    def _argument(self) -> Iterator[float | None]:
        """The values of one argument: an area, or a value that may be calculated."""
        if self._token is not None and self._token["area"]:
            first, last = map(_place, self._token["area"].split(":"))
            self._token = self._next()
            yield from self._sheet.values(first, last)
        else:
            yield self._sum()


def _place(reference: str) -> Place:
    letters, row = _CELL.fullmatch(reference).groups()  # type: ignore[union-attr]  # the tokens have this form
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(row), column


def _rounded(values: list[float]) -> float:
    number, places = values
    return float(round_half_up(Decimal(f"{number:.15g}"), int(places)))


_FUNCTIONS: dict[str, Callable[[list[float]], float]] = {
    "SUM": math.fsum,
    "ROUND": _rounded,
    "MIN": lambda values: min(values, default=0.0),
    "MAX": lambda values: max(values, default=0.0),
    "AVERAGE": lambda values: math.fsum(values) / len(values),
    "ABS": lambda values: abs(values[0]),
}
