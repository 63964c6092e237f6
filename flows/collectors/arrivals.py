"""What collecting hands over, piece by piece: what came, what was passed over, what is parked, how a source ended."""

from datetime import datetime
from typing import TypeAlias

from msgspec import Struct

from flows.clock import BERLIN
from flows.collectors.place import Fetched, Listed
from schemas.delivery import Delivery
from schemas.reasons import told


class Passed(Struct, frozen=True):
    """A file that was left where it lies, and why, in German: „Sperrdatei“, „wird noch übertragen“."""

    source: str
    name: str
    reason: str


class Came(Struct, frozen=True):
    """An item that was fetched: its deliveries, and what of it waits for a person's word."""

    source: str
    item: Listed
    deliveries: tuple[Delivery, ...]
    doubted: tuple[Fetched, ...] = ()


class Waits(Struct, frozen=True):
    """An item that was seen and not taken yet; ``reason`` as in `Passed`, None when it is not worth a word."""

    source: str
    item: Listed
    reason: str


class Ended(Struct, frozen=True):
    """A source is done. ``listed`` is all that lay there; None when that could not be found out."""

    source: str
    listed: frozenset[str] | None = None
    problem: str = ""
    """What failed, of the source or of single paths in it; empty when nothing did."""


Arrival: TypeAlias = Came | Waits | Passed | Ended


class SourceError(Exception):
    """A source, or a part of it, could not be used; the German text names it and says what to do."""

    def __init__(self, source: str, problem: str, since: datetime | None = None) -> None:
        super().__init__(source, problem, since)
        self.source = source
        self.problem = problem
        self.since = since
        """Since when it has failed; None at the first time."""

    def __str__(self) -> str:
        if self.since is None:
            return told("failing", quelle=self.source, problem=self.problem)
        clock = self.since.astimezone(BERLIN).strftime("%d.%m.%Y, %H:%M Uhr")
        return told("failing_since", quelle=self.source, problem=self.problem, zeit=clock)
