"""Who may import whom; data moves one way."""

import ast
from pathlib import Path

import pytest
from conftest import ROOT

PACKAGE = ROOT / "selfeval_xl"
ALLOWED = {
    "__init__": set(),
    "errors": set(),
    "cells": set(),
    "units": {"cells"},
    "dates": set(),
    "labels": {"cells"},
    "grid": {"cells", "labels"},
    "form": {"cells", "labels"},
    "profiles": set(),
    "profiles.own": {"cells", "errors", "profiles"},
    "files": {"errors", "grid", "files.docx", "files.html", "files.package", "files.pdf", "files.text", "files.xls",
              "files.xlsx"},
    "files.docx": {"errors", "files.package", "files.paper", "grid"},
    "files.html": {"errors", "files.paper", "grid"},
    "files.package": {"errors"},
    "files.paper": {"errors", "cells", "grid"},
    "files.pdf": {"errors", "files.paper", "grid"},
    "files.text": {"errors", "cells", "files.paper", "grid"},
    "files.xls": {"errors", "cells", "files.paper", "files.xlsx", "grid"},
    "files.xlsx": {"errors", "cells", "files.package", "files.paper", "grid"},
    "reading": {"cells", "labels", "grid", "form", "reading.beside", "reading.funds", "reading.goals", "reading.head",
                "reading.headers", "reading.indicators", "reading.paper", "reading.regions"},
    "reading.words": {"cells", "labels"},
    "reading.regions": {"cells", "labels", "grid", "reading.words"},
    "reading.paper": {"cells", "grid", "reading.words"},
    "reading.headers": {"cells", "labels", "grid", "reading.paper", "reading.regions", "reading.words"},
    "reading.head": {"cells", "labels", "form", "reading.paper", "reading.words"},
    "reading.funds": {"cells", "labels", "form", "reading.headers", "reading.paper", "reading.words"},
    "reading.goals": {"cells", "labels", "form", "reading.headers", "reading.paper", "reading.words"},
    "reading.rows": {"cells", "labels", "grid", "form", "reading.headers", "reading.words"},
    "reading.indicators": {"cells", "labels", "form", "reading.headers", "reading.paper", "reading.rows",
                           "reading.words"},
    "reading.beside": {"cells", "labels", "form", "reading.paper", "reading.words"},
    "reading.refusal": {"labels", "grid"},
    "scoring": {"cells", "profiles"},
    "scoring.in_cells": {"cells", "profiles", "scoring"},
    "scoring.of_form": {"cells", "form", "profiles", "scoring.in_cells"},
    "scoring.words": {"cells", "units"},
    "scoring.measures": {"cells", "dates", "scoring.words", "units"},
    "scoring.readings": {"scoring.measures", "units"},
    "scoring.bands": {"cells", "scoring.measures"},
    "scoring.suggestion": {"cells", "dates", "profiles", "scoring.bands", "scoring.in_cells", "scoring.measures",
                           "scoring.readings", "units"},
    "checks": {"checks.base", "checks.funds", "checks.head", "checks.indicators", "checks.totals", "form", "profiles"},
    "checks.base": {"cells", "form", "profiles", "scoring.of_form", "scoring.suggestion"},
    "checks.printed": {"cells", "checks.base", "profiles"},
    "checks.head": {"cells", "checks.base", "form", "labels"},
    "checks.funds": {"cells", "checks.base", "checks.printed", "form", "labels", "profiles", "scoring",
                     "scoring.measures"},
    "checks.indicators": {"cells", "checks.base", "checks.printed", "labels", "profiles", "scoring.bands",
                          "scoring.measures", "scoring.suggestion"},
    "checks.totals": {"cells", "checks.base", "checks.printed", "form", "labels", "scoring"},
    "checks.in_cells": {"cells", "checks", "form", "grid", "profiles", "reading", "scoring.in_cells"},
    "sheet": {"sheet.form_page", "sheet.guide", "sheet.names", "sheet.page", "sheet.summary"},
    "sheet.layout": {"profiles"},
    "sheet.names": {"cells"},
    "sheet.fit": {"cells"},
    "sheet.page": {"cells", "grid", "sheet.fit"},
    "sheet.contents": {"cells", "scoring.in_cells", "sheet.page"},
    "sheet.formulas": {"cells", "profiles"},
    "sheet.beside": {"cells", "checks.in_cells", "grid", "labels", "profiles", "scoring.of_form", "scoring.suggestion",
                     "sheet.contents", "sheet.formulas", "sheet.layout", "sheet.page"},
    "sheet.form_page": {"cells", "form", "grid", "profiles", "scoring.of_form", "sheet.beside", "sheet.contents",
                        "sheet.fit", "sheet.formulas", "sheet.layout", "sheet.page"},
    "sheet.summary": {"cells", "form", "grid", "labels", "profiles", "scoring.of_form", "sheet.contents", "sheet.fit",
                      "sheet.layout", "sheet.page"},
    "sheet.guide": {"grid", "labels", "profiles", "sheet.contents", "sheet.fit", "sheet.page"},
    "workbook": {"errors", "cells", "excel.vba", "sheet.fit", "sheet.layout", "sheet.page"},
    "actions": {"errors", "files", "profiles", "profiles.own", "cells", "form", "reading", "reading.refusal",
                "scoring.of_form", "checks", "sheet", "excel.vba", "excel.vba.build", "workbook"},
    "excel": set(),
    "excel.log": set(),
    "excel.xl": set(),
    "excel.functions": {"cells", "errors", "excel.log", "excel.xl", "profiles", "profiles.own", "scoring.in_cells",
                        "scoring.suggestion"},
    "excel.server": {"excel.log"},
    "excel.install": {"errors", "excel.server"},
    "excel.vba": set(),
    "excel.vba.build": {"errors", "excel.vba"},
    "__main__": {"cli"},
    "cli": {"__init__", "errors", "cells", "checks", "actions", "excel.install", "profiles.own"},
}  # fmt: skip
XLWINGS = {"excel.xl", "excel.server"}
OPENS_FILES = {
    "files.docx": {"docx"},
    "files.html": {"lxml"},
    "files.pdf": {"pdfplumber", "pdfminer"},
    "files.xls": {"xlrd"},
    "files.xlsx": {"python_calamine", "lxml"},
    "workbook": {"xlsxwriter"},
    "excel.vba.build": {"xlsxwriter", "pyopenvba"},
}
READERS = {"docx", "lxml", "pdfplumber", "pdfminer", "xlrd", "python_calamine"}
LIBRARIES = {"openpyxl", "xlsxwriter", "pyopenvba", "xlwings"} | READERS


