"""The pages of a PDF as one table: what a page break cuts is one again, and what is printed again stands once."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from selfeval_xl.cells import UNKNOWN
from selfeval_xl.files.paper import joined
from selfeval_xl.files.pdf_beyond import groups
from selfeval_xl.files.pdf_cells import Piece
from selfeval_xl.files.pdf_page import SAME_EDGE, SAME_ROW, Box
from selfeval_xl.patterns import expression

_CUT = 8.0  # points that words at a page break reach into the table, and beyond it
_BEYOND = 150.0
_LINE_APART = 1.6  # heights of a line between the last one and the end of its cell
_FREE = 1.0  # points that a line may leave free although the next sign would have fitted
_LOOKED_AT = 6  # rows
_LONGEST_LABEL = 12  # signs
_POINTS_IN_BRACKETS = expression(r"[（(]\s*\d+(?:\.\d+)?\s*[分%％]?\s*[）)]")
_LEVEL = expression(r"(?:产出|数量|质量|时效|成本|效益|经济效益|社会效益|生态效益|可持续影响|[一二三四]级)指标")
_NAME = expression(_LEVEL.pattern + "|(?:服务对象|社会公众|受益群众)?满意度指标")
_MORE_OF_A_HEADING = expression(r"名称|内容")
_UNIT = expression(r"[年月日号万亿元个人次户家套台辆公千米亩吨条项%％]")
_HEAD_OF_A_FORM = expression(r"项目(?!资金|支出)|单位|部门")
_TOTAL = expression(r"总\s*分|合\s*计|总\s*计|总\s*得\s*分")
_LONG_LINE = 8  # signs
_WORD = expression(r"[\u4e00-\u9fff]")
_NUMBERED = expression(r"^(\d{1,2})[.、．](?!\d)", re.MULTILINE)
_DOTS = expression(r"[.…·。\s]+")
_BARE_NUMBER = expression(r"[\d.,%]+")
_Sides = tuple[int, int]


def laid_out(pieces: Sequence[Piece]) -> dict[str, Any]:
    """Rows and merged areas, with one set of columns for the whole document."""
    pieces = _with_cut_words_in_their_cells(pieces)
    edges = groups((x for piece in pieces if piece.in_table for x in (piece.box[0], piece.box[2])), SAME_EDGE)
    rows: list[dict[int, str]] = []
    merges: list[tuple[int, int, int, int]] = []
    before = _Page()
    first_page: list[dict[int, str]] = []
    for page in sorted({piece.page for piece in pieces}):
        here = [piece for piece in pieces if piece.page == page]
        tops = groups((piece.box[1] for piece in here if piece.in_table), SAME_ROW)
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
            last = max(first, bisect_left(tops, bottom - SAME_ROW) - 1)
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
    for page in sorted({piece.page for piece in pieces}):
        here = [piece for piece in pieces if piece.page == page]
        for said, left_out in (
            ("文字互相重叠，分不清属于哪一格，没有读取", [piece.doubt for piece in here if piece.doubt]),
            (f"格子太矮，文字没有印全，缺的用 {UNKNOWN} 代替", [piece.cut for piece in here if piece.cut]),
        ):
            if left_out:
                rows.append({1: f"第 {page + 1} 页有{said}：{'；'.join(left_out)}"})
    return {"rows": rows, "merges": [area for area in merges if area[:2] != area[2:]]}


@dataclass
class _Area:
    """A cell by its first and last row and column; `home` is where its words belong, if on an earlier page."""

    upper: int
    column: int
    lower: int
    end: int
    piece: Piece
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


def _with_cut_words_in_their_cells(pieces: Sequence[Piece]) -> list[Piece]:
    """Words in the middle of an area that a page break cuts are drawn beyond the table, perhaps on both pages."""
    kept: list[Piece] = []
    above: set[str] = set()  # words already given to a cell of the page before
    crossing: list[Piece] = []  # its cells whose words reach over its end
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
        ended = (cell for cell in cells if abs(cell.box[3] - bottom) < SAME_EDGE)
        crossing = [cell for cell in ended if cell.last is not None and cell.last[3] > cell.box[3]]
    return kept


def _is_drawn_again(piece: Piece, cell: Piece) -> bool:
    """Whether a line above a table is that of the cell at the end of the page before, at the same place across."""
    return cell.last is not None and piece.words == cell.words and abs(piece.box[0] - cell.last[0]) < SAME_EDGE


def _cut_cell(cells: Sequence[Piece], line: Box, edge: float) -> Piece | None:
    """The cell at this end of the table that the line would continue: empty, or with words that end just above."""
    for cell in cells:
        left, top, right, bottom = cell.box
        ends_here = min(abs(top - edge), abs(bottom - edge)) < SAME_EDGE
        goes_on = cell.last is not None and -SAME_ROW < line[1] - cell.last[3] < line[3] - line[1]
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


def _is_one_drawing(above: Piece, below: Piece) -> bool:
    """Whether words drawn on both sides of a page break stand at one place of the area that it cuts."""
    if above.last is None or below.last is None or above.words != below.words:
        return False
    return abs((above.last[1] - above.box[3]) - (below.last[1] - below.box[1])) < SAME_ROW


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


def _may_go_on(above: Piece, below: Piece) -> bool:
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


def _is_next_point(above: Piece, below: Piece) -> bool:
    """Whether the words below begin with the point of a list that follows those above: 5. after 4."""
    number = _NUMBERED.match(below.words)
    return number is not None and str(int(number[1]) - 1) in (one[1] for one in _NUMBERED.finditer(above.words))


def _is_number(piece: Piece) -> bool:
    return _BARE_NUMBER.fullmatch(piece.words) is not None


def _is_full(above: Piece, below: Piece, margin: float) -> bool:
    """Whether the last line has no room for what begins below."""
    left, top, right, bottom = above.last or above.box
    free = above.box[2] - above.box[0] - 2 * margin - (right - left)
    return free < max(below.begins, bottom - top) + _FREE


def _is_long(piece: Piece) -> bool:
    left, top, right, bottom = piece.last or piece.box
    return right - left > _LONG_LINE * (bottom - top)


def _group(firsts: Sequence[float], value: float) -> int:
    """The group that a value belongs to."""
    return max(0, bisect_left(firsts, value + 0.001) - 1)
