import pytest

from schemas.findings import Verdict
from tests.builders import a_decision_request, a_milestone, a_project, a_risk, a_submission
from tests.transforms.rules.judging import found, judged, the_cell


def test_reported_projects_and_the_general_one_hold() -> None:
    submission = a_submission(
        risks=[a_risk(), a_risk(risk_id="KLI-R02", project_id="ALLG")],
        decision_requests=[a_decision_request(project_id="ALLG")],
    )

    assert found("B01", submission) == []


def test_a_milestone_of_an_unknown_project_rejects_the_return() -> None:
    submission = a_submission(milestones=[a_milestone(), a_milestone(project_id="KLI-009")])

    [finding] = found("B01", submission)

    assert finding.place == the_cell("milestone", "project_id", row=6)
    assert finding.message == "Meilensteine A6: Projekt-Nr. KLI-009 ist in „Projekte“ nicht vorhanden."
    assert judged(submission).verdict is Verdict.REJECTED


def test_a_milestone_cannot_belong_to_no_single_project() -> None:
    assert len(found("B01", a_submission(milestones=[a_milestone(project_id="ALLG")]))) == 1


@pytest.mark.parametrize("table", ["risk", "decision_request"])
def test_elsewhere_the_reference_becomes_null_and_the_row_stays(table: str) -> None:
    unknown = {"project_id": "KLI-009"}
    rows = {
        "risk": a_submission(risks=[a_risk(**unknown)]),
        "decision_request": a_submission(decision_requests=[a_decision_request(**unknown)]),
    }

    checked = judged(rows[table])

    assert [finding.place for finding in checked.findings] == [the_cell(table, "project_id")]
    assert checked.tables[table][0].values["project_id"] is None
    assert checked.verdict is Verdict.ACCEPTED_WITH_FINDINGS


def test_while_a_project_number_is_unreadable_it_may_be_the_very_one() -> None:
    submission = a_submission([a_project(failed=["project_id"])], milestones=[a_milestone()])

    assert found("B01", submission) == []
