from calendar import monthrange
from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.tabular import alternatives
from tests.transforms.parsing.workbooks import read, rules_of
from transforms.wording import german_date

MONTHS = alternatives("Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember")
SHORT = alternatives("Jan|Feb|Mrz|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez")
WEEKDAYS = alternatives("Montag|Di|Mi.|Donnerstag|Fr|Samstag|So")
DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2049, 12, 31))


def end(value: Any, **context: Any) -> Any:
    return read("project", "end_forecast", value, context)


@pytest.mark.parametrize(
    "value",
    [
        "30.09.2026",
        "30.9.26",
        "30. 9. 2026",
        "30. September 2026",
        "30.Sep.26",
        "30. Sept. 2026",
        "30-Sep-2026",
        "Mi, 30.09.2026",
        "Mittwoch, 30. September 2026",
        "30.09.2026 00:00:00",
        "30.09.2026, 14:30 Uhr",
        "2026-09-30",
        "2026-09-30T00:00:00",
        "2026/09/30",
        "30/09/2026",
        "\u00a030.09.2026\u200b",
        date(2026, 9, 30),
        datetime(2026, 9, 30, 12, 15),  # noqa: DTZ001  # a spreadsheet knows no time zone
    ],
)
def test_a_day_is_read_without_a_word(value: Any) -> None:
    assert end(value) == (date(2026, 9, 30), (), False)


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("09/30/2026", date(2026, 9, 30)),
        ("20260930", date(2026, 9, 30)),
        (20260930, date(2026, 9, 30)),
        (46295, date(2026, 9, 30)),
        ("Sept. 26", date(2026, 9, 30)),
        ("September 2026", date(2026, 9, 30)),
        ("09/2026", date(2026, 9, 30)),
        ("2026-09", date(2026, 9, 30)),
        ("Feb. 2028", date(2028, 2, 29)),
        ("Dezember 2026", date(2026, 12, 31)),
        ("KW 40/2026", date(2026, 10, 4)),
        ("40. KW 2026", date(2026, 10, 4)),
        ("Q3 2026", date(2026, 9, 30)),
        ("Ende Q3 2026", date(2026, 9, 30)),
        ("III. Quartal 2026", date(2026, 9, 30)),
        ("Ende 2026", date(2026, 12, 31)),
        ("Ende September 2026", date(2026, 9, 30)),
    ],
)
def test_a_sure_but_not_obvious_day_is_taken_and_told(value: Any, day: date) -> None:
    reading = end(value)

    assert reading.value == day
    assert [(remark.rule, remark.details["neu"]) for remark in reading.remarks] == [("C13", german_date(day))]


def test_a_month_begins_on_its_first_day_and_ends_on_its_last() -> None:
    assert read("project", "start_date", "09/2026").value == date(2026, 9, 1)
    assert read("project", "start_date", "Q3 2026").value == date(2026, 7, 1)
    assert read("project", "end_baseline", "09/2026").value == date(2026, 9, 30)


def test_a_day_count_of_a_1904_workbook_is_shifted() -> None:
    assert end(46295 - 1462, is_date_1904=True).value == date(2026, 9, 30)


@pytest.mark.parametrize(
    "text", ["03/04/2026", "03-04-26", "Herbst 2026", "Mitte 2026", "2. Halbjahr 2026", "9/26", "Ende Q3", "2026"]
)
def test_two_readings_are_never_decided(text: str) -> None:
    assert rules_of(end(text)) == ["C03"]


def test_the_same_day_in_either_order_is_sure() -> None:
    assert end("04/04/2026") == (date(2026, 4, 4), (), False)


@pytest.mark.parametrize(
    "value",
    [
        "31.09.2026",
        "30.02.2026",
        "13/2026",
        "KW 54/2026",
        "morgen",
        "1.10.",
        "30.09.2062x",
        12.5,
        2026,
        True,
        "12.03.1066",
    ],
)
def test_what_is_no_day_is_refused(value: Any) -> None:
    assert rules_of(end(value)) == ["C02"]


def test_a_time_of_day_is_no_date() -> None:
    assert rules_of(end(time(12, 30))) == ["C02"]


@pytest.mark.parametrize("value", ["01.01.1900", "00.01.1900", "31.12.9999", date(1900, 1, 1), date(9999, 12, 31), 0])
def test_placeholders_are_no_value_and_told(value: Any) -> None:
    reading = end(value)

    assert reading.value is None
    assert not reading.is_failed
    assert rules_of(reading) == ["C13"]


@pytest.mark.parametrize("text", ["offen", "tbd", "n.n.", "unbekannt", "laufend", "fortlaufend", "k. A.", "-"])
def test_not_yet_known_is_no_value(text: str) -> None:
    assert end(text) == (None, (), False)


@given(
    DAYS,
    st.sampled_from(
        [
            german_date,
            lambda day: f"{day.day}.{day.month}.{day.year}",
            lambda day: f"{day.day}.{day.month}.{day.year % 100:02}",
            lambda day: f"{day.day}. {MONTHS[day.month - 1]} {day.year}",
            lambda day: f"{day.day:02}.{SHORT[day.month - 1]}.{day.year % 100:02}",
            lambda day: f"{day.day}. {MONTHS[day.month - 1].upper()} {day.year}",
            lambda day: day.isoformat(),
            lambda day: f"{day.isoformat()}T00:00:00",
            lambda day: f"{day.day}. {day.month}. {day.year}",
            lambda day: f"{WEEKDAYS[day.weekday()]}, {german_date(day)}",
            lambda day: f"{german_date(day)}, 14:30 Uhr",
        ]
    ),
)
def test_every_german_way_to_write_a_day_is_read_back(day: date, form: Any) -> None:
    assert end(form(day)) == (day, (), False)


@given(DAYS)
def test_every_day_that_lost_its_format_is_found_again(day: date) -> None:
    assert end((day - date(1899, 12, 30)).days).value == day


@given(
    DAYS,
    st.sampled_from(
        [
            lambda day: f"{MONTHS[day.month - 1]} {day.year}",
            lambda day: f"{SHORT[day.month - 1]} {day.year % 100:02}",
            lambda day: f"{day.month:02}/{day.year}",
            lambda day: f"{day.month}.{day.year}",
            lambda day: f"{day.month:02}-{day.year}",
            lambda day: f"Ende {MONTHS[day.month - 1]} {day.year}",
        ]
    ),
)
def test_every_way_to_write_a_month_is_its_first_or_last_day(day: date, form: Any) -> None:
    last = date(day.year, day.month, monthrange(day.year, day.month)[1])

    assert end(form(day)).value == last
    assert read("project", "start_date", form(day)).value == day.replace(day=1)
    assert rules_of(end(form(day))) == ["C13"]


@given(DAYS)
def test_a_week_is_its_monday_or_its_sunday(day: date) -> None:
    year, week, _ = day.isocalendar()
    text = f"KW {week}/{year}"

    assert end(text).value == date.fromisocalendar(year, week, 7)
    assert read("project", "start_date", text).value == date.fromisocalendar(year, week, 1)


@pytest.mark.parametrize("text", ["ca. 30.09.2026", "voraussichtlich 30.09.2026", "bis 30.09.2026", "~30.9.26"])
def test_a_day_with_a_word_before_it_is_taken_and_told(text: str) -> None:
    reading = end(text)

    assert (reading.value, rules_of(reading)) == (date(2026, 9, 30), ["C13"])


def test_until_is_no_beginning() -> None:
    assert rules_of(read("project", "start_date", "bis 30.09.2026")) == ["C02"]
