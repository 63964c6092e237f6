"""What page 1 chooses to tell where there is more than it has room for."""

from datetime import date
from typing import Any

from tests.builders import a_decision_request, a_funded_project, a_milestone
from tests.transforms.report.returns import a_return, facts_of
from transforms.report.page_first import first_page
from transforms.report.page_parts import Lookup


def test_deadlines_that_cannot_be_moved_come_before_milestones_and_grants_of_one_day_share_a_line() -> None:
    ending = {"funding_end": date(2026, 12, 31)}
    projects = [a_funded_project(project_id=f"KLI-{n:03d}", **ending) for n in range(1, 8)]
    milestones = [a_milestone(milestone_no=n, date_forecast=date(2026, 11, n)) for n in range(1, 7)]
    milestones += [
        a_milestone(project_id="KLI-002", milestone_no=n, date_forecast=date(2026, 12, n)) for n in range(1, 7)
    ]
    request = a_decision_request(needed_by=date(2026, 12, 15))
    facts = facts_of(a_return(projects=projects, milestone=milestones, decision_request=[request]))

    roomiest = first_page(Lookup(facts))["levels"][0]
    told: list[dict[str, Any]] = roomiest["deadlines"]

    assert len(facts.deadlines) == 20
    assert [(line["day"], line["kind"]) for line in told[-3:]] == [
        ("02.12.2026", "Meilenstein"),
        ("15.12.2026", "Beschluss"),
        ("31.12.2026", "Förderende"),
    ]
    assert told[-1]["project"].replace("\u00a0", " ") == "KLI-001, KLI-002, KLI-003, KLI-004 und 3 weitere"
    assert roomiest["more_deadlines"] == "… und 4 weitere"


def test_a_single_grant_that_ends_is_told_with_its_project() -> None:
    project = a_funded_project(title="Patientenportal", funding_end=date(2026, 12, 31))

    [line] = first_page(Lookup(facts_of(a_return(projects=[project]))))["levels"][0]["deadlines"]

    assert (line["project"], line["subject"]) == ("KLI-001", "Patientenportal")
