"""Sections 2, 4, 9 and 10: what the committee decides, escalates and should know."""

from schemas.facts import DecisionCount, DecisionFact, Escalation, MilestoneFact, RequestFact
from transforms.report.page_first import red_project
from transforms.report.page_parts import Data, Lookup, days_text, lights_of, more, named, number_of
from transforms.report.texts import counted, label, text, texts
from transforms.report.writing import NOTHING, joined, with_unit

_MOST_RISKS = 10
_MOST_DONE = 6
_MOST_RED = 40
_WHOLE_TEXT = 400


def decisions(lookup: Lookup) -> Data:
    """Section 2: what is asked for now, what is still open from before, and what became of former decisions.

    Of the decisions that are done the latest are shown; a register grows for ever.
    """
    facts = lookup.facts
    still_open = [decision for decision in facts.decisions if decision.state != "done"]
    done = [decision for decision in facts.decisions if decision.state == "done"]
    done.sort(key=lambda decision: decision.decision_no, reverse=True)
    return {
        "requests": [_request(lookup, request) for request in facts.requests],
        "carried": [_carried(lookup, request) for request in facts.carried],
        "counts": decision_counts(facts.decision_count) if facts.decisions else "",
        "earlier": [_earlier(decision) for decision in (*still_open, *done[:_MOST_DONE])],
        "more_done": counted("more_done", len(done) - _MOST_DONE) if len(done) > _MOST_DONE else "",
    }


def escalations(lookup: Lookup) -> list[Data]:
    """Section 4: a block for each red project; the template takes as many as its page holds."""
    return [_escalation(lookup, escalation) for escalation in lookup.facts.escalations[:_MOST_RED]]


def cooperation(lookup: Lookup) -> list[Data]:
    """Section 9: needs, offers and joint undertakings by topic."""
    return [
        {
            "topic": label("topic", entry.topic),
            "kind": label("coop_kind", entry.kind),
            "organisation": lookup.name(entry.org_code),
            "description": entry.description,
            "with": joined([lookup.name(code) for code in entry.with_orgs]) or NOTHING,
        }
        for entry in lookup.facts.cooperation
    ]


def risks(lookup: Lookup) -> Data:
    """Section 10: the weightiest risks."""
    known = lookup.facts.risks
    return {
        "rows": [
            {
                "id": risk.risk_id,
                "project": risk.project_id or texts("words")["general"],
                "text": risk.risk_text,
                "mitigation": risk.mitigation or texts("words")["missing"],
                "weight": risk.weight.text,
                "factors": f"{risk.likelihood.text} × {risk.impact.text}",
                "trend": label("risk_trend", risk.trend) or NOTHING,
            }
            for risk in known[:_MOST_RISKS]
        ],
        "more": more(len(known) - _MOST_RISKS),
    }


def _request(lookup: Lookup, request: RequestFact) -> Data:
    project = lookup.projects.get(request.project_id or "")
    missing = texts("words")["missing"]
    amount = request.amount
    return {
        "id": request.decision_id,
        "subject": request.subject,
        "organisation": lookup.name(request.org_code),
        "project": named(project) if project else request.project_id or texts("words")["general"],
        "light": project.lights.overall if project else "",
        "kind": label("decision_type", request.decision_type) or missing,
        "amount": amount.text if amount.value is None else with_unit(amount.text, "T€"),
        "needed_by": request.needed_by.text,
        "bodies": joined([label("further_bodies", body) for body in request.further_bodies]) or NOTHING,
        "proposal": request.proposal or missing,
        "consequence": request.consequence or missing,
        "again": text("pages", "asked_since", quarter=request.asked_since) if request.asked_since else "",
    }


def decision_counts(count: DecisionCount) -> str:
    """Say how many decisions are open, late and done."""
    return text("pages", "decision_counts", open=count.open.text, overdue=count.overdue.text, done=count.done.text)


def _carried(lookup: Lookup, request: RequestFact) -> Data:
    return {
        "id": request.decision_id,
        "organisation": lookup.name(request.org_code),
        "subject": request.subject,
        "amount": request.amount.text,
        "needed_by": request.needed_by.text,
        "asked": request.last_asked or "",
    }


def _earlier(decision: DecisionFact) -> Data:
    new_end, new_budget = decision.new_end, decision.new_budget
    permits = [text("pages", "new_end", day=new_end.text)] if new_end.value else []
    permits += [text("pages", "new_budget", amount=with_unit(new_budget.text, "T€"))] if new_budget.value else []
    return {
        "request": decision.decision_id or "",
        "permits": "; ".join(permits),
        "no": decision.decision_no,
        "meeting": decision.meeting.text,
        "subject": decision.subject,
        "project": decision.project_id or texts("words")["general"],
        "outcome": label("outcome", decision.outcome),
        "amount": decision.amount.text,
        "due": decision.due.text,
        "state": label("decision_state", decision.state),
        "is_overdue": decision.is_overdue,
    }


def _escalation(lookup: Lookup, escalation: Escalation) -> Data:
    project = lookup.projects[escalation.project_id]
    numbers = project.numbers
    milestone = lookup.milestones.get(escalation.milestone_id or "")
    pct = numbers.deviation_pct
    return {
        **red_project(lookup, escalation, _WHOLE_TEXT),
        "lights": lights_of(project),
        "course": [{"quarter": at.quarter, "light": at.light} for at in project.course],
        "requests": [
            text("pages", "help", id=request.decision_id, subject=request.subject, day=request.needed_by.text)
            for request in (lookup.requests[request_id] for request_id in escalation.request_ids)
        ],
        "milestone": _next(milestone) if milestone else texts("pages")["no_milestone"],
        "end": text("pages", "end", plan=numbers.end_baseline.text, forecast=numbers.end_forecast.text),
        "delay": days_text(numbers.delay),
        "cost": text("pages", "cost", plan=numbers.budget.text, forecast=numbers.forecast.text),
        "cost_pct": "" if pct.value is None else with_unit(pct.text, "%"),
        "risks": [f"{r.risk_id}: {r.risk_text}" for r in lookup.facts.risks if r.project_id == project.project_id],
    }


def _next(milestone: MilestoneFact) -> str:
    key = "milestone_late" if number_of(milestone.delay) > 0 else "milestone"
    return text("pages", key, title=milestone.title, day=milestone.forecast.text, plan=milestone.baseline.text)
