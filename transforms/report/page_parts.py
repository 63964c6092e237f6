"""What the page data of several sections share: finding a project by its number, and small pieces of print."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any, TypeAlias

from schemas.facts import (
    Delivery,
    DeliveryState,
    Figure,
    Light,
    LightCount,
    MilestoneFact,
    OrganisationDelivery,
    ProjectFact,
    ReportFacts,
    RequestFact,
)
from schemas.quarter import Quarter
from transforms.report.milestones import SLIP_QUARTERS
from transforms.report.texts import counted, label, text, texts
from transforms.report.writing import NOTHING, joined

Data: TypeAlias = dict[str, Any]
"""JSON for a template; its shape is the template's, hence Any."""

_NAMED = 4
"""So many organisations are named where some are missing."""


class Lookup:
    """The facts of a report with their parts by name."""

    def __init__(self, facts: ReportFacts) -> None:
        self.facts = facts

    @cached_property
    def projects(self) -> Mapping[str, ProjectFact]:
        """The projects by number."""
        return {project.project_id: project for project in self.facts.projects}

    @cached_property
    def milestones(self) -> Mapping[str, MilestoneFact]:
        """The milestones by ``KLI-001/2``."""
        return {milestone.milestone_id: milestone for milestone in self.facts.milestones}

    @cached_property
    def requests(self) -> Mapping[str, RequestFact]:
        """The requests for decisions by number."""
        return {request.decision_id: request for request in self.facts.requests}

    @cached_property
    def deliveries(self) -> Mapping[str, OrganisationDelivery]:
        """The deliveries by organisation."""
        return {delivery.org_code: delivery for delivery in self.facts.delivery.organisations}

    def name(self, org_code: str) -> str:
        """What an organisation is called; an unknown code is itself."""
        delivery = self.deliveries.get(org_code)
        return delivery.name if delivery else org_code


def day_of(day: date) -> str:
    """Write a day."""
    return f"{day:%d.%m.%Y}"


def number_of(figure: Figure) -> int:
    """Give a count, 0 when there is none."""
    return figure.value if isinstance(figure.value, int) else 0


def more(number: int) -> str:
    """Say that so many are left out; nothing when none are."""
    return text("words", "more", n=number) if number > 0 else ""


def star(figure: Figure) -> str:
    """Mark a sum that lacks values."""
    return "*" if figure.missing and figure.value is not None else ""


def days_text(figure: Figure) -> str:
    """Write a delay in days, „wie geplant“ for none."""
    if figure.value is None:
        return figure.text
    return counted("days", abs(number_of(figure)), days=figure.text)


def named(project: ProjectFact) -> str:
    """Number and title of a project."""
    return f"{project.project_id} {project.title}"


def state_word(state: DeliveryState) -> str:
    """Say how an organisation that did not simply deliver stands."""
    return "" if state is DeliveryState.DELIVERED else texts("delivery")[state]


def lights_of(project: ProjectFact) -> Data:
    """The codes of a project's lights."""
    lights = project.lights
    return {"overall": lights.overall, "schedule": lights.schedule, "cost": lights.cost, "scope": lights.scope}


def red_since(project: ProjectFact, *, is_new: bool) -> str:
    """Say since when a project is red."""
    if is_new:
        return texts("pages")["newly_red"]
    return counted("red_for", number_of(project.numbers.red_quarters))


def in_short(project: ProjectFact) -> Data:
    """A project as a line of a small table."""
    numbers = project.numbers
    return {
        "id": project.project_id,
        "title": project.title,
        "phase": label("phase", project.phase) or NOTHING,
        "light": project.lights.overall,
        "trend": texts("trends")[project.trend] if project.trend else NOTHING,
        "end": numbers.end_forecast.text,
        "delay": days_text(numbers.delay) if number_of(numbers.delay) else "",
        "budget": numbers.budget.text,
        "forecast": numbers.forecast.text,
    }


def delivery_state(delivery: Delivery) -> str:
    """Say „7 von 8 geliefert, es fehlt: Kultur Räume“."""
    state = text("pages", "delivered", n=delivery.delivered.text, of=delivery.expected.text)
    if not delivery.missing_names:
        return state
    if not delivery.delivered.value:
        return state + text("pages", "all_missing")
    return state + counted("missing", len(delivery.missing_names), names=joined(delivery.missing_names, _NAMED))


def comparison(facts: ReportFacts) -> str:
    """Say what the counts are compared with, and who was missing then."""
    quarter = facts.previous_in_tables
    if not facts.portfolio.has_previous:
        return text("pages", "no_comparison", quarter=quarter)
    if facts.portfolio.missing_before:
        names = joined(facts.portfolio.missing_before, _NAMED)
        return text("pages", "comparison_gap", quarter=quarter, names=names)
    return text("pages", "comparison", quarter=quarter)


def counted_lights(facts: ReportFacts) -> list[LightCount]:
    """Give the four reported lights always, the others where they occur."""
    always = (Light.GREEN, Light.YELLOW, Light.RED, Light.GREY)
    return [c for c in facts.portfolio.lights if c.light in always or c.count.value or c.before.value]


def slipped(facts: ReportFacts) -> list[MilestoneFact]:
    """Give the open milestones that have moved more than once, those first that moved most often and furthest."""
    moved = [milestone for milestone in facts.milestones if milestone.course]
    return sorted(moved, key=lambda m: (-number_of(m.times_moved), -number_of(m.delay), m.milestone_id))


def slip_quarters(facts: ReportFacts) -> list[str]:
    """Name the quarters whose expected days are told of them."""
    quarter = Quarter.parse(facts.quarter)
    return [quarter.shifted(-back).in_tables for back in reversed(range(SLIP_QUARTERS))]


def page_texts(facts: ReportFacts) -> Mapping[str, str]:
    """Give the fixed texts of the pages: „es gibt keine“ means „keine in dieser Ausgabe“ where rows are left out."""
    return texts("pages") if facts.edition.is_full else {**texts("pages"), **texts("limited_pages")}


def money_notes(facts: ReportFacts) -> list[str]:
    """Say which sums lack which values, and whose; and what the edition leaves out of all of them."""
    columns = {
        "plan": [(p.project_id, p.numbers.budget) for p in facts.projects],
        "actual": [(p.project_id, p.numbers.actual) for p in facts.projects],
        "forecast": [(p.project_id, p.numbers.forecast) for p in facts.projects],
    }
    notes = []
    for key, figures in columns.items():
        lacking = [project_id for project_id, figure in figures if figure.missing]
        if lacking:
            notes.append(counted("values_missing", len(lacking), name=texts("money")[key], which=joined(lacking, 5)))
    absent = facts.delivery.missing_names
    if absent and facts.delivery.delivered.value:
        notes.append(text("pages", "sums_without", names=joined(absent, _NAMED)))
    if facts.edition.boundary:
        notes.append(facts.edition.boundary)
    return notes
