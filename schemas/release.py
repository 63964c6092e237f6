"""A report that was released: what is frozen of it, so that it stays what the committee was given."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from schemas.quarter import Quarter


class ReportStatus(StrEnum):
    """Whether a report may still change."""

    DRAFT = "draft"
    RELEASED = "released"


class ReleasedFile(Struct, frozen=True):
    """One file of a released report; its bytes lie in the reports folder, its hash in the archive."""

    name: str
    edition: str
    """The key of its edition (`schemas.editions`)."""
    sha256: str
    size: int


class Release(Struct, frozen=True):
    """One release of a quarter's report.

    ``number`` counts the releases of the quarter from 1, ``sequence`` those of the installation: later ones have
    greater numbers, whatever the clock said. ``submission_ids`` are the submissions that counted: with them the
    report can be made again, and the next one compares with what they said. ``reason`` says why a quarter's report
    was released again.
    """

    quarter: Quarter
    number: int
    released_at: datetime
    facts_sha256: str
    files: tuple[ReleasedFile, ...]
    submission_ids: tuple[str, ...]
    reason: str | None = None
    sequence: int = 0

    @property
    def report_id(self) -> str:
        """The name of the release in archive, tables and folders."""
        return f"{self.quarter}-{self.number}"


def latest_release(releases: Iterable[Release], quarter: Quarter) -> Release | None:
    """The release of a quarter that holds now; None while it has none."""
    return max((item for item in releases if item.quarter == quarter), key=lambda item: item.number, default=None)
