from decimal import Decimal
from typing import Any

import pytest

from schemas.findings import Verdict
from tests.builders import a_decision_request, a_milestone, a_project, a_risk, a_submission, an_indicator_value
from tests.transforms.rules.judging import found, judged, the_cell


def test_values_on_their_limits_hold() -> None:
    submission = a_submission(
        [a_project(actual_cum=Decimal(0), progress_pct=Decimal(0))],
        risks=[a_risk(likelihood=1, impact=4)],
    )

    assert found("C07", submission) == []


@pytest.mark.parametrize(
    ("submission", "cell", "message"),
    [
        (
            a_submission([a_project(actual_cum=Decimal("-5.00"))]),
            the_cell("project", "actual_cum"),
            "S5: „-5,00“ steht nicht in der Auswahlliste „ab 0,00 EUR“.",
        ),
        (
            a_submission([a_project(progress_pct=Decimal(101))]),
            the_cell("project", "progress_pct"),
            "K5: „101“ steht nicht in der Auswahlliste „0 bis 100 %“.",
        ),
        (
            a_submission(risks=[a_risk(likelihood=5)]),
            the_cell("risk", "likelihood"),
            "E5: „5“ steht nicht in der Auswahlliste „1 bis 4“.",
        ),
        (
            a_submission(decision_requests=[a_decision_request(amount=Decimal(-1))]),
            the_cell("decision_request", "amount"),
            "F5: „-1,00“ steht nicht in der Auswahlliste „ab 0,00 EUR“.",
        ),
    ],
    ids=["money", "percent", "risk", "request"],
)
def test_a_number_beyond_its_limits_is_refused(submission: Any, cell: Any, message: str) -> None:
    [finding] = found("C07", submission)

    assert (finding.place, finding.message) == (cell, message)
    assert judged(submission).verdict is Verdict.ACCEPTED_WITH_FINDINGS


@pytest.mark.parametrize("phase", ["idea", "paused"])
def test_grey_is_for_ideas_and_paused_projects(phase: str) -> None:
    assert found("C07", a_submission([a_project(phase=phase, status_cost="grey")])) == []


def test_a_grey_light_of_a_running_project_is_refused() -> None:
    [finding] = found("C07", a_submission([a_project(status_cost="grey")]))

    assert finding.place == the_cell("project", "status_cost")
    assert finding.message == "N5: „grau“ steht nicht in der Auswahlliste „grün, gelb, rot“."


def test_a_project_under_a_foreign_number_rejects_the_return() -> None:
    submission = a_submission([a_project(project_id="SWG-001")])

    [finding] = found("C07", submission)

    assert finding.place == the_cell("project", "project_id")
    assert finding.expected == "KLI-001 bis KLI-999"
    assert judged(submission).verdict is Verdict.REJECTED


def test_a_joint_project_keeps_the_number_of_the_organisation_that_leads_it() -> None:
    joint = a_project(project_id="SWG-001", partner_orgs=("SWG",))

    assert found("C07", a_submission([joint])) == []


def test_no_organisation_has_a_number_of_nobody() -> None:
    assert len(found("C07", a_submission([a_project(project_id="XYZ-001", partner_orgs=("SWG",))]))) == 1


def test_a_seventh_milestone_is_told_by_its_row_and_stays() -> None:
    milestones = [a_milestone(milestone_no=number) for number in range(1, 8)]
    submission = a_submission(milestones=milestones)

    [finding] = found("C07", submission)
    checked = judged(submission)

    assert str(finding.place) == "Meilensteine!11:11"
    assert finding.expected == "höchstens 6 Meilensteine je Projekt"
    assert checked.verdict is Verdict.ACCEPTED_WITH_FINDINGS
    assert checked.tables == submission.tables


def test_six_milestones_of_each_project_hold() -> None:
    projects = [a_project(), a_project(project_id="KLI-002")]
    milestones = [
        a_milestone(project_id=project_id, milestone_no=number)
        for project_id in ("KLI-001", "KLI-002")
        for number in range(1, 7)
    ]

    assert found("C07", a_submission(projects, milestones=milestones)) == []


@pytest.mark.parametrize(
    ("kpi_code", "unit"),
    [("KLI-01", "punkte"), ("KLI-02", "Prozent"), ("KLI-02", "% der Fälle"), ("ALL-05", "h"), ("BIB-02", "Anzahl")],
)
def test_a_unit_written_otherwise_is_the_same_unit(kpi_code: str, unit: str) -> None:
    row = an_indicator_value(kpi_code=kpi_code, unit=unit)

    assert found("C07", a_submission(indicator_values=[row])) == []


def test_another_unit_refuses_the_unit_and_the_value() -> None:
    submission = a_submission(indicator_values=[an_indicator_value(unit="%")])

    [finding] = found("C07", submission)

    assert finding.all_places == (the_cell("kpi_value", "unit"), the_cell("kpi_value", "value"))
    assert finding.expected == "Punkte"
    assert judged(submission).tables["kpi_value"][0].failed == {"unit", "value"}
