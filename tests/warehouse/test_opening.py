"""Opening the warehouse: one writer, the present shape, and a clear word when it cannot be."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from tests.warehouse.deliveries import a_rejected, an_accepted
from warehouse import migrations
from warehouse.blank import make_blank
from warehouse.comparison import differences
from warehouse.connection import attach_for_writing, connect, detach, open_for_reading
from warehouse.database import (
    discard,
    hold_warehouse,
    move_warehouse,
    open_held_warehouse,
    open_warehouse,
)
from warehouse.errors import WarehouseBusyError, WarehouseDamagedError, WarehouseError, WarehouseNewerError
from warehouse.migrations import MIGRATIONS, Migration, migrate, pending


def test_a_second_writer_is_told_since_when_the_first_has_been_at_work(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    before = datetime.now(UTC).replace(microsecond=0)

    with open_warehouse(path), pytest.raises(WarehouseBusyError) as refusal, open_warehouse(path):
        pass

    assert refusal.value.since is not None
    assert before <= refusal.value.since <= datetime.now(UTC)


def test_a_writer_that_was_killed_leaves_the_warehouse_free(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    code = (
        "import os, signal, sys; from pathlib import Path; from warehouse.database import open_warehouse\n"
        "with open_warehouse(Path(sys.argv[1])): os.kill(os.getpid(), signal.SIGKILL)"
    )

    killed = subprocess.run([sys.executable, "-c", code, str(path)], check=False)

    assert killed.returncode == -9
    with open_warehouse(path) as warehouse:
        assert warehouse.known_ids() == frozenset()


def test_a_warehouse_that_another_program_has_open_is_busy_not_damaged(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    with open_warehouse(path):
        pass
    code = (
        "import duckdb, sys; connection = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read(); "
        "connection.close()"
    )

    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(WarehouseBusyError), open_warehouse(path):
            pass
        other.communicate()


@pytest.mark.parametrize("content", [b"", b"no database", b"\x00" * 20000])
def test_a_file_that_is_no_database_is_named_with_the_remedy(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "w.duckdb"
    path.write_bytes(content)

    with pytest.raises(WarehouseDamagedError, match="die8 rebuild"), open_warehouse(path):
        pass


def test_a_damaged_block_is_named_with_the_remedy(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    with open_warehouse(path) as warehouse:
        warehouse.load([an_accepted()])
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])

    with pytest.raises(WarehouseDamagedError), open_warehouse(path) as warehouse:
        warehouse.histories()["KLI"]


def test_a_file_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    with open_warehouse(path) as warehouse, warehouse._using() as connection:
        connection.execute("insert into history.migration values (99, 'from the future', now())")

    with pytest.raises(WarehouseNewerError, match="99"), open_warehouse(path):
        pass


def test_a_failed_query_is_an_error_of_the_warehouse(tmp_path: Path) -> None:
    with (
        pytest.raises(WarehouseError),
        open_warehouse(tmp_path / "w.duckdb") as warehouse,
        warehouse._using() as connection,
    ):
        connection.execute("select nothing")


@pytest.fixture
def database(tmp_path: Path) -> duckdb.DuckDBPyConnection:
    connection = connect()
    attach_for_writing(connection, tmp_path / "m.duckdb")
    return connection


def test_migrations_are_applied_once_and_in_order(
    database: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def add_note(connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute("create table history.note (x int)")

    assert pending(database) == MIGRATIONS
    migrate(database, datetime.now(UTC))
    monkeypatch.setattr(
        migrations, "MIGRATIONS", (*MIGRATIONS, Migration(MIGRATIONS[-1].version + 1, "a note", add_note))
    )

    assert [step.version for step in pending(database)] == [MIGRATIONS[-1].version + 1]
    assert (migrate(database, datetime.now(UTC)), migrate(database, datetime.now(UTC))) == (1, 0)

    assert database.execute("select version, name from history.migration order by 1").fetchall() == [
        *((step.version, step.name) for step in MIGRATIONS),
        (MIGRATIONS[-1].version + 1, "a note"),
    ]
    database.close()


def test_a_warehouse_from_before_findings_had_a_state_is_brought_to_the_same_shape(tmp_path: Path) -> None:
    old, fresh = tmp_path / "old.duckdb", tmp_path / "fresh.duckdb"
    for path in (old, fresh):
        with open_warehouse(path) as warehouse:
            warehouse.load([a_rejected()])
    connection = connect()
    attach_for_writing(connection, old)
    connection.execute("drop view main.finding; alter table history.finding drop column state")
    connection.execute("drop schema report cascade; drop table main.calendar; drop table history.definition")
    connection.execute("delete from history.migration where version > 1")
    detach(connection)
    connection.close()

    with open_warehouse(old) as warehouse:
        warehouse.load([an_accepted()])
    with open_warehouse(fresh) as warehouse:
        warehouse.load([an_accepted()])

    assert differences(old, fresh) == []
    assert shape_of(old) == shape_of(fresh)


def shape_of(path: Path) -> list[tuple[object, ...]]:
    """Every column with its type, whether it may be null, its default and its comment."""
    with open_for_reading(path) as connection:
        return connection.execute(
            "select schema_name, table_name, column_name, data_type, is_nullable, column_default, comment "
            "from duckdb_columns() where database_name = 'die8' and not internal order by all"
        ).fetchall()


def test_a_second_new_warehouse_is_like_the_first_and_says_when_it_was_made(tmp_path: Path) -> None:
    began = datetime.now(UTC)
    made = [tmp_path / "first.duckdb", tmp_path / "second.duckdb"]
    for path in made:
        with open_warehouse(path):
            pass

    assert differences(*made) == []
    assert shape_of(made[0]) == shape_of(made[1])
    first, second = (migrated_at(path) for path in made)
    assert began < max(first) < min(second)


def test_a_new_warehouse_has_the_migrations_of_today_whatever_was_made_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_warehouse(tmp_path / "before.duckdb"):
        pass
    note = Migration(
        MIGRATIONS[-1].version + 1, "a note", lambda file: file.execute("create table history.note (x int)")
    )
    monkeypatch.setattr(migrations, "MIGRATIONS", (*MIGRATIONS, note))

    make_blank(tmp_path / "after.duckdb")

    assert len(migrated_at(tmp_path / "after.duckdb")) == len(migrated_at(tmp_path / "before.duckdb")) + 1


def migrated_at(path: Path) -> list[datetime]:
    with open_for_reading(path) as connection:
        return [instant for (instant,) in connection.execute("select applied_at from history.migration").fetchall()]


def test_a_migration_that_fails_leaves_nothing_behind(
    database: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute("create table history.half_done (x int)")
        connection.execute("select nothing")

    migrate(database, datetime.now(UTC))
    monkeypatch.setattr(migrations, "MIGRATIONS", (*MIGRATIONS, Migration(MIGRATIONS[-1].version + 1, "fails", half)))

    with pytest.raises(duckdb.BinderException):
        migrate(database, datetime.now(UTC))

    assert [step.version for step in pending(database)] == [MIGRATIONS[-1].version + 1]
    assert database.execute("select count(*) from duckdb_tables() where table_name = 'half_done'").fetchall() == [(0,)]
    detach(database)
    database.close()


def test_a_rebuilt_warehouse_takes_the_place_of_the_held_one(tmp_path: Path) -> None:
    path, beside = tmp_path / "w.duckdb", tmp_path / "rebuilt.duckdb"
    with open_warehouse(path) as warehouse:
        warehouse.load([an_accepted()])
    with hold_warehouse(path):
        with open_warehouse(beside) as rebuilt:
            rebuilt.load([an_accepted(org="SWG")])
        move_warehouse(beside, path)
        discard(beside)
        with open_held_warehouse(path) as warehouse:
            assert list(warehouse.histories()) == ["SWG"]

    assert sorted(item.name for item in tmp_path.iterdir()) == ["w.duckdb", "w.duckdb.lock"]


def test_discarding_what_does_not_exist_is_no_error(tmp_path: Path) -> None:
    discard(tmp_path / "nothing.duckdb")

    assert list(tmp_path.iterdir()) == []
