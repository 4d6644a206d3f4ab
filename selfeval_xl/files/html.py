"""Web pages, also those that bear a workbook's name: lines and the rows of tables in their order."""

import re
from collections.abc import Iterator
from typing import Any

from selfeval_xl import errors
from selfeval_xl.files.bounds import MB
from selfeval_xl.files.paper import Cell, Paper, Table, place
from selfeval_xl.files.text import decoded
from selfeval_xl.grid import Grid
from selfeval_xl.patterns import expression

_START = expression(
    r"\s*(?:<\?xml[^>]*>\s*|<!--(?:[^-]|-(?!->))*-->\s*)*<(?:!doctype\s+html|html|head|meta|body|style|table|div|center|title)\b",
    re.IGNORECASE,
)
_ENTITIES = expression(r"<!\s*ENTITY", re.IGNORECASE)
_LARGEST = 16 * MB
_MOST_TAGS = 500_000
_DEEPEST = 200

_UNSEEN = {
    "comment", "script", "style", "head", "template", "noscript", "select", "button",
    "s", "strike", "del", "rt", "rp",
}  # fmt: skip
_NOT_SHOWN = expression(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden|text-decoration(?:-line)?\s*:[^;]*line-through)",
    re.IGNORECASE,
)
_BRACE = expression(r"([{}])")
_SELECTOR = expression(r"(?P<tag>[a-z][a-z0-9]*)?(?P<sign>[.#])(?P<name>[\w-]+)")
_COMMENT = expression(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)
_SHOWN = expression(r"display\s*:(?!\s*none)|visibility\s*:\s*visible", re.IGNORECASE)
_BLOCKS = {
    "address", "article", "aside", "blockquote", "caption", "center", "dd", "div", "dl", "dt", "fieldset", "figure",
    "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre",
    "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "body", "html",
}  # fmt: skip
_BLANKS = expression(r"[ \t\r\n\f]+")
_WIDE = r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]"
_WRAPPED = expression(rf"(?<={_WIDE})[ \t\r]*\n[ \t\r\n]*(?={_WIDE})")
_STATED = ("sdval", "x:num")  # where Calc and Excel put the number behind what a cell displays
_PLAIN_NUMBER = expression(r"[-+(]?[\d,]+(?:\.\d+)?\)?|-")
_STATED_NUMBER = expression(r"-?\d+(?:\.\d+)?")
_HIDDEN_INPUTS = {"hidden", "button", "submit", "reset", "image", "file", "password"}


def is_page(content: bytes) -> bool:
    """Whether the text is a web page; single tags left over in a text do not make one."""
    return _START.match(decoded(content)) is not None


def read(content: bytes) -> tuple[Grid, ...]:
    """The page as one sheet."""
    from lxml import html

    words = decoded(content)
    if len(words) > _LARGEST or words.count("<") > _MOST_TAGS:
        raise errors.TooLarge(f"{words.count('<')} 个网页标签")
    if _ENTITIES.search(words):
        raise errors.Unsafe
    parser = html.HTMLParser(encoding="utf-8", no_network=True)
    root = html.document_fromstring(words.encode(), parser=parser)
    if any("depth" in problem.message for problem in parser.error_log):
        raise errors.TooLarge("嵌套过深")
    _mark_hidden(root)
    paper = Paper()
    _Page(paper).lay(root)
    return (paper.grid(),)


def _mark_hidden(root: Any) -> None:
    """Marks what the page's own style sheet does not show, by class or by name: .old {display: none}.

    Where another rule shows something of the same name, or the element itself says so, it is not hidden.
    """
    hidden, shown = set[tuple[str | None, str, str]](), set[tuple[str, str]]()
    for sheet in root.iter("style"):
        for selectors, said in _rules(_COMMENT.sub("", sheet.text or "")):
            if _NOT_SHOWN.search(said):
                named = (_SELECTOR.fullmatch(one.strip()) for one in selectors.split(","))
                hidden |= {(one["tag"], one["sign"], one["name"]) for one in named if one is not None}
            elif _SHOWN.search(said):
                shown |= {(one["sign"], one["name"]) for one in _SELECTOR.finditer(selectors)}
    hidden = {one for one in hidden if one[1:] not in shown}
    if not hidden:
        return
    for element in root.iter("*"):
        names = [(".", name) for name in element.get("class", "").split()] + [("#", element.get("id", ""))]
        is_named = any((tag, sign, name) in hidden for sign, name in names for tag in (None, element.tag))
        if is_named and not _SHOWN.search(element.get("style", "")):
            element.set("hidden", "")


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    """The selectors of a style sheet and what each says; what holds only for a printer or a telephone is left out."""
    depth, selectors = 0, ""
    parts = _BRACE.split(sheet)
    for words, brace in zip(parts[::2], parts[1::2], strict=False):
        if brace == "{":
            depth += 1
            selectors = words if depth == 1 else selectors
        else:
            if depth == 1 and not selectors.lstrip().startswith("@"):
                yield selectors.rpartition(";")[2], words
            depth = max(depth - 1, 0)


