"""The nightly look says what is broken, and nothing when all is sound."""

import shutil
from pathlib import Path

import pytest

from flows.clock import instant
from flows.intake import run_collection
from flows.settings import Settings, load_settings
from flows.tending import run_upkeep
from tests.samples import SAMPLES

NIGHT = instant("2026-10-10T04:40")


def a_filled_home(path: Path) -> Settings:
    path.mkdir()
    (path / "die8.toml").write_text("[collection]\nsettle_seconds = 0\n", encoding="utf-8")
    settings = load_settings(path)
    settings.home.make()
    name = "D8_KLI_2026-Q3_v01.xlsx"
    shutil.copyfile(SAMPLES / "2026-Q3" / name, settings.home.inbox / name)
    run_collection(settings, instant("2026-10-09"))
    return settings


def test_a_sound_installation_has_no_problems(tmp_path: Path) -> None:
    assert run_upkeep(a_filled_home(tmp_path / "home"), NIGHT) == []


def test_a_damaged_archive_is_told(tmp_path: Path) -> None:
    settings = a_filled_home(tmp_path / "home")
    [content] = [path for path in settings.home.archive.rglob("*") if path.is_file() and path.stat().st_size > 5_000]
    content.chmod(0o600)
    content.write_bytes(content.read_bytes()[:-100])

    problems = run_upkeep(settings, NIGHT)

    assert any("damaged" in problem for problem in problems)


def test_a_new_installation_is_no_alarm(tmp_path: Path) -> None:
    settings = load_settings(tmp_path / "home")
    settings.home.make()

    assert run_upkeep(settings, NIGHT) == []


YEARS_LATER = instant("2028-11-03T04:40")


@pytest.mark.parametrize(("said", "is_left"), [("nightly = true", False), ("nightly = false", True), ("", True)])
def test_files_past_their_time_are_forgotten_at_night_where_that_is_wanted(
    tmp_path: Path, said: str, *, is_left: bool
) -> None:
    settings = a_filled_home(tmp_path / "home")
    settings.home.configuration.write_text(f"[retention]\nraw_quarters = 4\n{said}\n", encoding="utf-8")

    problems = run_upkeep(load_settings(settings.home.path), YEARS_LATER)

    assert problems == []
    assert bool(list((settings.home.archive / "content").iterdir())) == is_left


def test_at_night_nothing_is_forgotten_before_its_time(tmp_path: Path) -> None:
    settings = a_filled_home(tmp_path / "home")
    settings.home.configuration.write_text("[retention]\nnightly = true\n", encoding="utf-8")

    assert run_upkeep(load_settings(settings.home.path), NIGHT) == []
    assert list((settings.home.archive / "content").iterdir())
