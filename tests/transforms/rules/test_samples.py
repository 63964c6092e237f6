"""The four quarters of the samples, read, parsed and checked in the order in which they were handed in."""

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest

from schemas.findings import Finding, Verdict
from schemas.quarter import Quarter
from schemas.submission import NO_HISTORY, Checked, History, Submission, Version
from transforms.parsing.submission import parse_submission
from transforms.rules.engine import check_submission
from transforms.workbook.reading import read_workbook

SAMPLES = Path(__file__).parents[4] / "shared" / "samples"
HANDED_IN = {
    "2025-Q4": date(2026, 1, 12),
    "2026-Q1": date(2026, 4, 10),
    "2026-Q2": date(2026, 7, 8),
    "2026-Q3": date(2026, 10, 9),
}
NOT_JUDGED = {"duplicate", "missing", "ignored"}
"""Rows of expected.tsv that no rule decides."""
MONEY = ("budget_total", "actual_cum", "forecast_total")

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples lie beside the project")


def expectations() -> list[dict[str, str]]:
    if not SAMPLES.is_dir():
        return []
    with (SAMPLES / "expected.tsv").open(encoding="utf-8") as file:
        return [row for row in csv.DictReader(file, delimiter="\t") if row["verdict"] not in NOT_JUDGED]


def expected_findings(file: str) -> set[tuple[str, str]]:
    with (SAMPLES / "expected_findings.tsv").open(encoding="utf-8") as lines:
        return {(row["rule"], row["cell"]) for row in csv.DictReader(lines, delimiter="\t") if row["file"] == file}


@cache
def outcomes() -> dict[str, Checked]:
    """What came of each file, with the history growing as it is handed in."""
    histories: dict[str, History] = {}
    checked_by_file: dict[str, Checked] = {}
    for row in expectations():
        path = SAMPLES / row["quarter"] / row["file"]
        workbook = read_workbook(path.read_bytes(), path.name)
        if isinstance(workbook, Finding):
            submission = Submission(path.name, None, None, None, {}, (workbook,), is_readable=False)
        else:
            submission = parse_submission(workbook, path.name)
        org_code = submission.org_code or ""
        history = histories.get(org_code, NO_HISTORY)
        checked = check_submission(submission, history, HANDED_IN[row["quarter"]])
        checked_by_file[row["file"]] = checked
        for version in accepted_version(checked, HANDED_IN[row["quarter"]]):
            histories[org_code] = History({**history.accepted, version.quarter: version})
    return checked_by_file


def accepted_version(checked: Checked, day: date) -> Iterator[Version]:
    if checked.version is not None and checked.cover is not None and checked.submission.quarter is not None:
        yield Version(
            quarter=checked.submission.quarter,
            version=checked.version,
            file_name=checked.submission.file_name,
            received_at=datetime(day.year, day.month, day.day, 11, tzinfo=UTC),
            cover=checked.cover.values,
            tables={name: tuple(row.values for row in rows) for name, rows in checked.tables.items()},
        )


@pytest.mark.parametrize("expected", expectations(), ids=lambda row: row["file"])
def test_the_verdict_is_the_expected_one(expected: dict[str, str]) -> None:
    checked = outcomes()[expected["file"]]

    errors = [(finding.rule, str(finding.place), finding.message) for finding in checked.findings if finding.is_error]
    assert checked.verdict == Verdict(expected["verdict"]), errors
    if expected["org"]:
        assert (checked.submission.org_code, checked.submission.quarter) == (
            expected["org"],
            Quarter.parse(expected["quarter"]),
        )


@pytest.mark.parametrize("expected", expectations(), ids=lambda row: row["file"])
def test_the_errors_are_the_expected_ones_and_no_others(expected: dict[str, str]) -> None:
    checked = outcomes()[expected["file"]]
    foreseen = expected_findings(expected["file"])

    told = {(finding.rule, str(place)) for finding in checked.findings for place in finding.all_places or (None,)} | {
        (finding.rule, finding.place.sheet) for finding in checked.findings if finding.place
    }
    errors = {
        (finding.rule, str(finding.place) if finding.place else "") for finding in checked.findings if finding.is_error
    }
    assert {(rule, cell or "None") for rule, cell in foreseen} <= told
    assert errors <= foreseen


@pytest.mark.parametrize("expected", [row for row in expectations() if row["projects"]], ids=lambda row: row["file"])
def test_the_tables_hold_what_the_warehouse_is_to_hold(expected: dict[str, str]) -> None:
    checked = outcomes()[expected["file"]]

    counts = {
        "projects": "project",
        "milestones": "milestone",
        "kpi_values": "kpi_value",
        "risks": "risk",
        "decision_requests": "decision_request",
        "cooperations": "cooperation",
    }
    assert {name: len(checked.tables[table]) for name, table in counts.items()} == {
        name: int(expected[name]) for name in counts
    }
    for field in MONEY:
        amounts = [row.amount(field) for row in checked.tables["project"] if row.has(field)]
        assert float(sum(amounts)) == float(expected[f"{field}_eur"])


def test_every_message_can_be_said() -> None:
    assert all(finding.message for checked in outcomes().values() for finding in checked.findings)


def test_the_correction_is_the_second_version() -> None:
    assert outcomes()["D8_KLI_2026-Q2_v02.xlsx"].version == 2
