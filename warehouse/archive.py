"""The archive: every delivery byte for byte, with its origin, before anything looks inside.

It is the truth; the warehouse is derived from it. Two folders: ``content/<sha256>`` holds each content once,
``records/<number>.json`` one record per delivery, numbered in the order of arrival. A record is written after its
content, so whatever has a record is complete; a content without a record is a delivery that was never acknowledged.
In a third, ``digests/<sha256>.json``, stands what is left of contents that may be kept no longer.
"""

import fcntl
import hashlib
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from schemas.delivery import Delivery, misplaced_id
from warehouse.archive_digests import Digests
from warehouse.archive_records import Record, parse_record, record_json, record_of
from warehouse.durable import replace_all, sweep, sync_folder, write_unnamed


class Archived(Struct, frozen=True):
    """A delivery in the archive under its number; ``is_new`` tells whether this call stored it."""

    sequence: int
    delivery: Delivery
    is_new: bool = False


class Damage(Struct, frozen=True):
    """Something in the archive that is not as it was written; everything else is unaffected."""

    path: Path
    reason: str
    sequence: int | None = None
    is_stranger: bool = False
    """It belongs to nothing that the archive knows."""

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


class Archive:
    """The archive in a folder, which is made when it does not exist.

    Several processes may store at the same time; each waits for the other.
    """

    def __init__(self, root: Path) -> None:
        self._contents = root / "content"
        self._records = root / "records"
        self._digests = Digests(root / "digests")
        for folder in (self._contents, self._records):
            folder.mkdir(mode=0o750, parents=True, exist_ok=True)

    def store(self, deliveries: Sequence[Delivery]) -> list[Archived]:
        """Store a batch in its order and give it back with numbers; durable when the call returns.

        The same bytes again from the same channel under the same name get no second record: they come back with the
        number and the time of receipt that they have. Bytes that are kept no longer come back as what is left of them,
        and of a new record for them only channel and time are taken over. A crash leaves each delivery stored or not,
        and storing the batch again completes it.

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
            fresh: dict[Path, bytes] = {}
            for delivery in deliveries:
                identity = self._identity(delivery.sha256, delivery.channel, delivery.name)
                known, is_new = held.get(identity), False
                if known is None:
                    sequence, is_new = sequence + 1, True
                    known = held[identity] = self._anonymous(record_of(sequence, delivery), held.values())
                    fresh[self._record_path(sequence)] = record_json(known)
                kept = self._digests.read(known.sha256)
                stored.append(Archived(known.sequence, known.delivery(b"" if kept else delivery.content, kept), is_new))
            _put(fresh, self._records)
        return stored

    def _identity(self, sha256: str, channel: str, name: str) -> tuple[str, str, str]:
        """The same bytes under the same name from the same channel are the same delivery.

        The name that a file had may have been erased with it: then its bytes alone tell.
        """
        return sha256, channel, "" if self._digests.holds(sha256) else name

    def _anonymous(self, record: Record, others: Collection[Record]) -> Record:
        if not self._digests.holds(record.sha256):
            return record
        before = next((other.name for other in others if other.sha256 == record.sha256), record.sha256[:16])
        return replace(record, name=before, sender=None, source={})

    def records(self) -> Iterator[Record | Damage]:
        """All records in the order of arrival, without their contents."""
        return self._read_records()

    def reduce(self, sha256: str, digest: bytes) -> None:
        """Keep of a content only this digest, durably; the bytes are gone when the call returns.

        A crash leaves the content, or the digest, or both: then the digest counts, and the next `store` or `reduce`
        removes the content.
        """
        with self._alone():
            self._digests.write(sha256, digest)
            (self._contents / sha256).unlink(missing_ok=True)
            sync_folder(self._contents)

    def amend(self, change: Callable[[Record], Record]) -> int:
        """Rewrite the records that a function changes in name, sender or source; gives how many those were."""
        changed = 0
        with self._alone():
            for record in self._read_records():
                if isinstance(record, Record) and (amended := change(record)) != record:
                    path = self._record_path(record.sequence)
                    write_unnamed(path, record_json(amended)).replace(path)
                    changed += 1
            sync_folder(self._records)
        return changed

    def drop(self, damage: Damage) -> None:
        """Remove a file of the archive that is damaged or does not belong here; only for an erasure."""
        if damage.path.parent in (self._contents, self._records, self._digests.path("").parent):
            damage.path.unlink(missing_ok=True)
            sync_folder(damage.path.parent)

    def count(self) -> int:
        """How many records there are."""
        return sum(1 for _ in self._numbers())

    def deliveries(self) -> Iterator[Archived | Damage]:
        """Replay everything in the order of arrival, reading one delivery at a time; damage stands in its place.

        Contents without a record, and files that do not belong here, are named at the end.
        """
        recorded: set[str] = set()
        for record in self._read_records():
            if isinstance(record, Record):
                recorded.add(record.sha256)
                yield self._complete(record)
            else:
                yield record
        yield from self._strangers(recorded)

    def pending(self, known: Collection[str], is_answered: Callable[[Record], bool] = lambda _: True) -> list[Archived]:
        """The deliveries whose submission ids are not among the known ones: what a crash kept from being loaded.

        Each content once, under the record that came first. Of the later ones, the copies, nothing is loaded; those
        come along that ``is_answered`` denies. Damaged ones are left out; `deliveries` names them.
        """
        seen, met = set(known), set[str]()
        found: list[Archived] = []
        for record in self._read_records():
            if isinstance(record, Damage):
                continue
            is_copy = record.sha256 in met
            met.add(record.sha256)
            if misplaced_id(record.sha256, record.channel) in seen:
                continue
            if record.sha256[:16] in seen and not (is_copy and not is_answered(record)):
                continue
            seen.add(record.sha256[:16])
            complete = self._complete(record)
            if isinstance(complete, Archived):
                found.append(complete)
        return found

    def has(self, sha256: str) -> bool:
        """Whether a content lies here by its hash, or what is left of it; it is not opened."""
        return (self._contents / sha256).exists() or self._digests.holds(sha256)

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
            for sha256 in self._digests.look_again():
                (self._contents / sha256).unlink(missing_ok=True)
            yield
        finally:
            os.close(descriptor)

    def _store_contents(self, deliveries: Sequence[Delivery]) -> None:
        wanted: dict[Path, bytes] = {}
        for sha256, content in {delivery.sha256: delivery.content for delivery in deliveries}.items():
            path = self._contents / sha256
            if self._digests.holds(sha256):
                continue
            # A damaged content is healed by the next delivery of the same bytes.
            if not path.exists() or path.read_bytes() != content:
                wanted[path] = content
        _put(wanted, self._contents)

    def _held(self, deliveries: Sequence[Delivery]) -> dict[tuple[str, str, str], Record]:
        """The records of these deliveries, as far as there are some. New contents cannot have one."""
        wanted = {
            item.sha256
            for item in deliveries
            if (self._contents / item.sha256).exists() or self._digests.holds(item.sha256)
        }
        if not wanted:
            return {}
        held: dict[tuple[str, str, str], Record] = {}
        for record in self._read_records():
            if isinstance(record, Record) and record.sha256 in wanted:
                held.setdefault(self._identity(record.sha256, record.channel, record.name), record)
        return held

    def _numbers(self) -> Iterator[int]:
        for path in self._records.iterdir():
            if path.suffix == ".json" and path.stem.isdecimal():
                yield int(path.stem)

    def _record_path(self, sequence: int) -> Path:
        return self._records / f"{sequence:08d}.json"

    def _read_records(self) -> Iterator[Record | Damage]:
        numbers = sorted(self._numbers())
        for sequence in range(1, numbers[-1] + 1 if numbers else 1):
            path = self._record_path(sequence)
            try:
                yield parse_record(sequence, path.read_bytes())
            except FileNotFoundError:
                yield Damage(path, "the record is missing", sequence)
            except (OSError, ValueError, KeyError, TypeError) as error:
                yield Damage(path, f"the record cannot be read ({error})", sequence)

    def _complete(self, record: Record) -> Archived | Damage:
        path = self._contents / record.sha256
        if self._digests.holds(record.sha256):
            kept = self._digests.read(record.sha256)
            if kept is None:
                reason = f"the digest of {record.name} is not what was written"
                return Damage(self._digests.path(record.sha256), reason, record.sequence)
            return Archived(record.sequence, record.delivery(b"", kept))
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
                yield Damage(path, "no readable record belongs to this content", is_stranger=True)
        for sha256 in self._digests.held():
            if sha256 not in recorded:
                yield Damage(self._digests.path(sha256), "no readable record belongs to this digest", is_stranger=True)
        numbered = {self._record_path(number).name for number in self._numbers()}
        for path in sorted(self._records.iterdir()):
            if path.name not in numbered and not path.name.startswith("."):
                yield Damage(path, "this file is no record", is_stranger=True)


def _put(files: Mapping[Path, bytes], folder: Path) -> None:
    """Put new files into a folder; durable when this returns, also what a run put there that died."""
    if files:
        replace_all(files)
    else:
        sync_folder(folder)
