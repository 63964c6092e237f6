"""Old .xls workbooks (BIFF8): number formats, fills, error values, what is hidden or merged, from the record stream.

Record layouts: [MS-XLS]. Formulas are stored as compiled tokens: that there is one is told, and whether it begins in
another workbook; ``notes`` says so.
"""

import struct
from collections.abc import Iterator
from operator import itemgetter

from msgspec import Struct, field

from schemas.workbook import FileFormat, RawSheet, RawWorkbook
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
from transforms.workbook.ooxml_styles import BUILTIN_FORMATS, GENERAL, INDEXED_COLOURS, WHITE
from transforms.workbook.references import References, readable_path
from transforms.workbook.refusals import refuse_beyond, refuse_locked
from transforms.workbook.symbols import symbol_font
from transforms.workbook.values import Values

NOTE = "Dateien im alten Format xls zeigen den Wortlaut von Formeln nicht. Bitte künftig die Vorlage (xlsx) verwenden."
_NOTE_VERY_OLD = "Dateien vor Excel 97 zeigen weder Farben, Zahlenformate und Fehlerwerte noch Ausgeblendetes."
ERROR_TEXTS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}

_BOF, _EOF, _SHEET, _FILEPASS, _DATE_MODE = 0x809, 0x0A, 0x85, 0x2F, 0x22
_FORMAT, _FONT, _XF, _PALETTE, _LAST_USER = 0x41E, 0x31, 0xE0, 0x92, 0x5C
_BOOK, _BOOK_SHEETS, _NAME = 0x1AE, 0x17, 0x18
_BLANK, _MULTI_BLANK, _NUMBER, _RK, _MULTI_RK = 0x201, 0xBE, 0x203, 0x27E, 0xBD
_SHARED_TEXT, _TEXT, _BOOLEAN_OR_ERROR, _FORMULA = 0xFD, 0x204, 0x205, 0x06
_ROW, _COLUMN, _MERGED = 0x208, 0x7D, 0xE5
_ONE_CELL = frozenset({_BLANK, _NUMBER, _RK, _SHARED_TEXT, _TEXT, _BOOLEAN_OR_ERROR, _FORMULA})
_BIFF8 = 0x600
_OWN_BOOK, _ADD_IN = 0x0401, 0x3A01
_SOLID = 1


class _Globals(Struct):
    """What stands once in the file, before the sheets."""

    is_biff8: bool = False
    is_date_1904: bool = False
    sheets: list[tuple[int, str]] = field(default_factory=list)
    """Offset in the stream and name."""
    formats: dict[int, str] = field(default_factory=lambda: dict(BUILTIN_FORMATS))
    fonts: list[tuple[bool, str]] = field(default_factory=list)
    """Struck through or not, and the name of a font of symbols."""
    styles: list[tuple[int, int, int | None]] = field(default_factory=list)
    """Font, format and colour of the fill."""
    palette: list[str] = field(default_factory=lambda: list(INDEXED_COLOURS))
    references: References = field(default_factory=References)
    names: list[tuple[str, bytes]] = field(default_factory=list)
    """Defined names with the tokens of what they stand for."""
    last_user: str = ""

    def marks(self) -> list[Mark]:
        return [self._mark(*style) for style in self.styles]

    def _mark(self, font: int, number_format: int, colour: int | None) -> Mark:
        fill = self.palette[colour] if colour is not None and colour < len(self.palette) else None
        # Font 4 does not exist in this format; the ones behind it count one less.
        font -= font > 4
        is_struck, symbols = self.fonts[font] if font < len(self.fonts) else (False, "")
        return Mark(
            number_format=self.formats.get(number_format, ""),
            fill=None if fill == WHITE else fill,
            is_struck=is_struck,
            symbol_font=symbols,
        )


class _Sheet(Struct):
    cells: list[StoredCell] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


