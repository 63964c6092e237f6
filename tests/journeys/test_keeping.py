"""Files are kept as long as they may be, and a personal datum can be removed from everything that is kept."""

import io
import shutil
import sqlite3
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from openpyxl import load_workbook
from openpyxl.comments import Comment

from flows.clock import instant
from flows.collectors.folder import read_file
from flows.erasing import Request, erase, look_for
from flows.forgetting import forget
from flows.intake import run_collection, run_intake
from flows.rebuilding import rebuild
from flows.releasing import run_release
from flows.reporting import run_report
from flows.settings import Settings, load_settings
from schemas.delivery import Delivery
from schemas.quarter import Quarter
from tests.journeys.die8 import die8
from tests.samples import HANDED_IN, SAMPLES, sample_files
from transforms.parsing.digest import amended, pack_submission
from transforms.traces import Datum
from warehouse.archive import Archive, Archived
from warehouse.comparison import content_hash, differences
from warehouse.reading import query
from warehouse.releases import ReleaseArchive
from warehouse.upkeep import Upkeep, last_upkeep

CANARY, ASCII_CANARY = "Kanaria Zwitscherling", "zwitscherling"
OTHER_WAY = "Zwitscherling, Kanaria"
MAIL = "kanaria.zwitscherling@klinikum.example"
DATUM = Datum((CANARY, OTHER_WAY, MAIL))
LATER = instant("2028-04-03")
"""When the files of 2025-Q4 are past their time, those of 2026-Q2 are not."""


def hand_in(settings: Settings, quarter: str, *more: Delivery) -> None:
    found = [read_file(path, "submit", HANDED_IN[quarter]) for path in sample_files(quarter)]
    run_intake(settings, [*(item for item in found if isinstance(item, Delivery)), *more])


