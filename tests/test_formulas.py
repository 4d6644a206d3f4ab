"""The text of the formulas; what they answer is tried live and in other engines."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from selfeval_xl.profiles import NATIONAL, PROFILES
from selfeval_xl.sheet import formulas

LONG = tuple((Decimal(90 - step), f"第{step + 1}档等级名称") for step in range(20))
OFFICIAL = {
    "rate": formulas.rate_formula(6, NATIONAL),
    "score": formulas.score_formula(6, NATIONAL),
    "total weight": formulas.total_weight_formula(12, NATIONAL),
    "total score": formulas.total_score_formula(12, NATIONAL),
    "grade": formulas.grade_formula("H263", NATIONAL),
    "grade of many": formulas.grade_formula("H23", replace(NATIONAL, grades=(*LONG, (Decimal(0), "差")))),
}
BESIDE = {
    "suggestion": formulas.suggestion_formula(263, 12),
    "row": formulas.row_check_formula(263, 12),
    "form": formulas.form_check_formula("A1:I263"),
    "money": formulas.funds_check_formula("A1:I263", 6),
    "total": formulas.total_check_formula("A1:I263", 12),
    "known": formulas.known_formula(NATIONAL),
}
# What a reader of a formula has to know, all of it in Excel 2007 already and in WPS.
PLAIN = {"SUM", "COUNT", "COUNTA", "IF", "IFERROR", "MIN", "MAX", "ROUND", "INDEX", "ROW"}


def functions_of(formula: str) -> list[str]:
    return re.findall(r"([A-Z_.]+)\(", re.sub(r'"[^"]*"', "", formula))


@pytest.mark.parametrize("name", OFFICIAL)
def test_an_official_formula_can_be_read(name):
    assert len(OFFICIAL[name]) <= formulas.LONGEST == 200
    assert "{" not in OFFICIAL[name]


@pytest.mark.parametrize("name", OFFICIAL)
def test_python_comes_first_and_plain_functions_after_it(name):
    functions = functions_of(OFFICIAL[name])

    assert "IFERROR" == functions[0]
    assert functions[1].startswith("SE_")
    assert set(functions[2:]) <= PLAIN


@pytest.mark.parametrize("name", BESIDE)
def test_what_stands_beside_the_form_is_no_longer_than_a_few_lines(name):
    assert len(BESIDE[name]) <= 255
    assert {f for f in functions_of(BESIDE[name]) if not f.startswith("SE_")} <= PLAIN | {"OR"}


@pytest.mark.parametrize("name", [*OFFICIAL, *BESIDE])
def test_excel_takes_the_formula(name):
    """64 levels of functions, texts of 255 characters."""
    formula = (OFFICIAL | BESIDE)[name]
    depth = deepest = 0
    for sign in re.sub(r'"[^"]*"', "", formula):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        deepest = max(depth, deepest)

    assert 0 == depth
    assert deepest <= 64
    assert max(map(len, re.findall(r'"[^"]*"', formula)), default=0) < 255


def test_only_profiles_with_the_same_numbers_are_answered_by_the_formulas():
    other = replace(NATIONAL, name="other", title="另一套", grades=((Decimal(85), "优"), (Decimal(0), "差")))

    assert all(f'"{one.title}"' in formulas.known_formula(NATIONAL) for one in PROFILES)
    assert '"另一套"' not in formulas.known_formula(NATIONAL)
    assert ['"另一套"', '"是"'] == re.findall(r'"[^"，]*"', formulas.known_formula(other))[:2]


def test_grades_that_no_formula_of_this_length_can_hold_are_left_to_python():
    assert "=IFERROR(SE_GRADE(H23,$L$1),#N/A)" == OFFICIAL["grade of many"]
