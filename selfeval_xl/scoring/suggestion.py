"""The score that follows from a target and an actual value by the published rules, or the band people choose from.

People judge: a suggestion never replaces a typed score.
"""

import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import Enum, auto
from functools import lru_cache

from selfeval_xl.cells import half_width, plain, round_half_up
from selfeval_xl.dates import Deadline
from selfeval_xl.patterns import expression
from selfeval_xl.profiles import AT_MOST_LINEAR, Profile
from selfeval_xl.scoring.answers import answered, is_among_the_first, is_enough_in_the_year, is_without_per
from selfeval_xl.scoring.bands import which_band
from selfeval_xl.scoring.direction import UNNAMED, Direction, Named, direction, is_by_how_much_less, is_of_time, said_by
from selfeval_xl.scoring.measures import AT_LEAST, AT_MOST, Measure, read_measure
from selfeval_xl.scoring.readings import MOSTLY, readings
from selfeval_xl.units import INCIDENTS, MONEY, THINGS, TIMES, conversion, first_name, is_rank


class Undecided(Enum):
    """Why nothing follows: what the reviewer would ask for is not the same for each."""

    UNITS_DIFFER = auto()
    NO_NUMBER = auto()  # a word where the target states a number or a date
    LATE = auto()  # after the day of the target; what a delay costs no rule says
    OUTSIDE_RANGE = auto()  # not within the two ends of the target; what that costs no rule says
    BY_PEOPLE = auto()  # the rules leave it to people


@dataclass(frozen=True)
class Suggestion:
    """A score where the rule decides it; else a sentence: the band of a target in words, or why nothing follows.

    `band` holds the least and the most points of a target in words, as far as the actual value says which band
    it is; `undecided` is the reason where a target that can be measured decides nothing.
    """

    score: Decimal | None
    why: str = ""
    band: tuple[Decimal, Decimal] | None = None
    undecided: Undecided | None = None


@lru_cache(maxsize=4096)  # several cells and checks ask the same of a row
def suggest(
    target: str | None, actual: str | None, weight: Decimal, profile: Profile, named: Named = UNNAMED
) -> Suggestion | None:
    """The points that an actual value earns, not above the weight and not below 0; None while one is blank.

    What the indicator is called says which way a target without a sign is good.
    Source: the provincial system's rules for each sign; the formula beyond a ≤ target is the profile's.
    """
    pair = _pair(target, actual, named)
    return None if pair is None else _suggestion(*pair, weight, profile)


def times_the_target(target: str | None, actual: str | None, named: Named = UNNAMED) -> Decimal | None:
    """How many times the target was reached, in one unit; None where either is no number or the unit is in doubt."""
    pair = _pair(target, actual, named)
    return None if pair is None else _times(*pair)


def _times(target: Measure, actual: Measure) -> Decimal | None:
    are_numbers = target.upper is None and actual.upper is None and actual.number is not None
    if not target.number or not are_numbers or _not_the_same(target, actual) is not None:
        return None
    numbers = {low for low, _ in readings(target, actual)}
    return numbers.pop() / target.number if len(numbers) == 1 else None


def _pair(target_text: str | None, actual_text: str | None, named: Named) -> tuple[Measure, Measure] | None:
    """What both say, the actual value as the answer to the target; None while one is blank."""
    target, actual = read_measure(target_text), read_measure(actual_text)
    if target is None or actual is None:
        return None
    actual = _after_the_name(target, actual)
    target = directed(target, named)
    return target, answered(target, replace(actual, sign="") if actual.is_moved_to else actual, named)


_HAPPENED = ("发生", "共发生", "出现", "共出现")  # 发生1起 is 1起


def _after_the_name(target: Measure, actual: Measure) -> Measure:
    """带动农户132户 for 带动农户≥120户: the number after the target's own name."""
    if actual.name in _HAPPENED and not target.name:
        return replace(actual, name="")
    text = _tight(actual.written)
    is_read = actual.name or actual.is_moved_to or actual.deadline is not None
    if not target.name or is_read or not text.startswith(target.name):
        return actual
    after = read_measure(text.removeprefix(target.name).lstrip(":"))
    return actual if after is None or after.number is None or after.name else replace(after, name=target.name)


