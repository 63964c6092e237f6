"""Take the given files in, from received to published, and print the seconds as JSON; imports are not counted.

Usage: intake_once.py HOME NOW FILE…
"""

import json
import sys
import time
from datetime import datetime
from importlib import import_module
from pathlib import Path

from flows.intake import run_intake
from flows.settings import load_settings
from schemas.delivery import Delivery

IMPORTED_LATE = ("difflib", "duckdb", "pandera.polars", "polars")
"""What intake imports only when it needs it."""


def time_intake(home: Path, files: list[Path], now: datetime) -> float:
    """Take the files in as received at ``now`` in a fresh home; give the seconds until they are published."""
    settings = load_settings(home)
    start = time.perf_counter()
    run_intake(settings, [Delivery(path.read_bytes(), path.name, "submit", now) for path in files])
    return time.perf_counter() - start


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
