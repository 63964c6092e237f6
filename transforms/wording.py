"""German writing of numbers, dates and money, without a locale library: it runs for every finding of every row.

Dots between thousands, a comma before the decimals, DIN 5008 dates. Halves are rounded away from zero
(kaufmännisch), so that a printed figure is the one a clerk would write.
"""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

_GERMAN_MARKS = str.maketrans(",.", ".,")
_WEEKDAYS = ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")
_MOST_DECIMALS = 4
"""As many as an indicator's value has (`schemas.contract.FieldType.NUMBER`)."""


def german_date(day: date) -> str:
    """Write a day as ``30.09.2026``."""
    return f"{day.day:02d}.{day.month:02d}.{day.year:04d}"


def german_day(day: date) -> str:
    """Write a day with its weekday as ``Mi 30.09.2026``."""
    return f"{_WEEKDAYS[day.weekday()]} {german_date(day)}"


def german_number(value: Decimal | int, decimals: int | None = None) -> str:
    """Write a number as ``1.234,5``.

    With ``decimals`` exactly so many are written; without, as many as the value has, four at most.
    """
    exact = Decimal(value)
    if decimals is not None:
        return _written(exact, decimals)
    text = _written(exact, _MOST_DECIMALS)
    return text.rstrip("0").rstrip(",")


def german_amount(value: Decimal | int, unit: str = "EUR", decimals: int = 2) -> str:
    """Write an amount with its unit as ``1.123.400,00 EUR``; the value is in that unit already."""
    return f"{german_number(value, decimals)} {unit}"


def german_percent(value: Decimal | int, decimals: int = 1) -> str:
    """Write percentage points as ``12,5``; the sign stands in the text around it."""
    return german_number(value, decimals)


def _written(value: Decimal, decimals: int) -> str:
    rounded = value.quantize(_step(decimals), rounding=ROUND_HALF_UP)
    if not rounded:
        rounded = abs(rounded)  # no „-0,00“
    return f"{rounded:,f}".translate(_GERMAN_MARKS)


@cache
def _step(decimals: int) -> Decimal:
    return Decimal(1).scaleb(-decimals)
