"""Bad input: each gets its one finding, in words for the sender, and stops nothing else."""

import struct
import zlib
from dataclasses import replace

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from schemas.findings import Finding
from tests.transforms.workbook.files import (
    a_compound_file,
    a_package,
    a_sheet_xml,
    a_workbook,
    a_zip,
    an_ods,
    an_xls,
    cell_at,
    refusal_of,
    saved,
    sheet_of,
    the_parts,
    workbook_of,
    zeros_zipped,
)
from transforms.workbook.limits import DEFAULT_LIMITS
from transforms.workbook.reading import read_workbook

A_CELL = '<row r="1"><c r="A1"><v>1</v></c></row>'
A_WORKBOOK = a_workbook(lambda sheet: sheet.cell(1, 1, "x"))

NO_WORKBOOKS = {
    "leere Datei": b"",
    "Textdatei": b"Liebe Kollegin,\nanbei die Zahlen.\n",
    "PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "Webseite (HTML)": b"\xef\xbb\xbf \n<!DOCTYPE html><html><body><table><tr><td>1</td></tr></table>",
    "XML-Datei": b'<?xml version="1.0"?><error><code>AccessDenied</code></error>',
    "JSON-Datei": b'{"error": {"code": "itemNotFound"}}',
    "Bild (JPEG)": b"\xff\xd8\xff\xe0\0\x10JFIF",
    "leeres ZIP-Archiv": b"PK\5\6" + bytes(18),
    "Platzhalter (Git LFS)": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n",
    "unbekannt": bytes(range(1, 32)) * 20,
}


@pytest.mark.parametrize("kind", NO_WORKBOOKS)
def test_what_is_no_workbook_is_called_by_its_name_whatever_its_suffix(kind: str) -> None:
    read = read_workbook(NO_WORKBOOKS[kind], "Statusmeldung.xlsx")

    assert refusal_of(read) == ("F02", kind)


@pytest.mark.parametrize(
    ("part", "kind"),
    [
        ("word/document.xml", "Word-Dokument"),
        ("ppt/presentation.xml", "PowerPoint-Präsentation"),
        ("Index/Document.iwa", "Apple-Dokument (Numbers, Pages, Keynote)"),
        ("Statusmeldung.xlsx", "ZIP-Archiv mit „Statusmeldung.xlsx“"),
        ("Thumbs.db", "ZIP-Archiv ohne CSV-Dateien"),
    ],
)
def test_a_zip_that_is_no_workbook_is_called_by_its_name(part: str, kind: str) -> None:
    assert refusal_of(read_workbook(a_zip({part: b"x"}), "x.xlsx")) == ("F02", kind)


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        ("EncryptedPackage", ("F01", "")),
        ("WordDocument", ("F02", "Word-Dokument")),
        ("__properties_version1.0", ("F02", "Outlook-Nachricht")),
        ("Irgendwas", ("F02", "Office-Datei ohne Arbeitsmappe")),
    ],
)
def test_a_compound_file_is_told_by_its_streams(stream: str, expected: tuple[str, str]) -> None:
    assert refusal_of(read_workbook(a_compound_file({stream: b"x"}), "x.xlsx")) == expected


def test_an_encrypted_ods_is_refused_for_its_password() -> None:
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry '
        'manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry></manifest:manifest>'
    )

    assert refusal_of(read_workbook(an_ods("", **{"META-INF__manifest.xml": manifest}), "x.ods")) == ("F01", "")


def test_a_zip_with_a_password_is_refused_for_it() -> None:
    content = bytearray(a_zip({"Projekte.csv": b"a;b"}))
    content[content.index(b"PK\1\2") + 8] |= 1

    assert refusal_of(read_workbook(bytes(content), "x.zip")) == ("F01", "")


def test_sheet_protection_alone_is_fine() -> None:
    def fill_in(sheet: Worksheet) -> None:
        sheet["A1"] = "x"
        sheet.protection.set_password("geheim")

    assert cell_at(sheet_of(read_workbook(a_workbook(fill_in), "x.xlsx")), 1, 1).value == "x"


