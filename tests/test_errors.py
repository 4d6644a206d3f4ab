"""Each error has a sentence of its own, filled by its details and named by who opened the file."""

import ast
import inspect
import pickle
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from test_layers import PACKAGE

from selfeval_xl import errors

KINDS = errors.SelfEvalError.__subclasses__()
NEEDS_NO_FILE = {
    errors.BadAddress,
    errors.Bug,
    errors.CannotBundle,
    errors.CannotLoad,
    errors.CannotPrint,
    errors.ExcelIsRunning,
    errors.NoCluster,
    errors.NothingChanged,
    errors.NothingHandedIn,
    errors.NoMemory,
    errors.Refused,
    errors.UnknownProfile,
    errors.ToolMissing,
    errors.OnlyOnWindows,
    errors.TooManyForms,
}
by_name = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


def braces(kind) -> list[str]:
    """What the sentence is filled with: blank for a detail, `file` for the file."""
    return [name for _, name, _, _ in Formatter().parse(kind.sentence) if name is not None]


@by_name
def test_a_sentence_is_filled_by_its_details_and_by_the_file_where_there_is_one(kind):
    assert ["file"] * (kind not in NEEDS_NO_FILE) == [name for name in braces(kind) if name]


@by_name
def test_no_error_takes_a_path(kind):
    taken = inspect.get_annotations(kind.__init__).values() if "__init__" in vars(kind) else ()

    assert Path not in taken


@by_name
def test_a_sentence_ends_as_one(kind):
    """A profile's trouble and the remedy for a missing tool are sentences themselves."""
    assert kind.sentence.endswith(("。", "{}"))


def made() -> Iterator[tuple[str, int]]:
    """Every error that the package makes or raises, by name, with how many details it is given."""
    names = {kind.__name__ for kind in KINDS}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = node.func if isinstance(node, ast.Call) else node.exc if isinstance(node, ast.Raise) else None
            name = getattr(called, "attr", getattr(called, "id", None))
            if name in names:
                yield name, len(getattr(node, "args", ()))


def test_every_error_is_made_with_the_details_of_its_sentence():
    wanted = {kind.__name__: braces(kind).count("") for kind in KINDS}
    found = [(name, details) for name, details in made() if name != "UnknownProfile"]  # puts its details together

    assert set(wanted) == {name for name, _ in made()}
    assert [] == [(name, details) for name, details in found if details != wanted[name]]


def test_who_opened_the_file_names_it():
    problem = errors.TooLarge("3 {张} 表")

    assert str(problem).startswith("文件“未命名”过大（3 {张} 表）")
    assert problem is problem.about(Path("甲{0}.xlsx"))
    assert str(problem).startswith("文件“甲{0}.xlsx”过大（3 {张} 表）")


def test_an_error_passes_on_to_another_process_whole():
    problem = errors.NoForm("其中是采购表").about(Path("甲.xlsx"))

    assert str(problem) == str(pickle.loads(pickle.dumps(problem)))  # noqa: S301
