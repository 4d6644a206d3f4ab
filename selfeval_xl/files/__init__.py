"""One reader for each kind of file, chosen by content and not by the file's name."""

import stat
from pathlib import Path

from selfeval_xl import errors
from selfeval_xl.files import docx, html, pdf, text, xls, xlsx
from selfeval_xl.files.package import Package
from selfeval_xl.grid import Grid

_LARGEST = 64 * 1024 * 1024  # bytes on disk
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER_KINDS = (
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"BM", "图片"),
    (b"II*\x00", "图片"),
    (b"MM\x00*", "图片"),
    (b"{\\rtf", "RTF 文档"),
    (b"Rar!", "压缩包"),
    (b"7z\xbc\xaf", "压缩包"),
    (b"\x1f\x8b", "压缩包"),
    (b"MZ", "程序文件"),
)


def read_grids(path: Path) -> tuple[Grid, ...]:
    """Every sheet of a file, whatever its name ends in; a document is one sheet.

    Raises a `SelfEvalError` that names the file and what would settle it.
    """
    content = _content(path)
    try:
        return _read(path, content)
    except (errors.SelfEvalError, KeyboardInterrupt, SystemExit):
        raise
    except MemoryError:
        raise errors.TooLarge(path, "内存不足") from None
    except BaseException:  # whatever a library trips over in a file from outside; a panic in Rust is no Exception
        raise errors.Damaged(path) from None


def _read(path: Path, content: bytes) -> tuple[Grid, ...]:
    if content.startswith(b"PK"):
        return _read_package(path, content)
    if content.startswith(_OLE):
        return xls.read(path, content)
    if b"%PDF-" in content[:1024]:
        return pdf.read(path, content)
    for signature, kind in _OTHER_KINDS:
        if content.startswith(signature):
            raise errors.UnknownKind(path, kind)
    words = text.decoded(path, content)
    if html.is_page(words):
        return html.read(path, words)
    return text.laid_out(path, words)


def _read_package(path: Path, content: bytes) -> tuple[Grid, ...]:
    package = Package(path, content)
    if "xl/workbook.xml" in package:
        return xlsx.read(path, package)
    if "word/document.xml" in package:
        return docx.read(path, package)
    if "xl/workbook.bin" in package:
        raise errors.OldKind(path, "二进制工作簿（.xlsb）")
    if "OFD.xml" in package:
        raise errors.UnknownKind(path, "OFD 版式文件")
    if "mimetype" in package and "content.xml" in package:
        raise errors.OldKind(path, "OpenDocument 文件（.ods、.odt）")
    if "[Content_Types].xml" in package:
        raise errors.Damaged(path)
    raise errors.UnknownKind(path, "压缩包")


def _content(path: Path) -> bytes:
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise errors.NotAFile(path)
        if not stat.S_ISREG(found.st_mode):
            raise errors.UnknownKind(path, "设备或管道")
        if found.st_size > _LARGEST:
            raise errors.TooLarge(path, f"{found.st_size // 1024 // 1024} MB")
        with path.open("rb", buffering=0) as file:
            content = file.read()
    except (FileNotFoundError, NotADirectoryError):
        raise errors.FileMissing(path) from None
    except OSError as problem:
        raise errors.CannotRead(path, errors.why(problem)) from None
    except ValueError:  # a name that no file can have
        raise errors.FileMissing(path) from None
    if not content.lstrip(b"\x00\xef\xbb\xbf\xff\xfe \t\r\n"):
        raise errors.EmptyFile(path)
    return content
