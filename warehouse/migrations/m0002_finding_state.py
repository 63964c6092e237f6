"""Findings of rules that are only tried out, and of waived ones, can be told apart."""

import duckdb

NAME = "how findings count"


def apply(connection: duckdb.DuckDBPyConnection) -> None:
    """Add ``history.finding.state``; what was found before counted in full."""
    if "state" in _columns(connection):
        return  # a new file, made from the contract as it stands
    connection.execute("alter table history.finding add column state varchar default 'active'")
    connection.execute("alter table history.finding alter column state set not null")
    connection.execute("alter table history.finding alter column state drop default")


def _columns(connection: duckdb.DuckDBPyConnection) -> frozenset[str]:
    described = connection.execute("describe history.finding").fetchall()
    return frozenset(name for name, *_ in described)
