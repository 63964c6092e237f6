"""Who delivered, in which version, and how good it was."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import polars as pl

from schemas.facts import (
    Delivery,
    DeliveryState,
    Figure,
    FindingFact,
    IndicatorFact,
    OrganisationDelivery,
    OrganisationFact,
    ProjectFact,
    Source,
)
from transforms.report import figures
from transforms.report.state import Record, States, records
from transforms.report.writing import cut, for_display

LOCAL_TIME = ZoneInfo("Europe/Berlin")
_MOST_TEXT = 300
_SEVERITIES = ("error", "warning", "info")


def local_time(instant: datetime) -> datetime:
    """Give the instant in the time of Gütersloh; one without zone is meant as UTC."""
    return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(LOCAL_TIME)


def build_delivery(states: States, organisations: Sequence[Record], findings: pl.DataFrame) -> Delivery:
    """Tell the state of delivery; expected are the organisations that count.

    The city itself may report without being counted, and is not missed when it does not.
    """
    # Findings of a rejected file stand among them as well; they say nothing of what the report shows.
    accepted = [submission.values["submission_id"] for submission in states.current.submissions.values()]
    own = findings.filter(pl.col("submission_id").is_in(accepted)).sort("org_code", "position")
    by_org: dict[str, list[Record]] = {}
    for finding in records("finding", own):
        by_org.setdefault(finding.org_code, []).append(finding)
    told = tuple(_organisation(states, o, by_org.get(o.org_code, [])) for o in organisations)
    expected = [o for o in told if o.is_counted]
    delivered = [o for o in expected if o.state is not DeliveryState.NOT_DELIVERED]
    sources = [_cover_source(states.current.submissions[o.org_code], "org_code") for o in delivered]
    shown = [o for o in told if o.state is not DeliveryState.NOT_DELIVERED]
    return Delivery(
        delivered=figures.count("delivery.delivered", len(delivered), sources),
        expected=figures.count("delivery.expected", len(expected)),
        missing_names=tuple(o.name for o in expected if o.state is DeliveryState.NOT_DELIVERED),
        organisations=tuple(o for o in told if o.is_counted or o in shown),
        findings=tuple(_finding(f) for o in shown for f in _by_severity(by_org.get(o.org_code, []))),
    )


def build_organisations(
    states: States, delivery: Delivery, projects: Sequence[ProjectFact], indicators: Sequence[IndicatorFact]
) -> tuple[OrganisationFact, ...]:
    """Tell each organisation in its own words, with its projects and indicators."""
    facts = []
    for organisation in delivery.organisations:
        code = organisation.org_code
        submission = states.current.submissions.get(code)
        facts.append(
            OrganisationFact(
                code,
                organisation.name,
                organisation.state,
                assessment=submission.shown("overall_assessment") if submission else None,
                contact_mailbox=submission.shown("contact_mailbox") if submission else None,
                project_ids=tuple(p.project_id for p in projects if p.org_code == code),
                kpi_codes=tuple(i.kpi_code for i in indicators if i.org_code == code),
            )
        )
    return tuple(facts)


def _organisation(states: States, organisation: Record, findings: Sequence[Record]) -> OrganisationDelivery:
    code = organisation.org_code
    name = f"delivery.{code}."
    submission = states.current.submissions.get(code)
    last = states.last_of(code)
    numbers = _numbers(name, states, submission, findings)
    return OrganisationDelivery(
        code,
        organisation.text("name") or code,
        bool(organisation.values.get("is_counted")),
        _state(submission),
        for_display(submission.text("file_name") or "") if submission else None,
        *numbers,
        last.quarter.in_tables if last else None,
    )


def _state(submission: Record | None) -> DeliveryState:
    if submission is None:
        return DeliveryState.NOT_DELIVERED
    is_nil = submission.text("submission_status") == "nil_return"
    return DeliveryState.NIL_RETURN if is_nil else DeliveryState.DELIVERED


def _numbers(
    name: str, states: States, submission: Record | None, findings: Sequence[Record]
) -> tuple[Figure, Figure, Figure, Figure, Figure, Figure]:
    """Give version, day of receipt, errors, warnings, notes and incomplete rows."""
    if submission is None:
        units = (("version", "count"), ("received_on", "date"), ("errors", "count"), ("warnings", "count"))
        version, received, errors, warnings = (figures.nothing(name + part, unit) for part, unit in units)
        return (
            version,
            received,
            errors,
            warnings,
            figures.nothing(name + "notes"),
            figures.nothing(name + "incomplete"),
        )
    received_at = submission.instant("received_at")
    by_severity = {s: sum(f.text("severity") == s for f in findings) for s in _SEVERITIES}
    incomplete = [
        record
        for rows in states.current.rows.values()
        for record in rows
        if record.org_code == submission.org_code and record.values.get("is_incomplete")
    ]
    received_on = local_time(received_at).date() if received_at else None
    return (
        figures.count(name + "version", submission.count("version") or 1, [_cover_source(submission, "version")]),
        figures.day(name + "received_on", received_on, [_cover_source(submission, "received_at")]),
        figures.count(name + "errors", by_severity["error"], _finding_sources(findings, "error")),
        figures.count(name + "warnings", by_severity["warning"], _finding_sources(findings, "warning")),
        figures.count(name + "notes", by_severity["info"], _finding_sources(findings, "info")),
        figures.count(name + "incomplete", len(incomplete), [record.source("is_incomplete") for record in incomplete]),
    )


def _cover_source(submission: Record, field: str) -> Source:
    return Source(str(submission.values["submission_id"]), "submission", submission.org_code, field, "Deckblatt")


def _finding_sources(findings: Sequence[Record], severity: str) -> list[Source]:
    return [
        Source(
            str(f.values["submission_id"]),
            "finding",
            f"{f.text('rule')}",
            "rule",
            f.text("sheet") or "",
            f.count("position"),
        )
        for f in findings
        if f.text("severity") == severity
    ]


def _by_severity(findings: Sequence[Record]) -> list[Record]:
    return sorted(findings, key=lambda f: _SEVERITIES.index(f.text("severity") or "info"))


def _finding(record: Record) -> FindingFact:
    return FindingFact(
        record.org_code,
        record.text("severity") or "info",
        record.text("rule") or "",
        _place(record.values),
        cut(for_display(record.text("message") or ""), _MOST_TEXT),
    )


def _place(values: Mapping[str, object]) -> str:
    cell, sheet = values.get("cell"), values.get("sheet")
    if not isinstance(cell, str) or not cell:
        return for_display(sheet) if isinstance(sheet, str) else ""
    if "!" in cell or not isinstance(sheet, str) or not sheet:
        return for_display(cell)
    return for_display(f"{sheet}!{cell}")
