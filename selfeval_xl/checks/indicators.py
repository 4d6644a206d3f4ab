"""What a reviewer sends back of one indicator."""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from selfeval_xl.cells import Entry, round_half_up, short
from selfeval_xl.checks.base import (
    ADVICE,
    ERROR,
    REVIEW,
    SAVE_CHECKS,
    WARNING,
    Found,
    Row,
    earlier_year,
    is_ditto,
    points,
    quoted,
    row_check,
)
from selfeval_xl.checks.printed import places, points_agree
from selfeval_xl.labels import key
from selfeval_xl.patterns import expression
from selfeval_xl.profiles import AT_MOST_INVERSE, AT_MOST_LINEAR, SYSTEM
from selfeval_xl.scoring.bands import is_below_grade
from selfeval_xl.scoring.direction import Direction, Named, direction, is_to_be_avoided
from selfeval_xl.scoring.measures import AT_LEAST, AT_MOST, Measure, read_measure
from selfeval_xl.scoring.suggestion import Undecided, directed, suggest, times_the_target
from selfeval_xl.units import MONEY, first_name

# ---- what is filled in ---------------------------------------------------------------------------------------


@row_check(WARNING, SAVE_CHECKS)
def target_is_given(row: Row) -> Iterator[Found]:
    """年度指标值要填写。"""
    if row.indicator.target.text is None and row.around.has_column("target"):
        yield _of(row, "target", "年度指标值未填。请填写年初设定的指标值。")


@row_check(WARNING, SAVE_CHECKS)
def indicator_has_a_name(row: Row) -> Iterator[Found]:
    """三级指标要填写名称。"""
    if row.indicator.level3.text is None and row.around.columns is not None and row.around.has_column("level3"):
        yield _of(row, "level3", "三级指标未填。请填写指标名称。")


_OF_LONGER_PROJECTS = expression(r"续建|跨年|延期|延续|顺延|结转|尾款|上年|去年|以前年度|质保")


@row_check(WARNING, REVIEW)
def target_is_due_in_this_year(row: Row) -> Iterator[Found]:
    """指标值的完成时限不能早于本年度；沿用上年的表时要改为本年。"""
    indicator, year = row.indicator, row.around.year
    before = earlier_year(indicator.target, year)
    told = (row.around.told, indicator.level3.written, indicator.actual.written)
    if before is None or row.has_reason or any(map(_OF_LONGER_PROJECTS.search, told)):
        return
    message = f"的完成时限在 {before} 年，本表为 {year} 年度，疑为上年的内容。请改为本年，确属延续的请说明原因。"
    yield _of(row, "target", message, str(year))


@row_check(ERROR, SAVE_CHECKS)
def result_is_given(row: Row) -> Iterator[Found]:
    """实际完成值要填写，不能空着或只填“*”；没有完成、得 0 分的可以填“—”。"""
    if row.has_actual or (row.indicator.score.number == 0 and _is_dash(row.indicator.actual)):
        return
    written = row.indicator.actual.written.strip()
    also = "和得分" if not written and _is_left_blank_with_result(row) else ""
    wrong = f"只填了“{written}”" if written else "未填"
    yield _of(row, "actual", f"实际完成值{also}{wrong}。请填写实际完成情况{also}。")


def _is_left_blank_with_result(row: Row) -> bool:
    """Whether the score is blank as the actual value is."""
    return not row.indicator.actual.written and not row.indicator.score.written and row.around.has_column("score")


def _is_dash(entry: Entry) -> bool:
    return entry.value is None and bool(entry.written.strip())


@row_check(ERROR, SAVE_CHECKS)
def weight_is_a_number(row: Row) -> Iterator[Found]:
    """分值要填数字，不能为负数。"""
    weight, score = row.indicator.weight, row.indicator.score
    if not row.around.has_column("weight"):
        return
    if weight.text is None and score.text is None and row.around.has_column("score"):
        settle = "；只是分列上一项的，在名称前写“其中：”" if row.indicator.level3.text else ""
        yield _of(row, "weight", f"分值和得分未填。请填写{settle}。")
    else:
        yield from _number(row, "weight", "分值", weight)


@row_check(ERROR, SAVE_CHECKS)
def score_is_a_number(row: Row) -> Iterator[Found]:
    """得分要填数字，不能为负数。"""
    weight, score = row.indicator.weight, row.indicator.score
    with_weight = weight.text is None and score.text is None and row.around.has_column("weight")
    if row.around.has_column("score") and not with_weight and not _is_left_blank_with_result(row):
        yield from _number(row, "score", "得分", score)


