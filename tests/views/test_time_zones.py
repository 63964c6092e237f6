"""Instants in UTC, days in Europe/Berlin: in the nights that clocks change, at the turn of the year, in any client."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse.connection import connect
from warehouse.views import macro_statements

BERLIN = ZoneInfo("Europe/Berlin")
FIRST, LAST = datetime(2000, 1, 1), datetime(2059, 12, 31)  # noqa: DTZ001 - Hypothesis takes bounds without a zone


@pytest.fixture(scope="module")
def macros() -> duckdb.DuckDBPyConnection:
    connection = connect()
    for statement in macro_statements():
        connection.execute(statement)
    return connection


def berlin_day(macros: duckdb.DuckDBPyConnection, instant: datetime) -> date:
    [[day]] = macros.execute("select berlin_day(?::timestamptz)", [instant]).fetchall()
    assert isinstance(day, date)
    return day


def instant_of(macros: duckdb.DuckDBPyConnection, moment: str) -> datetime:
    [[microseconds]] = macros.execute("select epoch_us(instant_of(?))", [moment]).fetchall()
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2026-12-31T22:59:59.999999+00:00", "2026-12-31"),
        ("2026-12-31T23:00:00+00:00", "2027-01-01"),
        ("2026-06-30T21:59:59+00:00", "2026-06-30"),
        ("2026-06-30T22:00:00+00:00", "2026-07-01"),
        ("2026-03-28T22:59:59+00:00", "2026-03-28"),
        ("2026-03-28T23:00:00+00:00", "2026-03-29"),
        ("2026-03-29T21:59:59+00:00", "2026-03-29"),
        ("2026-03-29T22:00:00+00:00", "2026-03-30"),
        ("2026-10-24T22:00:00+00:00", "2026-10-25"),
        ("2026-10-25T22:59:59+00:00", "2026-10-25"),
        ("2026-10-25T23:00:00+00:00", "2026-10-26"),
    ],
)
def test_a_day_begins_at_midnight_in_berlin(macros: duckdb.DuckDBPyConnection, instant: str, day: str) -> None:
    assert berlin_day(macros, datetime.fromisoformat(instant)) == date.fromisoformat(day)


@settings(max_examples=150, deadline=None)
@given(st.datetimes(FIRST, LAST, timezones=st.just(UTC)))
def test_the_day_is_that_of_the_time_zone_database(macros: duckdb.DuckDBPyConnection, instant: datetime) -> None:
    assert berlin_day(macros, instant) == instant.astimezone(BERLIN).date()


@settings(max_examples=150, deadline=None)
@given(st.datetimes(FIRST, LAST))
def test_a_time_without_zone_is_one_of_berlin(macros: duckdb.DuckDBPyConnection, moment: datetime) -> None:
    assert instant_of(macros, moment.isoformat()) == moment.replace(tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/New_York", "Pacific/Auckland"])
@pytest.mark.parametrize(
    ("moment", "instant"),
    [
        ("'2026-07-10'", "2026-07-09T22:00:00+00:00"),
        ("date '2026-07-10'", "2026-07-09T22:00:00+00:00"),
        ("'2026-01-10'", "2026-01-09T23:00:00+00:00"),
        ("'2026-07-10 00:00+00'", "2026-07-10T00:00:00+00:00"),
        ("'2026-07-10T00:00:00Z'", "2026-07-10T00:00:00+00:00"),
        ("'2026-07-10T05:30:00.5+05:30'", "2026-07-10T00:00:00.500000+00:00"),
        ("timestamptz '2026-07-10 00:00:00+02'", "2026-07-09T22:00:00+00:00"),
        ("timestamp '2026-07-10 12:00:00'", "2026-07-10T10:00:00+00:00"),
        ("'2026-03-29 01:59:59'", "2026-03-29T00:59:59+00:00"),
        ("'2026-03-29 03:00:00'", "2026-03-29T01:00:00+00:00"),
        ("'2026-10-25 02:59:59'", "2026-10-25T00:59:59+00:00"),
        ("'2026-10-25 03:00:00'", "2026-10-25T02:00:00+00:00"),
        ("'2026-10-25 02:30:00+01'", "2026-10-25T01:30:00+00:00"),
    ],
)
def test_what_is_meant_depends_on_no_setting_of_the_client(
    macros: duckdb.DuckDBPyConnection, moment: str, instant: str, zone: str
) -> None:
    macros.execute(f"set TimeZone = '{zone}'")

    [[microseconds]] = macros.execute(f"select epoch_us(instant_of({moment}))").fetchall()

    assert microseconds == datetime.fromisoformat(instant).timestamp() * 1_000_000


def test_nonsense_is_refused_and_never_an_empty_answer(macros: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(duckdb.ConversionException):
        macros.execute("select instant_of('gestern')").fetchall()
