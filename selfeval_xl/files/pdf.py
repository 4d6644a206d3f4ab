"""PDF files with words and ruled tables; read in a process of its own, whose time and memory are bounded.

A PDF is a program for drawing pages, and nothing in it says beforehand how long it runs.
"""

import io
import json
import os
import re
import subprocess
import sys
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from selfeval_xl import errors, labels
from selfeval_xl.files import unruled
from selfeval_xl.files.bounds import MB, check_size
from selfeval_xl.files.paper import PAGE_NUMBER, Paper, joined
from selfeval_xl.grid import Grid

_SECONDS = 40
_MEMORY = 400 * MB
_LARGEST = 48 * MB
_MOST_PAGES = 300
_MOST_OBJECTS = 30_000  # characters and lines on a page
_MOST_EDGES = 8_000

_SAME_EDGE = 3.0  # points
_SAME_ROW = 2.0
_THINNEST = 3.0
_WIDE_GAP = 10.0
_CUT = 8.0  # points that words at a page break reach into the table, and beyond it
_BEYOND = 150.0
_STRAIGHT = 0.05  # how much aslant a letter is that still stands upright
_ROUNDED = 0.05  # points
_HIGHEST_RULE = 30.0
_NEAR = 20.0
_FAR = 5_000
_OVERPRINTED = 3  # letters
_HEADINGS = {"项目名称", "三级指标"}
_UPWARD = 90  # degrees by which a page must be turned for words that run from bottom to top
_HUGE = 1.8  # times the usual size of letters
_PALE = 0.5
_WHITE = 0.97
_LINE_APART = 1.6  # heights of a line between the last one and the end of its cell
_FREE = 1.0  # points that a line may leave free although the next sign would have fitted
_LOOKED_AT = 6  # rows
_LONGEST_LABEL = 12  # signs
_LONGEST_TITLE = 40
_ACROSS = 0.25  # of its height that a letter reaches over a border which cuts it
_UNEVEN = 0.1  # of the height of its letters that a line may stand off from where the lines above it lead
_POINTS_IN_BRACKETS = re.compile(r"[（(]\s*\d+(?:\.\d+)?\s*[分%％]?\s*[）)]")
_LEVEL = re.compile(r"(?:产出|数量|质量|时效|成本|效益|经济效益|社会效益|生态效益|可持续影响|[一二三四]级)指标")
_NAME = re.compile(_LEVEL.pattern + "|(?:服务对象|社会公众|受益群众)?满意度指标")
_MORE_OF_A_HEADING = re.compile(r"名称|内容")
_UNIT = re.compile(r"[年月日号万亿元个人次户家套台辆公千米亩吨条项%％]")
_HEAD_OF_A_FORM = re.compile(r"项目(?!资金|支出)|单位|部门")
_TOTAL = re.compile(r"总\s*分|合\s*计|总\s*计|总\s*得\s*分")
_HIDDEN = 2  # the bit of a note on a page that is not shown
_FEW = 3  # letters that say how far they stand apart
_EVEN = 0.25  # of their size that gaps between letters spaced out alike may differ
_LONG_LINE = 8  # signs
_WORD = re.compile(r"[\u4e00-\u9fff]")
_NUMBERED = re.compile(r"^(\d{1,2})[.、．](?!\d)", re.MULTILINE)
_DOTS = re.compile(r"[.…·。\s]+")
_BARE_NUMBER = re.compile(r"[\d.,%]+")
# A drawing whose letter is not known; Ghostscript names some so.
_NO_LETTER = re.compile(r"\(cid:\d+\)|[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_UNKNOWN = "\ufffd"

Box = tuple[float, float, float, float]  # left, top, right, bottom


def read(content: bytes) -> tuple[Grid, ...]:
    """The document as one sheet; a table continued on the next page keeps its columns.

    Raises `Scanned` where there are no words, `NoLetters` where nothing says which they are,
    `NoRules` where the headings of a form stand in no table.
    """
    check_size(len(content), _LARGEST)
    found = _read_apart(content)
    if "refusal" in found:
        raise getattr(errors, found["refusal"])(*found["details"])
    paper = Paper()
    for row in found["rows"]:
        paper.row({int(column): words for column, words in row.items()})
    for area in found["merges"]:
        paper.merge(*area)
    return (paper.grid(),)


# The package is the very one that runs here. Nothing else is sought in the current folder (-P) or where a variable
# leads (-E). Not -I: without administrator pip installs into the folder of the user, which -I would hide.
_CHILD = """
import sys
from importlib.util import module_from_spec, spec_from_file_location
spec = spec_from_file_location("selfeval_xl", sys.argv[1])
sys.modules["selfeval_xl"] = package = module_from_spec(spec)
spec.loader.exec_module(package)
from selfeval_xl.files import pdf
pdf.main()
"""
_VARIABLES = (
    "HOME",
    "USERPROFILE",
    "APPDATA",
    "SYSTEMROOT",
    "TEMP",
    "TMP",
)  # where the folder of the user is, and Windows


def _read_apart(content: bytes) -> dict[str, Any]:
    try:
        done = subprocess.run(
            [sys.executable, "-E", "-P", "-c", _CHILD, str(sys.modules["selfeval_xl"].__file__)],
            input=content,
            capture_output=True,
            timeout=_SECONDS,
            cwd=sys.exec_prefix,
            env={name: os.environ[name] for name in _VARIABLES if name in os.environ},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            check=True,
        )
        found: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        raise errors.TooLarge(f"{_SECONDS} 秒内没有读完") from None
    except subprocess.CalledProcessError as problem:
        if b"MemoryError" in problem.stderr:
            raise MemoryError from None
        raise errors.Damaged from None
    except ValueError:
        raise errors.Damaged from None
    return found


# ---- in the process of its own -------------------------------------------------------------------------------------


@dataclass
class _Piece:
    """Words on a page, in a cell of a table or outside any."""

    page: int
    box: Box
    words: str
    in_table: bool
    is_cut: bool = False  # a page break cuts through the words
    last: Box | None = None  # where the last line of words in a cell stands
    begins: float = 0.0  # the width of what a line break would not divide at their beginning
    lines: int = 0
    doubt: str = ""  # words of which it is not certain that they are the cell's
    margin: float = 0.0  # between the side of a cell and its words


def main() -> None:
    """Reads a PDF from standard input, writes rows and merged areas as JSON, or the name of what refuses them."""
    _bound_memory()
    try:
        found = _extracted(sys.stdin.buffer.read())
    except MemoryError:
        found = _refused(errors.TooLarge("内存不足"))
    except errors.SelfEvalError as problem:
        found = _refused(problem)
    sys.stdout.buffer.write(json.dumps(found).encode())


def _refused(problem: errors.SelfEvalError) -> dict[str, Any]:
    return {"refusal": type(problem).__name__, "details": problem.args}


def _bound_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    wanted = _MEMORY if hard == resource.RLIM_INFINITY else min(_MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (wanted, hard))


def _extracted(content: bytes) -> dict[str, Any]:
    import logging

    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfplumber.utils.exceptions import PdfminerException

    logging.disable()
    try:
        document = pdfplumber.open(io.BytesIO(content))
    except PdfminerException as problem:
        if problem.args and isinstance(problem.args[0], PDFPasswordIncorrect):
            raise errors.Encrypted from None
        raise
    pieces: list[_Piece] = []
    characters = unreadable = 0
    with document:
        if len(document.pages) > _MOST_PAGES:
            raise errors.TooLarge(f"{len(document.pages)} 页")
        for number, page in enumerate(document.pages):
            found = _pieces(_upright(_drawn(page)), number)
            characters += sum(len(piece.words) for piece in found)
            unreadable += sum(len("".join(_NO_LETTER.findall(piece.words))) for piece in found)
            for piece in found:
                piece.words = _NO_LETTER.sub(_UNKNOWN, piece.words)
            pieces += found
            page.close()
    if characters == 0:
        raise errors.Scanned
    if unreadable * 3 > characters:
        raise errors.NoLetters
    words = {piece.words for piece in pieces}
    titles = [labels.key(one) for one in words if len(one) <= _LONGEST_TITLE]
    is_ours = any(labels.TITLE.search(one) and not labels.OTHER_TITLE.search(one) for one in titles)
    if not any(piece.in_table for piece in pieces) and words >= _HEADINGS and is_ours:
        raise errors.NoRules
    return _laid_out(pieces)


def _drawn(page: Any) -> Any:
    """The page with what is drawn on it; the drawing stops where it becomes too much, not when all has been drawn."""
    from pdfminer.pdfinterp import PDFPageInterpreter
    from pdfminer.utils import apply_matrix_pt
    from pdfplumber.page import PDFPageAggregatorWithMarkedContent

    class Counting(PDFPageAggregatorWithMarkedContent):
        lines = signs = 0
        shown: Box | None = None  # the part of the page to which drawing is restricted

        def paint_path(self, *args: Any, **named: Any) -> None:
            # A path of several pieces comes here once more for each piece: what they added is counted once.
            lines, before = self.lines, len(self.cur_item)
            super().paint_path(*args, **named)
            self.lines = lines + len(self.cur_item) - before
            if self.lines > _MOST_EDGES:
                raise _too_much(page)

        def render_char(self, *args: Any, **named: Any) -> float:
            self.signs += 1
            if self.signs > _MOST_OBJECTS:
                raise _too_much(page)
            width = float(super().render_char(*args, **named))
            # pdfplumber hands on what has a name that it knows; a letter has no other use for this one.
            letter: Any = self.cur_item._objs[-1]
            letter.name = self.shown
            return width

    class Restricting(PDFPageInterpreter):
        """Keeps what pdfminer leaves out: the rectangle outside of which nothing is drawn."""

        device: Any

        def init_state(self, ctm: Any) -> None:
            super().init_state(ctm)
            self.outside: list[Box | None] = []

        def do_q(self) -> None:
            super().do_q()
            self.outside.append(self.device.shown)

        def do_Q(self) -> None:  # noqa: N802 - pdfminer's name
            super().do_Q()
            if self.outside:
                self.device.shown = self.outside.pop()

        def do_W(self) -> None:  # noqa: N802 - pdfminer's name
            points = [apply_matrix_pt(self.ctm, part[-2:]) for part in self.curpath if len(part) > 1]
            if points:
                across, up = zip(*points, strict=True)
                box = (min(across), min(up), max(across), max(up))
                self.device.shown = _overlap(self.device.shown, box) if self.device.shown else box

        do_W_a = do_W  # noqa: N815 - pdfminer's name

        def do_Do(self, name: Any) -> None:  # noqa: N802 - pdfminer's name
            before = self.device.shown
            super().do_Do(name)
            self.device.shown = before

    device = Counting(page.pdf.rsrcmgr, pageno=page.page_number, laparams=page.pdf.laparams)
    Restricting(page.pdf.rsrcmgr, device).process_page(page.page_obj)
    page._layout = device.get_result()
    return page


def _overlap(one: Box, other: Box) -> Box:
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])


