from datetime import date, datetime
from decimal import Decimal

import pytest
from babel.dates import format_date
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from transforms.wording import german_amount, german_date, german_number, german_percent

AMOUNTS = st.decimals(min_value=-(10**12), max_value=10**12, places=2)


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (Decimal(0), None, "0"),
        (Decimal("0.35"), None, "0,35"),
        (Decimal("1234.5000"), None, "1.234,5"),
        (Decimal(1000000), None, "1.000.000"),
        (Decimal("1E+3"), None, "1.000"),
        (Decimal("-1234.5"), None, "-1.234,5"),
        (100, None, "100"),
        (Decimal("0.00004"), None, "0"),
        (Decimal("-0.004"), 2, "0,00"),
        (Decimal("2.5"), 0, "3"),
        (Decimal("-2.5"), 0, "-3"),
        (Decimal("0.125"), 2, "0,13"),
        (7, 2, "7,00"),
    ],
)
def test_a_number_is_written_as_a_clerk_would(value: Decimal | int, decimals: int | None, text: str) -> None:
    assert german_number(value, decimals) == text


def test_an_amount_has_two_decimals_and_its_unit() -> None:
    assert german_amount(Decimal(1123400)) == "1.123.400,00 EUR"
    assert german_amount(Decimal("1123.4"), "TEUR", 1) == "1.123,4 TEUR"


def test_a_percentage_has_one_decimal_and_no_sign() -> None:
    assert german_percent(Decimal("12.46")) == "12,5"
    assert german_percent(Decimal(90), 0) == "90"


def test_a_day_has_two_digits_each_and_four_for_the_year() -> None:
    assert german_date(date(2026, 9, 3)) == "03.09.2026"
    assert german_date(datetime(2026, 9, 30, 12)) == "30.09.2026"  # noqa: DTZ001 — a cell's instant has no zone


@given(AMOUNTS)
def test_an_amount_is_written_as_the_locale_data_has_it(amount: Decimal) -> None:
    assert german_number(amount, 2) == format_decimal(amount + 0, "#,##0.00", locale="de_DE")


@given(st.dates())
def test_a_day_is_written_as_the_locale_data_has_it(day: date) -> None:
    assert german_date(day) == format_date(day, "dd.MM.yyyy", locale="de_DE")


@given(AMOUNTS)
def test_an_amount_can_be_read_back(amount: Decimal) -> None:
    assert Decimal(german_number(amount, 2).replace(".", "").replace(",", ".")) == amount


@given(st.decimals(min_value=-(10**8), max_value=10**8, places=4))
def test_a_number_can_be_read_back_without_its_last_zeros(value: Decimal) -> None:
    text = german_number(value)

    assert Decimal(text.replace(".", "").replace(",", ".")) == value
    assert "," not in text or not text.endswith("0")
