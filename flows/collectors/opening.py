"""From a source of die8.toml to its place. Libraries are imported for the kinds that are configured, and no others."""

from collections.abc import Callable
from pathlib import Path

from flows.collectors.place import Deadline, Place, PlaceError
from flows.secrets import SecretError
from schemas.sources import Collection, FolderSource, Source


def address_of(source: Source, home: Path) -> str:
    """Where a source lies, for records and messages; an address in die8.toml holds no user and no password."""
    match source.kind:
        case "folder":
            return str(home / source.path)
        case "imap":
            return f"imap://{source.host}:{source.port}/{source.folder}"
        case "s3":
            return f"{source.endpoint}/{source.bucket}/{source.prefix}"
        case "graph":
            return f"{source.endpoint}/drives/{source.drive}/{source.folder}"
        case _:
            return source.url


def place_opener(source: Source, home: Path, options: Collection) -> Callable[[Deadline], Place]:
    """Give what opens the place of a source; it raises PlaceError when a secret is missing."""

    def open_place(deadline: Deadline) -> Place:
        try:
            return _opened(source, home, options, deadline)
        except SecretError as error:
            raise PlaceError(str(error)) from None

    return open_place


def _opened(source: Source, home: Path, options: Collection, deadline: Deadline) -> Place:
    del options, deadline
    match source:
        case FolderSource():
            from flows.collectors.folder import FolderPlace

            return FolderPlace(home / source.path)
        case _:
            msg = f"sources of the kind {source.kind} cannot be visited"
            raise PlaceError(msg)


def probe(source: Source, home: Path, options: Collection) -> str | None:
    """Tell whether a source can be used now: None, or a sentence with the remedy. Fetches nothing."""
    try:
        with place_opener(source, home, options)(Deadline(options.total_seconds)) as place:
            listing = place.listed()
    except PlaceError as error:
        return error.problem
    return "; ".join(listing.problems) or None
