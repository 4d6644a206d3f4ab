"""Forms, refused tables and rows of indicators as offices publish them, read from the text files of this folder.

README.md explains how they are written.
"""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

Cell = str | float | int | None
Merge = tuple[int, int, int, int]
OPEN = "open"
_FOLDER = Path(__file__).parent
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_TYPED = re.compile(r"\[(.*)\]")
_HEAD = ("project", "department", "unit", "year", "money_unit", "total_weight", "total_score")
_WHERE_STATED = ("layout", "grade")
_GOALS = ("expected", "achieved")
_FUNDS = ("name", "initial_budget", "annual_budget", "executed", "weight", "rate", "score")
_INDICATORS = ("level1", "level2", "level3", "target", "actual", "weight", "score", "reason")


@dataclass
class Wild:
    """One sheet: `leftovers` belong to no field; texts in `either` may be listed as left over or dropped.

    Where nobody wrote down what is left over, `leftovers` is None. `findings` are cells and rules.
    """

    name: str
    rows: list[list[Cell]]
    merges: list[Merge]
    expected: dict
    findings: list[tuple[str, str]] = field(default_factory=list)
    leftovers: set[str] | None = None
    either: set[str] = field(default_factory=set)
    several: list[dict] = field(default_factory=list)


@dataclass
class Refused:
    """One sheet that is not a project's self-evaluation form, and why."""

    name: str
    rows: list[list[Cell]]
    merges: list[Merge]
    why: str


@dataclass(frozen=True)
class Row:
    """One indicator; `provincial` is what the linear rule gives, where that differs from the national one."""

    target: str | Decimal | None
    actual: str | Decimal | None
    weight: str
    national: str | tuple[str, ...]
    provincial: str | tuple[str, ...] | None = None
    named: tuple[str, ...] = ()


def grid(text: str, repeated: bool = False) -> tuple[list[list[Cell]], list[Merge]]:
    """Give the rows and merged areas of a written grid; or the values repeated instead of merged."""
    lines = [[cell.strip(" ") for cell in line.split("|")] for line in text.strip("\n").split("\n")]
    width = max(len(line) for line in lines)
    owners: dict[tuple[int, int], tuple[int, int]] = {}
    areas: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for top, line in enumerate(lines):
        if line[-1] == "<<":
            line[-1:] = ["<"] * (width - len(line) + 1)
        line.extend([""] * (width - len(line)))
        for left, mark in enumerate(line):
            spot = (top, left)
            owners[spot] = owners[top, left - 1] if mark == "<" else owners[top - 1, left] if mark == "^" else spot
            areas.setdefault(owners[spot], []).append(spot)
    rows: list[list[Cell]] = [[None] * width for _ in lines]
    merges = []
    for (top, left), cells in areas.items():
        bottom, last = cells[-1]
        assert len(cells) == (bottom - top + 1) * (last - left + 1), (lines[top][left], cells)
        for row, column in cells if repeated else cells[:1]:
            rows[row][column] = _value(lines[top][left])
        if len(cells) > 1 and not repeated:
            merges.append((top + 1, left + 1, bottom + 1, last + 1))
    return rows, merges


def read_form(path: Path) -> Wild:
    """Read the file of one sheet with a form, or with several."""
    (_, options), (_, drawing), *sections = _sections(path)
    expected: list[dict] = []
    lists: dict[str, set[str]] = {}
    findings: list[tuple[str, str]] = []
    for title, lines in sections:
        if title == "form":
            expected.append(_head(lines))
        elif title in ("funds", "indicators"):
            expected[-1][title] = _records(lines, _FUNDS if title == "funds" else _INDICATORS)
        elif title == "findings":
            findings = [(line.split()[0], line.split()[1]) for line in lines if line]
        else:
            assert title in ("leftovers", "either"), f"{path.name}: {title} is no section"
            lists[title] = {_words(line) for line in lines if line}
    drawn = grid("\n".join(drawing), repeated=_pairs(options, ("repeated",)).get("repeated") == "yes")
    return Wild(path.stem, *drawn, expected[0], findings, several=expected if len(expected) > 1 else [], **lists)


