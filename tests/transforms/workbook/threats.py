"""Hostile files, built byte by byte, in the order of the table of threats (reliability.md §4)."""

import random
import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from schemas.place import column_letters
from tests.catalogue.all_variants import file_of, variants
from tests.catalogue.book import a_book
from tests.catalogue.writing import write
from tests.transforms.workbook.files import (
    a_compound_file,
    a_package,
    a_sheet_xml,
    a_workbook,
    a_zip,
    an_ods,
    an_xls,
    an_xlsb,
    the_parts,
    zeros_zipped,
)

READ = ""
"""The file is read like any other; what it threatens with has no effect."""

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_CELL = '<row r="1"><c r="A1"><v>1</v></c></row>'
_ODS_TABLE = '<table:table table:name="Projekte">{}</table:table>'


@dataclass(frozen=True)
class Threat:
    """One file of a row of the table. ``rule`` is the finding that refuses it, ``told`` what its sentence names."""

    row: str
    what: str
    make: Callable[[], tuple[str, bytes]]
    rule: str
    told: str = ""

    @property
    def name(self) -> str:
        """A name for the test."""
        return f"{self.row}: {self.what}"


def _xlsx(content: Callable[[], bytes]) -> Callable[[], tuple[str, bytes]]:
    return lambda: ("D8_KLI_2026-Q3_v01.xlsx", content())


def _ods(body: str, **parts: str) -> Callable[[], tuple[str, bytes]]:
    return lambda: ("D8_KLI_2026-Q3_v01.ods", an_ods(_ODS_TABLE.format(body), **parts))


def _named(suffix: str, content: Callable[[], bytes]) -> Callable[[], tuple[str, bytes]]:
    return lambda: (f"D8_KLI_2026-Q3_v01.{suffix}", content())


def _with_part(name: str, part: bytes) -> Callable[[], tuple[str, bytes]]:
    """A good return with one more part."""
    return _xlsx(lambda: a_zip({**the_parts(write(a_book(), "xlsx")[0]), name: part}))


def _of_the_catalogue(number: str, shown: str, file_format: str = "xlsx") -> Callable[[], tuple[str, bytes]]:
    def make() -> tuple[str, bytes]:
        variant = next(v for v in variants().values() if v.number == number and shown in v.shown)
        content, name = file_of(variant, file_format)
        return name, content

    return make


