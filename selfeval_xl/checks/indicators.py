"""What a reviewer sends back of one indicator."""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from selfeval_xl.cells import NOTHING, Entry, half_width, short
from selfeval_xl.checks.base import (
    ADVICE,
    ERROR,
    REVIEW,
    SAVE_CHECKS,
    WARNING,
    Found,
    Row,
    Whole,
    form_check,
    points,
    row_check,
)
from selfeval_xl.checks.printed import points_agree
from selfeval_xl.form import Indicator
from selfeval_xl.labels import key
from selfeval_xl.profiles import AT_MOST_INVERSE, AT_MOST_LINEAR, SYSTEM
from selfeval_xl.scoring.measures import Measure, read_measure
from selfeval_xl.scoring.suggestion import LATE, NO_NUMBER, UNDECIDED, UNITS_DIFFER, suggest, times_the_target

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
    if not row.has_result:
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

    低于推算数的可能另有扣分原因，为提醒；远超指标值而自行扣分的不提醒。
    """
    score, weight, said = row.indicator.score.number, row.indicator.weight.number, row.suggested
    if said is None or said.score is None or score is None or weight is None or not 0 <= score <= weight:
        return
    if points_agree(row.indicator.score, said.score, row.profile.score_places, weight):
        return
    if score < said.score and row.has_reason and (_excess(row) or 0) > (row.profile.far_above_marked or 1):
        return
    other = _by_the_other_formula(row, score)
    is_above = score > said.score
    level = ERROR if is_above and other is None else WARNING
    settle = "，或核对偏差原因是否足以说明" if row.has_reason else "，或说明理由"
    if other is not None:
        settle = "，或改选评分规则"
    target, actual = _as_told(row)
    found = _of(
        row,
        "score",
        f"得分填 {points(score)}，按指标值 {target}、完成值 {actual} 推算为 {points(said.score)}，"
        f"{'多' if is_above else '少'} {points(abs(score - said.score))}。{other or ''}"
        f"请改为 {points(said.score)}{'' if level == ERROR else settle}。",
        said.score,
        level,
    )
    yield found._replace(basis="at_most") if _is_limit(row) else found


def _by_the_other_formula(row: Row, score: Decimal) -> str | None:
    """That the score is what another region's formula beyond a ≤ target gives; None where it is not."""
    own, weight = row.profile.at_most, row.indicator.weight.number
    other = AT_MOST_LINEAR if own == AT_MOST_INVERSE else AT_MOST_INVERSE
    if not _is_limit(row) or weight is None:
        return None
    again = suggest(row.indicator.target.text, row.indicator.actual.text, weight, replace(row.profile, at_most=other))
    if again is None or again.score != score:
        return None
    return f"填的数是按“{_FORMULAS[other]}”算的，本表的规则按“{_FORMULAS[own]}”算；"


def _is_limit(row: Row) -> bool:
    aim, _ = _measures(row)
    return aim is not None and aim.sign in ("≤", "<")


_FORMULAS = {AT_MOST_INVERSE: "A÷B×分值", AT_MOST_LINEAR: "[1－(B－A)÷A]×分值"}


@row_check(WARNING, "bands")
def words_score_is_within_band(row: Row) -> Iterator[Found]:
    """定性指标按完成情况在对应区间内打分：达成 80%～100%，部分达成 60%～80%，未达成 0～60%。"""
    score, said = row.indicator.score.number, row.suggested
    if said is None or said.band is None or score is None:
        return
    low, high = said.band
    if low <= score <= high or score > (row.indicator.weight.number or score):
        return
    actual = short(row.indicator.actual.text or "")
    message = f"得分填 {points(score)}，完成值“{actual}”对应的区间为“{said.why} 分”。请调整得分，或把完成情况写准确。"
    yield _of(row, "score", message, f"{points(low)}–{points(high)}")


_DOING = r"(?:完成|达成|达到|实现|开展|实施|验收|建立|建成|投入使用|发放|出台|落实|启动)"
_UNFULFILLED = re.compile(
    rf"(?:尚未|仍未|未能|未)(?:全部|全面|按时|按期|如期|完全)?{_DOING}|正在(?:建设|建立|推进|实施|开展|编制|制定)"
    r"|(?<![无没不未])滞后|(?:效果|成效|完成情况|质量)?(?:较差|不明显|不理想)"
)
_TO_BE_AVOIDED = re.compile(r"[无未零0]|不(?:发生|出现)|没有|杜绝|防止|避免|减少|降低|控制|不超")


