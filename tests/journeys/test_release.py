"""A report is released: from then on it stays what the committee was given."""

import hashlib
import json
from pathlib import Path

import pytest

from tests.journeys.die8 import die8, documents
from tests.sample_homes import SampleHomes
from tests.samples import HANDED_IN, sample_files
from warehouse.reading import query as ask

Q1, Q2 = "2026-Q1", "2026-Q2"
RELEASED_ON = "2026-04-28T12:00"


@pytest.fixture(scope="module")
def home(sample_homes: SampleHomes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the first quarter of 2026 was reported and released, and the second came in afterwards."""
    home = sample_homes.copy(tmp_path_factory.mktemp("release"), "2025-Q4", Q1)
    die8(home, "report", "--quarter", Q1, "--format", "json", "--now", RELEASED_ON, expect=1)
    die8(home, "report", "--quarter", Q1, "--release", "--format", "pdf", "--now", RELEASED_ON, expect=1)
    return home


def pinned(home: Path, quarter: str = Q1) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (home / "reports" / quarter).iterdir() if path.is_file()}


def test_the_released_files_have_the_pinned_names_and_their_hashes_are_archived(home: Path) -> None:
    files = pinned(home)
    rows = ask(home / "published" / "die8.duckdb", "select file_name, sha256 from report_file").rows

    assert set(files) >= {f"Lenkungskreis_{Q1}.pdf", "facts.json"}
    assert dict(rows) == {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    report = json.loads(files["facts.json"])["report"]
    assert (report["status"], report["edition"]["key"], report["release_no"]) == ("released", "lenkungskreis", 1)
    assert (home / "archive" / "releases" / f"{Q1}-1.facts.json").read_bytes() == files["facts.json"]


def test_a_draft_beside_a_released_report_has_names_of_its_own(home: Path) -> None:
    before = pinned(home)

    [told] = documents(
        die8(home, "report", "--quarter", Q1, "--now", "2026-05-04", "--format", "json", "--json", expect=1)
    )

    assert pinned(home) == before
    assert told["status"] == "draft"
    assert all("_Entwurf" in name and Path(path).parent.name == "Entwurf" for name, path in told["files"].items())
    draft = json.loads(Path(told["files"]["facts_Entwurf.json"]).read_bytes())["report"]
    assert (draft["status"], draft["release_no"]) == ("draft", None)


def test_a_quarter_is_not_released_twice_without_a_reason(home: Path) -> None:
    refused = die8(home, "report", "--quarter", Q1, "--release", "--now", "2026-05-05", expect=2)

    assert "was released on 28.04.2026" in refused.stderr
    assert "--again" in refused.stderr
    assert die8(home, "report", "--quarter", Q1, "--again", "x", expect=2).stderr.startswith("--again goes with")
    assert "needs a reason" in die8(home, "report", "--quarter", Q1, "--release", "--again", " ", expect=2).stderr


def test_a_report_is_not_released_before_its_returns_came(home: Path) -> None:
    refused = die8(home, "report", "--quarter", "2025-Q4", "--release", "--now", "2026-01-02", expect=2)

    assert "was received on 12.01.2026 at 12:00" in refused.stderr


def test_a_return_after_the_release_is_a_late_one_and_a_rebuild_judges_it_alike(home: Path) -> None:
    """By the calendar alone the same day would still have been in time for a report that was not out yet."""
    quarter = HANDED_IN[Q2].date()
    assert quarter.isoformat() == "2026-07-08"
    die8(home, "submit", *sample_files(Q2)[:1], "--received-at", "2026-07-08T12:00", expect=None)
    die8(home, "report", "--quarter", Q2, "--release", "--format", "json", "--now", "2026-07-09T12:00", expect=1)

    die8(home, "submit", *sample_files(Q2)[1:2], "--received-at", "2026-07-10T12:00", expect=None)

    late = ask(
        home / "published" / "die8.duckdb", "select distinct report_quarter from finding where rule = 'Q12'"
    ).rows
    assert late == [(Q2,)]
    assert "equal" in die8(home, "rebuild", "--verify").stdout


def test_a_second_release_is_numbered_and_the_first_is_kept(home: Path) -> None:
    first = pinned(home)

    die8(
        home,
        "report",
        "--quarter",
        Q1,
        "--release",
        "--again",
        "Betrag auf Seite 3",
        "--format",
        "json",
        "--now",
        "2026-07-20",
        expect=1,
    )

    kept = {path.name: path.read_bytes() for path in (home / "reports" / Q1 / "Ausgabe_1").iterdir()}
    assert kept == first
    assert json.loads(pinned(home)["facts.json"])["report"]["release_no"] == 2
    assert ask(
        home / "published" / "die8.duckdb",
        f"select release_no, is_current, reason from report where report_quarter = '{Q1}' order by 1",
    ).rows == [(1, False, None), (2, True, "Betrag auf Seite 3")]


def test_a_rebuild_restores_the_tables_of_released_reports(home: Path) -> None:
    published = home / "published" / "die8.duckdb"
    questions = [f"from {name} order by all" for name in ("report", "report_figure", "report_figure_source")]
    before = [ask(published, question).rows for question in questions]
    (home / "warehouse.duckdb").unlink()

    die8(home, "rebuild")

    assert [ask(published, question).rows for question in questions] == before
    assert all(before)


def test_a_released_report_comes_out_as_it_was_frozen_and_what_does_not_is_named(home: Path) -> None:
    sound = die8(home, "rebuild", "--verify")
    folder = home / "reports" / Q1 / "Ausgabe_1"
    (folder / f"Lenkungskreis_{Q1}.pdf").unlink()
    record, frozen = (home / "archive" / "releases" / f"{Q1}-1{end}" for end in (".json", ".facts.json"))
    facts = json.loads(frozen.read_bytes())
    facts["figures"]["lights.green.count"]["value"] += 1
    forged = json.dumps(facts).encode()
    told = json.loads(record.read_bytes()) | {"facts_sha256": hashlib.sha256(forged).hexdigest()}
    frozen.write_bytes(forged)
    record.write_text(json.dumps(told), encoding="utf-8")

    changed = die8(home, "rebuild", "--verify", expect=1)

    assert "released reports come out as they were frozen." in sound.stdout
    assert (
        f"report {Q1}-1: figures come out otherwise: lights.green.count; "
        f"{folder / f'Lenkungskreis_{Q1}.pdf'} is missing or not what was released"
    ) in changed.stdout


def test_a_run_that_died_after_the_release_is_made_up_for(home: Path) -> None:
    """As if it died between freezing and placing the files: pinned names still show something else."""
    target = home / "reports" / Q1 / "facts.json"
    released = target.read_bytes()
    target.unlink()
    target.write_bytes(b"{}")

    die8(home, "report", "--quarter", Q1, "--format", "json", "--now", "2026-07-21", expect=1)

    assert target.read_bytes() == released
