"""Whether a scheduled run has anything to do: the schedules only say when to look, the calendar says whether."""

from datetime import datetime

from flows.clock import local_day
from flows.runs import Runs
from flows.settings import Settings
from schemas.calendar import deadlines
from schemas.quarter import Quarter
from schemas.schedule import last_start


def is_due(settings: Settings, name: str, now: datetime) -> bool:
    """Whether a run of that kind, scheduled for ``now``, has something to do; what people ask for is always done."""
    match name:
        case "collect":
            return is_collecting_time(settings, now) or _is_first_since(settings, name, now)
        case "invite":
            from flows.inviting import due_quarter

            return due_quarter(settings, local_day(now)) is not None
        case "report":
            return is_reporting_time(settings, now)
        case _:
            return True


def is_collecting_time(settings: Settings, now: datetime) -> bool:
    """Whether returns are expected: from the day of the invitations until the report goes out."""
    today = local_day(now)
    for quarter in (Quarter.containing(today), Quarter.containing(today).previous):
        days = deadlines(quarter, settings.configuration.calendar)
        if days.invitation <= today <= days.report:
            return True
    return False


def is_reporting_time(settings: Settings, now: datetime) -> bool:
    """Whether the last quarter's report is to be drafted: after its editorial close, until it is released."""
    from warehouse.releases import ReleaseArchive

    today = local_day(now)
    quarter = Quarter.containing(today).previous
    if today <= deadlines(quarter, settings.configuration.calendar).editorial_close:
        return False
    return not any(release.quarter == quarter for release in ReleaseArchive(settings.home.archive).releases())


def _is_first_since(settings: Settings, name: str, now: datetime) -> bool:
    """Whether none has run since the last time at which one should outside the delivery window."""
    last = Runs(settings.home.runs).last().get(name)
    return last is None or last.begun < last_start(settings.configuration.schedules.collect_otherwise, now)
