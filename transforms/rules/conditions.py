"""When a field that is required „under a condition“ is required: one predicate per name in ``fields.csv``.

Where the condition itself rests on a cell that is empty or failed, nothing is required: that cell has its own finding.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import TypeAlias

from schemas.codes import indicators
from schemas.months import months_until
from schemas.submission import Row
from transforms.rules.case import CLOSED_PHASES, Case

Condition: TypeAlias = Callable[[Row, Case], bool]

LIGHTS = ("status_overall", "status_schedule", "status_cost", "status_scope")
"""The four lights of a project, in the order of the sheet."""

_FROM_IMPLEMENTATION = frozenset({"implementation", "pilot", "operation", "completed"})
_conditions: dict[str, Condition] = {}


def conditions() -> Mapping[str, Condition]:
    """All predicates by the name that ``fields.csv`` uses."""
    return MappingProxyType(_conditions)


def is_funded(row: Row) -> bool:
    """Whether funding was granted."""
    approved = row.values["funding_approved"]
    return isinstance(approved, Decimal) and approved > 0


def worst_light(row: Row) -> str | None:
    """Give red or yellow when a light shows it, red first."""
    shown = {row.values[name] for name in LIGHTS}
    return next((light for light in ("red", "yellow") if light in shown), None)


def ends_soon(funding_end: date, case: Case) -> bool:
    """Whether the funding ends within the warning time after the Stichtag (or has ended)."""
    return months_until(case.stichtag, funding_end) <= case.thresholds.funding_warning_months


def _condition(name: str) -> Callable[[Condition], Condition]:
    def register(predicate: Condition) -> Condition:
        _conditions[name] = predicate
        return predicate

    return register


@_condition("released")
def _is_released(row: Row, _case: Case) -> bool:
    return row.values["submission_status"] == "released"


@_condition("not_nil_return")
def _is_no_nil_return(row: Row, _case: Case) -> bool:
    return row.values["submission_status"] not in (None, "nil_return")


@_condition("correction")
def _is_correction(_row: Row, case: Case) -> bool:
    return case.quarter is not None and case.history.current(case.quarter) is not None


@_condition("phase_from_implementation")
def _is_implemented(row: Row, _case: Case) -> bool:
    return row.values["phase"] in _FROM_IMPLEMENTATION


@_condition("any_light_yellow_or_red")
def _has_trouble(row: Row, _case: Case) -> bool:
    return worst_light(row) is not None


@_condition("funding_approved")
def _has_funding(row: Row, _case: Case) -> bool:
    return is_funded(row)


@_condition("operation_matters")
def _needs_operation(row: Row, case: Case) -> bool:
    if row.values["phase"] in ("pilot", "implementation"):
        return True
    return case.quarter is not None and row.has("funding_end") and ends_soon(row.day("funding_end"), case)


@_condition("not_closed")
def _goes_on(row: Row, _case: Case) -> bool:
    return row.has("phase") and row.values["phase"] not in CLOSED_PHASES


@_condition("milestone_reached")
def _is_reached(row: Row, _case: Case) -> bool:
    return row.values["milestone_status"] == "reached"


@_condition("value_collected")
def _is_collected(row: Row, _case: Case) -> bool:
    return row.values["measurement"] not in (None, "not_collected")


@_condition("not_collected")
def _is_not_collected(row: Row, _case: Case) -> bool:
    return row.values["measurement"] == "not_collected"


@_condition("maturity_indicator")
def _is_maturity(row: Row, _case: Case) -> bool:
    indicator = indicators().get(row.text("kpi_code")) if row.has("kpi_code") else None
    return indicator is not None and indicator.is_maturity


@_condition("funding_decision")
def _asks_for_money(row: Row, _case: Case) -> bool:
    return row.values["decision_type"] == "funding"