_A_YEAR = 366  # days


def _suggestion(target: Measure, actual: Measure, weight: Decimal, profile: Profile) -> Suggestion:
    if target.deadline is not None:
        return _by_deadline(target.deadline, actual, weight, profile)
    if actual.deadline is not None and target.as_day is not None and target.as_day.deadline is not None:
        return _by_deadline(target.as_day.deadline, actual, weight, profile, f"指标值 {target.as_day.written}，")
    if target.is_words and is_among_the_first(target.written, actual.written):
        return _full(weight, profile)
    if target.is_words:
        return _by_words(target, actual, weight, profile)
    if actual.number is None:
        return _undecided("实际完成值没有写明数字，请按实际情况打分", Undecided.NO_NUMBER)
    suggested = _by_number(target, actual, weight, profile)
    target_day, actual_day = _days(target, actual)
    if target_day is not None and actual_day is not None:
        as_days = _suggestion(target_day, actual_day, weight, profile)
        if as_days.score != suggested.score:
            return _undecided("数字也可能是日期，得分由人工判断", Undecided.BY_PEOPLE)
    return suggested


def _days(target: Measure, actual: Measure) -> tuple[Measure | None, Measure | None]:
    """Two bare numbers as the days that they may stand for: 12.31 and 12.5, or 44926 and 44900, within a year."""
    if target.number is None or actual.number is None or not (target.is_bare and actual.is_bare):
        return None, None
    if target.like_day is None and abs(target.number - actual.number) < _A_YEAR:
        return target.as_day, actual.as_day
    return target.like_day, actual.like_a_day_too


def _full(weight: Decimal, profile: Profile) -> Suggestion:
    return _earned(Decimal(1), weight, profile)


def _earned(share: Decimal, weight: Decimal, profile: Profile) -> Suggestion:
    """A share of the weight, in points."""
    return Suggestion(round_half_up(min(max(share, Decimal(0)), Decimal(1)) * weight, profile.score_places))


def _undecided(why: str, undecided: Undecided) -> Suggestion:
    return Suggestion(None, why, undecided=undecided)


# ---- numbers -------------------------------------------------------------------------------------------------

_SURELY_WRONG = 1000  # times: beyond this 元 was meant for 万元


def _by_number(target: Measure, actual: Measure, weight: Decimal, profile: Profile) -> Suggestion:
    """The score that every reading of the actual value gives; nothing where the readings disagree."""
    is_repeated = _tight(target.written) == _tight(actual.written)
    if is_repeated and (target.upper is not None or target.sign not in ("", "=")):
        return _full(weight, profile)  # 18—54周岁, ≥320天
    trouble = _not_the_same(target, actual)
    if trouble is not None:
        return trouble
    if target.has_unit and actual.has_unit and target.factor != actual.factor and _is_far_off(target, actual):
        units = f"{target.whole_unit}、{actual.whole_unit}"
        return _undecided(f"数值相差悬殊，单位（{units}）可能写错，请核对", Undecided.UNITS_DIFFER)
    found = {_score(target, low, high, actual, weight, profile) for low, high in readings(target, actual)}
    return found.pop() if len(found) == 1 else _undecided(_unit_missing(target, actual), Undecided.UNITS_DIFFER)


def _is_far_off(target: Measure, actual: Measure) -> bool:
    """Whether one is so many times the other that 元 was meant for 万元: 115.64元 for ≥118万元."""
    less, more = sorted(abs(measure.number or Decimal(0)) for measure in (target, actual))
    return less > 0 and more > _SURELY_WRONG * less


def _tight(text: str) -> str:
    return re.sub(r"[\s。;；]+", "", re.sub(r"[~～—–至到]+", "-", half_width(text)))


def _unit_missing(target: Measure, actual: Measure) -> str:
    if actual.has_unit:
        return f"指标值没有写单位，实际完成值以“{actual.whole_unit}”计，请统一单位"
    if target.has_unit:
        return f"实际完成值没有写单位，是否以“{target.whole_unit}”计不明确，请统一单位"
    return "指标值与实际完成值都没有写单位，数值相差悬殊，请统一单位"


