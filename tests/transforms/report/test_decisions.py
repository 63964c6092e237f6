"""The decisions loop: what is asked for comes back until it is decided, and former decisions are followed up."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from schemas.facts import ReportFacts
from tests.builders import a_cooperation, a_decision, a_decision_request, a_project
from tests.transforms.report.returns import NOW, Q2, Q3, Return, a_return, facts_of

ASKED = a_decision_request(decision_type="decision", needed_by=date(2026, 9, 1))
BEFORE = a_return(quarter=Q2, decision_request=[ASKED])
SILENT = a_return(quarter=Q3)
NOVEMBER = date(2026, 11, 12)


def decided(**entry: Any) -> ReportFacts:
    """The report after a decision about the request of the quarter before, which is not repeated."""
    return facts_of(BEFORE, SILENT, decisions=[a_decision(decision_id="KLI-B01", **entry)])


def carried(facts: ReportFacts) -> list[tuple[str, str | None]]:
    return [(request.decision_id, request.last_asked) for request in facts.carried]


def test_what_nobody_decided_comes_back() -> None:
    facts = facts_of(BEFORE, SILENT)

    assert carried(facts) == [("KLI-B01", "Q2/2026")]
    assert facts.request_count.all.value == 0
    assert facts.request_count.carried.value == 1
    assert facts.summary[2].text.replace("\u00a0", " ") == (
        "Für diese Sitzung liegt kein Beschlussbedarf vor; 1 früherer Antrag ist noch offen."
    )


@pytest.mark.parametrize("returns", [(BEFORE,), (BEFORE, a_return(quarter=Q2.previous, decision_request=[ASKED]))])
def test_it_comes_back_once_and_although_its_organisation_delivered_nothing(returns: tuple[Return, ...]) -> None:
    assert carried(facts_of(*returns)) == [("KLI-B01", "Q2/2026")]


@pytest.mark.parametrize("outcome", ["approved", "rejected", "noted"])
def test_a_decision_settles_it(outcome: str) -> None:
    assert carried(decided(outcome=outcome, meeting_date=date(2026, 8, 20))) == []


def test_an_adjourned_decision_does_not_settle_it() -> None:
    assert carried(decided(outcome="adjourned", meeting_date=date(2026, 8, 20))) == [("KLI-B01", "Q2/2026")]


def test_a_decision_from_before_it_was_asked_is_about_another_request_of_that_number() -> None:
    assert carried(decided(meeting_date=date(2026, 5, 20))) == [("KLI-B01", "Q2/2026")]


def test_what_is_only_to_be_noted_does_not_come_back() -> None:
    noted = a_decision_request(decision_type="information")

    assert carried(facts_of(a_return(quarter=Q2, decision_request=[noted]), SILENT)) == []


def test_the_meeting_of_the_report_settles_nothing_in_its_own_report() -> None:
    now = a_return(quarter=Q3, decision_request=[a_decision_request(decision_type="decision")])
    later = NOW.replace(month=12)
    book = [a_decision(decision_id="KLI-B01", meeting_date=NOVEMBER)]

    [request] = facts_of(now, decisions=book, meeting_on=NOVEMBER, built_at=later).requests
    assert request.decision_id == "KLI-B01"
    assert facts_of(now, decisions=book, built_at=later).requests == ()


def test_a_decision_in_between_begins_a_new_request_under_the_old_number() -> None:
    again = a_return(quarter=Q3, decision_request=[a_decision_request(decision_type="funding", amount=Decimal(1000))])
    entry = a_decision(decision_id="KLI-B01", meeting_date=date(2026, 8, 20))

    assert facts_of(BEFORE, again).requests[0].asked_since == "Q2/2026"
    assert facts_of(BEFORE, again, decisions=[entry]).requests[0].asked_since is None


def test_decisions_are_counted_as_open_late_and_done() -> None:
    book = [
        a_decision(due_date=date(2026, 9, 1)),
        a_decision(decision_no="LK-2026-02", due_date=date(2026, 12, 1), state="in_progress"),
        a_decision(decision_no="LK-2026-03", state="done"),
    ]
    count = facts_of(SILENT, decisions=book).decision_count

    assert (count.open.value, count.overdue.value, count.done.value) == (2, 1, 1)
    assert [source.key for source in count.overdue.sources] == ["LK-2026-01"]


def test_contradictions_between_organisations_are_told_once_whoever_came_first() -> None:
    naming = a_return("KLI", projects=[a_project(partner_orgs=("SWG", "BIB"))])
    silent = a_return("SWG")
    taking_part = a_return("BIB", cooperation=[a_cooperation(with_orgs=("KLI",))])

    [contradiction] = facts_of(naming, silent, taking_part).delivery.contradictions

    assert contradiction.rule == "B12"
    assert "Stadtwerke ist als Partner von KLI-001 genannt" in contradiction.message


def test_who_is_expected_is_what_this_installation_says() -> None:
    delivery = facts_of(a_return("KLI"), expected=("KLI", "GTM")).delivery

    assert (delivery.delivered.value, delivery.expected.value) == (1, 2)
    assert delivery.missing_names == ("Gütersloh Marketing",)
