"""The formulas of the form in every program that computes them: the number of Python, an error or nothing.

Without Python behind them the cells calculate by themselves, in whatever program somebody opens the workbook with.
"""

from functools import cache, partial

import openpyxl
import pytest
from live.engine_cases import CASES, OWN, OWN_FILE, Case, filled, write
from live.engines import (
    ENGINES,
    Expected,
    InFormulon,
    bare,
    differences,
    expected,
    is_same,
    of_formulon,
    opened_in_formulon,
    read_sheets,
    shown,
)

from selfeval_xl.cells import CellError
from selfeval_xl.profiles import own
from selfeval_xl.sheet import GUIDE, SUMMARY
from selfeval_xl.sheet.formulas import LONGEST

pytestmark = [
    pytest.mark.engines,
    pytest.mark.filterwarnings("ignore:Workbook contains no default style"),  # as Gnumeric writes it
]

# Where an engine differs from Excel by its own fault: by the end of the case's title.
FAULTS = {
    ("libreoffice", " TRUE"): "LibreOffice counts a logical value in a cell as a number",
    ("betteroffice", " 1.005"): "betteroffice-xlsx rounds 1.005, which a double holds as a little less, to 1.00",
}


def fault(engine: str, case: Case) -> str | None:
    return next((why for (who, end), why in FAULTS.items() if who == engine and case.title.endswith(end)), None)


def failing(reason: str | None) -> list[pytest.MarkDecorator]:
    return [pytest.mark.xfail(strict=True, reason=reason)] if reason else []


def none(found: list[str]) -> None:
    assert not found, "\n".join(found)


# ---- the workbook and who computes it ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def computed_by(request):
    """What an engine computes of a workbook; each is asked once."""

    @cache
    def read(engine, path):
        return ENGINES[engine](path, request.getfixturevalue("office") if engine == "libreoffice" else None)

    return read


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """A workbook with a sheet for each case: the one that is written, the bare one, and the sheets' names."""
    folder = tmp_path_factory.mktemp("cases")
    (folder / f"{OWN.name}.toml").write_text(OWN_FILE, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SELFEVAL_XL_PROFILES", str(folder))
        assert OWN.grades == own.named(OWN.title).grades
        written = folder / "cases.xlsm"
        names = write(CASES, written)
        yield written, bare(written, folder / "bare.xlsx"), names


@pytest.fixture(scope="module")
def sheets(book):
    """The sheet of a case: its name, what Python answers for its cells, and what the file holds."""
    written, computing, names = book
    raw, kept = read_sheets(computing), read_sheets(written)
    found = {
        case.title: (name, expected(raw[name], only_python=case.only_python), kept[name])
        for name, case in names.items()
    }
    assert not [one for name, wanted, _ in found.values() for one in wanted if one.cell in raw[name]]  # all are bare
    assert len(CASES) == len(found)
    return found


@pytest.mark.parametrize(
    ("engine", "case"),
    [pytest.param(engine, case, marks=failing(fault(engine, case))) for engine in ENGINES for case in CASES],
    ids=str,
)
def test_an_official_cell_shows_what_python_answers_or_nothing(engine, case, book, sheets, computed_by):
    """Nothing is a blank or an error, and only where a text that Python reads as a number is in the way."""
    name, wanted, _ = sheets[case.title]

    none(differences(engine, case.title, partial(computed_by(engine, book[1]), name), wanted))


@pytest.mark.parametrize("case", [case for case in CASES if not case.put], ids=str)
def test_the_file_holds_what_python_answers_and_what_engines_compute(case, book, sheets, computed_by):
    """The same number, an error for an error, a blank for a blank."""
    name, wanted, kept = sheets[case.title]
    cached = [Expected(one.cell, shown(kept.get(one.cell)), one.only_python, exactly=True) for one in wanted]

    found = differences("the file", case.title, lambda cell: shown(kept.get(cell)), wanted)
    for engine in ENGINES:
        if not fault(engine, case):
            found += differences(engine, case.title, partial(computed_by(engine, book[1]), name), cached)

    none(found)


# ---- sheets that people change -------------------------------------------------------------------------------

FIRST, TOTAL = 13, 17  # rows of a form with four indicators


def fill(sheet, row, weight=5, score=4.5):
    sheet.type_in(f"G{row}", weight)
    sheet.type_in(f"H{row}", score)


def below_the_headings(sheet):
    sheet.insert_rows(FIRST, 2)
    fill(sheet, FIRST)
    fill(sheet, FIRST + 1)


def above_the_total(sheet):
    sheet.insert_rows(TOTAL, 2)
    fill(sheet, TOTAL)
    fill(sheet, TOTAL + 1)


def at_both_ends(sheet):
    above_the_total(sheet)
    below_the_headings(sheet)


def inside_the_block(sheet):
    sheet.insert_rows(FIRST + 2)
    fill(sheet, FIRST + 2)


def words_above_the_total(sheet):
    sheet.insert_rows(TOTAL)
    fill(sheet, TOTAL, "5 分", "4.5 分")


def blank_rows(sheet):
    sheet.insert_rows(TOTAL, 3)
    sheet.insert_rows(FIRST, 3)


def above_the_money(sheet):
    sheet.insert_rows(6, 2)
    sheet.insert_rows(5)


def above_everything(sheet):
    sheet.insert_rows(1, 2)


def one_indicator_deleted(sheet):
    sheet.delete_rows(FIRST)


def all_indicators_deleted(sheet):
    sheet.delete_rows(FIRST, TOTAL - FIRST)


def all_replaced(sheet):
    below_the_headings(sheet)
    sheet.delete_rows(FIRST + 2, TOTAL - FIRST)


# What is done to a sheet, and its total afterwards.
EDITS = {
    below_the_headings: 105.59,
    above_the_total: 105.59,
    at_both_ends: 114.59,
    inside_the_block: 101.09,
    words_above_the_total: CellError("#N/A"),
    blank_rows: 96.59,
    above_the_money: 96.59,
    above_everything: 96.59,
    one_indicator_deleted: 66.59,
    all_indicators_deleted: None,
    all_replaced: 17.09,
}
COPIED_BEFORE, COPIED_AFTER = " (2)", " (3)"


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory):
    """A workbook with a sheet for each edit, and the names of the sheets."""
    folder = tmp_path_factory.mktemp("edited")
    names = write([filled(edit.__name__) for edit in EDITS], folder / "book.xlsm")
    return bare(folder / "book.xlsm", folder / "book.xlsx"), tuple(names)


