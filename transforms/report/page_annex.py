"""Annexes A to C: all projects, the quality of the returns, and how everything is worked out."""

from schemas.facts import Light, OrganisationDelivery, ProjectFact
from schemas.findings import Severity
from transforms.report.page_parts import Data, Lookup, day_of, in_short, lights_of, more, number_of, state_word
from transforms.report.portfolio import BALANCE
from transforms.report.texts import counted, label, text, texts
from transforms.report.writing import NOTHING, percent, plain_number

_MOST_FINDINGS = 60


def project_list(lookup: Lookup) -> list[Data]:
    """Annex A: a line for every project."""
    return [_listed(lookup, project) for project in lookup.facts.projects]


def quality(lookup: Lookup) -> Data:
    """Annex B: who delivered what, with errors and warnings; mere notes are counted."""
    delivery = lookup.facts.delivery
    findings = [finding for finding in delivery.findings if finding.severity != Severity.INFO]
    notes = len(delivery.findings) - len(findings)
    return {
        "rows": [_delivery(organisation) for organisation in delivery.organisations],
        "findings": [
            {
                "organisation": lookup.name(finding.org_code),
                "rule": finding.rule,
                "severity": Severity(finding.severity).label,
                "place": finding.place,
                "message": finding.message,
            }
            for finding in findings[:_MOST_FINDINGS]
        ],
        "more": more(len(findings) - _MOST_FINDINGS),
        "contradictions": [
            {"rule": c.rule, "severity": Severity(c.severity).label, "message": c.message}
            for c in delivery.contradictions[:_MOST_FINDINGS]
        ],
        "notes": counted("notes", notes) if notes else "",
    }


def restated(lookup: Lookup) -> Data:
    """Annex B: what of earlier quarters is not any more what the committee saw."""
    facts, told = lookup.facts, lookup.facts.restated
    known_on = day_of(told.comparison.known_on) if told.comparison.known_on else ""
    basis = text("restated", told.comparison.basis, quarter=facts.previous_in_text, day=known_on)
    is_all = not told.values and not told.late
    return {
        "basis": f"{basis} {text('restated', 'nothing')}" if is_all else basis,
        "late": [
            counted(
                "late_return",
                number_of(late.projects),
                organisation=lookup.name(late.org_code),
                quarter=late.quarter,
                day=late.received_on.text,
            )
            for late in told.late
        ],
        "rows": [
            {
                "quarter": value.quarter,
                "organisation": lookup.name(value.org_code),
                "key": value.key,
                "label": value.label or text("pages", "row_of_return"),
                "printed": value.printed.text,
                "now": value.now.text,
                "corrected": day_of(value.corrected_on),
                "reason": value.reason or text("pages", "no_reason_given"),
            }
            for value in told.values[:_MOST_FINDINGS]
        ],
        "more": more(len(told.values) - _MOST_FINDINGS),
    }


def method(lookup: Lookup) -> Data:
    """Annex C: the rules with the thresholds in force."""
    thresholds = lookup.facts.thresholds
    values = {
        "schedule_green": thresholds.schedule_green_days,
        "schedule_yellow": thresholds.schedule_yellow_days,
        "cost_green": percent(thresholds.cost_green_pct, 0),
        "cost_yellow": percent(thresholds.cost_yellow_pct, 0),
        "tolerance": plain_number(thresholds.cost_tolerance_eur),
        "months": thresholds.funding_warning_months,
        "red_quarters": thresholds.red_quarters,
    }
    indicators = {indicator.kpi_code: indicator for indicator in lookup.facts.indicators}
    return {
        "lights": [{"code": light, "meaning": texts("method_lights")[light]} for light in BALANCE],
        "rules": [
            {"term": texts("method_terms")[key], "rule": rule.format_map(values)}
            for key, rule in texts("method_rules").items()
        ],
        "indicators": [
            {
                "code": indicator.kpi_code,
                "name": indicator.name,
                "unit": indicator.unit,
                "direction": texts("directions")[indicator.direction],
                "kind": texts("pages")["flow" if indicator.is_flow else "level"],
            }
            for indicator in indicators.values()
        ],
    }


def _listed(lookup: Lookup, project: ProjectFact) -> Data:
    numbers, suggested = project.numbers, project.suggested.overall
    is_missing = project.lights.overall is Light.NOT_DELIVERED
    return {
        **in_short(project),
        "missing": text("pages", "not_delivered", quarter=project.before_quarter) if is_missing else "",
        "organisation": lookup.name(project.org_code),
        "lights": lights_of(project),
        "suggested": suggested or "",
        "baseline": numbers.end_baseline.text,
        "progress": numbers.progress.text,
        "actual": numbers.actual.text,
        "pct": numbers.deviation_pct.text,
        "secured": label("operation_secured", project.operation_secured) or NOTHING,
    }


def _delivery(organisation: OrganisationDelivery) -> Data:
    return {
        "name": organisation.name,
        "state": state_word(organisation.state),
        "received": organisation.received_on.text,
        "version": organisation.version.text,
        "errors": organisation.errors.text,
        "warnings": organisation.warnings.text,
        "incomplete": organisation.incomplete_rows.text,
        "file": organisation.file_name or NOTHING,
    }
