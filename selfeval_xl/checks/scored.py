"""Which rows of a form are scored: what only divides the row above it, or has no points by design, is none."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from selfeval_xl.cells import Entry
from selfeval_xl.form import Form, Indicator
from selfeval_xl.patterns import expression
from selfeval_xl.profiles import Profile

_DIVIDES = expression(r"\s*(?:其\s*中|[★☆▲△※]|[—–-]{2})")


def full_weights(form: Form, profile: Profile) -> set[Decimal]:
    """What the weights may sum to: without points for execution, also what execution usually leaves."""
    full = profile.total_points
    execution = form.total_funds.weight.number if form.total_funds else None
    return {full} if execution is not None else {full, full - profile.execution_points}


def expected_weight(form: Form, profile: Profile) -> Decimal:
    """What the weights are to sum to: without those for execution, where its score alone is printed."""
    total = form.total_funds
    left_out = total is not None and total.weight.number is None and total.score.number is not None
    return profile.total_points - (profile.execution_points if left_out else 0)


def sum_of_weights(form: Form, rows: Iterable[Indicator]) -> Decimal:
    """The points for execution and those of these rows."""
    execution = form.total_funds.weight.number if form.total_funds else None
    numbers = [row.weight.number for row in rows]
    return sum([number for number in numbers if number is not None], execution or Decimal(0))


def only_scored(form: Form, profile: Profile) -> Form:
    """The form without the rows that are no scored indicators.

    Without points these are rows named 其中：… or ★…, rows with a dash for their points, and any other row where the
    weights of the rest are complete. With points they are rows that divide the weight above, so that the weights are
    complete only without them.
    """
    with_points = tuple(row for row in form.indicators if row.weight.text is not None or row.score.text is not None)
    if not with_points:
        return form
    is_complete = sum_of_weights(form, with_points) in full_weights(form, profile)
    if is_complete and len(with_points) == len(form.indicators):
        return form
    rows = tuple(
        row
        for row in form.indicators
        if row.weight.text is not None
        or row.score.text is not None
        or not (is_complete or divides(row) or _has_dashes(row))
    )
    parts = [] if is_complete else _parts(rows)
    whole = tuple(row for row in rows if not any(row is part for part in parts))
    if parts and sum_of_weights(form, whole) in full_weights(form, profile):
        rows = whole
    return form if len(rows) == len(form.indicators) else replace(form, indicators=rows)


def divides(row: Indicator) -> bool:
    """Whether the row's name says that it is a part of the row above."""
    return _DIVIDES.match(row.level3.written) is not None


def _has_dashes(row: Indicator) -> bool:
    return _is_dash(row.weight) and _is_dash(row.score)


def _is_dash(entry: Entry) -> bool:
    return entry.value is None and bool(entry.written.strip())


def _parts(rows: tuple[Indicator, ...]) -> list[Indicator]:
    """The rows from 其中：… on whose weights together are that of the row above them."""
    found: list[Indicator] = []
    for at in range(1, len(rows)):
        above = rows[at - 1].weight.number
        if not divides(rows[at]) or above is None or any(rows[at] is part for part in found):
            continue
        total = Decimal(0)
        for end in range(at, len(rows)):
            total += rows[end].weight.number or Decimal(0)
            if total >= above:
                found += rows[at : end + 1] if total == above else ()
                break
    return found
