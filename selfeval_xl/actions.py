"""One function for each thing a person does."""

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from functools import cached_property, partial
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from selfeval_xl import checks, errors, files, profiles, sheet, workbook
from selfeval_xl.cells import Entry, plain
from selfeval_xl.checks import Finding
from selfeval_xl.excel import log, ribbon, vba
from selfeval_xl.excel.functions import FUNCTIONS
from selfeval_xl.form import Form, document
from selfeval_xl.grid import Grid
from selfeval_xl.profiles import Profile, own
from selfeval_xl.reading import Reading, read_forms, refusal
from selfeval_xl.scoring import of_form
from selfeval_xl.send import mail, pdf
from selfeval_xl.send.book import Book
from selfeval_xl.send.names import distinct, file_name
from selfeval_xl.send.official import Anew, Official, official, with_uncalculated
from selfeval_xl.send.paper import on_paper
from selfeval_xl.year import DOUBTFUL, Change, NextYear, roll

if TYPE_CHECKING:
    from selfeval_xl.collect.summary import Collected, Wanted

DEMO_TEXT = "kunming-office-2022.txt"


@dataclass(frozen=True)
class Read:
    """A form as it was read, what found no place, where its own figures disagree, and the profile that was used.

    `instead` says so where that is not the profile which the form names.
    """

    form: Form
    leftovers: tuple[Entry, ...]
    profile: Profile = profiles.NATIONAL
    instead: str | None = None
    findings: tuple[Finding, ...] = ()

    @cached_property
    def computed(self) -> of_form.Computed:
        """What follows from the form's own figures."""
        return of_form.compute(of_form.with_execution_weight(self.form, self.profile), self.profile)

    @property
    def judged_by(self) -> str:
        """The profile's title, and why it is not the one that the form names."""
        return f"{self.profile.title}（{self.instead}）" if self.instead else self.profile.title


@dataclass(frozen=True)
class PassedOver:
    """A sheet without a form, in a file that holds forms: what it holds instead."""

    source: str
    sheet: str | None
    found: str


@dataclass(frozen=True)
class Unread:
    """A file that cannot be read or holds no form, and what its sentence says."""

    file: str
    message: str


