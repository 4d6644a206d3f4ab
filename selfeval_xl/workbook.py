"""Writes workbooks; the only module that does."""

import contextlib
import io
import os
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from selfeval_xl import errors
from selfeval_xl.cells import ERROR_NUMBERS, CellError, shorter
from selfeval_xl.excel import vba
from selfeval_xl.sheet.fit import SENTENCE, SENTENCE_SIZE, SIZES
from selfeval_xl.sheet.layout import RATE_PLACES
from selfeval_xl.sheet.page import Cell, Content, Formula, Page

_BEGINNING = datetime(2026, 1, 1)  # a fixed moment, so that each build gives the same bytes
_ZIP_BEGINNING = (1980, 1, 1, 0, 0, 0)
_LONGEST_TEXT = 32767  # characters Excel takes in a cell
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")

# ---- formats -------------------------------------------------------------------------------------------------

_FONT = {"font_name": "宋体", "font_size": 10, "valign": "vcenter", "text_wrap": True}
_BOX = _FONT | {"border": 1}
_AMOUNT = {"num_format": "#,##0.00####", "align": "right", "indent": 1, "shrink": True, "text_wrap": False}
# A sentence in place of a number is small, but whole: a row does not grow when its formulas are calculated.
_ANSWER = {"align": "center", "shrink": True, "text_wrap": False}
_FORMATS: dict[str, dict[str, Any]] = {
    "title": _FONT | {"font_size": 18, "bold": True, "align": "center"},
    "year": _FONT | {"font_size": 11, "align": "center"},
    "label": _BOX | {"align": "center"},
    "text": _BOX | {"align": "left", "indent": 1},
    "value": _BOX | {"align": "center"},
    "amount": _BOX | _AMOUNT,
    "points": _BOX | {"align": "center"},
    "answer": _BOX | _ANSWER,
    "total": _BOX | _ANSWER | {"num_format": "0.00"},
    "side_label": _FONT | {"font_size": 9, "font_color": "#595959", "align": "left", "text_wrap": False},
    "side": _FONT | {"font_size": 9, "font_color": "#1F4E79", "align": "left", "text_wrap": False},
    "suggested": _FONT | {"font_size": 9, "font_color": "#1F4E79", "align": "left"},
    "side_note": _FONT | {"font_size": 9, "font_color": "#C00000", "align": "left", "text_wrap": False},
}
# What people type here stays as typed: Excel makes no date of 11/20 and no number of 2025年11月.
_SIZED: dict[str, dict[str, Any]] = {
    "text": {"align": "left", "indent": 1},
    "value": {"align": "center"},
    "goal": {"align": "left", "valign": "top", "indent": 1},
}
_FORMATS |= {
    f"{name}{size}": _BOX | {"font_size": size, "num_format": "@"} | alignment
    for name, alignment in _SIZED.items()
    for size in SIZES
}
_FORMATS |= {f"rate{places}": _BOX | _ANSWER | {"num_format": f"{Decimal(0):.{places}f}%"} for places in RATE_PLACES}
_FORMATS |= {
    f"{name}{SENTENCE}": _FORMATS[name] | {"font_size": SENTENCE_SIZE, "shrink": False, "text_wrap": True}
    for name in ("answer", "total", *(f"rate{places}" for places in RATE_PLACES))
}

_HIGHLIGHTS: dict[str, dict[str, Any]] = {
    "wrong": {"bg_color": "#FFC7CE", "font_color": "#9C0006"},
    "differs": {"bg_color": "#F8CBAD", "font_color": "#833C0B"},
    "unexplained": {"bg_color": "#FFEB9C", "font_color": "#7F6000"},
    "fine": {"font_color": "#375623"},
    "advice": {"font_color": "#1F4E79"},
}

# ---- the package ---------------------------------------------------------------------------------------------

_RIBBON_PART = "customUI/customUI14.xml"
_RIBBON = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<customUI xmlns="http://schemas.microsoft.com/office/2009/07/customui">
<ribbon><tabs><tab id="selfEvalTab" label="绩效自评"><group id="selfEvalLive" label="实时计算">
<button id="selfEvalReconnect" label="重新连接" size="large" imageMso="RefreshAll"
 onAction="SelfEvalReconnect"
 screentip="重新连接 Python 并计算"
 supertip="刚装好或修好 Python 之后单击这里：立即重新连接，并计算所有打开的工作簿。"/>
