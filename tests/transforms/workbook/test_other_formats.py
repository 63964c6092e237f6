"""xls, xlsb, ods and CSV: the same cells by other ways."""

import io
import struct
from datetime import date

import pytest
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from schemas.workbook import CellKind, FileFormat, RawWorkbook
from tests.transforms.workbook.files import (
    a_zip,
    an_ods,
    an_xls,
    an_xlsb,
    cell_at,
    refusal_of,
    sheet_of,
    workbook_of,
)
from transforms.workbook.reading import read_workbook


def an_xls_text(row: int, column: int, text: str) -> tuple[int, bytes]:
    return 0x204, struct.pack("<HHHHB", row - 1, column - 1, 0, len(text), 0) + text.encode("latin-1")


def an_xls_number(row: int, column: int, value: float, style: int = 0) -> tuple[int, bytes]:
    return 0x203, struct.pack("<HHHd", row - 1, column - 1, style, value)


def test_an_xls_gives_texts_numbers_percentages_errors_and_fills() -> None:
    content = an_xls(
        [
            an_xls_text(4, 2, "Fortschritt"),
            an_xls_number(5, 2, 0.95, style=1),
            (0x205, struct.pack("<HHHBB", 5, 1, 0, 0x17, 1)),
            (0x201, struct.pack("<HHH", 5, 3, 2)),
            an_xls_number(7, 1, 3),
        ]
    )

    read = read_workbook(content, "alt.xls")

    assert [(c.row, c.column, c.kind, c.value, c.number_format, c.fill) for c in sheet_of(read).cells] == [
        (4, 2, CellKind.TEXT, "Fortschritt", "", None),
        (5, 2, CellKind.NUMBER, 0.95, "0%", None),
        (6, 2, CellKind.ERROR, "#REF!", "", None),
        (6, 4, CellKind.BLANK, None, "", "FFCC00"),
        (7, 1, CellKind.NUMBER, 3.0, "", None),
    ]
    assert workbook_of(read).format is FileFormat.XLS
    assert "Vorlage" in workbook_of(read).notes[0]


def test_an_xls_tells_what_is_hidden_and_merged() -> None:
    content = an_xls(
        [
            (0x7D, struct.pack("<HHHHHH", 1, 1, 2000, 0, 1, 0)),
            (0x208, struct.pack("<HHHHHHI", 6, 0, 2, 255, 0, 0, 0x20)),
            an_xls_number(7, 2, 3),
            (0xE5, struct.pack("<HHHHH", 1, 2, 4, 0, 1)),
        ]
    )

    sheet = sheet_of(read_workbook(content, "alt.xls"))

    assert (set(sheet.hidden_rows), set(sheet.hidden_columns), sheet.merged) == ({7}, {2}, ((3, 1, 5, 2),))


def test_a_protected_xls_is_refused_for_its_password() -> None:
    content = an_xls([], [(0x2F, bytes(54))])

    assert refusal_of(read_workbook(content, "alt.xls")) == ("F01", "")


def test_an_xlsb_gives_values_percentages_and_errors() -> None:
    def cell(kind: int, column: int, style: int, data: bytes) -> tuple[int, bytes]:
        return kind, struct.pack("<II", column - 1, style) + data

    def row(number: int, flags: int = 0) -> tuple[int, bytes]:
        return 0, struct.pack("<IIHBBBI", number - 1, 0, 300, 0, flags, 0, 0)

    wide = struct.pack("<I", 4) + "grün".encode("utf-16-le")
    content = an_xlsb(
        [
            row(4),
            cell(6, 2, 0, wide),
            row(6, flags=0x10),
            cell(5, 2, 1, struct.pack("<d", 0.5)),
            cell(3, 3, 0, b"\x07"),
        ]
    )

    read = read_workbook(content, "x.xlsb")

    assert [(c.row, c.column, c.kind, c.value, c.number_format) for c in sheet_of(read).cells] == [
        (4, 2, CellKind.TEXT, "grün", ""),
        (6, 2, CellKind.NUMBER, 0.5, "0%"),
        (6, 3, CellKind.ERROR, "#DIV/0!", ""),
    ]
    assert set(sheet_of(read).hidden_rows) == {6}
    assert workbook_of(read).format is FileFormat.XLSB
    assert "Formeln" in workbook_of(read).notes[0]


def test_an_ods_written_by_another_program_keeps_places_and_types() -> None:
    document = OpenDocumentSpreadsheet()
    table = Table(name="Projekte")
    table.addElement(TableRow(numberrowsrepeated=3))
    row = TableRow()
    row.addElement(TableCell(numbercolumnsrepeated=2))
    text = TableCell(valuetype="string")
    text.addElement(P(text="grün & gelb"))
    row.addElement(text)
    row.addElement(TableCell(valuetype="percentage", value="0.35"))
    row.addElement(TableCell(valuetype="date", datevalue="2026-09-30"))
    row.addElement(TableCell(valuetype="currency", value="1234.56"))
    table.addElement(row)
    document.spreadsheet.addElement(table)

    stream = io.BytesIO()
    document.write(stream)
    read = read_workbook(stream.getvalue(), "x.ods")

    assert [(c.row, c.column, c.kind, c.value, c.number_format) for c in sheet_of(read).cells] == [
        (4, 3, CellKind.TEXT, "grün & gelb", ""),
        (4, 4, CellKind.NUMBER, 0.35, "0%"),
        (4, 5, CellKind.DATE, date(2026, 9, 30), ""),
        (4, 6, CellKind.NUMBER, 1234.56, ""),
    ]


