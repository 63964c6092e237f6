"""Bytes to cells: opens a delivery of any accepted format, or says in one finding why it was not opened."""

from schemas.findings import Finding
from schemas.workbook import FileFormat, RawWorkbook
from transforms.workbook.archive import Archive, open_archive
from transforms.workbook.biff import read_xls
from transforms.workbook.compound import open_compound
from transforms.workbook.delimited import read_csv_archive, read_single_csv
from transforms.workbook.file_kind import Container, container_of
from transforms.workbook.limits import DEFAULT_LIMITS, Limits
from transforms.workbook.ooxml import read_ooxml, refuse_active_content
from transforms.workbook.opendocument import MIME_TYPE, read_ods, refuse_encrypted
from transforms.workbook.refusals import RefusedError, refusal_by_size, refuse_damaged, refuse_locked, refuse_type
from transforms.workbook.xlsb import read_xlsb

_OTHER_PACKAGES = (
    ("word/", "Word-Dokument"),
    ("ppt/", "PowerPoint-Präsentation"),
    ("visio/", "Visio-Zeichnung"),
    ("Index/", "Apple-Dokument (Numbers, Pages, Keynote)"),
    ("META-INF/MANIFEST.MF", "Java-Archiv"),
)
_OTHER_COMPOUNDS = (
    ("WordDocument", "Word-Dokument"),
    ("PowerPoint Document", "PowerPoint-Präsentation"),
    ("__properties_version1.0", "Outlook-Nachricht"),
)


def read_workbook(content: bytes, name: str, limits: Limits = DEFAULT_LIMITS) -> RawWorkbook | Finding:
    """Read a delivery's cells, or give the one finding (F01, F02 or F03) for which it was not opened.

    The bytes decide what it is; ``name`` only tells a CSV file from any other text and names its sheet. Hostile files
    can abort the process or raise beyond `Exception`: call it through `flows.isolation.IsolatedReader`.
    The order of checks is that of reliability.md §6: size, magic, container, limits, cells.
    """
    refusal = refusal_by_size(len(content), limits)
    if refusal is not None:
        return refusal
    try:
        match container_of(content):
            case Container.ZIP:
                return _read_package(content, open_archive(content, limits), limits)
            case Container.COMPOUND:
                return _read_compound(content, limits)
            case Container.TEXT:
                if not name.lower().endswith(".csv"):
                    refuse_type("Textdatei")
                return read_single_csv(content, name, limits)
            case other:
                refuse_type(str(other))
    except RefusedError as refused:
        return refused.finding


def _read_package(content: bytes, archive: Archive, limits: Limits) -> RawWorkbook:
    if "xl/workbook.xml" in archive or "xl/workbook.bin" in archive:
        is_binary = "xl/workbook.xml" not in archive
        file_format = FileFormat.XLSB if is_binary else _xlsx_or_xlsm(archive)
        refuse_active_content(archive, file_format.value)
        if is_binary:
            return read_xlsb(archive, content, limits)
        return read_ooxml(archive, content, file_format, limits)
    refuse_encrypted(archive)
    if "content.xml" in archive:
        if (archive.read("mimetype") or b"").strip() not in (MIME_TYPE, MIME_TYPE + b"-template"):
            refuse_type("OpenDocument, aber keine Tabelle")
        return read_ods(archive, content, limits)
    for start, kind in _OTHER_PACKAGES:
        if any(part.startswith(start) for part in archive.names):
            refuse_type(kind)
    if "[Content_Types].xml" in archive:
        refuse_damaged("Arbeitsmappe fehlt im Archiv")
    return read_csv_archive(archive, limits)


def _xlsx_or_xlsm(archive: Archive) -> FileFormat:
    types = archive.read("[Content_Types].xml") or b""
    return FileFormat.XLSM if b".macroEnabled.main+xml" in types else FileFormat.XLSX


def _read_compound(content: bytes, limits: Limits) -> RawWorkbook:
    compound = open_compound(content)
    names = compound.names
    if "EncryptedPackage" in names:
        refuse_locked()
    if "_VBA_PROJECT_CUR" in names:
        refuse_type("xls mit Makros")
    records = compound.read("Workbook") or compound.read("Book")
    if records is not None:
        return read_xls(records, content, limits)
    return refuse_type(
        next((kind for stream, kind in _OTHER_COMPOUNDS if stream in names), "Office-Datei ohne Arbeitsmappe")
    )
