from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.months import months_until
from schemas.quarter import Quarter

QUARTERS = st.builds(Quarter, st.integers(2000, 2100), st.integers(1, 4))


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (date(2026, 9, 30), date(2026, 12, 31), 3),
        (date(2026, 9, 30), date(2026, 12, 1), 3),
        (date(2026, 9, 30), date(2026, 11, 30), 2),
        (date(2026, 6, 30), date(2026, 7, 31), 1),
        (date(2026, 9, 15), date(2026, 10, 15), 1),
        (date(2026, 9, 15), date(2026, 10, 16), 2),
        (date(2026, 9, 30), date(2026, 9, 30), 0),
        (date(2026, 9, 30), date(2026, 6, 30), -3),
    ],
)
def test_a_begun_month_counts_as_a_whole_one(start: date, end: date, months: int) -> None:
    assert months_until(start, end) == months


@given(QUARTERS, st.integers(-20, 20))
def test_quarters_are_three_months_apart(quarter: Quarter, count: int) -> None:
    assert months_until(quarter.last_day, quarter.shifted(count).last_day) == 3 * count


@given(QUARTERS, st.integers(-2000, 2000))
def test_a_later_day_is_never_fewer_months_away(quarter: Quarter, days: int) -> None:
    end = quarter.last_day + timedelta(days=days)

    assert months_until(quarter.last_day, end) <= months_until(quarter.last_day, end + timedelta(days=1))
