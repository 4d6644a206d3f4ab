"""How the time of reading grows: each odd input at one size and at twice that size, in one run.

A ratio of 2 is what is wanted; one near 4 says that something is compared with everything else.
"""

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from calls import ARGUMENTS

from selfeval_xl.files import html
from selfeval_xl.grid import Area, Grid
from selfeval_xl.reading import read_forms
from selfeval_xl.reading.refusal import found_instead

ROUNDS = 3
FORM = [list(row) for row in ARGUMENTS["SE_CHECK"][0]]
WIDTH = len(FORM[0])


def _row_of(label: str) -> int:
    return next(at for at, row in enumerate(FORM) if any(str(cell).startswith(label) for cell in row))


FUNDS, GOALS, INDICATORS, TOTAL = map(_row_of, ("年度资金总额", "预期目标", "一级指标", "总分"))


def _with(at: int, rows: list[list[Any]], merges: tuple[Area, ...] = ()) -> Grid:
    """The form with these rows before one of its own."""
    return Grid.of([*FORM[:at], *rows, *FORM[at:]], merges=merges)


def _text(size: int) -> list[list[Any]]:
    return [[f"说明{number}", None, f"文字{number}"] for number in range(size)]


def _indicators(size: int) -> list[list[Any]]:
    return [["产出指标", "数量指标", f"养护里程{n}", "≥10", "12", 1.0, 1.0, None, None] for n in range(size)]


def _page(rows: str) -> tuple[Grid, ...]:
    return html.read(f"<html><body>{rows}</body></html>".encode())


def _table(rows: str) -> str:
    return f"<table>{rows}</table>"


def _nested(depth: int) -> str:
    return "".join(f"<table><tr><td>第{n}层" for n in range(depth)) + "</td></tr></table>" * depth


INPUTS: dict[str, tuple[int, Callable[[int], Any]]] = {
    "text above the form": (5000, lambda n: _with(0, _text(n))),
    "text below the form": (5000, lambda n: _with(len(FORM), _text(n))),
    "text below the goals": (
        5000,
        lambda n: _with(GOALS + 1, [[None, f"目标{i}", *[None] * 4, f"完成{i}"] for i in range(n)]),
    ),
    "rows of money": (
        3000,
        lambda n: _with(FUNDS + 1, [["其中", "其他资金", *[None] * 2, 10.0 + i, 10.0] for i in range(n)]),
    ),
    "indicators": (2000, lambda n: _with(TOTAL, _indicators(n))),
    "indicators, merged": (
        2000,
        lambda n: _with(
            TOTAL, _indicators(n), tuple(Area(TOTAL + 1 + i, c, TOTAL + 1 + i, c + 1) for i in range(n) for c in (4, 8))
        ),
    ),
    "indicators, pasted": (1000, lambda n: Grid.of([*FORM[:TOTAL], *_indicators(n), *FORM[TOTAL:]], flattened=True)),
    "forms below each other": (100, lambda n: Grid.of(FORM * n)),
    "forms, merged": (100, lambda n: Grid.of(FORM * n, merges=[Area(i, 4, i, 5) for i in range(1, n * len(FORM))])),
    "forms, pasted": (50, lambda n: Grid.of(FORM * n, flattened=True)),
    "forms beside each other": (20, lambda n: Grid.of([[*row, None] * n for row in FORM])),
    "项目名称 in every row": (
        3000,
        lambda n: _with(len(FORM), [["项目名称", "x", "y", "z", "项目名称"]] * n + [["末"] * 9]),
    ),
    "wide rows": (
        1500,
        lambda n: Grid.of([["得分", "分值"] * (n // 2)] * 20 + [[f"三级指标{i}" for i in range(n)]] * 20),
    ),
    "a wide head": (
        60,
        lambda n: Grid.of([*FORM[:INDICATORS], [*FORM[INDICATORS], *["得分", "其他"] * n], *FORM[INDICATORS + 1 :]]),
    ),
    "blanks in a cell": (8000, lambda n: _with(0, [["甲：" + " " * n + "乙"]])),
    "dots in a cell": (
        8000,
        lambda n: _with(0, [["." * n + "甲"], ["甲" * n], ["1" * n + "甲"], ["执行情况" * (n // 4)]]),
    ),
    "dots, no table of money": (
        4000,
        lambda n: Grid.of([FORM[0], ["项目名称", "甲"], ["." * n + "甲", "1" * n + "甲"], *FORM[INDICATORS:]]),
    ),
    "brackets in a cell": (4000, lambda n: _with(0, [["(" * n + "甲)"], ["甲(乙)" * (n // 4)]])),
    "page, colspan": (
        1000,
        lambda n: _page(_table("<tr>" + '<td colspan="2">甲</td>' * 3 + "</tr>" + "<tr><td>甲</td></tr>") * n),
    ),
    "page, one table": (2000, lambda n: _page(_table('<tr><td colspan="2">甲</td><td rowspan="2">乙</td></tr>' * n))),
    "page, long rowspans": (
        2000,
        lambda n: _page(_table(f'<tr><td rowspan="{n}">甲</td></tr>' * 200 + "<tr><td>乙</td></tr>" * n)),
    ),
    "page, one line": (20_000, lambda n: _page("<p>" + "<span>甲乙丙丁</span> 戊" * n + "</p>")),
    "page, nested tables": (12, lambda n: _page(_nested(n))),
    "page, tables in cells": (
        500,
        lambda n: _page(_table(f"<tr><td>{_table('<tr><td>甲</td><td>乙</td></tr>' * n)}</td></tr>")),
    ),
}


def seconds(make: Callable[[int], Any], size: int) -> float:
    """From the page or the values to the forms, or to why there are none."""
    taken = []
    for _ in range(ROUNDS):
        began = time.process_time()
        made = make(size)
        grids = (made,) if isinstance(made, Grid) else made
        if not any(read_forms(grid) for grid in grids):
            found_instead(grids)
        taken.append(time.process_time() - began)
    return statistics.median(taken)


def main() -> None:
    for name, (size, make) in INPUTS.items():
        once, twice = seconds(make, size), seconds(make, 2 * size)
        print(f"{name:26} {size:6} {once * 1000:9.1f} ms, twice {twice * 1000:9.1f} ms, ratio {twice / once:.1f}")


if __name__ == "__main__":
    main()
