"""How many forms a second become a summary, against the plain loops over the same workbooks, side by side in one run.

.venv/bin/python benchmarks/collecting.py [100 1000 10000]
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
from season import season

_SIZES = (100, 1_000, 10_000)
_MOST_IN_A_LOOP = 1_000  # files: the loops are linear, and openpyxl takes long
_ROUNDS = 3

OPENPYXL = """
import sys
from pathlib import Path
import openpyxl
for path in Path(sys.argv[1]).rglob("*.xlsx"):
    book = openpyxl.load_workbook(path, data_only=True)
    cells = [cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
"""
PANDAS = """
import sys
from pathlib import Path
import pandas
for path in Path(sys.argv[1]).rglob("*.xlsx"):
    tables = pandas.read_excel(path, sheet_name=None, header=None, engine="calamine")
    cells = [cell for table in tables.values() for row in table.itertuples(index=False) for cell in row]
"""


def taken(*words: str | Path) -> float:
    """Seconds of a program from its start to its end."""
    began = time.perf_counter()
    done = subprocess.run([sys.executable, *words], check=False, stdout=subprocess.DEVNULL)
    if done.returncode > 1:  # 1 is said of forms with errors, too
        done.check_returncode()
    return time.perf_counter() - began


def main() -> None:
    """Each size in turn; the best of some rounds, in which all take their turns."""
    sizes = [int(word) for word in sys.argv[1:]] or list(_SIZES)
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        programs = {}
        for name, code in (("openpyxl", OPENPYXL), ("pandas", PANDAS)):
            programs[name] = home / f"with_{name}.py"
            programs[name].write_text(code, encoding="utf-8")
        for size in sizes:
            _measure(home, programs, size)


def _measure(home: Path, programs: dict[str, Path], size: int) -> None:
    folder = home / f"{size}"
    folder.mkdir()
    season(folder, size)
    looped = folder
    if size > _MOST_IN_A_LOOP:
        looped = home / f"{size} looped"
        looped.mkdir()
        season(looped, _MOST_IN_A_LOOP)
    share = min(size, _MOST_IN_A_LOOP) / size
    best: dict[str, float] = {}
    kept, target = home / f"{size} kept", home / "汇总.xlsx"
    os.environ["SELFEVAL_XL_LOG_DIR"] = str(kept)  # where the command keeps what it has read
    ours = ("-m", "selfeval_xl", "collect", folder, "-o", target, "--overwrite")
    for _ in range(_ROUNDS if size <= _MOST_IN_A_LOOP else 1):
        shutil.rmtree(kept, ignore_errors=True)
        target.unlink(missing_ok=True)
        times = {
            "ours": taken(*ours),
            "again": taken(*ours),
            "openpyxl": taken(programs["openpyxl"], looped) / share,
            "pandas": taken(programs["pandas"], looped) / share,
        }
        best = {name: min(value, best.get(name, value)) for name, value in times.items()}
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    first = best["ours"]
    print(
        f"{size:6} files: {size / first:6.0f} a second, again {size / best['again']:6.0f}; "
        f"openpyxl / ours {best['openpyxl'] / first:4.1f} (goal 20), "
        f"pandas / ours {best['pandas'] / first:4.2f} (goal 1); "
        f"largest process so far {peak:4.0f} MB (goal 500)",
        flush=True,
    )


if __name__ == "__main__":
    main()
