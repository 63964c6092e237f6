"""Foreign files are opened in a process of their own, with little time, little memory and no way out.

Some files under 2 kB abort the value reader's process, and no ``except`` helps (reliability.md §1). The child that
reads a file may die of it; the run that waits for the answer gets a finding.
"""

import logging
import os
import selectors
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Final, Self

from flows.processes import environment
from flows.reader_process import ANSWERED, ENDING, HEADER, OUT_OF_MEMORY, READY, REQUEST
from schemas.findings import Finding
from schemas.workbook import RawWorkbook
from transforms.workbook.limits import DEFAULT_LIMITS
from transforms.workbook.refusals import limit_finding, refusal_by_size
from transforms.workbook.wire import UnreadableAnswerError, unpack

_LOG = logging.getLogger(__name__)
_READER: Final = "transforms.workbook.reading:read_workbook"
_GRACE_SECONDS = 5.0
"""Beyond the time limits, which the reading process keeps itself: then it is the one that hangs."""
_START_SECONDS = 60.0
_STARVED = 3
"""A child that had less than this part of its time as processor time did not hang: it never had its turn."""
_ROUNDS = 2
"""For each file that is open another one waits at the server, so that no child has to wait for us."""
_FROM_OUTSIDE = (signal.SIGKILL, signal.SIGTERM)
_LARGEST_ANSWER = 200_000_000

MEMORY_LIMIT = "Speichergrenze"
TIME_LIMIT = "Zeitgrenze"
CRASH = "die Datei bringt das Leseprogramm zum Absturz"
KILLED = "das Leseprogramm wurde von außen beendet"


class ReaderUnavailableError(RuntimeError):
    """The reading process does not start or does not stay; a fault of the installation, not of a file."""


class IsolatedReader:
    """Reads files, each in a child process with bounded time and memory.

    Starts its server process at the first file, keeps it, and starts it anew should it die. May be used by several
    threads at once; at most ``processes`` files are open at a time. Needs an operating system with ``fork``.
    """

    def __init__(self, *, seconds: float = 9.0, processes: int = 2, reader: str = _READER) -> None:
        """``seconds`` is the wall-clock limit for one file, ``reader`` what the child calls, as module:function."""
        self._seconds = seconds
        self._processes = processes
        self._reader = reader
        self._server: _Server | None = None
        self._threads: ThreadPoolExecutor | None = None
        self._lock = threading.Lock()
        self._turns = threading.BoundedSemaphore(_ROUNDS * processes)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Start the server process ahead of the first file, without waiting for it: it takes a tenth of a second."""
        self._running_server()

    def close(self) -> None:
        """End the server process and what it still reads."""
        with self._lock:
            threads, self._threads = self._threads, None
        if threads is not None:
            threads.shutdown(wait=True, cancel_futures=True)
        with self._lock:
            server, self._server = self._server, None
        if server is not None:
            server.close()

    def read(self, content: bytes, name: str) -> RawWorkbook | Finding:
        """Read one file; a file that the child does not survive becomes F03 with the reason.

        Raises `ReaderUnavailableError` when no child could be started at all.
        """
        return _answer(self._ending(content, name))

    def _ending(self, content: bytes, name: str) -> "_Ending | Finding":
        refusal = refusal_by_size(len(content), DEFAULT_LIMITS)
        if refusal is not None:
            return refusal
        by_chance: _Ending | None = None
        with self._turns:
            for _ in range(2):
                server = self._running_server()
                try:
                    ending = server.read(content, name)
                    if not ending.is_chance:
                        return ending
                    by_chance = ending
                except _ServerGoneError:
                    self._discard(server)
                except ReaderUnavailableError:
                    self._discard(server)
                    raise
        # A file after which the server is gone twice has more power than it should. Once may be chance, such as a
        # machine that runs out of memory over something else, or that slept: no return is refused for that.
        return by_chance or limit_finding(CRASH)

    def begin(self, content: bytes, name: str) -> "Reading":
        """Begin to read a file and go on meanwhile; ``processes`` at a time, in the order of the calls."""
        with self._lock:
            if self._threads is None:
                self._threads = ThreadPoolExecutor(_ROUNDS * self._processes, thread_name_prefix="reader")
            return Reading(self._threads.submit(self._ending, content, name))

    def read_many(self, files: Iterable[tuple[bytes, str]]) -> "Iterator[RawWorkbook | Finding]":
        """Read files given as content and name; the answers come in the order given."""
        readings = [self.begin(content, name) for content, name in files]
        try:
            for reading in readings:
                yield reading.result()
        finally:
            for reading in readings:
                reading.cancel()

    def _running_server(self) -> "_Server":
        with self._lock:
            if self._server is None:
                self._server = _Server(self._reader, self._seconds, self._processes)
            return self._server

    def _discard(self, server: "_Server") -> None:
        with self._lock:
            if self._server is server:
                self._server = None
        server.close()


@contextmanager
def started_reader(running: IsolatedReader | None = None) -> Iterator[IsolatedReader]:
    """Start the reading process while other things are imported, fetched and stored: it takes a tenth of a second.

    Where ``running`` is one that was started already, it is given back and left as it is.
    """
    if running is not None:
        yield running
        return
    with IsolatedReader() as reader:
        reader.start()
        yield reader


class Reading:
    """A file that is being read; `IsolatedReader.begin` gives it."""

    def __init__(self, ending: "Future[_Ending | Finding]") -> None:
        self.ending = ending

    def result(self) -> RawWorkbook | Finding:
        """Give what was read, waiting for it when needed.

        The answer is unpacked here and not where it arrives: threads that unpack slow down the one that parses.
        """
        return _answer(self.ending.result())

    def cancel(self) -> None:
        """Do not begin what has not begun."""
        self.ending.cancel()


def as_they_end(readings: Iterable[Reading]) -> Iterator[Reading]:
    """Give readings in the order in which they end, waiting for each."""
    by_ending = {reading.ending: reading for reading in readings}
    for ending in as_completed(by_ending):
        yield by_ending[ending]


class _ServerGoneError(Exception):
    """The server process ended before it said how the child did."""


class _Ending:
    """What came back for one file: the child's bytes, how it ended, whether for the time, and whether it had any."""

    def __init__(self, answer: bytes, status: int, *, is_overdue: bool, is_starved: bool) -> None:
        self.answer = answer
        self.status = status
        self.is_overdue = is_overdue
        self.is_starved = is_starved

    @property
    def is_chance(self) -> bool:
        """Whether the child ended for no fault of the file as far as anybody knows.

        Either somebody killed it, or its time ran out while the machine was busy with other things or asleep.
        """
        if self.is_overdue:
            return self.is_starved
        return os.WIFSIGNALED(self.status) and os.WTERMSIG(self.status) in _FROM_OUTSIDE


