"""What a reviewer sends back of the totals, the grade and the indicators taken together."""

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import groupby

from selfeval_xl import scoring
from selfeval_xl.cells import NOTHING, Entry, half_width
from selfeval_xl.checks.base import (
    ADVICE,
    ERROR,
    LAYOUT,
    REVIEW,
    SAVE_CHECKS,
    Found,
    Whole,
    form_check,
    name_of,
    points,
    quoted,
)
from selfeval_xl.checks.printed import points_differ
from selfeval_xl.checks.scored import expected_weight, full_weights, sum_of_weights
from selfeval_xl.form import Form, Funds, Indicator
from selfeval_xl.labels import key
from selfeval_xl.patterns import expression
from selfeval_xl.scoring.of_form import MOST_FOR_EXECUTION

# ---- rows together -------------------------------------------------------------------------------------------

_HEADING_POINTS = expression(
    r"\((?:权重|分值|满分|共|计)?[:：]?(\d{1,9}(?:\.\d{1,9})?)(?:分|%)\)|(?<=指标)[:：]?(\d{1,9}(?:\.\d{1,9})?)分$"
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
    wrong = [found for field in ("level1", "level2") for found in _blocks_with_other_points(whole.right, field)]
    for heading, rows, figure, total in wrong:
        inner = (
            other for other in wrong if len(other[1]) < len(rows) and all(any(r is s for s in rows) for r in other[1])
        )
        if any(other_total - other_figure == total - figure for _, _, other_figure, other_total in inner):
            continue  # one of its own headings says it
        yield Found(
            heading,
            f"{quoted(heading.text or '')}写明 {points(figure)} 分，其下各指标分值之和为 {points(total)}，"
            f"{'多' if total > figure else '少'} {points(abs(total - figure))}。请核对分值。",
            total,
        )


def _blocks_with_other_points(form: Form, field: str) -> Iterator[tuple[Entry, list[Indicator], Decimal, Decimal]]:
    """Each heading whose figure is not the sum of the weights below it, with both."""
    for heading, rows in _blocks(form.indicators, field):
        figure = _points_in(heading.text) if heading.text else None
        if figure is None:
            continue
        numbers = [row.weight.number for row in rows if row.weight.number is not None]
        if not numbers or len(numbers) < len(rows):
            continue
        if figure != sum(numbers, Decimal(0)):
            yield heading, rows, figure, sum(numbers, Decimal(0))


@lru_cache(maxsize=1024)  # the same headings after every change
def _points_in(heading: str) -> Decimal | None:
    stated = _HEADING_POINTS.search("".join(half_width(heading).split()))
    return None if stated is None else Decimal(stated[1] or stated[2])


def gap_of_heading(found: Found) -> Decimal | None:
    """By how much the weights below a heading are more than it says."""
    figure = _points_in(found.entry.text or "")
    return found.expected - figure if isinstance(found.expected, Decimal) and figure is not None else None


def _blocks(rows: tuple[Indicator, ...], field: str) -> Iterator[tuple[Entry, list[Indicator]]]:
    """The rows under each heading; below another block of the first level the same words are another heading."""
    for _, block in groupby(rows, _HEADINGS[field]):
        below = list(block)
        yield getattr(below[0], field), below


_HEADINGS: dict[str, Callable[[Indicator], tuple[str | None, ...]]] = {
    "level1": lambda row: (row.level1.text,),
    "level2": lambda row: (row.level1.text, row.level2.text),
}


@form_check(ADVICE, REVIEW)
def indicators_are_not_repeated(whole: Whole) -> Iterator[Found]:
    """同一个指标不重复设置。"""
    seen: dict[str, Indicator] = {}
    for row in whole.rows:
        name = re.sub(r"\W+", "", key(row.indicator.level3.text or ""))
        if not name:
            continue
        if name in seen and seen[name].target.text == row.indicator.target.text:
            first = seen[name].level3.spot
            place = f"（{first.address}）" if first is not None else ""
            message = f"与前面的指标{place}名称和指标值都相同。请合并，或写明两者的区别。"
            yield Found(row.indicator.level3, message, row=row.indicator)
        seen.setdefault(name, row.indicator)


# ---- totals --------------------------------------------------------------------------------------------------


@form_check(ERROR, "total_points")
def weights_sum_to_100(whole: Whole) -> Iterator[Found]:
    """预算执行率与各指标的分值合计为 100 分。"""
    form, full = whole.form, expected_weight(whole.form, whole.profile)
    weights = [row.weight for row in form.indicators if row.weight.written]
    numbers = [entry.number for entry in weights if entry.number is not None]
    if not numbers or len(numbers) < len(weights) or any(row.indicator.weight.number is None for row in whole.rows):
        return
    execution = form.total_funds.weight.number if form.total_funds else None
    total = sum(numbers, execution or Decimal(0))
    if total in full_weights(form, whole.profile):
        return
    parts = f"（预算执行率 {points(execution)}，各指标 {points(total - execution)}）" if execution is not None else ""
    gap = f"{'多' if total > full else '少'} {points(abs(total - full))}"
    rest = whole.profile.total_points - full
    besides = f"（预算执行率另占 {points(rest)}）" if rest else ""
    said = f"各项分值合计 {points(total)}{parts}，应为 {points(full)}{besides}，{gap}。"
    for row, right in _mistyped_weights(whole):
        name = "预算执行率" if isinstance(row, Funds) else name_of(row)
        stated, shown = points(row.weight.number or Decimal(0)), points(right)
        message = f"{name}的分值填 {stated}，{said}与它的得分相符的分值是 {shown}。请核对，改为 {shown} 的合计正好。"
        yield Found(row.weight, message, right)
        return
    is_placed = form.total_weight.spot is not None
    yield Found(
        form.total_weight if is_placed else weights[0],
        f"{said}请核对各项分值。",
        full,
        stated=points(total),
    )


def _mistyped_weights(whole: Whole) -> Iterator[tuple[Funds | Indicator, Decimal]]:
    """The weight that is known to be mistyped, with the right one."""
    typed, right = (
        (*((form.total_funds,) if form.total_funds else ()), *form.indicators) for form in (whole.form, whole.right)
    )
    for row, mended in zip(typed, right, strict=True):
        if mended.weight.number is not None and mended.weight.number != row.weight.number:
            yield row, mended.weight.number


@form_check(ERROR, "score_places")
def total_weight_matches_sum(whole: Whole) -> Iterator[Found]:
    """总分的分值等于各项分值之和。"""
    form, expected = whole.form, whole.computed.total_weight
    weights = [row.weight.number for row in form.indicators if row.weight.number is not None]
    stated = form.total_weight.number
    if stated == whole.profile.total_points != expected:
        return  # the weights are wrong, and not their total
    if _leaves_out_execution(whole):
        return
    if stated is not None and stated == sum_of_weights(form, form.indicators):
        return  # the sum of what is printed, one of which is wrong
    if not weights or (stated == sum(weights) and not (form.total_funds and form.total_funds.weight.written)):
        return
    yield from points_differ(form.total_weight, expected, "分值合计", "各项分值之和", whole.profile)


@form_check(ERROR, "score_places")
def total_score_matches_sum(whole: Whole) -> Iterator[Found]:
    """总分等于预算执行率得分与各指标得分之和。"""
    form = whole.form
    scores = [row.score.number for row in form.indicators if row.score.number is not None]
    if not scores or not whole.is_scored or whole.computed.total_score is None:
        return
    printed = form.total_funds.score.number if form.total_funds else None
    execution = whole.computed.execution_score if printed is None else printed
    is_whole = not _leaves_out_execution(whole)
    expected = scoring.total([*scores, execution or Decimal(0)] if is_whole else scores, whole.profile)
    is_dash = printed is None and form.total_funds is not None and bool(form.total_funds.score.written)
    right = {
        whole.computed.total_score if is_whole else expected,
        scoring.total(scores, whole.profile) if is_dash else None,
    }
    are_weighed = all(row.weight.number is not None for row in form.indicators)
    if form.total_funds is None and form.total_score.number is not None and are_weighed:
        left = whole.profile.total_points - sum_of_weights(form, form.indicators)
        if 0 <= form.total_score.number - expected <= left <= MOST_FOR_EXECUTION:
            return  # the points for execution, which stand where nothing was read
    if form.total_score.number not in right:  # the sum of what is printed, or of what should be
        yield from points_differ(
            form.total_score, expected, "总分", "各项得分之和", whole.profile, whole.profile.total_points
        )


def _leaves_out_execution(whole: Whole) -> bool:
    """Whether the total is that of the indicators alone: the weight beside it says so, and the score is near it."""
    form, profile = whole.form, whole.profile
    total, stated = form.total_funds, form.total_score.number
    if total is None or total.score.number is None or stated is None:
        return False
    execution = total.weight.number or profile.execution_points
    scores = sum((row.score.number for row in form.indicators if row.score.number is not None), Decimal(0))
    is_near = abs(stated - scores) < abs(stated - scores - total.score.number)
    return is_near and form.total_weight.number == profile.total_points - execution


@form_check(ERROR, SAVE_CHECKS)
def totals_are_numbers(whole: Whole) -> Iterator[Found]:
    """总分的分值和得分要填数字。"""
    form = whole.form
    for entry, name in ((form.total_weight, "总分的分值"), (form.total_score, "总分的得分")):
        if isinstance(entry.value, str):
            yield Found(entry, f"{name}应为数字，现为{quoted(entry.written)}。请改填数字。")
    if form.total_weight.number is not None and not form.total_score.written and whole.rows and whole.is_scored:
        yield Found(NOTHING, "总分的得分未填。请填写各项得分之和。")


_GRADE = expression(r"(优|良|中|差)(?:秀|好|等)?")


@form_check(ERROR, "grades")
def grade_matches_total(whole: Whole) -> Iterator[Found]:
    """评价等级按总分确定：90 分及以上为优，80 分及以上为良，60 分及以上为中，其余为差。"""
    form, profile, stated = whole.form, whole.profile, stated_grade(whole)
    total = form.total_score.number if form.total_score.number is not None else whole.computed.total_score
    if stated is None or total is None or total < 0:
        return
    expected = scoring.grade(total, profile)
    if expected is not None and stated != expected:
        message = f"评价等级填“{stated}”，总分 {points(total)} 对应的等级为“{expected}”。请改为“{expected}”。"
        yield Found(form.grade, message, expected)


def stated_grade(whole: Whole) -> str | None:
    """The grade that the form names."""
    return _grade_of(key(whole.form.grade.text or ""), [name for _, name in whole.profile.grades])


def _grade_of(words: str, names: Sequence[str]) -> str | None:
    """The grade that the words name; 优秀 is 优 where the rules call it so."""
    if words in names:
        return words
    found = _GRADE.fullmatch(words)
    return found[1] if found is not None and found[1] in names else None


@form_check(ADVICE, LAYOUT)
def first_level_blocks_are_complete(whole: Whole) -> Iterator[Found]:
    """一级指标一般包括产出、效益和满意度指标。"""
    if not whole.rows:
        return
    named = "".join(key(row.level1.text or "") + key(row.level2.text or "") for row in whole.form.indicators)
    missing = [f"{block}指标" for block in ("产出", "效益", "满意度") if block[:2] not in named]
    if named and missing:
        first = whole.rows[0].indicator
        yield Found(first.level1, f"没有{'、'.join(missing)}。请补充，确不适用的请说明。")


@form_check(ADVICE, REVIEW)
def not_everything_has_full_marks(whole: Whole) -> Iterator[Found]:
    """全部指标都得满分的，复核时会重点核实。"""
    if len(whole.rows) < 5 or any(row.lost != 0 for row in whole.rows):
        return
    if whole.computed.total_score == whole.profile.total_points:
        yield Found(whole.form.total_score, "所有指标都得满分。请核实得分依据是否齐全、指标值是否偏低。")
