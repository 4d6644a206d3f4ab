"""The functions as Excel reaches them: through xlwings' own call_udf and converters, with stand-ins for Windows.

xlwings is imported as on Windows in a process of its own, which answers all questions at once.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import stand_ins

from selfeval_xl.excel import functions

_CALLS = {title: (name, arguments) for title, name, arguments in stand_ins.calls()}

_PROGRAM = """
import json, sys, types
import stand_ins
stand_ins.install()
from selfeval_xl.excel import functions, log, server
import xlwings.com_server, xlwings.udfs

cells = server.hand_to_xlwings()
cells.broken = xlwings.func(lambda value: 1 / 0)
offered = server.Server(xlwings.com_server.XLPython(), cells)
through_xlwings, through_server = {}, {}
for title, name, arguments in stand_ins.calls():
    arguments = stand_ins.as_com(arguments)
    through_server[title] = offered.CallUDF("selfeval_xl.excel.functions", name, arguments)
    [[through_xlwings[title]]] = xlwings.udfs.call_udf("selfeval_xl.excel.functions", name, arguments)

log_of_calls = log.log_path().read_text(encoding="utf-8") if log.log_path().exists() else ""

class Unreadable:
    def __getattr__(self, name):
        raise RuntimeError(name)

def ask(*arguments, **options):
    try:
        return offered.CallUDF(*arguments, **options)
    except BaseException as trouble:
        return f"raised {trouble!r}"

functions.plain = lambda: "not decorated"
functions.borrowed = xlwings.func(stand_ins.as_com)
ours = "selfeval_xl.excel.functions"
not_offered = {
    "no such function": ask(ours, "SE_NEW", (1.0,)),
    "function of an older name": ask(ours, "se_total", (1.0,)),
    "undecorated function": ask(ours, "plain", ()),
    "decorated function of another module": ask(ours, "borrowed", (1.0,)),
    "a module inside": ask(ours, "math", ()),
    "a dunder": ask(ours, "__builtins__", ()),
    "a path to elsewhere": ask(ours, "log.note", ("x",)),
    "os.system": ask("os", "system", ("true",)),
    "the server itself": ask("selfeval_xl.excel.server", "main", ()),
    "the log": ask("selfeval_xl.excel.log", "note", ("x",)),
    "a module with a blank": ask("selfeval_xl.excel.functions ", "SE_TOTAL", (1.0,)),
    "a module of the current folder": ask("stand_ins", "install", ()),
    "a module that is no text": ask(7, "SE_TOTAL", (1.0,)),
    "a module that is a list": ask((ours,), "SE_TOTAL", (1.0,)),
    "a function that is no text": ask(ours, (("SE_TOTAL",),), (1.0,)),
    "no names": ask(None, None, None),
}
trouble = {
    "too many arguments": ask(ours, "SE_GRADE", (1.0, "", 2.0, 3.0)),
    "too few arguments": ask(ours, "SE_GRADE", ()),
    "arguments that are no list": ask(ours, "SE_TOTAL", 5.0),
    "a bug": ask(ours, "broken", (1.0,)),
}
asked = {
    "an object that answers nothing": ask(ours, "SE_TOTAL", (Unreadable(),)),
    "a workbook, given by place": ask(ours, "SE_TOTAL", (1.0, 2.5), Unreadable(), Unreadable()),
    "a workbook, given by name": ask(ours, "SE_TOTAL", (1.0, 2.5), this_workbook=Unreadable(), caller=7),
    "no arguments": ask(ours, "SE_TOTAL", ()),
    "many cells": ask(ours, "SE_TOTAL", (tuple((0.5,) for _ in range(20000)),)),
}
methods = list(server.Server._public_methods_)
others = ("_public_attrs_", "_value_", "_NewEnum", "_dynamic_")
attributes = [name for name in others if hasattr(server.Server, name)]
heavy = [name for name in ("pandas", "numpy", "openpyxl", "PIL", "matplotlib") if name in sys.modules]
said = "through_xlwings through_server log_of_calls not_offered trouble asked methods attributes heavy"
json.dump({name: globals()[name] for name in said.split()}, sys.stdout)
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What came back, and the log that was written meanwhile."""
    logs = tmp_path_factory.mktemp("log")
    here = Path(__file__).parent
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM],
        cwd=here,
        env={"PYTHONPATH": f"{here.parent}", "SELFEVAL_XL_LOG_DIR": str(logs), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    log = (logs / "selfeval-xl.log").read_text(encoding="utf-8")
    return {**json.loads(done.stdout), "log": log}


@pytest.mark.parametrize("title", _CALLS)
def test_xlwings_hands_each_kind_of_argument_to_the_function_unharmed(desk: dict[str, Any], title: str) -> None:
    """The answer through xlwings' converters is the one of the plain function."""
    name, arguments = _CALLS[title]
    expected = getattr(functions, name)(*stand_ins.plainly(arguments))

    assert expected == desk["through_xlwings"][title]
    assert type(expected) is type(desk["through_xlwings"][title])


def test_the_server_answers_as_xlwings_does(desk: dict[str, Any]) -> None:
    assert desk["through_xlwings"] == desk["through_server"]


def test_no_argument_that_excel_can_hand_over_ends_in_the_log(desk: dict[str, Any]) -> None:
    assert "" == desk["log_of_calls"]


def test_what_is_not_made_for_cells_is_answered_with_a_name_error(desk: dict[str, Any]) -> None:
    assert dict.fromkeys(desk["not_offered"], "#NAME?") == desk["not_offered"]


def test_trouble_is_answered_with_a_value_error(desk: dict[str, Any]) -> None:
    assert dict.fromkeys(desk["trouble"], "#VALUE!") == desk["trouble"]


def test_a_bug_is_logged_with_function_and_arguments(desk: dict[str, Any]) -> None:
    assert "('selfeval_xl.excel.functions', 'broken', (1.0,))" in desk["log"]
    assert "ZeroDivisionError" in desk["log"]


def test_an_object_instead_of_a_value_does_not_raise(desk: dict[str, Any]) -> None:
    assert not str(desk["asked"]["an object that answers nothing"]).startswith("raised")


@pytest.mark.parametrize("what", ["a workbook, given by place", "a workbook, given by name"])
def test_the_workbook_is_not_touched(desk: dict[str, Any], what: str) -> None:
    """xlwings would open it and look for Python code inside; here each touch of it would fail."""
    assert 3.5 == desk["asked"][what]


def test_no_arguments_and_many_cells_are_answered(desk: dict[str, Any]) -> None:
    assert "" == desk["asked"]["no arguments"]
    assert 10000.0 == desk["asked"]["many cells"]


def test_one_method_is_offered_and_no_attribute(desk: dict[str, Any]) -> None:
    assert ["CallUDF"] == desk["methods"]
    assert [] == desk["attributes"]


def test_no_data_library_is_imported_for_a_cell(desk: dict[str, Any]) -> None:
    assert [] == desk["heavy"]
