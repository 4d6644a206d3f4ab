"""The score that follows from a target and a result by the published rules, or the band that people choose from.

People judge: a suggestion never replaces a typed score.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from selfeval_xl.cells import Value, half_width, plain, round_half_up, shorter
from selfeval_xl.profiles import AT_MOST_LINEAR, Profile
from selfeval_xl.scoring.in_cells import Answer, answered, weight_of
from selfeval_xl.scoring.measures import Deadline, Measure, read_measure

# Why nothing follows: what the reviewer would ask for is not the same for each.
UNITS_DIFFER = "units_differ"
NO_NUMBER = "no_number"  # a word where the target states a number or a date
LATE = "late"  # after the day of the target; what a delay costs no rule says
UNDECIDED = "undecided"  # the rules leave it to people


@dataclass(frozen=True)
class Suggestion:
    """A score where the rule decides it; else a sentence: the band of a target in words, or why nothing follows.

    `band` holds the least and the most points of a target in words, as far as the result says which band it is.
    """

    score: Decimal | None
    why: str = ""
    band: tuple[Decimal, Decimal] | None = None
    open: str | None = None


def suggest(target: str | None, actual: str | None, weight: Decimal, profile: Profile) -> Suggestion | None:
    """The points that a result earns, not above the weight and not below 0, two decimals; None while one is blank.

    Source: the provincial system's rules for each sign; the formula beyond a ≤ target is the profile's.
    """
    aim, result = read_measure(target), read_measure(actual)
    if aim is not None and result is not None:
        result = _after_the_name(aim, result)
    if aim is None or result is None:
        return None
    if aim.deadline is not None:
        return _by_deadline(aim.deadline, result, weight, profile)
    if result.deadline is not None and aim.as_day is not None and aim.as_day.deadline is not None:
        return _by_deadline(aim.as_day.deadline, result, weight, profile, f"指标值 {aim.as_day.written}，")
    if aim.is_words:
        return _by_words(aim, result, weight, profile)
    if result.number is None:
        return Suggestion(None, "实际完成值没有写明数字，请按实际情况打分", open=NO_NUMBER)
    return _by_number(aim, result, weight, profile)


def suggestion_answer(target: str | None, actual: str | None, weight: Value, profile: Profile) -> Answer:
    """What the cell of the suggested score shows: points, the band of a target in words, or why nothing follows.

    Target and result are taken as written: 50% is not the bare number 0.5.
    """

    def question() -> Answer:
        if target is None or actual is None:
            return None
        said = suggest(target, actual, weight_of(weight), profile)
        return None if said is None else said.why if said.score is None else said.score

    return answered(question)


def times_the_target(target: str | None, actual: str | None) -> Decimal | None:
    """How many times the target a result is, in one unit; None where either is no number or the unit is in doubt."""
    aim, result = read_measure(target), read_measure(actual)
    if aim is None or result is None or not aim.number or aim.upper is not None:
        return None
    result = _after_the_name(aim, result)
    if result.number is None or result.upper is not None or _not_the_same(aim, result) is not None:
        return None
    readings = {low for low, _ in _readings(aim, result)}
    return readings.pop() / aim.number if len(readings) == 1 else None


# ---- numbers -------------------------------------------------------------------------------------------------

_AT_LEAST, _AT_MOST = ("≥", ">"), ("≤", "<")
_DOUBTFUL_NOTE = re.compile(r"在建|在途|预计|预期|计划|未|约|估|不|待|拟|暂|部分|目标")


def _by_number(aim: Measure, result: Measure, weight: Decimal, profile: Profile) -> Suggestion:
    """The score that every reading of the result gives; nothing where the readings disagree."""
    if _same_words(aim, result) and (aim.upper is not None or aim.sign not in ("", "=")):
        return Suggestion(round_half_up(weight, profile.score_places))  # 18—54周岁, ≥320天: the target repeated
    trouble = _not_the_same(aim, result)
    if trouble is not None:
        return trouble
    if aim.has_unit and result.has_unit and aim.factor != result.factor and _is_far_off(aim, result):
        told = f"数值相差悬殊，单位（{_unit_of(aim)}、{_unit_of(result)}）可能写错，请核对"
        return Suggestion(None, told, open=UNITS_DIFFER)
    scores = {_score(aim, low, high, result, weight, profile) for low, high in _readings(aim, result)}
    if len(scores) == 1:
        score = scores.pop()
        return Suggestion(score) if isinstance(score, Decimal) else score
    return Suggestion(None, _unit_missing(aim, result), open=UNITS_DIFFER)


_SURELY_WRONG = 1000


def _is_far_off(aim: Measure, result: Measure) -> bool:
    """Whether one is so many times the other that 元 was meant for 万元: 115.64元 for ≥118万元."""
    goal, number = abs(aim.number or Decimal(0)), abs(result.number or Decimal(0))
    return bool(goal and number) and max(goal, number) > _SURELY_WRONG * min(goal, number)


def _after_the_name(aim: Measure, result: Measure) -> Measure:
    """带动农户132户 for 带动农户≥120户: the number after the target's own name."""
    said = _tight(result.written)
    if not aim.name or result.name or result.deadline is not None or not said.startswith(aim.name):
        return result
    after = read_measure(said.removeprefix(aim.name).lstrip(":"))
    return result if after is None or after.number is None or after.name else replace(after, name=aim.name)


