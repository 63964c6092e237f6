"""Readers that misbehave as hostile files make the real one do; the isolation tests have children call them."""

import ctypes
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from schemas.findings import Finding
from schemas.workbook import RawWorkbook
from transforms.workbook.reading import read_workbook


class PanicError(BaseException):
    """Like the panics of the value reader, no `Exception`."""


def _spin() -> None:
    while True:
        pass


def _panic() -> None:
    raise PanicError


def _orphan() -> None:
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(3600)


def _lie() -> None:
    os.write(3, b"Anot json at all")
    os._exit(0)


_DEEDS: Mapping[str, Callable[[], object]] = {
    "hang": lambda: time.sleep(3600),
    "slow": lambda: time.sleep(1),
    "spin": _spin,
    "abort": os.abort,
    "segfault": lambda: ctypes.string_at(0),
    "memory": lambda: bytearray(2_000_000_000),
    "panic": _panic,
    "exit": sys.exit,
    "vanish": lambda: os._exit(0),
    "suicide": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "patricide": _orphan,
    "lie": _lie,
}


def by_name(content: bytes, name: str) -> RawWorkbook | Finding:
    """Misbehave as the file's name says; any other name is read as always."""
    if name == "bug":
        raise KeyError(content.decode())
    if name in _DEEDS:
        _DEEDS[name]()
    return read_workbook(content, name)


def what_is_possible(_: bytes, name: str) -> Finding:
    """Try what a child must not be able to do, and tell what it could."""
    possible = []
    attempts = {
        "open": lambda: Path(name).read_bytes(),
        "write": lambda: Path("must-not-exist").write_bytes(b"x"),
        "connect": socket.socket,
        "fork": os.fork,
    }
    for attempt, try_it in attempts.items():
        try:
            result = try_it()
        except OSError:
            continue
        if result == 0:
            os._exit(0)
        possible.append(attempt)
    return Finding(
        "F03", details={"possible": " ".join(possible), "environment": " ".join(os.environ), "cwd": str(Path.cwd())}
    )
