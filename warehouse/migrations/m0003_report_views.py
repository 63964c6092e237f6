"""Room for the views that answer questions: their schema, the calendar they count by, and what they were made of."""

import duckdb

from schemas.stored import stored_tables
from warehouse.shape import creating

NAME = "views for questions"

_TABLES = ("calendar", "definition")


def apply(connection: duckdb.DuckDBPyConnection) -> None:
    """Add schema ``report``, ``main.calendar`` and ``history.definition`` where they are missing."""
    connection.execute("create schema if not exists report")
    there = {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}
    missing = [stored_tables()[name] for name in _TABLES if name not in there]
    for table in missing:
        connection.execute(";\n".join(creating(table)))
