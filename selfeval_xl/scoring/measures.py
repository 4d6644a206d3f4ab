"""What a target or a result says: a number with its sign and unit, a range, a date, or words.

年度指标值 and 实际完成值 are written as people speak: ≥60 次, 不超过11.376万元, 2018年10月底, 效果明显.
What is not understood stays words; nothing is guessed.
"""

import calendar
import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from selfeval_xl.cells import half_width, read_number

_SIGNS = {
    ">=": "≥", "=>": "≥", "≧": "≥", "⩾": "≥", "≥": "≥", "≥=": "≥", "<=": "≤", "=<": "≤", "≦": "≤", "⩽": "≤",
    "≤": "≤", "≤=": "≤", ">": ">", "<": "<", "=": "=", "==": "=", "﹦": "=", "═": "=",
}  # fmt: skip
_WORDS_BEFORE = (
    (r"不(?:得|应|能)?(?:低|少|小)于|(?:大于|高于)或?等于|至少|最低|达到?(?=.*以上$)", "≥"),
    (r"(?:控制在)?不(?:得|应|能)?(?:超过|超出|高于|大于|多于)|(?:小于|低于)或?等于|至多|最多|最高|控制在", "≤"),
    (r"大于|高于|超过|多于|超出|超", ">"),
    (r"小于|低于|少于", "<"),
    (r"为", ""),
    (r"等于|达到?|共计?|完成", "="),
)
_WORDS_AFTER = (
    (r"(?:及其?|\(含\)|含)?以上", "≥"),
    (r"(?:及其?|\(含\)|含)?(?:以内|以下|之内|范围内)|内", "≤"),
)
_POWERS = {"百": 100, "千": 1000, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8, "十": 10}
_RATIO = {"%": Decimal("0.01"), "‰": Decimal("0.001"), "百分比": Decimal("0.01")}
_FIGURE = r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[+-]?\d*\.?\d+|[+-]?\d+\."
_NUMBER = re.compile(rf"({_FIGURE})(.*)", re.DOTALL)
_RANGE = re.compile(rf"({_FIGURE})([^\d.~～\-—–至到]*)(?:[~～\-—–]+|至|到)({_FIGURE})(.*)", re.DOTALL)
_UNIT = re.compile(r"[^\d\s,，。；;!！?？=≥≤<>%‰]{0,12}")
_NO_UNIT = re.compile(r"[月年](?:底|末|初|前|份|\d)|[,，.]")
_METRES = re.compile(r"([ck]?m)([23])(?!\d)")  # m², as it reads in half width
_ABOUT = re.compile(r"左右|上下|附近")
_MORE = re.compile(r"(百|千|万|亿|百万|千万)?[多余](?=\D|$)")
_AFTER_RATIO = re.compile(r"(?<=[%‰])(?:完成|覆盖|到位|合格|达标|发放|执行)$")
_MONEY = ("元", "美元", "欧元")
_YUAN = re.compile(rf"^([≥≤<>=]*)(?:人民币)?¥?({_FIGURE})([万亿]?)元?$")
_UNIT_IN_BRACKETS = re.compile(r"(?<=\d)\((%|‰|百分比|[万亿]?元)\)$")  # ≥90(%)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,30}>")
_LONGEST = 200  # characters; what is longer tells a story
_ENCLOSED = re.compile(r"[\u2460-\u24ff\u2776-\u2793¼-¾⅐-⅞]")  # ① would read as a digit of the number after it

# ---- words around a number ---------------------------------------------------------------------------------------

