from datetime import date

from schemas.findings import Verdict
from tests.builders import a_cover, a_submission
from tests.transforms.rules.judging import found, judged, the_cell


def test_a_release_on_the_stichtag_holds() -> None:
    assert found("X17", a_submission(cover=a_cover(approved_on=date(2026, 9, 30)))) == []


def test_a_release_before_the_stichtag_is_a_warning() -> None:
    submission = a_submission(cover=a_cover(approved_on=date(2026, 9, 29)))

    [finding] = found("X17", submission)

    assert finding.place == the_cell("submission", "approved_on")
    assert finding.message == "Freigabe am 29.09.2026 liegt vor dem Stichtag."
    assert judged(submission).verdict is Verdict.ACCEPTED


def test_a_stichtag_of_another_quarter_is_put_right_first() -> None:
    assert found("X17", a_submission(cover=a_cover(as_of_date=date(2026, 12, 31)))) == []
