"""汇总: one line for each project of the workbook."""

from collections.abc import Sequence
from decimal import Decimal

from selfeval_xl.cells import NOTHING, column_letters
from selfeval_xl.form import Form, Funds
from selfeval_xl.grid import Area
from selfeval_xl.labels import OWN_SHEETS
from selfeval_xl.profiles import Profile
from selfeval_xl.scoring.of_form import answers
from selfeval_xl.sheet.contents import as_written, cached, content_of
from selfeval_xl.sheet.fit import HIGHEST_ROW, needed
from selfeval_xl.sheet.layout import FIRST_FUNDS_ROW, SIDE, rate_style
from selfeval_xl.sheet.page import Content, Draft, Formula, Page

SUMMARY = "汇总"
_SUMMARY_HEADINGS = (
    "序号",
    "项目名称",
    "金额单位",
    "全年预算数",
    "全年执行数",
    "执行率",
    "总分",
    "评价等级",
    "评分规则",
)
_SUMMARY_WIDTHS = (6.0, 36.0, 9.0, 18.0, 18.0, 11.0, 11.0, 11.0, 14.0)
_SUMMARY_ANSWERS = (6, 7, 8)  # 执行率, 总分, 评价等级
_NO_UNIT = "未注明"


def summary_page(pages: Sequence[Page], forms: Sequence[Form], profiles: Sequence[Profile]) -> Page:
    """One line for each project sheet, drawn from it by formulas; `profiles` are those of the forms."""
    draft = Draft()
    draft.put(1, 1, OWN_SHEETS[1], "title", right=len(_SUMMARY_HEADINGS))
    draft.height(1, 32)
    for column, heading in enumerate(_SUMMARY_HEADINGS, 1):
        draft.put(2, column, heading, "label")
    draft.height(2, 26)
    for row, (page, form, profile) in enumerate(zip(pages, forms, profiles, strict=True), 3):
        shown = answers(form, profile)
        funds = form.total_funds or Funds(NOTHING)
        quoted = "'" + page.name.replace("'", "''") + "'"
        draft.put(row, 1, Decimal(row - 2), "points")
        unit = Formula(_unit_formula(f"{quoted}!A5"), form.money_unit or _NO_UNIT)
        draft.put(row, 3, unit, "points")
        draft.height(row, min(HIGHEST_ROW, needed(24, (form.project, (34,)))))
        drawn: tuple[tuple[int, str, Content, str], ...] = (
            (2, "C3", as_written(form.project), "text"),
            (4, f"E{FIRST_FUNDS_ROW}", content_of(funds.annual_budget), "amount"),
            (5, f"F{FIRST_FUNDS_ROW}", content_of(funds.executed), "amount"),
            (6, f"H{FIRST_FUNDS_ROW}", cached(shown.rate), rate_style(profile)),
            (7, f"H{page.total_row}", cached(shown.total_score), "total"),
            (8, f"{column_letters(SIDE + 1)}2", cached(shown.grade), "answer"),
            (9, f"{column_letters(SIDE + 1)}1", profile.title, "points"),
        )
        for column, address, content, style in drawn:
            reference = f"{quoted}!{address}"
            kept = content if isinstance(content, Decimal) else str(content or "")
            formula = Formula(f'=IF({reference}="","",{reference})', kept)
            if column in _SUMMARY_ANSWERS:
                draft.answer(row, column, formula, style, _SUMMARY_WIDTHS[column - 1])
            else:
                draft.put(row, column, formula, style)
    printed = Area(1, 1, max(3, 2 + len(pages)), len(_SUMMARY_HEADINGS))
    return Page(
        SUMMARY,
        tuple(draft.cells),
        _SUMMARY_WIDTHS,
        draft.heights,
        printed,
        pages_high=0,
        landscape=True,
        repeated_rows=(1, 2),
    )


def _unit_formula(heading: str) -> str:
    """What stands in the brackets of 项目资金(元), so that 元 and 万元 are told apart."""
    bare = f'SUBSTITUTE(SUBSTITUTE({heading},"（","("),"）",")")'
    opened, closed = f'FIND("(",{bare})', f'FIND(")",{bare})'
    return f'=IFERROR(MID({bare},{opened}+1,{closed}-{opened}-1),"{_NO_UNIT}")'
