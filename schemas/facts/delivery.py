"""Who delivered for the quarter, and how good it was."""

from enum import StrEnum

from msgspec import Struct

from schemas.facts.figure import Figure


class DeliveryState(StrEnum):
    """Whether an organisation handed in an accepted return for the quarter."""

    DELIVERED = "delivered"
    NIL_RETURN = "nil_return"
    NOT_DELIVERED = "not_delivered"


class OrganisationDelivery(Struct, frozen=True):
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


class FindingFact(Struct, frozen=True):
    """A finding about an accepted return, as annex B prints it."""

    org_code: str
    severity: str
    rule: str
    place: str
    message: str


class Delivery(Struct, frozen=True):
    """Who delivered: „7 von 8, es fehlt: Kultur Räume“."""

    delivered: Figure
    expected: Figure
    missing_names: tuple[str, ...]
    organisations: tuple[OrganisationDelivery, ...]
    findings: tuple[FindingFact, ...]
    contradictions: tuple[FindingFact, ...] = ()
    """What organisations say against each other (B11, B12), each once; of no organisation and without a place."""
