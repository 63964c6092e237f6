import pytest

from schemas.findings import Verdict
from tests.builders import a_project, a_red_project, a_submission
from tests.transforms.rules.judging import found, judged, the_cell

LIGHTS = ["status_overall", "status_schedule", "status_cost", "status_scope"]


def test_a_light_with_cause_and_reason_holds() -> None:
    assert found("X04", a_submission([a_red_project()])) == []


def test_all_green_needs_neither() -> None:
    assert found("X04", a_submission([a_project(cause_code=None, status_reason=None)])) == []


@pytest.mark.parametrize("light", LIGHTS)
def test_any_yellow_light_asks_for_what_is_missing(light: str) -> None:
    project = a_project(**{light: "yellow"}, cause_code="staff", status_reason=None)

    [finding] = found("X04", a_submission([project]))

    assert finding.place == the_cell("project", "status_reason")
    assert finding.message == "KLI-001: Ampel gelb ohne Ursache oder Begründung."


def test_cause_and_reason_are_each_named_at_their_cell() -> None:
    project = a_red_project(status_cost="yellow", cause_code=None, status_reason=None)

    cause, reason = found("X04", a_submission([project]))

    assert [cause.place, reason.place] == [the_cell("project", "cause_code"), the_cell("project", "status_reason")]
    assert cause.message == "KLI-001: Ampel rot ohne Ursache oder Begründung."


def test_it_speaks_instead_of_c01_and_leaves_the_return_accepted_with_findings() -> None:
    submission = a_submission([a_red_project(status_reason=None)])

    assert found("C01", submission) == []
    assert judged(submission).verdict is Verdict.ACCEPTED_WITH_FINDINGS


def test_a_reason_that_could_not_be_read_is_not_missing() -> None:
    assert found("X04", a_submission([a_red_project(failed=["status_reason"])])) == []
