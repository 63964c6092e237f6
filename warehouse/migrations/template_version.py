"""What a later template version asks for, as columns: the one migration that follows from the contract by itself."""

import duckdb

from schemas.contract import tables
from schemas.stored import stored_tables
from warehouse.connection import quoted
from warehouse.shape import creating


def apply(connection: duckdb.DuckDBPyConnection) -> None:
    """Add the tables and columns of the contract that are missing in schema history; rows that are there hold null."""
    found = connection.execute(
        "select table_name, list(column_name) from duckdb_columns() "
        "where database_name = current_database() and schema_name = 'history' group by table_name"
    ).fetchall()
    held = dict(found)
    for name in tables():
        table = stored_tables()[name]
        if name not in held:
            connection.execute(";\n".join(creating(table)))
            continue
        for column in table.columns.values():
            if column.name not in held[name]:
                connection.execute(f"alter table history.{quoted(name)} add column {quoted(column.name)} {column.type}")
