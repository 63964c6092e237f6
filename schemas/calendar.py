"""The committee's calendar of one quarter, counted in working days of NRW (domain.md §2.4).

This is the one definition: rules (Q12, F10), status, reminders, board, report and schedules all ask here.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from typing import Annotated

from msgspec import Struct

from schemas.checked_values import Configured, Matching, Within
from schemas.quarter import Quarter
from schemas.tabular import read_definitions
from schemas.working_days import after_working_days, is_working_day

_FIRST_MEETING_WEEK, _LAST_MEETING_WEEK = 5, 7
"""Weeks after the Stichtag."""

Count = Annotated[int, Within(lowest=1)]


class Meeting(Configured, frozen=True):
    """A meeting of the Lenkungskreis and the quarter it deals with.

    The days before it are counted backwards from it; one that is named here stands as named.
    """

    quarter: Annotated[str, Matching(r"\d{4}-Q[1-4]")]
    on: date
    delivery: date | None = None
    questions: date | None = None
    editorial_close: date | None = None
    report: date | None = None


class Calendar(Configured, frozen=True):
    """The committee's dates, and the rhythm of a quarter whose meeting is not known: working days after the Stichtag.

    ``report_before_meeting`` is how many working days before a known meeting the report goes out; the days before
    that keep their distances to it.
    """

    meetings: tuple[Meeting, ...] = ()
    delivery_days: Count = 10
    questions_days: Count = 12
    editorial_close_days: Count = 15
    report_days: Count = 20
    report_before_meeting: Count = 10

    def __post_init__(self) -> None:
        """Refuse dates that cannot be kept; the text names the quarter and the remedy."""
        if not self.delivery_days <= self.questions_days <= self.editorial_close_days <= self.report_days:
            msg = "delivery_days, questions_days, editorial_close_days and report_days must follow each other"
            raise ValueError(msg)
        quarters = [meeting.quarter for meeting in self.meetings]
        for quarter in quarters:
            if quarters.count(quarter) > 1:
                msg = f"two meetings deal with {quarter}: keep the one that is right"
                raise ValueError(msg)
            _assert_in_order(quarter, deadlines(Quarter.parse(quarter), self))

    def of(self, quarter: Quarter) -> Meeting | None:
        """What is said about a quarter, when anything is."""
        return next((meeting for meeting in self.meetings if meeting.quarter == str(quarter)), None)

    def meeting_for(self, quarter: Quarter) -> date | None:
        """The day on which the quarter is dealt with, when it is known."""
        meeting = self.of(quarter)
        return meeting.on if meeting else None


DEFAULT_CALENDAR = Calendar()
"""The usual rhythm, with no meeting known."""


FIRST_QUARTER, LAST_QUARTER = Quarter(2020, 1), Quarter(2044, 4)
"""The quarters that the published calendar holds."""


class Deadlines(Struct, frozen=True):
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
    """First and last day between which the Lenkungskreis meets; the same day twice when it stands in die8.toml."""

    @property
    def invitation(self) -> date:
        """The day on which the pre-filled workbooks go out: the last working day of the quarter."""
        return self.as_of if is_working_day(self.as_of) else after_working_days(self.as_of, -1)


@cache
def deadlines(quarter: Quarter, calendar: Calendar = DEFAULT_CALENDAR) -> Deadlines:
    """Work out the days of a quarter; those that are not named in die8.toml are working days.

    From a known meeting they are counted backwards, else from the Stichtag forwards.
    """
    as_of = quarter.last_day
    meeting = calendar.of(quarter)
    if meeting is None:
        report = after_working_days(as_of, calendar.report_days)
        return Deadlines(
            as_of,
            after_working_days(as_of, calendar.delivery_days),
            after_working_days(as_of, calendar.questions_days),
            after_working_days(as_of, calendar.editorial_close_days),
            report,
            _usual_meeting(as_of, report),
        )
    report = meeting.report or after_working_days(meeting.on, -calendar.report_before_meeting)

    def before(days: int) -> date:
        return after_working_days(report, days - calendar.report_days) if days < calendar.report_days else report

    return Deadlines(
        as_of,
        meeting.delivery or before(calendar.delivery_days),
        meeting.questions or before(calendar.questions_days),
        meeting.editorial_close or before(calendar.editorial_close_days),
        report,
        (meeting.on, meeting.on),
    )


def calendar_quarters() -> Iterator[Quarter]:
    """The quarters that the published calendar holds, in order."""
    quarter = FIRST_QUARTER
    while quarter <= LAST_QUARTER:
        yield quarter
        quarter = quarter.shifted(1)


def _usual_meeting(as_of: date, report: date) -> tuple[date, date]:
    """Weeks are counted from the first Monday after the Stichtag; nobody meets before the report is out."""
    first_monday = as_of + timedelta(days=7 - as_of.weekday())
    first = first_monday + timedelta(weeks=_FIRST_MEETING_WEEK - 1)
    last = first_monday + timedelta(weeks=_LAST_MEETING_WEEK - 1, days=4)
    # Around Easter and the first of May, twenty working days reach into the fifth week.
    before_first = max(first - timedelta(days=1), report)
    return after_working_days(before_first, 1), after_working_days(last + timedelta(days=1), -1)


def _assert_in_order(quarter: str, days: Deadlines) -> None:
    in_order = (days.as_of, days.delivery, days.questions, days.editorial_close, days.report, days.meeting[0])
    if list(in_order) != sorted(in_order) or days.delivery == days.as_of:
        told = ", ".join(f"{day:%d.%m.%Y}" for day in in_order)
        msg = (
            f"the days of {quarter} do not follow each other (Stichtag, delivery, questions, editorial close, report, "
            f"meeting: {told}): move the meeting, or name the days that are meant"
        )
        raise ValueError(msg)


class Audience(StrEnum):
    """To whom a step of the ladder speaks."""

    ORGANISATION = "organisation"
    ESCALATION = "escalation"
    """The organisation, and beside it whom it names for escalations and the data team."""
    DATA_TEAM = "data_team"
    """One letter about all who are missing."""


class ReminderStep(Struct, frozen=True):
    """One rung of the ladder: so many working days after a day of the calendar (before it, when negative)."""

    step: str
    anchor: str
    """The name of a day of `Deadlines`."""
    days: int
    audience: Audience
    title: str
    description: str

    def day(self, of: Deadlines) -> date:
        """The working day on which this step is due."""
        anchor: date = getattr(of, self.anchor)
        return after_working_days(anchor, self.days) if self.days else anchor


@cache
def reminder_steps() -> tuple[ReminderStep, ...]:
    """The ladder of reminders, from the mildest step to the last; it is data (``reminder_steps.csv``)."""
    return tuple(
        ReminderStep(
            row["step"],
            row["anchor"],
            int(row["days"]),
            Audience(row["audience"]),
            row["title"],
            row["description"],
        )
        for row in read_definitions("reminder_steps")
    )


class Entry(Struct, frozen=True):
    """One day of the calendar, or several from ``day`` to ``last``, with its German words."""

    quarter: Quarter
    key: str
    day: date
    last: date
    title: str
    description: str


def entries(quarter: Quarter, calendar: Calendar = DEFAULT_CALENDAR) -> tuple[Entry, ...]:
    """All days of a quarter in the order of time, the reminders among them."""
    days = deadlines(quarter, calendar)
    found = [
        Entry(quarter, key, first, last, title, description)
        for key, first, last, title, description in _days_of(days, is_fixed=calendar.of(quarter) is not None)
    ]
    found += [
        Entry(quarter, f"reminder-{step.step}", day, day, step.title, step.description)
        for step in reminder_steps()
        for day in [step.day(days)]
    ]
    return tuple(sorted(found, key=lambda entry: (entry.day, entry.last)))


def _days_of(days: Deadlines, *, is_fixed: bool) -> Iterator[tuple[str, date, date, str, str]]:
    for row in read_definitions("calendar_days"):
        key = row["key"]
        if key == "meeting":
            yield key, *days.meeting, row["title" if is_fixed else "title_open"], row["description"]
        else:
            day: date = getattr(days, key)
            yield key, day, day, row["title"], row["description"]
