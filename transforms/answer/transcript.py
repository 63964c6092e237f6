"""What a return in another format says, written into the template: the same content at the template's own cells.

Files of the formats ods, xls, xlsb and CSV cannot be marked as they are. The transcript holds every cell that was read
into a field, with value, number format and fill as the sender has them, right or wrong, and nothing else.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from math import isfinite

from msgspec import Struct
from msgspec.structs import replace

from schemas.contract import Field, Table, cover, return_tables
from schemas.place import Place
from schemas.quarter import Quarter
from schemas.submission import Row, Submission
from schemas.workbook import CellKind, RawCell, RawWorkbook
from transforms.workbook.template_plan import (
    DATE_FORMAT,
    GENERAL_FORMAT,
    TEXT_FORMAT,
    PlannedCell,
    PlannedSheet,
    PlannedWorkbook,
    column_format,
    plan_template,
)

_FIRST_COVER_ROW, _VALUE_COLUMN = 4, 2
_HEADING_ROW, _FIRST_ROW = 4, 5
"""Where the template has its lines (contract.md §1)."""
_UNKNOWN_ORGANISATION = "Kürzel"
_ERROR_VALUES = frozenset({"#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#N/A", "#NULL!"})
_FIRST_YEAR = 1900
_LONGEST_TEXT_FORMAT = 255
"""Excel shows longer text in the format „Text“ as ####."""

_Cells = Mapping[tuple[str, int, int], RawCell]


class _Moved(Struct, frozen=True):
    """Where the lines of one sheet went."""

    sheet: str
    rows: Mapping[int, int]
    columns: Mapping[int, int]
    is_cover: bool = False

    def place(self, place: Place) -> Place | None:
        """Give the new place of a cell, row, column or of the sheet; headings go to ours."""
        if self.is_cover and place.row is not None:
            return Place(self.sheet, self.rows[place.row], _VALUE_COLUMN) if place.row in self.rows else None
        if place.row is None:
            return self._in_column(place, None)
        row = self.rows.get(place.row)
        if place.column is None:
            return Place(self.sheet, row) if row else None
        return self._in_column(place, row or _HEADING_ROW)

    def _in_column(self, place: Place, row: int | None) -> Place | None:
        if place.column is None:
            return Place(self.sheet)
        column = self.columns.get(place.column)
        return Place(self.sheet, row, column) if column else None


class Transcript(Struct, frozen=True):
    """The planned workbook, and where each place of the delivery is in it."""

    plan: PlannedWorkbook
    _moved: Mapping[str, _Moved]

    def place(self, place: Place) -> Place | None:
        """Give the place in the transcript of a place in the delivery; None for what was not taken along."""
        moved = self._moved.get(place.sheet)
        return moved.place(place) if moved else None


def transcribe(workbook: RawWorkbook, submission: Submission, otherwise: Quarter) -> Transcript:
    """Plan the transcript of a return; ``otherwise`` is named in its footers when the file does not tell a quarter."""
    cells = {(sheet.name, cell.row, cell.column): cell for sheet in workbook.sheets for cell in sheet.cells}
    form = plan_template(submission.org_code or _UNKNOWN_ORGANISATION, submission.quarter or otherwise)
    moved: dict[str, _Moved] = {}
    sheets: list[PlannedSheet] = []
    for sheet, table in zip(form.sheets, (cover(), *return_tables().values()), strict=True):
        if table.name == cover().name:
            rows: Sequence[Row] = (submission.cover,) if submission.cover is not None else ()
        else:
            rows = submission.tables.get(table.name, ())
        lines = tuple(_line(table, row, cells) for row in rows)
        sheets.append(replace(sheet, rows=lines or (_blank(table),) if sheet.is_cover else lines))
        moved[rows[0].sheet if rows else table.sheet] = _moved(table, rows)
    return Transcript(PlannedWorkbook(form.org_code, form.quarter, tuple(sheets)), moved)


def _moved(table: Table, rows: Sequence[Row]) -> _Moved:
    if table.name == cover().name:
        lines = {name: row for row, name in enumerate(table.fields, start=_FIRST_COVER_ROW)}
        return _Moved(
            table.sheet, {row.rows[name]: lines[name] for row in rows for name in row.rows}, {}, is_cover=True
        )
    columns = {name: column for column, name in enumerate(table.fields, start=1)}
    return _Moved(
        table.sheet,
        {row.source_row: number for number, row in enumerate(rows, start=_FIRST_ROW)},
        {column: columns[name] for row in rows[:1] for name, column in row.columns.items()},
    )


def _line(table: Table, row: Row, cells: _Cells) -> tuple[PlannedCell, ...]:
    def found() -> Iterator[PlannedCell]:
        for name, described in table.fields.items():
            place = row.place(name)
            cell = cells.get((place.sheet, place.row or 0, place.column or 0)) if name in row.columns else None
            yield _as_found(described, cell)

    return tuple(found())


def _blank(table: Table) -> tuple[PlannedCell, ...]:
    return tuple(_as_found(described, None) for described in table.fields.values())


def _as_found(described: Field, cell: RawCell | None) -> PlannedCell:
    """Plan a cell that holds what the sender's holds; what no workbook can hold so becomes the text that it shows."""
    if cell is None:
        return PlannedCell(None, column_format(described))
    number_format = cell.number_format or GENERAL_FORMAT
    match cell.value:
        case None:
            return PlannedCell(None, column_format(described), cell.fill)
        case str() as text if cell.kind is CellKind.ERROR and text in _ERROR_VALUES:
            return PlannedCell(text, number_format, cell.fill, is_error=True)
        case str() as text:
            is_long = number_format == TEXT_FORMAT and len(text) > _LONGEST_TEXT_FORMAT
            return PlannedCell(text, GENERAL_FORMAT if is_long else number_format, cell.fill)
        case date() as day if day.year >= _FIRST_YEAR:
            shown = DATE_FORMAT + (" hh:mm" if isinstance(day, datetime) else "")
            return PlannedCell(day, cell.number_format or shown, cell.fill)
        case float() | int() as number if not isinstance(number, bool) and isfinite(number):
            return PlannedCell(number, number_format, cell.fill)
        case _:
            return PlannedCell(cell.text, GENERAL_FORMAT, cell.fill)
