"""Builds the files of the table of threats (reliability.md §4) byte by byte, each when it is asked for."""

import random
import re
import struct
from collections.abc import Callable

from schemas.place import column_letters
from tests.catalogue.all_variants import file_of, variants
from tests.catalogue.book import a_book
from tests.catalogue.writing import write
from tests.transforms.workbook.files import (
    a_package,
    a_sheet_xml,
    a_workbook,
    a_zip,
    an_ods,
    an_xls,
    an_xlsb,
    the_parts,
)

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
CELL = '<row r="1"><c r="A1"><v>1</v></c></row>'
_ODS_TABLE = '<table:table table:name="Projekte">{}</table:table>'


def xlsx(content: Callable[[], bytes]) -> Callable[[], tuple[str, bytes]]:
    return lambda: ("D8_KLI_2026-Q3_v01.xlsx", content())


def an_ods_of(body: str, **parts: str) -> Callable[[], tuple[str, bytes]]:
    return lambda: ("D8_KLI_2026-Q3_v01.ods", an_ods(_ODS_TABLE.format(body), **parts))


def named(suffix: str, content: Callable[[], bytes]) -> Callable[[], tuple[str, bytes]]:
    return lambda: (f"D8_KLI_2026-Q3_v01.{suffix}", content())


def with_part(name: str, part: bytes) -> Callable[[], tuple[str, bytes]]:
    """A good return with one more part."""
    return xlsx(lambda: a_zip({**the_parts(write(a_book(), "xlsx")[0]), name: part}))


def of_the_catalogue(number: str, shown: str, file_format: str = "xlsx") -> Callable[[], tuple[str, bytes]]:
    def make() -> tuple[str, bytes]:
        variant = next(v for v in variants().values() if v.number == number and shown in v.shown)
        content, name = file_of(variant, file_format)
        return name, content

    return make


def growing(part: str, filling: bytes, size: int) -> bytes:
    """A part that unpacks to more than both headers declare."""
    bomb = bytearray(a_zip({part: filling * (size // len(filling))}))
    for magic, offset in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        struct.pack_into("<I", bomb, bomb.index(magic) + offset, 1000)
    return bytes(bomb)


def many_cells(count: int, cell: Callable[[str, int], str]) -> bytes:
    chance = random.Random(1)  # noqa: S311 - the same file every time
    letters = [column_letters(number) for number in range(1, 1001)]
    rows = (
        f'<row r="{row}">' + "".join(cell(f"{column}{row}", chance.randrange(10**6)) for column in letters) + "</row>"
        for row in range(1, count // 1000 + 1)
    )
    return a_package(a_sheet_xml("".join(rows)))


def laughing(encoding: str, entities: str) -> Callable[[], tuple[str, bytes]]:
    xml = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [{entities}]>{a_sheet_xml(CELL)}'
    return xlsx(lambda: a_package(xml.encode(encoding)))


def overlapping_parts() -> bytes:
    """A part that is a piece of another part, and is listed as well."""
    inner = a_zip({"a.csv": b"1"}, compression=0)
    outer = a_zip({"b.csv": inner[: inner.index(b"PK\1\2")]}, compression=0)
    begin, end = outer.index(b"PK\1\2"), outer.rindex(b"PK\5\6")
    entry = bytearray(inner[inner.index(b"PK\1\2") : inner.rindex(b"PK\5\6")])
    struct.pack_into("<I", entry, 42, outer.index(b"PK\3\4", 4))
    directory = outer[begin:end] + bytes(entry)
    return outer[:begin] + directory + struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 2, 2, len(directory), begin, 0)


def a_wrong_checksum() -> bytes:
    content = bytearray(a_zip({"Projekte.csv": b"Budget;1000"}, compression=0))
    content[content.index(b"1000")] ^= 1
    return bytes(content)


def behind_other_data() -> bytes:
    """A workbook behind 64 bytes of something else, all offsets moved along."""
    content = bytearray(b"PK\3\4" + bytes(60) + a_workbook(lambda sheet: sheet.cell(1, 1, "x")))
    for magic, offset in ((b"PK\1\2", 42), (b"PK\5\6", 16)):
        for match in re.finditer(magic, content):
            at = match.start() + offset
            struct.pack_into("<I", content, at, struct.unpack_from("<I", content, at)[0] + 64)
    return bytes(content)


def a_lying_compound(offset: int) -> Callable[[], tuple[str, bytes]]:
    def make() -> bytes:
        content = bytearray(an_xls([]))
        struct.pack_into("<I", content, offset, 0xFFFFFF)
        return bytes(content)

    return named("xls", make)


def a_circular_compound() -> bytes:
    content = bytearray(an_xls([]))
    directory = struct.unpack_from("<I", content, 48)[0]
    struct.pack_into("<I", content, 512 + 4 * directory, directory)
    return bytes(content)


def a_locked_zip() -> bytes:
    content = bytearray(a_zip({"Projekte.csv": b"a;b"}))
    content[content.index(b"PK\1\2") + 8] |= 1
    return bytes(content)


def strict_ooxml() -> bytes:
    """A good return in the strict dialect, in which other names stand for the same things."""
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts = the_parts(write(a_book(), "xlsx")[0])
    return a_zip(
        {
            name: part.replace(_MAIN.encode(), _STRICT.encode()).replace(
                relations.encode(), b"http://purl.oclc.org/ooxml/officeDocument/relationships"
            )
            for name, part in parts.items()
        }
    )


def without_relations() -> bytes:
    parts = the_parts(an_xlsb([]))
    return a_zip({**parts, "xl/_rels/workbook.bin.rels": parts["xl/_rels/workbook.bin.rels"].replace(b"rId1", b"rId7")})


MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry '
    'manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry></manifest:manifest>'
)
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10))
STRAY_ODS = (
    '<table:table-row table:number-rows-repeated="1048575"><table:table-cell/></table:table-row><table:table-row>'
    '<table:table-cell table:number-columns-repeated="16383"/>'
    '<table:table-cell office:value-type="float" office:value="1"/></table:table-row>'
)
LINKED = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath" '
    b'Target="https://internal.example/steal.xlsx" TargetMode="External"/></Relationships>'
)
DDE = (
    f'<externalLink xmlns="{_MAIN}"><ddeLink ddeService="cmd" ddeTopic="/C calc"><ddeItems><ddeItem name="A0"/>'
    "</ddeItems></ddeLink></externalLink>"
).encode()
