"""Binary workbooks (.xlsb): number formats, error values and hidden rows, from the record stream of each part.

Record layouts: [MS-XLSB]. Formulas are stored as compiled tokens and are not shown; ``notes`` says so.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from schemas.workbook import FileFormat, RawSheet, RawWorkbook
from transforms.workbook.archive import Archive
from transforms.workbook.biff import ERROR_TEXTS
from transforms.workbook.limits import Limits
from transforms.workbook.marks import NO_MARK, Mark, StoredCell, StoredCells, check_extent, join, refuse_cells
from transforms.workbook.ooxml import external_links, generator, worksheet_parts
from transforms.workbook.ooxml_styles import BUILTIN_FORMATS, GENERAL
from transforms.workbook.refusals import refuse_beyond, refuse_damaged
from transforms.workbook.values import Values

NOTE = (
    "Dateien im Format xlsb zeigen Formeln, Farben und verbundene Zellen nicht. "
    "Bitte künftig die Vorlage (xlsx) verwenden."
)

_ROW, _BLANK, _ERROR, _FORMULA_ERROR, _LAST_CELL = 0, 1, 3, 11, 11
_SHEET, _PROPERTIES, _FORMAT, _XF, _STYLES_BEGIN, _STYLES_END = 156, 153, 44, 47, 617, 618
_NO_RECORD_SIZE = 1 << 28


@dataclass(slots=True)
class _Sheet:
    cells: list[StoredCell] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)


def read_xlsb(archive: Archive, content: bytes, limits: Limits) -> RawWorkbook:
    """Read an xlsb package; `RefusedError` when it is damaged or too large."""
    workbook = archive.read("xl/workbook.bin") or b""
    targets = worksheet_parts(archive, "xl/workbook.bin")
    sheets = [_bundled_sheet(data) for kind, data in _records(workbook) if kind == _SHEET]
    if len(sheets) > limits.sheets:
        refuse_beyond(f"mehr als {limits.sheets} Tabellenblätter")
    marks = _read_styles(archive.read("xl/styles.bin") or b"")
    looked_at: dict[str, _Sheet] = {}
    for link, name in sheets:
        part = archive.read(targets[link]) if link in targets else None
        if part is not None:
            looked_at[name] = sheet = _read_sheet(part, name, marks, limits)
            check_extent(name, StoredCells.of(sheet.cells), limits)
    values = Values(content)
    return RawWorkbook(
        format=FileFormat.XLSB,
        sheets=tuple(
            RawSheet(
                name=name,
                cells=join(values.grid(name), StoredCells.of(looked_at[name].cells if name in looked_at else ())),
                is_hidden=is_hidden,
                hidden_rows=frozenset(looked_at[name].hidden_rows if name in looked_at else ()),
            )
            for name, is_hidden in values.worksheets()
        ),
        is_date_1904=any(kind == _PROPERTIES and data[:1] and data[0] & 1 for kind, data in _records(workbook)),
        external_links=external_links(archive),
        generator=generator(archive),
        notes=(NOTE,),
    )


def _records(part: bytes) -> Iterator[tuple[int, bytes]]:
    """Give the records of a part; kind and size are numbers of 7 bits a byte, the lowest first."""
    position = 0
    while position < len(part):
        kind = part[position]
        position += 1
        if kind & 0x80 and position < len(part):
            kind = kind & 0x7F | part[position] << 7
            position += 1
        size = shift = 0
        while position < len(part) and shift < 28:
            byte = part[position]
            position += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        if position + size > len(part):
            refuse_damaged("ein Teil ist unvollständig")
        yield kind, part[position : position + size]
        position += size


def _wide_text(data: bytes, position: int) -> tuple[str, int]:
    """Read a text with its length before it, and where the next field begins."""
    if position + 4 > len(data):
        return "", len(data)
    length = struct.unpack_from("<I", data, position)[0]
    length = 0 if length == 0xFFFFFFFF else length
    end = position + 4 + 2 * length
    return data[position + 4 : end].decode("utf-16-le", "replace"), end


def _bundled_sheet(data: bytes) -> tuple[str, str]:
    link, position = _wide_text(data, 8)
    return link, _wide_text(data, position)[0]


def _read_styles(part: bytes) -> list[Mark]:
    formats = dict(BUILTIN_FORMATS)
    marks = []
    is_cell_style = False
    for kind, data in _records(part):
        if kind == _FORMAT and len(data) >= 6:
            formats[struct.unpack_from("<H", data)[0]] = _wide_text(data, 2)[0].removeprefix(GENERAL)
        elif kind in (_STYLES_BEGIN, _STYLES_END):
            is_cell_style = kind == _STYLES_BEGIN
        elif kind == _XF and is_cell_style and len(data) >= 4:
            marks.append(Mark(number_format=formats.get(struct.unpack_from("<H", data, 2)[0], "")))
    return marks


def _read_sheet(part: bytes, name: str, marks: list[Mark], limits: Limits) -> _Sheet:
    sheet = _Sheet()
    row = 0
    for kind, data in _records(part):
        if kind == _ROW and len(data) >= 12:
            row = struct.unpack_from("<I", data)[0] + 1
            if data[11] & 0x10:
                sheet.hidden_rows.add(row)
        elif _BLANK < kind <= _LAST_CELL and len(data) >= 8 and row:
            column, style = struct.unpack_from("<II", data)
            style &= 0xFFFFFF
            mark = marks[style] if style < len(marks) else NO_MARK
            if kind in (_ERROR, _FORMULA_ERROR) and len(data) >= 9:
                mark = mark._replace(error=ERROR_TEXTS.get(data[8], "#ERR!"))
            sheet.cells.append((row, column + 1, mark))
            if len(sheet.cells) > limits.sheet_cells:
                refuse_cells(name, limits)
    return sheet
