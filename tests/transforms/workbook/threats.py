"""The table of threats (reliability.md §4), row by row, each with the files that it comes in."""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.transforms.workbook.files import (
    a_compound_file,
    a_package,
    a_sheet_xml,
    a_zip,
    an_xls,
    zeros_zipped,
)
from tests.transforms.workbook.threat_files import (
    CELL,
    DDE,
    LAUGHS,
    LINKED,
    MANIFEST,
    STRAY_ODS,
    a_circular_compound,
    a_locked_zip,
    a_lying_compound,
    a_wrong_checksum,
    an_ods_of,
    behind_other_data,
    growing,
    laughing,
    many_cells,
    named,
    of_the_catalogue,
    overlapping_parts,
    strict_ooxml,
    with_part,
    without_relations,
    xlsx,
)

READ = ""
"""The file is read like any other; what it threatens with has no effect."""


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


def _zip_bombs() -> Iterator[Threat]:
    row = "zip bomb"
    yield Threat(row, "ten gibibytes of zeros", xlsx(lambda: zeros_zipped("xl/workbook.xml", 10)), "F03", "300 MB")
    yield Threat(row, "a gigabyte of spaces", xlsx(lambda: zeros_zipped("content.xml", 1)), "F03", "300 MB")
    yield Threat(
        row,
        "a part that grows beyond what it declares",
        xlsx(lambda: growing("xl/workbook.xml", b"\0", 50_000_000)),
        "F03",
        "200-fach",
    )
    yield Threat(
        row,
        "more parts than any office file has",
        named("zip", lambda: a_zip({f"{number}.csv": b"1" for number in range(2_001)})),
        "F03",
        "2000 Teile",
    )


