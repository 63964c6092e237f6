"""Every file that was handed in, with its state."""

import duckdb

from tests.views.rows import answer, given, rows


def test_of_each_file_the_state_is_told_and_one_counts(db: duckdb.DuckDBPyConnection) -> None:
    given(
        db,
        submission="""
submission_id | org_code | report_quarter | version | verdict                | received_at          | superseded_at        | correction_reason
draft         | KLI      | 2026-Q3        |         | draft                  | 2026-10-05T08:00+00  | 2026-10-09T08:00+00  |
first         | KLI      | 2026-Q3        | 1       | accepted_with_findings | 2026-10-09T08:00+00  | 2026-10-20T08:00+00  |
broken        | KLI      | 2026-Q3        |         | rejected               | 2026-10-12T08:00+00  | 2026-10-20T08:00+00  |
second        | KLI      | 2026-Q3        | 2       | accepted               | 2026-10-20T08:00+00  | 2026-11-02T08:00+00  | Betrag
third         | KLI      | 2026-Q3        | 3       | accepted               | 2026-11-02T08:00+00  |                      | Zahlendreher
letter        |          |                |         | unassigned             | 2026-10-09T08:00+00  |                      |
""",
    )  # fmt: skip

    found = answer(
        db,
        "select submission_id, state, version, received_on, closed_on, is_after_close, correction_reason "
        "from report.versions order by recorded_at, submission_id",
    )

    assert found == rows("""
submission_id | state      | version | received_on | closed_on  | is_after_close | correction_reason
draft         | draft      |         | 2026-10-05  | 2026-10-21 | false          |
first         | superseded | 1       | 2026-10-09  | 2026-10-21 | false          |
letter        | unassigned |         | 2026-10-09  |            |                |
broken        | rejected   |         | 2026-10-12  | 2026-10-21 | false          |
second        | superseded | 2       | 2026-10-20  | 2026-10-21 | false          | Betrag
third         | current    | 3       | 2026-11-02  | 2026-10-21 | true           | Zahlendreher
""")


def test_the_quarter_closes_at_midnight_in_berlin(db: duckdb.DuckDBPyConnection) -> None:
    given(
        db,
        submission="""
org_code | report_quarter | received_at
KLI      | 2026-Q3        | 2026-10-21T21:59:59.999999+00
SWG      | 2026-Q3        | 2026-10-21T22:00+00
""",
    )

    assert answer(db, "select org_code, received_on, is_after_close from report.versions order by 1") == rows("""
org_code | received_on | is_after_close
KLI      | 2026-10-21  | false
SWG      | 2026-10-22  | true
""")
