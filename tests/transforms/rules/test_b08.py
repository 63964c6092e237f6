from datetime import date
from decimal import Decimal

from schemas.findings import Verdict
from tests.builders import a_decision_request, a_submission
from tests.transforms.rules.judging import found, judged, the_cell


def test_funding_with_an_amount_needed_after_the_stichtag_holds() -> None:
    request = a_decision_request(decision_type="funding", amount=Decimal("67000.00"), needed_by=date(2026, 10, 1))

    assert found("B08", a_submission(decision_requests=[request])) == []


def test_funding_without_an_amount_is_told_at_the_empty_cell() -> None:
    submission = a_submission(decision_requests=[a_decision_request(decision_type="funding")])

    [finding] = found("B08", submission)

    assert finding.place == the_cell("decision_request", "amount")
    assert finding.message == (
        "Beschluss KLI-B01: Mittelfreigabe ohne Betrag oder „Benötigt bis“ in der Vergangenheit."
    )
    assert found("C01", submission) == []


def test_needed_on_the_stichtag_is_too_late() -> None:
    submission = a_submission(decision_requests=[a_decision_request(needed_by=date(2026, 9, 30))])

    [finding] = found("B08", submission)

    assert finding.place == the_cell("decision_request", "needed_by")
    assert finding.expected == "nach dem 30.09.2026"
    assert judged(submission).verdict is Verdict.ACCEPTED_WITH_FINDINGS


def test_other_kinds_of_decision_need_no_amount() -> None:
    assert found("B08", a_submission(decision_requests=[a_decision_request()])) == []
