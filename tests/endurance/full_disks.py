"""G5: the disk is full at any fill level, in archive, load and publish; the next run goes on when there is room.

``python -m tests.endurance.full_disks [--runs N] [--seed S]``, or ``make full-disks``; mounts a small tmpfs, as root.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.endurance.states import Watcher, state_of
from tests.warehouse.intake_that_dies import FIRST, SECOND, take_in
from warehouse.archive import Archive

ROOT = Path(__file__).resolve().parents[2]
_PATIENCE = 900
"""Seconds that a run may take: on a busy machine it is starved, which is no fault of its own."""
VOLUME_MEGABYTES = 6
_PLACES = ("archive", "warehouse", "published")


@dataclass(frozen=True)
class Outcome:
    """What a full volume did: where the run stopped, what it said, and what went wrong beyond that."""

    stopped_in: str
    told: str
    problems: tuple[str, ...]


@contextmanager
def a_small_volume() -> Iterator[Path | None]:
    """A tmpfs that is gone afterwards; None where it may not be mounted."""
    with tempfile.TemporaryDirectory(prefix="die8-volume-") as name:
        command = ["mount", "-t", "tmpfs", "-o", f"size={VOLUME_MEGABYTES}m", "tmpfs", name]
        if os.getuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode != 0:
            yield None
            return
        try:
            yield Path(name)
        finally:
            subprocess.run(["umount", "-l", name], check=True)


def run_with(home: Path, free: int) -> Outcome:
    """Take the second batch in with so many bytes free, make room, take it in again; ``home`` lies on the volume."""
    _empty(home)
    take_in(home, FIRST)
    published = home / "published" / "die8.duckdb"
    old = state_of(published)
    filler = home / "filler"
    _fill(filler, free)
    with Watcher(published) as watcher:
        done = subprocess.run(
            [sys.executable, "-m", "tests.endurance.one_run", str(home)],
            cwd=ROOT, capture_output=True, text=True, check=False, timeout=_PATIENCE,
        )  # fmt: skip
    problems = list(watcher.errors)
    between = state_of(published)
    if done.returncode == 3 and not (str(home) in done.stderr and "is full" in done.stderr and "MB" in done.stderr):
        problems.append(f"the message names neither volume nor need: {done.stderr}")
    elif done.returncode not in (0, 3):
        problems.append(f"status {done.returncode}: {done.stderr[-400:]}")
    filler.unlink()
    take_in(home, SECOND)
    new = state_of(published)
    if between not in (old, new) or set(watcher.seen) - {old, new}:
        problems.append("readers found a state that is neither old nor new")
    if new == old or Archive(home / "archive").damages():
        problems.append("the next run did not go on")
    return Outcome(_stopped_in(done), done.stderr, tuple(problems))


def _stopped_in(done: "subprocess.CompletedProcess[str]") -> str:
    return next((place for place in _PLACES if f"/{place}" in done.stderr), "nowhere") if done.returncode else "nowhere"


def _empty(home: Path) -> None:
    for path in home.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _fill(filler: Path, free: int) -> None:
    status = os.statvfs(filler.parent)
    filler.write_bytes(b"x" * max(0, status.f_bavail * status.f_frsize - free))


def undisturbed_state() -> str:
    with tempfile.TemporaryDirectory(prefix="die8-volume-") as name:
        home = Path(name)
        take_in(home, FIRST)
        take_in(home, SECOND)
        return state_of(home / "published" / "die8.duckdb")


def levels(chance: random.Random, runs: int, largest: int) -> Iterator[int]:
    """Free bytes, spread evenly over what a run needs, so that each of its parts is met."""
    for number in range(runs):
        yield int(largest * (number + chance.random()) / runs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)  # noqa: S311 - it must be the same again, not secret
    stopped: Counter[str] = Counter()
    with a_small_volume() as home:
        if home is None:
            sys.exit("no tmpfs can be mounted here (root is needed): nothing was tested")
        for number, free in enumerate(levels(chance, options.runs, 2_000_000), start=1):
            outcome = run_with(home, free)
            if outcome.problems:
                sys.exit(f"\n{free} bytes free: {outcome.problems}")
            stopped[outcome.stopped_in] += 1
            sys.stdout.write(f"\r{number} of {options.runs}: stopped in {_counted(stopped)}   ")
            sys.stdout.flush()
    sys.stdout.write("\nNothing was lost or torn, and every next run went on.\n")


def _counted(stopped: Mapping[str, int]) -> str:
    return ", ".join(f"{place} {count} ×" for place, count in stopped.items())


if __name__ == "__main__":
    main()
