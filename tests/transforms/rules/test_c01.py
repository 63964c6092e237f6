from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from schemas.contract import Required, TableKind, tables
from schemas.findings import Verdict
from schemas.submission import Row
from tests.builders import (
    a_cooperation,
    a_cover,
    a_decision_request,
    a_funded_project,
    a_history,
    a_milestone,
    a_project,
    a_risk,
    a_submission,
    a_version,
    an_indicator_value,
)
from tests.transforms.rules.judging import found, judged, the_cell

ONE_OF_EACH = {
    "project": a_project,
    "milestone": a_milestone,
    "kpi_value": an_indicator_value,
    "risk": a_risk,
    "decision_request": a_decision_request,
    "cooperation": a_cooperation,
}
ALWAYS_REQUIRED = [
    (table.name, field.name)
    for table in tables().values()
    if table.kind is TableKind.ROWS
    for field in table.fields.values()
    if field.required is Required.YES
]


def with_row(table: str, row: Row) -> Any:
    argument = {
        "project": "projects",
        "milestone": "milestones",
        "kpi_value": "indicator_values",
        "risk": "risks",
        "decision_request": "decision_requests",
        "cooperation": "cooperations",
    }[table]
    rows: dict[str, Any] = {argument: [row]}
    return a_submission(**rows)


def test_a_complete_return_gives_no_finding() -> None:
    checked = judged(a_submission(), a_history())

    assert (checked.verdict, checked.findings) == (Verdict.ACCEPTED, ())


@pytest.mark.parametrize(("table", "field"), ALWAYS_REQUIRED)
def test_a_required_cell_without_a_value_is_named_with_its_label(table: str, field: str) -> None:
    empty: dict[str, Any] = {field: None}
    submission = with_row(table, ONE_OF_EACH[table](**empty))

    [finding] = found("C01", submission)

    place = the_cell(table, field)
    label = tables()[table].fields[field].label
    assert finding.place == place
    assert finding.message == f"{place.sheet} {place.address}: Pflichtangabe „{label}“ fehlt."


@pytest.mark.parametrize(("table", "field"), ALWAYS_REQUIRED)
def test_a_required_cell_that_could_not_be_read_is_not_missing(table: str, field: str) -> None:
    assert found("C01", with_row(table, ONE_OF_EACH[table](failed=[field]))) == []


@pytest.mark.parametrize("field", ["template_version", "as_of_date", "submission_status", "money_unit"])
def test_the_deckblatt_must_be_complete_or_the_return_is_rejected(field: str) -> None:
    empty: dict[str, Any] = {field: None}
    submission = a_submission(cover=a_cover(**empty))

    assert [finding.place for finding in found("C01", submission)] == [the_cell("submission", field)]
    assert judged(submission).verdict is Verdict.REJECTED


@pytest.mark.parametrize("field", ["approved_by_role", "approved_on"])
def test_only_a_released_return_names_its_release(field: str) -> None:
    empty: dict[str, Any] = {field: None}

    assert len(found("C01", a_submission(cover=a_cover(**empty)))) == 1
    assert found("C01", a_submission(cover=a_cover(**empty, submission_status="draft"))) == []


def test_a_correction_says_why() -> None:
    history = a_history(a_version("2026-Q2"), a_version("2026-Q3"))
    without, given = a_cover(), a_cover(correction_reason="Betrag berichtigt")

    [finding] = found("C01", a_submission(cover=without), history)

    assert finding.place == the_cell("submission", "correction_reason")
    assert judged(a_submission(cover=without), history).verdict is Verdict.REJECTED
    assert judged(a_submission(cover=given), history).verdict is Verdict.ACCEPTED


@pytest.mark.parametrize(
    ("phase", "is_required"),
    [
        ("idea", False),
        ("procurement", False),
        ("implementation", True),
        ("pilot", True),
        ("operation", True),
        ("completed", True),
        ("paused", False),
        ("cancelled", False),
    ],
)
def test_progress_is_required_from_implementation_on(phase: str, *, is_required: bool) -> None:
    project = a_project(phase=phase, progress_pct=None)

    assert bool(found("C01", a_submission([project]))) is is_required


@pytest.mark.parametrize(("phase", "is_required"), [("operation", True), ("completed", False), ("cancelled", False)])
def test_a_next_step_is_required_until_the_project_is_over(phase: str, *, is_required: bool) -> None:
    assert bool(found("C01", a_submission([a_project(phase=phase, next_step=None)]))) is is_required


@pytest.mark.parametrize(
    ("phase", "funding_end", "is_required"),
    [
        ("pilot", date(2030, 1, 1), True),
        ("implementation", date(2030, 1, 1), True),
        ("operation", date(2027, 9, 30), True),
        ("operation", date(2027, 10, 1), False),
    ],
)
def test_operation_matters_at_work_and_before_the_funding_ends(
    phase: str, funding_end: date, *, is_required: bool
) -> None:
    project = a_funded_project(phase=phase, funding_end=funding_end, operation_secured=None)

    assert bool(found("C01", a_submission([project]))) is is_required


def test_drawn_funds_are_required_where_funds_were_granted() -> None:
    assert len(found("C01", a_submission([a_funded_project(funding_drawn=None)]))) == 1
    assert found("C01", a_submission([a_project(funding_approved=Decimal(0), funding_drawn=None)])) == []


@pytest.mark.parametrize(
    ("overrides", "missing"),
    [
        ({"measurement": "measured", "value": None}, ["value"]),
        ({"measurement": "estimated", "value": None}, ["value"]),
        ({"measurement": "not_collected", "value": None}, ["note"]),
        ({"measurement": "not_collected", "value": None, "note": "Erst zum Jahresende"}, []),
        ({"model_version": None}, ["model_version"]),
        ({"kpi_code": "KLI-02", "value": Decimal(67)}, []),
    ],
)
def test_an_indicator_has_a_value_or_a_note_and_a_maturity_its_model(
    overrides: dict[str, Any], missing: list[str]
) -> None:
    submission = a_submission(indicator_values=[an_indicator_value(**overrides)])

    assert [finding.place for finding in found("C01", submission)] == [the_cell("kpi_value", name) for name in missing]


def test_what_depends_on_an_unreadable_cell_is_not_required() -> None:
    project = a_project(failed=["phase"], progress_pct=None, next_step=None, operation_secured=None)

    assert found("C01", a_submission([project])) == []


def test_a_choice_is_told_by_its_labels() -> None:
    [finding] = found("C01", a_submission([a_project(status_scope=None)]))

    assert finding.expected == "grün, gelb, rot, grau"


def test_a_cell_that_the_file_does_not_have_is_told_by_its_row() -> None:
    project = a_project(progress_pct=None)
    columns = {name: column for name, column in project.columns.items() if name != "progress_pct"}
    cover = a_cover(overall_assessment=None)
    lines = {name: line for name, line in cover.rows.items() if name != "overall_assessment"}

    of_cover, of_project = found(
        "C01", a_submission([replace(project, columns=columns)], cover=replace(cover, rows=lines))
    )

    assert of_cover.message == "Deckblatt (Zeile fehlt): Pflichtangabe „Gesamteinschätzung“ fehlt."
    assert of_project.message == "Projekte Zeile 5: Pflichtangabe „Fortschritt %“ fehlt."
