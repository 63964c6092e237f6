from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.quarter import Quarter
from tests.transforms.parsing.workbooks import read, rules_of

ROMAN = ("I", "II", "III", "IV")
QUARTERS = st.builds(Quarter, st.integers(2020, 2049), st.integers(1, 4))


def quarter(value: Any, year: int | None = None) -> Any:
    return read("submission", "report_quarter", value, {"year": year})


@pytest.mark.parametrize(
    "text",
    [
        "2026-Q3",
        "2026Q3",
        "2026 q3",
        "Q3/2026",
        "Q3 2026",
        "Q3/26",
        "3. Quartal 2026",
        "3.Quartal 2026",
        "3Q26",
        "3. Q 2026",
        "Quartal 3/2026",
        "III/2026",
        "III. Quartal 2026",
        "2026/III",
        "Juli–September 2026",
        "Juli bis September 2026",
        "Jul-Sep 2026",
    ],
)
def test_every_form_of_a_quarter_is_read(text: str) -> None:
    assert quarter(text) == ("2026-Q3", (), False)


@pytest.mark.parametrize("text", ["Q3", "3. Quartal", "III. Quartal"])
def test_a_quarter_without_year_takes_that_of_the_stichtag_and_says_so(text: str) -> None:
    reading = quarter(text, year=2026)

    assert reading.value == "2026-Q3"
    assert rules_of(reading) == ["C13"]
    assert rules_of(quarter(text)) == ["C03"]


@pytest.mark.parametrize(
    "value",
    [
        "3/2026",
        "2026/3",
        "9/26",
        "2. Halbjahr 2026",
        "Spielzeit 26/27",
        "WS 26/27",
        "GJ 25/26 Q1",
        "Juli–August 2026",
        "Q5/2026",
        "2026",
        date(2026, 3, 1),
        3.0,
    ],
)
def test_what_is_not_surely_a_calendar_quarter_is_refused(value: Any) -> None:
    assert rules_of(quarter(value)) == ["C03"]


@given(
    QUARTERS,
    st.sampled_from(
        [
            str,
            lambda q: q.in_tables,
            lambda q: q.in_text,
            lambda q: f"{q.year}Q{q.number}",
            lambda q: f"{q.number}Q{q.year % 100:02}",
            lambda q: f"{ROMAN[q.number - 1]}/{q.year}",
            lambda q: f"{ROMAN[q.number - 1]}. Quartal {q.year}",
        ]
    ),
)
def test_every_way_to_write_a_quarter_is_read_back(written: Quarter, form: Any) -> None:
    assert quarter(form(written)).value == str(written)
