"""A book as xlsb ([MS-XLSB]), record by record: no free program writes this format."""

import struct
from collections.abc import Iterator

from tests.catalogue.book import Book, Cell, Page
from tests.catalogue.writing_xls import Record, Styles, serial
from tests.transforms.workbook.files import a_zip
from transforms.workbook.biff import ERROR_TEXTS

_ERROR_CODES = {text: code for code, text in ERROR_TEXTS.items()}
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_EXCEL = "application/vnd.ms-excel"


def write_xlsb(book: Book) -> bytes:
    """Write the book as a package of binary parts."""
    styles = Styles(book)
    sheets = {f"worksheets/sheet{at}.bin": page for at, page in enumerate(book.pages, start=1)}
    relations = [("rId" + str(at), "worksheet", name, "") for at, name in enumerate(sheets, start=1)]
    relations += [("rIdS", "styles", "styles.bin", "")]
    links = {f"externalLinks/externalLink{at}.bin": link for at, link in enumerate(book.links, start=1)}
    relations += [(f"rIdX{at}", "externalLink", name, "") for at, name in enumerate(links, start=1)]
    parts: dict[str, bytes] = {
        "[Content_Types].xml": _content_types([*sheets], [*links]),
        "_rels/.rels": _relations([("rId1", "officeDocument", "xl/workbook.bin", "")]),
        "xl/workbook.bin": _part(_workbook(book)),
        "xl/_rels/workbook.bin.rels": _relations(relations),
        "xl/styles.bin": _part(_styles(styles)),
    }
    parts |= {f"xl/{name}": _part(_sheet(page, styles, book)) for name, page in sheets.items()}
    if book.author:
        parts["docProps/core.xml"] = (
            f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"<dc:creator>{book.author}</dc:creator></cp:coreProperties>"
        ).encode()
    for name, link in links.items():
        parts[f"xl/{name}"] = _part([(360, struct.pack("<H", 0) + _wide("rId1") + _wide("")), (588, b"")])
        folder, _, file = name.partition("/")
        parts[f"xl/{folder}/_rels/{file}.rels"] = _relations([("rId1", "externalLinkPath", link, "External")])
    return a_zip(parts)


def _workbook(book: Book) -> Iterator[Record]:
    yield 131, b""
    yield 153, struct.pack("<III", int(book.is_date_1904), 0, 0)
    yield 143, b""
    for at, page in enumerate(book.pages, start=1):
        yield 156, struct.pack("<II", int(page.is_hidden), at) + _wide(f"rId{at}") + _wide(page.name)
    yield 144, b""
    if book.links or book.named:
        yield 353, b""
        yield 357, b""
        for at in range(len(book.links)):
            yield 355, _wide(f"rIdX{at + 1}")
        references = [(0, at, at) for at in range(len(book.pages))] + [(at + 1, 0, 0) for at in range(len(book.links))]
        yield 362, struct.pack("<I", len(references)) + b"".join(struct.pack("<Iii", *one) for one in references)
        yield 354, b""
    for name, target in book.named.items():
        sheet, _, address = target.replace("$", "").partition("!")
        number = [page.name for page in book.pages].index(sheet)
        formula = struct.pack("<BHIH", 0x3A, number, int(address[1:]) - 1, ord(address[0]) - 65)
        head = struct.pack("<IBI", 1, 0, 0xFFFFFFFF) + _wide(name)
        yield (
            39,
            head + struct.pack("<I", len(formula)) + formula + struct.pack("<I", 0) + struct.pack("<I", 0xFFFFFFFF),
        )
    yield 132, b""


def _styles(styles: Styles) -> Iterator[Record]:
    yield 278, b""
    yield 615, struct.pack("<I", len(styles.formats))
    for number, code in enumerate(styles.formats, start=164):
        yield 44, struct.pack("<H", number) + _wide(code)
    yield 616, b""
    fonts = [(False, "Arial"), *styles.fonts]
    yield 611, struct.pack("<I", len(fonts))
    for is_struck, name in fonts:
        yield 43, struct.pack("<HHHHBBBB", 200, 8 * is_struck, 400, 0, 0, 0, 0, 0) + bytes(8) + b"\0" + _wide(name)
    yield 612, b""
    fills: list[str | None] = [None, None, *styles.fills]
    yield 603, struct.pack("<I", len(fills))
    for fill in fills:
        colour = b"\x05\xff\0\0" + bytes.fromhex(fill) + b"\xff" if fill else b"\0\0\0\0\0\0\0\xff"
        yield 45, struct.pack("<I", 1 if fill else 0) + colour + b"\0\0\0\0\0\0\0\xff" + bytes(48)
    yield 604, b""
    yield 613, struct.pack("<I", 1)
    yield 46, bytes(51)
    yield 614, b""
    yield 626, struct.pack("<I", 1)
    yield 47, struct.pack("<HHHHH", 0xFFFF, 0, 0, 0, 0) + bytes(6)
    yield 627, b""
    yield 617, struct.pack("<I", len(styles.looks))
    for code, fill, is_struck, font in styles.looks:
        number = 164 + styles.formats.index(code) if code else 0
        index = 1 + styles.fonts.index((is_struck, font or "Arial")) if is_struck or font else 0
        filled = fills.index(fill) if fill else 0
        yield 47, struct.pack("<HHHHH", 0, number, index, filled, 0) + bytes(6)
    yield 618, b""
    yield 279, b""


