"""The copy set up for A4, one page wide, for its PDF."""

from collections.abc import Iterator

from lxml import etree

from selfeval_xl.files.package import Package, opened
from selfeval_xl.send import pdf
from selfeval_xl.send.parts import Element, drop, local, part, written, xml, zipped

_ORDER = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "mergeCells", "phoneticPr",
    "conditionalFormatting", "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter",
)  # fmt: skip
_A4 = "9"
_NUMBERED = "&C第 &P 页，共 &N 页"


def on_paper(book: bytes, office: str) -> bytes:
    """A copy as PDF; with page numbers where it has more than one page and no numbers of its own."""
    content, pages = pdf.pages(_set_up(book, numbered=False), office)
    if pages > 1:
        content, _ = pdf.pages(_set_up(book, numbered=True), office)
    return content


def _set_up(book: bytes, *, numbered: bool) -> bytes:
    package = opened(book)
    return zipped(dict(_parts(package, numbered=numbered)))


def _parts(package: Package, *, numbered: bool) -> Iterator[tuple[str, bytes]]:
    sheets = [name for name in package.names if name.startswith("xl/worksheets/") and name.endswith(".xml")]
    roots = {name: xml(package, name) for name in sheets}
    in_black = all(_child(root, "pageSetup").get("blackAndWhite") in ("1", "true") for root in roots.values())
    for name in package.names:
        if name in roots:
            _fit_to_a4(roots[name])
            if numbered:
                _number(roots[name])
            yield name, written(roots[name])
        elif in_black and name == "xl/styles.xml":
            yield name, _black_on_white(xml(package, name))
        else:
            yield name, part(package, name)


def _black_on_white(styles: Element) -> bytes:
    """The styles as a sheet set to black and white is printed, which LibreOffice does not know."""
    for fill in styles.iterfind("{*}fills/{*}fill"):
        for child in list(fill):
            drop(child)
        etree.SubElement(fill, _named(styles, "patternFill")).set("patternType", "none")
    for colour in list(styles.iterfind("{*}fonts/{*}font/{*}color")):
        drop(colour)
    return written(styles)


def _fit_to_a4(root: Element) -> None:
    setup = _child(root, "pageSetup")
    properties = _child(root, "sheetPr")
    fit = properties.find("{*}pageSetUpPr")
    if fit is None:
        fit = etree.SubElement(properties, _named(root, "pageSetUpPr"))
    if fit.get("fitToPage") not in ("1", "true"):
        setup.set("fitToHeight", "0")
    fit.set("fitToPage", "1")
    setup.set("paperSize", _A4)
    setup.set("fitToWidth", "1")
    for name in ("scale", "paperHeight", "paperWidth"):
        setup.attrib.pop(name, None)


def _number(root: Element) -> None:
    words = _child(root, "headerFooter")
    if "&P" in "".join(words.itertext()):
        return
    footer = words.find("{*}oddFooter")
    if footer is None:
        footer = words.makeelement(_named(root, "oddFooter"))
        words.insert(1 if words.find("{*}oddHeader") is not None else 0, footer)
    footer.text = (footer.text or "") + _NUMBERED


def _child(root: Element, name: str) -> Element:
    """The child of a sheet with this name, made in its place where there is none."""
    found = root.find(f"{{*}}{name}")
    if found is None:
        found = root.makeelement(_named(root, name))
        before = set(_ORDER[: _ORDER.index(name)])
        root.insert(sum(local(child) in before for child in root), found)
    return found


def _named(root: Element, name: str) -> str:
    return f"{root.tag.rpartition('}')[0]}}}{name}"
