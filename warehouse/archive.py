"""The archive: every delivery byte for byte, with its origin, before anything looks inside.

It is the truth; the warehouse is derived from it. Two folders: ``content/<sha256>`` holds each content once,
``records/<number>.json`` one record per delivery, numbered in the order of arrival. A record is written after its
content, so whatever has a record is complete; a content without a record is a delivery that was never acknowledged.
"""

import fcntl
import hashlib
import json
import os
import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from schemas.delivery import Delivery
from warehouse.durable import sweep, sync_folder, write_unnamed

_SHA256 = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Archived:
    """A delivery in the archive under its number; ``is_new`` tells whether this call stored it."""

    sequence: int
    delivery: Delivery
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Damage:
    """Something in the archive that is not as it was written; everything else is unaffected."""

    path: Path
    reason: str
    sequence: int | None = None

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


@dataclass(frozen=True, slots=True)
class _Record:
    sequence: int
    sha256: str
    size: int
    name: str
    channel: str
    sender: str | None
    received_at: datetime
    source: dict[str, str]

    @property
    def identity(self) -> tuple[str, str, str]:
        """The same bytes under the same name from the same channel are the same delivery."""
        return self.sha256, self.channel, self.name

    def delivery(self, content: bytes) -> Delivery:
        return Delivery(content, self.name, self.channel, self.received_at, self.sender, self.source)


class Archive:
    """The archive in a folder, which is made when it does not exist.

    Several processes may store at the same time; each waits for the other.
    """

    def __init__(self, root: Path) -> None:
        self._contents = root / "content"
        self._records = root / "records"
        for folder in (self._contents, self._records):
            folder.mkdir(mode=0o750, parents=True, exist_ok=True)

    def store(self, deliveries: Sequence[Delivery]) -> list[Archived]:
        """Store a batch in its order and give it back with numbers; durable when the call returns.

        The same bytes again from the same channel under the same name get no second record: they come back with the
        number and the time of receipt that they have. A crash leaves each delivery stored or not, and storing the
        batch again completes it.

        Raises:
            OSError: the disk is full or broken; what got no record was not stored.
        """
        if not deliveries:
            return []
        with self._alone():
            held = self._held(deliveries)
            self._store_contents(deliveries)
            sequence = max(self._numbers(), default=0)
            stored: list[Archived] = []
            for delivery in deliveries:
                identity = (delivery.sha256, delivery.channel, delivery.name)
                known = held.get(identity)
                if known is None:
                    sequence += 1
                    known = held[identity] = _record_of(sequence, delivery)
                    path = self._record_path(sequence)
                    write_unnamed(path, _as_json(known)).replace(path)
                    stored.append(Archived(sequence, delivery, is_new=True))
                else:
                    stored.append(Archived(known.sequence, known.delivery(delivery.content)))
            sync_folder(self._records)
        return stored

    def count(self) -> int:
        """How many records there are."""
        return sum(1 for _ in self._numbers())

    def deliveries(self) -> Iterator[Archived | Damage]:
        """Replay everything in the order of arrival, reading one delivery at a time; damage stands in its place.

        Contents without a record, and files that do not belong here, are named at the end.
        """
        recorded: set[str] = set()
        for record in self._read_records():
            if isinstance(record, _Record):
                recorded.add(record.sha256)
                yield self._complete(record)
            else:
                yield record
        yield from self._strangers(recorded)

    def pending(self, known: Collection[str]) -> list[Archived]:
        """The deliveries whose submission ids are not among the known ones: what a crash kept from being loaded.

        Each content once, under the record that came first. Damaged ones are left out; `deliveries` names them.
        """
        seen = set(known)
        found: list[Archived] = []
        for record in self._read_records():
            if isinstance(record, Damage) or record.sha256[:16] in seen:
                continue
            seen.add(record.sha256[:16])
            complete = self._complete(record)
            if isinstance(complete, Archived):
                found.append(complete)
        return found

    def has(self, sha256: str) -> bool:
        """Whether a content lies here, by its hash; it is not opened."""
        return (self._contents / sha256).exists()

    def content(self, sha256: str) -> bytes | None:
        """Give the bytes of a delivery by their hash; None when they are not there or not what was received."""
        try:
            content = (self._contents / sha256).read_bytes()
        except OSError:
            return None
        return content if hashlib.sha256(content).hexdigest() == sha256 else None

    def damages(self) -> list[Damage]:
        """Everything that is wrong in the archive; reads all of it."""
        return [item for item in self.deliveries() if isinstance(item, Damage)]

    @contextmanager
    def _alone(self) -> Iterator[None]:
        descriptor = os.open(self._records, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)  # freed by the system even after SIGKILL
            sweep(self._contents)
            sweep(self._records)
            yield
        finally:
            os.close(descriptor)

    def _store_contents(self, deliveries: Sequence[Delivery]) -> None:
        for sha256, content in {delivery.sha256: delivery.content for delivery in deliveries}.items():
            path = self._contents / sha256
            # A damaged content is healed by the next delivery of the same bytes.
            if not path.exists() or path.read_bytes() != content:
                write_unnamed(path, content).replace(path)
        sync_folder(self._contents)

    def _held(self, deliveries: Sequence[Delivery]) -> dict[tuple[str, str, str], _Record]:
        """The records of these deliveries, as far as there are some. New contents cannot have one."""
        wanted = {item.sha256 for item in deliveries if (self._contents / item.sha256).exists()}
        if not wanted:
            return {}
        held: dict[tuple[str, str, str], _Record] = {}
        for record in self._read_records():
            if isinstance(record, _Record) and record.sha256 in wanted:
                held.setdefault(record.identity, record)
        return held

    def _numbers(self) -> Iterator[int]:
        for path in self._records.iterdir():
            if path.suffix == ".json" and path.stem.isdecimal():
                yield int(path.stem)

    def _record_path(self, sequence: int) -> Path:
        return self._records / f"{sequence:08d}.json"

    def _read_records(self) -> Iterator[_Record | Damage]:
        numbers = sorted(self._numbers())
        for sequence in range(1, numbers[-1] + 1 if numbers else 1):
            path = self._record_path(sequence)
            try:
                yield _parsed(sequence, path.read_bytes())
            except FileNotFoundError:
                yield Damage(path, "the record is missing", sequence)
            except (OSError, ValueError, KeyError, TypeError) as error:
                yield Damage(path, f"the record cannot be read ({error})", sequence)

    def _complete(self, record: _Record) -> Archived | Damage:
        path = self._contents / record.sha256
        try:
            content = path.read_bytes()
        except OSError as error:
            return Damage(path, f"the content of {record.name} cannot be read ({error.strerror})", record.sequence)
        delivery = record.delivery(content)
        if delivery.sha256 != record.sha256:
            return Damage(path, f"the content of {record.name} is not what was received", record.sequence)
        return Archived(record.sequence, delivery)

    def _strangers(self, recorded: set[str]) -> Iterator[Damage]:
        for path in sorted(self._contents.iterdir()):
            if path.name not in recorded and not path.name.startswith("."):
                yield Damage(path, "no readable record belongs to this content")
        numbered = {self._record_path(number).name for number in self._numbers()}
        for path in sorted(self._records.iterdir()):
            if path.name not in numbered and not path.name.startswith("."):
                yield Damage(path, "this file is no record")


