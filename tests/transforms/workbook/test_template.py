"""The template as a person and their office program see it; openpyxl looks at the real bytes."""

import re
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from schemas.codes import code_lists, indicators
from schemas.contract import TEMPLATE_VERSION, FieldType, cover, return_tables
from schemas.quarter import Quarter
from schemas.submission import Value
from transforms.contract_texts import shown
from transforms.workbook.template import write_template
from transforms.workbook.template_looks import GREY_CELL

Q3 = Quarter(2026, 3)


def a_template(**arguments: Any) -> Workbook:
    return load_workbook(BytesIO(write_template(**{"org_code": "KLI", "quarter": Q3, **arguments})))


def a_project(**values: Value) -> dict[str, Value]:
    return {"project_id": "KLI-001", "title": "Patientenportal", **values}


def project_cell(workbook: Workbook, field: str) -> Any:
    column = list(return_tables()["project"].fields).index(field) + 1
    return workbook["Projekte"].cell(5, column)


def checks(sheet: Worksheet, address: str) -> list[DataValidation]:
    return [check for check in sheet.data_validations.dataValidation if address in check.sqref]


def test_it_has_the_sheets_of_the_contract_and_then_those_that_are_not_read() -> None:
    workbook = a_template()

    assert workbook.sheetnames == [cover().sheet, *(t.sheet for t in return_tables().values()), "Hinweise", "Listen"]
    assert all(sheet.sheet_state == "visible" for sheet in workbook)


def test_a_table_sheet_has_title_help_and_the_labels_in_row_4() -> None:
    workbook = a_template()

    for table in return_tables().values():
        sheet = workbook[table.sheet]
        assert "Die 8" in sheet["A1"].value
        assert sheet["A2"].value
        assert sheet["A3"].value
        headings = [sheet.cell(4, column).value for column in range(1, sheet.max_column + 1)]
        assert headings == [field.label for field in table.fields.values()]


def test_the_deckblatt_has_label_and_value_side_by_side_from_row_4() -> None:
    sheet = a_template()["Deckblatt"]

    lines = {sheet.cell(row, 1).value: sheet.cell(row, 2).value for row in range(4, sheet.max_row + 1)}

    assert list(lines) == [field.label for field in cover().fields.values()]
    assert lines["Vorlagenversion"] == TEMPLATE_VERSION
    assert lines["Gesellschaft"] == "KLI"
    assert lines["Berichtsquartal"] == "2026-Q3"
    assert lines["Stichtag"] == datetime(2026, 9, 30)  # noqa: DTZ001 - cells know no time zone
    assert lines["Geldeinheit"] == "EUR"
    assert lines["Status der Meldung"] is None


@pytest.mark.parametrize("org_code", ["KLI", "BIB"])
def test_without_rows_the_organisations_own_indicators_are_listed_with_name_and_unit(org_code: str) -> None:
    sheet = a_template(org_code=org_code)["Kennzahlen"]

    listed = [row[:3] for row in sheet.iter_rows(min_row=5, values_only=True) if row[0]]

    own = [kpi for kpi in indicators().values() if kpi.org_code == org_code]
    assert listed == [(kpi.kpi_code, kpi.name, kpi.unit) for kpi in own]


def test_values_are_written_as_people_see_them() -> None:
    project = a_project(
        status_overall="yellow",
        partner_orgs=("SWG", "BIB"),
        end_forecast=date(2027, 3, 31),
        progress_pct=Decimal(35),
        budget_total=Decimal("148000.50"),
    )

    workbook = a_template(rows={"project": [project]})

    assert project_cell(workbook, "status_overall").value == "gelb"
    assert project_cell(workbook, "partner_orgs").value == "SWG; BIB"
    assert project_cell(workbook, "end_forecast").value == datetime(2027, 3, 31)  # noqa: DTZ001
    assert project_cell(workbook, "end_forecast").number_format == "dd.mm.yyyy"
    assert project_cell(workbook, "progress_pct").value == 0.35
    assert project_cell(workbook, "progress_pct").number_format == "0%"
    assert project_cell(workbook, "budget_total").value == 148000.5
    assert project_cell(workbook, "budget_total").number_format == "#,##0.00"


def test_amounts_follow_the_geldeinheit_of_the_deckblatt() -> None:
    project = a_project(budget_total=Decimal("1450000.00"))

    workbook = a_template(rows={"project": [project]}, cover={"money_unit": "TEUR"})

    assert workbook["Deckblatt"]["B12"].value == "TEUR"
    assert project_cell(workbook, "budget_total").value == 1450


def test_each_code_field_offers_exactly_the_labels_of_its_list() -> None:
    workbook = a_template()

    for table in return_tables().values():
        for column, field in enumerate(table.fields.values(), start=1):
            if field.type is not FieldType.CODE or field.code_list == "kpi":
                continue
            sheet = workbook[table.sheet]
            [check] = checks(sheet, sheet.cell(5, column).coordinate)
            name, cells = str(check.formula1).split("!")
            offered = [cell.value for [cell] in workbook[name][cells.replace("$", "")]]
            assert offered == [shown(field.code_list, code) for code in code_lists()[field.code_list].codes]


