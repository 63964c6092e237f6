"""One cell, whatever its type: errors and empty formulas first, then the parser of the field's type."""

from collections.abc import Iterable, Iterator, Mapping

from schemas.contract import Field, FieldType
from schemas.findings import Finding
from schemas.place import Place
from schemas.workbook import CellKind, Content
from transforms.parsing import amounts, codes, dates, free_text, quarters
from transforms.parsing.lights import colour_word, is_white
from transforms.parsing.readings import NOTHING, Context, Parser, Reading, Remark, found_text, refused
from transforms.parsing.text import is_error_text

_PARSERS: Mapping[FieldType, Parser] = {
    FieldType.CODE: codes.parse_code,
    FieldType.DATE: dates.parse_date,
    FieldType.QUARTER: quarters.parse_quarter,
    FieldType.INTEGER: amounts.parse_integer,
    FieldType.PERCENT: amounts.parse_percent,
    FieldType.MONEY: amounts.parse_money,
    FieldType.NUMBER: amounts.parse_number,
    FieldType.ORG_LIST: codes.parse_code_list,
}


def parser_for(field: Field) -> Parser:
    """Choose the parser once per column."""
    if field.type is FieldType.TEXT_LIST and field.code_list:
        return codes.parse_code_list
    return _PARSERS.get(field.type) or free_text.text_parser(field.type, field.pattern)


def read_cell(cell: Content, parse: Parser, context: Context) -> Reading:
    """Read one cell of any kind; never raises, whatever stands there."""
    kind = cell.kind
    if kind is CellKind.ERROR:
        return refused("C06", "ein Wert oder eine Formel ohne Fehler")
    if kind is CellKind.BLANK:
        return _blank(cell)
    value = cell.value
    if isinstance(value, str) and value.lstrip()[:1] in ("#", "E") and is_error_text(value):
        return refused("C06", "ein Wert oder eine Formel ohne Fehler")
    return parse(cell, context)


def colour_only(cell: Content, field: Field, neighbours: Iterable[Content]) -> Reading:
    """Read an empty cell of a light: C08 when it is coloured, unless the whole row is (M38)."""
    if field.code_list != "status" or is_white(cell.fill) or any(other.fill == cell.fill for other in neighbours):
        return NOTHING
    return refused("C08", codes.expected_entries("status"), {"farbe": colour_word(cell.fill)})


def findings_of(reading: Reading, cell: Content, place: Place) -> Iterator[Finding]:
    """Turn a reading's remarks into findings with the cell's place and its value as found."""
    value = found_text(cell) or None
    for rule, expected, details in reading.remarks:
        alt = {"alt": value or ""} if rule == "C13" else {}
        yield Finding(rule, place, value, expected, {**alt, **details})


def _blank(cell: Content) -> Reading:
    if cell.formula is None:
        return NOTHING
    return Reading(None, (Remark("C10", "ein gespeichertes Ergebnis"),))
