"""xlsx and xlsm: cells with true positions, and what only the sheet's XML shows."""

import io
from datetime import date, datetime, time, timedelta

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.colors import Color
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

from schemas.workbook import CellKind, FileFormat
from tests.transforms.workbook.files import (
    a_package,
    a_sheet_xml,
    a_workbook,
    a_zip,
    cell_at,
    saved,
    sheet_of,
    the_parts,
    workbook_of,
)
from transforms.workbook.reading import read_workbook

MIDNIGHT = datetime(2026, 9, 30)  # noqa: DTZ001  # a workbook knows no time zones
ORANGE = PatternFill("solid", fgColor="FFC000")


def test_cells_keep_their_place_below_empty_rows_and_right_of_empty_columns() -> None:
    content = a_workbook(lambda sheet: sheet.cell(14, 6, "Wert"))

    [cell] = sheet_of(read_workbook(content, "x.xlsx")).cells

    assert (cell.row, cell.column, cell.kind, cell.value) == (14, 6, CellKind.TEXT, "Wert")


@pytest.mark.parametrize(
    ("written", "kind", "value"),
    [
        ("grün", CellKind.TEXT, "grün"),
        ("a<b & „c“\nd", CellKind.TEXT, "a<b & „c“\nd"),
        (12, CellKind.NUMBER, 12.0),
        (12499.999999, CellKind.NUMBER, 12499.999999),
        (True, CellKind.BOOLEAN, True),
        (date(2026, 9, 30), CellKind.DATE, date(2026, 9, 30)),
        (MIDNIGHT, CellKind.DATE, date(2026, 9, 30)),
        (MIDNIGHT + timedelta(hours=12), CellKind.DATE, MIDNIGHT + timedelta(hours=12)),
        (time(8, 15), CellKind.DATE, time(8, 15)),
        (timedelta(hours=36), CellKind.NUMBER, 1.5),
    ],
)
def test_a_value_comes_with_its_kind(written: object, kind: CellKind, value: object) -> None:
    content = a_workbook(lambda sheet: sheet.cell(2, 2, written))

    [cell] = sheet_of(read_workbook(content, "x.xlsx")).cells

    assert (cell.kind, cell.value, type(cell.value)) == (kind, value, type(value))


def test_dates_of_a_1904_file_are_right_and_the_file_says_so() -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    assert isinstance(book.active, Worksheet)
    book.active["A1"] = date(2026, 9, 30)

    read = workbook_of(read_workbook(saved(book), "x.xlsx"))

    assert read.is_date_1904
    assert read.sheets[0].cells[0].value == date(2026, 9, 30)


def test_number_formats_show_what_is_a_percentage() -> None:
    def fill_in(sheet: Worksheet) -> None:
        for column, number_format in enumerate(("0%", "0.00%", "#,##0.00 €", "General"), 1):
            sheet.cell(1, column, 0.35).number_format = number_format

    cells = sheet_of(read_workbook(a_workbook(fill_in), "x.xlsx")).cells

    assert [cell.number_format for cell in cells] == ["0%", "0.00%", "#,##0.00 €", ""]


def test_a_cell_that_is_only_coloured_is_there_as_a_blank_one() -> None:
    def fill_in(sheet: Worksheet) -> None:
        sheet["N6"].fill = ORANGE
        sheet["A7"] = "letzte Zeile"

    cell = cell_at(sheet_of(read_workbook(a_workbook(fill_in), "x.xlsx")), 6, 14)

    assert (cell.kind, cell.value, cell.fill) == (CellKind.BLANK, None, "FFC000")


def test_colour_below_the_last_value_is_decoration() -> None:
    def fill_in(sheet: Worksheet) -> None:
        sheet["A1"] = "Kopf"
        for row in range(2, 500):
            sheet.cell(row, 1).fill = ORANGE

    assert len(sheet_of(read_workbook(a_workbook(fill_in), "x.xlsx")).cells) == 1


