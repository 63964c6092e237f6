"""A printed number with its sources, and a sentence about such numbers."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from msgspec import Struct

Quantity: TypeAlias = int | Decimal | date | None
"""The exact value behind a figure; None where nothing was given or nothing can be said."""


class Source(Struct, frozen=True):
    """One cell behind a figure: a field of a row of a submission."""

    submission_id: str
    table: str
    key: str
    """The row's key as people say it: ``KLI-001``, ``KLI-001/2``; the organisation for the Deckblatt."""
    field: str
    sheet: str = ""
    row: int | None = None


class Figure(Struct, frozen=True):
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


class Sentence(Struct, frozen=True):
    """A German sentence with the ids of the figures it speaks of."""

    id: str
    text: str
    figures: tuple[str, ...] = ()
    is_edited: bool = False
    """Whether the department put it into words of its own; it then speaks of no figure that anybody has checked."""
    generated: str | None = None
    """What was edited, as it had been made from the facts."""
    lead: str = ""
    """What the sentence is about, where its text begins with a name."""


def figures_of(part: object) -> Iterator[Figure]:
    """Give every figure of the facts or of a part of them, in a fixed order."""
    if isinstance(part, Figure):
        yield part
    elif isinstance(part, tuple):
        for item in part:
            yield from figures_of(item)
    elif isinstance(part, Struct):
        for field in part.__struct_fields__:
            yield from figures_of(getattr(part, field))
