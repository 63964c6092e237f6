"""Grants that are not fully drawn, with the time left."""

from datetime import date

import duckdb
import pytest

from schemas.months import months_until
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
KLI-001    | 600.00    | 40.0 | 3           | 90
KLI-003    |           |      | 21          |
""")


@pytest.mark.parametrize(
    "funding_end", ["2026-08-30", "2026-09-01", "2026-09-30", "2026-10-01", "2026-10-31", "2027-02-28", "2027-09-30"]
)
def test_months_are_counted_as_rule_x13_counts_them(db: duckdb.DuckDBPyConnection, funding_end: str) -> None:
    given(
        db,
        project=f"org_code|report_quarter|project_id|funding_approved|funding_end\nKLI|2026-Q3|KLI-001|9|{funding_end}",
    )

    counted = months_until(date(2026, 9, 30), date.fromisoformat(funding_end))

    assert answer(db, "select months_left from report.funds_at_risk") == [(str(counted),)]
