"""Working days in North Rhine-Westphalia: Monday to Friday without the holidays of the Feiertagsgesetz NW, § 2.

The package ``holidays`` knows them too, and a test holds ours against it; but it takes a fifth of a second to import,
as long as a quarter's returns take from receipt to publication.
"""

from datetime import date, timedelta
from functools import cache

_FIXED = ((1, 1), (5, 1), (10, 3), (11, 1), (12, 25), (12, 26))
_AFTER_EASTER = (-2, 1, 39, 50, 60)
"""Karfreitag, Ostermontag, Christi Himmelfahrt, Pfingstmontag, Fronleichnam, in days after Easter Sunday."""


@cache
def holidays_of(year: int) -> frozenset[date]:
    """The holidays of a year, Sundays that are holidays anyway left out."""
    easter = easter_sunday(year)
    return frozenset(date(year, month, day) for month, day in _FIXED) | {
        easter + timedelta(days=days) for days in _AFTER_EASTER
    }


def easter_sunday(year: int) -> date:
    """Easter in the Gregorian calendar (Meeus, Jones and Butcher)."""
    century, in_century = divmod(year, 100)
    moon = (19 * (year % 19) + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (in_century // 4) - moon - in_century % 4) % 7
    shift = (year % 19 + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


def is_working_day(day: date) -> bool:
    """Whether offices work on that day."""
    return day.weekday() < 5 and day not in holidays_of(day.year)


def after_working_days(day: date, count: int) -> date:
    """The working day that comes so many working days after a day (or before it, when negative)."""
    step = timedelta(days=1 if count > 0 else -1)
    left = abs(count)
    while left:
        day += step
        left -= is_working_day(day)
    return day
