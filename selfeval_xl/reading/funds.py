"""项目资金: a table, a table with rows and columns exchanged, or labels beside their amounts."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from selfeval_xl import labels
from selfeval_xl.cells import NOTHING, Entry, half_width, read_number
from selfeval_xl.form import Form, Funds
from selfeval_xl.patterns import expression
from selfeval_xl.reading.headers import Column, Header
from selfeval_xl.reading.paper import Paper
from selfeval_xl.reading.words import as_points, as_weight, is_funds_block, is_total, label_of, names_a_block, words_of

_OF_THE_BEGINNING = expression(r"年\s*初|期初|初始|原")
_AMOUNTS = ("initial_budget", "annual_budget", "executed")
_LONGEST_UNIT_NOTE = 40
_LONGEST_AMOUNT = 100  # characters, with its label
_UNIT_LABELS = ("单位:", "金额单位:", "单位", "金额单位")
_UNIT_NOTE = expression(
    r"[(]?(?:(?:金额|资金|货币|计量)?单位:?[(]?|(?:金额|人民币):|(?<=[(]))(?:人民币)?(亿元|万元|千元|元)(?:[、,/]%)?[)]?"
)
_UNIT_IN_HEADING = expression(r"(?:[(:]|单位:?|^项目资金|^资金)(?:人民币)?(亿元|万元|千元|元)(?:[)]|$)")
_UNIT_IN_TITLE = expression(r"单位:?(?:人民币)?(亿元|万元|千元|元)")
_GLUED = expression(r"'?(¥|人民币|RMB|CNY)?:?([+-]?[\d,]*\.?\d*)(亿元?|万元?|千元|元)?")
_POINTS_IN_HEADING = expression(r"(?<!\d)(\d{1,9}(?:\.\d{1,9})?)分?[*×xX]|[(](?:满分|共|计)?(\d{1,9}(?:\.\d{1,9})?)分")
_PAIR_ROWS = 3
_FEWEST_NAMED = 2  # pairs of budget and execution behind the name of their row
_FEWEST_CROSSED = 3  # rows of money whose columns are its sources
_BESIDE_AMOUNTS = ("rate", "weight", "score")
_BUDGETS = {"annual_budget", "initial_budget"}
_GLUED_PAIR = expression(r"(\D+?):?(-?[\d.,]+%?)(亿元|万元|千元|元|分)?")
_TIMES_YUAN = {"元": 1, "千元": 10**3, "万元": 10**4, "亿元": 10**8}
_WHOLE_UNITS = {"万": "万元", "亿": "亿元"}  # 55.48 万


@dataclass(frozen=True)
class Crossed:
    """Money with rows and columns exchanged: the label of each row, and over each column the name of a source."""

    rows: range
    labels: dict[str, Entry]  # by field
    names: tuple[Column, ...]

    @property
    def headings(self) -> tuple[Entry, ...]:
        return (*self.labels.values(), *(name.heading for name in self.names))


def read_funds(paper: Paper, form: Form, header: Header, end: int) -> Form:
    """The form with the amounts of a table."""
    unit = _money_unit(paper, range(paper.rows.start, end), header.headings)
    if not header.has("annual_budget") and not _OF_THE_BEGINNING.search(header.heading("initial_budget").written):
        header = header.renamed("initial_budget", "annual_budget")  # 预算批复数 alone is the budget of the year
    points = _points_in_heading(header.heading("score").written)
    if points is None:
        blocks = [e.written for row in header.rows for e in paper.grid.filled(row) if paper.place(e)[1] < header.first]
        blocks += _line_above(paper, header)
        points = next((found for name in blocks if (found := _points_in_heading(name)) is not None), None)
    rows: list[Funds] = []
    for row in range(header.rows.stop, end):
        paper.use(*(e for e in paper.unused(row) if is_funds_block(e)))
        groups = paper.groups(row)
        if groups and is_total(groups[0][0]) and "分" in groups[0][0].written:
            break  # 总分, where the money stands below the indicators
        left = [g for g in groups if paper.place(g[0])[1] < header.first and isinstance(g[0].value, str)]
        names = left if left and labels.key(left[0][0].written).startswith("其中") else left[-1:]
        values = [e for e in paper.unused(row) if paper.place(e)[1] >= header.first or _reaches(paper, e, header)]
        placed, again, rest = header.place(values, paper.grid)
        if paper.grid.flattened and rest and (ordered := header.in_order(values)) is not None:
            placed = ordered
        words = any(_is_said_of_no_amount(e) for f, e in placed.items() if f in _AMOUNTS)
        numbers = any(map(_is_amount, placed.values()))
        named = names and labels.FUNDS_ROW.search(labels.key(names[-1][0].written))
        is_unnamed = not names and not rows and placed.keys() >= {"annual_budget", "executed"}
        if is_unnamed and numbers and not words and _is_beside_the_block(paper, header, row):
            paper.use(*placed.values(), *again)
            rows.append(_funds(NOTHING, placed))
            continue
        if rows and names and _is_beside_amounts(names[0][0], header):
            rows[0] = _with_what_stands_below(paper, row, rows[0])
            continue
        if not names or (words and not (named and numbers)):
            continue
        if not (numbers or (named and len(left) == len(names))):
            continue
        for group in names:
            paper.use(*group)
        paper.use(*placed.values(), *again)
        rows.append(_funds(_joined_name([g[0] for g in names]), placed))
    if points is not None and rows and not header.has("weight"):
        rows = _with_weight_of_the_heading(rows, header.heading("score"), points)
    unit = unit or _unit_of_amounts(rows)
    in_unit = tuple(_in_unit(row, unit) for row in rows)
    return replace(form, funds=in_unit, money_unit=unit, funds_columns=header.places)


def _reaches(paper: Paper, entry: Entry, header: Header) -> bool:
    """Whether an amount begins a little before the headings, in a row of slightly other widths."""
    return entry.number is not None and entry.spot is not None and paper.grid.last_column_of(entry.spot) >= header.first


def _is_beside_amounts(label: Entry, header: Header) -> bool:
    """Whether 执行率 or 执行率得分, for which the table has no column, begins a row."""
    field = labels.field_of(label.written, labels.FUNDS)
    return field in _BESIDE_AMOUNTS and not header.has(field)


def _with_what_stands_below(paper: Paper, row: int, total: Funds) -> Funds:
    """The first row of money with the rate, the points and the score that stand below it, each behind its label."""
    placed: dict[str, Entry] = {}
    for label, value in _pairs(paper.unused(row)):
        field = labels.field_of(label.written, labels.FUNDS)
        points = as_points(value)
        if field in _BESIDE_AMOUNTS and points.number is not None:
            placed[field] = points
            paper.use(label, value)
    return _with_rate_as_fraction(replace(total, **placed))


def _line_above(paper: Paper, header: Header) -> list[str]:
    """The name of the block in a line of its own: 二、预算执行情况（10分）."""
    above = header.rows.start - 1
    groups = paper.groups(above) if above in paper.rows else []
    return [groups[0][0].written] if len(groups) == 1 and is_funds_block(groups[0][0]) else []


def _is_beside_the_block(paper: Paper, header: Header, row: int) -> bool:
    """Whether the name of the block, merged down from the headings, is all that names the amounts of a row."""
    blocks = (e for above in header.rows for e in paper.grid.filled(above) if paper.place(e)[1] < header.first)
    areas = (paper.grid.area_from(e.spot) for e in blocks if e.spot is not None)
    return any(area is not None and area.bottom >= row for area in areas)


def crossed_funds(paper: Paper, rows: range) -> Crossed | None:
    """合计, 财政拨款 and 其他资金 beside each other, and below them rows of 全年预算数, 全年执行数 and so on."""
    for row in rows:
        named: dict[str, Entry] = {}
        bottom = row
        while bottom < rows.stop and (label := _label_of_money(paper, bottom, named)) is not None:
            named[labels.field_of(label.written, labels.FUNDS) or ""] = label
            bottom += 1
        if len(named) < _FEWEST_CROSSED or "executed" not in named or not named.keys() & _BUDGETS:
            continue
        names = _names_over(paper, row, max(paper.place(label)[1] for label in named.values()), rows.start)
        if len(names) > 1:
            top = min(paper.place(name.heading)[0] for name in names)
            return Crossed(range(top, bottom), named, names)
    return None


def _label_of_money(paper: Paper, row: int, above: dict[str, Entry]) -> Entry | None:
    """年初预算数 before its values, where no other row above says it and the labels stand below each other."""
    cells = [group[0] for group in paper.groups(row)]
    fields = [
        labels.field_of(e.written, labels.FUNDS) if not names_a_block(e) or _is_before_an_amount(cells, at) else None
        for at, e in enumerate(cells)
    ]
    known = [index for index, field in enumerate(fields) if field is not None]
    if len(known) != 1 or known[0] > 1 or fields[known[0]] in above:
        return None
    label = cells[known[0]]
    column = next((paper.place(other)[1] for other in above.values()), paper.place(label)[1])
    return label if paper.place(label)[1] == column else None


def _is_before_an_amount(cells: list[Entry], at: int) -> bool:
    """预算安排 with an amount or a dash at its right names no block."""
    is_short = labels.SHORT_BUDGET.fullmatch(labels.key(cells[at].written)) is not None
    return is_short and at + 1 < len(cells) and (cells[at + 1].value is None or _is_amount(cells[at + 1]))


def _is_amount(entry: Entry) -> bool:
    return entry.number is not None or _amount(entry) is not None


def _names_over(paper: Paper, row: int, column: int, first: int) -> tuple[Column, ...]:
    """The sources of money named in the row above, and in the one above that where they are merged down."""
    names: list[Column] = []
    for above in range(row - 1, max(first, row - 2) - 1, -1):
        for group in paper.groups(above):
            left, right = paper.place(group[0])[1], paper.right_edge(group)
            words = labels.key(group[0].written)
            is_name = isinstance(group[0].value, str) and labels.FUNDS_ROW.search(words) is not None
            free = not any(name.left <= right and left <= name.right for name in names)
            if left > column and is_name and free and words != "其中":
                names.append(Column(None, group[0], left, right))
    return tuple(sorted(names, key=lambda name: name.left))


def read_crossed_funds(paper: Paper, form: Form, crossed: Crossed) -> Form:
    """The form with the amounts of a table whose columns are the sources."""
    unit = _money_unit(paper, range(paper.rows.start, crossed.rows.stop), crossed.headings)
    fields = dict(crossed.labels)
    if "annual_budget" not in fields and not _OF_THE_BEGINNING.search(fields["initial_budget"].written):
        fields["annual_budget"] = fields.pop("initial_budget")
    first = min(paper.place(label)[1] for label in fields.values())
    blocks = [e for row in crossed.rows for e in paper.unused(row) if names_a_block(e)]
    points = [_points_in_heading(e.written) for e in (fields.get("score", NOTHING), *blocks)]
    paper.use(*(e for e in blocks if paper.place(e)[1] <= first))
    rows = []
    for name in crossed.names:
        placed: dict[str, Entry] = {}
        for field, label in fields.items():
            cells = paper.unused(paper.place(label)[0])
            value = next((e for e in cells if name.left <= paper.place(e)[1] <= name.right), NOTHING)
            if field not in _AMOUNTS or not _is_said_of_no_amount(value):
                placed[field] = value
        paper.use(*(value for value in placed.values() if value is not NOTHING))
        rows.append(_funds(name.heading, placed))
    for row in crossed.rows:  # labels and names, and repeated where a merged area was undone; 其中 over some
        for group in paper.groups(row):
            if group[0] in crossed.headings or labels.key(group[0].written) == "其中":
                paper.use(*group)
    stated = next((found for found in points if found is not None), None)
    if stated is not None and "weight" not in fields:
        rows = _with_weight_of_the_heading(rows, fields.get("score", blocks[0] if blocks else NOTHING), stated)
    return replace(form, funds=tuple(rows), money_unit=unit or _unit_of_amounts(rows))


def _money_unit(paper: Paper, rows: range, headings: Sequence[Entry]) -> str | None:
    """What a note, the block's name, a heading or the name of a row states: 单位：万元, 项目资金(元)."""
    stated = []
    for row in rows:
        cells = paper.grid.filled(row)
        for found, beside in zip(cells, (*cells[1:], NOTHING), strict=False):
            words = words_of(found.written).bare
            if words in _UNIT_LABELS and labels.MONEY_UNIT.fullmatch(beside.written.strip()):
                paper.use(found, beside)
                stated.append((1, beside.written.strip()))
            if "元" not in words or len(words) >= _LONGEST_UNIT_NOTE:
                continue
            note = _UNIT_NOTE.fullmatch(words)
            is_block = is_funds_block(found)
            if note:
                paper.use(found)
            names_money = is_block or found in headings or labels.FUNDS_ROW.search(words)
            pattern = _UNIT_IN_HEADING if names_money else _UNIT_IN_TITLE
            if match := pattern.search(words):
                stated.append((0 if names_money else 1, match[1]))
            elif note:
                stated.append((1, note[1]))
    units = [unit for _, unit in sorted(stated, key=lambda one: one[0])]
    return units[0] if units else None


