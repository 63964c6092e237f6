"""What a sender is told about one delivery, as the warehouse remembers it."""

from dataclasses import dataclass
from datetime import datetime

from schemas.findings import Severity, Verdict
from schemas.quarter import Quarter


@dataclass(frozen=True, slots=True)
class ToldFinding:
    """A finding as it was written for the sender."""

    severity: Severity
    cell: str
    """``Projekte!F12``; empty when the finding is about the whole file."""
    message: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome of one delivery, with everything its receipt says."""

    submission_id: str
    file_name: str
    received_at: datetime
    org_code: str | None
    quarter: Quarter | None
    version: int | None
    verdict: Verdict
    findings: tuple[ToldFinding, ...]
