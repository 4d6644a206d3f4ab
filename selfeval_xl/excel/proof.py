"""Lets Excel calculate what Python has calculated, and compares the two cell by cell.

This is what nobody without Excel can try: the template's own VBA, called by Excel's own cells.
"""

import math
import tempfile
from collections.abc import Iterator, Sequence
from importlib import resources
from itertools import count
from pathlib import Path
from typing import Any

from selfeval_xl import actions
from selfeval_xl.cells import column_letters
from selfeval_xl.excel import functions, log
from selfeval_xl.excel.desk import ADD_IN, TEMPLATE, workbook_file
from selfeval_xl.excel.doctor import BAD, GOOD, Line
from selfeval_xl.excel.template import as_template

_MANUAL = -4135  # xlCalculationManual: what stands in a file stays until somebody asks for it
_MACROS_RUN = 1  # msoAutomationSecurityLow: the files are our own
_MOST_SHOWN = 10
_FORM = (
    ("项目支出绩效自评表", None, None, None, None, None),
    ("项目名称", "乡村道路养护", None, None, None, None),
    ("年度资金总额", 636500.0, 626500.0, 506745.04, 10.0, None),
)

# Each function with arguments of the kinds that cells hold: numbers, text, blanks, areas.
CASES: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("SE_EXECUTION_RATE", (506745.04, 626500.0)),
    ("SE_EXECUTION_RATE", ("506,745.04", "６２６５００")),
    ("SE_EXECUTION_RATE", (None, 626500.0)),
    ("SE_EXECUTION_RATE", (506745.04, 626500.0, "四川")),
    ("SE_EXECUTION_SCORE", (506745.04, 626500.0, 10.0)),
    ("SE_EXECUTION_SCORE", (700000.0, 626500.0, 10.0)),
    ("SE_INDICATOR_SCORE", ("≥60 次", "45 次", 10.0)),
    ("SE_INDICATOR_SCORE", ("≤80元", 75.0, 10.0)),
    ("SE_INDICATOR_SCORE", ("效果显著", "达到预期", 10.0)),
    ("SE_INDICATOR_SCORE", ("80元", 75.0, 10.0, None, "单位成本")),
    ("SE_CHECK_ROW", ("≥60 次", "45 次", 10.0, 10.0, None)),
    ("SE_CHECK_ROW", ("≥60 次", "45 次", 10.0, "完成良好", None)),
    ("SE_CHECK", (_FORM,)),
    ("SE_TOTAL", (10.0, "9.5", None)),
    ("SE_TOTAL", ((("得分",), (10.0,), ("８",), (None,)),)),
    ("SE_GRADE", (98.09,)),
    ("SE_GRADE", (None,)),
)


def in_an_excel_of_its_own() -> list[Line]:
    """The proof by an Excel that nobody sees, beside the one at which somebody works."""
    try:
        from win32com.client import DispatchEx

        excel = DispatchEx("Excel.Application")
        try:
            return prove(excel)
        finally:
            excel.Quit()
    except Exception as problem:  # whatever Excel makes of it, the rest of the report is worth having
        log.trouble("doctor: Excel")
        found = f"Excel 没有完成（{problem!r:.200}）"
        return [Line(BAD, "Excel 中的函数", found, "请关闭所有 Excel 窗口后再试一次；仍不行时请把本报告发给维护人员")]


def prove(excel: Any) -> list[Line]:
    """What Excel, an application that shows no window, answers for each function and for the four forms of 2022."""
    excel.DisplayAlerts = False
    excel.AutomationSecurity = _MACROS_RUN
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        template = Path(folder, "template.xltm")
        template.write_bytes(as_template(workbook_file(TEMPLATE)))
        book = excel.Workbooks.Add(str(template))
        try:
            excel.Calculation = _MANUAL
            found = [_functions(excel, book)]
            forms = Path(folder, "forms.xlsm")
            with resources.as_file(resources.files("selfeval_xl").joinpath("data", actions.DEMO_TEXT)) as text:
                actions.import_forms([text], forms)
            add_in = Path(folder, ADD_IN)
            add_in.write_bytes(workbook_file(ADD_IN))
            return [*found, _forms(excel, forms), _buttons(excel, add_in, forms)]
        finally:
            book.Close(False)


def _functions(excel: Any, book: Any) -> Line:
    """A sheet of the workbook that the template gives, with one formula for each case."""
    sheet = book.Worksheets.Add()
    rows, top = [], 1
    for name, arguments in CASES:
        places, left = [], 2
        for argument in arguments:
            area = argument if isinstance(argument, tuple) else ((argument,),)
            for down, row in enumerate(area):
                for right, value in enumerate(row):
                    _enter(sheet.Cells(top + down, left + right), value)
            last = f"{column_letters(left + len(area[0]) - 1)}{top + len(area) - 1}"
            places.append(
                f"{column_letters(left)}{top}"
                if len(area) == len(area[0]) == 1
                else f"{column_letters(left)}{top}:{last}"
            )
            left += len(area[0])
        formula = f"={name}({','.join(places)})"
        sheet.Cells(top, 1).Formula = formula
        rows.append((top, formula, getattr(functions, name)(*arguments)))
        top += max(len(argument) if isinstance(argument, tuple) else 1 for argument in arguments)
    excel.CalculateFull()
    compared = [(f"A{row} {formula}", expected, sheet.Cells(row, 1).Value2) for row, formula, expected in rows]
    return _judged("Excel 中的函数", compared)


