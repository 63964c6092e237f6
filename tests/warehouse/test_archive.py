"""Every delivery byte for byte, with its origin, whatever happens to the process or to a file."""

import json
import multiprocessing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from schemas.delivery import Delivery, Kept
from tests.warehouse.deliveries import OCTOBER_9, a_delivery
from warehouse.archive import Archive, Archived, Damage


def content_of(root: Path, delivery: Delivery) -> Path:
    return root / "content" / delivery.sha256


def test_what_is_stored_comes_back_byte_for_byte_with_its_origin(tmp_path: Path) -> None:
    delivery = a_delivery(
        b"\x00\xff", "Statusbericht Gütersloh.xlsx", channel="postfach", sender="SWG", source={"uid": "7"},
        received_at=datetime(2026, 10, 9, 12, tzinfo=ZoneInfo("Europe/Berlin")),
    )  # fmt: skip

    Archive(tmp_path).store([delivery])

    assert list(Archive(tmp_path).deliveries()) == [Archived(1, delivery)]


deliveries = st.builds(
    Delivery,
    content=st.binary(max_size=50),
    name=st.text(min_size=1),
    channel=st.text(),
    sender=st.none() | st.text(),
    received_at=st.datetimes(timezones=st.timezones()),
)


@settings(max_examples=30, deadline=None)
@given(deliveries)
def test_any_origin_survives_the_record(tmp_path_factory: pytest.TempPathFactory, delivery: Delivery) -> None:
    root = tmp_path_factory.mktemp("archive")

    Archive(root).store([delivery])

    [back] = Archive(root).deliveries()
    assert isinstance(back, Archived)
    assert (back.delivery.content, back.delivery.name) == (delivery.content, delivery.name)
    assert (back.delivery.channel, back.delivery.sender) == (delivery.channel, delivery.sender)
    assert back.delivery.received_at.timestamp() == delivery.received_at.timestamp()


def test_a_name_that_is_not_utf8_is_kept(tmp_path: Path) -> None:
    name = b"Bericht \xfc.xlsx".decode("utf-8", "surrogateescape")

    Archive(tmp_path).store([a_delivery(name=name)])

    [back] = Archive(tmp_path).deliveries()
    assert isinstance(back, Archived)
    assert back.delivery.name == name


def test_deliveries_are_numbered_in_the_order_of_arrival(tmp_path: Path) -> None:
    archive = Archive(tmp_path)

    stored = archive.store([a_delivery("b"), a_delivery("a")]) + Archive(tmp_path).store([a_delivery("c")])

    assert [(item.sequence, item.delivery.content, item.is_new) for item in stored] == [
        (1, b"b", True),
        (2, b"a", True),
        (3, b"c", True),
    ]
    assert archive.count() == 3


