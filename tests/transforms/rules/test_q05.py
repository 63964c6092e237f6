from datetime import date
from typing import Any

import pytest

from schemas.submission import History
from schemas.thresholds import Thresholds
from tests.builders import a_decision, a_history, a_project, a_red_project, a_risk, a_submission, a_version
from tests.transforms.rules.judging import found, the_cell

RED_NOW = a_submission([a_red_project()], risks=[a_risk()])


def a_past(*lights: str, decisions: Any = ()) -> History:
    """The lights of the quarters before, the latest first."""
    quarters = ["2026-Q2", "2026-Q1", "2025-Q4"]
    versions = [
        a_version(quarter, projects=[a_red_project(status_overall=light)])
        for quarter, light in zip(quarters, lights, strict=False)
    ]
    return a_history(*versions, decisions=decisions)


def test_red_for_the_first_time_holds() -> None:
    assert found("Q05", RED_NOW, a_past("yellow", "red")) == []


@pytest.mark.parametrize(("lights", "count"), [(["red"], 2), (["red", "red"], 3), (["red", "yellow", "red"], 2)])
def test_red_on_end_counts_this_quarter_and_stops_at_another_light(lights: list[str], count: int) -> None:
    [finding] = found("Q05", RED_NOW, a_past(*lights))

    assert finding.place == the_cell("project", "status_overall")
    assert finding.message == f"KLI-001 ist seit {count} Quartalen rot ohne Entscheidung – Eskalation."


def test_a_decision_since_it_turned_red_ends_the_escalation() -> None:
    since_then = a_decision(meeting_date=date(2026, 4, 1), outcome="rejected")

    assert found("Q05", RED_NOW, a_past("red", decisions=[since_then])) == []


@pytest.mark.parametrize(
    "override", [{"meeting_date": date(2026, 3, 31)}, {"outcome": "adjourned"}, {"project_id": "KLI-002"}]
)
def test_an_older_adjourned_or_foreign_decision_does_not(override: dict[str, Any]) -> None:
    decision = a_decision(**{"meeting_date": date(2026, 4, 1), **override})

    assert len(found("Q05", RED_NOW, a_past("red", decisions=[decision]))) == 1


def test_how_long_is_too_long_is_configured() -> None:
    assert found("Q05", RED_NOW, a_past("red"), thresholds=Thresholds(red_quarters=3)) == []


def test_a_quarter_not_delivered_ends_the_count() -> None:
    assert found("Q05", RED_NOW, a_history(a_version("2026-Q1", projects=[a_red_project()]))) == []


def test_a_project_that_is_green_again_is_not_escalated() -> None:
    assert found("Q05", a_submission([a_project()]), a_past("red", "red")) == []
