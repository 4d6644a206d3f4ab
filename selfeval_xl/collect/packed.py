"""What is packed into one file: the members of an archive, the words and attachments of a mail. Nothing is written."""

import email
import email.header
import email.utils
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, BinaryIO, NamedTuple

from selfeval_xl import errors
from selfeval_xl.collect import unrar
from selfeval_xl.collect.scratch import scratch
from selfeval_xl.files import mail
from selfeval_xl.files.bounds import MB
from selfeval_xl.files.package import names_in
from selfeval_xl.patterns import expression

LARGEST = 64 * MB  # bytes of one member
_LARGEST_IN_ALL = 2048 * MB  # bytes of all members of one file on the disk, however deep
_MOST = 20_000  # of them
_HEAD = 100_000  # bytes in which the kind shows
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OUTLOOK = "__properties_version1.0".encode("utf-16-le")
_TNEF = b"\x78\x9f\x3e\x22"
_UTF8_NAME = 0x800
_OF_DOCUMENTS = {"[Content_Types].xml", "OFD.xml", "mimetype", "xl/workbook.xml", "word/document.xml"}
_FIRST_OF_DOCUMENTS = b"[Content_Types].xml"  # of most; the others are asked for all their names
_UNICODE_NAME = 0x200  # of a rar
_NAME_AT = 30  # where a zip's first name stands
_BARE_NAME = expression(r'\b(?:file)?name\s*=\s*"([^"]+)"', re.IGNORECASE)
_CONVERTED = "请解压后把里面的文件放进文件夹。"
_BROKEN = "在压缩包里已损坏，或压缩方法不常见，没有读出。请解压后把它放进文件夹。"
_NOT_WHOLE = "已损坏或不完整，没有读完。请重新取得这个文件，或解压后把里面的文件放进文件夹。"
_IN_PARTS = f"是分卷压缩包的一卷，没有读取。{_CONVERTED}"


class Inside(NamedTuple):
    """A member: its name, its content, when it was sent or saved, by whom, and whether it is only a mail's words."""

    name: str
    content: bytes
    moment: datetime | None = None
    sender: str | None = None
    is_words: bool = False


class NotTaken(NamedTuple):
    """A member that was not taken out, or the whole where it has no name, and why, with what would settle it."""

    name: str
    why: str


class Bounds:
    """What may be taken out of one file on the disk in all."""

    def __init__(self) -> None:
        self._bytes, self._members = _LARGEST_IN_ALL, _MOST

    def take(self, size: int) -> bool:
        """Whether one more member of this size is within bounds."""
        self._bytes -= size
        self._members -= 1
        return self._bytes >= 0 and self._members >= 0


Unpacking = Iterator[Inside | NotTaken]


def inside(file: BinaryIO, bounds: Bounds) -> Unpacking | None:
    """The members of an archive or a mail; None for a file of any other kind."""
    head = file.read(_HEAD)
    file.seek(0)
    unpack = _kind(head, file)
    file.seek(0)
    return None if unpack is None else _within(unpack(file), bounds)


def _kind(head: bytes, file: BinaryIO) -> Callable[[BinaryIO], Unpacking] | None:
    if head.startswith(b"PK"):
        is_document = head.startswith(_FIRST_OF_DOCUMENTS, _NAME_AT)
        return None if is_document or not _is_archive(head, file) else _zip
    if head.startswith(b"7z\xbc\xaf\x27\x1c"):
        return _seven_zip
    if head.startswith(b"Rar!\x1a\x07"):
        return _rar
    if head.startswith(_TNEF):
        return _tnef
    if head.startswith(_OLE):
        return _outlook if _OUTLOOK in file.read(LARGEST) else None
    return _mail if mail.is_mail(head) and _has_attachment(file.read(LARGEST)) else None


def _within(members: Unpacking, bounds: Bounds) -> Unpacking:
    """The members within bounds; trouble of a library with a file from outside ends it with a sentence."""
    met = False
    try:
        for member in members:
            met = True
            if not bounds.take(len(member.content) if isinstance(member, Inside) else 0):
                yield NotTaken("", f"里面的文件太多或太大，没有再读下去。{_CONVERTED}")
                return
            yield member
        if not met:
            yield NotTaken("", "里面没有文件。请核对，或请报送单位重新发送。")
    except (MemoryError, OSError) as problem:
        yield NotTaken(
            "", f"没有读完（{errors.why(problem) if isinstance(problem, OSError) else '内存不足'}）。{_CONVERTED}"
        )
    except Exception:  # whatever a library trips over
        yield NotTaken("", _NOT_WHOLE)


# ---- archives --------------------------------------------------------------------------------------------------


def _is_archive(head: bytes, file: BinaryIO) -> bool:
    """Whether the zip holds files of people, and not the parts of one document."""
    names = names_in(head) if len(head) < _HEAD else None  # where that is the whole of it
    if names is None:
        try:
            with zipfile.ZipFile(file) as archive:
                names = [name.replace("\\", "/") for name in archive.namelist()]
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            return False
    return _OF_DOCUMENTS.isdisjoint(names)