def first_pair(paper: Paper, rows: range) -> int | None:
    """The first row where 预算数 or 执行数 stands beside its value, the other one not far below."""
    for row in rows:
        near = range(row, min(row + _PAIR_ROWS, rows.stop))
        fields = [{labels.field_of(_pair_label(e), labels.FUNDS) for e in paper.grid.filled(r)} for r in near]
        if fields[0] & _BUDGETS | fields[0] & {"executed"}:
            there = set().union(*fields)
            if "executed" in there and there & _BUDGETS:
                return row
    return None


def read_pairs(paper: Paper, form: Form, rows: range) -> Form:
    """预算数： 100 执行数： 95, in one row or more, and below the same names twice, once for each."""
    unit = _money_unit(paper, range(paper.rows.start, rows.stop), ())
    total: dict[str, Entry] = {}
    name_of_total, are_named = NOTHING, False
    others: list[Funds] = []
    for row in rows:
        paper.use(*(e for e in paper.unused(row) if is_funds_block(e)))
        pairs = [pair for pair in _pairs(paper.unused(row)) if pair[1] is not NOTHING or not _is_among(pair[0])]
        fields = [labels.field_of(label.written, labels.FUNDS) for label, _ in pairs]
        name = _name_before(pairs, fields)
        name_of_total = name_of_total if total else name
        if total and name is not NOTHING and set(fields) - {None} <= set(total):
            placed = {field: value for field, (_, value) in zip(fields, pairs, strict=True) if field is not None}
            others.append(_funds(name, placed))
            are_named = name_of_total is not NOTHING
            paper.use(*(e for pair in pairs for e in pair))
        elif any(fields) and not set(fields) & set(total):
            for field, (label, value) in zip(fields, pairs, strict=True):
                if field is not None and field not in total:
                    total[field] = _as_amount(value) if field in _AMOUNTS else as_points(value)
                    paper.use(label, value)
            _take_below_headings(paper, row, total)
        elif len(pairs) in (2, 3) and all(_same_name(pairs[0][0], name) for name, _ in pairs):
            (name, budget), *_, (_, executed) = pairs  # between them what has arrived
            others.append(Funds(name, annual_budget=_as_amount(budget), executed=_as_amount(executed)))
            paper.use(*(e for pair in pairs for e in pair))
    if "annual_budget" not in total and "initial_budget" in total:
        total["annual_budget"] = total.pop("initial_budget")
    if are_named:
        paper.use(name_of_total)
        total["name"] = name_of_total
    return replace(form, funds=(_with_rate_as_fraction(Funds(**total)), *others), money_unit=unit)