@pytest.mark.parametrize("part", ["xl/vbaProject.bin", "xl/macrosheets/sheet1.xml"])
def test_macros_are_refused(part: str) -> None:
    content = a_zip({**the_parts(A_WORKBOOK), part: b"x"})

    assert refusal_of(read_workbook(content, "x.xlsm")) == ("F02", "xlsx mit Makros")


def test_macros_in_xls_and_ods_are_refused_too() -> None:
    xls = a_compound_file({"Workbook": b"x", "_VBA_PROJECT_CUR": b"x"})
    ods = an_ods("", **{"Basic__Standard__Module1.xml": "<x/>"})

    assert refusal_of(read_workbook(xls, "x.xls")) == ("F02", "xls mit Makros")
    assert refusal_of(read_workbook(ods, "x.ods")) == ("F02", "ods mit Makros")


def test_ten_gibibytes_of_zeros_are_not_unpacked() -> None:
    content = zeros_zipped("xl/workbook.xml", 10)

    assert len(content) < DEFAULT_LIMITS.file_bytes
    assert refusal_of(read_workbook(content, "x.xlsx")) == ("F03", "entpackt mehr als 300 MB")


def test_a_part_that_grows_beyond_what_it_declares_is_stopped_while_unpacking() -> None:
    bomb = bytearray(a_zip({"xl/workbook.xml": bytes(50_000_000)}))
    for magic, offset in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        struct.pack_into("<I", bomb, bomb.index(magic) + offset, 1000)

    assert refusal_of(read_workbook(bytes(bomb), "x.xlsx")) == ("F03", "ein Teil ist mehr als 200-fach verdichtet")


def test_limits_on_the_size_of_the_file_its_parts_and_their_number_hold() -> None:
    small = replace(DEFAULT_LIMITS, file_bytes=2_000_000)
    parts = replace(DEFAULT_LIMITS, part_bytes=2_000_000)
    few = replace(DEFAULT_LIMITS, entries=3)
    noise = b"".join(zlib.crc32(b"%d" % number).to_bytes(4, "big") for number in range(600_000))

    assert refusal_of(read_workbook(bytes(2_000_001), "x", small)) == ("F03", "Datei größer als 2 MB")
    too_large = read_workbook(a_zip({"a.csv": noise}), "x", parts)
    assert refusal_of(too_large) == ("F03", "ein Teil ist entpackt größer als 2 MB")
    assert refusal_of(read_workbook(A_WORKBOOK, "x", few)) == ("F03", "mehr als 3 Teile im Archiv")


def test_limits_on_sheets_and_cells_hold() -> None:
    book = openpyxl.Workbook()
    for number in range(3):
        book.create_sheet(f"Blatt {number}").append([1, 2, 3])
    content = saved(book)

    def refused(**limits: int) -> tuple[str, str]:
        return refusal_of(read_workbook(content, "x.xlsx", replace(DEFAULT_LIMITS, **limits)))

    assert refused(sheets=3) == ("F03", "mehr als 3 Tabellenblätter")
    assert refused(sheet_cells=2) == ("F03", "Blatt „Blatt 0“ hat mehr als 2 Zellen")
    assert refused(workbook_cells=8) == ("F03", "mehr als 8 Zellen")


def test_a_stray_cell_is_named_before_anybody_reserves_memory_for_it() -> None:
    rows = f'{A_CELL}<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'

    rule, why = refusal_of(read_workbook(a_package(a_sheet_xml(rows)), "x.xlsx"))

    assert rule == "F03"
    assert "Projekte" in why
    assert "XFD1048576" in why


def test_a_stray_cell_is_named_in_ods_and_xls_as_well() -> None:
    far = (
        '<table:table table:name="Projekte"><table:table-row table:number-rows-repeated="1048575"><table:table-cell/>'
        '</table:table-row><table:table-row><table:table-cell table:number-columns-repeated="16383"/>'
        '<table:table-cell office:value-type="float" office:value="1"/></table:table-row></table:table>'
    )
    number = (0x203, struct.pack("<HHHd", 65535, 255, 0, 1.0))

    assert "XFD1048576" in refusal_of(read_workbook(an_ods(far), "x.ods"))[1]
    assert "IV65536" in refusal_of(read_workbook(an_xls([number]), "x.xls"))[1]