def _zip(file: BinaryIO) -> Unpacking:
    with zipfile.ZipFile(file) as archive:
        for info in archive.infolist():
            if info.is_dir():
                continue
            name = _zip_name(info)
            if info.flag_bits & 1:
                yield NotTaken(name, f"设有密码，没有读取。{_CONVERTED}")
            elif info.file_size > LARGEST:
                yield _too_large(name, info.file_size)
            else:
                yield _unzipped(archive, info, name)


def _unzipped(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> Inside | NotTaken:
    try:
        with archive.open(info) as member:
            content = member.read(LARGEST + 1)
    except MemoryError:
        return NotTaken(name, f"太大，内存不足。{_CONVERTED}")
    except Exception:  # a method that Python does not know, a wrong checksum, an end that comes too soon
        return NotTaken(name, _BROKEN)
    if len(content) > LARGEST:
        return _too_large(name, len(content))
    try:
        moment = datetime(*info.date_time)
    except (TypeError, ValueError):
        moment = None
    return Inside(name, content, moment)


def _zip_name(info: zipfile.ZipInfo) -> str:
    """The name as it was written; without the mark of UTF-8 Chinese Windows writes GBK."""
    if info.flag_bits & _UTF8_NAME:
        return info.filename
    return _from_either(info.filename.encode("cp437", "replace"))


def _too_large(name: str, size: int) -> NotTaken:
    return NotTaken(name, f"解压后有 {size // MB} MB，不像自评表，没有读取。请只保留自评表所在的工作表后再试。")


def _seven_zip(file: BinaryIO) -> Unpacking:
    try:
        import py7zr
        from py7zr.io import BytesIOFactory
    except ImportError:
        yield _not_installed("7z", "py7zr")
        return
    try:
        with py7zr.SevenZipFile(file) as archive:
            listed = [one for one in archive.list() if one.is_file]
            if archive.needs_password():
                yield NotTaken("", f"设有密码，没有读取。{_CONVERTED}")
                return
            refused = {one.filename: found for one in listed if (found := _refused(one.filename)) is not None}
            yield from refused.values()
            listed = [one for one in listed if one.filename not in refused]
            fitting = [one for one in listed if one.uncompressed <= LARGEST]
            yield from (_too_large(one.filename, one.uncompressed) for one in listed if one.uncompressed > LARGEST)
            if len(fitting) > _MOST or sum(one.uncompressed for one in fitting) > LARGEST * 8:
                yield NotTaken("", f"解压后太大，没有读取。{_CONVERTED}")
                return
            taken = BytesIOFactory(LARGEST)
            archive.extract(targets=[one.filename for one in fitting], factory=taken)
    except py7zr.PasswordRequired:
        yield NotTaken("", f"设有密码，没有读取。{_CONVERTED}")
        return
    moments = {one.filename: one.creationtime for one in listed}
    for name, content in taken.products.items():
        content.seek(0)
        moment = moments.get(name)
        yield Inside(name, content.read(), moment.astimezone().replace(tzinfo=None) if moment else None)


def _rar(file: BinaryIO) -> Unpacking:
    try:
        import rarfile
    except ImportError:
        yield _not_installed("rar", "rarfile")
        return
    unrar.without_comments(rarfile)
    try:
        archive = rarfile.RarFile(file)
    except rarfile.NeedFirstVolume:
        yield NotTaken("", _IN_PARTS)
        return
    with archive, scratch() as folder:
        programs = unrar.Programs(rarfile, str(folder))
        every = [one for one in archive.infolist() if not one.is_dir()]
        if archive.needs_password() and not any(one.needs_password() for one in every):  # not even names are told
            yield NotTaken("", f"设有密码，没有读取。{_CONVERTED}")
            return
        if any(one.flags & (rarfile.RAR_FILE_SPLIT_AFTER | rarfile.RAR_FILE_SPLIT_BEFORE) for one in every):
            yield NotTaken("", _IN_PARTS)
            return
        for one in every:
            yield _from_rar(archive, one, programs, rarfile.RAR_M0)
        if archive.strerror():
            yield NotTaken("", _NOT_WHOLE)


def _from_rar(archive: Any, info: Any, programs: unrar.Programs, stored: int) -> Inside | NotTaken:
    name = _rar_name(info)
    refused = _refused(name)
    if refused is not None:
        return refused
    if info.is_symlink():
        return NotTaken(name, "是指向别处的链接，没有读取。请把文件本身放进文件夹。")
    if info.needs_password():
        return NotTaken(name, f"设有密码，没有读取。{_CONVERTED}")
    if info.file_size > LARGEST:
        return _too_large(name, info.file_size)
    try:
        if info.compress_type == stored or not info.file_size:
            content = archive.read(info) if info.file_size else b""
        else:
            content = programs.unpacked(lambda: archive.read(info))
    except unrar.NoProgram:
        return NotTaken(name, f"在 rar 压缩包里，本机没有能解开它的程序（unrar、7z 等）。{_CONVERTED}")
    except Exception:  # a wrong checksum, an end that comes too soon, a method that the program does not know
        return NotTaken(name, _BROKEN)
    try:
        moment = datetime(*info.date_time) if info.date_time else None
    except (TypeError, ValueError):
        moment = None
    return Inside(name, content, moment)


def _rar_name(info: Any) -> str:
    """The name as it was written; an old one without the mark of Unicode is GBK."""
    written = info.orig_filename
    if isinstance(written, bytes) and not info.flags & _UNICODE_NAME:
        return _from_either(written).replace("\\", "/")
    return str(info.filename)


def _refused(name: str) -> NotTaken | None:
    """Who packs a season's forms gives no member a way out of the archive."""
    parts = name.replace("\\", "/").split("/")
    if ".." in parts or parts[0] == "" or parts[0].endswith(":"):
        return NotTaken(name, f"的名称指向压缩包以外，没有读取。{_CONVERTED}")
    return None


def _not_installed(kind: str, library: str) -> NotTaken:
    return NotTaken("", f"是 {kind} 压缩包，本机没有安装读取它的组件（{library}）。{_CONVERTED}")


# ---- mails -----------------------------------------------------------------------------------------------------


def _tnef(_: BinaryIO) -> Unpacking:
    yield NotTaken(
        "", "是 Outlook 专用的附件包（winmail.dat），读不出里面的文件。请发件人改用纯文本或 HTML 格式重新发送。"
    )


def _has_attachment(content: bytes) -> bool:
    return any(_is_attached(part) for part in email.message_from_bytes(content.lstrip(b"\xef\xbb\xbf \t\r\n")).walk())


def _is_attached(part: Any) -> bool:
    """Whether somebody attached the part; the pictures of a page saved as a mail are no attachments."""
    if part.get_content_maintype() == "multipart":
        return False
    is_named = part.get_filename() is not None and part.get_content_maintype() not in ("image", "text")
    return part.get_content_disposition() == "attachment" or is_named


def _mail(file: BinaryIO) -> Unpacking:
    message = email.message_from_bytes(file.read().lstrip(b"\xef\xbb\xbf \t\r\n"))
    moment, sender = _moment(message.get("Date")), _address(message.get("From"))
    for number, part in enumerate(message.walk(), 1):
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes) or not content.strip():
            continue
        if _is_attached(part):
            yield Inside(_name(part) or f"附件{number}", content, moment, sender)
        elif part.get_content_type() == "text/html":
            yield Inside("正文", content, moment, sender, is_words=True)


