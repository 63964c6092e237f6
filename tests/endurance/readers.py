"""G6: processes query the published file in a loop while intakes publish; each finds whole states and nothing else.

``python -m tests.endurance.readers [--readers N] [--intakes N]``, or ``make readers``. With ``--read FILE`` it is such
a reader: it ends when its standard input does, and prints what it saw.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from tests.endurance.states import state_of
from tests.warehouse.deliveries import OCTOBER_9, an_accepted
from warehouse.database import open_warehouse
from warehouse.errors import QueryError
from warehouse.reading import query

ROOT = Path(__file__).resolve().parents[2]
_COUNTS = "select (select count(*) from project), (select count(distinct submission_id) from submission)"
"""Of one state there is one project a submission."""


@dataclass(frozen=True)
class Result:
    """What all readers saw."""

    reads: int
    states: int
    problems: tuple[str, ...]


def read_until_told(published: Path) -> None:
    """Be a reader."""
    stop = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), stop.set()), daemon=True).start()
    states: Counter[str] = Counter()
    problems: list[str] = []
    while not stop.is_set():
        try:
            [(projects, submissions)] = query(published, _COUNTS).rows
            if projects != submissions:
                problems.append(f"{projects} projects of {submissions} submissions")
            states[state_of(published)] += 1
        except QueryError as error:
            problems.append(str(error))
    json.dump({"states": states, "problems": problems}, sys.stdout)


def publish_beside(readers: int, intakes: int) -> Result:
    """Let so many readers look on while so many intakes publish."""
    with tempfile.TemporaryDirectory(prefix="die8-readers-") as name:
        published, warehouse_file = Path(name) / "published" / "die8.duckdb", Path(name) / "warehouse.duckdb"
        valid = {_publish(warehouse_file, published, 0)}
        command = [sys.executable, "-m", "tests.endurance.readers", "--read", str(published)]
        processes = [
            subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for _ in range(readers)
        ]
        for number in range(1, intakes + 1):
            valid.add(_publish(warehouse_file, published, number))
        told = [json.loads(process.communicate()[0]) for process in processes]
    problems = [problem for one in told for problem in one["problems"]]
    seen = Counter[str]()
    for one in told:
        seen.update(one["states"])
    problems += ["a state that was never published" for state in seen if state not in valid]
    return Result(seen.total(), len(seen), tuple(problems))


def _publish(warehouse_file: Path, published: Path, number: int) -> str:
    """Take one return in, every third a correction of the one before, and publish; gives the state."""
    received = OCTOBER_9 + timedelta(minutes=number)
    org, quarter = ("KLI", "SWG", "VHS")[number % 3], f"{2026 + number // 12}-Q{number // 3 % 4 + 1}"
    with open_warehouse(warehouse_file) as warehouse:
        warehouse.load([an_accepted(org=org, quarter=quarter, version=None, received_at=received)])
        warehouse.publish(published)
    return state_of(published)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=8)
    parser.add_argument("--intakes", type=int, default=50)
    parser.add_argument("--read", type=Path)
    options = parser.parse_args()
    if options.read is not None:
        read_until_told(options.read)
        return
    result = publish_beside(options.readers, options.intakes)
    if result.problems:
        sys.exit(f"{len(result.problems)} problems, such as: {result.problems[:3]}")
    sys.stdout.write(
        f"{options.readers} readers, {options.intakes} intakes: {result.reads} reads of {result.states} states, "
        "no error, no torn state\n"
    )


if __name__ == "__main__":
    main()