def test_indicators_of_other_organisations_are_not_offered() -> None:
    workbook = a_template(org_code="VHS")

    [check] = checks(workbook["Kennzahlen"], "A5")
    name, cells = str(check.formula1).split("!")
    offered = {cell.value[:3] for [cell] in workbook[name][cells.replace("$", "")]}

    assert offered == {"ALL", "VHS"}


@pytest.mark.parametrize(
    ("field", "kind", "bounds"),
    [
        ("end_forecast", "date", [36526, 73415]),
        ("progress_pct", "decimal", [0, 1]),
        ("budget_total", "decimal", [0]),
        ("status_reason", "textLength", [300]),
    ],
)
def test_dates_percentages_amounts_and_lengths_are_checked_while_typing(
    field: str, kind: str, bounds: list[int]
) -> None:
    workbook = a_template()

    [check] = checks(workbook["Projekte"], project_cell(workbook, field).coordinate)

    assert check.type == kind
    assert [float(end) for end in (check.formula1, check.formula2) if end is not None] == bounds


def test_each_cell_to_fill_in_tells_what_belongs_there() -> None:
    workbook = a_template()

    for table in return_tables().values():
        for column, field in enumerate(table.fields.values(), start=1):
            [check] = checks(workbook[table.sheet], workbook[table.sheet].cell(5, column).coordinate)
            assert str(check.prompt).startswith(field.description)
    for row, field in enumerate(cover().fields.values(), start=4):
        [check] = checks(workbook["Deckblatt"], f"B{row}")
        assert str(check.prompt).startswith(field.description)


def test_master_data_is_grey_and_the_rest_is_not() -> None:
    workbook = a_template(rows={"project": [a_project()]})

    for field in return_tables()["project"].fields.values():
        fill = project_cell(workbook, field.name).fill
        is_grey = fill.fill_type == "solid" and fill.start_color.rgb == "FF" + GREY_CELL[1:]
        assert is_grey == field.is_master_data, field.name


def test_keys_and_headings_stay_in_view_and_on_every_printed_page() -> None:
    workbook = a_template()

    assert workbook["Projekte"].freeze_panes == "C5"
    assert workbook["Meilensteine"].freeze_panes == "D5"
    for table in return_tables().values():
        assert workbook[table.sheet].print_title_rows == "$4:$4"
        assert workbook[table.sheet].page_setup.orientation == "landscape"
        assert workbook[table.sheet].page_setup.paperSize == 9


def test_a_hidden_name_marks_the_template_and_points_at_its_version() -> None:
    workbook = a_template()

    name = workbook.defined_names["D8_V1"]

    assert name.hidden
    sheet, cell = name.value.split("!")
    assert workbook[sheet][cell].value == TEMPLATE_VERSION


def test_there_are_no_formulas_macros_merged_cells_links_or_names_of_people() -> None:
    content = write_template("KLI", Q3, {"project": [a_project(title="=1+1")]})

    workbook = load_workbook(BytesIO(content))
    assert not [c for sheet in workbook for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    assert not [sheet for sheet in workbook if sheet.merged_cells.ranges]
    assert not workbook.properties.creator
    assert not workbook.properties.lastModifiedBy
    with ZipFile(BytesIO(content)) as package:
        names = package.namelist()
        relations = b"".join(package.read(name) for name in names if name.endswith(".rels"))
    assert not [name for name in names if re.search(r"vba|macro|external|comments", name, re.IGNORECASE)]
    assert b'TargetMode="External"' not in relations


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+49 5241", "-5", "@SUM(A1)", "http://example.org"])
def test_text_that_looks_like_a_formula_or_link_stays_text_even_when_it_is_edited(text: str) -> None:
    workbook = a_template(rows={"project": [a_project(title=text)]})

    cell = project_cell(workbook, "title")

    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)
    assert bool(cell.quotePrefix) == (text[0] in "=+-@")


def test_the_same_input_gives_the_same_bytes() -> None:
    rows = {"project": [a_project(progress_pct=Decimal("12.5"))]}

    assert write_template("KLI", Q3, rows) == write_template("KLI", Q3, rows)


def test_hinweise_explains_every_field_of_the_return() -> None:
    sheet = a_template()["Hinweise"]

    explained = {row[:3] for row in sheet.iter_rows(values_only=True)}

    for table in [cover(), *return_tables().values()]:
        for field in table.fields.values():
            assert (table.sheet, field.label, field.description) in explained


def test_an_unknown_table_field_or_code_is_our_own_mistake_and_refused() -> None:
    with pytest.raises(KeyError, match="projects"):
        write_template("KLI", Q3, {"projects": []})
    with pytest.raises(KeyError, match="titel"):
        write_template("KLI", Q3, {"project": [{"titel": "Patientenportal"}]})
    with pytest.raises(KeyError, match="blue"):
        write_template("KLI", Q3, {"project": [a_project(status_overall="blue")]})
