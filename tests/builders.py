"""Builders: a valid object by default, so that a test states only what it is about.

All of it speaks for Klinikum (KLI) and 2026-Q3 unless told otherwise. A default submission gives no finding at all,
also beside the default version of the quarter before. Rows lie as in the template: labels of the Deckblatt from
row 4, header of a table in row 4, data from row 5.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from schemas.codes import code_lists
from schemas.contract import FieldType, Table, cover, tables
from schemas.findings import Finding
from schemas.quarter import Quarter
from schemas.submission import History, Row, Submission, Value, Version
from transforms.wording import german_date, german_number

ORG = "KLI"
QUARTER = Quarter(2026, 3)
RECEIVED_ON = date(2026, 10, 9)
"""The day on which the default submission is judged."""

FIRST_COVER_ROW = 4
FIRST_DATA_ROW = 5


def a_cover(*, failed: Iterable[str] = (), **overrides: Any) -> Row:
    """The Deckblatt of a released return in EUR."""
    quarter = Quarter.parse(overrides.get("report_quarter") or str(QUARTER))
    values: dict[str, Any] = {
        "template_version": "1.0",
        "org_code": ORG,
        "report_quarter": str(quarter),
        "as_of_date": quarter.last_day,
        "submission_status": "released",
        "approved_by_role": "Geschäftsführung",
        "approved_on": quarter.last_day,
        "contact_mailbox": "digital@klinikum.example",
        "money_unit": "EUR",
        "overall_assessment": "Die Vorhaben liegen im Plan.",
        "correction_reason": None,
    }
    row = _a_row(cover(), values, overrides, failed)
    lines = {name: FIRST_COVER_ROW + position for position, name in enumerate(cover().fields)}
    return replace(row, source_row=0, columns=dict.fromkeys(cover().fields, 2), rows=lines)


def a_project(*, failed: Iterable[str] = (), **overrides: Any) -> Row:
    """KLI-001, in implementation, all green, without funding."""
    values: dict[str, Any] = {
        "project_id": f"{ORG}-001",
        "title": f"Patientenportal {overrides.get('project_id', '')}".strip(),
        "benefit": "Aufnahme und Befunde vor und nach dem Aufenthalt online.",
        "action_field": "wellbeing_for_all",
        "partner_orgs": None,
        "priority": "high",
        "phase": "implementation",
        "start_date": date(2025, 1, 1),
        "end_baseline": date(2027, 6, 30),
        "end_forecast": date(2027, 6, 30),
        "progress_pct": Decimal(50),
        "status_overall": "green",
        "status_schedule": "green",
        "status_cost": "green",
        "status_scope": "green",
        "cause_code": None,
        "status_reason": None,
        "budget_total": Decimal("200000.00"),
        "actual_cum": Decimal("95000.00"),
        "forecast_total": Decimal("200000.00"),
        "funding_approved": None,
        "funding_drawn": None,
        "funding_programme": None,
        "funding_end": None,
        "operation_secured": "yes",
        "next_step": "Testbetrieb mit zwei Stationen",
        "confidentiality": "internal",
    }
    return _a_row(tables()["project"], values, overrides, failed)


def a_funded_project(**overrides: Any) -> Row:
    """A project with 60 % funding until the end of 2028, half of it drawn."""
    funding: dict[str, Any] = {
        "funding_approved": Decimal("120000.00"),
        "funding_drawn": Decimal("60000.00"),
        "funding_programme": "land_nrw",
        "funding_end": date(2028, 12, 31),
    }
    return a_project(**{**funding, **overrides})


def a_red_project(**overrides: Any) -> Row:
    """A project that is red with cause and reason, in schedule and altogether."""
    red: dict[str, Any] = {
        "status_overall": "red",
        "status_schedule": "red",
        "cause_code": "supplier",
        "status_reason": "Zweiter Lieferverzug; Ersatzgerät ab 15.11. im Haus.",
    }
    return a_project(**{**red, **overrides})


def a_milestone(*, failed: Iterable[str] = (), **overrides: Any) -> Row:
    """Milestone 1 of KLI-001, open and due in the next quarter."""
    values: dict[str, Any] = {
        "project_id": f"{ORG}-001",
        "milestone_no": 1,
        "title": "Pilotstation produktiv",
        "date_baseline": date(2026, 12, 15),
        "date_forecast": date(2026, 12, 15),
        "date_actual": None,
        "milestone_status": "open",
    }
    return _a_row(tables()["milestone"], values, overrides, failed)


def an_indicator_value(*, failed: Iterable[str] = (), **overrides: Any) -> Row:
    """KLI-01, the indicator that the Klinikum must report, measured."""
    values: dict[str, Any] = {
        "kpi_code": f"{ORG}-01",
        "kpi_name": "DigitalRadar-Score",
        "unit": "Punkte",
        "value": Decimal("48.2000"),
        "target_year": Decimal("50.0000"),
        "measurement": "measured",
        "data_as_of": None,
        "model_version": "DigitalRadar 2024",
        "note": None,
    }
    if overrides.get("kpi_code", values["kpi_code"]) != values["kpi_code"]:
        values |= {"kpi_name": None, "unit": None, "model_version": None}
    return _a_row(tables()["kpi_value"], values, overrides, failed)


def a_risk(*, failed: Iterable[str] = (), **overrides: Any) -> Row:
    """A middling risk of KLI-001."""
    values: dict[str, Any] = {
        "risk_id": f"{ORG}-R01",
        "project_id": f"{ORG}-001",
        "risk_text": "Lesegeräte werden verspätet geliefert",
        "mitigation": "Ersatzlieferant angefragt",
        "likelihood": 2,
        "impact": 3,
        "risk_trend": "steady",
    }
    return _a_row(tables()["risk"], values, overrides, failed)


def a_decision_request(*, failed: Iterable[str] = (), **overrides: Any) -> Row:
    """A request for direction about KLI-001, needed after the meeting."""
    values: dict[str, Any] = {
        "decision_id": f"{ORG}-B01",
        "project_id": f"{ORG}-001",
        "subject": "Fristverlängerung",
        "proposal": "Der Lenkungskreis unterstützt den Antrag auf Verlängerung.",
        "decision_type": "direction",
        "amount": None,
        "consequence": "Rückforderung droht.",
        "needed_by": date(2026, 11, 15),
        "further_bodies": None,
    }
    return _a_row(tables()["decision_request"], values, overrides, failed)


def a_cooperation(*, failed: Iterable[str] = (), **overrides: Any) -> Row:
    """Something sought from the others."""
    values: dict[str, Any] = {
        "coop_kind": "seeks",
        "topic": "information_security",
        "description": "Gemeinsame Notfallübung",
        "with_orgs": ("SWG",),
    }
    return _a_row(tables()["cooperation"], values, overrides, failed)


def a_decision(**overrides: Any) -> Mapping[str, Value]:
    """An entry of the Beschlussbuch about KLI-001, as the history remembers it."""
    values: dict[str, Any] = {
        "decision_no": "LK-2026-01",
        "meeting_date": date(2026, 8, 20),
        "decision_id": None,
        "project_id": f"{ORG}-001",
        "subject": "Neues Planende",
        "outcome": "approved",
        "amount": None,
        "due_date": None,
        "state": "open",
        "new_end_baseline": None,
        "new_budget_total": None,
    }
    return _overridden(tables()["decision"], values, overrides)


def a_submission(
    projects: Sequence[Row] | None = None,
    *,
    milestones: Sequence[Row] | None = None,
    indicator_values: Sequence[Row] | None = None,
    risks: Sequence[Row] = (),
    decision_requests: Sequence[Row] = (),
    cooperations: Sequence[Row] = (),
    cover: Row | None = None,
    file_name: str = "",
    findings: Sequence[Finding] = (),
    **overrides: Any,
) -> Submission:
    """A return with one project, its milestone and the required indicator; rows are numbered from row 5.

    Organisation and quarter are those of the Deckblatt; other fields of `Submission` can be overridden by name.
    Without ``milestones``, each of the given projects gets one.
    """
    front = cover if cover is not None else a_cover()
    given_projects = (a_project(),) if projects is None else tuple(projects)
    if milestones is None:
        identities = dict.fromkeys(p.values["project_id"] for p in given_projects if p.has("project_id"))
        milestones = [a_milestone(project_id=identity) for identity in identities]
    if indicator_values is None:
        indicator_values = (an_indicator_value(),) if front.values["org_code"] == ORG else ()
    content: dict[str, Sequence[Row]] = {
        "project": given_projects,
        "milestone": milestones,
        "kpi_value": indicator_values,
        "risk": risks,
        "decision_request": decision_requests,
        "cooperation": cooperations,
    }
    org_code, quarter = front.values["org_code"], front.values["report_quarter"]
    parts: dict[str, Any] = {
        "file_name": file_name or f"D8_{org_code}_{quarter}_v01.xlsx",
        "org_code": org_code,
        "quarter": Quarter.parse(str(quarter)) if quarter else None,
        "cover": front,
        "tables": {name: _placed(rows) for name, rows in content.items()},
        "findings": tuple(findings),
        "file_format": "xlsx",
    }
    return Submission(**{**parts, **overrides})


def a_version(
    quarter: str | Quarter = "2026-Q2",
    *,
    version: int = 1,
    received_at: datetime | None = None,
    cover: Row | None = None,
    **content: Any,
) -> Version:
    """What the warehouse remembers of an accepted return; ``content`` as in `a_submission`.

    The default project had spent less then than it has in `a_project`.
    """
    when = quarter if isinstance(quarter, Quarter) else Quarter.parse(quarter)
    content.setdefault("projects", [a_project(actual_cum=Decimal("80000.00"), progress_pct=Decimal(40))])
    submission = a_submission(cover=cover or a_cover(report_quarter=str(when)), **content)
    assert submission.cover is not None
    return Version(
        quarter=when,
        version=version,
        file_name=submission.file_name,
        received_at=received_at or datetime(when.shifted(1).year, when.shifted(1).first_day.month, 9, 12, tzinfo=UTC),
        cover=submission.cover.values,
        tables={name: tuple(row.values for row in rows) for name, rows in submission.tables.items()},
    )


def a_history(*versions: Version, decisions: Iterable[Mapping[str, Value]] = ()) -> History:
    """What was known of the organisation: the accepted versions, the default one of 2026-Q2 if none is given."""
    known = versions or (a_version(),)
    return History(accepted={version.quarter: version for version in known}, decisions=tuple(decisions))


def _a_row(table: Table, values: dict[str, Any], overrides: dict[str, Any], failed: Iterable[str]) -> Row:
    filled = _overridden(table, values, overrides)
    broken = frozenset(failed)
    return Row(
        table=table.name,
        values={name: None if name in broken else value for name, value in filled.items()},
        sheet=table.sheet,
        source_row=FIRST_DATA_ROW,
        columns={name: position for position, name in enumerate(table.fields, start=1)},
        raw={
            **{name: _as_typed(table, name, value) for name, value in filled.items() if value is not None},
            **dict.fromkeys(broken, "#WERT!"),
        },
        failed=broken,
    )


def _overridden(table: Table, values: dict[str, Any], overrides: dict[str, Any]) -> dict[str, Any]:
    unknown = overrides.keys() - table.fields.keys()
    assert not unknown, f"{table.name} has no field {', '.join(sorted(unknown))}"
    filled = {**values, **overrides}
    assert filled.keys() == table.fields.keys(), f"the builder of {table.name} does not follow the contract"
    return filled


def _as_typed(table: Table, name: str, value: Value) -> str:
    """Write the value as a person would have typed it."""
    field = table.fields[name]
    codes = code_lists().get(field.code_list)
    match value:
        case tuple():
            return "; ".join(value)
        case date():
            return german_date(value)
        case str() if codes and value in codes.entries and field.code_list not in ("org", "kpi"):
            return codes.label(value)
        case Decimal():
            return german_number(value, 2 if field.type is FieldType.MONEY else None)
        case _:
            return str(value)


def _placed(rows: Iterable[Row]) -> tuple[Row, ...]:
    return tuple(replace(row, source_row=number) for number, row in enumerate(rows, start=FIRST_DATA_ROW))
