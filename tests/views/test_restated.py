"""What has changed since the report of its quarter."""

import duckdb

from tests.views.rows import answer, given, rows

HEADING = (
    "submission_id | org_code | report_quarter | version | verdict | received_at | superseded_at | correction_reason"
)


def test_a_correction_after_the_editorial_close_is_told_with_both_values_and_its_reason(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(
        db,
        submission=f"""{HEADING}
KLI 2026-Q2 v1 | KLI | 2026-Q2 | 1 | accepted | 2026-07-08T10:00+00 | 2026-07-10T10:00+00 |
KLI 2026-Q2 v2 | KLI | 2026-Q2 | 2 | accepted | 2026-07-10T10:00+00 | 2026-10-09T10:00+00 | rechtzeitig
KLI 2026-Q2 v3 | KLI | 2026-Q2 | 3 | accepted | 2026-10-09T10:00+00 |                     | Zahlendreher
""",
        project="""
org_code | report_quarter | version | project_id | actual_cum | status_overall
KLI      | 2026-Q2        | 1       | KLI-001    | 100        | green
KLI      | 2026-Q2        | 2       | KLI-001    | 200        | green
KLI      | 2026-Q2        | 3       | KLI-001    | 250        | green
""",
    )

    found = answer(
        db,
        "select org_code, report_quarter, table_name, row_key, field, change, value_before, value_after, reason, "
        "reported_on, corrected_on from report.restated",
    )

    assert found == rows("""
org_code | report_quarter | table_name | row_key | field      | change  | before | after  | reason       | reported_on | corrected_on
KLI      | 2026-Q2        | project    | KLI-001 | actual_cum | changed | 200.00 | 250.00 | Zahlendreher | 2026-07-28 | 2026-10-09
""")


def test_a_correction_in_time_is_nothing_that_the_committee_saw_otherwise(db: duckdb.DuckDBPyConnection) -> None:
    given(
        db,
        submission=f"""{HEADING}
KLI 2026-Q2 v1 | KLI | 2026-Q2 | 1 | accepted | 2026-07-08T10:00+00 | 2026-07-28T21:59+00 |
KLI 2026-Q2 v2 | KLI | 2026-Q2 | 2 | accepted | 2026-07-28T21:59+00 |                     | Betrag
""",
        project="""
org_code | report_quarter | version | project_id | actual_cum
KLI      | 2026-Q2        | 1       | KLI-001    | 100
KLI      | 2026-Q2        | 2       | KLI-001    | 200
""",
    )

    assert answer(db, "from report.restated") == []


def test_a_late_return_for_a_closed_quarter_is_told_as_such(db: duckdb.DuckDBPyConnection) -> None:
    given(
        db,
        submission=f"""{HEADING}
KLI 2026-Q1 v1 | KLI | 2026-Q1 | 1 | accepted | 2026-04-10T10:00+00 |  |
KRG 2026-Q1 v1 | KRG | 2026-Q1 | 1 | accepted | 2026-07-08T10:00+00 |  |
""",
        project="org_code | report_quarter | project_id\nKRG | 2026-Q1 | KRG-001",
    )

    found = answer(db, "select org_code, change, field, reported_on, corrected_on from report.restated")

    assert found == [("KRG", "late_return", None, "2026-04-30", "2026-07-08")]


def test_where_no_report_was_made_nothing_was_seen_and_nothing_is_late(db: duckdb.DuckDBPyConnection) -> None:
    given(
        db,
        submission=f"""{HEADING}
KRG 2026-Q1 v1 | KRG | 2026-Q1 | 1 | accepted | 2026-07-08T10:00+00 |  |
""",
    )

    assert answer(db, "from report.restated") == []


def test_what_a_release_told_is_what_later_corrections_restate(db: duckdb.DuckDBPyConnection) -> None:
    given(
        db,
        submission=f"""{HEADING}
KLI 2026-Q2 v1 | KLI | 2026-Q2 | 1 | accepted | 2026-07-08T10:00+00 | 2026-07-16T10:00+00 |
KLI 2026-Q2 v2 | KLI | 2026-Q2 | 2 | accepted | 2026-07-16T10:00+00 |                     | Zahlendreher
""",
        project="""
org_code | report_quarter | version | project_id | actual_cum
KLI      | 2026-Q2        | 1       | KLI-001    | 100
KLI      | 2026-Q2        | 2       | KLI-001    | 200
""",
    )
    before = answer(db, "from report.restated")

    db.execute(
        "insert into report (report_id, report_quarter, release_no, is_current, released_at, facts_sha256) values "
        "('r1', '2026-Q2', 1, true, '2026-07-16T09:59+00', '')"
    )
    db.execute("insert into report_submission values ('r1', 'KLI 2026-Q2 v1'), ('r2', 'KLI 2026-Q2 v2')")
    after = answer(db, "select row_key, value_before, value_after, reported_on from report.restated")
    db.execute("update report set is_current = false")
    db.execute(
        "insert into report (report_id, report_quarter, release_no, is_current, released_at, facts_sha256) values "
        "('r2', '2026-Q2', 2, true, '2026-07-16T10:01+00', '')"
    )

    assert before == []
    assert after == [("KLI-001", "100.00", "200.00", "2026-07-16")]
    assert answer(db, "from report.restated") == []
