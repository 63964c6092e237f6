"""Whoever hands something in gets an answer; whoever checks gets the same one and nothing is stored."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.clock import instant
from flows.commands import check
from flows.intake import run_intake
from flows.settings import load_settings
from schemas.delivery import Delivery
from tests.journeys.die8 import die8
from tests.sample_homes import SampleHomes
from tests.samples import HANDED_IN, SAMPLES, sample_files
from tests.transforms.answer.answers import OWN_SHEET, the_book
from warehouse.archive import Archive

KLI = SAMPLES / "2026-Q3" / "D8_KLI_2026-Q3_v01.xlsx"
BIB = SAMPLES / "2026-Q3" / "D8_BIB_2026-Q3_v01.ods"


def hand_in(home: Path, quarter: str) -> None:
    die8(home, "submit", *sample_files(quarter), "--received-at", HANDED_IN[quarter].isoformat(), expect=1)


@pytest.fixture(scope="module")
def outbox(sample_homes: SampleHomes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The outbox after four quarters, the third of which holds a correction."""
    return sample_homes.copy(tmp_path_factory.mktemp("answers")) / "outbox"


def answers(outbox: Path, *parts: str) -> list[Path]:
    """The text receipts whose name holds all these parts."""
    return sorted(path for path in outbox.glob("*.txt") if all(part in path.name for part in parts))


