"""How long a report takes, by size of the quarter and length of the history, and what each of its files costs.

Prints two Markdown tables: whole processes of `die8 report` with their peak memory, and the outputs one by one in a
process that has made them once before. Usage: report_outputs.py [--runs N]
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from flows.demo import demo_year
from schemas.editions import ENDINGS
from schemas.quarter import Quarter
from tests.benchmarks.run import DIE8, peak_memory
from transforms.report.facts import build_facts
from transforms.report.outputs.making import make_outputs
from transforms.report.pictures import draw_pictures
from warehouse.reading import read_tables

QUARTER = Quarter(2026, 3)
NOW = datetime(2026, 10, 9, 10, tzinfo=UTC)
CASES = ((None, 4), (None, 40), (40, 4), (40, 40))
"""Projects per organisation (None: the 24 of the story) and quarters of history."""


@contextmanager
def filled_home(projects: int | None, quarters: int) -> Iterator[Path]:
    """A home that has taken in so many quarters of the eight."""
    with tempfile.TemporaryDirectory(prefix="die8-bench-") as folder:
        home = Path(folder) / "home"
        span = [QUARTER.shifted(-back) for back in range(quarters - 1, -1, -1)]
        files = Path(folder) / "returns"
        for made in demo_year(span, projects_per_organisation=projects, is_messy=False):
            path = files / str(made.received_at.date()) / made.file_name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(made.content)
        for day in sorted(files.iterdir()):
            die8(home, "submit", "--received-at", day.name, *map(str, sorted(day.iterdir())))
        yield home


def die8(home: Path, *words: str) -> None:
    """Run the command; 1 only says that there are findings or gaps."""
    done = subprocess.run(
        [DIE8, "--home", str(home), *words],
        stdout=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode not in (0, 1):
        sys.exit(f"die8 {' '.join(words)} failed")


def whole_processes(home: Path, runs: int) -> str:
    """Time the command with all outputs and with the pages alone; its memory, with that of its helpers, by itself."""
    told = []
    for formats in (",".join(ENDINGS), "pdf"):
        words = ("report", "--quarter", str(QUARTER), "--now", NOW.isoformat(), "--format", formats)
        report = partial(die8, home, *words)
        report()
        told += [f"{statistics.median(clocked(report) for _ in range(runs)):.2f} s", f"{peak_memory(report):.0f} MB"]
    return " | ".join(told)


def each_output(home: Path, runs: int) -> Iterator[tuple[str, float]]:
    """Time what a report is made of, in this process, when everything has been made once."""
    published = home / "published" / "die8.duckdb"
    tables = read_tables(published, QUARTER)
    facts = build_facts(tables, QUARTER, built_at=NOW)
    steps: list[tuple[str, Callable[[], object]]] = [
        ("read", lambda: read_tables(published, QUARTER)),
        ("facts", lambda: build_facts(tables, QUARTER, built_at=NOW)),
        ("draw the charts", lambda: draw_pictures(facts)),
        *((f"charts and {ending}", lambda ending=ending: make_outputs(facts, (ending,))) for ending in ("pdf", "html")),
        *((ending, lambda ending=ending: make_outputs(facts, (ending,))) for ending in ("xlsx", "docx", "json")),
        ("all of them", lambda: make_outputs(facts)),
    ]
    for name, step in steps:
        step()
        yield name, statistics.median(clocked(step) for _ in range(runs))


def clocked(step: Callable[[], object]) -> float:
    """Time one call."""
    start = time.perf_counter()
    step()
    return time.perf_counter() - start


def main() -> None:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    runs = parser.parse_args().runs
    tell("| Projects | Quarters | all outputs | memory | pages alone | memory |", "|---:|---:|---:|---:|---:|---:|")
    warm: dict[int | None, dict[str, float]] = {}
    for projects, quarters in CASES:
        with filled_home(projects, quarters) as home:
            tell(f"| {projects * 8 if projects else 24} | {quarters} | {whole_processes(home, runs)} |")
            if projects not in warm:
                warm[projects] = dict(each_output(home, runs))
    tell("", "| Warm | 24 projects | 320 projects |", "|---|---:|---:|")
    small, large = warm.values()
    tell(*(f"| {name} | {seconds:.2f} s | {large[name]:.2f} s |" for name, seconds in small.items()))


def tell(*lines: str) -> None:
    """Print at once, so that a long benchmark shows what it has."""
    print(*lines, sep="\n", flush=True)  # noqa: T201 - a script talks to its terminal


if __name__ == "__main__":
    main()
