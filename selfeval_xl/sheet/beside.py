"""What stands beside the form and is never printed: profile, grade, suggestions and findings."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import accumulate

from selfeval_xl.cells import column_letters, plain, read_value
from selfeval_xl.checks.in_cells import form_answer, row_answer
from selfeval_xl.grid import Area
from selfeval_xl.labels import SIDE_NOTES
from selfeval_xl.profiles import PROFILES, Profile
from selfeval_xl.scoring.of_form import Answers
from selfeval_xl.scoring.suggestion import suggestion_answer
from selfeval_xl.sheet.contents import cached
from selfeval_xl.sheet.formulas import (
    form_check_formula,
    grade_formula,
    row_check_formula,
    suggestion_formula,
)
from selfeval_xl.sheet.layout import ADVICE_CHOICES, LAST_COLUMN, SIDE
from selfeval_xl.sheet.page import Draft, Formula, Held, Highlight


def put_beside(
    draft: Draft, shown: Answers, heading_row: int, total_row: int, profile: Profile, notes: Sequence[str]
) -> None:
    draft.put(1, SIDE, "评分规则", "side_label")
    draft.put(1, SIDE + 1, profile.title, "side")
    draft.put(2, SIDE, "评价等级", "side_label")
    grade = Formula(grade_formula(f"H{total_row}", profile), cached(shown.grade))
    draft.put(2, SIDE + 1, grade, "side")
    draft.put(3, SIDE, "核对结果", "side_label")
    table = draft.table(total_row, LAST_COLUMN)
    checked = Formula(form_check_formula(f"A1:I{total_row}"), cached(form_answer(table, profile)))
    draft.put(3, SIDE + 1, checked, "side_note")
    draft.put(4, SIDE, "复核建议", "side_label")
    draft.put(4, SIDE + 1, ADVICE_CHOICES[0], "side")
    _beside_the_rows(draft, heading_row, total_row, profile)
    if notes:
        draft.put(5, SIDE, SIDE_NOTES, "side_label")
        for row, note in enumerate(notes, 6):
            draft.put(row, SIDE, note, "side_note")


def _beside_the_rows(draft: Draft, heading_row: int, total_row: int, profile: Profile) -> None:
    """The suggested score and what would come back, beside each indicator."""
    draft.put(heading_row, SIDE, "建议得分", "side_label")
    draft.put(heading_row, SIDE + 1, "核对意见", "side_label")
    held = draft.held()
    for row in range(heading_row + 1, total_row):
        target, actual, weight, score, reason = (held.get((row, column)) for column in range(5, 10))
        suggested = suggestion_answer(_said(target), _said(actual), read_value(weight), profile)
        draft.put(row, SIDE, Formula(suggestion_formula(row), cached(suggested)), "suggested")
        answer = row_answer(_said(target), _said(actual), read_value(weight), read_value(score), _said(reason), profile)
        draft.put(row, SIDE + 1, Formula(row_check_formula(row), cached(answer)), "side_note")


def _said(content: Held) -> str | None:
    """The words of a cell as a function hears them; None for a blank or a dash."""
    if read_value(content) is None:
        return None
    return plain(content) if isinstance(content, Decimal) else str(content)


def highlights(heading_row: int, total_row: int) -> Iterator[Highlight]:
    """Suggested scores are coloured by what is typed beside them, with or without Python; the printed form never is."""
    first = heading_row + 1
    suggested = Area(first, SIDE, total_row - 1, SIDE)
    weight, score, reason, column = f"$G{first}", f"$H{first}", f"$I{first}", f"${column_letters(SIDE)}{first}"
    typed = f"COUNT({weight}:{score})=2"
    yield Highlight(suggested, f"=AND({typed},{score}>{weight})", "wrong")
    yield Highlight(suggested, f"=AND(ISNUMBER({column}),ISNUMBER({score}),ABS({score}-{column})>0.004)", "differs")
    yield Highlight(suggested, f'=AND({typed},{score}<{weight},LEN(TRIM({reason}&""))=0)', "unexplained")
    said = column_letters(SIDE + 1)
    yield Highlight(Area(3, SIDE + 1, 3, SIDE + 1), f'=LEFT(${said}$3,6)="没有发现问题"', "fine")
    yield Highlight(Area(first, SIDE + 1, total_row - 1, SIDE + 1), f'=LEFT(${said}{first},2)="建议"', "advice")


_LONGEST_LIST = 255  # characters of all options together, as Excel counts


def offered_titles(profiles: Sequence[Profile]) -> tuple[str, ...]:
    """The titles of profiles, each once and as many as a list takes, the built-in ones first."""
    titles = dict.fromkeys(one.title for one in sorted(profiles, key=lambda one: one not in PROFILES))
    used = tuple(accumulate(len(title.encode("utf-16-le")) // 2 + 1 for title in titles))
    return tuple(title for title, length in zip(titles, used, strict=True) if length <= _LONGEST_LIST)
