"""How the contract lies in the database: the columns of every table, with their types and comments.

Fields come from the contract, the columns around them (whose, since when, from which cell) from
``provenance.csv``, the English sentences from ``comments.csv``. The warehouse makes its tables, views, macros and
comments from here, and `schemas.frames` the frames that are loaded into them.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from msgspec import Struct

from schemas.codes import code_lists
from schemas.contract import TEMPLATE_VERSIONS, Field, FieldType, TableKind, tables
from schemas.tabular import read_definitions

COLUMN_TYPES: Mapping[FieldType, str] = MappingProxyType(
    {
        FieldType.TEXT: "VARCHAR",
        FieldType.EMAIL: "VARCHAR",
        FieldType.CODE: "VARCHAR",
        FieldType.DATE: "DATE",
        FieldType.QUARTER: "VARCHAR",
        FieldType.INTEGER: "INTEGER",
        FieldType.PERCENT: "DECIMAL(9,4)",
        FieldType.MONEY: "DECIMAL(18,2)",
        FieldType.NUMBER: "DECIMAL(18,4)",
        FieldType.ORG_LIST: "VARCHAR[]",
        FieldType.TEXT_LIST: "VARCHAR[]",
    }
)
"""Field type to DuckDB type. Money and numbers are exact: binary floats would make sums differ by cents."""

_HERE = "*"
"""In provenance.csv: where the fields of the contract stand among the columns."""
_CATALOGUES = {"org": "main.organisation", "kpi": "main.kpi"}
"""Code lists that are tables of their own."""


class Column(Struct, frozen=True):
    """One stored column. ``field`` is the contract's field, None for a column that the contract does not know."""

    name: str
    type: str
    """The DuckDB type."""
    is_required: bool
    is_public: bool
    """Shown in schema main; the others stand in schema history alone."""
    comment: str
    field: Field | None = None


class StoredTable(Struct, frozen=True):
    """One table of the warehouse with its columns in order."""

    name: str
    columns: Mapping[str, Column]
    comment: str

    @property
    def is_versioned(self) -> bool:
        """Whether its rows know since when and until when they held."""
        return "superseded_at" in self.columns

    @property
    def public_columns(self) -> tuple[Column, ...]:
        """The columns that the view in schema main shows."""
        return tuple(column for column in self.columns.values() if column.is_public)

    @property
    def field_names(self) -> tuple[str, ...]:
        """The columns that are fields of the contract, in its order."""
        return tuple(column.name for column in self.columns.values() if column.field is not None)


@cache
def stored_tables() -> Mapping[str, StoredTable]:
    """All tables of the warehouse by name: those of the contract first, then our own."""
    own = dict.fromkeys(row["table"] for row in read_definitions("provenance") if row["table"] != "row")
    comments = {row["table"]: row["comment"] for row in read_definitions("comments") if not row["field"]}
    labels = {name: f" German sheet: „{table.sheet}“." for name, table in tables().items()}
    return MappingProxyType(
        {
            name: StoredTable(name, MappingProxyType(_columns(name)), comments[name] + labels.get(name, ""))
            for name in (*tables(), *(name for name in own if name not in tables()))
        }
    )


@cache
def row_tables() -> tuple[str, ...]:
    """The tables whose rows are rows of a submitted sheet, in the order of the workbook."""
    return tuple(name for name, table in tables().items() if table.kind is not TableKind.COVER)


def _columns(table: str) -> dict[str, Column]:
    scope = "row" if table in row_tables() else table
    columns: dict[str, Column] = {}
    for row in read_definitions("provenance"):
        if row["table"] != scope:
            continue
        if row["column"] == _HERE:
            # Organisation and quarter of a submission are those it was assigned to, which stand there already.
            columns.update({name: column for name, column in _field_columns(table).items() if name not in columns})
            continue
        columns[row["column"]] = Column(
            row["column"],
            row["type"],
            row["required"] == "yes" and not _belongs_to_nobody(table, row["column"]),
            row["public"] == "yes",
            f"{row['comment']} German label: „{row['label']}“.",
        )
    return columns


def _belongs_to_nobody(table: str, column: str) -> bool:
    """Whether the column stays empty because the register is no return: it has no organisation and no quarter."""
    is_register = table in tables() and tables()[table].kind is TableKind.REGISTER
    return is_register and column in ("org_code", "report_quarter")


def _field_columns(table: str) -> dict[str, Column]:
    contract = tables()[table]
    comments = {(row["table"], row["field"]): row["comment"] for row in read_definitions("comments")}
    return {
        field.name: Column(
            field.name,
            COLUMN_TYPES[field.type],
            field.name in contract.key,
            is_public=True,
            comment=comments[table, field.name] + _remarks(field),
            field=field,
        )
        for field in contract.fields.values()
    }


def _remarks(field: Field) -> str:
    """What an analyst needs beside the sentence: unit, label in the workbook, since when, the codes with theirs."""
    unit = {"EUR": " In EUR.", "%": " In percentage points."}.get(field.unit, "")
    label = f" German label: „{field.label}“."
    if field.since != TEMPLATE_VERSIONS[0]:
        label += f" Asked for since template {field.since}; null in older returns."
    if field.code_list in _CATALOGUES:
        return f"{unit}{label} Codes: {_CATALOGUES[field.code_list]}."
    if field.code_list:
        codes = code_lists()[field.code_list].entries.values()
        return f"{unit}{label} Codes: {', '.join(f'{item.code} = {item.label}' for item in codes)}."
    return unit + label
