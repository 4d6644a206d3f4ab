"""The zip package inside .xlsx and .docx: unpacked part by part, within bounds, without entities."""

import io
import re
import struct
import zipfile
import zlib
from functools import lru_cache
from typing import NamedTuple

from selfeval_xl import errors
from selfeval_xl.files.bounds import MB, check_size
from selfeval_xl.patterns import expression

_MOST_MEMBERS = 10_000
_LARGEST_UNPACKED = 256 * MB
_STEEPEST = 300  # unpacked bytes for each packed one, where they are many
_MANY = 32 * MB
_ENCODING = expression(r"""(^<\?xml[^>]*?)\s+encoding\s*=\s*["'][^"'>]*["']""")
_LONGEST_DECLARATION = 200  # characters
_ENTITIES = expression(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)


_DIRECTORY_ENTRY = struct.Struct("<4s4xHH4xLLLHHH8xL")
_DIRECTORY_END = struct.Struct("<4s4H2LH")
_PART_HEADER = struct.Struct("<4s22xHH")
_ORDINARY_FLAGS = 0x080E  # how hard it was packed, a size that follows the part, a name in UTF-8
_USUAL = 64 * 1024  # bytes


class _Member(NamedTuple):
    """One part as the directory describes it."""

    name: str
    flags: int
    method: int
    checksum: int
    packed: int
    size: int
    offset: int


class Package:
    """The parts of a package by their names; nothing is unpacked before its size is known."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._zip: zipfile.ZipFile | None = None
        if content.count(b"PK\x01\x02") > _MOST_MEMBERS:
            raise errors.TooLarge(f"压缩包内超过 {_MOST_MEMBERS} 个部件")
        members = _ordinary_members(content)
        if members is None:
            try:
                self._zip = zipfile.ZipFile(io.BytesIO(content))
            except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
                raise errors.Damaged from None
            members = [_described(info) for info in self._zip.infolist()]
        if any(member.flags & 1 for member in members):
            raise errors.Encrypted
        unpacked = sum([member.size for member in members])
        if unpacked > _LARGEST_UNPACKED or (unpacked > _MANY and unpacked > _STEEPEST * len(content)):
            raise errors.TooLarge(f"解压后 {unpacked // MB} MB")
        # Names are equal whatever their case; some programs write them with a backslash.
        self._members = {_key(member.name): member for member in members}
        if len(self._members) < len(members):
            raise errors.Damaged

    @property
    def names(self) -> list[str]:
        """Every part of the package."""
        return [_plain_name(member.name) for member in self._members.values()]

    def __contains__(self, name: str) -> bool:
        return _key(name) in self._members

    def part(self, name: str, limit: int, *, usual: bool = False) -> bytes:
        """One part of at most so many bytes; `usual` where a season's files have the same one."""
        member = self._members.get(_key(name))
        if member is None or member.method not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise errors.Damaged
        check_size(member.size, limit, f"其中 {name} 解压后")
        if self._zip is not None:
            return self._zip.read(member.name)  # breaks off at the size that was promised, and compares the checksum
        if member.offset + _PART_HEADER.size > len(self._content):
            raise errors.Damaged
        signature, called, extra = _PART_HEADER.unpack_from(self._content, member.offset)
        begin = member.offset + _PART_HEADER.size + called + extra
        packed = self._content[begin : begin + member.packed]
        unpack = _unpacked_before if usual and member.size <= _USUAL and len(packed) <= _USUAL else _unpacked
        unpacked = unpack(packed, member.method, member.size, member.checksum)
        if signature != b"PK\x03\x04" or unpacked is None:
            raise errors.Damaged
        return unpacked

    def xml(self, name: str, limit: int, *, usual: bool = False) -> bytes:
        """One part that holds XML; declarations of entities and encodings that hide them are refused."""
        content = self.part(name, limit, usual=usual)
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            content = _in_utf8(content)
        if (b"<!" in content and _ENTITIES.search(content)) or b"\x00" in content[:200]:
            raise errors.Unsafe
        return content


def _in_utf8(content: bytes) -> bytes:
    """XML in UTF-16, which is as good, without what it says about its encoding."""
    try:
        words = content.decode("utf-16")
    except UnicodeDecodeError:
        raise errors.Damaged from None
    declaration = words[:_LONGEST_DECLARATION].partition("?>")[0]
    return (_ENCODING.sub(r"\1", declaration) + words[len(declaration) :]).encode()


def names_in(content: bytes) -> list[str] | None:
    """What the members of a usual zip are called; None where only `ZipFile` can tell."""
    members = _ordinary_members(content)
    return None if members is None else [_plain_name(member.name) for member in members]


@lru_cache(1)
def opened(content: bytes) -> Package:
    """The package that this content is; once for the choice of a reader and for the reader."""
    return Package(content)


def _plain_name(name: str) -> str:
    return name.replace("\\", "/").lstrip("/")


def _key(name: str) -> str:
    return _plain_name(name).lower()


def _described(info: zipfile.ZipInfo) -> _Member:
    return _Member(
        info.filename,
        info.flag_bits,
        info.compress_type,
        info.CRC,
        info.compress_size,
        info.file_size,
        info.header_offset,
    )


def _ordinary_members(content: bytes) -> list[_Member] | None:
    """The members where the package has one directory, at its very end, without extensions; else None.

    Nearly every file is of this kind, and small files are mostly overhead: this is what `ZipFile` finds,
    in a fraction of its time.
    """
    if content.count(b"PK\x05\x06") != 1 or content[-22:-18] != b"PK\x05\x06":
        return None
    _, disk, first_disk, here, count, size, at, comment = _DIRECTORY_END.unpack(content[-22:])
    end = len(content) - 22
    if disk or first_disk or here != count or comment or at + size != end:
        return None
    members = []
    for _ in range(count):
        if at + _DIRECTORY_ENTRY.size > end:
            return None
        found = _DIRECTORY_ENTRY.unpack_from(content, at)
        signature, flags, method, checksum, packed, length, called, extra, remark, offset = found
        at += _DIRECTORY_ENTRY.size
        name = content[at : at + called]
        if signature != b"PK\x01\x02" or extra or remark or flags & ~_ORDINARY_FLAGS or b"\x00" in name:
            return None
        if not name.isascii():
            return None
        members.append(_Member(name.decode("ascii"), flags, method, checksum, packed, length, offset))
        at += called
    return members if at == end else None


def _unpacked(packed: bytes, method: int, size: int, checksum: int) -> bytes | None:
    """A part of exactly this size and checksum; None where it is another."""
    if method == zipfile.ZIP_DEFLATED:
        packed = zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, size + 1)
    return packed if len(packed) == size and zlib.crc32(packed) == checksum else None


_unpacked_before = lru_cache(32)(_unpacked)
