from schemas.findings import Severity
from tests.builders import a_history, a_submission, a_version, an_indicator_value
from tests.transforms.rules.judging import found, the_cell


def test_the_same_model_holds() -> None:
    assert found("Q13", a_submission(), a_history()) == []


def test_another_model_breaks_the_series() -> None:
    submission = a_submission(indicator_values=[an_indicator_value(model_version="DigitalRadar 2026")])

    [finding] = found("Q13", submission, a_history())

    assert finding.severity is Severity.INFO
    assert finding.place == the_cell("kpi_value", "model_version")
    assert finding.message == (
        "Kennzahl KLI-01: Modell gewechselt (DigitalRadar 2024 → DigitalRadar 2026);"
        " kein Vergleich mit früheren Werten."
    )


def test_a_model_named_for_the_first_time_is_no_change() -> None:
    before = a_version(indicator_values=[an_indicator_value(model_version=None)])

    assert found("Q13", a_submission(), a_history(before)) == []
