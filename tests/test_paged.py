"""Forms that LibreOffice prints on several pages are read again as they were written."""

import shutil

import paged
import pytest
from conftest import missing

ENOUGH = 0.99


@pytest.mark.libreoffice
@pytest.mark.parametrize("ways", [(paged.CALC, ()), ((), paged.WRITER)], ids=["calc", "writer"])
def test_published_forms_are_read_from_several_pages(tmp_path, ways):
    if shutil.which("soffice") is None:
        missing("LibreOffice", "apt-get install libreoffice-calc libreoffice-writer")
    made = paged.files(paged.published(tmp_path), tmp_path, *ways)
    found = paged.Measure()
    for before, after in zip(made, paged.printed(made, tmp_path), strict=True):
        paged.compare(before, after, found)

    assert found.filled > 0
    assert [] == found.invented
    assert found.share >= ENOUGH, [*found.false, *found.missed]
