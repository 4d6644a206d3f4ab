"""Word documents and PDF files as people really make them, each kind drawn here."""

import io
import re
import zipfile
from pathlib import Path

import docx
import pytest

from selfeval_xl import files
from selfeval_xl.grid import Grid

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def written(grid: Grid) -> list[list[str]]:
    return [[e.written for e in grid.filled(row)] for row in range(1, len(grid.rows) + 1)]


def rows_of(path: Path) -> list[list[str]]:
    (grid,) = files.read_grids(path)
    return written(grid)


# ---- Word: what is on paper and what is not --------------------------------------------------------------------------


def run(words: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{words}</w:t></w:r>"


def word_file(path: Path, *inside: str) -> Path:
    """A document with one paragraph for each of these."""
    document = docx.Document()
    for content in inside:
        paragraph = document.add_paragraph()._p
        paragraph.extend(docx.oxml.parse_xml(f"<w:p {W}>{content}</w:p>"))
    document.save(path)
    return path


@pytest.mark.parametrize(
    ("inside", "shown"),
    [
        (f"<w:r><w:ruby><w:rubyPr/><w:rt>{run('lin')}</w:rt><w:rubyBase>{run('林')}</w:rubyBase></w:ruby></w:r>", "林"),
        (run("80", "<w:strike/>") + run("90"), "90"),
        (run("80", "<w:dstrike/>") + run("90", '<w:strike w:val="0"/>'), "90"),
        (run("（旧）", "<w:vanish/>") + run("苗木"), "苗木"),
        ("<w:del><w:r><w:delText>80</w:delText></w:r></w:del><w:ins>" + run("90") + "</w:ins>", "90"),
        ("<w:moveFrom>" + run("80") + "</w:moveFrom><w:moveTo>" + run("90") + "</w:moveTo>", "90"),
        ('<w:hyperlink w:anchor="a">' + run("林场") + "</w:hyperlink>" + run("抚育"), "林场抚育"),
        ('<w:smartTag w:uri="x" w:element="y">' + run("林场") + "</w:smartTag>", "林场"),
        ("<w:sdt><w:sdtPr/><w:sdtContent>" + run("林场") + "</w:sdtContent></w:sdt>", "林场"),
        ('<w:fldSimple w:instr="DATE">' + run("2023年") + "</w:fldSimple>", "2023年"),
        ('<w:r><w:sym w:font="Symbol" w:char="F0A3"/></w:r>' + run("5%"), "≤5%"),
        ('<w:r><w:sym w:font="Wingdings 2" w:char="F0A3"/></w:r>' + run("良"), "□良"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>' + run("优"), "☑优"),
        ('<w:r><w:sym w:font="宋体" w:char="2265"/></w:r>' + run("5%"), "≥5%"),
        (run("\uf0b3", '<w:rFonts w:ascii="Symbol"/>') + run("5%"), "≥5%"),
        ("<w:r><w:t>30</w:t><w:softHyphen/><w:t>天</w:t><w:noBreakHyphen/></w:r>", "30天-"),
        (run("96%") + '<w:r><w:footnoteReference w:id="2"/></w:r>', "96%"),
    ],
)
def test_word_text_is_read_as_it_is_printed(tmp_path, inside, shown):
    assert [[shown]] == rows_of(word_file(tmp_path / "文.docx", inside))


def test_of_a_field_the_result_is_read_and_not_what_it_asks(tmp_path):
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'.format
    asks = "<w:r><w:instrText>IF </w:instrText></w:r>" + mark("begin") + mark("separate") + run("1") + mark("end")
    field = mark("begin") + asks + run("=1") + mark("separate") + run("98.50") + mark("end")

    assert [["得98.50分"]] == rows_of(word_file(tmp_path / "文.docx", run("得") + field + run("分")))


def test_a_style_may_hide_text_and_a_run_may_show_it_again(tmp_path):
    document = docx.Document()
    hidden = document.styles.add_style("隐藏", docx.enum.style.WD_STYLE_TYPE.CHARACTER)
    hidden.font.hidden = True
    paragraph = document.add_paragraph("造林")
    paragraph.add_run("（内部）", style=hidden)
    paragraph.add_run("补助", style=hidden).font.hidden = False
    document.save(tmp_path / "文.docx")

    assert [["造林补助"]] == rows_of(tmp_path / "文.docx")


def test_deleted_and_hidden_rows_and_prompts_of_controls_are_not_read(tmp_path):
    cell = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>".format
    asked = "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>".format
    document = docx.Document()
    table = docx.oxml.parse_xml(
        f"<w:tbl {W}><w:tr><w:trPr><w:del/></w:trPr>{cell('旧')}</w:tr>"
        f"<w:tr><w:trPr><w:hidden/></w:trPr>{cell('藏')}</w:tr>"
        f"<w:tr>{cell('单位')}{asked(cell('单击此处输入文字'))}{cell('林场')}</w:tr></w:tbl>"
    )
    document.element.body.insert(0, table)
    document.save(tmp_path / "文.docx")

    (grid,) = files.read_grids(tmp_path / "文.docx")

    assert [["单位", "林场"]] == written(grid)
    assert "林场" == grid.at(1, 3).written


# ---- Word: the package -----------------------------------------------------------------------------------------------


def changed(path: Path, change) -> Path:
    """The same package with other names and contents of parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(*change(name, old.read(name)))
    path.write_bytes(target.getvalue())
    return path


def strict(name: str, content: bytes) -> tuple[str, bytes]:
    return name, re.sub(
        rb"http://schemas\.openxmlformats\.org/(wordprocessingml|officeDocument|drawingml)/2006/",
        rb"http://purl.oclc.org/ooxml/\1/",
        content,
    )


def test_a_strict_document_is_read_with_its_page_header(tmp_path):
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "2023年度"
    document.add_table(1, 2).cell(0, 1).text = "林场"
    document.save(tmp_path / "文.docx")
    changed(tmp_path / "文.docx", strict)

    assert b"purl.oclc.org" in zipfile.ZipFile(tmp_path / "文.docx").read("word/document.xml")
    assert [["2023年度"], ["林场"]] == rows_of(tmp_path / "文.docx")


def test_a_document_of_another_name_and_with_links_to_nothing_is_read(tmp_path):
    def numbered(name: str, content: bytes) -> tuple[str, bytes]:
        broken = content.replace(b"styles.xml", b"NULL") if name.endswith(".rels") else content
        return name.replace("word/document.xml", "word/document2.xml"), broken

    path = changed(word_file(tmp_path / "文.docx", run("林场")), numbered)

    assert [["林场"]] == rows_of(path)


def test_page_headers_stand_above_their_sections_without_page_numbers(tmp_path):
    document = docx.Document()
    first = document.sections[0]
    first.different_first_page_header_footer = True
    first.first_page_header.paragraphs[0].text = "项目支出绩效自评表"
    first.header.paragraphs[0].text = "（2023年度）"
    first.header.add_paragraph("第 1 页 共 2 页")
    first.even_page_header.paragraphs[0].text = "双页"
    document.add_paragraph("甲")
    document.add_section()
    document.add_paragraph("乙")
    other = document.add_section()
    other.header.is_linked_to_previous = False
    other.header.paragraphs[0].text = "（2024年度）"
    document.add_paragraph("丙")
    document.save(tmp_path / "文.docx")

    assert [["项目支出绩效自评表"], ["（2023年度）"], ["甲"], ["乙"], ["（2024年度）"], ["丙"]] == rows_of(
        tmp_path / "文.docx"
    )
