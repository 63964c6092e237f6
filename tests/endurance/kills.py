"""G1: intake killed at random instants, any process of it; the next run ends where an undisturbed one would have.

``python -m tests.endurance.kills [--kills N] [--seed S]``, or ``make kill``.
"""

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # has no stubs, and is asked for processes

from flows.collectors.folder import read_file
from flows.intake import run_intake
from flows.settings import Settings, load_settings
from schemas.delivery import Delivery
from tests.endurance.states import Watcher, state_of
from tests.samples import HANDED_IN, sample_files
from warehouse.archive import Archive

FIRST, SECOND = "2026-Q2", "2026-Q3"


@dataclass(frozen=True)
class Course:
    """What is handed in, and the states that readers may find before and after it."""

    before: Path
    """A home in which the quarter before has been taken in."""
    files: tuple[Path, ...]
    states: tuple[str, str]
    receipts: frozenset[str]
    seconds: float


@dataclass(frozen=True)
class Outcome:
    """What a kill did."""

    victim: str
    found: str
    """Which state readers found afterwards: old or new."""
    problems: tuple[str, ...]


def deliveries(quarter: str, files: Sequence[Path]) -> list[Delivery]:
    found = [read_file(path, "submit", HANDED_IN[quarter]) for path in files]
    return [item for item in found if isinstance(item, Delivery)]


@contextmanager
def a_course(number_of_files: int | None = None) -> Iterator[Course]:
    """Prepare the home, and take the quarter in once without disturbance, in a process like the ones to be killed."""
    with tempfile.TemporaryDirectory(prefix="die8-kills-") as name:
        before, undisturbed = Path(name) / "before", Path(name) / "undisturbed"
        settings = load_settings(before)
        run_intake(settings, deliveries(FIRST, sample_files(FIRST)[:number_of_files]))
        old = state_of(settings.home.published)
        shutil.copytree(before, undisturbed)
        files = tuple(path for path in sample_files(SECOND) if deliveries(SECOND, [path]))[:number_of_files]
        start = time.monotonic()
        with an_intake(undisturbed, files) as process:
            process.wait()
        seconds = time.monotonic() - start
        home = load_settings(undisturbed).home
        yield Course(before, files, (old, state_of(home.published)), receipts(home.outbox), seconds)


@contextmanager
def an_intake(home: Path, files: Sequence[Path]) -> Iterator["subprocess.Popen[bytes]"]:
    """Run ``die8 submit`` in a process group of its own; whatever of it still lives is ended."""
    command = [sys.executable, "-m", "flows.cli", "--home", str(home), "submit", *map(str, files)]
    command += ["--received-at", HANDED_IN[SECOND].isoformat()]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        try:
            yield process
        finally:
            for one in [*of_the_family(process.pid), process]:
                with suppress(psutil.NoSuchProcess, ProcessLookupError):
                    one.kill()


def of_the_family(pid: int) -> list["psutil.Process"]:
    try:
        return list(psutil.Process(pid).children(recursive=True))
    except psutil.NoSuchProcess:
        return []


def receipts(outbox: Path) -> frozenset[str]:
    """The names of all answers."""
    return frozenset(path.name for path in outbox.iterdir())


def killed_once(course: Course, chance: random.Random) -> Outcome:
    """Take the quarter in, kill one of the processes at a random instant, let the next run complete it, and compare."""
    with tempfile.TemporaryDirectory(prefix="die8-kill-") as name:
        home = Path(shutil.copytree(course.before, Path(name) / "home"))
        settings = load_settings(home)
        with Watcher(settings.home.published) as watcher:
            victim = _take_in_and_kill(course, home, chance)
            after = state_of(settings.home.published)
            _complete(settings, course)
        problems = list(watcher.errors)
        if set(watcher.seen) - set(course.states):
            problems.append("readers found a state that is neither the old nor the new one")
        problems += _problems(settings, course)
        return Outcome(victim, "old" if after == course.states[0] else "new", tuple(problems))


def _take_in_and_kill(course: Course, home: Path, chance: random.Random) -> str:
    with an_intake(home, course.files) as process:
        with suppress(subprocess.TimeoutExpired):
            process.wait(chance.uniform(0, course.seconds))
        family = of_the_family(process.pid)
        # The main process as often as all its children together: those it survives.
        chosen = chance.choice(family) if family and chance.random() < 0.5 else process
        with suppress(psutil.NoSuchProcess):
            chosen.kill()
        victim = "main" if chosen is process else "child"
        process.wait()
    return victim


def _complete(settings: Settings, course: Course) -> None:
    """The next run: what was never acknowledged is handed in again."""
    archive = Archive(settings.home.archive)
    wanted = deliveries(SECOND, course.files)
    held = {(record.sha256, record.name) for record in archive.records() if not hasattr(record, "reason")}
    run_intake(settings, [item for item in wanted if (item.sha256, item.name) not in held])


def _problems(settings: Settings, course: Course) -> Iterator[str]:
    archive = Archive(settings.home.archive)
    if state_of(settings.home.published) != course.states[1]:
        yield "the tables differ from those of an undisturbed run"
    if archive.damages():
        yield f"the archive is damaged: {archive.damages()}"
    records = len(deliveries(SECOND, course.files)) + Archive(course.before / "archive").count()
    if archive.count() != records:
        yield f"{archive.count()} records instead of {records}"
    if missing := course.receipts - receipts(settings.home.outbox):
        yield f"answers are missing: {sorted(missing)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)  # noqa: S311 - it must be the same again, not secret
    counts: Counter[tuple[str, str]] = Counter()
    with a_course() as course:
        for number in range(1, options.kills + 1):
            outcome = killed_once(course, chance)
            counts[outcome.victim, outcome.found] += 1
            if outcome.problems:
                sys.exit(f"kill {number} of seed {options.seed} ({outcome.victim}): {outcome.problems}")
            sys.stdout.write(f"\r{number} of {options.kills} kills, {dict(counts)}")
            sys.stdout.flush()
    sys.stdout.write("\nNothing was lost, doubled or torn.\n")


if __name__ == "__main__":
    main()
