"""One reader for each kind of file, chosen by content and not by the file's name."""

import re
import zipfile
import zlib
from pathlib import Path

from selfeval_xl import errors
from selfeval_xl.files import text, xlsx
from selfeval_xl.grid import Grid

_LARGEST = 64 * 1024 * 1024  # bytes on disk
_LARGEST_UNPACKED = 256 * 1024 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b[^>]*>")
_WORKSHEET = re.compile(r"""Type\s*=\s*["'][^"']*/worksheet["']""")
_TARGET = re.compile(r"""Target\s*=\s*["']([^"']*)["']""")
_OTHER_KINDS = (
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"BM", "图片"),
    (b"II*\x00", "图片"),
    (b"MM\x00*", "图片"),
    (b"%PDF", "PDF 文件"),
    (b"{\\rtf", "RTF 文档"),
    (b"Rar!", "压缩包"),
    (b"7z\xbc\xaf", "压缩包"),
    (b"\x1f\x8b", "压缩包"),
    (b"MZ", "程序文件"),
)


def read_grids(path: Path) -> tuple[Grid, ...]:
    """Every sheet of a file, whatever its name ends in.

    Raises a `SelfEvalError` that names the file and what would settle it.
    """
    content = _content(path)
    if content.startswith(b"PK"):
        _check_package(path)
        return xlsx.read(path)
    if content.startswith(_OLE):
        if _ENCRYPTED in content:
            raise errors.Encrypted(path)
        raise errors.OldKind(path, "旧格式的 Office 文件（.xls 或 .doc）")
    for signature, kind in _OTHER_KINDS:
        if content.startswith(signature):
            raise errors.UnknownKind(path, kind)
    return text.read(path, content)


def _content(path: Path) -> bytes:
    if not path.exists():
        raise errors.FileMissing(path)
    if path.is_dir():
        raise errors.NotAFile(path)
    if not path.is_file():
        raise errors.UnknownKind(path, "设备或管道")
    try:
        size = path.stat().st_size
        if size > _LARGEST:
            raise errors.TooLarge(path, f"{size // 1024 // 1024} MB")
        content = path.read_bytes()
    except OSError as problem:
        raise errors.CannotRead(path, problem.strerror or str(problem)) from None
    if not content.strip(b"\x00\xef\xbb\xbf\xff\xfe \t\r\n"):
        raise errors.EmptyFile(path)
    return content


def _check_package(path: Path) -> None:
    """Refuses a package that is not a whole workbook of sensible size."""
    try:
        package = zipfile.ZipFile(path)
        names = set(package.namelist())
        unpacked = sum(info.file_size for info in package.infolist())
        encrypted = any(info.flag_bits & 1 for info in package.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise errors.Damaged(path) from None
    with package:
        if encrypted:
            raise errors.Encrypted(path)
        if unpacked > _LARGEST_UNPACKED:
            raise errors.TooLarge(path, f"解压后 {unpacked // 1024 // 1024} MB")
        if "xl/workbook.xml" in names:
            if not _sheets_named(package, path) <= names:
                raise errors.Damaged(path)
            return
        if "xl/workbook.bin" in names:
            raise errors.OldKind(path, "二进制工作簿（.xlsb）")
        if "word/document.xml" in names:
            raise errors.UnknownKind(path, "Word 文档")
        if "[Content_Types].xml" in names:
            raise errors.Damaged(path)
        raise errors.UnknownKind(path, "压缩包")


def _sheets_named(package: zipfile.ZipFile, path: Path) -> set[str]:
    """The parts that the workbook names as its worksheets; openpyxl passes over missing ones in silence."""
    try:
        relations = package.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    except (KeyError, zipfile.BadZipFile, OSError, zlib.error):
        raise errors.Damaged(path) from None
    sheets = [tag for tag in _RELATION.findall(relations) if _WORKSHEET.search(tag)]
    targets = {match.group(1) for tag in sheets if (match := _TARGET.search(tag))}
    return {target.lstrip("/") if target.startswith("/") else f"xl/{target}" for target in targets}
