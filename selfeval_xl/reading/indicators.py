"""绩效指标 and the total below them."""

from dataclasses import replace
from decimal import Decimal

from selfeval_xl import labels
from selfeval_xl.cells import NOTHING, Entry
from selfeval_xl.form import Form, Indicator
from selfeval_xl.reading.headers import Header
from selfeval_xl.reading.paper import Paper
from selfeval_xl.reading.rows import (
    BLOCKS,
    LEVELS,
    indicator_cells,
    indicator_of,
    is_block_name,
    is_empty,
    is_left_open,
    is_numbering,
    numbering_of,
    row_of,
    sure_level,
    under,
    with_block_after_break,
    with_first_block,
    with_levels_in_place,
)
from selfeval_xl.reading.words import as_points, as_weight, is_indicators_block, is_total, words_of

_MOST_BLOCK_NAMES = 2  # in one row: of the first level and of the second
_MOST_POINTS = 100
_FEWEST_AGAIN = 2  # headings
_FEWEST_SHARES, _SUMS_OF_SHARES = 3, (1, Decimal("0.9"))  # of weights; without and with the points of the money
_LEVEL_OF_NUMBERING: dict[str | None, str] = {"、": "level1", "()": "level2"}


def read_indicators(paper: Paper, form: Form, header: Header, end: int) -> Form:
    """The form with its indicators and, where it stands below them, the total."""
    rows: list[Indicator] = []
    blocks: list[Indicator] = []
    above: Indicator | None = None
    closing = False  # words below a remark are no names of indicators
    headings = _block_headings(paper, range(header.rows.stop, end), header)
    for row in range(header.rows.stop, end):
        entries = paper.unused(row)
        if blocks_named := [e for e in entries if words_of(e.written).is_indicators_block]:
            paper.use(*blocks_named)
            entries = paper.unused(row)
        if not entries:
            continue
        if row in headings:
            paper.use(*(e for group in headings[row].values() for e in group))
            names = with_levels_in_place({level: g[0] for level, g in headings[row].items()}, may_have_shifted=False)
            above = under(None if "level1" in names else above, Indicator(**names))
            blocks.append(above)
            continue
        if is_total(entries[0]):
            form = _read_total(paper, form, _last_total(paper, row, entries, end), header)
            break
        if True in [words_of(e.written).is_subtotal for e in entries]:
            continue
        if is_numbering(entries):
            paper.use(*entries)
            continue
        if again := _headings_again(entries, header):
            paper.use(*again)
            continue
        first = words_of(entries[0].written)
        if (first.is_footer and not _is_indicator(entries, header, paper)) or (
            first.is_signed and not _has_points(entries, header, paper)
        ):
            closing = True
            continue
        cells = indicator_cells(entries, header, paper.grid, may_have_shifted=paper.may_have_shifted)
        if cells is None or (closing and not set(cells[0]) - set(LEVELS)):
            continue
        placed, again = cells
        if is_left_open(placed):
            above = under(above, Indicator(**{level: placed[level] for level in BLOCKS if level in placed}))
            continue
        closing = False
        paper.use(*placed.values(), *again)
        above = under(above, _with_merged_name(paper, above, indicator_of(placed), row))
        rows.append(above)
    for row in range(end, paper.rows.stop):  # the total below another block
        if form.total_score is NOTHING and (entries := paper.unused(row)) and is_total(entries[0]):
            form = _read_total(paper, form, entries, header)
    if any(row.level3.text for row in rows):  # else the form is blank, and its blocks are all that it says
        rows = [row for row in rows if not is_empty(row)]
    paper.use(*(name for row in rows for name in (row.level1, row.level2)))  # also those of rows left open
    indicators = tuple(with_block_after_break(with_first_block(_with_merged_reasons(paper, rows) or blocks)))
    return _with_weights_of_hundred(replace(form, indicators=indicators, columns=header.places))


def _with_weights_of_hundred(form: Form) -> Form:
    """Weights that are shares of one, 0.1 and 0.2, as points, where the scores are points."""
    rows = form.indicators
    of_money = [weight for row in form.funds if (weight := row.weight.number) is not None and weight < 1]
    weights = [*of_money, *(weight for row in rows if (weight := row.weight.number) is not None)]
    pairs = [(row.weight.number, row.score.number) for row in rows]
    above = sum(weight is not None and score is not None and score > weight for weight, score in pairs)
    if len(weights) < _FEWEST_SHARES or sum(weights) not in _SUMS_OF_SHARES or 2 * above <= len(rows):
        return form
    funds = tuple(replace(row, weight=_times_hundred(row.weight)) for row in form.funds)
    indicators = tuple(replace(row, weight=_times_hundred(row.weight)) for row in rows)
    return replace(form, funds=funds, indicators=indicators, total_weight=_times_hundred(form.total_weight))


