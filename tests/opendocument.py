"""Small OpenDocument files, written down part by part."""

from hostile import package

NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in (
        ("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"), ("draw", "drawing"),
        ("fo", "xsl-fo-compatible"),
    )
) + (
    ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    ' xmlns:loext="urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0"'
)  # fmt: skip


def sheet(rows: str, *, columns: str = "", name: str = "自评表", style: str = "") -> str:
    return f'<table:table table:name="{name}" table:style-name="{style}">{columns}{rows}</table:table>'


def row(*cells: str, more: str = "") -> str:
    return f"<table:table-row {more}>{''.join(cells)}</table:table-row>"


def cell(words: str = "", more: str = "", tag: str = "table-cell") -> str:
    """A cell with one paragraph; words that hold tags stand as they are."""
    return f"<table:{tag} {more}>{f'<text:p>{words}</text:p>' if words else ''}</table:{tag}>"


def number(stated: str, words: str, kind: str = "float") -> str:
    return cell(words, f'office:value-type="{kind}" office:value="{stated}"')


def book(*sheets: str, styles: str = "", before: str = "", after: str = "", masters: str = "", **parts: str) -> bytes:
    """A workbook .ods."""
    body = f"<office:spreadsheet>{''.join(sheets)}{after}</office:spreadsheet>"
    return _package(body, "spreadsheet", styles, before, masters, parts)


def document(body: str, *, styles: str = "", before: str = "", masters: str = "", **parts: str) -> bytes:
    """A document .odt."""
    return _package(f"<office:text>{body}</office:text>", "text", styles, before, masters, parts)


def flat(body: str, styles: str = "", before: str = "") -> bytes:
    """The same without a package; the body begins with office:spreadsheet or office:text."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{before}<office:document {NAMES}><office:automatic-styles>{styles}'
        f"</office:automatic-styles><office:body>{body}</office:body></office:document>"
    ).encode()


def _package(body: str, kind: str, styles: str, before: str, masters: str, parts: dict[str, str]) -> bytes:
    return package(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "content.xml": f"{before}<office:document-content {NAMES}><office:automatic-styles>{styles}"
            f"</office:automatic-styles><office:body>{body}</office:body></office:document-content>",
            "styles.xml": f"<office:document-styles {NAMES}><office:master-styles>{masters}</office:master-styles>"
            "</office:document-styles>",
            "META-INF/manifest.xml": "<manifest/>",
            **parts,
        }
    )
