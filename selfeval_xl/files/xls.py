"""Workbooks .xls of Excel 97 to 2003 and of WPS (.et); what else is stored in the same container is named."""

import io
import struct
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from selfeval_xl import errors
from selfeval_xl.cells import CellError
from selfeval_xl.files import formats, laid_out, unseen
from selfeval_xl.files.bounds import LONGEST, MB, MOST_CELLS, WIDEST, check_size
from selfeval_xl.grid import Grid

_LARGEST = 16 * MB
_FORMULA, _END, _FIRST_OF_CELLS, _MARGINS = 0x0006, 0x000A, 0x0208, (0x0014, 0x0015)  # kinds of records
_SHORTEST_TEXT, _UNICODE = 3, 80
_SHORTEST_FORMULA = 22
_BLANK_RESULT = 3
_END_OF_CHAIN = -2
_FIRST_PART, _PARTS_IN_HEAD = 76, 109  # of the table of sectors, as the head of the container names them
_BLANK = b"\x00\x06"  # kinds of cells without content
_OTHERS = {
    "PowerPoint Document": ("演示文稿（.ppt）", "把其中的自评表复制到 Excel 工作簿中"),
    "__properties_version1.0": ("Outlook 邮件（.msg）", "打开邮件，把附件另存到文件夹中"),
    "VisioDocument": ("Visio 图（.vsd）", "把其中的自评表复制到 Excel 工作簿中"),
}
_NAMES = ("EncryptedPackage", "Workbook", "Book", "WordDocument", *_OTHERS)


def read(content: bytes) -> tuple[Grid, ...]:
    """Every worksheet as a grid; a sentence how to save it where the container holds something else."""
    import xlrd

    container = _container(content)
    if (ended := _with_streams_ended(content, container)) is not content:
        content, container = ended, _container(ended)
    kind = next((name for name in _NAMES if container.locate_named_stream(name)[0] is not None), None)
    if kind == "EncryptedPackage":
        raise errors.Encrypted
    if kind == "WordDocument":
        raise errors.OldDocument
    if kind in _OTHERS:
        named, way = _OTHERS[kind]
        raise errors.OtherKind(named, way)
    if kind is None:
        raise errors.OldKind("旧格式的 Office 或 WPS 文件，其中没有工作簿")
    check_size(len(content), _LARGEST)
    try:
        book = _opened(content, formats=True)
    except xlrd.XLRDError as problem:
        if "encrypt" in str(problem):
            raise errors.Encrypted from None
        book = _opened(content, formats=False)
    except (AssertionError, IndexError, KeyError):  # formats that do not fit together; the values may
        book = _opened(content, formats=False)
    with book:
        return tuple(_grid(book, number) for number in range(book.nsheets))


def _container(content: bytes) -> Any:
    """The container with its streams, of which one tells what it holds."""
    from xlrd.compdoc import CompDoc

    try:
        container = CompDoc(content, logfile=io.StringIO(), ignore_workbook_corruption=True)
    except RecursionError:  # a folder that holds itself
        raise errors.Damaged from None
    _check_pieces(container)
    return container


