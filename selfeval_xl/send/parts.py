"""The parts of a package and what points from one to another."""

import io
import posixpath
import zipfile
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from lxml import etree

from selfeval_xl import errors
from selfeval_xl.files.package import Package

_LARGEST = 128 * 1024 * 1024
_BEGINNING = (1980, 1, 1, 0, 0, 0)
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
_PLAIN_BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_PARSER = {"resolve_entities": False, "no_network": True, "remove_blank_text": False}

Element = Any  # of lxml, which has no types of its own


class Pointer(NamedTuple):
    """One relationship: from a part to another, or to the world outside."""

    id: str
    kind: str
    target: str
    is_outside: bool


def element(content: bytes) -> Element:
    """A part of XML. Its entities were refused when it was unpacked."""
    try:
        return etree.fromstring(content, etree.XMLParser(**_PARSER))
    except etree.XMLSyntaxError:
        raise errors.Damaged from None


def written(root: Element) -> bytes:
    """A part of XML as Excel writes it."""
    content: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=False)
    return _DECLARATION + content


def local(found: Element) -> str:
    """The name of an element without its namespace; nothing for a comment."""
    return found.tag.rpartition("}")[2] if isinstance(found.tag, str) else ""


def id_of(found: Element, name: str = "id") -> str | None:
    """The relationship that an element names, in either edition of the standard."""
    ids: Iterator[str] = (value for key, value in found.attrib.items() if _is_pointer(key, name))
    return next(ids, None)


def drop_id(found: Element, name: str = "id") -> None:
    """Takes the name of a relationship from an element."""
    for key in [key for key in found.attrib if _is_pointer(key, name)]:
        del found.attrib[key]


def _is_pointer(key: str, name: str) -> bool:
    return key.endswith("/relationships}" + name)


def drop(found: Element) -> None:
    """Takes an element out; the words behind it stay."""
    parent = found.getparent()
    if found.tail and parent is not None:
        before = found.getprevious()
        if before is None:
            parent.text = (parent.text or "") + found.tail
        else:
            before.tail = (before.tail or "") + found.tail
    parent.remove(found)


def part(package: Package, name: str) -> bytes:
    """One part of any kind."""
    return package.part(name, _LARGEST)


def without_comments(name: str, content: bytes) -> bytes:
    """A part without remarks of those who wrote it; the same bytes where it has none."""
    if not name.lower().endswith(".xml") or b"<!--" not in content:
        return content
    return written(without_remarks(element(content)))


def without_remarks(root: Element) -> Element:
    """XML without its comments, which no spreadsheet shows."""
    for found in list(root.iter(etree.Comment)):
        drop(found)
    return root


def xml(package: Package, name: str) -> Element:
    """One part of XML."""
    return element(package.xml(name, _LARGEST))


def relations_of(name: str) -> str:
    """The part in which the relationships of a part stand."""
    folder, file = posixpath.split(name)
    return posixpath.join(folder, "_rels", f"{file}.rels")


def pointers(package: Package, name: str) -> list[Pointer]:
    """Where a part points."""
    beside = relations_of(name)
    if beside not in package:
        return []
    return [
        Pointer(
            found.get("Id", ""),
            found.get("Type", "").rpartition("/")[2],
            found.get("Target", "")
            if found.get("TargetMode") == "External"
            else _resolved(name, found.get("Target", "")),
            found.get("TargetMode") == "External",
        )
        for found in xml(package, beside).iterfind("{*}Relationship")
    ]


def _resolved(name: str, target: str) -> str:
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(name), target)).lstrip("/")


def remaining_pointers(package: Package, name: str, kept: Callable[[str], bool]) -> bytes | None:
    """The relationships of a part without those that go; unchanged bytes where none goes, None where none is left."""
    beside = relations_of(name)
    if beside not in package:
        return None
    root = xml(package, beside)
    every = list(root.iterfind("{*}Relationship"))
    gone = [found for found in every if not kept(found.get("Id", ""))]
    for found in gone:
        drop(found)
    if len(gone) == len(every):
        return None
    return written(root) if gone else part(package, beside)


def zipped(parts: dict[str, bytes]) -> bytes:
    """A package with no moment in it but a fixed one."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(zipfile.ZipInfo(name, _BEGINNING), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def content_types(package: Package, names: set[str], book: str) -> bytes:
    """The list of kinds for these parts; the workbook's own says that it has no macros."""
    root = xml(package, "[Content_Types].xml")
    endings = {name.rpartition(".")[2].lower() for name in names}
    for found in list(root):
        name, ending = found.get("PartName", "").lstrip("/"), found.get("Extension", "").lower()
        if name == book:
            found.set("ContentType", _PLAIN_BOOK)
        elif (name or ending) not in (names if name else endings):
            drop(found)
    return written(root)
