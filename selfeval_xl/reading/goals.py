"""年度总体目标: what was expected and what was achieved."""

import re
from dataclasses import replace

from selfeval_xl import labels
from selfeval_xl.cells import NOTHING, Entry, Spot
from selfeval_xl.form import Form
from selfeval_xl.patterns import expression
from selfeval_xl.reading.headers import Column, Header, stretched
from selfeval_xl.reading.paper import Paper
from selfeval_xl.reading.words import after_colon, is_goals_block, is_indicators_block, is_total, label_of

_GOAL_NUMBER = expression(r"(?:目标)?[\d一二三四五六七八九十]+[、.．:：]?$")
_FEWEST_WITH_BLOCK = 2  # headings, besides the name of the block
_NUMBERED = expression(r"[\d一二三四五六七八九十]$")
_SHORT_LABELS = {"预期": "expected", "实际": "achieved"}  # before a text at the end of a row
_GOALS_ALIKE = (
    expression(r"\D*(?:目标|计划|任务)(?:内容|情况|申报)?|预期|(?:年初)?设定|年初"),
    expression(
        r"\D*(?:完成|实现|达成|落实|执行|自评|实际)(?:的)?(?:工作|目标|任务)?(?:情况|结果|绩效|成效|效果)|实际(?:完成)?|完成|年[末终]"
    ),
)


class _Texts:
    """The texts of both goals, as they come together from several rows."""

    def __init__(self) -> None:
        self.parts: dict[str, list[Entry]] = {}
        self._lines: dict[str, set[str]] = {}

    def add(self, found: dict[str, Entry]) -> None:
        """What stands in one row; what was said before is not said again."""
        for field, entry in found.items():
            lines = self._lines.setdefault(field, set())
            if field not in self.parts or entry.written not in lines:
                self.parts.setdefault(field, []).append(entry)
                lines.update(entry.written.split("\n"))

    def whole(self, field: str) -> Entry:
        """All that was said of one goal, at the place where it begins."""
        parts = self.parts.get(field, [NOTHING])
        words = "\n".join(part.written for part in parts)
        return parts[0] if len(parts) == 1 else replace(parts[0], value=words, written=words, parts=tuple(parts))


def first_goal(paper: Paper, rows: range, funds: range) -> int | None:
    """The first row that names a goal; 目标 in the money's headings is none."""
    for row in rows:
        cells = [] if row in funds else paper.grid.filled(row)
        if any(labels.field_of(label_of(e), labels.GOALS) or is_goals_block(e) for e in cells):
            return row
    return None


def read_goals(paper: Paper, form: Form, rows: range) -> Form:
    """The form with both goals, below their headings or beside their labels."""
    header = next((found for row in rows if (found := _goals_header(paper, row)) is not None), None)
    texts = _Texts()
    if header is not None:
        _read_goals_below(paper, range(header.rows.start, rows.stop), header, texts)
    else:
        _read_goals_beside(paper, rows, texts)
    return replace(
        form,
        expected_goal=texts.whole("expected"),
        achieved_goal=texts.whole("achieved"),
    )


def _goals_header(paper: Paper, row: int) -> Header | None:
    """The headings of both goals beside each other, the last such pair of a row; between them an adjusted goal."""
    groups = paper.groups(row)
    fields = [labels.field_of(group[0].written, labels.GOALS) for group in groups]
    pairs = [i for i in range(1, len(groups)) if fields[i - 1 : i + 1] == ["expected", "achieved"]]
    first = pairs[-1] - 1 if pairs else 0
    last = first + 1
    if not pairs and (partners := _partners(paper, row, groups, fields)) is not None:
        first, last = partners, partners + 1
        fields = [*fields[:first], "expected", "achieved", *fields[last + 1 :]]
    elif not pairs or (is_goals_block(groups[first][0]) and first + 2 < len(groups)):
        return None  # without headings, or the name of the block before a label and its text
    elif "调" in groups[first][0].written:
        while first and fields[first - 1] == "expected" and _has_text_below(paper, row, groups[first - 1]):
            first -= 1
    columns = []
    for index, group in enumerate(groups):
        field = fields[index] if index in (first, last) else None
        if labels.field_of(group[0].written, labels.GOALS) == field is not None or is_goals_block(group[0]):
            paper.use(*group)
        if index >= first:
            columns.append(Column(field, group[0], paper.place(group[0])[1], paper.right_edge(group)))
    if paper.grid.flattened:  # text without merged areas may have slipped to the right of the last heading
        columns[-1] = replace(columns[-1], right=paper.grid.width)
    return Header(range(row, row + 1), tuple(stretched(columns)))


