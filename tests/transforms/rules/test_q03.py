from decimal import Decimal

from tests.builders import a_history, a_project, a_submission, a_version
from tests.transforms.rules.judging import found, judged, the_cell

BEFORE = a_history(a_version(projects=[a_project(actual_cum=Decimal(95_000))]))


def test_an_equal_amount_holds() -> None:
    assert found("Q03", a_submission([a_project(actual_cum=Decimal("95000.00"))]), BEFORE) == []


def test_a_fallen_amount_is_told_with_both_values() -> None:
    submission = a_submission([a_project(actual_cum=Decimal(85_000), progress_pct=Decimal(45))])

    [finding] = found("Q03", submission, BEFORE)

    assert finding.place == the_cell("project", "actual_cum")
    assert finding.message == "KLI-001: Ist kumuliert ist gesunken (95.000,00 EUR → 85.000,00 EUR)."
    assert judged(submission, BEFORE).tables["project"][0].values["actual_cum"] is None


def test_it_is_compared_with_the_last_amount_that_was_given() -> None:
    unreadable = a_version("2026-Q2", projects=[a_project(failed=["actual_cum"])])
    known = a_version("2026-Q1", projects=[a_project(actual_cum=Decimal(90_000))])

    [finding] = found("Q03", a_submission([a_project(actual_cum=Decimal(1))]), a_history(known, unreadable))

    assert finding.details["alt"] == "90.000,00 EUR"


def test_without_history_nothing_can_have_fallen() -> None:
    assert found("Q03", a_submission([a_project(actual_cum=Decimal(1))])) == []
