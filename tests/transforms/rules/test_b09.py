from decimal import Decimal

from schemas.findings import Verdict
from tests.builders import a_submission, an_indicator_value
from tests.transforms.rules.judging import found, judged, the_cell


def test_own_and_common_indicators_hold() -> None:
    common = an_indicator_value(kpi_code="ALL-05", value=Decimal("1.5"))

    assert found("B09", a_submission(indicator_values=[an_indicator_value(), common])) == []


def test_an_indicator_of_another_organisation_rejects_the_return() -> None:
    submission = a_submission(indicator_values=[an_indicator_value(), an_indicator_value(kpi_code="BIB-02")])

    [finding] = found("B09", submission)

    assert finding.place == the_cell("kpi_value", "kpi_code", 6)
    assert finding.message == "Kennzahl BIB-02 ist nicht für Klinikum definiert."
    assert judged(submission).verdict is Verdict.REJECTED


def test_while_nobody_knows_whose_return_it_is_nothing_is_foreign() -> None:
    assert found("B09", a_submission(org_code=None)) == []
