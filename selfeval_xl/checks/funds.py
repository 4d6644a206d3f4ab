"""What a reviewer sends back of the money and its execution."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from selfeval_xl import scoring
from selfeval_xl.cells import NOTHING, CellError, Entry, plain, round_half_up
from selfeval_xl.checks.base import (
    ADVICE,
    AMOUNTS,
    ERROR,
    SAVE_CHECKS,
    WARNING,
    Found,
    Whole,
    form_check,
    name_of_funds,
    percent,
    points,
    quoted,
)
from selfeval_xl.checks.printed import places, points_agree, points_differ, rate_agrees
from selfeval_xl.checks.scored import sum_of_weights
from selfeval_xl.form import Form, Funds
from selfeval_xl.labels import key
from selfeval_xl.patterns import expression
from selfeval_xl.profiles import Profile
from selfeval_xl.scoring.measures import read_measure


@form_check(ERROR, SAVE_CHECKS)
def amounts_are_numbers(whole: Whole) -> Iterator[Found]:
    """预算数和执行数要填数字，不能为负数；年度资金总额的全年预算数和全年执行数不能空着。"""
    total = whole.form.total_funds
    for row in whole.form.funds:
        for field, name in AMOUNTS.items():
            entry: Entry = getattr(row, field)
            if isinstance(entry.value, CellError):
                continue
            if entry.text is not None and not (_is_amount(entry) and (entry.number is not None or whole.form.source)):
                settled = _in_digits(entry, whole.form.money_unit)
                title = f"{name_of_funds(row)}的{name}"
                yield Found(entry, f"{title}应为数字，现为{quoted(entry.text)}。请改填数字{settled}。")
            elif entry.number is not None and entry.number < 0:
                yield Found(entry, f"{name_of_funds(row)}的{name}为负数 {plain(entry.number)}。请核对金额。")
    for field in ("annual_budget", "executed"):
        is_scored = total is not None and (
            total.rate.number is not None
            or total.score.number is not None
            or (whole.form.source is None and total.weight.number is not None)
        )
        if (
            total is not None
            and getattr(total, field).text is None
            and (is_scored or not getattr(total, field).written)
        ):
            message = f"{name_of_funds(total)}的{AMOUNTS[field]}未填写，无法计算执行率。请补填。"
            yield Found(NOTHING, message, field=field, row=total)


def _in_digits(entry: Entry, money_unit: str | None) -> str:
    """The number that an amount with its unit is in the form's own unit: 500000 for 50万元."""
    measure, unit = read_measure(entry.text), read_measure(f"1{money_unit}")
    if measure is None or measure.number is None or unit is None or not unit.number or measure.unit != unit.unit:
        return ""
    return f" {plain((measure.number / unit.number).normalize())}"


def _is_amount(entry: Entry) -> bool:
    if entry.number is not None:
        return True
    measure = read_measure(entry.text)
    return measure is not None and measure.number is not None and measure.unit == "元"


@form_check(ERROR, "rate_places")
def execution_rate_matches_amounts(whole: Whole) -> Iterator[Found]:
    """执行率 = 全年执行数 ÷ 全年预算数，以百分数保留两位小数。

    金额以万元取整，执行率可能按元算的，为建议。
    """
    row, computed, profile = whole.right.total_funds, whole.computed.rate, whole.profile
    if row is None or row.rate.number is None or computed is None:
        return
    if rate_agrees(row.rate, computed, profile.rate_places, _exact_rate(row, profile)):
        return
    stated, expected = percent(row.rate.number), percent(computed)
    gap = percent(abs(row.rate.number - computed)).rstrip("%")
    settle = "请核对金额。" if computed > 1 else f"请改为 {expected} 或核对金额。"
    if _are_of_two_units(row):
        settle = _ONE_UNIT
    elif (score := _score_by_printed_rate(whole)) is not None:
        settle = f"得分与填的执行率相符，请先核对金额；金额无误的，执行率改为 {expected}，得分改为 {score}。"
    said = f"执行率填 {stated}，按全年执行数÷全年预算数应为 {expected}，相差 {gap} 个百分点。"
    if _is_of_rounded_amounts(whole, row, row.rate.number):
        yield Found(row.rate, said + _ROUNDED_AMOUNTS, computed, ADVICE)
        return
    yield Found(row.rate, said + settle, computed)


