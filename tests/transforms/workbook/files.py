"""Builds the files that the reading tests open: honest ones by real writers, hostile ones byte by byte."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from schemas.findings import Finding
from schemas.workbook import RawCell, RawSheet, RawWorkbook

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def a_workbook(fill_in: Callable[[Worksheet], object], title: str = "Projekte") -> bytes:
    """An xlsx of one sheet, written by openpyxl."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = title
    fill_in(sheet)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def a_zip(parts: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def the_parts(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def a_package(sheet_xml: str | bytes, *, workbook_xml: str = "", **more_parts: str) -> bytes:
    """An xlsx whose one sheet is exactly this XML; further parts by name with ``__`` for ``/``."""
    workbook = workbook_xml or (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets><sheet name="Projekte" sheetId="1" r:id="rId1"/>'
        "</sheets></workbook>"
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": workbook,
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": sheet_xml,
        **{name.replace("__", "/"): text for name, text in more_parts.items()},
    }
    return a_zip({name: text.encode() if isinstance(text, str) else text for name, text in parts.items()})


def a_sheet_xml(rows: str) -> str:
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def a_compound_file(streams: Mapping[str, bytes]) -> bytes:
    """A minimal compound file (CFB); every stream is long enough to need no mini sectors."""
    sector = 512
    contents = {name: content.ljust(4096, b"\0") for name, content in streams.items()}
    contents = {name: content + b"\0" * (-len(content) % sector) for name, content in contents.items()}
    directory_sectors = -(-(len(contents) + 1) * 128 // sector)
    chains = [directory_sectors, *(len(content) // sector for content in contents.values())]
    fat_sectors = -(-(sum(chains) + 1) * 4 // sector)
    fat = [0xFFFFFFFD] * fat_sectors
    starts = []
    for length in chains:
        starts.append(len(fat))
        fat += [*range(len(fat) + 1, len(fat) + length), 0xFFFFFFFE]
    fat += [0xFFFFFFFF] * (fat_sectors * sector // 4 - len(fat))
    header = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0"))
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<III", header, 44, fat_sectors, starts[0], 0)
    struct.pack_into("<IIIII", header, 56, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    struct.pack_into("<109I", header, 76, *range(fat_sectors), *[0xFFFFFFFF] * (109 - fat_sectors))
    entries = [_directory_entry("Root Entry", 5, child=1, start=0xFFFFFFFE)]
    for number, (name, content) in enumerate(contents.items(), 1):
        following = number + 1 if number < len(contents) else 0xFFFFFFFF
        entries.append(_directory_entry(name, 2, start=starts[number], size=len(content), right=following))
    directory = b"".join(entries).ljust(directory_sectors * sector, b"\0")
    return bytes(header) + struct.pack(f"<{len(fat)}I", *fat) + directory + b"".join(contents.values())


def _directory_entry(
    name: str, kind: int, *, start: int, size: int = 0, child: int = 0xFFFFFFFF, right: int = 0xFFFFFFFF
) -> bytes:
    raw_name = (name + "\0").encode("utf-16-le")
    return (
        raw_name.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(raw_name), kind, 1, 0xFFFFFFFF, right, child)
        + b"\0" * 36
        + struct.pack("<IQ", start, size)
    )


def an_xls(sheet_records: Sequence[tuple[int, bytes]], global_records: Sequence[tuple[int, bytes]] = ()) -> bytes:
    """A minimal xls with one sheet „Projekte“; style 0 is plain, 1 a percentage, 2 filled orange (palette 0x33)."""
    formats = [_xf(0), _xf(9), _xf(0, pattern=1, colour=0x33)]
    name = b"Projekte"
    head = [(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0)), *global_records]
    head += [(0x31, bytes(16)) for _ in range(4)] + [(0xE0, one) for one in formats]
    size = sum(4 + len(data) for _, data in head) + 4 + 8 + len(name) + 4
    head.append((0x85, struct.pack("<IBBBB", size, 0, 0, len(name), 0) + name))
    body = [(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0)), *sheet_records, (0x0A, b"")]
    stream = b"".join(struct.pack("<HH", kind, len(data)) + data for kind, data in [*head, (0x0A, b""), *body])
    return a_compound_file({"Workbook": stream})


def _xf(number_format: int, pattern: int = 0, colour: int = 0) -> bytes:
    return struct.pack("<HHHHHHHHH", 0, number_format, 0, 0, 0, 0, 0, 0, pattern << 10)[:18] + struct.pack("<H", colour)


def an_xlsb(rows: Sequence[tuple[int, bytes]]) -> bytes:
    """A minimal xlsb with one sheet „Projekte“; style 0 is plain, style 1 a percentage."""
    relations = f'<Relationships xmlns="{_PACKAGE}/relationships">'
    workbook = [(131, b""), (143, b""), (156, struct.pack("<II", 0, 1) + _wide("rId1") + _wide("Projekte")), (144, b"")]
    styles = [(278, b""), (617, struct.pack("<I", 2))]
    styles += [(47, struct.pack("<HH", 0, number_format) + bytes(12)) for number_format in (0, 9)]
    sheet = [(129, b""), (148, struct.pack("<IIII", 0, 9, 0, 9)), (145, b""), *rows, (146, b""), (130, b"")]
    return a_zip(
        {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>'.encode(),
            "_rels/.rels": f'{relations}<Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" '
            'Target="xl/workbook.bin"/></Relationships>'.encode(),
            "xl/workbook.bin": _binary_part([*workbook, (132, b"")]),
            "xl/_rels/workbook.bin.rels": f'{relations}<Relationship Id="rId1" Type="{_RELATIONS}/worksheet" '
            'Target="worksheets/sheet1.bin"/></Relationships>'.encode(),
            "xl/styles.bin": _binary_part([*styles, (618, b""), (279, b"")]),
            "xl/worksheets/sheet1.bin": _binary_part(sheet),
        }
    )


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _binary_part(records: Sequence[tuple[int, bytes]]) -> bytes:
    part = bytearray()
    for kind, data in records:
        part += bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
        part += bytes([len(data)]) if len(data) < 0x80 else bytes([len(data) & 0x7F | 0x80, len(data) >> 7])
        part += data
    return bytes(part)


def an_ods(body: str, styles: str = "", **more_parts: str) -> bytes:
    """An ods whose content.xml holds exactly these tables."""
    spaces = {
        "office": "office:1.0",
        "table": "table:1.0",
        "text": "text:1.0",
        "style": "style:1.0",
        "number": "datastyle:1.0",
        "fo": "xsl-fo-compatible:1.0",
    }
    declared = " ".join(f'xmlns:{p}="urn:oasis:names:tc:opendocument:xmlns:{name}"' for p, name in spaces.items())
    declared += ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {declared}><office:automatic-styles>{styles}'
        f"</office:automatic-styles><office:body><office:spreadsheet>{body}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    parts = {"content.xml": content, "META-INF/manifest.xml": manifest}
    parts |= {name.replace("__", "/"): text for name, text in more_parts.items()}
    return a_zip(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            **{name: text.encode() for name, text in parts.items()},
        }
    )


def zeros_zipped(name: str, gibibytes: int) -> bytes:
    """A zip of one part of so many GiB of zeros, packed without ever holding them."""
    size = gibibytes << 30
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    once = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    # After a full flush the same input gives the same output, so one block stands for all.
    again = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    packed = once + again * ((size >> 20) - 1) + packer.flush()
    raw_name = name.encode()
    wide = struct.pack("<HHQQ", 1, 16, size, len(packed))
    local = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 45, 0, 8, 0, 0, 0, 0xFFFFFFFF, 0xFFFFFFFF, len(raw_name), 20)
    central = struct.pack(
        "<4sHHHHHHIIIHHHHHII",
        *(b"PK\1\2", 45, 45, 0, 8, 0, 0, 0, 0xFFFFFFFF, 0xFFFFFFFF, len(raw_name), 20, 0, 0, 0, 0, 0),
    )
    entry = local + raw_name + wide + packed
    directory = central + raw_name + wide
    return entry + directory + struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 1, 1, len(directory), len(entry), 0)


def workbook_of(read: RawWorkbook | Finding) -> RawWorkbook:
    assert isinstance(read, RawWorkbook), read
    return read


def sheet_of(read: RawWorkbook | Finding, name: str = "Projekte") -> RawSheet:
    return next(sheet for sheet in workbook_of(read).sheets if sheet.name == name)


def cell_at(sheet: RawSheet, row: int, column: int) -> RawCell:
    return next(cell for cell in sheet.cells if (cell.row, cell.column) == (row, column))


def refusal_of(read: RawWorkbook | Finding) -> tuple[str, str]:
    """Rule and what fills its brackets."""
    assert isinstance(read, Finding), "the file was read"
    return read.rule, "".join(read.details.values())
