from decimal import Decimal

from schemas.findings import Severity
from tests.builders import a_project, a_submission
from tests.transforms.rules.judging import found, the_cell


def test_a_distance_of_thirty_points_holds() -> None:
    project = a_project(progress_pct=Decimal(80), actual_cum=Decimal(100_000), budget_total=Decimal(200_000))

    assert found("X16", a_submission([project])) == []


def test_much_progress_for_little_money_is_worth_a_look() -> None:
    [finding] = found("X16", a_submission([a_project(progress_pct=Decimal(85), actual_cum=Decimal(100_000))]))

    assert finding.severity is Severity.INFO
    assert finding.place == the_cell("project", "progress_pct")
    assert finding.message == "KLI-001: Fortschritt 85 % bei 50 % verbrauchtem Budget – bitte plausibilisieren."


def test_little_progress_for_much_money_as_well() -> None:
    assert len(found("X16", a_submission([a_project(progress_pct=Decimal(10))]))) == 1


def test_a_completed_project_may_have_been_cheap() -> None:
    cheap = a_project(phase="completed", progress_pct=Decimal(100), actual_cum=Decimal(20_000))

    assert found("X16", a_submission([cheap])) == []


def test_without_a_budget_nothing_is_spent_of_it() -> None:
    assert found("X16", a_submission([a_project(budget_total=Decimal(0))])) == []
