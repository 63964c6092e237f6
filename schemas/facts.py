"""What a report says, before it is pages: every printed number is a named figure that knows its sources.

All outputs (PDF, later HTML, XLSX and text blocks) are made from one `ReportFacts` and compute nothing themselves.
Codes are stored codes; German labels come from the code lists when pages are made. Texts out of returns are
already fit for display: cut at the contract's length, without control characters.
"""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from schemas.thresholds import Thresholds

Quantity: TypeAlias = int | Decimal | date | None
"""The exact value behind a figure; None where nothing was given or nothing can be said."""


@dataclass(frozen=True, slots=True)
class Source:
    """One cell behind a figure: a field of a row of a submission."""

    submission_id: str
    table: str
    key: str
    """The row's key as people say it: ``KLI-001``, ``KLI-001/2``; the organisation for the Deckblatt."""
    field: str
    sheet: str = ""
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """One printed number.

    ``id`` is stable from quarter to quarter (``lights.red.count``). ``value`` is exact, in ``unit``: ``count``,
    ``EUR``, ``%``, ``days``, ``date``, ``quarters`` or an indicator's unit. ``text`` is what is printed: money in T€
    without its unit. ``missing`` counts the values that a sum lacks because their cells were empty or wrong.
    """

    id: str
    value: Quantity
    unit: str
    text: str
    sources: tuple[Source, ...] = ()
    missing: int = 0


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


class DeliveryState(StrEnum):
    """Whether an organisation handed in an accepted return for the quarter."""

    DELIVERED = "delivered"
    NIL_RETURN = "nil_return"
    NOT_DELIVERED = "not_delivered"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A German sentence with the ids of the figures it speaks of."""

    id: str
    text: str
    figures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OrganisationDelivery:
    """What one organisation handed in for the quarter, and how good it was."""

    org_code: str
    name: str
    is_counted: bool
    state: DeliveryState
    file_name: str | None
    version: Figure
    received_on: Figure
    errors: Figure
    warnings: Figure
    notes: Figure
    incomplete_rows: Figure
    last_delivered: str | None
    """The latest earlier quarter with an accepted return, in the form ``Q2/2026``."""


@dataclass(frozen=True, slots=True)
class FindingFact:
    """A finding about an accepted return, as annex B prints it."""

    org_code: str
    severity: str
    rule: str
    place: str
    message: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """Who delivered: „7 von 8, es fehlt: Kultur Räume“."""

    delivered: Figure
    expected: Figure
    missing_names: tuple[str, ...]
    organisations: tuple[OrganisationDelivery, ...]
    findings: tuple[FindingFact, ...]


@dataclass(frozen=True, slots=True)
class LightCount:
    """How many running projects show a light, and how many more or fewer than in the quarter before."""

    light: Light
    count: Figure
    before: Figure
    change: Figure


@dataclass(frozen=True, slots=True)
class TrendCount:
    """How many projects changed in one way."""

    trend: Trend
    count: Figure


@dataclass(frozen=True, slots=True)
class MigrationCell:
    """Projects that went from one status to another; ``before`` and ``now`` are lights or trend words."""

    before: str
    now: str
    count: Figure
    project_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Portfolio:
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


@dataclass(frozen=True, slots=True)
class Lights:
    """The reported lights of a project."""

    overall: Light
    schedule: Light
    cost: Light
    scope: Light


@dataclass(frozen=True, slots=True)
class SuggestedLights:
    """The computed Ampelvorschlag; None where the figures for it are not there."""

    overall: Light | None = None
    schedule: Light | None = None
    cost: Light | None = None


@dataclass(frozen=True, slots=True)
class ProjectNumbers:
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


@dataclass(frozen=True, slots=True)
class ProjectFact:
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
    cause_code: str | None
    reason: str | None
    is_reason_repeated: bool
    """Word for word the reason of the quarter before."""
    next_step: str | None
    operation_secured: str | None
    funding_programme: str | None
    confidentiality: str | None
    numbers: ProjectNumbers


@dataclass(frozen=True, slots=True)
class Escalation:
    """A red project with what the committee can do about it."""

    project_id: str
    is_newly_red: bool
    """Not red when its organisation last delivered."""
    request_ids: tuple[str, ...]
    milestone_id: str | None
    """The next open milestone."""


@dataclass(frozen=True, slots=True)
class RequestFact:
    """A request for a decision."""

    decision_id: str
    org_code: str
    project_id: str | None
    """None for a request that belongs to no single project."""
    subject: str
    proposal: str | None
    decision_type: str | None
    amount: Figure
    consequence: str | None
    needed_by: Figure
    further_bodies: tuple[str, ...]
    asked_since: str | None
    """The first quarter of an unbroken series of earlier requests with this number, in the form ``Q2/2026``."""


@dataclass(frozen=True, slots=True)
class RequestCount:
    """How many decisions are asked for, how many of them release money, and how much."""

    all: Figure
    funding: Figure
    amount: Figure


@dataclass(frozen=True, slots=True)
class DecisionFact:
    """An entry of the Beschlussbuch."""

    decision_no: str
    project_id: str | None
    subject: str
    outcome: str
    state: str
    is_overdue: bool
    meeting: Figure
    amount: Figure
    due: Figure


@dataclass(frozen=True, slots=True)
class MilestoneFact:
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


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day that matters soon. ``kind`` is meeting, request, milestone or funding."""

    kind: str
    due: Figure
    org_code: str | None
    project_id: str | None
    subject: str


