from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from schemas.findings import Verdict
from schemas.submission import History
from tests.builders import a_decision, a_history, a_project, a_submission, a_version
from tests.transforms.rules.judging import found, judged, the_cell

LATER = date(2027, 9, 30)


def a_past(*decisions: Any, **then: Any) -> History:
    return a_history(a_version(projects=[a_project(**then)]), decisions=decisions)


def test_an_unchanged_plan_holds() -> None:
    assert found("Q02", a_submission(), a_past()) == []


def test_a_new_planned_end_is_told_with_both_days() -> None:
    submission = a_submission([a_project(end_baseline=LATER)])

    [finding] = found("Q02", submission, a_past())
    checked = judged(submission, a_past())

    assert finding.place == the_cell("project", "end_baseline")
    assert finding.message == ("KLI-001: Planende oder Planbudget geändert (30.06.2027 → 30.09.2027) ohne Beschluss.")
    assert checked.verdict is Verdict.ACCEPTED_WITH_FINDINGS
    assert checked.tables["project"][0].values["end_baseline"] is None


def test_a_new_planned_budget_is_told_with_both_amounts() -> None:
    [finding] = found("Q02", a_submission([a_project(budget_total=Decimal("210000.00"))]), a_past())

    assert finding.place == the_cell("project", "budget_total")
    assert "(200.000,00 EUR → 210.000,00 EUR)" in finding.message


def test_a_decision_permits_exactly_the_value_that_it_names() -> None:
    decision = a_decision(new_end_baseline=LATER, new_budget_total=Decimal(210_000))

    permitted = a_submission([a_project(end_baseline=LATER, budget_total=Decimal("210000.00"))])
    beyond = a_submission([a_project(end_baseline=date(2027, 12, 31))])

    assert found("Q02", permitted, a_past(decision)) == []
    assert len(found("Q02", beyond, a_past(decision))) == 1


@pytest.mark.parametrize(
    "override", [{"outcome": "rejected"}, {"outcome": "adjourned"}, {"project_id": "KLI-002"}, {"project_id": None}]
)
def test_a_decision_that_is_none_for_this_project_permits_nothing(override: dict[str, Any]) -> None:
    decision = a_decision(**{"new_end_baseline": LATER, **override})

    assert len(found("Q02", a_submission([a_project(end_baseline=LATER)]), a_past(decision))) == 1


def test_repeating_a_refused_change_does_not_make_it_accepted() -> None:
    refused = a_version("2026-Q2", projects=[a_project(failed=["end_baseline"])])
    history = a_history(a_version("2026-Q1"), refused)

    assert len(found("Q02", a_submission([a_project(end_baseline=LATER)]), history)) == 1


def test_a_new_project_brings_its_own_plan() -> None:
    newcomer = a_project(project_id="KLI-002", end_baseline=LATER)

    assert found("Q02", a_submission([a_project(), newcomer]), a_past()) == []
