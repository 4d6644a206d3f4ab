"""The VBA: its text, its wrappers against the Python signatures, and what it does when things go wrong."""

import inspect
import re

import pytest
from conftest import ROOT, missing
from oletools.olevba import VBA_Parser

from selfeval_xl.excel import functions, vba
from selfeval_xl.excel.vba import build

PARTS = "\n".join(vba.modules().values())


def test_excel_offers_the_cell_functions_and_one_macro_and_no_helper():
    offered = "\n".join(source for source in vba.modules().values() if "\r\nOption Private Module\r\n" not in source)

    assert [function.name for function in functions.FUNCTIONS] == re.findall(r"(?m)^Public Function (\w+)", offered)
    assert ["SelfEvalReconnect"] == re.findall(r"(?m)^(?:Public )?Sub (\w+)\(\)", offered)
    assert not re.search(r"(?m)^(?:Public )?Sub \w+\([^)]", offered)


@pytest.mark.parametrize("function", functions.FUNCTIONS, ids=lambda function: function.name)
def test_a_wrapper_has_the_arguments_of_its_python_function(function):
    python = inspect.signature(function.body).parameters.values()
    (declared,) = re.findall(rf"(?m)^Public Function {function.name}\((.*)\) As Variant\r?$", PARTS)
    words = {
        inspect.Parameter.VAR_POSITIONAL: lambda p: f"ParamArray {p.name}() As Variant",
        inspect.Parameter.POSITIONAL_OR_KEYWORD: lambda p: (
            f"{'Optional ' if p.default is not p.empty else ''}{p.name} As Variant"
        ),
    }

    assert ", ".join(words[p.kind](p) for p in python) == declared
    assert f'{function.name} = SelfEvalCall("{function.name}", args)' in PARTS


def test_every_cell_function_has_a_wrapper():
    assert re.findall(r"(?m)^Public Function (SE_\w+)", PARTS) == [
        name for name in vars(functions) if name.startswith("SE_")
    ]


def test_olevba_finds_the_modules_and_nothing_that_runs_by_itself():
    parser = VBA_Parser("template.xlsm", data=(ROOT / "workbook" / "template.xlsm").read_bytes())

    modules = {name.removesuffix(".bas"): code for _, _, name, code in parser.extract_macros()}
    found = {keyword for kind, keyword, _ in parser.analyze_macros()}
    kinds = {kind for kind, _, _ in parser.analyze_macros()}
    parser.close()

    for name, source in vba.modules().items():
        assert source.strip() in modules[name].replace("\r\n", "\n").replace("\n", "\r\n").strip()
    assert "AutoExec" not in kinds
    assert "IOC" not in kinds
    assert found <= {"CreateObject", "Call", "Hex Strings"}, found  # hex: the class ids of the sheets


@pytest.mark.parametrize("sheets", [1, 3, vba.MOST_SHEETS])
def test_the_packed_project_is_what_the_sources_build_and_the_same_each_time(sheets):
    assert vba.project(sheets) == build.project(sheets) == build.project(sheets)


def test_the_packed_project_of_the_add_in_is_what_its_sources_build_and_the_same_each_time():
    assert vba.addin_project() == build.addin_project() == build.addin_project()


def test_beyond_the_largest_project_there_is_none():
    with pytest.raises(FileNotFoundError):
        vba.project(vba.MOST_SHEETS + 1)


# ---- running the wrappers, in pyOpenVBA's interpreter ---------------------------------------------------------------


@pytest.fixture
def desk():
    """The workbook's VBA on a desk where `server` decides what CreateObject finds."""
    try:
        from vba_desk import Desk
    except ImportError:
        missing("pyOpenVBA", "pip install pyOpenVBA")
    return Desk()


def test_a_wrapper_hands_over_the_values_of_cells_and_returns_the_answer(desk):
    from vba_desk import Range

    assert 0.5 == desk.run("SE_EXECUTION_SCORE", Range(506745.04), Range("626,500"), 10.0)
    assert [("selfeval_xl.excel.functions", "SE_EXECUTION_SCORE", [506745.04, "626,500", 10.0, None])] == desk.calls


def test_the_server_is_started_once_and_kept(desk):
    for _ in range(5):
        desk.run("SE_EXECUTION_RATE", 1.0, 2.0)
    desk.run("SE_GRADE", 90.0)

    assert 1 == desk.sought
    assert 6 == len(desk.calls)


