"""Answers as files in the outbox folder: for each delivery a receipt as text, HTML and JSON, and its marked workbook.

The text receipts that lie there are also the memory of who was answered. Each is written when everything else of its
answer lies there: a run that died before that is made up for by the next one, and nobody is answered twice.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from warehouse.durable import sync_folder, write_unnamed

if TYPE_CHECKING:
    from flows.answering import Reply


class OutboxFolder:
    """A folder for answers, which exists. ``post`` is called for each answer before its receipt is written."""

    def __init__(self, folder: Path, post: "Callable[[Reply], None] | None" = None) -> None:
        self._folder = folder
        self._post = post

    def answered(self) -> frozenset[str]:
        """The submissions whose receipt lies in the outbox."""
        return frozenset(path.stem.rpartition("_")[2] for path in self._folder.glob("*_*.txt"))

    def has_receipt(self, name: str) -> bool:
        """Whether the receipt of that name lies in the outbox."""
        return (self._folder / f"{name}.txt").exists()

    def answer(self, replies: Iterable["Reply"]) -> int:
        """Write the answers, durably; gives how many were written.

        Those that were composed before a failure are written all the same.

        Raises:
            OSError: the disk is full or broken; whoever has no receipt then counts as not answered.
        """
        receipts: list[tuple[str, bytes]] = []
        try:
            for reply in replies:
                self._write_beside(reply)
                if self._post is not None:
                    self._post(reply)
                receipts.append((reply.name, reply.text))
        finally:
            if receipts:
                # All that belongs to an answer is on the disk before the receipt says that it is.
                sync_folder(self._folder)
                for name, text in receipts:
                    self._write(f"{name}.txt", text)
                sync_folder(self._folder)
        return len(receipts)

    def _write_beside(self, reply: "Reply") -> None:
        self._write(f"{reply.name}.html", reply.page)
        self._write(f"{reply.name}.json", reply.document)
        if reply.workbook is None:
            (self._folder / f"{reply.name}.xlsx").unlink(missing_ok=True)
        else:
            self._write(f"{reply.name}.xlsx", reply.workbook)

    def _write(self, name: str, content: bytes) -> None:
        path = self._folder / name
        write_unnamed(path, content).replace(path)
