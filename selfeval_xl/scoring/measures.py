"""What a target or an actual value says: a number with its sign and unit, a range, a date, or words.

年度指标值 and 实际完成值 are written as people speak: ≥60 次, 不超过11.376万元, 2018年10月底, 效果明显.
What is not understood stays words; nothing is guessed.
"""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from selfeval_xl.cells import half_width
from selfeval_xl.dates import Deadline, day_like_number, excel_day, read_deadline
from selfeval_xl.patterns import expression
from selfeval_xl.scoring.words import QUANTITIES, Kind, Token, sign_of, tokens
from selfeval_xl.units import BARE, COUNTED, MONEY, RATIOS, Unit, is_power, read_unit

AT_LEAST, AT_MOST = ("≥", ">"), ("≤", "<")


@dataclass(frozen=True)
class Measure:
    """One target or actual value, in the unit's base: 11.376万元 is 113760 元, 98% is 0.98 without a unit.

    `sign` is one of ≥ > = ≤ <, or "" where none is written; `upper` ends a range; `has_unit` tells a bare
    number. `name` is the quantity named before the number, 合格率 or 增长; `note` is what stands in brackets after
    it. `is_moved_to` marks 下降至10%: as a target at most 10%, as an actual value just that. `is_either_way` marks a
    target of which nothing says whether more or less is better.
    """

    written: str
    sign: str = ""
    number: Decimal | None = None
    upper: Decimal | None = None
    whole_unit: Unit = BARE
    has_unit: bool = False
    deadline: Deadline | None = None
    name: str = ""
    note: str = ""
    is_moved_to: bool = False
    is_either_way: bool = False

    @property
    def unit(self) -> str:
        """The unit's base: 元 of 万元."""
        return self.whole_unit.name

    @property
    def factor(self) -> Decimal:
        """What the number that is written was multiplied by: 10000 for 万元."""
        return self.whole_unit.factor

    @property
    def is_ratio(self) -> bool:
        return self.whole_unit.is_ratio

    @property
    def is_words(self) -> bool:
        """Whether it states neither number nor date."""
        return self.number is None and self.deadline is None

    @property
    def is_bare(self) -> bool:
        """Whether it is one number with nothing around it."""
        is_alone = not (self.sign or self.name or self.note or self.has_unit)
        return self.number is not None and self.upper is None and is_alone

    @property
    def as_day(self) -> "Measure | None":
        """A bare number as the day that stands beside another: 45981 is Excel's 2025年11月20日; None for any other."""
        day = excel_day(self.number) if self.number is not None and self.is_bare else None
        if day is None:
            return self.like_day
        return Measure(f"{day.year}年{day.month}月{day.day}日", deadline=Deadline.of_day(day))

    @property
    def like_day(self) -> "Measure | None":
        """A bare number that is written as days are: 20221231, 2022.12, 12.31; None for any other."""
        return self._like_day()

    @property
    def like_a_day_too(self) -> "Measure | None":
        """The same beside another number that is written as days are: 7.1 beside 6.30."""
        return self._like_day(beside_another=True)

    def _like_day(self, *, beside_another: bool = False) -> "Measure | None":
        deadline = day_like_number(_plain(self.written), beside_another=beside_another) if self.is_bare else None
        return None if deadline is None else Measure(self.written, deadline=deadline)


_LONGEST = 200  # characters; what is longer tells a story
_ENCLOSED = expression(r"[\u2460-\u24ff\u2776-\u2793¼-¾⅐-⅞]")  # ① would read as a digit of the number after it
_TAG = expression(r"</?[a-zA-Z][^<>]{0,30}>")


@lru_cache(maxsize=4096)  # the checks ask the same cells again and again
def read_measure(text: str | None) -> Measure | None:
    """What the cell says; None where it says nothing."""
    if text is None or not text.strip():
        return None
    written = text.strip()
    if len(written) > _LONGEST or _ENCLOSED.search(written):
        return Measure(written)
    plain = _IN_TWO_UNITS.sub(_in_one_unit, _plain(written))
    deadline = read_deadline(plain)
    if deadline is not None:
        return Measure(written, deadline=deadline)
    measure = _with_number(tokens(plain))
    return Measure(written) if measure is None else replace(measure, written=written)