def _name_before(pairs: list[tuple[Entry, Entry]], fields: list[str | None]) -> Entry:
    """年度资金总额 before 预算数 and its amount, in a row of such pairs; nothing where the row begins otherwise."""
    if len(pairs) <= _FEWEST_NAMED or fields[0] is not None or None in fields[1:] or pairs[0][1] is not NOTHING:
        return NOTHING
    return pairs[0][0] if labels.FUNDS_ROW.search(labels.key(pairs[0][0].written)) else NOTHING


def _is_among(label: Entry) -> bool:
    """Whether a label says no more than 其中."""
    return labels.key(label.written) == "其中"


def _take_below_headings(paper: Paper, row: int, total: dict[str, Entry]) -> None:
    """The rate, the points and the score that stand behind the pairs, each below its heading."""
    for value in list(paper.unused(row)):
        column = paper.place(value)[1]
        above = (e for e in paper.grid.filled(row - 1) if e.spot is not None)
        heading = next((e for e in above if paper.place(e)[1] <= column <= paper.right_edge([e])), NOTHING)
        field = labels.field_of(heading.written, labels.FUNDS)
        points = as_points(value)
        if field in _BESIDE_AMOUNTS and field not in total and points.number is not None:
            total[field] = points
            paper.use(heading, value)


