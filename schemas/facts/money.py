"""Plans, spending and grants."""

from msgspec import Struct

from schemas.facts.delivery import DeliveryState
from schemas.facts.figure import Figure


class Money(Struct, frozen=True):
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


class Expiry(Struct, frozen=True):
    """The grants whose period ends in one quarter with money not yet drawn."""

    quarter: str
    """In the form ``Q4/2026``."""
    is_soon: bool
    """Within the warning time: these projects are the expiring ones."""
    remaining: Figure
    project_ids: tuple[str, ...]


class Finance(Struct, frozen=True):
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
    expiries: tuple[Expiry, ...]
    """All of them by the quarter of their end, the first to expire first."""
    unsecured: tuple[str, ...]
    """Projects whose operation after the project is open or not secured although it matters now."""
