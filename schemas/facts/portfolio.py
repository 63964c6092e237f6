"""The projects in numbers, beside the quarter before."""

from enum import StrEnum

from msgspec import Struct

from schemas.facts.figure import Figure


class Light(StrEnum):
    """The status of a project as the report shows it: the four reported ones and two for what is not known."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"
    UNKNOWN = "unknown"
    """The return names the project but gives no valid Ampel."""
    NOT_DELIVERED = "not_delivered"
    """The organisation handed in nothing for the quarter."""


class Trend(StrEnum):
    """The fixed words for a change since the last known report (domain.md §2.2)."""

    NEW = "new"
    BETTER = "better"
    SAME = "same"
    WORSE = "worse"
    COMPLETED = "completed"
    DROPPED = "dropped"
    NOT_DELIVERED = "not_delivered"


class LightCount(Struct, frozen=True):
    """How many running projects show a light, and how many more or fewer than in the quarter before."""

    light: Light
    count: Figure
    before: Figure
    change: Figure


class TrendCount(Struct, frozen=True):
    """How many projects changed in one way."""

    trend: Trend
    count: Figure


class MigrationCell(Struct, frozen=True):
    """Projects that went from one status to another; ``before`` and ``now`` are lights or trend words."""

    before: str
    now: str
    count: Figure
    project_ids: tuple[str, ...]


class Portfolio(Struct, frozen=True):
    """The running projects in numbers, beside the quarter before."""

    running: Figure
    lights: tuple[LightCount, ...]
    trends: tuple[TrendCount, ...]
    has_previous: bool
    """False when nothing at all was accepted for the quarter before."""
    missing_before: tuple[str, ...]
    """Names of expected organisations that had delivered nothing then."""
    migration: tuple[MigrationCell, ...]
    dropped: tuple[str, ...]
    """Projects of the last report that are gone without having been closed: „KLI-004 Titel“."""
