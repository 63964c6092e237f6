"""The committee's calendar of one quarter, counted from its Stichtag in working days of NRW (domain.md §2.4)."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from schemas.quarter import Quarter
from schemas.working_days import after_working_days

_DELIVERY, _QUESTIONS, _EDITORIAL_CLOSE, _REPORT = 10, 12, 15, 20
"""Working days after the Stichtag."""
_FIRST_MEETING_WEEK, _LAST_MEETING_WEEK = 5, 7
"""Weeks after the Stichtag."""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The days of one quarter; each is the last on which something is in time."""

    as_of: date
    """The Stichtag."""
    delivery: date
    """Returns are due; who has not delivered by the end of this day is overdue (F10)."""
    questions: date
    """Questions about the returns are settled."""
    editorial_close: date
    """What comes later is not in the report (Q12)."""
    report: date
    """The report goes out."""
    meeting: tuple[date, date]
    """First and last day between which the Lenkungskreis meets; its own date stands in die8.toml."""


@cache
def deadlines(quarter: Quarter) -> Deadlines:
    """Work out the days of a quarter; all but the Stichtag are working days."""
    as_of = quarter.last_day
    report = after_working_days(as_of, _REPORT)
    return Deadlines(
        as_of,
        after_working_days(as_of, _DELIVERY),
        after_working_days(as_of, _QUESTIONS),
        after_working_days(as_of, _EDITORIAL_CLOSE),
        report,
        _meeting(as_of, report),
    )


def _meeting(as_of: date, report: date) -> tuple[date, date]:
    """Weeks are counted from the first Monday after the Stichtag; nobody meets before the report is out."""
    first_monday = as_of + timedelta(days=7 - as_of.weekday())
    first = first_monday + timedelta(weeks=_FIRST_MEETING_WEEK - 1)
    last = first_monday + timedelta(weeks=_LAST_MEETING_WEEK - 1, days=4)
    # Around Easter and the first of May, twenty working days reach into the fifth week.
    before_first = max(first - timedelta(days=1), report)
    return after_working_days(before_first, 1), after_working_days(last + timedelta(days=1), -1)