@pytest.mark.parametrize(
    ("colour", "expected"),
    [
        (Color(rgb="FF00B050"), "00B050"),
        (Color(indexed=10), "FF0000"),
        (Color(theme=5), "C0504D"),
        (Color(theme=0, tint=-0.5), "808080"),
        (Color(rgb="FFFFFFFF"), None),
    ],
)
def test_a_fill_is_resolved_to_its_colour_and_white_is_none(colour: Color, expected: str | None) -> None:
    def fill_in(sheet: Worksheet) -> None:
        sheet["A1"] = "rot"
        sheet["A1"].fill = PatternFill("solid", fgColor=colour)

    [cell] = sheet_of(read_workbook(a_workbook(fill_in), "x.xlsx")).cells

    assert cell.fill == expected


def test_a_pattern_that_is_not_solid_is_no_fill() -> None:
    def fill_in(sheet: Worksheet) -> None:
        sheet["A1"] = "x"
        sheet["A1"].fill = PatternFill("lightGray", fgColor="FF0000")

    assert sheet_of(read_workbook(a_workbook(fill_in), "x.xlsx")).cells[0].fill is None


def test_struck_through_text_is_seen() -> None:
    def fill_in(sheet: Worksheet) -> None:
        sheet["A1"] = "gelöscht"
        sheet["A1"].font = Font(strike=True)
        sheet["A2"] = "gilt"

    cells = sheet_of(read_workbook(a_workbook(fill_in), "x.xlsx")).cells

    assert [cell.is_struck for cell in cells] == [True, False]


def test_error_values_are_errors_and_not_empty_cells() -> None:
    rows = (
        '<row r="5"><c r="T5" t="e"><v>#REF!</v></c><c r="U5" s="0" t="e"><f>A1/0</f><v>#DIV/0!</v></c>'
        '<c r="V5" t="s"><f>1+1</f></c></row>'
    )

    cells = sheet_of(read_workbook(a_package(a_sheet_xml(rows)), "x.xlsx")).cells

    assert [(c.column, c.kind, c.value, c.formula) for c in cells] == [
        (20, CellKind.ERROR, "#REF!", None),
        (21, CellKind.ERROR, "#DIV/0!", "A1/0"),
        (22, CellKind.BLANK, None, "1+1"),
    ]


@pytest.mark.parametrize("value", ["NaN", "inf", "-inf", "1e999"])
def test_a_number_that_is_none_is_an_error(value: str) -> None:
    content = a_package(a_sheet_xml(f'<row r="1"><c r="A1"><v>{value}</v></c></row>'))

    [cell] = sheet_of(read_workbook(content, "x.xlsx")).cells

    assert (cell.kind, cell.value) == (CellKind.ERROR, "#NUM!")


def test_a_formula_has_its_text_and_without_a_stored_result_it_is_blank() -> None:
    rows = (
        '<row r="1"><c r="A1"><f>SUM(B1:B2)</f><v>12</v></c><c r="B1"><f>A1&amp;"x"</f><v></v></c>'
        '<c r="C1" t="str"><f>""</f><v></v></c><c r="D1"><f t="shared" ref="D1:E1" si="0">A1*2</f><v>24</v></c>'
        '<c r="E1"><f t="shared" si="0"/><v>48</v></c></row>'
    )

    cells = sheet_of(read_workbook(a_package(a_sheet_xml(rows)), "x.xlsx")).cells

    assert [(c.kind, c.value, c.formula) for c in cells] == [
        (CellKind.NUMBER, 12.0, "SUM(B1:B2)"),
        (CellKind.BLANK, None, 'A1&"x"'),
        (CellKind.TEXT, "", '""'),
        (CellKind.NUMBER, 24.0, "A1*2"),
        (CellKind.NUMBER, 48.0, "A1*2"),
    ]


def test_hidden_rows_columns_and_sheets_are_read_and_named() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet["B7"], sheet["S5"] = "versteckte Zeile", "versteckte Spalte"
    sheet.row_dimensions[7].hidden = True
    sheet.column_dimensions["S"].hidden = True
    sheet.column_dimensions.group("X", "XFD", hidden=True)
    secret = book.create_sheet("Geheim")
    secret["A1"] = "x"
    secret.sheet_state = "veryHidden"

    shown, hidden = workbook_of(read_workbook(saved(book), "x.xlsx")).sheets

    assert (set(shown.hidden_rows), set(shown.hidden_columns), len(shown.cells)) == ({7}, {19}, 2)
    assert (shown.is_hidden, hidden.is_hidden, hidden.cells[0].value) == (False, True, "x")


