"""Files that are no form and hold none that could be read: what they are, told by their first bytes or their name."""

import re
import zlib
from pathlib import PurePath

from selfeval_xl import errors
from selfeval_xl.cells import on_screen
from selfeval_xl.files.package import Package
from selfeval_xl.patterns import expression

_AS_DOCUMENT = "用 Word 或 WPS 打开后另存为 .docx"
_FROM_SLIDES = "把其中的自评表复制到 Excel 工作簿中"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"\x00\x00\x01\x00")
_PACKED = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
_LOCKED = (b"%TSD-Header-###%", b"E-SafeNet", b"<## NASCA DRM FILE", b"\x62\x14\x23\x65")
_NOT_ITSELF: tuple[tuple[bytes, str, str], ...] = (
    (b"L\x00\x00\x00\x01\x14\x02\x00", "快捷方式", "打开它指向的文件，另存一份"),
    (b"[InternetShortcut]", "网址快捷方式", "打开它指向的网页，把表格下载到本机"),
    (b"[Desktop Entry]", "快捷方式", "打开它指向的文件，另存一份"),
    (b"version https://git-lfs", "Git LFS 的指针文件", "用 git lfs pull 取得原文件"),
    (b"\x00\x05\x16\x07", "Mac 电脑附带的“._”文件", "选用同名而不带“._”的那个文件"),
    (b"\x00\x05\x16\x00", "Mac 电脑附带的文件", "选用同名的原文件"),
    (b"bplist00", "云盘的占位文件或 Mac 电脑的配置文件", "在云盘中下载原文件"),
)
_OTHERS: tuple[tuple[bytes, str, str], ...] = (
    (b"{\\rtf", "RTF 文档", _AS_DOCUMENT),
    (b"\x00\x01\x00\x00Standard", "Access 数据库", "从中导出 Excel 工作簿"),
    (b"%!PS", "PostScript 打印文件", "提供打印之前的 Word 或 Excel 文件"),
    (b"MZ", "程序文件", "核对是否选错了文件"),
    (b"SQLite format 3", "数据库文件", "从中导出 Excel 工作簿"),
)
_IN_PACKAGE: tuple[tuple[str, str, str], ...] = (
    ("OFD.xml", "OFD 版式文件", "提供转换之前的 Word 或 Excel 文件，或转换为 .docx"),
    ("ppt/presentation.xml", "演示文稿（.pptx）", _FROM_SLIDES),
    ("visio/document.xml", "Visio 图（.vsdx）", "把其中的自评表复制到 Excel 工作簿中"),
    ("FixedDocSeq.fdseq", "XPS 版式文件", "提供转换之前的 Word 或 Excel 文件，或转换为 PDF"),
    ("FixedDocumentSequence.fdseq", "XPS 版式文件", "提供转换之前的 Word 或 Excel 文件，或转换为 PDF"),
    ("Index/Document.iwa", "苹果电脑的 Numbers 或 Pages 文件", "用原程序导出为 Excel 或 Word 文件"),
    ("Index.zip", "苹果电脑的 Numbers 或 Pages 文件", "用原程序导出为 Excel 或 Word 文件"),
    ("META-INF/container.xml", "电子书", "提供转换之前的 Word 或 Excel 文件，或转换为 .docx"),
    ("AndroidManifest.xml", "手机程序", "核对是否选错了文件"),
)
_DATA = "JSON 数据"
_AS_WORKBOOK = "用 Excel 或 WPS 打开后另存为 .xlsx"
_FROM_SYSTEM = "在导出它的系统里改为导出 Excel 工作簿，或在 Excel 中打开后另存为 .xlsx"
_DRAWN_TABLE = "在写出它的程序里把表格另存为 Excel 工作簿、Word 文档或网页"
# Kinds of texts that are no table as they stand.
_TEXTS: tuple[tuple[re.Pattern[bytes], str, str], ...] = (
    (expression(rb"ID;P"), "SYLK 表格（.slk）", _AS_WORKBOOK),
    (expression(rb"TABLE\r?\n0,1\r?\n"), "DIF 表格（.dif）", _AS_WORKBOOK),
    (expression(rb"[%\\](?s:.)*?\\document(?:class|style)\b"), "LaTeX 源文件", _DRAWN_TABLE),
    (expression(rb"""\s*(?:\{\s*"|\[\s*(?:\{\s*"|\[\s*"))"""), _DATA, _FROM_SYSTEM),
)
_FEWEST_OF_DATA = 400  # bytes; less is the answer of a system that has no file to give
_FILM = expression(rb"\A.{4}ftyp(?P<brand>.{4})", re.DOTALL)
_BY_NAME = (
    (expression(r"~\$"), "打开文件时产生的临时文件“~$…”", "选用同名而不带“~$”的那个文件"),
    (expression(r"\.~lock\."), "打开文件时产生的临时文件", "选用原文件"),
    (expression(r"\..*\.icloud\Z"), "云盘的占位文件", "在云盘中下载原文件"),
)
_SMALL = 4_096  # bytes of such a file
_BLANK = b"\x00\xef\xbb\xbf\xff\xfe \t\r\n"


