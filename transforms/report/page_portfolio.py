"""Sections 3, 5 and 6: lights, dates and money of the whole portfolio."""

from collections.abc import Mapping
from datetime import date

from schemas.facts import DeliveryState, Light, MilestoneFact, Money, ProjectFact, ReportFacts, Trend
from transforms.report.chart_schedule import milestones_known, milestones_shown
from transforms.report.page_parts import (
    Data,
    Lookup,
    comparison,
    money_notes,
    named,
    number_of,
    slip_quarters,
    slipped,
    star,
)
from transforms.report.portfolio import BALANCE, COMPLETED, DROPPED, NEW
from transforms.report.texts import label, text, texts
from transforms.report.writing import NOTHING, joined

_MOST_MOVES, _MOST_SLIPS = 12, 12
_MOST_CHANGES, _MOST_OVERDUE = 40, 40
"""More than a page can hold; the template shows what fits and counts the rest."""


def portfolio(lookup: Lookup) -> Data:
    """Section 3: what changed, the weightiest first, and who moved from which light to which."""
    changes = [
        {"lead": sentence.lead, "text": sentence.text.removeprefix(sentence.lead)} for sentence in lookup.facts.changes
    ]
    return {
        "changes": changes[:_MOST_CHANGES],
        "changes_count": len(changes),
        "migration": migration(lookup),
        "moves": _moves(lookup),
        "comparison": comparison(lookup.facts),
    }


def schedule(lookup: Lookup) -> Data:
    """Section 5: beside the chart, what is overdue, the longest first."""
    overdue = sorted(
        (milestone for milestone in lookup.facts.milestones if milestone.overdue.value is not None),
        key=lambda milestone: (-number_of(milestone.overdue), milestone.milestone_id),
    )
    return {
        "overdue": [_overdue(lookup, milestone) for milestone in overdue[:_MOST_OVERDUE]],
        "overdue_count": len(overdue),
        "cut": milestones_cut(lookup.facts),
        "slip_heads": slip_quarters(lookup.facts),
        "slips": [
            {
                "project": milestone.project_id,
                "title": milestone.title,
                "days": [milestone.baseline.text, *(figure.text for figure in milestone.course)],
                "delay": milestone.delay.text,
            }
            for milestone in slipped(lookup.facts)[:_MOST_SLIPS]
        ],
    }


def milestones_cut(facts: ReportFacts) -> str:
    """Say that the chart of milestones does not show all that there are."""
    shown, known = len(milestones_shown(facts)), len(milestones_known(facts))
    return text("pages", "fig_milestones_cut", n=shown, all=known) if shown < known else ""


def finance(lookup: Lookup) -> Data:
    """Section 6: money by organisation, grants that expire, operation that is not secured."""
    told = lookup.facts.finance
    return {
        "rows": [_money(lookup.name(money.org_code), money) for money in told.organisations],
        "total": _money(texts("pages")["total"], told.total),
        "notes": money_notes(lookup.facts),
        "expiring_title": text("pages", "expiring", months=lookup.facts.thresholds.funding_warning_months),
        "expiring": [_expiring(lookup.projects[project_id]) for project_id in told.expiring],
        "expiring_total": told.expiring_total.text,
        "unsecured": [_unsecured(lookup, lookup.projects[project_id]) for project_id in told.unsecured],
    }


def _moves(lookup: Lookup) -> list[Data]:
    """Who came into the portfolio and who left it."""
    by_trend = {
        trend: [named(p) for p in lookup.facts.projects if p.trend is trend]
        for trend in (Trend.NEW, Trend.COMPLETED, Trend.DROPPED)
    }
    by_trend[Trend.DROPPED] += lookup.facts.portfolio.dropped
    return [
        {"word": texts("trends")[trend], "projects": joined(projects, _MOST_MOVES)}
        for trend, projects in by_trend.items()
        if projects and lookup.facts.portfolio.has_previous
    ]


def migration(lookup: Lookup) -> Data:
    """The matrix with green, yellow and red always, and with what else occurs."""
    cells = {(cell.before, cell.now): cell for cell in lookup.facts.portfolio.migration}
    if not cells:
        return {"columns": [], "rows": []}
    lights = [str(light) for light in BALANCE]
    always = set(lights[:3])
    rows = [code for code in (*lights, NEW) if code in always | {before for before, _ in cells}]
    columns = [code for code in (*lights, COMPLETED, DROPPED) if code in always | {now for _, now in cells}]
    rank = {code: position for position, code in enumerate(lights[:3])}
    return {
        "columns": [_status(code) for code in columns],
        "rows": [
            {
                "status": _status(before),
                "cells": [
                    {
                        "n": cells[before, now].count.text if (before, now) in cells else "",
                        "figure": cells[before, now].count.id if (before, now) in cells else "",
                        "tone": _tone(rank, before, now),
                    }
                    for now in columns
                ],
            }
            for before in rows
        ],
    }


def _status(code: str) -> Data:
    """A light, or a word for what is no light."""
    is_light = code in texts("lights")
    return {"light": code if is_light else "", "word": "" if is_light else texts("trends")[code]}


def _tone(rank: Mapping[str, int], before: str, now: str) -> str:
    if before not in rank or now not in rank:
        return ""
    return "same" if before == now else "worse" if rank[now] > rank[before] else "better"


def _overdue(lookup: Lookup, milestone: MilestoneFact) -> Data:
    project = lookup.projects.get(milestone.project_id)
    return {
        "project": milestone.project_id,
        "title": milestone.title,
        "light": project.lights.schedule if project else Light.UNKNOWN,
        "baseline": milestone.baseline.text,
        "forecast": milestone.forecast.text,
        "overdue": milestone.overdue.text,
        "moved": milestone.times_moved.text,
    }


def _money(name: str, money: Money) -> Data:
    return {
        "name": name,
        "is_missing": money.state is DeliveryState.NOT_DELIVERED,
        "budget": money.budget.text + star(money.budget),
        "actual": money.actual.text + star(money.actual),
        "forecast": money.forecast.text + star(money.forecast),
        "deviation": money.deviation.text + star(money.deviation),
        "deviation_pct": money.deviation_pct.text,
    }


def _expiring(project: ProjectFact) -> Data:
    numbers = project.numbers
    return {
        "project": named(project),
        "programme": label("funding_programme", project.funding_programme) or NOTHING,
        "approved": numbers.funding_approved.text,
        "drawn": numbers.funding_drawn.text,
        "remaining": numbers.funding_remaining.text,
        "until": numbers.funding_end.text,
        "overruns": _overruns(project),
    }


def _overruns(project: ProjectFact) -> bool:
    end, funding = project.numbers.end_forecast.value, project.numbers.funding_end.value
    return isinstance(end, date) and isinstance(funding, date) and end > funding


def _unsecured(lookup: Lookup, project: ProjectFact) -> Data:
    return {
        "project": named(project),
        "organisation": lookup.name(project.org_code),
        "phase": label("phase", project.phase),
        "state": label("operation_secured", project.operation_secured),
        "funding_end": project.numbers.funding_end.text,
        "end": project.numbers.end_forecast.text,
        "next": project.next_step or NOTHING,
    }