def _outlook(file: BinaryIO) -> Unpacking:
    import oxmsg

    message = oxmsg.Message.load(file.read())
    sent = message.sent_date
    moment = sent.astimezone().replace(tzinfo=None) if sent else None
    sender = _address(message.sender)
    for number, attached in enumerate(message.attachments, 1):
        name = attached.file_name or f"附件{number}"
        content = _attached_content(attached)
        if content is None:
            yield NotTaken(name, "不是普通附件（是链接或另一封邮件），没有读取。请另存出来放进文件夹。")
        else:
            yield Inside(name, content, moment, sender)
    if message.html_body:
        yield Inside("正文", message.html_body.encode(), moment, sender, is_words=True)


def _attached_content(attached: Any) -> bytes | None:
    try:
        return attached.file_bytes if attached.attached_by_value else None
    except (AssertionError, LookupError, ValueError):  # properties that make no sense
        return None


def _name(part: Any) -> str:
    """The name of an attachment, whichever way its Chinese letters were written."""
    for _, line in part.raw_items():
        bare = _BARE_NAME.search(line)
        if bare is not None and not bare[1].isascii():  # neither encoded nor allowed
            return _from_either(bare[1].encode("utf-8", "surrogateescape"))
    name = part.get_filename()
    if not name:
        return ""
    try:
        return str(email.header.make_header(email.header.decode_header(name)))
    except (LookupError, UnicodeError, ValueError):
        return str(name)


def _from_either(written: bytes) -> str:
    """Words that are UTF-8, or else what Chinese Windows writes."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return written.decode(encoding)
        except UnicodeDecodeError:
            continue
    return written.decode("utf-8", "replace")


def _moment(date: str | None) -> datetime | None:
    """When a mail was sent, in the time of this desk."""
    try:
        return email.utils.parsedate_to_datetime(str(date)).astimezone().replace(tzinfo=None) if date else None
    except (OverflowError, OSError, TypeError, ValueError):
        return None


def _address(sender: str | None) -> str | None:
    return email.utils.parseaddr(str(sender))[1] or None if sender else None
