"""The summary as a workbook: tables that can be filtered and printed, and charts of Excel's own."""

import io
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from selfeval_xl.cells import column_letters, shorter
from selfeval_xl.collect.sheets import (
    ANALYSIS,
    FILLS,
    FINDINGS,
    MAIN,
    MISSING,
    NONE,
    NOT_READ,
    REPEATED,
    SUM,
    TITLE,
    UNITS,
    UNPLACED,
)
from selfeval_xl.collect.tables import UNKNOWN, Tables
from selfeval_xl.patterns import expression

_SETTINGS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
_FONT = {"font_name": "宋体", "font_size": 10, "valign": "vcenter"}
_LONGEST_TEXT = 32_767  # characters Excel takes in a cell
_MOST_ROWS = 1_000_000  # lines Excel takes on a sheet, with some room for the head
_MOST_LINKS = 60_000  # on a sheet
_LONGEST_LINK = 2_000  # characters
_NOT_IN_XML = expression(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_HEADING = 2  # rows above the headings: the title and a remark
_LINE, _LEAST_HEIGHT, _MOST_HEIGHT = 13.5, 18.0, 400.0  # points: a line of words, and a row
_LOOKED_AT = 2_000  # lines that decide how wide a column is

# What each column is: (narrowest, widest) in characters, and a number's format where it holds numbers.
_AMOUNT = "#,##0.00####"
_KINDS: dict[str, tuple[int, int, str | None]] = {
    "序号": (5, 7, "0"),
    "年度": (6, 6, "0"),
    "年初预算数": (12, 24, _AMOUNT),
    "全年预算数": (12, 24, _AMOUNT),
    "全年执行数": (12, 24, _AMOUNT),
    "执行率": (9, 10, "0.00%"),
    "执行率得分": (10, 11, "0.00"),
    "总分": (8, 9, "0.00"),
    "平均总分": (9, 9, "0.00"),
    "最低总分": (9, 9, "0.00"),
    "项目数": (7, 8, "0"),
    "有错误的项目": (13, 13, "0"),
    "未报送": (7, 8, "0"),
    **dict.fromkeys(("错误", "提醒", "建议", "次数", "优", "良", "中", "差"), (6, 7, "0")),
    "金额单位": (6, 8, None),
    "等级": (6, 7, None),
    "程度": (6, 6, None),
    "单元格": (7, 8, None),
    "问题和解决办法": (40, 60, None),
    "原因": (40, 60, None),
    "处理办法": (30, 45, None),
    "不同之处（没有计入的 → 计入的）": (30, 60, None),
    "备注": (16, 30, None),
    "文件": (16, 56, None),
}
_WORDS = (8, 28, None)
_CENTRED = {
    "序号",
    "年度",
    "金额单位",
    "等级",
    "程度",
    "单元格",
    "评分规则",
}  # short ones, which would stick to their neighbours
_SUMS = {
    "年初预算数",
    "全年预算数",
    "全年执行数",
    "错误",
    "提醒",
    "建议",
    "项目数",
    "有错误的项目",
    "未报送",
    "优",
    "良",
    "中",
    "差",
}
_HEADING_FILL, _SUM_FILL = f"#{FILLS[0]}", f"#{FILLS[3]}"
_COLOURS = {"错误": f"#{FILLS[1]}", "提醒": f"#{FILLS[2]}"}


@dataclass(frozen=True)
class _Sheet:
    """A sheet with one table: what stands above it, and whether it is added up."""

    name: str
    title: str
    table: pd.DataFrame
    remark: str
    frozen: int = 0
    has_sums: bool = False
    rate: float | None = None
    links: Sequence[Path] = field(default_factory=tuple)


@dataclass(frozen=True)
class _Column:
    """A column of a table: what stands in it, its width, and the format of its numbers where it holds no words."""

    name: str
    values: list[Any]
    number: str | None
    width: float


def summary_book(made: Tables, folder: Path, remark: str, moment: datetime) -> bytes:
    """The bytes of the summary, which is to lie in this folder; links to files are relative to it."""
    drawn = io.BytesIO()
    with xlsxwriter.Workbook(drawn, _SETTINGS | {"default_format_properties": dict(_FONT)}) as book:
        book.set_properties({"title": TITLE, "author": "selfeval-xl", "created": moment})
        paint = _Paint(book)
        sheets = _sheets(made, remark)
        for sheet in sheets[:2]:
            _draw(book.add_worksheet(sheet.name), sheet, paint, folder)
        _analysis(book, book.add_worksheet(ANALYSIS), made, paint)
        for sheet in sheets[2:]:
            _draw(book.add_worksheet(sheet.name), sheet, paint, folder)
    return drawn.getvalue()


def _sheets(made: Tables, remark: str) -> list[_Sheet]:
    unit = f"金额单位：{made.money_unit}"
    unknown = int((made.projects["金额单位"] == UNKNOWN).sum())
    if unknown:
        unit += f"；{unknown} 个项目没有注明金额单位，按原数列出，没有计入合计"
    links = made.links
    rate = "执行率为加权：全年执行数之和 ÷ 全年预算数之和。"
    once = "同一单位、同一项目、同一年度收到多份的，以最新的一份计入汇总；内容相同时以工作簿为准。"
    head = f"{remark}。{unit}。“备注”可以填写，下次汇总时会带过去。"
    count = f"共 {len(made.findings)} 条。"
    sheets = [
        _Sheet(MAIN, TITLE, made.projects, head, 3, has_sums=True, rate=made.rate, links=links[MAIN]),
        _Sheet(UNITS, "按单位汇总", made.units, f"{unit}。{rate}", 1, has_sums=True, rate=made.rate),
        _Sheet(FINDINGS, FINDINGS, made.findings, count, 2, links=links[FINDINGS]),
        _Sheet(REPEATED, REPEATED, made.repeated, once),
        _Sheet(NOT_READ, NOT_READ, made.not_read, "这些文件或工作表没有计入汇总。", links=links[NOT_READ]),
    ]
    if made.missing is not None:
        sheets.append(_Sheet(MISSING, MISSING, made.missing, "与名单比对；单位和项目名称的标点、空格、全半角不计。"))
    if len(made.unplaced):
        sheets.append(_Sheet(UNPLACED, UNPLACED, made.unplaced, "上次汇总中有备注、这次没有对应项目的，留在这里。"))
    return sheets


class _Paint(dict[tuple[Any, ...], Any]):
    """The formats of the book, each made when it is first asked for."""

    def __init__(self, book: Any) -> None:
        super().__init__()
        self._book = book
        self.title = book.add_format(_FONT | {"font_size": 16, "bold": True})
        self.remark = book.add_format(_FONT | {"font_color": "#595959"})
        self.heading = book.add_format(
            _FONT | {"bold": True, "text_wrap": True, "align": "center", "border": 1, "bg_color": _HEADING_FILL}
        )

    def __missing__(self, key: tuple[Any, ...]) -> Any:
        number, colour, is_link, is_sum, is_centred = key
        properties: dict[str, Any] = _FONT | {"border": 1}
        properties |= {"num_format": number} if number else {"text_wrap": True, "num_format": "@"}
        properties |= {"bg_color": colour} if colour else {}
        properties |= {"font_color": "#0563C1", "underline": 1} if is_link else {}
        properties |= {"bold": True, "bg_color": _SUM_FILL} if is_sum else {}
        properties |= {"align": "center"} if is_centred else {}
        made = self[key] = self._book.add_format(properties)
        return made


def _draw(sheet: Any, one: _Sheet, paint: _Paint, folder: Path) -> None:
    table = one.table.head(_MOST_ROWS)
    cut = f"只列出前 {_MOST_ROWS} 条，共 {len(one.table)} 条。" if len(table) < len(one.table) else ""
    columns = [_column(str(name), table[name]) for name in table.columns]
    sheet.set_row(0, 28)
    sheet.write_string(0, 0, one.title, paint.title)
    sheet.write_string(1, 0, one.remark + cut, paint.remark)
    sheet.set_row(_HEADING, 30)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(_HEADING, place, column.name, paint.heading)
    first = _HEADING + 1
    for place, column in enumerate(columns):
        has_links = column.name == "文件" and bool(one.links)
        is_level, is_centred = column.name == "程度", column.name in _CENTRED
        for line, value in enumerate(column.values):
            colour = _COLOURS.get(value) if is_level else None
            style = paint[column.number, colour, has_links, False, is_centred]
            if has_links and line < _MOST_LINKS and (link := _link(one.links[line], folder)):
                sheet.write_url(first + line, place, link, style, _text(value))
            else:
                _put(sheet, first + line, place, value, style)
    for line, height in enumerate(_heights(columns, len(table))):
        sheet.set_row(first + line, height)
    last = first + len(table) - 1
    if len(table):
        sheet.autofilter(_HEADING, 0, last, len(columns) - 1)
    else:
        sheet.write_string(first, 0, NONE, paint.remark)
    if one.has_sums and len(table):
        _add_up(sheet, table, columns, one.rate, paint)
    sheet.freeze_panes(first, one.frozen)
    # On paper a summary is signed, and where its files lie is of no use there.
    names = [column.name for column in columns]
    printed = names.index("文件") if one.has_sums and "文件" in names else len(names)
    width = sum(column.width for column in columns[:printed])
    _print_setup(sheet, _A4 if width <= _WIDEST_ON_A4 else _A3, landscape=True)
    sheet.repeat_rows(_HEADING)
    sheet.print_area(0, 0, max(last, first) + one.has_sums, printed - 1)


def _put(sheet: Any, row: int, column: int, value: Any, style: Any) -> None:
    if value is None or (isinstance(value, float) and not math.isfinite(value)) or value is pd.NA:
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value, style)
    else:
        sheet.write_string(row, column, _text(value), style)