def _number(row: Row, field: str, name: str, entry: Entry) -> Iterator[Found]:
    if entry.text is None:
        wrong = f"只填了“{entry.written.strip()}”" if entry.written.strip() else "未填"
        yield _of(row, field, f"{name}{wrong}。请填写。")
    elif entry.number is None:
        yield _of(row, field, f"{name}应为数字，现为{quoted(entry.text)}。请改填数字。")
    elif entry.number < 0:
        yield _of(row, field, f"{name}为负数 {points(entry.number)}。请改填不小于 0 的数。")


# ---- the score -----------------------------------------------------------------------------------------------


@row_check(ERROR, SAVE_CHECKS)
def score_is_within_weight(row: Row) -> Iterator[Found]:
    """得分不超过分值。"""
    weight, score = row.indicator.weight.number, row.indicator.score.number
    if weight is not None and score is not None and 0 <= weight < score:
        most, excess = points(weight), points(score - weight)
        message = f"得分 {points(score)} 超过分值 {most}，多 {excess}。请改为不超过 {most}。"
        yield _of(row, "score", message, weight)


@row_check(ERROR, SYSTEM)
def score_follows_from_result(row: Row) -> Iterator[Found]:
    """得分按指标值的符号由实际完成值推算：达到指标值得满分，未达到的按比例计分，保留两位小数。

    高于推算数的为错误；低于推算数而写明了原因的、按另一种算法算的、只取整数的为建议；远超指标值而自行扣分的不提示。
    没有写符号的指标值由指标名称看高好还是低好，得满分的为提醒。
    """
    score, weight, follows = row.indicator.score.number, row.indicator.weight.number, _other_score(row)
    if follows is None or score is None or weight is None or not 0 <= score <= weight or _has_the_wrong_sign(row):
        return
    if score < follows and row.has_reason and (_excess(row) or 0) > (row.profile.far_above_marked or 1):
        return
    why = _why_it_may_differ(row, score, follows)
    if _lacks_a_reason(row) and (score < follows or why is not None):
        return  # what was deducted, and why, is asked for together
    is_open = score == weight and not _has_sign(row)  # full marks may be right where the other way was meant
    level, other, settle = (WARNING, "", "，或核对指标值是否漏写了符号") if is_open else (ERROR, "", "")
    if why is not None:
        level, other, settle = ADVICE, *why
    elif score < follows:
        level, settle = (ADVICE, "，或核对偏差原因是否足以说明") if row.has_reason else (WARNING, "，或说明理由")
    elif follows < weight and not row.has_reason and not is_open and _has_place(row):
        settle = "，并写明偏差原因和改进措施"
    is_full = level == ERROR and score == weight
    change = f"请核对完成值，无误的，得分改为 {points(follows)}" if is_full else f"请改为 {points(follows)}"
    message = f"{_differs(row, score, follows)}{other}{change}{settle}。"
    found = _of(row, "score", message, follows, level)
    yield found._replace(basis="at_most") if _is_limit(row) else found


def _other_score(row: Row) -> Decimal | None:
    """The score that follows, where it is not the one that is filled in."""
    weight, follows = row.indicator.weight.number, row.suggested.score if row.suggested is not None else None
    if weight is None or follows is None:
        return None
    if points_agree(row.indicator.score, follows, row.profile.score_places, weight):
        return None
    exact = suggest(*row.said, weight * _FINER, row.profile, row.named)
    unrounded = exact.score / _FINER if exact is not None and exact.score is not None else None
    agrees = points_agree(row.indicator.score, follows, row.profile.score_places, weight, unrounded)
    return None if agrees else follows


_FINER = 10**6  # times the weight, so that the score is known before it is rounded


def _why_it_may_differ(row: Row, score: Decimal, follows: Decimal) -> tuple[str, str] | None:
    """Another way in which offices arrive at the score, and what would settle it."""
    other = _by_the_other_formula(row, score)
    if other is not None:
        return other, "，或改选评分规则"
    is_whole = score == round_half_up(follows, 0) != row.indicator.weight.number
    return ("", "，或统一按整数打分") if is_whole and not places(row.indicator.score.written) else None