@row_check(WARNING, "bands")
def unfulfilled_words_lose_points(row: Row) -> Iterator[Found]:
    """定性指标的完成值写明未完成、滞后的，不应得满分。"""
    said, score, weight = row.suggested, row.indicator.score.number, row.indicator.weight.number
    aim, result = _measures(row)
    if said is None or aim is None or result is None or not aim.is_words or said.band is not None:
        return
    is_negative = _UNFULFILLED.search(result.written) and not _TO_BE_AVOIDED.search(aim.written)
    if is_negative and score is not None and score == weight:
        message = f"完成值写“{short(result.written)}”，得分却为满分 {points(score)}。请核对完成情况，或按区间打分。"
        yield _of(row, "score", message)


@row_check(WARNING, SYSTEM)
def delays_need_a_reason(row: Row) -> Iterator[Found]:
    """完成时间晚于年度指标值的，要扣分并说明原因。"""
    said, lost = row.suggested, row.lost
    if said is None or said.open != LATE or lost is None or lost > 0 or row.has_reason:
        return
    target, actual = _as_told(row)
    yield _of(
        row, "score", f"实际于 {actual} 完成，晚于指标值 {target}，得满分又没有说明。请核对日期，或扣分并写明原因。"
    )


@row_check(WARNING, SYSTEM)
def missed_ranges_need_a_reason(row: Row) -> Iterator[Found]:
    """实际完成值不在年度指标值的范围内的，要扣分并说明原因。"""
    aim, result = _measures(row)
    if aim is None or result is None or aim.number is None or aim.upper is None or result.number is None:
        return
    said, is_outside = row.suggested, not aim.number <= result.number <= aim.upper
    if said is None or said.open != UNDECIDED or not is_outside or row.lost != 0 or row.has_reason:
        return
    target, actual = short(aim.written), short(result.written)
    yield _of(
        row, "score", f"完成值 {actual} 不在指标值 {target} 的范围内，得满分又没有说明。请核对，或扣分并写明原因。"
    )


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


# ---- target and result ---------------------------------------------------------------------------------------


@row_check(WARNING, SAVE_CHECKS)
def units_agree(row: Row) -> Iterator[Found]:
    """实际完成值与年度指标值的单位要一致。"""
    if row.suggested is not None and row.suggested.open == UNITS_DIFFER:
        yield _of(row, "actual", row.suggested.why + "。")


_MAY_EXCEED = re.compile(r"增|提升|提高|上升|扩大|完成|超|拉动|回报|收益|覆盖倍数|倍")


@row_check(WARNING, SAVE_CHECKS)
def shares_are_within_100(row: Row) -> Iterator[Found]:
    """满意度、合格率、覆盖率等比例不超过 100%。"""
    aim, result = _measures(row)
    if result is None or (_share(row, aim, result) or 0) <= 1:
        return
    name = (row.indicator.level3.text or "") + (row.indicator.level2.text or "")
    is_share = "满意" in name or (aim is not None and aim.is_ratio and (aim.number or 0) <= 1)
    if is_share and not _MAY_EXCEED.search(name):
        yield _of(row, "actual", f"实际完成值 {short(result.written)} 超过 100%。请核对。", "不超过 100%")


def _share(row: Row, aim: Measure | None, result: Measure) -> Decimal | None:
    """The result as a fraction where it is a share: 108.2 in a column of per cents is 1.082."""
    if result.number is None or result.is_ratio or result.has_unit:
        return result.number if result.is_ratio else None
    name = (row.indicator.level3.text or "") + (row.indicator.level2.text or "")
    in_per_cent = (aim is not None and aim.is_ratio) or row.indicator.target_unit.written.strip() in ("%", "％")
    is_of_100 = "满意" in name and aim is not None and not aim.has_unit and 1 < (aim.number or 0) <= 100
    return result.number / 100 if (in_per_cent or is_of_100) and result.number > 2 else None


@row_check(WARNING, "far_above_reason")
def far_above_target_needs_a_reason(row: Row) -> Iterator[Found]:
    """实际完成值远超年度指标值的，要说明原因，并核实指标值是否偏低。"""
    excess, limit = _excess(row), row.profile.far_above_reason
    if excess is None or limit is None or excess <= limit or row.has_reason:
        return
    yield _of(row, "actual", _far_above(row, excess) + "请说明原因；指标值偏低的，来年应调高。")


