"""Reading the published file: frames for the report, queries for analysts. Read-only, and locked down."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path

import duckdb
import polars as pl
from msgspec import Struct

from schemas.quarter import Quarter
from schemas.stored import stored_tables
from schemas.submission import HISTORY_QUARTERS
from warehouse.connection import open_for_reading, quoted
from warehouse.errors import WrongQueryError
from warehouse.shape import CATALOGUES, versioned_tables
from warehouse.streams import frame_from
from warehouse.wrong_queries import sentence

_AT_ONCE = 2000
"""Rows that are fetched together."""


class QueryResult(Struct, frozen=True):
    """The rows of a query as Python values; ``types`` are DuckDB's names. ``is_cut`` tells that there were more."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: list[tuple[object, ...]]
    is_cut: bool


def read_tables(published: Path, quarter: Quarter, quarters_back: int = HISTORY_QUARTERS) -> dict[str, pl.DataFrame]:
    """Read what counts now for a quarter and those before it: every table of schema main by name.

    The catalogues and the Beschlussbuch come whole. All tables are of one state of the file.

    Raises:
        QueryError: the file cannot be opened.
    """
    span = [str(quarter.shifted(-quarters_back)), str(quarter)]
    with open_for_reading(published, is_plain=True) as connection:
        return {
            name: frame_from(
                connection.sql(
                    f"from main.{quoted(name)} where report_quarter between ? and ? or report_quarter is null "
                    "order by all",
                    params=span,
                )
            )
            for name in versioned_tables()
        } | {name: frame_from(connection.sql(f"from main.{quoted(name)} order by all")) for name in CATALOGUES}


def read_tables_of(path: Path, submission_ids: Collection[str]) -> dict[str, pl.DataFrame]:
    """Read what some submissions hold, whether or not they count now, in the columns of schema main.

    Raises:
        QueryError: the file cannot be opened.
    """
    with open_for_reading(path, is_plain=True) as connection:
        return {
            name: frame_from(
                connection.sql(
                    f"select {_public(name)} from history.{quoted(name)} where list_contains(?, submission_id)"
                    f"{' and state <> $$shadow$$' if name == 'finding' else ''} order by all",
                    params=[list(submission_ids)],
                )
            )
            for name in versioned_tables()
        } | {name: frame_from(connection.sql(f"from main.{quoted(name)} order by all")) for name in CATALOGUES}


def _public(table: str) -> str:
    return ", ".join(quoted(column.name) for column in stored_tables()[table].public_columns)


def read_seen(
    published: Path, quarter: Quarter, seen: Collection[str] | datetime, now: Mapping[str, pl.DataFrame]
) -> dict[str, pl.DataFrame] | None:
    """Read the quarters before one as somebody saw them.

    ``seen`` names the submissions that counted then, or the instant: then None when nothing of the quarter before was
    known yet. ``now`` are the tables of `read_tables`; only what has been replaced since is read.

    Raises:
        QueryError: the file cannot be opened.
    """
    with open_for_reading(published, is_plain=True) as connection:
        wanted = seen
        if isinstance(wanted, datetime):
            found = connection.execute("select submission_id from main.submission_as_of(?)", [wanted]).fetchall()
            wanted = [identity for (identity,) in found]
        before = pl.col("submission_id").is_in(list(wanted)) & (pl.col("report_quarter") < str(quarter))
        tables = {name: now[name].filter(before) for name in versioned_tables()}
        replaced = list(set(wanted) - set(now["submission"]["submission_id"]))
        if replaced:
            for name, still_counts in tables.items():
                since_replaced = connection.sql(
                    f"select {_public(name)} from history.{quoted(name)} "
                    "where list_contains(?, submission_id) and report_quarter < ?",
                    params=[replaced, str(quarter)],
                )
                tables[name] = pl.concat([still_counts, frame_from(since_replaced)])
    if (
        isinstance(seen, datetime)
        and not tables["submission"].filter(pl.col("report_quarter") == str(quarter.previous)).height
    ):
        return None
    return {**tables, **{name: now[name] for name in CATALOGUES}}


