"""The report's tables as values: the same rows for the page in the browser, the workbook and the text block.

A cell is a figure, which each output writes in its own way and with its way back to the sources, or a text.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Generic, TypeAlias, TypeVar

from msgspec import Struct

from schemas.facts import Figure, Light, Source
from transforms.report.page_parts import Lookup
from transforms.report.texts import texts

Cell: TypeAlias = Figure | Light | str | None
"""What stands in a cell; a light is shown as shape and word, None stays empty."""

Fact = TypeVar("Fact")


class Columns(Struct, Generic[Fact], frozen=True):
    """How one kind of fact becomes the cells of a row; the heads are texts ``[heads.<key>]`` in the same order."""

    key: str
    cells: Mapping[str, Callable[[Lookup, Fact], Cell]]
    table: str = ""
    """The table of the returns whose rows are told, where each row is one of a return."""


class TableRow(Struct, frozen=True):
    """One row with the row of a return that it tells of, where there is one."""

    cells: tuple[Cell, ...]
    source: Source | None = None
    is_total: bool = False


class Table(Struct, frozen=True):
    """A table with its name, its heads by column key, and what must be said about it."""

    key: str
    title: str
    heads: Mapping[str, str]
    rows: tuple[TableRow, ...]
    notes: tuple[str, ...] = ()
    has_sources: bool = False

    def only(self, *columns: str) -> "Table":
        """Give the table with some of its columns, in the given order."""
        places = [list(self.heads).index(name) for name in columns]
        rows = tuple(
            TableRow(tuple(row.cells[place] for place in places), row.source, row.is_total) for row in self.rows
        )
        return Table(self.key, self.title, {c: self.heads[c] for c in columns}, rows, self.notes, self.has_sources)

    def where(self, is_wanted: Callable[[TableRow], bool], notes: Sequence[str] = ()) -> "Table":
        """Give the table with some of its rows."""
        rows = tuple(row for row in self.rows if is_wanted(row))
        return Table(self.key, self.title, self.heads, rows, tuple(notes), self.has_sources)

    def ordered(self, by: Callable[[TableRow], int]) -> "Table":
        """Give the table with its rows in another order."""
        return Table(self.key, self.title, self.heads, tuple(sorted(self.rows, key=by)), self.notes, self.has_sources)


def table_of(
    lookup: Lookup, columns: Columns[Fact], facts: Iterable[Fact], *, notes: Sequence[str] = (), total: int = 0
) -> Table:
    """Make the table of some facts; the last ``total`` of them are its sum."""
    heads = texts(f"heads.{columns.key}")
    told = [tuple(write(lookup, fact) for write in columns.cells.values()) for fact in facts]
    rows = tuple(
        TableRow(cells, _source(cells, columns.table), is_total=number >= len(told) - total)
        for number, cells in enumerate(told)
    )
    return Table(columns.key, texts("tables")[columns.key], heads, rows, tuple(notes), bool(columns.table))


def _source(cells: Iterable[Cell], table: str) -> Source | None:
    """Find the row of the return that a row tells of, by any of its figures."""
    sources = (source for cell in cells if isinstance(cell, Figure) for source in cell.sources)
    return next((source for source in sources if source.table == table), None)
