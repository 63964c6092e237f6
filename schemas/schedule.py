"""Cron times as die8.toml has them, read in the time of Europe/Berlin.

Prefect has a reader of its own, which takes seconds to import; the watch over runs that did not happen must do without.
A property test holds both against each other.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from msgspec import Struct

BERLIN = ZoneInfo("Europe/Berlin")
_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_NAMES = ("minute", "hour", "day", "month", "weekday")
_MOST_DAYS = 366 * 8
"""29 February comes at least every eight years."""


class Cron(Struct, frozen=True):
    """The minutes on which something starts."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    """As Python counts: Monday is 0."""
    is_any_day: bool
    is_any_weekday: bool

    def is_on(self, day: date) -> bool:
        """Whether anything starts on that day; a day and a weekday that are both named are alternatives, as in cron."""
        if day.month not in self.months:
            return False
        if self.is_any_day or self.is_any_weekday:
            return day.day in self.days and day.weekday() in self.weekdays
        return day.day in self.days or day.weekday() in self.weekdays

    def starts_on(self, day: date) -> Iterator[datetime]:
        """The starts of a day in the order of time, in UTC. An hour that the clocks skip has none."""
        if not self.is_on(day):
            return
        for hour in self.hours:
            for minute in self.minutes:
                local = datetime.combine(day, time(hour, minute), BERLIN)
                instant = local.astimezone(UTC)
                if instant.astimezone(BERLIN).replace(tzinfo=None) == local.replace(tzinfo=None):
                    yield instant


@cache
def parse_cron(text: str) -> Cron:
    """Read a cron time of five parts: numbers, ``*``, lists, ranges and steps.

    Raises:
        ValueError: with the remedy, also for a time between two and three at night, which is missing in one night of
            the year and comes twice in another.
    """
    parts = text.split()
    if len(parts) != len(_RANGES):
        raise ValueError(_remedy(text))
    found = [_part(text, part, number) for number, part in enumerate(parts)]
    hours = tuple(sorted(found[1]))
    if 2 in hours and not {1, 3} <= set(hours):
        msg = f"„{text}“ starts between two and three at night, an hour that daylight saving skips: take another hour"
        raise ValueError(msg)
    weekdays = frozenset((day + 6) % 7 for day in found[4])
    return Cron(
        tuple(sorted(found[0])),
        hours,
        frozenset(found[2]),
        frozenset(found[3]),
        weekdays,
        is_any_day=parts[2].startswith("*"),
        is_any_weekday=parts[4].startswith("*"),
    )


def that_is_cron(text: str) -> str:
    """Give the text back; ValueError with the remedy when it is no cron time."""
    parse_cron(text)
    return text


def next_start(text: str, moment: datetime) -> datetime:
    """The first start after an instant, in UTC.

    Raises:
        ValueError: the text is no cron time, or names a day that never comes.
    """
    cron, first = parse_cron(text), moment.astimezone(BERLIN).date()
    for number in range(_MOST_DAYS):
        for start in cron.starts_on(first + timedelta(days=number)):
            if start > moment:
                return start
    raise ValueError(_remedy(text))


def last_start(text: str, moment: datetime) -> datetime:
    """The last start up to an instant, in UTC; raises as `next_start`."""
    cron, last = parse_cron(text), moment.astimezone(BERLIN).date()
    for number in range(_MOST_DAYS):
        starts = [start for start in cron.starts_on(last - timedelta(days=number)) if start <= moment]
        if starts:
            return starts[-1]
    raise ValueError(_remedy(text))


def _part(text: str, part: str, number: int) -> set[int]:
    lowest, highest = _RANGES[number]
    found: set[int] = set()
    for piece in part.split(","):
        span, _, step = piece.partition("/")
        first, dash, last = span.partition("-")
        if span == "*":
            begin, end = lowest, 6 if number == 4 else highest
        elif first.isdecimal() and (last.isdecimal() if dash else True):
            begin = int(first)
            end = int(last) if dash else highest if step else begin
        else:
            raise ValueError(_remedy(text, number))
        if not lowest <= begin <= end <= highest or (step and not (step.isdecimal() and int(step) > 0)):
            raise ValueError(_remedy(text, number))
        found |= set(range(begin, end + 1, int(step) if step else 1))
    return found


def _remedy(text: str, number: int | None = None) -> str:
    where = f" ({_NAMES[number]})" if number is not None else ""
    return f"„{text}“ is no cron time{where}; write minute, hour, day, month and weekday, such as 30 6 * * 1-5"