def _text(value: Any) -> str:
    """The words as one cell takes them; a text stays a text whatever it begins with."""
    return shorter(_NOT_IN_XML.sub("", str(value)), _LONGEST_TEXT)


_MONEY = ("年初预算数", "全年预算数", "全年执行数")


def _add_up(sheet: Any, table: pd.DataFrame, columns: Sequence[_Column], rate: float | None, paint: _Paint) -> None:
    """The last line: sums of what the filter shows.

    Amounts without a unit of money are in none of them, and the rate is that of forms that state both amounts; where
    there are forms of other kinds, these numbers do not follow the filter.
    """
    first, row = _HEADING + 1, _HEADING + 1 + len(table)
    names = [column.name for column in columns]
    sheet.set_row(row, _LEAST_HEIGHT)
    areas = {name: _area(place, first, row) for place, name in enumerate(names)}
    known = table["金额单位"] != UNKNOWN if "金额单位" in names else pd.Series(data=True, index=table.index)
    is_whole = known.all() and "金额单位" in names and table[["全年预算数", "全年执行数"]].notna().all(axis=None)
    for place, (name, column) in enumerate(zip(names, columns, strict=True)):
        style = paint[column.number, None, False, True, False]
        if place == 0:
            sheet.write_string(row, place, SUM, paint[None, None, False, True, False])
        elif name in _MONEY and not known.all():
            total = round(float(table[name].where(known).sum()), 6)
            formula = f'=SUMIFS({areas[name]},{areas["金额单位"]},"<>{UNKNOWN}")'
            sheet.write_formula(row, place, formula, style, total)
        elif name in _SUMS and column.number is not None:
            sheet.write_formula(row, place, f"=SUBTOTAL(109,{areas[name]})", style, round(float(table[name].sum()), 6))
        elif name == "执行率" and is_whole:
            budget, executed = (f"{column_letters(names.index(one) + 1)}{row + 1}" for one in _MONEY[1:])
            formula = f'=IF({budget}>0,{executed}/{budget},"")'
            sheet.write_formula(row, place, formula, style, "" if rate is None else rate)
        elif name == "执行率":
            _put(sheet, row, place, rate, style)
        elif name == "总分":
            mean = table[name].mean()
            value = "" if math.isnan(mean) else float(mean)
            sheet.write_formula(row, place, f'=IFERROR(SUBTOTAL(101,{areas[name]}),"")', style, value)
        else:
            sheet.write_blank(row, place, None, style)


