"""What the organisations say beside their projects: indicators, risks, offers and needs."""

from msgspec import Struct

from schemas.facts.delivery import DeliveryState
from schemas.facts.figure import Figure
from schemas.facts.portfolio import Trend


class IndicatorFact(Struct, frozen=True):
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


class OrganisationFact(Struct, frozen=True):
    """What an organisation says about itself, with its projects and indicators."""

    org_code: str
    name: str
    state: DeliveryState
    assessment: str | None
    contact_mailbox: str | None
    project_ids: tuple[str, ...]
    kpi_codes: tuple[str, ...]


class CooperationFact(Struct, frozen=True):
    """An offer, a need or a joint undertaking."""

    org_code: str
    kind: str
    topic: str
    description: str
    with_orgs: tuple[str, ...]


class RiskFact(Struct, frozen=True):
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
