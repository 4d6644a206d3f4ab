"""What the buttons of the ribbon do: each is a pure function from what was handed over to a plan."""

from collections.abc import Callable, Sequence
from typing import Any

from selfeval_xl.errors import AlreadyThere, SelfEvalError
from selfeval_xl.excel import log
from selfeval_xl.excel.buttons import desk, findings, next_year, overview, receiving, rows, scores, sending, sheets
from selfeval_xl.excel.given import Given, handed_over
from selfeval_xl.excel.plan import Plan, said

PLANS: dict[str, Callable[[Given], Plan]] = {
    "new_sheet": sheets.new_sheet,
    "import_files": sheets.import_files,
    "roll_sheet": next_year.roll_sheet,
    "roll_book": next_year.roll_book,
    "insert_rows": rows.insert_rows,
    "delete_rows": rows.delete_rows,
    "adopt": scores.adopt,
    "report": findings.report,
    "next_finding": findings.next_finding,
    "refresh_summary": overview.refresh,
    "freeze": sending.freeze,
    "mail": sending.mail,
    "collect": receiving.collect,
    "lock": desk.lock,
    "unlock": desk.unlock,
    "guide": desk.guide,
    "diagnose": desk.diagnose,
    # What the add-in asks by itself.
    "may_save": desk.may_save,
    "summary_is_due": overview.is_due,
    "collect_state": receiving.how_far,
    "mail_draft": sending.mail_draft,
}
_UNKNOWN = "这台电脑上的自评表程序版本较旧，没有这个功能。请重新运行安装程序。"
_A_BUG = "操作没有完成，工作表没有改动。原因已记入日志，请用“诊断”生成报告并告诉维护人员。"


def press(button: str, raw: Sequence[Any]) -> tuple[float | str, ...]:
    """The plan of a button for the workbook that is handed over; always a plan, if only one with a sentence."""
    try:
        plan = PLANS[button](handed_over(raw)) if button in PLANS else said(_UNKNOWN)
    except AlreadyThere:
        plan = said("同名文件已存在，没有改动。请换一个文件名再试。")
    except SelfEvalError as problem:
        plan = said(str(problem))
    except Exception:
        log.trouble(f"button {button}")
        plan = said(_A_BUG)
    return plan.as_array()