def _has_text_below(paper: Paper, row: int, heading: list[Entry]) -> bool:
    """Whether a text begins below this heading, which then is no name of the block at its left."""
    columns = range(paper.place(heading[0])[1], paper.right_edge(heading) + 1)
    below = [e for e in paper.unused(row + 1) if row + 1 in paper.rows and paper.place(e)[1] in columns]
    texts = [e for e in below if not is_goals_block(e) and not _GOAL_NUMBER.match(e.written)]
    return any(e.written != heading[0].written for e in texts)


def _partners(paper: Paper, row: int, groups: list[list[Entry]], fields: list[str | None]) -> int | None:
    """Two headings over two texts, of which one is known: the other is its partner. Answers where the first is.

    Neither need be known where one speaks of a goal and the other of what came of it.
    """
    names = [i for i, group in enumerate(groups) if not is_goals_block(group[0])]
    if names == [len(groups) - 1] and len(groups) > _FEWEST_WITH_BLOCK:
        names = [names[0] - 1, *names]  # 绩效目标 | 目标 | 完成: only the first is the name of the block
    if len(names) != 2 or names[1] != names[0] + 1 or row + 1 >= paper.rows.stop:
        return None
    texts = [group[0] for group in paper.groups(row + 1) if not is_goals_block(group[0])]
    below = [paper.place(text)[1] for text in texts]
    over = [paper.place(groups[i][0])[1] for i in names]
    alike = [field.fullmatch(labels.key(groups[i][0].written)) for field, i in zip(_GOALS_ALIKE, names, strict=True)]
    known = {fields[names[0]] == "expected", fields[names[1]] == "achieved", all(alike)}
    short = all(len(groups[i][0].written) <= labels.LONGEST_GOAL_HEADING for i in names)
    labelled = any(labels.field_of(label_of(text), labels.GOALS) for text in texts)
    return names[0] if True in known and short and below == over and not labelled else None


def _read_goals_below(paper: Paper, rows: range, header: Header, texts: _Texts) -> None:
    for row in rows:
        paper.use(*(e for e in paper.unused(row) if is_goals_block(e)))
        values = [e for e in paper.unused(row) if row not in header.rows or e not in header.headings]
        if row > rows.start and _begins_another_block(paper, values, header):
            return
        placed, again, rest = header.place(values, paper.grid)
        if paper.grid.flattened and rest and (ordered := header.in_order(values)) is not None:
            placed, rest = ordered, []
        if row > rows.start and any(
            paper.place(e)[1] < header.first and not _GOAL_NUMBER.match(e.written) for e in rest
        ):
            return  # another block of the form
        paper.use(*placed.values(), *again)
        texts.add(placed)


def _begins_another_block(paper: Paper, values: list[Entry], header: Header) -> bool:
    """A line over the columns of both goals, or one that names the indicators or the total."""
    if not values:
        return False
    first = values[0]
    if is_total(first) or is_indicators_block(first):
        return True
    spot = first.spot or Spot(None, 0, 0)
    achieved = next(column for column in header.columns if column.field == "achieved")
    reached = max(paper.grid.last_column_of(spot), paper.repeated_until(first))
    whole = spot.column < achieved.left <= reached and values[-1].written == first.written
    return whole or (len(values) == 1 and spot.column < header.first)


def _both_in(found: Entry, field: str, text: str) -> dict[str, Entry]:
    """The text of a goal, and of 目标：… with a line 完成情况：… below it in the same cell each for itself."""
    lines = text.split("\n")
    said = (labels.field_of(re.split("[:：]", line)[0], labels.GOALS) if after_colon(line) else None for line in lines)
    at = next((at for at, named in enumerate(said) if at and field == "expected" and named == "achieved"), len(lines))
    texts = {field: "\n".join(lines[:at])} | ({"achieved": after_colon("\n".join(lines[at:]))} if lines[at:] else {})
    return {name: replace(found, value=words, written=words) for name, words in texts.items()}


def _read_goals_beside(paper: Paper, rows: range, texts: _Texts) -> None:
    """Label and text beside each other, in one row or in two."""
    field: str | None = None
    for row in rows:
        groups = paper.groups(row)
        for index, group in enumerate(groups):
            found = group[0]
            if is_indicators_block(found) and len(groups) == 1:
                return  # 四、绩效指标完成情况 over the table below
            glued = after_colon(found.written)
            named = labels.field_of(label_of(found), labels.GOALS)
            if named is None and len(groups) == index + 2:
                named = _SHORT_LABELS.get(labels.key(found.written))
            follower = groups[index + 1][0] if index + 1 < len(groups) else NOTHING
            is_block = is_goals_block(found) and labels.field_of(follower.written, labels.GOALS) is not None
            if is_block or (named is not None and not glued):
                field = field if is_block else named
                paper.use(*group)
            elif named is not None:
                paper.use(*group)
                is_numbered = _NUMBERED.search(label_of(found)) is not None  # 目标2：… is one of several
                texts.add({named: found} if is_numbered else _both_in(found, named, glued))
            elif field is not None:
                paper.use(*group)
                texts.add({field: found})
