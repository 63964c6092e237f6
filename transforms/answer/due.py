"""Until when a correction still makes it into the report: the editorial close (domain.md §2.4)."""

from datetime import date

from schemas.answer import Answer
from schemas.calendar import DEFAULT_CALENDAR, Calendar, deadlines
from schemas.findings import Severity, Verdict
from schemas.quarter import Quarter

_CALLS_FOR_ACTION = frozenset({Verdict.ACCEPTED_WITH_FINDINGS, Verdict.REJECTED, Verdict.UNASSIGNED, Verdict.DRAFT})


def due_day(answer: Answer, calendar: Calendar = DEFAULT_CALENDAR) -> date | None:
    """Give the day until which the sender should act; None when there is nothing to do or the quarter is unknown."""
    has_doubts = answer.verdict is Verdict.ACCEPTED and answer.count(Severity.WARNING) > 0
    if answer.quarter is None or not (answer.verdict in _CALLS_FOR_ACTION or has_doubts):
        return None
    return editorial_close(answer.quarter, calendar)


def editorial_close(quarter: Quarter, calendar: Calendar = DEFAULT_CALENDAR) -> date:
    """The last day on which what arrives is in the report of a quarter."""
    return deadlines(quarter, calendar).editorial_close
