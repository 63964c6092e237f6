from datetime import date, timedelta
from decimal import Decimal

import pytest

from schemas.thresholds import DEFAULT_THRESHOLDS, Thresholds
from tests.builders import a_funded_project, a_project
from transforms.rules.suggestion import Suggestion, delay_days, overrun_pct, suggested_lights

STICHTAG = date(2026, 9, 30)
PLAN = date(2027, 1, 1)


@pytest.mark.parametrize(
    ("days", "light"), [(-400, "green"), (0, "green"), (30, "green"), (31, "yellow"), (90, "yellow"), (91, "red")]
)
def test_the_schedule_turns_with_the_days_of_delay(days: int, light: str) -> None:
    project = a_project(end_baseline=PLAN, end_forecast=PLAN + timedelta(days=days))

    assert suggested_lights(project.values, STICHTAG, DEFAULT_THRESHOLDS).schedule == light
    assert delay_days(project.values) == days


@pytest.mark.parametrize(
    ("overrides", "light"),
    [
        ({"end_forecast": PLAN, "funding_end": PLAN}, "green"),
        ({"end_forecast": PLAN, "funding_end": PLAN - timedelta(days=1)}, "red"),
        ({"end_forecast": date(2026, 6, 1), "funding_end": date(2026, 8, 31)}, "red"),
        ({"end_forecast": date(2026, 6, 1), "funding_end": date(2026, 8, 31), "phase": "completed"}, "green"),
        ({"end_forecast": date(2026, 6, 1), "funding_end": STICHTAG}, "green"),
    ],
    ids=["in time", "forecast beyond", "still running", "was completed", "ends on the Stichtag"],
)
def test_a_project_that_overruns_its_funding_is_red(overrides: dict[str, date], light: str) -> None:
    project = a_funded_project(end_baseline=PLAN, **overrides)

    assert suggested_lights(project.values, STICHTAG, DEFAULT_THRESHOLDS).schedule == light


@pytest.mark.parametrize(
    ("budget", "forecast", "light"),
    [
        ("200000", "150000", "green"),
        ("200000", "210000", "green"),
        ("200000", "210000.01", "yellow"),
        ("200000", "230000", "yellow"),
        ("200000", "230000.01", "red"),
        ("10000", "14999.99", "green"),
        ("10000", "15000", "red"),
        ("0", "4999.99", "green"),
        ("0", "5000", "red"),
    ],
)
def test_the_costs_turn_with_share_and_amount(budget: str, forecast: str, light: str) -> None:
    project = a_project(budget_total=Decimal(budget), forecast_total=Decimal(forecast))

    assert suggested_lights(project.values, STICHTAG, DEFAULT_THRESHOLDS).cost == light


@pytest.mark.parametrize(
    ("schedule_days", "scope", "overall"),
    [
        (0, "green", "green"),
        (31, "green", "green"),
        (91, "green", "yellow"),
        (0, "red", "yellow"),
        (0, "grey", "green"),
    ],
)
def test_the_whole_is_one_step_better_than_its_worst_part(schedule_days: int, scope: str, overall: str) -> None:
    project = a_project(end_baseline=PLAN, end_forecast=PLAN + timedelta(days=schedule_days), status_scope=scope)

    assert suggested_lights(project.values, STICHTAG, DEFAULT_THRESHOLDS).overall == overall


def test_what_is_not_known_is_not_suggested() -> None:
    project = a_project(end_forecast=None, forecast_total=None, status_scope=None)

    assert suggested_lights(project.values, STICHTAG, DEFAULT_THRESHOLDS) == Suggestion(None, None, None)


def test_the_thresholds_are_the_given_ones() -> None:
    project = a_project(forecast_total=Decimal(201_000))
    strict = Thresholds(cost_green_pct=Decimal(0), cost_tolerance_eur=Decimal(0))

    assert suggested_lights(project.values, STICHTAG, strict).cost == "yellow"


def test_an_overrun_is_a_share_of_the_budget() -> None:
    assert overrun_pct(Decimal(225), Decimal(200)) == Decimal("12.5")
    assert overrun_pct(Decimal(100), Decimal(200)) == -50
    assert overrun_pct(Decimal(100), Decimal(0)) is None