def _check_objects(page: Any) -> None:
    if sum(map(len, page.objects.values())) > _MOST_OBJECTS or len(page.edges) > _MOST_EDGES:
        raise _too_much(page)


def _too_much(page: Any) -> errors.TooLarge:
    return errors.TooLarge(f"第 {page.page_number} 页有过多的文字或线条")


def _upright(page: Any) -> Any:
    """The page, turned where most of its words are set sideways without the page saying so."""
    _check_objects(page)
    turns = Counter(map(_turn, page.chars)).most_common(1)
    if not turns or not turns[0][0]:
        return page
    page.page_obj.rotate = (page.page_obj.rotate + turns[0][0]) % 360
    turned = _drawn(type(page)(page.pdf, page.page_obj, page.page_number, page.initial_doctop))
    _check_objects(turned)
    return turned


def _turn(char: dict[str, Any]) -> int | None:
    """By how many degrees the page must be turned for this letter to stand upright; None for a letter aslant."""
    along, up, *_ = char["matrix"]
    if abs(up) < _STRAIGHT * abs(along):
        return 0 if along > 0 else 180
    if abs(along) < _STRAIGHT * abs(up):
        return 90 if up > 0 else 270
    return None


def _printed_only(page: Any) -> Any:
    """The page without watermarks and without the white boxes that some programs lay behind words.

    White boxes on a dark one are cells: what shows between them are the rules.
    """
    _straighten(page)
    sizes = sorted(char["size"] for char in page.chars)
    huge = _HUGE * sizes[len(sizes) // 2] if sizes else 0.0
    over = _drawn_over_words(page, huge)
    dark = [rect for rect in page.rects if rect["fill"] and _paleness(rect["non_stroking_color"]) < _PALE]
    grounds = [rect for rect in dark if min(rect["width"], rect["height"]) > _HIGHEST_RULE]

    def is_printed(thing: dict[str, Any]) -> bool:
        kind = thing["object_type"]
        if kind == "char":
            pale = _paleness(thing["non_stroking_color"]) > _PALE
            return _turn(thing) is not None and not (pale and thing["size"] > huge) and id(thing) not in over
        if kind in ("rect", "line", "curve"):
            ink = thing["stroking_color"] if thing["stroke"] else thing["non_stroking_color"]
            return _paleness(ink) < _WHITE or (kind == "rect" and any(_lies_on(thing, ground) for ground in grounds))
        return True

    return page.filter(is_printed)


def _drawn_over_words(page: Any, huge: float) -> set[int]:
    """The huge or pale letters that are drawn over others: a watermark, whatever makes it transparent.

    Of huge ones all that look so; of pale ones those that were drawn one after the other.
    """
    beside: dict[tuple[int, int], list[tuple[float, float]]] = {}  # the middles of usual letters, by where they are
    unusual: list[tuple[Any, Any]] = []
    run, before = 0, None
    for char in page.chars:
        line = (_look(char), *char["matrix"][:4], round(char["top"]) if _turn(char) == 0 else None)
        run, before = run + (line != before), line
        if char["size"] > huge or _paleness(char["non_stroking_color"]) > _PALE:
            unusual.append((char, _look(char) if char["size"] > huge else run))
        elif char["text"].strip():
            x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
            beside.setdefault((int(x // _NEAR), int(y // _NEAR)), []).append((x, y))
    counted: Counter[Any] = Counter()
    for char, kind in unusual:
        across = range(int(char["x0"] // _NEAR), int(char["x1"] // _NEAR) + 1)
        down = range(int(char["top"] // _NEAR), int(char["bottom"] // _NEAR) + 1)
        if len(across) * len(down) > _FAR:
            continue
        middles = (middle for column in across for row in down for middle in beside.get((column, row), ()))
        counted[kind] += sum(char["x0"] < x < char["x1"] and char["top"] < y < char["bottom"] for x, y in middles)
    return {id(char) for char, kind in unusual if counted[kind] >= _OVERPRINTED}


def _look(char: dict[str, Any]) -> Any:
    """The size and colour of a letter."""
    return round(char["size"], 1), str(char["non_stroking_color"])


def _lies_on(upper: dict[str, Any], lower: dict[str, Any]) -> bool:
    """Whether a box lies within another, larger one."""
    inside = all(lower[side] - _ROUNDED <= upper[side] for side in ("x0", "top"))
    inside = inside and all(upper[side] <= lower[side] + _ROUNDED for side in ("x1", "bottom"))
    return inside and upper["width"] * upper["height"] < lower["width"] * lower["height"]


def _straighten(page: Any) -> None:
    """Lines of a turned page are aslant by as little as numbers were rounded; they would count as upright ones."""
    for line in page.lines:
        for one, other, size in (("top", "bottom", "height"), ("x0", "x1", "width")):
            if 0 < abs(line[one] - line[other]) < _ROUNDED:
                line[other], line[size] = line[one], 0.0


def _paleness(color: Any) -> float:
    """How near to white a colour is, from 0 to 1; a pattern or no colour is black."""
    parts = [part for part in (color if isinstance(color, tuple | list) else [color]) if isinstance(part, int | float)]
    return float(1 - max(parts) if len(parts) == 4 else min(parts, default=0))


def _open_sides(page: Any, ends: Sequence[float]) -> list[dict[str, Any]]:
    """Lines for the left and right sides of tables drawn without them, where other lines divide them into columns."""
    across: list[Box] = []  # horizontal lines, their pieces joined
    for edge in sorted(page.horizontal_edges, key=lambda edge: (round(edge["top"]), edge["x0"])):
        last = across[-1] if across else None
        if last and abs(last[1] - edge["top"]) < _SAME_ROW and edge["x0"] - last[2] < _SAME_EDGE:
            across[-1] = (last[0], last[1], max(last[2], edge["x1"]), last[3])
        else:
            across.append((edge["x0"], edge["top"], edge["x1"], edge["top"]))
    sides = []
    for left, right in sorted({(round(line[0]), round(line[2])) for line in across}):
        tops = [y for x, y, end, _ in across if abs(x - left) < _SAME_EDGE and abs(end - right) < _SAME_EDGE]
        levels = sorted({*tops, min(ends), max(ends)}) if len(tops) > 1 else []
        for top, bottom in pairwise(levels):
            middle = (top + bottom) / 2
            down = [e["x0"] for e in page.vertical_edges if e["top"] < middle < e["bottom"]]
            near = [line for line in across if top - _SAME_ROW < line[1] < bottom + _SAME_ROW]
            if bottom - top > _SAME_ROW and any(left + _SAME_EDGE < x < right - _SAME_EDGE for x in down):
                sides += [
                    {"object_type": "line", "x0": x, "x1": x, "top": top, "bottom": bottom, "height": bottom - top}
                    for x in (left, right)
                    if not any(abs(x - other) < _SAME_EDGE for other in down)
                    and not any(line[0] + _SAME_EDGE < x < line[2] - _SAME_EDGE for line in near)
                ]
    return sides


def _pieces(page: Any, number: int) -> list[_Piece]:
    """The cells and the lines of a page."""
    page = _printed_only(page).dedupe_chars()
    between = unruled.sides(page)
    letters = [*page.chars, *_typed_in(page)]
    # An area that a page break cuts has no line there; the ends of the vertical lines show where it was.
    ends = [edge[side] for edge in [*page.vertical_edges, *between] for side in ("top", "bottom")]
    ruled = (
        {
            "explicit_horizontal_lines": [min(ends), max(ends)],
            "explicit_vertical_lines": between or _open_sides(page, ends),
        }
        if ends
        else {}
    )
    boxes = sorted({box for table in page.find_tables(ruled) for box in table.cells}, key=_size)
    inside: dict[Box, list[Any]] = {box: [] for box in boxes}
    outside: list[Any] = []
    # The cells to which drawing was restricted, and whether to one of them only.
    restricted: dict[Box | None, Sequence[tuple[Box, bool]]] = {None: ()}
    own: set[int] = set()  # the letters whose cell is certain
    for char in letters:
        shown = char.get("name")
        if shown not in restricted:
            restricted[shown] = _cells_shown(boxes, _on_page(page, shown))
        x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
        only = next((b for b, is_only in restricted[shown] if is_only or b[0] <= x <= b[2]), None)
        box = only or next((b for b in boxes if b[0] <= x <= b[2] and b[1] <= y <= b[3]), None)
        if only is not None:
            own.add(id(char))
        (outside if box is None else inside[box]).append(char)
    doubtful = _gather_written_together(inside, letters, own)
    _give_back_cut_lines(inside, own)
    doubtful |= _printed_over(inside, own)
    found = []
    for box, chars in inside.items():
        words = _words(chars)
        if box in doubtful:
            found.append(_Piece(number, box, "", in_table=True, doubt=words))
        elif words or min(box[2] - box[0], box[3] - box[1]) > _THINNEST:
            found.append(_with_lines(_Piece(number, box, words, in_table=True), chars))
    lines = _lines(outside)
    for index, parts in enumerate(lines):
        at_the_edge = index in (0, len(lines) - 1)
        if not (at_the_edge and PAGE_NUMBER.fullmatch("  ".join(words for _, words in parts))):
            found += [_Piece(number, box, words, in_table=False) for box, words in parts]
    return found


def _typed_in(page: Any) -> list[dict[str, Any]]:
    """The letters of what was typed into the fields of a form, or upon the page, laid into their boxes."""
    from pdfminer.pdftypes import dict_value, resolve1
    from pdfminer.utils import decode_text

    letters: list[dict[str, Any]] = []
    try:
        notes = page.annots
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):  # a note that is broken, not the page
        return letters
    for note in notes:
        data = note["data"]
        above = dict_value(data.get("Parent")) if "Parent" in data else {}
        kind = str(getattr(data.get("Subtype"), "name", ""))
        value = resolve1({"Widget": data.get("V", above.get("V")), "FreeText": data.get("Contents")}.get(kind))
        flags = resolve1(data.get("F", 0))
        if not isinstance(value, bytes | str) or (isinstance(flags, int) and flags & _HIDDEN):
            continue
        words = decode_text(value) if isinstance(value, bytes) else value
        lines = [line for line in words.splitlines() if line.strip()]
        wide, high = note["x1"] - note["x0"], note["bottom"] - note["top"]
        if not lines or min(wide, high) < _THINNEST or len(words) > _MOST_OBJECTS:
            continue
        size = min(9.0, high / len(lines), (wide * high / (2 * len(words))) ** 0.5)
        each = max(1, int(wide / size) - 1)
        parts = [line[at : at + each] for line in lines for at in range(0, len(line), each)]
        for number, part in enumerate(parts):
            top = note["top"] + high * number / len(parts)
            letters += [
                {
                    "object_type": "char", "text": sign, "size": size, "width": size, "height": size, "top": top,
                    "x0": note["x0"] + size * (at + 0.5), "x1": note["x0"] + size * (at + 1.5), "bottom": top + size,
                    "doctop": top, "upright": True, "matrix": (1, 0, 0, 1, 0, 0), "fontname": "",
                }
                for at, sign in enumerate(part)
            ]  # fmt: skip
    return letters


def _words(chars: Sequence[Any]) -> str:
    """What the letters of a cell say, upright or set from bottom to top or from top to bottom."""
    from pdfplumber.utils.text import extract_text

    if not chars:
        return ""
    turned = Counter(map(_turn, chars)).most_common(1)[0][0]
    ways: dict[str, Any] = {"line_dir_rotated": "ltr", "char_dir_rotated": "btt"} if turned == _UPWARD else {}
    if apart := _spaced_out(chars):
        ways["x_tolerance"] = apart
    else:
        ways["x_tolerance_ratio"] = 0.5
    return joined(extract_text(list(chars), **ways).split("\n"))


def _spaced_out(chars: Sequence[Any]) -> float | None:
    """How far the letters of a cell stand apart, where all do alike: that divides no words."""
    if len(chars) < _FEW or any(char["text"].isspace() or _turn(char) != 0 for char in chars):
        return None
    line = sorted(chars, key=lambda char: char["x0"])
    if line[-1]["bottom"] - line[0]["top"] > _FEW * line[0]["height"] or len({round(c["bottom"]) for c in line}) > 1:
        return None
    gaps = [after["x0"] - before["x1"] for before, after in pairwise(line)]
    even = max(gaps) - min(gaps) < _EVEN * line[0]["size"]
    return max(gaps) + 1 if even and min(gaps) > 0 else None


def _gather_written_together(inside: dict[Box, list[Any]], chars: Sequence[Any], own: set[int]) -> set[Box]:
    """Lines drawn one after the other at the same distance belong to one cell, also where it is too low for them.

    Its words stand in its middle, at its top or at its bottom. Answers the cells where it cannot be told.
    """
    home = {id(char): box for box, kept in inside.items() for char in kept}
    lines: list[list[Any]] = []
    for char in chars:
        if id(char) not in home or id(char) in own or char["text"].isspace():
            continue
        last = lines[-1][-1] if lines else None
        beside = last is not None and home[id(last)] == home[id(char)]
        if last and beside and abs(last["top"] - char["top"]) < _SAME_ROW and last["x1"] - _SAME_EDGE < char["x0"]:
            lines[-1].append(char)
        else:
            lines.append([char])
    runs: list[list[list[Any]]] = []
    for line in lines:
        if runs and _goes_on(runs[-1], line, home):
            runs[-1].append(line)
        else:
            runs.append([line])
    doubtful: set[Box] = set()
    for run in runs:
        touched = list(dict.fromkeys(home[id(char)] for line in run for char in line))
        crosses = any(
            max(home[id(line[0])][1] - line[0]["top"], line[0]["bottom"] - home[id(line[0])][3])
            > _ACROSS * line[0]["height"]
            for line in run
        )
        if len(touched) == 1 or not crosses:
            continue
        left, right = touched[0][0], touched[0][2]
        letters = [char for line in run for char in line]
        gone = {id(char) for char in letters}
        box = _home_of(run, [box for box in inside if (box[0], box[2]) == (left, right)])
        if box is None and all(id(char) in gone for other in touched[1:] for char in inside[other]):
            box = touched[0] if _starts_in(touched[0], run, home) else None
        if box is None:
            doubtful.update(touched)
            continue
        own |= gone
        for other in touched:
            inside[other] = [char for char in inside[other] if id(char) not in gone]
        inside[box] += letters
    return doubtful


def _goes_on(run: Sequence[Sequence[Any]], line: Sequence[Any], home: Mapping[int, Box]) -> bool:
    """Whether a line is the next of those drawn before it: below them in their column, as far apart as they are."""
    first, last = line[0], run[-1][0]
    one, other = home[id(last)], home[id(first)]
    apart = first["top"] - last["top"]
    if (one[0], one[2]) != (other[0], other[2]) or not 0.9 * last["height"] < apart < 2 * last["height"]:
        return False
    return len(run) == 1 or abs(apart - (last["top"] - run[-2][0]["top"])) < last["height"] * _UNEVEN


def _home_of(run: Sequence[Sequence[Any]], boxes: Sequence[Box]) -> Box | None:
    """The cell in whose middle, or else at whose top or bottom lines stand; None where it could be another, too."""
    top, bottom, height = run[0][0]["top"], run[-1][0]["bottom"], run[0][0]["height"]
    near = height * _ACROSS
    middle = [box for box in boxes if abs((box[1] + box[3]) - (top + bottom)) < near]
    ends = [
        box
        for box in boxes
        if min(abs(top - box[1]), abs(box[3] - bottom)) < near and bottom - top < 2 * (box[3] - box[1]) + near
    ]
    found = middle or ends
    return found[0] if len(found) == 1 else None


def _starts_in(box: Box, run: Sequence[Sequence[Any]], home: Mapping[int, Box]) -> bool:
    """Whether lines begin within a cell, and most of them stand in it."""
    within = sum(home[id(line[0])] == box for line in run)
    return bool(run[0][0]["top"] >= box[1] and 2 * within > len(run))


def _printed_over(inside: dict[Box, list[Any]], own: Set[int]) -> set[Box]:
    """The cells whose words cannot be told from those of the cells above and below: lines printed over one another."""
    doubtful = set()
    for box, chars in inside.items():
        shown = [char for char in chars if not char["text"].isspace()]
        across = [
            char
            for char in shown
            if id(char) not in own and max(box[1] - char["top"], char["bottom"] - box[3]) > _ACROSS * char["height"]
        ]
        over = sorted(across, key=lambda char: char["top"])
        if any(_are_over_another(one, other) for one in over for other in shown if other is not one):
            doubtful.add(box)
    return doubtful


def _are_over_another(one: Any, other: Any) -> bool:
    """Whether two letters cover each other for the most part."""
    wide = min(one["x1"], other["x1"]) - max(one["x0"], other["x0"])
    high = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
    return bool(wide > one["width"] * _ACROSS and high > one["height"] * _ACROSS and one["top"] != other["top"])


def _on_page(page: Any, box: Box) -> Box:
    """A rectangle of the drawing, measured as the letters of the page are."""
    left, top = page.mediabox[:2]
    return box[0] + left, page.height - box[3] + top, box[2] + left, page.height - box[1] + top


def _cells_shown(boxes: Sequence[Box], shown: Box) -> Sequence[tuple[Box, bool]]:
    """The cells to which drawing is restricted: words too long for one are cut off at its borders, and are its own.

    It may be restricted to the height of a row: then not to this cell only. An area that a page break cuts reaches over
    the end of the table.
    """
    if not boxes:
        return ()
    ends = (
        min(box[0] for box in boxes), min(box[1] for box in boxes),
        max(box[2] for box in boxes), max(box[3] for box in boxes),
    )  # fmt: skip
    left, top, right, bottom = _overlap(shown, ends)
    if min(right - left, bottom - top) < _THINNEST:
        return ()
    x, y = (left + right) / 2, (top + bottom) / 2
    rows = [b for b in boxes if b[1] - _SAME_EDGE < top and bottom < b[3] + _SAME_EDGE and b[1] < y < b[3]]
    inside = [b for b in rows if b[0] - _SAME_EDGE < left and right < b[2] + _SAME_EDGE and b[0] < x < b[2]]
    if inside or shown[1] < ends[1] - _SAME_EDGE or shown[3] > ends[3] + _SAME_EDGE:  # the page is no row
        return [(box, True) for box in inside]
    return [(box, False) for box in rows]


def _give_back_cut_lines(inside: dict[Box, list[Any]], own: Set[int]) -> None:
    """The last line of a cell too low for its words is drawn across its lower border, and belongs to it all the same.

    Seen by letters that reach far over the border and keep the distance of the lines above them.
    """
    for box, chars in inside.items():
        over = [char for char in chars if id(char) not in own]
        cut = [char for char in over if box[1] - char["top"] > _ACROSS * char["height"] > 0]
        above = next((other for other in inside if cut and _stands_on(other, box)), None)
        if above is None:
            continue
        tops = _groups((char["top"] for char in [*inside[above], *cut]), cut[0]["height"] / 2)
        apart = [lower - upper for upper, lower in pairwise(tops)]
        if len(apart) > 1 and abs(apart[-1] - apart[-2]) < cut[0]["height"] * _UNEVEN:
            inside[above] += cut
            inside[box] = [char for char in chars if char not in cut]


def _stands_on(upper: Box, lower: Box) -> bool:
    """Whether a cell ends where the other begins, and is as wide."""
    pairs = ((upper[0], lower[0]), (upper[2], lower[2]), (upper[3], lower[1]))
    return all(abs(one - other) < _SAME_EDGE for one, other in pairs)


def _with_lines(piece: _Piece, chars: Sequence[Any]) -> _Piece:
    """The cell, with where its words end and how much of them stays together at their beginning."""
    shown = [char for char in chars if not char["text"].isspace()]
    if not shown:
        return piece
    lowest, first = max(shown, key=lambda char: char["bottom"]), min(shown, key=lambda char: char["top"])
    # Letters of a sheet made small to fit may be lower than what tells two rows apart.
    low, high = (min(_SAME_ROW, (char["bottom"] - char["top"]) / 2) for char in (lowest, first))
    last = [char for char in shown if char["bottom"] > lowest["top"] + low] or [lowest]
    begin = sorted((c for c in shown if c["top"] < first["bottom"] - high), key=lambda char: char["x0"]) or [first]
    together = next(
        (at for at in range(1, len(begin)) if not _stay_together(begin[at - 1]["text"], begin[at]["text"])), len(begin)
    )
    sides = [(char["x0"], char["top"], char["x1"], char["bottom"]) for char in last]
    piece.last = (
        min(side[0] for side in sides), min(side[1] for side in sides),
        max(side[2] for side in sides), max(side[3] for side in sides),
    )  # fmt: skip
    piece.lines = len(_groups((char["top"] for char in shown), low))
    piece.begins = begin[together - 1]["x1"] - begin[0]["x0"]
    piece.margin = max(0.0, min(char["x0"] for char in shown) - piece.box[0])
    return piece


def _stay_together(one: str, other: str) -> bool:
    """Whether no line breaks between these signs: within numbers and Latin words, behind ( and before )."""
    return one in "（(《“‘【〔" or other in "）)》”’】〕，。；：、！？％%,.;:!?" or (one.isascii() and other.isascii())


def _size(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _lines(chars: list[Any]) -> list[list[tuple[Box, str]]]:
    """Words outside tables, line by line, in parts where a wide gap divides them."""
    from pdfplumber.utils.clustering import cluster_objects
    from pdfplumber.utils.text import extract_words

    words = extract_words(chars, x_tolerance_ratio=0.5) if chars else []
    lines = []
    for together in cluster_objects(words, lambda word: (word["top"] + word["bottom"]) / 2, 4):
        line = sorted(together, key=lambda word: word["x0"])
        top, bottom = min(word["top"] for word in line), max(word["bottom"] for word in line)
        parts: list[tuple[Box, str]] = []
        for word in line:
            if parts and word["x0"] - parts[-1][0][2] <= _WIDE_GAP:
                (left, *_), text = parts.pop()
                parts.append(((left, top, word["x1"], bottom), f"{text} {word['text']}"))
            else:
                parts.append(((word["x0"], top, word["x1"], bottom), word["text"]))
        lines.append(parts)
    return sorted(lines, key=lambda parts: parts[0][0][1])


def _laid_out(pieces: Sequence[_Piece]) -> dict[str, Any]:
    """Rows and merged areas, with one set of columns for the whole document."""
    pieces = _with_cut_words_in_their_cells(pieces)
    edges = _groups((x for piece in pieces if piece.in_table for x in (piece.box[0], piece.box[2])), _SAME_EDGE)
    rows: list[dict[int, str]] = []
    merges: list[tuple[int, int, int, int]] = []
    before = _Page()
    first_page: list[dict[int, str]] = []
    for page in sorted({piece.page for piece in pieces}):
        here = [piece for piece in pieces if piece.page == page]
        tops = _groups((piece.box[1] for piece in here if piece.in_table), _SAME_ROW)
        lines = sorted({piece.box[1] for piece in here if not piece.in_table})
        order = sorted([(top, True) for top in tops] + [(top, False) for top in lines])
        number = {place: len(rows) + index for index, place in enumerate(order, 1)}
        now = _Page(len(rows))
        rows += [{} for _ in order]
        for piece in here:
            left, top, right, bottom = piece.box
            if not piece.in_table:
                row = rows[number[top, False] - 1]
                row[1] = f"{row[1]}  {piece.words}" if 1 in row else piece.words
                continue
            first = _group(tops, top)
            last = max(first, bisect_left(tops, bottom - _SAME_ROW) - 1)
            column, end = _group(edges, left) + 1, max(_group(edges, left) + 1, _group(edges, right))
            upper, lower = number[tops[first], True], number[tops[last], True]
            if piece.words:
                row = rows[upper - 1]
                row[column] = f"{row[column]}{piece.words}" if column in row else piece.words
            now.areas.append(_Area(upper, column, lower, end, piece))
        cut = [rows[area.upper - 1].get(area.column, "") for area in before.last(now.above).values()]
        titles = _titles_again(first_page, rows[now.above :], cut) if first_page else 0
        for row in rows[now.above : now.above + titles]:
            row.clear()
        now.titles = titles
        first_page = first_page or [dict(row) for row in rows]
        _join_over_the_break(rows, before, now)
        _join_cut_row(rows, before, now, len(rows))
        merges += [area.corners for area in now.areas]
        before = now
    rows += [
        {1: f"第 {page + 1} 页有文字互相重叠，分不清属于哪一格，没有读取：{'；'.join(words)}"}
        for page in sorted({piece.page for piece in pieces})
        if (words := [piece.doubt for piece in pieces if piece.page == page and piece.doubt])
    ]
    return {"rows": rows, "merges": [area for area in merges if area[:2] != area[2:]]}


@dataclass
class _Area:
    """A cell by its first and last row and column; `home` is where its words belong, if on an earlier page."""

    upper: int
    column: int
    lower: int
    end: int
    piece: _Piece
    home: "_Area | None" = None

    @property
    def corners(self) -> tuple[int, int, int, int]:
        return self.upper, self.column, self.lower, self.end

    @property
    def sides(self) -> tuple[int, int]:
        return self.column, self.end


@dataclass
class _Page:
    """The cells of a page, how many rows stand above it, and how many of its first ones are only printed again."""

    above: int = 0
    areas: list[_Area] = field(default_factory=list)
    titles: int = 0

    def first(self) -> dict[tuple[int, int], _Area]:
        """The cells with which the page begins, where it begins with a table."""
        top = self.above + self.titles + 1
        return {area.sides: area for area in self.areas if area.upper == top}

    def last(self, row: int) -> dict[tuple[int, int], _Area]:
        """The cells with which it ends, where it ends with a table."""
        return {area.sides: area for area in self.areas if area.lower == row}


def _titles_again(before: Sequence[dict[int, str]], here: Sequence[dict[int, str]], cut: Sequence[str]) -> int:
    """How many rows a page begins with that are those of the first page, printed again on each.

    Another form on a page of its own begins alike too, and goes on alike. The words of an area that the page break
    cuts may be drawn once more across the titles.
    """
    alike = 0
    while alike < min(len(before), len(here)) and _is_alike(before[alike], here[alike], cut):
        if any(map(_BARE_NUMBER.fullmatch, here[alike].values())):
            break
        alike += 1
    if not any(before[:alike]):
        return 0
    follows, followed = (
        {min(row.items())[1] for row in rows[alike : alike + _LOOKED_AT] if row} for rows in (before, here)
    )
    # A form of another layout begins with labels of its own.
    is_another = any(len(words) <= _LONGEST_LABEL and _HEAD_OF_A_FORM.search(words) for words in followed)
    return 0 if is_another or follows & followed else alike


def _is_alike(row: dict[int, str], again: dict[int, str], cut: Sequence[str]) -> bool:
    """Whether a row says the same again; of words drawn across it only the signs can be told, not their order."""
    beside = [Counter("".join(words.split())) for words in cut if words and not _BARE_NUMBER.fullmatch(words)]
    for column in row.keys() | again.keys():
        said, read = (Counter("".join(one.get(column, "").split())) for one in (row, again))
        if row.get(column) != again.get(column) and (not said <= read or read - said not in beside):
            return False
    return row.keys() <= again.keys()


def _with_cut_words_in_their_cells(pieces: Sequence[_Piece]) -> list[_Piece]:
    """Words in the middle of an area that a page break cuts are drawn beyond the table, perhaps on both pages."""
    kept: list[_Piece] = []
    above: set[str] = set()  # words already given to a cell of the page before
    crossing: list[_Piece] = []  # its cells whose words reach over its end
    pages = sorted({piece.page for piece in pieces})
    for page in pages:
        here = [piece for piece in pieces if piece.page == page]
        cells = [piece for piece in here if piece.in_table]
        if not cells:
            kept += here
            above, crossing = set(), []
            continue
        top, bottom = min(cell.box[1] for cell in cells), max(cell.box[3] for cell in cells)
        given: set[str] = set()
        reached = 0.0  # by the last words that were given to a cell
        for piece in here:
            over, under = top - piece.box[3], piece.box[1] - bottom
            if under > 0 and 0 <= piece.box[1] - reached < piece.box[3] - piece.box[1]:
                under = 0.0  # their next line
            last = under > over and page == pages[-1]
            if piece.in_table or last or max(over, under) < -_CUT or max(over, under) > _BEYOND:
                kept.append(piece)
            elif over > under and (piece.words in above or any(_is_drawn_again(piece, cell) for cell in crossing)):
                continue
            elif (cell := _cut_cell(cells, piece.box, top if over > under else bottom)) is not None:
                before, reached = cell.words, piece.box[3]
                cell.words, cell.is_cut = joined([before, piece.words]), True
                given |= {piece.words, before, cell.words}
            else:
                kept.append(piece)
        above = given
        ended = (cell for cell in cells if abs(cell.box[3] - bottom) < _SAME_EDGE)
        crossing = [cell for cell in ended if cell.last is not None and cell.last[3] > cell.box[3]]
    return kept


def _is_drawn_again(piece: _Piece, cell: _Piece) -> bool:
    """Whether a line above a table is that of the cell at the end of the page before, at the same place across."""
    return cell.last is not None and piece.words == cell.words and abs(piece.box[0] - cell.last[0]) < _SAME_EDGE


def _cut_cell(cells: Sequence[_Piece], line: Box, edge: float) -> _Piece | None:
    """The cell at this end of the table that the line would continue: empty, or with words that end just above."""
    for cell in cells:
        left, top, right, bottom = cell.box
        ends_here = min(abs(top - edge), abs(bottom - edge)) < _SAME_EDGE
        goes_on = cell.last is not None and -_SAME_ROW < line[1] - cell.last[3] < line[3] - line[1]
        if ends_here and (cell.is_cut or not cell.words or goes_on) and left - 2 < line[0] and line[2] < right + 2:
            return cell
    return None


def _join_over_the_break(rows: list[dict[int, str]], before: _Page, now: _Page) -> None:
    """Words in the middle of an area that a page break cuts may stand on the second page: they belong to its top.

    Seen by an area of several rows without words that ends with the page, and one with words below it; or the
    same words were drawn on both pages; or what stands below are its points in brackets.
    """
    below = now.first()
    for sides, area in before.last(now.above).items():
        if sides not in below:
            continue
        first, home = below[sides], area.home or area
        row, words = rows[home.upper - 1], rows[first.upper - 1].get(area.column)
        said = row.get(home.column)
        if not words:
            if said is not None and first.upper < first.lower == len(rows):
                first.home = home  # it fills a page between two others
            continue
        is_cut = home.piece.is_cut or _is_one_drawing(area.piece, first.piece)
        again = is_cut and said is not None and said.endswith(words)
        is_high = home.upper < area.lower or first.upper < first.lower
        goes_on = said is not None and _POINTS_IN_BRACKETS.fullmatch(words) and not _POINTS_IN_BRACKETS.search(said)
        goes_on = goes_on or (said is not None and _is_rest_of_a_name(said, words, is_high))
        if again or goes_on or (said is None and is_high):
            del rows[first.upper - 1][area.column]
            row[home.column] = (said or "") + ("" if again else words)
            first.home = home


def _is_rest_of_a_name(said: str, words: str, is_high: bool) -> bool:
    """Whether words end the name of a level: 指标 below 社会效益."""
    if _NAME.fullmatch(words) or said.endswith(("指标", "级")):
        return False
    return (is_high and words in ("指标", "标")) or _NAME.fullmatch(said + words) is not None


def _is_one_drawing(above: _Piece, below: _Piece) -> bool:
    """Whether words drawn on both sides of a page break stand at one place of the area that it cuts."""
    if above.last is None or below.last is None or above.words != below.words:
        return False
    return abs((above.last[1] - above.box[3]) - (below.last[1] - below.box[1])) < _SAME_ROW


def _join_cut_row(rows: list[dict[int, str]], before: _Page, now: _Page, last: int) -> None:
    """A row that a page break cuts in two, each with lines all around, is one again; so is one of several pages."""
    above, below = before.last(now.above), now.first()
    homes = {sides: area.home or area for sides, area in above.items()}
    said = {sides: area for sides, area in below.items() if rows[area.upper - 1].get(area.column)}
    has_words = {sides for sides, home in homes.items() if rows[home.upper - 1].get(home.column)}
    if not said or not said.keys() <= above.keys() or not _is_cut_row(above, below, said.keys(), has_words, now.above):
        return
    for sides, area in said.items():
        home = homes[sides]
        words = rows[area.upper - 1].pop(area.column)
        row = rows[home.upper - 1]
        row[home.column] = joined([row[home.column], words]) if home.column in row else words
    for sides, area in below.items():
        if area.lower == last and sides in homes:  # and on the next page it may go on once more
            area.home = homes[sides]


_Sides = tuple[int, int]


def _is_cut_row(
    above: dict[_Sides, _Area], below: dict[_Sides, _Area], said: Set[_Sides], has_words: Set[_Sides], last: int
) -> bool:
    """Whether a page begins with the rest of the row with which the page before it ends.

    What goes on below ends with a full line at the very end of the page, and other cells of the row do not go on. A
    row of its own has its own points, and those above them fill no line.
    """
    both = [(above[sides].piece, below[sides].piece) for sides in has_words & said]
    beside = [above[sides] for sides in has_words - said if sides in below and _begins_in(above[sides], last)]
    ended = [(area.home or area).piece for area in beside]
    margin = min((area.piece.margin for area in (*above.values(), *below.values()) if area.piece.last), default=0.0)
    moved = [below[sides].piece for sides in said - has_words]  # two lines that were not to be parted
    points = sum(map(_is_number, ended))
    has_name = any(_WORD.search(piece.words) for piece in ended)
    if not both and len(ended) == 1 and _TOTAL.fullmatch(ended[0].words) and all(map(_is_number, moved)):
        return True
    if not all(_may_go_on(*pair) for pair in both) or (any(map(_is_number, moved)) and (both or has_name)):
        return False
    if not both:  # the row above has its points and the one below what it lacks
        own = all(_begins_in(above[sides], last) for sides in said)
        is_named = any(_LEVEL.match(piece.words) or _DOTS.fullmatch(piece.words) for piece in moved)
        return own and points > 1 and not (is_named and has_name)
    if all(_is_full(*pair, margin) or _is_next_point(*pair) for pair in both) and (
        points
        or (bool(ended or not moved) and any(_is_long(above) or _is_next_point(above, below) for above, below in both))
    ):
        return True
    if moved:
        return False
    # Words that people broke into lines themselves fill none: 年度 over 指标值.
    return (len(both) > 1 and points > 1) or (len(both) > 2 and len(ended) > 1)


def _begins_in(area: _Area, row: int) -> bool:
    return area.upper == row or area.home is not None


def _may_go_on(above: _Piece, below: _Piece) -> bool:
    """Whether the words of a cell reach the end of the page, and those below are no number or dots beside them."""
    if above.last is None:
        return False
    if _is_number(above) and not _UNIT.match(below.words):
        return False
    if _LEVEL.fullmatch(below.words) and not _LEVEL.fullmatch(above.words + below.words):
        return False  # a name of its own
    more = (_MORE_OF_A_HEADING, _POINTS_IN_BRACKETS)
    if _LEVEL.fullmatch(above.words) and not any(one.fullmatch(below.words) for one in more):
        return False
    # The last two lines of a paragraph may have gone to the next page together.
    free = _LINE_APART + 1 if below.lines > 1 else _LINE_APART
    is_at_the_end = above.box[3] - above.last[3] < (above.last[3] - above.last[1]) * free
    return is_at_the_end and not _is_number(below) and _DOTS.fullmatch(below.words) is None


def _is_next_point(above: _Piece, below: _Piece) -> bool:
    """Whether the words below begin with the point of a list that follows those above: 5. after 4."""
    number = _NUMBERED.match(below.words)
    return number is not None and str(int(number[1]) - 1) in (one[1] for one in _NUMBERED.finditer(above.words))


def _is_number(piece: _Piece) -> bool:
    return _BARE_NUMBER.fullmatch(piece.words) is not None


def _is_full(above: _Piece, below: _Piece, margin: float) -> bool:
    """Whether the last line has no room for what begins below."""
    left, top, right, bottom = above.last or above.box
    free = above.box[2] - above.box[0] - 2 * margin - (right - left)
    return free < max(below.begins, bottom - top) + _FREE


def _is_long(piece: _Piece) -> bool:
    left, top, right, bottom = piece.last or piece.box
    return right - left > _LONG_LINE * (bottom - top)


def _groups(values: Iterable[float], tolerance: float) -> list[float]:
    """The first value of each group of values that lie close together."""
    firsts: list[float] = []
    for value in sorted(values):
        if not firsts or value - firsts[-1] > tolerance:
            firsts.append(value)
    return firsts


def _group(firsts: Sequence[float], value: float) -> int:
    """The group that a value belongs to."""
    return max(0, bisect_left(firsts, value + 0.001) - 1)
