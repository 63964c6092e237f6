"""The published file: always whole, never waiting, closed to everything else."""

import os
import subprocess
import sys
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pytest

from tests.builders import a_project
from tests.warehouse.deliveries import OCTOBER_9, OCTOBER_12, an_accepted, published_after
from warehouse.database import open_warehouse
from warehouse.errors import WarehouseError
from warehouse.publishing import log_of, publish_file
from warehouse.reading import query


def test_what_was_loaded_is_published_and_the_warehouse_goes_on(tmp_path: Path) -> None:
    published = tmp_path / "published" / "die8.duckdb"
    with open_warehouse(tmp_path / "w.duckdb") as warehouse:
        warehouse.load([an_accepted()])
        assert warehouse.publish(published)
        warehouse.load([an_accepted(org="SWG")])
        assert query(published, "select org_code from submission").rows == [("KLI",)]
        assert warehouse.publish(published)

    assert query(published, "select org_code from submission order by 1").rows == [("KLI",), ("SWG",)]


def test_publishing_the_same_again_changes_nothing(tmp_path: Path) -> None:
    published = published_after(tmp_path, [an_accepted()])
    before = published.stat()

    with open_warehouse(tmp_path / "warehouse.duckdb") as warehouse:
        warehouse.load([an_accepted()])
        assert not warehouse.publish(published)

    assert published.stat().st_ino == before.st_ino


def test_a_reader_keeps_the_file_it_has_open(tmp_path: Path) -> None:
    published = published_after(tmp_path, [an_accepted()])

    with duckdb.connect(str(published), read_only=True) as reader:
        published_after(tmp_path, [an_accepted(org="SWG")])
        code = "import duckdb, sys; print(duckdb.connect(sys.argv[1], read_only=True).sql('from submission').shape[0])"
        others = subprocess.run([sys.executable, "-c", code, published], capture_output=True, text=True, check=True)

        assert reader.execute("select count(*) from submission").fetchall() == [(1,)]
        assert others.stdout.strip() == "2"
    assert query(published, "select count(*) from submission").rows == [(2,)]


def test_a_stale_log_beside_the_published_file_does_not_survive(tmp_path: Path) -> None:
    published = published_after(tmp_path, [an_accepted()])
    log_of(published).write_bytes(b"of another file")

    published_after(tmp_path, [])

    assert not log_of(published).exists()
    assert query(published, "select count(*) from submission").rows == [(1,)]


def test_a_warehouse_with_an_open_log_is_not_published(tmp_path: Path) -> None:
    source = tmp_path / "w.duckdb"
    with open_warehouse(source):
        pass
    log_of(source).write_bytes(b"changes")

    with pytest.raises(WarehouseError, match="not closed properly"):
        publish_file(source, tmp_path / "die8.duckdb")


def test_the_published_file_is_readable_for_owner_and_group_and_alone_in_its_folder(tmp_path: Path) -> None:
    os.umask(0o077)
    try:
        published = published_after(tmp_path, [an_accepted()])
    finally:
        os.umask(0o022)

    assert published.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in published.parent.iterdir()] == ["die8.duckdb"]


def test_what_an_interrupted_publish_left_is_swept_by_the_next(tmp_path: Path) -> None:
    published = published_after(tmp_path)
    (published.parent / ".die8.duckdb.tmp").write_bytes(b"half")

    published_after(tmp_path, [an_accepted()])

    assert [path.name for path in published.parent.iterdir()] == ["die8.duckdb"]


def test_parquet_files_hold_the_tables_of_main(tmp_path: Path) -> None:
    folder = tmp_path / "parquet"
    with open_warehouse(tmp_path / "w.duckdb") as warehouse:
        warehouse.load([an_accepted([a_project(actual_cum=Decimal(1))])])
        assert warehouse.export_parquet(folder)

    projects = pl.read_parquet(folder / "project.parquet")
    assert projects.select("project_id", "actual_cum").rows() == [("KLI-001", Decimal("1.00"))]
    assert {path.stem for path in folder.glob("*.parquet")} >= {
        "organisation",
        "kpi",
        "submission",
        "finding",
        "decision",
    }


def test_a_parquet_file_that_somebody_removed_comes_back(tmp_path: Path) -> None:
    folder = tmp_path / "parquet"
    with open_warehouse(tmp_path / "w.duckdb") as warehouse:
        assert warehouse.export_parquet(folder)
        (folder / "kpi.parquet").unlink()

        assert warehouse.export_parquet(folder)

    assert pl.read_parquet(folder / "kpi.parquet").height > 0


def test_parquet_files_are_written_only_when_something_has_changed(tmp_path: Path) -> None:
    folder = tmp_path / "parquet"
    with open_warehouse(tmp_path / "w.duckdb") as warehouse:
        warehouse.load([an_accepted()])
        assert warehouse.export_parquet(folder)
        before = (folder / "project.parquet").stat().st_ino
        assert not warehouse.export_parquet(folder)
        assert (folder / "project.parquet").stat().st_ino == before
        catalogue = (folder / "kpi.parquet").stat().st_ino

        warehouse.load([an_accepted(version=2, received_at=OCTOBER_12)])
        assert warehouse.export_parquet(folder)

    assert pl.read_parquet(folder / "submission.parquet")["version"].to_list() == [2]
    assert (folder / "project.parquet").stat().st_ino != before
    assert (folder / "kpi.parquet").stat().st_ino == catalogue, "no submission changes a catalogue"


def test_an_older_duckdb_could_open_the_file(tmp_path: Path) -> None:
    published = published_after(
        tmp_path, [an_accepted()], [an_accepted(version=2, received_at=OCTOBER_9 + timedelta(1))]
    )

    with duckdb.connect() as connection:
        connection.execute(f"attach '{published}' as die8 (read_only)")
        [[tags]] = connection.execute("select tags from duckdb_databases() where database_name = 'die8'").fetchall()

    assert tags["storage_version"].startswith("v1.2.0")
