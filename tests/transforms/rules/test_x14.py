from decimal import Decimal

from tests.builders import a_funded_project, a_submission
from tests.transforms.rules.judging import found, the_cell


def test_the_usual_limit_itself_holds() -> None:
    assert found("X14", a_submission([a_funded_project(funding_approved=Decimal(180_000))])) == []


def test_a_rate_beyond_the_usual_is_told_with_both_figures() -> None:
    [finding] = found("X14", a_submission([a_funded_project(funding_approved=Decimal(185_000))]))

    assert finding.place == the_cell("project", "funding_approved")
    assert finding.message == "KLI-001: Förderquote 92,5 % liegt über dem Üblichen des Programms (90 %)."
