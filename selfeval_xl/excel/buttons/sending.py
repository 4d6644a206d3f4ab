"""生成报送版: the copies that leave the office, made from a copy of the open workbook."""

from pathlib import Path

from selfeval_xl import actions, errors
from selfeval_xl.checks import Finding
from selfeval_xl.excel.given import Given
from selfeval_xl.excel.plan import Plan, listed, question, said


def freeze(given: Given) -> Plan:
    """One .xlsx of values for each project in the chosen folder; asked before where errors are found.

    The choice is the copy that the add-in has saved, and the folder. The copy is gone afterwards; the open workbook
    is not touched.
    """
    copy, folder = map(Path, given.choice)
    try:
        frozen = actions.freeze(copy, folder, force=given.is_agreed)
    except errors.AlreadyThere:
        return said("文件夹里已有同名的报送版，没有覆盖。请换一个文件夹，或先移走旧的。")
    except errors.NoForm:
        return said("当前工作簿里没有认出自评表，没有生成报送版。")
    finally:
        copy.unlink(missing_ok=True)
    if not frozen.written:
        troubles = [*(_told(one) for one in frozen.stopped), *(f"{place} 没有计算过" for place in frozen.uncalculated)]
        return question(f"还有 {len(troubles)} 处错误，报送前应当改好：\n{listed(troubles, 8)}\n\n仍然生成报送版吗？")
    names = listed((file.name for file in frozen.written), 8)
    notes = f"\n\n{listed(frozen.notes, 6)}" if frozen.notes else ""
    return said(f"已在“{folder.name}”中生成 {len(frozen.written)} 个文件，只有数值，没有宏和公式：\n{names}{notes}")


def _told(finding: Finding) -> str:
    return f"{finding.sheet or ''} {finding.cell or ''} {finding.message}"
