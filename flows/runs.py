"""The ledger of runs: what ran when, and how it ended. It is ours, and does not need Prefect to be written or read.

One small file for each kind of run, ``<home>/runs/<name>.json``, holds the last one; ``journal.jsonl`` all of them.
"""

import json
import os
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import asdict

from warehouse.durable import MODE, replace

R = TypeVar("R")

DONE, FAILED, RUNNING = "done", "failed", "running"


class RunFailedError(Exception):
    """A run ended with a failure that it has told already; ``state`` is what its orchestrator makes of it."""

    def __init__(self, state: object) -> None:
        super().__init__(getattr(state, "message", None) or str(state))
        self.state = state


class Run(Struct, frozen=True):
    """The last run of its kind. ``pid`` is the process that did it."""

    name: str
    begun_at: str
    outcome: str
    message: str = ""
    pid: int = 0

    @property
    def begun(self) -> datetime:
        """When it began, in UTC."""
        return datetime.fromisoformat(self.begun_at)


class Runs:
    """The ledger in a folder that need not exist."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def recorded(self, name: str, now: datetime, work: Callable[[], R], told: Callable[[R], str] | None = None) -> R:
        """Do the work as a run of that name, and write down how it ended; its exceptions pass through.

        ``told`` says in German what came of it. A ledger that cannot be written keeps nothing from being done.
        """
        begun = now.isoformat()
        self._write(Run(name, begun, RUNNING, pid=os.getpid()))
        try:
            result = work()
        except BaseException as error:
            self._write(Run(name, begun, FAILED, _first_line(error), os.getpid()))
            raise
        self._write(Run(name, begun, DONE, told(result) if told else "", os.getpid()))
        return result

    def last(self) -> Mapping[str, Run]:
        """The last run of each kind; one whose process is gone has failed."""
        found = {}
        for path in sorted(self._folder.glob("*.json")):
            try:
                run = Run(**json.loads(path.read_bytes()))
            except (ValueError, TypeError, OSError):
                continue  # damaged: the next run writes it anew
            if run.outcome == RUNNING and not _is_alive(run.pid):
                run = Run(run.name, run.begun_at, FAILED, "abgebrochen", run.pid)
            found[run.name] = run
        return found

    def _write(self, run: Run) -> None:
        try:
            self._folder.mkdir(mode=0o750, parents=True, exist_ok=True)
            replace(self._folder / f"{run.name}.json", json.dumps(asdict(run), ensure_ascii=False).encode())
            descriptor = os.open(self._folder / "journal.jsonl", os.O_WRONLY | os.O_APPEND | os.O_CREAT, MODE)
            with os.fdopen(descriptor, "a", encoding="utf-8") as journal:
                journal.write(json.dumps(asdict(run), ensure_ascii=False) + "\n")
        except OSError:
            return  # the disk is full: the run itself says so


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _first_line(error: BaseException) -> str:
    return next(iter(str(error).splitlines()), "") or type(error).__name__
