"""Forms that LibreOffice prints on several pages are read again as they were written."""

import shutil

import paged
import pytest
from conftest import missing

ENOUGH = 0.99
AS_PRINTED = 0.85
UNKNOWN = "\ufffd"  # marks where words are missing


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


def _is_part(right: str, read: str) -> bool:
    """Whether what was read is a part of what stands there, and says so."""
    return UNKNOWN in read and "".join(read.strip("'\"").replace(UNKNOWN, "").split()) in "".join(right.split())


@pytest.mark.libreoffice
def test_sheets_without_row_heights_are_read_as_far_as_they_are_printed(tmp_path):
    """Their texts are printed over one another, or in part not at all: that bears a sign, nothing is read wrong."""
    if shutil.which("soffice") is None:
        missing("LibreOffice", "apt-get install libreoffice-calc libreoffice-writer")
    ways = [paged.Way("auto", height=0, size=12), paged.Way("auto-scaled", height=0, size=9, scale=50, titles=True)]
    made = [
        paged.workbook(form, way, tmp_path / f"{form.name}-{way.name}.xlsx")
        for form in map(paged.drawn, range(2))
        for way in ways
    ]
    found = paged.Measure()
    for before, after in zip(made, paged.printed(made, tmp_path), strict=True):
        paged.compare(before, after, found)

    assert [] == [line for line in found.false if not _is_part(*line.split(" ≠ "))]
    assert [] == found.invented
    assert found.share > AS_PRINTED
