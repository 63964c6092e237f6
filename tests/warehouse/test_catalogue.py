"""The live database against the contract, field by field; and a comment on everything."""

from collections.abc import Iterator

import duckdb
import pytest

from schemas.codes import indicators, organisations
from schemas.contract import FieldType, tables
from schemas.stored import row_tables, stored_tables
from tests.warehouse.deliveries import published_after
from warehouse.checksum import CHECKSUM
from warehouse.shape import CATALOGUES, REPORTS, versioned_tables

PINNED = {
    "organisation",
    "submission",
    "finding",
    "project",
    "milestone",
    "kpi",
    "kpi_value",
    "risk",
    "decision_request",
    "cooperation",
    "decision",
}
"""The names in schema main that others rely on (design.md §4)."""

TYPES = {
    FieldType.TEXT: "VARCHAR",
    FieldType.EMAIL: "VARCHAR",
    FieldType.CODE: "VARCHAR",
    FieldType.QUARTER: "VARCHAR",
    FieldType.DATE: "DATE",
    FieldType.INTEGER: "INTEGER",
    FieldType.PERCENT: "DECIMAL(9,4)",
    FieldType.MONEY: "DECIMAL(18,2)",
    FieldType.NUMBER: "DECIMAL(18,4)",
    FieldType.ORG_LIST: "VARCHAR[]",
    FieldType.TEXT_LIST: "VARCHAR[]",
}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    published = published_after(tmp_path_factory.mktemp("catalogue"))
    with duckdb.connect(str(published), read_only=True) as connection:
        yield connection


def columns(database: duckdb.DuckDBPyConnection, schema: str, table: str) -> dict[str, tuple[str, bool]]:
    return {
        name: (kind, is_nullable)
        for name, kind, is_nullable in database.execute(
            "select column_name, data_type, is_nullable from duckdb_columns() where schema_name = ? and table_name = ? "
            "order by column_index",
            [schema, table],
        ).fetchall()
    }


def test_schema_main_has_the_pinned_names(database: duckdb.DuckDBPyConnection) -> None:
    names = database.execute(
        "select table_name from information_schema.tables where table_schema = 'main' and table_catalog = 'die8'"
    ).fetchall()

    assert {name for (name,) in names} == PINNED | {"calendar", CHECKSUM, *REPORTS}


@pytest.mark.parametrize("name", row_tables())
def test_a_table_has_the_fields_of_the_contract_with_their_types_and_needs_its_keys(
    database: duckdb.DuckDBPyConnection, name: str
) -> None:
    live = columns(database, "history", name)
    stored = {field: live[field] for field in live if field in tables()[name].fields}

    assert list(stored) == list(tables()[name].fields)
    for field in tables()[name].fields.values():
        assert stored[field.name] == (TYPES[field.type], field.name not in tables()[name].key)


@pytest.mark.parametrize("name", [name for name in tables() if name != "decision"])
def test_main_shows_every_field_and_whose_and_whence_it_is_but_not_the_clocks(
    database: duckdb.DuckDBPyConnection, name: str
) -> None:
    shown = set(columns(database, "main", name))
    whence = (
        {"source_sheet", "source_row", "is_incomplete"}
        if name in row_tables()
        else {"sha256", "verdict", "recorded_at"}
    )

    assert shown >= {*tables()[name].fields, "org_code", "report_quarter", "submission_id", *whence}
    assert "superseded_at" not in shown
    assert ("recorded_at" in shown) == (name == "submission")


@pytest.mark.parametrize("name", versioned_tables())
def test_history_has_both_clocks_and_all_columns_in_the_types_of_main(
    database: duckdb.DuckDBPyConnection, name: str
) -> None:
    history, main = columns(database, "history", name), columns(database, "main", name)

    assert {"recorded_at", "superseded_at"} <= set(history)
    assert {column: kind for column, (kind, _) in main.items()} == {column: history[column][0] for column in main}
    assert {history[clock][0] for clock in ("recorded_at", "superseded_at")} == {"TIMESTAMP WITH TIME ZONE"}


def test_every_table_view_column_and_macro_has_its_comment(database: duckdb.DuckDBPyConnection) -> None:
    without = database.execute(
        "select schema_name, table_name, '' from duckdb_tables() where comment is null and not internal "
        "union all select schema_name, view_name, '' from duckdb_views() where comment is null and not internal "
        "union all select schema_name, table_name, column_name from duckdb_columns() "
        "where comment is null and not internal and database_name = 'die8' "
        "union all select schema_name, function_name, '' from duckdb_functions() "
        "where comment is null and database_name = 'die8' and not internal"
    ).fetchall()

    assert without == []


def test_comments_are_those_of_the_definitions_and_name_the_german_label(database: duckdb.DuckDBPyConnection) -> None:
    live = {
        (schema, table, column): comment
        for schema, table, column, comment in database.execute(
            "select schema_name, table_name, column_name, comment from duckdb_columns() where database_name = 'die8'"
        ).fetchall()
    }

    for name, table in stored_tables().items():
        for column in table.columns.values():
            home = "main" if name in (*CATALOGUES, *REPORTS) else "history"
            assert live[home, name, column.name] == column.comment
            if column.is_public:
                assert live["main", name, column.name] == column.comment
    assert "„Ende Prognose“" in live["main", "project", "end_forecast"]
    assert "red = rot" in live["main", "project", "status_overall"]


def test_every_table_of_main_with_history_has_its_as_of_macro(database: duckdb.DuckDBPyConnection) -> None:
    macros = database.execute(
        "select function_name from duckdb_functions() where database_name = 'die8' and function_type = 'table_macro'"
    ).fetchall()

    assert {name for (name,) in macros} == {f"{name}_as_of" for name in PINNED - set(CATALOGUES)}


def test_the_catalogues_are_those_of_the_program(database: duckdb.DuckDBPyConnection) -> None:
    codes = database.execute("select org_code from organisation order by position").fetchall()
    units = database.execute("select kpi_code, unit from kpi").fetchall()

    assert [code for (code,) in codes] == list(organisations())
    assert dict(units) == {code: indicator.unit for code, indicator in indicators().items()}


def test_migrations_are_recorded_with_their_time(database: duckdb.DuckDBPyConnection) -> None:
    [version, name, applied_at] = database.execute("from history.migration order by version").fetchall()[0]

    assert (version, name) == (1, "tables of the contract")
    assert applied_at is not None
