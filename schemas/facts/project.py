"""One project as reported, and as the Ampelvorschlag sees it."""

from msgspec import Struct

from schemas.facts.figure import Figure
from schemas.facts.portfolio import Light, Trend


class Lights(Struct, frozen=True):
    """The reported lights of a project."""

    overall: Light
    schedule: Light
    cost: Light
    scope: Light


class SuggestedLights(Struct, frozen=True):
    """The computed Ampelvorschlag; None where the figures for it are not there."""

    overall: Light | None = None
    schedule: Light | None = None
    cost: Light | None = None


class ProjectNumbers(Struct, frozen=True):
    """The days and amounts of a project; money in EUR."""

    red_quarters: Figure
    """For how many quarters in a row it has been red, this one included."""
    start: Figure
    end_baseline: Figure
    end_forecast: Figure
    delay: Figure
    """Days between the planned and the expected end."""
    end_moved: Figure
    """Days by which the expected end has moved since the quarter before."""
    progress: Figure
    budget: Figure
    actual: Figure
    forecast: Figure
    deviation: Figure
    """Forecast minus plan."""
    deviation_pct: Figure
    forecast_moved: Figure
    """By how much the forecast has changed since the quarter before."""
    funding_approved: Figure
    funding_drawn: Figure
    funding_drawn_pct: Figure
    funding_remaining: Figure
    """Approved and not yet drawn."""
    funding_end: Figure


class LightAt(Struct, frozen=True):
    """The overall light that was reported for a quarter; „nicht geliefert“ where its organisation delivered nothing."""

    quarter: str
    """In the form ``Q2/2026``."""
    light: Light


class ProjectFact(Struct, frozen=True):
    """One project as reported; without a return of its organisation only what it is called is told."""

    project_id: str
    org_code: str
    title: str
    benefit: str | None
    action_field: str | None
    partner_orgs: tuple[str, ...]
    phase: str | None
    is_closed: bool
    """Completed or cancelled: told, but not counted among the running ones."""
    lights: Lights
    suggested: SuggestedLights
    before: Light | None
    """The last known overall light; None when the project was not known."""
    before_quarter: str | None
    """The quarter of ``before``, in the form ``Q2/2026``."""
    trend: Trend | None
    course: tuple[LightAt, ...]
    """The overall light over up to eight quarters since the project was first known, the present one last."""
    cause_code: str | None
    reason: str | None
    is_reason_repeated: bool
    """Word for word the reason of the quarter before."""
    next_step: str | None
    operation_secured: str | None
    funding_programme: str | None
    confidentiality: str | None
    numbers: ProjectNumbers
