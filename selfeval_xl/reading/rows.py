"""One row of indicators, whose cells may have shifted, and the names of its blocks."""

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from selfeval_xl import labels
from selfeval_xl.cells import NOTHING, Entry, half_width, read_number
from selfeval_xl.form import Indicator
from selfeval_xl.grid import Grid
from selfeval_xl.patterns import expression
from selfeval_xl.reading.headers import Header
from selfeval_xl.reading.words import as_points, as_weight, words_of

LEVELS = ("level1", "level2", "level3")
BLOCKS = ("level1", "level2")
_BESIDE_BLOCKS = ("level3", "nature", "target", "target_unit", "actual", "weight", "score", "reason")
_SHIFTS = (0, -1, 1, -2, 2, -3, 3)
_WHOLE = 3  # as much as a score above its weight speaks against a row
_LONGEST_BLOCK = 25  # characters of its name
_COMPARED = expression(r"[≥≤><=＝≧≦]|不低于|不少于|不超过|不高于")
_BLANKS = expression(r"\s+")
_EMPTY_SLOT = expression(r"(?:三级)?指标\s*[\d一二三四五六七八九]*\s*[:：]?|[.…·。]+|[*×xX]+")
_NOT_ADJUSTED = expression(r"[/\\／—-]+|无|[无未不]需?(?:作|做|进行)?(?:调整|变化?)|同[左上前]|[同与]年初.*")
_NATURE_SIGN = expression(r"[≥≤><=＝≧≦﹦═]+")


def indicator_of(placed: dict[str, Entry]) -> Indicator:
    """The indicator of one row; a target divided over several cells is put together."""
    cells = dict(placed)
    adjusted = cells.pop("adjusted", NOTHING)
    if adjusted.text is not None and not _NOT_ADJUSTED.fullmatch(adjusted.written.strip()):
        cells["target"] = adjusted  # else the one of the beginning still holds
    nature, target, unit = (cells.get(field, NOTHING) for field in labels.INDICATOR_PARTS)
    sign = nature.written if _NATURE_SIGN.fullmatch(half_width(nature.written)) else ""
    if target.text is not None and (sign or unit.text):
        ending = "" if unit.text is None or target.written.endswith(unit.text) else unit.text
        beginning = "" if target.written.startswith(sign) else sign
        words = f"{beginning}{target.written}{ending}"
        cells["target"] = replace(target, value=words, written=words, parts=(target,))
        if sign:
            del cells["nature"]
    if "weight" in cells:
        cells["weight"] = as_weight(cells["weight"])
    if "score" in cells:
        cells["score"] = as_points(cells["score"])
    return Indicator(**cells)


def indicator_cells(
    entries: list[Entry], header: Header, grid: Grid, *, may_have_shifted: bool
) -> tuple[dict[str, Entry], list[Entry]] | None:
    """The cells of one indicator row by field, put right where the row has shifted; None for other rows."""
    best: tuple[dict[str, Entry], list[Entry]] | None = None
    best_worth = Decimal(0)
    for shift in _SHIFTS if may_have_shifted else (0,):
        placed, again, rest = header.place(entries, grid, shift)
        if "level3" not in placed and "level2" not in placed and "level1" not in placed:
            if not may_have_shifted and _lacks_only_its_name(placed):
                return placed, again
            continue
        if shift == 0 and not grid.flattened and not _words_for_points(placed):
            best = placed, again
            break
        worth = _worth(placed, rest) + (1 if shift == 0 else Decimal("-0.5") * abs(shift))
        if _is_whole(placed) and shift == 0:
            worth += _WHOLE
        if best is None or worth > best_worth:
            best, best_worth = (placed, again), worth
    if best is None:
        return None
    placed, again = best
    if not set(placed) - set(LEVELS) and "level3" not in placed and not _only_levels_filled(placed):
        return None
    if "level3" not in placed and not may_have_shifted and not _only_levels_filled(placed):
        return None
    return with_levels_in_place(placed, may_have_shifted=may_have_shifted), again


