"""Whether a file was written by another version of the program, which knew other tables, columns and views."""

from collections.abc import Sequence
from pathlib import Path

import duckdb

from warehouse.connection import open_for_reading
from warehouse.definitions import has_present_views
from warehouse.errors import QueryError
from warehouse.migrations import MIGRATIONS, applied_version, pending

OLDER = (
    "it was written by an older version of Die 8: `die8 collect`, or any other run that takes something in, brings it "
    "up to date"
)
NEWER = "it was written by a newer version of Die 8: install that version"


def is_older(path: Path) -> bool:
    """Whether a file lacks something that this version of the program would have put into it; only reads.

    Raises:
        QueryError: the file cannot be opened.
    """
    with open_for_reading(path, is_plain=True) as connection:
        return age(connection) == OLDER


def age(connection: duckdb.DuckDBPyConnection) -> str:
    """Say that the attached file was written by another version, and what to do; nothing when it was not."""
    if applied_version(connection) > MIGRATIONS[-1].version:
        return NEWER
    return OLDER if pending(connection) or not has_present_views(connection) else ""


def why_refused(connection: duckdb.DuckDBPyConnection, paths: Sequence[Path], error: duckdb.Error) -> QueryError:
    """Say why a query of our own failed: most often the file knows other names than the program."""
    if isinstance(error, (duckdb.CatalogException, duckdb.BinderException)):
        try:
            told = age(connection)
        except duckdb.Error:
            told = ""
        if told:
            return QueryError(f"{paths[0]} cannot be read by this version: {told}")
    return QueryError(f"{', '.join(map(str, paths))} cannot be read: {error}")
