"""What stands in a template workbook, as values: sheets, columns and cells before any file format.

The plan is derived from the contract alone. Rendering it (`template_render`) decides about looks.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from msgspec import Struct

from schemas.codes import indicators
from schemas.contract import TEMPLATE_VERSION, Field, FieldType, Table, TableKind, cover, return_tables
from schemas.quarter import Quarter
from schemas.submission import Value
from transforms.contract_texts import shown, texts

FieldValues: TypeAlias = Mapping[str, Value]
"""Field name to stored value: codes, EUR, percentage points. A field that is not named has no value."""

DATE_FORMAT = "dd.mm.yyyy"
PERCENT_FORMAT = "0%"
MONEY_FORMAT = "#,##0.00"
TEXT_FORMAT = "@"
GENERAL_FORMAT = "General"

_TEUR = Decimal(1000)
_ID_LENGTH = 10
"""Short texts such as numbers and versions are formatted as text, so that Excel leaves „1.0“ alone.

Long ones are not: Excel shows more than 255 characters of a text-formatted cell as ####.
"""


class PlannedCell(NamedTuple):
    """One cell as people see it. ``is_error`` writes ``value`` as an error value such as ``#REF!``."""

    value: str | float | date | None = None
    number_format: str = GENERAL_FORMAT
    fill: str | None = None
    """A fill of its own, as ``RRGGBB``; else the column decides."""
    is_error: bool = False
    note: str = ""
    """Shown as a comment at the cell."""
    is_carried: bool = False
    """Comes from the last return and is to be looked at again."""


class PlannedPoint(NamedTuple):
    """One line of the sheet „Offene Punkte“: what kind, sheet and address of the cell if there is one, and the text."""

    kind: str
    sheet: str
    address: str
    text: str


class PlannedColumn(Struct, frozen=True):
    """One column of a sheet (one line of the Deckblatt). Without ``field`` it is none of the contract's."""

    heading: str
    field: Field | None

    @property
    def is_master_data(self) -> bool:
        """Whether the column is pre-filled and shown in grey."""
        return self.field is not None and self.field.is_master_data


class PlannedSheet(Struct, frozen=True):
    """One sheet to be written. The Deckblatt is planned as one row and written as label and value lines."""

    name: str
    title: str
    help: tuple[str, ...]
    columns: tuple[PlannedColumn, ...]
    rows: tuple[tuple[PlannedCell, ...], ...]
    key_columns: int
    is_cover: bool = False
    hidden_rows: frozenset[int] = frozenset()
    """Indices in ``rows`` that are hidden."""

    def index(self, field_name: str) -> int:
        """Which column holds the field; KeyError when none does."""
        for index, column in enumerate(self.columns):
            if column.field is not None and column.field.name == field_name:
                return index
        raise KeyError(field_name)


class PlannedWorkbook(Struct, frozen=True):
    """All sheets of a return that are read back, and whose return it is."""

    org_code: str
    quarter: Quarter
    sheets: tuple[PlannedSheet, ...]
    points: tuple[PlannedPoint, ...] = ()
    """What is still open; the sheet „Offene Punkte“ is written when the values come from a last return."""
    points_source: Quarter | None = None
    """The quarter of that return."""


def plan_template(
    org_code: str,
    quarter: Quarter,
    rows: Mapping[str, Sequence[FieldValues]] | None = None,
    cover_values: FieldValues | None = None,
) -> PlannedWorkbook:
    """Plan the workbook of one organisation and quarter; see `transforms.workbook.template.write_template`."""
    known: dict[str, Value] = {
        "template_version": TEMPLATE_VERSION,
        "org_code": org_code,
        "report_quarter": str(quarter),
        "as_of_date": quarter.last_day,
        "money_unit": "EUR",
        **(cover_values or {}),
    }
    in_thousands = known["money_unit"] == "TEUR"
    given = {"kpi_value": own_indicators(org_code), **(rows or {})}
    unknown = given.keys() - return_tables().keys()
    if unknown:
        msg = f"no such table in the return: {', '.join(sorted(unknown))}"
        raise KeyError(msg)
    sheets = [plan_sheet(cover(), [known], in_thousands=in_thousands)]
    sheets += [
        plan_sheet(table, given.get(name, ()), in_thousands=in_thousands) for name, table in return_tables().items()
    ]
    return PlannedWorkbook(org_code, quarter, tuple(sheets))


