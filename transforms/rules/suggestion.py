"""The computed Ampelvorschlag (domain.md §6.3): what the figures alone would say, beside what the organisation says."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from msgspec import Struct

from schemas.submission import Value
from schemas.thresholds import Thresholds

_STEPS = ("green", "yellow", "red")
_PHASES_AT_REST = frozenset({"completed", "cancelled"})


class Suggestion(Struct, frozen=True):
    """Suggested lights as stored codes; None where the figures are not there."""

    schedule: str | None
    cost: str | None
    overall: str | None


def suggested_lights(values: Mapping[str, Value], as_of: date, thresholds: Thresholds) -> Suggestion:
    """Suggest the lights of a project from its dates and amounts (EUR) as of the Stichtag.

    The suggestion for all is one step better than the worst of schedule, costs and the reported scope: one trouble
    does not make a project red, but it is not green either.
    """
    schedule = suggested_schedule(values, as_of, thresholds)
    cost = suggested_cost(values, thresholds)
    scope = values["status_scope"]
    known = [_STEPS.index(light) for light in (schedule, cost, scope) if isinstance(light, str) and light in _STEPS]
    overall = _STEPS[max(0, max(known) - 1)] if known else None
    return Suggestion(schedule, cost, overall)


def delay_days(values: Mapping[str, Value]) -> int | None:
    """Count the calendar days by which the forecast end lies after the planned end; negative when before."""
    forecast, baseline = values["end_forecast"], values["end_baseline"]
    if not isinstance(forecast, date) or not isinstance(baseline, date):
        return None
    return (forecast - baseline).days


def overrun_pct(value: Decimal, budget: Decimal) -> Decimal | None:
    """Give the overrun in percentage points of the budget; None without a budget to measure by."""
    return (value - budget) / budget * 100 if budget else None


def suggested_schedule(values: Mapping[str, Value], as_of: date, thresholds: Thresholds) -> str | None:
    """Suggest the light of the schedule alone."""
    days = delay_days(values)
    if days is None:
        return None
    if _overruns_funding(values, as_of) or days > thresholds.schedule_yellow_days:
        return "red"
    return "yellow" if days > thresholds.schedule_green_days else "green"


def _overruns_funding(values: Mapping[str, Value], as_of: date) -> bool:
    """Whether the project goes on after its funding: by its own forecast, or because it is still running."""
    forecast, funding_end = values["end_forecast"], values["funding_end"]
    if not isinstance(forecast, date) or not isinstance(funding_end, date):
        return False
    is_running = values["phase"] not in _PHASES_AT_REST
    return forecast > funding_end or (is_running and as_of > funding_end)


def suggested_cost(values: Mapping[str, Value], thresholds: Thresholds) -> str | None:
    """Suggest the light of the costs alone."""
    forecast, budget = values["forecast_total"], values["budget_total"]
    if not isinstance(forecast, Decimal) or not isinstance(budget, Decimal):
        return None
    if forecast - budget < thresholds.cost_tolerance_eur:
        return "green"
    pct = overrun_pct(forecast, budget)
    if pct is None or pct > thresholds.cost_yellow_pct:
        return "red"
    return "yellow" if pct > thresholds.cost_green_pct else "green"
