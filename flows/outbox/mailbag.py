"""The mailbag: every letter is one file, and the folder in which it lies is its state. Moving it is atomic.

``waiting``  written, not handed over yet
``sending``  being handed over to the mail server
``sent``     the server has taken it
``unclear``  the connection or the process ended before the server said so: it may be on its way. It is never sent again
             by itself; a person moves it back to ``waiting``, and it keeps its Message-ID
``refused``  the server will not take it
``by-hand``  no mail is set up, or nobody is named to receive it: to be sent by a person

A letter that lies in any of them is never written again: the files are the memory of what was sent. ``journal.jsonl``
tells what happened to each, for people; nothing depends on it.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.parser import BytesParser
from email.policy import SMTP
from email.utils import getaddresses
from pathlib import Path

from msgspec import Struct

from schemas.letter import Letter, Stand
from transforms.letters.message import message_bytes
from warehouse.durable import MODE, sync_folder, write_unnamed


class Posted(Struct, frozen=True):
    """A letter in the bag, as its file says."""

    key: str
    stand: Stand
    sender: str
    recipients: tuple[str, ...]
    subject: str
    written_at: datetime
    message_id: str


class Mailbag:
    """The letters of one installation, below a folder that need not exist."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, stand: Stand, key: str) -> Path:
        """Where a letter in that state lies."""
        return self.folder / stand / f"{key}.eml"

    def stand_of(self, key: str) -> Stand | None:
        """The state of a letter; None when it was never written."""
        # A letter moves on through the states in their order, and from sending back to waiting: hence that one twice.
        return next((stand for stand in (*Stand, Stand.WAITING) if self.path(stand, key).exists()), None)

    def put(self, letter: Letter, sender: str, now: datetime, *, by_hand: bool = False) -> bool:
        """Write a letter, durably, unless it was written before; tells whether it was new."""
        with self._alone("put.lock"):
            return self._put(letter, sender, now, by_hand=by_hand)

    def _put(self, letter: Letter, sender: str, now: datetime, *, by_hand: bool) -> bool:
        if self.stand_of(letter.key) is not None:
            return False
        is_for_people = by_hand or not letter.to
        target = self.path(Stand.BY_HAND if is_for_people else Stand.WAITING, letter.key)
        target.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        write_unnamed(target, message_bytes(letter, sender, now, is_draft=is_for_people)).replace(target)
        sync_folder(target.parent)
        self.note(letter.key, target.parent.name, now, ", ".join((*letter.to, *letter.copy)))
        return True

    def keys(self, stand: Stand) -> list[str]:
        """The letters in that state by name."""
        return sorted(path.stem for path in (self.folder / stand).glob("*.eml"))

    def read(self, stand: Stand, key: str) -> tuple[Posted, bytes]:
        """Read a letter: what its head says, and its bytes."""
        content = self.path(stand, key).read_bytes()
        head = BytesParser(policy=SMTP).parsebytes(content, headersonly=True)
        recipients = getaddresses([str(value) for name in ("To", "Cc") for value in head.get_all(name, [])])
        return (
            Posted(
                key,
                stand,
                str(head["From"]),
                tuple(address for _, address in recipients if address),
                str(head["Subject"]),
                head["Date"].datetime,
                str(head["Message-ID"]),
            ),
            content,
        )

    def move(self, key: str, source: Stand, target: Stand, now: datetime, detail: str = "") -> None:
        """Change the state of a letter, durably."""
        goal = self.path(target, key)
        goal.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        self.path(source, key).rename(goal)
        sync_folder(goal.parent)
        sync_folder(self.folder / source)
        self.note(key, target, now, detail)

    def note(self, key: str, event: str, now: datetime, detail: str = "") -> None:
        """Write a line into the journal."""
        line = json.dumps({"at": now.isoformat(), "letter": key, "event": event, "detail": detail}, ensure_ascii=False)
        descriptor = os.open(self.folder / "journal.jsonl", os.O_WRONLY | os.O_APPEND | os.O_CREAT, MODE)
        try:
            os.write(descriptor, f"{line}\n".encode())
        finally:
            os.close(descriptor)

    @contextmanager
    def held(self) -> Iterator[bool]:
        """Be the only one who sends; False when another process does already, which sends what waits."""
        with self._alone("lock", is_patient=False) as is_ours:
            yield is_ours

    @contextmanager
    def _alone(self, name: str, *, is_patient: bool = True) -> Iterator[bool]:
        self.folder.mkdir(mode=0o750, parents=True, exist_ok=True)
        descriptor = os.open(self.folder / name, os.O_RDWR | os.O_CREAT, MODE)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if is_patient else fcntl.LOCK_NB))
            except BlockingIOError:
                yield False
            else:
                yield True
        finally:
            os.close(descriptor)
