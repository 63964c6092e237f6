"""The sheet „Rückmeldung“ in front, and the workbook that has to know of it."""

import re

import pytest
from defusedxml.ElementTree import fromstring
from openpyxl.worksheet.worksheet import Worksheet

from schemas.answer import MARK_FILLS
from schemas.findings import Severity, Verdict
from tests.transforms.answer.answers import (
    OWN_SHEET,
    a_finding,
    an_answer,
    by_openpyxl,
    by_xlsxwriter,
    the_book,
    the_parts,
)
from tests.transforms.workbook.files import a_workbook, a_zip
from transforms.answer.annotate import annotate
from transforms.answer.feedback_sheet import HEADING_ROW


def rows_of(content: bytes) -> list[list[str]]:
    """The list of findings as texts, without its header."""
    sheet = the_book(content).worksheets[0]
    return [
        [str(cell.value or "") for cell in row]
        for row in sheet.iter_rows(min_row=HEADING_ROW + 1, max_row=sheet.max_row)
    ]


def test_what_to_fix_first_stands_on_top_then_sheet_by_sheet() -> None:
    findings = [
        a_finding("Projekte!D9", Severity.INFO),
        a_finding("Risiken & „Chancen“!A1", Severity.ERROR),
        a_finding("Projekte!B6", Severity.WARNING),
        a_finding("Projekte!C5", Severity.ERROR),
        a_finding("Projekte!B5", Severity.ERROR),
        a_finding("", Severity.WARNING),
    ]

    rows = rows_of(annotate(by_openpyxl(), an_answer(*findings)))

    assert [(row[0], row[1], row[2]) for row in rows] == [
        ("1", "Fehler", "Projekte B5"),
        ("2", "Fehler", "Projekte C5"),
        ("3", "Fehler", "Risiken & „Chancen“ A1"),
        ("4", "Warnung", "ganze Datei"),
        ("5", "Warnung", "Projekte B6"),
        ("6", "Hinweis", "Projekte D9"),
    ]


def test_each_place_is_a_link_to_its_cell() -> None:
    findings = [
        a_finding("Projekte!B5"),
        a_finding("Risiken & „Chancen“!A1"),
        a_finding("Projekte"),
        a_finding("Fehlt!A1"),
        a_finding(""),
    ]

    sheet = the_book(annotate(by_openpyxl(), an_answer(*findings))).worksheets[0]

    links = {str(cell.value): cell.hyperlink.location for row in sheet.iter_rows() for cell in row if cell.hyperlink}
    assert links == {
        "Projekte B5": "'Projekte'!B5",
        "Risiken & „Chancen“ A1": "'Risiken & „Chancen“'!A1",
        "Projekte": "'Projekte'!A1",
    }


def test_a_place_that_cannot_be_seen_is_said_to_be_hidden() -> None:
    findings = [a_finding("Projekte!7:7"), a_finding("geheim!A1"), a_finding("Projekte!B5")]

    rows = rows_of(annotate(by_openpyxl(), an_answer(*findings)))

    assert [row[2] for row in rows] == ["Projekte B5", "Projekte, Zeile 7 (ausgeblendet)", "geheim A1 (ausgeblendet)"]


def test_a_hidden_row_stays_hidden() -> None:
    content = annotate(by_openpyxl(), an_answer(a_finding("Projekte!7:7")))

    assert the_book(content)["Projekte"].row_dimensions[7].hidden


def test_it_says_verdict_file_time_and_what_to_do_and_is_set_up_for_print() -> None:
    answer = an_answer(a_finding("Projekte!B5"), verdict=Verdict.REJECTED, file_name="Meldung.xlsx")

    sheet = the_book(annotate(by_openpyxl(), answer)).worksheets[0]

    labels = {sheet.cell(row, 1).value: sheet.cell(row, 4).value for row in range(2, HEADING_ROW)}
    assert labels["Datei"] == "Meldung.xlsx"
    assert labels["Eingegangen am"] == "09.10.2026, 12:00 Uhr"
    assert labels["Meldung"] == "Klinikum, 3. Quartal 2026, Fassung 1"
    assert labels["Ergebnis"] == "zurückgewiesen – 1 Fehler, 0 Warnungen, 0 Hinweise"
    assert "nicht übernommen" in str(labels["Was ist zu tun?"])
    assert sheet.print_title_rows == f"${HEADING_ROW}:${HEADING_ROW}"
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert [cell.value for cell in sheet[HEADING_ROW]][:4] == ["Nr.", "Art", "Stelle", "Meldung"]
    assert sheet.column_dimensions["D"].width > 50