def _same_words(aim: Measure, result: Measure) -> bool:
    return _tight(aim.written) == _tight(result.written)


def _tight(text: str) -> str:
    return re.sub(r"[\s。;；]+", "", re.sub(r"[~～—–至到]+", "-", half_width(text)))


def _not_the_same(aim: Measure, result: Measure) -> Suggestion | None:
    """What keeps the two from being compared: another unit, another quantity, a remark."""
    if aim.has_unit and result.has_unit and (aim.is_ratio != result.is_ratio or _factor(aim, result) is None):
        told = f"指标值与实际完成值的单位不同（{_unit_of(aim)}、{_unit_of(result)}），请统一单位"
        return Suggestion(None, told, open=UNITS_DIFFER)
    if (
        aim.name != result.name
        and not _same_average(aim, result)
        and (_EACH.search(aim.name) or (result.name and not _goes_without_saying(aim, result)))
    ):
        return Suggestion(None, "指标值与实际完成值说的不是同一个量，得分由人工判断", open=UNDECIDED)
    if (aim.note and aim.note != result.note) or _DOUBTFUL_NOTE.search(result.note):
        return Suggestion(None, "括号中的说明可能影响得分，由人工判断", open=UNDECIDED)
    return None


_EACH = re.compile(r"每|均|各|分别|单")
_TO_BE_REACHED = re.compile(r"(?:完成|达标|合格|验收合格|覆盖|到位|及时|满意)率|满意度")


def _same_average(aim: Measure, result: Measure) -> bool:
    """Whether the result repeats an average without its name: 89元 for 人均89元 is no total."""
    return "均" in aim.name and not result.name and aim.number == result.number


def _goes_without_saying(aim: Measure, result: Measure) -> bool:
    """Whether the result only adds the name of a rate that is to be high: 合格率97% for ≥95%."""
    return not aim.name and aim.is_ratio and aim.sign not in _AT_MOST and bool(_TO_BE_REACHED.fullmatch(result.name))


def _score(
    aim: Measure, low: Decimal, high: Decimal, result: Measure, weight: Decimal, profile: Profile
) -> Decimal | Suggestion:
    """The points of a result from `low` to `high`, which are one number unless the result is a range."""
    if aim.upper is not None:
        return _score_in_range(aim, low, high, result, weight, profile)
    goal = aim.number or Decimal(0)
    if low != high or result.sign in (*_AT_LEAST, *_AT_MOST):
        return _score_of_bound(aim, low, high, result, weight, profile)
    if aim.sign in _AT_MOST or goal < 0:
        if low < 0 or goal < 0:
            return Suggestion(None, "数值为负，得分由人工判断", open=UNDECIDED)
    elif low < 0 and _FALLS.search(aim.name):
        return Suggestion(None, "降幅写成负数，得分由人工判断", open=UNDECIDED)
    if low != goal and _RANK.fullmatch(aim.unit):
        return Suggestion(None, "等级高低的顺序没有写明，得分由人工判断", open=UNDECIDED)
    if low != goal and _less_may_be_better(aim):
        return Suggestion(None, "指标值没有写≥或≤，高好还是低好由人工判断", open=UNDECIDED)
    share = _share(aim.sign, goal, low, profile)
    return round_half_up(min(max(share, Decimal(0)), Decimal(1)) * weight, profile.score_places)


