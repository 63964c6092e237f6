"""How fast, and beside what: prints a Markdown table of ratios and the peak memory of a quarter.

Every comparison alternates its two sides, each run in a process of its own with a fresh home and a warm file cache. A
machine that others share is at times half as fast, and never faster than it is: so the best run of each side says what
the programs take, and the ratios of what ran one after the other, their median, least and greatest, what one meets on
such a machine. Usage: run.py [--runs N]
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # has no stubs, and is asked for one number

from flows.demo import demo_year
from schemas.editions import ENDINGS
from schemas.quarter import Quarter

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
SAMPLES = ROOT.parent / "shared" / "samples" / "2026-Q3"
QUARTER = Quarter(2026, 3)
NOW = "2026-10-09T12:00:00+02:00"
BENCH_PYTHON = Path(os.environ.get("DIE8_BENCH_PYTHON", ROOT / ".venv-bench" / "bin" / "python"))
"""The environment of what we are compared with; `make bench` makes it."""
OUR_PYTHON = Path(os.environ.get("DIE8_RUN_PYTHON", ROOT / ".venv-run" / "bin" / "python"))
"""Die 8 as it is installed: without the packages that only tests and checks need."""
DIE8 = OUR_PYTHON.with_name("die8")
NOT_RETURNS = ("Kopie von", "leer", "~$", "Lenkungskreis")
PROJECTS_PER_ORGANISATION = 200
_SAMPLING_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Comparison:
    """One line of the table: the seconds of both sides, run by run."""

    what: str
    pairs: Sequence[tuple[float, float]]
    asked: str

    @property
    def line(self) -> str:
        """The line in Markdown."""
        ours, theirs = (min(side) for side in zip(*self.pairs, strict=True))
        ratios = [our / their for our, their in self.pairs]
        met = f"{statistics.median(ratios):.2f} × ({min(ratios):.2f}–{max(ratios):.2f})"
        return f"| {self.what} | {ours:.3f} s | {theirs:.3f} s | {ours / theirs:.2f} × | {met} | {self.asked} |"


@contextmanager
def fresh_home() -> Iterator[Path]:
    """A folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="die8-bench-") as folder:
        yield Path(folder) / "home"


def clocked(*command: str | Path) -> float:
    """Run a command for its own measurement of its seconds."""
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    seconds = json.loads(done.stdout)["seconds"]
    return float(seconds)


def time_intake(files: Sequence[Path]) -> float:
    """Time our intake of the files from received to published in a fresh home, imports excluded."""
    with fresh_home() as home:
        return clocked(OUR_PYTHON, HERE / "intake_once.py", home, NOW, *files)


def time_openpyxl(files: Sequence[Path]) -> float:
    """Time openpyxl loading those of the files that it can open, imports excluded."""
    readable = [path for path in files if path.suffix == ".xlsx"]
    return clocked(BENCH_PYTHON, HERE / "openpyxl_load.py", *readable)