def _differs(row: Row, score: Decimal, follows: Decimal) -> str:
    """The score beside the one that follows, as a sentence."""
    target, actual = _as_told(row)
    return (
        f"得分填 {points(score)}，按指标值 {target}、完成值 {actual} 推算为 {points(follows)}，"
        f"{'多' if score > follows else '少'} {points(abs(score - follows))}。"
    )


def _lacks_a_reason(row: Row) -> bool:
    """Whether points were lost without a word, where the form has a place for it."""
    score = row.indicator.score.number
    return (row.lost or 0) > 0 and score is not None and score >= 0 and not row.has_reason and _has_place(row)


def _has_place(row: Row) -> bool:
    return row.around.has_column("reason") and not _EXECUTION.search(key(row.indicator.level3.text or ""))


def _by_the_other_formula(row: Row, score: Decimal) -> str | None:
    """That the score is what another region's formula beyond a ≤ target gives; None where it is not."""
    own, weight = row.profile.at_most, row.indicator.weight.number
    other = AT_MOST_LINEAR if own == AT_MOST_INVERSE else AT_MOST_INVERSE
    if not _is_limit(row) or weight is None:
        return None
    rules = replace(row.profile, at_most=other)
    again = suggest(*row.said, weight, rules, row.named)
    if again is None or again.score != score:
        return None
    return f"填的数是按“{_FORMULAS[other]}”算的，本表的规则按“{_FORMULAS[own]}”算，"


def _has_sign(row: Row) -> bool:
    target, _ = row.measures
    return target is None or target.sign != "" or target.upper is not None


def _is_limit(row: Row) -> bool:
    target, _ = row.measures
    return target is not None and directed(target, row.named).sign in AT_MOST


_FORMULAS = {AT_MOST_INVERSE: "A÷B×分值", AT_MOST_LINEAR: "[1－(B－A)÷A]×分值"}


@row_check(WARNING, "bands")
def words_score_is_within_band(row: Row) -> Iterator[Found]:
    """定性指标按完成情况在对应区间内打分：达成 80%～100%，部分达成 60%～80%，未达成 0～60%。"""
    score, suggested = row.indicator.score.number, row.suggested
    if suggested is None or suggested.band is None or score is None:
        return
    low, high = suggested.band
    if low <= score <= high or score > (row.indicator.weight.number or score) or _lacks_a_reason(row):
        return
    actual = short(row.indicator.actual.text or "")
    settle = "请调整得分，或把完成情况写准确。"
    message = f"得分填 {points(score)}，完成值{quoted(actual)}对应的区间为“{suggested.why} 分”。{settle}"
    yield _of(row, "score", message, f"{points(low)}–{points(high)}")


_DOING = r"(?:完成|达成|达到|实现|开展|实施|验收|建立|建成|投入使用|发放|出台|落实|启动)"
_UNFULFILLED = expression(
    rf"(?:尚未|仍未|未能|未)(?:全部|全面|按时|按期|如期|完全)?{_DOING}|正在(?:建设|建立|推进|实施|开展|编制|制定)"
    r"|(?<![无没不未])滞后|(?:效果|成效|完成情况|质量)?(?:较差|不明显|不理想)"
)
_TOO_LATE = expression(
    r"(?<![无没不未零免])(?<!没有|发生|出现|杜绝|任何|无一)(?P<what>逾期|延期|超期|推迟|延误|超预算|超概算|超支)"
)


_CLAUSES = expression(r"[，。；,;\n]")
_NO_DELAY = expression(r"不|未|无|没|零|免|防|杜绝|下降|减少|降低|压降|清收|收回|条款|批准|同意")


def _is_told_of(clause: str) -> bool:
    """Whether a clause tells of a delay that was: 不存在延期 and 逾期账款全部清收 do not."""
    return _TOO_LATE.search(clause) is not None and _NO_DELAY.search(clause) is None


@row_check(WARNING, "bands")
def unfulfilled_words_lose_points(row: Row) -> Iterator[Found]:
    """定性指标的完成值写明未完成、滞后的，或低于指标值的等次的，不应得满分。"""
    suggested, score, weight = row.suggested, row.indicator.score.number, row.indicator.weight.number
    target, actual = row.measures
    if suggested is None or suggested.band is not None or target is None or actual is None or not target.is_words:
        return
    is_unfulfilled = _UNFULFILLED.search(actual.written) and not is_to_be_avoided(target.written)
    late = next((_TOO_LATE.search(part) for part in _CLAUSES.split(actual.written) if _is_told_of(part)), None)
    is_late = late is not None and late["what"] not in target.written  # 减少逾期
    is_less = is_unfulfilled or is_late or is_below_grade(target.written, actual.written)
    if is_less and score is not None and score == weight:
        message = f"完成值写{quoted(actual.written)}，得分却为满分 {points(score)}。请核对完成情况，或按区间打分。"
        yield _of(row, "score", message)


