"""The decisions loop: what is asked for, what is still open from before, and what became of former decisions."""

from collections.abc import Iterable, Sequence
from datetime import date

import polars as pl
from msgspec.structs import replace

from schemas.facts import DecisionCount, DecisionFact, Figure, RequestCount, RequestFact
from schemas.quarter import Quarter
from transforms.report import figures
from transforms.report.state import Record, States, day_of, records, subject_project
from transforms.report.writing import for_display

_SETTLING = frozenset({"approved", "rejected", "noted"})
"""Outcomes after which a request is settled; what was adjourned comes back."""


class Settled:
    """Which requests the Beschlussbuch has settled: those decided about, or taken note of, after they were asked.

    Numbers are used again, so a decision settles what was asked until its meeting, and nothing asked later. What is
    decided in the meeting for which the report is made, or after it, settles nothing yet.
    """

    def __init__(self, decisions: pl.DataFrame, until: date) -> None:
        self._meetings: dict[str, list[date]] = {}
        for record in records("decision", decisions):
            request, met = record.text("decision_id"), record.day("meeting_date")
            if request and met and met <= until and record.text("outcome") in _SETTLING:
                self._meetings.setdefault(request, []).append(met)

    def after(self, decision_id: str, asked_on: date) -> bool:
        """Whether the request with this number, asked for on a Stichtag, was settled after it."""
        return any(met > asked_on for met in self._meetings.get(decision_id, ()))


def build_requests(states: States, settled: Settled) -> tuple[RequestFact, ...]:
    """Tell the requests for decisions of the quarter that are still open, the most urgent first."""
    as_of = states.current.quarter.last_day
    asked = [r for r in states.current.rows["decision_request"] if not settled.after(r.key, as_of)]
    return _by_urgency(_request(record, states, settled) for record in asked)


def build_carried(states: States, settled: Settled) -> tuple[RequestFact, ...]:
    """Tell what earlier returns asked the committee to decide, the present ones do not repeat, and is still open."""
    told = {record.key for record in states.current.rows["decision_request"]}
    found = []
    for state in states.before:
        for record in state.rows["decision_request"]:
            is_open = record.text("decision_type") != "information" and not settled.after(
                record.key, state.quarter.last_day
            )
            if record.key not in told and is_open:
                found.append(_request(record, states, settled, state.quarter))
        told |= {record.key for record in state.rows["decision_request"]}
    return _by_urgency(found)


def _by_urgency(requests: Iterable[RequestFact]) -> tuple[RequestFact, ...]:
    return tuple(sorted(requests, key=lambda r: (day_of(r.needed_by) or date.max, r.decision_id)))


def count_requests(requests: Sequence[RequestFact], carried: Sequence[RequestFact], states: States) -> RequestCount:
    """Count the requests and sum up the money that they ask for."""
    asked = {request.decision_id for request in requests}
    records = [
        record.source("decision_type")
        for record in states.current.rows["decision_request"]
        if for_display(record.key) in asked
    ]
    funding = [request.amount for request in requests if request.decision_type == "funding"]
    sources = [source for amount in funding for source in amount.sources]
    return RequestCount(
        figures.count("requests.count", len(requests), records),
        figures.count("requests.funding_count", len(funding), sources),
        figures.total("requests.funding_amount", funding),
        figures.count("requests.carried_count", len(carried), [s for r in carried for s in r.needed_by.sources]),
    )


def build_decisions(decisions: pl.DataFrame, as_of: date) -> tuple[DecisionFact, ...]:
    """Tell the Beschlussbuch: what is open first, then what is done, each by number.

    Overdue is what is not done although its day had passed on the Stichtag.
    """
    told: dict[str, DecisionFact] = {}
    for record in records("decision", decisions):
        told[record.key] = _decision(record, as_of)
    return tuple(sorted(told.values(), key=lambda d: (d.state == "done", not d.is_overdue, d.decision_no)))


def count_decisions(decisions: Sequence[DecisionFact]) -> DecisionCount:
    """Count what is open, late and done."""
    still_open = [d for d in decisions if d.state != "done"]
    overdue, done = [d for d in still_open if d.is_overdue], [d for d in decisions if d.state == "done"]
    return DecisionCount(
        *(_counted(name, of) for name, of in (("open", still_open), ("overdue", overdue), ("done", done)))
    )


def _counted(name: str, decisions: Sequence[DecisionFact]) -> Figure:
    sources = [replace(s, field="state") for decision in decisions for s in decision.meeting.sources]
    return figures.count(f"decisions.{name}_count", len(decisions), sources)


def _request(record: Record, states: States, settled: Settled, asked_in: Quarter | None = None) -> RequestFact:
    """Tell a request of this quarter, or one that was last asked in an earlier one."""
    decision_id = for_display(record.key)
    name = f"carried.{asked_in}.{decision_id}." if asked_in else f"request.{decision_id}."
    return RequestFact(
        decision_id=decision_id,
        org_code=record.org_code,
        project_id=subject_project(record),
        subject=record.shown("subject") or decision_id,
        proposal=record.shown("proposal"),
        decision_type=record.text("decision_type"),
        amount=figures.field_money(
            name + "amount", record, "amount", is_required=record.text("decision_type") == "funding"
        ),
        consequence=record.shown("consequence"),
        needed_by=figures.field_day(name + "needed_by", record, "needed_by", is_required=True),
        further_bodies=record.entries("further_bodies"),
        asked_since=_asked_since(record, states, settled),
        last_asked=asked_in.in_tables if asked_in else None,
    )


def _asked_since(record: Record, states: States, settled: Settled) -> str | None:
    since, own = None, str(record.values["report_quarter"])
    for state in states.before:
        if str(state.quarter) >= own:
            continue
        is_asked = any(other.key == record.key for other in state.rows["decision_request"])
        if not is_asked or settled.after(record.key, state.quarter.last_day):
            break
        since = state.quarter.in_tables
    return since


def _decision(record: Record, as_of: date) -> DecisionFact:
    decision_no = for_display(record.key)
    name = f"decision.{decision_no}."
    due = figures.field_day(name + "due", record, "due_date")
    state = record.text("state") or ""
    due_on = day_of(due)
    decision_id = record.text("decision_id")
    return DecisionFact(
        decision_no=decision_no,
        decision_id=for_display(decision_id) if decision_id else None,
        project_id=subject_project(record),
        subject=record.shown("subject") or "",
        outcome=record.text("outcome") or "",
        state=state,
        is_overdue=state != "done" and due_on is not None and due_on < as_of,
        meeting=figures.field_day(name + "meeting", record, "meeting_date"),
        amount=figures.field_money(name + "amount", record, "amount"),
        due=due,
        new_end=figures.field_day(name + "new_end", record, "new_end_baseline"),
        new_budget=figures.field_money(name + "new_budget", record, "new_budget_total"),
    )
