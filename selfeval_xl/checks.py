"""What a reviewer would send back; yields findings, mends nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from selfeval_xl.cells import Entry, plain
from selfeval_xl.form import Form
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
    if row is None or row.rate.number is None or computed.rate is None or row.rate.number == computed.rate:
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
        form, row.score, computed.execution_score, "execution_score_matches_amounts", "预算执行率得分", "按金额", rules
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
    """A rate as the form prints it, with two decimals or as many as it has: 80.88%."""
    shown = plain(rate * 100)
    if "." in shown:
        shown = shown.rstrip("0")
    whole, _, fraction = shown.partition(".")
    return f"{whole}.{fraction:0<2}%"


def _points(
    form: Form, entry: Entry, expected: Decimal | None, rule: str, name: str, basis: str, rules: Rules
) -> Iterator[Finding]:
    stated = entry.number
    if stated is None or expected is None or stated == expected:
        return
    more_or_less = "多" if stated > expected else "少"
    shown, gap = plain(expected), plain(abs(stated - expected))
    yield _finding(
        form,
        entry,
        rule,
        f"{name}填 {plain(stated)}，{basis}应为 {shown}，{more_or_less} {gap}。请改为 {shown} 或核对各项。",
        rules,
        "score_places",
        expected,
    )


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
