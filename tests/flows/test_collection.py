"""A whole run over several sources: one that fails holds up no other, and everybody hands in for himself only."""

import json
import os
import shutil
import stat
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.collectors.arrivals import Arrival, Came, Ended
from flows.collectors.fetching import Fetching
from flows.collectors.gathering import Visited
from flows.collectors.ledger import source_states
from flows.collectors.opening import probe
from flows.collectors.place import Listed
from flows.intake import IntakeResult, run_collection, run_intake
from flows.parking import Parking
from flows.rebuilding import rebuild
from flows.settings import load_settings
from flows.usage import UsageError
from schemas.findings import Verdict
from schemas.sources import FolderSource
from tests.flows.collectors.servers import CANARY, Authority, Post, an_authority, an_imap_server
from tests.flows.collectors.test_mailbox import a_mail
from tests.flows.collectors.uploading import Uploads
from tests.samples import HANDED_IN, SAMPLES

NOW = HANDED_IN["2026-Q3"]
QUICK = "[collection]\nsettle_seconds = 0\nretry_seconds = []\n"
SWG = "Statusbericht Stadtwerke*"
VHS = "D8_VHS*"


def sample(name: str) -> Path:
    [path] = (SAMPLES / "2026-Q3").glob(name)
    return path


def a_home(home: Path, *sources: str) -> Path:
    home.mkdir(parents=True)
    (home / "die8.toml").write_text(QUICK + "".join(f"[[sources]]\n{text}\n" for text in sources), "utf-8")
    return home


def a_folder(home: Path, name: str, *files: str, orgs: str = "") -> str:
    (home.parent / name).mkdir(parents=True, exist_ok=True)
    for pattern in files:
        shutil.copy(sample(pattern), home.parent / name)
    allowed = f"organisations = {json.dumps(orgs.split())}\n" if orgs else ""
    return f'name = "{name}"\nkind = "folder"\npath = "{home.parent / name}"\n{allowed}'


def collected(home: Path, now: datetime = NOW) -> IntakeResult:
    return run_collection(load_settings(home), now)


def verdicts(result: IntakeResult) -> dict[str, Verdict]:
    return {item.delivery.name: item.checked.verdict for item in result.examined}


def records(home: Path) -> int:
    return len(list((home / "archive" / "records").glob("*.json")))


def test_a_source_that_fails_holds_up_no_other_and_is_told_with_since_when(tmp_path: Path) -> None:
    home = tmp_path / "home"
    a_home(home, a_folder(home, "good", VHS), 'name = "gone"\nkind = "folder"\npath = "/nowhere/at/all"')

    first = collected(home)
    second = collected(home, NOW + timedelta(hours=1))

    assert [verdict.is_loaded for verdict in verdicts(first).values()] == [True]
    assert [error.source for error in first.failed_sources] == ["gone"]
    assert str(second.failed_sources[0]).startswith(
        "Quelle gone, gestört seit 09.10.2026, 12:00 Uhr: Den Ordner /nowhere/at/all"
    )
    states = source_states(home / "sources")
    assert (states["good"].succeeded_at, states["good"].problem) == (NOW + timedelta(hours=1), "")
    assert (states["gone"].succeeded_at, states["gone"].failing_since) == (None, NOW)


def test_a_second_run_fetches_and_judges_nothing_again(tmp_path: Path) -> None:
    home = tmp_path / "home"
    a_home(home, a_folder(home, "good", VHS))
    collected(home)

    again = collected(home, NOW + timedelta(hours=1))

    assert (again.examined, again.passed) == ((), ())


def test_everything_is_fetched_again_when_the_archive_comes_from_an_older_backup(tmp_path: Path) -> None:
    home = tmp_path / "home"
    a_home(home, a_folder(home, "good", VHS))
    collected(home)
    for name in ("archive", "published"):
        shutil.rmtree(home / name)
    (home / "warehouse.duckdb").unlink()

    again = collected(home, NOW + timedelta(hours=1))

    assert [verdict.is_loaded for verdict in verdicts(again).values()] == [True]