@dataclass(frozen=True)
class Contents:
    """Every form of some files, the sheets that hold none, and the files that could not be read."""

    forms: tuple[Read, ...]
    passed_over: tuple[PassedOver, ...] = ()
    unread: tuple[Unread, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(finding for one in self.forms for finding in one.findings)


def read(paths: Sequence[Path], profile: Profile | None = None) -> tuple[Read, ...]:
    """Every form in these files, in their order; without a profile by the one that the form itself names.

    Raises a `SelfEvalError` for the first file that cannot be read or holds no form.
    """
    return tuple(map(_with_arithmetic, (form for path in paths for form in _read_file(path, profile).forms)))


def _with_arithmetic(one: Read) -> Read:
    return replace(one, findings=checks.arithmetic(one.form, one.profile))


def read_contents(paths: Sequence[Path], profile: Profile | None = None) -> Contents:
    """The same, with the sheets that hold no form; a file that cannot be read stops no other."""
    contents = _read_files(paths, profile)
    return replace(contents, forms=tuple(map(_with_arithmetic, contents.forms)))


def show(paths: Sequence[Path], profile: Profile | None = None) -> Contents:
    """The same, with what `check` says of a printed rate, score or total that differs."""
    contents = read_contents(paths, profile)
    forms = (
        replace(one, findings=checks.differences(one.form, one.profile)) if one.findings else one
        for one in contents.forms
    )
    return replace(contents, forms=tuple(forms))


def _read_files(paths: Sequence[Path], profile: Profile | None) -> Contents:
    """The same, before anything is judged."""
    forms: list[Read] = []
    passed_over: list[PassedOver] = []
    unread: list[Unread] = []
    for path in paths:
        try:
            one = _read_file(path, profile)
        except errors.SelfEvalError as problem:
            unread.append(Unread(str(path), str(problem)))
        else:
            forms += one.forms
            passed_over += one.passed_over
    return Contents(tuple(forms), tuple(passed_over), tuple(unread))


def _read_file(path: Path, profile: Profile | None) -> Contents:
    grids = files.read_grids(path)
    forms: list[Read] = []
    others: list[PassedOver] = []
    for grid in grids:
        readings = read_forms(grid, path.name)
        forms += (_by_its_profile(reading, profile) for reading in readings)
        if not readings and grid.sheet and (instead := refusal.passed_over(grid)):
            others.append(PassedOver(path.name, grid.sheet, instead))
    if not forms:
        raise errors.NoForm(refusal.found_instead(grids)).about(path)
    return Contents(tuple(forms), tuple(others))


def _by_its_profile(reading: Reading, profile: Profile | None) -> Read:
    used, instead = (profile, None) if profile else own_profile(reading.form)
    return Read(reading.form, reading.leftovers, used, instead)


def own_profile(form: Form) -> tuple[Profile, str | None]:
    """The profile that our own sheet names; where it cannot be used here, the national one and a remark."""
    return own.or_national(form.profile.text)


def check(paths: Sequence[Path], profile: Profile | None = None, *, advice: bool = True) -> Contents:
    """The same, with everything that a reviewer would send back of each form."""
    contents = _read_files(paths, profile)
    forms = [one.form for one in contents.forms]
    judged = (
        replace(one, findings=checks.findings(one.form, one.profile, forms, advice=advice)) for one in contents.forms
    )
    return replace(contents, forms=tuple(judged))


def check_document(checked: Contents) -> dict[str, Any]:
    """The findings as the JSON document of `check`, with the forms that were checked and the profile of each."""
    return {
        "findings": [asdict(finding) for finding in checked.findings],
        "forms": [
            {
                "source": one.form.source,
                "sheet": one.form.sheet,
                "project": one.form.project.text,
                **profile_used(one),
            }
            for one in checked.forms
        ],
        **not_read(checked),
    }


def not_read(contents: Contents) -> dict[str, Any]:
    """Sheets without a form and files that could not be read, as a JSON document names them where there are any."""
    left_out = {
        "passed_over": [asdict(sheet) for sheet in contents.passed_over],
        "unread": [asdict(file) for file in contents.unread],
    }
    return {name: listed for name, listed in left_out.items() if listed}


def profile_used(one: Read) -> dict[str, str]:
    """The profile of a form, and why it is not the one that the form names."""
    return {"profile": one.profile.title} | ({"profile_instead": one.instead} if one.instead else {})


def show_document(contents: Contents) -> dict[str, Any]:
    """What the files say, as the JSON document of `show`."""
    return {"forms": [_shown(one) for one in contents.forms], **not_read(contents)}


def _shown(one: Read) -> dict[str, Any]:
    computed = one.computed
    return document(one.form) | {
        "computed": {
            "rate": None if computed.rate is None else plain(computed.rate),
            "execution_score": None if computed.execution_score is None else plain(computed.execution_score),
            "total_score": None if computed.total_score is None else plain(computed.total_score),
            "grade": computed.grade,
        },
        "leftovers": [
            {"cell": entry.spot.address if entry.spot else None, "text": entry.written} for entry in one.leftovers
        ],
        **(profile_used(one) if one.instead else {}),
    }


def import_forms(
    paths: Sequence[Path], target: Path, *, profile: Profile | None = None, overwrite: bool = False
) -> Contents:
    """A live workbook with one sheet for each form in the files; answers what was read.

    A file that cannot be read stops no other; where none can be read, nothing is written.
    """
    contents = _to_be_carried(paths, target, profile, overwrite=overwrite)
    if not contents.forms:
        return contents
    found = tuple(map(with_leftovers, contents.forms))
    each = [one.profile for one in found]
    pages = book_pages([_weighted(one) for one in found], each, [_notes(one) for one in found])
    workbook.write_live(target, pages, overwrite=overwrite)
    return replace(contents, forms=found)


def with_leftovers(one: Read, form: Form | None = None) -> Read:
    """The form as it was read; what our own sheet has no cell for (of `form`, the next one) is left over, too."""
    return replace(one, leftovers=(*one.leftovers, *_without_place(form or one.form)))


def form_pages(found: Sequence[Read], taken: Sequence[str] = ()) -> list[sheet.Page]:
    """A project's sheet for each form that was read, under names that are not taken."""
    return _pages([_weighted(one) for one in found], [one.profile for one in found], map(_notes, found), taken=taken)


@dataclass(frozen=True)
class Rolled:
    """What was read, and what became of each form."""

    contents: Contents
    following: tuple[NextYear, ...] = ()


def roll_forms(
    paths: Sequence[Path], target: Path, *, profile: Profile | None = None, overwrite: bool = False
) -> Rolled:
    """A live workbook for the next year, the results of this one beside its indicators; answers what was changed.

    A file that cannot be read stops no other; where none can be read, nothing is written.
    """
    contents = _to_be_carried(paths, target, profile, overwrite=overwrite)
    if not contents.forms:
        return Rolled(contents)
    following = tuple(roll(_weighted(one)) for one in contents.forms)
    found = tuple(with_leftovers(one, next_one.form) for one, next_one in zip(contents.forms, following, strict=True))
    each = [one.profile for one in found]
    notes = [_to_be_decided(one, next_one) for one, next_one in zip(found, following, strict=True)]
    pages = book_pages([one.form for one in following], each, notes, [one.form for one in found])
    workbook.write_live(target, pages, overwrite=overwrite)
    return Rolled(replace(contents, forms=found), following)


def _to_be_carried(paths: Sequence[Path], target: Path, profile: Profile | None, *, overwrite: bool) -> Contents:
    """The forms that are to become a workbook, which can be written and takes them all."""
    _check_target(target, overwrite=overwrite)
    contents = read_contents(paths, profile)
    most = vba.MOST_SHEETS - 2  # beside the guide and the summary
    if len(contents.forms) > most:
        raise errors.TooManyForms(len(contents.forms), most)
    return contents


def _weighted(one: Read) -> Form:
    return of_form.with_execution_weight(one.form, one.profile)


def rolled_document(rolled: Rolled, book: Path) -> dict[str, Any]:
    """What became of each form, as the JSON document of `roll`."""
    forms = [
        {
            "source": one.form.source,
            "sheet": one.form.sheet,
            "project": one.form.project.text,
            "year": one.form.year,
            "next_year": following.form.year,
            "changes": [_change_document(change) for change in following.changes],
            "leftovers": [entry.written for entry in one.leftovers],
            **profile_used(one),
        }
        for one, following in zip(rolled.contents.forms, rolled.following, strict=True)
    ]
    return {"book": str(book), "forms": forms, **not_read(rolled.contents)}


def _change_document(change: Change) -> dict[str, Any]:
    return {
        "cell": change.spot.address if change.spot else None,
        "kind": change.kind,
        "field": change.field,
        "of": change.of or None,
        "before": change.before,
        "after": change.after.text,
        **({"doubtful": list(change.words)} if change.words else {}),
    }


_MOST_NOTES = 4  # lines beside the goals


def _to_be_decided(one: Read, following: NextYear) -> list[str]:
    """What stands beside a rolled form: the years that were left to people."""
    notes = [f"评分规则：{one.judged_by}"] if one.instead else []
    if one.form.year is None:
        notes.append("原表没有写年度，年份都没有改。请写明年度。")
    doubtful = [f"{change.name}：{'、'.join(change.words)}" for change in following.of_kind(DOUBTFUL)]
    if doubtful:
        notes.append(f"下列 {len(doubtful)} 处年份没有改，请核对：")
    return [*notes, *doubtful[:_MOST_NOTES], *(["……"] if len(doubtful) > _MOST_NOTES else [])]


def _without_place(form: Form) -> Iterator[Entry]:
    """What the form says and our sheet has no cell for: reasons beside the money, the nature of a target in words."""
    yield from (row.reason for row in form.funds if row.reason.text)
    yield from (row.nature for row in form.indicators if row.nature.text)


def _notes(one: Read) -> list[str]:
    """What stands beside an imported form: what the old one printed and the formulas of the new one mended."""
    notes = [sentence for _, sentence in mended(one)]
    return [f"评分规则：{one.judged_by}", *notes] if one.instead else notes


def mended(one: Read) -> list[tuple[Finding, str]]:
    """What the form stated otherwise than the formulas of the new one, each in a sentence."""
    return [(finding, _mended(finding)) for finding in one.findings]


_PRINTED = {
    "execution_rate_matches_amounts": ("执行率", "按金额"),
    "execution_score_matches_amounts": ("预算执行率得分", "按金额"),
    "total_weight_matches_sum": ("分值合计", "按各项分值"),
    "total_score_matches_sum": ("总分", "按各项得分"),
}


def _mended(finding: Finding) -> str:
    if finding.rule not in _PRINTED or finding.stated is None or finding.expected is None:
        return finding.message
    name, basis = _PRINTED[finding.rule]
    shown = checks.percent if finding.rule == "execution_rate_matches_amounts" else plain
    stated, expected = (shown(Decimal(number)) for number in (finding.stated, finding.expected))
    return f"原表{name}填 {stated}，已{basis}算为 {expected}。"


def new(
    target: Path, *, year: int | None = None, profile: Profile = profiles.NATIONAL, overwrite: bool = False
) -> None:
    """A live workbook with one blank form."""
    _check_target(target, overwrite=overwrite)
    workbook.write_live(target, _blank_pages(year, profile), overwrite=overwrite)


def build_template(target: Path, *, overwrite: bool = False) -> None:
    """The template, built from the sheet's definition and the VBA sources; the same bytes each time.

    Raises `ToolMissing` where pyOpenVBA is not installed.
    """
    from selfeval_xl.excel.vba import build

    _check_target(target, overwrite=overwrite)
    pages = _blank_pages(None, profiles.NATIONAL)
    project = build.project(len(pages))
    workbook.save(target, lambda: workbook.live_workbook(pages, project, stored=True), overwrite=overwrite)


def build_addin(target: Path, *, overwrite: bool = False) -> None:
    """The Excel add-in, built from the ribbon's buttons and its VBA project; the same bytes each time."""
    workbook.save(target, lambda: workbook.addin_workbook(vba.addin_project(), ribbon.customui()), overwrite=overwrite)


def _check_target(target: Path, *, overwrite: bool) -> None:
    """Says at once what would fail in the end."""
    with workbook.refusals(target):
        if target.suffix.lower() != ".xlsm":
            raise errors.WrongSuffix(".xlsm")
        if target.is_dir():
            raise errors.CannotWrite("同名的文件夹已存在")
        if target.exists() and not overwrite:
            raise errors.AlreadyThere
        if not target.parent.is_dir():
            raise errors.CannotWrite("文件夹不存在")


def _blank_pages(year: int | None, profile: Profile) -> list[sheet.Page]:
    form = sheet.blank_form(year, profile)
    return book_pages([form], [profile], [[]])


def _pages(
    forms: Sequence[Form],
    each: Sequence[Profile],
    notes: Iterable[Sequence[str]],
    last: Sequence[Form] = (),
    taken: Sequence[str] = (),
) -> list[sheet.Page]:
    """The project sheets; `each` names the profile of every form.

    `last` are the forms of the year before, where these were carried over from them.
    """
    offered = own.all_profiles()
    names = sheet.sheet_names((form.project.text for form in forms), taken=(*taken, sheet.GUIDE, sheet.SUMMARY))
    return [
        sheet.form_page(form, profile, name, form_notes, offered, last_form)
        for form, profile, name, form_notes, last_form in zip(
            forms, each, names, notes, last or (None,) * len(forms), strict=True
        )
    ]


def book_pages(
    forms: Sequence[Form], each: Sequence[Profile], notes: Iterable[Sequence[str]], last: Sequence[Form] = ()
) -> list[sheet.Page]:
    """All sheets of a workbook: the projects between the guide and the summary; the arguments are those of `_pages`."""
    pages = _pages(forms, each, notes, last)
    functions = [(function.name, function.description) for function in FUNCTIONS]
    summary = sheet.summary_page([page.name for page in pages], forms, each)
    places = [(pages[0].name, "第一张项目表"), (summary.name, "所有项目一行一个，随项目表变化")]
    guide = sheet.guide_page(functions, each[0], places=places, is_rolled=bool(last))
    return [guide, *pages, summary]


# ---- demonstration ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Demo:
    """What the demonstration read and wrote."""

    forms: tuple[Read, ...]
    book: Path
    pictures: tuple[Path, ...]
    pictures_missing: str | None
    copies: tuple[Path, ...]
    summary: Path


def demo(folder: Path, *, overwrite: bool = False) -> Demo:
    """The four published forms of 2022: read, written as a live workbook, checked, sent, collected, and drawn as pages.

    Raises `AlreadyThere` for a file in the folder that would be replaced without `overwrite`.
    """
    with workbook.refusals(folder):
        folder.mkdir(parents=True, exist_ok=True)
    text = resources.files("selfeval_xl").joinpath("data", DEMO_TEXT).read_bytes()
    source, book = folder / DEMO_TEXT, folder / "2022年绩效自评.xlsm"
    copies, summary = folder / "报送版", folder / "2022年汇总.xlsx"
    if not overwrite:
        drawn = [book.with_suffix(".pdf"), *sorted(folder.glob(f"{book.stem}-*.png"))]
        _refuse_to_replace([book, *drawn, *sorted(copies.glob("*.xlsx")), summary])
    if not _holds(source, text):
        workbook.save(source, lambda: text, overwrite=overwrite)
    import_forms([source], book, overwrite=overwrite)
    found = check([source], advice=False).forms
    sent = freeze(book, copies, force=True, overwrite=overwrite).written  # as published: one rate is wrong
    from selfeval_xl.collect.summary import Wanted

    collect([copies], summary, Wanted(overwrite=overwrite))
    pictures: tuple[Path, ...] = ()
    trouble = None
    try:
        pictures = draw(book, folder, overwrite=overwrite)
    except errors.ToolMissing as missing:
        trouble = str(missing)
    return Demo(found, book, pictures, trouble, sent, summary)


def _refuse_to_replace(targets: Sequence[Path]) -> None:
    for target in targets:
        if os.path.lexists(target):
            raise errors.AlreadyThere().about(target)


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.read_bytes() == content
    except OSError:
        return False


def draw(book: Path, folder: Path, *, overwrite: bool = False) -> tuple[Path, ...]:
    """A workbook's pages as PDF and PNG files in the folder, drawn by LibreOffice.

    Raises `ToolMissing` where LibreOffice or poppler is not installed.
    """
    office = pdf.office("图片未生成；安装 libreoffice-calc 后可再运行一次。")
    painter = pdf.program("pdftoppm")
    if painter is None:
        raise errors.ToolMissing("pdftoppm", "图片未生成；安装 poppler-utils 后可再运行一次。")
    remedy = "图片未生成。"
    with tempfile.TemporaryDirectory() as scratch:
        drawn = pdf.printed(office, book, scratch, remedy)
        target = folder / drawn.name
        workbook.save(target, drawn.read_bytes, overwrite=overwrite)
        pdf.run([painter, "-r", "80", "-png", str(drawn), str(Path(scratch, "page"))], "pdftoppm", scratch, remedy)
        pictures = []
        for number, picture in enumerate(sorted(Path(scratch).glob("page*.png")), 1):
            page = folder / f"{book.stem}-{number}.png"
            workbook.save(page, picture.read_bytes, overwrite=overwrite)
            pictures.append(page)
    return (target, *pictures)


# ---- the copy that leaves the office -----------------------------------------------------------------------------


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
    stopped = tuple(one for form in forms for one in form.findings if one.level == checks.ERROR)
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
        _refuse_to_replace(targets)
    for target, one in zip(targets, outgoing, strict=True):
        if not _holds(target, one.content):  # what is there already keeps its age, and the PDF of it its worth
            workbook.save(target, partial(bytes, one.content), overwrite=overwrite)
    return Frozen(forms, tuple(targets), tuple(notes), stopped, uncalculated)


def _printed_before(folder: Path, made: Sequence[mail.Attached], notes: list[str]) -> Iterator[mail.Attached]:
    """The PDFs that lie beside these very copies, made after them; others are noted."""
    for one in made:
        copy, pdf = folder / one.name, (folder / one.name).with_suffix(".pdf")
        if not pdf.is_file():
            continue
        if _holds(copy, one.content) and copy.stat().st_mtime <= pdf.stat().st_mtime:
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


# ---- the desk that receives ---------------------------------------------------------------------------------------


def collect(
    paths: Sequence[Path],
    target: Path,
    wanted: "Wanted | None" = None,
    progress: Callable[[int, int], None] = lambda done, met: None,
    executor: Executor | None = None,
) -> "Collected":
    """Every form below these paths in one summary; what was read is kept for the next time."""
    from selfeval_xl.collect import summary  # pandas and more: only who collects waits for it

    wanted = wanted or summary.Wanted()
    store = wanted.store or log.log_path().with_name("collected.sqlite")
    return summary.collect(paths, target, replace(wanted, store=store), progress, executor)
