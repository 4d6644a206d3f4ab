"""Text copied out of a document: one line a row, cells separated by tabs."""

from pathlib import Path

from selfeval_xl import errors
from selfeval_xl.grid import Grid

_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_CONTROL = set(map(chr, range(32))) - set("\t\n\r\f\v\x1e\x1f")
_LONGEST = 200_000  # lines


def read(path: Path, content: bytes) -> tuple[Grid, ...]:
    """The text as one sheet; its columns may have shifted."""
    words = _decoded(path, content)
    lines = words.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(lines) > _LONGEST:
        raise errors.TooLarge(path, f"{len(lines)} 行")
    return (Grid.of((line.split("\t") for line in lines), flattened=True),)


def _decoded(path: Path, content: bytes) -> str:
    marked = next((name for mark, name in _MARKS if content.startswith(mark)), None)
    for encoding in (marked,) if marked else ("utf-8", "gb18030"):
        try:
            words = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _CONTROL & set(words):
            return words
    raise errors.UnknownKind(path, "无法识别的文件")
