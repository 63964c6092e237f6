"""Released reports as tables: every frozen figure, and the values behind it down to their cells."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date
from decimal import Decimal
from typing import Any

import duckdb
from msgspec import Struct

from schemas.frames import frame_of_columns
from schemas.release import Release
from schemas.stored import stored_tables
from warehouse.connection import quoted
from warehouse.lineage import CELL, PLACES, ROW, SHEET
from warehouse.shape import REPORTS
from warehouse.streams import Stream

_DECIMALS = Decimal("1e-10")
"""To so many decimals an exact value is stored as a number."""

_SOURCES = "report_figure_source"


class FrozenReport(Struct, frozen=True):
    """A release with its facts.json as it was frozen."""

    release: Release
    facts: bytes


def load_reports(connection: duckdb.DuckDBPyConnection, reports: Sequence[FrozenReport]) -> int:
    """Load what is new of these reports in one transaction, after the submissions that they speak of.

    Gives how many were new.
    """
    connection.execute("begin")
    try:
        known = {name for (name,) in connection.execute("select report_id from main.report").fetchall()}
        fresh = [report for report in reports if report.release.report_id not in known]
        for report in fresh:
            _load(connection, report)
        if fresh:
            connection.execute(
                "update main.report as r set is_current = release_no = "
                "(select max(o.release_no) from main.report as o where o.report_quarter = r.report_quarter)"
            )
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")
    return len(fresh)


def _load(connection: duckdb.DuckDBPyConnection, report: FrozenReport) -> None:
    document = json.loads(report.facts, parse_float=Decimal)
    rows: dict[str, list[tuple[object, ...]]] = {
        "report": [_report(report.release)],
        "report_file": [
            (report.release.report_id, file.edition, file.name, file.sha256, file.size) for file in report.release.files
        ],
        "report_submission": [(report.release.report_id, identity) for identity in report.release.submission_ids],
        "report_figure": [
            _figure(report.release.report_id, name, figure) for name, figure in document["figures"].items()
        ],
        _SOURCES: list(_sources(report.release.report_id, document)),
    }
    for table in REPORTS:
        names = list(stored_tables()[table].columns)
        columns = {name: [row[number] for row in rows[table]] for number, name in enumerate(names)}
        stream = Stream(frame_of_columns(table, columns))  # noqa: F841 - DuckDB finds it by its name
        if table == _SOURCES:
            # The frozen facts name sheet and row; the column, and the row on a Deckblatt, stand in the warehouse.
            placed = {"source_sheet": SHEET, "source_row": ROW, "cell": CELL}
            selected = ", ".join(f"{placed.get(name, f's.{quoted(name)}')} as {quoted(name)}" for name in names)
            connection.execute(f"insert into main.{quoted(table)} by name select {selected} {PLACES}")
        else:
            connection.execute(f"insert into main.{quoted(table)} by name select * from stream")


def _report(release: Release) -> tuple[object, ...]:
    return (
        release.report_id,
        str(release.quarter),
        release.number,
        True,
        release.released_at.astimezone(UTC),
        release.reason,
        release.facts_sha256,
    )


def _figure(report_id: str, name: str, figure: Mapping[str, Any]) -> tuple[object, ...]:
    value = figure["value"]
    day = date.fromisoformat(value) if isinstance(value, str) else None
    number = None if value is None or day else Decimal(value).quantize(_DECIMALS)
    return report_id, name, figure["text"], figure["unit"], number, day, figure["missing"], figure["rule"]


def _sources(report_id: str, document: Mapping[str, Any]) -> Iterator[tuple[object, ...]]:
    order = document["source_fields"]
    for name, figure in document["figures"].items():
        for position, values in enumerate(figure["sources"], start=1):
            source = dict(zip(order, values, strict=True))
            yield (
                report_id,
                name,
                position,
                source["submission_id"],
                source["table"],
                source["key"],
                source["field"],
                source["sheet"] or None,
                source["row"],
                None,
            )