def read_xls(stream: bytes, content: bytes, limits: Limits) -> RawWorkbook:
    """Read an xls file from its workbook stream and, for the values, its whole content."""
    outline = _read_globals(stream)
    if len(outline.sheets) > limits.sheets:
        refuse_beyond(f"mehr als {limits.sheets} Tabellenblätter")
    marks = outline.marks()
    looked_at: dict[str, _Sheet] = {}
    for offset, name in outline.sheets if outline.is_biff8 else ():
        looked_at[name] = sheet = _read_sheet(stream, offset, name, (marks, outline.references), limits)
        check_extent(name, StoredCells.of(sheet.cells), limits)
    check_total(sum(len(sheet.cells) for sheet in looked_at.values()), limits)
    values = Values(content)
    return RawWorkbook(
        format=FileFormat.XLS,
        sheets=tuple(
            _raw_sheet(name, looked_at.get(name, _Sheet()), values, is_hidden=is_hidden)
            for name, is_hidden in values.worksheets()
        ),
        is_date_1904=outline.is_date_1904,
        external_links=outline.references.links,
        defined_names={
            name: outline.references.cell(tokens, [sheet for _, sheet in outline.sheets], "<HH")
            for name, tokens in outline.names
        },
        authors=(outline.last_user,) if outline.last_user else (),
        notes=(NOTE,) if outline.is_biff8 else (NOTE, _NOTE_VERY_OLD),
    )


def _raw_sheet(name: str, sheet: _Sheet, values: Values, *, is_hidden: bool) -> RawSheet:
    return RawSheet(
        name=name,
        cells=join(values.grid(name), StoredCells.of(sorted(sheet.cells, key=itemgetter(0, 1)))),
        is_hidden=is_hidden,
        hidden_rows=frozenset(sheet.hidden_rows),
        hidden_columns=frozenset(sheet.hidden_columns),
        merged=tuple(sheet.merged),
    )


def _records(stream: bytes, position: int) -> Iterator[tuple[int, bytes]]:
    """Give the records from a position to the end of its part of the stream; parts inside it are passed over."""
    depth = 0
    while position + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, position)
        position += 4
        depth += (kind == _BOF) - (kind == _EOF)
        if depth <= 0:
            return
        if depth == 1:
            yield kind, stream[position : position + size]
        position += size


def _read_globals(stream: bytes) -> _Globals:
    outline = _Globals()
    for kind, data in _records(stream, 0):
        if kind == _FILEPASS:
            refuse_locked()
        if kind == _BOF and len(data) >= 2:
            outline.is_biff8 = struct.unpack_from("<H", data)[0] == _BIFF8
        elif kind == _DATE_MODE:
            outline.is_date_1904 = data[:1] == b"\1"
        elif kind == _SHEET and len(data) > 8:
            outline.sheets.append((struct.unpack_from("<I", data)[0], _text(data[8:], data[6], data[7])))
        elif outline.is_biff8:
            _read_look(outline, kind, data)
            _read_names(outline, kind, data)
    return outline


def _read_names(outline: _Globals, kind: int, data: bytes) -> None:
    """Read what formulas can refer to, defined names, and who saved the file."""
    if kind == _BOOK and len(data) >= 4:
        length = struct.unpack_from("<H", data, 2)[0]
        is_other = length not in (_OWN_BOOK, _ADD_IN) and len(data) > 4
        path = readable_path(_text(data[5:], length, data[4])) if is_other else None
        outline.references.books.append(path)
    elif kind == _BOOK_SHEETS:
        entries = struct.iter_unpack("<HHH", _whole(data[2:], 6))
        outline.references.sheets += [(book, first) for book, first, _ in entries]
    elif kind == _NAME and len(data) > 14:
        length, size = data[3], struct.unpack_from("<H", data, 4)[0]
        name = _text(data[15:], length, data[14])
        at = 15 + length * (2 if data[14] & 1 else 1)
        outline.names.append((name, data[at : at + size]))
    elif kind == _LAST_USER and len(data) > 3:
        outline.last_user = _text(data[3:], struct.unpack_from("<H", data)[0], data[2]).strip()


