"""The overall light of every project and quarter beside the one last known."""

import duckdb
import pytest

from tests.views.rows import answer, given, rows


def test_lights_are_told_with_the_one_before_and_the_word_for_the_change(db: duckdb.DuckDBPyConnection) -> None:
    given(
        db,
        project="""
org_code | report_quarter | project_id | status_overall | phase
KLI      | 2026-Q2        | KLI-001    | green          | pilot
KLI      | 2026-Q2        | KLI-002    | red            | pilot
KLI      | 2026-Q2        | KLI-003    | grey           | idea
KLI      | 2026-Q2        | KLI-004    | yellow         | pilot
KLI      | 2026-Q2        | KLI-005    | yellow         | pilot
KLI      | 2026-Q3        | KLI-001    | yellow         | pilot
KLI      | 2026-Q3        | KLI-002    | red            | pilot
KLI      | 2026-Q3        | KLI-003    | green          | pilot
KLI      | 2026-Q3        | KLI-004    |                | pilot
KLI      | 2026-Q3        | KLI-005    | green          | completed
KLI      | 2026-Q3        | KLI-006    | green          | idea
""",
    )

    found = answer(
        db,
        "select report_quarter, project_id, is_closed, light, light_before, quarter_before, trend, red_quarters "
        "from report.project_states order by all",
    )

    assert found == rows("""
report_quarter | project_id | is_closed | light   | light_before | quarter_before | trend     | red_quarters
2026-Q2        | KLI-001    | false     | green   |              |                |           | 0
2026-Q2        | KLI-002    | false     | red     |              |                |           | 1
2026-Q2        | KLI-003    | false     | grey    |              |                |           | 0
2026-Q2        | KLI-004    | false     | yellow  |              |                |           | 0
2026-Q2        | KLI-005    | false     | yellow  |              |                |           | 0
2026-Q3        | KLI-001    | false     | yellow  | green        | 2026-Q2        | worse     | 0
2026-Q3        | KLI-002    | false     | red     | red          | 2026-Q2        | same      | 2
2026-Q3        | KLI-003    | false     | green   | grey         | 2026-Q2        |           | 0
2026-Q3        | KLI-004    | false     | unknown | yellow       | 2026-Q2        |           | 0
2026-Q3        | KLI-005    | true      | green   | yellow       | 2026-Q2        | completed | 0
2026-Q3        | KLI-006    | false     | green   |              |                | new       | 0
""")


def test_without_a_return_a_project_is_not_delivered_and_never_its_old_light(db: duckdb.DuckDBPyConnection) -> None:
    given(
        db,
        submission="org_code | report_quarter\nKLI | 2026-Q1\nSWG | 2026-Q2\nSWG | 2026-Q3",
        project="""
org_code | report_quarter | project_id | status_overall | phase
KLI      | 2026-Q1        | KLI-001    | green          | pilot
KLI      | 2026-Q1        | KLI-002    | green          | cancelled
""",
    )

    found = answer(
        db,
        "select report_quarter, project_id, light, light_before, quarter_before, trend from report.project_states "
        "where report_quarter > '2026-Q1' order by all",
    )

    assert found == rows("""
report_quarter | project_id | light         | light_before | quarter_before | trend
2026-Q2        | KLI-001    | not_delivered | green        | 2026-Q1        | not_delivered
2026-Q3        | KLI-001    | not_delivered | green        | 2026-Q1        | not_delivered
""")


@pytest.mark.parametrize(("later", "told"), [("2026-Q1", 1), ("2026-Q2", 0)])
def test_what_was_last_known_is_forgotten_after_eight_quarters(
    db: duckdb.DuckDBPyConnection, later: str, told: int
) -> None:
    given(
        db,
        submission=f"org_code | report_quarter\nKLI | 2024-Q1\nSWG | {later}",
        project="org_code | report_quarter | project_id | status_overall\nKLI | 2024-Q1 | KLI-001 | red",
    )

    [(count,)] = answer(db, f"select count(*) from report.project_states where report_quarter = '{later}'")

    assert count == str(told)


def test_a_quarter_that_is_not_red_ends_the_count_of_red_quarters(db: duckdb.DuckDBPyConnection) -> None:
    given(
        db,
        project="""
org_code | report_quarter | project_id | status_overall
KLI      | 2025-Q3        | KLI-001    | red
KLI      | 2025-Q4        | KLI-001    | yellow
KLI      | 2026-Q1        | KLI-001    | red
KLI      | 2026-Q3        | KLI-001    | red
KLI      | 2026-Q4        | KLI-001    | red
""",
    )

    found = answer(
        db,
        "select report_quarter, red_quarters from report.project_states where light <> 'not_delivered' order by all",
    )

    assert [count for _, count in found] == ["1", "0", "1", "1", "2"]
