"""What earlier quarters said, found by key: the memory that the rules over time ask."""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from schemas.contract import tables
from schemas.quarter import Quarter
from schemas.submission import History, Value, Version

Remembered: TypeAlias = Mapping[str, Value]
"""A row of an earlier version."""

Key: TypeAlias = tuple[Value, ...]


class Past:
    """The accepted versions before one quarter, indexed by the keys of their rows as they are asked for.

    Without a quarter there is no past: what cannot be placed in time is compared with nothing.
    """

    def __init__(self, history: History, quarter: Quarter | None) -> None:
        self._history = history
        self._quarter = quarter
        self._backwards = tuple(history.backwards(quarter)) if quarter is not None else ()
        self._indexed: dict[tuple[Quarter, str], Mapping[Key, Remembered]] = {}

    @property
    def before(self) -> Version | None:
        """The version that counts for the quarter before; None when that quarter is missing."""
        return self._backwards[0] if self._backwards else None

    @property
    def year_before(self) -> Version | None:
        """The version that counts for the same quarter of the year before."""
        return None if self._quarter is None else self._history.accepted.get(self._quarter.year_before)

    def row_before(self, table: str, *key: Value) -> Remembered | None:
        """The row with this key in the quarter before."""
        return self.row_in(self.before, table, *key)

    def row_in(self, version: Version | None, table: str, *key: Value) -> Remembered | None:
        """The row with this key in the given version."""
        return None if version is None else self._index(version, table).get(key)

    def rows_backwards(self, table: str, *key: Value) -> Iterator[tuple[Version, Remembered]]:
        """The rows with this key, the latest first, until a quarter was not delivered or did not hold it."""
        for version in self._backwards:
            row = self._index(version, table).get(key)
            if row is None:
                return
            yield version, row

    def last_known(self, table: str, field: str, *key: Value) -> Value:
        """The latest value that was given, None if there was none.

        A refused cell became null in its quarter, and a row may have been left out; looking past both keeps a change
        from being accepted by repetition.
        """
        for version in self._backwards:
            row = self._index(version, table).get(key)
            if row is not None and row[field] is not None:
                return row[field]
        return None

    def _index(self, version: Version, table: str) -> Mapping[Key, Remembered]:
        place = (version.quarter, table)
        if place not in self._indexed:
            key = tables()[table].key
            self._indexed[place] = {tuple(row[name] for name in key): row for row in version.tables.get(table, ())}
        return self._indexed[place]
