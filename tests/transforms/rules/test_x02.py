from datetime import date

import pytest

from schemas.findings import Verdict
from tests.builders import a_cover, a_submission
from tests.transforms.rules.judging import found, judged, the_cell


def test_the_last_day_of_the_quarter_holds() -> None:
    assert found("X02", a_submission(cover=a_cover(as_of_date=date(2026, 9, 30)))) == []


@pytest.mark.parametrize("day", [date(2026, 6, 30), date(2025, 9, 30), date(2026, 9, 29), date(2026, 10, 1)])
def test_any_other_day_contradicts_the_quarter_and_rejects_the_return(day: date) -> None:
    submission = a_submission(cover=a_cover(as_of_date=day))

    [finding] = found("X02", submission)

    assert finding.place == the_cell("submission", "as_of_date")
    assert finding.message == f"Stichtag {day:%d.%m.%Y} gehört nicht zum Berichtsquartal Q3/2026."
    assert finding.expected == "30.09.2026"
    assert judged(submission).verdict is Verdict.REJECTED


def test_without_a_quarter_there_is_no_day_to_expect() -> None:
    submission = a_submission(cover=a_cover(failed=["report_quarter"]))

    assert found("X02", submission) == []
