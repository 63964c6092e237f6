"""What changed from one version of a return to another cell by cell, and what matters from quarter to quarter."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from schemas.contract import Field, FieldType, Table, cover, return_tables, tables
from schemas.submission import Value, Version
from transforms.answer.wording import shortened, texts
from transforms.contract_texts import shown
from transforms.wording import german_amount, german_date, german_number

_WATCHED = (
    "status_overall",
    "status_schedule",
    "status_cost",
    "status_scope",
    "budget_total",
    "forecast_total",
)
"""Fields of a project whose change from quarter to quarter is told: the lights, budget and forecast."""
_ENDED = frozenset({"completed", "cancelled"})
_LONGEST_ITEM = 60


class ChangeKind(StrEnum):
    """Whether a row is new or gone, or one of its values another one."""

    NEW = "new"
    GONE = "gone"
    CHANGED = "changed"


class Change(Struct, frozen=True):
    """One difference. ``item`` names the row as people do; a row that is new or gone has no ``field``."""

    kind: ChangeKind
    table: str
    item: str
    field: str = ""
    before: Value = None
    after: Value = None

    @property
    def where(self) -> str:
        """Sheet and row in words: „Projekte KLI-001 (Patientenportal)“."""
        return f"{tables()[self.table].sheet} {self.item}".rstrip()

    @property
    def label(self) -> str:
        """The field's German label."""
        return tables()[self.table].fields[self.field].label if self.field else ""

    @property
    def texts(self) -> tuple[str, str]:
        """Both values as people write them."""
        field = tables()[self.table].fields[self.field]
        return value_text(field, self.before), value_text(field, self.after)


def changes_between(before: Version, after: Version) -> tuple[Change, ...]:
    """List every value that differs between two versions of the same return, and rows that came or went.

    Rows are recognised by their key, whatever their order; rows without one (Zusammenarbeit) by all that they say.
    """
    front = cover()
    changes = list(_changed_fields(front, "", before.cover, after.cover, front.fields))
    for table in return_tables().values():
        old, new = before.tables.get(table.name, ()), after.tables.get(table.name, ())
        changes += _keyed(table, old, new) if table.key else _unkeyed(table, old, new)
    return tuple(changes)


def changes_since_quarter(before: Version, after: Version) -> tuple[Change, ...]:
    """List what the committee will ask about: projects that began or ended, lights, budgets and forecasts."""
    table = tables()["project"]
    old = {_key(table, row): row for row in before.tables.get(table.name, ())}
    new = {_key(table, row): row for row in after.tables.get(table.name, ())}
    changes = [Change(ChangeKind.NEW, table.name, _item(table, row)) for key, row in new.items() if key not in old]
    changes += [Change(ChangeKind.GONE, table.name, _item(table, row)) for key, row in old.items() if key not in new]
    for key, row in new.items():
        if key in old:
            ended = ("phase",) if row["phase"] in _ENDED else ()
            changes += _changed_fields(table, _item(table, row), old[key], row, (*ended, *_WATCHED))
    return tuple(changes)


def value_text(field: Field, value: Value) -> str:
    """Write a stored value as people read it; amounts in EUR, whatever unit the file declares."""
    match value:
        case None:
            return texts()["nothing_there"]
        case tuple():
            return shortened("; ".join(shown(field.code_list, entry) if field.code_list else entry for entry in value))
        case Decimal() | int() if field.type is FieldType.MONEY:
            return german_amount(value)
        case Decimal() | int() if field.type is FieldType.PERCENT:
            return f"{german_number(value)}\u00a0%"
        case Decimal() | int():
            return german_number(value)
        case date():
            return german_date(value)
        case str() if field.code_list:
            return shown(field.code_list, value)
        case _:
            return shortened(value)


def _keyed(
    table: Table, before: Iterable[Mapping[str, Value]], after: Iterable[Mapping[str, Value]]
) -> Iterator[Change]:
    old = {_key(table, row): row for row in before}
    new = {_key(table, row): row for row in after}
    for key, row in new.items():
        if key in old:
            yield from _changed_fields(table, _item(table, row), old[key], row, table.fields)
        else:
            yield Change(ChangeKind.NEW, table.name, _item(table, row))
    for key, row in old.items():
        if key not in new:
            yield Change(ChangeKind.GONE, table.name, _item(table, row))


def _unkeyed(
    table: Table, before: Iterable[Mapping[str, Value]], after: Iterable[Mapping[str, Value]]
) -> Iterator[Change]:
    old = Counter(tuple(row.get(name) for name in table.fields) for row in before)
    new = Counter(tuple(row.get(name) for name in table.fields) for row in after)
    for kind, rows in ((ChangeKind.NEW, new - old), (ChangeKind.GONE, old - new)):
        for values in rows.elements():
            yield Change(kind, table.name, _item(table, dict(zip(table.fields, values, strict=True))))


def _changed_fields(
    table: Table, item: str, before: Mapping[str, Value], after: Mapping[str, Value], names: Iterable[str]
) -> Iterator[Change]:
    for name in names:
        old, new = before.get(name), after.get(name)
        if old != new:
            yield Change(ChangeKind.CHANGED, table.name, item, name, old, new)


def _key(table: Table, row: Mapping[str, Value]) -> tuple[Value, ...]:
    return tuple(row.get(name) for name in table.key)


def _item(table: Table, row: Mapping[str, Value]) -> str:
    """Name a row: its key, and in brackets what it is called."""
    key = " / ".join(str(value) for value in _key(table, row) if value is not None)
    titles = ("title", "kpi_name", "risk_text", "subject", "description")
    title = next((row[name] for name in titles if isinstance(row.get(name), str)), None)
    if title is None:
        return key
    short = shortened(str(title), _LONGEST_ITEM)
    return f"{key} ({short})" if key else f"„{short}“"
