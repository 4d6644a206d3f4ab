"""Builds the VBA projects from their sources, with pyOpenVBA; needed only by who builds the template."""

import io
import tarfile
import tempfile
import zipfile
from pathlib import Path

import xlsxwriter

from selfeval_xl.errors import ToolMissing
from selfeval_xl.excel import vba

_PLAIN = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_MACRO = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"


def project(sheets: int) -> bytes:
    """vbaProject.bin with a document module for the workbook and each of its sheets; the same bytes each time."""
    try:
        from pyopenvba import ExcelFile
    except ImportError:
        raise ToolMissing("pyOpenVBA", "请先运行 pip install selfeval-xl[build]。") from None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scratch.xlsm"
        path.write_bytes(_blank_workbook(sheets))
        with ExcelFile(str(path)) as book:
            built = book.add_vba_project()
            for name, source in vba.modules().items():
                built.add_module(name, source)
            book.save(str(path))
        with zipfile.ZipFile(path) as package:
            return package.read("xl/vbaProject.bin")


def _blank_workbook(sheets: int) -> bytes:
    plain, macro = io.BytesIO(), io.BytesIO()
    with xlsxwriter.Workbook(plain) as book:
        for _ in range(sheets):
            book.add_worksheet()
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(macro, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(_PLAIN, _MACRO))
    return macro.getvalue()


def all_projects() -> dict[int, bytes]:
    """The project for every number of sheets that is kept ready."""
    return {sheets: project(sheets) for sheets in range(1, vba.MOST_SHEETS + 1)}


def pack(projects: dict[int, bytes]) -> bytes:
    """The projects as one archive; they are nearly alike, so together they are small."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:xz") as target:
        for sheets, content in projects.items():
            member = tarfile.TarInfo(f"{sheets}.bin")
            member.size = len(content)
            target.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def main() -> None:
    """Builds the packed projects anew, after a change in the VBA sources or in functions.py."""
    (Path(__file__).parent / vba.PROJECTS).write_bytes(pack(all_projects()))


if __name__ == "__main__":
    main()
