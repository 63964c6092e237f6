"""Many mutants, in processes that may die of them: counts, keeps what failed, and says how to see it again."""

import json
import os
import selectors
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # has no stubs, and is asked for one number

from tests.fuzz.mutants import a_mutant
from tests.fuzz.trial import Outcome

ROOT = Path(__file__).resolve().parents[2]
_CHUNK = 250
_SILENCE_SECONDS = 60.0
"""A worker that says nothing for so long hangs; starting one and making a mutant takes a second or two."""
_PATIENCE = 10
"""So many times as long, if it had hardly any processor time meanwhile."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What no file may exceed: seconds from receipt to answer, bytes of memory of any process."""

    seconds: float = 10.0
    memory: int = 500_000_000


@dataclass(slots=True)
class Campaign:
    """The mutants ``first`` to ``first + count - 1`` of a seed, and how they did so far."""

    seed: int
    first: int
    count: int
    bounds: Bounds = Bounds()
    verdicts: Counter[str] = field(default_factory=Counter)
    failed: list[Outcome] = field(default_factory=list)
    slowest: float = 0.0
    memory: int = 0
    """The most that the checking process had in memory."""
    children: int = 0
    """The most that a reading process had in memory."""

    @property
    def done(self) -> int:
        """How many mutants were tried."""
        return sum(self.verdicts.values())

    def run(self, jobs: int, told: Callable[[], None] = lambda: None) -> None:
        """Try them all, in so many processes at once; ``told`` is called after each."""
        end = self.first + self.count
        with ThreadPoolExecutor(jobs) as threads:
            ranges = [(begin, min(begin + _CHUNK, end)) for begin in range(self.first, end, _CHUNK)]
            for _ in threads.map(lambda span: self._try_range(*span, told), ranges):
                pass

    def _try_range(self, first: int, end: int, told: Callable[[], None]) -> None:
        while first < end:
            for step in _worked(self.seed, first, end):
                if isinstance(step, int):
                    self._note_children(first, end, step)
                    return
                self._note(step)
                told()
                first = step.number + 1

    def _note(self, outcome: Outcome) -> None:
        problems = list(outcome.problems)
        if outcome.seconds > self.bounds.seconds:
            problems.append(f"took {outcome.seconds:.1f} s")
        if outcome.memory > self.bounds.memory:
            problems.append(f"took {outcome.memory / 1e6:.0f} MB")
        self.verdicts[outcome.verdict or "none"] += 1
        self.slowest = max(self.slowest, outcome.seconds)
        self.memory = max(self.memory, outcome.memory)
        if problems:
            self.failed.append(replace(outcome, problems=tuple(problems)))

    def _note_children(self, first: int, end: int, memory: int) -> None:
        self.children = max(self.children, memory)
        if memory > self.bounds.memory:
            number = _heaviest(self.seed, first, end, memory)
            mutant = a_mutant(self.seed, number)
            told = f"its reading process took {memory / 1e6:.0f} MB"
            self.failed.append(Outcome(number, mutant.name, mutant.how, "none", 0.0, 0, (told,)))

    def keep_failed(self, folder: Path) -> Iterator[tuple[Outcome, Path]]:
        """Write the mutants that failed into a folder, and give each with its file."""
        folder.mkdir(parents=True, exist_ok=True)
        for outcome in self.failed:
            mutant = a_mutant(self.seed, outcome.number)
            path = folder / f"{self.seed}-{outcome.number}{Path(mutant.name).suffix}"
            path.write_bytes(mutant.content)
            yield outcome, path


def _worked(seed: int, first: int, end: int) -> Iterator[Outcome | int]:
    """Let a worker try a range; gives the outcomes, then the peak memory of the reading processes.

    When the worker dies or hangs, the last outcome is that of the mutant of which it did.
    """
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.fuzz.worker", str(seed), str(first), str(end)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=errors,
            env={**os.environ, "PYTHONUTF8": "1"},
        )
        begun = {"begins": first, "name": "", "how": ""}
        try:
            for line in _lines(process):
                told = json.loads(line)
                if "begins" in told:
                    begun = told
                elif "children" in told:
                    yield int(told["children"])
                    return
                else:
                    yield Outcome.of(line)
            is_hanging = process.poll() is None
        finally:
            process.kill()
            process.wait()
        errors.seek(0)
        why = (
            "hangs"
            if is_hanging
            else f"ended with {process.returncode}: {errors.read()[-300:].decode(errors='replace')}"
        )
        yield Outcome(begun["begins"], begun["name"], begun["how"], "", 0.0, 0, (f"the checking process {why}",))


def _lines(process: "subprocess.Popen[bytes]") -> Iterator[str]:
    """The lines that a process writes, until it ends or falls silent."""
    assert process.stdout is not None
    descriptor = process.stdout.fileno()
    rest = b""
    with selectors.DefaultSelector() as selector, process.stdout:
        selector.register(descriptor, selectors.EVENT_READ)
        while selector.select(_SILENCE_SECONDS) or _had_no_turn(process, selector):
            received = os.read(descriptor, 1 << 16)
            if not received:
                process.wait()
                return
            *lines, rest = (rest + received).split(b"\n")
            for line in lines:
                yield line.decode()


def _had_no_turn(process: "subprocess.Popen[bytes]", selector: selectors.BaseSelector) -> bool:
    """Wait on for a process that the machine leaves no time to work; tell whether it said something in the end."""
    for _ in range(_PATIENCE):
        with suppress(psutil.NoSuchProcess):
            worker = psutil.Process(process.pid)
            before = sum(worker.cpu_times()[:4])
            if selector.select(_SILENCE_SECONDS):
                return True
            if sum(worker.cpu_times()[:4]) - before > _SILENCE_SECONDS / 3:
                return False
    return False


def _heaviest(seed: int, first: int, end: int, memory: int) -> int:
    """Find, by halves, a mutant whose reading process took so much."""
    while end - first > 1:
        middle = (first + end) // 2
        peaks = [step for step in _worked(seed, first, middle) if isinstance(step, int)]
        first, end = (first, middle) if peaks and peaks[0] >= memory * 0.95 else (middle, end)
    return first