def _with_streams_ended(content: bytes, container: Any) -> bytes:
    """The content, in which streams end where their size says: Excel follows a chain of sectors no further.

    What goes on there, perhaps in a circle, would be refused by the library.
    """
    made: bytearray | None = None
    size, table = container.sec_size, container.SAT
    names = {name.lower() for name in _NAMES}
    left = len(table)  # sectors to follow: streams share none
    for stream in container.dirlist:
        if stream.name.lower() not in names or stream.tot_size < container.min_size_std_stream:
            continue
        sector, steps = stream.first_SID, min(-(-stream.tot_size // size), len(table))
        left -= steps
        if left < 0:
            break
        for _ in range(steps - 1):
            sector = table[sector] if 0 <= sector < len(table) else _END_OF_CHAIN
        part, entry = divmod(sector, size // 4)
        if not 0 <= sector < len(table) or table[sector] < 0 or part >= _PARTS_IN_HEAD:
            continue
        (where,) = struct.unpack_from("<l", content, _FIRST_PART + 4 * part)
        place = (where + 1) * size + 4 * entry
        if where >= 0 and place + 4 <= len(content):
            made = made or bytearray(content)
            struct.pack_into("<l", made, place, _END_OF_CHAIN)
    return content if made is None else bytes(made)


def _check_pieces(container: Any) -> None:
    """Raises `Damaged` where the pieces of a short stream go in a circle: the library would follow it without end."""
    known: set[int] = set()
    names = {name.lower() for name in _NAMES}
    for stream in container.dirlist:
        if stream.name.lower() not in names or stream.tot_size >= container.min_size_std_stream:
            continue
        begun: set[int] = set()
        piece = stream.first_SID
        while 0 <= piece < len(container.SSAT) and piece not in known:
            if piece in begun:
                raise errors.Damaged
            begun.add(piece)
            piece = container.SSAT[piece]
        known |= begun


def _opened(content: bytes, *, formats: bool) -> Any:
    import xlrd

    return xlrd.open_workbook(
        file_contents=content,
        logfile=io.StringIO(),
        formatting_info=formats,
        on_demand=True,
        ragged_rows=True,
        ignore_workbook_corruption=True,
    )


def _grid(book: Any, number: int) -> Grid:
    import xlrd

    sheet = book.sheet_by_index(number)
    rows = []
    cells = filled = 0
    for row in range(sheet.nrows):
        kinds = bytes(sheet.row_types(row)).rstrip(_BLANK)
        cells += len(kinds)
        filled += len(kinds.translate(None, _BLANK))
        too_large = errors.TooLarge(f"工作表“{sheet.name}”有 {sheet.nrows} 行 {sheet.ncols} 列")
        if kinds and (filled > MOST_CELLS or cells > 4 * MOST_CELLS):
            raise too_large
        values = [_value(book, sheet, row, column) for column in range(len(kinds))]
        while values and isinstance(values[-1], str) and not values[-1].strip():
            values.pop()
        if values and row >= LONGEST:
            raise too_large
        rows.append(values)
    while rows and not rows[-1]:
        rows.pop()
    width = max(map(len, rows), default=0)
    if width > WIDEST:
        raise errors.TooLarge(f"工作表“{sheet.name}”有 {len(rows)} 行 {width} 列")
    beside = _beside(book, sheet, number)
    if any(kind == xlrd.XL_CELL_TEXT and not sheet.cell_value(*place) for place, kind in _kinds(sheet)):
        beside = replace(beside, formulas=_without_results(book, sheet, number))
    shown = sheet.visibility == 0
    merges = [((top, left), (bottom - 1, right - 1)) for top, bottom, left, right in sheet.merged_cells]
    book.unload_sheet(number)
    found = laid_out.grid_beside(sheet.name, [row + [""] * (width - len(row)) for row in rows], merges, beside)
    return found if shown else unseen.hidden_sheet(found)


def _beside(book: Any, sheet: Any, number: int) -> unseen.Beside:
    """The hidden rows outside a filter and the hidden columns."""
    names = (name for name in book.name_obj_list if name.name == "_FilterDatabase" and name.scope == number)
    filtered = unseen.covered((_rows_of(name) for name in names if name.result and name.result.kind > 0), LONGEST)
    rows = {at + 1 for at, row in sheet.rowinfo_map.items() if row.hidden or row.height == 0} - filtered
    columns = tuple(range(at + 1, at + 2) for at, column in sheet.colinfo_map.items() if column.hidden)
    struck = _struck(book, sheet) if any(font.struck_out for font in book.font_list) else frozenset()
    return unseen.Beside(frozenset(rows), columns, struck, _margins(book, sheet, number), marked=bool(book.font_list))


def _struck(book: Any, sheet: Any) -> frozenset[tuple[int, int]]:
    """The cells that are struck through as a whole."""
    fonts = book.font_list
    styles = {at for at, style in enumerate(book.xf_list) if fonts[style.font_index].struck_out}
    return frozenset(
        (row + 1, column + 1)
        for (row, column), kind in _kinds(sheet)
        if kind and sheet.cell_xf_index(row, column) in styles
    )


def _margins(book: Any, sheet: Any, number: int) -> tuple[str, ...]:
    """The lines in header and footer of the printed page, which are said before the cells."""
    lines: list[str] = []
    for kind, record in _records(book, number):
        if kind == _FIRST_OF_CELLS:
            break
        if kind in _MARGINS and len(record) > _SHORTEST_TEXT and book.biff_version >= _UNICODE:
            wide = record[2] & 1
            words = record[3:].decode("utf-16-le" if wide else "latin-1", "ignore")
            lines += unseen.lines_of(unseen.without_marks(words), sheet.name)
    return tuple(lines)


def _records(book: Any, number: int) -> Iterator[tuple[int, bytes]]:
    """The records of a sheet, each with its kind."""
    at, kind = book._sh_abs_posn[number], 0
    while kind != _END and at + 4 <= len(book.mem):
        kind, size = struct.unpack_from("<HH", book.mem, at)
        yield kind, bytes(book.mem[at + 4 : at + 4 + size])
        at += 4 + size


def _kinds(sheet: Any) -> Iterator[tuple[tuple[int, int], int]]:
    """Every cell by its row and column, counted from 0, with the kind of what it holds."""
    for row in range(sheet.nrows):
        for column, kind in enumerate(sheet.row_types(row)):
            yield (row, column), kind


def _without_results(book: Any, sheet: Any, number: int) -> dict[tuple[int, int], tuple[str, str, date]]:
    """The formulas of a sheet that a program wrote without calculating any; Excel stores a blank result alike."""
    from xlrd import formula

    found = {}
    epoch = formats.EPOCH_1904 if book.datemode else formats.EPOCH
    for kind, record in _records(book, number):
        if kind != _FORMULA or len(record) < _SHORTEST_FORMULA:
            continue
        row, column, style, result, _, _, length = struct.unpack_from("<3H8sHLH", record)
        if result[0] != _BLANK_RESULT or result[6:] != b"\xff\xff":
            return {}
        try:
            words = formula.decompile_formula(
                book, record[22 : 22 + length], length, fmlatype=1, browx=row, bcolx=column
            )
        except Exception:  # a formula of a kind that the library does not know
            words = None
        key = book.xf_list[style].format_key if book.formatting_info and style < len(book.xf_list) else None
        shown = book.format_map[key].format_str if key in book.format_map else "General"
        found[row + 1, column + 1] = (words or "…", shown, epoch)
    return found


def _rows_of(name: Any) -> range:
    """The rows of the area that a name stands for."""
    (area,) = name.result.value[:1]
    return range(area.coords[2] + 1, area.coords[3] + 1)


def _value(book: Any, sheet: Any, row: int, column: int) -> Any:
    import xlrd

    kind, value = sheet.cell_type(row, column), sheet.cell_value(row, column)
    if kind == xlrd.XL_CELL_ERROR:
        return CellError(xlrd.error_text_from_code.get(value, "#UNKNOWN!"))
    if kind == xlrd.XL_CELL_BOOLEAN:
        return bool(value)
    if kind in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE) and book.formatting_info:
        style = book.xf_list[sheet.cell_xf_index(row, column)]
        epoch = formats.EPOCH_1904 if book.datemode else formats.EPOCH
        shown = laid_out.with_display(value, book.format_map[style.format_key].format_str, epoch)
        if isinstance(shown, str):
            return shown
    if kind == xlrd.XL_CELL_TEXT:
        words = unseen.without_marks(value)
        runs = sheet.rich_text_runlist_map.get((row, column)) if book.formatting_info else None
        return _with_struck_marked(words, runs, book.font_list) if runs and words == value else words
    return _date(value, book.datemode) if kind == xlrd.XL_CELL_DATE else value


def _with_struck_marked(words: str, runs: list[tuple[int, int]], fonts: list[Any]) -> str:
    """The words of a cell; those that are struck through stand between marks."""
    edges = [0, *(at for at, _ in runs), len(words)]
    struck = [False, *(font < len(fonts) and fonts[font].struck_out for _, font in runs)]
    parts = zip((words[first:last] for first, last in pairwise(edges)), struck, strict=True)
    marked = (f"{unseen.STRUCK}{part}{unseen.STRUCK}" if line and part else part for part, line in parts)
    return "".join(marked)


def _date(value: float, mode: int) -> Any:
    from xlrd import xldate

    try:
        found: datetime = xldate.xldate_as_datetime(value, mode)
    except (ValueError, OverflowError):
        return value
    return found.time() if value < 1 else found
