"""What came from somebody whom nobody named: kept aside, never opened, until a person says that it may be taken in."""

import json
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from flows.collectors.place import Fetched
from flows.usage import UsageError
from schemas.delivery import Delivery
from schemas.reasons import told
from warehouse.durable import replace, write_unnamed


class Parked(Struct, frozen=True):
    """One file that waits for a person's word."""

    identity: str
    source: str
    sender: str
    name: str
    parked_at: datetime
    reason: str
    origin: dict[str, str]
    released_at: datetime | None = None


class Parking:
    """The folder of parked files, which exists. After its release a file stays known, so it is not parked again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def park(self, fetched: Fetched, source: str, now: datetime) -> Parked | None:
        """Keep a file; None when the same file of the same mail was kept or released before."""
        identity = sha256(f"{fetched.origin.get('message_id')}\n{fetched.name}".encode() + fetched.content).hexdigest()[
            :12
        ]
        sheet = self._folder / f"{identity}.json"
        if sheet.exists():
            return None
        sender = fetched.sender or "?"
        words = {key: fetched.origin.get(key, "?") for key in ("spf", "dkim")}
        reason = told(fetched.doubt, absender=sender, kennung=identity, **words)
        parked = Parked(identity, source, sender, fetched.name, now, reason, dict(fetched.origin))
        content = self._folder / identity
        write_unnamed(content, fetched.content).replace(content)
        self._write(parked)
        return parked

    def waiting(self) -> Iterator[Parked]:
        """What has not been released, the oldest first."""
        parked = [self._read(path) for path in self._folder.glob("*.json")]
        yield from sorted((one for one in parked if one.released_at is None), key=lambda one: one.parked_at)

    def delivery(self, identity: str, now: datetime) -> Delivery:
        """Give a parked file as a delivery, received when it is released.

        Raises:
            UsageError: nothing of that name waits.
        """
        for parked in self.waiting():
            if parked.identity == identity:
                content = (self._folder / identity).read_bytes()
                origin = {**parked.origin, "parked_at": parked.parked_at.isoformat()}
                return Delivery(content, parked.name, parked.source, now, parked.sender, origin)
        msg = f"nothing is parked as {identity}; `die8 collect --parked` lists what waits"
        raise UsageError(msg)

    def released(self, identity: str, now: datetime) -> None:
        """Note that it has been taken in, and let its bytes go: the archive has them."""
        path = self._folder / f"{identity}.json"
        document = json.loads(path.read_bytes())
        replace(path, json.dumps({**document, "released_at": now.isoformat()}, indent=1).encode())
        (self._folder / identity).unlink(missing_ok=True)

    def _write(self, parked: Parked) -> None:
        document = {
            "identity": parked.identity,
            "source": parked.source,
            "sender": parked.sender,
            "name": parked.name,
            "parked_at": parked.parked_at.isoformat(),
            "reason": parked.reason,
            "origin": parked.origin,
            "released_at": None,
        }
        replace(self._folder / f"{parked.identity}.json", json.dumps(document, indent=1).encode())

    @staticmethod
    def _read(path: Path) -> Parked:
        document = json.loads(path.read_bytes())
        released = document.pop("released_at")
        parked_at = datetime.fromisoformat(document.pop("parked_at"))
        return Parked(
            **document, parked_at=parked_at, released_at=datetime.fromisoformat(released) if released else None
        )