def published(settings: Settings) -> Path:
    return settings.home.published


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two quarters, the first with a text that holds what C11 takes for personal."""
    home = tmp_path_factory.mktemp("year") / "home"
    settings = load_settings(home)
    hand_in(settings, "2025-Q4", a_return_that_names_somebody("2025-Q4"))
    hand_in(settings, "2026-Q2")
    return home


@pytest.fixture
def settings(year: Path, tmp_path: Path) -> Settings:
    return load_settings(Path(shutil.copytree(year, tmp_path / "home")))


def a_return_that_names_somebody(quarter: str, name: str = "Bericht Zwitscherling.xlsx") -> Delivery:
    """A correction of KLI with the canary wherever an office would leave it."""
    book = load_workbook(SAMPLES / quarter / f"D8_KLI_{quarter}_v01.xlsx")
    book.properties.creator = CANARY
    book["Projekte"]["B5"].comment = Comment("bitte klären", CANARY)
    book["Deckblatt"]["B11"].value = MAIL
    book["Deckblatt"]["A14"].value, book["Deckblatt"]["B14"].value = "Grund der Korrektur", f"Frau {CANARY} hat ergänzt"
    book["Risiken"]["C5"].value = f"Ausfall von Frau {CANARY}, Tel. 05241 82-4711"
    book.create_sheet("Notizen")["A1"] = f"Rücksprache mit {OTHER_WAY}"
    stream = io.BytesIO()
    book.save(stream)
    return Delivery(
        stream.getvalue(), name, "submit", HANDED_IN[quarter], sender=MAIL, source={"path": f"Ablage/{CANARY}/{name}"}
    )


def test_files_past_their_time_leave_hash_rows_and_findings_and_a_rebuild_arrives_at_the_same(
    settings: Settings,
) -> None:
    projects = query(published(settings), "select * from history.project order by all").rows
    counted = "select submission_id, rule, severity, cell from history.finding order by all"
    findings = query(published(settings), counted).rows

    result = forget(settings, LATER, is_dry=False)

    assert {str(due.submission.quarter) for due in result.forgotten} == {"2025-Q4"}
    left = [item.delivery for item in Archive(settings.home.archive).deliveries() if isinstance(item, Archived)]
    assert {delivery.received_at for delivery in left if delivery.kept is None} == {HANDED_IN["2026-Q2"]}
    assert rebuild(settings, only_compare=True).is_equal
    assert query(published(settings), "select * from history.project order by all").rows == projects
    assert query(published(settings), counted).rows == findings
    assert forget(settings, LATER, is_dry=False).forgotten == []


def test_what_is_left_of_old_files_names_nobody(settings: Settings) -> None:
    forget(settings, LATER, is_dry=False)

    [risk] = query(published(settings), "select risk_text from history.risk where risk_text like 'Ausfall%'").rows
    assert risk == ("Ausfall von [entfernt], [entfernt]",)
    assert query(published(settings), "select distinct sender from history.submission").rows == [(None,)]
    assert traces(settings.home.path, CANARY.encode()) == []
    assert traces(settings.home.path, b"82-4711") == []


def test_the_letter_that_took_the_marked_file_along_is_forgotten_with_it(settings: Settings) -> None:
    of_old = "select submission_id from history.submission where report_quarter = '2025-Q4' order by all limit 1"
    [[identity]] = query(published(settings), of_old).rows
    sent = settings.home.letters / "sent"
    sent.mkdir(parents=True)
    letter, other = sent / f"receipt_2026-01-12_KLI_2025-Q4_{identity}.eml", sent / "receipt_other.eml"
    for path in (letter, other):
        path.write_bytes(b"To: digital@kli.example\r\n\r\n")

    forget(settings, LATER, is_dry=False)

    assert not letter.exists()
    assert other.exists()


def test_a_project_can_be_kept_longer_than_the_others(settings: Settings) -> None:
    hold = '[[retention.holds]]\nproject = "KLI-002"\nuntil = 2030-12-31\nreason = "Zuwendungsbescheid"\n'
    settings.home.configuration.write_text(hold, encoding="utf-8")

    result = forget(load_settings(settings.home.path), LATER, is_dry=True)

    assert {due.submission.org_code for due in result.held} == {"KLI"}
    assert "KLI" not in {due.submission.org_code for due in result.forgotten}


def test_a_dry_run_forgets_nothing(settings: Settings) -> None:
    before = {path: path.stat().st_mtime_ns for path in settings.home.archive.rglob("*")}

    assert forget(settings, LATER, is_dry=True).forgotten

    assert {path: path.stat().st_mtime_ns for path in settings.home.archive.rglob("*")} == before


def test_fault_63_erasure_lists_the_places_first_and_then_no_byte_is_left(settings: Settings) -> None:
    prepare_everything_that_may_hold_it(settings)
    assert len({path.parent for path in traces(settings.home.path, ASCII_CANARY.encode())}) >= 5
    words = ("erase", CANARY, OTHER_WAY, MAIL, "Zwitscherling", "--reason", "Art. 17")
    others = "select * from history.project where org_code <> 'KLI' order by all"
    untouched = query(published(settings), others).rows

    listed = die8(settings.home.path, *words, expect=1)
    assert "Nothing was changed" in listed.stdout
    for place in (
        "archive: Bericht Zwitscherling.xlsx",
        "record",
        "published/die8.duckdb",
        "outbox/",
        "reports/",
        "inbox/",
    ):
        assert place in listed.stdout
    done = die8(settings.home.path, *words, "--yes")

    assert "Erased at" in done.stdout
    assert traces(settings.home.path, ASCII_CANARY.encode()) == []
    assert query(published(settings), others).rows == untouched
    assert rebuild(settings, only_compare=True).is_equal
    noted = last_upkeep(settings.home.archive, Upkeep.ERASE)
    assert noted is not None
    assert noted.details["reason"] == "Art. 17"
    [release] = ReleaseArchive(settings.home.archive).releases()
    assert "facts.json" in {file.name for file in release.files}
    assert ReleaseArchive(settings.home.archive).damages() == []


def prepare_everything_that_may_hold_it(settings: Settings) -> None:
    home = settings.home
    run_release(settings, Quarter(2025, 4), datetime(2026, 2, 1, tzinfo=UTC))
    run_report(settings, Quarter(2025, 4), datetime(2026, 2, 2, tzinfo=UTC))
    lying = home.inbox / "Nachtrag Zwitscherling.xlsx"
    lying.write_bytes(a_return_that_names_somebody("2026-Q3", lying.name).content)
    run_collection(settings, HANDED_IN["2026-Q3"])
    (home.archive / "records" / "Notiz.txt").write_text(CANARY, encoding="utf-8")
    (home.archive / "content" / ("0" * 64)).write_text(CANARY, encoding="utf-8")
    (home.path / "notiz.txt").write_text(f"Bei {CANARY} nachfragen", encoding="utf-8")
    with sqlite3.connect(home.path / "prefect.db") as database:
        database.execute("create table artifact (text varchar)")
        database.execute("insert into artifact values (?)", [f"| Bericht {CANARY} |"])
    database.close()


def test_the_same_file_arriving_again_brings_nothing_back(settings: Settings) -> None:
    request = Request(DATUM)
    [returned] = [
        item.delivery
        for item in Archive(settings.home.archive).deliveries()
        if isinstance(item, Archived) and item.delivery.sender
    ]
    erase(settings, request, look_for(settings, request), LATER)
    before = content_hash(published(settings))

    run_intake(settings, [returned])

    assert look_for(settings, request).count == 0
    assert content_hash(published(settings)) == before


def test_erasing_in_one_field_leaves_the_word_elsewhere(settings: Settings) -> None:
    request = Request(Datum(("Ausfall",), is_word=True), frozenset({"risk.mitigation"}))
    assert look_for(settings, request).count == 0

    request = Request(Datum(("Ausfall",), is_word=True), frozenset({"risk.risk_text"}))
    before = query(published(settings), "select overall_assessment from history.submission order by all").rows
    erase(settings, request, look_for(settings, request), LATER)

    texts = query(published(settings), "select risk_text from history.risk").rows
    assert not any("Ausfall" in str(text) for (text,) in texts)
    assert any("[entfernt] von Frau" in str(text) for (text,) in texts)
    assert query(published(settings), "select overall_assessment from history.submission order by all").rows == before


def test_an_erasure_that_died_is_completed_by_the_same_command(settings: Settings) -> None:
    places = look_for(settings, Request(DATUM))
    archive = Archive(settings.home.archive)
    for sha256 in list(places.deliveries)[:1]:
        archive.reduce(sha256, pack_submission(amended(places.deliveries[sha256][1], Request(DATUM).amend)))

    again = look_for(settings, Request(DATUM))
    assert again.databases
    left = erase(settings, Request(DATUM), again, LATER)

    assert left.count == 0
    assert rebuild(settings, only_compare=True).is_equal
    assert traces(settings.home.path, CANARY.encode()) == []


@pytest.mark.parametrize("words", [["er"], ["entfernt"], ["Muster", "--field", "project.nothing"], []])
def test_a_request_that_cannot_be_is_refused_with_a_reason(tmp_path: Path, words: list[str]) -> None:
    assert die8(tmp_path, "erase", *words, expect=2).stderr


def traces(home: Path, needle: bytes) -> list[Path]:
    """Every file of a home that holds the bytes, in any case, as they lie there or unpacked; told by hand."""
    return [path for path in home.rglob("*") if path.is_file() and needle.lower() in everything_in(path).lower()]


def everything_in(path: Path) -> bytes:
    content = path.read_bytes()
    found = path.name.encode() + content + content.decode("utf-16-le", "ignore").encode()
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            found += b"".join(package.read(name) for name in package.namelist())
    if path.suffix == ".parquet":
        found += pl.read_parquet(path).write_json().encode()
    return found


def test_the_search_of_these_tests_finds_what_is_there(settings: Settings) -> None:
    """A search that found nothing would prove nothing."""
    found = traces(settings.home.path, ASCII_CANARY.encode())

    assert {path.relative_to(settings.home.path).parts[0] for path in found} >= {
        "archive", "outbox", "published", "warehouse.duckdb",
    }  # fmt: skip
    assert any(path.suffix == ".parquet" for path in found)
    assert differences(settings.home.warehouse, published(settings)) == []
