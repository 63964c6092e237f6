"""Binary workbooks (.xlsb): formats, fills, error values, what is hidden or merged, from the records of each part.

Record layouts: [MS-XLSB]. Formulas are stored as compiled tokens: that there is one is told, and whether it begins in
another workbook; ``notes`` says so.
"""

import struct

from msgspec import Struct, field

from schemas.workbook import FileFormat, RawSheet, RawWorkbook
from transforms.workbook.archive import Archive
from transforms.workbook.biff import ERROR_TEXTS
from transforms.workbook.limits import Limits
from transforms.workbook.marks import (
    NO_MARK,
    Mark,
    StoredCell,
    StoredCells,
    check_extent,
    check_total,
    join,
    refuse_cells,
)
from transforms.workbook.ooxml import authors, external_links, generator, linked_books, worksheet_parts
from transforms.workbook.references import References
from transforms.workbook.refusals import refuse_beyond
from transforms.workbook.values import Values
from transforms.workbook.xlsb_records import records, wide_text
from transforms.workbook.xlsb_styles import read_styles

NOTE = "Dateien im Format xlsb zeigen den Wortlaut von Formeln nicht. Bitte künftig die Vorlage (xlsx) verwenden."

_ROW, _BLANK, _ERROR, _FORMULA_TEXT, _FORMULA_ERROR, _LAST_CELL = 0, 1, 3, 8, 11, 11
_COLUMN, _MERGED = 60, 176
_SHEET, _PROPERTIES, _NAME = 156, 153, 39
_OTHER_BOOK, _BOOK_SHEETS, _BOOKS = 355, 362, range(355, 360)
"""References to books: other ones, the list of sheets, and all kinds of books in the order in which they count."""
_MOST_COLUMN_RECORDS = 1_000
"""A file has one for each run of columns that look alike; what lies beyond is built to take time."""
_RESULT_BYTES = {9: 8, 10: 1, 11: 1}
"""Bytes of the stored result, by kind of formula; a text tells its length itself."""


class _Sheet(Struct):
    cells: list[StoredCell] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[range] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


def read_xlsb(archive: Archive, content: bytes, limits: Limits) -> RawWorkbook:
    """Read an xlsb package; `RefusedError` when it is damaged or too large."""
    workbook = archive.read("xl/workbook.bin") or b""
    targets = worksheet_parts(archive, "xl/workbook.bin")
    sheets = [_bundled_sheet(data) for kind, data in records(workbook) if kind == _SHEET]
    if len(sheets) > limits.sheets:
        refuse_beyond(f"mehr als {limits.sheets} Tabellenblätter")
    marks = read_styles(archive)
    references = _references(workbook, archive)
    looked_at: dict[str, _Sheet] = {}
    for link, name in sheets:
        part = archive.read(targets[link]) if link in targets else None
        if part is not None:
            looked_at[name] = sheet = _read_sheet(part, name, (marks, references), limits)
            check_extent(name, StoredCells.of(sheet.cells), limits)
    check_total(sum(len(sheet.cells) for sheet in looked_at.values()), limits)
    values = Values(content)
    return RawWorkbook(
        format=FileFormat.XLSB,
        sheets=tuple(
            _raw_sheet(name, looked_at.get(name, _Sheet()), values, is_hidden=is_hidden)
            for name, is_hidden in values.worksheets()
        ),
        is_date_1904=any(kind == _PROPERTIES and data[:1] and data[0] & 1 for kind, data in records(workbook)),
        external_links=external_links(archive),
        defined_names=_defined_names(workbook, references, [name for _, name in sheets]),
        generator=generator(archive),
        authors=authors(archive),
        notes=(NOTE,),
    )


def _raw_sheet(name: str, sheet: _Sheet, values: Values, *, is_hidden: bool) -> RawSheet:
    used = {column for _, column, _ in sheet.cells}
    return RawSheet(
        name=name,
        cells=join(values.grid(name), StoredCells.of(sheet.cells)),
        is_hidden=is_hidden,
        hidden_rows=frozenset(sheet.hidden_rows),
        hidden_columns=frozenset(column for column in used if any(column in hidden for hidden in sheet.hidden_columns)),
        merged=tuple(sheet.merged),
    )


def _bundled_sheet(data: bytes) -> tuple[str, str]:
    link, position = wide_text(data, 8)
    return link, wide_text(data, position)[0]


def _references(workbook: bytes, archive: Archive) -> References:
    targets = linked_books(archive, "xl/workbook.bin")
    references = References()
    for kind, data in records(workbook):
        if kind in _BOOKS:
            references.books.append(targets.get(wide_text(data, 0)[0]) if kind == _OTHER_BOOK else None)
        elif kind == _BOOK_SHEETS:
            whole = data[4 : 4 + (len(data) - 4) // 12 * 12]
            references.sheets += [(book, first) for book, first, _ in struct.iter_unpack("<III", whole)]
    return references


def _defined_names(workbook: bytes, references: References, sheets: list[str]) -> dict[str, str]:
    names = {}
    for kind, data in records(workbook):
        if kind == _NAME and len(data) > 13:
            name, position = wide_text(data, 9)
            size = struct.unpack_from("<I", data, position)[0] if position + 4 <= len(data) else 0
            names[name] = references.cell(data[position + 4 : position + 4 + size], sheets, "<IH")
    return names


def _read_sheet(part: bytes, name: str, looks: tuple[list[Mark], References], limits: Limits) -> _Sheet:
    sheet = _Sheet()
    marks, references = looks
    row = 0
    for kind, data in records(part):
        if kind == _ROW and len(data) >= 12:
            row = struct.unpack_from("<I", data)[0] + 1
            if data[11] & 0x10:
                sheet.hidden_rows.add(row)
        elif _BLANK <= kind <= _LAST_CELL and len(data) >= 8 and row:
            column, style = struct.unpack_from("<II", data)
            style &= 0xFFFFFF
            mark = _cell_mark(kind, data, marks[style] if style < len(marks) else NO_MARK, references)
            if not mark.is_empty or mark.fill is not None or mark.is_struck:
                sheet.cells.append((row, column + 1, mark))
            if len(sheet.cells) > limits.sheet_cells:
                refuse_cells(name, limits)
        elif kind == _COLUMN and len(data) >= 18 and data[16] & 1 and len(sheet.hidden_columns) < _MOST_COLUMN_RECORDS:
            first, last = struct.unpack_from("<II", data)
            sheet.hidden_columns.append(range(first + 1, last + 2))
        elif kind == _MERGED and len(data) >= 16:
            top, bottom, left, right = struct.unpack_from("<IIII", data)
            sheet.merged.append((top + 1, left + 1, bottom + 1, right + 1))
    return sheet


def _cell_mark(kind: int, data: bytes, mark: Mark, references: References) -> Mark:
    """Add what the record itself says: an error value, a formula, or that the cell is empty."""
    if kind == _BLANK:
        return mark._replace(is_empty=True)
    if kind in (_ERROR, _FORMULA_ERROR) and len(data) >= 9:
        mark = mark._replace(error=ERROR_TEXTS.get(data[8], "#ERR!"))
    if kind >= _FORMULA_TEXT:
        end = wide_text(data, 8)[1] if kind == _FORMULA_TEXT else 8 + _RESULT_BYTES[kind]
        mark = mark._replace(formula=references.formula(data[end + 6 :]), is_text=kind == _FORMULA_TEXT)
    return mark