def test_a_stray_cell_that_is_only_formatted_does_no_harm() -> None:
    rows = f'{A_CELL}<row r="1048576"><c r="XFD1048576" s="0"/></row>'

    assert len(sheet_of(read_workbook(a_package(a_sheet_xml(rows)), "x.xlsx")).cells) == 1


def test_a_lying_dimension_does_no_harm() -> None:
    xml = a_sheet_xml(A_CELL).replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')

    assert len(sheet_of(read_workbook(a_package(xml), "x.xlsx")).cells) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_that_laugh_a_billion_times_are_refused_with_their_doctype(encoding: str) -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10))
    xml = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [{laughs}]>{a_sheet_xml(A_CELL)}'

    rule, why = refusal_of(read_workbook(a_package(xml.encode(encoding)), "x.xlsx"))

    assert rule == "F03"
    assert "DOCTYPE" in why


def test_text_that_ods_would_repeat_without_end_is_refused() -> None:
    body = (
        '<table:table table:name="Projekte"><table:table-row><table:table-cell office:value-type="string"><text:p>a'
        '<text:s text:c="2000000000"/></text:p></table:table-cell></table:table-row></table:table>'
    )

    assert "Leerzeichen" in refusal_of(read_workbook(an_ods(body), "x.ods"))[1]


def test_a_part_that_is_there_twice_is_refused() -> None:
    content = a_zip({"Projekte.csv": b"1", "Xrojekte.csv": b"2"}).replace(b"Xrojekte", b"projekte")

    assert refusal_of(read_workbook(content, "x.zip")) == ("F03", "Teil „projekte.csv“ ist doppelt enthalten")


def test_a_wrong_checksum_is_refused() -> None:
    content = bytearray(a_zip({"Projekte.csv": b"Budget;1000"}, compression=0))
    content[content.index(b"1000")] ^= 1

    rule, why = refusal_of(read_workbook(bytes(content), "x.zip"))

    assert rule == "F02"
    assert "Prüfsumme" in why


@pytest.mark.parametrize("share", [0.1, 0.6, 0.99])
def test_a_file_of_which_only_a_part_arrived_is_refused_as_such(share: float) -> None:
    cut = A_WORKBOOK[: int(len(A_WORKBOOK) * share)]

    assert refusal_of(read_workbook(cut, "x.xlsx")) == ("F02", "beschädigte Datei (unvollständig übertragen)")


def test_bytes_before_and_behind_the_archive_are_refused() -> None:
    before = b"PK\3\4" + bytes(60) + A_WORKBOOK
    end = before.rindex(b"PK\5\6")
    directory = struct.unpack_from("<I", before, end + 16)[0] + 64
    moved = before[: end + 16] + struct.pack("<I", directory) + before[end + 20 :]

    assert isinstance(read_workbook(before, "x.xlsx"), Finding)
    assert isinstance(read_workbook(moved, "x.xlsx"), Finding)
    assert isinstance(read_workbook(A_WORKBOOK + b"PK\3\4", "x.xlsx"), Finding)


def test_a_directory_that_contradicts_its_parts_is_refused() -> None:
    content = a_zip({"Projekte.csv": b"1"}).replace(b"Projekte.csv", b"Risiken!.csv", 1)

    rule, why = refusal_of(read_workbook(content, "x.zip"))

    assert rule == "F03"
    assert "widersprechen" in why


def test_parts_inside_one_another_are_refused() -> None:
    content = bytearray(a_zip({"a.csv": b"1", "b.csv": b"1"}, compression=0))
    first, second = content.index(b"PK\1\2"), content.rindex(b"PK\1\2")
    content[second : second + 51] = content[first : first + 51]
    content[content.index(b"PK\1\2", second) + 46] = ord("b")

    assert refusal_of(read_workbook(bytes(content), "x.zip"))[0] == "F03"


