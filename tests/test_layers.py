"""Who may import whom; data moves one way."""

import ast
from importlib import import_module
from pathlib import Path

import pytest
from conftest import ROOT

from selfeval_xl.grid import Grid

PACKAGE = ROOT / "selfeval_xl"
ALLOWED = {
    "__init__": {"actions", "errors", "profiles.own"},  # for readers of types; at run time only when a name is used
    "errors": set(),
    "patterns": set(),  # which every module may use
    "cells": set(),
    "units": {"cells"},
    "dates": set(),
    "years": set(),
    "labels": {"cells"},
    "once": set(),
    "grid": {"cells", "labels", "once"},
    "form": {"cells", "labels", "once"},
    "profiles": set(),
    "profiles.own": {"cells", "errors", "profiles"},
    "files": {"errors", "files.bounds", "files.docx", "files.html", "files.mail", "files.office_xml",
              "files.opendocument", "files.other_kinds", "files.package", "files.pdf", "files.text",
              "files.xls", "files.xlsx", "grid"},
    "files.bounds": {"errors"},
    "files.docx": {"errors", "files.bounds", "files.package", "files.paper", "grid"},
    "files.formats": {"cells"},
    "files.formula_functions": {"cells"},
    "files.formulas": {"cells", "files.formula_functions", "once"},
    "files.html": {"errors", "files.bounds", "files.paper", "files.text", "grid"},
    "files.laid_out": {"cells", "errors", "files.bounds", "files.formats", "files.formulas", "files.unseen", "grid"},
    "files.mail": {"errors", "files.bounds", "grid"},
    "files.office_xml": {"cells", "errors", "files.bounds", "files.formats", "files.formulas", "files.laid_out",
                         "files.paper", "files.text", "files.unseen", "grid"},
    "files.opendocument": {"errors", "files.bounds", "files.opendocument_sheet", "files.opendocument_words",
                           "files.package", "files.paper", "files.text", "grid"},
    "files.opendocument_sheet": {"cells", "errors", "files.bounds", "files.formats", "files.laid_out",
                                 "files.opendocument_words", "files.unseen", "grid"},
    "files.opendocument_words": {"files.unseen"},
    "files.other_kinds": {"cells", "errors", "files.package"},
    "files.package": {"errors", "files.bounds"},
    "files.paper": {"cells", "errors", "files.bounds", "grid"},
    "files.pdf": {"cells", "errors", "files.bounds", "files.paper", "files.pdf_cells", "files.pdf_page",
                  "files.pdf_pages", "files.unruled", "grid", "labels"},
    "files.pdf_page": {"errors"},
    "files.pdf_beyond": {"files.pdf_page"},
    "files.pdf_cells": {"cells", "files.paper", "files.pdf_beyond", "files.pdf_order", "files.pdf_page", "labels"},
    "files.pdf_lines": {"files.pdf_beyond", "files.pdf_page"},
    "files.pdf_cut": {"files.pdf_lines", "files.pdf_page"},
    "files.pdf_order": {"files.pdf_beyond", "files.pdf_cut", "files.pdf_lines", "files.pdf_page"},
    "files.pdf_pages": {"cells", "files.paper", "files.pdf_beyond", "files.pdf_cells", "files.pdf_page"},
    "files.text": {"cells", "errors", "files.bounds", "grid"},
    "files.unruled": set(),
    "files.unseen": {"cells", "files.bounds", "grid"},
    "files.xls": {"cells", "errors", "files.bounds", "files.formats", "files.laid_out", "files.unseen", "grid"},
    "files.xlsx": {"cells", "errors", "files.bounds", "files.formats", "files.formulas", "files.laid_out",
                   "files.package", "files.unseen", "grid"},
    "reading": {"cells", "form", "grid", "labels", "reading.beside", "reading.funds", "reading.goals", "reading.head",
                "reading.headers", "reading.indicators", "reading.paper", "reading.regions", "reading.words"},
    "reading.words": {"cells", "labels", "once"},
    "reading.regions": {"cells", "grid", "labels", "reading.words"},
    "reading.paper": {"cells", "grid", "reading.words"},
    "reading.headers": {"cells", "grid", "labels", "once", "reading.paper", "reading.regions", "reading.words"},
    "reading.head": {"cells", "form", "labels", "reading.paper", "reading.words"},
    "reading.funds": {"cells", "form", "labels", "reading.headers", "reading.paper", "reading.words"},
    "reading.goals": {"cells", "form", "labels", "reading.headers", "reading.paper", "reading.words"},
    "reading.rows": {"cells", "form", "grid", "labels", "reading.headers", "reading.words"},
    "reading.indicators": {"cells", "form", "labels", "reading.headers", "reading.paper", "reading.rows",
                           "reading.words"},
    "reading.beside": {"cells", "form", "labels", "reading.paper", "reading.words"},
    "reading.refusal": {"cells", "grid", "labels"},
    "scoring": {"cells", "profiles"},
    "scoring.words": {"cells", "units"},
    "scoring.measures": {"cells", "dates", "scoring.words", "units"},
    "scoring.beside": {"cells", "scoring.measures"},
    "scoring.readings": {"scoring.measures", "units"},
    "scoring.direction": {"cells"},
    "scoring.bands": {"cells", "scoring.direction", "scoring.measures", "units"},
    "scoring.answers": {"cells", "scoring.direction", "scoring.measures", "scoring.words", "units"},
    "scoring.suggestion": {"cells", "dates", "profiles", "scoring.answers", "scoring.bands", "scoring.direction",
                           "scoring.measures", "scoring.readings", "units"},
    "scoring.in_cells": {"cells", "profiles", "scoring", "scoring.direction", "scoring.suggestion"},
    "scoring.of_form": {"cells", "form", "profiles", "scoring.in_cells"},
    "checks.typed": {"cells", "form"},
    "checks.scored": {"cells", "form", "profiles"},
    "checks.advice": {"checks.base", "form", "profiles"},
    "checks.slips": {"cells", "checks.advice", "checks.base", "checks.funds", "checks.printed", "checks.scored",
                     "checks.totals", "form", "profiles", "scoring"},
    "checks": {"checks.advice", "checks.base", "checks.funds", "checks.head", "checks.indicators",
               "checks.last_year", "checks.scored", "checks.slips", "checks.totals", "checks.typed", "form",
               "profiles"},
    "checks.base": {"cells", "dates", "form", "labels", "once", "profiles", "scoring.beside", "scoring.direction",
                    "scoring.measures", "scoring.of_form", "scoring.suggestion"},
    "checks.printed": {"cells", "checks.base", "profiles"},
    "checks.head": {"cells", "checks.base", "form", "labels", "years"},
    "checks.last_year": {"cells", "checks.base", "form", "labels"},
    "checks.funds": {"cells", "checks.base", "checks.printed", "checks.scored", "form", "labels", "profiles",
                     "scoring", "scoring.measures"},
    "checks.indicators": {"cells", "checks.base", "checks.printed", "labels", "profiles", "scoring.bands",
                          "scoring.direction", "scoring.measures", "scoring.suggestion", "units"},
    "checks.totals": {"cells", "checks.base", "checks.printed", "checks.scored", "form", "labels", "scoring",
                      "scoring.of_form"},
    "checks.in_cells": {"cells", "checks", "checks.base", "form", "grid", "profiles", "reading", "scoring.direction",
                        "scoring.in_cells"},
    "year": {"cells", "form", "year.raising"},
    "year.raising": {"cells", "dates", "years"},
    "sheet": {"sheet.form_page", "sheet.guide", "sheet.names", "sheet.page", "sheet.summary"},
    "sheet.styles": set(),
    "sheet.layout": {"cells", "sheet.fit"},
    "sheet.names": {"cells"},
    "sheet.fit": {"cells"},
    "sheet.page": {"cells", "grid", "sheet.fit"},
    "sheet.contents": {"cells", "profiles", "scoring.in_cells", "sheet.page"},
    "sheet.formulas": {"cells", "labels", "profiles", "sheet.layout"},
    "sheet.entering": {"cells", "grid", "labels", "profiles", "sheet.layout", "sheet.page"},
    "sheet.beside": {"cells", "checks.in_cells", "form", "grid", "labels", "profiles", "scoring.direction",
                     "scoring.in_cells", "scoring.of_form", "sheet.contents", "sheet.fit", "sheet.formulas",
                     "sheet.layout", "sheet.page"},
    "sheet.form_page": {"cells", "form", "grid", "profiles", "scoring.of_form", "sheet.beside", "sheet.contents",
                        "sheet.entering", "sheet.fit", "sheet.formulas", "sheet.layout", "sheet.page"},
    "sheet.summary": {"cells", "form", "grid", "labels", "profiles", "scoring.of_form", "sheet.contents", "sheet.fit",
                      "sheet.layout", "sheet.page"},
    "sheet.guide": {"grid", "labels", "profiles", "sheet.contents", "sheet.fit", "sheet.page"},
    "workbook": {"cells", "errors", "excel.vba", "sheet.fit", "sheet.page", "sheet.styles"},
    "send": set(),
    "send.area": {"cells", "grid"},
    "send.parts": {"errors", "files.package"},
    "send.places": {"grid", "send.parts"},
    "send.cell_pictures": {"send.parts"},
    "send.sheet": {"cells", "grid", "send.area", "send.parts"},
    "send.drawings": {"send.area", "send.parts", "send.places", "send.sheet"},
    "send.book": {"errors", "files.package", "grid", "send", "send.area", "send.cell_pictures", "send.drawings",
                  "send.parts", "send.places", "send.sheet"},
    "send.official": {"cells", "form", "grid", "profiles", "scoring.of_form", "send.area", "send.sheet"},
    "send.names": {"cells"},
    "send.mail": {"errors"},
    "send.pdf": {"errors"},
    "send.paper": {"files.package", "send.parts", "send.pdf"},
    "collect": set(),
    "collect.scratch": set(),
    "collect.unrar": {"send.pdf"},
    "collect.packed": {"collect", "collect.scratch", "collect.unrar", "errors", "files.bounds", "files.mail",
                       "files.package"},
    "collect.lying": {"cells", "collect.packed", "errors", "files"},
    "collect.judged": {"checks", "errors", "files", "form", "grid", "profiles", "profiles.own", "reading",
                       "reading.refusal", "scoring.of_form"},
    "collect.known": {"__init__", "checks", "collect.judged", "profiles", "profiles.own"},
    "collect.processes": set(),
    "collect.hands": {"collect.judged", "collect.known", "collect.processes", "collect.scratch", "files.bounds",
                      "profiles"},
    "collect.gathering": {"cells", "collect.hands", "collect.judged", "collect.known", "collect.lying"},
    "collect.asked": {"cells", "errors", "files", "grid", "labels"},
    "collect.sheets": set(),
    "collect.remarks": {"cells", "collect.gathering", "collect.sheets", "errors", "labels"},
    "collect.tables": {"cells", "checks", "checks.base", "collect.asked", "collect.gathering", "collect.remarks",
                       "collect.sheets"},
    "collect.book": {"cells", "collect.sheets", "collect.tables"},
    "collect.progress": {"collect.gathering"},
    "collect.slip": {"checks"},
    "collect.marked": {"cells", "errors", "files.package", "send.area", "send.parts"},
    "collect.returning": {"checks", "collect.asked", "collect.gathering", "collect.known", "collect.lying",
                          "collect.marked", "collect.slip", "errors", "send", "send.mail", "send.names"},
    "collect.summary": {"cells", "checks", "collect", "collect.asked", "collect.book", "collect.gathering",
                        "collect.hands", "collect.known", "collect.remarks", "collect.returning", "collect.tables",
                        "errors", "files", "profiles", "workbook"},
    "actions": {"actions.books", "actions.demonstration", "actions.judging", "actions.leaving",
                "actions.receiving"},  # for readers of types; at run time only when a name is used
    "actions.judging": {"cells", "checks", "errors", "files", "form", "profiles", "profiles.own", "reading",
                        "reading.refusal", "scoring.of_form"},
    "actions.books": {"actions.judging", "cells", "checks", "errors", "excel.functions", "excel.ribbon",
                         "excel.vba", "excel.vba.build", "form", "profiles", "profiles.own", "scoring.of_form",
                         "sheet", "workbook", "year"},
    "actions.leaving": {"actions.judging", "cells", "checks", "errors", "files", "form", "grid", "profiles", "reading",
                        "reading.refusal", "send.book", "send.mail", "send.names", "send.official", "send.paper",
                        "send.pdf", "workbook"},
    "actions.receiving": {"collect.summary", "excel.log"},
    "actions.demonstration": {"actions.books", "actions.judging", "actions.leaving", "actions.receiving",
                              "collect.summary", "errors", "send.pdf", "workbook"},
    "excel": set(),
    "excel.log": set(),
    "excel.cell_function": {"cells", "excel.log", "scoring.in_cells"},
    "excel.arguments": {"cells", "errors", "excel.cell_function", "labels", "profiles", "profiles.own",
                        "scoring.direction", "scoring.in_cells"},
    "excel.functions": {"checks.in_cells", "excel.arguments", "excel.cell_function", "profiles", "scoring.direction",
                        "scoring.in_cells"},
    "excel.xl": {"excel.cell_function"},
    "excel.server": {"excel.buttons", "excel.functions", "excel.log", "excel.xl"},
    "excel.install": {"errors", "excel.server"},
    "excel.ribbon": set(),
    "excel.given": {"cells", "form", "grid", "labels", "reading", "sheet.layout", "sheet.page"},
    "excel.plan": {"cells", "excel.functions", "excel.given", "grid", "sheet.page"},
    "excel.buttons": {"errors", "excel.buttons.desk", "excel.buttons.findings", "excel.buttons.next_year",
                      "excel.buttons.overview", "excel.buttons.receiving", "excel.buttons.rows", "excel.buttons.scores",
                      "excel.buttons.sending", "excel.buttons.sheets",
                      "excel.given", "excel.log", "excel.plan"},
    "excel.buttons.tables": {"excel.given", "excel.plan", "grid", "sheet.fit", "sheet.names", "sheet.page"},
    "excel.buttons.rows": {"cells", "excel.given", "excel.plan", "grid", "sheet.formulas", "sheet.layout",
                           "sheet.page"},
    "excel.buttons.scores": {"actions", "cells", "checks.base", "excel.given", "excel.plan", "form"},
    "excel.buttons.findings": {"actions", "cells", "checks", "excel.buttons.tables", "excel.given", "excel.plan",
                               "form", "labels"},
    "excel.buttons.overview": {"actions", "excel.given", "excel.plan", "labels", "profiles", "sheet.guide",
                               "sheet.page", "sheet.summary"},
    "excel.buttons.sheets": {"actions", "cells", "excel.buttons.overview", "excel.buttons.tables", "excel.given",
                             "excel.plan", "form", "grid", "labels", "sheet", "sheet.layout", "sheet.page"},
    "excel.buttons.next_year": {"cells", "excel.buttons.findings", "excel.buttons.sheets", "excel.buttons.tables",
                                "excel.given", "excel.plan",
                                "labels", "sheet.layout", "sheet.names", "sheet.page", "year"},
    "excel.buttons.sending": {"actions", "checks", "errors", "excel.given", "excel.plan"},
    "excel.buttons.receiving": {"excel.collecting", "excel.given", "excel.plan"},
    "excel.collecting": {"collect.remarks", "excel", "excel.log"},
    "excel.buttons.desk": {"excel.desk", "excel.doctor", "excel.given", "excel.log", "excel.plan", "excel.windows",
                           "grid", "sheet.guide", "sheet.layout", "workbook"},
    "excel.template": set(),
    "excel.windows": {"errors", "excel.install"},
    "excel.desk": {"__init__", "errors", "excel.template", "excel.windows", "profiles.own"},
    "excel.bundle": {"__init__", "errors", "excel.desk"},
    "excel.facts": {"__init__", "excel.desk", "excel.install", "excel.log", "excel.server", "excel.windows",
                    "profiles.own"},
    "excel.doctor": {"excel.desk", "excel.facts", "excel.proof"},
    "excel.proof": {"actions", "cells", "excel.desk", "excel.doctor", "excel.functions", "excel.log", "excel.template"},
    "excel.vba": {"excel.cell_function", "excel.functions"},
    "excel.vba.build": {"errors", "excel.vba"},
    "__main__": {"cli"},
    "cli": {"__init__", "actions", "cells", "checks", "collect.progress", "collect.summary",
            "errors", "excel.bundle", "excel.desk", "excel.doctor",
            "excel.log", "profiles.own", "workbook", "year"},
}  # fmt: skip
XLWINGS = {"excel.xl", "excel.server"}
OPENS_FILES = {
    "files.docx": {"lxml"},
    "files.html": {"lxml"},
    "files.office_xml": {"lxml"},
    "files.opendocument": {"lxml"},
    "files.pdf": {"pdfplumber", "pdfminer"},
    "files.pdf_cells": {"pdfplumber"},
    "files.pdf_page": {"pdfplumber", "pdfminer"},
    "files.unruled": {"pdfplumber"},
    "files.xls": {"xlrd"},
    "files.xlsx": {"lxml"},
    "send.parts": {"lxml"},
    "send.sheet": {"lxml"},
    "send.paper": {"lxml"},
    "workbook": {"xlsxwriter"},
    "collect.book": {"xlsxwriter"},
    "collect.marked": {"lxml"},
    "collect.slip": {"docx"},
    "collect.remarks": {"openpyxl"},
    "excel.vba.build": {"xlsxwriter", "pyopenvba"},
}
FORMATS = ("docx", "html", "opendocument", "pdf", "text", "xls", "xlsx")
READERS = {"docx", "lxml", "pdfplumber", "pdfminer", "xlrd"}
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
    assert own(imported(path)) - {"patterns"} <= ALLOWED[name]


@pytest.mark.parametrize(("name", "path"), list(modules()), ids=lambda value: value if isinstance(value, str) else "")
def test_libraries_that_open_files_or_reach_excel_stay_where_they_belong(name, path):
    libraries = {imported_name.split(".")[0] for imported_name in imported(path)} & LIBRARIES
    allowed = OPENS_FILES.get(name, set()) | ({"xlwings"} if name in XLWINGS else set())
    assert libraries <= allowed


@pytest.mark.parametrize("kind", FORMATS)
def test_a_reader_is_given_content_and_knows_no_path(kind):
    """Who opened the file names it, also where something is wrong with it."""
    read = import_module(f"selfeval_xl.files.{kind}").read

    assert {"content": bytes, "return": tuple[Grid, ...]} == read.__annotations__
    assert not any(name.startswith("pathlib") for name in imported(PACKAGE / "files" / f"{kind}.py"))


def test_the_table_lists_no_module_that_is_gone():
    assert set(ALLOWED) == {name for name, _ in modules()}
