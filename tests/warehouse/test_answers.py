"""What senders are told comes from what was loaded, and is the same whenever it is told."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from schemas.findings import Finding
from schemas.place import Place
from tests.builders import a_project
from tests.warehouse.deliveries import OCTOBER_9, OCTOBER_12, OCTOBER_20, Judged, a_delivery, a_rejected, an_accepted
from transforms.answer.differences import changes_between
from warehouse.archive import Archive
from warehouse.database import open_warehouse

JULY_8 = datetime(2026, 7, 8, 10, tzinfo=UTC)


def test_an_accepted_return_comes_with_its_content_and_what_it_replaced(tmp_path: Path) -> None:
    first = an_accepted([a_project(budget_total=Decimal(100000))])
    second = an_accepted([a_project(budget_total=Decimal(250000))], version=2, received_at=OCTOBER_12)

    with open_warehouse(tmp_path / "w.duckdb") as warehouse:
        warehouse.load([first])
        warehouse.load([second])
        told, corrected = warehouse.answers()

    assert told.content is not None
    assert told.replaced is told.quarter_before is None
    assert corrected.content is not None
    assert corrected.replaced is not None
    assert (corrected.replaced.version, corrected.replaced.received_at) == (1, OCTOBER_9)
    assert corrected.replaced.tables == told.content.tables
    [change] = changes_between(corrected.replaced, corrected.content)
    assert (change.field, change.before, change.after) == ("budget_total", Decimal(100000), Decimal(250000))


def test_compared_is_with_what_counted_when_it_was_received_also_when_it_is_answered_later(tmp_path: Path) -> None:
    before = an_accepted(quarter="2026-Q2", received_at=JULY_8)
    answered = an_accepted(received_at=OCTOBER_9)
    late = an_accepted([a_project(title="Anders")], quarter="2026-Q2", version=2, received_at=OCTOBER_12)
    corrected = an_accepted(version=2, received_at=OCTOBER_20)

    with open_warehouse(tmp_path / "w.duckdb") as warehouse:
        for judged in (before, answered, late, corrected):
            warehouse.load([judged])
        answers = {answer.submission_id: answer for answer in warehouse.answers()}

    def quarter_before(judged: Judged) -> int | None:
        version = answers[judged[0].submission_id].quarter_before
        return version.version if version else None

    assert [quarter_before(judged) for judged in (before, answered, late, corrected)] == [None, 1, None, 2]


def test_a_correction_that_came_with_what_it_corrects_is_compared_with_it(tmp_path: Path) -> None:
    with open_warehouse(tmp_path / "w.duckdb") as warehouse:
        warehouse.load([an_accepted(), an_accepted([a_project(title="Anders")], version=2)])
        versions = {answer.version: answer.replaced for answer in warehouse.answers()}

    assert versions[1] is None
    assert versions[2] is not None


def test_others_are_never_compared_with(tmp_path: Path) -> None:
    other = an_accepted(org="SWG", quarter="2026-Q2", received_at=JULY_8)

    with open_warehouse(tmp_path / "w.duckdb") as warehouse:
        warehouse.load([other, an_accepted()])
        [told] = warehouse.answers(without=[other[0].submission_id])

    assert told.quarter_before is None


def test_what_was_not_taken_over_has_findings_and_nothing_to_compare(tmp_path: Path) -> None:
    places = (Place("Projekte", 5, 3), Place("Projekte", 7), Place("Projekte", None, 4), Place("Risiken"))
    finding = Finding("S01", places[0], "x", "y", {"blatt": "Risiken"}, places)

    with open_warehouse(tmp_path / "w.duckdb") as warehouse:
        warehouse.load([an_accepted()])
        rejected = a_rejected(findings=[finding], received_at=OCTOBER_12)
        warehouse.load([rejected])
        [told] = [answer for answer in warehouse.answers() if answer.version is None]

    assert told.content is told.replaced is told.quarter_before is None
    assert told.sha256 == rejected[0].sha256
    [found] = told.findings
    assert (found.rule, found.places, found.value, found.expected) == ("S01", places, "x", "y")
    assert found.message == "Tabellenblatt „Risiken“ fehlt."


def test_the_archive_gives_the_bytes_of_a_delivery_by_their_hash_and_no_others(tmp_path: Path) -> None:
    delivery = a_delivery(b"bytes")
    archive = Archive(tmp_path)
    archive.store([delivery])

    assert archive.content(delivery.sha256) == b"bytes"
    assert archive.content("0" * 64) is None
    (tmp_path / "content" / delivery.sha256).write_bytes(b"other")
    assert archive.content(delivery.sha256) is None
    assert replace(delivery, name="x").sha256 == delivery.sha256
