"""Whether a database file is sound: every block of every table is read, and DuckDB checks what it reads."""

from pathlib import Path

import duckdb
from msgspec import Struct

from warehouse.connection import open_for_reading, quoted
from warehouse.errors import QueryError
from warehouse.publishing import log_of

_MOST_TOLD = 3


class WarehouseState(Struct, frozen=True):
    """What a file holds, or why that cannot be told."""

    size: int
    has_log: bool
    """Something is committed that is not in the file yet."""
    tables: int = 0
    rows: int = 0
    known_ids: frozenset[str] | None = None
    is_busy: bool = False
    problem: str = ""
    contradictions: tuple[str, ...] = ()
    """Promises that what it holds breaks, with the place, a few of them; nothing else can be trusted then."""


def state_of(path: Path) -> WarehouseState:
    """Read all of a database file without changing it."""
    size, has_log = path.stat().st_size, log_of(path).exists()
    try:
        with open_for_reading(path) as connection:
            tables = connection.execute(
                "select schema_name, table_name from duckdb_tables() where database_name = 'die8' order by all"
            ).fetchall()
            rows = 0
            for schema, table in tables:
                name = f"{quoted(schema)}.{quoted(table)}"
                [[count, _]] = connection.execute(f"select count(*), bit_xor(hash(t)) from {name} as t").fetchall()
                rows += count
            found = connection.execute("select submission_id from history.submission").fetchall()
            contradictions = _contradictions(connection)
    except QueryError as error:
        text = str(error).splitlines()[0]
        return WarehouseState(size, has_log, is_busy="Could not set lock" in str(error), problem=text)
    known_ids = frozenset(identity for (identity,) in found)
    return WarehouseState(size, has_log, len(tables), rows, known_ids, contradictions=contradictions)


def _contradictions(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    [[views]] = connection.execute(
        "select count(*) from duckdb_views() where schema_name = 'report' and view_name = 'contradictions'"
    ).fetchall()
    if not views:
        return ()  # made by a program that had no such view; the next run adds it
    found = connection.execute(f"select promise, detail from report.contradictions order by all limit {_MOST_TOLD}")
    return tuple(f"{promise} ({detail})" for promise, detail in found.fetchall())
