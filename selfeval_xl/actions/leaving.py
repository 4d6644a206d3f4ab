"""The copy that leaves the office."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from selfeval_xl import checks, errors, files, workbook
from selfeval_xl.actions.judging import Read, own_profile, profile_used
from selfeval_xl.cells import plain
from selfeval_xl.checks import Finding
from selfeval_xl.form import Form
from selfeval_xl.grid import Grid
from selfeval_xl.profiles import Profile
from selfeval_xl.reading import Reading, read_forms, refusal
from selfeval_xl.send import mail, pdf
from selfeval_xl.send.book import Book
from selfeval_xl.send.names import distinct, file_name
from selfeval_xl.send.official import Anew, Official, official, with_uncalculated
from selfeval_xl.send.paper import on_paper

_SEEN_AT_ONCE = ("words_are_whole",)  # warnings that who receives the copy sees at the first glance


@dataclass(frozen=True)
class Frozen:
    """What was made for leaving the office: the forms as they leave, the files, and what people should know.

    `stopped` are the errors for which nothing was written; `notes` concern the sheets, each in a sentence.
    """

    forms: tuple[Read, ...]
    written: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()
    stopped: tuple[Finding, ...] = ()
    uncalculated: tuple[str, ...] = ()


def freeze(
    book: Path,
    folder: Path,
    *,
    one_file: bool = False,
    with_pdf: bool = False,
    address: str | None = None,
    with_draft: bool = False,
    force: bool = False,
    overwrite: bool = False,
) -> Frozen:
    """The official sheets of a workbook as .xlsx files of values in the folder; with a PDF and a draft mail if asked.

    A draft takes along the PDFs as well, those that were asked for or lie there from an earlier time with the same
    content. Without an address it is addressed later, by who sends it.

    Where errors are found, or official cells were never calculated, nothing is written without `force`.
    """
    if address is not None:
        mail.checked(address)
    office = pdf.office("报送版未生成；安装 libreoffice-calc 后再试，或不加 --pdf。") if with_pdf else None
    content = files.content_of(book)
    grids = files.grids_of(content, book)
    with _naming(book):
        source = Book(content)
        sheets, notes = _official_sheets(source, grids, book.name)
        groups = [sheets] if one_file else [[one] for one in sheets]
        copies = [_copy(source, group, notes) for group in groups]
    forms = tuple(_judged_again(copies, groups, book))
    found = [one for form in forms for one in form.findings]
    notes += [f"工作表“{one.sheet}”：{one.message.rstrip('。')}" for one in found if one.rule in _SEEN_AT_ONCE]
    stopped = tuple(one for one in found if one.level == checks.ERROR)
    uncalculated = tuple(f"{one.part.cut.sheet}!{place}" for one in sheets for place in one.part.uncalculated)
    if (stopped or uncalculated) and not force:
        return Frozen(forms, (), tuple(notes), stopped, uncalculated)
    names = distinct(_name([one.form for one in group]) for group in groups)
    made = [mail.Attached(f"{name}.xlsx", copy) for name, copy in zip(names, copies, strict=True)]
    if office is not None:
        printed = [on_paper(copy, office) for copy in copies]
        made += [mail.Attached(f"{name}.pdf", copy) for name, copy in zip(names, printed, strict=True)]
    outgoing = list(made)
    if address is not None or with_draft:
        printed_before = [] if with_pdf else list(_printed_before(folder, made, notes))
        outgoing.append(mail.Attached(_DRAFT, _draft(address, forms, [*made, *printed_before])))
    with workbook.refusals(folder):
        folder.mkdir(parents=True, exist_ok=True)
    targets = [folder / one.name for one in outgoing]
    if not overwrite:
        workbook.refuse_to_replace(targets)
    for target, one in zip(targets, outgoing, strict=True):
        if not workbook.holds(target, one.content):  # what is there already keeps its age, and the PDF of it its worth
            workbook.save(target, partial(bytes, one.content), overwrite=overwrite)
    return Frozen(forms, tuple(targets), tuple(notes), stopped, uncalculated)


def _printed_before(folder: Path, made: Sequence[mail.Attached], notes: list[str]) -> Iterator[mail.Attached]:
    """The PDFs that lie beside these very copies, made after them; others are noted."""
    for one in made:
        copy, pdf = folder / one.name, (folder / one.name).with_suffix(".pdf")
        if not pdf.is_file():
            continue
        if workbook.holds(copy, one.content) and copy.stat().st_mtime <= pdf.stat().st_mtime:
            yield mail.Attached(pdf.name, files.content_of(pdf))
        else:
            notes.append(f"“{pdf.name}”不是由这次的报送版生成的，没有附在邮件上；加 --pdf 可以重新生成")


def with_prints(draft: Path) -> tuple[Path, ...]:
    """Attaches the PDFs to a draft that lie beside the copies that it takes along; all its files, as they lie there."""
    written = files.content_of(draft)
    names = mail.attached_names(written)
    printed = [pdf for name in names if (pdf := (draft.parent / name).with_suffix(".pdf")).is_file()]
    more = [mail.Attached(pdf.name, files.content_of(pdf)) for pdf in printed if pdf.name not in names]
    if more:
        workbook.save(draft, partial(mail.with_more, written, more), overwrite=True)
    return tuple(draft.parent / name for name in (*names, *(one.name for one in more)))


def freeze_document(frozen: Frozen) -> dict[str, Any]:
    """What was made, or why nothing was, as the JSON document of `freeze`."""
    return {
        "written": [str(path) for path in frozen.written],
        "forms": [
            {
                "sheet": one.form.sheet,
                "project": one.form.project.text,
                "total_score": one.form.total_score.written or None,
                "grade": one.computed.grade,
                **profile_used(one),
            }
            for one in frozen.forms
        ],
        "notes": list(frozen.notes),
        "errors": [asdict(finding) for finding in frozen.stopped],
        "uncalculated": list(frozen.uncalculated),
    }


@contextlib.contextmanager
def _naming(file: Path) -> Iterator[None]:
    """Names the file in what is wrong with it; numbers and pointers of it that make no sense are damage."""
    try:
        yield
    except errors.SelfEvalError as problem:
        problem.about(file)
        raise
    except (ArithmeticError, LookupError, TypeError, ValueError):
        raise errors.Damaged().about(file) from None


@dataclass(frozen=True)
class _Sheet:
    """A sheet that leaves the office: its form as it was read, by which profile, and its official part."""

    form: Form
    profile: Profile
    instead: str | None
    part: Official


def _official_sheets(source: Book, grids: Sequence[Grid], name: str) -> tuple[list[_Sheet], list[str]]:
    """The sheets that hold one form each, and why others with forms are left out."""
    sheets: list[_Sheet] = []
    notes: list[str] = []
    for grid in grids:
        known = source.sheets.get(grid.sheet or "")
        if known is None:
            continue
        formulas = source.formula_cells(known.name)
        whole = with_uncalculated(grid, formulas)
        readings = read_forms(whole, name)
        if not readings:
            continue
        left_out = _why_left_out(readings, is_hidden=known.is_hidden)
        if left_out:
            notes.append(f"工作表“{known.name}”{left_out}，没有报送")
            continue
        form = readings[0].form
        profile, instead = own_profile(form)
        part = official(whole, form, profile, formulas, source.printed(known.name))
        sheets.append(_Sheet(form, profile, instead, part))
        notes += [f"工作表“{known.name}”：{note}" for note in part.notes]
        if part.computed:
            notes.append(
                f"工作表“{known.name}”：{'、'.join(map(_anew, part.computed))} 在文件中没有算出或不是最新，已重新计算"
            )
    if not sheets:
        raise errors.NothingToSend("；".join(notes) or refusal.found_instead(grids))
    return sheets, notes


def _anew(cell: Anew) -> str:
    if cell.before is None:
        return cell.address
    before, after = (plain(one) if isinstance(one, Decimal) else str(one or "空") for one in (cell.before, cell.after))
    return f"{cell.address}（原为 {before}，现为 {after}）"


def _why_left_out(readings: Sequence[Reading], *, is_hidden: bool) -> str:
    if is_hidden:
        return "是隐藏的"
    if len(readings) > 1:
        return f"中有 {len(readings)} 张自评表，每张工作表只能放一张"
    return "尚未填写" if readings[0].form.is_blank else ""


def _copy(source: Book, group: Sequence[_Sheet], notes: list[str]) -> bytes:
    """The copy of these sheets; what it loses is noted."""
    copy, lost = source.copy([one.part.cut for one in group])
    notes += [
        f"工作表“{name}”：{'、'.join(dict.fromkeys(words))}没有带入报送版" for name, words in lost.items() if words
    ]
    return copy


def _judged_again(copies: Sequence[bytes], groups: Sequence[Sequence[_Sheet]], book: Path) -> Iterator[Read]:
    """The forms as the copies show them, with everything that is wrong in them."""
    readings = [
        reading for copy in copies for grid in files.grids_of(copy, book) for reading in read_forms(grid, book.name)
    ]
    forms = [reading.form for reading in readings]
    every = [one for group in groups for one in group]
    for reading, one in zip(readings, every, strict=True):
        found = checks.findings(reading.form, one.profile, forms, advice=False)
        yield Read(reading.form, reading.leftovers, one.profile, one.instead, found)


def _name(forms: Sequence[Form]) -> str:
    """The name of the file that holds these forms; what they do not share is left out."""
    units, projects = {one.unit.text for one in forms}, {one.project.text for one in forms}
    years = {one.year for one in forms}
    return file_name(
        units.pop() if len(units) == 1 else None,
        projects.pop() if len(projects) == 1 else None,
        years.pop() if len(years) == 1 else None,
    )


_DRAFT = "报送邮件.eml"


def _draft(address: str | None, forms: Sequence[Read], attached: Sequence[mail.Attached]) -> bytes:
    """The mail that takes the copies along: each project with its total and grade, and what is attached."""
    name = _name([one.form for one in forms])
    lines = [f"您好！现报送项目支出绩效自评表 {len(forms)} 张：", ""]
    for number, one in enumerate(forms, 1):
        total, grade = one.form.total_score.written or "未填", one.computed.grade
        said = f"总分 {total}" + (f"，等级“{grade}”" if grade else "")
        lines.append(f"{number}. {one.form.project.text or '未填项目名称'}：{said}")
    lines += ["", "附件：", *(file.name for file in attached)]
    return mail.draft(address, f"报送：{name}", lines, attached)
