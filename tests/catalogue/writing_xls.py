"""A book as xls (BIFF8, [MS-XLS]), record by record: no maintained library writes this format any more."""

import struct
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from tests.catalogue.book import Book, Cell, Page
from tests.transforms.workbook.files import a_compound_file
from transforms.workbook.biff import ERROR_TEXTS
from transforms.workbook.ooxml_styles import INDEXED_COLOURS

Record = tuple[int, bytes]

_ERROR_CODES = {text: code for code, text in ERROR_TEXTS.items()}
_PROGRAM, _SHEET = 5, 0x10
_LONGEST = 8224


def write_xls(book: Book) -> bytes:
    """Write the book as one workbook stream in a compound file."""
    styles = Styles(book)
    sheets = [_stream(_sheet(page, styles, book)) for page in book.pages]
    lengths = [4 + 6 + len(_text(page.name)) - 1 for page in book.pages]
    head = _stream([_begin(_PROGRAM), (0x42, struct.pack("<H", 1200)), *_globals(book, styles)])
    tail = _stream([*_links(book), (0x0A, b"")])
    position = len(head) + sum(lengths) + len(tail)
    bounds = b""
    for page, sheet in zip(book.pages, sheets, strict=True):
        name = _text(page.name)
        record = struct.pack("<IBB", position, int(page.is_hidden), 0) + name[:1] + name[2:]
        bounds += struct.pack("<HH", 0x85, len(record)) + record
        position += len(sheet)
    return a_compound_file({"Workbook": head + bounds + tail + b"".join(sheets)})


class Styles:
    """Fonts, number formats and cell styles of one file, each once."""

    def __init__(self, book: Book) -> None:
        self.formats: list[str] = []
        self.looks: list[tuple[str, str | None, bool, str]] = [("", None, False, "")]
        for page in book.pages:
            for cell in page.cells.values():
                look = self.look(cell)
                if look not in self.looks:
                    self.looks.append(look)
                if look[0] and look[0] not in self.formats:
                    self.formats.append(look[0])

    @staticmethod
    def look(cell: Cell) -> tuple[str, str | None, bool, str]:
        code = cell.number_format or ("dd.mm.yyyy" if isinstance(cell.value, date) else "")
        return code, cell.fill, cell.is_struck, cell.font

    def number(self, cell: Cell) -> int:
        return self.looks.index(self.look(cell))

    @property
    def fills(self) -> list[str]:
        return sorted({fill for _, fill, _, _ in self.looks if fill})

    @property
    def fonts(self) -> list[tuple[bool, str]]:
        return [(False, "Arial"), *((struck, font or "Arial") for _, _, struck, font in self.looks if struck or font)]


def _globals(book: Book, styles: Styles) -> Iterator[Record]:
    if book.author:
        yield 0x5C, _text(book.author).ljust(112)
    yield 0x22, struct.pack("<H", int(book.is_date_1904))
    fonts = styles.fonts
    # Font 4 does not exist in this format: four plain ones first, then those that are needed.
    for is_struck, name in [(False, "Arial")] * 4 + fonts:
        yield 0x31, struct.pack("<HHHHHBBBB", 200, 8 * is_struck, 0x7FFF, 400, 0, 0, 0, 0, 0) + _short_text(name)
    for number, code in enumerate(styles.formats, start=164):
        yield 0x41E, struct.pack("<H", number) + _text(code)
    for code, fill, is_struck, font in styles.looks:
        index = 5 + fonts.index((is_struck, font or "Arial")) if is_struck or font else 0
        number = 164 + styles.formats.index(code) if code else 0
        colour = 8 + styles.fills.index(fill) if fill else 64
        yield (
            0xE0,
            struct.pack("<HHHBBBBII", index, number, 1, 0, 0, 0, 0, 0, (1 << 26) if fill else 0)
            + struct.pack("<H", colour | 65 << 7),
        )
    palette = [*styles.fills, *INDEXED_COLOURS[8 + len(styles.fills) : 64]]
    yield 0x92, struct.pack("<H", 56) + b"".join(bytes.fromhex(colour) + b"\0" for colour in palette)


