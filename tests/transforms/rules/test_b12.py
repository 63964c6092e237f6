from typing import Any

import pytest

from schemas.findings import Severity
from schemas.place import Place
from schemas.submission import History, Submission, Version
from tests.builders import a_cooperation, a_cover, a_project, a_submission, a_version
from tests.transforms.rules.judging import found, the_cell
from transforms.rules.across_returns import quarter_findings

NAMES_SWG = a_submission([a_project(partner_orgs=("BIB", "SWG"))])
OWN = a_submission()


def a_return_of_swg(partners: tuple[str, ...] | None = None, cooperations: Any = (), **project: Any) -> Version:
    values = {"project_id": "SWG-001", "partner_orgs": partners, **project}
    cover = a_cover(org_code="SWG")
    return a_version("2026-Q3", cover=cover, projects=[a_project(**values)], cooperations=cooperations)


def beside(version: Version) -> History:
    return History(neighbours={"SWG": version})


def test_a_partner_whose_return_knows_nothing_of_it_is_named_at_the_cell() -> None:
    [finding] = found("B12", NAMES_SWG, beside(a_return_of_swg()))

    assert finding.place == the_cell("project", "partner_orgs")
    assert finding.severity is Severity.INFO
    assert finding.message == "Stadtwerke ist als Partner von KLI-001 genannt, meldet aber keine Beteiligung."


def test_a_partner_that_has_not_handed_in_yet_is_not_judged() -> None:
    assert found("B12", NAMES_SWG) == []


@pytest.mark.parametrize(
    "version",
    [
        a_return_of_swg(project_id="KLI-001"),
        a_return_of_swg(("GTM", "KLI")),
        a_return_of_swg(cooperations=[a_cooperation(with_orgs=("KLI",))]),
    ],
    ids=["reports the project", "names the other in a project", "names the other in a cooperation"],
)
def test_a_partner_takes_part_by_the_project_itself_or_by_working_with_who_leads_it(version: Version) -> None:
    assert found("B12", NAMES_SWG, beside(version)) == []


@pytest.mark.parametrize("phase", ["completed", "cancelled"])
def test_nobody_takes_part_in_what_is_over(phase: str) -> None:
    over = a_submission([a_project(partner_orgs=("SWG",), phase=phase)])

    assert found("B12", over, beside(a_return_of_swg())) == []
    assert found("B12", OWN, beside(a_return_of_swg(("KLI",), phase=phase))) == []


def test_who_is_named_by_others_and_says_nothing_of_it_hears_it_without_a_cell() -> None:
    [finding] = found("B12", OWN, beside(a_return_of_swg(("KLI",))))

    assert finding.place == Place("Projekte")
    assert finding.message == "Klinikum ist als Partner von SWG-001 genannt, meldet aber keine Beteiligung."


@pytest.mark.parametrize(
    "submission",
    [
        a_submission([a_project(), a_project(project_id="SWG-001", partner_orgs=("SWG",))]),
        a_submission([a_project(partner_orgs=("SWG",))]),
        a_submission(cooperations=[a_cooperation(with_orgs=("SWG",))]),
        a_submission([a_project(failed=["partner_orgs"])]),
        a_submission(cooperations=[a_cooperation(failed=["with_orgs"])]),
    ],
    ids=["reports it", "names the lead", "cooperates", "partners unreadable", "cooperation unreadable"],
)
def test_who_takes_part_or_may_have_said_so_hears_nothing(submission: Submission) -> None:
    assert found("B12", submission, beside(a_return_of_swg(("KLI",)))) == []


def test_the_organisation_whose_number_a_project_carries_is_no_silent_partner_of_it() -> None:
    led_by_swg = a_submission([a_project(), a_project(project_id="SWG-002", partner_orgs=("SWG",))])

    assert found("B12", led_by_swg, beside(a_return_of_swg(("KLI",)))) == []


def test_the_quarter_as_a_whole_names_each_silent_partner_once() -> None:
    naming = a_version("2026-Q3", projects=[a_project(partner_orgs=("SWG", "BIB"))])

    [finding] = quarter_findings({"KLI": naming, "SWG": a_return_of_swg()})

    assert (finding.rule, finding.place) == ("B12", None)
    assert finding.details == {"projekt": "KLI-001", "org": "Stadtwerke"}
    assert quarter_findings({"KLI": naming, "SWG": a_return_of_swg(("KLI",))}) == ()
