"""What the tables tell about one quarter, as typed records with the way back to their cells."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

import polars as pl
from msgspec import Struct

from schemas.contract import GENERAL_PROJECT
from schemas.contract import tables as contract_tables
from schemas.facts import Figure, Source
from schemas.quarter import Quarter
from transforms.report.writing import cut, for_display

QUARTERS_BACK = 8
"""How far the report looks back."""

COURSE_QUARTERS = 8
"""How many quarters a course shows, the present one among them."""

CLOSED_PHASES = frozenset({"completed", "cancelled"})

_ORIGIN = ("org_code", "report_quarter", "submission_id", "source_sheet", "source_row")
_REMEMBERED = {
    "project": ("project_id", "title", "phase", "status_overall", *_ORIGIN),
    "milestone": ("project_id", "milestone_no", "date_forecast", *_ORIGIN),
    "kpi_value": ("kpi_code", "value", "model_version", *_ORIGIN),
    "decision_request": (
        *("decision_id", "project_id", "subject", "proposal", "decision_type", "amount", "consequence", "needed_by"),
        *("further_bodies", *_ORIGIN),
    ),
}
"""What is needed of quarters before the previous one; the rest stays in the frames: history must not cost."""

_RETURNED = ("project", "milestone", "kpi_value", "risk", "decision_request", "cooperation")


class Record(Struct, frozen=True):
    """One row of a table with typed access; a field that the frame does not have holds nothing."""

    table: str
    values: Mapping[str, object]

    def text(self, name: str) -> str | None:
        """Give a text or code as stored."""
        value = self.values.get(name)
        return value if isinstance(value, str) else None

    def shown(self, name: str) -> str | None:
        """Give a text fit for display, cut at the length that the contract allows; None when nothing is left."""
        value = self.text(name)
        if value is None:
            return None
        return cut(for_display(value), contract_tables()[self.table].fields[name].max_length) or None

    def day(self, name: str) -> date | None:
        """Give a date."""
        value = self.values.get(name)
        return value if isinstance(value, date) and not isinstance(value, datetime) else None

    def instant(self, name: str) -> datetime | None:
        """Give an instant."""
        value = self.values.get(name)
        return value if isinstance(value, datetime) else None

    def amount(self, name: str) -> Decimal | None:
        """Give money, a percentage or an indicator's value."""
        value = self.values.get(name)
        return value if isinstance(value, Decimal) else None

    def count(self, name: str) -> int | None:
        """Give a whole number."""
        value = self.values.get(name)
        return value if isinstance(value, int) else None

    def entries(self, name: str) -> tuple[str, ...]:
        """Give the entries of a list field, fit for display."""
        value = self.values.get(name)
        return tuple(for_display(str(entry)) for entry in value) if isinstance(value, list) else ()

    @property
    def org_code(self) -> str:
        """The organisation that reported the row."""
        return str(self.values["org_code"])

    @property
    def key(self) -> str:
        """The row's key as people say it."""
        key = contract_tables()[self.table].key or ("org_code",)
        return "/".join(str(self.values.get(name)) for name in key)

    @property
    def is_closed(self) -> bool:
        """For projects: completed or cancelled."""
        return self.text("phase") in CLOSED_PHASES

    def source(self, field: str) -> Source:
        """Name the cell behind a field."""
        return Source(
            submission_id=str(self.values["submission_id"]),
            table=self.table,
            key=self.key,
            field=field,
            sheet=self.text("source_sheet") or contract_tables()[self.table].sheet,
            row=self.count("source_row"),
        )


class State(Struct, frozen=True, dict=True):
    """The accepted returns of one quarter."""

    quarter: Quarter
    submissions: Mapping[str, Record]
    """By organisation."""
    rows: Mapping[str, tuple[Record, ...]]

    @cached_property
    def projects(self) -> Mapping[str, Record]:
        """The projects by id."""
        return {record.key: record for record in self.rows["project"]}

    @cached_property
    def milestones(self) -> Mapping[str, Record]:
        """The milestones by ``KLI-001/2``."""
        return {record.key: record for record in self.rows["milestone"]}

    @cached_property
    def indicators(self) -> Mapping[tuple[str, str], Record]:
        """The indicators by organisation and code."""
        return {(record.org_code, record.key): record for record in self.rows["kpi_value"]}

    def has_delivered(self, org_code: str) -> bool:
        """Whether a return of the organisation was accepted, be it a Fehlanzeige."""
        return org_code in self.submissions


