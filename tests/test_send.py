"""The copy that leaves the office: what stays as the accountant made it, and what nobody else gets to see."""

import email
import re
import shutil
import subprocess
import zipfile
from email import policy
from email.header import decode_header, make_header
from pathlib import Path

import dressed
import openpyxl
import pytest
import wild
from conftest import missing
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from wild import papers

from selfeval_xl import actions, cli, errors
from selfeval_xl.actions import leaving
from selfeval_xl.form import document
from selfeval_xl.grid import Area
from selfeval_xl.send import mail, names
from selfeval_xl.send.area import looks_only_into, parsed, reference

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def parts_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def frozen(book: Path, folder: Path, **options) -> dict[str, bytes]:
    done = actions.freeze(book, folder, force=True, **options)
    return parts_of(done.written[0])


def sheet_of(parts: dict[str, bytes]):
    (name,) = (name for name in parts if name.startswith("xl/worksheets/sheet"))
    return etree.fromstring(parts[name])


def cells_of(sheet) -> dict[str, object]:
    return {cell.get("r"): cell for cell in sheet.iter(f"{MAIN}c")}


def said(path: Path) -> list[dict]:
    """What the forms of a file say, wherever it lies and whatever stands beside."""
    return [
        {name: part for name, part in document(one.form).items() if name not in ("source", "sheet", "grade")}
        for one in actions.read([path])
    ]


@pytest.fixture
def book(tmp_path) -> Path:
    return dressed.dressed(tmp_path / "book.xlsx")


def test_words_that_nobody_can_read_are_said_when_they_leave(book, tmp_path):
    opened = openpyxl.load_workbook(book)
    cell = next(c for row in opened.worksheets[0].iter_rows() for c in row if c.value == "项目名称")
    name = next(c for c in opened.worksheets[0][cell.row][cell.column :] if c.value)
    name.value = "村道养\ufffd"
    opened.save(tmp_path / "cut.xlsx")

    done = actions.freeze(tmp_path / "cut.xlsx", tmp_path / "out", force=True)

    assert done.written
    assert ["项目名称中有没有读出的字（\ufffd）。请按原件补全"] == [
        note.partition("：")[2] for note in done.notes if "\ufffd" in note
    ]


# ---- our own workbook ----------------------------------------------------------------------------------------------


def test_each_project_of_a_live_workbook_becomes_a_file_that_says_the_same(demo_book, tmp_path, valid_package):
    done = actions.freeze(demo_book, tmp_path / "out")

    assert 4 == len(done.written)
    assert said(demo_book) == [form for path in done.written for form in said(path)]
    assert "上海市人民政府驻昆明办事处-机关服务费-2022年度绩效自评表.xlsx" in {path.name for path in done.written}
    for path in done.written:
        valid_package(path)
        parts = parts_of(path)
        assert not any("vba" in name.lower() or name.startswith(("docProps", "customUI")) for name in parts)
        assert b"macro" not in parts["[Content_Types].xml"].lower()
        sheet = sheet_of(parts)
        assert not [
            found for found in sheet.iter() if etree.QName(found).localname in ("f", "cfRule", "dataValidation")
        ]
        assert {parsed(address).right for address in cells_of(sheet)} == set(range(1, 10))
        assert b"codeName" not in b"".join(parts.values())


def test_a_copy_shows_no_word_of_another_project(demo_book, tmp_path):
    done = actions.freeze(demo_book, tmp_path / "out")
    texts = {path.name: b"".join(parts_of(path).values()).decode("utf-8", "replace") for path in done.written}
    (one,) = (text for name, text in texts.items() if "机关服务费" in name)

    assert "机关服务费" in one
    assert "合作交流工作业务费" not in one
    assert "合作交流专项工作经费" not in one
    assert "驻外办驻外工作经费" not in one


