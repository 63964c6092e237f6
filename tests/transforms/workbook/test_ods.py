"""The template as OpenDocument says what the template as xlsx says: the same cells, checks, notes and ways."""

import re
import subprocess
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET
from zipfile import ZIP_STORED, ZipFile

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from schemas.quarter import Quarter
from schemas.workbook import RawSheet, RawWorkbook
from tests.programs import OFFICE, needs_office
from transforms.workbook.ods_book import OdsBook
from transforms.workbook.ods_styles import shown_number
from transforms.workbook.ods_xml import NAMESPACES, inline, paragraphs
from transforms.workbook.reading import read_workbook
from transforms.workbook.template_plan import PlannedPoint, plan_template
from transforms.workbook.template_render import render

Q4 = Quarter(2026, 4)
PROJECT = {
    "project_id": "KLI-001",
    "title": "=1+1 ist kein  Rechenschritt",
    "benefit": "Zwei Zeilen,\ndie zweite mit <Winkeln> & Und",
    "status_overall": "yellow",
    "partner_orgs": ("SWG", "BIB"),
    "start_date": date(2025, 3, 1),
    "progress_pct": Decimal("35.5"),
    "budget_total": Decimal("148000.50"),
}
TABLE = f"{{{NAMESPACES['table']}}}"


def a_plan() -> Any:
    plan = plan_template("KLI", Q4, {"project": [PROJECT]}, {"contact_mailbox": "digital@kli.example"})
    [cover, projects, *others] = plan.sheets
    [row] = projects.rows
    noted = (row[0]._replace(note="Erste Zeile\nzweite"), *row[1:])
    sheets = (cover, type(projects)(**{**_fields(projects), "rows": (noted,), "hidden_rows": frozenset({0})}), *others)
    point = PlannedPoint("Fehler", "Projekte", "Q5", "Bitte ergänzen")
    return type(plan)(plan.org_code, plan.quarter, sheets, (point,), Quarter(2026, 3))


def _fields(of: Any) -> dict[str, Any]:
    return {name: getattr(of, name) for name in type(of).__struct_fields__}


@pytest.fixture(scope="module")
def both() -> dict[str, bytes]:
    return {kind: render(a_plan(), kind) for kind in ("xlsx", "ods")}


def read(content: bytes, kind: str) -> RawWorkbook:
    workbook = read_workbook(content, f"D8_KLI_2026-Q4_v01.{kind}")
    assert isinstance(workbook, RawWorkbook)
    return workbook


def part(content: bytes, name: str) -> ET.Element:
    return ET.fromstring(ZipFile(BytesIO(content)).read(name))  # noqa: S314 - our own


def grid(content: bytes, sheet: str) -> dict[tuple[int, int], ET.Element]:
    """The cells of a sheet by row and column, as far as anything hangs on them."""
    [table] = [one for one in part(content, "content.xml").iter(f"{TABLE}table") if one.get(f"{TABLE}name") == sheet]
    cells, row = {}, 0
    for line in table.iter(f"{TABLE}table-row"):
        times = int(line.get(f"{TABLE}number-rows-repeated", 1))
        for again in range(times):
            for column, cell in enumerate(line.findall(f"{TABLE}table-cell"), start=1):
                cells[row + again + 1, column] = cell
        row += times
    return cells


def test_both_formats_are_read_as_the_same_cells(both: dict[str, bytes]) -> None:
    xlsx, ods = (read(both[kind], kind) for kind in ("xlsx", "ods"))

    assert [sheet.name for sheet in xlsx.sheets] == [sheet.name for sheet in ods.sheets]
    assert ods.defined_names.keys() == {"D8_V1"}
    for one, other in zip(xlsx.sheets, ods.sheets, strict=True):
        if one.name != "Hinweise":  # it names the file, which has another ending
            assert seen(one) == seen(other)
        assert one.hidden_rows == other.hidden_rows == ({5} if one.name == "Projekte" else frozenset())


def seen(sheet: RawSheet) -> dict[tuple[int, int], tuple[object, ...]]:
    """What the reader sees that matters: value, kind and fill of each cell."""
    return {(cell.row, cell.column): (cell.value, cell.kind, cell.fill) for cell in sheet.cells}


def test_every_cell_is_checked_in_the_same_way(both: dict[str, bytes]) -> None:
    book = load_workbook(BytesIO(both["xlsx"]))
    definitions = {
        found.get(f"{TABLE}name"): found
        for found in part(both["ods"], "content.xml").iter(f"{TABLE}content-validation")
    }
    for name in book.sheetnames[:1] + book.sheetnames[2:8]:
        cells = grid(both["ods"], name)
        for (row, column), cell in cells.items():
            theirs = check_of(book[name], row, column)
            found = definitions.get(cell.get(f"{TABLE}content-validation-name"))
            assert (theirs is None) == (found is None), (name, row, column)
            if theirs is not None and found is not None and row in (5, 6, 504):
                prompt = found.find(f"{TABLE}help-message")
                assert prompt is not None
                assert "".join(prompt.itertext()) == theirs.prompt
                assert has_list(found) == (theirs.formula1 if theirs.type == "list" else None)


def check_of(sheet: Worksheet, row: int, column: int) -> Any:
    address = sheet.cell(row, column).coordinate
    return next((check for check in sheet.data_validations.dataValidation if address in check.sqref), None)


def has_list(check: ET.Element) -> str | None:
    found = re.search(r"in-list\(\[\$(\w+)\.([^:]+):\.(.+)\]\)", check.get(f"{TABLE}condition") or "")
    return f"{found[1]}!{found[2]}:{found[3]}" if found else None


