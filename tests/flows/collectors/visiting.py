"""One visit to a place, with the patience of a test; and whole workbooks to lay there."""

import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from flows.collectors.arrivals import Arrival, Came, Ended, Passed, Waits
from flows.collectors.gathering import Known, Visited, gather
from flows.collectors.place import Deadline, Place
from schemas.delivery import Delivery
from schemas.sources import Collection

NOON = datetime(2026, 10, 9, 10, tzinfo=UTC)
QUICK: dict[str, Any] = {
    "settle_seconds": 0.01,
    "retry_seconds": (0.01, 0.01),
    "connect_seconds": 5,
    "idle_seconds": 5,
    "total_seconds": 30,
}


def a_workbook(text: str = "x", size: int = 0) -> bytes:
    """A whole zip container, of at least so many bytes; different texts make different ones."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        # Of a fixed date, so that the same text makes the same bytes.
        archive.writestr(zipfile.ZipInfo("content.xml"), text)
        archive.writestr(zipfile.ZipInfo("filling"), bytes(size))
    return stream.getvalue()


def patience(**overrides: Any) -> Collection:
    """Options of a quick visit."""
    return Collection(**{**QUICK, **overrides})


def visited(
    open_place: Callable[[Deadline], Place] | Place,
    known: Mapping[str, Known] | None = None,
    *,
    now: datetime = NOON,
    organisations: tuple[str, ...] = (),
    **options: Any,
) -> list[Arrival]:
    """Visit a place once, and give all that arrives."""
    opener = open_place if callable(open_place) else lambda _deadline: open_place
    source = Visited("inbox", "somewhere", organisations, opener, known or {})
    return list(gather(source, patience(**options), now))


def deliveries(arrivals: list[Arrival]) -> list[Delivery]:
    """What came."""
    return [delivery for item in arrivals if isinstance(item, Came) for delivery in item.deliveries]


def contents(arrivals: list[Arrival]) -> dict[str, bytes]:
    """What came, by name."""
    return {delivery.name: delivery.content for delivery in deliveries(arrivals)}


def reasons(arrivals: list[Arrival]) -> dict[str, str]:
    """What was left, by name, and why."""
    passed = {item.name: item.reason for item in arrivals if isinstance(item, Passed)}
    return passed | {item.item.name: item.reason for item in arrivals if isinstance(item, Waits)}


def problem(arrivals: list[Arrival]) -> str:
    """What failed; empty when nothing did."""
    [ended] = [item for item in arrivals if isinstance(item, Ended)]
    assert arrivals[-1] is ended
    return ended.problem


def remembered(arrivals: list[Arrival], now: datetime = NOON) -> dict[str, Known]:
    """What the next visit knows, when the archive has taken everything."""
    return {
        item.item.path: Known(item.item.mark, now, is_taken=isinstance(item, Came), is_final=item.item.is_final)
        for item in arrivals
        if isinstance(item, (Came, Waits))
    }