@pytest.fixture(scope="module")
def edited(unchanged, office):
    """Sheets changed by hand and copied in LibreOffice: what it shows itself, and the file that it saves."""
    from live.office import NO_MACROS

    path, names = unchanged
    folder = path.parent
    book = office.open(path, NO_MACROS)
    for edit, name in zip(EDITS, names, strict=True):
        copied = book.copy_sheet(name, f"{name}{COPIED_BEFORE}")
        fill(copied, TOTAL - 1, 5, 3.25)
        edit(copied)
        edit(book.sheet(name))
        book.copy_sheet(name, f"{name}{COPIED_AFTER}")
    book.save_as(folder / "saved.xlsm")
    yield book, bare(folder / "saved.xlsm", folder / "saved.xlsx"), dict(zip(EDITS, names, strict=True))
    book.close()


@pytest.mark.parametrize("copied", ["", COPIED_BEFORE, COPIED_AFTER], ids=["sheet", "copied before", "copied after"])
@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
@pytest.mark.parametrize("engine", ["libreoffice at once", *ENGINES])
def test_a_sheet_changed_by_hand_still_computes(engine, edit, copied, edited, computed_by):
    """Rows inserted at either end of the indicators and elsewhere, rows deleted, the sheet copied."""
    book, saved, names = edited
    name = f"{names[edit]}{copied}"
    read = computed_by(engine, saved) if engine in ENGINES else lambda name, cell: shown(book.sheet(name).value(cell))

    wanted = expected(read_sheets(saved)[name])

    none(differences(engine, name, partial(read, name), wanted))
    if copied != COPIED_BEFORE:
        assert is_same(EDITS[edit], read(name, total_cell(saved, name)))


def total_cell(path, name):
    return next(f"H{cell[1:]}" for cell, value in read_sheets(path)[name].items() if value == "总分")


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_rows_inserted_and_deleted_by_formulon_still_compute(edit, unchanged, tmp_path):
    """It moves references as Excel does."""
    path, (name, *_) = unchanged
    book = opened_in_formulon(path)
    read = of_formulon(book)

    edit(InFormulon(book, 1))
    book.recalc()

    (tmp_path / "saved.xlsx").write_bytes(book.save())
    wanted = expected(read_sheets(tmp_path / "saved.xlsx")[name])
    none(differences("formulon", edit.__name__, partial(read, name), wanted))
    assert is_same(EDITS[edit], read(name, total_cell(tmp_path / "saved.xlsx", name)))


# ---- the demonstration ---------------------------------------------------------------------------------------


def official(path):
    """The formulas that ask Python for a number or a grade, and those of the summary: sheet, cell, formula."""
    for sheet in openpyxl.load_workbook(path):
        for cell in (cell for row in sheet.iter_rows(max_col=9) for cell in row):
            if isinstance(cell.value, str) and cell.value.startswith("="):
                yield sheet.title, cell.coordinate, cell.value
        if sheet.title != SUMMARY and str(sheet["L2"].value).startswith("="):
            yield sheet.title, "L2", sheet["L2"].value


def test_the_longest_official_formula_can_be_read(demo_book):
    formulas = [(len(formula), sheet, cell) for sheet, cell, formula in official(demo_book) if "SE_" in formula]

    assert 4 * 5 == len(formulas)
    assert max(formulas)[0] <= LONGEST


@pytest.mark.parametrize("engine", ENGINES)
def test_the_forms_of_2022_and_their_summary_are_computed_as_they_are_kept(engine, demo_book, tmp_path, computed_by):
    read = computed_by(engine, bare(demo_book, tmp_path / "demo.xlsx"))
    kept = read_sheets(demo_book)

    found = []
    for sheet, cell, formula in official(demo_book):
        if (engine, sheet) == ("betteroffice", GUIDE) and "CELL(" in formula:
            continue  # a function that it does not know, and that only links use
        wanted = Expected(cell, shown(kept[sheet].get(cell)), only_python=False, exactly=True)
        found += differences(engine, sheet, partial(read, sheet), [wanted])

    none(found)