_UNSURE = re.compile(
    r"未(?!成年)|没|不(?!动产)|非(?!遗)|无(?!障碍)|(?<!节)约|近(?!视)|估|预计|计划|拟|将|除|原|左右|目标(?!完成|达成)|暂"
    r"|(?<![接招])待|部分|差(?!旅|额)|欠|至今"
)
_ORDER = re.compile(r"第|前|后|排名|位列|版|级|类|编号|之$")
_LAST_YEAR = re.compile(r"(?:同比|(?:较|比|与)(?:上|去|往)(?:一?年)?(?:度|同期)*(?:相比)?)")
_YEAR_BEFORE = r"(?:(?:19|20)\d{2}年(?:度|全年|内)?|(?:本|当|全|每)年度?(?:内|共)?|年度内?)"
_DOING = (
    r"(?:(?:实际|已经?|累计|共计?|合计|总计)*"
    r"(?:完成|开展|举办|组织|实施|执行|实现|新增|新建|采购|购置|发放|支出|达到?|为)?了?)"
)
_PLAIN_BEFORE = re.compile(rf"(?:{_YEAR_BEFORE})?{_DOING}?")
_QUANTITY = re.compile(
    r".*(?:率|度|数|量|额|长度|面积|里程|比例|占比|增长|增加|增幅|提高|提升|上升|下降|降低|降幅|减少|节约|压减|标准|成本|费|费用|金额|单价"
    r"|收入|支出|增收)"
)
_NAME = re.compile(r"[^\W\d_]{1,16}?:?")
_UNIT_OF_NAME = re.compile(r"([^\W\d_]{2,16})\((%|‰|[^\W\d_]{1,4})\):?(\D*[\d.,]+)")
_NOTE = re.compile(r"\(([^()]*)\)$")
_COUNTED = (
    "人次|场次|批次|台套|个月|工作日|个工作日|平方米|公里|千米|小时|分钟|"
    "人|名|位|户|次|场|期|批|个|家|项|件|套|台|只|条|份|篇|座|处|所|栋|幢|间|辆|部|本|册|"
    "起|例|盏|张|块|棵|株|头|幅|枚|袋|箱|卷|门|款|亩|公顷|吨|米|元|天|日|年|月"
)
_DIGITS = {word: value for value, words in enumerate(("零〇", "一", "二两", *"三四五六七八九")) for word in words}
_TENS = {"十": 10, "百": 100, "千": 1000}
_CHINESE = r"[零〇一二两三四五六七八九十百千]+"
_SPOKEN = re.compile(rf"(?<![\w])({_CHINESE})(?=(?:{_COUNTED})(?:及?以上|以内|以下|内)?$)")
_SPOKEN_AFTER_WORDS = re.compile(rf"(?<=[于过少多到])({_CHINESE})(?=(?:{_COUNTED})(?:及?以上|以内|以下|内)?$)")
_PER_CENT = re.compile(rf"百分之(?:({_CHINESE})(?:点([零〇一二三四五六七八九]+))?|(\d+(?:\.\d+)?))")


# Excel's days of this century, counted as Excel counts them: the days of 2000 to 2099.
_DAY_ZERO = date(1899, 12, 30)
_FIRST_DAY, _LAST_DAY = 36526, 73050


