"""The fictional Beschlussbuch of the demo year: what the Lenkungskreis decided after each quarter."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from flows.demo_course import STEPS, Moment, story
from schemas.submission import Value
from transforms.workbook.register import write_register

_MEETING_DAYS = 42
"""The meeting lies so many days after the quarter: in its sixth week (domain.md §2.4)."""


def meeting_day(moment: Moment) -> date:
    """The day of the meeting about a quarter, a Wednesday."""
    day = moment.quarter.last_day + timedelta(days=_MEETING_DAYS)
    return day + timedelta(days=2 - day.weekday())


def decision_rows(moment: Moment) -> list[Mapping[str, Value]]:
    """Give the decisions of all meetings up to the one about this quarter, as they stood then."""
    return [_row(line, moment) for line in story("decisions") if int(line["step"]) <= moment.step]


def register_content(moment: Moment) -> bytes | None:
    """Write the Beschlussbuch after the meeting about this quarter; None before the story and after its end."""
    if not moment.is_told or moment.step == STEPS:
        return None
    return write_register(decision_rows(moment))


def _row(line: Mapping[str, str], moment: Moment) -> Mapping[str, Value]:
    met = meeting_day(Moment(moment.quarters, moment.index - (moment.step - int(line["step"]))))
    is_done = bool(line["done_from"]) and int(line["done_from"]) <= moment.step
    return {
        "decision_no": f"LK-{met.year}-{int(line['number']):02d}",
        "meeting_date": met,
        "decision_id": line["decision_id"] or None,
        "project_id": line["project_id"] or None,
        "subject": line["subject"],
        "outcome": line["outcome"],
        "amount": Decimal(line["amount"]) if line["amount"] else None,
        "due_date": met + timedelta(days=int(line["due_days"])) if line["due_days"] else None,
        "state": "done" if is_done else "in_progress" if int(line["step"]) < moment.step else "open",
    }
