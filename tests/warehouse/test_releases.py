"""Released reports in the archive: frozen whole, found damaged, never overwritten."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from schemas.quarter import Quarter
from schemas.release import Release, ReleasedFile, latest_release
from tests.warehouse.deliveries import a_rejected, an_accepted
from warehouse.database import open_warehouse
from warehouse.reading import query
from warehouse.releases import ReleaseArchive
from warehouse.reports import FrozenReport

Q3 = Quarter(2026, 3)


def some_facts(submission_id: str = "0123456789abcdef") -> bytes:
    cell = f'["{submission_id}", "project", "KLI-001", "budget_total", "Projekte", 5]'
    fields = '["submission_id", "table", "key", "field", "sheet", "row"]'
    return (
        f'{{"figures": {{"finance.total.budget": {{"value": 200000.25, "unit": "EUR", "text": "200", "missing": 0, '
        f'"rule": "Summe.", "sources": [{cell}]}}, "deadline.meeting": {{"value": "2026-11-12", "unit": "date", '
        f'"text": "12.11.2026", "missing": 0, "rule": "Sitzungstag.", "sources": []}}}}, "source_fields": {fields}}}'
    ).encode()


def a_release(facts: bytes, number: int = 1, quarter: Quarter = Q3, **given: object) -> Release:
    file = ReleasedFile("Lenkungskreis.pdf", "lenkungskreis", "f" * 64, 7)
    digest = hashlib.sha256(facts).hexdigest()
    release = Release(quarter, number, datetime(2026, 10, 28, 10, tzinfo=UTC), digest, (file,), ("0123456789abcdef",))
    return replace(release, **given)  # type: ignore[arg-type]  # a test names what it needs


def test_a_release_comes_back_as_it_was_frozen(tmp_path: Path) -> None:
    archive, facts = ReleaseArchive(tmp_path), some_facts()

    stored = archive.store(a_release(facts, reason="Zahl ‚1‘ falsch"), facts)

    assert archive.releases() == (stored,)
    assert archive.facts(stored) == facts
    assert archive.damages() == []


def test_a_release_is_never_overwritten(tmp_path: Path) -> None:
    archive, facts = ReleaseArchive(tmp_path), some_facts()
    archive.store(a_release(facts), facts)

    with pytest.raises(ValueError, match="exists already"):
        archive.store(a_release(facts), facts)


def test_releases_are_numbered_as_they_come_whatever_the_clock_says(tmp_path: Path) -> None:
    archive, facts = ReleaseArchive(tmp_path), some_facts()
    later = archive.store(a_release(facts), facts)
    earlier = archive.store(a_release(facts, 2, released_at=datetime(2026, 10, 1, tzinfo=UTC)), facts)

    assert archive.releases() == (later, earlier)
    assert latest_release(archive.releases(), Q3) == earlier
    assert latest_release(archive.releases(), Q3.previous) is None


def test_without_a_release_there_is_no_folder_and_no_damage(tmp_path: Path) -> None:
    archive = ReleaseArchive(tmp_path)

    assert (archive.releases(), archive.damages(), list(tmp_path.iterdir())) == ((), [], [])


def test_changed_facts_a_broken_record_and_a_stranger_are_named_and_nothing_else_is_affected(tmp_path: Path) -> None:
    archive, facts = ReleaseArchive(tmp_path), some_facts()
    sound, changed, broken = (archive.store(a_release(facts, number), facts) for number in (1, 2, 3))
    folder = tmp_path / "releases"
    (folder / f"{changed.report_id}.facts.json").write_bytes(facts + b" ")
    (folder / f"{broken.report_id}.json").write_text("{", encoding="utf-8")
    (folder / "notes.txt").write_text("", encoding="utf-8")

    assert archive.facts(sound) == facts
    assert archive.facts(changed) is None
    assert {damage.path.name for damage in archive.damages()} == {
        f"{changed.report_id}.facts.json",
        f"{broken.report_id}.json",
        f"{broken.report_id}.facts.json",
        "notes.txt",
    }


def test_the_figures_of_a_released_report_lie_in_tables_down_to_their_cells(tmp_path: Path) -> None:
    accepted = an_accepted()
    facts = some_facts(accepted[0].submission_id)
    with open_warehouse(tmp_path / "w.duckdb") as warehouse:
        warehouse.load([accepted])
        report = FrozenReport(a_release(facts), facts)
        assert (warehouse.load_reports([report]), warehouse.load_reports([report])) == (1, 0)
        warehouse.publish(tmp_path / "p.duckdb")

    assert query(tmp_path / "p.duckdb", "select figure_id, printed, number::double, day::varchar, rule "
                 "from report_figure order by 1").rows == [
        ("deadline.meeting", "12.11.2026", None, "2026-11-12", "Sitzungstag."),
        ("finance.total.budget", "200", 200000.25, None, "Summe."),
    ]  # fmt: skip
    [(sheet, row, cell)] = query(
        tmp_path / "p.duckdb", "select source_sheet, source_row, cell from report_figure_source"
    ).rows
    assert (sheet, row) == ("Projekte", 5)
    assert str(cell).startswith("Projekte!")
    assert str(cell).endswith("5")


def test_only_the_latest_release_of_a_quarter_is_current(tmp_path: Path) -> None:
    facts = some_facts()
    with open_warehouse(tmp_path / "w.duckdb") as warehouse:
        warehouse.load_reports([FrozenReport(a_release(facts), facts)])
        warehouse.load_reports(
            [FrozenReport(a_release(facts, number, quarter), facts) for number, quarter in ((2, Q3), (1, Q3.previous))]
        )
        warehouse.publish(tmp_path / "p.duckdb")

    assert query(tmp_path / "p.duckdb", "select report_id, is_current from report order by 1").rows == [
        ("2026-Q2-1", True),
        ("2026-Q3-1", False),
        ("2026-Q3-2", True),
    ]


def test_a_report_is_made_from_what_counts_of_its_quarter_and_those_before(tmp_path: Path) -> None:
    before, counting = an_accepted(quarter="2026-Q2"), an_accepted()
    with open_warehouse(tmp_path / "w.duckdb") as warehouse:
        warehouse.load([before, counting, a_rejected(org="SWG"), an_accepted(quarter="2026-Q4")])

        assert set(warehouse.submissions_behind(Q3)) == {before[0].submission_id, counting[0].submission_id}
        assert warehouse.last_receipt(Q3) == counting[0].received_at
        assert warehouse.last_receipt(Quarter(2020, 1)) is None
