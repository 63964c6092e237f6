"""The catalogues of organisations and indicators, which come with the program's definitions."""

import duckdb

from schemas.codes import indicators, organisations
from schemas.frames import frame_of_columns
from schemas.stored import stored_tables
from warehouse.connection import quoted
from warehouse.streams import Stream


def refresh_catalogues(connection: duckdb.DuckDBPyConnection) -> None:
    """Bring organisations and indicators to what the program's definitions say."""
    for table, rows in (("organisation", _organisation_rows()), ("kpi", _indicator_rows())):
        names = list(stored_tables()[table].columns)
        held = connection.execute(f"select {', '.join(map(quoted, names))} from main.{quoted(table)} order by all")
        if held.fetchall() == sorted(rows):
            continue
        columns = {name: [row[number] for row in rows] for number, name in enumerate(names)}
        stream = Stream(frame_of_columns(table, columns))  # noqa: F841 - DuckDB finds it by its name
        connection.execute("begin")
        connection.execute(f"delete from main.{quoted(table)}")
        connection.execute(f"insert into main.{quoted(table)} by name select * from stream")
        connection.execute("commit")


def _organisation_rows() -> list[tuple[object, ...]]:
    return [
        (item.org_code, item.name, position, item.is_counted)
        for position, item in enumerate(organisations().values(), start=1)
    ]


def _indicator_rows() -> list[tuple[object, ...]]:
    return [tuple(getattr(item, name) for name in stored_tables()["kpi"].columns) for item in indicators().values()]