@row_check(WARNING, SYSTEM)
def delays_need_a_reason(row: Row) -> Iterator[Found]:
    """完成时间晚于年度指标值的，要扣分并说明原因。"""
    if not _is_left_open(row, Undecided.LATE) or row.lost is None or row.lost > 0 or row.has_reason:
        return
    if earlier_year(row.indicator.target, row.around.year) is not None:
        return  # the target is last year's
    target, actual = _as_told(row)
    message = f"实际于 {actual} 完成，晚于指标值 {target}，得满分又没有说明。请核对日期，或扣分并写明原因。"
    yield _of(row, "score", message)


@row_check(WARNING, SYSTEM)
def missed_ranges_need_a_reason(row: Row) -> Iterator[Found]:
    """实际完成值不在年度指标值的范围内的，或写作“＝”的标准没有达到、金额不符的，要扣分并说明原因。"""
    numbers = _numbers(row)
    if numbers is None or row.lost != 0 or row.has_reason:
        return
    if _misses_the_standard(row, numbers):
        target, actual = _as_told(row)
        message = f"完成值 {actual} 与指标值 {target} 不同，得满分又没有说明。请核对，或扣分并写明原因。"
        yield _of(row, "score", message)
    if not _is_left_open(row, Undecided.OUTSIDE_RANGE):
        return
    low, high, number = numbers.target.number, numbers.target.upper, numbers.actual.number
    if low is None or high is None or number is None or low <= number <= high:
        return
    target, actual = _as_told(row)
    message = f"完成值 {actual} 不在指标值 {target} 的范围内，得满分又没有说明。请核对，或扣分并写明原因。"
    yield _of(row, "score", message)


_EXECUTION = expression(r"预算执行|执行率")  # set as an indicator; its reasons are asked for by the profile


@row_check(ERROR, SAVE_CHECKS)
def points_lost_need_a_reason(row: Row) -> Iterator[Found]:
    """得分低于分值的指标要写明偏差原因和改进措施。"""
    if _misses_in_silence(row):
        target, actual = _as_told(row)
        message = f"完成值 {actual} 没有达到指标值 {target}，未填偏差原因。请核对，或写明原因和改进措施。"
        yield _of(row, "reason", message, level=WARNING)
    weight, score, suggested = row.indicator.weight.number, row.indicator.score.number, row.suggested
    if weight is None or score is None or not _lacks_a_reason(row):
        return
    if not row.has_actual and not _is_dash(row.indicator.actual):
        return  # what was done is not said at all
    follows = None if _has_the_wrong_sign(row) else _other_score(row)
    if follows is not None and score > follows and _why_it_may_differ(row, score, follows) is None:
        return  # the score itself is wrong
    said = f"得分 {points(score)}，分值 {points(weight)}，未填偏差原因。"
    if follows is not None:
        target, actual = _as_told(row)
        said += f"按指标值 {target}、完成值 {actual} 推算为 {points(follows)}，"
    elif suggested is not None and suggested.band is not None and not suggested.band[0] <= score <= suggested.band[1]:
        said += f"完成值{quoted(row.indicator.actual.text or '')}对应的区间为“{suggested.why} 分”，"
    settle = "请核对得分，并写明原因和改进措施。" if said.endswith("，") else "请写明原因和改进措施。"
    yield _of(row, "reason", said + settle)


def _misses_in_silence(row: Row) -> bool:
    """Whether a limit was missed without a word, where the form has no column for the weight that is lost from."""
    is_weighed = row.around.has_column("weight") or row.indicator.weight.text is not None
    if is_weighed or row.has_reason or not _has_place(row) or not row.has_actual or not _has_sign(row):
        return False
    found = suggest(*row.said, row.profile.total_points, row.profile, row.named)
    return found is not None and found.score is not None and found.score < row.profile.total_points


# ---- target and actual value ---------------------------------------------------------------------------------


