from datetime import date

import pytest

from schemas.thresholds import Thresholds
from tests.builders import a_funded_project, a_project, a_submission
from tests.transforms.rules.judging import found, the_cell

PLAN = date(2027, 1, 1)


def test_a_delay_within_the_green_days_holds() -> None:
    assert found("X06", a_submission([a_project(end_baseline=PLAN, end_forecast=date(2027, 1, 31))])) == []


@pytest.mark.parametrize(
    ("forecast", "days", "light"),
    [
        (date(2027, 2, 1), 31, "gelb"),
        (date(2027, 4, 1), 90, "gelb"),
        (date(2027, 4, 2), 91, "rot"),
    ],
)
def test_a_green_schedule_beside_a_later_forecast_is_told_with_the_suggestion(
    forecast: date, days: int, light: str
) -> None:
    [finding] = found("X06", a_submission([a_project(end_baseline=PLAN, end_forecast=forecast)]))

    assert finding.place == the_cell("project", "status_schedule")
    assert finding.message == f"KLI-001: Termin grün, Prognose liegt {days} Tage nach Plan (Vorschlag: {light})."


def test_a_yellow_schedule_says_so_itself() -> None:
    project = a_project(
        end_baseline=PLAN,
        end_forecast=date(2027, 12, 31),
        status_schedule="yellow",
        cause_code="staff",
        status_reason="Stelle unbesetzt.",
    )

    assert found("X06", a_submission([project])) == []


def test_an_overrun_of_the_funding_without_delay_is_left_to_x12() -> None:
    project = a_funded_project(end_baseline=PLAN, end_forecast=PLAN, funding_end=date(2026, 12, 31))

    assert found("X06", a_submission([project])) == []
    assert len(found("X12", a_submission([project]))) == 1


def test_the_thresholds_are_the_configured_ones() -> None:
    submission = a_submission([a_project(end_baseline=PLAN, end_forecast=date(2027, 1, 31))])

    assert len(found("X06", submission, thresholds=Thresholds(schedule_green_days=29))) == 1
