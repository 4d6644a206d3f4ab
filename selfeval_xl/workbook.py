"""Writes workbooks; the only module that does."""

import contextlib
import io
import os
import re
import stat
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from selfeval_xl import errors
from selfeval_xl.cells import ERROR_NUMBERS, CellError, shorter
from selfeval_xl.excel import vba
from selfeval_xl.patterns import expression
from selfeval_xl.sheet.fit import MARGINS
from selfeval_xl.sheet.page import Cell, Content, Entering, Formula, Page
from selfeval_xl.sheet.styles import FONT, HIGHLIGHTS, properties

# Excel measures columns by the digits of the workbook's own font, and so do the library's options.
_SETTINGS = {"in_memory": True, "default_column_width": 72, "default_row_height": 18}
_BEGINNING = datetime(2026, 1, 1)  # a fixed moment, so that each build gives the same bytes
_ZIP_BEGINNING = (1980, 1, 1, 0, 0, 0)
_LONGEST_TEXT = 32767  # characters Excel takes in a cell
_FORMULA_SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")
_NOT_IN_XML = expression(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")

# ---- the package ---------------------------------------------------------------------------------------------

_MACROS = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_ADDIN = b"application/vnd.ms-excel.addin.macroEnabled.main+xml"
_RIBBON_PART = "customUI/customUI14.xml"
_RIBBON_RELATIONSHIP = (
    '<Relationship Id="rIdRibbon" Type="http://schemas.microsoft.com/office/2007/relationships/ui/extensibility" '
    f'Target="{_RIBBON_PART}"/></Relationships>'
)


def write_live(path: Path, pages: Sequence[Page], *, overwrite: bool = False) -> None:
    """A macro-enabled workbook whose cells call the functions; all or nothing."""
    if path.suffix.lower() != ".xlsm":
        raise errors.WrongSuffix(".xlsm").about(path)
    save(path, lambda: live_workbook(pages, vba.project(len(pages))), overwrite=overwrite)


def live_workbook(pages: Sequence[Page], project: bytes, *, stored: bool = False) -> bytes:
    """The bytes of a macro-enabled workbook with this VBA project; the same for the same pages.

    It has no ribbon: that is the add-in's, so that no mailed workbook carries an old one.

    `stored` leaves the parts uncompressed, so that the bytes do not depend on the zlib at hand.
    """
    import xlsxwriter  # only who writes a workbook waits for it

    drawn = io.BytesIO()
    with xlsxwriter.Workbook(drawn, _SETTINGS | {"default_format_properties": dict(FONT)}) as book:
        book.set_properties({"title": "财政项目支出绩效自评表", "author": "selfeval-xl", "created": _BEGINNING})
        book.add_vba_project(io.BytesIO(project), is_stream=True)
        book.set_vba_name("ThisWorkbook")
        formats = _Formats(book)
        colours = {name: book.add_format(properties) for name, properties in HIGHLIGHTS.items()}
        for number, page in enumerate(pages, 1):
            sheet = book.add_worksheet(page.name)
            sheet.set_vba_name(f"Sheet{number}")
            _draw(sheet, page, formats)
            for highlight in page.highlights:
                area, rule = highlight.area, {"type": "formula", "criteria": highlight.formula}
                first, last = (area.top - 1, area.left - 1), (area.bottom - 1, area.right - 1)
                sheet.conditional_format(*first, *last, rule | {"format": colours[highlight.style]})
    return _finished(drawn.getvalue(), pages, stored=stored)


def addin_workbook(project: bytes, ribbon: str) -> bytes:
    """The bytes of an Excel add-in with this VBA project and ribbon; always the same for the same ones."""
    import xlsxwriter

    drawn = io.BytesIO()
    with xlsxwriter.Workbook(drawn, {"in_memory": True}) as book:
        # Excel lists an add-in by its title and explains it by its comments.
        about = {"title": "绩效自评", "comments": "功能区“绩效自评”：财政项目支出绩效自评表的各项操作。"}
        book.set_properties(about | {"author": "selfeval-xl", "created": _BEGINNING})
        book.add_vba_project(io.BytesIO(project), is_stream=True)
        book.set_vba_name("ThisWorkbook")
        book.add_worksheet().set_vba_name("Sheet1")
    parts = {}
    for name, part in _parts(drawn.getvalue()):
        if name == "[Content_Types].xml":
            parts[name] = _replaced(part, re.escape(_MACROS), _ADDIN)
        elif name == "_rels/.rels":
            parts[name] = _replaced(part, rb"</Relationships>", _RIBBON_RELATIONSHIP.encode())
        elif name == "xl/workbook.xml":
            parts[name] = _without_full_calculation(part)
        else:
            parts[name] = part
    return _package(parts | {_RIBBON_PART: ribbon.encode()}, zipfile.ZIP_STORED)


class _Formats(dict[tuple[str, bool], Any]):
    """The formats of a workbook, by style and by whether a text stays one; each made when it is first asked for."""

    def __init__(self, book: Any) -> None:
        super().__init__()
        self._book = book

    def __missing__(self, key: tuple[str, bool]) -> Any:
        style, stays_text = key
        made = self[key] = self._book.add_format(properties(style) | ({"quote_prefix": True} if stays_text else {}))
        return made


def _draw(sheet: Any, page: Page, formats: _Formats) -> None:
    for column, width in enumerate(page.widths):
        sheet.set_column_pixels(column, column, width)
    for row, height in page.heights.items():
        sheet.set_row(row - 1, round(height.points * 4) / 4)
    for cell in page.cells:
        style = formats[cell.style, _looks_like_a_formula(cell.content)]
        if cell.area is not None:
            area = cell.area
            sheet.merge_range(area.top - 1, area.left - 1, area.bottom - 1, area.right - 1, "", style)
        _put(sheet, cell, style)
    for entering in page.entering:
        _offer(sheet, entering)
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
    sheet.set_margins(left=MARGINS[0], right=MARGINS[0], top=MARGINS[1], bottom=MARGINS[1])
    sheet.print_black_and_white()
    if page.breaks:
        sheet.set_footer("&C第 &P 页，共 &N 页")
    sheet.center_horizontally()
    sheet.hide_gridlines(2)
    sheet.set_zoom(page.zoom)
    if page.frozen_rows:
        sheet.freeze_panes(page.frozen_rows, 0)


def _offer(sheet: Any, entering: Entering) -> None:
    """The hint at a cell, its list or its bounds, and what is asked where something else is entered."""
    rule: dict[str, Any] = {"input_title": entering.title, "input_message": entering.message}
    rule |= {"error_title": entering.title, "error_message": entering.complaint or None, "error_type": "warning"}
    rule["show_error"] = entering.warns
    if entering.options:
        rule |= {"validate": "list", "source": list(entering.options)}
    elif entering.condition:
        rule |= {"validate": "custom", "value": entering.condition}
    elif entering.least is None:
        rule |= {"validate": "any"}
    elif entering.most is None:
        rule |= {"validate": "decimal", "criteria": ">=", "value": entering.least}
    else:
        rule |= {"validate": "decimal", "criteria": "between", "minimum": entering.least, "maximum": entering.most}
    area = entering.area
    sheet.data_validation(area.top - 1, area.left - 1, area.bottom - 1, area.right - 1, rule)


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


def _looks_like_a_formula(content: Content) -> bool:
    """Text that F2 and Enter would make a formula; its cell says that it is text. A printed dash alone stays text."""
    return isinstance(content, str) and len(content) > 1 and content.startswith(_FORMULA_SIGNS)


def _plain(content: Content) -> float | str:
    """A formula's value."""
    return float(content) if isinstance(content, Decimal) else _text(str(content))


def _text(words: str) -> str:
    """As much as a cell takes, without what XML does not allow."""
    return shorter(_NOT_IN_XML.sub("", words), _LONGEST_TEXT)


def _finished(drawn: bytes, pages: Sequence[Page], *, stored: bool) -> bytes:
    """The package with what XlsxWriter has no setting for.

    Cached values are kept when the file is opened, empty answers are cached as text, and rows grow with their text.
    """
    parts = {}
    for name, part in _parts(drawn):
        if name == "xl/workbook.xml":
            parts[name] = _without_full_calculation(part)
        elif match := re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", name):
            parts[name] = _growing_rows(_bare_errors(_empty_answers(part)), pages[int(match.group(1)) - 1])
        else:
            parts[name] = part
    return _package(parts, zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED)


def _parts(package: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(package)) as source:
        for name in source.namelist():
            yield name, source.read(name)


def _package(parts: dict[str, bytes], method: int) -> bytes:
    """The parts zipped, with no moment in it but a fixed one."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as target:
        for name, part in parts.items():
            target.writestr(zipfile.ZipInfo(name, _ZIP_BEGINNING), part, method)
    return made.getvalue()


def _without_full_calculation(part: bytes) -> bytes:
    return _replaced(part, rb"<calcPr [^>]*/>", b'<calcPr calcId="191029"/>')


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


saved: list[Path] = []  # what this process has written, in its order: who cannot tell it otherwise looks here


def save(path: Path, content: Callable[[], bytes], *, overwrite: bool = False) -> None:
    """Writes beside the target and renames, so that a target is whole or not there.

    A file that is replaced keeps its permissions, and a link to it stays a link.
    Raises `AlreadyThere` without `overwrite`, and `CannotWrite` where the system refuses.
    """
    with refusals(path):
        if not overwrite and os.path.lexists(path):
            raise errors.AlreadyThere
        whole = content()
        target = Path(os.path.realpath(path)) if path.is_symlink() else path
        with _beside(target, whole) as draft:
            if overwrite:
                draft.replace(target)
            else:
                _rename_to_new(draft, target)
            saved.append(path)


def refuse_to_replace(targets: Sequence[Path]) -> None:
    """Raises `AlreadyThere` for the first of these files that there is."""
    for target in targets:
        if os.path.lexists(target):
            raise errors.AlreadyThere().about(target)


def holds(path: Path, content: bytes) -> bool:
    """Whether the file is there and holds just this."""
    try:
        return path.read_bytes() == content
    except OSError:
        return False


def refuse_what_is_open(path: Path) -> None:
    """Raises `CannotWrite` at once for a file that another program on Windows has open, which nothing will replace.

    When it is replaced, Windows speaks of missing rights instead.
    """
    if path.is_file():
        try:
            path.open("r+b").close()
        except OSError as problem:
            if errors.is_in_use(problem):
                raise errors.CannotWrite(errors.why(problem)).about(path) from None


def _mode(target: Path) -> int:
    """The permissions of the file that is replaced, or those of a new one. Nothing but a file is replaced."""
    try:
        found = target.stat().st_mode
    except FileNotFoundError:
        return 0o666 & ~_umask()
    if stat.S_ISDIR(found):
        raise errors.CannotWrite("同名的文件夹已存在")
    if not stat.S_ISREG(found):
        raise errors.CannotWrite("同名的设备或管道已存在")
    return stat.S_IMODE(found)


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
def _beside(target: Path, content: bytes) -> Iterator[Path]:
    """A file with this content in the target's folder, which lasts no longer than the block."""
    mode = _mode(target)
    handle, name = tempfile.mkstemp(prefix=f".{target.stem[:40]}-", suffix=".tmp", dir=target.parent)
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(PermissionError):  # a disk that knows no permissions
            draft.chmod(mode)
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
