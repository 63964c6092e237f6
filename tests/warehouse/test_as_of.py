"""The second clock: what was held to be true at an instant, consistently in all tables."""

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.findings import Verdict
from tests.builders import a_project
from tests.warehouse.deliveries import (
    OCTOBER_9,
    OCTOBER_12,
    OCTOBER_20,
    Judged,
    a_rejected,
    an_accepted,
    published_after,
)
from warehouse.reading import query
from warehouse.shape import versioned_tables


@pytest.fixture(scope="module")
def corrected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """KLI accepted on 9 October, corrected on the 20th; a rejected attempt on the 12th."""
    arrivals = [
        an_accepted([a_project(actual_cum=Decimal(100))]),
        a_rejected(received_at=OCTOBER_12),
        an_accepted([a_project(actual_cum=Decimal(200))], version=2, received_at=OCTOBER_20),
    ]
    return published_after(tmp_path_factory.mktemp("corrected"), arrivals)


@pytest.mark.parametrize(
    ("instant", "version", "actual", "rules"),
    [
        (OCTOBER_9 - timedelta(microseconds=1), None, None, []),
        (OCTOBER_9, 1, 100, []),
        (OCTOBER_12, 1, 100, ["S01"]),
        (OCTOBER_20 - timedelta(microseconds=1), 1, 100, ["S01"]),
        (OCTOBER_20, 2, 200, []),
        (OCTOBER_20 + timedelta(days=1000), 2, 200, []),
    ],
)
def test_tables_are_given_as_they_were_known_at_an_instant(
    corrected: Path, instant: datetime, version: int | None, actual: int | None, rules: list[str]
) -> None:
    def known(columns: str, table: str) -> list[tuple[object, ...]]:
        return query(corrected, f"select {columns} from {table}_as_of('{instant.isoformat()}')").rows

    assert known("version", "submission") == ([] if version is None else [(version,)])
    assert known("actual_cum", "project") == ([] if actual is None else [(actual,)])
    assert known("rule", "finding") == [(rule,) for rule in rules]
    assert len(known("1", "milestone")) == len(known("1", "project"))


@pytest.mark.parametrize("table", versioned_tables())
def test_as_of_a_late_instant_is_what_holds_now(corrected: Path, table: str) -> None:
    now = query(corrected, f"from {table} order by all")
    late = query(corrected, f"from {table}_as_of('2100-01-01') order by all")

    assert (late.columns, late.types, late.rows) == (now.columns, now.types, now.rows)


def test_an_instant_with_a_time_zone_is_that_instant(corrected: Path) -> None:
    in_berlin = query(corrected, "select version from submission_as_of('2026-10-20T12:00:00+02:00')").rows
    before = query(corrected, "select version from submission_as_of('2026-10-20T11:59:59+02:00')").rows

    assert (in_berlin, before) == ([(2,)], [(1,)])


def outcomes() -> st.SearchStrategy[list[tuple[str, Verdict, int]]]:
    """Deliveries of two organisations in any order of verdicts and clocks: organisation, verdict, hour."""
    verdicts = st.sampled_from([Verdict.ACCEPTED, Verdict.REJECTED, Verdict.DRAFT, Verdict.ACCEPTED_WITH_FINDINGS])
    return st.lists(st.tuples(st.sampled_from(["KLI", "SWG"]), verdicts, st.integers(0, 5)), min_size=1, max_size=8)


@settings(max_examples=12, deadline=None)
@given(outcomes())
def test_at_every_instant_at_most_one_version_counts_and_all_its_rows_with_it(
    tmp_path_factory: pytest.TempPathFactory, arrivals: list[tuple[str, Verdict, int]]
) -> None:
    batch: list[Judged] = [
        an_accepted(
            org=org,
            verdict=verdict,
            version=None,
            received_at=OCTOBER_9 + timedelta(hours=hour),
            content=f"{number}",
        )
        for number, (org, verdict, hour) in enumerate(arrivals)
    ]
    published = published_after(tmp_path_factory.mktemp("any"), batch[:3], batch[3:])

    for hour in range(6):
        instant = (OCTOBER_9 + timedelta(hours=hour)).isoformat()
        counted = query(
            published, f"select org_code, submission_id from submission_as_of('{instant}') order by all"
        ).rows
        rows = query(
            published, f"select distinct org_code, submission_id from project_as_of('{instant}') order by all"
        ).rows
        assert counted == rows
        assert len({org for org, _ in counted}) == len(counted)
    accepted_of = {org for org, verdict, _ in arrivals if verdict.is_loaded}
    assert {org for (org,) in query(published, "select org_code from submission").rows} == accepted_of
