"""What changed between two versions: nothing is missed, nothing is told that is the same."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.contract import cover, tables
from schemas.findings import Severity, Verdict
from schemas.quarter import Quarter
from tests.builders import (
    a_cooperation,
    a_cover,
    a_milestone,
    a_project,
    a_risk,
    a_version,
    an_indicator_value,
)
from tests.transforms.answer.answers import a_finding, an_answer
from transforms.answer.differences import ChangeKind, changes_between, changes_since_quarter, value_text
from transforms.answer.due import due_day, editorial_close


def test_equal_versions_have_no_changes() -> None:
    assert changes_between(a_version(), a_version()) == ()
    assert changes_since_quarter(a_version(), a_version("2026-Q3")) == ()


def test_rows_are_recognised_by_their_key_whatever_their_order() -> None:
    projects = [a_project(), a_project(project_id="KLI-002")]

    assert changes_between(a_version(projects=projects), a_version(projects=projects[::-1])) == ()


def test_a_changed_value_is_told_with_sheet_row_field_and_both_values() -> None:
    before = a_version(milestones=[a_milestone()])
    after = a_version(milestones=[a_milestone(date_forecast=date(2027, 1, 31))])

    [change] = changes_between(before, after)

    assert (change.kind, change.where) == (ChangeKind.CHANGED, "Meilensteine KLI-001 / 1 (Pilotstation produktiv)")
    assert (change.label, change.texts) == ("Termin Prognose", ("15.12.2026", "31.01.2027"))


def test_rows_come_and_go() -> None:
    before, after = a_version(risks=[a_risk()]), a_version(risks=[a_risk(risk_id="KLI-R02")])

    told = [(change.kind, change.item[:7]) for change in changes_between(before, after)]

    assert told == [(ChangeKind.NEW, "KLI-R02"), (ChangeKind.GONE, "KLI-R01")]


def test_rows_without_a_key_are_told_by_what_they_say() -> None:
    same, old, new = a_cooperation(), a_cooperation(description="Alt"), a_cooperation(description="Neu")

    changes = changes_between(a_version(cooperations=[same, old]), a_version(cooperations=[new, same, same]))

    assert sorted((change.kind, change.item) for change in changes) == [
        (ChangeKind.GONE, "„Alt“"),
        (ChangeKind.NEW, "„Gemeinsame Notfallübung“"),
        (ChangeKind.NEW, "„Neu“"),
    ]


def test_the_deckblatt_is_compared_too() -> None:
    [change] = changes_between(
        a_version(), a_version(cover=a_cover(report_quarter="2026-Q2", correction_reason="Tippfehler"))
    )

    assert (change.where, change.label, change.texts) == (
        "Deckblatt",
        "Grund der Korrektur",
        ("ohne Angabe", "Tippfehler"),
    )


@given(st.sampled_from(sorted(tables()["project"].fields.keys() - {"project_id", "partner_orgs"})))
def test_a_change_in_any_field_of_a_project_is_found(name: str) -> None:
    before, after = a_version(projects=[a_project()]), a_version(projects=[a_project(**{name: None})])
    is_same = before.tables["project"][0][name] is None

    changed = [change.field for change in changes_between(before, after) if change.table == "project"]

    assert changed == ([] if is_same else [name])


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"status_overall": "red"}, ["status_overall"]),
        ({"status_scope": "yellow", "status_cost": "grey"}, ["status_cost", "status_scope"]),
        ({"forecast_total": Decimal(1)}, ["forecast_total"]),
        ({"phase": "completed"}, ["phase"]),
        ({"phase": "pilot"}, []),
        ({"actual_cum": Decimal(1), "next_step": "Anderes"}, []),
    ],
)
def test_of_a_quarter_lights_budgets_forecasts_and_ends_are_told(change: dict[str, Any], told: list[str]) -> None:
    before = a_version("2026-Q2", projects=[a_project()])

    changes = changes_since_quarter(before, a_version("2026-Q3", projects=[a_project(**change)]))

    assert [found.field for found in changes] == told


def test_projects_that_began_or_ended_are_told() -> None:
    before = a_version("2026-Q2", projects=[a_project(), a_project(project_id="KLI-002")])
    after = a_version("2026-Q3", projects=[a_project(), a_project(project_id="KLI-003")])

    told = [(change.kind, change.item[:7]) for change in changes_since_quarter(before, after)]

    assert told == [(ChangeKind.NEW, "KLI-003"), (ChangeKind.GONE, "KLI-002")]


@pytest.mark.parametrize(
    ("table", "name", "value", "text"),
    [
        ("project", "budget_total", Decimal("1234.5"), "1.234,50 EUR"),
        ("project", "progress_pct", Decimal(35), "35\u00a0%"),
        ("project", "status_overall", "green", "grün"),
        ("project", "partner_orgs", ("SWG", "BIB"), "SWG; BIB"),
        ("project", "end_forecast", date(2026, 9, 30), "30.09.2026"),
        ("project", "title", "Zeile\nzwei", "Zeile zwei"),
        ("project", "title", None, "ohne Angabe"),
        ("kpi_value", "value", Decimal("48.2000"), "48,2"),
        ("risk", "likelihood", 3, "3"),
        ("submission", "org_code", "KLI", "KLI"),
    ],
)
def test_values_are_written_as_people_write_them(table: str, name: str, value: Any, text: str) -> None:
    assert value_text(tables()[table].fields[name], value) == text


def test_indicators_are_named_with_their_catalogue_name() -> None:
    before = a_version(indicator_values=[an_indicator_value()])
    after = a_version(indicator_values=[an_indicator_value(value=Decimal(50))])

    [change] = changes_between(before, after)

    assert change.where == "Kennzahlen KLI-01 (DigitalRadar-Score)"
    assert cover().sheet == "Deckblatt"


@pytest.mark.parametrize(
    ("quarter", "close"),
    [
        # 1 May, Ascension Day and the like move it; the 3rd of October 2026 is a Saturday.
        (Quarter(2026, 3), date(2026, 10, 21)),
        (Quarter(2026, 4), date(2027, 1, 22)),
        (Quarter(2026, 1), date(2026, 4, 23)),
    ],
)
def test_the_editorial_close_is_fifteen_working_days_after_the_quarter(quarter: Quarter, close: date) -> None:
    assert editorial_close(quarter) == close


@pytest.mark.parametrize(
    ("verdict", "severity", "has_day"),
    [
        (Verdict.ACCEPTED, None, False),
        (Verdict.ACCEPTED, Severity.INFO, False),
        (Verdict.ACCEPTED, Severity.WARNING, True),
        (Verdict.ACCEPTED_WITH_FINDINGS, Severity.ERROR, True),
        (Verdict.REJECTED, Severity.ERROR, True),
        (Verdict.DRAFT, None, True),
        (Verdict.DUPLICATE, Severity.INFO, False),
    ],
)
def test_only_who_has_to_act_is_given_a_day(verdict: Verdict, severity: Severity | None, has_day: bool) -> None:  # noqa: FBT001 - a case
    findings = [a_finding(severity=severity)] if severity else []

    assert (due_day(an_answer(*findings, verdict=verdict)) is not None) == has_day
    assert due_day(an_answer(*findings, verdict=verdict, quarter=None)) is None