def _pairs(entries: list[Entry]) -> list[tuple[Entry, Entry]]:
    pairs: list[tuple[Entry, Entry]] = []
    for found in entries:
        glued = _glued_pair(found)
        name = re.sub(r"^[(](.*)[)]$", r"\1", glued[1]) if glued is not None else ""
        if glued is not None and labels.field_of(name, labels.FUNDS) is not None:
            label = replace(found, value=name, written=name)
            words = glued[2] + (glued[3] or "")
            pairs.append((label, replace(found, value=read_number(words) or words, written=words)))
            continue
        is_value = found.value is None or _is_amount(found)
        if is_value and pairs and pairs[-1][1] is NOTHING:
            pairs[-1] = (pairs[-1][0], found)
        elif not is_value:
            pairs.append((found, NOTHING))
    return pairs


def _glued_pair(entry: Entry) -> re.Match[str] | None:
    words = words_of(entry.written).bare
    return _GLUED_PAIR.fullmatch(words) if len(words) <= _LONGEST_AMOUNT else None


def _same_name(first: Entry, second: Entry) -> bool:
    name = labels.key(first.written)
    return name == labels.key(second.written) and labels.FUNDS_ROW.search(name) is not None


def _joined_name(names: list[Entry]) -> Entry:
    """其中： beside 财政拨款 is one name."""
    first, *others = names
    words = "".join(e.written for e in names)
    return replace(first, value=words, written=words) if others else first


