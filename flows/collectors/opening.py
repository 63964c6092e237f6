"""From a source of die8.toml to its place. Libraries are imported for the kinds that are configured, and no others."""

from collections.abc import Callable
from pathlib import Path

from flows.collectors.place import Deadline, Place, PlaceError
from schemas.sources import Collection, Source


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
    return lambda deadline: _opened(source, home, options, deadline)


def _opened(source: Source, home: Path, options: Collection, deadline: Deadline) -> Place:
    match source.kind:
        case "folder":
            from flows.collectors.folder import FolderPlace

            return FolderPlace(home / source.path)
        case "webdav":
            from flows.collectors.webdav import WebdavPlace

            return WebdavPlace(source, options, deadline)
        case "https":
            from flows.collectors.https import HttpsPlace

            return HttpsPlace(source, options, deadline)
        case "graph":
            from flows.collectors.graph import GraphPlace

            return GraphPlace(source, options, deadline)
        case "imap":
            from flows.collectors.mailbox import MailboxPlace

            return MailboxPlace(source, options, deadline)
        case _:
            from flows.collectors.filesystem import FilesystemPlace

            return FilesystemPlace(source, options, deadline)


def probe(source: Source, home: Path, options: Collection) -> str | None:
    """Tell whether a source can be used now: None, or in German why not, with the remedy. Fetches nothing."""
    try:
        with place_opener(source, home, options)(Deadline(options.total_seconds)) as place:
            listing = place.listed()
    except PlaceError as error:
        return error.problem
    return " ".join(listing.problems) or None
