from datetime import date
from decimal import Decimal
from typing import Any

from schemas.submission import Row
from tests.builders import a_project, a_submission
from tests.transforms.rules.judging import found, the_cell


def a_completed_project(**overrides: Any) -> Row:
    completed: dict[str, Any] = {
        "phase": "completed",
        "progress_pct": Decimal(100),
        "end_forecast": date(2026, 9, 30),
        "next_step": None,
    }
    return a_project(**{**completed, **overrides})


def test_a_completed_project_with_all_its_progress_holds() -> None:
    assert found("X15", a_submission([a_completed_project()])) == []


def test_a_completed_project_with_open_progress_is_told_at_the_progress() -> None:
    [finding] = found("X15", a_submission([a_completed_project(progress_pct=Decimal("97.5"))]))

    assert finding.place == the_cell("project", "progress_pct")
    assert finding.message == "KLI-001: Phase „Abgeschlossen“, aber Fortschritt 97,5 % oder Ende in der Zukunft."


def test_a_completed_project_that_ends_after_the_stichtag_is_told_at_the_end() -> None:
    [finding] = found("X15", a_submission([a_completed_project(end_forecast=date(2026, 10, 1))]))

    assert finding.place == the_cell("project", "end_forecast")


def test_a_running_project_may_have_an_end_to_come() -> None:
    assert found("X15", a_submission([a_project()])) == []
