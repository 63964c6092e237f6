from datetime import date

from tests.builders import a_project, a_submission
from tests.transforms.rules.judging import found, judged, the_cell


def test_a_forecast_on_or_after_the_start_holds() -> None:
    same_day = a_project(start_date=date(2026, 3, 1), end_forecast=date(2026, 3, 1))

    assert found("X01", a_submission([same_day])) == []


def test_a_forecast_before_the_start_names_the_cell_to_correct() -> None:
    project = a_project(start_date=date(2026, 3, 1), end_forecast=date(2026, 2, 1))

    [finding] = found("X01", a_submission([project]))

    assert finding.place == the_cell("project", "end_forecast")
    assert str(finding.place) == "Projekte!J5"
    assert finding.message == "KLI-001: Ende Prognose liegt vor Beginn."
    assert (finding.value, finding.expected) == ("01.02.2026", "ab 01.03.2026")


def test_only_the_forecast_becomes_null_and_the_row_is_kept() -> None:
    project = a_project(start_date=date(2026, 3, 1), end_forecast=date(2026, 2, 1))

    [row] = judged(a_submission([project])).tables["project"]

    assert row.values == {**project.values, "end_forecast": None}
    assert row.failed == {"end_forecast"}


def test_a_start_that_could_not_be_read_is_not_compared() -> None:
    project = a_project(failed=["start_date"], end_forecast=date(2026, 2, 1))

    assert found("X01", a_submission([project])) == []
