"""One worksheet cut to its official area: values instead of formulas, and nothing that nobody sees on paper."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from lxml import etree

from selfeval_xl.cells import CellError, Value, column_letters, plain
from selfeval_xl.grid import Area
from selfeval_xl.patterns import expression
from selfeval_xl.send.area import (
    around,
    common,
    looks_only_into,
    parsed,
    ranges,
    reference,
    within,
)
from selfeval_xl.send.parts import Element, drop, drop_id, local, without_remarks

_KEPT = {
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "mergeCells", "phoneticPr",
    "conditionalFormatting", "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks",
    "colBreaks", "ignoredErrors", "drawing", "legacyDrawingHF", "picture", "extLst",
}  # fmt: skip
_LOST = {"tableParts": "套用的表格格式", "oleObjects": "嵌入的对象", "controls": "按钮等控件"}
_LOST_HIGHLIGHT = "用到区域外数据的条件格式"
_SIZE = expression(r"[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?")
_LAST_COLUMN = 16_384  # of any sheet
_USUAL_ROW = "13.5"  # points
_THIN_ROW, _THIN_COLUMN = "0.75", "0.14"  # one dot of the screen, in points and in digits
_PICTURE = "DISPIMG("  # WPS's function for a picture in a cell
_LINKS = "链接"


@dataclass(frozen=True)
class Cut:
    """What is to be kept of a sheet: its name, its area, the values computed anew by their cells."""

    sheet: str
    area: Area
    values: Mapping[str, Value] = field(default_factory=dict)
    is_ours: bool = False


@dataclass(frozen=True)
class FormulaCell:
    """A cell with a formula, and whether the file says what it came to."""

    row: int
    column: int
    text: str
    is_calculated: bool


def formula_cells(root: Element) -> Iterator[FormulaCell]:
    """Every cell of a sheet with a formula."""
    for _, cell, row, column in _cells(root):
        formula = cell.find("{*}f")
        if formula is not None:
            shown = cell.findtext("{*}v") or "".join(cell.xpath("string(*[local-name()='is'])"))
            yield FormulaCell(row, column, formula.text or "", bool(shown) or cell.get("t") in ("str", "inlineStr"))


def _cells(root: Element) -> Iterator[tuple[Element, Element, int, int]]:
    """Each cell with its row and where it stands, also where that is not written."""
    row = 0
    for line in root.iterfind("{*}sheetData/{*}row"):
        row = int(line.get("r") or row + 1)
        column = 0
        for cell in list(line.iterfind("{*}c")):
            place = parsed(cell.get("r") or "")
            column = place.left if place else column + 1
            yield line, cell, row, column


def cut(root: Element, wanted: Cut) -> list[str]:
    """Takes from the sheet whatever is not official; answers what stood in the area and is lost, in words."""
    without_remarks(root)
    _drop_wrong_sizes(root)
    lost = [words for name, words in _LOST.items() if next(root.iter(f"{{*}}{name}"), None) is not None]
    folded = _folded(root)
    for child in list(root):
        if local(child) not in _KEPT:
            drop(child)
    area = wanted.area
    _plain_head(root, area)
    lost += _cut_cells(root, wanted, folded)
    for name in ("mergeCell", "hyperlink", "ignoredError"):
        for found in list(root.iterfind(f"{{*}}{name}s/{{*}}{name}")):
            _clip(found, "sqref" if name == "ignoredError" else "ref", area)
    if links := list(root.iterfind("{*}hyperlinks/{*}hyperlink")):
        lost.append(_LINKS)
    for link in links:
        drop(link)
    lost += _cut_highlights(root, wanted)
    for breaks, last in (("rowBreaks", area.bottom), ("colBreaks", area.right)):
        for found in list(root.iterfind(f"{{*}}{breaks}/{{*}}brk")):
            if not int(found.get("id", 0)) < last:
                drop(found)
    _drop_empty(root)
    return lost


def _drop_wrong_sizes(root: Element) -> None:
    """Heights and widths that are no numbers, which Excel leaves out when it mends the book."""
    for name, size in (("row", "ht"), ("col", "width")):
        for found in root.iter(f"{{*}}{name}"):
            if not _SIZE.fullmatch(found.get(size, "0")):
                del found.attrib[size]


def _plain_head(root: Element, area: Area) -> None:
    """The views and settings without names of code, printers and places that are gone."""
    for found in root.iterfind("{*}sheetPr"):
        for name in ("codeName", "syncRef", "syncHorizontal", "syncVertical", "filterMode", "transitionEvaluation"):
            found.attrib.pop(name, None)
    for found in root.iterfind("{*}dimension"):
        found.set("ref", reference(area))
    for number, view in enumerate(list(root.iterfind("{*}sheetViews/{*}sheetView"))):
        if number:
            drop(view)
        view.set("workbookViewId", "0")
        for name in ("showFormulas", "tabSelected"):
            view.attrib.pop(name, None)
        for found in (view, *view.iterfind("{*}pane")):
            place = parsed(found.get("topLeftCell", "A1"))
            if place is None or not within(place, area):
                found.attrib.pop("topLeftCell", None)
        for found in view.iterfind("{*}selection"):
            found.attrib.pop("activeCell", None)
            found.attrib.pop("activeCellId", None)
            found.attrib.pop("sqref", None)
        for found in list(view.iterfind("{*}pivotSelection")) + list(view.iterfind("{*}extLst")):
            drop(found)
    for found in root.iterfind("{*}pageSetup"):
        drop_id(found)
    for found in root.iterfind("{*}sheetFormatPr"):
        found.attrib.pop("zeroHeight", None)  # which hides whatever lies below the form
        if _is_hidden(found, "defaultColWidth"):
            found.attrib.pop("defaultColWidth")
        if _is_hidden(found, "defaultRowHeight"):
            found.set("defaultRowHeight", _USUAL_ROW)
    for columns in list(root.iterfind("{*}cols/{*}col")):
        reached = common(Area(1, int(columns.get("min")), 1, int(columns.get("max"))), _columns_of(area))
        if reached is None:
            drop(columns)
        else:
            columns.set("min", str(reached.left))
            columns.set("max", str(reached.right))
            _show(columns, "width", _THIN_COLUMN if _is_hidden(columns, "width") else None)


def _show(found: Element, size: str, thin: str | None) -> None:
    """Shows a row or a column, so that whoever gets the copy looks for nothing behind it; emptied ones as a line."""
    for name in ("hidden", "collapsed"):
        found.attrib.pop(name, None)
    if thin is not None:
        found.attrib.pop("outlineLevel", None)
        found.set(size, thin)
        found.set("customHeight" if size == "ht" else "customWidth", "1")


def _columns_of(area: Area) -> Area:
    return Area(1, area.left, 1, area.right)


@dataclass(frozen=True)
class _Folded:
    """The rows and columns that nobody sees on paper, and the merged areas, whose first cell alone is seen."""

    rows: frozenset[int]
    columns: frozenset[int]
    merged: tuple[Area, ...]

    def shows(self, row: int, column: int) -> bool:
        """Whether what stands in a cell is seen."""
        area = next((a for a in self.merged if a.top <= row <= a.bottom and a.left <= column <= a.right), None)
        if area is None:
            return row not in self.rows and column not in self.columns
        if (row, column) != (area.top, area.left):
            return False
        return not (
            self.rows.issuperset(range(area.top, area.bottom + 1))
            or self.columns.issuperset(range(area.left, area.right + 1))
        )


def _folded(root: Element) -> _Folded:
    """What is hidden. Rows hidden by a filter come back, for they are the form's."""
    filters = [
        area
        for found in root.iter("{*}autoFilter")
        if found.find("{*}filterColumn") is not None
        for area in ranges(found.get("ref", ""))
    ]
    rows, row = set(), 0
    for line in root.iterfind("{*}sheetData/{*}row"):
        row = int(line.get("r") or row + 1)
        rows |= {row} if _is_hidden(line, "ht") else set()
    columns = {
        column
        for found in root.iterfind("{*}cols/{*}col")
        if _is_hidden(found, "width")
        for column in range(int(found.get("min")), min(int(found.get("max")), _LAST_COLUMN) + 1)
    }
    merged = (parsed(found.get("ref", "")) for found in root.iterfind("{*}mergeCells/{*}mergeCell"))
    hidden = {row for row in rows if not any(area.top < row <= area.bottom for area in filters)}
    return _Folded(frozenset(hidden), frozenset(columns), tuple(area for area in merged if area))


