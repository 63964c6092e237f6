"""The projects as the report tells them: reported lights, the computed suggestion, and the change since last time."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple, cast

from schemas.facts import Figure, Light, LightAt, Lights, ProjectFact, ProjectNumbers, SuggestedLights, Trend
from schemas.submission import Value
from schemas.thresholds import Thresholds
from transforms.report import figures
from transforms.report.state import COURSE_QUARTERS, Record, State, States
from transforms.report.writing import for_display
from transforms.rules.suggestion import suggested_lights

_RANK = {Light.GREEN: 0, Light.YELLOW: 1, Light.RED: 2}


def build_projects(
    states: States, org_codes: tuple[str, ...], as_of: date, thresholds: Thresholds
) -> tuple[ProjectFact, ...]:
    """Tell every project of the quarter, and of organisations without a return the ones last known, by name only.

    Ordered by organisation and number.
    """
    facts: list[ProjectFact] = []
    for org_code in org_codes:
        if states.current.has_delivered(org_code):
            own = (record for record in states.current.rows["project"] if record.org_code == org_code)
            facts += [_reported(record, states, as_of, thresholds) for record in sorted(own, key=_number)]
        elif last := states.last_of(org_code):
            known = (r for r in last.rows["project"] if r.org_code == org_code and not r.is_closed)
            facts += [_not_reported(record, last) for record in sorted(known, key=_number)]
    return tuple(facts)


def light_of(record: Record, field: str = "status_overall") -> Light:
    """Give the reported light; one that is missing or had an error is unknown."""
    code = record.text(field)
    return Light(code) if code in ("green", "yellow", "red", "grey") else Light.UNKNOWN


def dropped_projects(states: States, org_codes: tuple[str, ...]) -> Iterator[Record]:
    """Give the projects that were running when their organisation last delivered and are gone now."""
    for org_code in org_codes:
        last = states.last_of(org_code)
        if last is None or not states.current.has_delivered(org_code):
            continue
        for record in last.rows["project"]:
            if record.org_code == org_code and not record.is_closed and record.key not in states.current.projects:
                yield record


def _number(record: Record) -> str:
    return record.key


class _Past(NamedTuple):
    """How a project stood when its organisation last delivered, and what has become of that."""

    light: Light | None
    quarter: str | None
    trend: Trend | None
    is_reason_repeated: bool = False
    course: tuple[LightAt, ...] = ()


def _reported(record: Record, states: States, as_of: date, thresholds: Thresholds) -> ProjectFact:
    lights = Lights(
        light_of(record),
        light_of(record, "status_schedule"),
        light_of(record, "status_cost"),
        light_of(record, "status_scope"),
    )
    last = states.last_of(record.org_code)
    before = last.projects.get(record.key) if last else None
    past = _Past(
        light_of(before) if before else None,
        last.quarter.in_tables if last and before else None,
        _trend(record, lights.overall, before, has_past=last is not None),
        _repeats_reason(record, states.previous.projects.get(record.key)),
        _course(record, states),
    )
    suggested = SuggestedLights() if record.is_closed else _suggestion(record, as_of, thresholds)
    return _fact(record, lights, suggested, past, _numbers(record, states))


def _course(record: Record, states: States) -> tuple[LightAt, ...]:
    """Give the light of each quarter since the project was first known, as far back as courses go."""
    found: list[LightAt] = []
    for state in reversed((states.current, *states.before)[:COURSE_QUARTERS]):
        then = state.projects.get(record.key)
        if then is not None:
            found.append(LightAt(state.quarter.in_tables, light_of(then)))
        elif found and not state.has_delivered(record.org_code):
            found.append(LightAt(state.quarter.in_tables, Light.NOT_DELIVERED))
    return tuple(found)


def _not_reported(record: Record, last: State) -> ProjectFact:
    """Tell a project of an organisation without a return: its name, and nothing of its old values."""
    name_only = Record("project", {key: record.values[key] for key in ("org_code", "project_id", "title")})
    unknown = Lights(Light.NOT_DELIVERED, Light.NOT_DELIVERED, Light.NOT_DELIVERED, Light.NOT_DELIVERED)
    nothing = ProjectNumbers(
        *(figures.nothing(f"project.{record.key}.{field}") for field in ProjectNumbers.__struct_fields__)
    )
    past = _Past(light_of(record), last.quarter.in_tables, Trend.NOT_DELIVERED)
    return _fact(name_only, unknown, SuggestedLights(), past, nothing)


def _fact(
    record: Record, lights: Lights, suggested: SuggestedLights, past: _Past, numbers: ProjectNumbers
) -> ProjectFact:
    return ProjectFact(
        project_id=for_display(record.key),
        org_code=record.org_code,
        title=record.shown("title") or for_display(record.key),
        benefit=record.shown("benefit"),
        action_field=record.text("action_field"),
        partner_orgs=record.entries("partner_orgs"),
        phase=record.text("phase"),
        is_closed=record.is_closed,
        lights=lights,
        suggested=suggested,
        before=past.light,
        before_quarter=past.quarter,
        trend=past.trend,
        course=past.course,
        cause_code=record.text("cause_code"),
        reason=record.shown("status_reason"),
        is_reason_repeated=past.is_reason_repeated,
        next_step=record.shown("next_step"),
        operation_secured=record.text("operation_secured"),
        funding_programme=record.text("funding_programme"),
        confidentiality=record.text("confidentiality"),
        numbers=numbers,
    )


def _suggestion(record: Record, as_of: date, thresholds: Thresholds) -> SuggestedLights:
    suggestion = suggested_lights(cast("Mapping[str, Value]", record.values), as_of, thresholds)
    return SuggestedLights(
        *(Light(code) if code else None for code in (suggestion.overall, suggestion.schedule, suggestion.cost))
    )


def _trend(record: Record, now: Light, before: Record | None, *, has_past: bool) -> Trend | None:
    """Name the change since the organisation's last return; None where no word of the fixed list is true."""
    if record.text("phase") == "cancelled":
        return Trend.DROPPED
    if record.is_closed:
        return Trend.COMPLETED
    if before is None:
        return Trend.NEW if has_past else None
    then = light_of(before)
    if now is then and now is not Light.UNKNOWN:
        return Trend.SAME
    if now not in _RANK or then not in _RANK:
        return None
    return Trend.WORSE if _RANK[now] > _RANK[then] else Trend.BETTER


