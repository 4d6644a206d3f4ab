"""A mail as Outlook saves it (.msg): the few properties that matter, in a compound file."""

import io
import struct

import xlwt
from pyopenvba.cfb import CFB

_TEXT, _BINARY, _NUMBER, _TIME = 0x001F, 0x0102, 0x0003, 0x0040
_SENT = 134_145_000_000_000_000  # 2026-02-03 in steps of 100 ns since 1601


def message(sender: str, attached: list[tuple[str, bytes]]) -> bytes:
    """A mail with these files."""
    file = CFB.from_bytes(_beginning())
    name, _, address = sender.rstrip(">").partition(" <")
    head = [(0x0C1A, _TEXT, name), (0x0C1F, _TEXT, address), (0x0039, _TIME, _SENT), (0x0037, _TEXT, "报送")]
    _properties(file, (), head, 32, struct.pack("<8x4I8x", 0, len(attached), 0, len(attached)))
    for number, (called, content) in enumerate(attached):
        storage = f"__attach_version1.0_#{number:08X}"
        file.add_substorage_at((), storage)
        _properties(
            file, (storage,), [(0x3705, _NUMBER, 1), (0x3707, _TEXT, called), (0x3701, _BINARY, content)], 8, bytes(8)
        )
    return file.to_bytes()


def _beginning() -> bytes:
    """Any compound file will do to begin with; what else it holds is no part of a mail."""
    book, made = xlwt.Workbook(), io.BytesIO()
    book.add_sheet("a")
    book.save(made)
    return made.getvalue()


def _properties(file, path, said, length: int, head: bytes) -> None:
    entries = b""
    for number, kind, value in said:
        if kind == _NUMBER:
            entries += struct.pack("<HHIII", kind, number, 6, value, 0)
        elif kind == _TIME:
            entries += struct.pack("<HHIQ", kind, number, 6, value)
        else:
            content = value.encode("utf-16-le") if kind == _TEXT else value
            entries += struct.pack("<HHIII", kind, number, 6, len(content) + 2 * (kind == _TEXT), 0)
            file.add_stream_at(path, f"__substg1.0_{number:04X}{kind:04X}", content)
    assert length == len(head)
    file.add_stream_at(path, "__properties_version1.0", head + entries)
