"""The four quarters of the samples, read, parsed and checked in the order in which they were handed in."""

from functools import cache

import pytest

from flows.examination import Examined, Memory, judge, unread
from schemas.delivery import Delivery
from schemas.findings import Finding, Verdict
from schemas.quarter import Quarter
from schemas.standards import DEFAULT_STANDARDS
from schemas.submission import Checked
from tests.samples import HANDED_IN, SAMPLES, expected_findings, expected_outcomes
from transforms.parsing.submission import parse_submission
from transforms.workbook.reading import read_workbook

NOT_JUDGED = {"duplicate", "missing", "ignored"}
"""Rows of expected.tsv that no rule decides."""
MONEY = ("budget_total", "actual_cum", "forecast_total")


def expectations() -> list[dict[str, str]]:
    return [row for row in expected_outcomes() if row["verdict"] not in NOT_JUDGED]


def foreseen_in(file: str) -> set[tuple[str, str]]:
    return {(finding.rule, finding.cell) for finding in expected_findings() if finding.file == file}


@cache
def outcomes() -> dict[str, Checked]:
    """What came of each file, with the history growing as it is handed in."""
    memory = Memory({}, {})
    checked_by_file: dict[str, Checked] = {}
    for row in expectations():
        path = SAMPLES / row["quarter"] / row["file"]
        delivery = Delivery(path.read_bytes(), path.name, "samples", HANDED_IN[row["quarter"]])
        read = read_workbook(delivery.content, delivery.name)
        submission = unread(path.name, read) if isinstance(read, Finding) else parse_submission(read, path.name)
        checked = judge(delivery, submission, memory, DEFAULT_STANDARDS)
        memory.add(Examined(delivery, checked))
        checked_by_file[row["file"]] = checked
    return checked_by_file


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
    foreseen = foreseen_in(expected["file"])

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
