"""Requests, decisions, escalations, risks, and who could help whom."""

from datetime import date
from decimal import Decimal

from schemas.findings import Finding
from schemas.place import Place
from tests.builders import a_cooperation, a_decision, a_decision_request, a_milestone, a_risk
from tests.transforms.report.returns import Q2, Q3, a_light, a_return, all_eight, facts_of


def test_the_most_urgent_request_stands_first() -> None:
    requests = [
        a_decision_request(decision_id="KLI-B01", needed_by=date(2026, 12, 1)),
        a_decision_request(decision_id="KLI-B02", needed_by=date(2026, 11, 15), project_id="ALLG"),
        a_decision_request(decision_id="KLI-B03", decision_type="funding", amount=Decimal("67000.00")),
    ]
    facts = facts_of(a_return(decision_request=requests))

    assert [r.decision_id for r in facts.requests] == ["KLI-B02", "KLI-B03", "KLI-B01"]
    assert facts.requests[0].project_id is None
    assert (facts.request_count.all.value, facts.request_count.amount.text) == (3, "67")


def test_a_request_that_comes_back_says_since_when_it_has_been_asked() -> None:
    quarters = [Q3, Q2, Q2.previous]
    facts = facts_of(*(a_return(quarter=quarter, decision_request=[a_decision_request()]) for quarter in quarters))

    assert facts.requests[0].asked_since == "Q1/2026"


def test_an_open_decision_past_its_day_is_overdue_and_stands_first() -> None:
    decisions = [
        a_decision(decision_no="LK-2026-01", state="done", due_date=date(2026, 6, 30)),
        a_decision(decision_no="LK-2026-02", state="open", due_date=date(2026, 12, 31)),
        a_decision(decision_no="LK-2026-03", state="in_progress", due_date=date(2026, 8, 31)),
    ]
    told = facts_of(a_return(), decisions=decisions).decisions

    assert [(d.decision_no, d.is_overdue) for d in told] == [
        ("LK-2026-03", True),
        ("LK-2026-02", False),
        ("LK-2026-01", False),
    ]


def test_newly_red_projects_stand_before_those_long_in_red() -> None:
    before = [a_light("red", number=1), a_light("yellow", number=2), a_light("red", number=3)]
    now = [a_light("red", number=number) for number in (1, 2, 3)]
    facts = facts_of(
        a_return(quarter=Q2.previous, projects=[a_light("red", number=3)]),
        a_return(quarter=Q2, projects=before),
        a_return(projects=now),
    )

    assert [(e.project_id, e.is_newly_red) for e in facts.escalations] == [
        ("KLI-002", True),
        ("KLI-003", False),
        ("KLI-001", False),
    ]


def test_an_escalation_knows_its_requests_and_its_next_milestone() -> None:
    facts = facts_of(
        a_return(
            projects=[a_light("red")],
            decision_request=[a_decision_request()],
            milestone=[
                a_milestone(milestone_no=1, date_forecast=date(2027, 3, 31)),
                a_milestone(milestone_no=2, date_forecast=date(2026, 12, 15)),
                a_milestone(milestone_no=3, date_forecast=date(2026, 8, 1), milestone_status="reached"),
            ],
        )
    )

    [escalation] = facts.escalations
    assert (escalation.request_ids, escalation.milestone_id) == (("KLI-B01",), "KLI-001/2")


def test_the_weightiest_risk_stands_first_and_closed_ones_are_left_out() -> None:
    risks = [
        a_risk(risk_id="KLI-R01", likelihood=2, impact=3),
        a_risk(risk_id="KLI-R02", likelihood=3, impact=2),
        a_risk(risk_id="KLI-R03", likelihood=4, impact=4, risk_trend="closed"),
        a_risk(risk_id="KLI-R04", likelihood=4, impact=3, project_id="ALLG"),
    ]
    told = facts_of(a_return(risk=risks)).risks

    assert [(r.risk_id, r.weight.value) for r in told] == [("KLI-R04", 12), ("KLI-R01", 6), ("KLI-R02", 6)]


def test_a_risk_without_a_valid_likelihood_has_no_weight() -> None:
    [risk] = facts_of(a_return(risk=[a_risk(failed=["likelihood"])])).risks

    assert (risk.weight.value, risk.likelihood.text) == (None, "fehlt")


def test_seeking_and_offering_of_one_topic_stand_together() -> None:
    rows = [
        a_cooperation(coop_kind="offers", topic="ai"),
        a_cooperation(coop_kind="seeks", topic="accessibility"),
        a_cooperation(coop_kind="seeks", topic="ai"),
    ]
    told = facts_of(a_return(cooperation=rows)).cooperation

    assert [(c.topic, c.kind) for c in told] == [("accessibility", "seeks"), ("ai", "seeks"), ("ai", "offers")]


def test_who_is_missing_is_named_with_the_last_quarter_known() -> None:
    facts = facts_of(*all_eight(Q2), *all_eight(Q3, without="KRG"))
    [missing] = [o for o in facts.delivery.organisations if o.org_code == "KRG"]

    assert (facts.delivery.delivered.value, facts.delivery.expected.value) == (7, 8)
    assert facts.delivery.missing_names == ("Kultur Räume",)
    assert (missing.last_delivered, missing.version.text) == ("Q2/2026", "–")


def test_findings_are_counted_by_severity_with_their_cells() -> None:
    findings = [
        Finding("S04", Place("Projekte"), details={"gefunden": "Ampel Zeit", "spalte": "Ampel Termin"}),
        Finding("C06", Place("Projekte", 5, 20), value="#REF!"),
    ]
    facts = facts_of(a_return(findings=findings))
    [delivery] = [o for o in facts.delivery.organisations if o.org_code == "KLI"]

    assert (delivery.errors.value, delivery.warnings.value, delivery.notes.value) == (1, 0, 1)
    assert [(f.rule, f.place) for f in facts.delivery.findings] == [("C06", "Projekte!T5"), ("S04", "Projekte")]
