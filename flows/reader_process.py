"""The process in which foreign files are opened: a small fork server, and one short-lived child for each file.

It is started by `flows.isolation` as ``python -m flows.reader_process FD module:function SECONDS PROCESSES`` and never
imports what the rest of the system needs. The server itself opens no file; it forks, watches the clock, and reports how
each child ended. Requests beyond PROCESSES children wait here, so that one child follows the other whatever the parent
is busy with. It ends when its parent does, because the control socket then ends.
"""

import codecs
import gc
import importlib
import os
import resource
import selectors
import signal
import socket
import struct
import sys
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from traceback import extract_tb

from msgspec import Struct

from schemas.findings import Finding
from schemas.workbook import RawWorkbook
from transforms.workbook.wire import pack

READY = b"R"
REQUEST = b"F"
HEADER = struct.Struct("<QQ")
"""Lengths of name and content, before both."""
ENDING = struct.Struct("<i?d")
"""How a child ended: its wait status, whether it was stopped for the time, and the processor seconds it had."""
ANSWERED, OUT_OF_MEMORY, FAILED = b"A", b"M", b"X"

_MEMORY_BYTES = 450_000_000
"""What a child may reserve beyond the server's own size, so that the whole stays below 500 MB."""
_DATA_FD = 3

Reader = Callable[[bytes, str], RawWorkbook | Finding]


class _Child(Struct):
    ending: socket.socket
    deadline: float
    is_overdue: bool = False


def main(arguments: list[str]) -> None:
    """Serve until the control socket ends: ``FD module:function SECONDS PROCESSES``."""
    control = socket.socket(fileno=int(arguments[0]))
    reader = _load(arguments[1])
    # Codecs and the like must be there before a child may open no file any more.
    codecs.lookup("utf-8")
    gc.collect()
    gc.freeze()
    _Server(control, reader, float(arguments[2]), int(arguments[3])).serve()


def _load(name: str) -> Reader:
    module, _, function = name.partition(":")
    reader: Reader = getattr(importlib.import_module(module), function)
    return reader


class _Server:
    """Forks a child per request and reports every child's end on the socket that came with the request."""

    def __init__(self, control: socket.socket, reader: Reader, seconds: float, processes: int) -> None:
        self._control = control
        self._reader = reader
        self._seconds = seconds
        self._processes = processes
        self._waiting: deque[tuple[socket.socket, socket.socket]] = deque()
        self._children: dict[int, _Child] = {}
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_read, False)
        os.set_blocking(self._wake_write, False)

    def serve(self) -> None:
        """Work until the parent is gone; then nobody waits for the children either."""
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)
        selector = selectors.DefaultSelector()
        selector.register(self._control, selectors.EVENT_READ)
        selector.register(self._wake_read, selectors.EVENT_READ)
        with suppress(ConnectionError):
            self._control.sendall(READY)
            while True:
                events = selector.select(self._patience())
                for key, _ in events:
                    if key.fileobj is self._control and not self._accept():
                        self._end_all()
                        return
                self._stop_overdue()
                self._reap()
                self._start()
        self._end_all()

    def _patience(self) -> float | None:
        deadlines = [child.deadline for child in self._children.values() if not child.is_overdue]
        return max(0.0, min(deadlines) - time.monotonic()) if deadlines else None

    def _accept(self) -> bool:
        """Take one request; False when the parent has gone."""
        message, descriptors, _, _ = socket.recv_fds(self._control, 1, 2)
        if not message:
            return False
        data, ending = (socket.socket(fileno=descriptor) for descriptor in descriptors)
        self._waiting.append((data, ending))
        return True

    def _start(self) -> None:
        """Begin with what waits, as far as there is room; the time of a file begins when its child does."""
        while self._waiting and len(self._children) < self._processes:
            data, ending = self._waiting.popleft()
            process = os.fork()
            if process == 0:
                _become_child(data, self._reader, self._seconds)
            data.close()
            self._children[process] = _Child(ending, time.monotonic() + self._seconds)

    def _stop_overdue(self) -> None:
        now = time.monotonic()
        for process, child in self._children.items():
            if not child.is_overdue and child.deadline <= now:
                child.is_overdue = True
                os.kill(process, signal.SIGKILL)

    def _reap(self) -> None:
        with suppress(BlockingIOError):
            os.read(self._wake_read, 4096)
        while self._children:
            process, status, used = os.wait4(-1, os.WNOHANG)
            if process == 0:
                return
            child = self._children.pop(process)
            with child.ending, suppress(OSError):
                child.ending.send(ENDING.pack(status, child.is_overdue, used.ru_utime + used.ru_stime))

    def _end_all(self) -> None:
        for process in self._children:
            os.kill(process, signal.SIGKILL)
        for process in self._children:
            os.waitpid(process, 0)


def _become_child(data: socket.socket, reader: Reader, seconds: float) -> None:
    """Read one file and answer; never returns, whatever happens."""
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        # Should the server die, nobody watches the clock but the kernel.
        signal.alarm(int(seconds) + 5)
        connection = _close_all_but(data)
        _limit(seconds)
        gc.disable()
        connection.sendall(_answer(connection, reader))
        status = 0
    except BaseException:  # noqa: BLE001, S110  # the exit status tells; nothing may run on in a copy of the server
        pass
    finally:
        os._exit(status)


def _close_all_but(data: socket.socket) -> socket.socket:
    """Leave the child one connection: to whoever sent the file. What it writes elsewhere goes nowhere."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    descriptor = data.detach()
    if descriptor != _DATA_FD:
        os.dup2(descriptor, _DATA_FD)
    os.closerange(_DATA_FD + 1, 1024)
    return socket.socket(fileno=_DATA_FD)


def _limit(seconds: float) -> None:
    """Bound memory and time, and take away the means to open files, connections and further processes."""
    cpu = int(seconds) + 1
    bounds = {
        resource.RLIMIT_AS: _own_size() + _MEMORY_BYTES,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_NOFILE: _DATA_FD + 1,
    }
    for limit, bound in bounds.items():
        resource.setrlimit(limit, (bound, bound))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))


def _own_size() -> int:
    try:
        # As bytes: a codec not used before would be imported anew by every child.
        with open("/proc/self/statm", "rb", buffering=0) as statm:  # noqa: PTH123  # pathlib is not loaded here
            return int(statm.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 1 << 30


def _answer(connection: socket.socket, reader: Reader) -> bytes:
    try:
        name_length, length = HEADER.unpack(_receive(connection, HEADER.size))
        name = _receive(connection, name_length).decode()
        return ANSWERED + pack(reader(bytes(_receive(connection, length)), name))
    except MemoryError:
        return OUT_OF_MEMORY
    except BaseException as reason:  # noqa: BLE001  # panics of the value reader are no Exception
        # Only where it happened, never the text: it may quote the file.
        places = [f"{frame.name}:{frame.lineno}" for frame in extract_tb(reason.__traceback__)]
        return FAILED + f"{type(reason).__name__} in {' > '.join(places)}".encode()


def _receive(connection: socket.socket, length: int) -> bytearray:
    received = bytearray(length)
    view = memoryview(received)
    while view:
        count = connection.recv_into(view)
        if not count:
            raise EOFError
        view = view[count:]
    return received


if __name__ == "__main__":
    main(sys.argv[1:])
