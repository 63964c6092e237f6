"""How the report writes numbers, lists and the texts of others."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.report.glyphs import breakable, printable
from transforms.report.writing import NBSP, cut, for_display, joined, signed, teur, with_unit


@pytest.mark.parametrize(
    ("euros", "text"),
    [("1123400.00", "1.123"), ("102113000.00", "102.113"), ("499.99", "0"), ("500.00", "1"), ("-2500.00", "−3")],
)
def test_money_is_written_in_whole_thousands(euros: str, text: str) -> None:
    assert teur(Decimal(euros)) == text


@pytest.mark.parametrize(("text", "expected"), [("5", "+5"), ("−5", "−5"), ("0", "±0"), ("0,0", "±0"), ("10", "+10")])
def test_differences_carry_their_sign(text: str, expected: str) -> None:
    assert signed(text) == expected


def test_no_line_breaks_between_number_and_unit() -> None:
    assert with_unit("67", "T€") == f"67{NBSP}T€"


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([], ""),
        (["A"], "A"),
        (["A", "B"], "A und B"),
        (["A", "B", "C"], "A, B und C"),
        (["A", "B", "C", "D"], "A, B, C und D"),
        (["A", "B", "C", "D", "E"], f"A, B, C und{NBSP}2{NBSP}weitere"),
    ],
)
def test_long_lists_are_counted_and_never_end_in_one_more(names: list[str], expected: str) -> None:
    assert joined(names, 3) == expected


def test_direction_marks_and_invisible_characters_are_left_out() -> None:
    assert for_display("Pa\u202etient\u200bportal\u2066 \x07ab\ufeff") == "Patientportal ab"


@given(st.text())
def test_display_text_has_one_line_and_stays_as_it_is(text: str) -> None:
    shown = for_display(text)

    assert "\n" not in shown
    assert for_display(shown) == shown


@given(st.text(min_size=1, max_size=80), st.integers(min_value=2, max_value=60))
def test_a_cut_text_keeps_the_limit_and_says_that_it_was_cut(text: str, limit: int) -> None:
    shown = cut(text, limit)

    assert len(shown) <= limit
    assert shown == text or shown.endswith("…")


def test_a_text_is_cut_between_words() -> None:
    assert cut("Der Zuschlag kommt drei Monate später", 30) == "Der Zuschlag kommt drei…"


def test_characters_without_a_glyph_become_boxes() -> None:
    assert printable("Größe → 5 € ● Œuvre Ж") == "Größe → 5 € ● Œuvre Ж"
    assert printable("Läuft 🚀 漢") == "Läuft □ □"


@given(st.text(alphabet=st.characters(exclude_characters="\u200b")))
def test_long_words_may_break_without_losing_a_letter(text: str) -> None:
    assert breakable(text).replace("\u200b", "") == text


def test_only_very_long_words_may_break() -> None:
    assert breakable("Informationssicherheit nach B3S") == "Informationssicherheit nach B3S"
    assert max(map(len, breakable("x" * 300).split("\u200b"))) < 25
