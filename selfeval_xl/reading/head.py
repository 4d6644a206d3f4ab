"""The head of the form: project, department, unit and year."""

import re
from dataclasses import replace

from selfeval_xl import labels
from selfeval_xl.cells import NOTHING, Entry, half_width
from selfeval_xl.form import Form
from selfeval_xl.patterns import expression
from selfeval_xl.reading.paper import Paper, value_beside
from selfeval_xl.reading.words import LONGEST_TITLE, YEAR_MARKS, head_field, is_title, label_of, year_of

_YEAR_ALONE = expression(r"年\s*度|^\W*\d{4}\s*年\W*$")
_YEAR_BLANK = expression(r"[（(]\s*_*\s*年\s*度?\s*[）)]")
_OFFICE = expression(r"(?:项目)?(?:承担|承办)(?:处室|科室)(?:名称)?")
_COLON = expression("[:：]")
_NEXT_LABEL = expression(r"(?<!\s)\s+(?=[^\s:：]{2,10}[:：])")


def read_head(paper: Paper, form: Form, rows: range) -> Form:
    """The form with the names and the year that stand in these rows."""
    values: dict[str, list[Entry]] = {}
    places: dict[str, list[Entry]] = {}
    titles: list[Entry] = []
    # 承担处室 is who answers for the project where another label names who carries it out.
    others = {head_field(e) for row in rows for e in paper.grid.filled(row) if not _is_office(e)}
    answers = "unit" in others and "department" not in others
    for row in rows:
        groups = _pairs_apart(paper, paper.groups(row))
        for index, group in enumerate(groups):
            label = group[0]
            value = value_beside(groups, index)
            field = "department" if answers and _is_office(label) else head_field(label)
            if field is None and labels.YEAR_LABEL.fullmatch(labels.key(label_of(label))):
                titles += _take_year(paper, group, value)
            elif field is None:
                continue
            elif (known := values.get(field)) and value and value[0].written == known[0].written:
                paper.use(*group, *value)  # a merged area, undone over two rows
            elif not known or (value and _is_in_charge(label)):
                values[field], places[field] = value, [*group, *value]
    for field in ("project", "department", "unit"):
        name = field if values.get(field) or f"{field}_else" not in values else f"{field}_else"
        paper.use(*places.get(field, []), *places.get(name, []))
        values[field] = values.get(name) or [_blank_beside(paper, places.get(name, []))]
    year = next(map(_year_alone, titles), None)
    headings = _read_titles(paper, rows)
    stated = [year_of(heading) for heading in headings]
    return replace(
        form,
        year=stated[-1] if stated else year,
        titles=(*headings, *titles),
        project=values["project"][0],
        department=values["department"][0],
        unit=values["unit"][0],
    )


def _is_office(label: Entry) -> bool:
    return head_field(label) == "unit" and _OFFICE.fullmatch(labels.key(label_of(label))) is not None


def _is_in_charge(label: Entry) -> bool:
    """Whether the label is 归口管理部门, which counts also where 填报部门 stands before it."""
    return labels.IN_CHARGE.fullmatch(labels.key(label_of(label))) is not None


def _blank_beside(paper: Paper, label: list[Entry]) -> Entry:
    """The empty cell of a label, so that it can be named; nothing where there is no label."""
    spot = label[-1].spot if label else None
    if spot is None:
        return NOTHING
    is_inside = re.search("[:：]", label[0].written)  # 项目名称：____
    column = spot.column if is_inside else paper.grid.last_column_of(spot) + 1
    return Entry(spot=replace(spot, column=column))


def _pairs_apart(paper: Paper, groups: list[list[Entry]]) -> list[list[Entry]]:
    """项目名称：X　主管部门：Y in one cell as two; what is not known of it is left over."""
    apart: list[list[Entry]] = []
    for group in groups:
        words = _NEXT_LABEL.split(group[0].written) if _COLON.search(group[0].written) else []
        if len(words) < 2 or not any(head_field(replace(group[0], written=part)) for part in words):
            apart.append(group)
            continue
        paper.use(*group)
        parts = [replace(group[0], value=part.strip(), written=part.strip()) for part in words]
        apart += [[part] for part in parts if head_field(part)]
        paper.cut += [part for part in parts if not head_field(part) and part.written]
    return apart


def _take_year(paper: Paper, label: list[Entry], value: list[Entry]) -> list[Entry]:
    """The value beside 年度, where it is a year."""
    if not value or _year_alone(value[0]) is None:
        return []
    paper.use(*label, *value)
    return value[:1]


def _year_alone(entry: Entry) -> int | None:
    found = re.fullmatch(r"((?:19|20)\d{2})(?:\.0)?年?度?", half_width(entry.written).strip())
    return int(found.group(1)) if found is not None else None


def _read_titles(paper: Paper, rows: range) -> list[Entry]:
    """The title and the line of the year above the names, as far as they state a year."""
    stating = []
    for row in rows:
        entries = paper.unused(row)
        if any(head_field(e) in ("project", "project_else") for e in paper.grid.filled(row)):
            break
        for found in entries:
            stated_year = year_of(found) if len(found.written) < LONGEST_TITLE else None
            if (
                is_title(found)
                or _YEAR_BLANK.fullmatch(found.written)
                or (stated_year and _YEAR_ALONE.search(YEAR_MARKS.sub("", half_width(found.written))))
            ):
                paper.use(found)
                stating += [found] if stated_year else []
    return stating
