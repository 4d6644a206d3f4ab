"""One function for each thing a person does."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any

from selfeval_xl import checks, errors, files, profiles, refusal, rules, scoring, sheet, vba, workbook
from selfeval_xl.cells import Entry, plain
from selfeval_xl.checks import Finding
from selfeval_xl.form import Form, document
from selfeval_xl.reading import Reading, read_forms
from selfeval_xl.rules import Rules

DEMO_TEXT = "kunming-office-2022.txt"


@dataclass(frozen=True)
class Read:
    """A form as it was read, what found no place, where its own figures disagree, and the profile that was used."""

    form: Form
    leftovers: tuple[Entry, ...]
    computed: scoring.Computed
    findings: tuple[Finding, ...]
    profile: Rules = rules.NATIONAL


@dataclass(frozen=True)
class PassedOver:
    """A sheet without a form, in a file that holds forms: what it holds instead."""

    source: str
    sheet: str | None
    found: str


@dataclass(frozen=True)
class Contents:
    """Every form of some files, and the sheets that hold none."""

    forms: tuple[Read, ...]
    passed_over: tuple[PassedOver, ...]


def read(paths: Sequence[Path], profile: Rules | None = None) -> tuple[Read, ...]:
    """Every form in these files, in their order; without a profile by the one that the form itself names.

    Raises a `SelfEvalError` for the first file that cannot be read or holds no form.
    """
    return read_contents(paths, profile).forms


def read_contents(paths: Sequence[Path], profile: Rules | None = None) -> Contents:
    """The same, with the sheets that hold no form."""
    read = [_read_file(path, profile) for path in paths]
    return Contents(
        tuple(form for one in read for form in one.forms), tuple(sheet for one in read for sheet in one.passed_over)
    )


def _read_file(path: Path, profile: Rules | None) -> Contents:
    grids = files.read_grids(path)
    forms: list[Read] = []
    others: list[PassedOver] = []
    for grid in grids:
        readings = read_forms(grid, path.name)
        forms += (_judged(reading, profile) for reading in readings)
        if not readings and grid.sheet and (instead := refusal.passed_over(grid)):
            others.append(PassedOver(path.name, grid.sheet, instead))
    if not forms:
        raise errors.NoForm(path, refusal.found_instead(grids))
    return Contents(tuple(forms), tuple(others))


def _judged(reading: Reading, profile: Rules | None) -> Read:
    form = reading.form
    used = profile or _own_profile(form)
    computed = scoring.compute(scoring.with_execution_weight(form, used), used)
    return Read(form, reading.leftovers, computed, checks.arithmetic(form, used), used)


def _own_profile(form: Form) -> Rules:
    """The profile that our own sheet names; the national one where it names none that is known here."""
    try:
        return profiles.profile(form.profile.text)
    except errors.SelfEvalError:
        return rules.NATIONAL


@dataclass(frozen=True)
class Checked:
    """What `check` found: every form with its findings, and the files that could not be read."""

    forms: tuple[Read, ...]
    unread: tuple[errors.SelfEvalError, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(finding for one in self.forms for finding in one.findings)


def check(paths: Sequence[Path], profile: Rules | None = None, *, advice: bool = True) -> Checked:
    """What a reviewer would send back of every form in these files; a file that cannot be read stops no other."""
    found: list[Read] = []
    unread: list[errors.SelfEvalError] = []
    for path in paths:
        try:
            found += _read_file(path, profile).forms
        except errors.SelfEvalError as problem:
            unread.append(problem)
    forms = [one.form for one in found]
    judged = (replace(one, findings=checks.findings(one.form, one.profile, forms, advice=advice)) for one in found)
    return Checked(tuple(judged), tuple(unread))


def check_document(checked: Checked) -> dict[str, Any]:
    """The findings as the JSON document of `check`, with the forms that were checked and the profile of each."""
    return {
        "findings": [asdict(finding) for finding in checked.findings],
        "forms": [
            {
                "source": one.form.source,
                "sheet": one.form.sheet,
                "project": one.form.project.text,
                "profile": one.profile.title,
            }
            for one in checked.forms
        ],
    }


def show(paths: Sequence[Path], profile: Rules | None = None) -> dict[str, Any]:
    """What the files say, as the JSON document of `show`."""
    contents = read_contents(paths, profile)
    passed_over = [asdict(sheet) for sheet in contents.passed_over]
    return {"forms": [_shown(one) for one in contents.forms]} | ({"passed_over": passed_over} if passed_over else {})


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
    }


def import_forms(
    paths: Sequence[Path], target: Path, *, profile: Rules | None = None, overwrite: bool = False
) -> Contents:
    """A live workbook with one sheet for each form in the files; answers what was read."""
    _check_target(target, overwrite=overwrite)
    contents = read_contents(paths, profile)
    found = tuple(replace(one, leftovers=(*one.leftovers, *_without_place(one.form))) for one in contents.forms)
    most = vba.MOST_SHEETS - 2  # beside the guide and the summary
    if len(found) > most:
        raise errors.TooManyForms(len(found), most)
    forms = [scoring.with_execution_weight(one.form, one.profile) for one in found]
    each = [one.profile for one in found]
    pages = _pages(forms, each[0], [[f.message for f in one.findings] for one in found], each)
    workbook.write_live(target, pages, overwrite=overwrite)
    return replace(contents, forms=found)


def _without_place(form: Form) -> Iterator[Entry]:
    """What the form says and our sheet has no cell for: reasons beside the money, the nature of a target in words."""
    yield from (row.reason for row in form.funds if row.reason.text)
    yield from (row.nature for row in form.indicators if row.nature.text)


def new(target: Path, *, year: int | None = None, profile: Rules = rules.NATIONAL, overwrite: bool = False) -> None:
    """A live workbook with one blank form."""
    _check_target(target, overwrite=overwrite)
    workbook.write_live(target, _blank_pages(year, profile), overwrite=overwrite)


def build_template(target: Path, *, overwrite: bool = False) -> None:
    """The template, built from the sheet's definition and the VBA sources; the same bytes each time.

    Raises `ToolMissing` where pyOpenVBA is not installed.
    """
    from selfeval_xl.vba import build

    _check_target(target, overwrite=overwrite)
    pages = _blank_pages(None, rules.NATIONAL)
    project = build.project(len(pages))
    workbook.save(target, lambda: workbook.live_workbook(pages, project, stored=True), overwrite=overwrite)


def _check_target(target: Path, *, overwrite: bool) -> None:
    """Says at once what would fail in the end."""
    if target.suffix.lower() != ".xlsm":
        raise errors.WrongSuffix(target, ".xlsm")
    try:
        if target.is_dir():
            raise errors.CannotWrite(target, "同名的文件夹已存在")
        if target.exists() and not overwrite:
            raise errors.AlreadyThere(target)
        if not target.parent.is_dir():
            raise errors.CannotWrite(target, "文件夹不存在")
    except OSError as problem:
        raise errors.CannotWrite(target, errors.why(problem)) from None


def _blank_pages(year: int | None, profile: Rules) -> list[sheet.Page]:
    return _pages([sheet.blank_form(year, profile)], profile, [[]])


def _pages(
    forms: Sequence[Form], profile: Rules, notes: Sequence[Sequence[str]], each: Sequence[Rules] = ()
) -> list[sheet.Page]:
    """All sheets of a workbook; `each` names the profile of every form where they are not all the same."""
    each = each or [profile] * len(forms)
    offered = profiles.all_profiles()
    names = sheet.sheet_names((form.project.text for form in forms), taken=(sheet.GUIDE, sheet.SUMMARY))
    pages = [
        sheet.form_page(form, rules, name, form_notes, offered)
        for form, rules, name, form_notes in zip(forms, each, names, notes, strict=True)
    ]
    functions = [(signature.name, signature.description) for signature in vba.signatures()]
    return [sheet.guide_page(functions, profile), *pages, sheet.summary_page(pages, forms, each)]


# ---- demonstration ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Demo:
    """What the demonstration read and wrote."""

    forms: tuple[Read, ...]
    book: Path
    pictures: tuple[Path, ...]
    pictures_missing: str | None


def demo(folder: Path, *, overwrite: bool = False) -> Demo:
    """The four published forms of 2022: read, written as a live workbook, checked, and drawn as pages.

    Raises `AlreadyThere` for a file in the folder that would be replaced without `overwrite`.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise errors.CannotWrite(folder, errors.why(problem)) from None
    text = resources.files("selfeval_xl").joinpath("data", DEMO_TEXT).read_bytes()
    source, book = folder / DEMO_TEXT, folder / "2022年绩效自评.xlsm"
    if not overwrite:
        _refuse_to_replace([book, book.with_suffix(".pdf"), *sorted(folder.glob(f"{book.stem}-*.png"))])
    if not _holds(source, text):
        workbook.save(source, lambda: text, overwrite=overwrite)
    import_forms([source], book, overwrite=overwrite)
    found = check([source], advice=False).forms
    try:
        return Demo(found, book, draw(book, folder, overwrite=overwrite), None)
    except errors.ToolMissing as missing:
        return Demo(found, book, (), str(missing))


