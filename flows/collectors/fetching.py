"""All sources at the same time: waiting for the network is done side by side, and nobody waits for a slow one."""

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import TracebackType
from typing import Final, Self

from flows.collectors.arrivals import Arrival, Came, Ended
from flows.collectors.gathering import Visited
from flows.collectors.place import overdue
from schemas.reasons import told

_LOG = logging.getLogger(__name__)
_AT_ONCE: Final = 24
"""Sources that are visited side by side."""
_SLOW_SECONDS: Final = 10.0
"""A source that takes longer does not count among them any more: those that hang must not hold up the others."""
_BATCH_SECONDS: Final = 3.0
_BATCH: Final = 64
"""What has come is handed on after so long, or when it is so much, though others are still busy."""
_TICK: Final = 0.2
_GRACE_SECONDS: Final = 5.0


class Fetching:
    """Visits sources in threads of their own and hands over what comes, in batches; a context manager.

    A thread whose time is over is left to itself: a share that has lost its server may block it for ever. What it
    brings after that is not listened to.
    """

    def __init__(
        self, sources: Sequence[Visited], gather: Callable[[Visited], Iterator[Arrival]], total_seconds: float
    ) -> None:
        self._to_do = list(reversed(sources))
        self._gather = gather
        self._total_seconds = total_seconds
        self._running: dict[str, float] = {}
        self._arrivals: queue.Queue[Arrival] = queue.Queue(_BATCH)
        self._is_over = threading.Event()

    def __enter__(self) -> Self:
        """Send the first threads out."""
        self._send_out()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Listen to none of them any more."""
        self._is_over.set()

    def batches(self) -> Iterator[list[Arrival]]:
        """Give what arrives until every source has ended; each batch is ready to be taken in."""
        batch: list[Arrival] = []
        began = time.monotonic()
        while self._running or self._to_do:
            batch += self._next()
            self._send_out()
            is_old = time.monotonic() - began > _BATCH_SECONDS
            count = sum(isinstance(item, Came) for item in batch)
            if count >= _BATCH or (is_old and any(isinstance(item, (Came, Ended)) for item in batch)):
                yield batch
                batch, began = [], time.monotonic()
        if batch:
            yield batch

    def _next(self) -> Iterable[Arrival]:
        try:
            arrival = self._arrivals.get(timeout=_TICK)
        except queue.Empty:
            return self._given_up()
        if arrival.source not in self._running:
            return []  # of one that was given up
        if isinstance(arrival, Ended):
            del self._running[arrival.source]
        return [arrival]

    def _given_up(self) -> list[Arrival]:
        now = time.monotonic()
        late = [name for name, begun in self._running.items() if now - begun > self._total_seconds + _GRACE_SECONDS]
        for name in late:
            del self._running[name]
        return [Ended(name, problem=overdue(self._total_seconds).problem) for name in late]

    def _send_out(self) -> None:
        now = time.monotonic()
        quick = sum(now - begun < _SLOW_SECONDS for begun in self._running.values())
        while self._to_do and quick < _AT_ONCE:
            source = self._to_do.pop()
            self._running[source.name] = now
            quick += 1
            # No pool: a pool waits for its threads when the process ends, and one of ours may never do.
            threading.Thread(target=self._visit, args=(source,), name=f"source {source.name}", daemon=True).start()

    def _visit(self, source: Visited) -> None:
        has_ended = False
        try:
            for arrival in self._gather(source):
                self._put(arrival)
                has_ended = isinstance(arrival, Ended)
        except Exception as error:  # noqa: BLE001 - our own mistake in one source is not to stop the others
            # Neither the error's own words nor its trace: they may hold an address with a secret.
            _LOG.error("source %s: unexpected %s%s", source.name, type(error).__name__, _where(error))
            if not has_ended:
                self._put(Ended(source.name, problem=told("unexpected", fehler=type(error).__name__)))

    def _put(self, arrival: Arrival) -> None:
        while not self._is_over.is_set():
            try:
                return self._arrivals.put(arrival, timeout=1)
            except queue.Full:
                continue  # the writer is busy: wait for it, rather than fill the memory
        return None


def _where(error: BaseException) -> str:
    """The places in the code that an error came through."""
    trace = error.__traceback__
    places: list[str] = []
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_qualname}:{trace.tb_lineno}")
        trace = trace.tb_next
    return f" at {' > '.join(places)}" if places else ""
