"""The calendar file is one that calendar programs take, and renews what it wrote before."""

from datetime import date

from icalendar import Calendar as ICalendar

from schemas.calendar import Calendar, Meeting, entries
from schemas.quarter import Quarter
from transforms.calendar_file import calendar_file

Q3 = Quarter(2026, 3)


def test_every_entry_is_an_event_of_whole_days() -> None:
    written = ICalendar.from_ical(calendar_file(entries(Q3)))

    events = {str(event["uid"]): event for event in written.events}

    assert len(events) == len(entries(Q3))
    delivery = events["2026-Q3-delivery@die8"]
    assert (date(2026, 10, 14), date(2026, 10, 15)) == (delivery.DTSTART, delivery.DTEND)
    assert str(delivery["summary"]) == "Abgabe der Statusmeldungen Q3/2026"
    meeting = events["2026-Q3-meeting@die8"]
    assert (date(2026, 11, 2), date(2026, 11, 21)) == (meeting.DTSTART, meeting.DTEND)


def test_an_event_keeps_its_name_when_its_day_moves() -> None:
    later = Calendar(meetings=(Meeting("2026-Q3", date(2026, 11, 19)),))

    before, after = (ICalendar.from_ical(calendar_file(entries(Q3, calendar))) for calendar in (Calendar(), later))

    assert {str(event["uid"]) for event in before.events} == {str(event["uid"]) for event in after.events}


def test_the_same_calendar_gives_the_same_bytes_in_lines_that_programs_take() -> None:
    written = calendar_file(entries(Q3))

    assert written == calendar_file(entries(Q3))
    assert written.endswith(b"\r\n")
    assert all(len(line) <= 75 for line in written.split(b"\r\n"))
