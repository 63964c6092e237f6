"""A delivery that has been read: whose it is, for which quarter, and its typed rows."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

from msgspec import Struct, field

from schemas.contract import register
from schemas.findings import Finding, Verdict
from schemas.place import Place
from schemas.quarter import Quarter

Value: TypeAlias = str | int | Decimal | date | tuple[str, ...] | None
"""A typed value as stored: codes and texts, integers, exact decimals, dates, lists in the order given.

None means „not given“; why a cell gave nothing (empty, „k. A.“, an error) is told by findings, not by the value.
"""


class Row(Struct, frozen=True):
    """One typed row with the way back to its cells.

    ``values`` holds every field of the table (None where nothing was given). ``raw`` is the text of the cell as
    found, for fields that had one. ``failed`` names the fields whose cell has an error: their value is None and no
    other rule speaks about them.
    """

    table: str
    values: Mapping[str, Value]
    sheet: str = ""
    source_row: int = 0
    columns: Mapping[str, int] = field(default_factory=dict)
    """Field to column of the submitted sheet, shared by the rows of a table; a missing field had no column."""
    rows: Mapping[str, int] = field(default_factory=dict)
    """Field to row, for the Deckblatt, where each field has a row of its own."""
    raw: Mapping[str, str] = field(default_factory=dict)
    failed: frozenset[str] = frozenset()

    def place(self, name: str) -> Place:
        """Where the field stands in the submitted file: its cell, or its row when the file has no such column."""
        row = self.rows.get(name, self.source_row) or None
        return Place(self.sheet, row, self.columns.get(name))

    def has(self, *names: str) -> bool:
        """Whether all these fields hold a value."""
        values = self.values
        for name in names:  # noqa: SIM110 - asked for each row by many rules, and three times as fast as all()
            if values[name] is None:
                return False
        return True

    def text(self, name: str) -> str:
        """Give a text or code; TypeError when the field holds none (ask `has` first)."""
        value = self.values[name]
        if not isinstance(value, str):
            raise TypeError(_not_a("text", self, name))
        return value

    def day(self, name: str) -> date:
        """Give a date; TypeError when the field holds none."""
        value = self.values[name]
        if not isinstance(value, date):
            raise TypeError(_not_a("date", self, name))
        return value

    def amount(self, name: str) -> Decimal:
        """Give money, a percentage or an indicator's value; TypeError when the field holds none."""
        value = self.values[name]
        if not isinstance(value, Decimal):
            raise TypeError(_not_a("number", self, name))
        return value

    def count(self, name: str) -> int:
        """Give a whole number; TypeError when the field holds none."""
        value = self.values[name]
        if not isinstance(value, int):
            raise TypeError(_not_a("integer", self, name))
        return value

    def entries(self, name: str) -> tuple[str, ...]:
        """Give the entries of a list field, none when nothing was given."""
        value = self.values[name]
        if value is None:
            return ()
        if not isinstance(value, tuple):
            raise TypeError(_not_a("list", self, name))
        return value


def _not_a(what: str, row: Row, name: str) -> str:
    return f"{row.table}.{name} of row {row.source_row} holds no {what}: {row.values[name]!r}"


Rows: TypeAlias = Mapping[str, tuple[Row, ...]]
"""Table to rows; every table of the return has its key, be it with no row."""


def is_register(tables: Rows) -> bool:
    """Whether these are the tables of the Beschlussbuch, not those of a return."""
    return register().name in tables


class Submission(Struct, frozen=True):
    """What reading and parsing made of one delivery; nothing is judged yet beyond single cells.

    ``findings`` are those of the families F, S and C. ``is_readable`` is False when the file or its structure stopped
    the reading: then ``tables`` may be incomplete and no rule of the later families runs.
    """

    file_name: str
    org_code: str | None
    quarter: Quarter | None
    cover: Row | None
    tables: Rows
    findings: tuple[Finding, ...]
    is_readable: bool = True
    file_format: str = ""

    def rows(self) -> Iterator[Row]:
        """All rows of all tables, the Deckblatt first."""
        if self.cover is not None:
            yield self.cover
        for table in self.tables.values():
            yield from table


HISTORY_QUARTERS = 8
"""How far back rules look. A fixed number, so that a judgement depends on nothing but its own quarter's past: taken
in quarter by quarter or replayed from the archive in one go, a return gets the same findings."""


class Version(Struct, frozen=True):
    """One accepted version of a return, as the warehouse remembers it: the values without their cells."""

    quarter: Quarter
    version: int
    file_name: str
    received_at: datetime
    cover: Mapping[str, Value]
    tables: Mapping[str, tuple[Mapping[str, Value], ...]]


class History(Struct, frozen=True):
    """What was known about one organisation when a submission arrived.

    ``accepted`` holds the version that counted for each earlier or equal quarter; ``decisions`` the Beschlussbuch
    as known then (rule Q02); ``neighbours`` what the other organisations had handed in for the submission's own
    quarter, by organisation (B11, B12).
    """

    accepted: Mapping[Quarter, Version] = field(default_factory=dict)
    decisions: tuple[Mapping[str, Value], ...] = ()
    neighbours: Mapping[str, Version] = field(default_factory=dict)

    def before(self, quarter: Quarter) -> Version | None:
        """The version that counts for the quarter before, if one was accepted."""
        return self.accepted.get(quarter.previous)

    def current(self, quarter: Quarter) -> Version | None:
        """The version of the same quarter that counts so far; a correction supersedes it."""
        return self.accepted.get(quarter)

    def backwards(self, quarter: Quarter) -> Iterator[Version]:
        """The accepted versions of the quarters before, the latest first, until one is missing or all are told.

        All are `HISTORY_QUARTERS`.
        """
        for quarters in range(1, HISTORY_QUARTERS + 1):
            version = self.accepted.get(quarter.shifted(-quarters))
            if version is None:
                return
            yield version


NO_HISTORY = History()


class Checked(Struct, frozen=True):
    """The outcome of checking: verdict, clean rows, and every finding of every stage that could run.

    In ``cover`` and ``tables`` each cell with an error is null and its row is kept. ``version`` counts the versions
    of this organisation's quarter from 1; it is None for the Beschlussbuch, and unless the verdict says that it is
    loaded. ``shadowed`` are the findings of rules that are only tried out: they are stored to be counted, and told to
    nobody.
    """

    submission: Submission
    verdict: Verdict
    findings: tuple[Finding, ...]
    cover: Row | None
    tables: Rows
    version: int | None = None
    shadowed: tuple[Finding, ...] = ()
