"""What the decorator makes of a function: its record, and an answer for every call."""

from decimal import Decimal
from typing import Annotated

import pytest

from selfeval_xl.cells import CellError
from selfeval_xl.excel import log
from selfeval_xl.excel.arguments import Area, Executed, Points, Target
from selfeval_xl.excel.cell_function import Term, cell_function
from selfeval_xl.scoring.in_cells import Unanswerable


def _letters(title, cells):
    if cells == "?":
        raise Unanswerable(f"{title}应为字母")
    if cells == "#N/A":
        raise Unanswerable(CellError("#N/A"))
    return cells or None


First, Second = Annotated[str, Term("第一项", _letters)], Annotated[str, Term("第二项", _letters, note="选填")]


@cell_function(in_words=True)
def joined(first: First, second: Second = "c"):
    """两项相连。"""
    if first == "bug":
        raise ZeroDivisionError("a bug")
    return None if first is None else first + second


@cell_function(in_words=True)
def listed(first: First, *others: Second):
    """各项相连。"""
    return f"{first}:{'+'.join(str(one) for one in others)}"


def test_name_description_and_arguments_come_from_the_function():
    first, second = joined.arguments

    assert ("joined", "两项相连。") == (joined.name, joined.description)
    assert ("first", "第一项", False) == (first.name, first.term.title, first.optional)
    assert ("second", "选填", True) == (second.name, second.term.note, second.optional)
    assert [False, True] == [argument.many for argument in listed.arguments]


@pytest.mark.parametrize(
    ("cells", "answer"),
    [
        (("a", "b"), "ab"),
        (("a",), "ac"),
        (("a", None), "ac"),  # a blank counts as left out
        ((None, "b"), ""),
        (("?", "b"), "第一项应为字母"),
        (("?", "?"), "第一项应为字母"),
        (("?", "#N/A"), "#N/A"),  # an error comes before a sentence
    ],
)
def test_arguments_are_read_before_the_function_sees_them(cells, answer):
    assert answer == joined(*cells)


@cell_function
def counted(first: First, second: Second = "c"):
    """两项的字数。"""
    return Decimal(len(first + second))


def test_a_cell_for_a_number_is_an_error_where_one_for_words_says_why():
    assert [2.0, "#N/A", "#N/A"] == [counted("a"), counted("?"), counted("a", "?")]


def test_many_arguments_take_the_last_place():
    assert ["a:", "a:b", "a:b+None+d"] == [listed("a"), listed("a", "b"), listed("a", "b", None, "d")]
    assert "第二项应为字母" == listed("a", "b", "?")


@pytest.mark.parametrize("cells", [("bug", "b"), (), ("a", "b", "c")])
def test_a_bug_or_a_wrong_call_is_logged_and_shown_as_an_error(cells, monkeypatch, tmp_path):
    monkeypatch.setenv("SELFEVAL_XL_LOG_DIR", str(tmp_path))

    assert "#VALUE!" == joined(*cells)
    assert f"joined{cells!r}\nTraceback" in log.log_path().read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("argument", "cells", "read"),
    [
        (Executed, "６３６，５００", 636500),
        (Executed, [[None], ["98%"], [" "]], Decimal("0.98")),
        (Target, "98%", "98%"),
        (Target, 60.0, "60"),
        (Target, "—", None),
        (Points, [[10.0, "—"], ["九"]], Area([10, None, "九"])),
        (Points, [["得分"], [10.0], [None]], Area([10, None], is_headed=True)),
        (Points, [["九分"], [10.0]], Area(["九分", 10])),
    ],
)
def test_a_cell_is_read_as_its_argument_wants_it(argument, cells, read):
    (term,) = argument.__metadata__

    assert read == term.read(term.title, cells)
