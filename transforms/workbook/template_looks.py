"""How the template looks: cell formats, colours, column widths. One accent colour, grey for master data."""

from collections.abc import Iterable
from math import ceil
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from schemas.codes import code_lists
from schemas.contract import Field, FieldType
from transforms.workbook.template_plan import PlannedCell

A4 = 9
"""Excel's number of the paper format."""

ACCENT = "#1F4E79"
GREY_HEADING = "#595959"
GREY_CELL = "#E7E6E6"
BORDER = "#BFBFBF"

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\N{FULLWIDTH EQUALS SIGN}")

_LINE_HEIGHT = 15.0
_FIXED_WIDTHS = {
    FieldType.DATE: 13.0,
    FieldType.QUARTER: 13.0,
    FieldType.INTEGER: 12.0,
    FieldType.PERCENT: 13.0,
    FieldType.MONEY: 17.0,
    FieldType.NUMBER: 14.0,
    FieldType.ORG_LIST: 16.0,
    FieldType.TEXT_LIST: 22.0,
    FieldType.EMAIL: 34.0,
}
_TEXT_WIDTHS = ((10, 13.0), (60, 26.0), (120, 34.0), (200, 44.0), (1000, 56.0))
"""Length of a text up to which a column of that width is comfortable with wrapped lines."""


class Looks:
    """The formats of one workbook; each combination is made once, so that the file stays small."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._formats: dict[frozenset[tuple[str, Any]], Format] = {}

    def title(self) -> Format:
        """The sheet's title in row 1."""
        return self._format(bold=True, font_size=14, font_color=ACCENT)

    def help(self) -> Format:
        """The help lines under the title."""
        return self._format(font_color="#404040")

    def heading(self, *, is_master: bool = False) -> Format:
        """A column heading; master data in grey, all white on dark with a contrast above 7:1."""
        return self._format(
            bold=True,
            font_color="#FFFFFF",
            bg_color=GREY_HEADING if is_master else ACCENT,
            text_wrap=True,
            valign="vcenter",
            border=1,
            border_color=BORDER,
        )

    def label(self) -> Format:
        """A label of the Deckblatt."""
        return self._format(bold=True, valign="top", border=1, border_color=BORDER)

    def cell(self, cell: PlannedCell, *, is_master: bool, is_left: bool = False, is_locked: bool = False) -> Format:
        """A cell to fill in, grey for master data; ``is_left`` keeps dates and numbers beside their label.

        Values of the last return are set in italics.

        Text that begins like a formula is marked as text: else it would become one when somebody edits the cell.
        """
        looks: dict[str, Any] = {
            "num_format": cell.number_format,
            "valign": "top",
            "text_wrap": True,
            "border": 1,
            "border_color": BORDER,
            "locked": is_locked,
        }
        if cell.fill or is_master:
            looks["bg_color"] = f"#{cell.fill}" if cell.fill else GREY_CELL
        if is_left:
            looks["align"] = "left"
        if cell.is_carried:
            looks["italic"] = True
        if isinstance(cell.value, str) and cell.value.startswith(_FORMULA_STARTS):
            looks["quote_prefix"] = True
        return self._format(**looks)

    def column(self, number_format: str) -> Format:
        """The format of the cells below the prepared rows."""
        return self._format(num_format=number_format, valign="top", text_wrap=True, locked=False)

    def link(self) -> Format:
        """A way to another cell; underlined, so that it is not known by its colour alone."""
        return self._format(valign="top", font_color=ACCENT, underline=1)

    def plain(self) -> Format:
        """Running text and table cells of the sheets that are not read back."""
        return self._format(valign="top", text_wrap=True)

    def _format(self, **looks: Any) -> Format:  # noqa: ANN401 - XlsxWriter's properties are of many types
        key = frozenset(looks.items())
        if key not in self._formats:
            self._formats[key] = self._workbook.add_format(looks)
        return self._formats[key]


def row_height(texts_and_widths: Iterable[tuple[str, float]]) -> float | None:
    """Estimate the height that wrapped texts need in their columns; None where one line will do.

    Excel would find out by itself, LibreOffice keeps the height of the file.
    """
    lines = max((ceil(len(text) / width) for text, width in texts_and_widths), default=1)
    return _LINE_HEIGHT * lines if lines > 1 else None


def column_width(field: Field) -> float:
    """Give a width in characters in which the field's values can be read without widening the column."""
    if field.type is FieldType.CODE and field.code_list not in ("org", "kpi"):
        longest = max(len(entry.label) for entry in code_lists()[field.code_list].entries.values())
        return float(min(max(longest + 3, 13), 26))
    if field.type in _FIXED_WIDTHS:
        return _FIXED_WIDTHS[field.type]
    length = field.max_length or 10
    return next(width for limit, width in _TEXT_WIDTHS if length <= limit)
