from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from schemas.contract import TEMPLATE_VERSION
from schemas.place import Place
from schemas.quarter import Quarter
from schemas.workbook import RawSheet
from tests.transforms.parsing.workbooks import (
    a_cell,
    a_cover,
    a_row,
    a_sheet,
    a_table,
    a_workbook,
    found,
    parsed,
    the_finding,
)
from transforms.parsing.submission import parse_submission


def the_cover(submission: Any) -> Any:
    assert submission.cover is not None
    return submission.cover


def moved(sheet: RawSheet, rows: int, columns: int) -> RawSheet:
    cells = tuple(cell._replace(row=cell.row + rows, column=cell.column + columns) for cell in sheet.cells)
    return RawSheet(sheet.name, cells)


def test_the_deckblatt_says_whose_return_it_is_and_for_which_quarter() -> None:
    submission = parsed()

    assert (submission.org_code, submission.quarter) == ("KLI", Quarter(2026, 3))
    assert the_cover(submission).values["as_of_date"] == date(2026, 9, 30)
    assert str(the_cover(submission).place("money_unit")) == "Deckblatt!B12"
    assert submission.file_format == "xlsx"


@pytest.mark.parametrize(("rows", "columns"), [(0, 0), (10, 0), (-3, 3)])
def test_labels_are_found_wherever_they_stand(rows: int, columns: int) -> None:
    sheet = RawSheet("Deckblatt", tuple(cell for cell in a_cover().cells if cell.row > 3))
    submission = parsed(moved(sheet, rows, columns))

    assert found(submission) == []
    assert the_cover(submission).place("org_code") == Place("Deckblatt", 5 + rows, 2 + columns)


def test_values_may_stand_one_column_further_right() -> None:
    cells = tuple(cell._replace(column=cell.column * 2 - 1) for cell in a_cover().cells)
    submission = parsed(RawSheet("Deckblatt", cells))

    assert submission.org_code == "KLI"
    assert the_cover(submission).place("org_code").column == 3


def test_a_note_beside_an_empty_value_is_not_the_value() -> None:
    cover = a_cover(contact_mailbox=None)
    submission = parsed(RawSheet("Deckblatt", (*cover.cells, a_cell("bitte Funktionspostfach", 11, 3))))

    assert the_cover(submission).values["contact_mailbox"] is None


def test_two_columns_of_labels_are_read() -> None:
    pairs = {
        3: ["Vorlagenversion", "1.0", "Gesellschaft", "KLI"],
        4: ["Berichtsquartal", "Q3/2026", "Stichtag", "30.09.2026"],
        5: ["Status der Meldung", "Freigegeben", "Geldeinheit", "TEUR"],
    }
    submission = parsed(a_sheet("Deckblatt", pairs))

    assert (submission.org_code, submission.quarter) == ("KLI", Quarter(2026, 3))
    assert submission.tables["project"][0].values["budget_total"] == Decimal("100000000.00")


def test_labels_with_colons_and_aliases_are_known() -> None:
    entries = {
        4: ["Vorlagenversion:", "1.0"],
        5: ["Organisation:", "Klinikum Gütersloh gGmbH"],
        6: ["Quartal", "Q3/2026"],
    }
    submission = parsed(a_sheet("Deckblatt", entries))

    assert (submission.org_code, submission.quarter) == ("KLI", Quarter(2026, 3))
    assert [rule for rule, _ in found(submission)] == ["S04", "S04", "C13"]


def test_a_label_that_stands_twice_is_not_decided() -> None:
    cover = a_cover()
    submission = parsed(RawSheet("Deckblatt", (*cover.cells, a_cell("Geldeinheit", 20, 1), a_cell("TEUR", 20, 2))))

    assert ("S06", "Deckblatt!A12") in found(submission)
    assert not submission.is_readable


@pytest.mark.parametrize("version", ["1.0", 1.0, "1,0", "V1.0", "Version 1.0"])
def test_the_version_is_known_however_excel_stored_it(version: Any) -> None:
    submission = parsed(a_cover(template_version=version))

    assert found(submission) == []
    assert the_cover(submission).values["template_version"] == "1.0"


def test_an_unknown_version_is_an_error_and_tried_with_the_current_layout() -> None:
    submission = parsed(a_cover(template_version="7.3"))

    assert found(submission) == [("F06", "Deckblatt!B4")]
    assert the_finding(submission, "F06").message == (
        f"Vorlagenversion 7.3 ist unbekannt. Bitte die aktuelle Vorlage {TEMPLATE_VERSION} verwenden."
    )
    assert the_cover(submission).failed == {"template_version"}
    assert len(submission.tables["project"]) == 1


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("org_code", "Kegelclub", "C07"),
        ("report_quarter", "3/2026", "C03"),
        ("report_quarter", "Spielzeit 26/27", "C03"),
    ],
)
def test_who_or_when_that_cannot_be_told_is_nobody_and_no_quarter(field: str, value: str, rule: str) -> None:
    submission = parsed(a_cover(**{field: value}))

    assert [found_rule for found_rule, _ in found(submission)] == [rule]
    assert (submission.org_code is None) == (field == "org_code")
    assert (submission.quarter is None) == (field == "report_quarter")
    assert the_cover(submission).failed == {field}


def test_a_missing_entry_is_left_to_the_rules() -> None:
    submission = parsed(a_cover(report_quarter=None))

    assert found(submission) == []
    assert submission.quarter is None
    assert str(the_cover(submission).place("report_quarter")) == "Deckblatt!B6"