@form_check(WARNING, "rate_places")
def rates_of_parts_match_amounts(whole: Whole) -> Iterator[Found]:
    """各项资金（财政拨款、结转资金等）填了执行率的，也按本行的全年执行数÷全年预算数核对。"""
    form, total = whole.right, whole.right.total_funds
    if total is None:
        return
    stated = [row for row in form.funds if row.rate.number is not None and row is not total]
    rates = [row.rate.number for row in stated if row.rate.number is not None]
    if sum(rates) == total.rate.number:
        return  # each says its share of the whole
    if any(rate not in (total.rate.number, 0) for rate in rates):  # else one rate is repeated in a merged cell
        yield from _rates_of_parts(whole, total)


def _rates_of_parts(whole: Whole, total: Funds) -> Iterator[Found]:
    profile = whole.profile
    for row in whole.right.funds:
        budget, executed, rate = row.annual_budget.number, row.executed.number, row.rate.number
        if row is total or rate is None or not budget or executed is None or not 0 <= executed <= budget:
            continue
        computed = scoring.execution_rate(executed, budget, profile)
        if computed is None or rate_agrees(row.rate, computed, profile.rate_places, _exact_rate(row, profile)):
            continue
        said = ((one.rate.number, one.annual_budget.number, one.executed.number) for one in (row, total))
        if next(said) == next(said) or _is_of_rounded_amounts(whole, row, rate):
            continue
        message = (
            f"{name_of_funds(row)}的执行率填 {percent(rate)}，按本行的全年执行数÷全年预算数应为 {percent(computed)}。"
            "请核对执行率和金额。"
        )
        yield Found(row.rate, message, computed)


_ROUNDED_AMOUNTS = "金额只填到小数一两位，执行率按元算的可以不改。"
_LITTLE = Decimal("0.001")  # a tenth of a per cent: what rounded amounts may make of a rate


def _is_of_rounded_amounts(whole: Whole, row: Funds, rate: Decimal) -> bool:
    """Whether the rate may be that of the amounts before they were rounded: 91.07% of 12.3 of 13.5 万元."""
    executed, budget, decimals = row.executed.number, row.annual_budget.number, places(row.executed.written)
    if not re.match("[千万亿]", whole.form.money_unit or "") or not executed or not budget or not 1 <= decimals <= 2:
        return False
    half = Decimal("0.5") * Decimal(10) ** -decimals
    least, most = (executed - half) / (budget + half), (executed + half) / (budget - half)
    return least <= rate <= most and rate != 1 and abs(rate - executed / budget) <= _LITTLE


def _score_by_printed_rate(whole: Whole) -> str | None:
    """The score that the amounts give, where the printed one is that of the printed rate and not of the amounts."""
    row, expected, profile = whole.right.total_funds, whole.computed.execution_score, whole.profile
    if row is None or expected is None or row.rate.number is None or row.weight.number is None:
        return None
    if row.score.number is None or points_agree(row.score, expected, profile.score_places, row.weight.number):
        return None
    printed = round_half_up(min(row.rate.number, Decimal(1)) * row.weight.number, profile.score_places)
    agrees = points_agree(row.score, printed, profile.score_places, row.weight.number)
    return points(expected) if agrees and (whole.computed.rate or 0) <= 1 else None


_TEN_THOUSAND = Decimal(10000)
_FEW_YUAN = 1000  # what no project of a year has for its whole budget


