from datetime import date

import pytest

from tests.builders import a_milestone, a_project, a_submission
from tests.transforms.rules.judging import found, the_cell

OVERDUE = a_milestone(milestone_no=2, date_forecast=date(2026, 8, 31))


def test_a_milestone_due_on_the_stichtag_is_not_overdue() -> None:
    assert found("B06", a_submission(milestones=[a_milestone(date_forecast=date(2026, 9, 30))])) == []


def test_an_overdue_milestone_beside_a_green_schedule_is_told_with_its_days() -> None:
    [finding] = found("B06", a_submission(milestones=[a_milestone(), OVERDUE]))

    assert finding.place == the_cell("milestone", "date_forecast", 6)
    assert finding.message == "KLI-001/2: überfällig seit 30 Tagen, Ampel Termin ist grün."


@pytest.mark.parametrize("light", ["yellow", "red"])
def test_a_schedule_that_says_so_holds(light: str) -> None:
    project = a_project(status_schedule=light, cause_code="staff", status_reason="Personal fehlt.")

    assert found("B06", a_submission([project], milestones=[OVERDUE])) == []


@pytest.mark.parametrize("status", ["reached", "dropped"])
def test_what_is_reached_or_dropped_is_not_overdue(status: str) -> None:
    day = date(2026, 8, 31)
    milestone = a_milestone(date_forecast=day, date_actual=day, milestone_status=status)

    assert found("B06", a_submission(milestones=[milestone])) == []


def test_a_light_that_could_not_be_read_is_not_green() -> None:
    assert found("B06", a_submission([a_project(failed=["status_schedule"])], milestones=[OVERDUE])) == []
