"""The doctor finds what is wrong, says what to do, and changes nothing."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from flows.clock import instant
from flows.collectors.folder import read_file
from flows.doctoring import Check, State, examine_installation
from flows.intake import run_intake
from flows.rebuilding import rebuild
from flows.settings import load_settings
from schemas.delivery import Delivery
from tests.flows.conftest import free_port
from tests.journeys.die8 import die8, documents
from tests.samples import HANDED_IN, SAMPLES
from warehouse.database import open_warehouse
from warehouse.publishing import log_of
from warehouse.upkeep import Note, Upkeep, note_upkeep

NOW = HANDED_IN["2026-Q3"]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with one return, verified a moment ago."""
    settings = load_settings(tmp_path_factory.mktemp("sound") / "home")
    delivery = read_file(SAMPLES / "2026-Q3" / "D8_BIB_2026-Q3_v01.ods", "submit", NOW)
    assert isinstance(delivery, Delivery)
    run_intake(settings, [delivery])
    rebuild(settings, only_compare=True)
    return settings.home.path


@pytest.fixture
def home(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sound, tmp_path / "home"))


def not_sound(home: Path, now: str | None = None) -> dict[str, Check]:
    return {check.subject: check for check in examine_installation(home, instant(now)) if check.state != State.SOUND}


def test_a_sound_installation_has_no_remedies_and_stays_as_it_is(home: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in home.rglob("*")}

    done = die8(home, "doctor", "--json")

    checks = documents(done)
    assert [check["subject"] for check in checks] == [
        "versions", "configuration", "disk", "warehouse", "archive", "published file", "source inbox", "mail",
        "rebuild",
    ]  # fmt: skip
    assert {(check["state"], check["remedy"]) for check in checks} == {("sound", "")}
    assert {path: path.stat().st_mtime_ns for path in home.rglob("*")} == before


@pytest.mark.parametrize("subject", ["warehouse", "published file"])
def test_a_database_that_contradicts_itself_is_broken(home: Path, subject: str) -> None:
    path = home / ("warehouse.duckdb" if subject == "warehouse" else "published/die8.duckdb")
    with duckdb.connect(str(path)) as connection:
        connection.execute("update history.project set superseded_at = recorded_at")

    check = not_sound(home)[subject]

    assert check.state is State.BROKEN
    assert (
        "not true is that only accepted versions have rows, and these live as long as their submission" in check.found
    )
    assert "die8 rebuild" in check.remedy


def shorten(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:9000])


def misconfigure(home: Path) -> None:
    (home / "die8.toml").write_text("colour = 'red'\n", encoding="utf-8")


def name_a_mail_server_that_is_away(home: Path) -> None:
    mail = f'host = "127.0.0.1"\nport = {free_port()}\nsecurity = "none"\nsender = "die8@stadt.example"\n'
    (home / "die8.toml").write_text(f"[mail]\n{mail}", encoding="utf-8")


def spoil_a_content(home: Path) -> None:
    [path] = (home / "archive" / "content").iterdir()
    path.write_bytes(b"something else")


def leave_unloaded(home: Path) -> None:
    with open_warehouse(home / "warehouse.duckdb") as warehouse, warehouse._using() as connection:
        connection.execute("delete from history.submission")


def lay_a_log(home: Path) -> None:
    log_of(home / "published" / "die8.duckdb").write_bytes(b"stale")


FAULTS: dict[str, tuple[Callable[[Path], object], str, State, str]] = {
    "a wrong key": (misconfigure, "configuration", State.BROKEN, "line 1"),
    "a damaged warehouse": (lambda home: shorten(home / "warehouse.duckdb"), "warehouse", State.BROKEN, "die8 rebuild"),
    "no warehouse": (lambda home: (home / "warehouse.duckdb").unlink(), "warehouse", State.WARNING, "die8 rebuild"),
    "a damaged content": (spoil_a_content, "archive", State.BROKEN, "backup"),
    "a return that is not loaded": (leave_unloaded, "archive", State.WARNING, "die8 collect"),
    "nothing published": (
        lambda home: (home / "published" / "die8.duckdb").unlink(), "published file", State.WARNING, "die8 collect",
    ),
    "a stale log beside the published file": (lay_a_log, "published file", State.BROKEN, "die8 collect"),
    "a published file that others can write": (
        lambda home: (home / "published" / "die8.duckdb").chmod(0o666), "published file", State.WARNING, "chmod 640",
    ),
    "a damaged published file": (
        lambda home: shorten(home / "published" / "die8.duckdb"), "published file", State.BROKEN, "die8 rebuild",
    ),
    "a mail server that is away": (name_a_mail_server_that_is_away, "mail", State.BROKEN, "[mail] in die8.toml"),
    "a source that is gone": (lambda home: (home / "inbox").rmdir(), "source inbox", State.BROKEN, "die8.toml"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_found_with_its_remedy(home: Path, fault: str) -> None:
    spoil, subject, state, word = FAULTS[fault]
    spoil(home)

    found = not_sound(home)

    assert found[subject].state == state
    assert word in f"{found[subject].found} {found[subject].remedy}"


def test_an_installation_that_was_not_verified_for_long_wants_it(home: Path) -> None:
    assert list(not_sound(home, "2030-01-01")) == ["rebuild"]


def test_a_verification_that_found_differences_is_not_forgotten(home: Path) -> None:
    now = instant(None)
    note_upkeep(home / "archive", Note(Upkeep.VERIFY, now + timedelta(seconds=1), {"is_equal": False}))

    assert not_sound(home)["rebuild"].state == State.BROKEN


def test_too_little_room_is_told_before_the_disk_is_full(
    home: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    usage = shutil.disk_usage(home)
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage._replace(free=500_000_000))

    check = not_sound(home)["disk"]
    run_intake(load_settings(home), [])

    assert check.state == State.WARNING
    assert "501." in check.remedy
    assert "only 500.0 MB are free" in caplog.text


def test_exit_status_and_table_tell_how_bad_it_is(home: Path) -> None:
    (home / "published" / "die8.duckdb").unlink()
    assert "→ the next run publishes" in die8(home, "doctor", expect=1).stdout

    assert "does not exist" in die8(home / "nowhere", "doctor", expect=3).stdout


def test_what_does_not_belong_into_the_archive_is_to_be_moved_out_what_is_damaged_to_be_restored(home: Path) -> None:
    (home / "archive" / "records" / "notes.txt").write_text("hello", encoding="utf-8")
    stranger = not_sound(home)["archive"]
    (home / "archive" / "records" / "notes.txt").unlink()
    [content] = (home / "archive" / "content").iterdir()
    content.unlink()
    damage = not_sound(home)["archive"]

    assert stranger.remedy.startswith("move it out of the archive")
    assert damage.remedy.startswith("restore this file from a backup")
