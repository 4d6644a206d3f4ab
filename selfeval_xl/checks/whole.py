"""What a reviewer sends back of the head, the money, the goals and the totals."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from selfeval_xl import scoring
from selfeval_xl.cells import NOTHING, CellError, Entry, half_width, plain
from selfeval_xl.checks.base import (
    ADVICE,
    ERROR,
    LAYOUT,
    REVIEW,
    SAVE_CHECKS,
    WARNING,
    Found,
    Whole,
    form_check,
    name_of,
    percent,
    points,
    short,
)
from selfeval_xl.checks.printed import places, points_agree, rate_agrees
from selfeval_xl.form import Form, Funds
from selfeval_xl.labels import key
from selfeval_xl.profiles import Profile
from selfeval_xl.scoring.measures import read_measure

AMOUNTS = {"initial_budget": "年初预算数", "annual_budget": "全年预算数", "executed": "全年执行数"}


# ---- head ----------------------------------------------------------------------------------------------------


@form_check(ERROR, SAVE_CHECKS)
def cells_hold_no_errors(whole: Whole) -> Iterator[Found]:
    """单元格中不能有 #REF!、#N/A 等错误值。"""
    for name, entry in _everything(whole.form):
        if isinstance(entry.value, CellError):
            yield Found(entry, f"{name}显示错误值 {entry.value}。请改正其中的公式，或直接填写内容。")


def _everything(form: Form) -> Iterator[tuple[str, Entry]]:
    """Every cell of the form with what it is called."""
    yield from _texts(form)
    for funds in form.funds:
        for field, name in (*AMOUNTS.items(), ("weight", "分值"), ("rate", "执行率"), ("score", "得分")):
            yield f"{_name(funds)}的{name}", getattr(funds, field)
    for row in form.indicators:
        for field, name in (("weight", "分值"), ("score", "得分")):
            yield f"{name_of(row)}{name}", getattr(row, field)
    yield "总分的分值", form.total_weight
    yield "总分的得分", form.total_score


@form_check(WARNING, SAVE_CHECKS)
def names_and_year_are_filled(whole: Whole) -> Iterator[Found]:
    """项目名称、主管部门、实施单位和年度都要填写。"""
    form = whole.form
    heads = {"项目名称": form.project, "主管部门": form.department, "实施单位": form.unit}
    for name, entry in heads.items():
        if entry.text is None:
            yield Found(entry, f"{name}未填写。请补填。")
    if form.year is None:
        yield Found(NOTHING, "年度未填写。请在标题下写明年度。")


_ASKED = r"(?:填写|填入|填报|输入|选择|说明|概述|描述)(?!问卷|调查)"
_HINT = re.compile(
    "|".join(
        (
            rf"^请.{{0,20}}?{_ASKED}",  # 请对照年初目标填写
            rf"[(]请[^()]{{0,20}}?{_ASKED}",
            rf"^[(][^()]*请[^()]*{_ASKED}[^()]*[)]$",  # （未完成指标值的，请说明原因）
            r"[(](?:填写|示例)[^()]{0,20}[)]",
            r"此处(?:填写|填入|输入)",
            r"^示例|^例如:",
            r"(?<![A-Za-z0-9])[Xx×]{2,}(?![A-Za-z0-9])",  # ××单位, but not XXL
            r"_{3,}",
            r"^(?:指标|目标)\d{1,2}:?$",
            r"^[….]{2,}$",
        )
    )
)


@form_check(WARNING, SAVE_CHECKS)
def template_hints_are_replaced(whole: Whole) -> Iterator[Found]:
    """模板中的提示语、示例和 ×× 等占位文字要换成本项目的内容。"""
    for name, entry in _texts(whole.form):
        hint = _HINT.search(half_width(entry.text or "").strip())
        if hint is not None:
            yield Found(entry, f"{name}中还有模板的提示“{short(hint[0])}”。请换成本项目的内容。")


