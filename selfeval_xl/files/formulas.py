"""Formulas that a program wrote without calculating them: those usual in forms are calculated, others are named."""

import math
import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal

from selfeval_xl.cells import CellError, column_letters, plain, read_value, round_half_up
from selfeval_xl.patterns import expression

NO_RESULT = "公式没有保存结果"
_REFERENCE = r"\$?[A-Z]{1,3}\$?\d{1,7}"
_SHEET = r"(?:'(?P<quoted>(?:[^'\[\]]|'')+)'|(?P<sheet>[^\W\d][\w.]*))!"
_TOKEN = expression(
    rf"\s*(?:(?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)|\"(?P<words>(?:[^\"]|\"\")*)\""
    rf"|(?:{_SHEET})?(?:(?P<area>{_REFERENCE}:{_REFERENCE})|(?P<cell>{_REFERENCE}))(?![\w(!:])"
    r"|(?P<name>[A-Z]+)\(|(?P<truth>TRUE|FALSE)(?![\w(])|(?P<sign><=|>=|<>|[-+*/^%(),&=<>]))",
    re.IGNORECASE,
)
_CELL = expression(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_NEWER = "_xlfn."  # before functions that came after the format
_LONGEST = 1_000  # characters
_LONGEST_WORDS = 1_000
_MOST_STEPS = 200_000  # of one sheet
_DEEPEST = 60
_MOST_PLACES = 30  # to which a number is rounded, before or after the point
_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "^": math.pow,
}
_COMPARISONS: dict[str, Callable[[int, int], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
Place = tuple[int, int]
Answer = float | str | bool | None
_Term = Callable[[], Answer]


class _NotPlain(Exception):
    """More than a formula of forms."""


class _Wrong(ArithmeticError):
    """What Excel answers with an error."""


class _Circle(_NotPlain):
    """A formula that needs its own result."""


# What a formula runs into that is more than it can be: arguments of other kinds or numbers, or terms in long chains.
_PROBLEMS = (_NotPlain, ArithmeticError, AttributeError, IndexError, RecursionError, TypeError, ValueError)


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
                    raise _NotPlain
                answer = _Reader(self._formulas[place], self).answer()
                if isinstance(answer, float) and not math.isfinite(answer):
                    raise _Wrong
                self._known[place] = answer
            except _PROBLEMS as problem:
                self._known[place] = problem
            finally:
                self._depth -= 1
        known = self._known[place]
        if isinstance(known, Exception):
            raise known
        return known

    def area(self, first: Place, last: Place) -> Iterator[Answer]:
        """What stands in the cells of an area, row by row."""
        for row in range(first[0], last[0] + 1):
            for column in range(first[1], last[1] + 1):
                yield self.value((row, column))

    def value(self, place: Place) -> Answer:
        """What a cell says: a number, words, or nothing."""
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise _NotPlain
        if place in self._formulas:
            return self._result(place)
        raw = self._cells.get(place, "")
        if isinstance(raw, bool):
            return raw
        if isinstance(raw, int | float):
            return float(raw)
        if isinstance(raw, CellError):
            raise _Wrong
        if not isinstance(raw, str):
            raise _NotPlain  # a day
        return raw or None


class _Reader:
    """Goes once over a formula from left to right; what a part answers is found out when it is asked."""

    def __init__(self, formula: str, sheet: Sheet) -> None:
        if len(formula) > _LONGEST:
            raise _NotPlain
        self._sheet, self._formula, self._at, self._open = sheet, formula.strip().replace(_NEWER, ""), 0, 0
        self._token = self._next()

    def answer(self) -> Answer:
        found = self._comparison()
        if self._token is not None:
            raise _NotPlain
        return found()

    def _next(self) -> re.Match[str] | None:
        if self._at == len(self._formula):
            return None
        token = _TOKEN.match(self._formula, self._at)
        if token is None:
            raise _NotPlain
        self._at = token.end()
        return token

    def _takes(self, *signs: str) -> str | None:
        sign = self._token["sign"] if self._token else None
        if sign is None or sign not in signs:
            return None
        self._token = self._next()
        return sign

    def _comparison(self) -> _Term:
        self._open += 1
        if self._open > _DEEPEST:
            raise _NotPlain
        found = self._words()
        while sign := self._takes(*_COMPARISONS):
            found = _compared(_COMPARISONS[sign], found, self._words())
        self._open -= 1
        return found

    def _words(self) -> _Term:
        found = self._sum()
        while self._takes("&"):
            found = _joined(found, self._sum())
        return found

    def _sum(self) -> _Term:
        found = self._product()
        while sign := self._takes("+", "-"):
            found = _calculated(_ARITHMETIC[sign], found, self._product())
        return found

    def _product(self) -> _Term:
        found = self._power()
        while sign := self._takes("*", "/"):
            found = _calculated(_ARITHMETIC[sign], found, self._power())
        return found

    def _power(self) -> _Term:
        found = self._signed()
        while self._takes("^"):
            found = _calculated(math.pow, found, self._signed())
        return found

    def _signed(self) -> _Term:
        negative = changed = False
        while sign := self._takes("+", "-"):
            negative ^= sign == "-"
            changed |= sign == "-"
        found = self._value()
        while self._takes("%"):
            found = _calculated(operator.truediv, found, lambda: 100.0)
        return _calculated(operator.mul, found, lambda: -1.0 if negative else 1.0) if changed else found

    def _value(self) -> _Term:
        token = self._token
        if token is None:
            raise _NotPlain
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
        name = (token["name"] or "").upper()
        if name in _CHOOSING:
            return self._choice(_CHOOSING[name])
        if name in _FUNCTIONS:
            return self._call(_FUNCTIONS[name])
        raise _NotPlain

    def _sheet_of(self, token: re.Match[str]) -> Sheet:
        name = token["sheet"] or (token["quoted"] or "").replace("''", "'")
        if name and name not in self._sheet.others:
            raise _NotPlain
        return self._sheet.others[name] if name else self._sheet

    def _close(self) -> None:
        if not self._takes(")"):
            raise _NotPlain

    def _choice(self, choose: Callable[[list[_Term]], Answer]) -> _Term:
        """A function that need not ask all of its arguments."""
        terms: list[_Term] = [self._comparison()]
        while self._takes(","):
            terms.append(_blank if self._is_left_out() else self._comparison())
        self._close()
        return lambda: choose(terms)

    def _is_left_out(self) -> bool:
        return self._token is not None and self._token["sign"] in (",", ")")

    def _call(self, function: Callable[[list[list[Answer]]], Answer]) -> _Term:
        arguments = [self._argument()]
        while self._takes(","):
            arguments.append(self._argument())
        self._close()
        return lambda: function([argument() for argument in arguments])

    def _argument(self) -> Callable[[], list[Answer]]:
        """The values of one argument: an area, or a value that may be calculated."""
        token = self._token
        if token is not None and token["area"]:
            sheet = self._sheet_of(token)
            first, last = _corners(*map(_place, token["area"].split(":")))
            self._token = self._next()
            return lambda: list(sheet.area(first, last))
        term = self._comparison()
        return lambda: [term()]


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

    return _MOVING.sub(move, formula)


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


_MOVING = expression(
    r"""(?P<quoted>"[^"]*"|'[^']*')|(?<![\w.$])(?P<fixed>\$?)(?P<letters>[A-Z]{1,3})(?P<firm>\$?)(?P<digits>\d{1,7})(?![\w(!])"""
)
_ROW_AND_COLUMN = expression(
    r"""(?P<quoted>"[^"]*"|'[^']*')|(?<![\w.$])R(?:\[(?P<rows>-?\d{1,6})\]|(?P<row>\d{1,6}))?"""
    r"""C(?:\[(?P<columns>-?\d{1,6})\]|(?P<column>\d{1,5}))?(?![\w(!])"""
)


# ---- values --------------------------------------------------------------------------------------------------


def _blank() -> Answer:
    return None


def _number(value: Answer) -> float:
    """A blank is 0, a number written as words is that number; other words make an error in Excel."""
    if isinstance(value, str):
        said = read_value(value)
        if not isinstance(said, Decimal):
            raise _Wrong
        return float(said)
    return 0.0 if value is None else float(value)


def _said(value: Answer) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    return plain(Decimal(f"{value:.15g}")) if isinstance(value, float) else value or ""


def _one_text(values: Iterable[Answer]) -> str:
    words = ""
    for value in values:
        words += _said(value)
        if len(words) > _LONGEST_WORDS:
            raise _NotPlain
    return words


def _calculated(sign: Callable[[float, float], float], one: _Term, other: _Term) -> _Term:
    return lambda: sign(_number(one()), _number(other()))


def _joined(one: _Term, other: _Term) -> _Term:
    return lambda: _one_text([one(), other()])


def _compared(sign: Callable[[int, int], bool], one: _Term, other: _Term) -> _Term:
    return lambda: sign(_order(one(), other()), 0)


def _order(one: Answer, other: Answer) -> int:
    """Below 0, 0 or above it as the first is less, the same or more; numbers come before words."""
    if one is None:
        one = "" if isinstance(other, str) else 0.0
    if other is None:
        other = "" if isinstance(one, str) else 0.0
    if isinstance(one, bool) != isinstance(other, bool) or isinstance(one, str) != isinstance(other, str):
        rank = (isinstance(one, str) + 2 * isinstance(one, bool), isinstance(other, str) + 2 * isinstance(other, bool))
        return rank[0] - rank[1]
    if isinstance(one, str) and isinstance(other, str):
        return (one.lower() > other.lower()) - (one.lower() < other.lower())
    first, second = float(f"{_number(one):.15g}"), float(f"{_number(other):.15g}")
    return (first > second) - (first < second)


# ---- functions -----------------------------------------------------------------------------------------------


def _if(terms: list[_Term]) -> Answer:
    condition, *ways = terms
    if not 1 <= len(ways) <= 2:
        raise _NotPlain
    found = condition()
    if isinstance(found, str):
        raise _Wrong
    chosen = ways[:1] if found else ways[1:]
    return chosen[0]() if chosen else False


def _if_error(terms: list[_Term]) -> Answer:
    value, otherwise = terms
    try:
        found = value()
        if isinstance(found, float) and not math.isfinite(found):
            raise _Wrong
    except ArithmeticError:
        return otherwise()
    return found


def _is_error(terms: list[_Term]) -> Answer:
    try:
        terms[0]()
    except ArithmeticError:
        return True
    return False


_CHOOSING: dict[str, Callable[[list[_Term]], Answer]] = {
    "IF": _if,
    "IFERROR": _if_error,
    "ISERROR": _is_error,
    "AND": lambda terms: all(_number(term()) for term in terms),
    "OR": lambda terms: any(_number(term()) for term in terms),
    "NOT": lambda terms: not _number(terms[0]()),
    "ISBLANK": lambda terms: terms[0]() is None,
    "ISNUMBER": lambda terms: isinstance(answer := terms[0](), float) and not isinstance(answer, bool),
}


def _numbers(arguments: list[list[Answer]]) -> list[float]:
    """The numbers among the values; words and blanks are passed over, as SUM does."""
    given = (value for argument in arguments for value in argument)
    return [value for value in given if isinstance(value, float) and not isinstance(value, bool)]


def _alone(arguments: list[list[Answer]]) -> list[Answer]:
    """The arguments of a function that takes no areas."""
    if any(len(argument) != 1 for argument in arguments):
        raise _NotPlain
    return [argument[0] for argument in arguments]


def _rounded(arguments: list[list[Answer]], towards: Callable[[Decimal, int], Decimal] = round_half_up) -> float:
    number, places = map(_number, _alone(arguments))
    if abs(places) > _MOST_PLACES:
        raise _NotPlain
    return float(towards(Decimal(f"{number:.15g}"), int(places)))


def _cut(number: Decimal, places: int) -> Decimal:
    return Decimal(math.trunc(number.scaleb(places))).scaleb(-places)


def _beyond(number: Decimal, places: int) -> Decimal:
    cut = _cut(number, places)
    return cut if cut == number else cut + Decimal(1).scaleb(-places).copy_sign(number)


def _of_products(arguments: list[list[Answer]]) -> float:
    if len({len(argument) for argument in arguments}) != 1:
        raise _Wrong
    rows = zip(*arguments, strict=True)
    return math.fsum(math.prod(one if isinstance(one, float) else 0.0 for one in row) for row in rows)


def _subtotal(arguments: list[list[Answer]]) -> Answer:
    kind, *areas = arguments
    names = {1: "AVERAGE", 2: "COUNT", 3: "COUNTA", 4: "MAX", 5: "MIN", 9: "SUM"}
    number = int(_number(kind[0]))
    if number not in names and number - 100 not in names:
        raise _NotPlain
    return _FUNCTIONS[names.get(number) or names[number - 100]](areas)


def _text(arguments: list[list[Answer]]) -> str:
    """TEXT with the formats of amounts and shares."""
    value, form = _alone(arguments)
    asked = re.fullmatch(r"(#,##)?0(\.0+)?(%)?", form if isinstance(form, str) else "")
    if asked is None:
        raise _NotPlain
    number = Decimal(f"{_number(value) * (100 if asked[3] else 1):.15g}")
    return f"{round_half_up(number, len(asked[2] or '.') - 1):{',' if asked[1] else ''}f}{asked[3] or ''}"


def _product(arguments: list[list[Answer]]) -> float:
    """That of no numbers is 0, as in a spreadsheet."""
    values = _numbers(arguments)
    return math.prod(values) if values else 0.0


def _mean(arguments: list[list[Answer]]) -> float:
    values = _numbers(arguments)
    return math.fsum(values) / len(values)


_FUNCTIONS: dict[str, Callable[[list[list[Answer]]], Answer]] = {
    "SUM": lambda arguments: math.fsum(_numbers(arguments)),
    "ROUND": _rounded,
    "ROUNDDOWN": lambda arguments: _rounded(arguments, _cut),
    "ROUNDUP": lambda arguments: _rounded(arguments, _beyond),
    "MIN": lambda arguments: min(_numbers(arguments), default=0.0),
    "MAX": lambda arguments: max(_numbers(arguments), default=0.0),
    "AVERAGE": _mean,
    "ABS": lambda arguments: abs(_number(_alone(arguments)[0])),
    "INT": lambda arguments: float(math.floor(_number(_alone(arguments)[0]))),
    "PRODUCT": _product,
    "COUNT": lambda arguments: float(len(_numbers(arguments))),
    "COUNTA": lambda arguments: float(sum(one is not None for argument in arguments for one in argument)),
    "SUMPRODUCT": _of_products,
    "SUBTOTAL": _subtotal,
    "CONCATENATE": lambda arguments: _one_text(_alone(arguments)),
    "CONCAT": lambda arguments: _one_text(one for argument in arguments for one in argument),
    "TEXT": _text,
    "VALUE": lambda arguments: _number(_alone(arguments)[0]),
    "TRIM": lambda arguments: " ".join(filter(None, _said(_alone(arguments)[0]).split(" "))).strip(),
}
