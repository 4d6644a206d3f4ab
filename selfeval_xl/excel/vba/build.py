"""Builds the VBA projects from their sources, with pyOpenVBA; needed only by who builds the template."""

import io
import tarfile
import tempfile
import zipfile
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import xlsxwriter

from selfeval_xl.errors import ToolMissing
from selfeval_xl.excel import vba

_PLAIN = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_MACRO = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"


# MS-OVBA 2.3.4.1: what stands in for the compiled project where there is none (version FFFF).
_NOTHING_COMPILED = b"\xcc\x61\xff\xff\x00\x00\x00"
_COLOUR, _BLACK = 67, b"\x01"  # where an entry of the container's directory says it


def project(sheets: int) -> bytes:
    """vbaProject.bin with a document module for the workbook and each of its sheets; the same bytes each time."""
    return _project(vba.modules(), sheets)


def addin_project() -> bytes:
    """vbaProject.bin of the add-in, a workbook with one sheet; the same bytes each time."""
    return _project(vba.addin_modules(), sheets=1)


def _project(modules: Mapping[str, str], sheets: int) -> bytes:
    """A project of source only, as MS-OVBA wants it written; a module named as a document's is its source."""
    try:
        from pyopenvba import ExcelFile
        from pyopenvba.cfb import CFB
    except ImportError:
        raise ToolMissing("pyOpenVBA", "请先运行 pip install selfeval-xl[build]。") from None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scratch.xlsm"
        path.write_bytes(_blank_workbook(sheets))
        with ExcelFile(str(path)) as book:
            built = book.add_vba_project()
            for document in built.modules:
                source = modules.get(document.name, "")
                if source or document.text_offset:  # some come from a template that was compiled
                    document.source = document.attribute_header + source
                    document.dirty = True
            documents = set(built.module_names())
            for name, source in modules.items():
                if name not in documents:
                    built.add_module(name, source)
            book.save(str(path))
        with zipfile.ZipFile(path) as package:
            container = CFB.from_bytes(package.read("xl/vbaProject.bin"))
    container.write_stream_in_storage("VBA", "_VBA_PROJECT", _NOTHING_COMPILED)
    for entry in container._directory:
        # MS-CFB 2.6.4: a tree that does not keep to the rules of red and black has black entries only.
        entry.raw = entry.raw[:_COLOUR] + _BLACK + entry.raw[_COLOUR + 1 :]
    return bytes(container.to_bytes())


def _blank_workbook(sheets: int) -> bytes:
    plain, macro = io.BytesIO(), io.BytesIO()
    with xlsxwriter.Workbook(plain, {"in_memory": True}) as book:
        for _ in range(sheets):
            book.add_worksheet()
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(macro, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(_PLAIN, _MACRO))
    return macro.getvalue()


def all_projects() -> dict[int, bytes]:
    """The project for every number of sheets that is kept ready."""
    numbers = range(1, vba.MOST_SHEETS + 1)
    with ProcessPoolExecutor() as processors:
        return dict(zip(numbers, processors.map(project, numbers), strict=True))


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
    """Builds the projects anew, after a change in the VBA sources or in functions.py."""
    folder = Path(__file__).parent
    (folder / vba.ADDIN).write_bytes(addin_project())
    # They differ in the number of their sheets only, so the first and the last tell whether all are current.
    if any(vba.project(sheets) != project(sheets) for sheets in (1, vba.MOST_SHEETS)):
        (folder / vba.PROJECTS).write_bytes(pack(all_projects()))


if __name__ == "__main__":
    main()
