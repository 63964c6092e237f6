from decimal import Decimal
from typing import Any

import pytest

from schemas.findings import Severity, Verdict
from schemas.submission import History, Version
from tests.builders import a_cover, a_project, a_submission, a_version
from tests.transforms.rules.judging import found, judged, the_cell
from transforms.rules.across_returns import quarter_findings

JOINT = a_submission([a_project(partner_orgs=("SWG",))])


def told_by(org: str = "SWG", **project: Any) -> History:
    """What another organisation says of KLI-001 in the same quarter."""
    return History(neighbours={org: a_neighbour(org, **project)})


def a_neighbour(org: str = "SWG", **project: Any) -> Version:
    values = {"partner_orgs": ("KLI",), **project}
    return a_version("2026-Q3", cover=a_cover(org_code=org), projects=[a_project(**values)])


def test_who_says_the_same_of_a_joint_project_hears_nothing() -> None:
    assert found("B11", JOINT, told_by(budget_total=Decimal("200000.0"))) == []


@pytest.mark.parametrize("field", ["status_overall", "status_schedule", "status_cost", "status_scope", "budget_total"])
def test_a_deviating_light_or_budget_is_named_at_its_cell(field: str) -> None:
    value: Any = Decimal(150_000) if field == "budget_total" else "yellow"

    [finding] = found("B11", JOINT, told_by(**{field: value}))

    assert finding.place == the_cell("project", field)
    assert finding.severity is Severity.WARNING
    assert finding.message == (
        "Gemeinschaftsprojekt KLI-001: Klinikum und Stadtwerke melden abweichende Ampel oder Budget."
    )


def test_several_deviations_are_one_finding_with_all_its_cells() -> None:
    [finding] = found("B11", JOINT, told_by(status_overall="red", budget_total=Decimal(1)))

    assert finding.all_places == (the_cell("project", "status_overall"), the_cell("project", "budget_total"))


def test_each_organisation_that_deviates_is_named() -> None:
    history = History(
        neighbours={"GTM": a_neighbour("GTM", status_overall="red"), "SWG": a_neighbour(status_overall="yellow")}
    )

    findings = found("B11", JOINT, history)

    assert [finding.details["org2"] for finding in findings] == ["Gütersloh Marketing", "Stadtwerke"]


def test_what_the_other_says_stays_between_it_and_us() -> None:
    [finding] = found("B11", JOINT, told_by(status_overall="red", budget_total=Decimal(77_777)))

    told = f"{finding.message} {finding.value} {finding.expected}"
    assert "rot" not in told
    assert "77" not in told


def test_a_value_that_was_not_given_or_failed_deviates_from_nothing() -> None:
    failed = a_submission([a_project(partner_orgs=("SWG",), failed=["budget_total"])])

    assert found("B11", JOINT, told_by(budget_total=None)) == []
    assert found("B11", failed, told_by(budget_total=Decimal(1))) == []


def test_another_project_is_none_of_its_business() -> None:
    assert found("B11", JOINT, told_by(project_id="SWG-001", status_overall="red")) == []


def test_the_return_is_accepted_and_keeps_its_values() -> None:
    checked = judged(JOINT, told_by(status_overall="red"))

    assert checked.verdict is Verdict.ACCEPTED
    assert checked.tables == JOINT.tables


def test_the_quarter_as_a_whole_names_each_contradiction_once() -> None:
    returns = {"KLI": a_neighbour("KLI", partner_orgs=("SWG",)), "SWG": a_neighbour(status_overall="red")}

    [finding] = quarter_findings(returns)

    assert (finding.rule, finding.place) == ("B11", None)
    assert finding.details == {"projekt": "KLI-001", "org1": "Klinikum", "org2": "Stadtwerke"}
    assert quarter_findings({"KLI": returns["KLI"]}) == ()
