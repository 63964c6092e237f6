"""Time enters here, once per run: instants in UTC, days in Europe/Berlin."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")


class WrongTimeError(ValueError):
    """A time given on the command line cannot be read; the text says what is expected."""


def instant(text: str | None) -> datetime:
    """Give the instant that a person wrote, in UTC; the present one when nothing was written.

    A time without zone is one of Europe/Berlin, a day alone its noon.

    Raises:
        WrongTimeError: the text is not an ISO time.
    """
    if text is None:
        return datetime.now(UTC)
    try:
        if len(text) == 10:
            day = date.fromisoformat(text)
            return datetime(day.year, day.month, day.day, 12, tzinfo=BERLIN).astimezone(UTC)
        moment = datetime.fromisoformat(text)
    except ValueError:
        msg = f"„{text}“ is not a time such as 2026-10-09 or 2026-10-09T12:00"
        raise WrongTimeError(msg) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=BERLIN)
    return moment.astimezone(UTC)


def local_day(moment: datetime) -> date:
    """The day in Europe/Berlin on which an instant falls."""
    return moment.astimezone(BERLIN).date()
