"""Spreadsheets and texts as people make them: one quirk each, drawn here with invented contents."""

from datetime import datetime
from decimal import Decimal

import openpyxl
import pytest
from drawing import PROJECT, Style, workbook

from selfeval_xl.files import read_grids
from selfeval_xl.reading import read_forms


@pytest.fixture
def drawn(tmp_path):
    """A form on a sheet, changed by a function before it is saved and read."""

    def draw(change, **style):
        path = workbook(tmp_path / "form.xlsx", ("自评表", PROJECT, Style(**style)))
        book = openpyxl.load_workbook(path)
        change(book.active)
        book.save(path)
        return read(path)

    return draw


def read(path):
    """The one form of a file, with what found no place in it."""
    (reading,) = [reading for grid in read_grids(path) for reading in read_forms(grid, path.name)]
    return reading


def left(reading):
    return [entry.written for entry in reading.leftovers]


def whole(form):
    """The form says what was drawn."""
    assert form.project.written == "乡村道路养护"
    assert form.year == 2024
    assert [row.executed.number for row in form.funds][:2] == [Decimal("1003000.43")] * 2
    assert [row.level3.written for row in form.indicators] == [row[2] for row in PROJECT["indicators"]]
    assert [row.score.number for row in form.indicators] == [Decimal(str(row[6])) for row in PROJECT["indicators"]]
    assert form.total_score.number == Decimal("98.2")


def test_old_words_beneath_a_merged_area_are_left_over(drawn):
    """项目名称 is merged over two columns; a program left an old name beneath it."""

    def change(sheet):
        sheet._cells.pop((3, 2), None)
        sheet._cells[(3, 2)] = openpyxl.cell.cell.Cell(sheet, row=3, column=2, value="旧的项目名称")

    reading = drawn(change)
    whole(reading.form)
    assert left(reading) == ["旧的项目名称"]


@pytest.mark.parametrize("sign", ["\u200b", "\ufeff", "\u200e", "\u202a", "\xad", "\xa0", "\u2009", "\u2060"])
def test_signs_that_nobody_sees_change_nothing(drawn, sign):
    def change(sheet):
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str):
                    cell.value = f"{sign}{cell.value[:2]}{sign}{cell.value[2:]}{sign}"

    reading = drawn(change)
    bare = [row.level3.written.replace(" ", "") for row in reading.form.indicators]
    assert bare == [row[2] for row in PROJECT["indicators"]]
    assert reading.form.unit.written.replace(" ", "") == "某县公路段"
    assert reading.form.indicators[0].target.written.replace(" ", "") == "≥120公里"


@pytest.mark.parametrize(
    "words", ["'1180000.50", '="1180000.50"', "￥1,180,000.50", "1180000.5\t", "118.00005 万", "1180000.5元"]
)
def test_an_amount_in_a_guard_is_that_amount(drawn, words):
    def change(sheet):
        sheet.cell(6, 5).value = words
        sheet.cell(6, 5).data_type = "s"

    assert drawn(change).form.funds[0].annual_budget.number == Decimal("1180000.5")


def test_type_and_kind_and_name_are_the_three_levels(drawn):
    def change(sheet):
        for column, words in ((2, "指标类型"), (3, "指标类别"), (4, "指标名称")):
            sheet.cell(12, column).value = words

    form = drawn(change).form
    whole(form)
    assert form.indicators[0].level1.written == "产出指标"
    assert form.indicators[0].level2.written == "数量指标"


@pytest.mark.parametrize(("at", "words"), [("E5", "调整后的预算"), ("E5", "调整后的预算数"), ("E4", "承担处室")])
def test_other_words_for_headings(drawn, at, words):
    def change(sheet):
        sheet[at] = words

    form = drawn(change).form
    assert form.funds[0].annual_budget.number == Decimal("1180000.5")
    assert form.unit.written == "某县公路段"


@pytest.mark.parametrize(
    ("number", "number_format", "value", "written"),
    [
        (85.0, '0.00"%"', "0.85", "85.00%"),
        (85.0, "0\\%", "0.85", "85%"),
        (1180000.5, "0!.0000", "118.00005", "118.0001"),
        (1180000.5, "0!.0,", "118.00005", "118.0"),
        (1180000.5, "#,##0.00,", "1180.0005", "1,180.00"),
        (1180000.5, "#,##0.00", "1180000.5", "1180000.5"),
    ],
)
def test_a_number_says_what_its_format_shows(drawn, number, number_format, value, written):
    def change(sheet):
        sheet["E6"] = number
        sheet["E6"].number_format = number_format

    entry = drawn(change).form.funds[0].annual_budget
    assert entry.number == Decimal(value)
    assert entry.written == written


@pytest.mark.parametrize("epoch", [openpyxl.utils.datetime.WINDOWS_EPOCH, openpyxl.utils.datetime.MAC_EPOCH])
@pytest.mark.parametrize("number_format", ['yyyy"年度"', "yyyy年", '"（"yyyy"年度）"'])
def test_a_day_shown_as_its_year_is_that_year(drawn, epoch, number_format):
    def change(sheet):
        sheet.parent.epoch = epoch
        sheet["A2"] = datetime(2024, 12, 31)
        sheet["A2"].number_format = number_format
        sheet["F16"] = datetime(2024, 9, 28)

    form = drawn(change).form
    whole(form)
    assert form.indicators[3].actual.written == "2024-09-28"
