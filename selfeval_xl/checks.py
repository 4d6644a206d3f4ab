"""What a reviewer would send back; yields findings, mends nothing."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from selfeval_xl import scoring
from selfeval_xl.cells import Entry, plain, read_number, round_half_up
from selfeval_xl.form import Form, FundsRow
from selfeval_xl.rules import Rules
from selfeval_xl.scoring import Computed, compute


@dataclass(frozen=True)
class Finding:
    """One thing wrong in a form: where, what was stated, what follows, and what would settle it."""

    source: str | None
    sheet: str | None
    cell: str | None
    rule: str
    level: str
    message: str
    basis: str
    stated: str | None
    expected: str | None


Check = Callable[[Form, Computed, Rules], Iterator[Finding]]


def execution_rate_matches_amounts(form: Form, computed: Computed, rules: Rules) -> Iterator[Finding]:
    """执行率 = 全年执行数 ÷ 全年预算数，以百分数保留两位小数。"""
    row = form.total_funds
    if row is None or row.rate.number is None or computed.rate is None:
        return
    if _agree(row.rate.number, computed.rate, _rate_places(row.rate), rules.rate_places, _exact_rate(row, rules)):
        return
    stated, expected = percent(row.rate.number), percent(computed.rate)
    gap = percent(abs(row.rate.number - computed.rate)).rstrip("%")
    yield _finding(
        form,
        row.rate,
        "execution_rate_matches_amounts",
        f"执行率填 {stated}，按全年执行数÷全年预算数应为 {expected}，相差 {gap} 个百分点。"
        f"请改为 {expected} 或核对金额。",
        rules,
        "rate_places",
        computed.rate,
    )


def execution_score_matches_amounts(form: Form, computed: Computed, rules: Rules) -> Iterator[Finding]:
    """预算执行率得分 = 执行率 × 分值，不超过分值，保留两位小数。"""
    row = form.total_funds
    if row is None:
        return
    yield from _points(
        form,
        row.score,
        computed.execution_score,
        "execution_score_matches_amounts",
        "预算执行率得分",
        "按金额",
        rules,
        _exact_score(row, rules),
    )


def total_weight_matches_sum(form: Form, computed: Computed, rules: Rules) -> Iterator[Finding]:
    """总分的分值等于各项分值之和。"""
    yield from _points(
        form, form.total_weight, computed.total_weight, "total_weight_matches_sum", "分值合计", "各项分值之和", rules
    )


def total_score_matches_sum(form: Form, computed: Computed, rules: Rules) -> Iterator[Finding]:
    """总分等于预算执行率得分与各指标得分之和。"""
    yield from _points(
        form, form.total_score, computed.total_score, "total_score_matches_sum", "总分", "各项得分之和", rules
    )


ARITHMETIC: tuple[Check, ...] = (
    execution_rate_matches_amounts,
    execution_score_matches_amounts,
    total_weight_matches_sum,
    total_score_matches_sum,
)


def arithmetic(form: Form, rules: Rules) -> tuple[Finding, ...]:
    """Where the form's printed rate, score and totals differ from what its own figures give."""
    computed = compute(form, rules)
    return tuple(finding for check in ARITHMETIC for finding in check(form, computed, rules))


def percent(rate: Decimal) -> str:
    """A rate in per cent, with two decimals as the form prints it: 80.88%."""
    return f"{plain(round_half_up(rate * 100, 2))}%"


def _points(
    form: Form,
    entry: Entry,
    expected: Decimal | None,
    rule: str,
    name: str,
    basis: str,
    rules: Rules,
    exact: Decimal | None = None,
) -> Iterator[Finding]:
    stated = entry.number
    if (
        stated is None
        or expected is None
        or _agree(stated, expected, _places(entry.written), rules.score_places, exact)
    ):
        return
    more_or_less = "多" if stated > expected else "少"
    shown, gap = _short(expected), _short(abs(stated - expected))
    yield _finding(
        form,
        entry,
        rule,
        f"{name}填 {_short(stated)}，{basis}应为 {shown}，{more_or_less} {gap}。请改为 {shown} 或核对各项。",
        rules,
        "score_places",
        expected,
    )


def _agree(stated: Decimal, expected: Decimal, printed: int, usual: int, exact: Decimal | None) -> bool:
    """Whether the number, as it is printed or as it is kept, is the expected one at that precision.

    80.9% agrees with 80.89%, and so does 8.0885 with 8.09. `exact` is the expected number before it was rounded,
    so that a printed number may have been rounded only once.
    """
    if round_half_up(stated, usual) == expected:
        return True
    shown = round_half_up(stated, printed)
    return printed < usual and shown in {round_half_up(number, printed) for number in (expected, exact or expected)}


def _places(written: str) -> int:
    """How many decimals are printed; the rounded value is what the reader of the form sees."""
    decimals = re.search(r"[.．]\s*([\d\s]*)", written)
    return len(re.sub(r"\s", "", decimals.group(1))) if decimals else 0


def _rate_places(entry: Entry) -> int:
    """The same for a rate, as a fraction: 81% and 0.81 have two decimals, and 100% may be printed as 1."""
    per_cent = read_number(re.sub("[%％]", "", entry.written))
    number = entry.number
    if per_cent is not None and number is not None and abs(per_cent - number * 100) < abs(per_cent - number):
        return _places(entry.written) + 2
    return _places(entry.written) or 2


def _exact_rate(row: FundsRow, rules: Rules) -> Decimal | None:
    executed, budget = row.executed.number, row.annual_budget.number
    return None if executed is None or budget is None else scoring.exact_rate(executed, budget, rules)


def _exact_score(row: FundsRow, rules: Rules) -> Decimal | None:
    executed, budget, weight = row.executed.number, row.annual_budget.number, row.weight.number
    if executed is None or budget is None or weight is None:
        return None
    return scoring.exact_score(executed, budget, weight, rules)


def _short(points: Decimal) -> str:
    """Points as they are said: two decimals at most."""
    shown = plain(points)
    return plain(round_half_up(points, 2)) if len(shown.partition(".")[2]) > 2 else shown


def _finding(
    form: Form, entry: Entry, rule: str, message: str, rules: Rules, number: str, expected: Decimal
) -> Finding:
    source = dict(rules.sources)[number]
    return Finding(
        source=form.source,
        sheet=form.sheet,
        cell=entry.spot.address if entry.spot else None,
        rule=rule,
        level="error",
        message=message,
        basis=f"{source.notice}（{source.region}）",
        stated=None if entry.number is None else plain(entry.number),
        expected=plain(expected),
    )
