"""A workbook cut to its official sheets, part by part; what has no need to change keeps its bytes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from selfeval_xl import errors
from selfeval_xl.files.package import Package, opened
from selfeval_xl.grid import Area
from selfeval_xl.send import drawings, sheet
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
    written,
    xml,
    zipped,
)
from selfeval_xl.send.sheet import SAFE_LINKS, Cut, FormulaCell

_TYPES, _ROOT = "[Content_Types].xml", "_rels/.rels"
_OF_BOOK = {"theme", "styles", "sharedStrings"}
_OF_PICTURES_IN_CELLS = {
    "sheetMetadata", "rdRichValue", "rdRichValueStructure", "rdRichValueTypes", "richValueRel", "rdArray",
    "rdSupportingPropertyBag", "rdSupportingPropertyBagStructure",
}  # fmt: skip
_OF_PARTS = {
    "drawing", "image", "chart", "chartStyle", "chartColorStyle", "themeOverride", "chartUserShapes", "diagramData",
    "diagramLayout", "diagramQuickStyle", "diagramColors", "diagramDrawing",
}  # fmt: skip
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
        has_pictures_in_cells = any(root.xpath("//@vm") for root in making.roots.values())
        kinds = _OF_BOOK | (_OF_PICTURES_IN_CELLS if has_pictures_in_cells else set())
        chosen = {self.sheets[wanted.sheet].part for wanted in cuts}
        kept: list[Pointer] = []
        for pointer in pointers(self._package, self._name):
            if pointer.is_outside or pointer.target not in self._package:
                continue
            if pointer.target in chosen:
                kept.append(pointer)
            elif pointer.kind in kinds:
                kept.append(pointer)
                self._add(making, pointer.target)
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
        lost = sheet.cut(root, wanted, {one.id: one.target for one in every if one.is_outside})
        used = {value for found in root.iter() for key, value in found.attrib.items() if key.endswith("ships}id")}
        kept: set[str] = set()
        for one in every:
            if one.id not in used:
                continue
            if one.kind == "drawing":
                missed, is_left = self._add_drawing(making, one.target, wanted)
                lost += missed
                if not is_left:
                    for found in list(root.iterfind("{*}drawing")):
                        drop(found)
                    continue
            elif not one.is_outside:
                self._add(making, one.target)
            kept.add(one.id)
        making.lost[wanted.sheet] = lost
        making.roots[name] = root
        self._add_pointers(making, name, kept)

    def _add_drawing(self, making: _Making, name: str, wanted: Cut) -> tuple[list[str], bool]:
        """Adds the drawing of a sheet; what was lost of it, and whether anything is left."""
        root = xml(self._package, name)
        every = {one.id: one for one in pointers(self._package, name)}
        gone = {one.id for one in every.values() if one.is_outside and not _is_safe(one)}

        def chart(pointer: str) -> Element | None:
            found = every.get(pointer)
            return xml(self._package, found.target) if found and found.target in self._package else None

        changed, lost = drawings.clear(root, wanted, gone, chart)
        if len(root) == 0:
            return lost, False
        making.parts[name] = written(root) if changed else part(self._package, name)
        used = {value for found in root.iter() for key, value in found.attrib.items() if "ships}" in key}
        self._add_pointers(making, name, {one for one in every if one in used and one not in gone})
        for one in every.values():
            if one.id in used and not one.is_outside:
                self._add(making, one.target)
        return lost, True

    def _add(self, making: _Making, name: str) -> None:
        """Adds a part as it is, and whatever of its kind it needs."""
        if name in making.parts or name not in self._package:
            return
        making.parts[name] = part(self._package, name)
        needed = {
            one.id: one.target
            for one in pointers(self._package, name)
            if not one.is_outside and one.kind in _OF_PARTS | _OF_PICTURES_IN_CELLS
        }
        self._add_pointers(making, name, set(needed))
        for target in needed.values():
            self._add(making, target)

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
        return part(self._package, name) if used.issuperset(range(len(texts))) else written(root)


def _is_safe(one: Pointer) -> bool:
    return one.kind == "hyperlink" and one.target.lower().startswith(SAFE_LINKS)


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