def refuse_by_name(content: bytes, name: str) -> None:
    """Names a small file that a program left beside the real one."""
    for pattern, kind, way in _BY_NAME:
        if len(content) <= _SMALL and pattern.match(PurePath(name).name):
            raise errors.NotTheFile(kind, way)


def refuse_blank(content: bytes) -> None:
    """Names a file without content: empty, or as large as it should be and never filled."""
    if not content.lstrip(_BLANK):
        if content.count(b"\x00") > len(_BLANK):
            raise errors.NotTheFile("没有下载完的文件，里面全是空白", "重新下载或复制一次")
        raise errors.EmptyFile


def refuse(content: bytes) -> None:
    """Names a file whose first bytes say that it is of a kind that is not read."""
    start = content[:64].removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    film = _FILM.match(content[:12])
    if content.startswith(_PICTURES) or (film and film["brand"] in (b"heic", b"heix", b"mif1", b"avif")):
        raise errors.UnknownKind("图片")
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        raise errors.UnknownKind("图片")
    if film or content.startswith((b"RIFF", b"ID3", b"OggS")):
        raise errors.UnknownKind("录音或录像")
    if content.startswith(b"\x1f\x8b") and b"gnm:Workbook" in _first_unpacked(content):
        raise errors.OtherKind("Gnumeric 工作簿", "用 Gnumeric 打开后另存为 .xlsx")
    if content.startswith(_PACKED) or content[257:262] == b"ustar":
        raise errors.Packed("")
    if content.startswith(_LOCKED) or b"E-SafeNet" in content[:64]:
        raise errors.LockedByProgram
    for signature, kind, way in _NOT_ITSELF:
        if start.startswith(signature):
            raise errors.NotTheFile(kind, way)
    for signature, kind, way in _OTHERS:
        if content.startswith(signature):
            raise errors.OtherKind(kind, way)
    beginning = content[:_SMALL].removeprefix(b"\xef\xbb\xbf")
    for pattern, kind, way in _TEXTS:
        if pattern.match(beginning) and (kind != _DATA or len(content) >= _FEWEST_OF_DATA):
            raise errors.OtherKind(kind, way)


def _first_unpacked(content: bytes) -> bytes:
    """How the one file that gzip packed begins."""
    try:
        return zlib.decompressobj(wbits=31).decompress(content[:_SMALL], _SMALL)
    except zlib.error:
        return b""


def xml() -> errors.SelfEvalError:
    """What to say of XML that is neither a workbook nor a document nor a page."""
    return errors.OtherKind("XML 数据", _FROM_SYSTEM)


def drawn_table() -> errors.SelfEvalError:
    """What to say of a text whose tables are drawn with signs."""
    return errors.OtherKind("用字符画出框线的文本", _DRAWN_TABLE)


def of_package(package: Package) -> errors.SelfEvalError:
    """What to say of a zip that is neither a workbook nor a document."""
    for part, kind, way in _IN_PACKAGE:
        if part in package:
            return errors.OtherKind(kind, way)
    if "[Content_Types].xml" in package:
        return errors.Damaged()
    names = [on_screen(PurePath(name).name) for name in map(_readable, package.names) if not name.endswith("/")]
    names = [name for name in names if name and not name.startswith(("._", ".DS_Store"))]
    inside = f"，内有“{names[0]}”等 {len(names)} 个文件" if len(names) > 1 else f"，内有“{names[0]}”" if names else ""
    return errors.Packed(inside)


def _readable(name: str) -> str:
    """A name that a Chinese Windows wrote, which the zip's own rules take for another alphabet."""
    try:
        return name.encode("cp437").decode("gb18030")
    except UnicodeError:
        return name
