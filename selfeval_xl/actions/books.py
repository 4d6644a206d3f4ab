"""Live workbooks: out of files that were read, for the next year, or blank; and the template and the add-in."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from selfeval_xl import checks, errors, profiles, sheet, workbook
from selfeval_xl.actions.judging import Contents, Read, not_read, profile_used, read_contents
from selfeval_xl.cells import Entry, plain
from selfeval_xl.checks import Finding
from selfeval_xl.excel import ribbon, vba
from selfeval_xl.excel.functions import FUNCTIONS
from selfeval_xl.form import Form
from selfeval_xl.profiles import Profile, own
from selfeval_xl.scoring import of_form
from selfeval_xl.year import DOUBTFUL, Change, NextYear, roll


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
