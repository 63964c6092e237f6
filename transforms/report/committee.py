"""What the committee deals with beside decisions: red projects, risks, offers and needs."""

from collections.abc import Sequence
from datetime import date

from schemas.facts import (
    CooperationFact,
    Escalation,
    Light,
    MilestoneFact,
    ProjectFact,
    RequestFact,
    RiskFact,
)
from transforms.report import figures
from transforms.report.state import Record, States, day_of, subject_project
from transforms.report.writing import for_display

_KINDS = ("seeks", "offers", "joint")


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
        project_id=subject_project(record),
        risk_text=record.shown("risk_text") or "",
        mitigation=record.shown("mitigation"),
        trend=record.text("risk_trend"),
        likelihood=likelihood,
        impact=impact,
        weight=figures.count(name + "weight", _count(likelihood.value) * _count(impact.value), sources)
        if known
        else figures.nothing(name + "weight"),
    )


def _next_milestone(project_id: str, milestones: Sequence[MilestoneFact]) -> str | None:
    still_open = [m for m in milestones if m.project_id == project_id and m.status == "open"]
    still_open.sort(key=lambda m: (day_of(m.forecast) or date.max, m.milestone_id))
    return still_open[0].milestone_id if still_open else None


def _count(value: object) -> int:
    return value if isinstance(value, int) else 0