def _is_hidden(found: Element, size: str) -> bool:
    return found.get("hidden") in ("1", "true") or float(found.get(size) or 1) == 0


def _cut_cells(root: Element, wanted: Cut, folded: _Folded) -> list[str]:
    area, lost = wanted.area, []
    row = 0
    for line in list(root.iterfind("{*}sheetData/{*}row")):
        row = int(line.get("r") or row + 1)
        line.attrib.pop("spans", None)
        if not area.top <= row <= area.bottom:
            drop(line)
        else:
            _show(line, "ht", _THIN_ROW if row in folded.rows else None)
    for line, cell, row, column in list(_cells(root)):
        address = f"{column_letters(column)}{row}"
        if not area.left <= column <= area.right:
            line.remove(cell)
            continue
        if not folded.shows(row, column):
            if len(cell):
                hidden = column in folded.columns
                lost.append(f"{column_letters(column)} 列中看不见的内容" if hidden else f"第 {row} 行中看不见的内容")
            put(cell, None)
        elif address in wanted.values:
            put(cell, wanted.values[address])
        elif _PICTURE in (cell.findtext("{*}f") or ""):
            lost.append(f"{address} 中嵌入单元格的图片")
            put(cell, None)
        else:
            _freeze(cell)
    return lost


def _freeze(cell: Element) -> None:
    """The value of a cell as it is shown now; a cell without a formula stays as it is."""
    formula, value = cell.find("{*}f"), cell.find("{*}v")
    cell.attrib.pop("cm", None)
    for extension in list(cell.iterfind("{*}extLst")):
        drop(extension)
    if formula is not None:
        drop(formula)
        if cell.get("t") == "str" or value is None or not value.text:
            put(cell, value.text if value is not None and cell.get("t") == "str" else None)