def modules():
    for path in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        yield name.removesuffix(".__init__"), path


def imported(path: Path) -> set[str]:
    """Everything a module imports, anywhere in it, as dotted names."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: relative import"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def own(names: set[str]) -> set[str]:
    known = {name for name, _ in modules()}
    found = set()
    for name in names:
        if name.split(".")[0] != "selfeval_xl":
            continue
        parts = name.split(".")[1:]
        while parts and ".".join(parts) not in known:
            parts.pop()
        found.add(".".join(parts) or "__init__")
    return found


@pytest.mark.parametrize(("name", "path"), list(modules()), ids=lambda value: value if isinstance(value, str) else "")
def test_a_module_imports_only_what_lies_before_it(name, path):
    assert name in ALLOWED, "a new module takes its place in the table"
    assert own(imported(path)) <= ALLOWED[name]


@pytest.mark.parametrize(("name", "path"), list(modules()), ids=lambda value: value if isinstance(value, str) else "")
def test_libraries_that_open_files_or_reach_excel_stay_where_they_belong(name, path):
    libraries = {imported_name.split(".")[0] for imported_name in imported(path)} & LIBRARIES
    allowed = OPENS_FILES.get(name, set()) | ({"xlwings"} if name in XLWINGS else set())
    assert libraries <= allowed


def test_the_table_lists_no_module_that_is_gone():
    assert set(ALLOWED) == {name for name, _ in modules()}
