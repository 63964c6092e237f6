"""German sentences made from the facts: three for page 1, and „Was hat sich geändert“, the weightiest first.

The same facts give the same sentences. Every sentence names the figures it speaks of.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from schemas.facts import (
    Delivery,
    DeliveryState,
    Light,
    MilestoneFact,
    ProjectFact,
    ReportFacts,
    Sentence,
    Trend,
)
from schemas.quarter import Quarter
from schemas.thresholds import Thresholds
from transforms.report.milestones import is_reached_in
from transforms.report.texts import counted, text, texts
from transforms.report.writing import NBSP, joined, teur, with_unit

_MOST_NAMED = 3
"""So many projects or organisations are named in one sentence of page 1; the others are counted."""

_LIGHTS = (Light.GREEN, Light.YELLOW, Light.RED)
"""From good to bad."""

_OFTEN_MOVED = 3
"""From this time on a moved milestone is worth a sentence."""


class _Clause(NamedTuple):
    """Part of a sentence with its weight; the heaviest clause places the sentence."""

    weight: int
    words: str
    figures: tuple[str, ...] = ()


class _Change(NamedTuple):
    """All that changed about one thing."""

    weight: int
    key: str
    sentence: str
    figures: tuple[str, ...] = ()
    lead: str = ""


def build_summary(facts: ReportFacts) -> tuple[Sentence, ...]:
    """Say in three sentences what changed, what worries, and what is asked for."""
    return (_what_changed(facts), _what_worries(facts), _what_is_asked(facts))


def build_changes(facts: ReportFacts) -> tuple[Sentence, ...]:
    """Say what has changed since the organisations' last returns, one sentence per project, the weightiest first."""
    names = {organisation.org_code: organisation.name for organisation in facts.organisations}
    projects, thresholds = facts.projects, facts.thresholds
    found = [
        *_missing_returns(facts.delivery),
        *(_Change(70, title, text("changes", "gone", project=title)) for title in facts.portfolio.dropped),
    ]
    by_project: dict[str, list[MilestoneFact]] = {}
    for milestone in facts.milestones:
        by_project.setdefault(milestone.project_id, []).append(milestone)
    for project in projects:
        clauses = [*_project_clauses(project, thresholds), *_decided_clauses(project, facts)]
        for milestone in by_project.get(project.project_id, ()):
            clauses += _milestone_clauses(milestone, project, Quarter.parse(facts.quarter))
        if clauses:
            found.append(_change(project, names.get(project.org_code, project.org_code), clauses))
    found.sort(key=lambda change: (-change.weight, change.key, change.sentence))
    return tuple(
        Sentence(f"changes.{position}", change.sentence, change.figures, lead=change.lead)
        for position, change in enumerate(found, 1)
    )


def _change(project: ProjectFact, organisation: str, clauses: list[_Clause]) -> _Change:
    clauses.sort(key=lambda clause: -clause.weight)
    name = f"{project.project_id}{NBSP}„{project.title}“ ({organisation})"
    return _Change(
        clauses[0].weight,
        project.project_id,
        f"{name}: {'; '.join(clause.words for clause in clauses)}.",
        tuple(figure for clause in clauses for figure in clause.figures),
        name,
    )


def _what_changed(facts: ReportFacts) -> Sentence:
    delivery, portfolio, quarter = facts.delivery, facts.portfolio, facts.previous_in_text
    figure_ids = tuple(count.count.id for count in portfolio.trends)
    if not delivery.delivered.value:
        return Sentence("summary.changed", text("summary", "nobody_delivered"), (delivery.delivered.id,))
    if not portfolio.has_previous:
        return Sentence("summary.changed", text("summary", "no_previous", quarter=quarter))
    clauses: list[str] = []
    turned_red = [p for p in facts.projects if p.trend is Trend.WORSE and p.lights.overall is Light.RED]
    kinds = {"red": turned_red, "worse": [p for p in facts.projects if p.trend is Trend.WORSE and p not in turned_red]}
    for trend in (Trend.BETTER, Trend.NEW, Trend.COMPLETED):
        kinds[trend] = [p for p in facts.projects if p.trend is trend]
    for kind, changed in kinds.items():
        if changed:
            form = "also" if kind == "worse" and turned_red else "following" if clauses else "leading"
            which = _which(sorted(p.project_id for p in changed))
            clauses.append(counted(f"{kind}_{form}", len(changed), which=which))
    if not clauses:
        return Sentence("summary.changed", text("summary", "unchanged", quarter=quarter), figure_ids)
    sentence = text("summary", "changed", quarter=quarter, clauses="; ".join(clauses))
    return Sentence("summary.changed", sentence, figure_ids)


