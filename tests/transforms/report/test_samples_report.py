"""The report on the sample returns, read and checked by the project's own reader and rules."""

from collections.abc import Iterator, Mapping
from functools import cache

import polars as pl
import pytest

from schemas.findings import Finding
from schemas.quarter import Quarter
from schemas.submission import Checked, History, Version
from tests.printed import pages_of
from tests.samples import HANDED_IN, expected_outcomes, sample_files
from tests.transforms.report.returns import ROW_TABLES, Return, report_tables
from transforms.parsing.submission import parse_submission
from transforms.report.facts import build_facts
from transforms.report.pages import render_pdf
from transforms.rules.engine import check_submission
from transforms.workbook.reading import read_workbook


@cache
def sample_tables() -> Mapping[str, pl.DataFrame]:
    """What counts after all four quarters were handed in."""
    return report_tables(accepted_returns())


def accepted_returns() -> Iterator[Return]:
    histories: dict[str, dict[Quarter, Version]] = {}
    counted: dict[tuple[str, Quarter], Return] = {}
    for quarter, when in HANDED_IN.items():
        ignored = {row["file"] for row in expected_outcomes(quarter) if row["verdict"] in ("duplicate", "rejected")}
        for path in sample_files(quarter):
            if path.name in ignored or path.name.startswith("~$") or path.suffix == ".txt":
                continue
            workbook = read_workbook(path.read_bytes(), path.name)
            assert not isinstance(workbook, Finding)
            submission = parse_submission(workbook, path.name)
            assert submission.org_code is not None
            known = histories.setdefault(submission.org_code, {})
            checked = check_submission(submission, History(dict(known)), when.date())
            accepted = as_return(checked)
            counted[accepted.org_code, accepted.quarter] = accepted
            known[accepted.quarter] = Version(
                accepted.quarter,
                accepted.version,
                path.name,
                when,
                accepted.cover.values,
                {name: tuple(row.values for row in rows) for name, rows in accepted.rows.items()},
            )
    yield from counted.values()


def as_return(checked: Checked) -> Return:
    assert checked.cover is not None
    assert checked.version is not None
    assert checked.submission.quarter is not None
    assert checked.submission.org_code is not None
    return Return(
        checked.submission.org_code,
        checked.submission.quarter,
        checked.cover,
        {name: checked.tables[name] for name in ROW_TABLES},
        checked.findings,
        checked.version,
    )


def report_on(quarter: str) -> str:
    facts = build_facts(sample_tables(), Quarter.parse(quarter), built_at=HANDED_IN[quarter])
    return " ".join(pages_of(render_pdf(facts))[0].split())


def test_page_one_of_the_third_quarter_says_what_the_committee_must_know() -> None:
    first = report_on("2026-Q3")

    assert "8 von 8 geliefert" in first
    assert "Gegenüber dem 2. Quartal 2026 ist 1 Projekt rot geworden (CGT-002); 4 weitere" in first
    assert "Veränderung gegenüber Q2/2026" in first
    for request in ("KLI-B01 Fristverlängerung KHZG", "SWG-B01 Fremdvergabe der Montage", "CGT-B01 Eigenanteil"):
        assert request in first
    red = first[first.index("Rote Projekte") : first.index("Fristen der nächsten")]
    for words in (
        "CGT-002 Datenplattform Innenstadt conceptGT · neu rot Vergabe Zuschlag drei Monate später",
        "KLI-001 Patientenportal Klinikum · seit 2 Quartalen Technik/Schnittstelle Begründung fehlt",
        "SWG-003 Rollout intelligenter Messsysteme Stadtwerke · seit 2 Quartalen Personal Fremdvergabe noch nicht",
    ):
        assert words in red
    assert "Prognose gesamt: 1 Wert fehlt (CGT-001)" in first


def test_the_first_quarter_names_who_is_missing() -> None:
    first = report_on("2026-Q1")
    facts = build_facts(sample_tables(), Quarter(2026, 1), built_at=HANDED_IN["2026-Q1"])
    missing = [p for p in facts.projects if p.org_code == "KRG"]

    assert "7 von 8 geliefert, es fehlt: Kultur Räume" in first
    assert "nicht geliefert hat Kultur Räume" in first
    assert {p.lights.overall for p in missing} == {"not_delivered"}
    assert facts.portfolio.running.value == 16


@pytest.mark.parametrize("quarter", list(HANDED_IN))
def test_the_sums_are_those_that_the_samples_tell(quarter: str) -> None:
    facts = build_facts(sample_tables(), Quarter.parse(quarter), built_at=HANDED_IN[quarter])
    counting = {row["org"]: row for row in expected_outcomes(quarter) if row["verdict"].startswith("accepted")}
    summed = {m.org_code: m for m in facts.finance.organisations if m.budget.value is not None}

    assert set(summed) == set(counting)
    for org_code, row in counting.items():
        amounts = (summed[org_code].budget, summed[org_code].actual, summed[org_code].forecast)
        assert [float(str(amount.value)) for amount in amounts] == [
            float(row[column]) for column in ("budget_total_eur", "actual_cum_eur", "forecast_total_eur")
        ]


def test_every_quarter_makes_a_report() -> None:
    for quarter in HANDED_IN:
        assert "1 Auf einen Blick" in report_on(quarter)