class _Server:
    """One running server process and the socket to it."""

    def __init__(self, reader: str, seconds: float, processes: int) -> None:
        self._seconds = seconds
        self._sending = threading.Lock()
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  # our own module, by our own interpreter
                [
                    *(sys.executable, "-P", "-m", "flows.reader_process"),
                    *(str(theirs.fileno()), reader, str(seconds), str(processes)),
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                cwd="/",
                env=environment(),
                pass_fds=(theirs.fileno(),),
                # Ctrl-C is for us; the server ends when we do.
                start_new_session=True,
            )
        self._is_ready = False

    def _await_ready(self) -> None:
        with self._sending:
            if self._is_ready:
                return
            self._control.settimeout(_START_SECONDS)
            ready = _received(self._control)
            self._control.settimeout(None)
            self._is_ready = ready == READY
        if not self._is_ready:
            message = "the reading process does not start; its error message stands above"
            raise ReaderUnavailableError(message)

    def read(self, content: bytes, name: str) -> _Ending:
        """Have one file read. Blocks until the child has ended."""
        self._await_ready()
        mine, theirs = socket.socketpair()
        ending, its_end = socket.socketpair()
        with mine, ending:
            with theirs, its_end:
                try:
                    with self._sending:
                        socket.send_fds(self._control, [REQUEST], [theirs.fileno(), its_end.fileno()])
                except OSError:
                    raise _ServerGoneError from None
            answer, told = _exchange(mine, ending, content, name, _ROUNDS * self._seconds + _GRACE_SECONDS)
        if len(told) != ENDING.size:
            raise _ServerGoneError
        status, is_overdue, used_seconds = ENDING.unpack(told)
        return _Ending(answer, status, is_overdue=is_overdue, is_starved=used_seconds < self._seconds / _STARVED)

    def close(self) -> None:
        """End the process; what it still reads ends with it."""
        self._control.close()
        try:
            self._process.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _exchange(
    connection: socket.socket, ending: socket.socket, content: bytes, name: str, patience: float
) -> tuple[bytes, bytes]:
    """Hand over the file, take the answer, and what the server says of the child's end.

    A child that dies meanwhile has simply said less. Empty when the server died: the child may then hang unwatched.
    """
    connection.settimeout(patience)
    encoded = name.encode("utf-8", "replace")
    with suppress(OSError):
        connection.sendall(HEADER.pack(len(encoded), len(content)) + encoded)
        connection.sendall(content)
    received = bytearray()
    told: bytes | None = None
    with selectors.DefaultSelector() as selector:
        selector.register(connection, selectors.EVENT_READ)
        selector.register(ending, selectors.EVENT_READ)
        while selector.get_map():
            ready = [key.fileobj for key, _ in selector.select(patience)]
            if ending in ready:
                told = ending.recv(ENDING.size)
                selector.unregister(ending)
            if connection in ready:
                part = _received(connection)
                received += part
                if not part or len(received) > _LARGEST_ANSWER:
                    selector.unregister(connection)
            if not ready or told == b"":
                return bytes(received), b""
    return bytes(received), told or b""


def _received(connection: socket.socket) -> bytes:
    """The next bytes; none when the other side has gone or says nothing in time."""
    try:
        return connection.recv(1 << 18)
    except OSError:
        return b""


def _answer(ending: _Ending | Finding) -> RawWorkbook | Finding:
    """Turn what came back into the reader's own answer, or into the finding that says why there is none."""
    if isinstance(ending, Finding):
        return ending
    if ending.is_overdue:
        return limit_finding(TIME_LIMIT)
    if os.WIFSIGNALED(ending.status):
        return limit_finding(_reason_of_signal(os.WTERMSIG(ending.status)))
    kind, body = ending.answer[:1], ending.answer[1:]
    if kind == OUT_OF_MEMORY or len(body) > _LARGEST_ANSWER:
        return limit_finding(MEMORY_LIMIT)
    if kind == ANSWERED:
        try:
            return unpack(body)
        except UnreadableAnswerError:
            _LOG.warning("the reading process gave an unreadable answer")
    else:
        _LOG.warning("the reading process failed: %s", body.decode("utf-8", "replace"))
    return limit_finding(CRASH)


def _reason_of_signal(number: int) -> str:
    # The value reader's runtime aborts the process when it is refused memory.
    if number == signal.SIGABRT:
        return MEMORY_LIMIT
    if number in (signal.SIGXCPU, signal.SIGALRM):
        return TIME_LIMIT
    return KILLED if number in _FROM_OUTSIDE else CRASH
