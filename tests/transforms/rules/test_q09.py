from decimal import Decimal

from schemas.submission import Row, Submission, Version
from tests.builders import a_cover, a_history, a_submission, a_version, an_indicator_value
from tests.transforms.rules.judging import found, judged, the_cell


def connections(value: int | None) -> list[Row]:
    measured = None if value is None else Decimal(value)
    return [
        an_indicator_value(kpi_code="SWG-01", value=Decimal(10)),
        an_indicator_value(kpi_code="SWG-02", value=measured),
    ]


def a_return(value: int, quarter: str = "2026-Q3") -> Submission:
    cover = a_cover(org_code="SWG", report_quarter=quarter)
    return a_submission([], indicator_values=connections(value), cover=cover)


def a_past(quarter: str, value: int | None) -> Version:
    return a_version(quarter, projects=[], indicator_values=connections(value))


def test_a_running_sum_that_stands_still_holds() -> None:
    assert found("Q09", a_return(9_000), a_history(a_past("2026-Q2", 9_000))) == []


def test_a_running_sum_that_fell_within_the_year_is_an_error() -> None:
    history = a_history(a_past("2026-Q2", 9_000))

    [finding] = found("Q09", a_return(8_999), history)

    assert finding.place == the_cell("kpi_value", "value", 6)
    assert finding.message == "Kennzahl SWG-02: kumulierter Jahreswert ist gesunken."
    assert finding.expected == "mindestens 9.000"
    assert judged(a_return(8_999), history).tables["kpi_value"][1].values["value"] is None


def test_a_new_year_begins_anew() -> None:
    assert found("Q09", a_return(100, "2026-Q1"), a_history(a_past("2025-Q4", 9_000))) == []


def test_the_last_known_value_of_the_year_counts() -> None:
    history = a_history(a_past("2026-Q2", None), a_past("2026-Q1", 9_000))

    assert len(found("Q09", a_return(8_000), history)) == 1


def test_an_indicator_that_is_no_running_sum_may_fall() -> None:
    lower = a_submission(indicator_values=[an_indicator_value(value=Decimal(40))])

    assert found("Q09", lower, a_history()) == []
