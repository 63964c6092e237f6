from decimal import Decimal

from tests.builders import a_funded_project, a_submission
from tests.transforms.rules.judging import found, the_cell


def test_all_that_was_granted_may_be_drawn() -> None:
    assert found("X10", a_submission([a_funded_project(funding_drawn=Decimal("120000.00"))])) == []


def test_more_drawn_than_granted_is_an_error() -> None:
    [finding] = found("X10", a_submission([a_funded_project(funding_drawn=Decimal("120000.01"))]))

    assert finding.place == the_cell("project", "funding_drawn")
    assert finding.message == "KLI-001: Abgerufene Fördermittel übersteigen die bewilligten."
    assert (finding.value, finding.expected) == ("120.000,01", "höchstens 120.000,00 EUR")
