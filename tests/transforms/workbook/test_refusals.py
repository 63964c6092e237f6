"""Bad input: each gets its one finding, in words for the sender. What is hostile on purpose: test_threats.py."""

import zlib

import openpyxl
import pytest
from msgspec.structs import replace
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


def test_sheet_protection_alone_is_fine() -> None:
    def fill_in(sheet: Worksheet) -> None:
        sheet["A1"] = "x"
        sheet.protection.set_password("geheim")

    assert cell_at(sheet_of(read_workbook(a_workbook(fill_in), "x.xlsx")), 1, 1).value == "x"


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


@pytest.mark.parametrize("share", [0.1, 0.6, 0.99])
def test_a_file_of_which_only_a_part_arrived_is_refused_as_such(share: float) -> None:
    cut = A_WORKBOOK[: int(len(A_WORKBOOK) * share)]

    assert refusal_of(read_workbook(cut, "x.xlsx")) == ("F02", "beschädigte Datei (unvollständig übertragen)")


@pytest.mark.parametrize("cut", [600, 2000, 4000])
def test_a_compound_file_whose_tables_do_not_fit_its_size_is_refused(cut: int) -> None:
    assert refusal_of(read_workbook(an_xls([])[:cut], "x.xls"))[0] == "F02"


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