def _texts(form: Form) -> Iterator[tuple[str, Entry]]:
    """Every text that people write, with what it is called."""
    yield "项目名称", form.project
    yield "主管部门", form.department
    yield "实施单位", form.unit
    yield "预期目标", form.expected_goal
    yield "实际完成情况", form.achieved_goal
    for row in form.indicators:
        yield "三级指标", row.level3
        yield "年度指标值", row.target
        yield "实际完成值", row.actual
        yield "偏差原因分析及改进措施", row.reason


# ---- money ---------------------------------------------------------------------------------------------------


@form_check(ERROR, SAVE_CHECKS)
def amounts_are_numbers(whole: Whole) -> Iterator[Found]:
    """预算数和执行数要填数字，不能为负数；年度资金总额的全年预算数和全年执行数不能空着。"""
    total = whole.form.total_funds
    for row in whole.form.funds:
        for field, name in AMOUNTS.items():
            entry: Entry = getattr(row, field)
            title = f"{_name(row)}的{name}"
            if isinstance(entry.value, CellError):
                continue
            if entry.text is not None and not _is_amount(entry):
                yield Found(entry, f"{title}应为数字，现为“{short(entry.text)}”。请改填数字。")
            elif entry.number is not None and entry.number < 0:
                yield Found(entry, f"{title}为负数 {plain(entry.number)}。请核对金额。")
    for field in ("annual_budget", "executed"):
        is_scored = total is not None and (total.rate.number is not None or total.score.number is not None)
        if (
            total is not None
            and getattr(total, field).text is None
            and (is_scored or not getattr(total, field).written)
        ):
            message = f"{_name(total)}的{AMOUNTS[field]}未填写，无法计算执行率。请补填。"
            yield Found(NOTHING, message, field=field, row=total)


def _is_amount(entry: Entry) -> bool:
    if entry.number is not None:
        return True
    measure = read_measure(entry.text)
    return measure is not None and measure.number is not None and measure.unit == "元"


def _name(row: Funds) -> str:
    return re.sub(r"^其中[:：]?", "", short(row.name.text or "年度资金总额"))


@form_check(ERROR, "rate_places")
def execution_rate_matches_amounts(whole: Whole) -> Iterator[Found]:
    """执行率 = 全年执行数 ÷ 全年预算数，以百分数保留两位小数。"""
    row, computed, profile = whole.form.total_funds, whole.computed.rate, whole.profile
    if row is None or row.rate.number is None or computed is None:
        return
    if rate_agrees(row.rate, computed, profile.rate_places, _exact_rate(row, profile)):
        return
    stated, expected = percent(row.rate.number), percent(computed)
    gap = percent(abs(row.rate.number - computed)).rstrip("%")
    yield Found(
        row.rate,
        f"执行率填 {stated}，按全年执行数÷全年预算数应为 {expected}，相差 {gap} 个百分点。"
        + ("请核对金额。" if computed > 1 else f"请改为 {expected} 或核对金额。"),
        computed,
    )


@form_check(ERROR, "score_places")
def execution_score_matches_amounts(whole: Whole) -> Iterator[Found]:
    """预算执行率得分 = 执行率 × 分值，不超过分值，保留两位小数。"""
    row = whole.form.total_funds
    if row is not None:
        expected = whole.computed.execution_score
        full, exact = row.weight.number, _exact_score(row, whole.profile)
        yield from _points(row.score, expected, "预算执行率得分", "按金额", whole.profile, full, exact)


@form_check(ERROR, SAVE_CHECKS)
def execution_is_scored(whole: Whole) -> Iterator[Found]:
    """预算执行率及其分值、得分要填数字，不能为负数。"""
    row, columns = whole.form.total_funds, whole.form.funds_columns or {}
    if row is None or row.annual_budget.number is None or row.executed.number is None:
        return
    for field, name in (("weight", "的分值"), ("rate", ""), ("score", "的得分")):
        entry: Entry = getattr(row, field)
        if not entry.written and field in columns:
            yield Found(NOTHING, f"预算执行率{name}未填。请填写。", field=field, row=row)
        elif isinstance(entry.value, str):
            yield Found(entry, f"预算执行率{name}应为数字，现为“{short(entry.written)}”。请改填数字。")
        elif entry.number is not None and entry.number < 0:
            yield Found(entry, f"预算执行率{name}为负数 {points(entry.number)}。请改填不小于 0 的数。")
        else:
            continue
        return  # what follows from it is not said again