def put(cell: Element, value: Value) -> None:
    """Puts a value into a cell, whose style stays."""
    for child in list(cell):
        cell.remove(child)
    for name in ("t", "cm", "vm"):
        cell.attrib.pop(name, None)
    space = cell.tag.rpartition("}")[0] + "}"
    if isinstance(value, Decimal | CellError):
        if isinstance(value, CellError):
            cell.set("t", "e")
        etree.SubElement(cell, f"{space}v").text = str(value) if isinstance(value, CellError) else plain(value)
    elif value:
        cell.set("t", "inlineStr")
        text = etree.SubElement(etree.SubElement(cell, f"{space}is"), f"{space}t")
        text.text = value
        text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _clip(found: Element, attribute: str, area: Area) -> None:
    """Cuts the areas that an element names; without any it goes. One merged cell alone is not merged."""
    shared = [common(one, area) for one in ranges(found.get(attribute, ""))]
    left = [one for one in shared if one and not (local(found) == "mergeCell" and ":" not in reference(one))]
    if not left:
        drop(found)
    elif left != ranges(found.get(attribute, "")):
        found.set(attribute, " ".join(map(reference, left)))


def _cut_highlights(root: Element, wanted: Cut) -> list[str]:
    """Conditional formats and sparklines stay that need nothing but the area; what it loses, in words.

    The formulas of our own sheets' formats are ours, and go unsaid.
    """
    lost = []
    for found in list(root.iterfind("{*}conditionalFormatting")):
        places = ranges(found.get("sqref", ""))
        for rule in list(found.iterfind("{*}cfRule")):
            if not _stays(rule, places, wanted):
                if any(common(place, wanted.area) for place in places) and not wanted.is_ours:
                    lost.append(_LOST_HIGHLIGHT)
                drop(rule)
        if found.find("{*}cfRule") is None:
            drop(found)
        else:
            _clip(found, "sqref", wanted.area)
    for extension in list(root.iterfind("{*}extLst/{*}ext")):
        if extension.find("{*}conditionalFormattings") is None and extension.find("{*}sparklineGroups") is None:
            drop(extension)
            continue
        for found in list(extension.iter("{*}conditionalFormatting")):
            places = ranges(found.findtext("{*}sqref") or "")
            shared = [one for place in places if (one := common(place, wanted.area))]
            if not shared or not all(_stays(rule, places, wanted) for rule in found.iterfind("{*}cfRule")):
                lost += [_LOST_HIGHLIGHT] if shared else []
                drop(found)
            elif shared != places:
                found.find("{*}sqref").text = " ".join(map(reference, shared))
        for spark in list(extension.iter("{*}sparkline")):
            place = parsed(spark.findtext("{*}sqref") or "")
            formula = spark.findtext("{*}f") or ""
            if not (place and within(place, wanted.area) and looks_only_into(formula, wanted.area, wanted.sheet)):
                if place and common(place, wanted.area):
                    lost.append(f"{reference(place)} 中用到区域外数据的迷你图")
                drop(spark)
        for group in list(extension.iter("{*}sparklineGroup")):
            dates = [found for found in group if local(found) == "f"]
            if group.find("{*}sparklines/{*}sparkline") is None or any(
                not looks_only_into(found.text or "", wanted.area, wanted.sheet) for found in dates
            ):
                drop(group)
        if not any(local(found) in ("conditionalFormatting", "sparkline") for found in extension.iter()):
            drop(extension)
    return lost


def _stays(rule: Element, places: list[Area], wanted: Cut) -> bool:
    if not places or (wanted.is_ours and rule.get("type") == "expression"):
        return False
    used_in = around(places)
    if not (wanted.area.top <= used_in.top and wanted.area.left <= used_in.left):
        return False  # its formulas are written for a cell that is gone
    formulas = [found.text or "" for found in rule.iter() if local(found) in ("formula", "f")]
    formulas += [found.get("val", "") for found in rule.iter("{*}cfvo") if found.get("type") == "formula"]
    used = common(used_in, wanted.area)
    return all(looks_only_into(formula, wanted.area, wanted.sheet, used) for formula in formulas)


def _drop_empty(root: Element) -> None:
    for name in ("cols", "mergeCells", "hyperlinks", "ignoredErrors", "rowBreaks", "colBreaks", "extLst"):
        for found in list(root.iterfind(f"{{*}}{name}")):
            if len(found) == 0:
                drop(found)
            elif found.get("count"):
                found.set("count", str(len(found)))
                if found.get("manualBreakCount"):
                    found.set("manualBreakCount", str(sum(one.get("man") in ("1", "true") for one in found)))
