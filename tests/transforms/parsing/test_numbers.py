from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transforms.parsing.workbooks import read, rules_of
from transforms.parsing.numbers import Style, read_number
from transforms.wording import german_number

CENTS = st.integers(min_value=0, max_value=10**13).map(lambda cents: Decimal(cents) / 100)


def money(value: Any, **context: Any) -> Any:
    return read("project", "actual_cum", value, context)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1.234,56", "1234.56"),
        ("1.234.567,89", "1234567.89"),
        ("1 234,56", "1234.56"),
        ("1\u00a0234,56", "1234.56"),
        ("1\u202f234,56", "1234.56"),
        ("1\u2009234,56", "1234.56"),
        ("1.596.852.249", "1596852249"),
        ("64.000,00 €", "64000"),
        ("12.500 €", "12500"),
        ("EUR 12.500,00", "12500"),
        ("12.500,-", "12500"),
        ("12.500,-- €", "12500"),
        ("12500 Euro", "12500"),
        ("0", "0"),
        ("0,00 €", "0"),
        ("0,125", "0.13"),
        ("5", "5"),
    ],
)
def test_a_german_amount_as_text_is_its_amount(text: str, amount: str) -> None:
    assert money(text).value == Decimal(amount)


@pytest.mark.parametrize(
    ("text", "amount", "as_told"),
    [
        ("1.234", "1234.00", "1.234,00 €"),
        ("12.5", "12.50", "12,50 €"),
        ("1,234.56", "1234.56", "1.234,56 €"),
        ("1'234.56", "1234.56", "1.234,56 €"),
        ("1,234,567", "1234567.00", "1.234.567,00 €"),
        ("12,5 T€", "12500.00", "12.500,00 €"),
        ("TEUR 12,5", "12500.00", "12.500,00 €"),
        ("12,5 Tsd. €", "12500.00", "12.500,00 €"),
        ("12,5k", "12500.00", "12.500,00 €"),
        ("1,2 Mio. €", "1200000.00", "1.200.000,00 €"),
        ("1.2 Mio", "1200000.00", "1.200.000,00 €"),
        ("0,0012 Mrd.", "1200000.00", "1.200.000,00 €"),
        ("ca. 50.000", "50000.00", "50.000,00 €"),
        ("rd. 2,7 Mio", "2700000.00", "2.700.000,00 €"),
        ("~50", "50.00", "50,00 €"),
        ("keine", "0.00", "0,00 €"),
        ("Null", "0.00", "0,00 €"),
    ],
)
def test_a_sure_but_not_obvious_amount_is_taken_and_told(text: str, amount: str, as_told: str) -> None:
    reading = money(text)

    assert str(reading.value) == amount
    assert [(remark.rule, remark.details["neu"]) for remark in reading.remarks] == [("C13", as_told)]


@pytest.mark.parametrize("text", ["310.964,69-", "(310.964,69)", "−310.964,69", "– 310.964,69", "-310.964,69"])
def test_every_way_to_write_minus_is_read(text: str) -> None:
    written = read_number(text)

    assert written is not None
    assert written.number == Decimal("-310964.69")


@pytest.mark.parametrize(
    "text",
    [
        "neunhunderttausend",
        "50–60 T€",
        "50.000 bis 60.000",
        "> 10",
        "max. 20",
        "3/4",
        "1.23.456",
        "12 34",
        "1.234,56,7",
        "12²",
        "12*",
        "1E+05",
        "s.o.",
        "50 %",
        "(5",
        "-5-",
        "€ 5 €",
    ],
)
def test_what_is_no_single_amount_is_refused(text: str) -> None:
    assert rules_of(money(text)) == ["C04"]


def test_grouping_beside_decimal_points_is_never_guessed() -> None:
    assert rules_of(money("1.234", has_decimal_points=True)) == ["C04"]
    assert money("1.234,00", has_decimal_points=True).value == Decimal(1234)


def test_thousandths_of_a_euro_are_not_guessed_to_be_thousands() -> None:
    assert rules_of(money("1,234")) == ["C04"]
    assert money("1,234", unit_factor=Decimal(1000), unit_name="TEUR").value == Decimal(1234)


def test_amounts_in_teur_are_stored_in_eur() -> None:
    teur = {"unit_factor": Decimal(1000), "unit_name": "TEUR"}

    assert str(money(44143.5, **teur).value) == "44143500.00"
    assert money("12,5", **teur).value == Decimal(12500)
    assert money("12,5 T€", **teur) == (Decimal(12500), (), False)


