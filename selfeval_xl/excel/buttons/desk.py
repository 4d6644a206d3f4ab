"""锁定, 解锁, 使用说明 and 诊断."""

from collections.abc import Iterator
from pathlib import Path

from selfeval_xl import workbook
from selfeval_xl.excel import doctor, log, windows
from selfeval_xl.excel.desk import guide_file
from selfeval_xl.excel.given import Given, GivenSheet
from selfeval_xl.excel.plan import Draft, Plan, Step, area_address, listed, said
from selfeval_xl.grid import Area
from selfeval_xl.sheet.guide import GUIDE
from selfeval_xl.sheet.layout import (
    ADVICE_ROW,
    FINDING,
    FIRST_FUNDS_ROW,
    FUNDS_NAME,
    FUNDS_SCORE,
    FUNDS_WEIGHT,
    GOAL_COLUMNS,
    GOAL_ROWS,
    INITIAL_BUDGET,
    LEVEL1,
    PROFILE_ROW,
    REASON,
)


def lock(given: Given) -> Plan:
    """Labels and formulas of the project sheets cannot be changed by accident; without a password."""
    sheets = [sheet for sheet in given.projects if not sheet.is_protected]
    if not sheets:
        return said("没有需要锁定的项目表：已经锁定，或当前工作簿不是用本模板做的。")
    draft = Draft()
    for sheet in sheets:
        for area in _typed(sheet):
            draft.step(Step("unlock", sheet.name, area_address(area)))
        draft.step(Step("protect", sheet.name), Step("unprotect", sheet.name))
    return draft.plan(
        f"已锁定 {len(sheets)} 张项目表的标签和公式，填写的格不受影响。没有密码，单击“解锁”即可解除。", "撤销锁定"
    )


def unlock(given: Given) -> Plan:
    """Takes the protection away again."""
    sheets = [sheet for sheet in given.sheets if sheet.is_protected and sheet.is_ours]
    if not sheets:
        return said("没有锁定的项目表。")
    draft = Draft()
    for sheet in sheets:
        draft.step(Step("unprotect", sheet.name), Step("protect", sheet.name))
    return draft.plan(f"已解锁 {len(sheets)} 张项目表。", "撤销解锁")


def guide(given: Given) -> Plan:
    """The guide with pictures where it is installed, else the sheet that says how the workbook is used."""
    pictured = guide_file()
    if pictured is not None and windows.shown(pictured):
        return said("")
    if given.named(GUIDE) is None:
        return said("当前工作簿里没有工作表“说明”。请从桌面上的“绩效自评”新建工作簿，第一张表就是使用说明。")
    draft = Draft()
    draft.step(Step("show", GUIDE, "A1"))
    return draft.plan("")


def diagnose(given: Given) -> Plan:
    """A report on this computer: what is not in order is said at once, the whole opens as a text to be mailed."""
    report = doctor.report()
    file = log.log_path().with_name("诊断报告.txt")
    workbook.save(file, lambda: doctor.as_file(report), overwrite=True)
    troubles = [line for line in report if line.startswith((doctor.BAD, doctor.LOOK))]
    found = f"有 {len(troubles)} 项需要处理：\n{listed(troubles, 6)}" if troubles else "各项正常。"
    return Plan(
        f"{found}\n\n完整报告已打开，可另存后发给维护人员，其中没有姓名和个人文件夹。", (Step("open", "", a=str(file)),)
    )


def may_save(given: Given) -> Plan:
    """Nothing where a new file can be written under the name that was picked, else why not."""
    return said("同名文件已存在，没有改动。请换一个文件名再试。") if Path(given.target).exists() else said("")


def _typed(sheet: GivenSheet) -> Iterator[Area]:
    """What people fill in on a sheet of our layout: everything in the form but its labels and formulas."""
    heading, rows = sheet.indicator_rows[0] - 1, sheet.indicator_rows
    goals = heading - GOAL_ROWS
    for row, left in ((2, 1), (3, 3), (4, 3), (4, 6), (5, 1), *((goals + 1, columns[0]) for columns in GOAL_COLUMNS)):
        yield next((area for area in sheet.merges if (area.top, area.left) == (row, left)), Area(row, left, row, left))
    scored = Area(FIRST_FUNDS_ROW, INITIAL_BUDGET.number, FIRST_FUNDS_ROW, FUNDS_WEIGHT.number)
    yield scored
    if goals - 1 > FIRST_FUNDS_ROW:
        yield Area(FIRST_FUNDS_ROW + 1, FUNDS_NAME.number, goals - 1, FUNDS_SCORE.number)
    yield Area(rows[0], LEVEL1.number, rows[-1], REASON.number)
    for row in (PROFILE_ROW, ADVICE_ROW):
        yield Area(row, FINDING.number, row, FINDING.number)