def _area(place: int, first: int, row: int) -> str:
    letter = column_letters(place + 1)
    return f"{letter}{first + 1}:{letter}{row}"


def _column(name: str, values: pd.Series) -> _Column:
    number = _number(name, values)
    return _Column(name, values.tolist(), number, _width(name, values, number))


def _number(name: str, values: pd.Series) -> str | None:
    """The format of a column of numbers, whose own it may be; none for one of words."""
    filled = values.dropna().tolist()
    if not all(isinstance(value, int | float) for value in filled):
        return None
    return _KINDS.get(name, (0, 0, "General" if filled else None))[2]


def _width(name: str, values: pd.Series, number: str | None) -> float:
    """As wide as what stands in the column, within what the column may have."""
    least, most, _ = _KINDS.get(name, _WORDS)
    if number is None:
        longest = max(map(_letters, set(map(str, values.head(_LOOKED_AT).dropna().tolist()))), default=0)
    else:
        shown = "{:.0f}" if number == "0" else "{:,.2f}"
        longest = max((len(shown.format(abs(value))) for value in values.dropna().tolist()), default=0)
        if name in _SUMS:  # which stand in the last line, in bold type
            longest = max(longest, len(shown.format(abs(values.sum()))) + 1)
        most = max(most, longest + 2)  # a number is never cut
    heading = min(_letters(name), 8) + 3  # beside the arrow of the filter
    return float(max(min(max(least, longest + 2), most), heading))


