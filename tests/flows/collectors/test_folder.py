"""Files in a folder become deliveries; what is none is passed over and nothing is changed there."""

import os
import tempfile
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from flows.collectors.folder import FolderPlace
from flows.collectors.gathering import Known
from schemas.delivery import Delivery
from tests.flows.collectors.visiting import (
    NOON,
    a_workbook,
    contents,
    deliveries,
    problem,
    reasons,
    remembered,
    visited,
)

LATER = NOON + timedelta(hours=1)
_NOBODY = 65534


def test_each_file_is_a_delivery_with_its_origin(tmp_path: Path) -> None:
    (tmp_path / "b.xlsx").write_bytes(a_workbook("two"))
    (tmp_path / "KLI").mkdir()
    (tmp_path / "KLI" / "a.ods").write_bytes(a_workbook("one"))

    first, second = deliveries(visited(FolderPlace(tmp_path), organisations=("KLI", "VHS")))

    assert (first.name, first.content, first.channel, first.received_at) == ("a.ods", a_workbook("one"), "inbox", NOON)
    assert (second.name, second.content) == ("b.xlsx", a_workbook("two"))
    assert first.source["path"] == "KLI/a.ods"
    assert first.source["organisations"] == "KLI VHS"


@pytest.mark.parametrize("name", ["~$D8_KLI.xlsx", "a.xlsx.part", "a.filepart", "a.tmp", ".DS_Store", "Einladung.txt"])
def test_lock_files_torsos_and_notes_are_passed_over_with_a_reason(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"lock")

    arrivals = visited(FolderPlace(tmp_path))

    assert deliveries(arrivals) == []
    assert reasons(arrivals)[name]


def test_a_decomposed_umlaut_in_a_name_is_composed(tmp_path: Path) -> None:
    (tmp_path / "Gu\u0308tersloh Übersicht.xlsx").write_bytes(a_workbook())

    assert list(contents(visited(FolderPlace(tmp_path)))) == ["G\u00fctersloh Übersicht.xlsx"]


def test_names_of_255_bytes_and_names_that_differ_in_case_are_all_taken(tmp_path: Path) -> None:
    long = "ü" * 125 + ".xlsx"
    for number, name in enumerate((long, "Meldung.xlsx", "meldung.xlsx")):
        (tmp_path / name).write_bytes(a_workbook(str(number)))
    assert len(long.encode()) == 255

    assert set(contents(visited(FolderPlace(tmp_path)))) == {long, "Meldung.xlsx", "meldung.xlsx"}


def test_one_file_under_both_forms_of_its_name_is_one_delivery_twice(tmp_path: Path) -> None:
    for form in ("NFC", "NFD"):
        (tmp_path / unicodedata.normalize(form, "Gütersloh.xlsx")).write_bytes(a_workbook())

    both = deliveries(visited(FolderPlace(tmp_path)))

    assert {(item.name, item.sha256) for item in both} == {("Gütersloh.xlsx", both[0].sha256)}


def test_a_missing_folder_is_told_at_once_and_an_empty_one_is_no_problem(tmp_path: Path) -> None:
    assert visited(FolderPlace(tmp_path)) != []
    assert problem(visited(FolderPlace(tmp_path))) == ""
    # A pause before another try would outlast the test: what is missing is not tried again.
    assert "nowhere gibt es nicht" in problem(visited(FolderPlace(tmp_path / "nowhere"), retry_seconds=(3600,)))


@pytest.fixture
def folder_of_somebody() -> Iterator[Path]:
    """A folder of a user who is not root, by whom the test is run: root may read everything."""
    with tempfile.TemporaryDirectory() as name:
        if os.geteuid() != 0:
            yield Path(name)
            return
        os.chown(name, _NOBODY, _NOBODY)
        os.seteuid(_NOBODY)
        try:
            yield Path(name)
        finally:
            os.seteuid(0)


def test_a_folder_without_the_right_is_named_and_the_others_are_read(folder_of_somebody: Path) -> None:
    (folder_of_somebody / "a.xlsx").write_bytes(a_workbook())
    (folder_of_somebody / "closed").mkdir(mode=0o000)

    arrivals = visited(FolderPlace(folder_of_somebody))

    assert "closed" in problem(arrivals)
    assert list(contents(arrivals)) == ["a.xlsx"]


def test_a_file_that_may_not_be_read_is_named_and_the_others_are_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        (tmp_path / name).write_bytes(a_workbook(name))
    opened = Path.open

    def refusing(path: Path, *words: str) -> object:
        if path.name == "a.xlsx":
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *words)

    monkeypatch.setattr(Path, "open", refusing)
    arrivals = visited(FolderPlace(tmp_path))

    assert "Das Leserecht fehlt" in problem(arrivals)
    assert "a.xlsx" in problem(arrivals)
    assert list(contents(arrivals)) == ["b.xlsx"]


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "secret.xlsx"
    outside.write_bytes(a_workbook())
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "link.xlsx").symlink_to(outside)

    assert deliveries(visited(FolderPlace(inbox))) == []