@row_check(WARNING, SAVE_CHECKS)
def units_agree(row: Row) -> Iterator[Found]:
    """实际完成值与年度指标值的单位要一致。"""
    if row.suggested is not None and _is_left_open(row, Undecided.UNITS_DIFFER) and not _is_per_its_name(row):
        yield _of(row, "actual", row.suggested.why + "。")


def _is_per_its_name(row: Row) -> bool:
    """Whether only one of both says again what the name says: 每亩补助标准 of 40元 or 40元/亩."""
    units = [
        "".join(re.findall(r"[^\W\d_]+(?:/[^\W\d_]+)?$", e.written.strip()))
        for e in (row.indicator.target, row.indicator.actual)
    ]
    short_unit, long_unit = sorted(units, key=len)
    per = long_unit.removeprefix(short_unit)
    return len(per) > 1 and per.startswith("/") and bool(re.search(rf"每{per[1:]}|{per[1:]}均|单{per[1:]}", _name(row)))


_MAY_EXCEED = expression(r"增|提升|提高|上升|扩大|完成|超|拉动|回报|收益|覆盖倍数|倍")


@row_check(WARNING, SAVE_CHECKS)
def shares_are_within_100(row: Row) -> Iterator[Found]:
    """满意度、合格率、覆盖率等比例不超过 100%。"""
    _, actual = row.measures
    if actual is not None and _is_share_above_100(row):
        yield _of(row, "actual", f"实际完成值 {short(actual.written)} 超过 100%。请核对。", "不超过 100%")


def _is_share_above_100(row: Row) -> bool:
    target, actual = row.measures
    if actual is None or (_share(row, target, actual) or 0) <= 1:
        return False
    name = _name(row)
    is_share = "满意" in name or (target is not None and target.is_ratio and (target.number or 0) <= 1)
    return is_share and not _MAY_EXCEED.search(name)


def _share(row: Row, target: Measure | None, actual: Measure) -> Decimal | None:
    """The actual value as a fraction where it is a share: 108.2 in a column of per cents is 1.082."""
    if actual.number is None or actual.is_ratio or actual.has_unit:
        return actual.number if actual.is_ratio else None
    in_per_cent = (target is not None and target.is_ratio) or row.indicator.target_unit.written.strip() in ("%", "％")
    is_of_100 = target is not None and not target.has_unit and 1 < (target.number or 0) <= 100 and "满意" in _name(row)
    return actual.number / 100 if (in_per_cent or is_of_100) and actual.number > 2 else None


@row_check(WARNING, "far_above_reason")
def far_above_target_needs_a_reason(row: Row) -> Iterator[Found]:
    """实际完成值远超年度指标值的，要说明原因，并核实指标值是否偏低。"""
    if row.around.has_column("reason") and _is_far_above(row, row.profile.far_above_reason):
        yield _far_above(row, "请说明原因；指标值偏低的，来年应调高。")


@row_check(ADVICE, "far_above_marked")
def far_above_target_is_noted(row: Row) -> Iterator[Found]:
    """实际完成值明显超过年度指标值的，核实指标值是否偏低。"""
    if not _is_far_above(row, row.profile.far_above_marked):
        return
    if not (row.around.has_column("reason") and _is_far_above(row, row.profile.far_above_reason)):
        yield _far_above(row, "请核实指标值是否偏低。")


def _is_far_above(row: Row, limit: Decimal | None) -> bool:
    excess = None if limit is None or row.has_reason else _excess(row)
    if excess is None or limit is None or excess <= limit:
        return False
    return not _is_share_above_100(row) and not _has_the_wrong_sign(row)


def _far_above(row: Row, settle: str) -> Found:
    target, actual = _as_told(row)
    times = points(_excess(row) or Decimal(0))
    return _of(row, "actual", f"完成值 {actual} 为指标值 {target} 的 {times} 倍，明显超过指标值。{settle}")


def _excess(row: Row) -> Decimal | None:
    """How many times the target was reached, where more is better; None where that means nothing."""
    if row.suggested is None or row.suggested.score != row.indicator.weight.number:
        return None  # not reached, or not the same unit
    return _times_reached(*row.said, row.named)


@lru_cache(maxsize=4096)  # the same rows after every change
def _times_reached(target_text: str | None, actual_text: str | None, named: Named) -> Decimal | None:
    target, actual = read_measure(target_text), read_measure(actual_text)
    if target is None or actual is None or target.number is None or actual.number is None:
        return None
    if directed(target, named).sign not in (*AT_LEAST, "") or target.upper is not None or actual.upper is not None:
        return None
    times = times_the_target(target_text, actual_text, named)
    required = target.number
    if times is None or required <= 0 or (target.is_ratio and times * required <= 1):
        return None  # a share that is nowhere above 100% is no excess
    return times


