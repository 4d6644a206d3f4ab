"""A draft of the mail that takes the copies along: opened with a double click, looked through and sent by a person."""

import email
from collections.abc import Sequence
from email import policy
from email.header import Header
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from typing import NamedTuple

from selfeval_xl import errors
from selfeval_xl.patterns import expression

_ADDRESS = expression(r"[^\s@<>()\[\],;:\"\\\x00-\x1f\x7f]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
_BREAKS = expression(r"[\x00-\x1f\x7f\u2028\u2029]+")
_KINDS = {
    ".xlsx": "vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pdf": "pdf",
    ".docx": "vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_LINE = 70  # characters of an encoded word's line
_AS_WRITTEN = policy.compat32.clone(linesep="\r\n", max_line_length=None)  # no line of a header begins blank


class Attached(NamedTuple):
    """A file that goes with the mail."""

    name: str
    content: bytes


def checked(address: str) -> str:
    """The address, where it is one address and nothing else."""
    if not address.isascii() or not _ADDRESS.fullmatch(address):
        raise errors.BadAddress(_one_line(address))
    return address


def draft(address: str | None, subject: str, lines: Sequence[str], files: Sequence[Attached]) -> bytes:
    """A mail that is still to be sent, to an address or to none yet; Outlook and Foxmail open it for editing."""
    mail = MIMEMultipart()
    mail["X-Unsent"] = "1"
    if address is not None:
        mail["To"] = checked(address)
    mail["Subject"] = _encoded(_one_line(subject))
    mail.attach(MIMEText("\r\n".join(map(_one_line, lines)) + "\r\n", "plain", "utf-8"))
    for file in files:
        mail.attach(_attachment(file))
    return mail.as_bytes(policy=_AS_WRITTEN)


def attached_names(written: bytes) -> list[str]:
    """The names of the files of a draft."""
    message = email.message_from_bytes(written, policy=policy.default)
    return [part.get_filename() or "" for part in message.iter_attachments()]


def with_more(written: bytes, files: Sequence[Attached]) -> bytes:
    """A draft of ours with more files, which its words name below those that were attached before."""
    before = email.message_from_bytes(written, policy=policy.default)
    body = before.get_body(("plain",))
    lines = (body.get_content() if body else "").splitlines()
    attached = [Attached(part.get_filename() or "", part.get_content()) for part in before.iter_attachments()]
    address = None if before["To"] is None else str(before["To"])
    return draft(address, str(before["Subject"]), [*lines, *(file.name for file in files)], [*attached, *files])


def _attachment(file: Attached) -> MIMEApplication:
    """A file whose name is written twice: as RFC 2231 wants it, and as old programs read it."""
    kind = _KINDS[file.name[file.name.rfind(".") :]]
    name = _one_line(file.name)
    part = MIMEApplication(file.content, kind, name=_encoded(name))
    part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", name))
    return part


def _encoded(words: str) -> str:
    return words if words.isascii() else Header(words, "utf-8", maxlinelen=_LINE).encode()


def _one_line(words: str) -> str:
    return _BREAKS.sub(" ", words).strip()
