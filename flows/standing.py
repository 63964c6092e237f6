"""By what returns are judged in an installation: its configuration, and the reports that it has released."""

from collections.abc import Iterable

from msgspec.structs import replace

from flows.clock import local_day
from flows.settings import Settings
from schemas.release import Release
from schemas.standards import Standards
from warehouse.releases import ReleaseArchive


def standards_of(settings: Settings) -> Standards:
    """The configured standards with the days on which reports were released."""
    return with_releases(settings.configuration.standards, ReleaseArchive(settings.home.archive).releases())


def with_releases(standards: Standards, releases: Iterable[Release]) -> Standards:
    """Add the day of each quarter's first release: a later one does not make a return late that was in time."""
    first: dict[str, Release] = {}
    for release in releases:
        first.setdefault(str(release.quarter), release)
    return replace(standards, released={item.quarter: local_day(item.released_at) for item in first.values()})
