"""The data contract „Statusmeldung v1“: which tables and fields a return holds (contract.md).

Everything that knows a field knows it from here: the template, the reader, the Pandera schemas, the DuckDB tables
and their comments, the data dictionary and the filling-in guide.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from schemas.tabular import read_definitions

TEMPLATE_VERSION = "1.0"
"""The version that the template writes today; older ones stay readable (see ``aliases.csv``)."""

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


@dataclass(frozen=True, slots=True)
class Field:
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


@dataclass(frozen=True, slots=True)
class Table:
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


@dataclass(frozen=True, slots=True)
class Layout:
    """What one template version calls its sheets and columns: the label first, then its aliases."""

    template_version: str
    sheet_names: Mapping[str, tuple[str, ...]]
    """Table to the sheet names under which it is accepted."""
    headings: Mapping[str, Mapping[str, tuple[str, ...]]]
    """Table to field to the headings under which it is accepted."""


@cache
def layouts() -> Mapping[str, Layout]:
    """The known template versions. A new version is a set of rows in the alias tables, not code."""
    versions = {row["template_version"] for row in read_definitions("aliases")} | {TEMPLATE_VERSION}
    return MappingProxyType({version: _layout(version) for version in sorted(versions)})


def _layout(version: str) -> Layout:
    sheets = {name: [table.sheet] for name, table in tables().items()}
    for row in read_definitions("sheet_aliases"):
        if row["template_version"] == version:
            sheets[row["table"]].append(row["sheet_alias"])
    headings = {
        name: {field.name: [field.label] for field in table.fields.values()} for name, table in tables().items()
    }
    for row in read_definitions("aliases"):
        if row["template_version"] == version:
            headings[row["table"]][row["field"]].append(row["alias"])
    return Layout(
        version,
        MappingProxyType({name: tuple(names) for name, names in sheets.items()}),
        MappingProxyType(
            {
                name: MappingProxyType({field: tuple(labels) for field, labels in by_field.items()})
                for name, by_field in headings.items()
            }
        ),
    )
