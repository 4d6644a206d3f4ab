"""What goes back to the units: a slip for each form with findings, the workbook with notes, a mail for each unit."""

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path

from selfeval_xl import errors
from selfeval_xl.checks import ADVICE, LEVELS, Finding
from selfeval_xl.collect.asked import Asked
from selfeval_xl.collect.gathering import Handed, same_words
from selfeval_xl.collect.known import Known
from selfeval_xl.collect.lying import Piece, lying
from selfeval_xl.collect.marked import marked
from selfeval_xl.collect.slip import Returned, in_order, slip
from selfeval_xl.patterns import expression
from selfeval_xl.send import mail
from selfeval_xl.send.names import distinct, file_name

_BETWEEN_ADDRESSES = expression(r"[\s;,，；、<>()（）:：]+")
_SLIP, _NOTED, _DRAFT = "退回单", "批注", "退回邮件"


@dataclass(frozen=True)
class Going:
    """One form that goes back, and the name that its files begin with."""

    handed: Handed
    name: str

    @property
    def slip(self) -> str:
        return f"{self.name}-{_SLIP}.docx"

    @property
    def noted(self) -> str:
        return f"{self.name}-{_NOTED}.xlsx"


def going_back(handed: Sequence[Handed]) -> list[Going]:
    """The forms in which something would come back; advice alone is no reason."""
    chosen = [one for one in handed if any(found.level != ADVICE for found in one.form.findings)]
    names = distinct(file_name(one.unit, one.form.project, one.year) for one in chosen)
    return [Going(one, name) for one, name in zip(chosen, names, strict=True)]


def file_names(going: Sequence[Going], units: Sequence[str]) -> list[str]:
    """Every file that may be written."""
    return [name for one in going for name in (one.slip, one.noted)] + [f"{unit}.eml" for unit in units]


def written_slips(
    going: Sequence[Going],
    paths: Sequence[Path],
    without: Set[Path],
    known: Known,
    save: Callable[[str, bytes], None],
) -> Mapping[str, list[str]]:
    """Writes a slip and, of a workbook, a copy with notes for each form; answers the files of each by its name.

    The folder is walked once more for the contents, which nobody keeps.
    """
    waiting: dict[bytes, list[Going]] = {}
    for one in going:
        waiting.setdefault(one.handed.content, []).append(one)
    made: dict[str, list[str]] = {}
    for piece in lying(paths, without):
        if not waiting:
            break
        if isinstance(piece, Piece):
            for one in waiting.pop(known.key(piece.content), ()):
                made[one.name] = _write(one, piece.content, save)
    return made


def _write(one: Going, content: bytes, save: Callable[[str, bytes], None]) -> list[str]:
    form, remarks, files = one.handed.form, [], [one.slip]
    if one.handed.is_workbook:
        noted = _noted(content, form.sheet, form.findings)
        if noted is not None:
            save(one.noted, noted)
            files.append(one.noted)
            remarks.append(f"另附原表的副本“{one.noted}”，在有问题的单元格加了批注；副本中没有宏。")
        else:
            remarks.append("原表不是 .xlsx 或 .xlsm 工作簿（或有程序不认识的内容），没有另做批注副本。")
    place = one.handed.place
    is_workbook = one.handed.is_workbook
    returned = Returned(
        place.shown, form.sheet if is_workbook else None, one.handed.unit, form.department, form.project, form.year,
        form.total, form.grade, form.profile,
        form.findings if is_workbook else tuple(map(_without_cells, form.findings)), tuple(remarks),
    )  # fmt: skip
    save(one.slip, slip(returned))
    return files


_CELL = expression(r"（[A-Z]{1,3}\d{1,5}）|(?<=（)[A-Z]{1,3}\d{1,5}，")


def _without_cells(found: Finding) -> Finding:
    """The finding for a PDF or a document, in which nobody finds F8."""
    return replace(found, cell=None, message=_CELL.sub("", found.message))