@form_check(ERROR, SAVE_CHECKS)
def no_execution_without_budget(whole: Whole) -> Iterator[Found]:
    """全年预算数为 0 的，不应有执行数。"""
    has_budgets = any(row.annual_budget.number is not None for row in whole.form.funds)
    for row in whole.form.funds:
        budget, executed = row.annual_budget, row.executed
        is_none = budget.number == 0 or (has_budgets and budget.text is None and row is not whole.form.total_funds)
        if executed.number is not None and executed.number > 0 and is_none:
            stated = "为 0" if budget.number == 0 else "空着"
            message = f"{_name(row)}的全年预算数{stated}，全年执行数却填 {plain(executed.number)}。请核对两个金额。"
            yield Found(executed, message)


@form_check(WARNING, SAVE_CHECKS)
def execution_is_within_budget(whole: Whole) -> Iterator[Found]:
    """全年执行数不应超过全年预算数。"""
    for row in whole.form.funds:
        budget, executed = row.annual_budget.number, row.executed.number
        if budget is not None and executed is not None and 0 < budget < executed:
            yield Found(
                row.executed,
                f"{_name(row)}的全年执行数 {plain(executed)} 超过全年预算数 {plain(budget)}，"
                f"多 {plain(executed - budget)}。请核对金额，预算有调整的填调整后的数。",
            )


@form_check(ERROR, SAVE_CHECKS)
def total_funds_match_parts(whole: Whole) -> Iterator[Found]:
    """年度资金总额等于各项资金之和，财政拨款等于其下各级资金之和。"""
    total = whole.form.total_funds
    if total is None:
        return
    parts = _parts(whole.form, total)
    has_all = any(re.search("其他|其它", part.name.text or "") for part, _ in parts)
    yield from _sum_of([part for part, _ in parts], total, has_all=has_all)
    for part, inner in parts:
        yield from _sum_of(inner, part, has_all=len(inner) > 1)


def _sum_of(parts: Sequence[Funds], whole: Funds, *, has_all: bool) -> Iterator[Found]:
    """Each amount of a row against the sum of its parts; parts that may not be all may be less."""
    for field, name in AMOUNTS.items():
        stated: Entry = getattr(whole, field)
        amounts = [getattr(row, field) for row in parts]
        numbers = [entry.number for entry in amounts if entry.number is not None]
        if stated.number is None or not numbers or any(e.text is not None and e.number is None for e in amounts):
            continue
        expected = sum(numbers, Decimal(0))
        tolerance = Decimal("0.005") * len(numbers) * Decimal(10) ** -max(0, places(stated.written) - 2)
        gap = stated.number - expected
        if abs(gap) <= tolerance or (gap > 0 and not has_all):
            continue
        yield Found(
            stated,
            f"{_name(whole)}的{name}填 {plain(stated.number)}，其下各项之和为 {plain(expected)}，"
            f"{'多' if gap > 0 else '少'} {plain(abs(gap))}。请核对各项金额。",
            expected,
        )


_OF_A_PART = re.compile(
    r"中央|省级?|市级?|县级?|区级?|本级|上级|地方|乡镇|一般公共预算|政府性基金|国有资本|(?:上年)?结转"
)
_HAS_PARTS = re.compile(r"财政(?:拨款|资金|补助)|拨款")


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
    return bool(re.match(r"(?:其中:?)?(?:中央|省级|市级|县级|区级|本级|上级|地方|一般公共预算)", name))


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


_OF_SPENDING = re.compile(
    r"执行率|预算执行|结余|结转|未支付|尚未支付|未执行|(?:支付|支出)进度|尾款|质保金|资金[^，。；]{0,6}(?:未|节约|滞后|收回)"
)


