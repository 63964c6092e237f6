"""What can go wrong in the warehouse, each as a sentence that says what to do."""

from datetime import datetime
from pathlib import Path


class WarehouseError(Exception):
    """The warehouse could not do what it was asked to; nothing is half done."""


class WarehouseBusyError(WarehouseError):
    """Another process writes to the warehouse. ``since`` is when it began, in UTC, if it said so."""

    def __init__(self, path: Path, since: datetime | None) -> None:
        self.path = path
        self.since = since
        started = f" since {since.astimezone():%H:%M on %d.%m.%Y}" if since else ""
        super().__init__(f"{path} is in use by another run{started}: wait until it has ended")


class WarehouseDamagedError(WarehouseError):
    """The file cannot be read as a warehouse."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"{path} is damaged or no warehouse ({reason}): run `die8 rebuild`, the archive has it all")


class WarehouseMemoryError(WarehouseError):
    """DuckDB reached the memory that it may use."""

    def __init__(self, path: Path, limit: str) -> None:
        super().__init__(
            f"{path}: the memory limit of {limit} is reached; nothing was changed and readers still have what was "
            "published. Hand in fewer files at a time, or run `die8 rebuild`"
        )


class WarehouseNewerError(WarehouseError):
    """The file was written by a newer version of this program."""

    def __init__(self, path: Path, version: int) -> None:
        super().__init__(f"{path} has schema version {version}, newer than this program: install the newer version")


class StaleCheckError(WarehouseError):
    """A submission was checked against a version that is not the current one any more: check it again."""


class QueryError(WarehouseError):
    """A query of an analyst was refused or wrong; the text is DuckDB's."""


class WrongQueryError(QueryError):
    """A query is refused or wrong; the text says what is wrong with it, and shows the place."""