def _what_worries(facts: ReportFacts) -> Sentence:
    delivery, portfolio, finance = facts.delivery, facts.portfolio, facts.finance
    clauses, figure_ids = [], [portfolio.running.id, *(c.count.id for c in portfolio.lights if c.light is Light.RED)]
    running = portfolio.running.value
    if isinstance(running, int) and running:
        red = [escalation.project_id for escalation in facts.escalations]
        of_all = counted("of_running", running)
        clauses.append(
            counted("red", len(red), of_all=of_all, which=_which(red))
            if red
            else text("summary", "none_red", of_all=of_all)
        )
    if finance.expiring and finance.expiring_total.value:
        amount = with_unit(finance.expiring_total.text, "T€")
        clauses.append(counted("expiring", len(finance.expiring), amount=amount, day=finance.expiring_until.text))
        figure_ids += [finance.expiring_count.id, finance.expiring_total.id, finance.expiring_until.id]
    if delivery.missing_names:
        clauses.append(_not_delivered(delivery))
        figure_ids.append(delivery.delivered.id)
    sentence = "; ".join(clauses) or text("summary", "no_worries")
    return Sentence("summary.worries", f"{sentence[:1].upper()}{sentence[1:]}.", tuple(figure_ids))


def _not_delivered(delivery: Delivery) -> str:
    """Say who is missing; when all are, they need not be listed."""
    if not delivery.delivered.value:
        return text("summary", "all_missing", n=delivery.expected.text)
    names = joined(delivery.missing_names, _MOST_NAMED)
    return counted("not_delivered", len(delivery.missing_names), names=names)


def _what_is_asked(facts: ReportFacts) -> Sentence:
    requests, numbers = facts.requests, facts.request_count
    if not facts.edition.shows("decision_request"):
        return Sentence("summary.asks", text("summary", "not_in_edition"))
    carried = counted("asks_carried", len(facts.carried)) if facts.carried else ""
    of_carried = (numbers.carried.id,) if carried else ()
    if not requests:
        key = "nothing_asked" if facts.delivery.delivered.value else "nothing_known"
        return Sentence("summary.asks", text("summary", key, carried=carried), (numbers.all.id, *of_carried))
    sentence, figure_ids = counted("asks", len(requests)), [numbers.all.id]
    if isinstance(numbers.funding.value, int) and numbers.funding.value and numbers.amount.value is not None:
        amount = with_unit(numbers.amount.text, "T€")
        sentence += counted("asks_funding", numbers.funding.value, amount=amount)
        figure_ids += [numbers.funding.id, numbers.amount.id]
    first = requests[0].needed_by
    if first.value is not None:
        sentence += counted("asks_by", len(requests), day=first.text)
        figure_ids.append(first.id)
    return Sentence("summary.asks", f"{sentence}{carried}.", (*figure_ids, *of_carried))


def _which(ids: Sequence[str]) -> str:
    return joined(list(ids), _MOST_NAMED)


def _missing_returns(delivery: Delivery) -> Iterator[_Change]:
    missing = [o for o in delivery.organisations if o.is_counted and o.state is DeliveryState.NOT_DELIVERED]
    if len(missing) > _MOST_NAMED:
        names = joined([organisation.name for organisation in missing])
        yield _Change(90, "", text("changes", "many_missing", names=names), (delivery.delivered.id,))
        return
    for organisation in missing:
        key = "not_delivered_since" if organisation.last_delivered else "never_delivered"
        sentence = text("changes", key, organisation=organisation.name, quarter=organisation.last_delivered)
        yield _Change(90, organisation.org_code, sentence, (delivery.delivered.id,))


def _project_clauses(project: ProjectFact, thresholds: Thresholds) -> Iterator[_Clause]:
    yield from _status_clauses(project, thresholds)
    numbers = project.numbers
    moved = numbers.end_moved.value
    if isinstance(moved, int) and abs(moved) > thresholds.schedule_green_days:
        key, weight = ("end_later", 60) if moved > 0 else ("end_earlier", 35)
        words = counted(key, abs(moved), day=numbers.end_forecast.text)
        yield _Clause(weight, words, (numbers.end_moved.id, numbers.end_forecast.id))
    change = numbers.forecast_moved
    if _is_jump(project, thresholds) and isinstance(change.value, Decimal):
        key, weight = ("forecast_up", 65) if change.value > 0 else ("forecast_down", 34)
        amount, total = with_unit(teur(abs(change.value)), "T€"), with_unit(numbers.forecast.text, "T€")
        yield _Clause(weight, text("changes", key, amount=amount, total=total), (change.id, numbers.forecast.id))
    if project.is_reason_repeated and project.lights.overall in (Light.YELLOW, Light.RED):
        yield _Clause(45, text("changes", "reason_repeated"))