@row_check(ADVICE, SAVE_CHECKS)
def units_are_written_alike(row: Row) -> Iterator[Found]:
    """实际完成值与年度指标值最好用同一种写法的单位，如都用万元、都用 %。"""
    numbers = _numbers(row)
    if numbers is None or not numbers.target.has_unit:
        return
    target, actual = numbers
    # A cell hands 98% over as 0.98.
    is_decimal = (
        row.around.is_from_a_file
        and target.is_ratio
        and not actual.has_unit
        and 0 < abs(actual.number or Decimal(0)) < 1
    )
    if (actual.has_unit and target.factor != actual.factor and target.unit == actual.unit) or is_decimal:
        written = f"指标值写作{quoted(target.written)}，完成值写作{quoted(actual.written)}"
        yield _of(row, "actual", f"{written}，已换算后比较。请统一写法。")


@row_check(ADVICE, SAVE_CHECKS)
def result_states_a_number(row: Row) -> Iterator[Found]:
    """指标值是数字或日期的，实际完成值也要写明数字或日期。"""
    if _is_left_open(row, Undecided.NO_NUMBER) and row.indicator.score.number != 0:
        target, actual = _as_told(row)
        yield _of(
            row, "actual", f"指标值为{quoted(target)}，完成值只写{quoted(actual)}，无法核对得分。请写明实际数字或日期。"
        )


@row_check(ADVICE, REVIEW)
def result_does_not_repeat_target(row: Row) -> Iterator[Found]:
    """实际完成值要写实际做到的数，不照抄带符号的指标值。"""
    numbers = _numbers(row)
    if numbers is None or numbers.target.number != numbers.actual.number:
        return
    target, actual = numbers
    if target.sign in (*AT_LEAST, *AT_MOST) and actual.sign == target.sign:
        yield _of(row, "actual", f"实际完成值{quoted(actual.written)}照抄了指标值。请填写实际完成的数。")


# ---- advice --------------------------------------------------------------------------------------------------

_EMPTY = expression(r"(?:无|没有|略|暂无|不适用|无偏差|正常|已完成|完成|是|否|同上|按实际|客观原因|[\W_]+)[。.]?")


@row_check(ADVICE, REVIEW)
def reasons_have_content(row: Row) -> Iterator[Found]:
    """偏差原因要写明具体情况，不能只写“无”。"""
    reason, lost = row.indicator.reason.text, row.lost
    if reason is None or not _EMPTY.fullmatch(key(reason) or "无") or _is_said_above(row):
        return
    if (lost is not None and lost > 0) or (_excess(row) or 0) > (row.profile.far_above_reason or Decimal("Infinity")):
        yield _of(row, "reason", f"偏差原因只写了{quoted(reason)}。请写明具体原因和改进措施。")


@row_check(ADVICE, REVIEW)
def cost_is_limited_from_above(row: Row) -> Iterator[Found]:
    """成本指标的指标值一般用“≤”，越低越好；按所写符号推算与得分不符的，为提醒。"""
    if not _has_the_wrong_sign(row):
        return
    message = f"成本指标的指标值写作{quoted(row.indicator.target.written)}。请核对符号，一般为“≤”。"
    yield _of(row, "target", message, level=None if _other_score(row) is None else WARNING)


def _has_the_wrong_sign(row: Row) -> bool:
    """Whether a cost is to be at least something."""
    target, _ = row.measures
    levels = key(row.indicator.level1.text or "") + key(row.indicator.level2.text or "")
    if target is None or target.number is None or target.sign not in AT_LEAST or "成本" not in levels:
        return False
    return direction(row.named) is Direction.FALLS


def _is_said_above(row: Row) -> bool:
    """Whether 同上 stands below a reason that says something."""
    above = row.around.reason_above
    return is_ditto(row.indicator.reason) and above is not None and not _EMPTY.fullmatch(key(above) or "无")


_PAYMENT = expression(
    r"(?:资金|预算|经费|款项?).{0,4}(?:支付|支出|执行|拨付|到位|使用)(?:进度|率|及时)|(?:支付|支出)(?:进度|率)"
)


