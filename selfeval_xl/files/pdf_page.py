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
_LONGEST_MARK = 8.0
_FEWEST_RULES = 4
_BROADEST_RULE = 1.5  # of those that are painted as short boxes
_MANY_DASHES = 500
_MOST_COMPARED = 2_000_000  # white letters with what lies behind them
_NEAR = 20.0
_FAR = 5_000
_OVERPRINTED = 3  # letters
_HUGE = 1.8  # times the usual size of letters
_PALE = 0.5
_INVISIBLE = 3  # how letters are drawn that only a search finds, as those behind a scanned picture
_SOLID = 0.8
_WHITE = 0.97
_HIDDEN = 2  # the bit of a note on a page that is not shown
Box = tuple[float, float, float, float]  # left, top, right, bottom


def drawn(page: Any) -> Any:
    """The page with what is drawn on it; the drawing stops where it becomes too much, not when all has been drawn."""
    from pdfminer.layout import LTRect
    from pdfminer.pdfinterp import PDFPageInterpreter
    from pdfminer.pdftypes import PDFObjRef, dict_value, list_value, resolve1
    from pdfminer.psparser import literal_name
    from pdfminer.utils import apply_matrix_pt
    from pdfplumber.page import PDFPageAggregatorWithMarkedContent

    layers = dict_value(dict_value(page.pdf.doc.catalog.get("OCProperties")).get("D"))
    off = {layer.objid for layer in list_value(layers.get("OFF")) if isinstance(layer, PDFObjRef)}

    class Counting(PDFPageAggregatorWithMarkedContent):
        lines = signs = 0
        shown: Box | None = None  # the part of the page to which drawing is restricted
        solid = 1.0  # 0 for what nobody sees
        is_invisible = False

        def __init__(self, *args: Any, **named: Any) -> None:
            super().__init__(*args, **named)
            self.layers: list[bool] = []  # those that are open, and which of them are not shown

        def paint_path(self, *args: Any, **named: Any) -> None:
            if any(self.layers):
                return
            # A path of several pieces comes here once more for each piece: what they added is counted once.
            lines, before = self.lines, len(self.cur_item)
            super().paint_path(*args, **named)
            self.lines = lines + len(self.cur_item) - before
            for drawn in self.cur_item._objs[before:] if self.shown else ():
                if isinstance(drawn, LTRect) and drawn.fill and not drawn.stroke:
                    _restrict(drawn, self.shown)
            if self.lines > _MOST_EDGES:
                raise _too_much(page)

        def render_string(self, textstate: Any, *args: Any, **named: Any) -> None:
            self.is_invisible = textstate.render == _INVISIBLE
            super().render_string(textstate, *args, **named)

        def render_char(self, *args: Any, **named: Any) -> float:
            self.signs += 1
            if self.signs > MOST_OBJECTS:
                raise _too_much(page)
            width = float(super().render_char(*args, **named))
            # pdfplumber hands on what has a name that it knows; a letter has no other use for this one.
            letter: Any = self.cur_item._objs[-1]
            letter.name = self.shown, 0.0 if self.is_invisible or any(self.layers) else self.solid
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

        def do_BDC(self, tag: Any, props: Any) -> None:  # noqa: N802 - pdfminer's name
            super().do_BDC(tag, props)
            layer = dict_value(self.resources.get("Properties")).get(literal_name(props)) if off else None
            self.device.layers.append(isinstance(layer, PDFObjRef) and layer.objid in off)

        def do_BMC(self, tag: Any) -> None:  # noqa: N802 - pdfminer's name
            super().do_BMC(tag)
            self.device.layers.append(False)

        def do_EMC(self) -> None:  # noqa: N802 - pdfminer's name
            super().do_EMC()
            if self.device.layers:
                self.device.layers.pop()

        def do_gs(self, name: Any) -> None:
            state = resolve1(dict_value(self.resources.get("ExtGState")).get(literal_name(name)))
            solid = resolve1(state.get("ca")) if isinstance(state, dict) else None
            if isinstance(solid, int | float):
                self.device.solid = solid

    device = Counting(page.pdf.rsrcmgr, pageno=page.page_number, laparams=page.pdf.laparams)
    Restricting(page.pdf.rsrcmgr, device).process_page(page.page_obj)
    page._layout = device.get_result()
    return page


