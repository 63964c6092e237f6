"""G2: every write, fsync, rename, unlink and truncate of archive, warehouse and publish, killed at it or failed.

Whatever happens, readers find the old state or the new one, and the next run arrives at the new one.
``python -m tests.endurance.crash_points [--every N]``, or ``make crash-points``; needs strace.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.endurance.states import state_of
from tests.warehouse.intake_that_dies import FIRST, SECOND, take_in
from warehouse.archive import Archive

ROOT = Path(__file__).resolve().parents[2]
CALLS = ("write,pwrite64", "fsync,fdatasync", "rename,renameat,renameat2", "unlink,unlinkat", "ftruncate")
"""What changes a disk, by kind: strace counts within a kind, and in each thread."""
DEEDS = ("signal=SIGKILL", "error=ENOSPC", "error=EIO")
_PATIENCE = 900
"""Seconds that a run may take: on a busy machine it is starved, which is no fault of its own."""
LAST = 400
"""More points than a run has; the first one that disturbs nothing ends the search."""


@dataclass(frozen=True)
class Ground:
    """A home before the run, and the states that readers may find."""

    before: Path
    old: str
    new: str


@dataclass(frozen=True)
class Outcome:
    """What a disturbance did."""

    status: int
    found: str
    told: str
    problems: tuple[str, ...]


def has_strace() -> bool:
    """Whether a disturbance is possible here: strace is installed and may trace."""
    if shutil.which("strace") is None:
        return False
    return (
        subprocess.run(["strace", "-f", "-e", "trace=none", "true"], capture_output=True, check=False).returncode == 0
    )


@contextmanager
def a_ground() -> Iterator[Ground]:
    with tempfile.TemporaryDirectory(prefix="die8-crash-") as name:
        before, undisturbed = Path(name) / "before", Path(name) / "undisturbed"
        take_in(before, FIRST)
        old = state_of(before / "published" / "die8.duckdb")
        shutil.copytree(before, undisturbed)
        take_in(undisturbed, SECOND)
        yield Ground(before, old, state_of(undisturbed / "published" / "die8.duckdb"))


def disturbed(ground: Ground, calls: str, deed: str, point: int) -> Outcome:
    """Run the intake with the n-th of these calls disturbed, let the next run complete it, and compare."""
    with tempfile.TemporaryDirectory(prefix="die8-crash-") as name:
        home = Path(shutil.copytree(ground.before, Path(name) / "home"))
        published = home / "published" / "die8.duckdb"
        trace = Path(name) / "trace"
        command = ["strace", "-f", "-qq", "-o", str(trace), "-e", f"trace={calls}"]
        command += [
            "-e",
            f"inject={calls}:{deed}:when={point}",
            sys.executable,
            "-m",
            "tests.endurance.one_run",
            str(home),
        ]
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=_PATIENCE,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        )  # fmt: skip
        problems: list[str] = []
        found = state_of(published)
        if found not in (ground.old, ground.new):
            problems.append("readers found a state that is neither old nor new")
        is_ours = done.returncode in (0, 3, -9, 137)
        if not is_ours:
            problems.append(f"status {done.returncode}: {done.stderr[-300:]}")
        take_in(home, SECOND)
        if state_of(published) != ground.new:
            problems.append("the next run did not arrive at the new state")
        archive = Archive(home / "archive")
        if archive.damages() or archive.count() != len(FIRST) + len(SECOND):
            problems.append(f"{archive.count()} records, {archive.damages()}")
        which = "old" if found == ground.old else "new"
        return Outcome(done.returncode, which, done.stderr, tuple(problems))


def was_reached(outcome: Outcome) -> bool:
    """Whether the disturbance took place at all: an undisturbed run ends well."""
    return outcome.status != 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="only every n-th point")
    every = parser.parse_args().every
    if not has_strace():
        sys.exit("strace is not installed, or may not trace here: nothing was tested")
    counts: Counter[tuple[str, str]] = Counter()
    with a_ground() as ground:
        for calls in CALLS:
            for deed in DEEDS:
                quiet = 0
                for point in range(1, LAST, every):
                    outcome = disturbed(ground, calls, deed, point)
                    if outcome.problems:
                        sys.exit(f"\n{deed} at {calls} number {point}: {outcome.problems}")
                    counts[deed, outcome.found] += 1
                    shown = ", ".join(f"{number} × {state} after {how}" for (how, state), number in counts.items())
                    sys.stdout.write(f"\r{calls} {point}: {shown}   ")
                    sys.stdout.flush()
                    # Some failures are survived, such as that of a clean-up: only several in a row mean the end.
                    quiet = 0 if was_reached(outcome) else quiet + 1
                    if quiet == 4:
                        break
    sys.stdout.write("\nEvery point left the old state or the new one, and the next run completed it.\n")


if __name__ == "__main__":
    main()
