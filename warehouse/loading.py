"""Loading a batch: all of it in one transaction, one insert per table."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import duckdb
import polars as pl

from schemas.contract import cover
from schemas.findings import Verdict
from schemas.frames import dtypes, frame_of, frame_of_columns, gate
from schemas.place import column_letters
from schemas.stored import row_tables, stored_tables
from schemas.submission import Row
from warehouse.chains import RETURN, Chain, Chains, Entry, Judged, Link, place_all
from warehouse.connection import commit_into_the_file, quoted
from warehouse.shape import ACCEPTED, versioned_tables
from warehouse.streams import Stream

_CLOCKS = ("org_code", "report_quarter", "submission_id", "recorded_at", "superseded_at")


def load_batch(connection: duckdb.DuckDBPyConnection, batch: Sequence[Judged]) -> int:
    """Load what is new of the batch, in its order, and end what it supersedes; gives how many submissions were new.

    Everything happens in one transaction: the warehouse holds the whole batch afterwards or none of it.

    Raises:
        GateError: a row breaks the contract; nothing was loaded.
        StaleCheckError: something was checked against a version that is not current any more; nothing was loaded.
    """
    connection.execute("begin")
    try:
        known, links = _standing(connection, batch)
        chains = Chains(links)
        entries = place_all(chains, batch, known)
        if entries:
            _close(connection, chains.closed, {entry.link.submission_id for entry in entries})
            _insert_all(connection, entries)
            _assert_one_current(connection)
    except BaseException:
        connection.execute("rollback")
        raise
    commit_into_the_file(connection)
    return len(entries)


def _standing(
    connection: duckdb.DuckDBPyConnection, batch: Sequence[Judged]
) -> tuple[frozenset[str], dict[Chain, list[Link]]]:
    """What of the batch is known already, and the open ends of the chains that it may touch."""
    found = connection.execute(
        "select submission_id, kind, coalesce(org_code, ''), coalesce(report_quarter, ''), verdict, version, "
        "epoch_us(recorded_at), superseded_at is null and verdict <> 'unassigned' "
        "from history.submission where list_contains($ids, submission_id) "
        f"or (superseded_at is null and (kind <> '{RETURN}' or list_contains($organisations, org_code))) "
        "order by recorded_at, submission_id",
        {
            "ids": [delivery.submission_id for delivery, _ in batch],
            "organisations": [checked.submission.org_code for _, checked in batch],
        },
    ).fetchall()
    links: dict[Chain, list[Link]] = {}
    for identity, kind, org_code, quarter, verdict, version, microseconds, is_open in found:
        chain = (kind, org_code, quarter) if kind == RETURN else (kind, "", "")
        if is_open:
            links.setdefault(chain, []).append(Link(identity, Verdict(verdict), version, instant_of(microseconds)))
    return frozenset(row[0] for row in found), links


def instant_of(microseconds: int) -> datetime:
    """Make an instant from DuckDB's ``epoch_us``, which is exact and needs no time-zone library."""
    seconds, rest = divmod(microseconds, 1_000_000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest)


def _insert_all(connection: duckdb.DuckDBPyConnection, entries: Sequence[Entry]) -> None:
    """Insert the frames of all tables, each once it has passed the gate; the next one is made meanwhile."""
    with ThreadPoolExecutor(1) as aside:  # ended before the transaction is, whatever happens
        inserted = []
        for table, frame in _frames(entries):
            gate({table: frame})
            inserted.append(aside.submit(_insert, connection, table, frame))
        for insert in inserted:
            insert.result()


def _frames(entries: Sequence[Entry]) -> Iterator[tuple[str, pl.DataFrame]]:
    """The frames of all tables that get rows."""
    owners = _owners(entries)
    yield "submission", frame_of_columns("submission", _submission_columns(entries))
    for table in row_tables():
        rows: list[Row] = []
        owner_of: list[int] = []
        for number, entry in enumerate(entries):
            if entry.is_loaded:
                held = entry.checked.tables.get(table, ())
                rows += held
                owner_of += [number] * len(held)
        if rows:
            yield table, frame_of(table, rows, owners, owner_of)
    for table, columns in (("source_column", _source_columns(entries)), ("finding", _finding_columns(entries))):
        if columns["submission_id"]:
            yield table, frame_of_columns(table, columns)


def _owners(entries: Sequence[Entry]) -> pl.DataFrame:
    types = dtypes("submission")
    return pl.DataFrame(
        {
            "org_code": [entry.org_code for entry in entries],
            "report_quarter": [entry.quarter for entry in entries],
            "submission_id": [entry.link.submission_id for entry in entries],
            "recorded_at": [entry.link.recorded_at for entry in entries],
            "superseded_at": [entry.link.superseded_at for entry in entries],
        },
        schema={name: types[name] for name in _CLOCKS},
    )


