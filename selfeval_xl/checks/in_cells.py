"""What cells show of the checks: a sentence beside each indicator, and one for the whole form."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import Any

from selfeval_xl import checks
from selfeval_xl.cells import NOTHING, Entry, Value, plain, read_value, shorter
from selfeval_xl.checks import ADVICE, CHECKS, Finding
from selfeval_xl.checks.base import Row, name_of
from selfeval_xl.form import Indicator
from selfeval_xl.grid import Grid
from selfeval_xl.profiles import Profile
from selfeval_xl.reading import read_forms
from selfeval_xl.scoring.direction import UNNAMED, Named
from selfeval_xl.scoring.in_cells import LONGEST, NOT_AVAILABLE, Answer, Unanswerable, answered

NOT_A_FORM = "没有认出自评表，请选择从标题到总分的整张表"
BLANK = "尚未填写"
PLANNED = "尚未填写完成情况"  # as after the form was carried over from the year before
NOTHING_FOUND = "没有发现问题"
PARTS = {check.name: check.part for check in CHECKS}


def row_answer(
    target: Value,
    actual: Value,
    weight: Value,
    score: Value,
    reason: Value,
    profile: Profile,
    *,
    advice: bool = True,
    named: Named = UNNAMED,
) -> Answer:
    """What stands beside one indicator: the gravest finding and how many more there are; blank without any.

    Its name, which stands beside it, is not said again. Where nothing is wrong and no score follows, why people have
    to judge; where nothing but the plan is filled in, that nothing is.
    """

    def question() -> Answer:
        level3, level2, level1 = (_entry(name or None) for name in named)
        row = Indicator(level1, level2, level3, *map(_entry, (target, actual, weight, score, reason)))
        found = sorted(checks.row_findings(row, profile, advice=advice), key=_gravity)
        if actual is None and score is None and reason is None and found:  # a plan whose year is still to come
            found = [one for one in found if one.rule != "result_is_given"]
            if not found:
                return BLANK
        if not found:
            return _why_people_judge(row, profile) if advice else None
        more = f"（另有 {len(found) - 1} 项）" if len(found) > 1 else ""
        first = replace(found[0], message=found[0].message.removeprefix(name_of(row)))
        return shorter(_told(first), LONGEST - len(more)) + more

    return answered(question)


def _why_people_judge(row: Indicator, profile: Profile) -> str | None:
    suggested = Row(row, profile).suggested
    return f"得分由人工判断：{suggested.why}。" if suggested is not None and suggested.undecided else None


def form_answer(
    rows: Iterable[Sequence[Any]], profile: Profile, *, advice: bool = True, part: str | None = None
) -> Answer:
    """What stands at the top of a form, given its cells row by row: how many findings are open, and the first.

    Of one `part` of the form (资金, 总分 …) only its gravest finding, and nothing where there is none.
    """

    def question() -> Answer:
        found = _found(tuple(map(_distinct, rows)), profile, advice)
        if part is not None:
            if found == NOT_A_FORM:
                raise Unanswerable(NOT_AVAILABLE)  # the formula says by itself what is missing
            of_part = [one for one in found if PARTS[one.rule] == part] if not isinstance(found, str) else []
            return shorter(_placed(min(of_part, key=_gravity)), LONGEST) if of_part else None
        if isinstance(found, str):
            return found
        if not found:
            return NOTHING_FOUND
        return shorter(f"{_count(found)}。{_placed(min(found, key=_gravity))}", LONGEST)

    return answered(question)


def _distinct(row: Sequence[Any]) -> tuple[Any, ...]:
    """The cells of a row as they tell it from another one: Python takes TRUE for equal to 1."""
    return tuple(str(cell).upper() if cell is True or cell is False else cell for cell in row)


@lru_cache(16)  # several cells ask of the same form in one recalculation
def _found(rows: tuple[tuple[Any, ...], ...], profile: Profile, advice: bool) -> tuple[Finding, ...] | str:
    """What would come back of the form in these cells, or what they are instead."""
    read = read_forms(Grid.of(rows))
    if not read:
        return NOT_A_FORM
    form = read[0].form
    if form.is_blank or form.is_only_planned:
        return BLANK if form.is_blank else PLANNED
    return checks.findings(form, profile, advice=advice)


def _count(found: Sequence[Finding]) -> str:
    advice = sum(finding.level == ADVICE for finding in found)
    mechanical = f"{len(found) - advice} 项待处理" if len(found) > advice else NOTHING_FOUND
    return f"{mechanical}，{advice} 条建议" if advice else mechanical


def _told(finding: Finding, place: str = "") -> str:
    return f"{checks.LEVELS[finding.level]}{place}：{finding.message}"


def _placed(finding: Finding) -> str:
    """The finding with its cell, where it does not stand beside it."""
    return _told(finding, f"（{finding.cell}）" if finding.cell else "")


def _gravity(finding: Finding) -> int:
    return list(checks.LEVELS).index(finding.level)


def _entry(value: Value) -> Entry:
    if value is None:
        return NOTHING
    return Entry(value, plain(value)) if isinstance(value, Decimal) else Entry(read_value(value), str(value))
