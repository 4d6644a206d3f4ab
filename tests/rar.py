"""A .rar as WinRAR 4 writes one, its files stored as they are: no free program makes any."""

import struct
import zlib
from collections.abc import Sequence
from typing import NamedTuple

_MARK = b"Rar!\x1a\x07\x00"
_MAIN, _FILE, _END = 0x73, 0x74, 0x7B
SPLIT_BEFORE, SPLIT_AFTER, ENCRYPTED, _LONG = 0x01, 0x02, 0x04, 0x8000
_STORED, NORMAL = 0x30, 0x33  # how a file is packed
_UNIX, _WINDOWS = 3, 2
_MOMENT = (46 << 25) | (2 << 21) | (3 << 16) | (9 << 11)  # 2026-02-03 09:00


class Member(NamedTuple):
    """A file to be packed, and what is wrong with it."""

    name: str
    content: bytes
    flags: int = 0
    method: int = _STORED
    encoding: str = "utf-8"
    is_broken: bool = False
    is_link: bool = False


def rar(members: Sequence[Member], flags: int = 0) -> bytes:
    """The archive; `flags` are those of the whole."""
    main = _block(_MAIN, flags, b"\0" * 6)
    return _MARK + main + b"".join(map(_file, members)) + _block(_END, 0x4000, b"")


def _file(member: Member) -> bytes:
    name = member.name.encode(member.encoding)
    size, checksum = len(member.content), zlib.crc32(member.content) ^ member.is_broken
    system, rights = (_UNIX, 0o120777) if member.is_link else (_WINDOWS, 0x20)
    head = struct.pack("<IIBIIBBHI", size, size, system, checksum, _MOMENT, 29, member.method, len(name), rights)
    return _block(_FILE, _LONG | member.flags, head + name) + member.content


def _block(kind: int, flags: int, rest: bytes) -> bytes:
    said = struct.pack("<BHH", kind, flags, 7 + len(rest)) + rest
    return struct.pack("<H", zlib.crc32(said) & 0xFFFF) + said
