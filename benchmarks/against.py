"""Files from file to findings, the command for one, reading, SE_CHECK and SE_CHECK_ROW here and in another commit.

The other commit gets a worktree for the time of the run; both are measured in turn by the same interpreter. The least
time of many counts: others at work on the machine only ever add to it.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "live")]

from calls import ARGUMENTS  # noqa: E402
from reading import make  # noqa: E402

from selfeval_xl import actions, files  # noqa: E402

TURNS = 150
FEWER = {"the command, one workbook": 25}
WORKBOOKS = 12

# Runs in a process of its own for each checkout, so it knows only what both have; each line asks for one measurement.
_MEASURING = """
import json, os, subprocess, sys, time
from pathlib import Path
root, said = sys.argv[1], json.loads(sys.stdin.readline())
sys.path.insert(0, root)
import selfeval_xl
assert selfeval_xl.__file__.startswith(root), selfeval_xl.__file__
from selfeval_xl import actions, files
from selfeval_xl.grid import Grid
from selfeval_xl.reading import read_forms
try:
    from selfeval_xl.excel.functions import SE_CHECK, SE_CHECK_ROW
except ImportError:
    from selfeval_xl.udfs import SE_CHECK, SE_CHECK_ROW
indicators = [row for row in said["live"] if isinstance(row[4], str) and isinstance(row[6], float)]
paths = [Path(path) for path in said["paths"]]
names = hasattr(SE_CHECK_ROW, "arguments")  # the first versions were not told what an indicator is called

def changed(turn):
    *rows, total = said["live"]
    return (*map(tuple, rows), (*total[:-1], f"改动 {turn}"))

def check(turn):
    SE_CHECK(changed(turn), "全国通用", "显示")

def check_rows(turn):
    for row in indicators:
        SE_CHECK_ROW(*row[4:9], "全国通用", "显示", *([(tuple(row[1:4]),)] if names else []))

def read_pasted(turn):
    for rows in said["pasted"]:
        read_forms(Grid.of(rows, flattened=True))

def read_live(turn):
    read_forms(Grid.of(changed(turn)))

COMMAND = "import sys; sys.path.insert(0, sys.argv.pop(1)); from selfeval_xl.cli import main; main()"

def command(turn):
    subprocess.run([sys.executable, "-P", "-c", COMMAND, root, "check", paths[0]], stdout=subprocess.DEVNULL)

def spent():
    times = os.times()
    return time.process_time() + times.children_user + times.children_system

works = {
    "workbooks, file to findings": lambda turn: [actions.check([path]) for path in paths],
    "workbooks, reader alone": lambda turn: [files.read_grids(path) for path in paths],
    "the command, one workbook": command,
    "reading, the four forms": read_pasted,
    "reading, the live sheet": read_live,
    "SE_CHECK of a changed form": check,
    "SE_CHECK in a recalculation": lambda turn: [check(-turn) for _ in range(3)],
    "SE_CHECK_ROW of each row": check_rows,
}
print(json.dumps(list(works)), flush=True)
for turn, name in enumerate(sys.stdin, 1):
    began = spent()
    works[name.strip()](turn)
    print(spent() - began, flush=True)
"""


class Checkout:
    """A process that measures one checkout."""

    def __init__(self, root: Path, cells: str) -> None:
        command = [sys.executable, "-P", "-c", _MEASURING, str(root)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.names: list[str] = json.loads(self._asked(cells))

    def milliseconds(self, name: str) -> float:
        return float(self._asked(name)) * 1000

    def end(self) -> None:
        self._process.communicate()

    def _asked(self, line: str) -> str:
        assert self._process.stdin is not None and self._process.stdout is not None  # noqa: S101
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline()


def compared(then: Checkout, now: Checkout) -> dict[str, tuple[float, float]]:
    """Milliseconds of both by what was measured; the first turns warm up."""
    taken = {
        name: [(then.milliseconds(name), now.milliseconds(name)) for _ in range(FEWER.get(name, TURNS) + 5)]
        for name in now.names
    }
    return {name: (min(a for a, _ in both[5:]), min(b for _, b in both[5:])) for name, both in taken.items()}


def main() -> None:
    """Prints the least time of both and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("commit")
    commit = parser.parse_args().commit
    grids = files.read_grids(ROOT / "selfeval_xl" / "data" / actions.DEMO_TEXT)
    pasted = [[[entry.written for entry in row] for row in grid.rows] for grid in grids]
    with tempfile.TemporaryDirectory() as folder:
        other = Path(folder, "other")
        paths = list(map(str, make(Path(folder), WORKBOOKS)))
        cells = json.dumps({"pasted": pasted, "live": ARGUMENTS["SE_CHECK"][0], "paths": paths})
        subprocess.run(["git", "-C", ROOT, "worktree", "add", "--quiet", "--detach", other, commit], check=True)
        for root in (other, ROOT):  # a command that would have to compile itself says nothing
            subprocess.run([sys.executable, "-m", "compileall", "-q", root / "selfeval_xl"], check=True)
        checkouts = [Checkout(root, cells) for root in (other, ROOT)]
        try:
            least = compared(*checkouts)
        finally:
            for checkout in checkouts:
                checkout.end()
            subprocess.run(["git", "-C", ROOT, "worktree", "remove", "--force", other], check=True)
    print(f"{'':28} {commit:>12} {'here':>12}  ratio")
    for name, (then, now) in least.items():
        print(f"{name:28} {then:9.2f} ms {now:9.2f} ms  {now / then:.2f}")


if __name__ == "__main__":
    main()
