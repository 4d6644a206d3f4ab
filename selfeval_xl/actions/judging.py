"""Reading files and judging what they say: `show` and `check`."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from selfeval_xl import checks, errors, files, profiles
from selfeval_xl.cells import Entry, plain
from selfeval_xl.checks import Finding
from selfeval_xl.form import Form, document
from selfeval_xl.profiles import Profile, own
from selfeval_xl.reading import Reading, read_forms, refusal
from selfeval_xl.scoring import of_form


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
