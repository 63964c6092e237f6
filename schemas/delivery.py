"""What arrives: bytes with their origin, before anything has looked inside."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Final

ORGANISATIONS: Final = "organisations"
"""Key of `Delivery.source` under which the archive keeps for whom a channel was open."""
_MISPLACED: Final = "misplaced"


@dataclass(frozen=True, slots=True)
class Kept:
    """What is left of a file whose bytes are kept no longer: its identity, and what had been read in it."""

    sha256: str
    digest: bytes = field(repr=False)
    """The parsed return as `transforms.parsing.digest` writes it."""


@dataclass(frozen=True)
class Delivery:
    """One file as it was handed in.

    ``name`` is the file's name as the sender gave it, a hint only. ``channel`` is the configured source
    (``inbox``, ``submit``, later a mailbox or share), ``sender`` who is known to stand behind it, if anyone.
    ``received_at`` is an instant with time zone; everything that depends on time is judged by it, so that a
    replay of the archive arrives at the same tables.
    """

    content: bytes = field(repr=False)
    name: str
    channel: str
    received_at: datetime
    sender: str | None = None
    source: Mapping[str, str] = field(default_factory=dict)
    """What the channel says of the file's place there, such as path or message id; kept in the archive."""
    kept: Kept | None = None
    """Set when the content is empty because the file's time is over, or because a personal datum was erased."""

    def __post_init__(self) -> None:
        if self.received_at.tzinfo is None:
            msg = "received_at needs a time zone"
            raise ValueError(msg)

    @cached_property
    def sha256(self) -> str:
        """The content's identity, as 64 hexadecimal digits; it outlives the content."""
        if self.kept is not None:
            return self.kept.sha256
        return hashlib.sha256(self.content).hexdigest()

    @property
    def submission_id(self) -> str:
        """The name under which these bytes are known in warehouse, receipts and report: 16 digits of the hash."""
        return misplaced_id(self.sha256, self.channel) if self.is_misplaced else self.sha256[:16]

    @property
    def organisations(self) -> frozenset[str]:
        """For whom returns may come by this channel, as configured when it came; empty means for everybody."""
        return frozenset(self.source.get(ORGANISATIONS, "").split())

    @property
    def is_misplaced(self) -> bool:
        """Whether it was found to be for somebody else than may use this channel (F11)."""
        return _MISPLACED in self.source

    def misplaced(self) -> "Delivery":
        """The same delivery, found to be misplaced."""
        return replace(self, source={**self.source, _MISPLACED: "F11"})


def misplaced_id(sha256: str, channel: str) -> str:
    """The name under which bytes are known that came by a channel that is not theirs.

    It differs from the usual one: the same bytes by the right channel are not a duplicate, they are the return.
    """
    return hashlib.sha256(f"{sha256} misplaced in {channel}".encode()).hexdigest()[:16]