def _submission_columns(entries: Sequence[Entry]) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = {
        "submission_id": [entry.link.submission_id for entry in entries],
        "sha256": [entry.delivery.sha256 for entry in entries],
        "kind": [entry.kind for entry in entries],
        "file_name": [_readable(entry.delivery.name) for entry in entries],
        "channel": [entry.delivery.channel for entry in entries],
        "sender": [entry.delivery.sender for entry in entries],
        "file_format": [entry.checked.submission.file_format or None for entry in entries],
        "org_code": [entry.org_code for entry in entries],
        "report_quarter": [entry.quarter for entry in entries],
        "version": [entry.link.version for entry in entries],
        "verdict": [str(entry.checked.verdict) for entry in entries],
        "received_at": [entry.delivery.received_at.astimezone(UTC) for entry in entries],
        "recorded_at": [entry.link.recorded_at for entry in entries],
        "superseded_at": [entry.link.superseded_at for entry in entries],
    }
    for name in cover().fields:
        if name not in columns:
            columns[name] = [entry.checked.cover.values[name] if entry.checked.cover else None for entry in entries]
    return columns


def _readable(name: str) -> str:
    """A file name that is not UTF-8 keeps its readable part; the archive has it as it was."""
    return name.encode("utf-8", "replace").decode()


def _source_columns(entries: Sequence[Entry]) -> dict[str, Sequence[object]]:
    """Where each field stands in its file: once per sheet, for the Deckblatt with the row of each field."""

    def found(entry: Entry) -> Iterator[tuple[object, ...]]:
        identity, front = entry.link.submission_id, entry.checked.cover
        if front is not None:
            for field, column in front.columns.items():
                yield identity, front.table, field, front.sheet, column_letters(column), front.rows.get(field)
        for rows in entry.checked.tables.values() if entry.is_loaded else ():
            for row in {row.sheet: row for row in rows}.values():
                for field, column in row.columns.items():
                    yield identity, row.table, field, row.sheet, column_letters(column), None

    return _as_columns("source_column", (line for entry in entries for line in found(entry)))


def _finding_columns(entries: Iterable[Entry]) -> dict[str, Sequence[object]]:
    def found(entry: Entry) -> Iterator[tuple[object, ...]]:
        for position, finding in enumerate((*entry.checked.findings, *entry.checked.shadowed), start=1):
            place = finding.place
            yield (
                entry.link.submission_id,
                entry.org_code,
                entry.quarter,
                position,
                finding.rule,
                str(finding.severity),
                place.sheet if place else None,
                str(place) if place and place.address else None,
                tuple(str(covered) for covered in finding.all_places),
                finding.value,
                finding.expected,
                finding.message,
                entry.link.recorded_at,
                entry.link.superseded_at,
                str(finding.state),
            )

    return _as_columns("finding", (line for entry in entries for line in found(entry)))


def _as_columns(table: str, lines: Iterable[tuple[object, ...]]) -> dict[str, Sequence[object]]:
    names = list(stored_tables()[table].columns)
    return dict(zip(names, list(zip(*lines, strict=True)) or [()] * len(names), strict=True))


def _insert(connection: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame) -> None:
    stream = Stream(frame)  # noqa: F841 - DuckDB finds it by its name
    connection.execute(f"insert into history.{quoted(table)} by name select * from stream")


def _close(connection: duckdb.DuckDBPyConnection, closed: Sequence[Link], arriving: set[str]) -> None:
    """End the time of what the batch supersedes; what came with the batch itself is inserted with its end."""
    ended = {link.submission_id: link for link in closed if link.submission_id not in arriving}
    if not ended:
        return
    has_rows = any(link.verdict.is_loaded for link in ended.values())
    identities = list(ended)
    instants = [link.superseded_at for link in ended.values()]
    for table in versioned_tables() if has_rows else ("submission", "finding"):
        connection.execute(
            f"update history.{quoted(table)} as t set superseded_at = ended.superseded_at "
            "from (select unnest(?::varchar[]) as submission_id, unnest(?::timestamptz[]) as superseded_at) as ended "
            "where t.submission_id = ended.submission_id",
            [identities, instants],
        )


def _assert_one_current(connection: duckdb.DuckDBPyConnection) -> None:
    """Refuse a transaction after which two versions of one return would count: the promise that all else rests on."""
    twice = connection.execute(
        "select kind, org_code, report_quarter from history.submission "
        f"where superseded_at is null and verdict in {ACCEPTED} group by all having count(*) > 1"
    ).fetchall()
    if twice:
        msg = f"more than one current version: {twice}"
        raise AssertionError(msg)
