"""Load an archive's judged returns and publish them, and print the seconds as JSON: what the warehouse alone takes.

Reading and judging are done before the clock runs. The warehouse exists then, too: making its file takes the same time
whether a hundred rows follow or a million, and is told beside it. Usage: load_once.py HOME
"""

import json
import sys
import tempfile
import time
from pathlib import Path

from flows.examination import Memory, Readings, examine
from flows.isolation import IsolatedReader
from flows.rebuilding import BATCH
from flows.settings import load_settings
from flows.standing import standards_of
from warehouse.archive import Archive, Archived
from warehouse.chains import Judged
from warehouse.database import open_warehouse


def judged_batches(home: Path) -> list[list[Judged]]:
    """All returns of the archive, judged in the order of their arrival."""
    settings = load_settings(home)
    found = [item.delivery for item in Archive(settings.home.archive).deliveries() if isinstance(item, Archived)]
    with IsolatedReader() as reader:
        memory = Memory({}, {})
        examined = list(examine(found, Readings(reader), memory, standards_of(settings)))
    judged = [(item.delivery, item.checked) for item in examined]
    return [judged[start : start + BATCH] for start in range(0, len(judged), BATCH)]


def main() -> None:
    """Judge, then load into a new warehouse and publish under the clock."""
    batches = judged_batches(Path(sys.argv[1]))
    with tempfile.TemporaryDirectory(prefix="die8-load-") as name:
        begun = time.perf_counter()
        with open_warehouse(Path(name) / "w.duckdb") as warehouse:
            start = time.perf_counter()
            for batch in batches:
                warehouse.load(batch)
            warehouse.publish(Path(name) / "published" / "die8.duckdb")
            seconds = time.perf_counter() - start
        json.dump({"seconds": seconds, "making_seconds": start - begun}, sys.stdout)


if __name__ == "__main__":
    main()
