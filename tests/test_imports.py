"""What people wait for when the first cell of the day is calculated."""

import subprocess
import sys

import openpyxl
import pytest

HEAVY = ("pandas", "numpy", "openpyxl", "xlsxwriter", "polars", "selfeval_xl.files", "selfeval_xl.reading",
         "selfeval_xl.workbook", "selfeval_xl.sheet", "selfeval_xl.actions")  # fmt: skip


def run(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60).stdout


def test_the_functions_come_without_pandas_openpyxl_and_the_readers():
    loaded = run("import sys, selfeval_xl.excel.xl, selfeval_xl.excel.functions; print(*sys.modules)").split()

    assert "xlwings" in loaded
    assert [] == [name for name in HEAVY if name in loaded]


def test_pandas_can_still_be_imported_afterwards():
    assert "True" in run("import selfeval_xl.excel.xl, pandas; print(pandas.DataFrame([1]).size == 1)")


@pytest.mark.parametrize("module", ["selfeval_xl.cli", "selfeval_xl.actions", "selfeval_xl.workbook"])
def test_without_excel_nobody_waits_for_xlwings(module):
    loaded = run(f"import sys, {module}; print(*sys.modules)").split()

    assert "xlwings" not in loaded
    assert "pandas" not in loaded


def test_the_package_alone_brings_none_of_its_modules():
    loaded = run("import sys, selfeval_xl; selfeval_xl.__version__; print(*sys.modules)").split()

    assert [] == [name for name in loaded if name.startswith("selfeval_xl.")]
    assert [] == [name for name in HEAVY if name in loaded]


def test_who_checks_a_workbook_waits_for_no_other_kind_of_file_and_for_nothing_that_writes(tmp_path):
    book = tmp_path / "a.xlsx"
    openpyxl.Workbook().save(book)
    loaded = run(
        "import sys; from selfeval_xl import cli; cli._complain = print; "
        f"status = cli.main(['check', {str(book)!r}]); print(status, *sys.modules)"
    ).split()

    assert "selfeval_xl.files.xlsx" in loaded
    others = ("files.pdf", "files.docx", "files.html", "files.xls", "files.mail", "send", "sheet", "workbook", "excel")
    assert [] == [name for name in loaded if name.startswith(tuple(f"selfeval_xl.{other}" for other in others))
                  and not name.startswith("selfeval_xl.files.xlsx")]  # fmt: skip