@row_check(ADVICE, REVIEW)
def payment_progress_is_no_output(row: Row) -> Iterator[Found]:
    """资金支付进度不是产出，不宜作为产出指标。"""
    name = row.indicator.level3.text or ""
    if "产出" in key(row.indicator.level1.text or "") and _PAYMENT.search(name):
        yield _of(row, "level3", "反映的是资金支付情况，不是产出。请改为反映实际产出的指标。")


_VAGUE = expression(
    r"明显|显著|有效|较好|良好|提升|提高|增强|改善|促进|一定|较强|强$|健全|完善|长效|持续|得到|保障|不断|逐步|作用|形象|影响力|较大|大$"
)


@row_check(ADVICE, REVIEW)
def effects_can_be_measured(row: Row) -> Iterator[Found]:
    """效益指标要能衡量，写明可核实的数据或事实。"""
    target, _ = row.measures
    is_effect = "效益" in key(row.indicator.level1.text or "")
    if is_effect and target is not None and target.is_words and _VAGUE.search(target.written):
        yield _of(row, "target", f"指标值{quoted(target.written)}难以衡量。请补充可核实的数据或事实。")


_EVIDENCE = expression(
    r"问卷|调查|测评|样本|\d\s*份|人次|回访|抽样|访谈|座谈|评价器|投诉|统计|台账|评议|打分|12345|热线"
)


@row_check(ADVICE, REVIEW)
def satisfaction_has_evidence(row: Row) -> Iterator[Found]:
    """满意度填 100% 或没有写明数字的，要有依据，如问卷份数、调查方式。"""
    row_texts = (row.indicator.level3, row.indicator.target, row.indicator.actual, row.indicator.reason)
    name = "".join(
        key(entry.text or "") for entry in (row.indicator.level1, row.indicator.level2, row.indicator.level3)
    )
    _, actual = row.measures
    if "满意" not in name or actual is None or (actual.number is not None and actual.number not in (1, 100)):
        return
    if row.indicator.score.number != 0 and not any(_EVIDENCE.search(entry.text or "") for entry in row_texts):
        said = f"完成值为{quoted(actual.written)}，没有说明满意度的依据。"
        yield _of(row, "actual", said + "请备好问卷或调查记录，并注明样本数。")


# ---- what the checks share -----------------------------------------------------------------------------------


class _Numbers(NamedTuple):
    """Target and actual value of a row in which both state a number."""

    target: Measure
    actual: Measure


def _numbers(row: Row) -> _Numbers | None:
    target, actual = row.measures
    if target is None or actual is None or target.number is None or actual.number is None:
        return None
    return _Numbers(target, actual)


_STANDARD = expression(r"标准|补助|补贴|资助|奖励|津贴|慰问")


def _misses_the_standard(row: Row, numbers: _Numbers) -> bool:
    """Whether a number that is to be just that is not reached, or is other money: 600元 for =700元."""
    target, number = numbers.target, numbers.actual.number
    if target.sign != "=" or row.suggested is None or row.suggested.undecided is not Undecided.BY_PEOPLE:
        return False
    times = times_the_target(*row.said, row.named)
    is_money = first_name(target.unit) in MONEY
    levels = key(row.indicator.level1.text or "") + key(row.indicator.level2.text or "")
    if is_money and "成本" in levels and not _STANDARD.search(_name(row)) and (number or 0) < (target.number or 0):
        return False  # saved
    return bool(number) and times is not None and (times < 1 or (is_money and times > 1))


def _is_left_open(row: Row, undecided: Undecided) -> bool:
    """Whether no score follows, for that reason."""
    return row.suggested is not None and row.suggested.undecided is undecided


def _as_told(row: Row) -> tuple[str, str]:
    """Target and actual value in the words of the form; a day that Excel made a number of is that day again."""
    target, actual = row.measures
    target_text, actual_text = row.indicator.target.text or "", row.said[1] or ""
    if target is not None and actual is not None:
        if target.deadline is not None and actual.as_day is not None:
            actual_text = actual.as_day.written
        elif actual.deadline is not None and target.as_day is not None:
            target_text = target.as_day.written
    return short(target_text), short(actual_text)


def _name(row: Row) -> str:
    """What the indicator and its block are called, in which words tell what it is about."""
    return (row.indicator.level3.text or "") + (row.indicator.level2.text or "")


def _of(row: Row, field: str, message: str, expected: str | Decimal | None = None, level: str | None = None) -> Found:
    return Found(getattr(row.indicator, field), message, expected, level, field, row.indicator)
