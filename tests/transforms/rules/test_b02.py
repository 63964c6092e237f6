from decimal import Decimal

from schemas.findings import Verdict
from tests.builders import a_cooperation, a_milestone, a_project, a_risk, a_submission, an_indicator_value
from tests.transforms.rules.judging import found, judged, the_cell


def test_different_keys_hold() -> None:
    submission = a_submission(
        [a_project(), a_project(project_id="KLI-002")],
        milestones=[a_milestone(), a_milestone(milestone_no=2), a_milestone(project_id="KLI-002")],
        cooperations=[a_cooperation(), a_cooperation()],
    )

    assert found("B02", submission) == []


def test_a_project_number_used_three_times_is_one_finding_with_all_its_cells() -> None:
    projects = [a_project(title=f"Vorhaben {number}") for number in range(3)]
    submission = a_submission(projects)

    [finding] = found("B02", submission)

    assert finding.place == the_cell("project", "project_id", 6)
    assert set(finding.all_places) == {the_cell("project", "project_id", row) for row in (5, 6, 7)}
    assert finding.message == "Schlüssel KLI-001 kommt in „Projekte“ mehrfach vor."
    assert judged(submission).verdict is Verdict.REJECTED


def test_a_milestone_is_known_by_project_and_number() -> None:
    [finding] = found("B02", a_submission(milestones=[a_milestone(), a_milestone()]))

    assert finding.message == "Schlüssel KLI-001/1 kommt in „Meilensteine“ mehrfach vor."
    assert finding.place == the_cell("milestone", "milestone_no", 6)


def test_an_indicator_reported_twice_is_not_guessed() -> None:
    twice = [an_indicator_value(), an_indicator_value(value=Decimal("50.0000"))]

    assert judged(a_submission(indicator_values=twice)).verdict is Verdict.REJECTED


def test_a_repeated_risk_number_rejects_as_well() -> None:
    assert judged(a_submission(risks=[a_risk(), a_risk(project_id="ALLG")])).verdict is Verdict.REJECTED


def test_the_second_use_of_a_title_loses_it_and_rejects_nothing() -> None:
    submission = a_submission(
        [a_project(title="Patientenportal"), a_project(project_id="KLI-002", title=" patientenportal ")]
    )

    checked = judged(submission)

    [finding] = found("B02", submission)
    assert finding.place == the_cell("project", "title", 6)
    assert [row.values["title"] for row in checked.tables["project"]] == ["Patientenportal", None]
    assert checked.verdict is Verdict.ACCEPTED_WITH_FINDINGS


def test_unreadable_keys_are_not_equal() -> None:
    unreadable = [a_project(failed=["project_id"]), a_project(failed=["project_id"], title="Anderes")]

    assert found("B02", a_submission(unreadable)) == []