@row_check(ADVICE, "far_above_marked")
def far_above_target_is_noted(row: Row) -> Iterator[Found]:
    """实际完成值明显超过年度指标值的，核实指标值是否偏低。"""
    excess, limit, reason = _excess(row), row.profile.far_above_marked, row.profile.far_above_reason
    if excess is None or limit is None or excess <= limit or row.has_reason:
        return
    if reason is None or excess <= reason:
        yield _of(row, "actual", _far_above(row, excess) + "请核实指标值是否偏低。")


def _far_above(row: Row, excess: Decimal) -> str:
    target, actual = _as_told(row)
    return f"完成值 {actual} 为指标值 {target} 的 {points(excess)} 倍，明显超过指标值。"


def _excess(row: Row) -> Decimal | None:
    """How many times the target was reached, where more is better; None where that means nothing."""
    aim, result = _measures(row)
    if aim is None or result is None or aim.number is None or result.number is None or aim.number <= 0:
        return None
    if aim.sign not in ("≥", ">", "") or aim.upper is not None or result.upper is not None:
        return None
    if row.suggested is None or row.suggested.score != row.indicator.weight.number:
        return None  # not reached, or not the same unit
    times = times_the_target(row.indicator.target.text, row.indicator.actual.text)
    if times is None or (aim.is_ratio and times * aim.number <= 1):
        return None  # a share that is nowhere above 100% is no excess
    if aim.sign == "" and _LESS_IS_BETTER.search((row.indicator.level3.text or "") + (row.indicator.level2.text or "")):
        return None
    return times


_LESS_IS_BETTER = re.compile(r"成本|投诉|事故|差错|控制|超支|故障|违规|违法|死亡|伤亡|时间|天数内|时限")


@row_check(ADVICE, SAVE_CHECKS)
def units_are_written_alike(row: Row) -> Iterator[Found]:
    """实际完成值与年度指标值最好用同一种写法的单位，如都用万元、都用 %。"""
    aim, result = _measures(row)
    if aim is None or result is None or aim.number is None or result.number is None or not aim.has_unit:
        return
    is_from_a_file = row.form.source is not None  # a cell hands 98% over as 0.98
    is_decimal = is_from_a_file and aim.is_ratio and not result.has_unit and 0 < abs(result.number) < 1
    if (result.has_unit and aim.factor != result.factor and aim.unit == result.unit) or is_decimal:
        yield _of(
            row,
            "actual",
            f"指标值写作“{short(aim.written)}”，完成值写作“{short(result.written)}”，已换算后比较。请统一写法。",
        )


@row_check(ADVICE, SAVE_CHECKS)
def result_states_a_number(row: Row) -> Iterator[Found]:
    """指标值是数字或日期的，实际完成值也要写明数字或日期。"""
    if row.suggested is not None and row.suggested.open == NO_NUMBER:
        target, actual = _as_told(row)
        yield _of(row, "actual", f"指标值为“{target}”，完成值只写“{actual}”，无法核对得分。请写明实际数字或日期。")


@row_check(ADVICE, REVIEW)
def result_does_not_repeat_target(row: Row) -> Iterator[Found]:
    """实际完成值要写实际做到的数，不照抄带符号的指标值。"""
    aim, result = _measures(row)
    if aim is None or result is None or result.number is None or aim.number != result.number:
        return
    if aim.sign in ("≥", "≤", ">", "<") and result.sign == aim.sign:
        yield _of(row, "actual", f"实际完成值“{short(result.written)}”照抄了指标值。请填写实际完成的数。")


def _as_told(row: Row) -> tuple[str, str]:
    """Target and result in the words of the form; a day that Excel made a number of is that day again."""
    aim, result = _measures(row)
    target, actual = row.indicator.target.text or "", row.indicator.actual.text or ""
    if aim is not None and result is not None:
        if aim.deadline is not None and result.as_day is not None:
            actual = result.as_day.written
        elif result.deadline is not None and aim.as_day is not None:
            target = aim.as_day.written
    return short(target), short(actual)


