"""The days of a quarter, counted in working days of North Rhine-Westphalia."""

from datetime import date

import pytest

from schemas.calendar import Calendar, Deadlines, Meeting, deadlines, entries
from schemas.quarter import Quarter
from schemas.standards import Standards
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


def test_from_a_known_meeting_the_days_are_counted_backwards() -> None:
    calendar = Calendar(meetings=(Meeting("2026-Q3", date(2026, 11, 19)),))

    # Ten working days before the meeting, then five, three and two before each other; no holiday lies between.
    assert deadlines(Quarter(2026, 3), calendar) == Deadlines(
        as_of=date(2026, 9, 30),
        delivery=date(2026, 10, 22),
        questions=date(2026, 10, 26),
        editorial_close=date(2026, 10, 29),
        report=date(2026, 11, 5),
        meeting=(date(2026, 11, 19), date(2026, 11, 19)),
    )
    assert deadlines(Quarter(2026, 4), calendar) == deadlines(Quarter(2026, 4))


def test_a_day_that_is_named_stands_as_named() -> None:
    calendar = Calendar(meetings=(Meeting("2026-Q3", date(2026, 11, 19), delivery=date(2026, 10, 16)),))

    days = deadlines(Quarter(2026, 3), calendar)

    assert (days.delivery, days.questions) == (date(2026, 10, 16), date(2026, 10, 26))


def test_a_meeting_too_early_to_prepare_is_refused_with_its_days() -> None:
    with pytest.raises(ValueError, match=r"2026-Q3 do not follow each other .*meeting: 30\.09\.2026"):
        Calendar(meetings=(Meeting("2026-Q3", date(2026, 10, 20)),))


def test_a_quarter_has_one_meeting() -> None:
    twice = (Meeting("2026-Q3", date(2026, 11, 12)), Meeting("2026-Q3", date(2026, 11, 19)))

    with pytest.raises(ValueError, match="two meetings deal with 2026-Q3"):
        Calendar(meetings=twice)


def test_a_return_is_late_by_the_calendar_of_the_installation() -> None:
    calendar = Calendar(meetings=(Meeting("2026-Q3", date(2026, 11, 19)),))

    assert Standards().has_closed(Quarter(2026, 3), date(2026, 10, 29))
    assert not Standards(calendar=calendar).has_closed(Quarter(2026, 3), date(2026, 10, 29))
    assert Standards(calendar=calendar).has_closed(Quarter(2026, 3), date(2026, 10, 30))


def test_reminders_stand_in_the_calendar_around_the_delivery_day() -> None:
    shown = {entry.key: entry.day for entry in entries(Quarter(2026, 3))}

    assert shown["invitation"] == date(2026, 9, 30)
    assert shown["reminder-vorher"] == date(2026, 10, 7)
    assert shown["reminder-abgabetag"] == shown["delivery"] == date(2026, 10, 14)
    assert shown["reminder-nachfrist"] == date(2026, 10, 19)


def test_invitations_go_out_on_a_working_day() -> None:
    # 31 March 2029 is a Saturday, and the Friday before it Karfreitag.
    assert deadlines(Quarter(2029, 1)).invitation == date(2029, 3, 29)
