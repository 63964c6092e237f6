"""Bullet bars: actual and forecast against the plan, grants drawn against approved."""

from collections.abc import Sequence

from schemas.facts import DeliveryState, Money, ProjectFact, ReportFacts
from transforms.report.chart_parts import (
    ROW,
    ROWS,
    WIDEST_PCT,
    along,
    bar,
    clamped,
    labels_at,
    layer,
    names_at_left,
    percent_axis,
)
from transforms.report.drawing import Chart
from transforms.report.look import ACCENT, ACCENT_TINT, INK, LIGHTS
from transforms.report.texts import text, texts
from transforms.report.writing import NBSP, cut

_MOST_FUNDED = 24


def finance_chart(facts: ReportFacts) -> Chart:
    """Actual (bar) and forecast (tick) of each organisation in percent of its plan, all on one scale."""
    told = facts.finance.organisations
    values = [
        {
            "y": row,
            "plan": 100,
            "actual": clamped(money.actual_pct),
            "forecast": clamped(money.forecast_pct),
            "label": _finance_label(money),
            "name": _name(facts, money),
        }
        for row, money in enumerate(told)
    ]
    planned = [value for value, money in zip(values, told, strict=True) if money.budget.value]
    forecast = [value for value in planned if value["forecast"]]
    tick = {"type": "tick", "thickness": 2.6, "size": 13, "color": LIGHTS["yellow"], "opacity": 1}
    plan = {"type": "rule", "color": INK, "strokeWidth": 0.9}
    scale, axis = (0, WIDEST_PCT), percent_axis()
    layers = [
        bar(planned, "plan", WIDEST_PCT, ACCENT_TINT, 11),
        bar(planned, "actual", WIDEST_PCT, ACCENT, 5),
        layer([{"x": 100}], plan, {"x": along("x", scale, axis)}),
        layer(forecast, tick, {"y": ROWS, "x": along("forecast", scale, axis)}),
        labels_at(290, values),
        names_at_left(values, INK),
    ]
    return Chart(283, ROW * len(values), 96, 108, 2, 16, layers, _finance_alt(facts))


def funded_shown(facts: ReportFacts) -> list[ProjectFact]:
    """Choose the grants that are drawn: the first to expire."""
    by_id = {project.project_id: project for project in facts.projects}
    return [by_id[project_id] for project_id in facts.finance.funded[:_MOST_FUNDED]]


def funding_chart(projects: Sequence[ProjectFact], funded: int) -> Chart:
    """How much of each grant has been drawn, in percent, and what is left until when."""
    values = [
        {
            "y": row,
            "plan": 100,
            "drawn": min(100.0, clamped(project.numbers.funding_drawn_pct)),
            "name": f"{project.project_id}  {cut(project.title, 34)}",
            "label": text(
                "charts",
                "funding",
                remaining=project.numbers.funding_remaining.text,
                day=project.numbers.funding_end.text,
            ),
        }
        for row, project in enumerate(projects)
    ]
    layers = [
        bar(values, "plan", 100, ACCENT_TINT, 11),
        bar(values, "drawn", 100, ACCENT, 11),
        labels_at(177, values),
        names_at_left(values, INK),
    ]
    return Chart(170, ROW * len(values), 166, 151, 2, 16, layers, _funding_alt(projects, funded))


def _name(facts: ReportFacts, money: Money) -> str:
    return next((o.name for o in facts.organisations if o.org_code == money.org_code), money.org_code)


def _finance_label(money: Money) -> str:
    if money.state is not DeliveryState.DELIVERED:
        return f"–{NBSP}{texts('delivery')[money.state]}"
    if money.forecast_pct.value is None:
        return text("charts", "finance_unknown", actual=money.actual_pct.text)
    mark = "*" if money.deviation.missing else ""
    return text("charts", "finance", actual=money.actual_pct.text, forecast=money.forecast_pct.text + mark)


def _finance_alt(facts: ReportFacts) -> str:
    parts = [f"{_name(facts, money)}: {_finance_label(money)}" for money in facts.finance.organisations]
    return text("alt", "finance", parts="; ".join(parts))


def _funding_alt(projects: Sequence[ProjectFact], funded: int) -> str:
    parts = [
        text(
            "alt",
            "grant",
            project=f"{p.project_id} {p.title}",
            pct=p.numbers.funding_drawn_pct.text,
            remaining=p.numbers.funding_remaining.text,
            day=p.numbers.funding_end.text,
        )
        for p in projects
    ]
    return text("alt", "funding", n=funded, parts="; ".join(parts))
