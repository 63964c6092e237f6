"""From the source of a figure to the cell of the submitted file."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import duckdb
from msgspec import Struct

from warehouse.connection import open_for_reading, quoted
from warehouse.loading import instant_of

if TYPE_CHECKING:  # intake needs the joins below, and none of the report's figures
    from schemas.facts import Source

FINDINGS = "finding"
"""The table whose sources are counted findings: their row is the finding's position."""

PLACES = f"""
from stream as s
left join history.source_column as c
  on c.submission_id = s.submission_id
  and c.table_name = s.table_name
  and c.field = s.field
  and (c.source_row is not null or c.source_sheet = s.source_sheet)
left join history.finding as f
  on s.table_name = '{FINDINGS}'
  and f.submission_id = s.submission_id
  and f.position = s.source_row
"""
"""Joins ``stream`` (submission_id, table_name, field, source_sheet, source_row) with where it stands."""

SHEET = "coalesce(c.source_sheet, f.sheet, if(s.source_row is null, null, s.source_sheet))"
ROW = f"if(s.table_name = '{FINDINGS}', null, coalesce(c.source_row, s.source_row))"
CELL = "coalesce(c.source_sheet || '!' || c.column_letters || coalesce(c.source_row, s.source_row), f.cell)"
"""Of the rows of `PLACES`: sheet, row and cell. All three are null for what stands in no file, such as its receipt."""


class Location(Struct, frozen=True):
    """Where one source of a figure stands, and what was stored of it; None for what is not known or stands nowhere."""

    source: "Source"
    org_code: str | None
    report_quarter: str | None
    version: int | None
    file_name: str
    sha256: str
    received_at: datetime
    sheet: str | None
    cell: str | None
    """Such as ``Projekte!S5``; None for what stands in no cell."""
    value: str | None
    """What was stored, as text."""


class HeldFile(Struct, frozen=True):
    """A submission by its file."""

    submission_id: str
    sha256: str
    file_name: str
    org_code: str | None
    report_quarter: str | None
    received_at: datetime


def locate(published: Path, sources: "Sequence[Source]") -> list[Location]:
    """Lead each source to its submission, its cell and the stored value, in the order given.

    A source whose submission the warehouse does not know is left out.

    Raises:
        QueryError: the published file cannot be opened.
    """
    if not sources:
        return []
    with open_for_reading(published, is_plain=True) as connection:
        found = connection.execute(
            "with stream as (select unnest(range(?)) as number, unnest(?::varchar[]) as submission_id, "
            "unnest(?::varchar[]) as table_name, unnest(?::varchar[]) as field, unnest(?::varchar[]) as source_sheet, "
            "unnest(?::integer[]) as source_row) "
            "select s.number, u.org_code, u.report_quarter, u.version, u.file_name, u.sha256, epoch_us(u.received_at), "
            f"{SHEET}, {CELL} {PLACES} join history.submission as u on u.submission_id = s.submission_id "
            "order by s.number",
            [
                len(sources),
                [source.submission_id for source in sources],
                [source.table for source in sources],
                [source.field for source in sources],
                [source.sheet for source in sources],
                [source.row for source in sources],
            ],
        ).fetchall()
        stored = _stored_values(connection, sources)
    return [
        Location(
            sources[number],
            org_code,
            quarter,
            version,
            file_name,
            sha256,
            instant_of(received),
            sheet,
            cell,
            stored.get(_row_of(sources[number])),
        )
        for number, org_code, quarter, version, file_name, sha256, received, sheet, cell in found
    ]


def files_called(published: Path, name: str) -> list[HeldFile]:
    """The submissions with this file name, hash or beginning of a hash, the latest first.

    Raises:
        QueryError: the published file cannot be opened.
    """
    with open_for_reading(published, is_plain=True) as connection:
        found = connection.execute(
            "select submission_id, sha256, file_name, org_code, report_quarter, epoch_us(received_at) "
            "from history.submission where file_name = $name or (length($name) >= 8 and starts_with(sha256, $name)) "
            "order by received_at desc, submission_id",
            {"name": name},
        ).fetchall()
    return [
        HeldFile(submission_id, digest, file_name, org_code, quarter, instant_of(received))
        for submission_id, digest, file_name, org_code, quarter, received in found
    ]


_Row: TypeAlias = tuple[str, str, str, str, int | None]


def _row_of(source: "Source") -> _Row:
    is_cover = source.table == "submission"
    sheet, row = ("", None) if is_cover or source.table == FINDINGS else (source.sheet, source.row)
    return source.submission_id, source.table, source.field, sheet, source.row if source.table == FINDINGS else row


def _stored_values(connection: duckdb.DuckDBPyConnection, sources: "Iterable[Source]") -> dict[_Row, str | None]:
    asked: dict[tuple[str, str], set[str]] = {}
    for source in sources:
        asked.setdefault((source.table, source.field), set()).add(source.submission_id)
    places = {"submission": "'', null", FINDINGS: "'', position"}
    found: dict[_Row, str | None] = {}
    for (table, field), submission_ids in asked.items():
        for submission_id, sheet, row, value in connection.execute(
            f"select submission_id, {places.get(table, 'source_sheet, source_row')}, {quoted(field)}::varchar "
            f"from history.{quoted(table)} where list_contains(?, submission_id)",
            [list(submission_ids)],
        ).fetchall():
            found[submission_id, table, field, sheet, row] = value
    return found
