"""The record beside each content of the archive: whose it is, how it came and when."""

import json
import re
from datetime import UTC, datetime

from msgspec import Struct

from schemas.delivery import Delivery, Kept

_SHA256 = re.compile("[0-9a-f]{64}")


class Record(Struct, frozen=True):
    """One delivery's record; ``sequence`` counts in the order of arrival."""

    sequence: int
    sha256: str
    size: int
    name: str
    channel: str
    sender: str | None
    received_at: datetime
    source: dict[str, str]

    def delivery(self, content: bytes, kept: Kept | None = None) -> Delivery:
        """The delivery with its content, or with what is kept instead."""
        return Delivery(content, self.name, self.channel, self.received_at, self.sender, self.source, kept)


def record_of(sequence: int, delivery: Delivery) -> Record:
    """Make the record of a delivery."""
    return Record(
        sequence,
        delivery.sha256,
        len(delivery.content),
        delivery.name,
        delivery.channel,
        delivery.sender,
        delivery.received_at,
        dict(delivery.source),
    )


def record_json(record: Record) -> bytes:
    """Write a record as JSON. The reverse of `parse_record`."""
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


def parse_record(sequence: int, content: bytes) -> Record:
    """Read a record back.

    Raises:
        ValueError, KeyError, TypeError: it is not what `record_json` wrote for this number.
    """
    fields = json.loads(content)
    record = Record(
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