def test_styles_theme_and_cells_without_formulas_keep_their_bytes(demo_book, tmp_path):
    before, after = parts_of(demo_book), frozen(demo_book, tmp_path / "out")
    cell = re.compile(rb'<c r="[A-I]\d+"[^>]*?(?:/>|>(?!<f>).*?</c>)')
    old, new = before["xl/worksheets/sheet2.xml"], after["xl/worksheets/sheet2.xml"]

    assert before["xl/styles.xml"] == after["xl/styles.xml"]
    assert before["xl/theme/theme1.xml"] == after["xl/theme/theme1.xml"]
    assert set(cell.findall(old)) <= set(cell.findall(new))
    assert set(re.findall(rb'<mergeCell ref="[A-I]\d+:[A-I]\d+"/>', old)) == set(re.findall(rb"<mergeCell [^>]*>", new))
    for kept in (rb"<pageSetup [^>]*>", rb"<pageMargins [^>]*>", rb"<printOptions [^>]*>", rb"<ignoredErrors>"):
        assert re.findall(kept, old) == re.findall(kept, new)
    heights = rb'<row r="(\d+)"[^>]* ht="([\d.]+)"'
    assert re.findall(heights, old) == re.findall(heights, new)


def test_all_projects_can_go_into_one_file(demo_book, tmp_path, valid_package):
    done = actions.freeze(demo_book, tmp_path / "out", one_file=True)

    (path,) = done.written
    assert "上海市人民政府驻昆明办事处-2022年度绩效自评表.xlsx" == path.name
    assert said(demo_book) == said(path)
    book = etree.fromstring(parts_of(path)["xl/workbook.xml"])
    assert ["0", "1", "2", "3"] == sorted(found.get("localSheetId") for found in book.iter(f"{MAIN}definedName"))
    valid_package(path)


def test_a_number_that_is_not_the_latest_is_calculated_anew_and_named(demo_book, tmp_path):
    stale = shutil.copy(demo_book, tmp_path / "stale.xlsm")
    dressed.changed(stale, "xl/worksheets/sheet2.xml", ("<v>98.09</v>", "<v>97</v>"), ("<v>0.8089</v>", "<v></v>"))

    done = actions.freeze(stale, tmp_path / "out")

    assert said(demo_book) == [form for path in done.written for form in said(path)]
    (note,) = done.notes
    assert "H23（原为 97，现为 98.09）" in note
    assert "H6" in note


# ---- her own workbook ----------------------------------------------------------------------------------------------


def test_her_own_workbook_says_the_same_afterwards(book, tmp_path, valid_package):
    done = actions.freeze(book, tmp_path / "out")

    (path,) = done.written
    assert "公路段-农村公路养护-2022年度绩效自评表.xlsx" == path.name
    assert said(book) == said(path)
    valid_package(path)


ALONE = [one for one in (*wild.FORMS, *wild.MORE_FORMS) if "side-by-side" not in one.name]  # two on a sheet: refused


@pytest.mark.parametrize("one", ALONE[::5], ids=lambda one: one.name)
def test_a_form_in_any_layout_says_the_same_afterwards(one, tmp_path):
    """Without an area to print."""
    book = papers.workbook(one, tmp_path / "book.xlsx")

    (path,) = actions.freeze(book, tmp_path / "out", force=True).written

    assert said(book) == said(path)


def test_a_copy_of_a_copy_is_the_copy(book, demo_book, tmp_path):
    for number, each in enumerate((book, demo_book)):
        (first, *_) = actions.freeze(each, tmp_path / f"{number}").written
        assert parts_of(first) == frozen(first, tmp_path / f"{number}again")


def test_nothing_leaves_that_is_not_of_the_form(book, tmp_path):
    parts = frozen(book, tmp_path / "out")

    for name, part in parts.items():
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            assert dressed.SECRET.encode(encoding) not in part, name
    listed = " ".join(parts).lower()
    for kind in ("comment", "vml", "external", "calcchain", "customxml", "printersettings", "docprops", "person"):
        assert kind not in listed
    book_part = parts["xl/workbook.xml"].decode()
    assert "absPath" not in book_part
    assert {"_xlnm.Print_Area", "_xlnm.Print_Titles"} == set(re.findall(r'definedName name="([^"]*)"', book_part))
    assert ["养护 2022"] == re.findall(r'<sheet name="([^"]*)"', book_part)
    sheet = sheet_of(parts)
    for gone in ("f", "legacyDrawing", "dataValidations"):
        assert not list(sheet.iterfind(f".//{MAIN}{gone}"))
    assert "A30" not in cells_of(sheet)
    assert not [found for found in sheet.iter() if found.get("hidden")]
    assert "机密" not in parts["xl/worksheets/_rels/sheet1.xml.rels"].decode()


