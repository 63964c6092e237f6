"""Where in a submitted file something stands, in the words of the spreadsheet: ``Projekte!F12``."""

import re
from functools import cache

from msgspec import Struct

_ADDRESS = re.compile(r"(?:(?P<sheet>.*)!)?(?P<column>[A-Z]{1,3})(?P<row>[1-9]\d*)")
_ANY_ADDRESS = re.compile(
    r"(?P<cell_column>[A-Z]{1,3})(?P<cell_row>[1-9]\d*)|(?P<row>[1-9]\d*):(?P=row)|(?P<column>[A-Z]{1,3}):(?P=column)"
)


@cache
def column_letters(column: int) -> str:
    """Name a column as the spreadsheet does: 1 is A, 27 is AA."""
    if column < 1:
        msg = f"columns count from 1, not {column}"
        raise ValueError(msg)
    letters, rest = "", column
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(65 + digit) + letters
    return letters


def column_number(letters: str) -> int:
    """Count a column name: A is 1, AA is 27. The reverse of `column_letters`."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


class Place(Struct, frozen=True):
    """A cell, a row, a column or a whole sheet of the submitted file; rows and columns count from 1.

    ``str(place)`` is what people and ``check --json`` see: ``Projekte!F12``, ``Projekte!7:7``, ``Projekte!S:S``
    or ``Projekte``. Formats without sheets (one CSV file) carry the file's stem as sheet.
    """

    sheet: str
    row: int | None = None
    column: int | None = None

    @classmethod
    def parse(cls, text: str) -> "Place":
        """Read ``Projekte!F12`` back; ValueError for anything that is not one cell."""
        match = _ADDRESS.fullmatch(text)
        if match is None or match["sheet"] is None:
            msg = f"„{text}“ is not a cell such as Projekte!F12"
            raise ValueError(msg)
        return cls(match["sheet"], int(match["row"]), column_number(match["column"]))

    @classmethod
    def of(cls, text: str) -> "Place":
        """Read what ``str(place)`` writes: a cell, a row, a column, or else a whole sheet."""
        sheet, mark, address = text.rpartition("!")
        match = _ANY_ADDRESS.fullmatch(address) if mark else None
        if match is None:
            return cls(text)
        if match["cell_row"]:
            return cls(sheet, int(match["cell_row"]), column_number(match["cell_column"]))
        if match["row"]:
            return cls(sheet, int(match["row"]))
        return cls(sheet, None, column_number(match["column"]))

    @property
    def address(self) -> str:
        """The place within its sheet, ``F12``; empty for a whole sheet."""
        if self.row is None and self.column is None:
            return ""
        if self.column is None:
            return f"{self.row}:{self.row}"
        if self.row is None:
            letters = column_letters(self.column)
            return f"{letters}:{letters}"
        return f"{column_letters(self.column)}{self.row}"

    @property
    def is_cell(self) -> bool:
        """Whether this is one single cell."""
        return self.row is not None and self.column is not None

    def __str__(self) -> str:
        address = self.address
        return f"{self.sheet}!{address}" if address else self.sheet
