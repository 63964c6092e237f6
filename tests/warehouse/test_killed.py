"""Killed at any step, the next run ends where an undisturbed one would have ended."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.warehouse.intake_that_dies import FIRST, SECOND, take_in
from warehouse.archive import Archive
from warehouse.comparison import content_hash, differences

ROOT = Path(__file__).resolve().parents[2]
STEPS = (1, 2, 5, 8, 11, 13, 14, 16, 18, 20, 22, 24, 26, 27, 28, 29, 30, 32, 36, 40)
"""A handful between the first write of the archive and the last of the export; about 45 there are."""


def killed_at(home: Path, step: int, batch: str = "SECOND") -> int:
    command = [sys.executable, "-m", "tests.warehouse.intake_that_dies", str(home), batch, str(step)]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def published_in(home: Path) -> Path:
    return home / "published" / "die8.duckdb"


@pytest.fixture(scope="module")
def with_first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home after the first batch, never changed."""
    home = tmp_path_factory.mktemp("first")
    take_in(home, FIRST)
    return home


@pytest.fixture(scope="module")
def undisturbed(with_first: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """The published file of a run that nothing disturbed, and its content before and after the second batch."""
    home = Path(shutil.copytree(with_first, tmp_path_factory.mktemp("undisturbed"), dirs_exist_ok=True))
    take_in(home, SECOND)
    return published_in(home), content_hash(published_in(with_first)), content_hash(published_in(home))


@pytest.fixture
def home(with_first: Path, tmp_path: Path) -> Path:
    """A copy of it to disturb."""
    return Path(shutil.copytree(with_first, tmp_path / "home"))


@pytest.mark.parametrize("step", STEPS)
def test_a_killed_intake_leaves_old_or_new_and_the_next_run_completes_it(
    home: Path, undisturbed: tuple[Path, str, str], step: int
) -> None:
    expected, before, after = undisturbed
    published = published_in(home)

    assert killed_at(home, step) == -9
    assert content_hash(published) in (before, after)
    take_in(home, SECOND)

    assert differences(published, expected) == []
    assert Archive(home / "archive").damages() == []
    assert Archive(home / "archive").count() == len(FIRST) + len(SECOND)
    assert [path.name for path in published.parent.glob("*") if path.is_file()] == ["die8.duckdb"]


@pytest.mark.parametrize("step", [1, 5, 10, 11, 12, 13, 14, 16, 20, 25])
def test_killed_in_its_very_first_run_nothing_needs_a_hand(
    tmp_path: Path, undisturbed: tuple[Path, str, str], step: int
) -> None:
    assert killed_at(tmp_path, step, "FIRST") == -9

    take_in(tmp_path, FIRST)
    take_in(tmp_path, SECOND)

    assert differences(published_in(tmp_path), undisturbed[0]) == []


def test_an_intake_that_is_not_killed_ends_like_the_others(home: Path, undisturbed: tuple[Path, str, str]) -> None:
    assert killed_at(home, 10_000) == 0

    assert differences(published_in(home), undisturbed[0]) == []
