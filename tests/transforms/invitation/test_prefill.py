"""The next workbook holds what was accepted, asks for what must be new, and points at what is open."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from schemas.findings import Severity
from schemas.invitation import LastReturn, OpenFinding
from schemas.quarter import Quarter
from tests.builders import a_cover, a_decision_request, a_milestone, a_project, a_risk, a_version, an_indicator_value
from transforms.invitation.prefill import At, Prefilled, prefill
from transforms.invitation.workbook import invitation_name, write_invitation
from transforms.parsing.submission import parse_submission
from transforms.workbook.reading import RawWorkbook, read_workbook

Q2, Q3 = Quarter(2026, 2), Quarter(2026, 3)


def a_last_return(*findings: OpenFinding, decided: frozenset[str] = frozenset(), **content: Any) -> LastReturn:
    return LastReturn(a_version("2026-Q2", **content), findings, decided)


def known(*findings: OpenFinding, quarter: Quarter = Q3, **content: Any) -> Prefilled:
    return prefill(a_last_return(*findings, **content), "KLI", quarter)


def read_back(last: LastReturn, quarter: Quarter = Q3) -> Any:
    read = read_workbook(write_invitation("KLI", quarter, last), "x.xlsx")
    assert isinstance(read, RawWorkbook)
    return parse_submission(read, "x.xlsx")


def test_a_project_comes_along_as_it_was_accepted() -> None:
    last = a_last_return(projects=[a_project(actual_cum=Decimal("123456.78"), progress_pct=Decimal(45))])

    [project] = read_back(last).tables["project"]

    assert project.values == last.version.tables["project"][0]


@pytest.mark.parametrize("phase", ["completed", "cancelled"])
def test_a_project_that_is_over_comes_no_more_and_neither_does_what_belongs_to_it(phase: str) -> None:
    taken = known(projects=[a_project(phase=phase)], milestones=[a_milestone()], risks=[a_risk()])

    assert not taken.rows["project"]
    assert not taken.rows["milestone"]
    assert not taken.rows["risk"]


def test_the_release_is_never_carried_on() -> None:
    taken = known(cover=a_cover(approved_by_role="Geschäftsführung", contact_mailbox="digital@kli.example"))

    assert taken.cover["submission_status"] == "draft"
    assert taken.cover["approved_on"] is None
    assert taken.cover["overall_assessment"] is None
    assert taken.cover["contact_mailbox"] == "digital@kli.example"


def test_an_indicator_asks_for_its_value_and_tells_the_last_one() -> None:
    taken = known(
        indicator_values=[an_indicator_value(kpi_code="KLI-02", value=Decimal("67.5"), measurement="measured")]
    )

    codes = [row["kpi_code"] for row in taken.rows["kpi_value"]]
    row = codes.index("KLI-02")

    assert codes == ["KLI-01", "KLI-02", "KLI-03", "KLI-04", "KLI-05"]
    assert "value" not in taken.rows["kpi_value"][row]
    assert taken.notes[At("kpi_value", row, "value")] == ("Q2/2026: 67,5 % (gemessen)",)


def test_a_shared_indicator_that_was_reported_comes_along() -> None:
    taken = known(indicator_values=[an_indicator_value(kpi_code="ALL-03")])

    assert [row["kpi_code"] for row in taken.rows["kpi_value"]][-1] == "ALL-03"


def test_an_open_finding_is_told_at_its_row_of_the_new_workbook() -> None:
    finding = OpenFinding("C04", Severity.ERROR, "S6: „abc“ ist keine Zahl.", "Projekte S6", "project", 1, "actual_cum")
    closed, kept = a_project(phase="completed"), a_project(project_id="KLI-002", actual_cum=None)

    taken = known(finding, projects=[closed, kept])

    at = At("project", 0, "actual_cum")
    assert [(point.kind, point.at) for point in taken.points] == [("Fehler", at)]
    assert "In Ihrer Meldung Q2/2026 (Projekte S6): S6: „abc“ ist keine Zahl." in taken.notes[at][0]


def test_a_finding_on_a_row_that_is_gone_stays_an_open_point_without_a_place() -> None:
    finding = OpenFinding("X13", Severity.WARNING, "…", "Projekte Y5", "project", 0, "operation_secured")

    [point] = known(finding, projects=[a_project(phase="completed")]).points

    assert point.at is None


@pytest.mark.parametrize(
    ("status", "forecast", "is_asked"),
    [
        ("open", date(2026, 9, 30), True),
        ("open", date(2026, 10, 1), False),
        ("reached", date(2026, 6, 1), False),
    ],
)
def test_a_milestone_whose_day_has_come_is_asked_for(*, status: str, forecast: date, is_asked: bool) -> None:
    actual = date(2026, 6, 1) if status == "reached" else None
    milestone = a_milestone(milestone_status=status, date_forecast=forecast, date_actual=actual)

    points = known(milestones=[milestone]).points

    assert [point.at for point in points] == ([At("milestone", 0, "date_forecast")] if is_asked else [])


def test_a_request_that_was_decided_comes_no_more() -> None:
    last = a_last_return(decided=frozenset({"KLI-B01"}), decision_requests=[a_decision_request(decision_id="KLI-B01")])

    assert not prefill(last, "KLI", Q3).rows["decision_request"]


def test_for_the_same_quarter_it_is_a_workbook_to_correct() -> None:
    last = a_last_return(indicator_values=[an_indicator_value(kpi_code="KLI-02", value=Decimal("67.5"))])

    taken = prefill(last, "KLI", Q2)

    assert taken.version == 2
    assert taken.cover["overall_assessment"] == last.version.cover["overall_assessment"]
    assert taken.rows["kpi_value"] == list(last.version.tables["kpi_value"])
    assert invitation_name("KLI", Q2, last) == "D8_KLI_2026-Q2_v02.xlsx"
    assert invitation_name("KLI", Q3, last) == invitation_name("KLI", Q3, None) == "D8_KLI_2026-Q3_v01.xlsx"


def test_the_workbook_says_what_is_carried_on_and_links_to_what_is_open() -> None:
    finding = OpenFinding("C04", Severity.ERROR, "„abc“ ist keine Zahl.", "Projekte S5", "project", 0, "actual_cum")
    book = load_workbook(BytesIO(write_invitation("KLI", Q3, a_last_return(finding))))
    projects, points = book["Projekte"], book["Offene Punkte"]

    assert book.sheetnames[:3] == ["Deckblatt", "Offene Punkte", "Projekte"]
    assert "Kursiv: Stand Q2/2026" in projects["A3"].value
    assert projects["G5"].font.italic
    assert not projects["B5"].font.italic
    assert "keine Zahl" in projects["S5"].comment.text
    assert points["C5"].hyperlink.location == "'Projekte'!S5"


def test_the_protection_leaves_cells_filters_and_rows_free() -> None:
    book = load_workbook(BytesIO(write_invitation("KLI", Q3, a_last_return())))
    sheet = book["Projekte"]

    assert sheet.protection.sheet
    assert sheet.protection.password is None
    assert not sheet.protection.autoFilter
    assert not sheet.protection.formatColumns
    assert not sheet.protection.deleteRows
    assert sheet.auto_filter.ref == "A4:AA504"
    assert sheet["A4"].protection.locked
    assert not any(cell.protection.locked for row in sheet["A5:AA16"] for cell in row)
    assert book["Deckblatt"]["B5"].protection.locked
    assert book.properties.language == "de-DE"


def test_the_same_return_gives_the_same_bytes() -> None:
    assert write_invitation("KLI", Q3, a_last_return()) == write_invitation("KLI", Q3, a_last_return())
