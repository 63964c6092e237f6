"""The machine of the soak test: ``die8 up`` as a service manager runs it, killed and started again, and weighed."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # has no stubs, and is asked for processes

_READY = "Ctrl-C stops everything"
_SECONDS_TO_START = 300
_SECONDS_BEFORE_RESTART = 10


@dataclass(frozen=True)
class Weight:
    """What the long-lived processes held at an instant, in bytes of their own memory; seconds since the start."""

    seconds: float
    up: int
    server: int


@dataclass
class Machine:
    """Runs ``die8 up`` on a home until it is told to stop."""

    home: Path
    output: Path
    environment: Mapping[str, str]
    weights: list[list[Weight]] = field(default_factory=list)
    """One list for each start."""
    _process: "subprocess.Popen[bytes] | None" = None
    _started: float = 0.0

    def start(self) -> None:
        """Start it as systemd does: again after a while as long as it does not come up, as its port may be in use."""
        deadline = time.monotonic() + _SECONDS_TO_START
        while not self._comes_up():
            if time.monotonic() > deadline:
                sys.exit(f"die8 up does not start: {self.output.read_text(encoding='utf-8')[-2000:]}")
            time.sleep(_SECONDS_BEFORE_RESTART)
        self._started = time.monotonic()
        self.weights.append([])

    def _comes_up(self) -> bool:
        with self.output.open("ab") as stream:
            begin = stream.tell()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "flows.cli", "--home", str(self.home), "up"],
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                cwd=self.home,
                env={**os.environ, **self.environment},
                start_new_session=True,
            )
        while self._process.poll() is None:
            if _READY.encode() in self.output.read_bytes()[begin:]:
                return True
            time.sleep(0.5)
        return False

    def kill(self, *, everything: bool) -> None:
        """As a power cut does, or, when not ``everything``, as a kernel short of memory does with the main process."""
        assert self._process is not None
        victims = [psutil.Process(self._process.pid)]
        if everything:
            victims += victims[0].children(recursive=True)
        for victim in victims:
            with suppress(psutil.NoSuchProcess):
                victim.kill()
        self._process.wait()

    def stop(self) -> int:
        """Stop it as a service manager does; gives the exit status."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(60)

    @property
    def is_up(self) -> bool:
        """Whether the main process lives."""
        return self._process is not None and self._process.poll() is None

    def weigh(self) -> None:
        """Note what the processes hold now, when both are there."""
        assert self._process is not None
        with suppress(psutil.NoSuchProcess, StopIteration):
            main = psutil.Process(self._process.pid)
            server = next(child for child in main.children() if "flows.board" in child.cmdline())
            held = [process.memory_info().rss for process in (main, server)]
            self.weights[-1].append(Weight(time.monotonic() - self._started, *held))

    def growth(self) -> Iterator[str]:
        """Tell for each start, once it was warm, how much the processes grew."""
        for number, found in enumerate(self.weights, start=1):
            warm = [weight for weight in found if weight.seconds > found[-1].seconds / 5]
            if len(warm) > 10:
                third = len(warm) // 3
                up, server = (
                    _mean(values[-third:]) / _mean(values[:third]) - 1
                    for values in ([weight.up for weight in warm], [weight.server for weight in warm])
                )
                minutes = found[-1].seconds / 60
                yield (
                    f"start {number}, {minutes:.0f} min: die8 up {up:+.1%} (now {found[-1].up / 1e6:.0f} MB), "
                    f"Prefect's server {server:+.1%} (now {found[-1].server / 1e6:.0f} MB)"
                )


def _mean(values: list[int]) -> float:
    return sum(values) / len(values)
