"""What has changed of earlier quarters since the committee last saw them."""

from datetime import date
from enum import StrEnum

from msgspec import Struct

from schemas.facts.figure import Figure


class Basis(StrEnum):
    """What „before“ means in a report."""

    RELEASED = "released"
    """The state that the released report of the quarter before was made from."""
    AS_OF = "as_of"
    """The quarter before was not released: what was known when its report was due."""
    CURRENT = "current"
    """Nothing was known then: what holds now."""


class Comparison(Struct, frozen=True):
    """With what a report compares, and on which day that was known (Europe/Berlin); None for what holds now."""

    basis: Basis = Basis.CURRENT
    known_on: date | None = None
    release_no: int | None = None


class RestatementKind(StrEnum):
    """Whether a value became another one, or its whole row is new or gone."""

    CHANGED = "changed"
    NEW = "new"
    GONE = "gone"


class Restatement(Struct, frozen=True):
    """A value of an earlier quarter that a correction changed; the reason is the sender's."""

    kind: RestatementKind
    quarter: str
    """In the form ``Q2/2026``."""
    org_code: str
    table: str
    key: str
    """The row's key as people say it."""
    label: str
    """The field's German label; empty when the whole row is new or gone."""
    printed: Figure
    now: Figure
    corrected_on: date
    version: int
    reason: str | None


class LateReturn(Struct, frozen=True):
    """A return for an earlier quarter that came only after its report: „nachgemeldet“."""

    quarter: str
    """In the form ``Q2/2026``."""
    org_code: str
    received_on: Figure
    projects: Figure
    """How many projects it names."""


class Restated(Struct, frozen=True):
    """All of it, the latest quarter first."""

    comparison: Comparison
    values: tuple[Restatement, ...]
    late: tuple[LateReturn, ...]