def _times_hundred(weight: Entry) -> Entry:
    number = weight.number
    is_share = number is not None and number <= 1
    return replace(weight, value=(number * 100).normalize()) if number is not None and is_share else weight


def _with_merged_name(paper: Paper, above: Indicator | None, indicator: Indicator, row: int) -> Indicator:
    """The indicator with the name that is merged down from the row above: one name for two targets."""
    spot = above.level3.spot if above is not None and indicator.level3 is NOTHING else None
    area = paper.grid.area_from(spot) if spot is not None else None
    if above is None or area is None or area.bottom < row:
        return indicator
    return replace(indicator, level3=above.level3)


def _is_indicator(entries: list[Entry], header: Header, paper: Paper) -> bool:
    """Whether a row that begins like words below the form is an indicator all the same: 审核通过率."""
    placed, _, _ = header.place(entries, paper.grid)
    points = [as_points(placed[field]).number for field in ("weight", "score") if field in placed]
    is_named = placed.get("level3") is entries[0] and not placed.keys().isdisjoint(("target", "actual"))
    return is_named and any(number is not None and number <= _MOST_POINTS for number in points)


def _has_points(entries: list[Entry], header: Header, paper: Paper) -> bool:
    placed, _, _ = header.place(entries, paper.grid)
    return any(as_points(placed[field]).number is not None for field in ("weight", "score") if field in placed)


def _with_merged_reasons(paper: Paper, rows: list[Indicator]) -> list[Indicator]:
    """A reason that is merged down over several indicators belongs to each of them."""
    filled: list[Indicator] = []
    reason, last = NOTHING, 0
    for row in rows:
        area = paper.grid.area_from(row.reason.spot) if row.reason.spot is not None else None
        if area is not None:
            reason, last = row.reason, area.bottom
        shared = row.reason is NOTHING and 0 < row_of(row) <= last
        filled.append(replace(row, reason=reason) if shared else row)
    return filled


def _block_headings(paper: Paper, rows: range, header: Header) -> dict[int, dict[str, list[Entry]]]:
    """The rows that only name the block of the rows below them, as 一、产出指标 over the whole table does.

    成本指标 and 满意度指标 are names of both levels: their numbers tell, or what stands below them.
    """
    found = {row: groups for row in rows if (groups := _block_names(paper, row, header))}
    numbered = dict(_LEVEL_OF_NUMBERING)
    for *_, name in found.values():
        if (sure := sure_level(name[0])) is not None and (numbering := numbering_of(name[0])):
            numbered[numbering] = sure
    divided = any(sure_level(name[0]) == "level2" for *_, name in found.values())
    headings: dict[int, dict[str, list[Entry]]] = {}
    for row, (*before, name) in found.items():
        level = sure_level(name[0]) or numbered.get(numbering_of(name[0]))
        if level is None:
            (*_, above) = found.get(row - 1, [[NOTHING]])
            again = labels.key(above[0].written) == labels.key(name[0].written)
            last = divided and row + 1 not in found and "成本" in name[0].written
            level = "level2" if again or last else "level1"
        if is_block_name(name[0]) or _says_values(paper, row + 1, header):
            headings[row] = ({"level1": before[0]} if before else {}) | {level: name}
    return headings


def _block_names(paper: Paper, row: int, header: Header) -> list[list[Entry]]:
    """The names in a row that holds nothing else but points, the last of them reaching over the levels."""
    if _has_many_words(paper.unused(row)):
        return []
    named: list[list[Entry]] = []
    points: list[list[Entry]] = []
    for group in paper.groups(row):
        if is_indicators_block(group[0]):
            continue
        (named if isinstance(group[0].value, str) and as_points(group[0]).number is None else points).append(group)
        if len(named) > _MOST_BLOCK_NAMES:
            return []
    lefts = header.places
    if not named or "level3" not in lefts:
        return []
    if not {_field_at(paper, group[0], header) for group in points} <= {"weight", "score"}:
        return []
    *before, name = named
    left, right = paper.place(name[0])[1], paper.right_edge(name)
    if any(_field_at(paper, group[0], header) != "level1" for group in before) or left > lefts["level3"]:
        return []
    if not is_block_name(name[0]):
        whole = not before and right > next(c.right for c in header.columns if c.field == "level3")
        return named if whole and numbering_of(name[0]) in _LEVEL_OF_NUMBERING else []
    without = ("level2" if before or sure_level(name[0]) == "level2" else "level1") not in lefts
    alone = not before and left < lefts["level3"] and not (points and _is_beside_values(paper, name[0], header))
    return named if right >= lefts["level3"] > left or without or alone else []


