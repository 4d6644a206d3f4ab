"""A workbook cut to its official sheets, part by part; what has no need to change keeps its bytes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from selfeval_xl import errors
from selfeval_xl.files.package import Package, opened
from selfeval_xl.grid import Area
from selfeval_xl.send import cell_pictures, drawings, sheet
from selfeval_xl.send.area import areas_named, common, reference, within
from selfeval_xl.send.parts import (
    Element,
    Pointer,
    content_types,
    drop,
    id_of,
    local,
    part,
    pointers,
    relations_of,
    remaining_pointers,
    without_comments,
    without_remarks,
    written,
    xml,
    zipped,
)
from selfeval_xl.send.places import Sizes, sizes
from selfeval_xl.send.sheet import Cut, FormulaCell

_TYPES, _ROOT = "[Content_Types].xml", "_rels/.rels"
_OF_BOOK = {"theme", "styles", "sharedStrings", "FeaturePropertyBag"}  # the last says which cells are check boxes
_OF_PICTURES_IN_CELLS = {"sheetMetadata", "rdRichValue", "rdRichValueStructure", "rdRichValueTypes", "richValueRel"}
_OF_PARTS = {
    "drawing", "image", "chart", "chartStyle", "chartColorStyle", "themeOverride", "chartUserShapes", "diagramData",
    "diagramLayout", "diagramQuickStyle", "diagramColors", "diagramDrawing",
}  # fmt: skip
_DRAWN = {"chart", "chartUserShapes", "diagramData", "diagramDrawing"}
_KEPT_OF_BOOK = {"fileVersion", "workbookPr", "bookViews", "sheets", "definedNames"}


@dataclass(frozen=True)
class SheetPart:
    """A worksheet as the workbook lists it."""

    name: str
    part: str
    number: int
    is_hidden: bool


@dataclass
class _Making:
    """The parts of a copy as they come together, what its cells use, and what is lost."""

    parts: dict[str, bytes] = field(default_factory=dict)
    roots: dict[str, Element] = field(default_factory=dict)
    lost: dict[str, list[str]] = field(default_factory=dict)


class Book:
    """A workbook from which copies are cut.

    Raises `NotAWorkbook` for content of any other kind.
    """

    def __init__(self, content: bytes) -> None:
        if not content.startswith(b"PK"):
            raise errors.NotAWorkbook
        self._package: Package = opened(content)
        found = [one for one in pointers(self._package, "") if one.kind == "officeDocument"]
        self._name = found[0].target if found else ""
        if not self._name.startswith("xl/") or self._name not in self._package or self._name.endswith(".bin"):
            raise errors.NotAWorkbook

    @cached_property
    def _root(self) -> Element:
        return xml(self._package, self._name)

    @cached_property
    def sheets(self) -> dict[str, SheetPart]:
        """The worksheets by their names."""
        targets = {one.id: one.target for one in pointers(self._package, self._name) if one.kind == "worksheet"}
        return {
            found.get("name"): SheetPart(
                found.get("name"), targets[id_of(found) or ""], number, found.get("state", "visible") != "visible"
            )
            for number, found in enumerate(self._root.iterfind("{*}sheets/{*}sheet"))
            if id_of(found) in targets
        }

    def formula_cells(self, name: str) -> list[FormulaCell]:
        """The cells of a sheet with formulas."""
        return list(sheet.formula_cells(xml(self._package, self.sheets[name].part)))

    def printed(self, name: str) -> str | None:
        """The area of a sheet that is to be printed, in the workbook's words."""
        words = self._names(self.sheets[name].number).get("_xlnm.Print_Area")
        return None if words is None else words.text

    def _names(self, number: int) -> dict[str, Element]:
        every = self._root.iterfind("{*}definedNames/{*}definedName")
        return {found.get("name"): found for found in every if found.get("localSheetId") == str(number)}

    def copy(self, cuts: Sequence[Cut]) -> tuple[bytes, dict[str, list[str]]]:
        """The package of these sheets alone, and by sheet what was lost of them."""
        making = _Making()
        for wanted in cuts:
            self._add_sheet(making, wanted)
        kinds = _OF_BOOK | (_OF_PICTURES_IN_CELLS if self._add_pictures_in_cells(making) else set())
        chosen = {self.sheets[wanted.sheet].part for wanted in cuts}
        kept: list[Pointer] = []
        for pointer in pointers(self._package, self._name):
            if pointer.is_outside or pointer.target not in self._package:
                continue
            if pointer.target in chosen:
                kept.append(pointer)
            elif pointer.kind in kinds:
                kept.append(pointer)
                self._add(making, pointer)
                if pointer.kind == "sharedStrings":
                    making.parts[pointer.target] = self._used_texts(pointer.target, making.roots.values())
        for name, root in making.roots.items():
            making.parts[name] = written(root)
        ids = {one.id for one in kept}
        relations = remaining_pointers(self._package, self._name, ids.__contains__)
        start = remaining_pointers(
            self._package,
            "",
            {one.id for one in pointers(self._package, "") if one.target == self._name}.__contains__,
        )
        assert relations is not None and start is not None, "a workbook has a sheet"  # noqa: S101
        book = {self._name: written(self._cut_root(cuts)), relations_of(self._name): relations}
        parts = {_ROOT: start, **book, **making.parts}
        return zipped({_TYPES: content_types(self._package, set(parts), self._name), **parts}), making.lost

    def _cut_root(self, cuts: Sequence[Cut]) -> Element:
        """The workbook's own part with these sheets, and no other names than those for printing."""
        root = xml(self._package, self._name)
        for child in list(root):
            if local(child) not in _KEPT_OF_BOOK:
                drop(child)
        for found in root.iterfind("{*}fileVersion"):
            found.attrib.pop("codeName", None)
        for found in root.iterfind("{*}workbookPr"):
            for name in ("codeName", "updateLinks", "saveExternalLinkValues"):
                found.attrib.pop(name, None)
        for number, view in enumerate(list(root.iterfind("{*}bookViews/{*}workbookView"))):
            if number:
                drop(view)
            for name in ("activeTab", "firstSheet", "visibility"):
                view.attrib.pop(name, None)
        names = {wanted.sheet: number for number, wanted in enumerate(cuts)}
        for found in list(root.iterfind("{*}sheets/{*}sheet")):
            if found.get("name") not in names:
                drop(found)
        defined = root.find("{*}definedNames")
        if defined is not None:
            areas = {self.sheets[wanted.sheet].number: (names[wanted.sheet], wanted) for wanted in cuts}
            for found in list(defined):
                _cut_name(found, areas)
            if len(defined) == 0:
                drop(defined)
        return root

    def _add_sheet(self, making: _Making, wanted: Cut) -> None:
        name = self.sheets[wanted.sheet].part
        root = xml(self._package, name)
        every = pointers(self._package, name)
        before = sizes(root)
        lost = sheet.cut(root, wanted)
        used = {value for found in root.iter() for key, value in found.attrib.items() if key.endswith("ships}id")}
        kept: set[str] = set()
        for one in every:
            if one.id not in used:
                continue
            if one.kind == "drawing":
                missed, is_left = self._add_drawing(making, one.target, wanted, (before, sizes(root)))
                lost += missed
                if not is_left:
                    for found in list(root.iterfind("{*}drawing")):
                        drop(found)
                    continue
            elif not one.is_outside:
                self._add(making, one)
            kept.add(one.id)
        making.lost[wanted.sheet] = lost
        making.roots[name] = root
        self._add_pointers(making, name, kept)

    def _add_drawing(
        self, making: _Making, name: str, wanted: Cut, known: tuple[Sizes, Sizes]
    ) -> tuple[list[str], bool]:
        """Adds the drawing of a sheet; what was lost of it, and whether anything is left."""
        root = xml(self._package, name)
        every = {one.id: one for one in pointers(self._package, name)}
        gone = {one.id for one in every.values() if not self._stays(one)}

        def chart(pointer: str) -> Element | None:
            found = every.get(pointer)
            return xml(self._package, found.target) if found and found.target in self._package else None

        changed, lost = drawings.clear(root, wanted, gone, chart, known)
        if len(root) == 0:
            return lost, False
        making.parts[name] = written(root) if changed else part(self._package, name)
        used = {value for found in root.iter() for key, value in found.attrib.items() if "ships}" in key}
        self._add_pointers(making, name, {one for one in every if one in used and one not in gone})
        for one in every.values():
            if one.id in used - gone and not one.is_outside:
                self._add(making, one)
        return lost, True

    def _stays(self, one: Pointer) -> bool:
        """Whether a drawing's pointer finds something in the copy."""
        return not one.is_outside and one.target in self._package

    def _add(self, making: _Making, pointer: Pointer) -> None:
        """Adds a part as it is but for its ways out, and whatever of its kind it needs."""
        name = pointer.target
        if name in making.parts or name not in self._package:
            return
        making.parts[name] = without_comments(name, part(self._package, name))
        every = pointers(self._package, name)
        needed = [one for one in every if not one.is_outside and one.kind in _OF_PARTS and one.target in self._package]
        if pointer.kind == "richValueRel":
            root = making.roots.get(name)
            used = None if root is None else {id_of(found) for found in root}
            needed = [one for one in needed if used is None or one.id in used]
        kept = {one.id for one in needed}
        if pointer.kind == "vmlDrawing":
            making.parts[name] = drawings.without_folders(making.parts[name])
        elif pointer.kind in _DRAWN:
            root = xml(self._package, name)
            if drawings.without_ways_out(root, {one.id for one in every} - kept):
                making.parts[name] = written(root)
        self._add_pointers(making, name, kept)
        for one in needed:
            self._add(making, one)

    def _add_pictures_in_cells(self, making: _Making) -> bool:
        """Keeps the pictures that cells of the copy are, and of those cells nothing else; whether there is one."""
        targets = {one.kind: one.target for one in pointers(self._package, self._name) if one.target in self._package}
        known = cell_pictures.values(lambda kind: xml(self._package, targets[kind]) if kind in targets else None)
        called = {one.part: one.name for one in self.sheets.values()}
        used = set()
        for name, root in list(making.roots.items()):
            for cell in root.xpath("//*[@vm]"):
                number = known.picture(cell.get("vm")) if known else None
                if number is not None:
                    used.add(number)
                elif known and known.is_error(cell.get("vm")):
                    del cell.attrib["vm"]
                else:
                    making.lost[called[name]].append(f"{cell.get('r')} 中嵌入单元格的图片")
                    sheet.put(cell, None)
        if known and used and known.keep(used):
            making.roots |= {targets["rdRichValue"]: known.values, targets["richValueRel"]: known.pictures}
        return bool(used)

    def _add_pointers(self, making: _Making, name: str, kept: set[str]) -> None:
        remaining = remaining_pointers(self._package, name, kept.__contains__)
        if remaining is not None:
            making.parts[relations_of(name)] = remaining

    def _used_texts(self, name: str, roots: Iterable[Element]) -> bytes:
        """The shared texts with those blank that no cell of the copy shows; the others keep their numbers."""
        used = {
            int(cell.findtext("{*}v") or -1)
            for root in roots
            for cell in root.iterfind("{*}sheetData/{*}row/{*}c")
            if cell.get("t") == "s"
        }
        root = xml(self._package, name)
        texts = list(root.iterfind("{*}si"))
        for number, text in enumerate(texts):
            if number not in used:
                for child in list(text):
                    text.remove(child)
                text.append(text.makeelement(text.tag.rpartition("}")[0] + "}t"))
        root.attrib.pop("count", None)
        for found in list(root.iterfind("{*}extLst")):
            drop(found)
        if used.issuperset(range(len(texts))):
            return without_comments(name, part(self._package, name))
        return written(without_remarks(root))


def _cut_name(found: Element, areas: dict[int, tuple[int, Cut]]) -> None:
    """Keeps a name for printing, with the sheet's new number."""
    number, wanted = areas.get(int(found.get("localSheetId") or -1), (0, None))
    kept = False
    if wanted is not None and found.get("name") == "_xlnm.Print_Area":
        if areas_named(found.text or "") != [wanted.area]:
            name = wanted.sheet.replace("'", "''")
            found.text = f"'{name}'!{reference(wanted.area, fixed=True)}"
        kept = True
    elif wanted is not None and found.get("name") == "_xlnm.Print_Titles":
        kept = all(_is_of(area, wanted.area) for area in areas_named(found.text or "") or [Area(0, 0, 0, 0)])
    if kept:
        found.set("localSheetId", str(number))
    else:
        drop(found)


def _is_of(titles: Area, area: Area) -> bool:
    """Whether whole rows or columns that are repeated on each page belong to the area."""
    shared = common(titles, area)
    return shared is not None and (
        within(Area(titles.top, shared.left, titles.bottom, shared.right), area)
        or within(Area(shared.top, titles.left, shared.bottom, titles.right), area)
    )
