"""G11: the warehouse made anew from the archive, 40 quarters of the eight against 10: time, memory, rows a second.

Prints a Markdown table. Every run is a process of its own, as a person would start it. Usage: rebuild.py [--runs N]
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from flows.demo import demo_year
from flows.settings import load_settings
from schemas.delivery import Delivery
from schemas.quarter import Quarter
from tests.benchmarks.run import DIE8, HERE, OUR_PYTHON, ROOT, peak_memory, tell
from warehouse.archive import Archive
from warehouse.health import state_of

LAST_QUARTER = Quarter(2026, 3)
SHORT, LONG = 10, 40
MOST_SECONDS = 60
COMPARABLE, TIMES = 1500, 20
"""Records a second that a comparable government system publishes, and how many times that is asked for.

What such a system publishes has been read and judged before. Like for like is therefore what the warehouse does with
judged rows until readers have them; the way from the files, which no such figure holds, is told beside it. Records are
counted as stored rows.
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """A history of so many quarters, rebuilt."""

    quarters: int
    submissions: int
    rows: int
    seconds: float
    megabytes: float
    publishing_seconds: float
    making_seconds: float

    @property
    def line(self) -> str:
        """The line in Markdown."""
        return (
            f"| rebuild of {self.quarters} quarters, {self.submissions} submissions, {self.rows:,} rows "
            f"| {self.seconds:.2f} s | {self.megabytes:.0f} MB | {1000 * self.seconds / self.submissions:.1f} ms "
            f"| {self.rows / self.seconds:,.0f} | {self.rows / self.publishing_seconds:,.0f} |"
        )

    @property
    def times_comparable(self) -> tuple[float, float]:
        """How many times the comparable figure: judged rows published, and all the way from the files."""
        return self.rows / self.publishing_seconds / COMPARABLE, self.rows / self.seconds / COMPARABLE


@contextmanager
def an_archive(quarters: int) -> Iterator[Path]:
    """A home that holds an archive alone."""
    with tempfile.TemporaryDirectory(prefix="die8-rebuild-") as name:
        home = load_settings(Path(name) / "home").home
        home.make()
        made = demo_year([LAST_QUARTER.shifted(-back) for back in reversed(range(quarters))])
        Archive(home.archive).store(
            [Delivery(one.content, one.file_name, "inbox", one.received_at) for one in made if one.verdict is not None]
        )
        yield home.path


def rebuild(home: Path) -> float:
    """Rebuild once without anything but the archive; gives the seconds of the whole process."""
    for path in home.glob("warehouse.duckdb*"):
        path.unlink()
    start = time.perf_counter()
    subprocess.run([DIE8, "--home", home, "rebuild"], check=True, capture_output=True, cwd=ROOT)
    return time.perf_counter() - start


def measured(quarters: int, runs: int) -> Measured:
    """Measure a history of so many quarters."""
    with an_archive(quarters) as home:
        rebuild(home)
        seconds = statistics.median(rebuild(home) for _ in range(runs))
        megabytes = peak_memory(lambda: rebuild(home))
        publishing = subprocess.run(
            [OUR_PYTHON, HERE / "load_once.py", home], capture_output=True, text=True, check=True, cwd=ROOT
        )
        state = state_of(home / "published" / "die8.duckdb")
        submissions = len(state.known_ids or ())
        clocked = json.loads(publishing.stdout)
        return Measured(
            quarters, submissions, state.rows, seconds, megabytes, clocked["seconds"], clocked["making_seconds"]
        )


def main() -> None:
    """Measure both and print them, and what one more submission costs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    runs = parser.parse_args().runs
    tell(
        "",
        "| What | Time | Peak memory | A submission | Rows/s, from files to published | Rows/s loaded and published |",
        "|---|---:|---:|---:|---:|---:|",
    )
    short, long = (measured(quarters, runs) for quarters in (SHORT, LONG))
    tell(short.line, long.line)
    more = (long.seconds - short.seconds) / (long.submissions - short.submissions)
    tell(
        "",
        f"One more submission costs {1000 * more:.1f} ms among {LONG} quarters; {SHORT} quarters cost "
        f"{1000 * short.seconds / short.submissions:.1f} ms each with the start of the program.",
        f"Asked for: {LONG} quarters in under {MOST_SECONDS} s, and {TIMES} times the {COMPARABLE:,} records a second "
        "that a comparable system publishes. Judged rows are published {:.0f} times as fast; all the way from the "
        "files, which that figure does not hold, {:.1f} times.".format(*long.times_comparable),
        f"A new warehouse's file with its views and comments is made in {long.making_seconds:.2f} s, whatever follows.",
    )


if __name__ == "__main__":
    main()
