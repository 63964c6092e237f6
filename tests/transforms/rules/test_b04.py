from datetime import date

import pytest

from schemas.submission import Row
from schemas.thresholds import Thresholds
from tests.builders import a_milestone, a_project, a_submission
from tests.transforms.rules.judging import found, the_cell

LAST_DAY_IN_SIGHT = date(2027, 3, 31)


def test_an_open_milestone_on_the_last_day_in_sight_holds() -> None:
    assert found("B04", a_submission(milestones=[a_milestone(date_forecast=LAST_DAY_IN_SIGHT)])) == []


@pytest.mark.parametrize("phase", ["implementation", "pilot"])
@pytest.mark.parametrize(
    "milestones",
    [
        [],
        [a_milestone(date_forecast=date(2027, 4, 1))],
        [a_milestone(date_forecast=date(2026, 9, 30))],
        [a_milestone(milestone_status="dropped")],
    ],
    ids=["none", "too late", "past", "dropped"],
)
def test_a_project_at_work_without_a_milestone_in_sight_is_told(phase: str, milestones: list[Row]) -> None:
    [finding] = found("B04", a_submission([a_project(phase=phase)], milestones=milestones))

    assert finding.place == the_cell("project", "phase")
    assert finding.message == "KLI-001: kein Meilenstein in den nächsten zwei Quartalen."
    assert finding.expected == "ein offener Meilenstein bis 31.03.2027"


@pytest.mark.parametrize("phase", ["idea", "procurement", "operation", "paused"])
def test_other_phases_need_none(phase: str) -> None:
    assert found("B04", a_submission([a_project(phase=phase)], milestones=[])) == []


def test_a_milestone_whose_date_is_unreadable_may_be_the_one() -> None:
    assert found("B04", a_submission(milestones=[a_milestone(failed=["date_forecast"])])) == []


def test_an_unreadable_milestone_of_another_project_does_not_help() -> None:
    projects = [a_project(), a_project(project_id="KLI-002")]
    milestones = [a_milestone(project_id="KLI-002", failed=["date_forecast"])]

    [finding] = found("B04", a_submission(projects, milestones=milestones))

    assert finding.details["projekt"] == "KLI-001"


def test_the_horizon_is_the_configured_one() -> None:
    submission = a_submission(milestones=[a_milestone(date_forecast=LAST_DAY_IN_SIGHT)])

    assert len(found("B04", submission, thresholds=Thresholds(milestone_horizon_quarters=1))) == 1
