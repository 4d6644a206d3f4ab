"""What a reviewer sends back of one indicator."""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from selfeval_xl.cells import Entry, short
from selfeval_xl.checks.base import (
    ADVICE,
    ERROR,
    REVIEW,
    SAVE_CHECKS,
    WARNING,
    Found,
    Row,
    points,
    row_check,
)
from selfeval_xl.checks.printed import points_agree
from selfeval_xl.labels import key
from selfeval_xl.profiles import AT_MOST_INVERSE, AT_MOST_LINEAR, SYSTEM
from selfeval_xl.scoring.direction import Direction, direction, is_to_be_avoided
from selfeval_xl.scoring.measures import AT_LEAST, AT_MOST, Measure, read_measure
from selfeval_xl.scoring.suggestion import Undecided, directed, suggest, times_the_target

# ---- what is filled in ---------------------------------------------------------------------------------------


@row_check(WARNING, SAVE_CHECKS)
def target_is_given(row: Row) -> Iterator[Found]:
    """年度指标值要填写。"""
    if row.indicator.target.text is None and row.form.has_column("target"):
        yield _of(row, "target", "年度指标值未填。请填写年初设定的指标值。")


@row_check(WARNING, SAVE_CHECKS)
def indicator_has_a_name(row: Row) -> Iterator[Found]:
    """三级指标要填写名称。"""
    if row.indicator.level3.text is None and row.form.columns is not None and row.form.has_column("level3"):
        yield _of(row, "level3", "三级指标未填。请填写指标名称。")


@row_check(ERROR, SAVE_CHECKS)
def result_is_given(row: Row) -> Iterator[Found]:
    """实际完成值要填写，不能空着或只填“*”。"""
    if not row.has_actual:
        stated = row.indicator.actual.text
        wrong = f"只填了“{stated}”" if stated else "未填"
        yield _of(row, "actual", f"实际完成值{wrong}。请填写实际完成情况。")


@row_check(ERROR, SAVE_CHECKS)
def weight_is_a_number(row: Row) -> Iterator[Found]:
    """分值要填数字，不能为负数。"""
    if row.form.has_column("weight"):
        yield from _number(row, "weight", "分值", row.indicator.weight)


@row_check(ERROR, SAVE_CHECKS)
def score_is_a_number(row: Row) -> Iterator[Found]:
    """得分要填数字，不能为负数。"""
    if row.form.has_column("score"):
        yield from _number(row, "score", "得分", row.indicator.score)


def _number(row: Row, field: str, name: str, entry: Entry) -> Iterator[Found]:
    if entry.text is None:
        yield _of(row, field, f"{name}未填。请填写。")
    elif entry.number is None:
        yield _of(row, field, f"{name}应为数字，现为“{short(entry.text)}”。请改填数字。")
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

    低于推算数的可能另有扣分原因，为提醒；远超指标值而自行扣分的不提醒。没有写符号的指标值由指标名称看高好还是低好，
    得满分的为提醒。
    """
    score, weight, suggested = row.indicator.score.number, row.indicator.weight.number, row.suggested
    follows = None if suggested is None else suggested.score
    if follows is None or score is None or weight is None or not 0 <= score <= weight:
        return
    if points_agree(row.indicator.score, follows, row.profile.score_places, weight):
        return
    if score < follows and row.has_reason and (_excess(row) or 0) > (row.profile.far_above_marked or 1):
        return
    other = _by_the_other_formula(row, score)
    is_above = score > follows
    is_open = score == weight and not _has_sign(row)  # full marks may be right where the other way was meant
    level = ERROR if is_above and other is None and not is_open else WARNING
    settle = "，或核对偏差原因是否足以说明" if row.has_reason else "，或说明理由"
    if is_open:
        settle = "，或核对指标值是否漏写了符号"
    if other is not None:
        settle = "，或改选评分规则"
    target, actual = _as_told(row)
    found = _of(
        row,
        "score",
        f"得分填 {points(score)}，按指标值 {target}、完成值 {actual} 推算为 {points(follows)}，"
        f"{'多' if is_above else '少'} {points(abs(score - follows))}。{other or ''}"
        f"请改为 {points(follows)}{'' if level == ERROR else settle}。",
        follows,
        level,
    )
    yield found._replace(basis="at_most") if _is_limit(row) else found


def _by_the_other_formula(row: Row, score: Decimal) -> str | None:
    """That the score is what another region's formula beyond a ≤ target gives; None where it is not."""
    own, weight = row.profile.at_most, row.indicator.weight.number
    other = AT_MOST_LINEAR if own == AT_MOST_INVERSE else AT_MOST_INVERSE
    if not _is_limit(row) or weight is None:
        return None
    rules = replace(row.profile, at_most=other)
    again = suggest(row.indicator.target.text, row.indicator.actual.text, weight, rules, row.named)
    if again is None or again.score != score:
        return None
    return f"填的数是按“{_FORMULAS[other]}”算的，本表的规则按“{_FORMULAS[own]}”算；"


