"""A workbook as it came: cells with true positions, before any judgement.

Row and column numbers count from 1 and are those of the submitted file; empty cells without fill are left out.
What a format cannot tell (fills in csv, the text of formulas in xls) stays at its default, and ``notes`` says so.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from enum import StrEnum
from itertools import repeat
from typing import Final, NamedTuple, TypeAlias, overload

from msgspec import Struct, field
from msgspec.structs import force_setattr

Scalar: TypeAlias = str | float | bool | date | datetime | time | None
"""What a cell can hold. A date cell is ``date``; with a time of day other than midnight ``datetime``."""


class CellKind(StrEnum):
    """How the file itself stores the cell."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    BOOLEAN = "boolean"
    ERROR = "error"
    """An error value such as ``#REF!``; ``value`` is its text."""
    BLANK = "blank"
    """No value, but a fill or another mark; or a formula without a stored result."""


class Content(NamedTuple):
    """What stands in a cell, wherever it stands. ``number_format`` is the file's format code, empty where unknown."""

    kind: CellKind
    value: Scalar
    number_format: str = ""
    fill: str | None = None
    """The solid fill as ``RRGGBB``; None without fill or where the format does not tell."""
    formula: str | None = None
    """The formula's text where the cell has one, without the equals sign."""
    is_struck: bool = False
    """Struck through, which people use for „gelöscht“."""

    @property
    def text(self) -> str:
        """The value as text for messages: what a person would call „the value as found“."""
        return scalar_text(self.value)


class RawCell(NamedTuple):
    """One cell: its place, and what `Content` tells of it."""

    row: int
    column: int
    kind: CellKind
    value: Scalar
    number_format: str = ""
    fill: str | None = None
    formula: str | None = None
    is_struck: bool = False

    @property
    def text(self) -> str:
        """The value as text for messages."""
        return scalar_text(self.value)

    @property
    def content(self) -> Content:
        """What stands in the cell, without its place."""
        return _new_content(Content, self[2:])


# A named tuple's own constructor takes twice as long, and a large file has half a million cells.
_new_content: Final[Callable[[type[Content], tuple[object, ...]], Content]] = tuple.__new__
_new_cell: Final[Callable[[type[RawCell], tuple[object, ...]], RawCell]] = tuple.__new__


class Cells(Sequence[RawCell]):
    """The cells of a sheet by column of numbers, each content kept once: most cells of a table repeat another one.

    ``which`` gives each cell's place in ``contents``. Equal to any sequence of equal cells.
    """

    __slots__ = ("columns", "contents", "rows", "which")
    __hash__ = None  # type: ignore[assignment]  # equal to lists as well, which have none

    def __init__(
        self, rows: Sequence[int], columns: Sequence[int], which: Sequence[int], contents: Sequence[Content]
    ) -> None:
        self.rows = rows
        self.columns = columns
        self.which = which
        self.contents = contents

    @classmethod
    def of(cls, cells: Iterable[RawCell]) -> "Cells":
        """Take single cells in their order."""
        if isinstance(cells, Cells):
            return cells
        rows: list[int] = []
        columns: list[int] = []
        which: list[int] = []
        contents: list[Content] = []
        known: dict[tuple[object, ...], int] = {}
        for cell in cells:
            rows.append(cell.row)
            columns.append(cell.column)
            # WAHR, 1 and 1.0 compare equal and are not the same.
            key = (type(cell.value), *cell[2:])
            number = known.get(key)
            if number is None:
                number = known[key] = len(contents)
                contents.append(cell.content)
            which.append(number)
        return cls(rows, columns, which, contents)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[RawCell]:
        contents = map(self.contents.__getitem__, self.which)
        places = zip(self.rows, self.columns, strict=True)
        return map(
            _new_cell, repeat(RawCell), (place + content for place, content in zip(places, contents, strict=True))
        )

    @overload
    def __getitem__(self, at: int) -> RawCell: ...
    @overload
    def __getitem__(self, at: slice) -> "Cells": ...
    def __getitem__(self, at: int | slice) -> "RawCell | Cells":
        if isinstance(at, slice):
            return Cells(self.rows[at], self.columns[at], self.which[at], self.contents)
        return RawCell(self.rows[at], self.columns[at], *self.contents[self.which[at]])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(mine == theirs for mine, theirs in zip(self, other, strict=True))

    def __repr__(self) -> str:
        return f"Cells({list(self)!r})"


def scalar_text(value: Scalar) -> str:
    """Write a raw value the way a person would read it in the cell: 30.09.2026, 1234,5, WAHR."""
    match value:
        case str():
            return value
        case None:
            return ""
        case bool():
            return "WAHR" if value else "FALSCH"
        case float() | int():
            return f"{value:.15g}".replace(".", ",")
        case datetime():
            return value.strftime("%d.%m.%Y %H:%M")
        case date():
            return value.strftime("%d.%m.%Y")
        case time():
            return value.strftime("%H:%M")


class RawSheet(Struct, frozen=True):
    """One sheet; ``cells`` is ordered by row, then column."""

    name: str
    cells: Cells
    is_hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    """Merged ranges as (first row, first column, last row, last column)."""

    def __post_init__(self) -> None:
        """Take cells one by one as well."""
        force_setattr(self, "cells", Cells.of(self.cells))


class FileFormat(StrEnum):
    """The accepted formats, by content and not by suffix."""

    XLSX = "xlsx"
    XLSM = "xlsm"
    XLSB = "xlsb"
    XLS = "xls"
    ODS = "ods"
    CSV_ZIP = "csv"

    @property
    def can_be_marked(self) -> bool:
        """Whether a file's own cells can be marked; what others hold is written anew for the answer."""
        return self in (FileFormat.XLSX, FileFormat.XLSM)


class RawWorkbook(Struct, frozen=True):
    """All that the reader saw in one file."""

    format: FileFormat
    sheets: tuple[RawSheet, ...]
    is_date_1904: bool = False
    """The file counts days from 1904; the values here are already the right dates (M06)."""
    external_links: tuple[str, ...] = ()
    """Targets of links to other files, never followed (M52)."""
    defined_names: Mapping[str, str] = field(default_factory=dict)
    generator: str = ""
    """The program that wrote the file, as the file says (docProps/app.xml)."""
    authors: tuple[str, ...] = ()
    """Whom the document's properties and comments name as authors, as they stand there (M96)."""
    notes: tuple[str, ...] = ()
    """What the reader could not see in this format, in German."""
