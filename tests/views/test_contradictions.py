"""What must never be: the view that finds it, found at work."""

import duckdb
import pytest

from tests.views.rows import answer, given

SOUND = """
submission_id | org_code | report_quarter | version | verdict  | received_at         | superseded_at
first         | KLI      | 2026-Q3        | 1       | accepted | 2026-10-09T10:00+00 | 2026-10-12T10:00+00
second        | KLI      | 2026-Q3        | 2       | accepted | 2026-10-12T10:00+00 |
draft         | SWG      | 2026-Q3        |         | draft    | 2026-10-12T10:00+00 |
"""
PROJECTS = "submission_id | org_code | report_quarter | project_id\nfirst | KLI | 2026-Q3 | KLI-001\nsecond | KLI | 2026-Q3 | KLI-001"

FINDING = "submission_id | org_code | report_quarter | rule | severity\nsecond | KLI | 2026-Q3 | X05 | warning"


def test_a_sound_file_contradicts_itself_nowhere(db: duckdb.DuckDBPyConnection) -> None:
    given(db, submission=SOUND, project=PROJECTS)

    assert answer(db, "from report.contradictions") == []


@pytest.mark.parametrize(
    ("damage", "promise"),
    [
        ("update history.submission set superseded_at = null", "exactly one version of a return counts"),
        (
            "update history.submission set superseded_at = '2026-10-13T10:00+00' where submission_id = 'first'",
            "a version counts until the next one does",
        ),
        ("update history.submission set version = version + 1", "versions are numbered without a gap"),
        (
            "update history.submission set version = 1 where submission_id = 'draft'",
            "only accepted versions have a number",
        ),
        (
            "update history.project set submission_id = 'draft' where submission_id = 'second'",
            "only accepted versions have rows, and these live as long as their submission",
        ),
        (
            "update history.project set superseded_at = null where submission_id = 'first'",
            "only accepted versions have rows, and these live as long as their submission",
        ),
        (
            "update history.finding set submission_id = 'nobody'",
            "findings live as long as their submission",
        ),
    ],
)
def test_each_broken_promise_is_named(db: duckdb.DuckDBPyConnection, damage: str, promise: str) -> None:
    given(db, submission=SOUND, project=PROJECTS, finding=FINDING)

    db.execute(damage)

    assert promise in {str(found) for (found,) in answer(db, "select promise from report.contradictions")}