def query(published: Path, sql: str, limit: int | None = None) -> QueryResult:
    """Run a query on the published file and give at most ``limit`` rows, all without one.

    Nothing but the file can be reached: no other file, no network, no extension, no setting.

    Raises:
        QueryError: the file cannot be opened.
        WrongQueryError: DuckDB refuses the query; the text says why.
    """
    with asked(published, sql) as answer:
        rows = list(islice(answer.rows, None if limit is None else limit + 1))
        return QueryResult(
            answer.columns,
            answer.types,
            rows if limit is None else rows[:limit],
            is_cut=limit is not None and len(rows) > limit,
        )


class Answer(Struct, frozen=True):
    """The rows of a query while it is asked, each given once; ``types`` are DuckDB's names."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: Iterator[tuple[object, ...]]


@contextmanager
def asked(published: Path, sql: str) -> Iterator[Answer]:
    """Run a query on the published file for as long as its rows are read, which need not fit into memory.

    Raises:
        QueryError: the file cannot be opened.
        WrongQueryError: DuckDB refuses the query, perhaps only when rows are read; the text says why.
    """
    with _opened(published) as connection:
        result = connection.execute(sql)
        described = (result and result.description) or []
        yield Answer(
            tuple(column[0] for column in described),
            tuple(str(column[1]) for column in described),
            _rows(result) if described else iter(()),
        )


class PublishedTable(Struct, frozen=True):
    """A table or view of the published database with all its rows and what is said about it."""

    name: str
    """Of a view of schema report with its schema."""
    comment: str
    columns: tuple[tuple[str, str, str], ...]
    """Name, DuckDB's type and comment."""
    rows: pl.DataFrame


def published_tables(published: Path) -> Iterator[PublishedTable]:
    """Read every table and view of schema main and every view of schema report, one by one, all of one state.

    Raises:
        QueryError: the file cannot be opened.
    """
    with open_for_reading(published) as connection:
        comments = {
            (schema, name): comment or ""
            for schema, name, comment in connection.execute(
                "select schema_name, table_name, comment from duckdb_tables() where database_name = 'die8' "
                "union all select schema_name, view_name, comment from duckdb_views() "
                "where database_name = 'die8' and not internal"
            ).fetchall()
        }
        found: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
        for schema, table, column, kind, comment in connection.execute(
            "select schema_name, table_name, column_name, data_type, coalesce(comment, '') from duckdb_columns() "
            "where database_name = 'die8' and schema_name in ('main', 'report') and not internal "
            "order by schema_name, table_name, column_index"
        ).fetchall():
            found.setdefault((schema, table), []).append((column, kind, comment))
        for (schema, table), columns in found.items():
            rows = frame_from(connection.sql(f"from {quoted(schema)}.{quoted(table)} order by all"))
            name = table if schema == "main" else f"{schema}.{table}"
            yield PublishedTable(name, comments[schema, table], tuple(columns), rows)


def query_frame(published: Path, sql: str) -> pl.DataFrame:
    """Run a query on the published file and give its rows with their types.

    Raises:
        QueryError: the file cannot be opened.
        WrongQueryError: DuckDB refuses the query, or it gives no rows; the text says why.
    """
    with _opened(published) as connection:
        relation = connection.sql(sql)
        if relation is None:
            msg = "wrong query: it gives no rows that could be written"
            raise WrongQueryError(msg)
        return frame_from(relation)


@contextmanager
def _opened(published: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_for_reading(published) as connection:
        try:
            yield connection
        except duckdb.Error as error:
            raise WrongQueryError(sentence(error, connection)) from error


def _rows(result: duckdb.DuckDBPyConnection) -> Iterator[tuple[object, ...]]:
    while rows := result.fetchmany(_AT_ONCE):
        yield from rows
