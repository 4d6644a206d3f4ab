"""生成报送版 and 邮件草稿: the copies that leave the office, made from a copy of the open workbook."""

import email
import os
from email import policy
from pathlib import Path

from selfeval_xl import actions, errors
from selfeval_xl.checks import Finding
from selfeval_xl.excel.given import Given
from selfeval_xl.excel.plan import Plan, Step, listed, question, said

_MAIL = "报送邮件"  # the folder of a draft and what goes with it
_BETWEEN = "|"  # files of a mail; no name in Windows holds it


def freeze(given: Given) -> Plan:
    """One .xlsx of values for each project in the chosen folder, and its PDF by Excel; asked before for errors.

    The choice is the copy that the add-in has saved, and the folder. The copy is gone afterwards; the open workbook
    is not touched.
    """
    folder = Path(given.choice[1])
    made = _made(given, folder, "仍然生成报送版吗？")
    if isinstance(made, Plan):
        return made
    printed = [(file, file.with_suffix(".pdf")) for file in made.written]
    steps = [Step("pdf", "", a=str(file), b=str(pdf)) for file, pdf in printed if not os.path.lexists(pdf)]
    kept = [pdf.name for _, pdf in printed if os.path.lexists(pdf)]
    names = listed((file.name for file in made.written), 8)
    notes = "".join(f"\n\n{listed(lines, 6)}" for lines in (made.notes, _kept(kept)) if lines)
    count = f"已在“{folder.name}”中生成 {len(made.written)} 个文件，只有数值，没有宏和公式"
    return Plan(f"{count}，旁边的 PDF 由 Excel 生成：\n{names}{notes}", tuple(steps))


def mail(given: Given) -> Plan:
    """A draft with the copies attached, in a new folder within the chosen one, shown for a person to send.

    Excel puts the copies on paper first; then it asks for the draft with their PDFs.
    """
    folder = _new_folder(Path(given.choice[1]))
    made = _made(given, folder, "仍然生成邮件草稿吗？", with_draft=True)
    if isinstance(made, Plan):
        return made
    *copies, draft = made.written
    steps = [Step("pdf", "", a=str(copy), b=str(copy.with_suffix(".pdf"))) for copy in copies]
    notes = f"\n\n{listed(made.notes, 6)}" if made.notes else ""
    count = f"已写好邮件草稿，连同 {len(copies)} 个报送版保存在“{folder.name}”中"
    return Plan(f"{count}。请填写收件人，看过再发送。{notes}", (*steps, Step("attach", "", a=str(draft))))


def mail_draft(given: Given) -> Plan:
    """What the add-in asks once the copies are on paper, naming the draft: it takes their PDFs along and is shown."""
    draft = Path("".join(given.choice))
    attached = actions.with_prints(draft)
    subject, words = _written_in(draft)
    prints = sum(file.suffix == ".pdf" for file in attached)
    step = Step("mail", subject, words, str(draft), _BETWEEN.join(map(str, attached)))
    return Plan(f"草稿附上 .xlsx {len(attached) - prints} 个，PDF {prints} 个。", (step,))


def _made(given: Given, folder: Path, asked: str, *, with_draft: bool = False) -> actions.Frozen | Plan:
    """The files, or what is said instead. The saved copy is taken away in any case."""
    copy = Path(given.choice[0])
    try:
        frozen = actions.freeze(copy, folder, with_draft=with_draft, force=given.is_agreed)
    except errors.AlreadyThere:
        return said("文件夹里已有同名的报送版，没有覆盖。请换一个文件夹，或先移走旧的。")
    except errors.NoForm:
        return said("当前工作簿里没有认出自评表，没有生成报送版。")
    finally:
        copy.unlink(missing_ok=True)
    if frozen.written:
        return frozen
    troubles = [*(_told(one) for one in frozen.stopped), *(f"{place} 没有计算过" for place in frozen.uncalculated)]
    return question(f"还有 {len(troubles)} 处错误，报送前应当改好：\n{listed(troubles, 8)}\n\n{asked}")


def _kept(names: list[str]) -> list[str]:
    return [f"已有同名的 PDF，没有覆盖，请核对是不是旧的：{name}" for name in names]


def _new_folder(folder: Path) -> Path:
    """One that is not there yet."""
    path, number = folder / _MAIL, 1
    while os.path.lexists(path):
        number += 1
        path = folder / f"{_MAIL}({number})"
    return path


def _written_in(draft: Path) -> tuple[str, str]:
    """Subject and words of a draft."""
    message = email.message_from_bytes(draft.read_bytes(), policy=policy.default)
    body = message.get_body(("plain",))
    return str(message["Subject"]), body.get_content() if body else ""


def _told(finding: Finding) -> str:
    return f"{finding.sheet or ''} {finding.cell or ''} {finding.message}"