@form_check(ADVICE, "execution_points")
def execution_weight_is_that_of_the_rules(whole: Whole) -> Iterator[Found]:
    """预算执行率的分值一般按评分规则设定，如 10 分。"""
    row, usual = whole.form.total_funds, whole.profile.execution_points
    if row is None or row.weight.number is None or row.weight.number in (usual, 0) or row.weight.number < 0:
        return
    stated = points(row.weight.number)
    message = (
        f"预算执行率的分值为 {stated}，评分规则“{whole.profile.title}”为 {points(usual)}。请核对分值，或改选评分规则。"
    )
    yield Found(row.weight, message, usual)


def _points(
    entry: Entry,
    expected: Decimal | None,
    name: str,
    basis: str,
    profile: Profile,
    full: Decimal | None = None,
    exact: Decimal | None = None,
) -> Iterator[Found]:
    """A printed number of points against the computed one."""
    stated = entry.number
    if stated is None or expected is None or points_agree(entry, expected, profile.score_places, full, exact):
        return
    more_or_less = "多" if stated > expected else "少"
    shown, gap = points(expected), points(abs(stated - expected))
    yield Found(
        entry,
        f"{name}填 {points(stated)}，{basis}应为 {shown}，{more_or_less} {gap}。请改为 {shown} 或核对各项。",
        expected,
    )


def _exact_rate(row: Funds, profile: Profile) -> Decimal | None:
    executed, budget = row.executed.number, row.annual_budget.number
    return None if executed is None or budget is None else scoring.exact_rate(executed, budget, profile)


def _exact_score(row: Funds, profile: Profile) -> Decimal | None:
    executed, budget, weight = row.executed.number, row.annual_budget.number, row.weight.number
    if executed is None or budget is None or weight is None:
        return None
    return scoring.exact_score(executed, budget, weight, profile)


# ---- totals --------------------------------------------------------------------------------------------------


@form_check(ERROR, "total_points")
def weights_sum_to_100(whole: Whole) -> Iterator[Found]:
    """预算执行率与各指标的分值合计为 100 分。"""
    form, full = whole.form, whole.profile.total_points
    weights = [row.weight for row in form.indicators if row.weight.written]
    numbers = [entry.number for entry in weights if entry.number is not None]
    if not numbers or len(numbers) < len(weights) or any(row.indicator.weight.number is None for row in whole.rows):
        return
    execution = form.total_funds.weight.number if form.total_funds else None
    total = sum(numbers, execution or Decimal(0))
    usual = {full} if execution is not None else {full, full - whole.profile.execution_points}
    if total not in usual:
        gap = f"{'多' if total > full else '少'} {points(abs(total - full))}"
        yield Found(
            form.total_weight if form.total_weight.spot else weights[0],
            f"各项分值合计 {points(total)}，应为 {points(full)}，{gap}。请核对各项分值。",
            full,
            stated=points(total),
        )


@form_check(ERROR, "score_places")
def total_weight_matches_sum(whole: Whole) -> Iterator[Found]:
    """总分的分值等于各项分值之和。"""
    form, expected = whole.form, whole.computed.total_weight
    weights = [row.weight.number for row in form.indicators if row.weight.number is not None]
    stated = form.total_weight.number
    if stated == whole.profile.total_points != expected:
        return  # the weights are wrong, and not their total
    if not weights or (stated == sum(weights) and not (form.total_funds and form.total_funds.weight.written)):
        return
    yield from _points(form.total_weight, expected, "分值合计", "各项分值之和", whole.profile)


@form_check(ERROR, "score_places")
def total_score_matches_sum(whole: Whole) -> Iterator[Found]:
    """总分等于预算执行率得分与各指标得分之和。"""
    form = whole.form
    scores = [row.score.number for row in form.indicators if row.score.number is not None]
    if not scores or not whole.is_scored or whole.computed.total_score is None:
        return
    printed = form.total_funds.score.number if form.total_funds else None
    execution = whole.computed.execution_score if printed is None else printed
    expected = scoring.total([*scores, execution or Decimal(0)], whole.profile)
    if form.total_score.number != whole.computed.total_score:  # the sum of what is printed, or of what should be
        yield from _points(
            form.total_score, expected, "总分", "各项得分之和", whole.profile, whole.profile.total_points
        )


