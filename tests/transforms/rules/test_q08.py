from decimal import Decimal
from typing import Any

from schemas.submission import History, Version
from schemas.thresholds import Thresholds
from tests.builders import a_cover, a_history, a_submission, a_version, an_indicator_value
from tests.transforms.rules.judging import found, the_cell

NOW = a_submission(indicator_values=[an_indicator_value(value=Decimal(60))])


def a_past(quarter: str, value: int | None, **overrides: Any) -> Version:
    measured = None if value is None else Decimal(value)
    return a_version(quarter, indicator_values=[an_indicator_value(value=measured, **overrides)])


def known(*versions: Version) -> History:
    return a_history(*versions)


def test_a_change_of_half_holds() -> None:
    assert found("Q08", NOW, known(a_past("2026-Q2", 40))) == []


def test_a_larger_change_is_told_against_the_quarter_before() -> None:
    [finding] = found("Q08", NOW, known(a_past("2026-Q2", 32)))

    assert finding.place == the_cell("kpi_value", "value")
    assert finding.message == "Kennzahl KLI-01: Änderung um 87,5 % gegenüber Q2/2026."


def test_the_same_quarter_of_the_year_before_goes_first() -> None:
    [finding] = found("Q08", NOW, known(a_past("2026-Q2", 60), a_past("2025-Q3", 200)))

    assert finding.message == "Kennzahl KLI-01: Änderung um -70,0 % gegenüber Q3/2025."


def test_a_year_before_without_a_value_does_not_count() -> None:
    [finding] = found("Q08", NOW, known(a_past("2026-Q2", 32), a_past("2025-Q3", None)))

    assert finding.details["vergleich"] == "Q2/2026"


def test_another_model_is_another_series() -> None:
    assert found("Q08", NOW, known(a_past("2026-Q2", 1, model_version="DigitalRadar 2026"))) == []


def test_nothing_is_measured_against_zero() -> None:
    assert found("Q08", NOW, known(a_past("2026-Q2", 0))) == []


def test_a_running_sum_is_compared_with_the_year_before_only() -> None:
    def connections(value: int) -> list[Any]:
        return [
            an_indicator_value(kpi_code="SWG-01", value=Decimal(10)),
            an_indicator_value(kpi_code="SWG-02", value=Decimal(value)),
        ]

    cover = a_cover(org_code="SWG")
    submission = a_submission([], indicator_values=connections(900), cover=cover)
    before = a_version("2026-Q2", projects=[], indicator_values=connections(300))
    last_year = a_version("2025-Q3", projects=[], indicator_values=connections(500))

    assert found("Q08", submission, known(before)) == []
    assert [f.details["vergleich"] for f in found("Q08", submission, known(before, last_year))] == ["Q3/2025"]


def test_what_is_worth_a_remark_is_configured() -> None:
    assert len(found("Q08", NOW, known(a_past("2026-Q2", 40)), thresholds=Thresholds(kpi_change_pct=Decimal(49)))) == 1
