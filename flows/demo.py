"""A fictional year of the eight: what eight offices would hand in, written with the project's own template.

Titles are those of real projects of the city, every figure is invented. The same quarters give the same bytes.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from flows.clock import BERLIN
from flows.demo_course import Moment, assessment, report_rows, story
from flows.demo_decisions import meeting_day, register_content
from flows.demo_offices import (
    BROKEN_REFERENCE,
    COLOUR_ONLY,
    NOT_A_NUMBER,
    NOTHING,
    Draft,
    Expected,
    Habit,
    amounts_as_text,
    changed_cell,
    footnote,
    hidden_project,
    own_column_order,
    total_row,
    zipped_csv,
)
from schemas.codes import the_eight
from schemas.findings import Severity, Verdict, rules
from schemas.quarter import Quarter
from schemas.submission import Value
from transforms.workbook.template_plan import plan_template
from transforms.workbook.template_render import render

_CORRECTION_DAYS = 5
"""Early enough for the report of the quarter."""
_MOST_TOLD = 4
"""So many projects has the organisation with the most in the story; its risks and requests refer to them."""
_LOCK_FILE = b"\x05Buero" + b"\x00" * 159
"""What Excel leaves beside an open workbook."""

_EVERY_QUARTER: dict[str, tuple[Habit, ...]] = {
    "VHS": (amounts_as_text,),
    "SWG": (footnote,),
    "SPK": (own_column_order,),
}
_AT_STEP: dict[tuple[str, int], tuple[Habit, ...]] = {
    ("KLI", 4): (
        changed_cell(0, "status_reason", NOTHING, "X04"),
        changed_cell(1, "status_cost", COLOUR_ONLY, "C08"),
        hidden_project(2),
    ),
    ("CGT", 4): (changed_cell(0, "forecast_total", BROKEN_REFERENCE, "C06"),),
}
_ADDS_UP = "VHS"
_SUM_ERRORS = {4: 1000}
"""Step to the amount by which its Summe is wrong; right in all other quarters."""
_MISSING = frozenset({("KRG", 2)})
_CORRECTED = ("KLI", 3)
_CORRECTION = "Ist kumuliert von KLI-001 nachgetragen"
_COPIED = ("SWG", 4)
_OPEN_IN_EXCEL = ("KLI", 4)


class DemoDelivery(Struct, frozen=True):
    """One file of the demo year and what must come of it."""

    file_name: str
    content: bytes
    received_at: datetime
    """An instant in UTC: noon in Gütersloh."""
    org_code: str | None
    """None for a file that is nobody's: a lock file, or the Beschlussbuch."""
    quarter: Quarter
    verdict: Verdict | None
    """None for a file that is no delivery and is left alone, such as a lock file."""
    expected: tuple[Expected, ...] = ()
    """Findings that must be reported, among others that the story itself calls for (warnings only)."""


def demo_year(
    quarters: Sequence[Quarter], *, projects_per_organisation: int | None = None, is_messy: bool = True
) -> list[DemoDelivery]:
    """Make the deliveries of the eight for these quarters, in the order in which they arrive.

    Args:
        quarters: consecutive quarters, the earliest first; the story is told in the last four, any before lead up.
        projects_per_organisation: for load tests, how many projects each reports instead of the two to four of the
            story, at least 4; the additional ones vary the story's.
        is_messy: whether the offices have their habits (text amounts, thousands, a zip of CSV, errors, a quarter
            without a return), and the department keeps its Beschlussbuch. False gives eight clean xlsx files a quarter.

    Raises:
        ValueError: quarters that are none or do not follow one another, or too few projects.
    """
    if not quarters or any(later.previous != earlier for earlier, later in pairwise(quarters)):
        msg = "the demo needs at least one quarter, and each must follow the one before"
        raise ValueError(msg)
    if projects_per_organisation is not None and projects_per_organisation < _MOST_TOLD:
        msg = f"the story needs {_MOST_TOLD} projects per organisation or more"
        raise ValueError(msg)
    deliveries = [
        delivery
        for index in range(len(quarters))
        for org_code in the_eight()
        for delivery in _deliveries(
            org_code, Moment(tuple(quarters), index), projects_per_organisation, is_messy=is_messy
        )
    ]
    if is_messy:
        deliveries += _registers([Moment(tuple(quarters), index) for index in range(len(quarters))])
    return sorted(deliveries, key=lambda delivery: delivery.received_at)


