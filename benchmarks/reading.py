"""How long reading many small workbooks takes: our reader, openpyxl and python-calamine on the same files."""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from xml.parsers import expat

import openpyxl
from python_calamine import CalamineWorkbook

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
from drawing import PROJECT, Style, workbook

from selfeval_xl import files
from selfeval_xl.cells import NOTHING
from selfeval_xl.files.package import opened

BOOKS = 500
LARGEST = 1_000_000  # bytes of a part
ROUNDS = 5


def make(folder: Path, count: int = BOOKS) -> list[Path]:
    """One-form workbooks that differ in layout and in what they say."""
    paths = []
    for number in range(count):
        style = Style(
            top=number % 3,
            left=number % 2,
            span=1 + number % 3,
            levels=("merged", "repeated", "blank")[number % 3],
            numbers_as_text=number % 5 == 0,
        )
        indicators = [(*one[:2], f"{one[2]}（{number}）", *one[3:]) for one in PROJECT["indicators"] * (1 + number % 3)]
        project = PROJECT | {"project": f"项目{number}", "indicators": indicators}
        paths.append(workbook(folder / f"{number}.xlsx", ("自评表", project, style)))
    return paths


def with_openpyxl(path: Path) -> int:
    """The usual way: load the workbook and walk over its cells."""
    book = openpyxl.load_workbook(path, data_only=True)
    return sum(cell is not None for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)


def with_calamine(path: Path) -> int:
    """The floor: nothing but the library's values, errors taken for blanks."""
    with CalamineWorkbook.from_path(path) as book:
        return sum(
            cell != "" for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row
        )


def with_expat_alone(path: Path) -> None:
    """What no reader in Python over a real parser of XML can do without: unpacked parts, parsed, and nobody told."""
    package = opened(path.read_bytes())
    for name in package.names:
        if name.startswith("xl/") and not name.startswith("xl/theme/"):
            expat.ParserCreate().Parse(package.part(name, LARGEST), True)


def with_ours(path: Path) -> int:
    """Grids; every cell was walked over to become an entry that knows what it means and where it stands."""
    return sum(entry is not NOTHING for grid in files.read_grids(path) for row in grid.rows for entry in row)


def main() -> None:
    """Alternates the three, so that they meet the same state of the machine."""
    readers: dict[str, Callable[[Path], int]] = {
        "openpyxl": with_openpyxl,
        "python-calamine": with_calamine,
        "selfeval_xl.files": with_ours,
    }
    timed: dict[str, Callable[[Path], object]] = readers | {"expat alone": with_expat_alone}
    with tempfile.TemporaryDirectory() as folder:
        paths = make(Path(folder))
        counts = {name: [reader(path) for path in paths] for name, reader in readers.items()}
        assert len(set(map(tuple, counts.values()))) == 1, "the three do not see the same cells"  # noqa: S101
        taken: dict[str, list[float]] = {name: [] for name in timed}
        for _ in range(ROUNDS):
            for name, reader in timed.items():
                began = time.process_time()
                for path in paths:
                    reader(path)
                taken[name].append(time.process_time() - began)
    least = {name: min(times) for name, times in taken.items()}  # others at work on the machine only add to it
    for name, value in least.items():
        print(f"{name:20} {value / BOOKS * 1000:7.2f} ms a workbook")
    ours = least["selfeval_xl.files"]
    print(f"openpyxl / ours {least['openpyxl'] / ours:.1f} (goal: at least 10)")
    floor = least["python-calamine"]
    print(f"ours / python-calamine {ours / floor:.2f} (goal: at most 2)")
    print(f"expat alone, which tells nothing / python-calamine {least['expat alone'] / floor:.2f}")


if __name__ == "__main__":
    main()
