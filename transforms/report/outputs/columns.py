"""What stands in the columns of the report's tables; their heads are texts of the same keys."""

from collections.abc import Callable
from typing import NamedTuple

from schemas.contract import tables as contract_tables
from schemas.facts import (
    CooperationFact,
    DecisionFact,
    DeliveryState,
    Figure,
    FindingFact,
    IndicatorFact,
    Light,
    LightCount,
    MilestoneFact,
    Money,
    OrganisationDelivery,
    ProjectFact,
    RequestFact,
    Restatement,
    RiskFact,
    Sentence,
    Source,
)
from schemas.findings import Severity
from transforms.report.outputs.tables import Cell, Columns
from transforms.report.page_parts import Data, Lookup, day_of, named
from transforms.report.texts import label, text, texts
from transforms.report.writing import joined

_PLACES_TOLD = 5
"""So many cells behind a figure are named; facts.json has them all."""


class Sum(NamedTuple):
    """A line of the overview of money: what, how much, which share of what."""

    key: str
    amount: Figure
    share: Figure | None = None


def place_of(source: Source) -> str:
    """Say where a value stands: „Projekte, Zeile 7, Prognose gesamt (KLI-001), Meldung 4e2ee6bb“."""
    table = contract_tables().get(source.table)
    is_field = table is not None and source.field in table.fields
    field = table.fields[source.field].label if table and is_field else texts("source_fields").get(source.field, "")
    key = "place_of_finding" if source.table == "finding" else "place" if source.row else "place_without_row"
    return text(
        "source",
        key,
        sheet=source.sheet or source.table,
        row=source.row,
        field=field,
        of=source.key,
        submission=source.submission_id[:8],
    )


def unit_of(figure: Figure) -> str:
    """Name a figure's unit in German."""
    return texts("units").get(figure.unit, figure.unit)


def _lacking(project: ProjectFact, key: str) -> str:
    """Say that a project in yellow or red does not say why."""
    return texts("pages")[key] if project.lights.overall in (Light.YELLOW, Light.RED) else ""


def _number(name: str) -> Callable[[Lookup, ProjectFact], Cell]:
    def cell(_: Lookup, project: ProjectFact) -> Cell:
        number: Figure = getattr(project.numbers, name)
        return number

    return cell


def _places(figure: Figure) -> str:
    told = [place_of(source) for source in figure.sources[:_PLACES_TOLD]]
    left_out = len(figure.sources) - len(told)
    return "; ".join([*told, *([text("source", "more", n=left_out)] if left_out else [])])


def _of_organisation(lookup: Lookup, fact: "MilestoneFact | IndicatorFact | RequestFact | CooperationFact") -> Cell:
    return lookup.name(fact.org_code)


def _project(lookup: Lookup, project_id: str | None) -> str:
    project = lookup.projects.get(project_id or "")
    return named(project) if project else project_id or texts("words")["general"]


