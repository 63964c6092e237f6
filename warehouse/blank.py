"""New warehouse files: the present shape, views, comments and catalogues, and no delivery yet."""

from collections.abc import Callable, Hashable
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from warehouse import migrations
from warehouse.catalogues import refresh_catalogues
from warehouse.connection import attach_for_writing, connect_again, detach, give_back
from warehouse.definitions import refresh_definitions, usual_stamps
from warehouse.durable import MODE, sync_folder
from warehouse.publishing import log_of

_made: dict[Hashable, bytes] = {}
"""The last file that this process made, by what it was made from."""


def make_blank(path: Path) -> None:
    """Make a new warehouse under another name first: a crash in between leaves no half-made file behind.

    DuckDB takes half a second for some 700 comments and views, so a process that makes another one begins with a copy.
    Raises what DuckDB and the file system raise.
    """
    temporary = path.with_name(f".{path.name}.tmp")
    for left_over in (temporary, log_of(temporary)):
        left_over.unlink(missing_ok=True)
    kind = (migrations.MIGRATIONS, usual_stamps())
    if kind in _made:
        temporary.write_bytes(_made[kind])
        _change(temporary, _date_migrations)
    else:
        _change(temporary, bring_up_to_date)
        _made.clear()
        _made[kind] = temporary.read_bytes()
    temporary.chmod(MODE)
    temporary.replace(path)
    sync_folder(path.parent)


def bring_up_to_date(connection: duckdb.DuckDBPyConnection) -> None:
    """Give the attached file the present shape, views, comments and catalogues; writes only what differs."""
    migrations.migrate(connection, datetime.now(UTC))
    refresh_definitions(connection)
    refresh_catalogues(connection)


def _date_migrations(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("update history.migration set applied_at = ?", [datetime.now(UTC)])


def _change(path: Path, change: Callable[[duckdb.DuckDBPyConnection], None]) -> None:
    """Open a file, made when it does not exist, change it, and leave it complete on the disk."""
    connection = connect_again()
    try:
        attach_for_writing(connection, path)
        change(connection)
        detach(connection)
    except BaseException:
        connection.close()
        raise
    give_back(connection)
