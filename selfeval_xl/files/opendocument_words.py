"""The words of OpenDocument paragraphs, and what their styles hide or strike through."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from selfeval_xl.files import unseen
from selfeval_xl.patterns import expression

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_EXTENDED = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}"

PARAGRAPHS = (f"{TEXT}p", f"{TEXT}h")
_NO_WORDS = {
    *(f"{TEXT}{name}" for name in ("note", "ruby-text", "placeholder", "tracked-changes", "script")),
    *(f"{OFFICE}{name}" for name in ("annotation", "forms", "event-listeners")),
}
_CHANGING = {
    f"{TEXT}{name}" for name in ("page-number", "page-count", "sheet-name", "date", "time", "file-name", "title")
}
_MOST_BLANKS = 1_000
_BLANKS = expression(r"[ \t\r\n]+")


class Look(NamedTuple):
    """How words are shown: struck through, not at all; None where a style says nothing."""

    struck: bool | None = None
    hidden: bool | None = None

    def over(self, below: "Look") -> "Look":
        """This look, and where it says nothing that of the style below it."""
        return Look(
            below.struck if self.struck is None else self.struck, below.hidden if self.hidden is None else self.hidden
        )


class Styles:
    """The styles of a file by family and name; what a style does not say its parent says."""

    def __init__(self, roots: Iterable[Any]) -> None:
        self._styles = {
            (style.get(f"{STYLE}family", ""), style.get(f"{STYLE}name", "")): style
            for root in roots
            for style in root.iter(f"{STYLE}style")
        }
        self._looks: dict[tuple[str, str], Look] = {}

    def get(self, family: str, name: str | None) -> Any:
        """The style of this name, or None."""
        return self._styles.get((family, name or ""))

    def look(self, family: str, name: str | None) -> Look:
        """How the words of a style are shown."""
        chain = []
        key = (family, name or "")
        while key not in self._looks and key in self._styles:
            self._looks[key] = Look()  # until it is known: a style may name itself as its parent
            chain.append(key)
            key = (family, self._styles[key].get(f"{STYLE}parent-style-name", ""))
        for one in reversed(chain):
            self._looks[one] = _own(self._styles[one]).over(self._looks.get(key, Look()))
            key = one
        return self._looks.get(key, Look())

    def masters(self) -> Iterator[str]:
        """The pages that styles begin."""
        for style in self._styles.values():
            if name := style.get(f"{STYLE}master-page-name"):
                yield name


def _own(style: Any) -> Look:
    properties = style.find(f"{STYLE}text-properties")
    if properties is None:
        return Look()
    lines = [properties.get(f"{STYLE}text-line-through-{name}") for name in ("style", "type")]
    display = properties.get(f"{TEXT}display")
    struck = any(line not in (None, "none") for line in lines) if any(lines) else None
    return Look(struck, None if display is None else display == "none")


def words_of(
    paragraph: Any, styles: Styles, struck: str | None = None, *, cell: str | None = None, changing: bool = True
) -> str:
    """A paragraph's words as they are shown; `cell` is the style of the cell in which it stands.

    Struck-through words are left out, or stand between two of the signs `struck`. Without `changing`, so are
    the numbers of pages and the like.
    """
    pieces: list[str] = []
    if paragraph.get(f"{TEXT}is-hidden") != "true":
        look = styles.look("paragraph", paragraph.get(f"{TEXT}style-name")).over(styles.look("table-cell", cell))
        _gather(paragraph, look, _Gathering(pieces, styles, struck, changing))
    return "".join(pieces).strip(" ")


class _Gathering(NamedTuple):
    """What comes together of one paragraph."""

    pieces: list[str]
    styles: Styles
    struck: str | None
    changing: bool

    def add(self, words: str | None, look: Look) -> None:
        """Words of the file, in which any number of blanks and line ends is one blank."""
        if not words or look.hidden:
            return
        inner = _BLANKS.sub(" ", unseen.without_marks(words))
        if self.pieces and self.pieces[-1].endswith(" "):
            inner = inner.lstrip(" ")
        self.put(inner, look)

    def put(self, words: str, look: Look) -> None:
        if words and not look.hidden and not look.struck:
            self.pieces.append(words)
        elif words and look.struck and not look.hidden and self.struck:
            self.pieces.append(f"{self.struck}{words}{self.struck}")


def _gather(element: Any, look: Look, into: _Gathering) -> None:
    into.add(element.text, look)
    for child in element:
        tag = child.tag
        if tag == f"{TEXT}s":
            count = child.get(f"{TEXT}c", "1")
            into.put(" " * (min(int(count[:6]), _MOST_BLANKS) if count.isdecimal() else 1), look)
        elif tag == f"{TEXT}tab":
            into.put("  ", look)
        elif tag == f"{TEXT}line-break":
            into.put("\n", look)
        elif tag == f"{TEXT}span":
            _gather(child, into.styles.look("text", child.get(f"{TEXT}style-name")).over(look), into)
        elif not _is_apart(child) and (into.changing or tag not in _CHANGING):
            _gather(child, look, into)
        into.add(child.tail, look)


def _is_apart(element: Any) -> bool:
    """Whether the words in it are none of the paragraph: notes, shapes, what a control asks to enter."""
    return (
        element.tag in _NO_WORDS
        or element.tag.startswith(DRAW)
        or element.tag.startswith(TABLE)
        or element.get(f"{TEXT}is-hidden") == "true"
        or element.get(f"{_EXTENDED}showing-place-holder") == "true"
    )


def boxes_of(paragraph: Any) -> Iterator[Any]:
    """The text boxes and other shapes with words that stand in a paragraph; a box within a box comes with it."""
    for child in paragraph:
        if child.tag in _NO_WORDS:
            continue
        if child.tag.startswith(DRAW) and any(one.tag in PARAGRAPHS for one in child):
            yield child
        else:
            yield from boxes_of(child)


def is_unread(block: Any) -> bool:
    """Whether a block is not on paper: changes that were tracked, notes, a section that is not shown."""
    return block.tag in _NO_WORDS or block.get(f"{TEXT}display") == "none" or block.get(f"{TEXT}is-hidden") == "true"


def number(element: Any, name: str, most: int, otherwise: int = 1) -> int:
    """A count that an element states, within bounds."""
    words = element.get(name, "")
    return max(1, min(int(words[:9]), most)) if words.isdecimal() else otherwise
