"""Annex D: the values behind the charts whose labels do not say them all."""

from transforms.report.chart_schedule import milestones_shown
from transforms.report.page_parts import Data, Lookup
from transforms.report.texts import label
from transforms.report.writing import NOTHING


def numbers(lookup: Lookup) -> Data:
    """Give the courses of the indicators by quarter, and the milestones of the dot plot."""
    facts = lookup.facts
    return {
        "quarters": list(facts.quarters),
        "indicators": [
            {
                "code": indicator.kpi_code,
                "name": f"{indicator.name}, {indicator.unit}" if indicator.unit else indicator.name,
                "course": [figure.text for figure in indicator.course],
                "target": indicator.target.text,
            }
            for indicator in facts.indicators
        ],
        "milestones": [
            {
                "id": milestone.milestone_id,
                "title": milestone.title,
                "status": label("milestone_status", milestone.status) or NOTHING,
                "baseline": milestone.baseline.text,
                "forecast": milestone.forecast.text,
                "actual": milestone.actual.text,
                "delay": milestone.delay.text,
                "moved": milestone.times_moved.text,
            }
            for milestone in milestones_shown(facts)
        ],
    }
