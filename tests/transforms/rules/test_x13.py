from datetime import date

import pytest

from schemas.thresholds import Thresholds
from tests.builders import a_funded_project, a_submission
from tests.transforms.rules.judging import found, the_cell


@pytest.mark.parametrize("secured", ["yes", "not_applicable"])
def test_a_settled_operation_holds(secured: str) -> None:
    project = a_funded_project(funding_end=date(2026, 12, 31), operation_secured=secured)

    assert found("X13", a_submission([project])) == []


@pytest.mark.parametrize(
    ("funding_end", "months"),
    [(date(2026, 12, 31), 3), (date(2026, 12, 15), 3), (date(2027, 9, 30), 12), (date(2026, 6, 30), 0)],
)
@pytest.mark.parametrize(("secured", "word"), [("no", "nein"), ("open", "offen")])
def test_an_unsettled_operation_within_the_warning_time_is_told(
    funding_end: date, months: int, secured: str, word: str
) -> None:
    project = a_funded_project(funding_end=funding_end, operation_secured=secured)

    [finding] = found("X13", a_submission([project]))

    assert finding.place == the_cell("project", "operation_secured")
    assert finding.message == f"KLI-001: Förderung endet in {months} Monaten, Verstetigung ist „{word}“."


def test_beyond_the_warning_time_nothing_is_said() -> None:
    submission = a_submission([a_funded_project(funding_end=date(2027, 10, 1), operation_secured="open")])

    assert found("X13", submission) == []
    assert len(found("X13", submission, thresholds=Thresholds(funding_warning_months=13))) == 1


def test_a_cancelled_project_will_not_be_operated() -> None:
    project = a_funded_project(phase="cancelled", funding_end=date(2026, 12, 31), operation_secured="no")

    assert found("X13", a_submission([project])) == []
