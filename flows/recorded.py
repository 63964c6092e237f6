"""A run as everybody does it: written into the ledger, and shown on the board when it has ended, however it ended."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from flows.overview import renew_board
from flows.runs import Runs
from flows.settings import Settings

R = TypeVar("R")


def recorded(
    settings: Settings, name: str, now: datetime, work: Callable[[], R], told: Callable[[R], str] | None = None
) -> R:
    """Do the work as a run of that name; its exceptions pass through. Arguments as for `flows.runs.Runs.recorded`."""
    try:
        return Runs(settings.home.runs).recorded(name, now, work, told)
    finally:
        renew_board.call(settings, now)
