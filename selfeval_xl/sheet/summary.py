"""汇总: one line for each project of the workbook, and their sum in the last row."""

from collections.abc import Iterator, Sequence
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
from selfeval_xl.sheet.layout import TOTAL as LAST_ROW
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
_UNITS, _NO_UNIT = ("元", "万元", "千元", "亿元"), "未注明"  # the units with 元 in them after it


FIRST_LINE = _HEADING_ROW + 1
PROJECT_COLUMN = _PROJECT.number
HEADINGS = tuple(column.heading for column in _COLUMNS)


def line_of(name: str, profile: Profile) -> Iterator[tuple[int, Content]]:
    """The formulas of a line that is drawn from the sheet of this name, by column; not yet calculated."""
    draft = Draft()
    _line(draft, FIRST_LINE, name, Form(), profile)
    return ((cell.column, cell.content) for cell in draft.cells)


def summary_page(names: Sequence[str], forms: Sequence[Form], profiles: Sequence[Profile]) -> Page:
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
    last = _HEADING_ROW + len(names)
    for row, (name, form, profile) in enumerate(zip(names, forms, profiles, strict=True), FIRST_LINE):
        _line(draft, row, name, form, profile)
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


def _line(draft: Draft, row: int, name: str, form: Form, profile: Profile) -> None:
    shown, funds = answers(form, profile), form.total_funds or Funds()
    sheet = "'" + name.replace("'", "''") + "'!"
    total = f'INDEX({sheet}${SCORE.letter}:${SCORE.letter},MATCH("{LAST_ROW}",{sheet}$A:$A,0))'
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
    unit = Formula(_unit_formula(sheet, f"{sheet}$A$5"), form.money_unit or _NO_UNIT)
    draft.put(row, _UNIT.number, unit, "value")
    for column, reference, content, style, otherwise in drawn:
        kept = content if isinstance(content, Decimal) else str(content or "")
        formula = f'=IF(ISERROR({sheet}$A$1),"{otherwise}",IF({reference}="","",{reference}))'
        draft.put(row, column.number, Formula(formula, kept), style)
    draft.height(row, min(HIGHEST_ROW, needed(24, (form.project, characters(_WIDTHS[1]) - 2))))


def _funds_cell(sheet: str, column: Column) -> str:
    return f"{sheet}${column.letter}${FIRST_FUNDS_ROW}"


def _number(entry: Entry) -> Content:
    return content_of(entry) if entry.value is not None else None


def _unit_formula(sheet: str, heading: str) -> str:
    """The unit that stands with 项目资金, however it is written there."""
    found = f'"{_NO_UNIT}"'
    for unit in _UNITS:
        found = f'IF(COUNTIF({heading},"*{unit}*"),"{unit}",{found})'
    return f'=IF(ISERROR({sheet}$A$1),"",{found})'


def _sum(draft: Draft, row: int, forms: Sequence[Form], profiles: Sequence[Profile]) -> None:
    """The last row; amounts are added up where every line has one, all of them in the same unit."""
    units = {form.money_unit or _NO_UNIT for form in forms}
    unit = next(iter(units)) if len(units) == 1 else MIXED
    funds = [form.total_funds or Funds() for form in forms]
    budget = _added([one.annual_budget for one in funds]) if len(units) == 1 else ""
    executed = _added([one.executed for one in funds]) if len(units) == 1 else ""
    places = max((profile.rate_places for profile in profiles), default=4)
    rate: Decimal | str = ""
    if isinstance(budget, Decimal) and isinstance(executed, Decimal) and budget > 0:
        rate = round_half_up(executed / budget, places)
    draft.put(row, _NUMBER.number, TOTAL, "label", right=_PROJECT.number)
    above, last = _above(_UNIT), f"INDEX({_UNIT.letter}:{_UNIT.letter},ROW()-1)"
    same = f'COUNTIF({above},{last})+COUNTIF({above},"")=ROW()-{_HEADING_ROW + 1}'
    draft.put(row, _UNIT.number, Formula(f'=IF({same},{last},"{MIXED}")', unit), "value")
    for column, amount in ((_BUDGET, budget), (_EXECUTED, executed)):
        block = _above(column)
        formula = f'=IF(COUNT({block})=COUNTIF({above},{_UNIT.at(row)}),SUM({block}),"")'
        draft.put(row, column.number, Formula(formula, amount), "shown_amount")
    own_budget, own_executed = _BUDGET.at(row), _EXECUTED.at(row)
    formula = f'=IFERROR(IF({own_budget}>0,ROUND({own_executed}/{own_budget},{places}),""),"")'
    draft.put(row, _RATE.number, Formula(formula, rate), f"shown_rate{places - 2}")
    for column in (_TOTAL, _GRADE, _PROFILE):
        draft.put(row, column.number, None, "blank")
    draft.height(row, 26)


def _added(amounts: Sequence[Entry]) -> Decimal | str:
    numbers = [amount.number for amount in amounts if amount.number is not None]
    return sum(numbers, Decimal(0)) if numbers and len(numbers) == len(amounts) else ""


def _above(column: Column) -> str:
    """The cells above the last row from the heading on, so that rows inserted at either end stay inside."""
    return f"{column.letter}{_HEADING_ROW}:INDEX({column.letter}:{column.letter},ROW()-1)"