def test_merged_ranges_are_listed_and_only_their_first_cell_has_the_value() -> None:
    def fill_in(sheet: Worksheet) -> None:
        sheet["B3"] = "verbunden"
        sheet.merge_cells("B3:D5")

    sheet = sheet_of(read_workbook(a_workbook(fill_in), "x.xlsx"))

    assert sheet.merged == ((3, 2, 5, 4),)
    assert [(cell.row, cell.column) for cell in sheet.cells] == [(3, 2)]


def test_defined_names_and_the_writing_program_are_told() -> None:
    book = openpyxl.Workbook()
    assert isinstance(book.active, Worksheet)
    book.active["B4"] = "1.0"
    book.defined_names["D8_V1"] = DefinedName("D8_V1", attr_text="Deckblatt!$B$4", hidden=True)

    read = workbook_of(read_workbook(saved(book), "x.xlsx"))

    assert read.defined_names == {"D8_V1": "Deckblatt!$B$4"}
    assert "Openpyxl" in read.generator


def test_links_to_other_files_are_listed_and_not_followed() -> None:
    link = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath" '
        'Target="file:///Q:/Budget2025.xlsx" TargetMode="External"/></Relationships>'
    )
    parts = the_parts(a_workbook(lambda sheet: sheet.cell(1, 1, "x")))

    read = read_workbook(a_zip({**parts, "xl/externalLinks/_rels/externalLink1.xml.rels": link.encode()}), "x.xlsx")

    assert workbook_of(read).external_links == ("file:///Q:/Budget2025.xlsx",)


def test_an_xlsm_without_macros_is_read_whatever_its_suffix() -> None:
    parts = the_parts(a_workbook(lambda sheet: sheet.cell(1, 1, "x")))
    types = parts["[Content_Types].xml"].replace(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )

    read = read_workbook(a_zip({**parts, "[Content_Types].xml": types}), "x.xlsx")

    assert workbook_of(read).format is FileFormat.XLSM


def test_whom_properties_comments_and_persons_name_as_author_is_told_once() -> None:
    book = openpyxl.Workbook()
    assert isinstance(book.active, Worksheet)
    book.active["A1"] = "x"
    book.active["A1"].comment = Comment("Bitte prüfen", "Max Muster")
    book.properties.creator = "Erika Muster"
    book.properties.lastModifiedBy = "Erika Muster"
    persons = b'<personList xmlns="p"><person displayName="Kim Muster" id="1"/></personList>'

    read = workbook_of(read_workbook(a_zip({**the_parts(saved(book)), "xl/persons/person.xml": persons}), "x.xlsx"))

    assert read.authors == ("Erika Muster", "Max Muster", "Kim Muster")


@pytest.mark.parametrize(
    ("calculation", "kinds"),
    [
        ('<calcPr calcId="191029"/>', [CellKind.NUMBER, CellKind.NUMBER, CellKind.NUMBER]),
        ('<calcPr calcId="124519" fullCalcOnLoad="1"/>', [CellKind.BLANK, CellKind.NUMBER, CellKind.NUMBER]),
    ],
)
def test_a_zero_that_nobody_calculated_is_no_result(calculation: str, kinds: list[CellKind]) -> None:
    rows = '<row r="1"><c r="A1"><f>B1*2</f><v>0</v></c><c r="B1"><f>1+1</f><v>2</v></c><c r="C1"><v>0</v></c></row>'
    workbook = (
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
        f'<sheet name="Projekte" sheetId="1" r:id="rId1"/></sheets>{calculation}</workbook>'
    )

    cells = sheet_of(read_workbook(a_package(a_sheet_xml(rows), workbook_xml=workbook), "x.xlsx")).cells

    assert [cell.kind for cell in cells] == kinds


