"""What is said about the views is true, and they are renewed when they change."""

from datetime import date
from importlib.resources import files
from pathlib import Path

import duckdb
import pytest

from schemas.calendar import Calendar, Meeting
from schemas.contract import TableKind, tables
from schemas.stored import row_tables
from tests.views.rows import answer
from tests.warehouse.deliveries import an_accepted, published_after
from warehouse import definitions
from warehouse import views as views_module
from warehouse.database import open_warehouse
from warehouse.reading import query
from warehouse.views import MACROS, VIEWS, sql_of, views


def test_every_file_is_a_view_or_a_macro() -> None:
    assert {Path(str(file)).stem for file in files("warehouse.views").iterdir() if file.name.endswith(".sql")} == {
        *MACROS,
        *VIEWS,
    }


@pytest.mark.parametrize("name", VIEWS)
def test_each_view_says_what_it_and_each_of_its_columns_hold(db: duckdb.DuckDBPyConnection, name: str) -> None:
    columns = dict(
        db.execute(
            "select column_name, comment from duckdb_columns() where schema_name = 'report' and table_name = ? "
            "order by column_index",
            [name],
        ).fetchall()
    )

    assert columns == views()[name].columns
    assert list(columns) == list(views()[name].columns)
    assert all(comment.endswith(".") for comment in (views()[name].comment, *columns.values()))
    assert sql_of(name).startswith(f"-- {views()[name].comment}\n")


def test_labels_and_codes_are_those_of_the_contract() -> None:
    assert "„Status“. Codes: open = offen" in views()["milestone_slips"].columns["milestone_status"]


@pytest.mark.parametrize("name", ["contradictions", "data_quality"])
def test_views_over_all_rows_leave_no_table_of_the_contract_out(name: str) -> None:
    expected = row_tables() if name == "contradictions" else [t for t in row_tables() if t not in REGISTERS]

    assert all(f".{table}\n" in sql_of(name) for table in expected)


REGISTERS = {name for name, table in tables().items() if table.kind is TableKind.REGISTER}


def test_a_changed_view_is_renewed_when_the_warehouse_is_next_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published = published_after(tmp_path, [an_accepted()])
    changed = sql_of("versions").replace("when s.superseded_at is null then 'current'", "when false then ''")
    asked = sql_of
    monkeypatch.setattr(views_module, "sql_of", lambda name: changed if name == "versions" else asked(name))
    monkeypatch.setattr(definitions, "_stamp", lambda part, _="": f"another {part}")
    views.cache_clear()
    try:
        with open_warehouse(tmp_path / "warehouse.duckdb") as warehouse:
            warehouse.publish(published)
    finally:
        views.cache_clear()

    assert query(published, "select state from report.versions").rows == [("superseded",)]


def test_what_has_not_changed_is_not_written_again(tmp_path: Path) -> None:
    published_after(tmp_path, [an_accepted()])
    before = (tmp_path / "warehouse.duckdb").read_bytes()

    published_after(tmp_path)

    assert (tmp_path / "warehouse.duckdb").read_bytes() == before


def test_the_calendar_is_that_of_the_program(db: duckdb.DuckDBPyConnection) -> None:
    [day] = answer(db, "from calendar where report_quarter = '2026-Q3'")

    assert day == (
        "2026-Q3", "8106", "2026-Q2", "2025-Q3", "2026-09-30", "2026-10-14", "2026-10-16", "2026-10-21",
        "2026-10-28", "2026-11-02", "2026-11-20",
    )  # fmt: skip


def test_the_calendar_tells_the_days_of_the_configuration(tmp_path: Path) -> None:
    published = published_after(tmp_path, [an_accepted()])
    named = Meeting("2026-Q3", on=date(2026, 11, 12), delivery=date(2026, 10, 13))
    with open_warehouse(tmp_path / "warehouse.duckdb") as warehouse:
        warehouse.renew_calendar(Calendar(meetings=(named,)))
        warehouse.publish(published)
    published_after(tmp_path)

    [days] = query(
        published,
        "select delivery_on, meeting_from_on, meeting_until_on from calendar where report_quarter = '2026-Q3'",
    ).rows

    assert days == (date(2026, 10, 13), date(2026, 11, 12), date(2026, 11, 12))