def _sheet(page: Page, styles: Styles, book: Book) -> Iterator[Record]:
    yield 129, b""
    last_column = max((column for _, column in page.cells), default=1)
    yield 148, struct.pack("<IIII", 0, max(page.last_row - 1, 0), 0, last_column - 1)
    if page.hidden_columns:
        yield 390, b""
        for column in sorted(page.hidden_columns):
            yield 60, struct.pack("<IIIIH", column - 1, column - 1, 2560, 0, 1)
        yield 391, b""
    yield 145, b""
    last_row = 0
    for (row, column), cell in sorted(page.cells.items()):
        if row != last_row:
            flags = 0x10 if row in page.hidden_rows else 0
            yield 0, struct.pack("<IIHBBBI", row - 1, 0, 300, 0, flags, 0, 0)
            last_row = row
        yield _cell(struct.pack("<II", column - 1, styles.number(cell)), cell, book)
    yield 146, b""
    if page.is_protected:
        yield 535, struct.pack("<H", 0xCAFE) + struct.pack("<I", 1) * 15
    if page.merged:
        yield 177, struct.pack("<I", len(page.merged))
        for top, left, bottom, right in page.merged:
            yield 176, struct.pack("<IIII", top - 1, bottom - 1, left - 1, right - 1)
        yield 178, b""
    yield 130, b""


def _cell(head: bytes, cell: Cell, book: Book) -> Record:
    value, formula = cell.value, b""
    if cell.formula is not None:
        seven = struct.pack("<BH", 0x1E, 7)
        tokens = struct.pack("<BHIH", 0x5A, len(book.pages), 3, 1) if "[" in cell.formula else seven
        formula = struct.pack("<HI", 0, len(tokens)) + tokens + struct.pack("<I", 0)
    is_formula = cell.formula is not None
    if cell.is_error:
        return (11 if is_formula else 3), head + bytes([_ERROR_CODES[value]]) + formula
    if value is None:
        return 1, head
    if isinstance(value, bool):
        return (10 if is_formula else 4), head + bytes([int(value)]) + formula
    if isinstance(value, str):
        return (8 if is_formula else 6), head + _wide(value) + formula
    return (9 if is_formula else 5), head + struct.pack("<d", serial(value, book)) + formula


def _wide(text: str) -> bytes:
    raw = text.encode("utf-16-le")
    return struct.pack("<I", len(raw) // 2) + raw


def _part(records: Iterator[Record] | list[Record]) -> bytes:
    part = bytearray()
    for kind, data in records:
        part += bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
        size = len(data)
        while size >= 0x80:
            part.append(size & 0x7F | 0x80)
            size >>= 7
        part.append(size)
        part += data
    return bytes(part)


def _relations(entries: list[tuple[str, str, str, str]]) -> bytes:
    lines = (
        f'<Relationship Id="{identity}" Type="{_RELATIONS}/{kind}" Target="{target}"'
        + (f' TargetMode="{mode}"/>' if mode else "/>")
        for identity, kind, target, mode in entries
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{"".join(lines)}</Relationships>'.encode()


def _content_types(sheets: list[str], links: list[str]) -> bytes:
    overrides = [("workbook.bin", "sheet.binary.macroEnabled.main"), ("styles.bin", "styles")]
    overrides += [(name, "worksheet") for name in sheets] + [(name, "externalLink") for name in links]
    lines = (f'<Override PartName="/xl/{name}" ContentType="{_EXCEL}.{kind}"/>' for name, kind in overrides)
    rels = "application/vnd.openxmlformats-package.relationships+xml"
    return (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="bin" ContentType="{_EXCEL}.worksheet"/>'
        f'<Default Extension="rels" ContentType="{rels}"/>{"".join(lines)}</Types>'
    ).encode()