def test_euros_in_a_return_in_teur_contradict_its_deckblatt() -> None:
    reading = money("64.000 €", unit_factor=Decimal(1000), unit_name="TEUR")

    assert rules_of(reading) == ["C09"]
    assert reading.value is None


@pytest.mark.parametrize(("stored", "amount"), [(0.1 + 0.2, "0.30"), (12499.999999, "12500.00"), (2.675, "2.68")])
def test_floats_are_rounded_to_cents_the_commercial_way(stored: float, amount: str) -> None:
    assert str(money(stored).value) == amount


@pytest.mark.parametrize("value", [float("inf"), float("nan"), 1e300, True])
def test_numbers_beyond_all_reason_are_refused(value: Any) -> None:
    assert rules_of(money(value)) == ["C04"]


def test_a_negative_amount_is_out_of_range() -> None:
    reading = money("8.000-")

    assert [(remark.rule, remark.expected) for remark in reading.remarks] == [("C07", "ab 0 EUR")]


@pytest.mark.parametrize("text", ["k. A.", "k.A.", "n/a", "-", "--", "–", "./.", "?", "entfällt", "nicht relevant"])
def test_no_answer_is_null_and_not_zero(text: str) -> None:
    assert money(text) == (None, (), False)


def test_a_date_where_a_number_belongs_names_excels_mistake() -> None:
    from datetime import date

    reading = money(date(2026, 10, 1))

    assert rules_of(reading) == ["C04"]
    assert "Datum" in (reading.remarks[0].expected or "")


@pytest.mark.parametrize(
    ("value", "number_format", "points"),
    [
        (0.75, "0%", "75.00"),
        (0.47, "0.0 %", "47.00"),
        (80.0, "", "80.00"),
        (0.0, "", "0.00"),
        (100.0, "General", "100.00"),
    ],
)
def test_a_percentage_is_stored_in_points(value: float, number_format: str, points: str) -> None:
    assert str(read("project", "progress_pct", value, number_format=number_format).value) == points


@pytest.mark.parametrize("text", ["35 %", "35%", "35,0", "35", "35 v.H.", "35 v. H.", "35 Prozent"])
def test_a_percentage_as_text_is_stored_in_points(text: str) -> None:
    assert read("project", "progress_pct", text) == (Decimal(35), (), False)


@pytest.mark.parametrize("value", [0.75, 1.0, "0,35", "1"])
def test_a_share_without_percent_sign_is_not_guessed(value: Any) -> None:
    assert rules_of(read("project", "progress_pct", value)) == ["C05"]


@pytest.mark.parametrize("value", ["100,1 %", "-5 %", 250.0])
def test_progress_lies_between_0_and_100(value: Any) -> None:
    reading = read("project", "progress_pct", value)

    assert [(remark.rule, remark.expected) for remark in reading.remarks] == [("C07", "0 bis 100 %")]


def indicator(value: Any, unit: str, **marks: Any) -> Any:
    return read("kpi_value", "value", value, {"indicator_unit": unit}, **marks)


def test_an_indicator_is_read_in_its_own_unit() -> None:
    assert str(indicator(48.2, "Punkte").value) == "48.2000"
    assert indicator("29,7", "%").value == Decimal("29.7")
    assert indicator("29,7 %", "%").value == Decimal("29.7")
    assert indicator(0.297, "%", number_format="0.0%").value == Decimal("29.7")
    assert indicator(0.297, "% der Kunden", number_format="0.0%").value == Decimal("29.7")
    assert indicator("1,25 h", "h").value == Decimal("1.25")
    assert indicator("210.750 €", "EUR").value == Decimal(210750)


@pytest.mark.parametrize(
    ("value", "marks", "rule"),
    [("35 %", {}, "C05"), (0.35, {"number_format": "0%"}, "C05"), ("12 €", {}, "C04"), ("12 Stück", {}, "C04")],
)
def test_an_indicator_in_another_unit_is_refused(value: Any, marks: dict[str, str], rule: str) -> None:
    assert rules_of(indicator(value, "Anzahl", **marks)) == [rule]


