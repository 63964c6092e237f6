"""One real Prefect server for the whole test session, started by the first test that asks for it."""

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest

from flows.board import Board
from flows.settings import load_settings
from tests.samples import HANDED_IN, sample_files

T = TypeVar("T")

NOW = HANDED_IN["2026-Q3"].isoformat()
UNUSED = "unused.db"

INTAKE = """
import os, signal, sys

from msgspec.structs import replace
import flows.intake
from flows.orchestration import intake_flow

home, now, name, victim = sys.argv[1:]

def replaced(step):
    def call(*words, **options):
        os.kill(int(victim) or os.getpid(), signal.SIGKILL)
        return step.call(*words, **options)
    return replace(step, call=call)

if name != "nothing":
    setattr(flows.intake, name, replaced(getattr(flows.intake, name)))
intake_flow(home, now)
"""
"""A script that runs the intake flow; before the named step it kills the process with the given number, 0 itself."""


@dataclass(frozen=True)
class Server:
    """A Prefect server and the way to look at it from outside."""

    address: str
    environment: dict[str, str]

    def get(self, path: str) -> Any:
        """Ask the API."""
        return self._ask("GET", path)

    def post(self, path: str, **body: Any) -> Any:
        """Ask the API with a body."""
        return self._ask("POST", path, json=body)

    def ask_for_a_run(self, deployment: str) -> str:
        """Trigger a deployment as people do on the board; gives the id of the run."""
        run: dict[str, Any] = self.post(f"/deployments/{deployment}/create_flow_run", state={"type": "SCHEDULED"})
        return str(run["id"])

    def state_of(self, run: str) -> str:
        """The type of the state in which a run is."""
        return str(self.get(f"/flow_runs/{run}")["state_type"])

    def has_ended(self, run: str) -> bool:
        """Whether a run is in a final state."""
        return self.state_of(run) in {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}

    def _ask(self, method: str, path: str, **options: Any) -> Any:
        for _ in range(20):
            answer = httpx.request(method, f"{self.address}/api{path}", timeout=30, **options)
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                return answer.raise_for_status().json()
            time.sleep(0.5)  # its database is busy for a moment
        pytest.fail(f"{path} stays unavailable")

    def run(self, script: str, *words: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a script that starts flows, in a process of its own."""
        return subprocess.run(
            [sys.executable, "-c", script, *map(str, words)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=False,
            env={**os.environ, **self.environment},
        )


on_the_server = [pytest.mark.prefect, pytest.mark.timeout(300)]
"""Marks of a test that needs the server; its file belongs among `tests.conftest.ONE_SERVER`."""


def until(look: Callable[[], T | None], seconds: float = 60) -> T:
    """Look again until something is seen; Prefect records tasks and states a little later than they happen."""
    deadline = time.monotonic() + seconds
    while True:
        seen = look()
        if seen:
            return seen
        if time.monotonic() > deadline:
            pytest.fail(f"not seen within {seconds:.0f} s, last: {seen!r}")
        time.sleep(0.25)


def free_port() -> int:
    """A port on loopback at which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def a_home(path: Path, port: int, *, more: str = "") -> Path:
    """A home folder whose Prefect server is to listen at the port."""
    (path / "inbox").mkdir(parents=True)
    (path / "die8.toml").write_text(f"{more}\n[prefect]\nport = {port}\n", encoding="utf-8")
    return path


def filled(home: Path) -> Path:
    """A home with the sample returns of 2026-Q3 in its inbox, which nobody is still writing."""
    (home / "inbox").mkdir(parents=True, exist_ok=True)
    (home / "die8.toml").write_text("[collection]\nsettle_seconds = 0\n", encoding="utf-8")
    for file in sample_files("2026-Q3"):
        shutil.copyfile(file, home / "inbox" / file.name)
    return home


@pytest.fixture(scope="session")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Board]:
    """The session's server, started for the first time, with its data in a temporary folder."""
    settings = load_settings(a_home(tmp_path_factory.mktemp("board") / "home", free_port()))
    with Board(settings) as board:
        assert board.start(lambda _: None, threading.Event())
        with (
            closing(sqlite3.connect(board.folder / "prefect.db")) as used,
            closing(sqlite3.connect(board.folder / UNUSED)) as unused,
        ):
            used.backup(unused)
        yield board


@pytest.fixture(scope="session")
def prefect_server(board: Board) -> Server:
    """The way to the session's server."""
    return Server(board.address, board.environment)


@pytest.fixture(scope="session")
def unused_database(board: Board) -> Path:
    """A server's database after its first start, which makes the tables: most of the time that takes."""
    return board.folder / UNUSED