def _amount(entry: Entry) -> tuple[Decimal | None, str] | None:
    """The number and the unit of 620.82万元 or ¥620.82; None where nothing is glued to it."""
    return _amount_in(entry.written)


@lru_cache(maxsize=1024)
def _amount_in(text: str) -> tuple[Decimal | None, str] | None:
    words = words_of(text).bare
    match = _GLUED.fullmatch(words) if len(words) <= _LONGEST_AMOUNT else None
    if match is None or not (match[1] or match[3]):
        return None
    return read_number(match[2]), _WHOLE_UNITS.get(match[3] or "", match[3] or "")


def _as_amount(entry: Entry) -> Entry:
    amount = _amount(entry)
    return entry if amount is None else replace(entry, value=amount[0])


def _is_said_of_no_amount(entry: Entry) -> bool:
    """Words where an amount should stand."""
    return isinstance(entry.value, str) and not _amount(entry) and entry.written != "无"


def _funds(name: Entry, placed: dict[str, Entry]) -> Funds:
    amounts = {
        f: _as_amount(e) if f in _AMOUNTS else as_weight(e) if f == "weight" else as_points(e)
        for f, e in placed.items()
    }
    return _with_rate_as_fraction(Funds(name, **amounts))


def _unit_of_amounts(rows: Iterable[Funds]) -> str | None:
    """The unit that stands with an amount: 620.82万元."""
    return next((unit for row in rows for f in _AMOUNTS if (unit := _glued_unit(getattr(row, f)))), None)


def _in_unit(row: Funds, unit: str | None) -> Funds:
    """The row with amounts that state a unit of their own in that of the form: 95.88万元 is 958800 元."""
    changed = {}
    for field in _AMOUNTS:
        entry: Entry = getattr(row, field)
        own = _glued_unit(entry)
        if entry.number is not None and own in _TIMES_YUAN and unit in _TIMES_YUAN and own != unit:
            changed[field] = replace(entry, value=entry.number * _TIMES_YUAN[own] / _TIMES_YUAN[unit])
    return replace(row, **changed) if changed else row


def _glued_unit(entry: Entry) -> str | None:
    amount = _amount(entry)
    return amount[1] or None if amount is not None else None


def _pair_label(entry: Entry) -> str:
    """The label of 执行数：, of 执行率97.5% and of a cell that holds nothing else."""
    glued = _glued_pair(entry)
    return glued[1] if glued is not None else label_of(entry)


def _points_in_heading(heading: str) -> Decimal | None:
    """得分(20分*执行率) is worth 20."""
    match = _POINTS_IN_HEADING.search(half_width(heading))
    return Decimal(match[1] or match[2]) if match is not None else None


def _with_weight_of_the_heading(rows: list[Funds], heading: Entry, points: Decimal) -> list[Funds]:
    total = Form(funds=tuple(rows)).total_funds
    weight = replace(heading, value=points, written=format(points, "f"))
    return [replace(row, weight=weight) if row is total else row for row in rows]


def _with_rate_as_fraction(row: Funds) -> Funds:
    """The row with 80.88, written without %, understood as 0.8088."""
    stated = row.rate.number
    if stated is None or "%" in half_width(row.rate.written):
        return row
    executed, budget = row.executed.number, row.annual_budget.number
    if executed is not None and budget:
        rate = executed / budget
        fraction = min((stated, stated / 100), key=lambda candidate: abs(candidate - rate))
    else:
        fraction = stated / 100 if stated > 2 else stated
    return replace(row, rate=replace(row.rate, value=fraction))