def _heights(columns: Sequence[_Column], lines: int) -> list[float]:
    """Rows as high as their words need: not every program lets them grow by itself."""
    most = [1] * lines
    for column in columns:
        room = column.width - 1
        for line, value in enumerate(column.values if column.number is None else ()):
            if isinstance(value, str) and (len(value) * 2 > room or "\n" in value):
                needed = sum(max(1, math.ceil(_letters(part) / room)) for part in value.split("\n"))
                most[line] = max(most[line], needed)
    return [min(_MOST_HEIGHT, max(_LEAST_HEIGHT, needed * _LINE + 3)) for needed in most]


def _letters(words: str) -> int:
    """How many half-width letters the longest line of a text takes, in a Chinese font: as many as its bytes in GB."""
    return max([len(line.encode("gb18030", "replace")) for line in words.split("\n")])


def _link(path: Path, folder: Path) -> str | None:
    """A link to the file from the summary's folder; None where there is no way or the way is too long."""
    try:
        way = os.path.relpath(path, folder)
    except ValueError:  # on another drive
        way = str(path)
    link = "external:" + way.replace("/", "\\").replace("%", "%25").replace("#", "%23")
    return link if len(link) <= _LONGEST_LINK and way.isprintable() else None


_A4, _A3 = 9, 8
_WIDEST_ON_A4 = 150  # characters, that are still read without glasses when they fill a line


def _print_setup(sheet: Any, paper: int, *, landscape: bool) -> None:
    if landscape:
        sheet.set_landscape()
    sheet.set_paper(paper)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.set_footer("&C第 &P 页，共 &N 页")
    sheet.hide_gridlines(2)


# ---- analysis -----------------------------------------------------------------------------------------------------

_WIDE, _HIGH, _BAR = 620, 330, 28  # pixels: a chart, and what a bar needs so that its name is not left out
_ROW = 20  # pixels of a row
_GRIDLINES = {"visible": True, "line": {"color": "#D9D9D9"}}  # behind the numbers at the bars


def _analysis(book: Any, sheet: Any, made: Tables, paint: _Paint) -> None:
    sheet.set_row(0, 28)
    sheet.write_string(0, 0, ANALYSIS, paint.title)
    sheet.write_string(1, 0, f"共 {len(made.projects)} 个项目。左边是数据，右边是图。", paint.remark)
    sheet.set_column(0, 0, 48)
    sheet.set_column(1, 1, 10)
    sheet.set_column(2, 2, 2)
    row = _HEADING
    for table, kind, title in (
        (made.grades, "column", "各等级项目数"),
        (made.totals, "column", "总分分布"),
        (made.execution, "bar", "各单位预算执行率（最低的在前）"),
        (made.rules, "bar", "最常见的问题"),
    ):
        row = _block(book, sheet, table, row, kind, title, paint)
    _print_setup(sheet, _A4, landscape=False)
    sheet.fit_to_pages(1, 1)
    sheet.print_area(0, 0, row, 12)


def _block(book: Any, sheet: Any, table: pd.DataFrame, row: int, kind: str, title: str, paint: _Paint) -> int:
    """A table and its chart; the row after them."""
    names, values = table.columns
    high = _HIGH
    number = _KINDS.get(values, _WORDS)[2]
    sheet.write_string(row, 0, names, paint.heading)
    sheet.write_string(row, 1, values, paint.heading)
    for line, (name, value) in enumerate(table.itertuples(index=False), row + 1):
        sheet.write_string(line, 0, _text(name), paint[None, None, False, False, False])
        _put(sheet, line, 1, value, paint[number, None, False, False, False])
    if len(table):
        chart = book.add_chart({"type": kind})
        cells = [sheet.get_name(), row + 1, 0, row + len(table), 0]
        chart.add_series(
            {
                "name": values,
                "categories": cells,
                "values": [*cells[:2], 1, cells[3], 1],
                "data_labels": {"value": True},
                "fill": {"color": "#5B9BD5"},
                "gap": 60,
            }
        )
        chart.set_title({"name": title, "name_font": {"size": 12}})
        chart.set_legend({"none": True})
        axis = {"num_font": {"size": 9}, "major_gridlines": _GRIDLINES, "min": 0}
        if kind == "bar":
            high = max(high, (len(table) + 3) * _BAR)
            chart.set_y_axis({"reverse": True, "num_font": {"size": 8}, "interval_unit": 1})
            chart.set_x_axis(axis | {"num_format": "0%" if number == "0.00%" else "0"})
        else:
            chart.set_y_axis(axis | {"num_format": "0"})
            chart.set_x_axis({"num_font": {"size": 9}})
        chart.set_size({"width": _WIDE, "height": high})
        sheet.insert_chart(row, 3, chart, {"object_position": 2})
    else:
        sheet.write_string(row + 1, 0, NONE, paint.remark)
    return row + max(math.ceil(high / _ROW) + 1, len(table) + 1) + 1
