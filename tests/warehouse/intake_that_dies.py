"""A small intake in a process of its own that kills itself at the n-th step that touches a disk.

``python -m tests.warehouse.intake_that_dies HOME FIRST|SECOND N``; exit status 0 when there is no n-th step.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.warehouse.deliveries import OCTOBER_12, a_rejected, an_accepted
from warehouse import blank, database, loading, migrations
from warehouse.archive import Archive
from warehouse.database import open_warehouse

FIRST = [an_accepted(), an_accepted(org="SWG")]
SECOND = [
    an_accepted(version=2, received_at=OCTOBER_12),
    a_rejected(org="SWG", received_at=OCTOBER_12),
    an_accepted(org="VHS", received_at=OCTOBER_12),
]


def take_in(home: Path, batch: list[Any]) -> None:
    """Archive, load what is pending, publish: the order that flows.intake keeps."""
    outcome = {delivery.submission_id: checked for delivery, checked in [*FIRST, *SECOND]}
    archive = Archive(home / "archive")
    archive.store([delivery for delivery, _ in batch])
    with open_warehouse(home / "warehouse.duckdb") as warehouse:
        pending = archive.pending(warehouse.known_ids())
        warehouse.load([(item.delivery, outcome[item.delivery.submission_id]) for item in pending])
        warehouse.publish(home / "published" / "die8.duckdb")
        warehouse.export_parquet(home / "published" / "parquet")


def die_at(step: int) -> None:
    """Kill this process before its n-th write, rename, insert, commit or detach."""
    taken = 0

    def counted(function: Callable[..., Any]) -> Callable[..., Any]:
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            nonlocal taken
            taken += 1
            if taken == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*args, **kwargs)

        return wrapper

    for owner, name in (
        (os, "fsync"),
        (Path, "replace"),
        (loading, "_insert"),
        (loading, "_close"),
        (loading, "_assert_one_current"),
        (database, "load_batch"),
        (database, "detach"),
        (blank, "detach"),
        (migrations, "migrate"),
        (database, "publish_file"),
    ):
        setattr(owner, name, counted(getattr(owner, name)))


if __name__ == "__main__":
    home = Path(sys.argv[1])
    die_at(int(sys.argv[3]))
    take_in(home, {"FIRST": FIRST, "SECOND": SECOND}[sys.argv[2]])
