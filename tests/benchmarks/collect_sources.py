"""Many sources in one run: 200 folders with a return each, first all new, then nothing new; time and peak memory.

Usage: collect_sources.py [--sources N]
"""

import argparse
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # has no stubs, and is asked for one number

from flows.clock import instant
from flows.demo import demo_year
from flows.intake import run_collection
from flows.settings import load_settings
from schemas.quarter import Quarter

NOW = "2026-10-09T12:00:00+02:00"
_SAMPLING_SECONDS = 0.05


def a_home(folder: Path, count: int) -> Path:
    """Make folders with the fictional returns in turn, each under a name of its own, and a home that names them."""
    returns = [made for made in demo_year([Quarter(2026, 3)], is_messy=False) if made.file_name.endswith(".xlsx")]
    home = folder / "home"
    home.mkdir()
    blocks = []
    for number in range(count):
        place = folder / f"source-{number:03d}"
        place.mkdir()
        made = returns[number % len(returns)]
        (place / f"{number:03d} {made.file_name}").write_bytes(made.content)
        blocks.append(f'[[sources]]\nname = "source-{number:03d}"\nkind = "folder"\npath = "{place}"\n')
    (home / "die8.toml").write_text("\n".join(blocks), encoding="utf-8")
    return home


def watch_memory(is_over: threading.Event, found: list[int]) -> None:
    """Note the memory of this process and its children, shared pages once, until told to stop."""
    this = psutil.Process()
    while not is_over.wait(_SAMPLING_SECONDS):
        used = 0
        for process in (this, *this.children(recursive=True)):
            try:
                used += process.memory_full_info().pss
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        found.append(used)


def main() -> None:
    """Measure and print three lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=int, default=200)
    count = parser.parse_args().sources
    with tempfile.TemporaryDirectory(prefix="die8-bench-") as folder:
        home = a_home(Path(folder), count)
        is_over, found = threading.Event(), [0]
        watcher = threading.Thread(target=watch_memory, args=(is_over, found), daemon=True)
        watcher.start()
        for what in ("all new", "nothing new"):
            begun = time.perf_counter()
            result = run_collection(load_settings(home), instant(NOW))
            seconds = time.perf_counter() - begun
            sys.stdout.write(
                f"| {count} folders in one run, {what}: {len(result.examined)} judged, "
                f"{len(result.failed_sources)} failed | {seconds:.1f} s |\n"
            )
        is_over.set()
        watcher.join()
        sys.stdout.write(f"| peak memory of both | {max(found) / 1_000_000:.0f} MB |\n")


if __name__ == "__main__":
    main()
