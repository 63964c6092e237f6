from decimal import Decimal

import pytest

from tests.builders import a_project, a_submission
from tests.transforms.rules.judging import found, the_cell


def test_an_overrun_of_five_percent_holds() -> None:
    project = a_project(budget_total=Decimal(200_000), forecast_total=Decimal(210_000))

    assert found("X07", a_submission([project])) == []


def test_a_small_amount_holds_whatever_its_share() -> None:
    project = a_project(budget_total=Decimal(10_000), forecast_total=Decimal("14999.99"), actual_cum=Decimal(4_000))

    assert found("X07", a_submission([project])) == []


@pytest.mark.parametrize(
    ("forecast", "pct", "light"), [("210200", "5,1", "gelb"), ("230000", "15,0", "gelb"), ("230001", "15,0", "rot")]
)
def test_green_costs_beside_a_higher_forecast_are_told_with_the_suggestion(forecast: str, pct: str, light: str) -> None:
    [finding] = found("X07", a_submission([a_project(forecast_total=Decimal(forecast))]))

    assert finding.place == the_cell("project", "status_cost")
    assert finding.message == f"KLI-001: Kosten grün, Prognose liegt {pct} % über Budget (Vorschlag: {light})."


def test_a_forecast_without_any_budget_is_beyond_measure() -> None:
    project = a_project(budget_total=Decimal(0), actual_cum=Decimal(0), forecast_total=Decimal(5_000))

    [finding] = found("X07", a_submission([project]))

    assert "mehr als 100 % über Budget (Vorschlag: rot)" in finding.message