@pytest.mark.parametrize(
    ("font", "letters", "seen"),
    [("Wingdings", "l J", "● ☺"), ("Wingdings", "\uf0fc", "✔"), ("Webdings", "a", "\ufffd"), ("Arial", "l J", "l J")],
)
def test_letters_of_a_symbol_font_are_the_signs_that_people_see(font: str, letters: str, seen: str) -> None:
    def fill_in(sheet: Worksheet) -> None:
        sheet["A1"] = letters
        sheet["A1"].font = Font(name=font)

    [cell] = sheet_of(read_workbook(a_workbook(fill_in), "x.xlsx")).cells

    assert cell.value == seen


UNUSUAL_FORMS = {
    "attributes in another order": '<row r="2"><c t="e" s="0" r="B2"><v>#N/A</v></c></row>',
    "single quotes": "<row r='2'><c r='B2' t='e'><v>#N/A</v></c></row>",
    "spaces around the equals sign": '<row r = "2"><c r = "B2" t = "e"><v>#N/A</v></c></row>',
    "line breaks within a tag": '<row\nr="2"><c\n r="B2"\n t="e"><v>#N/A</v></c></row>',
    "implied positions": '<row/><row><c/><c t="e"><v>#N/A</v></c></row>',
    "a comment before": '<!-- <c r="B2"><v>1</v></c> --><row r="2"><c r="B2" t="e"><v>#N/A</v></c></row>',
    "a comment inside": '<row r="2"><c r="B2" t="e"><!-- ? --><v>#N/A</v></c></row>',
    "character data": '<row r="2"><c r="B2" t="e"><v><![CDATA[#N/A]]></v></c></row>',
}


@pytest.mark.parametrize("rows", UNUSUAL_FORMS.values(), ids=UNUSUAL_FORMS.keys())
def test_an_error_is_seen_in_every_form_of_xml(rows: str) -> None:
    [cell] = sheet_of(read_workbook(a_package(a_sheet_xml(rows)), "x.xlsx")).cells

    assert (cell.row, cell.column, cell.kind, cell.value) == (2, 2, CellKind.ERROR, "#N/A")


def test_a_namespace_prefix_changes_nothing() -> None:
    xml = (
        '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData><x:row r="3" '
        'hidden="1"><x:c r="C3" t="e"><x:v>#NAME?</x:v></x:c><x:c r="D3" t="inlineStr"><x:is><x:t>ja</x:t></x:is></x:c>'
        "</x:row></x:sheetData></x:worksheet>"
    )

    sheet = sheet_of(read_workbook(a_package(xml), "x.xlsx"))

    assert [(c.row, c.column, c.kind, c.value) for c in sheet.cells] == [
        (3, 3, CellKind.ERROR, "#NAME?"),
        (3, 4, CellKind.TEXT, "ja"),
    ]
    assert sheet.hidden_rows == {3}


def test_cells_in_disorder_come_out_in_order() -> None:
    rows = '<row r="2"><c r="C2"><v>3</v></c><c r="A2"><v>1</v></c></row><row r="1"><c r="B1"><v>2</v></c></row>'

    cells = sheet_of(read_workbook(a_package(a_sheet_xml(rows)), "x.xlsx")).cells

    assert [(cell.row, cell.column, cell.value) for cell in cells] == [(1, 2, 2.0), (2, 1, 1.0), (2, 3, 3.0)]


def test_openpyxl_sees_the_same_values_at_the_same_places() -> None:
    def fill_in(sheet: Worksheet) -> None:
        for row in range(3, 40):
            for column in range(2, 12):
                if (row * column) % 7:
                    sheet.cell(row, column, f"{row}/{column}" if column % 2 else row + column / 8)

    content = a_workbook(fill_in)

    cells = sheet_of(read_workbook(content, "x.xlsx")).cells

    loaded = openpyxl.load_workbook(io.BytesIO(content))["Projekte"]
    assert {(cell.row, cell.column): cell.value for cell in cells} == {
        (c.row, c.column): c.value for row in loaded.iter_rows() for c in row if c.value is not None
    }