@dataclass(frozen=True, slots=True)
class Money:
    """Sums over projects, in EUR; of one organisation, or of all when ``org_code`` is empty.

    Deviations compare only projects that name both values.
    """

    org_code: str
    state: DeliveryState
    budget: Figure
    actual: Figure
    forecast: Figure
    deviation: Figure
    deviation_pct: Figure
    actual_pct: Figure
    forecast_pct: Figure
    funding_approved: Figure
    funding_drawn: Figure
    funding_drawn_pct: Figure


@dataclass(frozen=True, slots=True)
class Finance:
    """Money and grants."""

    organisations: tuple[Money, ...]
    total: Money
    funded: tuple[str, ...]
    """Projects with approved grants, the first to expire first."""
    expiring: tuple[str, ...]
    """Of these, the ones whose grant period ends soon with money not yet drawn."""
    expiring_count: Figure
    expiring_total: Figure
    expiring_until: Figure
    """The last day on which one of them ends."""
    unsecured: tuple[str, ...]
    """Projects whose operation after the project is open or not secured although it matters now."""


@dataclass(frozen=True, slots=True)
class IndicatorFact:
    """An indicator of one organisation with its course over up to eight quarters."""

    org_code: str
    kpi_code: str
    name: str
    unit: str
    direction: str
    is_flow: bool
    """Counted anew in every quarter; the yearly target then belongs to the sum of four quarters."""
    measurement: str | None
    model_version: str | None
    note: str | None
    value: Figure
    previous: Figure
    year_before: Figure
    target: Figure
    year_to_date: Figure
    """For a flow, the sum since January when all quarters are known."""
    data_as_of: Figure
    compared: Figure
    """The value that the present one is compared with: of the year before, else of the quarter before."""
    compared_with: str | None
    """The quarter of ``compared``, in the form ``Q3/2025``."""
    trend: Trend | None
    course: tuple[Figure, ...]
    """One figure per quarter, the oldest first, the quarter of the report last."""
    broken_at: str | None
    """The quarter in which the model changed; older values are not comparable."""


@dataclass(frozen=True, slots=True)
class OrganisationFact:
    """What an organisation says about itself, with its projects and indicators."""

    org_code: str
    name: str
    state: DeliveryState
    assessment: str | None
    contact_mailbox: str | None
    project_ids: tuple[str, ...]
    kpi_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CooperationFact:
    """An offer, a need or a joint undertaking."""

    org_code: str
    kind: str
    topic: str
    description: str
    with_orgs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RiskFact:
    """A risk with its weight, likelihood times impact."""

    risk_id: str
    org_code: str
    project_id: str | None
    risk_text: str
    mitigation: str | None
    trend: str | None
    likelihood: Figure
    impact: Figure
    weight: Figure


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """All that one report says.

    ``quarters`` names the quarters of the indicators' courses, the oldest first, in the form ``Q3/2026``.
    """

    quarter: str
    in_text: str
    in_tables: str
    previous_in_text: str
    previous_in_tables: str
    as_of: date
    built_at: datetime
    """When the report was made, in UTC."""
    built_on: date
    """The same as a day in Gütersloh."""
    built_text: str
    meeting_on: date | None
    is_fictional: bool
    thresholds: Thresholds
    quarters: tuple[str, ...]
    delivery: Delivery
    summary: tuple[Sentence, ...]
    changes: tuple[Sentence, ...]
    portfolio: Portfolio
    projects: tuple[ProjectFact, ...]
    escalations: tuple[Escalation, ...]
    requests: tuple[RequestFact, ...]
    request_count: RequestCount
    decisions: tuple[DecisionFact, ...]
    milestones: tuple[MilestoneFact, ...]
    deadlines: tuple[Deadline, ...]
    finance: Finance
    indicators: tuple[IndicatorFact, ...]
    organisations: tuple[OrganisationFact, ...]
    cooperation: tuple[CooperationFact, ...]
    risks: tuple[RiskFact, ...]


def figures_of(part: object) -> Iterator[Figure]:
    """Give every figure of the facts or of a part of them, in a fixed order."""
    if isinstance(part, Figure):
        yield part
    elif isinstance(part, tuple):
        for item in part:
            yield from figures_of(item)
    elif dataclasses.is_dataclass(part) and not isinstance(part, type):
        for field in dataclasses.fields(part):
            yield from figures_of(getattr(part, field.name))
