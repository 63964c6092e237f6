"""A workbook as it came: cells with true positions, before any judgement.

Row and column numbers count from 1 and are those of the submitted file; empty cells without fill are left out.
What a format cannot tell (fills in csv, the text of formulas in xls) stays at its default, and ``notes`` says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import NamedTuple, TypeAlias

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


class RawCell(NamedTuple):
    """One cell. ``number_format`` is the file's format code (``0%``, ``dd.mm.yyyy``), empty where unknown."""

    row: int
    column: int
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


def scalar_text(value: Scalar) -> str:
    """Write a raw value the way a person would read it in the cell: 30.09.2026, 1234,5, WAHR."""
    match value:
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
        case _:
            return value


@dataclass(frozen=True, slots=True)
class RawSheet:
    """One sheet; ``cells`` is ordered by row, then column."""

    name: str
    cells: tuple[RawCell, ...]
    is_hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    """Merged ranges as (first row, first column, last row, last column)."""


class FileFormat(StrEnum):
    """The accepted formats, by content and not by suffix."""

    XLSX = "xlsx"
    XLSM = "xlsm"
    XLSB = "xlsb"
    XLS = "xls"
    ODS = "ods"
    CSV_ZIP = "csv"


@dataclass(frozen=True, slots=True)
class RawWorkbook:
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
