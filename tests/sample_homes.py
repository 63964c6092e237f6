"""Homes into which the samples were taken, for tests that begin where the returns have been handed in."""

import fcntl
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC
from pathlib import Path

from flows.collectors.folder import read_file
from flows.intake import run_intake
from flows.reporting import run_report
from flows.settings import Settings, load_settings
from schemas.delivery import Delivery
from schemas.editions import FACTS, editions
from schemas.quarter import Quarter
from tests.samples import HANDED_IN, sample_files


def publish_samples(home: Path) -> Path:
    """Take in the four quarters as their README says; gives the published file."""
    *_, published = publish_quarter_by_quarter(home)
    return published


def publish_quarter_by_quarter(home: Path) -> Iterator[Path]:
    """Take in one quarter after the other; gives the published file after each."""
    settings = load_settings(home)
    for quarter in HANDED_IN:
        _take_in(settings, quarter)
        yield settings.home.published


def _take_in(settings: Settings, quarter: str) -> None:
    moment = HANDED_IN[quarter].astimezone(UTC)  # as the command has it
    found = [read_file(path, "submit", moment) for path in sample_files(quarter)]
    run_intake(settings, [item for item in found if isinstance(item, Delivery)])


class SampleHomes:
    """Makes each home once in a run of pytest, whichever worker wants it first, and gives everybody a copy.

    ``folder`` is one that all workers share. What a test does to its copy, no other test sees.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(exist_ok=True)

    def copy(self, home: Path, *quarters: str) -> Path:
        """Let ``home`` be one into which these quarters were taken, all four when none is named; gives it back."""
        wanted = quarters or tuple(HANDED_IN)

        def make(new: Path) -> None:
            for quarter in wanted:
                _take_in(load_settings(new), quarter)

        return self._copied(home, "_".join(wanted), make)

    def copy_with_facts(self, home: Path) -> Path:
        """The same with all four quarters; the facts of every edition were made on the day of each."""

        def make(new: Path) -> None:
            settings = load_settings(new)
            for quarter, moment in HANDED_IN.items():
                _take_in(settings, quarter)
                for edition in editions().values():
                    run_report(settings, Quarter.parse(quarter), moment, edition=edition, endings=(FACTS,))

        return self._copied(home, "with-facts", make)

    def _copied(self, home: Path, name: str, make: Callable[[Path], None]) -> Path:
        made = self._folder / name
        with (self._folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not made.exists():
                half_made = made.with_name(f"{name}.half-made")
                make(half_made)
                half_made.rename(made)
        return Path(shutil.copytree(made, home, dirs_exist_ok=True))
