"""Given and expected rows as people would write them down: a heading, a line a row, ``|`` between the cells.

An empty cell is null, ``''`` an empty text. What a table needs besides is filled in: a row belongs to version 1 of its organisation's quarter
unless it says ``version``, and a submission that no row of ``submission`` describes was accepted nine days after the
quarter's end.
"""

from collections.abc import Mapping, Sequence

import duckdb

from schemas.quarter import Quarter
from schemas.stored import row_tables, stored_tables

Rows = list[tuple[str | None, ...]]


def rows(text: str) -> Rows:
    """The lines below the heading."""
    return [tuple(record.values()) for record in _records(text)]


def answer(db: duckdb.DuckDBPyConnection, query: str) -> Rows:
    """What a query gives, as text; dates and numbers as DuckDB writes them."""
    found = db.sql(query)
    if found is None:
        return []
    columns = ", ".join(f'"{name}"::varchar' for name in found.columns)
    return [tuple(row) for row in db.execute(f"select {columns} from ({query})").fetchall()]


def given(db: duckdb.DuckDBPyConnection, **tables: str) -> None:
    """Put rows into the tables of schema history, with the submissions that they need."""
    submissions = {_identity(record): record for record in _records(tables.pop("submission", ""))}
    records = {name: _records(text) for name, text in tables.items()}
    for record in (record for listed in records.values() for record in listed):
        submissions.setdefault(_identity(record), {name: record.get(name) for name in ("org_code", "report_quarter")})
    for identity, record in submissions.items():
        _insert(db, "submission", _submission(identity, record))
    for name, listed in records.items():
        for number, record in enumerate(listed, start=5):
            _insert(db, name, _row(name, record, number, submissions))


def _records(text: str) -> list[dict[str, str | None]]:
    lines = [[_cell(cell.strip()) for cell in line.split("|")] for line in text.strip().splitlines()]
    if not lines:
        return []
    heading = [str(cell) for cell in lines[0]]
    return [dict(zip(heading, line, strict=True)) for line in lines[1:]]


def _cell(text: str) -> str | None:
    return "" if text == "''" else text or None


def _identity(record: Mapping[str, str | None]) -> str:
    if record.get("submission_id"):
        return str(record["submission_id"])
    return f"{record.get('org_code')} {record.get('report_quarter')} v{record.get('version') or 1}"


def _submission(identity: str, record: Mapping[str, str | None]) -> dict[str, str | None]:
    verdict = record.get("verdict") or "accepted"
    quarter = record.get("report_quarter")
    received_at = record.get("received_at") or f"{Quarter.parse(quarter or '2026-Q3').shifted(1).first_day}T12:00+00"
    return {
        "submission_status": "released",
        "kind": "return",
        "file_name": f"{identity}.xlsx",
        "channel": "inbox",
        "recorded_at": received_at,
        **record,
        "submission_id": identity,
        "sha256": identity,
        "verdict": verdict,
        "version": record.get("version") or "1" if verdict.startswith("accepted") else None,
        "received_at": received_at,
    }


def _row(
    name: str, record: Mapping[str, str | None], number: int, submissions: Mapping[str, Mapping[str, str | None]]
) -> dict[str, str | None]:
    identity = _identity(record)
    owner = _submission(identity, submissions[identity])
    clocks = {clock: owner.get(clock) for clock in ("recorded_at", "superseded_at")}
    of_row = {"source_sheet": name, "source_row": str(number), "is_incomplete": "false"} if name in row_tables() else {}
    of_finding = {"position": str(number), "cells": "[]", "message": "", "state": "active"} if name == "finding" else {}
    values = {**of_row, **of_finding, **clocks, **record, "submission_id": identity}
    return {column: value for column, value in values.items() if column in stored_tables()[name].columns}


def _insert(db: duckdb.DuckDBPyConnection, table: str, values: Mapping[str, str | None]) -> None:
    names: Sequence[str] = list(values)
    marks = ", ".join("?" for _ in names)
    db.execute(f"insert into history.{table} ({', '.join(names)}) values ({marks})", list(values.values()))
