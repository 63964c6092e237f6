"""What loading a batch leaves behind: one version that counts, all others kept, nothing twice."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from msgspec.structs import replace

from schemas.findings import Finding, Verdict
from schemas.frames import GateError
from schemas.place import Place
from schemas.submission import Checked, Row
from tests.builders import a_cooperation, a_decision, a_project, a_submission
from tests.warehouse.deliveries import (
    OCTOBER_9,
    OCTOBER_12,
    OCTOBER_20,
    Judged,
    a_delivery,
    a_rejected,
    an_accepted,
    an_unassigned,
    published_after,
)
from warehouse.comparison import content_hash, differences
from warehouse.database import open_warehouse
from warehouse.errors import StaleCheckError
from warehouse.reading import query


def ask(published: Path, sql: str) -> list[tuple[object, ...]]:
    return query(published, sql).rows


def a_correction(actual: str = "99000.00", *, received_at: datetime = OCTOBER_12, version: int | None = 2) -> Judged:
    return an_accepted([a_project(actual_cum=Decimal(actual))], version=version, received_at=received_at)


def a_register(*numbers: str, received_at: datetime = OCTOBER_9) -> Judged:
    rows = tuple(
        Row("decision", a_decision(decision_no=number), "Beschlüsse", 5 + place) for place, number in enumerate(numbers)
    )
    read = a_submission(org_code=None, quarter=None, cover=None, tables={"decision": rows}, file_name="buch.xlsx")
    checked = Checked(replace(read, cover=None), Verdict.ACCEPTED, (), None, read.tables, version=None)
    return a_delivery(f"register {numbers}", "buch.xlsx", received_at=received_at), checked


def test_an_accepted_return_lies_in_main_with_its_rows_and_where_they_came_from(tmp_path: Path) -> None:
    given = an_accepted([a_project(partner_orgs=("SWG", "BIB"))])

    published = published_after(tmp_path, [given])

    identity = given[0].submission_id
    assert ask(published, "select submission_id, org_code, report_quarter, version, verdict from submission") == [
        (identity, "KLI", "2026-Q3", 1, "accepted")
    ]
    assert ask(
        published,
        "select project_id, partner_orgs, budget_total, submission_id, source_sheet, source_row, is_incomplete "
        "from project",
    ) == [("KLI-001", ["SWG", "BIB"], Decimal("200000.00"), identity, "Projekte", 5, False)]


def test_each_stored_value_leads_to_its_cell(tmp_path: Path) -> None:
    published = published_after(tmp_path, [an_accepted()])

    [[project_cell]] = ask(
        published,
        "select source_sheet || '!' || column_letters || p.source_row from project p join history.source_column c "
        "using (submission_id, source_sheet) where table_name = 'project' and field = 'actual_cum'",
    )
    [[cover_cell]] = ask(
        published,
        "select source_sheet || '!' || column_letters || source_row from history.source_column "
        "where table_name = 'submission' and field = 'report_quarter'",
    )

    assert (project_cell, cover_cell) == ("Projekte!S5", "Deckblatt!B6")


def test_a_row_with_a_failed_cell_is_kept_and_marked_incomplete(tmp_path: Path) -> None:
    broken = a_project(failed=["actual_cum"])

    published = published_after(tmp_path, [an_accepted([broken], verdict=Verdict.ACCEPTED_WITH_FINDINGS)])

    assert ask(published, "select actual_cum, is_incomplete from project") == [(None, True)]


def test_findings_are_stored_in_their_order_with_place_and_german_message(tmp_path: Path) -> None:
    one = Finding("X01", Place("Projekte", 5, 10), value="1", expected="2", details={"projekt": "KLI-001"})
    whole_sheet = Finding("S05", Place("Projekte"), details={"spalte": "Notiz"})
    several = Finding(
        "B02", Place("Projekte", 5, 1), "KLI-001", places=(Place("Projekte", 5, 1), Place("Projekte", 6, 1))
    )

    published = published_after(tmp_path, [an_accepted(findings=[one, whole_sheet, several])])

    assert ask(published, "select position, rule, severity, sheet, cell, cells, value, expected from finding") == [
        (1, "X01", "error", "Projekte", "Projekte!J5", ["Projekte!J5"], "1", "2"),
        (2, "S05", "warning", "Projekte", None, ["Projekte"], None, None),
        (3, "B02", "error", "Projekte", "Projekte!A5", ["Projekte!A5", "Projekte!A6"], "KLI-001", None),
    ]
    assert ask(published, "select message from finding where rule = 'X01'") == [(one.message,)]


def test_loading_the_same_again_changes_nothing(tmp_path: Path) -> None:
    batch = [an_accepted(), a_rejected(org="SWG"), an_unassigned()]
    once = published_after(tmp_path / "once", batch)

    twice = published_after(tmp_path / "twice", batch, batch, [*batch, *batch])

    assert differences(once, twice) == []


def test_load_tells_how_many_submissions_were_new(tmp_path: Path) -> None:
    with open_warehouse(tmp_path / "w.duckdb") as warehouse:
        assert warehouse.load([an_accepted(), an_accepted(), a_rejected()]) == 2
        assert warehouse.load([an_accepted()]) == 0
        assert warehouse.load([]) == 0


def test_a_duplicate_leaves_no_trace(tmp_path: Path) -> None:
    delivery, checked = an_accepted()

    published = published_after(tmp_path, [(delivery, replace(checked, verdict=Verdict.DUPLICATE, version=None))])

    assert ask(published, "select count(*) from history.submission") == [(0,)]


@pytest.mark.parametrize("together", [True, False], ids=["in one batch", "one after the other"])
def test_a_correction_supersedes_and_the_version_before_is_kept(tmp_path: Path, together: bool) -> None:  # noqa: FBT001 - parametrized
    first, second = an_accepted(), a_correction()

    published = published_after(tmp_path, *([[first, second]] if together else [[first], [second]]))

    assert ask(published, "select version, actual_cum from submission join project using (submission_id)") == [
        (2, Decimal("99000.00"))
    ]
    for table in ("submission", "project", "milestone", "kpi_value"):
        assert ask(published, f"select epoch(recorded_at), epoch(superseded_at) from history.{table} order by 1") == [
            (OCTOBER_9.timestamp(), OCTOBER_12.timestamp()),
            (OCTOBER_12.timestamp(), None),
        ]


def test_one_batch_or_many_give_equal_tables(tmp_path: Path) -> None:
    arrivals = [
        an_accepted(),
        a_rejected(received_at=OCTOBER_9 + timedelta(hours=1)),
        a_correction(),
        an_accepted(org="SWG", received_at=OCTOBER_12),
        a_correction("100000.00", received_at=OCTOBER_20, version=3),
        an_unassigned(),
        an_accepted(verdict=Verdict.DRAFT, received_at=OCTOBER_20, org="VHS"),
    ]

    at_once = published_after(tmp_path / "at once", arrivals)
    singly = published_after(tmp_path / "singly", *([item] for item in arrivals))

    assert differences(at_once, singly) == []
    assert content_hash(at_once) == content_hash(singly)


@pytest.mark.parametrize("verdict", [Verdict.REJECTED, Verdict.DRAFT])
def test_what_is_not_accepted_is_kept_but_never_counts(tmp_path: Path, verdict: Verdict) -> None:
    later = an_accepted([a_project(actual_cum=Decimal(1))], verdict=verdict, received_at=OCTOBER_12)

    published = published_after(tmp_path, [an_accepted()], [later])

    assert ask(published, "select version, actual_cum from submission join project using (submission_id)") == [
        (1, Decimal("95000.00"))
    ]
    assert ask(published, "select count(*) from history.project") == [(1,)]
    assert ask(published, "select version, verdict from history.submission order by recorded_at") == [
        (1, "accepted"),
        (None, str(verdict)),
    ]


def test_what_cannot_be_assigned_is_kept_in_history_with_its_findings(tmp_path: Path) -> None:
    published = published_after(tmp_path, [an_unassigned()])

    assert ask(published, "select org_code, verdict, file_format from history.submission") == [
        (None, "unassigned", None)
    ]
    assert ask(published, "select rule from history.finding") == [("F02",)]
    assert ask(published, "select count(*) from finding") == [(0,)]


def test_findings_of_a_rejected_file_stay_visible_until_something_newer_arrives(tmp_path: Path) -> None:
    refused = a_rejected(received_at=OCTOBER_12)

    before = published_after(tmp_path / "before", [an_accepted(), refused])
    after = published_after(tmp_path / "after", [an_accepted(), refused, a_correction(received_at=OCTOBER_20)])

    assert ask(before, "select rule from finding") == [("S01",)]
    assert ask(after, "select rule from finding") == []
    assert ask(after, "select rule from history.finding") == [("S01",)]


def test_versions_follow_their_arrival_also_when_the_clock_was_set_back(tmp_path: Path) -> None:
    arrivals = [an_accepted(received_at=OCTOBER_12), a_correction(received_at=OCTOBER_9)]

    published = published_after(tmp_path, arrivals)

    assert ask(published, "select version from submission") == [(2,)]
    for instant in (OCTOBER_9, OCTOBER_12, OCTOBER_20):
        held = ask(published, f"select version from submission_as_of('{instant.isoformat()}')")
        assert held == ([] if instant == OCTOBER_9 else [(2,)])


def test_two_current_versions_of_one_quarter_are_refused(tmp_path: Path) -> None:
    with open_warehouse(tmp_path / "w.duckdb") as warehouse:
        warehouse.load([an_accepted(), an_accepted(org="VHS")])
        with warehouse._using() as connection:
            connection.execute("update history.submission set org_code = 'SWG'")

        with pytest.raises(AssertionError, match="SWG"):
            warehouse.load([an_accepted(org="BIB")])

        assert len(warehouse.known_ids()) == 2


def test_a_return_checked_against_an_outdated_version_is_refused(tmp_path: Path) -> None:
    with open_warehouse(tmp_path / "w.duckdb") as warehouse:
        warehouse.load([an_accepted()])

        with pytest.raises(StaleCheckError, match="version 1"):
            warehouse.load([a_correction(version=1)])

        assert len(warehouse.known_ids()) == 1


def test_a_batch_that_breaks_the_contract_is_loaded_not_at_all(tmp_path: Path) -> None:
    wrong = an_accepted([a_project(status_cost="grün")], org="SWG")

    with open_warehouse(tmp_path / "w.duckdb") as warehouse:
        with pytest.raises(GateError) as refusal:
            warehouse.load([an_accepted(), wrong])

        assert warehouse.known_ids() == frozenset()
        assert refusal.value.submission_ids == {wrong[0].submission_id}
        warehouse.load([an_accepted()])  # the warehouse goes on


def test_the_beschlussbuch_is_a_chain_of_its_own(tmp_path: Path) -> None:
    first, second = a_register("LK-2026-01"), a_register("LK-2026-01", "LK-2026-02", received_at=OCTOBER_12)

    published = published_after(tmp_path, [first, an_accepted()], [second])

    assert ask(published, "select decision_no, org_code, report_quarter from decision order by all") == [
        ("LK-2026-01", None, None),
        ("LK-2026-02", None, None),
    ]
    assert ask(published, "select kind, version from submission order by kind") == [("register", 2), ("return", 1)]


def test_texts_of_any_kind_are_stored_as_they_are(tmp_path: Path) -> None:
    nasty = "'; drop table x; -- \"„“\n\t=1+1 😀"

    published = published_after(
        tmp_path, [an_accepted([a_project(title=nasty)], cooperations=[a_cooperation(description=nasty)])]
    )

    assert ask(published, "select title, description from project, cooperation") == [(nasty, nasty)]


def test_instants_are_stored_in_utc_with_microseconds(tmp_path: Path) -> None:
    instant = datetime(2026, 10, 9, 12, 0, 0, 123456, tzinfo=UTC)

    with open_warehouse(tmp_path / "w.duckdb") as warehouse:
        given = an_accepted(received_at=instant)
        warehouse.load([given])

        assert warehouse.known([given[0].submission_id, "unknown"]) == {given[0].submission_id: instant}


def test_answers_tell_what_the_sender_must_know_and_skip_who_was_answered(tmp_path: Path) -> None:
    told = an_accepted(findings=[Finding("S05", Place("Projekte"), details={"spalte": "Notiz"})])
    answered = a_rejected(received_at=OCTOBER_12)

    with open_warehouse(tmp_path / "w.duckdb") as warehouse:
        warehouse.load([told, answered])
        [answer] = warehouse.answers(without=[answered[0].submission_id])

    assert (answer.submission_id, answer.org_code, str(answer.quarter), answer.version) == (
        told[0].submission_id,
        "KLI",
        "2026-Q3",
        1,
    )
    assert [(found.severity, found.cell, found.message) for found in answer.findings] == [
        ("warning", "Projekte", "Unbekannte Spalte „Notiz“ wurde nicht übernommen.")
    ]


def test_the_file_is_a_plain_duckdb_database(tmp_path: Path) -> None:
    published = published_after(tmp_path, [an_accepted()])

    with duckdb.connect(str(published), read_only=True) as connection:
        assert connection.execute("select project_id from project_as_of('2026-12-31')").fetchall() == [("KLI-001",)]
