"""The data contract „Statusmeldung v1“: which tables and fields a return holds (contract.md).

Everything that knows a field knows it from here: the template, the reader, the Pandera schemas, the DuckDB tables
and their comments, the data dictionary and the filling-in guide.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from schemas.tabular import read_definitions

TEMPLATE_VERSIONS: tuple[str, ...] = tuple(row["template_version"] for row in read_definitions("template_versions"))
"""Every version that was ever handed out, the oldest first: returns of all of them stay readable."""

TEMPLATE_VERSION = TEMPLATE_VERSIONS[-1]
"""The version that the template writes today."""

GENERAL_PROJECT = "ALLG"
"""Stands in Projekt-Nr. of risks and decision requests that belong to no single project."""


class FieldType(StrEnum):
    """How a field is written and stored."""

    TEXT = "text"
    EMAIL = "email"
    CODE = "code"
    DATE = "date"
    QUARTER = "quarter"
    INTEGER = "integer"
    PERCENT = "percent"
    """Stored in percentage points: 35 % is 35."""
    MONEY = "money"
    """Stored in EUR with two decimals, whatever the Geldeinheit of the file."""
    NUMBER = "number"
    """An indicator's value in the indicator's unit, four decimals."""
    ORG_LIST = "org_list"
    TEXT_LIST = "text_list"

    @property
    def is_list(self) -> bool:
        """Whether a cell of this type holds several values."""
        return self in (FieldType.ORG_LIST, FieldType.TEXT_LIST)


class Required(StrEnum):
    """Whether a value must stand there."""

    YES = "yes"
    NO = "no"
    CONDITIONAL = "cond"
    """Required when ``Field.condition`` holds; transforms.rules.conditions says when that is."""


class TableKind(StrEnum):
    """How a table lies in its workbook."""

    COVER = "cover"
    """Label in column A, value in column B: the Deckblatt."""
    ROWS = "rows"
    """A header and one row per item."""
    REGISTER = "register"
    """Rows in a workbook of its own, kept by the city's department: the Beschlussbuch."""


class Field(Struct, frozen=True):
    """One field: its German label, its English name, and what may stand in it."""

    table: str
    name: str
    label: str
    type: FieldType
    unit: str
    max_length: int | None
    required: Required
    condition: str
    missing_rule: str
    """The rule that speaks when a required value is missing; empty when the field is optional."""
    is_master_data: bool
    """Pre-filled and changed only with a reason (carry S); else entered afresh each quarter (carry Q)."""
    code_list: str
    pattern: str
    description: str
    example: str
    lowest: Decimal | None = None
    highest: Decimal | None = None
    """The range of a number, both ends included: 0 to 100, 1 to 4; None where the contract sets no end."""
    since: str = TEMPLATE_VERSIONS[0]
    """The first template version that asks for it; returns of older ones hold nothing there."""


class Table(Struct, frozen=True):
    """One table of the contract with its sheet and its fields, in the order of the template."""

    name: str
    sheet: str
    kind: TableKind
    key: tuple[str, ...]
    label: str
    description: str
    fields: Mapping[str, Field]

    @property
    def key_fields(self) -> tuple[Field, ...]:
        """The fields that identify a row."""
        return tuple(self.fields[name] for name in self.key)


@cache
def tables() -> Mapping[str, Table]:
    """All tables of the contract by name, in the order of the workbook."""
    fields: dict[str, dict[str, Field]] = {}
    for row in read_definitions("fields"):
        field = Field(
            table=row["table"],
            name=row["field"],
            label=row["label"],
            type=FieldType(row["type"]),
            unit=row["unit"],
            max_length=int(row["max_length"]) if row["max_length"] else None,
            required=Required(row["required"]),
            condition=row["condition"],
            missing_rule=row["missing_rule"],
            is_master_data=row["carry"] == "S",
            code_list=row["code_list"],
            pattern=row["pattern"],
            description=row["description"],
            example=row["example"],
            lowest=Decimal(row["lowest"]) if row["lowest"] else None,
            highest=Decimal(row["highest"]) if row["highest"] else None,
            since=row["since"],
        )
        fields.setdefault(field.table, {})[field.name] = field
    return MappingProxyType(
        {
            row["table"]: Table(
                name=row["table"],
                sheet=row["sheet"],
                kind=TableKind(row["kind"]),
                key=tuple(row["key"].split()),
                label=row["label"],
                description=row["description"],
                fields=MappingProxyType(fields[row["table"]]),
            )
            for row in read_definitions("tables")
        }
    )


