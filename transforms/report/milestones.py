"""Milestones from plan to forecast, and the days that matter next."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

from schemas.facts import Deadline, Figure, MilestoneFact, ProjectFact, RequestFact
from schemas.quarter import Quarter
from transforms.report import figures
from transforms.report.state import Record, States, day_of
from transforms.report.writing import for_display

HORIZON_DAYS = 90
"""How far ahead the report names deadlines (domain.md §2.1)."""

SLIP_QUARTERS = 4
"""So many quarters of a milestone that has moved are told."""


def build_milestones(states: States, as_of: date) -> tuple[MilestoneFact, ...]:
    """Tell the milestones of the quarter; overdue is what is open although its planned day has passed."""
    ordered = sorted(
        states.current.rows["milestone"], key=lambda r: (r.text("project_id") or "", r.count("milestone_no") or 0)
    )
    return tuple(_milestone(record, states, as_of) for record in ordered)


def build_deadlines(
    milestones: Sequence[MilestoneFact],
    projects: Sequence[ProjectFact],
    requests: Sequence[RequestFact],
    meeting_on: date | None,
    today: date,
) -> tuple[Deadline, ...]:
    """Name what falls due from today within `HORIZON_DAYS`, the earliest first."""
    found = [
        Deadline("milestone", milestone.forecast, milestone.org_code, milestone.project_id, milestone.title)
        for milestone in milestones
        if milestone.status == "open"
    ]
    found += [
        Deadline("request", request.needed_by, request.org_code, request.project_id, request.subject)
        for request in requests
    ]
    found += [
        Deadline("funding", project.numbers.funding_end, project.org_code, project.project_id, project.title)
        for project in projects
        if not project.is_closed
    ]
    if meeting_on is not None:
        found.append(Deadline("meeting", figures.day("deadline.meeting", meeting_on), None, None, ""))
    last = today + timedelta(days=HORIZON_DAYS)
    order = ("meeting", "request", "funding", "milestone")
    dated = [(day_of(deadline.due), deadline) for deadline in found]
    due = [(day, deadline) for day, deadline in dated if day is not None and today <= day <= last]
    due.sort(key=lambda entry: (entry[0], order.index(entry[1].kind), entry[1].project_id or "", entry[1].subject))
    return tuple(deadline for _, deadline in due)


def is_reached_in(milestone: MilestoneFact, quarter: Quarter) -> bool:
    """Whether a milestone was reached on a day of that quarter."""
    day = milestone.actual.value
    return milestone.status == "reached" and isinstance(day, date) and quarter.first_day <= day <= quarter.last_day


def _milestone(record: Record, states: States, as_of: date) -> MilestoneFact:
    name = f"milestone.{for_display(record.key)}."
    baseline = figures.field_day(name + "baseline", record, "date_baseline", is_required=True)
    forecast = figures.field_day(name + "forecast", record, "date_forecast", is_required=True)
    actual = figures.field_day(name + "actual", record, "date_actual")
    before = states.previous.milestones.get(record.key)
    status = record.text("milestone_status")
    times_moved = _times_moved(name + "times_moved", record, states)
    return MilestoneFact(
        milestone_id=for_display(record.key),
        project_id=record.text("project_id") or "",
        org_code=record.org_code,
        title=record.shown("title") or for_display(record.key),
        status=status,
        baseline=baseline,
        forecast=forecast,
        actual=actual,
        delay=figures.days_between(name + "delay", actual if actual.value else forecast, baseline),
        moved_now=figures.days_between(name + "moved_now", forecast, figures.field_day("", before, "date_forecast"))
        if before
        else figures.nothing(name + "moved_now", "days"),
        times_moved=times_moved,
        overdue=_overdue(name + "overdue", baseline, as_of)
        if status == "open"
        else figures.nothing(name + "overdue", "days"),
        course=_course(name, record, states) if status == "open" and _is_more_than_once(times_moved) else (),
    )


def _is_more_than_once(times: Figure) -> bool:
    return isinstance(times.value, int) and times.value > 1


def _course(name: str, record: Record, states: States) -> tuple[Figure, ...]:
    known = [(state.quarter, state.milestones.get(record.key)) for state in reversed(states.course[:SLIP_QUARTERS])]
    return tuple(
        figures.field_day(f"{name}{quarter}", told, "date_forecast")
        if told
        else figures.nothing(f"{name}{quarter}", "date")
        for quarter, told in known
    )


def _times_moved(figure_id: str, record: Record, states: States) -> Figure:
    """Count the quarters in which the expected day was later than in the quarter known before."""
    known = [record, *(state.milestones[record.key] for state in states.before if record.key in state.milestones)]
    days = [day for day in (r.day("date_forecast") for r in known) if day is not None]
    moved = sum(later > earlier for later, earlier in pairwise(days))
    return figures.count(figure_id, moved, [r.source("date_forecast") for r in known])


def _overdue(figure_id: str, baseline: Figure, as_of: date) -> Figure:
    planned = day_of(baseline)
    if planned is None or planned >= as_of:
        return figures.nothing(figure_id, "days")
    return figures.count(figure_id, (as_of - planned).days, baseline.sources, "days")
