"""What the committee is asked for, and what became of what it decided."""

from msgspec import Struct

from schemas.facts.figure import Figure


class Escalation(Struct, frozen=True):
    """A red project with what the committee can do about it."""

    project_id: str
    is_newly_red: bool
    """Not red when its organisation last delivered."""
    request_ids: tuple[str, ...]
    milestone_id: str | None
    """The next open milestone."""


class RequestFact(Struct, frozen=True):
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
    last_asked: str | None = None
    """For a request that was not repeated: the quarter of the return that asked, in the form ``Q2/2026``."""


class RequestCount(Struct, frozen=True):
    """How many decisions are asked for, how many of them release money, and how much.

    ``carried`` counts what earlier returns asked for and nobody has decided; it is in none of the other numbers.
    """

    all: Figure
    funding: Figure
    amount: Figure
    carried: Figure


class DecisionFact(Struct, frozen=True):
    """An entry of the Beschlussbuch."""

    decision_no: str
    decision_id: str | None
    """The request that was decided about."""
    project_id: str | None
    subject: str
    outcome: str
    state: str
    is_overdue: bool
    meeting: Figure
    amount: Figure
    due: Figure
    new_end: Figure
    """The planned end that it permits."""
    new_budget: Figure
    """The planned budget that it permits."""


class DecisionCount(Struct, frozen=True):
    """How many entries of the Beschlussbuch are still open, how many of those are late, and how many are done."""

    open: Figure
    overdue: Figure
    done: Figure