def test_a_bound_is_good_enough_for_an_indicator_and_told() -> None:
    assert indicator("> 10", "Anzahl").value == Decimal(10)
    assert rules_of(indicator("> 10", "Anzahl")) == ["C13"]


def test_integers_are_whole() -> None:
    assert read("milestone", "milestone_no", 4.0).value == 4
    assert read("milestone", "milestone_no", "4.").value == 4
    assert rules_of(read("milestone", "milestone_no", 4.5)) == ["C04"]
    assert rules_of(read("milestone", "milestone_no", "eins")) == ["C04"]


def test_likelihood_and_impact_lie_between_1_and_4() -> None:
    assert read("risk", "impact", "4").value == 4
    assert rules_of(read("risk", "impact", 5.0)) == ["C07"]
    assert rules_of(read("risk", "likelihood", 0.0)) == ["C07"]


@given(CENTS, st.sampled_from(["{}", "{} €", "{} EUR", "EUR {}", " {} ", "{}\u00a0€"]))
def test_every_german_amount_is_read_back(amount: Decimal, form: str) -> None:
    if amount >= 10**12:
        return

    assert money(form.format(german_number(amount, 2))) == (amount, (), False)


@given(CENTS, st.sampled_from([" ", "\u00a0", "\u202f"]))
def test_spaces_group_as_well_as_points(amount: Decimal, space: str) -> None:
    written = read_number(german_number(amount, 2).replace(".", space))

    assert written is not None
    assert (written.number, written.style) == (amount, Style.PLAIN)


@given(st.decimals(min_value=0, max_value=100, places=2), st.sampled_from([" %", "%", " Prozent", " v. H."]))
def test_every_percentage_with_its_sign_is_read_back(points: Decimal, sign: str) -> None:
    text = german_number(points) + sign

    assert read("project", "progress_pct", text) == (points, (), False)


@given(CENTS)
def test_what_excel_stores_for_an_amount_is_that_amount(amount: Decimal) -> None:
    if amount >= 10**12:
        return

    assert money(float(amount)).value == amount


@given(
    st.integers(min_value=0, max_value=10**8).map(lambda tenths: Decimal(tenths) / 10),
    st.sampled_from(
        [
            ("{} T€", 1000),
            ("TEUR {}", 1000),
            ("{} Tsd. €", 1000),
            ("{}k", 1000),
            ("{} Mio. €", 10**6),
            ("{} Mio", 10**6),
        ]
    ),
    st.sampled_from(["", "ca. ", "rd. ", "~"]),
)
def test_every_amount_in_thousands_or_millions_is_read_back(number: Decimal, form: tuple[str, int], about: str) -> None:
    text, scale = form
    if number * scale >= 10**12:
        return

    assert money(about + text.format(german_number(number))).value == number * scale


@given(CENTS, st.sampled_from(["-{}", "−{}", "– {}", "{}-", "({})", "- {}"]))
def test_every_way_to_write_minus_is_read_back(amount: Decimal, form: str) -> None:
    written = read_number(form.format(german_number(amount, 2)))

    assert written is not None
    assert written.number == -amount


@given(st.text("0123456789.,'’ -+–()€%TkMio\u00a0", max_size=14))
def test_no_digit_is_invented_or_lost(text: str) -> None:
    """Whatever is read of a text, its digits are the text's digits in their order, but for zeros at the ends."""
    written = read_number(text)

    if written is not None:
        digits = "".join(sign for sign in text if sign in "0123456789")
        found = "".join(sign for sign in f"{abs(written.number):f}" if sign in "0123456789")
        assert found.strip("0") == digits.strip("0")


@pytest.mark.parametrize(
    ("value", "told"), [("105 %", "105 %, außerhalb von 0 bis 100 %"), ("-5", "-5 %, außerhalb von 0 bis 100 %")]
)
def test_a_share_beyond_100_percent_is_taken_and_told(value: str, told: str) -> None:
    [remark] = indicator(value, "%").remarks

    assert (remark.rule, remark.details["neu"]) == ("C13", told)


def test_a_leading_apostrophe_is_no_part_of_the_number() -> None:
    assert money("'1.234,56").value == Decimal("1234.56")


@pytest.mark.parametrize("text", ["nicht erhoben", "noch nicht erhoben", "keine Daten"])
def test_an_indicator_that_was_not_collected_has_no_value(text: str) -> None:
    assert indicator(text, "Punkte") == (None, (), False)
