"""Page 1 „Auf einen Blick“: its blocks (domain.md §2.1) in several densities, so that it is always one page."""

from collections.abc import Sequence
from typing import NamedTuple

from schemas.facts import Deadline, Escalation, Figure, RequestFact
from transforms.report.page_parts import Data, Lookup, comparison, counted_lights, money_notes, more, red_since, star
from transforms.report.texts import label, text, texts
from transforms.report.writing import cut, joined

_LONGEST_TITLE = 80
_LONGEST_DEADLINE = 60
_MOST_ENDING = 4
"""So many projects are named whose grants end on the same day."""


class _Density(NamedTuple):
    """How much page 1 holds, and how it is set: counts, characters of a text, sizes in points."""

    requests: int
    red: int
    deadlines: int
    length: int
    size: float
    inset: float
    gap: float


_DENSITIES = (
    _Density(5, 8, 10, 400, 9.5, 4.4, 17),
    _Density(5, 8, 8, 400, 9.2, 4, 15),
    _Density(5, 8, 8, 400, 9, 3.4, 13),
    _Density(5, 8, 8, 400, 8.5, 3, 11),
    _Density(5, 6, 8, 160, 8.5, 3, 11),
    _Density(5, 6, 6, 110, 8.5, 2.8, 10),
    _Density(5, 5, 6, 80, 8, 2.6, 9),
    _Density(5, 4, 4, 60, 8, 2.2, 8),
    _Density(3, 3, 4, 45, 8, 2, 8),
)
"""The roomiest first; the last one fits whatever is reported."""


def first_page(lookup: Lookup) -> Data:
    """Give page 1; the template takes the first density that fits."""
    facts = lookup.facts
    return {
        "summary": [sentence.text for sentence in facts.summary],
        "lights": [
            {"code": c.light, "count": c.count.text, "change": c.change.text if c.change.value is not None else ""}
            for c in counted_lights(facts)
        ],
        "comparison": comparison(facts),
        "money": _money(lookup),
        "notes": money_notes(facts),
        "levels": [_level(lookup, density) for density in _DENSITIES],
    }


def _money(lookup: Lookup) -> list[Data]:
    finance = lookup.facts.finance
    total, until = finance.total, finance.expiring_until
    rows = (
        ("plan", total.budget, ""),
        ("actual", total.actual, _noted("of_plan", total.actual_pct)),
        ("forecast", total.forecast, _noted("against_plan", total.deviation_pct)),
        ("approved", total.funding_approved, ""),
        ("drawn", total.funding_drawn, _noted("of_approved", total.funding_drawn_pct)),
        ("expiring", finance.expiring_total, text("pages", "until", day=until.text) if until.value else ""),
    )
    months = lookup.facts.thresholds.funding_warning_months
    return [
        {"name": text("money", key, months=months), "amount": figure.text + star(figure), "note": note}
        for key, figure, note in rows
    ]


def _noted(key: str, figure: Figure) -> str:
    return text("pages", key, pct=figure.text) if figure.value is not None else ""


def _level(lookup: Lookup, density: _Density) -> Data:
    facts = lookup.facts
    asked = (*facts.requests, *facts.carried)
    lines = _deadline_lines(facts.deadlines)
    shown = _told(lines, density.deadlines)
    return {
        "size": density.size,
        "inset": density.inset,
        "gap": density.gap,
        "requests": [_request(request, density.length) for request in asked[: density.requests]],
        "more_requests": more(len(asked) - density.requests),
        "red": [red_project(lookup, escalation, density.length) for escalation in facts.escalations[: density.red]],
        "more_red": more(len(facts.escalations) - density.red),
        "deadlines": [_deadline(lookup, lines[n], density.length) for n in shown],
        "more_deadlines": more(sum(len(line) for n, line in enumerate(lines) if n not in shown)),
    }


def _deadline_lines(deadlines: Sequence[Deadline]) -> list[list[Deadline]]:
    """One line each, but for grants that end on the same day: they share one."""
    lines: dict[object, list[Deadline]] = {}
    for number, deadline in enumerate(deadlines):
        key = deadline.due.value if deadline.kind == "funding" else number
        lines.setdefault(key, []).append(deadline)
    return list(lines.values())


def _told(lines: Sequence[Sequence[Deadline]], room: int) -> list[int]:
    """Choose the lines that there is room for: what cannot be moved before milestones, the earliest first."""
    by_weight = sorted(range(len(lines)), key=lambda n: (lines[n][0].kind == "milestone", n))
    return sorted(by_weight[:room])


def _deadline(lookup: Lookup, line: Sequence[Deadline], length: int) -> Data:
    first, several = line[0], len(line) > 1
    about = [d.project_id or (lookup.name(d.org_code) if d.org_code else "") for d in line]
    return {
        "day": first.due.text,
        "kind": texts("deadlines")[first.kind],
        "project": joined(about, _MOST_ENDING),
        "subject": "" if several else cut(first.subject, min(length, _LONGEST_DEADLINE)),
    }


def _request(request: RequestFact, length: int) -> Data:
    missing = texts("words")["missing"]
    return {
        "id": request.decision_id,
        "subject": cut(request.subject, min(length, _LONGEST_TITLE)),
        "mark": text("pages", "carried_mark", quarter=request.last_asked) if request.last_asked else "",
        "amount": request.amount.text,
        "proposal": cut(request.proposal or missing, length),
        "consequence": cut(request.consequence or missing, length),
        "needed_by": request.needed_by.text,
    }


def red_project(lookup: Lookup, escalation: Escalation, length: int) -> Data:
    """A red project with organisation, cause and measure; what the return left out is said."""
    project = lookup.projects[escalation.project_id]
    return {
        "id": project.project_id,
        "title": cut(project.title, min(length, _LONGEST_TITLE)),
        "organisation": lookup.name(project.org_code),
        "since": red_since(project, is_new=escalation.is_newly_red),
        "cause": label("cause_code", project.cause_code) or texts("pages")["no_cause"],
        "reason": cut(project.reason or texts("pages")["no_reason"], length),
        "has_reason": project.reason is not None,
        "next": cut(project.next_step or "", length),
    }