def test_notes_and_ways_to_cells_are_there(both: dict[str, bytes]) -> None:
    cells = grid(both["ods"], "Projekte")
    note = cells[5, 1].find(f"{{{NAMESPACES['office']}}}annotation")
    [way] = part(both["ods"], "content.xml").iter(f"{{{NAMESPACES['text']}}}a")

    assert note is not None
    assert [line.text for line in note.findall(f"{{{NAMESPACES['text']}}}p")] == ["Erste Zeile", "zweite"]
    assert way.get(f"{{{NAMESPACES['xlink']}}}href") == "#'Projekte'.Q5"


def test_sheets_are_protected_without_password_and_what_is_filled_in_is_not(both: dict[str, bytes]) -> None:
    root = part(both["ods"], "content.xml")
    tables = {table.get(f"{TABLE}name"): table for table in root.iter(f"{TABLE}table")}
    style = f"{{{NAMESPACES['style']}}}"
    locked = {
        found.get(f"{style}name"): properties.get(f"{style}cell-protect")
        for found in root.iter(f"{style}style")
        for properties in found.findall(f"{style}table-cell-properties")
    }
    cells = grid(both["ods"], "Projekte")

    assert tables["Projekte"].get(f"{TABLE}protected") == "true"
    assert tables["Projekte"].get(f"{TABLE}protection-key") is None
    assert tables["Listen"].get(f"{TABLE}protected") is None
    assert [locked[cells[row, 2].get(f"{TABLE}style-name")] for row in (4, 5, 300)] == ["protected", "none", "none"]


def test_the_same_plan_gives_the_same_bytes_without_clock_or_author(both: dict[str, bytes]) -> None:
    package = ZipFile(BytesIO(both["ods"]))
    meta = package.read("meta.xml").decode()

    assert both["ods"] == render(a_plan(), "ods")
    assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert "creator" not in meta
    assert "<dc:language>de-DE</dc:language>" in meta


def test_the_kind_of_file_is_known_by_its_first_bytes(both: dict[str, bytes]) -> None:
    first = ZipFile(BytesIO(both["ods"])).infolist()[0]

    assert (first.filename, first.compress_type) == ("mimetype", ZIP_STORED)
    assert b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet" in both["ods"][:100]


def test_headings_stay_in_view(both: dict[str, bytes]) -> None:
    config = f"{{{NAMESPACES['config']}}}"
    views = part(both["ods"], "settings.xml").iter(f"{config}config-item-map-entry")
    [projects] = [view for view in views if view.get(f"{config}name") == "Projekte"]
    items = {item.get(f"{config}name"): item.text for item in projects}

    assert (items["HorizontalSplitMode"], items["HorizontalSplitPosition"], items["PositionRight"]) == ("2", "2", "2")
    assert (items["VerticalSplitMode"], items["VerticalSplitPosition"], items["PositionBottom"]) == ("2", "4", "4")


@pytest.mark.parametrize(
    ("number", "pattern", "expected"),
    [
        (148000.5, "#,##0.00", "148.000,50"),
        (0.35, "0%", "35%"),
        (0.355, "0.0###%", "35,5%"),
        (1450.0, "#,##0.00###", "1.450,00"),
        (48.9, "#,##0.0###", "48,9"),
        (12000.0, "#,##0", "12.000"),
        (3.0, "General", "3"),
    ],
)
def test_numbers_are_shown_in_german(number: float, pattern: str, expected: str) -> None:
    assert shown_number(number, pattern) == expected


def test_a_number_format_without_words_is_our_mistake_and_said() -> None:
    target = BytesIO()
    book = OdsBook(target)
    book.set_properties({"title": "x", "created": date(2026, 1, 1)})
    book.add_worksheet("x").write_number(0, 0, 1.0, book.add_format({"num_format": "[h]:mm"}))

    with pytest.raises(ValueError, match=r"\[h\]:mm"):
        book.close()


def test_spaces_tabs_and_lines_survive_and_what_xml_forbids_is_left_out() -> None:
    assert inline("  a   b\tc\x07") == '<text:s text:c="2"/>a <text:s text:c="2"/>b<text:tab/>c'
    assert paragraphs("a\nb") == "<text:p>a</text:p><text:p>b</text:p>"


@needs_office
def test_libreoffice_opens_it_and_keeps_drop_downs_notes_and_protection(both: dict[str, bytes], tmp_path: Path) -> None:
    file = tmp_path / "D8_KLI_2026-Q4_v01.ods"
    file.write_bytes(both["ods"])

    options = (f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", "xlsx")
    command = [OFFICE, *options, "--outdir", str(tmp_path), str(file)]
    subprocess.run(command, capture_output=True, timeout=200, check=True)

    saved, ours = (load_workbook(source) for source in (tmp_path / f"{file.stem}.xlsx", BytesIO(both["xlsx"])))
    assert saved.sheetnames == ours.sheetnames
    del saved["Hinweise"]  # it names the file, which has another ending here
    for name in saved.sheetnames:
        cells = {
            cell.coordinate: cell.value for row in saved[name].iter_rows() for cell in row if cell.value is not None
        }
        assert cells == {
            cell.coordinate: cell.value for row in ours[name].iter_rows() for cell in row if cell.value is not None
        }
        assert saved[name].protection.sheet == ours[name].protection.sheet
    light = check_of(saved["Projekte"], 7, 12)
    assert (light.type, light.formula1.replace("$", "")) == (
        "list",
        check_of(ours["Projekte"], 7, 12).formula1.replace("$", ""),
    )
    assert saved["Projekte"]["A5"].comment.text.endswith("Erste Zeile\nzweite")
    assert saved["Projekte"]["H5"].is_date
    assert saved["Offene Punkte"]["C5"].hyperlink.location.replace("'", "").replace("$", "") == "Projekte!Q5"
