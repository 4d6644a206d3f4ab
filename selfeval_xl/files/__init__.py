"""One reader for each kind of file, chosen by content and not by the file's name."""

import contextlib
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from selfeval_xl import errors
from selfeval_xl.files import other_kinds, xlsx
from selfeval_xl.files.bounds import MB, check_size
from selfeval_xl.files.package import Package, opened
from selfeval_xl.grid import Grid

_LARGEST = 64 * MB  # bytes on disk
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_grids(path: Path) -> tuple[Grid, ...]:
    """Every sheet of a file, whatever its name ends in; a document is one sheet.

    Raises a `SelfEvalError` that names the file and what would settle it.
    """
    return grids_of(content_of(path), path)


def grids_of(content: bytes, path: Path) -> tuple[Grid, ...]:
    """The same of content that was read already; `path` names it where something is wrong with it."""
    try:
        if content.startswith(_ZIP):  # what reads the parts of a package prints nothing
            return _package_reader(opened(content))(content)
        with _in_silence():
            return _reader(content)(content)
    except errors.SelfEvalError as problem:
        problem.about(path)
        raise
    except (KeyboardInterrupt, SystemExit):
        raise
    except MemoryError:
        raise errors.TooLarge("内存不足").about(path) from None
    except BaseException:  # whatever a library trips over in a file from outside; a panic in Rust is no Exception
        raise errors.Damaged().about(path) from None


@contextlib.contextmanager
def _in_silence() -> Iterator[None]:
    """What a library prints on its own about a file goes nowhere: the person gets one sentence."""
    try:
        kept = os.dup(2)
    except OSError:  # nobody listens
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _reader(content: bytes) -> Callable[[bytes], tuple[Grid, ...]]:
    """The reader for this kind of content; who reads a workbook does not wait for the others."""
    if content.startswith(_ZIP):
        return _package_reader(opened(content))
    if content.startswith(_OLE):
        from selfeval_xl.files import xls

        return xls.read
    if b"%PDF-" in content[:1024]:
        from selfeval_xl.files import pdf

        return pdf.read
    other_kinds.refuse(content)
    return _reader_of_text(content)


def _reader_of_text(content: bytes) -> Callable[[bytes], tuple[Grid, ...]]:
    from selfeval_xl.files import html, mail, office_xml, opendocument, text

    if mail.is_mail(content):
        return lambda mailed: mail.read(mailed, lambda part: _reader(part)(part))
    if opendocument.is_flat(content):
        return opendocument.read_flat
    if office_xml.is_office_xml(content):
        return office_xml.read
    if html.is_page(content):
        return html.read
    if text.is_xml(content):
        raise other_kinds.xml()
    if text.is_drawn(content):
        raise other_kinds.drawn_table()
    return text.read


def _package_reader(package: Package) -> Callable[[bytes], tuple[Grid, ...]]:
    if xlsx.is_book(package):
        return xlsx.read
    from selfeval_xl.files import docx, opendocument

    if docx.main_part(package) in package:
        return docx.read
    if "xl/workbook.bin" in package:
        raise errors.OldKind("二进制工作簿（.xlsb）")
    if opendocument.is_package(package):
        return opendocument.read
    raise other_kinds.of_package(package)


def content_of(path: Path) -> bytes:
    """What a file holds, within bounds.

    Raises a `SelfEvalError` that names the file.
    """
    try:
        return _content(path)
    except errors.SelfEvalError as problem:
        problem.about(path)
        raise


def _content(path: Path) -> bytes:
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise errors.NotAFile
        if not stat.S_ISREG(found.st_mode):
            raise errors.UnknownKind("设备或管道")
        check_size(found.st_size, _LARGEST)
        with path.open("rb", buffering=0) as file:
            content = file.readall()  # room for just as much as there is
        check_size(len(content), _LARGEST)
    except (FileNotFoundError, NotADirectoryError):
        raise errors.FileMissing from None
    except OSError as problem:
        raise errors.CannotRead(errors.why(problem)) from None
    except ValueError:  # a name that no file can have
        raise errors.FileMissing from None
    other_kinds.refuse_blank(content)
    other_kinds.refuse_by_name(content, path.name)
    return content
