"""Ordered changes of the database's shape, each applied once, in one transaction with its record.

A migration is a module with a ``NAME`` and a function ``apply(connection)``. The first builds everything from the
contract as it stands, so a later one that adds a column or a table does so only where it is missing. Those of new
template versions follow from ``schemas/data/template_versions.csv``. Views, macros and all comments are no business of
migrations: they are renewed whenever they differ (`warehouse.definitions`).
"""

from collections.abc import Callable
from datetime import datetime

import duckdb
from msgspec import Struct

from schemas.tabular import read_definitions
from warehouse.migrations import (
    m0001_contract,
    m0002_finding_state,
    m0003_report_views,
    m0005_reports,
    template_version,
)


class Migration(Struct, frozen=True):
    """One step of the database's shape."""

    version: int
    name: str
    apply: Callable[[duckdb.DuckDBPyConnection], None]


_OURS = (
    Migration(1, m0001_contract.NAME, m0001_contract.apply),
    Migration(2, m0002_finding_state.NAME, m0002_finding_state.apply),
    Migration(3, m0003_report_views.NAME, m0003_report_views.apply),
    Migration(5, m0005_reports.NAME, m0005_reports.apply),
)
_OF_THE_CONTRACT = tuple(
    Migration(int(row["migration"]), f"template {row['template_version']}", template_version.apply)
    for row in read_definitions("template_versions")[1:]
)
MIGRATIONS: tuple[Migration, ...] = tuple(sorted((*_OURS, *_OF_THE_CONTRACT), key=lambda step: step.version))


def applied_version(connection: duckdb.DuckDBPyConnection) -> int:
    """The greatest number of a migration applied to the attached file; 0 for a new one."""
    return max(_applied(connection), default=0)


def pending(connection: duckdb.DuckDBPyConnection) -> tuple[Migration, ...]:
    """The migrations that the attached file still needs, in order; only reads."""
    applied = _applied(connection)
    return tuple(migration for migration in MIGRATIONS if migration.version not in applied)


def _applied(connection: duckdb.DuckDBPyConnection) -> frozenset[int]:
    try:
        return frozenset(
            int(version) for (version,) in connection.execute("select version from history.migration").fetchall()
        )
    except duckdb.CatalogException:
        return frozenset()


def migrate(connection: duckdb.DuckDBPyConnection, applied_at: datetime) -> int:
    """Apply what is pending; gives how many migrations that were."""
    due = pending(connection)
    for migration in due:
        connection.execute("begin")
        try:
            migration.apply(connection)
            connection.execute(
                "insert into history.migration values (?, ?, ?)", [migration.version, migration.name, applied_at]
            )
        except BaseException:
            connection.execute("rollback")
            raise
        connection.execute("commit")
    return len(due)
