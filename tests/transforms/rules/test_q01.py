import pytest

from schemas.findings import Verdict
from schemas.submission import History
from tests.builders import a_cover, a_history, a_project, a_submission, a_version
from tests.transforms.rules.judging import found, judged

TWO_PROJECTS = [a_project(), a_project(project_id="KLI-002")]


def a_past_with_two_projects(**second: str) -> History:
    return a_history(a_version(projects=[a_project(), a_project(project_id="KLI-002", **second)]))


def test_the_same_projects_hold() -> None:
    assert found("Q01", a_submission(TWO_PROJECTS), a_past_with_two_projects()) == []


def test_a_project_that_vanished_is_an_error_about_the_sheet_and_nulls_nothing() -> None:
    submission = a_submission([a_project()])

    [finding] = found("Q01", submission, a_past_with_two_projects())
    checked = judged(submission, a_past_with_two_projects())

    assert str(finding.place) == "Projekte"
    assert finding.message == "KLI-002 war im Vorquartal aktiv und fehlt ohne Abschluss."
    assert checked.verdict is Verdict.ACCEPTED_WITH_FINDINGS
    assert checked.tables == submission.tables


@pytest.mark.parametrize("phase", ["completed", "cancelled"])
def test_a_project_that_was_over_may_be_left_out(phase: str) -> None:
    assert found("Q01", a_submission([a_project()]), a_past_with_two_projects(phase=phase)) == []


def test_a_paused_project_is_still_expected() -> None:
    assert len(found("Q01", a_submission([a_project()]), a_past_with_two_projects(phase="paused"))) == 1


def test_when_the_quarter_before_was_not_delivered_nothing_is_compared() -> None:
    long_ago = a_history(a_version("2026-Q1", projects=TWO_PROJECTS))

    assert found("Q01", a_submission([a_project()]), long_ago) == []


def test_a_nil_return_does_not_make_projects_vanish() -> None:
    cover = a_cover(submission_status="nil_return")

    assert len(found("Q01", a_submission([], indicator_values=[], cover=cover), a_past_with_two_projects())) == 2


def test_an_unreadable_project_number_may_be_the_one() -> None:
    projects = [a_project(), a_project(failed=["project_id"], title="Anderes")]

    assert found("Q01", a_submission(projects, milestones=[]), a_past_with_two_projects()) == []
