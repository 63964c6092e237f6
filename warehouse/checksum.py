"""``main.snapshot_checksum``: one row per table, by which a state of the database is told from every other.

Two files with equal checksums hold the same, whatever the order of their rows and whichever DuckDB opens them.
"""

from collections.abc import Iterable, Mapping

from schemas.stored import Column, stored_tables
from warehouse.connection import quoted

CHECKSUM = "snapshot_checksum"
COMMENT = "What tells this state of the database from every other, table by table."
COLUMN_COMMENTS: Mapping[str, str] = {
    "table_name": "The table, with all versions of its rows where it has such.",
    "row_count": "How many rows it holds.",
    "checksum": "Sum over the MD5 of all rows: equal for equal rows, whatever their order.",
}
_NOT_SUMMED = ("migration", "definition", "calendar")
"""Tables that say nothing of what was handed in."""


def checksum_query(homes: Mapping[str, str]) -> str:
    """The view's query; ``homes`` gives where each table lies."""
    return " union all ".join(
        f"select '{name}' as table_name, count(*) as row_count, "
        f"coalesce(sum(md5_number_lower({_row_as_text(table.columns.values())})::hugeint), 0)::varchar as checksum "
        f"from {homes[name]}"
        for name, table in stored_tables().items()
        if name not in _NOT_SUMMED
    )


def _row_as_text(columns: Iterable[Column]) -> str:
    """A row as text that is the same in every time zone and version: fields parted, null told from empty."""
    return f"concat_ws(chr(31), {', '.join(f'coalesce({_as_text(column)}, chr(0))' for column in columns)})"


def _as_text(column: Column) -> str:
    name = quoted(column.name)
    match column.type:
        case "TIMESTAMPTZ":
            return f"epoch_us({name})::varchar"
        case "VARCHAR[]":
            # Of an empty list DuckDB 1.2 makes null, later ones an empty text.
            return f"case when len({name}) = 0 then '' else array_to_string({name}, chr(30)) end"
        case _:
            return f"{name}::varchar"
