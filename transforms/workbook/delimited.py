"""CSV files: decoded and taken apart here, every cell as text; what a text means is the parser's business (M16)."""

import codecs
import csv
import io
import posixpath
import unicodedata
from contextlib import suppress

from schemas.workbook import CellKind, Cells, FileFormat, RawCell, RawSheet, RawWorkbook
from transforms.workbook.archive import Archive
from transforms.workbook.file_kind import Container, container_of
from transforms.workbook.file_names import ignored_because
from transforms.workbook.limits import Limits
from transforms.workbook.marks import check_total, refuse_cells
from transforms.workbook.refusals import refuse_beyond, refuse_damaged, refuse_type

_DELIMITERS = (";", "\t", ",")
_SNIFFED_LINES = 30
_SNIFFED_CHARACTERS = 1 << 16
_LONGEST_FIELD = 1_000_000
# The reading child may open no file any more, so codecs that Python loads at first use have to be here before.
_CODECS = {name: codecs.lookup(name) for name in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252")}
_NOTE = (
    "CSV-Dateien zeigen weder Zahlenformate, Farben und Formeln noch Ausgeblendetes; "
    "alle Werte wurden als Text gelesen."
)


def read_csv_archive(archive: Archive, limits: Limits) -> RawWorkbook:
    """Read a zip of CSV files as a workbook whose sheets carry the files' names; `RefusedError` for any other zip."""
    sheets: dict[str, RawSheet] = {}
    for path in archive.names:
        if _is_by_catch(path):
            continue
        stem, suffix = posixpath.splitext(posixpath.basename(path))
        if suffix.lower() != ".csv":
            refuse_type(f"ZIP-Archiv mit „{posixpath.basename(path)}“")
        if stem.casefold() in sheets:
            refuse_beyond(f"Blatt „{stem}“ ist doppelt enthalten")
        sheets[stem.casefold()] = _read_sheet(archive.read(path) or b"", stem, limits)
        check_total(sum(len(sheet.cells) for sheet in sheets.values()), limits)
    if not sheets:
        refuse_type("ZIP-Archiv ohne CSV-Dateien")
    if len(sheets) > limits.sheets:
        refuse_beyond(f"mehr als {limits.sheets} Tabellenblätter")
    return RawWorkbook(FileFormat.CSV_ZIP, tuple(sheets.values()), notes=(_NOTE,))


def read_single_csv(content: bytes, name: str, limits: Limits) -> RawWorkbook:
    """Read one CSV file as a workbook of one sheet named like the file."""
    stem = unicodedata.normalize("NFC", posixpath.splitext(posixpath.basename(name))[0])
    return RawWorkbook(FileFormat.CSV_ZIP, (_read_sheet(content, stem, limits),), notes=(_NOTE,))


def _is_by_catch(path: str) -> bool:
    """What operating systems pack along without being asked."""
    return path.startswith("__MACOSX/") or ignored_because(posixpath.basename(path)) is not None


def _read_sheet(content: bytes, sheet: str, limits: Limits) -> RawSheet:
    """Read the text as rows the way Excel would number them: a line ``sep=;`` is not one."""
    if content:
        kind = container_of(content)
        if kind is not Container.TEXT:
            refuse_type(f"{kind if isinstance(kind, str) else 'Office-Datei'} mit der Endung csv")
    text = _decoded(content, sheet)
    delimiter, text = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    csv.field_size_limit(_LONGEST_FIELD)
    cells: list[RawCell] = []
    try:
        for row, values in enumerate(reader, 1):
            cells += [RawCell(row, column, CellKind.TEXT, value) for column, value in enumerate(values, 1) if value]
            if len(cells) > limits.sheet_cells:
                refuse_cells(sheet, limits)
    except csv.Error:
        refuse_damaged(f"„{sheet}.csv“, Zeile {reader.line_num}: Anführungszeichen nicht geschlossen")
    return RawSheet(sheet, Cells.of(cells))


def _decoded(content: bytes, sheet: str) -> str:
    """Decode as the file's mark says, else as UTF-8, else as Windows-1252; no third guess."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    elif b"\0" in content[:200]:
        encodings = ["utf-16-le" if content[1:2] == b"\0" else "utf-16-be"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    text = ""
    for encoding in encodings:
        with suppress(UnicodeDecodeError):
            text = _CODECS[encoding].decode(content, "strict")[0]
            break
    if "\0" in text or (content and not text):
        refuse_damaged(f"Zeichenkodierung von „{sheet}.csv“ nicht erkennbar")
    return text


def _delimiter(text: str) -> tuple[str, str]:
    """Find the delimiter: the declared one, else the one that most of the first lines contain outside quotes."""
    first, _, rest = text.partition("\n")
    declared = first.strip().strip('"').lower()
    if declared.startswith("sep=") and len(declared) <= 5:
        return first.strip().strip('"')[4:5] or "\t", rest
    counts = dict.fromkeys(_DELIMITERS, 0)
    is_quoted = False
    for line in text[:_SNIFFED_CHARACTERS].splitlines()[:_SNIFFED_LINES]:
        bare = []
        for at, part in enumerate(line.split('"')):
            if at:
                is_quoted = not is_quoted
            if not is_quoted:
                bare.append(part)
        for delimiter in _DELIMITERS:
            counts[delimiter] += any(delimiter in part for part in bare)
    return max(_DELIMITERS, key=lambda delimiter: counts[delimiter]), text
