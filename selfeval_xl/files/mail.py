"""Mails (.eml) and web pages saved as one file (.mht, also named .xls): the pages and attached files inside."""

import email
import re
from collections.abc import Callable, Iterator
from typing import Any

from selfeval_xl import errors
from selfeval_xl.files.bounds import MB, check_size
from selfeval_xl.grid import Grid
from selfeval_xl.patterns import expression

_START = expression(rb"(?:\xef\xbb\xbf)?\s*(?:[A-Za-z][A-Za-z0-9-]*:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*)+\r?\n")
_KNOWN = expression(rb"^(?:MIME-Version|Content-Type|Received|Message-ID):", re.IGNORECASE | re.MULTILINE)
_LARGEST = 48 * MB
_AROUND = expression(rb"multipart/", re.IGNORECASE)
_MOST_LINES = 8_000_000
_MOST_PARTS = 200
_DEEPEST = 8


def is_mail(content: bytes) -> bool:
    """Whether lines of a mail's head stand at the beginning."""
    head = _START.match(content[:100_000])
    return head is not None and _KNOWN.search(head.group()) is not None


def read(content: bytes, reader: Callable[[bytes], tuple[Grid, ...]]) -> tuple[Grid, ...]:
    """Every sheet of the pages and attached files, each read as the file that it is.

    What cannot be read stops no other part; where none can, the first trouble is raised.
    """
    check_size(len(content), _LARGEST)
    # Each line is compared with the ends of all the parts around it.
    lines = content.count(b"\n") + content.count(b"\r")
    if lines * (1 + len(_AROUND.findall(content))) > _MOST_LINES:
        raise errors.TooLarge(f"{lines} 行的邮件")
    grids: list[Grid] = []
    trouble: errors.SelfEvalError | None = None
    message = email.message_from_bytes(content.lstrip(b"\xef\xbb\xbf \t\r\n"))
    found = list(_parts(message, 0))
    if not found and any(one.get_content_maintype() == "image" for one in message.walk()):
        raise errors.OnlyPictures
    if len(found) > _MOST_PARTS:
        raise errors.TooLarge(f"{len(found)} 个部分")
    for part in found:
        try:
            grids += reader(part)
        except errors.SelfEvalError as problem:
            trouble = trouble or problem
    if not grids:
        raise trouble or errors.EmptyFile()
    return tuple(grids)


def _parts(message: Any, depth: int) -> Iterator[bytes]:
    """The contents of a mail, those of mails attached to it too; of a text in two forms the web page."""
    if depth > _DEEPEST:
        raise errors.TooLarge("嵌套过深")
    inside = message.get_payload()
    if isinstance(inside, list):
        pages = [one for one in inside if one.get_content_type() == "text/html" or one.is_multipart()]
        chosen = pages if message.get_content_type() == "multipart/alternative" and pages else inside
        for one in chosen:
            yield from _parts(one, depth + 1)
        return
    kind = message.get_content_maintype()
    content = message.get_payload(decode=True)
    if kind in ("image", "audio", "video", "font") or not isinstance(content, bytes) or not content.strip():
        return
    if message.get_content_subtype() in ("css", "javascript", "xml") and kind == "text" and not message.get_filename():
        return  # what a page is painted with
    charset = message.get_content_charset()
    yield _in_utf8(content, charset) if kind == "text" and charset else content


def _in_utf8(content: bytes, charset: str) -> bytes:
    """The words in UTF-8, where they are what the part says; else as they stand, to be found out."""
    try:
        return content.decode({"gb2312": "gb18030", "gbk": "gb18030"}.get(charset.lower(), charset)).encode()
    except (LookupError, UnicodeError):
        return content
