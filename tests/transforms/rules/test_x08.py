from decimal import Decimal

from tests.builders import a_project, a_submission
from tests.transforms.rules.judging import found, judged, the_cell


def test_spent_up_to_the_forecast_holds() -> None:
    project = a_project(actual_cum=Decimal(100_000), forecast_total=Decimal(100_000))

    assert found("X08", a_submission([project])) == []


def test_more_spent_than_forecast_is_an_error_at_the_spent_amount() -> None:
    project = a_project(actual_cum=Decimal("1123400.00"), forecast_total=Decimal(1_000_000))

    [finding] = found("X08", a_submission([project]))

    assert finding.place == the_cell("project", "actual_cum")
    assert finding.message == (
        "KLI-001: Ist kumuliert (1.123.400,00 EUR) ist höher als die Prognose gesamt (1.000.000,00 EUR)."
    )


def test_the_amount_in_doubt_is_not_compared_any_further() -> None:
    project = a_project(actual_cum=Decimal(300_000), forecast_total=Decimal(200_000), budget_total=Decimal(200_000))

    rules = {finding.rule for finding in judged(a_submission([project])).findings}

    assert rules == {"X08"}


def test_a_forecast_that_could_not_be_read_is_not_compared() -> None:
    assert found("X08", a_submission([a_project(failed=["forecast_total"], actual_cum=Decimal(10**9))])) == []