</group></tab></tabs></ribbon>
</customUI>
"""
_RIBBON_RELATIONSHIP = (
    '<Relationship Id="rIdRibbon" Type="http://schemas.microsoft.com/office/2007/relationships/ui/extensibility" '
    f'Target="{_RIBBON_PART}"/>'
)


def write_live(path: Path, pages: Sequence[Page], *, overwrite: bool = False) -> None:
    """A macro-enabled workbook whose cells call the functions; all or nothing."""
    if path.suffix.lower() != ".xlsm":
        raise errors.WrongSuffix(".xlsm").about(path)
    save(path, lambda: live_workbook(pages, vba.project(len(pages))), overwrite=overwrite)


def live_workbook(pages: Sequence[Page], project: bytes, *, stored: bool = False) -> bytes:
    """The bytes of a macro-enabled workbook with this VBA project; the same for the same pages.

    `stored` leaves the parts uncompressed, so that the bytes do not depend on the zlib at hand.
    """
    drawn = io.BytesIO()
    with xlsxwriter.Workbook(drawn, {"in_memory": True}) as book:
        book.set_properties({"title": "财政项目支出绩效自评表", "author": "selfeval-xl", "created": _BEGINNING})
        book.add_vba_project(io.BytesIO(project), is_stream=True)
        book.set_vba_name("ThisWorkbook")
        formats = {name: book.add_format(properties) for name, properties in _FORMATS.items()}
        colours = {name: book.add_format(properties) for name, properties in _HIGHLIGHTS.items()}
        for number, page in enumerate(pages, 1):
            sheet = book.add_worksheet(page.name)
            sheet.set_vba_name(f"Sheet{number}")
            _draw(sheet, page, formats)
            for highlight in page.highlights:
                area, rule = highlight.area, {"type": "formula", "criteria": highlight.formula}
                first, last = (area.top - 1, area.left - 1), (area.bottom - 1, area.right - 1)
                sheet.conditional_format(*first, *last, rule | {"format": colours[highlight.style]})
    return _finished(drawn.getvalue(), pages, stored=stored)


def _draw(sheet: Any, page: Page, formats: dict[str, Any]) -> None:
    for column, width in enumerate(page.widths):
        sheet.set_column(column, column, width)
    for row, height in page.heights.items():
        sheet.set_row(row - 1, round(height.points * 4) / 4)
    for cell in page.cells:
        if cell.area is not None:
            area = cell.area
            sheet.merge_range(area.top - 1, area.left - 1, area.bottom - 1, area.right - 1, "", formats[cell.style])
        _put(sheet, cell, formats[cell.style])
    for choice in page.choices:
        sheet.data_validation(
            choice.row - 1,
            choice.column - 1,
            choice.row - 1,
            choice.column - 1,
            {
                "validate": "list",
                "source": list(choice.options),
                "error_type": "warning",  # a profile of one's own may have been written after the workbook
                "error_title": "列表中没有这一项",
                "error_message": "请确认名称无误。",
            },
        )
    if page.typed:
        sheet.ignore_errors({"number_stored_as_text": " ".join(page.typed)})
    area = page.printed
    sheet.print_area(area.top - 1, area.left - 1, area.bottom - 1, area.right - 1)
    sheet.set_paper(9)  # A4
    if page.repeated_rows is not None:
        sheet.repeat_rows(page.repeated_rows[0] - 1, page.repeated_rows[1] - 1)
    if page.landscape:
        sheet.set_landscape()
    sheet.fit_to_pages(1, page.pages_high)
    sheet.set_h_pagebreaks(list(page.breaks))
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.center_horizontally()
    sheet.hide_gridlines(1)


def _put(sheet: Any, cell: Cell, style: Any) -> None:
    row, column, content = cell.row - 1, cell.column - 1, cell.content
    if content is None:
        sheet.write_blank(row, column, None, style)
    elif isinstance(content, Formula):
        sheet.write_formula(row, column, content.text, style, _plain(content.value))
    elif isinstance(content, Decimal):
        sheet.write_number(row, column, float(content), style)
    elif isinstance(content, CellError) and content.name in ERROR_NUMBERS:
        sheet.write_formula(row, column, f"={content.name}", style, content.name)  # becomes the bare error later
    else:
        sheet.write_string(row, column, _text(str(content)), style)


def _plain(content: Content) -> float | str:
    """A formula's value."""
    return float(content) if isinstance(content, Decimal) else _text(str(content))


