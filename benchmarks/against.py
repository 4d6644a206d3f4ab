"""Reading and SE_CHECK in this checkout and in another commit, side by side on the same cells.

The other commit gets a worktree for the time of the run; both are measured in turn by the same interpreter.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "live")]

from calls import ARGUMENTS  # noqa: E402

from selfeval_xl import actions, files  # noqa: E402

TURNS = 9

# Runs in a process of its own for each checkout, so it knows only what both have.
_MEASURED = """
import json, statistics, sys, time
root, said = sys.argv[1], json.load(sys.stdin)
sys.path.insert(0, root)
import selfeval_xl
assert selfeval_xl.__file__.startswith(root), selfeval_xl.__file__
from selfeval_xl.grid import Grid
from selfeval_xl.reading import read_forms
try:
    from selfeval_xl.excel.functions import SE_CHECK
except ImportError:
    from selfeval_xl.udfs import SE_CHECK

def changed(turn):
    *rows, total = said["live"]
    return (*map(tuple, rows), (*total[:-1], f"改动 {turn}"))

def milliseconds(work, each):
    taken = []
    for turn in range(each + 5):
        began = time.process_time()
        work(turn)
        taken.append(time.process_time() - began)
    return statistics.median(taken[5:]) * 1000

pasted = [Grid.of(rows, flattened=True) for rows in said["pasted"]]
names = ("全国通用", "显示")
print(json.dumps({
    "reading, the four forms": milliseconds(lambda turn: [read_forms(Grid.of([[e.written for e in row] for row in g.rows], flattened=True)) for g in pasted], 15),
    "reading, the live sheet": milliseconds(lambda turn: read_forms(Grid.of(said["live"])), 60),
    "SE_CHECK of a changed form": milliseconds(lambda turn: SE_CHECK(changed(turn), *names), 60),
    "SE_CHECK in a recalculation": milliseconds(lambda turn: [SE_CHECK(changed(-turn), *names) for _ in range(3)], 30),
}))
"""  # noqa: E501


def measured(checkout: Path, cells: str) -> dict[str, float]:
    """Milliseconds by what was measured."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", _MEASURED, str(checkout)], input=cells, check=True, capture_output=True, text=True
    )
    said: dict[str, float] = json.loads(done.stdout)
    return said


def main() -> None:
    """Prints the medians of both and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("commit")
    commit = parser.parse_args().commit
    grids = files.read_grids(ROOT / "selfeval_xl" / "data" / actions.DEMO_TEXT)
    pasted = [[[entry.written for entry in row] for row in grid.rows] for grid in grids]
    cells = json.dumps({"pasted": pasted, "live": ARGUMENTS["SE_CHECK"][0]})
    with tempfile.TemporaryDirectory() as folder:
        other = Path(folder, "other")
        subprocess.run(["git", "-C", ROOT, "worktree", "add", "--quiet", "--detach", other, commit], check=True)
        try:
            turns = [(measured(other, cells), measured(ROOT, cells)) for _ in range(TURNS)]
        finally:
            subprocess.run(["git", "-C", ROOT, "worktree", "remove", "--force", other], check=True)
    print(f"{'':28} {commit:>12} {'here':>12}  ratio")
    for name in turns[0][0]:
        then, now = (statistics.median(turn[which][name] for turn in turns) for which in (0, 1))
        print(f"{name:28} {then:9.2f} ms {now:9.2f} ms  {now / then:.2f}")


if __name__ == "__main__":
    main()
