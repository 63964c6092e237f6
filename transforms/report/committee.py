"""What the committee deals with: requests, former decisions, red projects, risks, offers and needs."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from schemas.contract import GENERAL_PROJECT
from schemas.facts import (
    CooperationFact,
    DecisionFact,
    Escalation,
    Figure,
    Light,
    MilestoneFact,
    ProjectFact,
    RequestCount,
    RequestFact,
    RiskFact,
)
from transforms.report import figures
from transforms.report.state import Record, States, records
from transforms.report.writing import for_display

_KINDS = ("seeks", "offers", "joint")


def build_requests(states: States) -> tuple[RequestFact, ...]:
    """Tell the requests for decisions of the quarter, the most urgent first."""
    requests = [_request(record, states) for record in states.current.rows["decision_request"]]
    return tuple(sorted(requests, key=lambda r: (_day(r.needed_by) or date.max, r.decision_id)))


def count_requests(requests: Sequence[RequestFact], states: States) -> RequestCount:
    """Count the requests and sum up the money that they ask for."""
    records = [record.source("decision_type") for record in states.current.rows["decision_request"]]
    funding = [request.amount for request in requests if request.decision_type == "funding"]
    sources = [source for amount in funding for source in amount.sources]
    return RequestCount(
        figures.count("requests.count", len(requests), records),
        figures.count("requests.funding_count", len(funding), sources),
        figures.total("requests.funding_amount", funding),
    )


def build_decisions(decisions: pl.DataFrame, as_of: date) -> tuple[DecisionFact, ...]:
    """Tell the Beschlussbuch: what is open first, then what is done, each by number.

    Overdue is what is not done although its day had passed on the Stichtag.
    """
    told: dict[str, DecisionFact] = {}
    for record in records("decision", decisions):
        told[record.key] = _decision(record, as_of)
    return tuple(sorted(told.values(), key=lambda d: (d.state == "done", not d.is_overdue, d.decision_no)))


def build_escalations(
    projects: Sequence[ProjectFact], requests: Sequence[RequestFact], milestones: Sequence[MilestoneFact]
) -> tuple[Escalation, ...]:
    """Name the running red projects: the newly red ones first, then the longest in red."""
    red = [p for p in projects if not p.is_closed and p.lights.overall is Light.RED]
    found = [
        Escalation(
            project.project_id,
            is_newly_red=project.before is not Light.RED,
            request_ids=tuple(r.decision_id for r in requests if r.project_id == project.project_id),
            milestone_id=_next_milestone(project.project_id, milestones),
        )
        for project in red
    ]
    quarters = {p.project_id: p.numbers.red_quarters.value for p in red}
    return tuple(sorted(found, key=lambda e: (not e.is_newly_red, -_count(quarters[e.project_id]), e.project_id)))


def build_risks(states: States) -> tuple[RiskFact, ...]:
    """Tell the risks that are not closed, the weightiest first."""
    risks = [_risk(record) for record in states.current.rows["risk"] if record.text("risk_trend") != "closed"]
    return tuple(sorted(risks, key=lambda r: (-_count(r.weight.value), -_count(r.impact.value), r.risk_id)))


def build_cooperation(states: States, org_codes: tuple[str, ...]) -> tuple[CooperationFact, ...]:
    """Tell needs, offers and joint undertakings, ordered so that those of one topic stand together."""
    facts = [
        CooperationFact(
            record.org_code,
            record.text("coop_kind") or "",
            record.text("topic") or "",
            record.shown("description") or "",
            record.entries("with_orgs"),
        )
        for record in states.current.rows["cooperation"]
    ]
    order = {code: position for position, code in enumerate(org_codes)}
    kinds = {kind: position for position, kind in enumerate(_KINDS)}
    return tuple(
        sorted(facts, key=lambda f: (f.topic, kinds.get(f.kind, len(kinds)), order.get(f.org_code, len(order))))
    )


def _request(record: Record, states: States) -> RequestFact:
    decision_id = for_display(record.key)
    name = f"request.{decision_id}."
    return RequestFact(
        decision_id=decision_id,
        org_code=record.org_code,
        project_id=_project(record),
        subject=record.shown("subject") or decision_id,
        proposal=record.shown("proposal"),
        decision_type=record.text("decision_type"),
        amount=figures.field_money(
            name + "amount", record, "amount", is_required=record.text("decision_type") == "funding"
        ),
        consequence=record.shown("consequence"),
        needed_by=figures.field_day(name + "needed_by", record, "needed_by", is_required=True),
        further_bodies=record.entries("further_bodies"),
        asked_since=_asked_since(record, states),
    )


def _asked_since(record: Record, states: States) -> str | None:
    since = None
    for state in states.before:
        if all(other.key != record.key for other in state.rows["decision_request"]):
            break
        since = state.quarter.in_tables
    return since


def _decision(record: Record, as_of: date) -> DecisionFact:
    decision_no = for_display(record.key)
    name = f"decision.{decision_no}."
    due = figures.field_day(name + "due", record, "due_date")
    state = record.text("state") or ""
    due_on = _day(due)
    return DecisionFact(
        decision_no=decision_no,
        project_id=_project(record),
        subject=record.shown("subject") or "",
        outcome=record.text("outcome") or "",
        state=state,
        is_overdue=state != "done" and due_on is not None and due_on < as_of,
        meeting=figures.field_day(name + "meeting", record, "meeting_date"),
        amount=figures.field_money(name + "amount", record, "amount"),
        due=due,
    )


def _risk(record: Record) -> RiskFact:
    risk_id = for_display(record.key)
    name = f"risk.{risk_id}."
    likelihood = figures.field_count(name + "likelihood", record, "likelihood")
    impact = figures.field_count(name + "impact", record, "impact")
    known = isinstance(likelihood.value, int) and isinstance(impact.value, int)
    sources = likelihood.sources + impact.sources
    return RiskFact(
        risk_id=risk_id,
        org_code=record.org_code,
        project_id=_project(record),
        risk_text=record.shown("risk_text") or "",
        mitigation=record.shown("mitigation"),
        trend=record.text("risk_trend"),
        likelihood=likelihood,
        impact=impact,
        weight=figures.count(name + "weight", _count(likelihood.value) * _count(impact.value), sources)
        if known
        else figures.nothing(name + "weight"),
    )


def _project(record: Record) -> str | None:
    project_id = record.text("project_id")
    return None if project_id in (None, GENERAL_PROJECT) else for_display(project_id or "")


def _next_milestone(project_id: str, milestones: Sequence[MilestoneFact]) -> str | None:
    still_open = [m for m in milestones if m.project_id == project_id and m.status == "open"]
    still_open.sort(key=lambda m: (_day(m.forecast) or date.max, m.milestone_id))
    return still_open[0].milestone_id if still_open else None


def _day(figure: Figure) -> date | None:
    return figure.value if isinstance(figure.value, date) else None


def _count(value: object) -> int:
    return value if isinstance(value, int) else 0
