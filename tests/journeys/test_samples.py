"""Four quarters of eight offices, handed in as their README says: what must come out does come out."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.die8 import die8, documents
from tests.samples import (
    HANDED_IN,
    ExpectedFinding,
    expected_findings,
    expected_outcomes,
    sample_files,
)
from warehouse.reading import query as ask

COUNTED = ("milestone", "kpi_value", "risk", "decision_request", "cooperation")
COLUMNS = dict(zip(("milestones", "kpi_values", "risks", "decision_requests", "cooperations"), COUNTED, strict=True))


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, dict[str, Any]]]:
    """A home into which the four quarters were handed in, and the document printed for each file."""
    home = tmp_path_factory.mktemp("year")
    told: dict[str, dict[str, Any]] = {}
    for quarter, moment in HANDED_IN.items():
        done = die8(home, "submit", *sample_files(quarter), "--received-at", moment.isoformat(), "--json", expect=None)
        assert done.returncode in (0, 1), done.stderr
        told |= {document["file"]: document for document in documents(done)}
    return home, told


def stored(home: Path, query: str) -> list[dict[str, Any]]:
    """Ask the published file as an analyst would, without the start of a process for each question."""
    result = ask(home / "published" / "die8.duckdb", query)
    return [dict(zip(result.columns, row, strict=True)) for row in result.rows]


@pytest.mark.parametrize("row", expected_outcomes(), ids=lambda row: f"{row['quarter']}-{row['org']}-{row['file']}")
def test_each_file_gets_its_verdict(row: dict[str, str], year: tuple[Path, dict[str, dict[str, Any]]]) -> None:
    _, told = year
    for name in filter(None, row["file"].split("; ")):
        assert told[name]["verdict"] == row["verdict"]
        if row["org"] and row["verdict"] != "duplicate":
            assert (told[name]["organisation"], told[name]["quarter"]) == (row["org"], row["quarter"])


@pytest.mark.parametrize(
    "row",
    [row for row in expected_outcomes() if row["projects"]],
    ids=lambda row: f"{row['quarter']}-{row['org']}-{row['file']}",
)
def test_the_warehouse_holds_what_each_return_says(
    row: dict[str, str], year: tuple[Path, dict[str, dict[str, Any]]]
) -> None:
    home, _ = year
    [submission] = stored(
        home,
        "select submission_id, verdict from history.submission "
        f"where file_name = '{row['file']}' and report_quarter = '{row['quarter']}'",
    )
    of_this = f"where submission_id = '{submission['submission_id']}'"
    [sums] = stored(
        home,
        "select count(*) as projects, sum(budget_total) as budget_total_eur, sum(actual_cum) as actual_cum_eur, "
        f"sum(forecast_total) as forecast_total_eur from history.project {of_this}",
    )
    counts = {
        column: stored(home, f"select count(*) as n from history.{table} {of_this}")[0]["n"]
        for column, table in COLUMNS.items()
    }

    assert submission["verdict"] == row["verdict"]
    assert {column: Decimal(str(value)) for column, value in (sums | counts).items()} == {
        column: Decimal(row[column]) for column in (*sums, *counts)
    }


def test_all_expected_findings_are_reported_and_no_other_error(
    year: tuple[Path, dict[str, dict[str, Any]]],
) -> None:
    _, told = year
    expected = expected_findings()
    only_sheet = {"S04", "S05"}

    def as_expected(name: str, finding: dict[str, Any]) -> ExpectedFinding:
        place = finding["sheet"] if finding["rule"] in only_sheet else finding["cell"]
        return ExpectedFinding(name, finding["rule"], place or "")

    reported = {as_expected(name, item) for name, document in told.items() for item in document.get("findings", [])}
    errors = {
        as_expected(name, item)
        for name, document in told.items()
        for item in document.get("findings", [])
        if item["severity"] == "error"
    }

    assert expected <= reported
    assert errors <= expected


def test_a_correction_supersedes_and_both_versions_are_kept(year: tuple[Path, dict[str, dict[str, Any]]]) -> None:
    home, _ = year
    versions = stored(
        home,
        "select version, superseded_at is null as is_current from history.submission "
        "where org_code = 'KLI' and report_quarter = '2026-Q2' order by version",
    )
    [current] = stored(
        home, "select actual_cum from project where project_id = 'KLI-001' and report_quarter = '2026-Q2'"
    )

    assert versions == [{"version": 1, "is_current": False}, {"version": 2, "is_current": True}]
    assert current["actual_cum"] > 0


def test_a_rebuild_from_the_archive_alone_gives_equal_tables(
    year: tuple[Path, dict[str, dict[str, Any]]],
) -> None:
    home, _ = year
    (home / "warehouse.duckdb").unlink()
    before = stored(home, "select * from history.project order by all") + stored(
        home, "select * from history.finding order by all"
    )

    done = die8(home, "rebuild")

    assert "equal" in done.stdout
    assert before == stored(home, "select * from history.project order by all") + stored(
        home, "select * from history.finding order by all"
    )


def test_the_same_files_again_change_nothing(year: tuple[Path, dict[str, dict[str, Any]]]) -> None:
    home, _ = year
    before = stored(home, "select * from history.submission order by all")

    done = die8(home, "submit", *sample_files("2026-Q2"), "--received-at", "2026-10-20", "--json", expect=0)

    assert {document["verdict"] for document in documents(done)} == {"duplicate"}
    assert stored(home, "select * from history.submission order by all") == before


@pytest.mark.parametrize("quarter", HANDED_IN)
def test_check_prints_the_pinned_document_and_stores_nothing(quarter: str, tmp_path: Path) -> None:
    done = die8(tmp_path / "home", "check", *sample_files(quarter), "--json", "--data", expect=None)
    printed = documents(done)

    for document in printed:
        assert {"file", "verdict", "organisation", "quarter", "findings", "tables"} <= set(document)
        for finding in document["findings"]:
            assert set(finding) == {
                "rule", "severity", "sheet", "cell", "cells", "value", "expected", "message",
            }  # fmt: skip
    assert not (tmp_path / "home").exists()