def _links(book: Book) -> Iterator[Record]:
    """Write the book itself and other workbooks as targets of references, and the defined names."""
    if not book.links and not book.named:
        return
    yield 0x1AE, struct.pack("<HH", len(book.pages), 0x0401)
    for link in book.links:
        yield 0x1AE, struct.pack("<H", 1) + _text("\x01" + link) + _text("Budget")
    references = [(0, at, at) for at in range(len(book.pages))] + [(1 + at, 0, 0) for at in range(len(book.links))]
    yield 0x17, struct.pack("<H", len(references)) + b"".join(struct.pack("<HHH", *one) for one in references)
    for name, target in book.named.items():
        sheet, _, address = target.replace("$", "").partition("!")
        number = [page.name for page in book.pages].index(sheet)
        formula = struct.pack("<BHHH", 0x3A, number, int(address[1:]) - 1, ord(address[0]) - 65)
        head = struct.pack("<HBBHHHBBBB", 1, 0, len(name), len(formula), 0, 0, 0, 0, 0, 0)
        yield 0x18, head + b"\0" + name.encode("ascii") + formula


def _sheet(page: Page, styles: Styles, book: Book) -> Iterator[Record]:
    yield _begin(_SHEET)
    for column in sorted(page.hidden_columns):
        yield 0x7D, struct.pack("<HHHHHH", column - 1, column - 1, 2560, 0, 1, 0)
    last_column = max((column for _, column in page.cells), default=1)
    yield 0x200, struct.pack("<IIHHH", 0, page.last_row, 0, last_column, 0)
    for row in sorted({row for row, _ in page.cells}):
        flags = 0x100 | (0x20 if row in page.hidden_rows else 0)
        yield 0x208, struct.pack("<HHHHHHHH", row - 1, 0, last_column, 255, 0, 0, flags, 15)
    for (row, column), cell in sorted(page.cells.items()):
        head = struct.pack("<HHH", row - 1, column - 1, styles.number(cell))
        yield from _cell(head, cell, book)
    if page.merged:
        areas = (
            struct.pack("<HHHH", top - 1, bottom - 1, left - 1, right - 1) for top, left, bottom, right in page.merged
        )
        yield 0xE5, struct.pack("<H", len(page.merged)) + b"".join(areas)
    if page.is_protected:
        yield 0x12, struct.pack("<H", 1)
    yield 0x0A, b""


def _cell(head: bytes, cell: Cell, book: Book) -> Iterator[Record]:
    value = cell.value
    if cell.formula is not None:
        yield from _formula(head, cell, book)
    elif cell.is_error:
        yield 0x205, head + bytes([_ERROR_CODES[value], 1])
    elif value is None:
        yield 0x201, head
    elif isinstance(value, bool):
        yield 0x205, head + bytes([int(value), 0])
    elif isinstance(value, str):
        yield 0x204, (head + _text(value))[:_LONGEST]
    else:
        yield 0x203, head + struct.pack("<d", serial(value, book))


def _formula(head: bytes, cell: Cell, book: Book) -> Iterator[Record]:
    """Write a formula with its result; into another workbook it refers by the first external entry."""
    assert cell.formula is not None
    seven = struct.pack("<BH", 0x1E, 7)
    tokens = struct.pack("<BHHH", 0x5A, len(book.pages), 3, 1) if "[" in cell.formula else seven
    rest = struct.pack("<HIH", 0, 0, len(tokens)) + tokens
    if cell.is_error:
        yield 0x06, head + bytes([2, 0, _ERROR_CODES[cell.value], 0, 0, 0, 0xFF, 0xFF]) + rest
    elif isinstance(cell.value, str):
        yield 0x06, head + bytes([0, 0, 0, 0, 0, 0, 0xFF, 0xFF]) + rest
        yield 0x207, _text(cell.value)
    else:
        yield 0x06, head + struct.pack("<d", serial(cell.value, book)) + rest


def serial(value: float | date, book: Book) -> float:
    """Count days the way the file counts them; other numbers are what they are."""
    if not isinstance(value, date):
        return float(value)
    origin = datetime(1904, 1, 1) if book.is_date_1904 else datetime(1899, 12, 30)  # noqa: DTZ001  # no time zones here
    instant = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001
    days = (instant - origin) / timedelta(days=1)
    # Excel believes that 1900 was a leap year.
    return days - 1 if not book.is_date_1904 and days <= 60 else days


def _begin(kind: int) -> Record:
    return 0x809, struct.pack("<HHHHII", 0x600, kind, 0x0DBB, 0x07CC, 0, 0x606)


def _text(text: str) -> bytes:
    return struct.pack("<HB", len(text.encode("utf-16-le")) // 2, 1) + text.encode("utf-16-le")


def _short_text(text: str) -> bytes:
    return struct.pack("<BB", len(text), 0) + text.encode("latin-1")


def _stream(records: Iterator[Record] | list[Record]) -> bytes:
    return b"".join(struct.pack("<HH", kind, len(data)) + data for kind, data in records)