def _share(sign: str, goal: Decimal, number: Decimal, profile: Profile) -> Decimal:
    """The share of the weight that is earned towards a target that is not negative."""
    if number < 0:
        return Decimal(0)
    if sign in _AT_MOST:
        return _share_at_most(goal, number, profile)
    if sign not in _AT_LEAST and goal == 0:
        return Decimal(number <= 0)
    return Decimal(1) if number >= goal else number / goal


def _share_at_most(goal: Decimal, number: Decimal, profile: Profile) -> Decimal:
    """Beyond the limit: A/B, or 1 less the relative excess, by the profile."""
    if number <= goal:
        return Decimal(1)
    if goal <= 0:
        return Decimal(0)
    return 1 - (number - goal) / goal if profile.at_most == AT_MOST_LINEAR else goal / number


def _score_of_bound(
    aim: Measure, low: Decimal, high: Decimal, result: Measure, weight: Decimal, profile: Profile
) -> Decimal | Suggestion:
    """100%以上, 20-25人: full where all that it can mean reaches the target, else nothing."""
    goal = aim.number or Decimal(0)
    at_least = result.sign not in _AT_MOST and low >= goal
    at_most = result.sign not in _AT_LEAST and high <= goal and low >= 0
    if (at_most if aim.sign in _AT_MOST else at_least and not _less_may_be_better(aim)) and goal >= 0:
        return round_half_up(weight, profile.score_places)
    words = "实际完成值是一个范围，请写明数字" if low != high else "实际完成值只写了界限，请写明数字"
    return Suggestion(None, words, open=NO_NUMBER)


def _score_in_range(
    aim: Measure, low: Decimal, high: Decimal, result: Measure, weight: Decimal, profile: Profile
) -> Decimal | Suggestion:
    ends = aim.number or Decimal(0), aim.upper or Decimal(0)
    if result.sign in ("", "=") and (ends[0] <= low == high <= ends[1] or ends == (low, high)):
        return round_half_up(weight, profile.score_places)
    return Suggestion(None, "实际完成值不在指标值的范围内，得分由人工判断", open=UNDECIDED)


_RISES = re.compile(r"增|提|升|节约|压减")
_FALLS = re.compile(r"降|减少")
_MONEY = ("元", "美元", "欧元")
_TIMES = ("毫秒", "秒", "分钟", "小时", "天", "工作日", "月", "年")
_RANK = re.compile(r"\w{0,2}[级类等]别?")
_INCIDENTS = ("起", "例", "宗")
_MOSTLY = Decimal("0.5")  # a share of at least this is one to be reached: 合格率95%, but 损耗率5%


def _less_may_be_better(aim: Measure) -> bool:
    """Whether a target without a sign may be a limit: 50万元, 24小时, 2起, 5%."""
    if aim.sign or not aim.number or _RISES.search(aim.name) or _FALLS.search(aim.name):
        return False
    if aim.is_ratio:
        return aim.number < _MOSTLY
    unit = _parts(aim.unit)[0]
    return unit in (*_MONEY, *_INCIDENTS, *_TIMES)


# ---- units ---------------------------------------------------------------------------------------------------

