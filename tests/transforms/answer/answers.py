"""Answers and workbooks for the tests of this folder: an answer by default, workbooks with everything in them."""

import io
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter
from msgspec.structs import replace
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.worksheet import Worksheet

from schemas.answer import Answer, ToldFinding, told_findings
from schemas.findings import Severity, Verdict
from schemas.place import Place
from schemas.quarter import Quarter
from schemas.submission import NO_HISTORY
from schemas.workbook import RawSheet, RawWorkbook
from transforms.parsing.submission import parse_submission
from transforms.rules.engine import check_submission
from transforms.workbook.reading import read_workbook

RECEIVED_AT = datetime(2026, 10, 9, 10, tzinfo=UTC)
OWN_SHEET = "Rückmeldung"


def a_finding(cell: str = "", severity: Severity = Severity.ERROR, message: str = "So geht es nicht.") -> ToldFinding:
    """A finding at ``Projekte!B5`` or wherever."""
    return ToldFinding("C04", severity, message, (Place.of(cell),) if cell else ())


def an_answer(*findings: ToldFinding, **overrides: Any) -> Answer:
    values: dict[str, Any] = {
        "submission_id": "0123456789abcdef",
        "file_name": "D8_KLI_2026-Q3_v01.xlsx",
        "received_at": RECEIVED_AT,
        "org_code": "KLI",
        "quarter": Quarter(2026, 3),
        "version": 1,
        "verdict": Verdict.ACCEPTED_WITH_FINDINGS,
        "findings": findings,
    }
    return Answer(**(values | overrides))


def the_answer_to(path: Path) -> Answer:
    """What intake would tell about a file of which nothing was known before."""
    read = read_workbook(path.read_bytes(), path.name)
    assert isinstance(read, RawWorkbook)
    checked = check_submission(parse_submission(read, path.name), NO_HISTORY, date(2026, 10, 9))
    submission = checked.submission
    return an_answer(
        *told_findings(checked.findings),
        file_name=path.name,
        org_code=submission.org_code,
        quarter=submission.quarter,
        version=checked.version,
        verdict=checked.verdict,
    )


