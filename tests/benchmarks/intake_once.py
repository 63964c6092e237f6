"""Take the given files in, from received to published, and print the seconds as JSON; imports are not counted.

Usage: intake_once.py HOME NOW FILE…
"""

import json
import sys
import time
from datetime import datetime
from importlib import import_module
from pathlib import Path

from flows.demo import demo_year
from flows.intake import publish, take_in
from flows.isolation import started_reader
from flows.settings import load_settings
from flows.steps import P, Plain, R, Step
from schemas.delivery import Delivery
from schemas.quarter import Quarter

IMPORTED_LATE = ("difflib", "duckdb", "pandera.polars", "polars")
"""What intake imports only when it needs it."""


class UntilPublished(Plain):
    """Carries the steps out and notes when the new file was there for its readers."""

    published_at = 0.0

    def run(self, work: Step[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call the step."""
        result = super().run(work, *args, **kwargs)
        if work.name == publish.name:
            self.published_at = time.perf_counter()
        return result


def time_intake(home: Path, files: list[Path], now: datetime) -> float:
    """Take the files in as received at ``now``; give the seconds from their receipt until they are published.

    The installation exists and has taken in a return of the quarter before, so that nothing is imported, compiled or
    made for the first time while the clock runs.
    """
    settings = load_settings(home)
    before, *_ = demo_year([Quarter(2026, 2)], is_messy=False)
    with started_reader() as reader:
        take_in(settings, [Delivery(before.content, before.file_name, "submit", before.received_at)], reader)
        runner = UntilPublished()
        start = time.perf_counter()
        take_in(settings, [Delivery(path.read_bytes(), path.name, "submit", now) for path in files], reader, runner)
        return runner.published_at - start


def main() -> None:
    """Run one intake, and count the modules that were imported while the clock ran."""
    home, now, *names = sys.argv[1:]
    for module in IMPORTED_LATE:
        import_module(module)
    before = set(sys.modules)
    seconds = time_intake(Path(home), [Path(name) for name in names], datetime.fromisoformat(now))
    late = sorted(set(sys.modules) - before)
    json.dump({"seconds": seconds, "files": len(names), "imported_meanwhile": late}, sys.stdout)


if __name__ == "__main__":
    main()