def test_everything_that_points_somewhere_finds_it(book, tmp_path):
    """And no part is left that nothing points to."""
    parts = frozen(book, tmp_path / "out")
    reached = set()
    for name, content in parts.items():
        if name.endswith(".rels"):
            folder = Path(name).parent.parent
            for found in etree.fromstring(content):
                if found.get("TargetMode") != "External":
                    target = found.get("Target")
                    whole = Path(target.lstrip("/")) if target.startswith("/") else folder / target
                    reached.add(re.sub(r"[^/]+/\.\./", "", whole.as_posix()))
    content = {name for name in parts if not name.endswith(".rels") and name != "[Content_Types].xml"}
    types = parts["[Content_Types].xml"].decode()

    assert reached == content
    assert set(re.findall(r'PartName="/([^"]*)"', types)) <= content


def test_what_she_drew_stays(book, tmp_path):
    before, after = parts_of(book), frozen(book, tmp_path / "out")
    sheet, drawing = sheet_of(after), after["xl/drawings/drawing1.xml"].decode()
    old = before["xl/worksheets/sheet1.xml"].decode()
    words = etree.tostring(sheet, encoding="unicode")

    assert before["xl/styles.xml"] == after["xl/styles.xml"]
    assert before["xl/media/image1.png"] == after["xl/media/image1.png"]
    assert "以审计数为准" in drawing
    assert "textlink" not in drawing
    assert 2 == drawing.count("<xdr:twoCellAnchor")  # the seal and the box inside, not the box beside
    (spark,) = re.findall(r"<x14:sparkline>.*?</x14:sparkline>", words)
    assert "<xm:sqref>I12</xm:sqref>" in spark
    assert ["H10:H13"] == re.findall(r"<x14:conditionalFormatting[^>]*>.*?<xm:sqref>(.*?)</xm:sqref>", words)
    assert ["G10:G13", "H10:H13"] == sorted(found.get("sqref") for found in sheet.iter(f"{MAIN}conditionalFormatting"))
    assert re.findall(r"<pageMargins[^>]*>|<headerFooter>.*?</headerFooter>", old) == re.findall(
        r"<pageMargins[^>]*>|<headerFooter>.*?</headerFooter>", after["xl/worksheets/sheet1.xml"].decode()
    )
    setup = sheet.find(f"{MAIN}pageSetup")
    assert {"paperSize": "8", "orientation": "landscape"} == dict(setup.attrib)
    assert ["E10:F13"] == [found.get("sqref") for found in sheet.iter(f"{MAIN}ignoredError")]
    assert [] == list(sheet.iter(f"{MAIN}hyperlink")), "the words of a link stay, and where it leads does not leave"
    assert sheet.find(f"{MAIN}dimension").get("ref") == "A1:I15"


def test_a_text_that_looks_like_a_formula_stays_the_text_it_was(book, tmp_path):
    before = cells_of(etree.fromstring(parts_of(book)["xl/worksheets/sheet1.xml"]))
    after = cells_of(sheet_of(frozen(book, tmp_path / "out")))

    assert etree.tostring(before["A15"]) == etree.tostring(after["A15"])


def test_without_an_area_to_print_the_form_s_own_is_taken(tmp_path):
    book = dressed.dressed(tmp_path / "book.xlsx", printed=None)

    cells = cells_of(sheet_of(frozen(book, tmp_path / "out")))

    assert {"H14", "A15"} <= set(cells)
    assert not {"K3", "L6", "A30", "A31"} & set(cells)


def test_an_area_to_print_that_cuts_the_form_is_not_taken(tmp_path):
    book = dressed.dressed(tmp_path / "book.xlsx", printed="A1:H12")

    done = actions.freeze(book, tmp_path / "out")

    assert said(book) == said(done.written[0])
    assert any("打印区域" in note for note in done.notes)
    assert b"$A$1:$I$15" in parts_of(done.written[0])["xl/workbook.xml"]


