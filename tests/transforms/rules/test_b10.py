from schemas.findings import Verdict
from tests.builders import a_cover, a_submission, an_indicator_value
from tests.transforms.rules.judging import found, judged


def test_a_required_indicator_may_be_there_as_not_collected() -> None:
    row = an_indicator_value(measurement="not_collected", value=None, note="Erhebung zum Jahresende")

    assert found("B10", a_submission(indicator_values=[row])) == []


def test_a_missing_required_indicator_is_a_warning_about_the_sheet() -> None:
    submission = a_submission(indicator_values=[])

    [finding] = found("B10", submission)

    assert str(finding.place) == "Kennzahlen"
    assert finding.message == "Pflichtkennzahl KLI-01 fehlt."
    assert finding.expected == "DigitalRadar-Score"
    assert judged(submission).verdict is Verdict.ACCEPTED


def test_an_unreadable_code_may_be_the_one() -> None:
    assert found("B10", a_submission(indicator_values=[an_indicator_value(failed=["kpi_code"])])) == []


def test_a_nil_return_reports_none() -> None:
    cover = a_cover(submission_status="nil_return")

    assert found("B10", a_submission([], indicator_values=[], cover=cover)) == []