@form_check(WARNING, SAVE_CHECKS)
def amounts_are_in_the_unit_of_the_form(whole: Whole) -> Iterator[Found]:
    """金额要按表头注明的单位填写，年初预算数与全年预算数要用同一单位。"""
    total = whole.right.total_funds
    if total is None or not total.annual_budget.number or _are_of_two_units(total):
        return  # said of the rate
    initial, annual = total.initial_budget.number, total.annual_budget.number
    if initial and not Decimal("0.5") < max(initial / annual, annual / initial) / _TEN_THOUSAND < 2:
        initial = None
    if initial:
        yield Found(
            total.initial_budget,
            f"{name_of_funds(total)}的年初预算数 {plain(initial)} 与全年预算数 {plain(annual)} 相差约一万倍，"
            "单位像是不同。请统一单位。",
        )
    elif whole.form.source is not None and whole.form.money_unit == "元" and 0 < annual < _FEW_YUAN:
        yield Found(
            total.annual_budget,
            f"表头注明金额以元计，{name_of_funds(total)}的全年预算数只有 {plain(annual)} 元，像是以万元计的。"
            "请核对单位。",
        )


_ONE_UNIT = "全年执行数与全年预算数的单位像是不同（相差一万倍），请统一单位。"


def _are_of_two_units(row: Funds) -> bool:
    """Whether the printed rate is that of one amount in 元 and the other in 万元."""
    executed, budget, rate = row.executed.number, row.annual_budget.number, row.rate.number
    if not executed or not budget or not rate:
        return False
    return any(
        abs(executed * times / budget - rate) < Decimal("0.001") for times in (Decimal(10000), Decimal("0.0001"))
    )


@form_check(ERROR, "score_places")
def execution_score_matches_amounts(whole: Whole) -> Iterator[Found]:
    """预算执行率得分 = 执行率 × 分值，不超过分值，保留两位小数。"""
    row = whole.right.total_funds
    if row is not None:
        expected = whole.computed.execution_score
        full, exact = row.weight.number, _exact_score(row, whole.profile)
        is_said = row.rate.number is not None and _is_of_rounded_amounts(whole, row, row.rate.number)
        if is_said and _score_by_printed_rate(whole) is not None:
            return  # the score is that of the rate
        yield from points_differ(row.score, expected, "预算执行率得分", "按金额", whole.profile, full, exact)


@form_check(ERROR, SAVE_CHECKS)
def execution_is_scored(whole: Whole) -> Iterator[Found]:
    """预算执行率及其分值、得分要填数字，不能为负数。"""
    row, columns = whole.form.total_funds, whole.form.funds_columns or {}
    if row is None or row.annual_budget.number is None or row.executed.number is None:
        return
    for field, name in (("weight", "的分值"), ("rate", ""), ("score", "的得分")):
        entry: Entry = getattr(row, field)
        is_blank = not entry.written or (field == "weight" and entry.value is None and whole.form.source is None)
        if is_blank and field in columns:
            yield Found(NOTHING, f"预算执行率{name}未填。请填写。", field=field, row=row)
        elif isinstance(entry.value, str):
            yield Found(entry, f"预算执行率{name}应为数字，现为{quoted(entry.written)}。请改填数字。")
        elif entry.number is not None and entry.number < 0:
            yield Found(entry, f"预算执行率{name}为负数 {points(entry.number)}。请改填不小于 0 的数。")
        else:
            continue
        return  # what follows from it is not said again


@form_check(ERROR, SAVE_CHECKS)
def no_execution_without_budget(whole: Whole) -> Iterator[Found]:
    """全年预算数为 0 的，不应有执行数。"""
    form, total = whole.right, whole.right.total_funds
    has_budgets = any(row.annual_budget.number is not None for row in form.funds)
    for row in form.funds:
        budget, executed = row.annual_budget, row.executed
        is_none = budget.number == 0 or (has_budgets and budget.text is None and row is not total)
        if total is not None and total.annual_budget.number is None:
            return  # that is to be filled in first
        if executed.number is not None and executed.number > 0 and is_none:
            stated = "为 0" if budget.number == 0 else "未填"
            message = (
                f"{name_of_funds(row)}的全年预算数{stated}，全年执行数却填 {plain(executed.number)}。请核对两个金额。"
            )
            yield Found(executed, message, level=None if budget.number == 0 else WARNING)
            if row is total:
                return  # its parts are the same money