def _text(words: str) -> str:
    """As much as a cell takes, without what XML does not allow."""
    return shorter(_NOT_IN_XML.sub("", words), _LONGEST_TEXT)


def _finished(drawn: bytes, pages: Sequence[Page], *, stored: bool) -> bytes:
    """The package with what XlsxWriter has no setting for.

    Cached values are kept when the file is opened (no fullCalcOnLoad), empty answers are cached
    as text, rows grow with their text, and the ribbon is added.
    """
    method = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    finished = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(drawn)) as source, zipfile.ZipFile(finished, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "xl/workbook.xml":
                part = _replaced(part, rb"<calcPr [^>]*/>", b'<calcPr calcId="191029"/>')
            elif name == "_rels/.rels":
                part = _replaced(part, rb"</Relationships>", _RIBBON_RELATIONSHIP.encode() + b"</Relationships>")
            elif match := re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", name):
                part = _growing_rows(_bare_errors(_empty_answers(part)), pages[int(match.group(1)) - 1])
            target.writestr(zipfile.ZipInfo(name, _ZIP_BEGINNING), part, method)
        target.writestr(zipfile.ZipInfo(_RIBBON_PART, _ZIP_BEGINNING), _RIBBON.encode(), method)
    return finished.getvalue()


def _replaced(part: bytes, pattern: bytes, replacement: bytes) -> bytes:
    changed, count = re.subn(pattern, lambda _: replacement, part)
    if count != 1:
        raise AssertionError(f"XlsxWriter wrote {pattern!r} {count} times")
    return changed


def _bare_errors(part: bytes) -> bytes:
    """An error taken over from a cell is an error and no formula."""
    return re.sub(rb' t="e"><f>(#[^<]*)</f><v>\1</v></c>', rb' t="e"><v>\1</v></c>', part)


def _empty_answers(part: bytes) -> bytes:
    return re.sub(rb'(<c r="[A-Z]+\d+"(?: s="\d+")?)>(<f>[^<]*</f>)<v></v></c>', rb'\1 t="str">\2<v></v></c>', part)


def _growing_rows(part: bytes, page: Page) -> bytes:
    growing = {row for row, height in page.heights.items() if not height.firm}

    def loosened(match: re.Match[bytes]) -> bytes:
        return match.group(0).replace(b' customHeight="1"', b"") if int(match.group(1)) in growing else match.group(0)

    return re.sub(rb'<row r="(\d+)"[^>]*>', loosened, part)


# ---- saving --------------------------------------------------------------------------------------------------


def save(path: Path, content: Callable[[], bytes], *, overwrite: bool = False) -> None:
    """Writes beside the target and renames, so that a target is whole or not there.

    Raises `AlreadyThere` without `overwrite`, and `CannotWrite` where the system refuses.
    """
    with refusals(path):
        if not overwrite and os.path.lexists(path):
            raise errors.AlreadyThere
        with _beside(path) as draft:
            draft.write_bytes(content())
            if overwrite:
                draft.replace(path)
            else:
                _rename_to_new(draft, path)


def _rename_to_new(draft: Path, path: Path) -> None:
    """Renames unless somebody else has made the target meanwhile."""
    try:
        os.link(draft, path)
    except FileExistsError:
        raise errors.AlreadyThere from None
    except OSError:  # a file system without hard links
        if os.path.lexists(path):
            raise errors.AlreadyThere from None
        draft.replace(path)


@contextlib.contextmanager
def refusals(path: Path) -> Iterator[None]:
    """Names the target in whatever refuses it, be it ourselves or the system."""
    try:
        yield
    except errors.SelfEvalError as problem:
        problem.about(path)
        raise
    except OSError as problem:
        raise errors.CannotWrite(errors.why(problem)).about(path) from None


@contextlib.contextmanager
def _beside(path: Path) -> Iterator[Path]:
    handle, name = tempfile.mkstemp(prefix=f".{path.stem[:40]}-", suffix=".tmp", dir=path.parent)
    os.close(handle)
    draft = Path(name)
    try:
        draft.chmod(0o666 & ~_umask())
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