def _record_of(sequence: int, delivery: Delivery) -> _Record:
    return _Record(
        sequence,
        delivery.sha256,
        len(delivery.content),
        delivery.name,
        delivery.channel,
        delivery.sender,
        delivery.received_at,
        dict(delivery.source),
    )


def _as_json(record: _Record) -> bytes:
    fields = {
        "sequence": record.sequence,
        "sha256": record.sha256,
        "size": record.size,
        "name": record.name,
        "channel": record.channel,
        "sender": record.sender,
        "received_at": record.received_at.astimezone(UTC).isoformat(),
        "source": record.source,
    }
    text = json.dumps(fields, ensure_ascii=False, indent=1)
    try:
        return text.encode()
    except UnicodeEncodeError:  # a file name that is not UTF-8, as the file system gives it
        return json.dumps(fields, indent=1).encode()


def _parsed(sequence: int, content: bytes) -> _Record:
    fields = json.loads(content)
    record = _Record(
        sequence,
        str(fields["sha256"]),
        int(fields["size"]),
        str(fields["name"]),
        str(fields["channel"]),
        None if fields["sender"] is None else str(fields["sender"]),
        datetime.fromisoformat(fields["received_at"]),
        {str(key): str(value) for key, value in fields["source"].items()},
    )
    if fields["sequence"] != sequence:
        msg = f"it calls itself number {fields['sequence']}"
        raise ValueError(msg)
    if _SHA256.fullmatch(record.sha256) is None:
        msg = "it names no SHA-256"
        raise ValueError(msg)
    if record.received_at.tzinfo is None:
        msg = "its time of receipt has no time zone"
        raise ValueError(msg)
    return record