_IN_TWO_UNITS = expression(
    r"(?<![\d.])(?P<more>\d{1,3})(?:(?P<hours>个?小时)|(?P<minutes>分钟?)|年)(?:零|又)?"
    r"(?P<less>\d{1,2})(?(hours)分钟?|(?(minutes)秒钟?|个月))(?!\d)"
)


def _in_one_unit(match: re.Match[str]) -> str:
    """290秒 for 4分50秒, 90分钟 for 1小时30分, 18个月 for 1年6个月."""
    size, unit = (60, "分钟") if match["hours"] else (60, "秒") if match["minutes"] else (12, "个月")
    return f"{int(match['more']) * size + int(match['less'])}{unit}"


def _plain(written: str) -> str:
    return "".join(half_width(_TAG.sub("", written)).split()).rstrip("。;；,，")


# ---- a number and the words around it ------------------------------------------------------------------------


class _Before(NamedTuple):
    """What stands before a number."""

    sign: str = ""
    name: str = ""
    unit: str = ""  # ¥, or % of 合格率(%)≥98
    is_moved_to: bool = False
    is_plus_minus: bool = False
    is_order: bool = False
    has_words: bool = False  # anything but a sign


class _Behind(NamedTuple):
    """What stands behind a number."""

    unit: Unit
    has_unit: bool
    sign: str
    note: str


def _with_number(text: list[Token]) -> Measure | None:
    """One number, or the two of a range; None where the words around them do not surely mean it."""
    text = _without_start(text)
    places = [place for place, token in enumerate(text) if token.kind is Kind.NUMBER]
    if not 1 <= len(places) <= 2:
        return None
    first, last = places[0], places[-1]
    before = _before(text[:first])
    behind = None if before is None else _behind(text[last + 1 :], before.unit)
    if before is None or behind is None:
        return None
    if first != last or before.is_plus_minus:
        return _range(before, text[first : last + 1], behind)
    return _figure(before, text[first].number, behind)


def _without_start(text: list[Token]) -> list[Token]:
    """提高到90% of 由80%提高到90%."""
    end = next((place for place, token in enumerate(text) if token.kind is Kind.MOVE), 0)
    start = next((place for place, token in enumerate(text[:end]) if token.kind in (Kind.FROM, Kind.NUMBER)), end)
    return text[:start] + text[end:]


def _figure(before: _Before, number: Decimal, behind: _Behind) -> Measure | None:
    """A number with its sign, which stands before it, or behind it, or is written twice: 达到95%以上."""
    unit, sign = behind.unit, behind.sign or before.sign
    is_a_year = unit.name.startswith("年") and 1990 <= number <= 2100
    if before.sign not in ("", "=", sign) or is_a_year or (before.name and not _is_known(before, unit)):
        return None
    return Measure(
        "",
        sign,
        number * unit.factor,
        whole_unit=unit,
        has_unit=behind.has_unit,
        name=before.name,
        note=behind.note,
        is_moved_to=before.is_moved_to,
    )


def _is_known(before: _Before, unit: Unit) -> bool:
    """Whether the number surely is one of the quantity that is named: 合格率95%, 培训12次, but not 甲乙12."""
    is_counted = unit.name in COUNTED and not before.is_order
    return bool(before.sign) or is_counted or before.name.endswith(QUANTITIES) or before.name.startswith("每")


def _range(before: _Before, numbers: list[Token], behind: _Behind) -> Measure | None:
    """18—54周岁, 30±2, ±5%, ≥90%且≤100%; None where the ends are not of one unit and in order."""
    low, high, between = numbers[0].number, numbers[-1].number, numbers[1:-1]
    unit, sign, marks = behind.unit, before.sign, [token.kind for token in between[-2:]]
    if len(numbers) == 1:
        low = -high
    elif marks[-1:] == [Kind.RANGE]:
        between = between[:-1]
    elif marks[-1:] == [Kind.PLUS_MINUS] and (len(between) > 1 or not unit.is_ratio):  # 30±2%: of 30, or of 100
        low, high, between = low - high, low + high, between[:-1]
    elif marks == [Kind.AND, Kind.SIGN] and sign in AT_LEAST and between[-1].meaning in AT_MOST:
        sign, between = "", between[:-2]
    else:
        return None
    first_unit = _text(between)
    is_one_unit = not first_unit or read_unit(first_unit) == unit
    if not is_one_unit or high < low or before.has_words or behind.sign:
        return None
    low, high = low * unit.factor, high * unit.factor
    return Measure("", sign, low, high, unit, has_unit=behind.has_unit, note=behind.note)


