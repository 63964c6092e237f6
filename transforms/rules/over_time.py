"""Q: one return beside those of the quarters before. Indicators stand in `transforms.rules.indicator_series`."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import pairwise

from schemas.codes import code_lists
from schemas.contract import Table, return_tables
from schemas.submission import Row, Value
from transforms.rules.case import CLOSED_PHASES, Case
from transforms.rules.registry import Breach, rule, rule_of_return
from transforms.rules.required import milestone_name
from transforms.wording import german_amount, german_date

_OUTSIDE_THE_ORDER = frozenset({"paused", "cancelled"})
"""Phases that a project can enter and leave without going forward or back."""

_TAKEN = frozenset({"approved", "rejected"})
"""Outcomes that are a decision; adjourned or noted is none."""


@rule_of_return("Q01")
def active_projects_do_not_vanish(case: Case) -> Iterator[Breach]:
    """A project stays in the returns until it was reported as completed or cancelled."""
    if case.past.before is None or not case.is_known("project", "project_id"):
        return
    for project in case.past.before.tables.get("project", ()):
        project_id = project["project_id"]
        if project["phase"] not in CLOSED_PHASES and project_id not in case.projects:
            yield Breach({"projekt": str(project_id)}, place=case.sheet("project"))


@rule("Q02", "project", needs=("project_id", "end_baseline"), at="end_baseline")
def planned_end_changes_by_decision(row: Row, case: Case) -> Breach | None:
    """The planned end is frozen; a decision of the Lenkungskreis moves it."""
    return _changed_without_decision(row, case, "end_baseline", "new_end_baseline")


@rule("Q02", "project", needs=("project_id", "budget_total"), at="budget_total")
def planned_budget_changes_by_decision(row: Row, case: Case) -> Breach | None:
    """The planned budget is frozen; a decision of the Lenkungskreis changes it."""
    return _changed_without_decision(row, case, "budget_total", "new_budget_total")


@rule("Q03", "project", needs=("project_id", "actual_cum"), at="actual_cum")
def spent_does_not_fall(row: Row, case: Case) -> Breach | None:
    """What was spent since the beginning can only grow."""
    before = case.past.last_known("project", "actual_cum", row.text("project_id"))
    actual = row.amount("actual_cum")
    if not isinstance(before, Decimal) or actual >= before:
        return None
    return Breach(
        {"projekt": row.text("project_id"), "alt": german_amount(before), "neu": german_amount(actual)},
        expected=f"mindestens {german_amount(before)}",
    )


@rule("Q04", "project", needs=("project_id", "progress_pct"), at="progress_pct")
def progress_does_not_fall(row: Row, case: Case) -> Breach | None:
    """Progress that falls means that something was taken back."""
    before = case.past.last_known("project", "progress_pct", row.text("project_id"))
    if not isinstance(before, Decimal) or row.amount("progress_pct") >= before:
        return None
    return Breach({"projekt": row.text("project_id")})


@rule("Q04", "project", needs=("project_id", "phase"), at="phase")
def phase_does_not_go_back(row: Row, case: Case) -> Breach | None:
    """Phases follow each other as the code list has them; pausing and cancelling is no step back."""
    before = case.past.last_known("project", "phase", row.text("project_id"))
    phase = row.text("phase")
    order = code_lists()["phase"].codes
    if before is None or {before, phase} & _OUTSIDE_THE_ORDER or order.index(phase) >= order.index(str(before)):
        return None
    return Breach({"projekt": row.text("project_id")})


@rule("Q05", "project", needs=("project_id", "status_overall"), at="status_overall", is_dated=True)
def red_does_not_last_without_decision(row: Row, case: Case) -> Breach | None:
    """Red for several quarters on end, and nobody has decided anything about it since it turned red."""
    if row.text("status_overall") != "red" or case.quarter is None:
        return None
    project_id, since, quarters = row.text("project_id"), case.quarter, 1
    for version, project in case.past.rows_backwards("project", project_id):
        if project["status_overall"] != "red":
            break
        since, quarters = version.quarter, quarters + 1
    decided = any(
        decision["project_id"] == project_id and decision["outcome"] in _TAKEN and day >= since.first_day
        for decision in case.history.decisions
        if isinstance(day := decision["meeting_date"], date)
    )
    if quarters < case.thresholds.red_quarters or decided:
        return None
    return Breach({"projekt": project_id, "n": str(quarters)})


@rule("Q06", "project", needs=("project_id", "status_overall"), at="status_overall")
def light_passes_through_yellow(row: Row, case: Case) -> Breach | None:
    """From green to red within one quarter: either a sudden blow, or the quarter before was too green."""
    before = case.past.row_before("project", row.text("project_id"))
    if row.text("status_overall") != "red" or before is None or before["status_overall"] != "green":
        return None
    return Breach({"projekt": row.text("project_id")})


@rule(
    "Q07",
    "milestone",
    needs=("project_id", "milestone_no", "date_forecast", "milestone_status"),
    at="date_forecast",
)
def milestone_keeps_its_date(row: Row, case: Case) -> Breach | None:
    """An open milestone that moved later this quarter, with how often and how far it has moved so far."""
    if row.text("milestone_status") != "open":
        return None
    key = (row.text("project_id"), row.count("milestone_no"))
    earlier = [past["date_forecast"] for _, past in case.past.rows_backwards("milestone", *key)]
    days = [row.day("date_forecast"), *(day for day in earlier if isinstance(day, date))]
    moves = [(later - before).days for later, before in pairwise(days)]
    slips = [move for move in moves if move > 0]
    if not moves or moves[0] <= 0:
        return None
    return Breach(
        {
            "projekt": row.text("project_id"),
            "nr": milestone_name(row),
            "n": str(len(slips)),
            "tage": str(sum(slips)),
        }
    )


@rule("Q10", "project", needs=("project_id", "status_reason"), at="status_reason")
def reason_is_written_afresh(row: Row, case: Case) -> Breach | None:
    """The same words as last quarter say nothing about this one."""
    before = case.past.row_before("project", row.text("project_id"))
    reason = before["status_reason"] if before is not None else None
    if not isinstance(reason, str) or _words(reason) != _words(row.text("status_reason")):
        return None
    return Breach({"projekt": row.text("project_id")})


@rule_of_return("Q11")
def return_differs_from_the_one_before(case: Case) -> Iterator[Breach]:
    """A return whose tables are those of the quarter before was probably only given a new date."""
    before = case.past.before
    content = case.submission.tables
    if before is None or case.cover is None or not any(content.values()):
        return
    for table in return_tables().values():
        now = _content(table, (row.values for row in content.get(table.name, ())))
        if now != _content(table, before.tables.get(table.name, ())):
            return
    yield Breach({"vorquartal": before.quarter.in_tables}, at="report_quarter", row=case.cover)


def _changed_without_decision(row: Row, case: Case, field: str, decided_field: str) -> Breach | None:
    project_id, value = row.text("project_id"), row.values[field]
    before = case.past.last_known("project", field, project_id)
    if before is None or value == before:
        return None
    permitted = [
        decision[decided_field]
        for decision in case.history.decisions
        if decision["project_id"] == project_id and decision["outcome"] == "approved"
    ]
    if value in permitted:
        return None
    return Breach(
        {"projekt": project_id, "alt": _written(before), "neu": _written(value)},
        expected=_written(before),
    )


def _written(value: Value) -> str:
    match value:
        case Decimal():
            return german_amount(value)
        case date():
            return german_date(value)
        case _:
            return str(value)


def _words(text: str) -> list[str]:
    return text.casefold().split()


def _content(table: Table, rows: Iterable[Mapping[str, Value]]) -> Counter[tuple[Value, ...]]:
    """The rows whatever their order; an amount is the same with and without trailing zeros."""
    return Counter(tuple(row[name] for name in table.fields) for row in rows)