@pytest.mark.parametrize("number", [2000, 2007, 2015, 2023, 2029, 2036, 2042])
@pytest.mark.parametrize("position", [0, 1])
def test_an_error_argument_comes_back_as_the_same_error_without_python(desk, number, position):
    from vba_desk import Range, error

    args = [Range(1.0), Range(2.0)]
    args[position] = Range(error(number))

    assert error(number) == desk.run("SE_EXECUTION_RATE", *args)
    assert error(number) == desk.run("SE_TOTAL", *args)
    assert 0 == desk.sought


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("#NULL!", 2000),
        ("#DIV/0!", 2007),
        ("#VALUE!", 2015),
        ("#REF!", 2023),
        ("#NAME?", 2029),
        ("#NUM!", 2036),
        ("#N/A", 2042),
    ],
)
def test_an_error_that_python_names_becomes_that_error(desk, name, number):
    from vba_desk import error

    desk.answer = lambda function, args: name

    assert error(number) == desk.run("SE_TOTAL", 1.0)


@pytest.mark.parametrize("answer", [8.09, "", "优", "#1 项目", "总分应为数字"])
def test_any_other_answer_passes_unchanged(desk, answer):
    desk.answer = lambda function, args: answer

    assert answer == desk.run("SE_GRADE", 1.0)


def test_a_range_reaches_python_whole_with_its_blanks_and_errors(desk):
    from vba_desk import EMPTY, Range, column, error

    desk.run("SE_TOTAL", Range(8.09), Range(column(10.0, EMPTY, "9.5", error(2007))))

    assert [8.09, [10.0, None, "9.5", error(2007)]] == desk.calls[0][2]


def test_omitted_arguments_are_blanks(desk):
    from vba_desk import MISSING

    assert 0.5 == desk.run("SE_TOTAL")
    assert 0.5 == desk.run("SE_GRADE", 90.0)
    assert 0.5 == desk.run("SE_TOTAL", 1.0, MISSING)

    assert [[], [90.0, None], [1.0, None]] == [args for _, _, args in desk.calls]


def test_without_the_class_each_function_answers_not_available_and_python_is_sought_once(desk):
    from vba_desk import error

    desk.registered = False

    answers = [desk.run("SE_TOTAL", 1.0), *(desk.run("SE_GRADE", 1.0) for _ in range(20))]

    assert [error(2042)] * 21 == answers
    assert 1 == desk.sought


@pytest.mark.parametrize("failed_at", ["09:00:00", "23:59:50"])
def test_after_a_while_python_is_sought_again(desk, failed_at):
    """Also over midnight, from which VBA counts its seconds."""
    desk.set_clock(failed_at)
    desk.registered = False
    desk.run("SE_TOTAL", 1.0)
    desk.registered = True

    desk.wait(59)
    assert desk.run("SE_TOTAL", 1.0) != 0.5
    desk.wait(2)
    assert 0.5 == desk.run("SE_TOTAL", 1.0)
    assert 2 == desk.sought


@pytest.mark.parametrize("failed_at", ["09:59:50", "23:59:50"])
def test_after_a_failure_that_took_long_python_is_not_sought_again_by_itself(desk, failed_at):
    from vba_desk import error

    desk.set_clock(failed_at)
    desk.registered, desk.seconds = False, 15
    assert error(2042) == desk.run("SE_TOTAL", 1.0)
    desk.registered, desk.seconds = True, 0

    for seconds in (1, 61, 3600, 7200):
        desk.wait(seconds)
        assert error(2042) == desk.run("SE_TOTAL", 1.0)
    assert 1 == desk.sought

    desk.run("SelfEvalReconnect")
    assert 0.5 == desk.run("SE_TOTAL", 1.0)


def test_a_server_that_hangs_in_a_call_is_given_up_too(desk):
    from vba_desk import DEAD, error

    desk.run("SE_TOTAL", 1.0)

    def slow(function, args):
        desk.wait(4)
        return DEAD

    desk.answer = slow
    desk.run("SE_TOTAL", 1.0)
    desk.wait(120)

    assert error(2042) == desk.run("SE_TOTAL", 1.0)
    assert 2 == desk.sought


@pytest.mark.parametrize("seconds", [10, 95])
def test_a_start_that_took_long_is_waited_for_once_and_then_works(desk, seconds):
    desk.seconds = seconds

    assert 0.5 == desk.run("SE_TOTAL", 1.0)
    assert 0.5 == desk.run("SE_TOTAL", 1.0)
    assert 1 == desk.sought


