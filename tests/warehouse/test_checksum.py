"""The checksum view tells one state of the database from every other."""

from decimal import Decimal
from pathlib import Path

import duckdb

from tests.builders import a_project
from tests.warehouse.deliveries import an_accepted, published_after
from warehouse.reading import query

ASKED = "select table_name, row_count, checksum from snapshot_checksum order by all"


def test_equal_content_has_equal_checksums_whatever_its_order_and_the_readers_time_zone(tmp_path: Path) -> None:
    one = published_after(tmp_path / "one", [an_accepted(), an_accepted(org="SWG")])
    other = published_after(tmp_path / "other", [an_accepted(org="SWG")], [an_accepted()])

    with duckdb.connect(str(other), read_only=True) as connection:
        connection.execute("set TimeZone = 'Pacific/Auckland'")
        assert connection.execute(ASKED).fetchall() == query(one, ASKED).rows


def test_a_single_value_changes_the_checksum_of_its_table_alone(tmp_path: Path) -> None:
    one = published_after(tmp_path / "one", [an_accepted(content="same")])
    other = published_after(tmp_path / "other", [an_accepted([a_project(actual_cum=Decimal("1.23"))], content="same")])

    differing = set(query(one, ASKED).rows) ^ set(query(other, ASKED).rows)

    assert {(table, rows) for table, rows, _ in differing} == {("project", 1)}