def test_the_same_delivery_again_keeps_its_first_record(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.store([a_delivery("a")])

    [again] = archive.store([a_delivery("a", received_at=OCTOBER_9 + timedelta(days=1))])

    assert (again.sequence, again.is_new, again.delivery.received_at) == (1, False, OCTOBER_9)
    assert archive.count() == 1


def test_the_same_delivery_twice_in_a_batch_gets_one_record(tmp_path: Path) -> None:
    stored = Archive(tmp_path).store([a_delivery("a"), a_delivery("a")])

    assert [(item.sequence, item.is_new) for item in stored] == [(1, True), (1, False)]


def test_the_same_bytes_under_another_name_or_channel_get_a_record_of_their_own_but_no_second_content(
    tmp_path: Path,
) -> None:
    stored = Archive(tmp_path).store([a_delivery("a"), a_delivery("a", "other.xlsx"), a_delivery("a", channel="mail")])

    assert [item.sequence for item in stored] == [1, 2, 3]
    assert len(list((tmp_path / "content").iterdir())) == 1


def test_files_are_readable_for_owner_and_group_only(tmp_path: Path) -> None:
    Archive(tmp_path).store([a_delivery()])

    modes = {path.stat().st_mode & 0o777 for folder in ("content", "records") for path in (tmp_path / folder).iterdir()}
    assert modes == {0o640}


def test_pending_are_those_that_are_not_known_each_content_once(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    known, first, copy = a_delivery("known"), a_delivery("new", "a.xlsx"), a_delivery("new", "b.xlsx")
    archive.store([known, first, copy])

    pending = archive.pending({known.submission_id})

    assert [(item.sequence, item.delivery) for item in pending] == [(2, first)]


def test_a_content_without_a_record_is_named_and_completed_when_it_arrives_again(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    delivery = a_delivery("killed before the record was written")
    content_of(tmp_path, delivery).write_bytes(delivery.content)

    assert [damage.path for damage in archive.damages()] == [content_of(tmp_path, delivery)]
    [stored] = archive.store([delivery])

    assert stored.is_new
    assert archive.damages() == []


def test_what_an_interrupted_write_left_is_swept_by_the_next(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    left_over = tmp_path / "content" / ".abc.tmp"
    left_over.write_bytes(b"half")

    assert archive.damages() == []
    archive.store([a_delivery()])

    assert not left_over.exists()


def test_damage_is_named_and_nothing_else_is_affected(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    flipped, gone, unreadable, misnamed, unrecorded, sound = (a_delivery(text) for text in "abcdef")
    archive.store([flipped, gone, unreadable, misnamed, unrecorded, sound])
    content_of(tmp_path, flipped).write_bytes(b"b")
    content_of(tmp_path, gone).unlink()
    records = tmp_path / "records"
    (records / "00000003.json").write_text('{"sequence": 3,')
    (records / "00000004.json").write_text(json.dumps({"sequence": 4, "sha256": "../../etc/passwd"}))
    (records / "00000005.json").unlink()
    (records / "notes.txt").write_text("a foreign file")

    replayed = list(archive.deliveries())

    assert [item for item in replayed if isinstance(item, Archived)] == [Archived(6, sound)]
    damages = [item for item in replayed if isinstance(item, Damage)]
    assert [(damage.sequence, damage.path.name) for damage in damages if damage.sequence] == [
        (1, flipped.sha256),
        (2, gone.sha256),
        (3, "00000003.json"),
        (4, "00000004.json"),
        (5, "00000005.json"),
    ]
    assert {damage.path.name for damage in damages if not damage.sequence} == {
        unreadable.sha256,
        misnamed.sha256,
        unrecorded.sha256,
        "notes.txt",
    }
    assert [item.sequence for item in archive.pending(())] == [6]


def test_a_damaged_content_is_healed_when_the_same_bytes_arrive_again(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.store([a_delivery("a")])
    content_of(tmp_path, a_delivery("a")).write_bytes(b"flipped")

    archive.store([a_delivery("a", "again.xlsx")])

    assert archive.damages() == []


def test_a_missing_record_does_not_give_its_number_to_another(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.store([a_delivery("a"), a_delivery("b"), a_delivery("c")])
    (tmp_path / "records" / "00000002.json").unlink()

    [stored] = archive.store([a_delivery("d")])

    assert stored.sequence == 4


def store_many(root: Path, prefix: str) -> None:
    for number in range(15):
        Archive(root).store([a_delivery(f"{prefix}{number}"), a_delivery(f"shared {number}")])


def test_processes_that_store_at_the_same_time_wait_for_each_other(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=store_many, args=(tmp_path, prefix)) for prefix in "ab"]

    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert [writer.exitcode for writer in writers] == [0, 0]
    stored = list(Archive(tmp_path).deliveries())
    assert [item.sequence for item in stored] == list(range(1, 46))
    assert all(isinstance(item, Archived) for item in stored)


def test_of_a_reduced_content_only_the_digest_is_left_and_everything_else_stays(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    first, second = a_delivery("one", name="a.xlsx", sender="frau@x.example"), a_delivery("two", name="b.xlsx")
    archive.store([first, second])

    archive.reduce(first.sha256, b"what was read")

    reduced, whole = [item for item in Archive(tmp_path).deliveries() if isinstance(item, Archived)]
    assert reduced.delivery.kept == Kept(first.sha256, b"what was read")
    assert (reduced.delivery.content, reduced.delivery.sha256) == (b"", first.sha256)
    assert reduced.delivery.received_at == first.received_at
    assert whole.delivery == second
    assert not content_of(tmp_path, first).exists()
    assert archive.content(first.sha256) is None
    assert Archive(tmp_path).damages() == []


def test_reduced_bytes_that_arrive_again_are_known_and_not_stored_again(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    first = a_delivery("one", name="Bericht Muster.xlsx", sender="frau.muster@x.example")
    archive.store([first])
    archive.reduce(first.sha256, b"what was read")
    archive.amend(lambda record: structs.replace(record, name="Bericht.xlsx", sender=None))

    [same] = Archive(tmp_path).store([first])
    [by_another_way] = Archive(tmp_path).store([replace(first, channel="mail")])

    assert (same.sequence, same.is_new, same.delivery.kept is not None) == (1, False, True)
    assert (by_another_way.sequence, by_another_way.is_new) == (2, True)
    assert by_another_way.delivery.name == "Bericht.xlsx"
    assert not content_of(tmp_path, first).exists()
    assert not any(b"uster" in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_a_content_that_a_crash_left_beside_its_digest_goes_with_the_next_store(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    first = a_delivery("one")
    archive.store([first])
    archive.reduce(first.sha256, b"what was read")
    content_of(tmp_path, first).write_bytes(first.content)

    [item] = Archive(tmp_path).deliveries()
    assert isinstance(item, Archived)
    assert item.delivery.kept is not None
    Archive(tmp_path).store([a_delivery("two")])

    assert not content_of(tmp_path, first).exists()


def test_a_damaged_digest_is_named(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    first = a_delivery("one")
    archive.store([first])
    archive.reduce(first.sha256, b"what was read")
    path = tmp_path / "digests" / f"{first.sha256}.json"
    path.write_bytes(path.read_bytes() + b"!")
    (tmp_path / "digests" / f"{'0' * 64}.json").write_bytes(b"nobody's")

    reasons = [damage.reason for damage in Archive(tmp_path).damages()]

    assert reasons == [
        "the digest of D8_KLI_2026-Q3_v01.xlsx is not what was written",
        "no readable record belongs to this digest",
    ]
