"""The database's tables, views, macros and comments as SQL, made from `schemas.stored` alone.

Schema ``history`` holds every version with its two clocks: ``recorded_at`` says since when we know it,
``superseded_at`` until when it was held to be true. Schema ``main`` shows what holds now, and what was held to be
true at an instant. One row holds in the half-open time from ``recorded_at`` to before ``superseded_at``.
"""

from collections.abc import Iterator

from schemas.stored import StoredTable, stored_tables
from warehouse import checksum
from warehouse.checksum import CHECKSUM, checksum_query
from warehouse.connection import quoted
from warehouse.long_form import COMMENT, LONG_FORM, column_comments, long_form_query

ACCEPTED = "('accepted', 'accepted_with_findings')"
"""The verdicts that are loaded (`schemas.findings.Verdict.is_loaded`)."""

CATALOGUES = ("organisation", "kpi", "calendar")
"""Tables of schema main itself: they come with the program and have no history."""

REPORTS = ("report", "report_file", "report_submission", "report_figure", "report_figure_source")
"""Tables of schema main itself about released reports: what was released never changes, so it has no versions."""

AS_OF_NOTE = "Give an instant; without a zone it is a time in Europe/Berlin, a day alone is the start of that day."


def versioned_tables() -> tuple[str, ...]:
    """The tables that have all versions in history and a view and a macro in main."""
    return tuple(name for name, table in stored_tables().items() if table.is_versioned)


def table_statements() -> Iterator[str]:
    """Create the schemas' tables."""
    yield "create schema history"
    for table in stored_tables().values():
        yield from creating(table)


def creating(table: StoredTable) -> Iterator[str]:
    """Create one table."""
    columns = [
        f"{quoted(column.name)} {column.type}{' not null' if column.is_required else ''}"
        for column in table.columns.values()
    ]
    key = ["primary key (submission_id)"] if table.name == "submission" else []
    yield f"create table {_home(table)} ({', '.join([*columns, *key])})"


def table_comments() -> Iterator[str]:
    """Say what every table and its columns hold."""
    for table in stored_tables().values():
        name = _home(table)
        yield comment("table", name, _table_comment(table))
        for column in table.columns.values():
            yield comment("column", f"{name}.{quoted(column.name)}", column.comment)


def view_statements() -> Iterator[str]:
    """Create or renew the views and macros of schema main with their comments."""
    for name in versioned_tables():
        table = stored_tables()[name]
        columns = ", ".join(f"t.{quoted(column.name)}" for column in table.public_columns)
        source = f"select {columns} from history.{quoted(name)} as t"
        now = f"{source} where t.superseded_at is null{_restriction(name)}"
        yield f"create or replace view main.{quoted(name)} as {now}"
        yield comment("view", f"main.{quoted(name)}", f"{table.comment} {_NOW[name]}")
        for column in table.public_columns:
            yield comment("column", f"main.{quoted(name)}.{quoted(column.name)}", column.comment)
        yield (
            f"create or replace macro main.{name}_as_of(known_at) as table {source} "
            "where t.recorded_at <= instant_of(known_at) "
            f"and (t.superseded_at is null or t.superseded_at > instant_of(known_at)){_restriction(name)}"
        )
        yield comment("macro table", f"main.{name}_as_of", f"{table.comment} As known at an instant. {AS_OF_NOTE}")
    yield f"create or replace view history.{LONG_FORM} as {long_form_query()}"
    yield comment("view", f"history.{LONG_FORM}", COMMENT)
    for field, words in column_comments():
        yield comment("column", f"history.{LONG_FORM}.{field}", words)
    homes = {name: _home(table) for name, table in stored_tables().items()}
    yield f"create or replace view main.{CHECKSUM} as {checksum_query(homes)}"
    yield comment("view", f"main.{CHECKSUM}", checksum.COMMENT)
    for field, words in checksum.COLUMN_COMMENTS.items():
        yield comment("column", f"main.{CHECKSUM}.{field}", words)


def _home(table: StoredTable) -> str:
    schema = "main" if table.name in (*CATALOGUES, *REPORTS) else "history"
    return f"{schema}.{quoted(table.name)}"


def _restriction(name: str) -> str:
    match name:
        case "submission":
            return f" and t.verdict in {ACCEPTED}"
        case "finding":
            # A rejected file's findings stay visible until something newer takes its place; a draft's and those of
            # a file that nobody can assign are between its sender and us. Rules on trial are nobody's business yet.
            return (
                " and t.state <> 'shadow'"
                " and t.submission_id in (select s.submission_id from history.submission as s"
                f" where s.verdict in {ACCEPTED} or s.verdict = 'rejected')"
            )
        case _:
            return ""


_ROWS_NOW = "Only rows of the version that counts now."
_NOW = {
    **dict.fromkeys(versioned_tables(), _ROWS_NOW),
    "submission": "Only what counts now for each organisation and quarter; all submissions: history.submission.",
    "finding": "Only those of the versions that count now, and of rejected files that nothing newer has replaced.",
}


def _table_comment(table: StoredTable) -> str:
    return (
        f"{table.comment} All versions, with the time in which each was held to be true."
        if table.is_versioned
        else table.comment
    )


def comment(kind: str, name: str, text: str) -> str:
    """Say what a part of the database is."""
    escaped = text.replace("'", "''")
    return f"comment on {kind} {name} is '{escaped}'"