def _measures(row: Row) -> tuple[Measure | None, Measure | None]:
    return read_measure(row.indicator.target.text), read_measure(row.indicator.actual.text) if row.has_result else None


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
    aim = read_measure(row.indicator.target.text)
    levels = key(row.indicator.level1.text or "") + key(row.indicator.level2.text or "")
    if aim is None or aim.number is None or aim.sign not in ("≥", ">") or "成本" not in levels:
        return
    if not _SAVED.search(row.indicator.level3.text or ""):
        yield _of(row, "target", f"成本指标的指标值写作“{short(aim.written)}”。请核对符号，一般为“≤”。")


_SAVED = re.compile("节约|降低|节省|压减|减少|率")
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
    aim = read_measure(row.indicator.target.text)
    if (
        aim is not None
        and aim.is_words
        and "效益" in key(row.indicator.level1.text or "")
        and _VAGUE.search(aim.written)
    ):
        yield _of(row, "target", f"指标值“{short(aim.written)}”难以衡量。请补充可核实的数据或事实。")


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
    if "满意" not in name or not row.has_result:
        return
    if not any(_EVIDENCE.search(entry.text or "") for entry in row_texts):
        yield _of(row, "actual", "没有说明满意度的依据。请备好问卷或调查记录，并注明样本数。")


# ---- rows together -------------------------------------------------------------------------------------------

_HEADING_POINTS = re.compile(
    r"\((?:权重|分值|满分|共|计)?[:：]?(\d+(?:\.\d+)?)(?:分|%)\)|(?<=指标)[:：]?(\d+(?:\.\d+)?)分$"
)


@form_check(ERROR, SAVE_CHECKS)
def rows_with_points_are_filled(whole: Whole) -> Iterator[Found]:
    """有分值的行要填写指标和完成值。"""
    begun = {id(row.indicator) for row in whole.rows}
    for row in whole.form.indicators:
        weight = row.weight.number
        if id(row) not in begun and weight and row.level3.text is None:
            message = f"这一行有分值 {points(weight)}，没有填写指标和完成值。请补填，或删去这一行。"
            yield Found(row.level3, message, field="level3", row=row)
    if not whole.form.indicators or (not whole.rows and not any(row.weight.number for row in whole.form.indicators)):
        yield Found(NOTHING, "没有填写绩效指标。请补填。")


@form_check(ERROR, SAVE_CHECKS)
def weights_match_heading(whole: Whole) -> Iterator[Found]:
    """标题中写明的分值，如“产出指标(50分)”，等于其下各指标分值之和。"""
    for field in ("level1", "level2"):
        for heading, rows in _blocks(whole.form.indicators, field):
            stated = _HEADING_POINTS.search(re.sub(r"\s+", "", half_width(heading.text or "")))
            numbers = [row.weight.number for row in rows if row.weight.number is not None]
            if stated is None or not numbers or len(numbers) < len(rows):
                continue
            figure, total = Decimal(stated[1] or stated[2]), sum(numbers, Decimal(0))
            if figure != total:
                yield Found(
                    heading,
                    f"“{short(heading.text or '')}”写明 {points(figure)} 分，其下各指标分值之和为 {points(total)}，"
                    f"{'多' if total > figure else '少'} {points(abs(total - figure))}。请核对分值。",
                    total,
                )


def _blocks(rows: tuple[Indicator, ...], field: str) -> Iterator[tuple[Entry, list[Indicator]]]:
    """The rows under each heading; below another block of the first level the same words are another heading."""
    block: list[Indicator] = []
    for row in rows:
        if block and _heading(row, field) != _heading(block[0], field):
            yield getattr(block[0], field), block
            block = []
        block.append(row)
    if block:
        yield getattr(block[0], field), block


def _heading(row: Indicator, field: str) -> tuple[str | None, ...]:
    return (row.level1.text,) if field == "level1" else (row.level1.text, row.level2.text)


@form_check(ADVICE, REVIEW)
def indicators_are_not_repeated(whole: Whole) -> Iterator[Found]:
    """同一个指标不重复设置。"""
    seen: dict[str, Indicator] = {}
    for row in whole.rows:
        name = re.sub(r"\W+", "", key(row.indicator.level3.text or ""))
        if not name:
            continue
        if name in seen and seen[name].target.text == row.indicator.target.text:
            yield Found(row.indicator.level3, "与前面的指标重复。请合并，或写明两者的区别。", row=row.indicator)
        seen.setdefault(name, row.indicator)


def _of(row: Row, field: str, message: str, expected: str | Decimal | None = None, level: str | None = None) -> Found:
    return Found(getattr(row.indicator, field), message, expected, level, field, row.indicator)
