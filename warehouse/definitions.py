"""What a warehouse holds besides deliveries: views, macros, comments and the calendar follow from the program.

They are renewed whenever the definitions that they are made from have changed, so that no migration is needed for a
better view or a corrected label; otherwise nothing is written and nothing but the definitions' text is read.
"""

from collections.abc import Callable, Mapping
from functools import partial
from hashlib import sha256
from importlib.resources import files

import duckdb

from schemas.calendar import DEFAULT_CALENDAR, Calendar, calendar_quarters, deadlines
from schemas.frames import frame_of_columns
from schemas.stored import stored_tables
from warehouse.connection import quoted
from warehouse.shape import table_comments, view_statements
from warehouse.streams import Stream
from warehouse.views import MACROS, VIEWS, macro_statements, report_statements

_MADE_FROM = {
    "calendar": (("schemas", "calendar.py"), ("schemas", "working_days.py")),
    "views": (
        *(("schemas", "data", f"{name}.csv") for name in ("codes", "comments", "fields", "provenance", "tables")),
        ("schemas", "stored.py"),
        ("warehouse", "checksum.py"),
        ("warehouse", "long_form.py"),
        ("warehouse", "shape.py"),
        *(("warehouse", "views", f"{name}.sql") for name in (*MACROS, *VIEWS)),
    ),
}
"""Part of the file to the files of the program that it follows from."""


def has_present_views(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether views, macros and comments of the attached file are those of this version; only reads."""
    return _held(connection).get("views") == _stamp("views")


def usual_stamps() -> tuple[str, str]:
    """What a new file is made from, views and calendar: equal stamps, equal definitions."""
    return _stamp("views"), _stamp("calendar", repr(DEFAULT_CALENDAR))


def refresh_definitions(connection: duckdb.DuckDBPyConnection) -> None:
    """Renew what follows from other definitions than the attached file was made with.

    A new file gets the usual calendar; what the configuration says of it is for `renew_calendar`.
    """
    if "calendar" not in _renew(connection, "views", _stamp("views"), _renew_views):
        renew_calendar(connection, DEFAULT_CALENDAR)


def renew_calendar(connection: duckdb.DuckDBPyConnection, calendar: Calendar) -> None:
    """Bring ``main.calendar`` to what the configuration says; writes nothing when it says so already."""
    _renew(connection, "calendar", _stamp("calendar", repr(calendar)), partial(_fill_calendar, calendar=calendar))


def _renew(
    connection: duckdb.DuckDBPyConnection, part: str, wanted: str, renew: Callable[[duckdb.DuckDBPyConnection], None]
) -> Mapping[str, str]:
    """Renew one part in one transaction unless it is made from what is wanted; gives what each part was made from."""
    held = _held(connection)
    if held.get(part) == wanted:
        return held
    connection.execute("begin")
    try:
        renew(connection)
        connection.execute("delete from history.definition where part = ?", [part])
        connection.execute("insert into history.definition values (?, ?)", [part, wanted])
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")
    return held


def _held(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    return dict(connection.execute("select part, sha256 from history.definition").fetchall())


def _stamp(part: str, configured: str = "") -> str:
    whole = sha256(configured.encode())
    for package, *path in _MADE_FROM[part]:
        whole.update(files(package).joinpath(*path).read_bytes())
    return whole.hexdigest()


def _renew_views(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(";\n".join((*macro_statements(), *table_comments(), *view_statements(), *report_statements())))


def _fill_calendar(connection: duckdb.DuckDBPyConnection, calendar: Calendar) -> None:
    names = stored_tables()["calendar"].columns
    rows = []
    for quarter in calendar_quarters():
        days = deadlines(quarter, calendar)
        rows.append(
            (
                str(quarter),
                quarter.position,
                str(quarter.previous),
                str(quarter.year_before),
                days.as_of,
                days.delivery,
                days.questions,
                days.editorial_close,
                days.report,
                *days.meeting,
            )
        )
    columns = {name: list(values) for name, values in zip(names, zip(*rows, strict=True), strict=True)}
    stream = Stream(frame_of_columns("calendar", columns))  # noqa: F841 - DuckDB finds it by its name
    connection.execute("delete from main.calendar")
    connection.execute(f"insert into main.calendar by name select {', '.join(map(quoted, names))} from stream")
