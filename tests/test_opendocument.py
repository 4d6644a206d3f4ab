"""OpenDocument workbooks and documents say what the same sheet says as .xlsx or .docx."""

from decimal import Decimal

import opendocument as od
import pytest
from opendocument import cell, number, row, sheet

from selfeval_xl import errors
from selfeval_xl.cells import CellError
from selfeval_xl.files import read_grids
from selfeval_xl.grid import Area


@pytest.fixture
def grids(tmp_path):
    def read(content: bytes, name: str = "文件.ods"):
        path = tmp_path / name
        path.write_bytes(content)
        return read_grids(path)

    return read


def written(grid) -> list[list[str]]:
    return [[entry.written for entry in one] for one in grid.rows]


def hidden(grid) -> list[str]:
    return [entry.written for entry in grid.hidden]


# ---- workbooks -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("held", "value", "shown"),
    [
        (number("0.808851", "80.89%", "percentage"), Decimal("0.808851"), "80.89%"),
        (number("0.8089", "", "percentage"), Decimal("0.8089"), "80.89%"),
        (number("1234.5", "1,234.50"), Decimal("1234.5"), "1234.5"),
        (number("1234.5", "￥1,234.50", "currency"), Decimal("1234.5"), "1234.5"),
        (number("-3", "(3.00)"), Decimal("-3"), "-3"),
        (number("60", "60次"), Decimal(60), "60次"),
        (number("60", "≥60 次"), Decimal(60), "≥60 次"),
        (number("95", "95.00%"), Decimal("0.95"), "95.00%"),
        (number("0.9", "900.0‰"), Decimal("0.9"), "900.0‰"),
        (number("6200", "0.6200万元"), Decimal("0.6200"), "0.6200万元"),
        (number("200", "\u2007200.00\xa0"), Decimal(200), "200"),
        (number("62", "###"), Decimal(62), "62"),
        (number("0", "-"), Decimal(0), "0"),
        (number("0", "0.00%", "percentage"), Decimal(0), "0.00%"),
        (number("123456789", "1.23E+08"), Decimal(123456789), "123456789"),
        (cell("2023年", 'office:value-type="date" office:date-value="2023-01-01"'), "2023年", "2023年"),
        (cell("5月1日", 'office:value-type="date" office:date-value="2023-05-01"'), "5月1日", "5月1日"),
        (cell("2023", 'office:value-type="date" office:date-value="2023-05-01"'), Decimal(2023), "2023"),
        (cell("05/01/23", 'office:value-type="date" office:date-value="2023-05-01"'), "2023-05-01", "2023-05-01"),
        (cell("x", 'office:value-type="time" office:time-value="PT09H30M00S"'), "09:30:00", "09:30:00"),
        (cell("真", 'office:value-type="boolean" office:boolean-value="true"'), "TRUE", "TRUE"),
        (cell("字", 'office:value-type="string"'), "字", "字"),
        (cell("", 'office:value-type="string" office:string-value="字"'), "字", "字"),
        (cell("'58.40", 'office:value-type="string"'), Decimal("58.40"), "'58.40"),
        (cell("#DIV/0!", 'office:value-type="string" calcext:value-type="error"'), CellError("#DIV/0!"), "#DIV/0!"),
        (cell("Err:502", 'table:formula="of:=X()" office:value-type="string"'), CellError("Err:502"), "Err:502"),
        (cell("Err:502", 'office:value-type="string"'), "Err:502", "Err:502"),
    ],
)
def test_a_cell_says_its_value_and_shows_what_is_displayed(grids, held, value, shown):
    (found,) = grids(od.book(sheet(row(cell("字"), held))))

    entry = found.rows[0][1]
    assert (value, shown) == (entry.value, entry.written)
    assert "自评表!B1" == str(entry.spot)


def test_lines_blanks_and_notes_of_a_cell(grids):
    """Two paragraphs are two lines; blanks of the file are one blank; a note is none of the words."""
    note = "<office:annotation><text:p>批注</text:p></office:annotation>"
    words = '一  二\n三<text:s text:c="2"/>四<text:tab/>五<text:line-break/>六</text:p><text:p>七'
    (found,) = grids(od.book(sheet(row(f"<table:table-cell>{note}<text:p>{words}</text:p></table:table-cell>"))))

    assert [["一 二 三  四  五\n六\n七"]] == written(found)


