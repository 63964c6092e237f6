"""Milestones and the days that matter soon."""

from msgspec import Struct

from schemas.facts.figure import Figure


class MilestoneFact(Struct, frozen=True):
    """A milestone of a reported project."""

    milestone_id: str
    project_id: str
    org_code: str
    title: str
    status: str | None
    baseline: Figure
    forecast: Figure
    actual: Figure
    delay: Figure
    """Days between the planned and the actual or expected day."""
    moved_now: Figure
    """Days by which the expected day has moved since the quarter before."""
    times_moved: Figure
    """How often the expected day moved back within the quarters known."""
    overdue: Figure
    """Days since the planned day while still open; no value when not overdue."""
    course: tuple[Figure, ...] = ()
    """The expected day in the returns of the last four quarters, the present one last; told of an open milestone that
    has moved more than once."""


class Deadline(Struct, frozen=True):
    """A day that matters soon. ``kind`` is meeting, request, milestone or funding."""

    kind: str
    due: Figure
    org_code: str | None
    project_id: str | None
    subject: str
