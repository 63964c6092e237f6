"""Cron times are read as Prefect reads them, in the time of Gütersloh, and none falls into a lost hour."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.schedule import BERLIN, last_start, next_start, parse_cron

MOMENTS = st.integers(0, 5 * 366 * 1440).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def field(lowest: int, highest: int) -> st.SearchStrategy[str]:
    number = st.integers(lowest, highest)
    # Prefect's reader takes „1-1“ for every month; ours for the one.
    ends = st.tuples(number, number).filter(lambda ends: ends[0] < ends[1])
    span = ends.map(lambda ends: f"{ends[0]}-{ends[1]}")
    return st.one_of(st.just("*"), number.map(str), span, st.lists(number, min_size=2, max_size=3).map(_listed))


def _listed(numbers: list[int]) -> str:
    return ",".join(map(str, numbers))


CRONS = st.tuples(
    field(0, 59), st.integers(4, 23).map(str), field(1, 28), field(1, 12), st.one_of(st.just("*"), field(0, 6))
).map(" ".join)


@given(CRONS, MOMENTS)
@settings(max_examples=200, deadline=None)
def test_the_next_start_is_the_one_that_prefect_finds(cron: str, moment: datetime) -> None:
    from prefect._vendor.croniter import croniter

    theirs = croniter(cron, moment.astimezone(BERLIN).replace(tzinfo=None)).get_next(datetime)

    assert next_start(cron, moment).astimezone(BERLIN).replace(tzinfo=None) == theirs


@given(CRONS, MOMENTS)
@settings(max_examples=100, deadline=None)
def test_the_last_start_is_followed_by_the_next(cron: str, moment: datetime) -> None:
    last = last_start(cron, moment)

    assert last <= moment < next_start(cron, last)
    assert next_start(cron, last - timedelta(minutes=1)) == last


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25), date(2028, 2, 29), date(2026, 12, 31)])
def test_each_start_comes_once_on_the_days_on_which_clocks_stumble(day: date) -> None:
    starts = list(parse_cron("7 4-23 * * *").starts_on(day))

    assert [start.astimezone(BERLIN).hour for start in starts] == list(range(4, 24))
    assert len(set(starts)) == 20


def test_an_hour_that_is_skipped_has_no_start() -> None:
    hours = [start.astimezone(BERLIN).hour for start in parse_cron("7 * * * *").starts_on(date(2026, 3, 29))]

    assert 2 not in hours
    assert len(hours) == 23


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Pacific/Auckland"])
def test_the_zone_of_the_machine_does_not_matter(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        assert next_start("30 6 * * 1-5", datetime(2026, 10, 24, tzinfo=UTC)) == datetime(
            2026, 10, 26, 5, 30, tzinfo=UTC
        )
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("hourly", "write minute, hour"),
        ("30 6 * *", "write minute, hour"),
        ("60 6 * * *", "(minute)"),
        ("30 6 * * 8", "(weekday)"),
        ("30 6 * * Mo", "(weekday)"),
        ("30 6 0 * *", "(day)"),
        ("30 6 * * */0", "(weekday)"),
        ("30 2 * * *", "daylight saving"),
        ("30 2-5 * * *", "daylight saving"),
    ],
)
def test_what_is_no_cron_time_is_refused_with_the_remedy(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told.replace("(", r"\(").replace(")", r"\)")):
        parse_cron(text)


def test_a_day_that_never_comes_is_refused() -> None:
    with pytest.raises(ValueError, match="no cron time"):
        next_start("0 6 31 2 *", datetime(2026, 1, 1, tzinfo=UTC))


def test_every_hour_of_the_day_may_include_the_lost_one() -> None:
    assert 2 in parse_cron("7 * * * *").hours