def _score(
    target: Measure, low: Decimal, high: Decimal, actual: Measure, weight: Decimal, profile: Profile
) -> Suggestion:
    """The points of an actual value from `low` to `high`, which are one number unless it is a range."""
    if target.upper is not None:
        return _score_in_range(target, low, high, actual, weight, profile)
    required = target.number or Decimal(0)
    if low != high or actual.sign in (*AT_LEAST, *AT_MOST):
        return _score_of_bound(target, low, high, actual, weight, profile)
    doubt = _doubt(target, required, low)
    if doubt:
        return _undecided(doubt, Undecided.BY_PEOPLE)
    return _earned(_share(target.sign, required, low, profile), weight, profile)


def _doubt(target: Measure, required: Decimal, number: Decimal) -> str:
    """Why the number cannot be held against the target; "" where it can."""
    if target.sign in AT_MOST or required < 0:
        if number < 0 or required < 0:
            return "数值为负，得分由人工判断"
    elif number < 0 and is_by_how_much_less(target.name):
        return "降幅写成负数，得分由人工判断"
    if number != required and is_rank(target.unit):
        return "等级高低的顺序没有写明，得分由人工判断"
    if number != required and target.is_either_way:
        return "指标值没有写≥或≤，高好还是低好由人工判断"
    return ""


def _share(sign: str, required: Decimal, number: Decimal, profile: Profile) -> Decimal:
    """The share of the weight that is earned towards a target that is not negative."""
    if number < 0:
        return Decimal(0)
    if sign in AT_MOST:
        return _share_at_most(required, number, profile)
    if sign not in AT_LEAST and required == 0:
        return Decimal(number <= 0)
    return Decimal(1) if number >= required else number / required


def _share_at_most(required: Decimal, number: Decimal, profile: Profile) -> Decimal:
    """Beyond the limit: A/B, or 1 less the relative excess, by the profile."""
    if number <= required:
        return Decimal(1)
    if required <= 0:
        return Decimal(0)
    return 1 - (number - required) / required if profile.at_most == AT_MOST_LINEAR else required / number


def _score_of_bound(
    target: Measure, low: Decimal, high: Decimal, actual: Measure, weight: Decimal, profile: Profile
) -> Suggestion:
    """100%以上, 20-25人: full where all that it can mean reaches the target, else nothing."""
    required = target.number or Decimal(0)
    if target.sign in AT_MOST:
        is_reached = actual.sign not in AT_LEAST and low >= 0 and high <= required
    else:
        is_reached = actual.sign not in AT_MOST and low >= required and not target.is_either_way
    if is_reached and required >= 0:
        return _full(weight, profile)
    why = "实际完成值是一个范围，请写明数字" if low != high else "实际完成值只写了界限，请写明数字"
    return _undecided(why, Undecided.NO_NUMBER)


def _score_in_range(
    target: Measure, low: Decimal, high: Decimal, actual: Measure, weight: Decimal, profile: Profile
) -> Suggestion:
    ends = target.number or Decimal(0), target.upper or Decimal(0)
    if actual.sign in ("", "=") and (ends[0] <= low == high <= ends[1] or ends == (low, high)):
        return _full(weight, profile)
    return _undecided("实际完成值不在指标值的范围内，得分由人工判断", Undecided.OUTSIDE_RANGE)


# ---- whether both speak of the same, and whether more of it is better ----------------------------------------

_EACH = expression("每|均|各|分别|单")
_TO_BE_REACHED = expression("(?:完成|达标|合格|验收合格|覆盖|到位|及时|满意)率|满意度")
_DOUBTFUL_NOTE = expression(
    "在建|在途|预计|预期|计划|未|约|估|不|待|拟|暂|部分|目标|去年|取消|延期|逾期|停|闲置|报废|筹备"
)


