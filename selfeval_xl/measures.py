"""What a target or a result says: a number with its sign and unit, a range, a date, or words.

年度指标值 and 实际完成值 are written as people speak: ≥60 次, 不超过11.376万元, 2018年10月底, 效果明显.
What is not understood stays words; nothing is guessed.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from selfeval_xl.cells import half_width, read_number

_SIGNS = {
    ">=": "≥", "=>": "≥", "≧": "≥", "⩾": "≥", "≥": "≥", "<=": "≤", "=<": "≤", "≦": "≤", "⩽": "≤", "≤": "≤",
    ">": ">", "<": "<", "=": "=", "==": "=", "﹦": "=", "═": "=",
}  # fmt: skip
_WORDS_BEFORE = (
    (r"不(?:低|少|小)于|(?:大于|高于)或?等于|至少|最低|达到(?=.*以上$)", "≥"),
    (r"(?:控制在)?不(?:超过|高于|大于|多于|得超过)|(?:小于|低于)或?等于|至多|最多|最高|控制在", "≤"),
    (r"大于|高于|超过|多于", ">"),
    (r"小于|低于|少于", "<"),
    (r"等于|达到?|为|共计?|完成", "="),
)
_WORDS_AFTER = (
    (r"(?:及其?|\(含\)|含)?以上", "≥"),
    (r"(?:及其?|\(含\)|含)?(?:以内|以下|之内|范围内)|内", "≤"),
)
_POWERS = {"百": 100, "千": 1000, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8, "十": 10}
_RATIO = {"%": Decimal("0.01"), "‰": Decimal("0.001"), "百分比": Decimal("0.01"), "百分点": Decimal("0.01")}
_FIGURE = r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[+-]?\d*\.?\d+|[+-]?\d+\."
_NUMBER = re.compile(rf"({_FIGURE})(.*)", re.DOTALL)
_RANGE = re.compile(rf"({_FIGURE})([^\d.~～\-—–至到]*)(?:[~～\-—–]+|至|到)({_FIGURE})(.*)", re.DOTALL)
_UNIT = re.compile(r"[^\d\s,，。；;!！?？=≥≤<>]{0,12}")
_NO_UNIT = re.compile(r"[月年](?:底|末|初|前|份|\d)|[,，.]")
_MONEY = ("元", "美元", "欧元")


@dataclass(frozen=True)
class Measure:
    """One target or result, in the unit's base: 11.376万元 is 113760 元, 98% is 0.98 without a unit.

    `sign` is one of ≥ > = ≤ <, or "" where none is written; `upper` ends a range; `has_unit` tells a bare
    number; `deadline` is the last day that is surely in time and the first that is surely late.
    """

    written: str
    sign: str = ""
    number: Decimal | None = None
    upper: Decimal | None = None
    unit: str = ""
    factor: Decimal = Decimal(1)
    is_ratio: bool = False
    has_unit: bool = False
    deadline: "Deadline | None" = None

    @property
    def is_words(self) -> bool:
        """Whether it states neither number nor date."""
        return self.number is None and self.deadline is None


@dataclass(frozen=True)
class Deadline:
    """A day or a month: `day` is the last day it can mean, `surely` the last that is in time in every reading.

    Without a year, `year` is None and both days are of year 1.
    """

    surely: date
    day: date
    year: int | None


def read_measure(text: str | None) -> Measure | None:
    """What the cell says; None where it says nothing."""
    if text is None or not text.strip():
        return None
    written = text.strip()
    plain = re.sub(r"\s+", "", half_width(written)).rstrip("。;；,，")
    deadline = _deadline(plain)
    if deadline is not None:
        return Measure(written, deadline=deadline)
    sign, rest = _sign_before(plain)
    return _range(written, sign, rest) or _figure(written, sign, rest) or Measure(written)


def _sign_before(plain: str) -> tuple[str, str]:
    for length in (2, 1):
        if plain[:length] in _SIGNS and len(plain) > length:
            return _SIGNS[plain[:length]], plain[length:]
    for pattern, sign in _WORDS_BEFORE:
        match = re.match(pattern, plain)
        if match is not None and match.end() < len(plain) and re.match(_FIGURE, plain[match.end() :]):
            return sign, plain[match.end() :]
    return "", plain


def _range(written: str, sign: str, rest: str) -> Measure | None:
    match = _RANGE.fullmatch(rest)
    if match is None:
        return None
    lower, first_unit, upper, last_unit = match.groups()
    low, high = read_number(lower), read_number(upper)
    unit = _unit(last_unit)
    if low is None or high is None or unit is None or (first_unit and _unit(first_unit) != unit) or high < low:
        return None
    name, factor, is_ratio = unit
    return Measure(written, sign, low * factor, high * factor, name, factor, is_ratio, bool(last_unit))


def _figure(written: str, sign: str, rest: str) -> Measure | None:
    match = _NUMBER.fullmatch(rest)
    if match is None:
        return None
    number = read_number(match[1])
    unit_words = match[2]
    for pattern, meant in _WORDS_AFTER:
        after = re.search(rf"(?:{pattern})$", unit_words)
        if after is not None:
            if sign not in ("", "=", meant):
                return None
            sign, unit_words = meant, unit_words[: after.start()]
            break
    unit = _unit(unit_words)
    if number is None or unit is None:
        return None
    name, factor, is_ratio = unit
    return Measure(written, sign, number * factor, None, name, factor, is_ratio, bool(unit_words))


def _unit(words: str) -> tuple[str, Decimal, bool] | None:
    """The unit's base, its factor and whether it is a ratio; None where the words are no unit."""
    if words in _RATIO:
        return "", _RATIO[words], True
    if not _UNIT.fullmatch(words) or _NO_UNIT.match(words):
        return None
    for power in sorted(_POWERS, key=len, reverse=True):
        if words.startswith(power) and (power in ("万", "亿", "百万", "千万") or words[len(power) :] in _MONEY):
            return words[len(power) :], Decimal(_POWERS[power]), False
    return words, Decimal(1), False