def document_of(receipt: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(receipt.with_suffix(".json").read_text(encoding="utf-8"))
    return found


def test_a_checked_file_is_late_only_if_it_came_late(
    outbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The quarter closed on 21 October 2026."""
    monkeypatch.setattr(check, "instant", lambda now: instant(now or "2026-11-22"))

    def is_late(home: Path, now: str | None = None) -> bool:
        check.run_check(load_settings(home), [KLI], as_json=True, with_data=False, now=now)
        document = json.loads(capsys.readouterr().out)
        return "Q12" in {finding["rule"] for finding in document["findings"]}

    assert is_late(tmp_path / "nothing was handed in here")
    assert not is_late(outbox.parent)
    assert is_late(outbox.parent, now="2026-11-22")


def test_every_delivery_has_a_complete_answer(outbox: Path) -> None:
    receipts = answers(outbox)

    assert len(receipts) == 8 + 7 + 9 + 10
    for receipt in receipts:
        document = document_of(receipt)
        assert document["file"] in receipt.read_text(encoding="utf-8")
        assert document["file"] in receipt.with_suffix(".html").read_text(encoding="utf-8")
        is_marked = receipt.with_suffix(".xlsx").exists()
        assert is_marked == (document["workbook"] is not None)
        assert is_marked == (document["verdict"] in ("accepted", "accepted_with_findings"))
    assert {path.suffix for path in outbox.iterdir()} == {".txt", ".html", ".json", ".xlsx"}


def test_the_sender_gets_the_own_file_back_with_the_problems_marked(outbox: Path) -> None:
    [receipt] = answers(outbox, "_KLI_2026-Q3_")

    book = the_book(receipt.with_suffix(".xlsx").read_bytes())

    assert book.sheetnames == [OWN_SHEET, *the_book(KLI.read_bytes()).sheetnames]
    assert "Q5" in str(book[OWN_SHEET]["C10"].value)
    for cell in ("N6", "Q5"):
        assert book["Projekte"][cell].comment is not None
    assert document_of(receipt)["workbook"]["kind"] == "own"


def test_a_correction_is_told_against_the_version_it_replaces_and_the_quarter_before(outbox: Path) -> None:
    first, second = sorted(answers(outbox, "_KLI_2026-Q2_"), key=lambda path: document_of(path)["version"])

    assert document_of(first)["replaced"] is None
    replaced = document_of(second)["replaced"]
    assert (replaced["version"], replaced["file"]) == (1, "D8_KLI_2026-Q2_v01.xlsx")
    assert {
        (change["item"][:7], change["field"], change["before"], change["after"]) for change in replaced["changes"]
    } == {
        ("", "correction_reason", None, "Ist-Wert KLI-001 berichtigt"),
        ("KLI-001", "actual_cum", None, 905000),
    }
    assert "Ist kumuliert: ohne Angabe → 905.000,00 EUR" in second.read_text(encoding="utf-8")
    assert document_of(second)["quarter_before"]["quarter"] == "2026-Q1"
    [third] = answers(outbox, "_KLI_2026-Q3_")
    assert document_of(third)["quarter_before"]["version"] == 2


def test_a_run_that_died_before_answering_is_made_up_for_from_the_archive(outbox: Path) -> None:
    home = outbox.parent
    before = {path.name: path.read_bytes() for path in outbox.iterdir()}
    for path in answers(outbox, "2026-10-09_") + answers(outbox, "_BIB_2026-Q2_"):
        path.unlink()
    for path in outbox.glob("*_KLI_2026-Q3_*"):
        path.unlink()

    die8(home, "collect")

    assert {path.name: path.read_bytes() for path in outbox.iterdir()} == before


def test_check_gives_the_answer_of_intake_into_a_folder_and_stores_nothing(tmp_path: Path) -> None:
    home, answered = tmp_path / "home", tmp_path / "answers"
    hand_in(home, "2026-Q2")
    files, moment = (BIB, KLI), HANDED_IN["2026-Q3"].isoformat()
    before = {path: path.stat().st_mtime_ns for path in home.rglob("*")}

    die8(home, "check", *files, "--annotate", answered, "--now", moment, expect=1)

    assert {path: path.stat().st_mtime_ns for path in home.rglob("*")} == before
    assert [path.suffix for path in sorted(answered.iterdir())] == [".html", ".json", ".txt", ".xlsx"] * 2
    die8(home, "submit", *files, "--received-at", moment, expect=1)
    for path in answered.iterdir():
        assert path.read_bytes() == (home / "outbox" / path.name).read_bytes(), path.name


def test_check_works_without_any_installation(tmp_path: Path) -> None:
    out = tmp_path / "made" / "answers"

    done = die8(tmp_path / "home", "check", KLI, "--annotate", out, "--now", "2026-10-09", expect=1)

    assert not (tmp_path / "home").exists()
    assert len(list(out.iterdir())) == 4
    assert str(out) in done.stdout


def test_a_corrected_annotated_file_can_be_handed_in(outbox: Path, tmp_path: Path) -> None:
    home = outbox.parent
    [receipt] = answers(outbox, "_KLI_2026-Q3_")
    book = the_book(receipt.with_suffix(".xlsx").read_bytes())
    book["Projekte"]["N6"] = "gelb"
    book["Projekte"]["Q5"] = "Schnittstelle wird nachgeliefert; Termin am 15.11. vereinbart."
    book["Deckblatt"]["A14"], book["Deckblatt"]["B14"] = "Grund der Korrektur", "Ampel und Begründung ergänzt"
    corrected = tmp_path / "berichtigt.xlsx"
    book.save(corrected)

    done = die8(home, "check", corrected, "--annotate", tmp_path / "out", "--now", "2026-10-12", "--json", expect=None)

    document = json.loads(done.stdout)
    assert document["verdict"] == "accepted"
    again = the_book(next((tmp_path / "out").glob("*.xlsx")).read_bytes())
    assert again.sheetnames == book.sheetnames
    for cell in ("N6", "Q5"):
        assert again["Projekte"][cell].comment is None
    assert again["Projekte"]["Q5"].fill.fill_type in (None, "none")


def test_a_copy_that_a_dying_run_left_in_the_archive_is_answered_by_the_next(tmp_path: Path) -> None:
    """Nothing of a copy is loaded: what is missing is seen in the outbox alone."""
    settings = load_settings(tmp_path / "home")
    first = Delivery(BIB.read_bytes(), BIB.name, "inbox", HANDED_IN["2026-Q3"])
    run_intake(settings, [first])
    copy = Delivery(first.content, f"Kopie von {BIB.name}", "inbox", HANDED_IN["2026-Q3"] + timedelta(days=1))
    Archive(settings.home.archive).store([copy])  # here it died

    next_run = run_intake(settings, [])
    after_it = run_intake(settings, [])

    assert [(item.delivery.name, item.checked.verdict) for item in next_run.examined] == [(copy.name, "duplicate")]
    [receipt] = answers(settings.home.outbox, "2026-10-10_unbekannt")
    assert "bereits" in receipt.read_text(encoding="utf-8")
    assert after_it.examined == ()