@pytest.mark.parametrize("cut", [600, 2000, 4000])
def test_a_compound_file_whose_tables_do_not_fit_its_size_is_refused(cut: int) -> None:
    assert refusal_of(read_workbook(an_xls([])[:cut], "x.xls"))[0] == "F02"


@pytest.mark.parametrize("offset", [44, 64, 72])
def test_a_compound_file_that_claims_more_sectors_than_it_has_is_refused(offset: int) -> None:
    content = bytearray(an_xls([]))
    struct.pack_into("<I", content, offset, 0xFFFFFF)

    assert refusal_of(read_workbook(bytes(content), "x.xls")) == (
        "F02",
        "beschädigte Datei (Angaben zur Größe stimmen nicht)",
    )


def test_a_compound_file_whose_sectors_run_in_a_circle_is_refused() -> None:
    content = bytearray(an_xls([]))
    directory = struct.unpack_from("<I", content, 48)[0]
    struct.pack_into("<I", content, 512 + 4 * directory, directory)

    assert refusal_of(read_workbook(bytes(content), "x.xls"))[0] == "F02"


@pytest.mark.parametrize("broken", ["xl/workbook.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml"])
def test_a_part_that_is_no_xml_is_refused(broken: str) -> None:
    parts = the_parts(A_WORKBOOK)

    assert refusal_of(read_workbook(a_zip({**parts, broken: parts[broken][:-40]}), "x.xlsx"))[0] == "F02"


@pytest.mark.parametrize("cut", [b"<table:table-row/>", b"</office:body>", b"</office:document-content>"])
def test_an_ods_that_ends_too_early_does_not_keep_the_reader_waiting(cut: bytes) -> None:
    parts = the_parts(an_ods('<table:table table:name="Projekte"><table:table-row/></table:table>'))
    content = parts["content.xml"].partition(cut)[0]

    assert refusal_of(read_workbook(a_zip({**parts, "content.xml": content}), "x.ods"))[0] == "F02"


def test_a_quote_that_never_closes_does_not_keep_the_reader_busy() -> None:
    body = (
        '<table:table table:name="Projekte"><table:table-row><table:table-cell ' + "x='1' " * 200 + 'y="' + "a b " * 200
    )

    assert refusal_of(read_workbook(an_ods(body), "x.ods"))[0] == "F02"
    assert refusal_of(read_workbook(a_package(a_sheet_xml(f"<!----><row {body}")), "x.xlsx"))[0] == "F02"


@pytest.mark.parametrize("row", ['<row r="0"><c r="A0"><v>1</v></c></row>', '<row r="x"><c><v>1</v></c></row>'])
def test_a_row_without_a_proper_number_is_refused(row: str) -> None:
    assert refusal_of(read_workbook(a_package(a_sheet_xml(row)), "x.xlsx"))[0] == "F02"


@pytest.mark.parametrize("csv", [b"<html><table><tr><td>1</td></tr></table></html>", A_WORKBOOK])
def test_what_only_calls_itself_csv_is_refused(csv: bytes) -> None:
    rule, what = refusal_of(read_workbook(a_zip({"Projekte.csv": csv}), "x.zip"))

    assert rule == "F02"
    assert what.endswith("mit der Endung csv")


def test_a_workbook_without_its_sheets_is_refused() -> None:
    parts = the_parts(A_WORKBOOK)
    del parts["xl/worksheets/sheet1.xml"]

    assert refusal_of(read_workbook(a_zip(parts), "x.xlsx"))[0] == "F02"


def test_every_refusal_makes_a_german_sentence() -> None:
    for content in (*NO_WORKBOOKS.values(), a_compound_file({"EncryptedPackage": b"x"}), zeros_zipped("a.csv", 1)):
        read = read_workbook(content, "x.xlsx")
        assert isinstance(read, Finding)
        assert read.message.startswith(("Die Datei", "Dateityp"))
        assert read.is_error


def test_an_honest_file_after_bad_ones_is_read() -> None:
    for content in NO_WORKBOOKS.values():
        read_workbook(content, "x.xlsx")

    assert len(workbook_of(read_workbook(A_WORKBOOK, "x.xlsx")).sheets) == 1
