"""Expressions that wait for their first use: each can be compiled, and answers as a compiled one does."""

import copy
import pickle
import re
from importlib import import_module
from pkgutil import walk_packages

import pytest

import selfeval_xl
from selfeval_xl import patterns
from selfeval_xl.patterns import expression

ONLY_ON_WINDOWS = {"selfeval_xl.__main__", "selfeval_xl.excel.xl", "selfeval_xl.excel.server"}


def _modules():
    return [one.name for one in walk_packages(selfeval_xl.__path__, "selfeval_xl.") if one.name not in ONLY_ON_WINDOWS]


def _within(held):
    if isinstance(held, patterns._Expression):
        yield held
    elif isinstance(held, dict):
        for one in held.values():
            yield from _within(one)
    elif isinstance(held, tuple | list):
        for one in held:
            yield from _within(one)


def test_each_expression_of_every_module_can_be_compiled():
    found = [one for name in _modules() for held in vars(import_module(name)).values() for one in _within(held)]

    assert len(found) > 300
    for one in found:
        assert isinstance(one._compiled, re.Pattern)


def test_nothing_is_compiled_before_it_is_asked_for():
    wrong = expression("(")

    with pytest.raises(re.error):
        wrong.search("x")


def test_it_answers_as_a_compiled_one_does():
    words = expression(r"(?P<digit>\d)B", re.IGNORECASE)

    assert "1" == words.search("a1b")["digit"]
    assert words.fullmatch("a1b") is None
    assert "a-" == words.sub("-", "a1b")
    assert r"(?P<digit>\d)B" == words.pattern
    assert "re.compile" in repr(words)
    assert [b"1"] == expression(rb"\d").findall(b"a1")
    with pytest.raises(AttributeError):
        words.find("a1b")
    assert "1" == pickle.loads(pickle.dumps(copy.copy(words))).search("a1b")["digit"]  # noqa: S301