# Other names of a unit; a counting word is never another's name (人 and 人次, 户 and 人, 台 and 辆 stay apart).
_NAMES = {
    "千米": "公里", "km": "公里", "m": "米", "cm": "厘米", "mm": "毫米", "kg": "公斤", "千克": "公斤", "t": "吨",
    "g": "克", "m²": "平方米", "平米": "平方米", "平方": "平方米", "km²": "平方公里", "平方千米": "平方公里",
    "m³": "立方米", "立方": "立方米", "l": "升", "日": "天", "个小时": "小时", "h": "小时", "个工作日": "工作日",
    "ms": "毫秒", "个月": "月", "周年": "年", "名": "人", "位": "人", "场": "次", "场次": "次", "人/次": "人次",
    "台/套": "台套", "个百分点": "百分点", "元人民币": "元", "人民币元": "元", "个学时": "学时", "个课时": "课时",
}  # fmt: skip
# The first of its kind, and how many of it one is. 天 is not 24小时: two days of training are not 48 hours.
_BASES = {
    "公里": ("毫米", 10**6), "米": ("毫米", 1000), "厘米": ("毫米", 10), "吨": ("克", 10**6), "公斤": ("克", 1000),
    "斤": ("克", 500), "平方米": ("三分之一平方米", 3), "亩": ("三分之一平方米", 2000), "年": ("月", 12),
    "公顷": ("三分之一平方米", 30000), "平方公里": ("三分之一平方米", 3 * 10**6), "秒": ("毫秒", 1000),
    "分钟": ("毫秒", 60 * 1000), "小时": ("毫秒", 3600 * 1000),
}  # fmt: skip
# Things one counts by 个 as well; two different ones of them (家 and 项) stay apart.
_PIECES = frozenset("家所座处项件套台只条份篇幢栋间门款部支")
_PER = re.compile(r"[/*·•．.×∙・每]+")
_GLUED = re.compile(r"^(人|生|户|名)(月|天|日|年|学期|周)$")
_BRACKETS = re.compile(r"[()（）\[\]]")


def _parts(unit: str) -> tuple[str, ...]:
    """A unit and what it is counted per, each by its first name: 元, 人, 月 of 元/人*月."""
    bare = _BRACKETS.sub("", unit).casefold()
    first, *rest = _PER.split(_NAMES.get(bare, bare))
    per = [piece for part in rest for piece in (_GLUED.sub(r"\1 \2", part)).split()]
    return _NAMES.get(first, first), *sorted(_NAMES.get(piece, piece) for piece in per)


def _factor(aim: Measure, result: Measure) -> Decimal | None:
    """What turns the result's unit into the target's; None where that is not safe."""
    if aim.unit == result.unit or (not aim.is_ratio and "" in (aim.unit, result.unit)):
        return Decimal(1)
    ours, theirs = _THING.sub(r"\1", aim.unit), _THING.sub(r"\1", result.unit)
    if ours != aim.unit and theirs != result.unit:  # 个村 and 个班
        ours, theirs = aim.unit, result.unit
    pairs = ((_parts(our), _parts(their)) for our in _either(ours) for their in _either(theirs))
    return next((factor for pair in pairs if (factor := _factor_of(*pair)) is not None), None)


# 名 of 名学生, 个 of 个村; 人次, 台班 and 个百分点 are units of their own.
_THING = re.compile(
    r"([名位个家所座处项件套台只条份篇幢栋间部支辆场期])"
    r"(?:[村县乡镇站园校厂]|(?:(?![次月天日时分点班左右上下前后内外多余未没不在待正拟已完共约计])[^\W\d]){2,8})$"
)
_ONE_OR_OTHER = re.compile(r"(\w)[(（](\w)[)）]")


def _either(unit: str) -> tuple[str, ...]:
    """台(套) is 台套, 台 or 套; 人(次) is 人次."""
    match = _ONE_OR_OTHER.fullmatch(unit)
    if match is None or match[2] == "次":
        return (unit,)
    return unit, match[1], match[2]


def _factor_of(ours: tuple[str, ...], theirs: tuple[str, ...]) -> Decimal | None:
    (unit, *per), (other, *per_other) = ours, theirs
    if per != per_other and not ({*per, *per_other} == {"年"} and not (per and per_other)):  # the form is of one year
        return None
    if unit == other or (unit == "个" and other in _PIECES) or (other == "个" and unit in _PIECES):
        return Decimal(1)
    base, size = _BASES.get(unit, (unit, 1))
    other_base, other_size = _BASES.get(other, (other, 1))
    return Decimal(other_size) / Decimal(size) if base == other_base else None


_FAR = 20  # times the target: a bare number beyond this may be in the smaller unit
_TINY = Decimal("0.005")  # of the target: a bare number below this may be in 万
_TEN_THOUSAND = Decimal(10**4)


def _readings(aim: Measure, result: Measure) -> Iterator[tuple[Decimal, Decimal]]:
    """Both ends of the result in the base of the target, once for each unit that it may be in."""
    low = result.number if result.number is not None else Decimal(0)
    high = low if result.upper is None else result.upper
    for factor in _factors(aim, result, low):
        yield low * factor, high * factor


