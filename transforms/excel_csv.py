"""CSV that a German Excel opens with a double click: nothing becomes a date or a formula that was none.

UTF-8 with a mark in front, semicolons, decimal commas: with a point Excel would read 1.10 as the first of October.
Text that Excel would take for a formula gets an apostrophe in front (OWASP; M97 of domain.md §3); numbers stay numbers.
"""

import csv
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from zoneinfo import ZoneInfo

ENCODING = "utf-8-sig"
"""With the mark by which Excel knows UTF-8."""

BERLIN = ZoneInfo("Europe/Berlin")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a formula begins with, the fullwidth forms among it."""
_SIGNED_NUMBER = re.compile(r"[+-]\d[\d.,]*(?:[ \u00a0\u202f]?%)?")


def csv_lines(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Write a heading and rows, a line each: null as nothing, lists with commas, instants in Europe/Berlin."""
    yield _line([safe_text(column) for column in columns])
    for row in rows:
        yield _line([_cell(value) for value in row])


def safe_text(text: str) -> str:
    """Keep a spreadsheet from calculating what is only text; a number with its sign stays one (M97)."""
    is_formula = text.startswith(_FORMULA) and not _SIGNED_NUMBER.fullmatch(text)
    return f"'{text}" if is_formula else text


def _line(cells: Sequence[str]) -> str:
    buffer = StringIO()
    csv.writer(buffer, delimiter=";", lineterminator="\r\n").writerow(cells)
    return buffer.getvalue()


def _cell(value: object) -> str:
    match value:
        case bool():
            return "wahr" if value else "falsch"
        case int() | Decimal():
            return f"{value:f}".replace(".", ",") if isinstance(value, Decimal) else str(value)
        case float():
            return f"{Decimal(repr(value)):f}".replace(".", ",") if math.isfinite(value) else ""
        case _:
            return safe_text(_text(value))


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return (value.astimezone(BERLIN) if value.tzinfo else value).strftime("%Y-%m-%d %H:%M:%S")
        case date():
            return value.isoformat()
        case list() | tuple():
            return ", ".join(map(_text, value))
        case _:
            return str(value)