@pytest.mark.parametrize(
    ("row", "is_said"), [('<row r="12" spans="1:9" hidden="1"', False), ('<row r="12" spans="1:9"', True)]
)
def test_a_hidden_row_in_the_form_is_emptied_and_said(tmp_path, row, is_said):
    book = dressed.plain(tmp_path / "book.xlsx")
    old = re.search(r'<row r="12"[^>]*?(?=>)', parts_of(book)["xl/worksheets/sheet1.xml"].decode())[0]
    dressed.changed(book, "xl/worksheets/sheet1.xml", (old, row))

    done = actions.freeze(book, tmp_path / "out", force=True)

    assert is_said == ("受益村数" in b"".join(parts_of(done.written[0]).values()).decode("utf-8", "replace"))
    assert is_said != any("看不见" in note for note in done.notes)
    assert b"hidden" not in parts_of(done.written[0])["xl/worksheets/sheet1.xml"]


def test_columns_and_rows_are_not_hidden_by_their_usual_size(tmp_path, valid_package):
    book = dressed.plain(tmp_path / "book.xlsx")
    sheet = parts_of(book)["xl/worksheets/sheet1.xml"].decode()
    usual = re.search(r"<sheetFormatPr [^>]*/>", sheet)[0]
    nothing = (usual, '<sheetFormatPr defaultColWidth="0" defaultRowHeight="0"/>')
    dressed.changed(book, "xl/worksheets/sheet1.xml", nothing)

    (copy,) = actions.freeze(book, tmp_path / "out", force=True).written

    valid_package(copy)
    assert '<sheetFormatPr defaultRowHeight="13.5"/>' in parts_of(copy)["xl/worksheets/sheet1.xml"].decode()


@pytest.mark.parametrize("hidden", ['ht="0"', 'hidden="1" outlineLevel="1"', 'hidden="true" collapsed="1"'])
def test_what_was_hidden_is_an_empty_line_in_the_copy(tmp_path, hidden, valid_package):
    book = dressed.plain(tmp_path / "book.xlsx")
    sheet = parts_of(book)["xl/worksheets/sheet1.xml"].decode()
    row = re.search(r'<row r="12"[^>]*?(?=>)', sheet)[0]
    columns = f'<col min="8" max="9" {hidden.replace("ht=", "width=")}/></cols>'
    below = ("<sheetFormatPr ", '<sheetFormatPr zeroHeight="1" ')
    dressed.changed(book, "xl/worksheets/sheet1.xml", (row, f'<row r="12" {hidden}'), ("</cols>", columns), below)

    (copy,) = actions.freeze(book, tmp_path / "out", force=True).written

    valid_package(copy)
    sheet = parts_of(copy)["xl/worksheets/sheet1.xml"].decode()
    assert not re.search("hidden|collapsed|outlineLevel|zeroHeight", sheet)
    assert '<row r="12" ht="0.75" customHeight="1">' in sheet
    column = re.search(r'<col min="8" max="9"[^>]*/>', sheet)[0]
    assert 'width="0.14"' in column and 'customWidth="1"' in column
    assert "受益村数" not in b"".join(parts_of(copy).values()).decode("utf-8", "replace")


@pytest.mark.parametrize("size", ["hoch", "Infinity", "1_0", "NaN", "-3"])
def test_sizes_that_are_none_and_columns_beyond_the_sheet_are_mended(tmp_path, size):
    book = dressed.plain(tmp_path / "book.xlsx")
    sheet = parts_of(book)["xl/worksheets/sheet1.xml"].decode()
    row = re.search(r'<row r="12"[^>]*?(?=>)', sheet)[0]
    columns = '<col min="20" max="2000000000" width="' + size + '" hidden="1"/></cols>'
    wrong = re.sub(r' ht="[^"]*"', "", row) + f' ht="{size}"'
    dressed.changed(book, "xl/worksheets/sheet1.xml", (row, wrong), ("</cols>", columns))

    done = actions.freeze(book, tmp_path / "out")

    assert said(book) == said(done.written[0])
    assert f' ht="{size}"'.encode() not in parts_of(done.written[0])["xl/worksheets/sheet1.xml"]


