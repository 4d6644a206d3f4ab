"""One call of each function that cells call, against a function of the same arguments that does nothing.

Both take the same way: the server's CallUDF and xlwings' converters; in one process, and with --wine through COM,
from a script under Wine to a Windows Python, where SE_CHECK is given the same cells each time.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "live")]

from desk import Desk, literal  # noqa: E402

from selfeval_xl import actions, profiles, sheet  # noqa: E402

ROUNDS = 15
CALLS = 2000  # in a round, in process; fewer of a function that takes long
COM_CALLS = 300
SECONDS = 0.2  # of a round, at most
AGAIN = "SE_CHECK again"  # with the cells of the call before, as the second and third cell of a sheet ask


def _form() -> tuple[tuple[object, ...], ...]:
    """The cells of the first published form, as Excel hands them over."""
    form = actions.read([ROOT / "selfeval_xl" / "data" / actions.DEMO_TEXT])[0].form
    page = sheet.form_page(form, profiles.NATIONAL, "表")
    held = {(c.row, c.column): getattr(c.content, "value", c.content) for c in page.cells}
    values = ((held.get((row, column)) for column in range(1, 10)) for row in range(1, page.total_row + 1))
    return tuple(tuple(float(v) if isinstance(v, Decimal) else v for v in row) for row in values)


ARGUMENTS = {
    "SE_EXECUTION_RATE": (506745.04, 626500.0),
    "SE_EXECUTION_SCORE": (506745.04, 626500.0, 10.0),
    "SE_INDICATOR_SCORE": ("≥60 次", "45 次", 10.0),
    "SE_CHECK_ROW": ("≥60 次", "45 次", 10.0, 7.5, "雨季停工", "全国通用", "显示"),
    "SE_CHECK": (_form(), "全国通用", "显示"),
    "SE_TOTAL": (((8.09,), (10.0,), (9.5,), (None,), (20.0,), (15.0,), (10.0,), (8.5,), (10.0,), (7.0,)),),
    "SE_GRADE": (98.09,),
}


def empty(name: str) -> str:
    return name.replace("SE_", "SE_EMPTY_")


def empty_functions() -> str:
    """Python text for the end of functions.py: beside each function one of the same arguments that does nothing."""
    return """
class _Empty(CellFunction):
    def __call__(self, *cells):
        return 0.0

FUNCTIONS += tuple(
    _Empty(found.name.replace("SE_", "SE_EMPTY_"), found.description, found.arguments, found.body)
    for found in FUNCTIONS
)
"""


def changed(arguments: tuple, serial: int) -> tuple:
    """The arguments of SE_CHECK after somebody has typed something, so that the form is read and checked anew."""
    (*rows, last), *others = arguments
    return ((*rows, (*last[:-1], f"改动 {serial}")), *others)


# Runs in a process of its own, because the stand-ins change that process.
_IN_PROCESS = """
import itertools, json, sys, time
import stand_ins
stand_ins.install()
from calls import AGAIN, ARGUMENTS, CALLS, ROUNDS, SECONDS, changed, empty, empty_functions
from selfeval_xl.excel import functions, server
import xlwings.com_server
exec(empty_functions(), vars(functions))
call = server.Server(xlwings.com_server.XLPython(), server.hand_to_xlwings()).CallUDF
serial = itertools.count()

def seconds(title, name, times):
    arguments = ARGUMENTS[title.removesuffix(" again")]
    cells = [changed(arguments, next(serial)) if title == "SE_CHECK" else arguments for _ in range(times)]
    began = time.perf_counter()
    for one in cells:
        call("selfeval_xl.excel.functions", name, one)
    return (time.perf_counter() - began) / times

taken = {}
for title in (*ARGUMENTS, AGAIN):
    function = title.removesuffix(" again")
    seconds(title, function, 5)  # warms up
    times = max(5, min(CALLS, int(SECONDS / seconds(title, function, 5))))
    for _ in range(ROUNDS):
        for name, own in ((function, title), (empty(function), empty(title))):
            taken.setdefault(own, []).append(seconds(title, name, times))
json.dump(taken, sys.stdout)
"""


def in_process() -> dict[str, list[float]]:
    folders = [str(ROOT / "tests"), str(ROOT / "tests" / "live"), str(ROOT / "benchmarks")]
    program = f"import sys; sys.path[:0] = {folders!r}\n{_IN_PROCESS}"
    said = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    taken: dict[str, list[float]] = json.loads(said.stdout)
    return taken


def through_com() -> dict[str, list[float]]:
    lines = [
        "Dim i, turn, arguments, answer",
        'Set server = CreateObject("SelfEval.Server")',
        f"For turn = 0 To {ROUNDS}",
    ]
    for function, arguments in ARGUMENTS.items():
        lines.append(f"arguments = Array({', '.join(map(literal, arguments))})")
        for name in (function, empty(function)):
            lines += [
                "began = Timer",
                f"For i = 1 To {COM_CALLS}",
                f'    answer = server.CallUDF("selfeval_xl.excel.functions", "{name}", arguments)',
                "Next",
                f'Tell "{name}:" & turn, answer',
            ]
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        try:
            desk.run_python("registering", "from selfeval_xl.excel import install; install.register(machine_wide=True)")
            text = (desk.package / "excel/functions.py").read_text("utf-8")
            with desk.changed("excel/functions.py", text + empty_functions()):
                answers = desk.ask("calling", *lines, "Next", limit=600)
        finally:
            desk.close()
    taken: dict[str, list[float]] = {}
    for title, answer in answers.items():
        name, turn = title.split(":")
        if answer.text.startswith("#"):
            raise SystemExit(f"not answered: {answer}")
        if turn != "0":
            taken.setdefault(name, []).append(answer.seconds / COM_CALLS)
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wine", action="store_true", help="through COM as well")
    ways = {"in process": in_process}
    if parser.parse_args().wine:
        ways["through COM"] = through_com
    for way, measure in ways.items():
        median = {name: statistics.median(times) for name, times in measure().items()}
        print(way)
        for name in (name for name in (*ARGUMENTS, AGAIN) if name in median):
            ours, nothing = median[name], median[empty(name)]
            print(f"  {name:20} {ours * 1e6:8.1f} µs, empty {nothing * 1e6:8.1f} µs, ratio {ours / nothing:.2f}")


if __name__ == "__main__":
    main()