@dataclass(frozen=True)
class Measure:
    """One target or result, in the unit's base: 11.376万元 is 113760 元, 98% is 0.98 without a unit.

    `sign` is one of ≥ > = ≤ <, or "" where none is written; `upper` ends a range; `has_unit` tells a bare
    number; `deadline` is the last day that is surely in time and the first that is surely late.
    `name` is the quantity named before the number, 合格率 or 增长; `note` is what stands in brackets after it.
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
    name: str = ""
    note: str = ""

    @property
    def as_day(self) -> "Measure | None":
        """A bare whole number as the day that Excel makes of it: 45981 is 2025年11月20日; None for any other."""
        number = self.number
        is_bare = not (self.sign or self.name or self.note or self.has_unit) and self.upper is None
        if number is None or not is_bare or not _FIRST_DAY <= number <= _LAST_DAY or number != int(number):
            return None
        day = _DAY_ZERO + timedelta(days=int(number))
        return Measure(f"{day.year}年{day.month}月{day.day}日", deadline=Deadline(day, day, day.year, day))

    @property
    def is_words(self) -> bool:
        """Whether it states neither number nor date."""
        return self.number is None and self.deadline is None


@dataclass(frozen=True)
class Deadline:
    """A day or a month: `day` is the last day it can mean, `surely` the last that is in time in every reading.

    `first` is the earliest day it can mean. Without a year, `year` is None and the days are of year 1.
    """

    surely: date
    day: date
    year: int | None
    first: date | None = None


@lru_cache(maxsize=4096)  # the checks ask the same cells again and again
def read_measure(text: str | None) -> Measure | None:
    """What the cell says; None where it says nothing."""
    if text is None or not text.strip():
        return None
    written = text.strip()
    if len(written) > _LONGEST or _ENCLOSED.search(written):
        return Measure(written)
    plain = re.sub(r"\s+", "", half_width(_TAG.sub("", written))).rstrip("。;；,，")
    deadline = _deadline(plain)
    if deadline is not None:
        return Measure(written, deadline=deadline)
    plain = _METRES.sub(lambda metres: metres[1] + "²³"[int(metres[2]) - 2], plain)
    plain = _UNIT_IN_BRACKETS.sub(r"\1", _in_yuan(plain))
    plain, note = _note_after(_in_digits(plain))
    sign, rest = _sign_before(plain)
    said = _range(written, sign, rest) or _figure(written, sign, rest) or _named(written, plain)
    return Measure(written) if said is None else replace(said, note=note)


def _in_yuan(plain: str) -> str:
    """¥148,000 and 人民币14.8万元 are money."""
    return _YUAN.sub(r"\1\2\3元", plain) if re.search("¥|人民币", plain) else plain


def _note_after(plain: str) -> tuple[str, str]:
    """The text without a remark in brackets: 1250人(含线上); 台(套) is a unit, 含 belongs to the limit."""
    match = _NOTE.search(plain)
    if match is None or (len(match[1]) == 1 and match[1] in _COUNTED):
        return plain, ""
    return plain[: match.start()], "" if match[1] in ("含", "含本数") else match[1]


def _in_digits(plain: str) -> str:
    """三次 is 3次, 百分之九十五 is 95%; 一般 and 三公经费 are words."""

    def per_cent(match: re.Match[str]) -> str:
        if match[3]:
            return f"{match[3]}%"
        whole = _spoken(match[1])
        fraction = "".join(str(_DIGITS[word]) for word in match[2] or "")
        return match[0] if whole is None else f"{whole}.{fraction}%" if fraction else f"{whole}%"

    def digits(match: re.Match[str]) -> str:
        number = _spoken(match[1])
        return match[0] if number is None else str(number)

    return _SPOKEN_AFTER_WORDS.sub(digits, _SPOKEN.sub(digits, _PER_CENT.sub(per_cent, plain)))


def _spoken(words: str) -> int | None:
    """二十四 is 24; None where the words are no number in the usual order."""
    if words == "百":
        return 100
    whole, digit, least = 0, None, 10**4
    for word in words:
        if word in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[word]
        else:
            power = _TENS[word]
            if power >= least or (digit is None and (word != "十" or whole)):
                return None
            whole, digit, least = whole + (1 if digit is None else digit) * power, None, power
    if digit is not None and whole and least > 10 and "零" not in words and "〇" not in words:
        return None  # 一百二 is 120, or not
    return whole + (digit or 0)


def _sign_before(plain: str) -> tuple[str, str]:
    for length in (2, 1):
        if plain[:length] in _SIGNS and len(plain) > length:
            return _SIGNS[plain[:length]], plain[length:]
    for pattern, sign in _WORDS_BEFORE:
        match = re.match(pattern, plain)
        if match is not None and match.end() < len(plain) and re.match(_FIGURE, plain[match.end() :]):
            return sign, plain[match.end() :]
    return "", plain


def _named(written: str, plain: str) -> Measure | None:
    """A number after the name of what is counted (合格率≥95%) or after what was done (2022年完成12次)."""
    plain = _UNIT_OF_NAME.sub(r"\1\3\2", plain) if _UNIT_OF_NAME.fullmatch(plain) else plain  # 合格率(%)≥98
    begun = _PLAIN_BEFORE.match(plain)
    if begun is not None and begun.end():
        sign, rest = _sign_before(plain[begun.end() :])
        more = "" if sign or not begun[0].endswith(("完成", "达", "达到")) else "="
        said = _figure(written, sign or more, rest)
        if said is not None:
            return said
        plain = re.sub(rf"^{_YEAR_BEFORE}", "", plain)
    plain = _LAST_YEAR.sub("", plain, count=1)
    for end in range(1, min(len(plain), 17)):
        name, (sign, rest) = plain[:end], _sign_before(plain[end:])
        if not _NAME.fullmatch(name):
            return None
        said = _figure(written, sign, rest)
        if said is not None:
            name = name.rstrip(":")
            counted = re.fullmatch(_COUNTED, said.unit) and not _ORDER.search(name)
            known = sign or counted or _QUANTITY.fullmatch(name) or name.startswith("每")
            return replace(said, name=name) if known and not _UNSURE.search(name) else None
    return None


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
    unit_words = _AFTER_RATIO.sub("", match[2])
    for pattern, meant in _WORDS_AFTER:
        after = re.search(rf"(?:{pattern})$", unit_words)
        if after is not None:
            if sign not in ("", "=", meant):
                return None
            sign, unit_words = meant, unit_words[: after.start()]
            break
    more = _MORE.match(unit_words)
    if more is not None:  # 300多人
        if sign not in ("", "=", ">"):
            return None
        sign, unit_words = ">", (more[1] or "") + unit_words[more.end() :]
    unit = _unit(unit_words)
    if number is None or unit is None:
        return None
    name, factor, is_ratio = unit
    if _ABOUT.search(name) or (name.startswith("年") and 1990 <= number <= 2100):
        return None
    return Measure(written, sign, number * factor, None, name, factor, is_ratio, bool(unit_words))


def _unit(words: str) -> tuple[str, Decimal, bool] | None:
    """The unit's base, its factor and whether it is a ratio; None where the words are no unit."""
    if words in _RATIO:
        return "", _RATIO[words], True
    if re.fullmatch(r"/(?:10|100)?[万亿]人?口?", words):
        return words, Decimal(1), False  # 18/10万
    if not _UNIT.fullmatch(words) or _NO_UNIT.match(words):
        return None
    for power in sorted(_POWERS, key=len, reverse=True):
        if words.startswith(power) and (power in ("万", "亿", "百万", "千万") or words[len(power) :] in _MONEY):
            return words[len(power) :], Decimal(_POWERS[power]), False
    return words, Decimal(1), False


