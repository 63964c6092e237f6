"""How many running projects show which light, for each organisation and quarter."""

import duckdb

from tests.views.rows import answer, given, rows


def test_running_projects_are_counted_by_light_and_missing_returns_apart(db: duckdb.DuckDBPyConnection) -> None:
    given(
        db,
        submission="org_code | report_quarter | submission_status\nVHS | 2026-Q3 | nil_return",
        project="""
org_code | report_quarter | project_id | status_overall | phase
KLI      | 2026-Q3        | KLI-001    | green          | pilot
KLI      | 2026-Q3        | KLI-002    | red            | pilot
KLI      | 2026-Q3        | KLI-003    | grey           | paused
KLI      | 2026-Q3        | KLI-004    |                | pilot
KLI      | 2026-Q3        | KLI-005    | red            | completed
SWG      | 2026-Q2        | SWG-001    | yellow         | pilot
SWG      | 2026-Q2        | SWG-002    | green          | pilot
""",
    )

    found = answer(
        db,
        "select org_code, delivery_state, running, green, yellow, red, grey, unknown, not_delivered "
        "from report.traffic_lights where report_quarter = '2026-Q3' and org_code in ('KLI', 'SWG', 'VHS', 'BIB') "
        "order by 1",
    )

    assert found == rows("""
org_code | delivery_state | running | green | yellow | red | grey | unknown | not_delivered
BIB      | not_delivered  | 0       | 0     | 0      | 0   | 0    | 0       | 0
KLI      | delivered      | 4       | 1     | 0      | 1   | 1    | 1       | 0
SWG      | not_delivered  | 0       | 0     | 0      | 0   | 0    | 0       | 2
VHS      | nil_return     | 0       | 0     | 0      | 0   | 0    | 0       | 0
""")


def test_every_organisation_that_is_expected_has_a_row_per_quarter(db: duckdb.DuckDBPyConnection) -> None:
    given(db, submission="org_code | report_quarter\nKLI | 2026-Q2\nKLI | 2026-Q3")

    assert answer(db, "select count(*), count(distinct org_code) from report.traffic_lights") == [("16", "8")]