def _many_real_cells() -> Iterator[Threat]:
    row = "many real cells in little space"
    yield Threat(
        row,
        "a million cells",
        xlsx(lambda: many_cells(1_000_000, lambda at, value: f'<c r="{at}"><v>{value}</v></c>')),
        "F03",
        "mehr als 750.000 Zellen",
    )
    yield Threat(
        row,
        "two million cells that do not say where they are",
        xlsx(lambda: many_cells(2_000_000, lambda _, value: f"<c><v>{value}</v></c>")),
        "F03",
        "mehr als 750.000 Zellen",
    )
    yield Threat(
        row,
        "a hundred million cells in one line",
        an_ods_of(
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
        xlsx(lambda: a_package(a_sheet_xml(CELL + far.format("><v>1</v></c>")))),
        "F03",
        "XFD1048576",
    )
    yield Threat(row, "a stray cell in ods", an_ods_of(STRAY_ODS), "F03", "XFD1048576")
    yield Threat(
        row,
        "a stray cell in xls",
        named("xls", lambda: an_xls([(0x203, struct.pack("<HHHd", 65535, 255, 0, 1.0))])),
        "F03",
        "IV65536",
    )
    yield Threat(
        row,
        "a stray cell that is only formatted",
        xlsx(lambda: a_package(a_sheet_xml(CELL + far.format(' s="0"/>')))),
        READ,
    )
    yield Threat(
        row,
        "a lying dimension",
        xlsx(
            lambda: a_package(a_sheet_xml(CELL).replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>'))
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
        xlsx(lambda: a_package(a_sheet_xml(f'<row r="1">{text}{moment}</row>'), **texts)),
        "F03",
        "Speichergrenze",
    )
    yield Threat(
        row,
        "four billion texts, which nobody needs to believe",
        xlsx(lambda: a_package(a_sheet_xml(f'<row r="1">{text}</row>'), **texts)),
        READ,
    )
    for offset, what in ((44, "allocation table"), (64, "short streams"), (72, "table of tables")):
        yield Threat(row, f"a compound file that lies about its {what}", a_lying_compound(offset), "F02", "Größe")
    yield Threat(row, "sectors that run in a circle", named("xls", a_circular_compound), "F02", "Verweise")


def _ods_repeats() -> Iterator[Threat]:
    row = "ods repeats"
    yield Threat(
        row,
        "a long text down a sheet",
        an_ods_of(
            '<table:table-row table:number-rows-repeated="700000"><table:table-cell office:value-type="string">'
            f"<text:p>{'x' * 60_000}</text:p></table:table-cell></table:table-row>"
        ),
        "F03",
    )
    yield Threat(
        row,
        "two billion spaces",
        an_ods_of(
            '<table:table-row><table:table-cell office:value-type="string"><text:p>a<text:s text:c="2000000000"/>'
            "</text:p></table:table-cell></table:table-row>"
        ),
        "F03",
        "Leerzeichen",
    )
    yield Threat(
        row,
        "a count that is no number",
        an_ods_of('<table:table-row table:number-rows-repeated="-1"><table:table-cell/></table:table-row>'),
        "F02",
        "Wiederholung",
    )


def _entities() -> Iterator[Threat]:
    row = "billion laughs, quadratic entity, XXE"
    quadratic = f'<!ENTITY a "{"x" * 50_000}">'
    outside = '<!ENTITY c SYSTEM "file:///etc/passwd">'
    yield Threat(row, "a billion laughs", laughing("utf-8", LAUGHS), "F03", "DOCTYPE")
    yield Threat(row, "a billion laughs in UTF-16", laughing("utf-16", LAUGHS), "F03", "DOCTYPE")
    yield Threat(row, "one long entity", laughing("utf-8", quadratic), "F03", "DOCTYPE")
    yield Threat(row, "an entity from the disk", laughing("utf-8", outside), "F03", "DOCTYPE")


def _attributes() -> Iterator[Threat]:
    row = "quadratic attributes and namespaces"
    deep = b"<x>" * 100_000 + b"</x>" * 100_000
    relations = "xl/worksheets/_rels/sheet2.xml.rels"
    yield Threat(row, "deep elements that only marking looks into", with_part(relations, deep), READ)
    yield Threat(row, "deep elements in the document's properties", with_part("docProps/core.xml", deep), "F02", "tief")
    attributes = "".join(f' a{number}="1"' for number in range(150_000))
    namespaces = "".join(f' xmlns:n{number}="u{number}"' for number in range(200_000))
    yield Threat(
        row,
        "150,000 attributes",
        xlsx(lambda: a_package(a_sheet_xml(f'<row r="1"><c r="A1"{attributes}><v>1</v></c></row>'))),
        READ,
    )
    yield Threat(
        row,
        "200,000 namespaces",
        xlsx(lambda: a_package(a_sheet_xml(f'<row r="1"{namespaces}><c r="A1"><v>1</v></c></row>'))),
        READ,
    )
    yield Threat(
        row, "a hundred thousand elements inside one another", an_ods_of("<x>" * 100_000 + "</x>" * 100_000), READ
    )


def _containers() -> Iterator[Threat]:
    row = "path traversal in zip names"
    outside = "../../../../die8-was-here.csv"
    yield Threat(row, "a name that leads out", named("zip", lambda: a_zip({outside: b"a;b\n1;2\n"})), READ)
    yield Threat(row, "an absolute name", named("zip", lambda: a_zip({"/die8-was-here.csv": b"a;b\n"})), READ)
    row = "duplicate entries, bad checksum, data in front"
    twice = a_zip({"Projekte.csv": b"1", "Xrojekte.csv": b"2"}).replace(b"Xrojekte", b"projekte")
    differing = a_zip({"Projekte.csv": b"1"}).replace(b"Projekte.csv", b"Risiken!.csv", 1)
    yield Threat(row, "a part that is there twice", named("zip", lambda: twice), "F03", "„projekte.csv“ ist doppelt")
    yield Threat(row, "a wrong checksum", named("zip", a_wrong_checksum), "F02", "Prüfsumme")
    yield Threat(row, "data in front of the archive", xlsx(behind_other_data), "F03", "vor dem Beginn")
    yield Threat(row, "data behind the archive", xlsx(lambda: a_zip({"a.csv": b"1"}) + b"PK\3\4"), "F02", "hinter")
    yield Threat(row, "a directory that contradicts its parts", named("zip", lambda: differing), "F03", "widersprechen")
    yield Threat(row, "parts inside one another", named("zip", overlapping_parts), "F03", "überlappen")


def _active_content() -> Iterator[Threat]:
    row = "macros"
    yield Threat(row, "VBA", with_part("xl/vbaProject.bin", b"x"), "F02", "xlsx mit Makros")
    yield Threat(row, "macro sheets", with_part("xl/macrosheets/sheet1.xml", b"<x/>"), "F02", "xlsx mit Makros")
    xls = a_compound_file({"Workbook": b"x", "_VBA_PROJECT_CUR": b"x"})
    yield Threat(row, "VBA in xls", named("xls", lambda: xls), "F02", "xls mit Makros")
    yield Threat(
        row, "Basic in ods", an_ods_of("", **{"Basic__Standard__Module1.xml": "<x/>"}), "F02", "ods mit Makros"
    )
    row = "external links, OLE, DDE"
    link = "xl/externalLinks/_rels/externalLink1.xml.rels"
    yield Threat(row, "a link to another file", with_part(link, LINKED), READ, "steal.xlsx")
    yield Threat(row, "DDE", with_part("xl/externalLinks/externalLink1.xml", DDE), READ)
    yield Threat(row, "an embedded object", with_part("xl/embeddings/oleObject1.bin", b"\xd0\xcf\x11\xe0" * 99), READ)
    row = "encrypted"
    office = a_compound_file({"EncryptedPackage": b"x", "EncryptionInfo": b"x"})
    yield Threat(row, "xlsx", xlsx(lambda: office), "F01")
    yield Threat(row, "ods", an_ods_of("", **{"META-INF__manifest.xml": MANIFEST}), "F01")
    yield Threat(row, "zip", named("zip", a_locked_zip), "F01")
    yield Threat(row, "xls", named("xls", lambda: an_xls([], [(0x2F, bytes(54))])), "F01")


def _what_it_is() -> Iterator[Threat]:
    row = "wrong type"
    page = b"<!DOCTYPE html><html><body>Anmeldung</body></html>"
    yield Threat(row, "a login page", xlsx(lambda: page), "F02", "Webseite")
    yield Threat(row, "a PDF", xlsx(lambda: b"%PDF-1.7\n" + bytes(999)), "F02", "PDF")
    yield Threat(row, "an error body", xlsx(lambda: b'{"error": {"code": "itemNotFound"}}'), "F02", "JSON")
    yield Threat(row, "a placeholder", xlsx(lambda: b"version https://git-lfs.github.com/spec/v1\n"), "F02", "Git LFS")
    row = "strict OOXML, odd packaging"
    yield Threat(row, "the strict dialect", xlsx(strict_ooxml), READ)
    yield Threat(row, "an xlsb that makes the reader panic", named("xlsb", without_relations), "F03", "Absturz")


def _hidden_things() -> Iterator[Threat]:
    row = "hidden sheets, merged, 1904"
    yield Threat(row, "a hidden sheet with data", of_the_catalogue("M78", "Blatt ausgeblendet"), READ, "Ausgeblendete")
    yield Threat(row, "merged cells", of_the_catalogue("M76", "Budget"), READ, "Verbundene Zellen")
    yield Threat(row, "days counted from 1904", of_the_catalogue("M06", ""), READ, "1904")


def _csv() -> Iterator[Threat]:
    row = "csv: quotes, NUL, encodings"
    open_quote = b'Projekt-Nr.;Projekttitel\r\n"KLI-001;Portal\r\n' + b"KLI-002;Portal\r\n" * 20_000
    yield Threat(
        row,
        "a quote that never closes",
        named("zip", lambda: a_zip({"Projekte.csv": open_quote})),
        "F02",
        "Anführungszeichen",
    )
    nul = b"Projekt-Nr.;Titel\r\n" + b"KLI-001;Portal\r\n" * 500 + b"KLI-\x002;x\r\n"
    yield Threat(row, "NUL", named("zip", lambda: a_zip({"Projekte.csv": nul})), "F02", "Zeichenkodierung")
    yield Threat(row, "Windows-1252", of_the_catalogue("M86", "Windows-1252"), READ)
    yield Threat(row, "UTF-16", of_the_catalogue("M86", "UTF-16"), READ)


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