def _not_the_same(target: Measure, actual: Measure) -> Suggestion | None:
    """What keeps the two from being compared: another unit, another quantity, a remark."""
    if target.has_unit and actual.has_unit:
        is_one_kind = target.is_ratio == actual.is_ratio and conversion(actual.unit, target.unit) is not None
        if not is_one_kind and (is_without_per(target, actual) or is_enough_in_the_year(target, actual)):
            return _undecided("实际完成值没有写明按什么计，得分由人工判断", Undecided.BY_PEOPLE)
        if not is_one_kind:
            units = f"{target.whole_unit}、{actual.whole_unit}"
            return _undecided(f"指标值与实际完成值的单位不同（{units}），请统一单位", Undecided.UNITS_DIFFER)
    if not _is_one_quantity(target, actual):
        return _undecided("指标值与实际完成值说的不是同一个量，得分由人工判断", Undecided.BY_PEOPLE)
    if (target.note and target.note != actual.note) or _DOUBTFUL_NOTE.search(actual.note):
        return _undecided("括号中的说明可能影响得分，由人工判断", Undecided.BY_PEOPLE)
    return None


def _is_one_quantity(target: Measure, actual: Measure) -> bool:
    """Whether both name the same, or what one of them leaves out goes without saying."""
    if actual.is_moved_to and not _is_level(target):
        return False
    if target.name == actual.name:
        return True
    if _EACH.search(target.name):
        return not actual.name and _is_same_average(target, actual)
    is_high_rate = not target.name and target.is_ratio and target.sign not in AT_MOST
    return not actual.name or (is_high_rate and _TO_BE_REACHED.fullmatch(actual.name) is not None)  # 合格率97% for ≥95%


def _is_same_average(target: Measure, actual: Measure) -> bool:
    """Whether an average is repeated without its name: 89元 for 人均89元 is no total, 1次 for 每月1次 may be one."""
    return target.number == actual.number and ("均" in target.name or target.unit in MONEY)


def _is_level(target: Measure) -> bool:
    """Whether the target is where something is to be, and not by how much it is to change: ≤50万元, but not 增长5%."""
    if target.is_moved_to or target.sign in AT_MOST:
        return not is_by_how_much_less(target.name)
    return not target.name and (not target.is_ratio or (target.number or 0) >= MOSTLY)


def directed(target: Measure, named: Named) -> Measure:
    """A target without a sign as the limit that its name or block makes of it, ≥ or ≤; or marked as either way.

    What the target's own words say makes no limit of it (故障5次), but keeps the number from being one to be reached.
    """
    if target.number is None or target.upper is not None or target.sign not in ("", "="):
        return target
    way = _way(target, named)
    if target.sign or way is Direction.OPEN:
        return replace(target, is_either_way=way in (Direction.OPEN, Direction.FALLS) and target.number != 0)
    if way is Direction.SILENT:
        return replace(
            target, is_either_way=_less_may_be_better(target) or (named != UNNAMED and _may_be_either(target))
        )
    if target.number == 0 and way is Direction.RISES:  # none of them is to be, or none is to be had at least
        return target if first_name(target.unit) in ("次", *INCIDENTS) else replace(target, is_either_way=True)
    return replace(target, sign="≤" if way is Direction.FALLS else "≥")


def _way(target: Measure, named: Named) -> Direction:
    """Which way the target is good, by the name of the indicator with the target's own, and by its block."""
    if not target.name and named == UNNAMED:
        return Direction.SILENT
    by_name = said_by(named.level3 + target.name)
    if by_name is not Direction.SILENT and target.sign:
        return by_name
    way = direction(named._replace(level3=named.level3 + target.name))
    is_by_block = way is not by_name
    if is_by_block and way is Direction.FALLS:
        may_be_cost = target.is_bare or _may_be_money(target)
        return Direction.SILENT if target.is_ratio else way if may_be_cost else Direction.OPEN
    if is_by_block and way is Direction.RISES:  # 5座 among 数量指标, but not 50万元 or 空编率5%
        is_of_people = "满意" in named.level2 + named.level1 and target.is_ratio
        return way if is_of_people or first_name(target.unit) in THINGS else Direction.SILENT
    if way is Direction.RISES and _TIME.match(target.unit) and not is_of_time(named.level3 + target.name):
        return Direction.OPEN  # 应急处置: 30分钟到场
    if way is Direction.FALLS:
        is_high_share = target.is_ratio and (target.number or 0) >= MOSTLY  # 投诉率95%: of those that were settled?
        is_only_own = said_by(target.name) is Direction.FALLS and direction(named) is not Direction.FALLS
        return Direction.OPEN if is_high_share or (is_only_own and target.number) else way
    return way