def test_an_ods_shows_errors_formulas_fills_and_what_is_hidden() -> None:
    styles = (
        '<number:percentage-style style:name="N11"/><style:style style:name="ce1" style:family="table-cell">'
        '<style:table-cell-properties fo:background-color="#ffc000"/></style:style>'
        '<style:style style:name="ce2" style:family="table-cell" style:data-style-name="N11"/>'
    )
    body = (
        '<table:table table:name="Projekte"><table:table-column/><table:table-column table:visibility="collapse"/>'
        '<table:table-row><table:table-cell table:formula="of:=[.B1]&gt;1" office:value-type="string" '
        'calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>'
        '<table:table-cell table:style-name="ce1"/>'
        '<table:table-cell table:style-name="ce2" office:value-type="float" office:value="0.5"/></table:table-row>'
        '<table:table-row table:visibility="filter"><table:table-cell table:number-columns-spanned="2" '
        'office:value-type="float" office:value="1" table:number-columns-repeated="1"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="1048574"><table:table-cell table:number-columns-repeated="16384" '
        'table:style-name="ce1"/></table:table-row></table:table>'
    )

    sheet = sheet_of(read_workbook(an_ods(body, styles), "x.ods"))

    assert [(c.row, c.column, c.kind, c.value, c.number_format, c.fill, c.formula) for c in sheet.cells] == [
        (1, 1, CellKind.ERROR, "#DIV/0!", "", None, "[.B1]>1"),
        (1, 2, CellKind.BLANK, None, "", "FFC000", None),
        (1, 3, CellKind.NUMBER, 0.5, "0%", None, None),
        (2, 1, CellKind.NUMBER, 1.0, "", None, None),
    ]
    assert (set(sheet.hidden_rows), set(sheet.hidden_columns), sheet.merged) == ({2}, {2}, ((2, 1, 2, 2),))


def test_cells_of_an_ods_look_like_their_row_or_column_when_they_have_no_style_of_their_own() -> None:
    styles = (
        '<number:percentage-style style:name="N11"/><style:style style:name="ce1" style:family="table-cell" '
        'style:data-style-name="N11"/><style:style style:name="ce2" style:family="table-cell">'
        '<style:table-cell-properties fo:background-color="#ff0000"/></style:style>'
        '<style:style style:name="ce3" style:family="table-cell"/>'
    )
    plain = '<table:table-cell office:value-type="float" office:value="0.5"/>'
    styled = plain.replace("/>", ' table:style-name="ce3"/>')
    body = (
        '<table:table table:name="Projekte"><table:table-column table:default-cell-style-name="ce1"/>'
        '<table:table-column table:number-columns-repeated="2" table:default-cell-style-name="ce2"/>'
        f"<table:table-column/><table:table-row>{plain}"
        f'<table:table-cell table:number-columns-repeated="2"/>{plain}</table:table-row>'
        f"<table:table-row>{styled}</table:table-row>"
        f'<table:table-row table:default-cell-style-name="ce2">{plain}</table:table-row></table:table>'
    )

    sheet = sheet_of(read_workbook(an_ods(body, styles), "x.ods"))

    assert [(c.row, c.column, c.value, c.number_format, c.fill) for c in sheet.cells] == [
        (1, 1, 0.5, "0%", None),
        (1, 2, None, "", "FF0000"),
        (1, 3, None, "", "FF0000"),
        (1, 4, 0.5, "", None),
        (2, 1, 0.5, "", None),
        (3, 1, 0.5, "", "FF0000"),
    ]


def test_an_ods_shows_thousands_and_units_of_money_in_the_notation_of_the_others() -> None:
    styles = (
        '<number:number-style style:name="N1"><number:number number:display-factor="1000"/></number:number-style>'
        '<number:currency-style style:name="N2"><number:number/><number:text> </number:text>'
        "<number:currency-symbol>€</number:currency-symbol></number:currency-style>"
        '<number:number-style style:name="N3"><number:number number:display-factor="1000000"/>'
        "<number:text> Mio. €</number:text></number:number-style>"
    )
    styles += "".join(
        f'<style:style style:name="ce{n}" style:family="table-cell" style:data-style-name="N{n}"/>' for n in (1, 2, 3)
    )
    cells = "".join(
        f'<table:table-cell table:style-name="ce{n}" office:value-type="float" office:value="5"/>' for n in (1, 2, 3)
    )
    body = f'<table:table table:name="Projekte"><table:table-row>{cells}</table:table-row></table:table>'

    sheet = sheet_of(read_workbook(an_ods(body, styles), "x.ods"))

    assert [cell.number_format for cell in sheet.cells] == ["#,##0,", '#,##0 "€"', '#,##0,, "Mio. €"']


