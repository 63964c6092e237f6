from decimal import Decimal
from pathlib import Path

import pytest

from schemas.findings import Finding
from schemas.submission import Submission
from tests.samples import SAMPLES, expected_findings, expected_outcomes
from transforms.parsing.submission import parse_submission
from transforms.workbook.reading import read_workbook

READ = [row for row in expected_outcomes() if row["projects"]]
COUNTS = {
    "projects": "project",
    "milestones": "milestone",
    "kpi_values": "kpi_value",
    "risks": "risk",
    "decision_requests": "decision_request",
    "cooperations": "cooperation",
}
SUMS = {"budget_total_eur": "budget_total", "actual_cum_eur": "actual_cum", "forecast_total_eur": "forecast_total"}
OURS = ("F", "S", "C")


def parsed_sample(path: Path) -> Submission:
    workbook = read_workbook(path.read_bytes(), path.name)
    assert not isinstance(workbook, Finding)
    return parse_submission(workbook, path.name)


@pytest.mark.parametrize("expected", READ, ids=lambda row: row["file"])
def test_every_sample_gives_its_rows_and_sums(expected: dict[str, str]) -> None:
    submission = parsed_sample(SAMPLES / expected["quarter"] / expected["file"])

    assert (submission.org_code, str(submission.quarter)) == (expected["org"], expected["quarter"])
    assert submission.is_readable
    assert {name: len(submission.tables[table]) for name, table in COUNTS.items()} == {
        name: int(expected[name]) for name in COUNTS
    }
    amounts = {name: [row.values[field] for row in submission.tables["project"]] for name, field in SUMS.items()}
    assert {name: sum(a for a in column if isinstance(a, Decimal)) for name, column in amounts.items()} == {
        name: Decimal(expected[name]) for name in SUMS
    }


@pytest.mark.parametrize("expected", READ, ids=lambda row: row["file"])
def test_every_sample_gives_the_findings_expected_and_no_other_error(expected: dict[str, str]) -> None:
    submission = parsed_sample(SAMPLES / expected["quarter"] / expected["file"])

    of_file = [finding for finding in expected_findings() if finding.file == expected["file"]]
    wanted = {(finding.rule, finding.cell) for finding in of_file if finding.rule.startswith(OURS)}
    found = {(finding.rule, _as_expected(finding)) for finding in submission.findings}
    errors = {(finding.rule, _as_expected(finding)) for finding in submission.findings if finding.is_error}
    assert wanted <= found
    assert errors <= wanted


def _as_expected(finding: Finding) -> str:
    """Of S04 and S05 only the sheet is given."""
    if finding.rule in ("S04", "S05") and finding.place is not None:
        return finding.place.sheet
    return str(finding.place or "")
