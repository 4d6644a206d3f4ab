"""汇总: one line for each project of the workbook, and their sum in the last row."""

from collections.abc import Sequence
from decimal import Decimal

from selfeval_xl.cells import Entry, round_half_up
from selfeval_xl.form import Form, Funds
from selfeval_xl.grid import Area
from selfeval_xl.labels import OWN_SHEETS
from selfeval_xl.profiles import Profile
from selfeval_xl.scoring.of_form import answers
from selfeval_xl.sheet.contents import as_written, cached, content_of, rate_style
from selfeval_xl.sheet.fit import HIGHEST_ROW, characters, needed
from selfeval_xl.sheet.layout import (
    ANNUAL_BUDGET,
    EXECUTED,
    FIRST_FUNDS_ROW,
    GRADE_ROW,
    PROFILE_ROW,
    RATE,
    SCORE,
    Column,
    side_cell,
)
from selfeval_xl.sheet.page import Content, Draft, Formula, Page

SUMMARY = "汇总"
GONE = "（工作表已删除）"
TOTAL = "合计"
MIXED = "单位不同"
_HEADING_ROW = 2
_WIDTHS = (45, 260, 70, 135, 135, 82, 82, 82, 110)  # pixels
_NUMBER, _PROJECT, _UNIT, _BUDGET, _EXECUTED, _RATE, _TOTAL, _GRADE, _PROFILE = (
    Column(number, heading, "")
    for number, heading in enumerate(
        ("序号", "项目名称", "金额单位", "全年预算数", "全年执行数", "执行率", "总分", "评价等级", "评分规则"), 1
    )
)
_COLUMNS = (_NUMBER, _PROJECT, _UNIT, _BUDGET, _EXECUTED, _RATE, _TOTAL, _GRADE, _PROFILE)
_UNITS, _NO_UNIT = ("元", "万元", "千元", "亿元"), "未注明"


def summary_page(pages: Sequence[Page], forms: Sequence[Form], profiles: Sequence[Profile]) -> Page:
    """One line for each project sheet, drawn from it by formulas; `profiles` are those of the forms.

    A line copied to another sheet's name gives that sheet's numbers: the cells of the head stand at the same place in
    every sheet, and the total is looked for.
    """
    draft = Draft()
    draft.put(1, 1, OWN_SHEETS[1], "title", right=len(_COLUMNS))
    draft.height(1, 32)
    for column in _COLUMNS:
        draft.put(_HEADING_ROW, column.number, column.heading, "label")
    draft.height(_HEADING_ROW, 26)
    last = _HEADING_ROW + len(pages)
    for row, (page, form, profile) in enumerate(zip(pages, forms, profiles, strict=True), _HEADING_ROW + 1):
        _line(draft, row, page, form, profile)
    _sum(draft, last + 1, forms, profiles)
    return Page(
        SUMMARY,
        tuple(draft.cells),
        _WIDTHS,
        draft.heights,
        Area(1, 1, last + 1, len(_COLUMNS)),
        pages_high=0,
        landscape=True,
        repeated_rows=(1, _HEADING_ROW),
        frozen_rows=_HEADING_ROW,
    )


def _line(draft: Draft, row: int, page: Page, form: Form, profile: Profile) -> None:
    shown, funds = answers(form, profile), form.total_funds or Funds()
    sheet = "'" + page.name.replace("'", "''") + "'!"
    total = f'INDEX({sheet}${SCORE.letter}:${SCORE.letter},MATCH("总分",{sheet}$A:$A,0))'
    drawn: tuple[tuple[Column, str, Content, str, str], ...] = (
        (_PROJECT, f"{sheet}$C$3", as_written(form.project), "text", GONE),
        (_BUDGET, _funds_cell(sheet, ANNUAL_BUDGET), _number(funds.annual_budget), "shown_amount", ""),
        (_EXECUTED, _funds_cell(sheet, EXECUTED), _number(funds.executed), "shown_amount", ""),
        (_RATE, _funds_cell(sheet, RATE), cached(shown.rate), f"shown_{rate_style(profile)}", ""),
        (_TOTAL, total, cached(shown.total_score), "shown_score", ""),
        (_GRADE, f"{sheet}{side_cell(GRADE_ROW)}", cached(shown.grade), "value", ""),
        (_PROFILE, f"{sheet}{side_cell(PROFILE_ROW)}", profile.title, "value", ""),
    )
    draft.put(row, _NUMBER.number, Formula(f"=ROW()-{_HEADING_ROW}", Decimal(row - _HEADING_ROW)), "value")
    unit = Formula(_unit_formula(f"{sheet}$A$5"), form.money_unit or _NO_UNIT)
    draft.put(row, _UNIT.number, unit, "value")
    for column, reference, content, style, otherwise in drawn:
        kept = content if isinstance(content, Decimal) else str(content or "")
        formula = f'=IFERROR(IF({reference}="","",{reference}),"{otherwise}")'
        draft.put(row, column.number, Formula(formula, _without_error(kept)), style)
    draft.height(row, min(HIGHEST_ROW, needed(24, (form.project, characters(_WIDTHS[1]) - 2))))


