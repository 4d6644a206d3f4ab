"""Pictures, text boxes and charts of the official area, without what they know of the world outside."""

import re
from collections.abc import Callable

from selfeval_xl.patterns import expression
from selfeval_xl.send.area import common, looks_only_into
from selfeval_xl.send.parts import Element, drop, drop_id, id_of, local
from selfeval_xl.send.places import Sizes, place, settle
from selfeval_xl.send.sheet import Cut

_KINDS_OF_GRAPHIC = ("/chart", "/diagram")
_SHAPES = {"sp", "grpSp", "graphicFrame", "cxnSp", "pic", "contentPart"}
_WAYS_OUT = {"hlinkClick", "hlinkHover", "hlinkMouseOver", "userShapes", "legacyDrawingHF"}
_FOLDER = expression(
    r"(?:(?<![A-Za-z])[A-Za-z]:[\\/]|\\\\|/(?:Users|home|root|mnt|tmp|Volumes)/|file:)[^\"<>]*[\\/]", re.IGNORECASE
)
_TITLE = expression(r'(\s(?:o:title|title|alt)=")([^"]*)(?=")')
_LINK = expression(r'\s(?:[a-z]+:)?href="[^"]*"')


def clear(
    root: Element,
    wanted: Cut,
    gone: set[str],
    chart: Callable[[str], Element | None],
    sizes: tuple[Sizes, Sizes],
) -> tuple[bool, list[str]]:
    """Takes out what is not of the area or works only in the old book; whether anything changed, and what is lost.

    `gone` are relationships that lead outside, `chart` the part of a chart by its relationship, `sizes` those of the
    cells before and after the sheet was cut.
    """
    changed, lost = False, []
    for anchor in list(root):
        instead = _why_it_goes(anchor, wanted, gone, chart, sizes[0])
        if instead is not None:
            drop(anchor)
            changed = True
            lost += [instead] if instead else []
            continue
        changed |= settle(anchor, wanted.area, *sizes)
        for hidden in [found for found in anchor.iter() if local(found) in _SHAPES and _is_hidden(found)]:
            drop(hidden)
            changed = True
    return without_ways_out(root, gone) or changed, lost


def _why_it_goes(
    anchor: Element, wanted: Cut, gone: set[str], chart: Callable[[str], Element | None], known: Sizes
) -> str | None:
    """Nothing where an anchored object stays; what it was where somebody may miss it."""
    covered = place(anchor, known)
    if covered is not None and common(covered, wanted.area) is None:
        return ""
    shapes = [found for found in anchor.iter() if local(found) in _SHAPES]
    if shapes and all(any(map(_is_hidden, (one, *_around(one)))) for one in shapes):
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
    pictures = list(anchor.iter("{*}blip"))
    if pictures and all(id_of(one, "embed") is None or id_of(one, "embed") in gone for one in pictures):
        return "链接到文件以外的图片"
    return None


def _around(found: Element) -> list[Element]:
    """The groups in which a shape lies."""
    return [one for one in found.iterancestors() if local(one) in _SHAPES]


def _is_hidden(shape: Element) -> bool:
    about = [part for one in shape if local(one).startswith("nv") for part in one if local(part) == "cNvPr"]
    return any(one.get("hidden") in ("1", "true") for one in about)


def _stands_alone(chart: Element, wanted: Cut) -> bool:
    if any(next(chart.iter(f"{{*}}{name}"), None) is not None for name in ("externalData", "pivotSource")):
        return False
    formulas = (found.text or "" for found in chart.iter() if local(found) == "f")
    return all(looks_only_into(formula, wanted.area, wanted.sheet) for formula in formulas)


def without_ways_out(root: Element, gone: set[str]) -> bool:
    """Takes macros, formulas, addresses outside and folders from a drawing or a chart; whether there were any."""
    changed = False
    for found in list(root.iter()):
        changed |= _without_ways_out(found, gone)
    return changed


def _without_ways_out(found: Element, gone: set[str]) -> bool:
    name = local(found)
    if name in _WAYS_OUT and id_of(found) in gone:
        drop(found)
        return True
    if name == "pageSetup" and id_of(found) is not None:  # of a printer
        drop_id(found)
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
    for said in ("descr", "title", "name") if name == "cNvPr" else ():
        words = found.get(said) or ""
        if _FOLDER.search(words):
            found.set(said, _FOLDER.sub("", words))
            changed = True
    return changed


def without_folders(drawing: bytes) -> bytes:
    """A drawing of the old kind (VML) without links, and without the folders from which its pictures came."""
    words = drawing.decode("utf-8", "surrogateescape")
    kept = _TITLE.sub(lambda found: found[1] + _FOLDER.sub("", found[2]), _LINK.sub("", words))
    return kept.encode("utf-8", "surrogateescape")
