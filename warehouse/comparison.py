"""Whether two warehouses hold the same: the proof behind ``die8 rebuild --verify``."""

from hashlib import sha256
from pathlib import Path

import duckdb
from msgspec import Struct

from warehouse.checksum import CHECKSUM
from warehouse.connection import open_for_reading, quoted
from warehouse.long_form import LONG_FORM

_NOT_COMPARED = frozenset(
    {
        ("history", "migration"),
        ("history", "definition"),
        ("main", "calendar"),
        ("history", LONG_FORM),
        ("main", CHECKSUM),
    }
)
"""When a file was made, by which program and configuration, differs and says nothing of what was handed in; the long
form and the checksum say it twice."""
_DERIVED = "report"
"""The schema of the views for questions: they say nothing that the tables do not say."""
_EXAMPLES = 3


class Difference(Struct, frozen=True):
    """How the rows of one table differ. ``examples`` are some of the rows that only one file has, as text."""

    table: str
    only_first: int
    only_second: int
    examples: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.table}: {self.only_first} rows only here, {self.only_second} only there"


def differences(first: Path, second: Path) -> list[Difference]:
    """Compare all tables of two files, and what schema main shows of them, row by row; empty when equal.

    The order of the rows does not matter.

    Both must be closed. A table that only one file has, or that has other columns there, differs in all its rows.

    Raises:
        QueryError: a file cannot be opened.
    """
    with open_for_reading(first, second) as connection:
        here, there = _tables(connection, "die8"), _tables(connection, "die8_2")
        found: list[Difference] = []
        for table in sorted(here.keys() | there.keys()):
            name = ".".join(map(quoted, table))
            if here.get(table) == there.get(table):
                difference = _compare(connection, name, ", ".join(map(quoted, here[table])))
            else:
                difference = Difference(
                    name,
                    _count(connection, f"die8.{name}") if table in here else 0,
                    _count(connection, f"die8_2.{name}") if table in there else 0,
                    ("the columns differ",),
                )
            if difference is not None:
                found.append(difference)
        return found


def content_hash(path: Path) -> str:
    """Name what a file holds in its tables: equal content, equal hash, whatever the order of the rows."""
    whole = sha256()
    with open_for_reading(path) as connection:
        for table, columns in sorted(_tables(connection, "die8").items()):
            name = ".".join(map(quoted, table))
            [[rows]] = connection.execute(
                "select coalesce(md5(string_agg(hash, '' order by hash)), '') from "
                f"(select md5(row({', '.join(map(quoted, columns))})::varchar) as hash from {name})"
            ).fetchall()
            whole.update(f"{name} {columns} {rows}\n".encode())
    return whole.hexdigest()


def _tables(connection: duckdb.DuckDBPyConnection, database: str) -> dict[tuple[str, str], tuple[str, ...]]:
    """Schema and table to the columns by name, of all that is compared: a column that was added later stands last."""
    found = connection.execute(
        "select schema_name, table_name, list(column_name order by column_name) from duckdb_columns() "
        "where database_name = ? and schema_name <> ? and not internal group by all",
        [database, _DERIVED],
    ).fetchall()
    return {(schema, table): tuple(columns) for schema, table, columns in found if (schema, table) not in _NOT_COMPARED}


def _compare(connection: duckdb.DuckDBPyConnection, name: str, columns: str) -> Difference | None:
    # Counted in one pass: EXCEPT ALL, once in each direction, takes six times as long.
    unbalanced = connection.execute(
        f"select row({columns})::varchar, sum(_side) from (select {columns}, 1 as _side from die8.{name} "
        f"union all select {columns}, -1 from die8_2.{name}) group by {columns} having sum(_side) <> 0"
    ).fetchall()
    if not unbalanced:
        return None
    here = [(text, int(rows)) for text, rows in unbalanced if rows > 0]
    there = [(text, -int(rows)) for text, rows in unbalanced if rows < 0]
    only_here, only_there = (sum(rows for _, rows in only) for only in (here, there))
    return Difference(name, only_here, only_there, tuple(text for text, _ in (*here, *there)[:_EXAMPLES]))


def _count(connection: duckdb.DuckDBPyConnection, name: str) -> int:
    [[rows]] = connection.execute(f"select count(*) from {name}").fetchall()
    return int(rows)