def _has_many_words(entries: list[Entry]) -> bool:
    """Whether a row says more than names of blocks and points, as most rows do."""
    last, names = "", 0
    for found in entries:
        if found.value.__class__ is str and found.written != last:
            last = found.written
            words = words_of(last)
            names += not words.is_indicators_block and words.points is None
            if names > _MOST_BLOCK_NAMES:
                return True
    return False


def _field_at(paper: Paper, entry: Entry, header: Header) -> str | None:
    column = header.column_of(entry, paper.grid)
    return column.field if column is not None else None


def _says_values(paper: Paper, row: int, header: Header) -> bool:
    """Whether a row holds an indicator: words that name it, and beside them a target or a result."""
    fields = {_field_at(paper, e, header) for e in paper.unused(row)} if row in paper.rows else set()
    return bool(fields & {"target", "actual"}) and bool(fields & set(LEVELS))


def _is_beside_values(paper: Paper, name: Entry, header: Header) -> bool:
    """Whether points beside 产出指标 are those of an unnamed indicator, and not the sum of the rows below."""
    row, _ = paper.place(name)
    below = {_field_at(paper, e, header) for e in paper.unused(row + 1)}
    return not paper.is_one_row_high(name) or "level1" in below or not _says_values(paper, row + 1, header)


def _last_total(paper: Paper, row: int, entries: list[Entry], end: int) -> list[Entry]:
    """The row 总分 where it follows a 合计 of the indicators alone."""
    for below in range(row + 1, min(row + 3, end)):
        others = paper.unused(below)
        if others and is_total(others[0]) and "分" in others[0].written:
            return others
    return entries


def _headings_again(entries: list[Entry], header: Header) -> list[Entry]:
    """The headings where they stand again, at the top of a new page or beside the name of another block."""
    if not _is_heading(entries[-1], header):
        return []  # nearly always
    below = [e for e in entries if e.spot is not None and e.spot.column >= header.first]
    again = (
        all(_is_heading(e, header) for e in below)
        and sum(labels.key(e.written) in header.keys for e in below) >= _FEWEST_AGAIN
    )
    return [e for e in entries if e in below or labels.key(e.written) in header.keys] if again else []


def _is_heading(entry: Entry, header: Header) -> bool:
    return labels.key(entry.written) in header.keys or labels.field_of(entry.written, labels.INDICATORS) is not None


def _read_total(paper: Paper, form: Form, entries: list[Entry], header: Header) -> Form:
    label, *values = entries
    while values and values[0].written == label.written:
        paper.use(values.pop(0))
    paper.use(label)
    placed, _, _ = header.place(values, paper.grid)
    found = {
        field: as_weight(e) if field == "weight" else as_points(e)
        for field, e in placed.items()
        if field in ("weight", "score")
    }
    numbers = [as_points(e) for e in values if as_points(e).number is not None]
    if len(numbers) == 2 and set(found) != {"weight", "score"}:
        found = dict(zip(("weight", "score"), numbers, strict=True))
    elif len(numbers) == 1 and (not found or _reaches(paper, numbers[0], header, "score")):
        found = {"score": numbers[0]}
    paper.use(*found.values())
    grade = next((e for e in values if labels.GRADE.fullmatch(labels.key(e.written))), None)
    if grade is not None and form.grade is NOTHING:
        paper.use(grade)
        form = replace(form, grade=grade)
    return replace(form, total_weight=found.get("weight", NOTHING), total_score=found.get("score", NOTHING))


def _reaches(paper: Paper, entry: Entry, header: Header, field: str) -> bool:
    """Whether a merged area that begins before this column covers it."""
    spot = entry.spot
    left = next((column.left for column in header.columns if column.field == field), None)
    return spot is not None and left is not None and spot.column < left <= paper.grid.last_column_of(spot)