def test_a_name_that_is_taken_gets_a_number() -> None:
    names = the_book(annotate(by_xlsxwriter(), an_answer())).sheetnames

    assert names[0] == f"{OWN_SHEET} (2)"
    assert OWN_SHEET in names


@pytest.mark.parametrize("content", [by_openpyxl(), by_xlsxwriter()], ids=["openpyxl", "XlsxWriter"])
def test_names_that_belong_to_a_sheet_still_belong_to_it(content: bytes) -> None:
    before = the_book(content)
    after = the_book(annotate(content, an_answer(a_finding("Projekte!B5"))))

    for sheet in before.worksheets:
        same = after[sheet.title]
        assert same.print_area == sheet.print_area
        assert same.print_title_rows == sheet.print_title_rows
        assert {name: item.attr_text for name, item in same.defined_names.items()} == {
            name: item.attr_text for name, item in sheet.defined_names.items()
        }
    ours = set(after.defined_names) - set(before.defined_names)
    assert ours == {"D8_RUECKMELDUNG"}


def test_the_titles_in_the_properties_name_the_sheet_and_count_it() -> None:
    properties = the_parts(annotate(by_xlsxwriter(), an_answer()))["docProps/app.xml"].decode()

    titles = re.search(r'<TitlesOfParts><vt:vector size="(\d+)"[^>]*>(.*?)</vt:vector>', properties)
    counts = [int(count) for count in re.findall(r"<vt:i4>(\d+)</vt:i4>", properties)]
    assert titles
    names = re.findall(r"<vt:lpstr>(.*?)</vt:lpstr>", titles[2])
    assert len(names) == int(titles[1]) == sum(counts)
    assert names[0] == "R&#252;ckmeldung (2)"


def test_properties_that_tell_other_titles_are_left_alone() -> None:
    parts = the_parts(by_xlsxwriter())
    parts["docProps/app.xml"] = parts["docProps/app.xml"].replace(b"<vt:lpstr>Projekte<", b"<vt:lpstr>Anders<")

    after = the_parts(annotate(a_zip(parts), an_answer()))

    assert after["docProps/app.xml"] == parts["docProps/app.xml"]


def test_a_workbook_without_styles_names_and_properties_gets_what_it_needs() -> None:
    def fill_in(sheet: Worksheet) -> None:
        sheet["B5"] = "Text"

    parts = the_parts(a_workbook(fill_in))
    for name in ("xl/styles.xml", "docProps/app.xml", "docProps/core.xml"):
        del parts[name]
    parts["xl/_rels/workbook.xml.rels"] = re.sub(
        rb"<Relationship [^>]*?styles[^>]*?/>", b"", parts["xl/_rels/workbook.xml.rels"]
    )
    parts["[Content_Types].xml"] = re.sub(
        rb'<Override PartName="/(?:xl/styles|docProps/\w+).xml"[^>]*/>', b"", parts["[Content_Types].xml"]
    )

    book = the_book(annotate(a_zip(parts), an_answer(a_finding("Projekte!B5"))))

    assert book.sheetnames == [OWN_SHEET, "Projekte"]
    assert book.worksheets[0].print_title_rows == f"${HEADING_ROW}:${HEADING_ROW}"
    assert str(book["Projekte"]["B5"].fill.fgColor.rgb)[2:] == MARK_FILLS[Severity.ERROR]


def test_the_workbook_keeps_its_elements_in_the_order_of_the_standard() -> None:
    order = ["fileVersion", "workbookPr", "workbookProtection", "bookViews", "sheets", "definedNames", "calcPr"]
    for content in (by_openpyxl(), by_xlsxwriter()):
        root = fromstring(the_parts(annotate(content, an_answer()))["xl/workbook.xml"])

        positions = [order.index(element.tag.rpartition("}")[2]) for element in root]
        assert positions == sorted(positions)


def test_a_thousand_findings_are_listed_and_more_than_two_thousand_are_counted() -> None:
    findings = [a_finding(f"Projekte!B{row}") for row in range(5, 2105)]

    rows = rows_of(annotate(by_openpyxl(), an_answer(*findings)))

    assert rows[1999][0] == "2000"
    assert rows[2000][0] == "… und 100 weitere Befunde"


@pytest.mark.parametrize(
    "type_",
    [
        "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml",
    ],
)
def test_a_file_of_another_suffix_leaves_as_the_xlsx_that_it_is_called(type_: str) -> None:
    parts = the_parts(by_xlsxwriter())
    main = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(main, type_.encode())

    types = the_parts(annotate(a_zip(parts), an_answer()))["[Content_Types].xml"]

    assert types.count(main) == 1
    assert type_.encode() not in types