def _factors(aim: Measure, result: Measure, number: Decimal) -> Iterator[Decimal]:
    goal = aim.number if aim.number is not None else Decimal(0)
    if aim.has_unit and result.has_unit:
        yield _factor(aim, result) or Decimal(1)
    elif aim.is_ratio:
        yield from _factors_to_share(aim, goal, number)
    elif result.is_ratio:
        if goal > 1:
            yield 1 / result.factor
        if goal <= 10:
            yield Decimal(1)
        if goal <= 1 and number / result.factor < 50 * goal:
            yield 1 / result.factor
    elif result.has_unit and result.factor != 1:
        yield Decimal(1)
        yield 1 / result.factor
    else:
        yield from _factors_of_bare(aim, goal, number)


def _factors_to_share(aim: Measure, goal: Decimal, number: Decimal) -> Iterator[Decimal]:
    """A bare number for a percentage: 98 is 98%, 0.98 is 98%; 0.9 for ≤5% may be 0.9% or 90%."""
    if number >= 2 or number < 0:
        if goal >= 1 and number <= 3 * goal:  # 2.1 for ≥200%
            yield Decimal(1)
        yield aim.factor
        return
    as_fraction = number <= 100 * goal and (number <= 1 or goal >= _MOSTLY)
    if as_fraction:
        yield Decimal(1)
    if number > 1 or goal < _MOSTLY or aim.sign in _AT_MOST or not as_fraction:
        yield aim.factor


def _factors_of_bare(aim: Measure, goal: Decimal, number: Decimal) -> Iterator[Decimal]:
    """A bare number is in the target's unit; far from the target it may be in 元 for 万元, or a share for points."""
    own = aim.factor if aim.has_unit else Decimal(1)
    yield own
    if goal <= 0 or number <= 0:
        return
    times = number * own / goal
    if own >= _TEN_THOUSAND and times > _FAR:
        yield Decimal(1)
    elif own == 1 and _TEN_THOUSAND / _FAR < times < _TEN_THOUSAND * _FAR and (not aim.has_unit or aim.unit in _MONEY):
        yield 1 / _TEN_THOUSAND
    if times < _TINY and goal >= 1000:
        yield own * _TEN_THOUSAND
    if not aim.has_unit:
        if (number <= 1 and 50 <= goal <= 100) or (number < 1 and 10 <= goal <= 100):
            yield Decimal(100)
        if goal < 1 < number <= 100:
            yield Decimal("0.01")


def _unit_missing(aim: Measure, result: Measure) -> str:
    if result.has_unit:
        return f"指标值没有写单位，实际完成值以“{_unit_of(result)}”计，请统一单位"
    if aim.has_unit:
        return f"实际完成值没有写单位，是否以“{_unit_of(aim)}”计不明确，请统一单位"
    return "指标值与实际完成值都没有写单位，数值相差悬殊，请统一单位"


_POWERS = {10**2: "百", 10**3: "千", 10**4: "万", 10**6: "百万", 10**7: "千万", 10**8: "亿"}


def _unit_of(measure: Measure) -> str:
    """The unit as it is written: 万元, %, 元/人·月."""
    if measure.is_ratio:
        return "‰" if measure.factor == Decimal("0.001") else "%"
    return shorter(_POWERS.get(int(measure.factor), "") + measure.unit, 8) or "无单位"


# ---- dates ---------------------------------------------------------------------------------------------------


_FILLED_IN_UNTIL = 4  # forms of a year are filled in until April of the next


