import io
import os
import re
import subprocess
import sys
import threading
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from conftest import FORMS_TEXT, ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from wild import FORMS

from selfeval_xl import actions, errors, workbook
from selfeval_xl.cells import CellError, Entry
from selfeval_xl.excel import vba
from selfeval_xl.form import Funds
from selfeval_xl.grid import Area, Grid
from selfeval_xl.profiles import NATIONAL
from selfeval_xl.reading import read_forms
from selfeval_xl.sheet import blank_form, form_page
from selfeval_xl.sheet.formulas import TO_NAME

BLANK = blank_form(2026, NATIONAL)
TEMPLATE = ROOT / "workbook" / "template.xlsm"
ADDIN = ROOT / "workbook" / "selfeval.xlam"


def pages_of(forms, notes=()):
    """All sheets of a workbook with these forms, by the national rules."""
    return actions.book_pages(forms, [NATIONAL] * len(forms), notes or [[]] * len(forms))


def part(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as package:
        return package.read(name).decode()


# ---- the files ----------------------------------------------------------------------------------------------------


def test_the_imported_workbook_is_valid(demo_book, valid_package):
    valid_package(demo_book)


def test_the_template_and_a_new_workbook_are_valid(tmp_path, valid_package):
    actions.new(tmp_path / "新表.xlsm", year=2026)
    valid_package(tmp_path / "新表.xlsm")
    valid_package(TEMPLATE)


def test_the_committed_template_is_what_the_sources_build(tmp_path):
    actions.build_template(tmp_path / "a.xlsm")
    actions.build_template(tmp_path / "b.xlsm")

    assert (tmp_path / "a.xlsm").read_bytes() == (tmp_path / "b.xlsm").read_bytes()
    assert TEMPLATE.read_bytes() == (tmp_path / "a.xlsm").read_bytes(), "run selfeval-xl build-template"


def test_the_committed_add_in_is_what_the_sources_build(tmp_path):
    actions.build_addin(tmp_path / "a.xlam")
    actions.build_addin(tmp_path / "b.xlam")

    assert (tmp_path / "a.xlam").read_bytes() == (tmp_path / "b.xlam").read_bytes()
    assert ADDIN.read_bytes() == (tmp_path / "a.xlam").read_bytes(), "run sh tools/build.sh"


def test_the_ribbon_is_in_the_add_in_and_in_no_workbook(demo_book):
    names = {path: zipfile.ZipFile(path).namelist() for path in (ADDIN, TEMPLATE, demo_book)}

    assert [ADDIN] == [path for path in names if any("customUI" in name for name in names[path])]
    assert not any("customUI" in part(book, "_rels/.rels") for book in (TEMPLATE, demo_book))


def test_excel_takes_the_add_in_for_one():
    types = part(ADDIN, "[Content_Types].xml")

    assert 'PartName="/xl/workbook.xml" ContentType="application/vnd.ms-excel.addin.macroEnabled.main+xml"' in types
    assert 'codeName="ThisWorkbook"' in part(ADDIN, "xl/workbook.xml")


def test_the_template_has_a_guide_one_blank_form_and_a_summary():
    assert ["说明", "项目1", "汇总"] == openpyxl.load_workbook(TEMPLATE).sheetnames


@pytest.mark.parametrize("forms", [1, 72, vba.MOST_SHEETS - 2])
def test_every_sheet_has_its_document_module_in_the_vba_project(tmp_path, valid_package, forms):
    form = actions.read([FORMS_TEXT])[0].form
    pages = pages_of([form] * forms, [[]] * forms)
    workbook.write_live(tmp_path / "many.xlsm", pages)

    valid_package(tmp_path / "many.xlsm")


def test_more_forms_than_a_workbook_takes_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(vba, "MOST_SHEETS", 5)

    with pytest.raises(errors.TooManyForms, match=r"共读到 4 张自评表，一个工作簿最多放 3 张。请分几次导入"):
        actions.import_forms([FORMS_TEXT], tmp_path / "x.xlsm")
    assert [] == list(tmp_path.iterdir())


def test_every_formula_carries_its_value(demo_book):
    formulas = openpyxl.load_workbook(demo_book, keep_vba=True)
    values = openpyxl.load_workbook(demo_book, data_only=True)
    first = values["合作交流工作业务费"]

    assert [0.8089, 8.09, 100, 98.09, "优"] == [first[a].value for a in ("H6", "I6", "G23", "H23", "L2")]
    assert [98.09, 97.99, 98.86, 98] == [values["汇总"][f"G{row}"].value for row in range(3, 7)]
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f" and cell.column_letter != "L":  # where blank says that nothing was found
                    assert values[sheet.title][cell.coordinate].value is not None, (sheet.title, cell.coordinate)


def test_blank_answers_are_cached_as_blank_text(tmp_path):
    actions.new(tmp_path / "new.xlsm")

    xml = part(tmp_path / "new.xlsm", "xl/worksheets/sheet2.xml")

    assert re.search(r'<c r="H6" s="\d+" t="str"><f>.*?</f><v></v></c>', xml)
    assert "<v></v></c>" not in re.sub(r't="str"><f>[^<]*</f><v></v></c>', "", xml)


def test_opening_the_file_does_not_throw_its_values_away(demo_book):
    xml = part(demo_book, "xl/workbook.xml")

    assert '<calcPr calcId="191029"/>' in xml
    assert "fullCalcOnLoad" not in xml


def test_rows_of_indicators_and_goals_grow_with_their_text_and_the_others_keep_their_height(demo_book):
    xml = part(demo_book, "xl/worksheets/sheet2.xml")
    rows = dict(re.findall(r'<row r="(\d+)"([^>]*)>', xml))

    assert all("customHeight" not in rows[str(row)] for row in (11, *range(13, 23)))
    assert all("customHeight" in rows[str(row)] for row in (*range(1, 11), 12, 23))


def test_one_page_wide_on_a4_portrait(demo_book):
    sheet = openpyxl.load_workbook(demo_book)["合作交流工作业务费"]

    assert ("9", "portrait") == (str(sheet.page_setup.paperSize), sheet.page_setup.orientation)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (None, None) == (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight), "1 is what the file leaves out"
    assert "'合作交流工作业务费'!$A$1:$I$23" == sheet.print_area


@pytest.mark.parametrize("name", [None, "合作交流工作业务费"])
def test_the_top_of_a_form_stays_in_view_and_paper_has_no_grounds(demo_book, name):
    book = openpyxl.load_workbook(demo_book if name else TEMPLATE)
    sheet = book[name] if name else book.worksheets[1]

    assert ("A5", 90) == (sheet.freeze_panes, sheet.sheet_view.zoomScale)
    assert sheet.page_setup.blackAndWhite


def test_cells_that_people_fill_have_hints_and_warnings_in_the_file(demo_book):
    sheet = openpyxl.load_workbook(demo_book)["合作交流工作业务费"]
    by_cell = {str(one.sqref): one for one in sheet.data_validations.dataValidation}

    amounts = by_cell["D6:F9"]
    assert ("decimal", "warning") == (amounts.type, amounts.errorStyle)
    assert amounts.showInputMessage and amounts.showErrorMessage
    assert "只填数字" in amounts.prompt and amounts.error
    assert ("$G13", "warning") == (by_cell["H13:H22"].formula2, by_cell["H13:H22"].errorStyle)


def test_a_long_form_has_print_titles_and_page_breaks(tmp_path, valid_package):
    form = actions.read([FORMS_TEXT])[0].form
    indicators = form.indicators * 5
    path = tmp_path / "long.xlsm"

    workbook.write_live(path, pages_of([replace(form, indicators=indicators)]))

    valid_package(path)
    sheet = openpyxl.load_workbook(path).worksheets[1]
    assert "$12:$12" == sheet.print_title_rows
    assert 1 <= len(sheet.row_breaks.brk)
    assert "$1:$2" == openpyxl.load_workbook(path)["汇总"].print_title_rows


@pytest.mark.parametrize(
    "hostile", ["=1+1", "+1", "-1+1", "@SUM(A1)", '=cmd|"/c calc"!A1', "{=1}", "http://例.cn", "x\x0by"]
)
def test_words_from_outside_are_never_taken_over_as_a_formula_or_link(tmp_path, hostile):
    form = actions.read([FORMS_TEXT])[0].form
    entry = Entry(hostile, hostile)
    indicator = replace(form.indicators[0], level3=entry, target=entry, actual=entry, reason=entry)
    form = replace(form, project=entry, expected_goal=entry, indicators=(indicator, *form.indicators[1:]))
    path = tmp_path / "hostile.xlsm"

    workbook.write_live(path, pages_of([form], [[hostile]]))

    sheet = openpyxl.load_workbook(path).worksheets[1]
    for address in ("C3", "B11", "D13", "E13", "F13", "I13", "L10"):
        assert "s" == sheet[address].data_type
        assert sheet[address].hyperlink is None
    assert hostile.replace("\x0b", "") == sheet["D13"].value


def test_text_numbers_and_large_amounts_survive_as_they_are(tmp_path):
    form = actions.read([FORMS_TEXT])[0].form
    funds = replace(
        form.funds[0], executed=Entry("620.82万元", "620.82万元"), annual_budget=Entry(Decimal("123456789012.34"), "x")
    )
    path = tmp_path / "x.xlsm"

    workbook.write_live(path, pages_of([replace(form, funds=(funds,))]))

    sheet = openpyxl.load_workbook(path).worksheets[1]
    assert "620.82万元" == sheet["F6"].value
    assert 123456789012.34 == sheet["E6"].value
    assert sheet["E6"].alignment.shrink_to_fit


# Characters that XML or the names of sheets do not allow, and some that are merely rare.
ODD = "甲aA'!\"&<>[]:*?/\\ \u3000\x00\x01\x0b\x1f\x7f\x85\ud800\udfff\ufffe\uffff\U0001f600\U00020000Ａ"


@given(st.lists(st.text(ODD, max_size=40), min_size=1, max_size=4))
@settings(max_examples=30)
def test_any_text_makes_a_workbook_that_other_programs_open(titles):
    forms = [
        replace(BLANK, project=Entry(title, title), achieved_goal=Entry(title, title), money_unit=title or None)
        for title in titles
    ]
    pages = pages_of(forms, [[title] for title in titles])

    content = workbook.live_workbook(pages, vba.project(len(pages)))

    book = openpyxl.load_workbook(io.BytesIO(content))
    assert [page.name for page in pages] == book.sheetnames


def test_text_beyond_what_a_cell_takes_is_cut_as_excel_counts(tmp_path):
    long = "\U00020000" * 20000
    path = tmp_path / "long.xlsm"

    workbook.write_live(path, pages_of([replace(BLANK, project=Entry(long, long))]))

    assert long[: 32767 // 2] == openpyxl.load_workbook(path).worksheets[1]["C3"].value


@pytest.mark.parametrize("name", ["#REF!", "#DIV/0!", "#N/A"])
def test_an_error_taken_over_stays_an_error_and_is_no_formula(tmp_path, name):
    funds = replace(BLANK.funds[0], executed=Entry(CellError(name), name))
    path = tmp_path / "x.xlsm"

    workbook.write_live(path, pages_of([replace(BLANK, funds=(funds,))]))

    sheet = openpyxl.load_workbook(path).worksheets[1]
    assert ("e", name) == (sheet["F6"].data_type, sheet["F6"].value)
    shown = openpyxl.load_workbook(path, data_only=True).worksheets[1]
    assert ["#N/A", "#N/A"] == [shown[a].value for a in ("H6", "I6")]


# ---- saving -------------------------------------------------------------------------------------------------------


def test_an_existing_file_is_never_replaced_without_being_asked(tmp_path):
    target = tmp_path / "去年.xlsm"
    target.write_bytes(b"last year")

    with pytest.raises(errors.AlreadyThere):
        actions.new(target)
    assert b"last year" == target.read_bytes()

    actions.new(target, overwrite=True)
    assert zipfile.is_zipfile(target)
    assert [target] == list(tmp_path.iterdir())


def test_a_failure_while_writing_leaves_nothing_behind(tmp_path):
    def fails():
        raise OSError(28, "No space left on device")

    with pytest.raises(errors.CannotWrite):
        workbook.save(tmp_path / "x.xlsm", fails)
    assert [] == list(tmp_path.iterdir())


def test_a_full_disk_keeps_the_old_file_whole(tmp_path):
    target = tmp_path / "表.xlsm"
    target.write_bytes(b"old")
    code = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))\n"
        "from selfeval_xl.cli import main\n"
        f"sys.exit(main(['new', '-o', {str(target)!r}, '--overwrite']))"
    )

    done = subprocess.run([sys.executable, "-B", "-c", code], capture_output=True, text=True, timeout=60)

    assert 2 == done.returncode
    assert "无法写入" in done.stderr
    assert b"old" == target.read_bytes()
    assert [target] == list(tmp_path.iterdir())


