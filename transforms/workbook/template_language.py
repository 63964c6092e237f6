"""The language of a workbook, which screen readers speak it in. XlsxWriter has no word for it."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

_CORE = "docProps/core.xml"
_BEFORE = b"</cp:coreProperties>"


def with_language(workbook: bytes, language: str) -> bytes:
    """Give the package again with the language among its properties; same input, same bytes."""
    target = BytesIO()
    with ZipFile(BytesIO(workbook)) as source, ZipFile(target, "w", ZIP_DEFLATED) as written:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == _CORE:
                content = content.replace(_BEFORE, f"<dc:language>{language}</dc:language>".encode() + _BEFORE)
            written.writestr(entry, content)
    return target.getvalue()