def _lacks_only_its_name(placed: dict[str, Entry]) -> bool:
    """Whether a row has a target, a result and its points: its name was left out, or is merged down from above."""
    has_points = all(field in placed and as_points(placed[field]).number is not None for field in ("weight", "score"))
    return has_points and "target" in placed and "actual" in placed


def _is_whole(placed: dict[str, Entry]) -> bool:
    """Whether a row without the names of blocks has what belongs there in each of its columns."""
    if "level1" in placed or "level2" in placed:
        return False
    texts, points = ("level3", "target", "actual"), ("weight", "score")
    has_points = all(field in placed and as_points(placed[field]).number is not None for field in points)
    return has_points and all(field in placed for field in texts) and isinstance(placed["level3"].value, str)


def is_numbering(entries: list[Entry]) -> bool:
    """Whether a row only counts the columns: 1 2 3 4, （1）（2）（3）（4）, A B C D, or 栏次 甲 乙 1 2."""
    begin = words_of(entries[0].written).mark if len(entries) >= _FEWEST_COUNTED else ""
    names_counting = labels.key(begin) in _COUNTS_COLUMNS
    if not (names_counting or _COUNTED.fullmatch(begin) or (begin and begin in f"Aa{_STEMS}")):
        return False
    marks = [words_of(e.written).mark for e in (entries[1:] if names_counting else entries)]
    first = next((at for at, mark in enumerate(marks) if mark not in _STEMS), len(marks))
    numbers = [int(mark) if _COUNTED.fullmatch(mark) else ord(mark) if len(mark) == 1 else -1 for mark in marks[first:]]
    in_order = all(after == before + 1 for before, after in pairwise(numbers))
    is_counted = bool(numbers) and in_order and (marks[first].isdecimal() or marks[first] in "Aa")
    return len(marks) >= _FEWEST_COUNTED and is_counted and "".join(marks[:first]) == _STEMS[:first]


_COUNTS_COLUMNS = ("栏次", "序号", "行次", "列次", "栏目")
_COUNTED = expression(r"\d{1,4}")
_STEMS = "甲乙丙丁戊"
_FEWEST_COUNTED = 4  # columns


def is_left_open(placed: dict[str, Entry]) -> bool:
    """Whether a row holds no more than 指标1： or ……, and the blocks of the rows below it."""
    return not set(placed) - set(LEVELS) and _EMPTY_SLOT.fullmatch(placed.get("level3", NOTHING).written) is not None


def is_block_name(entry: Entry) -> bool:
    known = labels.is_level1(entry.written) or labels.is_level2(entry.written)
    return known or labels.key(entry.written) in labels.OTHER_LEVELS


def sure_level(entry: Entry) -> str | None:
    """The level whose name these words are, and of no other."""
    first, second = labels.is_level1(entry.written), labels.is_level2(entry.written)
    return None if first == second else "level1" if first else "level2"


def numbering_of(entry: Entry) -> str | None:
    """How a short name is numbered: 一、 or （一） or 1."""
    return words_of(entry.written).numbering if len(entry.written) <= _LONGEST_BLOCK else None


def is_empty(row: Indicator) -> bool:
    """Whether the row says nothing but the names of blocks that every form has."""
    if any(getattr(row, field).text for field in _BESIDE_BLOCKS):
        return False
    names = [name.written for name in (row.level1, row.level2) if name.text]
    return all(labels.is_level1(name) or labels.is_level2(name) for name in names)


def row_of(row: Indicator) -> int:
    """The row of the sheet on which an indicator stands; its blocks may stand above."""
    spots = (getattr(row, field).spot for field in _BESIDE_BLOCKS)
    return next((spot.row for spot in spots if spot is not None), 0)


def _words_for_points(placed: dict[str, Entry]) -> bool:
    points = [placed[field] for field in ("weight", "score") if field in placed]
    return any(isinstance(one.value, str) and words_of(one.written).points is None for one in points)


def _only_levels_filled(placed: dict[str, Entry]) -> bool:
    """Whether a row without values is still a row of the blank form: its blocks are named."""
    return any(labels.is_level1(e.written) or labels.is_level2(e.written) for e in placed.values())


