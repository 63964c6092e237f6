"""Builders for what the report is given: the published tables after some returns."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import polars as pl

from schemas.codes import indicators, organisations
from schemas.facts import ProjectFact, ReportFacts
from schemas.findings import Finding
from schemas.frames import dtypes
from schemas.quarter import Quarter
from schemas.stored import stored_tables
from schemas.submission import Row, Value
from tests.builders import a_cover, a_milestone, a_project
from transforms.report.facts import build_facts

NOW = datetime(2026, 10, 9, 10, tzinfo=UTC)
Q3 = Quarter(2026, 3)
Q2 = Quarter(2026, 2)
ROW_TABLES = ("project", "milestone", "kpi_value", "risk", "decision_request", "cooperation")


@dataclass(frozen=True)
class Return:
    """An accepted return of one organisation for one quarter."""

    org_code: str
    quarter: Quarter
    cover: Row
    rows: Mapping[str, tuple[Row, ...]]
    findings: tuple[Finding, ...] = ()
    version: int = 1

    @property
    def submission_id(self) -> str:
        return f"{self.org_code}-{self.quarter}-{self.version}"


def a_return(
    org_code: str = "KLI",
    quarter: Quarter = Q3,
    projects: Sequence[Row] | None = None,
    *,
    findings: Iterable[Finding] = (),
    cover: Mapping[str, Any] | None = None,
    version: int = 1,
    **rows: Sequence[Row],
) -> Return:
    """A return with one green project, or with the given ones; other tables by name."""
    given = [a_project(project_id=f"{org_code}-001")] if projects is None else projects
    front = a_cover(org_code=org_code, report_quarter=str(quarter), **(cover or {}))
    tables = {name: tuple(rows.pop(name, ())) for name in ROW_TABLES if name != "project"}
    assert not rows, f"no table is called {', '.join(rows)}"
    return Return(org_code, quarter, front, {"project": tuple(given), **tables}, tuple(findings), version)


def all_eight(quarter: Quarter = Q3, *, without: str = "") -> list[Return]:
    """Each of the eight with one green project, but for one."""
    counted = (code for code, organisation in organisations().items() if organisation.is_counted)
    return [a_return(code, quarter) for code in counted if code != without]


def a_light(light: str, org_code: str = "KLI", number: int = 1, **overrides: Any) -> Row:
    """A project with that overall light and, where it needs one, a reason."""
    reason = {"cause_code": "supplier", "status_reason": "Lieferung verspätet; Ersatz bestellt."}
    given = {"status_overall": light, **(reason if light in ("yellow", "red") else {}), **overrides}
    return a_project(project_id=f"{org_code}-{number:03d}", **given)


def report_tables(returns: Iterable[Return], decisions: Iterable[Mapping[str, Value]] = ()) -> dict[str, pl.DataFrame]:
    """The tables of schema main as the warehouse gives them: public columns, exact types."""
    given = list(returns)
    rows: dict[str, list[dict[str, object]]] = {name: [] for name in (*ROW_TABLES, "submission", "decision", "finding")}
    for accepted in given:
        shared = {
            "org_code": accepted.org_code,
            "report_quarter": str(accepted.quarter),
            "submission_id": accepted.submission_id,
        }
        rows["submission"].append({**accepted.cover.values, **shared, **_delivery(accepted)})
        for name in ROW_TABLES:
            for number, row in enumerate(accepted.rows[name], start=5):
                place = {"source_sheet": row.sheet, "source_row": number, "is_incomplete": bool(row.failed)}
                rows[name].append({**row.values, **shared, **place})
        for position, finding in enumerate(accepted.findings):
            rows["finding"].append({**shared, "position": position, **_told(finding)})
    for number, decision in enumerate(decisions, start=5):
        place = {"submission_id": "book", "source_sheet": "Beschlüsse", "source_row": number, "is_incomplete": False}
        rows["decision"].append({**decision, **place})
    rows["organisation"] = [
        {"org_code": o.org_code, "name": o.name, "position": n, "is_counted": o.is_counted}
        for n, o in enumerate(organisations().values(), start=1)
    ]
    kpi_columns = [column.name for column in stored_tables()["kpi"].public_columns]
    rows["kpi"] = [{name: getattr(kpi, name) for name in kpi_columns} for kpi in indicators().values()]
    return {name: _frame(name, of) for name, of in rows.items()}


def facts_of(
    *returns: Return,
    quarter: Quarter = Q3,
    built_at: datetime = NOW,
    decisions: Iterable[Mapping[str, Value]] = (),
    **options: Any,
) -> ReportFacts:
    """The facts of a report after these returns."""
    return build_facts(report_tables(returns, decisions), quarter, built_at=built_at, **options)


def the_project(facts: ReportFacts, project_id: str = "KLI-001") -> ProjectFact:
    return next(project for project in facts.projects if project.project_id == project_id)


def a_big_quarter(projects: int = 10, light: str = "red", words: str = "Wort ") -> list[Return]:
    """Eight organisations with so many projects each, all of one light, texts as long as the contract lets them be."""
    found = []
    for quarter in (Q2, Q3):
        for accepted in all_eight(quarter):
            code = accepted.org_code
            found.append(a_return(code, quarter, [_long(light, code, n + 1, words) for n in range(projects)]))
    milestones = {
        accepted.org_code: tuple(
            a_milestone(
                project_id=str(row.values["project_id"]),
                title=(words * 40)[:100],
                date_baseline=date(2026, 6, 30),
                date_forecast=date(2026, 12, 1),
            )
            for row in accepted.rows["project"]
        )
        for accepted in found
    }
    return [replace(a, rows={**a.rows, "milestone": milestones[a.org_code]}) for a in found]


def _long(light: str, code: str, number: int, words: str) -> Row:
    return a_light(
        light,
        code,
        number,
        title=(words * 40)[:80],
        status_reason=(words * 80)[:300],
        next_step=(words * 80)[:160],
        funding_approved=Decimal("100000.00"),
        funding_drawn=Decimal("1000.00"),
        funding_programme="land_nrw",
        funding_end=date(2026, 12, 31),
        operation_secured="open",
    )


def _delivery(accepted: Return) -> dict[str, object]:
    return {
        "sha256": "0" * 64,
        "kind": "return",
        "file_name": f"D8_{accepted.org_code}_{accepted.quarter}_v01.xlsx",
        "channel": "inbox",
        "file_format": "xlsx",
        "version": accepted.version,
        "verdict": "accepted",
        "received_at": NOW,
        "recorded_at": NOW,
    }


def _told(finding: Finding) -> dict[str, object]:
    places = [place.address for place in finding.all_places]
    return {
        "rule": finding.rule,
        "severity": str(finding.severity),
        "sheet": finding.place.sheet if finding.place else None,
        "cell": places[0] if places else None,
        "cells": tuple(places),
        "value": finding.value,
        "expected": finding.expected,
        "message": finding.message,
    }


def _frame(table: str, rows: Sequence[Mapping[str, object]]) -> pl.DataFrame:
    public = {column.name for column in stored_tables()[table].public_columns}
    schema = {name: dtype for name, dtype in dtypes(table).items() if name in public}
    columns = {name: [_plain(row.get(name)) for row in rows] for name in schema}
    return pl.DataFrame(columns, schema=schema)


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
