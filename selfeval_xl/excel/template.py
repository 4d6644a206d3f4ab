"""The workbook that new ones are made from, as Excel keeps templates."""

import io
import zipfile

_PARTS = "[Content_Types].xml"
_WORKBOOK = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_TEMPLATE = b"application/vnd.ms-excel.template.macroEnabled.main+xml"


def as_template(workbook: bytes) -> bytes:
    """The same parts as a macro-enabled template (.xltm): a double click opens a new workbook, never this file."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as source, zipfile.ZipFile(made, "w") as target:
        for part in source.infolist():
            content = source.read(part)
            if part.filename == _PARTS:
                content = content.replace(_WORKBOOK, _TEMPLATE)
            target.writestr(part, content, part.compress_type)
    return made.getvalue()
