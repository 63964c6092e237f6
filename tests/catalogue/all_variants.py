"""The whole catalogue in the order of its numbers."""

from itertools import count

from tests.catalogue import amounts, codes, containers, dates, sheets, texts
from tests.catalogue.book import a_book
from tests.catalogue.outcomes import Outcome, outcome_of
from tests.catalogue.variants import Variant
from tests.catalogue.writing import write

NUMBERS = tuple(f"M{number:02d}" for number in range(1, 99))


def variants() -> dict[str, Variant]:
    """All variants by an id of their own, ``M01-3``, ordered by number."""
    modules = (dates, amounts, codes, texts, sheets, containers)
    everything = sorted((v for module in modules for v in module.VARIANTS), key=lambda variant: variant.number)
    counters = {number: count(1) for number in NUMBERS}
    return {f"{variant.number}-{next(counters[variant.number])}": variant for variant in everything}


def outcome_in(variant: Variant, file_format: str) -> Outcome:
    """Write the file of a variant in one format, and take it in."""
    return outcome_of(*file_of(variant, file_format), variant.history)


def file_of(variant: Variant, file_format: str) -> tuple[bytes, str]:
    """Write the file of a variant in one format: its bytes and its name."""
    if variant.make is not None:
        return variant.make()
    book = a_book(variant.org_code)
    variant.spoil(book)
    return write(book, file_format)
