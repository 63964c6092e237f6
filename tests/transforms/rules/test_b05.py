from datetime import date

from schemas.findings import Verdict
from schemas.submission import Row
from tests.builders import RECEIVED_ON, a_milestone, a_submission
from tests.transforms.rules.judging import found, judged, the_cell


def a_reached_milestone(on: date | None) -> Row:
    return a_milestone(milestone_no=2, milestone_status="reached", date_actual=on)


def test_a_milestone_reached_until_today_holds() -> None:
    assert found("B05", a_submission(milestones=[a_milestone(), a_reached_milestone(RECEIVED_ON)])) == []


def test_a_milestone_reached_without_a_day_is_told_at_the_empty_cell() -> None:
    submission = a_submission(milestones=[a_milestone(), a_reached_milestone(None)])

    [finding] = found("B05", submission)

    assert finding.place == the_cell("milestone", "date_actual", 6)
    assert finding.message == "KLI-001/2: „erreicht“ ohne Ist-Termin oder Ist-Termin in der Zukunft."
    assert found("C01", submission) == []
    assert judged(submission).verdict is Verdict.ACCEPTED_WITH_FINDINGS


def test_a_milestone_reached_tomorrow_is_an_error() -> None:
    [finding] = found("B05", a_submission(milestones=[a_milestone(), a_reached_milestone(date(2026, 10, 10))]))

    assert (finding.value, finding.expected) == ("10.10.2026", "bis 09.10.2026")


def test_tomorrow_is_counted_from_the_day_of_receipt() -> None:
    submission = a_submission(milestones=[a_milestone(), a_reached_milestone(date(2026, 10, 10))])

    assert found("B05", submission, today=date(2026, 10, 10)) == []


def test_an_open_milestone_needs_no_day() -> None:
    assert found("B05", a_submission(milestones=[a_milestone(date_actual=None)])) == []