def _noted(content: bytes, sheet: str | None, findings: Sequence[Finding]) -> bytes | None:
    """The workbook with notes; None where it is none, or not made as others are."""
    notes: dict[str, str] = {}
    for found in in_order(findings):
        if found.cell is not None:
            said = f"【{LEVELS[found.level]}】{found.message}"
            notes[found.cell] = f"{notes[found.cell]}\n{said}" if found.cell in notes else said
    try:
        return marked(content, {sheet or "": notes})
    except (errors.SelfEvalError, ArithmeticError, LookupError, SyntaxError, TypeError, ValueError):
        return None


def drafts(
    going: Sequence[Going],
    files: Mapping[str, list[str]],
    missing: Sequence[tuple[str, str]],
    asked: Sequence[Asked],
    read: Callable[[str], bytes],
) -> Iterator[tuple[str, bytes]]:
    """A mail for each unit with its slips and what it has not handed in: name of the file and content, one by one."""
    units = units_of(going, missing)
    addresses: dict[str, str] = {}
    for line in asked:
        if line.address:
            addresses.setdefault(same_words(line.unit), line.address)
    for unit, name in zip(units, draft_names(units), strict=True):
        key = same_words(unit)
        own = [one for one in going if same_words(one.handed.unit) == key]
        lacking = [project for other, project in missing if same_words(other) == key]
        sender = next((one.handed.place.sender for one in own if one.handed.place.sender), None)
        attached = [mail.Attached(file, read(file)) for one in own for file in files.get(one.name, ())]
        lines = list(_letter(unit, own, lacking, [file.name for file in attached]))
        address = _usable(addresses.get(key) or sender)
        subject = f"{'退回' if own else '催报'}：{unit or '未填单位'}项目支出绩效自评表"
        yield f"{name}.eml", mail.draft(address, subject, lines, attached)


def units_of(going: Sequence[Going], missing: Sequence[tuple[str, str]]) -> list[str]:
    """Who gets a mail: each unit once, as it is spelt first."""
    names = [*(one.handed.unit or "" for one in going), *(unit for unit, _ in missing)]
    return list({same_words(name): name for name in reversed(names)}.values())[::-1]


def outdated(folder: Path, written: Set[Path]) -> list[str]:
    """Slips, copies and mails of earlier times that lie beside those written now."""
    ours = (f"-{_SLIP}.docx", f"-{_NOTED}.xlsx", f"-{_DRAFT}.eml")
    found = folder.iterdir() if folder.is_dir() else ()
    return sorted(path.name for path in found if path.name.endswith(ours) and path not in written)


def draft_names(units: Sequence[str]) -> list[str]:
    """The names of the mails, one for each unit, without their ending."""
    return distinct(f"{file_name(unit, None, None).rpartition('-')[0] or '未填单位'}-{_DRAFT}" for unit in units)


def _letter(unit: str, own: Sequence[Going], lacking: Sequence[str], attached: Sequence[str]) -> Iterator[str]:
    yield f"{unit or '您'}好！" if not unit else f"{unit}："
    if own:
        yield f"你单位报送的项目支出绩效自评表有 {len(own)} 张需要修改，详见所附退回单："
        for number, one in enumerate(own, 1):
            counts = [
                (words, sum(found.level == level for found in one.handed.form.findings))
                for level, words in LEVELS.items()
            ]
            said = "、".join(f"{words} {count} 条" for words, count in counts if count)
            yield f"{number}. {one.handed.form.project or '未填项目名称'}：{said}"
        yield "请修改后重新报送。"
    if lacking:
        yield "还没有收到下列项目的自评表，请尽快报送："
        yield from (f"{number}. {project}" for number, project in enumerate(lacking, 1))
    if attached:
        yield ""
        yield "附件："
        yield from attached


def _usable(written: str | None) -> str | None:
    """The first address among what is written, which may be several, or one with a name."""
    for part in _BETWEEN_ADDRESSES.split(written or ""):
        with contextlib.suppress(errors.BadAddress):
            return mail.checked(part)
    return None