def _enter(cell: Any, value: Any) -> None:
    if isinstance(value, str):
        cell.NumberFormat = "@"  # text stays text
    if value is not None:
        cell.Value2 = value


def _forms(excel: Any, path: Path) -> Line:
    """Each formula of a live workbook, whose values Python wrote into the file, calculated anew."""
    book = excel.Workbooks.Open(str(path), 0)
    try:
        sheets = [book.Worksheets(number + 1) for number in range(book.Worksheets.Count)]
        before = [_formulas(sheet) for sheet in sheets]
        excel.CalculateFullRebuild()
        after = [_formulas(sheet) for sheet in sheets]
    finally:
        book.Close(False)
    compared = [
        (f"{place} {formula}", expected, now[place][1])
        for then, now in zip(before, after, strict=True)
        for place, (formula, expected) in then.items()
    ]
    return _judged("Excel 中的四张自评表", compared)


# Each button that can be taken back, with what is handed over and the rows that are selected.
PRESSED = (
    ("insert_rows", "sheet", "D14"),
    ("delete_rows", "sheet", "D13:D15"),
    ("adopt", "sheet", ""),
    ("lock", "book", ""),
    ("new_sheet", "book", ""),
    ("roll_sheet", "sheet", ""),
)


def _buttons(excel: Any, add_in: Path, forms: Path) -> Line:
    """Each plan carried out and taken back by the add-in, on a workbook of four forms."""
    carrier, book = excel.Workbooks.Open(str(add_in), 0), excel.Workbooks.Open(str(forms), 0)
    try:
        book.Worksheets(2).Range("H13").ClearContents()
        troubles = [trouble for pressed in PRESSED if (trouble := _pressed(excel, carrier.Name, book, *pressed))]
    except Exception as problem:  # whatever Excel says about a Sub that it does not run
        troubles = [str(problem)]
    finally:
        book.Close(False)
        carrier.Close(False)
    if troubles:
        return Line(BAD, "Excel 中的按钮", "；".join(troubles), "请把本报告发给维护人员")
    return Line(GOOD, "Excel 中的按钮", f"{len(PRESSED)} 个按钮执行后都能撤销，工作表恢复原样")


def _pressed(excel: Any, add_in: str, book: Any, button: str, tag: str, choice: str) -> str:
    """What is wrong with a button; nothing where it changes the workbook and leaves it afterwards as it was."""
    book.Worksheets(2).Activate()
    before = _typed(book)
    said = excel.Run(f"'{add_in}'!SelfEvalDo", button, tag, choice, True, "")
    if _typed(book) == before:
        return f"{button} 没有改动：{said}"
    refused = excel.Run(f"'{add_in}'!SelfEvalUndo")
    return f"{button} 撤销后与原来不同：{refused}" if refused or _typed(book) != before else ""


def _typed(book: Any) -> list[Any]:
    """What is typed into each sheet, and whether it is protected."""
    sheets = (book.Worksheets(number + 1) for number in range(book.Worksheets.Count))
    return [(sheet.Name, sheet.ProtectContents, sheet.UsedRange.Formula) for sheet in sheets]


def _formulas(sheet: Any) -> dict[str, tuple[str, Any]]:
    """The formula and the value of each cell that has one."""
    used = sheet.UsedRange
    found = {}
    for down, formulas, values in zip(count(used.Row), used.Formula, used.Value2):
        for right, formula, value in zip(count(used.Column), formulas, values):
            if isinstance(formula, str) and formula.startswith("="):
                found[f"{sheet.Name}!{column_letters(right)}{down}"] = (formula, value)
    return found


def _judged(thing: str, compared: Sequence[tuple[str, Any, Any]]) -> Line:
    different = list(_different(compared))
    if not compared:
        return Line(BAD, thing, "没有找到公式", "请重新安装")
    if not different:
        return Line(GOOD, thing, f"{len(compared)} 个单元格与 Python 直接计算的结果一致")
    shown = "；".join(different[:_MOST_SHOWN])
    remedy = "全部是 #N/A 或 #NAME? 时，请先解决上面的问题；否则请把本报告发给维护人员"
    return Line(BAD, thing, f"{len(compared)} 个单元格中 {len(different)} 个不一致：{shown}", remedy)


def _different(compared: Sequence[tuple[str, Any, Any]]) -> Iterator[str]:
    for place, expected, got in compared:
        if not _same(expected, got):
            yield f"{place} 应为 {expected!r}，Excel 算出 {got!r}"


def _same(expected: Any, got: Any) -> bool:
    if isinstance(expected, int | float) and isinstance(got, int | float):
        return math.isclose(expected, got, rel_tol=1e-12, abs_tol=1e-12)
    return (expected or "") == (got or "")  # an empty answer is a blank or an empty text