@form_check(ERROR, SAVE_CHECKS)
def totals_are_numbers(whole: Whole) -> Iterator[Found]:
    """总分的分值和得分要填数字。"""
    form = whole.form
    for entry, name in ((form.total_weight, "总分的分值"), (form.total_score, "总分的得分")):
        if isinstance(entry.value, str):
            yield Found(entry, f"{name}应为数字，现为“{short(entry.written)}”。请改填数字。")
    if form.total_weight.number is not None and not form.total_score.written and whole.rows and whole.is_scored:
        yield Found(NOTHING, "总分的得分未填。请填写各项得分之和。")


_GRADE = re.compile(r"(优|良|中|差)(?:秀|好|等)?")


@form_check(ERROR, "grades")
def grade_matches_total(whole: Whole) -> Iterator[Found]:
    """评价等级按总分确定：90 分及以上为优，80 分及以上为良，60 分及以上为中，其余为差。"""
    form, profile = whole.form, whole.profile
    stated = _grade_of(key(form.grade.text or ""), [name for _, name in profile.grades])
    total = form.total_score.number if form.total_score.number is not None else whole.computed.total_score
    if stated is None or total is None or total < 0:
        return
    expected = scoring.grade(total, profile)
    if expected is not None and stated != expected:
        message = f"评价等级填“{stated}”，总分 {points(total)} 对应的等级为“{expected}”。请改为“{expected}”。"
        yield Found(form.grade, message, expected)


def _grade_of(words: str, names: Sequence[str]) -> str | None:
    """The grade that the words name; 优秀 is 优 where the rules call it so."""
    if words in names:
        return words
    found = _GRADE.fullmatch(words)
    return found[1] if found is not None and found[1] in names else None


# ---- advice --------------------------------------------------------------------------------------------------


@form_check(ADVICE, REVIEW)
def goal_differs_from_result(whole: Whole) -> Iterator[Found]:
    """实际完成情况要写做成了什么，不照抄预期目标。"""
    goal, result = (
        re.sub(r"\W+", "", entry.text or "") for entry in (whole.form.expected_goal, whole.form.achieved_goal)
    )
    if goal and goal == result:
        yield Found(whole.form.achieved_goal, "实际完成情况与预期目标文字相同。请写明实际做了什么、取得什么结果。")


_YEAR = re.compile(r"(?<!\d)(20\d{2})(?=年|\.\d|-\d)")
_LOOKS_BACK = re.compile(r"较|比|同比|以来|上年|结转|基数|基础|跨年|续建|合同|文件|号|至|—|-|~|规划")


@form_check(ADVICE, REVIEW)
def years_are_this_year(whole: Whole) -> Iterator[Found]:
    """沿用上年的表时，文字中的上年年份要改为本年。"""
    year = whole.form.year
    if year is None:
        return
    for name, entry in _texts(whole.form):
        text = entry.text or ""
        years = {int(found) for found in _YEAR.findall(text)}
        if years == {year - 1} and not _LOOKS_BACK.search(text):
            yield Found(entry, f"{name}中写的是 {year - 1} 年，本表为 {year} 年度。请核对是否为上年的内容。", str(year))


@form_check(ADVICE, REVIEW)
def words_are_of_this_project(whole: Whole) -> Iterator[Found]:
    """目标和完成情况不应写着别的项目的内容。"""
    form = whole.form
    own = key(form.project.text or "")
    names = {key(other.project.text or "") for other in whole.others if other is not form} - {own}
    for name, entry in _texts(form):
        text = key(entry.text or "")
        foreign = next((n for n in sorted(names) if len(n) >= 4 and n in text and n not in own and own not in n), None)
        if foreign is not None and own not in text:
            yield Found(entry, f"{name}中写的是另一个项目“{short(foreign)}”。请核对是否误用了该项目的内容。")


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