def _by_deadline(deadline: Deadline, result: Measure, weight: Decimal, profile: Profile, said: str = "") -> Suggestion:
    """On time is full; how much a delay costs no rule says.

    A bare number that Excel made of a day is that day; `said` names it, for nobody sees a day in 45981.
    """
    if result.deadline is None and result.as_day is not None:
        result = result.as_day
        said = f"实际完成值 {result.written}，"
    if result.deadline is None:
        return Suggestion(None, "实际完成值没有写明日期，确已按期完成的可得满分", open=NO_NUMBER)
    done = result.deadline
    year = deadline.year or done.year or 1
    surely, day = (_in_year(moment, deadline.year, year) for moment in (deadline.surely, deadline.day))
    first, last = (_in_year(moment, done.year, year) for moment in (done.first or done.day, done.day))
    if None in (deadline.year, done.year) and last.month <= _FILLED_IN_UNTIL < day.month:
        return Suggestion(None, f"{said}没有写明年份，是否按期由人工判断", open=UNDECIDED)
    if deadline.year is not None and done.year is not None and done.year < deadline.year:
        return Suggestion(None, f"{said}完成日期早于指标值的年份，请核对年份", open=UNDECIDED)
    if last <= surely:
        return Suggestion(round_half_up(weight, profile.score_places))
    if first <= day:
        return Suggestion(None, f"{said}是否按期要看截止日的含义，得分由人工判断", open=UNDECIDED)
    return Suggestion(None, f"{said}晚于指标值规定的时间，扣分由人工判断", open=LATE)


def _in_year(moment: date, own: int | None, year: int) -> date:
    """The day with the year of the other side where it has none of its own."""
    return moment if own is not None or moment.year != 1 else moment.replace(year=year)


# ---- words ---------------------------------------------------------------------------------------------------

_DONE = r"(?:达成|达到|完成|实现)"
_AIM = r"(?:了)?(?:年度|年初|预期|预定|既定|设定|绩效|各项)*(?:指标|目标|效果|要求|值)*(?:要求|值)?"
_EFFECT = r"(?:并|且)?(?:具有|有|取得)?(?:了)?一定(?:的)?(?:效果|成效)"
_REACHED = re.compile(rf"(?:已经?|全部|完全|均|全面|按期|如期|圆满|顺利)*(?:{_DONE}{_AIM}|达标)")
_PARTLY = re.compile(rf"部分{_DONE}{_AIM}(?:{_EFFECT})?")
_FAILED = re.compile(rf"(?:未|没有|未能){_DONE}{_AIM}(?:(?:并|且)?(?:效果|成效)(?:较|很)?差)?")
_NEGATED = r"(?:未能|尚未|没有|未|没|不)"
_WEAKENED = re.compile(
    r"[未没不无难尚欠较略稍待拟将非差低弱少慢滞缺争需应须要望可能会利助若促]|部分|基本|有所|一定|预计|计划|延|大致|初步|逐步|正在|努力|争取"
)


def _by_words(aim: Measure, result: Measure, weight: Decimal, profile: Profile) -> Suggestion:
    """达成 8–10 of a weight of 10; all bands where the result does not say which."""
    bands = [(name, low * weight, high * weight) for name, low, high in profile.bands]
    told = [f"{name} {_points(low)}–{_points(high)}" for name, low, high in bands]
    which = _which_band(aim, result)
    if which is None:
        return Suggestion(None, "；".join(told))
    _, low, high = bands[which]
    return Suggestion(None, told[which], (low, high))


def _which_band(aim: Measure, result: Measure) -> int | None:
    """0 reached, 1 partly, 2 not; None where the result does not say.

    基本 and 较 do not say it: one version of the notes counts 基本达成 to the first band, others to the second.
    """
    said, wanted = _words(result.written), _words(aim.written)
    if (wanted and said == wanted) or _REACHED.fullmatch(said):
        return 0
    if _PARTLY.fullmatch(said):
        return 1
    if _FAILED.fullmatch(said):
        return 2
    if re.search(r"\d", wanted):
        return None  # a target with numbers that were not understood
    if result.number is not None:
        return 0 if result.is_ratio and result.number == 1 and result.sign in ("", "=") and not result.name else None
    if not wanted or re.search(r"\d", said):
        return None
    if said == f"部分{wanted}":
        return 1
    if re.fullmatch(_NEGATED + re.escape(wanted), said):
        return 2
    if len(wanted) > 1 and said.endswith(wanted):
        before = said.removesuffix(wanted)
        return 0 if len(before) <= 12 and not _WEAKENED.search(before) else None
    return None


def _words(text: str) -> str:
    return re.sub(r"[\W_]+", "", half_width(text))


def _points(points: Decimal) -> str:
    text = plain(round_half_up(points, 2))
    return text.rstrip("0").rstrip(".") if "." in text else text
