"""A shorter run of what the make targets of the same names do at length."""

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.intake import run_intake
from flows.rebuilding import rebuild
from flows.settings import load_settings
from tests.endurance import crash_points, full_disks, kills, machine, readers
from tests.programs import NO_MOUNT, NO_STRACE
from tests.sample_homes import SampleHomes
from tests.samples import sample_files
from warehouse.comparison import content_hash

KILLS, FILES = 8, 3


@pytest.fixture(scope="module")
def course() -> Iterator[kills.Course]:
    with kills.a_course(FILES) as prepared:
        yield prepared


@pytest.mark.parametrize("seed", range(KILLS))
def test_g1_a_killed_intake_loses_and_doubles_nothing_and_readers_notice_nothing(
    course: kills.Course, seed: int
) -> None:
    outcome = kills.killed_once(course, random.Random(seed))  # noqa: S311 - it must be the same again, not secret

    assert outcome.problems == ()


@pytest.fixture(scope="module")
def ground() -> Iterator[crash_points.Ground]:
    if not crash_points.has_strace():
        pytest.skip(NO_STRACE)
    with crash_points.a_ground() as prepared:
        yield prepared


POINTS = [
    ("write,pwrite64", "signal=SIGKILL", 20),
    ("write,pwrite64", "error=ENOSPC", 30),
    ("fsync,fdatasync", "error=EIO", 9),
    ("rename,renameat,renameat2", "signal=SIGKILL", 3),
    ("unlink,unlinkat", "error=EIO", 1),
    ("ftruncate", "signal=SIGKILL", 1),
]


@pytest.mark.parametrize(("calls", "deed", "point"), POINTS)
def test_g2_every_crash_point_leaves_old_or_new(ground: crash_points.Ground, calls: str, deed: str, point: int) -> None:
    assert crash_points.disturbed(ground, calls, deed, point).problems == ()


@pytest.mark.parametrize("free", [0, 60_000, 900_000])
def test_g5_a_full_volume_is_told_and_the_next_run_goes_on(free: int) -> None:
    with full_disks.a_small_volume() as home:
        if home is None:
            pytest.skip(NO_MOUNT)

        assert full_disks.run_with(home, free).problems == ()


def test_g6_readers_beside_a_writer_find_whole_states_only() -> None:
    result = readers.publish_beside(readers=3, intakes=5)

    assert result.problems == ()
    assert result.reads > 0


def test_g11_the_archive_alone_gives_the_same_in_good_time(sample_homes: SampleHomes, tmp_path: Path) -> None:
    published = sample_homes.copy(tmp_path / "home") / "published" / "die8.duckdb"
    before, settings = content_hash(published), load_settings(tmp_path / "home")
    for path in (settings.home.warehouse, published):
        path.unlink()
    start = time.monotonic()

    result = rebuild(settings, only_compare=False)

    assert time.monotonic() - start < 60
    assert (result.damages, content_hash(published)) == ([], before)


def test_g10_any_course_of_events_agrees_with_a_dictionary() -> None:
    machine.explore(examples=3, steps=6)


def test_g10_the_same_inbox_in_any_order_gives_the_same(tmp_path_factory: pytest.TempPathFactory) -> None:
    chance = random.Random(10)  # noqa: S311 - it must be the same again, not secret
    files = kills.deliveries(kills.SECOND, sample_files(kills.SECOND)[:FILES])
    hashes = set()

    for _ in range(3):
        settings = load_settings(tmp_path_factory.mktemp("inbox"))
        for _ in range(2):
            run_intake(settings, chance.sample(files, len(files)))
        hashes.add(content_hash(settings.home.published))

    assert len(hashes) == 1
