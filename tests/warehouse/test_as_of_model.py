"""At every instant all tables tell one state: compared with a model that is a list of what arrived."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.findings import Finding, Verdict
from tests.warehouse.deliveries import OCTOBER_9, Judged, an_accepted, published_after
from warehouse.database import open_warehouse
from warehouse.shape import versioned_tables

WARNED = [Finding("X05", details={"projekt": "KLI-001", "teil": "Ampel Termin"})]
MICROSECOND = timedelta(microseconds=1)
COMPLETE = ("submission", "project", "milestone")
"""The tables in which every accepted return of this test has rows."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One file; ``hours`` is when it was received, which need not be after the one before."""

    org: str
    quarter: str
    verdict: Verdict
    hours: int

    def judged(self, number: int) -> Judged:
        return an_accepted(
            org=self.org,
            quarter=self.quarter,
            verdict=self.verdict,
            version=None,
            received_at=OCTOBER_9 + timedelta(hours=self.hours),
            content=f"file {number}",
            findings=WARNED,
        )


@dataclass(frozen=True, slots=True)
class Known:
    """What the model remembers of a file."""

    submission_id: str
    arrival: Arrival
    recorded_at: datetime


def model_of(arrivals: Sequence[Arrival], batch: Sequence[Judged]) -> list[Known]:
    """Within its organisation and quarter nothing is known before what came before it, whatever the clocks said."""
    known: list[Known] = []
    for arrival, (delivery, _) in zip(arrivals, batch, strict=True):
        chain = [item.recorded_at for item in known if (item.arrival.org, item.arrival.quarter) == _chain(arrival)]
        known.append(Known(delivery.submission_id, arrival, max([delivery.received_at, *chain])))
    return known


def counted(known: Sequence[Known], instant: datetime) -> set[str]:
    """The submissions that counted: the latest accepted one of each chain."""
    latest: dict[tuple[str, str], str] = {}
    for item in known:
        if item.recorded_at <= instant and item.arrival.verdict.is_loaded:
            latest[_chain(item.arrival)] = item.submission_id
    return set(latest.values())


def refused(known: Sequence[Known], instant: datetime) -> set[str]:
    """The rejected files that nothing newer had replaced."""
    last: dict[tuple[str, str], Known] = {}
    for item in known:
        if item.recorded_at <= instant:
            last[_chain(item.arrival)] = item
    return {item.submission_id for item in last.values() if item.arrival.verdict is Verdict.REJECTED}


def _chain(arrival: Arrival) -> tuple[str, str]:
    return arrival.org, arrival.quarter


def arrivals() -> st.SearchStrategy[list[Arrival]]:
    verdicts = [Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_FINDINGS, Verdict.REJECTED, Verdict.DRAFT]
    return st.lists(
        st.builds(
            Arrival,
            st.sampled_from(["KLI", "SWG"]),
            st.sampled_from(["2026-Q2", "2026-Q3"]),
            st.sampled_from(verdicts),
            st.integers(0, 4),
        ),
        min_size=1,
        max_size=8,
    )


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("empty")
    published_after(folder)
    return folder / "warehouse.duckdb"


def ids(connection: duckdb.DuckDBPyConnection, relation: str) -> set[str]:
    return {identity for (identity,) in connection.execute(f"select distinct submission_id from {relation}").fetchall()}


def as_of(connection: duckdb.DuckDBPyConnection, instant: datetime) -> dict[str, set[str]]:
    """Table to the submissions whose rows it gives, in one look."""
    asked = " union ".join(
        f"select '{table}', submission_id from {table}_as_of('{instant.isoformat()}')" for table in versioned_tables()
    )
    told: dict[str, set[str]] = {}
    for table, identity in connection.execute(asked).fetchall():
        told.setdefault(table, set()).add(identity)
    return told


def instants(known: Sequence[Known]) -> Iterator[datetime]:
    for moment in {item.recorded_at for item in known}:
        yield from (moment - MICROSECOND, moment)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(arrivals(), st.integers(0, 8))
def test_all_tables_tell_the_state_that_the_model_has(
    tmp_path_factory: pytest.TempPathFactory, empty: Path, came: list[Arrival], cut: int
) -> None:
    path = tmp_path_factory.mktemp("model") / "warehouse.duckdb"
    shutil.copy(empty, path)
    batch = [arrival.judged(number) for number, arrival in enumerate(came)]
    with open_warehouse(path) as warehouse:
        warehouse.load(batch[:cut])
        warehouse.load(batch[cut:])
    known = model_of(came, batch)

    with duckdb.connect(str(path), read_only=True) as connection:
        for instant in instants(known):
            expected = counted(known, instant)
            told = as_of(connection, instant)
            assert told.pop("finding", set()) == expected | refused(known, instant)
            assert [told.get(table, set()) for table in COMPLETE] == [expected] * len(COMPLETE)
            assert set().union(*told.values()) <= expected
        last = max(item.recorded_at for item in known)
        assert ids(connection, "submission") == counted(known, last)
        assert connection.execute("from report.contradictions").fetchall() == []
        states = dict(connection.execute("select submission_id, state from report.versions").fetchall())
        assert states == {item.submission_id: _state(item, counted(known, last)) for item in known}


def _state(item: Known, current: set[str]) -> str:
    if not item.arrival.verdict.is_loaded:
        return str(item.arrival.verdict)
    return "current" if item.submission_id in current else "superseded"
