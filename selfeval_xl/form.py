"""What one form says, as frozen records; every value knows its cell."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from selfeval_xl.cells import NOTHING, Entry, plain
from selfeval_xl.labels import TOTAL_FUNDS, key
from selfeval_xl.once import once


@dataclass(frozen=True)
class Funds:
    """One row of 项目资金; amounts in the form's own unit, the rate as a fraction."""

    name: Entry = NOTHING
    initial_budget: Entry = NOTHING
    annual_budget: Entry = NOTHING
    executed: Entry = NOTHING
    weight: Entry = NOTHING
    rate: Entry = NOTHING
    score: Entry = NOTHING
    reason: Entry = NOTHING


@dataclass(frozen=True)
class Indicator:
    """One row of 绩效指标; 一级 and 二级 are filled in where the paper merges them.

    Where the paper divides 年度指标值, `target` is the whole and `nature` and `target_unit` are its parts.
    """

    level1: Entry = NOTHING
    level2: Entry = NOTHING
    level3: Entry = NOTHING
    target: Entry = NOTHING
    actual: Entry = NOTHING
    weight: Entry = NOTHING
    score: Entry = NOTHING
    reason: Entry = NOTHING
    nature: Entry = NOTHING
    target_unit: Entry = NOTHING


@dataclass(frozen=True)
class Form:
    """One 项目支出绩效自评表.

    `titles` are the cells in which the year stands: a line of its own, the title, the value beside 年度.
    `columns` names the fields of `Indicator` for which the paper has a column, and where it stands; `funds_columns`
    the same for `Funds`. None where that is not known.
    """

    source: str | None = None
    sheet: str | None = None
    layout: str = "national"
    year: int | None = None
    project: Entry = NOTHING
    department: Entry = NOTHING
    unit: Entry = NOTHING
    money_unit: str | None = None
    funds: tuple[Funds, ...] = ()
    expected_goal: Entry = NOTHING
    achieved_goal: Entry = NOTHING
    indicators: tuple[Indicator, ...] = ()
    total_weight: Entry = NOTHING
    total_score: Entry = NOTHING
    profile: Entry = NOTHING
    grade: Entry = NOTHING
    columns: Mapping[str, int] | None = None
    funds_columns: Mapping[str, int] | None = None
    titles: tuple[Entry, ...] = ()

    @property
    def is_blank(self) -> bool:
        """Whether nothing of it is filled in but what the paper prints."""
        funds = self.total_funds
        amounts = (funds.annual_budget, funds.executed) if funds else ()
        filled = [self.project, self.expected_goal, *amounts, *(row.target for row in self.indicators)]
        return not any(entry.text for entry in filled)

    @property
    def is_only_planned(self) -> bool:
        """Whether the year's results are still to come: nothing executed, no goal achieved, no result and no score."""
        results = [self.achieved_goal, *(row.executed for row in self.funds)]
        results += (entry for row in self.indicators for entry in (row.actual, row.score, row.reason))
        return not any(entry.text for entry in results)

    def has_column(self, field: str) -> bool:
        """Whether the paper has a place for this field of an indicator, as far as is known."""
        return self.columns is None or field in self.columns

    @once
    def total_funds(self) -> Funds | None:
        """The row 年度资金总额, the only one that is scored; without that name the first row."""
        named = (row for row in self.funds if row.name.text and TOTAL_FUNDS.fullmatch(key(row.name.text)))
        return next(named, self.funds[0] if self.funds else None)


def stated(entry: Entry) -> str | None:
    """The entry as the JSON document states it: digits, words, or None."""
    if entry.number is not None:
        return plain(entry.number)
    return entry.text


def document(form: Form) -> dict[str, Any]:
    """The form as `show --json` prints it, without what is computed."""
    return {
        "source": form.source,
        "sheet": form.sheet,
        "layout": form.layout,
        "year": form.year,
        "project": form.project.text,
        "department": form.department.text,
        "unit": form.unit.text,
        "money_unit": form.money_unit,
        "funds": [
            {
                "name": row.name.text,
                "initial_budget": stated(row.initial_budget),
                "annual_budget": stated(row.annual_budget),
                "executed": stated(row.executed),
                "weight": stated(row.weight),
                "rate": stated(row.rate),
                "score": stated(row.score),
                **_where_stated(reason=row.reason),
            }
            for row in form.funds
        ],
        "goals": {"expected": form.expected_goal.text, "achieved": form.achieved_goal.text},
        "indicators": [
            {
                "level1": row.level1.text,
                "level2": row.level2.text,
                "level3": row.level3.text,
                "target": row.target.text,
                "actual": row.actual.text,
                "weight": stated(row.weight),
                "score": stated(row.score),
                "reason": row.reason.text,
                **_where_stated(nature=row.nature, unit=row.target_unit),
            }
            for row in form.indicators
        ],
        "total_weight": stated(form.total_weight),
        "total_score": stated(form.total_score),
        **_where_stated(grade=form.grade),
    }


def _where_stated(**entries: Entry) -> dict[str, str]:
    """What only some layouts have a place for."""
    return {name: entry.text for name, entry in entries.items() if entry.text is not None}
