"""What the warehouse remembers of an organisation, as the rules need it: the accepted versions as values.

The list of versions is read at once, their rows when a rule asks for one, unless that is wanted ahead: with one query
per table for a whole block of quarters and all organisations, because a rule that looks at one return soon looks at the
others.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum, auto
from operator import itemgetter
from threading import Lock
from typing import Any, TypeAlias

from schemas.contract import cover, return_tables
from schemas.quarter import Quarter
from schemas.stored import stored_tables
from schemas.submission import HISTORY_QUARTERS, History, Value, Version
from warehouse.chains import REGISTER
from warehouse.connection import quoted
from warehouse.loading import instant_of

_Values: TypeAlias = Mapping[str, Value]
Ask: TypeAlias = Callable[[str, Sequence[object]], list[tuple[Any, ...]]]
_BLOCK = HISTORY_QUARTERS + 1
"""Quarters that are read together: one return and all that rules compare it with."""


class _Block:
    """The rows of all accepted returns of some quarters, read at the first look."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._lock = Lock()
        self._rows: dict[str, dict[str, tuple[_Values, ...]]] | None = None
        self.submission_ids: list[str] = []

    def rows(self, submission_id: str, table: str) -> tuple[_Values, ...]:
        """The rows of one table of one submission, in the order of its sheet."""
        return self.read()[table].get(submission_id, ())

    def read(self) -> dict[str, dict[str, tuple[_Values, ...]]]:
        """Read the rows unless that has been done."""
        with self._lock:
            if self._rows is None:
                self._rows = {table: read_rows(self._ask, table, self.submission_ids) for table in return_tables()}
            return self._rows


def read_rows(ask: Ask, table: str, submission_ids: Sequence[str]) -> dict[str, tuple[_Values, ...]]:
    """Read the rows of one table of some submissions, each in the order of its sheet; none where there are none."""
    names = stored_tables()[table].field_names
    lists = [number for number, name in enumerate(names) if stored_tables()[table].columns[name].type == "VARCHAR[]"]
    found: dict[str, list[_Values]] = {}
    rows = ask(
        "select submission_id, source_sheet, source_row, "
        f"{', '.join(quoted(name) for name in names)} from history.{quoted(table)} "
        "where list_contains(?, submission_id)",
        [list(submission_ids)],
    )
    for submission_id, _, _, *values in sorted(rows, key=itemgetter(0, 1, 2)):
        for number in lists:
            entries = values[number]
            values[number] = tuple(entries) if isinstance(entries, list) else None
        found.setdefault(str(submission_id), []).append(dict(zip(names, values, strict=True)))
    return {submission_id: tuple(rows) for submission_id, rows in found.items()}


class _Rows(Mapping[str, tuple[_Values, ...]]):
    """The tables of one version; reads its block at the first look."""

    def __init__(self, block: _Block, submission_id: str) -> None:
        self._block = block
        self._submission_id = submission_id

    def __getitem__(self, table: str) -> tuple[_Values, ...]:
        if table not in return_tables():
            raise KeyError(table)
        return self._block.rows(self._submission_id, table)

    def __iter__(self) -> Iterator[str]:
        return iter(return_tables())

    def __len__(self) -> int:
        return len(return_tables())


class Ahead(Enum):
    """Which rows are read at once, and not when they are looked at."""

    NONE = auto()
    NEWEST = auto()
    """Those of the quarters with which a return of the newest one is compared."""
    ALL = auto()


def read_histories(ask: Ask, ahead: Ahead = Ahead.NONE) -> dict[str, History]:
    """What is known of every organisation.

    ``ask`` runs a query with its parameters. A version stays what it is, whatever is loaded in between.
    """
    fields = tuple(cover().fields)
    found = ask(
        "select kind, submission_id, version, file_name, epoch_us(received_at) as received, "
        f"{', '.join(quoted(name) for name in fields)} from main.submission order by report_quarter desc, org_code",
        [],
    )
    decisions = _decisions(ask) if any(kind == REGISTER for kind, *_ in found) else ()
    blocks: dict[int, _Block] = {}
    accepted: dict[str, dict[Quarter, Version]] = {}
    newest: Quarter | None = None
    for kind, submission_id, version, file_name, received, *values in found:
        if kind == REGISTER:
            continue
        front = dict(zip(fields, values, strict=True))
        quarter = Quarter.parse(str(front["report_quarter"]))
        newest = newest or quarter
        block = blocks.setdefault(_distance(quarter, newest) // _BLOCK, _Block(ask))
        block.submission_ids.append(str(submission_id))
        accepted.setdefault(str(front["org_code"]), {})[quarter] = Version(
            quarter,
            int(str(version)),
            str(file_name),
            instant_of(int(str(received))),
            front,
            _Rows(block, str(submission_id)),
        )
    for number, block in blocks.items():
        if ahead is Ahead.ALL or (ahead is Ahead.NEWEST and number == 0):
            block.read()
    return {org_code: History(versions, decisions) for org_code, versions in accepted.items()}


def _distance(quarter: Quarter, newest: Quarter) -> int:
    return (newest.year - quarter.year) * 4 + newest.number - quarter.number


def _decisions(ask: Ask) -> tuple[_Values, ...]:
    names = stored_tables()["decision"].field_names
    found = ask(f"select {', '.join(quoted(name) for name in names)} from main.decision order by source_row", [])
    return tuple(dict(zip(names, values, strict=True)) for values in found)
