"""The charts of the report: which ones there are something for.

No pies, no gauges, nothing in three dimensions; the same scale where things are compared; every mark is labelled with
the figure's printed text, so that a chart can be read without its axis.
"""

from schemas.facts import ReportFacts
from transforms.report.chart_lights import balance_chart, organisations_chart
from transforms.report.chart_money import expiry_chart, finance_chart
from transforms.report.chart_schedule import milestones_chart, milestones_shown
from transforms.report.drawing import Chart


def build_charts(facts: ReportFacts) -> dict[str, Chart]:
    """Make all charts that the facts have something for; a chart without data is left out."""
    charts: dict[str, Chart] = {}
    if facts.projects:
        charts["balance"] = balance_chart(facts)
        charts["organisations"] = organisations_chart(facts)
    if milestones := milestones_shown(facts):
        charts["milestones"] = milestones_chart(facts, milestones)
    if any(money.budget.value for money in facts.finance.organisations):
        charts["finance"] = finance_chart(facts)
        charts["finance_bars"] = finance_chart(facts, is_named=False)
    if facts.finance.expiries:
        charts["expiry"] = expiry_chart(facts)
    return charts