def test_a_merged_area_shows_its_first_cell_and_the_rest_is_left_over(grids):
    """
    | 项目名称 | 旧 | 甲 |
    |   旧     | 旧 | 乙 |
    """
    spans = 'table:number-columns-spanned="2" table:number-rows-spanned="2"'
    covered = cell("旧", tag="covered-table-cell")
    (found,) = grids(
        od.book(sheet(row(cell("项目名称", spans), covered, cell("甲")) + row(covered, covered, cell("乙"))))
    )

    assert [["项目名称", "", "甲"], ["", "", "乙"]] == written(found)
    assert (Area(1, 1, 2, 2),) == found.merges
    assert ["旧"] * 3 == hidden(found)


def test_rows_and_columns_that_are_repeated(grids):
    """Equal cells are stored once; blank ones at the end of the sheet are nothing."""
    far = row(cell("", 'table:number-columns-repeated="16384"'), more='table:number-rows-repeated="1048572"')
    twice = row(cell("甲", 'table:number-columns-repeated="2"'), cell("乙"), more='table:number-rows-repeated="2"')
    blank = row(cell("", 'table:number-columns-repeated="16384"'))

    (found,) = grids(od.book(sheet(twice + blank + row(cell("丙")) + far)))

    assert [["甲", "甲", "乙"], ["甲", "甲", "乙"], ["", "", ""], ["丙", "", ""]] == written(found)
    assert "自评表!B2" == str(found.rows[1][1].spot)


@pytest.mark.parametrize(
    ("rows", "where"),
    [
        (row(cell("甲"), more='table:number-rows-repeated="1048576"'), "第 20001 行"),
        (row(cell("", 'table:number-columns-repeated="600"'), cell("甲")), "第 601 列"),
        (row(cell("甲", 'table:number-columns-repeated="16384"')), "第 16384 列"),
        (row(cell("甲", 'table:number-columns-repeated="500"'), more='table:number-rows-repeated="9999"'), "单元格"),
    ],
)
def test_a_sheet_without_end_is_refused(grids, rows, where):
    with pytest.raises(errors.TooLarge, match=where):
        grids(od.book(sheet(rows)))


def test_formulas_without_results_are_calculated(grids):
    """
    | 2 | 3 | =A1*B1 | =SUM(A1:B1;0.5) | =LEFT("x") | ="" with a result |
    """
    formulas = [
        cell("", f'table:formula="{one}"')
        for one in ("of:=[.A1]*[.B1]", "of:=SUM([.A1:.B1];0.5)", "of:=LEFT(&quot;x&quot;)")
    ]
    blank = cell("", 'table:formula="of:=&quot;&quot;" office:value-type="string" office:string-value=""')
    (found,) = grids(od.book(sheet(row(number("2", "2"), number("3", "3"), *formulas, blank))))

    assert [["2", "3", "6", "5.5", '公式没有保存结果（=LEFT("x")）']] == written(found)
    assert Decimal(6) == found.rows[0][2].value


HIDES = (
    '<style:style style:name="flat" style:family="table-row"><style:table-row-properties style:row-height="0cm"/>'
    '</style:style><style:style style:name="thin" style:family="table-column"><style:table-column-properties '
    'style:column-width="0in"/></style:style><style:style style:name="ta" style:family="table">'
    '<style:table-properties table:display="false"/></style:style>'
)


@pytest.mark.parametrize(
    "begin",
    [
        '<table:table-row table:visibility="collapse">',
        '<table:table-row table:style-name="flat">',
        '<table:table-row-group table:display="false"><table:table-row>',
    ],
)
def test_a_hidden_row_is_left_over(grids, begin):
    end = "</table:table-row-group>" if "group" in begin else ""
    (found,) = grids(od.book(sheet(row(cell("甲")) + f"{begin}{cell('乙')}</table:table-row>{end}"), styles=HIDES))

    assert [["甲"], [""]] == written(found)
    assert ["乙"] == hidden(found)


