"""Released reports, their figures and the values behind them as tables."""

import duckdb

from schemas.stored import stored_tables
from warehouse.shape import REPORTS, creating

NAME = "released reports"


def apply(connection: duckdb.DuckDBPyConnection) -> None:
    """Add the tables ``main.report…``; the next run fills them from the archive."""
    found = connection.execute("select table_name from duckdb_tables() where schema_name = 'main'").fetchall()
    held = {name for (name,) in found}
    statements = [line for name in REPORTS if name not in held for line in creating(stored_tables()[name])]
    if statements:
        connection.execute(";\n".join(statements))