def _repeats_reason(record: Record, before: Record | None) -> bool:
    reason = record.text("status_reason")
    return before is not None and reason is not None and reason == before.text("status_reason")


def _numbers(record: Record, states: States) -> ProjectNumbers:
    name = f"project.{for_display(record.key)}."
    before = states.previous.projects.get(record.key)

    def required_day(part: str, field: str) -> Figure:
        return figures.field_day(name + part, record, field, is_required=True)

    def required_money(part: str, field: str) -> Figure:
        return figures.field_money(name + part, record, field, is_required=True)

    budget, forecast = required_money("budget", "budget_total"), required_money("forecast", "forecast_total")
    baseline, end = required_day("end_baseline", "end_baseline"), required_day("end_forecast", "end_forecast")
    approved = figures.field_money(name + "funding_approved", record, "funding_approved")
    has_funding = bool(approved.value)
    drawn = figures.field_money(name + "funding_drawn", record, "funding_drawn", is_required=has_funding)
    deviation, base, both = figures.difference_of_sums([forecast], [budget])
    remaining, _, grant = figures.difference_of_sums([approved], [drawn]) if has_funding else (None, None, ())
    return ProjectNumbers(
        red_quarters=_red_quarters(name + "red_quarters", record, states),
        start=required_day("start", "start_date"),
        end_baseline=baseline,
        end_forecast=end,
        delay=figures.days_between(name + "delay", end, baseline),
        end_moved=_end_moved(name + "end_moved", end, before),
        progress=figures.field_number(name + "progress", record, "progress_pct", "%"),
        budget=budget,
        actual=required_money("actual", "actual_cum"),
        forecast=forecast,
        deviation=figures.money_change(name + "deviation", deviation, both),
        deviation_pct=figures.share_change(name + "deviation_pct", deviation, base, both),
        forecast_moved=_forecast_moved(name + "forecast_moved", forecast, before),
        funding_approved=approved,
        funding_drawn=drawn,
        funding_drawn_pct=figures.share(
            name + "funding_drawn_pct", drawn.value if has_funding else None, approved.value, grant
        ),
        funding_remaining=figures.money(
            name + "funding_remaining", remaining, grant or drawn.sources, int(has_funding and remaining is None)
        ),
        funding_end=figures.field_day(name + "funding_end", record, "funding_end", is_required=has_funding),
    )


def _red_quarters(figure_id: str, record: Record, states: States) -> Figure:
    """Count the quarters in red backwards without a gap; a quarter without a return ends the count."""
    sources = []
    found: Record | None = record
    remaining = iter(states.before)
    while found is not None and light_of(found) is Light.RED and not found.is_closed:
        sources.append(found.source("status_overall"))
        state = next(remaining, None)
        found = state.projects.get(record.key) if state else None
    return figures.count(figure_id, len(sources), sources, "quarters")


def _end_moved(figure_id: str, end: Figure, before: Record | None) -> Figure:
    if before is None:
        return figures.nothing(figure_id, "days")
    return figures.days_between(figure_id, end, figures.field_day("", before, "end_forecast"))


def _forecast_moved(figure_id: str, forecast: Figure, before: Record | None) -> Figure:
    if before is None:
        return figures.nothing(figure_id, "EUR")
    moved, _, sources = figures.difference_of_sums([forecast], [figures.field_money("", before, "forecast_total")])
    return figures.money_change(figure_id, moved, sources)
