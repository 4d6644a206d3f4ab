"""What the functions and signs of formulas answer, as a spreadsheet does."""

import fnmatch
import math
import operator
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from itertools import pairwise

from selfeval_xl.cells import plain, read_value, round_half_up
from selfeval_xl.patterns import expression

_LONGEST_WORDS = 1_000
_MOST_PLACES = 30  # to which a number is rounded, before or after the point
Answer = float | str | bool | None
Term = Callable[[], Answer]
COMPARISONS: dict[str, Callable[[int, int], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_CRITERION = expression(r"(<=|>=|<>|=|<|>)?(.*)", re.DOTALL)
_JOKER = expression(r"~([*?])|(\[)")


class NotPlain(Exception):
    """More than a formula of forms."""


class Wrong(ArithmeticError):
    """What Excel answers with an error."""


class Values(list[Answer]):
    """What an argument holds, row by row; an area of several columns is so wide."""

    def __init__(self, values: Iterable[Answer], width: int = 1) -> None:
        super().__init__(values)
        self.width = width

    def rows(self) -> list[list[Answer]]:
        return [self[at : at + self.width] for at in range(0, len(self), self.width)]


# ---- values --------------------------------------------------------------------------------------------------


def blank() -> Answer:
    return None


def number_in(value: Answer) -> float:
    """A blank is 0, a number written as words is that number; other words make an error in Excel."""
    if isinstance(value, str):
        said = read_value(value)
        if not isinstance(said, Decimal):
            raise Wrong
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
            raise NotPlain
    return words


def calculated(sign: Callable[[float, float], float], one: Term, other: Term) -> Term:
    return lambda: sign(number_in(one()), number_in(other()))


def joined(one: Term, other: Term) -> Term:
    return lambda: _one_text([one(), other()])


def compared(sign: Callable[[int, int], bool], one: Term, other: Term) -> Term:
    return lambda: sign(order(one(), other()), 0)


def order(one: Answer, other: Answer) -> int:
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
    first, second = float(f"{number_in(one):.15g}"), float(f"{number_in(other):.15g}")
    return (first > second) - (first < second)


# ---- functions -----------------------------------------------------------------------------------------------


def _if(terms: list[Term]) -> Answer:
    condition, *ways = terms
    if not 1 <= len(ways) <= 2:
        raise NotPlain
    found = condition()
    if isinstance(found, str):
        raise Wrong
    chosen = ways[:1] if found else ways[1:]
    return chosen[0]() if chosen else False


def _if_error(terms: list[Term]) -> Answer:
    value, otherwise = terms
    try:
        found = value()
        if isinstance(found, float) and not math.isfinite(found):
            raise Wrong
    except ArithmeticError:
        return otherwise()
    return found


def _is_error(terms: list[Term]) -> Answer:
    try:
        terms[0]()
    except ArithmeticError:
        return True
    return False


CHOOSING: dict[str, Callable[[list[Term]], Answer]] = {
    "IF": _if,
    "IFERROR": _if_error,
    "ISERROR": _is_error,
    "AND": lambda terms: all(number_in(term()) for term in terms),
    "OR": lambda terms: any(number_in(term()) for term in terms),
    "NOT": lambda terms: not number_in(terms[0]()),
    "ISBLANK": lambda terms: terms[0]() is None,
    "ISNUMBER": lambda terms: isinstance(answer := terms[0](), float) and not isinstance(answer, bool),
}


def _numbers(arguments: list[Values]) -> list[float]:
    """The numbers among the values; words and blanks are passed over, as SUM does."""
    given = (value for argument in arguments for value in argument)
    return [value for value in given if isinstance(value, float) and not isinstance(value, bool)]


def _alone(arguments: list[Values]) -> list[Answer]:
    """The arguments of a function that takes no areas."""
    if any(len(argument) != 1 for argument in arguments):
        raise NotPlain
    return [argument[0] for argument in arguments]


def _only(argument: Values) -> Answer:
    """The value of an argument that is no area."""
    return _alone([argument])[0]


def _rounded(arguments: list[Values], towards: Callable[[Decimal, int], Decimal] = round_half_up) -> float:
    number, places = map(number_in, _alone(arguments))
    if abs(places) > _MOST_PLACES:
        raise NotPlain
    return float(towards(Decimal(f"{number:.15g}"), int(places)))


def _cut(number: Decimal, places: int) -> Decimal:
    return Decimal(math.trunc(number.scaleb(places))).scaleb(-places)


def _beyond(number: Decimal, places: int) -> Decimal:
    cut = _cut(number, places)
    return cut if cut == number else cut + Decimal(1).scaleb(-places).copy_sign(number)


def _of_products(arguments: list[Values]) -> float:
    if len({len(argument) for argument in arguments}) != 1:
        raise Wrong
    rows = zip(*arguments, strict=True)
    return math.fsum(math.prod(one if isinstance(one, float) else 0.0 for one in row) for row in rows)


def _subtotal(arguments: list[Values]) -> Answer:
    kind, *areas = arguments
    names = {1: "AVERAGE", 2: "COUNT", 3: "COUNTA", 4: "MAX", 5: "MIN", 9: "SUM"}
    number = int(number_in(kind[0]))
    if number not in names and number - 100 not in names:
        raise NotPlain
    return FUNCTIONS[names.get(number) or names[number - 100]](areas)


def _text(arguments: list[Values]) -> str:
    """TEXT with the formats of amounts and shares."""
    value, form = _alone(arguments)
    asked = re.fullmatch(r"(#,##)?0(\.0+)?(%)?", form if isinstance(form, str) else "")
    if asked is None:
        raise NotPlain
    number = Decimal(f"{number_in(value) * (100 if asked[3] else 1):.15g}")
    return f"{round_half_up(number, len(asked[2] or '.') - 1):{',' if asked[1] else ''}f}{asked[3] or ''}"


def _product(arguments: list[Values]) -> float:
    """That of no numbers is 0, as in a spreadsheet."""
    values = _numbers(arguments)
    return math.prod(values) if values else 0.0


def _mean(arguments: list[Values]) -> float:
    values = _numbers(arguments)
    return math.fsum(values) / len(values)


# ---- functions that look something up ---------------------------------------------------------------------------


def _meets(criterion: Answer) -> Callable[[Answer], bool]:
    """What SUMIF and COUNTIF ask of a cell: ">=60", "<>", "*养护*", or to be the same."""
    sign, words = _CRITERION.fullmatch(_said(criterion)).groups()  # type: ignore[union-attr]  # any words match
    sign = sign or "="
    said = read_value(words)
    if isinstance(said, Decimal):
        amount = float(said)
        if sign == "<>":
            return lambda value: not _is_number(value) or order(value, amount) != 0
        return lambda value: _is_number(value) and COMPARISONS[sign](order(value, amount), 0)
    if sign not in ("=", "<>"):
        raise NotPlain
    if not words:
        return lambda value: (value in (None, "")) == (sign == "=")
    shell = _JOKER.sub(lambda found: f"[{found[1] or found[2]}]", words).replace("~~", "~")
    alike = re.compile(fnmatch.translate(shell), re.IGNORECASE)
    return lambda value: (isinstance(value, str) and alike.match(value) is not None) == (sign == "=")


def _is_number(value: Answer) -> bool:
    return isinstance(value, float) and not isinstance(value, bool)


def _chosen(arguments: list[Values]) -> list[float]:
    """The numbers that SUMIF adds up: those of the last area beside what meets the criterion."""
    tested, criterion, *others = arguments
    meets, added = _meets(_only(criterion)), others[0] if others else tested
    if len(others) > 1 or (len(added), added.width) != (len(tested), tested.width):
        raise NotPlain
    return _numbers([Values(value for test, value in zip(tested, added, strict=True) if meets(test))])


def _all_met(pairs: list[Values]) -> list[bool]:
    """Where all the criteria are met: areas of the same size, each with its criterion behind it."""
    areas, criteria = pairs[::2], list(map(_meets, _alone(pairs[1::2])))
    if not areas or len({(len(area), area.width) for area in areas}) != 1 or len(areas) != len(criteria):
        raise NotPlain
    return [all(meets(one) for meets, one in zip(criteria, row, strict=True)) for row in zip(*areas, strict=True)]


def _sum_where_all(arguments: list[Values]) -> float:
    added, *pairs = arguments
    met = _all_met(pairs)
    if len(met) != len(added):
        raise NotPlain
    return math.fsum(_numbers([Values(value for value, is_met in zip(added, met, strict=True) if is_met)]))


def _position(wanted: Answer, among: list[Answer], *, exact: bool) -> int:
    """Where it stands, counted from 0; not exactly: the last that is not above it, where they rise."""
    if wanted is None:
        wanted = 0.0
    if exact and isinstance(wanted, str) and set(wanted) & set("*?~"):
        alike = _meets(f"={wanted}")
        places = [at for at, one in enumerate(among) if alike(one)][:1]
    elif exact:
        places = [at for at, one in enumerate(among) if _is_kin(one, wanted) and order(one, wanted) == 0][:1]
    else:
        kin = [(at, one) for at, one in enumerate(among) if _is_kin(one, wanted)]
        if any(order(one, other) > 0 for (_, one), (_, other) in pairwise(kin)):
            raise NotPlain
        places = [at for at, one in kin if order(one, wanted) <= 0][-1:]
    if not places:
        raise Wrong
    return places[0]


def _is_kin(one: Answer, other: Answer) -> bool:
    return type(one) is type(other)


def _beside(arguments: list[Values]) -> Answer:
    """VLOOKUP."""
    wanted, table, column, *closely = arguments
    at, exact = int(number_in(_only(column))), bool(closely) and not number_in(_only(closely[0]))
    if at < 1 or at > table.width:
        raise Wrong
    rows = table.rows()
    return rows[_position(_only(wanted), [row[0] for row in rows], exact=exact)][at - 1]


def _looked_up(arguments: list[Values]) -> Answer:
    """LOOKUP with two vectors."""
    wanted, among, answers = arguments
    return answers[_position(_only(wanted), list(among), exact=False)]


def _match(arguments: list[Values]) -> float:
    wanted, among, *kinds = arguments
    kind = number_in(_only(kinds[0])) if kinds else 1
    if kind not in (0, 1) or (among.width > 1 and len(among) > among.width):
        raise NotPlain
    return float(_position(_only(wanted), list(among), exact=kind == 0) + 1)


def _index(arguments: list[Values]) -> Answer:
    table, *places = arguments
    at = [int(number_in(place)) for place in _alone(places)]
    rows = table.rows()
    if len(at) == 1:
        row, column = (1, at[0]) if len(rows) == 1 else (at[0], 1)
        if len(rows) > 1 and table.width > 1:
            raise NotPlain
    else:
        row, column = at
    if not (1 <= row <= len(rows) and 1 <= column <= table.width):
        raise Wrong
    return rows[row - 1][column - 1]


def _choose(terms: list[Term]) -> Answer:
    number, *answers = terms
    at = int(number_in(number()))
    if not 1 <= at <= len(answers):
        raise Wrong
    return answers[at - 1]()


def _ifs(terms: list[Term]) -> Answer:
    for condition, answer in zip(terms[::2], terms[1::2], strict=True):
        if number_in(condition()):
            return answer()
    raise Wrong


CHOOSING |= {"CHOOSE": _choose, "IFS": _ifs, "IFNA": _if_error}

FUNCTIONS: dict[str, Callable[[list[Values]], Answer]] = {
    "SUM": lambda arguments: math.fsum(_numbers(arguments)),
    "ROUND": _rounded,
    "ROUNDDOWN": lambda arguments: _rounded(arguments, _cut),
    "ROUNDUP": lambda arguments: _rounded(arguments, _beyond),
    "MIN": lambda arguments: min(_numbers(arguments), default=0.0),
    "MAX": lambda arguments: max(_numbers(arguments), default=0.0),
    "AVERAGE": _mean,
    "ABS": lambda arguments: abs(number_in(_alone(arguments)[0])),
    "INT": lambda arguments: float(math.floor(number_in(_alone(arguments)[0]))),
    "PRODUCT": _product,
    "COUNT": lambda arguments: float(len(_numbers(arguments))),
    "COUNTA": lambda arguments: float(sum(one is not None for argument in arguments for one in argument)),
    "SUMPRODUCT": _of_products,
    "SUBTOTAL": _subtotal,
    "CONCATENATE": lambda arguments: _one_text(_alone(arguments)),
    "CONCAT": lambda arguments: _one_text(one for argument in arguments for one in argument),
    "TEXT": _text,
    "VALUE": lambda arguments: number_in(_alone(arguments)[0]),
    "TRIM": lambda arguments: " ".join(filter(None, _said(_alone(arguments)[0]).split(" "))).strip(),
    "SUMIF": lambda arguments: math.fsum(_chosen(arguments)),
    "SUMIFS": _sum_where_all,
    "COUNTIF": lambda arguments: float(sum(map(_meets(_only(arguments[1])), arguments[0]))),
    "COUNTIFS": lambda arguments: float(sum(_all_met(arguments))),
    "VLOOKUP": _beside,
    "LOOKUP": _looked_up,
    "MATCH": _match,
    "INDEX": _index,
}
