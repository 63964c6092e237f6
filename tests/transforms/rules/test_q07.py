from datetime import date

from schemas.submission import History
from tests.builders import a_history, a_milestone, a_submission, a_version
from tests.transforms.rules.judging import found, the_cell


def a_past(*forecasts: date) -> History:
    """The forecasts of the quarters before, the latest first."""
    versions = [
        a_version(quarter, milestones=[a_milestone(date_forecast=forecast)])
        for quarter, forecast in zip(["2026-Q2", "2026-Q1", "2025-Q4"], forecasts, strict=False)
    ]
    return a_history(*versions)


def test_a_milestone_that_keeps_its_date_or_comes_earlier_holds() -> None:
    assert found("Q07", a_submission(), a_past(date(2026, 12, 15))) == []
    assert found("Q07", a_submission(), a_past(date(2026, 12, 31))) == []


def test_a_first_shift_is_counted_as_the_first() -> None:
    [finding] = found("Q07", a_submission(), a_past(date(2026, 12, 1)))

    assert finding.place == the_cell("milestone", "date_forecast")
    assert finding.message == "KLI-001/1: Termin zum 1. Mal verschoben (insgesamt 14 Tage)."


def test_all_shifts_are_counted_and_their_days_added() -> None:
    earlier = a_past(date(2026, 12, 1), date(2026, 11, 1), date(2026, 10, 1))

    [finding] = found("Q07", a_submission(), earlier)

    assert (finding.details["n"], finding.details["tage"]) == ("3", "75")


def test_a_move_forward_in_between_is_no_shift() -> None:
    earlier = a_past(date(2026, 12, 1), date(2026, 12, 31), date(2026, 12, 1))

    [finding] = found("Q07", a_submission(), earlier)

    assert (finding.details["n"], finding.details["tage"]) == ("2", "44")


def test_a_milestone_that_was_reached_is_not_shifted_any_more() -> None:
    reached = a_milestone(milestone_status="reached", date_actual=date(2026, 9, 1))

    assert found("Q07", a_submission(milestones=[reached]), a_past(date(2026, 12, 1))) == []
