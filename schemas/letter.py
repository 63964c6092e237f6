"""A letter on its way: to whom, what it says, what goes with it, and the name by which it is sent only once."""

import re
from enum import StrEnum

from msgspec import Struct

_KEY = re.compile(r"[A-Za-z0-9._-]{1,160}")
_MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}


class Stand(StrEnum):
    """Where a letter is, on its way from the mailbag to its reader; the names of the bag's folders."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    UNCLEAR = "unclear"
    REFUSED = "refused"
    BY_HAND = "by-hand"

    @property
    def label(self) -> str:
        """The German word that people read."""
        return {
            "waiting": "wartet",
            "sending": "wird übergeben",
            "sent": "versandt",
            "unclear": "ungewiss",
            "refused": "abgelehnt",
            "by-hand": "von Hand",
        }[self.value]


class Wording(Struct, frozen=True):
    """What a letter says: its subject on one line, the text, and the same as a page."""

    subject: str
    text: str
    page: str


class Attachment(Struct, frozen=True):
    """A file that goes with a letter."""

    name: str
    content: bytes

    @property
    def media_type(self) -> str:
        """What kind of file it is, as mail programs want it said; by the ending of its name."""
        return _MEDIA_TYPES[self.name.rpartition(".")[2]]


class Letter(Struct, frozen=True):
    """One letter. ``key`` says what it is about: whatever has the same key is the same letter, and goes out once."""

    key: str
    to: tuple[str, ...]
    wording: Wording
    copy: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a key that could not be a file's name."""
        if _KEY.fullmatch(self.key) is None:
            msg = f"„{self.key}“ is no key of a letter"
            raise ValueError(msg)
