"""What one page of a PDF shows: its letters and lines, without watermarks and what is hidden."""

from collections import Counter
from collections.abc import Sequence
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any

from selfeval_xl import errors

MOST_OBJECTS = 30_000  # characters and lines on a page
_MOST_EDGES = 8_000
SAME_EDGE = 3.0  # points
SAME_ROW = 2.0
THINNEST = 3.0
_STRAIGHT = 0.05  # how much aslant a letter is that still stands upright
_ROUNDED = 0.05  # points
_HIGHEST_RULE = 30.0
_NEAR = 20.0
_FAR = 5_000
_OVERPRINTED = 3  # letters
_HUGE = 1.8  # times the usual size of letters
_PALE = 0.5
_SOLID = 0.8
_WHITE = 0.97
_HIDDEN = 2  # the bit of a note on a page that is not shown
Box = tuple[float, float, float, float]  # left, top, right, bottom


def drawn(page: Any) -> Any:
    """The page with what is drawn on it; the drawing stops where it becomes too much, not when all has been drawn."""
    from pdfminer.pdfinterp import PDFPageInterpreter
    from pdfminer.pdftypes import dict_value, resolve1
    from pdfminer.psparser import literal_name
    from pdfminer.utils import apply_matrix_pt
    from pdfplumber.page import PDFPageAggregatorWithMarkedContent

    class Counting(PDFPageAggregatorWithMarkedContent):
        lines = signs = 0
        shown: Box | None = None  # the part of the page to which drawing is restricted
        solid = 1.0  # 0 for what nobody sees

        def paint_path(self, *args: Any, **named: Any) -> None:
            # A path of several pieces comes here once more for each piece: what they added is counted once.
            lines, before = self.lines, len(self.cur_item)
            super().paint_path(*args, **named)
            self.lines = lines + len(self.cur_item) - before
            if self.lines > _MOST_EDGES:
                raise _too_much(page)

        def render_char(self, *args: Any, **named: Any) -> float:
            self.signs += 1
            if self.signs > MOST_OBJECTS:
                raise _too_much(page)
            width = float(super().render_char(*args, **named))
            # pdfplumber hands on what has a name that it knows; a letter has no other use for this one.
            letter: Any = self.cur_item._objs[-1]
            letter.name = self.shown, self.solid
            return width

    class Restricting(PDFPageInterpreter):
        """Keeps what pdfminer leaves out: the rectangle outside of which nothing is drawn, and how solid ink is."""

        device: Any

        def init_state(self, ctm: Any) -> None:
            super().init_state(ctm)
            self.outside: list[tuple[Box | None, float]] = []

        def do_q(self) -> None:
            super().do_q()
            self.outside.append((self.device.shown, self.device.solid))

        def do_Q(self) -> None:  # noqa: N802 - pdfminer's name
            super().do_Q()
            if self.outside:
                self.device.shown, self.device.solid = self.outside.pop()

        def do_W(self) -> None:  # noqa: N802 - pdfminer's name
            points = [apply_matrix_pt(self.ctm, part[-2:]) for part in self.curpath if len(part) > 1]
            if points:
                across, up = zip(*points, strict=True)
                box = (min(across), min(up), max(across), max(up))
                self.device.shown = overlap(self.device.shown, box) if self.device.shown else box

        do_W_a = do_W  # noqa: N815 - pdfminer's name

        def do_Do(self, name: Any) -> None:  # noqa: N802 - pdfminer's name
            before = self.device.shown, self.device.solid
            super().do_Do(name)
            self.device.shown, self.device.solid = before

        def do_gs(self, name: Any) -> None:
            state = resolve1(dict_value(self.resources.get("ExtGState")).get(literal_name(name)))
            solid = resolve1(state.get("ca")) if isinstance(state, dict) else None
            if isinstance(solid, int | float):
                self.device.solid = solid

    device = Counting(page.pdf.rsrcmgr, pageno=page.page_number, laparams=page.pdf.laparams)
    Restricting(page.pdf.rsrcmgr, device).process_page(page.page_obj)
    page._layout = device.get_result()
    return page


def overlap(one: Box, other: Box) -> Box:
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])


def _check_objects(page: Any) -> None:
    if sum(map(len, page.objects.values())) > MOST_OBJECTS or len(page.edges) > _MOST_EDGES:
        raise _too_much(page)


def _too_much(page: Any) -> errors.TooLarge:
    return errors.TooLarge(f"第 {page.page_number} 页有过多的文字或线条")


def upright(page: Any) -> Any:
    """The page, turned where most of its words are set sideways without the page saying so."""
    _check_objects(page)
    turns = Counter(map(turn, page.chars)).most_common(1)
    if not turns or not turns[0][0]:
        return page
    page.page_obj.rotate = (page.page_obj.rotate + turns[0][0]) % 360
    turned = drawn(type(page)(page.pdf, page.page_obj, page.page_number, page.initial_doctop))
    _check_objects(turned)
    return turned


