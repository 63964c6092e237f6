"""A workbook as OpenDocument spreadsheet, drawn by the same calls as XlsxWriter's.

The template is laid out once (`template_render` and its neighbours). What they draw on is either a workbook of
XlsxWriter or this one: it has the calls that they make, with the same arguments, and notes them. `OdsBook.close` writes
the file.
"""

from collections.abc import Mapping
from datetime import date
from io import BytesIO
from typing import Any, NamedTuple

from msgspec import Struct, field
from xlsxwriter.format import Format

Value = str | float | date | None


class OdsCell(NamedTuple):
    """What stands in a cell, how it looks, and what hangs on it."""

    value: Value = None
    look: "OdsFormat | None" = None
    is_error: bool = False
    link: str = ""
    """A place in the workbook, such as ``'Projekte'!F12``."""


class OdsFormat(Format):  # type: ignore[misc]  # XlsxWriter has no types
    """A look as the words that describe it; a Format only by name, so that it can stand in its place."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        super().__init__()
        self.words = dict(words)


class Lines(Struct):
    """Columns or rows: sizes as XlsxWriter counts them (characters, points), looks, and what is hidden."""

    sizes: dict[int, float] = field(default_factory=dict)
    looks: dict[int, OdsFormat] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)


class Check(NamedTuple):
    """A drop-down or input check on an area: first and last row, first and last column."""

    rows: tuple[int, int]
    columns: tuple[int, int]
    words: Mapping[str, Any]


class Note(NamedTuple):
    """A comment at a cell; its size is in pixels."""

    text: str
    words: Mapping[str, Any]


class OdsSheet:
    """One sheet; rows and columns count from 0. The calls promise what those of XlsxWriter's worksheet do."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.cells: dict[int, dict[int, OdsCell]] = {}
        self.columns, self.rows = Lines(), Lines()
        self.checks: list[Check] = []
        self.notes: dict[tuple[int, int], Note] = {}
        self.filter_area: tuple[int, int, int, int] | None = None
        self.frozen = (0, 0)
        self.is_landscape = self.is_active = self.is_protected = False
        self.pages_across = 0
        self.repeated_row: int | None = None
        self.repeated_columns: tuple[int, int] | None = None
        self.footer = ""
        self.margins: Mapping[str, float] = {}

    def write_string(self, row: int, column: int, text: str, look: OdsFormat | None = None) -> None:
        """Write a text as it is."""
        self._write(row, column, OdsCell(text, look))

    def write_number(self, row: int, column: int, number: float, look: OdsFormat | None = None) -> None:
        """Write a number."""
        self._write(row, column, OdsCell(number, look))

    def write_datetime(self, row: int, column: int, day: date, look: OdsFormat | None = None) -> None:
        """Write a day."""
        self._write(row, column, OdsCell(day, look))

    def write_blank(self, row: int, column: int, _nothing: None, look: OdsFormat | None = None) -> None:
        """Give an empty cell its look."""
        self._write(row, column, OdsCell(None, look))

    def write_formula(self, row: int, column: int, _formula: str, look: OdsFormat | None, value: str) -> None:
        """Write an error value; no other formula is ever written."""
        self._write(row, column, OdsCell(value, look, is_error=True))

    def write_url(self, row: int, column: int, target: str, look: OdsFormat, text: str) -> None:
        """Write a way to another cell of the workbook."""
        self._write(row, column, OdsCell(text, look, link=target.removeprefix("internal:")))

    def write_comment(self, row: int, column: int, text: str, words: Mapping[str, Any]) -> None:
        """Hang a comment on a cell."""
        self.notes[row, column] = Note(text, words)

    def set_column(self, first: int, last: int, width: float, look: OdsFormat | None = None) -> None:
        """Give columns their width, and the look of their cells that have none of their own."""
        for column in range(first, last + 1):
            self.columns.sizes[column] = width
            if look is not None:
                self.columns.looks[column] = look

    def set_row(
        self, row: int, height: float | None, _look: None = None, options: Mapping[str, bool] | None = None
    ) -> None:
        """Give a row its height; without one it is as high as its texts need."""
        if height is not None:
            self.rows.sizes[row] = height
        if options and options.get("hidden"):
            self.rows.hidden.add(row)

    def data_validation(  # XlsxWriter's call
        self, first_row: int, first_column: int, last_row: int, last_column: int, words: Mapping[str, Any]
    ) -> None:
        """Check what is typed into an area."""
        self.checks.append(Check((first_row, last_row), (first_column, last_column), words))

    def autofilter(self, first_row: int, first_column: int, last_row: int, last_column: int) -> None:
        """Put filters onto the headings of an area."""
        self.filter_area = (first_row, first_column, last_row, last_column)

    def freeze_panes(self, row: int, column: int) -> None:
        """Keep what is above and left of a cell in view."""
        self.frozen = (row, column)

    def set_landscape(self) -> None:
        """Print across."""
        self.is_landscape = True

    def set_paper(self, _format: int) -> None:
        """Print on A4: every sheet is."""

    def set_margins(self, **inches: float) -> None:
        """Leave margins, in inches."""
        self.margins = inches

    def set_footer(self, codes: str) -> None:
        """Print a footer; ``&L``, ``&C``, ``&R`` begin its parts, ``&A``, ``&P``, ``&N`` are sheet, page, pages."""
        self.footer = codes

    def fit_to_pages(self, across: int, _down: int) -> None:
        """Print on so many pages side by side."""
        self.pages_across = across

    def repeat_rows(self, row: int) -> None:
        """Print a row on each page."""
        self.repeated_row = row

    def repeat_columns(self, first: int, last: int) -> None:
        """Print columns on each page."""
        self.repeated_columns = (first, last)

    def protect(self, _password: str, _permitted: Mapping[str, bool]) -> None:
        """Protect locked cells, without password. Column widths and filters stay free in OpenDocument."""
        self.is_protected = True

    def activate(self) -> None:
        """Show this sheet first."""
        self.is_active = True

    def _write(self, row: int, column: int, cell: OdsCell) -> None:
        self.cells.setdefault(row, {})[column] = cell


class OdsBook:
    """The workbook; the calls promise what those of XlsxWriter's do."""

    def __init__(self, target: BytesIO) -> None:
        """The file is written into ``target``."""
        self._target = target
        self.sheets: list[OdsSheet] = []
        self.properties: Mapping[str, Any] = {}
        self.defined_names: list[tuple[str, int, str, bool]] = []

    def add_worksheet(self, name: str) -> OdsSheet:
        """Add a sheet behind the others."""
        self.sheets.append(OdsSheet(name))
        return self.sheets[-1]

    def add_format(self, words: Mapping[str, Any]) -> OdsFormat:
        """Describe a look."""
        return OdsFormat(words)

    def set_properties(self, words: Mapping[str, Any]) -> None:
        """Give the document its title and so on."""
        self.properties = words

    def get_worksheet_by_name(self, name: str) -> OdsSheet:
        """The sheet of that name."""
        return next(sheet for sheet in self.sheets if sheet.name == name)

    def close(self) -> None:
        """Write the file; the same calls give the same bytes."""
        from transforms.workbook.ods_package import package  # noqa: PLC0415 - wanted by few

        self._target.write(package(self))
