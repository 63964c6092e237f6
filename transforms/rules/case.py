"""One return under judgement: its rows as they stand now, beside its history."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property

from msgspec import Struct

from schemas.codes import code_lists
from schemas.contract import TEMPLATE_VERSION, tables
from schemas.place import Place
from schemas.quarter import Quarter
from schemas.standards import Standards
from schemas.submission import History, Row, Rows, Submission
from schemas.thresholds import Thresholds
from transforms.rules.past import Past

CLOSED_PHASES = frozenset({"completed", "cancelled"})
"""Phases in which a project is over."""


class Case(Struct, frozen=True, dict=True):
    """What a judgement may look at. Cells that failed so far are already null in ``cover`` and ``tables``."""

    submission: Submission
    cover: Row | None
    tables: Rows
    history: History
    past: Past
    today: date
    """The day on which the return was received; the future begins after it."""
    standards: Standards

    @property
    def thresholds(self) -> Thresholds:
        """The numbers that judgements depend on."""
        return self.standards.thresholds

    @property
    def org_code(self) -> str | None:
        """Whose return it is."""
        return self.submission.org_code

    @property
    def quarter(self) -> Quarter | None:
        """The quarter it speaks about."""
        return self.submission.quarter

    @cached_property
    def stichtag(self) -> date:
        """The last day of the quarter; only for judgements registered as dated, ValueError without a quarter."""
        if self.quarter is None:
            msg = "a return without a quarter has no Stichtag"
            raise ValueError(msg)
        return self.quarter.last_day

    @cached_property
    def horizon(self) -> date:
        """The last day of the quarters in which a project at work has a milestone; as `stichtag`."""
        own = Quarter.containing(self.stichtag)
        return own.shifted(self.thresholds.milestone_horizon_quarters).last_day

    @property
    def template_version(self) -> str:
        """The version of the template that the return was made with; today's when it does not say."""
        declared = self.cover.values["template_version"] if self.cover is not None else None
        return declared if isinstance(declared, str) else TEMPLATE_VERSION

    @property
    def is_nil_return(self) -> bool:
        """Whether the Deckblatt says that there is nothing to report."""
        return self.cover is not None and self.cover.values["submission_status"] == "nil_return"

    def rows(self, table: str) -> tuple[Row, ...]:
        """The rows of a table; the Deckblatt is a table of one."""
        if table == "submission":
            return () if self.cover is None else (self.cover,)
        return self.tables.get(table, ())

    def sheet(self, table: str) -> Place:
        """The sheet of a table, by the name that the file gives it."""
        rows = self.rows(table)
        return Place(rows[0].sheet if rows else tables()[table].sheet)

    @cached_property
    def projects(self) -> Mapping[str, Row]:
        """The projects by number."""
        return {row.text("project_id"): row for row in self.rows("project") if row.has("project_id")}

    def of_project(self, table: str, project_id: str) -> tuple[Row, ...]:
        """The rows of another table that belong to a project."""
        return self._by_project.get((table, project_id), ())

    def is_known(self, table: str, field: str) -> bool:
        """Whether this cell holds a value in every row: only then can something be found to be absent; asked once."""
        place = (table, field)
        if place not in self._known:
            self._known[place] = all(row.values[field] is not None for row in self.rows(table))
        return self._known[place]

    @cached_property
    def _known(self) -> dict[tuple[str, str], bool]:
        return {}

    @cached_property
    def _by_project(self) -> Mapping[tuple[str, str], tuple[Row, ...]]:
        grouped: dict[tuple[str, str], list[Row]] = {}
        for table in ("milestone", "risk", "decision_request"):
            for row in self.rows(table):
                if row.has("project_id"):
                    grouped.setdefault((table, row.text("project_id")), []).append(row)
        return {key: tuple(rows) for key, rows in grouped.items()}


def label(code_list: str, code: str) -> str:
    """Give the German label of a stored code, for messages."""
    return code_lists()[code_list].label(code)


def project_name(row: Row) -> str:
    """Say which project a row is about; its row number when the project number is missing."""
    return row.text("project_id") if row.has("project_id") else f"Zeile {row.source_row}"


def is_closed(row: Row) -> bool:
    """Whether the project is over."""
    return row.values["phase"] in CLOSED_PHASES