def test_nothing_is_changed_in_the_folder(tmp_path: Path) -> None:
    (tmp_path / "b.xlsx").write_bytes(a_workbook())
    before = {path: path.stat() for path in tmp_path.iterdir()}

    visited(FolderPlace(tmp_path))

    after = {path: path.stat() for path in tmp_path.iterdir()}
    assert {path: (stat.st_size, stat.st_mtime_ns) for path, stat in after.items()} == {
        path: (stat.st_size, stat.st_mtime_ns) for path, stat in before.items()
    }


def test_what_was_taken_is_not_read_again_until_it_changes(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(a_workbook("one"))
    known = remembered(visited(FolderPlace(tmp_path)))

    unchanged = visited(FolderPlace(tmp_path), known, now=LATER)
    (tmp_path / "a.xlsx").write_bytes(a_workbook("changed"))
    changed = visited(FolderPlace(tmp_path), known, now=LATER)

    assert deliveries(unchanged) == []
    assert contents(changed) == {"a.xlsx": a_workbook("changed")}


def test_a_file_that_disappears_after_it_was_taken_is_told_once(tmp_path: Path) -> None:
    taken = Known("1|x", NOON, is_taken=True)

    first = visited(FolderPlace(tmp_path), {"KLI/a.xlsx": taken})
    told = {"KLI/a.xlsx": Known("1|x", NOON, is_taken=True, is_gone=True)}
    again = visited(FolderPlace(tmp_path), told)

    assert "bleibt geladen" in reasons(first)["a.xlsx"]
    assert reasons(again) == {}


@contextmanager
def growing(path: Path, *, seconds: float = 0.02) -> Iterator[None]:
    """A file to which somebody goes on writing until the block ends."""
    is_over = threading.Event()

    def write() -> None:
        with path.open("wb", buffering=0) as stream:
            while not is_over.wait(seconds):
                stream.write(b"x" * 100)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while not (path.exists() and path.stat().st_size):
            pass
        yield
    finally:
        is_over.set()
        writer.join()


def test_a_file_that_grows_between_two_looks_waits(tmp_path: Path) -> None:
    with growing(tmp_path / "a.xlsx"):
        arrivals = visited(FolderPlace(tmp_path), settle_seconds=0.3)

    assert deliveries(arrivals) == []
    assert reasons(arrivals) == {"a.xlsx": "wird noch übertragen"}
    assert problem(arrivals) == ""


def test_an_upload_that_pauses_waits_and_is_refused_by_intake_when_it_has_stopped_for_half_an_hour(
    tmp_path: Path,
) -> None:
    whole = a_workbook(size=1000)
    (tmp_path / "a.xlsx").write_bytes(whole[: len(whole) * 6 // 10])

    first = visited(FolderPlace(tmp_path))
    second = visited(FolderPlace(tmp_path), remembered(first), now=NOON + timedelta(minutes=29))
    third = visited(FolderPlace(tmp_path), remembered(first), now=NOON + timedelta(minutes=31))
    (tmp_path / "a.xlsx").write_bytes(whole)
    healed = visited(FolderPlace(tmp_path), remembered(first), now=LATER)

    assert reasons(first) == reasons(second) == {"a.xlsx": "unvollständig seit 09.10. 12:00, wird noch übertragen"}
    assert [item.name for item in deliveries(third)] == ["a.xlsx"]
    assert contents(healed) == {"a.xlsx": whole}


def test_a_file_without_a_byte_is_judged_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"")

    assert contents(visited(FolderPlace(tmp_path))) == {"a.xlsx": b""}


def test_a_file_that_changes_while_it_is_read_comes_with_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(a_workbook("one"))
    opened = Path.open
    changes = [a_workbook("other")]

    def changing(found: Path, mode: str = "r", *words: str) -> object:
        stream = opened(found, mode, *words)
        if changes and found == path and mode == "rb":
            stream.read()
            with opened(path, "ab") as other:
                other.write(changes.pop())
            stream.seek(0)
        return stream

    monkeypatch.setattr(Path, "open", changing)
    first = visited(FolderPlace(tmp_path))
    path.write_bytes(a_workbook("two"))
    second = visited(FolderPlace(tmp_path), remembered(first), now=LATER)

    assert reasons(first) == {"a.xlsx": "wird noch übertragen"}
    assert contents(second) == {"a.xlsx": a_workbook("two")}


def test_what_is_too_large_is_not_fetched(tmp_path: Path) -> None:
    with (tmp_path / "a.xlsx").open("wb") as stream:
        stream.truncate(2_000_001)

    arrivals = visited(FolderPlace(tmp_path), largest_megabytes=2)

    assert reasons(arrivals) == {"a.xlsx": "größer als 2 MB, nicht geholt"}


def test_a_copy_comes_after_what_it_is_a_copy_of(tmp_path: Path) -> None:
    for name in ("Kopie von Meldung.xlsx", "Meldung.xlsx"):
        (tmp_path / name).write_bytes(a_workbook())

    names = [item.name for item in deliveries(visited(FolderPlace(tmp_path))) if isinstance(item, Delivery)]

    assert names == ["Meldung.xlsx", "Kopie von Meldung.xlsx"]
