from datetime import date

from tests.builders import a_funded_project, a_project, a_submission
from tests.transforms.rules.judging import found, the_cell


def test_an_end_on_the_last_funded_day_holds() -> None:
    project = a_funded_project(end_forecast=date(2027, 6, 30), funding_end=date(2027, 6, 30))

    assert found("X12", a_submission([project])) == []


def test_an_end_after_the_funding_period_risks_a_reclaim() -> None:
    [finding] = found("X12", a_submission([a_funded_project(funding_end=date(2026, 12, 31))]))

    assert finding.place == the_cell("project", "end_forecast")
    assert finding.message == (
        "KLI-001: Ende Prognose (30.06.2027) liegt nach dem Bewilligungszeitraum (31.12.2026) – Rückforderungsrisiko."
    )


def test_a_project_without_funding_has_no_period() -> None:
    assert found("X12", a_submission([a_project()])) == []
