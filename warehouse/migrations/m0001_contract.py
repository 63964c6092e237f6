"""The database as the contract has it: tables and comments."""

import duckdb

from warehouse.shape import table_statements

NAME = "tables of the contract"


def apply(connection: duckdb.DuckDBPyConnection) -> None:
    """Build everything in an empty file."""
    connection.execute(";\n".join(table_statements()))