def _growing(part: str, filling: bytes, size: int) -> bytes:
    """A part that unpacks to more than both headers declare."""
    bomb = bytearray(a_zip({part: filling * (size // len(filling))}))
    for magic, offset in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        struct.pack_into("<I", bomb, bomb.index(magic) + offset, 1000)
    return bytes(bomb)


def _many_cells(count: int, cell: Callable[[str, int], str]) -> bytes:
    chance = random.Random(1)  # noqa: S311 - the same file every time
    letters = [column_letters(number) for number in range(1, 1001)]
    rows = (
        f'<row r="{row}">' + "".join(cell(f"{column}{row}", chance.randrange(10**6)) for column in letters) + "</row>"
        for row in range(1, count // 1000 + 1)
    )
    return a_package(a_sheet_xml("".join(rows)))


def _laughing(encoding: str, entities: str) -> Callable[[], tuple[str, bytes]]:
    xml = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [{entities}]>{a_sheet_xml(_CELL)}'
    return _xlsx(lambda: a_package(xml.encode(encoding)))


def _overlapping() -> bytes:
    """A part that is a piece of another part, and is listed as well."""
    inner = a_zip({"a.csv": b"1"}, compression=0)
    outer = a_zip({"b.csv": inner[: inner.index(b"PK\1\2")]}, compression=0)
    begin, end = outer.index(b"PK\1\2"), outer.rindex(b"PK\5\6")
    entry = bytearray(inner[inner.index(b"PK\1\2") : inner.rindex(b"PK\5\6")])
    struct.pack_into("<I", entry, 42, outer.index(b"PK\3\4", 4))
    directory = outer[begin:end] + bytes(entry)
    return outer[:begin] + directory + struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 2, 2, len(directory), begin, 0)


def _wrong_checksum() -> bytes:
    content = bytearray(a_zip({"Projekte.csv": b"Budget;1000"}, compression=0))
    content[content.index(b"1000")] ^= 1
    return bytes(content)


def _behind_other_data() -> bytes:
    """A workbook behind 64 bytes of something else, all offsets moved along."""
    content = bytearray(b"PK\3\4" + bytes(60) + a_workbook(lambda sheet: sheet.cell(1, 1, "x")))
    for magic, offset in ((b"PK\1\2", 42), (b"PK\5\6", 16)):
        for match in re.finditer(magic, content):
            at = match.start() + offset
            struct.pack_into("<I", content, at, struct.unpack_from("<I", content, at)[0] + 64)
    return bytes(content)


def _lying_compound(offset: int) -> Callable[[], tuple[str, bytes]]:
    def make() -> bytes:
        content = bytearray(an_xls([]))
        struct.pack_into("<I", content, offset, 0xFFFFFF)
        return bytes(content)

    return _named("xls", make)


def _circular_compound() -> bytes:
    content = bytearray(an_xls([]))
    directory = struct.unpack_from("<I", content, 48)[0]
    struct.pack_into("<I", content, 512 + 4 * directory, directory)
    return bytes(content)


def _locked_zip() -> bytes:
    content = bytearray(a_zip({"Projekte.csv": b"a;b"}))
    content[content.index(b"PK\1\2") + 8] |= 1
    return bytes(content)


def _strict() -> bytes:
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


def _without_relations() -> bytes:
    parts = the_parts(an_xlsb([]))
    return a_zip({**parts, "xl/_rels/workbook.bin.rels": parts["xl/_rels/workbook.bin.rels"].replace(b"rId1", b"rId7")})


_MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry '
    'manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry></manifest:manifest>'
)
_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10))
_STRAY_ODS = (
    '<table:table-row table:number-rows-repeated="1048575"><table:table-cell/></table:table-row><table:table-row>'
    '<table:table-cell table:number-columns-repeated="16383"/>'
    '<table:table-cell office:value-type="float" office:value="1"/></table:table-row>'
)
_LINKED = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath" '
    b'Target="https://internal.example/steal.xlsx" TargetMode="External"/></Relationships>'
)
_DDE = (
    f'<externalLink xmlns="{_MAIN}"><ddeLink ddeService="cmd" ddeTopic="/C calc"><ddeItems><ddeItem name="A0"/>'
    "</ddeItems></ddeLink></externalLink>"
).encode()


def _zip_bombs() -> Iterator[Threat]:
    row = "zip bomb"
    yield Threat(row, "ten gibibytes of zeros", _xlsx(lambda: zeros_zipped("xl/workbook.xml", 10)), "F03", "300 MB")
    yield Threat(row, "a gigabyte of spaces", _xlsx(lambda: zeros_zipped("content.xml", 1)), "F03", "300 MB")
    yield Threat(
        row,
        "a part that grows beyond what it declares",
        _xlsx(lambda: _growing("xl/workbook.xml", b"\0", 50_000_000)),
        "F03",
        "200-fach",
    )
    yield Threat(
        row,
        "more parts than any office file has",
        _named("zip", lambda: a_zip({f"{number}.csv": b"1" for number in range(2_001)})),
        "F03",
        "2000 Teile",
    )