class _Page:
    """Walks over a page; what stands between two blocks is a line."""

    def __init__(self, paper: Paper | None) -> None:
        self.paper = paper
        self.lines: list[str] = []
        self.inner: list[Table] = []
        self.words: list[str] = []

    def lay(self, root: Any) -> None:
        """Everything below an element, in its order."""
        self._walk(root, 0)
        self._end_line()

    def _walk(self, element: Any, depth: int) -> None:
        if depth > _DEEPEST:
            raise errors.TooLarge("嵌套过深")
        tag = element.tag if isinstance(element.tag, str) else None
        if tag is None or tag in _UNSEEN or _is_hidden(element):
            return
        if tag == "table":
            self._end_line()
            self._table(element, depth)
            return
        if tag == "br":
            self.words.append("\0")
        if tag == "input" and (element.get("type") or "text").lower() not in _HIDDEN_INPUTS | {"radio", "checkbox"}:
            self.words.append(element.get("value") or "")
        if tag in _BLOCKS:
            self._end_line()
        self.words.append(element.text or "")
        for child in element:
            self._walk(child, depth + 1)
            self.words.append(child.tail or "")
        if tag in _BLOCKS:
            self._end_line()

    def _end_line(self) -> None:
        for part in "".join(self.words).split("\0"):
            line = _BLANKS.sub(" ", _WRAPPED.sub("", part)).strip()
            if line and self.paper is not None:
                self.paper.line(line)
            elif line:
                self.lines.append(line)
        self.words = []

    def _table(self, element: Any, depth: int) -> None:
        rows: list[list[Cell]] = []
        for child in element:
            tag = child.tag if isinstance(child.tag, str) else ""
            if tag == "tr":
                rows.append(self._row(child, depth))
            elif tag in ("tbody", "thead", "tfoot"):
                rows += [self._row(row, depth) for row in child if row.tag == "tr"]
            elif tag == "caption":
                rows.append([self._cell(child, depth)])
        table = Table(rows)
        if self.paper is None:
            self.inner.append(table)
        else:
            place(table, self.paper)

    def _row(self, element: Any, depth: int) -> list[Cell]:
        """A row; a hidden one keeps its place, and what reaches out of it is shown there."""
        hidden = _is_hidden(element)
        return [self._cell(cell, depth, hidden) for cell in element if cell.tag in ("td", "th")]

    def _cell(self, element: Any, depth: int, hidden: bool = False) -> Cell:
        rows, columns = _span(element.get("rowspan")), _span(element.get("colspan"))
        inside = _Page(None)
        if not hidden or rows > 1:
            inside._walk(element, depth + 3)
        inside._end_line()
        return Cell(_stated(element, "\n".join(inside.lines)), rows, columns, inside.inner)


def _is_hidden(element: Any) -> bool:
    """Whether an element is not shown, or struck through."""
    return "hidden" in element.attrib or _NOT_SHOWN.search(element.get("style", "")) is not None


def _stated(cell: Any, words: str) -> str:
    """The number that a spreadsheet program noted beside the one displayed; else the words as they stand."""
    stated = next((cell.get(name, "") for name in _STATED if cell.get(name)), "")
    return stated if _PLAIN_NUMBER.fullmatch(words) and _STATED_NUMBER.fullmatch(stated) else words


def _span(words: str | None) -> int:
    digits = (words or "").strip()
    return min(int(digits[:6]), 100_000) if digits.isdecimal() else 1
