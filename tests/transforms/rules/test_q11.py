from decimal import Decimal
from typing import Any

from schemas.findings import Verdict
from tests.builders import a_cover, a_history, a_project, a_submission, a_version
from tests.transforms.rules.judging import found, judged, the_cell

PROJECTS = [a_project(), a_project(project_id="KLI-002")]


def test_a_return_with_one_new_value_holds() -> None:
    changed = [PROJECTS[0], a_project(project_id="KLI-002", next_step="Abnahme")]

    assert found("Q11", a_submission(changed), a_history(a_version(projects=PROJECTS))) == []


def test_a_return_with_the_content_of_the_quarter_before_asks_for_confirmation() -> None:
    submission = a_submission(PROJECTS)
    history = a_history(a_version(projects=PROJECTS))

    [finding] = found("Q11", submission, history)

    assert finding.place == the_cell("submission", "report_quarter")
    assert finding.message == "Die Meldung ist inhaltsgleich mit Q2/2026. Bitte Aktualität bestätigen."
    assert judged(submission, history).verdict is Verdict.ACCEPTED


def test_order_and_trailing_zeros_make_no_difference() -> None:
    before = [a_project(project_id="KLI-002"), a_project(budget_total=Decimal(200_000))]

    assert len(found("Q11", a_submission(PROJECTS), a_history(a_version(projects=before)))) == 1


def test_two_nil_returns_have_nothing_to_confirm() -> None:
    empty: dict[str, Any] = {"projects": [], "indicator_values": []}
    submission = a_submission(**empty, cover=a_cover(submission_status="nil_return"))

    assert found("Q11", submission, a_history(a_version(**empty))) == []
