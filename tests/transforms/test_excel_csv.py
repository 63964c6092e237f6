"""CSV that a German Excel opens with a double click."""

import csv
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.excel_csv import csv_lines, safe_text


def written(*values: object) -> str:
    [_, line] = csv_lines([f"c{place}" for place, _ in enumerate(values)], [values])
    return line.removesuffix("\r\n")


def test_values_are_written_as_a_german_excel_reads_them() -> None:
    line = written(
        "BIB", 12, Decimal("-1234.50"), 0.125, True, date(2026, 9, 30), datetime(2026, 10, 9, 10, tzinfo=UTC), None
    )

    assert line == "BIB;12;-1234,50;0,125;wahr;2026-09-30;2026-10-09 12:00:00;"


def test_the_heading_stands_in_the_first_line() -> None:
    assert next(csv_lines(["a", "=b"], [])) == "a;'=b\r\n"


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝"])
def test_text_that_begins_like_a_formula_gets_an_apostrophe(begins: str) -> None:
    assert safe_text(f"{begins}cmd|' /C calc'!A0") == f"'{begins}cmd|' /C calc'!A0"


@pytest.mark.parametrize("text", ["+1", "-1.234,50", "+12,5\u00a0%", "-0,01 %"])
def test_a_number_with_its_sign_is_no_formula(text: str) -> None:
    assert safe_text(text) == text


@pytest.mark.parametrize("text", ["=1+1", "-1+1", "+1;2", "-2+cmd|' /C calc'!A0", "+A1", "-"])
def test_what_calculates_is_a_formula_also_when_it_begins_like_a_number(text: str) -> None:
    assert safe_text(text) == f"'{text}"


def test_numbers_stay_numbers_also_below_nought() -> None:
    assert written(-5, Decimal("-0.01"), -2.5, Decimal("1E+3"), 1e20, float("inf"), float("nan")) == (
        "-5;-0,01;-2,5;1000;100000000000000000000;;"
    )


def test_lists_are_joined_and_are_no_formula_either() -> None:
    assert written(["BIB", "SWG"], ["=1", "x"], []) == "BIB, SWG;'=1, x;"


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r")), min_size=2))
def test_any_text_comes_back_from_its_cell_as_it_was_made_safe(texts: list[str]) -> None:
    *_, line = csv_lines(texts, [texts])
    [back] = csv.reader([line], delimiter=";")

    assert back == [safe_text(text) for text in texts]
