from datetime import date

import pytest

from schemas.findings import Severity, Verdict
from schemas.quarter import Quarter
from schemas.standards import Standards
from tests.builders import QUARTER, a_cover, a_submission
from tests.transforms.rules.judging import found, judged

EDITORIAL_CLOSE = date(2026, 10, 21)
THE_DAY_AFTER = date(2026, 10, 22)


def test_the_day_of_the_editorial_close_is_in_time() -> None:
    assert found("Q12", a_submission(), today=EDITORIAL_CLOSE) == []


def test_what_comes_later_counts_for_the_next_report() -> None:
    [finding] = found("Q12", a_submission(), today=THE_DAY_AFTER)

    assert (finding.severity, finding.place) == (Severity.ERROR, None)
    assert finding.message == (
        "Q3/2026 ist abgeschlossen; die Datei gilt als Nachmeldung und erscheint im nächsten Bericht."
    )


def test_a_late_return_is_taken_over_whole_but_not_without_findings() -> None:
    submission = a_submission()

    checked = judged(submission, today=THE_DAY_AFTER)

    assert checked.verdict is Verdict.ACCEPTED_WITH_FINDINGS
    assert (checked.cover, checked.tables, checked.version) == (submission.cover, submission.tables, 1)


@pytest.mark.parametrize(
    ("released_on", "is_late"), [(date(2026, 10, 8), True), (date(2026, 10, 9), False), (date(2026, 10, 10), False)]
)
def test_a_report_that_was_released_before_closes_its_quarter(released_on: date, is_late: bool) -> None:  # noqa: FBT001 - a case
    standards = Standards(released={QUARTER: released_on})

    assert bool(found("Q12", a_submission(), today=date(2026, 10, 9), standards=standards)) == is_late


def test_the_release_of_another_quarter_closes_nothing() -> None:
    standards = Standards(released={Quarter(2026, 2): date(2026, 7, 30)})

    assert found("Q12", a_submission(), today=date(2026, 10, 9), standards=standards) == []


def test_a_return_whose_quarter_cannot_be_told_is_not_late() -> None:
    assert found("Q12", a_submission(cover=a_cover(report_quarter=None)), today=date(2030, 1, 1)) == []