@form_check(WARNING, SAVE_CHECKS)
def execution_is_within_budget(whole: Whole) -> Iterator[Found]:
    """全年执行数不应超过全年预算数。"""
    total = whole.right.total_funds
    for row in sorted(whole.right.funds, key=lambda row: row is not total):
        budget, executed = row.annual_budget.number, row.executed.number
        if budget is not None and executed is not None and 0 < budget < executed:
            rate = row.rate.number if row is total else None
            yield Found(
                row.executed,
                f"{name_of_funds(row)}的全年执行数 {plain(executed)} 超过全年预算数 {plain(budget)}，"
                f"多 {plain(executed - budget)}"
                + (f"，执行率却填 {percent(rate)}" if rate is not None and rate < 1 else "")
                + "。"
                + (_ONE_UNIT if _are_of_two_units(row) else "请核对金额，预算有调整的填调整后的数。"),
                level=ERROR if rate is not None and rate < 1 else None,
            )
            if row is total:
                return  # its parts are the same money


@form_check(ERROR, SAVE_CHECKS)
def total_funds_match_parts(whole: Whole) -> Iterator[Found]:
    """年度资金总额等于各项资金之和，财政拨款等于其下各级资金之和。"""
    total = whole.form.total_funds
    if total is None:
        return
    parts = _parts(whole.form, total)
    has_all = any(_OTHERS.search(part.name.text or "") for part, _ in parts)
    yield from _sum_of([part for part, _ in parts], total, has_all=has_all)
    for part, inner in parts:
        yield from _sum_of(inner, part, has_all=len(inner) > 1)


def sums_of_parts(form: Form, total: Funds) -> dict[str, Decimal]:
    """What the parts of the money add up to, for the amounts that all of them state."""
    parts = [part for part, _ in _parts(form, total)]
    sums = {}
    for field in AMOUNTS:
        amounts = [getattr(part, field) for part in parts]
        numbers = [entry.number for entry in amounts if entry.number is not None]
        if numbers and not any(entry.text is not None and entry.number is None for entry in amounts):
            sums[field] = sum(numbers, Decimal(0))
    return sums


def _sum_of(parts: Sequence[Funds], whole: Funds, *, has_all: bool) -> Iterator[Found]:
    """Each amount of a row against the sum of its parts; parts that may not be all may be less.

    They are all where they add up in another column.
    """
    may_have_all = has_all or any(_adds_up(parts, whole, field) for field in AMOUNTS)
    for field, name in AMOUNTS.items():
        stated: Entry = getattr(whole, field)
        amounts = [getattr(row, field) for row in parts]
        numbers = [entry.number for entry in amounts if entry.number is not None]
        if stated.number is None or not numbers or any(e.text is not None and e.number is None for e in amounts):
            continue
        expected = sum(numbers, Decimal(0))
        if expected == 0 and any(not entry.written for entry in amounts):
            continue  # the parts are not filled in
        tolerance = Decimal("0.005") * len(numbers) * Decimal(10) ** -max(0, places(stated.written) - 2)
        gap = stated.number - expected
        if abs(gap) <= tolerance or (gap > 0 and not may_have_all):
            continue
        yield Found(
            stated,
            f"{name_of_funds(whole)}的{name}填 {plain(stated.number)}，其下各项之和为 {plain(expected)}，"
            f"{'多' if gap > 0 else '少'} {plain(abs(gap))}。{_how_to_agree(stated.number, expected)}",
            expected,
            WARNING if gap > 0 and not has_all and not _is_of_another_unit(stated.number, expected) else None,
        )


def _how_to_agree(stated: Decimal, expected: Decimal) -> str:
    if _is_of_another_unit(stated, expected):
        return "两者的单位像是不同（相差一万倍），请统一单位。"
    return "请核对各项金额。"


def _is_of_another_unit(stated: Decimal, expected: Decimal) -> bool:
    return bool(expected and stated) and max(stated / expected, expected / stated) == _TEN_THOUSAND


def _adds_up(parts: Sequence[Funds], whole: Funds, field: str) -> bool:
    """Whether several parts are the whole to the last digit."""
    numbers = [amount for row in parts if (amount := getattr(row, field).number)]
    return len(numbers) > 1 and sum(numbers, Decimal(0)) == getattr(whole, field).number


