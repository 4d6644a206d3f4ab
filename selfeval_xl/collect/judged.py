"""What one file says, judged: its forms as plain records that can be kept and handed from process to process."""

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from selfeval_xl import checks, errors, files
from selfeval_xl.checks import Finding
from selfeval_xl.form import Form, Funds, stated
from selfeval_xl.grid import Grid
from selfeval_xl.profiles import Profile, own
from selfeval_xl.reading import read_forms, refusal
from selfeval_xl.scoring import of_form

NAMELESS = "\x00"  # stands in a sentence where the file's name belongs: the same content may lie in several places
_FUNDS = {
    "initial_budget": "年初预算数", "annual_budget": "全年预算数", "executed": "全年执行数", "weight": "分值",
    "rate": "执行率", "score": "得分", "reason": "原因",
}  # fmt: skip
_INDICATOR = {"target": "年度指标值", "actual": "实际完成值", "weight": "分值", "score": "得分", "reason": "偏差原因"}


@dataclass(frozen=True)
class Judged:
    """One form: what the summary shows of it, its findings, and by which rules.

    Amounts are in `money_unit`, a rate is a fraction; all numbers are decimal strings, None where nothing is said.
    `said` is every field in words, for telling two copies of a form apart, and `saying` a short sign for it.
    """

    sheet: str | None
    unit: str | None
    department: str | None
    project: str | None
    year: int | None
    money_unit: str | None
    initial_budget: str | None
    annual_budget: str | None
    executed: str | None
    rate: str | None
    score: str | None
    total: str | None
    grade: str | None
    profile: str
    instead: str | None
    saying: str
    findings: tuple[Finding, ...]
    said: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Contents:
    """The forms of one file, the sheets without one and what they hold, or why nothing was read."""

    forms: tuple[Judged, ...] = ()
    passed_over: tuple[tuple[str, str], ...] = ()
    trouble: str | None = None


def judged(content: bytes, profile: Profile | None = None) -> Contents:
    """Every form in this content, judged by the profile or, without one, by that which the form names; never raises.

    What was taken from another project is looked for among the forms of the same file.
    """
    try:
        return _judged(files.grids_of(content, Path(NAMELESS)), profile)
    except errors.SelfEvalError as problem:
        return Contents(trouble=str(problem.about(NAMELESS)))
    except MemoryError:
        return Contents(trouble=str(errors.TooLarge("内存不足").about(NAMELESS)))
    except RecursionError:
        return Contents(trouble=str(errors.Damaged().about(NAMELESS)))


def _judged(grids: tuple[Grid, ...], profile: Profile | None) -> Contents:
    forms: list[Form] = []
    others: list[tuple[str, str]] = []
    for grid in grids:
        found = [reading.form for reading in read_forms(grid, NAMELESS)]
        forms += found
        if not found and grid.sheet and (instead := refusal.passed_over(grid)):
            others.append((grid.sheet, instead))
    if not forms:
        raise errors.NoForm(refusal.found_instead(grids))
    filled = [form for form in forms if not form.is_blank]
    if not filled:
        raise errors.BlankForm
    return Contents(tuple(_form(form, profile, filled) for form in filled), tuple(others))


def _form(form: Form, profile: Profile | None, others: list[Form]) -> Judged:
    used, instead = (profile, None) if profile else own.or_national(form.profile.text)
    computed = of_form.compute(of_form.with_execution_weight(form, used), used)
    funds = form.total_funds or Funds()
    rate = funds.rate.number if computed.rate is None else computed.rate
    total = form.total_score.number if form.total_score.number is not None else computed.total_score
    said = tuple(_said(form))
    return Judged(
        form.sheet,
        form.unit.text,
        form.department.text,
        form.project.text,
        form.year,
        form.money_unit,
        _number(funds.initial_budget.number),
        _number(funds.annual_budget.number),
        _number(funds.executed.number),
        _number(rate),
        _number(funds.score.number if funds.score.number is not None else computed.execution_score),
        _number(total),
        form.grade.text or _grade(total, used),
        used.title,
        instead,
        hashlib.sha256(repr(said).encode("utf-8", "surrogatepass")).hexdigest(),
        checks.findings(form, used, others),
        said,
    )


def _number(number: Decimal | None) -> str | None:
    return None if number is None else format(number, "f")


def _grade(total: Decimal | None, profile: Profile) -> str | None:
    """The grade of a total as it stands in the form."""
    if total is None:
        return None
    return next((name for points, name in profile.grades if total >= points), None)


def _said(form: Form) -> list[tuple[str, str]]:
    """Every field that is filled in, with a name by which people find it."""
    said: list[tuple[str, Any]] = [
        ("项目名称", form.project.text), ("主管部门", form.department.text), ("实施单位", form.unit.text),
        ("金额单位", form.money_unit),
    ]  # fmt: skip
    for funds in form.funds:
        name = (funds.name.text or "项目资金").rstrip("：: ")
        said += ((f"{name}：{words}", stated(getattr(funds, field))) for field, words in _FUNDS.items())
    said += [("预期目标", form.expected_goal.text), ("实际完成情况", form.achieved_goal.text)]
    for number, row in enumerate(form.indicators, 1):
        name = (row.level3.text or f"第 {number} 项指标").rstrip("：: ")
        said += ((f"{name}：{words}", stated(getattr(row, field))) for field, words in _INDICATOR.items())
    said += [("总分值", stated(form.total_weight)), ("总分", stated(form.total_score))]
    return [(name, words) for name, words in said if words]