def own_indicators(org_code: str) -> tuple[FieldValues, ...]:
    """Give the rows of Kennzahlen that an organisation starts with: its own indicators with name and unit."""
    return tuple(
        {"kpi_code": indicator.kpi_code, "kpi_name": indicator.name, "unit": indicator.unit}
        for indicator in indicators().values()
        if indicator.org_code == org_code
    )


def plan_cell(field: Field, value: Value, *, in_thousands: bool) -> PlannedCell:
    """Turn a stored value into the cell that a person would fill in; amounts in TEUR when ``in_thousands``."""
    number_format = column_format(field)
    match value:
        case None:
            return PlannedCell(None, number_format)
        case Decimal() | int():
            return _plan_number(field, Decimal(value), in_thousands=in_thousands)
        case str() if field.code_list:
            return PlannedCell(shown(field.code_list, value), number_format)
        case tuple():
            words = (shown(field.code_list, entry) if field.code_list else entry for entry in value)
            return PlannedCell("; ".join(words), number_format)
        case _:
            return PlannedCell(value, number_format)


def column_format(field: Field) -> str:
    """Give the number format of cells that people fill in."""
    match field.type:
        case FieldType.DATE:
            return DATE_FORMAT
        case FieldType.PERCENT:
            return PERCENT_FORMAT
        case FieldType.MONEY:
            return MONEY_FORMAT
        case FieldType.TEXT | FieldType.QUARTER if (field.max_length or 0) <= _ID_LENGTH:
            return TEXT_FORMAT
        case _:
            return GENERAL_FORMAT


def _plan_number(field: Field, number: Decimal, *, in_thousands: bool) -> PlannedCell:
    is_whole = number == number.to_integral_value()
    if field.type is FieldType.PERCENT:
        return PlannedCell(float(number / 100), PERCENT_FORMAT if is_whole else "0.0###%")
    if field.type is FieldType.MONEY and in_thousands:
        return PlannedCell(float(number / _TEUR), "#,##0.00###")
    if field.type is FieldType.NUMBER:
        return PlannedCell(float(number), "#,##0" if is_whole else "#,##0.0###")
    return PlannedCell(float(number), column_format(field))


def plan_sheet(table: Table, rows: Sequence[FieldValues], *, in_thousands: bool = False) -> PlannedSheet:
    """Plan the sheet of one table with rows of stored values.

    Raises:
        KeyError: a field that the table does not have.
    """
    words, fields = texts("template"), table.fields.values()
    is_cover = table.name == cover().name
    guidance = {
        "submission": words["cover_help"],
        "kpi_value": words["indicators_help"],
        "decision": words["register_help"],
    }
    title = words["register_title"] if table.kind is TableKind.REGISTER else words["sheet_title"]
    for row in rows:
        unknown = row.keys() - table.fields.keys()
        if unknown:
            msg = f"no such field in {table.name}: {', '.join(sorted(unknown))}"
            raise KeyError(msg)
    return PlannedSheet(
        name=table.sheet,
        title=title.format(label=words["cover_label"] if is_cover else table.label),
        help=(table.description, guidance.get(table.name, words["rows_help"])),
        columns=tuple(PlannedColumn(field.label, field) for field in fields),
        rows=tuple(
            tuple(plan_cell(field, row.get(field.name), in_thousands=in_thousands) for field in fields) for row in rows
        ),
        key_columns=len(table.key),
        is_cover=is_cover,
    )