def test_a_quarter_without_year_takes_that_of_the_stichtag() -> None:
    submission = parsed(a_cover(report_quarter="3. Quartal"))

    assert submission.quarter == Quarter(2026, 3)
    assert found(submission) == [("C13", "Deckblatt!B6")]


def test_a_workbook_of_another_form_has_no_deckblatt() -> None:
    submission = parse_submission(a_workbook(without=["Deckblatt"]), "Urlaubsplan.xlsx")

    assert found(submission) == [("S01", "Deckblatt")]
    assert the_finding(submission, "S01").message == "Tabellenblatt „Deckblatt“ fehlt."
    assert (submission.org_code, submission.quarter, submission.cover) == (None, None, None)
    assert not submission.is_readable
    assert submission.tables["project"] == ()


def test_a_deckblatt_without_any_label_is_none() -> None:
    submission = parsed(a_sheet("Deckblatt", {1: ["Urlaubsplan"], 3: ["Name", "Tage"]}))

    assert found(submission) == [("S02", "Deckblatt")]
    assert not submission.is_readable


def test_a_missing_sheet_stops_but_the_others_are_read() -> None:
    submission = parse_submission(a_workbook(without=["Risiken"]), "x.xlsx")

    assert found(submission) == [("S01", "Risiken")]
    assert not submission.is_readable
    assert submission.tables["risk"] == ()
    assert len(submission.tables["project"]) == 1


def test_a_fehlanzeige_needs_only_the_deckblatt() -> None:
    nothing = ["Projekte", "Meilensteine", "Kennzahlen", "Risiken", "Beschlussbedarf", "Zusammenarbeit"]
    cover = a_cover(submission_status="Fehlanzeige")

    submission = parse_submission(a_workbook(cover, without=nothing), "x.xlsx")

    assert found(submission) == []
    assert submission.is_readable
    assert set(submission.tables.values()) == {()}


def test_a_sheet_without_any_cell_is_empty_where_the_contract_allows_it() -> None:
    assert found(parsed(RawSheet("Risiken", ()), RawSheet("Zusammenarbeit", ()))) == []
    assert found(parsed(RawSheet("Projekte", ()))) == [("S02", "Projekte")]
    assert found(parsed(a_cover(submission_status="Fehlanzeige"), RawSheet("Projekte", ()))) == []


@pytest.mark.parametrize("name", ["Projektliste", "projekte ", "PROJEKTE"])
def test_sheets_are_found_by_name_and_alias(name: str) -> None:
    sheet = RawSheet(name, a_table("project", a_row("project", phase="Unfug")).cells)
    submission = parse_submission(a_workbook(sheet, without=["Projekte"]), "x.xlsx")

    assert found(submission) == [("C07", f"{name}!G5")]


def test_old_copies_of_a_sheet_are_not_read() -> None:
    copies = [RawSheet(name, a_table("project").cells) for name in ("Projekte (2)", "Q2_alt", "Tabelle1")]

    assert found(parsed(*copies)) == []


def test_two_sheets_for_one_table_are_not_decided() -> None:
    submission = parsed(RawSheet("Projektliste", a_table("project").cells))

    assert found(submission) == [("S02", "Projekte")]
    assert [place.sheet for place in the_finding(submission, "S02").places] == ["Projekte", "Projektliste"]
    assert not submission.is_readable


@pytest.mark.parametrize(
    "name",
    [
        "D8_KLI_2026-Q3_v01.xlsx",
        "Statusbericht Klinikum 2026-Q3 final.xlsx",
        "Bericht.xlsx",
        "KLI.xlsx",
        "bib_2026-q3.xlsx",
    ],
)
def test_a_file_name_that_agrees_or_says_nothing_is_no_matter(name: str) -> None:
    assert found(parsed(file_name=name)) == []


@pytest.mark.parametrize(
    "name", ["D8_BIB_2026-Q3_v01.xlsx", "D8_KLI_2026-Q2_v01.xlsx", "Kopie von KLI Q2 2026 (1).xlsx"]
)
def test_a_file_name_that_contradicts_the_deckblatt_is_told_and_loses(name: str) -> None:
    submission = parsed(file_name=name)

    assert found(submission) == [("F07", "")]
    assert the_finding(submission, "F07").message == (
        f"Dateiname ({name}) und Deckblatt (KLI, 2026-Q3) widersprechen sich; es gilt das Deckblatt."
    )
    assert submission.quarter == Quarter(2026, 3)


def test_the_1904_date_system_is_told() -> None:
    assert found(parsed(is_date_1904=True)) == [("F04", "")]


def test_links_to_other_files_are_told_with_their_cells() -> None:
    linked = a_cell(1000.0, formula="[1]Budget!B4")
    submission = parsed(
        a_table("project", a_row("project", actual_cum=linked)), external_links=("/srv/Budget2025.xlsx",)
    )

    assert found(submission) == [("F05", "Projekte!S5")]
    assert "(Projekte!S5)" in the_finding(submission, "F05").message
    assert submission.tables["project"][0].values["actual_cum"] == Decimal("1000.00")


def test_links_without_a_cell_are_told_with_the_file() -> None:
    message = the_finding(parsed(external_links=(r"C:\Daten\Budget2025.xlsx",)), "F05").message

    assert "(Budget2025.xlsx)" in message
