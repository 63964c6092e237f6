from decimal import Decimal

import pytest

from tests.builders import a_funded_project, a_project, a_submission
from tests.transforms.rules.judging import found, judged, the_cell


def test_funding_up_to_the_budget_with_programme_and_deadline_holds() -> None:
    assert found("X11", a_submission([a_funded_project(funding_approved=Decimal(200_000))])) == []


def test_funding_above_the_budget_is_an_error_at_the_granted_amount() -> None:
    submission = a_submission([a_funded_project(funding_approved=Decimal("200000.01"))])

    [finding] = found("X11", submission)

    assert finding.place == the_cell("project", "funding_approved")
    assert finding.message == "KLI-001: Fördermittel übersteigen das Budget oder Förderprogramm/Frist fehlt."
    # The rate (X14) follows from the same cell and is not told beside the error.
    assert {each.rule for each in judged(submission).findings} == {"X11"}


@pytest.mark.parametrize("field", ["funding_programme", "funding_end"])
def test_granted_funds_without_programme_or_deadline_are_told_at_the_empty_cell(field: str) -> None:
    submission = a_submission([a_funded_project(**{field: None})])

    [finding] = found("X11", submission)

    assert finding.place == the_cell("project", field)
    assert found("C01", submission) == []


def test_the_programme_none_beside_granted_funds_is_a_contradiction() -> None:
    [finding] = found("X11", a_submission([a_funded_project(funding_programme="none")]))

    assert finding.place == the_cell("project", "funding_programme")


def test_a_project_without_funds_needs_no_programme() -> None:
    unfunded = a_project(funding_approved=Decimal(0), funding_programme="none")

    assert found("X11", a_submission([unfunded])) == []