def _worth(placed: dict[str, Entry], rest: list[Entry]) -> Decimal:
    """How well the cells fit the headings they stand under."""
    worth = Decimal(-2 * len(rest))
    weight, score = (placed.get(field, NOTHING) for field in ("weight", "score"))
    for points in (weight, score):
        if isinstance(points.value, str) or "%" in words_of(points.written).plain:
            worth -= 4
        elif points.number is not None:
            worth += 2
    if weight.number is not None and score.number is not None and score.number > weight.number:
        worth -= 3
    level1, level2, level3 = (placed.get(level) for level in LEVELS)
    if level1 is not None:
        worth += 1 if labels.is_level1(level1.written) else -1
    if level2 is not None:
        worth += 1 if labels.is_level2(level2.written) else -3 if labels.is_level1(level2.written) else -1
    if level3 is not None and level3.written.endswith("指标"):
        worth -= 3
    target, actual = placed.get("target", NOTHING), placed.get("actual", NOTHING)
    if _compares(actual) and not _compares(target):
        worth -= 3
    reason = placed.get("reason")
    if reason is not None and read_number(reason.written) is not None:
        worth -= 3
    return worth


def _compares(entry: Entry) -> bool:
    return _COMPARED.search(words_of(entry.written).plain) is not None


def with_levels_in_place(placed: dict[str, Entry], *, may_have_shifted: bool) -> dict[str, Entry]:
    """The names of a row on their own level: a lone name is the indicator, a known block word is its block."""
    names = [placed[level] for level in LEVELS if level in placed]
    others = {field: e for field, e in placed.items() if field not in LEVELS}
    levels = {level: placed[level] for level in LEVELS if level in placed}
    if not may_have_shifted:
        pass
    elif "level3" in placed or not names:
        first = levels.get("level1")
        if first is not None and "level2" not in levels and not labels.is_level1(first.written):
            levels["level2"] = levels.pop("level1")
    elif not (labels.is_level1(names[-1].written) or labels.is_level2(names[-1].written)):
        *blocks, name = names
        levels = {"level3": name}
        for block in blocks:
            levels["level2" if labels.is_level2(block.written) else "level1"] = block
    for level in ("level1", "level2"):
        if level in levels:
            bare = _BLANKS.sub("", levels[level].written)
            if not levels[level].value == levels[level].written == bare:
                levels[level] = replace(levels[level], value=bare, written=bare)
    return levels | others


def with_first_block(rows: list[Indicator]) -> list[Indicator]:
    """The first block names the rows above its name, which may stand in the middle of them."""
    name = next((row.level1 for row in rows if row.level1 is not NOTHING), NOTHING)
    return [replace(row, level1=name) if row.level1 is NOTHING else row for row in rows]


_BLOCK_OF = {
    "产出": expression(r"数量|质量|时效"),
    "效益": expression(r"经济效益|社会效益|生态效益|可持续影响"),
    "满意": expression(r"满意"),
}


def with_block_after_break(rows: list[Indicator]) -> list[Indicator]:
    """A page break may cut a merged name off: 社会效益指标 left under 产出指标 is of the 效益指标 that follows."""
    mended = list(rows)
    for at in range(len(rows) - 1, 0, -1):
        row, above = rows[at], rows[at - 1]
        own = next((block for block, names in _BLOCK_OF.items() if names.match(labels.key(row.level2.written))), None)
        stated = next((block for block in _BLOCK_OF if block in labels.key(row.level1.written)), None)
        below = mended[at + 1].level1 if at + 1 < len(rows) else NOTHING
        if row.level1 is above.level1 and own != stated and own and stated and own in below.written:
            mended[at] = replace(row, level1=below)
    return mended


def under(above: Indicator | None, row: Indicator) -> Indicator:
    """The row with the block names that the paper merges down from above."""
    if above is None:
        return row
    if row.level1 is NOTHING:
        row = replace(row, level1=above.level1, level2=row.level2 if row.level2 is not NOTHING else above.level2)
    elif row.level2 is NOTHING and row.level1.text == above.level1.text:
        row = replace(row, level2=above.level2)
    return row
