"""Grants that are not fully drawn, with the time left."""

import duckdb
import pytest

from tests.views.rows import answer, given, rows


def test_what_is_not_drawn_is_told_with_the_time_left(db: duckdb.DuckDBPyConnection) -> None:
    given(
        db,
        project="""
org_code | report_quarter | project_id | funding_approved | funding_drawn | funding_end | end_forecast
KLI      | 2026-Q3        | KLI-001    | 1000             | 400           | 2026-12-31  | 2027-03-31
KLI      | 2026-Q3        | KLI-002    | 1000             | 1000          | 2026-12-31  | 2027-03-31
KLI      | 2026-Q3        | KLI-003    | 1000             |               | 2028-06-30  | 2027-03-31
KLI      | 2026-Q3        | KLI-004    | 0                |               |             | 2027-03-31
KLI      | 2026-Q3        | KLI-005    |                  |               |             | 2027-03-31
""",
    )

    found = answer(
        db,
        "select project_id, funding_remaining, funding_drawn_pct, months_left, days_beyond_funding "
        "from report.funds_at_risk order by 1",
    )

    assert found == rows("""
project_id | remaining | pct  | months_left | days_beyond
KLI-001    | 600.00    | 40.0 | 4           | 90
KLI-003    |           |      | 21          |
""")


@pytest.mark.parametrize(
    ("funding_end", "months_left"),
    [
        ("2026-09-30", 0),
        ("2026-09-01", 0),
        ("2026-08-30", -1),
        ("2026-10-01", 1),
        ("2026-10-30", 1),
        ("2026-10-31", 2),
        ("2027-02-28", 5),
        ("2027-03-01", 6),
        ("2027-09-30", 12),
        ("2027-10-01", 13),
    ],
)
def test_a_month_after_the_last_of_september_ends_on_the_thirtieth(
    db: duckdb.DuckDBPyConnection, funding_end: str, months_left: int
) -> None:
    given(
        db,
        project=f"org_code|report_quarter|project_id|funding_approved|funding_end\nKLI|2026-Q3|KLI-001|9|{funding_end}",
    )

    assert answer(db, "select months_left from report.funds_at_risk") == [(str(months_left),)]
