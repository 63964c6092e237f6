"""Working days in North Rhine-Westphalia."""

from datetime import date

import pytest
from holidays import country_holidays

from schemas.working_days import after_working_days, holidays_of, is_working_day


@pytest.mark.parametrize("year", range(2018, 2051))
def test_the_holidays_are_those_that_the_package_of_the_name_knows(year: int) -> None:
    known = {day for day in country_holidays("DE", subdiv="NW", years=year) if day.year == year}

    assert holidays_of(year) == known


def test_weekends_and_holidays_are_not_worked() -> None:
    assert is_working_day(date(2026, 10, 2))
    assert not is_working_day(date(2026, 10, 3))
    assert not is_working_day(date(2026, 6, 4))


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 9, 30), 10, date(2026, 10, 14)),
        (date(2025, 12, 31), 10, date(2026, 1, 15)),
        (date(2026, 10, 14), -5, date(2026, 10, 7)),
        (date(2026, 10, 3), 1, date(2026, 10, 5)),
        (date(2026, 10, 3), 0, date(2026, 10, 3)),
    ],
)
def test_working_days_are_counted_over_weekends_and_holidays(day: date, count: int, expected: date) -> None:
    assert after_working_days(day, count) == expected
