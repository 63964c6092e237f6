"""How good each return was."""

import duckdb

from tests.views.rows import answer, given, rows


def test_findings_and_incomplete_rows_are_counted_per_return(db: duckdb.DuckDBPyConnection) -> None:
    given(
        db,
        submission="""
org_code | report_quarter | version | verdict                | superseded_at       | submission_id
KLI      | 2026-Q3        | 1       | accepted_with_findings | 2026-10-02T12:00+00 | KLI 2026-Q3 v1
KLI      | 2026-Q3        | 2       | accepted_with_findings |                     | KLI 2026-Q3 v2
KLI      | 2026-Q3        |         | rejected               |                     | broken
SWG      | 2026-Q3        | 1       | accepted               |                     | SWG 2026-Q3 v1
""",
        project="""
org_code | report_quarter | version | project_id | is_incomplete
KLI      | 2026-Q3        | 1       | KLI-001    | true
KLI      | 2026-Q3        | 2       | KLI-001    | true
KLI      | 2026-Q3        | 2       | KLI-002    | false
""",
        risk="org_code | report_quarter | version | risk_id | is_incomplete\nKLI | 2026-Q3 | 2 | KLI-R01 | false",
        finding="""
org_code | report_quarter | submission_id  | rule | severity | state
KLI      | 2026-Q3        | KLI 2026-Q3 v1 | C06  | error    | active
KLI      | 2026-Q3        | KLI 2026-Q3 v2 | C07  | error    | active
KLI      | 2026-Q3        | KLI 2026-Q3 v2 | X05  | warning  | active
KLI      | 2026-Q3        | KLI 2026-Q3 v2 | X05  | warning  | active
KLI      | 2026-Q3        | KLI 2026-Q3 v2 | C13  | info     | active
KLI      | 2026-Q3        | KLI 2026-Q3 v2 | X06  | warning  | shadow
KLI      | 2026-Q3        | broken         | S01  | error    | active
""",
    )

    found = answer(
        db,
        "select org_code, version, errors, warnings, notes, rules, rows_reported, incomplete_rows, "
        "round(incomplete_pct, 1) as pct, corrections, rejected_files from report.data_quality "
        "where org_code in ('KLI', 'SWG', 'BIB') order by 1",
    )

    assert found == rows("""
org_code | version | errors | warnings | notes | rules           | rows | incomplete | pct  | corrections | rejected
BIB      |         |        |          |       |                 |      |            |      |             | 0
KLI      | 2       | 2      | 2        | 1     | [X05, C07, S01] | 3    | 1          | 33.3 | 1           | 1
SWG      | 1       | 0      | 0        | 0     |                 | 0    | 0          |      | 0           | 0
""")