def test_a_run_that_dies_before_it_remembers_is_made_up_for_without_a_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    a_home(home, a_folder(home, "good", VHS))

    def dying(*_: object) -> Iterator[object]:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("flows.sources.Sources.remember", dying)
        with pytest.raises(KeyboardInterrupt):
            collected(home)

    again = collected(home)

    assert again.examined == ()
    assert records(home) == 1


class TestAccess:
    """A file for SWG in the folder of the VHS is a finding, not a load."""

    def test_a_return_in_another_ones_folder_is_refused_and_told(self, tmp_path: Path) -> None:
        home = tmp_path / "home"
        a_home(home, a_folder(home, "vhs", SWG, VHS, orgs="VHS"))

        told = {item.checked.submission.org_code: item.checked for item in collected(home).examined}

        assert told["VHS"].verdict.is_loaded
        assert told["SWG"].verdict is Verdict.REJECTED
        [finding] = [finding for finding in told["SWG"].findings if finding.rule == "F11"]
        assert all(word in finding.message for word in ("vhs", "Volkshochschule", "Stadtwerke"))

    def test_the_same_bytes_by_the_right_way_are_the_return(self, tmp_path: Path) -> None:
        home = tmp_path / "home"
        a_home(home, a_folder(home, "vhs", SWG, orgs="VHS"), a_folder(home, "swg", orgs="SWG"))
        misplaced = collected(home)
        shutil.copy(sample(SWG), tmp_path / "swg")

        right = collected(home, NOW + timedelta(hours=1))
        rebuilt = rebuild(load_settings(home), only_compare=True)

        assert [verdict.is_loaded for verdict in verdicts(misplaced).values()] == [False]
        assert [verdict.is_loaded for verdict in verdicts(right).values()] == [True]
        assert (rebuilt.replayed, rebuilt.differences) == (2, [])

    def test_a_misplaced_return_is_judged_and_answered_once(self, tmp_path: Path) -> None:
        home = tmp_path / "home"
        a_home(home, a_folder(home, "vhs", SWG, orgs="VHS"))
        collected(home)
        answers = sorted((home / "outbox").iterdir())

        again = collected(home, NOW + timedelta(hours=1))

        assert again.examined == ()
        assert sorted((home / "outbox").iterdir()) == answers

    @pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
    def test_the_group_may_read_what_is_published_and_nothing_else(self, umask: int, tmp_path: Path) -> None:
        home = tmp_path / "home"
        a_home(home, a_folder(home, "vhs", VHS))
        before = os.umask(umask)
        try:
            collected(home)
        finally:
            os.umask(before)

        def mode(name: str) -> int:
            return stat.S_IMODE((home / name).stat().st_mode)

        private = ("archive", "inbox", "outbox", "reports", "sources", "parked")
        assert {name: oct(mode(name)) for name in private} == dict.fromkeys(private, "0o700")
        assert (oct(mode("published")), oct(mode("published/die8.duckdb"))) == ("0o750", "0o640")
        assert [path.name for path in (home / "published").rglob("*") if path.stat().st_mode & 0o007] == []


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return an_authority(tmp_path_factory.mktemp("authority"))


