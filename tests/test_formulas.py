"""The text of the formulas; what they answer is tried live in tests/live/test_libreoffice.py."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from selfeval_xl.profiles import NATIONAL
from selfeval_xl.sheet import formulas

ALL = {
    "rate": formulas.rate_formula(6, NATIONAL),
    "score": formulas.score_formula(6, NATIONAL),
    "total": formulas.total_formula("H", "I6", 12, NATIONAL),
    "grade": formulas.grade_formula("H263", NATIONAL),
}
# All are in Excel 2007 already, and in WPS.
OLD = {
    "IFERROR", "IF", "AND", "OR", "ISNUMBER", "ISERROR", "COUNT", "SUM", "SUMPRODUCT", "MMULT", "ROUND", "TRUNC", "ABS",
    "SIGN", "MIN", "MAX", "CHOOSE", "INDEX", "ROW", "MATCH", "NA", "LEN", "SUBSTITUTE", "REPT", "CLEAN", "TRIM", "ASC",
    "FIND", "TEXT", "VALUE",
}  # fmt: skip


@pytest.mark.parametrize("name", ALL)
def test_python_comes_first_and_old_functions_of_excel_after_it(name):
    functions = re.findall(r"([A-Z_.]+)\(", re.sub(r'"[^"]*"', "", ALL[name]))

    assert "IFERROR" == functions[0]
    assert functions[1].startswith("SE_")
    assert set(functions[2:]) <= OLD


@pytest.mark.parametrize("name", ALL)
def test_excel_takes_the_formula(name):
    """8192 characters, 64 levels of functions, texts of 255 characters."""
    depth = deepest = 0
    for sign in re.sub(r'"[^"]*"', "", ALL[name]):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        deepest = max(depth, deepest)

    assert 0 == depth
    assert deepest <= 64
    assert len(ALL[name]) < 8192
    assert max(map(len, re.findall(r'"[^"]*"', ALL[name]))) < 255


def test_a_profile_with_other_numbers_is_not_answered_by_these_formulas():
    other = replace(NATIONAL, name="other", title="另一套", grades=((Decimal(85), "优"), (Decimal(0), "差")))

    assert '"全国通用"' in formulas.grade_formula("H23", NATIONAL)
    assert '"全国通用"' not in formulas.grade_formula("H23", other)
