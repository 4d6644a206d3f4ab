"""The zip package inside .xlsx and .docx: unpacked part by part, within bounds, without entities."""

import io
import re
import struct
import zipfile
import zlib
from pathlib import Path

from selfeval_xl import errors

_MOST_MEMBERS = 10_000
_LARGEST_UNPACKED = 256 * 1024 * 1024
_STEEPEST = 300  # unpacked bytes for each packed one, where they are many
_MANY = 32 * 1024 * 1024
_ENTITIES = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)


class Package:
    """The parts of a package by their names; nothing is unpacked before its size is known."""

    def __init__(self, path: Path, content: bytes) -> None:
        self.path = path
        if content.count(b"PK\x01\x02") > _MOST_MEMBERS:
            raise errors.TooLarge(path, f"压缩包内超过 {_MOST_MEMBERS} 个部件")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            raise errors.Damaged(path) from None
        members = self._zip.infolist()
        if any(member.flag_bits & 1 for member in members):
            raise errors.Encrypted(path)
        unpacked = sum(member.file_size for member in members)
        if unpacked > _LARGEST_UNPACKED or (unpacked > _MANY and unpacked > _STEEPEST * len(content)):
            raise errors.TooLarge(path, f"解压后 {unpacked // 1024 // 1024} MB")
        # Names are equal whatever their case; some programs write them with a backslash.
        self._members = {_key(member.filename): member for member in members}
        if len(self._members) < len(members):
            raise errors.Damaged(path)
        self.content = content
        self.plain = _is_plain(content, members)

    @property
    def names(self) -> list[str]:
        """Every part of the package."""
        return [_plain_name(member.filename) for member in self._members.values()]

    def __contains__(self, name: str) -> bool:
        return _key(name) in self._members

    def part(self, name: str, limit: int) -> bytes:
        """One part of at most so many bytes."""
        member = self._members.get(_key(name))
        if member is None or member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise errors.Damaged(self.path)
        if member.file_size > limit:
            raise errors.TooLarge(self.path, f"其中 {name} 解压后 {member.file_size // 1024 // 1024} MB")
        if self.plain:
            return self._unpacked(member)
        return self._zip.read(member)  # breaks off at the size that was promised, and compares the checksum

    def _unpacked(self, member: zipfile.ZipInfo) -> bytes:
        """What `ZipFile.read` gives, in a third of its time; small files are mostly overhead."""
        signature, name, extra = struct.unpack_from("<4s22xHH", self.content, member.header_offset)
        begin = member.header_offset + 30 + name + extra
        packed = self.content[begin : begin + member.compress_size]
        if member.compress_type == zipfile.ZIP_DEFLATED:
            packed = zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, member.file_size + 1)
        if signature != b"PK\x03\x04" or len(packed) != member.file_size or zlib.crc32(packed) != member.CRC:
            raise errors.Damaged(self.path)
        return packed

    def xml(self, name: str, limit: int) -> bytes:
        """One part that holds XML; declarations of entities and encodings that hide them are refused."""
        content = self.part(name, limit)
        if (b"<!" in content and _ENTITIES.search(content)) or b"\x00" in content[:200]:
            raise errors.Unsafe(self.path)
        return content


def _plain_name(name: str) -> str:
    return name.replace("\\", "/").lstrip("/")


def _key(name: str) -> str:
    return _plain_name(name).lower()


def _is_plain(content: bytes, members: list[zipfile.ZipInfo]) -> bool:
    """Whether every library must find the same members: one directory, at the very end, without extensions."""
    if content.count(b"PK\x05\x06") != 1 or content[-22:-18] != b"PK\x05\x06":
        return False
    size, start, comment = struct.unpack("<LLH", content[-10:])
    if comment or size + start + 22 != len(content):
        return False
    return not any(member.extra or member.comment or not member.filename.isascii() for member in members)


def repacked(parts: dict[str, bytes]) -> io.BytesIO:
    """A package of just these parts, so that every library sees what was checked."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for name, content in parts.items():
            package.writestr(zipfile.ZipInfo(name), content)
    target.seek(0)
    return target