_OTHERS = expression("其他|其它")
_OF_A_PART = expression(
    r"中央|省级?|市级?|县级?|区级?|本级|上级|地方|乡镇|一般公共预算|政府性基金|国有资本|(?:上年)?结转"
)
_OF_A_LEVEL = expression(r"(?:其中:?)?(?:中央|省级|市级|县级|区级|本级|上级|地方|一般公共预算)")
_HAS_PARTS = expression(r"财政(?:拨款|资金|补助)|拨款")


def _parts(form: Form, total: Funds) -> list[tuple[Funds, list[Funds]]]:
    """The rows that make up the total, each with its own parts: 其中：省级 below 财政拨款 is part of that part."""
    parts: list[tuple[Funds, list[Funds]]] = []
    inside = False
    for row in form.funds:
        name = key(row.name.text or "")
        if row is total or not name:
            continue
        begins = name.startswith("其中")
        inside = bool(parts) and (begins or (inside and bool(_OF_A_PART.search(name))))
        if inside:
            parts[-1][1].append(row)
        else:
            parts.append((row, []))
            inside = bool(_HAS_PARTS.search(name)) and _is_split_below(form, row)
    return parts


def _is_split_below(form: Form, above: Funds) -> bool:
    """Whether the row below repeats a share of this one: 中央补助 below 财政拨款."""
    below = form.funds[form.funds.index(above) + 1 :][:1]
    name = key(below[0].name.text or "") if below else ""
    if _OF_A_PART.search(key(above.name.text or "")):
        return False
    return _OF_A_LEVEL.match(name) is not None


@form_check(WARNING, "low_execution")
def low_execution_needs_a_reason(whole: Whole) -> Iterator[Found]:
    """执行率低于规定比例的，要在偏差原因或实际完成情况中说明资金未执行完的原因。"""
    row, rate, limit = whole.form.total_funds, whole.computed.rate, whole.profile.low_execution
    if row is None or rate is None or limit is None or rate >= limit or row.reason.text is not None:
        return
    if not row.annual_budget.number:
        return  # where there was no budget, nothing was left unspent
    texts = (whole.form.achieved_goal, *(one.reason for one in whole.form.indicators))
    if any(_OF_SPENDING.search(entry.text or "") for entry in texts):
        return
    yield Found(
        row.rate if row.rate.spot else row.executed,
        f"执行率 {percent(rate)}，低于 {percent(limit)}，没有说明原因。"
        "请在偏差原因或实际完成情况中写明资金未执行完的原因。",
    )


_OF_SPENDING = expression(
    r"执行率|预算执行|结余|结转|未支付|尚未支付|未执行|(?:支付|支出)进度|尾款|质保金|资金[^，。；]{0,6}(?:未|节约|滞后|收回)"
)


@form_check(ADVICE, "execution_points")
def execution_weight_is_that_of_the_rules(whole: Whole) -> Iterator[Found]:
    """预算执行率的分值一般按评分规则设定，如 10 分。"""
    row, usual = whole.right.total_funds, whole.profile.execution_points
    if row is None or row.weight.number is None or row.weight.number in (usual, 0) or row.weight.number < 0:
        return
    if sum_of_weights(whole.right, whole.right.indicators) != whole.profile.total_points:
        return  # the weights are to be put right together
    stated = points(row.weight.number)
    message = (
        f"预算执行率的分值为 {stated}，评分规则“{whole.profile.title}”为 {points(usual)}。"
        f"其余各项合计 {points(whole.profile.total_points - row.weight.number)}，总分正好；"
        f"如本地规定为 {stated} 分，请改选评分规则，否则各项分值一并调整。"
    )
    yield Found(row.weight, message)


def _exact_rate(row: Funds, profile: Profile) -> Decimal | None:
    executed, budget = row.executed.number, row.annual_budget.number
    return None if executed is None or budget is None else scoring.exact_rate(executed, budget, profile)


def _exact_score(row: Funds, profile: Profile) -> Decimal | None:
    executed, budget, weight = row.executed.number, row.annual_budget.number, row.weight.number
    if executed is None or budget is None or weight is None:
        return None
    return scoring.exact_score(executed, budget, weight, profile)
