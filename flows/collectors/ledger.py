"""What was seen at each source: one small file per source in ``<home>/sources/``, written after the archive.

It spares fetching what was fetched, tells a growing file from one at rest, and knows since when a source fails. It may
be lost: then everything is fetched again, and the archive knows what it has.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from flows.collectors.arrivals import Came, Ended, SourceError, Waits
from flows.collectors.gathering import Known


class SourceState(Struct, frozen=True):
    """How a source did when it was last visited; None where it never did."""

    visited_at: datetime | None = None
    succeeded_at: datetime | None = None
    failing_since: datetime | None = None
    problem: str = ""


class _Entry(Struct, frozen=True):
    known: Known
    contents: tuple[str, ...] = ()


class Ledger:
    """The memory of one source. ``address`` tells when it has become another place: then nothing is known of it."""

    def __init__(self, folder: Path, source: str, address: str) -> None:
        self.path = folder / f"{source}.json"
        self._source = source
        self._address = address
        stored = _stored(self.path)
        same = stored.get("address") == address
        self.state = _state(stored) if same else SourceState()
        self._entries = {path: _entry(item) for path, item in stored.get("items", {}).items()} if same else {}

    def known(self, has_content: Callable[[str], bool]) -> Mapping[str, Known]:
        """What is known of each item; taken is only what the archive still has, as it may come from a backup."""
        return {
            path: replace(entry.known, is_taken=entry.known.is_taken and all(map(has_content, entry.contents)))
            for path, entry in self._entries.items()
        }

    def note(self, arrival: Came | Waits, now: datetime) -> None:
        """Remember an item: taken, with its contents in the archive, or seen."""
        item = arrival.item
        before = self._entries.get(item.path)
        since = before.known.since if before is not None and before.known.mark == item.mark else now
        came = isinstance(arrival, Came)
        contents = tuple(delivery.sha256 for delivery in arrival.deliveries) if isinstance(arrival, Came) else ()
        self._entries[item.path] = _Entry(Known(item.mark, since, is_taken=came, is_final=item.is_final), contents)

    def close(self, ended: Ended, now: datetime) -> SourceError | None:
        """Remember how the visit ended; gives the failure, with since when it lasts."""
        if ended.listed is not None:
            for path, entry in self._entries.items():
                is_gone = path not in ended.listed
                self._entries[path] = replace(entry, known=replace(entry.known, is_gone=is_gone))
        before = self.state
        if ended.problem:
            self.state = SourceState(now, before.succeeded_at, before.failing_since or now, ended.problem)
        else:
            self.state = SourceState(now, now)
        if not ended.problem:
            return None
        return SourceError(self._source, ended.problem, before.failing_since)

    def content(self) -> bytes:
        """Everything, as it is to be written down."""
        document = {
            "address": self._address,
            "visited_at": _text(self.state.visited_at),
            "succeeded_at": _text(self.state.succeeded_at),
            "failing_since": _text(self.state.failing_since),
            "problem": self.state.problem,
            "items": {
                path: {
                    "mark": entry.known.mark,
                    "since": entry.known.since.isoformat(),
                    "is_taken": entry.known.is_taken,
                    "is_gone": entry.known.is_gone,
                    "is_final": entry.known.is_final,
                    "contents": list(entry.contents),
                }
                for path, entry in sorted(self._entries.items())
            },
        }
        # ASCII: a file name need not be UTF-8, and must not keep anything from being written down.
        return json.dumps(document, indent=1).encode()


def source_states(folder: Path) -> Mapping[str, SourceState]:
    """How each source did that was ever visited, by its name; for status and board."""
    return {path.stem: _state(_stored(path)) for path in sorted(folder.glob("*.json"))}


def _stored(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_bytes())
        _state(document)
        for item in document["items"].values():
            _entry(item)
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
        return {}  # lost or damaged: see above
    return dict(document)


def _state(document: Mapping[str, Any]) -> SourceState:
    return SourceState(
        _instant(document.get("visited_at")),
        _instant(document.get("succeeded_at")),
        _instant(document.get("failing_since")),
        str(document.get("problem", "")),
    )


def _entry(item: Mapping[str, Any]) -> _Entry:
    known = Known(
        str(item["mark"]),
        datetime.fromisoformat(item["since"]),
        is_taken=bool(item["is_taken"]),
        is_gone=bool(item["is_gone"]),
        is_final=bool(item["is_final"]),
    )
    return _Entry(known, tuple(item["contents"]))


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