def _funds_cell(sheet: str, column: Column) -> str:
    return f"{sheet}${column.letter}${FIRST_FUNDS_ROW}"


def _number(entry: Entry) -> Content:
    return content_of(entry) if entry.value is not None else None


def _without_error(kept: Decimal | str) -> Decimal | str:
    return "" if isinstance(kept, str) and kept.startswith("#") else kept


def _unit_formula(heading: str) -> str:
    """What stands in the brackets of 项目资金(元), so that 元 and 万元 are told apart."""
    bare = f'SUBSTITUTE(SUBSTITUTE({heading},"（","("),"）",")")'
    opened, closed = f'FIND("(",{bare})', f'FIND(")",{bare})'
    return f'=IF(ISERROR({heading}),"",IFERROR(MID({bare},{opened}+1,{closed}-{opened}-1),"{_NO_UNIT}"))'


def _sum(draft: Draft, row: int, forms: Sequence[Form], profiles: Sequence[Profile]) -> None:
    """The last row; amounts are added up where all of them have the same unit."""
    units = {form.money_unit or _NO_UNIT for form in forms}
    unit = next(iter(units)) if len(units) == 1 else MIXED
    funds = [form.total_funds or Funds() for form in forms]
    sums = [
        sum((one.number for one in amounts if one.number is not None), Decimal(0)) if len(units) == 1 else ""
        for amounts in ([one.annual_budget for one in funds], [one.executed for one in funds])
    ]
    places = max((profile.rate_places for profile in profiles), default=4)
    rate: Decimal | str = ""
    if isinstance(sums[0], Decimal) and isinstance(sums[1], Decimal) and sums[0] > 0:
        rate = round_half_up(sums[1] / sums[0], places)
    draft.put(row, _NUMBER.number, TOTAL, "label", right=_PROJECT.number)
    draft.put(row, _UNIT.number, Formula(_common_unit_formula(), unit), "value")
    own_unit = _UNIT.at(row)
    for column, amount in zip((_BUDGET, _EXECUTED), sums, strict=True):
        formula = f'=IF({own_unit}="{MIXED}","",SUM({_above(column)}))'
        draft.put(row, column.number, Formula(formula, amount), "shown_amount")
    budget, executed = _BUDGET.at(row), _EXECUTED.at(row)
    formula = f'=IFERROR(IF({budget}>0,ROUND({executed}/{budget},{places}),""),"")'
    draft.put(row, _RATE.number, Formula(formula, rate), f"shown_rate{places - 2}")
    for column in (_TOTAL, _GRADE, _PROFILE):
        draft.put(row, column.number, None, "blank")
    draft.height(row, 26)


def _common_unit_formula() -> str:
    """The unit of all lines; those of deleted sheets have none."""
    above, formula = _above(_UNIT), f'"{MIXED}"'
    for unit in reversed((*_UNITS, _NO_UNIT)):
        formula = f'IF(COUNTIF({above},"{unit}")+COUNTIF({above},"")=ROW()-{_HEADING_ROW + 1},"{unit}",{formula})'
    return f"={formula}"


def _above(column: Column) -> str:
    """The cells above the last row from the heading on, so that rows inserted at either end stay inside."""
    return f"{column.letter}{_HEADING_ROW}:INDEX({column.letter}:{column.letter},ROW()-1)"
