"""Whether two warehouses hold the same."""

from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tests.builders import a_project
from tests.warehouse.deliveries import an_accepted, published_after
from warehouse.comparison import content_hash, differences
from warehouse.errors import QueryError


def test_equal_content_is_equal_whatever_the_order_it_came_in(tmp_path: Path) -> None:
    one = published_after(tmp_path / "one", [an_accepted(), an_accepted(org="SWG")])
    other = published_after(tmp_path / "other", [an_accepted(org="SWG")], [an_accepted()])

    assert differences(one, other) == []
    assert content_hash(one) == content_hash(other)


def test_a_different_value_is_found_in_history_and_main_with_an_example(tmp_path: Path) -> None:
    one = published_after(tmp_path / "one", [an_accepted(content="same")])
    other = published_after(tmp_path / "other", [an_accepted([a_project(actual_cum=Decimal("1.23"))], content="same")])

    found = differences(one, other)

    assert [(item.table, item.only_first, item.only_second) for item in found] == [
        ('"history"."project"', 1, 1),
        ('"main"."project"', 1, 1),
    ]
    assert "95000.00" in found[0].examples[0]
    assert "1.23" in found[0].examples[1]
    assert content_hash(one) != content_hash(other)


def test_a_row_more_is_found_even_when_it_is_a_copy(tmp_path: Path) -> None:
    one, other = (
        published_after(tmp_path / "one", [an_accepted()]),
        published_after(tmp_path / "other", [an_accepted()]),
    )
    with duckdb.connect(str(other)) as connection:
        connection.execute("insert into history.project from history.project")

    [difference, _] = differences(one, other)

    assert (difference.table, difference.only_first, difference.only_second) == ('"history"."project"', 0, 1)
    assert content_hash(one) != content_hash(other)


def test_a_table_or_column_that_one_file_lacks_is_found(tmp_path: Path) -> None:
    one, other = (
        published_after(tmp_path / "one", [an_accepted()]),
        published_after(tmp_path / "other", [an_accepted()]),
    )
    with duckdb.connect(str(other)) as connection:
        connection.execute("create table main.extra as select 1 as x")
        connection.execute("alter table history.finding add column extra int")

    assert [(item.table, item.only_first, item.only_second) for item in differences(one, other)] == [
        ('"history"."finding"', 0, 0),
        ('"main"."extra"', 0, 1),
    ]


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    with pytest.raises(QueryError, match=r"missing\.duckdb"):
        differences(published_after(tmp_path), tmp_path / "missing.duckdb")
