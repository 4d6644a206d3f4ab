"""Forms from the wild in the kinds of file that LibreOffice writes: old workbooks, web pages, PDF of several pages."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

import wild
from test_wild import differences
from wild import papers

from selfeval_xl import files
from selfeval_xl.form import document
from selfeval_xl.reading import read_forms

pytestmark = pytest.mark.libreoffice

_KINDS = {"xls": "xls", "html": "html:HTML (StarCalc)", "pdf": "pdf"}


@pytest.fixture(scope="module")
def converted(tmp_path_factory) -> Path:
    """Each form in each kind; LibreOffice runs once for a kind."""
    if shutil.which("soffice") is None:
        reason = "LibreOffice is not installed (tools/setup.sh tests)"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    folder = tmp_path_factory.mktemp("kinds")
    books = [papers.workbook(form, folder / f"{form.name}.xlsx") for form in wild.FORMS]
    for kind, converter in _KINDS.items():
        command = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
        command += ["--convert-to", converter, "--outdir", str(folder / kind), *map(str, books)]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
    return folder


@pytest.mark.parametrize("kind", _KINDS)
@pytest.mark.parametrize("form", wild.FORMS, ids=lambda form: form.name)
def test_a_form_is_read_completely_from_every_kind_of_file(converted, kind, form):
    found = [one for grid in files.read_grids(converted / kind / f"{form.name}.{kind}") for one in read_forms(grid)]
    expected = form.several or [form.expected]

    assert len(expected) == len(found)
    assert [] == [line for e, one in zip(expected, found, strict=True) for line in differences(e, document(one.form))]