@cache
def return_tables() -> Mapping[str, Table]:
    """The row tables of a quarterly return: all but the Deckblatt and the Beschlussbuch."""
    return MappingProxyType({name: table for name, table in tables().items() if table.kind is TableKind.ROWS})


def cover() -> Table:
    """The Deckblatt."""
    return tables()["submission"]


@cache
def register() -> Table:
    """The Beschlussbuch."""
    return next(table for table in tables().values() if table.kind is TableKind.REGISTER)


class Layout(Struct, frozen=True):
    """How one template version has the contract."""

    template_version: str
    tables: Mapping[str, Table]
    """The tables with the fields that the version asks for, under the labels that it gives them."""
    sheet_names: Mapping[str, tuple[str, ...]]
    """Table to the sheet names under which it is accepted."""
    headings: Mapping[str, Mapping[str, tuple[str, ...]]]
    """Table to field to the headings under which it is accepted: the label first, then its aliases."""


@cache
def layouts() -> Mapping[str, Layout]:
    """The known template versions, the oldest first. A new version is rows in ``schemas/data``, not code.

    ``fields.csv`` has the labels of today and says since when a field is asked for; ``former_labels.csv`` has the
    labels that a version was the last to use; an alias holds from its version on.
    """
    return MappingProxyType({version: _layout(version) for version in TEMPLATE_VERSIONS})


def _layout(version: str) -> Layout:
    known = TEMPLATE_VERSIONS[: TEMPLATE_VERSIONS.index(version) + 1]
    held = {name: table for name, full in tables().items() if (table := _as_of(full, version, known)).fields}
    sheets = {name: [table.sheet] for name, table in held.items()}
    for row in read_definitions("sheet_aliases"):
        if row["template_version"] in known and row["table"] in held:
            sheets[row["table"]].append(row["sheet_alias"])
    headings = {name: {field.name: [field.label] for field in table.fields.values()} for name, table in held.items()}
    for alias in _aliases(known):
        if (found := headings.get(alias["table"], {}).get(alias["field"])) is not None:
            found.append(alias["alias"])
    return Layout(
        version,
        MappingProxyType(held),
        MappingProxyType({name: tuple(names) for name, names in sheets.items()}),
        MappingProxyType(
            {
                name: MappingProxyType({field: tuple(labels) for field, labels in by_field.items()})
                for name, by_field in headings.items()
            }
        ),
    )


def _as_of(table: Table, version: str, known: tuple[str, ...]) -> Table:
    labels = _labels_of(version)
    fields = {
        name: replace(field, label=labels.get((table.name, name), field.label))
        for name, field in table.fields.items()
        if field.since in known
    }
    return replace(table, fields=MappingProxyType(fields))


def _labels_of(version: str) -> Mapping[tuple[str, str], str]:
    """The labels that differ from those of today: of each field the one that was given up first after the version."""
    later = TEMPLATE_VERSIONS[TEMPLATE_VERSIONS.index(version) :]
    former = sorted(
        (row for row in read_definitions("former_labels") if row["until"] in later),
        key=lambda row: later.index(row["until"]),
        reverse=True,
    )
    return {(row["table"], row["field"]): row["label"] for row in former}


def _aliases(known: tuple[str, ...]) -> Iterator[Mapping[str, str]]:
    """Other names that hold in a version: its own and those before it, and the labels that were given up before."""
    yield from (row for row in read_definitions("aliases") if row["template_version"] in known)
    yield from (
        {**row, "alias": row["label"]} for row in read_definitions("former_labels") if row["until"] in known[:-1]
    )