def test_rows_that_a_filter_hides_come_back(tmp_path):
    book = dressed.plain(tmp_path / "book.xlsx")
    sheet = parts_of(book)["xl/worksheets/sheet1.xml"].decode()
    old = re.search(r'<row r="12"[^>]*?(?=>)', sheet)[0]
    column = '<filterColumn colId="6"><customFilters><customFilter val="30"/></customFilters></filterColumn>'
    filtered = ("</sheetData>", f'</sheetData><autoFilter ref="A9:I13">{column}</autoFilter>')
    dressed.changed(book, "xl/worksheets/sheet1.xml", (old, old + ' hidden="1"'), filtered)

    done = actions.freeze(book, tmp_path / "out")

    assert said(book) == said(done.written[0])
    assert b"hidden" not in parts_of(done.written[0])["xl/worksheets/sheet1.xml"]


def test_text_beneath_a_merged_area_does_not_leave(tmp_path):
    book = dressed.plain(tmp_path / "book.xlsx")
    old = re.search(r'<c r="H3" s="\d+"/>', parts_of(book)["xl/worksheets/sheet1.xml"].decode())[0]
    beneath = (old, f'<c r="H3" t="inlineStr"><is><t>{dressed.SECRET}</t></is></c>')
    dressed.changed(book, "xl/worksheets/sheet1.xml", beneath)

    parts = frozen(book, tmp_path / "out")

    assert dressed.SECRET.encode() not in b"".join(parts.values())


def test_formulas_that_were_never_calculated_are_answered_by_python_or_stop(tmp_path):
    """A program that is no spreadsheet wrote the file."""
    rows = [list(row) for row in dressed.HEAD]
    rows[9][7] = "=20+10"
    book = dressed.plain(tmp_path / "book.xlsx", rows=rows, values={})
    dressed.changed(book, "xl/worksheets/sheet1.xml", ("<v></v>", ""))

    stopped = actions.freeze(book, tmp_path / "out")

    assert () == stopped.written
    assert ("养护 2022!H10",) == tuple(place for place in stopped.uncalculated if "H10" in place)
    assert not (tmp_path / "out").exists()
    rows[9][7] = 30
    book = dressed.plain(tmp_path / "other.xlsx", rows=rows, values={})
    dressed.changed(book, "xl/worksheets/sheet1.xml", ("<v></v>", ""))
    done = actions.freeze(book, tmp_path / "out")
    assert ("100", "99") == tuple(said(done.written[0])[0][name] for name in ("total_weight", "total_score"))
    assert any("重新计算" in note for note in done.notes)


def test_a_result_of_a_formula_keeps_its_kind(tmp_path):
    rows = [list(row) for row in dressed.HEAD]
    rows[7][5], rows[12][8], rows[11][8] = '="养护"', '=IF(1,"","")', "=NA()"
    values = dressed.VALUES | {'="养护"': "  养护", '=IF(1,"","")': "", "=NA()": "#N/A"}
    book = dressed.plain(tmp_path / "book.xlsx", rows=rows, values=values)
    old = parts_of(book)["xl/worksheets/sheet1.xml"].decode()
    blank = re.search(r'<c r="I13"[^>]*>.*?</c>', old)[0]
    dressed.changed(book, "xl/worksheets/sheet1.xml", (blank, '<c r="I13" t="str"><f>IF(1,"","")</f><v></v></c>'))

    cells = cells_of(sheet_of(frozen(book, tmp_path / "out")))

    assert "  养护" == "".join(cells["F8"].itertext())
    assert ("e", "#N/A") == (cells["I12"].get("t"), "".join(cells["I12"].itertext()))
    assert (None, 0) == (cells["I13"].get("t"), len(cells["I13"]))


def test_a_picture_of_wps_in_a_cell_is_said_to_be_lost(tmp_path):
    """It is a formula there."""
    rows = [list(row) for row in dressed.HEAD]
    rows[7][5] = '=DISPIMG("ID_1",1)'
    book = dressed.plain(tmp_path / "book.xlsx", rows=rows, values=dressed.VALUES | {rows[7][5]: rows[7][5]})

    done = actions.freeze(book, tmp_path / "out", force=True)

    assert b"DISPIMG" not in b"".join(parts_of(done.written[0]).values())
    assert any("F8 中嵌入单元格的图片" in note for note in done.notes)


def test_a_chart_stays_where_it_draws_nothing_but_the_form(tmp_path):
    inside, beside = (
        dressed.with_chart(tmp_path / f"{number}.xlsx", area) for number, area in enumerate(("H10", "L6"))
    )

    assert "xl/charts/chart1.xml" in frozen(inside, tmp_path / "a")
    done = actions.freeze(beside, tmp_path / "b", force=True)
    assert "xl/charts/chart1.xml" not in parts_of(done.written[0])
    assert any("图表" in note for note in done.notes)


