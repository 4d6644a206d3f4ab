"""The score that follows from a target and a result by the published rules, or the band that people choose from.

People judge: a suggestion never replaces a typed score.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from selfeval_xl.cells import Value, half_width, plain, round_half_up
from selfeval_xl.measures import Deadline, Measure, read_measure
from selfeval_xl.rules import AT_MOST_LINEAR, Rules
from selfeval_xl.scoring import Answer, answered, weight_of

# Why nothing follows: what the reviewer would ask for is not the same for each.
UNITS_DIFFER = "units_differ"
NO_NUMBER = "no_number"  # a word where the target states a number or a date
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


def suggest(target: str | None, actual: str | None, weight: Decimal, rules: Rules) -> Suggestion | None:
    """The points that a result earns, not above the weight and not below 0, two decimals; None while one is blank.

    Source: the provincial system's rules for each sign; the formula beyond a ≤ target is the profile's.
    """
    aim, result = read_measure(target), read_measure(actual)
    if aim is None or result is None:
        return None
    if aim.deadline is not None:
        return _by_deadline(aim.deadline, result, weight)
    if aim.is_words:
        return _by_words(aim, result, weight, rules)
    if result.number is None:
        return Suggestion(None, "实际完成值没有写明数字，请按实际情况打分", open=NO_NUMBER)
    number = _in_the_same_unit(aim, result)
    if isinstance(number, str):
        return Suggestion(None, number, open=UNITS_DIFFER)
    if aim.upper is not None:
        return _by_range(aim, result, number, weight)
    if result.upper is not None:
        return Suggestion(None, "实际完成值是一个范围，请写明数字", open=NO_NUMBER)
    return _by_sign(aim, number, weight, rules)


def suggestion_answer(target: str | None, actual: str | None, weight: Value, rules: Rules) -> Answer:
    """What the cell of the suggested score shows: points, the band of a target in words, or why nothing follows.

    Target and result are taken as written: 50% is not the bare number 0.5.
    """

    def question() -> Answer:
        if target is None or actual is None:
            return None
        said = suggest(target, actual, weight_of(weight), rules)
        return None if said is None else said.why if said.score is None else said.score

    return answered(question)


# ---- numbers -------------------------------------------------------------------------------------------------


def _by_sign(aim: Measure, number: Decimal, weight: Decimal, rules: Rules) -> Suggestion:
    goal = aim.number or Decimal(0)
    share = _share(aim.sign, goal, number, rules)
    if share is None:
        return Suggestion(None, "指标值不大于 0，未完成时得分由人工判断", open=UNDECIDED)
    score = round_half_up(min(max(share, Decimal(0)), Decimal(1)) * weight, rules.score_places)
    return Suggestion(score)


def _share(sign: str, goal: Decimal, number: Decimal, rules: Rules) -> Decimal | None:
    """The share of the weight that is earned; None where the rules say nothing."""
    if number < 0:
        return Decimal(0)
    if sign in ("≤", "<"):
        return _share_at_most(goal, number, rules)
    if sign not in (">", "≥") and goal == 0:
        return Decimal(number <= 0)
    if number >= goal:
        return Decimal(1)
    return number / goal if goal > 0 else None


def _share_at_most(goal: Decimal, number: Decimal, rules: Rules) -> Decimal:
    """Beyond the limit: A/B, or 1 less the relative excess, by the profile."""
    if number <= goal:
        return Decimal(1)
    if goal <= 0:
        return Decimal(0)
    return 1 - (number - goal) / goal if rules.at_most == AT_MOST_LINEAR else goal / number


def _by_range(aim: Measure, result: Measure, number: Decimal, weight: Decimal) -> Suggestion:
    low, high = aim.number or Decimal(0), aim.upper or Decimal(0)
    last = number if result.upper is None or result.number is None else number / result.number * result.upper
    if low <= number <= last <= high:
        return Suggestion(weight)
    return Suggestion(None, "实际完成值不在指标值的范围内，得分由人工判断", open=UNDECIDED)


_BRACKETS = re.compile(r"[()（）\[\]]")


def _in_the_same_unit(aim: Measure, result: Measure) -> Decimal | str:
    """The result's number in the base of the target, or a sentence where that is not safe."""
    number = result.number if result.number is not None else Decimal(0)
    goal = aim.number if aim.number is not None else Decimal(0)
    if aim.has_unit and not result.has_unit:
        if aim.is_ratio:
            return number if abs(number) <= 1 < 1 / aim.factor and goal > Decimal("0.02") else number * aim.factor
        return number * aim.factor
    if result.has_unit and not aim.has_unit:
        if result.is_ratio:
            return number if goal <= 1 else number / result.factor
        return number if result.factor == 1 else f"指标值没有写单位，实际完成值以“{_unit_of(result)}”计，请统一单位"
    if aim.is_ratio != result.is_ratio or _bare(aim.unit) != _bare(result.unit):
        return f"指标值与实际完成值的单位不同（{_unit_of(aim)}、{_unit_of(result)}），请统一单位"
    return number


