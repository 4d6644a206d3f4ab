"""What stands beside and around the form: our own notes, a total elsewhere, the grade."""

import re
from dataclasses import replace

from selfeval_xl import labels
from selfeval_xl.cells import NOTHING, Entry, half_width, read_number
from selfeval_xl.form import Form
from selfeval_xl.patterns import expression
from selfeval_xl.reading.paper import Paper, value_beside
from selfeval_xl.reading.words import as_points, bracketed, is_grade_label, label_of, words_of


def read_side(paper: Paper, form: Form, last_column: int) -> Form:
    """The form with what our own sheet says at its right."""
    values: dict[str, Entry] = {}
    for row in paper.rows:
        cells = paper.grid.filled(row)
        if not cells or paper.place(cells[-1])[1] <= last_column:
            continue  # nearly always: most forms have nothing beside them
        entries = [e for e in paper.unused(row) if paper.place(e)[1] > last_column]
        for index, found in enumerate(entries):
            if labels.key(found.written) in labels.SIDE_COLUMNS and found.spot is not None:
                paper.use_below(found.spot)
            field = labels.field_of(found.written, labels.SIDE)
            if field is None or field in values:
                continue
            paper.use(found)
            if index + 1 < len(entries):
                values[field] = entries[index + 1]
                paper.use(entries[index + 1])
    if not values:
        return form
    grade = values.get("grade", NOTHING)
    if grade.number is not None:  # a program that does not know our function may write 0 for its words
        grade = NOTHING
    return replace(form, profile=values.get("profile", NOTHING), grade=grade)


def read_total_elsewhere(paper: Paper, form: Form) -> Form:
    """自评总分 | 98.2 in the head or below, where the indicators end without a total."""
    if form.total_score is not NOTHING or form.total_weight is not NOTHING:
        return form
    for row in paper.rows:
        groups = paper.groups(row)
        for index, group in enumerate(groups):
            value = value_beside(groups, index)
            points = (
                as_points(value[0]) if value and labels.TOTAL.fullmatch(labels.key(label_of(group[0]))) else NOTHING
            )
            number = points.number if points.number is not None else read_number(points.written)
            if number is not None:
                paper.use(*group, *value)
                return replace(form, total_score=replace(points, value=number))
    return form


def grade_below(paper: Paper) -> Entry:
    """The grade in a line of its own below or above the form, behind the total, in a sentence or among boxes.

    自评等级：优; （自评等级）优; 得 98 分，等级为优; 优□ 良☑ 中□.
    """
    left = [row for row in paper.rows if paper.unused(row)]
    for row in left:
        if True not in [words_of(e.written).may_label_a_grade for e in paper.unused(row)]:
            continue
        groups = paper.groups(row)
        for index, group in enumerate(groups):
            label, said = bracketed(group[0])
            if labels.GRADE_LABEL.fullmatch(label) and labels.GRADE.fullmatch(labels.key(said)):
                paper.use(*group)
                return replace(group[0], value=said, written=said)
            if not is_grade_label(group[0]):
                continue
            value = value_beside(groups, index)
            if value and labels.GRADE.fullmatch(labels.key(value[0].written)):
                paper.use(*group, *value)
                return value[0]
            if value and (ticked := _ticked(value[0].written)):
                paper.use(*group, *value)
                return replace(value[0], value=ticked, written=ticked)
    for row in left:
        for entry in paper.unused(row):
            said_in = _GRADE_IN_WORDS.search(entry.written)
            if said_in is not None:
                return replace(entry, value=said_in[1], written=said_in[1])
    return NOTHING


_GRADE_IN_WORDS = expression(
    r"(?:等级|等次)(?:评定)?(?:为|是|：|:)?[“\"]?([优良中差])(?:秀|好|等)?(?=[”\"。，,；;、）)\s]|$)"
)
_TICKED, _BOXES = "☑√✓✔■☒", "□☐☑√✓✔■☒"
_IN_BRACKETS = expression(rf"\(([{_BOXES}]?)\)")
_RANGE = expression(rf"\([^(){_BOXES}]*\)")  # 优（90（含）-100分）
_BOX = rf"([{_BOXES}])"


_LONGEST_BOXES = 200  # characters of boxes and grades, with what each of them means


def _ticked(text: str) -> str | None:
    """The grade whose box is ticked, the boxes standing before the words or behind them."""
    if len(text) > _LONGEST_BOXES:
        return None
    words = re.sub(r"\s+", "", half_width(text))
    words = _IN_BRACKETS.sub(lambda found: found[1] or "□", words)  # 优（√） 良（ ）
    while words != (bare := _RANGE.sub("", words)):
        words = bare
    name = r"([优良中差])[秀好等]?"
    pairs = (
        re.findall(_BOX + name, words) if re.match(_BOX, words) else [p[::-1] for p in re.findall(name + _BOX, words)]
    )
    ticked = [grade for box, grade in pairs if box in _TICKED]
    return ticked[0] if len(ticked) == 1 else None
