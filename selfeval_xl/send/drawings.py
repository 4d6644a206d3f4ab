"""Pictures, text boxes and charts of the official area, without what they know of the world outside."""

from collections.abc import Callable

from selfeval_xl.send.area import looks_only_into
from selfeval_xl.send.parts import Element, drop, drop_id, id_of, local
from selfeval_xl.send.sheet import Cut

_KINDS_OF_GRAPHIC = ("/chart", "/diagram")


def clear(root: Element, wanted: Cut, gone: set[str], chart: Callable[[str], Element | None]) -> tuple[bool, list[str]]:
    """Takes out what is not of the area or works only in the old book; whether anything changed, and what is lost.

    `gone` are relationships that lead outside, `chart` the part of a chart by its relationship.
    """
    changed, lost = False, []
    for anchor in list(root):
        instead = _why_it_goes(anchor, wanted, chart)
        if instead is not None:
            drop(anchor)
            changed = True
            lost += [instead] if instead else []
    for found in list(root.iter()):
        changed |= _without_ways_out(found, gone)
    return changed, lost


def _why_it_goes(anchor: Element, wanted: Cut, chart: Callable[[str], Element | None]) -> str | None:
    """Nothing where an anchored object stays; what it was where somebody may miss it."""
    start = next(anchor.iter("{*}from"), None)
    if start is not None:
        column, row = (int(start.findtext(f"{{*}}{name}") or 0) + 1 for name in ("col", "row"))
        area = wanted.area
        if not (area.top <= row <= area.bottom and area.left <= column <= area.right):
            return ""
    if any(found.get("hidden") in ("1", "true") for found in anchor.iter("{*}cNvPr")):
        return ""
    if next(anchor.iter("{*}compatExt"), None) is not None:  # the picture of a control or an embedded object
        return ""
    for graphic in anchor.iter("{*}graphicData"):
        if not graphic.get("uri", "").endswith(_KINDS_OF_GRAPHIC):
            return "图形对象"
        for pointer in graphic.iter("{*}chart"):
            root = chart(id_of(pointer) or "")
            if root is None or not _stands_alone(root, wanted):
                return "图表"
    return None


def _stands_alone(chart: Element, wanted: Cut) -> bool:
    if next(chart.iter("{*}externalData"), None) is not None:
        return False
    formulas = (found.text or "" for found in chart.iter() if local(found) == "f")
    return all(looks_only_into(formula, wanted.area, wanted.sheet) for formula in formulas)


def _without_ways_out(found: Element, gone: set[str]) -> bool:
    """Takes a macro, a formula or an address outside from an element."""
    name = local(found)
    if name in ("hlinkClick", "hlinkHover") and id_of(found) in gone:
        drop(found)
        return True
    if name == "cameraTool":
        drop(found.getparent())
        return True
    changed = False
    if id_of(found, "link") is not None:
        drop_id(found, "link")
        changed = True
    if found.get("macro"):
        found.set("macro", "")
        changed = True
    if found.get("textlink"):
        del found.attrib["textlink"]
        changed = True
    return changed
