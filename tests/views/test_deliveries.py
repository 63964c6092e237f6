"""Who delivered for which quarter, and how punctually."""

import duckdb

from tests.views.rows import answer, given, rows


def test_each_expected_organisation_has_a_row_in_each_quarter(db: duckdb.DuckDBPyConnection) -> None:
    given(
        db,
        submission="""
submission_id | org_code | report_quarter | version | verdict  | received_at          | superseded_at        | submission_status
on-time       | BIB      | 2026-Q3        | 1       | accepted | 2026-10-14T21:59+00  |                      | released
nil           | VHS      | 2026-Q3        | 1       | accepted | 2026-10-09T10:00+00  |                      | nil_return
late          | SWG      | 2026-Q3        | 1       | accepted | 2026-10-14T22:00+00  |                      | released
early         | KLI      | 2026-Q3        | 1       | accepted | 2026-10-09T10:00+00  | 2026-10-12T10:00+00  | released
mended        | KLI      | 2026-Q3        | 2       | accepted | 2026-10-12T10:00+00  | 2026-11-20T10:00+00  | released
much-later    | KLI      | 2026-Q3        | 3       | accepted | 2026-11-20T10:00+00  |                      | released
after-close   | SPK      | 2026-Q3        | 1       | accepted | 2026-10-26T10:00+00  |                      | released
no            | CGT      | 2026-Q3        |         | rejected | 2026-10-09T10:00+00  |                      | released
not-yet       | CGT      | 2026-Q3        |         | draft    | 2026-10-08T10:00+00  |                      | draft
""",
    )  # fmt: skip

    found = answer(
        db,
        "select d.org_code, delivery_state, punctuality, first_received_on, days_late, version, corrections, "
        "corrections_after_close as after_close, rejected_files as rejected, draft_files as drafts "
        "from report.deliveries as d join organisation using (org_code) order by position",
    )

    assert found == rows("""
org_code | delivery_state | punctuality | first_received_on | days_late | version | corrections | after_close | rejected | drafts
BIB      | delivered      | on_time     | 2026-10-14        | 0         | 1       | 0           | 0           | 0        | 0
SWG      | delivered      | late        | 2026-10-15        | 1         | 1       | 0           | 0           | 0        | 0
VHS      | nil_return     | on_time     | 2026-10-09        | 0         | 1       | 0           | 0           | 0        | 0
KLI      | delivered      | on_time     | 2026-10-09        | 0         | 3       | 2           | 1           | 0        | 0
SPK      | delivered      | after_close | 2026-10-26        | 12        | 1       | 0           | 0           | 0        | 0
CGT      | not_delivered  | missing     |                   |           |         |             | 0           | 1        | 1
KRG      | not_delivered  | missing     |                   |           |         |             | 0           | 0        | 0
GTM      | not_delivered  | missing     |                   |           |         |             | 0           | 0        | 0
""")  # fmt: skip


def test_quarters_without_any_return_are_told_between_those_with_one(db: duckdb.DuckDBPyConnection) -> None:
    given(db, submission="org_code | report_quarter\nKLI | 2025-Q4\nKLI | 2026-Q2")

    found = answer(
        db, "select report_quarter, count(*), count(submission_id) from report.deliveries group by all order by all"
    )

    assert found == [("2025-Q4", "8", "1"), ("2026-Q1", "8", "0"), ("2026-Q2", "8", "1")]


def test_the_city_is_told_when_it_reports_and_not_missed_when_it_does_not(db: duckdb.DuckDBPyConnection) -> None:
    given(db, submission="org_code | report_quarter\nSTA | 2026-Q2\nKLI | 2026-Q3")

    assert answer(db, "select report_quarter from report.deliveries where org_code = 'STA'") == [("2026-Q2",)]