def _bare(unit: str) -> str:
    return _BRACKETS.sub("", unit)


def _unit_of(measure: Measure) -> str:
    words = re.sub(r"[\d\s.,≥≤><=]+", "", half_width(measure.written))
    return words or "无单位"


# ---- dates ---------------------------------------------------------------------------------------------------


def _by_deadline(deadline: Deadline, result: Measure, weight: Decimal) -> Suggestion:
    """On time is full; how much a delay costs no rule says."""
    if result.deadline is None:
        return Suggestion(None, "指标值是完成时间，实际完成值没有写明日期，请按实际情况打分", open=NO_NUMBER)
    done = result.deadline
    year = deadline.year or done.year or 1
    surely, day = deadline.surely, deadline.day
    if deadline.year is None:
        surely, day = surely.replace(year=year), day.replace(year=year)
    finished = done.day if done.year is not None else done.day.replace(year=year)
    if finished <= surely:
        return Suggestion(weight)
    if finished <= day:
        return Suggestion(None, "是否按期要看截止日的含义，得分由人工判断", open=UNDECIDED)
    return Suggestion(None, "晚于指标值规定的时间，扣分由人工判断", open=UNDECIDED)


# ---- words ---------------------------------------------------------------------------------------------------

_FAILED = re.compile(r"未(?!来|成年)|没有|不达标|不合格")
_PARTLY = re.compile(r"部分|基本|大部|较")
_REACHED = re.compile(r"达成|完成|实现|达标|达到|符合|合格|通过")


def _by_words(aim: Measure, result: Measure, weight: Decimal, rules: Rules) -> Suggestion:
    """达成 8–10 of a weight of 10; all bands where the result does not say which."""
    bands = [(name, low * weight, high * weight) for name, low, high in rules.bands]
    told = [f"{name} {_points(low)}–{_points(high)}" for name, low, high in bands]
    which = _which_band(aim, result)
    if which is None:
        return Suggestion(None, "；".join(told))
    _, low, high = bands[which]
    return Suggestion(None, told[which], (low, high))


def _which_band(aim: Measure, result: Measure) -> int | None:
    """0 reached, 1 partly, 2 not; None where the result does not say."""
    said, wanted = _words(result.written), _words(aim.written)
    if said == wanted:
        return 0
    if _FAILED.search(said) and not _FAILED.search(wanted):
        return 2
    if _PARTLY.search(said) and not _PARTLY.search(wanted):
        return 1
    if wanted and wanted in said:
        return 0
    if result.number is not None:
        return 0 if result.is_ratio and result.number == 1 else None
    return 0 if _REACHED.search(said) else None


def _words(text: str) -> str:
    return re.sub(r"[\W_]+", "", half_width(text))


def _points(points: Decimal) -> str:
    text = plain(round_half_up(points, 2))
    return text.rstrip("0").rstrip(".") if "." in text else text
