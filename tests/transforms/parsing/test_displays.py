from decimal import Decimal
from typing import Any

import pytest

from tests.transforms.parsing.workbooks import read, rules_of
from transforms.parsing.displays import PLAIN, display_of


@pytest.mark.parametrize(
    "number_format",
    ["", "General", "0", "#,##0", "#,##0.00", "#,##0_);[Red](#,##0)", "0%", "dd.mm.yyyy", "@", '#,##0 "Stück"'],
)
def test_an_ordinary_format_changes_nothing(number_format: str) -> None:
    assert display_of(number_format) == PLAIN


@pytest.mark.parametrize(
    ("number_format", "divisor", "unit"),
    [
        ("#,##0,", 1000, None),
        ("#,##0.0,", 1000, None),
        ("0.0,,", 10**6, None),
        ('#,##0 "€"', 1, 1),
        ("#,##0.00 [$€-407]", 1, 1),
        ("[$EUR] #,##0.00", 1, 1),
        ('_-* #,##0.00 "€"_-;-* #,##0.00 "€"_-;_-* "-"?? "€"_-', 1, 1),
        ('#,##0 "T€"', 1, 1000),
        ('#,##0, "T€"', 1000, 1000),
        ('#,##0\\ "Tsd. €"', 1, 1000),
        ('0.0,, "Mio. €"', 10**6, 10**6),
    ],
)
def test_a_format_tells_what_it_divides_by_and_which_unit_it_shows(
    number_format: str, divisor: int, unit: int | None
) -> None:
    assert display_of(number_format) == (divisor, unit)


def money(value: Any, number_format: str, unit: str = "EUR") -> Any:
    factor = Decimal(1000 if unit == "TEUR" else 1)
    context = {"unit_factor": factor, "unit_name": unit}
    return read("project", "actual_cum", value, context, number_format=number_format)


@pytest.mark.parametrize(
    ("value", "number_format", "unit", "amount", "rules"),
    [
        (12500, '#,##0 "€"', "EUR", 12500, []),
        (12.5, '#,##0.0 "T€"', "EUR", 12500, ["C13"]),
        (12500, '#,##0.0, "T€"', "EUR", 12500, []),
        (12.5, '#,##0.0 "T€"', "TEUR", 12500, []),
        (12500, "#,##0,", "TEUR", 12500, ["C13"]),
        (12500000, "#,##0,", "EUR", None, ["C09"]),
        (12500000, '#,##0, "€"', "EUR", None, ["C09"]),
        (12500, '#,##0 "€"', "TEUR", None, ["C09"]),
    ],
)
def test_an_amount_is_what_a_person_sees_unless_that_is_two_things(
    value: float, number_format: str, unit: str, amount: int | None, rules: list[str]
) -> None:
    reading = money(value, number_format, unit)

    assert (reading.value, rules_of(reading)) == (amount, rules)