def test_killed_in_the_middle_the_target_is_old_or_new_and_never_half(tmp_path):
    target = tmp_path / "表.xlsm"
    target.write_bytes(b"old")
    code = (
        "import os, signal\n"
        "from pathlib import Path\n"
        "from selfeval_xl import workbook\n"
        "def content():\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        f"workbook.save(Path({str(target)!r}), content, overwrite=True)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60)

    assert -9 == done.returncode
    assert b"old" == target.read_bytes()


def test_two_at_once_one_writes_and_the_other_is_told(tmp_path):
    target = tmp_path / "同时.xlsm"
    both_ready = threading.Barrier(2)
    outcomes = []

    def write(name: bytes):
        def content():
            both_ready.wait(10)
            return name * 1000

        try:
            workbook.save(target, content)
            outcomes.append(name)
        except errors.AlreadyThere:
            outcomes.append(None)

    threads = [threading.Thread(target=write, args=(name,)) for name in (b"a", b"b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    (winner,) = (name for name in outcomes if name)
    assert 1 == outcomes.count(None)
    assert winner * 1000 == target.read_bytes()
    assert [target] == list(tmp_path.iterdir())


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX files")
def test_a_written_file_may_be_read_by_others_as_usual(tmp_path):
    previous = os.umask(0o022)
    try:
        actions.new(tmp_path / "x.xlsm")
    finally:
        os.umask(previous)
    assert 0o644 == (tmp_path / "x.xlsm").stat().st_mode & 0o777


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX files")
@pytest.mark.parametrize("mode", [0o600, 0o664, 0o400])
def test_a_replaced_file_keeps_its_permissions(tmp_path, mode):
    target = tmp_path / "x.xlsm"
    target.write_bytes(b"old")
    target.chmod(mode)

    workbook.save(target, lambda: b"new", overwrite=True)

    assert (b"new", mode) == (target.read_bytes(), target.stat().st_mode & 0o777)


@pytest.mark.skipif(os.name == "nt", reason="links of POSIX systems")
@pytest.mark.parametrize("old", [b"old", None])
def test_through_a_link_the_file_is_replaced_and_not_the_link(tmp_path, old):
    (tmp_path / "elsewhere").mkdir()
    target, link = tmp_path / "elsewhere" / "y.xlsm", tmp_path / "x.xlsm"
    if old is not None:
        target.write_bytes(old)
    link.symlink_to(target)

    with pytest.raises(errors.AlreadyThere, match="已经存在"):
        actions.new(link)
    workbook.save(link, lambda: b"new", overwrite=True)

    assert (True, b"new") == (link.is_symlink(), target.read_bytes())
    assert [target] == list(target.parent.iterdir())
    assert {link, target.parent} == set(tmp_path.iterdir())


@pytest.mark.skipif(os.name == "nt", reason="devices of POSIX systems")
@pytest.mark.parametrize("kind", ["pipe", "device", "circle"])
def test_what_is_no_file_is_not_replaced(tmp_path, kind):
    target = tmp_path / "x.xlsm"
    if kind == "pipe":
        os.mkfifo(target)
    else:
        target.symlink_to("/dev/null" if kind == "device" else target)
    before = target.lstat()

    with pytest.raises(errors.CannotWrite, match="链接循环" if kind == "circle" else "设备或管道"):
        workbook.save(target, lambda: b"new", overwrite=True)

    assert before == target.lstat()
    assert [target] == list(tmp_path.iterdir())


def test_what_cannot_be_made_leaves_the_target_alone_and_what_was_written_is_known(tmp_path):
    """The content is made first: no temporary file lies about meanwhile."""

    def content():
        assert [] == list(tmp_path.iterdir())
        raise errors.TooManyForms(300, 250)

    before = len(workbook.saved)
    with pytest.raises(errors.TooManyForms):
        workbook.save(tmp_path / "x.xlsm", content)
    workbook.save(tmp_path / "y.xlsm", lambda: b"new")

    assert [tmp_path / "y.xlsm"] == list(tmp_path.iterdir()) == workbook.saved[before:]


@pytest.mark.parametrize("text", ["=1+1", "+86", "-乡道", "@甲", "＝A1", "\t=1", "\r=1"])
def test_text_that_looks_like_a_formula_is_marked_as_text(tmp_path, valid_package, text):
    """So that F2 and Enter leave it as it is; other cells look as before."""
    form = actions.read([FORMS_TEXT])[0].form
    path = tmp_path / "x.xlsm"

    workbook.write_live(path, pages_of([replace(form, project=Entry(text, text))]))

    valid_package(path)
    sheet = openpyxl.load_workbook(path).worksheets[1]
    named, other = sheet["C3"], sheet["C4"]
    assert ("s", True) == (named.data_type, named.quotePrefix)
    assert str(named.value).endswith(text.strip())
    assert not other.quotePrefix
    assert not sheet["G7"].quotePrefix, "a printed dash"
    looks = [[repr(getattr(cell, part)) for part in ("font", "fill", "border", "alignment")] for cell in (named, other)]
    assert looks[0] == looks[1]


def test_cells_of_words_hold_text_also_where_it_is_a_number(tmp_path, valid_package):
    """Excel then makes no date of 11/20; the others stay as they were."""
    form = actions.read([FORMS_TEXT])[0].form
    first = replace(form.indicators[0], target=Entry(Decimal(60), "60"), actual=Entry(Decimal(45), "45"))
    form = replace(form, indicators=(first, *form.indicators[1:]))
    path = tmp_path / "x.xlsm"

    workbook.write_live(path, pages_of([form]))

    valid_package(path)
    sheet = openpyxl.load_workbook(path).worksheets[1]
    assert ["@"] * 6 == [sheet[address].number_format for address in ("D13", "E13", "F13", "I22", "B11", "F11")]
    assert ["General", "#,##0.00####", "0.00%", "0.00", "0.00", "0.00"] == [
        sheet[address].number_format for address in ("G13", "E6", "H6", "I6", "H13", "H23")
    ]
    assert ["60", "45", 10] == [sheet[address].value for address in ("E13", "F13", "H13")]
    marked = '<ignoredError sqref="D13:F22 I13:I22" numberStoredAsText="1"/>'
    assert marked in part(path, "xl/worksheets/sheet2.xml")
    (read,) = actions.read([path])
    assert [Decimal(60), Decimal(45)] == [read.form.indicators[0].target.number, read.form.indicators[0].actual.number]


@pytest.mark.parametrize("one", FORMS, ids=lambda one: one.name)
def test_what_is_read_as_a_number_is_written_as_one(one):
    """Amounts, points and rates of every layout, also where they were text with a unit, 全角 or a dash."""
    found = read_forms(Grid.of(one.rows, "表", [Area(*merge) for merge in one.merges]))

    assert found
    for reading in found:
        form = reading.form
        page = form_page(form, NATIONAL, "表")
        held = {(cell.row, cell.column): cell.content for cell in page.cells}
        first = page.total_row - len(form.indicators)
        for row, indicator in enumerate(form.indicators, first):
            for column, entry in ((7, indicator.weight), (8, indicator.score)):
                assert held[row, column] == number_or_words(entry)
        total = form.total_funds or Funds()
        amounts = (total.initial_budget, total.annual_budget, total.executed, total.weight)
        for column, entry in enumerate(amounts, 4):
            assert held[6, column] == number_or_words(entry)


def number_or_words(entry):
    return entry.written if isinstance(entry.value, str) else entry.value


def test_a_rate_is_shown_with_the_decimals_of_the_profile(tmp_path):
    form = actions.read([FORMS_TEXT])[0].form
    profile = replace(NATIONAL, rate_places=6)
    path = tmp_path / "x.xlsm"

    workbook.write_live(path, actions.book_pages([form], [profile], [[]]))

    book = openpyxl.load_workbook(path)
    assert ["0.0000%"] * 2 == [book.worksheets[1]["H6"].number_format, book["汇总"]["F3"].number_format]


def test_what_a_blank_form_says_is_neither_read_nor_sent(tmp_path):
    path, begun = tmp_path / "空白.xlsm", tmp_path / "开始填.xlsm"
    actions.new(path, year=2026)
    book = openpyxl.load_workbook(path, keep_vba=True)
    book["项目1"]["C3"] = "城区道路保洁"
    book.save(begun)

    (one,) = actions.read([path])
    with pytest.raises(errors.NothingToSend, match="尚未填写"):
        actions.freeze(path, tmp_path / "sent", force=True)
    (sent,) = actions.freeze(begun, tmp_path / "sent", force=True).written

    assert one.form.is_blank and () == one.leftovers
    cells = [cell.value for row in openpyxl.load_workbook(sent).active.iter_rows() for cell in row]
    assert "城区道路保洁" in cells and not {TO_NAME, "下一步"} & set(cells)
