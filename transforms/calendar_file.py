"""The committee's calendar as iCalendar (RFC 5545): all-day events with names that stay, so they can be renewed."""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta

from icalendar import Calendar, Event

from schemas.calendar import Entry

_PRODUCT = "-//Die 8//Kalender//DE"
_NAME = "Lenkungskreis Digitalisierung „Die 8“"


def calendar_file(shown: Iterable[Entry]) -> bytes:
    """Write the entries as a calendar file; the same entries give the same bytes.

    An event keeps its UID when its day moves: whoever subscribed sees it move, and sees nothing twice.
    """
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _NAME)
    # Days need no zone; programs that ask are told where they are meant.
    calendar.add("x-wr-timezone", "Europe/Berlin")
    for entry in shown:
        calendar.add_component(_event(entry))
    written: bytes = calendar.to_ical()
    return written


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", f"{entry.quarter}-{entry.key}@die8")
    # A fixed instant instead of the clock: the file is the same each time it is written.
    event.add("dtstamp", datetime.combine(entry.quarter.first_day, time(), UTC))
    event.add("dtstart", entry.day)
    event.add("dtend", entry.last + timedelta(days=1))  # the first day after it
    event.add("summary", f"{entry.title} {entry.quarter.in_tables}")
    event.add("description", entry.description)
    event.add("transp", "TRANSPARENT")
    return event