def _has_sign(row: Row) -> bool:
    target, _ = _measures(row)
    return target is None or target.sign != "" or target.upper is not None


def _is_limit(row: Row) -> bool:
    target, _ = _measures(row)
    return target is not None and directed(target, row.named).sign in AT_MOST


_FORMULAS = {AT_MOST_INVERSE: "A÷B×分值", AT_MOST_LINEAR: "[1－(B－A)÷A]×分值"}


@row_check(WARNING, "bands")
def words_score_is_within_band(row: Row) -> Iterator[Found]:
    """定性指标按完成情况在对应区间内打分：达成 80%～100%，部分达成 60%～80%，未达成 0～60%。"""
    score, suggested = row.indicator.score.number, row.suggested
    if suggested is None or suggested.band is None or score is None:
        return
    low, high = suggested.band
    if low <= score <= high or score > (row.indicator.weight.number or score):
        return
    actual = short(row.indicator.actual.text or "")
    settle = "请调整得分，或把完成情况写准确。"
    message = f"得分填 {points(score)}，完成值“{actual}”对应的区间为“{suggested.why} 分”。{settle}"
    yield _of(row, "score", message, f"{points(low)}–{points(high)}")


_DOING = r"(?:完成|达成|达到|实现|开展|实施|验收|建立|建成|投入使用|发放|出台|落实|启动)"
_UNFULFILLED = re.compile(
    rf"(?:尚未|仍未|未能|未)(?:全部|全面|按时|按期|如期|完全)?{_DOING}|正在(?:建设|建立|推进|实施|开展|编制|制定)"
    r"|(?<![无没不未])滞后|(?:效果|成效|完成情况|质量)?(?:较差|不明显|不理想)"
)


@row_check(WARNING, "bands")
def unfulfilled_words_lose_points(row: Row) -> Iterator[Found]:
    """定性指标的完成值写明未完成、滞后的，不应得满分。"""
    suggested, score, weight = row.suggested, row.indicator.score.number, row.indicator.weight.number
    target, actual = _measures(row)
    if suggested is None or suggested.band is not None or target is None or actual is None or not target.is_words:
        return
    is_negative = _UNFULFILLED.search(actual.written) and not is_to_be_avoided(target.written)
    if is_negative and score is not None and score == weight:
        message = f"完成值写“{short(actual.written)}”，得分却为满分 {points(score)}。请核对完成情况，或按区间打分。"
        yield _of(row, "score", message)


@row_check(WARNING, SYSTEM)
def delays_need_a_reason(row: Row) -> Iterator[Found]:
    """完成时间晚于年度指标值的，要扣分并说明原因。"""
    if not _is_left_open(row, Undecided.LATE) or row.lost is None or row.lost > 0 or row.has_reason:
        return
    target, actual = _as_told(row)
    message = f"实际于 {actual} 完成，晚于指标值 {target}，得满分又没有说明。请核对日期，或扣分并写明原因。"
    yield _of(row, "score", message)


@row_check(WARNING, SYSTEM)
def missed_ranges_need_a_reason(row: Row) -> Iterator[Found]:
    """实际完成值不在年度指标值的范围内的，要扣分并说明原因。"""
    numbers = _numbers(row)
    if numbers is None or not _is_left_open(row, Undecided.OUTSIDE_RANGE) or row.lost != 0 or row.has_reason:
        return
    low, high, number = numbers.target.number, numbers.target.upper, numbers.actual.number
    if low is None or high is None or number is None or low <= number <= high:
        return
    target, actual = _as_told(row)
    message = f"完成值 {actual} 不在指标值 {target} 的范围内，得满分又没有说明。请核对，或扣分并写明原因。"
    yield _of(row, "score", message)


_EXECUTION = re.compile(r"预算执行|执行率")  # set as an indicator; its reasons are asked for by the profile


@row_check(ERROR, SAVE_CHECKS)
def points_lost_need_a_reason(row: Row) -> Iterator[Found]:
    """得分低于分值的指标要写明偏差原因和改进措施。"""
    lost, weight, score = row.lost, row.indicator.weight.number, row.indicator.score.number
    has_place = row.form.has_column("reason") and not _EXECUTION.search(key(row.indicator.level3.text or ""))
    if lost is None or weight is None or score is None or lost <= 0 or score < 0 or row.has_reason or not has_place:
        return
    yield _of(
        row,
        "reason",
        f"得分 {points(score)}，分值 {points(weight)}，未填偏差原因。请写明原因和改进措施。",
    )


