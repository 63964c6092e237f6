"""What the board shows, as values: who delivered what, what is due, how sources, runs and letters stand."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct, field

from schemas.calendar import Entry
from schemas.findings import Verdict
from schemas.quarter import Quarter


class Punctuality(StrEnum):
    """How a return came in time; the German words are those of ``overview_texts.csv``."""

    IN_TIME = "in_time"
    LATE = "late"
    """After the delivery day, and still in the report."""
    AFTER_CLOSE = "after_close"
    """After the editorial close: it is in the next report."""
    NOT_DELIVERED = "not_delivered"
    EXPECTED = "expected"
    """The delivery day is still to come."""
    NOT_DUE = "not_due"
    """The quarter has not ended."""


class Standing(Struct, frozen=True):
    """How one organisation stands in one quarter: the return that counts, else the last that came, if any."""

    punctuality: Punctuality
    delivery: date
    """The day until which the return is in time."""
    verdict: Verdict | None = None
    received_at: datetime | None = None
    errors: int = 0
    warnings: int = 0


class SourceStanding(Struct, frozen=True):
    """How one source did when it was last visited."""

    name: str
    visited_at: datetime | None = None
    succeeded_at: datetime | None = None
    failing_since: datetime | None = None
    problem: str = ""


class RunStanding(Struct, frozen=True):
    """How one kind of run did when it last began; ``outcome`` is done, failed, running, or empty when it never did."""

    name: str
    begun_at: datetime | None = None
    outcome: str = ""
    message: str = ""
    next_at: datetime | None = None


class PlannedLetters(Struct, frozen=True):
    """Letters that the calendar will send if nothing changes; ``org_codes`` is empty for those to the data team."""

    day: date
    title: str
    org_codes: tuple[str, ...]


class Overview(Struct, frozen=True):
    """Everything that the board shows, as of one instant."""

    made_at: datetime
    quarter: Quarter
    """The quarter that is being collected: the last that has ended."""
    quarters: tuple[Quarter, ...]
    organisations: Mapping[str, Mapping[Quarter, Standing]]
    """The expected organisations in the order of the report."""
    due: tuple[Entry, ...] = ()
    following: Entry | None = None
    sources: tuple[SourceStanding, ...] = ()
    runs: tuple[RunStanding, ...] = ()
    planned: tuple[PlannedLetters, ...] = ()
    letters: Mapping[str, int] = field(default_factory=dict)
    """How many letters are in each state, by its German word."""
    letters_folder: str = ""
    """Where letters lie that a person has to look after; empty when there are none."""
    has_mail: bool = False

    @property
    def missing(self) -> tuple[str, ...]:
        """Who has not delivered for the quarter that is being collected."""
        open_states = (Punctuality.NOT_DELIVERED, Punctuality.EXPECTED)
        return tuple(c for c, of in self.organisations.items() if of[self.quarter].punctuality in open_states)
