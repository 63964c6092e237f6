"""What a published file shows, as one word, and somebody who looks at it all the time."""

import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from warehouse.errors import QueryError
from warehouse.reading import query

NOTHING = "nothing published"


def state_of(published: Path) -> str:
    """Name the state that readers find now.

    Raises:
        QueryError: they find a file that cannot be read.
    """
    if not published.exists():
        return NOTHING
    rows = query(published, "select table_name, row_count, checksum from snapshot_checksum order by all").rows
    return " ".join(f"{table}:{count}:{checksum}" for table, count, checksum in rows)


class Watcher:
    """Opens the published file again and again while something happens to it."""

    def __init__(self, published: Path) -> None:
        self._published = published
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.seen: list[str] = []
        self.errors: list[str] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while True:
            is_last = self._stop.is_set()
            try:
                self.seen.append(state_of(self._published))
            except QueryError as error:
                self.errors.append(str(error))
            if is_last:
                return
            self._stop.wait(0.05)