# ---- target and actual value ---------------------------------------------------------------------------------


@row_check(WARNING, SAVE_CHECKS)
def units_agree(row: Row) -> Iterator[Found]:
    """实际完成值与年度指标值的单位要一致。"""
    if row.suggested is not None and _is_left_open(row, Undecided.UNITS_DIFFER):
        yield _of(row, "actual", row.suggested.why + "。")


_MAY_EXCEED = re.compile(r"增|提升|提高|上升|扩大|完成|超|拉动|回报|收益|覆盖倍数|倍")


@row_check(WARNING, SAVE_CHECKS)
def shares_are_within_100(row: Row) -> Iterator[Found]:
    """满意度、合格率、覆盖率等比例不超过 100%。"""
    target, actual = _measures(row)
    if actual is None or (_share(row, target, actual) or 0) <= 1:
        return
    name = _name(row)
    is_share = "满意" in name or (target is not None and target.is_ratio and (target.number or 0) <= 1)
    if is_share and not _MAY_EXCEED.search(name):
        yield _of(row, "actual", f"实际完成值 {short(actual.written)} 超过 100%。请核对。", "不超过 100%")


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
    if _is_far_above(row, row.profile.far_above_reason):
        yield _far_above(row, "请说明原因；指标值偏低的，来年应调高。")


@row_check(ADVICE, "far_above_marked")
def far_above_target_is_noted(row: Row) -> Iterator[Found]:
    """实际完成值明显超过年度指标值的，核实指标值是否偏低。"""
    if _is_far_above(row, row.profile.far_above_marked) and not _is_far_above(row, row.profile.far_above_reason):
        yield _far_above(row, "请核实指标值是否偏低。")


def _is_far_above(row: Row, limit: Decimal | None) -> bool:
    excess = _excess(row)
    return excess is not None and limit is not None and excess > limit and not row.has_reason


def _far_above(row: Row, settle: str) -> Found:
    target, actual = _as_told(row)
    times = points(_excess(row) or Decimal(0))
    return _of(row, "actual", f"完成值 {actual} 为指标值 {target} 的 {times} 倍，明显超过指标值。{settle}")


def _excess(row: Row) -> Decimal | None:
    """How many times the target was reached, where more is better; None where that means nothing."""
    numbers = _numbers(row)
    if numbers is None:
        return None
    target, actual = numbers
    if directed(target, row.named).sign not in (*AT_LEAST, "") or target.upper is not None or actual.upper is not None:
        return None
    if row.suggested is None or row.suggested.score != row.indicator.weight.number:
        return None  # not reached, or not the same unit
    times = times_the_target(row.indicator.target.text, row.indicator.actual.text, row.named)
    required = target.number or Decimal(0)
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
    is_from_a_file = row.form.source is not None  # a cell hands 98% over as 0.98
    is_decimal = is_from_a_file and target.is_ratio and not actual.has_unit and 0 < abs(actual.number or Decimal(0)) < 1
    if (actual.has_unit and target.factor != actual.factor and target.unit == actual.unit) or is_decimal:
        written = f"指标值写作“{short(target.written)}”，完成值写作“{short(actual.written)}”"
        yield _of(row, "actual", f"{written}，已换算后比较。请统一写法。")


@row_check(ADVICE, SAVE_CHECKS)
def result_states_a_number(row: Row) -> Iterator[Found]:
    """指标值是数字或日期的，实际完成值也要写明数字或日期。"""
    if _is_left_open(row, Undecided.NO_NUMBER):
        target, actual = _as_told(row)
        yield _of(row, "actual", f"指标值为“{target}”，完成值只写“{actual}”，无法核对得分。请写明实际数字或日期。")


@row_check(ADVICE, REVIEW)
def result_does_not_repeat_target(row: Row) -> Iterator[Found]:
    """实际完成值要写实际做到的数，不照抄带符号的指标值。"""
    numbers = _numbers(row)
    if numbers is None or numbers.target.number != numbers.actual.number:
        return
    target, actual = numbers
    if target.sign in (*AT_LEAST, *AT_MOST) and actual.sign == target.sign:
        yield _of(row, "actual", f"实际完成值“{short(actual.written)}”照抄了指标值。请填写实际完成的数。")


# ---- advice --------------------------------------------------------------------------------------------------

