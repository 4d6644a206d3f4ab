"""What the official cells of one form show, and the numbers that follow from the form."""

from dataclasses import dataclass, replace
from decimal import Decimal

from selfeval_xl.cells import CellError, Entry, Value, read_value
from selfeval_xl.form import Form
from selfeval_xl.profiles import Profile
from selfeval_xl.scoring.in_cells import NOT_AVAILABLE, Answer, grade_answer, rate_answer, score_answer, total_answer


@dataclass(frozen=True)
class Answers:
    """What the official cells of one form show."""

    rate: Answer
    execution_score: Answer
    total_weight: Answer
    total_score: Answer
    grade: Answer


@dataclass(frozen=True)
class Computed:
    """The numbers that follow from the form's own amounts and scores; None where a cell shows anything else."""

    rate: Decimal | None
    execution_score: Decimal | None
    total_weight: Decimal | None
    total_score: Decimal | None
    grade: str | None


def answers(form: Form, profile: Profile) -> Answers:
    """What the official cells show, from the cells that the form fills.

    Where Python has no answer the formula's way out shows #N/A, and for a grade without a total nothing.
    """
    funds = form.total_funds
    executed = budget = weight = None
    if funds is not None:
        executed, budget, weight = value_of(funds.executed), value_of(funds.annual_budget), value_of(funds.weight)
    score = _shown(score_answer(executed, budget, weight, profile))
    total_score = _shown(total_answer([score], profile, [[value_of(i.score) for i in form.indicators]]))
    return Answers(
        _shown(rate_answer(executed, budget, profile)),
        score,
        _shown(total_answer([weight], profile, [[value_of(i.weight) for i in form.indicators]])),
        total_score,
        _shown(grade_answer(total_score, profile)) if isinstance(total_score, Decimal) else None,
    )


def _shown(answer: Answer) -> Answer:
    return NOT_AVAILABLE if isinstance(answer, CellError) else answer


MOST_FOR_EXECUTION = Decimal(30)  # points; more is left over only where an indicator is missing


def with_execution_weight(form: Form, profile: Profile) -> Form:
    """The form with the points for execution that the other weights leave of 100, where only their score is printed."""
    funds = form.total_funds
    weights = [row.weight.number for row in form.indicators if row.weight.number is not None]
    if funds is None or funds.weight.written or funds.score.number is None or len(weights) < len(form.indicators):
        return form
    weight = profile.total_points - sum(weights, Decimal(0))
    if not weights or not max(funds.score.number, Decimal(1)) <= weight <= MOST_FOR_EXECUTION:
        return form
    weighted = replace(funds, weight=Entry(weight, str(weight)))
    return replace(form, funds=tuple(weighted if row is funds else row for row in form.funds))


def compute(form: Form, profile: Profile) -> Computed:
    """Rates, scores and totals of one form, as far as they are numbers."""
    shown = answers(form, profile)
    return Computed(
        _number_or_none(shown.rate),
        _number_or_none(shown.execution_score),
        _number_or_none(shown.total_weight),
        _number_or_none(shown.total_score),
        next((name for _, name in profile.grades if name == shown.grade), None),
    )


def _number_or_none(answer: Answer) -> Decimal | None:
    return answer if isinstance(answer, Decimal) else None


def value_of(entry: Entry) -> Value:
    """What a function hears from the cell into which this entry is written."""
    return entry.value if isinstance(entry.value, Decimal | CellError) else read_value(entry.written)