def _text(words: list[Token]) -> str:
    return "".join(token.text for token in words)


# ---- before the number ---------------------------------------------------------------------------------------

_LETTERS = expression(r"[^\W\d_]+")
_LONGEST_NAME = 16  # characters
_SAY_NOTHING = (Kind.YEAR, Kind.DOING)
_DOUBTFUL = (Kind.UNSURE, Kind.SIGN, Kind.MOVE, Kind.PLUS_MINUS, Kind.NOTE)


def _before(text: list[Token]) -> _Before | None:
    """The name and the sign before a number; None where the words make it doubtful."""
    before = _Before()
    if text and text[-1].kind is Kind.MONEY:
        before, text = _Before(unit="元"), text[:-1]
    if text and text[-1].kind in (Kind.SIGN, Kind.MOVE, Kind.PLUS_MINUS):
        kind, sign = text[-1].kind, text[-1].meaning
        before = before._replace(sign=sign, is_moved_to=kind is Kind.MOVE, is_plus_minus=kind is Kind.PLUS_MINUS)
        text = text[:-1]
    if all(token.kind in _SAY_NOTHING for token in text):  # 2022年实际完成
        return before._replace(has_words=bool(text))
    return _with_name(before, text)


def _with_name(before: _Before, text: list[Token]) -> _Before | None:
    """合格率, 较上年增长, 合格率(%): the quantity that the number is one of."""
    if text[0].kind is Kind.YEAR:
        text = text[1:]
    last = text[-1]
    if last.kind is Kind.NOTE and (last.meaning in RATIOS or _LETTERS.fullmatch(last.meaning)):
        before, text = before._replace(unit=last.meaning), text[:-1]
    last_year = next((token for token in text if token.kind is Kind.LAST_YEAR), None)
    text = [token for token in text if token is not last_year]
    name = _text(text).removesuffix(":")
    letters = _text([token for token in text if token.kind is not Kind.NAME]).removesuffix(":")
    is_doubtful = any(token.kind in _DOUBTFUL for token in text) or (letters and not _LETTERS.fullmatch(letters))
    if is_doubtful or not 0 < len(name) <= _LONGEST_NAME:
        return None
    return before._replace(name=name, is_order=any(token.kind is Kind.ORDER for token in text), has_words=True)


# ---- behind the number ---------------------------------------------------------------------------------------

_NO_REMARKS = ("含", "含本数")


def _behind(text: list[Token], unit_before: str) -> _Behind | None:
    """Unit, limit and remark: 万元, 人次以上, 300多人, 人(含线上), (%); None where the words are no unit."""
    text, note = _without_note(text)
    sign = sign_of(note)
    if text and text[-1].kind is Kind.LIMIT:
        sign, text = text[-1].meaning, text[:-1]
    elif len(text) > 1 and text[-1].kind is Kind.DONE and text[-2].text in RATIOS:  # 100%完成
        text = text[:-1]
    place = 1 if text and is_power(text[0].text) else 0
    if len(text) > place and text[place].kind is Kind.MORE:  # 300多人, 1万余人
        if sign:
            return None
        sign, text = ">", text[:place] + text[place + 1 :]
    unit = _unit(text, unit_before)
    remark = "" if note in _NO_REMARKS or sign_of(note) else note
    return None if unit is None else _Behind(unit, bool(text or unit_before), sign, remark)


def _unit(text: list[Token], unit_before: str) -> Unit | None:
    """The unit, which may have been named before the number: ¥14.8万, 合格率(%)≥98."""
    words = _text(text)
    if not words or is_power(words):
        words += unit_before
    if unit_before not in words or any(token.kind is Kind.ABOUT for token in text):
        return None
    return read_unit(words)


def _without_note(text: list[Token]) -> tuple[list[Token], str]:
    """A remark in brackets at the end; the brackets of 台(套) and of 90(%) hold a unit."""
    if not text or text[-1].kind is not Kind.NOTE:
        return text, ""
    *text, note = text
    unit = read_unit(note.meaning)
    if not text and unit is not None and (unit.is_ratio or unit.name in MONEY or unit.name in COUNTED):
        return [Token(Kind.TEXT, note.meaning)], ""
    if len(note.meaning) == 1 and note.meaning in COUNTED:
        return [*text, note], ""
    return text, note.meaning
