"""Answers as files in the outbox folder: for each delivery a receipt as text, HTML and JSON, and its marked workbook.

The text receipts that lie there are also the memory of who was answered. Each is written when everything else of its
answer lies there: a run that died before that is made up for by the next one, and nobody is answered twice.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from warehouse.durable import replace_all

if TYPE_CHECKING:
    from flows.answering import Reply


_PORTION = 16
"""So many answers are held in memory and written side by side."""


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
        receipts: dict[Path, bytes] = {}
        try:
            for some in _in_portions(replies):
                # All that belongs to an answer is on the disk before the receipt says that it is.
                replace_all({path: content for reply in some for path, content in self._beside(reply)})
                for reply in some:
                    if self._post is not None:
                        self._post(reply)
                    receipts[self._folder / f"{reply.name}.txt"] = reply.text
        finally:
            replace_all(receipts)
        return len(receipts)

    def _beside(self, reply: "Reply") -> Iterator[tuple[Path, bytes]]:
        yield self._folder / f"{reply.name}.html", reply.page
        yield self._folder / f"{reply.name}.json", reply.document
        workbook = self._folder / f"{reply.name}.xlsx"
        if reply.workbook is None:
            workbook.unlink(missing_ok=True)
        else:
            yield workbook, reply.workbook


def _in_portions(replies: Iterable["Reply"]) -> "Iterator[list[Reply]]":
    """Give replies some at a time, and those that were composed before a failure before it is raised."""
    some: list[Reply] = []
    try:
        for reply in replies:
            some.append(reply)
            if len(some) == _PORTION:
                yield some
                some = []
    except Exception:
        yield some
        raise
    yield some
