"""Milestones, and the days that matter next."""

from datetime import date
from typing import Any

from schemas.facts import MilestoneFact, ReportFacts
from tests.builders import a_decision_request, a_funded_project, a_milestone, a_project
from tests.transforms.report.returns import Q3, a_return, facts_of
from transforms.report.chart_schedule import milestones_shown
from transforms.report.page_parts import Lookup
from transforms.report.page_portfolio import schedule


def the_milestone(facts: ReportFacts) -> MilestoneFact:
    [milestone] = facts.milestones
    return milestone


def with_milestone(**overrides: Any) -> ReportFacts:
    return facts_of(a_return(milestone=[a_milestone(**overrides)]))


def test_the_delay_is_counted_from_the_plan() -> None:
    facts = with_milestone(date_baseline=date(2026, 3, 31), date_forecast=date(2026, 12, 15))

    assert the_milestone(facts).delay.text == "+259"


def test_what_is_open_after_its_planned_day_is_overdue() -> None:
    assert the_milestone(with_milestone(date_baseline=date(2026, 8, 31))).overdue.value == 30
    assert the_milestone(with_milestone(date_baseline=date(2026, 9, 30))).overdue.value is None


def test_what_was_reached_late_is_not_overdue() -> None:
    reached = {"milestone_status": "reached", "date_actual": date(2026, 9, 22)}

    assert the_milestone(with_milestone(date_baseline=date(2026, 5, 31), **reached)).overdue.value is None


def test_every_later_forecast_counts_as_moved() -> None:
    days = [date(2026, 12, 15), date(2026, 10, 31), date(2026, 10, 31), date(2026, 6, 30)]
    returns = [
        a_return(quarter=Q3.shifted(-back), milestone=[a_milestone(date_forecast=day)]) for back, day in enumerate(days)
    ]
    milestone = the_milestone(facts_of(*returns))

    assert (milestone.times_moved.value, milestone.moved_now.value) == (2, 45)


def moved_to(*days: date, **overrides: Any) -> ReportFacts:
    """The report after as many quarters as days, each with the day that was then expected."""
    quarters = [Q3.shifted(-back) for back in reversed(range(len(days)))]
    return facts_of(
        *(
            a_return(quarter=quarter, milestone=[a_milestone(date_forecast=day, **overrides)])
            for quarter, day in zip(quarters, days, strict=True)
        )
    )


def test_the_course_of_what_moved_more_than_once_is_told_over_a_year() -> None:
    days = [date(2026, month, 1) for month in (6, 7, 8, 8, 12)]
    facts = moved_to(*days)

    assert [figure.value for figure in the_milestone(facts).course] == days[1:]
    assert [figure.id for figure in the_milestone(facts).course][-1] == "milestone.KLI-001/1.2026-Q3"
    assert schedule(Lookup(facts))["slip_heads"] == ["Q4/2025", "Q1/2026", "Q2/2026", "Q3/2026"]
    [line] = schedule(Lookup(facts))["slips"]
    assert line["days"][1:] == ["01.07.2026", "01.08.2026", "01.08.2026", "01.12.2026"]


def test_a_quarter_without_the_milestone_is_a_gap_in_its_course() -> None:
    days = [date(2026, month, 1) for month in (6, 7, 8)]

    assert [figure.text for figure in the_milestone(moved_to(*days)).course] == [
        "–",
        "01.06.2026",
        "01.07.2026",
        "01.08.2026",
    ]


def test_what_moved_once_or_is_reached_has_no_course() -> None:
    once = moved_to(date(2026, 6, 1), date(2026, 6, 1), date(2026, 8, 1))
    reached = moved_to(
        *(date(2026, month, 1) for month in (6, 7, 8)), milestone_status="reached", date_actual=date(2026, 8, 1)
    )

    assert the_milestone(once).course == the_milestone(reached).course == ()
    assert schedule(Lookup(once))["slips"] == []


def test_deadlines_are_those_of_the_next_ninety_days_in_order() -> None:
    facts = facts_of(
        a_return(
            projects=[a_funded_project(funding_end=date(2026, 12, 31)), a_project(project_id="KLI-002")],
            milestone=[
                a_milestone(date_forecast=date(2026, 11, 15), title="bald"),
                a_milestone(date_forecast=date(2027, 1, 8), milestone_no=2, title="zu spät"),
                a_milestone(date_forecast=date(2026, 10, 8), milestone_no=3, title="gestern"),
                a_milestone(milestone_status="dropped", date_forecast=date(2026, 11, 1), milestone_no=4),
            ],
            decision_request=[a_decision_request(needed_by=date(2026, 11, 15))],
        ),
        meeting_on=date(2026, 11, 12),
    )

    assert [(d.kind, d.due.text) for d in facts.deadlines] == [
        ("meeting", "12.11.2026"),
        ("request", "15.11.2026"),
        ("milestone", "15.11.2026"),
        ("funding", "31.12.2026"),
    ]


def test_the_dot_plot_shows_what_is_open_or_was_reached_in_the_quarter() -> None:
    def reached(number: int, day: date) -> Any:
        return a_milestone(milestone_no=number, milestone_status="reached", date_actual=day, date_forecast=day)

    facts = facts_of(a_return(milestone=[a_milestone(), reached(2, date(2026, 9, 30)), reached(3, date(2026, 6, 30))]))

    assert [m.milestone_id for m in milestones_shown(facts)] == ["KLI-001/2", "KLI-001/1"]


def test_of_many_milestones_the_latest_ones_are_shown() -> None:
    many = [
        a_milestone(project_id=f"KLI-{n:03d}", date_baseline=date(2026, 1, 1), date_forecast=date(2027, 1, 1 + n % 28))
        for n in range(1, 41)
    ]
    shown = milestones_shown(facts_of(a_return(milestone=many)))

    assert len(shown) == 26
    assert min(m.delay.value for m in shown if isinstance(m.delay.value, int)) > 365