def _read_look(outline: _Globals, kind: int, data: bytes) -> None:
    if kind == _FORMAT and len(data) >= 5:
        number, length, flags = struct.unpack_from("<HHB", data)
        outline.formats[number] = _text(data[5:], length, flags).removeprefix(GENERAL)
    elif kind == _FONT and len(data) >= 4:
        name = _text(data[16:], data[14], data[15]) if len(data) >= 16 else ""
        outline.fonts.append((bool(data[2] & 0x08), symbol_font(name)))
    elif kind == _XF and len(data) >= 20:
        font, number_format = struct.unpack_from("<HH", data)
        pattern, colours = data[17] >> 2, struct.unpack_from("<H", data, 18)[0]
        outline.styles.append((font, number_format, colours & 0x7F if pattern == _SOLID else None))
    elif kind == _PALETTE and len(data) >= 2:
        for number in range(min(struct.unpack_from("<H", data)[0], (len(data) - 2) // 4, 56)):
            outline.palette[8 + number] = data[2 + 4 * number : 5 + 4 * number].hex().upper()


def _text(data: bytes, length: int, flags: int) -> str:
    return data[: 2 * length].decode("utf-16-le", "replace") if flags & 1 else data[:length].decode("latin-1")


def _read_sheet(stream: bytes, offset: int, name: str, looks: tuple[list[Mark], References], limits: Limits) -> _Sheet:
    sheet = _Sheet()
    marks, references = looks
    for kind, data in _records(stream, offset):
        if kind in _ONE_CELL and len(data) >= 6:
            row, column, style = struct.unpack_from("<HHH", data)
            mark = marks[style] if style < len(marks) else NO_MARK
            _add(sheet, row, column, _cell_mark(kind, data, mark, references))
        elif kind in (_MULTI_BLANK, _MULTI_RK) and len(data) >= 6:
            row, first = struct.unpack_from("<HH", data)
            step = 2 if kind == _MULTI_BLANK else 6
            for number, (style,) in enumerate(struct.iter_unpack(f"<H{step - 2}x", _whole(data[4:-2], step))):
                mark = marks[style] if style < len(marks) else NO_MARK
                _add(sheet, row, first + number, mark._replace(is_empty=kind == _MULTI_BLANK))
        elif kind == _ROW and len(data) >= 16 and data[12] & 0x20:
            sheet.hidden_rows.add(struct.unpack_from("<H", data)[0] + 1)
        elif kind == _COLUMN and len(data) >= 10 and data[8] & 1:
            first, last = struct.unpack_from("<HH", data)
            sheet.hidden_columns.update(range(first + 1, min(last, 255) + 2))
        elif kind == _MERGED:
            for top, bottom, left, right in struct.iter_unpack("<HHHH", _whole(data[2:], 8)):
                sheet.merged.append((top + 1, left + 1, bottom + 1, right + 1))
        if len(sheet.cells) > limits.sheet_cells:
            refuse_cells(name, limits)
    last_column = max((column for _, column, _ in sheet.cells), default=0)
    sheet.hidden_columns = {column for column in sheet.hidden_columns if column <= last_column}
    return sheet


def _whole(data: bytes, step: int) -> bytes:
    return data[: len(data) // step * step]


def _add(sheet: _Sheet, row: int, column: int, mark: Mark) -> None:
    if not mark.is_empty or mark.fill is not None or mark.is_struck:
        sheet.cells.append((row + 1, column + 1, mark))


def _cell_mark(kind: int, data: bytes, mark: Mark, references: References) -> Mark:
    """Add what the record itself says: an error value, a formula, or that the cell is empty."""
    if kind == _BLANK:
        return mark._replace(is_empty=True)
    if kind == _BOOLEAN_OR_ERROR and len(data) >= 8 and data[7] == 1:
        return mark._replace(error=ERROR_TEXTS.get(data[6], "#ERR!"))
    if kind == _FORMULA and len(data) >= 14:
        mark = mark._replace(formula=references.formula(data[22:]))
        # The result of a formula is a number unless its last two bytes are set; then the first one tells its kind.
        if data[12:14] == b"\xff\xff" and data[6] == 2:
            return mark._replace(error=ERROR_TEXTS.get(data[8], "#ERR!"))
        return mark._replace(is_text=data[12:14] == b"\xff\xff" and data[6] in (0, 3))
    return mark
