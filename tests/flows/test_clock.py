"""Time that people write, as instants."""

from datetime import UTC, date, datetime

import pytest

from flows.clock import WrongTimeError, instant, local_day


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-10-09", datetime(2026, 10, 9, 10, tzinfo=UTC)),
        ("2026-01-12", datetime(2026, 1, 12, 11, tzinfo=UTC)),
        ("2026-10-09T12:00", datetime(2026, 10, 9, 10, tzinfo=UTC)),
        ("2026-10-09T12:00:00Z", datetime(2026, 10, 9, 12, tzinfo=UTC)),
        ("2026-10-09T12:00:00+05:00", datetime(2026, 10, 9, 7, tzinfo=UTC)),
    ],
)
def test_a_time_without_zone_is_one_of_berlin_and_a_day_its_noon(written: str, meant: datetime) -> None:
    assert instant(written) == meant


@pytest.mark.parametrize("written", ["gestern", "2026-13-01", "9.10.2026", ""])
def test_what_is_no_time_is_refused_with_an_example(written: str) -> None:
    with pytest.raises(WrongTimeError, match="2026-10-09"):
        instant(written)


def test_the_day_is_the_one_in_berlin() -> None:
    assert local_day(datetime(2026, 6, 30, 22, 30, tzinfo=UTC)) == date(2026, 7, 1)
