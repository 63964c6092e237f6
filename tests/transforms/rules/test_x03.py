from schemas.findings import Verdict
from schemas.submission import Submission
from tests.builders import a_cooperation, a_cover, a_project, a_submission
from tests.transforms.rules.judging import found, judged, the_cell

NIL_RETURN = a_cover(submission_status="nil_return", overall_assessment=None)


def an_empty_nil_return() -> Submission:
    return a_submission([], indicator_values=[], cover=NIL_RETURN)


def test_a_nil_return_without_rows_is_accepted() -> None:
    checked = judged(an_empty_nil_return())

    assert (checked.verdict, checked.findings) == (Verdict.ACCEPTED, ())


def test_each_sheet_that_holds_rows_contradicts_a_nil_return() -> None:
    projects = [a_project(), a_project(project_id="KLI-002")]
    submission = a_submission(
        projects, milestones=[], indicator_values=[], cooperations=[a_cooperation()], cover=NIL_RETURN
    )

    in_projects, in_cooperation = found("X03", submission)

    assert in_projects.message == "Fehlanzeige gemeldet, aber „Projekte“ enthält 2 Zeilen."
    assert in_projects.all_places == (the_cell("project", "project_id", 5), the_cell("project", "project_id", 6))
    assert in_cooperation.place == the_cell("cooperation", "coop_kind")
    assert judged(submission).verdict is Verdict.REJECTED


def test_a_released_return_may_hold_rows() -> None:
    assert found("X03", a_submission()) == []