# ---- dates ---------------------------------------------------------------------------------------------------

_YEAR = r"(?:(?P<year>(?:19|20)\d{2})(?:年度?|[./-]))?"
_DONE = (
    r"(?:全部|全面|正式)?"
    r"(?:(?:完成|完工|竣工|发布|到位|验收|兑付|上线|实施|建成|交付|通过|支付|拨付|发放)(?:验收|交付)?(?:完毕)?)?"
)
_NOT_DONE = re.compile(r"未|没|不|预计|计划|拟|将|约|尚|暂|开工|启动|开始|上年|去年|[≥>≧⩾]")
_DATE = re.compile(
    rf"(?P<words>\D{{0,8}}?){_YEAR}(?P<month>1[0-2]|0?[1-9])(?:月份?|[./-]|(?=$))"
    r"(?:(?P<day>3[01]|[12]\d|0?[1-9])[日号]?)?"
    rf"(?P<end>底|末|中旬|上旬|下旬|初)?(?P<before>(?:之|以)?前)?{_DONE}"
)
_YEAR_END = re.compile(
    rf"(?P<words>\D{{0,6}}?)(?:(?P<year>(?:19|20)\d{{2}}))?(?:年度?底|年末|年度?内)(?:之|以)?前?{_DONE}"
)
_PART = re.compile(
    r"(?P<words>\D{0,6}?)(?:(?P<year>(?:19|20)\d{2})年度?)?"
    r"(?:第?(?P<quarter>[一二三四1-4])季度|(?P<half>[上下]半年)|(?<=年)|(?<=年度))"
    rf"(?P<end>底|末|内)?(?P<before>(?:之|以)?前)?{_DONE}"
)
_SPAN = re.compile(r"(?P<from>(?:19|20)\d{2}[年./-]\d{1,2}(?:[月./-](?:\d{1,2}日?)?)?)(?:[-~～—–至到]+)(?P<to>.+)")


def _deadline(plain: str) -> Deadline | None:
    if _NOT_DONE.search(plain):
        return None
    plain = re.sub(r"^(?:[=＝]|≤|<=|不晚于|不迟于|于)+", "", plain)
    whole = _one_day(plain)
    span = _SPAN.fullmatch(plain)
    if whole is not None or span is None:
        return whole
    if re.match(r"(?:19|20)\d{2}\D", span["to"]):
        return _one_day(span["to"], in_span=True)
    return _one_day(f"{span['from'][:4]}.{span['to']}", in_span=True)


def _one_day(plain: str, *, in_span: bool = False) -> Deadline | None:
    """A day, a month, a quarter or a year; 2021.12 alone may as well be a number."""
    match = _DATE.fullmatch(plain)
    if match is not None and ("月" in plain or (match["year"] and (match["day"] or in_span))):
        return _day_of(match)
    match = _YEAR_END.fullmatch(plain)
    if match is not None:
        year = int(match["year"]) if match["year"] else None
        day = date(year or 1, 12, 31)
        return Deadline(day, day, year, date(year or 1, 1, 1))
    match = _PART.fullmatch(plain)
    return None if match is None else _part_of_year(match)


def _part_of_year(match: re.Match[str]) -> Deadline | None:
    """2022年第四季度, 上半年, 2022年."""
    year = int(match["year"]) if match["year"] else None
    first, last = 1, 12
    if match["quarter"]:
        quarter = "一二三四".find(match["quarter"]) + 1 or int(match["quarter"])
        first, last = 3 * quarter - 2, 3 * quarter
    elif match["half"]:
        first, last = (1, 6) if match["half"] == "上半年" else (7, 12)
    elif year is None:
        return None
    begins = date(year or 1, first, 1)
    ends = date(year or 1, last, calendar.monthrange(year or 2000, last)[1])
    return Deadline(_before(begins) if match["before"] and not match["end"] else ends, ends, year, begins)


def _day_of(match: re.Match[str]) -> Deadline | None:
    year = int(match["year"]) if match["year"] else None
    month = int(match["month"])
    last = calendar.monthrange(year or 2000, month)[1]
    days = {"初": 10, "上旬": 10, "中旬": 20}
    day = int(match["day"]) if match["day"] else days.get(match["end"] or "", last)
    if day > last or (year is None and month == 2 and day == 29 and match["day"]):
        return None
    if year is None and (month, day) == (2, 29):
        day = 28
    latest = date(year or 1, month, day)
    begins = latest if match["day"] else date(year or 1, month, 1)
    if match["before"] and not match["day"] and not match["end"]:  # 9月前: before it begins, or before it ends
        return Deadline(_before(begins), latest, year, begins)
    return Deadline(latest, latest, year, begins)


def _before(begins: date) -> date:
    return date.fromordinal(max(begins.toordinal() - 1, 1))