def _restrict(rect: Any, shown: Box | None) -> None:
    """Takes away what is not shown of a painted box: some programs paint the whole page and show a cell of it."""
    left, top, right, bottom = overlap(rect.bbox, shown or rect.bbox)
    if left < right and top < bottom:
        rect.set_bbox((left, top, right, bottom))


def overlap(one: Box, other: Box) -> Box:
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])


def _check_objects(page: Any) -> None:
    if sum(map(len, page.objects.values())) > MOST_OBJECTS or len(page.edges) > _MOST_EDGES:
        raise _too_much(page)


def _too_much(page: Any) -> errors.TooLarge:
    return errors.TooLarge(f"第 {page.page_number} 页有过多的文字或线条")


def upright(page: Any) -> Any:
    """The page, turned where most of its words are set sideways without the page saying so."""
    _join_dashes(page)
    _check_objects(page)
    turns = Counter(map(turn, page.chars)).most_common(1)
    if not turns or not turns[0][0]:
        return page
    page.page_obj.rotate = (page.page_obj.rotate + turns[0][0]) % 360
    turned = drawn(type(page)(page.pdf, page.page_obj, page.page_number, page.initial_doctop))
    _join_dashes(turned)
    _check_objects(turned)
    return turned


def _join_dashes(page: Any) -> None:
    """Makes lines of the many small boxes as which some programs draw dashed and dotted ones."""
    dashes = [
        thing
        for kind in ("rect", "curve")
        for thing in page.objects.get(kind, ())
        if thing["fill"] and not thing["stroke"] and max(thing["width"], thing["height"]) < _LONGEST_MARK
    ]
    if len(dashes) < _MANY_DASHES:
        return
    joined: list[dict[str, Any]] = []
    taken: set[int] = set()
    for begin, end, level, other in (("x0", "x1", "top", "bottom"), ("top", "bottom", "x0", "x1")):
        row: list[Any] = []
        for dash in [*sorted(dashes, key=lambda one: (round(one[level]), one[begin])), None]:
            if dash and row and round(dash[level]) == round(row[-1][level]) and dash[begin] - row[-1][end] < SAME_EDGE:
                row.append(dash)
                continue
            if len(row) >= _FEWEST_RULES:
                taken |= set(map(id, row))
                drawn_as = {"object_type": "line", "stroke": True, "stroking_color": row[0]["non_stroking_color"]}
                joined.append(row[0] | drawn_as | {end: max(one[end] for one in row), other: row[0][level]})
            row = [dash] if dash else []
    for line in joined:
        line["width"], line["height"] = line["x1"] - line["x0"], line["bottom"] - line["top"]
    for kind in ("rect", "curve"):
        page.objects[kind] = [thing for thing in page.objects.get(kind, ()) if id(thing) not in taken]
    page.objects["line"] = [*page.objects.get("line", ()), *joined]


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

    White boxes on a dark one are cells: what shows between them are the rules. Where rules are drawn, no box is one.
    """
    _straighten(page)
    is_ruled, is_stroked = _is_ruled([*page.lines, *page.rects, *page.curves]), _is_ruled(page.lines)
    sizes = sorted(char["size"] for char in page.chars)
    huge = _HUGE * sizes[len(sizes) // 2] if sizes else 0.0
    over = _drawn_over_words(page, huge)
    painted = [rect for rect in page.rects if rect["fill"] and _paleness(rect["non_stroking_color"]) < _WHITE]
    grounds = [rect for rect in painted if min(rect["width"], rect["height"]) > _HIGHEST_RULE]
    grounds = [] if is_ruled else grounds
    unseen = _unseen(page, painted)

    def is_printed(thing: dict[str, Any]) -> bool:
        kind = thing["object_type"]
        if kind == "char":
            is_stamp = (_is_pale(thing) and thing["size"] > huge) or id(thing) in over
            return turn(thing) is not None and not is_stamp and id(thing) not in unseen
        if kind == "rect" and ((is_ruled and _is_filled_only(thing)) or (is_stroked and _is_behind_a_blank(thing))):
            return False
        if kind in ("rect", "line", "curve"):
            ink = thing["stroking_color"] if thing["stroke"] else thing["non_stroking_color"]
            return _paleness(ink) < _WHITE or (kind == "rect" and any(_lies_on(thing, ground) for ground in grounds))
        return True

    return page.filter(is_printed)


def _is_ruled(lines: Sequence[dict[str, Any]]) -> bool:
    """Whether thin lines divide the page across and down; then boxes only colour it."""
    thin = [
        line
        for line in lines
        if _is_thin(line)
        and _paleness(line["stroking_color"] if line["stroke"] else line["non_stroking_color"]) < _WHITE
    ]
    down: int = sum(line["height"] > _LONGEST_MARK and line["height"] > line["width"] for line in thin)
    across: int = sum(line["width"] > _LONGEST_MARK and line["width"] > line["height"] for line in thin)
    return min(down, across) >= _FEWEST_RULES


def _is_behind_a_blank(rect: dict[str, Any]) -> bool:
    """Whether a box is as small as what colours one narrow sign of marked words, and not as thin as a rule."""
    small, large = sorted((rect["width"], rect["height"]))
    return bool(rect["fill"] and not rect["stroke"] and small > _BROADEST_RULE and large < _HIGHEST_RULE)


def only_boxes(page: Any) -> bool:
    """Whether boxes are all that could divide the page into cells."""
    return bool(page.rects) and not page.lines and not page.curves and not any(map(_is_thin, page.rects))


def _is_thin(thing: dict[str, Any]) -> bool:
    return bool(min(thing["width"], thing["height"]) < THINNEST)


def _is_filled_only(rect: dict[str, Any]) -> bool:
    return bool(rect["fill"] and not rect["stroke"] and not _is_thin(rect))


def _unseen(page: Any, painted: Sequence[dict[str, Any]]) -> set[int]:
    """The letters that nobody sees beside those that are: drawn as invisible, or white where nothing lies behind them.

    Where all are, a picture of the page shows them.
    """
    found = {id(char) for char in page.chars if char["name"][1] == 0.0}
    behind = [*painted, *page.images]
    white = [char for char in page.chars if _paleness(char["non_stroking_color"]) >= _WHITE]
    for char in white if len(white) * len(behind) < _MOST_COMPARED else ():
        x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
        if not any(one["x0"] <= x <= one["x1"] and one["top"] <= y <= one["bottom"] for one in behind):
            found.add(id(char))
    return found if len(found) < len(page.chars) else set()


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
        wide, high = char["x1"] - char["x0"], char["bottom"] - char["top"]
        if not (wide // _NEAR + 1) * (high // _NEAR + 1) <= _FAR:  # nor where a number is none
            continue
        across = range(int(char["x0"] // _NEAR), int(char["x1"] // _NEAR) + 1)
        down = range(int(char["top"] // _NEAR), int(char["bottom"] // _NEAR) + 1)
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
    for end in (0, 2):  # the left and the right
        for x in sorted({round(line[end]) for line in across}):
            lines = [line for line in across if abs(line[end] - x) < SAME_EDGE]
            levels = sorted({*(line[1] for line in lines), min(ends), max(ends)}) if len(lines) > 1 else []
            for top, bottom in pairwise(levels):
                middle = (top + bottom) / 2
                down = [e["x0"] for e in page.vertical_edges if e["top"] < middle < e["bottom"]]
                near = [line for line in across if top - SAME_ROW < line[1] < bottom + SAME_ROW]
                over = [line for line in lines if line in near]
                inner = any(line[0] + SAME_EDGE < one < line[2] - SAME_EDGE for line in over for one in down)
                if (
                    bottom - top > SAME_ROW
                    and inner
                    and not any(abs(x - other) < SAME_EDGE for other in down)
                    and not any(line[0] + SAME_EDGE < x < line[2] - SAME_EDGE for line in near)
                ):
                    sides.append(
                        {"object_type": "line", "x0": x, "x1": x, "top": top, "bottom": bottom, "height": bottom - top}
                    )
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
