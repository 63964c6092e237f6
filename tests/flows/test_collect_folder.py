"""Files in a folder become deliveries; what is none is passed over and nothing is changed there."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.collectors.folder import Passed, SourceError, collect_folder
from schemas.delivery import Delivery

NOON = datetime(2026, 10, 9, 10, tzinfo=UTC)


def collected(folder: Path) -> list[Delivery | Passed]:
    return list(collect_folder(folder, "inbox", NOON))


def test_each_file_is_a_delivery_with_its_origin(tmp_path: Path) -> None:
    (tmp_path / "b.xlsx").write_bytes(b"two")
    (tmp_path / "KLI").mkdir()
    (tmp_path / "KLI" / "a.ods").write_bytes(b"one")

    assert collected(tmp_path) == [
        Delivery(b"one", "a.ods", "inbox", NOON),
        Delivery(b"two", "b.xlsx", "inbox", NOON),
    ]


def test_lock_files_and_notes_are_passed_over_with_a_reason(tmp_path: Path) -> None:
    (tmp_path / "~$D8_KLI.xlsx").write_bytes(b"lock")
    (tmp_path / "Einladung.txt").write_bytes(b"text")

    names = {item.name for item in collected(tmp_path) if isinstance(item, Passed) and item.reason}

    assert names == {"~$D8_KLI.xlsx", "Einladung.txt"}


def test_a_decomposed_umlaut_in_a_name_is_composed(tmp_path: Path) -> None:
    (tmp_path / "Gu\u0308tersloh.xlsx").write_bytes(b"x")

    assert [item.name for item in collected(tmp_path)] == ["G\u00fctersloh.xlsx"]


def test_a_missing_folder_is_an_error_and_an_empty_one_is_not(tmp_path: Path) -> None:
    assert collected(tmp_path) == []
    with pytest.raises(SourceError, match=r"inbox.*missing"):
        collected(tmp_path / "nowhere")


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "secret.xlsx"
    outside.write_bytes(b"secret")
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "link.xlsx").symlink_to(outside)

    assert collected(inbox) == []


def test_nothing_is_changed_in_the_folder(tmp_path: Path) -> None:
    (tmp_path / "b.xlsx").write_bytes(b"two")
    before = {path: path.stat() for path in tmp_path.iterdir()}

    collected(tmp_path)

    after = {path: path.stat() for path in tmp_path.iterdir()}
    assert {path: (stat.st_size, stat.st_mtime_ns) for path, stat in after.items()} == {
        path: (stat.st_size, stat.st_mtime_ns) for path, stat in before.items()
    }
