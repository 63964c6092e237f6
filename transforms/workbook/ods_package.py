"""The package of an OpenDocument workbook: its parts, packed the same way each time."""

from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from transforms.workbook.ods_book import OdsBook, OdsSheet
from transforms.workbook.ods_content import content
from transforms.workbook.ods_styles import common, master_page, page_layout
from transforms.workbook.ods_xml import document, element, inline

MIME_TYPE: Final = "application/vnd.oasis.opendocument.spreadsheet"
_FIXED: Final = 2
"""That a split is a frozen one, in the words of the settings."""


def package(book: OdsBook) -> bytes:
    """Write the file; the same workbook gives the same bytes."""
    parts = {
        "content.xml": content(book),
        "styles.xml": _styles(book),
        "meta.xml": _meta(book),
        "settings.xml": _settings(book),
    }
    target = BytesIO()
    with ZipFile(target, "w") as written:
        _write(written, "mimetype", MIME_TYPE.encode(), ZIP_STORED)  # first and bare: by it the kind is known
        for name, part in {**parts, "META-INF/manifest.xml": _manifest(parts)}.items():
            _write(written, name, part, ZIP_DEFLATED)
    return target.getvalue()


def _write(written: ZipFile, name: str, part: bytes, compression: int) -> None:
    entry = ZipInfo(name)  # its time is 1980: nothing of the clock is in the file
    entry.compress_type = compression
    written.writestr(entry, part)


def _manifest(parts: Mapping[str, bytes]) -> bytes:
    kinds = {"/": MIME_TYPE, **dict.fromkeys(parts, "text/xml")}
    entries = [
        element("manifest:file-entry", {"manifest:full-path": path, "manifest:media-type": kind})
        for path, kind in kinds.items()
    ]
    space = 'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3"'
    told = f'<?xml version="1.0" encoding="UTF-8"?>\n<manifest:manifest {space}>{"".join(entries)}</manifest:manifest>'
    return told.encode()


def _styles(book: OdsBook) -> bytes:
    layouts = [page_layout(sheet, f"Layout{number}") for number, sheet in enumerate(book.sheets, 1)]
    pages = [master_page(sheet, f"Page{number}", f"Layout{number}") for number, sheet in enumerate(book.sheets, 1)]
    return document(
        "office:document-styles",
        common(),
        element("office:automatic-styles", None, *layouts),
        element("office:master-styles", None, *pages),
    )


def _meta(book: OdsBook) -> bytes:
    words = book.properties
    created = f"{words['created']:%Y-%m-%dT%H:%M:%S}"
    told = [
        element("dc:title", None, inline(words["title"])),
        element("dc:subject", None, inline(words["subject"])) if "subject" in words else "",
        element("meta:keyword", None, inline(words["category"])) if "category" in words else "",
        element("dc:language", None, "de-DE"),
        element("meta:creation-date", None, created),
        element("dc:date", None, created),
    ]
    return document("office:document-meta", element("office:meta", None, *told))


def _settings(book: OdsBook) -> bytes:
    active = next((sheet for sheet in book.sheets if sheet.is_active), book.sheets[0])
    tables = [
        element("config:config-item-map-entry", {"config:name": sheet.name}, *_frozen(sheet)) for sheet in book.sheets
    ]
    view = element(
        "config:config-item-map-entry",
        None,
        _item("ViewId", "string", "view1"),
        element("config:config-item-map-named", {"config:name": "Tables"}, *tables),
        _item("ActiveTable", "string", active.name),
    )
    views = element("config:config-item-map-indexed", {"config:name": "Views"}, view)
    return document(
        "office:document-settings",
        element(
            "office:settings", None, element("config:config-item-set", {"config:name": "ooo:view-settings"}, views)
        ),
    )


def _frozen(sheet: OdsSheet) -> Iterator[str]:
    row, column = sheet.frozen
    yield _item("CursorPositionX", "int", 0)
    yield _item("CursorPositionY", "int", row)
    for name, at in (("Horizontal", column), ("Vertical", row)):
        yield _item(f"{name}SplitMode", "short", _FIXED if at else 0)
        yield _item(f"{name}SplitPosition", "int", at)
    yield _item("ActiveSplitRange", "short", (3 if column else 2) if row else (1 if column else 2))
    yield _item("PositionLeft", "int", 0)
    yield _item("PositionRight", "int", column)
    yield _item("PositionTop", "int", 0)
    yield _item("PositionBottom", "int", row)


def _item(name: str, kind: str, value: object) -> str:
    return element("config:config-item", {"config:name": name, "config:type": kind}, inline(str(value)))