def test_an_ods_tells_whom_its_properties_and_comments_name_as_author() -> None:
    meta = (
        '<office:document-meta xmlns:office="o" xmlns:meta="m" xmlns:dc="d"><office:meta>'
        "<meta:generator>Prüfprogramm</meta:generator><meta:initial-creator>Erika Muster</meta:initial-creator>"
        "<dc:creator>Controlling</dc:creator></office:meta></office:document-meta>"
    )
    body = (
        '<table:table table:name="Projekte"><table:table-row><table:table-cell office:value-type="float" '
        'office:value="1"><office:annotation><dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/">Max Muster'
        "</dc:creator></office:annotation></table:table-cell></table:table-row></table:table>"
    )

    read = workbook_of(read_workbook(an_ods(body, **{"meta.xml": meta}), "x.ods"))

    assert (read.generator, read.authors) == ("Prüfprogramm", ("Erika Muster", "Controlling", "Max Muster"))


def test_repeated_cells_and_rows_of_an_ods_are_written_out() -> None:
    cell = '<table:table-cell office:value-type="float" office:value="2" table:number-columns-repeated="2"/>'
    body = (
        f'<table:table table:name="Projekte"><table:table-row table:number-rows-repeated="2">{cell}</table:table-row>'
        '<table:table-row><table:table-cell office:value-type="float" office:value="3"/></table:table-row>'
        "</table:table>"
    )

    cells = sheet_of(read_workbook(an_ods(body), "x.ods")).cells

    assert [(c.row, c.column, c.value) for c in cells] == [(1, 1, 2), (1, 2, 2), (2, 1, 2), (2, 2, 2), (3, 1, 3)]


def read_csv(content: bytes) -> RawWorkbook:
    return workbook_of(read_workbook(a_zip({"Projekte.csv": content}), "x.zip"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_a_csv_is_read_in_every_usual_encoding(encoding: str) -> None:
    read = read_csv("Ampel;Budget\r\ngrün;1.234,56 €\r\n".encode(encoding))

    cells = sheet_of(read).cells
    assert [cell.value for cell in cells] == ["Ampel", "Budget", "grün", "1.234,56 €"]
    assert {cell.kind for cell in cells} == {CellKind.TEXT}


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_the_delimiter_is_found_even_beside_other_separators_in_the_text(delimiter: str) -> None:
    rows = [["Nr", "Text"], ["1", '"eins, zwei; drei"'], ["2", "vier"], ["3", "fünf"]]

    read = read_csv("\n".join(delimiter.join(row) for row in rows).encode())

    assert cell_at(sheet_of(read), 2, 2).value == "eins, zwei; drei"
    assert max(cell.column for cell in sheet_of(read).cells) == 2


def test_a_declared_delimiter_holds_and_its_line_is_not_a_row() -> None:
    read = read_csv(b"sep=,\r\nA,B;C\r\n")

    assert [(c.row, c.column, c.value) for c in sheet_of(read).cells] == [(1, 1, "A"), (1, 2, "B;C")]


def test_a_csv_keeps_places_behind_empty_rows_and_cells_and_line_breaks_in_quotes() -> None:
    read = read_csv('\n;;x\n\n"a\nb";\x85y\n'.encode())

    assert [(c.row, c.column, c.value) for c in sheet_of(read).cells] == [
        (2, 3, "x"),
        (4, 1, "a\nb"),
        (4, 2, "\x85y"),
    ]


def test_an_unclosed_quote_is_refused_and_not_read_to_the_end_of_the_file() -> None:
    rule, why = refusal_of(read_workbook(a_zip({"Projekte.csv": b'a;b\n"c;d\ne;f\n'}), "x.zip"))

    assert rule == "F02"
    assert "Projekte.csv" in why
    assert "Anführungszeichen" in why


def test_a_zip_of_csv_files_is_a_workbook_with_their_names_and_without_by_catch() -> None:
    content = a_zip(
        {
            "Meldung/Projekte.csv": b"a;b",
            "Meldung/Beschlu\u0308sse.csv".encode().decode(): b"c;d",
            "__MACOSX/Meldung/._Projekte.csv": b"\0\5\x16\7",
            "Meldung/.DS_Store": b"\0\0\0\1Bud1",
            "Meldung/leer.csv": b"",
        }
    )

    read = workbook_of(read_workbook(content, "x.zip"))

    assert read.format is FileFormat.CSV_ZIP
    assert [sheet.name for sheet in read.sheets] == ["Projekte", "Beschlüsse", "leer"]


def test_names_that_windows_wrote_into_a_zip_are_readable() -> None:
    content = a_zip({"Beschl_sse.csv": b"a"}).replace(b"Beschl_sse", b"Beschl\x81sse")

    assert [sheet.name for sheet in workbook_of(read_workbook(content, "x.zip")).sheets] == ["Beschlüsse"]


def test_a_single_csv_is_a_workbook_of_one_sheet() -> None:
    read = workbook_of(read_workbook(b"a;b\n1;2\n", "Projekte.CSV"))

    assert [(sheet.name, len(sheet.cells)) for sheet in read.sheets] == [("Projekte", 4)]