# ---- what stops it -------------------------------------------------------------------------------------------------


def test_errors_stop_it_unless_it_is_forced(tmp_path, capsys):
    rows = [list(row) for row in dressed.HEAD]
    rows[9][7] = 35
    values = dressed.VALUES | {"=I6+SUM(H10:H13)": 104}
    book = dressed.plain(tmp_path / "book.xlsx", rows=rows, values=values)

    assert cli.ERRORS_FOUND == cli.main(["freeze", str(book), "-o", str(tmp_path / "out")])
    assert "H10" in capsys.readouterr().out
    assert not (tmp_path / "out").exists()
    assert cli.DONE == cli.main(["freeze", str(book), "-o", str(tmp_path / "out"), "--force"])
    assert "H10" in capsys.readouterr().out
    assert 1 == len(list((tmp_path / "out").iterdir()))


def test_a_file_that_is_there_is_not_replaced_unasked(book, tmp_path):
    (path,) = actions.freeze(book, tmp_path / "out").written
    path.write_bytes(b"hers")

    with pytest.raises(errors.AlreadyThere):
        actions.freeze(book, tmp_path / "out", address="a@b.cn")
    assert [path] == list((tmp_path / "out").iterdir())
    assert b"hers" == path.read_bytes()
    actions.freeze(book, tmp_path / "out", overwrite=True)
    assert b"hers" != path.read_bytes()


@pytest.mark.parametrize(
    ("name", "content"), [("表.txt", "项目名称\t养护"), ("表.html", "<table><tr><td>a</td></tr></table>")]
)
def test_another_kind_of_file_gets_a_sentence(tmp_path, capsys, name, content):
    (tmp_path / name).write_text(content, encoding="utf-8")

    assert cli.NOT_DONE == cli.main(["freeze", str(tmp_path / name), "-o", str(tmp_path / "out")])
    assert "另存为 .xlsx" in capsys.readouterr().err


def test_an_old_workbook_is_to_be_saved_anew(tmp_path, capsys):
    import xlwt

    old = xlwt.Workbook()
    old.add_sheet("表")
    old.save(str(tmp_path / "表.xls"))

    assert cli.NOT_DONE == cli.main(["freeze", str(tmp_path / "表.xls"), "-o", str(tmp_path / "out")])
    assert "另存为 .xlsx" in capsys.readouterr().err


def test_a_workbook_without_a_filled_in_form_says_why(tmp_path, capsys):
    actions.new(tmp_path / "new.xlsm", year=2026)

    assert cli.NOT_DONE == cli.main(["freeze", str(tmp_path / "new.xlsm"), "-o", str(tmp_path / "out")])
    assert "尚未填写" in capsys.readouterr().err


def test_the_original_is_not_touched(book, tmp_path):
    before = book.read_bytes()

    actions.freeze(book, tmp_path / "out")

    assert before == book.read_bytes()


# ---- names, references ---------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.text(max_size=60), st.text(max_size=60), st.none() | st.integers(1990, 2100)), max_size=5))
def test_names_are_those_that_windows_takes(wanted):
    found = names.distinct(names.file_name(*one) for one in wanted)

    assert len({name.casefold() for name in found}) == len(wanted)
    for name in found:
        assert len(f"{name}.xlsx".encode()) < 255
        assert not re.search(r'[<>:"/\\|?*\x00-\x1f]|^[ .]|[ .]$', name)
        assert not re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d)", name.split(".")[0].strip())


def test_a_reserved_name_and_the_same_name_twice():
    twice = ["a", "A", "a(2)"]

    assert "_CON-养护-2022年度绩效自评表" == names.file_name("CON", "养护", 2022)
    assert "_nul.txt-年度绩效自评表" == names.file_name("nul.txt", None, None)
    assert ["a", "A(2)", "a(2)(2)"] == names.distinct(twice)


@given(st.tuples(st.integers(1, 99), st.integers(1, 99)), st.tuples(st.integers(0, 9), st.integers(0, 9)))
def test_a_reference_is_read_as_it_is_written(first, more):
    area = Area(*first, first[0] + more[0], first[1] + more[1])

    assert area == parsed(reference(area)) == parsed(reference(area, fixed=True))