def turn(char: dict[str, Any]) -> int | None:
    """By how many degrees the page must be turned for this letter to stand upright; None for a letter aslant."""
    along, up, *_ = char["matrix"]
    if abs(up) < _STRAIGHT * abs(along):
        return 0 if along > 0 else 180
    if abs(along) < _STRAIGHT * abs(up):
        return 90 if up > 0 else 270
    return None


def printed_only(page: Any) -> Any:
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
            return turn(thing) is not None and not (_is_pale(thing) and thing["size"] > huge) and id(thing) not in over
        if kind in ("rect", "line", "curve"):
            ink = thing["stroking_color"] if thing["stroke"] else thing["non_stroking_color"]
            return _paleness(ink) < _WHITE or (kind == "rect" and any(_lies_on(thing, ground) for ground in grounds))
        return True

    return page.filter(is_printed)


def each_letter_once(page: Any) -> Any:
    """The page without letters that are printed again at the same place, as some programs print bold type.

    The library's own way asks for the place of each letter among all of them, which takes half a minute on a full page.
    """
    from pdfplumber.utils.clustering import cluster_objects

    kept: set[int] = set()
    kind = itemgetter("upright", "text", "fontname", "size")
    for _, same in groupby(sorted(page.chars, key=kind), kind):
        for line in cluster_objects(list(same), itemgetter("doctop"), 1):
            spots = cluster_objects(line, itemgetter("x0"), 1)
            kept |= {id(min(spot, key=itemgetter("doctop", "x0"))) for spot in spots}
    return page.filter(lambda thing: thing["object_type"] != "char" or id(thing) in kept)


def _drawn_over_words(page: Any, huge: float) -> set[int]:
    """The huge or pale letters that are drawn over others: a watermark, whatever makes it transparent.

    Of huge ones all that look so; of pale ones those that were drawn one after the other.
    """
    beside: dict[tuple[int, int], list[tuple[float, float]]] = {}  # the middles of usual letters, by where they are
    unusual: list[tuple[Any, Any]] = []
    run, before = 0, None
    for char in page.chars:
        line = (_look(char), *char["matrix"][:4], round(char["top"]) if turn(char) == 0 else None)
        run, before = run + (line != before), line
        if char["size"] > huge or _is_pale(char):
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


def _is_pale(char: dict[str, Any]) -> bool:
    """Whether a letter is nearer to white than to black, or what lies behind it shows through."""
    return _paleness(char["non_stroking_color"]) > _PALE or char["name"][1] < _SOLID


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


def part_shown(char: dict[str, Any]) -> Box | None:
    """The part of the page to which the drawing of a letter was restricted, if any."""
    box: Box | None = char["name"][0] if "name" in char else None
    return box


def open_sides(page: Any, ends: Sequence[float]) -> list[dict[str, Any]]:
    """Lines for the left and right sides of tables drawn without them, where other lines divide them into columns."""
    across: list[Box] = []  # horizontal lines, their pieces joined
    for edge in sorted(page.horizontal_edges, key=lambda edge: (round(edge["top"]), edge["x0"])):
        last = across[-1] if across else None
        if last and abs(last[1] - edge["top"]) < SAME_ROW and edge["x0"] - last[2] < SAME_EDGE:
            across[-1] = (last[0], last[1], max(last[2], edge["x1"]), last[3])
        else:
            across.append((edge["x0"], edge["top"], edge["x1"], edge["top"]))
    sides = []
    for left, right in sorted({(round(line[0]), round(line[2])) for line in across}):
        tops = [y for x, y, end, _ in across if abs(x - left) < SAME_EDGE and abs(end - right) < SAME_EDGE]
        levels = sorted({*tops, min(ends), max(ends)}) if len(tops) > 1 else []
        for top, bottom in pairwise(levels):
            middle = (top + bottom) / 2
            down = [e["x0"] for e in page.vertical_edges if e["top"] < middle < e["bottom"]]
            near = [line for line in across if top - SAME_ROW < line[1] < bottom + SAME_ROW]
            if bottom - top > SAME_ROW and any(left + SAME_EDGE < x < right - SAME_EDGE for x in down):
                sides += [
                    {"object_type": "line", "x0": x, "x1": x, "top": top, "bottom": bottom, "height": bottom - top}
                    for x in (left, right)
                    if not any(abs(x - other) < SAME_EDGE for other in down)
                    and not any(line[0] + SAME_EDGE < x < line[2] - SAME_EDGE for line in near)
                ]
    return sides


def typed_in(page: Any) -> list[dict[str, Any]]:
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
        if not lines or min(wide, high) < THINNEST or len(words) > MOST_OBJECTS:
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


def on_page(page: Any, box: Box) -> Box:
    """A rectangle of the drawing, measured as the letters of the page are."""
    left, top = page.mediabox[:2]
    return box[0] + left, page.height - box[3] + top, box[2] + left, page.height - box[1] + top