class States(Struct, frozen=True):
    """The quarter of the report, the one before it, and the older ones, the latest first.

    ``previous`` is what the committee saw of the quarter before: whatever is said to have changed has changed since.
    ``previous_now`` is what holds of it now, with corrections and late returns: courses over quarters show that.
    """

    current: State
    previous: State
    older: tuple[State, ...]
    previous_now: State

    @property
    def before(self) -> tuple[State, ...]:
        """All quarters before the report's, the latest first."""
        return (self.previous, *self.older)

    @property
    def course(self) -> tuple[State, ...]:
        """All quarters as they hold now, the latest first."""
        return (self.current, self.previous_now, *self.older)

    def last_of(self, org_code: str) -> State | None:
        """The latest quarter before the report's for which the organisation delivered."""
        return next((state for state in self.before if state.has_delivered(org_code)), None)


def read_states(
    tables: Mapping[str, pl.DataFrame], quarter: Quarter, seen: Mapping[str, pl.DataFrame] | None = None
) -> States:
    """Take what the report needs out of the published tables.

    ``seen`` are the tables as the committee saw them; without them it saw what holds now.
    """
    submissions = _by_quarter("submission", tables["submission"])
    full = [str(quarter), str(quarter.previous)]
    remembered = [str(quarter.shifted(-back)) for back in range(2, QUARTERS_BACK + 1)]
    rows: dict[str, dict[str, list[Record]]] = {}
    for name in _RETURNED:
        rows[name] = _by_quarter(name, _of(tables[name], full))
        if name in _REMEMBERED:
            rows[name].update(_by_quarter(name, _of(tables[name].select(_REMEMBERED[name]), remembered)))

    def state(of: Quarter) -> State:
        return State(
            of,
            {record.org_code: record for record in submissions.get(str(of), ())},
            {name: tuple(rows[name].get(str(of), ())) for name in _RETURNED},
        )

    older = tuple(state(quarter.shifted(-back)) for back in range(2, QUARTERS_BACK + 1))
    previous_now = state(quarter.previous)
    return States(
        state(quarter), _seen(seen, quarter.previous) if seen is not None else previous_now, older, previous_now
    )


def _seen(seen: Mapping[str, pl.DataFrame], quarter: Quarter) -> State:
    def of_quarter(name: str) -> list[Record]:
        return _by_quarter(name, _of(seen[name], [str(quarter)])).get(str(quarter), [])

    return State(
        quarter,
        {record.org_code: record for record in of_quarter("submission")},
        {name: tuple(of_quarter(name)) for name in _RETURNED},
    )


def records(table: str, frame: pl.DataFrame) -> Iterable[Record]:
    """Give the rows of a frame as records."""
    return (Record(table, row) for row in frame.iter_rows(named=True))


def _of(frame: pl.DataFrame, quarters: list[str]) -> pl.DataFrame:
    return frame.filter(pl.col("report_quarter").is_in(quarters))


def _by_quarter(table: str, frame: pl.DataFrame) -> dict[str, list[Record]]:
    """Give the records by quarter, in the order of organisations and of their sheets, whatever that of the frame."""
    found: dict[str, list[Record]] = {}
    for record in records(table, frame):
        found.setdefault(str(record.values["report_quarter"]), []).append(record)
    for quarter in found.values():
        quarter.sort(key=lambda record: (record.org_code, record.count("source_row") or 0))
    return found


def subject_project(record: Record) -> str | None:
    """Give the project that a row is about; None for what belongs to no single one."""
    project_id = record.text("project_id")
    return None if project_id in (None, GENERAL_PROJECT) else for_display(project_id or "")


def day_of(figure: Figure) -> date | None:
    """Give the day that a figure says, if it says one."""
    return figure.value if isinstance(figure.value, date) else None
