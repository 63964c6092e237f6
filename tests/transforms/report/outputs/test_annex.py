"""The workbook of tables: numbers one can calculate with, ready to filter and to print, and no text that runs."""

import zipfile
from datetime import datetime
from io import BytesIO

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.builders import a_project
from tests.transforms.report.outputs.quarters import facts_for, full_facts, full_outputs
from tests.transforms.report.returns import a_return
from transforms.report.outputs.annex import render_annex

SHEETS = [
    "Überblick",
    "Beschlussbedarf",
    "Offen aus Vorquartalen",
    "Beschlüsse",
    "Veränderungen",
    "Projekte",
    "Meilensteine",
    "Verschiebungen",
    "Finanzen",
    "Kennzahlen",
    "Verläufe",
    "Risiken",
    "Zusammenarbeit",
    "Lieferstand",
    "Befunde",
    "Widersprüche",
    "Berichtigt",
    "Methodik",
    "Zahlen",
]


def opened(content: bytes | None = None) -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(content or full_outputs()["xlsx"]))


def header_row(sheet: Worksheet) -> int:
    assert sheet.auto_filter.ref
    return int("".join(filter(str.isdigit, sheet.auto_filter.ref.split(":")[0])))


def test_each_table_has_a_sheet() -> None:
    assert opened().sheetnames == SHEETS


@pytest.mark.parametrize("name", SHEETS[1:])
def test_a_sheet_can_be_filtered_read_while_scrolling_and_printed(name: str) -> None:
    sheet = opened()[name]
    head = header_row(sheet)

    assert sheet.freeze_panes in (f"B{head + 1}", f"C{head + 1}")
    assert sheet.print_title_rows == f"${head}:${head}"
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
    assert sheet.page_setup.fitToHeight == 0
    assert "&P" in str(sheet.oddFooter.right.text)
    assert all(dimension.width >= 7 for dimension in sheet.column_dimensions.values())


def test_amounts_are_numbers_in_eur_and_days_are_days() -> None:
    sheet = opened()["Projekte"]
    head = header_row(sheet)
    heads = {cell.value: cell.column for cell in sheet[head]}
    row = next(row for row in sheet.iter_rows(min_row=head + 1) if row[0].value == "KLI-002")

    assert row[heads["Prognose"] - 1].value == 1234567.89
    assert row[heads["Prognose"] - 1].number_format == "#,##0.00"
    assert row[heads["Ende Prognose"] - 1].value == datetime(2027, 5, 31)  # noqa: DTZ001 - a day of a spreadsheet
    assert row[heads["Ende Prognose"] - 1].number_format == "dd.mm.yyyy"


def test_each_row_of_a_return_says_where_it_stands() -> None:
    sheet = opened()["Projekte"]
    head = header_row(sheet)
    heads = {cell.value: cell.column for cell in sheet[head]}
    row = next(row for row in sheet.iter_rows(min_row=head + 1) if row[0].value == "KLI-002")

    assert [row[heads[name] - 1].value for name in ("Meldung", "Blatt", "Zeile")] == ["KLI-2026-Q3-1", "Projekte", 6]


def test_texts_from_returns_are_never_formulas_or_links() -> None:
    hostile = {"title": '=HYPERLINK("http://x.example";"y")', "next_step": "@SUM(A1)", "benefit": "https://x.example"}
    content = render_annex(facts_for("lenkungskreis", [a_return(projects=[a_project(**hostile)])]))
    told = {cell.value: cell for row in opened(content)["Projekte"].iter_rows() for cell in row}

    for text in hostile.values():
        assert told[text].data_type == "s"
        assert told[text].hyperlink is None
    assert told[hostile["title"]].style is not None
    assert told[hostile["title"]].quotePrefix
    with zipfile.ZipFile(BytesIO(content)) as package:
        parts = [package.read(name) for name in package.namelist() if name.startswith("xl/worksheets")]
    assert not any(b"<f>" in part or b"<hyperlink" in part for part in parts)


def test_sheets_say_edition_state_and_unit() -> None:
    for sheet in opened():
        front = " ".join(str(cell.value) for row in sheet.iter_rows(max_row=3) for cell in row if cell.value)
        assert "Beträge in EUR. Stichtag 30.09.2026, 7 von 8 geliefert, es fehlt: Kultur Räume" in front
        assert "Entwurf" in front
        assert "fiktive Zahlen" in front
        assert "Lenkungskreis" in str(sheet.oddHeader.left.text)


def test_nobody_delivered_gives_a_sound_workbook() -> None:
    assert opened(render_annex(facts_for("lenkungskreis", []))).sheetnames == SHEETS


def test_the_sum_is_no_row_of_the_filter() -> None:
    sheet = opened()["Finanzen"]
    last = int("".join(filter(str.isdigit, sheet.auto_filter.ref.split(":")[1])))

    assert sheet.cell(last + 1, 1).value == "Summe"
    assert sheet.cell(last + 1, 2).value == float(str(full_facts().finance.total.budget.value))


def test_heads_stand_above_their_numbers_and_lines_run_through_empty_cells() -> None:
    sheet = opened()["Projekte"]
    head = header_row(sheet)
    heads = {cell.value: cell for cell in sheet[head]}
    last = {name: sheet.cell(sheet.max_row, cell.column) for name, cell in heads.items()}

    for name, side in {"Plan": "right", "Ende Prognose": "right", "Projekt": None}.items():
        assert heads[name].alignment.horizontal == last[name].alignment.horizontal == side
    assert last["Ursache"].value is None
    assert {last[name].border.bottom.style for name in ("Nr.", "Ursache", "Plan")} == {"thin"}
