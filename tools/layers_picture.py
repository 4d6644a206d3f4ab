"""Writes the picture of the architecture in docs/development.md from the imports; a test keeps it current."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "selfeval_xl"
PAGE = ROOT / "docs" / "development.md"
FIRST, LAST = "```mermaid\n", "```\n"
# What all others know, and the picture leaves out:
EVERYWHERE = {
    "cells",
    "errors",
    "units",
    "dates",
    "years",
    "labels",
    "grid",
    "form",
    "profiles",
    "patterns",
}


def picture() -> str:
    """The parts of the package and who imports whom, without the plain records that all of them know."""
    arrows = set()
    for path in PACKAGE.rglob("*.py"):
        part = path.relative_to(PACKAGE).with_suffix("").parts[0]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module is not None:
                arrows |= {(part, other) for other in _parts(node.module, [alias.name for alias in node.names])}
    shown = sorted(arrow for arrow in arrows if not EVERYWHERE & set(arrow) and arrow[0] != arrow[1])
    known = ", ".join(sorted(EVERYWHERE))
    lines = ["flowchart LR", f"  records[{known}]", *(f"  {one} --> {other}" for one, other in shown)]
    return "\n".join((*lines, ""))


def _parts(module: str, names: list[str]) -> set[str]:
    first, *inner = module.split(".")
    if first != PACKAGE.name:
        return set()
    found = {inner[0]} if inner else set(names)
    return {name for name in found if (PACKAGE / name).is_dir() or (PACKAGE / f"{name}.py").is_file()}


def page(current: str) -> str:
    """The page with its picture made anew."""
    before, _, rest = current.partition(FIRST)
    return before + FIRST + picture() + LAST + rest.partition(LAST)[2]


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
