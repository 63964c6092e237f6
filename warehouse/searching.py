"""Every text that a database holds, to look for a personal datum in it."""

from collections.abc import Iterator
from pathlib import Path

from warehouse.connection import open_for_reading, quoted


def stored_texts(path: Path) -> Iterator[tuple[str, str, int]]:
    """Each distinct text of each table's text columns: the column as ``history.project.title``, the text, its rows.

    Raises:
        QueryError: the file cannot be opened or read.
    """
    with open_for_reading(path) as connection:
        columns = connection.execute(
            "select c.schema_name, c.table_name, c.column_name from duckdb_columns() as c "
            "join duckdb_tables() as t using (database_name, schema_name, table_name) "
            "where c.database_name = 'die8' and c.data_type in ('VARCHAR', 'VARCHAR[]') order by all"
        ).fetchall()
        for schema, table, column in columns:
            for text, rows in connection.execute(
                f"select {quoted(column)}::varchar as text, count(*) from {quoted(schema)}.{quoted(table)} "
                f"where {quoted(column)} is not null group by text"
            ).fetchall():
                yield f"{schema}.{table}.{column}", text, rows
