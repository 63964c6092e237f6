from datetime import date

from tests.builders import a_milestone, a_project, a_submission
from tests.transforms.rules.judging import found, the_cell

PROJECT = a_project(end_forecast=date(2027, 6, 30))


def test_a_last_milestone_on_the_last_day_holds() -> None:
    assert found("B07", a_submission([PROJECT], milestones=[a_milestone(date_forecast=date(2027, 6, 30))])) == []


def test_the_last_milestone_after_the_end_is_told_at_its_date() -> None:
    milestones = [
        a_milestone(milestone_no=1, date_forecast=date(2027, 9, 30)),
        a_milestone(milestone_no=2, date_forecast=date(2027, 7, 31)),
    ]

    [finding] = found("B07", a_submission([PROJECT], milestones=milestones))

    assert finding.place == the_cell("milestone", "date_forecast", 5)
    assert finding.message == "KLI-001: letzter Meilenstein liegt nach Ende Prognose."
    assert (finding.value, finding.expected) == ("30.09.2027", "bis 30.06.2027")


def test_a_dropped_milestone_does_not_count() -> None:
    dropped = a_milestone(date_forecast=date(2027, 9, 30), milestone_status="dropped")

    assert found("B07", a_submission([PROJECT], milestones=[dropped])) == []


def test_a_reached_milestone_counts_with_its_actual_day() -> None:
    reached = a_milestone(date_forecast=date(2027, 9, 30), date_actual=date(2026, 9, 1), milestone_status="reached")

    assert found("B07", a_submission([PROJECT], milestones=[reached])) == []


def test_an_end_that_is_already_in_doubt_is_not_compared() -> None:
    project = a_project(start_date=date(2027, 1, 1), end_forecast=date(2026, 12, 1))

    assert found("B07", a_submission([project])) == []