def test_a_dead_server_is_replaced_once_and_the_answer_is_right(desk):
    from vba_desk import DEAD

    desk.run("SE_TOTAL", 1.0)
    answers = iter([DEAD, 7.0, 8.0])
    desk.answer = lambda function, args: next(answers)

    assert 7.0 == desk.run("SE_TOTAL", 1.0)
    assert 8.0 == desk.run("SE_TOTAL", 1.0)
    assert 2 == desk.sought


def test_a_server_that_dies_again_is_left_alone_for_a_while(desk):
    from vba_desk import DEAD, error

    desk.run("SE_TOTAL", 1.0)
    desk.answer = lambda function, args: DEAD
    desk.calls.clear()

    assert [error(2042)] * 10 == [desk.run("SE_TOTAL", 1.0) for _ in range(10)]
    assert 2 == desk.sought
    assert 2 == len(desk.calls)


def test_reconnecting_tries_again_at_once_and_calculates_all_of_its_own_book(desk):
    from vba_desk import error

    desk.registered = False
    assert error(2042) == desk.run("SE_TOTAL", 1.0)
    desk.registered = True

    desk.run("SelfEvalReconnect")

    assert [[False, True, "calculate"]] * 2 == [sheet.asked for sheet in desk.book.sheets]
    assert 0.5 == desk.run("SE_TOTAL", 1.0)


def test_two_open_books_do_not_answer_for_each_other(desk):
    from vba_desk import Desk, error

    other = Desk()
    desk.registered, other.registered = False, False
    assert [error(2042)] * 2 == [one.run("SE_TOTAL", 1.0) for one in (desk, other)]
    desk.registered, other.registered = True, True

    desk.run("SelfEvalReconnect")

    assert [0.5, error(2042)] == [one.run("SE_TOTAL", 1.0) for one in (desk, other)]
    assert [[], []] == [sheet.asked for sheet in other.book.sheets]


@pytest.mark.parametrize("function", ["SE_TOTAL", "SE_GRADE", "SE_CHECK"])
def test_a_reference_to_several_areas_is_an_error_and_not_its_first_area(desk, function):
    from vba_desk import Range, error

    assert error(2015) == desk.run(function, Range(10.0, 9.5))
    assert 0 == desk.sought
    assert 0.5 == desk.run(function, Range(10.0))


# ---- what Excel's function dialog says ------------------------------------------------------------------------------

LONGEST_DESCRIPTION = 255  # characters that Excel takes for a function, and for each of its arguments


@pytest.fixture
def texts():
    """The generated words of the add-in, in pyOpenVBA's interpreter."""
    from pyopenvba.interpreter import Interpreter

    made = Interpreter()
    made.add_module(vba.addin_modules()[vba.TEXTS], name=vba.TEXTS)
    return made


def test_the_add_in_describes_every_function_and_no_other(texts):
    assert [function.name for function in functions.FUNCTIONS] == texts.run("SelfEvalDescribed", []).split()


@pytest.mark.parametrize("function", functions.FUNCTIONS, ids=lambda function: function.name)
def test_a_function_is_described_by_its_docstring_and_each_argument_by_its_meaning(texts, function):
    described = texts.run("SelfEvalDescription", [function.name])
    arguments = list(texts.run("SelfEvalArguments", [function.name]).items)

    assert inspect.getdoc(function.body) == function.description == described
    assert [argument.meaning for argument in function.arguments] == arguments
    assert all(argument.term.title in said for argument, said in zip(function.arguments, arguments, strict=True))
    assert all(0 < len(said) <= LONGEST_DESCRIPTION for said in (described, *arguments))


def test_words_longer_than_a_line_of_vba_are_whole():
    from pyopenvba.interpreter import Interpreter

    words = "数" * 250 + "完"
    source = vba.addin_modules()[vba.TEXTS].replace("\r\n", "\n")
    start = source.index("Private Function SelfEvalWords")
    made = Interpreter()
    made.add_module(
        f"Option Explicit\nPublic Function Said() As String\n    Said = {vba._in_numbers(words)}\nEnd Function\n"
        + source[start:],
        name="Tried",
    )

    assert words == made.run("Said", [])


def test_the_add_in_describes_a_workbook_as_it_opens_or_is_made_and_no_workbook_does_so_itself():
    document = vba.addin_modules()["ThisWorkbook"]

    for event in (
        "Workbook_Open()",
        "app_WorkbookOpen(ByVal book As Workbook)",
        "app_NewWorkbook(ByVal book As Workbook)",
    ):
        body = document.partition(f"Sub {event}\r\n")[2].partition("End Sub")[0]
        assert "SelfEvalDescribe " in body, event
    assert "MacroOptions" not in PARTS
