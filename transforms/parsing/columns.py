"""The columns of one table in one file: everything about a column that is settled before its first cell is read."""

from collections.abc import Mapping
from decimal import Decimal

from msgspec import Struct

from schemas.contract import FieldType, Table
from schemas.workbook import CellKind, Content
from transforms.parsing.cells import parser_for, read_cell
from transforms.parsing.headers import Header, unit_line
from transforms.parsing.numbers import Style, read_number
from transforms.parsing.readings import ONE, Context, Parser, Reading


class Situation(Struct, frozen=True):
    """What the Deckblatt and the file say about every table."""

    template_version: str
    unit_factor: Decimal = ONE
    """EUR for one unit of the declared Geldeinheit."""
    unit_name: str = "EUR"
    year: int | None = None
    """The year of the Stichtag."""
    is_date_1904: bool = False


class Column(Struct, frozen=True):
    """One column of the sheet with its parser and context."""

    name: str
    number: int
    parse: Parser
    context: Context
    type: FieldType
    has_other_unit: bool
    """Heading or table declare a unit that contradicts the Deckblatt: no amount in it can be trusted (M24)."""

    def read(self, cell: Content) -> Reading:
        """Read a cell by itself."""
        return read_cell(cell, self.parse, self.context)

    @property
    def is_light(self) -> bool:
        """Whether the column holds traffic lights."""
        return self.context.field.code_list == "status"


def columns_of(
    table: Table, header: Header, grid: Mapping[int, Mapping[int, Content]], situation: Situation
) -> tuple[Column, ...]:
    """Settle the columns that the header has, in the order of the contract."""
    above = (cell.value for row, line in grid.items() if row < header.row for cell in line.values())
    units = (unit_line(text) for text in above if isinstance(text, str))
    table_unit = next((unit for unit in units if unit is not None), None)
    below = {row: line for row, line in grid.items() if row > header.row}
    columns = []
    for name, described in table.fields.items():
        if name not in header.columns:
            continue
        number = header.columns[name]
        is_money = described.type is FieldType.MONEY
        unit = header.units.get(name, table_unit) if is_money else None
        context = Context(
            described,
            unit_factor=situation.unit_factor if is_money else ONE,
            unit_name=situation.unit_name,
            has_decimal_points=(
                described.type in (FieldType.MONEY, FieldType.NUMBER) and _has_decimal_points(grid, number)
            ),
            has_only_shares=described.type is FieldType.PERCENT and _has_only_shares(below, number),
            year=situation.year,
            is_date_1904=situation.is_date_1904,
        )
        has_other_unit = unit is not None and unit != situation.unit_factor
        columns.append(Column(name, number, parser_for(described), context, described.type, has_other_unit))
    return tuple(columns)


def _has_decimal_points(grid: Mapping[int, Mapping[int, Content]], number: int) -> bool:
    """Whether somebody wrote ``12.5`` in the column, so that ``1.234`` beside it could be a decimal too (M15)."""
    values = (cell.value for line in grid.values() if (cell := line.get(number)) is not None)
    written = (read_number(value) for value in values if isinstance(value, str) and "." in value)
    return any(entry is not None and entry.style is Style.POINT for entry in written)


def _has_only_shares(below: Mapping[int, Mapping[int, Content]], number: int) -> bool:
    """Whether the column is kept in the format ``%`` all through but for single cells that lost it (M29)."""
    column = (line[number] for line in below.values() if number in line)
    values = [(cell.value, "%" in cell.number_format) for cell in column if cell.kind is not CellKind.BLANK]
    shares = [value for value, has_sign in values if has_sign and isinstance(value, float)]
    others = [value for value, has_sign in values if not has_sign]
    return (
        len(shares) > len(others)
        and all(0 <= share <= 1 for share in shares)
        and all(isinstance(other, float) and 0 < other <= 1 for other in others)
    )
