"""Months between two days, as grants and warnings count them."""

from datetime import date


def months_until(start: date, end: date) -> int:
    """Count the months from one day to another, a begun month as a whole one; negative when the end lies before.

    The last day of a month reaches the last day of another: from 30.09. to 31.12. are three months.
    """
    months = (end.year - start.year) * 12 + end.month - start.month
    return months + 1 if end.day > start.day and not _ends_a_month(start) else months


def _ends_a_month(day: date) -> bool:
    return date.fromordinal(day.toordinal() + 1).day == 1
