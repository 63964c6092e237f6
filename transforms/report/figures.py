"""Making named figures: the exact value, how it is printed, and the cells behind it."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal

from schemas.facts import Figure, Quantity, Source
from transforms.report.state import Record
from transforms.report.texts import text
from transforms.report.writing import NOTHING, day_text, percent, plain_number, proper_minus, signed, teur

HUNDRED = Decimal(100)


def count(figure_id: str, number: int, sources: Iterable[Source] = (), unit: str = "count") -> Figure:
    """A number of things."""
    return Figure(figure_id, number, unit, plain_number(number), tuple(sources))


def change(figure_id: str, number: int | None, sources: Iterable[Source] = (), unit: str = "count") -> Figure:
    """A difference, printed with its sign; nothing when there is nothing to compare with."""
    if number is None:
        return nothing(figure_id, unit)
    return Figure(figure_id, number, unit, signed(proper_minus(plain_number(number))), tuple(sources))


def nothing(figure_id: str, unit: str = "count", sources: Iterable[Source] = ()) -> Figure:
    """A figure about which nothing can be said; its sources are the cells that leave it open."""
    return Figure(figure_id, None, unit, NOTHING, tuple(sources))


def day(figure_id: str, value: date | None, sources: Iterable[Source] = ()) -> Figure:
    """A day."""
    return Figure(figure_id, value, "date", day_text(value) if value else NOTHING, tuple(sources))


def money(figure_id: str, value: Decimal | None, sources: Iterable[Source] = (), missing: int = 0) -> Figure:
    """An amount in EUR, printed in T€; a value that should be there and is not prints „fehlt“."""
    if value is None:
        return Figure(figure_id, None, "EUR", _absent(missing), tuple(sources), missing)
    return Figure(figure_id, value, "EUR", teur(value), tuple(sources), missing)


def money_change(figure_id: str, value: Decimal | None, sources: Iterable[Source] = ()) -> Figure:
    """A difference of amounts in EUR, printed in T€ with its sign."""
    if value is None:
        return nothing(figure_id, "EUR")
    return Figure(figure_id, value, "EUR", signed(teur(value)), tuple(sources))


def share(figure_id: str, part: Quantity, whole: Quantity, sources: Iterable[Source] = ()) -> Figure:
    """What percentage an amount is of a whole; nothing when either is unknown or the whole is zero."""
    if not isinstance(part, Decimal) or not isinstance(whole, Decimal) or not whole:
        return nothing(figure_id, "%", sources)
    value = part * HUNDRED / whole
    return Figure(figure_id, value, "%", percent(value, 0), tuple(sources))


def share_change(figure_id: str, part: Decimal | None, whole: Decimal | None, sources: Iterable[Source] = ()) -> Figure:
    """A difference in percent of a whole, printed with its sign and one decimal."""
    if part is None or not whole:
        return nothing(figure_id, "%")
    value = part * HUNDRED / whole
    return Figure(figure_id, value, "%", signed(percent(value)), tuple(sources))


def number(figure_id: str, value: Decimal, unit: str, sources: Iterable[Source] = ()) -> Figure:
    """A number in a unit, with as many decimals as it has."""
    return Figure(figure_id, value, unit, plain_number(value), tuple(sources))


def field_day(figure_id: str, record: Record, field: str, *, is_required: bool = False) -> Figure:
    """The date in a field of a row."""
    value = record.day(field)
    sources = (record.source(field),)
    if value is None:
        return Figure(figure_id, None, "date", _absent(int(is_required)), sources, int(is_required))
    return day(figure_id, value, sources)


def field_money(figure_id: str, record: Record, field: str, *, is_required: bool = False) -> Figure:
    """The amount in a field of a row."""
    value = record.amount(field)
    return money(figure_id, value, (record.source(field),), int(is_required and value is None))


def field_number(figure_id: str, record: Record, field: str, unit: str) -> Figure:
    """The number in a field of a row, with as many decimals as it has."""
    value = record.amount(field)
    if value is None:
        return Figure(figure_id, None, unit, NOTHING, (record.source(field),))
    return number(figure_id, value, unit, (record.source(field),))


def field_count(figure_id: str, record: Record, field: str) -> Figure:
    """The whole number in a field of a row."""
    value = record.count(field)
    if value is None:
        return Figure(figure_id, None, "count", _absent(1), (record.source(field),), 1)
    return count(figure_id, value, (record.source(field),))


def total(figure_id: str, parts: Sequence[Figure]) -> Figure:
    """The sum of amounts; it says how many values it lacks, and is itself missing when it lacks all."""
    known = [part.value for part in parts if isinstance(part.value, Decimal)]
    missing = sum(part.missing for part in parts)
    sources = tuple(source for part in parts for source in part.sources if part.value is not None or part.missing)
    if not known and missing:
        return money(figure_id, None, sources, missing)
    return money(figure_id, sum(known, Decimal(0)), sources, missing)


def difference_of_sums(
    later: Sequence[Figure], earlier: Sequence[Figure]
) -> tuple[Decimal | None, Decimal, tuple[Source, ...]]:
    """Sum up later minus earlier over the pairs that know both; give it with the earlier sum and the sources."""
    pairs = [
        (after, before)
        for after, before in zip(later, earlier, strict=True)
        if isinstance(after.value, Decimal) and isinstance(before.value, Decimal)
    ]
    base = sum((_amount(before) for _, before in pairs), Decimal(0))
    sources = tuple(source for pair in pairs for figure in pair for source in figure.sources)
    if not pairs:
        return None, base, sources
    return sum((_amount(after) - _amount(before) for after, before in pairs), Decimal(0)), base, sources


def days_between(figure_id: str, later: Figure, earlier: Figure, write: Callable[..., Figure] = change) -> Figure:
    """How many days one day lies after another; nothing when either is unknown."""
    if isinstance(later.value, date) and isinstance(earlier.value, date):
        return write(figure_id, (later.value - earlier.value).days, later.sources + earlier.sources, "days")
    return nothing(figure_id, "days", later.sources + earlier.sources)


def _amount(figure: Figure) -> Decimal:
    return figure.value if isinstance(figure.value, Decimal) else Decimal(0)


def _absent(missing: int) -> str:
    return text("words", "missing") if missing else NOTHING