@pytest.mark.parametrize(
    ("formula", "only"),
    [
        ("G10>H10", True),
        ("$H10<=$I$14", True),
        ("AND(ISNUMBER(A1),LEN(B2)>3,C3=\"K99\")", True),
        ("'表'!A1:I11", True),
        ("SUM(A1:B2)*1.5%", True),
        ("J1", False),
        ("A13", False),  # three rows further down it would be A16
        ("$A$16", False),
        ("别的!A1", False),
        ("[1]表!A1", False),
        ("税率*A1", False),
        ("SE_TOTAL(A1)", False),
        ("INDIRECT(\"K1\")", False),
        ("A:A", False),
        ("#REF!", False),
    ],
)  # fmt: skip
def test_which_formulas_look_only_into_the_area(formula, only):
    assert only == looks_only_into(formula, Area(1, 1, 14, 9), "表", Area(10, 1, 13, 1))


# ---- mail ----------------------------------------------------------------------------------------------------------


def test_the_draft_of_a_mail_carries_the_copies_under_their_chinese_names(book, tmp_path):
    done = actions.freeze(book, tmp_path / "out", address="caizheng@example.cn")

    path, draft = done.written
    content = draft.read_bytes()
    read = email.message_from_bytes(content, policy=policy.default)
    (attached,) = read.iter_attachments()
    body = read.get_body().get_content()
    assert ("1", "caizheng@example.cn") == (read["X-Unsent"], read["To"])
    assert "报送：公路段-农村公路养护-2022年度绩效自评表" == read["Subject"]
    assert all(words in body for words in ("农村公路养护", "总分 99", "优", path.name))
    assert path.name == attached.get_filename()
    assert path.read_bytes() == attached.get_content()
    assert b"filename*=utf-8''%E5%85%AC" in content
    raw = re.search(rb'name="(=\?utf-8\?.*?)"', content, re.DOTALL)[1].decode()
    assert path.name == str(make_header(decode_header(raw)))
    assert all(len(line) < 998 for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")


def attached_to(draft: Path) -> list[tuple[str, bytes]]:
    """The files of a draft; its words name the same."""
    read = email.message_from_bytes(draft.read_bytes(), policy=policy.default)
    found = [(part.get_filename(), part.get_content()) for part in read.iter_attachments()]
    assert [name for name, _ in found] == read.get_body().get_content().partition("附件：")[2].split()
    return found


def test_a_draft_takes_along_the_pdf_that_is_asked_for(book, tmp_path, monkeypatch):
    monkeypatch.setattr(leaving.pdf, "office", lambda remedy: "office")
    monkeypatch.setattr(leaving, "on_paper", lambda copy, office: b"%PDF")
    copy, pdf, draft = actions.freeze(book, tmp_path / "out", with_pdf=True, address="a@b.cn").written

    assert [(copy.name, copy.read_bytes()), (pdf.name, b"%PDF")] == attached_to(draft)


def test_a_draft_takes_along_the_pdf_of_an_earlier_time_only_where_the_copy_is_the_same(book, tmp_path):
    """As somebody does who asks for the PDF first and for the mail later, and again after a change."""
    again = {"address": "a@b.cn", "overwrite": True}
    (copy,) = actions.freeze(book, tmp_path / "out").written
    pdf = copy.with_suffix(".pdf")
    pdf.write_bytes(b"%PDF")
    for _ in range(2):
        done = actions.freeze(book, tmp_path / "out", **again)
        assert [(copy.name, copy.read_bytes()), (pdf.name, b"%PDF")] == attached_to(done.written[-1])
        assert [] == [note for note in done.notes if "PDF" in note or ".pdf" in note]

    dressed.changed(book, "xl/worksheets/sheet1.xml", ("41.25", "40"))
    for _ in range(2):  # the second time the copy is that of the first, and the PDF is older
        done = actions.freeze(book, tmp_path / "out", **again)
        assert [(copy.name, copy.read_bytes())] == attached_to(done.written[-1])
        assert [f"“{pdf.name}”"] == [note.partition("不是")[0] for note in done.notes if ".pdf" in note]


@pytest.mark.parametrize(
    "address", ["", "a", "a@b.cn, c@d.cn", "a@b.cn\r\nBcc: x@y.cn", "张三@b.cn", "<a@b.cn>", "a@b.cn\n"]
)
def test_only_one_plain_address_is_taken(tmp_path, book, address):
    with pytest.raises(errors.BadAddress):
        actions.freeze(book, tmp_path / "out", address=address)
    assert not (tmp_path / "out").exists()


@given(st.text(), st.lists(st.text(), max_size=3))
def test_no_words_become_a_header(subject, lines):
    content = mail.draft("a@b.cn", f"x{subject}", lines, [])
    read = email.message_from_bytes(content)

    assert {"Content-Type", "MIME-Version", "X-Unsent", "To", "Subject"} == set(read.keys())


# ---- on paper ------------------------------------------------------------------------------------------------------


def _needed(*tools: str) -> None:
    for tool in tools:
        if shutil.which(tool) is None:
            missing(tool, "apt-get install libreoffice-calc poppler-utils")


@pytest.mark.libreoffice
def test_libreoffice_draws_the_copy_exactly_as_the_original(book, tmp_path):
    """Apart from the colour that it gives to links."""
    _needed("soffice", "pdftoppm")
    links = re.search(r"<hyperlinks>.*</hyperlinks>", parts_of(book)["xl/worksheets/sheet1.xml"].decode())[0]
    dressed.changed(book, "xl/worksheets/sheet1.xml", (links, ""))
    (copy,) = actions.freeze(book, tmp_path / "out").written

    original, frozen_copy = (
        [picture.read_bytes() for picture in _drawn(path, tmp_path / name)]
        for path, name in ((book, "before"), (copy, "after"))
    )

    assert 1 == len(original)
    assert original == frozen_copy


def _drawn(book: Path, folder: Path) -> list[Path]:
    folder.mkdir()
    return [path for path in actions.draw(book, folder) if path.suffix == ".png"]


@pytest.mark.libreoffice
def test_the_pdf_of_our_own_sheet_is_black_on_white_as_it_is_set_up(demo_book, tmp_path):
    _needed("soffice", "pdftoppm")

    _, pdf = actions.freeze(demo_book, tmp_path / "out", one_file=True, with_pdf=True).written

    subprocess.run(["pdftoppm", "-r", "20", "-f", "1", "-l", "1", str(pdf), str(tmp_path / "page")], check=True)
    (page,) = tmp_path.glob("page*.ppm")
    pixels = page.read_bytes().split(b"\n", 3)[3]
    assert {len(set(pixels[at : at + 3])) for at in range(0, len(pixels), 3)} == {1}  # nothing but greys
    assert len(set(pixels)) > 1


@pytest.mark.libreoffice
def test_the_pdf_is_a4_one_page_wide_with_its_fonts_and_numbers(book, tmp_path):
    _needed("soffice", "pdffonts", "pdfinfo", "pdftotext")
    dressed.changed(
        book, "xl/worksheets/sheet1.xml", ("公路段 &amp;P", "公路段"), ("41.25", "400"), ('r="8"', 'ht="400" r="8"')
    )

    xlsx, pdf = actions.freeze(book, tmp_path / "out", with_pdf=True).written

    def told(*command: str) -> str:
        return subprocess.run([*command, str(pdf)], capture_output=True, text=True, check=True).stdout

    assert xlsx.stem == pdf.stem
    about = told("pdfinfo")
    width, height = map(float, re.search(r"Page size: +([\d.]+) x ([\d.]+)", about).groups())
    assert (842, 595) == (round(width), round(height))  # lying, as she set it up
    pages = int(re.search(r"Pages: +(\d+)", about)[1])
    assert pages > 1
    words = subprocess.run(["pdftotext", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    assert f"共 {pages} 页" in words
    fonts = told("pdffonts").splitlines()[2:]
    assert fonts
    assert all(re.search(r" yes (?:yes|no) +(?:yes|no) +\d+ +\d+$", font) for font in fonts)


def test_without_libreoffice_nothing_is_written(book, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(errors.ToolMissing):
        actions.freeze(book, tmp_path / "out", with_pdf=True)
    assert not (tmp_path / "out").exists()