def _many_real_cells() -> Iterator[Threat]:
    row = "many real cells in little space"
    yield Threat(
        row,
        "a million cells",
        _xlsx(lambda: _many_cells(1_000_000, lambda at, value: f'<c r="{at}"><v>{value}</v></c>')),
        "F03",
        "mehr als 750.000 Zellen",
    )
    yield Threat(
        row,
        "two million cells that do not say where they are",
        _xlsx(lambda: _many_cells(2_000_000, lambda _, value: f"<c><v>{value}</v></c>")),
        "F03",
        "mehr als 750.000 Zellen",
    )
    yield Threat(
        row,
        "a hundred million cells in one line",
        _ods(
            '<table:table-row table:number-rows-repeated="10000"><table:table-cell office:value-type="float" '
            'office:value="1" table:number-columns-repeated="10000"/></table:table-row>'
        ),
        "F03",
        "Zellen",
    )


def _huge_extents() -> Iterator[Threat]:
    row = "huge extent, sparse cells"
    far = '<row r="1048576"><c r="XFD1048576"{}</row>'
    yield Threat(
        row,
        "a stray cell in xlsx",
        _xlsx(lambda: a_package(a_sheet_xml(_CELL + far.format("><v>1</v></c>")))),
        "F03",
        "XFD1048576",
    )
    yield Threat(row, "a stray cell in ods", _ods(_STRAY_ODS), "F03", "XFD1048576")
    yield Threat(
        row,
        "a stray cell in xls",
        _named("xls", lambda: an_xls([(0x203, struct.pack("<HHHd", 65535, 255, 0, 1.0))])),
        "F03",
        "IV65536",
    )
    yield Threat(
        row,
        "a stray cell that is only formatted",
        _xlsx(lambda: a_package(a_sheet_xml(_CELL + far.format(' s="0"/>')))),
        READ,
    )
    yield Threat(
        row,
        "a lying dimension",
        _xlsx(
            lambda: a_package(a_sheet_xml(_CELL).replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>'))
        ),
        READ,
    )


def _declared_counts() -> Iterator[Threat]:
    row = "declared counts"
    text = '<c r="A1" t="s"><v>0</v></c>'
    moment = '<c r="B1" t="d"><v>2026-09-30T12:00:00</v></c>'
    texts = {"xl__sharedStrings.xml": '<sst count="1" uniqueCount="4294967295"><si><t>a</t></si></sst>'}
    yield Threat(
        row,
        "four billion texts, which the value reader believes; a moment lets it be asked",
        _xlsx(lambda: a_package(a_sheet_xml(f'<row r="1">{text}{moment}</row>'), **texts)),
        "F03",
        "Speichergrenze",
    )
    yield Threat(
        row,
        "four billion texts, which nobody needs to believe",
        _xlsx(lambda: a_package(a_sheet_xml(f'<row r="1">{text}</row>'), **texts)),
        READ,
    )
    for offset, what in ((44, "allocation table"), (64, "short streams"), (72, "table of tables")):
        yield Threat(row, f"a compound file that lies about its {what}", _lying_compound(offset), "F02", "Größe")
    yield Threat(row, "sectors that run in a circle", _named("xls", _circular_compound), "F02", "Verweise")


def _ods_repeats() -> Iterator[Threat]:
    row = "ods repeats"
    yield Threat(
        row,
        "a long text down a sheet",
        _ods(
            '<table:table-row table:number-rows-repeated="700000"><table:table-cell office:value-type="string">'
            f"<text:p>{'x' * 60_000}</text:p></table:table-cell></table:table-row>"
        ),
        "F03",
    )
    yield Threat(
        row,
        "two billion spaces",
        _ods(
            '<table:table-row><table:table-cell office:value-type="string"><text:p>a<text:s text:c="2000000000"/>'
            "</text:p></table:table-cell></table:table-row>"
        ),
        "F03",
        "Leerzeichen",
    )
    yield Threat(
        row,
        "a count that is no number",
        _ods('<table:table-row table:number-rows-repeated="-1"><table:table-cell/></table:table-row>'),
        "F02",
        "Wiederholung",
    )


def _entities() -> Iterator[Threat]:
    row = "billion laughs, quadratic entity, XXE"
    quadratic = f'<!ENTITY a "{"x" * 50_000}">'
    outside = '<!ENTITY c SYSTEM "file:///etc/passwd">'
    yield Threat(row, "a billion laughs", _laughing("utf-8", _LAUGHS), "F03", "DOCTYPE")
    yield Threat(row, "a billion laughs in UTF-16", _laughing("utf-16", _LAUGHS), "F03", "DOCTYPE")
    yield Threat(row, "one long entity", _laughing("utf-8", quadratic), "F03", "DOCTYPE")
    yield Threat(row, "an entity from the disk", _laughing("utf-8", outside), "F03", "DOCTYPE")


def _attributes() -> Iterator[Threat]:
    row = "quadratic attributes and namespaces"
    deep = b"<x>" * 100_000 + b"</x>" * 100_000
    relations = "xl/worksheets/_rels/sheet2.xml.rels"
    yield Threat(row, "deep elements that only marking looks into", _with_part(relations, deep), READ)
    yield Threat(
        row, "deep elements in the document's properties", _with_part("docProps/core.xml", deep), "F02", "tief"
    )
    attributes = "".join(f' a{number}="1"' for number in range(150_000))
    namespaces = "".join(f' xmlns:n{number}="u{number}"' for number in range(200_000))
    yield Threat(
        row,
        "150,000 attributes",
        _xlsx(lambda: a_package(a_sheet_xml(f'<row r="1"><c r="A1"{attributes}><v>1</v></c></row>'))),
        READ,
    )
    yield Threat(
        row,
        "200,000 namespaces",
        _xlsx(lambda: a_package(a_sheet_xml(f'<row r="1"{namespaces}><c r="A1"><v>1</v></c></row>'))),
        READ,
    )
    yield Threat(row, "a hundred thousand elements inside one another", _ods("<x>" * 100_000 + "</x>" * 100_000), READ)


def _containers() -> Iterator[Threat]:
    row = "path traversal in zip names"
    outside = "../../../../tmp/die8-was-here.csv"
    yield Threat(row, "a name that leads out", _named("zip", lambda: a_zip({outside: b"a;b\n1;2\n"})), READ)
    yield Threat(row, "an absolute name", _named("zip", lambda: a_zip({"/tmp/die8-was-here.csv": b"a;b\n"})), READ)  # noqa: S108
    row = "duplicate entries, bad checksum, data in front"
    twice = a_zip({"Projekte.csv": b"1", "Xrojekte.csv": b"2"}).replace(b"Xrojekte", b"projekte")
    differing = a_zip({"Projekte.csv": b"1"}).replace(b"Projekte.csv", b"Risiken!.csv", 1)
    yield Threat(row, "a part that is there twice", _named("zip", lambda: twice), "F03", "„projekte.csv“ ist doppelt")
    yield Threat(row, "a wrong checksum", _named("zip", _wrong_checksum), "F02", "Prüfsumme")
    yield Threat(row, "data in front of the archive", _xlsx(_behind_other_data), "F03", "vor dem Beginn")
    yield Threat(row, "data behind the archive", _xlsx(lambda: a_zip({"a.csv": b"1"}) + b"PK\3\4"), "F02", "hinter")
    yield Threat(
        row, "a directory that contradicts its parts", _named("zip", lambda: differing), "F03", "widersprechen"
    )
    yield Threat(row, "parts inside one another", _named("zip", _overlapping), "F03", "überlappen")


def _active_content() -> Iterator[Threat]:
    row = "macros"
    yield Threat(row, "VBA", _with_part("xl/vbaProject.bin", b"x"), "F02", "xlsx mit Makros")
    yield Threat(row, "macro sheets", _with_part("xl/macrosheets/sheet1.xml", b"<x/>"), "F02", "xlsx mit Makros")
    xls = a_compound_file({"Workbook": b"x", "_VBA_PROJECT_CUR": b"x"})
    yield Threat(row, "VBA in xls", _named("xls", lambda: xls), "F02", "xls mit Makros")
    yield Threat(row, "Basic in ods", _ods("", **{"Basic__Standard__Module1.xml": "<x/>"}), "F02", "ods mit Makros")
    row = "external links, OLE, DDE"
    link = "xl/externalLinks/_rels/externalLink1.xml.rels"
    yield Threat(row, "a link to another file", _with_part(link, _LINKED), READ, "steal.xlsx")
    yield Threat(row, "DDE", _with_part("xl/externalLinks/externalLink1.xml", _DDE), READ)
    yield Threat(row, "an embedded object", _with_part("xl/embeddings/oleObject1.bin", b"\xd0\xcf\x11\xe0" * 99), READ)
    row = "encrypted"
    office = a_compound_file({"EncryptedPackage": b"x", "EncryptionInfo": b"x"})
    yield Threat(row, "xlsx", _xlsx(lambda: office), "F01")
    yield Threat(row, "ods", _ods("", **{"META-INF__manifest.xml": _MANIFEST}), "F01")
    yield Threat(row, "zip", _named("zip", _locked_zip), "F01")
    yield Threat(row, "xls", _named("xls", lambda: an_xls([], [(0x2F, bytes(54))])), "F01")


def _what_it_is() -> Iterator[Threat]:
    row = "wrong type"
    page = b"<!DOCTYPE html><html><body>Anmeldung</body></html>"
    yield Threat(row, "a login page", _xlsx(lambda: page), "F02", "Webseite")
    yield Threat(row, "a PDF", _xlsx(lambda: b"%PDF-1.7\n" + bytes(999)), "F02", "PDF")
    yield Threat(row, "an error body", _xlsx(lambda: b'{"error": {"code": "itemNotFound"}}'), "F02", "JSON")
    yield Threat(row, "a placeholder", _xlsx(lambda: b"version https://git-lfs.github.com/spec/v1\n"), "F02", "Git LFS")
    row = "strict OOXML, odd packaging"
    yield Threat(row, "the strict dialect", _xlsx(_strict), READ)
    yield Threat(row, "an xlsb that makes the reader panic", _named("xlsb", _without_relations), "F03", "Absturz")


def _hidden_things() -> Iterator[Threat]:
    row = "hidden sheets, merged, 1904"
    yield Threat(row, "a hidden sheet with data", _of_the_catalogue("M78", "Blatt ausgeblendet"), READ, "Ausgeblendete")
    yield Threat(row, "merged cells", _of_the_catalogue("M76", "Budget"), READ, "Verbundene Zellen")
    yield Threat(row, "days counted from 1904", _of_the_catalogue("M06", ""), READ, "1904")


def _csv() -> Iterator[Threat]:
    row = "csv: quotes, NUL, encodings"
    open_quote = b'Projekt-Nr.;Projekttitel\r\n"KLI-001;Portal\r\n' + b"KLI-002;Portal\r\n" * 20_000
    yield Threat(
        row,
        "a quote that never closes",
        _named("zip", lambda: a_zip({"Projekte.csv": open_quote})),
        "F02",
        "Anführungszeichen",
    )
    nul = b"Projekt-Nr.;Titel\r\n" + b"KLI-001;Portal\r\n" * 500 + b"KLI-\x002;x\r\n"
    yield Threat(row, "NUL", _named("zip", lambda: a_zip({"Projekte.csv": nul})), "F02", "Zeichenkodierung")
    yield Threat(row, "Windows-1252", _of_the_catalogue("M86", "Windows-1252"), READ)
    yield Threat(row, "UTF-16", _of_the_catalogue("M86", "UTF-16"), READ)


THREATS: tuple[Threat, ...] = tuple(
    threat
    for family in (
        _zip_bombs,
        _many_real_cells,
        _huge_extents,
        _declared_counts,
        _ods_repeats,
        _entities,
        _attributes,
        _containers,
        _active_content,
        _what_it_is,
        _hidden_things,
        _csv,
    )
    for threat in family()
)
ROWS = tuple(dict.fromkeys(threat.row for threat in THREATS))
