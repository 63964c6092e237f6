"""A TCP proxy that misbehaves on purpose: it hangs, cuts, or lets bytes drip. One thread per direction."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class Fault:
    """What the proxy does with what the server says; nothing by default."""

    hangs: bool = False
    """Take connections and say nothing at all."""
    cuts_after: int | None = None
    """Break every connection off when the server has said so many bytes."""
    drips_after: int | None = None
    """From there on, let one byte through at a time."""
    falls_silent_after: int | None = None
    """From there on, let nothing through, and keep the connection."""
    times: int | None = None
    """So many connections misbehave; those after them do not."""


@dataclass
class Proxy:
    """Stands before a server; the fault can be changed at any time and holds for new connections."""

    target: int
    fault: Fault = field(default_factory=Fault)
    connections: int = 0
    _listener: socket.socket = field(default_factory=socket.socket)
    _open: list[socket.socket] = field(default_factory=list)

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def start(self) -> None:
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(50)
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        for one in (self._listener, *self._open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(client)
            fault = self.fault
            if fault.times is not None:
                fault.times -= 1
                if fault.times < 0:
                    fault = self.fault = Fault()
            if fault.hangs:
                continue
            try:
                server = socket.create_connection(("127.0.0.1", self.target), timeout=10)
            except OSError:
                client.close()
                continue
            server.settimeout(None)
            self._open.append(server)
            threading.Thread(target=_pump, args=(client, server, Fault()), daemon=True).start()
            threading.Thread(target=_pump, args=(server, client, fault), daemon=True).start()


def _pump(source: socket.socket, target: socket.socket, fault: Fault) -> None:
    told = 0
    with suppress(OSError):
        while block := source.recv(65536):
            told = _pass_on(block, told, target, fault)
    for one in (source, target):
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)


def _pass_on(block: bytes, told: int, target: socket.socket, fault: Fault) -> int:
    limits = [at for at in (fault.cuts_after, fault.drips_after, fault.falls_silent_after) if at is not None]
    quick = block if not limits else block[: max(0, min(limits) - told)]
    target.sendall(quick)
    told += len(quick)
    rest = block[len(quick) :]
    if rest and fault.cuts_after is not None:
        raise ConnectionAbortedError
    if rest and fault.falls_silent_after is not None:
        return told
    for at in range(len(rest)):
        target.sendall(rest[at : at + 1])
        time.sleep(0.05)
    return told + len(rest)


@contextmanager
def proxied(port: int) -> Iterator[Proxy]:
    """A proxy before the server at this port."""
    proxy = Proxy(port)
    proxy.start()
    try:
        yield proxy
    finally:
        proxy.stop()
