"""What stands beside the form and is never printed: profile, grade, suggestions and findings."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from selfeval_xl.cells import plain, read_value
from selfeval_xl.checks.in_cells import NOTHING_FOUND, form_answer, row_answer
from selfeval_xl.form import Form
from selfeval_xl.grid import Area
from selfeval_xl.labels import SIDE_LABELS
from selfeval_xl.profiles import Profile
from selfeval_xl.scoring.direction import Named
from selfeval_xl.scoring.in_cells import Answer, suggestion_answer
from selfeval_xl.scoring.of_form import Answers
from selfeval_xl.sheet.contents import cached, typed_of
from selfeval_xl.sheet.fit import characters, high
from selfeval_xl.sheet.formulas import (
    FUNDS_PART,
    TO_NAME,
    TOTAL_PART,
    YES,
    form_check_formula,
    funds_check_formula,
    grade_formula,
    known_formula,
    next_step_formula,
    next_step_label_formula,
    row_check_formula,
    suggestion_formula,
    total_check_formula,
)
from selfeval_xl.sheet.layout import (
    ACTUAL,
    ADVICE_CHOICES,
    ADVICE_ROW,
    CHECKED_ROW,
    FINDING,
    FIRST_FUNDS_ROW,
    FORMULAS_ROW,
    FUNDS_FINDING_ROW,
    GOAL_ROWS,
    GRADE_ROW,
    LAST_COLUMN,
    LAST_YEAR,
    LEVEL1,
    LEVEL2,
    LEVEL3,
    PROFILE_ROW,
    PROJECT_PLACE,
    REASON,
    SCORE,
    SUGGESTED,
    TARGET,
    WEIGHT,
    WIDTHS,
    WIDTHS_WITH_LAST_YEAR,
)
from selfeval_xl.sheet.page import Draft, Formula, Held, Highlight

_NOTE_SIZE = 9  # of the type of findings


def put_beside(
    draft: Draft,
    shown: Answers,
    heading_row: int,
    total_row: int,
    profile: Profile,
    notes: Sequence[str],
    last: Form | None = None,
) -> None:
    """Adds what stands at the right of a form that is drawn already; `last` is the form of the year before."""
    table, area = draft.table(total_row, LAST_COLUMN), f"A1:{REASON.at(total_row)}"
    right = FINDING.number if last is None else LAST_YEAR.number

    def checked(part: str | None = None) -> Decimal | str:
        return cached(form_answer(table, profile, part=part))

    def labelled(row: int, label: str, content: str | Formula, style: str, *, bottom: int = 0) -> None:
        draft.put(row, SUGGESTED.number, SIDE_LABELS[label], "side_label", bottom=bottom)
        draft.put(row, FINDING.number, content, style, right=right, bottom=bottom)

    labelled(PROFILE_ROW, "profile", profile.title, "side_choice")
    grade = Formula(grade_formula(SCORE.at(total_row), profile), cached(shown.grade))
    labelled(GRADE_ROW, "grade", grade, "side")
    labelled(CHECKED_ROW, "findings", Formula(form_check_formula(area), checked()), "side_note")
    labelled(ADVICE_ROW, "advice", ADVICE_CHOICES[0], "side_choice")
    of_funds = Formula(funds_check_formula(area, FIRST_FUNDS_ROW), checked(FUNDS_PART))
    labelled(FUNDS_FINDING_ROW, "funds_finding", of_funds, "side_note")
    labelled(FORMULAS_ROW, "formulas", Formula(known_formula(profile), YES), "side")
    if notes:
        label = "notes" if last is None else "rolled"
        labelled(heading_row - GOAL_ROWS, label, "\n".join(notes), "side_note", bottom=heading_row - 1)
    elif last is None and read_value(draft.held().get(PROJECT_PLACE)) is None:
        _next_step(draft, heading_row, total_row, right)
    width = characters((WIDTHS if last is None else WIDTHS_WITH_LAST_YEAR)[FINDING.number - 1])
    _beside_the_rows(draft, heading_row, total_row, profile, width)
    if last is not None:
        _last_year(draft, heading_row, last)
    of_totals = Formula(total_check_formula(area, heading_row), checked(TOTAL_PART))
    labelled(total_row, "total_finding", of_totals, "side_note")


def _next_step(draft: Draft, heading_row: int, total_row: int, right: int) -> None:
    """A blank form says in grey what belongs where; it is no part of the form, and goes as the form is filled in."""
    row, bottom = heading_row - GOAL_ROWS, heading_row - 1
    label = Formula(next_step_label_formula(FINDING.at(row)), SIDE_LABELS["next_step"])
    draft.put(row, SUGGESTED.number, label, "side_label", bottom=bottom)
    step = Formula(next_step_formula(heading_row, total_row), TO_NAME)
    draft.put(row, FINDING.number, step, "hint", right=right, bottom=bottom)


def _last_year(draft: Draft, heading_row: int, last: Form) -> None:
    """The results of the year before, each beside its indicator."""
    draft.put(heading_row, LAST_YEAR.number, LAST_YEAR.heading, "side_heading")
    for row, indicator in enumerate(last.indicators, heading_row + 1):
        draft.put(row, LAST_YEAR.number, typed_of(indicator.actual), "last_year")


def _beside_the_rows(draft: Draft, heading_row: int, total_row: int, profile: Profile, width: float) -> None:
    """The suggested score and what would come back, beside each indicator; rows are high enough for both."""
    for column in (SUGGESTED, FINDING):
        draft.put(heading_row, column.number, column.heading, "side_heading")
    held = draft.held()
    blocks = {LEVEL1: "", LEVEL2: ""}  # a merged block fills only its first cell
    for row in range(heading_row + 1, total_row):
        target, actual, weight, score, reason = (
            held.get((row, column.number)) for column in (TARGET, ACTUAL, WEIGHT, SCORE, REASON)
        )
        blocks = {level: _heard(held.get((row, level.number))) or above for level, above in blocks.items()}
        named = Named(_heard(held.get((row, LEVEL3.number))) or "", blocks[LEVEL2], blocks[LEVEL1])
        said = _heard(target), _heard(actual), read_value(weight)
        suggested = suggestion_answer(*said, profile, named)
        formula = suggestion_formula(row, heading_row)
        draft.put(row, SUGGESTED.number, Formula(formula, cached(_shown(suggested))), "suggested")
        finding = row_answer(*said, read_value(score), _heard(reason), profile, named=named)
        formula = row_check_formula(row, heading_row)
        draft.put(row, FINDING.number, Formula(formula, cached(finding)), "side_note")
        wanted = high(str(finding or ""), width, _NOTE_SIZE)
        draft.height(row, max(draft.heights[row].points, wanted), firm=False)


def _shown(answer: Answer) -> Answer:
    """What a formula shows whose way out is a blank."""
    return answer if isinstance(answer, Decimal | str) else None


def _heard(content: Held) -> str | None:
    """The words of a cell as a function hears them; None for a blank or a dash."""
    if read_value(content) is None:
        return None
    return plain(content) if isinstance(content, Decimal) else str(content)


def highlights_beside(heading_row: int, total_row: int) -> Iterator[Highlight]:
    """Findings have the colour of their gravity; what is calm stays grey."""
    places = (
        Area(CHECKED_ROW, FINDING.number, CHECKED_ROW, FINDING.number),
        Area(FUNDS_FINDING_ROW, FINDING.number, FUNDS_FINDING_ROW, FINDING.number),
        Area(heading_row + 1, FINDING.number, total_row, FINDING.number),
    )
    for area in places:
        cell = FINDING.at(area.top, fixed=True)
        said = f'SUBSTITUTE({cell},"（","：")'  # a level is followed by one of them: 错误率 is no error
        for word, style in (("错误", "error"), ("提醒", "warning"), ("建议", "advice")):
            yield Highlight(area, f'=ISNUMBER(FIND("{word}：",{said}))', style)
        yield Highlight(area, f'=ISNUMBER(FIND("{NOTHING_FOUND}",{cell}))', "fine")
    known = FINDING.at(FORMULAS_ROW, fixed=True)
    yield Highlight(Area(FORMULAS_ROW, FINDING.number, FORMULAS_ROW, FINDING.number), f'={known}<>"{YES}"', "error")
