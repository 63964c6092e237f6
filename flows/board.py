"""The Prefect server of one installation, as a child process that cannot outlive its parent."""

import errno
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import sysconfig
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from flows.settings import Settings

_SECONDS_TO_START = 180
_SECONDS_TO_STOP = 8
_SECONDS_BETWEEN_TELLING = 5
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - recognised, not bound


class BoardError(Exception):
    """The Prefect server did not start; the text says where its log lies."""


class Board:
    """The server with its data in ``<home>/prefect/``; a context manager that stops it in the end."""

    def __init__(self, settings: Settings) -> None:
        self.host = settings.configuration.prefect.host
        self.port = settings.configuration.prefect.port
        self.folder = settings.home.path / "prefect"
        self.log = self.folder / "server.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where people open the board and programs find the API below ``/api``."""
        host = _EVERYWHERE.get(self.host, self.host)
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What server, schedules and runs find in their environment, whatever other Prefect the user has set up."""
        return {
            "DO_NOT_TRACK": "1",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
            "PREFECT_HOME": str(self.folder),
            # The pages of the board are made at its start, and where the packages lie a service may not write.
            "PREFECT_SERVER_UI_STATIC_DIRECTORY": str(self.folder / "ui"),
            "PREFECT_API_URL": f"{self.address}/api",
            # A run whose server has gone ends within seconds; the defaults wait for minutes.
            "PREFECT_CLIENT_MAX_RETRIES": "1",
            "PREFECT_API_REQUEST_TIMEOUT": "10",
            "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
            **_search_path(),
        }

    @property
    def is_running(self) -> bool:
        """Whether the server's process lives."""
        return self._process is not None and self._process.poll() is None

    def obstacle(self) -> str | None:
        """Why the server could not listen at its address, as a sentence with the remedy; None when it could."""
        try:
            family, kind, _, _, address = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)[0]
            with socket.socket(family, kind) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return (
                    f"Port {self.port} on {self.host} is in use: another `die8 up` or another program listens there. "
                    "Stop it, or set another port under [prefect] in die8.toml."
                )
            return f"{self.host}:{self.port} cannot be used ({error.strerror}): correct [prefect] in die8.toml."
        return None

    def start(self, say: Callable[[str], None], stop: threading.Event) -> bool:
        """Start the server and wait until it answers; False when ``stop`` was set meanwhile.

        A damaged database of the server is set aside first: it holds schedules and states of runs, and nothing of ours.

        Raises:
            BoardError: it ended at once, or does not answer after three minutes.
        """
        self.folder.mkdir(mode=0o750, parents=True, exist_ok=True)
        self._set_damaged_aside(say)
        if self.log.exists():
            self.log.replace(self.log.with_name("server.before.log"))  # it may say why the last one ended
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own module under our own Python
                [sys.executable, "-m", "flows.board", self.host, str(self.port)],
                stdin=subprocess.PIPE,  # never written to: its end tells the server that we are gone
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env={**os.environ, **self.environment},
                process_group=0,  # Ctrl-C is for us; we stop the server when the runs have ended
            )
        say(f"Starting the Prefect server at {self.address} ...")
        begun = told = time.monotonic()
        while not stop.wait(0.25):
            if self._answers():
                return True
            now = time.monotonic()
            if not self.is_running or now - begun > _SECONDS_TO_START:
                msg = f"The Prefect server did not start; its last words:\n{self.last_words()}\nAll of it: {self.log}"
                raise BoardError(msg)
            if now - told >= _SECONDS_BETWEEN_TELLING:
                told = now
                say(f"  still starting, {now - begun:.0f} s (15 to 20 s are usual)")
        return False

    def _set_damaged_aside(self, say: Callable[[str], None]) -> None:
        database = self.folder / "prefect.db"
        if not database.exists() or _is_sound(database):
            return
        aside = self.folder / f"prefect.damaged-{datetime.now(UTC):%Y-%m-%dT%H%M%S}.db"
        database.replace(aside)
        for companion in ("-wal", "-shm"):
            database.with_name(f"{database.name}{companion}").unlink(missing_ok=True)
        say(f"The database of the Prefect server is damaged and set aside as {aside}; it is made anew.")

    def stop(self) -> None:
        """End the server; the runs it knows of are not touched."""
        process = self._process
        if process is None:
            return
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(_SECONDS_TO_STOP)
            except subprocess.TimeoutExpired:
                process.kill()  # its database is made for that
                process.wait()
        if process.stdin is not None:
            process.stdin.close()
        self._process = None

    def last_words(self, lines: int = 5) -> str:
        """The end of the server's log."""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/api/ready", timeout=5) as answer:  # noqa: S310 - always http
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _is_sound(database: Path) -> bool:
    """Whether SQLite finds its own order in a file."""
    try:
        with closing(sqlite3.connect(database, timeout=10)) as connection:
            return bool(connection.execute("pragma quick_check(1)").fetchone() == ("ok",))
    except sqlite3.OperationalError:
        return True  # somebody holds it: that is no damage
    except sqlite3.DatabaseError:
        return False


def _search_path() -> dict[str, str]:
    """Let child processes find our packages when they are run from a checkout that is not installed."""
    packages = Path(__file__).resolve().parents[1]
    if packages == Path(sysconfig.get_path("purelib")).resolve():
        return {}
    rest = os.environ.get("PYTHONPATH")
    return {"PYTHONPATH": f"{packages}{os.pathsep}{rest}" if rest else str(packages)}


def _end_with_parent() -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _serve(host: str, port: str) -> None:
    from prefect.cli import app

    threading.Thread(target=_end_with_parent, daemon=True).start()
    sys.argv = ["prefect", "server", "start", "--host", host, "--port", port, "--log-level", "WARNING"]
    app()


if __name__ == "__main__":
    _serve(*sys.argv[1:])