def run(*command: str | Path, makes: Path) -> None:
    """Run a command that must make a file; die8 may end with 1, which means that there are findings."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode not in (0, 1) or not makes.exists():
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stdout}{done.stderr}")


def time_quarter(files: Sequence[Path], formats: str) -> float:
    """Time the whole processes: submit the files, then print the report; the installation is there already."""
    with fresh_home() as home:
        install(home)
        start = time.perf_counter()
        run_quarter(home, files, formats)
        return time.perf_counter() - start


def install(home: Path) -> None:
    """Make an installation that has taken in a return of the quarter before."""
    before, *_ = demo_year([QUARTER.previous], is_messy=False)
    home.mkdir(parents=True)
    file = home.parent / before.file_name
    file.write_bytes(before.content)
    received_at = before.received_at.isoformat()
    published = home / "published" / "die8.duckdb"
    run(DIE8, "--home", home, "submit", "--received-at", received_at, file, makes=published)


def run_quarter(home: Path, files: Sequence[Path], formats: str) -> None:
    """Run one quarter by the command line."""
    published = home / "published" / "die8.duckdb"
    report = home / "reports" / str(QUARTER) / f"Lenkungskreis_{QUARTER}.pdf"
    run(DIE8, "--home", home, "submit", "--received-at", NOW, *files, makes=published)
    printed = ("report", "--quarter", str(QUARTER), "--now", NOW, "--format", formats)
    run(DIE8, "--home", home, *printed, makes=report)


def time_plain_script(files: Sequence[Path]) -> float:
    """Time the whole process of the comparison program on the same files."""
    with fresh_home() as home:
        returns = home / "returns"
        returns.mkdir(parents=True)
        for path in files:
            shutil.copy(path, returns)
        start = time.perf_counter()
        run(BENCH_PYTHON, HERE / "plain_script.py", returns, home / "out", makes=home / "out" / "report.pdf")
        return time.perf_counter() - start


def alternate(
    ours: Callable[[Sequence[Path]], float], theirs: Callable[[Sequence[Path]], float], files: Sequence[Path], runs: int
) -> list[tuple[float, float]]:
    """Measure both sides in turn; one more run of each warms the file cache."""
    return [(ours(files), theirs(files)) for _ in range(runs + 1)][1:]


def peak_memory(action: Callable[[], object]) -> float:
    """Give the highest memory in MB of all processes started meanwhile, pages that they share counted once.

    Measured in a run of its own: looking costs time.
    """
    peak, is_done = 0, threading.Event()

    def watch() -> None:
        nonlocal peak
        this = psutil.Process(os.getpid())
        while not is_done.wait(_SAMPLING_SECONDS):
            now = 0
            for process in this.children(recursive=True):
                try:
                    now += process.memory_full_info().pss
                except (psutil.NoSuchProcess, psutil.AccessDenied):
                    continue
            peak = max(peak, now)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    action()
    is_done.set()
    watcher.join()
    return peak / 1_000_000


def sample_returns() -> list[Path]:
    """Give the eight returns among the samples of the quarter."""
    return sorted(path for path in SAMPLES.iterdir() if not path.name.startswith(NOT_RETURNS))


def large_returns(folder: Path) -> list[Path]:
    """Write eight clean workbooks with many projects each."""
    folder.mkdir()
    paths = []
    for made in demo_year([QUARTER], projects_per_organisation=PROJECTS_PER_ORGANISATION, is_messy=False):
        path = folder / made.file_name
        path.write_bytes(made.content)
        paths.append(path)
    return paths


def main() -> None:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    samples = sample_returns()
    tell(
        "| What | Die 8, best | Compared with, best | Ratio | Run by run | Asked for |",
        "|---|---:|---:|---:|---:|---|",
    )
    tell(
        Comparison(
            "intake of the eight samples / openpyxl loading the xlsx among them",
            alternate(time_intake, time_openpyxl, samples, runs),
            "≤ 3, goal < 1",
        ).line
    )
    with fresh_home() as folder:
        folder.mkdir(parents=True)
        large = large_returns(folder / "returns")
        tell(
            Comparison(
                f"intake of 8 files × {PROJECTS_PER_ORGANISATION} projects / openpyxl loading them",
                alternate(time_intake, time_openpyxl, large, runs),
                "< 0.5",
            ).line
        )
    for formats, asked in (("pdf", "≤ 1, goal 0.7"), (",".join(ENDINGS), "–")):
        tell(
            Comparison(
                f"whole processes: submit and report as {formats} / plain script, which prints a PDF",
                alternate(partial(time_quarter, formats=formats), time_plain_script, samples, runs),
                asked,
            ).line
        )
    with fresh_home() as home:
        install(home)
        ours = peak_memory(lambda: run_quarter(home, samples, ",".join(ENDINGS)))
    theirs = peak_memory(lambda: time_plain_script(samples))
    tell(f"| peak memory of a quarter | {ours:.0f} MB | {theirs:.0f} MB | {ours / theirs:.2f} × | – | < 400 MB |")


def tell(*lines: str) -> None:
    """Print at once, so that a long benchmark shows what it has."""
    print(*lines, sep="\n", flush=True)  # noqa: T201 - a script talks to its terminal


if __name__ == "__main__":
    main()
