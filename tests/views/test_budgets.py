"""Plan, actual and forecast summed up."""

import duckdb

from tests.views.rows import answer, given, rows

GIVEN = """
org_code | report_quarter | project_id | action_field   | budget_total | actual_cum | forecast_total | funding_approved | funding_drawn
KLI      | 2026-Q3        | KLI-001    | good_service   | 1000         | 250        | 1100           | 600              | 150
KLI      | 2026-Q3        | KLI-002    | learning_city  | 500          |            | 400            |                  |
SWG      | 2026-Q3        | SWG-001    | good_service   | 300          | 330        |                | 200              |
BIB      | 2026-Q2        | BIB-001    | learning_city  | 70           | 10         | 70             |                  |
"""


def test_sums_compare_only_what_names_both_values_and_say_what_they_lack(db: duckdb.DuckDBPyConnection) -> None:
    given(db, project=GIVEN, submission="org_code | report_quarter | submission_status\nVHS | 2026-Q3 | nil_return")

    found = answer(
        db,
        "select scope, coalesce(org_code, action_field) as of_what, projects as n, budget_eur, actual_eur, "
        "forecast_eur, deviation_eur, round(deviation_pct, 2) as pct, round(actual_pct, 2), actuals_missing, "
        "forecasts_missing from report.budgets where report_quarter = '2026-Q3' order by scope, of_what",
    )

    assert found == rows("""
scope        | of_what       | n | budget  | actual | forecast | deviation | pct   | actual_pct | actuals_missing | forecasts_missing
action_field | good_service  | 2 | 1300.00 | 580.00 | 1100.00  | 100.00    | 10.0  | 44.62      | 0               | 1
action_field | learning_city | 1 | 500.00  |        | 400.00   | -100.00   | -20.0 |            | 1               | 0
organisation | KLI           | 2 | 1500.00 | 250.00 | 1500.00  | 0.00      | 0.0   | 25.0       | 1               | 0
organisation | SWG           | 1 | 300.00  | 330.00 |          |           |       | 110.0      | 0               | 1
organisation | VHS           | 0 | 0.00    | 0.00   | 0.00     |           |       |            | 0               | 0
total        |               | 3 | 1800.00 | 580.00 | 1500.00  | 0.00      | 0.0   | 44.62      | 1               | 1
""")


def test_grants_are_summed_and_unknown_draws_are_told(db: duckdb.DuckDBPyConnection) -> None:
    given(db, project=GIVEN)

    found = answer(
        db,
        "select coalesce(org_code, scope) as of_what, funding_approved_eur, funding_drawn_eur, funding_drawn_pct, drawn_missing "
        "from report.budgets where report_quarter = '2026-Q3' and scope <> 'action_field' order by 1",
    )

    assert found == rows("""
of_what | approved | drawn  | pct   | missing
KLI     | 600.00   | 150.00 | 25.0  | 0
SWG     | 200.00   |        |       | 1
total   | 800.00   | 150.00 | 18.75 | 1
""")


def test_an_organisation_without_a_return_is_in_no_sum(db: duckdb.DuckDBPyConnection) -> None:
    given(db, project=GIVEN)

    assert answer(db, "from report.budgets where report_quarter = '2026-Q3' and org_code = 'BIB'") == []
