"""The days of a quarter, counted in working days of North Rhine-Westphalia."""

from datetime import date

import pytest

from schemas.calendar import Deadlines, deadlines
from schemas.quarter import Quarter
from schemas.working_days import is_working_day


def test_the_third_quarter_of_2026_knows_that_its_third_of_october_is_a_saturday() -> None:
    assert deadlines(Quarter(2026, 3)) == Deadlines(
        as_of=date(2026, 9, 30),
        delivery=date(2026, 10, 14),
        questions=date(2026, 10, 16),
        editorial_close=date(2026, 10, 21),
        report=date(2026, 10, 28),
        meeting=(date(2026, 11, 2), date(2026, 11, 20)),
    )


def test_holidays_move_the_days() -> None:
    # 3 and 6 April 2026 are Karfreitag and Ostermontag; 1 January 2026 is a Thursday.
    assert deadlines(Quarter(2026, 1)).delivery == date(2026, 4, 16)
    assert deadlines(Quarter(2025, 4)).delivery == date(2026, 1, 15)


@pytest.mark.parametrize("quarter", [Quarter(2024, 1).shifted(number) for number in range(24)], ids=str)
def test_all_days_are_worked_and_follow_each_other(quarter: Quarter) -> None:
    found = deadlines(quarter)
    days = [found.delivery, found.questions, found.editorial_close, found.report, *found.meeting]

    assert found.as_of == quarter.last_day
    assert days == sorted(days)
    assert found.as_of < days[0]
    assert all(is_working_day(day) for day in days)
