from decimal import Decimal

from schemas.findings import Verdict
from tests.builders import a_project, a_submission
from tests.transforms.rules.judging import found, judged, the_cell


def test_spent_up_to_the_budget_holds() -> None:
    assert found("X09", a_submission([a_project(actual_cum=Decimal(200_000))])) == []


def test_spending_beyond_the_budget_is_a_warning_with_its_share() -> None:
    project = a_project(actual_cum=Decimal(225_000), forecast_total=Decimal(230_000))
    submission = a_submission([project])

    [finding] = found("X09", submission)

    assert finding.place == the_cell("project", "actual_cum")
    assert finding.message == "KLI-001: Ist übersteigt das Budget um 12,5 %."
    assert judged(submission).verdict is Verdict.ACCEPTED