def the_parts(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def changed_parts(before: bytes, after: bytes) -> set[str]:
    """The parts that are not byte for byte what they were, without those that are new."""
    old, new = the_parts(before), the_parts(after)
    return {name for name, content in old.items() if new[name] != content}


def what_is_read(content: bytes, but_fills_of: Mapping[str, set[tuple[int, int]]] | None = None) -> RawWorkbook:
    """What the reader sees, without our own sheet and names, and without the fills of marked cells."""
    read = read_workbook(content, "x.xlsx")
    assert isinstance(read, RawWorkbook), read
    marked = but_fills_of or {}
    sheets = tuple(_unmarked(sheet, marked.get(sheet.name, set())) for sheet in read.sheets if sheet.name != OWN_SHEET)
    names = {name: text for name, text in read.defined_names.items() if OWN_SHEET not in text}
    return replace(read, sheets=sheets, defined_names=names)


def _unmarked(sheet: RawSheet, marked: set[tuple[int, int]]) -> RawSheet:
    cells = [c._replace(fill=None) if (c.row, c.column) in marked else c for c in sheet.cells]
    # A cell that holds nothing is only seen for its fill.
    return replace(sheet, cells=tuple(c for c in cells if c.text or c.fill or c.formula or c.is_struck))


def cells_of(findings: Sequence[ToldFinding]) -> dict[str, set[tuple[int, int]]]:
    """The cells that findings about single cells mark, by sheet."""
    cells: dict[str, set[tuple[int, int]]] = {}
    for finding in findings:
        for place in finding.places:
            if place.row and place.column:
                cells.setdefault(place.sheet, set()).add((place.row, place.column))
    return cells


def the_book(content: bytes) -> openpyxl.Workbook:
    """The workbook as openpyxl opens it; it says aloud what it would drop on saving, which does not matter here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return openpyxl.load_workbook(io.BytesIO(content))


def by_openpyxl() -> bytes:
    """A workbook with much that libraries lose: formats, conditions, drop-downs, comments, tables, charts, names."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "Projekte"
    line = Side(style="thin", color="FF112233")
    for row in range(4, 9):
        for column in range(1, 6):
            cell = sheet.cell(row, column, f"r{row}c{column}" if column < 4 or row == 4 else row * column / 3)
            cell.border = Border(left=line, bottom=line)
            cell.number_format = "#,##0.00" if column >= 4 else "@"
            cell.alignment = Alignment(horizontal="center", wrap_text=True)
    for column in range(1, 6):
        sheet.cell(4, column).font = Font(bold=True, color="FFFFFFFF")
        sheet.cell(4, column).fill = PatternFill("solid", fgColor="FF1F4E79")
    sheet["B6"].fill = PatternFill("solid", fgColor="FFFFC000")
    sheet["C7"].protection = Protection(locked=False)
    sheet["B5"].comment = Comment("Bitte stehen lassen", "Sachgebiet 1")
    sheet["E8"] = "=D8*2"
    sheet.conditional_formatting.add(
        "D5:D8",
        openpyxl.formatting.rule.CellIsRule(operator="lessThan", formula=["10"], fill=PatternFill("solid", "FF00FF00")),
    )
    choice = openpyxl.worksheet.datavalidation.DataValidation(type="list", formula1='"grün,gelb,rot"', allow_blank=True)
    choice.add("C5:C8")
    sheet.add_data_validation(choice)
    sheet.add_table(openpyxl.worksheet.table.Table(displayName="Vorhaben", ref="A4:E8"))
    sheet.column_dimensions["B"].width = 33
    sheet.row_dimensions[7].hidden = True
    sheet.merge_cells("G2:H3")
    sheet["G2"] = "verbunden"
    sheet.print_area = "A1:E8"
    sheet.print_title_rows = "4:4"
    sheet.auto_filter.ref = "A4:E8"
    sheet.protection.sheet = True
    sheet.freeze_panes = "B5"
    sheet["J1"].hyperlink = "https://example.org/"
    chart = openpyxl.chart.BarChart()
    chart.add_data(openpyxl.chart.Reference(sheet, min_col=4, min_row=4, max_row=8), titles_from_data=True)
    sheet.add_chart(chart, "G10")
    other = book.create_sheet("Risiken & „Chancen“")
    other["A1"] = "Text"
    other.print_area = "A1:B2"
    other.sheet_view.tabSelected = True
    book.create_sheet("geheim").sheet_state = "hidden"
    book["geheim"]["A1"] = "="
    book.defined_names["Satz"] = openpyxl.workbook.defined_name.DefinedName("Satz", attr_text="'Projekte'!$D$5")
    book.active = 1
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def by_xlsxwriter() -> bytes:
    """The same idea by another writer: shared strings, comments, image, chart sheet, x14 parts, names, protection."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet("Projekte")
    money = book.add_format({"num_format": "#,##0.00 €", "bg_color": "#E7E6E6", "border": 1, "locked": False})
    day = book.add_format({"num_format": "dd.mm.yyyy", "italic": True})
    for row in range(3, 12):
        sheet.write_row(row, 0, [f"KLI-{row:03d}", "Titel", "grün"])
        sheet.write_number(row, 3, 1234.5 * row, money)
        sheet.write_datetime(row, 4, datetime(2026, 9, row, tzinfo=UTC).replace(tzinfo=None), day)
        sheet.write_formula(row, 5, f"=D{row + 1}*2", money, 2469.0 * row)
    sheet.write_comment("B5", "Alter Kommentar", {"author": "Sachgebiet 2", "visible": True})
    sheet.write_comment("C6", "Noch einer")
    sheet.conditional_format("D4:D12", {"type": "data_bar", "data_bar_2010": True})
    sheet.conditional_format("F4:F12", {"type": "3_color_scale"})
    sheet.data_validation("C4:C12", {"validate": "list", "source": "=Listen!$A$1:$A$3"})
    sheet.add_sparkline("H5", {"range": "Projekte!D4:D12"})
    sheet.set_column("B:B", 40)
    sheet.set_column("K:K", 12, money, {"hidden": True})
    sheet.set_row(20, 30, day)
    sheet.protect("", {"format_cells": True})
    sheet.insert_textbox("J2", "Ein Textfeld")
    sheet.insert_button("J8", {"caption": "Knopf"})
    sheet.set_header("&LKopf&RSeite &P")
    sheet.print_area("A1:F12")
    sheet.repeat_rows(3)
    sheet.autofilter("A4:F12")
    sheet.outline_settings(True)
    other = book.add_worksheet("Listen")
    other.write_column("A1", ["grün", "gelb", "rot"])
    other.hide()
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "=Projekte!$D$4:$D$12"})
    sheet.insert_chart("J12", chart)
    page = book.add_chartsheet("Diagramm")
    second = book.add_chart({"type": "bar"})
    second.add_series({"values": "=Projekte!$D$4:$D$12"})
    page.set_chart(second)
    page.activate()
    third = book.add_worksheet("Rückmeldung")
    third.write_string(0, 0, "Das ist ein Blatt der Gesellschaft.")
    third.print_area("A1:B2")
    book.define_name("Satz", "=Projekte!$D$4")
    book.define_name("Listen!Eigen", "=Listen!$A$1")
    book.set_properties({"title": "Titel", "author": "Sachgebiet 3"})
    book.close()
    return stream.getvalue()