_EMPTY = re.compile(r"(?:无|没有|略|暂无|不适用|无偏差|正常|已完成|完成|是|否|同上|按实际|客观原因|[\W_]+)[。.]?")


@row_check(ADVICE, REVIEW)
def reasons_have_content(row: Row) -> Iterator[Found]:
    """偏差原因要写明具体情况，不能只写“无”。"""
    reason, lost = row.indicator.reason.text, row.lost
    if reason is None or not _EMPTY.fullmatch(key(reason) or "无"):
        return
    if (lost is not None and lost > 0) or (_excess(row) or 0) > (row.profile.far_above_reason or Decimal("Infinity")):
        yield _of(row, "reason", f"偏差原因只写了“{short(reason)}”。请写明具体原因和改进措施。")


@row_check(ADVICE, REVIEW)
def cost_is_limited_from_above(row: Row) -> Iterator[Found]:
    """成本指标的指标值一般用“≤”，越低越好。"""
    target, _ = _measures(row)
    levels = key(row.indicator.level1.text or "") + key(row.indicator.level2.text or "")
    if target is None or target.number is None or target.sign not in AT_LEAST or "成本" not in levels:
        return
    if direction(row.named) is Direction.FALLS:
        yield _of(row, "target", f"成本指标的指标值写作“{short(target.written)}”。请核对符号，一般为“≤”。")


_PAYMENT = re.compile(
    r"(?:资金|预算|经费|款项?).{0,4}(?:支付|支出|执行|拨付|到位|使用)(?:进度|率|及时)|(?:支付|支出)(?:进度|率)"
)


@row_check(ADVICE, REVIEW)
def payment_progress_is_no_output(row: Row) -> Iterator[Found]:
    """资金支付进度不是产出，不宜作为产出指标。"""
    name = row.indicator.level3.text or ""
    if "产出" in key(row.indicator.level1.text or "") and _PAYMENT.search(name):
        yield _of(row, "level3", "反映的是资金支付情况，不是产出。请改为反映实际产出的指标。")


_VAGUE = re.compile(
    r"明显|显著|有效|较好|良好|提升|提高|增强|改善|促进|一定|较强|强$|健全|完善|长效|持续|得到|保障|不断|逐步|作用|形象|影响力|较大|大$"
)


@row_check(ADVICE, REVIEW)
def effects_can_be_measured(row: Row) -> Iterator[Found]:
    """效益指标要能衡量，写明可核实的数据或事实。"""
    target, _ = _measures(row)
    is_effect = "效益" in key(row.indicator.level1.text or "")
    if is_effect and target is not None and target.is_words and _VAGUE.search(target.written):
        yield _of(row, "target", f"指标值“{short(target.written)}”难以衡量。请补充可核实的数据或事实。")


_EVIDENCE = re.compile(
    r"问卷|调查|测评|样本|\d+\s*份|人次|回访|抽样|访谈|座谈|评价器|投诉|统计|台账|评议|打分|12345|热线"
)


@row_check(ADVICE, REVIEW)
def satisfaction_has_evidence(row: Row) -> Iterator[Found]:
    """满意度要有依据，如问卷份数、调查方式。"""
    row_texts = (row.indicator.level3, row.indicator.target, row.indicator.actual, row.indicator.reason)
    name = "".join(
        key(entry.text or "") for entry in (row.indicator.level1, row.indicator.level2, row.indicator.level3)
    )
    if "满意" not in name or not row.has_actual:
        return
    if not any(_EVIDENCE.search(entry.text or "") for entry in row_texts):
        yield _of(row, "actual", "没有说明满意度的依据。请备好问卷或调查记录，并注明样本数。")


# ---- what the checks share -----------------------------------------------------------------------------------


class _Numbers(NamedTuple):
    """Target and actual value of a row in which both state a number."""

    target: Measure
    actual: Measure


def _measures(row: Row) -> tuple[Measure | None, Measure | None]:
    """What target and actual value say; None for one that is blank."""
    return read_measure(row.indicator.target.text), read_measure(row.indicator.actual.text) if row.has_actual else None


def _numbers(row: Row) -> _Numbers | None:
    target, actual = _measures(row)
    if target is None or actual is None or target.number is None or actual.number is None:
        return None
    return _Numbers(target, actual)


def _is_left_open(row: Row, undecided: Undecided) -> bool:
    """Whether no score follows, for that reason."""
    return row.suggested is not None and row.suggested.undecided is undecided


def _as_told(row: Row) -> tuple[str, str]:
    """Target and actual value in the words of the form; a day that Excel made a number of is that day again."""
    target, actual = _measures(row)
    target_text, actual_text = row.indicator.target.text or "", row.indicator.actual.text or ""
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