_TIME = expression("个?(?:日|" + "|".join(TIMES) + ")")  # also 分钟到场


def _may_be_either(target: Measure) -> bool:
    """Whether the number could be good either way: all but 100% and none at all."""
    return target.number != 0 and not (target.is_ratio and target.number == 1)


def _less_may_be_better(target: Measure) -> bool:
    """Whether a number may by its unit be a limit: 50万元, 24小时, 2起, 5%."""
    if not target.number:
        return False
    if target.is_ratio:
        return target.number < MOSTLY
    return _may_be_money(target) or first_name(target.unit) in (*INCIDENTS, *TIMES)


def _may_be_money(target: Measure) -> bool:
    """Whether the unit is one of money, or none: 50万元, 20万."""
    return first_name(target.unit) in MONEY or (target.factor > 1 and not target.unit)


# ---- dates ---------------------------------------------------------------------------------------------------

_FILLED_IN_UNTIL = 4  # forms of a year are filled in until April of the next


def _by_deadline(deadline: Deadline, actual: Measure, weight: Decimal, profile: Profile, told: str = "") -> Suggestion:
    """On time is full; how much a delay costs no rule says.

    A bare number that stands for a day is that day; `told` names it, for nobody sees a day in 45981.
    """
    if actual.deadline is None and actual.as_day is not None:
        told = f"实际完成值 {actual.as_day.written}，"
        actual = actual.as_day
    if actual.deadline is None:
        return _undecided("实际完成值没有写明日期，确已按期完成的可得满分", Undecided.NO_NUMBER)
    done = actual.deadline
    year = deadline.year or done.year or 1
    surely, day = (_in_year(moment, deadline.year, year) for moment in (deadline.surely, deadline.day))
    first, last = (_in_year(moment, done.year, year) for moment in (done.first, done.day))
    if None in (deadline.year, done.year) and last.month <= _FILLED_IN_UNTIL < day.month:
        return _undecided(f"{told}没有写明年份，是否按期由人工判断", Undecided.BY_PEOPLE)
    if deadline.year is not None and done.year is not None and done.year < deadline.year:
        return _undecided(f"{told}完成日期早于指标值的年份，请核对年份", Undecided.BY_PEOPLE)
    if deadline.year is None and done.year is not None and first <= day:  # the year of the form is not in the row
        return _undecided(f"{told}指标值没有写明年份，是否按期由人工判断", Undecided.BY_PEOPLE)
    if last <= surely:
        return _full(weight, profile)
    if first <= day:
        return _undecided(f"{told}是否按期要看截止日的含义，得分由人工判断", Undecided.BY_PEOPLE)
    return _undecided(f"{told}晚于指标值规定的时间，扣分由人工判断", Undecided.LATE)


def _in_year(moment: date, own: int | None, year: int) -> date:
    """The day with the year of the other side where it has none of its own."""
    return moment if own is not None or moment.year != 1 else moment.replace(year=year)


# ---- words ---------------------------------------------------------------------------------------------------


def _by_words(target: Measure, actual: Measure, weight: Decimal, profile: Profile) -> Suggestion:
    """达成 8–10 of a weight of 10; all bands where the actual value does not say which."""
    bands = [(name, low * weight, high * weight) for name, low, high in profile.bands]
    told = [f"{name} {_points(low)}–{_points(high)}" for name, low, high in bands]
    which = which_band(target, actual)
    if which is None:
        return Suggestion(None, "；".join(told))
    _, low, high = bands[which]
    return Suggestion(None, told[which], (low, high))


def _points(points: Decimal) -> str:
    text = plain(round_half_up(points, 2))
    return text.rstrip("0").rstrip(".") if "." in text else text
