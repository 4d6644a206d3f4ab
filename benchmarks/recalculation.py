"""A full recalculation in LibreOffice: 100 projects whose cells call Python, against native formulas only.

Once as people have it, and once with the official cells alone, without suggestions and checks.
"""

import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "live")]

from office import Office  # noqa: E402

from selfeval_xl import actions, profiles, sheet, workbook  # noqa: E402
from selfeval_xl.excel import functions  # noqa: E402
from selfeval_xl.sheet.page import Cell, Formula  # noqa: E402

PROJECTS = 100
ROUNDS = 7
TEXT = ROOT / "selfeval_xl" / "data" / actions.DEMO_TEXT


def native(page: sheet.Page) -> sheet.Page:
    """The page with the second argument of each IFERROR in place of the whole."""

    def bare(cell: Cell) -> sheet.Cell:
        formula = cell.content
        if not isinstance(formula, Formula) or not formula.text.startswith("=IFERROR(SE_"):
            return cell
        depth, at = 0, len("=IFERROR(")
        while True:
            depth += {"(": 1, ")": -1}.get(formula.text[at], 0)
            at += 1
            if depth == 0 and formula.text[at] == ",":
                return replace(cell, content=replace(formula, text="=" + formula.text[at + 1 : -1]))

    return replace(page, cells=tuple(map(bare, page.cells)))


def official(page: sheet.Page) -> sheet.Page:
    """The page without what stands beside the form."""
    beside = ("SE_INDICATOR_SCORE(", "SE_CHECK(", "SE_CHECK_ROW(")
    cells = (c for c in page.cells if not (isinstance(c.content, Formula) and any(b in c.content.text for b in beside)))
    return replace(page, cells=tuple(cells))


def seconds(book) -> float:
    began = time.perf_counter()
    book.recalculate()
    return time.perf_counter() - began


def main() -> None:
    """Both workbooks are open in the same LibreOffice; the rounds alternate."""
    forms = [one.form for one in actions.read([TEXT])] * (PROJECTS // 4)
    names = sheet.sheet_names((form.project.text for form in forms), taken=("说明", "汇总"))
    pages = [sheet.form_page(form, profiles.NATIONAL, name) for form, name in zip(forms, names, strict=True)]
    with tempfile.TemporaryDirectory() as folder:
        office = Office(Path(folder))
        try:
            calls = {"all": 0}

            def call(module, function, args):
                calls["all"] += 1
                return getattr(functions, function)(*args)

            office.registry.call = call
            books = {}
            plain = list(map(official, pages))
            kinds = {"Python": pages, "Python, official cells": plain, "native": list(map(native, plain))}
            for kind, drawn in kinds.items():
                path = Path(folder, f"{kind}.xlsm")
                workbook.write_live(path, drawn)
                books[kind] = office.open(path)
            taken = {kind: [seconds(book) for _ in range(2)][2:] for kind, book in books.items()}
            made = {}
            for _ in range(ROUNDS):
                for kind, book in books.items():
                    before = calls["all"]
                    taken[kind].append(seconds(book))
                    made[kind] = calls["all"] - before
        finally:
            office.end()
    median = {kind: statistics.median(times) for kind, times in taken.items()}
    print(f"{PROJECTS} projects")
    for kind, value in median.items():
        ratio = value / median["native"]
        print(f"{kind:24} {made[kind]:5} calls of Python {value * 1000:8.1f} ms, ratio to native {ratio:.2f}")
    print("(each call crosses from LibreOffice to a second process, which on Windows is the COM server)")


if __name__ == "__main__":
    main()
