"""Joins what the value reader says of a cell with what only a second look at the file shows."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from math import isfinite
from typing import Any, NamedTuple, NoReturn, TypeAlias

from msgspec import Struct, field

from schemas.place import column_letters
from schemas.workbook import CellKind, Cells, RawCell, Scalar
from transforms.workbook.limits import Limits
from transforms.workbook.refusals import refuse_beyond, refuse_damaged
from transforms.workbook.symbols import as_seen

GridValue: TypeAlias = str | int | float | bool | date | time | datetime | timedelta
Grid: TypeAlias = Sequence[Sequence[GridValue]]
"""Values from A1 on, as the value reader gives them: an empty string where there is none, and for every error."""


class Mark(NamedTuple):
    """All that a cell has besides its value. Equal marks are shared by all cells of a sheet."""

    number_format: str = ""
    fill: str | None = None
    is_struck: bool = False
    error: str | None = None
    formula: str | None = None
    is_text: bool = False
    """Declared as text even where the text is empty: a formula whose result is „nothing“ has a result."""
    is_empty: bool = False
    """Stored without any content, for its looks alone."""
    symbol_font: str = ""
    """The font, if it shows signs in place of letters."""


NO_MARK = Mark()
StoredCell: TypeAlias = tuple[int, int, Mark]
"""Row, column and mark of a cell that the file stores."""


class StoredCells(Struct):
    """Stored cells by column, which spares one object per cell: a large file has half a million."""

    rows: list[int] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)

    @classmethod
    def of(cls, cells: Iterable[StoredCell]) -> "StoredCells":
        """Take cells one by one."""
        return cls(*(list(values) for values in zip(*cells, strict=True)))

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[StoredCell]:
        return zip(self.rows, self.columns, self.marks, strict=True)


# A named tuple's own constructor takes twice as long, and a large file has half a million cells.
_new_cell: Callable[[type[RawCell], tuple[object, ...]], RawCell] = tuple.__new__
_SECONDS_A_DAY = 86_400


def _from_datetime(value: datetime) -> tuple[CellKind, Scalar]:
    is_midnight = value.time() == time()
    return CellKind.DATE, value.date() if is_midnight else value


_SCALARS: dict[type, Callable[[Any], tuple[CellKind, Scalar]]] = {
    bool: lambda value: (CellKind.BOOLEAN, value),
    datetime: _from_datetime,
    date: lambda value: (CellKind.DATE, value),
    time: lambda value: (CellKind.DATE, value),
    # A duration, as in 36:00 hours; Excel itself counts it in days.
    timedelta: lambda value: (CellKind.NUMBER, value.total_seconds() / _SECONDS_A_DAY),
}


def check_extent(sheet: str, stored: StoredCells, limits: Limits) -> None:
    """Refuse a sheet whose used area is so large that reading it would take all memory, naming the stray cell."""
    if len(stored) > limits.sheet_cells:
        refuse_cells(sheet, limits)
    if min(stored.rows, default=1) < 1:
        refuse_damaged(f"Blatt „{sheet}“ hat eine Zelle in Zeile 0")
    if _area(stored) <= limits.extent:
        return
    used = StoredCells.of(cell for cell in stored if not cell[2].is_empty)
    if _area(used) > limits.extent:
        rows, columns = max(used.rows), max(used.columns)
        row, column, _ = max(used, key=lambda cell: cell[0] / rows + cell[1] / columns)
        refuse_beyond(f"Blatt „{sheet}“: einzelne Zelle {column_letters(column)}{row} weit außerhalb der Tabelle")


def refuse_cells(sheet: str, limits: Limits) -> NoReturn:
    """Refuse a sheet for the number of its cells."""
    refuse_beyond(f"Blatt „{sheet}“ hat mehr als {limits.sheet_cells:,} Zellen".replace(",", "."))


def check_total(cells: int, limits: Limits) -> None:
    """Refuse a file for the number of cells on all its sheets."""
    if cells > limits.workbook_cells:
        refuse_beyond(f"mehr als {limits.workbook_cells:,} Zellen".replace(",", "."))


def _area(stored: StoredCells) -> int:
    return max(stored.rows, default=0) * max(stored.columns, default=0)


def join(grid: Grid, stored: StoredCells) -> Cells:
    """Build the cells of a sheet, ordered by row and column.

    A value that the second look did not see is kept all the same, unmarked: the two readers may differ in what they
    show, never in what is lost.
    """
    height = len(grid)
    cells, values, is_ordered = _joined(_padded(grid, stored), stored, height)
    if values != sum([len(row) - row.count("") for row in grid]) or not is_ordered:
        marks = {(row, column): mark for row, column, mark in stored}
        places = {*marks, *((r, c) for r, row in enumerate(grid, 1) for c, value in enumerate(row, 1) if value != "")}
        everything = StoredCells.of((row, column, marks.get((row, column), NO_MARK)) for row, column in sorted(places))
        cells, _, _ = _joined(_padded(grid, everything), everything, height)
    return Cells.of(cells)


def _padded(grid: Grid, stored: StoredCells) -> Grid:
    """Let the grid reach as far as the stored cells do; the rows below are one and the same object."""
    width = len(grid[0]) if grid else 0
    missing_columns = max(0, max(stored.columns, default=0) - width)
    missing_rows = max(0, max(stored.rows, default=0) - len(grid))
    if not missing_columns and not missing_rows:
        return grid
    empty_row = [""] * (width + missing_columns)
    return [[*row, *[""] * missing_columns] for row in grid] + [empty_row] * missing_rows


def _joined(grid: Grid, stored: StoredCells, height: int) -> tuple[list[RawCell], int, bool]:
    """Build the cells that ``stored`` names, count those with a value from the grid, and tell whether all rise."""
    text, number, new_cell, cell_type = CellKind.TEXT, CellKind.NUMBER, _new_cell, RawCell
    cells: list[RawCell] = []
    keep = cells.append
    without_value = last_row = last_column = 0
    is_ordered = True
    kind: CellKind
    scalar: Scalar
    for row, column, (number_format, fill, is_struck, error, formula, is_text, _, symbol_font) in stored:
        value: Any = grid[row - 1][column - 1]
        if row <= last_row and (row < last_row or column <= last_column):
            is_ordered = False
        last_row, last_column = row, column
        of_type = type(value)
        if of_type is str and value and error is None:
            kind, scalar = text, as_seen(value, symbol_font) if symbol_font else value
        elif of_type is float:
            # Infinity and „not a number“ are spelled like numbers; a spreadsheet shows an error for them.
            kind, scalar = (number, value) if isfinite(value) else (CellKind.ERROR, "#NUM!")
        elif of_type is int:
            kind, scalar = number, float(value)
        elif of_type is not str:
            kind, scalar = _SCALARS[of_type](value)
        elif error is not None:
            kind, scalar = CellKind.ERROR, error
            without_value += not value
        elif is_text:
            kind, scalar = text, ""
            without_value += 1
        elif formula is not None or ((fill is not None or is_struck) and row <= height):
            kind, scalar = CellKind.BLANK, None
            without_value += 1
        else:
            # Nothing in it; or colour below the last value, which some files carry down to row 1,048,576.
            continue
        keep(new_cell(cell_type, (row, column, kind, scalar, number_format, fill, formula, is_struck)))
    return cells, len(cells) - without_value, is_ordered