@pytest.mark.parametrize(
    "column",
    [
        '<table:table-column table:visibility="collapse"/>',
        '<table:table-column table:style-name="thin"/>',
        '<table:table-column-group table:display="false"><table:table-column/></table:table-column-group>',
    ],
)
def test_a_hidden_column_is_left_over(grids, column):
    columns = f'<table:table-column table:number-columns-repeated="2"/>{column}'
    (found,) = grids(od.book(sheet(row(cell("甲"), cell("乙"), cell("丙")), columns=columns), styles=HIDES))

    assert [["甲", "乙", ""]] == written(found)
    assert ["丙"] == hidden(found)


def test_rows_that_a_filter_hides_are_the_form(grids):
    ranges = (
        "<table:database-ranges><table:database-range table:target-range-address=\"'自评表'.A1:'自评表'.B2\">"
        "<table:filter/></table:database-range></table:database-ranges>"
    )
    rows = (
        row(cell("甲"), more='table:visibility="filter"')
        + row(cell("乙"), more='table:visibility="collapse"')
        + row(cell("丙"), more='table:visibility="collapse"')
    )
    (found,) = grids(od.book(sheet(rows), after=ranges))

    assert [["甲"], ["乙"], [""]] == written(found)
    assert ["丙"] == hidden(found)


def test_a_hidden_sheet_is_kept_as_hidden_and_links_to_other_files_are_no_sheets(grids):
    linked = '<table:table table:name="外"><table:table-source/><table:table-row/></table:table>'
    found = grids(od.book(sheet(row(cell("甲"))), sheet(row(cell("乙")), name="藏", style="ta"), linked, styles=HIDES))

    assert ["自评表", "藏"] == [one.sheet for one in found]
    assert ([], ["乙"]) == (written(found[1]), hidden(found[1]))


STRUCK = (
    '<style:style style:name="above" style:family="{0}"><style:text-properties '
    'style:text-line-through-style="solid"/></style:style><style:style style:name="struck" style:family="{0}" '
    'style:parent-style-name="above"/><style:style style:name="gone" style:family="{0}"><style:text-properties '
    'text:display="none"/></style:style><style:style style:name="not" style:family="{0}"><style:text-properties '
    'style:text-line-through-style="none" text:display="true"/></style:style>'
)


def test_struck_words_are_left_over(grids):
    """A whole cell, one by the style of its column, and some words of a cell."""
    styles = STRUCK.format("table-cell") + STRUCK.format("text")
    columns = (
        '<table:table-column table:number-columns-repeated="3"/>'
        '<table:table-column table:default-cell-style-name="struck"/>'
    )
    cells = (
        cell("甲", 'table:style-name="struck"'),
        cell('<text:span text:style-name="struck">旧</text:span>新'),
        cell("丙", 'table:style-name="not"'),
        cell("丁"),
    )
    (found,) = grids(od.book(sheet(row(*cells), columns=columns), styles=styles))

    assert [["", "新", "丙", ""]] == written(found)
    assert {"甲", "旧", "丁"} == set(hidden(found))


def test_header_and_footer_of_the_page_are_its_margins(grids):
    styles = '<style:style style:name="表" style:family="table" style:master-page-name="页"/>'
    masters = (
        '<style:master-page style:name="页"><style:header><style:region-center><text:p>2024年度'
        "<text:sheet-name>表1</text:sheet-name></text:p></style:region-center></style:header>"
        '<style:header-left style:display="false"><text:p>不印</text:p></style:header-left>'
        "<style:footer><text:p>第<text:page-number>1</text:page-number>页</text:p></style:footer></style:master-page>"
    )
    (found,) = grids(od.book(sheet(row(cell("甲")), style="表"), styles=styles, masters=masters))

    assert ["2024年度", "第页"] == [entry.written for entry in found.margins]


# ---- documents -----------------------------------------------------------------------------------------------