LIGHTS: Columns[LightCount] = Columns(
    "lights",
    {
        "light": lambda _, entry: entry.light,
        "count": lambda _, entry: entry.count,
        "before": lambda _, entry: entry.before,
        "change": lambda _, entry: entry.change,
    },
)
SUMS: Columns[Sum] = Columns(
    "sums",
    {
        "name": lambda lookup, line: text("money", line.key, months=lookup.facts.thresholds.funding_warning_months),
        "sum": lambda _, line: line.amount,
        "share": lambda _, line: line.share,
        "share_of": lambda _, line: texts("shares").get(line.key),
    },
)
REQUESTS: Columns[RequestFact] = Columns(
    "requests",
    {
        "id": lambda _, request: request.decision_id,
        "subject": lambda _, request: request.subject,
        "proposal": lambda _, request: request.proposal,
        "organisation": _of_organisation,
        "project": lambda lookup, request: _project(lookup, request.project_id),
        "kind": lambda _, request: label("decision_type", request.decision_type),
        "amount": lambda _, request: request.amount,
        "consequence": lambda _, request: request.consequence,
        "needed_by": lambda _, request: request.needed_by,
        "bodies": lambda _, request: joined([label("further_bodies", body) for body in request.further_bodies]),
        "since": lambda _, request: request.asked_since,
    },
    "decision_request",
)
CARRIED: Columns[RequestFact] = Columns(
    "carried",
    {
        "id": lambda _, request: request.decision_id,
        "subject": lambda _, request: request.subject,
        "organisation": _of_organisation,
        "amount": lambda _, request: request.amount,
        "needed_by": lambda _, request: request.needed_by,
        "last_asked": lambda _, request: request.last_asked,
    },
    "decision_request",
)
DECISIONS: Columns[DecisionFact] = Columns(
    "decisions",
    {
        "no": lambda _, decision: decision.decision_no,
        "meeting": lambda _, decision: decision.meeting,
        "request": lambda _, decision: decision.decision_id,
        "subject": lambda _, decision: decision.subject,
        "project": lambda lookup, decision: _project(lookup, decision.project_id),
        "outcome": lambda _, decision: label("outcome", decision.outcome),
        "amount": lambda _, decision: decision.amount,
        "due": lambda _, decision: decision.due,
        "state": lambda _, decision: (
            texts("pages")["overdue_state"] if decision.is_overdue else label("decision_state", decision.state)
        ),
        "new_end": lambda _, decision: decision.new_end,
        "new_budget": lambda _, decision: decision.new_budget,
    },
    "decision",
)
CHANGES: Columns[Sentence] = Columns(
    "changes",
    {"no": lambda _, sentence: sentence.id.rpartition(".")[2], "sentence": lambda _, sentence: sentence.text},
)
PROJECTS: Columns[ProjectFact] = Columns(
    "projects",
    {
        "id": lambda _, project: project.project_id,
        "title": lambda _, project: project.title,
        "organisation": lambda lookup, project: lookup.name(project.org_code),
        "phase": lambda _, project: label("phase", project.phase),
        "overall": lambda _, project: project.lights.overall,
        "suggested": lambda _, project: project.suggested.overall,
        "schedule": lambda _, project: project.lights.schedule,
        "cost": lambda _, project: project.lights.cost,
        "scope": lambda _, project: project.lights.scope,
        "trend": lambda _, project: texts("trends")[project.trend] if project.trend else None,
        "red_quarters": _number("red_quarters"),
        "cause": lambda _, project: label("cause_code", project.cause_code) or _lacking(project, "no_cause"),
        "reason": lambda _, project: project.reason or _lacking(project, "no_reason"),
        "next_step": lambda _, project: project.next_step,
        "start": _number("start"),
        "end_baseline": _number("end_baseline"),
        "end_forecast": _number("end_forecast"),
        "delay": _number("delay"),
        "progress": _number("progress"),
        "budget": _number("budget"),
        "actual": _number("actual"),
        "forecast": _number("forecast"),
        "deviation": _number("deviation"),
        "deviation_pct": _number("deviation_pct"),
        "funding_approved": _number("funding_approved"),
        "funding_drawn": _number("funding_drawn"),
        "funding_remaining": _number("funding_remaining"),
        "funding_programme": lambda _, project: label("funding_programme", project.funding_programme),
        "funding_end": _number("funding_end"),
        "secured": lambda _, project: label("operation_secured", project.operation_secured),
        "benefit": lambda _, project: project.benefit,
        "action_field": lambda _, project: label("action_field", project.action_field),
        "partners": lambda lookup, project: joined([lookup.name(code) for code in project.partner_orgs]),
        "confidentiality": lambda _, project: label("confidentiality", project.confidentiality),
    },
    "project",
)
MILESTONES: Columns[MilestoneFact] = Columns(
    "milestones",
    {
        "project": lambda _, milestone: milestone.milestone_id,
        "title": lambda _, milestone: milestone.title,
        "organisation": _of_organisation,
        "status": lambda _, milestone: label("milestone_status", milestone.status),
        "schedule": lambda lookup, milestone: (
            lookup.projects[milestone.project_id].lights.schedule if milestone.project_id in lookup.projects else None
        ),
        "baseline": lambda _, milestone: milestone.baseline,
        "forecast": lambda _, milestone: milestone.forecast,
        "actual": lambda _, milestone: milestone.actual,
        "delay": lambda _, milestone: milestone.delay,
        "overdue": lambda _, milestone: milestone.overdue,
        "times_moved": lambda _, milestone: milestone.times_moved,
    },
    "milestone",
)


def _amount(name: str) -> Callable[[Lookup, Money], Cell]:
    def cell(_: Lookup, money: Money) -> Cell:
        amount: Figure = getattr(money, name)
        return amount

    return cell


def _payer(lookup: Lookup, money: Money) -> Cell:
    if not money.org_code:
        return texts("workbook")["total"]
    name = lookup.name(money.org_code)
    is_missing = money.state is DeliveryState.NOT_DELIVERED
    return f"{name} – {texts('delivery')[money.state]}" if is_missing else name


