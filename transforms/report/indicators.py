"""The indicators of the organisations with their course, compared with the same quarter of the year before."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import polars as pl

from schemas.facts import Figure, IndicatorFact, Source, Trend
from schemas.quarter import Quarter
from transforms.report import figures
from transforms.report.state import COURSE_QUARTERS, Record, State, States, records
from transforms.report.writing import for_display


def build_indicators(
    states: States, kpis: pl.DataFrame, org_codes: tuple[str, ...], course: Sequence[Quarter]
) -> tuple[IndicatorFact, ...]:
    """Tell every indicator that an organisation reported for the quarter, its own before those common to all."""
    known = {record.text("kpi_code"): record for record in records("kpi", kpis)}
    order = {code: position for position, code in enumerate(org_codes)}
    reported = sorted(
        states.current.rows["kpi_value"],
        key=lambda r: (order.get(r.org_code, len(order)), not r.key.startswith(r.org_code), r.key),
    )
    return tuple(_indicator(record, known.get(record.key), states, course) for record in reported)


def course_quarters(states: States) -> tuple[Quarter, ...]:
    """Give the quarters that the courses show: up to eight, from the first with any return."""
    all_states = states.course[:COURSE_QUARTERS]
    with_returns = [i for i, state in enumerate(all_states) if state.submissions]
    first = max(with_returns, default=0)
    return tuple(state.quarter for state in reversed(all_states[: max(first, 1) + 1]))


def _indicator(record: Record, kpi: Record | None, states: States, quarters: Sequence[Quarter]) -> IndicatorFact:
    name = f"kpi.{record.org_code}.{for_display(record.key)}."
    unit = (kpi and kpi.text("unit")) or record.shown("unit") or ""
    by_quarter = {state.quarter: _value_in(state, record) for state in states.course}
    course = _course(name, by_quarter, quarters, unit)
    broken_at = _broken_at(by_quarter, quarters)
    quarter = states.current.quarter
    comparable = [q for q in quarters if broken_at is None or q >= broken_at]
    previous = _at(name + "previous", by_quarter, quarter.previous, unit)
    year_before = _at(name + "year_before", by_quarter, quarter.year_before, unit)
    direction = (kpi and kpi.text("direction")) or "steady"
    value = figures.field_number(name + "value", record, "value", unit)
    is_flow = bool(kpi and kpi.values.get("is_flow"))
    candidates = ((quarter.year_before, year_before), (quarter.previous, previous))
    against = next(((q, f) for q, f in candidates if f.value is not None and q in comparable), None)
    return IndicatorFact(
        org_code=record.org_code,
        kpi_code=for_display(record.key),
        name=(kpi and kpi.text("name")) or record.shown("kpi_name") or for_display(record.key),
        unit=unit,
        direction=direction,
        is_flow=is_flow,
        measurement=record.text("measurement"),
        model_version=record.shown("model_version"),
        note=record.shown("note"),
        value=value,
        previous=previous,
        year_before=year_before,
        target=figures.field_number(name + "target", record, "target_year", unit),
        year_to_date=_year_to_date(name + "year_to_date", by_quarter, quarter, unit)
        if is_flow
        else figures.nothing(name + "year_to_date", unit),
        data_as_of=figures.field_day(name + "data_as_of", record, "data_as_of"),
        compared=against[1] if against else figures.nothing(name + "compared", unit),
        compared_with=against[0].in_tables if against else None,
        trend=_trend(value, against[1], direction) if against else None,
        course=course,
        broken_at=broken_at.in_tables if broken_at else None,
    )


def _value_in(state: State, record: Record) -> Record | None:
    return state.indicators.get((record.org_code, record.key))


def _course(
    name: str, by_quarter: Mapping[Quarter, Record | None], quarters: Sequence[Quarter], unit: str
) -> tuple[Figure, ...]:
    return tuple(_at(f"{name}{quarter}", by_quarter, quarter, unit) for quarter in quarters)


def _at(figure_id: str, by_quarter: Mapping[Quarter, Record | None], quarter: Quarter, unit: str) -> Figure:
    record = by_quarter.get(quarter)
    return figures.field_number(figure_id, record, "value", unit) if record else figures.nothing(figure_id, unit)


def _broken_at(by_quarter: Mapping[Quarter, Record | None], quarters: Sequence[Quarter]) -> Quarter | None:
    """Find the latest quarter in which the model was another than in the quarter known before (rule Q13)."""
    broken, before = None, None
    for quarter in quarters:
        record = by_quarter.get(quarter)
        model = record.text("model_version") if record else None
        if model is None:
            continue
        if before is not None and model != before:
            broken = quarter
        before = model
    return broken


def _year_to_date(figure_id: str, by_quarter: Mapping[Quarter, Record | None], quarter: Quarter, unit: str) -> Figure:
    """Sum up the quarters of the year; nothing when one of them is not known."""
    values: list[Decimal] = []
    sources: list[Source] = []
    for number in range(1, quarter.number + 1):
        record = by_quarter.get(Quarter(quarter.year, number))
        value = record.amount("value") if record else None
        if record is None or value is None:
            return figures.nothing(figure_id, unit)
        values.append(value)
        sources.append(record.source("value"))
    return figures.number(figure_id, sum(values, Decimal(0)), unit, sources)


def _trend(value: Figure, against: Figure, direction: str) -> Trend | None:
    if not isinstance(value.value, Decimal) or not isinstance(against.value, Decimal) or direction == "steady":
        return None
    if value.value == against.value:
        return Trend.SAME
    return Trend.BETTER if (value.value > against.value) == (direction == "up") else Trend.WORSE