def _status_clauses(project: ProjectFact, thresholds: Thresholds) -> Iterator[_Clause]:
    red = project.numbers.red_quarters
    if project.trend in (Trend.WORSE, Trend.BETTER) and project.before is not None:
        now, before = project.lights.overall, project.before
        weight = 40 if project.trend is Trend.BETTER else 100 if now is Light.RED else 80
        yield _Clause(weight, text("changes", project.trend, before=light_text(before), now=light_text(now)))
    elif project.trend in (Trend.NEW, Trend.COMPLETED, Trend.DROPPED) and project.before is not Light.NOT_DELIVERED:
        yield _Clause(30, text("changes", project.trend))
    suggested = project.suggested.overall
    if suggested in _LIGHTS and project.lights.overall in _LIGHTS[: _LIGHTS.index(suggested)]:
        words = text("changes", "doubtful", now=light_text(project.lights.overall), suggested=light_text(suggested))
        yield _Clause(48, words)
    if isinstance(red.value, int) and red.value >= thresholds.red_quarters:
        yield _Clause(95, counted("still_red", red.value), (red.id,))


def _decided_clauses(project: ProjectFact, facts: ReportFacts) -> Iterator[_Clause]:
    """A plan that a decision of this quarter has changed: what was late may be on time again only by that."""
    quarter, numbers = Quarter.parse(facts.quarter), project.numbers
    for decision in facts.decisions:
        day = decision.meeting.value
        if decision.project_id != project.project_id or decision.outcome != "approved":
            continue
        if not (isinstance(day, date) and quarter.first_day <= day <= quarter.last_day):
            continue
        end, budget = decision.new_end, decision.new_budget
        if end.value is not None and end.value == numbers.end_baseline.value:
            yield _Clause(62, text("changes", "new_end", day=end.text, decision=decision.decision_no), (end.id,))
        if budget.value is not None and budget.value == numbers.budget.value:
            amount = with_unit(budget.text, "T€")
            words = text("changes", "new_budget", amount=amount, decision=decision.decision_no)
            yield _Clause(62, words, (budget.id,))


def _is_jump(project: ProjectFact, thresholds: Thresholds) -> bool:
    """Whether the forecast changed by more than the costs may stray and still be green."""
    moved, budget = project.numbers.forecast_moved.value, project.numbers.budget.value
    if not isinstance(moved, Decimal) or not isinstance(budget, Decimal) or not budget:
        return False
    return abs(moved) >= thresholds.cost_tolerance_eur and abs(moved) * 100 / budget > thresholds.cost_green_pct / 2


def _milestone_clauses(milestone: MilestoneFact, project: ProjectFact, quarter: Quarter) -> Iterator[_Clause]:
    times, moved, overdue = milestone.times_moved, milestone.moved_now.value, milestone.overdue
    name = f"„{milestone.title}“"
    if is_reached_in(milestone, quarter):
        yield _Clause(25, *_reached(name, milestone))
    if milestone.status != "open":
        return
    if isinstance(times.value, int) and times.value >= _OFTEN_MOVED and isinstance(moved, int) and moved > 0:
        words = text("changes", "moved_again", milestone=name, times=times.text, day=milestone.forecast.text)
        yield _Clause(55, words, (times.id, milestone.forecast.id))
    if isinstance(overdue.value, int) and project.lights.schedule is Light.GREEN:
        yield _Clause(50, counted("green_but_overdue", overdue.value, milestone=name), (overdue.id,))


def _reached(name: str, milestone: MilestoneFact) -> tuple[str, tuple[str, ...]]:
    """Say that a milestone was reached, and how long after its plan."""
    late = milestone.delay.value
    if not isinstance(late, int) or late <= 0:
        return text("changes", "reached", milestone=name), (milestone.actual.id,)
    return counted("reached_late", late, milestone=name), (milestone.actual.id, milestone.delay.id)


def light_text(light: Light) -> str:
    """Write a light as shape and word: ``◆ rot``."""
    return f"{texts('shapes')[light]}{NBSP}{texts('lights')[light]}"