FINANCE: Columns[Money] = Columns(
    "finance",
    {
        "organisation": _payer,
        "budget": _amount("budget"),
        "actual": _amount("actual"),
        "actual_pct": _amount("actual_pct"),
        "forecast": _amount("forecast"),
        "deviation": _amount("deviation"),
        "deviation_pct": _amount("deviation_pct"),
        "approved": _amount("funding_approved"),
        "drawn": _amount("funding_drawn"),
        "drawn_pct": _amount("funding_drawn_pct"),
    },
)
INDICATORS: Columns[IndicatorFact] = Columns(
    "indicators",
    {
        "code": lambda _, indicator: indicator.kpi_code,
        "name": lambda _, indicator: indicator.name,
        "organisation": _of_organisation,
        "value": lambda _, indicator: indicator.value,
        "unit": lambda _, indicator: indicator.unit,
        "compared": lambda _, indicator: indicator.compared,
        "compared_with": lambda _, indicator: indicator.compared_with,
        "trend": lambda _, indicator: texts("card_trends")[indicator.trend] if indicator.trend else None,
        "target": lambda _, indicator: indicator.target,
        "year_to_date": lambda _, indicator: indicator.year_to_date,
        "measurement": lambda _, indicator: label("measurement", indicator.measurement),
        "data_as_of": lambda _, indicator: indicator.data_as_of,
        "model": lambda _, indicator: indicator.model_version,
        "note": lambda _, indicator: indicator.note,
    },
    "kpi_value",
)
RISKS: Columns[RiskFact] = Columns(
    "risks",
    {
        "id": lambda _, risk: risk.risk_id,
        "project": lambda lookup, risk: _project(lookup, risk.project_id),
        "text": lambda _, risk: risk.risk_text,
        "mitigation": lambda _, risk: risk.mitigation,
        "likelihood": lambda _, risk: risk.likelihood,
        "impact": lambda _, risk: risk.impact,
        "weight": lambda _, risk: risk.weight,
        "trend": lambda _, risk: label("risk_trend", risk.trend),
    },
    "risk",
)
COOPERATION: Columns[CooperationFact] = Columns(
    "cooperation",
    {
        "topic": lambda _, entry: label("topic", entry.topic),
        "kind": lambda _, entry: label("coop_kind", entry.kind),
        "organisation": _of_organisation,
        "description": lambda _, entry: entry.description,
        "with": lambda lookup, entry: joined([lookup.name(code) for code in entry.with_orgs]),
    },
)
DELIVERIES: Columns[OrganisationDelivery] = Columns(
    "deliveries",
    {
        "organisation": lambda _, delivery: delivery.name,
        "state": lambda _, delivery: texts("delivery")[delivery.state],
        "received": lambda _, delivery: delivery.received_on,
        "version": lambda _, delivery: delivery.version,
        "errors": lambda _, delivery: delivery.errors,
        "warnings": lambda _, delivery: delivery.warnings,
        "notes": lambda _, delivery: delivery.notes,
        "incomplete": lambda _, delivery: delivery.incomplete_rows,
        "file": lambda _, delivery: delivery.file_name,
    },
)
FINDINGS: Columns[FindingFact] = Columns(
    "findings",
    {
        "organisation": lambda lookup, finding: lookup.name(finding.org_code),
        "rule": lambda _, finding: finding.rule,
        "severity": lambda _, finding: Severity(finding.severity).label,
        "place": lambda _, finding: finding.place,
        "message": lambda _, finding: finding.message,
    },
)
CONTRADICTIONS: Columns[FindingFact] = Columns(
    "contradictions", {name: FINDINGS.cells[name] for name in ("rule", "severity", "message")}
)
RESTATED: Columns[Restatement] = Columns(
    "restated",
    {
        "quarter": lambda _, value: value.quarter,
        "organisation": lambda lookup, value: lookup.name(value.org_code),
        "key": lambda _, value: value.key,
        "label": lambda _, value: value.label or texts("pages")["row_of_return"],
        "printed": lambda _, value: value.printed,
        "now": lambda _, value: value.now,
        "corrected_on": lambda _, value: day_of(value.corrected_on),
        "reason": lambda _, value: value.reason or texts("pages")["no_reason_given"],
    },
)
METHOD: Columns[Data] = Columns("method", {"term": lambda _, line: line["term"], "rule": lambda _, line: line["rule"]})
FIGURES: Columns[Figure] = Columns(
    "figures",
    {
        "id": lambda _, figure: figure.id,
        "value": lambda _, figure: figure,
        "unit": lambda _, figure: unit_of(figure),
        "printed": lambda _, figure: figure.text,
        "missing": lambda _, figure: str(figure.missing) if figure.missing else None,
        "sources": lambda _, figure: str(len(figure.sources)) if figure.sources else None,
        "places": lambda _, figure: _places(figure),
    },
)
