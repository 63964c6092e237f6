"""``die8 calendar``: the days of a year, and what is due on one of them."""

from datetime import date
from pathlib import Path

from flows.display import console, plain_table, print_document
from flows.settings import Settings
from schemas.calendar import Entry, entries
from schemas.quarter import Quarter
from transforms.wording import german_date, german_day

_FIRST_YEAR, _LAST_YEAR = 2000, 2100


def show_calendar(settings: Settings, today: date, year: int | None, ics: Path | None, *, as_json: bool) -> int:
    """Show the entries that begin in the year in the order of time, then what is due today and what comes next."""
    from flows.usage import UsageError

    chosen = year if year is not None else today.year
    if not _FIRST_YEAR <= chosen <= _LAST_YEAR:
        msg = f"{chosen} is no year to plan for; write one from {_FIRST_YEAR} to {_LAST_YEAR}"
        raise UsageError(msg)
    shown = entries_of_year(settings, chosen)
    if ics is not None:
        from transforms.calendar_file import calendar_file
        from warehouse.durable import replace

        ics.parent.mkdir(parents=True, exist_ok=True)
        replace(ics.absolute(), calendar_file(shown))
    if as_json:
        for entry in shown:
            print_document({**_document(entry), "is_due": entry.day <= today <= entry.last})
        return 0
    out = console()
    out.print(f"[bold]Kalender {chosen}[/]")
    out.print(plain_table(("Tag", "Quartal", "Was"), [_line(entry) for entry in shown]))
    out.print()
    for sentence in _of_today(settings, today):
        out.print(sentence, markup=False)
    if ics is not None:
        out.print(f"{ics}: {len(shown)} Termine", markup=False)
    return 0


def entries_of_year(settings: Settings, year: int) -> tuple[Entry, ...]:
    """All entries that begin in a year, in the order of time."""
    quarters = [Quarter(year, 4).shifted(-number) for number in range(6)]
    found = (entry for quarter in quarters for entry in entries(quarter, settings.configuration.calendar))
    return tuple(sorted((entry for entry in found if entry.day.year == year), key=lambda item: (item.day, item.last)))


def _of_today(settings: Settings, today: date) -> list[str]:
    here = [*entries_of_year(settings, today.year), *entries_of_year(settings, today.year + 1)]
    due = [entry for entry in here if entry.day <= today <= entry.last]
    told = [f"{german_day(today)}: {', '.join(map(_name, due)) or 'nichts fällig'}"]
    following = next((entry for entry in here if entry.day > today), None)
    if following is not None:
        told.append(f"Als Nächstes: {_name(following)} am {german_day(following.day)}")
    return told


def _name(entry: Entry) -> str:
    return f"{entry.title} {entry.quarter.in_tables}"


def _line(entry: Entry) -> tuple[str, str, str]:
    until = f" bis {german_date(entry.last)}" if entry.last != entry.day else ""
    return f"{german_day(entry.day)}{until}", entry.quarter.in_tables, entry.title


def _document(entry: Entry) -> dict[str, str]:
    return {
        "day": entry.day.isoformat(),
        "last": entry.last.isoformat(),
        "quarter": str(entry.quarter),
        "key": entry.key,
        "title": entry.title,
    }
