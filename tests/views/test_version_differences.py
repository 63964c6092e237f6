"""What differs between two accepted versions of the same return, cell by cell."""

import duckdb

from tests.views.rows import answer, given, rows

SUBMISSIONS = """
submission_id  | org_code | report_quarter | version | verdict  | received_at         | superseded_at       | correction_reason
KLI 2026-Q3 v1 | KLI      | 2026-Q3        | 1       | accepted | 2026-10-09T10:00+00 | 2026-10-12T10:00+00 |
KLI 2026-Q3 v2 | KLI      | 2026-Q3        | 2       | accepted | 2026-10-12T10:00+00 | 2026-10-20T10:00+00 | Betrag
KLI 2026-Q3 v3 | KLI      | 2026-Q3        | 3       | accepted | 2026-10-20T10:00+00 |                     | Projekt
"""
PROJECTS = """
org_code | report_quarter | version | project_id | actual_cum | cause_code
KLI      | 2026-Q3        | 1       | KLI-001    | 100        | staff
KLI      | 2026-Q3        | 1       | KLI-002    | 5          |
KLI      | 2026-Q3        | 2       | KLI-002    | 5          |
KLI      | 2026-Q3        | 2       | KLI-001    | 200        |
KLI      | 2026-Q3        | 3       | KLI-001    | 200        |
KLI      | 2026-Q3        | 3       | KLI-003    | 7          |
"""


def test_a_value_that_changed_came_or_went_is_told_once(db: duckdb.DuckDBPyConnection) -> None:
    given(db, submission=SUBMISSIONS, project=PROJECTS)

    found = answer(
        db,
        "select version_before as a, version_after as b, is_current, row_key, field, change, value_before, "
        "value_after, reason from report.version_differences "
        "where table_name = 'project' and version_after = version_before + 1 order by a, row_key, field",
    )

    assert found == rows("""
a | b | is_current | row_key | field      | change  | value_before | value_after | reason
1 | 2 | false      | KLI-001 | actual_cum | changed | 100.00       | 200.00      | Betrag
1 | 2 | false      | KLI-001 | cause_code | changed | staff        |             | Betrag
2 | 3 | true       | KLI-002 | actual_cum | gone    | 5.00         |             | Projekt
2 | 3 | true       | KLI-002 | project_id | gone    | KLI-002      |             | Projekt
2 | 3 | true       | KLI-003 | actual_cum | new     |              | 7.00        | Projekt
2 | 3 | true       | KLI-003 | project_id | new     |              | KLI-003     | Projekt
""")


def test_both_cells_are_named_also_where_one_gave_nothing(db: duckdb.DuckDBPyConnection) -> None:
    given(
        db,
        submission=SUBMISSIONS,
        project="""
org_code | report_quarter | version | project_id | actual_cum
KLI      | 2026-Q3        | 1       | KLI-001    |
KLI      | 2026-Q3        | 2       | KLI-001    | 200
""",
        source_column="""
org_code | report_quarter | version | table_name | field      | source_sheet | column_letters
KLI      | 2026-Q3        | 1       | project    | actual_cum | project      | S
KLI      | 2026-Q3        | 2       | project    | actual_cum | project      | T
""",
    )

    found = answer(
        db,
        "select value_before, value_after, cell_before, cell_after from report.version_differences "
        "where field = 'actual_cum' and version_after = 2",
    )

    assert found == [(None, "200.00", "project!S5", "project!T6")]


def test_any_two_versions_can_be_compared(db: duckdb.DuckDBPyConnection) -> None:
    given(db, submission=SUBMISSIONS, project=PROJECTS)

    found = answer(
        db,
        "select row_key, field, change from report.version_differences "
        "where table_name = 'project' and version_before = 1 and version_after = 3 order by all",
    )

    assert found == rows("""
row_key | field      | change
KLI-001 | actual_cum | changed
KLI-001 | cause_code | changed
KLI-002 | actual_cum | gone
KLI-002 | project_id | gone
KLI-003 | actual_cum | new
KLI-003 | project_id | new
""")


def test_the_register_of_decisions_is_a_chain_of_its_own(db: duckdb.DuckDBPyConnection) -> None:
    given(
        db,
        submission="""
submission_id | kind     | version | verdict  | received_at         | superseded_at
book-1        | register | 1       | accepted | 2026-10-09T10:00+00 | 2026-11-09T10:00+00
book-2        | register | 2       | accepted | 2026-11-09T10:00+00 |
""",
        decision="submission_id | decision_no | state\nbook-1 | LK-2026-01 | open\nbook-2 | LK-2026-01 | done",
    )

    assert answer(db, "select kind, row_key, field, value_before, value_after from report.version_differences") == rows("""
kind     | row_key    | field | value_before | value_after
register | LK-2026-01 | state | open         | done
""")
