"""核对 and 下一条: what a reviewer would send back of the forms in the open workbook."""

from collections.abc import Iterator, Sequence

from selfeval_xl import actions, checks
from selfeval_xl.cells import shorter
from selfeval_xl.checks import LEVELS, Finding
from selfeval_xl.excel.buttons.tables import Group, link, put_table
from selfeval_xl.excel.given import Given, GivenSheet
from selfeval_xl.excel.plan import LONGEST_MESSAGE, Draft, Plan, Step, listed, said
from selfeval_xl.form import Form
from selfeval_xl.labels import FINDINGS_SHEET

_NO_FORM = "当前工作簿里没有认出自评表。"
_COLUMNS = (("级别", 8.0), ("工作表", 28.0), ("单元格", 9.0), ("问题和处理办法", 64.0), ("依据", 26.0))


def report(given: Given) -> Plan:
    """A sheet that lists what would come back of all forms: the gravest first, each line linked to its cell."""
    forms = [(sheet, reading.form) for sheet in given.sheets for reading in sheet.readings]
    if not forms:
        return said(_NO_FORM)
    found = [finding for _, form in forms for finding in _findings(form, [other for _, other in forms])]
    counts = [f"{_of(level, found)} 条{word}" for level, word in LEVELS.items() if _of(level, found)]
    summary = f"共 {len(forms)} 张自评表：" + ("、".join(counts) if counts else "没有发现问题") + "。"
    draft = Draft()
    put_table(
        draft,
        given,
        FINDINGS_SHEET,
        FINDINGS_SHEET,
        f"{summary}单击“单元格”一栏可转到该处；改完后再单击“核对”，本表会重新生成。",
        _COLUMNS,
        list(_groups(found)),
    )
    told = f"{summary}\n清单在工作表“{FINDINGS_SHEET}”中。" if found else summary
    return draft.plan(told + left_out(given, "没有核对"))


def left_out(given: Given, what: str) -> str:
    """The hidden sheets, which may hold forms that nobody sees, as the end of a message."""
    hidden = [sheet.name for sheet in given.sheets if not sheet.is_visible]
    return f"\n隐藏的工作表{what}：{listed(hidden, 4)}" if hidden else ""


def next_finding(given: Given) -> Plan:
    """Selects the cell of the next finding below the selected row, and says what is found there."""
    sheet, form = given.sheet, given.sheet.form
    if form is None:
        return said("当前工作表里没有认出自评表（或有多张），请切换到要核对的项目表。")
    found = sorted((finding for finding in _findings(form, ()) if _row(finding)), key=_row)
    elsewhere = [finding for finding in _findings(form, ()) if not _row(finding)]
    if not found:
        return said(_told(sheet, elsewhere) if elsewhere else "没有发现问题。")
    row = next((_row(one) for one in found if _row(one) > given.rows[1]), _row(found[0]))
    here = [finding for finding in found if _row(finding) == row]
    draft = Draft()
    draft.step(Step("show", sheet.name, here[0].cell or ""))
    left = len({_row(finding) for finding in found}) - 1
    more = f"\n\n还有 {left} 行有意见，再单击“下一条”查看。" if left else ""
    return draft.plan(shorter(_told(sheet, here), LONGEST_MESSAGE - 100) + more)


def _findings(form: Form, others: Sequence[Form]) -> tuple[Finding, ...]:
    return checks.findings(form, actions.own_profile(form)[0], [other for other in others if other is not form])


def _groups(found: Sequence[Finding]) -> Iterator[Group]:
    for level, word in LEVELS.items():
        of_level = [finding for finding in found if finding.level == level]
        if of_level:
            rows = tuple((word, one.sheet, link(one.sheet or "", one.cell), one.message, one.basis) for one in of_level)
            yield Group(f"{word}（{len(of_level)} 条）", rows)


def _of(level: str, found: Sequence[Finding]) -> int:
    return sum(finding.level == level for finding in found)


def _row(finding: Finding) -> int:
    return int(finding.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) if finding.cell else 0


def _told(sheet: GivenSheet, found: Sequence[Finding]) -> str:
    lines = (f"{finding.cell or sheet.name} {LEVELS[finding.level]}：{finding.message}" for finding in found)
    return "\n".join(lines)
