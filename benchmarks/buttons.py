"""What a button costs on a workbook of 100 projects, in LibreOffice: Python's part, and that of moving cells about.

Also one edit with and without the add-in's modules in the workbook, side by side.
"""

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "live")]

from office import Office  # noqa: E402

from selfeval_xl import actions, profiles, workbook  # noqa: E402
from selfeval_xl.excel import buttons, functions  # noqa: E402

PROJECTS = 100
EDITS = 15
TEXT = ROOT / "selfeval_xl" / "data" / actions.DEMO_TEXT
# Each button with what is handed over and the rows that are selected; those that write many sheets come last.
PRESSED = (
    ("insert_rows", "sheet", "D14"),
    ("delete_rows", "sheet", "D15"),
    ("next_finding", "sheet", "A1"),
    ("adopt", "sheet", ""),
    ("refresh_summary", "book", ""),
    ("new_sheet", "book", ""),
    ("report", "book", ""),
    ("roll_sheet", "sheet", ""),
    ("roll_book", "book", ""),
)


class Python:
    """Answers cells and buttons, and remembers how long the last button took."""

    def __init__(self) -> None:
        self.seconds, self.steps = 0.0, 0

    def __call__(self, module: str, function: str, args: tuple[Any, ...]) -> Any:
        if module != "selfeval_xl.excel.buttons":
            return getattr(functions, function)(*args)
        began = time.perf_counter()
        plan = buttons.press(function, args)
        self.seconds, self.steps = time.perf_counter() - began, int(plan[2])
        return plan


def edits(sheet: Any) -> float:
    """The least time of one typed amount."""
    times = []
    for amount in range(EDITS):
        began = time.perf_counter()
        sheet.type_in("F6", 500000.0 + amount)
        times.append(time.perf_counter() - began)
    return min(times)


def main() -> None:
    forms = [one.form for one in actions.read([TEXT])] * (PROJECTS // 4)
    pages = actions.book_pages(forms, [profiles.NATIONAL] * PROJECTS, [[]] * PROJECTS)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "100.xlsm"
        workbook.write_live(path, pages)
        office = Office(Path(folder))
        try:
            python = office.registry.call = Python()
            book = office.open(path)
            book.activate(pages[1].name)
            sheet = book.sheet(pages[1].name)
            edits(sheet)
            without = edits(sheet)
            print(f"{'button':18}{'steps':>7}{'whole s':>9}{'Python s':>10}{'Python/whole':>14}")
            for button, tag, choice in PRESSED:
                book.activate(pages[1].name)
                began = time.perf_counter()
                book.press(button, tag, choice, agreed=True, target="x.xlsm")
                whole = time.perf_counter() - began
                share = python.seconds / whole
                print(f"{button:18}{python.steps:7}{whole:9.2f}{python.seconds:10.3f}{share:14.2f}", flush=True)
                if button == "next_finding":
                    print(f"one edit with the add-in / without: {edits(sheet) / without:.2f}")
        finally:
            office.end()


if __name__ == "__main__":
    main()
