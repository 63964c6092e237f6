"""The sample returns beside the project, and what must come out of them."""

import csv
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

SAMPLES = Path(__file__).resolve().parents[2] / "shared" / "samples"

HANDED_IN = {
    "2025-Q4": datetime(2026, 1, 12, 12, tzinfo=ZoneInfo("Europe/Berlin")),
    "2026-Q1": datetime(2026, 4, 10, 12, tzinfo=ZoneInfo("Europe/Berlin")),
    "2026-Q2": datetime(2026, 7, 8, 12, tzinfo=ZoneInfo("Europe/Berlin")),
    "2026-Q3": datetime(2026, 10, 9, 12, tzinfo=ZoneInfo("Europe/Berlin")),
}
"""When each quarter was handed in, as the samples' README says."""


@dataclass(frozen=True, slots=True)
class ExpectedFinding:
    file: str
    rule: str
    cell: str


def sample_files(quarter: str) -> list[Path]:
    """The files of a quarter in the order of their names."""
    return sorted((SAMPLES / quarter).iterdir(), key=lambda path: path.name)


def expected_outcomes(quarter: str | None = None) -> list[dict[str, str]]:
    """The rows of expected.tsv, of one quarter or of all."""
    with (SAMPLES / "expected.tsv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t"))
    return [row for row in rows if quarter in (None, row["quarter"])]


def expected_findings() -> set[ExpectedFinding]:
    """The findings that must be among those reported."""
    with (SAMPLES / "expected_findings.tsv").open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(stream, delimiter="\t")
        return {ExpectedFinding(row["file"], row["rule"], row["cell"] or "") for row in rows}
