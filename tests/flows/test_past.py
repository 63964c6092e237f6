"""What the committee saw: the released report, else what was known when it was due, else what holds now."""

from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from flows.past import Past, read_past
from schemas.facts import Basis, Comparison
from schemas.quarter import Quarter
from schemas.release import Release
from tests.warehouse.deliveries import Judged, an_accepted, published_after
from warehouse.reading import read_tables

Q2, Q3 = Quarter(2026, 2), Quarter(2026, 3)
IN_TIME, LATE, NOW = (datetime(2026, *day, 10, tzinfo=UTC) for day in ((7, 8), (8, 20), (10, 28)))
"""The report on the second quarter was due on 28 July."""


def the_past(folder: Path, *returns: Judged, released: Judged | None = None, now: datetime = NOW) -> Past:
    published = published_after(folder, returns)
    releases = []
    if released is not None:
        behind = (released[0].submission_id,)
        releases = [Release(Q2, 2, datetime(2026, 7, 14, 23, tzinfo=UTC), "f" * 64, (), behind)]
    return read_past(published, releases, Q3, now, read_tables(published, Q3))


def versions(past: Past) -> list[int]:
    assert past.tables is not None
    own = past.tables["project"].join(past.tables["submission"], on="submission_id")
    assert own["report_quarter"].is_in([str(Q2)]).all()
    return own.sort("version").get_column("version").to_list()


def first() -> Judged:
    return an_accepted(quarter="2026-Q2", received_at=IN_TIME)


def corrected() -> Judged:
    return an_accepted(quarter="2026-Q2", version=2, received_at=LATE)


def test_the_released_report_decides_by_its_submissions_not_by_the_clock(tmp_path: Path) -> None:
    past = the_past(tmp_path, first(), corrected(), an_accepted(), released=first())

    assert past.comparison == Comparison(Basis.RELEASED, date(2026, 7, 15), 2)
    assert versions(past) == [1]


def test_what_was_seen_is_the_present_when_nothing_was_corrected(tmp_path: Path) -> None:
    past = the_past(tmp_path, first(), an_accepted(), released=first())

    assert versions(past) == [1]


def test_without_a_release_it_is_what_was_known_when_the_report_was_due(tmp_path: Path) -> None:
    past = the_past(tmp_path, first(), corrected())

    assert past.comparison == Comparison(Basis.AS_OF, date(2026, 7, 28))
    assert versions(past) == [1]


def test_when_nothing_was_known_then_it_is_what_holds_now(tmp_path: Path) -> None:
    past = the_past(tmp_path, an_accepted(quarter="2026-Q2", received_at=LATE))

    assert past == Past(None, Comparison())


def test_before_the_report_is_due_it_is_what_holds_now(tmp_path: Path) -> None:
    assert the_past(tmp_path, first(), now=datetime(2026, 7, 20, tzinfo=UTC)) == Past(None, Comparison())


def test_a_quarter_for_which_nobody_had_delivered_was_seen_as_just_that(tmp_path: Path) -> None:
    nobody = an_accepted(quarter="2025-Q1", received_at=IN_TIME)
    past = the_past(tmp_path, nobody, corrected_alone(), released=nobody)

    assert past.tables is not None
    assert past.tables["submission"].filter(pl.col("report_quarter") == str(Q2)).is_empty()


def corrected_alone() -> Judged:
    return an_accepted(quarter="2026-Q2", received_at=LATE)