def test_a_document_is_read_in_its_order(grids):
    """The header of the page, lines, a table with merged areas, the words of a box, a table in a table."""
    box = (
        '<text:p>前<draw:frame><draw:text-box><text:p>框</text:p></draw:text-box></draw:frame>后<text:note text:id="1">'
        "<text:note-body><text:p>脚注</text:p></text:note-body></text:note></text:p>"
    )
    inner = sheet(row(cell("内")))
    table = sheet(
        "<table:table-header-rows>"
        + row(cell("甲", 'table:number-columns-spanned="2"'), cell(tag="covered-table-cell"), cell("乙"))
        + "</table:table-header-rows>"
        + row(
            cell("丙", 'table:number-rows-spanned="2"'),
            "<table:table-cell><text:list><text:list-item><text:p>丁</text:p></text:list-item></text:list></table:table-cell>",
        )
        + row(cell(tag="covered-table-cell"), f"<table:table-cell>{inner}</table:table-cell>", cell("戊"))
    )
    masters = (
        '<style:master-page style:name="页"><style:header><text:p>2024年度</text:p><text:p>1</text:p></style:header>'
        "<style:footer><text:p>脚</text:p></style:footer></style:master-page>"
    )
    (found,) = grids(od.document(f"<text:h>题</text:h>{box}{table}", masters=masters), "文件.odt")

    assert [
        ["2024年度", "", ""],
        ["题", "", ""],
        ["前后", "", ""],
        ["框", "", ""],
        ["甲", "", "乙"],
        ["丙", "丁", ""],
        ["", "", "戊"],
        ["内", "", ""],
    ] == written(found)
    assert {Area(5, 1, 5, 2), Area(6, 1, 7, 1)} == set(found.merges)


def test_a_merged_area_reaches_down_where_nothing_stands_for_what_it_covers(grids):
    """Pandoc writes a row below a merged area as a web page does.

    | 甲 | 乙 | 丙 |
    | ↑  | 丁 | 戊 |
    """
    table = sheet(
        row(cell("甲", 'table:number-rows-spanned="2"'), cell("乙"), cell("丙")) + row(cell("丁"), cell("戊"))
    )
    (found,) = grids(od.document(table), "文件.odt")

    assert [["甲", "乙", "丙"], ["", "丁", "戊"]] == written(found)
    assert (Area(1, 1, 2, 1),) == found.merges


def test_what_is_not_on_paper_is_not_read(grids):
    """Deleted words, hidden and struck ones, a hidden section, what a control asks to enter."""
    changes = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>删</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes>"
    )
    spans = "".join(f'<text:span text:style-name="{one}">{one}</text:span>' for one in ("struck", "gone", "not"))
    body = (
        f'{changes}<text:p>留<text:change text:change-id="1"/>{spans}<text:hidden-text text:is-hidden="true">隐'
        '</text:hidden-text><text:placeholder>填写</text:placeholder></text:p><text:section text:display="none">'
        '<text:p>节</text:p></text:section><text:p text:style-name="gone">段<text:span text:style-name="not">见'
        "</text:span></text:p>"
    )
    styles = STRUCK.format("text") + STRUCK.format("paragraph")

    assert [["留not"], ["见"]] == written(grids(od.document(body, styles=styles))[0])


# ---- safety --------------------------------------------------------------------------------------------------


def test_a_file_without_a_package_says_the_same(grids):
    table = sheet(row(cell("甲"), number("0.5", "50%", "percentage")))

    assert [["甲", "50%"]] == written(grids(od.flat(f"<office:spreadsheet>{table}</office:spreadsheet>"), "表.fods")[0])
    assert [["甲", "50%"]] == written(grids(od.flat(f"<office:text>{table}</office:text>"), "表.fodt")[0])


DOCTYPE = '<!DOCTYPE x [<!ENTITY a "甲">]>'
LOCKED = {"META-INF/manifest.xml": "<m:manifest xmlns:m='m'><m:encryption-data/></m:manifest>"}


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (od.book(sheet(row(cell("甲"))), before=DOCTYPE), errors.Unsafe),
        (od.document("<text:p>甲</text:p>", before=DOCTYPE), errors.Unsafe),
        (od.flat("<office:text/>", before=DOCTYPE), errors.Unsafe),
        (od.book(**LOCKED), errors.Encrypted),
        (od.package({"mimetype": "", "META-INF/manifest.xml": "", "encrypted-package": "x"}), errors.Encrypted),
        (od.book(sheet(""), **{"Pictures/1.png": "x"}), errors.OnlyPictures),
        (od.document("<text:p/>", **{"Pictures/1.png": "x"}), errors.OnlyPictures),
        (od.book(sheet(row(cell("甲"))))[:-60], errors.Damaged),
        (od.flat("<office:presentation/>"), errors.UnknownKind),
        (od.document("<text:p>" + "<" * 9), errors.Damaged),
    ],
)
def test_a_file_that_cannot_be_read_is_named(grids, content, kind):
    with pytest.raises(kind):
        grids(content)
