"""``die8 forget`` and ``die8 erase``: how long things are kept, and what is removed on request."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.markup import escape

from flows.clock import instant
from flows.display import Telling, console, plain_table
from flows.erasing import Places, Request, erase, look_for
from flows.forgetting import Due, forget
from flows.settings import Settings
from flows.usage import UsageError
from schemas.stored import stored_tables
from transforms.traces import Datum

_ADVICE = (
    "Backups keep what they hold until they are overwritten; so do mails that were sent. A file that still lies at a "
    "source comes back only when somebody changes it."
)


def run_forget(settings: Settings, *, is_dry: bool, now: str | None) -> int:
    """Replace the files past their time; with ``is_dry`` only list them. Exit status 1 when something is damaged."""
    with Telling() as runner:
        result = forget(settings, instant(now), is_dry=is_dry, runner=runner)
    out = console()
    if result.forgotten:
        out.print(plain_table(("File", "Organisation", "Quarter", "Received"), map(_line, result.forgotten)))
    if result.held:
        out.print("Kept longer, as die8.toml says:")
        out.print(plain_table(("File", "Organisation", "Quarter", "Received"), map(_line, result.held)))
    for damage in result.damages:
        out.print(f"[red]damaged:[/] {escape(str(damage))}", soft_wrap=True)
    quarters = settings.configuration.retention.raw_quarters
    done = "would be replaced" if is_dry else "were replaced"
    out.print(
        f"{len(result.forgotten)} files are past {quarters} quarters and {done} by their hash, rows and findings; "
        f"{len(result.held)} are held."
    )
    return 1 if result.damages else 0


def _line(due: Due) -> Sequence[str]:
    submission, delivery = due.submission, due.delivery
    quarter = str(submission.quarter) if submission.quarter else "–"
    return (delivery.name, submission.org_code or "–", quarter, f"{delivery.received_at:%Y-%m-%d}")


def run_erase(settings: Settings, request: Request, *, is_confirmed: bool) -> int:
    """List every place of a personal datum, and with ``is_confirmed`` erase it there.

    Exit status 1 while there are places that hold it, 0 when there are none (any more).
    """
    with Telling() as runner:
        places = look_for(settings, request, runner)
    out = console()
    if not places.count and not places.elsewhere:
        out.print("It is found nowhere.")
        return 0
    out.print(plain_table(("Place", "Found", "What happens"), _lines(settings, places)))
    if not is_confirmed:
        out.print(f"{places.count} places. Nothing was changed: add --yes to erase it there. {_ADVICE}", soft_wrap=True)
        return 1
    with Telling() as runner:
        left = erase(settings, request, places, datetime.now(UTC), runner)
    if left.count:
        out.print("[red]Still found:[/]")
        out.print(plain_table(("Place", "Found", "What to do"), _lines(settings, left)))
        return 1
    out.print(
        f"Erased at {places.count} places; the warehouse and what is published were made anew. That it was done is "
        f"noted in {settings.home.archive / 'upkeep.jsonl'}, without the datum. {_ADVICE}",
        soft_wrap=True,
    )
    return 1 if left.elsewhere else 0


def request_of(texts: Sequence[str], fields: Sequence[str], reason: str, *, is_word: bool) -> Request:
    """Make a request from what a person typed.

    Raises:
        UsageError: nothing, too little or an unknown field was named.
    """
    known = {f"{table.name}.{name}" for table in stored_tables().values() for name in table.field_names}
    for field in fields:
        if field not in known:
            msg = f"unknown field {field}: write it like project.status_reason; docs/data-dictionary.md lists them"
            raise UsageError(msg)
    if not texts:
        msg = "say what is to be erased, in each way it may be written"
        raise UsageError(msg)
    try:
        return Request(Datum(tuple(texts), is_word), frozenset(fields), reason)
    except ValueError as error:
        raise UsageError(str(error)) from None


def _lines(settings: Settings, places: Places) -> list[tuple[str, str, str]]:
    home = settings.home.path

    def named(path: Path) -> str:
        return str(path.relative_to(home)) if path.is_relative_to(home) else str(path)

    lines: list[tuple[str, str, str]] = []
    for delivery, submission, found in places.deliveries.values():
        where = ", ".join(f"{name} ×{count}" for name, count in sorted(found.items()))
        whose = " ".join(filter(None, (submission.org_code, str(submission.quarter or ""))))
        lines.append(
            (f"archive: {delivery.name} ({whose or 'unassigned'})", where, "hash, rows and findings stay, without it")
        )
    lines += [(f"archive: {named(damage.path)}", "damaged or unknown", "removed") for damage in places.damaged]
    lines += [(f"archive: record {record.sequence}", "origin", "written without it") for record in places.records]
    for path, found in places.databases.items():
        where = ", ".join(f"{column} ×{count}" for column, count in sorted(found.items()))
        lines.append((named(path), where, "made anew from the archive, with Parquet"))
    lines += [(named(place.path), "in the file", str(place.handling)) for place in places.files]
    lines += [(named(path), "at a source", "left: remove it there yourself") for path in places.elsewhere]
    return lines
