"""Builders for what the warehouse is given: deliveries and what checking made of them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from schemas.delivery import Delivery
from schemas.findings import Finding, Verdict
from schemas.submission import Checked, Row
from tests.builders import a_cover, a_project, a_submission
from warehouse.database import open_warehouse

OCTOBER_9 = datetime(2026, 10, 9, 10, tzinfo=UTC)
OCTOBER_12 = datetime(2026, 10, 12, 10, tzinfo=UTC)
OCTOBER_20 = datetime(2026, 10, 20, 10, tzinfo=UTC)

Judged = tuple[Delivery, Checked]


def a_delivery(content: bytes | str = "content", name: str = "D8_KLI_2026-Q3_v01.xlsx", **origin: Any) -> Delivery:
    given: dict[str, Any] = {"channel": "inbox", "received_at": OCTOBER_9, **origin}
    return Delivery(content.encode() if isinstance(content, str) else content, name, **given)


def an_accepted(
    projects: Sequence[Row] | None = None,
    *,
    org: str = "KLI",
    quarter: str = "2026-Q3",
    version: int | None = 1,
    received_at: datetime = OCTOBER_9,
    verdict: Verdict = Verdict.ACCEPTED,
    findings: Sequence[Finding] = (),
    content: str | None = None,
    **submission: Any,
) -> Judged:
    """A return of one organisation and quarter; different versions have different bytes."""
    given = [a_project(project_id=f"{org}-001")] if projects is None else projects
    read = a_submission(given, cover=a_cover(org_code=org, report_quarter=quarter), **submission)
    bytes_of_it = content or f"{org} {quarter} {version} {verdict} {received_at}"
    checked = Checked(read, verdict, tuple(findings), read.cover, read.tables, version if verdict.is_loaded else None)
    return a_delivery(bytes_of_it, f"D8_{org}_{quarter}.xlsx", received_at=received_at), checked


def a_rejected(**given: Any) -> Judged:
    return an_accepted(
        verdict=Verdict.REJECTED, **{"findings": [Finding("S01", details={"blatt": "Risiken"})], **given}
    )


def an_unassigned(content: str = "a letter", received_at: datetime = OCTOBER_9) -> Judged:
    finding = Finding("F02", details={"typ": "txt"})
    read = a_submission([], org_code=None, quarter=None, is_readable=False, file_format="", file_name="brief.txt")
    checked = Checked(read, Verdict.UNASSIGNED, (finding,), None, {})
    return a_delivery(content, "brief.txt", received_at=received_at), checked


def published_after(folder: Path, *batches: Sequence[Judged]) -> Path:
    """Load the batches one after the other and publish; gives the published file."""
    published = folder / "published" / "die8.duckdb"
    with open_warehouse(folder / "warehouse.duckdb") as warehouse:
        for batch in batches:
            warehouse.load(batch)
        warehouse.publish(published)
    return published