def _registers(moments: Sequence[Moment]) -> Iterator[DemoDelivery]:
    """Give the Beschlussbuch as the department hands it in two days after each meeting."""
    for moment in moments:
        content = register_content(moment)
        if content is not None:
            name = f"Beschlussbuch_{moment.quarter}.xlsx"
            handed_in = _noon(meeting_day(moment) + timedelta(days=2))
            yield DemoDelivery(name, content, handed_in, None, moment.quarter, Verdict.ACCEPTED)


def _deliveries(org_code: str, moment: Moment, projects: int | None, *, is_messy: bool) -> Iterator[DemoDelivery]:
    [office] = [line for line in story("offices") if line["org_code"] == org_code]
    delivered_on = _working_day(moment.quarter.last_day + timedelta(days=int(office["delivery_days"])))
    cover: dict[str, Value] = {
        "submission_status": "released",
        "approved_by_role": office["approved_by_role"],
        "approved_on": delivered_on,
        "contact_mailbox": f"digital@{org_code.lower()}.example",
        "money_unit": office["money_unit"] if is_messy else "EUR",
        "overall_assessment": assessment(org_code, moment),
    }
    rows = report_rows(org_code, moment, projects)
    draft = Draft(plan_template(org_code, moment.quarter, rows, cover))
    event = (org_code, moment.step if moment.is_told else 0)
    if not is_messy:
        yield _delivery(draft, f"D8_{org_code}_{moment.quarter}_v01.xlsx", delivered_on)
        return
    name = office["file_name"].format(quarter=moment.quarter)
    if event == _CORRECTED:
        yield _delivery(changed_cell(0, "actual_cum", NOT_A_NUMBER, "C04")(draft), name, delivered_on)
        name = name.replace("_v01", "_v02")
        delivered_on = _working_day(delivered_on + timedelta(days=_CORRECTION_DAYS))
        cover |= {"correction_reason": _CORRECTION, "approved_on": delivered_on}
        draft = Draft(plan_template(org_code, moment.quarter, rows, cover))
    if event not in _MISSING:
        delivery = _delivery(_with_habits(draft, event), name, delivered_on)
        yield from (delivery, *_beside(delivery, event))


def _with_habits(draft: Draft, event: tuple[str, int]) -> Draft:
    org_code, step = event
    for habit in (*_EVERY_QUARTER.get(org_code, ()), *_AT_STEP.get(event, ())):
        draft = habit(draft)
    return total_row(_SUM_ERRORS.get(step, 0))(draft) if org_code == _ADDS_UP else draft


def _beside(delivery: DemoDelivery, event: tuple[str, int]) -> Iterator[DemoDelivery]:
    """Give what lies beside a return: its copy, or the trace of a program that still has it open."""
    if event == _COPIED:
        yield replace(
            delivery,
            file_name=f"Kopie von {delivery.file_name}",
            received_at=delivery.received_at + timedelta(hours=1),
            verdict=Verdict.DUPLICATE,
            expected=(),
        )
    if event == _OPEN_IN_EXCEL:
        name = f"~${delivery.file_name}"
        yield replace(delivery, file_name=name, content=_LOCK_FILE, org_code=None, verdict=None, expected=())


def _delivery(draft: Draft, name: str, delivered_on: date) -> DemoDelivery:
    content = zipped_csv(draft.plan) if name.endswith(".zip") else render(draft.plan)
    has_errors = any(rules()[expected.rule].severity is Severity.ERROR for expected in draft.expected)
    verdict = Verdict.ACCEPTED_WITH_FINDINGS if has_errors else Verdict.ACCEPTED
    return DemoDelivery(
        name, content, _noon(delivered_on), draft.plan.org_code, draft.plan.quarter, verdict, draft.expected
    )


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), BERLIN).astimezone(UTC)


def _working_day(day: date) -> date:
    """Give the day, or the Monday after it: offices hand nothing in at the weekend."""
    weekend_days_left = max(0, 7 - day.weekday()) if day.weekday() >= 5 else 0
    return day + timedelta(days=weekend_days_left)