class TestMail:
    @pytest.fixture
    def post(self, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
        monkeypatch.setenv("DIE8_TEST_SECRET", CANARY)
        with an_imap_server(authority) as server:
            yield server

    def source(self, post: Post) -> str:
        return (
            f'name = "mail"\nkind = "imap"\nhost = "127.0.0.1"\nport = {post.port}\nuser = "die8"\n'
            f'password = {{ env = "DIE8_TEST_SECRET" }}\nca_file = "{post.source.ca_file}"\n'
            'senders = [{ address = "digital@volkshochschule.example", organisations = ["VHS"] }]\n'
        )

    def mail(self, sender: str, number: int, pattern: str = VHS) -> Any:
        mail = a_mail(sender=sender, number=number)
        path = sample(pattern)
        mail.add_attachment(path.read_bytes(), maintype="application", subtype="octet-stream", filename=path.name)
        return mail

    def test_the_same_attachment_in_a_second_mail_is_answered_as_received(self, post: Post, tmp_path: Path) -> None:
        home = a_home(tmp_path / "home", self.source(post))
        post.deliver(self.mail("digital@volkshochschule.example", 1))
        first = collected(home)
        post.deliver(self.mail("digital@volkshochschule.example", 2))
        second = collected(home, NOW + timedelta(hours=1))

        assert [verdict.is_loaded for verdict in verdicts(first).values()] == [True]
        assert list(verdicts(second).values()) == [Verdict.DUPLICATE]
        assert records(home) == 1

    def test_a_mailbox_that_was_made_anew_brings_nothing_twice(
        self, post: Post, authority: Authority, tmp_path: Path
    ) -> None:
        home = a_home(tmp_path / "home", self.source(post))
        post.deliver(self.mail("digital@volkshochschule.example", 1))
        collected(home)

        with an_imap_server(authority) as anew:
            anew.deliver(self.mail("digital@volkshochschule.example", 1))
            (home / "die8.toml").write_text(f"{QUICK}[[sources]]\n{self.source(anew)}", "utf-8")
            again = collected(home, NOW + timedelta(hours=2))

        assert again.examined == ()
        assert records(home) == 1

    def test_mail_from_a_stranger_is_parked_and_taken_in_when_somebody_says_so(
        self, post: Post, tmp_path: Path
    ) -> None:
        home = a_home(tmp_path / "home", self.source(post))
        post.deliver(self.mail("fremd@example.com", 1))
        result = collected(home)
        again = collected(home, NOW + timedelta(hours=1))
        parking = Parking(home / "parked")
        [parked] = parking.waiting()

        delivery = parking.delivery(parked.identity, NOW + timedelta(hours=2))
        released = run_intake(load_settings(home), [delivery])
        parking.released(parked.identity, NOW + timedelta(hours=2))

        assert result.examined == again.examined == ()
        assert "fremd@example.com ist nicht freigegeben" in result.passed[0].reason
        assert [verdict.is_loaded for verdict in verdicts(released).values()] == [True]
        assert list(parking.waiting()) == []
        assert not (home / "parked" / parked.identity).exists()
        with pytest.raises(UsageError, match="nothing is parked"):
            parking.delivery(parked.identity, NOW)

    def test_a_sender_hands_in_for_himself_only(self, post: Post, tmp_path: Path) -> None:
        home = a_home(tmp_path / "home", self.source(post))
        post.deliver(self.mail("digital@volkshochschule.example", 1, SWG))

        [item] = collected(home).examined

        assert item.checked.verdict is Verdict.REJECTED
        assert "F11" in {finding.rule for finding in item.checked.findings}

    def test_the_secret_lies_nowhere(self, post: Post, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
        home = a_home(tmp_path / "home", self.source(post))
        post.deliver(self.mail("digital@volkshochschule.example", 1))
        post.deliver(self.mail("fremd@example.com", 2, SWG))
        caplog.set_level(0)

        collected(home)

        files = [path for path in home.rglob("*") if path.is_file()]
        # The server of the test logs what it is told, in this process; that is not ours.
        ours = [record.getMessage() for record in caplog.records if not record.name.startswith("pymap")]
        assert len(files) > 10
        assert [path.name for path in files if CANARY.encode() in path.read_bytes()] == []
        assert CANARY not in "\n".join(ours)


class TestSideBySide:
    def visited(self, name: str) -> Visited:
        return Visited(name, "somewhere", (), lambda _: pytest.fail("never opened"), {})

    def test_sources_that_never_end_hold_up_no_other_and_are_given_up(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("flows.collectors.fetching._SLOW_SECONDS", 0.2)
        monkeypatch.setattr("flows.collectors.fetching._GRACE_SECONDS", 0.1)
        monkeypatch.setattr("flows.collectors.fetching._BATCH_SECONDS", 0.2)
        for_ever = threading.Event()

        def gather(source: Visited) -> Iterator[Arrival]:
            if source.name.startswith("hangs"):
                for_ever.wait(60)
            yield Came(source.name, Listed("a"), ())
            yield Ended(source.name, frozenset())

        names = [f"hangs-{number}" for number in range(30)] + [f"works-{number}" for number in range(5)]
        with Fetching([self.visited(name) for name in names], gather, 2) as fetching:
            arrived = [item for batch in fetching.batches() for item in batch]
        for_ever.set()

        ended = {item.source: item.problem for item in arrived if isinstance(item, Ended)}
        came = {item.source for item in arrived if isinstance(item, Came)}
        assert set(ended) == set(names)
        assert came == {name for name in names if name.startswith("works")}
        assert all("wurde aufgegeben" in problem for name, problem in ended.items() if name.startswith("hangs"))

    def test_what_has_come_is_handed_on_while_others_are_busy(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("flows.collectors.fetching._BATCH_SECONDS", 0.5)
        may_end = threading.Event()

        def gather(source: Visited) -> Iterator[Arrival]:
            yield Came(source.name, Listed("a"), ())
            if source.name == "slow":
                may_end.wait(30)
            yield Ended(source.name, frozenset())

        with Fetching([self.visited("slow"), self.visited("quick")], gather, 60) as fetching:
            batches = fetching.batches()
            first = next(batches)
            may_end.set()
            rest = [item for batch in batches for item in batch]

        assert "quick" in {item.source for item in first if isinstance(item, Came)}
        assert "slow" in {item.source for item in rest if isinstance(item, Ended)}

    def test_our_own_mistake_in_one_source_is_told_without_its_words(self, caplog: pytest.LogCaptureFixture) -> None:
        def gather(source: Visited) -> Iterator[Arrival]:
            if source.name == "bad":
                msg = f"https://die8:{CANARY}@cloud.example"
                raise LookupError(msg)
            yield Ended(source.name, frozenset())

        with Fetching([self.visited("bad"), self.visited("good")], gather, 60) as fetching:
            ended = {item.source: item for batch in fetching.batches() for item in batch if isinstance(item, Ended)}

        assert "LookupError" in ended["bad"].problem
        assert ended["good"].problem == ""
        assert CANARY not in caplog.text


def test_a_probe_tells_what_is_wrong_and_fetches_nothing(tmp_path: Path) -> None:
    options = load_settings(a_home(tmp_path / "home")).configuration.collection
    (tmp_path / "here").mkdir()

    def asked(path: str) -> str | None:
        return probe(FolderSource(name="a", kind="folder", path=path), tmp_path, options)

    assert asked("here") is None
    assert "gibt es nicht" in (asked("nowhere") or "")


class TestPartialUploads:
    """Uploads that pause, break off, are renamed or written over an older file (G7)."""

    UPLOADS = int(os.environ.get("DIE8_UPLOADS", "12"))
    """`make uploads` has 200 of them."""

    def test_nothing_partial_is_ever_taken_and_everything_whole_is(self, tmp_path: Path) -> None:
        home = tmp_path / "home"
        a_home(home, a_folder(home, "share"))
        uploads = Uploads(tmp_path / "share", self.UPLOADS, seed=8)
        uploads.start()
        seconds = 0
        while uploads.is_busy:
            seconds += 1
            collected(home, NOW + timedelta(seconds=seconds))
            time.sleep(0.02)
        for extra in (1, 2):
            collected(home, NOW + timedelta(seconds=seconds + 60 * extra))

        archived = {path.name for path in (home / "archive" / "content").iterdir() if not path.name.startswith(".")}
        assert archived <= uploads.whole
        assert uploads.finished <= archived