# ---- dates ---------------------------------------------------------------------------------------------------

_YEAR = r"(?:(?P<year>(?:19|20)\d{2})(?:年度?|[./-]))?"
_DATE = re.compile(
    rf".{{0,8}}?(?<!\d){_YEAR}(?P<month>1[0-2]|0?[1-9])(?:月份?|[./-]|(?=$))(?:(?P<day>3[01]|[12]\d|0?[1-9])[日号]?)?"
    r"(?P<end>底|末|中旬|上旬|下旬|初)?(?P<before>(?:之|以)?前)?(?:完成|完工|竣工|发布|到位|验收|兑付|上线|实施)?(?:完毕)?"
)
_YEAR_END = re.compile(r".{0,6}?(?:(?P<year>(?:19|20)\d{2}))?(?:年度?底|年末|年内)(?:之|以)?前?(?:完成|到位)?")
_SPAN = re.compile(r"(?P<from>(?:19|20)\d{2}[年./-]\d{1,2}(?:[月./-]\d{1,2}日?|月)?)(?:[-~～—–至到]+)(?P<to>.+)")


def _deadline(plain: str) -> Deadline | None:
    span = _SPAN.fullmatch(plain)
    if span is not None:
        year = span["from"][:4]
        return _one_day(span["to"], in_span=True) or _one_day(f"{year}.{span['to']}", in_span=True)
    return _one_day(plain.lstrip("=＝"))


def _one_day(plain: str, *, in_span: bool = False) -> Deadline | None:
    """A day or month; 2021.12 alone may as well be a number."""
    match = _DATE.fullmatch(plain)
    if match is not None and ("月" in plain or (match["year"] and (match["day"] or in_span))):
        return _day_of(match)
    match = _YEAR_END.fullmatch(plain)
    if match is not None:
        year = int(match["year"]) if match["year"] else None
        day = date(year or 1, 12, 31)
        return Deadline(day, day, year)
    return None


def _day_of(match: re.Match[str]) -> Deadline | None:
    year = int(match["year"]) if match["year"] else None
    month = int(match["month"])
    last = calendar.monthrange(year or 2000, month)[1]
    days = {"初": 10, "上旬": 10, "中旬": 20}
    day = int(match["day"]) if match["day"] else days.get(match["end"] or "", last)
    if day > last or (year is None and (month, day) == (2, 29)):
        return None
    latest = date(year or 1, month, day)
    if match["before"] and not match["day"] and not match["end"]:  # 9月前: before it begins, or before it ends
        ordinal = date(year or 1, month, 1).toordinal() - 1
        surely = date.fromordinal(ordinal) if ordinal > 0 else latest
        return Deadline(surely, latest, year)
    return Deadline(latest, latest, year)
