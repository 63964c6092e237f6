"""From which status to which each project went from one quarter to the next."""

import duckdb

from tests.views.rows import answer, given, rows


def test_each_project_moves_from_the_quarter_before_to_this_one(db: duckdb.DuckDBPyConnection) -> None:
    given(
        db,
        submission="org_code | report_quarter\nBIB | 2026-Q1\nBIB | 2026-Q3\nSWG | 2026-Q2",
        project="""
org_code | report_quarter | project_id | status_overall | phase
KLI      | 2026-Q2        | KLI-001    | green          | pilot
KLI      | 2026-Q2        | KLI-002    | yellow         | pilot
KLI      | 2026-Q2        | KLI-003    | yellow         | pilot
KLI      | 2026-Q2        | KLI-004    | red            | completed
KLI      | 2026-Q2        | KLI-005    | red            | pilot
KLI      | 2026-Q3        | KLI-001    | red            | pilot
KLI      | 2026-Q3        | KLI-002    | yellow         | completed
KLI      | 2026-Q3        | KLI-003    | yellow         | cancelled
KLI      | 2026-Q3        | KLI-004    | red            | completed
KLI      | 2026-Q3        | KLI-006    | green          | idea
SWG      | 2026-Q2        | SWG-001    | green          | pilot
BIB      | 2026-Q1        | BIB-001    | green          | pilot
BIB      | 2026-Q3        | BIB-001    | yellow         | pilot
BIB      | 2026-Q3        | BIB-002    | yellow         | pilot
""",
    )

    found = answer(
        db,
        "select project_id, light_before, light_now from report.light_moves "
        "where report_quarter = '2026-Q3' order by 1",
    )

    assert found == rows("""
project_id | light_before  | light_now
BIB-001    | not_delivered | yellow
BIB-002    | new           | yellow
KLI-001    | green         | red
KLI-002    | yellow        | completed
KLI-003    | yellow        | dropped
KLI-005    | red           | dropped
KLI-006    | new           | green
SWG-001    | green         | not_delivered
""")


def test_there_is_nothing_to_compare_with_after_a_quarter_without_any_return(db: duckdb.DuckDBPyConnection) -> None:
    given(
        db,
        project="""
org_code | report_quarter | project_id | status_overall
KLI      | 2026-Q1        | KLI-001    | green
KLI      | 2026-Q3        | KLI-001    | red
""",
    )

    assert answer(db, "from report.light_moves") == []
