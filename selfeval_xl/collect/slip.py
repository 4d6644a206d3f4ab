"""退回单: what would come back of one form, as a page that a reviewer signs."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from selfeval_xl.checks import LEVELS, Finding
from selfeval_xl.patterns import expression

TITLE = "项目支出绩效自评表退回单"
_NOT_IN_XML = expression(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_FONT, _HEAD_FONT = "宋体", "黑体"
_WIDTHS = (1.3, 1.3, 1.6, 8.6, 4.2)  # centimetres
_AIR = 1.5  # points above and below the words of a cell
_HEADINGS = ("序号", "程度", "位置", "问题和解决办法", "依据")
_SHADES = {"error": "FFC7CE", "warning": "FFEB9C"}


@dataclass(frozen=True)
class Returned:
    """A form that goes back: whose it is, where it lay, what was found, and remarks on the copy that goes with it."""

    file: str
    sheet: str | None
    unit: str | None
    department: str | None
    project: str | None
    year: int | None
    total: str | None
    grade: str | None
    profile: str
    findings: tuple[Finding, ...]
    remarks: tuple[str, ...] = ()


def in_order(findings: Sequence[Finding]) -> list[Finding]:
    """The gravest first, each level in the order of the form."""
    return sorted(findings, key=lambda one: list(LEVELS).index(one.level))


def slip(returned: Returned) -> bytes:
    """The slip as a Word document."""
    import docx
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm, Pt

    document = docx.Document()
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(2)
    _set_font(document.styles["Normal"], _FONT, Pt(10.5))
    about = document.core_properties
    about.author, about.title, about.comments = "selfeval-xl", TITLE, ""
    about.created = about.modified = datetime.now()
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _set_font(title.add_run(TITLE), _HEAD_FONT, Pt(18))
    _head(document, returned)
    document.add_paragraph()
    document.add_paragraph(_request(returned))
    _list(document, in_order(returned.findings))
    for remark in returned.remarks:
        document.add_paragraph(_words(remark)).paragraph_format.space_before = Pt(6)
    document.add_paragraph()
    signed = document.add_paragraph(
        "退回单位（盖章）：                    经办人：                    日期：        年    月    日"
    )
    signed.paragraph_format.keep_together = True
    _number_pages(page)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def _request(returned: Returned) -> str:
    counts = {level: sum(one.level == level for one in returned.findings) for level in LEVELS}
    said = "、".join(f"{words} {counts[level]} 条" for level, words in LEVELS.items() if counts[level])
    settled = "错误须改正；提醒请改正，或写明原因；建议供参考。"
    return f"收到的自评表经核对，有{said}。请按下列意见修改后重新报送。{settled}"


def _head(document: Any, returned: Returned) -> None:
    """Whose form it is, as a table without a heading."""
    total = f"{returned.total or '未填'}" + (f"（{returned.grade}）" if returned.grade else "")
    where = returned.file + (f"（工作表“{returned.sheet}”）" if returned.sheet else "")
    rows = (
        ("单位", returned.unit or returned.department or "未填", "主管部门", returned.department or "未填"),
        ("项目名称", returned.project or "未填", "年度", str(returned.year or "未填")),
        ("总分", total, "评分规则", returned.profile),
        ("文件", where, None, None),
    )
    table = _table(document, len(rows), (2.4, 7.2, 2.2, 5.2))
    for line, (name, value, other, more) in zip(table.rows, rows, strict=True):
        cells = line.cells
        _fill(cells[0], name, bold=True)
        if other is None or more is None:
            cells[1].merge(cells[3])
            _fill(line.cells[1], value)
        else:
            for cell, words, bold in ((cells[1], value, False), (cells[2], other, True), (cells[3], more, False)):
                _fill(cell, words, bold=bold)


def _list(document: Any, findings: Sequence[Finding]) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    table = _table(document, 1 + len(findings), _WIDTHS)
    for cell, heading in zip(table.rows[0].cells, _HEADINGS, strict=True):
        _fill(cell, heading, bold=True)
        cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
    _mark(table.rows[0], "w:tblHeader")
    for number, (row, one) in enumerate(zip(table.rows[1:], findings, strict=True), 1):
        _mark(row, "w:cantSplit")
        said = (str(number), LEVELS[one.level], one.cell or "", one.message, one.basis)
        cells = row.cells
        for cell, words in zip(cells, said, strict=True):
            _fill(cell, words)
        if shade := _SHADES.get(one.level):
            _shade(cells[1], shade)


def _table(document: Any, rows: int, widths: Sequence[float]) -> Any:
    from docx.shared import Cm

    table = document.add_table(rows, len(widths))
    table.style = "Table Grid"
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Cm(width)
    return table


def _fill(cell: Any, words: str, *, bold: bool = False) -> None:
    from docx.shared import Pt

    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(_AIR)
    paragraph.add_run(_words(words)).bold = bold


def _words(words: str) -> str:
    return _NOT_IN_XML.sub("", words)


def _set_font(styled: Any, name: str, size: Any) -> None:
    """The font of Chinese words too, which python-docx has no setting for."""
    from docx.oxml.ns import qn

    styled.font.name, styled.font.size = name, size
    styled.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def _mark(row: Any, mark: str) -> None:
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement(mark))


def _shade(cell: Any, colour: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    shade = OxmlElement("w:shd")
    for name, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", colour)):
        shade.set(qn(name), value)
    cell._tc.get_or_add_tcPr().append(shade)


def _number_pages(page: Any) -> None:
    """第 x 页，共 y 页 in the footer, counted by the program that shows it."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    line = page.footer.paragraphs[0]
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for words, field in (("第 ", "PAGE"), (" 页，共 ", "NUMPAGES"), (" 页", None)):
        line.add_run(words)
        if field is not None:
            counted = OxmlElement("w:fldSimple")
            counted.set(qn("w:instr"), field)
            line._p.append(counted)
            run = OxmlElement("w:r")
            counted.append(run)
            text = OxmlElement("w:t")
            text.text = "1"
            run.append(text)