def read_refused(path: Path) -> Refused:
    """Read the file of one table that must be refused."""
    (_, options), (_, drawing) = _sections(path)
    return Refused(path.stem, *grid("\n".join(drawing)), _pairs(options, ("why",))["why"])


def read_rows(path: Path) -> tuple[Row, ...]:
    """Read a file with one indicator a line."""
    rows = []
    for line in _lines(path):
        if line and not line.startswith("# "):
            parts = [part.strip(" ") for part in line.split("|")]
            named = tuple(parts.pop(0).removeprefix("@").split("/")) if line.startswith("@") else ()
            target, actual, weight, *points = parts
            rows.append(Row(_figure(target), _figure(actual), weight, *map(_points, points), named=named))
    return tuple(rows)


def _lines(path: Path) -> list[str]:
    return [line.strip(" ") for line in path.read_text(encoding="utf-8").split("\n")]


def _sections(path: Path) -> list[tuple[str, list[str]]]:
    """Give each title with the lines below it; the lines above the first title have an empty one."""
    found: list[tuple[str, list[str]]] = [("", [])]
    for line in _lines(path):
        if line.startswith("# "):
            found.append((line.removeprefix("# "), []))
        else:
            found[-1][1].append(line)
    assert [title for title, _ in found[1:2]] == ["grid"], f"{path.name}: the grid comes first"
    return found


def _pairs(lines: list[str], names: tuple[str, ...]) -> dict:
    """Give what stands behind each name and its colon."""
    parts = (line.partition(":") for line in lines if line)
    said = {name.strip(" "): _words(text.strip(" ")) for name, _, text in parts}
    assert said.keys() <= set(names), said.keys() - set(names)
    return said


def _head(lines: list[str]) -> dict:
    """Give what a form says besides its tables, which are still empty."""
    said = dict.fromkeys(_HEAD + _GOALS) | _pairs(lines, _HEAD + _GOALS + _WHERE_STATED)
    goals = {name: said.pop(name) for name in _GOALS}
    return said | {"year": said["year"] and int(said["year"]), "goals": goals, "funds": [], "indicators": []}


def _records(lines: list[str], usual: tuple[str, ...]) -> list[dict]:
    """Give one record a line, whose fields the first line names; the usual fields are there in any case."""
    names, *written = ([part.strip(" ") for part in line.split("|")] for line in lines if line)
    found: list[dict] = []
    for parts in written:
        assert len(parts) <= len(names), parts
        said = {n: found[-1][n] if part == '"' else _words(part) for n, part in zip(names, parts, strict=False)}
        found.append(dict.fromkeys((*usual, *names)) | said)
    return found


def _value(text: str) -> Cell:
    """Give what one written cell holds."""
    if _NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    return _words(text.removeprefix("'"))


def _words(text: str) -> str | None:
    return text.replace("⏎", "\n").replace("␠", " ") or None


def _figure(text: str) -> str | Decimal | None:
    """Give a target or a result; one in brackets is a number in its cell, not text."""
    typed = _TYPED.fullmatch(text)
    return Decimal(typed[1]) if typed else text or None


def _points(text: str) -> str | tuple[str, ...] | None:
    """Give points, the two ends of a band, or OPEN."""
    return tuple(text.split("–")) if "–" in text else text or None


_forms = [read_form(path) for path in sorted(_FOLDER.glob("forms/*.txt"))]
FORMS = [one for one in _forms if one.leftovers is not None]
MORE_FORMS = [one for one in _forms if one.leftovers is None]  # nobody wrote down what they leave over
REFUSED = [read_refused(path) for path in sorted(_FOLDER.glob("refused/*.txt"))]
_SAMPLES = ("first", "second", "third", "fourth", "fifth")
ROWS = tuple(row for name in _SAMPLES for row in read_rows(_FOLDER / "rows" / f"{name}.txt"))
