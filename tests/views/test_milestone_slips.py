"""How far each milestone has slipped, how often and how far it moved."""

import duckdb

from tests.views.rows import answer, given, rows


def test_slips_and_moves_are_counted_quarter_by_quarter(db: duckdb.DuckDBPyConnection) -> None:
    given(
        db,
        milestone="""
org_code | report_quarter | project_id | milestone_no | date_baseline | date_forecast | date_actual | milestone_status
KLI      | 2025-Q4        | KLI-001    | 1            | 2026-06-30    | 2026-06-30    |             | open
KLI      | 2026-Q1        | KLI-001    | 1            | 2026-06-30    | 2026-09-30    |             | open
KLI      | 2026-Q2        | KLI-001    | 1            | 2026-06-30    |               |             | open
KLI      | 2026-Q3        | KLI-001    | 1            | 2026-06-30    | 2026-12-31    |             | open
KLI      | 2026-Q4        | KLI-001    | 1            | 2026-06-30    | 2026-12-31    | 2026-12-24  | reached
KLI      | 2026-Q3        | KLI-002    | 1            | 2026-12-31    | 2026-12-01    |             | open
""",
    )

    found = answer(
        db,
        "select project_id, report_quarter, slip_days, moved_days, times_moved, first_forecast, overdue_days "
        "from report.milestone_slips order by all",
    )

    assert found == rows("""
project_id | report_quarter | slip_days | moved_days | times_moved | first_forecast | overdue_days
KLI-001    | 2025-Q4        | 0         |            | 0           | 2026-06-30     |
KLI-001    | 2026-Q1        | 92        | 92         | 1           | 2026-06-30     |
KLI-001    | 2026-Q2        |           |            | 1           | 2026-06-30     |
KLI-001    | 2026-Q3        | 184       |            | 2           | 2026-06-30     | 92
KLI-001    | 2026-Q4        | 177       | 0          | 2           | 2026-06-30     |
KLI-002    | 2026-Q3        | -30       |            | 0           | 2026-12-01     |
""")


def test_moves_of_more_than_eight_quarters_ago_no_longer_count(db: duckdb.DuckDBPyConnection) -> None:
    quarters = [f"{year}-Q{number}" for year in (2024, 2025, 2026) for number in (1, 2, 3, 4)]
    lines = [f"KLI | {quarter} | KLI-001 | 1 | {2027 + count}-01-01" for count, quarter in enumerate(quarters)]
    heading = "org_code | report_quarter | project_id | milestone_no | date_forecast"
    given(db, milestone="\n".join((heading, *lines)))

    found = answer(db, "select times_moved from report.milestone_slips order by report_quarter")

    assert [int(str(count)) for (count,) in found] == [0, 1, 2, 3, 4, 5, 6, 7, 8, 8, 8, 8]
