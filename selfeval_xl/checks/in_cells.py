"""What cells show of the checks: a sentence beside each indicator, and one for the whole form."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from selfeval_xl import checks
from selfeval_xl.cells import NOTHING, Entry, Value, plain, read_value, shorter
from selfeval_xl.checks import ADVICE, Finding
from selfeval_xl.form import Indicator
from selfeval_xl.grid import Grid
from selfeval_xl.profiles import Profile
from selfeval_xl.reading import read_forms
from selfeval_xl.scoring.in_cells import Answer, answered

NOT_A_FORM = "没有认出自评表，请选择从标题到总分的整张表"
BLANK = "尚未填写"
NOTHING_FOUND = "没有发现问题"
_LONGEST = 250  # characters that every spreadsheet program takes from a function


def row_answer(
    target: Value, actual: Value, weight: Value, score: Value, reason: Value, profile: Profile, *, advice: bool = True
) -> Answer:
    """What stands beside one indicator: the gravest finding and how many more there are; blank without any."""

    def question() -> Answer:
        row = Indicator(target=_entry(target), actual=_entry(actual), weight=_entry(weight), score=_entry(score),
                        reason=_entry(reason))  # fmt: skip
        found = sorted(checks.row_findings(row, profile, advice=advice), key=_gravity)
        if not found:
            return None
        more = f"（另有 {len(found) - 1} 项）" if len(found) > 1 else ""
        return shorter(_told(found[0]), _LONGEST - len(more)) + more

    return answered(question)


def form_answer(rows: Iterable[Sequence[Any]], profile: Profile, *, advice: bool = True) -> Answer:
    """What stands at the top of a form, given its cells row by row: how many findings are open, and the first."""

    def question() -> Answer:
        read = read_forms(Grid.of(rows))
        if not read:
            return NOT_A_FORM
        form = read[0].form
        if form.is_blank:
            return BLANK
        found = checks.findings(form, profile, advice=advice)
        if not found:
            return NOTHING_FOUND
        return shorter(f"{_count(found)}。{_told(min(found, key=_gravity))}", _LONGEST)

    return answered(question)


def _count(found: Sequence[Finding]) -> str:
    advice = sum(finding.level == ADVICE for finding in found)
    mechanical = f"{len(found) - advice} 项待处理" if len(found) > advice else NOTHING_FOUND
    return f"{mechanical}，{advice} 条建议" if advice else mechanical


def _told(finding: Finding) -> str:
    return f"{checks.LEVELS[finding.level]}：{finding.message}"


def _gravity(finding: Finding) -> int:
    return list(checks.LEVELS).index(finding.level)


def _entry(value: Value) -> Entry:
    if value is None:
        return NOTHING
    return Entry(value, plain(value)) if isinstance(value, Decimal) else Entry(read_value(value), str(value))
