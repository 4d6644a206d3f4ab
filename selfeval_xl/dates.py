"""Days as forms write them: 2018年10月底, 2022.12.30, 9月前, 2022年第四季度, 2021.1.1-12.31; and Excel's days.

People name days, months, quarters and years, with and without the year, and say when something is to be done or
was done. What else is said of it (not yet, planned, begun) makes it no date.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from selfeval_xl.patterns import expression

# ---- the tables ----------------------------------------------------------------------------------------------

_LAST_DAY_OF = {"底": 31, "末": 31, "下旬": 31, "中旬": 20, "上旬": 10, "初": 10}  # the last day a part of a month has
_DONE_WORDS = "完成 完工 竣工 发布 到位 验收 兑付 上线 实施 建成 交付 通过 支付 拨付 发放"
_NOT_DONE_WORDS = "未 没 不 预计 计划 拟 将 约 尚 暂 开工 启动 开始 上年 去年 次年 明年 翌年 ≥ > ≧ ⩾"
_BY_WORDS = ("=", "＝", "≤", "<=", "不晚于", "不迟于", "于")  # what may stand before the day by which
_QUARTERS = {word: number for number, words in enumerate(("一1", "二2", "三3", "四4"), 1) for word in words}
_HALVES = {"上半年": (1, 6), "下半年": (7, 12)}


@dataclass(frozen=True)
class Deadline:
    """A day or a month: `day` is the last day it can mean, `surely` the last that is in time in every reading.

    `first` is the earliest day it can mean. Without a year, `year` is None and the days are of year 1.
    """

    surely: date
    day: date
    year: int | None
    first: date

    @classmethod
    def of_day(cls, day: date) -> "Deadline":
        """One day of a year that is known."""
        return cls(day, day, day.year, day)


# ---- dates in words ------------------------------------------------------------------------------------------

# What may stand before a day; anything else tells more than the day, 部分 of 部分12月完成.
_LEADING = (
    r"(?:(?:\w{0,6}(?:时间|日期|时限|期限|工期))|[:,为于在至到是]|已经?|均|全部?|全面|截止|截至|每年|当年|本年度?|今年|全年|实际|最终"
    rf"|按期|按时|如期|提前|项目|工程|{_DONE_WORDS.replace(' ', '|')})*?"
)
_YEAR = r"(?P<year>(?:19|20)\d{2})"
_BEFORE = r"(?P<before>(?:之|以)?前)?"
_DONE = rf"(?:全部|全面|正式)?(?:(?:{_DONE_WORDS.replace(' ', '|')})(?:验收|交付)?(?:完毕)?)?"
_NOT_DONE = expression(_NOT_DONE_WORDS.replace(" ", "|"))
_BY = expression(rf"^(?:{'|'.join(_BY_WORDS)})+")
_DATE = expression(
    rf"{_LEADING}(?:{_YEAR}(?:年度?|[./-])|(?P<short>[0-4]\d)年)?"
    r"(?P<month>1[0-2]|0?[1-9])(?:月份?|[./-]|(?=$|前|之前|以前))(?:(?P<day>3[01]|[12]\d|0?[1-9])[日号]?)?"
    rf"(?P<end>{'|'.join(_LAST_DAY_OF)})?{_BEFORE}{_DONE}"
)
_YEAR_END = expression(rf"{_LEADING}{_YEAR}?(?:年度?底|年末|年度?内){_BEFORE}{_DONE}")
_PART = expression(
    rf"{_LEADING}(?:{_YEAR}年度?)?"
    rf"(?:第?(?P<quarter>[{''.join(_QUARTERS)}])季度|(?P<half>{'|'.join(_HALVES)})|(?<=年)|(?<=年度))"
    rf"(?P<end>底|末|内)?{_BEFORE}{_DONE}"
)
_SPAN = expression(r"(?P<from>(?:19|20)\d{2}[年./-]\d{1,2}(?:[月./-](?:\d{1,2}日?)?)?)(?:[-~～—–至到]+)(?P<to>.+)")


def read_deadline(text: str) -> Deadline | None:
    """The day that a text in half width and without blanks states, the last one of a span; None where it is none."""
    if _NOT_DONE.search(text):
        return None
    text = _BY.sub("", text)
    whole = _day(text)
    span = None if whole is not None else _SPAN.fullmatch(text)
    if span is None:
        return whole
    has_year = re.match(r"(?:19|20)\d{2}\D", span["to"])
    return _day(span["to"] if has_year else f"{span['from'][:4]}.{span['to']}", in_span=True)


def _day(text: str, *, in_span: bool = False) -> Deadline | None:
    """A day, a month, a quarter or a year; 2021.12 alone may as well be a number."""
    match = _DATE.fullmatch(text)
    if match is not None and ("月" in text or (match["year"] and (match["day"] or match["before"] or in_span))):
        return _day_of_month(match)
    match = _YEAR_END.fullmatch(text)
    if match is not None:
        year = _year(match)
        return _months(year, 1, 12)
    match = _PART.fullmatch(text)
    return None if match is None else _part_of_year(match)


def _year(match: re.Match[str]) -> int | None:
    return int(match["year"]) if match["year"] else None


def _months(year: int | None, first: int, last: int, *, before: bool = False) -> Deadline:
    """From the first to the last day of months; what is to be done before them may mean before they begin."""
    begins = date(year or 1, first, 1)
    ends = date(year or 1, last, _days_in(year, last))
    return Deadline(_day_before(begins) if before else ends, ends, year, begins)


def _part_of_year(match: re.Match[str]) -> Deadline | None:
    """2022年第四季度, 上半年, 2022年."""
    year, first, last = _year(match), 1, 12
    if match["quarter"]:
        last = 3 * _QUARTERS[match["quarter"]]
        first = last - 2
    elif match["half"]:
        first, last = _HALVES[match["half"]]
    elif year is None:
        return None
    return _months(year, first, last, before=bool(match["before"] and not match["end"]))


def _day_of_month(match: re.Match[str]) -> Deadline | None:
    """2022年12月30日, 10月底, 22年12月; 9月前 may mean before it begins, or before it ends."""
    year, month = _year(match), int(match["month"])
    if match["short"]:
        year = 2000 + int(match["short"])
    if match["day"]:
        is_a_day = int(match["day"]) <= _days_in(year, month)
        latest = date(year or 1, month, int(match["day"])) if is_a_day else None
        return None if latest is None else Deadline(latest, latest, year, latest)
    months = _months(year, month, month, before=bool(match["before"] and not match["end"]))
    if match["end"] is None:
        return months
    latest = min(months.day, months.first + timedelta(days=_LAST_DAY_OF[match["end"]] - 1))
    return Deadline(latest, latest, year, months.first)


def _days_in(year: int | None, month: int) -> int:
    """Without a year, February has 28 days."""
    return calendar.monthrange(year or 1, month)[1]


def _day_before(day: date) -> date:
    return date.fromordinal(max(day.toordinal() - 1, 1))


# ---- numbers that are days -----------------------------------------------------------------------------------

# Excel's days of this century, counted as Excel counts them: the days of 2000 to 2099.
_DAY_ZERO = date(1899, 12, 30)
_FIRST_DAY, _LAST_DAY = 36526, 73050


def excel_day(number: Decimal) -> date | None:
    """The day that Excel shows for a whole number: 45981 is 2025年11月20日; None outside this century."""
    if not _FIRST_DAY <= number <= _LAST_DAY or number != int(number):
        return None
    return _DAY_ZERO + timedelta(days=int(number))


_EIGHT_DIGITS = expression(r"((?:19|20)\d{2})(1[0-2]|0[1-9])(3[01]|[12]\d|0[1-9])")
_SIX_DIGITS = expression(r"(?:(20[0-4]\d)(1[0-2]|0[1-9])|([12]\d)(1[0-2]|0[1-9])(3[01]|[12]\d|0[1-9]))")
_YEAR_AND_MONTH = expression(r"(?:19|20)\d{2}\.(?:1[0-2]|0?[1-9])")
_SHORT_DAY = expression(r"(1[0-2]|0?[1-9])\.(3[01]|[12]\d|0?[1-9])")
_MONTH_AND_DAY = expression(r"(1[0-2]|0?[1-9])\.(3[01]|[12]\d|0[1-9])")


def day_like_number(text: str, *, beside_another: bool = False) -> Deadline | None:
    """The day that a bare number may stand for: 20221231, 202212, 2022.12, 12.31; None where it is surely a number.

    7.1 may be one only beside another that is written as a day.
    """
    eight, short = _EIGHT_DIGITS.fullmatch(text), (_SHORT_DAY if beside_another else _MONTH_AND_DAY).fullmatch(text)
    if eight is not None:
        return _day(".".join(eight.groups()))
    six = _SIX_DIGITS.fullmatch(text)
    if six is not None:  # 202212, 221231
        year, month, short_year, short_month, day = six.groups()
        return _day(f"{year}年{month}月" if year else f"{short_year}年{short_month}月{day}日")
    if short is not None:
        return _day(f"{short[1]}月{short[2]}日")
    return _day(text, in_span=True) if _YEAR_AND_MONTH.fullmatch(text) else None
