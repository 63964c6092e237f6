"""``die8 up`` for a whole quarter with a clock that is put forward, killed at random instants: nothing lost or twice.

``python -m tests.endurance.soak [--until DAY] [--minutes M] [--kills N] [--seed S]``, or ``make soak``: more than
an hour. The schedules and the calendar are those of a real installation; between two planned runs the clock jumps.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from flows.clock import BERLIN
from flows.due import is_due
from flows.intake import run_intake
from flows.runs import RUNNING, Run, Runs
from flows.settings import Settings, load_settings
from schemas.schedule import next_start
from tests.endurance.kills import deliveries
from tests.endurance.shifted_clock import COMPILER, ShiftedClock
from tests.endurance.soak_checks import Undisturbed, live_undisturbed, problems, secrets_in, told_of_disturbance
from tests.endurance.soak_course import FIRST, LAST, QUARTER, RELEASED, SECRETS, Drop, configuration, drops
from tests.endurance.soak_machine import Machine
from tests.flows.conftest import free_port
from tests.flows.mail_sink import Sink, certificates, running
from tests.journeys.die8 import die8
from tests.samples import sample_files

_BEFORE = "2026-Q2"
_HEAD_START = timedelta(seconds=2)
_SECONDS_FOR_A_RUN = 240
_SECONDS_BETWEEN_LOOKS = 0.25
_SECONDS_TO_A_BEAT = 40


@dataclass
class Quarter:
    """The quarter as it goes by."""

    settings: Settings
    clock: ShiftedClock
    machine: Machine
    chance: random.Random
    course: list[Drop] = field(default_factory=drops)
    kills: list[str] = field(default_factory=list)
    overdue: list[str] = field(default_factory=list)
    runs: int = 0
    laid: list[Drop] = field(default_factory=list)
    _is_released: bool = False

    def live(self, last: datetime, kills: int, minutes: float) -> None:
        """Let every planned run happen, in its order; kill in the middle of some that have much to do."""
        end = time.monotonic() + 60 * minutes
        while (planned := self._next(self.clock.now)) and planned[1] < last and time.monotonic() < end:
            name, moment = planned
            is_busy = self._lay_what_came(moment) and name == "collect"
            if moment > RELEASED and not self._is_released:
                self._release()
            self.clock.put_to(moment - _HEAD_START)
            share = len(self.kills) < kills and (is_busy or self.chance.random() < 0.1)
            if share and self.clock.now > FIRST + (LAST - FIRST) * (len(self.kills) / (kills + 2)):
                self._kill_within(name, moment)
            elif self._has_ended(name, moment):
                self.runs += 1
            else:
                self.overdue.append(f"{name} of {moment.astimezone(BERLIN):%d.%m. %H:%M}")
            self.machine.weigh()

    def _next(self, moment: datetime) -> tuple[str, datetime] | None:
        """The next run that has something to do."""
        schedules = self.settings.configuration.schedules.by_name()
        for _ in range(1000):
            moment, name = min((next_start(cron, moment), name) for name, cron in schedules.items())
            if is_due(self.settings, name, moment):
                return name, moment
        return None

    def _lay_what_came(self, before: datetime) -> bool:
        came = [drop for drop in self.course[len(self.laid) :] if drop.at < before]
        for drop in came:
            (self.settings.home.inbox / drop.name).write_bytes(drop.content)
        self.laid += came
        return bool(came)

    def _release(self) -> None:
        self._is_released = True
        words = ("report", "--quarter", QUARTER, "--release", "--now", RELEASED.isoformat())
        done = die8(self.settings.home.path, *words, expect=None)
        if done.returncode not in (0, 1):
            self.overdue.append(f"release: {done.stderr}")

    def _kill_within(self, name: str, planned: datetime) -> None:
        """Kill while the run is going on, or just before or after, and start again."""
        self._until(lambda: self._run(name, planned) is not None, 60)
        time.sleep(self.chance.uniform(0, 2.5))
        everything = len(self.kills) % 2 == 0
        found = self._run(name, planned)
        self.machine.kill(everything=everything)
        state = found.outcome if found else "not begun"
        victim = "everything" if everything else "die8 up alone"
        self.kills.append(f"{victim}, within {name} of {planned.astimezone(BERLIN):%d.%m. %H:%M} ({state})")
        time.sleep(self.chance.uniform(0, 20))
        self.machine.start()

    def _has_ended(self, name: str, planned: datetime) -> bool:
        def ended() -> bool:
            run = self._run(name, planned)
            return run is not None and run.outcome != RUNNING

        return self._until(ended, _SECONDS_FOR_A_RUN)

    def _run(self, name: str, planned: datetime) -> Run | None:
        run = Runs(self.settings.home.runs).last().get(name)
        return run if run is not None and run.begun >= planned - _HEAD_START else None

    def _until(self, look: Callable[[], bool], seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if look():
                return True
            time.sleep(_SECONDS_BETWEEN_LOOKS)
        return False


@contextmanager
def an_installation(folder: Path, sink: Sink) -> Iterator[Settings]:
    """A home that knows the quarter before, with a mail server that wants encryption and a login."""
    home = folder / "home"
    run_intake(load_settings(home), deliveries(_BEFORE, sample_files(_BEFORE)))
    trusted = certificates(folder / "certificates")
    with running(sink, context=trusted.context) as mail:
        text = configuration(mail, trusted.ca_file, free_port())
        (home / "die8.toml").write_text(text, encoding="utf-8")
        yield load_settings(home)


def soak(folder: Path, options: argparse.Namespace) -> list[str]:
    """Live through the quarter, then compare; gives what is wrong, and prints what happened."""
    sink, begun = Sink(), time.monotonic()
    with an_installation(folder / "soak", sink) as settings:
        clock = ShiftedClock(folder, FIRST)
        output = settings.home.path / "up.output"
        machine = Machine(settings.home.path, output, {**clock.environment, **SECRETS})
        quarter = Quarter(settings, clock, machine, random.Random(options.seed))  # noqa: S311 - the same each time, not secret
        machine.start()
        quarter.live(options.until.replace(tzinfo=BERLIN), options.kills, options.minutes)
        time.sleep(_SECONDS_TO_A_BEAT)  # the last sign of life is from before the clock was put forward
        health = die8(settings.home.path, "up", "--health", "--now", clock.now.isoformat(), expect=None, env=SECRETS)
        status = machine.stop()
        _say(f"{quarter.runs} runs in {(time.monotonic() - begun) / 60:.0f} min, {len(sink.taken)} letters")
        for line in [*quarter.kills, *machine.growth()]:
            _say(line)
        for key, stand in told_of_disturbance(settings).items():
            _say(f"told: {key} ({stand})")
    found = [f"did not happen in time: {what}" for what in quarter.overdue]
    if status or health.returncode:
        found.append(f"stopped with {status}; health: {health.stdout}{health.stderr}")
    other = Sink()
    with an_installation(folder / "undisturbed", other) as theirs:
        undisturbed = Undisturbed(theirs, other)
        os.environ.update(SECRETS)
        live_undisturbed(settings, quarter.laid, undisturbed)
        found += problems(settings, sink, quarter.laid, undisturbed)
        found += secrets_in(theirs.home.path)
    return found


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--until", type=datetime.fromisoformat, default=LAST.replace(tzinfo=None))
    parser.add_argument("--minutes", type=float, default=1000, help="plan no more runs after that")
    parser.add_argument("--kills", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="keep everything here")
    options = parser.parse_args()
    if not COMPILER:
        sys.exit("the shifted clock needs a C compiler: apt-get install gcc")
    with tempfile.TemporaryDirectory(prefix="die8-soak-") as name:
        folder = options.folder or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        found = soak(folder, options)
    for problem in found:
        _say(f"PROBLEM {problem}")
    if found:
        sys.exit(1)
    _say("Nothing was lost, nothing went out twice.")


if __name__ == "__main__":
    main()
