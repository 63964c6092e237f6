"""Every stored value as text, with the cell that it was read from."""

import duckdb

from schemas.contract import tables
from tests.views.rows import answer, given, rows


def test_each_value_is_told_with_its_cell(db: duckdb.DuckDBPyConnection) -> None:
    given(
        db,
        submission="org_code | report_quarter | money_unit | submission_status\nKLI | 2026-Q3 | TEUR |",
        project="""
org_code | report_quarter | project_id | budget_total | partner_orgs | end_forecast | source_sheet
KLI      | 2026-Q3        | KLI-001    | 1000         | [SWG, BIB]   | 2026-12-31   | Projekte
""",
        milestone="org_code | report_quarter | project_id | milestone_no\nKLI | 2026-Q3 | KLI-001 | 2",
        source_column="""
org_code | report_quarter | table_name | field        | source_sheet | column_letters | source_row
KLI      | 2026-Q3        | submission | money_unit   | Deckblatt    | B              | 12
KLI      | 2026-Q3        | project    | budget_total | Projekte     | S              |
KLI      | 2026-Q3        | project    | budget_total | Anhang       | T              |
""",
    )

    found = answer(
        db,
        "select table_name, row_key, field, value_text, cell from report.stored_values "
        "where field not in ('org_code', 'report_quarter') and value_text is not null order by all",
    )

    assert found == rows("""
table_name | row_key   | field        | value_text | cell
milestone  | KLI-001/2 | milestone_no | 2          |
milestone  | KLI-001/2 | project_id   | KLI-001    |
project    | KLI-001   | budget_total | 1000.00    | Projekte!S5
project    | KLI-001   | end_forecast | 2026-12-31 |
project    | KLI-001   | partner_orgs | [SWG, BIB] |
project    | KLI-001   | project_id   | KLI-001    |
submission | ''        | money_unit   | TEUR       | Deckblatt!B12
""")


def test_a_cell_that_gave_nothing_is_told_as_well(db: duckdb.DuckDBPyConnection) -> None:
    given(
        db,
        project="org_code | report_quarter | project_id\nKLI | 2026-Q3 | KLI-001",
        source_column="""
org_code | report_quarter | table_name | field      | source_sheet | column_letters
KLI      | 2026-Q3        | project    | actual_cum | project      | S
""",
    )

    assert answer(db, "select value_text, cell from report.stored_values where field = 'actual_cum'") == [
        (None, "project!S5")
    ]


def test_all_tables_of_the_contract_are_there(db: duckdb.DuckDBPyConnection) -> None:
    given(
        db,
        submission="org_code | report_quarter | money_unit\nKLI | 2026-Q3 | EUR",
        project="org_code | report_quarter | project_id\nKLI | 2026-Q3 | KLI-001",
        milestone="org_code | report_quarter | project_id | milestone_no\nKLI | 2026-Q3 | KLI-001 | 1",
        kpi_value="org_code | report_quarter | kpi_code\nKLI | 2026-Q3 | KLI-01",
        risk="org_code | report_quarter | risk_id\nKLI | 2026-Q3 | KLI-R01",
        decision_request="org_code | report_quarter | decision_id\nKLI | 2026-Q3 | KLI-B01",
        cooperation="org_code | report_quarter | topic\nKLI | 2026-Q3 | ai\nKLI | 2026-Q3 | ai",
        decision="submission_id | decision_no\nbook | LK-2026-01",
    )

    found = answer(db, "select distinct table_name from report.stored_values")
    keys = answer(
        db, "select row_key from report.stored_values where table_name = 'cooperation' and field = 'topic' order by 1"
    )

    assert {name for (name,) in found} == set(tables())
    assert keys == [("ai",), ("ai · 2",)]


def test_values_of_files_that_do_not_count_are_left_out(db: duckdb.DuckDBPyConnection) -> None:
    given(db, submission="submission_id | org_code | report_quarter | verdict\nx | KLI | 2026-Q3 | rejected")

    assert answer(db, "from report.stored_values") == []
