"""The form as people typed it, where our own formulas found nothing to calculate.

A wrong amount makes the rate, its score, the total and the grade errors too; what is sent back is the amount.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from selfeval_xl.cells import NOTHING, CellError, Entry, read_number
from selfeval_xl.form import Form, Funds, Indicator

Row = TypeVar("Row", Funds, Indicator)
_AMOUNTS = ("initial_budget", "annual_budget", "executed", "weight")
_POINTS = ("weight", "score")
_NOT_CALCULATED = Entry(written="—")


def as_typed(form: Form) -> Form:
    """The form without what could not be calculated from wrong amounts or points; any other form as it is.

    Asked from a cell (without a source), or where a file shows an error in place of a number.
    """
    funds = form.total_funds
    answers = (*((funds.rate, funds.score) if funds else ()), form.total_weight, form.total_score)
    if funds is None or (form.source is not None and not any(isinstance(one.value, CellError) for one in answers)):
        return form
    rows = tuple(_with_plain(row, _AMOUNTS) for row in form.funds)
    indicators = tuple(_with_plain(row, _POINTS) for row in form.indicators)
    typed = rows[form.funds.index(funds)]
    is_scored = all(entry.number is not None for entry in (typed.annual_budget, typed.executed, typed.weight))
    if not is_scored:
        shown = replace(typed, rate=_NOT_CALCULATED, score=_NOT_CALCULATED)
        rows = tuple(shown if row is typed else row for row in rows)
    has_total = is_scored and _are_points(row.score for row in indicators)
    return replace(
        form,
        funds=rows,
        indicators=indicators,
        total_weight=form.total_weight
        if _are_points((typed.weight, *(row.weight for row in indicators)))
        else _NOT_CALCULATED,
        total_score=form.total_score if has_total else _NOT_CALCULATED,
        grade=form.grade if has_total else NOTHING,
    )


def _with_plain(row: Row, fields: Iterable[str]) -> Row:
    """A number with its unit, 50万元 or 10 分, is words in a cell that calculates."""
    entries: dict[str, Entry] = {name: getattr(row, name) for name in fields}
    words = {name: replace(entry, value=entry.written) for name, entry in entries.items() if _has_unit(entry)}
    return replace(row, **words) if words else row


def _has_unit(entry: Entry) -> bool:
    return entry.number is not None and read_number(entry.written) is None


def _are_points(entries: Iterable[Entry]) -> bool:
    """Whether nothing but numbers is filled in, and something is."""
    filled = [entry for entry in entries if entry.value is not None]
    return bool(filled) and all(entry.number is not None for entry in filled)
