"""The forms of this folder as files, drawn with lines as on paper."""

from pathlib import Path

import docx
import openpyxl
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

_LINE = Side(style="thin")
_BORDER = Border(_LINE, _LINE, _LINE, _LINE)


def workbook(form, path: Path) -> Path:
    """One sheet on A4 across, one page wide; cells are high enough for their words."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = "表"
    width = max(map(len, form.rows))
    for number, row in enumerate(form.rows, 1):
        page.row_dimensions[number].height = 48
        for column in range(1, width + 1):
            content = row[column - 1] if column <= len(row) else None
            cell = page.cell(number, column)
            if content is not None:
                cell.value = content
                if isinstance(content, str) and content.startswith("="):
                    cell.data_type = "s"
                cell.alignment = Alignment(wrap_text=True, vertical="center")
                cell.font = Font(name="Noto Sans CJK SC", size=8)
            if any(other is not None for other in row):
                cell.border = _BORDER
    for top, left, bottom, right in form.merges:
        page.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
    for column in range(1, width + 1):
        page.column_dimensions[get_column_letter(column)].width = 14
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    book.save(path)
    return path


def word_table(form, path: Path) -> Path:
    """The whole form as one table of a Word document."""
    document = docx.Document()
    table = document.add_table(len(form.rows), max(map(len, form.rows)))
    for number, row in enumerate(form.rows):
        for column, content in enumerate(row):
            if content is not None:
                whole = isinstance(content, float) and content.is_integer()
                table.cell(number, column).text = str(int(content) if whole else content)
    for top, left, bottom, right in form.merges:
        table.cell(top - 1, left - 1).merge(table.cell(bottom - 1, right - 1))
    document.save(path)
    return path
