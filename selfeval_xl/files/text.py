"""Words in lines: text copied out of a document or out of Excel, and CSV."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice

from selfeval_xl import errors
from selfeval_xl.cells import NOTHING, Spot
from selfeval_xl.files.bounds import MB, MOST_CELLS, WIDEST, check_size
from selfeval_xl.grid import Grid, entry
from selfeval_xl.patterns import expression

_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_CONTROL = expression(r"[\x00-\x08\x0e-\x1d]")
_LARGEST = 16 * MB
_BLANK = ' \t\n,;"\u3000'
_LONGEST = 200_000  # lines
_FEWEST_COLUMNS = 3  # of a CSV
_QUOTED = expression(r'"((?:[^"\t]|"")*+)"(?=\t|\n|\Z)')
_NEEDS_QUOTES = expression(r'\n|,|""')
# The line below the headings of a table in Markdown.
_RULE = expression(r"^[ \t>]*+\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)+\|?[ \t]*$", re.MULTILINE)
# Lines of tables that are drawn with signs, as databases print them and as AsciiDoc frames them.
_DRAWN = expression(
    r"^[ \t]*+(?:\+[-=]{2}[-=+]*+|[┌┏╔├┣╠└┗╚][─━═┬┳╦┼╋╬┴┻╩]{2}[^\n]{0,300}|\|={3}=*+)[ \t]*$", re.MULTILINE
)
_FEWEST_DRAWN = 2
_SIDE = expression(r"^[ \t]*+[|│┃║]", re.MULTILINE)  # without sides they are an ornament
_XML = expression(r"\s*<\?xml\b")
_BETWEEN_CELLS = "\t\n,;|"
_BAR = expression(r"(?<!\\)\|")
_EMPHASIS = expression(r"(\*\*|__|~~|`)(?=\S)(.{1,300}?)(?<=\S)\1")
_BEFORE_A_LINE = expression(r"^\s*(?:#{1,6}\s+|>\s*)+")
_MD_BREAK = expression(r"<br\s*/?>", re.IGNORECASE)
# A tab that is no guard in front of a number: ,"\t58.40"
_BETWEEN_WORDS = expression(r'[^,;"\n]\t|\t[,;"\n\t]')
_BARE = expression(r"[^\t\n]*")


def is_xml(content: bytes) -> bool:
    """Whether the text says that it is XML."""
    return _XML.match(decoded(content)) is not None


def is_drawn(content: bytes) -> bool:
    """Whether lines of a table are drawn with signs in the text."""
    words = decoded(content)
    are_lines = len(list(islice(_DRAWN.finditer(words), _FEWEST_DRAWN))) == _FEWEST_DRAWN
    return are_lines and _SIDE.search(words) is not None


def read(content: bytes) -> tuple[Grid, ...]:
    """The text as one sheet; the columns of text copied out of a document may have shifted."""
    words = decoded(content).replace("\r\n", "\n").replace("\r", "\n")
    if words.count("\n") > _LONGEST:
        raise errors.TooLarge(f"{words.count(chr(10)) + 1} 行")
    if sum(map(words.count, _BETWEEN_CELLS)) > 4 * MOST_CELLS:
        raise errors.TooLarge(f"超过 {4 * MOST_CELLS} 格")
    if not words.strip(_BLANK):
        raise errors.EmptyFile
    if _RULE.search(words) or _is_barred(words):
        return (_grid(map(_of_markdown, words.split("\n")), flattened=False),)
    if "\t" in words and not (_separator(words) and not _BETWEEN_WORDS.search(words)):
        return (_grid(_tabbed(words), flattened=True),)
    if separator := _separator(words):
        return (_grid(_separated(words, separator) or [], flattened=False),)
    return (_grid(([line] for line in words.split("\n")), flattened=True),)


def _grid(rows: Iterable[list[str]], *, flattened: bool) -> Grid:
    entries = []
    cells = 0
    for number, row in enumerate(rows, 1):
        filled = [NOTHING if not c.strip() else entry(c, Spot(None, number, n)) for n, c in enumerate(row, 1)]
        cells += len(filled) - filled.count(NOTHING)
        if cells > MOST_CELLS or len(filled) > WIDEST:
            raise errors.TooLarge(f"超过 {MOST_CELLS} 格或一行超过 {WIDEST} 格")
        entries.append(tuple(filled))
    return Grid(None, tuple(entries), flattened=flattened)


@lru_cache(1)
def decoded(content: bytes) -> str:
    """The words of a file in any encoding that Windows writes; once for the choice of a reader and for the reader."""
    check_size(len(content), _LARGEST, "文字")
    marked = next((name for mark, name in _MARKS if content.startswith(mark)), None)
    # A Chinese page is either; what it says about itself is wrong often enough.
    for encoding in (marked,) if marked else ("utf-8", "gb18030"):
        try:
            words = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _CONTROL.search(words):
            return words
    raise errors.UnknownKind("无法识别的文件")


def _is_barred(words: str) -> bool:
    """Whether most lines are rows between bars, as Org and some wikis have them without a line below the headings."""
    if words[:1] != "|" and "\n|" not in words:
        return False
    lines = [line for line in map(str.strip, words.split("\n")) if line]
    barred = [line for line in lines if line.startswith("|") and line.endswith("|")]
    return len(barred) >= _FEWEST_COLUMNS and 2 * len(barred) > len(lines)


def _of_markdown(line: str) -> list[str]:
    """The cells of a line; of one outside tables its words, of the line below headings nothing."""
    if _RULE.fullmatch(line):
        return []
    bare = _EMPHASIS.sub(lambda found: "" if found[1] == "~~" else found[2], _BEFORE_A_LINE.sub("", line)).strip()
    if not _BAR.search(bare):
        return [bare]
    cells = _BAR.split(bare.removeprefix("|"))
    if cells and not cells[-1].strip():
        cells.pop()  # behind the last bar
    return [_MD_BREAK.sub("\n", cell).replace("\\|", "|").replace("&nbsp;", " ").strip() for cell in cells]


def _tabbed(words: str) -> Iterator[list[str]]:
    """Lines of cells; Excel's clipboard puts a cell of several lines between quotes."""
    row: list[str] = []
    at = 0
    while at <= len(words):
        quoted = _QUOTED.match(words, at)
        if quoted and _NEEDS_QUOTES.search(quoted.group(1)):
            row.append(quoted.group(1).replace('""', '"'))
            at = quoted.end()
        else:
            end = _BARE.match(words, at).end()  # type: ignore[union-attr]  # matches anywhere
            row.append(words[at:end])
            at = end
        if words[at : at + 1] != "\t":
            yield row
            row = []
        at += 1


def _separator(words: str) -> str | None:
    """What stands between the columns of a CSV; None where the text is none."""
    return next((one for one in ",;" if _separated(words, one)), None)


def _separated(words: str, separator: str) -> list[list[str]] | None:
    """The rows of a CSV; None where most lines do not have the same number of columns."""
    if separator not in words:
        return None
    try:
        rows = list(csv.reader(io.StringIO(words, newline=""), delimiter=separator))
    except csv.Error:
        return None
    widths = Counter(len(row) for row in rows if any(row))
    width, lines = max(widths.items(), key=lambda item: (item[1], item[0]))
    regular = width >= _FEWEST_COLUMNS and 2 * lines >= widths.total()
    return rows if regular else None