def _refuse_to_replace(targets: Sequence[Path]) -> None:
    for target in targets:
        if os.path.lexists(target):
            raise errors.AlreadyThere(target)


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.read_bytes() == content
    except OSError:
        return False


def draw(book: Path, folder: Path, *, overwrite: bool = False) -> tuple[Path, ...]:
    """A workbook's pages as PDF and PNG files in the folder, drawn by LibreOffice.

    Raises `ToolMissing` where LibreOffice or poppler is not installed.
    """
    office, painter = shutil.which("soffice"), shutil.which("pdftoppm")
    if office is None:
        raise errors.ToolMissing("LibreOffice", "图片未生成；安装 libreoffice-calc 后可再运行一次。")
    if painter is None:
        raise errors.ToolMissing("pdftoppm", "图片未生成；安装 poppler-utils 后可再运行一次。")
    with tempfile.TemporaryDirectory() as scratch:
        profile = Path(scratch, "profile").as_uri()
        command = [office, f"-env:UserInstallation={profile}", "--headless", "--norestore", "--convert-to", "pdf"]
        _run([*command, "--outdir", scratch, str(book)], "LibreOffice")
        drawn = Path(scratch, book.stem + ".pdf")
        if not drawn.exists():
            raise errors.ToolMissing("LibreOffice", "它没有生成 PDF，图片未生成。")
        pdf = folder / drawn.name
        workbook.save(pdf, drawn.read_bytes, overwrite=overwrite)
        _run([painter, "-r", "80", "-png", str(drawn), str(Path(scratch, "page"))], "pdftoppm")
        pictures = []
        for number, picture in enumerate(sorted(Path(scratch).glob("page*.png")), 1):
            target = folder / f"{book.stem}-{number}.png"
            workbook.save(target, picture.read_bytes, overwrite=overwrite)
            pictures.append(target)
    return (pdf, *pictures)


def _run(command: list[str], tool: str) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=180)
    except (subprocess.SubprocessError, OSError):
        raise errors.ToolMissing(tool, "它没有正常运行，图片未生成。") from None
