"""A database of the present shape in memory for each test; what the test puts in is gone after it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from tests.sample_homes import SampleHomes
from warehouse.catalogues import refresh_catalogues
from warehouse.connection import attach_for_writing, connect
from warehouse.definitions import refresh_definitions
from warehouse.migrations import migrate


@pytest.fixture(scope="session")
def shaped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    path: Path = tmp_path_factory.mktemp("views") / "shape.duckdb"
    connection = connect()
    attach_for_writing(connection, path)
    migrate(connection, datetime(2026, 1, 1, tzinfo=UTC))
    refresh_definitions(connection)
    refresh_catalogues(connection)
    yield connection
    connection.close()


@pytest.fixture
def db(shaped: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    shaped.execute("begin")
    yield shaped
    shaped.execute("rollback")


@pytest.fixture(scope="session")
def published(sample_homes: SampleHomes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples as analysts find them."""
    return sample_homes.copy(tmp_path_factory.mktemp("samples")) / "published" / "die8.duckdb"
