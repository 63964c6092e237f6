"""Whether a run finds room enough, told before the disk is full."""

import shutil

from flows.settings import Home
from warehouse.durable import megabytes, volume_of

_SPARE_BYTES = 500_000_000


def room_wanted(home: Home) -> int:
    """The bytes that should be free: a new database is written beside the old one, and what arrives needs its place."""
    return 2 * (home.warehouse.stat().st_size if home.warehouse.exists() else 0) + _SPARE_BYTES


def room_problem(home: Home) -> str | None:
    """Say that there is too little room, and on which volume; None when there is enough."""
    free = shutil.disk_usage(home.path).free
    if free >= room_wanted(home):
        return None
    return (
        f"only {megabytes(free)} are free on {volume_of(home.path)}: make room, a run should find "
        f"{megabytes(room_wanted(home))}"
    )
